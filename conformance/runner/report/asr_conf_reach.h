/*
 * What cases reach of a document: its operations, the parameters they set and
 * the values they try, the clauses and codes they name.
 */

#ifndef ASR_CONF_REACH_H
#define ASR_CONF_REACH_H


#include "asr_conf_case.h"


typedef struct {
    const asr_conf_param_t      *param;
    const json_t                *values; /* the closed set, or NULL */
    bool                        *tried;  /* each of these */
    size_t                       nvalues;
    size_t                       ntried;
    size_t                       cases;  /* that are about it */
    size_t                       set;    /* in how many it is sent */
} asr_conf_reached_param_t;


typedef struct {
    const asr_conf_op_t         *op;
    asr_conf_reached_param_t    *params;
    size_t                       cases;  /* that send it */
} asr_conf_reached_op_t;


typedef struct {
    const asr_conf_doc_t        *doc;
    asr_conf_reached_op_t       *ops;
    size_t                      *clauses;    /* cases that name each */
    size_t                      *codes;
    size_t                       cases;
} asr_conf_reach_t;


/*
 * Of the cases marked in which (by their index; NULL: all) those of d.  To be
 * freed.
 */

void asr_conf_reach(asr_conf_reach_t *r, const asr_conf_doc_t *d,
    const asr_conf_cases_t *cases, const bool *which);
void asr_conf_reach_free(asr_conf_reach_t *r);

bool asr_conf_case_names(const asr_conf_case_t *c, const char *clause);

/*
 * The codes of the document that steps expect, by their index in seen[ncodes].
 * exact: only where nothing but that code is right, so that it was seen when
 * the case holds.
 */

void asr_conf_codes_expected(const asr_conf_case_t *c, bool exact,
    bool *seen);

/* A value as people write it: a string without its quotes.  To be freed. */

char *asr_conf_value_text(const json_t *v);


#endif /* ASR_CONF_REACH_H */
