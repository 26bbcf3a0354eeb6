/*
 * Document 000: a call's state and the envelope of its replies.  Every reply
 * carries Trace-Id, the request id without dashes; every error is made here
 * from the table of codes.
 */

#include "asr_u2.h"

#include <unistd.h>


asr_u2_t *
asr_u2_state(asr_call_t *call)
{
    int        i, n;
    asr_u2_t  *u;

    if (call->state != NULL) {
        return call->state;
    }

    u = asr_arena_zalloc(&call->arena, sizeof(asr_u2_t));
    if (u == NULL) {
        return NULL;
    }

    for (i = 0, n = 0; i < ASR_UUID_LEN && n < (int) sizeof(u->trace); i++) {
        if (call->request_id[i] != '-') {
            u->trace[n++] = call->request_id[i];
        }
    }

    asr_buf_init(&u->buf, ASR_U2_JSON_MAX);
    call->state = u;

    return u;
}


void
asr_u2_reply(asr_call_t *call)
{
    asr_u2_t     *u;
    asr_reply_t  *r;

    r = &call->reply;

    if (r->fd != -1) {
        close(r->fd);
        r->fd = -1;
    }

    r->status = asr_u2_codes[ASR_U2_OK].status;
    r->content_type = asr_str("application/json");
    r->nheaders = 0;
    r->body.len = 0;
    r->body.failed = false;

    u = asr_u2_state(call);

    if (u != NULL) {
        asr_reply_header(r, asr_str("Trace-Id"),
                         (asr_str_t) { sizeof(u->trace), u->trace });
    }
}


static void
asr_u2_count(asr_call_t *call, asr_u2_code_id_t id)
{
    asr_api_counters_t  *c;

    c = call->core->counters;

    if (c == NULL) {
        return;
    }

    c->refused[ASR_U2_INDEX][call->action_index]++;

    switch (id) {

    case ASR_U2_AUTH_MISSING:
    case ASR_U2_AUTH_MALFORMED:
    case ASR_U2_AUTH_WRONG:
    case ASR_U2_AUTH_AMOUNT:
    case ASR_U2_AUTH_RIGHT:
    case ASR_U2_AUTH_DISABLED:
        c->auth_failed[ASR_U2_INDEX]++;
        break;

    case ASR_U2_RATE:
        c->limited[ASR_U2_INDEX]++;
        break;

    case ASR_U2_INTERNAL:
        c->internal[ASR_U2_INDEX]++;
        break;

    default:
        break;
    }
}


asr_step_t
asr_u2_error(asr_call_t *call, asr_u2_code_id_t id, const char *clause,
    const char *why)
{
    asr_str_t             code;
    const asr_u2_code_t  *c;

    c = &asr_u2_codes[id];
    code = call->core->u2_finer ? c->finer : c->code;

    asr_u2_reply(call);
    asr_u2_count(call, id);

    call->error = code;
    call->clause = clause;
    call->why = why;
    call->reply.status = c->status;

    if (c->status == 401) {
        asr_reply_header(&call->reply, asr_str("WWW-Authenticate"),
                         asr_str("Bearer"));
    }

    /* reasons are the program's own words: nothing in them needs escaping */

    asr_buf_printf(&call->reply.body,
                   "{\"base_resp\":{\"status_code\":%.*s,"
                   "\"status_msg\":\"%s: %s\"}}",
                   asr_fmt(code), c->meaning, why);

    return ASR_STEP_REPLY;
}


asr_step_t
asr_u2_rule(asr_call_t *call, asr_u2_code_id_t id, asr_u2_rule_id_t rule,
    const char *why)
{
    return asr_u2_error(call, id, asr_u2_rules[rule].clause, why);
}


asr_step_t
asr_u2_store_error(asr_call_t *call, asr_err_t rc)
{
    switch (rc) {

    case ASR_STOPPED:
        return asr_u2_error(call, ASR_U2_BUSY, NULL,
                            "the server is stopping, try again");

    case ASR_NOMEM:
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");

    default:
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL,
                            "the store is not available");
    }
}


asr_step_t
asr_u2_reply_end(asr_call_t *call, asr_json_out_t *out)
{
    if (asr_json_out_end(out) != ASR_OK) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    return ASR_STEP_REPLY;
}
