/*
 * The codes of document 002, as strings ("0401") and as the integers of the
 * vendor's later pages (401): what is asked for decides which is sent,
 * whatever style the server is set to.
 */

#include "asr_mock_errors_int.h"
#include "core/api/asr_memories.h"

#include <stdio.h>


static const asr_mock_error_t  asr_mock_memories_rows[] = {

    { "0001", ASR_MEMORIES_PARAM, ASR_MOCK_OWN },
    { "0001/asset_id", ASR_MEMORIES_NO_ASSET_ID, ASR_MOCK_OWN },
    { "0001/webhook", ASR_MEMORIES_NO_WEBHOOK, ASR_MOCK_OWN },
    { "0001/model", ASR_MEMORIES_BAD_MODEL, ASR_MOCK_OWN },
    { "0001/asset", ASR_MEMORIES_NO_ASSET, ASR_MOCK_OWN },
    { "0001/task", ASR_MEMORIES_NO_TASK, ASR_MOCK_OWN },
    { "0001/audio", ASR_MEMORIES_BAD_AUDIO, ASR_MOCK_OWN },
    { "0401", ASR_MEMORIES_AUTH, ASR_MOCK_OWN },
    { "0402", ASR_MEMORIES_AMOUNT, ASR_MOCK_OWN },
    { "0403", ASR_MEMORIES_RIGHT, ASR_MOCK_OWN },
    { "0404", ASR_MEMORIES_NO_PATH, ASR_MOCK_OURS },
    { "0405", ASR_MEMORIES_METHOD, ASR_MOCK_OWN },
    { "0408", ASR_MEMORIES_SLOW, ASR_MOCK_OURS },
    { "0409", ASR_MEMORIES_FILLED, ASR_MOCK_OWN },
    { "0413", ASR_MEMORIES_TOO_LARGE, ASR_MOCK_OURS },
    { "0415", ASR_MEMORIES_TYPE, ASR_MOCK_OWN },
    { "0429", ASR_MEMORIES_RATE, ASR_MOCK_OWN },
    { "0500", ASR_MEMORIES_INTERNAL, ASR_MOCK_OWN },
    { "0503", ASR_MEMORIES_BUSY, ASR_MOCK_OURS },
    { "0504", ASR_MEMORIES_HELD_LONG, ASR_MOCK_OURS },

    /* of the vendor's first API, which had strings only */

    { "0003", -1, "Invalid parameters", 400, false },
    { "9009", -1, "Permission denied", 403, false },
    { "16", -1, "Stream capacity exceeded", 429, false },
};


static const struct {
    asr_memories_code_id_t    id;
    int                       rule;      /* -1: none */
    const char               *why;
} asr_mock_memories_why[] = {
    { ASR_MEMORIES_NO_WEBHOOK, ASR_MEMORIES_R_WEBHOOK,
      "the account has no webhook and the request no callback_url" },
    { ASR_MEMORIES_NO_ASSET, ASR_MEMORIES_R_ASSET, "there is no such asset" },
    { ASR_MEMORIES_NO_TASK, ASR_MEMORIES_R_TASK, "there is no such task" },
    { ASR_MEMORIES_BAD_AUDIO, ASR_MEMORIES_R_AUDIO,
      "the audio is not in a format that can be read" },
    { ASR_MEMORIES_AUTH, ASR_MEMORIES_R_AUTH, "the API key is not valid" },
    { ASR_MEMORIES_AMOUNT, ASR_MEMORIES_R_ACCOUNT,
      "the account's means are used up" },
    { ASR_MEMORIES_RIGHT, ASR_MEMORIES_R_ACCOUNT, "the account is disabled" },
    { ASR_MEMORIES_NO_PATH, ASR_MEMORIES_R_PATH, "there is no such path" },
    { ASR_MEMORIES_METHOD, ASR_MEMORIES_R_METHOD,
      "the path is not for this method" },
    { ASR_MEMORIES_SLOW, -1, "the request came too slowly" },
    { ASR_MEMORIES_FILLED, ASR_MEMORIES_R_FILLED,
      "the asset is uploaded already" },
    { ASR_MEMORIES_TOO_LARGE, ASR_MEMORIES_R_SIZE, "the body is too large" },
    { ASR_MEMORIES_TYPE, ASR_MEMORIES_R_CONTENT_TYPE,
      "Content-Type must be application/json" },
    { ASR_MEMORIES_RATE, ASR_MEMORIES_R_RATE_TASK,
      "too many requests, try again later" },
    { ASR_MEMORIES_INTERNAL, -1, "the store is not available" },
    { ASR_MEMORIES_BUSY, ASR_MEMORIES_R_QUEUE,
      "the task queue is full, try again later" },
    { ASR_MEMORIES_HELD_LONG, ASR_MEMORIES_R_HELD_LONG,
      "the task goes on, ask for it by its id" },
};


/* The row that is missing or wrong by default: of the call's own table. */

static const asr_param_t *
asr_mock_memories_param(unsigned action, int row)
{
    if (row == ASR_MEMORIES_BAD_MODEL) {
        return &asr_memories_params[1];
    }

    switch (action) {

    case ASR_MEMORIES_UPLOAD:
    case ASR_MEMORIES_FILL:
        return asr_mock_required(asr_memories_upload_params,
                                 asr_memories_upload_params_n);

    case ASR_MEMORIES_SIGN:
        return asr_mock_required(asr_memories_sign_params,
                                 asr_memories_sign_params_n);

    default:
        return asr_mock_required(asr_memories_params, asr_memories_params_n);
    }
}


static bool
asr_mock_memories_of_param(int row)
{
    return row == ASR_MEMORIES_PARAM || row == ASR_MEMORIES_NO_ASSET_ID
           || row == ASR_MEMORIES_BAD_MODEL;
}


/* text: where the reason may be written. */

static const char *
asr_mock_memories_reason(unsigned action, int row, char *text, size_t size,
    const char **clause)
{
    size_t              i;
    bool                upload;
    const asr_param_t  *p;

    *clause = NULL;

    if (asr_mock_memories_of_param(row)) {
        p = asr_mock_memories_param(action, row);
        *clause = p->clause;
        snprintf(text, size, "%.*s %s", asr_fmt(p->name),
                 row == ASR_MEMORIES_BAD_MODEL
                 ? "must be " ASR_MEMORIES_ENGINE : "is required");

        return text;
    }

    upload = action == ASR_MEMORIES_UPLOAD || action == ASR_MEMORIES_FILL;
    snprintf(text, size, "refused");

    for (i = 0; i < asr_nelts(asr_mock_memories_why); i++) {
        if ((int) asr_mock_memories_why[i].id == row) {
            snprintf(text, size, "%s", asr_mock_memories_why[i].why);

            if (asr_mock_memories_why[i].rule >= 0) {
                *clause = asr_memories_rules[asr_mock_memories_why[i].rule]
                          .clause;
            }
        }
    }

    if (upload && row == ASR_MEMORIES_TOO_LARGE) {
        *clause = asr_memories_rules[ASR_MEMORIES_R_FILE_SIZE].clause;

    } else if (upload && row == ASR_MEMORIES_TYPE) {
        snprintf(text, size, "Content-Type must be multipart/form-data with a "
                 "boundary");

    } else if (row == ASR_MEMORIES_RATE
               && (action == ASR_MEMORIES_UPLOAD
                   || action == ASR_MEMORIES_SIGN))
    {
        *clause = asr_memories_rules[ASR_MEMORIES_R_RATE_UPLOAD].clause;
    }

    return text;
}


static void
asr_mock_memories_add(const asr_mock_error_t *r, bool integer)
{
    char                        text[512], why[256], name[64], code[16];
    asr_mock_code_t             c;
    const asr_memories_code_t  *row;

    memset(&c, 0, sizeof(c));
    c.api = asr_api_memories.name;
    c.name = r->name;
    c.row = r->row;
    c.status = r->status;
    c.meaning = r->text;
    c.documented = !r->guess;

    if (r->row >= 0) {
        row = &asr_memories_codes[r->row];
        asr_mock_memories_reason(ASR_MEMORIES_ASYNC, r->row, why, sizeof(why),
                                 &c.clause);

        snprintf(text, sizeof(text), "%s%s%s", row->meaning,
                 row->exact ? "" : ": ", row->exact ? "" : why);

        c.meaning = text;
        c.status = row->status;

        if (integer) {
            snprintf(code, sizeof(code), "%d", row->status);
            snprintf(name, sizeof(name), "%s%s", code,
                     r->name + strcspn(r->name, "/"));
            c.name = name;
            c.code = code;
        }
    }

    asr_mock_code_add(&c);
}


void
asr_mock_memories_codes(void)
{
    size_t                       i;
    asr_mock_code_t              c;
    const asr_memories_code_t   *row;
    const asr_memories_cause_t  *cause;

    for (i = 0; i < asr_nelts(asr_mock_memories_rows); i++) {
        asr_mock_memories_add(&asr_mock_memories_rows[i], false);
    }

    for (i = 0; i < asr_nelts(asr_mock_memories_rows); i++) {
        if (asr_mock_memories_rows[i].row >= 0) {
            asr_mock_memories_add(&asr_mock_memories_rows[i], true);
        }
    }

    for (i = ASR_CAUSE_INTERNAL; i <= ASR_CAUSE_FILE_GONE; i++) {
        cause = &asr_memories_causes[i];
        row = &asr_memories_codes[cause->audio ? ASR_MEMORIES_BAD_AUDIO
                                               : ASR_MEMORIES_INTERNAL];

        memset(&c, 0, sizeof(c));
        c.api = asr_api_memories.name;
        c.task = true;
        c.row = -1;
        c.status = row->status;
        c.name = asr_mock_cause_name((asr_cause_t) i);
        c.code = row->code.data;
        c.cause = (asr_cause_t) i;
        c.meaning = cause->meaning;
        asr_mock_code_add(&c);
    }
}


/* The envelope of asr_memories_status, which has codes of its table only. */

static void
asr_mock_memories_reply(asr_call_t *call, const asr_mock_code_t *c)
{
    asr_json_out_t  o;

    asr_memories_reply(call, c->status);

    if (call->core->counters != NULL) {
        call->core->counters->refused[ASR_MEMORIES_INDEX]
                                     [call->action_index]++;
    }

    call->error = asr_cstr(c->code);
    call->why = c->meaning;

    asr_json_out_begin(&o, &call->reply.body);
    asr_jo_object(&o);
    asr_memories_code(&o, false, c->status, call->error);
    asr_jo_key(&o, "msg");
    asr_jo_str(&o, asr_cstr(c->meaning));
    asr_jo_key(&o, "data");
    asr_jo_null(&o);
    asr_jo_key(&o, "success");
    asr_jo_bool(&o, false);
    asr_jo_key(&o, "failed");
    asr_jo_bool(&o, true);
    asr_jo_object_end(&o);
    (void) asr_json_out_end(&o);
}


/* 504 tells the id of a task that goes on: here of one that never was. */

static bool
asr_mock_memories_task(asr_call_t *call)
{
    asr_memories_t  *m;

    static const char  nonce[] = "0123456789abcdef";

    m = asr_memories_state(call);
    if (m == NULL) {
        return false;
    }

    asr_memories_task_text(1, (asr_str_t) { ASR_MEMORIES_NONCE_LEN, nonce },
                           m->task);

    return true;
}


void
asr_mock_memories_error(asr_call_t *call, const asr_mock_code_t *c)
{
    int          row;
    char         text[256];
    asr_str_t    why;
    asr_core_t   core, *own;
    const char  *clause;

    if (c->row < 0) {
        asr_mock_memories_reply(call, c);
        return;
    }

    row = c->row;

    if (row == ASR_MEMORIES_HELD_LONG && !asr_mock_memories_task(call)) {
        row = ASR_MEMORIES_INTERNAL;
    }

    asr_mock_memories_reason(call->action_index, row, text, sizeof(text),
                             &clause);
    why = asr_arena_str(&call->arena, asr_cstr(text));

    /* only the writer of this one reply sees the other style */

    own = call->core;
    core = *own;
    core.memories_integer = (c->code[0] != '0');
    call->core = &core;

    (void) asr_memories_error(call, (asr_memories_code_id_t) row, clause,
                              why.data != NULL ? why.data : c->meaning);

    call->core = own;

    if (row == ASR_MEMORIES_RATE) {
        asr_reply_header(&call->reply, asr_str("Retry-After"), asr_str("1"));
    }
}
