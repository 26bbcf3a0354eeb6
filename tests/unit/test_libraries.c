/*
 * Libraries of words, and keywords found in results.
 */

#include "unit.h"

#include "speech/asr_keywords.h"


#define KEYWORDS(words)                                                       \
    "{\"libraries\":[{\"id\":\"k\",\"type\":\"keywords\",\"words\":" words "}]}"


static void
test_parse(void **state)
{
    char                   err[512];
    asr_arena_t            a;
    asr_ask_t              ask;
    asr_libraries_t       *l;
    const asr_library_t   *lib;

    l = asr_libraries_parse(asr_str(
        "{\"libraries\":[{\"id\":\"kw-1\",\"name\":\"Products\",\"type\":"
        "\"keywords\",\"words\":[\"cloud\",\"Tencent Cloud|10\"]},"
        "{\"id\":\"hot\",\"type\":\"hotwords\",\"account\":\"demo\",\"words\":"
        "[\" Sintra | 100 \",\"x\"]}]}"), err, sizeof(err));
    assert_non_null(l);

    lib = asr_libraries_find(l, ASR_LIBRARY_KEYWORDS, asr_str("kw-1"),
                             asr_str("any"));
    assert_non_null(lib);
    assert_ptr_equal(lib, asr_libraries_get(l, 0));
    assert_true(asr_str_eq(lib->name, asr_str("Products")));
    assert_int_equal(lib->nwords, 2);
    assert_true(asr_str_eq(lib->words[1].term, asr_str("Tencent Cloud")));
    assert_int_equal(lib->words[1].weight, 10);

    /* of the other type, of another account */

    assert_null(asr_libraries_find(l, ASR_LIBRARY_HOTWORDS, asr_str("kw-1"),
                                   asr_str("any")));
    assert_null(asr_libraries_find(l, ASR_LIBRARY_HOTWORDS, asr_str("hot"),
                                   asr_str("any")));
    lib = asr_libraries_find(l, ASR_LIBRARY_HOTWORDS, asr_str("hot"),
                             asr_str("demo"));
    assert_non_null(lib);
    assert_true(asr_str_eq(lib->name, asr_str("hot")));
    assert_null(asr_libraries_find(NULL, ASR_LIBRARY_HOTWORDS, asr_str("hot"),
                                   asr_str("demo")));
    assert_null(asr_libraries_get(l, 2));

    asr_arena_init(&a, 65536);
    asr_ask_init(&ask);
    ask.hotword_library = asr_str("hot");
    assert_int_equal(asr_libraries_hotwords(l, &a, asr_str("x"), &ask),
                     ASR_OK);
    assert_int_equal(ask.nhotwords, 0);
    assert_int_equal(asr_libraries_hotwords(l, &a, asr_str("demo"), &ask),
                     ASR_OK);
    assert_int_equal(ask.nhotwords, 2);
    asr_libraries_free(l);
    assert_true(asr_str_eq(ask.hotwords[0].term, asr_str("Sintra")));
    assert_int_equal(ask.hotwords[0].weight, 100);
    assert_int_equal(ask.hotwords[1].weight, ASR_HOTWORD_DEFAULT);
    asr_arena_free(&a);

    asr_libraries_free(NULL);
}


static void
test_refused(void **state)
{
    size_t  i;
    char    err[512];

    static const struct {
        const char  *text;
        const char  *why;
    } cases[] = {
        { "", "not valid JSON" },
        { "[]", "must be an object with an array \"libraries\" alone" },
        { "{\"libraries\":{}}", "alone" },
        { "{\"libraries\":[],\"x\":1}", "alone" },
        { "{\"libraries\":[],\"libraries\":[]}", "given twice" },
        { "{\"libraries\":[1]}", "library 1: not an object" },
        { "{\"libraries\":[{}]}", "library 1: \"id\" is missing" },
        { "{\"libraries\":[{\"id\":1}]}", "\"id\" must be a string" },
        { "{\"libraries\":[{\"id\":\"\"}]}", "\"id\" must be a string" },
        { "{\"libraries\":[{\"id\":\"a\",\"type\":\"x\"}]}",
          "\"type\" must be \"keywords\" or \"hotwords\"" },
        { "{\"libraries\":[{\"id\":\"a\",\"kind\":\"x\"}]}",
          "unknown field \"kind\"" },
        { "{\"libraries\":[{\"id\":\"a\",\"type\":\"keywords\"}]}",
          "\"words\" must be an array of 1 to 1000" },
        { "{\"libraries\":[{\"id\":\"a\",\"type\":\"keywords\",\"name\":[]}]}",
          "\"name\" must" },
        { "{\"libraries\":[{\"id\":\"a\",\"type\":\"keywords\",\"account\":1"
          "}]}", "\"account\" must" },
        { KEYWORDS("[]"), "1 to 1000" },
        { KEYWORDS("[1]"), "a word is not a string" },
        { KEYWORDS("[\"\"]"), "a word must be of 1 to 128 bytes" },
        { KEYWORDS("[\"a|0\"]"), "the weight of \"a\" must be 1 to 11 or 100"
        },
        { KEYWORDS("[\"a|12\"]"), "weight" },
        { KEYWORDS("[\"a|\"]"), "weight" },
        { "{\"libraries\":[{\"id\":\"k\",\"type\":\"keywords\",\"words\":"
          "[\"a\"]},{\"id\":\"k\",\"type\":\"hotwords\",\"words\":[\"a\"]}]}",
          "library 2: \"id\" \"k\" is duplicate" },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        assert_null(asr_libraries_parse(asr_cstr(cases[i].text), err,
                                        sizeof(err)));
        if (strstr(err, cases[i].why) == NULL) {
            fail_msg("%s: \"%s\"", cases[i].text, err);
        }
    }
}


static void
test_ceilings(void **state)
{
    int                n, fd;
    char               err[512], path[] = "/tmp/asr-libraries-XXXXXX";
    asr_buf_t          b;
    asr_libraries_t   *l;

    for (n = 256; n <= 257; n++) {
        asr_buf_init(&b, 65536);
        (void) asr_buf_printf(&b, "{\"libraries\":[{\"id\":\"h\",\"type\":"
                              "\"hotwords\",\"words\":[\"w\"");

        for (int i = 1; i < n; i++) {
            (void) asr_buf_printf(&b, ",\"w\"");
        }

        (void) asr_buf_printf(&b, "]}]}");
        l = asr_libraries_parse(asr_buf_str(&b), err, sizeof(err));
        assert_true((l != NULL) == (n == 256));
        asr_libraries_free(l);
        asr_buf_free(&b);
    }

    assert_non_null(strstr(err, "1 to 256"));

    /* the file */

    assert_null(asr_libraries_load("/nonexistent", err, sizeof(err)));
    assert_string_equal(err, "/nonexistent: No such file or directory");

    fd = mkstemp(path);
    assert_int_equal(write(fd, KEYWORDS("[\"a\"]"),
                           sizeof(KEYWORDS("[\"a\"]")) - 1),
                     sizeof(KEYWORDS("[\"a\"]")) - 1);
    l = asr_libraries_load(path, err, sizeof(err));
    assert_non_null(l);
    asr_libraries_free(l);

    assert_int_equal(ftruncate(fd, ASR_LIBRARIES_FILE_MAX + 1), 0);
    assert_null(asr_libraries_load(path, err, sizeof(err)));
    assert_non_null(strstr(err, "larger than"));
    assert_non_null(strstr(err, path));

    close(fd);
    unlink(path);
}


static asr_arena_t  arena;


static asr_sentence_t
sentence(const char *text)
{
    asr_str_t       rest;
    asr_sentence_t  s;

    memset(&s, 0, sizeof(s));
    s.words = asr_arena_zalloc(&arena, 32 * sizeof(asr_word_t));
    rest = asr_cstr(text);

    while (rest.len != 0) {
        s.words[s.nwords++].text = asr_str_cut(&rest, ' ');
    }

    return s;
}


static void
test_keywords(void **state)
{
    char              err[512];
    asr_ask_t         ask;
    asr_str_t         ids[5];
    asr_result_t      r;
    asr_sentence_t    s[6];
    asr_libraries_t  *l;

    l = asr_libraries_parse(asr_str(
        "{\"libraries\":[{\"id\":\"a\",\"name\":\"A\",\"type\":\"keywords\","
        "\"words\":[\"Tencent Cloud\",\"5G\",\"caf\xc3\xa9\",\"cloud\","
        "\"\xe8\xaf\xad\"]},"
        "{\"id\":\"b\",\"type\":\"keywords\",\"words\":[\"ASR\"]},"
        "{\"id\":\"c\",\"type\":\"keywords\",\"account\":\"other\",\"words\":"
        "[\"cloud\"]},{\"id\":\"h\",\"type\":\"hotwords\",\"words\":"
        "[\"cloud\"]}]}"), err, sizeof(err));
    assert_non_null(l);

    asr_arena_init(&arena, 1024 * 1024);
    asr_ask_init(&ask);
    ids[0] = asr_str("b");
    ids[1] = asr_str("a");
    ids[2] = asr_str("c");
    ids[3] = asr_str("h");
    ids[4] = asr_str("a");
    ask.keyword_libraries = ids;
    ask.nkeyword_libraries = 5;

    s[0] = sentence("The tencent cloud's five g. caf\xc3\xa9s");
    s[1] = sentence("clouds over tencent");
    s[2] = sentence("5G and Cafe, a s r");
    s[3] = sentence("");
    s[4] = sentence("CLOUD Cloud cloud");
    s[5] = sentence("\xff {1} -");
    memset(&r, 0, sizeof(r));
    r.sentences = s;
    r.nsentences = 6;

    assert_int_equal(asr_keywords(l, &arena, asr_str("demo"), &ask, &r),
                     ASR_OK);

    assert_int_equal(s[0].nhits, 1);
    assert_true(asr_str_eq(s[0].hits[0].id, asr_str("a")));
    assert_true(asr_str_eq(s[0].hits[0].name, asr_str("A")));
    assert_int_equal(s[0].hits[0].nwords, 3);
    assert_true(asr_str_eq(s[0].hits[0].words[0], asr_str("Tencent Cloud")));
    assert_true(asr_str_eq(s[0].hits[0].words[1], asr_str("5G")));
    assert_true(asr_str_eq(s[0].hits[0].words[2], asr_str("cloud")));

    assert_int_equal(s[1].nhits, 0);

    assert_int_equal(s[2].nhits, 2);
    assert_true(asr_str_eq(s[2].hits[0].id, asr_str("b")));
    assert_true(asr_str_eq(s[2].hits[0].name, asr_str("b")));
    assert_int_equal(s[2].hits[1].nwords, 2);
    assert_true(asr_str_eq(s[2].hits[1].words[1], asr_str("caf\xc3\xa9")));

    assert_int_equal(s[3].nhits, 0);
    assert_int_equal(s[4].nhits, 1);
    assert_int_equal(s[4].hits[0].nwords, 1);
    assert_int_equal(s[5].nhits, 0);

    /* of the other account it is */

    assert_int_equal(asr_keywords(l, &arena, asr_str("other"), &ask, &r),
                     ASR_OK);
    assert_int_equal(s[4].nhits, 2);
    assert_true(asr_str_eq(s[4].hits[1].id, asr_str("c")));

    /* none asked for, none there, no memory */

    assert_int_equal(asr_keywords(NULL, &arena, asr_str("demo"), &ask, &r),
                     ASR_OK);
    assert_int_equal(s[4].nhits, 0);
    ask.nkeyword_libraries = 0;
    assert_int_equal(asr_keywords(l, &arena, asr_str("demo"), &ask, &r),
                     ASR_OK);
    assert_int_equal(s[4].nhits, 0);
    ask.nkeyword_libraries = 5;
    asr_arena_free(&arena);
    asr_arena_init(&arena, 64);
    assert_int_equal(asr_keywords(l, &arena, asr_str("demo"), &ask, &r),
                     ASR_NOMEM);

    asr_arena_free(&arena);
    asr_libraries_free(l);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_ceilings),
        cmocka_unit_test(test_keywords),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
