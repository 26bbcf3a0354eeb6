/*
 * A client of the Tencent Cloud API for tests: signs by plain OpenSSL calls,
 * written from the vendor's description, sharing nothing with the code under
 * test but the JSON reader that looks into replies.
 */

#ifndef TENCENT_CLIENT_H
#define TENCENT_CLIENT_H

#include "api_harness.h"

#include <ctype.h>
#include <time.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "api/asr_tencent.h"


#define T_ID      "AKIDdemo"
#define T_SECRET  "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
#define T_HOST    "asr.intl.tencentcloudapi.com"

#define MISSING  "MissingParameter"
#define TYPE     "InvalidParameter"
#define VALUE    "InvalidParameterValue"
#define UNKNOWN  "UnknownParameter"


static const char  t_accounts[] =
    "{\"accounts\": ["
    "{\"name\": \"demo\", \"app_id\": 1300000001, \"keys\": ["
    " {\"secret_id\": \"AKIDdemo\", \"secret_key\": \"" T_SECRET "\"},"
    " {\"secret_id\": \"AKIDtemp\", \"secret_key\": \"" T_SECRET "\","
    "  \"token\": \"tok-1\"}]},"
    "{\"name\": \"other\", \"keys\": ["
    " {\"secret_id\": \"AKIDother\", \"secret_key\": \"" T_SECRET "\"}]},"
    "{\"name\": \"off\", \"status\": \"disabled\", \"keys\": ["
    " {\"secret_id\": \"AKIDdisabled\", \"secret_key\": \"" T_SECRET "\"}]},"
    "{\"name\": \"iso\", \"status\": \"isolated\", \"keys\": ["
    " {\"secret_id\": \"AKIDisolated\", \"secret_key\": \"" T_SECRET "\"}]},"
    "{\"name\": \"poor\", \"status\": \"no_amount\", \"keys\": ["
    " {\"secret_id\": \"AKIDpoor\", \"secret_key\": \"" T_SECRET "\"}]},"
    "{\"name\": \"free\", \"status\": \"no_free_amount\", \"keys\": ["
    " {\"secret_id\": \"AKIDfree\", \"secret_key\": \"" T_SECRET "\"}]},"
    "{\"name\": \"new\", \"status\": \"not_registered\", \"keys\": ["
    " {\"secret_id\": \"AKIDnew\", \"secret_key\": \"" T_SECRET "\"}]},"
    "{\"name\": \"slow\", \"keys\": ["
    " {\"secret_id\": \"AKIDslow\", \"secret_key\": \"" T_SECRET "\"}],"
    " \"limits\": {\"tencent.CreateRecTask\": \"3r/m\","
    "              \"tencent.DescribeTaskStatus\": \"off\"}}"
    "]}";


/* Zero means the default that makes a good request. */

typedef struct {
    const char  *method;             /* "POST" */
    const char  *action;             /* "CreateRecTask"; "" sends none */
    const char  *version;            /* "2019-06-14" */
    const char  *timestamp;          /* now */
    const char  *id;
    const char  *secret;
    const char  *token;
    const char  *service;            /* "asr" */
    const char  *host;
    const char  *sign_host;          /* as host */
    const char  *content_type;       /* "application/json"; "" sends none */
    const char  *query;              /* "" */
    const char  *body;
    size_t       body_len;           /* 0: strlen(body) */
    const char  *sign_body;          /* as body */
    const char  *authorization;      /* instead of the right one; "": none */
    const char  *language;
    const char  *trace;
    const char  *region;
    bool         unsigned_payload;
    bool         bad_signature;
    size_t       piece;
    bool         chunked;
} t_request_t;


static inline const char *
t_or(const char *s, const char *dflt)
{
    return (s != NULL) ? s : dflt;
}


static inline void
t_hex(const unsigned char *p, size_t n, char *out)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        snprintf(out + 2 * i, 3, "%02x", p[i]);
    }
}


static inline void
t_sha256_hex(const void *p, size_t n, char out[65])
{
    unsigned char  md[32];

    SHA256(p, n, md);
    t_hex(md, 32, out);
}


/* The Authorization of signature v3. */

static inline void
t_sign_tc3(const t_request_t *q, const char *body, size_t body_len,
    const char *timestamp, char *out, size_t size)
{
    char           date[16], hash[65], canon[66000], text[512], key[128];
    char           sign[65];
    time_t         ts;
    unsigned       n;
    struct tm      tm;
    unsigned char  a[32], b[32];
    const char    *service;

    ts = (time_t) atoll(timestamp);
    gmtime_r(&ts, &tm);
    strftime(date, sizeof(date), "%Y-%m-%d", &tm);
    service = t_or(q->service, "asr");

    if (q->unsigned_payload) {
        t_sha256_hex("UNSIGNED-PAYLOAD", 16, hash);

    } else {
        t_sha256_hex(body, body_len, hash);
    }

    snprintf(canon, sizeof(canon),
             "%s\n/\n%s\ncontent-type:%s\nhost:%s\n\ncontent-type;host\n%s",
             t_or(q->method, "POST"), t_or(q->query, ""),
             t_or(q->content_type, "application/json"),
             t_or(q->sign_host, t_or(q->host, T_HOST)), hash);

    t_sha256_hex(canon, strlen(canon), hash);
    snprintf(text, sizeof(text), "TC3-HMAC-SHA256\n%s\n%s/%s/tc3_request\n%s",
             timestamp, date, service, hash);

    snprintf(key, sizeof(key), "TC3%s", t_or(q->secret, T_SECRET));
    HMAC(EVP_sha256(), key, (int) strlen(key), (unsigned char *) date,
         strlen(date), a, &n);
    HMAC(EVP_sha256(), a, 32, (const unsigned char *) service,
         strlen(service), b, &n);
    HMAC(EVP_sha256(), b, 32, (const unsigned char *) "tc3_request", 11, a,
         &n);
    HMAC(EVP_sha256(), a, 32, (unsigned char *) text, strlen(text), b, &n);
    t_hex(b, 32, sign);

    if (q->bad_signature) {
        sign[7] = (sign[7] == '0') ? '1' : '0';
    }

    snprintf(out, size, "TC3-HMAC-SHA256 Credential=%s/%s/%s/tc3_request, "
             "SignedHeaders=content-type;host, Signature=%s",
             t_or(q->id, T_ID), date, service, sign);
}


static inline void
t_now(char *out, size_t size, int64_t skew)
{
    snprintf(out, size, "%lld", (long long) time(NULL) + (long long) skew);
}


/* A signed TC3 request, sent. */

static inline void
t_send(api_world_t *w, const t_request_t *q, api_response_t *out)
{
    char           now[32], authorization[1024];
    size_t         n, len;
    const char    *body;
    api_header_t   h[16];
    api_request_t  r;

    t_now(now, sizeof(now), 0);
    body = t_or(q->body, "");
    len = (q->body_len != 0) ? q->body_len : strlen(body);
    n = 0;

#define t_put(k, v)                                                          \
    do { const char *v_ = (v); if (*v_ != '\0') {                            \
        h[n].name = k; h[n++].value = v_; } } while (0)

    t_sign_tc3(q, t_or(q->sign_body, body),
               (q->sign_body != NULL) ? strlen(q->sign_body) : len,
               t_or(q->timestamp, now), authorization,
               sizeof(authorization));

    t_put("host", t_or(q->host, T_HOST));
    t_put("content-type", t_or(q->content_type, "application/json"));
    t_put("x-tc-action", t_or(q->action, "CreateRecTask"));
    t_put("x-tc-version", t_or(q->version, "2019-06-14"));
    t_put("x-tc-timestamp", t_or(q->timestamp, now));
    t_put("authorization", t_or(q->authorization, authorization));
    t_put("x-tc-token", t_or(q->token, ""));
    t_put("x-tc-language", t_or(q->language, ""));
    t_put("x-tc-traceid", t_or(q->trace, ""));
    t_put("x-tc-region", t_or(q->region, ""));

    if (q->unsigned_payload) {
        t_put("x-tc-content-sha256", "UNSIGNED-PAYLOAD");
    }

    h[n].name = NULL;

    memset(&r, 0, sizeof(r));
    r.method = t_or(q->method, "POST");
    r.path = "/";
    r.args = q->query;
    r.headers = h;
    r.body = body;
    r.body_len = len;
    r.piece = q->piece;
    r.chunked = q->chunked;

    assert_true(asr_api_tencent.claims != NULL);
    api_send(w, &asr_api_tencent, &r, out);
}


/* Signature v1: pairs, sorted and signed, then encoded. */

typedef struct {
    const char  *name;
    const char  *value;
} t_pair_t;

typedef struct {
    const char      *method;         /* "POST" */
    const t_pair_t  *pairs;          /* name NULL ends; the action's own */
    const char      *action;         /* as in t_request_t */
    const char      *version;
    const char      *timestamp;
    const char      *nonce;
    const char      *id;
    const char      *token;
    const char      *algorithm;      /* "HmacSHA256"; "": not sent, SHA1 */
    const char      *signature;      /* instead of the right one; "": none */
    const char      *language;
    const char      *host;
    const char      *sign_host;
    const char      *raw;            /* appended to the text as it is */
    size_t           piece;
} t_v1_t;


static inline int
t_pair_compare(const void *a, const void *b)
{
    return strcmp(((const t_pair_t *) a)->name, ((const t_pair_t *) b)->name);
}


static inline void
t_url_encode(const char *s, char *out, size_t *len)
{
    for ( /* void */ ; *s != '\0'; s++) {
        if (isalnum((unsigned char) *s) || strchr("-_.~", *s) != NULL) {
            out[(*len)++] = *s;

        } else {
            snprintf(out + *len, 4, "%%%02X", (unsigned char) *s);
            *len += 3;
        }
    }

    out[*len] = '\0';
}


static inline size_t
t_v1_pairs(const t_v1_t *q, const char *now, t_pair_t *p)
{
    size_t          i, n;
    const t_pair_t *own;

    const t_pair_t  common[] = {
        { "Action", t_or(q->action, "CreateRecTask") },
        { "Version", t_or(q->version, "2019-06-14") },
        { "Region", "null" },
        { "Timestamp", t_or(q->timestamp, now) },
        { "Nonce", t_or(q->nonce, "11886") },
        { "SecretId", t_or(q->id, T_ID) },
        { "SignatureMethod", t_or(q->algorithm, "HmacSHA256") },
        { "Token", t_or(q->token, "") },
        { "RequestClient", "SDK_NODEJS_INTL_EN3.0.1335" },
        { "Language", t_or(q->language, "en-US") },
    };

    n = 0;

    for (i = 0; i < asr_nelts(common); i++) {
        if (*common[i].value != '\0') {
            p[n++] = common[i];
        }
    }

    for (own = q->pairs; own != NULL && own->name != NULL; own++) {
        p[n++] = *own;
    }

    qsort(p, n, sizeof(t_pair_t), t_pair_compare);

    return n;
}


static inline void
t_send_v1(api_world_t *w, const t_v1_t *q, api_response_t *out)
{
    char           now[32], sign[64], *text, *encoded;
    size_t         i, n, size, len;
    unsigned       mac_len;
    unsigned char  mac[64];
    const char    *method;
    t_pair_t       p[64];
    api_header_t   h[8];
    api_request_t  r;

    t_now(now, sizeof(now), 0);
    method = t_or(q->method, "POST");
    n = t_v1_pairs(q, now, p);
    size = 4096;

    for (i = 0; i < n; i++) {
        size += 3 * (strlen(p[i].name) + strlen(p[i].value)) + 2;
    }

    size += (q->raw != NULL) ? strlen(q->raw) : 0;
    text = malloc(size);
    encoded = malloc(size);
    assert_non_null(text);
    assert_non_null(encoded);

    len = (size_t) snprintf(text, size, "%s%s/?", method,
                            t_or(q->sign_host, t_or(q->host, T_HOST)));

    for (i = 0; i < n; i++) {
        len += (size_t) snprintf(text + len, size - len, "%s%s=%s",
                                 i ? "&" : "", p[i].name, p[i].value);
    }

    HMAC(strcmp(t_or(q->algorithm, "HmacSHA256"), "HmacSHA256") == 0
         ? EVP_sha256() : EVP_sha1(), T_SECRET, (int) strlen(T_SECRET),
         (unsigned char *) text, len, mac, &mac_len);
    EVP_EncodeBlock((unsigned char *) sign, mac, (int) mac_len);

    if (q->signature == NULL || *q->signature != '\0') {
        p[n++] = (t_pair_t) { "Signature", t_or(q->signature, sign) };
    }

    for (i = 0, len = 0; i < n; i++) {
        if (i != 0) {
            encoded[len++] = '&';
        }

        t_url_encode(p[i].name, encoded, &len);
        encoded[len++] = '=';
        t_url_encode(p[i].value, encoded, &len);
    }

    if (q->raw != NULL) {
        len += (size_t) snprintf(encoded + len, size - len, "%s", q->raw);
    }

    memset(h, 0, sizeof(h));
    h[0] = (api_header_t) { "host", t_or(q->host, T_HOST) };
    h[1] = (api_header_t) { "content-type",
                            "application/x-www-form-urlencoded" };

    memset(&r, 0, sizeof(r));
    r.method = method;
    r.path = "/";
    r.headers = h;
    r.piece = q->piece;

    if (strcmp(method, "GET") == 0) {
        r.args = encoded;
        r.body = "";

    } else {
        r.body = encoded;
        r.body_len = len;
    }

    api_send(w, &asr_api_tencent, &r, out);
    free(text);
    free(encoded);
}


/*
 * What every reply has: HTTP 200, the exact type, one JSON object with the
 * RequestId of the call.  The tree is in the arena, which the caller frees.
 */

static inline asr_json_t *
t_response(const api_response_t *r, asr_arena_t *arena)
{
    asr_str_t         id;
    asr_json_t       *root, *response;
    asr_json_error_t  err;

    assert_int_equal(r->status, 200);
    assert_string_equal(r->content_type, "application/json");

    asr_arena_init(arena, 1 << 26);
    root = asr_json_parse(arena, (asr_str_t) { r->body_len, r->body }, &err);
    assert_non_null(root);

    response = asr_json_get(root, asr_str("Response"));
    assert_non_null(response);
    id = asr_json_get_str(response, "RequestId");
    assert_int_equal(id.len, ASR_UUID_LEN);
    assert_memory_equal(id.data, r->request_id, ASR_UUID_LEN);

    return response;
}


/* The reply's error must be code (NULL: none), its text have word. */

#define t_expect(r, code, word)  t_expect_at(r, code, word, __FILE__, __LINE__)

static inline void
t_expect_at(api_response_t *r, const char *code, const char *word,
    const char *file, int line)
{
    asr_str_t     got, text;
    asr_json_t   *response, *error;
    asr_arena_t   arena;

    response = t_response(r, &arena);
    error = asr_json_get(response, asr_str("Error"));

    if (code == NULL) {
        if (error != NULL) {
            print_error("%s\n", r->body);
            _fail(file, line);
        }

    } else {
        got = asr_json_get_str(error, "Code");
        text = asr_json_get_str(error, "Message");

        if (error == NULL || !asr_str_eq(got, asr_cstr(code))
            || strcmp(r->error, code) != 0 || text.len == 0
            || r->why[0] == '\0'
            || (word != NULL && strstr(text.data, word) == NULL))
        {
            print_error("expected %s (%s): %s\n", code, t_or(word, ""),
                        r->body);
            _fail(file, line);
        }

        /* who is not who he says costs no store access */

        if (strncmp(code, "AuthFailure", sizeof("AuthFailure") - 1) == 0) {
            assert_int_equal(r->store_ops, 0);
        }

        /* a secret has no business in a text or in the log's line */

        assert_null(strstr(r->body, T_SECRET));
        assert_null(strstr(r->why, T_SECRET));
        assert_null(strstr(r->why, "tok-1"));
    }

    asr_arena_free(&arena);
    api_response_free(r);
}


/* The audio, base64 in the request's body; size bytes when decoded. */

static inline char *
t_data_body(size_t size, const char *tail)
{
    char           *body;
    size_t          n;
    unsigned char  *audio;

    audio = malloc(size + 1);
    body = malloc(size / 3 * 4 + 1024);
    assert_non_null(audio);
    assert_non_null(body);

    for (n = 0; n < size; n++) {
        audio[n] = (unsigned char) (n * 7 + n / 251);
    }

    n = (size_t) snprintf(body, 1024, "{\"EngineModelType\":\"16k_en\","
                          "\"ChannelNum\":1,\"ResTextFormat\":0,"
                          "\"SourceType\":1,\"DataLen\":%zu,\"Data\":\"",
                          size);
    n += (size_t) EVP_EncodeBlock((unsigned char *) body + n, audio,
                                  (int) size);
    snprintf(body + n, 64, "%s\"}", tail);
    free(audio);

    return body;
}


static inline void
t_world(api_world_t *w)
{
    api_world_init(w, t_accounts, "16k_en", 100000);
    w->models.engines[1] = "8k_zh";
    w->models.engines[2] = "16k_zh";
    w->models.engines[3] = "16k_th";
}


/* A second world of a process: freeing it must not end the first one's. */

static inline void
t_world_free(api_world_t *w)
{
    api_world_free(w);
    assert_int_equal(asr_crypto_init(), ASR_OK);
}


/* In the world of the test file: sent, and its answer as expected. */

static api_world_t  world;


static inline void
check(const t_request_t *q, const char *code, const char *word)
{
    api_response_t  r;

    t_send(&world, q, &r);
    t_expect(&r, code, word);
}


/* A rule that no refusal's clause tells of. */

static inline void
t_holds(const char *clause, bool so)
{
    if (!so) {
        fail_msg("%s does not hold", clause);
    }
}


/* The reply's error, and the clause that the log's line gives for it. */

static inline void
t_clause(api_response_t *r, const char *code, const char *clause)
{
    if (strcmp(r->clause, clause) != 0) {
        fail_msg("clause \"%s\", not \"%s\": %s", r->clause, clause, r->body);
    }

    t_expect(r, code, NULL);
}


static inline void
check_clause(const t_request_t *q, const char *code, const char *clause)
{
    api_response_t  r;

    t_send(&world, q, &r);
    t_clause(&r, code, clause);
}


static inline void
check_clause_v1(const t_v1_t *q, const char *code, const char *clause)
{
    api_response_t  r;

    t_send_v1(&world, q, &r);
    t_clause(&r, code, clause);
}


static int
setup(void **state)
{
    t_world(&world);
    return 0;
}


static int
teardown(void **state)
{
    api_world_free(&world);
    return 0;
}


#endif /* TENCENT_CLIENT_H */
