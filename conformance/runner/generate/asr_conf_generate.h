/*
 * Cases out of the tables: for each parameter of an operation its bounds, its
 * values, its absence, other types and bad values; for all of an operation
 * together each pair (or each t) of their values.
 *
 * The same tables give the same cases with the same ids, whatever else is in
 * the table: an id names parameter and value, no position.
 */

#ifndef ASR_CONF_GENERATE_H
#define ASR_CONF_GENERATE_H


#include "asr_conf_case.h"


void asr_conf_generate(asr_conf_cases_t *c, const asr_conf_doc_t *d);

/*
 * What could not be made so far, since the data do not say what would come
 * back: "tencent/CreateRecTask/Url/boundary length".  Each once, sorted as
 * met; the strings stay.
 */

size_t asr_conf_generate_gaps(const char *const **ids);

/*
 * A covering array: rows of one value index for each of n columns, where any
 * `t` columns show all their combinations that some row `allowed` lets through
 * (NULL: all).  Deterministic.  *rows is count x n, to be freed.
 *
 * `allowed` is also asked for rows that are not finished: columns still free
 * are ASR_CONF_FREE.  It may say no only when no filling of them will do.
 */

#define ASR_CONF_FREE       ((unsigned) -1)
#define ASR_CONF_COVER_MAX  6            /* the highest t */

typedef bool (*asr_conf_allowed_pt)(const unsigned *row, void *data);

size_t asr_conf_cover(const unsigned *sizes, size_t n, unsigned t,
    asr_conf_allowed_pt allowed, void *data, unsigned **rows);


#endif /* ASR_CONF_GENERATE_H */
