/*
 * Document 002: routes, authentication, limits, and the steps of a call.
 *
 * Everything the head of a request can decide is decided in begin, so that a
 * wrong key or path uploads nothing; the limit of uploads, too.  The limit of
 * transcriptions is charged in end, once the body is here, and before it is
 * validated.  Replies are made in end when nothing must be stored, else in
 * stored, on a store thread.
 */

#include "asr_memories.h"

#include "../auth/asr_bearer.h"
#include "../base/asr_clock.h"


#define ASR_MEMORIES_BASE  "/serve/api/v2/"

/* Segments of a path after the base: '*' is an id, '+' a token. */

typedef struct {
    const char              *segments[3];
    unsigned                 n;
    asr_memories_action_t    get;        /* ASR_MEMORIES_OTHER: not allowed */
    asr_memories_action_t    post;
    asr_memories_action_t    delete;
    asr_str_t                allow;
} asr_memories_route_t;


#define ASR_MEMORIES_NO  ASR_MEMORIES_OTHER

static const asr_memories_route_t  asr_memories_routes[] = {

    { { "upload" }, 1,
      ASR_MEMORIES_NO, ASR_MEMORIES_UPLOAD, ASR_MEMORIES_NO,
      ASR_STR("POST") },

    { { "upload", "signed-url" }, 2,
      ASR_MEMORIES_NO, ASR_MEMORIES_SIGN, ASR_MEMORIES_NO,
      ASR_STR("POST") },

    { { "transcriptions", "async-generate-audio" }, 2,
      ASR_MEMORIES_NO, ASR_MEMORIES_ASYNC, ASR_MEMORIES_NO,
      ASR_STR("POST") },

    { { "transcriptions", "sync-generate-audio" }, 2,
      ASR_MEMORIES_NO, ASR_MEMORIES_SYNC, ASR_MEMORIES_NO,
      ASR_STR("POST") },

    { { "task", "*" }, 2,
      ASR_MEMORIES_QUERY, ASR_MEMORIES_NO, ASR_MEMORIES_NO,
      ASR_STR("GET") },

    { { "*", "metadata" }, 2,
      ASR_MEMORIES_METADATA, ASR_MEMORIES_NO, ASR_MEMORIES_NO,
      ASR_STR("GET") },

    { { "*", "download" }, 2,
      ASR_MEMORIES_DOWNLOAD, ASR_MEMORIES_NO, ASR_MEMORIES_NO,
      ASR_STR("GET") },

    { { "*" }, 1,
      ASR_MEMORIES_NO, ASR_MEMORIES_NO, ASR_MEMORIES_DELETE,
      ASR_STR("DELETE") },

    { { "upload", "signed" }, 4,
      ASR_MEMORIES_NO, ASR_MEMORIES_FILL, ASR_MEMORIES_NO,
      ASR_STR("POST") }
};


/* By asr_memories_action_t; the last is the limit of two of them. */

static const char *const  asr_memories_actions[] = {
    "upload", "signed-url", "signed-upload", "metadata", "download", "delete",
    "async-generate-audio", "sync-generate-audio", "task", "other",
    "transcriptions", NULL
};


static const asr_rate_t  asr_memories_rate = { 1, 1000 };


static bool asr_memories_limit(asr_call_t *call, asr_memories_t *m,
    asr_str_t action, asr_memories_rule_id_t rule);


/* The path without its base, and up to where the base ends. */

static bool
asr_memories_base(asr_str_t path, asr_str_t *base, asr_str_t *tail)
{
    size_t  i, n;

    n = sizeof(ASR_MEMORIES_BASE) - 1;

    for (i = 0; i + n <= path.len; i++) {
        if (memcmp(path.data + i, ASR_MEMORIES_BASE, n) == 0) {
            base->data = path.data;
            base->len = i + n - 1;
            tail->data = path.data + i + n;
            tail->len = path.len - i - n;
            return true;
        }
    }

    return false;
}


/* At most four segments, none empty but for a slash at the end; 0: more. */

static unsigned
asr_memories_split(asr_str_t tail, asr_str_t segments[4])
{
    unsigned     n;
    const char  *p;

    if (tail.len != 0 && tail.data[tail.len - 1] == '/') {
        tail.len--;
    }

    for (n = 0; n < 4; n++) {

        p = (tail.len != 0) ? memchr(tail.data, '/', tail.len) : NULL;

        segments[n].data = tail.data;
        segments[n].len = (p != NULL) ? (size_t) (p - tail.data) : tail.len;

        if (segments[n].len == 0) {
            return 0;
        }

        if (p == NULL) {
            return n + 1;
        }

        tail.data += segments[n].len + 1;
        tail.len -= segments[n].len + 1;
    }

    return 0;
}


static bool
asr_memories_matches(const asr_memories_route_t *r, const asr_str_t *segments,
    unsigned n, asr_memories_t *m)
{
    unsigned  i;

    if (r->n != n) {
        return false;
    }

    m->path_id = asr_str_null();
    m->path_token = asr_str_null();

    for (i = 0; i < n && i < asr_nelts(r->segments); i++) {

        if (r->segments[i] == NULL) {
            break;
        }

        if (r->segments[i][0] == '*') {
            m->path_id = segments[i];
            continue;
        }

        if (!asr_str_eq(segments[i], asr_cstr(r->segments[i]))) {
            return false;
        }
    }

    /* what a row leaves open is an asset and its token */

    if (i < n) {
        m->path_id = segments[i];
        m->path_token = segments[i + 1];
    }

    return true;
}


/* NULL: no such path. */

static const asr_memories_route_t *
asr_memories_route(asr_str_t path, asr_memories_t *m)
{
    size_t      i;
    unsigned    n;
    asr_str_t   tail, segments[4];

    if (!asr_memories_base(path, &m->base, &tail)) {
        return NULL;
    }

    n = asr_memories_split(tail, segments);

    for (i = 0; n != 0 && i < asr_nelts(asr_memories_routes); i++) {
        if (asr_memories_matches(&asr_memories_routes[i], segments, n, m)) {
            return &asr_memories_routes[i];
        }
    }

    return NULL;
}


static bool
asr_memories_claims(const asr_http_t *http)
{
    asr_str_t  base, tail;

    return asr_memories_base(http->path, &base, &tail);
}


/* "KEY" or "Bearer KEY"; ASR_NOTFOUND: none, ASR_INVALID: not a key. */

static asr_err_t
asr_memories_key(asr_str_t header, asr_str_t *key)
{
    size_t          i;
    asr_err_t       rc;
    unsigned char   ch;

    rc = asr_bearer_key(header, key);

    if (rc != ASR_INVALID) {
        return rc;
    }

    while (header.data[0] == ' ' || header.data[0] == '\t') {
        header.data++;
        header.len--;
    }

    while (header.data[header.len - 1] == ' '
           || header.data[header.len - 1] == '\t')
    {
        header.len--;
    }

    for (i = 0; i < header.len; i++) {
        ch = (unsigned char) header.data[i];

        if (ch <= 0x20 || ch >= 0x7f) {
            return ASR_INVALID;
        }
    }

    *key = header;

    return ASR_OK;
}


/* false: the reply is made */

static bool
asr_memories_authenticate(asr_call_t *call, asr_memories_t *m)
{
    asr_str_t   key;
    asr_err_t   rc;

    rc = asr_memories_key(call->http->authorization, &key);

    if (rc != ASR_OK) {
        asr_memories_rule(call, ASR_MEMORIES_AUTH, ASR_MEMORIES_R_AUTH,
                          rc == ASR_NOTFOUND
                          ? "the Authorization header is missing"
                          : "the Authorization header is no API key");
        return false;
    }

    m->account = asr_accounts_bearer(call->core->accounts, key);

    if (m->account == NULL) {
        asr_memories_rule(call, ASR_MEMORIES_AUTH, ASR_MEMORIES_R_AUTH,
                          "the API key is not valid");
        return false;
    }

    return true;
}


/* The URL is the key; what it does not name is not told from what is wrong. */

static bool
asr_memories_verify_token(asr_call_t *call, asr_memories_t *m)
{
    if (asr_memories_asset_id(m->path_id, &m->file_id)) {
        m->account = asr_memories_token_account(call->core->accounts,
                                                m->path_token, m->file_id,
                                                asr_clock_ms() / 1000);
    }

    if (m->account == NULL) {
        asr_memories_rule(call, ASR_MEMORIES_AUTH, ASR_MEMORIES_R_SIGNED,
                          "the signed URL is not valid, or has expired");
        return false;
    }

    return true;
}


static bool
asr_memories_allowed(asr_call_t *call, asr_memories_t *m)
{
    call->account = m->account->name;

    switch (m->account->status) {

    case ASR_ACCOUNT_ACTIVE:
        return true;

    case ASR_ACCOUNT_DISABLED:
        asr_memories_rule(call, ASR_MEMORIES_RIGHT, ASR_MEMORIES_R_ACCOUNT,
                          "the account is disabled");
        break;

    case ASR_ACCOUNT_NOT_REGISTERED:
        asr_memories_rule(call, ASR_MEMORIES_RIGHT, ASR_MEMORIES_R_ACCOUNT,
                          "the account has no right to this service");
        break;

    default:
        asr_memories_rule(call, ASR_MEMORIES_AMOUNT, ASR_MEMORIES_R_ACCOUNT,
                          "the account's means are used up");
        break;
    }

    return false;
}


static asr_memories_action_t
asr_memories_method(const asr_memories_route_t *r, asr_str_t method)
{
    if (asr_str_eq(method, asr_str("GET"))) {
        return r->get;
    }

    if (asr_str_eq(method, asr_str("POST"))) {
        return r->post;
    }

    if (asr_str_eq(method, asr_str("DELETE"))) {
        return r->delete;
    }

    return ASR_MEMORIES_OTHER;
}


/* What goes to a signed URL was counted when the URL was made. */

static asr_step_t
asr_memories_begin_upload(asr_call_t *call, asr_memories_t *m)
{
    asr_step_t  step;

    step = asr_memories_upload_begin(call, m);

    if (step == ASR_STEP_BODY && m->action == ASR_MEMORIES_UPLOAD
        && !asr_memories_limit(call, m, asr_str("memories.upload"),
                               ASR_MEMORIES_R_RATE_UPLOAD))
    {
        return ASR_STEP_REPLY;
    }

    return step;
}


static asr_step_t
asr_memories_begin(asr_call_t *call)
{
    asr_memories_t              *m;
    const asr_memories_route_t  *r;

    call->action_index = ASR_MEMORIES_OTHER;
    call->action = asr_str("other");
    call->body_max = 0;

    m = asr_memories_state(call);
    if (m == NULL) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");
    }

    r = asr_memories_route(call->http->path, m);
    m->action = (r != NULL) ? asr_memories_method(r, call->http->method)
                            : ASR_MEMORIES_OTHER;

    call->action_index = m->action;
    call->action = asr_cstr(asr_memories_actions[m->action]);

    if (call->core->counters != NULL) {
        call->core->counters->requests[ASR_MEMORIES_INDEX][m->action]++;
    }

    if (r == NULL) {
        return asr_memories_rule(call, ASR_MEMORIES_NO_PATH,
                                 ASR_MEMORIES_R_PATH,
                                 "there is no such path");
    }

    if (m->action == ASR_MEMORIES_OTHER) {
        asr_memories_rule(call, ASR_MEMORIES_METHOD, ASR_MEMORIES_R_METHOD,
                          "the path is not for this method");
        asr_reply_header(&call->reply, asr_str("Allow"), r->allow);
        return ASR_STEP_REPLY;
    }

    if (!(m->action == ASR_MEMORIES_FILL
          ? asr_memories_verify_token(call, m)
          : asr_memories_authenticate(call, m))
        || !asr_memories_allowed(call, m))
    {
        return ASR_STEP_REPLY;
    }

    switch (m->action) {

    case ASR_MEMORIES_UPLOAD:
    case ASR_MEMORIES_FILL:
        return asr_memories_begin_upload(call, m);

    case ASR_MEMORIES_SIGN:
    case ASR_MEMORIES_ASYNC:
    case ASR_MEMORIES_SYNC:

        if (call->http->content_type.len != 0
            && !asr_upload_is_type(call->http->content_type,
                                   asr_str("application/json")))
        {
            return asr_memories_rule(call, ASR_MEMORIES_TYPE,
                                     ASR_MEMORIES_R_CONTENT_TYPE,
                                     "Content-Type must be application/json");
        }

        break;

    default:
        break;
    }

    call->body_max = ASR_MEMORIES_JSON_MAX;

    if (call->arena.ceiling > ASR_MEMORIES_JSON_ARENA) {
        call->arena.ceiling = ASR_MEMORIES_JSON_ARENA;
    }

    return ASR_STEP_BODY;
}


static asr_step_t
asr_memories_body(asr_call_t *call, const char *p, size_t n)
{
    asr_memories_t  *m = call->state;

    if (call->core->counters != NULL) {
        call->core->counters->body_bytes[ASR_MEMORIES_INDEX] += n;
    }

    switch (m->action) {

    case ASR_MEMORIES_UPLOAD:
    case ASR_MEMORIES_FILL:
        return asr_memories_upload_body(call, m, p, n);

    case ASR_MEMORIES_SIGN:
    case ASR_MEMORIES_ASYNC:
    case ASR_MEMORIES_SYNC:
        break;

    default:
        return ASR_STEP_BODY;    /* a body with GET means nothing */
    }

    /* nearly always all of it at once: no copy then */

    if (m->buf.len == 0 && !m->parsed && n <= ASR_MEMORIES_JSON_MAX
        && call->http->content_length == (int64_t) n)
    {
        m->parsed = true;
        m->json = asr_json_parse(&call->arena, (asr_str_t) { n, p },
                                 &m->json_error);
        return ASR_STEP_BODY;
    }

    if (m->parsed || asr_buf_append(&m->buf, p, n) != ASR_OK) {
        return asr_memories_rule(call, ASR_MEMORIES_TOO_LARGE,
                                 ASR_MEMORIES_R_SIZE,
                                 "the body is too large");
    }

    return ASR_STEP_BODY;
}


/* false: the reply is made */

static bool
asr_memories_limit(asr_call_t *call, asr_memories_t *m, asr_str_t action,
    asr_memories_rule_id_t rule)
{
    uint32_t    retry_ms;
    asr_str_t   seconds;
    asr_rate_t  rate;

    rate = asr_account_rate(m->account, action, asr_memories_rate);

    if (rate.count == 0 || call->core->limit == NULL) {
        return true;
    }

    retry_ms = 0;
    call->limit_status = call->core->limit(call->core->limit_ctx, m->account,
                                           action, rate, &retry_ms);

    switch (call->limit_status) {

    case ASR_LIMIT_REJECTED:
        asr_memories_rule(call, ASR_MEMORIES_RATE, rule,
                          "too many requests, try again later");

        seconds = asr_arena_printf(&call->arena, "%lu",
                                   (unsigned long) retry_ms / 1000
                                   + (retry_ms % 1000 != 0 || retry_ms == 0));

        if (seconds.data != NULL) {
            asr_reply_header(&call->reply, asr_str("Retry-After"), seconds);
        }

        return false;

    case ASR_LIMIT_ERROR:
        asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                           "the rate limit cannot be kept");
        return false;

    default:
        return true;
    }
}


static asr_step_t
asr_memories_end(asr_call_t *call)
{
    asr_memories_t  *m = call->state;

    switch (m->action) {

    case ASR_MEMORIES_UPLOAD:
    case ASR_MEMORIES_FILL:
        return asr_memories_upload_end(call, m);

    case ASR_MEMORIES_SIGN:

        if (!asr_memories_limit(call, m, asr_str("memories.upload"),
                                ASR_MEMORIES_R_RATE_UPLOAD))
        {
            return ASR_STEP_REPLY;
        }

        return asr_memories_sign(call, m);

    case ASR_MEMORIES_ASYNC:
    case ASR_MEMORIES_SYNC:

        if (!asr_memories_limit(call, m, asr_str("memories.transcriptions"),
                                ASR_MEMORIES_R_RATE_TASK))
        {
            return ASR_STEP_REPLY;
        }

        return asr_memories_create(call, m);

    case ASR_MEMORIES_QUERY:
        return asr_memories_query(call, m);

    default:
        return asr_memories_asset(call, m);
    }
}


static asr_step_t
asr_memories_stored(asr_call_t *call)
{
    asr_memories_t  *m = call->state;

    switch (m->action) {

    case ASR_MEMORIES_ASYNC:
    case ASR_MEMORIES_SYNC:
    case ASR_MEMORIES_QUERY:
        return asr_memories_task_stored(call, m);

    default:
        return asr_memories_asset_stored(call, m);
    }
}


static void
asr_memories_http_error(asr_call_t *call, int status)
{
    size_t                   i;
    const char              *clause, *why;
    asr_memories_t          *m = call->state;
    asr_memories_code_id_t   id;

    static const struct {
        int                      status;
        asr_memories_code_id_t   id;
        int                      rule;   /* -1: none */
        const char              *why;
    } errors[] = {
        { 404, ASR_MEMORIES_NO_PATH, ASR_MEMORIES_R_PATH,
          "there is no such path" },
        { 405, ASR_MEMORIES_METHOD, ASR_MEMORIES_R_METHOD,
          "the path is not for this method" },
        { 408, ASR_MEMORIES_SLOW, -1, "the request came too slowly" },
        { 413, ASR_MEMORIES_TOO_LARGE, ASR_MEMORIES_R_SIZE,
          "the body is too large" },
        { 414, ASR_MEMORIES_PARAM, -1, "the URI is too long" },
        { 415, ASR_MEMORIES_TYPE, ASR_MEMORIES_R_CONTENT_TYPE,
          "the Content-Type is not supported" },
        { 429, ASR_MEMORIES_RATE, -1, "too many requests, try again later" }
    };

    if (m == NULL) {
        call->action_index = ASR_MEMORIES_OTHER;
        call->action = asr_str("other");
    }

    id = ASR_MEMORIES_INTERNAL;
    clause = NULL;
    why = "the server cannot serve this request now";

    if (status >= 400 && status < 500) {
        id = ASR_MEMORIES_PARAM;
        why = "the request is not valid HTTP";
    }

    for (i = 0; i < asr_nelts(errors); i++) {
        if (errors[i].status == status) {
            id = errors[i].id;
            why = errors[i].why;

            if (errors[i].rule != -1) {
                clause = asr_memories_rules[errors[i].rule].clause;
            }
        }
    }

    if (status == 413 && m != NULL && m->upload != NULL) {
        clause = asr_memories_rules[ASR_MEMORIES_R_FILE_SIZE].clause;
    }

    asr_memories_status(call, id, status, clause, why);
}


static void
asr_memories_cleanup(asr_call_t *call)
{
    asr_memories_t  *m = call->state;

    if (m == NULL) {
        return;
    }

    asr_buf_free(&m->buf);
    asr_memories_upload_cleanup(m);
    asr_memories_task_cleanup(call, m);
}


const asr_api_t  asr_api_memories = {
    "memories",
    ASR_MEMORIES_INDEX,
    asr_memories_actions,
    asr_memories_claims,
    asr_memories_begin,
    asr_memories_body,
    asr_memories_end,
    asr_memories_stored,
    asr_memories_http_error,
    asr_memories_cleanup,
    asr_memories_callback,
    asr_memories_ask
};
