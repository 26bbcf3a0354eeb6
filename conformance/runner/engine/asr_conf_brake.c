/*
 * The brake: where an account's own limit, and not what the case is about,
 * ends a request, it is sent again when the window is over.  A vendor's
 * endpoint has such limits; where the accounts file says "off" there is none,
 * and a refusal is a finding.
 *
 * Cases that run at once take each other's room, so one may have to wait for
 * some windows; an endpoint that has refused one case through all of them lets
 * none pass, and is waited for no more.
 */

#include <stdatomic.h>
#include <stdlib.h>

#include "asr_conf_json.h"
#include "asr_conf_step_int.h"


#define ASR_CONF_BRAKE_TRIES  20


static atomic_bool  asr_conf_brake_vain;


/* Seconds of the operation's window; 0: the account says it has no limit. */

static unsigned
asr_conf_brake_window(const asr_conf_walk_t *x, const asr_conf_op_t *op)
{
    unsigned     n, seconds;
    const char  *bucket;

    bucket = op->bucket != NULL ? op->bucket : "";

    if (strcmp(asr_conf_json_str(x->account.limits, bucket, ""), "off") == 0) {
        return 0;
    }

    return asr_conf_walk_window(x, bucket, op, &n, &seconds) ? seconds : 1;
}


/* Whether the last reply is the limit's, and the case did not ask for it. */

static bool
asr_conf_brake_refused(const asr_conf_walk_t *x, const json_t *expect)
{
    char    *code;
    bool     limited;
    size_t   i;

    code = asr_conf_walk_code(x);
    limited = false;

    for (i = 0; code != NULL && i < x->c->doc->ncodes; i++) {
        limited = limited
                  || (x->c->doc->codes[i].limit
                      && strcmp(x->c->doc->codes[i].code, code) == 0);
    }

    limited = limited && !asr_conf_code_expected(expect, code);
    free(code);

    return limited;
}


bool
asr_conf_ask_patient(asr_conf_walk_t *x, const asr_conf_ask_t *a,
    const json_t *expect)
{
    unsigned  i, seconds;

    for (i = 1; ; i++) {

        if (!asr_conf_ask_send(x, a)) {
            return false;
        }

        seconds = asr_conf_brake_window(x, a->op);

        if (seconds == 0 || asr_conf_run_interrupted()
            || atomic_load(&asr_conf_brake_vain)
            || !asr_conf_brake_refused(x, expect))
        {
            return true;
        }

        if (i == ASR_CONF_BRAKE_TRIES) {
            atomic_store(&asr_conf_brake_vain, true);
            return true;
        }

        asr_conf_gate_sleep(x->w->shared->gate, seconds * 1000);
    }
}
