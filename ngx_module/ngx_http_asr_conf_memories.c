/*
 * Parsing of the directives that document 002 alone has a use for.
 */

#include "ngx_http_asr_module.h"


/* "asr_memories_sync [time=time] [requests=number]" */

char *
ngx_http_asr_memories_sync(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_int_t    n;
    ngx_str_t   *value, s;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "time=", 5) == 0) {

            if (amcf->hold_time != NGX_CONF_UNSET_MSEC) {
                return "is duplicate";
            }

            s.data = value[i].data + 5;
            s.len = value[i].len - 5;

            n = ngx_parse_time(&s, 0);
            if (n == NGX_ERROR || n == 0) {
                goto invalid;
            }

            amcf->hold_time = n;

        } else if (ngx_strncmp(value[i].data, "requests=", 9) == 0) {

            if (amcf->hold_max != NGX_CONF_UNSET) {
                return "is duplicate";
            }

            n = ngx_atoi(value[i].data + 9, value[i].len - 9);
            if (n == NGX_ERROR || n > 65535) {
                goto invalid;
            }

            amcf->hold_max = n;

        } else {
            goto invalid;
        }
    }

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\"", &value[i]);
    return NGX_CONF_ERROR;
}


/* "asr_public_url scheme://host[:port]" */

char *
ngx_http_asr_public_url(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    size_t      skip;
    ngx_str_t  *value, host;

    if (amcf->public_url.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    skip = 0;

    if (ngx_strncmp(value[1].data, "http://", 7) == 0) {
        skip = 7;

    } else if (ngx_strncmp(value[1].data, "https://", 8) == 0) {
        skip = 8;
    }

    host.data = value[1].data + skip;
    host.len = value[1].len - skip;

    /* paths are those of the requests */

    if (skip == 0 || host.len == 0
        || ngx_strlchr(host.data, host.data + host.len, '/') != NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid URL \"%V\", it must be "
                           "\"https://host\" or \"http://host\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    amcf->public_url = value[1];

    return NGX_CONF_OK;
}
