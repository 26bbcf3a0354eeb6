/*
 * Forms: pairs, lifting, every split, every error.
 */

#include "unit.h"

#include "base/asr_form.h"


static asr_arena_t  arena;
static asr_buf_t    lifted;
static size_t       calls, fail_at;


static asr_err_t
sink(void *ctx, const char *p, size_t n)
{
    assert_ptr_equal(ctx, &lifted);
    assert_true(n > 0);

    return ++calls == fail_at ? ASR_IO : asr_buf_append(&lifted, p, n);
}


static void
form_begin(asr_form_t *f, size_t ceiling, size_t token_max)
{
    calls = 0;
    fail_at = 0;
    asr_arena_init(&arena, ceiling);
    asr_buf_init(&lifted, 1 << 20);
    asr_form_init(f, &arena, asr_str("Data"), sink, &lifted, token_max);
}


static void
form_done(asr_form_t *f)
{
    asr_form_free(f);
    asr_form_free(f);
    asr_arena_free(&arena);
    asr_buf_free(&lifted);
}


static asr_err_t
form_run(asr_form_t *f, asr_str_t text, size_t a, size_t b)
{
    char       *g;
    size_t      i, cuts[4];
    asr_err_t   err;

    cuts[0] = 0;
    cuts[1] = a;
    cuts[2] = b;
    cuts[3] = text.len;
    err = ASR_OK;

    for (i = 0; i < 3 && err == ASR_OK; i++) {
        g = unit_guard(text.data + cuts[i], cuts[i + 1] - cuts[i]);
        err = asr_form_feed(f, g, cuts[i + 1] - cuts[i]);
        unit_unguard(g, cuts[i + 1] - cuts[i]);
    }

    return err == ASR_OK ? asr_form_end(f) : err;
}


/* "name=value;" of each pair, '|' and what was lifted. */

static void
form_print(const asr_form_t *f, asr_buf_t *out)
{
    size_t       n;
    asr_pair_t  *pair;

    n = 0;

    for (pair = f->pairs; pair != NULL; pair = pair->next) {
        asr_buf_append(out, pair->name.data, pair->name.len);
        asr_buf_append(out, "=", 1);
        asr_buf_append(out, pair->value.data, pair->value.len);
        asr_buf_append(out, ";", 1);
        assert_int_equal(pair->value.data[pair->value.len], '\0');
        n++;
    }

    assert_int_equal(n, f->n);
    assert_int_equal(f->lifted, lifted.len);

    asr_buf_append(out, "|", 1);
    asr_buf_append(out, lifted.data, lifted.len);
    assert_false(out->failed);
}


static void
test_cases(void **state)
{
    size_t      i, a, b;
    asr_buf_t   out;
    asr_form_t  f;

    static const struct {
        asr_str_t  text;
        asr_str_t  want;
        unsigned   found;
        bool       no_equals;
    } cases[] = {
        { ASR_STR(""), ASR_STR("|"), 0, false },
        { ASR_STR("a=1&b=2"), ASR_STR("a=1;b=2;|"), 0, false },
        { ASR_STR("&&a=1&&&b=2&"), ASR_STR("a=1;b=2;|"), 0, false },
        { ASR_STR("a=&=b&="), ASR_STR("a=;=b;=;|"), 0, false },
        { ASR_STR("a"), ASR_STR("a=;|"), 0, true },
        { ASR_STR("a&b=1"), ASR_STR("a=;b=1;|"), 0, true },
        { ASR_STR("a=b=c==&d=%3d"), ASR_STR("a=b=c==;d==;|"), 0, false },
        { ASR_STR("a+b=c+d%20e%2Bf"), ASR_STR("a b=c d e+f;|"), 0, false },
        { ASR_STR("%61%26%3D=%e4%BD%A0%00x"),
          ASR_STR("a&==\xe4\xbd\xa0\0x;|"), 0, false },
        { ASR_STR("a=1&a=2&A=3"), ASR_STR("a=1;a=2;A=3;|"), 0, false },
        { ASR_STR("x=1&Data=ab%2Bc+d==&y=2"),
          ASR_STR("x=1;Data=;y=2;|ab+c d=="), 1, false },
        { ASR_STR("D%61ta=abc"), ASR_STR("Data=;|abc"), 1, false },
        { ASR_STR("Data=abc&Data=%64ef"), ASR_STR("Data=;Data=;|abcdef"), 2,
          false },
        { ASR_STR("Data="), ASR_STR("Data=;|"), 1, false },
        { ASR_STR("Data"), ASR_STR("Data=;|"), 1, true },
        { ASR_STR("Data&a=Data&b"), ASR_STR("Data=;a=Data;b=;|"), 1, true },
        { ASR_STR("Data=&Data2=x"), ASR_STR("Data=;Data2=x;|"), 1, false },
        { ASR_STR("\x80\xff=\x01"), ASR_STR("\x80\xff=\x01;|"), 0, false }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        for (a = 0; a <= cases[i].text.len; a++) {
            for (b = a; b <= cases[i].text.len; b++) {
                form_begin(&f, 65536, 100);
                assert_int_equal(form_run(&f, cases[i].text, a, b), ASR_OK);

                asr_buf_init(&out, 1000);
                form_print(&f, &out);

                if (!asr_str_eq(asr_buf_str(&out), cases[i].want)) {
                    fail_msg("%.*s at %zu, %zu: %.*s", asr_fmt(cases[i].text),
                             a, b, asr_fmt(asr_buf_str(&out)));
                }

                assert_int_equal(f.found, cases[i].found);
                assert_int_equal(f.no_equals, cases[i].no_equals);

                asr_buf_free(&out);
                form_done(&f);
            }
        }
    }
}


static void
test_bad_escapes(void **state)
{
    size_t      i, a;
    asr_form_t  f;

    static const asr_str_t  bad[] = {
        ASR_STR("a=%"), ASR_STR("a=%4"), ASR_STR("%"), ASR_STR("%4"),
        ASR_STR("a=%g0"), ASR_STR("a=%0g"), ASR_STR("a=%&b=1"),
        ASR_STR("a=%4&b=1"), ASR_STR("a%=1"), ASR_STR("a=%%41"),
        ASR_STR("a=%+1"), ASR_STR("a=%u0041"), ASR_STR("Data=%"),
        ASR_STR("Data=%4"), ASR_STR("Data=%4&a=1"), ASR_STR("Data=%&a=1"),
        ASR_STR("Data=abc%zz")
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        for (a = 0; a <= bad[i].len; a++) {
            form_begin(&f, 65536, 100);
            assert_int_equal(form_run(&f, bad[i], a, bad[i].len),
                             ASR_INVALID);
            form_done(&f);
        }
    }
}


static void
test_limits(void **state)
{
    size_t      max, ceiling, fine;
    asr_err_t   err;
    asr_form_t  f;

    /* token_max holds for each name and value, not for the lifted one */

    for (max = 0; max < 12; max++) {
        form_begin(&f, 65536, max);
        err = form_run(&f, asr_str("abc=12345678&Data=0123456789012345"), 0,
                       0);
        assert_int_equal(err, max < 8 ? ASR_TOOBIG : ASR_OK);
        form_done(&f);

        form_begin(&f, 65536, max);
        err = form_run(&f, asr_str("abcdefgh=1"), 0, 0);
        assert_int_equal(err, max < 8 ? ASR_TOOBIG : ASR_OK);
        form_done(&f);

        form_begin(&f, 65536, max);
        err = form_run(&f, asr_str("a=%41%41+%41%41"), 0, 0);
        assert_int_equal(err, max < 5 ? ASR_TOOBIG : ASR_OK);
        form_done(&f);
    }

    /* the arena is the limit of all pairs */

    fine = 0;

    for (ceiling = 0; ceiling < 1000; ceiling++) {
        form_begin(&f, ceiling, 100);
        err = form_run(&f, asr_str("a=1&b=2&Data=x&c"), 0, 0);
        form_done(&f);

        if (err == ASR_OK) {
            fine++;

        } else {
            assert_int_equal(err, ASR_NOMEM);
            assert_int_equal(fine, 0);
        }
    }

    assert_true(fine > 500);
}


static void
test_sink(void **state)
{
    char        *text;
    size_t       i, n;
    asr_str_t    s;
    asr_form_t   f;

    n = 20000;
    text = malloc(n);
    assert_non_null(text);

    memcpy(text, "Data=", 5);

    for (i = 5; i < n; i++) {
        text[i] = (char) ('a' + i % 26);
    }

    s.len = n;
    s.data = text;

    form_begin(&f, 65536, 10);
    assert_int_equal(form_run(&f, s, 7777, 7779), ASR_OK);
    assert_int_equal(lifted.len, n - 5);
    assert_memory_equal(lifted.data, text + 5, n - 5);
    n = calls;
    form_done(&f);

    assert_true(n >= 4);

    for (i = 1; i <= n; i++) {
        form_begin(&f, 65536, 10);
        fail_at = i;
        assert_int_equal(form_run(&f, s, 7777, 7779), ASR_IO);
        assert_int_equal(calls, i);
        form_done(&f);
    }

    free(text);

    /* nothing is lifted when there is no name */

    asr_arena_init(&arena, 65536);
    asr_form_init(&f, &arena, asr_str_null(), NULL, NULL, 100);
    assert_int_equal(form_run(&f, asr_str("Data=x&=y"), 0, 3), ASR_OK);
    assert_string_equal(asr_form_get(&f, asr_str("Data"))->value.data, "x");
    assert_string_equal(asr_form_get(&f, asr_str(""))->value.data, "y");
    assert_null(asr_form_get(&f, asr_str("data")));
    assert_int_equal(f.found, 0);
    asr_form_free(&f);
    asr_arena_free(&arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_bad_escapes),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_sink)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
