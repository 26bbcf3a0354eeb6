/*
 * Which parts of a recording are the same voice: parts are joined two by two,
 * always the two most alike, until two voices describe any two of them better
 * than one does (Bayesian information criterion).  That asks whether there is
 * a difference, and in an hour of one voice there is always some; so it has
 * to be large as well, for each frame.
 */

#ifndef ASR_SPEAKER_CLUSTER_H
#define ASR_SPEAKER_CLUSTER_H

#include "asr_speaker_gauss.h"


#define ASR_CLUSTER_PRIOR  20.0          /* frames that the prior is worth */

typedef struct {
    double  prior[ASR_VOICE_PAIRS];      /* covariance of all there is */
    double  penalty;                     /* of another voice; 1: by the book */
    double  distance;                    /* least between voices; nats */
    float   big;                         /* frames that make it a speaker */
} asr_cluster_conf_t;


/* Two voices or one?  Negative: one. */
double asr_cluster_gain(const asr_cluster_conf_t *conf, const asr_voice_t *a,
    double logdet_a, const asr_voice_t *b, double logdet_b);

double asr_cluster_logdet(const asr_cluster_conf_t *conf,
    const asr_voice_t *v);

/*
 * Joins the n parts; label[i] is 0 and up, less than what is returned in
 * *nlabels.  Of those that are big at most `most` are left, however
 * different, and at least `least` of all, however alike.  ASR_NOMEM.
 */
asr_err_t asr_cluster(const asr_cluster_conf_t *conf,
    const asr_voice_t *parts, size_t n, size_t least, size_t most,
    uint32_t *label, size_t *nlabels);


#endif /* ASR_SPEAKER_CLUSTER_H */
