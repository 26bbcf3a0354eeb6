/*
 * The clauses of document 001 that are no parameter's: who asks and how,
 * limits, account states, failures of our own parts.  Each refusal must name
 * its clause to the log, or people search in the wrong place.
 */

#include "tencent_client.h"

#include "base/asr_clock.h"


#define T_BODY  "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"           \
                "\"ResTextFormat\":0,\"SourceType\":1,\"Data\":\"AAECAw==\"}"

#define T_QUERY "EngineModelType=16k_en&ChannelNum=1&ResTextFormat=0&"        \
                "SourceType=1&Data=AAECAw%3D%3D"

#define DESCRIBE  "DescribeTaskStatus"
#define NO_TASK   "FailedOperation.NoSuchTask"
#define LIMITED   "RequestLimitExceeded.UinLimitExceeded"


static const t_pair_t  t_pairs[] = {
    { "EngineModelType", "16k_en" },
    { "ChannelNum", "1" },
    { "ResTextFormat", "0" },
    { "SourceType", "1" },
    { "Data", "AAECAw==" },
    { NULL, NULL }
};

static const t_pair_t  t_task[] = { { "TaskId", "1" }, { NULL, NULL } };


static void
test_names(void **state)
{
    size_t  i;

    static const char *const  actions[] = {
        "Nope", "createrectask", "CreateRecTask ", "CreateRecTasks"
    };

    static const char *const  versions[] = {
        "2018-01-01", "2019-06-15", "2019-06-14 ", "20190614"
    };

    check_clause(&(t_request_t) { .body = T_BODY }, NULL, "");
    check_clause_v1(&(t_v1_t) { .pairs = t_pairs }, NULL, "");

    check_clause(&(t_request_t) { .action = "", .body = T_BODY }, MISSING,
                 "T-001");
    check_clause_v1(&(t_v1_t) { .action = "", .pairs = t_pairs }, MISSING,
                    "T-001");

    for (i = 0; i < asr_nelts(actions); i++) {
        check_clause(&(t_request_t) { .action = actions[i], .body = T_BODY },
                     "InvalidAction", "T-001");
        check_clause_v1(&(t_v1_t) { .action = actions[i],
                                    .pairs = t_pairs },
                        "InvalidAction", "T-001");
    }

    check_clause(&(t_request_t) { .version = "", .body = T_BODY }, MISSING,
                 "T-002");
    check_clause_v1(&(t_v1_t) { .version = "", .pairs = t_pairs }, MISSING,
                    "T-002");

    for (i = 0; i < asr_nelts(versions); i++) {
        check_clause(&(t_request_t) { .version = versions[i],
                                      .body = T_BODY },
                     "NoSuchVersion", "T-002");
        check_clause_v1(&(t_v1_t) { .version = versions[i],
                                    .pairs = t_pairs },
                        "NoSuchVersion", "T-002");
    }
}


/* Any or none passes; as a pair it is no unknown parameter (v1 sends it). */

static void
test_region(void **state)
{
    size_t          i;
    char            query[256];
    api_response_t  r;

    static const char *const  regions[] = {
        "", "null", "ap-guangzhou", "ap-nowhere", "-1"
    };

    for (i = 0; i < asr_nelts(regions); i++) {
        t_send(&world, &(t_request_t) { .region = regions[i],
                                        .body = T_BODY }, &r);
        t_holds("T-003", r.task_id > 0);
        t_expect(&r, NULL, NULL);

        snprintf(query, sizeof(query), "%s&Region=%s", T_QUERY, regions[i]);
        t_send(&world, &(t_request_t) { .method = "GET", .query = query },
               &r);
        t_holds("T-003", r.task_id > 0);
        t_expect(&r, NULL, NULL);
    }

    t_send_v1(&world, &(t_v1_t) { .pairs = t_pairs }, &r);
    t_holds("T-003", r.task_id > 0);
    t_expect(&r, NULL, NULL);
}


static void
test_form_of_signature(void **state)
{
    size_t  i;

    static const char *const  wrong[] = {
        "",
        "x",
        "Bearer sk-1",
        "TC3-HMAC-SHA256",
        "TC3-HMAC-SHA256 Credential=a/b",
        "TC3-HMAC-SHA256 Credential=AKIDdemo/2026-01-01/asr/tc3_request, "
        "SignedHeaders=content-type;host",
    };

    for (i = 0; i < asr_nelts(wrong); i++) {
        check_clause(&(t_request_t) { .authorization = wrong[i],
                                      .body = T_BODY },
                     "AuthFailure.InvalidAuthorization", "T-060");
    }

    check_clause_v1(&(t_v1_t) { .nonce = "", .pairs = t_pairs }, MISSING,
                    "T-060");

    check_clause(&(t_request_t) { .service = "127", .body = T_BODY }, NULL,
                 "");
    world.core.tencent_service_strict = true;
    check_clause(&(t_request_t) { .service = "127", .body = T_BODY },
                 "AuthFailure.InvalidAuthorization", "T-060");
    world.core.tencent_service_strict = false;
}


static void
test_timestamp(void **state)
{
    bool              late;
    char              ts[32];
    size_t            i;
    volatile int64_t  shift;

    static const int  skews[] = { -86400, -301, -300, 0, 300, 301, 86400 };

    for (i = 0; i < asr_nelts(skews); i++) {
        late = (skews[i] < -300 || skews[i] > 300);
        snprintf(ts, sizeof(ts), "%lld",
                 (long long) (1700000000 + skews[i]));

        /* to a full second's beginning each time: the edges are exact */

        shift = 0;
        asr_clock_shift(NULL);
        shift = 1700000000000 - asr_clock_ms();
        asr_clock_shift(&shift);

        check_clause(&(t_request_t) { .timestamp = ts, .body = T_BODY },
                     late ? "AuthFailure.SignatureExpire" : NULL,
                     late ? "T-061" : "");
        check_clause_v1(&(t_v1_t) { .timestamp = ts, .pairs = t_pairs },
                        late ? "AuthFailure.SignatureExpire" : NULL,
                        late ? "T-061" : "");
    }

    asr_clock_shift(NULL);

    check_clause(&(t_request_t) { .timestamp = "soon", .body = T_BODY },
                 TYPE, "T-061");
    check_clause_v1(&(t_v1_t) { .timestamp = "", .pairs = t_pairs }, MISSING,
                    "T-061");
}


static void
test_keys(void **state)
{
    check_clause(&(t_request_t) { .id = "AKIDnobody", .body = T_BODY },
                 "AuthFailure.SecretIdNotFound", "T-062");
    check_clause_v1(&(t_v1_t) { .id = "AKIDnobody", .pairs = t_pairs },
                    "AuthFailure.SecretIdNotFound", "T-062");
    check_clause_v1(&(t_v1_t) { .id = "", .pairs = t_pairs }, MISSING,
                    "T-062");

    check_clause(&(t_request_t) { .id = "AKIDtemp", .token = "tok-1",
                                  .body = T_BODY }, NULL, "");
    check_clause(&(t_request_t) { .id = "AKIDtemp", .body = T_BODY },
                 "AuthFailure.TokenFailure", "T-063");
    check_clause(&(t_request_t) { .id = "AKIDtemp", .token = "tok-2",
                                  .body = T_BODY },
                 "AuthFailure.TokenFailure", "T-063");
    check_clause(&(t_request_t) { .token = "tok-1", .body = T_BODY },
                 "AuthFailure.TokenFailure", "T-063");
    check_clause_v1(&(t_v1_t) { .id = "AKIDtemp", .token = "tok-1",
                                .pairs = t_pairs }, NULL, "");
    check_clause_v1(&(t_v1_t) { .id = "AKIDtemp", .pairs = t_pairs },
                    "AuthFailure.TokenFailure", "T-063");
    check_clause_v1(&(t_v1_t) { .token = "tok-1", .pairs = t_pairs },
                    "AuthFailure.TokenFailure", "T-063");

    check_clause(&(t_request_t) { .bad_signature = true, .body = T_BODY },
                 "AuthFailure.SignatureFailure", "T-064");
    check_clause(&(t_request_t) { .secret = "wrong", .body = T_BODY },
                 "AuthFailure.SignatureFailure", "T-064");
    check_clause(&(t_request_t) { .sign_body = "{}", .body = T_BODY },
                 "AuthFailure.SignatureFailure", "T-064");
    check_clause_v1(&(t_v1_t) { .signature = "AAAA", .pairs = t_pairs },
                    "AuthFailure.SignatureFailure", "T-064");
    check_clause_v1(&(t_v1_t) { .raw = "&Extra=1", .pairs = t_pairs },
                    "AuthFailure.SignatureFailure", "T-064");
    check_clause_v1(&(t_v1_t) { .signature = "", .pairs = t_pairs }, MISSING,
                    "T-064");
}


/* Of the create and of the query, which has fewer codes. */

static void
test_account_states(void **state)
{
    size_t  i;

    static const struct {
        const char  *id;
        const char  *clause;
        const char  *create;
        const char  *describe;           /* NULL: the query is let through */
    } cases[] = {
        { "AKIDdisabled", "T-065", "FailedOperation.CheckAuthInfoFailed",
          "AuthFailure.UnauthorizedOperation" },
        { "AKIDisolated", "T-066", "FailedOperation.ServiceIsolate",
          "FailedOperation.ServiceIsolate" },
        { "AKIDpoor", "T-067", "FailedOperation.UserHasNoAmount", NULL },
        { "AKIDfree", "T-068", "FailedOperation.UserHasNoFreeAmount",
          "FailedOperation.UserHasNoFreeAmount" },
        { "AKIDnew", "T-069", "FailedOperation.UserNotRegistered", NULL },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        const char  *code = t_or(cases[i].describe, NO_TASK);
        const char  *clause = (cases[i].describe != NULL) ? cases[i].clause
                                                          : "T-080";

        check_clause(&(t_request_t) { .id = cases[i].id, .body = T_BODY },
                     cases[i].create, cases[i].clause);
        check_clause_v1(&(t_v1_t) { .id = cases[i].id, .pairs = t_pairs },
                        cases[i].create, cases[i].clause);
        check_clause(&(t_request_t) { .id = cases[i].id, .action = DESCRIBE,
                                      .body = "{\"TaskId\":1}" },
                     code, clause);
        check_clause_v1(&(t_v1_t) { .id = cases[i].id, .action = DESCRIBE,
                                    .pairs = t_task }, code, clause);
    }
}


static void
test_transports(void **state)
{
    size_t  i;

    static const char *const  methods[] = {
        "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "post", "GETS"
    };

    static const char *const  types[] = {
        "text/plain", "application/x-www-form-urlencoded", "application/jso",
        "application/octet-stream", "multipart/form-data; boundary=x", ""
    };

    for (i = 0; i < asr_nelts(methods); i++) {
        check_clause(&(t_request_t) { .method = methods[i],
                                      .body = T_BODY },
                     "UnsupportedProtocol", "T-070");
        check_clause_v1(&(t_v1_t) { .method = methods[i],
                                    .pairs = t_pairs },
                        "UnsupportedProtocol", "T-070");
    }

    check_clause(&(t_request_t) { .method = "GET", .query = T_QUERY }, NULL,
                 "");
    check_clause_v1(&(t_v1_t) { .method = "GET", .pairs = t_pairs }, NULL,
                    "");

    for (i = 0; i < asr_nelts(types); i++) {
        check_clause(&(t_request_t) { .content_type = types[i],
                                      .body = T_BODY }, TYPE, "T-071");
    }

    check_clause(&(t_request_t) {
                     .content_type = "Application/JSON ; charset=utf-8",
                     .body = T_BODY }, NULL, "");
}


static void
test_rates(void **state)
{
    api_response_t  r;

    world.limit_left = 0;

    check_clause(&(t_request_t) { .body = T_BODY }, LIMITED, "T-072");
    t_holds("T-072", strcmp(world.limit_action,
                            "tencent.CreateRecTask") == 0);
    t_holds("T-072", world.limit_rate.count == 20);
    t_holds("T-072", world.limit_rate.window_ms == 1000);
    check_clause_v1(&(t_v1_t) { .pairs = t_pairs }, LIMITED, "T-072");

    /* by the account's own rate too */

    check_clause(&(t_request_t) { .id = "AKIDslow", .body = T_BODY },
                 LIMITED, "T-072");
    t_holds("T-072", world.limit_rate.count == 3);

    t_send(&world, &(t_request_t) { .action = DESCRIBE,
                                    .body = "{\"TaskId\":1}" }, &r);
    t_holds("T-073", strcmp(r.error, LIMITED) == 0);
    t_holds("T-073", strcmp(world.limit_action,
                            "tencent.DescribeTaskStatus") == 0);
    t_holds("T-073", world.limit_rate.count == 50);
    t_holds("T-073", world.limit_rate.window_ms == 1000);
    t_clause(&r, LIMITED, "T-073");

    t_send_v1(&world, &(t_v1_t) { .action = DESCRIBE, .pairs = t_task }, &r);
    t_holds("T-073", strcmp(r.error, LIMITED) == 0);
    t_clause(&r, LIMITED, "T-073");

    world.limit_refusal = ASR_LIMIT_ERROR;
    check_clause(&(t_request_t) { .body = T_BODY },
                 "InternalError.FailAccessRedis", "T-082");
    check_clause_v1(&(t_v1_t) { .action = DESCRIBE, .pairs = t_task },
                    "InternalError.FailAccessRedis", "T-082");
    world.limit_refusal = ASR_LIMIT_REJECTED;
    world.limit_left = -1;
}


static void
test_store_gone(void **state)
{
    char         *body, dir[128];
    asr_store_t  *store;
    asr_spool_t  *spool;

    store = world.core.store;
    world.core.store = NULL;

    check_clause(&(t_request_t) { .body = T_BODY },
                 "InternalError.FailAccessDatabase", "T-081");
    check_clause(&(t_request_t) { .action = DESCRIBE,
                                  .body = "{\"TaskId\":1}" },
                 "InternalError.FailAccessDatabase", "T-081");
    check_clause_v1(&(t_v1_t) { .pairs = t_pairs },
                    "InternalError.FailAccessDatabase", "T-081");

    world.core.store = store;

    /* a spool that must keep more free than there can be */

    spool = world.core.spool;
    snprintf(dir, sizeof(dir), "%s/spool", world.dir);
    world.core.spool = asr_spool_open(dir, UINT64_MAX / 2);
    assert_non_null(world.core.spool);

    body = t_data_body(2 * ASR_SPOOL_INLINE, "");
    check_clause(&(t_request_t) { .body = body },
                 "InternalError.FailAccessDatabase", "T-081");
    free(body);

    asr_spool_close(world.core.spool);
    world.core.spool = spool;
}


/* A result that cannot be read back is nobody's fault but ours. */

static void
test_internal(void **state)
{
    char            body[64];
    int64_t         id;
    api_world_t     w;
    api_response_t  r;

    t_world(&w);

    t_send(&w, &(t_request_t) { .body = T_BODY }, &r);
    id = r.task_id;
    t_expect(&r, NULL, NULL);
    api_finish_task(&w, id, 1000, "{\"ms\":", ASR_CAUSE_NONE, NULL);

    snprintf(body, sizeof(body), "{\"TaskId\":%lld}", (long long) id);
    t_send(&w, &(t_request_t) { .action = DESCRIBE, .body = body }, &r);
    t_clause(&r, "InternalError", "T-083");

    t_world_free(&w);
}


static void
test_full(void **state)
{
    api_world_t     w;
    api_response_t  r;

    api_world_init(&w, t_accounts, "*", 1);

    t_send(&w, &(t_request_t) { .body = T_BODY }, &r);
    t_clause(&r, NULL, "");
    t_send(&w, &(t_request_t) { .body = T_BODY }, &r);
    t_clause(&r, "ServiceUnavailable", "T-084");
    t_send_v1(&w, &(t_v1_t) { .pairs = t_pairs }, &r);
    t_clause(&r, "ServiceUnavailable", "T-084");

    t_world_free(&w);
}


/* What the server refuses by itself, as this API says it. */

static void
test_http(void **state)
{
    size_t          i;
    asr_http_t      http;
    asr_call_t      call;
    api_request_t   q = { .method = "POST", .path = "/" };
    api_response_t  r;

    static const struct {
        int          status;
        const char  *code;
        const char  *clause;
    } cases[] = {
        { 400, "InvalidParameter", "T-085" },
        { 404, "ResourceNotFound", "T-085" },
        { 408, "FailedOperation", "T-085" },
        { 411, "InvalidParameter", "T-085" },
        { 429, "RequestLimitExceeded", "T-085" },
        { 405, "UnsupportedProtocol", "T-070" },
        { 413, "RequestSizeLimitExceeded", "T-074" },
        { 415, "InvalidParameter", "T-071" },
        { 500, "InternalError", "T-083" },
        { 504, "InternalError", "T-083" },
        { 503, "ServiceUnavailable", "T-084" },
    };

    api_http(&http, &q);

    for (i = 0; i < asr_nelts(cases); i++) {
        asr_call_init(&call, &world.core, &asr_api_tencent, &http);
        asr_api_tencent.http_error(&call, cases[i].status);
        memset(&r, 0, sizeof(r));
        api_take(&call, &r);
        asr_call_free(&call);
        t_clause(&r, cases[i].code, cases[i].clause);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_region),
        cmocka_unit_test(test_form_of_signature),
        cmocka_unit_test(test_timestamp),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_account_states),
        cmocka_unit_test(test_transports),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_store_gone),
        cmocka_unit_test(test_internal),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_http),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
