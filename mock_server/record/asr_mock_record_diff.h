/*
 * What two answers to one request differ in: their status, their type, and
 * member by member where both are JSON.  What differs by its nature (ids,
 * times, texts, measures) is compared by its type alone.
 */

#ifndef ASR_MOCK_RECORD_DIFF_H
#define ASR_MOCK_RECORD_DIFF_H

#include "asr_mock.h"


#define ASR_MOCK_DIFF_SHOWN  80          /* bytes of a value */
#define ASR_MOCK_DIFF_MAX    256         /* told of one answer */


typedef enum {
    ASR_MOCK_DIFF_MISSING = 0,           /* the mock does not say it */
    ASR_MOCK_DIFF_EXTRA,                 /* the endpoint does not */
    ASR_MOCK_DIFF_TYPE,
    ASR_MOCK_DIFF_VALUE
} asr_mock_diff_kind_t;

/* "missing", "extra", "type", "value" */
const char *asr_mock_diff_kind_name(asr_mock_diff_kind_t k);

typedef struct {
    asr_mock_diff_kind_t  kind;
    asr_str_t             field;         /* JSON pointer into the body;
                                            "status"; "header:Content-Type";
                                            empty: the body as a whole */
    asr_str_t             expected;      /* the endpoint's, clipped */
    asr_str_t             actual;        /* the mock's */
} asr_mock_difference_t;

typedef void (*asr_mock_diff_pt)(void *ctx, const asr_mock_difference_t *d);

/*
 * Returns how many there are; at most ASR_MOCK_DIFF_MAX are told.  Strings are
 * the arena's.
 */
size_t asr_mock_diff(const asr_mock_exchange_t *expected,
    const asr_mock_exchange_t *actual, asr_arena_t *a,
    asr_mock_diff_pt handler, void *ctx);

/* Is it one of structure: all but a value, and the values of status, codes? */
bool asr_mock_diff_structural(const asr_mock_difference_t *d);

/* Ids at the same place of both: what the one calls so is the other's that. */
typedef void (*asr_mock_diff_id_pt)(void *ctx, asr_str_t expected,
    asr_str_t actual);

void asr_mock_diff_ids(const asr_mock_exchange_t *expected,
    const asr_mock_exchange_t *actual, asr_arena_t *a,
    asr_mock_diff_id_pt handler, void *ctx);

/* Each id of one answer, given twice. */
void asr_mock_diff_each_id(asr_str_t reply, asr_arena_t *a,
    asr_mock_diff_id_pt handler, void *ctx);

/* How a task is, as its answer puts it: "Success", "2"; empty: not said. */
asr_str_t asr_mock_diff_state(asr_str_t reply, asr_arena_t *a);


#endif /* ASR_MOCK_RECORD_DIFF_H */
