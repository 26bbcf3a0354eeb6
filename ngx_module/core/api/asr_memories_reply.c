/*
 * Document 002: a call's state and the envelope of its replies.  Every error
 * is made here from the table of codes; a reply has the members of the
 * document whether it is one or not, so that clients may look at "code",
 * "success", "failed" or the HTTP status alike.
 */

#include "asr_memories.h"

#include <stdio.h>
#include <unistd.h>


static void asr_memories_count(asr_call_t *call, asr_memories_code_id_t id);


asr_memories_t *
asr_memories_state(asr_call_t *call)
{
    asr_memories_t  *m;

    if (call->state != NULL) {
        return call->state;
    }

    m = asr_arena_zalloc(&call->arena, sizeof(asr_memories_t));
    if (m == NULL) {
        return NULL;
    }

    asr_buf_init(&m->buf, ASR_MEMORIES_JSON_MAX);
    asr_arena_init(&m->poll, ASR_MEMORIES_RESULT_MAX);
    call->state = m;

    return m;
}


void
asr_memories_reply(asr_call_t *call, int status)
{
    asr_reply_t  *r;

    r = &call->reply;

    if (r->fd != -1) {
        close(r->fd);
        r->fd = -1;
    }

    r->status = status;
    r->content_type = asr_str("application/json");
    r->nheaders = 0;
    r->body.len = 0;
    r->body.failed = false;
}


void
asr_memories_code(asr_json_out_t *o, bool integer, int status, asr_str_t code)
{
    asr_jo_key(o, "code");

    if (integer) {
        asr_jo_int(o, status);

    } else {
        asr_jo_str(o, code);
    }
}


void
asr_memories_open(asr_call_t *call, asr_json_out_t *o)
{
    const asr_memories_code_t  *c;

    c = &asr_memories_codes[ASR_MEMORIES_OK];

    asr_memories_reply(call, c->status);
    asr_json_out_begin(o, &call->reply.body);
    asr_jo_object(o);
    asr_memories_code(o, call->core->memories_integer, c->status, c->code);
    asr_jo_key(o, "msg");
    asr_jo_str(o, asr_cstr(c->meaning));
    asr_jo_key(o, "data");
}


asr_step_t
asr_memories_close(asr_call_t *call, asr_json_out_t *o)
{
    asr_jo_key(o, "success");
    asr_jo_bool(o, true);
    asr_jo_key(o, "failed");
    asr_jo_bool(o, false);
    asr_jo_object_end(o);

    if (asr_json_out_end(o) != ASR_OK) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");
    }

    return ASR_STEP_REPLY;
}


static void
asr_memories_count(asr_call_t *call, asr_memories_code_id_t id)
{
    asr_api_counters_t  *c;

    c = call->core->counters;

    if (c == NULL) {
        return;
    }

    c->refused[ASR_MEMORIES_INDEX][call->action_index]++;

    switch (id) {

    case ASR_MEMORIES_AUTH:
    case ASR_MEMORIES_AMOUNT:
    case ASR_MEMORIES_RIGHT:
        c->auth_failed[ASR_MEMORIES_INDEX]++;
        break;

    case ASR_MEMORIES_RATE:
        c->limited[ASR_MEMORIES_INDEX]++;
        break;

    case ASR_MEMORIES_INTERNAL:
        c->internal[ASR_MEMORIES_INDEX]++;
        break;

    default:
        break;
    }
}


asr_step_t
asr_memories_status(asr_call_t *call, asr_memories_code_id_t id, int status,
    const char *clause, const char *why)
{
    char                       *text;
    asr_str_t                   msg;
    asr_json_out_t              o;
    asr_memories_t             *m;
    const asr_memories_code_t  *c;

    c = &asr_memories_codes[id];

    asr_memories_reply(call, status);
    asr_memories_count(call, id);

    call->error = c->code;
    call->clause = clause;
    call->why = why;

    /* the vendor's strings are the status with leading zeros, but for 400 */

    if (status != c->status || call->core->memories_integer) {
        text = asr_arena_alloc(&call->arena, 16);

        if (text != NULL) {
            call->error.len = (size_t)
                snprintf(text, 16, call->core->memories_integer ? "%d" : "%04d",
                         status);
            call->error.data = text;
        }
    }

    if (status == 401) {
        asr_reply_header(&call->reply, asr_str("WWW-Authenticate"),
                         asr_str("Bearer"));
    }

    msg = asr_cstr(c->meaning);

    if (!c->exact) {
        msg = asr_arena_printf(&call->arena, "%s: %s", c->meaning, why);
    }

    asr_json_out_begin(&o, &call->reply.body);
    asr_jo_object(&o);
    asr_memories_code(&o, call->core->memories_integer, status, call->error);
    asr_jo_key(&o, "msg");
    asr_jo_str(&o, msg.data != NULL ? msg : asr_cstr(c->meaning));
    asr_jo_key(&o, "data");

    if (id == ASR_MEMORIES_HELD_LONG) {

        /* the task goes on: its id is all there is to keep */

        m = call->state;
        asr_jo_object(&o);
        asr_jo_key(&o, "task_id");
        asr_jo_str(&o, (asr_str_t) { sizeof(m->task), m->task });
        asr_jo_object_end(&o);

    } else {
        asr_jo_null(&o);
    }

    asr_jo_key(&o, "success");
    asr_jo_bool(&o, false);
    asr_jo_key(&o, "failed");
    asr_jo_bool(&o, true);
    asr_jo_object_end(&o);
    (void) asr_json_out_end(&o);         /* the buffer knows */

    return ASR_STEP_REPLY;
}


asr_step_t
asr_memories_error(asr_call_t *call, asr_memories_code_id_t id,
    const char *clause, const char *why)
{
    return asr_memories_status(call, id, asr_memories_codes[id].status, clause,
                               why);
}


asr_step_t
asr_memories_rule(asr_call_t *call, asr_memories_code_id_t id,
    asr_memories_rule_id_t rule, const char *why)
{
    return asr_memories_error(call, id, asr_memories_rules[rule].clause, why);
}


asr_step_t
asr_memories_store_error(asr_call_t *call, asr_err_t rc)
{
    switch (rc) {

    case ASR_STOPPED:
        return asr_memories_error(call, ASR_MEMORIES_BUSY, NULL,
                                  "the server is stopping, try again");

    case ASR_NOMEM:
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");

    default:
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "the store is not available");
    }
}
