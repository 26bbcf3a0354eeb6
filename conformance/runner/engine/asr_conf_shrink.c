/*
 * The smallest steps that still fail alike: members of each request's "set"
 * are left out one by one, arrays and texts are halved.  What is changed back
 * is tried once; at most SHRINK_MAX requests are sent for one finding.
 */

#include "asr_conf_step.h"

#include <stdlib.h>


#define SHRINK_MAX  40
#define DEPTH_MAX   32                   /* halvings of one value */


typedef struct {
    const asr_conf_worker_t  *w;
    const asr_conf_case_t    *c;
    const asr_conf_result_t  *first;
    asr_conf_result_t         last;      /* of the smallest so far */
    unsigned                  requests;
    bool                      less;
} shrink_t;


/* Whether the steps still fail with the same check and the same code. */

static bool
fails_alike(shrink_t *s, const json_t *steps)
{
    bool               alike;
    asr_conf_result_t  r;

    if (s->requests >= SHRINK_MAX || asr_conf_run_interrupted()) {
        return false;
    }

    memset(&r, 0, sizeof(r));

    asr_conf_steps_run(s->w, s->c, steps, &r);

    alike = r.status == ASR_CONF_FAIL
            && strcmp(r.check, s->first->check) == 0
            && (r.code == NULL) == (s->first->code == NULL)
            && (r.code == NULL || strcmp(r.code, s->first->code) == 0);
    s->requests += r.requests == 0 ? 1 : r.requests;

    if (alike) {
        asr_conf_result_clean(&s->last);
        s->last = r;

    } else {
        asr_conf_result_clean(&r);
    }

    return alike;
}


/* Half of a text, cut between characters, or of an array; NULL: no less. */

static json_t *
half_of(const json_t *v)
{
    size_t       i, n;
    json_t      *out;
    const char  *p;

    if (json_is_array(v) && json_array_size(v) > 1) {
        out = json_array();

        for (i = 0; i < json_array_size(v) / 2; i++) {
            (void) json_array_append(out, json_array_get(v, i));
        }

        return out;
    }

    if (json_is_string(v) && json_string_length(v) > 1
        && strstr(json_string_value(v), "${") == NULL)
    {
        p = json_string_value(v);
        n = json_string_length(v) / 2;

        while (n != 0 && ((unsigned char) p[n] & 0xc0) == 0x80) {
            n--;
        }

        return n == 0 ? NULL : json_stringn(p, n);
    }

    return NULL;
}


static void
halve(shrink_t *s, json_t *steps, json_t *set, const char *name)
{
    json_t    *old, *half;
    unsigned   i;

    for (i = 0; i < DEPTH_MAX; i++) {
        old = json_incref(json_object_get(set, name));
        half = half_of(old);

        if (half == NULL) {
            json_decref(old);
            return;
        }

        (void) json_object_set_new(set, name, half);

        if (!fails_alike(s, steps)) {
            (void) json_object_set_new(set, name, old);
            return;
        }

        s->less = true;
        json_decref(old);
    }
}


static void
shrink_set(shrink_t *s, json_t *steps, json_t *set)
{
    json_t      *names, *v, *name;
    size_t       i;
    const char  *key;

    names = json_array();

    json_object_foreach(set, key, v) {
        (void) json_array_append_new(names, json_string(key));
    }

    json_array_foreach(names, i, name) {
        key = json_string_value(name);

        /* without what it tries a case says nothing */

        if (s->c->param != NULL && strcmp(s->c->param, key) == 0) {
            continue;
        }

        v = json_incref(json_object_get(set, key));

        (void) json_object_del(set, key);

        if (fails_alike(s, steps)) {
            s->less = true;
            json_decref(v);
            continue;
        }

        (void) json_object_set_new(set, key, v);
        halve(s, steps, set, key);
    }

    json_decref(names);
}


/* What is told of the finding is of its smallest steps. */

static void
take_last(shrink_t *s, asr_conf_result_t *r)
{
    asr_conf_result_t  old;

    old = *r;

    r->expected = s->last.expected;
    r->got = s->last.got;
    r->exchange = s->last.exchange;
    r->step = s->last.step;

    s->last.expected = old.expected;
    s->last.got = old.got;
    s->last.exchange = old.exchange;
}


json_t *
asr_conf_shrink(const asr_conf_worker_t *w, const asr_conf_case_t *c,
    asr_conf_result_t *r)
{
    json_t    *steps, *step, *set;
    size_t     i;
    shrink_t   s;

    memset(&s, 0, sizeof(s));

    /* a success that was to be an error is one without any member, too */

    if (strcmp(r->check, "outcome") == 0 && r->code != NULL
        && r->code[0] == '\0' && c->param == NULL)
    {
        return NULL;
    }

    /* waiting again for a window, a task or a delivery is not worth it */

    if (asr_conf_steps_slow(c) || strcmp(r->check, "task") == 0
        || strcmp(r->check, "transport") == 0)
    {
        return NULL;
    }

    s.w = w;
    s.c = c;
    s.first = r;

    steps = json_deep_copy(c->steps);

    json_array_foreach(steps, i, step) {
        set = json_object_get(json_object_get(step, "request"), "set");

        if (json_is_object(set)) {
            shrink_set(&s, steps, set);
        }
    }

    if (s.less) {
        take_last(&s, r);

    } else {
        json_decref(steps);
        steps = NULL;
    }

    asr_conf_result_clean(&s.last);

    return steps;
}
