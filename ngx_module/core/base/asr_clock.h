/*
 * The one clock.  Wall time for timestamps, signatures and expiry; monotonic
 * time for intervals and rate windows (the same for all processes of the
 * machine).  A thread may be shown another clock than the machine's.
 */

#ifndef ASR_CLOCK_H
#define ASR_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>


int64_t asr_clock_ms(void);              /* Unix time, milliseconds */
int64_t asr_clock_mono_ms(void);         /* CLOCK_MONOTONIC, milliseconds */

/*
 * Where the offset in ms is read from at each call, added to both; NULL (the
 * default) means no offset.  May point into shared memory.  Before threads.
 */
void asr_clock_shift(const volatile int64_t *offset_ms);

/*
 * A clock of its own: frozen_ms when that is not 0, else the machine's time
 * and offset_ms.  Its monotonic time is its Unix time less base_ms, so that
 * both move together.
 */
typedef struct {
    _Atomic int64_t  offset_ms;
    _Atomic int64_t  frozen_ms;
    int64_t          base_ms;
} asr_clock_t;

/* At the machine's time, running. */
void asr_clock_init(asr_clock_t *c);
int64_t asr_clock_of(const asr_clock_t *c);      /* Unix time of it */

/* What the calls above read in this thread from now on; NULL: the machine's. */
void asr_clock_use(const asr_clock_t *c);

/*
 * "2026-11-23" of a Unix time in seconds, UTC; out has 11 bytes, the NUL is
 * one of them.  Years stay within 0000 and 9999.
 */
void asr_clock_utc_date(int64_t seconds, char *out);


#endif /* ASR_CLOCK_H */
