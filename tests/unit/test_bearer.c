/* "Authorization: Bearer KEY". */

#include "unit.h"

#include "auth/asr_bearer.h"


typedef struct {
    const char  *text;
    asr_err_t    rc;
    const char  *key;
} case_t;


static const case_t  cases[] = {
    { "Bearer sk-demo", ASR_OK, "sk-demo" },
    { "bearer sk-demo", ASR_OK, "sk-demo" },
    { "BEARER sk-demo", ASR_OK, "sk-demo" },
    { "bEaReR k", ASR_OK, "k" },
    { "Bearer   sk-demo", ASR_OK, "sk-demo" },
    { " \tBearer sk-demo\t ", ASR_OK, "sk-demo" },
    { "Bearer ~!/+=,;:\"\\", ASR_OK, "~!/+=,;:\"\\" },
    { "Bearer Bearer", ASR_OK, "Bearer" },

    { "", ASR_NOTFOUND, NULL },
    { " ", ASR_NOTFOUND, NULL },
    { "\t  \t", ASR_NOTFOUND, NULL },

    { "Bearer", ASR_INVALID, NULL },
    { "Bearer ", ASR_INVALID, NULL },
    { "Bearer  \t", ASR_INVALID, NULL },
    { "Beare", ASR_INVALID, NULL },
    { "Bearer\tsk-demo", ASR_INVALID, NULL },
    { "Bearer \tsk-demo", ASR_INVALID, NULL },
    { "Bearersk-demo", ASR_INVALID, NULL },
    { "Bearers sk-demo", ASR_INVALID, NULL },
    { "Basic c2stZGVtbzo=", ASR_INVALID, NULL },
    { "sk-demo", ASR_INVALID, NULL },
    { "Bearer: sk-demo", ASR_INVALID, NULL },
    { "Bearer sk demo", ASR_INVALID, NULL },
    { "Bearer Bearer sk-demo", ASR_INVALID, NULL },
    { "Bearer sk\tdemo", ASR_INVALID, NULL },
    { "Bearer sk\x01", ASR_INVALID, NULL },
    { "Bearer sk\x7f" "demo", ASR_INVALID, NULL },
    { "Bearer sk\xc3\xa9", ASR_INVALID, NULL }
};


static void
test_cases(void **state)
{
    char       *p;
    size_t      i, n;
    asr_err_t   rc;
    asr_str_t   key;

    for (i = 0; i < asr_nelts(cases); i++) {
        n = strlen(cases[i].text);
        p = unit_guard(cases[i].text, n);

        key = asr_str("stale");
        rc = asr_bearer_key((asr_str_t) { n, p }, &key);

        if (rc != cases[i].rc) {
            fail_msg("\"%s\" gives %d", cases[i].text, (int) rc);
        }

        if (rc == ASR_OK) {
            assert_true(asr_str_eq(key, asr_cstr(cases[i].key)));
            assert_true(key.data >= p && key.data + key.len <= p + n);

        } else {
            assert_null(key.data);
            assert_int_equal(key.len, 0);
        }

        unit_unguard(p, n);
    }
}


static void
test_absent(void **state)
{
    asr_str_t  key;

    assert_int_equal(asr_bearer_key(asr_str_null(), &key), ASR_NOTFOUND);
}


/* A NUL is no end. */

static void
test_nul(void **state)
{
    asr_str_t  key;

    static const char  text[] = "Bearer sk\0demo";

    assert_int_equal(asr_bearer_key((asr_str_t) { sizeof(text) - 1, text },
                                    &key),
                     ASR_INVALID);
}


static void
test_prefixes(void **state)
{
    char       *p;
    size_t      i;
    asr_err_t   rc;
    asr_str_t   key;

    static const char  text[] = "Bearer k-0123456789";

    for (i = 0; i < sizeof(text); i++) {
        p = unit_guard(text, i);
        rc = asr_bearer_key((asr_str_t) { i, p }, &key);

        assert_int_equal(rc, i == 0 ? ASR_NOTFOUND
                                    : i < 8 ? ASR_INVALID
                                            : i < sizeof(text) ? ASR_OK
                                                               : ASR_INVALID);
        unit_unguard(p, i);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_prefixes)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
