/*
 * A growing byte buffer with a mandatory ceiling.  A failed append marks the
 * buffer (failed) and later appends do nothing, so a writer may check once,
 * at the end.
 */

#ifndef ASR_BUF_H
#define ASR_BUF_H

#include "asr_base.h"


typedef struct {
    char    *data;           /* malloc'ed; NULL until the first byte */
    size_t   len;
    size_t   size;
    size_t   ceiling;
    bool     failed;
    bool     lent;           /* data is the caller's first memory */
} asr_buf_t;


void asr_buf_init(asr_buf_t *b, size_t ceiling);

/* Starts in the caller's memory (size <= ceiling), which outlives it. */
void asr_buf_init_in(asr_buf_t *b, char *mem, size_t size, size_t ceiling);


/*
 * ASR_NOMEM over the ceiling or out of memory; then the whole piece is left
 * out, what was there stays.
 */
asr_err_t asr_buf_append(asr_buf_t *b, const void *p, size_t n);
asr_err_t asr_buf_printf(asr_buf_t *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The buffer is then empty, not failed, and may be used or freed again. */
asr_err_t asr_buf_int(asr_buf_t *b, int64_t v);       /* decimal */
void asr_buf_free(asr_buf_t *b);

static inline asr_str_t
asr_buf_str(const asr_buf_t *b)
{
    return (asr_str_t) { b->len, b->data };
}


#endif /* ASR_BUF_H */
