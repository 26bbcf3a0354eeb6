/*
 * Gaussians over cepstra.  Determinants and inverses by Cholesky; pivots have
 * a floor, since what is measured may be digital silence.
 */

#include <math.h>

#include "asr_speaker_gauss.h"


#define ASR_VOICE_PIVOT  1e-4        /* cepstra of speech vary by 0.1 to 10 */

#define asr_pair(i, j)   ((i) * ((i) + 1) / 2 + (j))


void
asr_voice_frame(asr_voice_t *v, const float *x)
{
    int     i, j;
    float  *p;

    p = v->pairs;

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        v->sum[i] += x[i];

        for (j = 0; j <= i; j++) {
            *p++ += x[i] * x[j];
        }
    }

    v->n += 1.0f;
}


void
asr_voice_add(asr_voice_t *v, const asr_voice_t *other)
{
    int  i;

    v->n += other->n;

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        v->sum[i] += other->sum[i];
    }

    for (i = 0; i < ASR_VOICE_PAIRS; i++) {
        v->pairs[i] += other->pairs[i];
    }
}


void
asr_voice_sub(asr_voice_t *v, const asr_voice_t *other)
{
    int  i;

    v->n -= other->n;

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        v->sum[i] -= other->sum[i];
    }

    for (i = 0; i < ASR_VOICE_PAIRS; i++) {
        v->pairs[i] -= other->pairs[i];
    }
}


void
asr_voice_covariance(const asr_voice_t *v, const double *prior, double weight,
    double *out)
{
    int     i, j, k;
    double  n, mean[ASR_VOICE_DIM];

    n = v->n > 0.0f ? v->n : 1.0;

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        mean[i] = v->sum[i] / n;
    }

    k = 0;

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        for (j = 0; j <= i; j++, k++) {
            out[k] = v->pairs[k] - n * mean[i] * mean[j];

            if (prior != NULL) {
                out[k] = (out[k] + weight * prior[k]) / (n + weight);

            } else {
                out[k] /= n;
            }
        }
    }
}


/* In place: the lower triangle becomes that of L, L L' = c. */

static double
asr_voice_cholesky(double *c)
{
    int      i, j, k;
    double   s, logdet;
    double  *ri, *rj;

    logdet = 0.0;

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        ri = &c[asr_pair(i, 0)];

        for (j = 0; j < i; j++) {
            rj = &c[asr_pair(j, 0)];
            s = ri[j];

            for (k = 0; k < j; k++) {
                s -= ri[k] * rj[k];
            }

            ri[j] = s / rj[j];
        }

        s = ri[i];

        for (k = 0; k < i; k++) {
            s -= ri[k] * ri[k];
        }

        if (!(s > ASR_VOICE_PIVOT)) {
            s = ASR_VOICE_PIVOT;
        }

        logdet += log(s);
        ri[i] = sqrt(s);
    }

    return logdet;
}


double
asr_voice_logdet(const asr_voice_t *v, const double *prior, double weight)
{
    double  c[ASR_VOICE_PAIRS];

    asr_voice_covariance(v, prior, weight, c);

    return asr_voice_cholesky(c);
}


void
asr_voice_model(const asr_voice_t *v, const double *prior, double weight,
    asr_voice_model_t *m)
{
    int     i, j, k;
    double  s, c[ASR_VOICE_PAIRS], l[ASR_VOICE_PAIRS];

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        m->mean[i] = v->n > 0.0f ? v->sum[i] / v->n : 0.0;
    }

    asr_voice_covariance(v, prior, weight, c);
    m->logdet = asr_voice_cholesky(c);

    /* l: the inverse of the triangle; then inverse = l' l. */

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        l[asr_pair(i, i)] = 1.0 / c[asr_pair(i, i)];

        for (j = 0; j < i; j++) {
            s = 0.0;

            for (k = j; k < i; k++) {
                s += c[asr_pair(i, k)] * l[asr_pair(k, j)];
            }

            l[asr_pair(i, j)] = -s / c[asr_pair(i, i)];
        }
    }

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        for (j = 0; j <= i; j++) {
            s = 0.0;

            for (k = i; k < ASR_VOICE_DIM; k++) {
                s += l[asr_pair(k, i)] * l[asr_pair(k, j)];
            }

            m->inverse[asr_pair(i, j)] = s;
        }
    }
}


double
asr_voice_score(const asr_voice_model_t *m, const asr_voice_t *v)
{
    int     i, j, k;
    double  d, t;

    t = 0.0;
    k = 0;

    for (i = 0; i < ASR_VOICE_DIM; i++) {
        for (j = 0; j <= i; j++, k++) {
            d = v->pairs[k] - m->mean[i] * v->sum[j] - m->mean[j] * v->sum[i]
                + v->n * m->mean[i] * m->mean[j];

            t += (i == j) ? m->inverse[k] * d : 2.0 * m->inverse[k] * d;
        }
    }

    return -0.5 * (v->n * m->logdet + t);
}
