/*
 * Document 000 (name in code "u2"): what its files share.
 *
 *     asr_u2.c           routes, authentication, limit, the steps of a call
 *     asr_u2_reply.c     the envelope, errors
 *     asr_u2_params.c    tables of parameters, rules and codes; validation
 *     asr_u2_files.c     upload, retrieve, content, list, delete
 *     asr_u2_ask.c       what a task keeps of its request
 *     asr_u2_render.c    task replies
 *
 * The document gives one page, the creation of a task.  What it leaves open
 * (the companion calls, finer codes, HTTP statuses) follows the vendor's
 * clients; each such decision is marked as a guess in its table.
 */

#ifndef ASR_U2_H
#define ASR_U2_H

#include "../base/asr_multipart.h"
#include "asr_api.h"
#include "asr_params.h"
#include "asr_upload.h"


/*
 * A JSON body and its tree stay within 64 KB: so much of the body is kept,
 * and the arena has the rest.  The largest request of the document (context
 * and hotwords all as \uXXXX\uXXXX) is under 20 KB.
 */

#define ASR_U2_JSON_MAX      (24 * 1024)
#define ASR_U2_JSON_ARENA    (40 * 1024)

#define ASR_U2_FILE_MAX      ((uint64_t) 1 << 30)
#define ASR_U2_ENVELOPE_MAX  (64 * 1024)     /* multipart around the file */
#define ASR_U2_FILENAME_MAX  255
#define ASR_U2_PURPOSE       "a2t_async_input"
#define ASR_U2_ENGINE        "u2-asr"
#define ASR_U2_RATE_DEFAULT  16000
#define ASR_U2_INDEX         0       /* into the counters */


typedef enum {
    ASR_U2_CREATE = 0,
    ASR_U2_QUERY,
    ASR_U2_UPLOAD,
    ASR_U2_RETRIEVE,
    ASR_U2_CONTENT,
    ASR_U2_DELETE,
    ASR_U2_LIST,
    ASR_U2_OTHER                 /* no such path, or not by this method */
} asr_u2_action_t;


/* Every reply's code; rows of asr_u2_codes[] in this order. */

typedef enum {
    ASR_U2_OK = 0,
    ASR_U2_PARAM,
    ASR_U2_METHOD,
    ASR_U2_TOO_LARGE,
    ASR_U2_NOT_FOUND,
    ASR_U2_NO_PATH,
    ASR_U2_AUTH_MISSING,
    ASR_U2_AUTH_MALFORMED,
    ASR_U2_AUTH_WRONG,
    ASR_U2_AUTH_AMOUNT,
    ASR_U2_AUTH_RIGHT,
    ASR_U2_AUTH_DISABLED,
    ASR_U2_RATE,
    ASR_U2_BUSY,
    ASR_U2_INTERNAL,
    ASR_U2_CODES
} asr_u2_code_id_t;

typedef struct {
    asr_str_t    code;           /* the document's */
    asr_str_t    finer;          /* the vendor's later list */
    int          status;         /* HTTP */
    bool         guess;          /* code or status is not the document's */
    const char  *meaning;
} asr_u2_code_t;

/* Why a task failed, in the vendor's range for task errors. */

typedef struct {
    int          code;
    const char  *meaning;
} asr_u2_cause_t;


/* Rules that are no single parameter's; rows of asr_u2_rules[]. */

typedef enum {
    ASR_U2_R_AUTH = 0,
    ASR_U2_R_ACCOUNT,
    ASR_U2_R_PATH,
    ASR_U2_R_METHOD,
    ASR_U2_R_RATE,
    ASR_U2_R_CONTENT_TYPE,
    ASR_U2_R_SIZE,
    ASR_U2_R_JSON,
    ASR_U2_R_NO_FILE,
    ASR_U2_R_TWO_FILES,
    ASR_U2_R_FILE_URL,
    ASR_U2_R_SPEAKER_NUM,
    ASR_U2_R_FILE_FOUND,
    ASR_U2_R_TASK_FOUND,
    ASR_U2_R_QUEUE,
    ASR_U2_R_MULTIPART,
    ASR_U2_R_FILE_SIZE,
    ASR_U2_R_FILE_NAME,
    ASR_U2_RULES
} asr_u2_rule_id_t;

typedef struct {
    const char  *clause;
    bool         guess;
    const char  *words;
} asr_u2_rule_t;


/* Values of the tables. */

typedef struct {
    int64_t      file_id;        /* 0: not sent */
    asr_str_t    file_url;
    asr_str_t    model;
    asr_str_t    format;
    int64_t      sample_rate;    /* 0: not sent */
    int64_t      channel;
    int64_t      speaker_num;
    asr_str_t    context;
    asr_strs_t   hotwords;
    bool         enable_itn;
    bool         enable_speaker;
    bool         word_info;
} asr_u2_create_t;

typedef struct {                 /* of delete and of the query strings */
    int64_t      file_id;
    asr_str_t    purpose;
    asr_str_t    task_id;
} asr_u2_args_t;

extern const asr_param_t    asr_u2_params[];             /* create */
extern const size_t         asr_u2_params_n;
extern const asr_param_t    asr_u2_delete_params[];
extern const size_t         asr_u2_delete_params_n;
extern const asr_param_t    asr_u2_upload_params[];
extern const size_t         asr_u2_upload_params_n;
extern const asr_param_t    asr_u2_retrieve_params[];    /* and content */
extern const size_t         asr_u2_retrieve_params_n;
extern const asr_param_t    asr_u2_list_params[];
extern const size_t         asr_u2_list_params_n;
extern const asr_param_t    asr_u2_query_params[];
extern const size_t         asr_u2_query_params_n;

extern const asr_u2_code_t   asr_u2_codes[ASR_U2_CODES];
extern const asr_u2_rule_t   asr_u2_rules[ASR_U2_RULES];
extern const asr_u2_cause_t  asr_u2_causes[ASR_CAUSE_FILE_GONE + 1];


typedef struct {
    asr_multipart_t    *multipart;
    asr_spool_file_t    spool;
    bool                spooling;        /* spool is to be ended */
    int                 part;            /* the part being read */
    unsigned            purposes;
    unsigned            files;
    asr_str_t           filename;
    asr_str_t           content_type;
    size_t              purpose_len;
    char                purpose[sizeof(ASR_U2_PURPOSE)];

    /* the fault a part's handler found; why NULL: none */
    asr_u2_code_id_t    code;
    const char         *clause;
    const char         *why;
} asr_u2_upload_t;

typedef struct {
    asr_u2_action_t        action;
    const asr_account_t   *account;
    asr_str_t              path_id;      /* the task's id, when in the path */
    asr_buf_t              buf;          /* a JSON body in several pieces */
    bool                   parsed;
    const asr_json_t      *json;         /* NULL: json_error says why */
    asr_json_error_t       json_error;
    asr_u2_args_t          args;
    asr_u2_upload_t       *upload;
    char                   trace[32];
} asr_u2_t;


/* asr_u2_reply.c */

/* The call's state, made at the first use; NULL: no memory. */
asr_u2_t *asr_u2_state(asr_call_t *call);

/* Replaces the reply by an error; always ASR_STEP_REPLY.  why is kept. */
asr_step_t asr_u2_error(asr_call_t *call, asr_u2_code_id_t id,
    const char *clause, const char *why);
asr_step_t asr_u2_rule(asr_call_t *call, asr_u2_code_id_t id,
    asr_u2_rule_id_t rule, const char *why);
/* The error of a failed store operation. */
asr_step_t asr_u2_store_error(asr_call_t *call, asr_err_t rc);

/* Starts a reply with HTTP 200 and the usual headers; its body is empty. */
void asr_u2_reply(asr_call_t *call);
/* Ends a reply that was written with a JSON writer. */
asr_step_t asr_u2_reply_end(asr_call_t *call, asr_json_out_t *out);

/* asr_u2_params.c; false: the reply is made */
bool asr_u2_check_json(asr_call_t *call, asr_u2_t *u,
    const asr_param_t *table, size_t n, void *out);
bool asr_u2_check_args(asr_call_t *call, const asr_param_t *table, size_t n,
    void *out);
bool asr_u2_check_create(asr_call_t *call, asr_u2_t *u, asr_u2_create_t *c);

/* asr_u2_files.c */
asr_step_t asr_u2_upload_begin(asr_call_t *call, asr_u2_t *u);
asr_step_t asr_u2_upload_body(asr_call_t *call, asr_u2_t *u, const char *p,
    size_t n);
asr_step_t asr_u2_upload_end(asr_call_t *call, asr_u2_t *u);
void asr_u2_upload_cleanup(asr_u2_t *u);
asr_step_t asr_u2_files_end(asr_call_t *call, asr_u2_t *u);
asr_step_t asr_u2_files_stored(asr_call_t *call, asr_u2_t *u);

/* asr_u2_ask.c */

/* What of the request reply and recognition depend on; data NULL: no memory. */
asr_str_t asr_u2_task_params(asr_arena_t *arena, const asr_u2_create_t *c);
/* asr_api_t.ask */
asr_err_t asr_u2_ask(const asr_json_t *params, asr_arena_t *a,
    asr_ask_t *ask);

/* asr_u2_render.c */
void asr_u2_base_resp(asr_json_out_t *o, int code, asr_str_t msg);
asr_step_t asr_u2_task_created(asr_call_t *call);
asr_step_t asr_u2_task_reply(asr_call_t *call);


#endif /* ASR_U2_H */
