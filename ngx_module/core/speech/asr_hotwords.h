/*
 * Recognisers with hotwords, beside the plain ones: of what clients' lists
 * ask for, kept as long as they are used.
 *
 * A recogniser of a list costs half a second of CPU to make and some 55 MB,
 * so a thread keeps two; segments of one task, and of another that comes in
 * between, find theirs.  The plain ones are never changed.
 */

#ifndef ASR_HOTWORDS_H
#define ASR_HOTWORDS_H

#include "asr_ask.h"
#include "asr_models.h"


#define ASR_HOT_DECODERS  2


/* A thread's; used by it alone. */
typedef struct asr_hot_s  asr_hot_t;


/* m has to live as long.  NULL: no memory. */
asr_hot_t *asr_hot_create(asr_models_t *m);
void asr_hot_free(asr_hot_t *h);                         /* NULL is fine */

/*
 * The recogniser for what is asked, valid until the next call; the plain one
 * of model and copy, which must be the thread's own, when nothing is asked or
 * what is cannot be had, which is logged.  NULL: there is no such copy.  Takes
 * long when the list is new, and cannot be interrupted.
 */
asr_recognizer_t *asr_hot_recognizer(asr_hot_t *h, int model, unsigned copy,
    const asr_ask_t *ask);

/* How many recognisers were made since creation. */
unsigned asr_hot_made(const asr_hot_t *h);


#endif /* ASR_HOTWORDS_H */
