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


/* Whether the code is the limit's, and the case did not ask for it. */

static bool
asr_conf_brake_limit(const asr_conf_walk_t *x, const char *code,
    const json_t *expect)
{
    size_t         i;
    const json_t  *want, *one;

    for (i = 0; i < x->c->doc->ncodes; i++) {
        if (x->c->doc->codes[i].limit
            && strcmp(x->c->doc->codes[i].code, code) == 0)
        {
            break;
        }
    }

    if (i == x->c->doc->ncodes) {
        return false;
    }

    want = json_object_get(expect, "code");

    if (json_is_string(want) && strcmp(json_string_value(want), code) == 0) {
        return false;
    }

    json_array_foreach(want, i, one) {
        if (json_is_string(one) && strcmp(json_string_value(one), code) == 0) {
            return false;
        }
    }

    return true;
}


/* Seconds of the operation's window; 0: the account says it has no limit. */

static unsigned
asr_conf_brake_window(const asr_conf_walk_t *x, const asr_conf_op_t *op)
{
    unsigned     n, seconds;
    const char  *limit;

    if (op->bucket != NULL) {
        limit = asr_conf_json_str(x->account.limits, op->bucket, "");

        if (strcmp(limit, "off") == 0) {
            return 0;
        }

        if (asr_conf_account_limit(&x->account, op->bucket, &n, &seconds)) {
            return seconds;
        }
    }

    limit = asr_conf_json_str(op->row, "limit", "");
    limit += strcspn(limit, "/");

    return strcmp(limit, "/m") == 0 ? 60 : 1;
}


static bool
asr_conf_brake_refused(const asr_conf_walk_t *x, const json_t *expect)
{
    bool                  limited, xml;
    char                  err[64];
    json_t               *v;
    asr_conf_envelope_t   e;

    if (x->reply.status == 0) {
        return false;
    }

    v = asr_conf_reply_json(&x->reply, &xml, err, sizeof(err));
    memset(&e, 0, sizeof(e));
    asr_conf_api(x->c->doc->api)->read(v, &e);
    json_decref(v);

    limited = e.code != NULL && asr_conf_brake_limit(x, e.code, expect);
    asr_conf_envelope_clean(&e);

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

        if (asr_conf_run_interrupted() || atomic_load(&asr_conf_brake_vain)
            || !asr_conf_brake_refused(x, expect))
        {
            return true;
        }

        seconds = asr_conf_brake_window(x, a->op);

        if (seconds == 0) {
            return true;
        }

        if (i == ASR_CONF_BRAKE_TRIES) {
            atomic_store(&asr_conf_brake_vain, true);
            return true;
        }

        asr_conf_gate_sleep(x->w->shared->gate, seconds * 1000);
    }
}
