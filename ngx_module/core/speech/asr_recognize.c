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
#include <stdio.h>
#include <stdlib.h>

#include <pocketsphinx.h>

#include "../audio/asr_voice.h"
#include "asr_recognize.h"


#define ASR_UTTERANCE_MAX  (30 * 16000)
#define ASR_FRAME_MS       10
#define ASR_WORDS_FEW      16
#define ASR_SEARCH         "words"


struct asr_recognizer_s {
    ps_decoder_t       *ps;
    ngram_model_t      *lm;
    asr_recognizer_pt   handler;
    void               *data;
};


static cmd_ln_t *
asr_recognizer_config(const asr_recognizer_conf_t *conf)
{
    switch (conf->effort) {

    case ASR_EFFORT_FAST:
        return cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", conf->hmm,
                           "-dict", conf->dict, "-remove_silence", "no",
                           "-pl_window", "10", "-fwdflat", "no",
                           "-maxhmmpf", "2000", "-topn", "2", NULL);

    case ASR_EFFORT_BALANCED:
        return cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", conf->hmm,
                           "-dict", conf->dict, "-remove_silence", "no",
                           "-pl_window", "10", "-fwdflat", "no",
                           "-maxhmmpf", "3000", NULL);

    default: /* ASR_EFFORT_BEST */
        return cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", conf->hmm,
                           "-dict", conf->dict, "-remove_silence", "no",
                           "-pl_window", "10", "-maxhmmpf", "6000", NULL);
    }
}


/*
 * One language model, or several as one that interpolates them.  NULL: one
 * cannot be loaded.
 */

static ngram_model_t *
asr_recognizer_lm(ps_decoder_t *ps, const asr_recognizer_conf_t *conf)
{
    char            name[ASR_MODEL_LMS][8], *names[ASR_MODEL_LMS];
    float           weights[ASR_MODEL_LMS];
    size_t          i, n;
    ngram_model_t  *lms[ASR_MODEL_LMS], *lm;

    lm = NULL;

    for (n = 0; n < conf->nlms && n < ASR_MODEL_LMS; n++) {
        lms[n] = ngram_model_read(ps_get_config(ps), conf->lms[n].path,
                                  NGRAM_AUTO, ps_get_logmath(ps));
        if (lms[n] == NULL) {
            break;
        }

        (void) snprintf(name[n], sizeof(name[n]), "%zu", n);
        names[n] = name[n];
        weights[n] = conf->lms[n].weight;
    }

    if (n == conf->nlms) {
        lm = n == 1 ? ngram_model_retain(lms[0])
                    : ngram_model_set_init(ps_get_config(ps), lms, names,
                                           weights, (int32) n);
    }

    for (i = 0; i < n; i++) {
        (void) ngram_model_free(lms[i]);
    }

    return lm;
}


/* Without a language model. */

static asr_recognizer_t *
asr_recognizer_init(const asr_recognizer_conf_t *conf)
{
    cmd_ln_t          *config;
    asr_recognizer_t  *r;

    r = calloc(1, sizeof(asr_recognizer_t));
    if (r == NULL) {
        return NULL;
    }

    config = asr_recognizer_config(conf);

    if (config != NULL) {
        r->ps = ps_init(config);
        cmd_ln_free_r(config);       /* the decoder has its own reference */
    }

    if (r->ps == NULL) {
        asr_recognizer_free(r);
        return NULL;
    }

    return r;
}


/* Takes lm, which may be NULL: it could not be loaded.  NULL: r is freed. */

static asr_recognizer_t *
asr_recognizer_search(asr_recognizer_t *r, ngram_model_t *lm)
{
    r->lm = lm;

    if (lm == NULL || ps_set_lm(r->ps, ASR_SEARCH, lm) < 0
        || ps_set_search(r->ps, ASR_SEARCH) < 0)
    {
        asr_recognizer_free(r);
        return NULL;
    }

    return r;
}


asr_recognizer_t *
asr_recognizer_create(const asr_recognizer_conf_t *conf)
{
    asr_recognizer_t  *r;

    r = asr_recognizer_init(conf);

    return r == NULL ? NULL
                     : asr_recognizer_search(r, asr_recognizer_lm(r->ps,
                                                                  conf));
}


asr_recognizer_t *
asr_recognizer_extend(asr_recognizer_t *base,
    const asr_recognizer_conf_t *conf, const char *arpa, float weight)
{
    char              *names[2] = { "base", "more" };
    float              weights[2];
    ngram_model_t     *lms[2], *lm;
    asr_recognizer_t  *r;

    r = asr_recognizer_init(conf);
    if (r == NULL) {
        return NULL;
    }

    weights[0] = 1.0f - weight;
    weights[1] = weight;
    lms[0] = base->lm;
    lms[1] = ngram_model_read(ps_get_config(r->ps), arpa, NGRAM_ARPA,
                              ps_get_logmath(base->ps));
    lm = NULL;

    if (lms[1] != NULL) {
        lm = ngram_model_set_init(ps_get_config(r->ps), lms, names, weights,
                                  2);
        (void) ngram_model_free(lms[1]);
    }

    return asr_recognizer_search(r, lm);
}


void
asr_recognizer_free(asr_recognizer_t *r)
{
    if (r != NULL) {
        (void) ps_free(r->ps);
        (void) ngram_model_free(r->lm);
        free(r);
    }
}


void
asr_recognizer_handler(asr_recognizer_t *r, asr_recognizer_pt handler,
    void *data)
{
    r->handler = handler;
    r->data = data;
}


asr_err_t
asr_recognizer_sound(const asr_recognizer_t *r, const char *word, unsigned n,
    char *out, size_t size)
{
    int    len;
    char   name[256], *phones;

    len = n == 0 ? snprintf(name, sizeof(name), "%s", word)
                 : snprintf(name, sizeof(name), "%s(%u)", word, n + 1);

    if (len < 0 || (size_t) len >= sizeof(name)) {
        return ASR_NOTFOUND;
    }

    phones = ps_lookup_word(r->ps, name);

    if (phones == NULL) {
        return ASR_NOTFOUND;
    }

    len = snprintf(out, size, "%s", phones);
    free(phones);

    return len < 0 || (size_t) len >= size ? ASR_TOOBIG : ASR_OK;
}


bool
asr_recognizer_known(const asr_recognizer_t *r, const char *word)
{
    return ngram_wid(r->lm, word) != ngram_unknown_wid(r->lm);
}


float
asr_recognizer_prob(const asr_recognizer_t *r, const char *word)
{
    int32  p, used;

    if (!asr_recognizer_known(r, word)) {
        return -99.0f;
    }

    p = ngram_ng_prob(r->lm, ngram_wid(r->lm, word), NULL, 0, &used);

    return (float) logmath_log_to_log10(ps_get_logmath(r->ps), p);
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


/*
 * How often a word was right whose posterior was this: over 5352 words of
 * read and telephone speech at fast and best, in fifteen bins, smoothed.  The
 * posteriors alone say .02 of words that are right in .29 of the cases, and 1
 * of those that are in .93.
 */

static const struct {
    float  posterior;
    float  right;
} asr_confidences[] = {
    { 0.00f, 0.27f }, { 0.10f, 0.36f }, { 0.22f, 0.48f }, { 0.38f, 0.57f },
    { 0.52f, 0.63f }, { 0.67f, 0.70f }, { 0.80f, 0.77f }, { 0.89f, 0.82f },
    { 0.94f, 0.86f }, { 0.985f, 0.88f }, { 0.997f, 0.91f },
    { 1.00f, 0.935f }
};


float
asr_recognize_confidence(double posterior)
{
    float   p, share;
    size_t  i;

    p = !(posterior > 0.0) ? 0.0f : posterior > 1.0 ? 1.0f
                                                    : (float) posterior;

    for (i = 1; i + 1 < asr_nelts(asr_confidences); i++) {
        if (p < asr_confidences[i].posterior) {
            break;
        }
    }

    share = (p - asr_confidences[i - 1].posterior)
            / (asr_confidences[i].posterior
               - asr_confidences[i - 1].posterior);

    return asr_confidences[i - 1].right
           + share * (asr_confidences[i].right
                      - asr_confidences[i - 1].right);
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
    w->confidence = asr_recognize_confidence(p);

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

    if (!asr_voice(pcm, samples)) {
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

    if (err == ASR_OK && r->handler != NULL) {
        err = r->handler(r->data, a, s);
    }

    if (err != ASR_OK || s->nwords == 0) {
        return err;
    }

    s->start_ms = s->words[0].start_ms;
    s->end_ms = s->words[s->nwords - 1].end_ms;

    return asr_sentence_text(a, s);
}
