/*
 * The mock's error codes of document 001: each in place of a good reply, and
 * the module's own refusal where it has one.
 */

#include "mock_errors.h"
#include "tencent_client.h"

#include "base/asr_clock.h"


#define T_GOOD  "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"           \
                "\"ResTextFormat\":0,\"SourceType\":1,\"Data\":\"AAECAw==\"}"
#define T_TASK  "{\"TaskId\":999}"
#define QUERY   "DescribeTaskStatus"


static const t_pair_t  t_pairs[] = {
    { "EngineModelType", "16k_en" }, { "ChannelNum", "1" },
    { "ResTextFormat", "0" }, { "SourceType", "1" }, { "Data", "AAECAw==" },
    { NULL, NULL }
};


/* The reply to a good request with the error in it. */

static void
t_error(const t_request_t *q, mock_when_t when, const char *name, int status,
    api_response_t *r)
{
    mock_errors(when, name, status);
    t_send(&world, q, r);
    assert_int_equal(mock_put, 1);
    mock_errors(MOCK_NOT, NULL, 0);
    mock_spool_empty(&world);
}


static void
one(const asr_mock_code_t *c)
{
    unsigned         i;
    uint64_t         before;
    asr_str_t        message;
    asr_json_t      *error;
    asr_arena_t      arena;
    api_response_t   r;

    static const struct {
        mock_when_t  when;
        t_request_t  q;
    } calls[] = {
        { MOCK_BEGIN, { .body = T_GOOD } },
        { MOCK_END, { .body = T_GOOD } },
        { MOCK_END, { .action = QUERY, .body = T_TASK } },
        { MOCK_END, { .body = T_GOOD, .language = "zh-CN" } },
        { MOCK_END, { .body = T_GOOD, .trace = "abc" } },
    };

    for (i = 0; i < asr_nelts(calls); i++) {
        before = world.counters.refused[1][i == 2 ? 2 : 1];
        t_error(&calls[i].q, calls[i].when, c->name, 0, &r);

        error = asr_json_get(t_response(&r, &arena), asr_str("Error"));
        assert_non_null(error);
        assert_int_equal(error->n, 2);
        message = asr_json_get_str(error, "Message");

        if (!asr_str_eq(asr_json_get_str(error, "Code"), asr_cstr(c->code))) {
            fail_msg("%s: %s", c->name, r.body);
        }

        assert_string_equal(r.error, c->code);
        assert_true(message.len != 0);
        assert_null(memchr(message.data, '{', message.len));
        assert_true(r.why[0] != '\0');
        assert_int_equal(r.status, c->status);
        assert_int_equal(r.store_ops, 0);
        assert_int_equal(world.counters.refused[1][i == 2 ? 2 : 1],
                         before + 1);

        /* what depends on the time, or on the request, is only like it */

        if (i == 1 && strncmp(c->code, "AuthFailure.SignatureExpire", 27) != 0
            && strcmp(c->name, "InvalidParameterValue/engine") != 0
            && strcmp(c->name, "NoSuchVersion") != 0)
        {
            assert_int_equal(message.len, strlen(c->meaning));
            assert_memory_equal(message.data, c->meaning, message.len);
        }

        if (c->clause != NULL && i == 1) {
            assert_string_equal(r.clause, c->clause);
        }

        if (i == 4) {
            assert_string_equal(api_response_header(&r, "X-TC-TraceId"),
                                "abc");
        }

        asr_arena_free(&arena);
        api_response_free(&r);
    }
}


static void
test_each(void **state)
{
    assert_true(mock_each(&asr_api_tencent, one) > 70);
}


static void
test_documented(void **state)
{
    size_t  i;

    static const char *const  codes[] = {

        /* section 6 */
        "AuthFailure.InvalidAuthorization",
        "FailedOperation.CheckAuthInfoFailed",
        "FailedOperation.ErrorDownFile", "FailedOperation.ErrorRecognize",
        "FailedOperation.ServiceIsolate", "FailedOperation.UserHasNoAmount",
        "FailedOperation.UserHasNoFreeAmount",
        "FailedOperation.UserNotRegistered", "InternalError.ErrorDownFile",
        "InternalError.FailAccessDatabase", "InternalError.FailAccessRedis",
        "InvalidParameter", "InvalidParameterValue", "MissingParameter",
        "RequestLimitExceeded.UinLimitExceeded", "UnknownParameter",

        /* the query's, and common ones */
        "FailedOperation.NoSuchTask", "ActionOffline",
        "AuthFailure.UnauthorizedOperation", "RequestLimitExceeded",
        "ResourceNotFound", "ServiceUnavailable",
        "AuthFailure.InvalidSecretId", "AuthFailure.MFAFailure",
        "AuthFailure.SecretIdNotFound", "AuthFailure.SignatureExpire",
        "AuthFailure.SignatureFailure", "AuthFailure.TokenFailure",
        "DryRunOperation", "FailedOperation", "InternalError",
        "InvalidAction", "InvalidRequest", "IpInBlacklist",
        "IpNotInWhitelist", "LimitExceeded", "NoSuchProduct",
        "NoSuchVersion", "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
        "RequestLimitExceeded.IPLimitExceeded", "RequestSizeLimitExceeded",
        "ResourceInUse", "ResourceInsufficient", "ResourceUnavailable",
        "ResponseSizeLimitExceeded", "UnauthorizedOperation",
        "UnsupportedOperation", "UnsupportedProtocol", "UnsupportedRegion",

        /* of the SDKs */
        "InvalidParameterValue.ErrorInvalidUrl",
        "InvalidParameterValue.NoHumanVoice", "InternalError.ErrorRecognize"
    };

    for (i = 0; i < asr_nelts(codes); i++) {
        mock_documented("tencent", codes[i], false);
    }

    assert_null(asr_mock_code_find(asr_str("tencent"), asr_str("100001"),
                                   false));
    assert_null(asr_mock_code_find(asr_str("tencent"), asr_str("10001"),
                                   false));
}


#define ID(who)  { .body = T_GOOD, .id = who }

static const struct {
    const char   *name;
    t_request_t   good;
    t_request_t   bad;
    int           http;              /* instead: the server's own refusal */
} t_refusals[] = {
    { "AuthFailure.InvalidAuthorization", { .body = T_GOOD },
      { .body = T_GOOD, .authorization = "" }, 0 },
    { "AuthFailure.SecretIdNotFound", { .body = T_GOOD }, ID("AKIDnone"), 0 },
    { "AuthFailure.SignatureExpire", { .body = T_GOOD },
      { .body = T_GOOD, .timestamp = "1600000000" }, 0 },
    { "AuthFailure.SignatureFailure", { .body = T_GOOD },
      { .body = T_GOOD, .bad_signature = true }, 0 },
    { "AuthFailure.TokenFailure", { .body = T_GOOD },
      { .body = T_GOOD, .token = "wrong" }, 0 },
    { "AuthFailure.UnauthorizedOperation", { .action = QUERY, .body = T_TASK },
      { .action = QUERY, .body = T_TASK, .id = "AKIDdisabled" }, 0 },
    { "FailedOperation.CheckAuthInfoFailed", { .body = T_GOOD },
      ID("AKIDdisabled"), 0 },
    { "FailedOperation.ErrorDownFile/user", { .body = T_GOOD },
      { .body = "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":0,\"SourceType\":0,"
                "\"Url\":\"http://me:x@example.com/a.wav\"}" }, 0 },
    { "FailedOperation.NoSuchTask", { .action = QUERY, .body = T_TASK },
      { .action = QUERY, .body = T_TASK }, 0 },
    { "FailedOperation.ServiceIsolate", { .body = T_GOOD },
      ID("AKIDisolated"), 0 },
    { "FailedOperation.UserHasNoAmount", { .body = T_GOOD }, ID("AKIDpoor"),
      0 },
    { "FailedOperation.UserHasNoFreeAmount", { .body = T_GOOD },
      ID("AKIDfree"), 0 },
    { "FailedOperation.UserNotRegistered", { .body = T_GOOD }, ID("AKIDnew"),
      0 },
    { "InvalidParameter", { .body = T_GOOD },
      { .body = "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":\"1\"}" }, 0 },
    { "InvalidParameter", { .action = QUERY, .body = T_TASK },
      { .action = QUERY, .body = "{\"TaskId\":\"1\"}" }, 0 },
    { "InvalidParameter/value", { .action = QUERY, .body = T_TASK },
      { .action = QUERY, .body = "{\"TaskId\":-1}" }, 0 },
    { "InvalidParameter/type", { .body = T_GOOD },
      { .body = T_GOOD, .content_type = "text/plain" }, 0 },
    { "InvalidParameter/body", { .body = T_GOOD }, { .body = "[]" }, 0 },
    { "InvalidParameter/http", { .body = T_GOOD }, { .body = T_GOOD }, 400 },
    { "InvalidParameterValue", { .body = T_GOOD },
      { .body = "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":3,"
                "\"ResTextFormat\":0,\"SourceType\":0}" }, 0 },
    { "MissingParameter", { .body = T_GOOD }, { .body = "{}" }, 0 },
    { "MissingParameter", { .action = QUERY, .body = T_TASK },
      { .action = QUERY, .body = "{}" }, 0 },
    { "UnknownParameter", { .body = T_GOOD },
      { .body = "{\"Volume\":1,\"EngineModelType\":\"16k_en\"}" }, 0 },
    { "UnsupportedProtocol", { .body = T_GOOD },
      { .body = T_GOOD, .method = "PUT" }, 0 },
    { "FailedOperation/timeout", { .body = T_GOOD }, { .body = T_GOOD }, 408 },
    { "InternalError", { .body = T_GOOD }, { .body = T_GOOD }, 500 },
    { "RequestLimitExceeded", { .body = T_GOOD }, { .body = T_GOOD }, 429 },
    { "RequestSizeLimitExceeded", { .body = T_GOOD }, { .body = T_GOOD },
      413 },
    { "ResourceNotFound", { .body = T_GOOD }, { .body = T_GOOD }, 404 },
    { "ServiceUnavailable", { .body = T_GOOD }, { .body = T_GOOD }, 503 },
};


static void
test_as_the_module(void **state)
{
    size_t          i;
    api_response_t  a, b;

    for (i = 0; i < asr_nelts(t_refusals); i++) {
        mock_errors(t_refusals[i].http != 0 ? MOCK_HTTP : MOCK_NOT, NULL,
                    t_refusals[i].http);
        t_send(&world, &t_refusals[i].bad, &b);
        t_error(&t_refusals[i].good, MOCK_END, t_refusals[i].name, 0, &a);

        mock_same(t_refusals[i].name, &a, &b);
    }
}


/* Those for which something else has to be set up. */

static void
test_as_the_module_set_up(void **state)
{
    const char      *engine;
    asr_store_t     *store;
    api_response_t   a, b;

    static const t_request_t  good = { .body = T_GOOD };
    static const t_request_t  query = { .action = QUERY, .body = T_TASK };
    static const t_request_t  slow = { .body = T_GOOD, .id = "AKIDslow" };

    mock_errors(MOCK_NOT, NULL, 0);

    engine = world.models.engines[0];
    world.models.engines[0] = "none";
    t_send(&world, &good, &b);
    world.models.engines[0] = engine;
    t_error(&good, MOCK_END, "InvalidParameterValue/engine", 0, &a);
    mock_same("engine", &a, &b);

    store = world.core.store;
    world.core.store = NULL;
    t_send(&world, &good, &b);
    world.core.store = store;
    t_error(&good, MOCK_END, "InternalError.FailAccessDatabase", 0, &a);
    mock_same("database", &a, &b);

    world.limit_left = 0;
    world.limit_refusal = ASR_LIMIT_ERROR;
    t_send(&world, &good, &b);
    world.limit_left = -1;
    t_error(&good, MOCK_END, "InternalError.FailAccessRedis", 0, &a);
    mock_same("redis", &a, &b);

    world.limit_refusal = ASR_LIMIT_REJECTED;

    world.limit_left = 0;
    t_send(&world, &good, &b);
    world.limit_left = -1;
    t_error(&good, MOCK_END, "RequestLimitExceeded.UinLimitExceeded", 0, &a);
    assert_int_equal(a.limit_status, b.limit_status);
    mock_same("limit", &a, &b);

    world.limit_left = 0;
    t_send(&world, &query, &b);
    world.limit_left = -1;
    t_error(&query, MOCK_END, "RequestLimitExceeded.UinLimitExceeded", 0, &a);
    mock_same("limit of the query", &a, &b);

    world.limit_left = 0;
    t_send(&world, &slow, &b);
    world.limit_left = -1;
    t_error(&slow, MOCK_END, "RequestLimitExceeded.UinLimitExceeded/minute",
            0, &a);
    assert_non_null(strstr(a.body, "equals to `4` in a minute"));
    mock_same("limit of its own", &a, &b);
}


/* What is told of the request is the request's. */

static void
test_echo(void **state)
{
    api_response_t  r;

    static const t_request_t  good = { .body = T_GOOD };

    t_error(&good, MOCK_END, "NoSuchVersion", 0, &r);
    assert_non_null(strstr(r.body, "version=`2019-06-14` does not"));
    api_response_free(&r);

    t_error(&good, MOCK_END, "InvalidAction", 0, &r);
    assert_non_null(strstr(r.body, "action=`CreateRecTask` is invalid"));
    api_response_free(&r);

    t_error(&good, MOCK_END, "InternalError", 500, &r);
    assert_int_equal(r.status, 500);
    assert_non_null(strstr(r.body, "\"InternalError\""));
    api_response_free(&r);
}


static void
test_v1(void **state)
{
    api_response_t  a, b;

    static const t_v1_t  good = { .pairs = t_pairs };
    static const t_v1_t  get = { .pairs = t_pairs, .method = "GET" };
    static const t_v1_t  bad = { .pairs = t_pairs, .raw = "&nonsense" };

    mock_errors(MOCK_NOT, NULL, 0);
    t_send_v1(&world, &bad, &b);
    mock_errors(MOCK_END, "InvalidParameter/equals", 0);
    t_send_v1(&world, &good, &a);
    assert_int_equal(mock_put, 1);
    mock_same("equals", &a, &b);

    mock_errors(MOCK_HTTP, NULL, 413);
    t_send_v1(&world, &good, &b);
    mock_errors(MOCK_END, "AuthFailure.SignatureFailure/size", 0);
    t_send_v1(&world, &good, &a);
    mock_same("size", &a, &b);

    mock_errors(MOCK_BEGIN, "InternalError", 0);
    t_send_v1(&world, &get, &a);
    t_clause(&a, "InternalError", "T-083");

    mock_errors(MOCK_NOT, NULL, 0);
    mock_spool_empty(&world);
}


/* ErrorMsg of each end, and the callback's code. */

static void
test_tasks(void **state)
{
    size_t                  i, n, count;
    unsigned                causes;
    asr_str_t               message;
    asr_task_t              task;
    asr_arena_t             arena;
    asr_cause_t             cause;
    asr_delivery_t          out;
    const asr_mock_code_t  *c;

    c = asr_mock_codes(&n);
    causes = 0;

    for (i = 0, count = 0; i < n; i++) {

        if (!c[i].task || strcmp(c[i].api, "tencent") != 0) {
            continue;
        }

        assert_true(asr_mock_task_code(asr_str("tencent"),
                                       asr_cstr(c[i].name), &cause,
                                       &message));
        assert_int_equal(cause, c[i].cause);
        assert_string_equal(asr_tencent_cause(cause), c[i].meaning);
        causes |= 1U << cause;

        asr_arena_init(&arena, 1 << 20);
        memset(&task, 0, sizeof(task));
        task.id = 7;
        task.state = ASR_TASK_FAILED;
        task.cause = cause;
        task.params = asr_str("{\"CallbackUrl\":\"http://a.example/\"}");
        assert_true(asr_tencent_callback(&task, &arena, &out));

        if (strncmp(out.body.data, "code=", 5) != 0
            || strncmp(out.body.data + 5, c[i].code, 5) != 0)
        {
            fail_msg("%s: %s", c[i].code, out.body.data);
        }

        asr_arena_free(&arena);
        count++;
    }

    assert_int_equal(count, 11);
    assert_int_equal(causes, (2U << ASR_CAUSE_FILE_GONE) - 2);

    assert_true(asr_mock_task_code(asr_str("tencent"), asr_str("10003"),
                                   &cause, &message));
    assert_int_equal(cause, ASR_CAUSE_TOO_LONG);
    assert_true(asr_mock_task_code(asr_str("tencent"),
                                   asr_str("FailedOperation_ErrorDownFile"),
                                   &cause, &message));
    assert_int_equal(cause, ASR_CAUSE_DOWNLOAD);
    assert_false(asr_mock_task_code(asr_str("tencent"), asr_str("200001"),
                                    &cause, &message));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_documented),
        cmocka_unit_test(test_as_the_module),
        cmocka_unit_test(test_as_the_module_set_up),
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_v1),
        cmocka_unit_test(test_tasks),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
