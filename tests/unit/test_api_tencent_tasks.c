/*
 * What DescribeTaskStatus says of a task in each of its states, and of ids
 * that are none.
 */

#include "tencent_client.h"

#include "base/asr_clock.h"


static int64_t
create(api_world_t *w, const char *params)
{
    char            body[512];
    api_response_t  r;
    int64_t         id;

    snprintf(body, sizeof(body), "{\"SourceType\":1,\"Data\":\"AAECAw==\",%s}",
             params);
    t_send(w, &(t_request_t) { .body = body }, &r);
    id = r.task_id;
    t_expect(&r, NULL, NULL);
    assert_true(id > 0);

    return id;
}


/* The Data of the answer; the reply's text is kept in r. */

static asr_json_t *
describe(api_world_t *w, int64_t id, asr_arena_t *arena, api_response_t *r)
{
    char         body[64];
    asr_json_t  *data, *response;

    snprintf(body, sizeof(body), "{\"TaskId\":%lld}", (long long) id);
    t_send(w, &(t_request_t) { .action = "DescribeTaskStatus",
                               .body = body }, r);
    response = t_response(r, arena);
    assert_null(asr_json_get(response, asr_str("Error")));
    assert_string_equal(r->action, "DescribeTaskStatus");
    assert_int_equal(r->task_id, id);

    data = asr_json_get(response, asr_str("Data"));
    assert_non_null(data);
    assert_int_equal(asr_json_get_int(data, "TaskId", 0), id);

    return data;
}


/* The stored form, written by the store's own writer. */

static char *
result_text(const asr_result_t *r)
{
    asr_buf_t  b;

    asr_buf_init(&b, 1 << 20);
    assert_int_equal(asr_result_write(&b, r), ASR_OK);
    assert_int_equal(asr_buf_append(&b, "", 1), ASR_OK);

    return b.data;
}


static asr_word_t  words_a[] = {
    { .text = ASR_STR("hello"),
      .start_ms = 120, .end_ms = 700,
      .confidence = 0.9f },
    { .text = ASR_STR("world"),
      .start_ms = 800, .end_ms = 2250,
      .confidence = 0.9f },
};

static asr_word_t  words_b[] = {
    { .text = ASR_STR("\xe4\xbd\xa0\xe5\xa5\xbd"),
      .start_ms = 3661000, .end_ms = 3661500,
      .confidence = 0.9f },
};

static asr_sentence_t  mono[] = {
    { .text = ASR_STR("hello world"),
      .start_ms = 20, .end_ms = 2380,
      .channel = 0, .speaker = -1, .confidence = 0.9f, .energy_db = 74.6f,
      .words = words_a, .nwords = 2 },
    { .text = ASR_STR("\xe4\xbd\xa0\xe5\xa5\xbd"),
      .start_ms = 3661000, .end_ms = 3662000,
      .channel = 0, .speaker = 2, .confidence = 0.9f, .energy_db = 3.0f,
      .words = words_b, .nwords = 1 },
};

static asr_sentence_t  stereo[] = {
    { .text = ASR_STR("hello world"), .written = ASR_STR("Hello, world."),
      .start_ms = 20, .end_ms = 2380,
      .channel = 0, .speaker = -1, .confidence = 0.9f, .energy_db = 74.6f,
      .words = words_a, .nwords = 2 },
    { .text = ASR_STR("\xe4\xbd\xa0\xe5\xa5\xbd"),
      .start_ms = 3661000, .end_ms = 3662007,
      .channel = 1, .speaker = -1, .confidence = 0.9f, .energy_db = 3.0f,
      .words = words_b, .nwords = 1 },
};


static void
test_states(void **state)
{
    char            *text;
    int64_t          id;
    api_world_t      w;
    asr_json_t      *d, *s, *v;
    asr_arena_t      arena;
    asr_result_t     result = { 3670500, 1, mono, 2 };
    api_response_t   r;

    t_world(&w);

    id = create(&w, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":0");
    d = describe(&w, id, &arena, &r);
    assert_non_null(strstr(r.body, "\"Status\":0,\"StatusStr\":\"waiting\","
                    "\"AudioDuration\":0,\"Result\":\"\",\"ErrorMsg\":\"\","
                    "\"ResultDetail\":[]}"));
    assert_int_equal(d->n, 7);
    asr_arena_free(&arena);
    api_response_free(&r);

    /* with ResTextFormat 0 there are no details: null, as captured */

    text = result_text(&result);
    api_finish_task(&w, id, 3670500, text, ASR_CAUSE_NONE, NULL);
    d = describe(&w, id, &arena, &r);
    assert_non_null(strstr(r.body, "\"Status\":2,\"StatusStr\":\"success\","
                    "\"AudioDuration\":3670.500,\"Result\":"
                    "\"[0:0.020,0:2.380]  hello world\\n"
                    "[61:1.000,61:2.000]  \xe4\xbd\xa0\xe5\xa5\xbd\\n\","
                    "\"ErrorMsg\":\"\",\"ResultDetail\":null}"));
    asr_arena_free(&arena);
    api_response_free(&r);

    id = create(&w, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":1");
    api_finish_task(&w, id, 3670500, text, ASR_CAUSE_NONE, NULL);
    free(text);
    d = describe(&w, id, &arena, &r);
    s = asr_json_get(d, asr_str("ResultDetail"));
    assert_int_equal(s->n, 2);
    s = s->child;
    assert_non_null(strstr(r.body,
        "{\"FinalSentence\":\"hello world\",\"SliceSentence\":\"hello world\","
        "\"StartMs\":20,\"EndMs\":2380,\"SpeechSpeed\":0.8,\"WordsNum\":2,"
        "\"EmotionalEnergy\":0,\"SpeakerId\":0,\"SilenceTime\":0,"
        "\"EmotionType\":null,\"KeyWordResults\":null,\"Words\":["
        "{\"Word\":\"hello\",\"OffsetStartMs\":100,\"OffsetEndMs\":680},"
        "{\"Word\":\"world\",\"OffsetStartMs\":780,\"OffsetEndMs\":2230}]}"));
    s = s->next;
    assert_int_equal(asr_json_get_int(s, "SpeakerId", -1), 0);
    assert_int_equal(asr_json_get_int(s, "SilenceTime", -1), 3658620);
    v = asr_json_get(s, asr_str("SpeechSpeed"));
    assert_int_equal((int) (v->u.number * 10), 20);      /* 2 characters */
    asr_arena_free(&arena);
    api_response_free(&r);

    /* the text of the failure is the vendor's, not the recogniser's */

    id = create(&w, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":1");
    api_finish_task(&w, id, 0, NULL, ASR_CAUSE_CHANNELS, "internal words");
    d = describe(&w, id, &arena, &r);
    assert_non_null(strstr(r.body, "\"Status\":3,\"StatusStr\":\"failed\","
                    "\"AudioDuration\":0,\"Result\":\"\",\"ErrorMsg\":"
                    "\"Audio Channel Num Not Match!\",\"ResultDetail\":[]}"));
    asr_arena_free(&arena);
    api_response_free(&r);

    t_world_free(&w);
}


static void
test_stereo(void **state)
{
    char            *text;
    int64_t          id;
    api_world_t      w;
    asr_json_t      *d, *s;
    asr_arena_t      arena;
    asr_result_t     result = { 3670500, 2, stereo, 2 };
    api_response_t   r;

    t_world(&w);
    id = create(&w, "\"EngineModelType\":\"8k_zh\",\"ChannelNum\":2,"
                "\"ResTextFormat\":5,\"EmotionalEnergy\":1");
    text = result_text(&result);
    api_finish_task(&w, id, 3670500, text, ASR_CAUSE_NONE, NULL);
    free(text);

    d = describe(&w, id, &arena, &r);
    assert_non_null(strstr(r.body, "\"[0:0.020,0:2.380,0]  hello world\\n"
                    "[61:1.000,61:2.007,1]  "));
    s = asr_json_get(d, asr_str("ResultDetail"))->child;
    assert_int_equal(asr_json_get_int(s, "SpeakerId", -1), 0);
    assert_true(asr_str_eq(asr_json_get_str(s, "WrittenText"),
                           asr_str("Hello, world.")));
    assert_non_null(strstr(r.body, "\"EmotionalEnergy\":7.5,"));
    s = s->next;
    assert_int_equal(asr_json_get_int(s, "SpeakerId", -1), 1);
    assert_non_null(strstr(r.body, "\"EmotionalEnergy\":1.0,"));
    asr_arena_free(&arena);
    api_response_free(&r);
    t_world_free(&w);
}


/*
 * T-006: what each format has of the same sentence; T-025: what was said of
 * keyword libraries.  The words parted by blanks are the sentence, with the
 * marks or, in format 1 and in SliceSentence, without.
 */

static void
test_formats(void **state)
{
    int                 format;
    char                params[128], *text;
    int64_t             id;
    api_world_t         w;
    asr_json_t         *d, *s;
    asr_str_t           said[] = { ASR_STR("world"), ASR_STR("globe") };
    asr_word_t          words[2];
    asr_arena_t         arena;
    asr_sentence_t      sentence;
    asr_result_t        result = { 3000, 1, &sentence, 1 };
    api_response_t      r;
    asr_keyword_hit_t   hits[] = {
        { ASR_STR("lib-1"), ASR_STR("places"), said, 2 },
        { ASR_STR("lib-2"), ASR_STR(""), said, 1 },
    };

    memcpy(words, words_a, sizeof(words));
    words[0].text = asr_str("Hello");
    words[0].tail = asr_str(",");
    words[1].tail = asr_str(".");
    sentence = mono[0];
    sentence.text = asr_str("Hello, world.");
    sentence.words = words;

    t_world(&w);

    for (format = 0; format <= 5; format++) {
        sentence.hits = hits;
        sentence.nhits = format == 2 ? 2 : 0;
        sentence.written = format == 5 ? asr_str("Hello!") : asr_str("");
        text = result_text(&result);
        snprintf(params, sizeof(params), "\"EngineModelType\":\"%s\","
                 "\"ChannelNum\":1,\"ResTextFormat\":%d",
                 format < 4 ? "16k_en" : "8k_zh", format);
        id = create(&w, params);
        api_finish_task(&w, id, 3000, text, ASR_CAUSE_NONE, NULL);
        free(text);
        d = describe(&w, id, &arena, &r);

        assert_true(asr_str_eq(asr_json_get_str(d, "Result"),
                               asr_str("[0:0.020,0:2.380]  Hello, world.\n")));
        s = asr_json_get(d, asr_str("ResultDetail"))->child;
        assert_true((s == NULL) == (format == 0));

        if (format != 0) {
            assert_true(asr_str_eq(asr_json_get_str(s, "FinalSentence"),
                                   format == 1 ? asr_str("Hello world")
                                               : asr_str("Hello, world.")));
            assert_true(asr_str_eq(asr_json_get_str(s, "SliceSentence"),
                                   asr_str("Hello world")));
            assert_non_null(strstr(r.body, format == 1
                                           ? "{\"Word\":\"Hello\",\"Offset"
                                           : "{\"Word\":\"Hello,\",\"Offset"));
            assert_non_null(strstr(r.body, format == 1
                                           ? "{\"Word\":\"world\",\"Offset"
                                           : "{\"Word\":\"world.\",\"Offset"));
            assert_true((strstr(r.body, "\"WrittenText\":\"Hello!\",")
                         != NULL) == (format == 5));
            assert_non_null(strstr(r.body, format != 2
                ? "\"KeyWordResults\":null,"
                : "\"KeyWordResults\":[{\"KeyWordLibID\":\"lib-1\","
                  "\"KeyWordLibName\":\"places\",\"KeyWords\":[\"world\","
                  "\"globe\"]},{\"KeyWordLibID\":\"lib-2\","
                  "\"KeyWordLibName\":\"\",\"KeyWords\":[\"world\"]}],"));
        }

        asr_arena_free(&arena);
        api_response_free(&r);
    }

    t_world_free(&w);
}


/* Speakers told apart are named in a third field too, when asked for. */

static void
test_speakers(void **state)
{
    char           *text;
    int64_t         id;
    api_world_t     w;
    asr_json_t     *d, *s;
    asr_arena_t     arena;
    asr_result_t    result = { 3670500, 1, mono, 2 };
    api_response_t  r;

    t_world(&w);
    id = create(&w, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":2,\"SpeakerDiarization\":1");

    text = result_text(&result);
    api_finish_task(&w, id, 3670500, text, ASR_CAUSE_NONE, NULL);
    free(text);

    d = describe(&w, id, &arena, &r);
    assert_non_null(strstr(r.body, "\"[0:0.020,0:2.380]  hello world\\n"
                    "[61:1.000,61:2.000,2]  "));
    s = asr_json_get(d, asr_str("ResultDetail"))->child->next;
    assert_int_equal(asr_json_get_int(s, "SpeakerId", -1), 2);
    assert_null(asr_json_get(s, asr_str("WrittenText")));
    asr_arena_free(&arena);
    api_response_free(&r);
    t_world_free(&w);
}


/* A result with nothing said in it, and one of thousands of words. */

static void
test_extremes(void **state)
{
    char            *text;
    size_t           i;
    int64_t          id;
    api_world_t      w;
    asr_json_t      *d;
    asr_word_t      *words;
    asr_arena_t      arena;
    asr_result_t     result = { 1000, 1, NULL, 0 };
    api_response_t   r;
    asr_sentence_t  *many;

    enum { N = 2000, WORDS = 10 };

    t_world(&w);
    id = create(&w, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":1");
    text = result_text(&result);
    api_finish_task(&w, id, 1000, text, ASR_CAUSE_NONE, NULL);
    free(text);

    d = describe(&w, id, &arena, &r);
    assert_non_null(strstr(r.body, "\"AudioDuration\":1.000,\"Result\":\"\","
                    "\"ErrorMsg\":\"\",\"ResultDetail\":[]}"));
    asr_arena_free(&arena);
    api_response_free(&r);

    many = calloc(N, sizeof(asr_sentence_t));
    words = calloc(WORDS, sizeof(asr_word_t));
    assert_non_null(many);
    assert_non_null(words);

    for (i = 0; i < WORDS; i++) {
        words[i].text = asr_str("word");
    }

    for (i = 0; i < N; i++) {
        many[i].text = asr_str("word word word word word word");
        many[i].start_ms = (int32_t) i * 5000;
        many[i].end_ms = many[i].start_ms;       /* no length: no speed */
        many[i].speaker = -1;
        many[i].words = words;
        many[i].nwords = WORDS;
    }

    result = (asr_result_t) { N * 5000, 1, many, N };
    id = create(&w, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":1");
    text = result_text(&result);
    api_finish_task(&w, id, N * 5000, text, ASR_CAUSE_NONE, NULL);
    free(text);
    free(many);
    free(words);

    d = describe(&w, id, &arena, &r);
    assert_int_equal(asr_json_get(d, asr_str("ResultDetail"))->n, N);
    assert_non_null(strstr(r.body, "\"SpeechSpeed\":0.0,"));
    asr_arena_free(&arena);
    api_response_free(&r);
    t_world_free(&w);
}


static void
test_doing(void **state)
{
    int64_t         id;
    asr_op_t        op;
    api_world_t     w;
    asr_json_t     *d;
    asr_arena_t     arena, claimed;
    api_response_t  r;

    t_world(&w);
    id = create(&w, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":1");

    asr_arena_init(&claimed, 1 << 20);
    memset(&op, 0, sizeof(op));
    op.arena = &claimed;
    op.type = ASR_OP_CLAIM;
    assert_int_equal(asr_store_call(w.core.store, &op), ASR_OK);
    assert_int_equal(op.task.id, id);
    asr_arena_free(&claimed);

    d = describe(&w, id, &arena, &r);
    assert_int_equal(asr_json_get_int(d, "Status", -1), 1);
    assert_true(asr_str_eq(asr_json_get_str(d, "StatusStr"),
                           asr_str("doing")));
    asr_arena_free(&arena);
    api_response_free(&r);
    t_world_free(&w);
}


static void
test_causes(void **state)
{
    size_t          i;
    int64_t         id;
    api_world_t     w;
    asr_json_t     *d;
    asr_arena_t     arena;
    api_response_t  r;

    static const struct {
        asr_cause_t  cause;
        const char  *text;
    } cases[] = {
        { ASR_CAUSE_INTERNAL, "Internal error!" },
        { ASR_CAUSE_FORMAT, "Failed to transcode audio file!" },
        { ASR_CAUSE_CORRUPT, "Invalid audio file!" },
        { ASR_CAUSE_TOO_SHORT, "Audio too short!" },
        { ASR_CAUSE_TOO_LONG, "Audio too long!" },
        { ASR_CAUSE_CHANNELS, "Audio Channel Num Not Match!" },
        { ASR_CAUSE_SAMPLE_RATE, "Audio Sample Rate Not Match!" },
        { ASR_CAUSE_DOWNLOAD, "Failed to download audio file!" },
        { ASR_CAUSE_NO_MODEL, "Engine model not available!" },
        { ASR_CAUSE_RECOGNITION, "Failed to recognize!" },
        { ASR_CAUSE_FILE_GONE, "Audio file not found!" },
    };

    t_world(&w);

    for (i = 0; i < asr_nelts(cases); i++) {
        id = create(&w, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                    "\"ResTextFormat\":1");
        api_finish_task(&w, id, 0, NULL, cases[i].cause, "x");
        d = describe(&w, id, &arena, &r);
        assert_int_equal(asr_json_get_int(d, "Status", -1), 3);
        assert_true(asr_str_eq(asr_json_get_str(d, "ErrorMsg"),
                               asr_cstr(cases[i].text)));
        asr_arena_free(&arena);
        api_response_free(&r);
    }

    t_world_free(&w);
}


static void
check_describe(const char *body, const char *code, const char *word)
{
    api_response_t  r;

    t_send(&world, &(t_request_t) { .action = "DescribeTaskStatus",
                                    .body = body }, &r);
    t_expect(&r, code, word);
}


static void
check_describe_text(const char *name, const char *value, const char *code,
    const char *word)
{
    char            query[128];
    t_pair_t        pairs[] = { { name, value }, { NULL, NULL } };
    api_response_t  r;

    t_send_v1(&world, &(t_v1_t) { .action = "DescribeTaskStatus",
                                  .pairs = pairs }, &r);
    t_expect(&r, code, word);

    t_send_v1(&world, &(t_v1_t) { .action = "DescribeTaskStatus",
                                  .pairs = pairs, .method = "GET" }, &r);
    t_expect(&r, code, word);

    snprintf(query, sizeof(query), "%s=%s", name, value);
    t_send(&world, &(t_request_t) { .action = "DescribeTaskStatus",
                                    .method = "GET", .query = query }, &r);
    t_expect(&r, code, word);
}


static void
test_describe_params(void **state)
{
    char     text[32];
    int64_t  id;

    static const char  no_task[] = "FailedOperation.NoSuchTask";

    check_describe("{}", MISSING, "`TaskId`");
    check_describe("{\"TaskId\":null}", MISSING, "`TaskId`");
    check_describe("{\"TaskId\":\"1\"}", TYPE, "`TaskId`");
    check_describe("{\"TaskId\":1.5}", TYPE, "`TaskId`");
    check_describe("{\"TaskId\":-1}", TYPE, "`TaskId`");
    check_describe("{\"TaskId\":1e30}", TYPE, "`TaskId`");
    check_describe("{\"TaskId\":18446744073709551616000}", TYPE, NULL);
    check_describe("{\"TaskId\":0}", no_task, "incorrect task ID");
    check_describe("{\"TaskId\":9223372036854775807}", no_task, NULL);
    check_describe("{\"TaskId\":9223372036854775808}", no_task, NULL);
    check_describe("{\"TaskId\":18446744073709551615}", no_task, NULL);
    check_describe("{\"TaskId\":1,\"Data\":\"AAAA\"}", UNKNOWN, "`Data`");
    check_describe("{\"TaskId\":1,\"EngineModelType\":\"16k_en\"}", UNKNOWN,
                   NULL);

    check_describe_text("TaskId", "", TYPE, "`TaskId`");
    check_describe_text("TaskId", "x", TYPE, NULL);
    check_describe_text("TaskId", "-1", TYPE, NULL);
    check_describe_text("TaskId", "1.0", TYPE, NULL);
    check_describe_text("TaskId", "18446744073709551616", TYPE, NULL);
    check_describe_text("TaskId", "184467440737095516150", TYPE, NULL);
    check_describe_text("TaskId", "18446744073709551615", no_task, NULL);
    check_describe_text("TaskId", "9223372036854775808", no_task, NULL);
    check_describe_text("TaskId", "0", no_task, NULL);
    check_describe_text("taskId", "1", UNKNOWN, "`taskId`");
    check_describe_text("Data", "AAAA", UNKNOWN, "`Data`");

    id = create(&world, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":1");
    snprintf(text, sizeof(text), "%lld", (long long) id);
    check_describe_text("TaskId", text, NULL, NULL);
}


/* Another's task, and one past its day, are no tasks. */

static void
test_visibility(void **state)
{
    char              body[64];
    int64_t           id;
    api_response_t    r;
    volatile int64_t  shift;

    id = create(&world, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":1");
    snprintf(body, sizeof(body), "{\"TaskId\":%lld}", (long long) id);

    check_describe(body, NULL, NULL);
    t_send(&world, &(t_request_t) { .action = "DescribeTaskStatus",
                                    .body = body, .id = "AKIDother" }, &r);
    t_expect(&r, "FailedOperation.NoSuchTask", NULL);

    /* the same account by its other key */

    t_send(&world, &(t_request_t) { .action = "DescribeTaskStatus",
                                    .body = body, .id = "AKIDtemp",
                                    .token = "tok-1" }, &r);
    t_expect(&r, NULL, NULL);

    shift = 86400000 + 1000;
    asr_clock_shift(&shift);
    snprintf(body + 40, 24, "%lld", (long long) (asr_clock_ms() / 1000));
    t_send(&world, &(t_request_t) { .action = "DescribeTaskStatus",
                                    .body = body, .timestamp = body + 40 },
           &r);
    asr_clock_shift(NULL);
    t_expect(&r, "FailedOperation.NoSuchTask", NULL);
}


/* The id's own clause, and that of an id that is no task of the account. */

static void
test_task_clauses(void **state)
{
    char               text[24], body[64];
    size_t             i;
    int64_t            id;
    t_pair_t           pairs[] = { { "TaskId", NULL }, { NULL, NULL } };
    volatile int64_t   shift;

    static const char  no_task[] = "FailedOperation.NoSuchTask";

    static const struct {
        const char  *body;
        const char  *code;
        const char  *clause;
    } cases[] = {
        { "{}", MISSING, "T-050" },
        { "{\"TaskId\":null}", MISSING, "T-050" },
        { "{\"TaskId\":\"1\"}", TYPE, "T-050" },
        { "{\"TaskId\":1.5}", TYPE, "T-050" },
        { "{\"TaskId\":[1]}", TYPE, "T-050" },
        { "{\"TaskId\":-1}", TYPE, "T-050" },
        { "{\"TaskId\":0}", no_task, "T-080" },
        { "{\"TaskId\":18446744073709551615}", no_task, "T-080" },
    };

    static const char *const  wrong[] = { "", "x", "-1", "1.0", " 1" };

    for (i = 0; i < asr_nelts(cases); i++) {
        check_clause(&(t_request_t) { .action = "DescribeTaskStatus",
                                      .body = cases[i].body },
                     cases[i].code, cases[i].clause);
    }

    check_clause_v1(&(t_v1_t) { .action = "DescribeTaskStatus" }, MISSING,
                    "T-050");

    for (i = 0; i < asr_nelts(wrong); i++) {
        pairs[0].value = wrong[i];
        check_clause_v1(&(t_v1_t) { .action = "DescribeTaskStatus",
                                    .pairs = pairs }, TYPE, "T-050");
    }

    id = create(&world, "\"EngineModelType\":\"16k_en\",\"ChannelNum\":1,"
                "\"ResTextFormat\":1");
    snprintf(text, sizeof(text), "%lld", (long long) id);
    snprintf(body, sizeof(body), "{\"TaskId\":%s}", text);
    pairs[0].value = text;

    check_clause(&(t_request_t) { .action = "DescribeTaskStatus",
                                  .body = body }, NULL, "");
    check_clause_v1(&(t_v1_t) { .action = "DescribeTaskStatus",
                                .pairs = pairs }, NULL, "");
    check_clause(&(t_request_t) { .action = "DescribeTaskStatus",
                                  .body = body, .id = "AKIDother" },
                 no_task, "T-080");
    check_clause_v1(&(t_v1_t) { .action = "DescribeTaskStatus",
                                .pairs = pairs, .id = "AKIDother" },
                    no_task, "T-080");

    shift = 86400000 + 1000;
    asr_clock_shift(&shift);
    snprintf(text, sizeof(text), "%lld", (long long) (asr_clock_ms() / 1000));
    check_clause(&(t_request_t) { .action = "DescribeTaskStatus",
                                  .body = body, .timestamp = text },
                 no_task, "T-080");
    asr_clock_shift(NULL);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_stereo),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_speakers),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_doing),
        cmocka_unit_test(test_causes),
        cmocka_unit_test(test_describe_params),
        cmocka_unit_test(test_visibility),
        cmocka_unit_test(test_task_clauses),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
