/*
 * The walls around one file's decoding.  A demuxer or codec that a file takes
 * over finds: two descriptors (the file, read-only to the filter, and the
 * pipe), no way to open another, no executable memory to be had, half a
 * gigabyte, CPU time by what it sends (asr_decode_budget), not much more time
 * than the sound takes, and a reader that checks what it is sent.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <seccomp.h>

#include "asr_decode_child.h"


#define ASR_CHILD_AS       (512UL * 1024 * 1024)
#define ASR_CHILD_NOFILE   8


static scmp_filter_ctx  asr_filter;


static int
asr_sandbox_limit(int what, rlim_t value)
{
    struct rlimit  rl;

    rl.rlim_cur = value;
    rl.rlim_max = value;

    return setrlimit(what, &rl);
}


/* Calls that take no descriptor and no harm, whatever their arguments. */

static const int  asr_sandbox_free[] = {
    SCMP_SYS(munmap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(futex),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(sched_yield), SCMP_SYS(getrandom),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(rt_sigreturn),
#ifdef __SANITIZE_ADDRESS__
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),
    SCMP_SYS(gettid), SCMP_SYS(getpid),
#endif
};


static int
asr_sandbox_rules(scmp_filter_ctx f)
{
    int     rc;
    size_t  i;

    rc = 0;

    for (i = 0; i < sizeof(asr_sandbox_free) / sizeof(int); i++) {
        rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, asr_sandbox_free[i], 0);
    }

    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(read), 1,
                           SCMP_A0(SCMP_CMP_EQ, ASR_CHILD_IN));
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(pread64), 1,
                           SCMP_A0(SCMP_CMP_EQ, ASR_CHILD_IN));
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(lseek), 1,
                           SCMP_A0(SCMP_CMP_EQ, ASR_CHILD_IN));
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                           SCMP_A0(SCMP_CMP_EQ, ASR_CHILD_OUT));

    /* Memory: anonymous, and never executable. */

    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                           SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS,
                                   MAP_ANONYMOUS));
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mremap), 0);
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

    /* Libraries that look for a file (a locale, a seed) live without it. */

    rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0);
    rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(open), 0);

    return rc == 0 ? 0 : -1;
}


int
asr_sandbox_prepare(void)
{
    asr_filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

    if (asr_filter == NULL || asr_sandbox_rules(asr_filter) != 0) {
        return -1;
    }

    return 0;
}


/* in and out may be any descriptors over 2. */

static int
asr_sandbox_descriptors(int in, int out)
{
    int  null;

    if (in <= 2 || out <= 2
        || dup2(in, ASR_CHILD_IN) < 0 || dup2(out, ASR_CHILD_OUT) < 0)
    {
        return -1;
    }

    /* What a taken-over child prints has no place in the error log. */

    null = open("/dev/null", O_WRONLY);

    if (null < 0 || dup2(null, STDERR_FILENO) < 0) {
        return -1;
    }

    return close_range(3, ~0U, 0);
}


int
asr_sandbox_enter(int in, int out, int64_t max_ms)
{
    if (max_ms < 0 || max_ms / 1000 > INT32_MAX - ASR_WIRE_WALL_S) {
        return -1;
    }

    if (asr_sandbox_descriptors(in, out) != 0) {
        return -1;
    }

    /*
     * The clocks are set before the filter, which has no call to set them
     * again; what their signals do cannot be changed either.
     */

    alarm((unsigned) (ASR_WIRE_WALL_S + max_ms / 1000));

    if (asr_budget_start() != 0
        || asr_sandbox_limit(RLIMIT_CPU, asr_budget_ceiling(max_ms)) != 0
#ifndef __SANITIZE_ADDRESS__
        || asr_sandbox_limit(RLIMIT_AS, ASR_CHILD_AS) != 0
#endif
        || asr_sandbox_limit(RLIMIT_FSIZE, 0) != 0
        || asr_sandbox_limit(RLIMIT_CORE, 0) != 0
        || asr_sandbox_limit(RLIMIT_NPROC, 0) != 0
        || asr_sandbox_limit(RLIMIT_NOFILE, ASR_CHILD_NOFILE) != 0)
    {
        return -1;
    }

    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
        || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    {
        return -1;
    }

    return seccomp_load(asr_filter) == 0 ? 0 : -1;
}
