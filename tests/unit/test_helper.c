/*
 * The life of asr-decode: how it is started and ends, what it holds, what
 * happens when it or a child of it is killed.
 */

#define _GNU_SOURCE

#include "decode.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>


/* The parent of a process that lives, 0 when it does not. */

static int
parent_of(int pid)
{
    int     ppid;
    char    name[64], stat[512], *p;
    FILE   *f;
    size_t  n;

    (void) snprintf(name, sizeof(name), "/proc/%d/stat", pid);
    f = fopen(name, "r");

    if (f == NULL) {
        return 0;
    }

    n = fread(stat, 1, sizeof(stat) - 1, f);
    fclose(f);
    stat[n] = '\0';
    p = strrchr(stat, ')');

    if (p == NULL || p[1] == '\0' || p[2] == 'Z'
        || sscanf(p + 1, " %*c %d", &ppid) != 1)
    {
        return 0;
    }

    return ppid;
}


static bool
runs_copy(int pid)
{
    char     name[64], exe[PATH_MAX];
    ssize_t  n;

    (void) snprintf(name, sizeof(name), "/proc/%d/exe", pid);
    n = readlink(name, exe, sizeof(exe) - 1);
    exe[n > 0 ? n : 0] = '\0';

    return strcmp(exe, path) == 0;
}


/*
 * The server: it runs our copy and its parent does not.  Or (server != 0) a
 * child of it; a child hides what it runs.  0: none.
 */

static pid_t
find_process(pid_t server)
{
    int             pid, ppid, found;
    DIR            *proc;
    struct dirent  *e;

    found = 0;
    proc = opendir("/proc");
    assert_non_null(proc);

    while ((e = readdir(proc)) != NULL) {
        if (!isdigit((unsigned char) e->d_name[0])) {
            continue;
        }

        pid = (int) strtol(e->d_name, NULL, 10);
        ppid = parent_of(pid);

        if (ppid != 0
            && (server != 0 ? ppid == server
                            : runs_copy(pid) && !runs_copy(ppid)))
        {
            found = pid;
        }
    }

    closedir(proc);

    return found;
}


static pid_t
find_server(void)
{
    return find_process(0);
}


/* A line of a file in /proc/PID, in the given base. */

static uint64_t
line_of(pid_t pid, const char *file, const char *what, int base)
{
    char      name[64], line[256];
    FILE     *f;
    uint64_t  v;

    (void) snprintf(name, sizeof(name), "/proc/%d/%s", (int) pid, file);
    f = fopen(name, "r");
    v = UINT64_MAX;

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        if (strncmp(line, what, strlen(what)) == 0) {
            v = strtoull(line + strlen(what), NULL, base);
        }
    }

    if (f != NULL) {
        fclose(f);
    }

    return v;
}


static uint64_t
status_of(pid_t pid, const char *what, int base)
{
    return line_of(pid, "status", what, base);
}


static void
await_gone(pid_t pid)
{
    while (kill(pid, 0) == 0) {
        usleep(1000);
    }
}


static void
test_not_a_file(void **state)
{
    int                fds[2];
    int64_t            ms;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_mono();
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(asr_decode(decoder, fds[0], &ask, collect, &got, &ms,
                                &cause),
                     ASR_IO);
    close(fds[0]);
    close(fds[1]);
}


static void
test_stop(void **state)
{
    int64_t            ms;
    int16_t           *pcm;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_mono();
    pcm = wav_sine(1600000, 440, 16000, 5000);
    got.stop_at = 2;
    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 1600000), &ask, &ms,
                                &cause),
                     ASR_STOPPED);
    assert_int_equal(got.calls, 2);
    got.stop_at = 0;

    /* its child finds the pipe closed and ends */

    while (find_process(find_server()) != 0) {
        usleep(1000);
    }

    free(pcm);
}


static void
test_server_killed(void **state)
{
    pid_t              pid, next;
    int64_t            ms;
    int16_t           *pcm;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_mono();
    pcm = wav_sine(160000, 440, 16000, 5000);

    pid = find_server();
    assert_int_not_equal(pid, 0);

    /* not our child: nginx would never see it */

    assert_int_equal(waitpid(-1, NULL, __WALL|WNOHANG), -1);
    assert_int_equal(errno, ECHILD);

    /* between two calls */

    assert_int_equal(kill(pid, SIGKILL), 0);
    await_gone(pid);
    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 160000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(ms, 10000);

    next = find_server();
    assert_int_not_equal(next, 0);
    assert_int_not_equal(next, pid);

    /* in a call: the child is on its own and finishes */

    got.kill = next;
    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 160000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(ms, 10000);

    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 160000), &ask, &ms,
                                &cause),
                     ASR_OK);

    free(pcm);
}


/* Looks at the child's walls, then kills it. */

static asr_err_t
kill_child(void *ctx, unsigned channel, const int16_t *pcm, size_t samples)
{
    pid_t  *server = ctx;
    pid_t   pid;

    pid = find_process(*server);

    if (pid != 0) {
        assert_int_equal(status_of(pid, "Seccomp:", 10), 2);
        assert_int_equal(status_of(pid, "NoNewPrivs:", 10), 1);

        /* of five hours a fortieth, and some seconds */

        assert_in_range(line_of(pid, "limits", "Max cpu time", 10), 452, 460);
        assert_int_equal(line_of(pid, "limits", "Max file size", 10), 0);
        assert_int_equal(kill(pid, SIGKILL), 0);
        *server = pid;
    }

    return ASR_OK;
}


static void
test_child_killed(void **state)
{
    int                fd;
    pid_t              server, pid;
    wav_t              w;
    int64_t            ms;
    int16_t           *pcm;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_mono();
    pcm = wav_sine(1600000, 440, 16000, 5000);
    w = wav_pcm16(1, 16000, pcm, 1600000);
    fd = wav_fd(w.data, w.len);
    server = find_server();
    pid = server;

    assert_int_equal(asr_decode(decoder, fd, &ask, kill_child, &pid, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_not_equal(pid, server);
    assert_int_equal(cause, ASR_CAUSE_CORRUPT);
    assert_int_equal(find_server(), server);

    close(fd);
    free(w.data);
    free(pcm);
}


static void *
sigstop_then_kill(void *arg)
{
    pid_t  pid = *(pid_t *) arg;

    /* the request is on its way once the client waits for the pipe */

    usleep(50000);
    kill(pid, SIGKILL);

    return NULL;
}


static void
test_server_killed_with_request(void **state)
{
    pid_t              pid;
    int64_t            ms;
    int16_t           *pcm;
    pthread_t          thread;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_mono();
    pcm = wav_sine(16000, 440, 16000, 5000);
    pid = find_server();
    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_int_equal(pthread_create(&thread, NULL, sigstop_then_kill, &pid),
                     0);

    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 16000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(ms, 1000);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_not_equal(find_server(), pid);

    free(pcm);
}


static void
test_no_program(void **state)
{
    int                fd;
    int64_t            ms;
    asr_cause_t        cause;
    asr_decoder_t     *d;
    asr_decode_ask_t   ask;

    ask = ask_mono();
    d = asr_decoder_create("/nonexistent/asr-decode");
    assert_non_null(d);
    fd = wav_fd("x", 1);

    logged[0] = '\0';
    assert_int_equal(asr_decode(d, fd, &ask, collect, &got, &ms, &cause),
                     ASR_IO);
    assert_non_null(strstr(logged, "/nonexistent/asr-decode"));
    assert_non_null(strstr(logged, "No such file"));
    asr_decoder_free(d);

    /* a program that is not ours ends at once, twice */

    d = asr_decoder_create("/bin/true");
    assert_non_null(d);
    assert_int_equal(asr_decode(d, fd, &ask, collect, &got, &ms, &cause),
                     ASR_IO);
    asr_decoder_free(d);

    assert_int_equal(waitpid(-1, NULL, __WALL|WNOHANG), -1);
    close(fd);
}


typedef struct {
    wav_t    w;
    size_t   samples;
    int64_t  ms;
    int      failures;
} parallel_t;


static asr_err_t
count(void *ctx, unsigned channel, const int16_t *pcm, size_t samples)
{
    parallel_t  *p = ctx;

    p->samples += samples;

    return ASR_OK;
}


static void *
parallel(void *arg)
{
    int                i, fd;
    parallel_t        *p = arg;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_mono();

    for (i = 0; i < 5; i++) {
        p->samples = 0;
        fd = wav_fd(p->w.data, p->w.len);

        if (asr_decode(decoder, fd, &ask, count, p, &p->ms, &cause) != ASR_OK
            || p->ms != 10000 || p->samples != 160000)
        {
            p->failures++;
        }

        close(fd);
    }

    return NULL;
}


/* More at once than the server has children. */

static void
test_threads(void **state)
{
    size_t      i;
    int16_t    *pcm;
    pthread_t   threads[20];
    parallel_t  p[20];

    pcm = wav_sine(160000, 440, 16000, 5000);

    for (i = 0; i < asr_nelts(threads); i++) {
        memset(&p[i], 0, sizeof(parallel_t));
        p[i].w = wav_pcm16(1, 16000, pcm, 160000);
        assert_int_equal(pthread_create(&threads[i], NULL, parallel, &p[i]),
                         0);
    }

    for (i = 0; i < asr_nelts(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(p[i].failures, 0);
        free(p[i].w.data);
    }

    free(pcm);
}


static int
descriptors(pid_t pid)
{
    int             n;
    DIR            *d;
    char            name[64];
    struct dirent  *e;

    (void) snprintf(name, sizeof(name), "/proc/%d/fd", (int) pid);
    d = opendir(name);
    assert_non_null(d);
    n = 0;

    while ((e = readdir(d)) != NULL) {
        n += e->d_name[0] != '.';
    }

    closedir(d);

    return n;
}


/*
 * What the server holds: three standard descriptors, the socket, a signalfd;
 * nothing of ours, signals as new.  It ends with the decoder.
 */

static void
test_server_state(void **state)
{
    int                fd, ours;
    pid_t              pid;
    int64_t            ms;
    int16_t           *pcm;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_mono();
    pcm = wav_sine(16000, 440, 16000, 5000);

    asr_decoder_free(decoder);
    decoder = asr_decoder_create(path);
    assert_non_null(decoder);

    fd = dup(0);                         /* inheritable, as nginx's are */
    assert_true(fd >= 0);
    signal(SIGPIPE, SIG_IGN);
    ours = descriptors(getpid());

    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 16000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(descriptors(getpid()), ours + 1);

    pid = find_server();
    assert_int_equal(descriptors(pid), 5);

    /* 32 and 33 are the C library's own: make leaves them ignored */

    assert_int_equal(status_of(pid, "SigIgn:", 16) & ~0x180000000ull, 0);
    assert_int_equal(status_of(pid, "Seccomp:", 10), 0);
    signal(SIGPIPE, SIG_DFL);
    close(fd);

    asr_decoder_free(decoder);
    await_gone(pid);

    decoder = asr_decoder_create(path);
    assert_non_null(decoder);
    free(pcm);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_not_a_file),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_server_killed),
        cmocka_unit_test(test_child_killed),
        cmocka_unit_test(test_server_killed_with_request),
        cmocka_unit_test(test_no_program),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_server_state),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
