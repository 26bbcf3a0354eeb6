/*
 * Sentences: where they end, what they ask, who said them, capitals; and
 * words that are none.
 */

#include "text_unit.h"


static void
test_sentences(void **state)
{
    size_t     i;
    asr_ask_t  ask;

    static const struct {
        const char  *heard;
        const char  *text;
    } cases[] = {
        { "", "" },
        { "hello", "Hello." },
        { "we came home ~800 they went out", "We came home. / They went out." },
        { "we came home ~300 they went out", "We came home, they went out." },
        { "we came home ~40 they went out", "We came home they went out." },

        /* a border of utterances by itself is none of sentences */
        { "we came | home ~60 | and went out", "We came home and went out." },
        { "we came home ~900 | they went out",
          "We came home. / They went out." },

        /* a hesitation after a word that wants more */
        { "we saw the ~900 house", "We saw the house." },
        { "it was a day of ~700 | great joy", "It was a day of great joy." },
        { "they left home ~900 and ~900 we stayed here",
          "They left home. / And we stayed here." },
        { "they left home ~900 the", "They left home the." },
        { "they left home ~4000 we stayed", "They left home. / We stayed." },
        { "look at the ~4000 house over there",
          "Look at the. / House over there." },
        { "the ~4000 house is there", "The house is there." },

        /* short answers stand alone, other short things do not */
        { "yes ~500 we saw it there", "Yes. / We saw it there." },
        { "big ~500 red houses there", "Big red houses there." },

        /* a comma is not put where one reads on */
        { "the name ~300 of the rose is here",
          "The name of the rose is here." },
        { "well ~120 we saw it there", "Well, we saw it there." },
        { "we came and ~300 saw it there", "We came and saw it there." },
    };

    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;

    for (i = 0; i < asr_nelts(cases); i++) {
        text_is(&ask, cases[i].heard, cases[i].text);
    }
}


/* The same pauses end sentences of who speaks fast, and not of a slow one. */

static void
test_pace(void **state)
{
    size_t     i;
    asr_ask_t  ask;
    asr_buf_t  heard, want;

    static const char  said[] = "we saw red houses there in town again";

    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;
    ask.punctuation = ASR_PUNCT_NONE;

    asr_buf_init(&heard, 1 << 20);
    asr_buf_init(&want, 1 << 20);

    for (i = 0; i < 16; i++) {
        asr_buf_printf(&heard, "%s ~40 and away ~450 ", said);
        asr_buf_printf(&want, "%sWe%s and away", i == 0 ? "" : " / ",
                       said + 2);
    }

    asr_buf_append(&heard, "", 1);
    asr_buf_append(&want, "", 1);
    text_is(&ask, heard.data, want.data);

    heard.len = want.len = 0;

    for (i = 0; i < 16; i++) {
        asr_buf_printf(&heard, "we saw ~450 red houses ~450 there in town "
                       "~450 again ~450 %s", i % 2 == 1 ? "~900 " : "");
        asr_buf_printf(&want, "%s%s", i == 0 ? "We" : i % 2 == 0 ? " / We"
                                                                 : " we",
                       said + 2);
    }

    asr_buf_append(&heard, "", 1);
    asr_buf_append(&want, "", 1);
    text_is(&ask, heard.data, want.data);

    asr_buf_free(&heard);
    asr_buf_free(&want);
}


static void
test_questions(void **state)
{
    size_t     i;
    char       want[256];
    asr_ask_t  ask;

    static const char *const  asks[] = {
        "what is that", "what's your name", "where did they go",
        "how many people came", "how is it", "do you know him",
        "can I have some", "is there any left", "are we late",
        "so what are they doing", "well do you like it", "why not",
        "what about him", "which book did you read", "who did this",
        "who is that", "it's nice isn't it", "have you seen it", "why",
        "don't you think so", "may I come in", "won't they be cold",
        "what color is it", "was it good", "would you like some",
        "is the house red",
    };

    static const char *const  states[] = {
        "what a day", "do it now", "do the right thing", "how to do it",
        "which is why we came", "who was there", "have a nice day",
        "may he rest", "were it not so", "that is what it is",
        "I know what you did", "was a great man once", "don't do that",
        "what's more it rained", "when we came they left",
        "the house is red", "had he known it", "how they laughed",
    };

    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;

    for (i = 0; i < asr_nelts(asks) + asr_nelts(states); i++) {
        const char  *s;

        s = i < asr_nelts(asks) ? asks[i] : states[i - asr_nelts(asks)];
        snprintf(want, sizeof(want), "%s%c", s,
                 i < asr_nelts(asks) ? '?' : '.');

        if (want[0] >= 'a' && want[0] <= 'z') {
            want[0] = (char) (want[0] - 'a' + 'A');
        }

        text_is(&ask, s, want);
    }
}


/* Sentences span neither speakers nor channels; channels keep their order. */

static void
test_who(void **state)
{
    asr_ask_t  ask;

    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;

    text_is(&ask, "@0 we came home @1 they went out @0 and the",
            "We came home. / They went out. / And the.");
    text_is(&ask, "/0 we came /1 they went | out /0 home",
            "We came. / They went out. / Home.");

    /* that the other one answers ends a sentence, a breath does not */

    text_is(&ask, "/0 we came home ~100 /1 yes ~150 /0 it was late",
            "We came home. / Yes. / It was late.");
    text_is(&ask, "/0 we came home ~400 it was late",
            "We came home, it was late.");
}


static void
test_case(void **state)
{
    size_t         i;
    asr_ask_t      ask;
    asr_hotword_t  hot[2] = { { ASR_STR("Tencent Cloud"), 5 },
                              { ASR_STR("iPad"), 5 } };

    static const struct {
        const char  *heard;
        const char  *text;
    } cases[] = {
        { "he said i'm in london", "He said I'm in London." },
        { "i know i'll go and i'd stay", "I know I'll go and I'd stay." },
        { "it is will and may", "It is will and may." },
        { "london's james' mr. bob", "London's James' Mr. bob." },
        { "we watched nasa on tv at noon", "We watched NASA on TV at noon." },
        { "he likes new york on monday", "He likes New York on Monday." },
        { "he likes new houses", "He likes new houses." },
        { "in san francisco", "In San Francisco." },
        { "the san is here", "The san is here." },
        { "in the united states now", "In the United States now." },
        { "the u.s. a. b. c.", "The U.S. A B C." },
        { "at 5 p.m.", "At 5 p.m." },
        { "on may 5th or march 1997", "On May 5th or March 1997." },
        { "the 5th of may", "The 5th of May." },
        { "on may 5 we may 5", "On May 5 we may 5." },
        { "we march 20 miles and may 5", "We march 20 miles and may 5." },
        { "at del mar", "At del mar." },
        { "a tencent cloud on an ipad", "A Tencent Cloud on an iPad." },
        { "a tencent house in a cloud", "A tencent house in a cloud." },
        { "ipad and tencent cloud", "iPad and Tencent Cloud." },
    };

    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;
    ask.hotwords = hot;
    ask.nhotwords = 2;

    for (i = 0; i < asr_nelts(cases); i++) {
        text_is(&ask, cases[i].heard, cases[i].text);
    }
}


static int  lines;

static void
count_line(int level, const char *line)
{
    lines += strstr(line, "asr-none") != NULL;
}


/* No list: told once, and everything but names as ever. */

static void
test_no_names(void **state)
{
    asr_ask_t    ask;
    asr_text_t  *kept;

    kept = text;
    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;

    asr_log_set(count_line);
    text = asr_text_create("/nonexistent/asr-none");
    assert_non_null(text);
    text_is(&ask, "i was in london", "I was in london.");
    text_is(&ask, "i was in london", "I was in london.");
    asr_text_free(text);
    assert_int_equal(lines, 1);

    text = asr_text_create("/");         /* a folder */
    assert_non_null(text);
    asr_text_free(text);

    text = asr_text_create(NULL);
    assert_non_null(text);
    text_is(&ask, "i was in london", "I was in london.");
    asr_text_free(text);
    assert_int_equal(lines, 1);

    /* read when it is needed, and only then */

    text = asr_text_later("/nonexistent/asr-none");
    assert_non_null(text);
    asr_text_free(text);
    assert_int_equal(lines, 1);

    text = asr_text_later("/nonexistent/asr-none");
    text_is(&ask, "i was in london", "I was in london.");
    asr_text_free(text);
    assert_int_equal(lines, 2);

    text = asr_text_later(ASR_TEXT_NAMES);
    text_is(&ask, "i was in london", "I was in London.");
    asr_text_free(text);

    asr_text_free(NULL);
    asr_log_set(NULL);
    text = kept;
}


static void
test_measures(void **state)
{
    asr_ask_t     ask;
    asr_result_t  r;

    asr_arena_init(&text_arena, 1 << 26);
    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;

    r = text_heard("we came | home ~900 they went");
    r.sentences[0].energy_db = 60.0f;
    r.sentences[0].words[1].confidence = 0.8f;
    r.sentences[1].energy_db = 30.0f;
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);
    assert_int_equal(r.nsentences, 2);

    /* two words of 60 dB and one that hardly adds to them: -1.76 dB */

    assert_int_equal((int) (r.sentences[0].energy_db * 10 + 0.5), 582);
    assert_int_equal((int) (r.sentences[0].confidence * 100 + 0.5), 60);
    assert_int_equal(r.sentences[0].start_ms, 0);
    assert_int_equal(r.sentences[0].end_ms, 600);
    assert_int_equal((int) (r.sentences[1].energy_db * 10 + 0.5), 300);
    assert_int_equal(r.sentences[1].start_ms, 1500);
    assert_int_equal(r.sentences[1].written.len, 0);
    asr_arena_free(&text_arena);
}


static void
test_bad(void **state)
{
    asr_ask_t     ask;
    asr_arena_t   small;
    asr_result_t  r;

    asr_arena_init(&text_arena, 1 << 26);
    asr_ask_init(&ask);
    ask.numbers = ASR_NUMBERS_WORDS;

    r = text_heard("we came home");
    r.sentences[0].words[1].end_ms = r.sentences[0].words[1].start_ms - 1;
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r),
                     ASR_INVALID);

    r = text_heard("we came home");
    r.sentences[0].channel = 1;
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r),
                     ASR_INVALID);

    /* words that are none, and whose times fall back */

    r = text_heard("we came home");
    r.sentences[0].words[1].text.len = 0;
    r.sentences[0].words[2].start_ms = 0;
    r.sentences[0].words[2].end_ms = 0;
    r.sentences[0].words[0].start_ms = 10;
    assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);
    assert_int_equal(r.nsentences, 1);
    text_is_sound(&r);
    assert_true(asr_str_eq(r.sentences[0].text, asr_str("We home.")));

    r = text_heard("we came home");
    asr_arena_init(&small, 64);
    assert_int_equal(asr_text_finish(text, &small, &ask, &r), ASR_NOMEM);
    asr_arena_free(&small);
    asr_arena_free(&text_arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_pace),
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_who),
        cmocka_unit_test(test_case),
        cmocka_unit_test(test_no_names),
        cmocka_unit_test(test_measures),
        cmocka_unit_test(test_bad),
    };

    return cmocka_run_group_tests(tests, text_setup, text_teardown);
}
