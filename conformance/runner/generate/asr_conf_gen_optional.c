/* Parameters left out, null or empty; as few as can be, as many as can be. */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <stdlib.h>


/* Does `after` have all members of `before` as they were? */

static bool
unchanged(const json_t *before, const json_t *after)
{
    json_t      *v;
    const char  *name;

    json_object_foreach((json_t *) before, name, v) {
        if (!json_equal(v, json_object_get(after, name))) {
            return false;
        }
    }

    return true;
}


/* One more parameter, unless it disturbs those that are there. */

static json_t *
everything_more(const asr_conf_gen_t *g, json_t *all,
    const asr_conf_param_t *p)
{
    json_t  *good, *more, *have, *as_set;

    have = asr_conf_gen_at(all, p->name);

    if (have != NULL || asr_conf_gen_skips(p->row, "optional")
        || (g->via->text && json_is_true(json_object_get(p->row, "no_text"))))
    {
        json_decref(have);
        return all;
    }

    good = asr_conf_gen_good(g->op, p);

    if (good == NULL) {
        return all;
    }

    as_set = json_pack("{s:O}", "set", all);
    more = asr_conf_gen_params(g->op, p, good, as_set);
    json_decref(as_set);
    json_decref(good);

    /* an outer parameter changes with its members */

    if ((strchr(p->name, '.') != NULL || unchanged(all, more))
        && asr_conf_gen_broken(g->op, more) == NULL)
    {
        json_decref(all);
        return more;
    }

    json_decref(more);

    return all;
}


/* All parameters that go together; those that need others come first. */

static json_t *
everything(const asr_conf_gen_t *g)
{
    bool                     needs;
    size_t                   i;
    json_t                  *all;
    unsigned                 pass;
    const asr_conf_param_t  *p;

    all = asr_conf_gen_params(g->op, NULL, NULL, NULL);

    for (pass = 0; pass < 2; pass++) {

        for (i = 0; i < g->op->nparams; i++) {
            p = &g->op->params[i];
            needs = json_object_size(json_object_get(p->row, "with")) != 0;

            if (needs == (pass == 0)) {
                all = everything_more(g, all, p);
            }
        }
    }

    return all;
}


/* All but this one. */

static void
optional_left_out(asr_conf_gen_t *g)
{
    json_t          *all, *base, *have;
    asr_conf_try_t   t = { 0 };

    all = everything(g);
    have = asr_conf_gen_at(all, g->param->name);

    if (have != NULL) {
        base = json_pack("{s:O}", "set", all);

        t.kind = "optional";
        t.slug = "absent";
        t.words = "left out of all that go together";
        t.base = base;
        (void) asr_conf_gen_try(g, &t);

        json_decref(base);
    }

    json_decref(have);
    json_decref(all);
}


/* Does the row itself say that nothing is bad? */

static bool
empty_bad(const json_t *row)
{
    size_t   i;
    json_t  *bad, *v;

    json_array_foreach(json_object_get(row, "bad"), i, bad) {
        v = json_object_get(bad, "value");

        if (json_is_string(v) && json_string_length(v) == 0) {
            return true;
        }
    }

    return false;
}


static void
required_empty(asr_conf_gen_t *g)
{
    const char      *type;
    asr_conf_try_t   t = { 0 };

    type = asr_conf_gen_declared(g);

    if (empty_bad(g->row)) {
        return;
    }

    t.kind = "optional";
    t.slug = "empty";
    t.level = "empty_level";
    t.least = asr_conf_gen_level(g->row, "empty_level", ASR_CONF_SHOULD);

    /* where a row has a set or a least length, others say it */

    if ((strcmp(type, "string") == 0 || strcmp(type, "json") == 0)
        && json_object_get(g->row, "values") == NULL
        && json_object_get(g->row, "min_length") == NULL)
    {
        t.refusal = "empty";
        t.value = json_string("");
        (void) asr_conf_gen_try(g, &t);

    } else if (strcmp(type, "array") == 0 && !g->via->text
               && json_object_get(g->row, "min_items") == NULL)
    {
        t.refusal = "empty";
        t.value = json_array();
        (void) asr_conf_gen_try(g, &t);
    }
}


void
asr_conf_gen_optional(asr_conf_gen_t *g)
{
    asr_conf_try_t  t = { 0 };

    t.kind = "optional";

    if (asr_conf_gen_required(g->row)) {
        t.slug = "absent";
        t.words = "left out";
        t.refusal = "missing";
        t.level = "required_level";
        (void) asr_conf_gen_try(g, &t);

        required_empty(g);

    } else {
        optional_left_out(g);
    }

    if (!g->via->text) {
        t.slug = "null";
        t.words = NULL;
        t.value = json_null();
        t.refusal = "null";
        t.level = "null_level";
        t.least = asr_conf_gen_level(g->row, "null_level", ASR_CONF_OBSERVED);
        (void) asr_conf_gen_try(g, &t);
    }
}


/* Can the base be sent as it is?  Not where a row needs an id made up. */

static bool
base_good(const asr_conf_gen_t *g)
{
    size_t                   i;
    const asr_conf_param_t  *p;

    for (i = 0; i < g->op->nparams; i++) {
        p = &g->op->params[i];

        if (asr_conf_gen_required(p->row)
            && asr_conf_gen_skips(p->row, "optional"))
        {
            return false;
        }
    }

    return g->op->nparams != 0;
}


void
asr_conf_gen_optional_op(asr_conf_gen_t *g)
{
    size_t                   i;
    json_t                  *all, *unset, *base;
    asr_conf_try_t           t = { 0 };
    const asr_conf_param_t  *p;

    if (!base_good(g)) {
        return;
    }

    unset = json_array();

    for (i = 0; i < g->op->nparams; i++) {
        p = &g->op->params[i];

        if (!asr_conf_gen_required(p->row)
            && !asr_conf_gen_skips(p->row, "optional"))
        {
            (void) json_array_append_new(unset, json_string(p->name));
        }
    }

    t.kind = "optional";
    t.slug = "only-required";
    t.name = "What is required is enough";
    t.value = ASR_CONF_SAME;
    t.unset = unset;
    (void) asr_conf_gen_try(g, &t);

    all = everything(g);
    base = json_pack("{s:O}", "set", all);

    t.slug = "everything";
    t.name = "All parameters that go together are taken at once";
    t.value = ASR_CONF_SAME;
    t.unset = NULL;
    t.base = base;
    (void) asr_conf_gen_try(g, &t);

    json_decref(base);
    json_decref(all);
    json_decref(unset);
}
