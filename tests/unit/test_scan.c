/*
 * The scanner: what is lifted, what is left, at every split.
 */

#include "unit.h"

#include "base/asr_json.h"
#include "base/asr_scan.h"


typedef struct {
    asr_buf_t  lifted;
    size_t     calls;
    size_t     fail_at;              /* the call that fails; 0: none */
} sink_t;


static asr_err_t
sink(void *ctx, const char *p, size_t n)
{
    sink_t  *s = ctx;

    assert_true(n > 0);

    if (++s->calls == s->fail_at) {
        return ASR_IO;
    }

    return asr_buf_append(&s->lifted, p, n);
}


static asr_err_t
scan(asr_str_t text, size_t a, size_t b, asr_scan_t *s, asr_buf_t *rest,
    sink_t *k)
{
    char       *g;
    size_t      i, cuts[4];
    asr_err_t   err;

    cuts[0] = 0;
    cuts[1] = a;
    cuts[2] = b;
    cuts[3] = text.len;

    memset(k, 0, sizeof(sink_t));
    asr_buf_init(&k->lifted, 1 << 20);
    asr_buf_init(rest, 1 << 20);
    asr_scan_init(s, asr_str("Data"), rest, sink, k);

    err = ASR_OK;

    for (i = 0; i < 3 && err == ASR_OK; i++) {
        g = unit_guard(text.data + cuts[i], cuts[i + 1] - cuts[i]);
        err = asr_scan_feed(s, g, cuts[i + 1] - cuts[i]);
        unit_unguard(g, cuts[i + 1] - cuts[i]);
    }

    return err;
}


typedef struct {
    asr_str_t  text;
    asr_str_t  rest;
    asr_str_t  lifted;
    unsigned   found;
} case_t;


static const case_t  cases[] = {
    /* lifted */
    { ASR_STR("{\"Data\":\"abc\"}"), ASR_STR("{\"Data\":\"\"}"),
      ASR_STR("abc"), 1 },
    { ASR_STR("{\"a\":1,\"Data\" : \n \"abc\" , \"b\":\"x\"}"),
      ASR_STR("{\"a\":1,\"Data\" : \n \"\" , \"b\":\"x\"}"),
      ASR_STR("abc"), 1 },
    { ASR_STR("{\"D\\u0061ta\":\"abc\"}"), ASR_STR("{\"D\\u0061ta\":\"\"}"),
      ASR_STR("abc"), 1 },
    { ASR_STR("{\"\\u0044\\u0061\\u0074\\u0061\":\"x\"}"),
      ASR_STR("{\"\\u0044\\u0061\\u0074\\u0061\":\"\"}"), ASR_STR("x"), 1 },
    { ASR_STR("{\"Data\":\"\"}"), ASR_STR("{\"Data\":\"\"}"), ASR_STR(""), 1 },
    { ASR_STR("{\"Data\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"}"),
      ASR_STR("{\"Data\":\"\"}"), ASR_STR("a\"\\/\b\f\n\r\tz"), 1 },
    { ASR_STR("{\"Data\":\"\\u00e4\\u4f60\\ud83d\\ude00\\u0001x\"}"),
      ASR_STR("{\"Data\":\"\"}"),
      ASR_STR("\xc3\xa4\xe4\xbd\xa0\xf0\x9f\x98\x80\x01x"), 1 },
    { ASR_STR("{\"Data\":\"a\",\"Data\":\"b\"}"),
      ASR_STR("{\"Data\":\"\",\"Data\":\"\"}"), ASR_STR("ab"), 2 },
    { ASR_STR("{\"x\":[{\"Data\":\"in\"}],\"Data\":\"out\"}"),
      ASR_STR("{\"x\":[{\"Data\":\"in\"}],\"Data\":\"\"}"),
      ASR_STR("out"), 1 },
    { ASR_STR("{\"x\":{\"Data\":1},\"Data\":\"out\",\"y\":[\"Data\",\"z\"]}"),
      ASR_STR("{\"x\":{\"Data\":1},\"Data\":\"\",\"y\":[\"Data\",\"z\"]}"),
      ASR_STR("out"), 1 },
    { ASR_STR("{\"x\":\"Data\",\"Data\":\"0123456789abcdef\\\"01234\"}"),
      ASR_STR("{\"x\":\"Data\",\"Data\":\"\"}"),
      ASR_STR("0123456789abcdef\"01234"), 1 },
    { ASR_STR("{\"x\":\"a\\\"Data\\\":\\\\\",\"Data\":\"y\"}"),
      ASR_STR("{\"x\":\"a\\\"Data\\\":\\\\\",\"Data\":\"\"}"),
      ASR_STR("y"), 1 },

    /* left alone */
    { ASR_STR("{\"Data\":12}"), ASR_STR("{\"Data\":12}"), ASR_STR(""), 0 },
    { ASR_STR("{\"Data\":null,\"a\":\"b\"}"),
      ASR_STR("{\"Data\":null,\"a\":\"b\"}"), ASR_STR(""), 0 },
    { ASR_STR("{\"Data\":[\"a\"]}"), ASR_STR("{\"Data\":[\"a\"]}"),
      ASR_STR(""), 0 },
    { ASR_STR("{\"Data\":{\"Data\":\"a\"}}"),
      ASR_STR("{\"Data\":{\"Data\":\"a\"}}"), ASR_STR(""), 0 },
    { ASR_STR("[\"Data\",\"x\"]"), ASR_STR("[\"Data\",\"x\"]"),
      ASR_STR(""), 0 },
    { ASR_STR("[{\"Data\":\"x\"}]"), ASR_STR("[{\"Data\":\"x\"}]"),
      ASR_STR(""), 0 },
    { ASR_STR("\"Data\""), ASR_STR("\"Data\""), ASR_STR(""), 0 },
    { ASR_STR("{\"data\":\"x\",\"Dat\":\"y\",\"Datab\":\"z\"}"),
      ASR_STR("{\"data\":\"x\",\"Dat\":\"y\",\"Datab\":\"z\"}"),
      ASR_STR(""), 0 },
    { ASR_STR("{\"Data\\u0020\":\"x\",\"\\ud83d\\ude00\":\"y\"}"),
      ASR_STR("{\"Data\\u0020\":\"x\",\"\\ud83d\\ude00\":\"y\"}"),
      ASR_STR(""), 0 },

    /* no JSON; it must fail later */
    { ASR_STR("{\"Data\",\"x\"}"), ASR_STR("{\"Data\",\"x\"}"),
      ASR_STR(""), 0 },
    { ASR_STR("{\"Data\" \"x\"}"), ASR_STR("{\"Data\" \"x\"}"),
      ASR_STR(""), 0 },
    { ASR_STR("{\"Data\":1 \"x\"}"), ASR_STR("{\"Data\":1 \"x\"}"),
      ASR_STR(""), 0 },
    { ASR_STR("}]}{\"a\" garbage \x01\xff"),
      ASR_STR("}]}{\"a\" garbage \x01\xff"), ASR_STR(""), 0 },
    { ASR_STR("{\"Data\":\"abc"), ASR_STR("{\"Data\":\""), ASR_STR("abc"), 1 },
    { ASR_STR("{\"Data\":\"abc\\"), ASR_STR("{\"Data\":\""),
      ASR_STR("abc"), 1 },
    { ASR_STR("{\"a\\x\":1,\"Data\":\"abc\"}"),
      ASR_STR("{\"a\\x\":1,\"Data\":\"abc\"}"), ASR_STR(""), 0 },
    { ASR_STR("{\"\\ud800\":1,\"Data\":\"abc\"}"),
      ASR_STR("{\"\\ud800\":1,\"Data\":\"abc\"}"), ASR_STR(""), 0 },
    { ASR_STR("{\"\\ud800\\n\":1,\"Data\":\"abc\"}"),
      ASR_STR("{\"\\ud800\\n\":1,\"Data\":\"abc\"}"), ASR_STR(""), 0 },
    { ASR_STR("{\"\\ud800\\u0041\":1,\"Data\":\"abc\"}"),
      ASR_STR("{\"\\ud800\\u0041\":1,\"Data\":\"abc\"}"), ASR_STR(""), 0 },
    { ASR_STR("{\"\n\":1,\"Data\":\"abc\"}"),
      ASR_STR("{\"\n\":1,\"Data\":\"abc\"}"), ASR_STR(""), 0 },
    { ASR_STR("{\"\\u00g0\":1,\"Data\":\"abc\"}"),
      ASR_STR("{\"\\u00g0\":1,\"Data\":\"abc\"}"), ASR_STR(""), 0 },
    { ASR_STR("{\"a\":\"\x01\",\"Data\":\"abc\"}"),
      ASR_STR("{\"a\":\"\x01\",\"Data\":\"\"}"), ASR_STR("abc"), 1 },
    { ASR_STR(""), ASR_STR(""), ASR_STR(""), 0 }
};


static void
check_case(const case_t *c, size_t a, size_t b)
{
    sink_t      k;
    asr_buf_t   rest;
    asr_scan_t  s;

    assert_int_equal(scan(c->text, a, b, &s, &rest, &k), ASR_OK);

    if (!asr_str_eq(asr_buf_str(&rest), c->rest)
        || !asr_str_eq(asr_buf_str(&k.lifted), c->lifted)
        || s.found != c->found || s.lifted != c->lifted.len)
    {
        fail_msg("%.*s at %zu, %zu: \"%.*s\" and \"%.*s\"", asr_fmt(c->text),
                 a, b, asr_fmt(asr_buf_str(&rest)),
                 asr_fmt(asr_buf_str(&k.lifted)));
    }

    asr_buf_free(&rest);
    asr_buf_free(&k.lifted);
}


static void
test_cases(void **state)
{
    size_t  i, a, b;

    for (i = 0; i < asr_nelts(cases); i++) {
        for (a = 0; a <= cases[i].text.len; a++) {
            for (b = a; b <= cases[i].text.len; b++) {
                check_case(&cases[i], a, b);
            }
        }
    }
}


static void
test_refused(void **state)
{
    sink_t      k;
    size_t      i, a;
    asr_buf_t   rest;
    asr_scan_t  s;

    static const asr_str_t  bad[] = {
        ASR_STR("{\"Data\":\"a\\x\"}"), ASR_STR("{\"Data\":\"a\\u12\"}"),
        ASR_STR("{\"Data\":\"\\u0000\"}"), ASR_STR("{\"Data\":\"\\udc00\"}"),
        ASR_STR("{\"Data\":\"\\ud800\"}"), ASR_STR("{\"Data\":\"\\ud800x\"}"),
        ASR_STR("{\"Data\":\"\\ud800\\n\"}"),
        ASR_STR("{\"Data\":\"\\ud800\\u0041\"}"),
        ASR_STR("{\"Data\":\"\\ud800\\ud800\"}"),
        ASR_STR("{\"Data\":\"a\nb\"}"), ASR_STR("{\"Data\":\"a\0b\"}"),
        ASR_STR("{\"Data\":\"0123456789012345678901234567\x1f\"}")
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        for (a = 0; a <= bad[i].len; a++) {
            assert_int_equal(scan(bad[i], a, bad[i].len, &s, &rest, &k),
                             ASR_INVALID);
            asr_buf_free(&rest);
            asr_buf_free(&k.lifted);
        }
    }
}


static void
test_depth(void **state)
{
    char        text[200];
    size_t      n;
    asr_buf_t   rest;
    asr_scan_t  s;

    memset(text, '[', sizeof(text));

    for (n = 1; n < sizeof(text); n++) {
        asr_buf_init(&rest, 1000);
        asr_scan_init(&s, asr_str("Data"), &rest, sink, NULL);
        assert_int_equal(asr_scan_feed(&s, text, n),
                         n <= ASR_SCAN_KEY_MAX ? ASR_OK : ASR_INVALID);
        asr_buf_free(&rest);
    }
}


static void
test_rest_ceiling(void **state)
{
    sink_t      k;
    size_t      ceiling, need;
    asr_err_t   err;
    asr_buf_t   rest;
    asr_scan_t  s;

    static const char  text[] = "{\"a\":1,\"Data\":\"abcdefgh\",\"b\":2}";

    need = sizeof(text) - 1 - 8;

    for (ceiling = 0; ceiling < need + 5; ceiling++) {
        memset(&k, 0, sizeof(k));
        asr_buf_init(&k.lifted, 1000);
        asr_buf_init(&rest, ceiling);
        asr_scan_init(&s, asr_str("Data"), &rest, sink, &k);

        err = asr_scan_feed(&s, text, sizeof(text) - 1);
        assert_int_equal(err, ceiling < need ? ASR_TOOBIG : ASR_OK);

        asr_buf_free(&rest);
        asr_buf_free(&k.lifted);
    }

    asr_buf_init(&rest, 100);
    rest.failed = true;
    asr_scan_init(&s, asr_str_null(), &rest, NULL, NULL);
    assert_int_equal(asr_scan_feed(&s, "{}", 2), ASR_NOMEM);
}


/* Nothing to lift: no sink, all is copied. */

static void
test_no_name(void **state)
{
    asr_buf_t   rest;
    asr_scan_t  s;

    asr_buf_init(&rest, 100);
    asr_scan_init(&s, asr_str_null(), &rest, NULL, NULL);
    assert_int_equal(asr_scan_feed(&s, "{\"\":\"x\",\"Da", 11), ASR_OK);
    assert_int_equal(asr_scan_feed(&s, "ta\":\"y\"}", 8), ASR_OK);
    assert_int_equal(rest.len, 19);
    assert_memory_equal(rest.data, "{\"\":\"x\",\"Data\":\"y\"}", 19);
    assert_int_equal(s.found, 0);
    asr_buf_free(&rest);
}


static void
test_sink_error(void **state)
{
    char       *text;
    sink_t      k;
    size_t      i, n;
    asr_buf_t   rest;
    asr_scan_t  s;

    /* large runs, small runs, and small ones that fill the buffer */

    n = 30000;
    text = malloc(n);
    assert_non_null(text);
    memset(text, 'x', n);
    memcpy(text, "{\"Data\":\"", 9);

    for (i = 10; i < n - 2; i += i < 15000 ? 300 : 1500) {
        memcpy(text + i, "\\/", 2);
    }

    memcpy(text + n - 2, "\"}", 2);

    assert_int_equal(scan((asr_str_t) { n, text }, 0, n, &s, &rest, &k),
                     ASR_OK);
    assert_int_equal(k.lifted.len, s.lifted);
    assert_true(k.calls > 10);
    n = k.calls;

    asr_buf_free(&rest);
    asr_buf_free(&k.lifted);

    for (i = 1; i <= n; i++) {
        memset(&k, 0, sizeof(k));
        k.fail_at = i;
        asr_buf_init(&k.lifted, 100000);
        asr_buf_init(&rest, 1000);
        asr_scan_init(&s, asr_str("Data"), &rest, sink, &k);

        assert_int_equal(asr_scan_feed(&s, text, 30000), ASR_IO);
        assert_int_equal(k.calls, i);

        asr_buf_free(&rest);
        asr_buf_free(&k.lifted);
    }

    free(text);
}


static void
test_long_keys(void **state)
{
    char        text[300], key[200];
    sink_t      k;
    size_t      n, a;
    asr_buf_t   rest;
    asr_scan_t  s;

    memset(key, 'k', sizeof(key));

    for (n = 1; n < 140; n++) {
        snprintf(text, sizeof(text), "{\"%.*s\":\"v\"}", (int) n, key);

        for (a = 0; a < strlen(text); a += 13) {
            memset(&k, 0, sizeof(k));
            asr_buf_init(&k.lifted, 100);
            asr_buf_init(&rest, 1000);
            asr_scan_init(&s, (asr_str_t) { ASR_SCAN_KEY_MAX, key }, &rest,
                          sink, &k);

            assert_int_equal(asr_scan_feed(&s, text, a), ASR_OK);
            assert_int_equal(asr_scan_feed(&s, text + a, strlen(text) - a),
                             ASR_OK);
            assert_int_equal(s.found, n == ASR_SCAN_KEY_MAX);

            asr_buf_free(&rest);
            asr_buf_free(&k.lifted);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_rest_ceiling),
        cmocka_unit_test(test_no_name),
        cmocka_unit_test(test_sink_error),
        cmocka_unit_test(test_long_keys)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
