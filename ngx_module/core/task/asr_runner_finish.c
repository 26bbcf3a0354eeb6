/*
 * Finishing a task: its segments' words become its result, which is stored
 * once, in a neutral form, and rendered by its API at each query.
 */

#include "../api/asr_api.h"
#include "../base/asr_clock.h"
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


void
asr_work_finish(asr_runner_thread_t *t, const asr_task_t *task,
    asr_arena_t *a)
{
    size_t           i;
    int64_t          now;
    asr_op_t         op;
    asr_str_t       *results;
    asr_buf_t        out;
    asr_err_t        rc;
    asr_result_t     result;
    asr_runner_t    *r;
    asr_delivery_t   deliver;

    r = t->runner;
    asr_buf_init(&out, ASR_RESULT_MAX);
    asr_work_op(&op, ASR_OP_SEGMENTS_GET, a);
    op.task.id = task->id;

    rc = asr_work_call(r, &op);
    results = NULL;

    if (rc == ASR_OK) {
        results = asr_arena_alloc(a, op.nsegments * sizeof(asr_str_t));
        rc = results == NULL ? ASR_NOMEM : ASR_OK;
    }

    if (rc == ASR_OK) {
        for (i = 0; i < op.nsegments; i++) {
            results[i] = op.segments[i].result;
        }

        rc = asr_result_join(a, results, op.nsegments, task->audio_ms,
                             task->channels, &result);
    }

    if (rc == ASR_OK) {
        rc = asr_result_write(&out, &result);
    }

    if (rc == ASR_OK) {
        asr_work_op(&op, ASR_OP_TASK_DONE, a);
        op.claim = ASR_CLAIM_FINISH;
        op.task.id = task->id;
        op.task.result = asr_buf_str(&out);

        if (asr_work_callback(task, op.task.result, a, &deliver)) {
            op.deliver = &deliver;
        }

        rc = asr_work_call(r, &op);

        if (rc == ASR_OK) {
            now = asr_clock_ms();

            r->conf.counters->tasks_succeeded++;
            r->conf.counters->words += asr_result_words(&result);

            if (now > task->created_ms) {
                r->conf.counters->turnaround_ms +=
                                          (uint64_t) (now - task->created_ms);
            }

            asr_log(ASR_LOG_INFO, "task %lld of account \"%.*s\": %.1f s "
                    "audio, %zu words, done in %.1f s", (long long) task->id,
                    asr_fmt(task->account), (double) task->audio_ms / 1000,
                    asr_result_words(&result),
                    (double) (now - task->created_ms) / 1000);

            asr_spool_remove_pcm(r->conf.spool, task->id);
        }
    }

    asr_buf_free(&out);

    if (rc == ASR_STOPPED) {
        asr_work_release(r, ASR_CLAIM_FINISH, task, NULL);

    } else if (rc != ASR_OK && rc != ASR_NOTFOUND) {
        asr_work_retry(r, ASR_CLAIM_FINISH, task);
    }
}
