/* Document 002: tasks, sync requests, the query, the callback. */

#include "memories_unit.h"

#include "base/asr_clock.h"


#define SEGMENTS(first, second)                                               \
    "[{\"start_time\":0.000,\"end_time\":2.980,\"text\":\"one \\\"two\\\"\"," \
    "\"speaker\":" first "},"                                                 \
    "{\"start_time\":3.005,\"end_time\":13.100,\"text\":\"\xe4\xbd\xa0\","    \
    "\"speaker\":" second "}]"

#define USAGE                                                                 \
    "\"usage_metadata\":{\"duration\":13.100,\"model\":\"whisper-1\","        \
    "\"output_tokens\":0,\"prompt_tokens\":0}"

#define RESULT(segments)                                                      \
    "{\"data\":{\"data\":" segments "," USAGE "},\"msg\":\"success\","        \
    "\"success\":true}"

#define TAIL  ",\"success\":true,\"failed\":false}"


/* What happens while a sync request waits. */

static volatile int64_t  shift;
static unsigned          waits;
static unsigned          wait_end;       /* the task ends at this wait */
static asr_cause_t       wait_cause;     /* how */
static const char       *wait_result;
static const char       *wait_message;
static size_t            wait_used;      /* most of the poll's memory */
static unsigned          wait_held;
static unsigned          logged;


static void
on_wait(asr_call_t *call)
{
    asr_memories_t  *m = call->state;

    waits++;
    shift += 200;
    wait_held = mem_world.core.held;

    assert_int_equal(call->op.type, ASR_OP_TASK_GET);
    assert_ptr_equal(call->op.arena, &m->poll);

    if (m->poll.used > wait_used) {
        wait_used = m->poll.used;
    }

    if (waits == wait_end) {
        api_finish_task(&mem_world, call->task_id, 13100, wait_result,
                        wait_cause, wait_message);
    }
}


static void
sync_is(mem_reply_t *r, const char *more, unsigned end, const char *result,
    asr_cause_t cause, const char *message)
{
    waits = 0;
    shift = 0;
    wait_used = 0;
    wait_held = 0;
    wait_end = end;
    wait_result = result;
    wait_cause = cause;
    wait_message = message;
    mem_world.wait = on_wait;
    asr_clock_shift(&shift);

    mem_post(r, MEM_SYNC, mem_body(mem_asset(), more));

    asr_clock_shift(NULL);
    mem_world.wait = NULL;
    assert_int_equal(mem_world.core.held, 0);
}


static void
test_create(void **state)
{
    char          a[ASR_MEMORIES_TASK_LEN + 1], b[ASR_MEMORIES_TASK_LEN + 1];
    char          text[256], asset[64];
    int64_t       first, second;
    mem_reply_t   r;

    first = mem_put_task("", a);
    second = mem_put_task("", b);
    assert_true(second > first);
    assert_memory_not_equal(a, b, 16);
    assert_memory_not_equal(a + 16, b + 16, 16);

    snprintf(asset, sizeof(asset), "%s", mem_asset());
    mem_post(&r, MEM_ASYNC, mem_body(asset, ""));
    mem_copy(&r, "task_id", a, ASR_MEMORIES_TASK_LEN);
    snprintf(text, sizeof(text), "{\"code\":\"0000\",\"msg\":\"success\","
             "\"data\":{\"task_id\":\"%s\"}" TAIL, a);
    assert_string_equal(r.r.body, text);
    assert_string_equal(r.r.content_type, MEM_JSON);
    assert_string_equal(r.r.action, "async-generate-audio");
    assert_string_equal(r.r.account, "demo");
    mem_free(&r);

    mem_world.core.memories_integer = true;
    mem_post(&r, MEM_ASYNC, mem_body(asset, ""));
    mem_copy(&r, "task_id", a, ASR_MEMORIES_TASK_LEN);
    snprintf(text, sizeof(text), "{\"code\":200,\"msg\":\"success\","
             "\"data\":{\"task_id\":\"%s\"}" TAIL, a);
    assert_string_equal(r.r.body, text);
    mem_free(&r);

    assert_int_equal(mem_world.counters.created[2], 4);
}


/* An asset's name says what the bytes of raw sound cannot. */

static void
test_raw(void **state)
{
    size_t        i;
    int64_t       id;
    asr_op_t      op;
    asr_arena_t   a;
    mem_reply_t   r;

    static const struct {
        const char  *name;
        const char  *format;
        int          rate;
    } cases[] = {
        { "a.pcm", "pcm", 16000 }, { "b.PCM", "pcm", 16000 },
        { "a.pcm.wav", "", 0 }, { "a.raw", "", 0 }
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        id = mem_put_file_named("demo", ASR_MEMORIES_PURPOSE, cases[i].name,
                                "\1\1\2\2");
        mem_post(&r, MEM_ASYNC, mem_body(mem_asset_text(id), ""));
        mem_fine(&r);

        asr_arena_init(&a, 1 << 20);
        memset(&op, 0, sizeof(op));
        op.arena = &a;
        op.type = ASR_OP_CLAIM;
        assert_int_equal(asr_store_call(mem_world.core.store, &op), ASR_OK);
        assert_int_equal(op.task.id, r.r.task_id);
        assert_true(asr_str_eq(op.task.format, asr_cstr(cases[i].format)));
        assert_int_equal(op.task.sample_rate, cases[i].rate);
        assert_false(op.task.channels_strict);
        asr_arena_free(&a);
        mem_free(&r);
    }
}


static void
test_queue_full(void **state)
{
    unsigned      i;
    mem_reply_t   r;

    mem_teardown(NULL);
    api_world_init(&mem_world, MEM_ACCOUNTS, ASR_MEMORIES_ENGINE, 1);
    mem_world.core.hold_max = 1;

    mem_post(&r, MEM_ASYNC, mem_body(mem_asset(), ""));
    mem_fine(&r);
    mem_free(&r);

    for (i = 0; i < 2; i++) {
        mem_post(&r, i == 0 ? MEM_ASYNC : MEM_SYNC,
                 mem_body(mem_asset(), ""));
        mem_refused(&r, 503, "0503", "M-033", "queue is full");
        mem_free(&r);
    }
}


static void
test_sync(void **state)
{
    char          text[1024];
    size_t        i;
    mem_reply_t   r;

    static const struct {
        const char  *more;
        unsigned     end;
        const char  *items;
    } t[] = {
        { "", 1, SEGMENTS("null", "null") },
        { ",\"speaker\":false", 3, SEGMENTS("null", "null") },
        { ",\"speaker\":true", 250,
          SEGMENTS("\"SPEAKER_00\"", "\"SPEAKER_01\"") }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        mem_world.core.memories_integer = (i == 1);
        sync_is(&r, t[i].more, t[i].end, mem_result(2), 0, NULL);
        snprintf(text, sizeof(text), "{\"code\":%s,\"msg\":\"success\","
                 "\"data\":{\"model\":\"whisper-1\",\"items\":%s}" TAIL,
                 i == 1 ? "200" : "\"0000\"", t[i].items);
        assert_string_equal(r.r.body, text);
        assert_int_equal(waits, t[i].end);
        assert_int_equal(wait_held, 1);
        assert_true(r.r.task_id > 0);

        /* however long it waits, it does not grow */

        assert_int_equal(wait_used, 0);
        assert_true(r.r.arena_used <= ASR_CALL_MEMORY);
        mem_free(&r);
    }

    /* silence */

    mem_world.core.memories_integer = false;
    sync_is(&r, "", 1, mem_result(0), 0, NULL);
    assert_non_null(strstr(r.r.body, "\"items\":[]"));
    mem_free(&r);

    /* speakers asked for, not told */

    sync_is(&r, ",\"speaker\":true", 1, mem_result(1), 0, NULL);
    assert_non_null(strstr(r.r.body, "\"two\\\"\",\"speaker\":null}]"));
    mem_free(&r);
}


static void
test_sync_failed(void **state)
{
    int           cause;
    bool          audio;
    mem_reply_t   r;

    for (cause = ASR_CAUSE_INTERNAL; cause <= ASR_CAUSE_FILE_GONE; cause++) {
        audio = asr_memories_causes[cause].audio;
        sync_is(&r, "", 2, NULL, (asr_cause_t) cause, "at /spool/x:1");
        mem_refused(&r, audio ? 400 : 500, audio ? "0001" : "0500",
                    audio ? "M-036" : NULL,
                    asr_memories_causes[cause].meaning);
        assert_null(strstr(r.r.body, "spool"));
        mem_free(&r);
    }

    assert_false(asr_memories_causes[ASR_CAUSE_INTERNAL].audio);
    assert_false(asr_memories_causes[ASR_CAUSE_RECOGNITION].audio);
    assert_true(asr_memories_causes[ASR_CAUSE_FORMAT].audio);

    sync_is(&r, "", 1, "{\"sentences\":7", 0, NULL);
    mem_refused(&r, 500, "0500", NULL, "result cannot be read");
    mem_free(&r);
}


/* The time is up: 504, and the task can be asked for. */

static void
test_sync_long(void **state)
{
    char          task[ASR_MEMORIES_TASK_LEN + 1], path[128];
    unsigned      i;
    mem_reply_t   r;

    for (i = 0; i < 2; i++) {
        mem_world.core.memories_integer = (i == 1);
        sync_is(&r, "", 0, NULL, 0, NULL);
        mem_refused(&r, 504, "0504", "M-035", "the task goes on");
        assert_in_range(waits, 298, 301);
        mem_copy(&r, "task_id", task, ASR_MEMORIES_TASK_LEN);
        mem_free(&r);

        snprintf(path, sizeof(path), MEM_BASE "/task/%s", task);
        mem_get(&r, path);
        mem_fine(&r);
        mem_str_is(mem_member(mem_data(&r), "status"), "pending");
        mem_free(&r);
    }
}


/* So many may wait, and no more. */

static void
test_sync_many(void **state)
{
    mem_reply_t  r;

    mem_world.core.held = 2;
    mem_post(&r, MEM_SYNC, mem_body(mem_asset(), ""));
    mem_refused(&r, 503, "0503", "M-034", "too many requests wait");
    assert_int_equal(r.r.store_ops, 0);
    mem_free(&r);
    assert_int_equal(mem_world.core.held, 2);

    /* the others do not mind */

    mem_post(&r, MEM_ASYNC, mem_body(mem_asset(), ""));
    mem_fine(&r);
    mem_free(&r);
    mem_world.core.held = 0;
}


/* A client that goes while it waits leaves nothing behind but the task. */

static void
test_sync_gone(void **state)
{
    asr_http_t            http;
    asr_call_t            call;
    const char           *body;
    static api_header_t   headers[] = {
        { "authorization", MEM_KEY }, { NULL, NULL }
    };
    api_request_t         q;

    body = mem_body(mem_asset(), "");

    memset(&q, 0, sizeof(q));
    q.method = "POST";
    q.path = MEM_SYNC;
    q.headers = headers;
    q.body_len = strlen(body);

    api_http(&http, &q);
    asr_call_init(&call, &mem_world.core, &asr_api_memories, &http);
    assert_int_equal(asr_api_memories.begin(&call), ASR_STEP_BODY);
    assert_int_equal(asr_api_memories.body(&call, body, strlen(body)),
                     ASR_STEP_BODY);
    assert_int_equal(asr_api_memories.end(&call), ASR_STEP_STORE);
    assert_int_equal(mem_world.core.held, 1);
    asr_store_call(mem_world.core.store, &call.op);
    assert_int_equal(asr_api_memories.stored(&call), ASR_STEP_WAIT);
    asr_store_call(mem_world.core.store, &call.op);
    assert_int_equal(asr_api_memories.stored(&call), ASR_STEP_WAIT);

    /* the server's store closes */

    call.op.rc = ASR_STOPPED;
    assert_int_equal(asr_api_memories.stored(&call), ASR_STEP_REPLY);
    assert_int_equal(call.reply.status, 503);

    asr_call_free(&call);
    assert_int_equal(mem_world.core.held, 0);
}


static void
query_is(const char *task, const char *status, const char *result,
    const char *error)
{
    char          path[128], text[2048];
    mem_reply_t   r;

    snprintf(path, sizeof(path), MEM_BASE "/task/%s", task);
    mem_get(&r, path);
    snprintf(text, sizeof(text), "{\"code\":\"0000\",\"msg\":\"success\","
             "\"data\":{\"task_id\":\"%s\",\"status\":\"%s\",\"result\":%s,"
             "\"error\":%s}" TAIL, task, status, result, error);
    assert_string_equal(r.r.body, text);
    assert_string_equal(r.r.action, "task");
    mem_free(&r);
}


static void
test_query(void **state)
{
    int          cause;
    char         task[ASR_MEMORIES_TASK_LEN + 1], text[256];
    int64_t      id;
    asr_op_t     op;
    asr_arena_t  arena;

    id = mem_put_task("", task);
    query_is(task, "pending", "null", "null");
    api_finish_task(&mem_world, id, 13100, mem_result(2), 0, NULL);
    query_is(task, "completed", RESULT(SEGMENTS("null", "null")), "null");

    id = mem_put_task(",\"speaker\":true", task);
    api_finish_task(&mem_world, id, 13100, mem_result(2), 0, NULL);
    query_is(task, "completed",
             RESULT(SEGMENTS("\"SPEAKER_00\"", "\"SPEAKER_01\"")), "null");

    id = mem_put_task("", task);
    api_finish_task(&mem_world, id, 13100, mem_result(0), 0, NULL);
    query_is(task, "completed", RESULT("[]"), "null");

    for (cause = ASR_CAUSE_INTERNAL; cause <= ASR_CAUSE_FILE_GONE; cause++) {
        id = mem_put_task("", task);
        api_finish_task(&mem_world, id, 0, NULL, (asr_cause_t) cause, "");
        snprintf(text, sizeof(text), "\"%s\"",
                 asr_memories_causes[cause].meaning);
        query_is(task, "failed", "null", text);
    }

    id = mem_put_task("", task);
    api_finish_task(&mem_world, id, 0, NULL, ASR_CAUSE_FORMAT,
                    "no \"audio\" stream");
    query_is(task, "failed", "null", "\"no \\\"audio\\\" stream\"");

    (void) mem_put_task("", task);
    asr_arena_init(&arena, 65536);
    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_CLAIM;
    assert_int_equal(asr_store_call(mem_world.core.store, &op), ASR_OK);
    asr_arena_free(&arena);
    query_is(task, "processing", "null", "null");
}


static void
no_task(const char *task, const char *key)
{
    char          path[128];
    mem_reply_t   r;

    print_message("%s\n", task);
    snprintf(path, sizeof(path), MEM_BASE "/task/%s", task);
    mem_send(&r, "GET", path, key, NULL, NULL, 0, 0);
    mem_refused(&r, 400, "0001", "M-032", "\"Task not found\"");
    mem_free(&r);
}


static void
test_query_refused(void **state)
{
    char          task[ASR_MEMORIES_TASK_LEN + 1];
    char          forged[ASR_MEMORIES_TASK_LEN + 1], path[128];
    size_t        i;
    int64_t       id;
    mem_reply_t   r;

    static const char *const  ids[] = {
        "1", "0", "x", "00000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffff",
        "0123456789ABCDEF0123456789ABCDEF", "9223372036854775808"
    };

    id = mem_put_task("", task);

    for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        no_task(ids[i], MEM_KEY);
    }

    /* another account, even with the id */

    no_task(task, "sk-other");

    /* the same task under another nonce */

    memset(forged, 0, sizeof(forged));
    asr_memories_task_text(id, asr_str("0123456789abcdef"), forged);
    no_task(forged, MEM_KEY);

    asr_memories_task_text(id + 1, (asr_str_t) { 16, task }, forged);
    no_task(forged, MEM_KEY);

    for (i = 0; i < ASR_MEMORIES_TASK_LEN; i++) {
        memcpy(forged, task, sizeof(forged));
        forged[i] = (forged[i] == '0') ? '1' : '0';
        no_task(forged, MEM_KEY);
    }

    /* a result that cannot be read is the server's fault */

    api_finish_task(&mem_world, id, 1000, "{\"sentences\":7", 0, NULL);
    snprintf(path, sizeof(path), MEM_BASE "/task/%s", task);
    mem_get(&r, path);
    mem_refused(&r, 500, "0500", NULL, "result cannot be read");
    mem_free(&r);
}


/* The task as the runner has it when it has ended. */

static void
get_task(int64_t id, asr_arena_t *arena, asr_task_t *t)
{
    asr_op_t  op;

    memset(&op, 0, sizeof(op));
    op.arena = arena;
    op.type = ASR_OP_TASK_GET;
    op.task.id = id;
    op.task.account = asr_str("demo");
    op.task.api = asr_str("memories");
    assert_int_equal(asr_store_call(mem_world.core.store, &op), ASR_OK);
    *t = op.task;
}


static void
callback_is(int64_t id, const char *url, const char *body)
{
    asr_task_t      t;
    asr_arena_t     arena;
    asr_delivery_t  d;

    asr_arena_init(&arena, 1 << 20);
    get_task(id, &arena, &t);

    memset(&d, 0, sizeof(d));
    assert_true(asr_api_memories.callback(&t, &arena, &d));
    mem_str_is(d.url, url);
    mem_str_is(d.content_type, MEM_JSON);
    mem_str_is(d.body, body);
    assert_int_equal(d.nheaders, 0);
    assert_true(d.attempts_max > 1);
    asr_arena_free(&arena);
}


static void
test_callback(void **state)
{
    char      task[ASR_MEMORIES_TASK_LEN + 1], text[2048];
    unsigned  i;
    int64_t   id;

    static const char *const  hook = "https://hook.example/a?b=\"c\"";

    for (i = 0; i < 2; i++) {
        mem_world.core.memories_integer = (i == 1);
        id = mem_put_task(i == 0 ? "" : ",\"speaker\":true,"
                          "\"callback_url\":\"http://mine:81/x?y\"", task);

        /* the style is that of the creation */

        mem_world.core.memories_integer = false;
        api_finish_task(&mem_world, id, 13100, mem_result(2), 0, NULL);
        snprintf(text, sizeof(text), "{\"code\":%s,\"message\":\"SUCCESS\","
                 "\"data\":%s,\"task_id\":\"%s\"}",
                 i == 0 ? "\"0000\"" : "200",
                 i == 0 ? RESULT(SEGMENTS("null", "null"))
                 : RESULT(SEGMENTS("\"SPEAKER_00\"", "\"SPEAKER_01\"")),
                 task);
        callback_is(id, i == 0 ? hook : "http://mine:81/x?y", text);
    }

    id = mem_put_task("", task);
    api_finish_task(&mem_world, id, 13100, mem_result(0), 0, NULL);
    snprintf(text, sizeof(text), "{\"code\":\"0000\",\"message\":\"SUCCESS\","
             "\"data\":" RESULT("[]") ",\"task_id\":\"%s\"}", task);
    callback_is(id, hook, text);
}


static void
test_callback_failed(void **state)
{
    int       cause;
    char      task[ASR_MEMORIES_TASK_LEN + 1], text[512];
    bool      audio;
    int64_t   id;
    unsigned  k;

    static const char *const  hook = "https://hook.example/a?b=\"c\"";

    for (cause = ASR_CAUSE_INTERNAL; cause <= ASR_CAUSE_FILE_GONE; cause++) {
        for (k = 0; k < 2; k++) {
            mem_world.core.memories_integer = (k == 1);
            audio = asr_memories_causes[cause].audio;
            id = mem_put_task("", task);
            api_finish_task(&mem_world, id, 0, NULL, (asr_cause_t) cause,
                            k == 0 ? "" : "why \"so\"");
            snprintf(text, sizeof(text), "{\"code\":%s,"
                     "\"message\":\"FAILED\",\"data\":{\"data\":null,"
                     "\"msg\":\"%s\",\"success\":false},\"task_id\":\"%s\"}",
                     k == 0 ? (audio ? "\"0001\"" : "\"0500\"")
                            : (audio ? "400" : "500"),
                     k == 0 ? asr_memories_causes[cause].meaning
                            : "why \\\"so\\\"", task);
            callback_is(id, hook, text);
        }
    }

    /* a result that cannot be read is told, too */

    mem_world.core.memories_integer = false;
    id = mem_put_task("", task);
    api_finish_task(&mem_world, id, 1000, "{\"sentences\":7", 0, NULL);
    snprintf(text, sizeof(text), "{\"code\":\"0500\",\"message\":\"FAILED\","
             "\"data\":{\"data\":null,\"msg\":\"the result cannot be read\","
             "\"success\":false},\"task_id\":\"%s\"}", task);
    callback_is(id, hook, text);
}


static void
count_log(int level, const char *line)
{
    assert_int_equal(level, ASR_LOG_ERR);
    assert_null(strstr(line, "http://"));
    logged++;
}


static void
test_callback_none(void **state)
{
    asr_task_t      t;
    asr_arena_t     arena;
    asr_delivery_t  d;
    mem_reply_t     r;

    static char     big[100000];

    /* a sync task has none, though its account has a webhook */

    sync_is(&r, "", 1, mem_result(1), 0, NULL);
    mem_fine(&r);

    asr_arena_init(&arena, 1 << 20);
    get_task(r.r.task_id, &arena, &t);
    mem_free(&r);
    memset(&d, 0, sizeof(d));
    assert_false(asr_api_memories.callback(&t, &arena, &d));

    /* rows that are broken, or without room for what is to be sent */

    t.params = asr_str_null();
    assert_false(asr_api_memories.callback(&t, &arena, &d));
    t.params = asr_str("{\"webhook\":7}");
    assert_false(asr_api_memories.callback(&t, &arena, &d));
    t.params = asr_str("{\"webhook\":\"http://a\"}");
    assert_true(asr_api_memories.callback(&t, &arena, &d));
    asr_arena_free(&arena);

    memset(big, 'x', sizeof(big));
    t.message = (asr_str_t) { sizeof(big), big };
    t.state = ASR_TASK_FAILED;
    asr_log_set(count_log);
    asr_arena_init(&arena, 65536);
    assert_false(asr_api_memories.callback(&t, &arena, &d));
    asr_arena_free(&arena);
    asr_log_set(NULL);
    assert_int_equal(logged, 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        MEM_TEST(test_create), MEM_TEST(test_raw), MEM_TEST(test_queue_full),
        MEM_TEST(test_sync), MEM_TEST(test_sync_failed),
        MEM_TEST(test_sync_long), MEM_TEST(test_sync_many),
        MEM_TEST(test_sync_gone), MEM_TEST(test_query),
        MEM_TEST(test_query_refused), MEM_TEST(test_callback),
        MEM_TEST(test_callback_failed), MEM_TEST(test_callback_none)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
