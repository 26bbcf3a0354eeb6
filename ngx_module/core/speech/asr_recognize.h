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

/*
 * A recogniser with conf's dictionary, whose language model is base's with
 * that of the file arpa mixed in, which has so much weight.  Both share base's
 * and are of one thread; base may be freed first.  conf's lms are not read.
 * NULL: it cannot be made; may end the process on files that are broken.
 */
asr_recognizer_t *asr_recognizer_extend(asr_recognizer_t *base,
    const asr_recognizer_conf_t *conf, const char *arpa, float weight);

/*
 * Called with an utterance's words, before its text is made of them; may
 * replace them.  What it returns but ASR_OK is what asr_recognize returns.
 */
typedef asr_err_t (*asr_recognizer_pt)(void *data, asr_arena_t *a,
    asr_sentence_t *s);

void asr_recognizer_handler(asr_recognizer_t *r, asr_recognizer_pt handler,
    void *data);

/*
 * The n-th pronunciation (from 0) of a word of the dictionary: "S IH N".
 * ASR_NOTFOUND: it has no more; ASR_TOOBIG.
 */
asr_err_t asr_recognizer_sound(const asr_recognizer_t *r, const char *word,
    unsigned n, char *out, size_t size);

/* Does the language model know the word? */
bool asr_recognizer_known(const asr_recognizer_t *r, const char *word);

/*
 * log10 of the word's probability in no context; -99: it is not known.  The
 * recogniser's thread alone may ask.
 */
float asr_recognizer_prob(const asr_recognizer_t *r, const char *word);

/* What a model's decoders are made of; lives as long as m.  model is one. */
const asr_recognizer_conf_t *asr_models_conf(const asr_models_t *m,
    int model);

/* Are the model's files those that were loaded? */
bool asr_models_unchanged(const asr_models_t *m, int model);


#endif /* ASR_RECOGNIZE_H */
