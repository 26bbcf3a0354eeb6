/* A limit's boundary: N pass, one more does not, after the window one does. */

#include "asr_conf_step_int.h"

#include <stdlib.h>

#include "asr_conf_json.h"


#define LIMIT_TRIES   3
#define LIMIT_MARGIN  50                 /* ms after a window's end */
#define LIMIT_MAX     1000               /* requests of one window */


/* "20r/m", of the account or else of the operation. */

bool
asr_conf_walk_window(const asr_conf_walk_t *x, const char *bucket,
    const asr_conf_op_t *op, unsigned *n, unsigned *seconds)
{
    char         unit;
    const char  *text;

    if (json_object_get(x->account.limits, bucket) != NULL) {
        return asr_conf_account_limit(&x->account, bucket, n, seconds);
    }

    text = asr_conf_json_str(op->row, "limit", "");

    if (sscanf(text, "%9ur/%c", n, &unit) != 2 || *n == 0) {
        return false;
    }

    *seconds = unit == 'm' ? 60 : 1;

    return true;
}


char *
asr_conf_walk_code(const asr_conf_walk_t *x)
{
    char                 *code, err[64];
    bool                  xml;
    json_t               *v;
    asr_conf_envelope_t   e;

    if (x->reply.status == 0) {
        return NULL;
    }

    memset(&e, 0, sizeof(e));

    v = asr_conf_reply_json(&x->reply, &xml, err, sizeof(err));
    asr_conf_api(x->c->doc->api)->read(v, &e);
    json_decref(v);

    code = e.code == NULL ? NULL : asr_conf_copy(e.code);
    asr_conf_envelope_clean(&e);

    return code;
}


bool
asr_conf_code_expected(const json_t *expect, const char *code)
{
    size_t   i;
    json_t  *want, *one;

    want = json_object_get(expect, "code");

    if (json_is_string(want)) {
        return strcmp(code, json_string_value(want)) == 0;
    }

    json_array_foreach(want, i, one) {
        if (json_is_string(one) && strcmp(code, json_string_value(one)) == 0) {
            return true;
        }
    }

    return false;
}


/* Whether the last reply, not judged yet, has the code that a step expects. */

static bool
refused(const asr_conf_walk_t *x, const json_t *expect)
{
    bool   is;
    char  *code;

    code = asr_conf_walk_code(x);
    is = code != NULL && asr_conf_code_expected(expect, code);
    free(code);

    return is;
}


/*
 * A request that the limit lets through: what makes something makes it, what
 * asks for something may not find it.
 */

static bool
let_through(asr_conf_walk_t *x, const asr_conf_ask_t *a, const json_t *expect,
    const char *what, unsigned i, unsigned n)
{
    bool     held;
    json_t  *any;

    if (!asr_conf_ask_send(x, a)) {
        return false;
    }

    if (refused(x, expect)) {
        (void) asr_conf_ask_judge(x, a->op, expect);

        return asr_conf_walk_fails(x, asr_conf_copy("limit"),
                                   asr_conf_print("%s", what),
                                   asr_conf_print("request %u of %u is "
                                                  "refused: %s", i, n,
                                                  x->r->code == NULL ? ""
                                                  : x->r->code));
    }

    if (a->op->creates != NULL) {
        return asr_conf_ask_judge(x, a->op, NULL);
    }

    any = json_pack("{s:s}", "outcome", "any");
    held = asr_conf_ask_judge(x, a->op, any);
    json_decref(any);

    return held;
}


/*
 * Sends the window's requests and the one too many.  A window ends at latest a
 * window after the first reply.
 */

static bool
limit_round(asr_conf_walk_t *x, const asr_conf_ask_t *a, const json_t *expect,
    unsigned n, int64_t window, int64_t *end, bool *late)
{
    int64_t   first;
    unsigned  i;

    first = asr_conf_now_us();

    for (i = 0; i < n; i++) {
        if (!let_through(x, a, expect, "as many as the limit says", i + 1, n))
        {
            return false;
        }

        if (i == 0) {
            *end = asr_conf_now_us() + window;
        }
    }

    if (!asr_conf_ask_send(x, a)) {
        return false;
    }

    *late = asr_conf_now_us() - first >= window;

    return true;
}


static void
sleep_until(const asr_conf_walk_t *x, int64_t end)
{
    int64_t  left;

    left = (end - asr_conf_now_us()) / 1000;

    asr_conf_gate_sleep(x->w->shared->gate,
                        (unsigned) (left > 0 ? left : 0) + LIMIT_MARGIN);
}


bool
asr_conf_walk_limit(asr_conf_walk_t *x, const json_t *step,
    const asr_conf_ask_t *a)
{
    bool           late;
    int64_t        end, window;
    unsigned       n, seconds, tries;
    const char    *bucket;
    const json_t  *expect;

    if (!asr_conf_walk_account(x, a->role)) {
        return false;
    }

    bucket = asr_conf_json_str(json_object_get(step, "limit"), "bucket",
                               a->op->bucket == NULL ? "" : a->op->bucket);

    if (!asr_conf_walk_window(x, bucket, a->op, &n, &seconds)
        || n > LIMIT_MAX)
    {
        return asr_conf_walk_skips(x, asr_conf_copy("no limit is known that "
                                                    "could be reached"));
    }

    window = (int64_t) seconds * 1000000;
    expect = json_object_get(step, "expect");
    end = 0;

    for (tries = 1; ; tries++) {
        if (!limit_round(x, a, expect, n, window, &end, &late)) {
            return false;
        }

        /* a window may as well have ended within the round: once more */

        if (!late && (tries != 1 || refused(x, expect))) {
            break;
        }

        if (tries == LIMIT_TRIES) {
            return asr_conf_walk_skips(x, asr_conf_print("%u requests took "
                                           "longer than the %u s of the limit",
                                           n + 1, seconds));
        }

        sleep_until(x, asr_conf_now_us() + window);
    }

    if (!asr_conf_ask_judge(x, a->op, expect)) {
        return false;
    }

    sleep_until(x, end);

    return let_through(x, a, expect, "one when the window has ended", 1, 1);
}
