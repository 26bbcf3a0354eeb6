/* Document 000: routes, authentication, limit, creation of tasks. */

#include "u2_unit.h"


static void
test_routes(void **state)
{
    size_t       i;
    asr_http_t   http;
    u2_reply_t   r;

    static const struct {
        const char  *method;
        const char  *path;
        const char  *action;
        int          status;
        const char  *allow;
    } t[] = {
        { "POST", "/v1/audio/asr/tasks", "create", 400, NULL },
        { "POST", "/v1/audio/asr/tasks/", "create", 400, NULL },
        { "POST", "/guard/v1/audio/asr/tasks", "create", 400, NULL },
        { "POST", "/v1/x/v1/audio/asr/tasks", "create", 400, NULL },
        { "GET", "/v1/audio/asr/tasks", "query", 400, NULL },
        { "GET", "/v1/audio/asr/tasks/12", "query", 400, NULL },
        { "GET", "/a/b/v1/audio/asr/tasks/12/", "query", 400, NULL },
        { "POST", "/v1/files/upload", "upload", 400, NULL },
        { "POST", "/v1/files/delete", "delete", 400, NULL },
        { "GET", "/v1/files/retrieve", "retrieve", 400, NULL },
        { "GET", "/v1/files/retrieve_content", "content", 400, NULL },
        { "GET", "/v1/files", "list", 200, NULL },
        { "GET", "/v1/files/", "list", 200, NULL },
        { "GET", "/v1/files/list", "list", 200, NULL },

        { "PUT", "/v1/audio/asr/tasks", "other", 405, "GET, POST" },
        { "HEAD", "/v1/audio/asr/tasks", "other", 405, "GET, POST" },
        { "get", "/v1/audio/asr/tasks", "other", 405, "GET, POST" },
        { "POST", "/v1/audio/asr/tasks/12", "other", 405, "GET" },
        { "DELETE", "/v1/audio/asr/tasks/12", "other", 405, "GET" },
        { "GET", "/v1/files/upload", "other", 405, "POST" },
        { "GET", "/v1/files/delete", "other", 405, "POST" },
        { "POST", "/v1/files/retrieve", "other", 405, "GET" },
        { "POST", "/v1/files/retrieve_content", "other", 405, "GET" },
        { "POST", "/v1/files", "other", 405, "GET" },
        { "POST", "/v1/files/list", "other", 405, "GET" },

        { "GET", "/", "other", 404, NULL },
        { "GET", "", "other", 404, NULL },
        { "GET", "/v1/", "other", 404, NULL },
        { "GET", "/v1", "other", 404, NULL },
        { "GET", "/v2/audio/asr/tasks", "other", 404, NULL },
        { "GET", "/xv1/audio/asr/tasks", "other", 404, NULL },
        { "GET", "/v1/audio/asr/task", "other", 404, NULL },
        { "GET", "/v1/audio/asr/tasksx", "other", 404, NULL },
        { "GET", "/v1/audio/asr/tasks/1/2", "other", 404, NULL },
        { "GET", "/v1/Files", "other", 404, NULL },
        { "GET", "audio/asr/tasks", "other", 404, NULL }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        print_message("%s %s\n", t[i].method, t[i].path);
        u2_send(&r, t[i].method, t[i].path, NULL, U2_KEY, NULL, NULL, 0, 0);
        assert_int_equal(r.r.status, t[i].status);
        assert_string_equal(r.r.action, t[i].action);
        assert_string_equal(asr_api_u2.actions[r.r.action_index],
                            t[i].action);

        if (t[i].status == 404) {
            u2_refused(&r, 404, "100002", "U-022", "no such path");
        }

        if (t[i].status == 405) {
            u2_refused(&r, 405, "100001", "U-023", "method");
            assert_string_equal(api_response_header(&r.r, "Allow"),
                                t[i].allow);
        }

        memset(&http, 0, sizeof(http));
        http.path = asr_cstr(t[i].path);
        assert_int_equal(asr_api_u2.claims(&http), t[i].status != 404);
        u2_free(&r);
    }

    assert_int_equal(u2_world.counters.requests[0][ASR_U2_CREATE], 4);
    assert_int_equal(u2_world.counters.refused[0][ASR_U2_CREATE], 4);
    assert_int_equal(u2_world.counters.requests[0][ASR_U2_LIST], 3);
    assert_int_equal(u2_world.counters.refused[0][ASR_U2_LIST], 0);
    assert_int_equal(u2_world.counters.requests[0][ASR_U2_OTHER], 22);
}


static void
test_auth(void **state)
{
    size_t       i;
    u2_reply_t   r;
    const char  *body;

    static const struct {
        const char  *key;
        const char  *clause;
        const char  *says;
        const char  *account;
    } t[] = {
        { NULL, "U-020", "is missing", "" },
        { "", "U-020", "is missing", "" },
        { "sk-demo", "U-020", "must be Bearer", "" },
        { "Basic c2stZGVtbw==", "U-020", "must be Bearer", "" },
        { "Bearer", "U-020", "must be Bearer", "" },
        { "Bearer ", "U-020", "must be Bearer", "" },
        { "Bearer sk-demo x", "U-020", "must be Bearer", "" },
        { "Bearer sk-wrong", "U-020", "key is not valid", "" },
        { "Bearer sk-demox", "U-020", "key is not valid", "" },
        { "Bearer SK-DEMO", "U-020", "key is not valid", "" },
        { "Bearer sk-disabled", "U-021", "is disabled", "a4" },
        { "Bearer sk-isolated", "U-021", "used up", "a5" },
        { "Bearer sk-no_amount", "U-021", "used up", "a6" },
        { "Bearer sk-no_free_amount", "U-021", "used up", "a7" },
        { "Bearer sk-not_registered", "U-021", "no right", "a8" }
    };

    body = u2_body(NULL, NULL);

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        print_message("%s\n", t[i].key != NULL ? t[i].key : "(none)");
        u2_send(&r, "POST", U2_TASKS, NULL, t[i].key, U2_JSON, body,
                strlen(body), 0);
        u2_refused(&r, 401, "100101", t[i].clause, t[i].says);
        assert_string_equal(r.r.account, t[i].account);
        assert_string_equal(api_response_header(&r.r, "WWW-Authenticate"),
                            "Bearer");

        /* before the body, and nothing is charged */

        assert_true(r.r.early);
        assert_int_equal(r.r.fed, 0);
        assert_int_equal(r.r.limit_status, ASR_LIMIT_NONE);
        u2_free(&r);
    }

    assert_int_equal(u2_world.counters.auth_failed[0], i);
    assert_int_equal(u2_world.limit_asked, 0);

    u2_send(&r, "POST", "/v1/files/upload", NULL, "Bearer sk-wrong",
            "multipart/form-data; boundary=x", "--x", 3, 0);
    u2_refused(&r, 401, "100101", "U-020", NULL);
    assert_int_equal(r.r.fed, 0);
    u2_free(&r);

    u2_send(&r, "POST", U2_TASKS, NULL, "bearer   sk-demo", U2_JSON, body,
            strlen(body), 0);
    u2_fine(&r);
    assert_string_equal(r.r.account, "demo");
    u2_free(&r);
}


/* The finer codes are there for a later switch. */

static void
test_code_table(void **state)
{
    size_t  i;

    for (i = 0; i < ASR_U2_CODES; i++) {
        assert_true(asr_u2_codes[i].code.len > 0);
        assert_true(asr_u2_codes[i].finer.len > 0);
        assert_true(asr_u2_codes[i].status >= 200);
        assert_null(strpbrk(asr_u2_codes[i].meaning, "\"\\"));
    }

    for (i = 0; i < ASR_U2_RULES; i++) {
        assert_int_equal(strncmp(asr_u2_rules[i].clause, "U-", 2), 0);
    }

    for (i = ASR_U2_AUTH_MISSING; i <= ASR_U2_AUTH_DISABLED; i++) {
        assert_true(asr_str_eq(asr_u2_codes[i].code, asr_str("100101")));
        assert_int_equal(asr_u2_codes[i].status, 401);
    }

    for (i = 0; i < sizeof(asr_u2_causes) / sizeof(asr_u2_causes[0]); i++) {
        assert_in_range(asr_u2_causes[i].code, 200001, 200099);
    }
}


static void
test_create(void **state)
{
    size_t       i, k;
    char         text[128];
    asr_op_t     op;
    u2_reply_t   r;
    asr_arena_t  arena;
    const char  *body;

    static const size_t  pieces[] = { 0, 1, 7, 4096 };

    body = u2_body(NULL, NULL);

    for (k = 0; k < 2; k++) {
        for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
            u2_request(&r, &(api_request_t) {
                .method = "POST", .path = U2_TASKS, .body = body,
                .body_len = strlen(body), .piece = pieces[i],
                .chunked = (k == 1),
                .headers = (api_header_t[]) {
                    { "authorization", U2_KEY },
                    { "content-type", "application/json; charset=utf-8" },
                    { NULL, NULL } }
            });

            u2_fine(&r);
            snprintf(text, sizeof(text),
                     "{\"task_id\":\"%lld\",\"base_resp\":{\"status_code\":0,"
                     "\"status_msg\":\"success\"}}",
                     (long long) r.r.task_id);
            assert_string_equal(r.r.body, text);
            assert_string_equal(r.r.action, "create");
            assert_string_equal(r.r.account, "demo");
            assert_int_equal(r.r.store_ops, 1);
            assert_int_equal(r.r.limit_status, ASR_LIMIT_PASSED);
            assert_int_equal(r.r.fed, strlen(body));
            assert_true(r.r.task_id > 0);

            if (i + 1 < sizeof(pieces) / sizeof(pieces[0]) || k == 0) {
                u2_free(&r);
            }
        }
    }

    assert_int_equal(u2_world.counters.created[0], 8);
    assert_int_equal(u2_world.counters.body_bytes[0], 8 * strlen(body));

    /* what the row says */

    asr_arena_init(&arena, 65536);
    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_TASK_GET;
    op.task.id = r.r.task_id;
    op.task.account = asr_str("demo");
    op.task.api = asr_str("u2");
    assert_int_equal(asr_store_call(u2_world.core.store, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_CREATED);
    assert_true(asr_str_eq(op.task.engine, asr_str("u2-asr")));
    assert_true(asr_str_eq(op.task.format, asr_str("wav")));
    assert_int_equal(op.task.sample_rate, 0);        /* the default */
    assert_int_equal(op.task.channels, 1);
    assert_false(op.task.channels_strict);
    assert_true(op.task.expires_ms - op.task.created_ms == 24 * 3600 * 1000);
    assert_true(asr_str_eq(op.task.params,
                           asr_str("{\"word_info\":true,"
                                   "\"enable_speaker\":true,\"channel\":1,"
                                   "\"speaker_num\":2,\"enable_itn\":true,"
                                   "\"context\":\"weather\",\"hotwords\":"
                                   "[\"kelp\",\"\xe4\xbd\xa0\xe5\xa5\xbd\"]"
                                   "}")));
    asr_arena_free(&arena);
    u2_free(&r);
}


/* What is no default is a claim about the file. */

static void
test_claims(void **state)
{
    size_t       i;
    asr_op_t     op;
    u2_reply_t   r;
    asr_arena_t  arena;

    static const struct {
        const char  *name, *value;
        int          rate, channels;
        bool         strict;
    } cases[] = {
        { "sample_rate", "16000", 0, 1, false },
        { "sample_rate", "44100", 44100, 1, false },
        { "sample_rate", "8000", 8000, 1, false },
        { "channel", "1", 0, 1, false },
        { "channel", "2", 0, 2, true },
    };

    (void) u2_body(NULL, NULL);          /* puts the file */

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        u2_post(&r, U2_TASKS, u2_body(cases[i].name, cases[i].value));
        u2_fine(&r);

        asr_arena_init(&arena, 65536);
        memset(&op, 0, sizeof(op));
        op.arena = &arena;
        op.type = ASR_OP_TASK_GET;
        op.task.id = r.r.task_id;
        op.task.account = asr_str("demo");
        op.task.api = asr_str("u2");
        assert_int_equal(asr_store_call(u2_world.core.store, &op), ASR_OK);
        assert_int_equal(op.task.sample_rate, cases[i].rate);
        assert_int_equal(op.task.channels, cases[i].channels);
        assert_int_equal(op.task.channels_strict, cases[i].strict);

        asr_arena_free(&arena);
        u2_free(&r);
    }
}


static void
test_content_type(void **state)
{
    size_t       i;
    u2_reply_t   r;
    const char  *body;

    static const char *const  fine[] = {
        NULL, "application/json", "Application/JSON",
        "application/json;charset=utf-8", "application/json ; charset=x"
    };

    static const char *const  wrong[] = {
        "text/plain", "application/jsonx", "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x", "json", ";", " "
    };

    body = u2_body(NULL, NULL);

    for (i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
        u2_send(&r, "POST", U2_TASKS, NULL, U2_KEY, fine[i], body,
                strlen(body), 0);
        u2_fine(&r);
        u2_free(&r);
    }

    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        u2_send(&r, "POST", U2_TASKS, NULL, U2_KEY, wrong[i], body,
                strlen(body), 0);
        u2_refused(&r, 400, "100001", "U-025",
                   "Content-Type must be application/json");
        u2_free(&r);
    }
}


static void
test_limit(void **state)
{
    size_t       i;
    u2_reply_t   r;
    const char  *body;

    static const struct {
        uint32_t     ms;
        const char  *seconds;
    } t[] = {
        { 0, "1" }, { 1, "1" }, { 1000, "1" }, { 1001, "2" },
        { 59999, "60" }, { 60000, "60" }, { 4294967295u, "4294968" }
    };

    body = u2_body(NULL, NULL);
    u2_post(&r, U2_TASKS, body);
    u2_fine(&r);
    u2_free(&r);
    assert_int_equal(u2_world.limit_asked, 1);
    assert_string_equal(u2_world.limit_action, "u2.create");
    assert_string_equal(u2_world.limit_account, "demo");
    assert_int_equal(u2_world.limit_rate.count, 20);
    assert_int_equal(u2_world.limit_rate.window_ms, 60000);

    /* the limit comes before the validation */

    u2_world.limit_left = 0;

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        u2_world.limit_retry_ms = t[i].ms;
        u2_post(&r, U2_TASKS, (i % 2) ? body : "{");
        u2_refused(&r, 429, "100501", "U-024", "too many requests");
        assert_string_equal(api_response_header(&r.r, "Retry-After"),
                            t[i].seconds);
        assert_int_equal(r.r.limit_status, ASR_LIMIT_REJECTED);
        assert_int_equal(r.r.store_ops, 0);
        u2_free(&r);
    }

    assert_int_equal(u2_world.counters.limited[0], i);

    /* nothing but the creation is limited */

    u2_get(&r, "/v1/files", NULL);
    u2_fine(&r);
    u2_free(&r);

    u2_send(&r, "POST", U2_TASKS, NULL, "Bearer sk-other", U2_JSON, "{", 1,
            0);
    u2_refused(&r, 429, "100501", "U-024", NULL);
    u2_free(&r);
    assert_int_equal(u2_world.limit_rate.count, 5);
    assert_int_equal(u2_world.limit_rate.window_ms, 1000);

    /* "off": not asked */

    u2_send(&r, "POST", U2_TASKS, NULL, "Bearer sk-free", U2_JSON, "{", 1, 0);
    u2_refused(&r, 400, "100001", "U-027", NULL);
    assert_int_equal(r.r.limit_status, ASR_LIMIT_NONE);
    u2_free(&r);

    u2_world.limit_refusal = ASR_LIMIT_ERROR;
    u2_post(&r, U2_TASKS, body);
    u2_refused(&r, 500, "100999", NULL, "rate limit");
    u2_free(&r);
}


static void
test_create_refused_by_store(void **state)
{
    size_t        i;
    char          text[24];
    int64_t       ids[3];
    u2_reply_t    r;
    asr_store_t  *store;
    const char   *body;

    ids[0] = u2_put_file("other", ASR_U2_PURPOSE);
    ids[1] = u2_put_file("demo", "t2a_async_output");
    ids[2] = ids[1] + 1000;
    u2_body(NULL, NULL);

    for (i = 0; i < 3; i++) {
        snprintf(text, sizeof(text), "%lld", (long long) ids[i]);
        u2_post(&r, U2_TASKS, u2_body("file_id", text));
        u2_refused(&r, 400, "100002", "U-032", "data not found");
        u2_free(&r);
    }

    u2_world.models.engines[0] = "16k_en";
    u2_post(&r, U2_TASKS, u2_body("none", NULL));
    u2_refused(&r, 500, "100999", NULL, "no recognition model");
    u2_free(&r);
    u2_world.models.engines[0] = "*";

    store = u2_world.core.store;
    u2_world.core.store = NULL;
    body = u2_body("none", NULL);
    u2_post(&r, U2_TASKS, body);
    u2_refused(&r, 500, "100999", NULL, "the store is not available");
    u2_free(&r);
    u2_world.core.store = store;

    u2_post(&r, U2_TASKS, body);
    u2_fine(&r);
    u2_free(&r);
    assert_int_equal(u2_world.counters.internal[0], 2);
}


static void
test_queue_full(void **state)
{
    u2_reply_t  r;

    u2_teardown(NULL);
    api_world_init(&u2_world, U2_ACCOUNTS, ASR_U2_ENGINE, 1);

    u2_put_task("");
    u2_post(&r, U2_TASKS, u2_body(NULL, NULL));
    u2_refused(&r, 503, "100999", "U-034", "queue is full");
    u2_free(&r);
}


/* Errors the server makes: before begin, and instead of a reply. */

static void
test_http_errors(void **state)
{
    size_t       i, k;
    u2_reply_t   r;
    asr_http_t   http;
    asr_call_t   call;

    static const struct {
        int          status;
        const char  *code;
    } t[] = {
        { 400, "100001" }, { 404, "100002" }, { 405, "100001" },
        { 408, "100001" }, { 413, "100001" }, { 414, "100001" },
        { 415, "100001" }, { 429, "100501" }, { 431, "100001" },
        { 500, "100999" }, { 502, "100999" }, { 503, "100999" },
        { 504, "100999" }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        for (k = 0; k < 2; k++) {
            memset(&r, 0, sizeof(r));
            api_http(&http, &(api_request_t) {
                .method = "GET", .path = "/v1/files/retrieve_content" });
            asr_call_init(&call, &u2_world.core, &asr_api_u2, &http);

            if (k == 1) {
                assert_int_equal(asr_api_u2.begin(&call), ASR_STEP_REPLY);
                assert_int_equal(call.reply.status, 401);
            }

            asr_api_u2.http_error(&call, t[i].status);
            api_take(&call, &r.r);
            asr_call_free(&call);
            u2_check(&r);
            u2_refused(&r, t[i].status, t[i].code, r.r.clause, NULL);
            assert_null(api_response_header(&r.r, "WWW-Authenticate"));
            u2_free(&r);
        }
    }

    /* never used: nothing to free but the call itself */

    asr_call_init(&call, &u2_world.core, &asr_api_u2, &http);
    asr_call_free(&call);
}


static void
test_reply_headers(void **state)
{
    int          i;
    asr_reply_t  r;

    memset(&r, 0, sizeof(r));

    for (i = 0; i < 6; i++) {
        asr_reply_header(&r, asr_str("a"), asr_str("b"));
    }

    assert_int_equal(r.nheaders, 4);
}


int
main(void)
{
#define T(f)  cmocka_unit_test_setup_teardown(f, u2_setup, u2_teardown)

    const struct CMUnitTest  tests[] = {
        T(test_routes),
        T(test_auth),
        T(test_code_table),
        T(test_create),
        T(test_claims),
        T(test_content_type),
        T(test_limit),
        T(test_create_refused_by_store),
        T(test_queue_full),
        T(test_http_errors),
        T(test_reply_headers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
