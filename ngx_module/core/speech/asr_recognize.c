/*
 * PocketSphinx 0.8+5prealpha, one utterance at a time.
 *
 * The settings are three points of a measured front between word errors and
 * CPU; -maxhmmpf is the lever, and bounds what noise can cost.  Frames are
 * never removed (-remove_silence no), or word times would be wrong;
 * normalisation is over the whole utterance; ps_start_stream before each one
 * keeps the noise estimate of the last from leaking into the next, so results
 * do not depend on which thread took which utterance.  Words are never added
 * to a decoder: in this version that reads past the language model.
 */

#include <math.h>
#include <stdlib.h>

#include <pocketsphinx.h>

#include "asr_recognize.h"


#define ASR_UTTERANCE_MAX  (30 * 16000)
#define ASR_FRAME_MS       10
#define ASR_WORDS_FEW      16


struct asr_recognizer_s {
    ps_decoder_t  *ps;
};


static cmd_ln_t *
asr_recognizer_config(const char *hmm, const char *lm, const char *dict,
    asr_effort_t effort)
{
    switch (effort) {

    case ASR_EFFORT_FAST:
        return cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", hmm, "-lm", lm,
                           "-dict", dict, "-remove_silence", "no",
                           "-pl_window", "10", "-fwdflat", "no",
                           "-maxhmmpf", "2000", "-topn", "2", NULL);

    case ASR_EFFORT_BALANCED:
        return cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", hmm, "-lm", lm,
                           "-dict", dict, "-remove_silence", "no",
                           "-pl_window", "10", "-fwdflat", "no",
                           "-maxhmmpf", "3000", NULL);

    default: /* ASR_EFFORT_BEST */
        return cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", hmm, "-lm", lm,
                           "-dict", dict, "-remove_silence", "no",
                           "-pl_window", "10", "-maxhmmpf", "6000", NULL);
    }
}


asr_recognizer_t *
asr_recognizer_create(const char *hmm, const char *lm, const char *dict,
    asr_effort_t effort)
{
    cmd_ln_t          *config;
    asr_recognizer_t  *r;

    r = malloc(sizeof(asr_recognizer_t));
    if (r == NULL) {
        return NULL;
    }

    config = asr_recognizer_config(hmm, lm, dict, effort);

    if (config == NULL) {
        free(r);
        return NULL;
    }

    r->ps = ps_init(config);
    cmd_ln_free_r(config);           /* the decoder has its own reference */

    if (r->ps == NULL) {
        free(r);
        return NULL;
    }

    return r;
}


void
asr_recognizer_free(asr_recognizer_t *r)
{
    if (r != NULL) {
        ps_free(r->ps);
        free(r);
    }
}


/* <s>, </s>, <sil>; [NOISE]; ++UH++: what the models have beside words. */

static bool
asr_word_filler(const char *w)
{
    return w[0] == '<' || w[0] == '[' || (w[0] == '+' && w[1] == '+');
}


/* "read(2)" is the second pronunciation of "read". */

static size_t
asr_word_length(const char *w)
{
    size_t  n, i;

    n = strlen(w);

    if (n < 4 || w[n - 1] != ')') {
        return n;
    }

    for (i = n - 2; i > 0 && w[i] >= '0' && w[i] <= '9'; i--) {
        /* void */
    }

    return (w[i] == '(' && i > 0 && i < n - 2) ? i : n;
}


static float
asr_recognize_energy(const int16_t *pcm, size_t n)
{
    size_t   i;
    double   db;
    int64_t  squares;

    squares = 0;

    for (i = 0; i < n; i++) {
        squares += (int32_t) pcm[i] * pcm[i];
    }

    if (squares == 0) {
        return 0.0f;
    }

    db = 10.0 * log10((double) squares / (double) n);

    return db < 0.0 ? 0.0f : db > 90.0 ? 90.0f : (float) db;
}


/* A word of the best path.  size: room in s->words, grown in the arena. */

static asr_err_t
asr_recognize_word(asr_recognizer_t *r, asr_arena_t *a, ps_seg_t *seg,
    int64_t offset_ms, int64_t end_ms, asr_sentence_t *s, size_t *size)
{
    int          first, last;
    int32        ascr, lscr, lback, post;
    double       p;
    int64_t      from, to;
    const char  *text;
    asr_word_t  *w;

    text = ps_seg_word(seg);

    if (text == NULL || asr_word_filler(text)) {
        return ASR_OK;
    }

    if (s->nwords == *size) {
        *size = *size == 0 ? ASR_WORDS_FEW : *size * 2;
        w = asr_arena_alloc(a, *size * sizeof(asr_word_t));

        if (w == NULL) {
            return ASR_NOMEM;
        }

        if (s->nwords != 0) {
            memcpy(w, s->words, s->nwords * sizeof(asr_word_t));
        }

        s->words = w;
    }

    ps_seg_frames(seg, &first, &last);
    post = ps_seg_prob(seg, &ascr, &lscr, &lback);
    p = logmath_exp(ps_get_logmath(r->ps), post);

    from = offset_ms + (int64_t) first * ASR_FRAME_MS;
    to = offset_ms + ((int64_t) last + 1) * ASR_FRAME_MS;

    w = &s->words[s->nwords];
    w->text = asr_arena_str(a, (asr_str_t) { asr_word_length(text), text });
    w->tail = asr_str_null();
    w->end_ms = (int32_t) (to < end_ms ? to : end_ms);
    w->start_ms = (int32_t) (from < w->end_ms ? from : w->end_ms);
    w->confidence = !(p > 0.0) ? 0.0f : p > 1.0 ? 1.0f : (float) p;

    if (w->text.data == NULL) {
        return ASR_NOMEM;
    }

    s->nwords++;

    return ASR_OK;
}


static asr_err_t
asr_recognize_words(asr_recognizer_t *r, asr_arena_t *a, int64_t offset_ms,
    int64_t end_ms, asr_sentence_t *s)
{
    size_t      size;
    ps_seg_t   *seg;
    asr_err_t   rc;

    size = 0;

    for (seg = ps_seg_iter(r->ps); seg != NULL; seg = ps_seg_next(seg)) {
        rc = asr_recognize_word(r, a, seg, offset_ms, end_ms, s, &size);

        if (rc != ASR_OK) {
            ps_seg_free(seg);
            return rc;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_recognize_text(asr_arena_t *a, asr_sentence_t *s)
{
    char    *p;
    size_t   i, n;
    double   sum;

    n = 0;
    sum = 0;

    for (i = 0; i < s->nwords; i++) {
        n += s->words[i].text.len + 1;
        sum += s->words[i].confidence;
    }

    p = asr_arena_alloc(a, n);
    if (p == NULL) {
        return ASR_NOMEM;
    }

    s->text.data = p;
    s->text.len = n - 1;

    for (i = 0; i < s->nwords; i++) {
        memcpy(p, s->words[i].text.data, s->words[i].text.len);
        p += s->words[i].text.len;
        *p++ = (i + 1 < s->nwords) ? ' ' : '\0';
    }

    s->start_ms = s->words[0].start_ms;
    s->end_ms = s->words[s->nwords - 1].end_ms;
    s->confidence = (float) (sum / (double) s->nwords);

    return ASR_OK;
}


asr_err_t
asr_recognize(asr_recognizer_t *r, asr_arena_t *a, const int16_t *pcm,
    size_t samples, int64_t offset_ms, asr_sentence_t *s)
{
    int        rc;
    int64_t    end_ms;
    asr_err_t  err;

    memset(s, 0, sizeof(asr_sentence_t));
    s->speaker = -1;

    end_ms = offset_ms + (int64_t) samples / 16;

    if (samples > ASR_UTTERANCE_MAX || offset_ms < 0 || end_ms > INT32_MAX) {
        return ASR_INVALID;
    }

    s->start_ms = (int32_t) offset_ms;
    s->end_ms = (int32_t) end_ms;
    s->energy_db = asr_recognize_energy(pcm, samples);

    if (samples == 0) {
        return ASR_OK;
    }

    if (ps_start_stream(r->ps) < 0 || ps_start_utt(r->ps) < 0) {
        (void) ps_end_utt(r->ps);
        return ASR_IO;
    }

    rc = ps_process_raw(r->ps, pcm, samples, FALSE, TRUE);

    /* Always: it is what makes the decoder fit for the next one. */

    if (ps_end_utt(r->ps) < 0 || rc < 0) {
        return ASR_IO;
    }

    err = asr_recognize_words(r, a, offset_ms, end_ms, s);

    if (err != ASR_OK || s->nwords == 0) {
        return err;
    }

    return asr_recognize_text(a, s);
}
