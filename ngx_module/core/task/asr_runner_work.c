/*
 * The units of work of a runner's threads: decode a task's audio and cut it
 * into segments (asr_runner_decode.c), recognise a segment, make a task's
 * result of its segments (asr_runner_finish.c).
 *
 * A claim is never dropped in silence.  What can be said about the unit is
 * said to the store, again and again with a growing pause while the store
 * fails; when the process stops first, the claim is released.  ASR_NOTFOUND
 * from the store means that the claim is no longer ours (a lease ran out):
 * then nothing of the unit is touched any more, its PCM included.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../api/asr_api.h"
#include "../audio/asr_vad.h"
#include "../base/asr_clock.h"
#include "asr_runner_work.h"


#define ASR_WORK_SEGMENT_MAX  (1024 * 1024)      /* JSON of one */
#define ASR_WORK_SAMPLES_MAX  (30 * ASR_RATE)
#define ASR_WORK_DELAY_MIN    100
#define ASR_WORK_DELAY_MAX    5000
#define ASR_WORK_NOMEM_MAX    4
#define ASR_WORK_AGAIN_MS     1000


static const char *
asr_work_message(asr_cause_t cause)
{
    switch (cause) {

    case ASR_CAUSE_FORMAT:
        return "the audio format is not supported";

    case ASR_CAUSE_CORRUPT:
        return "the audio data is damaged";

    case ASR_CAUSE_TOO_SHORT:
        return "the audio is too short";

    case ASR_CAUSE_TOO_LONG:
        return "the audio is too long";

    case ASR_CAUSE_CHANNELS:
        return "the number of channels is not the one declared";

    case ASR_CAUSE_SAMPLE_RATE:
        return "the sample rate is not supported";

    case ASR_CAUSE_NO_MODEL:
        return "there is no model for this engine";

    case ASR_CAUSE_FILE_GONE:
        return "the audio file was deleted";

    default:
        return "internal error";
    }
}


void
asr_work_op(asr_op_t *op, asr_op_type_t type, asr_arena_t *a)
{
    memset(op, 0, sizeof(asr_op_t));
    op->type = type;
    op->arena = a;
}


asr_err_t
asr_work_call(asr_runner_t *r, asr_op_t *op)
{
    int        nomem;
    int64_t    delay;
    asr_err_t  rc;

    nomem = 0;
    delay = ASR_WORK_DELAY_MIN;

    for ( ;; ) {
        rc = asr_store_call(r->conf.store, op);

        if (rc != ASR_STORE && rc != ASR_NOMEM) {
            return rc;
        }

        if (rc == ASR_NOMEM && ++nomem == ASR_WORK_NOMEM_MAX) {
            return rc;
        }

        if (delay == ASR_WORK_DELAY_MIN) {
            asr_log(ASR_LOG_WARN, "task %lld: the store does not take its "
                    "progress, will be tried again", (long long) op->task.id);
        }

        if (!asr_runner_delay(r, delay)) {
            return ASR_STOPPED;
        }

        delay = delay * 2 < ASR_WORK_DELAY_MAX ? delay * 2
                                               : ASR_WORK_DELAY_MAX;
    }
}


void
asr_work_release(asr_runner_t *r, asr_claim_t claim, const asr_task_t *task,
    const asr_segment_t *segment)
{
    asr_op_t  op;

    asr_work_op(&op, ASR_OP_RELEASE, NULL);
    op.claim = claim;
    op.task.id = task->id;

    if (segment != NULL) {
        op.segment.task_id = segment->task_id;
        op.segment.index = segment->index;
    }

    if (asr_store_call(r->conf.store, &op) != ASR_OK) {
        asr_log(ASR_LOG_WARN, "task %lld of account \"%.*s\": could not be "
                "released, is left to its lease", (long long) task->id,
                asr_fmt(task->account));
    }
}


void
asr_work_fail(asr_runner_t *r, asr_claim_t claim, const asr_task_t *task,
    const asr_segment_t *segment, asr_cause_t cause, bool retry)
{
    bool       final;
    asr_op_t   op;
    asr_err_t  rc;

    asr_work_op(&op, retry ? ASR_OP_TASK_RETRY : ASR_OP_TASK_FAIL, NULL);
    op.claim = claim;
    op.task.id = task->id;
    op.task.cause = cause;
    op.task.message = asr_cstr(asr_work_message(cause));

    if (segment != NULL) {
        op.segment.task_id = segment->task_id;
        op.segment.index = segment->index;
    }

    rc = asr_work_call(r, &op);

    if (rc == ASR_NOTFOUND) {
        return;
    }

    if (rc != ASR_OK) {
        asr_work_release(r, claim, task, segment);
        return;
    }

    final = !retry || op.last;

    asr_log(final ? ASR_LOG_NOTICE : ASR_LOG_WARN,
            "task %lld of account \"%.*s\": %s%s", (long long) task->id,
            asr_fmt(task->account), asr_work_message(cause),
            final ? "" : ", will be tried again");

    if (final) {
        r->conf.counters->tasks_failed++;
        asr_spool_remove_pcm(r->conf.spool, task->id);
    }
}


void
asr_work_retry(asr_runner_t *r, asr_claim_t claim, const asr_task_t *task)
{
    int32_t  n;

    n = task->attempts < 1 ? 1 : task->attempts > 4 ? 4 : task->attempts;

    if (!asr_runner_delay(r, (int64_t) ASR_WORK_AGAIN_MS << (n - 1))) {
        asr_work_release(r, claim, task, NULL);
        return;
    }

    asr_work_fail(r, claim, task, NULL, ASR_CAUSE_INTERNAL, true);
}


ssize_t
asr_work_pcm_read(void *ctx, int64_t at, int16_t *buf, size_t n)
{
    int      *fd = ctx;
    char     *p;
    off_t     off;
    size_t    done;
    ssize_t   rc;

    p = (char *) buf;
    off = (off_t) at * (off_t) sizeof(int16_t);

    for (done = 0; done < n * sizeof(int16_t); done += (size_t) rc) {
        rc = pread(*fd, p + done, n * sizeof(int16_t) - done,
                   off + (off_t) done);

        if (rc < 0 && errno == EINTR) {
            rc = 0;
            continue;
        }

        if (rc < 0) {
            return -1;
        }

        if (rc == 0) {
            break;
        }
    }

    return (ssize_t) (done / sizeof(int16_t));
}


/* The segment's PCM, malloc'ed; NULL: it is not there. */

static int16_t *
asr_work_load(asr_runner_t *r, const asr_segment_t *s)
{
    int       fd;
    int16_t  *pcm;

    fd = asr_spool_open_pcm(r->conf.spool, s->task_id, (unsigned) s->channel,
                            O_RDONLY);
    if (fd < 0) {
        return NULL;
    }

    pcm = malloc((size_t) s->length * sizeof(int16_t));

    if (pcm != NULL
        && asr_work_pcm_read(&fd, s->start, pcm, (size_t) s->length)
           != (ssize_t) s->length)
    {
        free(pcm);
        pcm = NULL;
    }

    close(fd);

    return pcm;
}


static int64_t
asr_work_cpu_us(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);

    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


/* What is asked of recognition. */

static asr_err_t
asr_work_ask(asr_runner_thread_t *t, const asr_task_t *task, asr_arena_t *a,
    asr_ask_t *ask)
{
    asr_err_t  rc;

    rc = asr_api_ask(task, a, ask);

    if (rc == ASR_OK) {
        rc = asr_libraries_hotwords(t->runner->conf.libraries, a,
                                    task->account, ask);
    }

    if (rc == ASR_OK && t->hot == NULL) {
        t->hot = asr_hot_create(t->runner->conf.models);
        rc = t->hot == NULL ? ASR_NOMEM : ASR_OK;
    }

    return rc;
}


/* Recognises; the segment's JSON to out. */

static asr_err_t
asr_work_speech(asr_runner_thread_t *t, int model, const asr_task_t *task,
    const asr_segment_t *s, const int16_t *pcm, asr_arena_t *a,
    asr_buf_t *out)
{
    asr_ask_t          ask;
    int64_t            cpu;
    asr_err_t          rc;
    asr_runner_t      *r;
    asr_json_out_t     o;
    asr_sentence_t     sentence;
    asr_recognizer_t  *recognizer;

    r = t->runner;
    rc = asr_work_ask(t, task, a, &ask);

    if (rc != ASR_OK) {
        return rc;
    }

    asr_runner_enter(t);
    cpu = asr_work_cpu_us();
    recognizer = asr_hot_recognizer(t->hot, model, t->index, &ask);
    rc = recognizer == NULL ? ASR_NOTFOUND
         : asr_recognize(recognizer, a, pcm, (size_t) s->length,
                         s->start / (ASR_RATE / 1000), &sentence);
    cpu = asr_work_cpu_us() - cpu;
    asr_runner_leave(t);

    r->conf.counters->cpu_ms += (uint64_t) cpu / 1000;

    if (rc != ASR_OK) {
        return rc;
    }

    asr_log(ASR_LOG_DEBUG, "task %lld segment %d: %.2f s audio, %zu words, "
            "%.2f s cpu", (long long) s->task_id, (int) s->index,
            (double) s->length / ASR_RATE, sentence.nwords,
            (double) cpu / 1000000);

    sentence.channel = s->channel;
    rc = asr_json_out_begin(&o, out);

    if (rc != ASR_OK) {
        return rc;
    }

    (void) asr_sentence_write(&o, &sentence);

    return asr_json_out_end(&o);
}


/* A claimed task, to whoever finishes long ones. */

static void
asr_work_hand_over(asr_runner_t *r, const asr_task_t *task)
{
    asr_op_t  op;

    asr_work_op(&op, ASR_OP_RELEASE, NULL);
    op.claim = ASR_CLAIM_FINISH;
    op.task.id = task->id;

    /* otherwise the process ends, and its claims with it */

    if (asr_work_call(r, &op) == ASR_STOPPED) {
        asr_work_release(r, ASR_CLAIM_FINISH, task, NULL);
    }
}


/* Tells the store about a segment: its result, or the failed attempt. */

static void
asr_work_segment_end(asr_runner_thread_t *t, asr_task_t *task,
    const asr_segment_t *s, asr_op_type_t type, asr_str_t result,
    asr_arena_t *a)
{
    asr_op_t       op;
    asr_err_t      rc;
    asr_runner_t  *r;

    r = t->runner;

    asr_work_op(&op, type, a);
    op.claim = ASR_CLAIM_SEGMENT;
    op.task.id = task->id;
    op.segment = *s;
    op.segment.result = result;

    rc = asr_work_call(r, &op);

    if (rc == ASR_NOTFOUND) {
        return;
    }

    if (rc != ASR_OK) {
        asr_work_release(r, ASR_CLAIM_SEGMENT, task, s);
        return;
    }

    if (type == ASR_OP_SEGMENT_DONE) {
        r->conf.counters->segments++;
        r->conf.counters->recognised_ms += (uint64_t) s->length
                                           / (ASR_RATE / 1000);
        if (op.last && asr_work_is_long(task)) {
            asr_work_hand_over(r, task);

        } else if (op.last) {
            asr_work_finish(t, task, a);
        }

        return;
    }

    r->conf.counters->segment_retries += op.last ? 0 : 1;

    asr_log(op.last ? ASR_LOG_NOTICE : ASR_LOG_WARN,
            "task %lld of account \"%.*s\": segment %d %s%s",
            (long long) task->id, asr_fmt(task->account), (int) s->index,
            type == ASR_OP_DECODE_AGAIN ? "has lost its audio"
                                        : "could not be recognised",
            op.last ? ", the task failed" : "");

    if (op.last) {
        r->conf.counters->tasks_failed++;
        asr_spool_remove_pcm(r->conf.spool, task->id);
    }
}


static void
asr_work_segment(asr_runner_thread_t *t, asr_task_t *task,
    const asr_segment_t *s, asr_arena_t *a)
{
    int            model;
    int16_t       *pcm;
    asr_buf_t      out;
    asr_err_t      rc;
    asr_runner_t  *r;

    r = t->runner;
    model = asr_models_engine(r->conf.models, task->engine);

    if (model < 0) {
        /* since the task was decoded, the configuration was changed */
        asr_work_fail(r, ASR_CLAIM_SEGMENT, task, s, ASR_CAUSE_NO_MODEL,
                      false);
        return;
    }

    if (s->start < 0 || s->length <= 0 || s->length > ASR_WORK_SAMPLES_MAX
        || s->channel < 0 || s->channel >= ASR_CHANNELS_MAX)
    {
        asr_work_segment_end(t, task, s, ASR_OP_SEGMENT_FAIL, asr_str_null(),
                             a);
        return;
    }

    pcm = asr_work_load(r, s);

    if (pcm == NULL) {
        asr_work_segment_end(t, task, s, ASR_OP_DECODE_AGAIN, asr_str_null(),
                             a);
        return;
    }

    asr_buf_init(&out, ASR_WORK_SEGMENT_MAX);
    rc = asr_work_speech(t, model, task, s, pcm, a, &out);
    free(pcm);

    if (rc == ASR_NOMEM) {
        /* the segment is not at fault: no attempt of it is spent */
        asr_buf_free(&out);
        (void) asr_runner_delay(r, ASR_WORK_AGAIN_MS);
        asr_work_release(r, ASR_CLAIM_SEGMENT, task, s);
        return;
    }

    asr_work_segment_end(t, task, s,
                         rc == ASR_OK ? ASR_OP_SEGMENT_DONE
                                      : ASR_OP_SEGMENT_FAIL,
                         asr_buf_str(&out), a);
    asr_buf_free(&out);
}


asr_err_t
asr_runner_unit(asr_runner_thread_t *t)
{
    asr_op_t       op;
    asr_err_t      rc;
    asr_arena_t    a;
    asr_runner_t  *r;

    r = t->runner;
    asr_arena_init(&a, ASR_WORK_ARENA);
    asr_work_op(&op, ASR_OP_CLAIM, &a);
    op.want = t->want;

    rc = asr_store_call(r->conf.store, &op);

    if (rc == ASR_OK && op.claim == ASR_CLAIM_NONE) {
        rc = ASR_NOTFOUND;
    }

    if (rc == ASR_OK) {
        r->busy++;

        switch (op.claim) {

        case ASR_CLAIM_DECODE:
            asr_work_decode(t, &op.task, &a);
            break;

        case ASR_CLAIM_SEGMENT:
            asr_work_segment(t, &op.task, &op.segment, &a);
            break;

        default: /* ASR_CLAIM_FINISH */
            asr_work_finish(t, &op.task, &a);
            break;
        }

        r->busy--;
    }

    asr_arena_free(&a);

    return rc;
}
