/*
 * What the fuzz targets share: a check that is never compiled out, and a
 * source of cut positions taken from the input itself.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


#define fuzz_check(c)                                                         \
    if (!(c)) {                                                               \
        fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #c);               \
        abort();                                                              \
    }


/* A copy of n bytes of its own, so that an over-read of a piece is seen. */

static inline char *
fuzz_piece(const void *p, size_t n)
{
    char  *piece;

    piece = malloc(n != 0 ? n : 1);
    fuzz_check(piece != NULL);

    if (n != 0) {
        memcpy(piece, p, n);
    }

    return piece;
}


/* The length of the next piece, 1..left; the seed goes on from call to call. */

static inline size_t
fuzz_cut(uint32_t *seed, size_t left)
{
    size_t  n;

    *seed = *seed * 1664525 + 1013904223;
    n = 1 + (*seed >> 24 & 7) * (*seed >> 20 & 15);

    return n < left ? n : left;
}


/* The same input always gives the same cuts. */

static inline uint32_t
fuzz_seed(const uint8_t *data, size_t size)
{
    size_t    i;
    uint32_t  hash;

    hash = 2166136261u;

    for (i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 16777619;
    }

    return hash;
}


#endif /* FUZZ_H */
