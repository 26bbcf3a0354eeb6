/*
 * Text of random recordings with random wishes: what always holds.  And that
 * five hours cost what they should.
 */

#include "text_unit.h"

#include "speech/asr_text_int.h"


#define ROUNDS  1500


static const char *const  vocabulary[] = {
    "the", "a", "of", "and", "i", "i'm", "you", "know", "mean", "well", "uh",
    "um", "oh", "yes", "no", "what", "is", "do", "house", "london", "monday",
    "shit", "damn", "fucking", "extraordinarily", "new", "york", "u.s.", "b.",
    "p.m.", "1997", "5th", "may", "gonna", "so", "but", "which", "of", "went",
    "\xc3\xa9t\xc3\xa9", "'cause", "mr.", "isn't", "it", "they", "twenty",
};


static uint32_t  seed;

static uint32_t
below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;

    return (seed >> 8) % n;
}


static asr_result_t
recording(uint32_t most)
{
    int32_t          now, pause;
    uint32_t         i, k, n;
    asr_word_t      *w;
    asr_result_t     r;
    asr_sentence_t  *s;

    memset(&r, 0, sizeof(r));
    r.channels = 1 + (int32_t) below(2);
    n = below(most);
    r.sentences = asr_arena_zalloc(&text_arena,
                                   (n + 1) * sizeof(asr_sentence_t));
    now = 0;

    for (i = 0; i < n; i++) {
        s = &r.sentences[r.nsentences++];
        s->nwords = 1 + below(20);
        s->words = asr_arena_zalloc(&text_arena,
                                    s->nwords * sizeof(asr_word_t));
        s->channel = (int32_t) below((uint32_t) r.channels);
        s->speaker = (int32_t) below(4) - 1;
        s->start_ms = now;

        for (k = 0; k < s->nwords; k++) {
            w = &s->words[k];
            w->text = asr_cstr(vocabulary[below(asr_nelts(vocabulary))]);
            w->confidence = 0.5f;
            pause = below(3) == 0 ? (int32_t) below(1 << below(13)) : 0;
            w->start_ms = now + pause;
            now = w->start_ms + (int32_t) below(500);
            w->end_ms = now;
        }

        now += (int32_t) below(1 << below(13));
        now -= now > 300 && below(8) == 0 ? 300 : 0;
        s->end_ms = now;
    }

    return r;
}


static asr_ask_t
wish(void)
{
    asr_ask_t  ask;

    asr_ask_init(&ask);
    ask.numbers = below(2) ? ASR_NUMBERS_DIGITS : ASR_NUMBERS_WORDS;
    ask.punctuation = (asr_punct_t) below(3);
    ask.dirty = (asr_filter_t) below(3);
    ask.modal = (asr_filter_t) below(3);
    ask.split = (asr_split_t) below(3);
    ask.line_max = below(2) ? 4 + (int32_t) below(46) : 0;
    ask.written = below(2);

    return ask;
}


static bool
is_mark(char c)
{
    return c == ',' || c == '?';
}


/* No blank at an end or twice, no mark by itself or twice. */

static void
is_tidy(asr_str_t s, const asr_ask_t *ask)
{
    size_t  i;

    assert_true(asr_utf8_valid(s));

    for (i = 0; i < s.len; i++) {

        if (s.data[i] == ' ') {
            assert_true(i != 0 && i + 1 != s.len && s.data[i + 1] != ' ');
        }

        if (is_mark(s.data[i])) {
            assert_true(i != 0 && s.data[i - 1] != ' '
                        && !is_mark(s.data[i - 1]));
            assert_true(ask->punctuation == ASR_PUNCT_ALL
                        || (ask->punctuation == ASR_PUNCT_INNER
                            && s.data[i] == ','));
        }
    }
}


static void
test_random(void **state)
{
    size_t           i, k, kept, heard;
    asr_ask_t        ask;
    asr_result_t     r;
    asr_sentence_t  *s;

    for (i = 0; i < ROUNDS; i++) {
        seed = (uint32_t) i;
        asr_arena_init(&text_arena, 1 << 26);
        r = recording(12);
        heard = asr_result_words(&r);
        ask = wish();
        assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);
        text_is_sound(&r);
        kept = asr_result_words(&r);

        if (ask.dirty != ASR_FILTER_SOME && ask.modal == ASR_FILTER_NONE
            && ask.numbers == ASR_NUMBERS_WORDS)
        {
            assert_int_equal(kept, heard);
        }

        for (k = 0; k < r.nsentences; k++) {
            s = &r.sentences[k];
            is_tidy(s->text, &ask);
            is_tidy(s->written, &ask);
            assert_true(ask.line_max == 0 || s->nwords == 1
                        || asr_utf8_length(s->text)
                           <= (size_t) ask.line_max);

            if (ask.punctuation == ASR_PUNCT_ALL && ask.line_max == 0) {
                assert_non_null(strchr(",.?", s->text.data[s->text.len - 1]));
            }

            if (ask.split == ASR_SPLIT_SENTENCE && ask.line_max == 0) {
                assert_true(s->nwords <= ASR_TEXT_LONGEST);
            }
        }

        asr_arena_free(&text_arena);
    }
}


/* All words of a unit are those of its speaker and channel, and none gets
   lost: each speaker has a word of his own here. */

static void
test_speakers(void **state)
{
    size_t         i, k, n;
    asr_ask_t      ask;
    asr_str_t      word;
    asr_result_t   r, q;

    static const asr_str_t  own[2][4] = {
        { ASR_STR("aa"), ASR_STR("bb"), ASR_STR("cc"), ASR_STR("dd") },
        { ASR_STR("ee"), ASR_STR("ff"), ASR_STR("gg"), ASR_STR("hh") },
    };

    for (i = 0; i < 200; i++) {
        seed = 77777u + (uint32_t) i;
        asr_arena_init(&text_arena, 1 << 26);
        r = recording(12);

        for (k = 0; k < r.nsentences; k++) {
            for (n = 0; n < r.sentences[k].nwords; n++) {
                r.sentences[k].words[n].text =
                    own[r.sentences[k].channel][r.sentences[k].speaker + 1];
            }
        }

        q = r;
        asr_ask_init(&ask);
        ask.split = (asr_split_t) (i % 3);
        assert_int_equal(asr_text_finish(text, &text_arena, &ask, &q), ASR_OK);
        assert_int_equal(asr_result_words(&q), asr_result_words(&r));

        for (k = 0; k < q.nsentences; k++) {
            word = own[q.sentences[k].channel][q.sentences[k].speaker + 1];

            for (n = 0; n < q.sentences[k].nwords; n++) {
                assert_true(asr_str_caseeq(q.sentences[k].words[n].text,
                                           word));
            }
        }

        asr_arena_free(&text_arena);
    }
}


/* Bytes of the arena per word do not grow with the words: nothing is done
   again and again.  45 000 are those of five hours. */

static void
test_long(void **state)
{
    size_t        i, words[2], used[2];
    asr_ask_t     ask;
    asr_result_t  r;

    for (i = 0; i < 2; i++) {
        seed = 5;
        asr_arena_init(&text_arena, 256 << 20);
        r = recording(i == 0 ? 700 : 9000);
        r.channels = 2;
        words[i] = asr_result_words(&r);
        used[i] = text_arena.used;
        asr_ask_init(&ask);
        ask.numbers = ASR_NUMBERS_WORDS;
        ask.written = true;
        ask.modal = ASR_FILTER_ALL;
        ask.dirty = ASR_FILTER_ALL;
        assert_int_equal(asr_text_finish(text, &text_arena, &ask, &r), ASR_OK);
        used[i] = text_arena.used - used[i];
        text_is_sound(&r);
        asr_arena_free(&text_arena);
    }

    assert_true(words[1] > 45000 && words[0] < words[1] / 8);
    assert_true(used[1] / words[1] < 2 * (used[0] / words[0]) + 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_speakers),
        cmocka_unit_test(test_long),
    };

    return cmocka_run_group_tests(tests, text_setup, text_teardown);
}
