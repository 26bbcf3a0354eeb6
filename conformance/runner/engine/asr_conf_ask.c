/* One exchange of a case: who asks, with which values, and what came. */

#include "asr_conf_step_int.h"

#include <stdlib.h>

#include "asr_conf_json.h"


#define KEPT_CODE  (1u << 10)            /* bytes of the last reply's code */
#define KEPT_TEXT  (4u << 10)            /* of a text of a finding */
#define KEPT_BODY  (64u << 10)           /* of the reply that failed */


/* A hostile endpoint may answer each of thousands of cases with megabytes. */

static char *
kept(char *text, size_t n)
{
    char  *cut;

    if (text == NULL || strnlen(text, n + 1) <= n) {
        return text;
    }

    cut = asr_conf_copy_n(text, n);
    free(text);

    return cut;
}


static void
keep_exchange(asr_conf_exchange_t *e, asr_conf_walk_t *x)
{
    asr_conf_request_copy(&e->request, &x->rq);

    e->reply = x->reply;
    memset(&x->reply, 0, sizeof(x->reply));

    if (e->reply.body_len > KEPT_BODY) {
        e->reply.body = asr_conf_grow(e->reply.body, KEPT_BODY + 1, 1);
        e->reply.body[KEPT_BODY] = '\0';
        e->reply.body_len = KEPT_BODY;
    }
}


bool
asr_conf_walk_fails(asr_conf_walk_t *x, char *check, char *expected,
    char *got)
{
    asr_conf_result_t  *r;

    r = x->r;

    free(r->check);
    free(r->expected);
    free(r->got);

    r->status = ASR_CONF_FAIL;
    r->check = kept(check, KEPT_TEXT);
    r->expected = kept(expected, KEPT_TEXT);
    r->got = kept(got, KEPT_TEXT);
    r->step = x->step;

    if (x->exchanged && r->exchange == NULL) {
        r->exchange = asr_conf_alloc(sizeof(*r->exchange));

        keep_exchange(r->exchange, x);

        asr_conf_request_clean(&x->rq);
        x->exchanged = false;
    }

    return false;
}


bool
asr_conf_walk_skips(asr_conf_walk_t *x, char *why)
{
    free(x->r->why);

    x->r->status = ASR_CONF_SKIP;
    x->r->why = why;
    x->r->step = x->step;

    return false;
}


/* A key of the same form that nobody gave out. */

static void
made_up(char **key)
{
    char  *text;

    if (*key != NULL) {
        text = asr_conf_print("nobody-%016llx",
                              (unsigned long long) asr_conf_nonce());
        free(*key);
        *key = text;
    }
}


bool
asr_conf_walk_account(asr_conf_walk_t *x, const char *role)
{
    const char                *look;
    const asr_conf_account_t  *a;

    if (x->has_account) {
        asr_conf_account_clean(&x->account);
        x->has_account = false;
    }

    x->no_key = strcmp(role, "none") == 0;
    x->nobody = x->no_key || strcmp(role, "unknown") == 0;

    look = x->nobody ? "main" : role;
    a = asr_conf_account(&x->o->accounts, x->c->doc->api, look);

    if (a == NULL) {
        return asr_conf_walk_skips(x, asr_conf_print("no account \"%s\" with "
                                       "a key of %s among the accounts", look,
                                       x->c->doc->api));
    }

    asr_conf_account_for(&x->account, a, x->c->id);
    x->has_account = true;

    if (x->nobody) {
        made_up(&x->account.bearer);
        made_up(&x->account.secret_id);
        made_up(&x->account.access_key_id);
    }

    return true;
}


/*
 * Uploads are the asking account's.  One that is refused for what it is cannot
 * upload either: its files are another's, which comes to the same.
 */

static json_t *
fixture(void *data, const char *kind, const char *name, char **why)
{
    json_t                    *id;
    asr_conf_walk_t           *x;
    asr_conf_account_t         main;
    const asr_conf_account_t  *a;

    (void) kind;

    x = data;

    if (!x->nobody && strcmp(x->account.status, "active") == 0) {
        return asr_conf_fixture(x->w, x->c, &x->account, name,
                                &x->r->requests, why);
    }

    a = asr_conf_account(&x->o->accounts, x->c->doc->api, "main");

    if (a == NULL) {
        *why = asr_conf_copy("no account that can upload");
        return NULL;
    }

    asr_conf_account_for(&main, a, x->c->id);
    id = asr_conf_fixture(x->w, x->c, &main, name, &x->r->requests, why);
    asr_conf_account_clean(&main);

    return id;
}


static void
take_scope(asr_conf_walk_t *x)
{
    asr_conf_scope_t  *s;

    s = &x->scope;

    free(s->why);
    memset(s, 0, sizeof(*s));

    s->account = &x->account;
    s->server = x->o->server == NULL ? NULL
                                     : asr_conf_server_url(x->o->server);
    s->callback = x->callback;
    s->saved = x->saved;
    s->time = asr_conf_time();
    s->fixture = fixture;
    s->data = x;

    (void) snprintf(s->unique, sizeof(s->unique), "%016llx",
                    (unsigned long long) asr_conf_nonce());
}


json_t *
asr_conf_walk_value(asr_conf_walk_t *x, const json_t *v)
{
    char    *why;
    json_t  *out;

    out = v == NULL ? json_object() : asr_conf_value(&x->scope, v);

    if (out != NULL) {
        if (x->scope.audio != NULL) {
            x->audio = x->scope.audio;
        }

        x->called |= x->scope.called;

        return out;
    }

    why = x->scope.why;
    x->scope.why = NULL;

    if (x->scope.skip) {
        (void) asr_conf_walk_skips(x, why);

    } else {
        (void) asr_conf_walk_fails(x, asr_conf_copy("preparation"),
                                   asr_conf_copy("what the case needs"), why);
    }

    return NULL;
}


/* The operation's base with the step's set over it, without its unset. */

static json_t *
parameters(asr_conf_walk_t *x, const asr_conf_ask_t *a)
{
    size_t       i;
    json_t      *merged, *out, *name;
    const json_t *base;

    base = json_object_get(a->op->row, "base");
    merged = json_is_object(base) ? json_copy((json_t *) base)
                                  : json_object();

    (void) json_object_update(merged, json_object_get(a->request, "set"));

    json_array_foreach(json_object_get(a->request, "unset"), i, name) {
        (void) json_object_del(merged, json_string_value(name));
    }

    out = asr_conf_walk_value(x, merged);
    json_decref(merged);

    return out;
}


static json_t *
rest_of(asr_conf_walk_t *x, const json_t *request)
{
    json_t  *rest, *out;

    rest = json_is_object(request) ? json_copy((json_t *) request)
                                   : json_object();

    (void) json_object_del(rest, "set");
    (void) json_object_del(rest, "unset");

    out = asr_conf_walk_value(x, rest);
    json_decref(rest);

    return out;
}


static void
forget_exchange(asr_conf_walk_t *x)
{
    if (x->exchanged) {
        asr_conf_request_clean(&x->rq);
        asr_conf_reply_clean(&x->reply);
        x->exchanged = false;
    }

    json_decref(x->body);
    x->body = NULL;
}


/* Its reply may wait for a task. */

static bool
may_be_held(const asr_conf_ask_t *a)
{
    return a->poll || asr_conf_json_bool(a->op->row, "holds", false);
}


static bool
same_nonce(const json_t *request)
{
    return strcmp(asr_conf_json_str(json_object_get(request, "sign"),
                                    "nonce", ""), "same") == 0;
}


static bool
build(asr_conf_walk_t *x, const asr_conf_ask_t *a, const json_t *params,
    const json_t *request)
{
    char             *why;
    asr_conf_call_t   call;

    memset(&call, 0, sizeof(call));

    if (x->nonce == 0 || !same_nonce(request)) {
        x->nonce = asr_conf_nonce();
    }

    call.doc = x->c->doc;
    call.op = a->op;
    call.target = asr_conf_target_of(x->o, x->c->doc);
    call.via = a->via;
    call.params = params;
    call.request = request;
    call.account = x->no_key ? NULL : &x->account;
    call.time = x->scope.time;
    call.nonce = x->nonce;

    if (asr_conf_call_build(&call, &x->rq, &why)) {

        /* as long as a task may take */

        if (may_be_held(a) && x->o->task_s > x->o->timeout_s)
        {
            x->rq.timeout_s = x->o->task_s;
        }

        return true;
    }

    asr_conf_request_clean(&x->rq);

    return asr_conf_walk_fails(x, asr_conf_copy("preparation"),
                               asr_conf_copy("a request that can be made"),
                               why);
}


/*
 * A reply may be held until a task has ended: who asks for one waits.  One
 * thread is one request at a time.
 */

static void
exchange(asr_conf_walk_t *x, const asr_conf_ask_t *a)
{
    bool              holds;
    asr_conf_gate_t  *gate;

    gate = x->w->shared->gate;
    holds = x->o->threads > 1 && may_be_held(a);

    if (holds) {
        asr_conf_gate_leave(gate);
    }

    asr_conf_http_do(x->w->http, &x->rq, &x->reply);

    if (holds) {
        asr_conf_gate_enter(gate);
    }

    x->exchanged = true;
    x->r->requests++;
    x->r->http = x->reply.status;
}


bool
asr_conf_ask_send(asr_conf_walk_t *x, const asr_conf_ask_t *a)
{
    bool     built;
    json_t  *params, *request;

    forget_exchange(x);

    if (!asr_conf_walk_account(x, a->role)) {
        return false;
    }

    take_scope(x);

    params = parameters(x, a);

    if (params == NULL) {
        return false;
    }

    request = rest_of(x, a->request);

    if (request == NULL) {
        json_decref(params);
        return false;
    }

    built = build(x, a, params, request);

    json_decref(params);
    json_decref(request);

    if (!built) {
        return false;
    }

    exchange(x, a);

    return true;
}


bool
asr_conf_ask_judge(asr_conf_walk_t *x, const asr_conf_op_t *op,
    const json_t *expect)
{
    bool                       held;
    json_t                    *want;
    asr_conf_judging_t         j;
    const asr_conf_shared_t   *shared;
    asr_conf_verdict_text_t    v;

    want = asr_conf_walk_value(x, expect);

    if (want == NULL) {
        return false;
    }

    memset(&j, 0, sizeof(j));
    memset(&v, 0, sizeof(v));

    j.doc = x->c->doc;
    j.op = op;
    j.expect = want;
    j.saved = x->saved;
    j.reply = &x->reply;

    held = asr_conf_judge(&j, &v);

    json_decref(x->body);
    x->body = json_incref(j.body);

    free(x->r->code);
    x->r->code = j.envelope.code == NULL ? NULL
                 : asr_conf_copy_n(j.envelope.code,
                                   strnlen(j.envelope.code, KEPT_CODE));
    x->passed = j.envelope.code != NULL && j.envelope.code[0] == '\0';

    shared = x->w->shared;

    if (shared->trace != NULL) {
        shared->trace(x->c, x->step, &x->rq, &x->reply, v.check, v.expected,
                      v.got, shared->data);
    }

    asr_conf_judging_clean(&j);
    json_decref(want);

    if (held) {
        return true;
    }

    x->r->level = v.level;

    return asr_conf_walk_fails(x, v.check, v.expected, v.got);
}


/* {"task": "/task_id"}, or "header:NAME". */

bool
asr_conf_walk_save(asr_conf_walk_t *x, const json_t *save)
{
    json_t      *from, *v;
    const char  *name, *where, *header;

    json_object_foreach((json_t *) save, name, from) {
        where = json_string_value(from);

        if (where == NULL) {
            continue;
        }

        if (strncmp(where, "header:", 7) == 0) {
            header = asr_conf_reply_header(&x->reply, where + 7);
            v = header == NULL ? NULL : json_string_nocheck(header);

        } else {
            v = json_incref(asr_conf_json_at(x->body, where));
        }

        if (v == NULL) {
            return asr_conf_walk_fails(x, asr_conf_print("save %s", name),
                                       asr_conf_print("something at %s",
                                                      where),
                                       x->body == NULL
                                       ? asr_conf_copy("nothing there")
                                       : asr_conf_json_text(x->body, 400));
        }

        (void) json_object_set_new(x->saved, name, v);
    }

    return true;
}
