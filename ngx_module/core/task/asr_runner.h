/*
 * The recogniser threads of a process, and two that prepare and finish their
 * work.  Each claims the next unit of its kind from the store, does it, stores
 * the outcome, and sleeps on a wake word when there is none:
 *
 *   recognisers   recognise segments, and finish a task with its last one
 *   tasks         decodes, and finishes what takes long, large ones first
 *   small tasks   the same for small ones alone
 *
 * So what takes a minute (the decoding of five hours, the telling apart of
 * their speakers) holds up neither recognition nor a small task.  Nice 19.
 * Signals are blocked in them.
 */

#ifndef ASR_RUNNER_H
#define ASR_RUNNER_H

#include "../base/asr_wake.h"
#include "../speech/asr_libraries.h"
#include "../speech/asr_models.h"
#include "../speech/asr_text.h"
#include "asr_store.h"


typedef struct {                 /* in shared memory; all only grow */
    _Atomic uint64_t  audio_ms;          /* decoded */
    _Atomic uint64_t  cpu_ms;            /* of recognition */
    _Atomic uint64_t  recognised_ms;     /* audio in recognised segments */
    _Atomic uint64_t  segments;
    _Atomic uint64_t  segment_retries;
    _Atomic uint64_t  words;
    _Atomic uint64_t  tasks_succeeded;
    _Atomic uint64_t  tasks_failed;
    _Atomic uint64_t  decode_failures;
    _Atomic uint64_t  wait_ms;           /* created to started, summed */
    _Atomic uint64_t  turnaround_ms;     /* created to finished, summed */
} asr_runner_counters_t;

typedef struct {
    asr_store_t            *store;
    asr_spool_t            *spool;
    asr_models_t           *models;
    asr_text_t             *text;        /* NULL: words as recognised */
    const asr_libraries_t  *libraries;   /* NULL: none */
    asr_wake_t             *wake;        /* of recognisers */
    asr_wake_t             *task_wake;   /* of the other two */
    asr_runner_counters_t  *counters;
    unsigned                threads;     /* recognisers; 0: no thread at all */
    const char             *decode_path; /* build/asr-decode */
    int64_t                 min_ms;      /* 1000, both documents */
    int64_t                 max_ms;      /* 5 h */
} asr_runner_conf_t;

typedef struct asr_runner_s  asr_runner_t;

/* NULL: failed, and said why. */
asr_runner_t *asr_runner_start(const asr_runner_conf_t *conf);

/* Asks the threads to stop after the utterance in hand; returns at once. */
void asr_runner_stop(asr_runner_t *r);

/* Threads that have not stopped yet (0: all have), any thread. */
unsigned asr_runner_running(const asr_runner_t *r);

/* Threads with work in hand. */
unsigned asr_runner_busy(const asr_runner_t *r);

/*
 * Stops, joins and frees.  Waits for threads that are in a call of the store,
 * so the store must still run.  With a thread still in an utterance it frees
 * nothing and returns ASR_AGAIN: that thread will never again touch store or
 * spool, which may be closed, but the models must stay until the process
 * exits; the claim is released with the owner and the utterance recognised
 * elsewhere.
 */
asr_err_t asr_runner_end(asr_runner_t *r);


#endif /* ASR_RUNNER_H */
