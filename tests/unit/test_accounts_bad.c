/* What is refused in an accounts file, and what is said of it. */

#include "unit.h"

#include "auth/asr_accounts.h"


/* printf %s sk-hashed | sha256sum, with capitals mixed in */

#define SHA256_OF_HASHED                                                      \
    "c291001835042e213221b2f9fca79c9c"                                        \
    "91D08813D599B717BC695A268EDB2EA6"


static char  err[512];


static asr_accounts_t *
parse(const char *text)
{
    char            *p;
    size_t           n;
    asr_accounts_t  *a;

    n = strlen(text);
    p = unit_guard(text, n);

    memset(err, 0, sizeof(err));
    a = asr_accounts_parse((asr_str_t) { n, p }, err, sizeof(err));
    unit_unguard(p, n);

    return a;
}


typedef struct {
    const char  *text;
    const char  *says;           /* what the message holds */
} bad_t;


#define ONE(rest)   "{\"accounts\":[{\"name\":\"acme\"," rest "}]}"
#define KEYS(keys)  ONE("\"keys\":[" keys "]")
#define AND(rest)   ONE("\"keys\":[{\"bearer\":\"SECRET\"}]," rest)
#define X16         "xxxxxxxxxxxxxxxx"
#define X64         X16 X16 X16 X16
#define X256        X64 X64 X64 X64


/* SECRET stands wherever a secret might, and must be in no message. */

static const bad_t  bad[] = {
    { "", "not valid JSON" },
    { "{", "not valid JSON" },
    { "{\"accounts\":[]}x", "not valid JSON" },
    { "{\"accounts\":[\"SECRET]}", "not valid JSON" },
    { "{\"accounts\":[\"SECRET\\u0000\"]}", "a NUL character" },
    { "{\"accounts\":[\"SECRET\xff\"]}", "invalid UTF-8" },
    { "{\"SECRET\":1,\"SECRET\":2}", "a field is given twice" },
    { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nested too deep" },
    { "[]", "no array \"accounts\"" },
    { "\"SECRET\"", "no array \"accounts\"" },
    { "{}", "no array \"accounts\"" },
    { "{\"accounts\":{\"SECRET\":1}}", "no array \"accounts\"" },
    { "{\"accounts\":\"SECRET\"}", "no array \"accounts\"" },
    { "{\"accounts\":[],\"SECRET\":1}", "a field beside \"accounts\"" },
    { "{\"accounts\":[\"SECRET\"]}", "accounts[0]: not an object" },
    { "{\"accounts\":[{}]}", "accounts[0]: \"name\" is missing" },

    { "{\"accounts\":[{\"keys\":[{\"bearer\":\"SECRET\"}]}]}",
      "accounts[0]: \"name\" is missing" },
    { "{\"accounts\":[{\"name\":1}]}", "\"name\" is not a string" },
    { "{\"accounts\":[{\"name\":\"\"}]}", "\"name\" is not 1 to 128 bytes" },
    { "{\"accounts\":[{\"name\":\"" X64 X64 "x\"}]}",
      "\"name\" is not 1 to 128 bytes" },
    { "{\"accounts\":[{\"name\":\"a\\nb\"}]}",
      "\"name\" holds a character" },
    { "{\"accounts\":[{\"name\":\"acme\",\"keys\":[{\"bearer\":\"SECRET\"}]},"
      "{\"name\":\"acme\",\"keys\":[{\"bearer\":\"SECRET2\"}]}]}",
      "accounts[1] \"acme\": an account of this \"name\"" },

    { AND("\"app_id\":\"1\""), "accounts[0] \"acme\": \"app_id\"" },
    { AND("\"app_id\":-1"), "\"app_id\" is not" },
    { AND("\"app_id\":1.5"), "\"app_id\" is not" },
    { AND("\"app_id\":99999999999999999999"), "\"app_id\" is not" },
    { AND("\"status\":\"gone\""), "\"status\" is not one of" },
    { AND("\"status\":1"), "\"status\" is not one of" },
    { AND("\"status\":\"\""), "\"status\" is not one of" },
    { AND("\"secret_key\":\"SECRET\""), "unknown field \"secret_key\"" },
    { AND("\"nam e\":1"), "unknown field \"...\"" },
    { AND("\"" X64 "\":1"), "unknown field \"...\"" },

    { ONE("\"status\":\"active\""),
      "accounts[0] \"acme\": \"keys\" is missing" },
    { ONE("\"keys\":null"), "\"keys\" is not an array" },
    { ONE("\"keys\":[]"), "\"keys\" is not an array" },
    { ONE("\"keys\":{\"SECRET\":\"SECRET\"}"), "\"keys\" is not an array" },
    { KEYS("\"SECRET\""), "\"acme\" keys[0]: none of" },
    { KEYS("{}"), "keys[0]: none of" },
    { KEYS("{\"SECRET\":\"SECRET\"}"), "keys[0]: none of" },
    { KEYS("{\"bearer\":\"SECRET\"},{\"secret_key\":\"SECRET\"}"),
      "keys[1]: none of" },
    { KEYS("{\"bearer\":1}"), "keys[0]: \"bearer\" is not a string" },
    { KEYS("{\"bearer\":\"\"}"), "\"bearer\" is not 1 to 1024 bytes" },
    { KEYS("{\"bearer\":\"" X256 X256 X256 X256 "x\"}"),
      "\"bearer\" is not 1 to 1024 bytes" },
    { KEYS("{\"bearer\":\"SECRET \"}"), "\"bearer\" holds a character" },
    { KEYS("{\"bearer\":\"SECRET\\n\"}"), "\"bearer\" holds a character" },
    { KEYS("{\"bearer\":\"SECRET\\u00e9\"}"), "\"bearer\" holds a character" },
    { KEYS("{\"bearer\":\"SECRET\",\"bearer_sha256\":\"SECRET\"}"),
      "does not go with \"bearer\"" },
    { KEYS("{\"bearer\":\"SECRET\",\"token\":\"SECRET\"}"),
      "does not go with \"bearer\"" },
    { KEYS("{\"bearer\":\"SECRET\"},{\"bearer\":\"SECRET\"}"),
      "keys[1]: this \"bearer\" is there already" },
    { KEYS("{\"bearer\":\"sk-hashed\"},{\"bearer_sha256\":\""
           SHA256_OF_HASHED "\"}"),
      "keys[1]: this \"bearer_sha256\" is there already" },
    { KEYS("{\"bearer_sha256\":7}"), "\"bearer_sha256\" is not 64 hex" },
    { KEYS("{\"bearer_sha256\":\"\"}"), "\"bearer_sha256\" is not 64 hex" },
    { KEYS("{\"bearer_sha256\":\"" X64 "\"}"), "is not 64 hex" },
    { KEYS("{\"bearer_sha256\":\"" SHA256_OF_HASHED "0\"}"),
      "is not 64 hex" },

    { KEYS("{\"secret_id\":\"AKID\"}"), "\"secret_key\" is missing" },
    { KEYS("{\"secret_id\":\"AKID\",\"token\":\"SECRET\"}"),
      "\"secret_key\" is missing" },
    { KEYS("{\"secret_id\":\"AKID\",\"secret_key\":\"\"}"),
      "\"secret_key\" is not 1 to 512 bytes" },
    { KEYS("{\"secret_id\":\"AKID\",\"secret_key\":[\"SECRET\"]}"),
      "\"secret_key\" is not a string" },
    { KEYS("{\"secret_id\":\"AKID\",\"secret_key\":\"" X256 X256 "x\"}"),
      "\"secret_key\" is not 1 to 512 bytes" },
    { KEYS("{\"secret_id\":\"AKID\",\"secret_key\":\"SECRET SECRET\"}"),
      "\"secret_key\" holds a character" },
    { KEYS("{\"secret_id\":\"\",\"secret_key\":\"SECRET\"}"),
      "\"secret_id\" is not 1 to 256 bytes" },
    { KEYS("{\"secret_id\":\"A/B\",\"secret_key\":\"SECRET\"}"),
      "\"secret_id\" holds a character" },
    { KEYS("{\"secret_id\":\"A,B\",\"secret_key\":\"SECRET\"}"),
      "\"secret_id\" holds a character" },
    { KEYS("{\"secret_id\":\"A\",\"secret_key\":\"SECRET\",\"token\":\"\"}"),
      "\"token\" is not 1 to 4096 bytes" },
    { KEYS("{\"secret_id\":\"A\",\"secret_key\":\"SECRET\","
           "\"security_token\":\"SECRET\"}"),
      "does not go with \"secret_id\"" },
    { KEYS("{\"secret_id\":\"A\",\"secret_key\":\"SECRET\"},"
           "{\"secret_id\":\"A\",\"secret_key\":\"SECRET2\"}"),
      "keys[1]: this \"secret_id\" is there already" },

    { KEYS("{\"access_key_id\":\"A\"}"), "\"access_key_secret\" is missing" },
    { KEYS("{\"access_key_id\":\"A\",\"secret_key\":\"SECRET\"}"),
      "does not go with \"access_key_id\"" },
    { KEYS("{\"access_key_id\":\"A\",\"access_key_secret\":\"SECRET\"},"
           "{\"access_key_id\":\"A\",\"access_key_secret\":\"SECRET\"}"),
      "keys[1]: this \"access_key_id\" is there already" },
    { KEYS("{\"access_key_id\":\"A\",\"access_key_secret\":\"SECRET\","
           "\"security_token\":5}"),
      "\"security_token\" is not a string" },

    { AND("\"limits\":[]"), "\"limits\" is not an object" },
    { AND("\"limits\":\"20r/s\""), "\"limits\" is not an object" },
    { AND("\"limits\":{\"\":\"1r/s\"}"), "a name that is not" },
    { AND("\"limits\":{\"u2\":\"1r/s\"}"), "a name that is not" },
    { AND("\"limits\":{\"u2.\":\"1r/s\"}"), "a name that is not" },
    { AND("\"limits\":{\".create\":\"1r/s\"}"), "a name that is not" },
    { AND("\"limits\":{\"u2.a.b\":\"1r/s\"}"), "a name that is not" },
    { AND("\"limits\":{\"u2.a b\":\"1r/s\"}"), "a name that is not" },
    { AND("\"limits\":{\"u2." X64 "\":\"1r/s\"}"), "a name that is not" },
    { AND("\"limits\":{\"u2.create\":20}"), "\"u2.create\" is not \"off\"" },
    { AND("\"limits\":{\"u2.a\":\"\"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"r/s\"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"0r/s\"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"-1r/s\"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"1000001r/s\"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"99999999999999999999r/s\"}"),
      "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"20r/h\"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"20 r/s\"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"20r/s \"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"20\"}"), "\"u2.a\" is not" },
    { AND("\"limits\":{\"u2.a\":\"Off\"}"), "\"u2.a\" is not" },

    { AND("\"webhook\":\"\""), "\"webhook\" is not 1 to 2048 bytes" },
    { AND("\"webhook\":1"), "\"webhook\" is not a string" },
    { AND("\"webhook\":\"ftp://SECRET\""), "\"webhook\" is not an http" },
    { AND("\"webhook\":\"http://\""), "\"webhook\" is not an http" },
    { AND("\"webhook\":\"https://\""), "\"webhook\" is not an http" },
    { AND("\"webhook\":\"https://a b\""), "\"webhook\" holds a character" },
    { AND("\"webhook_key\":\"\""), "\"webhook_key\" is not 1 to 32 bytes" },
    { AND("\"webhook_key\":1"), "\"webhook_key\" is not a string" },
    { AND("\"webhook_key\":\"SECRET-\""), "\"webhook_key\" holds more" }
};


static void
test_bad(void **state)
{
    size_t  i;

    for (i = 0; i < asr_nelts(bad); i++) {
        if (parse(bad[i].text) != NULL) {
            fail_msg("taken: %s", bad[i].text);
        }

        if (strstr(err, bad[i].says) == NULL || strchr(err, '\n') != NULL) {
            fail_msg("\"%s\" is said of %s", err, bad[i].text);
        }

        if (strstr(err, "SECRET") != NULL) {
            fail_msg("a secret: \"%s\"", err);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_bad)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
