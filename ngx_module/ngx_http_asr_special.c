/*
 * Replies that nginx makes itself in a location of ours, or to a request that
 * never reached its location (400, 405, 413, 414, 5xx, also from the phases of
 * other modules), are made over into the API's envelope by two filters: one
 * replaces status and headers, the other the body.
 */

#include "ngx_http_asr_module.h"


static ngx_int_t ngx_http_asr_header_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_asr_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_http_asr_ctx_t *ngx_http_asr_special_ctx(ngx_http_request_t *r);
static void ngx_http_asr_raw_path(ngx_http_request_t *r, asr_str_t *path);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


ngx_int_t
ngx_http_asr_special_init(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_asr_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_asr_body_filter;

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_header_filter(ngx_http_request_t *r)
{
    int                  status;
    asr_call_t          *call;
    ngx_http_asr_ctx_t  *ctx;

    if (r != r->main || r->headers_out.status < NGX_HTTP_BAD_REQUEST) {
        return ngx_http_next_header_filter(r);
    }

    ctx = ngx_http_asr_special_ctx(r);

    if (ctx == NULL) {
        return ngx_http_next_header_filter(r);
    }

    call = &ctx->call;

    status = r->headers_out.status;

    /* a coding or a version we do not speak is the client's mistake */

    if (status == NGX_HTTP_NOT_IMPLEMENTED
        || status == NGX_HTTP_VERSION_NOT_SUPPORTED)
    {
        status = NGX_HTTP_BAD_REQUEST;
    }

    call->api->http_error(call, status);

    if (call->reply.status == 0 || call->reply.body.failed
        || ngx_http_asr_set_headers(r, &call->reply) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_asr_log_outcome(r, call);

    /* what $status shows, and what a retried send would restore */

    r->err_status = call->reply.status;

    ctx->replied = 1;
    ctx->special = 1;

    return ngx_http_next_header_filter(r);
}


/*
 * Is this reply nginx's own in a location of ours?  Then err_status is set;
 * the replies of other content handlers (an upstream behind a guard, "return"
 * with a text) are their business.  A request that failed before its location
 * was found (its line or headers are bad) belongs to the server's APIs.
 */

static ngx_http_asr_ctx_t *
ngx_http_asr_special_ctx(ngx_http_request_t *r)
{
    ngx_array_t               *apis;
    asr_http_t                 http;
    ngx_http_asr_ctx_t        *ctx;
    ngx_http_asr_loc_conf_t   *alcf;
    ngx_http_asr_srv_conf_t   *ascf;
    ngx_http_core_srv_conf_t  *cscf;

    if (r->err_status == 0) {
        return NULL;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_asr_module);

    if (ctx != NULL) {
        return ctx->replied ? NULL : ctx;
    }

    /* another filter refused our reply, and the context is gone: once only */

    if (r->filter_finalize) {
        return NULL;
    }

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_asr_module);

    /* what is nested in a location of ours, files say, is not ours by that */

    apis = (alcf->handled || alcf->guard) ? alcf->apis : NULL;

    if (apis == NULL) {

        cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

        if (r->loc_conf != cscf->ctx->loc_conf
            || r->headers_out.status == NGX_HTTP_NOT_FOUND
            || r->headers_out.status == NGX_HTTP_FORBIDDEN)
        {
            return NULL;
        }

        ascf = ngx_http_get_module_srv_conf(r, ngx_http_asr_module);

        if (ascf->apis.nelts == 0) {
            return NULL;
        }

        apis = &ascf->apis;
    }

    ngx_http_asr_set_http(r, &http);

    if (http.path.len == 0) {
        ngx_http_asr_raw_path(r, &http.path);
    }

    return ngx_http_asr_create_ctx(r, ngx_http_asr_route(&http, apis));
}


/*
 * The path of a request line that was not accepted, as it was sent.  Nothing
 * the parser noted can be used (uri_end, for one, is moved with the buffer
 * before it is set), but for where the line starts.
 */

static void
ngx_http_asr_raw_path(ngx_http_request_t *r, asr_str_t *path)
{
    u_char     *p, *last;
    ngx_buf_t  *b;

    b = r->header_in;

    if (r->request_line.len != 0) {
        p = r->request_line.data;
        last = p + r->request_line.len;

    } else if (b != NULL && r->request_start >= b->start
               && r->request_start < b->last)
    {
        p = r->request_start;
        last = b->last;

    } else {
        return;
    }

    while (p < last && *p > ' ') {
        p++;
    }

    if (p == last || *p != ' ') {
        return;
    }

    path->data = (char *) ++p;

    while (p < last && *p > ' ' && *p != '?') {
        p++;
    }

    path->len = (char *) p - path->data;
}


static ngx_int_t
ngx_http_asr_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_buf_t           *b;
    ngx_chain_t         *cl, out;
    ngx_http_asr_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_asr_module);

    if (ctx == NULL || !ctx->special) {
        return ngx_http_next_body_filter(r, in);
    }

    for (cl = in; cl != NULL; cl = cl->next) {
        cl->buf->pos = cl->buf->last;
        cl->buf->file_pos = cl->buf->file_last;
    }

    if (ctx->special_sent) {
        return ngx_http_next_body_filter(r, NULL);
    }

    ctx->special_sent = 1;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->pos = (u_char *) ctx->call.reply.body.data;
    b->last = b->pos + ctx->call.reply.body.len;
    b->memory = (ctx->call.reply.body.len != 0);
    b->last_buf = 1;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_next_body_filter(r, &out);
}
