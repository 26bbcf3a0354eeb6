/*
 * Wake-ups: none is lost, over processes as well.
 */

#include "unit.h"

#include "base/asr_wake.h"
#include "base/asr_clock.h"

#include <pthread.h>
#include <sys/wait.h>


#define LONG_MS  60000
#define ROUNDS   20000


typedef struct {
    asr_wake_t        wake;
    _Atomic int64_t   jobs;
    _Atomic uint32_t  done;
    _Atomic uint32_t  stop;
} shared_t;


static shared_t *
shared_create(void)
{
    shared_t  *s;

    s = mmap(NULL, sizeof(shared_t), PROT_READ|PROT_WRITE,
             MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(s, MAP_FAILED);

    return s;
}


/* Takes jobs until told to stop; a lost wake-up costs it a minute. */

static void *
worker(void *arg)
{
    int64_t    n;
    uint32_t   seq;
    shared_t  *s = arg;

    for ( ;; ) {
        seq = asr_wake_seq(&s->wake);

        n = atomic_load(&s->jobs);

        while (n > 0 && !atomic_compare_exchange_weak(&s->jobs, &n, n - 1)) {
            /* void */
        }

        if (n > 0) {
            atomic_fetch_add(&s->done, 1);
            continue;
        }

        if (atomic_load(&s->stop)) {
            return NULL;
        }

        asr_wake_wait(&s->wake, seq, LONG_MS);
    }
}


static void
post_all(shared_t *s)
{
    int  i;

    for (i = 0; i < ROUNDS; i++) {
        atomic_fetch_add(&s->jobs, 1);
        asr_wake_post(&s->wake, 1);
    }

    atomic_store(&s->stop, 1);
    asr_wake_post(&s->wake, 1000);
}


static void
test_no_wait(void **state)
{
    int64_t     start;
    asr_wake_t  w;

    memset(&w, 0, sizeof(w));
    start = asr_clock_mono_ms();

    /* the sequence has moved on */

    asr_wake_post(&w, 1);
    asr_wake_wait(&w, 0, LONG_MS);
    asr_wake_post(&w, 0);
    asr_wake_wait(&w, 1, LONG_MS);

    /* no time */

    asr_wake_wait(&w, asr_wake_seq(&w), 0);

    assert_int_equal(asr_wake_seq(&w), 2);
    assert_int_equal(w.waiters, 0);
    assert_true(asr_clock_mono_ms() - start < LONG_MS / 2);
}


static void
test_timeout(void **state)
{
    int64_t     start;
    asr_wake_t  w;

    memset(&w, 0, sizeof(w));
    start = asr_clock_mono_ms();

    asr_wake_wait(&w, asr_wake_seq(&w), 30);

    assert_in_range(asr_clock_mono_ms() - start, 29, LONG_MS / 2);
    assert_int_equal(w.waiters, 0);
}


static void
test_threads(void **state)
{
    int         i;
    int64_t     start;
    shared_t   *s;
    pthread_t   threads[4];

    s = shared_create();
    start = asr_clock_mono_ms();

    for (i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, worker, s), 0);
    }

    post_all(s);

    for (i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    assert_int_equal(s->done, ROUNDS);
    assert_int_equal(s->wake.waiters, 0);
    assert_true(asr_clock_mono_ms() - start < LONG_MS / 2);

    munmap(s, sizeof(shared_t));
}


static void
test_processes(void **state)
{
    int        i, status;
    pid_t      pids[3];
    int64_t    start;
    shared_t  *s;

    s = shared_create();
    start = asr_clock_mono_ms();

    for (i = 0; i < 3; i++) {
        pids[i] = fork();

        if (pids[i] == 0) {
            worker(s);
            _exit(0);
        }

        assert_true(pids[i] > 0);
    }

    post_all(s);

    for (i = 0; i < 3; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }

    assert_int_equal(s->done, ROUNDS);
    assert_true(asr_clock_mono_ms() - start < LONG_MS / 2);

    munmap(s, sizeof(shared_t));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_no_wait),
        cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_processes)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
