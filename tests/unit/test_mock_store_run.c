/*
 * The mock's store under the product's own threads: audio that is decoded by
 * asr-decode, a result that they finish, audio that is none.
 */

#define _GNU_SOURCE

#include "mock_store.h"

#include <limits.h>

#include "task/asr_runner.h"
#include "wav.h"


static asr_wake_t              wake;
static asr_wake_t              task_wake;
static asr_models_t           *models;
static asr_runner_t           *runner;
static asr_runner_counters_t   counters;


static void
ready(void *ctx, int segments, int tasks)
{
    asr_wake_post(&wake, segments);
    asr_wake_post(&task_wake, tasks != 0 ? INT_MAX : 0);
}


static int
setup(void **state)
{
    asr_runner_conf_t  conf;

    if (fx_setup(state) != 0) {
        return -1;
    }

    fx_open(true, 0, 0);
    fx_store()->conf.work_ready = ready;

    memset(&conf, 0, sizeof(conf));
    conf.store = fx.s;
    conf.spool = fx.spool;
    conf.models = models;
    conf.wake = &wake;
    conf.task_wake = &task_wake;
    conf.counters = &counters;
    conf.threads = 1;
    conf.decode_path = "build/asr-decode";
    conf.min_ms = 1000;
    conf.max_ms = 3600000;
    runner = asr_runner_start(&conf);

    return runner != NULL ? 0 : -1;
}


static int
teardown(void **state)
{
    return asr_runner_end(runner) == ASR_OK ? fx_teardown(state) : -1;
}


static int
group(void **state)
{
    char  err[256];

    static const asr_model_conf_t  model = {
        ASR_STR("en"), ASR_STR("/usr/share/pocketsphinx/model/en-us/en-us"),
        ASR_STR("/usr/share/pocketsphinx/model/en-us/en-us.lm.bin"),
        ASR_STR("/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"),
        ASR_EFFORT_FAST
    };

    static const asr_engine_conf_t  engine = {
        ASR_STR("16k_en"), ASR_STR("en")
    };

    /* no copies: nothing is ever recognised here */

    models = asr_models_create(&model, 1, &engine, 1, 0, err, sizeof(err));

    return models != NULL ? fx_group(state) : -1;
}


static int
group_end(void **state)
{
    asr_models_free(models);

    return 0;
}


/* Somebody's voice; the samples are malloc'ed. */

static wav_t
voice(void)
{
    wav_t     w;
    size_t    n;
    int16_t  *pcm;

    pcm = wav_load(WAV_LIBRIVOX
                   "sense_and_sensibility_01_austen_64kb-0870.wav", &n);
    assert_non_null(pcm);
    w = wav_pcm16(1, 16000, pcm, n);
    free(pcm);

    return w;
}


static int64_t
submit(wav_t w, size_t inline_max)
{
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_task(&op, KEY);
    op.task.format = asr_str_null();
    op.task.sample_rate = 0;
    fx_audio(&op, &f, w.data, w.len, inline_max);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    free(w.data);

    return op.task.id;
}


static void
test_exact(void **state)
{
    int           i;
    int64_t       id;
    asr_op_t      op;
    asr_result_t  r;

    fx.exact = true;
    fx.course.progress = ASR_MOCK_POLLS;
    fx.course.n = 1;
    fx.course.text = strdup("to the letter");

    for (i = 0; i < 3; i++) {
        id = submit(voice(), i == 2 ? 0 : ASR_SPOOL_INLINE);
        assert_int_equal(fx_get(id, &op), ASR_OK);
        assert_int_equal(op.task.state, ASR_TASK_RECOGNISING);
        assert_int_equal(fx_get(id, &op), ASR_OK);
        assert_int_equal(op.task.state, ASR_TASK_SUCCEEDED);
        assert_true(op.task.audio_ms > 1000);
        assert_int_equal(asr_result_read(&fx.arena, op.task.result, &r),
                         ASR_OK);
        assert_true(r.nsentences > 0);
        assert_true(asr_str_eq(r.sentences[0].text,
                               asr_str("to the letter")));
        assert_non_null(fx_peek(id)->peaks);
        assert_int_equal(fx_files("pcm"), 0);
    }
}


static void
test_finished(void **state)
{
    int64_t       id;
    asr_op_t      op;
    asr_result_t  r;

    fx.course.progress = ASR_MOCK_ONCE;
    id = submit(voice(), 0);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_SUCCEEDED);
    assert_int_equal(asr_result_read(&fx.arena, op.task.result, &r), ASR_OK);
    assert_true(r.nsentences > 0);
    assert_true(asr_str_eq(r.sentences[0].words[0].text, asr_str("made up")));
}


/* What really is no audio fails as it does in the product. */

static void
test_bad_audio(void **state)
{
    size_t    i;
    wav_t     w;
    int64_t   id;
    asr_op_t  op;

    static int16_t  silence[8000];

    static const asr_cause_t  causes[] = {
        ASR_CAUSE_FORMAT, ASR_CAUSE_TOO_SHORT
    };

    fx.course.progress = ASR_MOCK_ONCE;

    for (i = 0; i < asr_nelts(causes); i++) {
        w = wav_make(WAV_PCM, 1, 16000, 16, silence, sizeof(silence),
                     sizeof(silence));

        if (i == 0) {
            memset(w.data, 'x', w.len);
        }

        id = submit(w, 0);
        assert_int_equal(fx_get(id, &op), ASR_OK);
        assert_int_equal(op.task.state, ASR_TASK_FAILED);
        assert_int_equal(op.task.cause, causes[i]);
    }
}


#define RUN_TEST(f)  cmocka_unit_test_setup_teardown(f, setup, teardown)


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        RUN_TEST(test_exact), RUN_TEST(test_finished),
        RUN_TEST(test_bad_audio),
    };

    return cmocka_run_group_tests(tests, group, group_end);
}
