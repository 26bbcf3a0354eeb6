/*
 * One document, one asr_api_t; one request, one asr_call_t.  The glue knows
 * nothing of vendors beyond this file.
 *
 *     begin -> (body)* -> end -> [store op -> stored]* -> reply
 *
 * begin, body and end run in the event loop and never block; stored runs on a
 * store thread while the event loop leaves the call alone.  Each step says
 * what comes next.  All memory of a call is in its arena (ceiling
 * ASR_CALL_MEMORY while the request is read) and its reply buffer.
 */

#ifndef ASR_API_H
#define ASR_API_H

#include "../auth/asr_accounts.h"
#include "../base/asr_buf.h"
#include "../base/asr_crypto.h"
#include "../speech/asr_ask.h"
#include "../speech/asr_libraries.h"
#include "../speech/asr_models.h"
#include "../task/asr_spool.h"
#include "../task/asr_store.h"


#define ASR_CALL_MEMORY   (48 * 1024)    /* and 16 KB of inline audio: 64 KB */
#define ASR_REPLY_MAX     (128 * 1024 * 1024)


typedef struct asr_api_s   asr_api_t;
typedef struct asr_call_s  asr_call_t;


/* The request's head, as it came; valid for the call's life. */

typedef struct {
    asr_str_t   method;
    asr_str_t   path;            /* normalised, decoded, without arguments */
    asr_str_t   args;            /* after '?', as sent */
    asr_str_t   host;            /* the Host header, as sent, port included */
    asr_str_t   content_type;
    asr_str_t   authorization;
    int64_t     content_length;  /* -1: chunked or unknown; 0: no body */
    bool        tls;
    /* any header by lower-case name; data NULL when absent; the first one */
    asr_str_t (*header)(const void *ctx, asr_str_t lower_name);
    const void *ctx;
} asr_http_t;


/* Counted per API and outcome; in shared memory, only grow. */

#define ASR_APIS_MAX     8
#define ASR_ACTIONS_MAX  16

typedef struct {
    _Atomic uint64_t  requests[ASR_APIS_MAX][ASR_ACTIONS_MAX];
    _Atomic uint64_t  refused[ASR_APIS_MAX][ASR_ACTIONS_MAX];
    _Atomic uint64_t  limited[ASR_APIS_MAX];
    _Atomic uint64_t  auth_failed[ASR_APIS_MAX];
    _Atomic uint64_t  internal[ASR_APIS_MAX];
    _Atomic uint64_t  created[ASR_APIS_MAX];
    _Atomic uint64_t  body_bytes[ASR_APIS_MAX];
} asr_api_counters_t;


typedef enum { ASR_LIMIT_NONE = 0, ASR_LIMIT_PASSED, ASR_LIMIT_REJECTED,
               ASR_LIMIT_ERROR } asr_limit_status_t;

typedef enum { ASR_NONCE_NEW = 0, ASR_NONCE_USED,
               ASR_NONCE_FULL } asr_nonce_status_t;

#define ASR_NONCE_LEN  16        /* of what stands for key and nonce */

/*
 * Where the objects of a bucket, or the media of a library, are: below a
 * folder, or below a URL.
 */

typedef struct {
    asr_str_t  name;             /* of the bucket; empty: the media library */
    asr_str_t  root;             /* with NUL; empty: see base */
    asr_str_t  base;             /* "http://host/path", no '/' at its end */
} asr_oss_t;

/* What calls of a process may use; set up by the glue after fork. */

typedef struct {
    const asr_accounts_t  *accounts;
    asr_store_t           *store;        /* NULL: every store op fails */
    asr_spool_t           *spool;
    const asr_models_t    *models;
    const asr_libraries_t *libraries;    /* NULL: ids of some are not looked
                                            up */
    asr_api_counters_t    *counters;
    int64_t                task_ttl_ms;  /* 24 h */
    int64_t                file_ttl_ms;
    bool                   tencent_service_strict;   /* scope must say "asr" */
    bool                   u2_finer;     /* auth codes of the vendor's later
                                            list, not of document 000 */
    bool                   memories_integer;     /* codes 200, not "0000" */
    asr_str_t              public_url;   /* "https://host[:port]" of links;
                                            empty: as the request came */

    /* Requests held until their task ends; event loop only. */
    int64_t                hold_ms;      /* at most so long */
    unsigned               hold_max;     /* and so many at once */
    unsigned               held;         /* kept by the APIs */

    /*
     * Exact rate window of account and action, in shared memory.  used is how
     * many of the window are taken, *retry_ms when the next may come.
     */
    asr_limit_status_t   (*limit)(void *ctx, const asr_account_t *account,
                                  asr_str_t action, asr_rate_t rate,
                                  uint32_t *retry_ms);
    void                  *limit_ctx;

    /*
     * Notes in shared memory that the nonce was used; until_ms (Unix time) is
     * when it may be forgotten.  NULL: nonces are not looked at.
     */
    asr_nonce_status_t   (*nonce)(void *ctx,
                                  const unsigned char id[ASR_NONCE_LEN],
                                  int64_t until_ms);
    void                  *nonce_ctx;

    const asr_oss_t       *oss;
    size_t                 noss;
} asr_core_t;


typedef struct {
    int           status;
    asr_str_t     content_type;
    asr_header_t  headers[4];
    unsigned      nheaders;
    asr_buf_t     body;
    int           fd;            /* -1, or a file to send after the body buffer;
                                    the glue closes it */
    int64_t       fd_size;
} asr_reply_t;


typedef enum {
    ASR_STEP_BODY = 0,           /* go on: read (more of) the body */
    ASR_STEP_STORE,              /* submit call->op, then stored */
    ASR_STEP_WAIT,               /* of stored: submit call->op again later,
                                    when nothing but time has passed */
    ASR_STEP_REPLY               /* call->reply is complete; the rest of the
                                    body is discarded, no 100 Continue */
} asr_step_t;


struct asr_call_s {
    asr_core_t          *core;
    const asr_api_t     *api;
    const asr_http_t    *http;
    asr_arena_t          arena;
    void                *state;          /* the API's */
    uint64_t             body_max;       /* bytes of body allowed; by begin */
    uint64_t             body_read;      /* kept by the glue */
    asr_op_t             op;
    asr_reply_t          reply;

    /* for log, variables and counters; strings static or in the arena */
    bool                 guard;          /* only judged: another server serves
                                            it, so engines, files and tasks
                                            are not ours */
    unsigned             action_index;
    asr_str_t            action;         /* "CreateRecTask", "create" */
    asr_str_t            account;        /* once known (and then verified) */
    asr_str_t            error;          /* the document's code, when refused */
    const char          *clause;         /* "T-012", when refused by a rule */
    const char          *why;            /* a line for the log; no secret */
    int64_t              task_id;
    asr_limit_status_t   limit_status;
    char                 request_id[ASR_UUID_LEN];   /* made by asr_call_init */
    char                 small[256];     /* where the reply's body begins; last,
                                            not zeroed */
};


struct asr_api_s {
    const char  *name;                   /* "u2"; as in `asr u2;` */
    unsigned     index;                  /* into the counters */
    const char *const *actions;          /* names by action_index, then those
                                            that limits alone have, NULL ends */

    /* Is this request ours?  Asked in the order of the directive; the last
       API of a location gets what nobody claims. */
    bool        (*claims)(const asr_http_t *http);

    /* Headers are here: route, authenticate as far as they allow, set
       body_max and state. */
    asr_step_t  (*begin)(asr_call_t *call);

    /* Some bytes of the body: ASR_STEP_BODY or ASR_STEP_REPLY. */
    asr_step_t  (*body)(asr_call_t *call, const char *p, size_t n);

    /* The body is complete (also when there was none). */
    asr_step_t  (*end)(asr_call_t *call);

    /* The op is done, call->op.rc says how: makes the reply.  Store thread;
       may return ASR_STEP_STORE for a second op, or ASR_STEP_WAIT; while a
       call waits its client may go, which is its end. */
    asr_step_t  (*stored)(asr_call_t *call);

    /*
     * The reply for what the server itself refuses, in the document's
     * envelope: 400, 405, 408, 413, 414, 415, 429, 500, 502, 503, 504.
     * Replaces any reply made before.  May come before begin (state NULL).
     */
    void        (*http_error)(asr_call_t *call, int status);

    /* Frees what state holds outside the arena; always called once. */
    void        (*cleanup)(asr_call_t *call);

    /*
     * The callback of a task that SUCCEEDED or FAILED, with its params and
     * result; false: none is wanted.  out is zeroed.  Recogniser or store
     * thread; strings in the arena.  NULL: the API has no callbacks.
     */
    bool        (*callback)(const asr_task_t *task, asr_arena_t *arena,
                            asr_delivery_t *out);

    /*
     * What the task's params ask of recognition and text; ask is as after
     * asr_ask_init.  Recogniser thread; strings in the arena.  ASR_NOMEM, or
     * ASR_INVALID: the params cannot be read.
     */
    asr_err_t   (*ask)(const asr_json_t *params, asr_arena_t *arena,
                       asr_ask_t *ask);
};


extern const asr_api_t  asr_api_u2;
extern const asr_api_t  asr_api_tencent;
extern const asr_api_t  asr_api_memories;
extern const asr_api_t  asr_api_ice;

/* All, NULL ends; and by name (NULL: none). */
extern const asr_api_t *const  asr_apis[];
const asr_api_t *asr_api_find(asr_str_t name);

/* The callback of the task's API; see there. */
bool asr_api_callback(const asr_task_t *task, asr_arena_t *arena,
    asr_delivery_t *out);

/* What the task asks of its API's params; with no such API the defaults. */
asr_err_t asr_api_ask(const asr_task_t *task, asr_arena_t *arena,
    asr_ask_t *ask);

/* Arena, reply and request id; zeroes everything else. */
void asr_call_init(asr_call_t *call, asr_core_t *core, const asr_api_t *api,
    const asr_http_t *http);

/* cleanup of the API, reply buffer, arena.  Not while an op is submitted. */
void asr_call_free(asr_call_t *call);

/*
 * Does the head say that this is a call of Alibaba Cloud's RPC?  Several
 * clouds' calls may come to one location.
 */
bool asr_http_is_acs(const asr_http_t *http);

/* "name: value" into the reply; the strings are kept, not copied. */
void asr_reply_header(asr_reply_t *r, asr_str_t name, asr_str_t value);


#endif /* ASR_API_H */
