/*
 * One PocketSphinx decoder; between asr_models.c, which owns them, and
 * asr_recognize.c.
 */

#ifndef ASR_RECOGNIZE_H
#define ASR_RECOGNIZE_H

#include "asr_models.h"


/* NULL: it cannot be loaded.  May end the process: see asr_models.c. */
asr_recognizer_t *asr_recognizer_create(const char *hmm, const char *lm,
    const char *dict, asr_effort_t effort);
void asr_recognizer_free(asr_recognizer_t *r);           /* NULL is fine */


#endif /* ASR_RECOGNIZE_H */
