/*
 * The arena.  The first chunk is about 4 KB, which holds the tree and strings
 * of a usual request, so that most requests cost one malloc; later chunks
 * double up to 64 KB.  Under AddressSanitizer what was not handed out is
 * poisoned.
 */

#include "asr_arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASR_ARENA_POISON  1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ASR_ARENA_POISON  1
#endif

#ifdef ASR_ARENA_POISON
/* its own header has const volatile, which warns of uninitialised memory */
void __asan_poison_memory_region(void *p, size_t n);
void __asan_unpoison_memory_region(void *p, size_t n);
#define asr_arena_poison(p, n)    __asan_poison_memory_region(p, n)
#define asr_arena_unpoison(p, n)  __asan_unpoison_memory_region(p, n)
#else
#define asr_arena_poison(p, n)
#define asr_arena_unpoison(p, n)
#endif


#define ASR_ARENA_ALIGN  16
#define ASR_ARENA_FIRST  4096
#define ASR_ARENA_CHUNK  65536

#define asr_arena_round(n)                                                    \
    (((n) + ASR_ARENA_ALIGN - 1) & ~(size_t) (ASR_ARENA_ALIGN - 1))


struct asr_arena_chunk_s {
    asr_arena_chunk_t  *next;
    size_t              size;        /* this header included */
};


static asr_err_t asr_arena_grow(asr_arena_t *a, size_t n);
static char *asr_arena_take(asr_arena_t *a, size_t rounded, size_t n);


void
asr_arena_init(asr_arena_t *a, size_t ceiling)
{
    memset(a, 0, sizeof(asr_arena_t));
    a->ceiling = ceiling;
}


void *
asr_arena_alloc(asr_arena_t *a, size_t n)
{
    size_t  rounded;

    if (n > a->ceiling || n > PTRDIFF_MAX) {
        return NULL;                 /* so that rounding up cannot overflow */
    }

    rounded = asr_arena_round(n + (n == 0));

    if ((size_t) (a->end - a->pos) < rounded
        && asr_arena_grow(a, rounded) != ASR_OK)
    {
        return NULL;
    }

    return asr_arena_take(a, rounded, n);
}


static char *
asr_arena_take(asr_arena_t *a, size_t rounded, size_t n)
{
    char  *p;

    p = a->pos;
    a->pos += rounded;

    asr_arena_unpoison(p, n);

    return p;
}


static asr_err_t
asr_arena_grow(asr_arena_t *a, size_t n)
{
    size_t              size, left;
    asr_arena_chunk_t  *chunk;

    left = a->ceiling - a->used;

    if (left < sizeof(asr_arena_chunk_t)
        || n > left - sizeof(asr_arena_chunk_t))
    {
        return ASR_NOMEM;
    }

    size = ASR_ARENA_FIRST;

    if (a->chunks != NULL) {
        size = a->used < ASR_ARENA_CHUNK ? a->used : ASR_ARENA_CHUNK;
    }

    if (size < n + sizeof(asr_arena_chunk_t)) {
        size = n + sizeof(asr_arena_chunk_t);
    }

    if (size > left) {
        size = left;
    }

    chunk = malloc(size);
    if (chunk == NULL) {
        return ASR_NOMEM;
    }

    chunk->next = a->chunks;
    chunk->size = size;

    a->chunks = chunk;
    a->used += size;
    a->pos = (char *) (chunk + 1);
    a->end = (char *) chunk + size;

    asr_arena_poison(a->pos, size - sizeof(asr_arena_chunk_t));

    return ASR_OK;
}


void *
asr_arena_zalloc(asr_arena_t *a, size_t n)
{
    void  *p;

    p = asr_arena_alloc(a, n);

    if (p != NULL) {
        memset(p, 0, n);
    }

    return p;
}


asr_str_t
asr_arena_str(asr_arena_t *a, asr_str_t s)
{
    char  *p;

    if (s.len == SIZE_MAX) {
        return asr_str_null();       /* the NUL would overflow */
    }

    p = asr_arena_alloc(a, s.len + 1);
    if (p == NULL) {
        return asr_str_null();
    }

    if (s.len != 0) {
        memcpy(p, s.data, s.len);
    }

    p[s.len] = '\0';

    return (asr_str_t) { s.len, p };
}


asr_str_t
asr_arena_printf(asr_arena_t *a, const char *fmt, ...)
{
    int      n;
    char     buf[256], *p;
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(buf, sizeof(buf), fmt, args);
    va_end(args);

    if (n < 0) {
        return asr_str_null();
    }

    if ((size_t) n < sizeof(buf)) {
        return asr_arena_str(a, (asr_str_t) { (size_t) n, buf });
    }

    p = asr_arena_alloc(a, (size_t) n + 1);
    if (p == NULL) {
        return asr_str_null();
    }

    va_start(args, fmt);
    n = vsnprintf(p, (size_t) n + 1, fmt, args);
    va_end(args);

    return (asr_str_t) { (size_t) n, p };
}


void
asr_arena_free(asr_arena_t *a)
{
    asr_arena_chunk_t  *chunk, *next;

    for (chunk = a->chunks; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }

    asr_arena_init(a, a->ceiling);
}


void
asr_arena_wipe(asr_arena_t *a)
{
    size_t              n;
    asr_arena_chunk_t  *chunk;

    for (chunk = a->chunks; chunk != NULL; chunk = chunk->next) {
        n = chunk->size - sizeof(asr_arena_chunk_t);

        asr_arena_unpoison(chunk + 1, n);
        explicit_bzero(chunk + 1, n);
    }

    asr_arena_free(a);
}
