/* A case while it runs; of the files that run steps alone. */

#ifndef ASR_CONF_STEP_INT_H
#define ASR_CONF_STEP_INT_H


#include "asr_conf_judge.h"
#include "asr_conf_step.h"


typedef struct {
    const asr_conf_worker_t   *w;
    const asr_conf_case_t     *c;
    asr_conf_result_t         *r;
    const asr_conf_options_t  *o;

    asr_conf_account_t         account;  /* of the last request */
    bool                       has_account;
    bool                       nobody;   /* it has a key nobody gave out */
    bool                       no_key;   /* or none */

    json_t                    *saved;
    json_t                    *kept;     /* replies with transcripts, by name */
    json_t                    *body;     /* of the last reply; NULL: none */
    const char                *audio;    /* recording last named */
    char                       callback[17];
    unsigned                   delivered;
    uint64_t                   nonce;
    unsigned                   step;

    asr_conf_scope_t           scope;
    asr_conf_request_t         rq;       /* the last exchange */
    asr_conf_reply_t           reply;
    bool                       exchanged;
    bool                       passed;   /* it was a success */
    bool                       called;   /* ${callback} was sent */
} asr_conf_walk_t;


/* What is asked: raw members of a case, not yet expanded. */

typedef struct {
    const asr_conf_op_t       *op;
    const json_t              *request;
    const char                *role;     /* account */
    const char                *via;
    bool                       poll;     /* until a task has ended */
} asr_conf_ask_t;


/*
 * All of these return false when the case has ended: failed or skipped, as the
 * result then says.
 */

bool asr_conf_walk_account(asr_conf_walk_t *x, const char *role);
bool asr_conf_ask_send(asr_conf_walk_t *x, const asr_conf_ask_t *a);
bool asr_conf_ask_patient(asr_conf_walk_t *x, const asr_conf_ask_t *a,
    const json_t *expect);               /* asr_conf_brake.c */
bool asr_conf_ask_judge(asr_conf_walk_t *x, const asr_conf_op_t *op,
    const json_t *expect);
bool asr_conf_walk_poll(asr_conf_walk_t *x, const json_t *step);
bool asr_conf_walk_checks(asr_conf_walk_t *x, const json_t *checks,
    const json_t *body);
bool asr_conf_walk_callback(asr_conf_walk_t *x, const json_t *step);
bool asr_conf_walk_limit(asr_conf_walk_t *x, const json_t *step,
    const asr_conf_ask_t *a);
bool asr_conf_walk_save(asr_conf_walk_t *x, const json_t *save);

/* Of a callback: a header by any case, NULL: none; ICE's own signature. */

const char *asr_conf_walk_header(const asr_conf_delivery_t *d,
    const char *name);
bool asr_conf_walk_signed(asr_conf_walk_t *x, const asr_conf_delivery_t *d);

/* A value of the case, {} for NULL; a new reference, NULL: it has ended. */

json_t *asr_conf_walk_value(asr_conf_walk_t *x, const json_t *v);

/* Texts become the result's. */

bool asr_conf_walk_fails(asr_conf_walk_t *x, char *check, char *expected,
    char *got);
bool asr_conf_walk_skips(asr_conf_walk_t *x, char *why);

/* The code of the last reply, "": success; NULL: none in it.  To be freed. */

char *asr_conf_walk_code(const asr_conf_walk_t *x);

/* Whether a step's expectation names the code. */

bool asr_conf_code_expected(const json_t *expect, const char *code);

/* The account's limit in that bucket, else the operation's; false: none. */

bool asr_conf_walk_window(const asr_conf_walk_t *x, const char *bucket,
    const asr_conf_op_t *op, unsigned *n, unsigned *seconds);

/* The state of a task that the last reply tells. */

asr_conf_state_t asr_conf_walk_state(const asr_conf_walk_t *x);


#endif /* ASR_CONF_STEP_INT_H */
