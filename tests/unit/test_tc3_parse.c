/* The form of a TC3 Authorization header. */

#include "unit.h"

#include "auth/asr_tc3.h"


#define DATE      "2026-11-23"
#define TWO       "content-type;host"
#define THREE     "content-type;host;x-tc-action"
#define SIGN_SDK  "cb3837db85696847dd4aa36c7ea2d2cc"                          \
                  "45572ab97f372c907b3c49a2b0fcc0d4"

#define CRED   "Credential=AKID/" DATE "/asr/tc3_request"
#define NAMES  "SignedHeaders=" TWO
#define SIGN   "Signature=" SIGN_SDK
#define TC3    "TC3-HMAC-SHA256 "


static asr_err_t
parse(const char *text, asr_tc3_t *t)
{
    char       *p;
    size_t      n;
    asr_err_t   rc;

    n = strlen(text);
    p = unit_guard(text, n);
    rc = asr_tc3_parse((asr_str_t) { n, p }, t);
    unit_unguard(p, n);

    return rc;
}


static void
test_parse(void **state)
{
    size_t     i;
    asr_tc3_t  t;
    asr_str_t  s;

    static const char  *const good[] = {
        TC3 CRED ", " NAMES ", " SIGN,
        TC3 CRED "," NAMES "," SIGN,
        TC3 CRED ",  " NAMES ",\t" SIGN,
        TC3 CRED " , " NAMES " , " SIGN,
        "TC3-HMAC-SHA256   " CRED ", " NAMES ", " SIGN,
        "TC3-HMAC-SHA256\t" CRED ", " NAMES ", " SIGN,
        "  " TC3 CRED ", " NAMES ", " SIGN " \t",
        TC3 SIGN ", " NAMES ", " CRED
    };

    for (i = 0; i < asr_nelts(good); i++) {
        s = asr_cstr(good[i]);

        if (asr_tc3_parse(s, &t) != ASR_OK) {
            fail_msg("refused: %s", good[i]);
        }

        assert_true(asr_str_eq(t.secret_id, asr_str("AKID")));
        assert_true(asr_str_eq(t.date, asr_str(DATE)));
        assert_true(asr_str_eq(t.service, asr_str("asr")));
        assert_true(asr_str_eq(t.signed_headers, asr_str(TWO)));
        assert_true(asr_str_eq(t.signature, asr_str(SIGN_SDK)));
        assert_int_equal(parse(good[i], &t), ASR_OK);
    }

    s = asr_str(TC3 "Credential=/" DATE "/localhost:8080/tc3_request, "
                "SignedHeaders=" THREE ", " SIGN);
    assert_int_equal(asr_tc3_parse(s, &t), ASR_OK);
    assert_int_equal(t.secret_id.len, 0);
    assert_true(asr_str_eq(t.service, asr_str("localhost:8080")));
    assert_true(asr_str_eq(t.signed_headers, asr_str(THREE)));
}


#define WITH_CRED(c)   TC3 "Credential=" c ", " NAMES ", " SIGN
#define WITH_NAMES(n)  TC3 CRED ", SignedHeaders=" n ", " SIGN
#define WITH_SIGN(s)   TC3 CRED ", " NAMES ", Signature=" s


static const char  *const bad[] = {
    "", " ", "SKIP", "TC3-HMAC-SHA256", TC3, TC3 ",", TC3 ",,", TC3 "=",
    "tc3-hmac-sha256 " CRED ", " NAMES ", " SIGN,
    "TC3-HMAC-SHA1 " CRED ", " NAMES ", " SIGN,
    "TC3-HMAC-SHA256" CRED ", " NAMES ", " SIGN,
    "TC3-HMAC-SHA256," CRED ", " NAMES ", " SIGN,
    "Bearer " CRED ", " NAMES ", " SIGN,

    /* missing, twice, unknown, not parted */
    TC3 CRED, TC3 CRED ", " NAMES, TC3 CRED ", " SIGN, TC3 NAMES ", " SIGN,
    TC3 CRED ", " CRED ", " NAMES ", " SIGN,
    TC3 CRED ", " NAMES ", " SIGN ", " CRED,
    TC3 CRED ", " NAMES ", " NAMES ", " SIGN,
    TC3 CRED ", " NAMES ", " SIGN ", " SIGN,
    TC3 NAMES ", " NAMES ", " CRED ", " SIGN,
    TC3 SIGN ", " SIGN ", " NAMES ", " CRED,
    TC3 CRED ", " NAMES ", " SIGN ", X=1",
    TC3 "X=1, " CRED ", " NAMES ", " SIGN,
    TC3 CRED ", " NAMES ", " SIGN ",",
    TC3 CRED ", " NAMES ", " SIGN ", ",
    TC3 ", " CRED ", " NAMES ", " SIGN,
    TC3 CRED ",, " NAMES ", " SIGN,
    TC3 CRED " " NAMES " " SIGN,
    TC3 CRED "; " NAMES "; " SIGN,
    TC3 "credential=AKID/" DATE "/asr/tc3_request, " NAMES ", " SIGN,
    TC3 "Credential, " NAMES ", " SIGN,
    TC3 "Credential =AKID/" DATE "/asr/tc3_request, " NAMES ", " SIGN,
    TC3 "Credential= AKID/" DATE "/asr/tc3_request, " NAMES ", " SIGN,

    /* slashes */
    WITH_CRED(""), WITH_CRED("AKID"), WITH_CRED("/"), WITH_CRED("///"),
    WITH_CRED("AKID/" DATE "/asr"), WITH_CRED("AKID/" DATE "/tc3_request"),
    WITH_CRED("AKID/" DATE "/asr/"), WITH_CRED("AKID/" DATE "//tc3_request"),
    WITH_CRED("AKID/" DATE "/asr/tc3_request/"),
    WITH_CRED("AKID/" DATE "/asr/tc3_request/x"),
    WITH_CRED("A/KID/" DATE "/asr/tc3_request"),
    WITH_CRED("/AKID/" DATE "/asr/tc3_request"),
    WITH_CRED("AKID/" DATE "/a/sr/tc3_request"),
    WITH_CRED("AKID//asr/tc3_request"),
    WITH_CRED("AKID/" DATE "/asr/tc3_reques"),
    WITH_CRED("AKID/" DATE "/asr/tc3_requests"),
    WITH_CRED("AKID/" DATE "/asr/TC3_REQUEST"),
    WITH_CRED("AK ID/" DATE "/asr/tc3_request"),
    WITH_CRED("AKID/" DATE "/a sr/tc3_request"),
    WITH_CRED("AKID/" DATE "/asr\n/tc3_request"),

    /* dates */
    WITH_CRED("AKID/20261123/asr/tc3_request"),
    WITH_CRED("AKID/2026-11-2/asr/tc3_request"),
    WITH_CRED("AKID/2026-11-233/asr/tc3_request"),
    WITH_CRED("AKID/2026/11/23/asr/tc3_request"),
    WITH_CRED("AKID/2026.11.23/asr/tc3_request"),
    WITH_CRED("AKID/2026-1a-23/asr/tc3_request"),
    WITH_CRED("AKID/-026-11-23/asr/tc3_request"),

    /* names */
    WITH_NAMES(""), WITH_NAMES("host"), WITH_NAMES("content-type"),
    WITH_NAMES("content-type;x-tc-action"), WITH_NAMES("host;x-tc-action"),
    WITH_NAMES("host;content-type"), WITH_NAMES("content-type;host;"),
    WITH_NAMES(";content-type;host"), WITH_NAMES("content-type;;host"),
    WITH_NAMES("content-type;host;host"), WITH_NAMES("content-type; host"),
    WITH_NAMES("Content-Type;Host"), WITH_NAMES("content-type;hosts"),
    WITH_NAMES("content-type;host;x-tc-Action"),
    WITH_NAMES("content-type host"),
    WITH_NAMES("content-type;host;x:y"), WITH_NAMES("content-type;host;x\xc3"),

    /* signatures */
    WITH_SIGN(""),
    WITH_SIGN("cb3837db85696847dd4aa36c7ea2d2cc"
              "45572ab97f372c907b3c49a2b0fcc0d"),
    WITH_SIGN(SIGN_SDK "0"),
    WITH_SIGN("CB3837DB85696847DD4AA36C7EA2D2CC"
              "45572AB97F372C907B3C49A2B0FCC0D4"),
    WITH_SIGN("cb3837db85696847dd4aa36c7ea2d2cc"
              "45572ab97f372c907b3c49a2b0fcc0dg"),
    WITH_SIGN("cb3837db85696847dd4aa36c7ea2d2cc"
              " 5572ab97f372c907b3c49a2b0fcc0d4")
};


static void
test_parse_bad(void **state)
{
    char       text[512], service[130];
    size_t     i;
    asr_tc3_t  t;

    for (i = 0; i < asr_nelts(bad); i++) {
        if (parse(bad[i], &t) != ASR_INVALID) {
            fail_msg("taken: %s", bad[i]);
        }
    }

    assert_int_equal(asr_tc3_parse(asr_str_null(), &t), ASR_INVALID);

    /* a service of 128 bytes is the longest */

    for (i = 128; i <= 129; i++) {
        memset(service, 's', i);
        service[i] = '\0';
        (void) snprintf(text, sizeof(text), TC3 "Credential=AKID/" DATE
                        "/%s/tc3_request, " NAMES ", " SIGN, service);
        assert_int_equal(parse(text, &t), i == 128 ? ASR_OK : ASR_INVALID);
    }
}


/* Every prefix of a good header is refused, and read without an over-read. */

static void
test_parse_prefixes(void **state)
{
    char       *p;
    size_t      i, n;
    asr_tc3_t   t;

    static const char  text[] = TC3 CRED ", " NAMES ", " SIGN;

    n = sizeof(text) - 1;

    for (i = 0; i < n; i++) {
        p = unit_guard(text, i);
        assert_int_equal(asr_tc3_parse((asr_str_t) { i, p }, &t),
                         ASR_INVALID);
        unit_unguard(p, i);
    }
}


static void
test_claims(void **state)
{
    assert_true(asr_tc3_claims(asr_str("TC3-HMAC-SHA256")));
    assert_true(asr_tc3_claims(asr_str("TC3-HMAC-SHA256 x")));
    assert_true(asr_tc3_claims(asr_str("  TC3-HMAC-SHA256\tx")));
    assert_false(asr_tc3_claims(asr_str("TC3-HMAC-SHA2567")));
    assert_false(asr_tc3_claims(asr_str("TC3-HMAC-SHA25")));
    assert_false(asr_tc3_claims(asr_str("Bearer TC3-HMAC-SHA256")));
    assert_false(asr_tc3_claims(asr_str("")));
    assert_false(asr_tc3_claims(asr_str_null()));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_bad),
        cmocka_unit_test(test_parse_prefixes),
        cmocka_unit_test(test_claims)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
