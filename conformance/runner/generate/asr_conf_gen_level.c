/* How well documented a try is: no better than the weakest thing in it. */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"


static asr_conf_level_t
weaker(asr_conf_level_t a, asr_conf_level_t b)
{
    return a > b ? a : b;
}


asr_conf_level_t
asr_conf_gen_level(const json_t *o, const char *name, asr_conf_level_t dflt)
{
    const char  *s;

    s = asr_conf_json_str(o, name, "");

    return strcmp(s, "must") == 0 ? ASR_CONF_MUST
           : strcmp(s, "should") == 0 ? ASR_CONF_SHOULD
           : strcmp(s, "observed") == 0 ? ASR_CONF_OBSERVED : dflt;
}


/* A value is shown by the document, or lies on a bound, or just seems good. */

asr_conf_level_t
asr_conf_gen_level_value(const asr_conf_param_t *p, const json_t *v)
{
    const json_t  *row;

    row = p->row;

    if (asr_conf_gen_in(json_object_get(row, "shown"), v)
        || asr_conf_gen_in(json_object_get(row, "values"), v))
    {
        return p->level;
    }

    if (json_is_number(v) && (json_equal(json_object_get(row, "min"), v)
                              || json_equal(json_object_get(row, "max"), v)))
    {
        return weaker(p->level,
                      asr_conf_gen_level(row, "bound_level", p->level));
    }

    if (asr_conf_gen_in(json_object_get(row, "good"), v)
        || asr_conf_gen_in(json_object_get(row, "pair"), v))
    {
        return weaker(p->level,
                      asr_conf_gen_level(row, "good_level", p->level));
    }

    return p->level;
}


/* What is the operation's base anyway is there for want of anything else. */

asr_conf_level_t
asr_conf_gen_level_sent(const asr_conf_gen_t *g, const json_t *params,
    asr_conf_level_t level)
{
    size_t                   i;
    json_t                  *v, *plain, *base;
    const asr_conf_param_t  *p;

    plain = asr_conf_gen_params(g->op, NULL, ASR_CONF_SAME, NULL);

    for (i = 0; i < g->op->nparams; i++) {
        p = &g->op->params[i];
        v = asr_conf_gen_at(params, p->name);
        base = asr_conf_gen_at(plain, p->name);

        if (v != NULL && (base == NULL || !json_equal(v, base))) {
            level = weaker(level, asr_conf_gen_level_value(p, v));
        }

        json_decref(v);
        json_decref(base);
    }

    json_decref(plain);

    return level;
}
