/*
 * Alibaba Cloud ICE: SubmitASRJob of document 003, GetSmartHandleJob (which
 * the document calls GetSmartTaskResult), ListSmartJobs, DeleteSmartJob.
 *
 * Parameters come in the query, in a form body, in a JSON body, or in several
 * of them, signed in one of two ways: ACS3 over the query, some headers and
 * the bytes of the body; RPC v1 over the pairs of query and form.  So all
 * pairs are collected, and nothing is believed before the signature held.
 *
 * A file below a local root is copied into the spool before its task is made:
 * the call goes to the store's reading thread with an operation that does
 * nothing, copies there, and goes on to the writer.
 */

#include "asr_ice.h"
#include "../base/asr_clock.h"
#include "../speech/asr_result.h"
#include "../task/asr_raw.h"


/* A row of the list without its texts' sizes; see asr_ice_list. */
#define ASR_ICE_LIST_MEMORY  (4 * 1024 * 1024)


static bool asr_ice_claims(const asr_http_t *http);
static asr_step_t asr_ice_begin(asr_call_t *call);
static asr_step_t asr_ice_body(asr_call_t *call, const char *p, size_t n);
static asr_step_t asr_ice_end(asr_call_t *call);
static asr_step_t asr_ice_stored(asr_call_t *call);
static void asr_ice_http_error(asr_call_t *call, int status);
static void asr_ice_cleanup(asr_call_t *call);


static const char *const  asr_ice_actions[] = {
    "other",
    "SubmitASRJob",
    "GetSmartHandleJob",
    "ListSmartJobs",
    "DeleteSmartJob",
    NULL
};


const asr_api_t  asr_api_ice = {
    "ice",
    3,
    asr_ice_actions,
    asr_ice_claims,
    asr_ice_begin,
    asr_ice_body,
    asr_ice_end,
    asr_ice_stored,
    asr_ice_http_error,
    asr_ice_cleanup,
    asr_ice_callback,
    asr_ice_ask
};


static bool
asr_ice_claims(const asr_http_t *http)
{
    return asr_http_is_acs(http)
           && http->header(http->ctx, asr_str("x-tc-action")).data == NULL;
}


static asr_ice_body_t
asr_ice_body_type(const asr_http_t *http)
{
    asr_str_t    s;
    const char  *p;

    s = http->content_type;
    p = s.len != 0 ? memchr(s.data, ';', s.len) : NULL;

    if (p != NULL) {
        s.len = (size_t) (p - s.data);
    }

    while (s.len != 0 && (s.data[s.len - 1] == ' '
                          || s.data[s.len - 1] == '\t'))
    {
        s.len--;
    }

    if (asr_str_caseeq(s, asr_str("application/x-www-form-urlencoded"))) {
        return ASR_ICE_FORM;
    }

    return asr_str_caseeq(s, asr_str("application/json")) ? ASR_ICE_JSON
                                                          : ASR_ICE_NO_BODY;
}


static asr_step_t
asr_ice_fault(asr_call_t *call, asr_err_t rc)
{
    switch (rc) {

    case ASR_OK:
        return ASR_STEP_BODY;

    case ASR_TOOBIG:
    case ASR_NOMEM:
        return asr_ice_fail(call, ASR_IE_SIZE);

    default:
        return asr_ice_refuse(call, ASR_IE_FORMAT,
                              asr_str("percent-encoding is broken"),
                              asr_str_null());
    }
}


static asr_step_t
asr_ice_begin(asr_call_t *call)
{
    asr_step_t         step;
    const asr_http_t  *http;
    asr_ice_state_t   *st;

    http = call->http;
    st = asr_arena_zalloc(&call->arena, sizeof(asr_ice_state_t));
    if (st == NULL) {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    asr_buf_init(&st->json, ASR_ICE_BODY_MAX);
    asr_buf_init(&st->params, ASR_ICE_BODY_MAX * 4);
    asr_spool_begin(call->core->spool, &st->file);
    asr_form_init(&st->form, &call->arena, asr_str_null(), NULL, NULL,
                  ASR_ICE_BODY_MAX);

    call->state = st;
    call->action = asr_str("other");
    call->body_max = ASR_ICE_BODY_MAX;
    st->body = asr_ice_body_type(http);

    if (!asr_str_eq(http->method, asr_str("GET"))
        && !asr_str_eq(http->method, asr_str("POST")))
    {
        return asr_ice_fail(call, ASR_IE_HTTP_METHOD);
    }

    if (http->args.len > ASR_ICE_QUERY_MAX) {
        return asr_ice_fail(call, ASR_IE_URI_SIZE);
    }

    /* the '&' ends the query's last pair, so that they can be counted */

    st->fault = asr_form_feed(&st->form, http->args.data, http->args.len);

    if (st->fault == ASR_OK) {
        st->fault = asr_form_feed(&st->form, "&", 1);
    }

    step = asr_ice_fault(call, st->fault);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    st->query_n = st->form.n;

    st->sha = asr_sha256_begin();
    if (st->sha == NULL) {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    return asr_ice_auth_head(call);
}


static asr_step_t
asr_ice_body(asr_call_t *call, const char *p, size_t n)
{
    asr_ice_state_t  *st;

    st = call->state;
    asr_sha256_update(st->sha, p, n);

    switch (st->body) {

    case ASR_ICE_FORM:

        if (st->fault == ASR_OK) {
            st->fault = asr_form_feed(&st->form, p, n);
        }

        break;

    default:

        /* body_max is the buffer's ceiling */

        if (asr_buf_append(&st->json, p, n) != ASR_OK) {
            return asr_ice_fail(call, ASR_IE_SIZE);
        }
    }

    return ASR_STEP_BODY;
}


static asr_err_t
asr_ice_add_pair(asr_call_t *call, asr_ice_state_t *st, asr_str_t name,
    asr_str_t value)
{
    asr_pair_t  *pair, **last;

    /* the same field in the query and in the body: clients do that */

    if (asr_form_get(&st->form, name) != NULL) {
        return ASR_OK;
    }

    pair = asr_arena_zalloc(&call->arena, sizeof(asr_pair_t));
    if (pair == NULL) {
        return ASR_NOMEM;
    }

    pair->name = name;
    pair->value = value;

    for (last = &st->form.pairs; *last != NULL; last = &(*last)->next) {
        /* void */
    }

    *last = pair;
    st->form.n++;

    return ASR_OK;
}


static asr_step_t
asr_ice_json_value(asr_call_t *call, asr_ice_state_t *st,
    const asr_json_t *v)
{
    asr_str_t  text;

    switch (v->type) {

    case ASR_JSON_STRING:
        text = v->u.string;
        break;

    case ASR_JSON_INT:
        text = asr_arena_printf(&call->arena, "%lld",
                                (long long) v->u.integer);
        break;

    case ASR_JSON_NUMBER:
        text = asr_arena_printf(&call->arena, "%.17g", v->u.number);
        break;

    case ASR_JSON_BOOL:
        text = v->u.boolean ? asr_str("true") : asr_str("false");
        break;

    case ASR_JSON_NULL:
        return ASR_STEP_BODY;

    default:
        call->clause = "I-062";
        return asr_ice_refuse(call, ASR_IE_PARAM, asr_ice_clip(v->key),
                              asr_str("must be a string; what holds JSON is "
                                      "text, too"));
    }

    if (text.data == NULL
        || asr_ice_add_pair(call, st, v->key, text) != ASR_OK)
    {
        return asr_ice_fail(call, ASR_IE_SIZE);
    }

    return ASR_STEP_BODY;
}


/* I-061: a JSON body, for what ACS3 signs; v1 does not sign it. */

static asr_step_t
asr_ice_json(asr_call_t *call, asr_ice_state_t *st)
{
    asr_step_t         step;
    asr_json_t        *root, *v;
    asr_json_error_t   err;

    if (st->json.len == 0) {
        return ASR_STEP_BODY;
    }

    if (st->body != ASR_ICE_JSON) {
        return asr_ice_refuse(call, ASR_IE_FORMAT,
                              asr_str("the body is of a type that is not "
                                      "read"), asr_str_null());
    }

    if (!st->acs3) {
        call->clause = "I-061";
        return asr_ice_refuse(call, ASR_IE_FORMAT,
                              asr_str("the body is not signed"),
                              asr_str_null());
    }

    root = asr_json_parse(&call->arena, asr_buf_str(&st->json), &err);

    if (root == NULL && err.fault == ASR_JSON_SIZE) {
        return asr_ice_fail(call, ASR_IE_SIZE);
    }

    if (root == NULL || root->type != ASR_JSON_OBJECT) {
        return asr_ice_refuse(call, ASR_IE_FORMAT,
                              asr_str("the body is not a JSON object"),
                              asr_str_null());
    }

    for (v = root->child; v != NULL; v = v->next) {
        step = asr_ice_json_value(call, st, v);
        if (step != ASR_STEP_BODY) {
            return step;
        }
    }

    return ASR_STEP_BODY;
}


static asr_step_t
asr_ice_create(asr_call_t *call)
{
    asr_op_t         *op;
    asr_ice_state_t  *st;

    st = call->state;

    if (asr_ice_params_write(st, st->key->account, &st->params) != ASR_OK) {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    op = &call->op;
    op->task.listed = true;
    op->type = ASR_OP_TASK_CREATE;
    op->task.api = asr_str("ice");
    op->task.account = st->key->account->name;
    op->task.created_ms = asr_clock_ms();
    op->task.expires_ms = op->task.created_ms + call->core->task_ttl_ms;
    op->task.engine = asr_str(ASR_ICE_ENGINE);
    op->task.channels = 1;
    op->task.params = asr_buf_str(&st->params);

    if (st->input.url.len != 0) {
        op->task.url = st->input.url;
        asr_raw_url(&op->task, st->input.url);

    } else {
        op->spool_file = &st->file;
        asr_raw_name(&op->task, st->input.key);
    }

    return ASR_STEP_STORE;
}


static asr_step_t
asr_ice_submit(asr_call_t *call, asr_ice_state_t *st)
{
    asr_step_t  step;

    step = asr_ice_submit_check(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    if (asr_models_engine(call->core->models, asr_str(ASR_ICE_ENGINE)) < 0) {
        return asr_ice_fail(call, ASR_IE_UNAVAILABLE);
    }

    step = asr_ice_input(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    if (st->input.url.len != 0) {
        return asr_ice_create(call);
    }

    call->op.type = ASR_OP_NOTHING;

    return ASR_STEP_STORE;
}


static asr_step_t
asr_ice_get(asr_call_t *call, asr_ice_state_t *st)
{
    int64_t     id;
    asr_op_t   *op;
    asr_step_t  step;

    step = asr_ice_get_check(call, &id);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    /* the request is read; a long recording's result is another matter */

    call->arena.ceiling = (size_t) ASR_RESULT_MAX * 4;
    call->task_id = id;

    op = &call->op;
    op->type = ASR_OP_TASK_GET;
    op->task.id = id;
    op->task.account = st->key->account->name;
    op->task.api = asr_str("ice");

    return ASR_STEP_STORE;
}


static asr_step_t
asr_ice_list(asr_call_t *call, asr_ice_state_t *st)
{
    asr_op_t   *op;
    asr_step_t  step;

    op = &call->op;

    step = asr_ice_list_check(call, &op->list);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    call->arena.ceiling = ASR_ICE_LIST_MEMORY;

    op->type = ASR_OP_TASK_LIST;
    op->task.account = st->key->account->name;
    op->task.api = asr_str("ice");

    return ASR_STEP_STORE;
}


static asr_step_t
asr_ice_delete(asr_call_t *call, asr_ice_state_t *st)
{
    int64_t    *ids;
    asr_op_t   *op;
    asr_step_t  step;

    op = &call->op;

    step = asr_ice_delete_check(call, &ids, &op->nids);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    op->ids = ids;
    op->type = ASR_OP_TASK_DELETE;
    op->task.account = st->key->account->name;
    op->task.api = asr_str("ice");

    return ASR_STEP_STORE;
}


static asr_step_t
asr_ice_end(asr_call_t *call)
{
    asr_step_t        step;
    asr_ice_state_t  *st;

    st = call->state;

    if (st->fault == ASR_OK) {
        st->fault = asr_form_end(&st->form);
    }

    step = asr_ice_fault(call, st->fault);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    step = asr_ice_auth(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    /* I-002, I-001 */

    if (!asr_str_eq(st->version, asr_str(ASR_ICE_VERSION))) {
        return asr_ice_fail(call, ASR_IE_VERSION);
    }

    if (call->action_index == ASR_ICE_OTHER) {
        return asr_ice_fail(call, ASR_IE_ACTION);
    }

    step = asr_ice_auth_limit(call);

    if (step == ASR_STEP_BODY) {
        step = asr_ice_auth_status(call);
    }

    if (step == ASR_STEP_BODY) {
        step = asr_ice_json(call, st);
    }

    if (step != ASR_STEP_BODY) {
        return step;
    }

    switch (call->action_index) {

    case ASR_ICE_SUBMIT:
        return asr_ice_submit(call, st);

    case ASR_ICE_GET:
        return asr_ice_get(call, st);

    case ASR_ICE_LIST:
        return asr_ice_list(call, st);

    default:
        return asr_ice_delete(call, st);
    }
}


static asr_step_t
asr_ice_stored(asr_call_t *call)
{
    asr_step_t        step;
    asr_ice_state_t  *st;

    st = call->state;

    switch (call->op.rc) {

    case ASR_OK:
        break;

    case ASR_NOTFOUND:
        return asr_ice_fail(call, ASR_IE_NO_JOB);

    case ASR_TOOBIG:
        return asr_ice_fail(call, ASR_IE_UNAVAILABLE);

    default:
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    switch (call->op.type) {

    case ASR_OP_NOTHING:
        step = asr_ice_input_copy(call);
        return (step == ASR_STEP_BODY) ? asr_ice_create(call) : step;

    case ASR_OP_TASK_CREATE:
        st->stored = true;
        return asr_ice_submit_reply(call);

    case ASR_OP_TASK_GET:
        return asr_ice_get_reply(call);

    case ASR_OP_TASK_LIST:
        return asr_ice_list_reply(call);

    default:
        return asr_ice_delete_reply(call);
    }
}


static void
asr_ice_http_error(asr_call_t *call, int status)
{
    size_t           i;
    asr_ice_error_t  e;

    static const struct {
        int              status;
        asr_ice_error_t  error;
    } rows[] = {
        { 404, ASR_IE_NOT_FOUND },
        { 405, ASR_IE_HTTP_METHOD },
        { 408, ASR_IE_TIMEOUT },
        { 413, ASR_IE_SIZE },
        { 414, ASR_IE_URI_SIZE },
        { 415, ASR_IE_TYPE },
        { 429, ASR_IE_RATE },
        { 502, ASR_IE_UNAVAILABLE },
        { 503, ASR_IE_UNAVAILABLE },
        { 504, ASR_IE_UNAVAILABLE }
    };

    e = (status >= 500) ? ASR_IE_INTERNAL : ASR_IE_HTTP;

    for (i = 0; i < asr_nelts(rows); i++) {
        if (rows[i].status == status) {
            e = rows[i].error;
        }
    }

    /* the clause of the reply that this one replaces is not this one's */

    call->clause = (e == ASR_IE_UNAVAILABLE) ? "I-081" : NULL;

    (void) asr_ice_fail(call, e);
}


static void
asr_ice_cleanup(asr_call_t *call)
{
    asr_ice_state_t  *st;

    st = call->state;

    if (st == NULL) {
        return;
    }

    asr_spool_end(&st->file, st->stored);
    asr_sha256_release(st->sha);
    asr_form_free(&st->form);
    asr_buf_free(&st->json);
    asr_buf_free(&st->params);
}
