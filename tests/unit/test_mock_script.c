/*
 * Scripted results: the text is the text, words lie where the voice is.
 */

#include "script_unit.h"

#include <math.h>

#include "asr_mock_phrases.h"


#define HELLO  "Hello there, how are you? I am fine."


static asr_mock_script_in_t
input(const char *text)
{
    asr_mock_script_in_t  in;

    memset(&in, 0, sizeof(in));
    in.text = asr_cstr(text);
    in.seed = 7;
    in.name = asr_str("a recording");
    in.audio_ms = 10000;
    in.channels = 1;
    in.heard = true;

    return in;
}


static asr_result_t
script(const asr_mock_script_in_t *in)
{
    asr_result_t  r;

    assert_int_equal(asr_mock_script(&arena, in, &r), ASR_OK);
    script_sound(&r);

    return r;
}


static void
test_exact(void **state)
{
    size_t                i;
    asr_str_t             text;
    asr_result_t          r;
    asr_mock_script_in_t  in;

    static const struct {
        const char  *text;
        const char  *joined;     /* NULL: the same */
        size_t       sentences;
        size_t       words;
    } texts[] = {
        { HELLO, NULL, 2, 8 },
        { "hello world", NULL, 1, 2 },
        { "one", NULL, 1, 1 },
        { "It costs 3.50 at example.com now.", NULL, 1, 6 },
        { "He said \"No!\" and \"Why (not)?\" Well...", NULL, 3, 7 },
        { "two  blanks.   Three - or four", NULL, 2, 6 },
        { "  ends of lines \r\n\n go  away.  \n", "ends of lines go  away.",
          2, 5 },
        { "a line\nand another", "a line and another", 2, 4 },
        { "tab\tstays in", NULL, 1, 2 },
        { "caf\xc3\xa9\xe2\x80\xa6 \xe4\xbb\x8a\xe5\xa4\xa9\xe3\x80\x82 x",
          NULL, 3, 3 },
        { "... ?! .", NULL, 3, 3 },
        { " \n \t\n", "", 0, 0 },
    };

    for (i = 0; i < asr_nelts(texts); i++) {
        in = input(texts[i].text);
        r = script(&in);
        text = script_join(&r);

        if (!asr_str_eq(text, asr_cstr(texts[i].joined != NULL
                                       ? texts[i].joined : texts[i].text))
            || r.nsentences != texts[i].sentences
            || asr_result_words(&r) != texts[i].words)
        {
            fail_msg("\"%s\": \"%.*s\", %zu sentences, %zu words",
                     texts[i].text, asr_fmt(text), r.nsentences,
                     asr_result_words(&r));
        }
    }
}


static void
test_marks(void **state)
{
    asr_result_t          r;
    asr_mock_script_in_t  in;

    in = input("\"Hello,\" he said.");
    r = script(&in);

    assert_true(asr_str_eq(r.sentences[0].words[0].text, asr_str("\"Hello")));
    assert_true(asr_str_eq(r.sentences[0].words[0].tail, asr_str(",\"")));
    assert_true(asr_str_eq(r.sentences[0].words[2].text, asr_str("said")));
    assert_true(asr_str_eq(r.sentences[0].words[2].tail, asr_str(".")));
}


/* Pieces of all kinds put together at random. */

static void
test_exact_random(void **state)
{
    char                  text[4096];
    size_t                i, n;
    unsigned              k;
    const char           *piece;
    asr_result_t          r;
    asr_mock_random_t     random;
    asr_mock_script_in_t  in;

    static const char  *pieces[] = {
        "a", "word", " ", " ", "  ", ".", "?", ",", "\"", ")", "-", "\xc3\xa9",
        "\xe3\x80\x82", "'s", "B", "3.1", "\t."
    };

    for (i = 0; i < 2000; i++) {
        asr_mock_seed(&random, i);
        n = 0;
        text[n++] = 'x';

        for (k = (unsigned) asr_mock_below(&random, 200); k != 0; k--) {
            piece = pieces[asr_mock_below(&random, asr_nelts(pieces))];
            memcpy(text + n, piece, strlen(piece));
            n += strlen(piece);
        }

        text[n++] = 'x';
        text[n] = '\0';

        in = input(text);
        r = script(&in);

        if (!asr_str_eq(script_join(&r), asr_cstr(text))) {
            fail_msg("%zu: \"%s\", \"%s\"", i, text, joined);
        }

        asr_arena_free(&arena);
    }
}


static void
test_refused(void **state)
{
    size_t                i, n;
    asr_result_t          r;
    asr_arena_t           tight;
    asr_mock_script_in_t  in;

    static char  big[ASR_MOCK_SCRIPT_TEXT + 2];

    for (i = 0; i < sizeof(big) - 1; i++) {
        big[i] = i % 2 ? ' ' : 'a';
    }

    in = input(big);
    assert_int_equal(asr_mock_script(&arena, &in, &r), ASR_TOOBIG);

    in.text.len = ASR_MOCK_SCRIPT_TEXT - 1;
    r = script(&in);
    assert_int_equal(asr_result_words(&r), ASR_MOCK_SCRIPT_TEXT / 2);
    assert_true(asr_str_eq(script_join(&r), in.text));

    in = input("caf\xe9");
    assert_int_equal(asr_mock_script(&arena, &in, &r), ASR_INVALID);

    /* whichever allocation fails */

    in = input(HELLO);
    in.wer = 0.5;

    for (n = 0; n < 64 * 1024; n += 1024) {
        asr_arena_init(&tight, n);

        if (asr_mock_script(&tight, &in, &r) == ASR_OK) {
            asr_arena_free(&tight);
            break;
        }

        asr_arena_free(&tight);
    }

    assert_in_range(n, 1024, 63 * 1024);
}


static void
test_sources(void **state)
{
    asr_result_t          r;
    asr_mock_script_in_t  in;

    in = input("the plan's");
    in.embedded = asr_str("the audio's");
    r = script(&in);
    assert_true(asr_str_eq(script_join(&r), asr_str("the plan's")));

    in.text = asr_str_null();
    r = script(&in);
    assert_true(asr_str_eq(script_join(&r), asr_str("the audio's")));

    /* silence: nothing, or what was said to be there */

    in.embedded = asr_str_null();
    r = script(&in);
    assert_int_equal(r.nsentences, 0);
    assert_int_equal(r.audio_ms, 10000);

    in.text = asr_str("anyway");
    r = script(&in);
    assert_true(asr_str_eq(script_join(&r), asr_str("anyway")));
    assert_in_range(r.sentences[0].end_ms, 8000, 10000);
}


static void
test_unheard(void **state)
{
    asr_result_t          r;
    asr_mock_script_in_t  in;

    in = input("");
    in.heard = false;
    r = script(&in);
    assert_in_range(asr_result_words(&r), 24, 26);

    in.audio_ms = 0;
    r = script(&in);
    assert_in_range(r.audio_ms, 2000, 6000);
    assert_in_range(asr_result_words(&r), 5, 15);

    in.text = asr_str("three words long");
    r = script(&in);
    assert_int_equal(r.audio_ms, 1200);
}


static bool
within(const asr_word_t *w, const asr_segment_t *s, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (w->start_ms >= s[i].start / 16
            && w->end_ms <= (s[i].start + s[i].length) / 16)
        {
            return true;
        }
    }

    return false;
}


static void
all_within(const asr_result_t *r, const asr_segment_t *s, size_t n)
{
    size_t  i, k;

    for (i = 0; i < r->nsentences; i++) {
        for (k = 0; k < r->sentences[i].nwords; k++) {
            assert_true(within(&r->sentences[i].words[k], s, n));
        }
    }
}


static void
test_segments(void **state)
{
    size_t                i, k, n;
    const asr_word_t     *w;
    asr_result_t          r;
    asr_mock_script_in_t  in;
    asr_segment_t         s[] = {
        script_segment(0, 500, 2500), script_segment(0, 3000, 3400),
        script_segment(0, 5000, 9000),
    };

    in = input("One two three four five six seven eight nine ten eleven "
               "twelve. Thirteen fourteen fifteen sixteen.");
    in.segments = s;
    in.nsegments = 3;
    r = script(&in);
    all_within(&r, s, 3);

    /* a third of the time has a third of the letters, about */

    for (n = 0, i = 0; i < r.nsentences; i++) {
        for (k = 0; k < r.sentences[i].nwords; k++) {
            w = &r.sentences[i].words[k];
            assert_true(w->end_ms > w->start_ms);
            n += w->end_ms <= 2500;
        }
    }

    assert_in_range(n, 4, 6);

    /* longer words take longer */

    in = input("a extraordinarily");
    r = script(&in);
    w = r.sentences[0].words;
    assert_true(w[1].end_ms - w[1].start_ms > 4 * (w[0].end_ms
                                                   - w[0].start_ms));

    /* more words than milliseconds */

    in = input(HELLO);
    in.audio_ms = 3;
    r = script(&in);
    assert_true(asr_str_eq(script_join(&r), asr_str(HELLO)));

    /* segments that end after the audio, or are not there at all */

    in.audio_ms = 6000;
    in.segments = s;
    in.nsegments = 3;
    r = script(&in);
    assert_true(r.sentences[r.nsentences - 1].end_ms <= 6000);

    in.audio_ms = 400;
    r = script(&in);
    assert_true(asr_str_eq(script_join(&r), asr_str(HELLO)));
}


static void
test_channels(void **state)
{
    size_t                i;
    asr_result_t          r;
    asr_mock_script_in_t  in;
    asr_segment_t         turns[] = {
        script_segment(1, 4000, 6000), script_segment(0, 0, 2000),
        script_segment(0, 6100, 9000), script_segment(1, 2100, 3900),
    };
    asr_segment_t         both[] = {
        script_segment(0, 0, 8000), script_segment(1, 0, 8000),
    };

    /* the turns are 0, 1 (of two segments), 0 */

    in = input("One. Two. Three.");
    in.channels = 2;
    in.segments = turns;
    in.nsegments = 4;
    r = script(&in);
    all_within(&r, turns, 4);
    assert_int_equal(r.channels, 2);
    assert_int_equal(r.sentences[0].channel, 0);
    assert_int_equal(r.sentences[1].channel, 1);
    assert_int_equal(r.sentences[2].channel, 0);

    in.text = asr_str("One. Two.");
    r = script(&in);
    assert_int_equal(r.sentences[0].channel, 0);
    assert_int_equal(r.sentences[1].channel, 1);

    in.text = asr_str("One one one. Two two two. Three three three. Four four "
                      "four. Five five five. Six six six. Seven seven seven.");
    r = script(&in);
    assert_true(asr_str_eq(script_join(&r), in.text));
    assert_int_equal(r.sentences[0].channel, 0);
    assert_int_equal(r.sentences[3].channel, 1);
    assert_int_equal(r.sentences[6].channel, 0);

    /* made up: each turn has its own */

    in.text = asr_str_null();
    r = script(&in);
    all_within(&r, turns, 4);

    for (i = 0; i < r.nsentences; i++) {
        assert_int_equal(r.sentences[i].channel,
                         r.sentences[i].start_ms >= 2050
                         && r.sentences[i].start_ms < 6050);
    }

    /* both at once: a half each */

    in.segments = both;
    in.nsegments = 2;
    in.text = asr_str("Left has this. Right has that.");
    r = script(&in);
    assert_int_equal(r.sentences[0].channel, 0);
    assert_int_equal(r.sentences[1].channel, 1);
    assert_true(r.sentences[0].end_ms <= 4000);
    assert_true(r.sentences[1].start_ms >= 4000);

    /* of one channel there is no other */

    in.channels = 1;
    r = script(&in);
    assert_int_equal(r.sentences[1].channel, 0);
}


/* Any voice activity at all, in any order. */

static void
test_segments_random(void **state)
{
    size_t                i, k, n;
    int64_t               start;
    asr_result_t          r, one;
    asr_segment_t         s[20], own[20];
    asr_mock_random_t     random;
    asr_mock_script_in_t  in;

    for (i = 0; i < 4000; i++) {
        asr_mock_seed(&random, i);
        in = input(i % 2 ? "One, two. Three four five six! Seven. Eight nine "
                           "ten eleven. Twelve. Thirteen fourteen fifteen."
                         : "");
        in.seed = i;
        in.channels = 1 + (int32_t) asr_mock_below(&random, 2);
        in.audio_ms = 1 + (int64_t) asr_mock_below(&random, 60000);
        in.nsegments = asr_mock_below(&random, 20);
        in.segments = s;

        for (k = 0; k < in.nsegments; k++) {
            start = (int64_t) asr_mock_below(&random, 50000);
            s[k] = script_segment((int32_t) asr_mock_below(&random, 2), start,
                                  start + (int64_t) asr_mock_below(&random,
                                                                   9000));
        }

        r = script(&in);

        if (i % 2) {
            assert_true(asr_str_eq(script_join(&r), in.text));
        }

        /* where some of it lies in the audio: of the sentence's channel */

        for (n = 0, k = 0; k < in.nsegments; k++) {
            n += s[k].length >= 16 && s[k].start / 16 < in.audio_ms;
        }

        for (k = 0; n != 0 && k < r.nsentences; k++) {
            one = r;
            one.sentences = &r.sentences[k];
            one.nsentences = 1;

            for (n = 0; n < in.nsegments; n++) {
                own[n] = s[n];
                own[n].length *= in.channels == 1
                                 || s[n].channel == r.sentences[k].channel;
            }

            all_within(&one, own, n);
        }

        asr_arena_free(&arena);
    }
}


static void
test_plausible(void **state)
{
    size_t                i, k;
    asr_str_t             one;
    asr_result_t          r, again, other;
    asr_mock_script_in_t  in;
    asr_segment_t         s[40];

    for (i = 0; i < 40; i++) {
        s[i] = script_segment(0, (int64_t) i * 9000, (int64_t) i * 9000
                                                     + 300 + (int64_t) i * 200);
    }

    in = input("");
    in.audio_ms = 360000;
    in.segments = s;
    in.nsegments = 40;
    r = script(&in);
    all_within(&r, s, 40);

    /* 168 s of speech, the pads not counted */

    assert_in_range(asr_result_words(&r), 360, 425);

    for (i = 0; i < r.nsentences; i++) {
        one = r.sentences[i].text;
        assert_true(one.data[0] >= 'A' && one.data[0] <= 'Z');
        assert_true(strchr(".?", one.data[one.len - 1]) != NULL);

        for (k = 0; k < one.len; k++) {
            assert_true(one.data[k] != '%');
        }
    }

    /* the same call, the same words; another name, others */

    again = script(&in);
    one = asr_arena_str(&arena, script_join(&r));
    assert_true(asr_str_eq(script_join(&again), one));
    assert_memory_equal(&r.sentences[5].confidence,
                        &again.sentences[5].confidence, sizeof(float));

    in.name = asr_str("another");
    other = script(&in);
    assert_false(asr_str_eq(script_join(&other), one));

    in.name = asr_str("a recording");
    in.seed = 8;
    other = script(&in);
    assert_false(asr_str_eq(script_join(&other), one));
}


/* Every template that fits, and none that does not. */

static void
test_phrases(void **state)
{
    size_t              i, n, k, room, longest;
    asr_word_t          words[32];
    asr_mock_random_t   random;

    longest = 0;
    asr_mock_seed(&random, 1);

    for (i = 0; i < 20000; i++) {
        room = 1 + i % 20;
        n = asr_mock_phrase(&random, room, words);
        assert_in_range(n, 1, room);
        longest = n > longest ? n : longest;

        for (k = 0; k < n; k++) {
            assert_true(words[k].text.len != 0);
            assert_true((words[k].tail.len != 0
                         && words[k].tail.data[0] != ',') == (k + 1 == n));
            assert_false(k != 0
                         && asr_str_eq(words[k - 1].text, asr_str("a"))
                         && strchr("aeio", words[k].text.data[0]) != NULL);
        }
    }

    assert_in_range(longest, 12, 16);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_exact_random),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_unheard),
        cmocka_unit_test(test_segments),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_segments_random),
        cmocka_unit_test(test_plausible),
        cmocka_unit_test(test_phrases),
    };

    return cmocka_run_group_tests(tests, script_setup, script_teardown);
}
