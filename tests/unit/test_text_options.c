/*
 * What a client may ask of text: filters (T-019 to T-021), units and lines
 * (T-006, T-022, I-018, I-019), the written form (T-006).
 */

#include "text_unit.h"


static asr_ask_t
plain(void)
{
    asr_ask_t  ask;

    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;

    return ask;
}


/* T-019 */

static void
test_dirty(void **state)
{
    asr_ask_t  ask;

    static const char  heard[] = "the damn thing is shit ~1000 shit ~1000 fuck "
                                 "that's bullshit";

    ask = plain();
    text_is(&ask, heard, "The damn thing is shit. / Shit. / "
                         "Fuck that's bullshit.");

    ask.dirty = ASR_FILTER_SOME;
    text_is(&ask, heard, "The thing is. / That's.");
    text_is(&ask, "shit", "");
    text_is(&ask, "@0 shit @1 we left ~40 damn @2 fuck ~900 and so",
            "We left. / And so.");

    ask.dirty = ASR_FILTER_ALL;
    text_is(&ask, heard, "The **** thing is ****. / ****. / "
                         "**** that's ********.");

    /* words that only look so */

    text_is(&ask, "the class will pass the assistant cocktails",
            "The class will pass the assistant cocktails.");
}


/* T-021 */

static void
test_modal(void **state)
{
    asr_ask_t  ask;

    static const char  heard[] = "um i uh want ~300 uh ~300 the oh house "
                                 "~150 you know ~150 of hers ~900 hmm ~900 "
                                 "well ~250 she left there i mean";

    ask = plain();
    text_is(&ask, heard, "Um I uh want, uh the oh house you know of hers. / "
                         "Hmm. / Well, she left there I mean.");

    ask.modal = ASR_FILTER_SOME;
    text_is(&ask, heard, "I want the oh house you know of hers. / "
                         "Well, she left there I mean.");

    ask.modal = ASR_FILTER_ALL;
    text_is(&ask, heard, "I want the house of hers. / She left there.");

    /* those that are meant */

    text_is(&ask, "do you know what i mean by that",
            "Do you know what I mean by that?");
    text_is(&ask, "you know the way", "You know the way.");
    text_is(&ask, "she is well ~900 well", "She is well. / Well.");
    text_is(&ask, "i mean it", "I mean it.");
    text_is(&ask, "uh", "");
    text_is(&ask, "@0 um @1 we left", "We left.");
}


/* T-020 */

static void
test_punctuation(void **state)
{
    asr_ask_t  ask;

    static const char  heard[] = "well ~250 we left ~900 do you see";

    ask = plain();
    text_is(&ask, heard, "Well, we left. / Do you see?");

    ask.punctuation = ASR_PUNCT_INNER;
    text_is(&ask, heard, "Well, we left / Do you see");

    ask.punctuation = ASR_PUNCT_NONE;
    text_is(&ask, heard, "Well we left / Do you see");
}


/* T-006, I-019 */

static void
test_split(void **state)
{
    asr_ask_t  ask;

    static const char  heard[] = "well ~250 we left ~900 do you see ~2000 "
                                 "they stayed there";

    ask = plain();
    ask.split = ASR_SPLIT_PUNCT;
    text_is(&ask, heard, "Well, / we left. / Do you see? / "
                         "They stayed there.");

    ask.split = ASR_SPLIT_MEANING;
    text_is(&ask, heard, "Well, we left. Do you see? / They stayed there.");
    text_is(&ask, "@0 we left ~900 @1 they stayed there",
            "We left. / They stayed there.");
    text_is(&ask, "/0 we left /1 yes they did ~100 /0 so we were gone",
            "We left. / Yes they did. / So we were gone.");

    /* what was cut is cut before marks are left out */

    ask.split = ASR_SPLIT_PUNCT;
    ask.punctuation = ASR_PUNCT_NONE;
    text_is(&ask, heard, "Well / we left / Do you see / They stayed there");
}


static void
test_lines(void **state)
{
    asr_ask_t  ask;

    static const char  heard[] = "we saw many red houses ~900 "
                                 "extraordinarily big ones there";

    /* T-022: a mark where it is cut, within the length */

    ask = plain();
    ask.split = ASR_SPLIT_PUNCT;
    ask.line_max = 12;
    text_is(&ask, heard, "We saw many, / red houses. / Extraordinarily, / "
                         "big ones, / there.");
    ask.line_max = 11;
    text_is(&ask, heard, "We saw, / many red, / houses. / Extraordinarily, / "
                         "big ones, / there.");

    /* not for who wants none */

    ask.punctuation = ASR_PUNCT_NONE;
    text_is(&ask, heard, "We saw / many red / houses / Extraordinarily / "
                         "big ones / there");

    /* I-018: none inside, characters are no bytes */

    ask = plain();
    ask.line_max = 11;
    text_is(&ask, heard, "We saw many / red houses. / Extraordinarily / "
                         "big ones / there.");
    ask.line_max = 4;
    text_is(&ask, "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9 b",
            "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 / \xc3\xa9\xc3\xa9 / b.");
}


/*
 * Numbers are words of their own: from the first's start to the last's end,
 * their confidence the mean.  What they are is test_numbers_table.c's.
 */

static void
test_numbers(void **state)
{
    asr_ask_t              ask;
    asr_result_t           r;
    const asr_sentence_t  *s;

    static const char  heard[] = "in nineteen ~60 ninety seven we left ~900 "
                                 "@1 twenty @2 one of them came on may fifth "
                                 "nineteen forty five";

    asr_ask_init(&ask);
    text_is(&ask, heard, "In 1997 we left. / 20. / "
                         "One of them came on May 5, 1945.");
    text_is(&ask, "at three thirty p m we left", "At 3:30 p.m. we left.");
    text_is(&ask, "we left at three thirty p m ~1500 so it was",
            "We left at 3:30 p.m. / So it was.");

    ask.numbers = ASR_NUMBERS_WORDS;
    text_is(&ask, heard, "In nineteen ninety seven we left. / Twenty. / "
                         "One of them came on may fifth nineteen forty five.");

    asr_ask_init(&ask);
    asr_arena_init(&text_arena, 1 << 26);
    r = text_heard(heard);
    r.sentences[0].words[1].confidence = 0.2f;
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);
    text_is_sound(&r);
    s = &r.sentences[0];
    assert_int_equal(s->nwords, 4);
    assert_int_equal(s->words[1].start_ms, 200);
    assert_int_equal(s->words[1].end_ms, 860);
    assert_int_equal((int) (s->words[1].confidence * 1000 + 0.5), 400);
    asr_arena_free(&text_arena);
}


static void
written_is(const char *heard, const char *want)
{
    size_t        i;
    asr_ask_t     ask;
    asr_buf_t     b;
    asr_result_t  r;

    ask = plain();
    ask.written = true;
    asr_arena_init(&text_arena, 1 << 26);
    r = text_heard(heard);
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);
    text_is_sound(&r);
    asr_buf_init(&b, 1 << 20);

    for (i = 0; i < r.nsentences; i++) {
        asr_buf_printf(&b, "%s%.*s", i != 0 ? " / " : "",
                       asr_fmt(r.sentences[i].written));
    }

    if (!asr_str_eq(asr_buf_str(&b), asr_cstr(want))) {
        fail_msg("\"%s\" became\n  \"%.*s\", not\n  \"%s\"", heard,
                 asr_fmt(asr_buf_str(&b)), want);
    }

    asr_buf_free(&b);
    asr_arena_free(&text_arena);
}


/* T-006: format 5 */

static void
test_written(void **state)
{
    size_t  i;

    static const char *const  cases[][2] = {
        { "i want i want to go", "I want to go." },
        { "i i i saw the the house", "I saw the house." },
        { "um so uh we left", "So we left." },
        { "we're gonna leave 'cause it is late",
          "We're going to leave because it is late." },
        { "gonna leave now", "Going to leave now." },
        { "he had had that that day", "He had had that that day." },
        { "call five five 7 7", "Call five five 7 7." },
        { "they left home ~900 they left home",
          "They left home. / They left home." },
        { "we saw him ~300 saw him there", "We saw him there." },
        { "uh ~900 they left", " / They left." },
        { "do you do you see", "Do you see?" },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        written_is(cases[i][0], cases[i][1]);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_dirty),
        cmocka_unit_test(test_modal),
        cmocka_unit_test(test_punctuation),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_written),
    };

    return cmocka_run_group_tests(tests, text_setup, text_teardown);
}
