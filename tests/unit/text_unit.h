/*
 * A recording in one line, for the tests of text: words of 200 ms each, "~500"
 * a pause before the next word, "|" another utterance, "/1" one of channel 1,
 * "@2" one of speaker 2.
 */

#ifndef TEXT_UNIT_H
#define TEXT_UNIT_H

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "speech/asr_text.h"


#define UNUSED     __attribute__((unused))
#define WORD_MS    200
#define WORDS_MAX  400


static asr_arena_t   text_arena;
static asr_text_t   *text;


static UNUSED const char *
text_names(const char *list)
{
    static char  path[] = "/tmp/asr-names-XXXXXX";
    FILE        *f;

    memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
    f = fdopen(mkstemp(path), "w");
    assert_non_null(f);
    fputs(list, f);
    fclose(f);

    return path;
}


static UNUSED int
text_setup(void **state)
{
    const char  *path;

    path = text_names("London\nLondon's\nParis\nMonday\nMay\nmay\nwill\nWill\n"
                      "NASA\nTV\nAt\nMr\nYork\nnew\nstates\nFrancisco\nJames\n"
                      "\xc3\x89ire\nDel\n");
    text = asr_text_create(path);
    assert_non_null(text);
    unlink(path);

    return 0;
}


static UNUSED int
text_teardown(void **state)
{
    asr_text_free(text);

    return 0;
}


/* The result of a recording as above; in text_arena. */

static UNUSED asr_result_t
text_heard(const char *line)
{
    int32_t          now, channel, speaker;
    asr_str_t        rest, item;
    asr_word_t      *w;
    asr_result_t     r;
    asr_sentence_t  *s;

    memset(&r, 0, sizeof(r));
    r.channels = 1;
    r.sentences = asr_arena_zalloc(&text_arena,
                                   WORDS_MAX * sizeof(asr_sentence_t));
    now = 0;
    channel = 0;
    speaker = -1;
    s = NULL;

    for (rest = asr_cstr(line); rest.data != NULL; /* void */ ) {
        item = asr_str_cut(&rest, ' ');

        if (item.len == 0) {
            continue;
        }

        if (item.data[0] == '~') {
            now += (int32_t) strtol(item.data + 1, NULL, 10);
            continue;
        }

        if (strchr("|/@", item.data[0]) != NULL) {
            s = NULL;

            if (item.data[0] == '/') {
                channel = item.data[1] - '0';
                r.channels = 2;

            } else if (item.data[0] == '@') {
                speaker = item.data[1] - '0';
            }

            continue;
        }

        if (s == NULL) {
            s = &r.sentences[r.nsentences++];
            s->words = asr_arena_zalloc(&text_arena,
                                        WORDS_MAX * sizeof(asr_word_t));
            s->start_ms = now;
            s->channel = channel;
            s->speaker = speaker;
            s->energy_db = 50.0f;
        }

        w = &s->words[s->nwords++];
        assert_true(s->nwords <= WORDS_MAX && r.nsentences < WORDS_MAX);
        w->text = item;
        w->start_ms = now;
        now += WORD_MS;
        w->end_ms = now;
        w->confidence = 0.5f;
        s->end_ms = now;
    }

    r.audio_ms = now;

    return r;
}


/* Words and tails are the text; times rise; each unit has words. */

static UNUSED void
text_is_sound(const asr_result_t *r)
{
    size_t                 i, k, n;
    const asr_word_t      *w;
    const asr_sentence_t  *s;

    for (i = 0; i < r->nsentences; i++) {
        s = &r->sentences[i];
        n = 0;

        assert_true(s->nwords > 0);
        assert_int_equal(s->start_ms, s->words[0].start_ms);
        assert_true(i == 0 || s->start_ms >= r->sentences[i - 1].start_ms);

        for (k = 0; k < s->nwords; k++) {
            w = &s->words[k];
            assert_true(w->text.len > 0);
            assert_true(w->start_ms <= w->end_ms && w->end_ms <= s->end_ms);
            assert_true(k == 0 || w->start_ms >= w[-1].start_ms);

            if (k != 0) {
                assert_int_equal(s->text.data[n++], ' ');
            }

            assert_memory_equal(s->text.data + n, w->text.data, w->text.len);
            n += w->text.len;

            if (w->tail.len != 0) {
                assert_memory_equal(s->text.data + n, w->tail.data,
                                    w->tail.len);
            }

            n += w->tail.len;
        }

        assert_int_equal(n, s->text.len);
    }
}


/* Heard so and asked so it is: units parted by " / ". */

static UNUSED void
text_is(const asr_ask_t *ask, const char *heard, const char *want)
{
    size_t        i;
    asr_buf_t     b;
    asr_result_t  r;

    asr_arena_init(&text_arena, 1 << 26);
    r = text_heard(heard);
    assert_int_equal(asr_text_finish(text, &text_arena, ask, &r), ASR_OK);
    text_is_sound(&r);
    asr_buf_init(&b, 1 << 20);

    for (i = 0; i < r.nsentences; i++) {
        if (i != 0) {
            asr_buf_append(&b, " / ", 3);
        }

        asr_buf_append(&b, r.sentences[i].text.data, r.sentences[i].text.len);
    }

    if (!asr_str_eq(asr_buf_str(&b), asr_cstr(want))) {
        fail_msg("\"%s\" became\n  \"%.*s\", not\n  \"%s\"", heard,
                 asr_fmt(asr_buf_str(&b)), want);
    }

    asr_buf_free(&b);
    asr_arena_free(&text_arena);
}


#endif /* TEXT_UNIT_H */
