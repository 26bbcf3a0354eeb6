/* The frame of the strategies: what each try becomes. */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <stdlib.h>


static const char       **gaps;
static size_t             ngaps;
static asr_conf_seen_t   *gaps_seen;


size_t
asr_conf_generate_gaps(const char *const **ids)
{
    *ids = gaps;

    return ngaps;
}


void
asr_conf_gen_gap(const asr_conf_gen_t *g, const char *kind, const char *what)
{
    char  *id;

    if (gaps_seen == NULL) {
        gaps_seen = asr_conf_seen_new();
    }

    id = asr_conf_print("%s/%s/%s/%s: %s", g->doc->api, g->op->name,
                        g->param == NULL ? "all" : g->param->name, kind,
                        what);

    if (!asr_conf_seen_add(gaps_seen, id)) {
        free(id);
        return;
    }

    gaps = asr_conf_grow(gaps, ngaps + 1, sizeof(char *));
    gaps[ngaps++] = id;
}


/*
 * What must come back.  *code: NULL for a success; new.  False: a gap.
 */

typedef struct {
    json_t            *code;
    json_t            *clauses;          /* array */
    asr_conf_level_t   level;
} gen_expect_t;


static asr_conf_level_t
clause_level(const asr_conf_doc_t *d, const char *id)
{
    size_t  i;

    for (i = 0; i < d->nclauses; i++) {
        if (strcmp(d->clauses[i].id, id) == 0) {
            return d->clauses[i].level;
        }
    }

    return ASR_CONF_OBSERVED;
}


/* A code's own clause and level, where it is more than a text. */

static const json_t *
expect_code(const json_t *code, gen_expect_t *e)
{
    json_t  *clause;

    if (!json_is_object(code)) {
        return code;
    }

    clause = json_object_get(code, "clause");
    e->level = asr_conf_gen_level(code, "level", e->level);

    if (clause != NULL) {
        json_decref(e->clauses);
        e->clauses = json_is_array(clause) ? json_incref(clause)
                                           : json_pack("[O]", clause);
    }

    return json_object_get(code, "code");
}


static bool
is(const json_t *v, const char *s)
{
    return json_is_string(v) && strcmp(json_string_value(v), s) == 0;
}


static void
expect_also(json_t **code, const json_t *more)
{
    size_t   i;
    json_t  *one;

    if (json_is_object(more)) {
        more = json_object_get(more, "code");
    }

    if (!json_is_array(*code)) {
        *code = json_pack("[o]", *code);
    }

    if (json_is_string(more) && !asr_conf_gen_in(*code, more)) {
        (void) json_array_append(*code, (json_t *) more);
    }

    json_array_foreach(more, i, one) {
        if (!asr_conf_gen_in(*code, one)) {
            (void) json_array_append(*code, one);
        }
    }

    if (json_array_size(*code) == 1) {
        one = json_incref(json_array_get(*code, 0));
        json_decref(*code);
        *code = one;
    }
}


static bool
expect_refusal(const asr_conf_gen_t *g, const asr_conf_try_t *t,
    gen_expect_t *e)
{
    const json_t  *code, *also;

    code = t->code;

    if (code == NULL && t->refusal != NULL) {
        code = asr_conf_gen_code(g, t->refusal);

        if (is(code, "unset")) {         /* null is as good as absence */

            if (!asr_conf_gen_required(g->row)) {
                return true;
            }

            code = asr_conf_gen_code(g, "missing");
        }

        if (code == NULL) {
            asr_conf_gen_gap(g, t->kind, t->refusal);
            return false;
        }
    }

    code = expect_code(code, e);

    if (code == NULL || is(code, "ok") || is(code, "")) {
        return true;
    }

    e->code = json_deep_copy(code);

    also = t->also == NULL ? NULL : asr_conf_gen_code(g, t->also);

    if (also != NULL) {
        if (is(also, "ok")) {
            json_decref(e->code);        /* nobody can tell */
            e->code = NULL;
            asr_conf_gen_gap(g, t->kind, t->also);

            return false;
        }

        expect_also(&e->code, also);
    }

    return true;
}


static bool
expect(const asr_conf_gen_t *g, const asr_conf_try_t *t, gen_expect_t *e)
{
    json_t      *clause;
    const char  *own;

    e->code = NULL;

    if (g->param != NULL) {
        own = g->param->clause;
        e->level = g->param->level;

    } else {
        own = g->op->clause;
        e->level = clause_level(g->doc, own);
    }

    e->clauses = json_pack("[s]", own);

    if (t->level != NULL) {
        e->level = asr_conf_gen_level(g->row == NULL ? g->op->row : g->row,
                                      t->level, e->level);
    }

    if (t->from != NULL) {
        clause = json_object_get(t->from, "clause");

        if (clause != NULL) {
            json_decref(e->clauses);
            e->clauses = json_is_array(clause) ? json_incref(clause)
                                               : json_pack("[O]", clause);
        }

        e->level = asr_conf_gen_level(t->from, "level", e->level);
    }

    if (e->level < t->least) {
        e->level = t->least;
    }

    return expect_refusal(g, t, e);
}


/* What is to be sent: all parameters; NULL: it breaks a rule besides. */

static json_t *
try_params(const asr_conf_gen_t *g, const asr_conf_try_t *t)
{
    size_t       i;
    json_t      *params, *v;
    const char  *name;

    params = asr_conf_gen_params(g->op, g->param, t->value, t->base);

    json_array_foreach(t->unset, i, v) {
        asr_conf_gen_put(g->op, params, json_string_value(v), NULL);
    }

    json_object_foreach(t->set, name, v) {
        asr_conf_gen_put(g->op, params, name, v);
    }

    if (!t->ruled && asr_conf_gen_broken(g->op, params) != NULL) {
        asr_conf_gen_gap(g, t->kind, t->slug);
        json_decref(params);

        return NULL;
    }

    return params;
}


static char *
try_id(const asr_conf_gen_t *g, const asr_conf_try_t *t, const char *request)
{
    char  *id, *base, *hash;

    if (strcmp(t->kind, "pairwise") == 0) {
        base = asr_conf_print("%s/%s/pairs/%s", g->doc->api, g->op->name,
                              t->slug);

    } else if (g->via == &g->vias[0]) {
        base = asr_conf_print("%s/%s/%s/%s/%s", g->doc->api, g->op->name,
                              g->param == NULL ? "all" : g->param->name,
                              t->kind, t->slug);

    } else {
        base = asr_conf_print("%s/%s/%s/%s/%s@%s", g->doc->api, g->op->name,
                              g->param == NULL ? "all" : g->param->name,
                              t->kind, t->slug, g->via->name);
    }

    if (asr_conf_seen_add(g->ids, base)) {
        return base;
    }

    hash = asr_conf_gen_hash8(request);
    id = asr_conf_print("%s-%s", base, hash);
    free(base);
    free(hash);

    if (!asr_conf_seen_add(g->ids, id)) {
        asr_conf_die("generated twice: %s", id);
    }

    return id;
}


static char *
try_name(const asr_conf_gen_t *g, const asr_conf_try_t *t, bool refused)
{
    char  *words, *via, *name;

    via = g->via == &g->vias[0] || strcmp(t->kind, "pairwise") == 0
          ? asr_conf_copy("") : asr_conf_print(" (%s)", g->via->name);

    if (t->name != NULL) {
        name = asr_conf_print("%s%s", t->name, via);

    } else {
        words = t->words != NULL ? asr_conf_copy(t->words)
                                 : asr_conf_gen_words(t->value);
        name = asr_conf_print("%s%s%s is %s%s",
                              g->param == NULL ? "" : g->param->name,
                              g->param == NULL ? "" : " ", words,
                              refused ? "refused" : "taken", via);
        free(words);
    }

    free(via);

    return name;
}


static void
try_add(asr_conf_gen_t *g, const asr_conf_try_t *t, json_t *step,
    const gen_expect_t *e, const char *request)
{
    asr_conf_case_t  c;

    memset(&c, 0, sizeof(c));

    c.id = try_id(g, t, request);
    c.doc = g->doc;
    c.op = g->op->name;
    c.param = g->param == NULL ? NULL : g->param->name;
    c.kind = t->kind;
    c.name = try_name(g, t, e->code != NULL);
    c.clauses = json_incref(e->clauses);
    c.clause = json_string_value(json_array_get(c.clauses, 0));
    c.level = e->level;
    c.steps = json_pack("[O]", step);
    c.creates = e->code == NULL && g->op->creates != NULL
                && strcmp(g->op->creates, "task") == 0;

    if (t->value != NULL && t->value != ASR_CONF_SAME) {
        c.value = json_is_string(t->value)
                  ? asr_conf_copy(json_string_value(t->value))
                  : asr_conf_json_text(t->value, 256);
    }

    asr_conf_cases_add(g->cases, &c);
}


static bool
try_make(asr_conf_gen_t *g, const asr_conf_try_t *t, gen_expect_t *e)
{
    bool     made;
    char    *text, *whole;
    json_t  *params, *rq, *step;

    params = try_params(g, t);

    if (params == NULL) {
        return false;
    }

    rq = asr_conf_gen_request(g, params);

    if (e->code == NULL) {
        e->level = asr_conf_gen_level_sent(g, params, e->level);
    }

    if (t->body != NULL) {
        (void) json_object_clear(rq);
        (void) json_object_set_new(rq, "op", json_string(g->op->name));
        (void) json_object_set_new(rq, "body", json_string(t->body));

        if (g->via->name != NULL) {
            (void) json_object_set_new(rq, "via", json_string(g->via->name));
        }
    }

    /* the same parameters for the same parameter, however said */

    text = t->body != NULL ? asr_conf_copy(t->body)
                           : json_dumps(params, JSON_SORT_KEYS | JSON_COMPACT);
    whole = asr_conf_print("%s/%s/%s %s", g->op->name,
                           g->param == NULL ? "all" : g->param->name,
                           g->via->name == NULL ? "" : g->via->name, text);
    made = asr_conf_seen_add(g->requests, whole);
    free(text);
    free(whole);

    text = json_dumps(rq, JSON_SORT_KEYS | JSON_COMPACT);
    made = made && asr_conf_seen_add(g->requests, text);

    if (made) {
        step = json_pack("{s:O,s:o}", "request", rq, "expect",
                         e->code == NULL
                         ? json_pack("{s:s}", "outcome", "ok")
                         : json_pack("{s:O}", "code", e->code));
        try_add(g, t, step, e, text);
        json_decref(step);
    }

    free(text);
    json_decref(rq);
    json_decref(params);

    return made;
}


bool
asr_conf_gen_try(asr_conf_gen_t *g, asr_conf_try_t *t)
{
    bool          made;
    gen_expect_t  e;

    made = expect(g, t, &e) && try_make(g, t, &e);

    json_decref(e.code);
    json_decref(e.clauses);

    if (t->value != ASR_CONF_SAME) {
        json_decref(t->value);
    }

    t->value = NULL;

    return made;
}


asr_conf_via_t
asr_conf_gen_via(const char *name, bool typed)
{
    asr_conf_via_t  v;

    v.name = name;
    v.text = !typed || strstr(name, "-get") != NULL
             || strstr(name, "-form") != NULL
             || strncmp(name, "tc1", 3) == 0
             || strncmp(name, "rpc", 3) == 0
             || strncmp(name, "acs3", 4) == 0;
    v.query = v.text && strstr(name, "-form") == NULL
              && strcmp(name, "tc1-post") != 0
              && strcmp(name, "tc1sha1-post") != 0;

    return v;
}


/*
 * Ways to send in which a value means something else, or is signed in
 * another way: JSON or text, of each scheme.
 */

static void
gen_vias(asr_conf_gen_t *g)
{
    bool             typed;
    size_t           i, j;
    json_t          *vias, *one;
    const char      *name;
    asr_conf_via_t   v;

    vias = json_object_get(json_object_get(g->op->row, "generate"), "vias");
    typed = strcmp(g->op->form, "json") == 0;
    g->nvias = 0;

    json_array_foreach(vias, i, one) {
        name = json_string_value(one);
        v = asr_conf_gen_via(name, typed);

        for (j = 0; j < g->nvias; j++) {
            if (g->vias[j].text == v.text
                && strncmp(g->vias[j].name, name, 3) == 0)
            {
                break;
            }
        }

        if (j == g->nvias && g->nvias < ASR_CONF_GEN_VIAS) {
            g->vias[g->nvias++] = v;
        }
    }

    if (g->nvias == 0) {
        g->vias[0].name = NULL;
        g->vias[0].text = !typed;
        g->vias[0].query = strcmp(g->op->form, "query") == 0
                           || strcmp(g->op->form, "rpc") == 0;
        g->nvias = 1;
    }
}


static void
gen_param(asr_conf_gen_t *g)
{
    size_t  i;

    /* a value a row itself calls bad has more to say than its place */

    static const struct {
        const char  *kind;
        void       (*make)(asr_conf_gen_t *g);
    }  strategies[] = {
        { "negative", asr_conf_gen_negative },
        { "enum", asr_conf_gen_enum },
        { "boundary", asr_conf_gen_boundary },
        { "optional", asr_conf_gen_optional },
        { "type", asr_conf_gen_type },
    };

    g->row = g->param->row;

    if (g->via->text && json_is_true(json_object_get(g->row, "no_text"))) {
        return;
    }

    for (i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++) {
        if (!asr_conf_gen_skips(g->row, strategies[i].kind)) {
            strategies[i].make(g);
        }
    }
}


static bool
gen_wanted(const asr_conf_gen_t *g, const char *what)
{
    bool   wanted;
    char  *path;

    path = asr_conf_print("%s/%s/%s", g->doc->api, g->op->name, what);
    wanted = asr_conf_cases_want(g->cases, path);
    free(path);

    return wanted;
}


/* All that is tried with one parameter, over each via. */

static void
gen_single(asr_conf_gen_t *g)
{
    size_t  i, j;

    for (i = 0; i < g->nvias; i++) {
        g->via = &g->vias[i];

        for (j = 0; j < g->op->nparams; j++) {
            g->param = &g->op->params[j];
            gen_param(g);
        }

        g->param = NULL;
        g->row = NULL;

        asr_conf_gen_optional_op(g);
        asr_conf_gen_negative_op(g);
    }

    g->via = &g->vias[0];
}


/* What is made first decides about the rest: it is all made, or nothing. */

static void
gen_op(asr_conf_gen_t *g)
{
    bool    pairs, wanted;
    size_t  i;

    if (json_is_false(json_object_get(g->op->row, "generate"))) {
        return;
    }

    pairs = gen_wanted(g, "pairs");
    wanted = pairs || gen_wanted(g, "all");

    for (i = 0; !wanted && i < g->op->nparams; i++) {
        wanted = gen_wanted(g, g->op->params[i].name);
    }

    if (!wanted) {
        return;
    }

    gen_vias(g);
    gen_single(g);

    if (pairs) {
        asr_conf_gen_pairwise(g);
    }
}


void
asr_conf_generate(asr_conf_cases_t *c, const asr_conf_doc_t *d)
{
    size_t          i;
    asr_conf_gen_t  g;

    memset(&g, 0, sizeof(g));

    g.cases = c;
    g.doc = d;
    g.requests = asr_conf_seen_new();
    g.ids = asr_conf_seen_new();

    for (i = 0; i < d->nops; i++) {
        g.op = &d->ops[i];
        gen_op(&g);
    }

    asr_conf_seen_free(g.requests);
    asr_conf_seen_free(g.ids);
}
