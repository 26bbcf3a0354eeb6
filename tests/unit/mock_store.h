/*
 * What the tests of the mock's store share: worlds, a store over a spool in a
 * folder of its own, short forms of operations, a course that the test sets, a
 * script that says what the test wants, and a check after every test that
 * what is counted is what there is.
 */

#ifndef MOCK_STORE_H
#define MOCK_STORE_H

#include "unit.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/asr_clock.h"
#include "asr_mock_store_int.h"


#define UNUSED  __attribute__((unused))
#define KEY     "test-demo"

typedef struct {
    char                dir[64];
    char                err[256];
    asr_spool_t        *spool;
    asr_store_t        *s;
    asr_arena_t         arena;
    _Atomic int         units;
    _Atomic int         tasks;
    _Atomic int         io;
    _Atomic int         groups;
    _Atomic int         settled;
    _Atomic int         scripts;
    bool                exact;           /* of the script */
    asr_err_t           script_rc;
    void              (*meanwhile)(const asr_mock_ask_t *ask);
    char                sha256[80];      /* that it saw last */
    char                text[64];        /* likewise */
    asr_mock_course_t   course;          /* of tasks made from now on */
    asr_mock_what_t     what;            /* of the last; not its strings */
} fixture_t;

static fixture_t  fx;


/* Instead of the plan's. */

asr_err_t
asr_mock_course_copy(asr_mock_course_t *to, const asr_mock_course_t *from)
{
    *to = *from;
    to->code = from->code != NULL ? strdup(from->code) : NULL;
    to->text = from->text != NULL ? strdup(from->text) : NULL;

    return ASR_OK;
}


void
asr_mock_course_free(asr_mock_course_t *c)
{
    free(c->code);
    free(c->text);
    c->code = NULL;
    c->text = NULL;
}


asr_err_t
asr_mock_course(asr_mock_world_t *w, const asr_mock_what_t *what,
    asr_mock_course_t *out)
{
    fx.what = *what;

    return asr_mock_course_copy(out, &fx.course);
}


static void *
fx_other(void *arg)
{
    asr_mock_lock();
    asr_mock_unlock();

    return NULL;
}


/* A sentence for each segment: the course's text, or "made up". */

static asr_err_t
fx_script(void *ctx, const asr_mock_ask_t *ask, asr_arena_t *a,
    asr_result_t *result, bool *exact)
{
    size_t                i, n;
    pthread_t             thread;
    const char           *text;
    asr_sentence_t       *s;
    struct timespec       until;
    const asr_segment_t  *segments;

    segments = ask->segments;
    n = ask->n;

    /* others are not kept waiting */

    assert_int_equal(pthread_create(&thread, NULL, fx_other, NULL), 0);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 60;
    assert_int_equal(pthread_timedjoin_np(thread, NULL, &until), 0);

    if (fx.meanwhile != NULL) {
        fx.meanwhile(ask);
    }

    atomic_fetch_add(&fx.scripts, 1);
    snprintf(fx.sha256, sizeof(fx.sha256), "%.*s", asr_fmt(ask->sha256));

    text = ask->course->text != NULL ? ask->course->text : "made up";
    snprintf(fx.text, sizeof(fx.text), "%s", text);

    result->audio_ms = ask->audio_ms;
    result->channels = 1;
    result->nsentences = n;
    result->sentences = asr_arena_zalloc(a, n * sizeof(asr_sentence_t));

    for (i = 0; i < n; i++) {
        s = &result->sentences[i];
        s->text = asr_arena_str(a, asr_cstr(text));
        s->start_ms = (int32_t) (segments[i].start / 16);
        s->end_ms = (int32_t) ((segments[i].start + segments[i].length) / 16);
        s->channel = segments[i].channel;
        s->speaker = -1;
        s->words = asr_arena_zalloc(a, sizeof(asr_word_t));
        s->words[0].text = s->text;
        s->words[0].start_ms = s->start_ms;
        s->words[0].end_ms = s->end_ms;
        s->words[0].confidence = 0.5f;
        s->nwords = 1;
    }

    *exact = fx.exact;

    return fx.script_rc;
}


static bool
fx_cause(asr_str_t api, asr_str_t code, asr_cause_t *cause,
    asr_str_t *message)
{
    if (!asr_str_eq(code, asr_str("too_short"))) {
        return false;
    }

    *cause = ASR_CAUSE_TOO_SHORT;
    *message = asr_str("much too short");

    return true;
}


static void
fx_settled(void *ctx)
{
    atomic_fetch_add(&fx.settled, 1);
}


/* Tasks whose params say "hook" want their end told. */

static bool
fx_callback(const asr_task_t *task, asr_arena_t *a, asr_delivery_t *out)
{
    memset(out, 0, sizeof(asr_delivery_t));

    if (task->params.len < 6 || memcmp(task->params.data, "{\"hook", 6) != 0) {
        return false;
    }

    out->url = asr_str("http://127.0.0.1:1/ended");
    out->content_type = asr_str("text/plain");
    out->attempts_max = 3;
    out->body = asr_arena_printf(a, "%lld %d %d %.*s %lld",
                                 (long long) task->id, (int) task->state,
                                 (int) task->cause, asr_fmt(task->message),
                                 (long long) asr_clock_ms());

    return out->body.data != NULL;
}


static void
fx_work_ready(void *ctx, int segments, int tasks)
{
    atomic_fetch_add(&fx.units, segments);
    atomic_fetch_add(&fx.tasks, tasks);
}


static void
fx_group_done(void *ctx)
{
    atomic_fetch_add(&fx.groups, 1);
}


static void
fx_io_ready(void *ctx)
{
    atomic_fetch_add(&fx.io, 1);
}


static int
fx_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}


static UNUSED void
fx_open(bool scripted, size_t ceiling, int64_t queue_max)
{
    asr_store_conf_t        conf;
    asr_mock_store_hooks_t  hooks;

    memset(&hooks, 0, sizeof(hooks));
    hooks.script = fx_script;
    hooks.cause = fx_cause;
    hooks.settled = fx_settled;
    asr_mock_store_hooks(&hooks);
    asr_mock_store_engine(scripted);
    asr_mock_store_ceiling(ceiling);

    memset(&conf, 0, sizeof(conf));
    conf.url = "mock:";
    conf.spool = fx.spool;
    conf.queue_max = queue_max;
    conf.work_ready = fx_work_ready;
    conf.group_done = fx_group_done;
    conf.io_ready = fx_io_ready;
    conf.callback = fx_callback;

    assert_int_equal(asr_store_prepare(conf.url, 0, 0, fx.err,
                                       sizeof(fx.err)),
                     ASR_OK);
    fx.s = asr_store_open(&conf, fx.err, sizeof(fx.err));
    assert_non_null(fx.s);
}


/* Due from the beginning unless the test says otherwise. */

static UNUSED int
fx_setup(void **state)
{
    char  path[96];

    memset(&fx, 0, sizeof(fx));
    fx.course.progress = ASR_MOCK_SECONDS;

    snprintf(fx.dir, sizeof(fx.dir), "/tmp/test-mock-store.XXXXXX");
    if (mkdtemp(fx.dir) == NULL) {
        return -1;
    }

    snprintf(path, sizeof(path), "%s/spool", fx.dir);

    if (asr_spool_prepare(path, (unsigned) -1, (unsigned) -1, fx.err,
                          sizeof(fx.err)) != ASR_OK)
    {
        return -1;
    }

    fx.spool = asr_spool_open(path, 0);
    asr_arena_init(&fx.arena, 256 * 1024 * 1024);

    return fx.spool != NULL ? 0 : -1;
}


static UNUSED asr_mock_store_t *
fx_store(void)
{
    return asr_mock_store_now;
}


/* What is counted is what there is. */

static void
fx_check(void)
{
    size_t                bytes, tasks, undone, outgoing, waiting;
    int64_t               count[ASR_TASK_FAILED + 1], queued, claimed;
    int64_t               samples;
    int32_t               i;
    uint64_t              spooled;
    asr_mock_link_t      *l, *k;
    asr_mock_home_t      *h;
    asr_mock_task_t      *t;
    asr_mock_file_t      *f;
    asr_mock_store_t     *s;
    asr_mock_delivery_t  *d;

    asr_mock_lock();
    s = fx_store();
    memset(count, 0, sizeof(count));
    tasks = 0;
    queued = claimed = samples = 0;
    spooled = 0;
    bytes = 0;

    for (l = s->homes.next; l != &s->homes; l = l->next) {
        h = asr_mock_of(l, asr_mock_home_t, link);
        undone = outgoing = waiting = 0;
        bytes += h->bytes;
        spooled += h->spooled;
        assert_ptr_equal(h->world->store, h);

        for (k = h->tasks.next; k != &h->tasks; k = k->next) {
            t = asr_mock_of(k, asr_mock_task_t, all);
            count[t->t.state]++;
            tasks++;
            h->bytes -= t->bytes;
            undone += t->due && !asr_mock_task_ended(t);
            assert_true(asr_mock_task_ended(t) || t->t.result.len == 0);
            assert_true(!asr_mock_task_ended(t) || t->npieces == 0);
            assert_true(!asr_mock_task_ended(t) || t->waiting == NULL);

            for (i = 0; i < t->npieces; i++) {
                queued += t->pieces[i].state == ASR_MOCK_PIECE_QUEUED;
                claimed += t->pieces[i].state == ASR_MOCK_PIECE_CLAIMED;
                samples += t->pieces[i].state == ASR_MOCK_PIECE_QUEUED
                           ? t->pieces[i].length : 0;
            }
        }

        for (k = h->files.next; k != &h->files; k = k->next) {
            f = asr_mock_of(k, asr_mock_file_t, all);
            h->bytes -= f->bytes;
        }

        for (k = h->deliveries.next; k != &h->deliveries; k = k->next) {
            d = asr_mock_of(k, asr_mock_delivery_t, all);
            h->bytes -= d->bytes;
            outgoing += d->state == ASR_MOCK_READY
                        || d->state == ASR_MOCK_IN_HAND;
            waiting += d->state == ASR_MOCK_WAITING;
        }

        assert_int_equal(h->bytes, 0);
        assert_int_equal(h->undone, undone);
        assert_int_equal(h->outgoing, outgoing);
        assert_int_equal(h->waiting, waiting);

        for (k = h->tasks.next; k != &h->tasks; k = k->next) {
            h->bytes += asr_mock_of(k, asr_mock_task_t, all)->bytes;
        }

        for (k = h->files.next; k != &h->files; k = k->next) {
            h->bytes += asr_mock_of(k, asr_mock_file_t, all)->bytes;
        }

        for (k = h->deliveries.next; k != &h->deliveries; k = k->next) {
            h->bytes += asr_mock_of(k, asr_mock_delivery_t, all)->bytes;
        }
    }

    assert_int_equal(s->bytes, bytes);
    assert_int_equal(s->spooled, spooled);
    assert_int_equal(s->tasks.n, tasks);
    assert_int_equal(s->queued, queued);
    assert_int_equal(s->queued_samples, samples);
    assert_int_equal(s->claimed, claimed);

    for (i = 0; i <= ASR_TASK_FAILED; i++) {
        assert_int_equal(s->count[i], count[i]);
    }

    asr_mock_unlock();
}


static UNUSED int
fx_teardown(void **state)
{
    if (fx.s != NULL) {
        fx_check();
        asr_store_close(fx.s);
    }

    assert_null(asr_mock_store_now);
    asr_mock_lock();

    while (asr_mock_world_first() != NULL) {
        assert_null(asr_mock_world_first()->store);
        asr_mock_world_delete(asr_mock_world_first());
    }

    asr_mock_worlds_reap();
    asr_mock_unlock();

    asr_mock_course_free(&fx.course);
    asr_spool_close(fx.spool);
    asr_arena_free(&fx.arena);
    asr_clock_use(NULL);

    return nftw(fx.dir, fx_remove, 8, FTW_DEPTH|FTW_PHYS);
}


static UNUSED int
fx_group(void **state)
{
    asr_mock_store_init();

    return asr_mock_worlds_init(7, "http://127.0.0.1:1") == ASR_OK ? 0 : -1;
}


static void
fx_op(asr_op_t *op, asr_op_type_t type)
{
    memset(op, 0, sizeof(asr_op_t));
    op->type = type;
    op->arena = &fx.arena;
}


static void
fx_audio(asr_op_t *op, asr_spool_file_t *f, const void *p, size_t n,
    size_t inline_max)
{
    asr_spool_begin(fx.spool, f);
    assert_int_equal(asr_spool_write(f, p, n, inline_max), ASR_OK);
    op->spool_file = f;
}


static UNUSED void
fx_task(asr_op_t *op, const char *account)
{
    fx_op(op, ASR_OP_TASK_CREATE);
    op->task.api = asr_str("tencent");
    op->task.account = asr_cstr(account);
    op->task.engine = asr_str("16k_en");
    op->task.format = asr_str("wav");
    op->task.params = asr_str("{\"a\":1}");
    op->task.channels = 1;
    op->task.sample_rate = 16000;
}


/* A task with that inline audio; returns its id. */

static UNUSED int64_t
fx_create_of(const char *account, const char *audio, const char *params)
{
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_task(&op, account);
    op.task.params = asr_cstr(params);
    fx_audio(&op, &f, audio, strlen(audio), 100);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_true(op.task.id > 0 && op.task.id < INT64_C(1) << 53);

    return op.task.id;
}


static UNUSED int64_t
fx_create(void)
{
    return fx_create_of(KEY, "audio", "{\"a\":1}");
}


static UNUSED int64_t
fx_create_url(const char *params)
{
    asr_op_t  op;

    fx_task(&op, KEY);
    op.task.url = asr_str("https://example.org/a.wav");
    op.task.params = asr_cstr(params);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    return op.task.id;
}


static UNUSED void
fx_get_op(asr_op_t *op, int64_t id)
{
    fx_op(op, ASR_OP_TASK_GET);
    op->task.id = id;
    op->task.account = asr_str(KEY);
    op->task.api = asr_str("tencent");
}


/* It must not be held. */

static UNUSED asr_err_t
fx_get(int64_t id, asr_op_t *op)
{
    fx_get_op(op, id);

    return asr_store_call(fx.s, op);
}


/* What it is at, whatever a client would be told. */

static UNUSED asr_mock_task_t *
fx_peek(int64_t id)
{
    asr_mock_task_t  *t;

    asr_mock_lock();
    t = asr_mock_table_find(&fx_store()->tasks, id);
    asr_mock_unlock();

    return t;
}


static UNUSED asr_task_state_t
fx_state(int64_t id)
{
    assert_non_null(fx_peek(id));

    return fx_peek(id)->t.state;
}


static UNUSED asr_claim_t
fx_claim(asr_op_t *op)
{
    fx_op(op, ASR_OP_CLAIM);
    assert_int_equal(asr_store_call(fx.s, op), ASR_OK);

    return op->claim;
}


static UNUSED asr_claim_t
fx_claim_io(asr_op_t *op, unsigned want)
{
    fx_op(op, ASR_OP_CLAIM_IO);
    op->want = want;
    assert_int_equal(asr_store_call(fx.s, op), ASR_OK);

    return op->claim;
}


static UNUSED asr_err_t
fx_fetched(int64_t id, size_t n, asr_op_t *op)
{
    asr_spool_file_t  f;

    static const char  audio[50000];

    fx_op(op, ASR_OP_FETCHED);
    op->task.id = id;
    fx_audio(op, &f, audio, n, ASR_SPOOL_INLINE);

    return asr_store_call(fx.s, op);
}


static UNUSED asr_err_t
fx_decoded(int64_t id, size_t n, int64_t length, asr_op_t *op)
{
    size_t         i;
    asr_err_t      rc;
    asr_segment_t  *segments;

    segments = calloc(n + 1, sizeof(asr_segment_t));

    for (i = 0; i < n; i++) {
        segments[i].start = (int64_t) i * length;
        segments[i].length = length;
        segments[i].channel = (int32_t) (i % 2);
    }

    fx_op(op, ASR_OP_DECODED);
    op->task.id = id;
    op->task.audio_ms = 1234;
    op->segments = segments;
    op->nsegments = n;
    rc = asr_store_call(fx.s, op);
    free(segments);

    return rc;
}


/* Claims the task, which must be the next, and gives it n segments. */

static UNUSED void
fx_decode(int64_t id, size_t n, int64_t length)
{
    asr_op_t  op;

    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id);
    assert_int_equal(fx_decoded(id, n, length, &op), ASR_OK);
    assert_int_equal(op.last, n == 0);
}


static UNUSED asr_err_t
fx_segment(asr_op_type_t type, int64_t id, int32_t index, asr_op_t *op)
{
    fx_op(op, type);
    op->segment.task_id = id;
    op->segment.index = index;
    op->segment.result = asr_str("{\"text\":\"hi\"}");
    op->claim = ASR_CLAIM_SEGMENT;

    return asr_store_call(fx.s, op);
}


static UNUSED asr_err_t
fx_done(int64_t id)
{
    asr_op_t  op;

    fx_op(&op, ASR_OP_TASK_DONE);
    op.task.id = id;
    op.task.result = asr_str("{\"text\":\"all\"}");

    return asr_store_call(fx.s, &op);
}


/* From claim to end, as the product's threads would. */

static UNUSED void
fx_run(void)
{
    asr_op_t  op;

    while (fx_claim(&op) != ASR_CLAIM_NONE) {

        if (op.claim == ASR_CLAIM_DECODE) {
            assert_int_equal(fx_decoded(op.task.id, 2, 16000, &op), ASR_OK);

        } else {
            assert_int_equal(op.claim, ASR_CLAIM_FINISH);
            assert_int_equal(fx_done(op.task.id), ASR_OK);
        }
    }
}


/* How many files a folder of the spool has. */

static UNUSED int
fx_files(const char *folder)
{
    char   path[160];
    FILE  *p;
    int    n;

    n = -1;
    snprintf(path, sizeof(path), "ls %s/spool/%s | wc -l", fx.dir, folder);
    p = popen(path, "r");
    assert_non_null(p);
    assert_int_equal(fscanf(p, "%d", &n), 1);
    pclose(p);

    return n;
}


/* The world's clock stands still, and moves by so much. */

static UNUSED void
fx_freeze(const char *key, int64_t ms)
{
    asr_mock_world_t  *w;

    asr_mock_lock();
    w = asr_mock_world(asr_cstr(key));
    assert_non_null(w);
    w->clock.frozen_ms = ms;
    asr_mock_unlock();
}


static UNUSED asr_mock_world_t *
fx_world(void)
{
    asr_mock_world_t  *w;

    asr_mock_lock();
    w = asr_mock_world(asr_str(KEY));
    asr_mock_unlock();
    assert_non_null(w);

    return w;
}


/* Operations that may be held: done counts them. */

static _Atomic int  fx_answers;


static UNUSED void
fx_answered(asr_op_t *op)
{
    atomic_fetch_add(&fx_answers, 1);
}


#define STORE_TEST(f)  cmocka_unit_test_setup_teardown(f, fx_setup,           \
                                                       fx_teardown)


#endif /* MOCK_STORE_H */
