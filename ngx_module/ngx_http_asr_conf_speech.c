/*
 * The directives of recognition and text: models, engines, names.
 */

#include "ngx_http_asr_module.h"


#define NGX_HTTP_ASR_MODEL_DIR  "/usr/share/pocketsphinx/model/en-us/"


static ngx_int_t ngx_http_asr_cstr(ngx_conf_t *cf, ngx_str_t *value,
    asr_str_t *out);
static ngx_int_t ngx_http_asr_cstr_list(ngx_conf_t *cf, ngx_str_t *value,
    asr_str_t *out);
static ngx_int_t ngx_http_asr_default_model(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);
static ngx_int_t ngx_http_asr_check_engines(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);
static char *ngx_http_asr_check_models(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);
static ngx_int_t ngx_http_asr_model_param(ngx_conf_t *cf, ngx_str_t *value,
    asr_model_conf_t *model);


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


/* What of these has a default; that models and engines fit together. */

char *
ngx_http_asr_init_speech(ngx_conf_t *cf, ngx_http_asr_main_conf_t *amcf)
{
    if (amcf->names.data == NULL) {
        ngx_str_set(&amcf->names, ASR_TEXT_NAMES);
    }

    if (ngx_http_asr_default_model(cf, amcf) != NGX_OK
        || ngx_http_asr_check_engines(cf, amcf) != NGX_OK)
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
