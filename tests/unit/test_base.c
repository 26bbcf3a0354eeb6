/*
 * Strings, numbers, UTF-8, the log hook.
 */

#include "unit.h"

#include "base/asr_base.h"

#include <errno.h>


static int   logged_level;
static char  logged[4096];


static void
on_log(int level, const char *line)
{
    logged_level = level;
    snprintf(logged, sizeof(logged), "%s", line);
    errno = EBADF;
}


static void
test_caseeq(void **state)
{
    assert_true(asr_str_caseeq(asr_str("Content-Type"),
                               asr_str("cONTENT-tYPE")));
    assert_true(asr_str_caseeq(asr_str_null(), asr_str("")));
    assert_false(asr_str_caseeq(asr_str("a"), asr_str("ab")));
    assert_false(asr_str_caseeq(asr_str("a"), asr_str("b")));

    /* neighbours of the letters, and no locale */

    assert_false(asr_str_caseeq(asr_str("@["), asr_str("`{")));
    assert_false(asr_str_caseeq(asr_str("\xc0"), asr_str("\xe0")));

    assert_true(asr_str_eq(asr_str_null(), asr_str("")));
    assert_false(asr_str_eq(asr_str("a"), asr_str("A")));

    assert_int_equal(asr_cstr(NULL).len, 0);
    assert_int_equal(asr_cstr("abc").len, 3);
}


static void
test_int(void **state)
{
    int64_t  v;
    size_t   i;

    static const struct {
        asr_str_t  text;
        asr_err_t  err;
        int64_t    value;
    } cases[] = {
        { ASR_STR("0"), ASR_OK, 0 },
        { ASR_STR("-0"), ASR_OK, 0 },
        { ASR_STR("007"), ASR_OK, 7 },
        { ASR_STR("-15"), ASR_OK, -15 },
        { ASR_STR("9223372036854775807"), ASR_OK, INT64_MAX },
        { ASR_STR("-9223372036854775808"), ASR_OK, INT64_MIN },
        { ASR_STR("9223372036854775808"), ASR_TOOBIG, 0 },
        { ASR_STR("-9223372036854775809"), ASR_TOOBIG, 0 },
        { ASR_STR("9223372036854775810"), ASR_TOOBIG, 0 },
        { ASR_STR("99999999999999999999999999"), ASR_TOOBIG, 0 },
        { ASR_STR("18446744073709551616"), ASR_TOOBIG, 0 },
        { ASR_STR("99999999999999999999999999x"), ASR_INVALID, 0 },
        { ASR_STR(""), ASR_INVALID, 0 },
        { ASR_STR("-"), ASR_INVALID, 0 },
        { ASR_STR("--1"), ASR_INVALID, 0 },
        { ASR_STR("+1"), ASR_INVALID, 0 },
        { ASR_STR(" 1"), ASR_INVALID, 0 },
        { ASR_STR("1 "), ASR_INVALID, 0 },
        { ASR_STR("1.0"), ASR_INVALID, 0 },
        { ASR_STR("1e3"), ASR_INVALID, 0 },
        { ASR_STR("1\0"), ASR_INVALID, 0 },
        { ASR_STR("\xb1"), ASR_INVALID, 0 }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        v = 4711;
        assert_int_equal(asr_str_int(cases[i].text, &v), cases[i].err);
        assert_int_equal(v, cases[i].err == ASR_OK ? cases[i].value : 4711);
    }
}


static void
check_utf8(const char *p, size_t n, bool valid, size_t prefix)
{
    char    *g;
    size_t   pad, total;
    char     text[64];

    /* at every distance from the eight byte steps */

    for (pad = 0; pad < 20; pad++) {
        memset(text, 'x', pad);
        memcpy(text + pad, p, n);
        total = pad + n;

        g = unit_guard(text, total);

        assert_int_equal(asr_utf8_valid((asr_str_t) { total, g }), valid);
        assert_int_equal(asr_utf8_prefix((asr_str_t) { total, g }),
                         pad + prefix);

        unit_unguard(g, total);
    }
}


static void
test_utf8(void **state)
{
    size_t  i;

    static const asr_str_t  good[] = {
        ASR_STR(""), ASR_STR("plain"), ASR_STR("\0"), ASR_STR("\x7f"),
        ASR_STR("\xc2\x80"), ASR_STR("\xdf\xbf"),
        ASR_STR("\xe0\xa0\x80"), ASR_STR("\xed\x9f\xbf"),
        ASR_STR("\xee\x80\x80"), ASR_STR("\xef\xbf\xbf"),
        ASR_STR("\xf0\x90\x80\x80"), ASR_STR("\xf4\x8f\xbf\xbf")
    };

    static const struct {
        asr_str_t  text;
        size_t     prefix;
    } bad[] = {
        { ASR_STR("\x80"), 0 }, { ASR_STR("\xbf"), 0 },
        { ASR_STR("\xc0\x80"), 0 }, { ASR_STR("\xc1\xbf"), 0 },
        { ASR_STR("\xe0\x9f\xbf"), 0 }, { ASR_STR("\xed\xa0\x80"), 0 },
        { ASR_STR("\xed\xbf\xbf"), 0 }, { ASR_STR("\xf0\x8f\xbf\xbf"), 0 },
        { ASR_STR("\xf4\x90\x80\x80"), 0 }, { ASR_STR("\xf5\x80\x80\x80"), 0 },
        { ASR_STR("\xff"), 0 }, { ASR_STR("\xc2"), 0 },
        { ASR_STR("\xe4\xbd"), 0 }, { ASR_STR("\xf0\x9f\x98"), 0 },
        { ASR_STR("\xc2\x41"), 0 }, { ASR_STR("\xe4\xbd\x41"), 0 },
        { ASR_STR("\xf0\x9f\x98\x41"), 0 }, { ASR_STR("ok\xc3\xa4\xff"), 4 }
    };

    for (i = 0; i < asr_nelts(good); i++) {
        check_utf8(good[i].data, good[i].len, true, good[i].len);
    }

    for (i = 0; i < asr_nelts(bad); i++) {
        check_utf8(bad[i].text.data, bad[i].text.len, false, bad[i].prefix);
    }

    assert_true(asr_utf8_valid(asr_str_null()));

    assert_int_equal(asr_utf8_length(asr_str_null()), 0);
    assert_int_equal(asr_utf8_length(asr_str("a\xc3\xa4\xe4\xbd\xa0"
                                             "\xf0\x9f\x98\x80")), 4);
}


static void
test_utf8_encode(void **state)
{
    char      out[4];
    size_t    n, sum;
    uint32_t  code;

    sum = 0;

    for (code = 0; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff) {
            continue;
        }

        n = asr_utf8_encode(code, out);
        sum += n;

        if (!asr_utf8_valid((asr_str_t) { n, out })
            || asr_utf8_length((asr_str_t) { n, out }) != 1)
        {
            fail_msg("U+%04X", code);
        }
    }

    assert_int_equal(sum, 0x80 + 2 * (0x800 - 0x80)
                          + 3 * (0x10000 - 0x800 - 0x800)
                          + 4 * 0x100000);

    assert_int_equal(asr_utf8_encode(0x20ac, out), 3);
    assert_memory_equal(out, "\xe2\x82\xac", 3);
}


static void
test_hex_digit(void **state)
{
    int  c, n;

    n = 0;

    for (c = -128; c < 128; c++) {
        n += asr_hex_digit((char) c) != -1;
    }

    assert_int_equal(n, 22);
    assert_int_equal(asr_hex_digit('0'), 0);
    assert_int_equal(asr_hex_digit('9'), 9);
    assert_int_equal(asr_hex_digit('a'), 10);
    assert_int_equal(asr_hex_digit('F'), 15);
}


static void
test_log(void **state)
{
    char     big[5000], line[256];
    int      fds[2], saved;
    ssize_t  n;

    asr_log_set(on_log);

    errno = ENOENT;
    asr_log(ASR_LOG_WARN, "%s %d", "one\ntwo\x1b[0m\x7f", 3);

    assert_int_equal(errno, ENOENT);
    assert_int_equal(logged_level, ASR_LOG_WARN);
    assert_string_equal(logged, "one?two?[0m? 3");

    memset(big, 'x', sizeof(big));
    big[sizeof(big) - 1] = '\0';
    asr_log(ASR_LOG_ERR, "%s", big);
    assert_int_equal(strlen(logged), 2047);

    /* the default: stderr */

    asr_log_set(NULL);

    assert_int_equal(pipe(fds), 0);
    saved = dup(STDERR_FILENO);
    dup2(fds[1], STDERR_FILENO);

    asr_log(ASR_LOG_NOTICE, "hello");
    asr_log(99, "bye");

    dup2(saved, STDERR_FILENO);
    close(saved);
    close(fds[1]);

    n = read(fds[0], line, sizeof(line) - 1);
    close(fds[0]);

    assert_true(n > 0);
    line[n] = '\0';
    assert_string_equal(line, "asr: [notice] hello\nasr: [debug] bye\n");
}


static void
test_trim_cut(void **state)
{
    asr_str_t  s;

    assert_true(asr_str_eq(asr_str_trim(asr_str(" \t a b\t ")),
                           asr_str("a b")));
    assert_int_equal(asr_str_trim(asr_str(" \t ")).len, 0);
    assert_int_equal(asr_str_trim(asr_str_null()).len, 0);

    s = asr_str("a,,b");
    assert_true(asr_str_eq(asr_str_cut(&s, ','), asr_str("a")));
    assert_int_equal(asr_str_cut(&s, ',').len, 0);
    assert_non_null(s.data);
    assert_true(asr_str_eq(asr_str_cut(&s, ','), asr_str("b")));
    assert_null(s.data);

    /* a separator at the end leaves an empty piece, not none */

    s = asr_str("a,");
    (void) asr_str_cut(&s, ',');
    assert_non_null(s.data);
    assert_int_equal(s.len, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_caseeq),
        cmocka_unit_test(test_int),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_utf8_encode),
        cmocka_unit_test(test_hex_digit),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_trim_cut)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
