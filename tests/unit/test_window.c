/*
 * The rate window, against a list of all admissions.
 */

#include "unit.h"

#include "base/asr_window.h"


#define MANY  4000


static int64_t   admitted[MANY];
static unsigned  n_admitted;
static uint64_t  seed;


static uint32_t
next_random(uint32_t below)
{
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;

    return (uint32_t) (seed >> 33) % below;
}


static asr_window_t *
window_create(uint32_t limit, uint32_t window_ms, int64_t now)
{
    asr_window_t  *w;

    /* exactly the size told, so that an overrun is seen */

    w = malloc(asr_window_size(limit));
    assert_non_null(w);
    asr_window_init(w, limit, window_ms, now);

    return w;
}


/* What the window must say, from all admissions ever. */

static uint32_t
expect_used(int64_t now, uint32_t window_ms, int64_t *oldest)
{
    unsigned  i;
    uint32_t  used;

    used = 0;
    *oldest = 0;

    for (i = 0; i < n_admitted; i++) {
        if (now - admitted[i] < window_ms) {
            if (used++ == 0) {
                *oldest = admitted[i];
            }
        }
    }

    return used;
}


static void
check_random(uint32_t limit, uint32_t window_ms, int64_t start,
    uint32_t max_step)
{
    bool           ok;
    int            i;
    int64_t        now, oldest;
    uint32_t       used, retry;
    asr_window_t  *w;

    w = window_create(limit, window_ms, start);
    n_admitted = 0;
    now = start;

    for (i = 0; i < MANY; i++) {
        now += next_random(3) == 0 ? next_random(max_step) : 0;

        used = expect_used(now, window_ms, &oldest);
        assert_int_equal(asr_window_used(w, now), used);

        retry = 0;
        ok = asr_window_admit(w, now, &retry);

        assert_int_equal(ok, used < limit);

        if (ok) {
            admitted[n_admitted++] = now;
            assert_int_equal(retry, 0);

        } else {
            assert_true(retry > 0);
            assert_int_equal(retry, oldest + window_ms - now);
        }
    }

    free(w);
}


static void
test_random(void **state)
{
    for (seed = 1; seed < 6; seed++) {
        check_random(1, 1000, 0, 900);
        check_random(2, 1000, -5000, 700);
        check_random(20, 1000, 1000000, 60);
        check_random(20, 60000, INT64_MAX / 4, 4000);
        check_random(7, 1, 0, 3);
    }

    /* steps that pass 2^32 ms many times: the base must move on */

    check_random(5, 1000, 0, 2000000000);
    check_random(5, UINT32_MAX, 0, 2000000000);
    check_random(50, 2000000000, 0, 100000000);
    check_random(3, UINT32_MAX, 17, UINT32_MAX);
}


static void
test_burst(void **state)
{
    int            i;
    uint32_t       retry;
    asr_window_t  *w;

    w = window_create(20, 1000, 5);

    for (i = 0; i < 20; i++) {
        assert_true(asr_window_admit(w, 5, &retry));
    }

    assert_int_equal(asr_window_used(w, 5), 20);
    assert_false(asr_window_admit(w, 5, &retry));
    assert_int_equal(retry, 1000);
    assert_false(asr_window_admit(w, 1004, &retry));
    assert_int_equal(retry, 1);
    assert_int_equal(asr_window_used(w, 1005), 0);
    assert_true(asr_window_admit(w, 1005, &retry));

    free(w);
}


static void
test_backwards(void **state)
{
    uint32_t       retry;
    asr_window_t  *w;

    w = window_create(1, 1000, 10000);

    assert_true(asr_window_admit(w, 10000, &retry));
    assert_false(asr_window_admit(w, 10900, &retry));
    assert_int_equal(retry, 100);

    /* the clock went back: the newest time seen goes on being now */

    assert_false(asr_window_admit(w, 0, &retry));
    assert_int_equal(retry, 100);
    assert_int_equal(asr_window_used(w, -1), 1);
    assert_true(asr_window_admit(w, 11000, &retry));
    assert_false(asr_window_admit(w, INT64_MIN, &retry));
    assert_int_equal(retry, 1000);

    free(w);
}


static void
test_size(void **state)
{
    assert_int_equal(asr_window_size(1), sizeof(asr_window_t) + 4);
    assert_true(asr_window_size(UINT32_MAX)
                == sizeof(asr_window_t) + 4ULL * UINT32_MAX);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_burst),
        cmocka_unit_test(test_backwards),
        cmocka_unit_test(test_size)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
