/*
 * Jobs: their ids, and what a task keeps of its request.
 *
 * An id is the task's number through a Feistel network of fixed keys, and a
 * check of it: it looks like the vendor's, tells nothing of its neighbours by
 * itself, and needs no column.  It is no secret and guards nothing: a task is
 * looked for with its account.
 */

#include "asr_ice.h"
#include "../auth/asr_acs.h"


static uint32_t
asr_ice_mix(uint32_t v, uint32_t round)
{
    v += round * 0x9e3779b9u;
    v = (v ^ v >> 16) * 0x85ebca6bu;
    v = (v ^ v >> 13) * 0xc2b2ae35u;

    return v ^ v >> 16;
}


static uint64_t
asr_ice_scramble(uint64_t v)
{
    uint32_t  i, left, right, next;

    left = (uint32_t) (v >> 32);
    right = (uint32_t) v;

    for (i = 1; i <= 6; i++) {
        next = left ^ asr_ice_mix(right, i);
        left = right;
        right = next;
    }

    return (uint64_t) left << 32 | right;
}


static uint64_t
asr_ice_unscramble(uint64_t v)
{
    uint32_t  i, left, right, last;

    left = (uint32_t) (v >> 32);
    right = (uint32_t) v;

    for (i = 6; i != 0; i--) {
        last = right ^ asr_ice_mix(left, i);
        right = left;
        left = last;
    }

    return (uint64_t) left << 32 | right;
}


static uint64_t
asr_ice_check(uint64_t v)
{
    return asr_ice_scramble(v ^ UINT64_C(0x6963652d61737221));
}


void
asr_ice_job_id(int64_t id, char out[ASR_ICE_JOB_LEN])
{
    unsigned       i;
    uint64_t       v[2];
    unsigned char  bytes[ASR_ICE_JOB_LEN / 2];

    v[0] = asr_ice_scramble((uint64_t) id);
    v[1] = asr_ice_check(v[0]);

    for (i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (unsigned char) (v[i / 8] >> (56 - 8 * (i % 8)));
    }

    asr_hex(bytes, sizeof(bytes), out);
}


asr_err_t
asr_ice_job_number(asr_str_t job_id, int64_t *id)
{
    int       digit;
    unsigned  i;
    uint64_t  v[2], number;

    if (job_id.len != ASR_ICE_JOB_LEN) {
        return ASR_INVALID;
    }

    memset(v, 0, sizeof(v));

    for (i = 0; i < ASR_ICE_JOB_LEN; i++) {
        digit = asr_hex_digit(job_id.data[i]);

        if (digit == -1) {
            return ASR_INVALID;
        }

        v[i / 16] = v[i / 16] << 4 | (uint64_t) digit;
    }

    number = asr_ice_unscramble(v[0]);

    if (v[1] != asr_ice_check(v[0]) || number == 0 || number > INT64_MAX) {
        return ASR_INVALID;
    }

    *id = (int64_t) number;

    return ASR_OK;
}


const char *
asr_ice_job_state(asr_task_state_t state)
{
    switch (state) {

    case ASR_TASK_CREATED:
        return "Created";

    case ASR_TASK_SUCCEEDED:
        return "Finished";

    case ASR_TASK_FAILED:
        return "Failed";

    default:
        return "Executing";
    }
}


const asr_ice_cause_t  asr_ice_causes[ASR_ICE_CAUSES] = {

    { ASR_CAUSE_FORMAT, "InvalidParameter.ResourceContentBad",
      "The input is not audio of a kind that is read here." },
    { ASR_CAUSE_CORRUPT, "InvalidParameter.ResourceContentBad",
      "The input is broken." },
    { ASR_CAUSE_TOO_SHORT, "InvalidParameter.ResourceContentBad",
      "The input is too short." },
    { ASR_CAUSE_TOO_LONG, "InvalidParameter.ResourceContentBad",
      "The input is too long." },
    { ASR_CAUSE_CHANNELS, "InvalidParameter.ResourceContentBad",
      "The input has not the channels expected." },
    { ASR_CAUSE_SAMPLE_RATE, "InvalidParameter.ResourceContentBad",
      "The input has not the sample rate expected." },
    { ASR_CAUSE_DOWNLOAD, "InvalidParameter.ResourceNotFound",
      "The input could not be fetched." },
    { ASR_CAUSE_FILE_GONE, "InvalidParameter.ResourceNotFound",
      "The input was deleted." },
    { ASR_CAUSE_NO_MODEL, "ServiceUnAvailable",
      "No recogniser is configured for this job." },
    { ASR_CAUSE_RECOGNITION, "InternalError",
      "The recognition failed." },
    { ASR_CAUSE_INTERNAL, "InternalError",
      "The job failed for an internal reason." },
};


const asr_ice_cause_t *
asr_ice_cause(asr_cause_t cause)
{
    size_t  i;

    for (i = 0; i < ASR_ICE_CAUSES - 1; i++) {
        if (asr_ice_causes[i].cause == cause) {
            break;
        }
    }

    return &asr_ice_causes[i];
}


asr_err_t
asr_ice_params_write(const asr_ice_state_t *st, const asr_account_t *account,
    asr_buf_t *out)
{
    size_t          i;
    asr_json_out_t  o;

    const struct {
        const char  *name;
        asr_str_t    value;
    } strings[] = {
        { "InputFile", st->submit.input_file },
        { "UserData", st->submit.user_data },
        { "Title", st->submit.title },
        { "Description", st->submit.description },
        { "StartTime", st->submit.start_time },
        { "Duration", st->submit.duration },
        { "EditingConfig", st->submit.editing_config },
        { "callback", st->notify.len != 0 ? st->notify : account->webhook },
        { "callback_key", account->webhook_key },
    };

    const struct {
        const char  *name;
        int64_t      value;
    } ints[] = {
        { "user_id", account->app_id },
        { "sentence_max", st->sentence_max },
        { "window_start_ms", st->start_ms },
        { "window_ms", st->duration_ms },
    };

    if (asr_json_out_begin(&o, out) != ASR_OK) {
        return ASR_NOMEM;
    }

    asr_jo_object(&o);

    for (i = 0; i < asr_nelts(strings); i++) {
        if (strings[i].value.len != 0) {
            asr_jo_key(&o, strings[i].name);
            asr_jo_str(&o, strings[i].value);
        }
    }

    for (i = 0; i < asr_nelts(ints); i++) {
        if (ints[i].value != 0) {
            asr_jo_key(&o, ints[i].name);
            asr_jo_int(&o, ints[i].value);
        }
    }

    asr_jo_object_end(&o);

    return asr_json_out_end(&o);
}
