/*
 * The I/O thread of a process: fetches audio URLs and delivers callbacks, as
 * many at once as asr_io.c allows, with what it claims from the store.  Nice
 * 10.  Signals are blocked in it.
 */

#ifndef ASR_IO_H
#define ASR_IO_H

#include "asr_fetch.h"


typedef struct {                 /* in shared memory; all only grow */
    _Atomic uint64_t  fetches;           /* that went well */
    _Atomic uint64_t  fetch_bytes;
    _Atomic uint64_t  fetch_failures;    /* tasks that failed by it */
    _Atomic uint64_t  delivered;
    _Atomic uint64_t  delivery_failures; /* attempts */
    _Atomic uint64_t  undelivered;       /* given up */
} asr_io_counters_t;

typedef struct {
    asr_fetch_conf_t     fetch;          /* its strings are kept */
    asr_io_counters_t   *counters;
    int64_t              backoff_ms;     /* before the second attempt; 1000 */
} asr_io_conf_t;

typedef struct asr_io_s  asr_io_t;


/*
 * In this order: create before the process has threads (libcurl is set up
 * here), start once the store runs, stop, end while the store still runs,
 * free when it does not.  asr_io_wake may be called from create to free.
 */

/* NULL: failed, and said why. */
asr_io_t *asr_io_create(const asr_io_conf_t *conf, asr_spool_t *spool);
asr_err_t asr_io_start(asr_io_t *io, asr_store_t *store);

/* There is something to claim; any thread. */
void asr_io_wake(asr_io_t *io);

/* Returns at once; what is in hand is given back, no attempt spent. */
void asr_io_stop(asr_io_t *io);
bool asr_io_running(const asr_io_t *io);

/* Stops, and waits for the thread: no longer than the store takes. */
void asr_io_end(asr_io_t *io);
void asr_io_free(asr_io_t *io);

/* Transfers in hand: fetches, deliveries.  Any thread. */
unsigned asr_io_fetching(const asr_io_t *io);
unsigned asr_io_delivering(const asr_io_t *io);

/*
 * How long to wait after attempt n (1 is the first): first doubled n - 1
 * times, at most ASR_IO_BACKOFF_MAX, and by random (all its values alike)
 * three quarters to five quarters of that.
 */
#define ASR_IO_BACKOFF_MAX  600000

int64_t asr_io_backoff(int64_t first, int n, uint32_t random);


#endif /* ASR_IO_H */
