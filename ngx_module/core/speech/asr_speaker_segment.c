/*
 * Cutting looks at one utterance at a time, the likeliest place first.
 * Assigning is a Viterbi search over the words of the whole recording.
 */

#include <stdlib.h>

#include "asr_speaker_segment.h"


#define ASR_SEGMENT_VOICES   256         /* that are looked at together */
#define ASR_SEGMENT_PENALTY  0.5         /* as of asr_cluster_conf_t */

/* Frames overlap and are alike: their likelihoods count less than whole. */

#define ASR_SEGMENT_SCALE    0.4
#define ASR_SEGMENT_WITHIN   60.0        /* a change inside an utterance */
#define ASR_SEGMENT_BETWEEN  15.0


/* The likeliest change in [from, to), or `to`: none. */

static size_t
asr_segment_change(const asr_cluster_conf_t *conf, const asr_voice_t *voices,
    size_t from, size_t to, asr_voice_t *sum)
{
    size_t       i, at;
    double       gain, best;
    asr_voice_t  left, right;

    memset(sum, 0, sizeof(asr_voice_t));
    memset(&left, 0, sizeof(asr_voice_t));

    for (i = from; i < to; i++) {
        asr_voice_add(sum, &voices[i]);
    }

    right = *sum;
    best = 0.0;
    at = to;

    for (i = from; i + 1 < to; i++) {
        asr_voice_add(&left, &voices[i]);
        asr_voice_sub(&right, &voices[i]);

        if (left.n < ASR_PART_FRAMES || right.n < ASR_PART_FRAMES) {
            continue;
        }

        gain = asr_cluster_gain(conf, &left, asr_cluster_logdet(conf, &left),
                                &right, asr_cluster_logdet(conf, &right));

        if (gain > best) {
            best = gain;
            at = i + 1;
        }
    }

    return at;
}


size_t
asr_segment_cut(const asr_cluster_conf_t *conf, const asr_voice_t *voices,
    size_t from, size_t to, asr_part_t *parts)
{
    size_t              n, at, depth, ends[ASR_SEGMENT_VOICES];
    asr_cluster_conf_t  c;

    c = *conf;
    c.penalty = ASR_SEGMENT_PENALTY;
    c.distance = 0.0;
    n = 0;

    while (from < to) {
        ends[0] = to - from < ASR_SEGMENT_VOICES ? to
                                                 : from + ASR_SEGMENT_VOICES;
        depth = 1;

        while (depth != 0) {
            at = asr_segment_change(&c, voices, from, ends[depth - 1],
                                    &parts[n].sum);

            if (at < ends[depth - 1]) {
                ends[depth++] = at;
                continue;
            }

            parts[n++].end = at;
            from = at;
            depth--;
        }
    }

    return n;
}


/*
 * One step of the search: score[] from the voices before, and what each
 * speaker came from.
 */

static void
asr_segment_step(double *score, uint8_t *back, size_t n, double penalty)
{
    size_t  i, best;
    double  top;

    best = 0;

    for (i = 1; i < n; i++) {
        if (score[i] > score[best]) {
            best = i;
        }
    }

    top = score[best];

    for (i = 0; i < n; i++) {
        if (score[i] < top - penalty) {
            score[i] = top - penalty;
            back[i] = (uint8_t) best;

        } else {
            back[i] = (uint8_t) i;
        }
    }
}


static void
asr_segment_search(const asr_voices_t *v, const asr_voice_model_t *models,
    size_t n, uint8_t *back, uint32_t *label)
{
    size_t  i, k, sentence, best;
    double  score[ASR_SPEAKERS_AUTO];

    memset(score, 0, sizeof(score));
    sentence = 0;

    for (i = 0; i < v->n; i++) {
        while (v->first[sentence] < i) {
            sentence++;
        }

        asr_segment_step(score, &back[i * n], n,
                         v->first[sentence] == i ? ASR_SEGMENT_BETWEEN
                                                 : ASR_SEGMENT_WITHIN);

        for (k = 0; k < n; k++) {
            score[k] += ASR_SEGMENT_SCALE
                        * asr_voice_score(&models[k], &v->voices[i]);
        }
    }

    best = 0;

    for (k = 1; k < n; k++) {
        if (score[k] > score[best]) {
            best = k;
        }
    }

    for (i = v->n; i-- > 0; /* void */ ) {
        label[i] = (uint32_t) best;
        best = back[i * n + best];
    }
}


asr_err_t
asr_segment_assign(const asr_cluster_conf_t *conf, const asr_voices_t *v,
    const asr_voice_t *sums, size_t n, uint32_t *label)
{
    size_t              i;
    uint8_t            *back;
    asr_voice_model_t   models[ASR_SPEAKERS_AUTO];

    back = malloc(v->n * n + 1);

    if (back == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < n; i++) {
        asr_voice_model(&sums[i], conf->prior, ASR_CLUSTER_PRIOR, &models[i]);
    }

    asr_segment_search(v, models, n, back, label);
    free(back);

    return ASR_OK;
}
