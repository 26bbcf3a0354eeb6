/*
 * Document 001 over the wire: transports, signatures, the order of refusals,
 * limits, account states, failures of our own parts.
 */

#include "tencent_client.h"

#include <dirent.h>

#include "base/asr_clock.h"


#define T_BODY  "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"           \
                "\"ResTextFormat\":0,\"SourceType\":1,"                      \
                "\"Data\":\"eGNmYXNkZmFzZmFzZGZhc2RmCg==\"}"

/* Of the right form, and wrong. */

#define T_FORMAL  "TC3-HMAC-SHA256 Credential=AKIDdemo/2026-01-01/asr/"       \
                  "tc3_request, SignedHeaders=content-type;host, Signature="  \
                  "0123456789abcdef0123456789abcdef"                          \
                  "0123456789abcdef0123456789abcdef"


static const t_pair_t  t_pairs[] = {
    { "EngineModelType", "16k_en" },
    { "ChannelNum", "1" },
    { "ResTextFormat", "0" },
    { "SourceType", "1" },
    { "Data", "+/+/eGNmYXNkZmFzZmFzZGZhc2RmCg==" },
    { "KeyWordLibIdList.0", "lib-1" },
    { "KeyWordLibIdList.1", "lib-2" },
    { NULL, NULL }
};


static void
check_v1(const t_v1_t *q, const char *code, const char *word)
{
    api_response_t  r;

    t_send_v1(&world, q, &r);
    t_expect(&r, code, word);
}


static void
test_create(void **state)
{
    size_t          i;
    int64_t         last;
    asr_json_t     *response;
    asr_arena_t     arena;
    api_response_t  r;

    static const size_t  pieces[] = { 0, 1, 7, 4096 };

    for (i = 0, last = 0; i < asr_nelts(pieces) * 2; i++) {
        t_send(&world, &(t_request_t) { .body = T_BODY,
                                        .piece = pieces[i / 2],
                                        .chunked = (i & 1) }, &r);

        response = t_response(&r, &arena);
        assert_null(asr_json_get(response, asr_str("Error")));
        assert_true(asr_json_get_int(asr_json_get(response, asr_str("Data")),
                                     "TaskId", 0) > last);
        assert_true(r.task_id > last);
        last = r.task_id;
        assert_int_equal(asr_json_get_int(asr_json_get(response,
                                                       asr_str("Data")),
                                          "TaskId", 0), last);
        assert_int_equal(r.store_ops, 1);
        assert_string_equal(r.action, "CreateRecTask");
        assert_string_equal(r.account, "demo");
        assert_string_equal(r.error, "");
        assert_string_equal(world.limit_action, "tencent.CreateRecTask");
        assert_int_equal(world.limit_rate.count, 20);
        assert_int_equal(world.limit_rate.window_ms, 1000);
        assert_true(r.arena_used <= ASR_CALL_MEMORY);
        asr_arena_free(&arena);
        api_response_free(&r);
    }

    assert_int_equal(world.counters.created[asr_api_tencent.index], i);
    assert_int_equal(world.counters.requests[asr_api_tencent.index]
                     [ASR_TENCENT_CREATE], i);
    assert_int_equal(world.counters.body_bytes[asr_api_tencent.index],
                     i * strlen(T_BODY));
}


/* What the row keeps of the request. */

static void
test_row(void **state)
{
    asr_op_t        op;
    asr_json_t     *p;
    asr_arena_t     arena;
    api_world_t     w;
    api_response_t  r;
    asr_json_error_t  err;

    t_world(&w);
    t_send(&w, &(t_request_t) { .body =
        "{\"EngineModelType\":\"8k_zh\",\"ChannelNum\":2,\"ResTextFormat\":3,"
        "\"SourceType\":1,\"Data\":\"AAECAw==\",\"DataLen\":4,"
        "\"SentenceMaxLength\":20,\"CallbackUrl\":\"https://a.example/?x=1\","
        "\"HotwordList\":\"ASR|11\",\"KeyWordLibIdList\":[\"a\",\"b\"],"
        "\"Extra\":\"ignored\"}" }, &r);

    asr_arena_init(&arena, 1 << 20);
    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_CLAIM;
    assert_int_equal(asr_store_call(w.core.store, &op), ASR_OK);
    assert_int_equal(op.claim, ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, r.task_id);
    assert_true(asr_str_eq(op.task.api, asr_str("tencent")));
    assert_true(asr_str_eq(op.task.account, asr_str("demo")));
    assert_true(asr_str_eq(op.task.engine, asr_str("8k_zh")));
    assert_int_equal(op.task.channels, 2);
    assert_true(op.task.channels_strict);
    assert_int_equal(op.task.expires_ms - op.task.created_ms, 86400000);
    assert_int_equal(op.task.inline_audio.len, 4);
    assert_memory_equal(op.task.inline_audio.data, "\0\1\2\3", 4);

    p = asr_json_parse(&arena, op.task.params, &err);
    assert_non_null(p);
    assert_int_equal(asr_json_get_int(p, "ResTextFormat", -1), 3);
    assert_int_equal(asr_json_get_int(p, "ConvertNumMode", -1), 1);
    assert_int_equal(asr_json_get_int(p, "SentenceMaxLength", -1), 20);
    assert_true(asr_str_eq(asr_json_get_str(p, "CallbackUrl"),
                           asr_str("https://a.example/?x=1")));
    assert_true(asr_str_eq(asr_json_get_str(p, "HotwordList"),
                           asr_str("ASR|11")));
    assert_int_equal(asr_json_get(p, asr_str("KeyWordLibIdList"))->n, 2);

    asr_arena_free(&arena);
    t_expect(&r, NULL, NULL);
    t_world_free(&w);
}


static void
test_signature(void **state)
{
    t_request_t  q;

    const struct {
        t_request_t  q;
        const char  *code;
        const char  *word;
    } cases[] = {
        /* what SDKs do */
        { { .host = "127.0.0.1:8080", .sign_host = "127.0.0.1",
            .service = "127" }, NULL, NULL },
        { { .host = "localhost:80", .service = "localhost:80" }, NULL, NULL },
        { { .content_type = "application/json; charset=utf-8" }, NULL, NULL },
        { { .unsigned_payload = true }, NULL, NULL },
        { { .region = "null" }, NULL, NULL },
        { { .region = "ap-nowhere" }, NULL, NULL },
        { { .id = "AKIDtemp", .token = "tok-1" }, NULL, NULL },

        { { .bad_signature = true }, "AuthFailure.SignatureFailure",
          "check your signature" },
        { { .secret = "wrong" }, "AuthFailure.SignatureFailure", NULL },
        { { .sign_body = "{}" }, "AuthFailure.SignatureFailure", NULL },
        { { .sign_host = "elsewhere" }, "AuthFailure.SignatureFailure",
          NULL },
        { { .id = "AKIDnobody" }, "AuthFailure.SecretIdNotFound",
          "SecretId is not found" },
        { { .id = "null" }, "AuthFailure.SecretIdNotFound", NULL },
        { { .authorization = "" }, "AuthFailure.InvalidAuthorization",
          "missing" },
        { { .authorization = "Bearer sk-x" },
          "AuthFailure.InvalidAuthorization", "TC3-HMAC-SHA256" },
        { { .authorization = "TC3-HMAC-SHA256 Credential=a/b" },
          "AuthFailure.InvalidAuthorization", "Credential" },
        { { .authorization = "TC3-HMAC-SHA256 Credential=/2026-01-01/asr/"
            "tc3_request, SignedHeaders=content-type;host, Signature=00" },
          "AuthFailure.InvalidAuthorization", NULL },
        { { .id = "AKIDtemp" }, "AuthFailure.TokenFailure", NULL },
        { { .id = "AKIDtemp", .token = "tok-2" }, "AuthFailure.TokenFailure",
          NULL },
        { { .token = "tok-1" }, "AuthFailure.TokenFailure", NULL },
        { { .timestamp = "1599142560" }, "AuthFailure.SignatureExpire",
          "NTP service" },
        { { .timestamp = "9999999999" }, "AuthFailure.SignatureExpire",
          NULL },
        { { .timestamp = "-99999999999999999999",
            .authorization = T_FORMAL }, "AuthFailure.SignatureExpire",
          NULL },
        { { .timestamp = "99999999999999999999",
            .authorization = T_FORMAL }, "AuthFailure.SignatureExpire",
          NULL },
        { { .timestamp = "soon" }, "InvalidParameter", "`Timestamp`" },
        { { .timestamp = "1.5e9" }, "InvalidParameter", "`integer`" },
    };

    for (size_t i = 0; i < asr_nelts(cases); i++) {
        q = cases[i].q;
        q.body = T_BODY;
        check(&q, cases[i].code, cases[i].word);
    }

    world.core.tencent_service_strict = true;
    check(&(t_request_t) { .body = T_BODY }, NULL, NULL);
    check(&(t_request_t) { .body = T_BODY, .service = "127" },
          "AuthFailure.InvalidAuthorization",
          "`Service` in Credential not valid.");
    world.core.tencent_service_strict = false;
}


static void
test_clock_window(void **state)
{
    char              ts[32];
    size_t            i;
    volatile int64_t  shift;

    /* frozen to a full second's beginning: the edges are exact */

    static const int  skews[] = { -301, -300, 0, 300, 301 };

    for (i = 0; i < asr_nelts(skews); i++) {
        snprintf(ts, sizeof(ts), "%lld",
                 (long long) (1700000000 + skews[i]));

        shift = 0;
        asr_clock_shift(NULL);
        shift = 1700000000000 - asr_clock_ms();
        asr_clock_shift(&shift);

        check(&(t_request_t) { .body = T_BODY, .timestamp = ts },
              (skews[i] < -300 || skews[i] > 300)
              ? "AuthFailure.SignatureExpire" : NULL,
              (skews[i] < -300 || skews[i] > 300) ? "1700000000" : NULL);
    }

    asr_clock_shift(NULL);
}


/* Each request breaks two rules: the earlier one is told. */

static void
test_order(void **state)
{
    check(&(t_request_t) { .method = "PUT", .action = "", .body = T_BODY },
          "UnsupportedProtocol", NULL);
    check(&(t_request_t) { .action = "", .version = "" }, "MissingParameter",
          "`Action`");
    check(&(t_request_t) { .version = "", .timestamp = "1" },
          "MissingParameter", "`Version`");
    check(&(t_request_t) { .authorization = "x", .timestamp = "1" },
          "AuthFailure.InvalidAuthorization", NULL);
    check(&(t_request_t) { .timestamp = "1", .id = "AKIDnobody" },
          "AuthFailure.SignatureExpire", NULL);
    check(&(t_request_t) { .bad_signature = true, .version = "2019-07-22",
                           .body = "{" },
          "AuthFailure.SignatureFailure", NULL);
    check(&(t_request_t) { .version = "2019-07-22", .action = "Nope",
                           .body = "{" },
          "NoSuchVersion", "`2019-07-22`");
    check(&(t_request_t) { .action = "Nope", .body = "{" }, "InvalidAction",
          "`Nope`");
    check(&(t_request_t) { .action = "createrectask", .body = T_BODY },
          "InvalidAction", NULL);

    world.limit_left = 0;
    check(&(t_request_t) { .body = "{" },
          "RequestLimitExceeded.UinLimitExceeded", "`21` in a second");
    world.limit_left = -1;

    check(&(t_request_t) { .body = "{\"Nope\":1}" }, "UnknownParameter",
          "`Nope`");
    check(&(t_request_t) { .body = "{\"ChannelNum\":9}" },
          "MissingParameter", "`EngineModelType`");
    check(&(t_request_t) { .body = "{\"EngineModelType\":\"16k_en\","
                                   "\"ChannelNum\":9}" },
          "MissingParameter", "`ResTextFormat`");
    check(&(t_request_t) { .body = "{\"EngineModelType\":\"x\","
                                   "\"ChannelNum\":\"1\","
                                   "\"ResTextFormat\":0,"
                                   "\"SourceType\":1}" },
          "InvalidParameter", "`ChannelNum`");

    /* no task before the signature: that is how clients test their keys */

    check(&(t_request_t) { .action = "DescribeTaskStatus",
                           .body = "{\"TaskId\":1}", .bad_signature = true },
          "AuthFailure.SignatureFailure", NULL);
}


/* What the head tells is told before the body is read. */

static void
test_early(void **state)
{
    size_t          i;
    api_response_t  r;

    const t_request_t  early[] = {
        { .method = "DELETE", .body = T_BODY },
        { .action = "", .body = T_BODY },
        { .version = "", .body = T_BODY },
        { .authorization = "x", .body = T_BODY },
        { .timestamp = "1599142560", .body = T_BODY },
        { .id = "AKIDnobody", .body = T_BODY },
        { .id = "AKIDtemp", .body = T_BODY },
        { .content_type = "text/plain", .body = T_BODY },
    };

    for (i = 0; i < asr_nelts(early); i++) {
        t_send(&world, &early[i], &r);
        assert_true(r.early);
        assert_int_equal(r.fed, 0);
        assert_string_equal(r.account, "");
        api_response_free(&r);
    }

    t_send(&world, &(t_request_t) { .body = T_BODY, .bad_signature = true },
           &r);
    assert_false(r.early);
    assert_string_equal(r.account, "");
    assert_int_equal(r.store_ops, 0);
    api_response_free(&r);
}


static void
test_v1(void **state)
{
    size_t          i, k;
    api_response_t  r;

    static const size_t       pieces[] = { 0, 1, 7, 4096 };
    static const char *const  methods[] = { "POST", "GET" };
    static const char *const  algorithms[] = { "HmacSHA256", "HmacSHA1", "" };

    for (i = 0; i < asr_nelts(methods); i++) {
        for (k = 0; k < asr_nelts(algorithms); k++) {
            t_send_v1(&world, &(t_v1_t) { .method = methods[i],
                                          .algorithm = algorithms[k],
                                          .pairs = t_pairs }, &r);
            assert_true(r.task_id > 0);
            assert_string_equal(r.account, "demo");
            t_expect(&r, NULL, NULL);
        }
    }

    for (i = 0; i < asr_nelts(pieces); i++) {
        check_v1(&(t_v1_t) { .pairs = t_pairs, .piece = pieces[i] }, NULL,
                 NULL);
    }

    check_v1(&(t_v1_t) { .pairs = t_pairs, .host = "127.0.0.1:99",
                         .sign_host = "127.0.0.1" }, NULL, NULL);
    check_v1(&(t_v1_t) { .pairs = t_pairs, .id = "AKIDtemp",
                         .token = "tok-1" }, NULL, NULL);
}


static void
test_v1_refusals(void **state)
{
    size_t  i;

    static const t_pair_t  twice[] = {
        { "Data", "AAAA" }, { "Data", "AAAA" }, { NULL, NULL }
    };

    static const t_pair_t  open[] = {
        { "Data", "AAAAA" }, { NULL, NULL }
    };

    static const t_pair_t  lines[] = {
        { "Data", "AAAA\nAAAA" }, { NULL, NULL }
    };

    const struct {
        t_v1_t       q;
        const char  *code;
        const char  *word;
    } cases[] = {
        { { .action = "" }, "MissingParameter", "`Action`" },
        { { .version = "" }, "MissingParameter", "`Version`" },
        { { .timestamp = "" }, "MissingParameter", "`Timestamp`" },
        { { .nonce = "" }, "MissingParameter", "`Nonce`" },
        { { .id = "" }, "MissingParameter", "`SecretId`" },
        { { .signature = "" }, "MissingParameter", "`Signature`" },
        { { .signature = "AAAA" }, "AuthFailure.SignatureFailure", NULL },
        { { .algorithm = "HmacMD5" }, "AuthFailure.SignatureFailure", NULL },
        { { .id = "AKIDnobody" }, "AuthFailure.SecretIdNotFound", NULL },
        { { .id = "AKIDtemp" }, "AuthFailure.TokenFailure", NULL },
        { { .timestamp = "1599142560" }, "AuthFailure.SignatureExpire",
          NULL },
        { { .timestamp = "x" }, "InvalidParameter", "`Timestamp`" },
        { { .sign_host = "elsewhere" }, "AuthFailure.SignatureFailure",
          NULL },
        { { .version = "2018-01-01" }, "NoSuchVersion", NULL },
        { { .action = "Nope" }, "InvalidAction", NULL },
        { { .pairs = twice }, "AuthFailure.SignatureFailure", NULL },
        { { .pairs = open }, "AuthFailure.SignatureFailure", NULL },
        { { .pairs = lines }, "AuthFailure.SignatureFailure", NULL },
        { { .raw = "&x" }, "InvalidParameter", "splited by `=`" },
        { { .raw = "&x=%zz" }, "InvalidParameter", "percent-encoding" },
        { { .raw = "&x=%" }, "InvalidParameter", "percent-encoding" },
        { { .raw = "&x=1" }, "AuthFailure.SignatureFailure", NULL },
    };

    t_v1_t  q;

    for (i = 0; i < asr_nelts(cases); i++) {
        check_v1(&cases[i].q, cases[i].code, cases[i].word);

        q = cases[i].q;
        q.method = "GET";
        check_v1(&q, cases[i].code, cases[i].word);
    }
}


static void
test_claims(void **state)
{
    asr_http_t  http;

    const struct {
        api_request_t  r;
        const char    *type;
        const char    *authorization;
        const char    *action;
        bool           ours;
    } cases[] = {
        { { .method = "POST", .path = "/x" }, NULL, NULL, "Foo", true },
        { { .method = "GET", .path = "/x" }, NULL, "TC3-HMAC-SHA256 x", NULL,
          true },
        { { .method = "GET", .path = "/x", .args = "a=1&Action=Foo" }, NULL,
          NULL, NULL, true },
        { { .method = "GET", .path = "/x", .args = "Signature=" }, NULL,
          NULL, NULL, true },
        { { .method = "POST", .path = "/" },
          "application/x-www-form-urlencoded; charset=utf-8", NULL, NULL,
          true },
        { { .method = "POST", .path = "/x" },
          "application/x-www-form-urlencoded", NULL, NULL, false },
        { { .method = "POST", .path = "/" }, "application/json", NULL, NULL,
          false },
        { { .method = "POST", .path = "/" }, NULL, NULL, NULL, false },
        { { .method = "GET", .path = "/", .args = "NoAction=1" }, NULL, NULL,
          NULL, false },
        { { .method = "GET", .path = "/", .args = "Action" }, NULL,
          "Bearer sk-1", NULL, false },
    };

    for (size_t i = 0; i < asr_nelts(cases); i++) {
        size_t         n = 0;
        api_header_t   h[4];
        api_request_t  r = cases[i].r;

        if (cases[i].type != NULL) {
            h[n++] = (api_header_t) { "content-type", cases[i].type };
        }

        if (cases[i].authorization != NULL) {
            h[n++] = (api_header_t) { "authorization",
                                      cases[i].authorization };
        }

        if (cases[i].action != NULL) {
            h[n++] = (api_header_t) { "x-tc-action", cases[i].action };
        }

        h[n].name = NULL;
        r.headers = h;
        api_http(&http, &r);
        assert_int_equal(asr_api_tencent.claims(&http), cases[i].ours);
    }
}


static void
test_content_type(void **state)
{
    static const char *const  wrong[] = {
        "text/plain", "multipart/form-data; boundary=x",
        "application/octet-stream", "application/x-www-form-urlencoded",
        "application/jsonx", "json", ""
    };

    for (size_t i = 0; i < asr_nelts(wrong); i++) {
        check(&(t_request_t) { .body = T_BODY, .content_type = wrong[i] },
              "InvalidParameter", "`Content-Type`");
    }
}


/* No header of TC3, no form: whatever it is, it lacks an Action. */

static void
test_nobody(void **state)
{
    api_response_t  r;
    api_header_t    h[] = { { "content-type", "application/json" },
                            { NULL, NULL } };
    api_request_t   q = { .method = "POST", .path = "/", .headers = h,
                          .body = "{}", .body_len = 2 };

    api_send(&world, &asr_api_tencent, &q, &r);
    t_expect(&r, "MissingParameter", "`Action`");

    h[0].name = NULL;
    api_send(&world, &asr_api_tencent, &q, &r);
    t_expect(&r, "MissingParameter", "`Action`");
}


static void
test_limits(void **state)
{
    api_response_t  r;

    world.limit_left = 0;
    t_send(&world, &(t_request_t) { .body = T_BODY, .language = "zh-CN" },
           &r);
    assert_int_equal(r.limit_status, ASR_LIMIT_REJECTED);
    t_expect(&r, "RequestLimitExceeded.UinLimitExceeded",
             "您当前每秒请求 `21`");

    check(&(t_request_t) { .body = "{\"TaskId\":1}",
                           .action = "DescribeTaskStatus" },
          "RequestLimitExceeded.UinLimitExceeded", "`51` in a second");
    assert_string_equal(world.limit_action, "tencent.DescribeTaskStatus");
    assert_int_equal(world.limit_rate.count, 50);

    check(&(t_request_t) { .body = T_BODY, .id = "AKIDslow" },
          "RequestLimitExceeded.UinLimitExceeded", "`4` in a minute");

    /* "off" */
    check(&(t_request_t) { .body = "{\"TaskId\":1}", .id = "AKIDslow",
                           .action = "DescribeTaskStatus" },
          "FailedOperation.NoSuchTask", NULL);

    world.limit_refusal = ASR_LIMIT_ERROR;
    check(&(t_request_t) { .body = T_BODY }, "InternalError.FailAccessRedis",
          "Redis");
    world.limit_refusal = ASR_LIMIT_REJECTED;

    world.limit_left = 1;
    check(&(t_request_t) { .body = T_BODY }, NULL, NULL);
    check(&(t_request_t) { .body = T_BODY },
          "RequestLimitExceeded.UinLimitExceeded", NULL);
    world.limit_left = -1;

    assert_true(world.counters.limited[asr_api_tencent.index] >= 4);
    assert_true(world.counters.internal[asr_api_tencent.index] >= 1);
}


static void
test_accounts(void **state)
{
    size_t  i;

    static const struct {
        const char  *id;
        const char  *create;
        const char  *describe;
    } cases[] = {
        { "AKIDdisabled", "FailedOperation.CheckAuthInfoFailed",
          "AuthFailure.UnauthorizedOperation" },
        { "AKIDisolated", "FailedOperation.ServiceIsolate",
          "FailedOperation.ServiceIsolate" },
        { "AKIDpoor", "FailedOperation.UserHasNoAmount",
          "FailedOperation.NoSuchTask" },
        { "AKIDfree", "FailedOperation.UserHasNoFreeAmount",
          "FailedOperation.UserHasNoFreeAmount" },
        { "AKIDnew", "FailedOperation.UserNotRegistered",
          "FailedOperation.NoSuchTask" },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        check(&(t_request_t) { .body = T_BODY, .id = cases[i].id },
              cases[i].create, NULL);
        check(&(t_request_t) { .body = "{}", .id = cases[i].id },
              "MissingParameter", NULL);
        check(&(t_request_t) { .body = "{\"TaskId\":1}", .id = cases[i].id,
                               .action = "DescribeTaskStatus" },
              cases[i].describe, NULL);
    }
}


static void
test_language(void **state)
{
    check(&(t_request_t) { .body = T_BODY, .id = "AKIDnobody",
                           .language = "zh-CN" },
          "AuthFailure.SecretIdNotFound", "请输入正确的密钥");
    check(&(t_request_t) { .body = T_BODY, .bad_signature = true,
                           .language = "zh-CN" },
          "AuthFailure.SignatureFailure", "请求签名验证失败");
    check(&(t_request_t) { .body = T_BODY, .id = "AKIDnobody",
                           .language = "en-US" },
          "AuthFailure.SecretIdNotFound", "is not found");
    check_v1(&(t_v1_t) { .id = "AKIDnobody", .language = "zh-CN" },
             "AuthFailure.SecretIdNotFound", "不存在");

    /* no Chinese text is known for this one */
    check(&(t_request_t) { .body = "{}", .language = "zh-CN" },
          "MissingParameter", "The request is missing");
}


static void
test_trace(void **state)
{
    api_response_t  r;

    t_send(&world, &(t_request_t) { .body = T_BODY,
           .trace = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed" }, &r);
    assert_string_equal(api_response_header(&r, "X-TC-TraceId"),
                        "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed");
    api_response_free(&r);

    t_send(&world, &(t_request_t) { .body = "{}",
           .trace = "a\r\nSet-Cookie: x;\"\x80" "b<>" }, &r);
    assert_string_equal(api_response_header(&r, "x-tc-traceid"),
                        "aSet-Cookie:xb");
    assert_int_equal(r.nheaders, 1);
    api_response_free(&r);

    t_send(&world, &(t_request_t) { .body = "{}", .trace =
           "0123456789012345678901234567890123456789012345678901234567890123"
           "tail" }, &r);
    assert_int_equal(strlen(api_response_header(&r, "x-tc-traceid")), 64);
    api_response_free(&r);

    t_send(&world, &(t_request_t) { .body = "{}" }, &r);
    assert_int_equal(r.nheaders, 0);
    api_response_free(&r);
}


static void
test_http_errors(void **state)
{
    size_t          i;
    asr_http_t      http;
    asr_call_t      call;
    api_response_t  r;
    api_request_t   q = { .method = "POST", .path = "/" };

    static const struct {
        int          status;
        const char  *code;
    } cases[] = {
        { 400, "InvalidParameter" },
        { 404, "ResourceNotFound" },
        { 405, "UnsupportedProtocol" },
        { 408, "FailedOperation" },
        { 413, "RequestSizeLimitExceeded" },
        { 414, "RequestSizeLimitExceeded" },
        { 415, "InvalidParameter" },
        { 429, "RequestLimitExceeded" },
        { 500, "InternalError" },
        { 502, "InternalError" },
        { 503, "ServiceUnavailable" },
        { 504, "InternalError" },
    };

    api_http(&http, &q);

    for (i = 0; i < asr_nelts(cases); i++) {
        asr_call_init(&call, &world.core, &asr_api_tencent, &http);
        asr_api_tencent.http_error(&call, cases[i].status);
        memset(&r, 0, sizeof(r));
        api_take(&call, &r);
        asr_call_free(&call);
        t_expect(&r, cases[i].code, NULL);

        /* replaces a reply made before */

        asr_call_init(&call, &world.core, &asr_api_tencent, &http);
        assert_int_equal(asr_api_tencent.begin(&call), ASR_STEP_REPLY);
        asr_api_tencent.http_error(&call, cases[i].status);
        memset(&r, 0, sizeof(r));
        api_take(&call, &r);
        asr_call_free(&call);
        t_expect(&r, cases[i].code, NULL);
    }
}


static unsigned
files_below(const char *dir, const char *sub)
{
    char            path[160];
    DIR            *d;
    unsigned        n;
    struct dirent  *e;

    snprintf(path, sizeof(path), "%s/spool/%s", dir, sub);
    d = opendir(path);
    assert_non_null(d);

    for (n = 0; (e = readdir(d)) != NULL; ) {
        n += (e->d_name[0] != '.');
    }

    closedir(d);

    return n;
}


/* Our own parts fail: the store is gone, its queue full, the disk too. */

static void
test_failures(void **state)
{
    char           *body;
    api_world_t     w;
    asr_store_t    *store;
    asr_spool_t    *spool;
    api_response_t  r;

    api_world_init(&w, t_accounts, "*", 1);
    body = t_data_body(20000, "");

    t_send(&w, &(t_request_t) { .body = body }, &r);
    t_expect(&r, NULL, NULL);
    t_send(&w, &(t_request_t) { .body = body }, &r);
    t_expect(&r, "ServiceUnavailable", NULL);

    store = w.core.store;
    w.core.store = NULL;
    t_send(&w, &(t_request_t) { .body = body }, &r);
    t_expect(&r, "InternalError.FailAccessDatabase", "database");
    t_send(&w, &(t_request_t) { .body = "{\"TaskId\":1}",
                                .action = "DescribeTaskStatus" }, &r);
    t_expect(&r, "InternalError.FailAccessDatabase", NULL);
    w.core.store = store;

    /* nothing refused has left a file behind */

    assert_int_equal(files_below(w.dir, "incoming"), 0);
    assert_int_equal(files_below(w.dir, "audio"), 1);

    /* more must stay free than there can be */

    spool = w.core.spool;
    body[0] = '{';
    {
        char  dir[128];

        snprintf(dir, sizeof(dir), "%s/spool", w.dir);
        w.core.spool = asr_spool_open(dir, UINT64_MAX / 2);
        assert_non_null(w.core.spool);
    }

    t_send(&w, &(t_request_t) { .body = body }, &r);
    t_expect(&r, "InternalError.FailAccessDatabase", NULL);
    t_send(&w, &(t_request_t) { .body = body, .bad_signature = true }, &r);
    t_expect(&r, "AuthFailure.SignatureFailure", NULL);
    asr_spool_close(w.core.spool);
    w.core.spool = spool;

    free(body);
    t_world_free(&w);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create),
        cmocka_unit_test(test_row),
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_clock_window),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_early),
        cmocka_unit_test(test_v1),
        cmocka_unit_test(test_v1_refusals),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_content_type),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_accounts),
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_trace),
        cmocka_unit_test(test_http_errors),
        cmocka_unit_test(test_failures),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
