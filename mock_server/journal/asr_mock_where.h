/*
 * Of asr_mock_match.c: criteria on what was sent.
 */

#ifndef ASR_MOCK_WHERE_H
#define ASR_MOCK_WHERE_H

#include "asr_mock_match.h"


/* A body as criteria see it: JSON, else the pairs of a form. */

typedef struct {
    asr_arena_t        *arena;
    const asr_json_t   *json;
    const asr_pair_t   *form;
    const asr_pair_t   *query;
    bool                parsed;
    bool                queried;
} asr_mock_sent_t;


/*
 * Does it hold?  seen is zeroed but for its arena, and serves for all criteria
 * of an exchange.  got: what stands there, in the arena or x's; may be NULL.
 */
bool asr_mock_where(asr_mock_sent_t *seen, const asr_mock_where_t *w,
    const asr_mock_exchange_t *x, asr_str_t *got);

/* A value as it is written, clipped. */
asr_str_t asr_mock_where_brief(asr_arena_t *a, const asr_json_t *v);


#endif /* ASR_MOCK_WHERE_H */
