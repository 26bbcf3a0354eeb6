/*
 * The module's directives and record.  What they do is in the files beside:
 * _conf (parsing), _request (one request), _process (one worker), _zone
 * (shared memory), _status, _variables.
 */

#include "ngx_http_asr_module.h"


#define NGX_HTTP_ASR_BODY_BUFFER  32768


static void *ngx_http_asr_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_asr_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_asr_create_srv_conf(ngx_conf_t *cf);
static void *ngx_http_asr_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_asr_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_http_asr_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_asr_postconfiguration(ngx_conf_t *cf);


static ngx_conf_enum_t  ngx_http_asr_memories_codes[] = {
    { ngx_string("string"), 0 },
    { ngx_string("integer"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_asr_u2_auth_codes[] = {
    { ngx_string("document"), 0 },
    { ngx_string("vendor"), 1 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_asr_commands[] = {

    { ngx_string("asr_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_store"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_asr_store,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_spool"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_asr_spool,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_accounts"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_accounts,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_libraries"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_libraries,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_threads"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_threads,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_model"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_asr_model,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_engine"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_asr_engine,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_engine_default"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_engine,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_oss"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_oss,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_media"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_oss,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_decode"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_main_conf_t, decode),
      NULL },

    { ngx_string("asr_names"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_names,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_retention"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_asr_retention,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_tencent_service_strict"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_main_conf_t, service_strict),
      NULL },

    { ngx_string("asr_memories_code"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_main_conf_t, memories_integer),
      ngx_http_asr_memories_codes },

    { ngx_string("asr_memories_sync"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_asr_memories_sync,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_public_url"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_public_url,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_u2_auth_codes"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_main_conf_t, u2_finer),
      &ngx_http_asr_u2_auth_codes },

    { ngx_string("asr_fetch_allow"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_asr_fetch_allow,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_fetch_limits"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE123,
      ngx_http_asr_fetch_limits,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_webhook_secret"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_webhook_secret,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr"),
      NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_asr,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_guard"),
      NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_asr_guard,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_status"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_asr_set_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      (void *) &ngx_http_asr_status_api },

    { ngx_string("asr_metrics"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_asr_set_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      (void *) &ngx_http_asr_metrics_api },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_asr_module_ctx = {
    ngx_http_asr_preconfiguration,         /* preconfiguration */
    ngx_http_asr_postconfiguration,        /* postconfiguration */

    ngx_http_asr_create_main_conf,         /* create main configuration */
    ngx_http_asr_init_main_conf,           /* init main configuration */

    ngx_http_asr_create_srv_conf,          /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_asr_create_loc_conf,          /* create location configuration */
    ngx_http_asr_merge_loc_conf            /* merge location configuration */
};


ngx_module_t  ngx_http_asr_module = {
    NGX_MODULE_V1,
    &ngx_http_asr_module_ctx,              /* module context */
    ngx_http_asr_commands,                 /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_asr_init_process,             /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_asr_exit_process,             /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_asr_preconfiguration(ngx_conf_t *cf)
{
    return ngx_http_asr_add_variables(cf);
}


static ngx_int_t
ngx_http_asr_postconfiguration(ngx_conf_t *cf)
{
    if (ngx_http_asr_guard_init(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_http_asr_special_init(cf);
}


static void *
ngx_http_asr_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_asr_main_conf_t  *amcf;

    amcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_asr_main_conf_t));
    if (amcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     amcf->zone = NULL;
     *     amcf->store, spool, accounts_file, libraries_file, decode,
     *     names, public_url = { 0, NULL };
     *     amcf->accounts = NULL;
     *     amcf->libraries = NULL;
     *     amcf->used = 0;
     *     amcf->deaf = 0;
     *     amcf->loaded = NULL;
     *     amcf->allow = NULL;
     *     amcf->fetch_size, fetch_time, fetch_stall = 0;
     *     amcf->webhook_secret = { 0, NULL };
     */

    amcf->queue_max = NGX_CONF_UNSET;
    amcf->min_free = NGX_CONF_UNSET;
    amcf->threads = NGX_CONF_UNSET;
    amcf->task_ttl = NGX_CONF_UNSET_MSEC;
    amcf->file_ttl = NGX_CONF_UNSET_MSEC;
    amcf->service_strict = NGX_CONF_UNSET;
    amcf->memories_integer = NGX_CONF_UNSET_UINT;
    amcf->hold_time = NGX_CONF_UNSET_MSEC;
    amcf->hold_max = NGX_CONF_UNSET;
    amcf->u2_finer = NGX_CONF_UNSET_UINT;

    if (ngx_array_init(&amcf->models, cf->pool, 2, sizeof(asr_model_conf_t))
        != NGX_OK
        || ngx_array_init(&amcf->engines, cf->pool, 8,
                          sizeof(asr_engine_conf_t))
           != NGX_OK
        || ngx_array_init(&amcf->oss, cf->pool, 2, sizeof(asr_oss_t))
           != NGX_OK)
    {
        return NULL;
    }

    return amcf;
}


static char *
ngx_http_asr_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_asr_main_conf_t  *amcf = conf;

    ngx_conf_init_value(amcf->queue_max, 100000);
    ngx_conf_init_value(amcf->min_free, 256 * 1024 * 1024);
    ngx_conf_init_msec_value(amcf->task_ttl, 24 * 60 * 60 * 1000);
    ngx_conf_init_msec_value(amcf->file_ttl, 24 * 60 * 60 * 1000);
    ngx_conf_init_value(amcf->service_strict, 0);
    ngx_conf_init_uint_value(amcf->memories_integer, 0);
    ngx_conf_init_msec_value(amcf->hold_time, 60 * 1000);
    ngx_conf_init_value(amcf->hold_max, 100);
    ngx_conf_init_uint_value(amcf->u2_finer, 0);

    if (amcf->used == 0) {
        return NGX_CONF_OK;
    }

    if (ngx_http_asr_check_libraries(cf, amcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_asr_init_defaults(cf, amcf);
}


static void *
ngx_http_asr_create_srv_conf(ngx_conf_t *cf)
{
    ngx_http_asr_srv_conf_t  *ascf;

    ascf = ngx_pcalloc(cf->pool, sizeof(ngx_http_asr_srv_conf_t));
    if (ascf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&ascf->apis, cf->pool, 2, sizeof(asr_api_t *))
        != NGX_OK)
    {
        return NULL;
    }

    return ascf;
}


static void *
ngx_http_asr_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_asr_loc_conf_t  *alcf;

    alcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_asr_loc_conf_t));
    if (alcf == NULL) {
        return NULL;
    }

    alcf->apis = NGX_CONF_UNSET_PTR;
    alcf->guard = NGX_CONF_UNSET;

    return alcf;
}


/*
 * "asr" sets a content handler and, as nginx's own handlers do, is not
 * inherited into nested locations; only the envelope of errors is.  "if" and
 * "limit_except" are no locations: there the handler stays.
 */

static char *
ngx_http_asr_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_asr_loc_conf_t  *prev = parent;
    ngx_http_asr_loc_conf_t  *conf = child;

    ngx_http_core_loc_conf_t  *clcf;

    ngx_conf_merge_ptr_value(conf->apis, prev->apis, NULL);
    ngx_conf_merge_value(conf->guard, prev->guard, 0);

    /* each API has limits of its own, answered in its own envelope */

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->noname || clcf->lmt_excpt) {
        conf->handled |= prev->handled;
    }

    if (clcf->lmt_excpt && clcf->handler == NULL && conf->handled) {
        clcf->handler = ngx_http_asr_handler;
    }

    if (conf->handled
        && (clcf->handler == NULL || clcf->handler == ngx_http_asr_handler))
    {
        clcf->client_max_body_size = 0;

        /* a large body at nginx's 8k is mostly system calls */

        if (clcf->client_body_buffer_size < NGX_HTTP_ASR_BODY_BUFFER) {
            clcf->client_body_buffer_size = NGX_HTTP_ASR_BODY_BUFFER;
        }
    }

    return NGX_CONF_OK;
}
