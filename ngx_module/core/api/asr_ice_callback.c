/*
 * The event when a job has ended.  Runs on a recogniser or I/O thread: no
 * state of the event loop is used here.
 */

#include "asr_ice.h"
#include "../auth/asr_acs.h"
#include "../base/asr_clock.h"

#include <stdio.h>
#include <openssl/evp.h>


#define ASR_ICE_TRIES       3                /* of the vendor: 1 s apart */
#define ASR_ICE_EVENT_MAX   (64 * 1024)


static asr_err_t
asr_ice_event(asr_json_out_t *o, const asr_task_t *task,
    const asr_json_t *params)
{
    char                    id[ASR_ICE_JOB_LEN], when[ASR_ACS_TIME_LEN];
    asr_str_t               user_data;
    const asr_ice_cause_t  *cause;

    asr_ice_job_id(task->id, id);
    asr_acs_time_text((task->finished_ms != 0 ? task->finished_ms
                                              : asr_clock_ms()) / 1000, when);

    asr_jo_object(o);
    asr_jo_key(o, "EventType");
    asr_jo_str(o, asr_str("SmartJobComplete"));
    asr_jo_key(o, "UserId");
    asr_jo_int(o, asr_json_get_int(params, "user_id", 0));
    asr_jo_key(o, "EventTime");
    asr_jo_str(o, (asr_str_t) { sizeof(when), when });
    asr_jo_key(o, "MessageBody");
    asr_jo_object(o);
    asr_jo_key(o, "JobId");
    asr_jo_str(o, (asr_str_t) { sizeof(id), id });
    asr_jo_key(o, "JobType");
    asr_jo_str(o, asr_str("ASR"));
    asr_jo_key(o, "Status");
    asr_jo_str(o, task->state == ASR_TASK_SUCCEEDED ? asr_str("Success")
                                                    : asr_str("Fail"));

    user_data = asr_json_get_str(params, "UserData");

    if (user_data.len != 0) {
        asr_jo_key(o, "UserData");
        asr_jo_str(o, user_data);
    }

    if (task->state != ASR_TASK_SUCCEEDED) {
        cause = asr_ice_cause(task->cause);
        asr_jo_key(o, "Code");
        asr_jo_str(o, asr_cstr(cause->code));
        asr_jo_key(o, "Message");
        asr_jo_str(o, asr_cstr(cause->text));
    }

    asr_jo_object_end(o);
    asr_jo_object_end(o);

    return asr_json_out_end(o);
}


/* I-091 */

static bool
asr_ice_sign(asr_delivery_t *out, asr_arena_t *arena, asr_str_t key)
{
    char           *hex;
    unsigned        n;
    asr_str_t       stamp, text;
    unsigned char   md[EVP_MAX_MD_SIZE];

    stamp = asr_arena_printf(arena, "%lld",
                             (long long) (asr_clock_ms() / 1000));
    text = asr_arena_printf(arena, "%.*s|%.*s|%.*s", asr_fmt(out->url),
                            asr_fmt(stamp), asr_fmt(key));
    hex = asr_arena_alloc(arena, 32);

    if (stamp.data == NULL || text.data == NULL || hex == NULL
        || EVP_Digest(text.data, text.len, md, &n, EVP_md5(), NULL) != 1
        || n != 16)
    {
        return false;
    }

    asr_hex(md, 16, hex);

    out->headers[0].name = asr_str("X-ICE-TIMESTAMP");
    out->headers[0].value = stamp;
    out->headers[1].name = asr_str("X-ICE-SIGNATURE");
    out->headers[1].value = (asr_str_t) { 32, hex };
    out->nheaders = 2;

    return true;
}


bool
asr_ice_callback(const asr_task_t *task, asr_arena_t *arena,
    asr_delivery_t *out)
{
    asr_buf_t          body;
    asr_str_t          key;
    asr_json_t        *params;
    asr_json_out_t     o;
    asr_json_error_t   err;

    memset(out, 0, sizeof(asr_delivery_t));

    params = asr_json_parse(arena, task->params, &err);
    out->url = asr_json_get_str(params, "callback");

    if (out->url.len == 0) {
        return false;
    }

    asr_buf_init(&body, ASR_ICE_EVENT_MAX);

    if (asr_json_out_begin(&o, &body) == ASR_OK
        && asr_ice_event(&o, task, params) == ASR_OK)
    {
        out->body = asr_arena_str(arena, asr_buf_str(&body));
    }

    asr_buf_free(&body);

    out->content_type = asr_str("application/json;charset=utf-8");
    out->attempts_max = ASR_ICE_TRIES;
    key = asr_json_get_str(params, "callback_key");

    return out->body.data != NULL
           && (key.len == 0 || asr_ice_sign(out, arena, key));
}
