/*
 * The signature doctor on Tencent's signature v1: a signer of a dozen lines
 * that is right by default and wrong in one place by each row.
 */

#include "doctor_unit.h"

#include "auth/asr_tencent_v1.h"


#define ID      "AKIDdoctor"
#define HOST    "127.0.0.1:8080"
#define COMMON  "Action=CreateRecTask&ChannelNum=1&EngineModelType=16k_zh"

/* in order, decoded; encoded by encode() below */

#define PAIRS   COMMON "&Nonce=4711&SecretId=" ID                             \
                "&SignatureMethod=HmacSHA256&Timestamp=1795437296"            \
                "&Url=http://a.example/x y*~?q&Version=2019-06-14"


typedef struct {
    const char  *label;
    const char  *want;
    bool         not_made;

    /* what is signed */
    const char  *method;
    const char  *host;
    const char  *path;
    const char  *pairs;          /* the whole text after "/?" */
    const char  *secret;
    bool         sha1;
    bool         hex;            /* instead of base64 */
    bool         base64_hex;
    bool         quoted;
    bool         url_alphabet;

    /* what is sent */
    const char  *send_pairs;     /* decoded, without Signature */
    const char  *send_method;
    const char  *send_host;
    bool         bare;           /* Signature is not URL-encoded */
    bool         twice;          /* it is twice */
    const char  *code;
    bool         no_key;
    bool         cut;            /* the body is not kept */
} row_t;


static const char *
or(const char *s, const char *dflt)
{
    return s != NULL ? s : dflt;
}


/* Each value by RFC 3986, names and '=' and '&' left alone. */

static void
encode(const char *pairs, char *out)
{
    bool  value;

    for (value = false; *pairs != '\0'; pairs++) {
        if (*pairs == '&' || (*pairs == '=' && !value)) {
            value = *pairs == '=';
            *out++ = *pairs;

        } else if (isalnum((unsigned char) *pairs)
                   || strchr("-_.~", *pairs) != NULL)
        {
            *out++ = *pairs;

        } else {
            out += snprintf(out, 4, "%%%02X", (unsigned char) *pairs);
        }
    }

    *out = '\0';
}


static void
sign(const row_t *t, char *out)
{
    char           text[2048], hex[65];
    size_t         n;
    unsigned char  mac[32];

    snprintf(text, sizeof(text), "%s%s%s%s",
             or(t->method, or(t->send_method, "POST")),
             or(t->host, or(t->send_host, HOST)), or(t->path, "/?"),
             or(t->pairs, or(t->send_pairs, PAIRS)));

    n = d_hmac(t->sha1, or(t->secret, D_SECRET),
               strlen(or(t->secret, D_SECRET)), text, mac);
    d_hex(mac, n, hex);

    if (t->hex) {
        snprintf(out, 128, "%s", hex);

    } else if (t->base64_hex) {
        d_base64((unsigned char *) hex, strlen(hex), out);

    } else {
        d_base64(mac, n, out);
    }

    if (t->quoted) {
        memmove(out + 1, out, strlen(out) + 1);
        out[0] = '"';
        snprintf(out + strlen(out), 2, "\"");
    }

    for (n = 0; out[n] != '\0' && t->url_alphabet; n++) {
        out[n] = out[n] == '+' ? '-' : out[n] == '/' ? '_' : out[n];
    }
}


static asr_err_t
nothing(void *ctx)
{
    return ASR_INVALID;
}


static asr_err_t
drop(void *ctx, const char *p, size_t n)
{
    return ASR_OK;
}


static bool
accepted(const d_request_t *q, const asr_key_t *key, bool get)
{
    bool         ok;
    asr_str_t    s;
    asr_form_t   form;
    asr_arena_t  arena;

    s = get ? q->x.args : q->x.body;
    asr_arena_init(&arena, 1024 * 1024);
    asr_form_init(&form, &arena, asr_str_null(), drop, NULL, 65536);

    ok = asr_form_feed(&form, s.data, s.len) == ASR_OK
         && asr_form_end(&form) == ASR_OK
         && asr_tencent_v1_verify(key, q->x.method,
                                  asr_mock_header(&q->x, "host"), &form,
                                  &arena, asr_str_null(), nothing, NULL);

    asr_form_free(&form);
    asr_arena_free(&arena);

    return ok;
}


static void
run(const row_t *t)
{
    bool         get;
    char         signature[256], coded[768], again[768];
    char         body[4096];
    asr_key_t    key;
    d_request_t  q;

    memset(&q, 0, sizeof(q));
    key = d_key(ID);
    get = t->send_method != NULL && strcmp(t->send_method, "GET") == 0;

    sign(t, signature);
    snprintf(coded, sizeof(coded), "%s", signature);

    if (!t->bare) {
        d_pct(signature, "-_.~", "%%%02X", coded);
    }

    if (t->twice) {
        memcpy(again, coded, sizeof(again));
        d_pct(again, "-_.~", "%%%02X", coded);
    }

    encode(or(t->send_pairs, PAIRS), body);
    snprintf(body + strlen(body), sizeof(body) - strlen(body),
             "&Signature=%s", coded);

    q.x.api = asr_str("tencent");
    q.x.method = asr_cstr(or(t->send_method, "POST"));
    q.x.path = q.x.target = asr_str("/");
    q.x.args = asr_cstr(get ? body : "");
    q.x.status = 200;
    q.x.code = asr_cstr(or(t->code, "AuthFailure.SignatureFailure"));
    q.x.at_ms = D_NOW * 1000;
    d_body(&q, get ? "" : body);

    d_header(&q, "Host", or(t->send_host, HOST));

    if (!get) {
        d_header(&q, "Content-Type", "application/x-www-form-urlencoded");
    }

    if (t->code == NULL && accepted(&q, &key, get) != (t->want == NULL)) {
        d_fail(t->label, "the module", t->want == NULL ? "refuses it"
                                                       : "takes it");
    }

    if (t->cut) {
        q.x.body = asr_str_null();
    }

    d_expect(&q, t->no_key ? NULL : &key, t->label, t->want, !t->not_made);
}


static const row_t  rows[] = {
    { .label = "right" },
    { .label = "right, without the port", .host = "127.0.0.1" },
    { .label = "right, a GET", .send_method = "GET" },
    { .label = "right, HmacSHA1 by default", .sha1 = true,
      .send_pairs = COMMON "&Nonce=1&SecretId=" ID "&Timestamp=1795437296"
                    "&Version=2019-06-14" },

    { "secret and newline", "S-secret-newline", .secret = D_SECRET "\n" },
    { "quoted secret", "S-secret-quoted", .secret = "'" D_SECRET "'" },
    { "id as secret", "S-secret-id", .secret = ID },
    { "secret and ampersand", "S-secret-ampersand",
      .secret = D_SECRET "&" },
    { "TC3 before the secret", "S-v1-tc3", .secret = "TC3" D_SECRET },

    { "hex", "S-hex", .hex = true },
    { "base64 of hex", "S-base64-hex", .base64_hex = true },
    { "SHA-1 for SHA-256", "S-sha1", .sha1 = true },
    { "SHA-256 without saying so", "S-sha256",
      .send_pairs = COMMON "&Nonce=1&SecretId=" ID "&Timestamp=1795437296"
                    "&Version=2019-06-14" },
    { "signature in quotes", "S-signature-quoted", .quoted = true },
    { "signature encoded twice", "S-signature-encoded", .twice = true },

    { "encoded by RFC 3986", "S-v1-encoded", .pairs = COMMON
      "&Nonce=4711&SecretId=" ID "&SignatureMethod=HmacSHA256"
      "&Timestamp=1795437296&Url=http%3A%2F%2Fa.example%2Fx%20y%2A~%3Fq"
      "&Version=2019-06-14" },
    { "encoded as a form", "S-v1-encoded", .pairs = COMMON
      "&Nonce=4711&SecretId=" ID "&SignatureMethod=HmacSHA256"
      "&Timestamp=1795437296&Url=http%3A%2F%2Fa.example%2Fx+y*%7E%3Fq"
      "&Version=2019-06-14" },
    { "no question mark", "S-v1-slash", .path = "/" },
    { "no slash", "S-v1-slash", .path = "?" },
    { "the path of API 2.0", "S-v1-slash", .path = "/v2/index.php?" },
    { "GET signed", "S-method", .method = "GET" },
    { "POST signed", "S-method", .method = "POST", .send_method = "GET" },
    { "lower-case method", "S-method-case", .method = "post" },
    { "no method", "S-method", .method = "" },
    { "no host", "S-host-missing", .host = "" },
    { "the vendor's host", "S-host-vendor",
      .host = "asr.intl.tencentcloudapi.com" },
    { "localhost", "S-host-local", .host = "localhost:8080" },
    { "host with a scheme", "S-host-scheme", .host = "http://" HOST },
    { "a port too many", "S-host-port", .send_host = "mock.test",
      .host = "mock.test:80" },

    { "not sorted", "S-param-order", .send_pairs = "Version=2019-06-14"
      "&Timestamp=1795437296&SignatureMethod=HmacSHA256&Nonce=1&SecretId=" ID
      "&Action=DescribeTaskStatus", .pairs = "Version=2019-06-14"
      "&Timestamp=1795437296&SignatureMethod=HmacSHA256&Nonce=1&SecretId=" ID
      "&Action=DescribeTaskStatus" },
    { "sorted without case", "S-param-nocase",
      .send_pairs = "Action=X&Nonce=1&SecretId=" ID
      "&SignatureMethod=HmacSHA256&Timestamp=1795437296&Version=1&a=2&Z=1",
      .pairs = "a=2&Action=X&Nonce=1&SecretId=" ID
      "&SignatureMethod=HmacSHA256&Timestamp=1795437296&Version=1&Z=1" },
    { "empty one left out", "S-param-empty",
      .send_pairs = PAIRS "&Zone=&Ze=", .pairs = PAIRS },
    { "language added later", "S-param-unsigned",
      .send_pairs = "Language=en-US&" PAIRS, .pairs = PAIRS },
    { "encoded twice when sent", "S-param-twice", .send_pairs = "Action=A"
      "&Nonce=1&SecretId=" ID "&SignatureMethod=HmacSHA256"
      "&Timestamp=1795437296&Url=http%3A%2F%2Fx&Version=1",
      .pairs = "Action=A&Nonce=1&SecretId=" ID
      "&SignatureMethod=HmacSHA256&Timestamp=1795437296&Url=http://x"
      "&Version=1" },
    { "empty signature signed", "S-param-signature", .pairs = COMMON
      "&Nonce=4711&SecretId=" ID "&Signature=&SignatureMethod=HmacSHA256"
      "&Timestamp=1795437296&Url=http://a.example/x y*~?q"
      "&Version=2019-06-14" },
    { "a second later", "S-timestamp-twice", .pairs = COMMON
      "&Nonce=4711&SecretId=" ID "&SignatureMethod=HmacSHA256"
      "&Timestamp=1795437297&Url=http://a.example/x y*~?q"
      "&Version=2019-06-14" },
    { "two mistakes", "S-secret-newline S-v1-slash",
      .secret = D_SECRET "\n", .path = "/" },
    { "two mistakes of form", "S-base64-hex S-sha1", .sha1 = true,
      .base64_hex = true },

    { "another method of signature", "S-signature-method",
      .send_pairs = COMMON "&Nonce=1&SecretId=" ID
      "&SignatureMethod=hmac-sha256&Timestamp=1795437296&Version=1" },
    { "unknown", "S-unknown", .not_made = true, .secret = "another" },
    { "no key", "S-id-unknown", .not_made = true, .no_key = true,
      .code = "AuthFailure.SecretIdNotFound" },
    { "milliseconds", "S-timestamp-ms",
      .code = "AuthFailure.SignatureExpire",
      .send_pairs = COMMON "&Nonce=1&SecretId=" ID
      "&SignatureMethod=HmacSHA256&Timestamp=1795437296123&Version=1" },
    { "an hour behind", "S-clock-zone",
      .code = "AuthFailure.SignatureExpire",
      .send_pairs = COMMON "&Nonce=1&SecretId=" ID
      "&SignatureMethod=HmacSHA256&Timestamp=1795433696&Version=1" },
    { "a token too many", "S-token", .code = "AuthFailure.TokenFailure",
      .send_pairs = COMMON "&Nonce=1&SecretId=" ID
      "&SignatureMethod=HmacSHA256&Timestamp=1795437296&Token=" D_TOKEN
      "&Version=1" },
    { "a long body", "S-unknown", .not_made = true, .cut = true,
      .secret = D_SECRET "\n" },
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


/* Of the signatures that have a '+', which comes as a blank when bare. */

static void
test_plus(void **state)
{
    char    pairs[512], signature[256];
    row_t   row;
    size_t  i, plus, url;

    for (i = 0, plus = 0, url = 0; i < 60; i++) {
        memset(&row, 0, sizeof(row));
        snprintf(pairs, sizeof(pairs), COMMON "&Nonce=%zu&SecretId=" ID
                 "&SignatureMethod=HmacSHA256&Timestamp=1795437296"
                 "&Version=1", i);
        row.send_pairs = pairs;
        sign(&row, signature);

        if (strchr(signature, '+') != NULL) {
            row.label = "bare";
            row.want = "S-signature-plus";
            row.bare = true;
            run(&row);
            plus++;
        }

        if (strpbrk(signature, "+/") != NULL) {
            row.label = "URL alphabet";
            row.want = "S-base64-url";
            row.bare = false;
            row.url_alphabet = true;
            run(&row);
            url++;
        }
    }

    assert_true(plus != 0 && url != 0);
    d_done();
}


/* v1 has one line; what differs in it is the parameter. */

static void
test_sides(void **state)
{
    row_t  row = {
        .label = "later", .want = "S-timestamp-twice",
        .send_pairs = "Action=A&Nonce=1&SecretId=" ID
            "&SignatureMethod=HmacSHA256&Timestamp=1795437296&Version=1",
        .pairs = "Action=A&Nonce=1&SecretId=" ID
            "&SignatureMethod=HmacSHA256&Timestamp=1795437298&Version=1"
    };

    run(&row);
    d_done();

    assert_true(asr_str_eq(d_out.got, asr_str("Timestamp=1795437298")));
    assert_true(asr_str_eq(d_out.expected, asr_str("Timestamp=1795437296")));
    assert_true(d_has(d_json, "\"ours\":\"POST" HOST "/?Action=A&"));
    assert_false(d_has(d_json, "\"canonical\""));
    assert_true(asr_str_eq(d_out.pointer, asr_str("?Signature")));
}


/* A value of the length of Data is not shown whole. */

static void
test_long(void **state)
{
    char         data[30001], pairs[40000];
    asr_key_t    key;
    d_request_t  q;

    memset(data, 'A', sizeof(data) - 1);
    data[sizeof(data) - 1] = '\0';
    snprintf(pairs, sizeof(pairs), "Action=A&Data=%s&Nonce=1&SecretId=" ID
             "&SignatureMethod=HmacSHA256&Timestamp=1795437296&Version=1",
             data);

    memset(&q, 0, sizeof(q));
    key = d_key(ID);
    q.x.api = asr_str("tencent");
    q.x.method = asr_str("POST");
    q.x.code = asr_str("AuthFailure.SignatureFailure");
    q.x.at_ms = D_NOW * 1000;
    snprintf(pairs + strlen(pairs), 64, "&Signature=AAAAAAAAAAAAAAAAAAAAAAAA"
             "AAAAAAAAAAAAAAAAAAA=");
    d_body(&q, pairs);
    d_header(&q, "Host", HOST);
    d_header(&q, "Content-Type", "application/x-www-form-urlencoded");

    d_expect(&q, &key, "long", "S-unknown", false);
    d_done();

    assert_true(d_out.string_to_sign_ours.len < ASR_MOCK_DOCTOR_TEXT + 64);
    assert_true(d_has(d_json, "Version=1"));
    assert_true(d_out.tried < ASR_MOCK_DOCTOR_BYTES / 30000 + 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_plus),
        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_long)
    };

    return cmocka_run_group_tests(tests, d_setup, d_teardown);
}
