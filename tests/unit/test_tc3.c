/*
 * TC3-HMAC-SHA256.  The signatures below were made by this, not by our code
 * (arguments: secret date service timestamp method query names body and the
 * canonical header lines; it gives the vendor's published sample its published
 * signature):
 *
 *   perl -MDigest::SHA=sha256_hex,hmac_sha256,hmac_sha256_hex -e '
 *     ($k, $d, $v, $t, $m, $q, $n, $b, @h) = @ARGV;
 *     $c = join "\n", $m, "/", $q, @h, "", $n, sha256_hex($b);
 *     $s = join "\n", "TC3-HMAC-SHA256", $t, "$d/$v/tc3_request",
 *                     sha256_hex($c);
 *     $k = hmac_sha256("tc3_request", hmac_sha256($v,
 *                      hmac_sha256($d, "TC3$k")));
 *     print hmac_sha256_hex($s, $k)' ...
 */

#include "unit.h"

#include <time.h>

#include "auth/asr_tc3.h"
#include "base/asr_crypto.h"


#define SECRET     "made-up-secret-of-the-tests-0001"
#define DATE       "2026-11-23"
#define STAMP      "1795437296"              /* 12:34:56 of that day */
#define BODY       "{\"EngineModelType\":\"16k_en\"}"
#define JSON       "application/json"
#define JSON_UTF8  "application/json; charset=utf-8"
#define FORM       "application/x-www-form-urlencoded"
#define HOST       "asr.example.com"
#define TWO        "content-type;host"
#define THREE      "content-type;host;x-tc-action"
#define SIGN_SDK   "cb3837db85696847dd4aa36c7ea2d2cc" \
                   "45572ab97f372c907b3c49a2b0fcc0d4"


typedef struct {
    const char  *name;
    const char  *value;
} field_t;

typedef struct {
    const char  *label;
    const char  *secret;
    const char  *date;
    const char  *service;
    const char  *stamp;
    const char  *method;
    const char  *query;
    const char  *names;
    const char  *body;
    field_t      fields[4];
    const char  *sign;
} vector_t;


#define POSTED(service, names, type, host, sign)                              \
    SECRET, DATE, service, STAMP, "POST", "", names, BODY,                    \
    { { "content-type", type }, { "host", host },                             \
      { "x-tc-action", "CreateRecTask" } }, sign


static const vector_t  vectors[] = {
    { "as the SDKs do",
      POSTED("asr", TWO, JSON, HOST, SIGN_SDK) },
    { "as the documents' samples do, the action lower-cased",
      POSTED("asr", THREE, JSON_UTF8, HOST,
             "fed7fe597f231fc0bceb64f38145602a"
             "08dc35a97c3bee6e315f243f5f7d4deb") },
    { "the action signed as sent",
      POSTED("asr", THREE, JSON_UTF8, HOST,
             "e986cee5c913ea8f8bd424da6fed2804"
             "25c89cfeb5ed41f65708c2af6433d92a") },
    { "host with its port",
      POSTED("asr", TWO, JSON, "127.0.0.1:8080",
             "a040f7d0b79e680e802df84abdc1ed8d"
             "b0459b71f2366fed0dfdc18287c1f773") },
    { "Node: host without its port, service from the address",
      POSTED("127", TWO, JSON, "127.0.0.1:8080",
             "af3411fab8c1ed549abf9c493fe971c9"
             "c95fabd86972f1084af9783fbd84cd84") },
    { "Node: a colon in the service",
      POSTED("localhost:8080", TWO, JSON, "localhost:8080",
             "5b94110607774dcdfcd4aa00ecc2c982"
             "a2a507cb627a2469e71e88205172fc67") },
    { "an IPv6 address without its port",
      POSTED("asr", TWO, JSON, "[::1]:8080",
             "42017e2a11c1ef8c780918cdbd444414"
             "0b7be3fd38fa64582214585d5517e5a5") },
    { "lower-cased and without the port",
      POSTED("asr", THREE, JSON_UTF8, "ASR.example.COM:8080",
             "fed7fe597f231fc0bceb64f38145602a"
             "08dc35a97c3bee6e315f243f5f7d4deb") },
    { "lower-cased, with the port",
      POSTED("asr", THREE, JSON_UTF8, "ASR.example.com:8080",
             "928728c1ad4349587399c6e36e93b38f"
             "ac030c17b6c5386a3d85e240a70639b4") },
    { "as sent and without the port",
      POSTED("asr", TWO, JSON, "ASR.Example.com:80",
             "84afeb6aafb376f1bd09498d63791b8b"
             "f3320f9a2dd955fd0b514675825c93b9") },
    { "capitals in the type, as sent",
      POSTED("asr", TWO, "application/json; charset=UTF-8", HOST,
             "8f1fbbfce26fb88c7e050bc02b4d7b24"
             "9212a857ffe711b3dbef2eb27d33b9b2") },
    { "capitals in the type, lower-cased",
      POSTED("asr", TWO, "application/json; charset=UTF-8", HOST,
             "8a491e214aee145a29387bb005b3464b"
             "f6c8b6e15c458a3557377ea2442b5c2f") },
    { "blanks around values",
      POSTED("asr", TWO, " \t" JSON "\t ", "  " HOST " ", SIGN_SDK) },
    { "the vendor's published sample",
      "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "2019-02-25", "cvm", "1551113065",
      "POST", "", TWO,
      "{\"Limit\": 1, \"Filters\": [{\"Values\": [\"\\u672a\\u547d\\u540d\"], "
      "\"Name\": \"instance-name\"}]}",
      { { "content-type", JSON_UTF8 },
        { "host", "cvm.tencentcloudapi.com" } },
      "72e494ea809ad7a8c8f7a4507b9bddcb"
      "aa8e581f516e8da2f66e2c5a96525168" },
    { "GET with a query",
      SECRET, DATE, "asr", STAMP, "GET", "TaskId=1393265&Z=%20", TWO, "",
      { { "content-type", FORM }, { "host", HOST } },
      "dcb89df6398da363e3e23b5c499c8cdc"
      "8db7202865071ed732c37ebdab94d74e" },
    { "an empty value",
      SECRET, DATE, "asr", STAMP, "POST", "", "content-type;host;x-tc-token",
      BODY,
      { { "content-type", JSON }, { "host", HOST }, { "x-tc-token", "" } },
      "bfce836d3508990e1ab8704304408f43"
      "49f07c96873dd9a82bb9196186a11bda" },
    { "the first second of a day",
      SECRET, "2026-11-24", "asr", "1795478400", "POST", "", TWO, BODY,
      { { "content-type", JSON }, { "host", HOST } },
      "72d7071560484856821c7e62e5c5e5e7"
      "422e5c8eb4450ee454a545b1442ec0f6" },
    { "the last second of a day",
      SECRET, DATE, "asr", "1795478399", "POST", "", TWO, BODY,
      { { "content-type", JSON }, { "host", HOST } },
      "a224c47f9d8297d4a8dc2dded3030e95"
      "5f70cbfa939303a9129932562f8f8a7f" }
};


static asr_str_t
get_field(const void *ctx, asr_str_t name)
{
    size_t          i;
    const field_t  *fields;

    fields = ctx;

    for (i = 0; i < 4 && fields[i].name != NULL; i++) {
        if (asr_str_eq(name, asr_cstr(fields[i].name))) {
            return asr_cstr(fields[i].value);
        }
    }

    return asr_str_null();
}


/* Signature of v as a client would send it; 0: refused by the parser. */

static bool
verify(const vector_t *v, uint32_t index)
{
    char               text[1024];
    asr_key_t          key;
    asr_tc3_t          t;
    unsigned char      digest[ASR_SHA256_LEN];
    asr_tc3_request_t  r;

    assert_true(snprintf(text, sizeof(text), "TC3-HMAC-SHA256 Credential="
                         "AKIDmadeup/%s/%s/tc3_request, SignedHeaders=%s, "
                         "Signature=%s", v->date, v->service, v->names,
                         v->sign) < (int) sizeof(text));

    assert_int_equal(asr_tc3_parse(asr_cstr(text), &t), ASR_OK);

    memset(&key, 0, sizeof(asr_key_t));
    key.id = asr_str("AKIDmadeup");
    key.secret = asr_cstr(v->secret);
    key.index = index;

    asr_sha256(v->body, strlen(v->body), digest);

    memset(&r, 0, sizeof(asr_tc3_request_t));
    r.method = asr_cstr(v->method);
    r.query = asr_cstr(v->query);
    r.timestamp = asr_cstr(v->stamp);
    r.header = get_field;
    r.header_ctx = v->fields;
    r.payload_sha256 = digest;

    return asr_tc3_verify(&t, &key, &r);
}


static void
test_vectors(void **state)
{
    size_t  i;

    for (i = 0; i < asr_nelts(vectors); i++) {
        if (!verify(&vectors[i], 0)) {
            fail_msg("does not hold: %s", vectors[i].label);
        }

        /* and out of the cache */

        if (!verify(&vectors[i], 0)) {
            fail_msg("does not hold again: %s", vectors[i].label);
        }
    }

    asr_tc3_cache_reset();
    asr_tc3_cache_reset();
    assert_true(verify(&vectors[0], 0));
}


/* Any byte of anything signed that differs breaks the signature. */

static void
test_one_byte(void **state)
{
    char         text[256];
    size_t       i, n, k, vec;
    vector_t     v;
    const char  *was, **part;

    for (vec = 0; vec < 2; vec++) {
        v = vectors[vec];

        const char  **const parts[] = {
            &v.secret, &v.service, &v.stamp, &v.method, &v.body,
            &v.fields[0].value, &v.fields[1].value, &v.sign
        };

        for (k = 0; k < asr_nelts(parts); k++) {
            part = parts[k];
            was = *part;
            n = strlen(was);
            assert_true(n < sizeof(text));

            for (i = 0; i < n; i++) {
                memcpy(text, was, n + 1);

                if (part == &v.sign) {
                    text[i] = text[i] == '0' ? '1' : '0';

                } else if (part == &v.stamp) {
                    text[i] = text[i] == '5' ? '6' : '5';

                } else {
                    text[i] ^= 1;
                }

                *part = text;

                if (verify(&v, 0)) {
                    fail_msg("vector %zu part %zu byte %zu", vec, k, i);
                }
            }

            *part = was;
            assert_true(verify(&v, 0));
        }

        v.query = "a";
        assert_false(verify(&v, 0));
        v.query = "";

        v.fields[0].value = "";
        assert_false(verify(&v, 0));
    }

    v = vectors[1];
    v.fields[2].value = "CreateRecTasks";
    assert_false(verify(&v, 0));
    v.fields[2].value = "DescribeTaskStatus";
    assert_false(verify(&v, 0));

    /* the third header signed is not the two headers signed */

    v = vectors[1];
    v.names = TWO;
    assert_false(verify(&v, 0));
}


static void
test_header_absent(void **state)
{
    size_t    i;
    vector_t  v;

    for (i = 0; i < 3; i++) {
        v = vectors[1];
        assert_true(verify(&v, 0));
        v.fields[i].name = "x-other";
        assert_false(verify(&v, 0));
    }

    v = vectors[0];
    v.names = "content-type;host;x-tc-token";
    assert_false(verify(&v, 0));
}


static void
test_date(void **state)
{
    size_t    i;
    vector_t  v;

    static const char  *const stamps[] = {
        "", "1795437297", "1795391999", "1795478400", "-1795437296",
        "01795437296", " 1795437296", "1795437296 ", "1795437296.0",
        "1795437296a", "+1795437296", "0x6b0", "179543729600",
        "999999999999", "9999999999999", "99999999999999999999999999"
    };

    for (i = 0; i < asr_nelts(stamps); i++) {
        v = vectors[0];
        v.stamp = stamps[i];

        if (verify(&v, 0)) {
            fail_msg("timestamp \"%s\"", stamps[i]);
        }
    }

    /* signed properly, but for another day than the timestamp's */

    v = vectors[0];
    v.date = "2026-11-24";
    v.sign = "72d7071560484856821c7e62e5c5e5e7"
             "422e5c8eb4450ee454a545b1442ec0f6";
    v.stamp = "1795478400";
    assert_true(verify(&v, 0));
    v.stamp = "1795478399";
    assert_false(verify(&v, 0));

    /*
     * signed with the credential's date a day late, else right: 2026-11-24
     * as the date and STAMP as the timestamp
     */

    v.stamp = STAMP;
    v.sign = "cf340caaba55b85619eb3c7a028fa818"
             "070257cf1f6ac327c765e487eab8785b";
    assert_false(verify(&v, 0));
}


/*
 * The cache: another secret under an index that is known (accounts read
 * again), indexes that fall into one slot, another service or day, secrets
 * that are too long to be remembered.
 */

static void
test_cache(void **state)
{
    char       secret[201], service[129];
    size_t     i;
    vector_t   v, other, day, month, agn;

    asr_tc3_cache_reset();

    v = vectors[0];
    other = v;
    other.secret = "made-up-secret-of-the-tests-0002";
    other.sign = "6408c6b7b1da14c4c4abbc5fd19cdafc"
                 "21a1d223a05b35f7ad4cfef23b3c7dd8";
    day = vectors[asr_nelts(vectors) - 2];

    /* a date and a service that fall into the slot of the first */

    month = v;
    month.date = "2026-12-23";
    month.stamp = "1797984000";
    month.sign = "97657bbce807e67dac34cf3fc70f02f7"
                 "660000ac91e299a4e6ddd708c052d31b";
    agn = v;
    agn.service = "agn";
    agn.sign = "47610b79ecad19d18266866aa5963542"
               "0e674ca380cd241538ba3663dde46bd2";

    for (i = 0; i < 3; i++) {
        assert_true(verify(&v, 7));
        assert_true(verify(&other, 7));
        assert_true(verify(&v, 7));
        assert_true(verify(&month, 7));
        assert_true(verify(&v, 7));
        assert_true(verify(&agn, 7));
        assert_true(verify(&day, 7));
        assert_true(verify(&v, 7 + 128));
        assert_true(verify(&other, 7 + 256));
        assert_true(verify(&vectors[4], 7));
    }

    /* the wrong secret's signature is no good with a warm cache either */

    v.sign = other.sign;
    assert_false(verify(&v, 7));
    other.sign = vectors[0].sign;
    assert_false(verify(&other, 7));

    for (i = 0; i < 1000; i++) {
        assert_true(verify(&vectors[0], (uint32_t) i * 31));
    }

    v = vectors[0];
    memset(secret, 'k', 200);
    secret[200] = '\0';
    v.secret = secret;
    v.sign = "d6065caededcd39f8bc41f005b26cad1"
             "a090457a581be13b730829954ab307f4";
    assert_true(verify(&v, 1));
    assert_true(verify(&v, 1));
    secret[199] = 'j';
    assert_false(verify(&v, 1));

    v = vectors[0];
    memset(service, 's', 128);
    service[128] = '\0';
    v.service = service;
    v.sign = "b5e4d7b8612aad9cff5e1918fda8d272"
             "a3cbea705c42df89fc0912cd3636c01d";
    assert_true(verify(&v, 1));
    assert_true(verify(&v, 1));
}


/* An account's secret is never empty; if it were, nobody could sign. */

static void
test_secret_size(void **state)
{
    char      secret[ASR_ACCOUNTS_SECRET_MAX + 2];
    vector_t  v;

    v = vectors[0];
    v.secret = "";
    assert_false(verify(&v, 0));

    memset(secret, 'k', sizeof(secret) - 1);
    secret[sizeof(secret) - 1] = '\0';
    v.secret = secret;
    assert_false(verify(&v, 0));
}


/* perl: "Q=" . "abcdefghij" x 200 */

static void
test_long_query(void **state)
{
    char      query[2003];
    size_t    i;
    vector_t  v;

    query[0] = 'Q';
    query[1] = '=';

    for (i = 0; i < 200; i++) {
        memcpy(query + 2 + 10 * i, "abcdefghij", 10);
    }

    query[2002] = '\0';

    v = vectors[0];
    v.method = "GET";
    v.query = query;
    v.body = "";
    v.fields[0].value = FORM;
    v.sign = "8441492fae3fb2a94f7090e9ce95e1f6"
             "8db307e75e0046ad4ca5533cb86502b0";
    assert_true(verify(&v, 0));

    for (i = 500; i < 520; i++) {
        query[i] ^= 1;
        assert_false(verify(&v, 0));
        query[i] ^= 1;
    }
}


static asr_str_t
get_numbered(const void *ctx, asr_str_t name)
{
    static char  value[4];

    if (name.len == 4) {
        (void) snprintf(value, sizeof(value), "v%.2s", name.data + 2);
        return asr_cstr(value);
    }

    return asr_str_null();
}


static asr_str_t
get_many(const void *ctx, asr_str_t name)
{
    static char  values[ASR_TC3_HEADERS_MAX + 1][4];
    asr_str_t    s;
    unsigned     i;

    if (asr_str_eq(name, asr_str("content-type"))) {
        return asr_str("a");
    }

    if (asr_str_eq(name, asr_str("host"))) {
        return asr_str("h");
    }

    s = get_numbered(ctx, name);
    i = (unsigned) ((name.data[2] - '0') * 10 + name.data[3] - '0');
    assert_true(i < asr_nelts(values));
    memcpy(values[i], s.data, 4);

    return (asr_str_t) { 3, values[i] };
}


/* content-type:a, host:h and x-01:v01 .. x-30:v30, all of them signed */

static void
test_headers_max(void **state)
{
    int                n;
    char               text[1024];
    size_t             len;
    unsigned           i, last;
    asr_key_t          key;
    asr_tc3_t          t;
    unsigned char      digest[ASR_SHA256_LEN];
    asr_tc3_request_t  r;

    for (last = ASR_TC3_HEADERS_MAX - 2; last <= ASR_TC3_HEADERS_MAX - 1;
         last++)
    {
        n = snprintf(text, sizeof(text), "TC3-HMAC-SHA256 Credential=i/" DATE
                     "/asr/tc3_request, SignedHeaders=content-type;host");
        len = (size_t) n;

        for (i = 1; i <= last; i++) {
            n = snprintf(text + len, sizeof(text) - len, ";x-%02u", i);
            len += (size_t) n;
        }

        (void) snprintf(text + len, sizeof(text) - len, ", Signature="
                        "dacca28abece23e911f88399112d5faa"
                        "1b8cb1ee03a68f638913c7e04b8f5b24");

        assert_int_equal(asr_tc3_parse(asr_cstr(text), &t),
                         last == ASR_TC3_HEADERS_MAX - 2 ? ASR_OK
                                                         : ASR_INVALID);

        if (last != ASR_TC3_HEADERS_MAX - 2) {
            continue;
        }

        memset(&key, 0, sizeof(asr_key_t));
        key.secret = asr_str(SECRET);
        asr_sha256("", 0, digest);

        r.method = asr_str("POST");
        r.query = asr_str_null();
        r.timestamp = asr_str(STAMP);
        r.header = get_many;
        r.header_ctx = NULL;
        r.payload_sha256 = digest;

        assert_true(asr_tc3_verify(&t, &key, &r));
        digest[0] ^= 1;
        assert_false(asr_tc3_verify(&t, &key, &r));
    }
}


#define CRED   "Credential=AKID/" DATE "/asr/tc3_request"
#define NAMES  "SignedHeaders=" TWO
#define SIGN   "Signature=" SIGN_SDK
#define TC3    "TC3-HMAC-SHA256 "


/* Printed, not judged: the tests run sanitized. */

static void
test_time(void **state)
{
    double             ns;
    size_t             i, k;
    asr_key_t          key;
    asr_tc3_t          t;
    unsigned char      digest[ASR_SHA256_LEN];
    struct timespec    from, to;
    asr_tc3_request_t  r;

    enum { ROUNDS = 20000 };

    static const struct {
        const char    *label;
        const char    *text;
        size_t         vector;
    } cases[] = {
        { "first attempt", TC3 CRED ", " NAMES ", " SIGN, 0 },
        { "four attempts, refused",
          TC3 CRED ", SignedHeaders=" THREE ", " SIGN, 7 }
    };

    for (k = 0; k < asr_nelts(cases); k++) {
        assert_int_equal(asr_tc3_parse(asr_cstr(cases[k].text), &t), ASR_OK);

        memset(&key, 0, sizeof(asr_key_t));
        key.secret = asr_str(SECRET);
        asr_sha256(BODY, sizeof(BODY) - 1, digest);

        r.method = asr_str("POST");
        r.query = asr_str_null();
        r.timestamp = asr_str(STAMP);
        r.header = get_field;
        r.header_ctx = vectors[cases[k].vector].fields;
        r.payload_sha256 = digest;

        clock_gettime(CLOCK_MONOTONIC, &from);

        for (i = 0; i < ROUNDS; i++) {
            if (asr_tc3_parse(asr_cstr(cases[k].text), &t) != ASR_OK
                || asr_tc3_verify(&t, &key, &r) != (k == 0))
            {
                fail_msg("%s: wrong", cases[k].label);
            }
        }

        clock_gettime(CLOCK_MONOTONIC, &to);

        ns = (double) (to.tv_sec - from.tv_sec) * 1e9
             + (double) (to.tv_nsec - from.tv_nsec);

        print_message("             %s: %.0f ns\n", cases[k].label,
                      ns / ROUNDS);
    }
}


static int
setup(void **state)
{
    return asr_crypto_init() == ASR_OK ? 0 : -1;
}


static int
teardown(void **state)
{
    asr_tc3_cache_reset();
    asr_crypto_cleanup();

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_one_byte),
        cmocka_unit_test(test_header_absent),
        cmocka_unit_test(test_date),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_secret_size),
        cmocka_unit_test(test_long_query),
        cmocka_unit_test(test_headers_max),
        cmocka_unit_test(test_time)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
