/*
 * The mock's nginx side.  It is built with the module's own sources into one
 * object and adds to them:
 *
 *     _module    directives, what is set up before and after the fork
 *     _apis      the list of APIs, each in a coat that sees and hinders calls
 *     _exchange  one request as the mock saw it: diagnosis, journal
 *     _filter    faults on the wire
 *     _admin     /_mock/: routes; _worlds, _requests and _live answer them
 *     _audio     /_mock/audio/
 *     _inbox     /_mock/inbox/
 *     _hooks     what the store asks for: the script, ids
 *
 * One process with one event loop (master_process off): what is not said to
 * be otherwise runs in it, and takes asr_mock_lock for what threads share.
 */

#ifndef NGX_HTTP_ASR_MOCK_H
#define NGX_HTTP_ASR_MOCK_H

#include "ngx_http_asr_module.h"

#include "asr_mock_faults.h"
#include "asr_mock_match.h"
#include "asr_mock_store.h"
#include "asr_mock_world.h"


typedef struct {
    ngx_str_t    url;            /* "http://127.0.0.1:PORT", with NUL */
    ngx_str_t    scenario;       /* file; empty: none */
    ngx_str_t    prefix;         /* folder, with NUL */
    ngx_str_t    audio;          /* the generator, with NUL */
    ngx_int_t    seed;
    ngx_flag_t   lenient;
    ngx_uint_t   pocketsphinx;
    size_t       memory;
} ngx_http_asr_mock_main_conf_t;


/* Beside ngx_http_asr_ctx_t: what the mock keeps of a request. */

typedef struct {
    ngx_http_request_t     *request;
    ngx_http_asr_ctx_t     *asr;         /* set by the first step */
    asr_mock_world_t       *world;       /* NULL: nobody's yet */
    const asr_key_t        *key;         /* that the request names */
    asr_arena_t             arena;       /* of exchange and findings */
    asr_mock_exchange_t     x;
    asr_mock_finding_t      shown;       /* the first one, redacted */
    asr_mock_fault_t        fault;
    int64_t                 start_us;
    int                     task_state;  /* of a query; -1: none */

    u_char                 *body;        /* so far; NULL: over the ceiling */
    size_t                  body_len;
    asr_sha256_t           *sha;         /* of a body in pieces */
    u_char                 *early;       /* what came with the head */
    size_t                  early_len;

    /* the reply on its way out */
    ngx_chain_t            *out;
    size_t                  piece;       /* of a dribbled one */
    ngx_msec_t              pause;
    off_t                   sent;
    unsigned                begun:1;
    unsigned                judged:1;    /* faults were looked for */
    unsigned                faulted:1;   /* there is one */
    unsigned                seen:1;      /* in the journal */
    unsigned                held:1;      /* headers wait for the latency */
    unsigned                filtered:1;  /* our header filter has run */
    unsigned                broken:1;    /* nothing more is to be sent */
    unsigned                hashed:1;    /* x.body_sha256 is made */
    unsigned                unrecorded:1;/* replay knows no answer to it */
} ngx_http_asr_mock_ctx_t;


extern ngx_module_t  ngx_http_asr_mock_module;


/* ngx_http_asr_mock_apis.c */

/* The context of the call's request, made at its first use; NULL: no memory. */
ngx_http_asr_mock_ctx_t *ngx_http_asr_mock_ctx(asr_call_t *call);

/* Requests that are under way. */
extern ngx_uint_t  ngx_http_asr_mock_active;


/* ngx_http_asr_mock_exchange.c */

/* The reply is made: what there is to say of it, into journal and report. */
void ngx_http_asr_mock_judge(ngx_http_asr_mock_ctx_t *m);

/* m->x.body_sha256; the body is complete. */
void ngx_http_asr_mock_digest(ngx_http_asr_mock_ctx_t *m);


/* ngx_http_asr_mock_filter.c */

ngx_int_t ngx_http_asr_mock_filter_init(ngx_conf_t *cf);


/* ngx_http_asr_mock_admin.c */

char *ngx_http_asr_mock_admin(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

typedef struct ngx_http_asr_mock_admin_s  ngx_http_asr_mock_admin_t;

/*
 * Asked again whenever something happened, and at its end with last set;
 * true: it has replied.
 */
typedef bool (*ngx_http_asr_mock_wait_pt)(ngx_http_asr_mock_admin_t *a,
    bool last);

struct ngx_http_asr_mock_admin_s {
    ngx_http_request_t  *request;
    asr_arena_t          arena;
    asr_str_t            method;
    asr_str_t            path;           /* after "/_mock/" */
    asr_mock_world_t    *world;          /* of /worlds/KEY; NULL: none yet */
    asr_str_t            key;
    asr_str_t            rest;           /* after /worlds/KEY/ */
    asr_str_t            args;
    asr_str_t            body;
    const asr_json_t    *json;           /* of the body, when it is JSON */

    int                  status;         /* 0: the handler answers later */
    const char          *type;
    asr_buf_t            out;
    char                 err[512];
    ngx_event_t          event;          /* of those who wait */
    ngx_queue_t          queue;
    ngx_http_asr_mock_wait_pt  ready;
    ngx_pool_t          *pool;           /* of what a listener was sent */
    ngx_buf_t           *buf;            /* likewise */
    unsigned             listens:1;
    int64_t              until;          /* a task's id, or a count */
    asr_mock_match_t    *wanted;
    void                *data;
};

/* Sends status, type and out, and ends the request. */
void ngx_http_asr_mock_reply(ngx_http_asr_mock_admin_t *a);

/* {"error": err} with the status. */
void ngx_http_asr_mock_refuse(ngx_http_asr_mock_admin_t *a, int status,
    const char *fmt, ...);

/* Is its method one of "GET, PUT"?  Else it has been refused with 405 and an
   Allow.  A HEAD is a GET from then on. */
bool ngx_http_asr_mock_allow(ngx_http_asr_mock_admin_t *a,
    const char *methods);

/* A query argument, decoded; data NULL: none. */
asr_str_t ngx_http_asr_mock_arg(ngx_http_asr_mock_admin_t *a,
    const char *name);

/* ngx_http_asr_mock_worlds.c: /_mock/worlds and all below but requests */
void ngx_http_asr_mock_worlds(ngx_http_asr_mock_admin_t *a);

/* ngx_http_asr_mock_requests.c */
void ngx_http_asr_mock_requests(ngx_http_asr_mock_admin_t *a);

/* ngx_http_asr_mock_report.c; world empty: of all.  The lock for _tally. */
void ngx_http_asr_mock_report_init(void);
void ngx_http_asr_mock_tally(asr_mock_world_t *w,
    const asr_mock_exchange_t *x);
void ngx_http_asr_mock_report(ngx_http_asr_mock_admin_t *a, asr_str_t world);

/* ngx_http_asr_mock_live.c: events, and those who wait for something */
ngx_int_t ngx_http_asr_mock_live_init(ngx_cycle_t *cycle);
void ngx_http_asr_mock_events(ngx_http_asr_mock_admin_t *a);

void ngx_http_asr_mock_unlisten(ngx_http_asr_mock_admin_t *a);

/* Until ready says so, at most timeout. */
void ngx_http_asr_mock_wait(ngx_http_asr_mock_admin_t *a,
    ngx_http_asr_mock_wait_pt ready, ngx_msec_t timeout);

/* Tells listeners; text is JSON of one object.  Event loop. */
void ngx_http_asr_mock_publish(const char *event, asr_str_t world,
    asr_str_t json);

/* An exchange is in the journal; w: NULL if it is of none. */
void ngx_http_asr_mock_tell(const asr_mock_exchange_t *x,
    asr_mock_world_t *w);

/* What falls due by the world's clock will be seen to; NULL: no world.  The
   lock is held.  Event loop. */
void ngx_http_asr_mock_arm(asr_mock_world_t *w);

/* asr_mock_store_hooks_t.changed */
void ngx_http_asr_mock_changed(void *ctx, asr_mock_world_t *w,
    const char *what, int64_t id);

/* Something settled: looked at by the event loop soon.  Any thread. */
void ngx_http_asr_mock_poke(void *ctx);

/* ngx_http_asr_mock_hooks.c: what the store asks for */
extern const asr_mock_store_hooks_t  ngx_http_asr_mock_store_hooks;


/* ngx_http_asr_mock_audio.c */
void ngx_http_asr_mock_audio(ngx_http_asr_mock_admin_t *a);
void ngx_http_asr_mock_unmake(ngx_http_asr_mock_admin_t *a);


/* ngx_http_asr_mock_inbox.c */
void ngx_http_asr_mock_inbox(ngx_http_asr_mock_admin_t *a);


#endif /* NGX_HTTP_ASR_MOCK_H */
