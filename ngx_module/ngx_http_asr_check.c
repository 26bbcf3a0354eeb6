/*
 * What "nginx -t" finds beyond the form of the directives: what is missing,
 * and what would fail tasks, or silently have no effect, later on.
 */

#include "ngx_http_asr_module.h"


static ngx_uint_t ngx_http_asr_known_action(asr_str_t action);


/*
 * Not returned as text: nginx would put the last directive it has read in
 * front, which may be any.
 */

char *
ngx_http_asr_missing(ngx_conf_t *cf, const char *directive)
{
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"asr\" locations need \"%s\", which is not given in %V",
                  directive, &cf->conf_file->file.name);

    return NGX_CONF_ERROR;
}


/* A mistyped limit would leave the default in force. */

ngx_int_t
ngx_http_asr_check_limits(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf)
{
    size_t     i;
    asr_str_t  action;
    ngx_str_t  name;

    for (i = 0; asr_accounts_limit(amcf->accounts, i, &action); i++) {

        if (!ngx_http_asr_known_action(action)) {
            name.len = action.len;
            name.data = (u_char *) action.data;

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "%V: \"limits\": no API has the action \"%V\"",
                               &amcf->accounts_file, &name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* "u2.create" */

static ngx_uint_t
ngx_http_asr_known_action(asr_str_t action)
{
    const char       *dot;
    asr_str_t         name;
    ngx_uint_t        i;
    const asr_api_t  *api;

    dot = memchr(action.data, '.', action.len);
    if (dot == NULL) {
        return 0;
    }

    name.data = action.data;
    name.len = dot - action.data;

    api = asr_api_find(name);
    if (api == NULL) {
        return 0;
    }

    name.data = dot + 1;
    name.len = action.data + action.len - name.data;

    for (i = 0; api->actions[i] != NULL; i++) {
        if (asr_str_eq(asr_cstr(api->actions[i]), name)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Without the helper every task would fail.  Asked as the master's user: that
 * the workers may run it too shows when they do.
 */

ngx_int_t
ngx_http_asr_check_decode(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf)
{
    ngx_err_t        err;
    ngx_file_info_t  fi;

    if (amcf->threads == 0) {
        return NGX_OK;
    }

    err = 0;

    if (ngx_file_info(amcf->decode.data, &fi) == NGX_FILE_ERROR
        || access((char *) amcf->decode.data, X_OK) != 0)
    {
        err = ngx_errno;

    } else if (!ngx_is_file(&fi)) {
        err = NGX_EACCES;
    }

    if (err != 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, err,
                      "\"asr_decode\": cannot run \"%V\"", &amcf->decode);
        return NGX_ERROR;
    }

    return NGX_OK;
}
