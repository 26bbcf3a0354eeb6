/*
 * The arena: alignment, ceiling, failing malloc.  The source is included to
 * give it a malloc that fails when told.
 */

#include "unit.h"

#include "base/asr_arena.h"


static int   fail_in = -1;           /* mallocs until one fails; -1: never */


static void *
failing_malloc(size_t n)
{
    if (fail_in == 0) {
        return NULL;
    }

    if (fail_in > 0) {
        fail_in--;
    }

    return malloc(n);
}


#define malloc(n)  failing_malloc(n)
#include "base/asr_arena.c"


static void
test_alloc(void **state)
{
    char         *p[400];
    size_t        i, n;
    asr_arena_t   a;

    asr_arena_init(&a, 1 << 20);
    assert_int_equal(a.used, 0);

    for (i = 0; i < asr_nelts(p); i++) {
        n = i * 7 % 300;
        p[i] = asr_arena_alloc(&a, n);

        assert_non_null(p[i]);
        assert_int_equal((uintptr_t) p[i] % 16, 0);
        memset(p[i], (int) (i & 0xff), n);
    }

    for (i = 0; i < asr_nelts(p); i++) {
        n = i * 7 % 300;

        while (n-- != 0) {
            assert_int_equal((unsigned char) p[i][n], i & 0xff);
        }
    }

    /* no two are the same, the empty ones included */

    assert_ptr_not_equal(asr_arena_alloc(&a, 0), asr_arena_alloc(&a, 0));

    asr_arena_free(&a);
    asr_arena_free(&a);
    assert_int_equal(a.used, 0);

    p[0] = asr_arena_zalloc(&a, 5000);
    assert_non_null(p[0]);

    for (i = 0; i < 5000; i++) {
        assert_int_equal(p[0][i], 0);
    }

    asr_arena_free(&a);
}


static void
test_first_chunk(void **state)
{
    asr_arena_t  a;

    asr_arena_init(&a, 65536);
    assert_non_null(asr_arena_alloc(&a, 1));
    assert_int_equal(a.used, 4096);
    assert_non_null(asr_arena_alloc(&a, 4000));
    assert_int_equal(a.used, 4096);
    assert_non_null(asr_arena_alloc(&a, 4000));
    assert_int_equal(a.used, 8192);
    asr_arena_free(&a);
}


static void
test_ceiling(void **state)
{
    size_t       ceiling, n, step, got;
    asr_arena_t  a;

    for (ceiling = 0; ceiling < 20000; ceiling += 97) {
        for (step = 1; step < 5000; step = step * 3 + 1) {
            asr_arena_init(&a, ceiling);
            got = 0;

            while (asr_arena_alloc(&a, step) != NULL) {
                got += step;
            }

            assert_true(a.used <= ceiling);
            assert_true(got <= ceiling);

            asr_arena_free(&a);
        }
    }

    asr_arena_init(&a, 1000);
    assert_null(asr_arena_alloc(&a, SIZE_MAX));
    assert_null(asr_arena_alloc(&a, SIZE_MAX - 20));
    assert_null(asr_arena_zalloc(&a, 1001));
    assert_non_null(asr_arena_alloc(&a, 900));
    asr_arena_free(&a);

    asr_arena_init(&a, SIZE_MAX);

    for (n = SIZE_MAX; n > SIZE_MAX - 100; n--) {
        assert_null(asr_arena_alloc(&a, n));
    }

    asr_arena_free(&a);
}


static void
test_str(void **state)
{
    asr_str_t    s;
    asr_arena_t  a;

    asr_arena_init(&a, 8192);

    s = asr_arena_str(&a, asr_str("a\0b"));
    assert_int_equal(s.len, 3);
    assert_memory_equal(s.data, "a\0b", 4);

    s = asr_arena_str(&a, asr_str_null());
    assert_int_equal(s.len, 0);
    assert_non_null(s.data);
    assert_int_equal(s.data[0], '\0');

    s = asr_arena_printf(&a, "%d-%s", 7, "x");
    assert_int_equal(s.len, 3);
    assert_string_equal(s.data, "7-x");

    s = asr_arena_printf(&a, "%300d", 5);
    assert_int_equal(s.len, 300);
    assert_int_equal(strlen(s.data), 300);
    assert_int_equal(s.data[299], '5');

    s = asr_arena_printf(&a, "%255d%s", 5, "");
    assert_int_equal(s.len, 255);
    s = asr_arena_printf(&a, "%256d", 5);
    assert_int_equal(s.len, 256);

    s = asr_arena_printf(&a, "%20000d", 5);
    assert_null(s.data);
    assert_int_equal(s.len, 0);

    s = asr_arena_str(&a, (asr_str_t) { SIZE_MAX, "" });
    assert_null(s.data);

    asr_arena_free(&a);

    asr_arena_init(&a, 0);
    assert_null(asr_arena_printf(&a, "x").data);
    assert_null(asr_arena_str(&a, asr_str_null()).data);
}


static void
test_nomem(void **state)
{
    asr_arena_t  a;

    asr_arena_init(&a, 65536);

    fail_in = 0;
    assert_null(asr_arena_alloc(&a, 1));
    assert_null(asr_arena_zalloc(&a, 1));
    assert_null(asr_arena_str(&a, asr_str("x")).data);
    assert_null(asr_arena_printf(&a, "x").data);
    assert_null(asr_arena_printf(&a, "%300d", 1).data);
    assert_int_equal(a.used, 0);

    fail_in = 1;
    assert_non_null(asr_arena_alloc(&a, 4000));
    assert_null(asr_arena_alloc(&a, 4000));
    assert_non_null(asr_arena_alloc(&a, 16));

    fail_in = -1;
    assert_non_null(asr_arena_alloc(&a, 4000));
    asr_arena_free(&a);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_alloc),
        cmocka_unit_test(test_first_chunk),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_str),
        cmocka_unit_test(test_nomem)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
