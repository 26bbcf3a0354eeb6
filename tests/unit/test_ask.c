/*
 * What each API's request asks of recognition and text.
 */

#include "unit.h"

#include "api/asr_api.h"


typedef struct {
    asr_arena_t  arena;
    asr_ask_t    ask;
} asked_t;


static asr_err_t
ask_for(asked_t *k, const char *api, const char *params)
{
    asr_task_t  t;

    memset(&t, 0, sizeof(t));
    t.api = asr_cstr(api);
    t.params = asr_cstr(params);

    asr_arena_init(&k->arena, 1 << 20);

    return asr_api_ask(&t, &k->arena, &k->ask);
}


static void
test_defaults(void **state)
{
    size_t   i;
    asked_t  k;

    static const char *const  apis[] = { "u2", "memories", "ice", "none" };

    for (i = 0; i < asr_nelts(apis); i++) {
        assert_int_equal(ask_for(&k, apis[i], ""), ASR_OK);
        asr_arena_free(&k.arena);
        assert_int_equal(ask_for(&k, apis[i], "{}"), ASR_OK);
        assert_int_equal(k.ask.numbers, ASR_NUMBERS_DIGITS);
        assert_int_equal(k.ask.punctuation, ASR_PUNCT_ALL);
        assert_int_equal(k.ask.split, ASR_SPLIT_SENTENCE);
        assert_int_equal(k.ask.dirty, ASR_FILTER_NONE);
        assert_int_equal(k.ask.modal, ASR_FILTER_NONE);
        assert_int_equal(k.ask.nhotwords, 0);
        assert_int_equal(k.ask.nkeyword_libraries, 0);
        assert_int_equal(k.ask.line_max, 0);
        assert_false(k.ask.speakers);
        assert_false(k.ask.written);
        asr_arena_free(&k.arena);
    }

    assert_int_equal(ask_for(&k, "u2", "{"), ASR_INVALID);
    asr_arena_free(&k.arena);
}


static void
test_tencent(void **state)
{
    asked_t  k;

    assert_int_equal(ask_for(&k, "tencent",
        "{\"ResTextFormat\":3,\"SpeakerDiarization\":1,\"SpeakerNumber\":4,"
        "\"ConvertNumMode\":3,\"FilterDirty\":2,\"FilterPunc\":1,"
        "\"FilterModal\":1,\"SentenceMaxLength\":20,\"HotwordList\":"
        "\"Tencent Cloud|10, ASR|11,x y |100\",\"KeyWordLibIdList\":"
        "[\"a\",\"b\"]}"), ASR_OK);

    assert_true(k.ask.speakers);
    assert_int_equal(k.ask.speaker_num, 4);
    assert_int_equal(k.ask.numbers, ASR_NUMBERS_MATH);
    assert_int_equal(k.ask.dirty, ASR_FILTER_ALL);
    assert_int_equal(k.ask.modal, ASR_FILTER_SOME);
    assert_int_equal(k.ask.punctuation, ASR_PUNCT_INNER);
    assert_int_equal(k.ask.split, ASR_SPLIT_PUNCT);
    assert_int_equal(k.ask.line_max, 20);
    assert_int_equal(k.ask.nhotwords, 3);
    assert_true(asr_str_eq(k.ask.hotwords[0].term,
                           asr_str("Tencent Cloud")));
    assert_int_equal(k.ask.hotwords[0].weight, 10);
    assert_true(asr_str_eq(k.ask.hotwords[1].term, asr_str("ASR")));
    assert_int_equal(k.ask.hotwords[1].weight, 11);
    assert_true(asr_str_eq(k.ask.hotwords[2].term, asr_str("x y")));
    assert_int_equal(k.ask.hotwords[2].weight, ASR_HOTWORD_FORCED);
    assert_int_equal(k.ask.nkeyword_libraries, 2);
    assert_true(asr_str_eq(k.ask.keyword_libraries[1], asr_str("b")));
    asr_arena_free(&k.arena);

    /* the default of ConvertNumMode is kept with the task, 0 is not */

    assert_int_equal(ask_for(&k, "tencent", "{\"ResTextFormat\":4}"), ASR_OK);
    assert_int_equal(k.ask.numbers, ASR_NUMBERS_WORDS);
    assert_int_equal(k.ask.split, ASR_SPLIT_MEANING);
    assert_false(k.ask.written);
    asr_arena_free(&k.arena);

    assert_int_equal(ask_for(&k, "tencent", "{\"ResTextFormat\":5,"
                             "\"ConvertNumMode\":1,\"FilterPunc\":2,"
                             "\"FilterDirty\":1,\"FilterModal\":2}"),
                     ASR_OK);
    assert_true(k.ask.written);
    assert_int_equal(k.ask.numbers, ASR_NUMBERS_DIGITS);
    assert_int_equal(k.ask.punctuation, ASR_PUNCT_NONE);
    assert_int_equal(k.ask.dirty, ASR_FILTER_SOME);
    assert_int_equal(k.ask.modal, ASR_FILTER_ALL);
    asr_arena_free(&k.arena);
}


static void
test_u2(void **state)
{
    asked_t  k;

    assert_int_equal(ask_for(&k, "u2",
        "{\"enable_itn\":false,\"enable_speaker\":true,\"channel\":1,"
        "\"speaker_num\":2,\"context\":\"about\",\"hotwords\":[\"ab\",\"\","
        "\"cd\"]}"), ASR_OK);
    assert_int_equal(k.ask.numbers, ASR_NUMBERS_WORDS);
    assert_true(k.ask.speakers);
    assert_int_equal(k.ask.speaker_num, 2);
    assert_true(asr_str_eq(k.ask.context, asr_str("about")));
    assert_int_equal(k.ask.nhotwords, 2);
    assert_true(asr_str_eq(k.ask.hotwords[1].term, asr_str("cd")));
    assert_int_equal(k.ask.hotwords[1].weight, ASR_HOTWORD_DEFAULT);
    asr_arena_free(&k.arena);

    /* two channels are two speakers */

    assert_int_equal(ask_for(&k, "u2", "{\"enable_speaker\":true,"
                             "\"channel\":2}"), ASR_OK);
    assert_false(k.ask.speakers);
    asr_arena_free(&k.arena);
}


static void
test_memories(void **state)
{
    asked_t  k;

    assert_int_equal(ask_for(&k, "memories", "{\"speaker\":true}"), ASR_OK);
    assert_true(k.ask.speakers);
    assert_int_equal(k.ask.speaker_num, 0);
    asr_arena_free(&k.arena);
}


static void
test_ice(void **state)
{
    asked_t  k;

    assert_int_equal(ask_for(&k, "ice", "{\"sentence_max\":12,"
        "\"EditingConfig\":\"{\\\"HotwordLibraryIdList\\\":\\\"lib\\\","
        "\\\"EnableSemanticSentenceDetection\\\":true}\"}"), ASR_OK);
    assert_int_equal(k.ask.line_max, 12);
    assert_true(asr_str_eq(k.ask.hotword_library, asr_str("lib")));
    assert_int_equal(k.ask.split, ASR_SPLIT_MEANING);
    asr_arena_free(&k.arena);

    assert_int_equal(ask_for(&k, "ice", "{\"EditingConfig\":\"{\"}"),
                     ASR_INVALID);
    asr_arena_free(&k.arena);
}


static void
test_ceiling(void **state)
{
    int          i;
    asr_ask_t    ask;
    asr_arena_t  a;

    asr_arena_init(&a, 1 << 20);
    asr_ask_init(&ask);

    for (i = 0; i < 2 * ASR_HOTWORDS_MAX; i++) {
        assert_int_equal(asr_ask_hotword(&ask, &a, asr_str("w"), 1), ASR_OK);
    }

    assert_int_equal(ask.nhotwords, ASR_HOTWORDS_MAX);
    asr_arena_free(&a);

    asr_arena_init(&a, 16);
    asr_ask_init(&ask);
    assert_int_equal(asr_ask_hotword(&ask, &a, asr_str("w"), 1), ASR_NOMEM);
    assert_int_equal(ask.nhotwords, 0);
    asr_arena_free(&a);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_tencent),
        cmocka_unit_test(test_u2),
        cmocka_unit_test(test_memories),
        cmocka_unit_test(test_ice),
        cmocka_unit_test(test_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
