/*
 * Wakes sleeping recogniser threads of all processes: a word in shared memory
 * and the futex system call.  A poster never blocks.
 */

#ifndef ASR_WAKE_H
#define ASR_WAKE_H

#include <stdint.h>
#include <stdatomic.h>


typedef struct {
    _Atomic uint32_t  seq;
    _Atomic uint32_t  waiters;
} asr_wake_t;


/*
 * Take seq before looking for work, then wait with it: no wake-up is lost.
 * The wait ends at a post, at the timeout, at a signal, or for no reason; it
 * does not say which.  A timeout of 0 does not wait.  Memory starts zeroed.
 */
uint32_t asr_wake_seq(asr_wake_t *w);
void asr_wake_wait(asr_wake_t *w, uint32_t seq, uint32_t timeout_ms);
void asr_wake_post(asr_wake_t *w, int n);        /* wake up to n waiters */


#endif /* ASR_WAKE_H */
