/*
 * ACS3-HMAC-SHA256: the vendor's published vector, one made by openssl from
 * the text shown beside it, and what must be refused.
 */

#include "unit.h"

#include "auth/asr_acs3.h"
#include "base/asr_crypto.h"


#define HEX64  "0123456789abcdef0123456789abcdef"                             \
               "0123456789abcdef0123456789abcdef"
#define EMPTY  "e3b0c44298fc1c149afbf4c8996fb924"                             \
               "27ae41e4649b934ca495991b7852b855"

typedef struct {
    const char  *name;
    const char  *value;
} header_t;

typedef struct {
    const char      *secret;
    const char      *method;
    const char      *path;
    const char      *query;
    const char      *body;
    const char      *names;
    const char      *sign;
    const header_t  *headers;
} request_t;


static asr_str_t
header_get(const void *ctx, asr_str_t name)
{
    const header_t  *h;

    for (h = ctx; h->name != NULL; h++) {
        if (asr_str_eq(asr_cstr(h->name), name)) {
            return asr_cstr(h->value);
        }
    }

    return asr_str_null();
}


static bool
verify_in(const request_t *q, size_t ceiling)
{
    bool                 ok;
    char                 text[1024];
    asr_key_t            key;
    asr_form_t           form;
    asr_acs3_t           t;
    asr_arena_t          arena, sort;
    unsigned char        hash[ASR_SHA256_LEN];
    asr_acs3_request_t   r;

    snprintf(text, sizeof(text), "ACS3-HMAC-SHA256 Credential=id,"
             "SignedHeaders=%s,Signature=%s", q->names, q->sign);
    assert_int_equal(asr_acs3_parse(asr_cstr(text), &t), ASR_OK);

    asr_arena_init(&arena, 65536);
    asr_arena_init(&sort, ceiling);
    asr_form_init(&form, &arena, asr_str_null(), NULL, NULL, 4096);
    assert_int_equal(asr_form_feed(&form, q->query, strlen(q->query)),
                     ASR_OK);
    assert_int_equal(asr_form_end(&form), ASR_OK);

    memset(&key, 0, sizeof(key));
    key.secret = asr_cstr(q->secret);
    asr_sha256(q->body, strlen(q->body), hash);

    r.method = asr_cstr(q->method);
    r.path = asr_cstr(q->path);
    r.pairs = form.pairs;
    r.n = form.n;
    r.header = header_get;
    r.header_ctx = q->headers;
    r.payload_sha256 = hash;

    ok = asr_acs3_verify(&t, &key, &r, &sort);

    asr_form_free(&form);
    asr_arena_free(&sort);
    asr_arena_free(&arena);

    return ok;
}


static bool
verify(const request_t *q)
{
    return verify_in(q, 65536);
}


static const header_t  vendor_headers[] = {
    { "host", "ecs.cn-shanghai.aliyuncs.com" },
    { "x-acs-action", "RunInstances" },
    { "x-acs-content-sha256", EMPTY },
    { "x-acs-date", "2023-10-26T10:22:32Z" },
    { "x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d" },
    { "x-acs-version", "2014-05-26" },
    { NULL, NULL }
};

static const request_t  vendor = {
    "YourAccessKeySecret", "POST", "/",
    "RegionId=cn-shanghai&ImageId="
    "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
    "", "host;x-acs-action;x-acs-content-sha256;x-acs-date;"
    "x-acs-signature-nonce;x-acs-version",
    "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
    vendor_headers
};


/*
 * POST, /a%20b/%2A, A=%20%2A%21%28%29&B=&B=1, host:h:8080 and x-b:v v (each
 * with its line end), an empty line, host;x-b, and the body's hash.
 */

static const header_t  own_headers[] = {
    { "host", "h:8080" }, { "x-b", " v v\t" }, { NULL, NULL }
};

static const request_t  own = {
    "s3cret", "POST", "/a b/*", "B=&A=+*!%28)&B=1", "{\"k\":1}", "host;x-b",
    "c060899f09716883ff1593c8f9bb7521"
    "f91b331ab20566cacb68fff987f0d7b7", own_headers
};

static const request_t  bare = {
    "s3cret", "POST", "/a b/*", "B=&A=+*!%28)&B=1", "{\"k\":1}", "host;x-b",
    "9518c7b710b7aa5480c4d2a199c4f978"
    "9c2e80518a2b0a5f99b945fe84727232", own_headers
};


static void
test_vectors(void **state)
{
    request_t  q;

    assert_true(verify(&vendor));
    assert_true(verify(&own));
    assert_true(verify(&bare));

    q = vendor;
    q.path = "";
    assert_true(verify(&q));
}


static void
test_refused(void **state)
{
    char       sign[65];
    size_t     i;
    header_t   h[8];
    request_t  q;

    q = vendor; q.secret = "YourAccessKeySecre"; assert_false(verify(&q));
    q = vendor; q.secret = ""; assert_false(verify(&q));
    q = vendor; q.method = "GET"; assert_false(verify(&q));
    q = vendor; q.path = "/x"; assert_false(verify(&q));
    q = vendor; q.query = "RegionId=cn-shanghai"; assert_false(verify(&q));
    q = own; q.body = "{\"k\":2}"; assert_false(verify(&q));
    q = own; q.names = "host"; assert_false(verify(&q));
    q = own; q.names = "host;x-c"; assert_false(verify(&q));

    /* the hash that is sent has to be the body's */
    q = vendor; q.body = "x"; assert_false(verify(&q));

    assert_false(verify_in(&vendor, 32));

    for (i = 0; vendor_headers[i].name != NULL; i++) {
        memcpy(h, vendor_headers, sizeof(vendor_headers));
        h[i].value = "changed";
        q = vendor;
        q.headers = h;
        assert_false(verify(&q));
    }

    for (i = 0; i < 64; i++) {
        memcpy(sign, vendor.sign, sizeof(sign));
        sign[i] = (sign[i] == 'a') ? 'b' : 'a';
        q = vendor;
        q.sign = sign;
        assert_false(verify(&q));
    }
}


static void
test_parse(void **state)
{
    char        *p;
    size_t       i, n;
    asr_acs3_t   t;

#define OK_TEXT  "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;x-a,"     \
                 "Signature=" HEX64

    static const struct {
        const char  *text;
        asr_err_t    rc;
    } rows[] = {
        { OK_TEXT, ASR_OK },
        { "  " OK_TEXT "\t", ASR_OK },
        { "ACS3-HMAC-SHA256 Signature=" HEX64 ", SignedHeaders=host, "
          "Credential=i", ASR_OK },
        { "ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=" HEX64,
          ASR_OK },
        { "", ASR_NOTFOUND },
        { "ACS3-RSA-SHA256 Credential=id,SignedHeaders=host,Signature=" HEX64,
          ASR_NOTFOUND },
        { "ACS3-HMAC-SM3 Credential=id,SignedHeaders=host,Signature=" HEX64,
          ASR_NOTFOUND },
        { "ACS3-HMAC-SHA2566 x", ASR_NOTFOUND },
        { "acs3-hmac-sha256 " , ASR_NOTFOUND },
        { "ACS3-HMAC-SHA256", ASR_INVALID },
        { "ACS3-HMAC-SHA256 ", ASR_INVALID },
        { OK_TEXT ",", ASR_INVALID },
        { OK_TEXT ",X=1", ASR_INVALID },
        { OK_TEXT ",Credential=id", ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential,SignedHeaders=host,Signature=" HEX64,
          ASR_INVALID },
        { "ACS3-HMAC-SHA256 SignedHeaders=host,Signature=" HEX64,
          ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,Signature=" HEX64, ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host", ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=i d,SignedHeaders=host,Signature="
          HEX64, ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=x-a,Signature="
          HEX64, ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=,Signature=" HEX64,
          ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=x-a;host,Signature="
          HEX64, ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;host,Signature="
          HEX64, ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=Host,Signature="
          HEX64, ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;,Signature="
          HEX64, ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature="
          HEX64 "0", ASR_INVALID },
        { "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature="
          "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
          ASR_INVALID }
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        n = strlen(rows[i].text);
        p = unit_guard(rows[i].text, n);

        if (asr_acs3_parse((asr_str_t) { n, p }, &t) != rows[i].rc) {
            fail_msg("%s", rows[i].text);
        }

        unit_unguard(p, n);
    }

    /* every shorter text is refused, and none is read past its end */

    for (n = 0; n < sizeof(OK_TEXT) - 1; n++) {
        p = unit_guard(OK_TEXT, n);
        assert_int_not_equal(asr_acs3_parse((asr_str_t) { n, p }, &t),
                             ASR_OK);
        unit_unguard(p, n);
    }

    assert_int_equal(asr_acs3_parse(asr_str(OK_TEXT), &t), ASR_OK);
    assert_true(asr_str_eq(t.access_key_id, asr_str("id")));
    assert_true(asr_acs3_signs(&t, asr_str("host")));
    assert_true(asr_acs3_signs(&t, asr_str("x-a")));
    assert_false(asr_acs3_signs(&t, asr_str("x-")));
    assert_false(asr_acs3_signs(&t, asr_str("")));

    assert_true(asr_acs3_claims(asr_str("ACS3-RSA-SHA256 x")));
    assert_false(asr_acs3_claims(asr_str("TC3-HMAC-SHA256 x")));
    assert_false(asr_acs3_claims(asr_str("")));
}


static void
test_many_headers(void **state)
{
    char        text[2048];
    size_t      i, n;
    asr_acs3_t  t;

    for (n = ASR_ACS3_HEADERS_MAX; n <= ASR_ACS3_HEADERS_MAX + 1; n++) {
        snprintf(text, sizeof(text),
                 "ACS3-HMAC-SHA256 Credential=id,Signature=" HEX64
                 ",SignedHeaders=host");

        for (i = 1; i < n; i++) {
            snprintf(text + strlen(text), sizeof(text) - strlen(text),
                     ";x-%02zu", i);
        }

        assert_int_equal(asr_acs3_parse(asr_cstr(text), &t),
                         n == ASR_ACS3_HEADERS_MAX ? ASR_OK : ASR_INVALID);
    }
}


static int
start(void **state)
{
    return asr_crypto_init() == ASR_OK ? 0 : -1;
}


static int
stop(void **state)
{
    asr_crypto_cleanup();
    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_many_headers),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
