/*
 * The mock's error codes of document 000: each in place of a good reply, and
 * the module's own refusal where it has one.
 */

#include "mock_errors.h"
#include "u2_unit.h"


#define U2_GOOD_BODY  "{\"file_url\":\"http://a.example/a.wav\","             \
                      "\"model\":\"u2-asr\",\"format\":\"wav\"}"
#define U2_BOUND      "multipart/form-data; boundary=b1"
#define U2_FORM                                                               \
    "--b1\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n"        \
    "a2t_async_input\r\n"                                                     \
    "--b1\r\nContent-Disposition: form-data; name=\"file\"; "                 \
    "filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF....\r\n"       \
    "--b1--\r\n"


typedef struct {
    const char  *method;
    const char  *path;
    const char  *args;
    const char  *key;
    const char  *type;
    const char  *body;
} u2_call_t;

static const u2_call_t  u2_create = {
    "POST", U2_TASKS, NULL, U2_KEY, U2_JSON, U2_GOOD_BODY
};

static const u2_call_t  u2_query = {
    "GET", U2_TASKS "/999", NULL, U2_KEY, NULL, ""
};

static const u2_call_t  u2_upload = {
    "POST", "/v1/files/upload", NULL, U2_KEY, U2_BOUND, U2_FORM
};


static void
send(const u2_call_t *q, u2_reply_t *r)
{
    u2_send(r, q->method, q->path, q->args, q->key, q->type, q->body,
            strlen(q->body), 7);
}


static void
error(const u2_call_t *q, mock_when_t when, const char *name, int status,
    u2_reply_t *r)
{
    mock_errors(when, name, status);
    send(q, r);
    assert_int_equal(mock_put, 1);
    mock_errors(MOCK_NOT, NULL, 0);
    mock_spool_empty(&u2_world);
}


static void
one(const asr_mock_code_t *c)
{
    char               text[16];
    unsigned           i, k;
    uint64_t           before;
    asr_str_t          msg;
    u2_reply_t         r;

    static const struct {
        mock_when_t       when;
        const u2_call_t  *q;
        unsigned          action;
    } calls[] = {
        { MOCK_BEGIN, &u2_create, ASR_U2_CREATE },
        { MOCK_END, &u2_create, ASR_U2_CREATE },
        { MOCK_END, &u2_query, ASR_U2_QUERY },
        { MOCK_BEGIN, &u2_upload, ASR_U2_UPLOAD },
        { MOCK_END, &u2_upload, ASR_U2_UPLOAD },
    };

    for (i = 0; i < 2 * asr_nelts(calls); i++) {
        k = i % asr_nelts(calls);
        u2_world.core.u2_finer = (i >= asr_nelts(calls));
        before = u2_world.counters.refused[0][calls[k].action];

        error(calls[k].q, calls[k].when, c->name, 0, &r);

        snprintf(text, sizeof(text), "%lld", (long long) u2_code(&r));
        assert_string_equal(text, c->code);
        assert_string_equal(r.r.error, c->code);
        assert_int_equal(r.r.status, c->status);
        assert_int_equal(r.r.store_ops, 0);
        assert_string_equal(r.r.content_type, U2_JSON);
        assert_true(r.r.why[0] != '\0');
        assert_int_equal(r.json->n, 1);
        assert_int_equal(u2_world.counters.refused[0][calls[k].action],
                         before + 1);

        msg = asr_json_get_str(asr_json_get(r.json, asr_str("base_resp")),
                               "status_msg");

        if (k == 0 && strcmp(c->name, "100002") != 0) {
            assert_string_equal(msg.data, c->meaning);
        }

        if (c->clause != NULL && k < 2) {
            assert_string_equal(r.r.clause, c->clause);
        }

        u2_free(&r);
    }

    u2_world.core.u2_finer = false;
}


static void
test_each(void **state)
{
    assert_int_equal(mock_each(&asr_api_u2, one), 21);
}


static void
test_documented(void **state)
{
    size_t  i;

    static const char *const  codes[] = {
        "100001", "100101", "100501", "100999",          /* the document */
        "100002", "100003", "100004", "100102", "100103", "100104",
        "100105", "100106", "100997", "100998", "101999"
    };

    for (i = 0; i < asr_nelts(codes); i++) {
        mock_documented("u2", codes[i], false);
    }
}


static void
same(const char *name, u2_reply_t *a, u2_reply_t *b)
{
    asr_arena_free(&a->arena);
    asr_arena_free(&b->arena);
    mock_same(name, &a->r, &b->r);
}


#define U2_CREATE_BY(who, body)                                               \
    { "POST", U2_TASKS, NULL, who, U2_JSON, body }

static const struct {
    const char       *name;
    const u2_call_t  *good;
    u2_call_t         bad;
    int               http;
    bool              finer;
} u2_refusals[] = {
    { "100001", &u2_create, U2_CREATE_BY(U2_KEY, "{}"), 0, false },
    { "100001", &u2_query, { "GET", U2_TASKS, "", U2_KEY, NULL, "" }, 0,
      false },
    { "100001/405", &u2_create, U2_CREATE_BY(U2_KEY, U2_GOOD_BODY), 405,
      false },
    { "100001/413", &u2_create, U2_CREATE_BY(U2_KEY, U2_GOOD_BODY), 413,
      false },
    { "100001/413", &u2_upload,
      { "POST", "/v1/files/upload", NULL, U2_KEY, U2_BOUND, U2_FORM }, 413,
      false },
    { "100002", &u2_create, U2_CREATE_BY(U2_KEY, "{\"file_id\":999999,"
      "\"model\":\"u2-asr\",\"format\":\"wav\"}"), 0, false },
    { "100002", &u2_query, { "GET", U2_TASKS "/999", NULL, U2_KEY, NULL, "" },
      0, false },
    { "100002/404", &u2_create, { "POST", "/v1/nothing", NULL, U2_KEY,
      U2_JSON, "{}" }, 0, false },
    { "100101", &u2_create, U2_CREATE_BY(NULL, U2_GOOD_BODY), 0, false },
    { "100102", &u2_create, U2_CREATE_BY("Basic x", U2_GOOD_BODY), 0, true },
    { "100103", &u2_create, U2_CREATE_BY("Bearer no", U2_GOOD_BODY), 0,
      true },
    { "100104", &u2_create, U2_CREATE_BY("Bearer sk-no_amount", U2_GOOD_BODY),
      0, true },
    { "100105", &u2_create, U2_CREATE_BY("Bearer sk-not_registered",
      U2_GOOD_BODY), 0, true },
    { "100106", &u2_create, U2_CREATE_BY("Bearer sk-disabled", U2_GOOD_BODY),
      0, true },
};


static void
test_as_the_module(void **state)
{
    size_t      i;
    u2_reply_t  a, b;

    for (i = 0; i < asr_nelts(u2_refusals); i++) {
        u2_world.core.u2_finer = u2_refusals[i].finer;
        mock_errors(u2_refusals[i].http != 0 ? MOCK_HTTP : MOCK_NOT, NULL,
                    u2_refusals[i].http);
        send(&u2_refusals[i].bad, &b);
        u2_world.core.u2_finer = false;

        error(u2_refusals[i].good, MOCK_END, u2_refusals[i].name, 0, &a);
        same(u2_refusals[i].name, &a, &b);
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
    u2_reply_t    a, b;
    asr_store_t  *store;

    mock_errors(MOCK_NOT, NULL, 0);

    u2_world.limit_left = 0;
    u2_world.limit_retry_ms = 900;
    send(&u2_create, &b);
    u2_world.limit_left = -1;
    error(&u2_create, MOCK_END, "100501", 0, &a);
    assert_string_equal(api_response_header(&a.r, "Retry-After"), "1");
    assert_int_equal(a.r.limit_status, ASR_LIMIT_REJECTED);
    same("limit", &a, &b);

    store = u2_world.core.store;
    u2_world.core.store = NULL;
    send(&u2_create, &b);
    u2_world.core.store = store;
    error(&u2_create, MOCK_END, "100999", 0, &a);
    same("store", &a, &b);

    u2_world.store_hook = queue_full;
    send(&u2_create, &b);
    u2_world.store_hook = NULL;
    error(&u2_create, MOCK_END, "100999/503", 0, &a);
    same("queue", &a, &b);

    error(&u2_create, MOCK_END, "100999", 502, &a);
    assert_int_equal(a.r.status, 502);
    assert_int_equal(u2_code(&a), 100999);
    u2_free(&a);
}


/* What stands before the service knows no envelope. */

static void
test_gateway(void **state)
{
    size_t          i;
    api_header_t    headers[3];
    api_request_t   q;
    api_response_t  r;

    static const struct {
        int          status;
        const char  *words;
    } pages[] = {
        { 502, "<h1>502 Bad Gateway</h1>" },
        { 503, "<h1>503 Service Temporarily Unavailable</h1>" },
        { 599, "<h1>599 Server Error</h1>" },
        { 418, "<h1>418 Error</h1>" },
    };

    memset(&q, 0, sizeof(q));
    memset(headers, 0, sizeof(headers));
    headers[0] = (api_header_t) { "authorization", U2_KEY };
    headers[1] = (api_header_t) { "content-type", U2_BOUND };
    q.method = "POST";
    q.path = u2_upload.path;
    q.headers = headers;
    q.body = U2_FORM;
    q.body_len = strlen(U2_FORM);

    for (i = 0; i < asr_nelts(pages); i++) {
        mock_errors(MOCK_END, NULL, pages[i].status);
        api_send(&u2_world, &asr_api_u2, &q, &r);
        assert_int_equal(mock_put, 1);

        assert_int_equal(r.status, pages[i].status);
        assert_string_equal(r.content_type, "text/html");
        assert_non_null(strstr(r.body, pages[i].words));
        assert_null(strstr(r.body, "base_resp"));
        assert_int_equal(r.nheaders, 0);
        assert_string_equal(r.error, "");
        assert_int_equal(r.store_ops, 0);
        api_response_free(&r);
    }

    mock_errors(MOCK_NOT, NULL, 0);
    mock_spool_empty(&u2_world);
}


/* Each end of a task, as a query tells it. */

static void
test_tasks(void **state)
{
    char                    number[16];
    size_t                  i, n, count;
    int64_t                 id;
    unsigned                causes;
    asr_str_t               message;
    u2_call_t               q;
    u2_reply_t              r;
    asr_cause_t             cause;
    const asr_mock_code_t  *c;

    char  path[64];

    c = asr_mock_codes(&n);
    causes = 0;
    mock_errors(MOCK_NOT, NULL, 0);

    for (i = 0, count = 0; i < n; i++) {

        if (!c[i].task || strcmp(c[i].api, "u2") != 0) {
            continue;
        }

        /* by its number, but for what shares one */

        assert_true(asr_mock_task_code(asr_str("u2"), asr_cstr(c[i].code),
                                       &cause, &message));
        assert_int_equal(cause, c[i].cause);
        assert_int_equal(message.len, 0);
        causes |= 1U << cause;

        id = u2_put_task("");
        api_finish_task(&u2_world, id, 0, NULL, cause, "");

        snprintf(path, sizeof(path), U2_TASKS "/%lld", (long long) id);
        q = u2_query;
        q.path = path;
        send(&q, &r);

        snprintf(number, sizeof(number), "%lld", (long long) u2_code(&r));
        assert_string_equal(number, c[i].code);
        assert_non_null(strstr(r.r.body, c[i].meaning));
        assert_int_equal(r.r.status, c[i].status);
        u2_free(&r);
        count++;
    }

    assert_int_equal(count, 11);
    assert_int_equal(causes, (2U << ASR_CAUSE_FILE_GONE) - 2);
    assert_false(asr_mock_task_code(asr_str("u2"), asr_str("200050"), &cause,
                                    &message));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_documented),
        cmocka_unit_test(test_as_the_module),
        cmocka_unit_test(test_as_the_module_set_up),
        cmocka_unit_test(test_gateway),
        cmocka_unit_test(test_tasks),
    };

    return cmocka_run_group_tests(tests, u2_setup, u2_teardown);
}
