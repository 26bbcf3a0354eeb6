/*
 * Three steps.  An utterance is cut in two at the word where two voices
 * describe it best, if they do better than one, and its halves again: parts.
 * Parts are joined to speakers (asr_speaker_cluster.h).  Then each word is
 * given to the speaker whose model it fits, a change costing something, and
 * the models are made anew of that, some times.
 *
 * Who has spoken for some seconds in all is a speaker; shorter things, a
 * cough or a jingle taken for words, go to whom they are most like.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_speakers.h"
#include "asr_speaker_segment.h"


/*
 * Measured: parts of one voice are up to 2.9 apart when they are long, voices
 * of different people 3.5 to 10.
 */

#define ASR_SPEAKERS_PENALTY   2.1
#define ASR_SPEAKERS_DISTANCE  2.9
#define ASR_SPEAKERS_PENALTY_MIN  0.5
#define ASR_SPEAKERS_LESS      0.8
#define ASR_SPEAKERS_BIG       300.0f        /* frames of voice: a speaker */
#define ASR_SPEAKERS_ROUNDS    3
#define ASR_SPEAKERS_BLOCK     4096          /* samples */


typedef struct {
    asr_voices_t        v;
    asr_cluster_conf_t  conf;
    asr_part_t         *parts;
    size_t              nparts;
    asr_voice_t        *sums;            /* of the speakers, then of others */
    size_t              nspeakers;
    uint32_t           *label;           /* of a voice */
    uint32_t           *next;            /* the same, of a round */
    int32_t             num;
    int32_t             number[ASR_SPEAKERS_AUTO];   /* a label's speaker */
} asr_speakers_t;


static void
asr_speakers_free(asr_speakers_t *s)
{
    asr_voices_free(&s->v);
    free(s->parts);
    free(s->sums);
    free(s->label);
    free(s->next);
}


static asr_err_t
asr_speakers_parts(asr_speakers_t *s, const asr_result_t *r)
{
    size_t       i;
    asr_voice_t  all;

    s->parts = malloc((s->v.n + 1) * sizeof(asr_part_t));
    s->sums = calloc(s->v.n + 1, sizeof(asr_voice_t));
    s->label = calloc(s->v.n + 1, sizeof(uint32_t));
    s->next = calloc(s->v.n + 1, sizeof(uint32_t));

    if (s->parts == NULL || s->sums == NULL || s->label == NULL
        || s->next == NULL)
    {
        return ASR_NOMEM;
    }

    memset(&all, 0, sizeof(asr_voice_t));

    for (i = 0; i < s->v.n; i++) {
        asr_voice_add(&all, &s->v.voices[i]);
    }

    asr_voice_covariance(&all, NULL, 0.0, s->conf.prior);
    s->conf.penalty = ASR_SPEAKERS_PENALTY;
    s->conf.distance = ASR_SPEAKERS_DISTANCE;
    s->conf.big = ASR_SPEAKERS_BIG;

    for (i = 0; i < r->nsentences; i++) {
        s->nparts += asr_segment_cut(&s->conf, s->v.voices, s->v.first[i],
                                     s->v.first[i + 1],
                                     &s->parts[s->nparts]);
    }

    return ASR_OK;
}


/* The largest first; of equals, the earlier. */

static int
asr_speakers_compare(const void *one, const void *two)
{
    const asr_voice_t  *a = one;
    const asr_voice_t  *b = two;

    return a->n > b->n ? -1 : a->n < b->n;
}


/*
 * Joins n parts; the sums of the speakers, the largest first, and how many
 * there are of all and of those big enough.
 */

static asr_err_t
asr_speakers_join(asr_speakers_t *s, const asr_voice_t *parts, size_t n,
    uint32_t *label, size_t *left, size_t *big)
{
    size_t     i;
    asr_err_t  rc;

    rc = asr_cluster(&s->conf, parts, n, s->num != 0 ? (size_t) s->num : 1,
                     s->num != 0 ? (size_t) s->num : ASR_SPEAKERS_AUTO,
                     label, left);

    if (rc != ASR_OK) {
        return rc;
    }

    memset(s->sums, 0, *left * sizeof(asr_voice_t));

    for (i = 0; i < n; i++) {
        asr_voice_add(&s->sums[label[i]], &parts[i]);
    }

    qsort(s->sums, *left, sizeof(asr_voice_t), asr_speakers_compare);

    for (i = 0; i < *left && s->sums[i].n >= s->conf.big; i++) {
        /* void */
    }

    *big = i;

    return ASR_OK;
}


/*
 * Models of the speakers, from the parts that are long enough to tell.  Where
 * a number was given and fewer were found, a smaller difference will do.
 */

static asr_err_t
asr_speakers_cluster(asr_speakers_t *s)
{
    size_t        i, n, left, big, num;
    uint32_t     *label;
    asr_err_t     rc;
    asr_voice_t  *parts;

    parts = malloc((s->nparts + 1) * sizeof(asr_voice_t));
    label = malloc((s->nparts + 1) * sizeof(uint32_t));

    n = 0;
    left = 0;
    big = 0;
    num = (size_t) s->num;
    rc = (parts != NULL && label != NULL) ? ASR_OK : ASR_NOMEM;

    for (i = 0; rc == ASR_OK && i < s->nparts; i++) {
        if (s->parts[i].sum.n >= ASR_PART_FRAMES) {
            parts[n++] = s->parts[i].sum;
        }
    }

    while (rc == ASR_OK && n != 0) {
        rc = asr_speakers_join(s, parts, n, label, &left, &big);

        if (big >= num || s->conf.penalty < ASR_SPEAKERS_PENALTY_MIN) {
            break;
        }

        s->conf.penalty *= ASR_SPEAKERS_LESS;
        s->conf.distance *= ASR_SPEAKERS_LESS;
    }

    free(parts);
    free(label);

    s->nspeakers = big >= num ? big : left < num ? left : num;

    if (s->nspeakers == 0) {
        s->nspeakers = 1;
    }

    return rc;
}


/* New models from who has which words; how many speakers have any. */

static size_t
asr_speakers_gather(asr_speakers_t *s, const uint32_t *label,
    asr_voice_t *sums)
{
    size_t  i, n;

    memset(sums, 0, s->nspeakers * sizeof(asr_voice_t));

    for (i = 0; i < s->v.n; i++) {
        asr_voice_add(&sums[label[i]], &s->v.voices[i]);
    }

    n = 0;

    for (i = 0; i < s->nspeakers; i++) {
        n += sums[i].n > 0.0f ? 1 : 0;
    }

    return n;
}


/*
 * Each part goes whole to the speaker it fits best: where the rounds start
 * from, and what is left when they would lose one of a number that was given.
 */

static void
asr_speakers_start(asr_speakers_t *s)
{
    size_t             i, k, at, best;
    double             score, top;
    asr_voice_model_t  models[ASR_SPEAKERS_AUTO];

    for (k = 0; k < s->nspeakers; k++) {
        asr_voice_model(&s->sums[k], s->conf.prior, ASR_CLUSTER_PRIOR,
                        &models[k]);
    }

    at = 0;

    for (i = 0; i < s->nparts; i++) {
        best = 0;
        top = asr_voice_score(&models[0], &s->parts[i].sum);

        for (k = 1; k < s->nspeakers; k++) {
            score = asr_voice_score(&models[k], &s->parts[i].sum);

            if (score > top) {
                top = score;
                best = k;
            }
        }

        while (at < s->parts[i].end) {
            s->label[at++] = (uint32_t) best;
        }
    }
}


static asr_err_t
asr_speakers_refine(asr_speakers_t *s)
{
    int          round;
    asr_err_t    rc;
    asr_voice_t  sums[ASR_SPEAKERS_AUTO];

    if (s->nspeakers == 1) {
        return ASR_OK;
    }

    asr_speakers_start(s);

    for (round = 0; round < ASR_SPEAKERS_ROUNDS; round++) {
        rc = asr_segment_assign(&s->conf, &s->v, s->sums, s->nspeakers,
                                s->next);

        if (rc != ASR_OK) {
            return rc;
        }

        if (asr_speakers_gather(s, s->next, sums) < s->nspeakers
            && s->num != 0)
        {
            break;
        }

        memcpy(s->sums, sums, s->nspeakers * sizeof(asr_voice_t));
        memcpy(s->label, s->next, s->v.n * sizeof(uint32_t));
    }

    return ASR_OK;
}


/* RMS of what a new sentence lasts, in dB over one LSB, as recognition has. */

static asr_err_t
asr_speakers_energy(asr_sentence_t *s, asr_speakers_pcm_pt pcm, void *ctx)
{
    double   db, squares;
    int16_t  buf[ASR_SPEAKERS_BLOCK];
    int64_t  at, end, n;
    ssize_t  i, got;

    squares = 0.0;
    n = 0;
    end = (int64_t) s->end_ms * 16;

    for (at = (int64_t) s->start_ms * 16; at < end; at += got) {
        got = pcm(ctx, at, buf, end - at < ASR_SPEAKERS_BLOCK
                                ? (size_t) (end - at) : ASR_SPEAKERS_BLOCK);

        if (got < 0 || got > ASR_SPEAKERS_BLOCK) {
            return ASR_IO;
        }

        if (got == 0) {
            break;
        }

        for (i = 0; i < got; i++) {
            squares += (double) buf[i] * buf[i];
        }

        n += got;
    }

    db = squares > 0.0 ? 10.0 * log10(squares / (double) n) : 0.0;
    s->energy_db = db < 0.0 ? 0.0f : db > 90.0 ? 90.0f : (float) db;

    return ASR_OK;
}


/* The words [from, to) of a sentence as one of its own. */

static asr_err_t
asr_speakers_piece(asr_arena_t *a, const asr_sentence_t *whole, size_t from,
    size_t to, asr_sentence_t *s, asr_speakers_pcm_pt pcm, void *ctx)
{
    asr_err_t  rc;

    *s = *whole;

    if (from == 0 && to == whole->nwords) {
        return ASR_OK;
    }

    s->words = &whole->words[from];
    s->nwords = to - from;
    s->start_ms = s->words[0].start_ms;
    s->end_ms = s->words[s->nwords - 1].end_ms;
    s->written = asr_str_null();
    s->hits = NULL;
    s->nhits = 0;

    rc = asr_sentence_text(a, s);

    return rc == ASR_OK ? asr_speakers_energy(s, pcm, ctx) : rc;
}


static int32_t
asr_speakers_number(asr_speakers_t *s, uint32_t label, int32_t *used)
{
    if (s->number[label] < 0) {
        s->number[label] = (*used)++;
    }

    return s->number[label];
}


static asr_err_t
asr_speakers_write(asr_speakers_t *s, asr_arena_t *a, asr_result_t *r,
    asr_speakers_pcm_pt pcm, void *ctx)
{
    size_t           i, j, k, n, first;
    int32_t          used;
    asr_err_t        rc;
    asr_sentence_t  *out, *whole;

    out = asr_arena_alloc(a, (s->v.n + r->nsentences)
                             * sizeof(asr_sentence_t));
    if (out == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < ASR_SPEAKERS_AUTO; i++) {
        s->number[i] = -1;
    }

    n = 0;
    used = 0;

    for (i = 0; i < r->nsentences; i++) {
        whole = &r->sentences[i];
        first = s->v.first[i];
        j = 0;

        do {
            k = j;

            while (k < whole->nwords
                   && s->label[first + k / s->v.group]
                      == s->label[first + j / s->v.group])
            {
                k++;
            }

            rc = asr_speakers_piece(a, whole, j, k, &out[n], pcm, ctx);

            if (rc != ASR_OK) {
                return rc;
            }

            /* nobody's words: whoever spoke last */

            out[n].speaker = whole->nwords != 0
                             ? asr_speakers_number(s, s->label[first
                                                       + j / s->v.group],
                                                   &used)
                             : n != 0 ? out[n - 1].speaker : 0;
            n++;
            j = k;

        } while (j < whole->nwords);
    }

    r->sentences = out;
    r->nsentences = n;

    return ASR_OK;
}


asr_err_t
asr_speakers(asr_arena_t *a, asr_result_t *r, int32_t num,
    asr_speakers_pcm_pt pcm, void *ctx)
{
    asr_err_t       rc;
    asr_speakers_t  s;

    if (num < 0 || num > ASR_SPEAKERS_GIVEN) {
        return ASR_INVALID;
    }

    if (r->nsentences == 0) {
        return ASR_OK;
    }

    memset(&s, 0, sizeof(asr_speakers_t));
    s.num = num;

    rc = asr_voices_read(&s.v, r, pcm, ctx);

    if (rc == ASR_OK) {
        rc = asr_speakers_parts(&s, r);
    }

    if (rc == ASR_OK) {
        rc = asr_speakers_cluster(&s);
    }

    if (rc == ASR_OK) {
        rc = asr_speakers_refine(&s);
    }

    if (rc == ASR_OK) {
        rc = asr_speakers_write(&s, a, r, pcm, ctx);
    }

    asr_speakers_free(&s);

    return rc;
}
