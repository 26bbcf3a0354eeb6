/* The RPC signature of Alibaba Cloud, version 1.0. */

#include "asr_rpc_v1.h"
#include "asr_acs.h"
#include "../base/asr_secret.h"
#include "../base/asr_b64.h"


bool
asr_rpc_v1_verify(const asr_key_t *key, asr_str_t method,
    const asr_pair_t *pairs, size_t n, asr_str_t signature,
    asr_arena_t *arena)
{
    char                secret[ASR_ACCOUNTS_SECRET_MAX + 1];
    char                text[(ASR_SHA256_LEN + 2) / 3 * 4];
    size_t              count, len;
    asr_err_t           rc;
    unsigned char       mac[ASR_SHA256_LEN];
    asr_acs_out_t       out;
    const asr_pair_t  **sorted;

    if (key->secret.len == 0 || key->secret.len > ASR_ACCOUNTS_SECRET_MAX) {
        return false;
    }

    sorted = asr_acs_sort(pairs, n, asr_str("Signature"), arena, &count);
    if (sorted == NULL) {
        return false;
    }

    memcpy(secret, key->secret.data, key->secret.len);
    secret[key->secret.len] = '&';

    rc = asr_hmac_begin(true, secret, key->secret.len + 1);
    asr_secret_wipe(secret, sizeof(secret));

    if (rc != ASR_OK) {
        return false;
    }

    asr_acs_begin(&out, NULL);
    asr_acs_put(&out, method);
    asr_acs_put(&out, asr_str("&%2F&"));
    asr_acs_query(&out, sorted, count, true);
    asr_acs_flush(&out);

    len = asr_b64_encode(mac, asr_hmac_final(mac), text);

    return len != 0 && len == signature.len
           && asr_equal_ct(text, signature.data, len);
}
