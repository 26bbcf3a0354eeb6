/*
 * How the parameters of an operation become a request of each vendor, and
 * what a vendor's reply says in its envelope.
 *
 * Requests are built of expanded values and signed last.  All functions may be
 * called from any thread.
 */

#ifndef ASR_CONF_API_H
#define ASR_CONF_API_H


#include "asr_conf_doc.h"
#include "asr_conf_sign.h"


/* One request of a step: values expanded, base and set merged. */

typedef struct {
    const asr_conf_doc_t      *doc;
    const asr_conf_op_t       *op;
    const char                *target;   /* "http://127.0.0.1:8080" */
    const char                *via;      /* NULL: the API's first */
    const json_t              *params;   /* object */
    const json_t              *request;  /* of the step: body, headers, ... */
    const asr_conf_account_t  *account;  /* NULL: nothing is signed */
    int64_t                    time;
    uint64_t                   nonce;
} asr_conf_call_t;


typedef struct {
    char                      *code;     /* "": success; NULL: none found */
    char                      *message;  /* NULL: none */
    char                      *request_id;
} asr_conf_envelope_t;


typedef enum {
    ASR_CONF_STATE_NONE = 0,             /* no state in it */
    ASR_CONF_STATE_RUNNING,
    ASR_CONF_STATE_DONE,
    ASR_CONF_STATE_FAILED
} asr_conf_state_t;


typedef struct {
    const char                *api;
    const char *const         *vias;     /* the first is the default; NULL */
    const char                *upload;   /* pointer of a new file's id, NULL */
    bool                       webhook;  /* an account's is told of all tasks
                                            that name no other address */

    /* Sets all but what the step overrides; false: no such via. */
    bool                     (*build)(const asr_conf_call_t *c,
                                      asr_conf_request_t *rq,
                                      asr_conf_signing_t *how);
    void                     (*read)(const json_t *body,
                                     asr_conf_envelope_t *e);
    asr_conf_state_t         (*state)(const json_t *body);
} asr_conf_api_t;


extern const asr_conf_api_t    asr_conf_api_tencent;
extern const asr_conf_api_t    asr_conf_api_u2;
extern const asr_conf_api_t    asr_conf_api_memories;
extern const asr_conf_api_t    asr_conf_api_ice;


const asr_conf_api_t *asr_conf_api(const char *name);
bool asr_conf_api_via_known(const asr_conf_api_t *api, const char *via);

/*
 * The request, signed.  False with why (to be freed): the data ask for what
 * cannot be.  rq is to be cleaned in any case.
 */

bool asr_conf_call_build(const asr_conf_call_t *c, asr_conf_request_t *rq,
    char **why);

/*
 * A body as JSON: JSON itself, or the XML that ICE may answer with (*xml).
 * NULL with the reason in err.
 */

json_t *asr_conf_reply_json(const asr_conf_reply_t *reply, bool *xml,
    char *err, size_t errlen);

void asr_conf_envelope_clean(asr_conf_envelope_t *e);


/* Used by the vendors' files. */

/* "a=b&c=d", percent-encoded, of all parameters; objects and arrays flat
   ("A.0", "A.0.B") when `flat`, else as JSON text; nulls are left out.  To be
   freed. */

char *asr_conf_api_form(const json_t *params, bool flat);

/* JSON, path, query or multipart as the operation's form says. */

void asr_conf_api_rest(const asr_conf_call_t *c, asr_conf_request_t *rq);
void asr_conf_api_json_body(asr_conf_request_t *rq, const json_t *v);

/* Text of a scalar as a form has it; to be freed. */

char *asr_conf_api_text(const json_t *v);

/* XML as JSON: elements are members, text alone is a string; NULL: none. */

json_t *asr_conf_xml_read(const char *p, size_t n, char *err, size_t errlen);


#endif /* ASR_CONF_API_H */
