/*
 * Manners: how a client behaves over time, by world.  Rules "M-..." of
 * asr_mock_rules.h; all are warnings or notes.
 *
 *     asr_mock_manners.c          the rules
 *     asr_mock_manners_kept.c     what is remembered
 *     asr_mock_manners_report.c   what is told, what is open at the end
 *
 * Time is the world's, as in x->at_ms; where it stands still or went back,
 * intervals say nothing.  All below is called with asr_mock_lock held.
 * Bounded: at most ASR_MOCK_MANNERS_TASKS tasks and ASR_MOCK_MANNERS_FILES
 * uploads a world (of more the longest unused are forgotten, and counted), no
 * more than ASR_MOCK_MANNERS_BYTES; a world that does little needs little.
 */

#ifndef ASR_MOCK_MANNERS_H
#define ASR_MOCK_MANNERS_H

#include "asr_mock_world.h"
#include "asr_mock_rules.h"


#define ASR_MOCK_MANNERS_TASKS  2000
#define ASR_MOCK_MANNERS_FILES  256
#define ASR_MOCK_MANNERS_BYTES  (100 * 1024)


/* Once, before worlds are made. */
void asr_mock_manners_init(void);

/*
 * After each reply: what this request shows.  task_state is the
 * asr_task_state_t of the task that the query was about, -1: it is no query.
 * Findings and strings are the arena's or static; none is the usual case.
 * ASR_NOMEM: something is not remembered, or not told.
 */
asr_err_t asr_mock_manners_see(asr_mock_world_t *w, asr_arena_t *a,
    const asr_mock_exchange_t *x, int task_state, asr_mock_finding_t **out,
    size_t *n);

/* The task has ended and its result was called back: it counts as fetched. */
void asr_mock_manners_delivered(asr_mock_world_t *w, int64_t task_id);

/*
 * For a report: what is still open now; in this order M-unfetched,
 * M-unfinished, M-unused, M-kept, each once.  May be called at any time, and
 * again.
 */
asr_err_t asr_mock_manners_end(asr_mock_world_t *w, asr_arena_t *a,
    asr_mock_finding_t **out, size_t *n);

/* M-codes about the API's codes that were never met; n is not 0. */
void asr_mock_manners_codes(asr_arena_t *a, asr_str_t api,
    const asr_str_t *codes, size_t n, asr_mock_finding_t *f);

/* What the world's manners take, in bytes. */
size_t asr_mock_manners_size(const asr_mock_world_t *w);


#endif /* ASR_MOCK_MANNERS_H */
