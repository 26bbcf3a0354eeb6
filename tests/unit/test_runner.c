/*
 * The recogniser threads with everything real beneath them: spool, store,
 * asr-decode, PocketSphinx.  The recordings are PocketSphinx's own.
 */

#define _GNU_SOURCE

#include "store_fixture.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "task/asr_runner.h"
#include "wav.h"


#define MODEL  "/usr/share/pocketsphinx/model/en-us/"
#define CLIPS  5
#define WORDS  512


static const asr_model_conf_t  model = {
    ASR_STR("en"), ASR_STR(MODEL "en-us"), ASR_STR(MODEL "en-us.lm.bin"),
    ASR_STR(MODEL "cmudict-en-us.dict"), ASR_EFFORT_FAST
};

static const asr_engine_conf_t  engine = { ASR_STR("16k_en"), ASR_STR("en") };

static asr_models_t           *models;
static asr_wake_t              wake;
static asr_runner_counters_t   counters;
static asr_runner_t           *runner;
static char                    decode_path[PATH_MAX];
static _Atomic int             warnings;
static _Atomic int             errors;


static void
log_line(int level, const char *line)
{
    warnings += level == ASR_LOG_WARN;
    errors += level == ASR_LOG_ERR;

    if (getenv("ASR_TEST_LOG") != NULL) {
        fprintf(stderr, "%d %s\n", level, line);
    }
}


static void
work_ready(void *ctx, int units)
{
    asr_wake_post(&wake, units);
}


static void
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


static void
start(unsigned threads, const char *path)
{
    asr_runner_conf_t  conf;

    memset(&conf, 0, sizeof(conf));
    conf.store = fx.s;
    conf.spool = fx.spool;
    conf.models = models;
    conf.wake = &wake;
    conf.counters = &counters;
    conf.threads = threads;
    conf.decode_path = path;
    conf.min_ms = 1000;
    conf.max_ms = 5 * 3600 * 1000;

    runner = asr_runner_start(&conf);
    assert_non_null(runner);
}


/* Ends the runner, whose threads may need to finish an utterance. */

static void
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


static int64_t
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


static int64_t
submit(wav_t w)
{
    return submit_as(w, 1, "16k_en");
}


/* The finished task; its strings live as long as the test's arena. */

static asr_task_t
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

static void
await_segment(void)
{
    asr_op_t  op;

    do {
        usleep(500);
        fx_op(&op, ASR_OP_STATS);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    } while (op.stats.segments_claimed == 0);
}


static void
await_state(int64_t id, asr_task_state_t state)
{
    while (fx_state(fx.s, id) != state) {
        usleep(500);
    }
}


static asr_result_t
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


static asr_cause_t
cause_of(int64_t id)
{
    asr_task_t  t;

    t = await(id);
    assert_int_equal(t.state, ASR_TASK_FAILED);
    assert_true(t.message.len > 0);

    return t.cause;
}


/* Times in order within a sentence, sentences in order, all in the audio. */

static size_t
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


typedef struct {
    char    text[8192];
    char   *words[WORDS];
    size_t  n;
} text_t;


static void
split(text_t *t)
{
    char  *p, *save;

    t->n = 0;

    for (p = strtok_r(t->text, " \n", &save); p != NULL;
         p = strtok_r(NULL, " \n", &save))
    {
        if (p[0] != '<' && p[0] != '(') {
            assert_true(t->n < WORDS);
            t->words[t->n++] = p;
        }
    }
}


/* The transcription of clip number i, or of all. */

static void
reference(int clip, text_t *t)
{
    int    i;
    char   line[1024];
    FILE  *f;

    f = fopen(WAV_LIBRIVOX "transcription", "r");
    assert_non_null(f);
    t->text[0] = '\0';

    for (i = 0; fgets(line, sizeof(line), f) != NULL; i++) {
        if (clip < 0 || clip == i) {
            strncat(t->text, line, sizeof(t->text) - strlen(t->text) - 1);
        }
    }

    fclose(f);
    split(t);
}


static void
append(text_t *t, const asr_result_t *r, int32_t channel)
{
    size_t  i, n;

    for (i = 0; i < r->nsentences; i++) {
        if (r->sentences[i].channel == channel) {
            n = strlen(t->text);
            (void) snprintf(t->text + n, sizeof(t->text) - n, "%.*s ",
                            asr_fmt(r->sentences[i].text));
        }
    }
}


/* Substitutions, insertions and deletions that make a out of b. */

static size_t
distance(const text_t *a, const text_t *b)
{
    size_t         i, k, diagonal, up;
    static size_t  row[WORDS + 1];

    for (k = 0; k <= b->n; k++) {
        row[k] = k;
    }

    for (i = 1; i <= a->n; i++) {
        diagonal = row[0];
        row[0] = i;

        for (k = 1; k <= b->n; k++) {
            up = row[k];
            row[k] = strcmp(a->words[i - 1], b->words[k - 1]) == 0
                     ? diagonal
                     : 1 + (diagonal < up ? (diagonal < row[k - 1]
                                             ? diagonal : row[k - 1])
                                          : (up < row[k - 1] ? up
                                             : row[k - 1]));
            diagonal = up;
        }
    }

    return row[b->n];
}


static int16_t *
clip(int i, size_t *n)
{
    char  path[256];

    static const char *const  names[CLIPS] = { "0870", "0880", "0890",
                                               "0920", "0930" };

    (void) snprintf(path, sizeof(path), WAV_LIBRIVOX
                    "sense_and_sensibility_01_austen_64kb-%s.wav", names[i]);

    return wav_load(path, n);
}


static wav_t
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

static int16_t *
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


static void
test_recordings(void **state)
{
    int           i;
    size_t        wrong, words;
    int64_t       ids[CLIPS];
    double        wer, rtf;
    asr_result_t  r;
    text_t        said, heard;

    memset(&counters, 0, sizeof(counters));
    open_store();
    start(2, decode_path);

    for (i = 0; i < CLIPS; i++) {
        ids[i] = submit(clip_wav(i));
    }

    heard.text[0] = '\0';
    words = 0;

    for (i = 0; i < CLIPS; i++) {
        r = result_of(ids[i]);
        assert_int_equal(r.channels, 1);
        words += check_result(&r);
        append(&heard, &r, 0);
    }

    stop();

    reference(-1, &said);
    split(&heard);
    wrong = distance(&said, &heard);
    wer = (double) wrong / (double) said.n;
    rtf = (double) counters.cpu_ms / (double) counters.recognised_ms;

    print_message("%zu words, %.1f %% wrong; %.1f s audio, %.1f s of it in "
                  "%d segments, %.2f s cpu for each second\n", said.n,
                  wer * 100, (double) counters.audio_ms / 1000,
                  (double) counters.recognised_ms / 1000,
                  (int) counters.segments, rtf);

    assert_true(wer < 0.5);
    assert_true(rtf > 0.01 && rtf < 20.0);
    assert_int_equal(counters.words, words);
    assert_int_equal(counters.tasks_succeeded, CLIPS);
    assert_int_equal(counters.tasks_failed, 0);
    assert_true(counters.segments >= CLIPS);
    assert_int_equal(counters.segment_retries, 0);
    assert_true(counters.audio_ms > 15000);
    assert_true(counters.turnaround_ms > 0);
    assert_int_equal(fx_files("pcm"), 0);
}


/* One file of several utterances, 8 kHz stereo: speakers kept apart. */

static void
test_channels(void **state)
{
    size_t         i, n;
    int64_t        id;
    int16_t       *all, *both;
    asr_result_t   r;
    text_t         said, heard;

    open_store();
    start(2, decode_path);

    all = all_clips(&n);
    both = calloc(n, 2 * sizeof(int16_t));
    assert_non_null(both);

    /* the right one is half a clip later than the left */

    for (i = 0; i < n; i++) {
        both[2 * i] = all[i];
        both[2 * ((i + 40000) % n) + 1] = all[i] / 2;
    }

    id = submit_as(wav_pcm16(2, 16000, both, 2 * n), 2, "16k_en");
    r = result_of(id);
    assert_int_equal(r.channels, 2);
    assert_true(r.nsentences >= 8);
    check_result(&r);

    reference(-1, &said);
    heard.text[0] = '\0';
    append(&heard, &r, 0);
    split(&heard);
    assert_true(distance(&said, &heard) * 2 < said.n);

    heard.text[0] = '\0';
    append(&heard, &r, 1);
    split(&heard);
    assert_true(heard.n * 2 > said.n);

    stop();
    assert_int_equal(fx_files("pcm"), 0);
    free(all);
    free(both);
}


/* Inline audio without speech: a result without sentences. */

static void
test_silence(void **state)
{
    size_t         i;
    int64_t        ids[3];
    int16_t       *tone, zeros[16000];
    unsigned char  mulaw[16000];
    asr_result_t   r;

    memset(&counters, 0, sizeof(counters));
    open_store();
    start(1, decode_path);

    memset(mulaw, 0xff, sizeof(mulaw));
    memset(zeros, 0, sizeof(zeros));
    tone = wav_sine(32000, 440, 16000, 10000);

    ids[0] = submit(wav_make(WAV_MULAW, 1, 8000, 8, mulaw, sizeof(mulaw),
                             sizeof(mulaw)));
    ids[1] = submit(wav_pcm16(1, 16000, zeros, 16000));
    ids[2] = submit(wav_pcm16(1, 16000, tone, 32000));

    for (i = 0; i < 3; i++) {
        r = result_of(ids[i]);
        assert_int_equal(r.audio_ms, i == 1 ? 1000 : 2000);
        assert_int_equal(check_result(&r), 0);
    }

    stop();
    assert_int_equal(counters.tasks_succeeded, 3);
    assert_int_equal(counters.words, 0);
    free(tone);
}


static wav_t
bytes(const void *p, size_t n)
{
    wav_t  w;

    w.len = n;
    w.data = malloc(n);
    assert_non_null(w.data);
    memcpy(w.data, p, n);

    return w;
}


static void
test_failures(void **state)
{
    int16_t   *tone;
    asr_op_t   op;
    int64_t    id;

    memset(&counters, 0, sizeof(counters));
    open_store();
    start(2, decode_path);
    tone = wav_sine(16000, 440, 16000, 10000);

    assert_int_equal(cause_of(submit(wav_pcm16(1, 16000, tone, 15000))),
                     ASR_CAUSE_TOO_SHORT);
    assert_int_equal(cause_of(submit(bytes("\x7f\x12garbage", 9))),
                     ASR_CAUSE_FORMAT);
    assert_int_equal(cause_of(submit(bytes("#EXTM3U\nfile:///etc/passwd\n",
                                           27))),
                     ASR_CAUSE_FORMAT);
    assert_int_equal(cause_of(submit_as(wav_pcm16(1, 16000, tone, 16000), 1,
                                        "16k_zh")),
                     ASR_CAUSE_NO_MODEL);

    /* declared otherwise than it is */

    fx_task(&op, "demo");
    op.task.format = asr_str("mp3");
    {
        wav_t             w;
        asr_spool_file_t  f;

        w = wav_pcm16(1, 16000, tone, 16000);
        fx_audio(&op, &f, w.data, w.len, ASR_SPOOL_INLINE);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        free(w.data);
    }
    id = op.task.id;
    assert_int_equal(cause_of(id), ASR_CAUSE_FORMAT);

    stop();
    assert_int_equal(counters.tasks_failed, 5);
    assert_int_equal(counters.decode_failures, 4);
    assert_int_equal(counters.tasks_succeeded, 0);
    assert_int_equal(fx_files("pcm"), 0);
    free(tone);
}


/* Stopped in the middle and started again: the same text. */

static void
test_stop(void **state)
{
    int            rounds;
    size_t         i, n;
    int64_t        id, whole;
    int16_t       *all;
    asr_result_t   a, b;

    open_store();
    all = all_clips(&n);

    start(2, decode_path);
    whole = submit(wav_pcm16(1, 16000, all, n));
    a = result_of(whole);
    stop();

    id = submit(wav_pcm16(1, 16000, all, n));

    for (rounds = 0; fx_state(fx.s, id) < ASR_TASK_SUCCEEDED; rounds++) {
        memset(&counters, 0, sizeof(counters));
        start(1, decode_path);

        while (counters.segments == 0
               && fx_state(fx.s, id) < ASR_TASK_SUCCEEDED)
        {
            usleep(500);
        }

        stop();
    }

    assert_true(rounds >= 3);
    b = result_of(id);
    assert_int_equal(a.nsentences, b.nsentences);

    for (i = 0; i < a.nsentences; i++) {
        assert_true(asr_str_eq(a.sentences[i].text, b.sentences[i].text));
        assert_int_equal(a.sentences[i].start_ms, b.sentences[i].start_ms);
    }

    assert_int_equal(fx_files("pcm"), 0);
    free(all);
}


/* The PCM of a half-done task is lost: it is decoded again. */

static void
test_pcm_lost(void **state)
{
    size_t         n;
    int64_t        id;
    int16_t       *all;
    asr_result_t   r;

    memset(&counters, 0, sizeof(counters));
    open_store();
    all = all_clips(&n);
    id = submit(wav_pcm16(1, 16000, all, n));

    start(1, decode_path);
    await_state(id, ASR_TASK_RECOGNISING);
    stop();
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_RECOGNISING);

    asr_spool_remove_pcm(fx.spool, id);
    warnings = 0;
    start(2, decode_path);
    r = result_of(id);
    stop();

    assert_true(warnings >= 1);
    assert_true(check_result(&r) > 20);
    assert_true(counters.audio_ms >= (uint64_t) r.audio_ms * 2);
    assert_int_equal(counters.tasks_failed, 0);
    free(all);
}


/* A helper that cannot be started: the task waits for better times. */

static void
test_no_helper(void **state)
{
    int64_t       id;
    asr_op_t      op;
    asr_result_t  r;

    memset(&counters, 0, sizeof(counters));
    open_store();
    errors = 0;
    id = submit(clip_wav(1));
    start(1, "/nonexistent/asr-decode");

    while (counters.decode_failures == 0) {
        usleep(1000);
    }

    assert_true(errors >= 1);
    stop();

    /* released while it waited to try again: no attempt was spent */

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_CREATED);
    assert_int_equal(op.task.attempts, 0);

    start(1, decode_path);
    r = result_of(id);
    assert_true(check_result(&r) > 3);
    stop();
}


/* The disk under the store fails for a while; nothing is lost. */

static void
test_store_fails(void **state)
{
    int64_t       id;
    asr_result_t  r;

    memset(&counters, 0, sizeof(counters));
    open_store();
    id = submit(clip_wav(0));
    warnings = 0;

    start(1, decode_path);
    await_segment();
    atomic_store(&disk_write_rc, SQLITE_IOERR_WRITE);

    /* the segment is recognised, and cannot be told to the store */

    while (warnings == 0) {
        usleep(1000);
    }

    assert_int_equal(fx_state(fx.s, id), ASR_TASK_RECOGNISING);
    atomic_store(&disk_write_rc, 0);

    r = result_of(id);
    assert_true(check_result(&r) > 10);
    stop();
    assert_int_equal(counters.tasks_failed, 0);
}


/* Threads are called by name, run at nice 19 and take no signals. */

static void
test_threads(void **state)
{
    int             n;
    char            path[300], line[256];
    DIR            *d;
    FILE           *f;
    uint64_t        blocked;
    struct dirent  *e;

    open_store();
    start(3, decode_path);
    n = 0;

    /* a thread names itself, then lowers itself */

    while (n != 3) {
        d = opendir("/proc/self/task");
        assert_non_null(d);
        n = 0;

        while ((e = readdir(d)) != NULL) {
            (void) snprintf(path, sizeof(path), "/proc/self/task/%s/comm",
                            e->d_name);
            f = fopen(path, "r");

            if (f == NULL) {
                continue;
            }

            line[0] = '\0';
            assert_true(fgets(line, sizeof(line), f) != NULL);
            fclose(f);

            if (strncmp(line, "asr-recog-", 10) != 0
                || getpriority(PRIO_PROCESS,
                               (id_t) strtoul(e->d_name, NULL, 10)) != 19)
            {
                continue;
            }

            n++;
            (void) snprintf(path, sizeof(path), "/proc/self/task/%s/status",
                            e->d_name);
            f = fopen(path, "r");
            assert_non_null(f);
            blocked = 0;

            while (fgets(line, sizeof(line), f) != NULL) {
                if (strncmp(line, "SigBlk:", 7) == 0) {
                    blocked = strtoull(line + 7, NULL, 16);
                }
            }

            fclose(f);
            assert_true(blocked & (1ULL << (SIGTERM - 1)));
            assert_true(blocked & (1ULL << (SIGCHLD - 1)));
            assert_false(blocked & (1ULL << (SIGSEGV - 1)));
        }

        closedir(d);
    }

    assert_int_equal(asr_runner_running(runner), 3);
    stop();

    /* none at all is a runner too */

    start(0, decode_path);
    assert_int_equal(asr_runner_running(runner), 0);
    assert_int_equal(asr_runner_end(runner), ASR_OK);
    runner = NULL;
}


/* Noise that comes and goes: long to recognise, and taken for speech. */

static wav_t
babble(size_t n)
{
    size_t     i;
    wav_t      w;
    int16_t   *pcm;
    uint32_t   seed;

    pcm = malloc(n * sizeof(int16_t));
    assert_non_null(pcm);
    seed = 7;

    for (i = 0; i < n; i++) {
        seed = seed * 1103515245 + 12345;
        pcm[i] = (int16_t) ((double) (int16_t) (seed >> 16) * 0.4
                            * (0.1 + fabs(sin((double) i / 2400))));
    }

    w = wav_pcm16(1, 16000, pcm, n);
    free(pcm);

    return w;
}


#ifdef SYS_pause

/* Is some thread of ours in pause(2), where an abandoned one ends? */

static bool
parked(void)
{
    long            number;
    bool            found;
    char            path[300];
    DIR            *d;
    FILE           *f;
    struct dirent  *e;

    found = false;
    d = opendir("/proc/self/task");
    assert_non_null(d);

    while ((e = readdir(d)) != NULL) {
        (void) snprintf(path, sizeof(path), "/proc/self/task/%s/syscall",
                        e->d_name);
        f = fopen(path, "r");

        if (f != NULL) {
            if (fscanf(f, "%ld", &number) == 1 && number == SYS_pause) {
                found = true;
            }

            fclose(f);
        }
    }

    closedir(d);

    return found;
}


/*
 * The process is about to exit with a thread in an utterance.  In a child,
 * since it leaves that thread behind.
 */

static void
abandon(void)
{
    char      path[96];
    int64_t   id;
    asr_op_t  op;

    open_store();
    id = submit(babble(18 * 16000));
    start(1, decode_path);
    await_segment();

    assert_int_equal(asr_runner_end(runner), ASR_AGAIN);
    assert_int_equal(asr_runner_running(runner), 1);
    assert_int_equal(asr_runner_busy(runner), 1);
    asr_store_close(fx.s);
    asr_spool_close(fx.spool);

    while (!parked()) {
        usleep(1000);
    }

    assert_int_equal(asr_runner_end(runner), ASR_AGAIN);
    assert_int_equal(counters.segments, 0);

    /* the segment was given back with the store */

    (void) snprintf(path, sizeof(path), "%s/spool", fx.dir);
    fx.spool = asr_spool_open(path, 0);
    assert_non_null(fx.spool);
    fx.s = fx_open(0);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.task.id, id);
    assert_int_equal(op.segment.attempts, 1);
    asr_store_close(fx.s);

    _exit(0);
}


static void
test_abandoned(void **state)
{
    int    status;
    pid_t  pid;

    memset(&counters, 0, sizeof(counters));
    pid = fork();
    assert_true(pid >= 0);

    if (pid == 0) {
        abandon();
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

#endif


static int
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


static int
teardown(void **state)
{
    asr_models_free(models);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_recordings),
        STORE_TEST(test_channels),
        STORE_TEST(test_silence),
        STORE_TEST(test_failures),
        STORE_TEST(test_stop),
        STORE_TEST(test_pcm_lost),
        STORE_TEST(test_no_helper),
        STORE_TEST(test_store_fails),
        STORE_TEST(test_threads),
#ifdef SYS_pause
        STORE_TEST(test_abandoned),
#endif
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
