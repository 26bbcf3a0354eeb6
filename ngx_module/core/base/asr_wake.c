/*
 * A counter that sleepers watch with futex(2).  The word is in shared memory,
 * so the futex is not a private one.
 *
 * A waiter announces itself in waiters and then asks the kernel to sleep if
 * seq still has the value it saw; a poster changes seq and then looks at
 * waiters.  Both orders are sequentially consistent: when the poster sees no
 * waiter, the waiter's announcement came after the change of seq, and the
 * kernel refuses to put it to sleep.  A process killed while waiting leaves
 * waiters too high, which costs needless system calls and nothing else.
 */

#include "asr_wake.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>


uint32_t
asr_wake_seq(asr_wake_t *w)
{
    return atomic_load(&w->seq);
}


void
asr_wake_wait(asr_wake_t *w, uint32_t seq, uint32_t timeout_ms)
{
    struct timespec  ts;

    if (timeout_ms == 0 || atomic_load(&w->seq) != seq) {
        return;
    }

    ts.tv_sec = timeout_ms / 1000;
    ts.tv_nsec = (long) (timeout_ms % 1000) * 1000000;

    atomic_fetch_add(&w->waiters, 1);

    /* woken, changed, interrupted, timed out: the caller looks for work */

    (void) syscall(SYS_futex, &w->seq, FUTEX_WAIT, seq, &ts, NULL, 0);

    atomic_fetch_sub(&w->waiters, 1);
}


void
asr_wake_post(asr_wake_t *w, int n)
{
    atomic_fetch_add(&w->seq, 1);

    if (n > 0 && atomic_load(&w->waiters) != 0) {
        (void) syscall(SYS_futex, &w->seq, FUTEX_WAKE, n, NULL, NULL, 0);
    }
}
