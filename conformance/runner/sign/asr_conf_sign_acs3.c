/*
 * Alibaba's ACS3-HMAC-SHA256: signs the query decoded, sorted and encoded
 * anew, and host, content-type and every x-acs- header that is sent.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>


static void asr_conf_acs3_headers(asr_conf_signer_t *s);
static char *asr_conf_acs3_list(asr_conf_signer_t *s);
static int asr_conf_acs3_order(const void *a, const void *b);
static char *asr_conf_acs3_canonical(asr_conf_signer_t *s,
    const char *list);
static char *asr_conf_acs3_query(asr_conf_signer_t *s);
static char *asr_conf_acs3_hash(asr_conf_signer_t *s);
static char *asr_conf_acs3_signature(asr_conf_signer_t *s);


void
asr_conf_sign_acs3(asr_conf_signer_t *s)
{
    char  *auth, *hash, *list;

    /* The same nonce twice is signed right, both times. */

    (void) asr_conf_way(s, "replay");

    asr_conf_acs3_headers(s);

    list = asr_conf_acs3_list(s);
    asr_conf_edit(s, ASR_CONF_AT_LIST, &list);

    s->is.canonical = asr_conf_acs3_canonical(s, list);

    hash = asr_conf_digest_hex(ASR_CONF_SHA256, s->is.canonical,
                               strlen(s->is.canonical));

    s->is.to_sign = asr_conf_print("ACS3-HMAC-SHA256\n%s",
                                   asr_conf_way(s, "canonical-not-hashed")
                                   ? s->is.canonical : hash);
    asr_conf_edit(s, ASR_CONF_AT_TO_SIGN, &s->is.to_sign);

    s->is.signature = asr_conf_acs3_signature(s);

    auth = asr_conf_print("ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,"
                          "Signature=%s", s->id, list, s->is.signature);

    asr_conf_edit(s, ASR_CONF_AT_AUTH, &auth);
    asr_conf_request_header(s->rq, "Authorization", auth);

    free(auth);
    free(hash);
    free(list);
}


static void
asr_conf_acs3_headers(asr_conf_signer_t *s)
{
    char                      *hash;
    asr_conf_request_t        *rq;
    const asr_conf_signing_t  *how;

    rq = s->rq;
    how = s->how;

    s->stamp = asr_conf_utc(s->time, "%Y-%m-%dT%H:%M:%SZ");
    asr_conf_edit(s, ASR_CONF_AT_STAMP, &s->stamp);

    s->nonce = how->nonce_text != NULL
               ? asr_conf_copy(how->nonce_text)
               : asr_conf_print("%032llx", (unsigned long long) how->nonce);
    asr_conf_edit(s, ASR_CONF_AT_NONCE, &s->nonce);

    if (how->action != NULL) {
        asr_conf_request_header(rq, "x-acs-action", how->action);
    }

    if (how->version != NULL) {
        asr_conf_request_header(rq, "x-acs-version", how->version);
    }

    asr_conf_request_header(rq, "x-acs-date", s->stamp);
    asr_conf_request_header(rq, "x-acs-signature-nonce", s->nonce);

    hash = asr_conf_digest_hex(ASR_CONF_SHA256, rq->body, rq->body_len);
    asr_conf_edit(s, ASR_CONF_AT_HASH_SENT, &hash);
    asr_conf_request_header(rq, "x-acs-content-sha256", hash);
    free(hash);

    if (s->token != NULL) {
        asr_conf_request_header(rq, "x-acs-security-token", s->token);
        asr_conf_request_header(rq, "x-acs-accesskey-id", s->id);
    }
}


static char *
asr_conf_acs3_list(asr_conf_signer_t *s)
{
    char            **names;
    size_t            i, n;
    asr_conf_buf_t    b;

    n = 0;
    names = asr_conf_grow(NULL, s->rq->nheaders + 1, sizeof(char *));
    names[n++] = asr_conf_copy("host");

    for (i = 0; i < s->rq->nheaders; i++) {
        names[n] = asr_conf_lower(asr_conf_copy(s->rq->headers[i].name));

        if (strcmp(names[n], "content-type") == 0
            || strncmp(names[n], "x-acs-", 6) == 0)
        {
            n++;

        } else {
            free(names[n]);
        }
    }

    qsort(names, n, sizeof(char *), asr_conf_acs3_order);

    asr_conf_buf_init(&b, 64u << 10);

    for (i = 0; i < n; i++) {
        asr_conf_buf_fmt(&b, "%s%s", i > 0 ? ";" : "", names[i]);
        free(names[i]);
    }

    free(names);

    return b.data;
}


static int
asr_conf_acs3_order(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}


static char *
asr_conf_acs3_canonical(asr_conf_signer_t *s, const char *list)
{
    char        *text, *method, *path, *query, *block, *line, *hash;
    const char  *sent;

    sent = s->rq->path;

    method = asr_conf_edited(s, ASR_CONF_AT_METHOD, s->rq->method);
    path = asr_conf_edited(s, ASR_CONF_AT_PATH,
                           sent != NULL && *sent != '\0' ? sent : "/");
    query = asr_conf_acs3_query(s);
    block = asr_conf_header_block(s, list, asr_conf_way(s, "lower-values"));
    asr_conf_edit(s, ASR_CONF_AT_BLOCK, &block);

    line = asr_conf_edited(s, ASR_CONF_AT_LIST_LINE, list);
    hash = asr_conf_acs3_hash(s);

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
asr_conf_acs3_query(asr_conf_signer_t *s)
{
    char              *text;
    asr_conf_pairs_t   l;

    memset(&l, 0, sizeof(asr_conf_pairs_t));

    if (s->rq->query != NULL) {
        asr_conf_pairs_read(&l, s->rq->query, strlen(s->rq->query));
    }

    if (asr_conf_way(s, "unsorted")) {
        asr_conf_pairs_unsort(&l);

    } else {
        asr_conf_pairs_sort(&l);
    }

    text = asr_conf_pairs_text(&l, !asr_conf_way(s, "not-encoded"));
    asr_conf_edit(s, ASR_CONF_AT_QUERY, &text);

    asr_conf_pairs_clean(&l);

    return text;
}


static char *
asr_conf_acs3_hash(asr_conf_signer_t *s)
{
    char                *hash, *body;
    asr_conf_request_t  *rq;

    rq = s->rq;

    if (s->edits == NULL || rq->body_len == 0) {
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
asr_conf_acs3_signature(asr_conf_signer_t *s)
{
    char     *text, *key, hex[65];
    size_t    len;
    uint8_t   mac[32];

    key = asr_conf_edited(s, ASR_CONF_AT_KEY, s->secret);

    len = asr_conf_hmac(asr_conf_way(s, "sha1") ? ASR_CONF_SHA1
                                                : ASR_CONF_SHA256,
                        key, strlen(key), s->is.to_sign,
                        strlen(s->is.to_sign), mac);

    asr_conf_hex(hex, mac, len);

    text = asr_conf_way(s, "base64") ? asr_conf_base64(mac, len)
                                     : asr_conf_copy(hex);

    asr_conf_edit(s, ASR_CONF_AT_SIGNATURE, &text);
    free(key);

    return text;
}
