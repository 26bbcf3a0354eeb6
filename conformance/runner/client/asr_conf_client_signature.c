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
#define ASR_CONF_KEY_MAX       128       /* characters of a world's key */
#define ASR_CONF_TIME_MAX      INT64_C(253402300799)     /* year 9999 */


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


/* A got of NULL is a pass; else it is what `status` says. */

static void
asr_conf_signature_say(asr_conf_checked_t *k, const char *what,
    const char *name, asr_conf_status_t status, const char *expected,
    const char *got)
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
                          got == NULL ? ASR_CONF_PASS : status, k->seen,
                          expected, got);
    free(id);
}


/* Whether the secret is known: a key that is a world of the mock. */

static bool
asr_conf_signature_world(const char *id)
{
    size_t  n;

    if (strncmp(id, "test-", 5) != 0) {
        return false;
    }

    n = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                   "0123456789._-");

    return n > 5 && n <= ASR_CONF_KEY_MAX && id[n] == '\0';
}


static void
asr_conf_signature_is(asr_conf_checked_t *k, bool right)
{
    asr_conf_signature_say(k, "signature", "the signature is right",
                           ASR_CONF_FAIL, "the signature of what was sent",
                           right ? NULL : "another signature");
}


/* Of another key no signature can be computed; false: it has been said. */

static bool
asr_conf_signature_begins(asr_conf_checked_t *k)
{
    if (k->id != NULL && asr_conf_signature_world(k->id)) {
        return true;
    }

    if (k->id == NULL || k->id[0] == '\0') {
        asr_conf_signature_say(k, "signature", "the signature is right",
                               ASR_CONF_FAIL, "the id of a key", "none");
        return false;
    }

    asr_conf_signature_say(k, "signature", "the signature is right",
                           ASR_CONF_SKIP, NULL,
                           "the key is no \"test-...\": its secret is not "
                           "known");
    return false;
}


/* The text after name= up to a comma, to be freed; NULL: none. */

static char *
asr_conf_auth_part(const char *auth, const char *name)
{
    const char  *p;

    for (p = strstr(auth, name); p != NULL; p = strstr(p + 1, name)) {
        if (p != auth && strchr(" \t,", p[-1]) != NULL) {
            p += strlen(name);
            return asr_conf_copy_n(p, strcspn(p, ", \t"));
        }
    }

    return NULL;
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
    uint8_t               key[32];
    const void           *made;
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
    len = strlen(host);
    made = host;

    for ( /* void */ ; *p != '\0'; p += part + (p[part] == '/')) {
        part = strcspn(p, "/");
        len = asr_conf_hmac(ASR_CONF_SHA256, made, len, p, part, key);
        made = key;
    }

    len = asr_conf_hmac(ASR_CONF_SHA256, made, len, text, strlen(text), key);
    asr_conf_hex(hex, key, len);
    free(text);
    free(host);
    asr_conf_request_clean(&rq);

    return asr_conf_copy(hex);
}


/* "ID/DATE/SERVICE/tc3_request", nothing of it empty. */

static bool
asr_conf_tc3_scoped(const char *credential)
{
    size_t       n, parts;
    const char  *p;

    p = credential;

    for (parts = 1; ; parts++) {
        n = strcspn(p, "/");

        if (n == 0) {
            return false;
        }

        p += n;

        if (*p++ == '\0') {
            return parts == 4;
        }
    }
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

    if (credential == NULL || list == NULL || sent == NULL
        || !asr_conf_tc3_scoped(credential))
    {
        asr_conf_signature_say(k, "signature", "the signature is right",
                               ASR_CONF_FAIL,
                               "Credential=ID/DATE/SERVICE/tc3_request, "
                               "SignedHeaders and Signature",
                               "not all of them");
        goto done;
    }

    k->id = asr_conf_copy_n(credential, strcspn(credential, "/"));

    if (!asr_conf_signature_begins(k)) {
        goto done;
    }

    for (form = 0, right = false; form < 4 && !right; form++) {
        made = asr_conf_tc3_of(&k->seen->request, k->id, credential, list,
                               form);
        right = strcmp(made, sent) == 0;
        free(made);
    }

    asr_conf_signature_is(k, right);

done:

    free(credential);
    free(list);
    free(sent);
}


/* Of the headers that it says it signs: which have to be, is the mock's. */

static char *
asr_conf_acs3_of(const asr_conf_request_t *from, const char *secret,
    const char *list, unsigned form)
{
    char                 *host, *block, *hash, *query, *text, hex[65];
    size_t                len;
    uint8_t               mac[32];
    asr_conf_pairs_t      pairs;
    asr_conf_signer_t     s;
    asr_conf_request_t    rq;

    memset(&s, 0, sizeof(s));
    memset(&pairs, 0, sizeof(pairs));
    asr_conf_request_copy(&rq, from);
    s.rq = &rq;

    host = asr_conf_signature_host(&rq, form);
    asr_conf_request_header(&rq, "Host", host);
    free(host);

    if (rq.query != NULL) {
        asr_conf_pairs_read(&pairs, rq.query, strlen(rq.query));
    }

    asr_conf_pairs_sort(&pairs);
    query = asr_conf_pairs_text(&pairs, true);
    asr_conf_pairs_clean(&pairs);

    block = asr_conf_header_block(&s, list, false);
    hash = asr_conf_digest_hex(ASR_CONF_SHA256, rq.body, rq.body_len);
    text = asr_conf_print("%s\n%s\n%s\n%s\n%s\n%s", rq.method,
                          rq.path[0] != '\0' ? rq.path : "/", query, block,
                          list, hash);
    free(hash);
    free(block);
    free(query);

    hash = asr_conf_digest_hex(ASR_CONF_SHA256, text, strlen(text));
    free(text);

    text = asr_conf_print("ACS3-HMAC-SHA256\n%s", hash);
    free(hash);

    len = asr_conf_hmac(ASR_CONF_SHA256, secret, strlen(secret), text,
                        strlen(text), mac);
    asr_conf_hex(hex, mac, len);
    free(text);
    asr_conf_request_clean(&rq);

    return asr_conf_copy(hex);
}


/* "2026-11-26T05:48:04Z"; 0: none. */

static int64_t
asr_conf_signature_utc(const char *s)
{
    struct tm    tm;
    const char  *end;

    memset(&tm, 0, sizeof(tm));
    end = s != NULL ? strptime(s, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;

    return end != NULL && *end == '\0' ? timegm(&tm) : 0;
}


static void
asr_conf_signature_acs3(asr_conf_checked_t *k, const char *auth)
{
    bool       right;
    char      *list, *made, *sent;
    unsigned   form;

    k->id = asr_conf_auth_part(auth, "Credential=");
    list = asr_conf_auth_part(auth, "SignedHeaders=");
    sent = asr_conf_auth_part(auth, "Signature=");
    k->time = asr_conf_signature_utc(asr_conf_request_get(&k->seen->request,
                                                          "x-acs-date"));
    k->skew = ASR_CONF_SKEW_ICE;

    if (k->id == NULL || list == NULL || sent == NULL) {
        asr_conf_signature_say(k, "signature", "the signature is right",
                               ASR_CONF_FAIL,
                               "Credential, SignedHeaders and Signature",
                               "not all of them");

    } else if (asr_conf_signature_begins(k)) {

        for (form = 0, right = false; form < 2 && !right; form++) {
            made = asr_conf_acs3_of(&k->seen->request, k->id, list, form);
            right = strcmp(made, sent) == 0;
            free(made);
        }

        asr_conf_signature_is(k, right);
    }

    free(list);
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

    if (!asr_conf_signature_begins(k)) {
        return;
    }

    for (form = 0, right = false; form < 2 && !right; form++) {
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

    asr_conf_signature_is(k, right);
}


static void
asr_conf_signature_rpc1(asr_conf_checked_t *k)
{
    char             *text, *made, *key;
    size_t            len;
    uint8_t           mac[32];
    asr_conf_buf_t    b;

    k->id = asr_conf_copy_or_null(asr_conf_pairs_value(&k->pairs,
                                                       "AccessKeyId"));
    k->time = asr_conf_signature_utc(asr_conf_pairs_value(&k->pairs,
                                                          "Timestamp"));
    k->skew = ASR_CONF_SKEW_ICE;

    if (!asr_conf_signature_begins(k)) {
        return;
    }

    text = asr_conf_pairs_text(&k->pairs, true);
    asr_conf_buf_init(&b, 4 * (size_t) ASR_CONF_JSON_MAX);
    asr_conf_buf_fmt(&b, "%s&%%2F&", k->seen->request.method);
    asr_conf_buf_pct(&b, text, strlen(text));
    key = asr_conf_print("%s&", k->id);
    len = asr_conf_hmac(ASR_CONF_SHA1, key, strlen(key), b.data, b.len, mac);
    made = asr_conf_base64(mac, len);

    asr_conf_signature_is(k, k->sent != NULL && strcmp(made, k->sent) == 0);

    free(made);
    free(key);
    free(text);
    asr_conf_buf_free(&b);
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
                               "bearer key", ASR_CONF_FAIL,
                               "Authorization: Bearer KEY",
                               right && *key && strpbrk(key, " \t,") == NULL
                                   ? NULL : "another form");
        return;
    }

    asr_conf_signature_say(k, "authorization", "the key is sent bare",
                           ASR_CONF_FAIL, "Authorization: KEY",
                           *auth && strpbrk(auth, " \t,") == NULL
                               ? NULL : "another form");
}


static void
asr_conf_signature_time(asr_conf_checked_t *k)
{
    bool     held;
    char     got[64];
    int64_t  off;

    if (k->time <= 0 || k->time > ASR_CONF_TIME_MAX) {
        held = false;
        snprintf(got, sizeof(got), "none that can be read");

    } else {
        off = k->time - k->seen->time;
        held = llabs((long long) off) <= k->skew;
        snprintf(got, sizeof(got), "%lld s off", (long long) off);
    }

    asr_conf_signature_say(k, "time", "the time that is signed is now",
                           ASR_CONF_FAIL,
                           "a time within the document's window",
                           held ? NULL : got);
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

        /* a body that cannot be read has been found, and is not computed */

        if (seen[i].op == NULL || seen[i].body_fault != NULL) {
            continue;
        }

        memset(&k, 0, sizeof(k));
        k.seen = &seen[i];
        k.judged = j;

        if (seen[i].cut) {
            asr_conf_signature_say(&k, "signature", "the signature is right",
                                   ASR_CONF_SKIP, NULL,
                                   "bodies were too large to be kept");
            continue;
        }

        asr_conf_signature_one(&k);
        asr_conf_pairs_clean(&k.pairs);
        free(k.id);
        free(k.sent);
    }
}
