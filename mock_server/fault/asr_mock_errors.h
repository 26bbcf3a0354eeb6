/*
 * Error codes by name.  One list of all that the documents, the vendors'
 * clients and this program know, in place of a request's reply or as the end
 * of a task.
 *
 * A code's name is the code as a client meets it.  Where one code has several
 * meanings the first has the name, the others a word after a slash:
 * "100001/413", "InvalidParameterValue/engine".
 */

#ifndef ASR_MOCK_ERRORS_H
#define ASR_MOCK_ERRORS_H

#include "core/api/asr_api.h"
#include "core/base/asr_json.h"


#define ASR_MOCK_CODES_MAX      512
#define ASR_MOCK_CODE_NAME_MAX  96       /* of a name, and of a cause's */


typedef struct {
    const char  *api;
    const char  *name;           /* unique among the API's of its kind; of a
                                    task's end the cause, "too_short" */
    const char  *code;           /* as the client meets it */
    const char  *meaning;        /* the message, as it is for a new task */
    const char  *clause;         /* "T-072"; NULL: none, or as the action's */
    int          status;         /* HTTP that comes with it */
    int          row;            /* of the API's own table; -1: the module
                                    never gives this code */
    asr_cause_t  cause;          /* of a task's end */
    bool         task;           /* of a task's end, not of a reply */
    bool         documented;     /* a vendor's page or SDK names the code */
} asr_mock_code_t;


/* All of them, errors before tasks within an API.  Any thread. */
const asr_mock_code_t *asr_mock_codes(size_t *n);

/*
 * The row of a name, or the first of a code; NULL: the API has none.  '_' may
 * stand for '.', '-' for '/', where names are to be those of files.
 */
const asr_mock_code_t *asr_mock_code_find(asr_str_t api, asr_str_t name,
    bool task);

/* Is it a name of any API, as an error or a task's end? */
bool asr_mock_code_known(asr_str_t name, bool task);

/*
 * Replaces the call's reply by that error in the vendor's envelope, as the
 * API itself writes it, and sets call->error, why and clause.  At any time
 * between begin and the first store operation, so also in place of the
 * ASR_STEP_STORE of end; the call is then to be replied to, and freed as any
 * other.  A file that came with it goes with it.  false: the API has no such
 * code, nothing was touched.
 */
bool asr_mock_error(asr_call_t *call, asr_str_t name);

/* With another HTTP status than the code's; 0: the code's. */
bool asr_mock_error_status(asr_call_t *call, asr_str_t name, int status);

/*
 * Nothing but an HTTP status, as what stands before the service answers: an
 * HTML page that no document knows.
 */
void asr_mock_gateway_page(asr_call_t *call, int status);

/*
 * "The task fails with NAME": the cause whose rendering by the API is that
 * code, or has that name.  The message is to be kept with the task; empty: the
 * API has a text for the cause.
 */
bool asr_mock_task_code(asr_str_t api, asr_str_t name, asr_cause_t *cause,
    asr_str_t *message);

/*
 * For codes that no cause of the API is rendered as: puts the code of a
 * failed task, which is its message, into the reply that tells of it (after
 * stored; call->op.task), or into its callback.  false: it is right as it is.
 */
bool asr_mock_task_reply(asr_call_t *call);
bool asr_mock_task_delivery(const asr_task_t *task, asr_arena_t *a,
    asr_delivery_t *out);

/* {"codes":[...]}: the writer's, which the caller has begun and ends. */
void asr_mock_codes_write(asr_json_out_t *o);


#endif /* ASR_MOCK_ERRORS_H */
