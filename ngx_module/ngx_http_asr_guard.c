/*
 * asr_guard: authentication, limits and validation in front of another content
 * handler, such as proxy_pass to the vendor itself.  In the access phase the
 * API judges the request as if it were its own; what it would refuse is
 * refused in its envelope, what it would store is let through.  The body is
 * read by nginx the usual way and left as it came, so the upstream gets it
 * byte for byte and a signature over it still holds there.
 */

#include "ngx_http_asr_module.h"


static ngx_int_t ngx_http_asr_guard_handler(ngx_http_request_t *r);
static void ngx_http_asr_guard_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_asr_guard_end(ngx_http_request_t *r,
    ngx_http_asr_ctx_t *ctx);


char *
ngx_http_asr_guard(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_loc_conf_t  *alcf = conf;

    char  *rv;

    rv = ngx_http_asr_set_apis(cf, alcf);

    if (rv == NGX_CONF_OK) {
        alcf->guard = 1;
    }

    return rv;
}


ngx_int_t
ngx_http_asr_guard_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_asr_guard_handler;

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_guard_handler(ngx_http_request_t *r)
{
    ngx_int_t                 rc;
    ngx_http_asr_ctx_t       *ctx;
    ngx_http_asr_loc_conf_t  *alcf;

    alcf = ngx_http_get_module_loc_conf(r, ngx_http_asr_module);

    if (!alcf->guard || alcf->apis == NULL || r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_get_module_ctx(r, ngx_http_asr_module);

    if (ctx != NULL) {
        return ctx->judged ? ngx_http_asr_guard_end(r, ctx) : NGX_DONE;
    }

    ctx = ngx_http_asr_begin(r, alcf->apis, 1);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx->step == ASR_STEP_REPLY) {
        ngx_http_finalize_request(r, ngx_http_asr_refuse(r, ctx));
        return NGX_DONE;
    }

    if (ctx->step != ASR_STEP_BODY) {
        ctx->judged = 1;
        return NGX_OK;
    }

    rc = ngx_http_read_client_request_body(r, ngx_http_asr_guard_body);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


static void
ngx_http_asr_guard_body(ngx_http_request_t *r)
{
    ngx_http_asr_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_asr_module);

    ctx->step = ngx_http_asr_body_whole(r, ctx);
    ctx->judged = 1;

    /* for the upstream, after what the phases may do to it meanwhile */

    r->preserve_body = 1;

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


static ngx_int_t
ngx_http_asr_guard_end(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx)
{
    if (ctx->step != ASR_STEP_REPLY) {
        return NGX_OK;
    }

    ngx_http_finalize_request(r, ngx_http_asr_send(r, ctx));

    return NGX_DONE;
}
