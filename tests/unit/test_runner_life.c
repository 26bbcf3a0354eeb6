/*
 * The recogniser threads' life: stopping with work in hand, and what fails
 * beneath them.
 */

#define _GNU_SOURCE

#include "runner_fixture.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/syscall.h>


/* Stopped in the middle and started again: the same text. */

static void
test_stop(void **state)
{
    int            rounds;
    size_t         i, n;
    int64_t        id, whole;
    int16_t       *all;
    asr_result_t   a, b;

    open_store();
    all = all_clips(&n);

    start(2, decode_path);
    whole = submit(wav_pcm16(1, 16000, all, n));
    a = result_of(whole);
    stop();

    id = submit(wav_pcm16(1, 16000, all, n));

    for (rounds = 0; fx_state(fx.s, id) < ASR_TASK_SUCCEEDED; rounds++) {
        memset(&counters, 0, sizeof(counters));
        start(1, decode_path);

        while (counters.segments == 0
               && fx_state(fx.s, id) < ASR_TASK_SUCCEEDED)
        {
            usleep(500);
        }

        stop();
    }

    assert_true(rounds >= 3);
    b = result_of(id);
    assert_int_equal(a.nsentences, b.nsentences);

    for (i = 0; i < a.nsentences; i++) {
        assert_true(asr_str_eq(a.sentences[i].text, b.sentences[i].text));
        assert_int_equal(a.sentences[i].start_ms, b.sentences[i].start_ms);
    }

    assert_int_equal(fx_files("pcm"), 0);
    free(all);
}


/* The PCM of a half-done task is lost: it is decoded again. */

static void
test_pcm_lost(void **state)
{
    size_t         n;
    int64_t        id;
    int16_t       *all;
    asr_result_t   r;

    memset(&counters, 0, sizeof(counters));
    open_store();
    all = all_clips(&n);
    id = submit(wav_pcm16(1, 16000, all, n));

    start(1, decode_path);
    await_state(id, ASR_TASK_RECOGNISING);
    stop();
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_RECOGNISING);

    asr_spool_remove_pcm(fx.spool, id);
    warnings = 0;
    start(2, decode_path);
    r = result_of(id);
    stop();

    assert_true(warnings >= 1);
    assert_true(check_result(&r) > 20);
    assert_true(counters.audio_ms >= (uint64_t) r.audio_ms * 2);
    assert_int_equal(counters.tasks_failed, 0);
    free(all);
}


/* A helper that cannot be started: the task waits for better times. */

static void
test_no_helper(void **state)
{
    int64_t       id;
    asr_op_t      op;
    asr_result_t  r;

    memset(&counters, 0, sizeof(counters));
    open_store();
    errors = 0;
    id = submit(clip_wav(1));
    start(1, "/nonexistent/asr-decode");

    while (counters.decode_failures == 0) {
        usleep(1000);
    }

    assert_true(errors >= 1);
    stop();

    /* released while it waited to try again: no attempt was spent */

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_CREATED);
    assert_int_equal(op.task.attempts, 0);

    start(1, decode_path);
    r = result_of(id);
    assert_true(check_result(&r) > 3);
    stop();
}


/* The disk under the store fails for a while; nothing is lost. */

static void
test_store_fails(void **state)
{
    int64_t       id;
    asr_result_t  r;

    memset(&counters, 0, sizeof(counters));
    open_store();
    id = submit(clip_wav(0));
    warnings = 0;

    start(1, decode_path);
    await_segment();
    atomic_store(&disk_write_rc, SQLITE_IOERR_WRITE);

    /* the segment is recognised, and cannot be told to the store */

    while (warnings == 0) {
        usleep(1000);
    }

    assert_int_equal(fx_state(fx.s, id), ASR_TASK_RECOGNISING);
    atomic_store(&disk_write_rc, 0);

    r = result_of(id);
    assert_true(check_result(&r) > 10);
    stop();
    assert_int_equal(counters.tasks_failed, 0);
}


/* Threads are called by name, run at nice 19 and take no signals. */

static void
test_threads(void **state)
{
    int             n;
    char            path[300], line[256];
    DIR            *d;
    FILE           *f;
    uint64_t        blocked;
    struct dirent  *e;

    open_store();
    start(3, decode_path);
    n = 0;

    /* a thread names itself, then lowers itself */

    while (n != 3 + 2) {
        d = opendir("/proc/self/task");
        assert_non_null(d);
        n = 0;

        while ((e = readdir(d)) != NULL) {
            (void) snprintf(path, sizeof(path), "/proc/self/task/%s/comm",
                            e->d_name);
            f = fopen(path, "r");

            if (f == NULL) {
                continue;
            }

            line[0] = '\0';
            assert_true(fgets(line, sizeof(line), f) != NULL);
            fclose(f);

            if ((strncmp(line, "asr-recog-", 10) != 0
                 && strncmp(line, "asr-task-", 9) != 0)
                || getpriority(PRIO_PROCESS,
                               (id_t) strtoul(e->d_name, NULL, 10)) != 19)
            {
                continue;
            }

            n++;
            (void) snprintf(path, sizeof(path), "/proc/self/task/%s/status",
                            e->d_name);
            f = fopen(path, "r");
            assert_non_null(f);
            blocked = 0;

            while (fgets(line, sizeof(line), f) != NULL) {
                if (strncmp(line, "SigBlk:", 7) == 0) {
                    blocked = strtoull(line + 7, NULL, 16);
                }
            }

            fclose(f);
            assert_true(blocked & (1ULL << (SIGTERM - 1)));
            assert_true(blocked & (1ULL << (SIGCHLD - 1)));
            assert_false(blocked & (1ULL << (SIGSEGV - 1)));
        }

        closedir(d);
    }

    assert_int_equal(asr_runner_running(runner), 3 + 2);
    stop();

    /* none at all is a runner too */

    start(0, decode_path);
    assert_int_equal(asr_runner_running(runner), 0);
    assert_int_equal(asr_runner_end(runner), ASR_OK);
    runner = NULL;
}


/* Noise that comes and goes: long to recognise, and taken for speech. */

static wav_t
babble(size_t n)
{
    size_t     i;
    wav_t      w;
    int16_t   *pcm;
    uint32_t   seed;

    pcm = malloc(n * sizeof(int16_t));
    assert_non_null(pcm);
    seed = 7;

    for (i = 0; i < n; i++) {
        seed = seed * 1103515245 + 12345;
        pcm[i] = (int16_t) ((double) (int16_t) (seed >> 16) * 0.4
                            * (0.1 + fabs(sin((double) i / 2400))));
    }

    w = wav_pcm16(1, 16000, pcm, n);
    free(pcm);

    return w;
}


#ifdef SYS_pause

/* Is some thread of ours in pause(2), where an abandoned one ends? */

static bool
parked(void)
{
    long            number;
    bool            found;
    char            path[300];
    DIR            *d;
    FILE           *f;
    struct dirent  *e;

    found = false;
    d = opendir("/proc/self/task");
    assert_non_null(d);

    while ((e = readdir(d)) != NULL) {
        (void) snprintf(path, sizeof(path), "/proc/self/task/%s/syscall",
                        e->d_name);
        f = fopen(path, "r");

        if (f != NULL) {
            if (fscanf(f, "%ld", &number) == 1 && number == SYS_pause) {
                found = true;
            }

            fclose(f);
        }
    }

    closedir(d);

    return found;
}


/*
 * The process is about to exit with a thread in an utterance.  In a child,
 * since it leaves that thread behind.
 */

static void
abandon(void)
{
    char      path[96];
    int64_t   id;
    asr_op_t  op;

    open_store();
    id = submit(babble(18 * 16000));
    start(1, decode_path);
    await_segment();

    assert_int_equal(asr_runner_end(runner), ASR_AGAIN);
    assert_int_equal(asr_runner_running(runner), 1);
    assert_int_equal(asr_runner_busy(runner), 1);
    asr_store_close(fx.s);
    asr_spool_close(fx.spool);

    while (!parked()) {
        usleep(1000);
    }

    assert_int_equal(asr_runner_end(runner), ASR_AGAIN);
    assert_int_equal(counters.segments, 0);

    /* the segment was given back with the store */

    (void) snprintf(path, sizeof(path), "%s/spool", fx.dir);
    fx.spool = asr_spool_open(path, 0);
    assert_non_null(fx.spool);
    fx.s = fx_open(0);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.task.id, id);
    assert_int_equal(op.segment.attempts, 1);
    asr_store_close(fx.s);

    _exit(0);
}


static void
test_abandoned(void **state)
{
    int    status;
    pid_t  pid;

    memset(&counters, 0, sizeof(counters));
    pid = fork();
    assert_true(pid >= 0);

    if (pid == 0) {
        abandon();
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

#endif


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_stop),
        STORE_TEST(test_pcm_lost),
        STORE_TEST(test_no_helper),
        STORE_TEST(test_store_fails),
        STORE_TEST(test_threads),
#ifdef SYS_pause
        STORE_TEST(test_abandoned),
#endif
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
