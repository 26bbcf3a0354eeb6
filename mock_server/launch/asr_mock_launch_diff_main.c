/*
 * --diff: of a recording by a program that is run as a command is; of an
 * endpoint by recording first, and then by this program itself, once more,
 * with the recording.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "asr_mock_launch.h"


#define ASR_MOCK_LAUNCH_COMPARE_ARGS  12


static void asr_mock_launch_exec_self(asr_mock_launch_t *l, pid_t parent);


bool
asr_mock_launch_diff(asr_mock_launch_t *l)
{
    asr_mock_launch_options_t  *o;

    o = &l->options;

    /* what the client did is not what is looked at */

    o->fail_on = "never";

    if (o->record != NULL || o->replay != NULL) {
        asr_mock_launch_say(0, "--diff goes without --record and --replay");
        return false;
    }

    if (strstr(o->diff, "://") != NULL) {
        o->record = o->diff;
        return true;
    }

    if (o->command != NULL) {
        asr_mock_launch_say(0, "--diff FILE goes without a command");
        return false;
    }

    if (!asr_mock_launch_differ(l->diff, sizeof(l->diff))) {
        return false;
    }

    l->diff_command[0] = l->diff;
    l->diff_command[1] = (char *) o->diff;
    l->diff_command[2] = (char *) o->diff_report;
    o->command = l->diff_command;

    return true;
}


int
asr_mock_launch_compare(asr_mock_launch_t *l)
{
    int    status;
    pid_t  pid, self;

    self = getpid();
    pid = fork();

    if (pid == 0) {
        asr_mock_launch_exec_self(l, self);
        asr_mock_launch_say(errno, "/proc/self/exe");
        _exit(ASR_MOCK_LAUNCH_SETUP);
    }

    if (pid == -1 || waitpid(pid, &status, 0) != pid) {
        asr_mock_launch_say(errno, "--diff");
        return ASR_MOCK_LAUNCH_SETUP;
    }

    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}


static void
asr_mock_launch_exec_self(asr_mock_launch_t *l, pid_t parent)
{
    size_t       n;
    const char  *argv[ASR_MOCK_LAUNCH_COMPARE_ARGS];

    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 || getppid() != parent) {
        return;
    }

    (void) signal(SIGPIPE, l->sigpipe);
    (void) sigprocmask(SIG_SETMASK, &l->mask, NULL);

    n = 0;
    argv[n++] = "asr-mock";
    argv[n++] = "--diff";
    argv[n++] = l->compared;
    argv[n++] = "--nginx";
    argv[n++] = l->options.nginx;

    if (l->options.diff_report != NULL) {
        argv[n++] = "--diff-report";
        argv[n++] = l->options.diff_report;
    }

    if (l->options.module != NULL) {
        argv[n++] = "--module";
        argv[n++] = l->options.module;
    }

    argv[n] = NULL;

    (void) execv("/proc/self/exe", (char **) argv);
}
