/*
 * Hashes, HMAC and random bytes.
 *
 * Contexts are made by asr_crypto_init and belong to the event loop thread.
 * An HMAC context remembers its key: computing with the same key again, as
 * when one account sends many requests, is half the price.  Should OpenSSL
 * ever fail, the result is random bytes, which verify nothing.
 *
 * asr_random is for any thread: a small buffer per thread, filled by
 * getrandom(2), wiped as it is used.  A forked child must not give out what
 * its parent gives out: a fork handler changes the generation, and a buffer of
 * another generation is dropped.
 */

#include "asr_crypto.h"
#include "asr_secret.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>


#define ASR_CRYPTO_SPARE   64
#define ASR_CRYPTO_KEY     128
#define ASR_CRYPTO_RANDOM  256


struct asr_sha256_s {
    EVP_MD_CTX    *md;
    bool           failed;
    asr_sha256_t  *next;             /* in the freelist */
};

typedef struct {
    EVP_MAC_CTX    *mac;
    size_t          len;             /* of its output */
    size_t          key_len;
    bool            keyed;
    unsigned char  *key;             /* the last one, not for core dumps */
} asr_crypto_hmac_t;

typedef struct {
    unsigned       generation;
    size_t         left;             /* unused bytes, at the end */
    unsigned char  data[ASR_CRYPTO_RANDOM];
} asr_crypto_random_t;


static asr_err_t asr_crypto_hmac_init(asr_crypto_hmac_t *h,
    const char *digest, size_t len);
static bool asr_crypto_hmac_key(asr_crypto_hmac_t *h, const void *key,
    size_t key_len);
static void asr_crypto_once(void);
static void asr_crypto_child(void);
static void asr_crypto_getrandom(void *out, size_t n);


static EVP_MD                            *asr_crypto_md;
static EVP_MAC                           *asr_crypto_mac;
static asr_crypto_hmac_t                  asr_crypto_hmac256;
static asr_crypto_hmac_t                  asr_crypto_hmac1;
static asr_crypto_hmac_t                 *asr_crypto_hmac;  /* being fed */
static asr_sha256_t                      *asr_crypto_own;
static asr_sha256_t                      *asr_crypto_spare;
static unsigned                           asr_crypto_nspare;

static pthread_once_t                     asr_crypto_fork = PTHREAD_ONCE_INIT;
static _Atomic unsigned                   asr_crypto_generation = 1;
static _Thread_local asr_crypto_random_t  asr_crypto_buffer;


asr_err_t
asr_crypto_init(void)
{
    if (asr_crypto_own != NULL) {
        return ASR_OK;
    }

    asr_crypto_md = EVP_MD_fetch(NULL, "SHA256", NULL);
    asr_crypto_mac = EVP_MAC_fetch(NULL, "HMAC", NULL);

    if (asr_crypto_md == NULL || asr_crypto_mac == NULL
        || asr_crypto_hmac_init(&asr_crypto_hmac256, "SHA256",
                                ASR_SHA256_LEN) != ASR_OK
        || asr_crypto_hmac_init(&asr_crypto_hmac1, "SHA1",
                                ASR_SHA1_LEN) != ASR_OK)
    {
        asr_crypto_cleanup();
        return ASR_NOMEM;
    }

    asr_crypto_own = asr_sha256_begin();

    if (asr_crypto_own == NULL) {
        asr_crypto_cleanup();
        return ASR_NOMEM;
    }

    return ASR_OK;
}


void
asr_crypto_cleanup(void)
{
    asr_sha256_t  *c;

    asr_sha256_release(asr_crypto_own);

    while (asr_crypto_spare != NULL) {
        c = asr_crypto_spare;
        asr_crypto_spare = c->next;

        EVP_MD_CTX_free(c->md);
        free(c);
    }

    EVP_MAC_CTX_free(asr_crypto_hmac256.mac);
    EVP_MAC_CTX_free(asr_crypto_hmac1.mac);
    EVP_MAC_free(asr_crypto_mac);
    EVP_MD_free(asr_crypto_md);

    asr_secret_unmap(asr_crypto_hmac256.key, ASR_CRYPTO_KEY);
    asr_secret_unmap(asr_crypto_hmac1.key, ASR_CRYPTO_KEY);

    memset(&asr_crypto_hmac256, 0, sizeof(asr_crypto_hmac_t));
    memset(&asr_crypto_hmac1, 0, sizeof(asr_crypto_hmac_t));

    asr_crypto_own = NULL;
    asr_crypto_nspare = 0;
    asr_crypto_hmac = NULL;
    asr_crypto_mac = NULL;
    asr_crypto_md = NULL;
}


static asr_err_t
asr_crypto_hmac_init(asr_crypto_hmac_t *h, const char *digest, size_t len)
{
    OSSL_PARAM  params[2];

    h->len = len;
    h->keyed = false;
    h->mac = EVP_MAC_CTX_new(asr_crypto_mac);
    h->key = asr_secret_map(ASR_CRYPTO_KEY);

    if (h->mac == NULL || h->key == NULL) {
        return ASR_NOMEM;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 (char *) digest, 0);
    params[1] = OSSL_PARAM_construct_end();

    return EVP_MAC_CTX_set_params(h->mac, params) == 1 ? ASR_OK : ASR_NOMEM;
}


asr_sha256_t *
asr_sha256_begin(void)
{
    asr_sha256_t  *c;

    c = asr_crypto_spare;

    if (c != NULL) {
        asr_crypto_spare = c->next;
        asr_crypto_nspare--;

    } else {
        c = malloc(sizeof(asr_sha256_t));
        if (c == NULL) {
            return NULL;
        }

        c->md = EVP_MD_CTX_new();
        if (c->md == NULL) {
            free(c);
            return NULL;
        }
    }

    c->failed = EVP_DigestInit_ex2(c->md, asr_crypto_md, NULL) != 1;

    return c;
}


void
asr_sha256_update(asr_sha256_t *c, const void *p, size_t n)
{
    if (n != 0 && EVP_DigestUpdate(c->md, p, n) != 1) {
        c->failed = true;
    }
}


void
asr_sha256_final(asr_sha256_t *c, unsigned char out[ASR_SHA256_LEN])
{
    if (c->failed || EVP_DigestFinal_ex(c->md, out, NULL) != 1) {
        asr_random(out, ASR_SHA256_LEN);
    }
}


void
asr_sha256_release(asr_sha256_t *c)
{
    if (c == NULL) {
        return;
    }

    if (asr_crypto_nspare == ASR_CRYPTO_SPARE) {
        EVP_MD_CTX_free(c->md);
        free(c);
        return;
    }

    c->next = asr_crypto_spare;
    asr_crypto_spare = c;
    asr_crypto_nspare++;
}


void
asr_sha256(const void *p, size_t n, unsigned char out[ASR_SHA256_LEN])
{
    asr_sha256_t  *c;

    c = asr_crypto_own;

    if (c == NULL) {
        asr_random(out, ASR_SHA256_LEN);
        return;
    }

    c->failed = EVP_DigestInit_ex2(c->md, NULL, NULL) != 1;

    asr_sha256_update(c, p, n);
    asr_sha256_final(c, out);
}


/* Starts h with a key, or with the one it has when that is the same. */

static bool
asr_crypto_hmac_key(asr_crypto_hmac_t *h, const void *key, size_t key_len)
{
    if (h->mac == NULL) {
        return false;
    }

    if (key_len == 0) {
        key = "";                    /* NULL means the old key */
    }

    if (h->keyed && h->key_len == key_len
        && memcmp(h->key, key, key_len) == 0)
    {
        return EVP_MAC_init(h->mac, NULL, 0, NULL) == 1;
    }

    h->keyed = false;

    if (EVP_MAC_init(h->mac, key, key_len, NULL) != 1) {
        return false;
    }

    if (key_len <= ASR_CRYPTO_KEY) {
        memcpy(h->key, key, key_len);
        h->key_len = key_len;
        h->keyed = true;
    }

    return true;
}


void
asr_hmac_sha256(const void *key, size_t key_len, const void *p, size_t n,
    unsigned char out[ASR_SHA256_LEN])
{
    asr_crypto_hmac_t  *h;

    h = &asr_crypto_hmac256;

    if (asr_crypto_hmac == h) {
        asr_crypto_hmac = NULL;      /* a streamed one left unfinished */
    }

    if (!asr_crypto_hmac_key(h, key, key_len)
        || (n != 0 && EVP_MAC_update(h->mac, p, n) != 1)
        || EVP_MAC_final(h->mac, out, NULL, ASR_SHA256_LEN) != 1)
    {
        asr_random(out, ASR_SHA256_LEN);
    }
}


asr_err_t
asr_hmac_begin(bool sha1, const void *key, size_t key_len)
{
    asr_crypto_hmac_t  *h;

    h = sha1 ? &asr_crypto_hmac1 : &asr_crypto_hmac256;
    asr_crypto_hmac = NULL;

    if (!asr_crypto_hmac_key(h, key, key_len)) {
        return ASR_NOMEM;
    }

    asr_crypto_hmac = h;

    return ASR_OK;
}


void
asr_hmac_update(const void *p, size_t n)
{
    if (asr_crypto_hmac != NULL && n != 0
        && EVP_MAC_update(asr_crypto_hmac->mac, p, n) != 1)
    {
        asr_crypto_hmac = NULL;
    }
}


size_t
asr_hmac_final(unsigned char *out)
{
    size_t              len;
    asr_crypto_hmac_t  *h;

    h = asr_crypto_hmac;
    asr_crypto_hmac = NULL;

    if (h == NULL || EVP_MAC_final(h->mac, out, &len, h->len) != 1) {
        return 0;
    }

    return len;
}


void
asr_hex(const unsigned char *p, size_t n, char *out)
{
    size_t             i;
    static const char  hex[] = "0123456789abcdef";

    for (i = 0; i < n; i++) {
        *out++ = hex[p[i] >> 4];
        *out++ = hex[p[i] & 0x0f];
    }
}


bool
asr_equal_ct(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}


static void
asr_crypto_once(void)
{
    if (pthread_atfork(NULL, NULL, asr_crypto_child) != 0) {
        abort();                     /* ids would repeat in a child */
    }
}


static void
asr_crypto_child(void)
{
    atomic_fetch_add(&asr_crypto_generation, 1);
}


static void
asr_crypto_getrandom(void *out, size_t n)
{
    char     *p;
    ssize_t   rc;

    for (p = out; n != 0; p += rc, n -= (size_t) rc) {
        rc = getrandom(p, n, 0);

        if (rc == -1) {
            if (errno != EINTR) {
                abort();             /* never go on without randomness */
            }

            rc = 0;
        }
    }
}


void
asr_random(void *out, size_t n)
{
    unsigned              generation;
    unsigned char        *p;
    asr_crypto_random_t  *b;

    if (n > ASR_CRYPTO_RANDOM / 4) {
        asr_crypto_getrandom(out, n);
        return;
    }

    b = &asr_crypto_buffer;

    pthread_once(&asr_crypto_fork, asr_crypto_once);
    generation = atomic_load_explicit(&asr_crypto_generation,
                                      memory_order_relaxed);

    if (b->left < n || b->generation != generation) {
        asr_crypto_getrandom(b->data, sizeof(b->data));
        b->left = sizeof(b->data);
        b->generation = generation;
    }

    p = b->data + sizeof(b->data) - b->left;

    memcpy(out, p, n);
    memset(p, 0, n);
    b->left -= n;
}


void
asr_uuid4(char out[ASR_UUID_LEN])
{
    unsigned char  bytes[16];

    asr_random(bytes, sizeof(bytes));
    asr_uuid4_of(bytes, out);
}


void
asr_uuid4_of(const unsigned char bytes[16], char out[ASR_UUID_LEN])
{
    char           hex[32];
    unsigned char  id[16];

    memcpy(id, bytes, sizeof(id));

    id[6] = (unsigned char) ((id[6] & 0x0f) | 0x40);
    id[8] = (unsigned char) ((id[8] & 0x3f) | 0x80);

    asr_hex(id, sizeof(id), hex);

    memcpy(out, hex, 8);
    memcpy(out + 9, hex + 8, 4);
    memcpy(out + 14, hex + 12, 4);
    memcpy(out + 19, hex + 16, 4);
    memcpy(out + 24, hex + 20, 12);

    out[8] = out[13] = out[18] = out[23] = '-';
}
