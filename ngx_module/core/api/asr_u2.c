/*
 * Document 000: routes, authentication, limit, and the steps of a call.
 *
 * Everything the head of a request can decide is decided in begin, so that a
 * wrong key or path uploads nothing.  The limit is charged in end, once the
 * body is here, and before it is validated.  Replies are made in end when
 * nothing must be stored, else in stored, on a store thread.
 */

#include "asr_u2.h"

#include "../auth/asr_bearer.h"
#include "../base/asr_clock.h"


#define ASR_U2_RESULT_MAX  ((size_t) ASR_RESULT_MAX * 4)


typedef struct {
    asr_str_t        tail;               /* of the path, after "/v1/" */
    bool             id;                 /* an id follows */
    asr_u2_action_t  get;                /* ASR_U2_OTHER: not allowed */
    asr_u2_action_t  post;
    asr_str_t        allow;
} asr_u2_route_t;


static const asr_u2_route_t  asr_u2_routes[] = {

    { ASR_STR("audio/asr/tasks"), false,
      ASR_U2_QUERY, ASR_U2_CREATE, ASR_STR("GET, POST") },

    { ASR_STR("audio/asr/tasks/"), true,
      ASR_U2_QUERY, ASR_U2_OTHER, ASR_STR("GET") },

    { ASR_STR("files/upload"), false,
      ASR_U2_OTHER, ASR_U2_UPLOAD, ASR_STR("POST") },

    { ASR_STR("files/delete"), false,
      ASR_U2_OTHER, ASR_U2_DELETE, ASR_STR("POST") },

    { ASR_STR("files/retrieve"), false,
      ASR_U2_RETRIEVE, ASR_U2_OTHER, ASR_STR("GET") },

    { ASR_STR("files/retrieve_content"), false,
      ASR_U2_CONTENT, ASR_U2_OTHER, ASR_STR("GET") },

    { ASR_STR("files/list"), false,
      ASR_U2_LIST, ASR_U2_OTHER, ASR_STR("GET") },

    { ASR_STR("files"), false,
      ASR_U2_LIST, ASR_U2_OTHER, ASR_STR("GET") }
};


/* By asr_u2_action_t. */

static const char *const  asr_u2_actions[] = {
    "create", "query", "upload", "retrieve", "content", "delete", "list",
    "other", NULL
};


/* 20 requests a minute for the interface that creates tasks */

static const asr_rate_t  asr_u2_create_rate = { 20, 60000 };


/* NULL: no such path.  Whatever comes before "/v1/" is the location's. */

static const asr_u2_route_t *
asr_u2_route(asr_str_t path, asr_str_t *id)
{
    size_t                 i, k;
    asr_str_t              tail;
    const asr_u2_route_t  *r;

    *id = asr_str_null();

    if (path.len != 0 && path.data[path.len - 1] == '/') {
        path.len--;
    }

    for (i = 0; i + 4 < path.len; i++) {

        if (memcmp(path.data + i, "/v1/", 4) != 0) {
            continue;
        }

        tail.data = path.data + i + 4;
        tail.len = path.len - i - 4;

        for (k = 0; k < asr_nelts(asr_u2_routes); k++) {
            r = &asr_u2_routes[k];

            if (!r->id) {
                if (asr_str_eq(tail, r->tail)) {
                    return r;
                }

                continue;
            }

            if (tail.len > r->tail.len
                && memcmp(tail.data, r->tail.data, r->tail.len) == 0
                && memchr(tail.data + r->tail.len, '/',
                          tail.len - r->tail.len)
                   == NULL)
            {
                id->data = tail.data + r->tail.len;
                id->len = tail.len - r->tail.len;
                return r;
            }
        }
    }

    return NULL;
}


static bool
asr_u2_claims(const asr_http_t *http)
{
    asr_str_t  id;

    return asr_u2_route(http->path, &id) != NULL;
}


/* false: the reply is made */

static bool
asr_u2_authenticate(asr_call_t *call, asr_u2_t *u)
{
    asr_str_t             key;
    const char           *why;
    asr_u2_code_id_t      id;
    const asr_account_t  *a;

    switch (asr_bearer_key(call->http->authorization, &key)) {

    case ASR_OK:
        break;

    case ASR_NOTFOUND:
        asr_u2_rule(call, ASR_U2_AUTH_MISSING, ASR_U2_R_AUTH,
                    "the Authorization header is missing");
        return false;

    default:
        asr_u2_rule(call, ASR_U2_AUTH_MALFORMED, ASR_U2_R_AUTH,
                    "the Authorization header must be Bearer and an API key");
        return false;
    }

    a = asr_accounts_bearer(call->core->accounts, key);

    if (a == NULL) {
        asr_u2_rule(call, ASR_U2_AUTH_WRONG, ASR_U2_R_AUTH,
                    "the API key is not valid");
        return false;
    }

    call->account = a->name;
    u->account = a;

    switch (a->status) {

    case ASR_ACCOUNT_ACTIVE:
        return true;

    case ASR_ACCOUNT_DISABLED:
        id = ASR_U2_AUTH_DISABLED;
        why = "the account is disabled";
        break;

    case ASR_ACCOUNT_NOT_REGISTERED:
        id = ASR_U2_AUTH_RIGHT;
        why = "the account has no right to this model";
        break;

    default:
        id = ASR_U2_AUTH_AMOUNT;
        why = "the account's resources are used up";
        break;
    }

    asr_u2_rule(call, id, ASR_U2_R_ACCOUNT, why);

    return false;
}


static asr_step_t
asr_u2_begin(asr_call_t *call)
{
    asr_u2_t              *u;
    const asr_u2_route_t  *r;

    call->action_index = ASR_U2_OTHER;
    call->action = asr_str("other");
    call->body_max = 0;

    u = asr_u2_state(call);
    if (u == NULL) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    u->action = ASR_U2_OTHER;
    r = asr_u2_route(call->http->path, &u->path_id);

    if (r != NULL) {
        if (asr_str_eq(call->http->method, asr_str("GET"))) {
            u->action = r->get;

        } else if (asr_str_eq(call->http->method, asr_str("POST"))) {
            u->action = r->post;
        }
    }

    call->action_index = u->action;
    call->action = asr_cstr(asr_u2_actions[u->action]);

    if (call->core->counters != NULL) {
        call->core->counters->requests[ASR_U2_INDEX][u->action]++;
    }

    if (r == NULL) {
        return asr_u2_rule(call, ASR_U2_NO_PATH, ASR_U2_R_PATH,
                           "there is no such path");
    }

    if (u->action == ASR_U2_OTHER) {
        asr_u2_rule(call, ASR_U2_METHOD, ASR_U2_R_METHOD,
                    "the path is not for this method");
        asr_reply_header(&call->reply, asr_str("Allow"), r->allow);
        return ASR_STEP_REPLY;
    }

    if (!asr_u2_authenticate(call, u)) {
        return ASR_STEP_REPLY;
    }

    if (u->action == ASR_U2_UPLOAD) {
        return asr_u2_upload_begin(call, u);
    }

    call->body_max = ASR_U2_JSON_MAX;

    if (call->arena.ceiling > ASR_U2_JSON_ARENA) {
        call->arena.ceiling = ASR_U2_JSON_ARENA;
    }

    return ASR_STEP_BODY;
}


static asr_step_t
asr_u2_body(asr_call_t *call, const char *p, size_t n)
{
    asr_u2_t  *u = call->state;

    if (call->core->counters != NULL) {
        call->core->counters->body_bytes[ASR_U2_INDEX] += n;
    }

    switch (u->action) {

    case ASR_U2_UPLOAD:
        return asr_u2_upload_body(call, u, p, n);

    case ASR_U2_CREATE:
    case ASR_U2_DELETE:
        break;

    default:
        return ASR_STEP_BODY;    /* a body with GET means nothing */
    }

    /* nearly always all of it at once: no copy then */

    if (u->buf.len == 0 && !u->parsed && n <= ASR_U2_JSON_MAX
        && call->http->content_length == (int64_t) n)
    {
        u->parsed = true;
        u->json = asr_json_parse(&call->arena, (asr_str_t) { n, p },
                                 &u->json_error);
        return ASR_STEP_BODY;
    }

    if (u->parsed || asr_buf_append(&u->buf, p, n) != ASR_OK) {
        return asr_u2_rule(call, ASR_U2_TOO_LARGE, ASR_U2_R_SIZE,
                           "the body is too large");
    }

    return ASR_STEP_BODY;
}


/* false: the reply is made */

static bool
asr_u2_limit(asr_call_t *call, asr_u2_t *u)
{
    uint32_t    retry_ms;
    asr_str_t   action, seconds;
    asr_rate_t  rate;

    action = asr_str("u2.create");
    rate = asr_account_rate(u->account, action, asr_u2_create_rate);

    if (rate.count == 0 || call->core->limit == NULL) {
        return true;
    }

    retry_ms = 0;
    call->limit_status = call->core->limit(call->core->limit_ctx, u->account,
                                           action, rate, &retry_ms);

    switch (call->limit_status) {

    case ASR_LIMIT_REJECTED:
        asr_u2_rule(call, ASR_U2_RATE, ASR_U2_R_RATE,
                    "too many requests, try again later");

        seconds = asr_arena_printf(&call->arena, "%lu",
                                   (unsigned long) retry_ms / 1000
                                   + (retry_ms % 1000 != 0 || retry_ms == 0));

        if (seconds.data != NULL) {
            asr_reply_header(&call->reply, asr_str("Retry-After"), seconds);
        }

        return false;

    case ASR_LIMIT_ERROR:
        asr_u2_error(call, ASR_U2_INTERNAL, NULL,
                     "the rate limit cannot be kept");
        return false;

    default:
        return true;
    }
}


static asr_step_t
asr_u2_create(asr_call_t *call, asr_u2_t *u)
{
    int64_t           now;
    asr_task_t       *t;
    asr_u2_create_t   c;

    if (!asr_u2_limit(call, u) || !asr_u2_check_create(call, u, &c)) {
        return ASR_STEP_REPLY;
    }

    if (!call->guard
        && asr_models_engine(call->core->models, asr_str(ASR_U2_ENGINE)) < 0)
    {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL,
                            "no recognition model is set up for u2-asr");
    }

    now = asr_clock_ms();
    t = &call->op.task;

    t->api = asr_str("u2");
    t->account = u->account->name;
    t->created_ms = now;
    t->expires_ms = now + call->core->task_ttl_ms;
    t->file_id = c.file_id;
    t->url = c.file_url;
    t->engine = asr_str(ASR_U2_ENGINE);
    t->format = c.format;

    /*
     * U-004, U-006: a default is no claim about the file, sent or not; the
     * vendor's own client sends both with every file.
     */

    t->sample_rate = c.sample_rate != ASR_U2_RATE_DEFAULT
                     ? (int32_t) c.sample_rate : 0;
    t->channels = (int32_t) c.channel;
    t->channels_strict = (c.channel != 1);
    t->params = asr_u2_task_params(&call->arena, &c);

    if (t->params.data == NULL) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    call->op.type = ASR_OP_TASK_CREATE;
    call->op.file.purpose = asr_str(ASR_U2_PURPOSE);

    return ASR_STEP_STORE;
}


static asr_step_t
asr_u2_query(asr_call_t *call, asr_u2_t *u)
{
    int64_t    id;
    asr_str_t  text;

    text = u->path_id;

    if (text.len == 0) {
        if (!asr_u2_check_args(call, asr_u2_query_params,
                               asr_u2_query_params_n, &u->args))
        {
            return ASR_STEP_REPLY;
        }

        text = u->args.task_id;
    }

    /* what is no number cannot be the id of a task */

    if (asr_str_int(text, &id) != ASR_OK || id < 1) {
        return asr_u2_rule(call, ASR_U2_NOT_FOUND, ASR_U2_R_TASK_FOUND,
                           "there is no such task");
    }

    call->task_id = id;
    call->op.type = ASR_OP_TASK_GET;
    call->op.task.id = id;
    call->op.task.api = asr_str("u2");
    call->op.task.account = u->account->name;

    /* the request is read; a result of five hours comes next */
    call->arena.ceiling = ASR_U2_RESULT_MAX;

    return ASR_STEP_STORE;
}


static asr_step_t
asr_u2_end(asr_call_t *call)
{
    asr_u2_t  *u = call->state;

    switch (u->action) {

    case ASR_U2_CREATE:
        return asr_u2_create(call, u);

    case ASR_U2_QUERY:
        return asr_u2_query(call, u);

    case ASR_U2_UPLOAD:
        return asr_u2_upload_end(call, u);

    default:
        return asr_u2_files_end(call, u);
    }
}


static asr_step_t
asr_u2_created(asr_call_t *call)
{
    switch (call->op.rc) {

    case ASR_OK:
        call->task_id = call->op.task.id;

        if (call->core->counters != NULL) {
            call->core->counters->created[ASR_U2_INDEX]++;
        }

        return asr_u2_task_created(call);

    case ASR_NOTFOUND:
        return asr_u2_rule(call, ASR_U2_NOT_FOUND, ASR_U2_R_FILE_FOUND,
                           "file_id names no file uploaded with purpose "
                           ASR_U2_PURPOSE);

    case ASR_TOOBIG:
        return asr_u2_rule(call, ASR_U2_BUSY, ASR_U2_R_QUEUE,
                           "the task queue is full, try again later");

    default:
        return asr_u2_store_error(call, call->op.rc);
    }
}


static asr_step_t
asr_u2_stored(asr_call_t *call)
{
    asr_u2_t  *u = call->state;

    switch (u->action) {

    case ASR_U2_CREATE:
        return asr_u2_created(call);

    case ASR_U2_QUERY:

        if (call->op.rc == ASR_NOTFOUND) {
            return asr_u2_rule(call, ASR_U2_NOT_FOUND, ASR_U2_R_TASK_FOUND,
                               "there is no such task");
        }

        if (call->op.rc != ASR_OK) {
            return asr_u2_store_error(call, call->op.rc);
        }

        return asr_u2_task_reply(call);

    default:
        return asr_u2_files_stored(call, u);
    }
}


static void
asr_u2_http_error(asr_call_t *call, int status)
{
    asr_u2_t  *u = call->state;

    if (u == NULL) {
        call->action_index = ASR_U2_OTHER;
        call->action = asr_str("other");
    }

    switch (status) {

    case 405:
        asr_u2_rule(call, ASR_U2_METHOD, ASR_U2_R_METHOD,
                    "the path is not for this method");
        break;

    case 408:
        asr_u2_error(call, ASR_U2_PARAM, NULL, "the request came too slowly");
        break;

    case 413:
        asr_u2_rule(call, ASR_U2_TOO_LARGE,
                    (u != NULL && u->action == ASR_U2_UPLOAD)
                    ? ASR_U2_R_FILE_SIZE : ASR_U2_R_SIZE,
                    "the body is too large");
        break;

    case 414:
        asr_u2_error(call, ASR_U2_PARAM, NULL, "the URI is too long");
        break;

    case 415:
        asr_u2_rule(call, ASR_U2_PARAM, ASR_U2_R_CONTENT_TYPE,
                    "the Content-Type is not supported");
        break;

    case 429:
        asr_u2_rule(call, ASR_U2_RATE, ASR_U2_R_RATE,
                    "too many requests, try again later");
        break;

    default:

        if (status == 404) {
            asr_u2_rule(call, ASR_U2_NO_PATH, ASR_U2_R_PATH,
                        "there is no such path");

        } else if (status >= 400 && status < 500) {
            asr_u2_error(call, ASR_U2_PARAM, NULL,
                         "the request is not valid HTTP");

        } else {
            asr_u2_error(call, ASR_U2_INTERNAL, NULL,
                         "the server cannot serve this request now");
        }

        break;
    }

    call->reply.status = status;
}


static void
asr_u2_cleanup(asr_call_t *call)
{
    asr_u2_t  *u = call->state;

    if (u == NULL) {
        return;
    }

    asr_buf_free(&u->buf);
    asr_u2_upload_cleanup(u);
}


const asr_api_t  asr_api_u2 = {
    "u2",
    ASR_U2_INDEX,
    asr_u2_actions,
    asr_u2_claims,
    asr_u2_begin,
    asr_u2_body,
    asr_u2_end,
    asr_u2_stored,
    asr_u2_http_error,
    asr_u2_cleanup,
    NULL,
    asr_u2_ask
};
