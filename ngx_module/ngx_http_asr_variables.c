/*
 * Variables for log_format and map: what the API learned of the request.
 */

#include "ngx_http_asr_module.h"


typedef enum {
    NGX_HTTP_ASR_VAR_API = 0,
    NGX_HTTP_ASR_VAR_ACTION,
    NGX_HTTP_ASR_VAR_ACCOUNT,
    NGX_HTTP_ASR_VAR_TASK_ID,
    NGX_HTTP_ASR_VAR_ERROR,
    NGX_HTTP_ASR_VAR_CLAUSE,
    NGX_HTTP_ASR_VAR_LIMIT_STATUS,
    NGX_HTTP_ASR_VAR_REQUEST_ID
} ngx_http_asr_var_e;


static ngx_int_t ngx_http_asr_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_asr_task_id(ngx_http_request_t *r,
    asr_call_t *call, asr_str_t *value);


static ngx_http_variable_t  ngx_http_asr_vars[] = {

    { ngx_string("asr_api"), NULL, ngx_http_asr_variable,
      NGX_HTTP_ASR_VAR_API, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("asr_action"), NULL, ngx_http_asr_variable,
      NGX_HTTP_ASR_VAR_ACTION, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("asr_account"), NULL, ngx_http_asr_variable,
      NGX_HTTP_ASR_VAR_ACCOUNT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("asr_task_id"), NULL, ngx_http_asr_variable,
      NGX_HTTP_ASR_VAR_TASK_ID, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("asr_error"), NULL, ngx_http_asr_variable,
      NGX_HTTP_ASR_VAR_ERROR, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("asr_clause"), NULL, ngx_http_asr_variable,
      NGX_HTTP_ASR_VAR_CLAUSE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("asr_limit_status"), NULL, ngx_http_asr_variable,
      NGX_HTTP_ASR_VAR_LIMIT_STATUS, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("asr_request_id"), NULL, ngx_http_asr_variable,
      NGX_HTTP_ASR_VAR_REQUEST_ID, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_asr_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_asr_vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    asr_str_t            value;
    asr_call_t          *call;
    ngx_http_asr_ctx_t  *ctx;

    static const asr_str_t  limit[] = {
        ASR_STR(""), ASR_STR("PASSED"), ASR_STR("REJECTED"), ASR_STR("ERROR")
    };

    ctx = ngx_http_get_module_ctx(r->main, ngx_http_asr_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    call = &ctx->call;
    value = asr_str_null();

    switch ((ngx_http_asr_var_e) data) {

    case NGX_HTTP_ASR_VAR_API:
        value = asr_cstr(call->api->name);
        break;

    case NGX_HTTP_ASR_VAR_ACTION:
        value = call->action;
        break;

    case NGX_HTTP_ASR_VAR_ACCOUNT:
        value = call->account;
        break;

    case NGX_HTTP_ASR_VAR_TASK_ID:
        if (ngx_http_asr_task_id(r, call, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        break;

    case NGX_HTTP_ASR_VAR_ERROR:
        value = call->error;
        break;

    case NGX_HTTP_ASR_VAR_CLAUSE:
        if (call->clause != NULL) {
            value = asr_cstr(call->clause);
        }

        break;

    case NGX_HTTP_ASR_VAR_LIMIT_STATUS:
        value = limit[call->limit_status];
        break;

    case NGX_HTTP_ASR_VAR_REQUEST_ID:
        value.len = ASR_UUID_LEN;
        value.data = call->request_id;
        break;
    }

    if (value.len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->len = value.len;
    v->data = (u_char *) value.data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_task_id(ngx_http_request_t *r, asr_call_t *call,
    asr_str_t *value)
{
    u_char  *p;

    if (call->task_id == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = (char *) p;
    value->len = ngx_sprintf(p, "%L", call->task_id) - p;

    return NGX_OK;
}
