/*
 * Where media are that a client names by bucket or by id, not by URL.
 */

#include "ngx_http_asr_module.h"


/* "asr_oss bucket=/folder|http://base", "asr_media /folder|http://base" */

char *
ngx_http_asr_oss(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    u_char      *p;
    asr_oss_t   *oss, *have;
    ngx_str_t   *value, name, where;
    ngx_uint_t   i;

    value = cf->args->elts;
    where = value[1];
    ngx_str_null(&name);

    if (cmd->name.len == sizeof("asr_oss") - 1) {
        p = ngx_strlchr(where.data, where.data + where.len, '=');

        if (p == NULL || p == where.data) {
            goto invalid;
        }

        name.data = where.data;
        name.len = p - where.data;
        where.len -= name.len + 1;
        where.data = p + 1;
    }

    have = amcf->oss.elts;

    for (i = 0; i < amcf->oss.nelts; i++) {
        if (asr_str_eq(have[i].name, ngx_http_asr_str(name))) {
            return "is duplicate";
        }
    }

    oss = ngx_array_push(&amcf->oss);
    if (oss == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(oss, sizeof(asr_oss_t));
    oss->name = ngx_http_asr_str(name);

    /* the '/' that ends it is put back with the object's name */

    while (where.len > 1 && where.data[where.len - 1] == '/') {
        where.len--;
    }

    if ((where.len > 7 && ngx_strncmp(where.data, "http://", 7) == 0)
        || (where.len > 8 && ngx_strncmp(where.data, "https://", 8) == 0))
    {
        oss->base = ngx_http_asr_str(where);
        return NGX_CONF_OK;
    }

    if (where.len == 0 || where.data[0] != '/') {
        goto invalid;
    }

    oss->root.len = where.len;
    p = ngx_pnalloc(cf->pool, where.len + 1);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    oss->root.data = (char *) p;
    p = ngx_cpymem(p, where.data, where.len);
    *p = '\0';

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\"", &value[1]);
    return NGX_CONF_ERROR;
}
