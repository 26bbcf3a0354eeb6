/*
 * Redaction: each kind of secret in each place where it may stand, and that
 * nothing else is touched.
 */

#define _GNU_SOURCE                  /* memmem() */

#include "unit.h"

#include "asr_mock_redact.h"


#define SECRET  "Zx9planted-secret/value+77"
#define HEX16   "0123456789abcdef"
#define HEX     HEX16 HEX16 HEX16 HEX16

typedef void (*redact_pt)(asr_mock_out_t *o, asr_str_t a, asr_str_t b);


static char  out[256 * 1024];


/* What it makes of it, at the end of which a page faults. */

static asr_str_t
redact(redact_pt f, const char *name, const char *text)
{
    char             *g, *h;
    asr_str_t         s;
    asr_mock_out_t    o;

    o.pos = out;
    o.end = out + sizeof(out);
    o.cut = false;

    g = unit_guard(name, strlen(name));
    h = unit_guard(text, strlen(text));

    asr_mock_redact_begin();
    f(&o, (asr_str_t) { strlen(name), g }, (asr_str_t) { strlen(text), h });

    unit_unguard(g, strlen(name));
    unit_unguard(h, strlen(text));

    assert_false(o.cut);

    s.data = out;
    s.len = (size_t) (o.pos - out);

    return s;
}


static void
text(asr_mock_out_t *o, asr_str_t name, asr_str_t s)
{
    asr_mock_redact_text(o, s);
}


static void
json(asr_mock_out_t *o, asr_str_t name, asr_str_t s)
{
    asr_mock_redact_json(o, s);
}


static void
query(asr_mock_out_t *o, asr_str_t name, asr_str_t s)
{
    asr_mock_redact_query(o, s);
}


static void
target(asr_mock_out_t *o, asr_str_t name, asr_str_t s)
{
    asr_mock_redact_target(o, s);
}


static void
check(redact_pt f, const char *name, const char *from, const char *to)
{
    asr_str_t  got;

    got = redact(f, name, from);

    if (!asr_str_eq(got, asr_cstr(to))) {
        fail_msg("%s: %s\nbecame   %.*s\nand not  %s", name, from,
                 asr_fmt(got), to);
    }
}


static void
test_names(void **state)
{
    size_t  i;

    static const struct {
        const char          *name;
        asr_mock_secrecy_t   secrecy;
    } names[] = {
        { "SecretKey", ASR_MOCK_KEY }, { "secret_key", ASR_MOCK_KEY },
        { "AccessKeySecret", ASR_MOCK_KEY }, { "apiKey", ASR_MOCK_KEY },
        { "X-Api-Key", ASR_MOCK_KEY }, { "X-TC-Token", ASR_MOCK_KEY },
        { "SecurityToken", ASR_MOCK_KEY }, { "access_token", ASR_MOCK_KEY },
        { "x-acs-security-token", ASR_MOCK_KEY },
        { "x-acs-bearer-token", ASR_MOCK_KEY },
        { "Proxy-Authorization", ASR_MOCK_KEY },
        { "TmpSecretKey", ASR_MOCK_KEY }, { "accessKey", ASR_MOCK_KEY },
        { "password", ASR_MOCK_HIDDEN }, { "PWD", ASR_MOCK_HIDDEN },
        { "db_passwd", ASR_MOCK_HIDDEN }, { "Cookie", ASR_MOCK_HIDDEN },
        { "Set-Cookie", ASR_MOCK_HIDDEN },
        { "Signature", ASR_MOCK_SIGNATURE },
        { "X-Amz-Signature", ASR_MOCK_SIGNATURE },
        { "sig", ASR_MOCK_SIGNATURE }, { "sign", ASR_MOCK_SIGNATURE },
        { "SecretId", ASR_MOCK_PLAIN }, { "AccessKeyId", ASR_MOCK_PLAIN },
        { "NextToken", ASR_MOCK_PLAIN }, { "tokens", ASR_MOCK_PLAIN },
        { "prompt_tokens", ASR_MOCK_PLAIN }, { "design", ASR_MOCK_PLAIN },
        { "SignatureNonce", ASR_MOCK_PLAIN }, { "key", ASR_MOCK_PLAIN },
        { "SignatureMethod", ASR_MOCK_PLAIN }, { "", ASR_MOCK_PLAIN },
        { "EngineModelType", ASR_MOCK_PLAIN }, { "n", ASR_MOCK_PLAIN }
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_mock_secrecy(asr_cstr(names[i].name)) != names[i].secrecy) {
            fail_msg("%s", names[i].name);
        }
    }
}


static void
test_headers(void **state)
{
    size_t  i;

    static const char *const  cases[][3] = {
        { "Authorization", "Bearer " SECRET, "Bearer Zx9p...77" },
        { "authorization", "bearer   " SECRET, "bearer   Zx9p...77" },
        { "Authorization", SECRET, "Zx9p...77" },
        { "Authorization", "short", "***" },
        { "Authorization", "Bearer test-a.b_C-9", "Bearer test-a.b_C-9" },
        { "Authorization", "test-a", "test-a" },
        { "Authorization", "Bearer test-a " SECRET, "Bearer test...77" },
        { "Authorization", "Basic dXNlcjpwYXNzd29yZA==", "Basic ***" },
        { "Authorization", "acs AKID:" SECRET, "acs AKID...77" },
        { "Authorization", "", "" },
        { "Authorization", "Bearer ", "*** " },
        { "Authorization",
          "TC3-HMAC-SHA256 Credential=AKID/2026-11-26/asr/tc3_request, "
          "SignedHeaders=content-type;host, Signature=" HEX,
          "TC3-HMAC-SHA256 Credential=AKID/2026-11-26/asr/tc3_request, "
          "SignedHeaders=content-type;host, Signature=01234567..." },
        { "Authorization",
          "ACS3-HMAC-SHA256 Credential=AK,SignedHeaders=host,Signature=" HEX,
          "ACS3-HMAC-SHA256 Credential=AK,SignedHeaders=host,"
          "Signature=01234567..." },
        { "X-TC-Token", SECRET, "Zx9p...77" },
        { "x-acs-security-token", SECRET, "Zx9p...77" },
        { "X-ICE-SIGNATURE", "0123456789abcdef0", "01234567..." },
        { "x-acs-signature-nonce", "3ee8c1b8-83d3", "3ee8c1b8-83d3" },
        { "Cookie", "a=1; session=" SECRET "; b", "a=***; session=***;***" },
        { "Set-Cookie", "s=" SECRET "; Path=/; HttpOnly",
          "s=***; Path=/; HttpOnly" },
        { "Referer", "https://u:" SECRET "@h/x?a=1", "https://u:***@h/x?a=1" },
        { "Host", "127.0.0.1:8080", "127.0.0.1:8080" },
        { "Content-Type", "application/json; charset=utf-8",
          "application/json; charset=utf-8" },
        { "X-Mock-Fault", "error=FailedOperation.ErrorDownFile",
          "error=FailedOperation.ErrorDownFile" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        check(asr_mock_redact_header, cases[i][0], cases[i][1], cases[i][2]);
    }
}


static void
test_queries(void **state)
{
    size_t  i;

    static const char *const  cases[][2] = {
        { "", "" },
        { "a=1&b=&c&&d=%20", "a=1&b=&c&&d=%20" },
        { "Action=X&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D&Nonce=1",
          "Action=X&Signature=OLeaidS1...&Nonce=1" },
        { "Signature=OLeaid%2BJvxuMvnyHOwuJ", "Signature=OLeaid..." },
        { "Sign%61ture=0123456789abcdef0", "Sign%61ture=01234567..." },
        { "SecurityToken=abcdefghijklmnopqrstuv", "SecurityToken=abcd...uv" },
        { "key=AIzaabcdefghijklmnopqrst", "key=AIza...st" },
        { "SecretId=test-a&SecretKey=test-a", "SecretId=test-a&SecretKey=test-a"
          },
        { "Url=https%3A%2F%2Fu%3Apw%40h%2Fa.wav",
          "Url=https%3A%2F%2Fu%3A***%40h%2Fa.wav" },
        { "Url=https%3a%2f%2fh%2fa.wav", "Url=https%3a%2f%2fh%2fa.wav" },
        { "J=%7B%22password%22%3A%22pw%22%7D",
          "J=%7B%22password%22%3A%22***%22%7D" },
        { "Url=http://h/a?token=abcdefgh", "Url=http://h/a?token=***" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        check(query, "query", cases[i][0], cases[i][1]);
    }

    check(target, "target", "/a/b?password=x", "/a/b?password=***");
    check(target, "target", "/a/b", "/a/b");
    check(target, "target", "http://u:p@h/a?x=1", "http://u:***@h/a?x=1");
    check(target, "target", "/v1/upload/signed/as_12/123-ab-cd?x",
          "/v1/upload/signed/as_12/***?x");
}


static void
test_texts(void **state)
{
    size_t  i;

    static const char *const  cases[][2] = {
        { "", "" },
        { "nothing to see: here", "nothing to see: here" },
        { "the signature does not match", "the signature does not match" },
        { "Authorization: Bearer " SECRET " sent",
          "Authorization: Bearer Zx9p...77 sent" },
        { "Authorization: " SECRET, "Authorization: Zx9p...77" },
        { "Authorization: TC3-HMAC-SHA256 Credential=a, Signature=" HEX,
          "Authorization: TC3-HMAC-SHA256 Credential=a, "
          "Signature=01234567..." },
        { "SecretKey = \"abc\" and", "SecretKey = \"***\" and" },
        { "<SecretKey>abc</SecretKey>", "<SecretKey>***</SecretKey>" },
        { "is:POST&%2F&AccessKeyId%3DAK%26SecurityToken%3Dabc%26Timestamp%3D1",
          "is:POST&%2F&AccessKeyId%3DAK%26SecurityToken%3D***%26Timestamp%3D1"
          },
        { "SecurityToken%253Dabc%2526x", "SecurityToken%253D***%2526x" },
        { "ftp://me@h/ http://a:b@c@d/", "ftp://***@h/ http://a:***@d/" },
        { "http://[::1]:80/@x", "http://[::1]:80/@x" },
        { "http://h/a?key=abc&b=1", "http://h/a?key=***&b=1" },
        { "http://h/?X-Amz-Signature=" HEX "&b=1",
          "http://h/?X-Amz-Signature=01234567...&b=1" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        check(text, "text", cases[i][0], cases[i][1]);
    }
}


static void
test_json(void **state)
{
    size_t  i;

    static const char *const  cases[][2] = {
        { "{\"a\":1,\"b\":[true,null,\"x\"],\"c\":{\"d\":-1.5e3}}",
          "{\"a\":1,\"b\":[true,null,\"x\"],\"c\":{\"d\":-1.5e3}}" },
        { "{\"SecretKey\":\"abc\",\"a\":\"b\"}",
          "{\"SecretKey\":\"***\",\"a\":\"b\"}" },
        { "{ \"token\" :\n \"" SECRET "\" }",
          "{ \"token\" :\n \"Zx9p...77\" }" },
        { "{\"token\":12345678,\"b\":2}", "{\"token\":\"***\",\"b\":2}" },
        { "{\"token\":null,\"b\":2}", "{\"token\":null,\"b\":2}" },
        { "{\"token\":[\"abc\",{\"x\":\"def\"}],\"b\":\"c\"}",
          "{\"token\":[\"***\",{\"x\":\"***\"}],\"b\":\"c\"}" },
        { "{\"token\":{\"x\":\"y\"},\"b\":\"c\"}",
          "{\"token\":{\"x\":\"***\"},\"b\":\"c\"}" },
        { "{\"token\":,\"b\":\"c\"}", "{\"token\":,\"b\":\"c\"}" },
        { "{\"Secret\\u004bey\":\"abc\"}", "{\"Secret\\u004bey\":\"***\"}" },
        { "{\"SecretKey\":\"a\\\"bc\",\"x\":\"y\"}",
          "{\"SecretKey\":\"***\",\"x\":\"y\"}" },
        { "{\"SecretKey\":\"cut of", "{\"SecretKey\":\"***" },
        { "{\"SecretKey\":", "{\"SecretKey\":" },
        { "{'SecretKey': 'abc', 'x': 'it'}",
          "{'SecretKey': '***', 'x': 'it'}" },
        { "{SecretKey: abc!d, x: y}", "{SecretKey: \"***\", x: y}" },
        { "{Url: https://u:pw@h/a, x: y}", "{Url: https://u:***@h/a, x: y}" },
        { "{\"token\":\"a\":\"b\"}", "{\"token\":\"***\":\"b\"}" },
        { "{\"Url\":\"https://u:pw@h/a?sig=0123456789abcdef0\"}",
          "{\"Url\":\"https://u:***@h/a?sig=01234567...\"}" },
        { "{\"Url\":\"https:\\/\\/u:pw@h\\/a\"}",
          "{\"Url\":\"https://u:***@h/a\"}" },
        { "{\"Url\":\"https:\\/\\/h\\/a\"}",
          "{\"Url\":\"https:\\/\\/h\\/a\"}" },
        { "{\"d\":\"{\\\"SecretKey\\\":\\\"abc\\\",\\\"n\\\":1}\"}",
          "{\"d\":\"{\\\"SecretKey\\\":\\\"***\\\",\\\"n\\\":1}\"}" },
        { "{\"d\":\"{\\\"n\\\":\\\"\\u4f60\\\"}\"}",
          "{\"d\":\"{\\\"n\\\":\\\"\\u4f60\\\"}\"}" },
        { "{\"SecretKey\":\"test-x\"}", "{\"SecretKey\":\"test-x\"}" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        check(json, "json", cases[i][0], cases[i][1]);
    }
}


/* The quick look sees each name wherever it stands. */

static void
test_look(void **state)
{
    char    filler[80], *g;
    size_t  i, n, at, len;

    static const char *const  names[] = {
        "token", "TOKEN", "SecretKey", "apikey", "Cookie", "secret",
        "password", "passphrase", "pwd", "Signature", "sig", "sign",
        "Authorization", "Bearer", "Basic", "\\u004b", "://u@", "://u:p",
        ":\\/\\/", "/upload/signed/"
    };

    static const char *const  none[] = {
        "http://127.0.0.1:8080/a", "https://example.com/Create?a=b&c=d",
        "{\"EngineModelType\":\"16k_zh\",\"ChannelNum\":1}"
    };

    for (i = 0; i < asr_nelts(names); i++) {
        len = strlen(names[i]);

        for (n = len; n < sizeof(filler); n++) {
            for (at = 0; at + len <= n; at++) {
                memset(filler, '.', sizeof(filler));
                memcpy(filler + at, names[i], len);

                g = unit_guard(filler, n);

                if (!asr_mock_may_tell((asr_str_t) { n, g })) {
                    fail_msg("%s at %zu of %zu", names[i], at, n);
                }

                unit_unguard(g, n);
            }
        }
    }

    for (i = 0; i < asr_nelts(none); i++) {
        assert_false(asr_mock_may_tell(asr_cstr(none[i])));
    }
}


/* Each body cut anywhere, and any byte of it another: no over-read, and what
   was cut inside of the secret shows no more of it than a key may. */

static void
test_damaged(void **state)
{
    char       *damaged;
    size_t      i, k, n;
    asr_str_t   got;

    static const char  body[] =
        "{\"a\":\"http://u:" SECRET "@h/\",\"SecretKey\":\"" SECRET "\",\"t\":"
        "\"{\\\"password\\\":\\\"" SECRET "\\\"}\",\"x\":[1,{}]}";

    n = sizeof(body) - 1;
    damaged = malloc(n + 1);
    assert_non_null(damaged);

    for (i = 0; i < n; i++) {
        memcpy(damaged, body, i);
        damaged[i] = '\0';

        got = redact(json, "", damaged);
        assert_null(memmem(got.data, got.len, SECRET, sizeof(SECRET) - 1));
    }

    for (i = 0; i < n; i++) {
        for (k = 0; k < 8; k++) {
            memcpy(damaged, body, n + 1);
            damaged[i] = "\"'\\{}:@\x80"[k];
            (void) redact(json, "", damaged);
            (void) redact(text, "", damaged);
            (void) redact(query, "", damaged);
        }
    }

    free(damaged);
}


static void
test_bodies(void **state)
{
    size_t  i;

    static const char *const  cases[][3] = {
        { "application/json", " {\"SecretKey\":\"abc\"}",
          " {\"SecretKey\":\"***\"}" },
        { "", "Action=A&SecretKey=abc", "Action=A&SecretKey=***" },
        { "text/plain", "SecretKey: abc\nx", "SecretKey: ***\nx" },
        { "text/plain", "http://u:pw@h/", "http://u:***@h/" },
        { "", "  ", "  " },
        { "", "", "" },
        { "application/xml", "<a><Token>abc</Token></a>",
          "<a><Token>***</Token></a>" },
        { "multipart/form-data; boundary=b",
          "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n"
          "abc\r\n--b\r\nContent-Disposition: form-data; name=file; "
          "filename=a\r\n\r\ntoken=abc\r\n--b--\r\n",
          "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n"
          "***\r\n--b\r\nContent-Disposition: form-data; name=file; "
          "filename=a\r\n\r\ntoken=abc\r\n--b--\r\n" },
        { "multipart/form-data", "--b\r\nname=\"\r\n\r\n",
          "--b\r\nname=\"\r\n\r\n" }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        check(asr_mock_redact_body, cases[i][0], cases[i][1], cases[i][2]);
    }
}


/* Long texts: audio stays as it is, a secret after it does not. */

static void
test_long(void **state)
{
    char    long_text[1200];
    size_t  i;

    static const char *const  ends[][2] = {
        { "==", "==" },
        { "=", "=" },
        { "", "" },
        { "/upload/signed/as_1/abc", "/upload/signed/as_1/***" },
        { "&SecretKey=abc", "&SecretKey=***" },
        { "&SecretKey%3Dabc", "&SecretKey%3D***" },
        { " Bearer abc", " Bearer ***" },
        { "<Token>abc", "<Token>***" },
        { ",Token:abc", ",Token:***" }
    };

    static char  want[1200];

    for (i = 0; i < asr_nelts(ends); i++) {
        memset(long_text, 'T', 1000);
        memcpy(long_text + 500, "tokenKEY/secret+", 16);
        memcpy(want, long_text, 1000);
        (void) snprintf(long_text + 1000, 200, "%s", ends[i][0]);
        (void) snprintf(want + 1000, 200, "%s", ends[i][1]);

        check(text, "long", long_text, want);
    }
}


/* What a reply repeats. */

static void
test_echo(void **state)
{
    char             *start;
    asr_mock_out_t    o;

    static const char  said[] =
        "no key " SECRET " here, " SECRET "; not test-a";
    static const char  want[] = "no key *** here, ***; not test-a";

    o.pos = out;
    o.end = out + sizeof(out);
    o.cut = false;

    asr_mock_redact_begin();
    asr_mock_redact_header(&o, asr_str("Authorization"),
                           asr_str("Bearer " SECRET));
    asr_mock_redact_header(&o, asr_str("X-Token"), asr_str("test-a"));

    start = o.pos;
    asr_mock_out(&o, said, sizeof(said) - 1);
    asr_mock_redact_echo(&o, start);

    assert_int_equal(o.pos - start, sizeof(want) - 1);
    assert_memory_equal(start, want, sizeof(want) - 1);

    /* the next request knows nothing of it */

    asr_mock_redact_begin();
    start = o.pos;
    asr_mock_out(&o, SECRET, sizeof(SECRET) - 1);
    asr_mock_redact_echo(&o, start);
    assert_memory_equal(start, SECRET, sizeof(SECRET) - 1);
}


/* What has no room is left out, and said to be. */

static void
test_room(void **state)
{
    size_t           n;
    asr_mock_out_t   o;

    for (n = 0; n < 40; n++) {
        o.pos = unit_guard("########################################", n);
        o.end = o.pos + n;
        o.cut = false;

        asr_mock_redact_json(&o, asr_str("{\"token\":\"" SECRET "\",\"b\":1}"));

        assert_ptr_equal(o.cut ? o.pos : o.end, o.cut ? o.end : o.pos + n
                         - 27);
        assert_int_equal(o.cut, n < 27);
        unit_unguard(o.end - n, n);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_look),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_room)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
