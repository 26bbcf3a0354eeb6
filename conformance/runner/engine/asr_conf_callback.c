/* Deliveries that a step waits for. */

#include "asr_conf_step_int.h"

#include <stdlib.h>
#include <strings.h>

#include "asr_conf_json.h"


#define SHOWN_MAX  400
#define WAIT_MS    500                   /* between two looks for a signal */


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


/* What is a number elsewhere is text in a form. */

static json_t *
as_texts(const json_t *saved)
{
    char        *text;
    json_t      *out, *v;
    const char  *name;

    out = json_object();

    json_object_foreach((json_t *) saved, name, v) {
        text = asr_conf_api_text(v);
        (void) json_object_set_new(out, name, json_string(text));
        free(text);
    }

    return out;
}


/* All that a form has is text. */

static json_t *
form_want(json_t *want)
{
    char    *text;
    json_t  *v;

    if (!json_is_number(want)) {
        return json_incref(want);
    }

    text = asr_conf_json_text(want, SHOWN_MAX);
    v = json_string(text);
    free(text);

    return v;
}


static bool
callback_members(asr_conf_walk_t *x, const json_t *members,
    const json_t *body, bool form)
{
    bool                      held;
    char                     *pointer, *text;
    json_t                   *want, *one, *saved;
    const char               *name;
    asr_conf_verdict_text_t   v;

    saved = form ? as_texts(x->saved) : json_incref(x->saved);
    held = true;

    json_object_foreach((json_t *) members, name, want) {
        memset(&v, 0, sizeof(v));

        pointer = form && name[0] != '/' ? asr_conf_print("/%s", name)
                                         : asr_conf_copy(name);
        one = json_object();

        if (form && json_is_number(want)) {
            text = asr_conf_api_text(want);
            (void) json_object_set_new(one, pointer, json_string(text));
            free(text);

        } else {
            (void) json_object_set_new(one, pointer,
                                   form ? form_want(want) : json_incref(want));
        }

        held = asr_conf_match_members(one, body, saved, "callback", &v);

        json_decref(one);
        free(pointer);

        if (!held) {
            (void) asr_conf_walk_fails(x, v.check, v.expected, v.got);
            break;
        }
    }

    json_decref(saved);

    return held;
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

    /* any delivery would be taken for that of no task */

    if (task == NULL) {
        return asr_conf_walk_fails(x, asr_conf_copy("preparation"),
                                   asr_conf_copy("a task that is told of"),
                                   asr_conf_copy("no task was made"));
    }

    *key = "";
    *text = asr_conf_api_text(task);

    return true;
}


/* Waits for as long as a task may take, or for a signal. */

static bool
wait_delivery(asr_conf_walk_t *x, const char *key, const char *text,
    asr_conf_delivery_t *d)
{
    bool      came;
    int64_t   end;

    end = asr_conf_now_us() + (int64_t) x->o->task_s * 1000000;

    asr_conf_gate_leave(x->w->shared->gate);

    do {
        came = asr_conf_server_wait(x->o->server, key, text, x->delivered,
                                    WAIT_MS, d);
    } while (!came && asr_conf_now_us() < end && !asr_conf_run_interrupted());

    asr_conf_gate_enter(x->w->shared->gate);

    return came;
}


bool
asr_conf_walk_callback(asr_conf_walk_t *x, const json_t *step)
{
    bool                  held;
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
        if (!wait_delivery(x, key, text, &d)) {
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
