/*
 * The growing buffer: ceiling, failing malloc (the source is included to fail
 * it).
 */

#include "unit.h"

#include "base/asr_base.h"


static int  fail_in = -1;            /* allocations until one fails */


static bool
must_fail(void)
{
    if (fail_in == 0) {
        return true;
    }

    if (fail_in > 0) {
        fail_in--;
    }

    return false;
}


static void *
failing_malloc(size_t n)
{
    return must_fail() ? NULL : malloc(n);
}


static void *
failing_realloc(void *p, size_t n)
{
    return must_fail() ? NULL : realloc(p, n);
}


#define malloc(n)      failing_malloc(n)
#define realloc(p, n)  failing_realloc(p, n)
#include "base/asr_buf.c"


static void
test_append(void **state)
{
    size_t     i;
    asr_buf_t  b;

    asr_buf_init(&b, 100000);
    assert_null(b.data);

    assert_int_equal(asr_buf_append(&b, NULL, 0), ASR_OK);
    assert_null(b.data);

    for (i = 0; i < 100000; i++) {
        assert_int_equal(asr_buf_append(&b, &"0123456789"[i % 10], 1),
                         ASR_OK);
    }

    assert_int_equal(b.len, 100000);
    assert_true(b.size <= 100000);

    for (i = 0; i < b.len; i++) {
        assert_int_equal(b.data[i], '0' + (int) (i % 10));
    }

    assert_int_equal(asr_buf_append(&b, "x", 1), ASR_NOMEM);
    assert_true(b.failed);
    assert_int_equal(b.len, 100000);
    assert_int_equal(asr_buf_append(&b, "", 0), ASR_NOMEM);

    asr_buf_free(&b);
    asr_buf_free(&b);

    assert_false(b.failed);
    assert_int_equal(asr_buf_append(&b, "again", 5), ASR_OK);
    assert_int_equal(asr_buf_str(&b).len, 5);
    assert_memory_equal(asr_buf_str(&b).data, "again", 5);
    asr_buf_free(&b);
}


static void
test_ceiling(void **state)
{
    size_t     ceiling, step, want;
    asr_buf_t  b;
    char       piece[2000];

    memset(piece, 'p', sizeof(piece));

    for (ceiling = 0; ceiling < 3000; ceiling += 31) {
        for (step = 1; step <= sizeof(piece); step = step * 2 + 1) {
            asr_buf_init(&b, ceiling);

            while (asr_buf_append(&b, piece, step) == ASR_OK) {
                assert_true(b.size <= ceiling);
            }

            want = ceiling / step * step;
            assert_int_equal(b.len, want);

            asr_buf_free(&b);
        }
    }

    asr_buf_init(&b, SIZE_MAX);
    assert_int_equal(asr_buf_append(&b, "x", 1), ASR_OK);
    assert_int_equal(asr_buf_append(&b, "x", SIZE_MAX), ASR_NOMEM);
    asr_buf_free(&b);
}


static void
test_printf(void **state)
{
    size_t     n, ceiling;
    asr_buf_t  b;

    asr_buf_init(&b, 10000);
    assert_int_equal(asr_buf_printf(&b, "%s=%d;", "a", 1), ASR_OK);
    assert_int_equal(asr_buf_printf(&b, "%*d", 300, 2), ASR_OK);
    assert_int_equal(b.len, 304);
    assert_memory_equal(b.data, "a=1;  ", 6);
    assert_int_equal(b.data[303], '2');
    asr_buf_free(&b);

    /* exactly up to the ceiling, and one byte more */

    for (n = 250; n < 262; n++) {
        for (ceiling = 250; ceiling < 262; ceiling++) {
            asr_buf_init(&b, ceiling);
            assert_int_equal(asr_buf_printf(&b, "%*d", (int) n, 3),
                             n <= ceiling ? ASR_OK : ASR_NOMEM);
            assert_int_equal(b.len, n <= ceiling ? n : 0);
            assert_int_equal(b.failed, n > ceiling);
            asr_buf_free(&b);
        }
    }

    asr_buf_init(&b, 10);
    b.failed = true;
    assert_int_equal(asr_buf_printf(&b, "x"), ASR_NOMEM);
    assert_int_equal(asr_buf_printf(&b, "%300d", 1), ASR_NOMEM);
    assert_int_equal(b.len, 0);
}


static void
test_nomem(void **state)
{
    asr_buf_t  b;

    asr_buf_init(&b, 10000);

    fail_in = 0;
    assert_int_equal(asr_buf_append(&b, "x", 1), ASR_NOMEM);
    assert_true(b.failed);

    /* it stays failed */

    fail_in = -1;
    assert_int_equal(asr_buf_append(&b, "x", 1), ASR_NOMEM);
    asr_buf_free(&b);

    fail_in = 1;
    assert_int_equal(asr_buf_append(&b, "x", 1), ASR_OK);
    assert_int_equal(asr_buf_printf(&b, "%300d", 1), ASR_NOMEM);
    assert_int_equal(b.len, 1);
    fail_in = -1;
    asr_buf_free(&b);

    fail_in = 1;
    assert_int_equal(asr_buf_printf(&b, "%300d", 1), ASR_NOMEM);
    assert_true(b.failed);
    fail_in = -1;
    asr_buf_free(&b);
}


static void
test_lent(void **state)
{
    char       mem[8];
    asr_buf_t  b;

    asr_buf_init_in(&b, mem, sizeof(mem), 64);
    assert_int_equal(asr_buf_append(&b, "12345678", 8), ASR_OK);
    assert_ptr_equal(b.data, mem);

    asr_buf_free(&b);
    assert_int_equal(b.len, 0);
    assert_int_equal(asr_buf_append(&b, "abcd", 4), ASR_OK);
    assert_ptr_equal(b.data, mem);

    /* grown out of it: what was written comes along */

    assert_int_equal(asr_buf_append(&b, "efghi", 5), ASR_OK);
    assert_ptr_not_equal(b.data, mem);
    assert_int_equal(b.len, 9);
    assert_memory_equal(b.data, "abcdefghi", 9);

    assert_int_equal(asr_buf_append(&b, mem, 56), ASR_NOMEM);
    assert_true(b.failed);
    asr_buf_free(&b);
    asr_buf_free(&b);
    assert_int_equal(b.len, 0);
    assert_false(b.failed);
}


static void
test_int(void **state)
{
    size_t     i;
    asr_buf_t  b;

    static const struct {
        int64_t      v;
        const char  *text;
    } cases[] = {
        { 0, "0" }, { 7, "7" }, { -1, "-1" }, { 1234567890, "1234567890" },
        { INT64_MAX, "9223372036854775807" },
        { INT64_MIN, "-9223372036854775808" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        asr_buf_init(&b, 64);
        assert_int_equal(asr_buf_int(&b, cases[i].v), ASR_OK);
        assert_int_equal(b.len, strlen(cases[i].text));
        assert_memory_equal(b.data, cases[i].text, b.len);
        asr_buf_free(&b);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_printf),
        cmocka_unit_test(test_nomem),
        cmocka_unit_test(test_lent),
        cmocka_unit_test(test_int)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
