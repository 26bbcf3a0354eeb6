/*
 * Models and decoders.  Decoders are made in the master, before fork, as many
 * as a worker has recogniser threads, and shared copy-on-write: a child pays
 * some 27 MB each instead of 90.  A decoder is used by one thread at a time.
 */

#ifndef ASR_MODELS_H
#define ASR_MODELS_H

#include "../base/asr_base.h"
#include "asr_result.h"


#define ASR_MODEL_LMS  8

typedef enum { ASR_EFFORT_FAST = 0, ASR_EFFORT_BALANCED, ASR_EFFORT_BEST }
    asr_effort_t;

typedef struct {
    asr_str_t     name;          /* "en" */
    asr_str_t     hmm;           /* paths, terminated */
    asr_str_t     lm;            /* one, or up to ASR_MODEL_LMS: "a,b" */
    asr_str_t     dict;
    asr_effort_t  effort;
} asr_model_conf_t;

typedef struct {
    asr_str_t  engine;           /* "16k_en"; "*" is the default */
    asr_str_t  model;
} asr_engine_conf_t;

typedef struct asr_models_s      asr_models_t;
typedef struct asr_recognizer_s  asr_recognizer_t;


/*
 * Loads every model `copies` times (0: none, for configuration tests: only
 * that the files are readable is checked).  The language models of a list are
 * interpolated, each with the same weight.  NULL on error, err says which
 * file.  Single-threaded; PocketSphinx's own messages go to asr_log.
 */
asr_models_t *asr_models_create(const asr_model_conf_t *models, size_t nmodels,
    const asr_engine_conf_t *engines, size_t nengines, unsigned copies,
    char *err, size_t errlen);
void asr_models_free(asr_models_t *m);

/*
 * Would models made with these arguments be the same, from the same files?
 * Then a reload keeps them.
 */
bool asr_models_same(const asr_models_t *m, const asr_model_conf_t *models,
    size_t nmodels, const asr_engine_conf_t *engines, size_t nengines,
    unsigned copies);

/* Index of the engine's model, or -1: the engine has none. */
int asr_models_engine(const asr_models_t *m, asr_str_t engine);
asr_recognizer_t *asr_models_recognizer(asr_models_t *m, int model,
    unsigned copy);
size_t asr_models_n(const asr_models_t *m);
asr_str_t asr_models_name(const asr_models_t *m, int model);

/*
 * One utterance, 16 kHz mono, at most 30 s, whole-utterance normalisation.
 * offset_ms is added to all times.  s->nwords == 0: nothing was said.  Memory
 * from the arena.  Takes 0.1 to 0.3 of the audio's length of CPU, cannot be
 * interrupted.  ASR_IO: the decoder failed; it is usable again afterwards.
 */
asr_err_t asr_recognize(asr_recognizer_t *r, asr_arena_t *a,
    const int16_t *pcm, size_t samples, int64_t offset_ms, asr_sentence_t *s);


#endif /* ASR_MODELS_H */
