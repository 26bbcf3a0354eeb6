/*
 * One request: the head is shown to an API, the body is streamed through it
 * buffer by buffer (nginx never collects it), the operation it asks for goes
 * to the store, and the reply comes back through the event loop.
 *
 * While an operation is with the store the request is held by its count and
 * by "blocked", so that neither a closed connection nor a reset HTTP/2 stream
 * frees memory the store's thread works on.
 *
 * A call that waits for something (ASR_STEP_WAIT) gives its operation to the
 * store again every NGX_HTTP_ASR_WAIT_TICK; between two it is held by a timer
 * only, as a request that limit_req delays.
 */

#include "ngx_http_asr_module.h"


#define NGX_HTTP_ASR_FILE_BUF   16384
#define NGX_HTTP_ASR_WAIT_TICK  200      /* ms, between looks at a task */


static void ngx_http_asr_cleanup(void *data);
static asr_str_t ngx_http_asr_header(const void *data, asr_str_t name);
static ngx_int_t ngx_http_asr_read_body(ngx_http_request_t *r,
    ngx_http_asr_ctx_t *ctx);
static ngx_int_t ngx_http_asr_body_again(ngx_http_request_t *r,
    ngx_http_asr_ctx_t *ctx);
static asr_step_t ngx_http_asr_body_file(ngx_http_request_t *r,
    ngx_http_asr_ctx_t *ctx, ngx_buf_t *b);
static void ngx_http_asr_body_post(ngx_http_request_t *r);
static void ngx_http_asr_body_more(ngx_http_request_t *r);
static asr_step_t ngx_http_asr_body_feed(ngx_http_asr_ctx_t *ctx,
    ngx_chain_t *in);
static asr_step_t ngx_http_asr_body_bytes(asr_call_t *call, u_char *p,
    size_t n);
static void ngx_http_asr_body_step(ngx_http_request_t *r,
    ngx_http_asr_ctx_t *ctx, asr_step_t step);
static void ngx_http_asr_wait(ngx_http_request_t *r);
static void ngx_http_asr_wait_handler(ngx_http_request_t *r);
static void ngx_http_asr_discard(ngx_http_request_t *r);
static ngx_chain_t *ngx_http_asr_reply_chain(ngx_http_request_t *r,
    asr_reply_t *reply);
static ngx_int_t ngx_http_asr_file_buf(ngx_http_request_t *r,
    asr_reply_t *reply, ngx_buf_t *b);


ngx_int_t
ngx_http_asr_handler(ngx_http_request_t *r)
{
    ngx_http_asr_ctx_t       *ctx;
    ngx_http_asr_loc_conf_t  *alcf;

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_asr_module);

    ctx = ngx_http_asr_begin(r, alcf->apis, 0);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->step == ASR_STEP_BODY) {
        return ngx_http_asr_read_body(r, ctx);
    }

    if (ctx->step == ASR_STEP_REPLY) {
        return ngx_http_asr_refuse(r, ctx);
    }

    ngx_http_asr_discard(r);

    r->main->count++;
    ngx_http_asr_submit(ctx);

    return NGX_DONE;
}


/* Shows the head to its API; ctx->step is what comes next.  NULL: no memory. */

ngx_http_asr_ctx_t *
ngx_http_asr_begin(ngx_http_request_t *r, ngx_array_t *apis, ngx_uint_t guard)
{
    asr_call_t          *call;
    asr_http_t           http;
    ngx_http_asr_ctx_t  *ctx;

    ngx_http_asr_set_http(r, &http);

    ctx = ngx_http_asr_create_ctx(r, ngx_http_asr_route(&http, apis));
    if (ctx == NULL) {
        return NULL;
    }

    call = &ctx->call;

    call->guard = guard;
    ctx->begun = 1;
    ctx->step = call->api->begin(call);

    if (ctx->step == ASR_STEP_BODY
        && r->headers_in.content_length_n > (off_t) call->body_max)
    {
        call->api->http_error(call, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE);
        ctx->step = ASR_STEP_REPLY;
    }

    return ctx;
}


/* Refused by its head. */

ngx_int_t
ngx_http_asr_refuse(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx)
{
    ngx_http_asr_discard(r);

    return ngx_http_asr_send(r, ctx);
}


/* Does not invite the body. */

static void
ngx_http_asr_discard(ngx_http_request_t *r)
{
    r->expect_tested = 1;

    if (ngx_http_discard_request_body(r) != NGX_OK) {
        r->keepalive = 0;
    }
}


ngx_http_asr_ctx_t *
ngx_http_asr_create_ctx(ngx_http_request_t *r, const asr_api_t *api)
{
    ngx_pool_cleanup_t  *cln;
    ngx_http_asr_ctx_t  *ctx;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_asr_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    ctx->request = r;
    ngx_http_asr_set_http(r, &ctx->http);

    asr_call_init(&ctx->call, &ngx_http_asr_process.core, api, &ctx->http);

    cln->handler = ngx_http_asr_cleanup;
    cln->data = ctx;

    ngx_http_set_ctx(r, ctx, ngx_http_asr_module);

    return ctx;
}


static void
ngx_http_asr_cleanup(void *data)
{
    ngx_http_asr_ctx_t  *ctx = data;

    if (ctx->call.reply.fd != -1) {
        (void) close(ctx->call.reply.fd);
    }

    asr_call_free(&ctx->call);
}


const asr_api_t *
ngx_http_asr_route(const asr_http_t *http, ngx_array_t *apis)
{
    ngx_uint_t         i;
    const asr_api_t  **api;

    api = apis->elts;

    for (i = 0; i < apis->nelts; i++) {
        if (api[i]->claims(http)) {
            return api[i];
        }
    }

    return api[apis->nelts - 1];
}


void
ngx_http_asr_set_http(ngx_http_request_t *r, asr_http_t *http)
{
    ngx_http_headers_in_t  *in;

    ngx_memzero(http, sizeof(asr_http_t));

    in = &r->headers_in;

    http->method = ngx_http_asr_str(r->method_name);
    http->path = ngx_http_asr_str(r->uri);
    http->args = ngx_http_asr_str(r->args);

    if (in->host != NULL) {
        http->host = ngx_http_asr_str(in->host->value);
    }

    if (in->content_type != NULL) {
        http->content_type = ngx_http_asr_str(in->content_type->value);
    }

    if (in->authorization != NULL) {
        http->authorization = ngx_http_asr_str(in->authorization->value);
    }

    http->content_length = in->content_length_n;

#if (NGX_HTTP_SSL)
    http->tls = (r->connection->ssl != NULL);
#endif

    if (in->content_length_n < 0 && !in->chunked) {
        http->content_length = 0;

#if (NGX_HTTP_V2)
        if (r->stream != NULL && !r->stream->in_closed) {
            http->content_length = -1;
        }
#endif
    }

    http->header = ngx_http_asr_header;
    http->ctx = r;
}


static asr_str_t
ngx_http_asr_header(const void *data, asr_str_t name)
{
    ngx_http_request_t *r = (ngx_http_request_t *) data;

    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].key.len == name.len
            && ngx_strncmp(h[i].lowcase_key, name.data, name.len) == 0)
        {
            return ngx_http_asr_str(h[i].value);
        }
    }

    return asr_str_null();
}


static ngx_int_t
ngx_http_asr_read_body(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (r->request_body != NULL) {
        return ngx_http_asr_body_again(r, ctx);
    }

    r->request_body_no_buffering = 1;

    rc = ngx_http_read_client_request_body(r, ngx_http_asr_body_post);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    return NGX_DONE;
}


/*
 * Another location had the body: we are its fallback by "error_page", or a
 * subrequest of it.  The body is left as it was, and is whole, or else not to
 * be had any more.
 */

static ngx_int_t
ngx_http_asr_body_again(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx)
{
    off_t         size;
    ngx_chain_t  *cl;

    size = 0;

    for (cl = r->request_body->bufs; cl != NULL; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    if (r->main->reading_body
        || (r->headers_in.content_length_n > 0
            && size != r->headers_in.content_length_n))
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "asr: the request body was sent elsewhere unbuffered");
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->main->count++;
    ngx_http_asr_body_step(r, ctx, ngx_http_asr_body_whole(r, ctx));

    return NGX_DONE;
}


/* A body that nginx has collected, in memory or in its file; not consumed. */

asr_step_t
ngx_http_asr_body_whole(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx)
{
    ngx_buf_t    *b;
    asr_step_t    step;
    ngx_chain_t  *cl;

    step = ASR_STEP_BODY;
    cl = (r->request_body != NULL) ? r->request_body->bufs : NULL;

    for ( /* void */ ; cl != NULL && step == ASR_STEP_BODY; cl = cl->next) {
        b = cl->buf;

        step = ngx_buf_in_memory(b)
               ? ngx_http_asr_body_bytes(&ctx->call, b->pos, b->last - b->pos)
               : ngx_http_asr_body_file(r, ctx, b);
    }

    return (step == ASR_STEP_BODY) ? ctx->call.api->end(&ctx->call) : step;
}


/* Blocks as nginx's own reading of such a file does. */

static asr_step_t
ngx_http_asr_body_file(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx,
    ngx_buf_t *b)
{
    off_t        off;
    u_char      *p;
    size_t       size;
    ssize_t      n;
    asr_step_t   step;

    p = ngx_palloc(r->pool, NGX_HTTP_ASR_FILE_BUF);
    step = (p != NULL) ? ASR_STEP_BODY : ASR_STEP_REPLY;

    for (off = b->file_pos;
         off < b->file_last && step == ASR_STEP_BODY;
         off += n)
    {
        size = (size_t) ngx_min(b->file_last - off, NGX_HTTP_ASR_FILE_BUF);

        n = ngx_read_file(b->file, p, size, off);

        if (n <= 0) {
            p = NULL;
            break;
        }

        step = ngx_http_asr_body_bytes(&ctx->call, p, n);
    }

    if (p == NULL) {
        ctx->call.api->http_error(&ctx->call, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return ASR_STEP_REPLY;
    }

    (void) ngx_pfree(r->pool, p);

    return step;
}


static void
ngx_http_asr_body_post(ngx_http_request_t *r)
{
    if (r->reading_body) {
        r->read_event_handler = ngx_http_asr_body_more;
    }

    ngx_http_asr_body_more(r);
}


static void
ngx_http_asr_body_more(ngx_http_request_t *r)
{
    ngx_int_t            rc;
    asr_step_t           step;
    ngx_chain_t         *in;
    ngx_http_asr_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_asr_module);

    for ( ;; ) {

        in = NULL;

        if (r->request_body != NULL) {
            in = r->request_body->bufs;
            r->request_body->bufs = NULL;
        }

        step = ngx_http_asr_body_feed(ctx, in);

        if (step != ASR_STEP_BODY) {
            ngx_http_asr_body_step(r, ctx, step);
            return;
        }

        if (!r->reading_body) {
            break;
        }

        rc = ngx_http_read_unbuffered_request_body(r);

        if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
            ngx_http_finalize_request(r, rc);
            return;
        }

        if (rc == NGX_AGAIN && r->request_body->bufs == NULL) {
            return;
        }
    }

    ngx_http_asr_body_step(r, ctx, ctx->call.api->end(&ctx->call));
}


static asr_step_t
ngx_http_asr_body_feed(ngx_http_asr_ctx_t *ctx, ngx_chain_t *in)
{
    ngx_buf_t   *b;
    asr_step_t   step;

    for ( /* void */ ; in != NULL; in = in->next) {

        b = in->buf;

        if (!ngx_buf_in_memory(b)) {
            continue;
        }

        step = ngx_http_asr_body_bytes(&ctx->call, b->pos, b->last - b->pos);

        b->pos = b->last;

        if (step != ASR_STEP_BODY) {
            return step;
        }
    }

    return ASR_STEP_BODY;
}


static asr_step_t
ngx_http_asr_body_bytes(asr_call_t *call, u_char *p, size_t n)
{
    if (n == 0) {
        return ASR_STEP_BODY;
    }

    call->body_read += n;

    if (call->body_read > call->body_max) {
        call->api->http_error(call, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE);
        return ASR_STEP_REPLY;
    }

    return call->api->body(call, (char *) p, n);
}


static void
ngx_http_asr_body_step(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx,
    asr_step_t step)
{
    r->read_event_handler = ngx_http_block_reading;

    /* nginx will not look for another request behind the rest: say so */

    if (r->reading_body) {
        r->keepalive = 0;
    }

    if (step == ASR_STEP_STORE) {
        ngx_http_asr_submit(ctx);
        return;
    }

    ngx_http_finalize_request(r, ngx_http_asr_send(r, ctx));
}


/*
 * The operation is done and its reply made: called in the event loop.  The
 * request may have been terminated meanwhile; then sending fails at once and
 * finalizing frees it.
 */

void
ngx_http_asr_completed(ngx_http_asr_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    r->main->blocked--;

    if (ctx->step == ASR_STEP_WAIT) {
        ngx_http_asr_wait(r);

    } else {
        ngx_http_finalize_request(r, ngx_http_asr_send(r, ctx));
    }

    ngx_http_run_posted_requests(c);
}


/*
 * The call asks again after a while.  Until then no thread has it, so a
 * client that goes ends the request; only what was seen of that while the
 * operation was with the store has to be looked for.
 */

static void
ngx_http_asr_wait(ngx_http_request_t *r)
{
    ngx_event_t       *wev;
    ngx_connection_t  *c;

    c = r->connection;
    wev = c->write;

    if (c->error) {
        ngx_http_finalize_request(r, NGX_ERROR);
        return;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_asr_wait_handler;

    wev->delayed = 1;
    ngx_add_timer(wev, NGX_HTTP_ASR_WAIT_TICK);

    ngx_http_test_reading(r);
}


static void
ngx_http_asr_wait_handler(ngx_http_request_t *r)
{
    ngx_event_t  *wev;

    wev = r->connection->write;

    if (wev->delayed) {

        if (ngx_handle_write_event(wev, 0) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        }

        return;
    }

    ngx_http_asr_submit(ngx_http_get_module_ctx(r, ngx_http_asr_module));
}


ngx_int_t
ngx_http_asr_send(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx)
{
    ngx_int_t     rc;
    ngx_chain_t  *out;
    asr_reply_t  *reply;

    reply = &ctx->call.reply;

    ngx_http_asr_log_outcome(r, &ctx->call);

    if (reply->status == 0 || reply->body.failed) {

        /* over a ceiling, or out of memory: the filter makes the envelope */

        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    out = ngx_http_asr_reply_chain(r, reply);

    if (out == NULL || ngx_http_asr_set_headers(r, reply) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->replied = 1;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_output_filter(r, out);
}


ngx_int_t
ngx_http_asr_set_headers(ngx_http_request_t *r, asr_reply_t *reply)
{
    unsigned          i;
    ngx_table_elt_t  *h;

    r->headers_out.status = reply->status;
    r->headers_out.status_line.len = 0;

    /*
     * "If-Match" and the like would refuse what is done by now, and turn an
     * envelope of status 200 into a 412 made over into an envelope of 200...
     */

    r->disable_not_modified = 1;

    r->headers_out.content_type.len = reply->content_type.len;
    r->headers_out.content_type.data = (u_char *) reply->content_type.data;
    r->headers_out.content_type_len = reply->content_type.len;
    r->headers_out.content_type_lowcase = NULL;

    r->headers_out.content_length_n = reply->body.len;

    if (reply->fd != -1) {
        r->headers_out.content_length_n += reply->fd_size;
    }

    for (i = 0; i < reply->nheaders; i++) {

        h = ngx_list_push(&r->headers_out.headers);
        if (h == NULL) {
            return NGX_ERROR;
        }

        h->hash = 1;
        h->key.len = reply->headers[i].name.len;
        h->key.data = (u_char *) reply->headers[i].name.data;
        h->value.len = reply->headers[i].value.len;
        h->value.data = (u_char *) reply->headers[i].value.data;
#if (nginx_version >= 1023000)
        h->next = NULL;
#endif
    }

    return NGX_OK;
}


/* The body in the call's buffer, then the file if there is one. */

static ngx_chain_t *
ngx_http_asr_reply_chain(ngx_http_request_t *r, asr_reply_t *reply)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl, *file;

    cl = ngx_alloc_chain_link(r->pool);
    b = ngx_calloc_buf(r->pool);

    if (cl == NULL || b == NULL) {
        return NULL;
    }

    b->pos = (u_char *) reply->body.data;
    b->last = b->pos + reply->body.len;
    b->memory = (reply->body.len != 0);

    cl->buf = b;
    cl->next = NULL;

    if (reply->fd == -1) {
        b->last_buf = (r == r->main);
        b->last_in_chain = 1;
        return cl;
    }

    file = ngx_alloc_chain_link(r->pool);
    b = ngx_calloc_buf(r->pool);

    if (file == NULL || b == NULL) {
        return NULL;
    }

    if (ngx_http_asr_file_buf(r, reply, b) != NGX_OK) {
        return NULL;
    }

    file->buf = b;
    file->next = NULL;

    if (reply->body.len == 0) {
        return file;
    }

    cl->next = file;

    return cl;
}


/* The descriptor is closed with the request's pool. */

static ngx_int_t
ngx_http_asr_file_buf(ngx_http_request_t *r, asr_reply_t *reply, ngx_buf_t *b)
{
    b->file = ngx_pcalloc(r->pool, sizeof(ngx_file_t));
    if (b->file == NULL) {
        return NGX_ERROR;
    }

    b->file->fd = reply->fd;
    b->file->log = r->connection->log;
    ngx_str_set(&b->file->name, "audio file of the spool");

    b->file_last = reply->fd_size;
    b->in_file = (reply->fd_size != 0);
    b->last_buf = (r == r->main);
    b->last_in_chain = 1;

    r->allow_ranges = 0;

    return NGX_OK;
}


void
ngx_http_asr_log_outcome(ngx_http_request_t *r, asr_call_t *call)
{
    ngx_str_t   account, action, error;
    ngx_uint_t  level;

    account.len = call->account.len;
    account.data = (u_char *) call->account.data;
    action.len = call->action.len;
    action.data = (u_char *) call->action.data;
    error.len = call->error.len;
    error.data = (u_char *) call->error.data;

    if (error.len == 0) {

        if (call->task_id != 0) {
            ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                          "asr %s %V: task %L of account \"%V\"",
                          call->api->name, &action, call->task_id, &account);
        }

        return;
    }

    level = (call->op.rc == ASR_STORE) ? NGX_LOG_ERR : NGX_LOG_INFO;

    ngx_log_error(level, r->connection->log, 0,
                  "asr %s %V: refused with %V%s%s, account \"%V\", task %L, %s",
                  call->api->name, &action, &error,
                  call->clause != NULL ? " by " : "",
                  call->clause != NULL ? call->clause : "",
                  &account, call->task_id,
                  call->why != NULL ? call->why : "no details");
}
