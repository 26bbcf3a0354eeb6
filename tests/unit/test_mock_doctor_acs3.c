/*
 * The signature doctor on ACS3-HMAC-SHA256: right when a row says nothing,
 * and wrong in one place by each row.
 */

#include "doctor_unit.h"

#include "auth/asr_acs3.h"


#define ID      "LTAIdoctor"
#define HOST    "127.0.0.1:8080"
#define DATE    "2026-11-23T12:34:56Z"
#define EMPTY   "e3b0c44298fc1c149afbf4c8996fb924"                            \
                "27ae41e4649b934ca495991b7852b855"

/* as it is sent, and as it is signed */

#define ARGS    "b=2&Title=a+b*~%2f!&A=&a=1"
#define SIGNED  "A=&Title=a%20b%2A~%2F%21&a=1&b=2"
#define NAMES   "host;x-acs-action;x-acs-content-sha256;x-acs-date;"          \
                "x-acs-signature-nonce;x-acs-version"

#define LINES(host, sha)                                                      \
    "host:" host "\nx-acs-action:SubmitASRJob\nx-acs-content-sha256:" sha     \
    "\nx-acs-date:" DATE "\nx-acs-signature-nonce:n-1\n"                      \
    "x-acs-version:2020-11-09\n"


typedef struct {
    const char  *label;
    const char  *want;
    bool         not_made;

    const char  *method;
    const char  *path;
    const char  *query;
    const char  *headers;
    const char  *gap;
    const char  *line;
    const char  *hash;
    const char  *algorithm;
    const char  *middle;         /* a line that does not belong there */
    const char  *secret;
    enum { HASHED = 0, UPPER, UNHASHED, CANONICAL } text;
    bool         sha1;
    enum { LOWER = 0, CAPITALS, BASE64 } form;

    const char  *send_host;
    const char  *send_names;
    const char  *send_sha;       /* x-acs-content-sha256; "": none */
    const char  *send_body;
    const char  *send_date;
    const char  *send_token;
    const char  *authorization;
    const char  *code;
    bool         no_key;
} row_t;


static const char *
or(const char *s, const char *dflt)
{
    return s != NULL ? s : dflt;
}


static void
sign(const row_t *t, char *out)
{
    char           canonical[4096], text[4600], hash[65];
    size_t         n, i;
    unsigned char  mac[32];

    snprintf(canonical, sizeof(canonical), "%s\n%s\n%s\n%s%s%s%s",
             or(t->method, "POST"), or(t->path, "/"), or(t->query, SIGNED),
             or(t->headers, LINES(HOST, EMPTY)), or(t->gap, "\n"),
             or(t->line, NAMES "\n"), or(t->hash, EMPTY));

    snprintf(hash, sizeof(hash), "%s", d_sha256(canonical));

    for (i = 0; i < 64 && t->text == UPPER; i++) {
        hash[i] = (char) toupper((unsigned char) hash[i]);
    }

    if (t->text == CANONICAL) {
        snprintf(text, sizeof(text), "%s", canonical);

    } else {
        snprintf(text, sizeof(text), "%s%s%s",
                 or(t->algorithm, "ACS3-HMAC-SHA256\n"), or(t->middle, ""),
                 t->text == UNHASHED ? canonical : hash);
    }

    n = d_hmac(t->sha1, or(t->secret, D_SECRET),
               strlen(or(t->secret, D_SECRET)), text, mac);
    d_hex(mac, n, out);

    for (i = 0; out[i] != '\0' && t->form == CAPITALS; i++) {
        out[i] = (char) toupper((unsigned char) out[i]);
    }

    if (t->form == BASE64) {
        d_base64(mac, n, out);
    }
}


static bool
accepted(const d_request_t *q, const asr_key_t *key)
{
    bool                ok;
    asr_acs3_t          t;
    asr_arena_t         arena;
    asr_acs3_request_t  r;

    /* as the query's reader has them */

    asr_pair_t  pairs[4] = {
        { ASR_STR("b"), ASR_STR("2"), &pairs[1] },
        { ASR_STR("Title"), ASR_STR("a b*~/!"), &pairs[2] },
        { ASR_STR("A"), ASR_STR(""), &pairs[3] },
        { ASR_STR("a"), ASR_STR("1"), NULL }
    };

    if (asr_acs3_parse(asr_mock_header(&q->x, "authorization"), &t)
        != ASR_OK)
    {
        return false;
    }

    asr_arena_init(&arena, 65536);

    r.method = q->x.method;
    r.path = q->x.path;
    r.pairs = pairs;
    r.n = 4;
    r.header = d_find;
    r.header_ctx = q;
    r.payload_sha256 = q->x.body_sha256;

    ok = asr_acs3_verify(&t, key, &r, &arena);
    asr_arena_free(&arena);

    return ok;
}


static void
run(const row_t *t)
{
    char         auth[1024], signature[256];
    asr_key_t    key;
    d_request_t  q;

    memset(&q, 0, sizeof(q));
    key = d_key(ID);
    sign(t, signature);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(auth, sizeof(auth),
             or(t->authorization, "ACS3-HMAC-SHA256 Credential=%s,"
                "SignedHeaders=%s,Signature=%s"),
             ID, or(t->send_names, NAMES), signature);
#pragma GCC diagnostic pop

    q.x.api = asr_str("ice");
    q.x.method = asr_str("POST");
    q.x.path = asr_str("/");
    q.x.target = asr_str("/?" ARGS);
    q.x.args = asr_str(ARGS);
    q.x.status = 400;
    q.x.code = asr_cstr(or(t->code, "SignatureDoesNotMatch"));
    q.x.at_ms = D_NOW * 1000;
    d_body(&q, or(t->send_body, ""));

    d_header(&q, "Host", or(t->send_host, HOST));
    d_header(&q, "x-acs-action", "SubmitASRJob");

    if (t->send_sha == NULL || t->send_sha[0] != '\0') {
        d_header(&q, "X-Acs-Content-Sha256", or(t->send_sha, EMPTY));
    }

    d_header(&q, "x-acs-date", or(t->send_date, DATE));
    d_header(&q, "x-acs-signature-nonce", "n-1");
    d_header(&q, "x-acs-version", "2020-11-09");
    d_header(&q, "x-acs-security-token", t->send_token);
    d_header(&q, "Authorization", auth);

    if (t->code == NULL && accepted(&q, &key) != (t->want == NULL)) {
        d_fail(t->label, "the module", t->want == NULL ? "refuses it"
                                                       : "takes it");
    }

    d_expect(&q, t->no_key ? NULL : &key, t->label, t->want, !t->not_made);
}


static const row_t  rows[] = {
    { .label = "right" },
    { .label = "right, without the port", .headers = LINES("127.0.0.1",
                                                           EMPTY) },

    { "secret and ampersand", "S-secret-ampersand",
      .secret = D_SECRET "&" },
    { "secret and newline", "S-secret-newline", .secret = D_SECRET "\n" },
    { "capital hex", "S-hex-upper", .form = CAPITALS },
    { "base64", "S-base64", .form = BASE64 },
    { "SHA-1", "S-sha1", .sha1 = true },

    { "plus for a blank", "S-encode-plus",
      .query = "A=&Title=a+b%2A~%2F%21&a=1&b=2" },
    { "tilde encoded", "S-encode-tilde",
      .query = "A=&Title=a%20b%2A%7E%2F%21&a=1&b=2" },
    { "star left", "S-encode-star",
      .query = "A=&Title=a%20b*~%2F%21&a=1&b=2" },
    { "encodeURIComponent", "S-encode-marks",
      .query = "A=&Title=a%20b*~%2F!&a=1&b=2" },
    { "slash left", "S-encode-slash",
      .query = "A=&Title=a%20b%2A~/%21&a=1&b=2" },
    { "small hex", "S-encode-lower",
      .query = "A=&Title=a%20b%2a~%2f%21&a=1&b=2" },
    { "encoded as a form", "S-encode-form",
      .query = "A=&Title=a+b*%7E%2F%21&a=1&b=2" },
    { "not encoded", "S-query-raw", .query = "A=&Title=a b*~/!&a=1&b=2" },
    { "as it was sent", "S-param-order S-query-raw", .query = ARGS },
    { "not sorted", "S-param-order",
      .query = "b=2&Title=a%20b%2A~%2F%21&A=&a=1" },
    { "sorted without case", "S-param-nocase",
      .query = "A=&a=1&b=2&Title=a%20b%2A~%2F%21" },
    { "empty one left out", "S-param-empty",
      .query = "Title=a%20b%2A~%2F%21&a=1&b=2" },
    { "one not signed", "S-param-unsigned",
      .query = "A=&Title=a%20b%2A~%2F%21&a=1" },
    { "no query", "S-query-missing", .query = "" },

    { "no path", "S-path", .path = "" },
    { "path and query", "S-path", .path = "/?" ARGS },
    { "GET signed", "S-method", .method = "GET" },
    { "lower-case method", "S-method-case", .method = "post" },
    { "the vendor's host", "S-host-vendor",
      .headers = LINES("ice.cn-beijing.aliyuncs.com", EMPTY) },
    { "localhost", "S-host-local", .headers = LINES("localhost:8080",
                                                    EMPTY) },
    { "a port too many", "S-host-port", .send_host = "mock.test",
      .headers = LINES("mock.test:80", EMPTY) },
    { "values in lower case", "S-header-case",
      .headers = "host:" HOST "\nx-acs-action:submitasrjob\n"
      "x-acs-content-sha256:" EMPTY "\nx-acs-date:2026-11-23t12:34:56z\n"
      "x-acs-signature-nonce:n-1\nx-acs-version:2020-11-09\n" },
    { "no empty line", "S-header-newline", .gap = "" },
    { "two empty lines", "S-header-extra", .gap = "\n\n" },
    { "no list of names", "S-signed-line", .line = "" },
    { "a line left out", "S-header-left",
      .headers = "host:" HOST "\nx-acs-action:SubmitASRJob\n"
      "x-acs-date:" DATE "\nx-acs-signature-nonce:n-1\n"
      "x-acs-version:2020-11-09\n" },

    { "a line with the date", "S-acs3-date", .middle = DATE "\n" },
    { "no algorithm", "S-text-algorithm", .algorithm = "" },
    { "capital hash", "S-text-upper", .text = UPPER },
    { "canonical request unhashed", "S-text-unhashed", .text = UNHASHED },
    { "canonical request signed", "S-text-canonical", .text = CANONICAL },
    { "no hash of the body", "S-body-unhashed", .hash = "" },
    { "AWS's unsigned body", "S-body-unsigned S-acs3-sha-header",
      .hash = "UNSIGNED-PAYLOAD", .send_sha = "UNSIGNED-PAYLOAD",
      .headers = LINES(HOST, "UNSIGNED-PAYLOAD") },

    { "the body of another hand", "S-body-compact S-acs3-sha-header",
      .send_body = "{\"a\": 1}", .send_sha =
      "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
      .hash =
      "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
      .headers = LINES(HOST, "015abd7f5cc57a2dd94b7590f04ad808"
                             "4273905ee33ec5cebeae62276a97f862") },
    { "some other body", "S-acs3-sha-header", .send_body = "{\"b\": 1}",
      .send_sha =
      "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
      .hash =
      "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
      .headers = LINES(HOST, "015abd7f5cc57a2dd94b7590f04ad808"
                             "4273905ee33ec5cebeae62276a97f862") },
    { "the hash was not sent", "S-acs3-sha-missing", .send_sha = "",
      .not_made = true },

    { "two mistakes", "S-encode-plus S-secret-ampersand",
      .secret = D_SECRET "&", .query = "A=&Title=a+b%2A~%2F%21&a=1&b=2" },
    { "unknown", "S-unknown", .not_made = true, .secret = "another" },

    { "no key", "S-id-unknown", .not_made = true, .no_key = true,
      .code = "InvalidAccessKeyId.NotFound" },
    { "the nonce again", "S-nonce", .not_made = true,
      .code = "SignatureNonceUsed" },
    { "a token too many", "S-token S-acs3-unsigned", .send_token = D_TOKEN,
      .code = "InvalidSecurityToken.MismatchWithAccessKey" },
    { "an action that is not signed", "S-acs3-unsigned",
      .code = "IncompleteSignature",
      .send_names = "host;x-acs-content-sha256;x-acs-date;"
                    "x-acs-signature-nonce;x-acs-version",
      .line = "host;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;"
              "x-acs-version\n",
      .headers = "host:" HOST "\nx-acs-content-sha256:" EMPTY "\n"
      "x-acs-date:" DATE "\nx-acs-signature-nonce:n-1\n"
      "x-acs-version:2020-11-09\n" },
    { "no host in the names", "S-signed-host", .code = "IncompleteSignature",
      .send_names = "x-acs-action;x-acs-content-sha256;x-acs-date;"
                    "x-acs-signature-nonce;x-acs-version",
      .line = "x-acs-action;x-acs-content-sha256;x-acs-date;"
              "x-acs-signature-nonce;x-acs-version\n",
      .headers = "x-acs-action:SubmitASRJob\nx-acs-content-sha256:" EMPTY
      "\nx-acs-date:" DATE "\nx-acs-signature-nonce:n-1\n"
      "x-acs-version:2020-11-09\n" },
    { "an hour behind", "S-clock-zone", .send_date = "2026-11-23T11:34:00Z",
      .code = "InvalidTimeStamp.Expired",
      .headers = "host:" HOST "\nx-acs-action:SubmitASRJob\n"
      "x-acs-content-sha256:" EMPTY "\nx-acs-date:2026-11-23T11:34:00Z\n"
      "x-acs-signature-nonce:n-1\nx-acs-version:2020-11-09\n" },
    { "local time", "S-timestamp-form", .not_made = true,
      .send_date = "2026-11-23T20:34:56+08:00", .secret = "x",
      .code = "InvalidTimeStamp.Format" },
    { "milliseconds", "S-timestamp-ms", .not_made = true, .secret = "x",
      .send_date = "1795437296123", .code = "InvalidTimeStamp.Format" },
    { "SM3", "S-auth-scheme", .code = "InvalidSignatureMethod",
      .authorization = "ACS3-HMAC-SM3 Credential=%s,SignedHeaders=%s,"
                       "Signature=%s" },
    { "no credential", "S-auth-form", .code = "IncompleteSignature",
      .authorization = "ACS3-HMAC-SHA256 Credentials=%s,SignedHeaders=%s,"
                       "Signature=%s" },
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


/* The token is in what is signed, and in no output. */

static void
test_token(void **state)
{
    row_t  row = {
        .label = "token", .want = "S-token", .send_token = D_TOKEN,
        .code = "InvalidSecurityToken.MismatchWithAccessKey",
        .send_names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;"
            "x-acs-security-token;x-acs-signature-nonce;x-acs-version",
        .line = "host;x-acs-action;x-acs-content-sha256;x-acs-date;"
            "x-acs-security-token;x-acs-signature-nonce;x-acs-version\n",
        .headers = "host:" HOST "\nx-acs-action:SubmitASRJob\n"
            "x-acs-content-sha256:" EMPTY "\nx-acs-date:" DATE "\n"
            "x-acs-security-token:" D_TOKEN "\nx-acs-signature-nonce:n-1\n"
            "x-acs-version:2020-11-09\n"
    };

    run(&row);
    d_done();

    assert_true(d_has(d_json, "x-acs-security-token:***\\n"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_token)
    };

    return cmocka_run_group_tests(tests, d_setup, d_teardown);
}
