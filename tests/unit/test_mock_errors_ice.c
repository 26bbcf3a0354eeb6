/*
 * The mock's error codes of document 003: each in place of a good reply, and
 * the module's own refusal where it has one.
 */

#include "mock_errors.h"
#include "ice_client.h"


#define JOB  "00000000000000000000000000000000"

static const i_pair_t  i_job[] = { { "JobId", JOB }, { NULL, NULL } };

static const i_request_t  i_submit = { .pairs = i_good };
static const i_request_t  i_get = {
    .action = "GetSmartHandleJob", .pairs = i_job
};


static void
error(const i_request_t *q, mock_when_t when, const char *name, int status,
    api_response_t *r)
{
    mock_errors(when, name, status);
    i_send(&world, q, r);
    assert_int_equal(mock_put, 1);
    mock_errors(MOCK_NOT, NULL, 0);
    mock_spool_empty(&world);
}


static void
xml_member(const api_response_t *r, const char *name, const char *value)
{
    char  text[640];

    snprintf(text, sizeof(text), "<%s>%s</%s>", name, value, name);

    if (strstr(r->body, text) == NULL) {
        fail_msg("no %s in %s", text, r->body);
    }
}


/* A job id is one that the module could have given. */

static const char *
a_job(void)
{
    static char  text[ASR_ICE_JOB_LEN + 1];

    asr_ice_job_id(999, text);

    return text;
}


static void
one(const asr_mock_code_t *c)
{
    unsigned         i;
    uint64_t         before;
    asr_str_t        message;
    i_pair_t         job[2];
    asr_json_t      *root;
    i_request_t      q;
    asr_arena_t      arena;
    api_response_t   r;

    static const struct {
        mock_when_t  when;
        bool         v1;
        const char  *format;
        bool         get;
    } calls[] = {
        { MOCK_BEGIN, false, NULL, false },
        { MOCK_END, false, NULL, false },
        { MOCK_END, true, NULL, false },
        { MOCK_END, false, NULL, true },
        { MOCK_END, false, "XML", false },
        { MOCK_END, true, "XML", false },
    };

    for (i = 0; i < asr_nelts(calls); i++) {
        q = i_submit;
        q.v1 = calls[i].v1;
        q.format = calls[i].format;

        if (calls[i].get) {
            job[0] = (i_pair_t) { "JobId", a_job() };
            job[1] = (i_pair_t) { NULL, NULL };
            q = i_get;
            q.pairs = job;
        }

        before = world.counters.refused[asr_api_ice.index][calls[i].get ? 2
                                                                        : 1];
        error(&q, calls[i].when, c->name, 0, &r);

        assert_int_equal(r.status, c->status);
        assert_string_equal(r.error, c->code);
        assert_int_equal(r.store_ops, 0);
        assert_true(r.why[0] != '\0');
        assert_int_equal(world.counters.refused[asr_api_ice.index]
                                               [calls[i].get ? 2 : 1],
                         before + 1);
        assert_string_equal(api_response_header(&r, "x-acs-request-id"),
                            r.request_id);

        if (c->clause != NULL && i == 1
            && strcmp(c->name, "ResourceNotFound") != 0)
        {
            assert_string_equal(r.clause, c->clause);
        }

        if (q.format != NULL) {
            assert_string_equal(r.content_type, "text/xml;charset=utf-8");
            xml_member(&r, "Code", c->code);
            xml_member(&r, "RequestId", r.request_id);
            api_response_free(&r);
            continue;
        }

        root = i_reply(&r, &arena);
        assert_int_equal(root->n, 4);
        message = asr_json_get_str(root, "Message");
        assert_true(asr_str_eq(asr_json_get_str(root, "Code"),
                               asr_cstr(c->code)));
        assert_true(asr_str_eq(asr_json_get_str(root, "HostId"),
                               asr_str(I_HOST)));
        assert_true(message.len != 0);
        assert_null(memchr(message.data, '{', message.len));

        if (i == 1 && strcmp(c->name, "ResourceNotFound") != 0) {
            assert_string_equal(message.data, c->meaning);
        }

        asr_arena_free(&arena);
        api_response_free(&r);
    }
}


static void
test_each(void **state)
{
    assert_int_equal(mock_each(&asr_api_ice, one), 54);
}


static void
test_documented(void **state)
{
    size_t  i;

    static const char *const  codes[] = {

        /* the gateway's */
        "MissingAccessKeyId", "MissingSignatureNonce", "MissingSecurityToken",
        "InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive",
        "InvalidTimeStamp.Format", "InvalidTimeStamp.Expired",
        "SignatureNonceUsed", "SignatureDoesNotMatch", "IncompleteSignature",
        "InvalidSignatureMethod", "InvalidParameter.Format", "InvalidVersion",
        "InvalidAction.NotFound", "InvalidApi.NotFound",
        "InvalidProduct.NotFound", "InvalidProtocol.NeedSsl",
        "UnsupportedHTTPMethod", "Throttling.User", "Throttling",
        "Throttling.Api", "Forbidden", "Forbidden.RAM", "InternalError",
        "ServiceUnavailable",

        /* the product's */
        "MissingParameter", "InvalidParameter", "ResourceNotFound",
        "ProjectNotFound", "OperationDenied", "OperationDenied.Suspended",
        "RequestsTooFrequent", "ServiceUnAvailable"
    };

    for (i = 0; i < asr_nelts(codes); i++) {
        mock_documented("ice", codes[i], false);
    }

    mock_documented("ice", "InvalidParameter.ResourceContentBad", true);
    mock_documented("ice", "InvalidParameter.ResourceNotFound", true);
    mock_documented("ice", "InvalidMaterial.NotFound", true);
    mock_documented("ice", "SpeechTranslationNoValidVocal", true);
}


static const i_pair_t  i_none[] = { { NULL, NULL } };
static const i_pair_t  i_sentence[] = {
    { "InputFile", I_FILE }, { "EditingConfig", "{\"SentenceMaxLength\":51}" },
    { NULL, NULL }
};
static const i_pair_t  i_nothing[] = {
    { "InputFile", "oss://example-bucket/none.wav" }, { NULL, NULL }
};

#define I_BAD(...)  { .pairs = i_good, __VA_ARGS__ }

static const struct {
    const char         *name;
    bool                v1;
    i_request_t         bad;
    int                 http;
} i_refusals[] = {
    { "InvalidAccessKeyId.NotFound", false, I_BAD(.id = "none"), 0 },
    { "InvalidAccessKeyId.Inactive", false, I_BAD(.id = "LTAIoff"), 0 },
    { "MissingSecurityToken", false, I_BAD(.id = "LTAItemp"), 0 },
    { "InvalidSecurityToken.MismatchWithAccessKey", false,
      I_BAD(.id = "LTAItemp", .token = "tok-2"), 0 },
    { "InvalidTimeStamp.Format", false, I_BAD(.date = "yesterday"), 0 },
    { "InvalidTimeStamp.Expired", false,
      I_BAD(.date = "2020-01-01T00:00:00Z"), 0 },
    { "IncompleteSignature", false,
      I_BAD(.authorization = "ACS3-HMAC-SHA256 x"), 0 },
    { "InvalidSignatureMethod", true,
      I_BAD(.v1 = true, .algorithm = "HMAC-MD5"), 0 },
    { "InvalidSignatureVersion", true,
      I_BAD(.v1 = true, .sign_version = "2.0"), 0 },
    { "SignatureDoesNotMatch", false, I_BAD(.bad_signature = true), 0 },
    { "SignatureDoesNotMatch", true,
      I_BAD(.v1 = true, .bad_signature = true), 0 },
    { "MissingAccessKeyId", true, I_BAD(.v1 = true, .id = ""), 0 },
    { "MissingSignatureNonce", true, I_BAD(.v1 = true, .nonce = ""), 0 },
    { "MissingTimestamp", true, I_BAD(.v1 = true, .date = ""), 0 },
    { "MissingSignature", true, I_BAD(.v1 = true, .signature = ""), 0 },
    { "MissingSignatureMethod", true, I_BAD(.v1 = true, .algorithm = ""), 0 },
    { "MissingSignatureVersion", true,
      I_BAD(.v1 = true, .sign_version = ""), 0 },
    { "MissingAction", true, I_BAD(.v1 = true, .action = ""), 0 },
    { "MissingVersion", true, I_BAD(.v1 = true, .version = ""), 0 },
    { "InvalidVersion", false, I_BAD(.version = "2020-11-10"), 0 },
    { "InvalidAction.NotFound", false, I_BAD(.action = "Nope"), 0 },
    { "InvalidAction.NotFound/path", false, I_BAD(.piece = 0), 404 },
    { "UnsupportedHTTPMethod", false, I_BAD(.method = "PUT"), 0 },
    { "InvalidParameter.Format", false,
      I_BAD(.content_type = "application/json", .body = "[]"), 0 },
    { "InvalidParameter.Format/http", false, I_BAD(.piece = 0), 400 },
    { "InvalidParameter.Format/415", false, I_BAD(.piece = 0), 415 },
    { "OperationDenied", false, I_BAD(.id = "LTAInew"), 0 },
    { "OperationDenied.Suspended", false, I_BAD(.id = "LTAIiso"), 0 },
    { "MissingParameter", false, { .pairs = i_none }, 0 },
    { "InvalidParameter/sentence", false, { .pairs = i_sentence }, 0 },
    { "InvalidParameter/408", false, I_BAD(.piece = 0), 408 },
    { "InvalidParameter/413", false, I_BAD(.piece = 0), 413 },
    { "InvalidParameter/414", false, I_BAD(.piece = 0), 414 },
    { "ResourceNotFound", false, { .pairs = i_nothing }, 0 },
    { "Throttling/429", false, I_BAD(.piece = 0), 429 },
    { "InternalError", false, I_BAD(.piece = 0), 500 },
};


static void
test_as_the_module(void **state)
{
    size_t          i;
    i_request_t     good;
    api_response_t  a, b;

    for (i = 0; i < asr_nelts(i_refusals); i++) {
        mock_errors(i_refusals[i].http != 0 ? MOCK_HTTP : MOCK_NOT, NULL,
                    i_refusals[i].http);
        i_send(&world, &i_refusals[i].bad, &b);

        good = i_submit;
        good.v1 = i_refusals[i].v1;
        error(&good, MOCK_END, i_refusals[i].name, 0, &a);

        /* the server's own say nothing of a rule but that there is one */

        if (i_refusals[i].http == 500) {
            snprintf(b.clause, sizeof(b.clause), "%s", a.clause);
        }

        mock_same(i_refusals[i].name, &a, &b);
    }
}


static bool
queue_full(asr_op_t *op)
{
    op->rc = ASR_TOOBIG;
    return true;
}


static void
test_as_the_module_set_up(void **state)
{
    char             title[160];
    i_pair_t         pairs[3], job[2];
    i_request_t      q, get;
    asr_store_t     *store;
    api_response_t   a, b;

    mock_errors(MOCK_NOT, NULL, 0);

    memset(title, 'a', sizeof(title));
    title[129] = '\0';
    pairs[0] = (i_pair_t) { "InputFile", I_FILE };
    pairs[1] = (i_pair_t) { "Title", title };
    pairs[2] = (i_pair_t) { NULL, NULL };
    q = i_submit;
    q.pairs = pairs;
    i_send(&world, &q, &b);
    error(&i_submit, MOCK_END, "InvalidParameter", 0, &a);
    mock_same("title", &a, &b);

    q = i_submit;
    q.nonce = "once";
    i_send(&world, &q, &b);
    api_finish_task(&world, b.task_id, 0, NULL, ASR_CAUSE_INTERNAL, "");
    api_response_free(&b);
    i_send(&world, &q, &b);
    error(&i_submit, MOCK_END, "SignatureNonceUsed", 0, &a);
    mock_same("nonce", &a, &b);

    q.nonce = i_repeated('n', ASR_ICE_NONCE_MAX + 1);
    i_send(&world, &q, &b);
    error(&i_submit, MOCK_END, "InvalidSignatureNonce", 0, &a);
    mock_same("nonce's form", &a, &b);

    i_full = true;
    i_send(&world, &i_submit, &b);
    i_full = false;
    error(&i_submit, MOCK_END, "Throttling", 0, &a);
    mock_same("throttling", &a, &b);

    world.limit_left = 0;
    world.limit_retry_ms = 1000;
    i_send(&world, &i_submit, &b);
    world.limit_left = -1;
    error(&i_submit, MOCK_END, "Throttling.User", 0, &a);
    assert_int_equal(a.limit_status, ASR_LIMIT_REJECTED);
    mock_same("limit", &a, &b);

    world.store_hook = queue_full;
    i_send(&world, &i_submit, &b);
    world.store_hook = i_store_hook;
    error(&i_submit, MOCK_END, "ServiceUnavailable", 0, &a);
    mock_same("queue", &a, &b);

    store = world.core.store;
    world.core.store = NULL;
    i_send(&world, &i_submit, &b);
    world.core.store = store;
    error(&i_submit, MOCK_END, "InternalError", 0, &a);
    mock_same("store", &a, &b);

    job[0] = (i_pair_t) { "JobId", a_job() };
    job[1] = (i_pair_t) { NULL, NULL };
    get = i_get;
    get.pairs = job;
    i_send(&world, &get, &b);
    error(&get, MOCK_END, "ResourceNotFound", 0, &a);
    mock_same("job", &a, &b);

    q = get;
    q.pairs = i_none;
    i_send(&world, &q, &b);
    error(&get, MOCK_END, "MissingParameter", 0, &a);
    mock_same("no job", &a, &b);
}


/* A job of the good request that failed so: what the module says of it. */

static void
failed(const char *name, const char *format, api_response_t *r)
{
    char         job[ASR_ICE_JOB_LEN + 1];
    i_pair_t     pairs[2];
    asr_str_t    message;
    i_request_t  get;
    asr_cause_t  cause;

    mock_errors(MOCK_NOT, NULL, 0);
    assert_true(asr_mock_task_code(asr_str("ice"), asr_cstr(name), &cause,
                                   &message));

    i_send(&world, &i_submit, r);
    memset(job, 0, sizeof(job));
    asr_ice_job_id(r->task_id, job);
    api_finish_task(&world, r->task_id, 0, NULL, cause,
                    message.len != 0 ? message.data : "");
    api_response_free(r);

    pairs[0] = (i_pair_t) { "JobId", job };
    pairs[1] = (i_pair_t) { NULL, NULL };
    get = i_get;
    get.pairs = pairs;
    get.format = format;
    i_send(&world, &get, r);
    assert_int_equal(r->status, 200);
}


static void
job_ends(const asr_mock_code_t *c)
{
    asr_json_t      *root;
    asr_arena_t      arena;
    api_response_t   r;

    failed(c->name, NULL, &r);
    root = i_reply(&r, &arena);
    assert_string_equal(asr_json_get_str(root, "ErrorCode").data, c->code);
    assert_string_equal(asr_json_get_str(root, "ErrorMessage").data,
                        c->meaning);
    assert_string_equal(asr_json_get_str(root, "State").data, "Failed");
    asr_arena_free(&arena);
    api_response_free(&r);

    failed(c->name, "XML", &r);
    xml_member(&r, "ErrorCode", c->code);
    xml_member(&r, "ErrorMessage", c->meaning);
    api_response_free(&r);
}


static void
job_event(const asr_mock_code_t *c)
{
    asr_str_t          message;
    asr_task_t         task;
    asr_json_t        *root;
    asr_arena_t        arena;
    asr_cause_t        cause;
    asr_delivery_t     out;
    asr_json_error_t   err;

    assert_true(asr_mock_task_code(asr_str("ice"), asr_cstr(c->name), &cause,
                                   &message));

    asr_arena_init(&arena, 1 << 20);
    memset(&task, 0, sizeof(task));
    task.id = 7;
    task.api = asr_str("ice");
    task.state = ASR_TASK_FAILED;
    task.cause = cause;
    task.message = message;
    task.params = asr_str("{\"callback\":\"http://a.example/\"}");
    assert_true(asr_ice_callback(&task, &arena, &out));
    assert_int_equal(asr_mock_task_delivery(&task, &arena, &out),
                     message.len != 0);

    root = asr_json_parse(&arena, out.body, &err);
    assert_non_null(root);
    root = asr_json_get(root, asr_str("MessageBody"));
    assert_string_equal(asr_json_get_str(root, "Code").data, c->code);
    assert_string_equal(asr_json_get_str(root, "Message").data, c->meaning);
    asr_arena_free(&arena);
}


static void
test_tasks(void **state)
{
    size_t                  i, n, count;
    unsigned                causes;
    asr_str_t               message;
    asr_cause_t             cause;
    const asr_mock_code_t  *c;

    c = asr_mock_codes(&n);
    assert_true(n < ASR_MOCK_CODES_MAX);
    causes = 0;

    for (i = 0, count = 0; i < n; i++) {

        if (!c[i].task || strcmp(c[i].api, "ice") != 0) {
            continue;
        }

        job_ends(&c[i]);
        job_event(&c[i]);
        causes |= 1U << c[i].cause;

        /* the code alone gives that code */

        assert_true(asr_mock_task_code(asr_str("ice"), asr_cstr(c[i].code),
                                       &cause, &message));

        if (message.len == 0) {
            assert_string_equal(asr_ice_cause(cause)->code, c[i].code);
        }

        count++;
    }

    assert_int_equal(count, 13);
    assert_int_equal(causes, (2U << ASR_CAUSE_FILE_GONE) - 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_documented),
        cmocka_unit_test(test_as_the_module),
        cmocka_unit_test(test_as_the_module_set_up),
        cmocka_unit_test(test_tasks),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
