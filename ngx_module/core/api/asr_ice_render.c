/*
 * Replies made of tasks, on a store thread.  Results are stored in a neutral
 * form; here they become the segments of AiResult and Output: JSON in a
 * string, times in seconds of the file.
 */

#include "asr_ice.h"
#include "asr_subtitles.h"
#include "../auth/asr_acs.h"
#include "../speech/asr_result.h"


static void
asr_ice_out_time(asr_ice_out_t *o, const char *name, int64_t ms)
{
    char  text[ASR_ACS_TIME_LEN];

    asr_acs_time_text(ms / 1000, text);
    asr_ice_out_str(o, name, (asr_str_t) { sizeof(text), text });
}


static void
asr_ice_out_job_id(asr_ice_out_t *o, const char *name, int64_t id)
{
    char  text[ASR_ICE_JOB_LEN];

    asr_ice_job_id(id, text);
    asr_ice_out_str(o, name, (asr_str_t) { sizeof(text), text });
}


/* Seconds with as many decimals as it takes, and one at least: 0.0, 10.33 */

static void
asr_ice_seconds(asr_json_out_t *o, const char *name, int32_t ms)
{
    asr_jo_key(o, name);
    asr_jo_fixed(o, ms / 1000.0, ms % 100 == 0 ? 1 : ms % 10 == 0 ? 2 : 3);
}


static void
asr_ice_segment(asr_json_out_t *o, asr_str_t text, int32_t from, int32_t to)
{
    asr_jo_object(o);
    asr_jo_key(o, "content");
    asr_jo_str(o, text);
    asr_ice_seconds(o, "from", from);
    asr_ice_seconds(o, "to", to);
    asr_jo_object_end(o);
}


/*
 * The service ends segments with a mark only for who gave a length for them
 * (I-018); marks inside stay.
 */

static asr_str_t
asr_ice_content(const asr_sentence_t *s, bool marks)
{
    asr_str_t  text, tail;

    text = s->text;

    if (!marks && s->nwords != 0) {
        tail = s->words[s->nwords - 1].tail;

        if (tail.len < text.len) {
            text.len -= tail.len;
        }
    }

    return text;
}


static asr_err_t
asr_ice_segments(asr_buf_t *out, const asr_result_t *r, bool marks)
{
    size_t                 i;
    asr_json_out_t         o;
    const asr_sentence_t  *s;

    if (asr_json_out_begin(&o, out) != ASR_OK) {
        return ASR_NOMEM;
    }

    asr_jo_array(&o);

    for (i = 0; i < r->nsentences; i++) {
        s = &r->sentences[i];
        asr_ice_segment(&o, asr_ice_content(s, marks), s->start_ms,
                        s->end_ms);
    }

    asr_jo_array_end(&o);

    return asr_json_out_end(&o);
}


asr_step_t
asr_ice_submit_reply(asr_call_t *call)
{
    asr_ice_out_t  o;

    call->task_id = call->op.task.id;

    if (!asr_ice_out_begin(&o, call, 200, "SubmitASRJobResponse")) {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    asr_ice_out_job_id(&o, "JobId", call->task_id);
    asr_ice_out_str(&o, "State", asr_str("Created"));

    if (!asr_ice_out_end(&o)) {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    if (call->core->counters != NULL) {
        call->core->counters->created[call->api->index]++;
    }

    return ASR_STEP_REPLY;
}


static int64_t
asr_ice_modified(const asr_task_t *task)
{
    return task->finished_ms != 0 ? task->finished_ms
           : task->started_ms != 0 ? task->started_ms : task->created_ms;
}


static void
asr_ice_title(asr_ice_out_t *o, const asr_task_t *task,
    const asr_json_t *params)
{
    char       text[14 + ASR_ACS_TIME_LEN];
    asr_str_t  title;

    title = asr_json_get_str(params, "Title");

    if (title.len == 0) {
        memcpy(text, "default_title_", 14);
        asr_acs_time_text(task->created_ms / 1000, text + 14);
        title = (asr_str_t) { sizeof(text), text };
    }

    asr_ice_out_str(o, "Title", title);
}


static void
asr_ice_optional(asr_ice_out_t *o, const asr_json_t *params,
    const char *name)
{
    asr_str_t  v;

    v = asr_json_get_str(params, name);

    if (v.len != 0) {
        asr_ice_out_str(o, name, v);
    }
}


/* JobParameters: JSON in a string. */

static asr_err_t
asr_ice_job_parameters(asr_ice_out_t *o, const asr_json_t *params)
{
    asr_err_t       rc;
    asr_buf_t       text;
    asr_str_t       v;
    asr_json_out_t  json;

    asr_buf_init(&text, ASR_ICE_BODY_MAX);

    if (asr_json_out_begin(&json, &text) != ASR_OK) {
        return ASR_NOMEM;
    }

    asr_jo_object(&json);
    v = asr_json_get_str(params, "Duration");

    if (v.len != 0) {
        asr_jo_key(&json, "duration");
        asr_jo_str(&json, v);
    }

    v = asr_json_get_str(params, "StartTime");
    asr_jo_key(&json, "start_time");
    asr_jo_str(&json, v.len != 0 ? v : asr_str("00:00:00"));
    asr_jo_object_end(&json);

    rc = asr_json_out_end(&json);

    if (rc == ASR_OK) {
        asr_ice_out_str(o, "JobParameters", asr_buf_str(&text));
    }

    asr_buf_free(&text);

    return rc;
}


static asr_err_t
asr_ice_job_info(asr_ice_out_t *o, const asr_task_t *task,
    const asr_json_t *params)
{
    asr_err_t  rc;

    asr_ice_out_open(o, "SmartJobInfo");
    asr_ice_out_str(o, "JobType", asr_str("ASR"));
    asr_ice_out_time(o, "ModifiedTime", asr_ice_modified(task));
    asr_ice_out_int(o, "UserId", asr_json_get_int(params, "user_id", 0));
    asr_ice_out_time(o, "CreateTime", task->created_ms);
    asr_ice_title(o, task, params);
    asr_ice_optional(o, params, "Description");

    asr_ice_out_open(o, "InputConfig");
    rc = asr_ice_job_parameters(o, params);
    asr_ice_optional(o, params, "InputFile");
    asr_ice_out_close(o, "InputConfig");

    asr_ice_out_close(o, "SmartJobInfo");

    return rc;
}


static asr_err_t
asr_ice_get_body(asr_call_t *call, asr_ice_out_t *o, const asr_json_t *params,
    asr_str_t segments)
{
    const asr_task_t       *task;
    const asr_ice_cause_t  *cause;

    task = &call->op.task;

    if (task->state == ASR_TASK_SUCCEEDED) {
        asr_ice_out_open(o, "JobResult");
        asr_ice_out_str(o, "AiResult", segments);
        asr_ice_out_close(o, "JobResult");
    }

    asr_ice_out_str(o, "State", asr_cstr(asr_ice_job_state(task->state)));

    if (task->state == ASR_TASK_SUCCEEDED) {
        asr_ice_out_str(o, "Output", segments);

    } else if (task->state == ASR_TASK_FAILED) {
        cause = asr_ice_cause(task->cause);
        asr_ice_out_str(o, "ErrorCode", asr_cstr(cause->code));
        asr_ice_out_str(o, "ErrorMessage", asr_cstr(cause->text));
    }

    asr_ice_out_job_id(o, "JobId", task->id);
    asr_ice_optional(o, params, "UserData");

    return asr_ice_job_info(o, task, params);
}


asr_step_t
asr_ice_get_reply(asr_call_t *call)
{
    asr_err_t          rc;
    asr_buf_t          segments;
    asr_task_t        *task;
    asr_json_t        *params;
    asr_result_t       result;
    asr_ice_out_t      o;
    asr_json_error_t   err;

    task = &call->op.task;
    params = asr_json_parse(&call->arena, task->params, &err);

    asr_buf_init(&segments, ASR_RESULT_MAX);
    rc = (params != NULL) ? ASR_OK : ASR_INVALID;

    if (rc == ASR_OK && task->state == ASR_TASK_SUCCEEDED) {
        rc = asr_result_read(&call->arena, task->result, &result);

        if (rc == ASR_OK) {
            asr_ice_reply_begin(call, 200, false);
            rc = asr_subtitles_reply(call, &call->arena, &result);

            if (rc == ASR_OK) {
                return ASR_STEP_REPLY;
            }
        }

        if (rc == ASR_NOTFOUND) {
            rc = asr_ice_segments(&segments, &result,
                                  asr_json_get_int(params, "sentence_max", 0)
                                  != 0);
        }
    }

    if (rc == ASR_OK
        && !asr_ice_out_begin(&o, call, 200, "GetSmartHandleJobResponse"))
    {
        rc = ASR_NOMEM;

    } else if (rc == ASR_OK) {
        rc = asr_ice_get_body(call, &o, params, asr_buf_str(&segments));

        if (!asr_ice_out_end(&o)) {
            rc = ASR_NOMEM;
        }
    }

    asr_buf_free(&segments);

    return (rc == ASR_OK) ? ASR_STEP_REPLY
                          : asr_ice_fail(call, ASR_IE_INTERNAL);
}


static asr_err_t
asr_ice_list_item(asr_call_t *call, asr_ice_out_t *o, const asr_task_t *task)
{
    asr_json_t        *params;
    asr_json_error_t   err;

    params = asr_json_parse(&call->arena, task->params, &err);
    if (params == NULL) {
        return ASR_INVALID;
    }

    asr_ice_out_item(o, "SmartJob");
    asr_ice_out_job_id(o, "JobId", task->id);
    asr_ice_title(o, task, params);
    asr_ice_optional(o, params, "Description");
    asr_ice_out_int(o, "UserId", asr_json_get_int(params, "user_id", 0));
    asr_ice_out_str(o, "JobType", asr_str("ASR"));
    asr_ice_out_str(o, "JobState", asr_cstr(asr_ice_job_state(task->state)));
    asr_ice_optional(o, params, "EditingConfig");
    asr_ice_optional(o, params, "UserData");
    asr_ice_out_time(o, "CreateTime", task->created_ms);
    asr_ice_out_time(o, "ModifiedTime", asr_ice_modified(task));
    asr_ice_out_open(o, "InputConfig");
    asr_ice_optional(o, params, "InputFile");
    asr_ice_out_close(o, "InputConfig");
    asr_ice_out_close(o, "SmartJob");

    return ASR_OK;
}


/* The token is empty when this was the last page. */

asr_step_t
asr_ice_list_reply(asr_call_t *call)
{
    size_t          i;
    asr_op_t       *op;
    asr_err_t       rc;
    asr_str_t       number;
    asr_ice_out_t   o;

    op = &call->op;

    if (!asr_ice_out_begin(&o, call, 200, "ListSmartJobsResponse")) {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    rc = ASR_OK;
    asr_ice_out_list(&o, "SmartJobList");

    for (i = 0; i < op->ntasks && rc == ASR_OK; i++) {
        rc = asr_ice_list_item(call, &o, &op->tasks[i]);
    }

    asr_ice_out_list_end(&o, "SmartJobList");

    number = asr_arena_printf(&call->arena, "%lld",
                              (long long) op->list.limit);
    asr_ice_out_str(&o, "MaxResults", number);
    number = asr_arena_printf(&call->arena, "%lld",
                              (long long) op->list.total);
    asr_ice_out_str(&o, "TotalCount", number);

    if (op->ntasks == (size_t) op->list.limit) {
        asr_ice_out_job_id(&o, "NextToken", op->tasks[op->ntasks - 1].id);

    } else {
        asr_ice_out_str(&o, "NextToken", asr_str(""));
    }

    if (!asr_ice_out_end(&o) || rc != ASR_OK) {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    return ASR_STEP_REPLY;
}


asr_step_t
asr_ice_delete_reply(asr_call_t *call)
{
    asr_ice_out_t  o;

    if (!asr_ice_out_begin(&o, call, 200, "DeleteSmartJobResponse")
        || !asr_ice_out_end(&o))
    {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    return ASR_STEP_REPLY;
}
