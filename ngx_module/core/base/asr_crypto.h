/*
 * SHA-256, HMAC, random and the like over OpenSSL 3, with algorithms fetched
 * once per process and contexts reused: the API's own cost dominates on short
 * input.  The functions without a context argument are for the event loop
 * thread only (they share per-process contexts); asr_sha256_t is its owner's.
 */

#ifndef ASR_CRYPTO_H
#define ASR_CRYPTO_H

#include "asr_base.h"


#define ASR_SHA256_LEN  32
#define ASR_SHA1_LEN    20

typedef struct asr_sha256_s  asr_sha256_t;

/* In every process after fork, before use; again is harmless. */
asr_err_t asr_crypto_init(void);
void asr_crypto_cleanup(void);

asr_sha256_t *asr_sha256_begin(void);            /* from a freelist */
void asr_sha256_update(asr_sha256_t *c, const void *p, size_t n);
void asr_sha256_final(asr_sha256_t *c, unsigned char out[ASR_SHA256_LEN]);
void asr_sha256_release(asr_sha256_t *c);        /* back to the freelist; NULL is fine */

void asr_sha256(const void *p, size_t n, unsigned char out[ASR_SHA256_LEN]);

void asr_hmac_sha256(const void *key, size_t key_len, const void *p, size_t n,
    unsigned char out[ASR_SHA256_LEN]);

/* Streamed HMAC, one at a time in the process. */
asr_err_t asr_hmac_begin(bool sha1, const void *key, size_t key_len);
void asr_hmac_update(const void *p, size_t n);
size_t asr_hmac_final(unsigned char *out);       /* 20 or 32 */

void asr_hex(const unsigned char *p, size_t n, char *out);   /* lower case, no NUL */
bool asr_equal_ct(const void *a, const void *b, size_t n);   /* constant time */

void asr_random(void *out, size_t n);            /* any thread; buffered getrandom */
#define ASR_UUID_LEN  36
void asr_uuid4(char out[ASR_UUID_LEN]);          /* lower case, no NUL */


#endif /* ASR_CRYPTO_H */
