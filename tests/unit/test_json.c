/*
 * JSON in and out.  The sources are included to fail their malloc.
 */

#include "unit.h"

#include "base/asr_json.h"

#include <float.h>
#include <math.h>


static int  fail_in = -1;            /* mallocs until one fails; -1: never */


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
#include "base/asr_json.c"
#include "base/asr_json_out.c"


static asr_arena_t       arena;
static asr_json_error_t  err;


static asr_json_t *
parse(const char *p, size_t n)
{
    char        *g;
    asr_json_t  *v;

    asr_arena_free(&arena);
    asr_arena_init(&arena, 1 << 20);

    g = unit_guard(p, n);
    v = asr_json_parse(&arena, (asr_str_t) { n, g }, &err);
    unit_unguard(g, n);              /* the text is not kept */

    assert_int_equal(v == NULL, err.fault != ASR_JSON_FINE);

    return v;
}


static void
check_fault(const char *p, size_t n, asr_json_fault_t fault)
{
    assert_null(parse(p, n));

    if (err.fault != fault) {
        fail_msg("\"%.*s\": fault %d, not %d", (int) n, p, err.fault, fault);
    }
}


static void
test_values(void **state)
{
    asr_json_t  *v, *m;

    static const char  text[] =
        " {\"null\":null, \"t\":true,\"f\" : false,\t\"i\":-12,\r\n"
        "\"n\":1.5e2,\"s\":\"a\\u00e4\\\"\\\\\\/\\b\\f\\n\\r\\t\","
        "\"a\":[1,[],{}],\"o\":{\"x\":{\"y\":\"z\"}},\"\":\"\"} ";

    v = parse(text, sizeof(text) - 1);
    assert_non_null(v);
    assert_int_equal(v->type, ASR_JSON_OBJECT);
    assert_int_equal(v->n, 9);
    assert_int_equal(v->key.len, 0);

    m = v->child;
    assert_int_equal(m->type, ASR_JSON_NULL);
    assert_string_equal(m->key.data, "null");

    m = m->next;
    assert_int_equal(m->type, ASR_JSON_BOOL);
    assert_true(m->u.boolean);

    m = m->next;
    assert_int_equal(m->type, ASR_JSON_BOOL);
    assert_false(m->u.boolean);

    m = m->next;
    assert_int_equal(m->type, ASR_JSON_INT);
    assert_int_equal(m->u.integer, -12);

    m = m->next;
    assert_int_equal(m->type, ASR_JSON_NUMBER);
    assert_true(m->u.number == 150.0);

    m = m->next;
    assert_int_equal(m->type, ASR_JSON_STRING);
    assert_string_equal(m->u.string.data, "a\xc3\xa4\"\\/\b\f\n\r\t");
    assert_int_equal(m->u.string.len, strlen(m->u.string.data));

    m = m->next;
    assert_int_equal(m->type, ASR_JSON_ARRAY);
    assert_int_equal(m->n, 3);
    assert_int_equal(m->child->u.integer, 1);
    assert_int_equal(m->child->key.len, 0);
    assert_int_equal(m->child->next->type, ASR_JSON_ARRAY);
    assert_int_equal(m->child->next->n, 0);
    assert_null(m->child->next->child);
    assert_int_equal(m->child->next->next->type, ASR_JSON_OBJECT);
    assert_null(m->child->next->next->next);

    m = m->next;
    m = asr_json_get(asr_json_get(m, asr_str("x")), asr_str("y"));
    assert_non_null(m);
    assert_string_equal(m->u.string.data, "z");

    m = asr_json_get(v, asr_str(""));
    assert_non_null(m);
    assert_int_equal(m->u.string.len, 0);
    assert_null(m->next);
}


static void
test_numbers(void **state)
{
    size_t       i;
    asr_json_t  *v;
    char         big[500];

    static const struct {
        const char       *text;
        asr_json_type_t   type;
        int64_t           integer;
        double            number;
    } cases[] = {
        { "0", ASR_JSON_INT, 0, 0 },
        { "-0", ASR_JSON_INT, 0, 0 },
        { "9223372036854775807", ASR_JSON_INT, INT64_MAX, 0 },
        { "-9223372036854775808", ASR_JSON_INT, INT64_MIN, 0 },
        { "9223372036854775808", ASR_JSON_NUMBER, 0, 9223372036854775808.0 },
        { "-9223372036854775809", ASR_JSON_NUMBER, 0,
          -9223372036854775808.0 },
        { "1.0", ASR_JSON_NUMBER, 0, 1.0 },
        { "1e3", ASR_JSON_NUMBER, 0, 1000.0 },
        { "1E-2", ASR_JSON_NUMBER, 0, 0.01 },
        { "-0.5e+1", ASR_JSON_NUMBER, 0, -5.0 },
        { "1e999", ASR_JSON_NUMBER, 0, DBL_MAX },
        { "-1e999", ASR_JSON_NUMBER, 0, -DBL_MAX },
        { "1e-999", ASR_JSON_NUMBER, 0, 0.0 }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        v = parse(cases[i].text, strlen(cases[i].text));
        assert_non_null(v);
        assert_int_equal(v->type, cases[i].type);

        if (v->type == ASR_JSON_INT) {
            assert_int_equal(v->u.integer, cases[i].integer);

        } else {
            assert_true(v->u.number == cases[i].number);
        }
    }

    /* more digits than the small buffer has */

    memset(big, '1', sizeof(big));
    v = parse(big, 100);
    assert_non_null(v);
    assert_true(v->u.number > 1e99 && v->u.number < 1e100);

    v = parse(big, sizeof(big));
    assert_non_null(v);
    assert_true(v->u.number == DBL_MAX);

    check_fault("01", 2, ASR_JSON_SYNTAX);
    check_fault("1.", 2, ASR_JSON_SYNTAX);
    check_fault(".5", 2, ASR_JSON_SYNTAX);
    check_fault("+1", 2, ASR_JSON_SYNTAX);
    check_fault("-", 1, ASR_JSON_SYNTAX);
    check_fault("--1", 3, ASR_JSON_SYNTAX);
    check_fault("1e", 2, ASR_JSON_SYNTAX);
    check_fault("1e+", 3, ASR_JSON_SYNTAX);
    check_fault("0x10", 4, ASR_JSON_SYNTAX);
    check_fault("NaN", 3, ASR_JSON_SYNTAX);
    check_fault("Infinity", 8, ASR_JSON_SYNTAX);
    check_fault("-Infinity", 9, ASR_JSON_SYNTAX);
    check_fault("1 2", 3, ASR_JSON_SYNTAX);
    check_fault("1a", 2, ASR_JSON_SYNTAX);
}


static void
test_syntax(void **state)
{
    size_t  i;

    static const asr_str_t  bad[] = {
        ASR_STR(""), ASR_STR(" "), ASR_STR("{"), ASR_STR("}"), ASR_STR("["),
        ASR_STR("]"), ASR_STR("{]"), ASR_STR("[}"), ASR_STR("{\"a\""),
        ASR_STR("{\"a\":"), ASR_STR("{\"a\":1"), ASR_STR("{\"a\":1,"),
        ASR_STR("{\"a\":1,}"), ASR_STR("[1,]"), ASR_STR("[,1]"),
        ASR_STR("[1 2]"), ASR_STR("{\"a\" 1}"), ASR_STR("{a:1}"),
        ASR_STR("{'a':1}"), ASR_STR("{1:1}"), ASR_STR("{\"a\":1 \"b\":2}"),
        ASR_STR("\""), ASR_STR("\"abc"), ASR_STR("\"a\\"),
        ASR_STR("\"\\x\""), ASR_STR("\"\\u12\""), ASR_STR("\"\\u12g4\""),
        ASR_STR("\"\\u"), ASR_STR("\"\\'\""), ASR_STR("\"a\nb\""),
        ASR_STR("\"a\tb\""), ASR_STR("\"\x1f\""), ASR_STR("nul"),
        ASR_STR("True"), ASR_STR("tru"), ASR_STR("nulll"), ASR_STR("{} {}"),
        ASR_STR("{}x"), ASR_STR("[]]"), ASR_STR("/**/ 1"), ASR_STR("1 // x"),
        ASR_STR("\v1"), ASR_STR("[1,\f2]"), ASR_STR("\xef\xbb\xbf{}"),
        ASR_STR("\x01"), ASR_STR("[\"a\",\"b\"]\x1b"), ASR_STR("\x7f"),
        ASR_STR("{\"a\":undefined}"), ASR_STR("{\"a\"::1}"),
        ASR_STR("{,}"), ASR_STR("{\"a\":1,,\"b\":2}"), ASR_STR("\\u0061")
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        check_fault(bad[i].data, bad[i].len, ASR_JSON_SYNTAX);
        assert_int_equal(err.key.len, 0);
    }

    assert_null(asr_json_parse(&arena, asr_str_null(), &err));
    assert_int_equal(err.fault, ASR_JSON_SYNTAX);

    assert_non_null(parse("\"\x7f\"", 3));
    assert_non_null(parse("\t\r\n []", 6));
}


/* No prefix of a document is one, and none is over-read. */

static void
test_prefixes(void **state)
{
    size_t  n;

    static const char  text[] =
        "{\"a\":[1.5,true,null],\"b\":\"\\ud83d\\ude00\xe4\xbd\xa0\\n\","
        "\"c\":{\"d\":-1}}";

    for (n = 0; n < sizeof(text) - 1; n++) {
        assert_null(parse(text, n));
    }

    assert_non_null(parse(text, n));
}


static void
test_utf8(void **state)
{
    size_t       i;
    asr_json_t  *v;

    static const asr_str_t  bad[] = {
        ASR_STR("\"\xff\""), ASR_STR("\"\xc0\x80\""),
        ASR_STR("\"\xed\xa0\x80\""), ASR_STR("{\"\xe4\xbd\":1}"),
        ASR_STR("\"\xf4\x90\x80\x80\""), ASR_STR("\"\xe0\x80\xaf\""),
        ASR_STR("[1]\x80"), ASR_STR("\"\\ud800\""), ASR_STR("\"\\udc00\""),
        ASR_STR("\"\\ud800x\""), ASR_STR("\"\\ud800\\n\""),
        ASR_STR("\"\\ud800\\u0041\""), ASR_STR("\"\\ud800\\ud800\""),
        ASR_STR("\"\\udc00\\ud800\""),
        ASR_STR("\"\\udc00\\udc00\""), ASR_STR("{\"\\ud83d\":1}"),
        ASR_STR("\"\\uDBFF\\uE000\""), ASR_STR("\"\\ud83d\\u\"")
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        check_fault(bad[i].data, bad[i].len, ASR_JSON_UTF8);
    }

    v = parse("\"\\ud83d\\ude00\\uD800\\uDC00\\udbff\\udfff\\\\ud800\"", 45);
    assert_non_null(v);
    assert_string_equal(v->u.string.data, "\xf0\x9f\x98\x80\xf0\x90\x80\x80"
                                          "\xf4\x8f\xbf\xbf\\ud800");

    v = parse("\"\\u0001\\u007f\\u0080\\u07ff\\u0800\\uffff\"", 38);
    assert_non_null(v);
    assert_string_equal(v->u.string.data, "\x01\x7f\xc2\x80\xdf\xbf"
                                          "\xe0\xa0\x80\xef\xbf\xbf");
}


static void
test_nul(void **state)
{
    size_t  i;

    static const struct {
        asr_str_t    text;
        const char  *key;
    } cases[] = {
        { ASR_STR("{\"k\":\"a\\u0000b\"}"), "k" },
        { ASR_STR("{\"a\":1,\"k\":\"a\0b\"}"), "k" },
        { ASR_STR("{\"o\":{\"k\":\"\\u0000\"}}"), "k" },
        { ASR_STR("{\"o\":{\"o\":1,\"o\":2},\"k\":\"\\u0000\"}"), "" },
        { ASR_STR("{\"k\\u0000\":1}"), "" },
        { ASR_STR("[\"\\u0000\"]"), "" },
        { ASR_STR("\0"), "" },
        { ASR_STR("{\"k\":1}\0"), "" },
        { ASR_STR("{\"k\":\0}"), "k" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        check_fault(cases[i].text.data, cases[i].text.len, ASR_JSON_NUL);
        assert_int_equal(err.key.len, strlen(cases[i].key));
        assert_memory_equal(err.key.data != NULL ? err.key.data : "",
                            cases[i].key, err.key.len);
    }
}


static void
test_depth(void **state)
{
    char    text[200];
    size_t  depth, i;

    for (depth = 1; depth < 100; depth++) {
        for (i = 0; i < depth; i++) {
            text[i] = '[';
            text[depth + i] = ']';
        }

        if (depth <= ASR_JSON_MAX_DEPTH) {
            assert_non_null(parse(text, depth * 2));

        } else {
            check_fault(text, depth * 2, ASR_JSON_DEPTH);
        }
    }
}


static void
test_duplicates(void **state)
{
    int         n, i, twice;
    asr_buf_t   b;

    check_fault("{\"a\":1,\"a\":2}", 13, ASR_JSON_DUPLICATE);
    assert_string_equal(err.key.data, "a");
    check_fault("{\"x\":{\"b\":1,\"\\u0062\":2}}", 24, ASR_JSON_DUPLICATE);
    assert_string_equal(err.key.data, "b");
    check_fault("{\"\":1,\"\":2}", 11, ASR_JSON_DUPLICATE);

    assert_non_null(parse("{\"a\":{\"a\":1},\"A\":[{\"a\":1},{\"a\":1}]}",
                          35));

    /* about the number where sorting sets in */

    for (n = 2; n < 60; n++) {
        for (twice = -1; twice < n; twice++) {
            asr_buf_init(&b, 10000);

            for (i = 0; i < n; i++) {
                asr_buf_printf(&b, "%c\"key%d\":%d", i == 0 ? '{' : ',', i, i);
            }

            if (twice >= 0) {
                asr_buf_printf(&b, ",\"key%d\":0", twice);
            }

            asr_buf_append(&b, "}", 1);
            assert_false(b.failed);

            if (twice < 0) {
                assert_non_null(parse(b.data, b.len));

            } else {
                char  key[16];

                check_fault(b.data, b.len, ASR_JSON_DUPLICATE);
                snprintf(key, sizeof(key), "key%d", twice);
                assert_string_equal(err.key.data, key);
            }

            asr_buf_free(&b);
        }
    }
}


static void
test_size(void **state)
{
    size_t       ceiling, fine;
    asr_arena_t  a;

    static const char  text[] =
        "{\"a\":[1,2,3,4,5,6,7,8,9,10],\"b\":\"a string\",\"c\":{\"d\":"
        "111111111111111111111111111111111111111111111111111111111111111111"
        "1111111},\"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\":null}";

    fine = 0;

    for (ceiling = 0; ceiling < 3000; ceiling++) {
        asr_arena_init(&a, ceiling);

        if (asr_json_parse(&a, asr_str(text), &err) != NULL) {
            fine++;

        } else {
            assert_int_equal(err.fault, ASR_JSON_SIZE);
            assert_int_equal(fine, 0);
        }

        asr_arena_free(&a);
    }

    assert_true(fine > 500);
}


/* Each malloc fails once: yajl, which does not look, must not be reached. */

static void
test_nomem(void **state)
{
    int          i, k, fine;
    char        *text;
    size_t       n;
    asr_json_t  *v;

    /* a long string with escapes, an object to sort, a number at the end */

    n = 60000;
    text = malloc(n + 3000);
    assert_non_null(text);

    memset(text, 'a', n);
    memcpy(text, "{\"s\":\"\\n", 8);
    text[30000] = '\\';
    text[30001] = 't';
    text[n - 1] = '"';

    for (k = 0; k < 200; k++) {
        n += (size_t) snprintf(text + n, 16, ",\"k%d\":1", k);
    }

    text[n++] = '}';

    fine = 0;

    asr_arena_free(&arena);

    for (i = 0; i < 40; i++) {
        asr_arena_init(&arena, 1 << 20);

        fail_in = i;
        v = asr_json_parse(&arena, (asr_str_t) { n, text }, &err);
        fail_in = -1;

        if (v == NULL) {
            assert_int_equal(err.fault, ASR_JSON_SIZE);
            assert_int_equal(fine, 0);

        } else {
            fine++;
            assert_int_equal(v->n, 201);
            assert_int_equal(v->child->u.string.len, 60000 - 6 - 2 - 1);
        }

        asr_arena_free(&arena);
    }

    assert_in_range(fine, 20, 38);

    /* a usual document needs none */

    fail_in = 0;
    v = parse("{\"a\":\"x\\ny\",\"b\":[1,2,{\"c\":1.5}]}", 32);
    fail_in = -1;
    assert_int_equal(err.fault, ASR_JSON_FINE);
    assert_non_null(v);

    free(text);
}


static void
test_get(void **state)
{
    asr_json_t  *v;

    static const char  text[] =
        "{\"s\":\"x\",\"i\":3,\"n\":1.5,\"b\":true,\"z\":null,\"a\":[]}";

    v = parse(text, sizeof(text) - 1);
    assert_non_null(v);

    assert_string_equal(asr_json_get_str(v, "s").data, "x");
    assert_null(asr_json_get_str(v, "i").data);
    assert_null(asr_json_get_str(v, "none").data);
    assert_null(asr_json_get_str(NULL, "s").data);

    assert_int_equal(asr_json_get_int(v, "i", 9), 3);
    assert_int_equal(asr_json_get_int(v, "n", 9), 9);
    assert_int_equal(asr_json_get_int(v, "z", 9), 9);
    assert_int_equal(asr_json_get_int(NULL, "i", 9), 9);

    assert_true(asr_json_get_number(v, "n", 9) == 1.5);
    assert_true(asr_json_get_number(v, "i", 9) == 3);
    assert_true(asr_json_get_number(v, "s", 9) == 9);

    assert_true(asr_json_get_bool(v, "b", false));
    assert_true(asr_json_get_bool(v, "i", true));
    assert_false(asr_json_get_bool(v, "none", false));

    assert_null(asr_json_get(v, asr_str("S")));
    assert_null(asr_json_get(asr_json_get(v, asr_str("a")), asr_str("s")));
    assert_null(asr_json_get(NULL, asr_str("s")));

    assert_string_equal(asr_json_type_name(ASR_JSON_NULL), "null");
    assert_string_equal(asr_json_type_name(ASR_JSON_OBJECT), "object");
    assert_string_equal(asr_json_type_name((asr_json_type_t) 77), "unknown");
}


static void
write_all(asr_json_out_t *o)
{
    asr_jo_object(o);
    asr_jo_key(o, "s");
    asr_jo_str(o, asr_str("a/\"\\\b\f\n\r\t\x01\x7f\xc3\xa4"));
    asr_jo_key(o, "e");
    asr_jo_str(o, asr_str_null());
    asr_jo_key(o, "i");
    asr_jo_array(o);
    asr_jo_int(o, 0);
    asr_jo_int(o, INT64_MIN);
    asr_jo_int(o, INT64_MAX);
    asr_jo_array_end(o);
    asr_jo_key(o, "f");
    asr_jo_array(o);
    asr_jo_fixed(o, 2.38, 3);
    asr_jo_fixed(o, 2.38, 0);
    asr_jo_fixed(o, -0.0004, 2);
    asr_jo_fixed(o, INFINITY, 2);
    asr_jo_fixed(o, NAN, 2);
    asr_jo_fixed(o, 1.5, -4);
    asr_jo_array_end(o);
    asr_jo_key(o, "b");
    asr_jo_bool(o, true);
    asr_jo_key(o, "z");
    asr_jo_null(o);
    asr_jo_object_end(o);
}


static const char  written[] =
    "{\"s\":\"a/\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\xc3\xa4\",\"e\":\"\","
    "\"i\":[0,-9223372036854775808,9223372036854775807],"
    "\"f\":[2.380,2,-0.00,null,null,2],\"b\":true,\"z\":null}";


static void
test_out(void **state)
{
    size_t          ceiling;
    asr_buf_t       b;
    asr_json_out_t  o;

    asr_buf_init(&b, 10000);
    assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
    write_all(&o);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);
    assert_int_equal(b.len, sizeof(written) - 1);
    assert_memory_equal(b.data, written, b.len);

    assert_non_null(parse(b.data, b.len));
    asr_buf_free(&b);

    for (ceiling = 0; ceiling < sizeof(written) + 2; ceiling++) {
        asr_buf_init(&b, ceiling);
        assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
        write_all(&o);
        assert_int_equal(asr_json_out_end(&o),
                         ceiling < sizeof(written) - 1 ? ASR_NOMEM : ASR_OK);
        asr_buf_free(&b);
    }
}


static void
test_out_utf8(void **state)
{
    size_t          i;
    asr_buf_t       b;
    asr_json_out_t  o;

    static const struct {
        asr_str_t    text;
        const char  *want;
    } cases[] = {
        { ASR_STR("\xff"), "\"\xef\xbf\xbd\"" },
        { ASR_STR("a\xc3(\xa4"), "\"a\xef\xbf\xbd(\xef\xbf\xbd\"" },
        { ASR_STR("\xed\xa0\x80"),
          "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
        { ASR_STR("\xe4\xbd\xa0\xe4\xbd"),
          "\"\xe4\xbd\xa0\xef\xbf\xbd\xef\xbf\xbd\"" },
        { ASR_STR("a\0b"), "\"a\\u0000b\"" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        asr_buf_init(&b, 1000);
        assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
        asr_jo_str(&o, cases[i].text);
        assert_int_equal(asr_json_out_end(&o), ASR_OK);
        assert_int_equal(b.len, strlen(cases[i].want));
        assert_memory_equal(b.data, cases[i].want, b.len);
        asr_buf_free(&b);
    }
}


static void
test_out_misuse(void **state)
{
    int             i, k;
    asr_buf_t       b;
    asr_json_out_t  o;

    /* a value where a key belongs */

    asr_buf_init(&b, 1000);
    assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
    asr_jo_object(&o);
    asr_jo_int(&o, 1);
    asr_jo_object_end(&o);
    assert_int_equal(asr_json_out_end(&o), ASR_NOMEM);
    assert_true(b.failed);
    asr_buf_free(&b);

    /* too deep */

    asr_buf_init(&b, 1000);
    assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);

    for (i = 0; i < 200; i++) {
        asr_jo_array(&o);
    }

    assert_int_equal(asr_json_out_end(&o), ASR_NOMEM);
    asr_buf_free(&b);

    /* no memory, at the generator's and at the repair's */

    for (k = 0; k < 2; k++) {
        asr_buf_init(&b, 1000);
        fail_in = 0;
        assert_int_equal(asr_json_out_begin(&o, &b), ASR_NOMEM);
        write_all(&o);
        assert_int_equal(asr_json_out_end(&o), ASR_NOMEM);
        fail_in = -1;
        asr_buf_free(&b);
    }
}


/* Nothing numeric is lost on the way out and in again. */

static void
test_out_numbers(void **state)
{
    asr_buf_t       b;
    asr_json_t     *v;
    asr_json_out_t  o;

    asr_buf_init(&b, 10000);
    assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
    asr_jo_array(&o);
    asr_jo_fixed(&o, DBL_MAX, 17);
    asr_jo_fixed(&o, -DBL_MAX, 99);
    asr_jo_fixed(&o, 0.1, 17);
    asr_jo_array_end(&o);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);

    v = parse(b.data, b.len);
    assert_non_null(v);
    assert_true(v->child->u.number == DBL_MAX);
    assert_true(v->child->next->u.number == -DBL_MAX);
    assert_true(v->child->next->next->u.number == 0.1);

    asr_buf_free(&b);
}


static int
teardown(void **state)
{
    asr_arena_free(&arena);
    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_syntax),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_nomem),
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_out),
        cmocka_unit_test(test_out_utf8),
        cmocka_unit_test(test_out_misuse),
        cmocka_unit_test(test_out_numbers)
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
