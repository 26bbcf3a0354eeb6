/*
 * An exact rate window: in any interval of the window's length never more
 * than N are let in, and N at once when idle.  It is the log of the last N
 * admissions, a ring of monotonic milliseconds; it lives in memory the caller
 * gives (the shared zone), holds no pointers, and the caller holds the lock.
 */

#ifndef ASR_WINDOW_H
#define ASR_WINDOW_H

#include "asr_base.h"


typedef struct {
    uint32_t  limit;             /* N >= 1 */
    uint32_t  window_ms;
    uint32_t  head;              /* the oldest admission */
    uint32_t  count;             /* admissions in the ring */
    int64_t   last;              /* the newest ms seen */
    int64_t   base;              /* ms; moves on when a uint32_t overflows */
    uint32_t  ring[];            /* limit entries, ms since base */
} asr_window_t;


size_t asr_window_size(uint32_t limit);          /* bytes */
void asr_window_init(asr_window_t *w, uint32_t limit, uint32_t window_ms,
    int64_t now_ms);

/*
 * true: let in and noted.  false: over the limit; *retry_ms (> 0) is when the
 * next one may come.  now_ms must not go back; if it does, it is taken as the
 * newest time seen.  Constant time, amortised.
 */
bool asr_window_admit(asr_window_t *w, int64_t now_ms, uint32_t *retry_ms);

/* How many of the window's N are used at now_ms. */
uint32_t asr_window_used(const asr_window_t *w, int64_t now_ms);


#endif /* ASR_WINDOW_H */
