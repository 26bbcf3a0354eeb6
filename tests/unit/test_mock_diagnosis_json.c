/* Where and how JSON text is broken, said so that it can be mended. */

#include "mock_look_unit.h"


static void
post(look_t *k, const char *body, size_t n)
{
    look_init(k, "u2", "create");
    look_bytes(k, body, n);
    look_refused(k, "100001", "U-027");
    look_run(k);
}


/* The finding has the clause's words and the fault's hint. */

static void
test_faults(void **state)
{
    look_t  k;
    size_t  i;

    static const struct {
        asr_str_t    body;
        int          rule;
        const char  *got;
    } rows[] = {
        { ASR_STR("{\"a\":1,}"), ASR_MOCK_D_JSON_COMMA,
          "line 1, column 8: {\"a\":1,}" },
        { ASR_STR("{\"a\":[1,2,],\"b\":1}"), ASR_MOCK_D_JSON_COMMA, NULL },
        { ASR_STR("{\"a\":1,,\"b\":1}"), ASR_MOCK_D_JSON_COMMA, NULL },
        { ASR_STR("{'a':1}"), ASR_MOCK_D_JSON_QUOTES,
          "line 1, column 2: {'a':1}" },
        { ASR_STR("{\"a\":'b'}"), ASR_MOCK_D_JSON_QUOTES, NULL },
        { ASR_STR("{\"a\":\xe2\x80\x9c" "b\xe2\x80\x9d}"),
          ASR_MOCK_D_JSON_QUOTES, NULL },
        { ASR_STR("{a:1}"), ASR_MOCK_D_JSON_NAME, NULL },
        { ASR_STR("{\"a\":True}"), ASR_MOCK_D_JSON_LITERAL,
          "line 1, column 6: {\"a\":True}" },
        { ASR_STR("{\"a\":None}"), ASR_MOCK_D_JSON_LITERAL, NULL },
        { ASR_STR("{\"a\":NaN}"), ASR_MOCK_D_JSON_LITERAL, NULL },
        { ASR_STR("{\"a\":undefined}"), ASR_MOCK_D_JSON_LITERAL, NULL },
        { ASR_STR("{\"a\":wav}"), ASR_MOCK_D_JSON_LITERAL, NULL },
        { ASR_STR("{\"a\":1 /* one */}"), ASR_MOCK_D_JSON_COMMENT, NULL },
        { ASR_STR("# x\n{\"a\":1}"), ASR_MOCK_D_JSON_COMMENT, NULL },
        { ASR_STR("{\n \"a\":\"x\ny\"}"), ASR_MOCK_D_JSON_CONTROL,
          "line 2, column 8: {  \"a\":\"x y\"}" },
        { ASR_STR("{\"a\":\"C:\\path\"}"), ASR_MOCK_D_JSON_ESCAPE, NULL },
        { ASR_STR("{\"a\":\"\\u12g4\"}"), ASR_MOCK_D_JSON_ESCAPE, NULL },
        { ASR_STR("{\"a\":01}"), ASR_MOCK_D_JSON_NUMBER, NULL },
        { ASR_STR("{\"a\":+1}"), ASR_MOCK_D_JSON_NUMBER, NULL },
        { ASR_STR("{\"a\":.5}"), ASR_MOCK_D_JSON_NUMBER, NULL },
        { ASR_STR("{\"a\":5.}"), ASR_MOCK_D_JSON_NUMBER, NULL },
        { ASR_STR("{\"a\":1e}"), ASR_MOCK_D_JSON_NUMBER, NULL },
        { ASR_STR("{\"a\":1"), ASR_MOCK_D_JSON_CUT,
          "line 1, column 7: {\"a\":1" },
        { ASR_STR("{\"a\":\"b"), ASR_MOCK_D_JSON_CUT, NULL },
        { ASR_STR("{\"a\""), ASR_MOCK_D_JSON_CUT, NULL },
        { ASR_STR("{"), ASR_MOCK_D_JSON_CUT, NULL },
        { ASR_STR(" "), ASR_MOCK_D_JSON_CUT, NULL },
        { ASR_STR("{\"a\":1}{\"a\":2}"), ASR_MOCK_D_JSON_AFTER, NULL },
        { ASR_STR("{\"a\" 1}"), ASR_MOCK_D_JSON_SYNTAX, NULL },
        { ASR_STR("{\"a\":1 \"b\":2}"), ASR_MOCK_D_JSON_SYNTAX, NULL },
        { ASR_STR("<xml/>"), ASR_MOCK_D_JSON_SYNTAX, NULL },
        { ASR_STR("model=u2-asr&format=wav"), ASR_MOCK_D_JSON_FORM, NULL },
        { ASR_STR("\xef\xbb\xbf{\"a\":1}"), ASR_MOCK_D_JSON_BOM, NULL },
        { ASR_STR("{\0\"\0a\0"), ASR_MOCK_D_JSON_ENCODING, NULL },
        { ASR_STR("{\"a\":\"\xff\"}"), ASR_MOCK_D_JSON_UTF8, NULL },
        { ASR_STR("{\"a\":\"\\ud83d\"}"), ASR_MOCK_D_JSON_UTF8, NULL },
        { ASR_STR("{\"a\":\"\\ud83d\\udbff\"}"), ASR_MOCK_D_JSON_UTF8,
          "line 1, column 7: {\"a\":\"\\ud83d\\udbff\"}" },
        { ASR_STR("{\"a\":\"x\\u0000\"}"), ASR_MOCK_D_JSON_NUL, NULL },
        { ASR_STR("[1]"), ASR_MOCK_D_JSON_OBJECT, "an array of 1" },
        { ASR_STR("\"{\\\"a\\\":1}\""), ASR_MOCK_D_JSON_OBJECT, NULL },
        { ASR_STR("null"), ASR_MOCK_D_JSON_OBJECT, "null" },
        { ASR_STR(""), ASR_MOCK_D_JSON_EMPTY, "an empty body" },
        { ASR_STR("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["),
          ASR_MOCK_D_JSON_DEPTH, NULL }
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        print_message("%s: %.*s\n", asr_mock_rules[rows[i].rule].id,
                      asr_fmt(rows[i].body));
        post(&k, rows[i].body.data, rows[i].body.len);
        look_is(&k, 0, ASR_MOCK_ERROR, "U-027", "", rows[i].got,
                asr_mock_rules[rows[i].rule].hint);
        assert_true(look_has(k.found[0].words, "one JSON object"));
        assert_int_equal(k.n, 1);
        look_free(&k);
    }
}


static void
test_twice(void **state)
{
    look_t  k;

    look_init(&k, "u2", "create");
    look_body(&k, "{\"model\":\"u2-asr\",\"a/b\":1,\"a/b\":2}");
    look_refused(&k, "100001", "U-027");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-027", "/a~1b", "a/b twice",
            "Remove one");
    assert_int_equal(k.n, 1);

    /* of a known member, the module names that member's clause */

    look_body(&k, "{\"model\":\"u2-asr\",\"model\":\"u2-asr\"}");
    look_refused(&k, "100001", "U-002");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-002", "/model", "model twice",
            "Remove one");
    assert_int_equal(k.n, 1);
    look_free(&k);
}


/* Characters of several bytes, counted as one each by Content-Length. */

static void
test_length(void **state)
{
    look_t  k;

    post(&k, "{\"context\":\"\xc3\xa9\xc3\xa9", 16);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-027", NULL, NULL, "counts bytes");
    look_free(&k);
}


/* By no clause of its own, or another's: the mock's rule stays. */

static void
test_own(void **state)
{
    look_t  k;

    look_init(&k, "u2", "create");
    look_body(&k, "{\"a\":1,}");
    look_refused(&k, "100101", "U-020");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "U-020", "header:Authorization",
            "Bearer ***", "Bearer KEY");
    look_is(&k, 1, ASR_MOCK_ERROR, "D-json-comma", "", NULL, NULL);
    look_free(&k);

    look_init(&k, "ice", "SubmitASRJob");
    look_header(&k, "Content-Type", "application/json; charset=utf-8");
    look_body(&k, "{\"InputFile\":}");
    look_refused(&k, "InvalidParameter.Format", "I-003");
    look_run(&k);
    look_is(&k, 0, ASR_MOCK_ERROR, "I-003", "", "line 1, column 14: "
            "{\"InputFile\":}", NULL);
    look_free(&k);
}


/* Every cut of a body, against a page that faults; no cut is "fine". */

static void
test_cuts(void **state)
{
    char    *p;
    size_t   n;
    look_t   k;

    static const char  body[] =
        " {\"file_id\": 12, \"model\":\"u2\\u002dasr\", \"format\" : \"wav\","
        "\"hotwords\":[\"\\ud83d\\ude00\", \"\xe4\xb8\xad\"],\"x\":-1.5e+3,"
        "\"y\":{\"z\":[true,false,null]}}";

    for (n = 0; n < sizeof(body) - 1; n++) {
        p = unit_guard(body, n);
        post(&k, p, n);

        if (k.n == 0) {
            fail_msg("a cut at %zu is not seen", n);
        }

        assert_int_equal(k.found[0].severity, ASR_MOCK_ERROR);
        look_free(&k);
        unit_unguard(p, n);
    }
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_cuts)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
