/*
 * The signature doctor: API keys, which have no signature; when it is silent;
 * its table; and requests that nobody would send.
 */

#include "doctor_unit.h"


typedef struct {
    const char  *want;
    const char  *api;
    const char  *name;           /* of the header */
    const char  *value;
    const char  *args;
    bool         known;
} bearer_t;


static const bearer_t  bearers[] = {
    { NULL, "u2", "Authorization", "Bearer test-a", "", true },
    { "S-bearer-missing", "u2", "X-Other", "1", "", false },
    { "S-bearer-missing", "memories", "X-Other", "1", "", false },
    { "S-bearer-prefix", "u2", "Authorization", D_SECRET, "", true },
    { "S-bearer-prefix", "u2", "Authorization", D_SECRET, "", false },
    { NULL, "memories", "Authorization", D_SECRET, "", true },
    { "S-bearer-unknown", "memories", "Authorization", D_SECRET, "", false },
    { "S-bearer-unknown", "memories", "Authorization", "Bearer " D_SECRET,
      "", false },
    { "S-bearer-unknown", "u2", "Authorization", "bearer  " D_SECRET, "",
      false },
    { "S-bearer-scheme", "u2", "Authorization", "Basic " D_SECRET, "",
      false },
    { "S-bearer-scheme", "u2", "Authorization", "Token " D_SECRET, "",
      false },
    { "S-bearer-signed", "u2", "Authorization",
      "TC3-HMAC-SHA256 Credential=" D_SECRET, "", false },
    { "S-bearer-signed", "memories", "Authorization",
      "ACS3-HMAC-SHA256 Credential=x", "", false },
    { "S-bearer-twice", "u2", "Authorization", "Bearer Bearer " D_SECRET, "",
      false },
    { "S-bearer-colon", "u2", "Authorization", "Bearer: " D_SECRET, "",
      false },
    { "S-bearer-colon", "u2", "Authorization", "Bearer=" D_SECRET, "",
      false },
    { "S-bearer-blank", "u2", "Authorization", "Bearer kEpt " D_SECRET, "",
      false },
    { "S-bearer-blank", "memories", "Authorization", "kEpt\t" D_SECRET, "",
      false },
    { "S-bearer-quoted", "u2", "Authorization", "Bearer \"" D_SECRET "\"",
      "", false },
    { "S-bearer-quoted", "u2", "Authorization", "Bearer [" D_SECRET "]", "",
      false },
    { "S-bearer-ascii", "u2", "Authorization", "Bearer \xe2\x80\x8b" D_SECRET,
      "", false },
    { "S-bearer-unset", "u2", "Authorization", "Bearer undefined", "",
      false },
    { "S-bearer-unset", "u2", "Authorization", "Bearer", "", false },
    { "S-bearer-unset", "u2", "Authorization", "Bearer ${U2_KEY}", "",
      false },
    { "S-bearer-unset", "memories", "Authorization", "YOUR_API_KEY", "",
      false },
    { "S-bearer-unset S-bearer-quoted", "u2", "Authorization",
      "Bearer <your key>", "", false },
    { "S-bearer-elsewhere", "u2", "X-API-Key", D_SECRET, "", false },
    { "S-bearer-elsewhere", "memories", "X-Other", "1", "api_key=" D_SECRET,
      false },
};


static void
test_bearer(void **state)
{
    char             want[64];
    size_t           i;
    asr_key_t        key;
    d_request_t      q;
    const bearer_t  *t;

    key = d_key("test-a");

    for (i = 0; i < asr_nelts(bearers); i++) {
        t = &bearers[i];
        memset(&q, 0, sizeof(q));

        q.x.api = asr_cstr(t->api);
        q.x.method = asr_str("POST");
        q.x.args = asr_cstr(t->args);
        q.x.status = 401;
        q.x.code = asr_str("100101");
        q.x.at_ms = D_NOW * 1000;
        d_header(&q, t->name, t->value);

        /* a place-holder in brackets has a blank, too */

        snprintf(want, sizeof(want), "%s%s", t->want != NULL ? t->want : "",
                 t->want != NULL && strstr(t->value, "<your") != NULL
                 ? " S-bearer-blank" : "");

        d_expect(&q, t->known ? &key : NULL, t->value,
                 t->want != NULL ? want : NULL, false);
    }

    d_done();
}


/* What is not about who it is from is not the doctor's. */

static void
test_silent(void **state)
{
    size_t       i;
    asr_key_t    key;
    d_request_t  q;

    static const char *const  codes[] = {
        "", "InvalidParameterValue", "AuthFailure.UnauthorizedOperation",
        "RequestLimitExceeded", "InvalidAction.NotFound",
        "MissingParameter", "InvalidAccessKeyId.Inactive"
    };

    key = d_key("AKIDdoctor");

    for (i = 0; i < asr_nelts(codes); i++) {
        memset(&q, 0, sizeof(q));
        q.x.api = asr_str("tencent");
        q.x.method = asr_str("POST");
        q.x.status = 200;
        q.x.code = asr_cstr(codes[i]);

        d_expect(&q, &key, codes[i], NULL, false);
    }

    q.x.api = asr_str("u2");
    q.x.code = asr_str("100001");
    q.x.status = 400;
    d_expect(&q, &key, "100001", NULL, false);

    q.x.api = asr_str("another");
    q.x.code = asr_str("SignatureDoesNotMatch");
    d_expect(&q, &key, "another API", NULL, false);

    assert_int_equal(d_out.mistake.len, 0);
    assert_int_equal(d_out.tried, 0);
    d_done();
}


static void
test_table(void **state)
{
    size_t                     i, k;
    const asr_mock_mistake_t  *m;

    assert_true(asr_mock_mistakes_n > 100);

    for (i = 0; i < asr_mock_mistakes_n; i++) {
        m = &asr_mock_mistakes[i];

        assert_true(m->id.len > 2 && memcmp(m->id.data, "S-", 2) == 0);
        assert_true(m->scheme.len != 0 && m->title.len != 0);
        assert_true(m->fix.len != 0 && m->fix.data[m->fix.len - 1] == '.');
        assert_true(m->title.data[m->title.len - 1] != '.');
        assert_ptr_equal(asr_mock_mistake(m->id), m);

        for (k = 0; k < i; k++) {
            assert_false(asr_str_eq(asr_mock_mistakes[k].id, m->id));
        }
    }

    assert_true(asr_str_eq(asr_mock_mistakes[i - 1].id,
                           asr_str("S-unknown")));
    assert_null(asr_mock_mistake(asr_str("S-")));
}


/* Text of tokens that mean something here, and of any bytes. */

static size_t
noise(asr_mock_random_t *r, char *out, size_t size)
{
    char         any[2] = { 0 };
    size_t       n, k;
    const char  *s;

    static const char *const  words[] = {
        "TC3-HMAC-SHA256 ", "ACS3-HMAC-SHA256 ", "Credential=",
        "SignedHeaders=", "Signature=", "content-type", "host", ";", ",", "/",
        "AKIDdoctor", "2026-11-23", "asr", "tc3_request", "Bearer ", "&",
        "Timestamp=", "1795437296", "SecretId=", "AccessKeyId=", "%", "%2",
        "%2F", "+", "{\"a\":", "[1,", "\"\\u5", "\\ud83d", "}", "]", "\"",
        "\\", "2026-11-23T12:34:56Z", "SignatureMethod=HmacSHA256",
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        "OLeaidS1JvxuMvnyHOwuJ+uX5qY=", "x-tc-action", " ", "\n", "="
    };

    for (n = 0, k = asr_mock_below(r, 24); k != 0; k--) {
        s = words[asr_mock_below(r, asr_nelts(words))];

        if (asr_mock_below(r, 16) == 0) {
            any[0] = (char) (1 + asr_mock_below(r, 255));
            s = any;
        }

        if (n + strlen(s) >= size) {
            break;
        }

        memcpy(out + n, s, strlen(s));
        n += strlen(s);
    }

    return n;
}


/* Each part ends where no byte may be read; the sanitizers look on. */

static void
test_noise(void **state)
{
    char               text[4][2048], *parts[4];
    size_t             i, k, n[4];
    asr_key_t          key;
    d_request_t        q;
    asr_mock_random_t  r;

    static const char *const  apis[] = { "tencent", "ice", "u2",
                                         "memories" };
    static const char *const  types[] = {
        "application/json", "application/x-www-form-urlencoded"
    };

    key = d_key("AKIDdoctor");
    asr_mock_seed(&r, 4711);

    for (i = 0; i < 300; i++) {
        memset(&q, 0, sizeof(q));

        for (k = 0; k < 4; k++) {
            n[k] = noise(&r, text[k], sizeof(text[k]));
            parts[k] = unit_guard(text[k], n[k]);
        }

        q.x.api = asr_cstr(apis[asr_mock_below(&r, 4)]);
        q.x.method = asr_cstr(asr_mock_below(&r, 4) == 0 ? "GET" : "POST");
        q.x.path = asr_str("/");
        q.x.status = 401;
        q.x.code = asr_str("SignatureDoesNotMatch");
        q.x.at_ms = D_NOW * 1000;
        q.x.args = (asr_str_t) { n[0], parts[0] };
        q.x.body = (asr_str_t) { n[1], parts[1] };
        q.x.body_bytes = n[1];
        SHA256((unsigned char *) parts[1], n[1], q.x.body_sha256);

        d_header(&q, "Host", asr_mock_below(&r, 2) == 0 ? "a:1" : NULL);
        d_header(&q, "Content-Type", types[asr_mock_below(&r, 2)]);
        d_header(&q, "X-TC-Timestamp",
                 asr_mock_below(&r, 2) == 0 ? "1795437296" : "x");
        d_header(&q, "X-TC-Action", asr_mock_below(&r, 2) == 0 ? "a" : NULL);
        d_header(&q, "x-acs-date", asr_mock_below(&r, 2) == 0 ? "" : NULL);
        d_header(&q, "Authorization", "");
        q.headers[q.x.nheaders - 1].value = (asr_str_t) { n[2], parts[2] };

        if (asr_mock_doctor(&d_arena, &q.x,
                            asr_mock_below(&r, 4) == 0 ? NULL : &key,
                            q.x.at_ms, &d_out))
        {
            assert_true(d_out.tried <= ASR_MOCK_DOCTOR_TRIES);
            d_written(&d_out);
        }

        for (k = 0; k < 4; k++) {
            unit_unguard(parts[k], n[k]);
        }

        asr_arena_free(&d_arena);
    }
}


/* A small arena makes it say less, or nothing. */

static void
test_memory(void **state)
{
    size_t       ceiling;
    asr_key_t    key;
    asr_arena_t  a;
    d_request_t  q;

    key = d_key("AKIDdoctor");

    memset(&q, 0, sizeof(q));
    q.x.api = asr_str("tencent");
    q.x.method = asr_str("POST");
    q.x.path = asr_str("/");
    q.x.code = asr_str("AuthFailure.SignatureFailure");
    q.x.at_ms = D_NOW * 1000;
    d_body(&q, "{}");
    d_header(&q, "Host", "a:1");
    d_header(&q, "Content-Type", "application/json");
    d_header(&q, "X-TC-Timestamp", "1795437296");
    d_header(&q, "Authorization", "TC3-HMAC-SHA256 Credential=AKIDdoctor/"
             "2026-11-24/asr/tc3_request, SignedHeaders=content-type;host, "
             "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083"
             "a6f0f3283c0");

    for (ceiling = 0; ceiling < 8192; ceiling += 1024) {
        asr_arena_init(&a, ceiling);

        if (asr_mock_doctor(&a, &q.x, &key, q.x.at_ms, &d_out)) {
            assert_true(asr_str_eq(d_out.mistake, asr_str("S-date-local")));
            d_written(&d_out);
        }

        asr_arena_free(&a);
    }
}


/* So many in full, then what is known of the key already. */

static void
test_budget(void **state)
{
    char               sent[256];
    unsigned           full, more;
    d_request_t        q;
    asr_key_t          key, other;
    asr_mock_budget_t  b;

    memset(&b, 0, sizeof(b));
    key = d_key("AKIDdoctor");
    other = key;
    other.id = asr_str("AKIDother");

    snprintf(sent, sizeof(sent), "TC3-HMAC-SHA256 Credential=AKIDdoctor/"
             "2026-11-23/asr/tc3_request, SignedHeaders=content-type;host, "
             "Signature=%064d", 1);

    memset(&q, 0, sizeof(q));
    q.x.api = asr_str("tencent");
    q.x.method = asr_str("POST");
    q.x.path = asr_str("/");
    q.x.code = asr_str("AuthFailure.SignatureFailure");
    q.x.at_ms = D_NOW * 1000;
    d_body(&q, "{}");
    d_header(&q, "Host", "a:1");
    d_header(&q, "Content-Type", "application/json");
    d_header(&q, "X-TC-Timestamp", "1795437296");
    d_header(&q, "Authorization", sent);

    for (full = 0; full < 5000; full++) {
        asr_arena_free(&d_arena);
        assert_true(asr_mock_doctor_within(&d_arena, &q.x, &key, q.x.at_ms,
                                           &b, 1000, &d_out));
        if (d_out.assumed) {
            break;
        }

        assert_true(d_out.tried > 10);
    }

    assert_in_range(full, ASR_MOCK_DOCTOR_FULL, 4999);
    assert_true(d_out.tried <= 1);
    assert_true(asr_str_eq(d_out.mistake, asr_str("S-unknown")));
    assert_non_null(strstr(d_out.title.data, "not looked into"));
    assert_true(d_out.canonical_ours.len != 0);
    d_written(&d_out);

    /* what it was the last time it is taken to be again, of that key alone */

    snprintf(b.mistake, sizeof(b.mistake), "S-secret-newline");
    asr_arena_free(&d_arena);
    assert_true(asr_mock_doctor_within(&d_arena, &q.x, &key, q.x.at_ms, &b,
                                       1000, &d_out));
    assert_true(d_out.assumed);
    assert_false(d_out.reproduced);
    assert_true(asr_str_eq(d_out.mistake, asr_str("S-secret-newline")));

    asr_arena_free(&d_arena);
    assert_true(asr_mock_doctor_within(&d_arena, &q.x, &other, q.x.at_ms, &b,
                                       1000, &d_out));
    assert_true(asr_str_eq(d_out.mistake, asr_str("S-unknown")));

    /* a second gives some back, a minute all */

    for (more = 0; more < 5000; more++) {
        asr_arena_free(&d_arena);
        assert_true(asr_mock_doctor_within(&d_arena, &q.x, &key, q.x.at_ms,
                                           &b, 2000, &d_out));
        if (d_out.assumed) {
            break;
        }
    }

    assert_in_range(more, 1, full / 2);

    for (more = 0; more < 5000; more++) {
        asr_arena_free(&d_arena);
        assert_true(asr_mock_doctor_within(&d_arena, &q.x, &key, q.x.at_ms,
                                           &b, 62000, &d_out));
        if (d_out.assumed) {
            break;
        }
    }

    assert_int_equal(more, full);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_bearer),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_budget)
    };

    return cmocka_run_group_tests(tests, d_setup, d_teardown);
}
