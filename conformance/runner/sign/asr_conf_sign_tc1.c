/*
 * Tencent's v1: HmacSHA1 or HmacSHA256 over the sorted parameters, which are
 * not encoded there.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>


static void asr_conf_tc1_common(asr_conf_signer_t *s,
    asr_conf_pairs_t *own);
static char *asr_conf_tc1_to_sign(asr_conf_signer_t *s,
    const asr_conf_pairs_t *own);
static char *asr_conf_tc1_signature(asr_conf_signer_t *s);


void
asr_conf_sign_tc1(asr_conf_signer_t *s)
{
    asr_conf_pairs_t  own;

    memset(&own, 0, sizeof(asr_conf_pairs_t));

    if (s->how->in_body
        && asr_conf_request_get(s->rq, "Content-Type") == NULL)
    {
        asr_conf_request_header(s->rq, "Content-Type",
                                "application/x-www-form-urlencoded");
    }

    asr_conf_tc1_common(s, &own);

    s->is.to_sign = asr_conf_tc1_to_sign(s, &own);
    s->is.signature = asr_conf_tc1_signature(s);

    asr_conf_pairs_send(s, &own, s->is.signature);
    asr_conf_pairs_clean(&own);
}


static void
asr_conf_tc1_common(asr_conf_signer_t *s, asr_conf_pairs_t *own)
{
    const asr_conf_signing_t  *how;

    how = s->how;

    s->stamp = asr_conf_print("%lld", (long long) s->time);
    asr_conf_edit(s, ASR_CONF_AT_STAMP, &s->stamp);

    /* A positive integer of 31 bits: what all readers of one take. */

    s->nonce = how->nonce_text != NULL
               ? asr_conf_copy(how->nonce_text)
               : asr_conf_print("%u", (unsigned) (how->nonce & 0x7ffffffeu)
                                      + 1);
    asr_conf_edit(s, ASR_CONF_AT_NONCE, &s->nonce);

    asr_conf_pairs_own(s, own, "Action", how->action);
    asr_conf_pairs_own(s, own, "Version", how->version);
    asr_conf_pairs_own(s, own, "Region", how->region);
    asr_conf_pairs_own(s, own, "Timestamp", s->stamp);
    asr_conf_pairs_own(s, own, "Nonce", s->nonce);
    asr_conf_pairs_own(s, own, "SecretId", s->id);
    asr_conf_pairs_own(s, own, "SignatureMethod",
                       how->scheme == ASR_CONF_TC1_SHA1 ? "HmacSHA1"
                                                        : "HmacSHA256");
    asr_conf_pairs_own(s, own, "Token", s->token);
    asr_conf_pairs_own(s, own, "RequestClient", NULL);
    asr_conf_pairs_own(s, own, "Language", NULL);
}


static char *
asr_conf_tc1_to_sign(asr_conf_signer_t *s, const asr_conf_pairs_t *own)
{
    char  *text, *method, *host, *path, *query;

    method = asr_conf_edited(s, ASR_CONF_AT_METHOD, s->rq->method);
    host = asr_conf_sent_host(s->rq);
    asr_conf_edit(s, ASR_CONF_AT_HOST, &host);
    path = asr_conf_edited(s, ASR_CONF_AT_PATH, "/");

    query = asr_conf_pairs_signed(s, own, asr_conf_way(s, "encoded"));
    asr_conf_edit(s, ASR_CONF_AT_QUERY, &query);

    text = asr_conf_print("%s%s%s?%s", method, host, path, query);
    asr_conf_edit(s, ASR_CONF_AT_TO_SIGN, &text);

    free(method);
    free(host);
    free(path);
    free(query);

    return text;
}


static char *
asr_conf_tc1_signature(asr_conf_signer_t *s)
{
    bool                sha1;
    char               *text, *hex;
    size_t              len;
    uint8_t             mac[32];

    sha1 = (s->how->scheme == ASR_CONF_TC1_SHA1)
           != asr_conf_way(s, "other-digest");

    len = asr_conf_hmac(sha1 ? ASR_CONF_SHA1 : ASR_CONF_SHA256, s->secret,
                        strlen(s->secret), s->is.to_sign,
                        strlen(s->is.to_sign), mac);

    hex = asr_conf_alloc(2 * len + 1);
    asr_conf_hex(hex, mac, len);

    text = asr_conf_way(s, "hex") ? asr_conf_copy(hex)
           : asr_conf_way(s, "base64-of-hex")
             ? asr_conf_base64(hex, 2 * len) : asr_conf_base64(mac, len);

    asr_conf_edit(s, ASR_CONF_AT_SIGNATURE, &text);
    free(hex);

    return text;
}
