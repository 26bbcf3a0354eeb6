/*
 * What the files of the Tencent Cloud API (document 001 and its companion
 * DescribeTaskStatus) share:
 *
 *     asr_tencent.c           transports, routing, body, dispatch
 *     asr_tencent_auth.c      TC3 and v1: who asks, may they
 *     asr_tencent_params.c    tables of parameters and rules ("T-..." clauses)
 *     asr_tencent_check.c     a request's parameters against those
 *     asr_tencent_render.c    what goes into the store, what comes out of it
 *     asr_tencent_callback.c  what is sent to CallbackUrl
 *     asr_tencent_error.c     codes, texts, the envelope
 */

#ifndef ASR_TENCENT_H
#define ASR_TENCENT_H

#include "asr_api.h"
#include "asr_params.h"
#include "../auth/asr_tc3.h"
#include "../base/asr_b64.h"


#define ASR_TENCENT_VERSION    "2019-06-14"

#define ASR_TENCENT_BODY_TC3   (10 * 1024 * 1024)    /* T-074 */
#define ASR_TENCENT_BODY_V1    (1024 * 1024)         /* T-075 */
#define ASR_TENCENT_QUERY_MAX  (32 * 1024)           /* T-076 */
#define ASR_TENCENT_DATA_MAX   (5 * 1024 * 1024)     /* T-043, decoded */
#define ASR_TENCENT_REST_MAX   (24 * 1024)           /* all but Data */
#define ASR_TENCENT_SKEW       300                   /* seconds */


typedef enum {
    ASR_TENCENT_TC3_POST = 0,    /* application/json */
    ASR_TENCENT_TC3_GET,
    ASR_TENCENT_V1_POST,         /* application/x-www-form-urlencoded */
    ASR_TENCENT_V1_GET
} asr_tencent_transport_t;

/* The action_index of a call. */

enum {
    ASR_TENCENT_OTHER = 0,
    ASR_TENCENT_CREATE,
    ASR_TENCENT_DESCRIBE
};

/* What went wrong with Data; told only after the signature was verified. */

typedef enum {
    ASR_TENCENT_DATA_FINE = 0,
    ASR_TENCENT_DATA_BASE64,
    ASR_TENCENT_DATA_TOOBIG,
    ASR_TENCENT_DATA_IO          /* ours: the spool failed */
} asr_tencent_data_t;

typedef enum {
    ASR_TENCENT_HOT_FINE = 0,
    ASR_TENCENT_HOT_COUNT,
    ASR_TENCENT_HOT_FORM,
    ASR_TENCENT_HOT_LENGTH,
    ASR_TENCENT_HOT_WEIGHT
} asr_tencent_hot_t;


/* Rows of asr_tencent_errors[]. */

typedef enum {
    ASR_TE_PROTOCOL = 0,
    ASR_TE_CONTENT_TYPE,
    ASR_TE_MISSING,              /* name */
    ASR_TE_UNKNOWN,              /* name */
    ASR_TE_TYPE,                 /* name, type */
    ASR_TE_VALUE,                /* name, why */
    ASR_TE_VALUE_DESCRIBE,       /* name, why */
    ASR_TE_ENGINE,               /* name, engine */
    ASR_TE_BODY,                 /* why */
    ASR_TE_EQUALS,
    ASR_TE_PARAMS_SIZE,
    ASR_TE_AUTH_HEADER,          /* why */
    ASR_TE_EXPIRE,               /* server time */
    ASR_TE_SECRET_ID,
    ASR_TE_TOKEN,
    ASR_TE_SIGNATURE,
    ASR_TE_SIGNATURE_SIZE,
    ASR_TE_NO_VERSION,           /* version */
    ASR_TE_NO_ACTION,            /* action */
    ASR_TE_LIMIT,                /* times, limit */
    ASR_TE_LIMIT_MINUTE,         /* times, limit */
    ASR_TE_DISABLED_CREATE,
    ASR_TE_DISABLED,
    ASR_TE_ISOLATED,
    ASR_TE_NO_AMOUNT,
    ASR_TE_NO_FREE_AMOUNT,
    ASR_TE_NOT_REGISTERED,
    ASR_TE_DOWN_FILE,
    ASR_TE_NO_TASK,
    ASR_TE_DATABASE,
    ASR_TE_REDIS,
    ASR_TE_INTERNAL,
    ASR_TE_UNAVAILABLE,
    ASR_TE_SIZE,
    ASR_TE_HTTP,
    ASR_TE_NOT_FOUND,
    ASR_TE_TIMEOUT,
    ASR_TE_RATE,
    ASR_TE_N
} asr_tencent_error_t;

typedef struct {
    const char  *code;
    const char  *en;             /* "{0}", "{1}": the arguments */
    const char  *zh;             /* NULL: not known, English is sent */
    const char  *clause;         /* NULL: the caller knows */
    bool         guess;          /* the choice of the code is ours */
} asr_tencent_error_row_t;

extern const asr_tencent_error_row_t  asr_tencent_errors[ASR_TE_N];


typedef struct {
    asr_str_t   engine;
    int64_t     channel_num;
    int64_t     res_text_format;
    int64_t     source_type;
    int64_t     data_len;        /* -1: not sent */
    asr_str_t   url;
    asr_str_t   callback_url;
    int64_t     app_id;          /* the account's, for the callback */
    int64_t     speaker_diarization;
    int64_t     speaker_number;
    int64_t     emotional_energy;
    int64_t     convert_num_mode;
    int64_t     filter_dirty;
    int64_t     filter_punc;
    int64_t     filter_modal;
    int64_t     sentence_max_length;
    asr_str_t   hotword_list;
    asr_strs_t  keyword_libs;
} asr_tencent_create_t;

typedef struct {
    int64_t     task_id;
} asr_tencent_describe_t;


typedef struct {
    asr_tencent_transport_t   transport;
    bool                      zh;            /* messages in Chinese */
    bool                      guard;         /* engines are another's */
    bool                      unsigned_payload;
    bool                      stored;        /* the spool file is the row's */

    /* who and what */
    asr_str_t                 action;
    asr_str_t                 version;
    asr_str_t                 timestamp;
    asr_tc3_t                 tc3;
    const asr_key_t          *key;
    asr_sha256_t             *sha;

    /* the body */
    asr_err_t                 fault;         /* of scan or form */
    asr_scan_t                scan;
    asr_buf_t                 rest;
    asr_form_t                form;
    asr_json_t               *json;
    asr_b64_t                 b64;
    asr_tencent_data_t        data;
    uint64_t                  data_size;     /* decoded, up to the limit */
    unsigned                  data_found;
    asr_spool_file_t          file;

    /* the parameters */
    asr_tencent_create_t      create;
    asr_tencent_describe_t    describe;
    asr_tencent_hot_t         hot;
    asr_buf_t                 params;        /* JSON, for the task's row */
} asr_tencent_state_t;


/*
 * A rule that is no row of a parameter.  broken NULL: not a matter of
 * parameters, or of their form alone; enforced where the clause is cited.
 */

typedef struct {
    const char            *clause;
    const char            *param;            /* named in the reply */
    const char            *words;
    unsigned               flags;            /* ASR_P_GUESS, ASR_P_EXTENSION */
    asr_tencent_error_t    error;
    const char            *why;
    bool                 (*broken)(const asr_core_t *core,
                                   const asr_tencent_state_t *st);
} asr_tencent_rule_t;

#define ASR_TENCENT_CREATE_PARAMS  24

extern const asr_param_t  asr_tencent_create_params[ASR_TENCENT_CREATE_PARAMS];
extern const asr_param_t  asr_tencent_describe_params[1];
extern const asr_tencent_rule_t  asr_tencent_rules[];
extern const size_t              asr_tencent_rules_n;


/* TC3: all that the headers tell.  ASR_STEP_BODY: no objection so far. */
asr_step_t asr_tencent_auth_head(asr_call_t *call);

/* v1: the same from the pairs. */
asr_step_t asr_tencent_auth_pairs(asr_call_t *call);

/* The signature; the body is complete.  Sets call->account. */
asr_step_t asr_tencent_auth_verify(asr_call_t *call);

/* The account's rate, and its status. */
asr_step_t asr_tencent_auth_limit(asr_call_t *call);
asr_step_t asr_tencent_auth_status(asr_call_t *call);

/* Is it a name that v1 carries for all actions? */
bool asr_tencent_common(asr_str_t name);

/* Parameters of the action, from st->json or st->form. */
asr_step_t asr_tencent_create_check(asr_call_t *call);
asr_step_t asr_tencent_describe_check(asr_call_t *call);

/* The parameters that outlive the call.  ASR_OK, ASR_NOMEM. */
asr_err_t asr_tencent_params_write(const asr_tencent_create_t *c,
    asr_buf_t *out);

/* What of a task's parameters a result depends on. */

typedef struct {
    int64_t  res_text_format;
    bool     energy;
    bool     speakers;
} asr_tencent_view_t;

void asr_tencent_view(const asr_json_t *params, asr_tencent_view_t *view);

/* Result; ResultDetail (text is a buffer to work in); ErrorMsg. */
void asr_tencent_lines(asr_buf_t *out, const asr_result_t *r,
    const asr_tencent_view_t *view);
void asr_tencent_detail(asr_json_out_t *o, asr_buf_t *text,
    const asr_result_t *r, const asr_tencent_view_t *view);
const char *asr_tencent_cause(asr_cause_t cause);

/* asr_api_t.ask */
asr_err_t asr_tencent_ask(const asr_json_t *params, asr_arena_t *a,
    asr_ask_t *ask);

/* asr_api_t.callback */
bool asr_tencent_callback(const asr_task_t *task, asr_arena_t *arena,
    asr_delivery_t *out);

/* Has the http or https URL a user name? */
bool asr_tencent_url_user(asr_str_t url);

/* Replies from call->op; store thread. */
asr_step_t asr_tencent_create_reply(asr_call_t *call);
asr_step_t asr_tencent_describe_reply(asr_call_t *call);

/* An empty reply: status, type, headers.  Drops a reply made before. */
void asr_tencent_reply_begin(asr_call_t *call);

/*
 * The error's envelope; always ASR_STEP_REPLY.  The strings are copied; what
 * a client sent must go through asr_tencent_clip.
 */
asr_step_t asr_tencent_refuse(asr_call_t *call, asr_tencent_error_t e,
    asr_str_t a, asr_str_t b);
asr_str_t asr_tencent_clip(asr_str_t s);

static inline asr_step_t
asr_tencent_fail(asr_call_t *call, asr_tencent_error_t e)
{
    return asr_tencent_refuse(call, e, asr_str_null(), asr_str_null());
}


#endif /* ASR_TENCENT_H */
