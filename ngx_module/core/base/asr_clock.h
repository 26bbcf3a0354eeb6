/*
 * The one clock.  Wall time for timestamps, signatures and expiry; monotonic
 * time for intervals and rate windows (the same for all processes of the
 * machine).  The mock shifts both through asr_clock_shift.
 */

#ifndef ASR_CLOCK_H
#define ASR_CLOCK_H

#include <stdint.h>


int64_t asr_clock_ms(void);              /* Unix time, milliseconds */
int64_t asr_clock_mono_ms(void);         /* CLOCK_MONOTONIC, milliseconds */

/*
 * Where the offset in ms is read from at each call, added to both; NULL (the
 * default) means no offset.  May point into shared memory.  Before threads.
 */
void asr_clock_shift(const volatile int64_t *offset_ms);

/*
 * "2026-11-23" of a Unix time in seconds, UTC; out has 11 bytes, the NUL is
 * one of them.  Years stay within 0000 and 9999.
 */
void asr_clock_utc_date(int64_t seconds, char *out);


#endif /* ASR_CLOCK_H */
