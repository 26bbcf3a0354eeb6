/*
 * Multipart bodies: what the callbacks see, at every split.
 */

#include "unit.h"

#include "base/asr_buf.h"
#include "base/asr_multipart.h"


static asr_buf_t  events;
static int        calls, fail_at;


static asr_err_t
note(void)
{
    assert_false(events.failed);

    return ++calls == fail_at ? ASR_IO : ASR_OK;
}


static void
note_str(asr_str_t s)
{
    if (s.data == NULL) {
        asr_buf_append(&events, "-", 1);

    } else {
        asr_buf_append(&events, "'", 1);
        asr_buf_append(&events, s.data, s.len);
        asr_buf_append(&events, "'", 1);
    }
}


static asr_err_t
on_begin(void *ctx, const asr_part_t *part)
{
    assert_ptr_equal(ctx, &events);

    asr_buf_append(&events, "<", 1);
    note_str(part->name);
    note_str(part->filename);
    note_str(part->content_type);
    asr_buf_append(&events, ":", 1);

    return note();
}


static asr_err_t
on_data(void *ctx, const char *p, size_t n)
{
    assert_true(n > 0);
    asr_buf_append(&events, p, n);

    return note();
}


static asr_err_t
on_end(void *ctx)
{
    asr_buf_append(&events, ">", 1);

    return note();
}


static const asr_multipart_handler_t  handler = { on_begin, on_data, on_end };


static asr_err_t
run(asr_str_t boundary, asr_str_t text, size_t a, size_t b)
{
    char             *g;
    size_t            i, cuts[4];
    asr_err_t         err;
    asr_multipart_t  *m;

    cuts[0] = 0;
    cuts[1] = a;
    cuts[2] = b;
    cuts[3] = text.len;

    calls = 0;
    asr_buf_free(&events);
    asr_buf_init(&events, 1 << 20);

    m = asr_multipart_create(boundary, &handler, &events);
    assert_non_null(m);

    err = ASR_OK;

    for (i = 0; i < 3 && err == ASR_OK; i++) {
        g = unit_guard(text.data + cuts[i], cuts[i + 1] - cuts[i]);
        err = asr_multipart_feed(m, g, cuts[i + 1] - cuts[i]);
        unit_unguard(g, cuts[i + 1] - cuts[i]);
    }

    if (err == ASR_OK) {
        err = asr_multipart_end(m);

    } else {
        assert_int_equal(asr_multipart_feed(m, "x", 1), err);
        assert_int_equal(asr_multipart_end(m), err);
    }

    asr_multipart_free(m);

    return err;
}


#define CD  "Content-Disposition: form-data; "


static void
test_cases(void **state)
{
    size_t     i, a, b;
    asr_err_t  err;

    static const struct {
        asr_str_t  text;
        asr_str_t  want;
    } cases[] = {
        { ASR_STR("--b\r\n" CD "name=\"a\"\r\n\r\n1\r\n--b--\r\n"),
          ASR_STR("<'a'--:1>") },
        { ASR_STR("--b\r\n" CD "name=\"a\"\r\n\r\n\r\n--b--"),
          ASR_STR("<'a'--:>") },
        { ASR_STR("--b\r\n" CD "name=\"a\"\r\n\r\n--b--"),
          ASR_STR("<'a'--:>") },
        { ASR_STR("--b--"), ASR_STR("") },
        { ASR_STR("--b--\r\n--b\r\nepilogue"), ASR_STR("") },
        { ASR_STR("pre--b\r\n\r\r\n--a\r\n--b \t\r\n" CD "name=a\r\n\r\n"
                  "1\r\n--b--junk"), ASR_STR("<'a'--:1>") },
        { ASR_STR("--b\r\n" CD "name=\"f\"; filename=\"x.wav\"\r\n"
                  "Content-Type: audio/wav \r\nX-More: 1\r\n\r\n"
                  "\r\n-\r\n--\r\n--c--b\r--b\n--b\r\r\n\r\n--b\r\n"
                  "content-disposition:form-data;name=b\r\n\r\n--b--"),
          ASR_STR("<'f''x.wav''audio/wav':\r\n-\r\n--\r\n--c--b\r--b\n--b\r"
                  "\r\n><'b'--:>") },
        { ASR_STR("--b\r\n" CD "name=\"a\\\"b\\\\c\\d\"; filename=\"\"\r\n"
                  "\r\nx\r\n--b--"), ASR_STR("<'a\"b\\c\\d'''-:x>") },
        { ASR_STR("--b\r\n" CD "name=\"a\"; filename=\"C:\\dir\\f;=.wav\"\r\n"
                  "\r\nx\r\n--b--"), ASR_STR("<'a''C:\\dir\\f;=.wav'-:x>") },
        { ASR_STR("--b\r\n" CD "filename*=UTF-8''%e4%bd%a0%20.wav;"
                  "filename=\"no\"; x=\"y\" ; name=\"a\"\r\n\r\nx\r\n--b--"),
          ASR_STR("<'a''\xe4\xbd\xa0 .wav'-:x>") },
        { ASR_STR("--b\r\n" CD "name=a;filename=no; filename*=utf-8'en'x"
                  "\r\n\r\nx\r\n--b--"), ASR_STR("<'a''x'-:x>") },
        { ASR_STR("--b\r\nContent-Type:\r\n" CD "name=\"\"\r\n\r\n\0\xff"
                  "\r\n--b--"), ASR_STR("<''-'':\0\xff>") },
        { ASR_STR("--b\r\n" CD "name=a\r\n\r\n--c\r\n--b--"),
          ASR_STR("<'a'--:--c>") },
        { ASR_STR("--b\r\n" CD "name=\"\xe4\xbd\xa0\"\r\n\r\n-\r\n--b--"),
          ASR_STR("<'\xe4\xbd\xa0'--:->") }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        for (a = 0; a <= cases[i].text.len; a++) {
            b = a;

            while (b <= cases[i].text.len) {
                err = run(asr_str("b"), cases[i].text, a, b);

                if (err != ASR_OK
                    || !asr_str_eq(asr_buf_str(&events), cases[i].want))
                {
                    fail_msg("%.*s at %zu, %zu: %d %.*s",
                             asr_fmt(cases[i].text), a, b, err,
                             asr_fmt(asr_buf_str(&events)));
                }

                b += 1 + (b - a) / 8;
            }
        }
    }
}


static void
test_refused(void **state)
{
    size_t  i, a;

    static const asr_str_t  bad[] = {
        ASR_STR(""), ASR_STR("--b"), ASR_STR("--b-"), ASR_STR("--b-x"),
        ASR_STR("--bx"), ASR_STR("--b\n"), ASR_STR("--b\r\r\n"),
        ASR_STR("--b --"), ASR_STR("\r\n--b\r\n"), ASR_STR("preamble only"),
        ASR_STR("--b\n" CD "name=\"a\"\n\n1\n--b--\n"),
        ASR_STR("--b\r\n" CD "name=\"a\"\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=\"a\"\r\n\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=\"a\"\r\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=\"a\"\r\n\r\n1\r\n"),
        ASR_STR("--b\r\n" CD "name=\"a\"\r\n\r\n1\n--b--"),
        ASR_STR("--b\r\n" CD "name=\"a\"\r\n\r\n1\r\n--b\r\n"),
        ASR_STR("--b\r\n" CD "name=\"a\"\r\n\r\n1\r\n--bc--"),
        ASR_STR("--b\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n--b--"),
        ASR_STR("--b\r\nContent-Type: x\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "filename=x\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1"
                "\r\n--b--"),
        ASR_STR("--b\r\nContent-Disposition: form-data name=a\r\n\r\n1"
                "\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a\r\n" CD "name=a\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a; name=b\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename=b;filename=c\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename*=utf-8''b;filename*=utf-8''c"
                "\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a\r\nContent-Type: x\r\nContent-Type: y"
                "\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=\"a\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=\"a\\\"\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "=a\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a b\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a\r\n folded: 1\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a\r\nX: a\nb\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a\r\nX: a\rbc: d\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a\r\n: 1\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a\r\nX\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a\r\nX : 1\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=\"a\0b\"\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename*=latin1''x\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename*=utf-8'x\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename*=utf-8\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename*=utf-8''%e4\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename*=utf-8''%0\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename*=utf-8''%zz\r\n\r\n1\r\n--b--"),
        ASR_STR("--b\r\n" CD "name=a;filename*=utf-8''%00\r\n\r\n1\r\n--b--")
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        for (a = 0; a <= bad[i].len; a++) {
            if (run(asr_str("b"), bad[i], a, a) != ASR_INVALID) {
                fail_msg("taken: %.*s at %zu", asr_fmt(bad[i]), a);
            }
        }
    }
}


static void
test_limits(void **state)
{
    int        n;
    asr_buf_t  b;

    /* headers: 4096 bytes with the empty line */

    for (n = 4000; n < 4100; n++) {
        asr_buf_init(&b, 10000);
        asr_buf_printf(&b, "--b\r\n" CD "name=a\r\nX:%*d\r\n\r\n1\r\n--b--",
                       n, 1);
        assert_int_equal(run(asr_str("b"), asr_buf_str(&b), 0, 0),
                         n + 46 <= 4096 ? ASR_OK : ASR_TOOBIG);
        asr_buf_free(&b);
    }

    /* parts */

    for (n = 60; n < 70; n++) {
        int  i;

        asr_buf_init(&b, 10000);

        for (i = 0; i < n; i++) {
            asr_buf_printf(&b, "--b\r\n" CD "name=a\r\n\r\n1\r\n");
        }

        asr_buf_printf(&b, "--b--");
        assert_int_equal(run(asr_str("b"), asr_buf_str(&b), 0, 0),
                         n <= ASR_MULTIPART_PARTS_MAX ? ASR_OK : ASR_TOOBIG);
        asr_buf_free(&b);
    }
}


static void
test_handler_errors(void **state)
{
    int  n, i;

    static const char  text[] =
        "--b\r\n" CD "name=a\r\n\r\n12\r\n3\r\n--b\r\n" CD "name=b\r\n\r\n"
        "\r\n--b--";

    fail_at = 0;
    assert_int_equal(run(asr_str("b"), asr_str(text), 40, 50), ASR_OK);
    n = calls;
    assert_true(n >= 6);

    for (i = 1; i <= n; i++) {
        fail_at = i;
        assert_int_equal(run(asr_str("b"), asr_str(text), 40, 50), ASR_IO);
        assert_int_equal(calls, i);
    }

    fail_at = 0;
}


static void
test_boundary(void **state)
{
    size_t      i;
    asr_str_t   b;
    char       *g;

    static const struct {
        asr_str_t  type;
        asr_str_t  want;             /* empty: refused */
    } cases[] = {
        { ASR_STR("multipart/form-data; boundary=abc"), ASR_STR("abc") },
        { ASR_STR("Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b:c\""),
          ASR_STR("a b:c") },
        { ASR_STR("multipart/form-data ; "
                  "boundary=----WebKitFormBoundaryX ;q=1"),
          ASR_STR("----WebKitFormBoundaryX") },
        { ASR_STR("multipart/form-data; x=\"boundary=no\"; boundary=yes"),
          ASR_STR("yes") },
        { ASR_STR("multipart/form-data; boundary=\"'()+_,-./:=?\""),
          ASR_STR("'()+_,-./:=?") },
        { ASR_STR("multipart/form-data"), ASR_STR("") },
        { ASR_STR("multipart/form-data;"), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary"), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary="), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary=\"\""), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary=\"a"), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary=\"a \""), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary=\"a\\\"b\""), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary=\"a\r\nb\""), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary=\"a\0b\""), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary=\"a\xe4\""), ASR_STR("") },
        { ASR_STR("multipart/form-dataX; boundary=abc"), ASR_STR("") },
        { ASR_STR("multipart/mixed; boundary=abc"), ASR_STR("") },
        { ASR_STR("multipart/form-data boundary=abc"), ASR_STR("") },
        { ASR_STR(""), ASR_STR("") },
        { ASR_STR("multipart/form-data; boundary=0123456789012345678901234567"
                  "890123456789012345678901234567890123456789"),
          ASR_STR("0123456789012345678901234567"
                  "890123456789012345678901234567890123456789") },
        { ASR_STR("multipart/form-data; boundary=0123456789012345678901234567"
                  "8901234567890123456789012345678901234567890"),
          ASR_STR("") }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        g = unit_guard(cases[i].type.data, cases[i].type.len);

        b = asr_str_null();
        assert_int_equal(asr_multipart_boundary((asr_str_t)
                                              { cases[i].type.len, g }, &b),
                         cases[i].want.len != 0 ? ASR_OK : ASR_INVALID);

        if (cases[i].want.len != 0) {
            assert_true(asr_str_eq(b, cases[i].want));
        }

        unit_unguard(g, cases[i].type.len);
    }

    assert_null(asr_multipart_create(asr_str_null(), &handler, NULL));
    b.data = cases[0].type.data;
    b.len = 71;
    assert_null(asr_multipart_create(b, &handler, NULL));
    asr_multipart_free(NULL);
}


/* A boundary with every length, and content that nearly is the delimiter. */

static void
test_near_misses(void **state)
{
    char       boundary[80];
    size_t     n, k;
    asr_buf_t  text, want;

    for (n = 1; n <= ASR_MULTIPART_BOUNDARY_MAX; n += 3) {
        memset(boundary, '-', n);
        boundary[n] = '\0';

        asr_buf_init(&text, 100000);
        asr_buf_init(&want, 100000);

        asr_buf_printf(&text, "--%s\r\n" CD "name=a\r\n\r\n", boundary);
        asr_buf_printf(&want, "<'a'--:");

        for (k = 0; k < n + 2; k++) {
            asr_buf_printf(&text, "\r\n%.*sx\r", (int) k, boundary);
            asr_buf_printf(&want, "\r\n%.*sx\r", (int) k, boundary);
        }

        asr_buf_printf(&text, "\r\n--%s--", boundary);
        asr_buf_printf(&want, ">");

        assert_int_equal(run(asr_cstr(boundary), asr_buf_str(&text), n, n),
                         ASR_OK);
        assert_true(asr_str_eq(asr_buf_str(&events), asr_buf_str(&want)));

        asr_buf_free(&text);
        asr_buf_free(&want);
    }
}


static int
teardown(void **state)
{
    asr_buf_free(&events);
    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_handler_errors),
        cmocka_unit_test(test_boundary),
        cmocka_unit_test(test_near_misses)
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
