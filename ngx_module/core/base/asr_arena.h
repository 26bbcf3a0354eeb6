/*
 * An arena: memory of one request or one job, freed at once.  Not shared
 * between threads at the same time.  Every arena has a ceiling.
 */

#ifndef ASR_ARENA_H
#define ASR_ARENA_H

#include "asr_base.h"


typedef struct asr_arena_chunk_s  asr_arena_chunk_t;

typedef struct {
    asr_arena_chunk_t  *chunks;
    char               *pos;
    char               *end;
    size_t              used;        /* bytes of all chunks */
    size_t              ceiling;     /* used never passes it */
} asr_arena_t;


void asr_arena_init(asr_arena_t *a, size_t ceiling);

/* Aligned to 16; NULL over the ceiling or out of memory.  Not zeroed. */
void *asr_arena_alloc(asr_arena_t *a, size_t n);

/* The same, zeroed. */
void *asr_arena_zalloc(asr_arena_t *a, size_t n);

/* Copies, terminated by an extra NUL; data is NULL on failure. */
asr_str_t asr_arena_str(asr_arena_t *a, asr_str_t s);
asr_str_t asr_arena_printf(asr_arena_t *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The arena is then empty and may be used again, or freed again. */
void asr_arena_free(asr_arena_t *a);

/* The same for an arena that held secrets: overwritten first. */
void asr_arena_wipe(asr_arena_t *a);


#endif /* ASR_ARENA_H */
