/*
 * A script becomes a result in four steps:
 *
 *     spans      voice activity in ms, no two at the same time
 *     sentences  of the text, or made up for each span
 *     places     each word gets a span: sentences go to runs of spans of one
 *                channel, words to the spans of their run, in proportion
 *     times      the words of a span share it
 *
 * Words are one array in the order of the text; a sentence is a piece of it.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_mock_phrases.h"
#include "asr_mock_script_int.h"


#define ASR_MOCK_SCRIPT_PACE    2.5      /* words a second */
#define ASR_MOCK_SCRIPT_WORD    400      /* ms, likewise */
#define ASR_MOCK_SCRIPT_LEAST   250      /* ms of a span that has a word */
#define ASR_MOCK_SCRIPT_UNHEARD 4000     /* ms, of audio nobody knows */
#define ASR_MOCK_SCRIPT_PAD     200      /* ms, of a segment's either end */
#define ASR_MOCK_SCRIPT_PADDED  800      /* ms, shorter ones keep theirs */


static asr_err_t asr_mock_script_spans(asr_mock_script_t *s);
static void asr_mock_script_apart(asr_mock_script_t *s);
static asr_err_t asr_mock_script_whole(asr_mock_script_t *s);
static asr_err_t asr_mock_script_invent(asr_mock_script_t *s);
static asr_err_t asr_mock_script_place(asr_mock_script_t *s);
static void asr_mock_script_run(asr_mock_script_t *s, size_t word, size_t end,
    size_t span, size_t nspans);
static void asr_mock_script_times(asr_mock_script_t *s);
static asr_err_t asr_mock_script_finish(asr_mock_script_t *s,
    asr_result_t *out);


asr_err_t
asr_mock_script(asr_arena_t *a, const asr_mock_script_in_t *in,
    asr_result_t *out)
{
    asr_err_t          rc;
    asr_str_t          text;
    asr_mock_script_t  s;

    memset(out, 0, sizeof(asr_result_t));
    memset(&s, 0, sizeof(s));

    s.arena = a;
    s.in = in;
    s.audio_ms = in->audio_ms > 0 ? in->audio_ms : 0;
    s.audio_ms = s.audio_ms < INT32_MAX ? s.audio_ms : INT32_MAX;
    asr_mock_seed_str(&s.random, in->seed, in->name);

    text = in->text.len != 0 ? in->text : in->embedded;

    out->channels = in->channels > 1 ? 2 : 1;
    out->audio_ms = s.audio_ms;

    rc = text.len != 0 ? asr_mock_script_text(&s, text) : ASR_OK;

    if (rc == ASR_OK) {
        rc = asr_mock_script_spans(&s);
    }

    if (rc == ASR_OK && text.len == 0) {
        rc = asr_mock_script_invent(&s);

    } else if (rc == ASR_OK && s.nwords != 0) {
        rc = asr_mock_script_place(&s);
    }

    if (rc == ASR_OK && s.nwords != 0) {
        asr_mock_script_times(&s);
        rc = asr_mock_script_finish(&s, out);
    }

    out->audio_ms = s.audio_ms;

    if (rc == ASR_OK && in->wer > 0) {
        rc = asr_mock_wer(a, out, in->wer, in->seed, in->name);
    }

    return rc;
}


static int
asr_mock_span_compare(const void *one, const void *two)
{
    const asr_mock_span_t  *a = one;
    const asr_mock_span_t  *b = two;

    if (a->start != b->start) {
        return a->start < b->start ? -1 : 1;
    }

    return a->channel - b->channel;
}


static asr_err_t
asr_mock_script_spans(asr_mock_script_t *s)
{
    size_t                i;
    int64_t               start, end;
    asr_mock_span_t      *span;
    const asr_segment_t  *seg;

    s->spans = asr_arena_alloc(s->arena, (s->in->nsegments + 1)
                                         * sizeof(asr_mock_span_t));
    if (s->spans == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < s->in->nsegments; i++) {
        seg = &s->in->segments[i];
        start = seg->start / 16;
        end = (seg->start + seg->length) / 16;
        start = start > 0 ? start : 0;

        if (s->audio_ms != 0 && end > s->audio_ms) {
            end = s->audio_ms;
        }

        end = end < INT32_MAX ? end : INT32_MAX;

        if (start >= end) {
            continue;
        }

        span = &s->spans[s->nspans++];
        span->start = start;
        span->end = end;
        span->channel = s->in->channels > 1 && seg->channel == 1;
    }

    if (s->nspans != 0) {
        qsort(s->spans, s->nspans, sizeof(asr_mock_span_t),
              asr_mock_span_compare);
        asr_mock_script_apart(s);

        return ASR_OK;
    }

    return asr_mock_script_whole(s);
}


/*
 * Two that overlap share what they have in common.  The pads around speech
 * are silence.
 */

static void
asr_mock_script_apart(asr_mock_script_t *s)
{
    size_t            i, n;
    int64_t           middle;
    asr_mock_span_t  *a, *b;

    for (n = 0, i = 0; i < s->nspans; i++) {
        b = &s->spans[i];
        a = n != 0 ? &s->spans[n - 1] : NULL;

        if (a != NULL && b->start < a->end) {
            middle = (b->start + (a->end < b->end ? a->end : b->end)) / 2;
            a->end = middle > a->start ? middle : a->start;
            b->start = middle > a->end ? middle : a->end;
        }

        if (b->start < b->end) {
            s->spans[n++] = *b;
        }
    }

    s->nspans = n;

    for (i = 0; i < n; i++) {
        a = &s->spans[i];

        if (s->audio_ms < a->end) {
            s->audio_ms = a->end;
        }

        if (a->end - a->start >= ASR_MOCK_SCRIPT_PADDED) {
            a->start += ASR_MOCK_SCRIPT_PAD;
            a->end -= ASR_MOCK_SCRIPT_PAD;
        }
    }
}


/* No voice activity: silence, or audio that nobody has looked into. */

static asr_err_t
asr_mock_script_whole(asr_mock_script_t *s)
{
    asr_mock_span_t  *span;

    if (s->in->heard && s->nwords == 0) {
        return ASR_OK;
    }

    if (s->audio_ms == 0) {
        s->audio_ms = s->nwords != 0
                      ? (int64_t) s->nwords * ASR_MOCK_SCRIPT_WORD
                      : ASR_MOCK_SCRIPT_UNHEARD / 2
                        + (int64_t) asr_mock_below(&s->random,
                                                  ASR_MOCK_SCRIPT_UNHEARD);
    }

    span = &s->spans[s->nspans++];
    span->start = 0;
    span->end = s->audio_ms;
    span->channel = 0;

    return ASR_OK;
}


static asr_err_t
asr_mock_script_invent(asr_mock_script_t *s)
{
    size_t             i, n, room, max;
    int64_t            ms;
    asr_mock_piece_t  *piece;

    for (i = 0, max = 0; i < s->nspans; i++) {
        ms = s->spans[i].end - s->spans[i].start;
        n = (size_t) llround((double) ms * ASR_MOCK_SCRIPT_PACE / 1000);
        n = n == 0 && ms >= ASR_MOCK_SCRIPT_LEAST ? 1 : n;
        n = n < ASR_MOCK_SCRIPT_WORDS - max ? n : ASR_MOCK_SCRIPT_WORDS - max;
        s->spans[i].words = n;
        max += n;
    }

    if (max == 0 || asr_mock_script_room(s, max) != ASR_OK) {
        return max == 0 ? ASR_OK : ASR_NOMEM;
    }

    for (i = 0; i < s->nspans; i++) {
        for (room = s->spans[i].words; room != 0; room -= n) {
            n = asr_mock_phrase(&s->random, room, s->words + s->nwords);
            piece = &s->pieces[s->npieces++];
            piece->word = s->nwords;
            piece->n = n;

            for ( /* void */ ; s->nwords < piece->word + n; s->nwords++) {
                s->place[s->nwords] = (uint32_t) i;
            }
        }
    }

    return ASR_OK;
}


asr_err_t
asr_mock_script_room(asr_mock_script_t *s, size_t words)
{
    s->words = asr_arena_zalloc(s->arena, words * sizeof(asr_word_t));
    s->pieces = asr_arena_alloc(s->arena, words * sizeof(asr_mock_piece_t));
    s->place = asr_arena_alloc(s->arena, words * sizeof(uint32_t));

    return s->words != NULL && s->pieces != NULL && s->place != NULL
           ? ASR_OK : ASR_NOMEM;
}


/* How long a word takes to say, in no unit. */

static double
asr_mock_script_weight(const asr_word_t *w)
{
    return (double) asr_utf8_length(w->text) + 2;
}


/*
 * A run is the spans of one channel up to the next of the other.  Of one
 * channel there is one run.  Where there are not more sentences than runs,
 * they take turns; else they are dealt out by length.
 */

static asr_err_t
asr_mock_script_place(asr_mock_script_t *s)
{
    double   all, done, part, share;
    size_t   i, k, span, run, runs, word, first;
    int64_t  ms, gone;

    runs = 0;
    ms = 0;
    all = 0;

    for (i = 0; i < s->nspans; i++) {
        runs += i == 0 || s->spans[i].channel != s->spans[i - 1].channel;
        s->spans[i].run = runs - 1;
        ms += s->spans[i].end - s->spans[i].start;
    }

    for (i = 0; i < s->nwords; i++) {
        all += asr_mock_script_weight(&s->words[i]);
    }

    done = 0;
    gone = 0;
    span = 0;
    i = 0;

    for (run = 0; run < runs; run++) {
        first = span;

        while (span < s->nspans && s->spans[span].run == run) {
            gone += s->spans[span].end - s->spans[span].start;
            span++;
        }

        share = ms != 0 ? (double) gone / (double) ms : 1;
        word = i < s->npieces ? s->pieces[i].word : s->nwords;

        for ( /* void */ ; i < s->npieces; i++) {
            part = 0;

            for (k = 0; k < s->pieces[i].n; k++) {
                part += asr_mock_script_weight(
                                           &s->words[s->pieces[i].word + k]);
            }

            if (run + 1 < runs
                && (s->npieces <= runs ? i > run
                                       : done + part / 2 > share * all))
            {
                break;
            }

            done += part;
        }

        asr_mock_script_run(s, word, i < s->npieces ? s->pieces[i].word
                                                    : s->nwords,
                            first, span);
    }

    return ASR_OK;
}


/* Words to the spans of a run: each to that in which its middle falls. */

static void
asr_mock_script_run(asr_mock_script_t *s, size_t word, size_t end,
    size_t span, size_t nspans)
{
    double   all, done, w;
    size_t   i;
    int64_t  ms, gone;

    all = 0;
    ms = 0;

    for (i = word; i < end; i++) {
        all += asr_mock_script_weight(&s->words[i]);
    }

    for (i = span; i < nspans; i++) {
        ms += s->spans[i].end - s->spans[i].start;
    }

    done = 0;
    gone = s->spans[span].end - s->spans[span].start;

    for (i = word; i < end; i++) {
        w = asr_mock_script_weight(&s->words[i]);

        while (span + 1 < nspans
               && (done + w / 2) / all * (double) ms > (double) gone)
        {
            span++;
            gone += s->spans[span].end - s->spans[span].start;
        }

        s->place[i] = (uint32_t) span;
        done += w;
    }
}


/* A word's part of its span; the last tenth of that is the gap after it. */

static void
asr_mock_script_times(asr_mock_script_t *s)
{
    double            all, done, ms;
    size_t            i, k, end;
    asr_mock_span_t  *span;

    for (i = 0; i < s->nwords; i = end) {
        span = &s->spans[s->place[i]];
        all = 0;

        for (end = i; end < s->nwords && s->place[end] == s->place[i]; end++) {
            all += asr_mock_script_weight(&s->words[end]);
        }

        ms = (double) (span->end - span->start);
        done = 0;

        for (k = i; k < end; k++) {
            s->words[k].start_ms = (int32_t) (span->start
                                              + (int64_t) (done / all * ms));
            done += asr_mock_script_weight(&s->words[k]);
            s->words[k].end_ms = (int32_t) (span->start
                                            + (int64_t) (done / all * ms));
            s->words[k].end_ms -= (s->words[k].end_ms - s->words[k].start_ms)
                                  / 10;
        }
    }
}


static asr_err_t
asr_mock_script_finish(asr_mock_script_t *s, asr_result_t *out)
{
    size_t           i;
    asr_err_t        rc;
    asr_sentence_t  *to;

    for (i = 0; i < s->nwords; i++) {
        s->words[i].confidence = (float)
            (0.6 + 0.39 * sqrt(asr_mock_unit(&s->random)));
    }

    out->sentences = asr_arena_zalloc(s->arena, s->npieces
                                                * sizeof(asr_sentence_t));
    if (out->sentences == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < s->npieces; i++) {
        to = &out->sentences[i];
        to->words = s->words + s->pieces[i].word;
        to->nwords = s->pieces[i].n;
        to->start_ms = to->words[0].start_ms;
        to->end_ms = to->words[to->nwords - 1].end_ms;
        to->channel = s->spans[s->place[s->pieces[i].word]].channel;
        to->speaker = -1;
        to->energy_db = (float) (55 + 10 * asr_mock_unit(&s->random));
        rc = asr_sentence_text(s->arena, to);

        if (rc != ASR_OK) {
            return rc;
        }
    }

    out->nsentences = s->npieces;

    return ASR_OK;
}
