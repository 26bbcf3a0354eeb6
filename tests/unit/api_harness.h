/*
 * Drives an asr_api_t in-process, as the server does: a request's head goes
 * to begin, its body in pieces of a given size to body, then end; store
 * operations run at once through a real store and spool in a folder of their
 * own.  Limits and models are played by this file, so that tests can say what
 * they answer.  Only for tests of one API; it does not link the models.
 */

#ifndef API_HARNESS_H
#define API_HARNESS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "unit.h"

#include <ftw.h>
#include <fcntl.h>
#include <strings.h>

#include "api/asr_api.h"


#define API_ENGINES_MAX  16


/* The models: only which engines there are.  "*" would be any. */

struct asr_models_s {
    const char  *engines[API_ENGINES_MAX];
};


typedef struct {
    char                 dir[64];
    asr_core_t           core;
    asr_api_counters_t   counters;
    struct asr_models_s  models;
    asr_accounts_t      *accounts;

    /* limit: how many are let in yet (-1: all), and what was asked last */
    int                  limit_left;
    uint32_t             limit_retry_ms;
    asr_limit_status_t   limit_refusal;     /* REJECTED unless set */
    unsigned             limit_asked;
    char                 limit_action[64];
    char                 limit_account[64];
    asr_rate_t           limit_rate;

    /* while a call waits; NULL: no call may */
    void               (*wait)(asr_call_t *call);

    /* sees each operation first; true: it was done here, not by the store */
    bool               (*store_hook)(asr_op_t *op);
} api_world_t;

typedef struct {
    const char  *name;                      /* lower case */
    const char  *value;
} api_header_t;

typedef struct {
    const char          *method;
    const char          *path;
    const char          *args;              /* NULL: none */
    const api_header_t  *headers;           /* name NULL ends; NULL: none */
    const void          *body;
    size_t               body_len;
    size_t               piece;             /* 0: whole */
    bool                 chunked;           /* no Content-Length */
} api_request_t;

typedef struct {
    int                  status;
    char                 content_type[64];
    char                 headers[4][2][256];
    unsigned             nheaders;
    char                *body;              /* with NUL; api_response_free */
    size_t               body_len;
    bool                 early;             /* replied before the body's end */
    size_t               fed;               /* bytes of the body given */
    size_t               arena_used;        /* at the end */
    unsigned             store_ops;

    /* the call's notes for log and counters */
    unsigned             action_index;
    char                 action[64];
    char                 account[64];
    char                 error[128];
    char                 clause[32];
    char                 why[512];
    int64_t              task_id;
    asr_limit_status_t   limit_status;
    char                 request_id[ASR_UUID_LEN + 1];
} api_response_t;


/* In place of the real one, which needs PocketSphinx and models. */

int
asr_models_engine(const asr_models_t *m, asr_str_t engine)
{
    int  i;

    for (i = 0; i < API_ENGINES_MAX && m->engines[i] != NULL; i++) {
        if (strcmp(m->engines[i], "*") == 0
            || asr_str_eq(asr_cstr(m->engines[i]), engine))
        {
            return i;
        }
    }

    return -1;
}


static inline void
api_copy(char *out, size_t size, asr_str_t s)
{
    size_t  n;

    n = (s.len < size) ? s.len : size - 1;

    if (n != 0) {
        memcpy(out, s.data, n);
    }

    out[n] = '\0';
}


static inline asr_limit_status_t
api_limit(void *ctx, const asr_account_t *account, asr_str_t action,
    asr_rate_t rate, uint32_t *retry_ms)
{
    api_world_t  *w = ctx;

    w->limit_asked++;
    w->limit_rate = rate;
    api_copy(w->limit_action, sizeof(w->limit_action), action);
    api_copy(w->limit_account, sizeof(w->limit_account), account->name);

    if (w->limit_left == 0) {
        *retry_ms = w->limit_retry_ms;
        return w->limit_refusal;
    }

    if (w->limit_left > 0) {
        w->limit_left--;
    }

    return ASR_LIMIT_PASSED;
}


/*
 * A store, a spool, accounts (the text of an accounts file) and one engine.
 * queue_max as in asr_store_conf_t.
 */

static inline void
api_world_init(api_world_t *w, const char *accounts, const char *engine,
    int64_t queue_max)
{
    int               fd;
    char              path[128], url[128], err[256];
    asr_store_conf_t  conf;

    memset(w, 0, sizeof(*w));
    snprintf(w->dir, sizeof(w->dir), "/tmp/asr_unit_XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    assert_int_equal(asr_crypto_init(), ASR_OK);

    snprintf(path, sizeof(path), "%s/accounts.json", w->dir);
    fd = open(path, O_WRONLY|O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, accounts, strlen(accounts)), strlen(accounts));
    close(fd);

    err[0] = '\0';
    w->accounts = asr_accounts_load(path, err, sizeof(err));
    if (w->accounts == NULL) {
        fail_msg("accounts: %s", err);
    }

    snprintf(path, sizeof(path), "%s/spool", w->dir);
    if (asr_spool_prepare(path, (unsigned) -1, (unsigned) -1, err,
                          sizeof(err))
        != ASR_OK)
    {
        fail_msg("spool: %s", err);
    }

    w->core.spool = asr_spool_open(path, 0);
    assert_non_null(w->core.spool);

    snprintf(url, sizeof(url), "sqlite:%s/asr.db", w->dir);
    if (asr_store_prepare(url, (unsigned) -1, (unsigned) -1, err, sizeof(err))
        != ASR_OK)
    {
        fail_msg("store: %s", err);
    }

    memset(&conf, 0, sizeof(conf));
    conf.url = url;
    conf.spool = w->core.spool;
    conf.queue_max = queue_max;

    w->core.store = asr_store_open(&conf, err, sizeof(err));
    if (w->core.store == NULL) {
        fail_msg("store: %s", err);
    }

    w->models.engines[0] = engine;
    w->limit_left = -1;
    w->limit_retry_ms = 1;
    w->limit_refusal = ASR_LIMIT_REJECTED;

    w->core.accounts = w->accounts;
    w->core.models = &w->models;
    w->core.counters = &w->counters;
    w->core.task_ttl_ms = 24 * 3600 * 1000;
    w->core.file_ttl_ms = 24 * 3600 * 1000;
    w->core.limit = api_limit;
    w->core.limit_ctx = w;
}


static inline int
api_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}


static inline void
api_world_free(api_world_t *w)
{
    if (w->core.store != NULL) {
        asr_store_close(w->core.store);
    }

    asr_spool_close(w->core.spool);
    asr_accounts_free(w->accounts);
    asr_crypto_cleanup();
    nftw(w->dir, api_remove, 8, FTW_DEPTH|FTW_PHYS);
}


static inline asr_str_t
api_header_get(const void *ctx, asr_str_t name)
{
    const api_header_t  *h;

    for (h = ctx; h != NULL && h->name != NULL; h++) {
        if (asr_str_eq(asr_cstr(h->name), name)) {
            return asr_cstr(h->value);
        }
    }

    return asr_str_null();
}


static inline void
api_http(asr_http_t *http, const api_request_t *r)
{
    memset(http, 0, sizeof(*http));

    http->method = asr_cstr(r->method);
    http->path = asr_cstr(r->path);
    http->args = (r->args != NULL) ? asr_cstr(r->args) : asr_str_null();
    http->header = api_header_get;
    http->ctx = r->headers;
    http->host = api_header_get(r->headers, asr_str("host"));
    http->content_type = api_header_get(r->headers, asr_str("content-type"));
    http->authorization = api_header_get(r->headers,
                                         asr_str("authorization"));
    http->content_length = r->chunked ? -1 : (int64_t) r->body_len;
}


/* The body, each piece on a guard page; what the server itself refuses. */

static inline asr_step_t
api_feed(asr_call_t *call, const api_request_t *r, api_response_t *out)
{
    char        *p;
    size_t       n, piece;
    asr_step_t   step;

    if (call->http->content_length > (int64_t) call->body_max) {
        call->api->http_error(call, 413);
        return ASR_STEP_REPLY;
    }

    piece = r->piece ? r->piece : r->body_len;

    while (out->fed < r->body_len) {
        n = r->body_len - out->fed;
        n = (n > piece) ? piece : n;

        call->body_read += n;

        if (call->body_read > call->body_max) {
            call->api->http_error(call, 413);
            return ASR_STEP_REPLY;
        }

        p = unit_guard((const char *) r->body + out->fed, n);
        step = call->api->body(call, p, n);
        unit_unguard(p, n);

        out->fed += n;

        if (step != ASR_STEP_BODY) {
            assert_int_equal(step, ASR_STEP_REPLY);
            return step;
        }
    }

    return ASR_STEP_BODY;
}


/* The reply's body, with the file it ends with; the descriptor is closed. */

static inline void
api_take_body(asr_call_t *call, api_response_t *out)
{
    char     *p;
    size_t    len;
    ssize_t   n;

    assert_false(call->reply.body.failed);

    len = call->reply.body.len;
    out->body_len = len;

    if (call->reply.fd != -1) {
        out->body_len += (size_t) call->reply.fd_size;
    }

    out->body = calloc(1, out->body_len + 1);
    assert_non_null(out->body);

    if (len != 0) {
        memcpy(out->body, call->reply.body.data, len);
    }

    if (call->reply.fd == -1) {
        return;
    }

    for (p = out->body + len; p < out->body + out->body_len; p += n) {
        n = read(call->reply.fd, p, (size_t) (out->body + out->body_len - p));
        assert_true(n > 0);
    }

    assert_int_equal(read(call->reply.fd, &n, 1), 0);
    close(call->reply.fd);
    call->reply.fd = -1;
}


static inline void
api_take(asr_call_t *call, api_response_t *out)
{
    unsigned  i;

    api_take_body(call, out);

    out->status = call->reply.status;
    api_copy(out->content_type, sizeof(out->content_type),
             call->reply.content_type);

    out->nheaders = call->reply.nheaders;
    for (i = 0; i < out->nheaders; i++) {
        api_copy(out->headers[i][0], 256, call->reply.headers[i].name);
        api_copy(out->headers[i][1], 256, call->reply.headers[i].value);
    }

    out->arena_used = call->arena.used;
    out->action_index = call->action_index;
    out->task_id = call->task_id;
    out->limit_status = call->limit_status;
    api_copy(out->action, sizeof(out->action), call->action);
    api_copy(out->account, sizeof(out->account), call->account);
    api_copy(out->error, sizeof(out->error), call->error);
    api_copy(out->clause, sizeof(out->clause),
             asr_cstr(call->clause != NULL ? call->clause : ""));
    api_copy(out->why, sizeof(out->why),
             asr_cstr(call->why != NULL ? call->why : ""));
    api_copy(out->request_id, sizeof(out->request_id),
             (asr_str_t) { ASR_UUID_LEN, call->request_id });
}


/* One request, from its head to its reply. */

static inline void
api_send(api_world_t *w, const asr_api_t *api, const api_request_t *r,
    api_response_t *out)
{
    asr_http_t   http;
    asr_call_t   call;
    asr_step_t   step;

    memset(out, 0, sizeof(*out));
    api_http(&http, r);
    asr_call_init(&call, &w->core, api, &http);

    step = api->begin(&call);

    if (step == ASR_STEP_BODY) {
        step = api_feed(&call, r, out);
    }

    out->early = (step == ASR_STEP_REPLY);

    if (step == ASR_STEP_BODY) {
        step = api->end(&call);
    }

    while (step == ASR_STEP_STORE || step == ASR_STEP_WAIT) {
        out->store_ops++;

        if (step == ASR_STEP_WAIT) {
            assert_non_null(w->wait);
            w->wait(&call);
        }

        if (w->store_hook != NULL && w->store_hook(&call.op)) {
            /* void */

        } else if (w->core.store != NULL) {
            asr_store_call(w->core.store, &call.op);

        } else {
            call.op.rc = ASR_STORE;
        }

        step = api->stored(&call);
    }

    assert_int_equal(step, ASR_STEP_REPLY);
    assert_true(call.arena.used <= call.arena.ceiling);

    api_take(&call, out);
    asr_call_free(&call);
}


static inline void
api_response_free(api_response_t *r)
{
    free(r->body);
    r->body = NULL;
}


/* The reply's header, NULL when it has none of that name. */

static inline const char *
api_response_header(const api_response_t *r, const char *name)
{
    unsigned  i;

    for (i = 0; i < r->nheaders; i++) {
        if (strcasecmp(r->headers[i][0], name) == 0) {
            return r->headers[i][1];
        }
    }

    return NULL;
}


/*
 * The recogniser's part: claims the oldest task, which must be task_id, and
 * finishes it with a result (JSON of asr_result.h), or fails it when result
 * is NULL.
 */

static inline void
api_finish_task(api_world_t *w, int64_t task_id, int64_t audio_ms,
    const char *result, asr_cause_t cause, const char *message)
{
    asr_op_t     op;
    asr_arena_t  arena;

    asr_arena_init(&arena, 1 << 20);
    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.type = ASR_OP_CLAIM;
    assert_int_equal(asr_store_call(w->core.store, &op), ASR_OK);
    assert_int_equal(op.claim, ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, task_id);

    if (result != NULL) {
        memset(&op, 0, sizeof(op));
        op.arena = &arena;
        op.type = ASR_OP_DECODED;
        op.task.id = task_id;
        op.task.audio_ms = audio_ms;
        assert_int_equal(asr_store_call(w->core.store, &op), ASR_OK);
    }

    memset(&op, 0, sizeof(op));
    op.arena = &arena;
    op.task.id = task_id;

    if (result != NULL) {
        op.type = ASR_OP_TASK_DONE;
        op.task.result = asr_cstr(result);

    } else {
        op.type = ASR_OP_TASK_FAIL;
        op.task.cause = cause;
        op.task.message = asr_cstr(message);
    }

    assert_int_equal(asr_store_call(w->core.store, &op), ASR_OK);
    asr_arena_free(&arena);
}


#endif /* API_HARNESS_H */
