/* Document 000: every parameter of the creation, and hostile bodies. */

#include "u2_unit.h"


static void
param_is(const char *name, const char *value, const char *clause,
    const char *says)
{
    u2_reply_t  r;

    print_message("%s = %.60s\n", name, value != NULL ? value : "(absent)");
    u2_post(&r, U2_TASKS, u2_body(name, value));

    if (clause == NULL) {
        u2_fine(&r);

    } else {
        u2_refused(&r, 400, "100001", clause, says);
        assert_non_null(strstr(r.r.body, name));
        assert_int_equal(r.r.store_ops, 0);
    }

    u2_free(&r);
}


/* Each row: missing, null, wrong type, and the edges of its values. */

static void
test_params(void **state)
{
    size_t              i;
    const asr_param_t  *p;

    u2_body(NULL, NULL);

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

    u2_body(NULL, NULL);

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
    char        body[256];
    size_t      i;
    u2_reply_t  r;

    static const char  *bad[] = {
        "a", "ftp://a/", "file:///etc/passwd", "http://", "https://",
        "http:///a", "https://?a", "http://:80/", "http://me@a/",
        "https://me:pw@a/", "https://a b/", "https://a/\\u0001",
        "https://a/\\u007f"
    };

    u2_body(NULL, NULL);
    param_is("file_url", "\"https://example.org/a.wav\"", "U-029",
             "exclude each other");
    param_is("file_url", "1", "U-012", "must be a string");
    param_is("file_url", "\"\"", "U-012", "must be 1 to 2048 characters");
    param_is("file_url", "null", NULL, NULL);

    u2_post(&r, U2_TASKS, "{\"file_url\":\"https://example.org/a.wav\","
                          "\"model\":\"u2-asr\",\"format\":\"wav\"}");
    u2_fine(&r);
    u2_free(&r);

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(body, sizeof(body), "{\"file_url\":\"%s\",\"model\":"
                 "\"u2-asr\",\"format\":\"wav\"}", bad[i]);
        u2_post(&r, U2_TASKS, body);
        u2_refused(&r, 400, "100001", "U-030", "must be an http or https URL");
        u2_free(&r);
    }

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


/* Rows that have no more than a type: its refusal, by clause. */

static void
test_types(void **state)
{
    u2_body(NULL, NULL);

    param_is("enable_itn", "\"false\"", "U-005", "must be a boolean");
    param_is("enable_itn", "0", "U-005", "must be a boolean");
    param_is("enable_speaker", "\"true\"", "U-007", "must be a boolean");
    param_is("enable_speaker", "1", "U-007", "must be a boolean");
    param_is("speaker_num", "\"2\"", "U-008", "must be an integer");
    param_is("speaker_num", "2.5", "U-008", "must be an integer");
    param_is("word_info", "\"true\"", "U-009", "must be a boolean");
    param_is("word_info", "1", "U-009", "must be a boolean");
    param_is("speaker_ids", "\"a\"", "U-013", "must be an array of strings");
    param_is("speaker_ids", "[\"a\",1]", "U-013",
             "speaker_ids.1 must be a string");
    param_is("language", "1", "U-014", "must be a string");
    param_is("language", "[\"en\"]", "U-014", "must be a string");
    param_is("enable_auto_lang", "\"true\"", "U-015", "must be a boolean");
    param_is("enable_auto_lang", "1", "U-015", "must be a boolean");
}


/* What a task made with these further members keeps of its request. */

static void
kept(const char *clause, const char *more, const char *params)
{
    asr_op_t     op;
    asr_arena_t  arena;

    asr_arena_init(&arena, 65536);
    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_TASK_GET;
    op.task.id = u2_put_task(more);
    op.task.account = asr_str("demo");
    op.task.api = asr_str("u2");
    assert_int_equal(asr_store_call(u2_world.core.store, &op), ASR_OK);

    if (!asr_str_eq(op.task.params, asr_cstr(params))) {
        fail_msg("%s: %.*s of {%s}, not %s", clause, asr_fmt(op.task.params),
                 more, params);
    }

    asr_arena_free(&arena);
}


#define KEPT(words, speaker, channel, itn)                                    \
    "{\"word_info\":" words ",\"enable_speaker\":" speaker ",\"channel\":"     \
    channel ",\"enable_itn\":" itn "}"

#define DEFAULTS  KEPT("false", "false", "1", "true")


/* Defaults take effect; what the document says has no effect has none. */

static void
test_defaults(void **state)
{
    kept("U-005", "", DEFAULTS);
    kept("U-005", ",\"enable_itn\":null", DEFAULTS);
    kept("U-005", ",\"enable_itn\":true", DEFAULTS);
    kept("U-005", ",\"enable_itn\":false",
         KEPT("false", "false", "1", "false"));

    kept("U-007", ",\"enable_speaker\":null", DEFAULTS);
    kept("U-007", ",\"enable_speaker\":false", DEFAULTS);
    kept("U-007", ",\"enable_speaker\":true",
         KEPT("false", "true", "1", "true"));
    kept("U-007", ",\"enable_speaker\":true,\"channel\":2",
         KEPT("false", "false", "2", "true"));

    kept("U-008", ",\"speaker_num\":-1", DEFAULTS);
    kept("U-008", ",\"speaker_num\":-1,\"enable_speaker\":true,"
         "\"channel\":2", KEPT("false", "false", "2", "true"));
    kept("U-008", ",\"speaker_num\":null,\"enable_speaker\":true",
         KEPT("false", "true", "1", "true"));
    kept("U-008", ",\"speaker_num\":3,\"enable_speaker\":true",
         KEPT("false", "true", "1,\"speaker_num\":3", "true"));
    kept("U-008", ",\"speaker_num\":3", DEFAULTS);

    kept("U-009", ",\"word_info\":null", DEFAULTS);
    kept("U-009", ",\"word_info\":false", DEFAULTS);
    kept("U-009", ",\"word_info\":true",
         KEPT("true", "false", "1", "true"));

    kept("U-010", ",\"context\":\"\"", DEFAULTS);
    kept("U-010", ",\"context\":\"a \\\"b\\\"\"",
         KEPT("false", "false", "1", "true,\"context\":\"a \\\"b\\\"\""));
    kept("U-011", ",\"hotwords\":[]", DEFAULTS);
    kept("U-011", ",\"context\":\"x\",\"hotwords\":[\"a\",\"\\u00e9\"]",
         KEPT("false", "false", "1",
              "true,\"context\":\"x\",\"hotwords\":[\"a\",\"\xc3\xa9\"]"));

    kept("U-013", ",\"speaker_ids\":null", DEFAULTS);
    kept("U-013", ",\"speaker_ids\":[\"a\",\"\"]", DEFAULTS);
    kept("U-014", ",\"language\":null", DEFAULTS);
    kept("U-014", ",\"language\":\"xx-none\"", DEFAULTS);
    kept("U-015", ",\"enable_auto_lang\":null", DEFAULTS);
    kept("U-015", ",\"enable_auto_lang\":true", DEFAULTS);
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
    HOSTILE("{\"x\":\"a\\u0000b\"}", "U-027",
            "a member holds a NUL character");
    HOSTILE("{\"context\":\"a\\u0000b\"}", "U-010",
            "context holds a NUL character");
    HOSTILE("{\"x\":\"a\0b\"}", "U-027", "NUL");
    HOSTILE("\0", "U-027", "NUL");

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

    text = strdup(u2_body(NULL, NULL));
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


int
main(void)
{
#define T(f)  cmocka_unit_test_setup_teardown(f, u2_setup, u2_teardown)

    const struct CMUnitTest  tests[] = {
        T(test_params),
        T(test_lengths),
        T(test_file_url),
        T(test_speakers),
        T(test_types),
        T(test_defaults),
        T(test_hostile),
        T(test_mutations)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
