/*
 * A client's signature computed anew, from what it sent: it is right or it is
 * not, whatever the mock thought of it.
 *
 * The secret is known where the key is a world of the mock: it is the key.
 * Both forms that stock SDKs sign are tried, the host with its port and
 * without, header values as sent and lowered; any that fits is right.
 */

#include <stdlib.h>
#include <time.h>

#include "asr_conf_client_int.h"
#include "asr_conf_sign_int.h"


#define ASR_CONF_SKEW_TENCENT  300       /* s */
#define ASR_CONF_SKEW_ICE      900

/* The query and the body of v1 are the parameters. */

typedef struct {
    const asr_conf_seen_t  *seen;
    asr_conf_judged_t      *judged;
    asr_conf_pairs_t        pairs;       /* all of them, sorted */
    char                   *id;          /* the key's; NULL: none */
    char                   *sent;        /* the signature; NULL: none */
    int64_t                 time;        /* signed; 0: none */
    unsigned                skew;
} asr_conf_checked_t;


static void
asr_conf_signature_say(asr_conf_checked_t *k, const char *what,
    const char *name, const char *expected, const char *got)
{
    char             *id;
    asr_conf_case_t   c;

    id = asr_conf_print("client/%s/%s/%s", k->seen->doc->api,
                        k->seen->op->name, what);
    memset(&c, 0, sizeof(c));
    c.id = id;
    c.doc = k->seen->doc;
    c.op = k->seen->op->name;
    c.name = name;
    c.clause = k->seen->op->clause;
    c.level = ASR_CONF_MUST;
    asr_conf_judge_client(k->judged, &c,
                          got == NULL ? ASR_CONF_PASS : ASR_CONF_FAIL,
                          k->seen, expected, got);
    free(id);
}


/* The text after name= up to a comma, to be freed; NULL: none. */

static char *
asr_conf_auth_part(const char *auth, const char *name)
{
    const char  *p;

    p = strstr(auth, name);

    if (p == NULL) {
        return NULL;
    }

    p += strlen(name);

    return asr_conf_copy_n(p, strcspn(p, ", "));
}


static const char *
asr_conf_pairs_value(const asr_conf_pairs_t *l, const char *name)
{
    size_t  i;

    for (i = 0; i < l->n; i++) {
        if (strcmp(l->all[i].name, name) == 0) {
            return l->all[i].value;
        }
    }

    return NULL;
}


static char *
asr_conf_copy_or_null(const char *s)
{
    return s != NULL ? asr_conf_copy(s) : NULL;
}


/* The host as signed: as it was sent, or without its port. */

static char *
asr_conf_signature_host(const asr_conf_request_t *rq, unsigned form)
{
    char  *host, *port;

    host = asr_conf_sent_host(rq);
    port = strrchr(host, ':');

    if ((form & 1) != 0 && port != NULL) {
        *port = '\0';
    }

    return host;
}


static char *
asr_conf_tc3_of(const asr_conf_request_t *from, const char *secret,
    const char *credential, const char *list, unsigned form)
{
    char                 *host, *block, *hash, *text, hex[65];
    size_t                len, part;
    uint8_t               mac[32];
    const void           *key;
    const char           *p, *stamp, *sha;
    asr_conf_signer_t     s;
    asr_conf_request_t    rq;

    memset(&s, 0, sizeof(s));
    asr_conf_request_copy(&rq, from);
    s.rq = &rq;

    host = asr_conf_signature_host(&rq, form);
    asr_conf_request_header(&rq, "Host", host);
    free(host);

    sha = asr_conf_request_get(&rq, "X-TC-Content-SHA256");
    hash = sha != NULL && strcmp(sha, "UNSIGNED-PAYLOAD") == 0
               ? asr_conf_digest_hex(ASR_CONF_SHA256, sha, strlen(sha))
               : asr_conf_digest_hex(ASR_CONF_SHA256, rq.body, rq.body_len);

    block = asr_conf_header_block(&s, list, (form & 2) == 0);
    text = asr_conf_print("%s\n/\n%s\n%s\n%s\n%s", rq.method,
                          rq.query != NULL ? rq.query : "", block, list, hash);
    free(hash);
    free(block);

    hash = asr_conf_digest_hex(ASR_CONF_SHA256, text, strlen(text));
    free(text);

    /* credential: id/date/service/tc3_request */
    p = strchr(credential, '/');
    p = p != NULL ? p + 1 : "";
    stamp = asr_conf_request_get(&rq, "X-TC-Timestamp");
    text = asr_conf_print("TC3-HMAC-SHA256\n%s\n%s\n%s",
                          stamp != NULL ? stamp : "", p, hash);
    free(hash);

    host = asr_conf_print("TC3%s", secret);
    key = host;
    len = strlen(host);

    while (*p != '\0') {
        part = strcspn(p, "/");
        len = asr_conf_hmac(ASR_CONF_SHA256, key, len, p, part, mac);
        key = mac;
        p += part + (p[part] == '/');
    }

    len = asr_conf_hmac(ASR_CONF_SHA256, key, len, text, strlen(text), mac);
    free(host);
    asr_conf_hex(hex, mac, len);
    free(text);
    asr_conf_request_clean(&rq);

    return asr_conf_copy(hex);
}


static void
asr_conf_signature_tc3(asr_conf_checked_t *k, const char *auth)
{
    bool         right;
    char        *credential, *list, *made, *sent;
    unsigned     form;
    const char  *stamp;

    credential = asr_conf_auth_part(auth, "Credential=");
    list = asr_conf_auth_part(auth, "SignedHeaders=");
    sent = asr_conf_auth_part(auth, "Signature=");
    stamp = asr_conf_request_get(&k->seen->request, "X-TC-Timestamp");
    k->time = stamp != NULL ? strtoll(stamp, NULL, 10) : 0;
    k->skew = ASR_CONF_SKEW_TENCENT;
    right = false;

    if (credential == NULL || list == NULL || sent == NULL) {
        asr_conf_signature_say(k, "signature", "the signature is right",
                               "Credential, SignedHeaders and Signature",
                               "not all of them");

    } else {
        k->id = asr_conf_copy_n(credential, strcspn(credential, "/"));

        for (form = 0; form < 4 && !right; form++) {
            made = asr_conf_tc3_of(&k->seen->request, k->id, credential, list,
                                   form);
            right = strcmp(made, sent) == 0;
            free(made);
        }

        asr_conf_signature_say(k, "signature", "the signature is right",
                               "the signature of what was sent",
                               right ? NULL : "another signature");
    }

    free(credential);
    free(list);
    free(sent);
}


static void
asr_conf_signature_acs3(asr_conf_checked_t *k, const char *auth)
{
    char                 *id, *sent;
    const char           *p, *token;
    struct tm             tm;
    asr_conf_signed_t     made;
    asr_conf_signing_t    how;
    asr_conf_request_t    rq;
    asr_conf_account_t    account;

    id = asr_conf_auth_part(auth, "Credential=");
    sent = asr_conf_auth_part(auth, "Signature=");
    p = asr_conf_request_get(&k->seen->request, "x-acs-date");
    memset(&tm, 0, sizeof(tm));
    k->time = p != NULL && strptime(p, "%Y-%m-%dT%H:%M:%SZ", &tm) != NULL
                  ? timegm(&tm) : 0;
    k->skew = ASR_CONF_SKEW_ICE;

    if (id == NULL || sent == NULL) {
        asr_conf_signature_say(k, "signature", "the signature is right",
                               "Credential and Signature", "not both");
        free(id);
        free(sent);
        return;
    }

    token = asr_conf_request_get(&k->seen->request, "x-acs-security-token");
    memset(&account, 0, sizeof(account));
    memset(&how, 0, sizeof(how));
    account.access_key_id = id;
    account.access_key_secret = id;
    account.security_token = (char *) token;
    how.scheme = ASR_CONF_ACS3;
    how.account = &account;
    how.time = k->time;
    how.nonce_text = asr_conf_request_get(&k->seen->request,
                                          "x-acs-signature-nonce");

    asr_conf_request_copy(&rq, &k->seen->request);
    asr_conf_request_header(&rq, "Authorization", NULL);
    asr_conf_sign(&rq, &how, &made);
    asr_conf_signature_say(k, "signature", "the signature is right",
                           "the signature of what was sent",
                           strcmp(made.signature, sent) == 0
                               ? NULL : "another signature");
    asr_conf_signed_clean(&made);
    asr_conf_request_clean(&rq);
    k->id = id;
    free(sent);
}


/* Query and form together, without Signature, sorted. */

static void
asr_conf_signature_pairs(asr_conf_checked_t *k, const char *signature)
{
    size_t                     i;
    const asr_conf_request_t  *rq;

    rq = &k->seen->request;

    if (rq->query != NULL) {
        asr_conf_pairs_read(&k->pairs, rq->query, strlen(rq->query));
    }

    if (asr_conf_is_form(rq)) {
        asr_conf_pairs_read(&k->pairs, rq->body, rq->body_len);
    }

    for (i = 0; i < k->pairs.n; i++) {

        if (strcmp(k->pairs.all[i].name, signature) == 0) {
            free(k->sent);
            k->sent = k->pairs.all[i].value;
            free(k->pairs.all[i].name);
            k->pairs.all[i] = k->pairs.all[--k->pairs.n];
            i--;
        }
    }

    asr_conf_pairs_sort(&k->pairs);
}


static void
asr_conf_signature_tc1(asr_conf_checked_t *k)
{
    bool                right;
    char               *host, *text, *made, *to_sign;
    size_t              len;
    uint8_t             mac[32];
    unsigned            form;
    const char         *p, *method;
    asr_conf_digest_t   digest;

    k->id = asr_conf_copy_or_null(asr_conf_pairs_value(&k->pairs, "SecretId"));
    p = asr_conf_pairs_value(&k->pairs, "Timestamp");
    k->time = p != NULL ? strtoll(p, NULL, 10) : 0;
    k->skew = ASR_CONF_SKEW_TENCENT;
    method = asr_conf_pairs_value(&k->pairs, "SignatureMethod");
    digest = method != NULL && strcmp(method, "HmacSHA256") == 0
                 ? ASR_CONF_SHA256 : ASR_CONF_SHA1;
    right = false;

    for (form = 0; form < 2 && !right && k->id != NULL; form++) {
        host = asr_conf_signature_host(&k->seen->request, form);
        text = asr_conf_pairs_text(&k->pairs, false);
        to_sign = asr_conf_print("%s%s/?%s", k->seen->request.method, host,
                                 text);
        len = asr_conf_hmac(digest, k->id, strlen(k->id), to_sign,
                            strlen(to_sign), mac);
        made = asr_conf_base64(mac, len);
        right = k->sent != NULL && strcmp(made, k->sent) == 0;
        free(made);
        free(to_sign);
        free(text);
        free(host);
    }

    asr_conf_signature_say(k, "signature", "the signature is right",
                           "the signature of what was sent",
                           right ? NULL : "another signature");
}


static void
asr_conf_signature_rpc1(asr_conf_checked_t *k)
{
    bool              right;
    char             *text, *made, *key;
    size_t            len;
    uint8_t           mac[32];
    struct tm         tm;
    const char       *p;
    asr_conf_buf_t    b;

    k->id = asr_conf_copy_or_null(asr_conf_pairs_value(&k->pairs,
                                                       "AccessKeyId"));
    p = asr_conf_pairs_value(&k->pairs, "Timestamp");
    memset(&tm, 0, sizeof(tm));
    k->time = p != NULL && strptime(p, "%Y-%m-%dT%H:%M:%SZ", &tm) != NULL
                  ? timegm(&tm) : 0;
    k->skew = ASR_CONF_SKEW_ICE;
    right = false;

    if (k->id != NULL) {
        text = asr_conf_pairs_text(&k->pairs, true);
        asr_conf_buf_init(&b, 4 * (size_t) ASR_CONF_JSON_MAX);
        asr_conf_buf_fmt(&b, "%s&%%2F&", k->seen->request.method);
        asr_conf_buf_pct(&b, text, strlen(text));
        key = asr_conf_print("%s&", k->id);
        len = asr_conf_hmac(ASR_CONF_SHA1, key, strlen(key), b.data, b.len,
                            mac);
        made = asr_conf_base64(mac, len);
        right = k->sent != NULL && strcmp(made, k->sent) == 0;
        free(made);
        free(key);
        free(text);
        asr_conf_buf_free(&b);
    }

    asr_conf_signature_say(k, "signature", "the signature is right",
                           "the signature of what was sent",
                           right ? NULL : "another signature");
}


static void
asr_conf_signature_bearer(asr_conf_checked_t *k, const char *auth)
{
    bool         right;
    const char  *key;

    if (strcmp(k->seen->doc->api, "u2") == 0) {
        right = strncmp(auth, "Bearer ", 7) == 0;
        key = right ? auth + 7 : auth;
        asr_conf_signature_say(k, "authorization", "the key is sent as a "
                               "bearer key", "Authorization: Bearer KEY",
                               right && *key && strpbrk(key, " \t,") == NULL
                                   ? NULL : "another form");
        return;
    }

    asr_conf_signature_say(k, "authorization", "the key is sent bare",
                           "Authorization: KEY",
                           *auth && strpbrk(auth, " \t,") == NULL
                               ? NULL : "another form");
}


static void
asr_conf_signature_time(asr_conf_checked_t *k)
{
    char     got[64];
    int64_t  off;

    /* whatever a client sends, the difference does not overflow */

    off = (k->time < 0 ? 0 : k->time) - k->seen->time;
    snprintf(got, sizeof(got), "%lld s off", (long long) off);
    asr_conf_signature_say(k, "time", "the time that is signed is now",
                           "a time within the document's window",
                           llabs((long long) off) <= k->skew ? NULL : got);
}


static void
asr_conf_signature_one(asr_conf_checked_t *k)
{
    const char  *auth, *api;

    api = k->seen->doc->api;
    auth = asr_conf_request_get(&k->seen->request, "Authorization");

    if (strcmp(api, "u2") == 0 || strcmp(api, "memories") == 0) {
        asr_conf_signature_bearer(k, auth != NULL ? auth : "");
        return;
    }

    if (auth != NULL && strncmp(auth, "TC3-HMAC-SHA256", 15) == 0) {
        asr_conf_signature_tc3(k, auth);

    } else if (auth != NULL && strncmp(auth, "ACS3-HMAC-SHA256", 16) == 0) {
        asr_conf_signature_acs3(k, auth);

    } else {
        asr_conf_signature_pairs(k, "Signature");

        if (strcmp(api, "tencent") == 0) {
            asr_conf_signature_tc1(k);

        } else {
            asr_conf_signature_rpc1(k);
        }
    }

    asr_conf_signature_time(k);
}


void
asr_conf_client_signatures(asr_conf_judged_t *j, const asr_conf_seen_t *seen,
    size_t n)
{
    size_t              i;
    asr_conf_checked_t  k;

    for (i = 0; i < n; i++) {

        if (seen[i].op == NULL || seen[i].cut) {
            continue;
        }

        memset(&k, 0, sizeof(k));
        k.seen = &seen[i];
        k.judged = j;
        asr_conf_signature_one(&k);
        asr_conf_pairs_clean(&k.pairs);
        free(k.id);
        free(k.sent);
    }
}
