/* What a try sends: base, "with", "value_with" and the change, merged. */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <stdlib.h>


static const asr_conf_param_t *
param_of(const asr_conf_op_t *op, const char *name, size_t len)
{
    size_t  i;

    for (i = 0; i < op->nparams; i++) {
        if (strlen(op->params[i].name) == len
            && strncmp(op->params[i].name, name, len) == 0)
        {
            return &op->params[i];
        }
    }

    return NULL;
}


/* The value inside {"$json": value} or a text of JSON; else v; new. */

static json_t *
unwrapped(const json_t *v)
{
    json_t  *inside;

    inside = json_object_get(v, "$json");

    if (inside != NULL) {
        return json_deep_copy(inside);
    }

    if (json_is_string(v)) {
        inside = json_loadb(json_string_value(v), json_string_length(v), 0,
                            NULL);
        if (inside != NULL) {
            return inside;
        }
    }

    return v == NULL ? NULL : json_deep_copy(v);
}


/*
 * `old` (taken, may be NULL) with the member at the dotted path set or, for
 * v NULL, removed.  A part of digits is a place in an array.
 */

static json_t *
put_in(json_t *old, const char *path, const json_t *v)
{
    char        *name;
    size_t       n, i;
    json_t      *member;
    const char  *rest;

    n = strcspn(path, ".");
    rest = path[n] == '.' ? path + n + 1 : NULL;
    name = asr_conf_copy_n(path, n);

    if (name[strspn(name, "0123456789")] == '\0') {
        i = (size_t) strtoul(name, NULL, 10);

        if (!json_is_array(old)) {
            json_decref(old);
            old = json_array();
        }

        member = json_incref(json_array_get(old, i));

        if (rest != NULL) {
            member = put_in(member, rest, v);

        } else {
            json_decref(member);
            member = v == NULL ? NULL : json_deep_copy(v);
        }

        if (member == NULL) {
            (void) json_array_remove(old, i);

        } else if (i < json_array_size(old)) {
            (void) json_array_set_new(old, i, member);

        } else {
            (void) json_array_append_new(old, member);
        }

    } else {
        if (!json_is_object(old)) {
            json_decref(old);
            old = json_object();
        }

        member = json_incref(json_object_get(old, name));

        if (rest != NULL) {
            member = put_in(member, rest, v);

        } else {
            json_decref(member);
            member = v == NULL ? NULL : json_deep_copy(v);
        }

        if (member == NULL) {
            (void) json_object_del(old, name);

        } else {
            (void) json_object_set_new(old, name, member);
        }
    }

    free(name);

    return old;
}


void
asr_conf_gen_put(const asr_conf_op_t *op, json_t *o, const char *name,
    const json_t *v)
{
    char                    *outer;
    size_t                   n;
    json_t                  *inside;
    const asr_conf_param_t  *p;

    n = strcspn(name, ".");
    p = param_of(op, name, n);

    if (name[n] == '\0' || p == NULL) {
        if (v == NULL) {
            (void) json_object_del(o, name);

        } else {
            (void) json_object_set_new(o, name, json_deep_copy(v));
        }

        return;
    }

    outer = asr_conf_copy_n(name, n);
    inside = put_in(unwrapped(json_object_get(o, outer)), name + n + 1, v);

    if (strcmp(asr_conf_json_str(p->row, "type", "string"), "json") == 0) {
        inside = json_pack("{s:o}", "$json", inside);
    }

    (void) json_object_set_new(o, outer, inside);
    free(outer);
}


json_t *
asr_conf_gen_at(const json_t *o, const char *name)
{
    char        *part;
    size_t       n;
    json_t      *v, *inside, *found;
    const char  *at;

    v = json_object_get(o, name);

    if (v != NULL || strchr(name, '.') == NULL) {
        return json_incref(v);
    }

    n = strcspn(name, ".");
    part = asr_conf_copy_n(name, n);
    inside = unwrapped(json_object_get(o, part));
    free(part);
    found = inside;

    for (at = name + n; found != NULL && *at == '.'; at += n) {
        at++;
        n = strcspn(at, ".");
        part = asr_conf_copy_n(at, n);

        found = json_is_array(found)
                ? json_array_get(found, (size_t) strtoul(part, NULL, 10))
                : json_object_get(found, part);
        free(part);
    }

    found = json_incref(found);
    json_decref(inside);

    return found;
}


/* {"set": .., "unset": [..]}, or the members themselves. */

static void
merge(const asr_conf_op_t *op, json_t *params, const json_t *with)
{
    size_t       i;
    json_t      *set, *unset, *v;
    const char  *name;

    set = json_object_get(with, "set");
    unset = json_object_get(with, "unset");

    if (!json_is_object(set) && !json_is_array(unset)) {
        set = (json_t *) with;
    }

    json_object_foreach(set, name, v) {
        asr_conf_gen_put(op, params, name, json_is_null(v) ? NULL : v);
    }

    json_array_foreach(unset, i, v) {
        asr_conf_gen_put(op, params, json_string_value(v), NULL);
    }
}


json_t *
asr_conf_gen_params(const asr_conf_op_t *op, const asr_conf_param_t *p,
    const json_t *value, const json_t *before)
{
    char    *key;
    json_t  *params, *with;

    params = json_deep_copy(json_object_get(op->row, "base"));

    if (params == NULL) {
        params = json_object();
    }

    /* audio that is nowhere: a task that nobody waits for costs nothing */

    merge(op, params, asr_conf_json_at(op->row, "/generate/set"));

    if (before != NULL) {
        merge(op, params, before);
    }

    if (p == NULL || value == ASR_CONF_SAME) {
        return params;
    }

    /* what goes with a value does not go with none, and null may be none */

    if (value != NULL && !json_is_null(value)) {
        merge(op, params, json_object_get(p->row, "with"));
    }

    with = json_object_get(p->row, "value_with");

    if (value != NULL && with != NULL) {
        key = json_is_string(value)
              ? asr_conf_copy(json_string_value(value))
              : asr_conf_json_text(value, ASR_CONF_JSON_MAX);
        merge(op, params, json_object_get(with, key));
        free(key);
    }

    asr_conf_gen_put(op, params, p->name, value);

    return params;
}


bool
asr_conf_gen_in(const json_t *array, const json_t *v)
{
    size_t   i;
    json_t  *one;

    json_array_foreach(array, i, one) {
        if (v == NULL ? json_is_null(one) : json_equal(one, v)) {
            return true;
        }
    }

    return false;
}


static bool
rule_matches(const json_t *want, const json_t *v)
{
    if (json_is_array(want)) {
        return asr_conf_gen_in(want, v);
    }

    if (json_object_get(want, "absent") != NULL) {
        return v == NULL;
    }

    if (json_object_get(want, "present") != NULL) {
        return v != NULL;
    }

    return v == NULL ? json_is_null(want) : json_equal(want, v);
}


const json_t *
asr_conf_gen_broken(const asr_conf_op_t *op, const json_t *params)
{
    bool         all;
    size_t       i;
    json_t      *rule, *when, *want, *v;
    const char  *name;

    json_array_foreach(json_object_get(op->row, "rules"), i, rule) {
        when = json_object_get(rule, "when");
        all = json_object_size(when) != 0;

        json_object_foreach(when, name, want) {
            v = asr_conf_gen_at(params, name);
            all = all && rule_matches(want, v);
            json_decref(v);
        }

        if (all) {
            return rule;
        }
    }

    return NULL;
}


json_t *
asr_conf_gen_request(const asr_conf_gen_t *g, const json_t *params)
{
    char        *outer;
    json_t      *rq, *base, *set, *unset, *v;
    const char  *name;

    base = json_object_get(g->op->row, "base");
    set = json_object();
    unset = json_array();
    outer = g->param == NULL ? asr_conf_copy("")
            : asr_conf_copy_n(g->param->name, strcspn(g->param->name, "."));

    json_object_foreach((json_t *) params, name, v) {
        if (!json_equal(v, json_object_get(base, name))
            || strcmp(name, outer) == 0)
        {
            (void) json_object_set(set, name, v);
        }
    }

    json_object_foreach(base, name, v) {
        if (json_object_get(params, name) == NULL) {
            (void) json_array_append_new(unset, json_string(name));
        }
    }

    free(outer);

    rq = json_pack("{s:s}", "op", g->op->name);

    if (g->via->name != NULL) {
        (void) json_object_set_new(rq, "via", json_string(g->via->name));
    }

    if (json_object_size(set) != 0) {
        (void) json_object_set(rq, "set", set);
    }

    v = asr_conf_json_at(g->op->row, "/generate/account");

    if (v != NULL) {
        (void) json_object_set(rq, "account", v);
    }

    if (json_array_size(unset) != 0) {
        (void) json_object_set(rq, "unset", unset);
    }

    json_decref(set);
    json_decref(unset);

    return rq;
}
