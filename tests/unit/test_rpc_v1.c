/*
 * The RPC signature 1.0.  The first vector is the vendor's; the others were
 * made by this (the text is the string to sign):
 *
 *   printf %s "$text" | openssl dgst -sha1 -binary -hmac 'testsecret&' | base64
 */

#include "unit.h"

#include "auth/asr_acs.h"
#include "auth/asr_rpc_v1.h"


static bool
verify(const char *secret, const char *method, const char *query,
    const char *sign, size_t ceiling)
{
    bool          ok;
    asr_key_t     key;
    asr_form_t    form;
    asr_arena_t   arena, sort;

    asr_arena_init(&arena, 1 << 20);
    asr_arena_init(&sort, ceiling);
    asr_form_init(&form, &arena, asr_str_null(), NULL, NULL, 65536);
    assert_int_equal(asr_form_feed(&form, query, strlen(query)), ASR_OK);
    assert_int_equal(asr_form_end(&form), ASR_OK);

    memset(&key, 0, sizeof(key));
    key.secret = asr_cstr(secret);

    ok = asr_rpc_v1_verify(&key, asr_cstr(method), form.pairs, form.n,
                           asr_cstr(sign), &sort);

    asr_form_free(&form);
    asr_arena_free(&sort);
    asr_arena_free(&arena);

    return ok;
}


#define VENDOR  "Timestamp=2016-02-23T12%3A46%3A24Z&Format=XML&"              \
                "AccessKeyId=testid&Action=DescribeRegions&"                  \
                "SignatureMethod=HMAC-SHA1&"                                  \
                "SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&"        \
                "Version=2014-05-26&SignatureVersion=1.0"
#define VENDOR_SIGN  "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


static void
test_vectors(void **state)
{
    assert_true(verify("testsecret", "GET", VENDOR, VENDOR_SIGN, 65536));
    assert_true(verify("testsecret", "GET",
                       VENDOR "&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D",
                       VENDOR_SIGN, 65536));

    /* GET&%2F& */
    assert_true(verify("testsecret", "GET", "", "466jQ0wZ71nv+BdkJBzlRBwFlXU=",
                       65536));

    /* GET&%2F&A%3D%2520%252A%2521%2528%2529%2527~%26%25E5%2590%258D%3D%252B */
    assert_true(verify("testsecret", "GET",
                       "A=+*!()'~&%E5%90%8D=%2B",
                       "AafPILkmDpmFj/nBngwjyeAlJl8=", 65536));

    /* GET&%2F&A%3D2%26A%3D1%26AB%3D3%26a%3D */
    assert_true(verify("testsecret", "GET", "a&AB=3&A=2&A=1",
                       "YngF0nZrE8UjO4igx/mMkgZ3i6M=", 65536));
}


static void
test_refused(void **state)
{
    char         secret[ASR_ACCOUNTS_SECRET_MAX + 2];
    unsigned     i;
    char         sign[sizeof(VENDOR_SIGN)];

    assert_false(verify("testsecre", "GET", VENDOR, VENDOR_SIGN, 65536));
    assert_false(verify("testsecret", "POST", VENDOR, VENDOR_SIGN, 65536));
    assert_false(verify("testsecret", "get", VENDOR, VENDOR_SIGN, 65536));
    assert_false(verify("testsecret", "GET", VENDOR "&x=", VENDOR_SIGN,
                        65536));
    assert_false(verify("testsecret", "GET", VENDOR, "", 65536));
    assert_false(verify("testsecret", "GET", VENDOR, VENDOR_SIGN "=", 65536));
    assert_false(verify("", "GET", VENDOR, VENDOR_SIGN, 65536));

    /* no room to sort */
    assert_false(verify("testsecret", "GET", VENDOR, VENDOR_SIGN, 32));

    memset(secret, 'a', sizeof(secret) - 1);
    secret[sizeof(secret) - 1] = '\0';
    assert_false(verify(secret, "GET", VENDOR, VENDOR_SIGN, 65536));

    /* each symbol counts */

    for (i = 0; i < sizeof(sign) - 1; i++) {
        memcpy(sign, VENDOR_SIGN, sizeof(sign));
        sign[i] = (sign[i] == 'A') ? 'B' : 'A';
        assert_false(verify("testsecret", "GET", VENDOR, sign, 65536));
    }
}


static void
test_time(void **state)
{
    char     text[ASR_ACS_TIME_LEN];
    size_t   i;
    int64_t  t;

    static const struct {
        const char  *text;
        int64_t      seconds;            /* -1: refused */
    } rows[] = {
        { "1970-01-01T00:00:01Z", 1 },
        { "2016-02-23T12:46:24Z", 1456231584 },
        { "2024-02-29T23:59:59Z", 1709251199 },
        { "2000-02-29T00:00:00Z", 951782400 },
        { "9999-12-31T23:59:59Z", INT64_C(253402300799) },
        { "2023-02-29T00:00:00Z", -1 },
        { "2100-02-29T00:00:00Z", -1 },
        { "2023-04-31T00:00:00Z", -1 },
        { "2023-00-01T00:00:00Z", -1 },
        { "2023-13-01T00:00:00Z", -1 },
        { "2023-01-00T00:00:00Z", -1 },
        { "2023-01-01T24:00:00Z", -1 },
        { "2023-01-01T00:60:00Z", -1 },
        { "2023-01-01T00:00:60Z", -1 },
        { "2023-01-01 00:00:00Z", -1 },
        { "2023-01-01T00:00:00z", -1 },
        { "2023-01-01T00:00:00", -1 },
        { "2023-01-01T00:00:00.0Z", -1 },
        { "2023-01-01T00:00:0-Z", -1 },
        { "+023-01-01T00:00:00Z", -1 },
        { "", -1 }
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        t = -1;

        if (rows[i].seconds == -1) {
            assert_int_equal(asr_acs_time(asr_cstr(rows[i].text), &t),
                             ASR_INVALID);
            continue;
        }

        assert_int_equal(asr_acs_time(asr_cstr(rows[i].text), &t), ASR_OK);
        assert_true(t == rows[i].seconds);
        asr_acs_time_text(t, text);
        assert_memory_equal(text, rows[i].text, sizeof(text));
    }

    asr_acs_time_text(-1, text);
    assert_memory_equal(text, "1969-12-31T23:59:59Z", sizeof(text));
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
        cmocka_unit_test(test_time),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
