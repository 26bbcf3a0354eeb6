/* ICE: a job from its submission to its result, lists, deletion, events. */

#include "ice_client.h"

#include "auth/asr_acs.h"
#include "speech/asr_result.h"


/* What the store keeps is what asr_result_write writes. */

static const char *
stored_result(void)
{
    static char      text[4096];
    asr_buf_t        buf;
    asr_word_t       words[4];
    asr_result_t     r;
    asr_sentence_t   s[2];

    memset(words, 0, sizeof(words));
    memset(s, 0, sizeof(s));
    words[0].text = asr_str("hello");
    words[0].tail = asr_str(",");
    words[0].end_ms = 300;
    words[1].text = asr_str("\"big\"");
    words[1].start_ms = 300;
    words[1].end_ms = 500;
    words[2].text = asr_str("world");
    words[2].tail = asr_str(".");
    words[2].start_ms = 510;
    words[2].end_ms = 846;
    words[3].text = asr_str("on");
    words[3].start_ms = 6260;
    words[3].end_ms = 10300;

    s[0].text = asr_str("hello, \"big\" world.");
    s[0].end_ms = 846;
    s[0].speaker = -1;
    s[0].words = words;
    s[0].nwords = 3;
    s[1].text = asr_str("on");
    s[1].start_ms = 6260;
    s[1].end_ms = 10300;
    s[1].speaker = -1;
    s[1].words = words + 3;
    s[1].nwords = 1;

    r.audio_ms = 12000;
    r.channels = 1;
    r.sentences = s;
    r.nsentences = 2;

    asr_buf_init(&buf, sizeof(text));
    assert_int_equal(asr_result_write(&buf, &r), ASR_OK);
    api_copy(text, sizeof(text), asr_buf_str(&buf));
    asr_buf_free(&buf);

    return text;
}


static int64_t
submit(const i_pair_t *pairs, const char *id, char job[33])
{
    int64_t         task;
    asr_str_t       s;
    asr_json_t     *root;
    asr_arena_t     arena;
    i_request_t     q;
    api_response_t  r;

    memset(&q, 0, sizeof(q));
    q.pairs = pairs;
    q.id = id;
    i_send(&world, &q, &r);
    assert_int_equal(r.status, 200);

    root = i_reply(&r, &arena);
    assert_true(asr_str_eq(asr_json_get_str(root, "State"),
                           asr_str("Created")));
    s = asr_json_get_str(root, "JobId");
    assert_int_equal(s.len, ASR_ICE_JOB_LEN);
    api_copy(job, 33, s);
    assert_int_equal(strspn(job, "0123456789abcdef"), 32);
    task = r.task_id;
    assert_true(task > 0);

    asr_arena_free(&arena);
    api_response_free(&r);

    return task;
}


static void
call(const char *action, const char *name, const char *value, const char *id,
    const char *format, api_response_t *r)
{
    i_pair_t     p[2];
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    memset(p, 0, sizeof(p));
    p[0].name = name;
    p[0].value = value;
    q.action = action;
    q.pairs = p;
    q.id = id;
    q.format = format;
    i_send(&world, &q, r);
}


static void
is(const asr_json_t *o, const char *name, const char *value)
{
    asr_str_t  got;

    got = asr_json_get_str(o, name);

    if (!asr_str_eq(got, asr_cstr(value))) {
        fail_msg("%s is \"%.*s\", not \"%s\"", name, asr_fmt(got), value);
    }
}


static void
cancel(int64_t task)
{
    char            job[33];
    api_response_t  r;

    asr_ice_job_id(task, job);
    job[32] = '\0';
    call("DeleteSmartJob", "JobId", job, NULL, NULL, &r);
    i_expect(&r, 200, NULL, NULL);
}


static void
test_life(void **state)
{
    char            job[33];
    int64_t         task;
    asr_json_t     *root, *info, *input;
    asr_arena_t     arena;
    api_response_t  r;

    static const i_pair_t  pairs[] = {
        { "InputFile", I_FILE },
        { "UserData", "{\"k\":\"<v>\"}" },
        { "Title", "\xe6\xb5\x8b\xe8\xaf\x95" },
        { "Description", "d" },
        { "StartTime", "00:00:01" },
        { "Duration", "10.5" },
        { NULL, NULL }
    };

    task = submit(pairs, NULL, job);

    call("GetSmartHandleJob", "JobId", job, NULL, NULL, &r);
    root = i_reply(&r, &arena);
    assert_int_equal(r.status, 200);
    is(root, "State", "Created");
    is(root, "JobId", job);
    is(root, "UserData", "{\"k\":\"<v>\"}");
    assert_null(asr_json_get(root, asr_str("Output")));
    assert_null(asr_json_get(root, asr_str("Code")));
    asr_arena_free(&arena);
    api_response_free(&r);

    api_finish_task(&world, task, 12000, stored_result(), 0, NULL);

    call("GetSmartTaskResult", "JobId", job, NULL, NULL, &r);
    root = i_reply(&r, &arena);
    is(root, "State", "Finished");
    is(root, "Output",
       "[{\"content\":\"hello, \\\"big\\\" world\",\"from\":0.0,\"to\":0.846},"
       "{\"content\":\"on\",\"from\":6.26,\"to\":10.3}]");
    is(asr_json_get(root, asr_str("JobResult")), "AiResult",
       asr_json_get_str(root, "Output").data);

    info = asr_json_get(root, asr_str("SmartJobInfo"));
    is(info, "JobType", "ASR");
    is(info, "Title", "\xe6\xb5\x8b\xe8\xaf\x95");
    is(info, "Description", "d");
    assert_int_equal(asr_json_get_int(info, "UserId", 0), 1300000001);
    assert_int_equal(asr_json_get_str(info, "CreateTime").len, 20);
    assert_int_equal(asr_json_get_str(info, "ModifiedTime").len, 20);

    input = asr_json_get(info, asr_str("InputConfig"));
    is(input, "InputFile", I_FILE);
    is(input, "JobParameters",
       "{\"duration\":\"10.5\",\"start_time\":\"00:00:01\"}");
    asr_arena_free(&arena);
    api_response_free(&r);

    call("GetSmartHandleJob", "JobId", job, NULL, "XML", &r);
    assert_non_null(strstr(r.body, "<Output>[{\"content\":\"hello, \\\"big"));
    assert_non_null(strstr(r.body, "<UserData>{\"k\":\"&lt;v&gt;\"}"));
    assert_non_null(strstr(r.body, "<SmartJobInfo><JobType>ASR</JobType>"));
    api_response_free(&r);

    /* nobody else's */

    call("GetSmartHandleJob", "JobId", job, "LTAIother", NULL, &r);
    i_expect(&r, 404, "ResourceNotFound", NULL);
    call("DeleteSmartJob", "JobId", job, "LTAIother", NULL, &r);
    i_expect(&r, 404, "ResourceNotFound", NULL);

    cancel(task);
    call("GetSmartHandleJob", "JobId", job, NULL, NULL, &r);
    i_expect(&r, 404, "ResourceNotFound", NULL);
}


static void
test_defaults(void **state)
{
    char            job[33];
    int64_t         task;
    asr_str_t       title;
    asr_json_t     *root, *info;
    asr_arena_t     arena;
    api_response_t  r;

    task = submit(i_good, NULL, job);
    call("GetSmartHandleJob", "JobId", job, NULL, NULL, &r);
    root = i_reply(&r, &arena);
    info = asr_json_get(root, asr_str("SmartJobInfo"));
    title = asr_json_get_str(info, "Title");
    assert_int_equal(title.len, 34);
    assert_memory_equal(title.data, "default_title_", 14);
    assert_memory_equal(title.data + 14,
                        asr_json_get_str(info, "CreateTime").data, 20);
    is(asr_json_get(info, asr_str("InputConfig")), "JobParameters",
       "{\"start_time\":\"00:00:00\"}");
    assert_null(asr_json_get(root, asr_str("UserData")));
    assert_null(asr_json_get(info, asr_str("Description")));
    asr_arena_free(&arena);
    api_response_free(&r);
    cancel(task);
}


static void
sentence_max(const char *config, const char *output)
{
    char            job[33];
    int64_t         task;
    i_pair_t        pairs[3];
    asr_json_t     *root;
    asr_arena_t     arena;
    api_response_t  r;

    memset(pairs, 0, sizeof(pairs));
    pairs[0] = i_good[0];
    pairs[1] = (i_pair_t) { "EditingConfig", config };

    task = submit(pairs, NULL, job);
    api_finish_task(&world, task, 12000, stored_result(), 0, NULL);
    call("GetSmartHandleJob", "JobId", job, NULL, NULL, &r);
    root = i_reply(&r, &arena);
    is(root, "Output", output);
    asr_arena_free(&arena);
    api_response_free(&r);
    cancel(task);
}


/*
 * I-018: lines are cut when the task is finished; here they end with their
 * mark for who asked for lines, and without for who did not.
 */

static void
test_sentence_max(void **state)
{
    static const char  text[] =
        "[{\"content\":\"hello, \\\"big\\\" world%s\",\"from\":0.0,"
        "\"to\":0.846},{\"content\":\"on\",\"from\":6.26,\"to\":10.3}]";
    char               want[512];

    snprintf(want, sizeof(want), text, ".");
    sentence_max("{\"SentenceMaxLength\":4}", want);
    sentence_max("{\"SentenceMaxLength\":50}", want);

    snprintf(want, sizeof(want), text, "");
    sentence_max("{\"EnableSemanticSentenceDetection\":true}", want);
    sentence_max("{}", want);
}


static void
test_failures(void **state)
{
    char            job[33];
    size_t          i;
    int64_t         task;
    asr_json_t     *root;
    asr_arena_t     arena;
    api_response_t  r;

    for (i = 0; i < ASR_ICE_CAUSES; i++) {
        task = submit(i_good, NULL, job);
        api_finish_task(&world, task, 0, NULL, asr_ice_causes[i].cause, "m");
        call("GetSmartHandleJob", "JobId", job, NULL, NULL, &r);
        root = i_reply(&r, &arena);
        assert_int_equal(r.status, 200);
        is(root, "State", "Failed");
        is(root, "ErrorCode", asr_ice_causes[i].code);
        is(root, "ErrorMessage", asr_ice_causes[i].text);
        assert_null(asr_json_get(root, asr_str("Code")));
        assert_null(asr_json_get(root, asr_str("JobResult")));
        asr_arena_free(&arena);
        api_response_free(&r);
        cancel(task);
    }
}


static void
test_ids(void **state)
{
    char     text[33], other[33];
    size_t   i;
    int64_t  id, k;

    static const char *const  bad[] = {
        "", "1", "00000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffff",
        "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdeg"
    };

    text[32] = '\0';

    for (k = 1; k < INT64_C(1) << 53; k = k * 3 + 1) {
        asr_ice_job_id(k, text);
        assert_int_equal(asr_ice_job_number(asr_cstr(text), &id), ASR_OK);
        assert_true(id == k);

        for (i = 0; i < 32; i++) {
            memcpy(other, text, 33);
            other[i] = (other[i] == '0') ? '1' : '0';
            assert_int_equal(asr_ice_job_number(asr_cstr(other), &id),
                             ASR_INVALID);
        }
    }

    for (i = 0; i < asr_nelts(bad); i++) {
        assert_int_equal(asr_ice_job_number(asr_cstr(bad[i]), &id),
                         ASR_INVALID);
    }

    asr_ice_job_id(0, text);
    assert_int_equal(asr_ice_job_number(asr_cstr(text), &id), ASR_INVALID);
    asr_ice_job_id(-5, text);
    assert_int_equal(asr_ice_job_number(asr_cstr(text), &id), ASR_INVALID);
}


/* One page of a list into ids, and its token; returns how many. */

static size_t
page(const i_pair_t *pairs, int64_t *ids, char token[64], const char *total)
{
    size_t          n;
    asr_json_t     *root, *list, *item;
    asr_arena_t     arena;
    i_request_t     q;
    api_response_t  r;

    memset(&q, 0, sizeof(q));
    q.action = "ListSmartJobs";
    q.pairs = pairs;
    q.id = "LTAIother";
    i_send(&world, &q, &r);
    root = i_reply(&r, &arena);
    assert_int_equal(r.status, 200);
    is(root, "TotalCount", total);
    api_copy(token, 64, asr_json_get_str(root, "NextToken"));
    list = asr_json_get(root, asr_str("SmartJobList"));
    assert_int_equal(list->type, ASR_JSON_ARRAY);

    for (n = 0, item = list->child; item != NULL; item = item->next, n++) {
        assert_int_equal(asr_ice_job_number(asr_json_get_str(item, "JobId"),
                                            &ids[n]), ASR_OK);
        is(item, "JobType", "ASR");
        assert_non_null(asr_json_get_str(item, "JobState").data);
        is(asr_json_get(item, asr_str("InputConfig")), "InputFile", I_FILE);
    }

    asr_arena_free(&arena);
    api_response_free(&r);

    return n;
}


static void
test_list(void **state)
{
    char      job[33], token[64], all[33 * 7 + 1];
    size_t    i, n;
    int64_t   tasks[7], ids[128];
    i_pair_t  p[4];
    api_response_t  r;

    assert_int_equal(page(NULL, ids, token, "0"), 0);
    all[0] = '\0';

    for (i = 0; i < 7; i++) {
        tasks[i] = submit(i_good, "LTAIother", job);
        snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
                 i ? "," : "", job);
    }

    /* newest first; what the other account has is not there */

    assert_int_equal(page(NULL, ids, token, "7"), 7);
    assert_string_equal(token, "");

    for (i = 0; i < 7; i++) {
        assert_true(ids[i] == tasks[6 - i]);
    }

    memset(p, 0, sizeof(p));
    p[0] = (i_pair_t) { "SortBy", "CreationTime:Asc" };
    p[1] = (i_pair_t) { "PageSize", "3" };
    p[2] = (i_pair_t) { "PageNo", "2" };
    assert_int_equal(page(p, ids, token, "7"), 3);
    assert_true(ids[0] == tasks[3] && ids[2] == tasks[5]);

    /* page by page, both ways */

    for (i = 0; i < 2; i++) {
        p[0].value = i ? "CreationTime:Desc" : "CreationTime:Asc";
        p[1] = (i_pair_t) { "MaxResults", "3" };
        p[2] = (i_pair_t) { NULL, NULL };

        for (n = 0; n < 7; n += 3) {
            assert_int_equal(page(p, ids + n, token, "7"), n < 6 ? 3 : 1);
            p[2] = (i_pair_t) { "NextToken", token };
        }

        assert_string_equal(token, "");

        for (n = 0; n < 7; n++) {
            assert_true(ids[n] == tasks[i ? 6 - n : n]);
        }
    }

    /* by state */

    api_finish_task(&world, tasks[0], 12000, stored_result(), 0, NULL);
    api_finish_task(&world, tasks[1], 0, NULL, ASR_CAUSE_FORMAT, "");
    memset(p, 0, sizeof(p));
    p[0] = (i_pair_t) { "JobState", "Finished" };
    assert_int_equal(page(p, ids, token, "1"), 1);
    assert_true(ids[0] == tasks[0]);
    p[0].value = "Failed";
    assert_int_equal(page(p, ids, token, "1"), 1);
    assert_true(ids[0] == tasks[1]);
    p[0].value = "Created";
    assert_int_equal(page(p, ids, token, "5"), 5);
    p[0].value = "Executing";
    assert_int_equal(page(p, ids, token, "0"), 0);
    p[0] = (i_pair_t) { "JobType", "DynamicChart" };
    assert_int_equal(page(p, ids, token, "0"), 0);
    p[0].value = "ASR";
    assert_int_equal(page(p, ids, token, "7"), 7);

    call("ListSmartJobs", "PageSize", "1", "LTAIother", "XML", &r);
    assert_non_null(strstr(r.body, "<SmartJobList><SmartJob><JobId>"));
    assert_non_null(strstr(r.body, "</SmartJob></SmartJobList>"));
    api_response_free(&r);

    /* all of them or none */

    submit(i_good, NULL, job);
    snprintf(token, sizeof(token), "%.32s,", all);
    call("DeleteSmartJob", "JobId", token, "LTAIother", NULL, &r);
    i_expect(&r, 404, "ResourceNotFound", NULL);
    memcpy(token + 33, job, 31);
    token[63] = '\0';
    call("DeleteSmartJob", "JobId", token, "LTAIother", NULL, &r);
    i_expect(&r, 404, "ResourceNotFound", NULL);
    assert_int_equal(page(NULL, ids, token, "7"), 7);

    call("DeleteSmartJob", "JobId", all, "LTAIother", NULL, &r);
    i_expect(&r, 200, NULL, NULL);
    assert_int_equal(page(NULL, ids, token, "0"), 0);
    call("DeleteSmartJob", "JobId", all, "LTAIother", NULL, &r);
    i_expect(&r, 404, "ResourceNotFound", NULL);
    call("DeleteSmartJob", "JobId", job, NULL, NULL, &r);
    i_expect(&r, 200, NULL, NULL);
}


static void
test_delete_many(void **state)
{
    char            text[33 * 102], job[33];
    size_t          i;
    api_response_t  r;

    submit(i_good, NULL, job);
    text[0] = '\0';

    for (i = 0; i < 100; i++) {
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
                 i ? "," : "", job);
    }

    /* one named a hundred times is one */

    call("DeleteSmartJob", "JobId", text, NULL, NULL, &r);
    i_expect(&r, 200, NULL, NULL);

    snprintf(text + strlen(text), sizeof(text) - strlen(text), ",%s", job);
    call("DeleteSmartJob", "JobId", text, NULL, NULL, &r);
    i_expect(&r, 400, "InvalidParameter", "more than 100");
}


/* The task's audio is the file's, small and large. */

static void
audio_is(const char *name, const unsigned char *p, size_t n,
    const char *format)
{
    int             fd;
    char            job[33], file[128];
    char           *got;
    asr_op_t        op;
    i_pair_t        pairs[2];
    asr_arena_t     arena;

    i_write(name, p, n);
    snprintf(file, sizeof(file), "oss://example-bucket/%s", name);
    memset(pairs, 0, sizeof(pairs));
    pairs[0] = (i_pair_t) { "InputFile", file };
    submit(pairs, NULL, job);

    asr_arena_init(&arena, 1 << 20);
    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_CLAIM;
    assert_int_equal(asr_store_call(world.core.store, &op), ASR_OK);
    assert_int_equal(op.claim, ASR_CLAIM_DECODE);
    assert_true(asr_str_eq(op.task.engine, asr_str(ASR_ICE_ENGINE)));
    assert_int_equal(op.task.channels, 1);
    assert_true(asr_str_eq(op.task.format, asr_cstr(format)));

    if (n <= ASR_SPOOL_INLINE) {
        assert_int_equal(op.task.inline_audio.len, n);
        assert_memory_equal(op.task.inline_audio.data, p, n);

    } else {
        got = malloc(n + 1);
        fd = asr_spool_open_audio(world.core.spool, op.task.spool);
        assert_true(fd >= 0);
        assert_int_equal(read(fd, got, n + 1), n);
        assert_memory_equal(got, p, n);
        close(fd);
        free(got);
    }

    cancel(op.task.id);
    asr_arena_free(&arena);
}


static void
test_audio(void **state)
{
    size_t          i;
    unsigned char  *p;

    p = malloc(1000000);

    for (i = 0; i < 1000000; i++) {
        p[i] = (unsigned char) (i * 7 + i / 251);
    }

    audio_is("one.wav", p, 1, "");
    audio_is("inline.wav", p, ASR_SPOOL_INLINE, "");
    audio_is("raw.pcm", p, 2, "pcm");
    audio_is("file.wav", p, ASR_SPOOL_INLINE + 1, "");
    audio_is("media/big \xe5\x90\x8d.wav", p, 1000000, "");
    free(p);
}


static void
test_store_fails(void **state)
{
    char            job[33];
    i_request_t     q;
    asr_store_t    *store;
    api_response_t  r;

    static const char *const  actions[] = {
        "SubmitASRJob", "GetSmartHandleJob", "ListSmartJobs",
        "DeleteSmartJob"
    };

    size_t          i;
    i_pair_t        p[3];

    asr_ice_job_id(1, job);
    job[32] = '\0';
    memset(p, 0, sizeof(p));
    p[0] = i_good[0];
    p[1] = (i_pair_t) { "JobId", job };
    store = world.core.store;
    world.core.store = NULL;

    for (i = 0; i < asr_nelts(actions); i++) {
        memset(&q, 0, sizeof(q));
        q.action = actions[i];
        q.pairs = p;
        i_send(&world, &q, &r);
        i_expect(&r, 500, "InternalError", NULL);
    }

    world.core.store = store;
}


static bool
full_hook(asr_op_t *op)
{
    op->rc = (op->type == ASR_OP_TASK_CREATE) ? ASR_TOOBIG : ASR_OK;

    return true;
}


static void
test_queue_full(void **state)
{
    i_request_t  q;

    memset(&q, 0, sizeof(q));
    q.pairs = i_good;
    world.store_hook = full_hook;
    check(&q, 503, "ServiceUnavailable", NULL);
    world.store_hook = i_store_hook;
}


static void
event(const i_pair_t *pairs, const char *id, bool good, asr_arena_t *arena,
    asr_delivery_t *out, bool wanted)
{
    char      job[33];
    int64_t   task;
    asr_op_t  op;

    task = submit(pairs, id, job);
    api_finish_task(&world, task, 12000, good ? stored_result() : NULL,
                    ASR_CAUSE_CORRUPT, "m");

    memset(&op, 0, sizeof(op));
    op.arena = arena;
    op.type = ASR_OP_TASK_GET;
    op.task.id = task;
    op.task.account = (id != NULL) ? asr_str("other") : asr_str("demo");
    op.task.api = asr_str("ice");
    assert_int_equal(asr_store_call(world.core.store, &op), ASR_OK);
    assert_int_equal(asr_api_ice.callback(&op.task, arena, out), wanted);
}


static void
test_events(void **state)
{
    char              text[512], hex[33];
    unsigned          n;
    asr_str_t         stamp;
    asr_json_t       *root, *body;
    asr_arena_t       arena;
    unsigned char     md[64];
    asr_delivery_t    d;
    asr_json_error_t  err;

    static const i_pair_t  notify[] = {
        { "InputFile", I_FILE },
        { "UserData", "{\"NotifyAddress\":\"http://n.example/x\",\"a\":1}" },
        { NULL, NULL }
    };

    static const i_pair_t  queue[] = {
        { "InputFile", I_FILE },
        { "UserData", "{\"NotifyAddress\":\"ice-callback-q\"}" },
        { NULL, NULL }
    };

    asr_arena_init(&arena, 1 << 22);

    /* the account's, signed */

    event(i_good, NULL, true, &arena, &d, true);
    assert_true(asr_str_eq(d.url, asr_str("https://hook.example/ice")));
    assert_int_equal(d.attempts_max, 3);
    assert_int_equal(d.nheaders, 2);
    assert_true(asr_str_eq(d.headers[0].name, asr_str("X-ICE-TIMESTAMP")));
    assert_true(asr_str_eq(d.headers[1].name, asr_str("X-ICE-SIGNATURE")));
    stamp = d.headers[0].value;
    assert_true(llabs(atoll(stamp.data) - (long long) time(NULL)) < 60);
    snprintf(text, sizeof(text), "https://hook.example/ice|%.*s|Test123",
             asr_fmt(stamp));
    assert_int_equal(EVP_Digest(text, strlen(text), md, &n, EVP_md5(), NULL),
                     1);
    i_hex(md, n, hex);
    assert_true(asr_str_eq(d.headers[1].value, asr_cstr(hex)));

    root = asr_json_parse(&arena, d.body, &err);
    is(root, "EventType", "SmartJobComplete");
    assert_int_equal(asr_json_get_int(root, "UserId", 0), 1300000001);
    assert_int_equal(asr_json_get_str(root, "EventTime").len, 20);
    body = asr_json_get(root, asr_str("MessageBody"));
    is(body, "JobType", "ASR");
    is(body, "Status", "Success");
    assert_int_equal(asr_json_get_str(body, "JobId").len, 32);
    assert_null(asr_json_get(body, asr_str("UserData")));
    assert_null(asr_json_get(body, asr_str("Code")));

    /* the job's own; a job that failed */

    event(notify, NULL, false, &arena, &d, true);
    assert_true(asr_str_eq(d.url, asr_str("http://n.example/x")));
    root = asr_json_parse(&arena, d.body, &err);
    body = asr_json_get(root, asr_str("MessageBody"));
    is(body, "Status", "Fail");
    is(body, "Code", "InvalidParameter.ResourceContentBad");
    is(body, "Message", "The input is broken.");
    is(body, "UserData", notify[1].value);

    event(queue, NULL, true, &arena, &d, true);
    assert_true(asr_str_eq(d.url, asr_str("https://hook.example/ice")));

    /* no webhook, no key: none, or an event that is not signed */

    event(i_good, "LTAIother", true, &arena, &d, false);
    event(notify, "LTAIother", true, &arena, &d, true);
    assert_int_equal(d.nheaders, 0);

    asr_arena_free(&arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_life),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_sentence_max),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_delete_many),
        cmocka_unit_test(test_audio),
        cmocka_unit_test(test_store_fails),
        cmocka_unit_test(test_queue_full),
        cmocka_unit_test(test_events),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
