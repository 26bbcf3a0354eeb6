/* The mock's store: its tables by id and its heaps of timers, at random. */

#define _GNU_SOURCE

#include "mock_store.h"


#define TIMERS  500


static void
test_table(void **state)
{
    int                i;
    asr_mock_node_t   *nodes;
    asr_mock_table_t   t;

    memset(&t, 0, sizeof(t));
    nodes = calloc(5000, sizeof(asr_mock_node_t));
    assert_null(asr_mock_table_find(&t, 1));

    for (i = 0; i < 5000; i++) {
        nodes[i].id = (INT64_C(1) << 40) + i
                      + (i % 2 == 0 ? 0 : (int64_t) i << 23);
        assert_null(asr_mock_table_find(&t, nodes[i].id));
        assert_int_equal(asr_mock_table_add(&t, &nodes[i]), ASR_OK);
    }

    for (i = 0; i < 5000; i += 3) {
        asr_mock_table_remove(&t, &nodes[i]);
    }

    for (i = 0; i < 5000; i++) {
        assert_ptr_equal(asr_mock_table_find(&t, nodes[i].id),
                         i % 3 == 0 ? NULL : &nodes[i]);
    }

    assert_int_equal(t.n, 5000 - 1667);
    free(t.slots);
    free(nodes);
}


/* First out is what has the least time, of equal ones what was set first. */

static void
test_timers(void **state)
{
    int                 i, k, n;
    asr_mock_timer_t    timers[TIMERS], *first;
    asr_mock_timers_t   h;
    asr_mock_random_t   r;

    memset(&h, 0, sizeof(h));
    memset(timers, 0, sizeof(timers));
    asr_mock_seed(&r, 1);

    for (k = 0; k < 20; k++) {

        for (i = 0; i < TIMERS; i++) {
            assert_int_equal(asr_mock_timer_set(&h, &timers[i],
                                                (int64_t) asr_mock_below(&r,
                                                                         100),
                                                (uint64_t) i),
                             ASR_OK);
        }

        /* some are set anew, some are not wanted any more */

        for (i = 0; i < TIMERS; i++) {
            n = (int) asr_mock_below(&r, TIMERS);

            if (i % 2 == 0) {
                asr_mock_timer_clear(&h, &timers[n]);

            } else {
                assert_int_equal(asr_mock_timer_set(&h, &timers[n],
                                                    timers[n].ms / 2,
                                                    timers[n].serial),
                                 ASR_OK);
            }
        }

        while (h.n != 0) {
            first = h.t[0];

            for (i = 0; i < TIMERS; i++) {
                assert_true(timers[i].at == 0 || first->ms < timers[i].ms
                            || (first->ms == timers[i].ms
                                && first->serial <= timers[i].serial));
                assert_true(timers[i].at == 0
                            || h.t[timers[i].at - 1] == &timers[i]);
            }

            asr_mock_timer_clear(&h, first);
            asr_mock_timer_clear(&h, first);
        }
    }

    free(h.t);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_table), cmocka_unit_test(test_timers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
