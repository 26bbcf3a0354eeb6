/*
 * The mock's directives and record, and what it puts in place of the module's
 * own parts: a store in memory, accounts that nobody wrote down, and (unless
 * PocketSphinx is asked for) a script that says what is heard.
 */

#include "ngx_http_asr_mock.h"
#include "asr_mock_journal.h"
#include "asr_mock_limits.h"
#include "asr_mock_manners.h"
#include "asr_mock_plan.h"
#include "asr_mock_store.h"
#include "core/base/asr_file.h"


#define NGX_HTTP_ASR_MOCK_MEMORY    (32 * 1024 * 1024)
#define NGX_HTTP_ASR_MOCK_SCENARIO  (16 * 1024 * 1024)


static void *ngx_http_asr_mock_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_asr_mock_init_main_conf(ngx_conf_t *cf, void *conf);
static char *ngx_http_asr_mock_once(ngx_conf_t *cf,
    ngx_http_asr_mock_main_conf_t *mcf);
static char *ngx_http_asr_mock_read(ngx_conf_t *cf,
    ngx_http_asr_mock_main_conf_t *mcf);
static ngx_int_t ngx_http_asr_mock_postconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_asr_mock_init_process(ngx_cycle_t *cycle);


static ngx_conf_enum_t  ngx_http_asr_mock_engines[] = {
    { ngx_string("scripted"), 0 },
    { ngx_string("pocketsphinx"), 1 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_asr_mock_commands[] = {

    { ngx_string("asr_mock_url"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_main_conf_t, url),
      NULL },

    { ngx_string("asr_mock_scenario"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_main_conf_t, scenario),
      NULL },

    { ngx_string("asr_mock_prefix"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_main_conf_t, prefix),
      NULL },

    { ngx_string("asr_mock_audio"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_main_conf_t, audio),
      NULL },

    { ngx_string("asr_mock_seed"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_main_conf_t, seed),
      NULL },

    { ngx_string("asr_mock_lenient"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_main_conf_t, lenient),
      NULL },

    { ngx_string("asr_mock_engine"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_main_conf_t, pocketsphinx),
      &ngx_http_asr_mock_engines },

    { ngx_string("asr_mock_memory"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_main_conf_t, memory),
      NULL },

    { ngx_string("asr_mock_admin"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_asr_mock_admin,
      0,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_asr_mock_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_asr_mock_postconfiguration,   /* postconfiguration */

    ngx_http_asr_mock_create_main_conf,    /* create main configuration */
    ngx_http_asr_mock_init_main_conf,      /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_asr_mock_module = {
    NGX_MODULE_V1,
    &ngx_http_asr_mock_module_ctx,         /* module context */
    ngx_http_asr_mock_commands,            /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_asr_mock_init_process,        /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_http_asr_mock_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_asr_mock_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_asr_mock_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     mcf->url, scenario, prefix, audio = { 0, NULL };
     */

    mcf->seed = NGX_CONF_UNSET;
    mcf->lenient = NGX_CONF_UNSET;
    mcf->pocketsphinx = NGX_CONF_UNSET_UINT;
    mcf->memory = NGX_CONF_UNSET_SIZE;

    return mcf;
}


/*
 * Before the module's own, which finds what is set here: store, accounts,
 * threads.
 */

static char *
ngx_http_asr_mock_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_asr_mock_main_conf_t  *mcf = conf;

    char                       err[NGX_MAX_CONF_ERRSTR];
    ngx_core_conf_t           *ccf;
    ngx_http_asr_main_conf_t  *amcf;

    ngx_conf_init_value(mcf->seed, 1);
    ngx_conf_init_value(mcf->lenient, 0);
    ngx_conf_init_uint_value(mcf->pocketsphinx, 0);
    ngx_conf_init_size_value(mcf->memory, NGX_HTTP_ASR_MOCK_MEMORY);

    if (mcf->url.len == 0) {
        return ngx_http_asr_missing(cf, "asr_mock_url");
    }

    ccf = (ngx_core_conf_t *) ngx_get_conf(cf->cycle->conf_ctx,
                                           ngx_core_module);

    if (ccf->master != 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "the mock is one process: \"master_process off;\"");
        return NGX_CONF_ERROR;
    }

    amcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_asr_module);

    ngx_str_set(&amcf->store, "mock:");

    if (!mcf->pocketsphinx) {
        amcf->deaf = 1;
        amcf->threads = 1;
    }

    if (amcf->accounts == NULL) {
        amcf->accounts = asr_accounts_parse(asr_str("{\"accounts\":[]}"), err,
                                            sizeof(err));
        if (amcf->accounts == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "%s", err);
            return NGX_CONF_ERROR;
        }
    }

    return ngx_http_asr_mock_once(cf, mcf);
}


/* One process has one mock: a reload changes nothing of it. */

static char *
ngx_http_asr_mock_once(ngx_conf_t *cf, ngx_http_asr_mock_main_conf_t *mcf)
{
    static ngx_uint_t  done;

    if (done) {
        return NGX_CONF_OK;
    }

    done = 1;

    if (asr_mock_worlds_init((uint64_t) mcf->seed, (char *) mcf->url.data)
        != ASR_OK)
    {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "invalid URL \"%V\"",
                      &mcf->url);
        return NGX_CONF_ERROR;
    }

    asr_mock_lenient(mcf->lenient);
    asr_mock_plan_init();
    asr_mock_limits_init();
    asr_mock_faults_init();
    asr_mock_manners_init();
    asr_mock_store_init();
    ngx_http_asr_mock_report_init();

    /* half of the memory each; what else grows has ceilings of its own */

    asr_mock_store_ceiling(mcf->memory / 2);
    asr_mock_store_engine(!mcf->pocketsphinx);
    asr_mock_store_hooks(&ngx_http_asr_mock_store_hooks);

    if (asr_mock_journal_init(mcf->memory / 2) != ASR_OK) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "no memory for the journal");
        return NGX_CONF_ERROR;
    }

    asr_accounts_more(asr_mock_accounts, NULL);

    return mcf->scenario.len != 0 ? ngx_http_asr_mock_read(cf, mcf)
                                  : NGX_CONF_OK;
}


static char *
ngx_http_asr_mock_read(ngx_conf_t *cf, ngx_http_asr_mock_main_conf_t *mcf)
{
    char      *text, err[NGX_MAX_CONF_ERRSTR];
    ssize_t    n;
    asr_err_t  rc;

    if (ngx_conf_full_name(cf->cycle, &mcf->scenario, 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    text = ngx_alloc(NGX_HTTP_ASR_MOCK_SCENARIO, cf->log);
    if (text == NULL) {
        return NGX_CONF_ERROR;
    }

    n = asr_file_read((char *) mcf->scenario.data, text,
                      NGX_HTTP_ASR_MOCK_SCENARIO);

    if (n < 0) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, ngx_errno,
                      "could not read the scenario \"%V\"", &mcf->scenario);
        ngx_free(text);
        return NGX_CONF_ERROR;
    }

    asr_mock_lock();
    rc = asr_mock_scenario((asr_str_t) { (size_t) n, text },
                           asr_mock_faults_add_json, asr_mock_clock_set,
                           err, sizeof(err));
    asr_mock_unlock();

    ngx_free(text);

    if (rc != ASR_OK) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "scenario \"%V\": %s",
                      &mcf->scenario, err);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_asr_mock_postconfiguration(ngx_conf_t *cf)
{
    return ngx_http_asr_mock_filter_init(cf);
}


static ngx_int_t
ngx_http_asr_mock_init_process(ngx_cycle_t *cycle)
{
    struct sigaction  sa;

    /* a single process has nothing to reload into: the tasks' threads and the
       store would be set up anew over those that are there */

    ngx_memzero(&sa, sizeof(struct sigaction));
    sa.sa_handler = SIG_IGN;

    if (sigaction(SIGHUP, &sa, NULL) == -1) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno,
                      "sigaction(SIGHUP) failed");
        return NGX_ERROR;
    }

    return ngx_http_asr_mock_live_init(cycle);
}
