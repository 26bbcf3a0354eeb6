/* What the tests of document 002 share: accounts, requests, checks. */

#ifndef MEMORIES_UNIT_H
#define MEMORIES_UNIT_H

#include "api_harness.h"

#include "api/asr_memories.h"


#define MEM_BASE     "/serve/api/v2"
#define MEM_ASYNC    MEM_BASE "/transcriptions/async-generate-audio"
#define MEM_SYNC     MEM_BASE "/transcriptions/sync-generate-audio"
#define MEM_UPLOAD   MEM_BASE "/upload"
#define MEM_SIGN     MEM_BASE "/upload/signed-url"
#define MEM_JSON     "application/json"
#define MEM_KEY      "sk-demo"
#define MEM_BOUND    "----formdata-0123"
#define MEM_FORM     "multipart/form-data; boundary=" MEM_BOUND
#define MEM_B        "--" MEM_BOUND "\r\n"
#define MEM_E        "--" MEM_BOUND "--\r\n"

#define MEM_ACCOUNTS                                                          \
    "{\"accounts\":["                                                         \
    "{\"name\":\"demo\",\"app_id\":1,\"status\":\"active\","                  \
    "\"keys\":[{\"secret_id\":\"AKID1\",\"secret_key\":\"s\"},"               \
    "{\"bearer\":\"sk-demo\"},{\"bearer\":\"sk-demo-2\"}],"                   \
    "\"webhook\":\"https://hook.example/a?b=\\\"c\\\"\"},"                    \
    "{\"name\":\"other \\u00e9\",\"app_id\":2,\"status\":\"active\","         \
    "\"keys\":[{\"bearer\":\"sk-other\"}],"                                   \
    "\"limits\":{\"memories.upload\":\"5r/m\","                               \
    "\"memories.transcriptions\":\"7r/s\"}},"                                 \
    "{\"name\":\"free\",\"app_id\":3,\"status\":\"active\","                  \
    "\"keys\":[{\"bearer\":\"sk-free\"}],"                                    \
    "\"limits\":{\"memories.upload\":\"off\","                                \
    "\"memories.transcriptions\":\"off\"}},"                                  \
    "{\"name\":\"a4\",\"app_id\":4,\"status\":\"disabled\","                  \
    "\"keys\":[{\"bearer\":\"sk-disabled\"}]},"                               \
    "{\"name\":\"a5\",\"app_id\":5,\"status\":\"isolated\","                  \
    "\"keys\":[{\"bearer\":\"sk-isolated\"}]},"                               \
    "{\"name\":\"a6\",\"app_id\":6,\"status\":\"no_amount\","                 \
    "\"keys\":[{\"bearer\":\"sk-no_amount\"}]},"                              \
    "{\"name\":\"a7\",\"app_id\":7,\"status\":\"no_free_amount\","            \
    "\"keys\":[{\"bearer\":\"sk-no_free_amount\"}]},"                         \
    "{\"name\":\"a8\",\"app_id\":8,\"status\":\"not_registered\","            \
    "\"keys\":[{\"bearer\":\"sk-not_registered\"}]}]}"


typedef struct {
    api_response_t     r;
    asr_arena_t        arena;
    const asr_json_t  *json;
} mem_reply_t;

static api_world_t  mem_world;


static inline int
mem_setup(void **state)
{
    api_world_init(&mem_world, MEM_ACCOUNTS, ASR_MEMORIES_ENGINE, 1000);
    mem_world.core.hold_ms = 60000;
    mem_world.core.hold_max = 2;

    return 0;
}


static inline int
mem_teardown(void **state)
{
    assert_int_equal(mem_world.core.held, 0);
    api_world_free(&mem_world);

    return 0;
}


static inline void
mem_free(mem_reply_t *r)
{
    api_response_free(&r->r);
    asr_arena_free(&r->arena);
}


static inline asr_str_t
mem_member(const asr_json_t *v, const char *name)
{
    return asr_json_get_str(v, name);
}


static inline const asr_json_t *
mem_data(const mem_reply_t *r)
{
    const asr_json_t  *v;

    v = asr_json_get(r->json, asr_str("data"));
    assert_non_null(v);

    return v;
}


/* Every reply that is no file: five members, which agree. */

static inline void
mem_check(mem_reply_t *r)
{
    bool               good;
    char               text[16];
    asr_json_error_t   err;
    const asr_json_t  *code, *success, *failed;

    asr_arena_init(&r->arena, 8 << 20);
    r->json = NULL;

    if (strcmp(r->r.content_type, MEM_JSON) != 0) {
        return;
    }

    r->json = asr_json_parse(&r->arena,
                             (asr_str_t) { r->r.body_len, r->r.body }, &err);
    if (r->json == NULL) {
        fail_msg("reply is not JSON: %s", r->r.body);
    }

    assert_int_equal(r->json->n, 5);
    code = asr_json_get(r->json, asr_str("code"));
    success = asr_json_get(r->json, asr_str("success"));
    failed = asr_json_get(r->json, asr_str("failed"));
    assert_non_null(code);
    assert_true(mem_member(r->json, "msg").len != 0);
    assert_int_equal(success->type, ASR_JSON_BOOL);
    assert_int_equal(failed->type, ASR_JSON_BOOL);

    good = (r->r.status == 200);
    assert_true(success->u.boolean == good);
    assert_true(failed->u.boolean == !good);

    if (mem_world.core.memories_integer) {
        assert_int_equal(code->type, ASR_JSON_INT);
        assert_int_equal(code->u.integer, r->r.status);

    } else {
        assert_int_equal(code->type, ASR_JSON_STRING);
        assert_int_equal(code->u.string.len, 4);
        snprintf(text, sizeof(text), good ? "0000" : "%04d", r->r.status);

        if (r->r.status != 400) {
            assert_memory_equal(code->u.string.data, text, 4);
        }
    }

    /* only 504 has something to say besides */

    if (!good && r->r.status != 504) {
        assert_int_equal(mem_data(r)->type, ASR_JSON_NULL);
    }
}


/* key NULL: no Authorization; type NULL: no Content-Type */

static inline void
mem_send(mem_reply_t *r, const char *method, const char *path,
    const char *key, const char *type, const void *body, size_t len,
    size_t piece)
{
    unsigned       n;
    api_header_t   headers[4];
    api_request_t  q;

    memset(headers, 0, sizeof(headers));
    n = 0;

    headers[n].name = "host";
    headers[n++].value = "asr.example:8080";

    if (key != NULL) {
        headers[n].name = "authorization";
        headers[n++].value = key;
    }

    if (type != NULL) {
        headers[n].name = "content-type";
        headers[n++].value = type;
    }

    memset(&q, 0, sizeof(q));
    q.method = method;
    q.path = path;
    q.headers = headers;
    q.body = body;
    q.body_len = len;
    q.piece = piece;

    api_send(&mem_world, &asr_api_memories, &q, &r->r);
    mem_check(r);
}


static inline void
mem_get(mem_reply_t *r, const char *path)
{
    mem_send(r, "GET", path, MEM_KEY, NULL, NULL, 0, 0);
}


static inline void
mem_post(mem_reply_t *r, const char *path, const char *json)
{
    mem_send(r, "POST", path, MEM_KEY, MEM_JSON, json, strlen(json), 0);
}


/* code: as a string.  clause NULL: none; says NULL: not looked at */

static inline void
mem_refused(const mem_reply_t *r, int status, const char *code,
    const char *clause, const char *says)
{
    char        number[16];
    asr_str_t   msg;

    if (mem_world.core.memories_integer) {
        snprintf(number, sizeof(number), "%d", status);
        code = number;
    }

    if (r->r.status != status || strcmp(r->r.error, code) != 0) {
        fail_msg("%d %s, not %d %s: %s", r->r.status, r->r.error, status,
                 code, r->r.body);
    }

    if (!mem_world.core.memories_integer) {
        msg = mem_member(r->json, "code");
        assert_int_equal(msg.len, strlen(code));
        assert_memory_equal(msg.data, code, msg.len);
    }

    assert_string_equal(r->r.clause, clause != NULL ? clause : "");
    assert_true(r->r.why[0] != '\0');
    assert_null(strstr(r->r.why, "sk-"));
    assert_null(strstr(r->r.body, "sk-"));

    if (says != NULL && strstr(r->r.body, says) == NULL) {
        fail_msg("no \"%s\" in %s", says, r->r.body);
    }
}


static inline void
mem_fine(const mem_reply_t *r)
{
    if (r->r.status != 200) {
        fail_msg("%d: %s", r->r.status, r->r.body);
    }

    assert_string_equal(r->r.error, "");
}


static inline void
mem_str_is(asr_str_t s, const char *text)
{
    if (s.len != strlen(text) || memcmp(s.data, text, s.len) != 0) {
        fail_msg("\"%.*s\", not \"%s\"", asr_fmt(s), text);
    }
}


/* A copy of a member of data, of the given length. */

static inline void
mem_copy(const mem_reply_t *r, const char *name, char *out, size_t len)
{
    asr_str_t  s;

    s = mem_member(mem_data(r), name);
    assert_int_equal(s.len, len);
    memcpy(out, s.data, len);
    out[len] = '\0';
}


static inline int64_t
mem_put_file_named(const char *account, const char *purpose, const char *name,
    const char *data)
{
    asr_op_t          op;
    asr_arena_t       arena;
    asr_spool_file_t  f;

    asr_arena_init(&arena, 65536);
    asr_spool_begin(mem_world.core.spool, &f);

    if (data[0] != '\0') {
        assert_int_equal(asr_spool_write(&f, data, strlen(data), 0), ASR_OK);
    }

    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_FILE_CREATE;
    op.spool_file = &f;
    op.file.account = asr_cstr(account);
    op.file.purpose = asr_cstr(purpose);
    op.file.filename = asr_cstr(name);
    op.file.created_ms = 1700000000000;
    op.file.expires_ms = 4000000000000;

    assert_int_equal(asr_store_call(mem_world.core.store, &op), ASR_OK);
    asr_spool_end(&f, true);
    asr_arena_free(&arena);
    assert_true(op.file.id > 0);

    return op.file.id;
}


static inline int64_t
mem_put_file_of(const char *account, const char *purpose, const char *data)
{
    return mem_put_file_named(account, purpose, "a.b.wav", data);
}


/* An asset's id, as a text that lives until the next call. */

static inline const char *
mem_asset_text(int64_t id)
{
    static char  text[ASR_MEMORIES_ASSET_LEN + 1];

    asr_memories_asset_text(id, text);

    return text;
}


static inline const char *
mem_asset(void)
{
    return mem_asset_text(mem_put_file_of("demo", ASR_MEMORIES_PURPOSE,
                                          "RIFF...."));
}


/* A body for asset_id and these further members (",\"a\":1"). */

static inline const char *
mem_body(const char *asset, const char *more)
{
    static char  body[8192];

    assert_in_range(snprintf(body, sizeof(body), "{\"asset_id\":\"%s\"%s}",
                             asset, more),
                    1, sizeof(body) - 1);

    return body;
}


/* A task by a request; its id in the store, and as a text. */

static inline int64_t
mem_put_task(const char *more, char text[ASR_MEMORIES_TASK_LEN + 1])
{
    int64_t      id;
    mem_reply_t  r;

    mem_post(&r, MEM_ASYNC, mem_body(mem_asset(), more));
    mem_fine(&r);
    mem_copy(&r, "task_id", text, ASR_MEMORIES_TASK_LEN);
    id = r.r.task_id;
    assert_true(id > 0);
    mem_free(&r);

    return id;
}


/* A result as the recogniser stores it. */

static inline const char *
mem_result(size_t nsentences)
{
    asr_buf_t       b;
    asr_result_t    result;
    asr_sentence_t  s[2];

    static char     text[4096];

    memset(&result, 0, sizeof(result));
    memset(s, 0, sizeof(s));

    s[0].text = asr_str(" one \"two\" ");
    s[0].end_ms = 2980;
    s[0].speaker = (nsentences == 1) ? -1 : 0;

    s[1].text = asr_str("\xe4\xbd\xa0");
    s[1].start_ms = 3005;
    s[1].end_ms = 13100;
    s[1].speaker = 1;

    result.audio_ms = 13100;
    result.channels = 1;
    result.sentences = s;
    result.nsentences = nsentences;

    asr_buf_init(&b, sizeof(text) - 1);
    assert_int_equal(asr_result_write(&b, &result), ASR_OK);
    memcpy(text, b.data, b.len);
    text[b.len] = '\0';
    asr_buf_free(&b);

    return text;
}


#define MEM_TEST(f)  cmocka_unit_test_setup_teardown(f, mem_setup,            \
                                                     mem_teardown)


#endif /* MEMORIES_UNIT_H */
