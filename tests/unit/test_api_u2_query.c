/* Document 000: the query of tasks. */

#include "u2_unit.h"


static void
query_is(int64_t id, const char *expected)
{
    char        path[64], args[64];
    u2_reply_t  r;

    snprintf(path, sizeof(path), U2_TASKS "/%lld", (long long) id);
    u2_get(&r, path, NULL);
    assert_string_equal(r.r.body, expected);
    assert_int_equal(r.r.status, 200);
    assert_string_equal(r.r.content_type, U2_JSON);
    assert_string_equal(r.r.error, "");
    assert_int_equal(r.r.task_id, id);
    u2_free(&r);

    snprintf(args, sizeof(args), "x=1&task_id=%lld", (long long) id);
    u2_get(&r, U2_TASKS, args);
    assert_string_equal(r.r.body, expected);
    u2_free(&r);
}


#define BASE  "\"base_resp\":{\"status_code\":0,\"status_msg\":\"success\"}}"


/* A result as the recogniser stores it. */

static const char *
result_json(size_t nsentences)
{
    asr_buf_t       b;
    asr_result_t    result;
    asr_sentence_t  s[2];
    asr_word_t      w[2];

    static char     text[4096];

    memset(&result, 0, sizeof(result));
    memset(s, 0, sizeof(s));
    memset(w, 0, sizeof(w));

    w[0] = (asr_word_t) { .text = asr_str("one"), .start_ms = 90,
                           .end_ms = 310, .confidence = 0.5f };
    w[1] = (asr_word_t) { .text = asr_str("\"two\""), .start_ms = 310,
                           .end_ms = 1770, .confidence = 0.5f };

    s[0].text = asr_str("one \"two\" ");
    s[0].start_ms = 90;
    s[0].end_ms = 1770;
    s[0].speaker = 1;
    s[0].words = w;
    s[0].nwords = 2;

    s[1].text = asr_str("\xe4\xbd\xa0");
    s[1].start_ms = 2000;
    s[1].end_ms = 2500;
    s[1].channel = 1;
    s[1].speaker = -1;

    result.audio_ms = 13100;
    result.channels = 2;
    result.sentences = s;
    result.nsentences = nsentences;

    asr_buf_init(&b, sizeof(text) - 1);
    assert_int_equal(asr_result_write(&b, &result), ASR_OK);
    memcpy(text, b.data, b.len);
    text[b.len] = '\0';
    asr_buf_free(&b);

    return text;
}


static void
test_query_success(void **state)
{
    char     text[2048];
    size_t   i;
    int64_t  id;

    static const struct {
        const char  *more;
        const char  *first;
        const char  *second;
    } t[] = {
        { "", "", "" },
        { ",\"word_info\":true",
          ",\"words\":[{\"text\":\"one\",\"start\":90,\"end\":310},"
          "{\"text\":\"\\\"two\\\"\",\"start\":310,\"end\":1770}]",
          ",\"words\":[]" },
        { ",\"enable_speaker\":true", ",\"speaker\":1", "" },
        { ",\"channel\":2", ",\"channel\":1", ",\"channel\":2" },
        { ",\"channel\":2,\"enable_speaker\":true", ",\"channel\":1",
          ",\"channel\":2" }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        id = u2_put_task(t[i].more);
        api_finish_task(&u2_world, id, 13100, result_json(2), 0, NULL);

        snprintf(text, sizeof(text),
                 "{\"task_id\":\"%lld\",\"status\":\"Success\","
                 "\"duration\":13100,\"results\":["
                 "{\"index\":0,\"start\":90,\"end\":1770,"
                 "\"text\":\"one \\\"two\\\"\"%s},"
                 "{\"index\":1,\"start\":2000,\"end\":2500,"
                 "\"text\":\"\xe4\xbd\xa0\"%s}]," BASE,
                 (long long) id, t[i].first, t[i].second);
        query_is(id, text);
    }

    /* silence is a success without results, not an absent array */

    id = u2_put_task("");
    api_finish_task(&u2_world, id, 5000, result_json(0), 0, NULL);
    snprintf(text, sizeof(text), "{\"task_id\":\"%lld\","
             "\"status\":\"Success\",\"duration\":5000,\"results\":[]," BASE,
             (long long) id);
    query_is(id, text);
}


static void
test_query_states(void **state)
{
    int          cause;
    char         text[512];
    int64_t      id;
    asr_op_t     op;
    u2_reply_t   r;
    asr_arena_t  arena;

    id = u2_put_task("");
    snprintf(text, sizeof(text), "{\"task_id\":\"%lld\","
             "\"status\":\"Waiting\"," BASE, (long long) id);
    query_is(id, text);

    asr_arena_init(&arena, 65536);
    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_CLAIM;
    assert_int_equal(asr_store_call(u2_world.core.store, &op), ASR_OK);
    assert_int_equal(op.task.id, id);
    asr_arena_free(&arena);

    snprintf(text, sizeof(text), "{\"task_id\":\"%lld\","
             "\"status\":\"Processing\"," BASE, (long long) id);
    query_is(id, text);

    for (cause = ASR_CAUSE_INTERNAL; cause <= ASR_CAUSE_FILE_GONE; cause++) {
        id = u2_put_task("");
        api_finish_task(&u2_world, id, 0, NULL, (asr_cause_t) cause, "");
        snprintf(text, sizeof(text), "{\"task_id\":\"%lld\","
                 "\"status\":\"Failed\",\"base_resp\":{\"status_code\":%d,"
                 "\"status_msg\":\"%s\"}}", (long long) id,
                 asr_u2_causes[cause].code, asr_u2_causes[cause].meaning);
        query_is(id, text);
    }

    id = u2_put_task("");
    api_finish_task(&u2_world, id, 0, NULL, ASR_CAUSE_FORMAT,
                    "no \"audio\" stream");
    snprintf(text, sizeof(text), "{\"task_id\":\"%lld\","
             "\"status\":\"Failed\",\"base_resp\":{\"status_code\":200001,"
             "\"status_msg\":\"no \\\"audio\\\" stream\"}}", (long long) id);
    query_is(id, text);

    /* a result that cannot be read is the server's fault */

    id = u2_put_task("");
    api_finish_task(&u2_world, id, 1000, "{\"sentences\":7", 0, NULL);
    snprintf(text, sizeof(text), U2_TASKS "/%lld", (long long) id);
    u2_get(&r, text, NULL);
    u2_refused(&r, 500, "100999", NULL, "cannot be read");
    u2_free(&r);
}


static void
test_query_refused(void **state)
{
    size_t        i;
    char          path[64];
    int64_t       id;
    u2_reply_t    r;
    asr_store_t  *store;

    static const char *const  ids[] = {
        "/0", "/-1", "/x", "/99999999", "/9223372036854775807",
        "/9223372036854775808", "/1.0", "/ 1", "/+1"
    };

    id = u2_put_task("");

    for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        snprintf(path, sizeof(path), U2_TASKS "%s", ids[i]);
        u2_get_refused(path, NULL, "100002", "U-033", "no such task");
    }

    u2_get_refused(U2_TASKS, NULL, "100001", "U-060", "task_id is required");
    u2_get_refused(U2_TASKS, "task_id=", "100001", "U-060", "not be empty");
    u2_get_refused(U2_TASKS, "task_id=x", "100002", "U-033", "no such task");

    snprintf(path, sizeof(path), U2_TASKS "/%lld", (long long) id);
    u2_send(&r, "GET", path, NULL, "Bearer sk-other", NULL, NULL, 0, 0);
    u2_refused(&r, 400, "100002", "U-033", "no such task");
    u2_free(&r);

    u2_send(&r, "GET", path, NULL, NULL, NULL, NULL, 0, 0);
    u2_refused(&r, 401, "100101", "U-020", NULL);
    u2_free(&r);

    /* a body with GET means nothing */

    u2_send(&r, "GET", path, NULL, U2_KEY, U2_JSON, "{{{", 3, 1);
    u2_fine(&r);
    u2_free(&r);

    store = u2_world.core.store;
    u2_world.core.store = NULL;
    u2_get(&r, path, NULL);
    u2_refused(&r, 500, "100999", NULL, "the store is not available");
    u2_free(&r);
    u2_get(&r, "/v1/files", NULL);
    u2_refused(&r, 500, "100999", NULL, "the store is not available");
    u2_free(&r);
    u2_world.core.store = store;
}


int
main(void)
{
#define T(f)  cmocka_unit_test_setup_teardown(f, u2_setup, u2_teardown)

    const struct CMUnitTest  tests[] = {
        T(test_query_success),
        T(test_query_states),
        T(test_query_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
