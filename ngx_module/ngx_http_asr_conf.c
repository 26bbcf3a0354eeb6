/*
 * Parsing of the directives that are more than a slot.
 */

#include "ngx_http_asr_module.h"


#define NGX_HTTP_ASR_MODEL_DIR  "/usr/share/pocketsphinx/model/en-us/"
#define NGX_HTTP_ASR_DECODE     "/usr/lib/asr/asr-decode"
#define NGX_HTTP_ASR_ZONE_MIN   (64 * 1024)


static ngx_int_t ngx_http_asr_cstr(ngx_conf_t *cf, ngx_str_t *value,
    asr_str_t *out);
static ngx_int_t ngx_http_asr_cstr_list(ngx_conf_t *cf, ngx_str_t *value,
    asr_str_t *out);
static ngx_int_t ngx_http_asr_add_zone(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf, ngx_str_t *name, size_t size);
static ngx_int_t ngx_http_asr_default_model(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);
static ngx_int_t ngx_http_asr_check_engines(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);
static char *ngx_http_asr_check_models(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);
static ngx_int_t ngx_http_asr_model_param(ngx_conf_t *cf, ngx_str_t *value,
    asr_model_conf_t *model);


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


/* "asr_model name [hmm=path] [lm=path,...] [dict=path] [effort=...]" */

char *
ngx_http_asr_model(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_str_t         *value;
    ngx_uint_t         i;
    asr_model_conf_t  *model, *models;

    value = cf->args->elts;

    models = amcf->models.elts;

    for (i = 0; i < amcf->models.nelts; i++) {
        if (asr_str_eq(models[i].name, ngx_http_asr_str(value[1]))) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate model \"%V\"", &value[1]);
            return NGX_CONF_ERROR;
        }
    }

    model = ngx_array_push(&amcf->models);
    if (model == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(model, sizeof(asr_model_conf_t));

    model->name = ngx_http_asr_str(value[1]);
    model->hmm = asr_str(NGX_HTTP_ASR_MODEL_DIR "en-us");
    model->lm = asr_str(NGX_HTTP_ASR_MODEL_DIR "en-us.lm.bin");
    model->dict = asr_str(NGX_HTTP_ASR_MODEL_DIR "cmudict-en-us.dict");
    model->effort = ASR_EFFORT_FAST;

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_http_asr_model_param(cf, &value[i], model) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_asr_model_param(ngx_conf_t *cf, ngx_str_t *value,
    asr_model_conf_t *model)
{
    size_t      i;
    ngx_str_t   path;
    asr_str_t  *out;

    static const char  *efforts[] = { "fast", "balanced", "best" };

    if (ngx_strncmp(value->data, "effort=", 7) == 0) {

        for (i = 0; i < asr_nelts(efforts); i++) {
            if (ngx_strcmp(value->data + 7, efforts[i]) == 0) {
                model->effort = (asr_effort_t) i;
                return NGX_OK;
            }
        }

        goto invalid;
    }

    if (ngx_strncmp(value->data, "hmm=", 4) == 0) {
        out = &model->hmm;

    } else if (ngx_strncmp(value->data, "lm=", 3) == 0) {
        out = &model->lm;

    } else if (ngx_strncmp(value->data, "dict=", 5) == 0) {
        out = &model->dict;

    } else {
        goto invalid;
    }

    path.data = (u_char *) ngx_strchr(value->data, '=') + 1;
    path.len = value->data + value->len - path.data;

    if (path.len == 0) {
        goto invalid;
    }

    if (out == &model->lm) {
        return ngx_http_asr_cstr_list(cf, &path, out);
    }

    return ngx_http_asr_cstr(cf, &path, out);

invalid:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\"", value);
    return NGX_ERROR;
}


/* A path: made absolute, terminated. */

static ngx_int_t
ngx_http_asr_cstr(ngx_conf_t *cf, ngx_str_t *value, asr_str_t *out)
{
    ngx_str_t  path;

    path = *value;

    if (ngx_conf_full_name(cf->cycle, &path, 0) != NGX_OK) {
        return NGX_ERROR;
    }

    *out = ngx_http_asr_str(path);

    return NGX_OK;
}


/* Paths apart by commas: the same, each made absolute. */

static ngx_int_t
ngx_http_asr_cstr_list(ngx_conf_t *cf, ngx_str_t *value, asr_str_t *out)
{
    u_char     *p, *end, *comma;
    asr_str_t   path;
    ngx_str_t   one, list;

    ngx_str_null(&list);
    end = value->data + value->len;

    for (p = value->data; p <= end; p = comma + 1) {
        comma = ngx_strlchr(p, end, ',');

        if (comma == NULL) {
            comma = end;
        }

        if (comma == p) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "empty path in \"%V\"", value);
            return NGX_ERROR;
        }

        one.len = comma - p;
        one.data = ngx_pnalloc(cf->pool, one.len + 1);
        if (one.data == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_cpystrn(one.data, p, one.len + 1);

        if (ngx_http_asr_cstr(cf, &one, &path) != NGX_OK) {
            return NGX_ERROR;
        }

        one.len = list.len + (list.len != 0) + path.len;
        one.data = ngx_pnalloc(cf->pool, one.len + 1);
        if (one.data == NULL) {
            return NGX_ERROR;
        }

        (void) ngx_snprintf(one.data, one.len + 1, "%V%s%*s%Z", &list,
                            list.len != 0 ? "," : "", path.len, path.data);
        list = one;
    }

    *out = ngx_http_asr_str(list);

    return NGX_OK;
}


/* "asr_engine engine model", "asr_engine_default model" */

char *
ngx_http_asr_engine(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    asr_str_t           name;
    ngx_str_t          *value;
    ngx_uint_t          i;
    asr_engine_conf_t  *engine;

    value = cf->args->elts;

    name = asr_str("*");

    if (cf->args->nelts == 3) {
        name = ngx_http_asr_str(value[1]);
    }

    engine = amcf->engines.elts;

    for (i = 0; i < amcf->engines.nelts; i++) {
        if (asr_str_eq(engine[i].engine, name)) {
            return "is duplicate";
        }
    }

    engine = ngx_array_push(&amcf->engines);
    if (engine == NULL) {
        return NGX_CONF_ERROR;
    }

    engine->engine = name;
    engine->model = ngx_http_asr_str(value[cf->args->nelts - 1]);

    return NGX_CONF_OK;
}


/* "asr_names path | off" */

char *
ngx_http_asr_names(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_str_t        *value;
    ngx_file_info_t   fi;

    if (amcf->names.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        ngx_str_set(&amcf->names, "");
        return NGX_CONF_OK;
    }

    amcf->names = value[1];

    if (ngx_conf_full_name(cf->cycle, &amcf->names, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    /* the default may miss, what somebody has named may not */

    if (access((char *) amcf->names.data, R_OK) != 0
        || ngx_file_info(amcf->names.data, &fi) == NGX_FILE_ERROR)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "cannot read \"%V\"", &amcf->names);
        return NGX_CONF_ERROR;
    }

    if (!ngx_is_file(&fi)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is no file", &amcf->names);
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

    if (amcf->names.data == NULL) {
        ngx_str_set(&amcf->names, ASR_TEXT_NAMES);
    }

    if (ngx_conf_full_name(cf->cycle, &amcf->decode, 0) != NGX_OK
        || ngx_http_asr_default_model(cf, amcf) != NGX_OK
        || ngx_http_asr_check_engines(cf, amcf) != NGX_OK
        || ngx_http_asr_check_decode(cf, amcf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_asr_check_models(cf, amcf);
}


/*
 * Without "asr_model" there is Debian's US English, named "en".  Without an
 * "asr_engine" line for them, the English engines use the first model.
 */

static ngx_int_t
ngx_http_asr_default_model(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf)
{
    size_t              i;
    ngx_uint_t          k;
    asr_model_conf_t   *model;
    asr_engine_conf_t  *engine;

    static const asr_str_t  english[] = {
        ASR_STR("u2-asr"), ASR_STR("16k_en"), ASR_STR("8k_en"),
        ASR_STR("whisper-1"), ASR_STR("ice-asr")
    };

    if (amcf->models.nelts == 0) {
        model = ngx_array_push(&amcf->models);
        if (model == NULL) {
            return NGX_ERROR;
        }

        model->name = asr_str("en");
        model->hmm = asr_str(NGX_HTTP_ASR_MODEL_DIR "en-us");
        model->lm = asr_str(NGX_HTTP_ASR_MODEL_DIR "en-us.lm.bin");
        model->dict = asr_str(NGX_HTTP_ASR_MODEL_DIR "cmudict-en-us.dict");
        model->effort = ASR_EFFORT_FAST;
    }

    model = amcf->models.elts;

    for (i = 0; i < asr_nelts(english); i++) {

        engine = amcf->engines.elts;

        for (k = 0; k < amcf->engines.nelts; k++) {
            if (asr_str_eq(engine[k].engine, english[i])) {
                break;
            }
        }

        if (k < amcf->engines.nelts) {
            continue;
        }

        engine = ngx_array_push(&amcf->engines);
        if (engine == NULL) {
            return NGX_ERROR;
        }

        engine->engine = english[i];
        engine->model = model[0].name;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_check_engines(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf)
{
    ngx_str_t           name;
    ngx_uint_t          i, k;
    asr_model_conf_t   *model;
    asr_engine_conf_t  *engine;

    model = amcf->models.elts;
    engine = amcf->engines.elts;

    for (i = 0; i < amcf->engines.nelts; i++) {

        for (k = 0; k < amcf->models.nelts; k++) {
            if (asr_str_eq(engine[i].model, model[k].name)) {
                break;
            }
        }

        if (k == amcf->models.nelts) {
            name.len = engine[i].model.len;
            name.data = (u_char *) engine[i].model.data;

            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "unknown model \"%V\" in \"%s\"", &name,
                          asr_str_eq(engine[i].engine, asr_str("*"))
                          ? "asr_engine_default" : "asr_engine");
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* Files only: nothing is loaded while the configuration is read. */

static char *
ngx_http_asr_check_models(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf)
{
    char           err[NGX_MAX_CONF_ERRSTR];
    asr_models_t  *models;

    models = asr_models_create(amcf->models.elts, amcf->models.nelts,
                               amcf->engines.elts, amcf->engines.nelts, 0,
                               err, sizeof(err));
    if (models == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%s", err);
        return NGX_CONF_ERROR;
    }

    asr_models_free(models);

    return NGX_CONF_OK;
}
