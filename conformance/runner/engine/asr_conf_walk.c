/* What follows a request: polls, checks of results, callbacks, limits. */

#include "asr_conf_step_int.h"

#include <stdlib.h>
#include <strings.h>

#include "asr_conf_check.h"
#include "asr_conf_json.h"


#define POLL_FIRST_MS  20
#define POLL_MAX_MS    1000
#define SHOWN_MAX      400
#define WORDS_MAX      (64u << 10)       /* bytes of a transcript kept */
#define LIMIT_TRIES    3
#define LIMIT_MARGIN   50                /* ms after a window's end */
#define LIMIT_MAX      1000              /* requests of one window */


/* Whether the last reply, not judged yet, is a success. */

static bool
reply_passed(const asr_conf_walk_t *x)
{
    bool                  passed, xml;
    char                  err[64];
    json_t               *v;
    asr_conf_envelope_t   e;

    if (x->reply.status == 0) {
        return false;
    }

    memset(&e, 0, sizeof(e));

    v = asr_conf_reply_json(&x->reply, &xml, err, sizeof(err));
    asr_conf_api(x->c->doc->api)->read(v, &e);
    json_decref(v);

    passed = e.code != NULL && e.code[0] == '\0';
    asr_conf_envelope_clean(&e);

    return passed;
}


asr_conf_state_t
asr_conf_walk_state(const asr_conf_walk_t *x)
{
    json_t  *v;
    char     err[64];
    bool     xml;

    asr_conf_state_t  state;

    if (x->reply.status == 0) {
        return ASR_CONF_STATE_NONE;
    }

    v = asr_conf_reply_json(&x->reply, &xml, err, sizeof(err));
    state = asr_conf_api(x->c->doc->api)->state(v);
    json_decref(v);

    return state;
}


/* A failed task may be told with a code: that alone is as expected. */

static json_t *
final_expect(const json_t *poll, asr_conf_state_t state)
{
    json_t        *out;
    const json_t  *expect;

    expect = json_is_object(poll) ? json_object_get(poll, "expect") : NULL;
    out = expect == NULL ? json_object() : json_copy((json_t *) expect);

    if (state == ASR_CONF_STATE_FAILED
        && json_object_get(out, "outcome") == NULL
        && json_object_get(out, "code") == NULL)
    {
        (void) json_object_set_new(out, "outcome", json_string("any"));
    }

    return out;
}


static bool
ended(asr_conf_walk_t *x, const asr_conf_op_t *op, const json_t *poll,
    asr_conf_state_t state)
{
    bool         held;
    json_t      *expect;
    const char  *until;

    until = json_is_object(poll) ? asr_conf_json_str(poll, "until", "done")
                                 : "done";
    expect = final_expect(poll, state);

    held = asr_conf_ask_judge(x, op, expect);

    if (held && state == ASR_CONF_STATE_NONE
        && json_object_get(expect, "code") == NULL)
    {
        held = asr_conf_walk_fails(x, asr_conf_copy("state"),
                                   asr_conf_copy("a state the document has"),
                                   asr_conf_json_text(x->body, SHOWN_MAX));
    }

    json_decref(expect);

    if (!held || state == ASR_CONF_STATE_NONE || strcmp(until, "ended") == 0) {
        return held;
    }

    if ((strcmp(until, "failed") == 0) == (state == ASR_CONF_STATE_FAILED)) {
        return true;
    }

    return asr_conf_walk_fails(x, asr_conf_copy("task"),
                               asr_conf_print("a task that is %s", until),
                               asr_conf_json_text(x->body, SHOWN_MAX));
}


static bool
poll_until(asr_conf_walk_t *x, const asr_conf_ask_t *ask, const json_t *poll)
{
    int64_t           deadline;
    unsigned          delay;
    asr_conf_state_t  state;

    deadline = asr_conf_now_us() + (int64_t) x->o->task_s * 1000000;

    for (delay = POLL_FIRST_MS; ; ) {
        if (!asr_conf_ask_send(x, ask)) {
            return false;
        }

        state = asr_conf_walk_state(x);

        if (state != ASR_CONF_STATE_RUNNING) {
            return ended(x, ask->op, poll, state);
        }

        if (!asr_conf_ask_judge(x, ask->op, NULL)) {
            return false;
        }

        if (asr_conf_now_us() >= deadline) {
            return asr_conf_walk_fails(x, asr_conf_copy("task"),
                                       asr_conf_print("a task that ends in "
                                                      "%u s", x->o->task_s),
                                       asr_conf_json_text(x->body,
                                                          SHOWN_MAX));
        }

        asr_conf_gate_sleep(x->w->shared->gate, delay);

        delay = delay * 2 > POLL_MAX_MS ? POLL_MAX_MS : delay * 2;
    }
}


bool
asr_conf_walk_poll(asr_conf_walk_t *x, const json_t *step)
{
    bool             held;
    json_t          *set, *request;
    const json_t    *poll, *row, *asked;
    const char      *role;
    asr_conf_ask_t   ask;

    poll = json_object_get(step, "poll");
    asked = json_object_get(step, "request");

    if (poll == NULL || json_is_false(poll)) {
        return true;
    }

    memset(&ask, 0, sizeof(ask));

    ask.op = asr_conf_op(x->c->doc, asr_conf_json_str(asked, "op", x->c->op));
    row = json_object_get(ask.op->row, "poll");

    set = json_object();
    (void) json_object_update(set, json_object_get(row, "set"));
    (void) json_object_update(set, json_object_get(poll, "set"));

    request = json_object();
    (void) json_object_set_new(request, "set", set);

    ask.op = asr_conf_op(x->c->doc,
                         asr_conf_json_str(poll, "op",
                                           asr_conf_json_str(row, "op", "")));
    ask.request = request;

    role = asr_conf_json_str(asked, "account", "main");
    ask.role = asr_conf_json_str(poll, "account", role);
    ask.via = asr_conf_json_str(poll, "via",
                                asr_conf_json_str(asked, "via", NULL));

    if (ask.op == NULL) {
        held = asr_conf_walk_fails(x, asr_conf_copy("preparation"),
                                   asr_conf_copy("an operation to ask with"),
                                   asr_conf_copy("none"));

    } else {
        held = poll_until(x, &ask, poll)
               && asr_conf_walk_save(x, json_object_get(poll, "save"));
    }

    json_decref(request);

    return held;
}


static bool
one_check(asr_conf_walk_t *x, const json_t *check,
    const asr_conf_transcript_t *t)
{
    bool                    held, with_other;
    char                   *expected, *got;
    const char             *name, *with;
    const json_t           *other_body;
    asr_conf_transcript_t   other;

    name = json_is_string(check) ? json_string_value(check)
                                 : asr_conf_json_str(check, "name", "");
    with = asr_conf_json_str(check, "with", NULL);

    memset(&other, 0, sizeof(other));

    other_body = with == NULL ? NULL : json_object_get(x->kept, with);
    with_other = other_body != NULL
                 && asr_conf_transcript_read(x->c->doc->api, other_body,
                                             &other);

    if (with != NULL && !with_other) {
        return asr_conf_walk_fails(x, asr_conf_print("audio %s", name),
                                   asr_conf_print("a transcript kept as "
                                                  "\"%s\"", with),
                                   asr_conf_copy("none"));
    }

    expected = NULL;
    got = NULL;

    held = asr_conf_check(name, json_is_object(check) ? check : NULL, t,
                          with_other ? &other : NULL,
                          x->audio == NULL ? NULL : asr_conf_audio(x->audio),
                          &expected, &got);

    if (with_other) {
        asr_conf_transcript_clean(&other);
    }

    if (held) {
        return true;
    }

    return asr_conf_walk_fails(x, asr_conf_print("audio %s", name), expected,
                               got);
}


/* The words alone: a vendor's whole text may have times in it. */

static char *
words_of(const asr_conf_transcript_t *t)
{
    size_t           i;
    asr_conf_buf_t   b;

    if (t->nsegments == 0) {
        return asr_conf_copy(t->text != NULL ? t->text : "");
    }

    asr_conf_buf_init(&b, WORDS_MAX);

    for (i = 0; i < t->nsegments; i++) {
        if (t->segments[i].text != NULL) {
            asr_conf_buf_fmt(&b, "%s%s", b.len != 0 ? " " : "",
                             t->segments[i].text);
        }
    }

    return b.data != NULL ? b.data : asr_conf_copy("");
}


bool
asr_conf_walk_checks(asr_conf_walk_t *x, const json_t *checks,
    const json_t *body)
{
    bool                    held;
    size_t                  i;
    json_t                 *one;
    asr_conf_transcript_t   t;

    if (json_array_size(checks) == 0) {
        return true;
    }

    memset(&t, 0, sizeof(t));

    if (!asr_conf_transcript_read(x->c->doc->api, body, &t)) {
        return asr_conf_walk_fails(x, asr_conf_copy("transcript"),
                                   asr_conf_copy("a transcript"),
                                   asr_conf_json_text(body, SHOWN_MAX));
    }

    free(x->r->text);
    x->r->text = words_of(&t);

    held = true;

    json_array_foreach(checks, i, one) {
        held = one_check(x, one, &t);

        if (!held) {
            break;
        }
    }

    asr_conf_transcript_clean(&t);

    return held;
}


static int
hex_of(char ch)
{
    return ch >= '0' && ch <= '9' ? ch - '0'
           : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
           : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}


static json_t *
form_text(const char *p, size_t n)
{
    size_t           i;
    char             ch;
    json_t          *v;
    asr_conf_buf_t   b;

    asr_conf_buf_init(&b, ASR_CONF_JSON_MAX);

    for (i = 0; i < n; i++) {
        ch = p[i] == '+' ? ' ' : p[i];

        if (ch == '%' && i + 2 < n && hex_of(p[i + 1]) >= 0
            && hex_of(p[i + 2]) >= 0)
        {
            ch = (char) (hex_of(p[i + 1]) * 16 + hex_of(p[i + 2]));
            i += 2;
        }

        asr_conf_buf_add(&b, &ch, 1);
    }

    v = json_stringn(b.data == NULL ? "" : b.data, b.len);
    asr_conf_buf_free(&b);

    return v == NULL ? json_null() : v;
}


/* The fields of a form as an object of texts. */

static json_t *
form_read(const char *body, size_t len)
{
    char        *name;
    json_t      *out, *key;
    const char  *p, *end, *amp, *eq;

    out = json_object();
    end = body + len;

    for (p = body; p < end; p = amp + 1) {
        amp = memchr(p, '&', (size_t) (end - p));
        amp = amp == NULL ? end : amp;

        eq = memchr(p, '=', (size_t) (amp - p));
        eq = eq == NULL ? amp : eq;

        key = form_text(p, (size_t) (eq - p));
        name = json_is_string(key) ? asr_conf_copy(json_string_value(key))
                                   : asr_conf_copy("");

        (void) json_object_set_new(out, name,
                                   eq == amp ? json_string("")
                                   : form_text(eq + 1,
                                               (size_t) (amp - eq - 1)));
        json_decref(key);
        free(name);
    }

    return out;
}


const char *
asr_conf_walk_header(const asr_conf_delivery_t *d, const char *name)
{
    size_t  i;

    for (i = 0; i < d->nheaders; i++) {
        if (strcasecmp(d->headers[i].name, name) == 0) {
            return d->headers[i].value;
        }
    }

    return NULL;
}


static bool
callback_schema(asr_conf_walk_t *x, const json_t *named, const json_t *body)
{
    char                      err[400];
    const char               *name;
    const asr_conf_schema_t  *s;

    name = json_string_value(named);
    s = name == NULL ? NULL : asr_conf_doc_schema(x->c->doc, name);

    if (s == NULL || asr_conf_schema_holds(s, body, err, sizeof(err))) {
        return true;
    }

    return asr_conf_walk_fails(x, asr_conf_copy("callback schema"),
                               asr_conf_print("schema \"%s\": %s", name,
                                              err),
                               asr_conf_json_text(body, SHOWN_MAX));
}


static bool
callback_headers(asr_conf_walk_t *x, const json_t *headers,
    const asr_conf_delivery_t *d)
{
    bool         held;
    char        *expected;
    json_t      *want, *got;
    const char  *name, *value;

    json_object_foreach((json_t *) headers, name, want) {
        value = asr_conf_walk_header(d, name);
        got = value == NULL ? NULL : json_string_nocheck(value);

        expected = NULL;
        held = asr_conf_match(want, got, x->saved, &expected);
        json_decref(got);

        if (!held) {
            return asr_conf_walk_fails(x,
                                       asr_conf_print("callback header %s",
                                                      name),
                                       expected,
                                       asr_conf_copy(value == NULL
                                                     ? "no such header"
                                                     : value));
        }
    }

    return true;
}


static bool
callback_members(asr_conf_walk_t *x, const json_t *members,
    const json_t *body, bool form)
{
    bool                      held;
    char                     *pointer;
    json_t                   *want, *one;
    const char               *name;
    asr_conf_verdict_text_t   v;

    json_object_foreach((json_t *) members, name, want) {
        memset(&v, 0, sizeof(v));

        pointer = form && name[0] != '/' ? asr_conf_print("/%s", name)
                                         : asr_conf_copy(name);
        one = json_object();
        (void) json_object_set(one, pointer, want);

        held = asr_conf_match_members(one, body, x->saved, "callback", &v);

        json_decref(one);
        free(pointer);

        if (!held) {
            return asr_conf_walk_fails(x, v.check, v.expected, v.got);
        }
    }

    return true;
}


static bool
delivery_right(asr_conf_walk_t *x, const json_t *callback,
    const json_t *expect, const asr_conf_delivery_t *d)
{
    bool         held, form;
    char         err[200];
    json_t      *body;
    const char  *type;

    type = asr_conf_walk_header(d, "Content-Type");
    form = type != NULL
           && strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0;

    body = form ? form_read(d->body, d->body_len)
                : asr_conf_json_read(d->body, d->body_len, err, sizeof(err));

    if (body == NULL) {
        return asr_conf_walk_fails(x, asr_conf_copy("callback"),
                                   asr_conf_copy("a body that is JSON or a "
                                                 "form"),
                                   asr_conf_print("%s: %.*s", err, SHOWN_MAX,
                                                  d->body));
    }

    if (json_object_get(expect, "form") != NULL && !form) {
        held = asr_conf_walk_fails(x, asr_conf_copy("callback"),
                                   asr_conf_copy("a form"),
                                   asr_conf_copy(type == NULL ? "no type"
                                                              : type));
    } else {
        held = callback_schema(x, json_object_get(expect, "schema"), body)
               && (!asr_conf_json_bool(callback, "signed", false)
                   || asr_conf_walk_signed(x, d))
               && callback_headers(x, json_object_get(expect, "headers"), d)
               && callback_members(x, json_object_get(expect, "form"), body,
                                   true)
               && callback_members(x, json_object_get(expect, "json"), body,
                                   false)
               && asr_conf_walk_checks(x, json_object_get(callback, "check"),
                                       body);
    }

    json_decref(body);

    return held;
}


/* Where to wait: the key of ${callback} was sent, or the account's webhook. */

static bool
callback_place(asr_conf_walk_t *x, const char **key, char **text)
{
    size_t       len;
    json_t      *task;
    const char  *url;

    if (x->o->server == NULL) {
        return asr_conf_walk_skips(x, asr_conf_copy("it needs the suite's "
                                                    "server"));
    }

    if (x->called || !asr_conf_api(x->c->doc->api)->webhook) {
        *key = x->callback;
        *text = NULL;
        return true;
    }

    url = asr_conf_server_url(x->o->server);
    len = strlen(url);

    if (x->account.webhook == NULL
        || strncmp(x->account.webhook, url, len) != 0)
    {
        return asr_conf_walk_skips(x, asr_conf_copy("the account's webhook "
                                                    "is not this suite's "
                                                    "server"));
    }

    task = json_object_get(x->saved, "task");

    *key = "";
    *text = task == NULL ? asr_conf_copy("") : asr_conf_api_text(task);

    return true;
}


bool
asr_conf_walk_callback(asr_conf_walk_t *x, const json_t *step)
{
    bool                  held, came;
    char                 *text;
    json_t               *expect;
    int64_t               n, i;
    const char           *key;
    const json_t         *callback;
    asr_conf_delivery_t   d;

    callback = json_object_get(step, "callback");

    if (callback == NULL || json_is_false(callback)) {
        return true;
    }

    key = NULL;
    text = NULL;

    if (!callback_place(x, &key, &text)) {
        return false;
    }

    expect = asr_conf_walk_value(x, json_object_get(callback, "expect"));
    held = expect != NULL;
    n = asr_conf_json_int(callback, "count", 1);

    for (i = 0; held && i < n; i++) {
        asr_conf_gate_leave(x->w->shared->gate);
        came = asr_conf_server_wait(x->o->server, key, text, x->delivered,
                                    x->o->task_s * 1000, &d);
        asr_conf_gate_enter(x->w->shared->gate);

        if (!came) {
            held = asr_conf_walk_fails(x, asr_conf_copy("callback"),
                                       asr_conf_print("a delivery in %u s",
                                                      x->o->task_s),
                                       asr_conf_copy("none came"));
            break;
        }

        x->delivered++;
        held = delivery_right(x, callback, expect, &d);
        asr_conf_delivery_clean(&d);
    }

    if (held && asr_conf_server_wait(x->o->server, key, text, x->delivered, 0,
                                     &d))
    {
        held = asr_conf_walk_fails(x, asr_conf_copy("callback"),
                                   asr_conf_print("%lld deliveries",
                                                  (long long) n),
                                   asr_conf_print("one more: %.*s", SHOWN_MAX,
                                                  d.body));
        asr_conf_delivery_clean(&d);
    }

    json_decref(expect);
    free(text);

    return held;
}


/* "20r/m", of the account or else of the operation. */

static bool
limit_of(asr_conf_walk_t *x, const json_t *step, const asr_conf_op_t *op,
    unsigned *n, unsigned *seconds)
{
    char         unit;
    const char  *bucket, *text;

    bucket = asr_conf_json_str(json_object_get(step, "limit"), "bucket",
                               op->bucket == NULL ? "" : op->bucket);

    if (asr_conf_account_limit(&x->account, bucket, n, seconds)) {
        return true;
    }

    text = asr_conf_json_str(op->row, "limit", "");

    if (sscanf(text, "%9ur/%c", n, &unit) != 2 || *n == 0) {
        return false;
    }

    *seconds = unit == 'm' ? 60 : 1;

    return true;
}


/*
 * Sends the window's requests and the one too many.  A window ends at latest a
 * window after the first reply.
 */

static bool
limit_round(asr_conf_walk_t *x, const asr_conf_ask_t *a, unsigned n,
    int64_t window, int64_t *end, bool *late)
{
    int64_t   first;
    unsigned  i;

    first = asr_conf_now_us();

    for (i = 0; i < n; i++) {
        if (!asr_conf_ask_send(x, a)
            || !asr_conf_ask_judge(x, a->op, NULL))
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
    bool      late;
    int64_t   end, window;
    unsigned  n, seconds, tries;

    if (!asr_conf_walk_account(x, a->role)) {
        return false;
    }

    if (!limit_of(x, step, a->op, &n, &seconds) || n > LIMIT_MAX) {
        return asr_conf_walk_skips(x, asr_conf_copy("no limit is known that "
                                                    "could be reached"));
    }

    window = (int64_t) seconds * 1000000;
    end = 0;

    for (tries = 1; ; tries++) {
        if (!limit_round(x, a, n, window, &end, &late)) {
            return false;
        }

        /* a window may as well have ended within the round: once more */

        if (!late && (tries != 1 || !reply_passed(x))) {
            break;
        }

        if (tries == LIMIT_TRIES) {
            return asr_conf_walk_skips(x, asr_conf_print("%u requests took "
                                           "longer than the %u s of the limit",
                                           n + 1, seconds));
        }

        sleep_until(x, asr_conf_now_us() + window);
    }

    if (!asr_conf_ask_judge(x, a->op, json_object_get(step, "expect"))) {
        return false;
    }

    sleep_until(x, end);

    return asr_conf_ask_send(x, a) && asr_conf_ask_judge(x, a->op, NULL);
}
