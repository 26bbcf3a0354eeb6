/*
 * Document 002 (name in code "memories"): what its files share.
 *
 *     asr_memories.c          routes, authentication, limit, steps of a call
 *     asr_memories_reply.c    the envelope, errors
 *     asr_memories_params.c   tables of parameters, rules and codes; checks
 *     asr_memories_assets.c   upload, signed upload, metadata, download, delete
 *     asr_memories_tasks.c    create, wait, query
 *     asr_memories_render.c   transcripts, the callback
 *     asr_memories_id.c       ids, links that need no key
 *
 * The document gives the reply of the creation and the callback.  Companion
 * calls follow the vendor's pages about them.  The vendor has no query of a
 * task: ours is marked as an extension, as is callback_url.  Every reply has
 * a "code" of the style that is set: the document's strings ("0000"), or the
 * integers of the vendor's later pages, which equal the HTTP status.
 */

#ifndef ASR_MEMORIES_H
#define ASR_MEMORIES_H

#include "../base/asr_multipart.h"
#include "../speech/asr_result.h"
#include "asr_api.h"
#include "asr_params.h"
#include "asr_upload.h"


/* A JSON body and its tree stay within 64 KB, as in asr_u2.h. */

#define ASR_MEMORIES_JSON_MAX      (24 * 1024)
#define ASR_MEMORIES_JSON_ARENA    (40 * 1024)

#define ASR_MEMORIES_FILE_MAX      ((uint64_t) 3 << 30)
#define ASR_MEMORIES_ENVELOPE_MAX  (64 * 1024)   /* multipart around it */
#define ASR_MEMORIES_NAME_MAX      255
#define ASR_MEMORIES_URL_MAX       2048
#define ASR_MEMORIES_RESULT_MAX    ((size_t) ASR_RESULT_MAX * 4)
#define ASR_MEMORIES_PURPOSE       "memories"    /* of its files */
#define ASR_MEMORIES_ENGINE        "whisper-1"
#define ASR_MEMORIES_INDEX         2             /* into the counters */
#define ASR_MEMORIES_ATTEMPTS      10            /* to deliver a callback */
#define ASR_MEMORIES_SIGNED_S      93600         /* life of a signed URL */

#define ASR_MEMORIES_TASK_LEN      32            /* of the ids' texts */
#define ASR_MEMORIES_NONCE_LEN     16
#define ASR_MEMORIES_ASSET_LEN     21


typedef enum {
    ASR_MEMORIES_UPLOAD = 0,
    ASR_MEMORIES_SIGN,
    ASR_MEMORIES_FILL,           /* an upload to a signed URL */
    ASR_MEMORIES_METADATA,
    ASR_MEMORIES_DOWNLOAD,
    ASR_MEMORIES_DELETE,
    ASR_MEMORIES_ASYNC,
    ASR_MEMORIES_SYNC,
    ASR_MEMORIES_QUERY,
    ASR_MEMORIES_OTHER           /* no such path, or not by this method */
} asr_memories_action_t;


/* Every reply's code; rows of asr_memories_codes[] in this order. */

typedef enum {
    ASR_MEMORIES_OK = 0,
    ASR_MEMORIES_PARAM,
    ASR_MEMORIES_NO_ASSET_ID,
    ASR_MEMORIES_NO_WEBHOOK,
    ASR_MEMORIES_BAD_MODEL,
    ASR_MEMORIES_NO_ASSET,
    ASR_MEMORIES_NO_TASK,
    ASR_MEMORIES_BAD_AUDIO,
    ASR_MEMORIES_AUTH,
    ASR_MEMORIES_AMOUNT,
    ASR_MEMORIES_RIGHT,
    ASR_MEMORIES_NO_PATH,
    ASR_MEMORIES_METHOD,
    ASR_MEMORIES_SLOW,
    ASR_MEMORIES_FILLED,
    ASR_MEMORIES_TOO_LARGE,
    ASR_MEMORIES_TYPE,
    ASR_MEMORIES_RATE,
    ASR_MEMORIES_INTERNAL,
    ASR_MEMORIES_BUSY,
    ASR_MEMORIES_HELD_LONG,
    ASR_MEMORIES_CODES
} asr_memories_code_id_t;

typedef struct {
    asr_str_t    code;           /* as a string; as an integer: the status */
    int          status;         /* HTTP */
    bool         exact;          /* msg is the meaning alone */
    bool         guess;          /* not on the vendor's pages */
    const char  *meaning;
} asr_memories_code_t;


/* Rules that are no single parameter's; rows of asr_memories_rules[]. */

typedef enum {
    ASR_MEMORIES_R_AUTH = 0,
    ASR_MEMORIES_R_ACCOUNT,
    ASR_MEMORIES_R_PATH,
    ASR_MEMORIES_R_METHOD,
    ASR_MEMORIES_R_RATE_UPLOAD,
    ASR_MEMORIES_R_RATE_TASK,
    ASR_MEMORIES_R_CONTENT_TYPE,
    ASR_MEMORIES_R_SIZE,
    ASR_MEMORIES_R_JSON,
    ASR_MEMORIES_R_WEBHOOK,
    ASR_MEMORIES_R_CALLBACK_URL,
    ASR_MEMORIES_R_ASSET,
    ASR_MEMORIES_R_TASK,
    ASR_MEMORIES_R_QUEUE,
    ASR_MEMORIES_R_HELD,
    ASR_MEMORIES_R_HELD_LONG,
    ASR_MEMORIES_R_AUDIO,
    ASR_MEMORIES_R_MULTIPART,
    ASR_MEMORIES_R_FILE_SIZE,
    ASR_MEMORIES_R_FILE_NAME,
    ASR_MEMORIES_R_SIGNED,
    ASR_MEMORIES_R_FILLED,
    ASR_MEMORIES_R_HOST,
    ASR_MEMORIES_RULES
} asr_memories_rule_id_t;

typedef struct {
    const char  *clause;
    bool         guess;
    const char  *words;
} asr_memories_rule_t;

/* Why a task failed. */

typedef struct {
    bool         audio;          /* the asset is to blame, not the server */
    const char  *meaning;
} asr_memories_cause_t;


/* Values of the tables. */

typedef struct {
    asr_str_t    asset_id;
    asr_str_t    model;
    asr_str_t    callback_url;
    bool         speaker;
} asr_memories_create_t;

typedef struct {
    asr_str_t    original_filename;
} asr_memories_sign_t;

/* Of asr_memories_params: the sync call has no callback_url, the last row. */

extern const asr_param_t    asr_memories_params[];
extern const size_t         asr_memories_params_n;
extern const asr_param_t    asr_memories_sign_params[];
extern const size_t         asr_memories_sign_params_n;
extern const asr_param_t    asr_memories_upload_params[];
extern const size_t         asr_memories_upload_params_n;

extern const asr_memories_code_t   asr_memories_codes[ASR_MEMORIES_CODES];
extern const asr_memories_rule_t   asr_memories_rules[ASR_MEMORIES_RULES];
extern const asr_memories_cause_t
    asr_memories_causes[ASR_CAUSE_FILE_GONE + 1];


typedef struct {
    asr_multipart_t         *multipart;
    asr_spool_file_t         spool;
    bool                     spooling;   /* spool is to be ended */
    bool                     in_file;    /* the part being read is the file */
    unsigned                 files;
    asr_str_t                filename;
    asr_str_t                content_type;

    /* the fault a part's handler found; why NULL: none */
    asr_memories_code_id_t   code;
    const char              *clause;
    const char              *why;
} asr_memories_upload_t;

typedef struct {
    asr_memories_action_t    action;
    const asr_account_t     *account;
    asr_str_t                base;       /* of the path, up to "/v2" */
    asr_str_t                path_id;    /* the asset or task in the path */
    asr_str_t                path_token; /* of a signed URL */
    int64_t                  file_id;
    asr_buf_t                buf;        /* a JSON body in several pieces */
    bool                     parsed;
    const asr_json_t        *json;       /* NULL: json_error says why */
    asr_json_error_t         json_error;
    asr_memories_upload_t   *upload;
    char                     nonce[ASR_MEMORIES_NONCE_LEN];  /* of the task */
    bool                     speaker;    /* of the task */

    /* of a request that is held */
    char                     task[ASR_MEMORIES_TASK_LEN];
    bool                     held;       /* counted in core->held */
    int64_t                  until_ms;   /* monotonic */
    asr_arena_t              poll;       /* one poll's memory */
} asr_memories_t;


/* asr_memories_reply.c */

/* The call's state, made at the first use; NULL: no memory. */
asr_memories_t *asr_memories_state(asr_call_t *call);

/* Replaces the reply by an error; always ASR_STEP_REPLY.  why is kept. */
asr_step_t asr_memories_error(asr_call_t *call, asr_memories_code_id_t id,
    const char *clause, const char *why);
asr_step_t asr_memories_rule(asr_call_t *call, asr_memories_code_id_t id,
    asr_memories_rule_id_t rule, const char *why);
/* With an HTTP status other than the row's, 400 or more. */
asr_step_t asr_memories_status(asr_call_t *call, asr_memories_code_id_t id,
    int status, const char *clause, const char *why);
/* The error of a failed store operation. */
asr_step_t asr_memories_store_error(asr_call_t *call, asr_err_t rc);

/* Starts a reply; its body is empty. */
void asr_memories_reply(asr_call_t *call, int status);
/* Up to the value of "data", which the caller writes; and the rest. */
void asr_memories_open(asr_call_t *call, asr_json_out_t *o);
asr_step_t asr_memories_close(asr_call_t *call, asr_json_out_t *o);
/* A code in a reply or a callback. */
void asr_memories_code(asr_json_out_t *o, bool integer, int status,
    asr_str_t code);

/* asr_memories_params.c; false: the reply is made */
bool asr_memories_check_json(asr_call_t *call, asr_memories_t *m,
    const asr_param_t *table, size_t n, void *out);
bool asr_memories_check_create(asr_call_t *call, asr_memories_t *m,
    asr_memories_create_t *c);

/* asr_memories_assets.c */
asr_step_t asr_memories_upload_begin(asr_call_t *call, asr_memories_t *m);
asr_step_t asr_memories_upload_body(asr_call_t *call, asr_memories_t *m,
    const char *p, size_t n);
asr_step_t asr_memories_upload_end(asr_call_t *call, asr_memories_t *m);
void asr_memories_upload_cleanup(asr_memories_t *m);
asr_step_t asr_memories_sign(asr_call_t *call, asr_memories_t *m);
asr_step_t asr_memories_asset(asr_call_t *call, asr_memories_t *m);
asr_step_t asr_memories_asset_stored(asr_call_t *call, asr_memories_t *m);

/* asr_memories_tasks.c */
asr_step_t asr_memories_create(asr_call_t *call, asr_memories_t *m);
asr_step_t asr_memories_query(asr_call_t *call, asr_memories_t *m);
asr_step_t asr_memories_task_stored(asr_call_t *call, asr_memories_t *m);
void asr_memories_task_cleanup(asr_call_t *call, asr_memories_t *m);

/* asr_memories_render.c */

/* What a task keeps of its request, out of its JSON. */

typedef struct {
    asr_str_t   nonce;
    asr_str_t   model;
    asr_str_t   webhook;         /* empty: none */
    bool        speaker;
    bool        integer;         /* codes of the callback */
} asr_memories_kept_t;

/* data NULL: no memory */
asr_str_t asr_memories_keep(asr_arena_t *arena, const asr_memories_kept_t *k);
void asr_memories_kept(asr_arena_t *arena, asr_str_t params,
    asr_memories_kept_t *k);

/* The array of segments; the object around it that a callback has. */
void asr_memories_segments(asr_json_out_t *o, const asr_result_t *r,
    bool speaker);
void asr_memories_result(asr_json_out_t *o, const asr_result_t *r,
    const asr_memories_kept_t *k);
/* Why the task failed. */
const asr_memories_cause_t *asr_memories_cause(const asr_task_t *t);
bool asr_memories_callback(const asr_task_t *t, asr_arena_t *arena,
    asr_delivery_t *out);
asr_err_t asr_memories_ask(const asr_json_t *params, asr_arena_t *a,
    asr_ask_t *ask);

/* asr_memories_id.c */

/* Of the request that makes the task.  Event loop. */
void asr_memories_nonce(asr_str_t request_id,
    char out[ASR_MEMORIES_NONCE_LEN]);
void asr_memories_task_text(int64_t id, asr_str_t nonce,
    char out[ASR_MEMORIES_TASK_LEN]);
/* false: no such text; nonce points into it. */
bool asr_memories_task_id(asr_str_t text, int64_t *id, asr_str_t *nonce);
void asr_memories_asset_text(int64_t id, char out[ASR_MEMORIES_ASSET_LEN]);
bool asr_memories_asset_id(asr_str_t text, int64_t *id);

/*
 * The last component of a signed URL: lets whoever has it upload this asset,
 * until then.  Any thread.  data NULL: no memory.
 */
asr_str_t asr_memories_token(asr_arena_t *arena, const asr_accounts_t *a,
    const asr_account_t *account, int64_t file_id, int64_t expires_s);
/* The account it was made for; NULL: it is not valid now. */
const asr_account_t *asr_memories_token_account(const asr_accounts_t *a,
    asr_str_t token, int64_t file_id, int64_t now_s);


#endif /* ASR_MEMORIES_H */
