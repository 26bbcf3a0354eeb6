/* Document 000: routes, authentication, limit, creation of tasks. */

#include "u2_unit.h"


/* A body whose members are all good, for each row of asr_u2_params. */

static const char *const  good[][2] = {
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

#define GOOD  (sizeof(good) / sizeof(good[0]))


/* The good body with one member's value replaced; value NULL: left out. */

static const char *
body_with(const char *name, const char *value)
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

    for (i = 0; i < GOOD; i++) {
        v = (good[i][1] != NULL) ? good[i][1] : id;

        if (name != NULL && strcmp(name, good[i][0]) == 0) {
            v = value;
            found = true;
        }

        if (v != NULL) {
            n += (size_t) snprintf(body + n, sizeof(body) - n, "%s\"%s\":%s",
                                   n > 1 ? "," : "", good[i][0], v);
        }
    }

    if (name != NULL && !found && value != NULL) {
        n += (size_t) snprintf(body + n, sizeof(body) - n, ",\"%s\":%s",
                               name, value);
    }

    snprintf(body + n, sizeof(body) - n, "}");

    return body;
}


static void
param_is(const char *name, const char *value, const char *clause,
    const char *says)
{
    u2_reply_t  r;

    print_message("%s = %.60s\n", name, value != NULL ? value : "(absent)");
    u2_post(&r, U2_TASKS, body_with(name, value));

    if (clause == NULL) {
        u2_fine(&r);

    } else {
        u2_refused(&r, 400, "100001", clause, says);
        assert_non_null(strstr(r.r.body, name));
        assert_int_equal(r.r.store_ops, 0);
    }

    u2_free(&r);
}


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

    body = body_with(NULL, NULL);

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

    body = body_with(NULL, NULL);

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
    assert_int_equal(op.task.sample_rate, 16000);
    assert_int_equal(op.task.channels, 1);
    assert_false(op.task.channels_strict);
    assert_true(op.task.expires_ms - op.task.created_ms == 24 * 3600 * 1000);
    assert_true(asr_str_eq(op.task.params,
                           asr_str("{\"word_info\":true,"
                                   "\"enable_speaker\":true,\"channel\":1,"
                                   "\"enable_itn\":true}")));
    asr_arena_free(&arena);
    u2_free(&r);
}


/* Each row: missing, null, wrong type, and the edges of its values. */

static void
test_params(void **state)
{
    size_t              i;
    const asr_param_t  *p;

    body_with(NULL, NULL);

    for (i = 0; i < asr_u2_params_n; i++) {
        p = &asr_u2_params[i];

        if (asr_str_eq(p->name, asr_str("file_url"))) {
            continue;            /* excludes file_id: test_file_url */
        }

        param_is(p->name.data, NULL,
                 (p->flags & ASR_P_REQUIRED) ? p->clause
                 : i == 0 ? "U-028" : NULL, "is required");
        param_is(p->name.data, "null",
                 (p->flags & ASR_P_REQUIRED) ? p->clause
                 : i == 0 ? "U-028" : NULL, "is required");
        param_is(p->name.data, "{}", p->clause, "must be");
        param_is(p->name.data, "1.5", p->clause, "must be");
        param_is(p->name.data, "[1]", p->clause, "must be");

        if (p->type == ASR_P_BOOL || p->type == ASR_P_INT) {
            param_is(p->name.data, "\"true\"", p->clause, "must be");
        }

        if (p->type != ASR_P_INT) {
            param_is(p->name.data, "1", p->clause, "must be");
        }

        if (p->type != ASR_P_BOOL) {
            param_is(p->name.data, "true", p->clause, "must be");
        }
    }

    param_is("file_id", "0", "U-001", "must be at least 1");
    param_is("file_id", "-5", "U-001", "must be at least 1");
    param_is("file_id", "\"\"", "U-001", "must be an integer");
    param_is("file_id", "\"12a\"", "U-001", "must be an integer");
    param_is("file_id", "99999999999999999999", "U-001", "must be");
    param_is("file_id", "\"99999999999999999999\"", "U-001", "out of range");
    param_is("model", "\"u2\"", "U-002", "must be u2-asr");
    param_is("model", "\"\"", "U-002", "must be u2-asr");
    param_is("format", "\"flac\"", "U-003",
             "must be one of mp3, opus, wav, amr, m4a, ogg");
    param_is("format", "\"WAV\"", "U-003", "must be one of");
    param_is("sample_rate", "0", "U-004", "must be 1 to 768000");
    param_is("sample_rate", "768001", "U-004", "must be 1 to 768000");
    param_is("sample_rate", "1", NULL, NULL);
    param_is("sample_rate", "768000", NULL, NULL);
    param_is("channel", "0", "U-006", "must be one of 1, 2");
    param_is("channel", "3", "U-006", "must be one of 1, 2");
    param_is("channel", "2", NULL, NULL);
    param_is("speaker_num", "0", "U-031", "must be at least 1");
    param_is("speaker_num", "-1", "U-031", "must be at least 1");
    param_is("speaker_num", "1", NULL, NULL);
    param_is("enable_speaker", "false", NULL, NULL);
    param_is("enable_itn", "false", NULL, NULL);
    param_is("format", "\"mp3\"", NULL, NULL);
    param_is("format", "\"opus\"", NULL, NULL);
    param_is("format", "\"amr\"", NULL, NULL);
    param_is("format", "\"m4a\"", NULL, NULL);
    param_is("format", "\"ogg\"", NULL, NULL);
    param_is("hotwords", "[]", NULL, NULL);
    param_is("hotwords", "[\"abcde\"]", NULL, NULL);
    param_is("hotwords", "[\"abc\",\"abcdef\"]", "U-011", "hotwords.1 must");
    param_is("context", "\"\"", NULL, NULL);
    param_is("unheard_of", "[{}]", NULL, NULL);
}


/* Lengths are code points, whatever their bytes and however escaped. */

static void
test_lengths(void **state)
{
    int          i, n;
    size_t       len;
    char         value[65536];
    u2_reply_t   r;

    static const char *const  points[] = {
        "a", "\xe4\xbd\xa0", "\xf0\x9f\x98\x80", "\\u4f60"
    };

    body_with(NULL, NULL);

    for (i = 0; i < 4; i++) {
        for (n = 500; n <= 501; n++) {
            len = (size_t) snprintf(value, sizeof(value), "\"");

            while (len < (size_t) n * strlen(points[i]) + 1) {
                len += (size_t) snprintf(value + len, sizeof(value) - len,
                                         "%s", points[i]);
            }

            snprintf(value + len, sizeof(value) - len, "\"");
            param_is("context", value, n == 500 ? NULL : "U-010",
                     "at most 500 characters");
        }

        snprintf(value, sizeof(value), "[\"%s%s%s%s%s\"]", points[i],
                 points[i], points[i], points[i], points[i]);
        param_is("hotwords", value, NULL, NULL);
        snprintf(value, sizeof(value), "[\"%s%s%s%s%s%s\"]", points[i],
                 points[i], points[i], points[i], points[i], points[i]);
        param_is("hotwords", value, "U-011", "at most 5 characters");
    }

    for (n = 200; n <= 201; n++) {
        len = (size_t) snprintf(value, sizeof(value), "[");

        for (i = 0; i < n; i++) {
            len += (size_t) snprintf(value + len, sizeof(value) - len,
                                     "%s\"\\ud83d\\ude00\\ud83d\\ude00"
                                     "\\ud83d\\ude00\\ud83d\\ude00"
                                     "\\ud83d\\ude00\"", i ? "," : "");
        }

        snprintf(value + len, sizeof(value) - len, "]");
        param_is("hotwords", value, n == 200 ? NULL : "U-011",
                 "at most 200 items");
    }

    /* the most the document allows fits, in pieces too, within the memory */

    len = (size_t) snprintf(value, sizeof(value),
                            "{\"model\":\"u2-asr\",\"format\":\"wav\","
                            "\"file_id\":%lld,\"context\":\"",
                            (long long) u2_put_file("demo", ASR_U2_PURPOSE));

    for (i = 0; i < 500; i++) {
        len += (size_t) snprintf(value + len, sizeof(value) - len,
                                 "\\ud83d\\ude00");
    }

    len += (size_t) snprintf(value + len, sizeof(value) - len,
                             "\",\"hotwords\":[");

    for (i = 0; i < 200; i++) {
        len += (size_t) snprintf(value + len, sizeof(value) - len,
                                 "%s\"\\ud83d\\ude00\\ud83d\\ude00"
                                 "\\ud83d\\ude00\\ud83d\\ude00"
                                 "\\ud83d\\ude00\"", i ? "," : "");
    }

    len += (size_t) snprintf(value + len, sizeof(value) - len, "]}");

    u2_send(&r, "POST", U2_TASKS, NULL, U2_KEY, U2_JSON, value, len, 4096);
    u2_fine(&r);
    assert_true(r.r.arena_used <= ASR_U2_JSON_ARENA);
    u2_free(&r);
}


static void
test_file_url(void **state)
{
    u2_reply_t  r;

    body_with(NULL, NULL);
    param_is("file_url", "\"https://example.org/a.wav\"", "U-029",
             "exclude each other");
    param_is("file_url", "1", "U-012", "must be a string");
    param_is("file_url", "\"\"", "U-012", "must be 1 to 2048 characters");
    param_is("file_url", "null", NULL, NULL);

    u2_post(&r, U2_TASKS, "{\"file_url\":\"https://example.org/a.wav\","
                          "\"model\":\"u2-asr\",\"format\":\"wav\"}");
    u2_refused(&r, 400, "100001", "U-030", "file_url is not available");
    u2_free(&r);

    u2_post(&r, U2_TASKS, "{\"model\":\"u2-asr\",\"format\":\"wav\"}");
    u2_refused(&r, 400, "100001", "U-028", "file_id is required");
    u2_free(&r);
}


/* speaker_num says nothing without separation, separation nothing in stereo */

static void
test_speakers(void **state)
{
    char        body[256];
    int64_t     file;
    u2_reply_t  r;

    file = u2_put_file("demo", ASR_U2_PURPOSE);

    snprintf(body, sizeof(body), "{\"file_id\":\"%lld\",\"model\":\"u2-asr\","
             "\"format\":\"wav\",\"speaker_num\":0}", (long long) file);
    u2_post(&r, U2_TASKS, body);
    u2_fine(&r);
    u2_free(&r);

    snprintf(body, sizeof(body), "{\"file_id\":%lld,\"model\":\"u2-asr\","
             "\"format\":\"wav\",\"speaker_num\":0,\"channel\":2,"
             "\"enable_speaker\":true}", (long long) file);
    u2_post(&r, U2_TASKS, body);
    u2_fine(&r);
    u2_free(&r);

    snprintf(body, sizeof(body), "{\"file_id\":%lld,\"model\":\"u2-asr\","
             "\"format\":\"wav\",\"speaker_num\":null,"
             "\"enable_speaker\":true}", (long long) file);
    u2_post(&r, U2_TASKS, body);
    u2_fine(&r);
    u2_free(&r);
}


static void
hostile(const char *body, size_t len, int status, const char *clause,
    const char *says)
{
    size_t      i;
    u2_reply_t  r;

    static const size_t  pieces[] = { 0, 1, 7, 4096 };

    print_message("%.60s\n", body);

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        u2_send(&r, "POST", U2_TASKS, NULL, U2_KEY, U2_JSON, body, len,
                pieces[i]);
        u2_refused(&r, status, "100001", clause, says);
        assert_int_equal(r.r.store_ops, 0);
        assert_true(r.r.arena_used <= ASR_U2_JSON_ARENA);
        u2_free(&r);

        u2_send(&r, "POST", "/v1/files/delete", NULL, U2_KEY, U2_JSON, body,
                len, pieces[i]);
        assert_int_equal(r.r.status, status);
        assert_string_equal(r.r.error, "100001");
        u2_free(&r);
    }
}


#define HOSTILE(lit, clause, says)                                            \
    hostile(lit, sizeof(lit) - 1, 400, clause, says)


static void
test_hostile(void **state)
{
    int          i;
    char        *big;
    u2_reply_t   r;
    char         deep[256];

    HOSTILE("", "U-027", "empty");
    HOSTILE(" ", "U-027", "not valid JSON");
    HOSTILE("{", "U-027", "not valid JSON");
    HOSTILE("}", "U-027", "not valid JSON");
    HOSTILE("nul", "U-027", "not valid JSON");
    HOSTILE("{\"file_id\":1,}", "U-027", "not valid JSON");
    HOSTILE("{\"file_id\":1}x", "U-027", "not valid JSON");
    HOSTILE("{\"file_id\":1}{}", "U-027", "not valid JSON");
    HOSTILE("{'file_id':1}", "U-027", "not valid JSON");
    HOSTILE("file_id=1", "U-027", "not valid JSON");
    HOSTILE("\"text\"", "U-027", "must be a JSON object");
    HOSTILE("[]", "U-027", "must be a JSON object");
    HOSTILE("null", "U-027", "must be a JSON object");
    HOSTILE("17", "U-027", "must be a JSON object");
    HOSTILE("{\"file_id\":1,\"file_id\":2}", "U-001",
            "file_id is given more than once");
    HOSTILE("{\"x\":1,\"x\":2}", "U-027", "a member is given more than once");
    HOSTILE("{\"context\":\"\xff\"}", "U-027", "UTF-8");
    HOSTILE("{\"context\":\"\xc0\x80\"}", "U-027", "UTF-8");
    HOSTILE("{\"context\":\"\xed\xa0\x80\"}", "U-027", "UTF-8");
    HOSTILE("{\"x\":\"a\\u0000b\"}", NULL, NULL);
    HOSTILE("{\"x\":\"a\0b\"}", NULL, NULL);
    HOSTILE("\0", NULL, NULL);

    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    hostile(deep, 200, 400, "U-027", "nested too deeply");
    memset(deep, '[', sizeof(deep));
    hostile(deep, sizeof(deep), 400, "U-027", NULL);

    /* too large: by its announced length, by its real one, by its tree */

    big = malloc(ASR_U2_JSON_MAX + 1);
    assert_non_null(big);
    memset(big, ' ', ASR_U2_JSON_MAX + 1);
    hostile(big, ASR_U2_JSON_MAX + 1, 413, "U-026", "too large");
    hostile(big, ASR_U2_JSON_MAX, 400, "U-027", "not valid JSON");

    u2_request(&r, &(api_request_t) {
        .method = "POST", .path = U2_TASKS, .body = big,
        .body_len = ASR_U2_JSON_MAX + 1, .piece = 1000, .chunked = true,
        .headers = (api_header_t[]) {
            { "authorization", U2_KEY }, { NULL, NULL } }
    });
    u2_refused(&r, 413, "100001", "U-026", "too large");
    u2_free(&r);

    memcpy(big, "{\"x\":[1", 7);

    for (i = 7; i < 20000; i += 2) {
        memcpy(big + i, ",1", 2);
    }

    memcpy(big + i, "]}", 2);
    hostile(big, (size_t) i + 2, 413, "U-026", "too large");
    free(big);

    assert_int_equal(u2_world.counters.internal[0], 0);
}


/* Any prefix and any flipped byte of a good body: an answer, never a 500. */

static void
test_mutations(void **state)
{
    size_t       i, n;
    char        *text;
    u2_reply_t   r;

    text = strdup(body_with(NULL, NULL));
    assert_non_null(text);
    n = strlen(text);

    for (i = 0; i < n; i++) {
        u2_send(&r, "POST", U2_TASKS, NULL, U2_KEY, U2_JSON, text, i, 0);
        u2_refused(&r, 400, "100001", "U-027", NULL);
        u2_free(&r);

        text[i] ^= 0x15;
        u2_send(&r, "POST", U2_TASKS, NULL, U2_KEY, U2_JSON, text, n, 13);
        assert_true(r.r.status == 200 || r.r.status == 400);
        u2_free(&r);
        text[i] ^= 0x15;
    }

    free(text);
    assert_int_equal(u2_world.counters.internal[0], 0);
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

    body = body_with(NULL, NULL);

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

    body = body_with(NULL, NULL);
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
    body_with(NULL, NULL);

    for (i = 0; i < 3; i++) {
        snprintf(text, sizeof(text), "%lld", (long long) ids[i]);
        u2_post(&r, U2_TASKS, body_with("file_id", text));
        u2_refused(&r, 400, "100002", "U-032", "data not found");
        u2_free(&r);
    }

    u2_world.models.engines[0] = "16k_en";
    u2_post(&r, U2_TASKS, body_with("none", NULL));
    u2_refused(&r, 500, "100999", NULL, "no recognition model");
    u2_free(&r);
    u2_world.models.engines[0] = "*";

    store = u2_world.core.store;
    u2_world.core.store = NULL;
    body = body_with("none", NULL);
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
    u2_post(&r, U2_TASKS, body_with(NULL, NULL));
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
        T(test_params),
        T(test_lengths),
        T(test_file_url),
        T(test_speakers),
        T(test_hostile),
        T(test_mutations),
        T(test_content_type),
        T(test_limit),
        T(test_create_refused_by_store),
        T(test_queue_full),
        T(test_http_errors),
        T(test_reply_headers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
