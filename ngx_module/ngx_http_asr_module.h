/*
 * The nginx side: configuration, shared zone, request path, life of a worker.
 * Everything about vendors, audio and tasks is in core/, behind asr_api.h.
 */

#ifndef NGX_HTTP_ASR_MODULE_H
#define NGX_HTTP_ASR_MODULE_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <pthread.h>

#include "core/api/asr_api.h"
#include "core/base/asr_clock.h"
#include "core/base/asr_window.h"
#include "core/task/asr_io.h"
#include "core/task/asr_runner.h"


#define NGX_HTTP_ASR_ZONE_MAGIC    0x61737231
#define NGX_HTTP_ASR_ZONE_VERSION  3


/* Head of the shared zone.  Holds no pointer of one process. */

typedef struct {
    uint32_t                    magic;
    uint32_t                    version;
    ngx_rbtree_t                rbtree;      /* rate windows; under the mutex */
    ngx_rbtree_node_t           sentinel;
    ngx_queue_t                 queue;       /* windows, last used first */
    ngx_uint_t                  windows;
    ngx_atomic_t                limit_full;  /* no room for a window */
    ngx_rbtree_t                nonce_rbtree;    /* under the mutex */
    ngx_rbtree_node_t           nonce_sentinel;
    ngx_queue_t                 nonce_queue;     /* last come first */
    ngx_uint_t                  nonces;
    ngx_uint_t                  nonces_max;
    ngx_uint_t                  nonce_full;      /* refused for want of room */
    asr_wake_t                  wake;        /* of recognisers */
    asr_wake_t                  task_wake;
    asr_api_counters_t          api;
    asr_runner_counters_t       runner;
    asr_io_counters_t           io;
} ngx_http_asr_sh_t;


typedef struct ngx_http_asr_main_conf_s  ngx_http_asr_main_conf_t;

typedef struct {
    ngx_http_asr_sh_t          *sh;
    ngx_slab_pool_t            *shpool;
    ngx_cycle_t                *cycle;
    ngx_http_asr_main_conf_t   *conf;
} ngx_http_asr_zone_t;


struct ngx_http_asr_main_conf_s {
    ngx_shm_zone_t             *zone;
    ngx_str_t                   store;
    ngx_int_t                   queue_max;
    ngx_str_t                   spool;
    off_t                       min_free;
    ngx_str_t                   accounts_file;
    asr_accounts_t             *accounts;
    ngx_str_t                   libraries_file;
    asr_libraries_t            *libraries;   /* NULL: none */
    ngx_int_t                   threads;     /* NGX_CONF_UNSET: auto */
    ngx_array_t                 models;      /* asr_model_conf_t */
    ngx_array_t                 engines;     /* asr_engine_conf_t */
    ngx_array_t                 oss;         /* asr_oss_t */
    ngx_str_t                   decode;
    ngx_str_t                   names;       /* empty: none */
    ngx_msec_t                  task_ttl;
    ngx_msec_t                  file_ttl;
    ngx_flag_t                  service_strict;
    ngx_uint_t                  memories_integer;
    ngx_msec_t                  hold_time;   /* of sync requests */
    ngx_int_t                   hold_max;
    ngx_str_t                   public_url;
    ngx_uint_t                  u2_finer;
    ngx_flag_t                  used;        /* a location of ours exists */
    ngx_flag_t                  serves;      /* and it is more than a guard */
    ngx_flag_t                  deaf;        /* another module of these sources
                                                says what is heard: no model
                                                is loaded */
    asr_allow_t                *allow;
    off_t                       fetch_size;  /* 0: the default, as below */
    ngx_msec_t                  fetch_time;
    ngx_msec_t                  fetch_stall;
    ngx_str_t                   webhook_secret;

    /* set in the master before the workers are forked */
    asr_models_t               *loaded;
    unsigned                    copies;
};


typedef struct {
    ngx_array_t                 apis;        /* const asr_api_t *: all of the
                                                server's locations */
} ngx_http_asr_srv_conf_t;


typedef struct {
    ngx_array_t                *apis;        /* const asr_api_t *, in order */
    ngx_flag_t                  handled;     /* by ngx_http_asr_handler */
    ngx_flag_t                  guard;       /* the APIs only judge */
} ngx_http_asr_loc_conf_t;


typedef struct ngx_http_asr_ctx_s  ngx_http_asr_ctx_t;

struct ngx_http_asr_ctx_s {
    ngx_http_request_t         *request;
    asr_http_t                  http;
    asr_call_t                  call;
    asr_step_t                  step;        /* what the last op led to */
    unsigned                    begun:1;
    unsigned                    replied:1;   /* the reply is ours already */
    unsigned                    special:1;   /* nginx's own, made over */
    unsigned                    special_sent:1;
    unsigned                    judged:1;    /* a guard's, the step is final */
};


/* ngx_http_asr_request.c */

ngx_int_t ngx_http_asr_handler(ngx_http_request_t *r);
ngx_http_asr_ctx_t *ngx_http_asr_create_ctx(ngx_http_request_t *r,
    const asr_api_t *api);
ngx_http_asr_ctx_t *ngx_http_asr_begin(ngx_http_request_t *r,
    ngx_array_t *apis, ngx_uint_t guard);
ngx_int_t ngx_http_asr_refuse(ngx_http_request_t *r,
    ngx_http_asr_ctx_t *ctx);
asr_step_t ngx_http_asr_body_whole(ngx_http_request_t *r,
    ngx_http_asr_ctx_t *ctx);
ngx_int_t ngx_http_asr_send(ngx_http_request_t *r, ngx_http_asr_ctx_t *ctx);
const asr_api_t *ngx_http_asr_route(const asr_http_t *http,
    ngx_array_t *apis);
void ngx_http_asr_set_http(ngx_http_request_t *r, asr_http_t *http);
ngx_int_t ngx_http_asr_set_headers(ngx_http_request_t *r,
    asr_reply_t *reply);
void ngx_http_asr_completed(ngx_http_asr_ctx_t *ctx);
void ngx_http_asr_log_outcome(ngx_http_request_t *r, asr_call_t *call);


/* ngx_http_asr_guard.c */

char *ngx_http_asr_guard(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_int_t ngx_http_asr_guard_init(ngx_conf_t *cf);


/* ngx_http_asr_special.c */

ngx_int_t ngx_http_asr_special_init(ngx_conf_t *cf);


/* ngx_http_asr_process.c: one of these in every worker */

typedef struct {
    asr_core_t                  core;
    asr_runner_t               *runner;
    asr_text_t                 *text;        /* the runner's */
    asr_io_t                   *io;
    ngx_http_asr_main_conf_t   *conf;
    ngx_connection_t           *notify;      /* an eventfd */
    ngx_event_t                 drain;
    ngx_connection_t            drain_conn;  /* what the timer's log wants */
    ngx_msec_t                  drain_start;
    ngx_event_t                 submit;      /* posted with the ops below */
    asr_op_t                   *submit_head;
    asr_op_t                  **submit_tail;
    ngx_event_t                 answer;      /* posted: done has ops */
    pthread_t                   loop;        /* the event loop's */
    ngx_uint_t                  pending;     /* ops not answered yet */
    _Atomic(asr_op_t *)         done;        /* stack of ops completed */
} ngx_http_asr_process_t;

extern ngx_http_asr_process_t  ngx_http_asr_process;

ngx_int_t ngx_http_asr_prepare(ngx_cycle_t *cycle,
    ngx_http_asr_main_conf_t *amcf);
ngx_int_t ngx_http_asr_init_process(ngx_cycle_t *cycle);
void ngx_http_asr_exit_process(ngx_cycle_t *cycle);
void ngx_http_asr_submit(ngx_http_asr_ctx_t *ctx);
void ngx_http_asr_log_set(ngx_log_t *log);


/* ngx_http_asr_zone.c */

ngx_int_t ngx_http_asr_zone_init(ngx_shm_zone_t *shm_zone, void *data);
asr_limit_status_t ngx_http_asr_limit(void *ctx, const asr_account_t *account,
    asr_str_t action, asr_rate_t rate, uint32_t *retry_ms);
asr_nonce_status_t ngx_http_asr_nonce(void *ctx,
    const unsigned char id[ASR_NONCE_LEN], int64_t until_ms);


/* ngx_http_asr_conf.c */

char *ngx_http_asr_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_store(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_spool(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_accounts(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_threads(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_model(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_engine(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_names(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_init_speech(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);
char *ngx_http_asr_retention(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_set_apis(ngx_conf_t *cf, ngx_http_asr_loc_conf_t *alcf);
char *ngx_http_asr_set_status(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_http_asr_init_defaults(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);

char *ngx_http_asr_missing(ngx_conf_t *cf, const char *directive);
ngx_int_t ngx_http_asr_check_limits(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);
ngx_int_t ngx_http_asr_check_decode(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);


/* ngx_http_asr_io.c */

char *ngx_http_asr_fetch_allow(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_asr_fetch_limits(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_asr_webhook_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
void ngx_http_asr_io_create(ngx_cycle_t *cycle,
    ngx_http_asr_main_conf_t *amcf);
void ngx_http_asr_io_start(ngx_cycle_t *cycle);
void ngx_http_asr_io_ready(void *ctx);


/* ngx_http_asr_libraries.c */

char *ngx_http_asr_libraries(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_asr_check_libraries(ngx_conf_t *cf,
    ngx_http_asr_main_conf_t *amcf);


/* ngx_http_asr_oss.c */

char *ngx_http_asr_oss(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/* ngx_http_asr_conf_memories.c */

char *ngx_http_asr_memories_sync(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_asr_public_url(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/* ngx_http_asr_status.c: status and metrics are APIs of ours */

extern const asr_api_t  ngx_http_asr_status_api;
extern const asr_api_t  ngx_http_asr_metrics_api;


/* ngx_http_asr_variables.c */

ngx_int_t ngx_http_asr_add_variables(ngx_conf_t *cf);


extern ngx_module_t  ngx_http_asr_module;


static ngx_inline asr_str_t
ngx_http_asr_str(ngx_str_t s)
{
    return (asr_str_t) { s.len, (char *) s.data };
}


#endif /* NGX_HTTP_ASR_MODULE_H */
