/*
 * CPU time of one file.  What decoding costs grows with the length of the
 * sound: no codec that is read here needs a hundredth of it.  So a child may
 * use a fortieth of the sound it has sent so far, its due, and two seconds
 * past that, for opening the file and for what it turns over in vain.
 *
 * A timer of CPU time looks at that ten times a second.  First it raises a
 * flag, which the reader of the file, the demuxers' loops and the packet loop
 * look at; a decoder that spins without a look is ended from the signal
 * handler before the two seconds are over.  The filter has no call that stops
 * the timer or blocks its signal.  RLIMIT_CPU stands behind all that.
 */

#define _GNU_SOURCE

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/time.h>

#include "asr_decode_child.h"


#define ASR_BUDGET_SHARE    40           /* of the sound: due */
#define ASR_BUDGET_SOFT_MS  1500         /* past it */
#define ASR_BUDGET_HARD_MS  1800
#define ASR_BUDGET_TICK_US  100000

/* A ceiling is in whole seconds and must not come before the rest. */
#define ASR_BUDGET_SPARE_S  4


static _Atomic int64_t        asr_budget_earned;     /* ms */
static volatile sig_atomic_t  asr_budget_flag;


int64_t
asr_budget_cpu_ms(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static void
asr_budget_tick(int signo)
{
    int64_t  past;

    past = asr_budget_cpu_ms() - atomic_load(&asr_budget_earned);

    if (past >= ASR_BUDGET_SOFT_MS) {
        asr_budget_flag = 1;
    }

    if (past >= ASR_BUDGET_HARD_MS) {
        _exit(ASR_CHILD_SPENT);
    }
}


unsigned
asr_budget_ceiling(int64_t max_ms)
{
    return (unsigned) (max_ms / 1000 / ASR_BUDGET_SHARE) + ASR_BUDGET_SPARE_S;
}


int
asr_budget_start(void)
{
    struct sigaction  sa;
    struct itimerval  it;

    memset(&sa, 0, sizeof(sa));
    sa.sa_handler = asr_budget_tick;
    sa.sa_flags = SA_RESTART;

    if (sigaction(SIGPROF, &sa, NULL) != 0) {
        return -1;
    }

    it.it_interval.tv_sec = 0;
    it.it_interval.tv_usec = ASR_BUDGET_TICK_US;
    it.it_value = it.it_interval;

    return setitimer(ITIMER_PROF, &it, NULL);
}


void
asr_budget_earn(int64_t us)
{
    atomic_store(&asr_budget_earned, us / 1000 / ASR_BUDGET_SHARE);
}


bool
asr_budget_spent(void)
{
    return asr_budget_flag != 0;
}
