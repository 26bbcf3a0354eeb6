/*
 * Document 002: the texts of ids, and links that need no key.
 *
 * A task's id is 32 hexadecimal digits: 16 of a random nonce that is kept
 * with the task, 16 of the store's id, mixed with the nonce so that ids do
 * not show how many tasks there are.  Whoever would name another's task must
 * guess 64 bits, and the account has to be right, too; no key is involved, so
 * nothing can be lost with one.
 *
 * The last part of a signed URL is "EXPIRES-ACCOUNT-MAC", the account in
 * hexadecimal.  The MAC's key is the digest of the account's first bearer
 * key: all workers and machines have it, and it goes when the key goes.
 * OpenSSL is called directly, since links are made on a store thread, where
 * asr_crypto.h's contexts may not be used.
 */

#include "asr_memories.h"

#include <stdio.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>


#define ASR_MEMORIES_ID_MAX      (((int64_t) 1 << 53) - 1)
#define ASR_MEMORIES_ASSET_BASE  INT64_C(100000000000000000)
#define ASR_MEMORIES_MAC_HEX     (2 * ASR_SHA256_LEN)

/* of a time in seconds */
#define ASR_MEMORIES_TIME_MAX    12


static uint64_t asr_memories_mix(uint64_t x);
static void asr_memories_hex64(uint64_t v, char *out);
static bool asr_memories_hex64_read(const char *p, uint64_t *v);
static bool asr_memories_mac(asr_str_t key, asr_str_t account, int64_t file_id,
    int64_t expires_s, char out[ASR_MEMORIES_MAC_HEX]);


/* The request's id is random and nobody else's; the digest does not show it. */

void
asr_memories_nonce(asr_str_t request_id, char out[ASR_MEMORIES_NONCE_LEN])
{
    unsigned char  digest[ASR_SHA256_LEN];

    asr_sha256(request_id.data, request_id.len, digest);
    asr_hex(digest, ASR_MEMORIES_NONCE_LEN / 2, out);
}


void
asr_memories_task_text(int64_t id, asr_str_t nonce,
    char out[ASR_MEMORIES_TASK_LEN])
{
    uint64_t  n;

    n = 0;

    /* the nonce comes from the store: a broken row must not break more */

    if (nonce.len != ASR_MEMORIES_NONCE_LEN
        || !asr_memories_hex64_read(nonce.data, &n))
    {
        n = 0;
    }

    asr_memories_hex64(n, out);
    asr_memories_hex64((uint64_t) id ^ asr_memories_mix(n),
                       out + ASR_MEMORIES_NONCE_LEN);
}


bool
asr_memories_task_id(asr_str_t text, int64_t *id, asr_str_t *nonce)
{
    uint64_t  n, v;

    if (text.len != ASR_MEMORIES_TASK_LEN
        || !asr_memories_hex64_read(text.data, &n)
        || !asr_memories_hex64_read(text.data + ASR_MEMORIES_NONCE_LEN, &v))
    {
        return false;
    }

    v ^= asr_memories_mix(n);

    if (v == 0 || v > (uint64_t) ASR_MEMORIES_ID_MAX) {
        return false;
    }

    *id = (int64_t) v;
    nonce->data = text.data;
    nonce->len = ASR_MEMORIES_NONCE_LEN;

    return true;
}


/* "re_" and 18 digits; ids stay under 2^53, which has 16. */

void
asr_memories_asset_text(int64_t id, char out[ASR_MEMORIES_ASSET_LEN])
{
    char  text[ASR_MEMORIES_ASSET_LEN + 16];

    snprintf(text, sizeof(text), "re_%lld",
             (long long) (ASR_MEMORIES_ASSET_BASE + id));
    memcpy(out, text, ASR_MEMORIES_ASSET_LEN);
}


bool
asr_memories_asset_id(asr_str_t text, int64_t *id)
{
    size_t   i;
    int64_t  v;

    if (text.len != ASR_MEMORIES_ASSET_LEN || memcmp(text.data, "re_", 3) != 0)
    {
        return false;
    }

    v = 0;

    for (i = 3; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }

        v = v * 10 + (text.data[i] - '0');
    }

    v -= ASR_MEMORIES_ASSET_BASE;

    if (v < 1 || v > ASR_MEMORIES_ID_MAX) {
        return false;
    }

    *id = v;

    return true;
}


asr_str_t
asr_memories_token(asr_arena_t *arena, const asr_accounts_t *a,
    const asr_account_t *account, int64_t file_id, int64_t expires_s)
{
    char  mac[ASR_MEMORIES_MAC_HEX], name[2 * ASR_ACCOUNTS_NAME_MAX];

    if (account->name.len > ASR_ACCOUNTS_NAME_MAX
        || !asr_memories_mac(asr_accounts_secret(a, account), account->name,
                             file_id, expires_s, mac))
    {
        return asr_str_null();
    }

    asr_hex((const unsigned char *) account->name.data, account->name.len,
            name);

    return asr_arena_printf(arena, "%lld-%.*s-%.*s", (long long) expires_s,
                            (int) (2 * account->name.len), name,
                            (int) sizeof(mac), mac);
}


const asr_account_t *
asr_memories_token_account(const asr_accounts_t *a, asr_str_t token,
    int64_t file_id, int64_t now_s)
{
    int                    high, low;
    char                   mac[ASR_MEMORIES_MAC_HEX];
    char                   name[ASR_ACCOUNTS_NAME_MAX];
    size_t                 i;
    int64_t                expires_s;
    asr_str_t              time, hex;
    const char            *p;
    const asr_account_t   *account;

    p = (token.len != 0) ? memchr(token.data, '-', token.len) : NULL;

    if (p == NULL) {
        return NULL;
    }

    time.data = token.data;
    time.len = (size_t) (p - token.data);
    hex.data = p + 1;
    hex.len = token.len - time.len - 1;

    if (time.len > ASR_MEMORIES_TIME_MAX
        || asr_str_int(time, &expires_s) != ASR_OK || expires_s <= now_s
        || hex.len < sizeof(mac) + 3)
    {
        return NULL;
    }

    hex.len -= sizeof(mac) + 1;

    if (hex.data[hex.len] != '-' || hex.len % 2 != 0
        || hex.len > 2 * sizeof(name))
    {
        return NULL;
    }

    for (i = 0; i < hex.len / 2; i++) {
        high = asr_hex_digit(hex.data[2 * i]);
        low = asr_hex_digit(hex.data[2 * i + 1]);

        if (high < 0 || low < 0) {
            return NULL;
        }

        name[i] = (char) (high << 4 | low);
    }

    account = asr_accounts_named(a, (asr_str_t) { hex.len / 2, name });

    if (account == NULL
        || !asr_memories_mac(asr_accounts_secret(a, account), account->name,
                             file_id, expires_s, mac)
        || !asr_equal_ct(mac, hex.data + hex.len + 1, sizeof(mac)))
    {
        return NULL;
    }

    return account;
}


/* false: no key, or OpenSSL failed. */

static bool
asr_memories_mac(asr_str_t key, asr_str_t account, int64_t file_id,
    int64_t expires_s, char out[ASR_MEMORIES_MAC_HEX])
{
    int             n;
    char            text[ASR_ACCOUNTS_NAME_MAX + 128];
    unsigned        len;
    unsigned char   mac[EVP_MAX_MD_SIZE];

    if (key.len == 0) {
        return false;
    }

    n = snprintf(text, sizeof(text), "memories upload\n%lld\n%lld\n%.*s",
                 (long long) file_id, (long long) expires_s,
                 asr_fmt(account));

    if (n < 0 || (size_t) n >= sizeof(text)
        || HMAC(EVP_sha256(), key.data, (int) key.len,
                (const unsigned char *) text, (size_t) n, mac, &len) == NULL
        || len != ASR_SHA256_LEN)
    {
        return false;
    }

    asr_hex(mac, ASR_SHA256_LEN, out);

    return true;
}


/* The finaliser of splitmix64: one to one, and every bit counts. */

static uint64_t
asr_memories_mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);

    return x ^ (x >> 31);
}


static void
asr_memories_hex64(uint64_t v, char *out)
{
    int  i;

    static const char  hex[] = "0123456789abcdef";

    for (i = 15; i >= 0; i--) {
        out[i] = hex[v & 0xf];
        v >>= 4;
    }
}


/* Lower case only: an id has one text. */

static bool
asr_memories_hex64_read(const char *p, uint64_t *v)
{
    int  i, digit;

    *v = 0;

    for (i = 0; i < 16; i++) {
        digit = asr_hex_digit(p[i]);

        if (digit < 0 || (p[i] >= 'A' && p[i] <= 'F')) {
            return false;
        }

        *v = *v << 4 | (uint64_t) digit;
    }

    return true;
}
