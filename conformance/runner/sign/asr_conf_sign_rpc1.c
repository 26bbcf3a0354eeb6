/*
 * Alibaba's RPC signature 1.0: HMAC-SHA1 over the sorted, encoded parameters
 * of query and form together.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>


static void asr_conf_rpc1_common(asr_conf_signer_t *s,
    asr_conf_pairs_t *own);
static char *asr_conf_rpc1_to_sign(asr_conf_signer_t *s,
    const asr_conf_pairs_t *own);
static char *asr_conf_rpc1_signature(asr_conf_signer_t *s);


void
asr_conf_sign_rpc1(asr_conf_signer_t *s)
{
    asr_conf_pairs_t  own;

    memset(&own, 0, sizeof(asr_conf_pairs_t));

    /*
     * A form says whose it is in its body alone.  The stock client has this
     * header, too: who serves two clouds at one address goes by it.
     */

    if (s->how->in_body) {
        asr_conf_request_header(s->rq, "x-sdk-client", "asr-conformance");

        if (asr_conf_request_get(s->rq, "Content-Type") == NULL) {
            asr_conf_request_header(s->rq, "Content-Type",
                                    "application/x-www-form-urlencoded");
        }
    }

    /* The same nonce twice is signed right, both times. */

    (void) asr_conf_way(s, "replay");

    asr_conf_rpc1_common(s, &own);

    s->is.to_sign = asr_conf_rpc1_to_sign(s, &own);
    s->is.signature = asr_conf_rpc1_signature(s);

    asr_conf_pairs_send(s, &own, s->is.signature);
    asr_conf_pairs_clean(&own);
}


static void
asr_conf_rpc1_common(asr_conf_signer_t *s, asr_conf_pairs_t *own)
{
    const asr_conf_signing_t  *how;

    how = s->how;

    s->stamp = asr_conf_utc(s->time, "%Y-%m-%dT%H:%M:%SZ");
    asr_conf_edit(s, ASR_CONF_AT_STAMP, &s->stamp);

    s->nonce = how->nonce_text != NULL
               ? asr_conf_copy(how->nonce_text)
               : asr_conf_print("%032llx", (unsigned long long) how->nonce);
    asr_conf_edit(s, ASR_CONF_AT_NONCE, &s->nonce);

    asr_conf_pairs_own(s, own, "Action", how->action);
    asr_conf_pairs_own(s, own, "Version", how->version);
    asr_conf_pairs_own(s, own, "Format", how->format);
    asr_conf_pairs_own(s, own, "AccessKeyId", s->id);
    asr_conf_pairs_own(s, own, "SignatureMethod", "HMAC-SHA1");
    asr_conf_pairs_own(s, own, "SignatureVersion", "1.0");
    asr_conf_pairs_own(s, own, "SignatureNonce", s->nonce);
    asr_conf_pairs_own(s, own, "Timestamp", s->stamp);
    asr_conf_pairs_own(s, own, "SecurityToken", s->token);
    asr_conf_pairs_own(s, own, "RegionId", how->region);
}


static char *
asr_conf_rpc1_to_sign(asr_conf_signer_t *s, const asr_conf_pairs_t *own)
{
    char            *method, *path, *query;
    asr_conf_buf_t   b;

    method = asr_conf_edited(s, ASR_CONF_AT_METHOD, s->rq->method);
    path = asr_conf_edited(s, ASR_CONF_AT_PATH, "%2F");

    query = asr_conf_pairs_signed(s, own, !asr_conf_way(s, "not-encoded"));
    asr_conf_edit(s, ASR_CONF_AT_QUERY, &query);

    asr_conf_buf_init(&b, 8 * (size_t) ASR_CONF_JSON_MAX);
    asr_conf_buf_fmt(&b, "%s&%s&", method, path);

    if (asr_conf_way(s, "encoded-once")) {
        asr_conf_buf_str(&b, query);

    } else {
        asr_conf_buf_pct(&b, query, strlen(query));
    }

    s->is.canonical = query;

    free(method);
    free(path);

    asr_conf_edit(s, ASR_CONF_AT_TO_SIGN, &b.data);

    return b.data;
}


static char *
asr_conf_rpc1_signature(asr_conf_signer_t *s)
{
    char     *text, *key, hex[65];
    size_t    len;
    uint8_t   mac[32];

    key = asr_conf_print("%s&", s->secret);
    asr_conf_edit(s, ASR_CONF_AT_KEY, &key);

    len = asr_conf_hmac(asr_conf_way(s, "other-digest") ? ASR_CONF_SHA256
                                                        : ASR_CONF_SHA1,
                        key, strlen(key), s->is.to_sign,
                        strlen(s->is.to_sign), mac);

    asr_conf_hex(hex, mac, len);

    text = asr_conf_way(s, "hex") ? asr_conf_copy(hex)
           : asr_conf_way(s, "base64-of-hex")
             ? asr_conf_base64(hex, 2 * len) : asr_conf_base64(mac, len);

    asr_conf_edit(s, ASR_CONF_AT_SIGNATURE, &text);
    free(key);

    return text;
}
