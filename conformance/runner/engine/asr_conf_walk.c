/* What follows a request: polls, and checks of results. */

#include "asr_conf_step_int.h"

#include <stdlib.h>

#include "asr_conf_check.h"
#include "asr_conf_json.h"


#define POLL_FIRST_MS  20
#define POLL_MAX_MS    1000
#define SHOWN_MAX      400
#define WORDS_MAX      (64u << 10)       /* bytes of a transcript kept */


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
        && (x->passed || json_object_get(expect, "code") == NULL))
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
        if (!asr_conf_ask_patient(x, ask, poll)) {
            return false;
        }

        state = asr_conf_walk_state(x);

        if (state != ASR_CONF_STATE_RUNNING) {
            return ended(x, ask->op, poll, state);
        }

        if (!asr_conf_ask_judge(x, ask->op, NULL)) {
            return false;
        }

        if (asr_conf_now_us() >= deadline || asr_conf_run_interrupted()) {
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
    ask.poll = true;

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
        return t->text == NULL ? asr_conf_copy("")
               : asr_conf_copy_n(t->text, strnlen(t->text, WORDS_MAX));
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
