/*
 * The list of APIs of the mock (in place of asr_apis.c): each of the module's
 * in a coat, which sees what goes in and out, shows the call its world's
 * clock, and puts a fault in place of an operation that was about to be done.
 * A request that is refused by itself meets no fault and uses none up.
 */

#include "ngx_http_asr_mock_record.h"
#include "asr_mock_errors.h"
#include "asr_mock_limits.h"
#include "asr_mock_magic.h"

#include <time.h>


#define NGX_HTTP_ASR_MOCK_APIS   4
#define NGX_HTTP_ASR_MOCK_ARENA  (1024 * 1024)


/* First, so that a call's API is its coat. */

typedef struct {
    asr_api_t         api;
    const asr_api_t  *inner;
} ngx_http_asr_mock_coat_t;


static asr_step_t ngx_http_asr_mock_begin(asr_call_t *call);
static asr_step_t ngx_http_asr_mock_body(asr_call_t *call, const char *p,
    size_t n);
static asr_step_t ngx_http_asr_mock_end(asr_call_t *call);
static asr_step_t ngx_http_asr_mock_stored(asr_call_t *call);
static void ngx_http_asr_mock_error(asr_call_t *call, int status);
static void ngx_http_asr_mock_leave(asr_call_t *call);
static bool ngx_http_asr_mock_callback(const asr_task_t *task,
    asr_arena_t *arena, asr_delivery_t *out);
static asr_step_t ngx_http_asr_mock_after(ngx_http_asr_mock_ctx_t *m,
    asr_call_t *call, asr_step_t step);
static asr_step_t ngx_http_asr_mock_hinder(ngx_http_asr_mock_ctx_t *m,
    asr_call_t *call);
static void ngx_http_asr_mock_cleanup(void *data);


static ngx_http_asr_mock_coat_t  ngx_http_asr_mock_coats[] = {
    { .inner = &asr_api_u2 },
    { .inner = &asr_api_tencent },
    { .inner = &asr_api_memories },
    { .inner = &asr_api_ice }
};


const asr_api_t *const  asr_apis[] = {
    &ngx_http_asr_mock_coats[0].api,
    &ngx_http_asr_mock_coats[1].api,
    &ngx_http_asr_mock_coats[2].api,
    &ngx_http_asr_mock_coats[3].api,
    NULL
};


ngx_uint_t  ngx_http_asr_mock_active;


/* Asked while the configuration is read: the coats are put on then. */

const asr_api_t *
asr_api_find(asr_str_t name)
{
    ngx_uint_t   i;
    asr_api_t   *api;

    for (i = 0; i < NGX_HTTP_ASR_MOCK_APIS; i++) {
        api = &ngx_http_asr_mock_coats[i].api;

        if (api->name == NULL) {
            *api = *ngx_http_asr_mock_coats[i].inner;
            api->begin = ngx_http_asr_mock_begin;
            api->body = ngx_http_asr_mock_body;
            api->end = ngx_http_asr_mock_end;
            api->stored = ngx_http_asr_mock_stored;
            api->http_error = ngx_http_asr_mock_error;
            api->cleanup = ngx_http_asr_mock_leave;

            if (api->callback != NULL) {
                api->callback = ngx_http_asr_mock_callback;
            }
        }

        if (asr_str_eq(asr_cstr(api->name), name)) {
            return api;
        }
    }

    return NULL;
}


static ngx_inline const asr_api_t *
ngx_http_asr_mock_inner(const asr_call_t *call)
{
    return ((const ngx_http_asr_mock_coat_t *) call->api)->inner;
}


ngx_http_asr_mock_ctx_t *
ngx_http_asr_mock_ctx(asr_call_t *call)
{
    struct timespec           ts;
    ngx_http_request_t       *r;
    ngx_pool_cleanup_t       *cln;
    ngx_http_asr_ctx_t       *ctx;
    ngx_http_asr_mock_ctx_t  *m;

    ctx = (ngx_http_asr_ctx_t *) ((u_char *) call
                                  - offsetof(ngx_http_asr_ctx_t, call));
    r = ctx->request;

    m = ngx_http_get_module_ctx(r, ngx_http_asr_mock_module);

    if (m != NULL) {
        return m;
    }

    m = ngx_pcalloc(r->pool, sizeof(ngx_http_asr_mock_ctx_t));
    cln = ngx_pool_cleanup_add(r->pool, 0);

    if (m == NULL || cln == NULL) {
        return NULL;
    }

    clock_gettime(CLOCK_MONOTONIC, &ts);

    m->request = r;
    m->asr = ctx;
    m->task_state = -1;
    m->start_us = (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
    asr_arena_init(&m->arena, NGX_HTTP_ASR_MOCK_ARENA);

    cln->handler = ngx_http_asr_mock_cleanup;
    cln->data = m;

    ngx_http_asr_mock_active++;
    ngx_http_set_ctx(r, m, ngx_http_asr_mock_module);

    return m;
}


static void
ngx_http_asr_mock_cleanup(void *data)
{
    ngx_http_asr_mock_ctx_t  *m = data;

    if (m->sha != NULL) {
        asr_sha256_release(m->sha);
    }

    asr_arena_free(&m->arena);

    if (--ngx_http_asr_mock_active == 0) {
        asr_mock_lock();
        asr_mock_worlds_reap();
        asr_mock_unlock();
    }
}


/* What follows a name in the text, up to one of ends; data NULL: no name. */

static asr_str_t
ngx_http_asr_mock_after_name(asr_str_t text, const char *name,
    const char *ends)
{
    size_t       n;
    asr_str_t    id;
    const char  *p;

    n = strlen(name);
    p = text.len == 0 ? NULL : memmem(text.data, text.len, name, n);

    if (p == NULL) {
        return asr_str_null();
    }

    id.data = p + n;

    for (id.len = 0;
         id.data + id.len < text.data + text.len
         && strchr(ends, id.data[id.len]) == NULL;
         id.len++)
    {
        /* void */
    }

    return id;
}


/*
 * Whose request it says it is: so that it is judged by that world's clock from
 * the first step on, and has an id of that world's numbers.
 */

static void
ngx_http_asr_mock_claim(ngx_http_asr_mock_ctx_t *m, asr_call_t *call,
    asr_str_t form)
{
    asr_str_t          id;
    asr_mock_world_t  *w;
    unsigned char      bytes[16];
    uint64_t           n[2];

    id = call->http->authorization;

    if (id.len > 7 && memcmp(id.data, "Bearer ", 7) == 0) {
        id.data += 7;
        id.len -= 7;
        id = asr_str_trim(id);

    } else if (id.len != 0 && !asr_mock_is_key(id)) {
        id = ngx_http_asr_mock_after_name(id, "Credential=", "/, ");
    }

    if (id.data == NULL) {
        id = ngx_http_asr_mock_after_name(form, "SecretId=", "&");
    }

    if (id.data == NULL) {
        id = ngx_http_asr_mock_after_name(form, "AccessKeyId=", "&");
    }

    asr_mock_lock();

    w = asr_mock_is_key(id) ? asr_mock_world(id) : NULL;

    if (w != NULL) {
        m->world = w;
        n[0] = asr_mock_u64(&w->ids);
        n[1] = asr_mock_u64(&w->ids);
        memcpy(bytes, n, sizeof(bytes));
        asr_uuid4_of(bytes, call->request_id);
    }

    asr_mock_unlock();
}


static asr_step_t
ngx_http_asr_mock_begin(asr_call_t *call)
{
    asr_step_t                step;
    ngx_http_asr_mock_ctx_t  *m;

    m = ngx_http_asr_mock_ctx(call);

    if (m == NULL) {
        call->api->http_error(call, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return ASR_STEP_REPLY;
    }

    /* the worlds' windows in place of the zone's */

    call->core->limit = asr_mock_limit;

    ngx_http_asr_mock_claim(m, call, call->http->args);

    m->early = m->request->header_in->pos;
    m->early_len = (size_t) (m->request->header_in->last - m->early);

    asr_mock_set_seen(m->world);
    step = ngx_http_asr_mock_inner(call)->begin(call);

    return ngx_http_asr_mock_after(m, call, step);
}


/*
 * So much of the body is kept as can be shown; nginx's own buffer will do
 * when it has all of it.
 */

static void
ngx_http_asr_mock_keep(ngx_http_asr_mock_ctx_t *m, asr_call_t *call,
    const char *p, size_t n)
{
    u_char  *copy;

    if (m->body_len == 0 && call->http->content_length == (int64_t) n) {
        m->body = (u_char *) p;
        m->body_len = n;
        return;
    }

    if (m->sha == NULL) {
        m->sha = asr_sha256_begin();
    }

    if (m->sha != NULL) {
        asr_sha256_update(m->sha, p, n);
    }

    copy = m->body;

    if (m->body_len == 0) {
        copy = ngx_palloc(m->request->pool, ASR_MOCK_BODY_MAX);
    }

    if (copy != NULL && m->body_len + n <= ASR_MOCK_BODY_MAX) {
        ngx_memcpy(copy + m->body_len, p, n);
        m->body = copy;

    } else {
        m->body = NULL;
    }

    m->body_len += n;
}


static asr_step_t
ngx_http_asr_mock_body(asr_call_t *call, const char *p, size_t n)
{
    asr_step_t                step;
    ngx_http_asr_mock_ctx_t  *m;

    m = ngx_http_asr_mock_ctx(call);
    ngx_http_asr_mock_keep(m, call, p, n);

    asr_mock_set_seen(m->world);
    step = ngx_http_asr_mock_inner(call)->body(call, p, n);

    return ngx_http_asr_mock_after(m, call, step);
}


static asr_step_t
ngx_http_asr_mock_end(asr_call_t *call)
{
    asr_step_t                step;
    ngx_http_asr_mock_ctx_t  *m;

    m = ngx_http_asr_mock_ctx(call);

    if (m->world == NULL && m->body != NULL) {
        ngx_http_asr_mock_claim(m, call, (asr_str_t) { m->body_len,
                                                       (char *) m->body });
    }

    asr_mock_set_seen(m->world);
    step = ngx_http_asr_mock_inner(call)->end(call);
    step = ngx_http_asr_mock_replay(m, call, step);

    return ngx_http_asr_mock_after(m, call, step);
}


/* Any thread. */

static asr_step_t
ngx_http_asr_mock_stored(asr_call_t *call)
{
    asr_step_t                step;
    ngx_http_asr_mock_ctx_t  *m;

    m = ngx_http_asr_mock_ctx(call);

    asr_mock_set_seen(m->world);

    if (call->op.type == ASR_OP_TASK_GET && call->op.rc == ASR_OK) {
        m->task_state = (int) call->op.task.state;
    }

    step = ngx_http_asr_mock_inner(call)->stored(call);

    /* a task told to fail with what no audio is to blame for */

    if (step == ASR_STEP_REPLY) {
        (void) asr_mock_task_reply(call);
    }

    asr_mock_set_seen(NULL);

    return step;
}


static void
ngx_http_asr_mock_error(asr_call_t *call, int status)
{
    ngx_http_asr_mock_ctx_t  *m;

    m = ngx_http_asr_mock_ctx(call);

    if (m != NULL) {
        asr_mock_set_seen(m->world);
    }

    ngx_http_asr_mock_inner(call)->http_error(call, status);

    asr_mock_set_seen(NULL);
}


static void
ngx_http_asr_mock_leave(asr_call_t *call)
{
    ngx_http_asr_mock_inner(call)->cleanup(call);
}


/* Any thread. */

static bool
ngx_http_asr_mock_callback(const asr_task_t *task, asr_arena_t *arena,
    asr_delivery_t *out)
{
    ngx_uint_t                       i;
    const ngx_http_asr_mock_coat_t  *coat;

    for (i = 0; i < NGX_HTTP_ASR_MOCK_APIS; i++) {
        coat = &ngx_http_asr_mock_coats[i];

        if (asr_str_eq(asr_cstr(coat->api.name), task->api)) {
            if (!coat->inner->callback(task, arena, out)) {
                return false;
            }

            (void) asr_mock_task_delivery(task, arena, out);

            return true;
        }
    }

    return false;
}


static asr_step_t
ngx_http_asr_mock_after(ngx_http_asr_mock_ctx_t *m, asr_call_t *call,
    asr_step_t step)
{
    if (asr_mock_seen() != NULL) {
        m->world = asr_mock_seen();
    }

    if (asr_mock_seen_key() != NULL) {
        m->key = asr_mock_seen_key();
    }

    if (step == ASR_STEP_STORE && !m->judged) {
        m->judged = 1;
        step = ngx_http_asr_mock_hinder(m, call);
    }

    asr_mock_set_seen(NULL);

    return step;
}


/* A reply that no document knows: the request to the mock itself is wrong. */

static asr_step_t
ngx_http_asr_mock_no_fault(asr_call_t *call, const char *why)
{
    asr_reply_t  *reply;

    reply = &call->reply;

    reply->status = NGX_HTTP_BAD_REQUEST;
    reply->content_type = asr_str("text/plain");
    reply->nheaders = 0;
    reply->body.len = 0;
    (void) asr_buf_printf(&reply->body, "X-Mock-Fault: %s\n", why);
    call->error = asr_str("X-Mock-Fault");
    call->why = why;

    return ASR_STEP_REPLY;
}


/* An audio named ".../fail-CODE.wav" whose code is none of a task's end. */

static asr_step_t
ngx_http_asr_mock_magic(ngx_http_asr_mock_ctx_t *m, asr_call_t *call)
{
    asr_str_t         api, code, message;
    asr_cause_t       cause;
    asr_mock_magic_t  magic;

    api = asr_cstr(call->api->name);

    if (call->op.type != ASR_OP_TASK_CREATE || call->op.task.url.len == 0
        || !asr_mock_magic(call->op.task.url, &magic)
        || magic.kind != ASR_MOCK_MAGIC_FAIL)
    {
        return ASR_STEP_STORE;
    }

    code = asr_cstr(magic.code);

    if (asr_mock_task_code(api, code, &cause, &message)
        || !asr_mock_error(call, code))
    {
        return ASR_STEP_STORE;
    }

    m->faulted = 1;
    m->x.fault = asr_arena_printf(&m->arena, "the name of its audio: "
                                  "fail-%s", magic.code);

    return ASR_STEP_REPLY;
}


static asr_step_t
ngx_http_asr_mock_hinder(ngx_http_asr_mock_ctx_t *m, asr_call_t *call)
{
    char                    *code;
    asr_str_t                spec, text;
    const char              *why;
    asr_mock_world_t        *w;
    const asr_mock_fault_t  *f;

    spec = call->http->header(call->http->ctx, asr_str("x-mock-fault"));
    w = m->world;
    f = NULL;

    if (spec.data != NULL) {
        if (asr_mock_fault_parse(&m->arena, spec, &m->fault, &why) != ASR_OK) {
            return ngx_http_asr_mock_no_fault(call, why);
        }

        f = &m->fault;

    } else if (w != NULL && w->faults != NULL) {
        asr_mock_lock();
        f = asr_mock_fault_take(w, asr_cstr(call->api->name), call->action,
                                &m->arena);

        if (f != NULL) {
            m->fault = *f;
        }

        asr_mock_unlock();
    }

    if (f == NULL) {
        return ngx_http_asr_mock_magic(m, call);
    }

    m->faulted = 1;
    m->x.fault = m->fault.spec;

    if (m->fault.task_code.len != 0 && w != NULL
        && call->op.type == ASR_OP_TASK_CREATE)
    {
        text = m->fault.task_code;
        code = strndup(text.data, text.len);

        asr_mock_lock();
        free(w->fail_next);
        w->fail_next = code;
        asr_mock_unlock();
    }

    if (m->fault.status != 0 && m->fault.code.len == 0) {
        asr_mock_gateway_page(call, m->fault.status);
        return ASR_STEP_REPLY;
    }

    if (m->fault.code.len != 0) {
        if (!asr_mock_error_status(call, m->fault.code, m->fault.status)) {
            return ngx_http_asr_mock_no_fault(call, "this API has no such "
                                              "code; see /_mock/codes");
        }

        return ASR_STEP_REPLY;
    }

    return ASR_STEP_STORE;
}
