/*
 * One PocketSphinx decoder; between asr_models.c, which owns them, and
 * asr_recognize.c.
 */

#ifndef ASR_RECOGNIZE_H
#define ASR_RECOGNIZE_H

#include "asr_models.h"


typedef struct {
    const char  *path;
    float        weight;         /* of the interpolation; they sum up to 1 */
} asr_lm_t;

/* Of a decoder.  Nothing is copied, and is needed by the call only. */

typedef struct {
    const char      *hmm;        /* a folder */
    const char      *dict;
    const asr_lm_t  *lms;
    size_t           nlms;       /* 1 to ASR_MODEL_LMS */
    asr_effort_t     effort;
} asr_recognizer_conf_t;


/* NULL: it cannot be loaded.  May end the process: see asr_models.c. */
asr_recognizer_t *asr_recognizer_create(const asr_recognizer_conf_t *conf);
void asr_recognizer_free(asr_recognizer_t *r);           /* NULL is fine */

/* How likely a word with this posterior probability is the one said. */
float asr_recognize_confidence(double posterior);

/* What a model's decoders are made of; lives as long as m.  model is one. */
const asr_recognizer_conf_t *asr_models_conf(const asr_models_t *m,
    int model);


#endif /* ASR_RECOGNIZE_H */
