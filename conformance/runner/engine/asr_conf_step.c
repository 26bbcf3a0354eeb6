/* The steps of a case, one after the other. */

#include "asr_conf_step_int.h"

#include <stdlib.h>

#include "asr_conf_json.h"


/* What a case needs beside an endpoint. */

static bool
needs_met(asr_conf_walk_t *x, const json_t *step)
{
    size_t       i, len;
    json_t      *one;
    const char  *url;

    json_array_foreach(json_object_get(step, "needs"), i, one) {

        if (x->o->server == NULL) {
            return asr_conf_walk_skips(x, asr_conf_copy("it needs the suite's "
                                                        "server"));
        }

        if (strcmp(json_string_value(one), "webhook") != 0) {
            continue;
        }

        url = asr_conf_server_url(x->o->server);
        len = strlen(url);

        if (!asr_conf_walk_account(x,
                asr_conf_json_str(json_object_get(step, "request"), "account",
                                  "main")))
        {
            return false;
        }

        if (x->account.webhook == NULL
            || strncmp(x->account.webhook, url, len) != 0)
        {
            return asr_conf_walk_skips(x, asr_conf_copy("the account's "
                                           "webhook is not this suite's "
                                           "server"));
        }
    }

    return true;
}


/* The id of a new task is saved whatever the step saves. */

static void
save_task(asr_conf_walk_t *x, const asr_conf_op_t *op)
{
    json_t      *v;
    const char  *pointer;

    pointer = asr_conf_json_str(op->row, "task", NULL);

    if (pointer == NULL || !x->passed) {
        return;
    }

    v = asr_conf_json_at(x->body, pointer);

    if (v != NULL) {
        (void) json_object_set(x->saved, "task", v);

    } else {
        /* nothing is asked for in its stead */
        (void) json_object_del(x->saved, "task");
    }
}


static bool
requests(asr_conf_walk_t *x, const json_t *step)
{
    int64_t          i, times;
    const json_t    *request;
    asr_conf_ask_t   ask;

    request = json_object_get(step, "request");

    if (request == NULL) {
        return true;
    }

    memset(&ask, 0, sizeof(ask));

    ask.op = asr_conf_op(x->c->doc,
                         asr_conf_json_str(request, "op", x->c->op));
    ask.request = request;
    ask.role = asr_conf_json_str(request, "account", "main");
    ask.via = asr_conf_json_str(request, "via", NULL);

    if (ask.op == NULL) {
        asr_conf_die("%s: no such operation", x->c->id);
    }

    if (json_object_get(step, "limit") != NULL) {
        return asr_conf_walk_limit(x, step, &ask);
    }

    times = asr_conf_json_int(step, "times", 1);

    for (i = 0; i < times; i++) {
        if (!asr_conf_ask_patient(x, &ask, json_object_get(step, "expect"))
            || !asr_conf_ask_judge(x, ask.op, json_object_get(step, "expect")))
        {
            return false;
        }

        save_task(x, ask.op);
    }

    return asr_conf_walk_save(x, json_object_get(step, "save"));
}


static bool
one_step(asr_conf_walk_t *x, const json_t *step)
{
    const char  *name;

    x->audio = asr_conf_json_str(step, "audio", x->audio);

    if (!needs_met(x, step)
        || !requests(x, step)
        || !asr_conf_walk_poll(x, step))
    {
        return false;
    }

    x->audio = asr_conf_json_str(step, "audio", x->audio);

    name = asr_conf_json_str(step, "keep", NULL);

    if (name != NULL && x->body != NULL) {
        (void) json_object_set(x->kept, name, x->body);
    }

    return asr_conf_walk_checks(x, json_object_get(step, "check"), x->body)
           && asr_conf_walk_callback(x, step);
}


const char *
asr_conf_target_of(const asr_conf_options_t *o, const asr_conf_doc_t *d)
{
    return o->targets[d - asr_conf_docs];
}


/* What did not hold then may not have been waited for. */

static void
skip_interrupted(asr_conf_walk_t *x)
{
    bool                known;
    unsigned            requests;
    asr_conf_result_t  *r;

    r = x->r;
    known = r->known;
    requests = r->requests;

    asr_conf_result_clean(r);

    r->known = known;
    r->requests = requests;

    (void) asr_conf_walk_skips(x, asr_conf_copy("interrupted"));
}


void
asr_conf_steps_run(const asr_conf_worker_t *w, const asr_conf_case_t *c,
    const json_t *steps, asr_conf_result_t *r)
{
    size_t            i;
    int64_t           started;
    json_t           *step;
    asr_conf_walk_t   x;

    memset(&x, 0, sizeof(x));

    x.w = w;
    x.c = c;
    x.r = r;
    x.o = w->shared->o;
    x.saved = json_object();
    x.kept = json_object();

    (void) snprintf(x.callback, sizeof(x.callback), "%016llx",
                    (unsigned long long) asr_conf_nonce());

    started = asr_conf_now_us();
    r->status = ASR_CONF_PASS;

    json_array_foreach(steps, i, step) {
        x.step = (unsigned) i;

        if (!one_step(&x, step)) {
            break;
        }
    }

    if (r->status == ASR_CONF_PASS && r->requests == 0) {
        (void) asr_conf_walk_fails(&x, asr_conf_copy("preparation"),
                                   asr_conf_copy("a request"),
                                   asr_conf_copy("the case sends none"));
    }

    if (r->status == ASR_CONF_FAIL && asr_conf_run_interrupted()) {
        skip_interrupted(&x);
    }

    r->took_us = asr_conf_now_us() - started;

    if (x.exchanged) {
        asr_conf_request_clean(&x.rq);
        asr_conf_reply_clean(&x.reply);
    }

    if (x.has_account) {
        asr_conf_account_clean(&x.account);
    }

    free(x.scope.why);
    json_decref(x.body);
    json_decref(x.saved);
    json_decref(x.kept);
}


unsigned
asr_conf_steps_creates(const asr_conf_case_t *c)
{
    size_t                i;
    json_t               *step, *code;
    int64_t               n;
    unsigned              total;
    const char           *outcome;
    const json_t         *expect;
    const asr_conf_op_t  *op;

    total = 0;

    json_array_foreach(c->steps, i, step) {
        op = asr_conf_op(c->doc, asr_conf_json_str(json_object_get(step,
                                                   "request"), "op", ""));

        if (op == NULL || op->creates == NULL
            || strcmp(op->creates, "task") != 0)
        {
            continue;
        }

        if (json_object_get(step, "limit") != NULL) {
            n = 1;
            (void) sscanf(asr_conf_json_str(op->row, "limit", ""), "%9lld",
                          (long long *) &n);
            total += (unsigned) n + 1;
            continue;
        }

        expect = json_object_get(step, "expect");
        code = json_object_get(expect, "code");
        outcome = asr_conf_json_str(expect, "outcome", "ok");

        if ((json_is_string(code) && json_string_length(code) != 0)
            || strcmp(outcome, "error") == 0)
        {
            continue;
        }

        total += (unsigned) asr_conf_json_int(step, "times", 1);
    }

    return total;
}


bool
asr_conf_steps_of(const asr_conf_case_t *c, const char *role)
{
    size_t   i;
    json_t  *step;

    json_array_foreach(c->steps, i, step) {
        if (strcmp(asr_conf_json_str(json_object_get(step, "request"),
                                     "account", "main"), role) == 0)
        {
            return true;
        }
    }

    return false;
}


bool
asr_conf_steps_slow(const asr_conf_case_t *c)
{
    size_t   i;
    json_t  *step;

    json_array_foreach(c->steps, i, step) {
        if (json_object_get(step, "limit") != NULL
            || json_object_get(step, "callback") != NULL)
        {
            return true;
        }
    }

    return false;
}


bool
asr_conf_steps_wait(const asr_conf_case_t *c)
{
    size_t                i;
    json_t               *step;
    const asr_conf_op_t  *op;

    json_array_foreach(c->steps, i, step) {
        op = asr_conf_op(c->doc, asr_conf_json_str(json_object_get(step,
                                                   "request"), "op", c->op));

        if (json_object_get(step, "poll") != NULL
            || (op != NULL && asr_conf_json_bool(op->row, "holds", false)))
        {
            return true;
        }
    }

    return asr_conf_steps_slow(c);
}
