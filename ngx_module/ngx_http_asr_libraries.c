/*
 * Libraries of words: "asr_libraries file".
 */

#include "ngx_http_asr_module.h"


static void
ngx_http_asr_libraries_cleanup(void *data)
{
    asr_libraries_free(data);
}


char *
ngx_http_asr_libraries(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    char                 err[NGX_MAX_CONF_ERRSTR];
    ngx_str_t           *value;
    ngx_pool_cleanup_t  *cln;

    if (amcf->libraries != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    amcf->libraries_file = value[1];

    if (ngx_conf_full_name(cf->cycle, &amcf->libraries_file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    amcf->libraries = asr_libraries_load((char *) amcf->libraries_file.data,
                                         err, sizeof(err));
    if (amcf->libraries == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s", err);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_asr_libraries_cleanup;
    cln->data = amcf->libraries;

    return NGX_CONF_OK;
}


/* A library of a mistyped account would be nobody's. */

ngx_int_t
ngx_http_asr_check_libraries(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf)
{
    size_t                i;
    ngx_str_t             id, account;
    const asr_library_t  *lib;

    if (amcf->libraries == NULL || amcf->accounts == NULL) {
        return NGX_OK;
    }

    for (i = 0; /* void */ ; i++) {
        lib = asr_libraries_get(amcf->libraries, i);

        if (lib == NULL) {
            return NGX_OK;
        }

        if (lib->account.len != 0
            && asr_accounts_named(amcf->accounts, lib->account) == NULL)
        {
            id.len = lib->id.len;
            id.data = (u_char *) lib->id.data;
            account.len = lib->account.len;
            account.data = (u_char *) lib->account.data;

            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "%V: library \"%V\": there is no account \"%V\"",
                          &amcf->libraries_file, &id, &account);
            return NGX_ERROR;
        }
    }
}
