/*
 * What the tests of the recogniser threads share: everything real beneath
 * them (spool, store, asr-decode, PocketSphinx), PocketSphinx's recordings.
 */

#ifndef RUNNER_FIXTURE_H
#define RUNNER_FIXTURE_H

#include "store_fixture.h"

#include <limits.h>

#include "task/asr_runner.h"
#include "wav.h"


#define MODEL  "/usr/share/pocketsphinx/model/en-us/"
#define CLIPS  5


static const asr_model_conf_t  model = {
    ASR_STR("en"), ASR_STR(MODEL "en-us"), ASR_STR(MODEL "en-us.lm.bin"),
    ASR_STR(MODEL "cmudict-en-us.dict"), ASR_EFFORT_FAST
};

static const asr_engine_conf_t  engine = { ASR_STR("16k_en"), ASR_STR("en") };

static asr_models_t           *models;
static asr_wake_t              wake;
static asr_wake_t              task_wake;
static asr_runner_counters_t   counters;
static asr_runner_t           *runner;
static char                    decode_path[PATH_MAX];
static _Atomic int             warnings;
static _Atomic int             errors;


static UNUSED void
log_line(int level, const char *line)
{
    warnings += level == ASR_LOG_WARN;
    errors += level == ASR_LOG_ERR;

    if (getenv("ASR_TEST_LOG") != NULL) {
        fprintf(stderr, "%d %s\n", level, line);
    }
}


static UNUSED void
work_ready(void *ctx, int segments, int tasks)
{
    asr_wake_post(&wake, segments);
    asr_wake_post(&task_wake, tasks != 0 ? INT_MAX : 0);
}


static UNUSED void
open_store(void)
{
    asr_store_conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    conf.url = fx.url;
    conf.spool = fx.spool;
    conf.work_ready = work_ready;

    fx.s = asr_store_open(&conf, fx.err, sizeof(fx.err));
    if (fx.s == NULL) {
        fail_msg("open: %s", fx.err);
    }
}


static UNUSED void
start(unsigned threads, const char *path)
{
    asr_runner_conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    conf.store = fx.s;
    conf.spool = fx.spool;
    conf.models = models;
    conf.wake = &wake;
    conf.task_wake = &task_wake;
    conf.counters = &counters;
    conf.threads = threads;
    conf.decode_path = path;
    conf.min_ms = 1000;
    conf.max_ms = 5 * 3600 * 1000;

    runner = asr_runner_start(&conf);
    assert_non_null(runner);
}


/* Ends the runner, whose threads may need to finish an utterance. */

static UNUSED void
stop(void)
{
    asr_runner_stop(runner);

    while (asr_runner_running(runner) != 0) {
        usleep(1000);
    }

    assert_int_equal(asr_runner_busy(runner), 0);
    assert_int_equal(asr_runner_end(runner), ASR_OK);
    runner = NULL;
}


static UNUSED int64_t
submit_as(wav_t w, int channels, const char *of_engine)
{
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_task(&op, "demo");
    op.task.format = asr_str_null();
    op.task.channels = channels;
    op.task.engine = asr_cstr(of_engine);
    fx_audio(&op, &f, w.data, w.len, ASR_SPOOL_INLINE);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    free(w.data);

    return op.task.id;
}


static UNUSED int64_t
submit(wav_t w)
{
    return submit_as(w, 1, "16k_en");
}


/* The finished task; its strings live as long as the test's arena. */

static UNUSED asr_task_t
await(int64_t id)
{
    asr_op_t  op;

    while (fx_state(fx.s, id) < ASR_TASK_SUCCEEDED) {
        usleep(5000);
    }

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);

    return op.task;
}


/* Until a thread has a segment in hand. */

static UNUSED void
await_segment(void)
{
    asr_op_t  op;

    do {
        usleep(500);
        fx_op(&op, ASR_OP_STATS);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    } while (op.stats.segments_claimed == 0);
}


static UNUSED void
await_state(int64_t id, asr_task_state_t state)
{
    while (fx_state(fx.s, id) != state) {
        usleep(500);
    }
}


static UNUSED asr_result_t
result_of(int64_t id)
{
    asr_task_t    t;
    asr_result_t  r;

    t = await(id);
    assert_int_equal(t.state, ASR_TASK_SUCCEEDED);
    assert_int_equal(asr_result_read(&fx.arena, t.result, &r), ASR_OK);
    assert_int_equal(r.audio_ms, t.audio_ms);

    return r;
}


static UNUSED asr_cause_t
cause_of(int64_t id)
{
    asr_task_t  t;

    t = await(id);
    assert_int_equal(t.state, ASR_TASK_FAILED);
    assert_true(t.message.len > 0);

    return t.cause;
}


/* Times in order within a sentence, sentences in order, all in the audio. */

static UNUSED size_t
check_result(const asr_result_t *r)
{
    size_t                 i, k, n;
    int32_t                last, start_ms;
    const asr_sentence_t  *s;

    n = 0;
    start_ms = 0;

    for (i = 0; i < r->nsentences; i++) {
        s = &r->sentences[i];
        assert_true(s->start_ms >= start_ms);
        assert_true(s->nwords > 0);
        assert_true(s->energy_db > 20.0f);
        last = s->start_ms;

        for (k = 0; k < s->nwords; k++) {
            assert_true(s->words[k].start_ms >= last);
            assert_true(s->words[k].end_ms > s->words[k].start_ms);
            last = s->words[k].end_ms;
        }

        assert_int_equal(s->end_ms, last);
        assert_true(s->end_ms <= r->audio_ms);
        start_ms = s->start_ms;
        n += s->nwords;
    }

    return n;
}


static UNUSED int16_t *
clip(int i, size_t *n)
{
    char  path[256];

    static const char *const  names[CLIPS] = { "0870", "0880", "0890",
                                               "0920", "0930" };

    (void) snprintf(path, sizeof(path), WAV_LIBRIVOX
                    "sense_and_sensibility_01_austen_64kb-%s.wav", names[i]);

    return wav_load(path, n);
}


static UNUSED wav_t
clip_wav(int i)
{
    size_t    n;
    wav_t     w;
    int16_t  *pcm;

    pcm = clip(i, &n);
    w = wav_pcm16(1, 16000, pcm, n);
    free(pcm);

    return w;
}


/* All clips with pauses of 0.8 s between them. */

static UNUSED int16_t *
all_clips(size_t *n)
{
    int       i;
    size_t    m;
    int16_t  *pcm, *all;

    all = NULL;
    *n = 0;

    for (i = 0; i < CLIPS; i++) {
        pcm = clip(i, &m);
        all = realloc(all, (*n + m + 12800) * sizeof(int16_t));
        assert_non_null(all);
        memcpy(all + *n, pcm, m * sizeof(int16_t));
        memset(all + *n + m, 0, 12800 * sizeof(int16_t));
        *n += m + 12800;
        free(pcm);
    }

    return all;
}


static UNUSED int
setup(void **state)
{
    char         err[512];
    const char  *path;

    path = getenv("ASR_DECODE");

    if (realpath(path != NULL ? path : "build/asr-decode", decode_path)
        == NULL)
    {
        return -1;
    }

    asr_log_set(log_line);
    models = asr_models_create(&model, 1, &engine, 1, 3, err, sizeof(err));

    if (models == NULL) {
        fprintf(stderr, "%s\n", err);
        return -1;
    }

    return disk_setup(state);
}


static UNUSED int
teardown(void **state)
{
    asr_models_free(models);

    return 0;
}


#endif /* RUNNER_FIXTURE_H */
