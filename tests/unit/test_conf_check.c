/*
 * Results of the four APIs read into one form, the checks of them, and that
 * each check can fail.
 */

#include "conf_json.h"

#include "asr_conf_check.h"
#include "asr_conf_embed.h"


static bool
take(const char *api, const char *text, asr_conf_transcript_t *t)
{
    bool     ok;
    json_t  *v;

    v = conf_json(text);
    ok = asr_conf_transcript_read(api, v, t);
    json_decref(v);                      /* nothing of it may be held */

    return ok;
}


static const char  tencent[] =
    "{\"Response\":{\"RequestId\":\"x\",\"Data\":{\"TaskId\":9,\"Status\":2,"
    "\"StatusStr\":\"success\",\"AudioDuration\":2.38,\"ErrorMsg\":\"\","
    "\"Result\":\"[0:0.020,0:1.380,0]  Hello world.\\n"
    "[1:2.000,1:3.500,1]  Good bye.\\n\",\"ResultDetail\":[{"
    "\"FinalSentence\":\"Hello world.\",\"StartMs\":20,\"EndMs\":1380,"
    "\"WordsNum\":2,\"SpeakerId\":0,\"Words\":[{\"Word\":\"Hello\","
    "\"OffsetStartMs\":100,\"OffsetEndMs\":400},{\"Word\":\"world.\","
    "\"OffsetStartMs\":500,\"OffsetEndMs\":1300}]},{\"FinalSentence\":"
    "\"Good bye.\",\"StartMs\":62000,\"EndMs\":63500,\"SpeakerId\":1,"
    "\"Words\":null}]}}}";


static void
test_tencent(void **state)
{
    char                   *text;
    asr_conf_transcript_t   t;

    assert_true(take("tencent", tencent, &t));
    assert_true(t.done && !t.failed && t.has_words);
    assert_float_equal(t.duration, 2.38, 1e-9);
    assert_string_equal(t.text, "Hello world. Good bye.");
    assert_int_equal(t.nsegments, 2);
    assert_int_equal(t.segments[1].channel, 1);
    assert_string_equal(t.segments[1].speaker, "1");
    assert_float_equal(t.segments[1].start, 62, 1e-9);
    assert_int_equal(t.segments[0].nwords, 2);
    assert_float_equal(t.segments[0].words[1].start, 0.52, 1e-9);
    text = asr_conf_transcript_text(&t);
    assert_string_equal(text, "Hello world. Good bye.");
    free(text);
    asr_conf_transcript_clean(&t);

    /* lines alone, of a mono recording past the hour */

    assert_true(take("tencent", "{\"Response\":{\"Data\":{\"Status\":2,"
        "\"Result\":\"[61:1.5,62:2.25]  One\\n[62:3.000,62:4.000]  \\n\","
        "\"ResultDetail\":null,\"AudioDuration\":null}}}", &t));
    assert_int_equal(t.nsegments, 2);
    assert_float_equal(t.segments[0].start, 3661.5, 1e-9);
    assert_float_equal(t.segments[0].end, 3722.25, 1e-9);
    assert_string_equal(t.segments[0].text, "One");
    assert_string_equal(t.segments[1].text, "");
    assert_int_equal(t.segments[0].channel, -1);
    assert_null(t.segments[0].speaker);
    assert_true(t.duration < 0);
    asr_conf_transcript_clean(&t);

    /* a callback's form */

    assert_true(take("tencent", "{\"code\":\"0\",\"message\":\"\","
        "\"requestId\":\"9\",\"audioTime\":\"2.380000\",\"text\":"
        "\"[0:0.020,0:2.380]  Hi.\\n\",\"resultDetail\":\"[{"
        "\\\"FinalSentence\\\":\\\"Hi.\\\",\\\"StartMs\\\":20,"
        "\\\"EndMs\\\":2380}]\"}", &t));
    assert_true(t.done);
    assert_float_equal(t.duration, 2.38, 1e-9);
    assert_string_equal(t.segments[0].text, "Hi.");
    asr_conf_transcript_clean(&t);

    assert_true(take("tencent", "{\"Response\":{\"Data\":{\"Status\":3,"
        "\"ErrorMsg\":\"no\",\"Result\":\"\",\"ResultDetail\":[]}}}", &t));
    assert_true(t.failed && !t.done);
    assert_string_equal(t.error, "no");
    asr_conf_transcript_clean(&t);
}


static void
test_u2(void **state)
{
    asr_conf_transcript_t  t;

    assert_true(take("u2", "{\"task_id\":\"1\",\"status\":\"Success\","
        "\"duration\":2998,\"results\":[{\"index\":0,\"start\":430,"
        "\"end\":2120,\"text\":\"Go on.\",\"channel\":2,\"speaker\":0,"
        "\"words\":[{\"text\":\"Go\",\"start\":430,\"end\":630}]}],"
        "\"base_resp\":{\"status_code\":0,\"status_msg\":\"success\"}}", &t));
    assert_true(t.done && t.has_words && t.error == NULL && t.text == NULL);
    assert_float_equal(t.duration, 2.998, 1e-9);
    assert_float_equal(t.segments[0].words[0].end, 0.63, 1e-9);
    assert_int_equal(t.segments[0].channel, 1);
    assert_string_equal(t.segments[0].speaker, "0");
    asr_conf_transcript_clean(&t);

    assert_true(take("u2", "{\"status\":\"Failed\",\"base_resp\":"
                           "{\"status_code\":200001,\"status_msg\":\"bad\"}}",
                     &t));
    assert_true(t.failed && t.nsegments == 0);
    assert_string_equal(t.error, "bad");
    asr_conf_transcript_clean(&t);

    assert_true(take("u2", "{\"status\":\"Waiting\"}", &t));
    assert_true(!t.failed && !t.done);
    asr_conf_transcript_clean(&t);
}


#define MEMORIES                                                              \
    "{\"data\":{\"data\":[{\"start_time\":0.5,\"end_time\":2,\"text\":"       \
    "\"Hi\",\"speaker\":null},{\"start_time\":2,\"end_time\":2.5,\"text\":"   \
    "\"you\",\"speaker\":\"SPEAKER_00\"}],\"usage_metadata\":{\"duration\":"  \
    "13.1,\"model\":\"whisper-1\"}},\"msg\":\"x\",\"success\":true}"


static void
test_memories(void **state)
{
    size_t                  i;
    asr_conf_transcript_t   t;

    static const char *const  cases[] = {
        "{\"code\":\"0000\",\"message\":\"SUCCESS\",\"data\":" MEMORIES
        ",\"task_id\":\"1\"}",
        "{\"code\":\"0000\",\"msg\":\"success\",\"data\":{\"task_id\":\"1\","
        "\"status\":\"completed\",\"result\":" MEMORIES ",\"error\":null},"
        "\"success\":true,\"failed\":false}",
        "{\"code\":\"0000\",\"data\":{\"model\":\"whisper-1\",\"items\":[{"
        "\"start_time\":0.5,\"end_time\":2.0,\"text\":\"Hi\",\"speaker\":"
        "null},{\"start_time\":2.0,\"end_time\":2.5,\"text\":\"you\","
        "\"speaker\":\"SPEAKER_00\"}]},\"failed\":false,\"success\":true}"
    };

    for (i = 0; i < 3; i++) {
        assert_true(take("memories", cases[i], &t));
        assert_true(t.done && !t.failed && !t.has_words);
        assert_int_equal(t.nsegments, 2);
        assert_string_equal(t.segments[1].text, "you");
        assert_string_equal(t.segments[1].speaker, "SPEAKER_00");
        assert_null(t.segments[0].speaker);
        assert_float_equal(t.segments[0].start, 0.5, 1e-9);
        assert_float_equal(t.duration, i == 2 ? -1 : 13.1, 1e-9);
        asr_conf_transcript_clean(&t);
    }

    assert_true(take("memories", "{\"code\":\"0001\",\"message\":\"FAILED\","
        "\"data\":{\"data\":null,\"msg\":\"bad\",\"success\":false}}", &t));
    assert_true(t.failed && !t.done);
    asr_conf_transcript_clean(&t);

    assert_false(take("memories", "{\"code\":\"0000\",\"data\":{\"task_id\":"
                                  "\"1\"},\"success\":true}", &t));
}


static void
test_ice(void **state)
{
    asr_conf_transcript_t  t;

    assert_true(take("ice", "{\"State\":\"Finished\",\"Output\":\"[{"
        "\\\"content\\\":\\\"Hi\\\",\\\"from\\\":0.5,\\\"to\\\":2}]\","
        "\"JobResult\":{\"AiResult\":\"[]\"}}", &t));
    assert_true(t.done && t.nsegments == 1);
    assert_string_equal(t.segments[0].text, "Hi");
    assert_float_equal(t.segments[0].end, 2, 1e-9);
    asr_conf_transcript_clean(&t);

    assert_true(take("ice", "{\"State\":\"Finished\",\"JobResult\":{"
                            "\"AiResult\":\"[]\"}}", &t));
    assert_true(t.done && t.nsegments == 0);
    asr_conf_transcript_clean(&t);

    assert_true(take("ice", "{\"State\":\"Failed\",\"ErrorMessage\":\"no\"}",
                     &t));
    assert_true(t.failed);
    assert_string_equal(t.error, "no");
    asr_conf_transcript_clean(&t);
}


/* Every value of a good reply becomes each of these in turn. */

static void
spoil(const char *api, json_t *root, json_t *v)
{
    size_t                  i, k;
    void                   *at;
    json_t                 *one, *old, *bad[9];
    const char             *key;
    asr_conf_transcript_t   t;

    bad[0] = json_null();
    bad[1] = json_true();
    bad[2] = json_integer(-9007199254740993);
    bad[3] = json_real(-1e300);
    bad[4] = json_string("");
    bad[5] = json_string("[[[{\"content\":{}}]]]");
    bad[6] = json_array();
    bad[7] = json_object();
    bad[8] = json_pack("[{s:[{}]}, n]", "words");

    json_object_foreach_safe(v, at, key, one) {
        old = json_incref(one);

        for (k = 0; k < 9; k++) {
            json_object_set(v, key, bad[k]);

            if (asr_conf_transcript_read(api, root, &t)) {
                asr_conf_transcript_clean(&t);
            }

            assert_null(t.segments);
        }

        json_object_set(v, key, old);
        spoil(api, root, old);
        json_decref(old);
    }

    json_array_foreach(v, i, one) {
        old = json_incref(one);

        for (k = 0; k < 9; k++) {
            json_array_set(v, i, bad[k]);

            if (asr_conf_transcript_read(api, root, &t)) {
                asr_conf_transcript_clean(&t);
            }
        }

        json_array_set(v, i, old);
        spoil(api, root, old);
        json_decref(old);
    }

    for (k = 0; k < 9; k++) {
        json_decref(bad[k]);
    }
}


static void
test_hostile(void **state)
{
    size_t                  i;
    json_t                 *v, *all;
    asr_conf_transcript_t   t;

    static const struct {
        const char  *api;
        const char  *text;
    } good[] = {
        { "tencent", tencent },
        { "u2", "{\"status\":\"Success\",\"duration\":1,\"results\":[{"
                "\"start\":1,\"end\":2,\"text\":\"a\",\"channel\":1,"
                "\"speaker\":1,\"words\":[{\"text\":\"a\",\"start\":1,"
                "\"end\":2}]}]}" },
        { "memories", "{\"data\":" MEMORIES ",\"status\":\"x\"}" },
        { "ice", "{\"State\":\"Finished\",\"Output\":\"[]\",\"JobResult\":"
                 "{\"AiResult\":\"[]\"}}" }
    };

    static const struct {
        const char  *api;
        const char  *text;
    } bad[] = {
        { "tencent", "[]" },
        { "tencent", "{\"Response\":{\"Error\":{\"Code\":\"x\"}}}" },
        { "tencent", "{\"Response\":{\"Data\":{\"Result\":\"no time\"}}}" },
        { "tencent", "{\"Response\":{\"Data\":{\"Result\":\"[0:1,\"}}}" },
        { "tencent", "{\"Response\":{\"Data\":{\"Result\":\"[0:1,0:2\\n]\"}}"
                     "}" },
        { "tencent", "{\"Response\":{\"Data\":{\"Result\":\"[0:1,0:2,]\"}}}" },
        { "tencent", "{\"Response\":{\"Data\":{\"Result\":"
                     "\"[0:1.2.3,0:2]  x\"}}}" },
        { "tencent", "{\"Response\":{\"Data\":{\"Result\":"
                     "\"[99999999:1,0:2]  x\"}}}" },
        { "tencent", "{\"Response\":{\"Data\":{\"Result\":"
                     "\"[0:1,0:2,99999]  x\"}}}" },
        { "tencent", "{\"Response\":{\"Data\":{\"ResultDetail\":{}}}}" },
        { "tencent", "{\"code\":\"0\",\"audioTime\":\"nan\"}" },
        { "tencent", "{\"code\":\"0\",\"audioTime\":\"1x\"}" },
        { "u2", "{\"status\":\"Success\",\"results\":{}}" },
        { "u2", "{\"status\":\"Success\",\"results\":[1]}" },
        { "u2", "{\"status\":\"Success\",\"results\":[],\"duration\":\"1\"}" },
        { "u2", "{\"status\":\"Success\",\"results\":[{\"text\":\"a\","
                "\"start\":1,\"end\":2,\"channel\":0}]}" },
        { "u2", "{\"status\":\"Success\",\"results\":[{\"text\":\"a\","
                "\"start\":1,\"end\":2,\"words\":{}}]}" },
        { "u2", "{\"status\":\"Success\",\"results\":[{\"text\":\"a\","
                "\"start\":1e30,\"end\":2}]}" },
        { "u2", "\"Success\"" },
        { "memories", "null" },
        { "memories", "{\"data\":{\"data\":{\"data\":{\"data\":{\"data\":{"
                      "\"data\":{\"data\":[]}}}}}}}" },
        { "ice", "{\"State\":\"Finished\"}" },
        { "ice", "{\"State\":\"Finished\",\"Output\":\"{}\"}" },
        { "ice", "{\"State\":\"Finished\",\"Output\":\"[{]\"}" },
        { "ice", "{\"State\":5}" },
        { "none", "{}" }
    };

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        v = conf_json(good[i].text);
        assert_true(asr_conf_transcript_read(good[i].api, v, &t));
        asr_conf_transcript_clean(&t);
        spoil(good[i].api, v, v);
        assert_true(asr_conf_transcript_read(good[i].api, v, &t));
        asr_conf_transcript_clean(&t);
        json_decref(v);
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (take(bad[i].api, bad[i].text, &t)) {
            fail_msg("a transcript of %s", bad[i].text);
        }
    }

    /* more segments than there may be */

    v = conf_json("{\"status\":\"Success\",\"results\":[]}");
    all = json_object_get(v, "results");

    for (i = 0; i < 20000; i++) {
        json_array_append_new(all, json_pack("{s:s, s:i, s:i}", "text", "a",
                                             "start", 1, "end", 2));
    }

    assert_true(asr_conf_transcript_read("u2", v, &t));
    asr_conf_transcript_clean(&t);
    json_array_append(all, json_array_get(all, 0));
    assert_false(asr_conf_transcript_read("u2", v, &t));
    json_decref(v);
}


static void
test_wer(void **state)
{
    char    *big;
    size_t   i;

    static const struct {
        const char  *a;
        const char  *b;
        double       wer;
    } cases[] = {
        { "", "", 0 },
        { "a b c d", "a b c d", 0 },
        { "a b c d", "A, b.  C\n- d?!", 0 },
        { "it's well-known", "its well known", 0 },
        { "a b c d", "a b d", 0.25 },
        { "a b c d", "a x b c d", 0.25 },
        { "a b c d", "a b x d", 0.25 },
        { "a b c d", "", 1 },
        { "a b c d", "b c d a", 0.5 },
        { "", "a b", 2 },
        { "a", "x y z", 3 },
        { "\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82",
          "\xe4\xbd\xa0 \xe5\xa5\xbd", 0 },
        { "\xe4\xbd\xa0\xe5\xa5\xbd", "\xe4\xbd\xa0", 0.5 },
        { "caf\xc3\xa9", "caf\xc3\xa9", 0 },
        { "a \xff\xc3", "a", 0.5 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_float_equal(asr_conf_wer(cases[i].a, cases[i].b), cases[i].wer,
                           1e-9);
    }

    /* what is not compared counts */

    big = malloc(20001);
    assert_non_null(big);

    for (i = 0; i < 20000; i++) {
        big[i] = i % 2 ? ' ' : 'a';
    }

    big[20000] = '\0';
    assert_float_equal(asr_conf_wer("a a", big), (10000 - 2) / 2.0, 1e-9);
    free(big);
}


/* One segment of each from three numbers, words in it. */

static const char  form[] =
    "{\"status\":\"Success\",\"duration\":%s,\"results\":[%s]}";


static void
held(const char *name, const char *arg, const char *duration,
    const char *results, const char *other, const char *audio, bool expect)
{
    bool                    ok;
    char                   *text, *expected, *got;
    json_t                 *a;
    asr_conf_transcript_t   t, o;

    text = asr_conf_print(form, duration, results);
    assert_true(take("u2", text, &t));
    free(text);

    if (other != NULL) {
        text = asr_conf_print(form, "1", other);
        assert_true(take("u2", text, &o));
        free(text);
    }

    a = arg == NULL ? NULL : conf_json(arg);

    assert_true(asr_conf_check_known(name));
    ok = asr_conf_check(name, a, &t, other == NULL ? NULL : &o,
                        audio == NULL ? NULL : asr_conf_audio(audio),
                        &expected, &got);

    if (ok != expect) {
        fail_msg("%s of %s: expected %s, got %s", name, results,
                 expected == NULL ? "" : expected, got == NULL ? "" : got);
    }

    assert_true(ok == (expected == NULL) && ok == (got == NULL));

    json_decref(a);
    free(expected);
    free(got);
    asr_conf_transcript_clean(&t);

    if (other != NULL) {
        asr_conf_transcript_clean(&o);
    }
}


#define S(start, end, text, more)                                             \
    "{\"start\":" #start ",\"end\":" #end ",\"text\":\"" text "\"" more "}"
#define W(start, end, text)  S(start, end, text, "")
#define WORDS(w)             ",\"words\":[" w "]"


static void
test_checks(void **state)
{
    size_t  i;

    static const struct {
        const char  *name;
        const char  *arg;
        const char  *duration;
        const char  *results;
        const char  *other;
        bool         expect;
    } cases[] = {
        { "duration", NULL, "2998", "", NULL, true },
        { "duration", NULL, "3098", "", NULL, true },
        { "duration", NULL, "2899", "", NULL, true },
        { "duration", NULL, "3100", "", NULL, false },
        { "duration", NULL, "2897", "", NULL, false },
        { "duration", NULL, "3", "", NULL, false },

        { "word-times", NULL, "1", S(100, 900, "a b",
            WORDS(W(100, 400, "a") "," W(400, 900, "b"))), NULL, true },
        { "word-times", NULL, "1", S(100, 900, "a b",
            WORDS(W(60, 400, "a") "," W(360, 940, "b"))), NULL, true },
        { "word-times", NULL, "1", S(100, 900, "a b",
            WORDS(W(100, 400, "a") "," W(300, 900, "b"))), NULL, false },
        { "word-times", NULL, "1", S(100, 900, "a b",
            WORDS(W(400, 300, "a"))), NULL, false },
        { "word-times", NULL, "1", S(100, 900, "a b",
            WORDS(W(0, 300, "a"))), NULL, false },
        { "word-times", NULL, "1", S(100, 900, "a b",
            WORDS(W(100, 1000, "a"))), NULL, false },
        { "word-times", NULL, "1", S(0, 9000, "a b",
            WORDS(W(100, 3200, "a"))), NULL, false },
        { "word-times", NULL, "1", S(-20, 900, "a b",
            WORDS(W(-10, 200, "a"))), NULL, false },
        { "word-times", NULL, "1", S(0, 900, "a", ""), NULL, false },

        { "segment-times", NULL, "1", "", NULL, true },
        { "segment-times", NULL, "1", S(0, 900, "a", "") ","
          S(900, 3090, "b", ""), NULL, true },
        { "segment-times", NULL, "1", S(0, 900, "a", "") ","
          S(800, 1000, "b", ""), NULL, false },
        { "segment-times", NULL, "1", S(0, 900, "a", ",\"channel\":1") ","
          S(800, 1000, "b", ",\"channel\":2"), NULL, true },
        { "segment-times", NULL, "1", S(0, 900, "a", ",\"speaker\":1") ","
          S(800, 1000, "b", ",\"speaker\":2"), NULL, true },
        { "segment-times", NULL, "1", S(500, 900, "a", ",\"speaker\":1") ","
          S(300, 1000, "b", ",\"speaker\":2"), NULL, false },
        { "segment-times", NULL, "1", S(900, 800, "a", ""), NULL, false },
        { "segment-times", NULL, "1", S(-1, 800, "a", ""), NULL, false },
        { "segment-times", NULL, "1", S(0, 3200, "a", ""), NULL, false },

        { "segments", NULL, "1", S(0, 900, "a", ""), NULL, true },
        { "segments", NULL, "1", "", NULL, false },
        { "segments", NULL, "1", S(0, 900, " ", ""), NULL, false },
        { "segments", NULL, "1", S(0, 3200, "a", ""), NULL, false },

        { "words-text", NULL, "1", S(0, 9, "A, b.",
            WORDS(W(0, 4, "a") "," W(4, 9, "B"))), NULL, true },
        { "words-text", NULL, "1", S(0, 9, "A, b.",
            WORDS(W(0, 4, "a"))), NULL, false },
        { "words-join", NULL, "1", S(0, 9, "a b",
            WORDS(W(0, 4, "b") "," W(0, 4, "a"))), NULL, false },
        { "words-join", NULL, "1", S(0, 9, "a b", ""), NULL, false },

        { "silence", NULL, "1", "", NULL, true },
        { "silence", NULL, "1", S(0, 9, " ", ""), NULL, true },
        { "silence", NULL, "1", S(0, 9, "a", ""), NULL, false },

        { "has-words", NULL, "1", S(0, 9, "a", WORDS(W(0, 9, "a"))), NULL,
          true },
        { "has-words", NULL, "1", S(0, 9, "a", WORDS(W(0, 9, "a"))) ","
          S(0, 9, "a", ""), NULL, false },
        { "has-words", NULL, "1", "", NULL, false },
        { "no-words", NULL, "1", S(0, 9, "a", ""), NULL, true },
        { "no-words", NULL, "1", S(0, 9, "a", WORDS(W(0, 9, "a"))), NULL,
          false },

        { "channels", NULL, "1", S(0, 9, "a", ",\"channel\":1"), NULL, true },
        { "channels", NULL, "1", S(0, 9, "a", ",\"channel\":2"), NULL,
          false },
        { "channels", NULL, "1", S(0, 9, "a", ""), NULL, false },
        { "channels", NULL, "1", "", NULL, false },

        { "speakers", NULL, "1", S(0, 9, "a", ",\"speaker\":\"x\""), NULL,
          true },
        { "speakers", "{\"min\":2}", "1", S(0, 9, "a", ",\"speaker\":1"),
          NULL, false },
        { "speakers", "{\"min\":2,\"max\":2}", "1",
          S(0, 9, "a", ",\"speaker\":1") "," S(9, 10, "a", ",\"speaker\":2")
          "," S(10, 11, "a", ",\"speaker\":1"), NULL, true },
        { "speakers", "{\"max\":1}", "1", S(0, 9, "a", ",\"speaker\":1") ","
          S(0, 9, "a", ",\"speaker\":2"), NULL, false },
        { "speakers", NULL, "1", S(0, 9, "a", ""), NULL, false },

        { "same-text", NULL, "1", S(0, 9, "a b", "") "," S(0, 9, "c", ""),
          S(0, 9, "a  b c ", ""), true },
        { "same-text", NULL, "1", S(0, 9, "a b", ""), S(0, 9, "a b.", ""),
          false },
        { "same-text", NULL, "1", S(0, 9, "a", ""), NULL, false },

        { "wer", NULL, "1", S(0, 9, "Go somewhere and do something.", ""),
          NULL, true },
        { "wer", "{\"max\":0.2}", "1", S(0, 9, "Go somewhere and do", ""),
          NULL, true },
        { "wer", "{\"max\":0.19}", "1", S(0, 9, "Go somewhere and do", ""),
          NULL, false },
        { "wer", NULL, "1", "", NULL, false },
        { "wer", NULL, "1", S(0, 9, "x", ""), S(0, 9, "X", ""), true },
        { "wer", NULL, "1", S(0, 9, "x", ""), S(0, 9, "y", ""), false },

        { "within", "{\"from\":1,\"to\":2}", "1", S(960, 2040, "a", ""),
          NULL, true },
        { "within", "{\"from\":1,\"to\":2}", "1", S(900, 2000, "a", ""),
          NULL, false },
        { "within", "{\"from\":1,\"to\":2}", "1", S(1000, 2100, "a", ""),
          NULL, false },

        { "segment-length", "{\"max\":3}", "1", S(0, 9, "a b", ""), NULL,
          true },
        { "segment-length", "{\"max\":3}", "1",
          S(0, 9, "\xc3\xa9 \xc3\xa9", ""), NULL, true },
        { "segment-length", "{\"max\":3}", "1", S(0, 9, "abcdef", ""), NULL,
          true },
        { "segment-length", "{\"max\":3}", "1", S(0, 9, "a bc", ""), NULL,
          false }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        held(cases[i].name, cases[i].arg, cases[i].duration, cases[i].results,
             cases[i].other, "speech.wav", cases[i].expect);
    }

    held("duration", NULL, "1", "", NULL, NULL, false);
    held("wer", NULL, "1", "", NULL, NULL, false);
    assert_false(asr_conf_check_known("word-time"));
}


static void
test_join(void **state)
{
    char                   *expected, *got;
    asr_conf_transcript_t   t;

    assert_true(take("tencent", tencent, &t));
    assert_true(asr_conf_check("sentences-join", NULL, &t, NULL, NULL,
                               &expected, &got));
    free((char *) t.segments[1].text);
    t.segments[1].text = strdup("Good by.");
    assert_false(asr_conf_check("sentences-join", NULL, &t, NULL, NULL,
                                &expected, &got));
    assert_string_equal(expected, "\"Hello world. Good bye.\"");
    assert_string_equal(got, "\"Hello world. Good by.\"");
    free(expected);
    free(got);
    asr_conf_transcript_clean(&t);
}


/* What is told of a long text is UTF-8 still. */

static void
test_long(void **state)
{
    char                    *expected, *got;
    size_t                   i;
    json_t                  *v;
    asr_conf_buf_t           b;
    asr_conf_segment_t       s;
    asr_conf_transcript_t    t;

    for (i = 0; i < 4; i++) {
        asr_conf_buf_init(&b, 4096);
        asr_conf_buf_add(&b, "abc", i);

        while (b.len < 1000) {
            asr_conf_buf_str(&b, "\xf0\x9f\x98\x80");
        }

        memset(&s, 0, sizeof(s));
        memset(&t, 0, sizeof(t));
        s.text = b.data;
        t.segments = &s;
        t.nsegments = 1;

        assert_false(asr_conf_check("silence", NULL, &t, NULL, NULL,
                                    &expected, &got));
        assert_true(strlen(got) < 420);
        v = json_string(got);
        assert_non_null(v);
        json_decref(v);
        free(expected);
        free(got);
        asr_conf_buf_free(&b);
    }
}


/* The index and the recordings are of each other. */

static void
test_recordings(void **state)
{
    size_t                   i, n;
    const char              *name;
    const asr_conf_audio_t  *a;

    for (i = 0, n = 0; i < asr_conf_nfiles; i++) {
        name = asr_conf_files[i].name;

        if (strncmp(name, "common/audio/", 13) != 0
            || strcmp(name + 13, "index.json") == 0)
        {
            continue;
        }

        a = asr_conf_audio(name + 13);
        assert_non_null(a);
        assert_true(a->duration >= 0 && a->duration < 10);
        n++;
    }

    assert_true(n >= 13);
    assert_null(asr_conf_audio("none.wav"));
    assert_float_equal(asr_conf_audio("tiny.wav")->duration, 1.1, 1e-9);
    assert_int_equal(asr_conf_audio("stereo-8k.wav")->channels, 2);
    assert_string_equal(asr_conf_audio("speech.mp3")->reference,
                        asr_conf_audio("speech.wav")->reference);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_tencent),
        cmocka_unit_test(test_u2),
        cmocka_unit_test(test_memories),
        cmocka_unit_test(test_ice),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_wer),
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_recordings)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
