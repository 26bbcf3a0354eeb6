/*
 * Memory for secrets: whole pages, kept out of core dumps, overwritten before
 * they go back to the kernel.
 */

#ifndef ASR_SECRET_H
#define ASR_SECRET_H

#include "asr_base.h"


/* Zeroed; NULL: no memory, or n is 0. */
void *asr_secret_map(size_t n);

/* Read-only from here on, until asr_secret_unmap. */
void asr_secret_freeze(void *p, size_t n);

/* n as given to asr_secret_map; NULL is fine. */
void asr_secret_unmap(void *p, size_t n);

void asr_secret_wipe(void *p, size_t n);


#endif /* ASR_SECRET_H */
