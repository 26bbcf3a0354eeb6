/*
 * Parsing of the directives that are more than a slot.
 */

#include "ngx_http_asr_module.h"


#define NGX_HTTP_ASR_DECODE     "/usr/lib/asr/asr-decode"
#define NGX_HTTP_ASR_ZONE_MIN   (64 * 1024)


static ngx_int_t ngx_http_asr_add_zone(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf, ngx_str_t *name, size_t size);


/* "asr_zone zone=name:size" */

char *
ngx_http_asr_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    u_char     *p;
    ssize_t     size;
    ngx_str_t  *value, name, s;

    if (amcf->zone != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strncmp(value[1].data, "zone=", 5) != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    name.data = value[1].data + 5;

    p = (u_char *) ngx_strchr(name.data, ':');
    if (p == NULL || p == name.data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone size \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    name.len = p - name.data;

    s.data = p + 1;
    s.len = value[1].data + value[1].len - s.data;

    size = ngx_parse_size(&s);
    if (size == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone size \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (size < (ssize_t) NGX_HTTP_ASR_ZONE_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" is too small", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (ngx_http_asr_add_zone(cf, amcf, &name, size) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_asr_add_zone(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf,
    ngx_str_t *name, size_t size)
{
    ngx_http_asr_zone_t  *zone;

    zone = ngx_pcalloc(cf->pool, sizeof(ngx_http_asr_zone_t));
    if (zone == NULL) {
        return NGX_ERROR;
    }

    amcf->zone = ngx_shared_memory_add(cf, name, size, &ngx_http_asr_module);
    if (amcf->zone == NULL) {
        return NGX_ERROR;
    }

    zone->cycle = cf->cycle;
    zone->conf = amcf;

    amcf->zone->init = ngx_http_asr_zone_init;
    amcf->zone->data = zone;

    return NGX_OK;
}


/* "asr_store url [queue=number]" */

char *
ngx_http_asr_store(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_str_t  *value, path;

    if (amcf->store.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    /* PostgreSQL will be the second scheme */

    if (ngx_strncmp(value[1].data, "sqlite:", 7) != 0 || value[1].len == 7) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid store \"%V\", it must be \"sqlite:path\"",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    path.data = value[1].data + 7;
    path.len = value[1].len - 7;

    if (ngx_conf_full_name(cf->cycle, &path, 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    amcf->store.len = 7 + path.len;
    amcf->store.data = ngx_pnalloc(cf->pool, amcf->store.len + 1);
    if (amcf->store.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_sprintf(amcf->store.data, "sqlite:%V%Z", &path);

    if (cf->args->nelts == 3) {

        if (ngx_strncmp(value[2].data, "queue=", 6) != 0) {
            goto invalid;
        }

        amcf->queue_max = ngx_atoi(value[2].data + 6, value[2].len - 6);
        if (amcf->queue_max == NGX_ERROR || amcf->queue_max == 0) {
            goto invalid;
        }
    }

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\"", &value[2]);
    return NGX_CONF_ERROR;
}


/* "asr_spool path [min_free=size]" */

char *
ngx_http_asr_spool(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_str_t  *value, s;

    if (amcf->spool.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    amcf->spool = value[1];

    if (ngx_conf_full_name(cf->cycle, &amcf->spool, 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (cf->args->nelts == 3) {

        if (ngx_strncmp(value[2].data, "min_free=", 9) != 0) {
            goto invalid;
        }

        s.data = value[2].data + 9;
        s.len = value[2].len - 9;

        amcf->min_free = ngx_parse_offset(&s);
        if (amcf->min_free == NGX_ERROR) {
            goto invalid;
        }
    }

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\"", &value[2]);
    return NGX_CONF_ERROR;
}


static void
ngx_http_asr_accounts_cleanup(void *data)
{
    asr_accounts_free(data);
}


/*
 * The file is read here, by the master and as its user; its secrets are not
 * part of the configuration text that "nginx -T" prints.
 */

char *
ngx_http_asr_accounts(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    char                 err[NGX_MAX_CONF_ERRSTR];
    ngx_str_t           *value;
    ngx_pool_cleanup_t  *cln;

    if (amcf->accounts != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;
    amcf->accounts_file = value[1];

    if (ngx_conf_full_name(cf->cycle, &amcf->accounts_file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    amcf->accounts = asr_accounts_load((char *) amcf->accounts_file.data, err,
                                       sizeof(err));
    if (amcf->accounts == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s", err);
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_asr_accounts_cleanup;
    cln->data = amcf->accounts;

    if (ngx_http_asr_check_limits(cf, amcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_asr_threads(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_str_t  *value;

    if (amcf->threads != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "auto") == 0) {
        amcf->threads = ngx_ncpu;
        return NGX_CONF_OK;
    }

    amcf->threads = ngx_atoi(value[1].data, value[1].len);

    if (amcf->threads == NGX_ERROR || amcf->threads > 1024) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid number of threads \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* "asr_retention [tasks=time] [files=time]" */

char *
ngx_http_asr_retention(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_int_t    msec;
    ngx_str_t   *value, s;
    ngx_uint_t   i;
    ngx_msec_t  *out;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "tasks=", 6) == 0) {
            out = &amcf->task_ttl;

        } else if (ngx_strncmp(value[i].data, "files=", 6) == 0) {
            out = &amcf->file_ttl;

        } else {
            goto invalid;
        }

        if (*out != NGX_CONF_UNSET_MSEC) {
            return "is duplicate";
        }

        s.data = value[i].data + 6;
        s.len = value[i].len - 6;

        msec = ngx_parse_time(&s, 0);
        if (msec == NGX_ERROR || msec == 0) {
            goto invalid;
        }

        *out = msec;
    }

    return NGX_CONF_OK;

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\"", &value[i]);
    return NGX_CONF_ERROR;
}


/* "asr api ...": the content handler of a location */

char *
ngx_http_asr(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_loc_conf_t  *alcf = conf;

    char                      *rv;
    ngx_http_core_loc_conf_t  *clcf;
    ngx_http_asr_main_conf_t  *amcf;

    rv = ngx_http_asr_set_apis(cf, alcf);

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    alcf->guard = 0;
    alcf->handled = 1;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_asr_module);
    amcf->serves = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_asr_handler;

    return NGX_CONF_OK;
}


/* The names of "asr" and "asr_guard": one of the two in a location. */

char *
ngx_http_asr_set_apis(ngx_conf_t *cf, ngx_http_asr_loc_conf_t *alcf)
{
    ngx_str_t                 *value;
    ngx_uint_t                 i, k;
    const asr_api_t           *api, **p, **have;
    ngx_http_asr_srv_conf_t   *ascf;
    ngx_http_asr_main_conf_t  *amcf;

    if (alcf->apis != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    alcf->apis = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                  sizeof(asr_api_t *));
    if (alcf->apis == NULL) {
        return NGX_CONF_ERROR;
    }

    ascf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_asr_module);

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        api = asr_api_find(ngx_http_asr_str(value[i]));
        if (api == NULL) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown API \"%V\"", &value[i]);
            return NGX_CONF_ERROR;
        }

        have = alcf->apis->elts;

        for (k = 0; k < alcf->apis->nelts; k++) {
            if (have[k] == api) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "duplicate API \"%V\"", &value[i]);
                return NGX_CONF_ERROR;
            }
        }

        p = ngx_array_push(alcf->apis);
        if (p == NULL) {
            return NGX_CONF_ERROR;
        }

        *p = api;

        p = ngx_array_push(&ascf->apis);
        if (p == NULL) {
            return NGX_CONF_ERROR;
        }

        *p = api;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_asr_module);
    amcf->used = 1;

    return NGX_CONF_OK;
}


/* "asr_status", "asr_metrics": APIs of ours, one to a location */

char *
ngx_http_asr_set_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_loc_conf_t  *alcf = conf;

    const asr_api_t          **p;
    ngx_http_core_loc_conf_t  *clcf;
    ngx_http_asr_main_conf_t  *amcf;

    if (alcf->apis != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    alcf->apis = ngx_array_create(cf->pool, 1, sizeof(asr_api_t *));
    if (alcf->apis == NULL) {
        return NGX_CONF_ERROR;
    }

    p = ngx_array_push(alcf->apis);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    *p = cmd->post;

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_asr_module);
    amcf->used = 1;
    amcf->serves = 1;
    alcf->guard = 0;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_asr_handler;
    alcf->handled = 1;

    return NGX_CONF_OK;
}


/* What must be there once an "asr" location is, and what has a default. */

char *
ngx_http_asr_init_defaults(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf)
{
    ngx_str_t  name;

    if (amcf->serves && amcf->store.data == NULL) {
        return ngx_http_asr_missing(cf, "asr_store");
    }

    if (amcf->spool.data == NULL) {
        return ngx_http_asr_missing(cf, "asr_spool");
    }

    if (amcf->accounts == NULL) {
        return ngx_http_asr_missing(cf, "asr_accounts");
    }

    if (amcf->zone == NULL) {
        ngx_str_set(&name, "asr");

        if (ngx_http_asr_add_zone(cf, amcf, &name, 16 * 1024 * 1024)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (!amcf->serves) {
        return NGX_CONF_OK;
    }

    if (amcf->threads == NGX_CONF_UNSET) {
        amcf->threads = ngx_ncpu;
    }

    if (amcf->decode.data == NULL) {
        ngx_str_set(&amcf->decode, NGX_HTTP_ASR_DECODE);
    }

    if (ngx_conf_full_name(cf->cycle, &amcf->decode, 0) != NGX_OK
        || ngx_http_asr_check_decode(cf, amcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_asr_init_speech(cf, amcf);
}
