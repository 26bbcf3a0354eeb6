/*
 * A voice as one Gaussian with full covariance over cepstra, held as sums so
 * that two join by adding, and what is computed of it.  Pure functions; none
 * allocates.
 */

#ifndef ASR_SPEAKER_GAUSS_H
#define ASR_SPEAKER_GAUSS_H

#include "../base/asr_base.h"


#define ASR_VOICE_DIM    19
#define ASR_VOICE_PAIRS  (ASR_VOICE_DIM * (ASR_VOICE_DIM + 1) / 2)

/* Sums over n frames: of x, and of x[i] * x[j] for j <= i, row by row. */

typedef struct {
    float   n;
    float   sum[ASR_VOICE_DIM];
    float   pairs[ASR_VOICE_PAIRS];
} asr_voice_t;

/* A Gaussian made of sums, to score frames with. */

typedef struct {
    double  mean[ASR_VOICE_DIM];
    double  inverse[ASR_VOICE_PAIRS];    /* of the covariance */
    double  logdet;
} asr_voice_model_t;


void asr_voice_frame(asr_voice_t *v, const float *x);
void asr_voice_add(asr_voice_t *v, const asr_voice_t *other);
void asr_voice_sub(asr_voice_t *v, const asr_voice_t *other);

/*
 * The covariance of v, packed as the pairs.  prior (may be NULL) counts as
 * `weight` frames more, so that few frames or constant ones still have an
 * inverse.
 */
void asr_voice_covariance(const asr_voice_t *v, const double *prior,
    double weight, double *out);

/* Logarithm of the determinant of v's covariance; as above. */
double asr_voice_logdet(const asr_voice_t *v, const double *prior,
    double weight);

void asr_voice_model(const asr_voice_t *v, const double *prior, double weight,
    asr_voice_model_t *m);

/* Log-likelihood of all frames of v, but for the constant. */
double asr_voice_score(const asr_voice_model_t *m, const asr_voice_t *v);


#endif /* ASR_SPEAKER_GAUSS_H */
