/* What the tests of document 000 share: accounts, requests, checks. */

#ifndef U2_UNIT_H
#define U2_UNIT_H

#include "api_harness.h"

#include "api/asr_u2.h"


#define U2_TASKS    "/v1/audio/asr/tasks"
#define U2_JSON     "application/json"
#define U2_KEY      "Bearer sk-demo"

#define U2_ACCOUNTS                                                           \
    "{\"accounts\":["                                                         \
    "{\"name\":\"demo\",\"app_id\":1,\"status\":\"active\","                  \
    "\"keys\":[{\"bearer\":\"sk-demo\"}]},"                                   \
    "{\"name\":\"other\",\"app_id\":2,\"status\":\"active\","                 \
    "\"keys\":[{\"bearer\":\"sk-other\"}],"                                   \
    "\"limits\":{\"u2.create\":\"5r/s\"}},"                                   \
    "{\"name\":\"free\",\"app_id\":3,\"status\":\"active\","                  \
    "\"keys\":[{\"bearer\":\"sk-free\"}],"                                    \
    "\"limits\":{\"u2.create\":\"off\"}},"                                    \
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
} u2_reply_t;

static api_world_t  u2_world;


static inline int
u2_setup(void **state)
{
    api_world_init(&u2_world, U2_ACCOUNTS, ASR_U2_ENGINE, 1000);
    return 0;
}


static inline int
u2_teardown(void **state)
{
    api_world_free(&u2_world);
    return 0;
}


static inline void
u2_free(u2_reply_t *r)
{
    api_response_free(&r->r);
    asr_arena_free(&r->arena);
}


/* Every reply: Trace-Id, and unless a file, JSON with base_resp. */

static inline void
u2_check(u2_reply_t *r)
{
    int                i, n;
    char               trace[64];
    const char        *header;
    asr_json_error_t   err;
    const asr_json_t  *base;

    for (i = 0, n = 0; i < ASR_UUID_LEN; i++) {
        if (r->r.request_id[i] != '-') {
            trace[n++] = r->r.request_id[i];
        }
    }

    trace[n] = '\0';
    header = api_response_header(&r->r, "Trace-Id");
    assert_non_null(header);
    assert_string_equal(header, trace);

    asr_arena_init(&r->arena, 8 << 20);
    r->json = NULL;

    if (strcmp(r->r.content_type, U2_JSON) != 0) {
        return;
    }

    r->json = asr_json_parse(&r->arena,
                             (asr_str_t) { r->r.body_len, r->r.body }, &err);
    if (r->json == NULL) {
        fail_msg("reply is not JSON: %s", r->r.body);
    }

    base = asr_json_get(r->json, asr_str("base_resp"));
    assert_non_null(base);
    assert_int_equal(base->n, 2);
    assert_int_not_equal(asr_json_get_int(base, "status_code", -1), -1);
    assert_true(asr_json_get_str(base, "status_msg").len > 0);
    assert_null(asr_json_get(r->json, asr_str("data")));
    assert_null(asr_json_get(r->json, asr_str("result")));
}


static inline void
u2_request(u2_reply_t *r, const api_request_t *q)
{
    api_send(&u2_world, &asr_api_u2, q, &r->r);
    u2_check(r);
}


/* key NULL: no Authorization; type NULL: no Content-Type */

static inline void
u2_send(u2_reply_t *r, const char *method, const char *path,
    const char *args, const char *key, const char *type, const void *body,
    size_t len, size_t piece)
{
    unsigned       n;
    api_header_t   headers[3];
    api_request_t  q;

    memset(headers, 0, sizeof(headers));
    n = 0;

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
    q.args = args;
    q.headers = headers;
    q.body = body;
    q.body_len = len;
    q.piece = piece;

    u2_request(r, &q);
}


static inline void
u2_get(u2_reply_t *r, const char *path, const char *args)
{
    u2_send(r, "GET", path, args, U2_KEY, NULL, NULL, 0, 0);
}


static inline void
u2_post(u2_reply_t *r, const char *path, const char *json)
{
    u2_send(r, "POST", path, NULL, U2_KEY, U2_JSON, json, strlen(json), 0);
}


static inline int64_t
u2_code(const u2_reply_t *r)
{
    return asr_json_get_int(asr_json_get(r->json, asr_str("base_resp")),
                            "status_code", -1);
}


/* clause NULL: none; says NULL: not looked at */

static inline void
u2_refused(const u2_reply_t *r, int status, const char *code,
    const char *clause, const char *says)
{
    char  text[16];

    if (r->r.status != status || strcmp(r->r.error, code) != 0) {
        fail_msg("%d %s, not %d %s: %s", r->r.status, r->r.error, status,
                 code, r->r.body);
    }

    snprintf(text, sizeof(text), "%d", (int) u2_code(r));
    assert_string_equal(text, code);
    assert_string_equal(r->r.clause, clause != NULL ? clause : "");
    assert_true(r->r.why[0] != '\0');
    assert_null(strstr(r->r.why, "sk-"));

    if (status == 401) {
        assert_int_equal(r->r.store_ops, 0);
    }

    if (says != NULL && strstr(r->r.body, says) == NULL) {
        fail_msg("no \"%s\" in %s", says, r->r.body);
    }
}


static inline void
u2_fine(const u2_reply_t *r)
{
    if (r->r.status != 200 || u2_code(r) != 0) {
        fail_msg("%d: %s", r->r.status, r->r.body);
    }

    assert_string_equal(r->r.error, "");
}


/* A file of an account, put into the store directly; its id. */

static inline int64_t
u2_put_file(const char *account, const char *purpose)
{
    asr_op_t          op;
    asr_arena_t       arena;
    asr_spool_file_t  f;

    asr_arena_init(&arena, 65536);
    asr_spool_begin(u2_world.core.spool, &f);
    assert_int_equal(asr_spool_write(&f, "RIFF....", 8, 0), ASR_OK);

    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_FILE_CREATE;
    op.spool_file = &f;
    op.file.account = asr_cstr(account);
    op.file.purpose = asr_cstr(purpose);
    op.file.filename = asr_str("a.wav");
    op.file.bytes = 8;
    op.file.created_ms = 1700000000000;
    op.file.expires_ms = 4000000000000;

    assert_int_equal(asr_store_call(u2_world.core.store, &op), ASR_OK);
    asr_spool_end(&f, true);
    asr_arena_free(&arena);
    assert_true(op.file.id > 0);

    return op.file.id;
}


/* A task by a request with these further members (",\"a\":1"); its id. */

static inline int64_t
u2_put_task(const char *more)
{
    char        body[1024];
    int64_t     id;
    u2_reply_t  r;

    snprintf(body, sizeof(body),
             "{\"file_id\":%lld,\"model\":\"u2-asr\",\"format\":\"wav\"%s}",
             (long long) u2_put_file("demo", ASR_U2_PURPOSE), more);

    u2_post(&r, U2_TASKS, body);
    u2_fine(&r);
    id = r.r.task_id;
    u2_free(&r);

    return id;
}


/* A body whose members are all good, for each row of asr_u2_params. */

static const char *const  u2_good[][2] = {
    { "file_id", NULL },
    { "model", "\"u2-asr\"" },
    { "format", "\"wav\"" },
    { "sample_rate", "16000" },
    { "enable_itn", "true" },
    { "channel", "1" },
    { "enable_speaker", "true" },
    { "speaker_num", "2" },
    { "word_info", "true" },
    { "context", "\"weather\"" },
    { "hotwords", "[\"kelp\",\"\\u4f60\\u597d\"]" },
    { "speaker_ids", "[\"a\"]" },
    { "language", "\"en-US\"" },
    { "enable_auto_lang", "false" },
    { "made_up", "{\"x\":[1,2]}" }
};

#define U2_GOOD  (sizeof(u2_good) / sizeof(u2_good[0]))


/* The good body with one member's value replaced; value NULL: left out. */

static inline const char *
u2_body(const char *name, const char *value)
{
    size_t          i, n;
    char            id[24];
    bool            found;
    const char     *v;

    static char     body[65536];
    static int64_t  file;

    if (name == NULL || file == 0) {
        file = u2_put_file("demo", ASR_U2_PURPOSE);
    }

    snprintf(id, sizeof(id), "%lld", (long long) file);
    n = (size_t) snprintf(body, sizeof(body), "{");
    found = false;

    for (i = 0; i < U2_GOOD; i++) {
        v = (u2_good[i][1] != NULL) ? u2_good[i][1] : id;

        if (name != NULL && strcmp(name, u2_good[i][0]) == 0) {
            v = value;
            found = true;
        }

        if (v != NULL) {
            n += (size_t) snprintf(body + n, sizeof(body) - n, "%s\"%s\":%s",
                                   n > 1 ? "," : "", u2_good[i][0], v);
        }
    }

    if (name != NULL && !found && value != NULL) {
        n += (size_t) snprintf(body + n, sizeof(body) - n, ",\"%s\":%s",
                               name, value);
    }

    snprintf(body + n, sizeof(body) - n, "}");

    return body;
}


static inline void
u2_get_refused(const char *path, const char *args, const char *code,
    const char *clause, const char *says)
{
    u2_reply_t  r;

    print_message("%s?%.200s\n", path, args != NULL ? args : "");
    u2_get(&r, path, args);
    u2_refused(&r, 400, code, clause, says);
    u2_free(&r);
}


#endif /* U2_UNIT_H */
