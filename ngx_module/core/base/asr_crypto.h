/*
 * SHA-256, HMAC, random and the like over OpenSSL 3, with algorithms fetched
 * once per process and contexts reused: the API's own cost dominates on short
 * input.  All but asr_random, asr_uuid4, asr_hex and asr_equal_ct is for the
 * event loop thread only (the contexts and the freelist are per process).
 * Should OpenSSL fail, a result is random bytes, which verify nothing.
 */

#ifndef ASR_CRYPTO_H
#define ASR_CRYPTO_H

#include "asr_base.h"


#define ASR_SHA256_LEN  32
#define ASR_SHA1_LEN    20

typedef struct asr_sha256_s  asr_sha256_t;

/* In every process, before use; again is harmless.  ASR_NOMEM on failure. */
asr_err_t asr_crypto_init(void);
void asr_crypto_cleanup(void);

asr_sha256_t *asr_sha256_begin(void);            /* NULL: no memory */
void asr_sha256_update(asr_sha256_t *c, const void *p, size_t n);
void asr_sha256_final(asr_sha256_t *c, unsigned char out[ASR_SHA256_LEN]);

/* Back to the freelist, finished or not; NULL is fine. */
void asr_sha256_release(asr_sha256_t *c);

void asr_sha256(const void *p, size_t n, unsigned char out[ASR_SHA256_LEN]);

void asr_hmac_sha256(const void *key, size_t key_len, const void *p, size_t n,
    unsigned char out[ASR_SHA256_LEN]);

/*
 * Streamed HMAC, one at a time in the process: another one, streamed or not,
 * may end it.  final returns the length, 20 or 32, or 0 when it failed; then
 * out is not written.
 */
asr_err_t asr_hmac_begin(bool sha1, const void *key, size_t key_len);
void asr_hmac_update(const void *p, size_t n);
size_t asr_hmac_final(unsigned char *out);

/* Lower case, no NUL. */
void asr_hex(const unsigned char *p, size_t n, char *out);

/* In constant time. */
bool asr_equal_ct(const void *a, const void *b, size_t n);

/* Any thread, any process; buffered getrandom(2), which cannot fail. */
void asr_random(void *out, size_t n);

#define ASR_UUID_LEN  36

/* Lower case, no NUL. */
void asr_uuid4(char out[ASR_UUID_LEN]);

/* The text of one, of 16 bytes that are random already. */
void asr_uuid4_of(const unsigned char bytes[16], char out[ASR_UUID_LEN]);


#endif /* ASR_CRYPTO_H */
