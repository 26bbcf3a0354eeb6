/* Document 002: routes, authentication, limits, transport, ids. */

#include "memories_unit.h"


static void
test_routes(void **state)
{
    size_t       i;
    asr_http_t   http;
    mem_reply_t  r;

    static const struct {
        const char  *method;
        const char  *path;
        const char  *action;
        int          status;
        const char  *allow;
    } t[] = {
        { "POST", MEM_ASYNC, "async-generate-audio", 400, NULL },
        { "POST", MEM_ASYNC "/", "async-generate-audio", 400, NULL },
        { "POST", "/a" MEM_ASYNC, "async-generate-audio", 400, NULL },
        { "POST", MEM_SYNC, "sync-generate-audio", 400, NULL },
        { "POST", MEM_UPLOAD, "upload", 415, NULL },
        { "POST", MEM_SIGN, "signed-url", 400, NULL },
        { "POST", MEM_UPLOAD "/signed/x/y", "signed-upload", 401, NULL },
        { "GET", MEM_BASE "/re_1/metadata", "metadata", 400, NULL },
        { "GET", MEM_BASE "/re_1/metadata/", "metadata", 400, NULL },
        { "GET", MEM_BASE "/re_1/download", "download", 400, NULL },
        { "DELETE", MEM_BASE "/re_1", "delete", 400, NULL },
        { "GET", MEM_BASE "/task/1", "task", 400, NULL },
        { "GET", MEM_BASE "/task/metadata", "task", 400, NULL },

        { "GET", MEM_ASYNC, "other", 405, "POST" },
        { "PUT", MEM_SYNC, "other", 405, "POST" },
        { "post", MEM_SYNC, "other", 405, "POST" },
        { "GET", MEM_UPLOAD, "other", 405, "POST" },
        { "DELETE", MEM_UPLOAD, "other", 405, "POST" },
        { "GET", MEM_SIGN, "other", 405, "POST" },
        { "GET", MEM_UPLOAD "/signed/x/y", "other", 405, "POST" },
        { "POST", MEM_BASE "/re_1/metadata", "other", 405, "GET" },
        { "HEAD", MEM_BASE "/re_1/download", "other", 405, "GET" },
        { "GET", MEM_BASE "/re_1", "other", 405, "DELETE" },
        { "POST", MEM_BASE "/task/1", "other", 405, "GET" },

        { "GET", "/", "other", 404, NULL },
        { "GET", "", "other", 404, NULL },
        { "GET", MEM_BASE, "other", 404, NULL },
        { "GET", MEM_BASE "/", "other", 404, NULL },
        { "GET", MEM_BASE "//metadata", "other", 404, NULL },
        { "POST", "/serve/api/v1/upload", "other", 404, NULL },
        { "POST", MEM_BASE "/transcriptions/async", "other", 404, NULL },
        { "POST", MEM_BASE "/transcriptions/async-generate-video", "other",
          404, NULL },
        { "POST", MEM_UPLOAD "/signed/x", "other", 404, NULL },
        { "POST", MEM_UPLOAD "/signed/x/y/z", "other", 404, NULL },
        { "GET", MEM_BASE "/re_1/Metadata", "other", 404, NULL },
        { "GET", MEM_BASE "/a/b/c/d/e/f", "other", 404, NULL }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        print_message("%s %s\n", t[i].method, t[i].path);
        mem_send(&r, t[i].method, t[i].path, MEM_KEY, NULL, NULL, 0, 0);
        assert_int_equal(r.r.status, t[i].status);
        assert_string_equal(r.r.action, t[i].action);
        assert_string_equal(asr_api_memories.actions[r.r.action_index],
                            t[i].action);

        if (t[i].status == 404) {
            mem_refused(&r, 404, "0404", "M-022", "\"Not found\"");
        }

        if (t[i].status == 405) {
            mem_refused(&r, 405, "0405", "M-023", "\"Method not allowed\"");
            assert_string_equal(api_response_header(&r.r, "Allow"),
                                t[i].allow);
        }

        memset(&http, 0, sizeof(http));
        http.path = asr_cstr(t[i].path);
        assert_int_equal(asr_api_memories.claims(&http),
                         strstr(t[i].path, MEM_BASE "/") != NULL);
        mem_free(&r);
    }

    assert_int_equal(mem_world.counters.requests[2][ASR_MEMORIES_ASYNC], 3);
    assert_int_equal(mem_world.counters.refused[2][ASR_MEMORIES_ASYNC], 3);
    assert_int_equal(mem_world.counters.requests[2][ASR_MEMORIES_OTHER], 23);
    assert_int_equal(mem_world.counters.requests[0][0], 0);
}


static void
test_auth(void **state)
{
    size_t        i;
    unsigned      k;
    uint64_t      failed;
    mem_reply_t   r;
    const char   *body;

    static const struct {
        const char  *key;
        int          status;             /* 200: let in */
        const char  *code;
        const char  *clause;
        const char  *says;
        const char  *account;
    } t[] = {
        { "sk-demo", 200, NULL, NULL, NULL, "demo" },
        { "Bearer sk-demo", 200, NULL, NULL, NULL, "demo" },
        { "bearer  sk-demo", 200, NULL, NULL, NULL, "demo" },
        { " \tsk-demo \t", 200, NULL, NULL, NULL, "demo" },
        { "sk-demo-2", 200, NULL, NULL, NULL, "demo" },

        { NULL, 401, "0401", "M-020", "Unauthorized", "" },
        { "", 401, "0401", "M-020", "Unauthorized", "" },
        { "  ", 401, "0401", "M-020", "Unauthorized", "" },
        { "Bearer", 401, "0401", "M-020", "Unauthorized", "" },
        { "Bearer ", 401, "0401", "M-020", "Unauthorized", "" },
        { "Bearer sk-demo x", 401, "0401", "M-020", "Unauthorized", "" },
        { "Bearer Bearer sk-demo", 401, "0401", "M-020", "Unauthorized", "" },
        { "Basic sk-demo", 401, "0401", "M-020", "Unauthorized", "" },
        { "sk-wrong", 401, "0401", "M-020", "Unauthorized", "" },
        { "SK-DEMO", 401, "0401", "M-020", "Unauthorized", "" },
        { "sk-demo\x80", 401, "0401", "M-020", "Unauthorized", "" },
        { "AKID1", 401, "0401", "M-020", "Unauthorized", "" },
        { "sk-disabled", 403, "0403", "M-021", "Forbidden", "a4" },
        { "sk-isolated", 402, "0402", "M-021", "Insufficient", "a5" },
        { "sk-no_amount", 402, "0402", "M-021", "Insufficient", "a6" },
        { "sk-no_free_amount", 402, "0402", "M-021", "Insufficient", "a7" },
        { "sk-not_registered", 403, "0403", "M-021", "Forbidden", "a8" }
    };

    body = mem_body(mem_asset(), "");

    for (k = 0; k < 2; k++) {
        mem_world.core.memories_integer = (k == 1);

        for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
            failed = mem_world.counters.auth_failed[2];
            mem_send(&r, "POST", MEM_ASYNC, t[i].key, MEM_JSON, body,
                     strlen(body), 1);
            assert_string_equal(r.r.account, t[i].account);

            if (t[i].status == 200) {
                mem_fine(&r);

            } else {
                mem_refused(&r, t[i].status, t[i].code, t[i].clause,
                            t[i].says);
                assert_int_equal(r.r.fed, 0);
                assert_int_equal(mem_world.counters.auth_failed[2],
                                 failed + 1);
                assert_int_equal(api_response_header(&r.r, "WWW-Authenticate")
                                 != NULL, t[i].status == 401);
            }

            mem_free(&r);
        }
    }

    mem_send(&r, "POST", MEM_ASYNC, NULL, MEM_JSON, body, strlen(body), 0);
    assert_string_equal(r.r.body, "{\"code\":401,\"msg\":\"Unauthorized\","
                        "\"data\":null,\"success\":false,\"failed\":true}");
    mem_free(&r);
}


static void
limit_is(const char *key, const char *path, const char *action,
    uint32_t count, uint32_t window_ms, const char *clause)
{
    const char   *type;
    mem_reply_t   r;

    print_message("%s %s\n", key, path);

    type = strcmp(path, MEM_UPLOAD) == 0 ? MEM_FORM : MEM_JSON;
    mem_world.limit_asked = 0;
    mem_world.limit_left = 0;
    mem_world.limit_retry_ms = 2001;
    mem_world.limit_refusal = ASR_LIMIT_REJECTED;

    mem_send(&r, "POST", path, key, type, "{}", 2, 0);

    if (count == 0) {
        assert_int_not_equal(r.r.status, 429);
        assert_int_equal(mem_world.limit_asked, 0);
        mem_free(&r);
        return;
    }

    mem_refused(&r, 429, "0429", clause, "\"Rate limit exceeded\"");
    assert_string_equal(api_response_header(&r.r, "Retry-After"), "3");
    assert_int_equal(r.r.limit_status, ASR_LIMIT_REJECTED);
    assert_int_equal(mem_world.limit_asked, 1);
    assert_string_equal(mem_world.limit_action, action);
    assert_int_equal(mem_world.limit_rate.count, count);
    assert_int_equal(mem_world.limit_rate.window_ms, window_ms);

    /* a refused upload is not read */

    assert_int_equal(r.r.fed, strcmp(path, MEM_UPLOAD) == 0 ? 0 : 2);
    mem_free(&r);

    mem_world.limit_refusal = ASR_LIMIT_ERROR;
    mem_send(&r, "POST", path, key, type, "{}", 2, 0);
    mem_refused(&r, 500, "0500", NULL, "rate limit cannot be kept");
    mem_free(&r);

    mem_world.limit_left = 1;
    mem_send(&r, "POST", path, key, type, "{}", 2, 0);
    assert_int_equal(r.r.limit_status, ASR_LIMIT_PASSED);
    assert_int_equal(r.r.status, 400);
    mem_free(&r);
}


static void
test_limits(void **state)
{
    mem_reply_t  r;

    limit_is("sk-demo", MEM_UPLOAD, "memories.upload", 1, 1000, "M-024");
    limit_is("sk-demo", MEM_SIGN, "memories.upload", 1, 1000, "M-024");
    limit_is("sk-demo", MEM_ASYNC, "memories.transcriptions", 1, 1000,
             "M-025");
    limit_is("sk-demo", MEM_SYNC, "memories.transcriptions", 1, 1000,
             "M-025");
    limit_is("sk-other", MEM_UPLOAD, "memories.upload", 5, 60000, "M-024");
    limit_is("sk-other", MEM_SYNC, "memories.transcriptions", 7, 1000,
             "M-025");
    limit_is("sk-free", MEM_UPLOAD, NULL, 0, 0, NULL);
    limit_is("sk-free", MEM_ASYNC, NULL, 0, 0, NULL);

    assert_int_equal(mem_world.counters.limited[2], 6);

    /* the others have none */

    mem_world.limit_left = 0;
    mem_world.limit_asked = 0;
    mem_get(&r, MEM_BASE "/re_1/metadata");
    assert_int_equal(r.r.status, 400);
    mem_free(&r);
    mem_get(&r, MEM_BASE "/task/1");
    assert_int_equal(r.r.status, 400);
    mem_free(&r);
    assert_int_equal(mem_world.limit_asked, 0);
}


/* Every way for a body to come. */

static void
test_bodies(void **state)
{
    size_t         i;
    char          *big;
    const char    *body;
    mem_reply_t    r;
    api_header_t   headers[] = {
        { "authorization", MEM_KEY }, { "content-type", MEM_JSON },
        { NULL, NULL }
    };
    api_request_t  q;

    body = mem_body(mem_asset(), ",\"x\":[\"\\u00e9\"]");

    for (i = 0; i <= strlen(body); i++) {
        mem_send(&r, "POST", MEM_ASYNC, MEM_KEY, MEM_JSON, body,
                 strlen(body), i);
        mem_fine(&r);
        assert_true(r.r.arena_used <= ASR_CALL_MEMORY);
        mem_free(&r);
    }

    mem_send(&r, "POST", MEM_ASYNC, MEM_KEY, NULL, body, strlen(body), 0);
    mem_fine(&r);
    mem_free(&r);

    mem_send(&r, "POST", MEM_ASYNC, MEM_KEY,
             "Application/JSON ; charset=utf-8", body, strlen(body), 0);
    mem_fine(&r);
    mem_free(&r);

    mem_send(&r, "POST", MEM_ASYNC, MEM_KEY, "text/plain", body,
             strlen(body), 0);
    mem_refused(&r, 415, "0415", "M-026", "Unsupported media type");
    assert_int_equal(r.r.fed, 0);
    mem_free(&r);

    memset(&q, 0, sizeof(q));
    q.method = "POST";
    q.path = MEM_ASYNC;
    q.headers = headers;
    q.body = body;
    q.body_len = strlen(body);
    q.chunked = true;
    api_send(&mem_world, &asr_api_memories, &q, &r.r);
    mem_check(&r);
    mem_fine(&r);
    mem_free(&r);

    /* too large, told and untold */

    big = calloc(1, ASR_MEMORIES_JSON_MAX + 2);
    memset(big, ' ', ASR_MEMORIES_JSON_MAX + 1);
    q.body = big;
    q.body_len = ASR_MEMORIES_JSON_MAX + 1;
    q.piece = 4096;

    for (i = 0; i < 2; i++) {
        q.chunked = (i == 1);
        api_send(&mem_world, &asr_api_memories, &q, &r.r);
        mem_check(&r);
        mem_refused(&r, 413, "0413", "M-027", "too large");
        mem_free(&r);
    }

    free(big);

    /* a body with GET means nothing */

    mem_send(&r, "GET", MEM_BASE "/task/1", MEM_KEY, MEM_JSON, "{{{", 3, 1);
    mem_refused(&r, 400, "0001", "M-032", "Task not found");
    mem_free(&r);
}


static void
test_http_errors(void **state)
{
    size_t        i;
    char          code[8];
    unsigned      k;
    asr_http_t    http;
    asr_call_t    call;
    mem_reply_t   r;

    static const api_header_t   none[] = { { NULL, NULL } };
    static const api_request_t  q = {
        "POST", MEM_ASYNC, NULL, none, "", 0, 0, false
    };

    static const struct {
        int          status;
        const char  *clause;
        const char  *says;
    } t[] = {
        { 400, NULL, "not valid HTTP" },
        { 404, "M-022", "Not found" },
        { 405, "M-023", "Method not allowed" },
        { 408, NULL, "Request timeout" },
        { 413, "M-027", "too large" },
        { 414, NULL, "URI is too long" },
        { 415, "M-026", "Unsupported" },
        { 421, NULL, "not valid HTTP" },
        { 429, NULL, "Rate limit exceeded" },
        { 500, NULL, "Internal error" },
        { 502, NULL, "cannot serve" },
        { 503, NULL, "cannot serve" },
        { 504, NULL, "cannot serve" }
    };

    for (k = 0; k < 4; k++) {
        mem_world.core.memories_integer = (k % 2 == 1);

        for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
            api_http(&http, &q);
            asr_call_init(&call, &mem_world.core, &asr_api_memories, &http);

            if (k >= 2) {
                (void) asr_api_memories.begin(&call);
            }

            asr_api_memories.http_error(&call, t[i].status);
            memset(&r.r, 0, sizeof(r.r));
            api_take(&call, &r.r);
            asr_call_free(&call);
            assert_int_equal(r.r.status, t[i].status);
            assert_string_equal(r.r.content_type, MEM_JSON);

            snprintf(code, sizeof(code), t[i].status == 400 ? "0001" : "%04d",
                     t[i].status);

            asr_arena_init(&r.arena, 65536);
            r.json = asr_json_parse(&r.arena,
                                    (asr_str_t) { r.r.body_len, r.r.body },
                                    &(asr_json_error_t) { 0 });
            assert_non_null(r.json);
            assert_int_equal(r.json->n, 5);
            mem_refused(&r, t[i].status, code, t[i].clause, t[i].says);
            mem_free(&r);
        }
    }

    /* an upload's limit is the file's */

    mem_world.core.memories_integer = false;
    api_http(&http, &q);
    http.path = asr_str(MEM_UPLOAD);
    http.authorization = asr_str(MEM_KEY);
    http.content_type = asr_str(MEM_FORM);
    asr_call_init(&call, &mem_world.core, &asr_api_memories, &http);
    assert_int_equal(asr_api_memories.begin(&call), ASR_STEP_BODY);
    assert_true(call.body_max > ASR_MEMORIES_FILE_MAX);
    asr_api_memories.http_error(&call, 413);
    assert_string_equal(call.clause, "M-041");
    asr_call_free(&call);
}


/* Ids there and back; what is none is refused. */

static void
test_ids(void **state)
{
    char        task[ASR_MEMORIES_TASK_LEN], bad[ASR_MEMORIES_TASK_LEN];
    char        asset[ASR_MEMORIES_ASSET_LEN], nonce[ASR_MEMORIES_NONCE_LEN];
    char        last[ASR_MEMORIES_TASK_LEN];
    char       *p;
    size_t      i, k;
    int64_t     back;
    asr_str_t   n, got;
    char        uuid[ASR_UUID_LEN];

    static const int64_t  ids[] = {
        1, 2, 255, 4294967296, ((int64_t) 1 << 53) - 1
    };

    static const char *const  tasks[] = {
        "", "1", "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0", "0123456789abcdefg123456789abcdef",
        "0123456789abcdef0123456789abcdef", "00000000000000000000000000000000"
    };

    static const char *const  assets[] = {
        "", "re_", "re_1", "re_100000000000000000", "re_099999999999999999",
        "re_109007199254740992", "re_999999999999999999",
        "re_10000000000000000x", "RE_100000000000000001",
        "re-100000000000000001", "re_1000000000000000011",
        "re_-00000000000000001", "re_ 00000000000000001"
    };

    memset(last, 0, sizeof(last));

    for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        asr_uuid4(uuid);
        asr_memories_nonce((asr_str_t) { sizeof(uuid), uuid }, nonce);
        n = (asr_str_t) { sizeof(nonce), nonce };
        asr_memories_task_text(ids[i], n, task);
        assert_memory_not_equal(task, last, sizeof(task));
        memcpy(last, task, sizeof(task));

        assert_true(asr_memories_task_id((asr_str_t) { sizeof(task), task },
                                         &back, &got));
        assert_int_equal(back, ids[i]);
        assert_true(asr_str_eq(n, got));

        for (k = 0; k < sizeof(task); k++) {
            assert_non_null(strchr("0123456789abcdef", task[k]));
        }

        /* one text an id, however it is read */

        memcpy(bad, task, sizeof(task));

        for (k = 0; k < sizeof(bad); k++) {
            if (bad[k] >= 'a') {
                bad[k] = (char) (bad[k] - 'a' + 'A');
                assert_false(asr_memories_task_id(
                                 (asr_str_t) { sizeof(bad), bad }, &back,
                                 &got));
                break;
            }
        }

        asr_memories_asset_text(ids[i], asset);
        p = unit_guard(asset, sizeof(asset));
        assert_true(asr_memories_asset_id((asr_str_t) { sizeof(asset), p },
                                          &back));
        assert_int_equal(back, ids[i]);
        unit_unguard(p, sizeof(asset));
    }

    for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
        assert_false(asr_memories_task_id(asr_cstr(tasks[i]), &back, &got));
    }

    for (i = 0; i < sizeof(assets) / sizeof(assets[0]); i++) {
        assert_false(asr_memories_asset_id(asr_cstr(assets[i]), &back));
    }

    /* a nonce that a broken row has not */

    asr_memories_task_text(7, asr_str_null(), task);
    asr_memories_task_text(7, asr_str("0000000000000000"), last);
    assert_memory_equal(task, last, sizeof(task));
}


/* The store's failures, in end and in stored. */

static void
test_store_errors(void **state)
{
    size_t         i;
    char           path[128];
    const char    *body;
    mem_reply_t    r;
    asr_store_t   *store;

    body = mem_body(mem_asset(), "");
    store = mem_world.core.store;
    mem_world.core.store = NULL;

    mem_post(&r, MEM_ASYNC, body);
    mem_refused(&r, 500, "0500", NULL, "the store is not available");
    mem_free(&r);
    mem_post(&r, MEM_SYNC, body);
    mem_refused(&r, 500, "0500", NULL, "the store is not available");
    mem_free(&r);
    mem_post(&r, MEM_SIGN, "{\"original_filename\":\"a\"}");
    mem_refused(&r, 500, "0500", NULL, "the store is not available");
    mem_free(&r);

    for (i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), MEM_BASE "/%s%s", mem_asset_text(1),
                 i == 0 ? "/metadata" : i == 1 ? "/download" : "");
        mem_send(&r, i == 2 ? "DELETE" : "GET", path, MEM_KEY, NULL, NULL, 0,
                 0);
        mem_refused(&r, 500, "0500", NULL, "the store is not available");
        mem_free(&r);
    }

    mem_world.core.store = store;
    assert_int_equal(mem_world.counters.internal[2], 6);

    mem_world.models.engines[0] = "u2-asr";
    mem_post(&r, MEM_ASYNC, body);
    mem_refused(&r, 500, "0500", NULL, "no recognition model");
    mem_free(&r);
}


/* What is another server's is not ours to judge. */

static void
test_guard(void **state)
{
    size_t          i;
    asr_step_t      step;
    asr_http_t      http;
    asr_call_t      call;
    api_request_t   q;

    static api_header_t  headers[] = {
        { "authorization", "sk-free" }, { NULL, NULL }
    };

    static const struct {
        const char  *method;
        const char  *path;
        const char  *body;
        int          status;             /* 0: let through */
    } t[] = {
        { "POST", MEM_ASYNC, "{\"asset_id\":\"re_660727003963174912\"}", 0 },
        { "POST", MEM_SYNC, "{\"asset_id\":\"x\"}", 0 },
        { "POST", MEM_SYNC, "{\"asset_id\":7}", 400 },
        { "POST", MEM_SYNC, "{\"asset_id\":\"x\",\"model\":\"y\"}", 400 },
        { "POST", MEM_SIGN, "{\"original_filename\":\"x\"}", 0 },
        { "GET", MEM_BASE "/re_660727003963174912/metadata", "", 0 },
        { "DELETE", MEM_BASE "/x", "", 0 },
        { "GET", MEM_BASE "/task/x", "", 0 }
    };

    mem_world.core.public_url = asr_str("https://a");
    mem_world.models.engines[0] = NULL;

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        memset(&q, 0, sizeof(q));
        q.method = t[i].method;
        q.path = t[i].path;
        q.headers = headers;
        q.body_len = strlen(t[i].body);

        api_http(&http, &q);
        asr_call_init(&call, &mem_world.core, &asr_api_memories, &http);
        call.guard = true;
        step = asr_api_memories.begin(&call);
        assert_int_equal(step, ASR_STEP_BODY);

        if (q.body_len != 0) {
            step = asr_api_memories.body(&call, t[i].body, q.body_len);
            assert_int_equal(step, ASR_STEP_BODY);
        }

        step = asr_api_memories.end(&call);
        assert_int_equal(step, t[i].status == 0 ? ASR_STEP_STORE
                                                : ASR_STEP_REPLY);
        assert_int_equal(call.reply.status, t[i].status);
        asr_call_free(&call);
    }
}


static void
test_account_secret(void **state)
{
    asr_str_t              s;
    unsigned char          digest[ASR_SHA256_LEN];
    const asr_account_t   *a;
    const asr_accounts_t  *all;

    all = mem_world.core.accounts;

    assert_null(asr_accounts_named(all, asr_str("nobody")));
    assert_null(asr_accounts_named(all, asr_str("")));

    a = asr_accounts_named(all, asr_str("demo"));
    assert_non_null(a);
    assert_ptr_equal(a, asr_accounts_bearer(all, asr_str("sk-demo-2")));

    /* its first key is of another kind */

    asr_sha256("sk-demo", 7, digest);
    s = asr_accounts_secret(all, a);
    assert_int_equal(s.len, sizeof(digest));
    assert_memory_equal(s.data, digest, sizeof(digest));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        MEM_TEST(test_routes), MEM_TEST(test_auth), MEM_TEST(test_limits),
        MEM_TEST(test_bodies), MEM_TEST(test_http_errors),
        MEM_TEST(test_ids), MEM_TEST(test_store_errors),
        MEM_TEST(test_account_secret), MEM_TEST(test_guard)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
