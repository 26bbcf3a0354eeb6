/*
 * PocketSphinx's front end with settings of its own: 19 cepstra, without the
 * 0th, which is loudness: that says how near the microphone is, not who
 * speaks.  They are not normalised, neither by their mean nor by their
 * variance: a voice is in just these.  Quiet frames, pauses inside words, are
 * left out, or they would make all voices alike.
 */

#include <pthread.h>
#include <stdlib.h>

#include <pocketsphinx.h>
#include <sphinxbase/fe.h>

#include "asr_speaker_features.h"


#define ASR_VOICE_FRAME      160             /* samples; 10 ms */
#define ASR_VOICE_WINDOW     410             /* what one frame looks at */
#define ASR_VOICE_BLOCK      2000            /* frames; an utterance */
#define ASR_VOICE_COEFFS     (ASR_VOICE_DIM + 1)
#define ASR_VOICE_LOUD       0.90            /* quantile that is "loud" */
#define ASR_VOICE_QUIET      14.0f           /* under it: not voice */


typedef struct {
    fe_t      *fe;
    cmd_ln_t  *config;
    mfcc_t   **frames;
    int16_t   *pcm;
    float     *order;                /* of the block's loudness, sorted */
} asr_cepstra_t;


/* The front end keeps how it warps frequencies in variables of its own. */
static pthread_mutex_t  asr_cepstra_mutex = PTHREAD_MUTEX_INITIALIZER;


static void
asr_cepstra_free(asr_cepstra_t *c)
{
    if (c->fe != NULL) {
        (void) fe_free(c->fe);
    }

    if (c->config != NULL) {
        (void) cmd_ln_free_r(c->config);
    }

    if (c->frames != NULL) {
        free(c->frames[0]);
        free(c->frames);
    }

    free(c->pcm);
    free(c->order);
}


static asr_err_t
asr_cepstra_init(asr_cepstra_t *c)
{
    size_t   i;
    mfcc_t  *rows;

    memset(c, 0, sizeof(asr_cepstra_t));

    c->pcm = malloc((ASR_VOICE_BLOCK * ASR_VOICE_FRAME + ASR_VOICE_WINDOW)
                    * sizeof(int16_t));
    c->order = malloc(ASR_VOICE_BLOCK * sizeof(float));
    c->frames = malloc((ASR_VOICE_BLOCK + 1) * sizeof(mfcc_t *));
    rows = malloc((ASR_VOICE_BLOCK + 1) * ASR_VOICE_COEFFS * sizeof(mfcc_t));

    if (c->pcm == NULL || c->order == NULL || c->frames == NULL
        || rows == NULL)
    {
        free(c->frames);
        free(rows);
        c->frames = NULL;
        return ASR_NOMEM;
    }

    for (i = 0; i <= ASR_VOICE_BLOCK; i++) {
        c->frames[i] = &rows[i * ASR_VOICE_COEFFS];
    }

    (void) pthread_mutex_lock(&asr_cepstra_mutex);

    c->config = cmd_ln_init(NULL, fe_get_args(), TRUE, "-ncep", "20",
                            "-nfilt", "30", "-lowerf", "100", "-upperf",
                            "6800", "-nfft", "512", "-transform", "dct",
                            "-remove_noise", "no", "-remove_silence", "no",
                            NULL);

    if (c->config != NULL) {
        c->fe = fe_init_auto_r(c->config);
    }

    (void) pthread_mutex_unlock(&asr_cepstra_mutex);

    return c->fe != NULL ? ASR_OK : ASR_NOMEM;
}


/*
 * Frames of a block from sample `at`, as many as `want` (ASR_VOICE_BLOCK at
 * most) or the audio has; negative: the reader failed.
 */

static int32_t
asr_cepstra_block(asr_cepstra_t *c, int64_t at, int32_t want,
    asr_speakers_pcm_pt pcm, void *ctx)
{
    int32_t         n;
    size_t          need, have, left;
    ssize_t         got;
    const int16_t  *p;

    need = (size_t) (want - 1) * ASR_VOICE_FRAME + ASR_VOICE_WINDOW;
    got = pcm(ctx, at, c->pcm, need);

    if (got < 0) {
        return -1;
    }

    have = (size_t) got < need ? (size_t) got : need;

    if (have < ASR_VOICE_WINDOW) {
        return 0;
    }

    p = c->pcm;
    left = have;
    n = want;

    if (fe_start_utt(c->fe) < 0
        || fe_process_frames(c->fe, &p, &left, c->frames, &n, NULL) < 0)
    {
        return 0;
    }

    return n;
}


static int
asr_cepstra_compare(const void *one, const void *two)
{
    float  a, b;

    a = *(const float *) one;
    b = *(const float *) two;

    return a < b ? -1 : a > b;
}


/* How loud a frame has to be. */

static float
asr_cepstra_gate(asr_cepstra_t *c, int32_t n)
{
    int32_t  i;

    for (i = 0; i < n; i++) {
        c->order[i] = c->frames[i][0];
    }

    qsort(c->order, (size_t) n, sizeof(float), asr_cepstra_compare);

    return c->order[(int32_t) (ASR_VOICE_LOUD * (n - 1))] - ASR_VOICE_QUIET;
}


/* The block's frames to the voices of the words they are in. */

static void
asr_voices_block(asr_voices_t *v, size_t first, const asr_sentence_t *s,
    asr_cepstra_t *c, int64_t from_ms, int32_t n, size_t *word)
{
    float              gate;
    int32_t            i;
    int64_t            ms;
    const asr_word_t  *w;

    gate = asr_cepstra_gate(c, n);

    for (i = 0; i < n; i++) {
        ms = from_ms + (int64_t) i * 10 + 10;    /* the window's middle */

        while (*word < s->nwords && s->words[*word].end_ms <= ms) {
            (*word)++;
        }

        if (*word == s->nwords) {
            return;
        }

        w = &s->words[*word];

        if (w->start_ms <= ms && c->frames[i][0] >= gate) {
            asr_voice_frame(&v->voices[first + *word / v->group],
                            &c->frames[i][1]);
        }
    }
}


static asr_err_t
asr_voices_sentence(asr_voices_t *v, size_t first, const asr_sentence_t *s,
    int64_t audio_ms, asr_cepstra_t *c, asr_speakers_pcm_pt pcm, void *ctx)
{
    size_t   word;
    int32_t  n, want;
    int64_t  at, end;

    end = s->end_ms < audio_ms ? s->end_ms : audio_ms;
    word = 0;

    for (at = s->start_ms; at < end && word < s->nwords; at += n * 10) {
        want = (end - at + 9) / 10 < ASR_VOICE_BLOCK
               ? (int32_t) ((end - at + 9) / 10) : ASR_VOICE_BLOCK;
        n = asr_cepstra_block(c, at * 16, want, pcm, ctx);

        if (n < 0) {
            return ASR_IO;
        }

        if (n == 0) {
            break;
        }

        asr_voices_block(v, first, s, c, at, n, &word);
    }

    return ASR_OK;
}


asr_err_t
asr_voices_read(asr_voices_t *v, const asr_result_t *r,
    asr_speakers_pcm_pt pcm, void *ctx)
{
    size_t         i, words;
    asr_err_t      rc;
    asr_cepstra_t  c;

    memset(v, 0, sizeof(asr_voices_t));

    words = asr_result_words(r);
    v->group = words / ASR_VOICES_MAX + 1;

    v->first = malloc((r->nsentences + 1) * sizeof(size_t));
    if (v->first == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < r->nsentences; i++) {
        v->first[i] = v->n;
        v->n += (r->sentences[i].nwords + v->group - 1) / v->group;
    }

    v->first[i] = v->n;

    v->voices = calloc(v->n + 1, sizeof(asr_voice_t));
    if (v->voices == NULL) {
        return ASR_NOMEM;
    }

    rc = asr_cepstra_init(&c);

    for (i = 0; rc == ASR_OK && i < r->nsentences; i++) {
        rc = asr_voices_sentence(v, v->first[i], &r->sentences[i],
                                 r->audio_ms, &c, pcm, ctx);
    }

    asr_cepstra_free(&c);

    return rc;
}


void
asr_voices_free(asr_voices_t *v)
{
    free(v->voices);
    free(v->first);
}
