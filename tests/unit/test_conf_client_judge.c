/* Requests made up, and what is thought of them. */

#include "unit.h"

#include <stdlib.h>

#include "asr_conf_client_int.h"
#include "asr_conf_sign.h"


#define SEEN_MAX  8


static asr_conf_seen_t      seen[SEEN_MAX];
static size_t               nseen;
static asr_conf_judged_t    judged;


static int
begin(void **state)
{
    (void) state;

    asr_conf_docs_load();

    return 0;
}


static int
tidy(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < nseen; i++) {
        asr_conf_seen_clean(&seen[i]);
    }

    for (i = 0; i < judged.cases.n; i++) {
        asr_conf_result_clean(&judged.results[i]);
        free((char *) judged.cases.all[i].id);
        free((char *) judged.cases.all[i].name);
        json_decref((json_t *) judged.cases.all[i].steps);
        json_decref((json_t *) judged.cases.all[i].clauses);
    }

    free(judged.cases.all);
    free(judged.results);

    memset(&judged, 0, sizeof(judged));
    memset(seen, 0, sizeof(seen));
    nseen = 0;

    return 0;
}


/* The next request: made, to be read when all of it is there. */

static asr_conf_seen_t *
next(const char *method, const char *path, const char *query,
    const char *body)
{
    asr_conf_seen_t  *s;

    assert_true(nseen < SEEN_MAX);

    s = &seen[nseen++];
    memset(s, 0, sizeof(*s));

    asr_conf_request_init(&s->request, method, "http://127.0.0.1:8080", path);
    s->request.query = query == NULL ? NULL : asr_conf_copy(query);

    if (body != NULL) {
        asr_conf_request_body(&s->request, body, strlen(body));
    }

    s->scenario = "plain";
    s->time = asr_conf_time();
    s->at_us = (int64_t) nseen * 10000000;
    s->done_us = s->at_us + 1000;

    return s;
}


static void
answered(asr_conf_seen_t *s, int status, const char *body)
{
    asr_conf_client_read(s);

    s->reply.status = status;
    s->reply.body = asr_conf_copy(body);
    s->reply.body_len = strlen(body);

    asr_conf_client_answered(s);
}


static const asr_conf_result_t *
result(const char *id)
{
    size_t  i;

    for (i = 0; i < judged.cases.n; i++) {
        if (strcmp(judged.cases.all[i].id, id) == 0) {
            return &judged.results[i];
        }
    }

    return NULL;
}


static void
is(const char *id, asr_conf_status_t status, const char *got)
{
    const char               *text;
    const asr_conf_result_t  *r;

    r = result(id);

    if (r == NULL) {
        fail_msg("%s: there is none", id);
    }

    text = r->status == ASR_CONF_SKIP ? r->why : r->got;

    if (r->status != status
        || (got != NULL && (text == NULL || strstr(text, got) == NULL)))
    {
        fail_msg("%s: status %d, %s", id, r->status,
                 text == NULL ? "nothing said" : text);
    }
}


#define AUTH_TC3(credential)                                                  \
    "TC3-HMAC-SHA256 Credential=" credential                                  \
    ", SignedHeaders=content-type;host, Signature=00"

static asr_conf_seen_t *
tencent(const char *key, const char *auth)
{
    asr_conf_seen_t     *s;
    asr_conf_account_t   a;
    asr_conf_signing_t   how;

    s = next("POST", "/", NULL, "{\"TaskId\": 1}");
    asr_conf_request_header(&s->request, "Content-Type", "application/json");
    asr_conf_request_header(&s->request, "X-TC-Action", "DescribeTaskStatus");

    memset(&a, 0, sizeof(a));
    memset(&how, 0, sizeof(how));
    a.secret_id = (char *) key;
    a.secret_key = (char *) key;
    how.scheme = ASR_CONF_TC3;
    how.account = &a;
    how.time = s->time;
    how.action = "DescribeTaskStatus";

    assert_true(asr_conf_sign(&s->request, &how, NULL));

    if (auth != NULL) {
        asr_conf_request_header(&s->request, "Authorization", auth);
    }

    asr_conf_client_read(s);
    assert_non_null(s->op);

    return s;
}


#define TC3  "client/tencent/DescribeTaskStatus/signature"


static void
signatures_are_computed_anew(void **state)
{
    asr_conf_seen_t  *s;

    (void) state;

    (void) tencent("test-a", NULL);
    asr_conf_client_signatures(&judged, seen, nseen);
    is(TC3, ASR_CONF_PASS, NULL);
    is("client/tencent/DescribeTaskStatus/time", ASR_CONF_PASS, NULL);

    (void) tidy(state);
    s = tencent("test-a", NULL);
    asr_conf_request_body(&s->request, "{\"TaskId\": 2}", 13);
    asr_conf_client_signatures(&judged, seen, nseen);
    is(TC3, ASR_CONF_FAIL, "another signature");
}


/* Nothing can be said of a secret that is not known. */

static void
unknown_keys_are_passed_over(void **state)
{
    (void) state;

    (void) tencent("AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA", NULL);
    asr_conf_client_signatures(&judged, seen, nseen);
    is(TC3, ASR_CONF_SKIP, "its secret is not known");

    (void) tidy(state);
    (void) tencent("test-", NULL);
    asr_conf_client_signatures(&judged, seen, nseen);
    is(TC3, ASR_CONF_SKIP, NULL);
}


/* A credential has to have a scope; one that is long has no other way. */

static void
headers_may_be_anything(void **state)
{
    size_t  i;
    char   *text;

    static const char *const  auths[] = {
        AUTH_TC3("test-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        AUTH_TC3("test-a/"), AUTH_TC3("test-a/2026-11-26/asr"),
        AUTH_TC3("test-a//asr/tc3_request"), AUTH_TC3("//"), AUTH_TC3(""),
        AUTH_TC3("test-a/2026-11-26/asr/tc3_request/more"),
        "TC3-HMAC-SHA256", "TC3-HMAC-SHA256 Credential=",
        "TC3-HMAC-SHA256Credential=a/b/c/d,SignedHeaders=;,Signature=,"
    };

    (void) state;

    for (i = 0; i < sizeof(auths) / sizeof(auths[0]); i++) {
        (void) tencent("test-a", auths[i]);
        asr_conf_client_signatures(&judged, seen, nseen);
        is(TC3, ASR_CONF_FAIL, NULL);
        (void) tidy(state);
    }

    text = asr_conf_alloc(60001);
    memset(text, ';', 60000);
    memcpy(text, "TC3-HMAC-SHA256 Credential=test-a/1/a/tc3_request, "
           "Signature=a, SignedHeaders=", 78);

    (void) tencent("test-a", text);
    asr_conf_client_signatures(&judged, seen, nseen);
    is(TC3, ASR_CONF_FAIL, NULL);
    free(text);
}


static void
times_may_be_anything(void **state)
{
    size_t             i;
    asr_conf_seen_t   *s;

    static const char *const  times[] = {
        "", "now", "-9223372036854775808", "9223372036854775807", "1"
    };

    (void) state;

    for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        s = tencent("test-a", NULL);
        asr_conf_request_header(&s->request, "X-TC-Timestamp", times[i]);
        asr_conf_client_signatures(&judged, seen, nseen);
        is("client/tencent/DescribeTaskStatus/time", ASR_CONF_FAIL, NULL);
        (void) tidy(state);
    }
}


/* ICE, of the headers the client says it signs. */

static asr_conf_seen_t *
ice(asr_conf_scheme_t scheme, const char *key)
{
    asr_conf_seen_t     *s;
    asr_conf_account_t   a;
    asr_conf_signing_t   how;

    s = next("POST", "/", scheme == ASR_CONF_ACS3 ? "PageSize=1" : NULL,
             scheme == ASR_CONF_ACS3 ? NULL : "PageSize=1");

    memset(&a, 0, sizeof(a));
    memset(&how, 0, sizeof(how));
    a.access_key_id = (char *) key;
    a.access_key_secret = (char *) key;
    how.scheme = scheme;
    how.account = &a;
    how.time = s->time;
    how.action = "ListSmartJobs";
    how.version = "2020-11-09";
    how.format = "JSON";
    how.nonce = 7;
    how.in_body = scheme == ASR_CONF_RPC1;

    if (scheme == ASR_CONF_RPC1) {
        asr_conf_request_header(&s->request, "Content-Type",
                                "application/x-www-form-urlencoded");
    }

    assert_true(asr_conf_sign(&s->request, &how, NULL));

    return s;
}


#define ICE  "client/ice/ListSmartJobs/"


static void
ice_is_computed_of_what_it_signs(void **state)
{
    asr_conf_seen_t  *s;

    (void) state;

    s = ice(ASR_CONF_ACS3, "test-a");

    /* sent by the transport, after signing */

    asr_conf_request_header(&s->request, "Content-Type", "text/plain");
    asr_conf_client_read(s);
    asr_conf_client_signatures(&judged, seen, nseen);
    is(ICE "signature", ASR_CONF_PASS, NULL);
    is(ICE "time", ASR_CONF_PASS, NULL);

    (void) tidy(state);
    s = ice(ASR_CONF_ACS3, "test-a");
    free(s->request.query);
    s->request.query = asr_conf_copy("PageSize=2");
    asr_conf_client_read(s);
    asr_conf_client_signatures(&judged, seen, nseen);
    is(ICE "signature", ASR_CONF_FAIL, NULL);

    (void) tidy(state);
    asr_conf_client_read(ice(ASR_CONF_RPC1, "test-a"));
    asr_conf_client_signatures(&judged, seen, nseen);
    is(ICE "signature", ASR_CONF_PASS, NULL);

    (void) tidy(state);
    asr_conf_client_read(ice(ASR_CONF_RPC1, "LTAI5tReal"));
    asr_conf_client_signatures(&judged, seen, nseen);
    is(ICE "signature", ASR_CONF_SKIP, NULL);

    (void) tidy(state);
    s = ice(ASR_CONF_ACS3, "test-a");
    asr_conf_request_header(&s->request, "Authorization",
                            "ACS3-HMAC-SHA256 Credential=test-a");
    asr_conf_client_read(s);
    asr_conf_client_signatures(&judged, seen, nseen);
    is(ICE "signature", ASR_CONF_FAIL, "not all");
}


/* In a form's body as well as in headers. */

static void
a_nonce_is_used_once(void **state)
{
    size_t                    i;
    asr_conf_outcome_t        o;
    static const asr_conf_scheme_t  schemes[] = { ASR_CONF_RPC1,
                                                  ASR_CONF_ACS3 };

    memset(&o, 0, sizeof(o));

    for (i = 0; i < 2; i++) {
        asr_conf_client_read(ice(schemes[i], "test-a"));
        asr_conf_client_manners(&judged, seen, nseen, &o, 0, NULL);
        is("client/ice/manners/nonce", ASR_CONF_PASS, NULL);

        asr_conf_client_read(ice(schemes[i], "test-a"));
        asr_conf_client_manners(&judged, seen, nseen, &o, 0, NULL);
        is("client/ice/manners/nonce", ASR_CONF_FAIL, "7");
        (void) tidy(state);
    }
}


static void
long_nonces_are_told_apart(void **state)
{
    char                text[160];
    unsigned            i;
    asr_conf_seen_t    *s;
    asr_conf_outcome_t  o;

    (void) state;

    memset(&o, 0, sizeof(o));

    for (i = 0; i < 2; i++) {
        s = ice(ASR_CONF_ACS3, "test-a");
        (void) snprintf(text, sizeof(text), "%0140u", i);
        asr_conf_request_header(&s->request, "x-acs-signature-nonce", text);
        asr_conf_client_read(s);
    }

    asr_conf_client_manners(&judged, seen, nseen, &o, 0, NULL);
    is("client/ice/manners/nonce", ASR_CONF_PASS, NULL);
}


#define U2_OK    "{\"base_resp\": {\"status_code\": 0, \"status_msg\": \"\"}, "
#define U2_TASK  U2_OK "\"task_id\": \"t\"}"


static asr_conf_seen_t *
u2_create(const char *body)
{
    asr_conf_seen_t  *s;

    s = next("POST", "/v1/audio/asr/tasks", NULL, body);
    asr_conf_request_header(&s->request, "Content-Type", "application/json");
    asr_conf_request_header(&s->request, "Authorization", "Bearer test-a");
    answered(s, 200, U2_TASK);
    assert_non_null(s->op);

    return s;
}


#define U2  "client/u2/create/"


static void
rules_of_a_request(void **state)
{
    asr_conf_seen_t  *s;

    (void) state;

    s = u2_create("{\"file_id\": \"1\", \"model\": \"u2-asr\", "
                  "\"format\": \"wav\"}");
    asr_conf_client_rules(&judged, seen, nseen);
    is(U2 "model", ASR_CONF_PASS, NULL);
    is(U2 "body", ASR_CONF_PASS, NULL);
    is(U2 "unknown", ASR_CONF_PASS, NULL);
    is(U2 "answered", ASR_CONF_PASS, NULL);

    (void) tidy(state);
    s = u2_create("{\"model\": 5, \"nothing\": 1}");
    asr_conf_client_rules(&judged, seen, nseen);
    is(U2 "model", ASR_CONF_FAIL, "5");
    is(U2 "unknown", ASR_CONF_FAIL, "nothing");

    (void) tidy(state);
    s = u2_create("[1]");
    asr_conf_client_rules(&judged, seen, nseen);
    is(U2 "body", ASR_CONF_FAIL, "another value");
    assert_null(result(U2 "model"));

    /* a first failure is not undone by what comes after it */

    (void) u2_create("{\"file_id\": \"1\", \"model\": \"u2-asr\", "
                     "\"format\": \"wav\"}");
    asr_conf_client_rules(&judged, seen, nseen);
    is(U2 "body", ASR_CONF_FAIL, "another value");
    is(U2 "model", ASR_CONF_PASS, NULL);

    (void) tidy(state);
    s = next("GET", "/nowhere", NULL, NULL);
    asr_conf_client_read(s);
    asr_conf_client_rules(&judged, seen, nseen);
    is("client/none/requests", ASR_CONF_FAIL, "GET /nowhere");
}


static void
a_refusal_is_found_unless_it_was_wanted(void **state)
{
    asr_conf_seen_t  *s;

    static const char  refused[] =
        "{\"base_resp\": {\"status_code\": 100001, \"status_msg\": \"no\"}}";

    (void) state;

    s = next("POST", "/v1/audio/asr/tasks", NULL, "{}");
    answered(s, 400, refused);
    asr_conf_client_rules(&judged, seen, nseen);
    is(U2 "answered", ASR_CONF_FAIL, "100001");

    (void) tidy(state);
    s = next("POST", "/v1/audio/asr/tasks", NULL, "{}");
    s->fault = "100001";
    answered(s, 400, refused);
    asr_conf_client_rules(&judged, seen, nseen);
    assert_null(result(U2 "answered"));
}


static void
bearer_keys(void **state)
{
    size_t            i;
    asr_conf_seen_t  *s;

    static const struct {
        const char         *auth;
        asr_conf_status_t   status;
    } rows[] = {
        { "Bearer test-a", ASR_CONF_PASS },
        { "bearer test-a", ASR_CONF_FAIL },
        { "Bearer  test-a", ASR_CONF_FAIL },
        { "Bearer ", ASR_CONF_FAIL },
        { "test-a", ASR_CONF_FAIL },
        { NULL, ASR_CONF_FAIL }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        s = next("GET", "/v1/audio/asr/tasks/1", NULL, NULL);
        asr_conf_request_header(&s->request, "Authorization", rows[i].auth);
        asr_conf_client_read(s);

        if (s->op == NULL) {
            fail_msg("no operation");
        }

        asr_conf_client_signatures(&judged, seen, nseen);
        assert_int_equal(judged.cases.n, 1);
        assert_int_equal(judged.results[0].status, rows[i].status);
        (void) tidy(state);
    }
}


static void
a_task_is_ordered_once(void **state)
{
    asr_conf_seen_t     *s;
    asr_conf_outcome_t   o;

    static const char  body[] = "{\"file_id\": \"1\", \"model\": \"u2-asr\", "
                                "\"format\": \"wav\"}";

    (void) state;

    memset(&o, 0, sizeof(o));

    (void) u2_create(body);
    s = u2_create(body);
    s->run = 1;
    asr_conf_client_manners(&judged, seen, nseen, &o, 0, NULL);
    is("client/u2/manners/once", ASR_CONF_PASS, NULL);

    (void) u2_create(body);
    seen[2].run = 1;
    asr_conf_client_manners(&judged, seen, nseen, &o, 0, NULL);
    is("client/u2/manners/once", ASR_CONF_FAIL, NULL);
}


/* Without the plain run nothing is known of its end. */

static void
ends_are_held_to_the_plain_run(void **state)
{
    json_t              *scenarios;
    asr_conf_outcome_t   o[2];

    (void) state;

    memset(o, 0, sizeof(o));

    o[0].scenario = "slow";
    o[0].status = 3 << 8;

    scenarios = json_pack("[{s:s, s:s}]", "name", "slow", "end", "as-plain");
    (void) u2_create("{}");
    asr_conf_client_manners(&judged, seen, nseen, o, 1, scenarios);
    is("client/u2/scenario/slow", ASR_CONF_SKIP, "plain");
    json_decref(scenarios);

    (void) tidy(state);
    o[1].scenario = "plain";
    scenarios = json_pack("[{s:s, s:s}, {s:s, s:s}]", "name", "slow", "end",
                          "as-plain", "name", "plain", "end", "zero");
    (void) u2_create("{}");
    asr_conf_client_manners(&judged, seen, nseen, o, 2, scenarios);
    is("client/u2/scenario/slow", ASR_CONF_FAIL, "exit status 3");
    json_decref(scenarios);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_teardown(signatures_are_computed_anew, tidy),
        cmocka_unit_test_teardown(unknown_keys_are_passed_over, tidy),
        cmocka_unit_test_teardown(headers_may_be_anything, tidy),
        cmocka_unit_test_teardown(times_may_be_anything, tidy),
        cmocka_unit_test_teardown(ice_is_computed_of_what_it_signs, tidy),
        cmocka_unit_test_teardown(a_nonce_is_used_once, tidy),
        cmocka_unit_test_teardown(long_nonces_are_told_apart, tidy),
        cmocka_unit_test_teardown(rules_of_a_request, tidy),
        cmocka_unit_test_teardown(a_refusal_is_found_unless_it_was_wanted,
                                  tidy),
        cmocka_unit_test_teardown(bearer_keys, tidy),
        cmocka_unit_test_teardown(a_task_is_ordered_once, tidy),
        cmocka_unit_test_teardown(ends_are_held_to_the_plain_run, tidy),
    };

    return cmocka_run_group_tests(tests, begin, NULL);
}
