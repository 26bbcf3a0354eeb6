/*
 * A client of Alibaba Cloud ICE for tests: signs by plain OpenSSL calls,
 * written from the vendor's description, sharing nothing with the code under
 * test but the JSON reader that looks into replies.
 */

#ifndef ICE_CLIENT_H
#define ICE_CLIENT_H

#include "api_harness.h"

#include <ctype.h>
#include <time.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "api/asr_ice.h"


#define I_ID      "LTAIdemo"
#define I_SECRET  "topsecret-of-the-ice-tests"
#define I_HOST    "ice.cn-shanghai.aliyuncs.com"
#define I_PAIRS   48

#define I_KEY(id) "{\"access_key_id\": \"" id "\","                           \
                  " \"access_key_secret\": \"" I_SECRET "\"}"

static const char  i_accounts[] =
    "{\"accounts\": ["
    "{\"name\": \"demo\", \"app_id\": 1300000001,"
    " \"webhook\": \"https://hook.example/ice\","
    " \"webhook_key\": \"Test123\", \"keys\": [" I_KEY("LTAIdemo") ","
    " {\"access_key_id\": \"LTAItemp\", \"access_key_secret\": \"" I_SECRET
    "\", \"security_token\": \"tok-1\"}]},"
    "{\"name\": \"other\", \"keys\": [" I_KEY("LTAIother") "]},"
    "{\"name\": \"off\", \"status\": \"disabled\","
    " \"keys\": [" I_KEY("LTAIoff") "]},"
    "{\"name\": \"iso\", \"status\": \"isolated\","
    " \"keys\": [" I_KEY("LTAIiso") "]},"
    "{\"name\": \"poor\", \"status\": \"no_amount\","
    " \"keys\": [" I_KEY("LTAIpoor") "]},"
    "{\"name\": \"free\", \"status\": \"no_free_amount\","
    " \"keys\": [" I_KEY("LTAIfree") "]},"
    "{\"name\": \"new\", \"status\": \"not_registered\","
    " \"keys\": [" I_KEY("LTAInew") "]},"
    "{\"name\": \"slow\", \"keys\": [" I_KEY("LTAIslow") "],"
    " \"limits\": {\"ice.SubmitASRJob\": \"3r/m\","
    "              \"ice.GetSmartHandleJob\": \"off\"}}"
    "]}";


typedef struct {
    const char  *name;
    const char  *value;
} i_pair_t;

typedef enum {
    I_QUERY = 0,                     /* v1: all in the query */
    I_FORM,                          /* all in the body */
    I_SPLIT                          /* the common ones in the query */
} i_where_t;

/* Zero means the default that makes a good request; "" sends none. */

typedef struct {
    bool             v1;
    i_where_t        where;          /* of v1's pairs */
    const char      *method;         /* "POST" */
    const char      *action;         /* "SubmitASRJob" */
    const char      *version;
    const char      *date;           /* now */
    const char      *nonce;          /* a new one */
    const char      *id;
    const char      *secret;
    const char      *token;
    const char      *format;         /* v1: "JSON"; ACS3: none */
    const char      *accept;         /* none */
    const char      *algorithm;      /* v1: "HMAC-SHA1" */
    const char      *sign_version;   /* v1: "1.0" */
    const char      *signature;      /* v1: instead of the right one */
    const char      *host;
    const char      *sign_host;      /* as host */
    const char      *authorization;  /* instead of the right one */
    const char      *content_type;   /* of body */
    const char      *body;
    const char      *sha256;         /* instead of the body's */
    const char      *unsigned_name;  /* a header left out of SignedHeaders */
    const char      *raw;            /* appended to the query as it is */
    const i_pair_t  *pairs;          /* name NULL ends; the action's own */
    bool             bad_signature;
    bool             bare;           /* * ! ( ) are not encoded on the wire */
    size_t           piece;
    bool             chunked;
} i_request_t;


static inline const char *
i_or(const char *s, const char *dflt)
{
    return (s != NULL) ? s : dflt;
}


static inline void
i_hex(const unsigned char *p, size_t n, char *out)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        snprintf(out + 2 * i, 3, "%02x", p[i]);
    }
}


static inline void
i_now(char *out, size_t size, int64_t skew)
{
    time_t     t;
    struct tm  tm;

    t = time(NULL) + (time_t) skew;
    gmtime_r(&t, &tm);
    strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}


/* Appended to out; returns the end. */

static inline char *
i_pct(char *out, const char *s, bool bare)
{
    for ( /* void */ ; *s != '\0'; s++) {
        if (isalnum((unsigned char) *s) || strchr("-_.~", *s) != NULL
            || (bare && strchr("*!()", *s) != NULL))
        {
            *out++ = *s;

        } else {
            out += snprintf(out, 4, "%%%02X", (unsigned char) *s);
        }
    }

    *out = '\0';

    return out;
}


static inline int
i_compare(const void *a, const void *b)
{
    return strcmp(((const i_pair_t *) a)->name, ((const i_pair_t *) b)->name);
}


/* name=value&..., at most n; sorted and encoded as it is signed. */

static inline void
i_text(char *out, const i_pair_t *pairs, size_t n, bool bare)
{
    size_t  i;

    *out = '\0';

    for (i = 0; i < n; i++) {
        if (i != 0) {
            *out++ = '&';
        }

        out = i_pct(out, pairs[i].name, bare);
        *out++ = '=';
        out = i_pct(out, pairs[i].value, bare);
    }
}


static inline size_t
i_add(i_pair_t *p, size_t n, const char *name, const char *value)
{
    if (*value == '\0') {
        return n;
    }

    p[n].name = name;
    p[n].value = value;

    return n + 1;
}


static inline size_t
i_own(i_pair_t *p, size_t n, const i_pair_t *own)
{
    for ( /* void */ ; own != NULL && own->name != NULL; own++) {
        p[n++] = *own;
    }

    return n;
}


static inline const char *
i_nonce(void)
{
    static char      text[40];
    static unsigned  count;

    snprintf(text, sizeof(text), "nonce-%d-%u", (int) getpid(), ++count);

    return text;
}


typedef struct {
    char          *query;
    char          *body;
    char          *canon;
    char           date[32];
    char           sha[65];
    char           authorization[2048];
    char           signature[64];
    api_header_t   headers[24];
    size_t         n;
} i_wire_t;

#define I_WIRE  (1024 * 1024)


static inline void
i_append(char *out, const char *s)
{
    size_t  len;

    len = strlen(out);
    snprintf(out + len, I_WIRE - len, "%s", s);
}


static inline void
i_header(i_wire_t *w, const char *name, const char *value)
{
    if (*value != '\0') {
        w->headers[w->n].name = name;
        w->headers[w->n++].value = value;
    }
}


static inline void
i_wire_acs3(const i_request_t *q, i_wire_t *w)
{
    char           list[512], text[256], sign[65], hash[65], *p;
    size_t         i, k, n;
    unsigned       len;
    i_pair_t       pairs[I_PAIRS], names[24];
    const char    *body;
    unsigned char  md[32];

    body = i_or(q->body, "");
    SHA256((const unsigned char *) body, strlen(body), md);
    i_hex(md, 32, w->sha);

    n = i_own(pairs, 0, q->pairs);
    n = i_add(pairs, n, "Format", i_or(q->format, ""));
    i_text(w->query, pairs, n, q->bare);
    i_append(w->query, i_or(q->raw, ""));

    i_header(w, "host", i_or(q->host, I_HOST));
    i_header(w, "x-acs-action", i_or(q->action, "SubmitASRJob"));
    i_header(w, "x-acs-version", i_or(q->version, "2020-11-09"));
    i_header(w, "x-acs-date", i_or(q->date, w->date));
    i_header(w, "x-acs-signature-nonce", i_or(q->nonce, i_nonce()));
    i_header(w, "x-acs-content-sha256", i_or(q->sha256, w->sha));
    i_header(w, "x-acs-security-token", i_or(q->token, ""));
    i_header(w, "content-type", i_or(q->content_type, ""));
    i_header(w, "x-acs-credentials-provider", "static_ak");

    for (i = 0, k = 0; i < w->n; i++) {
        if (q->unsigned_name == NULL
            || strcmp(q->unsigned_name, w->headers[i].name) != 0)
        {
            names[k].name = w->headers[i].name;
            names[k].value = w->headers[i].value;
            k++;
        }
    }

    qsort(names, k, sizeof(i_pair_t), i_compare);
    qsort(pairs, n, sizeof(i_pair_t), i_compare);

    p = w->canon;
    p += snprintf(p, I_WIRE, "%s\n/\n", i_or(q->method, "POST"));
    i_text(p, pairs, n, false);
    p += strlen(p);
    *p++ = '\n';
    list[0] = '\0';

    for (i = 0; i < k; i++) {
        p += snprintf(p, 4096, "%s:%s\n", names[i].name,
                      strcmp(names[i].name, "host") == 0
                      ? i_or(q->sign_host, names[i].value) : names[i].value);
        snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s",
                 i ? ";" : "", names[i].name);
    }

    p += snprintf(p, 4096, "\n%s\n%s", list, w->sha);

    SHA256((unsigned char *) w->canon, (size_t) (p - w->canon), md);
    i_hex(md, 32, hash);
    snprintf(text, sizeof(text), "ACS3-HMAC-SHA256\n%s", hash);
    HMAC(EVP_sha256(), i_or(q->secret, I_SECRET),
         (int) strlen(i_or(q->secret, I_SECRET)), (unsigned char *) text,
         strlen(text), md, &len);
    i_hex(md, 32, sign);

    if (q->bad_signature) {
        sign[7] = (sign[7] == '0') ? '1' : '0';
    }

    snprintf(w->authorization, sizeof(w->authorization),
             "ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s",
             i_or(q->id, I_ID), list, sign);
    i_header(w, "authorization", i_or(q->authorization, w->authorization));
    i_append(w->body, body);
}


static inline void
i_sign_v1(const i_request_t *q, i_wire_t *w, i_pair_t *pairs, size_t n)
{
    char           key[256], *p;
    unsigned       len;
    i_pair_t       sorted[I_PAIRS];
    unsigned char  md[64];

    memcpy(sorted, pairs, n * sizeof(i_pair_t));
    qsort(sorted, n, sizeof(i_pair_t), i_compare);

    p = w->canon + snprintf(w->canon, I_WIRE, "%s&%%2F&",
                            i_or(q->method, "POST"));
    i_text(w->body, sorted, n, false);
    p = i_pct(p, w->body, false);
    w->body[0] = '\0';

    snprintf(key, sizeof(key), "%s&", i_or(q->secret, I_SECRET));
    HMAC(EVP_sha1(), key, (int) strlen(key), (unsigned char *) w->canon,
         (size_t) (p - w->canon), md, &len);
    EVP_EncodeBlock((unsigned char *) w->signature, md, (int) len);

    if (q->bad_signature) {
        w->signature[3] = (w->signature[3] == 'A') ? 'B' : 'A';
    }
}


static inline void
i_wire_v1(const i_request_t *q, i_wire_t *w)
{
    size_t    n, common;
    i_pair_t  p[I_PAIRS];

    n = i_add(p, 0, "Action", i_or(q->action, "SubmitASRJob"));
    n = i_add(p, n, "Version", i_or(q->version, "2020-11-09"));
    n = i_add(p, n, "Format", i_or(q->format, "JSON"));
    n = i_add(p, n, "AccessKeyId", i_or(q->id, I_ID));
    n = i_add(p, n, "SignatureMethod", i_or(q->algorithm, "HMAC-SHA1"));
    n = i_add(p, n, "SignatureVersion", i_or(q->sign_version, "1.0"));
    n = i_add(p, n, "SignatureNonce", i_or(q->nonce, i_nonce()));
    n = i_add(p, n, "Timestamp", i_or(q->date, w->date));
    n = i_add(p, n, "SecurityToken", i_or(q->token, ""));
    common = n;
    n = i_own(p, n, q->pairs);

    i_sign_v1(q, w, p, n);
    p[n].name = "Signature";
    p[n].value = i_or(q->signature, w->signature);
    n += (*p[n].value != '\0');

    switch (q->where) {

    case I_QUERY:
        i_text(w->query, p, n, q->bare);
        break;

    case I_FORM:
        i_text(w->body, p, n, q->bare);
        break;

    default:
        i_text(w->query, p, common, q->bare);
        i_text(w->body, p + common, n - common, q->bare);
    }

    i_append(w->query, i_or(q->raw, ""));

    i_header(w, "host", i_or(q->host, I_HOST));
    i_header(w, "x-acs-action", i_or(q->action, "SubmitASRJob"));
    i_header(w, "x-acs-version", i_or(q->version, "2020-11-09"));

    if (q->body != NULL) {
        w->body[0] = '\0';
        i_append(w->body, q->body);
    }

    i_header(w, "content-type",
             i_or(q->content_type, w->body[0] != '\0'
                  ? "application/x-www-form-urlencoded" : ""));
}


static inline void
i_send(api_world_t *world, const i_request_t *q, api_response_t *out)
{
    i_wire_t      *w;
    api_request_t  r;

    w = calloc(1, sizeof(i_wire_t));
    assert_non_null(w);
    w->query = calloc(1, I_WIRE);
    w->body = calloc(1, I_WIRE);
    w->canon = calloc(1, I_WIRE);
    i_now(w->date, sizeof(w->date), 0);

    if (q->v1) {
        i_wire_v1(q, w);

    } else {
        i_wire_acs3(q, w);
    }

    i_header(w, "accept", i_or(q->accept, ""));

    memset(&r, 0, sizeof(r));
    r.method = i_or(q->method, "POST");
    r.path = "/";
    r.args = w->query;
    r.headers = w->headers;
    r.body = w->body;
    r.body_len = strlen(w->body);
    r.piece = q->piece;
    r.chunked = q->chunked;

    api_send(world, &asr_api_ice, &r, out);

    free(w->query);
    free(w->body);
    free(w->canon);
    free(w);
}


/* The reply as JSON, in the caller's arena; what holds for all of them. */

static inline asr_json_t *
i_reply(const api_response_t *r, asr_arena_t *arena)
{
    size_t             i;
    asr_str_t          id;
    asr_json_t        *root;
    asr_json_error_t   err;

    assert_string_equal(r->content_type, "application/json;charset=utf-8");
    assert_string_equal(api_response_header(r, "x-acs-request-id"),
                        r->request_id);

    asr_arena_init(arena, 1 << 26);
    root = asr_json_parse(arena, (asr_str_t) { r->body_len, r->body }, &err);
    assert_non_null(root);

    id = asr_json_get_str(root, "RequestId");
    assert_int_equal(id.len, ASR_UUID_LEN);
    assert_memory_equal(id.data, r->request_id, ASR_UUID_LEN);

    for (i = 0; i < id.len; i++) {
        assert_false(islower((unsigned char) id.data[i]));
    }

    return root;
}


/* Status and Code (NULL: none) as wanted; word is in the text. */

#define i_expect(r, status, code, word)                                       \
    i_expect_at(r, status, code, word, __FILE__, __LINE__)

static inline void
i_expect_at(api_response_t *r, int status, const char *code,
    const char *word, const char *file, int line)
{
    asr_str_t    got, text;
    asr_json_t  *root;
    asr_arena_t  arena;

    root = i_reply(r, &arena);
    got = asr_json_get_str(root, "Code");
    text = asr_json_get_str(root, "Message");

    if (r->status != status
        || (code == NULL && (got.data != NULL || r->error[0] != '\0'))
        || (code != NULL
            && (!asr_str_eq(got, asr_cstr(code)) || text.len == 0
                || strcmp(r->error, code) != 0 || r->clause[0] != 'I'
                || (word != NULL && strstr(text.data, word) == NULL))))
    {
        print_error("expected %d %s (%s): %d %s [%s]\n", status,
                    i_or(code, "none"), i_or(word, ""), r->status, r->body,
                    r->clause);
        _fail(file, line);
    }

    /* a wrong key, signature, time or nonce costs no store access */

    if (strncmp(r->clause, "I-05", 4) == 0) {
        assert_int_equal(r->store_ops, 0);
    }

    assert_null(strstr(r->body, I_SECRET));
    assert_null(strstr(r->why, I_SECRET));
    assert_null(strstr(r->why, "tok-1"));

    asr_arena_free(&arena);
    api_response_free(r);
}


static api_world_t    world;
static asr_oss_t      i_oss[4];
static char           i_root[128];
static int64_t        i_url_id;
static char           i_url[8192];
static asr_str_t      i_format;          /* of that task */
static unsigned       i_used;
static unsigned char  i_nonces[4096][ASR_NONCE_LEN];
static int64_t        i_until;
static bool           i_full;


/* A task with a URL: what it is is looked at, it need not be stored. */

static bool
i_store_hook(asr_op_t *op)
{
    if (op->type != ASR_OP_TASK_CREATE || op->task.url.len == 0) {
        return false;
    }

    assert_null(op->spool_file);
    api_copy(i_url, sizeof(i_url), op->task.url);
    i_format = op->task.format;
    op->task.id = i_url_id;
    op->rc = ASR_OK;

    return true;
}


static inline asr_nonce_status_t
i_nonce_hook(void *ctx, const unsigned char id[ASR_NONCE_LEN],
    int64_t until_ms)
{
    unsigned  i;

    if (i_full) {
        return ASR_NONCE_FULL;
    }

    i_until = until_ms;

    for (i = 0; i < i_used; i++) {
        if (memcmp(i_nonces[i], id, ASR_NONCE_LEN) == 0) {
            return ASR_NONCE_USED;
        }
    }

    assert_true(i_used < 4096);
    memcpy(i_nonces[i_used++], id, ASR_NONCE_LEN);

    return ASR_NONCE_NEW;
}


static inline void
i_write(const char *name, const void *p, size_t n)
{
    int   fd;
    char  path[512];

    snprintf(path, sizeof(path), "%s/%s", i_root, name);
    fd = open(path, O_WRONLY|O_CREAT|O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, p, n), n);
    close(fd);
}


static int
setup(void **state)
{
    char  path[256];

    api_world_init(&world, i_accounts, ASR_ICE_ENGINE, 100000);
    world.store_hook = i_store_hook;
    world.core.nonce = i_nonce_hook;

    snprintf(i_root, sizeof(i_root), "%s/root", world.dir);
    mkdir(i_root, 0700);
    snprintf(path, sizeof(path), "%s/media", i_root);
    mkdir(path, 0700);

    i_oss[0].name = asr_str("example-bucket");
    i_oss[0].root = asr_cstr(i_root);
    i_oss[1].name = asr_str("far");
    i_oss[1].base = asr_str("https://minio.example/far");
    i_oss[2].root = asr_cstr(i_root);
    world.core.oss = i_oss;
    world.core.noss = 3;
    i_url_id = 77;

    i_write("a.wav", "some audio", 10);

    return 0;
}


static int
teardown(void **state)
{
    api_world_free(&world);
    return 0;
}


/* Sent, and its answer as expected. */

#define check(q, status, code, word)                                          \
    check_at(q, status, code, word, __FILE__, __LINE__)

static inline void
check_at(const i_request_t *q, int status, const char *code,
    const char *word, const char *file, int line)
{
    api_response_t  r;

    i_send(&world, q, &r);
    i_expect_at(&r, status, code, word, file, line);
}


/* A rule that no refusal's clause tells of. */

static inline void
i_holds(const char *clause, bool so)
{
    if (!so) {
        fail_msg("%s does not hold", clause);
    }
}


/* The error's code (NULL: none), and the clause that the log gives for it. */

static inline void
i_check_clause(const i_request_t *q, const char *code, const char *clause)
{
    api_response_t  r;

    i_send(&world, q, &r);

    if (strcmp(r.clause, clause) != 0) {
        fail_msg("clause \"%s\", not \"%s\": %s", r.clause, clause, r.body);
    }

    i_expect(&r, code == NULL ? 200 : r.status, code, NULL);
}


static inline char *
i_repeated(char c, size_t n)
{
    static char  text[32768];

    memset(text, c, n);
    text[n] = '\0';

    return text;
}


#define I_FILE  "oss://example-bucket/a.wav"

static const i_pair_t  i_good[] = { { "InputFile", I_FILE }, { NULL, NULL } };


#endif /* ICE_CLIENT_H */
