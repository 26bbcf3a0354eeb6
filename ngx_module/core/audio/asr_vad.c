/*
 * Voice activity by energy.
 *
 * The audio is taken in frames of 10 ms; of each only its level is kept, in
 * dB, in a ring, so memory is the ring whatever the length.  A frame is
 * judged when AHEAD more have come, against a threshold between the quiet
 * (10th percentile, the noise floor) and the loud (90th) of the levels from
 * BEHIND before to AHEAD after it: the floor follows a recording whose noise
 * changes, and the first word of a file is judged as well as the last.  A
 * level is that of three neighbouring frames, the mean taken off first, so
 * neither a click nor a constant offset is speech.
 *
 * Frames over the threshold make speech when VOICED stand together; a pause
 * is PAUSE frames without that.  An utterance that grows to MAX frames is cut
 * where the ring is quietest.
 *
 * What stands close together after all is joined while it remains short: the
 * recogniser's normalisation and its language model both make more errors in
 * pieces of a second or two than in whole phrases.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_vad.h"


#define ASR_VAD_FRAME     160            /* samples, 10 ms */
#define ASR_VAD_AHEAD     500            /* frames from here on */
#define ASR_VAD_BEHIND    1000
#define ASR_VAD_RING      4096           /* > BEHIND + AHEAD, > MAX + AHEAD */
#define ASR_VAD_VOICED    4
#define ASR_VAD_PAUSE     30
#define ASR_VAD_PAD       20
#define ASR_VAD_MAX       (ASR_VAD_MAX_MS / 10)
#define ASR_VAD_KEEP      800            /* a forced cut leaves at least this */
#define ASR_VAD_JOIN      30             /* at most between two, pads off */
#define ASR_VAD_JOINED    1200           /* at most together */
#define ASR_VAD_QUIET     11             /* a cut's surroundings, odd */
#define ASR_VAD_SPOKEN    8              /* voiced frames an utterance needs */

#define ASR_VAD_BINS      100            /* of 1 dB */
#define ASR_VAD_FLOOR     12.0f          /* dB over one LSB; quieter: silence */
#define ASR_VAD_MARGIN    4.0f           /* dB over the noise, at least */
#define ASR_VAD_SHARE     0.3f           /* of the way from quiet to loud */

#define ASR_VAD_SPANS     262144         /* 20 h of nothing but short words */


struct asr_vad_s {
    int64_t      samples;
    int64_t      frames;                 /* complete; powers known */
    int64_t      levels;                 /* in the ring */
    int64_t      judged;
    bool         ended;

    int16_t      partial[ASR_VAD_FRAME];
    size_t       npartial;
    float        power[3];               /* of the newest frames */
    float        ring[ASR_VAD_RING];     /* dB by frame */

    /* levels of the frames [first, levels) by bin */
    unsigned     bins[ASR_VAD_BINS];
    int64_t      first;

    bool         speaking;
    int64_t      start;                  /* frame; pad included */
    int64_t      last;                   /* frame after the last voiced one */
    int64_t      voiced;                 /* in this utterance */
    unsigned     run;                    /* frames over the threshold */
    int64_t      floor;                  /* frame the next may start at */

    asr_span_t  *spans;
    size_t       nspans;
    size_t       size;
};


asr_vad_t *
asr_vad_create(void)
{
    return calloc(1, sizeof(asr_vad_t));
}


void
asr_vad_free(asr_vad_t *v)
{
    if (v != NULL) {
        free(v->spans);
        free(v);
    }
}


const asr_span_t *
asr_vad_spans(const asr_vad_t *v, size_t *n)
{
    *n = v->nspans;

    return v->spans;
}


int64_t
asr_vad_samples(const asr_vad_t *v)
{
    return v->samples;
}


/* Adds to the last span when it can. */

static bool
asr_vad_join(asr_vad_t *v, int64_t start, int64_t end)
{
    asr_span_t  *last;

    if (v->nspans == 0) {
        return false;
    }

    last = &v->spans[v->nspans - 1];

    if (start - (last->start + last->length) > ASR_VAD_JOIN * ASR_VAD_FRAME
        || end - last->start > ASR_VAD_JOINED * ASR_VAD_FRAME)
    {
        return false;
    }

    last->length = end - last->start;

    return true;
}


static asr_err_t
asr_vad_span(asr_vad_t *v, int64_t from, int64_t to)
{
    size_t       size;
    int64_t      start, end;
    asr_span_t  *spans, *span;

    start = from * ASR_VAD_FRAME;
    end = to * ASR_VAD_FRAME;

    if (end > v->samples) {
        end = v->samples;
    }

    if (end <= start || asr_vad_join(v, start, end)) {
        return ASR_OK;
    }

    if (v->nspans == v->size) {
        size = v->size == 0 ? 64 : v->size * 2;

        if (size > ASR_VAD_SPANS) {
            return ASR_NOMEM;
        }

        spans = realloc(v->spans, size * sizeof(asr_span_t));
        if (spans == NULL) {
            return ASR_NOMEM;
        }

        v->spans = spans;
        v->size = size;
    }

    span = &v->spans[v->nspans++];
    span->start = start;
    span->length = end - start;

    return ASR_OK;
}


/* Ends the utterance in hand before the frame end. */

static asr_err_t
asr_vad_finish(asr_vad_t *v, int64_t end)
{
    asr_err_t  rc;

    v->speaking = false;

    if (v->voiced < ASR_VAD_SPOKEN) {
        return ASR_OK;
    }

    rc = asr_vad_span(v, v->start, end);
    v->floor = end;

    return rc;
}


static float
asr_vad_level(const asr_vad_t *v, int64_t frame)
{
    return v->ring[frame % ASR_VAD_RING];
}


/* The frame in [from, to) whose surroundings are the quietest. */

static int64_t
asr_vad_quietest(const asr_vad_t *v, int64_t from, int64_t to)
{
    int64_t  i, k, best;
    double   sum, least;

    best = from;
    least = HUGE_VAL;

    for (i = from; i < to; i++) {
        sum = 0;

        for (k = i - ASR_VAD_QUIET / 2; k <= i + ASR_VAD_QUIET / 2; k++) {
            sum += asr_vad_level(v, k);
        }

        if (sum <= least) {
            least = sum;
            best = i;
        }
    }

    return best;
}


/*
 * The utterance would be too long with the frame f.  What is after the cut
 * goes on as the next one, without pads: a word must not be in both.
 */

static asr_err_t
asr_vad_force(asr_vad_t *v, int64_t f)
{
    int64_t    cut, voiced;
    asr_err_t  rc;

    cut = asr_vad_quietest(v, v->start + ASR_VAD_KEEP, f - ASR_VAD_QUIET);
    voiced = v->voiced;

    rc = asr_vad_finish(v, cut);

    v->speaking = true;
    v->start = cut;
    v->voiced = voiced < f - cut ? voiced : f - cut;

    if (v->last < cut) {
        v->last = cut;
    }

    return rc;
}


static asr_err_t
asr_vad_judge(asr_vad_t *v, int64_t f, bool loud)
{
    asr_err_t  rc;

    v->run = loud ? v->run + 1 : 0;

    if (v->run >= ASR_VAD_VOICED) {

        if (!v->speaking) {
            v->speaking = true;
            v->voiced = ASR_VAD_VOICED - 1;
            v->start = f + 1 - ASR_VAD_VOICED - ASR_VAD_PAD;

            if (v->start < v->floor) {
                v->start = v->floor;
            }
        }

        v->voiced++;
        v->last = f + 1;
    }

    if (!v->speaking) {
        return ASR_OK;
    }

    if (f + 1 - v->last >= ASR_VAD_PAUSE) {
        return asr_vad_finish(v, v->last + ASR_VAD_PAD);
    }

    rc = ASR_OK;

    if (f + 1 - v->start >= ASR_VAD_MAX - ASR_VAD_PAD) {
        rc = asr_vad_force(v, f);
    }

    return rc;
}


static size_t
asr_vad_bin(float level)
{
    if (level < 0.0f) {
        return 0;
    }

    return level < ASR_VAD_BINS - 1 ? (size_t) level : ASR_VAD_BINS - 1;
}


/* The level that a share of the frames in the window does not reach. */

static float
asr_vad_percentile(const asr_vad_t *v, int64_t n, float share)
{
    size_t   i;
    int64_t  seen, want;

    want = (int64_t) ((float) n * share);
    seen = 0;

    for (i = 0; i < ASR_VAD_BINS - 1; i++) {
        seen += v->bins[i];

        if (seen > want) {
            break;
        }
    }

    return (float) i + 0.5f;
}


/* Judges the next frame; the window ends with the newest level. */

static asr_err_t
asr_vad_next(asr_vad_t *v)
{
    float    quiet, loud, threshold;
    int64_t  f, n;

    f = v->judged++;

    while (v->first < f - ASR_VAD_BEHIND) {
        v->bins[asr_vad_bin(asr_vad_level(v, v->first))]--;
        v->first++;
    }

    n = v->levels - v->first;
    quiet = asr_vad_percentile(v, n, 0.1f);
    loud = asr_vad_percentile(v, n, 0.9f);

    threshold = quiet + ASR_VAD_SHARE * (loud - quiet);

    if (threshold < quiet + ASR_VAD_MARGIN) {
        threshold = quiet + ASR_VAD_MARGIN;
    }

    if (threshold < ASR_VAD_FLOOR) {
        threshold = ASR_VAD_FLOOR;
    }

    return asr_vad_judge(v, f, asr_vad_level(v, f) > threshold);
}


/* power: of the frame after the one whose level is now known. */

static asr_err_t
asr_vad_push(asr_vad_t *v, float power)
{
    float    level, mean;
    int64_t  f;

    v->power[0] = v->power[1];
    v->power[1] = v->power[2];
    v->power[2] = power;
    v->frames++;

    if (v->frames < 2) {
        return ASR_OK;
    }

    mean = (v->power[0] + v->power[1] + v->power[2]) / 3.0f;
    level = 10.0f * log10f(mean + 1e-3f);

    f = v->levels++;
    v->ring[f % ASR_VAD_RING] = level;
    v->bins[asr_vad_bin(level)]++;

    return v->levels - v->judged > ASR_VAD_AHEAD ? asr_vad_next(v) : ASR_OK;
}


/* The variance of n samples, n > 0. */

static float
asr_vad_power(const int16_t *pcm, size_t n)
{
    size_t   i;
    int64_t  sum, squares;
    double   mean;

    sum = 0;
    squares = 0;

    for (i = 0; i < n; i++) {
        sum += pcm[i];
        squares += (int32_t) pcm[i] * pcm[i];
    }

    mean = (double) sum / (double) n;

    return (float) fmax((double) squares / (double) n - mean * mean, 0.0);
}


asr_err_t
asr_vad_feed(asr_vad_t *v, const int16_t *pcm, size_t samples)
{
    size_t     n;
    asr_err_t  rc;

    if (v->ended) {
        return ASR_INVALID;
    }

    while (samples != 0) {

        if (v->npartial == 0 && samples >= ASR_VAD_FRAME) {
            n = ASR_VAD_FRAME;
            rc = asr_vad_push(v, asr_vad_power(pcm, ASR_VAD_FRAME));

        } else {
            n = ASR_VAD_FRAME - v->npartial;
            n = n < samples ? n : samples;
            memcpy(v->partial + v->npartial, pcm, n * sizeof(int16_t));
            v->npartial += n;
            rc = ASR_OK;

            if (v->npartial == ASR_VAD_FRAME) {
                v->npartial = 0;
                rc = asr_vad_push(v, asr_vad_power(v->partial,
                                                   ASR_VAD_FRAME));
            }
        }

        v->samples += (int64_t) n;
        pcm += n;
        samples -= n;

        if (rc != ASR_OK) {
            return rc;
        }
    }

    return ASR_OK;
}


asr_err_t
asr_vad_end(asr_vad_t *v)
{
    int64_t    end;
    asr_err_t  rc;

    if (v->ended) {
        return ASR_OK;
    }

    v->ended = true;
    rc = ASR_OK;

    if (v->npartial != 0) {
        rc = asr_vad_push(v, asr_vad_power(v->partial, v->npartial));
    }

    /* The last level waits for a frame after it: its own stands in. */

    if (rc == ASR_OK && v->frames != 0) {
        rc = asr_vad_push(v, v->power[2]);
    }

    while (rc == ASR_OK && v->judged < v->levels) {
        rc = asr_vad_next(v);
    }

    if (rc == ASR_OK && v->speaking) {
        end = v->last + ASR_VAD_PAD;
        rc = asr_vad_finish(v, end < v->levels ? end : v->levels);
    }

    return rc;
}
