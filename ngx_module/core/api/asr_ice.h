/*
 * What the files of the Alibaba Cloud ICE API (document 003 and its
 * companions) share:
 *
 *     asr_ice.c           transports, body, dispatch
 *     asr_ice_auth.c      ACS3 and RPC v1: who asks, may they
 *     asr_ice_params.c    tables of parameters and rules ("I-..." clauses)
 *     asr_ice_check.c     a request's parameters against those
 *     asr_ice_input.c     InputFile: URL, bucket or media id
 *     asr_ice_job.c       job ids, what a task keeps of its request
 *     asr_ice_render.c    replies made of tasks
 *     asr_ice_reply.c     JSON or XML, codes, texts, the envelope
 *     asr_ice_callback.c  the event when a job has ended
 */

#ifndef ASR_ICE_H
#define ASR_ICE_H

#include "asr_api.h"
#include "asr_params.h"
#include "../auth/asr_acs3.h"


#define ASR_ICE_VERSION      "2020-11-09"
#define ASR_ICE_ENGINE       "ice-asr"

#define ASR_ICE_BODY_MAX     (16 * 1024)     /* I-070 */
#define ASR_ICE_QUERY_MAX    (16 * 1024)     /* I-070 */
#define ASR_ICE_SKEW         900             /* I-053: seconds */
#define ASR_ICE_NONCE_MAX    1024
#define ASR_ICE_INPUT_MAX    2048
#define ASR_ICE_KEY_MAX      1023            /* of an object's name */
#define ASR_ICE_MEDIA_MAX    128
#define ASR_ICE_IDS_MAX      100             /* of one DeleteSmartJob */
#define ASR_ICE_JOB_LEN      32
#define ASR_ICE_SECONDS_MAX  99999


/* The action_index of a call. */

enum {
    ASR_ICE_OTHER = 0,
    ASR_ICE_SUBMIT,
    ASR_ICE_GET,
    ASR_ICE_LIST,
    ASR_ICE_DELETE
};

typedef enum {
    ASR_ICE_NO_BODY = 0,         /* none, or of a type that is not read */
    ASR_ICE_FORM,
    ASR_ICE_JSON
} asr_ice_body_t;


/* Rows of asr_ice_errors[]. */

typedef enum {
    ASR_IE_MISSING = 0,          /* name: code Missing{name} */
    ASR_IE_KEY,
    ASR_IE_INACTIVE,
    ASR_IE_NO_TOKEN,
    ASR_IE_TOKEN,
    ASR_IE_TIME_FORMAT,
    ASR_IE_TIME,
    ASR_IE_INCOMPLETE,           /* why */
    ASR_IE_METHOD,
    ASR_IE_SIGN_VERSION,
    ASR_IE_SIGNATURE_V1,
    ASR_IE_SIGNATURE_V3,
    ASR_IE_NONCE,
    ASR_IE_NONCE_FORM,
    ASR_IE_VERSION,
    ASR_IE_ACTION,
    ASR_IE_HTTP_METHOD,
    ASR_IE_FORMAT,               /* why */
    ASR_IE_LIMIT,
    ASR_IE_THROTTLING,
    ASR_IE_SUSPENDED,
    ASR_IE_NOT_OPEN,
    ASR_IE_PARAM_MISSING,        /* name */
    ASR_IE_PARAM,                /* name, why */
    ASR_IE_SENTENCE,             /* value */
    ASR_IE_NO_MEDIA,             /* why */
    ASR_IE_NO_JOB,
    ASR_IE_INTERNAL,
    ASR_IE_UNAVAILABLE,
    ASR_IE_SIZE,
    ASR_IE_URI_SIZE,
    ASR_IE_HTTP,
    ASR_IE_NOT_FOUND,
    ASR_IE_TIMEOUT,
    ASR_IE_TYPE,
    ASR_IE_RATE,
    ASR_IE_N
} asr_ice_error_t;

typedef struct {
    const char  *code;           /* "{0}" as in text */
    int          status;
    const char  *text;           /* "{0}", "{1}": the arguments */
    const char  *clause;         /* NULL: the caller knows */
    bool         guess;          /* the choice of the code is ours */
} asr_ice_error_row_t;

extern const asr_ice_error_row_t  asr_ice_errors[ASR_IE_N];


/* Why a job failed, as its ErrorCode and ErrorMessage. */

typedef struct {
    asr_cause_t  cause;
    const char  *code;
    const char  *text;
} asr_ice_cause_t;

#define ASR_ICE_CAUSES  11

extern const asr_ice_cause_t  asr_ice_causes[ASR_ICE_CAUSES];


typedef struct {
    asr_str_t  input_file;
    asr_str_t  user_data;
    asr_str_t  title;
    asr_str_t  description;
    asr_str_t  start_time;
    asr_str_t  duration;
    asr_str_t  editing_config;
} asr_ice_submit_t;

typedef struct {
    asr_str_t  job_id;
} asr_ice_job_t;

typedef struct {
    asr_str_t  job_state;
    asr_str_t  job_type;
    int64_t    page_no;
    int64_t    page_size;
    int64_t    max_results;
    asr_str_t  next_token;
    asr_str_t  sort_by;
} asr_ice_list_t;


/* Where the audio is. */

typedef struct {
    asr_str_t         url;       /* to fetch; empty: below oss->root */
    const asr_oss_t  *oss;
    asr_str_t         key;       /* with NUL */
} asr_ice_input_t;


typedef struct {
    bool                acs3;
    bool                xml;
    bool                opened;          /* the file is in the spool */
    bool                stored;          /* ... and is the row's */
    asr_ice_body_t      body;

    /* who and what */
    asr_str_t           action;
    asr_str_t           version;
    asr_str_t           nonce;
    asr_str_t           signature;
    asr_acs3_t          authorization;
    const asr_key_t    *key;
    asr_sha256_t       *sha;

    /* the request */
    asr_form_t          form;            /* query, then form body */
    size_t              query_n;         /* pairs of the query */
    asr_err_t           fault;
    asr_buf_t           json;            /* the text of a JSON body */
    asr_spool_file_t    file;

    /* the parameters */
    asr_ice_submit_t    submit;
    asr_ice_job_t       job;
    asr_ice_list_t      list;
    asr_ice_input_t     input;
    int64_t             start_ms;
    int64_t             duration_ms;     /* 0: to the end */
    int64_t             sentence_max;    /* 0: not asked for */
    asr_str_t           notify;          /* NotifyAddress */
    asr_buf_t           params;          /* JSON, for the task's row */
} asr_ice_state_t;


/* A rule that is no row of a parameter; enforced where it is cited. */

typedef struct {
    const char  *clause;
    const char  *param;          /* NULL: of no parameter */
    const char  *words;
    unsigned     flags;          /* ASR_P_GUESS, ASR_P_EXTENSION */
} asr_ice_rule_t;

#define ASR_ICE_SUBMIT_PARAMS  7
#define ASR_ICE_LIST_PARAMS    7

extern const asr_param_t     asr_ice_submit_params[ASR_ICE_SUBMIT_PARAMS];
extern const asr_param_t     asr_ice_get_params[1];
extern const asr_param_t     asr_ice_list_params[ASR_ICE_LIST_PARAMS];
extern const asr_param_t     asr_ice_delete_params[1];
extern const asr_ice_rule_t  asr_ice_rules[];
extern const size_t          asr_ice_rules_n;


/* All that the head tells.  ASR_STEP_BODY: no objection so far. */
asr_step_t asr_ice_auth_head(asr_call_t *call);

/* The rest, once the body is complete.  Sets call->account. */
asr_step_t asr_ice_auth(asr_call_t *call);

/* The account's rate, and its status. */
asr_step_t asr_ice_auth_limit(asr_call_t *call);
asr_step_t asr_ice_auth_status(asr_call_t *call);

/* Value of the first pair of that name; data NULL: none. */
asr_str_t asr_ice_pair(const asr_ice_state_t *st, asr_str_t name);

/* Parameters of the action. */
asr_step_t asr_ice_submit_check(asr_call_t *call);
asr_step_t asr_ice_get_check(asr_call_t *call, int64_t *id);
asr_step_t asr_ice_list_check(asr_call_t *call, asr_task_list_t *list);
asr_step_t asr_ice_delete_check(asr_call_t *call, int64_t **ids, size_t *n);

/* st->submit.input_file into st->input. */
asr_step_t asr_ice_input(asr_call_t *call);

/* The file below a root into st->file; store thread. */
asr_step_t asr_ice_input_copy(asr_call_t *call);

/* Ids are numbers, scrambled so that one does not tell the next. */
void asr_ice_job_id(int64_t id, char out[ASR_ICE_JOB_LEN]);
asr_err_t asr_ice_job_number(asr_str_t job_id, int64_t *id);

/* "Created", ... */
const char *asr_ice_job_state(asr_task_state_t state);

/* What outlives the call: JSON.  ASR_OK, ASR_NOMEM. */
asr_err_t asr_ice_params_write(const asr_ice_state_t *st,
    const asr_account_t *account, asr_buf_t *out);

/* The row of the cause; the last one when it is none of the others. */
const asr_ice_cause_t *asr_ice_cause(asr_cause_t cause);

/* Replies from call->op; store thread. */
asr_step_t asr_ice_submit_reply(asr_call_t *call);
asr_step_t asr_ice_get_reply(asr_call_t *call);
asr_step_t asr_ice_list_reply(asr_call_t *call);
asr_step_t asr_ice_delete_reply(asr_call_t *call);

bool asr_ice_callback(const asr_task_t *task, asr_arena_t *arena,
    asr_delivery_t *out);

/* asr_api_t.ask */
asr_err_t asr_ice_ask(const asr_json_t *params, asr_arena_t *a,
    asr_ask_t *ask);


/*
 * A reply in the making: the same calls write JSON or XML.  begin opens the
 * root and writes RequestId; the name is that of the action.  end: false: out
 * of memory.
 */

typedef struct {
    asr_call_t      *call;
    bool             xml;
    asr_json_out_t   json;
    const char      *root;
} asr_ice_out_t;

/* Status, type, headers; drops a reply made before. */
void asr_ice_reply_begin(asr_call_t *call, int status, bool xml);

bool asr_ice_out_begin(asr_ice_out_t *o, asr_call_t *call, int status,
    const char *root);
void asr_ice_out_str(asr_ice_out_t *o, const char *name, asr_str_t v);
void asr_ice_out_int(asr_ice_out_t *o, const char *name, int64_t v);
void asr_ice_out_open(asr_ice_out_t *o, const char *name);
void asr_ice_out_close(asr_ice_out_t *o, const char *name);

/* A list, and its members, which have a name in XML only. */
void asr_ice_out_list(asr_ice_out_t *o, const char *name);
void asr_ice_out_list_end(asr_ice_out_t *o, const char *name);
void asr_ice_out_item(asr_ice_out_t *o, const char *name);
bool asr_ice_out_end(asr_ice_out_t *o);

/*
 * The error's envelope; always ASR_STEP_REPLY.  Strings are copied; what a
 * client sent must go through asr_ice_clip.
 */
asr_step_t asr_ice_refuse(asr_call_t *call, asr_ice_error_t e, asr_str_t a,
    asr_str_t b);
asr_str_t asr_ice_clip(asr_str_t s);

static inline asr_step_t
asr_ice_fail(asr_call_t *call, asr_ice_error_t e)
{
    return asr_ice_refuse(call, e, asr_str_null(), asr_str_null());
}


#endif /* ASR_ICE_H */
