/*
 * The growing buffer.
 */

#include "asr_buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>


#define ASR_BUF_FIRST  512


static asr_err_t asr_buf_reserve(asr_buf_t *b, size_t n);


void
asr_buf_init(asr_buf_t *b, size_t ceiling)
{
    memset(b, 0, sizeof(asr_buf_t));
    b->ceiling = ceiling;
}


void
asr_buf_init_in(asr_buf_t *b, char *mem, size_t size, size_t ceiling)
{
    asr_buf_init(b, ceiling);

    b->data = mem;
    b->size = size;
    b->lent = true;
}


/* Room for n more bytes. */

static asr_err_t
asr_buf_reserve(asr_buf_t *b, size_t n)
{
    char    *data;
    size_t   size;

    if (b->failed || n > b->ceiling - b->len) {
        b->failed = true;
        return ASR_NOMEM;
    }

    if (n <= b->size - b->len) {
        return ASR_OK;
    }

    size = b->size > b->ceiling / 2 ? b->ceiling : b->size * 2;

    if (size < ASR_BUF_FIRST) {
        size = ASR_BUF_FIRST < b->ceiling ? ASR_BUF_FIRST : b->ceiling;
    }

    if (size < b->len + n) {
        size = b->len + n;
    }

    data = realloc(b->lent ? NULL : b->data, size);
    if (data == NULL) {
        b->failed = true;
        return ASR_NOMEM;
    }

    if (b->lent) {
        memcpy(data, b->data, b->len);
        b->lent = false;
    }

    b->data = data;
    b->size = size;

    return ASR_OK;
}


asr_err_t
asr_buf_append(asr_buf_t *b, const void *p, size_t n)
{
    if (b->failed) {
        return ASR_NOMEM;
    }

    if (n == 0) {
        return ASR_OK;
    }

    if (n > b->size - b->len && asr_buf_reserve(b, n) != ASR_OK) {
        return ASR_NOMEM;
    }

    memcpy(b->data + b->len, p, n);
    b->len += n;

    return ASR_OK;
}


asr_err_t
asr_buf_printf(asr_buf_t *b, const char *fmt, ...)
{
    int        n;
    char       small[256], *big;
    va_list    args;
    asr_err_t  err;

    va_start(args, fmt);
    n = vsnprintf(small, sizeof(small), fmt, args);
    va_end(args);

    if (n < 0) {
        b->failed = true;
        return ASR_NOMEM;
    }

    if ((size_t) n < sizeof(small)) {
        return asr_buf_append(b, small, (size_t) n);
    }

    /* written apart: the NUL may be the byte that passes the ceiling */

    if (b->failed || (size_t) n > b->ceiling - b->len
        || (big = malloc((size_t) n + 1)) == NULL)
    {
        b->failed = true;
        return ASR_NOMEM;
    }

    va_start(args, fmt);
    (void) vsnprintf(big, (size_t) n + 1, fmt, args);
    va_end(args);

    err = asr_buf_append(b, big, (size_t) n);

    free(big);

    return err;
}


/* The printf of a process where a printf handler is registered is slow. */

asr_err_t
asr_buf_int(asr_buf_t *b, int64_t v)
{
    char      text[20], *p;
    uint64_t  n;

    p = text + sizeof(text);
    n = v < 0 ? 0 - (uint64_t) v : (uint64_t) v;

    do {
        *--p = (char) ('0' + n % 10);
        n /= 10;
    } while (n != 0);

    if (v < 0) {
        *--p = '-';
    }

    return asr_buf_append(b, p, (size_t) (text + sizeof(text) - p));
}


void
asr_buf_free(asr_buf_t *b)
{    if (b->lent) {
        b->len = 0;
        b->failed = false;
        return;
    }

    free(b->data);
    asr_buf_init(b, b->ceiling);
}
