/*
 * Finishing a task: its segments' words become its result, which is stored
 * once, in a neutral form, and rendered by its API at each query.
 */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../api/asr_api.h"
#include "../base/asr_clock.h"
#include "../speech/asr_keywords.h"
#include "../speech/asr_speakers.h"
#include "asr_runner_work.h"


/* What is to be told of the task that is about to succeed. */

static bool
asr_work_callback(const asr_task_t *task, asr_str_t result, asr_arena_t *a,
    asr_delivery_t *out)
{
    asr_task_t  ended;

    ended = *task;
    ended.state = ASR_TASK_SUCCEEDED;
    ended.result = result;
    ended.finished_ms = asr_clock_ms();

    return asr_api_callback(&ended, a, out);
}


bool
asr_work_is_long(const asr_task_t *task)
{
    return task->audio_ms > ASR_SMALL_MS;
}


/* The segments' results, joined. */

static asr_err_t
asr_work_join(asr_runner_t *r, const asr_task_t *task, asr_arena_t *a,
    asr_result_t *result)
{
    size_t      i;
    asr_op_t    op;
    asr_err_t   rc;
    asr_str_t  *results;

    asr_work_op(&op, ASR_OP_SEGMENTS_GET, a);
    op.task.id = task->id;

    rc = asr_work_call(r, &op);

    if (rc != ASR_OK) {
        return rc;
    }

    results = asr_arena_alloc(a, op.nsegments * sizeof(asr_str_t));
    if (results == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < op.nsegments; i++) {
        results[i] = op.segments[i].result;
    }

    return asr_result_join(a, results, op.nsegments, task->audio_ms,
                           task->channels, result);
}


/*
 * Whose words they are.  The decoded audio is durable until the task is
 * finished; should somebody have removed it, the words are worth more than who
 * said them.
 */

static asr_err_t
asr_work_speakers(asr_runner_thread_t *t, const asr_task_t *task,
    const asr_ask_t *ask, asr_arena_t *a, asr_result_t *result)
{
    int        fd;
    asr_err_t  rc;

    if (!ask->speakers || result->channels != 1 || result->nsentences == 0) {
        return ASR_OK;
    }

    fd = asr_spool_open_pcm(t->runner->conf.spool, task->id, 0, O_RDONLY);

    if (fd < 0 && errno == ENOENT) {
        asr_log(ASR_LOG_WARN, "task %lld of account \"%.*s\": its decoded "
                "audio is gone, its speakers are not told apart",
                (long long) task->id, asr_fmt(task->account));
        return ASR_OK;
    }

    if (fd < 0) {
        return ASR_IO;
    }

    asr_runner_enter(t);
    rc = asr_speakers(a, result, ask->speaker_num, asr_work_pcm_read, &fd);
    asr_runner_leave(t);

    close(fd);

    return rc;
}


/* What was recognised becomes what was asked for. */

static asr_err_t
asr_work_result(asr_runner_thread_t *t, const asr_task_t *task,
    asr_arena_t *a, asr_result_t *result)
{
    asr_ask_t      ask;
    asr_err_t      rc;
    asr_runner_t  *r;

    r = t->runner;
    rc = asr_api_ask(task, a, &ask);

    /* their spelling is the text's */

    if (rc == ASR_OK) {
        rc = asr_libraries_hotwords(r->conf.libraries, a, task->account,
                                    &ask);
    }

    if (rc == ASR_OK) {
        rc = asr_work_speakers(t, task, &ask, a, result);
    }

    if (rc == ASR_OK && r->conf.text != NULL) {
        rc = asr_text_finish(r->conf.text, a, &ask, result);
    }

    /* in the text's sentences: both forms of a number are found */

    if (rc == ASR_OK) {
        rc = asr_keywords(r->conf.libraries, a, task->account, &ask, result);
    }

    return rc;
}


/* The result is stored: what the counters and the log have to say. */

static void
asr_work_succeeded(asr_runner_t *r, const asr_task_t *task,
    const asr_result_t *result)
{
    size_t   words;
    int64_t  now;

    now = asr_clock_ms();
    words = asr_result_words(result);

    r->conf.counters->tasks_succeeded++;
    r->conf.counters->words += words;

    if (now > task->created_ms) {
        r->conf.counters->turnaround_ms += (uint64_t) (now - task->created_ms);
    }

    asr_log(ASR_LOG_INFO, "task %lld of account \"%.*s\": %.1f s audio, %zu "
            "words, done in %.1f s", (long long) task->id,
            asr_fmt(task->account), (double) task->audio_ms / 1000, words,
            (double) (now - task->created_ms) / 1000);
}


void
asr_work_finish(asr_runner_thread_t *t, const asr_task_t *task,
    asr_arena_t *a)
{
    asr_op_t         op;
    asr_buf_t        out;
    asr_err_t        rc;
    asr_arena_t      room;
    asr_result_t     result;
    asr_runner_t    *r;
    asr_delivery_t   deliver;

    r = t->runner;
    asr_buf_init(&out, ASR_RESULT_MAX);
    asr_arena_init(&room, ASR_WORK_ARENA);       /* the callback's */

    rc = asr_work_join(r, task, a, &result);

    if (rc == ASR_OK) {
        rc = asr_work_result(t, task, a, &result);
    }

    if (rc == ASR_OK) {
        rc = asr_result_write(&out, &result);
    }

    if (rc == ASR_OK) {
        asr_work_op(&op, ASR_OP_TASK_DONE, a);
        op.claim = ASR_CLAIM_FINISH;
        op.task.id = task->id;
        op.task.result = asr_buf_str(&out);

        if (asr_work_callback(task, op.task.result, &room, &deliver)) {
            op.deliver = &deliver;
        }

        rc = asr_work_call(r, &op);
    }

    asr_arena_free(&room);
    asr_buf_free(&out);

    if (rc == ASR_OK) {
        asr_work_succeeded(r, task, &result);
        asr_spool_remove_pcm(r->conf.spool, task->id);

    } else if (rc == ASR_STOPPED) {
        asr_work_release(r, ASR_CLAIM_FINISH, task, NULL);

    } else if (rc != ASR_NOTFOUND) {
        asr_work_retry(r, ASR_CLAIM_FINISH, task);
    }
}
