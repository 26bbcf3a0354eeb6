/*
 * The callback of the Tencent Cloud API, byte for byte; how a task with a Url
 * is stored and told about.
 */

#include "tencent_client.h"


#define PARAMS  "{\"CallbackUrl\":\"https://a.example/cb?x=1\",\"AppId\":"     \
                "1300000001"

static asr_word_t  words[] = {
    { .text = ASR_STR("hi"), .start_ms = 120, .end_ms = 700,
      .confidence = 0.9f },
};

static asr_sentence_t  sentences[] = {
    { .text = ASR_STR("h\xc3\xa9 & *-._~"), .start_ms = 20, .end_ms = 2380,
      .speaker = -1, .confidence = 0.9f, .energy_db = 74.6f,
      .words = words, .nwords = 1 },
};


static void
init(asr_task_t *t, asr_arena_t *a, const char *params)
{
    asr_buf_t     b;
    asr_result_t  r = { 8420, 1, sentences, 1 };

    asr_arena_init(a, 1 << 20);
    asr_buf_init(&b, 1 << 20);
    assert_int_equal(asr_result_write(&b, &r), ASR_OK);

    memset(t, 0, sizeof(*t));
    t->id = 42;
    t->api = asr_str("tencent");
    t->account = asr_str("demo");
    t->state = ASR_TASK_SUCCEEDED;
    t->params = asr_cstr(params);
    t->result = asr_arena_str(a, asr_buf_str(&b));
    t->audio_ms = 8420;

    asr_buf_free(&b);
}


static void
body_is(const asr_delivery_t *d, const char *want)
{
    if (!asr_str_eq(d->body, asr_cstr(want))) {
        fail_msg("%.*s", asr_fmt(d->body));
    }
}


static void
test_success(void **state)
{
    asr_task_t      t;
    asr_arena_t     a;
    asr_delivery_t  d;

    init(&t, &a, PARAMS "}");
    assert_true(asr_api_callback(&t, &a, &d));

    assert_true(asr_str_eq(d.url, asr_str("https://a.example/cb?x=1")));
    assert_true(asr_str_eq(d.content_type,
                           asr_str("application/x-www-form-urlencoded")));
    assert_int_equal(d.attempts_max, 2);
    assert_true(d.reply_code);
    assert_int_equal(d.nheaders, 0);
    body_is(&d, "code=0&requestId=42&appid=1300000001&projectid=0"
            "&text=%5B0%3A0.020%2C0%3A2.380%5D++h%C3%A9+%26+*-._%7E%0A"
            "&audioTime=8.420000&message=&resultDetail=");
    asr_arena_free(&a);

    /* from a URL, with details */

    init(&t, &a, PARAMS ",\"ResTextFormat\":1}");
    t.url = asr_str("http://h/a.wav?b=c");
    assert_true(asr_api_callback(&t, &a, &d));
    assert_non_null(strstr(d.body.data,
                           "projectid=0&audioUrl=http%3A%2F%2Fh%2Fa.wav%3Fb%3D"
                           "c&text=%5B"));
    assert_non_null(strstr(d.body.data, "&message=&resultDetail=%5B%7B%22Final"
                           "Sentence%22%3A%22hi%22%2C%22SliceSentence%22%3A%22"
                           "hi%22"));
    assert_non_null(strstr(d.body.data, "%22Word%22%3A%22hi%22%2C%22OffsetStart"
                           "Ms%22%3A100"));
    assert_string_equal(d.body.data + d.body.len - 6, "%7D%5D");
    asr_arena_free(&a);
}


static void
test_failures(void **state)
{
    char            want[256];
    size_t          i;
    asr_task_t      t;
    asr_arena_t     a;
    asr_delivery_t  d;

    static const struct {
        asr_cause_t  cause;
        int          code;
        const char  *message;
    } causes[] = {
        { ASR_CAUSE_FORMAT, 10000, "Failed+to+transcode+audio+file%21" },
        { ASR_CAUSE_RECOGNITION, 10001, "Failed+to+recognize%21" },
        { ASR_CAUSE_TOO_SHORT, 10002, "Audio+too+short%21" },
        { ASR_CAUSE_TOO_LONG, 10003, "Audio+too+long%21" },
        { ASR_CAUSE_CORRUPT, 10004, "Invalid+audio+file%21" },
        { ASR_CAUSE_CHANNELS, 10006, "Audio+Channel+Num+Not+Match%21" },
        { ASR_CAUSE_DOWNLOAD, 10007, "Failed+to+download+audio+file%21" },
        { ASR_CAUSE_INTERNAL, 10005, "Internal+error%21" },
        { ASR_CAUSE_SAMPLE_RATE, 10005, "Audio+Sample+Rate+Not+Match%21" },
        { ASR_CAUSE_NO_MODEL, 10005, "Engine+model+not+available%21" },
        { ASR_CAUSE_FILE_GONE, 10005, "Audio+file+not+found%21" },
        { (asr_cause_t) 99, 10005, "Internal+error%21" },
    };

    for (i = 0; i < asr_nelts(causes); i++) {
        init(&t, &a, PARAMS ",\"ResTextFormat\":1}");
        t.state = ASR_TASK_FAILED;
        t.cause = causes[i].cause;
        t.result = asr_str_null();
        t.audio_ms = 0;
        assert_true(asr_api_callback(&t, &a, &d));

        snprintf(want, sizeof(want), "code=%d&requestId=42&appid=1300000001"
                 "&projectid=0&text=&audioTime=0.000000&message=%s"
                 "&resultDetail=", causes[i].code, causes[i].message);
        body_is(&d, want);
        asr_arena_free(&a);
    }
}


static void
test_none(void **state)
{
    size_t          i;
    asr_task_t      t;
    asr_arena_t     a;
    asr_delivery_t  d;

    static const char  *params[] = {
        "", "{}", "[]", "{\"CallbackUrl\":\"\"}", "{\"CallbackUrl\":1}", "{"
    };

    for (i = 0; i < asr_nelts(params); i++) {
        init(&t, &a, params[i]);
        assert_false(asr_api_callback(&t, &a, &d));
        asr_arena_free(&a);
    }

    /* another API, or none */

    init(&t, &a, PARAMS "}");
    t.api = asr_str("u2");
    assert_false(asr_api_callback(&t, &a, &d));
    t.api = asr_str("none");
    assert_false(asr_api_callback(&t, &a, &d));

    /* a result that cannot be read; no memory at any point */

    t.api = asr_str("tencent");
    t.result = asr_str("{");
    assert_false(asr_api_callback(&t, &a, &d));
    asr_arena_free(&a);

    for (i = 0; i < 8192; i += 512) {
        init(&t, &a, PARAMS "}");
        a.ceiling = a.used + i;

        if (asr_api_callback(&t, &a, &d)) {
            assert_non_null(d.body.data);
            assert_true(d.url.len != 0 && d.attempts_max == 2);
        }

        asr_arena_free(&a);
    }
}


static void
test_url(void **state)
{
    asr_op_t        op;
    asr_arena_t     a;
    api_world_t     w;
    api_response_t  r;
    asr_delivery_t  d;

    t_world(&w);
    t_send(&w, &(t_request_t) { .body =
        "{\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,\"ResTextFormat\":0,"
        "\"SourceType\":0,\"Data\":\"AAECAw==\","
        "\"Url\":\"https://h.example/a.wav?b=1\","
        "\"CallbackUrl\":\"https://a.example/\"}" }, &r);

    asr_arena_init(&a, 1 << 20);
    memset(&op, 0, sizeof(op));
    op.arena = &a;
    op.type = ASR_OP_CLAIM;
    assert_int_equal(asr_store_call(w.core.store, &op), ASR_OK);
    assert_int_equal(op.claim, ASR_CLAIM_NONE);

    op.type = ASR_OP_CLAIM_IO;
    op.want = ASR_WANT_FETCH;
    assert_int_equal(asr_store_call(w.core.store, &op), ASR_OK);
    assert_int_equal(op.claim, ASR_CLAIM_FETCH);
    assert_int_equal(op.task.id, r.task_id);
    assert_true(asr_str_eq(op.task.url,
                           asr_str("https://h.example/a.wav?b=1")));

    /* what was stored is what the callback is made of */

    op.task.state = ASR_TASK_FAILED;
    op.task.cause = ASR_CAUSE_DOWNLOAD;
    assert_true(asr_api_callback(&op.task, &a, &d));
    assert_true(asr_str_eq(d.url, asr_str("https://a.example/")));
    assert_non_null(strstr(d.body.data, "&appid=1300000001&projectid=0&audioUrl"
                           "=https%3A%2F%2Fh.example%2Fa.wav%3Fb%3D1&text=&"));

    asr_arena_free(&a);
    t_expect(&r, NULL, NULL);
    t_world_free(&w);
}


/* A URL that names raw sound says what its bytes cannot; Data has no name. */

static void
test_raw(void **state)
{
    char            body[512];
    size_t          i;
    asr_op_t        op;
    asr_arena_t     a;
    api_world_t     w;
    api_response_t  r;

    static const struct {
        const char  *engine;
        int          channels;
        int          source;
        const char  *url;
        const char  *format;
        int          rate;
    } cases[] = {
        { "16k_en", 1, 0, "https://h/a.pcm?b=1", "pcm", 16000 },
        { "8k_zh", 2, 0, "https://h/a.PCM", "pcm", 8000 },
        { "16k_en", 1, 0, "https://h/a.wav?b=.pcm", "", 0 },
        { "16k_en", 1, 1, "https://h/a.pcm", "", 0 },
    };

    t_world(&w);

    for (i = 0; i < asr_nelts(cases); i++) {
        snprintf(body, sizeof(body), "{\"EngineModelType\":\"%s\","
                 "\"ChannelNum\":%d,\"ResTextFormat\":0,\"SourceType\":%d,"
                 "\"Data\":\"AAECAw==\",\"DataLen\":4,\"Url\":\"%s\"}",
                 cases[i].engine, cases[i].channels, cases[i].source,
                 cases[i].url);
        t_send(&w, &(t_request_t) { .body = body }, &r);

        asr_arena_init(&a, 1 << 20);
        memset(&op, 0, sizeof(op));
        op.arena = &a;
        op.type = cases[i].source == 0 ? ASR_OP_CLAIM_IO : ASR_OP_CLAIM;
        op.want = cases[i].source == 0 ? ASR_WANT_FETCH : 0;
        assert_int_equal(asr_store_call(w.core.store, &op), ASR_OK);
        assert_int_equal(op.task.id, r.task_id);
        assert_true(asr_str_eq(op.task.format, asr_cstr(cases[i].format)));
        assert_int_equal(op.task.sample_rate, cases[i].rate);
        assert_int_equal(op.task.channels, cases[i].channels);
        asr_arena_free(&a);
        t_expect(&r, NULL, NULL);
    }

    t_world_free(&w);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_success),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_url),
        cmocka_unit_test(test_raw),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
