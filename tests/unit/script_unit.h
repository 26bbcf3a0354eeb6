/*
 * What the tests of scripted results share: voice activity, and what holds
 * for every result.
 */

#ifndef SCRIPT_UNIT_H
#define SCRIPT_UNIT_H

#include "unit.h"

#include "asr_mock_script.h"


#define SCRIPT_JOINED  (512 * 1024)


static asr_arena_t  arena;
static char         joined[SCRIPT_JOINED];


static inline int
script_setup(void **state)
{
    asr_arena_init(&arena, 256 << 20);

    return 0;
}


static inline int
script_teardown(void **state)
{
    asr_arena_free(&arena);

    return 0;
}


static inline asr_segment_t
script_segment(int32_t channel, int64_t start_ms, int64_t end_ms)
{
    asr_segment_t  s;

    memset(&s, 0, sizeof(s));
    s.channel = channel;
    s.start = start_ms * 16;
    s.length = (end_ms - start_ms) * 16;

    return s;
}


/* The sentences' texts with a blank between them. */

static inline asr_str_t
script_join(const asr_result_t *r)
{
    size_t     i, n;
    asr_str_t  text;

    for (n = 0, i = 0; i < r->nsentences; i++) {
        text = r->sentences[i].text;
        assert_true(n + text.len + 1 < sizeof(joined));

        if (i != 0) {
            joined[n++] = ' ';
        }

        memcpy(joined + n, text.data, text.len);
        n += text.len;
    }

    return (asr_str_t) { n, joined };
}


/* Order, bounds, and that texts are made of words. */

static inline void
script_sound(const asr_result_t *r)
{
    size_t                 i, k;
    float                  sum;
    int32_t                last;
    asr_buf_t              json;
    asr_str_t              was;
    asr_sentence_t         again;
    const asr_word_t      *w;
    const asr_sentence_t  *s;

    last = 0;

    for (i = 0; i < r->nsentences; i++) {
        s = &r->sentences[i];
        sum = 0;
        assert_true(s->nwords != 0);
        assert_in_range(s->channel, 0, r->channels - 1);
        assert_true(i == 0 || s->start_ms >= s[-1].start_ms);
        assert_int_equal(s->start_ms, s->words[0].start_ms);
        assert_int_equal(s->end_ms, s->words[s->nwords - 1].end_ms);
        assert_true(s->energy_db > 0 && s->energy_db <= 90);

        for (k = 0; k < s->nwords; k++) {
            w = &s->words[k];
            assert_true(w->text.len != 0);
            assert_true(w->start_ms >= last);
            assert_true(w->end_ms >= w->start_ms);
            assert_true(w->confidence > 0 && w->confidence < 1);
            last = w->end_ms;
            sum += w->confidence;
        }

        assert_true(last <= r->audio_ms);
        assert_float_equal(s->confidence, sum / (float) s->nwords, 1e-4);

        again = *s;
        was = s->text;
        assert_int_equal(asr_sentence_text(&arena, &again), ASR_OK);
        assert_true(asr_str_eq(again.text, was));
    }

    /* the store's form takes it */

    asr_buf_init(&json, ASR_RESULT_MAX);
    assert_int_equal(asr_result_write(&json, r), ASR_OK);
    asr_buf_free(&json);
}


#endif /* SCRIPT_UNIT_H */
