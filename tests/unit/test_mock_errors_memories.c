/*
 * The mock's error codes of document 002: each in place of a good reply, and
 * the module's own refusal where it has one.
 */

#include "mock_errors.h"
#include "memories_unit.h"


#define MEM_FILE                                                              \
    MEM_B "Content-Disposition: form-data; name=\"file\"; "                   \
    "filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF....\r\n" MEM_E


typedef struct {
    const char  *method;
    const char  *path;
    const char  *key;
    const char  *type;
    const char  *body;           /* NULL: a good one */
    unsigned     action;
} mem_call_t;

static const mem_call_t  mem_async = {
    "POST", MEM_ASYNC, MEM_KEY, MEM_JSON, NULL, ASR_MEMORIES_ASYNC
};

static const mem_call_t  mem_sync = {
    "POST", MEM_SYNC, MEM_KEY, MEM_JSON, NULL, ASR_MEMORIES_SYNC
};

static const mem_call_t  mem_file = {
    "POST", MEM_UPLOAD, MEM_KEY, MEM_FORM, MEM_FILE, ASR_MEMORIES_UPLOAD
};

static const mem_call_t  mem_sign = {
    "POST", MEM_SIGN, MEM_KEY, MEM_JSON, "{\"original_filename\":\"a.wav\"}",
    ASR_MEMORIES_SIGN
};


/* Not mem_send: a code that was asked for need not be in the world's style. */

static void
send(const mem_call_t *q, mem_reply_t *r)
{
    unsigned          n;
    api_header_t      headers[4];
    api_request_t     request;
    asr_json_error_t  err;

    static char       body[256];

    memset(headers, 0, sizeof(headers));
    n = 0;
    headers[n++] = (api_header_t) { "host", "asr.example:8080" };
    headers[n++] = (api_header_t) { "content-type", q->type };

    if (q->key != NULL) {
        headers[n++] = (api_header_t) { "authorization", q->key };
    }

    if (body[0] == '\0') {
        snprintf(body, sizeof(body), "{\"asset_id\":\"%s\"}", mem_asset());
    }

    memset(&request, 0, sizeof(request));
    request.method = q->method;
    request.path = q->path;
    request.headers = headers;
    request.body = (q->body != NULL) ? q->body : body;
    request.body_len = strlen(request.body);
    request.piece = 9;

    api_send(&mem_world, &asr_api_memories, &request, &r->r);

    asr_arena_init(&r->arena, 8 << 20);
    r->json = asr_json_parse(&r->arena,
                             (asr_str_t) { r->r.body_len, r->r.body }, &err);
    assert_non_null(r->json);
}


/* The asset that requests are made of is a file, too. */

static unsigned
spool_files(void)
{
    DIR            *d;
    char            path[128];
    unsigned        n;
    struct dirent  *e;

    snprintf(path, sizeof(path), "%s/spool", mem_world.dir);
    d = opendir(path);
    assert_non_null(d);

    for (n = 0; (e = readdir(d)) != NULL; ) {
        n += (e->d_type == DT_REG);
    }

    closedir(d);

    return n;
}


static void
error(const mem_call_t *q, mock_when_t when, const char *name, int status,
    mem_reply_t *r)
{
    unsigned  before;

    before = spool_files();
    mock_errors(when, name, status);
    send(q, r);
    assert_int_equal(mock_put, 1);
    mock_errors(MOCK_NOT, NULL, 0);

    assert_int_equal(spool_files(), before);
    assert_int_equal(mem_world.core.held, 0);
}


static void
code_is(const mem_reply_t *r, const char *code)
{
    char               text[16];
    const asr_json_t  *v;

    v = asr_json_get(r->json, asr_str("code"));
    assert_non_null(v);

    if (strlen(code) == 3) {
        assert_int_equal(v->type, ASR_JSON_INT);
        snprintf(text, sizeof(text), "%d", (int) v->u.integer);
        assert_string_equal(text, code);

    } else {
        assert_int_equal(v->type, ASR_JSON_STRING);
        assert_string_equal(v->u.string.data, code);
    }
}


static void
one(const asr_mock_code_t *c)
{
    unsigned           i, k;
    uint64_t           before;
    asr_str_t          msg;
    mem_reply_t        r;
    const asr_json_t  *data;

    static const struct {
        mock_when_t        when;
        const mem_call_t  *q;
    } calls[] = {
        { MOCK_BEGIN, &mem_async },
        { MOCK_END, &mem_async },
        { MOCK_END, &mem_sync },
        { MOCK_BEGIN, &mem_file },
        { MOCK_END, &mem_file },
        { MOCK_END, &mem_sign },
    };

    for (i = 0; i < 2 * asr_nelts(calls); i++) {
        k = i % asr_nelts(calls);
        mem_world.core.memories_integer = (i >= asr_nelts(calls));
        before = mem_world.counters.refused[2][calls[k].q->action];

        error(calls[k].q, calls[k].when, c->name, 0, &r);

        code_is(&r, c->code);
        assert_string_equal(r.r.error, c->code);
        assert_int_equal(r.r.status, c->status);
        assert_int_equal(r.r.store_ops, 0);
        assert_string_equal(r.r.content_type, MEM_JSON);
        assert_true(r.r.why[0] != '\0');
        assert_int_equal(r.json->n, 5);
        assert_int_equal(mem_world.counters.refused[2][calls[k].q->action],
                         before + 1);

        assert_false(asr_json_get_bool(r.json, "success", true));
        assert_true(asr_json_get_bool(r.json, "failed", false));

        msg = mem_member(r.json, "msg");
        data = mem_data(&r);

        if (k < 3) {
            assert_string_equal(msg.data, c->meaning);
        }

        if (c->row == ASR_MEMORIES_HELD_LONG) {
            assert_int_equal(asr_json_get_str(data, "task_id").len,
                             ASR_MEMORIES_TASK_LEN);

        } else {
            assert_int_equal(data->type, ASR_JSON_NULL);
        }

        if (c->clause != NULL && k < 3) {
            assert_string_equal(r.r.clause, c->clause);
        }

        mem_free(&r);
    }

    mem_world.core.memories_integer = false;
}


static void
test_each(void **state)
{
    mem_reply_t  r;

    mock_errors(MOCK_NOT, NULL, 0);
    send(&mem_async, &r);
    mem_fine(&r);
    api_finish_task(&mem_world, r.r.task_id, 0, NULL, ASR_CAUSE_INTERNAL, "");
    mem_free(&r);

    assert_int_equal(mock_each(&asr_api_memories, one), 43);
}


static void
test_documented(void **state)
{
    size_t  i;

    static const char *const  codes[] = {
        "0001", "0003", "0401", "0402", "0403", "0409", "0429", "9009", "16",
        "400", "401", "402", "403", "405", "409", "415", "429", "500"
    };

    for (i = 0; i < asr_nelts(codes); i++) {
        mock_documented("memories", codes[i], false);
    }
}


static void
same(const char *name, mem_reply_t *a, mem_reply_t *b)
{
    asr_arena_free(&a->arena);
    asr_arena_free(&b->arena);
    mock_same(name, &a->r, &b->r);
}


#define MEM_BAD(body)  { "POST", MEM_ASYNC, MEM_KEY, MEM_JSON, body, 0 }
#define MEM_WHO(key)   { "POST", MEM_ASYNC, key, MEM_JSON, NULL, 0 }

static const struct {
    const char        *name;
    const mem_call_t  *good;
    mem_call_t         bad;
    int                http;
} mem_refusals[] = {
    { "0001/asset_id", &mem_async, MEM_BAD("{}"), 0 },
    { "0001", &mem_sign, { "POST", MEM_SIGN, MEM_KEY, MEM_JSON, "{}", 0 }, 0 },
    { "0001/model", &mem_async, MEM_BAD("{\"asset_id\":\"re_1\","
      "\"model\":\"x\"}"), 0 },
    { "0001/asset", &mem_async, MEM_BAD("{\"asset_id\":\"nothing\"}"), 0 },
    { "0401", &mem_async, MEM_WHO("sk-none"), 0 },
    { "0402", &mem_async, MEM_WHO("sk-no_amount"), 0 },
    { "0403", &mem_async, MEM_WHO("sk-disabled"), 0 },
    { "0404", &mem_async, { "POST", "/nothing", MEM_KEY, MEM_JSON, "{}", 0 },
      0 },
    { "0405", &mem_async, MEM_WHO(MEM_KEY), 405 },
    { "0408", &mem_async, MEM_WHO(MEM_KEY), 408 },
    { "0413", &mem_async, MEM_WHO(MEM_KEY), 413 },
    { "0413", &mem_file, { "POST", MEM_UPLOAD, MEM_KEY, MEM_FORM, MEM_FILE,
      0 }, 413 },
    { "0415", &mem_async, { "POST", MEM_ASYNC, MEM_KEY, "text/plain", "{}",
      0 }, 0 },
    { "0415", &mem_file, { "POST", MEM_UPLOAD, MEM_KEY, "text/plain", "x", 0 },
      0 },
};


static void
test_as_the_module(void **state)
{
    char         name[64];
    size_t       i;
    mem_reply_t  a, b;

    for (i = 0; i < 2 * asr_nelts(mem_refusals); i++) {
        mem_world.core.memories_integer = (i % 2 != 0);
        mock_errors(mem_refusals[i / 2].http != 0 ? MOCK_HTTP : MOCK_NOT,
                    NULL, mem_refusals[i / 2].http);
        send(&mem_refusals[i / 2].bad, &b);

        snprintf(name, sizeof(name), "%s", mem_refusals[i / 2].name);

        if (i % 2 != 0) {
            snprintf(name, sizeof(name), "%d%s", b.r.status,
                     mem_refusals[i / 2].name
                     + strcspn(mem_refusals[i / 2].name, "/"));
        }

        error(mem_refusals[i / 2].good, MOCK_END, name, 0, &a);
        same(name, &a, &b);
    }

    mem_world.core.memories_integer = false;
}


/* Of requests alone: assets are made without it. */

static asr_err_t  store_says;

static bool
store_hook(asr_op_t *op)
{
    op->rc = store_says;
    return true;
}


static void
test_as_the_module_set_up(void **state)
{
    size_t       i;
    mem_reply_t  a, b;

    static const struct {
        const char  *name;
        asr_err_t    rc;
    } failures[] = {
        { "0500", ASR_STORE },
        { "0503", ASR_TOOBIG },
    };

    mock_errors(MOCK_NOT, NULL, 0);

    mem_world.limit_retry_ms = 900;
    mem_world.limit_left = 0;
    send(&mem_async, &b);
    mem_world.limit_left = -1;
    error(&mem_async, MOCK_END, "0429", 0, &a);
    assert_int_equal(a.r.limit_status, ASR_LIMIT_REJECTED);
    same("limit", &a, &b);

    mem_world.limit_left = 0;
    send(&mem_file, &b);
    mem_world.limit_left = -1;
    error(&mem_file, MOCK_END, "0429", 0, &a);
    same("limit of uploads", &a, &b);

    for (i = 0; i < asr_nelts(failures); i++) {
        store_says = failures[i].rc;
        mem_world.store_hook = store_hook;
        send(&mem_async, &b);
        mem_world.store_hook = NULL;

        error(&mem_async, MOCK_END, failures[i].name, 0, &a);
        same(failures[i].name, &a, &b);
    }

    error(&mem_async, MOCK_END, "0500", 502, &a);
    assert_int_equal(a.r.status, 502);
    code_is(&a, "0500");
    mem_free(&a);
}


/* Each end of a task: in the query's words and in the callback's. */

static void
test_tasks(void **state)
{
    size_t                  i, n, count;
    char                    text[ASR_MEMORIES_TASK_LEN + 1], path[128];
    int64_t                 id;
    unsigned                causes;
    asr_str_t               message;
    asr_task_t              task;
    asr_arena_t             arena;
    asr_cause_t             cause;
    mem_reply_t             r;
    asr_delivery_t          out;
    const asr_mock_code_t  *c;

    c = asr_mock_codes(&n);
    causes = 0;
    mock_errors(MOCK_NOT, NULL, 0);

    for (i = 0, count = 0; i < n; i++) {

        if (!c[i].task || strcmp(c[i].api, "memories") != 0) {
            continue;
        }

        assert_true(asr_mock_task_code(asr_str("memories"),
                                       asr_cstr(c[i].name), &cause,
                                       &message));
        assert_int_equal(cause, c[i].cause);
        causes |= 1U << cause;

        id = mem_put_task("", text);
        api_finish_task(&mem_world, id, 0, NULL, cause, "");
        snprintf(path, sizeof(path), MEM_BASE "/task/%s", text);
        mem_get(&r, path);
        mem_fine(&r);
        mem_str_is(mem_member(mem_data(&r), "error"), c[i].meaning);
        mem_free(&r);

        asr_arena_init(&arena, 1 << 20);
        memset(&task, 0, sizeof(task));
        task.id = id;
        task.state = ASR_TASK_FAILED;
        task.cause = cause;
        task.params = asr_memories_keep(&arena, &(asr_memories_kept_t) {
            .nonce = asr_str("0123456789abcdef"),
            .model = asr_str("whisper-1"),
            .webhook = asr_str("http://a.example/") });
        assert_true(asr_memories_callback(&task, &arena, &out));

        snprintf(path, sizeof(path), "{\"code\":\"%s\"", c[i].code);

        if (strncmp(out.body.data, path, strlen(path)) != 0
            || strstr(out.body.data, c[i].meaning) == NULL)
        {
            fail_msg("%s: %s", c[i].name, out.body.data);
        }

        asr_arena_free(&arena);
        count++;
    }

    assert_int_equal(count, 11);
    assert_int_equal(causes, (2U << ASR_CAUSE_FILE_GONE) - 2);
    assert_true(asr_mock_task_code(asr_str("memories"), asr_str("500"),
                                   &cause, &message));
    assert_int_equal(cause, ASR_CAUSE_INTERNAL);
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

    return cmocka_run_group_tests(tests, mem_setup, mem_teardown);
}
