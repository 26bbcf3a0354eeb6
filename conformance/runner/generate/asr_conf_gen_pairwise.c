/*
 * All pairs (or triples) of the values of an operation's parameters and of
 * its ways to send, in as few requests as a covering array has rows.  Every
 * row must be taken, so what the rules forbid is left out.
 *
 * Rules are brought into one form before: a few columns, and of each a set of
 * values, that may not stand in a row together.
 */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <stdlib.h>


#define COLUMNS_MAX  60
#define VALUES_MAX   64                  /* bits of a set */
#define TOGETHER     8                   /* columns of a rule */


typedef struct {
    const asr_conf_param_t  *param;      /* NULL: the way to send */
    json_t                  *values;     /* array */
    size_t                   absent;     /* the last; none: of no value */
} column_t;


typedef struct {
    size_t                   n;
    size_t                   column[TOGETHER];
    uint64_t                 values[TOGETHER];
} forbidden_t;


typedef struct {
    asr_conf_gen_t          *g;
    column_t                 columns[COLUMNS_MAX];
    unsigned                 sizes[COLUMNS_MAX];
    size_t                   n;
    forbidden_t             *forbidden;
    size_t                   nforbidden;
} pairs_t;


/* The values of a row for pairs: told, or those that mark its range. */

static json_t *
pair_values(const asr_conf_op_t *op, const asr_conf_param_t *p)
{
    json_t      *v, *min, *max;
    const char  *type;

    v = json_object_get(p->row, "pair");

    if (v != NULL) {
        return json_deep_copy(v);
    }

    v = json_object_get(p->row, "values");

    if (json_array_size(v) != 0) {
        return json_deep_copy(v);
    }

    type = asr_conf_json_str(p->row, "type", "string");

    if (strcmp(type, "boolean") == 0) {
        return json_pack("[b,b]", true, false);
    }

    min = json_object_get(p->row, "min");
    max = json_object_get(p->row, "max");

    if (min != NULL && max != NULL) {
        return json_pack("[O,O]", min, max);
    }

    v = asr_conf_gen_good(op, p);

    return v == NULL ? json_array() : json_pack("[o]", v);
}


/* Without `guessed`: of values that a document has. */

static void
pairs_known(const asr_conf_param_t *p, json_t *values)
{
    size_t  i;

    for (i = json_array_size(values); i-- != 0; /* void */ ) {
        if (asr_conf_gen_level_value(p, json_array_get(values, i))
            == ASR_CONF_OBSERVED)
        {
            (void) json_array_remove(values, i);
        }
    }
}


static void
pairs_column(pairs_t *pairs, const asr_conf_param_t *p, bool guessed)
{
    json_t               *in_base;
    column_t             *c;
    const asr_conf_op_t  *op;

    op = pairs->g->op;

    if (asr_conf_gen_skips(p->row, "pairwise")
        || pairs->n == COLUMNS_MAX - 1)
    {
        return;
    }

    c = &pairs->columns[pairs->n];
    c->param = p;
    c->values = pair_values(op, p);
    c->absent = VALUES_MAX;

    if (!guessed && !asr_conf_gen_required(p->row)) {
        pairs_known(p, c->values);
    }

    while (json_array_size(c->values) >= VALUES_MAX) {
        (void) json_array_remove(c->values, VALUES_MAX - 1);
    }

    if (json_array_size(c->values) == 0) {
        json_decref(c->values);
        return;
    }

    in_base = asr_conf_gen_at(json_object_get(op->row, "base"), p->name);
    pairs->sizes[pairs->n] = (unsigned) json_array_size(c->values);

    if (!asr_conf_gen_required(p->row) && in_base == NULL) {
        c->absent = pairs->sizes[pairs->n]++;
    }

    json_decref(in_base);
    pairs->n++;
}


static size_t
column_of(const pairs_t *pairs, const char *name)
{
    size_t                   i;
    const asr_conf_param_t  *p;

    for (i = 0; i < pairs->n; i++) {
        p = pairs->columns[i].param;

        if (p != NULL && strcmp(p->name, name) == 0) {
            break;
        }
    }

    return i;
}


/* The bits of a column's values that are among those wanted. */

static uint64_t
column_bits(const column_t *c, const json_t *want)
{
    size_t     i;
    json_t    *v;
    uint64_t   bits;

    bits = 0;

    json_array_foreach(c->values, i, v) {
        if (json_object_get(want, "present") != NULL
            || (json_is_array(want) ? asr_conf_gen_in(want, v)
                                    : json_equal(want, v)))
        {
            bits |= (uint64_t) 1 << i;
        }
    }

    if (c->absent < VALUES_MAX
        && (json_is_null(want) || json_object_get(want, "absent") != NULL
            || (json_is_array(want) && asr_conf_gen_in(want, NULL))))
    {
        bits |= (uint64_t) 1 << c->absent;
    }

    return bits;
}


static void
pairs_forbid(pairs_t *pairs, const forbidden_t *f)
{
    pairs->forbidden = asr_conf_grow(pairs->forbidden, pairs->nforbidden + 1,
                                     sizeof(*f));
    pairs->forbidden[pairs->nforbidden++] = *f;
}


/*
 * A rule of columns only; one that names other parameters as well is looked
 * at when the whole request is known.
 */

static void
pairs_rule(pairs_t *pairs, const json_t *when)
{
    size_t        at;
    json_t       *want;
    const char   *name;
    forbidden_t   f;

    f.n = 0;

    json_object_foreach((json_t *) when, name, want) {
        at = column_of(pairs, name);

        if (at == pairs->n || f.n == TOGETHER) {
            return;
        }

        f.column[f.n] = at;
        f.values[f.n] = column_bits(&pairs->columns[at], want);

        if (f.values[f.n] == 0) {
            return;
        }

        f.n++;
    }

    if (f.n != 0) {
        pairs_forbid(pairs, &f);
    }
}


/* A value that needs others: with anything else of them it is forbidden. */

static void
pairs_needs(pairs_t *pairs, size_t at, size_t value, const json_t *needs)
{
    size_t        other;
    json_t       *v;
    const char   *name;
    forbidden_t   f;

    json_object_foreach(json_object_get(needs, "set"), name, v) {
        other = column_of(pairs, name);

        if (other == pairs->n) {
            continue;
        }

        f.n = 2;
        f.column[0] = at;
        f.values[0] = (uint64_t) 1 << value;
        f.column[1] = other;
        f.values[1] = ~column_bits(&pairs->columns[other], v);
        pairs_forbid(pairs, &f);
    }
}


static void
pairs_all_needs(pairs_t *pairs)
{
    char     *key;
    size_t    i, j;
    json_t   *v, *with;

    for (i = 0; i < pairs->n; i++) {
        with = json_object_get(pairs->columns[i].param->row, "value_with");

        json_array_foreach(pairs->columns[i].values, j, v) {
            key = json_is_string(v) ? asr_conf_copy(json_string_value(v))
                                    : asr_conf_json_text(v, 256);
            pairs_needs(pairs, i, j, json_object_get(with, key));
            free(key);
        }
    }
}


/* The ways to send, all of them; and what cannot be sent as text. */

static void
pairs_vias(pairs_t *pairs, asr_conf_via_t *vias)
{
    bool             typed;
    size_t           i, n;
    json_t          *all, *one;
    uint64_t         text;
    column_t        *c;
    forbidden_t      f;
    asr_conf_gen_t  *g;

    g = pairs->g;
    all = json_object_get(json_object_get(g->op->row, "generate"), "vias");
    typed = strcmp(g->op->form, "json") == 0;
    n = 0;
    text = 0;

    json_array_foreach(all, i, one) {
        if (n == ASR_CONF_GEN_VIAS) {
            break;
        }

        vias[n] = asr_conf_gen_via(json_string_value(one), typed);

        if (vias[n].text) {
            text |= (uint64_t) 1 << n;
        }

        n++;
    }

    if (n == 0) {
        vias[0] = g->vias[0];
        return;
    }

    for (i = 0; i < pairs->n; i++) {
        c = &pairs->columns[i];

        if (json_is_true(json_object_get(c->param->row, "no_text"))) {
            f.n = 2;
            f.column[0] = i;
            f.values[0] = c->absent < VALUES_MAX
                          ? ~((uint64_t) 1 << c->absent) : ~(uint64_t) 0;
            f.column[1] = pairs->n;
            f.values[1] = text;
            pairs_forbid(pairs, &f);
        }
    }

    c = &pairs->columns[pairs->n];
    c->param = NULL;
    c->values = json_incref(all);
    c->absent = VALUES_MAX;
    pairs->sizes[pairs->n++] = (unsigned) n;
}


static bool
pairs_allowed(const unsigned *row, void *data)
{
    size_t              i, j;
    pairs_t            *pairs;
    const forbidden_t  *f;

    pairs = data;

    for (i = 0; i < pairs->nforbidden; i++) {
        f = &pairs->forbidden[i];

        for (j = 0; j < f->n; j++) {
            if (row[f->column[j]] == ASR_CONF_FREE
                || (f->values[j] >> row[f->column[j]] & 1) == 0)
            {
                break;
            }
        }

        if (j == f->n) {
            return false;
        }
    }

    return true;
}


/* What other parameters the row's values need that are no columns. */

static void
row_needs(const pairs_t *pairs, const json_t *with, json_t *base)
{
    size_t       i;
    json_t      *set, *v;
    const char  *name;

    set = json_object_get(with, "set");

    if (!json_is_object(set)
        && !json_is_array(json_object_get(with, "unset")))
    {
        set = (json_t *) with;
    }

    json_object_foreach(set, name, v) {
        if (column_of(pairs, name) == pairs->n) {
            (void) json_object_set(base, name, v);
        }
    }

    json_array_foreach(json_object_get(with, "unset"), i, v) {
        if (column_of(pairs, json_string_value(v)) == pairs->n) {
            (void) json_object_set_new(base, json_string_value(v),
                                       json_null());
        }
    }
}


static void
pairs_row(pairs_t *pairs, const unsigned *row, const asr_conf_via_t *vias)
{
    char            *text, *hash, *whole, *key, *words;
    size_t           i;
    json_t          *v, *base, *set, *wrapped;
    column_t        *c;
    asr_conf_buf_t   name;
    asr_conf_try_t   t = { 0 };

    base = json_object();
    set = json_object();
    pairs->g->via = &vias[0];
    asr_conf_buf_init(&name, 400);

    for (i = 0; i < pairs->n; i++) {
        c = &pairs->columns[i];

        if (c->param == NULL) {
            pairs->g->via = &vias[row[i]];
            continue;
        }

        if (row[i] == c->absent) {
            continue;
        }

        v = json_array_get(c->values, row[i]);
        (void) json_object_set(set, c->param->name, v);
        row_needs(pairs, json_object_get(c->param->row, "with"), base);

        key = json_is_string(v) ? asr_conf_copy(json_string_value(v))
                                : asr_conf_json_text(v, 256);
        row_needs(pairs, json_object_get(json_object_get(c->param->row,
                                                         "value_with"), key),
                  base);
        free(key);

        words = asr_conf_gen_words(v);
        asr_conf_buf_fmt(&name, "%s%s %s", name.len == 0 ? "" : ", ",
                         c->param->name, words);
        free(words);
    }

    text = json_dumps(set, JSON_SORT_KEYS | JSON_COMPACT);
    whole = asr_conf_print("%s %s", pairs->g->via->name == NULL
                                    ? "" : pairs->g->via->name, text);
    hash = asr_conf_gen_hash8(whole);
    free(whole);
    free(text);

    if (pairs->g->via->name == NULL) {
        text = asr_conf_print("Taken together: %s",
                              name.len == 0 ? "nothing" : name.data);
    } else {
        text = asr_conf_print("Taken together by %s: %s",
                              pairs->g->via->name,
                              name.len == 0 ? "nothing" : name.data);
    }

    wrapped = json_pack("{s:O}", "set", base);

    t.kind = "pairwise";
    t.slug = hash;
    t.name = text;
    t.value = ASR_CONF_SAME;
    t.base = wrapped;
    t.set = set;
    (void) asr_conf_gen_try(pairs->g, &t);

    free(hash);
    free(text);
    asr_conf_buf_free(&name);
    json_decref(wrapped);
    json_decref(base);
    json_decref(set);
}


static void
pairs_cover(asr_conf_gen_t *g, unsigned strength, bool guessed)
{
    size_t                 i, n;
    json_t                *rule;
    pairs_t               *pairs;
    unsigned              *rows;
    asr_conf_via_t         vias[ASR_CONF_GEN_VIAS];
    const asr_conf_via_t  *via;

    pairs = asr_conf_alloc(sizeof(*pairs));
    pairs->g = g;
    via = g->via;

    for (i = 0; i < g->op->nparams; i++) {
        pairs_column(pairs, &g->op->params[i], guessed);
    }

    json_array_foreach(json_object_get(g->op->row, "rules"), i, rule) {
        pairs_rule(pairs, json_object_get(rule, "when"));
    }

    pairs_all_needs(pairs);
    pairs_vias(pairs, vias);

    n = asr_conf_cover(pairs->sizes, pairs->n, strength,
                       pairs_allowed, pairs, &rows);

    for (i = 0; i < n; i++) {
        pairs_row(pairs, rows + i * pairs->n, vias);
    }

    for (i = 0; i < pairs->n; i++) {
        json_decref(pairs->columns[i].values);
    }

    g->via = via;
    free(rows);
    free(pairs->forbidden);
    free(pairs);
}


/* A guess in a row makes all of it one: they come in rows of their own. */

void
asr_conf_gen_pairwise(asr_conf_gen_t *g)
{
    json_t   *generate;
    int64_t   strength;

    generate = json_object_get(g->op->row, "generate");
    strength = asr_conf_json_int(generate, "pairwise", 0);

    if (strength < 1 || strength > ASR_CONF_COVER_MAX) {
        return;
    }

    pairs_cover(g, (unsigned) strength, false);
    pairs_cover(g, strength < 2 ? 1 : 2, true);
}
