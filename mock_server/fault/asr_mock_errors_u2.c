/*
 * The codes of document 000.  A code of the finer list is asked for by its
 * number, whatever list the server is set to.
 */

#include "asr_mock_errors_int.h"
#include "core/api/asr_u2.h"

#include <stdio.h>


static const asr_mock_error_t  asr_mock_u2_rows[] = {

    { "100001", ASR_U2_PARAM, ASR_MOCK_OWN },
    { "100001/405", ASR_U2_METHOD, ASR_MOCK_OWN },
    { "100001/413", ASR_U2_TOO_LARGE, ASR_MOCK_OWN },
    { "100002", ASR_U2_NOT_FOUND, ASR_MOCK_OWN },
    { "100002/404", ASR_U2_NO_PATH, ASR_MOCK_OWN },
    { "100101", ASR_U2_AUTH_MISSING, ASR_MOCK_OWN },
    { "100102", ASR_U2_AUTH_MALFORMED, ASR_MOCK_OWN },
    { "100103", ASR_U2_AUTH_WRONG, ASR_MOCK_OWN },
    { "100104", ASR_U2_AUTH_AMOUNT, ASR_MOCK_OWN },
    { "100105", ASR_U2_AUTH_RIGHT, ASR_MOCK_OWN },
    { "100106", ASR_U2_AUTH_DISABLED, ASR_MOCK_OWN },
    { "100501", ASR_U2_RATE, ASR_MOCK_OWN },
    { "100999", ASR_U2_INTERNAL, ASR_MOCK_OWN },
    { "100999/503", ASR_U2_BUSY, ASR_MOCK_OWN },

    /* of the vendor's other pages and clients; some statuses are not known */

    { "100003", -1, "duplicate id", 400, false },
    { "100004", -1, "content review refused", 400, false },
    { "100099", -1, "unknown error", 500, true },
    { "100301", -1, "provider error", 500, true },
    { "100997", -1, "timeout", 500, false },
    { "100998", -1, "internal error", 500, false },
    { "101999", -1, "unknown file error", 400, false },
};


static const struct {
    asr_u2_code_id_t    id;
    int                 rule;    /* -1: none, or the parameter's */
    const char         *why;
} asr_mock_u2_why[] = {
    { ASR_U2_METHOD, ASR_U2_R_METHOD, "the path is not for this method" },
    { ASR_U2_TOO_LARGE, ASR_U2_R_SIZE, "the body is too large" },
    { ASR_U2_NOT_FOUND, ASR_U2_R_FILE_FOUND,
      "file_id names no file uploaded with purpose " ASR_U2_PURPOSE },
    { ASR_U2_NO_PATH, ASR_U2_R_PATH, "there is no such path" },
    { ASR_U2_AUTH_MISSING, ASR_U2_R_AUTH,
      "the Authorization header is missing" },
    { ASR_U2_AUTH_MALFORMED, ASR_U2_R_AUTH,
      "the Authorization header must be Bearer and an API key" },
    { ASR_U2_AUTH_WRONG, ASR_U2_R_AUTH, "the API key is not valid" },
    { ASR_U2_AUTH_AMOUNT, ASR_U2_R_ACCOUNT,
      "the account's resources are used up" },
    { ASR_U2_AUTH_RIGHT, ASR_U2_R_ACCOUNT,
      "the account has no right to this model" },
    { ASR_U2_AUTH_DISABLED, ASR_U2_R_ACCOUNT, "the account is disabled" },
    { ASR_U2_RATE, ASR_U2_R_RATE, "too many requests, try again later" },
    { ASR_U2_BUSY, ASR_U2_R_QUEUE,
      "the task queue is full, try again later" },
    { ASR_U2_INTERNAL, -1, "the store is not available" },
    { ASR_U2_PARAM, -1, "model is required" },
};


static const char *
asr_mock_u2_default(int row, const char **clause)
{
    size_t  i;

    *clause = NULL;

    for (i = 0; i < asr_nelts(asr_mock_u2_why); i++) {
        if ((int) asr_mock_u2_why[i].id == row) {

            if (asr_mock_u2_why[i].rule >= 0) {
                *clause = asr_u2_rules[asr_mock_u2_why[i].rule].clause;
            }

            return asr_mock_u2_why[i].why;
        }
    }

    return "refused";
}


void
asr_mock_u2_codes(void)
{
    size_t                   i;
    char                     text[512], number[16];
    const char              *why;
    asr_mock_code_t          c;
    const asr_u2_code_t     *row;
    const asr_mock_error_t  *r;

    for (i = 0; i < asr_nelts(asr_mock_u2_rows); i++) {
        r = &asr_mock_u2_rows[i];

        memset(&c, 0, sizeof(c));
        c.api = asr_api_u2.name;
        c.name = r->name;
        c.row = r->row;
        c.status = r->status;
        c.meaning = r->text;
        c.documented = !r->guess;

        if (r->row >= 0) {
            row = &asr_u2_codes[r->row];
            why = asr_mock_u2_default(r->row, &c.clause);
            snprintf(text, sizeof(text), "%s: %s", row->meaning, why);

            c.meaning = text;
            c.status = row->status;
        }

        asr_mock_code_add(&c);
    }

    for (i = ASR_CAUSE_INTERNAL; i <= ASR_CAUSE_FILE_GONE; i++) {
        snprintf(number, sizeof(number), "%d", asr_u2_causes[i].code);

        memset(&c, 0, sizeof(c));
        c.api = asr_api_u2.name;
        c.task = true;
        c.row = -1;
        c.status = 200;
        c.name = asr_mock_cause_name((asr_cause_t) i);
        c.code = number;
        c.cause = (asr_cause_t) i;
        c.meaning = asr_u2_causes[i].meaning;
        asr_mock_code_add(&c);
    }
}


/* The parameter that is missing: of the table that the action has. */

static const asr_param_t *
asr_mock_u2_param(const asr_call_t *call)
{
    switch (call->action_index) {

    case ASR_U2_QUERY:
        return asr_mock_required(asr_u2_query_params, asr_u2_query_params_n);

    case ASR_U2_UPLOAD:
        return asr_mock_required(asr_u2_upload_params, asr_u2_upload_params_n);

    case ASR_U2_RETRIEVE:
    case ASR_U2_CONTENT:
        return asr_mock_required(asr_u2_retrieve_params,
                                 asr_u2_retrieve_params_n);

    case ASR_U2_DELETE:
        return asr_mock_required(asr_u2_delete_params, asr_u2_delete_params_n);

    case ASR_U2_LIST:
        return asr_mock_required(asr_u2_list_params, asr_u2_list_params_n);

    default:
        return asr_mock_required(asr_u2_params, asr_u2_params_n);
    }
}


static const char *
asr_mock_u2_reason(asr_call_t *call, int row, const char **clause)
{
    asr_str_t           text;
    const char         *why;
    const asr_param_t  *p;

    why = asr_mock_u2_default(row, clause);

    if (row == ASR_U2_PARAM) {
        p = asr_mock_u2_param(call);
        text = asr_arena_printf(&call->arena, "%.*s %s", asr_fmt(p->name),
                                (p->flags & ASR_P_REQUIRED) ? "is required"
                                                            : "is not valid");
        *clause = p->clause;

        return (text.data != NULL) ? text.data : why;
    }

    if (row == ASR_U2_TOO_LARGE && call->action_index == ASR_U2_UPLOAD) {
        *clause = asr_u2_rules[ASR_U2_R_FILE_SIZE].clause;
    }

    if (row != ASR_U2_NOT_FOUND) {
        return why;
    }

    switch (call->action_index) {

    case ASR_U2_CREATE:
        return why;

    case ASR_U2_QUERY:
        *clause = asr_u2_rules[ASR_U2_R_TASK_FOUND].clause;
        return "there is no such task";

    default:
        return "there is no such file";
    }
}


void
asr_mock_u2_error(asr_call_t *call, const asr_mock_code_t *c)
{
    asr_core_t   core, *own;
    const char  *why, *clause;

    if (c->row < 0) {
        asr_u2_reply(call);

        if (call->core->counters != NULL) {
            call->core->counters->refused[ASR_U2_INDEX][call->action_index]++;
        }

        call->error = asr_cstr(c->code);
        call->why = c->meaning;
        call->reply.status = c->status;

        asr_buf_printf(&call->reply.body,
                       "{\"base_resp\":{\"status_code\":%s,"
                       "\"status_msg\":\"%s\"}}", c->code, c->meaning);
        return;
    }

    why = asr_mock_u2_reason(call, c->row, &clause);

    /* only the writer of this one reply sees the other list */

    own = call->core;
    core = *own;
    core.u2_finer = true;
    call->core = &core;

    (void) asr_u2_error(call, (asr_u2_code_id_t) c->row, clause, why);

    call->core = own;

    if (c->row == ASR_U2_RATE) {
        asr_reply_header(&call->reply, asr_str("Retry-After"), asr_str("1"));
    }
}
