/*
 * The signature doctor on Alibaba Cloud's RPC signature: a signer that is
 * right when a row says nothing, and wrong in one place by each row.
 */

#include "doctor_unit.h"

#include "auth/asr_rpc_v1.h"


#define ID     "LTAIdoctor"
#define MAX    24
#define RIGHT  "-_.~"


typedef struct {
    const char  *name;
    const char  *value;
} pair_t;

typedef struct {
    const char  *label;
    const char  *want;
    bool         not_made;

    const char  *method;
    const char  *slash;
    const char  *secret;
    const char  *suffix;
    const char  *plain;          /* left alone inside */
    const char  *outer_plain;
    const char  *digits;         /* "%%%02X" */
    bool         plus;           /* a blank is '+' */
    enum { TWICE = 0, ONCE, RAW, THRICE, COLONS } stage;
    enum { SORTED = 0, SENT, NOCASE } order;
    const char  *without;        /* one that is not signed */
    bool         no_empty;
    bool         twice;          /* Title is encoded twice when sent */
    bool         signature;      /* an empty one is signed */
    enum { ALL = 0, QUERY, BODY } part;
    bool         sha256;
    bool         hex;

    bool         bare;
    bool         get;
    pair_t       more[3];        /* sent in the body, or the query of a GET */
    const char  *stamp;
    const char  *algorithm;
    const char  *send_token;
    const char  *code;
    bool         no_key;
} row_t;


static const char *
or(const char *s, const char *dflt)
{
    return s != NULL ? s : dflt;
}


static int
compare(const void *a, const void *b)
{
    return strcmp(((const pair_t *) a)->name, ((const pair_t *) b)->name);
}


static int
compare_nocase(const void *a, const void *b)
{
    return strcasecmp(((const pair_t *) a)->name,
                      ((const pair_t *) b)->name);
}


static void
coded(const row_t *t, const char *s, char *out)
{
    char    text[512], *p;

    d_pct(s, or(t->plain, RIGHT), or(t->digits, "%%%02X"), text);

    for (p = text; *p != '\0'; p++) {
        if (t->plus && strncmp(p, "%20", 3) == 0) {
            *out++ = '+';
            p += 2;

        } else {
            *out++ = *p;
        }
    }

    *out = '\0';
}


static size_t
pairs_of(const row_t *t, pair_t *p, size_t *query)
{
    size_t  i, n;

    n = 0;
    p[n++] = (pair_t) { "Version", "2020-11-09" };
    p[n++] = (pair_t) { "Action", "SubmitASRJob" };
    p[n++] = (pair_t) { "AccessKeyId", ID };
    p[n++] = (pair_t) { "SignatureMethod", or(t->algorithm, "HMAC-SHA1") };
    p[n++] = (pair_t) { "SignatureVersion", "1.0" };
    p[n++] = (pair_t) { "SignatureNonce", "n-1" };
    p[n++] = (pair_t) { "Timestamp", or(t->stamp, "2026-11-23T12:34:56Z") };
    p[n++] = (pair_t) { "Format", "JSON" };

    if (t->send_token != NULL) {
        p[n++] = (pair_t) { "SecurityToken", t->send_token };
    }

    *query = n;

    for (i = 0; i < 3 && t->more[i].name != NULL; i++) {
        p[n++] = t->more[i];
    }

    if (t->get) {
        *query = n;
    }

    return n;
}


static void
sign(const row_t *t, char *out)
{
    char           text[4096], inner[2048], once[2048], name[128], value[256];
    char           key[256];
    pair_t         p[MAX];
    size_t         i, n, k, query;
    unsigned char  mac[32];

    n = pairs_of(t, p, &query);
    k = t->part == BODY ? query : 0;
    n = t->part == QUERY ? query : n;

    if (t->signature) {
        p[n++] = (pair_t) { "Signature", "" };
    }

    if (t->order != SENT) {
        qsort(p + k, n - k, sizeof(pair_t), t->order == NOCASE
              ? compare_nocase : compare);
    }

    inner[0] = '\0';

    for (i = k; i < n; i++) {
        if ((t->without != NULL && strcmp(p[i].name, t->without) == 0)
            || (t->no_empty && p[i].value[0] == '\0'))
        {
            continue;
        }

        coded(t, p[i].name, name);
        coded(t, p[i].value, value);

        if (t->stage == RAW) {
            snprintf(value, sizeof(value), "%s", p[i].value);
        }

        snprintf(inner + strlen(inner), sizeof(inner) - strlen(inner),
                 "%s%s=%s", inner[0] == '\0' ? "" : "&", name, value);
    }

    snprintf(once, sizeof(once), "%s", inner);

    if (t->stage != ONCE) {
        d_pct(inner, or(t->outer_plain, RIGHT), or(t->digits, "%%%02X"),
              once);
    }

    if (t->stage == THRICE) {
        snprintf(inner, sizeof(inner), "%s", once);
        d_pct(inner, RIGHT, "%%%02X", once);
    }

    for (i = 0; t->stage == COLONS && once[i] != '\0'; i++) {
        if (strncmp(once + i, "%253A", 5) == 0) {
            memmove(once + i + 1, once + i + 3, strlen(once + i + 3) + 1);
        }
    }

    snprintf(text, sizeof(text), "%s&%s&%s",
             or(t->method, t->get ? "GET" : "POST"), or(t->slash, "%2F"),
             once);
    snprintf(key, sizeof(key), "%s%s", or(t->secret, D_SECRET),
             or(t->suffix, "&"));

    n = d_hmac(!t->sha256, key, strlen(key), text, mac);

    if (t->hex) {
        d_hex(mac, n, out);
    } else {
        d_base64(mac, n, out);
    }
}


static bool
accepted(const d_request_t *q, const asr_key_t *key, const pair_t *p, size_t n,
    const char *signature)
{
    bool         ok;
    size_t       i;
    asr_pair_t   pairs[MAX];
    asr_arena_t  arena;

    for (i = 0; i < n; i++) {
        pairs[i].name = asr_cstr(p[i].name);
        pairs[i].value = asr_cstr(p[i].value);
        pairs[i].next = i + 1 < n ? &pairs[i + 1] : NULL;
    }

    asr_arena_init(&arena, 65536);
    ok = asr_rpc_v1_verify(key, q->x.method, pairs, n, asr_cstr(signature),
                           &arena);
    asr_arena_free(&arena);

    return ok;
}


static void
run(const row_t *t)
{
    char         signature[256], sent[768], args[2048], body[2048], *to;
    char         name[256], value[768], title[256];
    pair_t       p[MAX];
    size_t       i, n, query;
    asr_key_t    key;
    d_request_t  q;

    memset(&q, 0, sizeof(q));
    key = d_key(ID);
    sign(t, signature);

    n = pairs_of(t, p, &query);
    args[0] = body[0] = '\0';

    for (i = 0; i < n; i++) {
        to = i < query ? args : body;
        if (t->twice && strcmp(p[i].name, "Title") == 0) {
            p[i].value = d_pct(p[i].value, RIGHT, "%%%02X", title);
        }

        snprintf(to + strlen(to), sizeof(args) - strlen(to), "%s%s=%s",
                 to[0] == '\0' ? "" : "&",
                 d_pct(p[i].name, RIGHT, "%%%02X", name),
                 d_pct(p[i].value, RIGHT, "%%%02X", value));
    }

    snprintf(sent, sizeof(sent), "%s", signature);

    if (!t->bare) {
        d_pct(signature, RIGHT, "%%%02X", sent);
    }

    snprintf(args + strlen(args), sizeof(args) - strlen(args),
             "&Signature=%s", sent);

    q.x.api = asr_str("ice");
    q.x.method = asr_cstr(t->get ? "GET" : "POST");
    q.x.path = asr_str("/");
    q.x.args = asr_cstr(args);
    q.x.status = 400;
    q.x.code = asr_cstr(or(t->code, "SignatureDoesNotMatch"));
    q.x.at_ms = D_NOW * 1000;
    d_body(&q, body);
    d_header(&q, "Host", "127.0.0.1:8080");
    d_header(&q, "Content-Type", body[0] != '\0'
             ? "application/x-www-form-urlencoded; charset=UTF-8" : NULL);

    for (i = 0; t->bare && signature[i] != '\0'; i++) {
        signature[i] = signature[i] == '+' ? ' ' : signature[i];
    }

    if (t->code == NULL
        && accepted(&q, &key, p, n, signature) != (t->want == NULL))
    {
        d_fail(t->label, "the module", t->want == NULL ? "refuses it"
                                                       : "takes it");
    }

    d_expect(&q, t->no_key ? NULL : &key, t->label, t->want, !t->not_made);
}


#define MORE  .more = { { "Title", "a b*~/!" }, { "Zero", "" } }


static const row_t  rows[] = {
    { .label = "right" },
    { .label = "right, in query and body", MORE },
    { .label = "right, a GET", MORE, .get = true },

    { "no ampersand", "S-rpc-ampersand", .suffix = "" },
    { "secret and newline", "S-secret-newline", .secret = D_SECRET "\n" },
    { "secret in quotes", "S-secret-quoted", .secret = "\"" D_SECRET "\"" },
    { "SHA-256", "S-sha256", .sha256 = true },
    { "hex", "S-hex", .hex = true },

    { "a bare slash", "S-rpc-slash", .slash = "/" },
    { "a small %2f", "S-rpc-slash", .slash = "%2f" },
    { "no slash", "S-rpc-slash", .slash = "" },
    { "encoded once", "S-rpc-once", .stage = ONCE, MORE },
    { "values not encoded first", "S-rpc-raw", .stage = RAW, MORE },
    { "encoded three times", "S-rpc-thrice", .stage = THRICE },
    { "colons once", "S-rpc-timestamp", .stage = COLONS, MORE },
    { "GET signed", "S-method", .method = "GET" },
    { "POST signed", "S-method", .method = "POST", .get = true },
    { "lower-case method", "S-method-case", .method = "post" },

    { "plus for a blank", "S-encode-plus", .plus = true, MORE },
    { "tilde encoded", "S-encode-tilde", .plain = "-_.",
      .outer_plain = "-_.", MORE },
    { "star left", "S-encode-star", .plain = "-_.~*",
      .outer_plain = "-_.~*", MORE },
    { "star left inside", "S-encode-star", .plain = "-_.~*", MORE },
    { "encodeURIComponent", "S-encode-marks", .plain = "-_.~*!'()",
      .outer_plain = "-_.~*!'()", MORE },
    { "slash left inside", "S-encode-slash", .plain = "-_.~/", MORE },
    { "slash left", "S-encode-slash", .plain = "-_.~/",
      .outer_plain = "-_.~/", .slash = "/", MORE },
    { "small hex", "S-encode-lower", .digits = "%%%02x", .slash = "%2f",
      MORE },
    { "small hex but the slash", "S-encode-lower", .digits = "%%%02x",
      MORE },
    { "encoded as a form", "S-encode-form", .plain = "-_.*", .plus = true,
      .outer_plain = "-_.*", MORE },

    { "not sorted", "S-param-order", .order = SENT, MORE },
    { "sorted without case", "S-param-nocase", .order = NOCASE,
      .more = { { "a", "1" }, { "Z", "2" } } },
    { "an empty one left out", "S-param-empty", .no_empty = true, MORE },
    { "encoded twice when sent", "S-param-twice", .twice = true, MORE },
    { "one not signed", "S-param-unsigned", .without = "Title", MORE },
    { "an empty signature signed", "S-param-signature", .signature = true },
    { "only the query", "S-param-place", .part = QUERY, MORE },
    { "only the body", "S-param-place", .part = BODY, MORE },

    { "two mistakes", "S-rpc-ampersand S-encode-plus", .suffix = "",
      .plus = true, MORE },
    { "unknown", "S-unknown", .not_made = true, .secret = "another" },

    { "no key", "S-id-unknown", .not_made = true, .no_key = true,
      .code = "InvalidAccessKeyId.NotFound" },
    { "the nonce again", "S-nonce", .not_made = true,
      .code = "SignatureNonceUsed" },
    { "another method of signature", "S-signature-method",
      .algorithm = "HMAC-SHA256", .code = "InvalidSignatureMethod" },
    { "local time", "S-clock-zone", .stamp = "2026-11-23T20:34:56Z",
      .code = "InvalidTimeStamp.Expired" },
    { "no date", "S-timestamp-form", .stamp = "1795437296",
      .code = "InvalidTimeStamp.Format" },
    { "a token too many", "S-token", .send_token = D_TOKEN,
      .code = "InvalidSecurityToken.MismatchWithAccessKey" },
};


static void
test_rows(void **state)
{
    size_t  i;

    for (i = 0; i < asr_nelts(rows); i++) {
        run(&rows[i]);
    }

    d_done();
}


static void
test_plus(void **state)
{
    char    nonce[16], signature[256];
    row_t   row;
    size_t  i, plus;

    for (i = 0, plus = 0; i < 40; i++) {
        memset(&row, 0, sizeof(row));
        snprintf(nonce, sizeof(nonce), "%zu", i);
        row.label = "bare";
        row.more[0] = (pair_t) { "Title", nonce };
        sign(&row, signature);

        if (strchr(signature, '+') != NULL) {
            row.want = "S-signature-plus";
            row.bare = true;
            run(&row);
            plus++;
        }
    }

    assert_true(plus != 0);
    d_done();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_plus)
    };

    return cmocka_run_group_tests(tests, d_setup, d_teardown);
}
