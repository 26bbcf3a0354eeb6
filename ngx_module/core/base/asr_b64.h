/*
 * Base64 (RFC 4648, standard alphabet), incremental, strict: padding is
 * required, nothing may follow it, no blanks or line breaks, unused bits are
 * zero.  So what was decoded can be encoded back to the very same text, which
 * signature v1 relies on.
 */

#ifndef ASR_B64_H
#define ASR_B64_H

#include "asr_base.h"


typedef struct {
    uint32_t  acc;
    unsigned  n;                 /* symbols in acc, 0..3 */
    unsigned  pad;               /* '=' seen, 0..2 */
} asr_b64_t;


void asr_b64_init(asr_b64_t *d);

/*
 * Decodes n symbols into out, which has room for n / 4 * 3 + 3 bytes; *len is
 * set to the bytes written.  ASR_INVALID at the first bad symbol.
 */
asr_err_t asr_b64_feed(asr_b64_t *d, const char *p, size_t n,
    unsigned char *out, size_t *len);

/* ASR_INVALID when the text stopped inside a quantum. */
asr_err_t asr_b64_end(const asr_b64_t *d);

/* Encodes; out has room for (n + 2) / 3 * 4 bytes; returns the length. */
size_t asr_b64_encode(const unsigned char *p, size_t n, char *out);


#endif /* ASR_B64_H */
