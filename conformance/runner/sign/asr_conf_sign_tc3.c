/*
 * Tencent's TC3-HMAC-SHA256: all in headers, the path always "/", the query as
 * it is sent.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>


typedef struct {
    char  *date;
    char  *service;
    char  *terminator;
    char  *scope;                        /* as sent */
    char  *list;
} asr_conf_tc3_t;


static void asr_conf_tc3_headers(asr_conf_signer_t *s);
static char *asr_conf_tc3_hash(asr_conf_signer_t *s);
static char *asr_conf_tc3_canonical(asr_conf_signer_t *s,
    const char *list);
static char *asr_conf_tc3_to_sign(asr_conf_signer_t *s,
    const asr_conf_tc3_t *t);
static char *asr_conf_tc3_signature(asr_conf_signer_t *s,
    const asr_conf_tc3_t *t);
static size_t asr_conf_tc3_key(asr_conf_signer_t *s,
    const asr_conf_tc3_t *t, uint8_t key[64]);


void
asr_conf_sign_tc3(asr_conf_signer_t *s)
{
    char            *auth;
    asr_conf_tc3_t   t;

    s->stamp = asr_conf_print("%lld", (long long) s->time);
    asr_conf_edit(s, ASR_CONF_AT_STAMP, &s->stamp);

    t.date = asr_conf_utc(s->time, "%Y-%m-%d");
    asr_conf_edit(s, ASR_CONF_AT_DATE, &t.date);

    t.service = asr_conf_edited(s, ASR_CONF_AT_SERVICE,
                                s->how->service != NULL ? s->how->service
                                                        : "asr");
    t.terminator = asr_conf_edited(s, ASR_CONF_AT_TERMINATOR, "tc3_request");
    t.scope = asr_conf_print("%s/%s/%s", t.date, t.service, t.terminator);
    t.list = asr_conf_edited(s, ASR_CONF_AT_LIST,
                             s->how->headers != NULL ? s->how->headers
                                                     : "content-type;host");

    asr_conf_tc3_headers(s);

    s->is.canonical = asr_conf_tc3_canonical(s, t.list);
    s->is.to_sign = asr_conf_tc3_to_sign(s, &t);
    s->is.signature = asr_conf_tc3_signature(s, &t);

    auth = asr_conf_print("TC3-HMAC-SHA256 Credential=%s/%s, "
                          "SignedHeaders=%s, Signature=%s", s->id, t.scope,
                          t.list, s->is.signature);

    asr_conf_edit(s, ASR_CONF_AT_AUTH, &auth);
    asr_conf_request_header(s->rq, "Authorization", auth);

    free(auth);
    free(t.date);
    free(t.service);
    free(t.terminator);
    free(t.scope);
    free(t.list);
}


static void
asr_conf_tc3_headers(asr_conf_signer_t *s)
{
    asr_conf_request_t        *rq;
    const asr_conf_signing_t  *how;

    rq = s->rq;
    how = s->how;

    if (asr_conf_request_get(rq, "Content-Type") == NULL) {
        asr_conf_request_header(rq, "Content-Type",
                                strcmp(rq->method, "GET") == 0
                                ? "application/x-www-form-urlencoded"
                                : "application/json");
    }

    if (how->action != NULL) {
        asr_conf_request_header(rq, "X-TC-Action", how->action);
    }

    if (how->version != NULL) {
        asr_conf_request_header(rq, "X-TC-Version", how->version);
    }

    if (how->region != NULL) {
        asr_conf_request_header(rq, "X-TC-Region", how->region);
    }

    if (s->token != NULL) {
        asr_conf_request_header(rq, "X-TC-Token", s->token);
    }

    if (how->unsigned_payload) {
        asr_conf_request_header(rq, "X-TC-Content-SHA256",
                                "UNSIGNED-PAYLOAD");
    }

    asr_conf_request_header(rq, "X-TC-Timestamp", s->stamp);
}


static char *
asr_conf_tc3_canonical(asr_conf_signer_t *s, const char *list)
{
    char                *text, *method, *path, *query, *block, *line, *hash;
    asr_conf_request_t  *rq;

    rq = s->rq;

    method = asr_conf_edited(s, ASR_CONF_AT_METHOD, rq->method);
    path = asr_conf_edited(s, ASR_CONF_AT_PATH, "/");
    query = asr_conf_edited(s, ASR_CONF_AT_QUERY,
                            rq->query != NULL ? rq->query : "");

    /* Either form of the values holds; samples of the document lower them. */

    block = asr_conf_header_block(s, list, !asr_conf_way(s, "as-sent"));
    asr_conf_edit(s, ASR_CONF_AT_BLOCK, &block);

    line = asr_conf_edited(s, ASR_CONF_AT_LIST_LINE, list);
    hash = asr_conf_tc3_hash(s);

    text = asr_conf_print("%s\n%s\n%s\n%s\n%s\n%s", method, path, query,
                          block, line, hash);

    asr_conf_edit(s, ASR_CONF_AT_CANONICAL, &text);

    free(method);
    free(path);
    free(query);
    free(block);
    free(line);
    free(hash);

    return text;
}


static char *
asr_conf_tc3_hash(asr_conf_signer_t *s)
{
    char                *hash, *body;
    asr_conf_request_t  *rq;

    rq = s->rq;

    if (s->how->unsigned_payload) {
        hash = asr_conf_digest_hex(ASR_CONF_SHA256, "UNSIGNED-PAYLOAD", 16);

    } else if (s->edits == NULL || rq->body_len == 0) {
        hash = asr_conf_digest_hex(ASR_CONF_SHA256, rq->body, rq->body_len);

    } else {
        body = asr_conf_copy_n(rq->body, rq->body_len);
        asr_conf_edit(s, ASR_CONF_AT_BODY, &body);
        hash = asr_conf_digest_hex(ASR_CONF_SHA256, body, strlen(body));
        free(body);
    }

    asr_conf_edit(s, ASR_CONF_AT_HASH, &hash);

    return hash;
}


static char *
asr_conf_tc3_to_sign(asr_conf_signer_t *s, const asr_conf_tc3_t *t)
{
    char  *text, *hash, *scope;

    hash = asr_conf_digest_hex(ASR_CONF_SHA256, s->is.canonical,
                               strlen(s->is.canonical));
    scope = asr_conf_edited(s, ASR_CONF_AT_SCOPE, t->scope);

    text = asr_conf_print("TC3-HMAC-SHA256\n%s\n%s\n%s",
                          s->stamp != NULL ? s->stamp : "", scope,
                          asr_conf_way(s, "canonical-not-hashed")
                          ? s->is.canonical : hash);

    asr_conf_edit(s, ASR_CONF_AT_TO_SIGN, &text);

    free(hash);
    free(scope);

    return text;
}


static char *
asr_conf_tc3_signature(asr_conf_signer_t *s, const asr_conf_tc3_t *t)
{
    char     *text, hex[65];
    size_t    len;
    uint8_t   key[64], mac[32];

    len = asr_conf_tc3_key(s, t, key);
    len = asr_conf_hmac(asr_conf_way(s, "sha1") ? ASR_CONF_SHA1
                                                : ASR_CONF_SHA256,
                        key, len, s->is.to_sign, strlen(s->is.to_sign), mac);

    asr_conf_hex(hex, mac, len);

    text = asr_conf_way(s, "base64") ? asr_conf_base64(mac, len)
                                     : asr_conf_copy(hex);

    asr_conf_edit(s, ASR_CONF_AT_SIGNATURE, &text);

    return text;
}


/* The key is 32 bytes, or the 64 hex digits of who mistakes them for it. */

static size_t
asr_conf_tc3_key(asr_conf_signer_t *s, const asr_conf_tc3_t *t,
    uint8_t key[64])
{
    char        *first, *prefix, hex[65];
    bool         digits, swapped;
    size_t       i, len;
    uint8_t      mac[32];
    const char  *part[3];

    digits = asr_conf_way(s, "hex-key");
    swapped = asr_conf_way(s, "service-first");

    part[0] = swapped ? t->service : t->date;
    part[1] = swapped ? t->date : t->service;
    part[2] = t->terminator;

    prefix = asr_conf_edited(s, ASR_CONF_AT_PREFIX, "TC3");
    first = asr_conf_print("%s%s", prefix, s->secret);
    len = strlen(first);

    if (asr_conf_way(s, "secret-only")) {
        len = len < 64 ? len : 64;
        memcpy(key, first, len);

        free(prefix);
        free(first);

        return len;
    }

    for (i = 0; i < 3; i++) {
        len = asr_conf_hmac(ASR_CONF_SHA256, i == 0 ? (void *) first : key,
                            len, part[i], strlen(part[i]), mac);

        memcpy(key, mac, len);

        if (digits) {
            asr_conf_hex(hex, mac, len);
            len *= 2;
            memcpy(key, hex, len);
        }
    }

    free(prefix);
    free(first);

    return len;
}
