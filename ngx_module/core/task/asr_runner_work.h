/*
 * Between asr_runner.c (the threads) and what they do: asr_runner_work.c,
 * asr_runner_decode.c and asr_runner_finish.c.
 */

#ifndef ASR_RUNNER_WORK_H
#define ASR_RUNNER_WORK_H

#include <pthread.h>

#include "../audio/asr_decode.h"
#include "../speech/asr_hotwords.h"
#include "asr_runner.h"


#define ASR_WORK_ARENA  (256 * 1024 * 1024)      /* ceiling for a unit */

typedef struct {
    asr_runner_t   *runner;
    pthread_t       thread;
    unsigned        index;       /* of a recogniser: and copy of each model */
    unsigned        want;        /* what it claims */
    asr_wake_t     *wake;
    asr_hot_t      *hot;         /* made when it is needed */
    bool            inside;      /* the engine; under the runner's mutex */
    bool            stopped;     /* likewise */
} asr_runner_thread_t;

struct asr_runner_s {
    asr_runner_conf_t     conf;
    asr_decoder_t        *decoder;
    _Atomic bool          stop;
    _Atomic unsigned      running;
    _Atomic unsigned      busy;
    pthread_mutex_t       mutex;
    pthread_cond_t        changed;       /* stop, or a thread's state */
    bool                  abandoned;
    unsigned              n;             /* threads made */
    asr_runner_thread_t   threads[];
};


/* Sleeps, false: the runner was stopped meanwhile. */
bool asr_runner_delay(asr_runner_t *r, int64_t ms);

/*
 * Round what cannot be interrupted: in between only the thread's own memory
 * and the decoders are touched.  If the runner was abandoned, the second call
 * does not return.
 */
void asr_runner_enter(asr_runner_thread_t *t);
void asr_runner_leave(asr_runner_thread_t *t);

/*
 * Claims a unit and does it.  ASR_OK: done, whatever came of it; ASR_NOTFOUND:
 * there was none; anything else: the store failed, wait before the next try.
 */
asr_err_t asr_runner_unit(asr_runner_thread_t *t);


void asr_work_op(asr_op_t *op, asr_op_type_t type, asr_arena_t *a);

/*
 * Until the store has an answer, or the runner is stopped (ASR_STOPPED).
 * ASR_NOMEM after some tries: it may be the arena's ceiling.
 */
asr_err_t asr_work_call(asr_runner_t *r, asr_op_t *op);

/* One try: if it fails, the lease gives the claim back.  segment: or NULL. */
void asr_work_release(asr_runner_t *r, asr_claim_t claim,
    const asr_task_t *task, const asr_segment_t *segment);

/* The task failed: for good, or (retry) this attempt of it. */
void asr_work_fail(asr_runner_t *r, asr_claim_t claim,
    const asr_task_t *task, const asr_segment_t *segment, asr_cause_t cause,
    bool retry);

/* After a failure of ours (disk, helper, memory): waits, then retry. */
void asr_work_retry(asr_runner_t *r, asr_claim_t claim,
    const asr_task_t *task);

/*
 * Samples from `at` on of the PCM file open at *(int *) ctx: how many, fewer at
 * its end, -1 with errno.  asr_speakers_pcm_pt; fit for inside the engine.
 */
ssize_t asr_work_pcm_read(void *ctx, int64_t at, int16_t *buf, size_t n);

/* The task is claimed for decoding; for finishing. */
void asr_work_decode(asr_runner_thread_t *t, asr_task_t *task,
    asr_arena_t *a);
void asr_work_finish(asr_runner_thread_t *t, const asr_task_t *task,
    asr_arena_t *a);

/* Finishing takes long: not a recogniser's to do. */
bool asr_work_is_long(const asr_task_t *task);


#endif /* ASR_RUNNER_WORK_H */
