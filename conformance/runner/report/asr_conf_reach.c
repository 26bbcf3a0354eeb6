/* What cases reach of a document. */

#include "asr_conf_reach.h"

#include <stdlib.h>
#include <strings.h>

#include "asr_conf_json.h"


#define ASR_CONF_REACH_TEXT  256         /* bytes of a value's text */


static bool asr_conf_value_same(const json_t *one, const json_t *two);
static void asr_conf_reach_value(asr_conf_reached_param_t *p,
    const json_t *value);
static void asr_conf_reach_param(asr_conf_reached_op_t *op,
    const char *name, const json_t *value);
static bool asr_conf_reach_unset(const json_t *request, const char *name);
static void asr_conf_reach_request(asr_conf_reach_t *r, const char *dflt,
    const json_t *request);
static void asr_conf_reach_poll(asr_conf_reach_t *r, const char *dflt,
    const json_t *step);
static void asr_conf_reach_case(asr_conf_reach_t *r, const asr_conf_case_t *c);
static asr_conf_reached_op_t *asr_conf_reach_op(asr_conf_reach_t *r,
    const char *name);
static void asr_conf_codes_mark(const asr_conf_doc_t *d, const char *code,
    bool *seen);
static bool asr_conf_codes_key(const char *key);
static void asr_conf_codes_walk(const asr_conf_doc_t *d, const char *key,
    const json_t *v, bool exact, bool *seen);


char *
asr_conf_value_text(const json_t *v)
{
    if (json_is_string(v)) {
        return asr_conf_copy(json_string_value(v));
    }

    return asr_conf_json_text(v, ASR_CONF_REACH_TEXT);
}


/* A decimal string is often taken for its number. */

static bool
asr_conf_value_same(const json_t *one, const json_t *two)
{
    bool   same;
    char  *a, *b;

    if (json_equal((json_t *) one, (json_t *) two)) {
        return true;
    }

    if (json_is_string(one) == json_is_string(two)) {
        return false;
    }

    a = asr_conf_value_text(one);
    b = asr_conf_value_text(two);
    same = strcmp(a, b) == 0;
    free(a);
    free(b);

    return same;
}


static void
asr_conf_reach_value(asr_conf_reached_param_t *p, const json_t *value)
{
    size_t        i, k;
    const json_t  *item, *v;

    json_array_foreach((json_t *) p->values, i, v) {
        if (p->tried[i]) {
            continue;
        }

        if (asr_conf_value_same(v, value)) {
            p->tried[i] = true;

        } else {
            json_array_foreach((json_t *) value, k, item) {
                p->tried[i] |= asr_conf_value_same(v, item);
            }
        }

        p->ntried += p->tried[i];
    }
}


static void
asr_conf_reach_param(asr_conf_reached_op_t *op, const char *name,
    const json_t *value)
{
    size_t  i;

    for (i = 0; i < op->op->nparams; i++) {
        if (strcmp(op->params[i].param->name, name) == 0) {
            op->params[i].set++;
            asr_conf_reach_value(&op->params[i], value);
            return;
        }
    }
}


static asr_conf_reached_op_t *
asr_conf_reach_op(asr_conf_reach_t *r, const char *name)
{
    size_t  i;

    for (i = 0; name != NULL && i < r->doc->nops; i++) {
        if (strcmp(r->doc->ops[i].name, name) == 0) {
            return &r->ops[i];
        }
    }

    return NULL;
}


static bool
asr_conf_reach_unset(const json_t *request, const char *name)
{
    size_t        i;
    const json_t  *v, *set;

    if (json_object_get(json_object_get(request, "set"), name) != NULL) {
        return true;
    }

    set = json_object_get(request, "unset");

    json_array_foreach((json_t *) set, i, v) {
        if (json_is_string(v) && strcmp(json_string_value(v), name) == 0) {
            return true;
        }
    }

    return false;
}


/* The fields of a valid request are sent where nothing is said of them. */

static void
asr_conf_reach_request(asr_conf_reach_t *r, const char *dflt,
    const json_t *request)
{
    json_t                 *base, *value;
    const char             *name;
    asr_conf_reached_op_t  *op;

    op = asr_conf_reach_op(r, asr_conf_json_str(request, "op", dflt));

    if (op == NULL) {
        return;
    }

    op->cases++;

    json_object_foreach(json_object_get(request, "set"), name, value) {
        asr_conf_reach_param(op, name, value);
    }

    base = json_object_get(op->op->row, "base");

    json_object_foreach(base, name, value) {
        if (!asr_conf_reach_unset(request, name)) {
            asr_conf_reach_param(op, name, value);
        }
    }
}


/* "poll": true asks as the operation's row says. */

static void
asr_conf_reach_poll(asr_conf_reach_t *r, const char *dflt, const json_t *step)
{
    const char             *name;
    const json_t           *poll, *row;
    asr_conf_reached_op_t  *op;

    poll = json_object_get(step, "poll");

    if (poll == NULL || json_is_false(poll)) {
        return;
    }

    op = asr_conf_reach_op(r, asr_conf_json_str(json_object_get(step,
                                                                "request"),
                                                "op", dflt));
    row = op == NULL ? NULL : json_object_get(op->op->row, "poll");
    name = asr_conf_json_str(row, "op", NULL);

    if (json_object_get(poll, "set") == NULL && row != NULL) {
        asr_conf_reach_request(r, name, row);

    } else {
        asr_conf_reach_request(r, name, poll);
    }
}


static void
asr_conf_reach_case(asr_conf_reach_t *r, const asr_conf_case_t *c)
{
    bool                   *seen;
    size_t                  i;
    json_t                 *value;
    const json_t           *step;
    asr_conf_reached_op_t  *op;

    r->cases++;

    json_array_foreach((json_t *) c->steps, i, step) {
        asr_conf_reach_request(r, c->op, json_object_get(step, "request"));

        asr_conf_reach_poll(r, c->op, step);
    }

    op = asr_conf_reach_op(r, c->op);

    for (i = 0; op != NULL && c->param != NULL && i < op->op->nparams; i++) {
        if (strcmp(op->params[i].param->name, c->param) == 0) {
            op->params[i].cases++;

            if (c->value != NULL) {
                value = json_string(c->value);
                asr_conf_reach_value(&op->params[i], value);
                json_decref(value);
            }
        }
    }

    for (i = 0; i < r->doc->nclauses; i++) {
        r->clauses[i] += asr_conf_case_names(c, r->doc->clauses[i].id);
    }

    seen = asr_conf_alloc(r->doc->ncodes);
    asr_conf_codes_expected(c, false, seen);

    for (i = 0; i < r->doc->ncodes; i++) {
        r->codes[i] += seen[i];
    }

    free(seen);
}


void
asr_conf_reach(asr_conf_reach_t *r, const asr_conf_doc_t *d,
    const asr_conf_cases_t *cases, const bool *which)
{
    size_t                     i, k;
    const asr_conf_op_t       *op;
    asr_conf_reached_param_t  *p;

    memset(r, 0, sizeof(*r));

    r->doc = d;
    r->ops = asr_conf_alloc(d->nops * sizeof(asr_conf_reached_op_t));
    r->clauses = asr_conf_alloc(d->nclauses * sizeof(size_t));
    r->codes = asr_conf_alloc(d->ncodes * sizeof(size_t));

    for (i = 0; i < d->nops; i++) {
        op = &d->ops[i];
        r->ops[i].op = op;
        r->ops[i].params = asr_conf_alloc(op->nparams
                                          * sizeof(asr_conf_reached_param_t));

        for (k = 0; k < op->nparams; k++) {
            p = &r->ops[i].params[k];
            p->param = &op->params[k];
            p->values = json_object_get(p->param->row, "values");

            if (p->values == NULL) {
                p->values = json_object_get(json_object_get(p->param->row,
                                                            "items"),
                                            "values");
            }

            p->nvalues = json_array_size(p->values);
            p->tried = asr_conf_alloc(p->nvalues);
        }
    }

    for (i = 0; i < cases->n; i++) {
        if (cases->all[i].doc == d && (which == NULL || which[i])) {
            asr_conf_reach_case(r, &cases->all[i]);
        }
    }
}


void
asr_conf_reach_free(asr_conf_reach_t *r)
{
    size_t  i, k;

    for (i = 0; i < r->doc->nops; i++) {
        for (k = 0; k < r->ops[i].op->nparams; k++) {
            free(r->ops[i].params[k].tried);
        }

        free(r->ops[i].params);
    }

    free(r->ops);
    free(r->clauses);
    free(r->codes);
}


bool
asr_conf_case_names(const asr_conf_case_t *c, const char *clause)
{
    size_t        i;
    const json_t  *v;

    if (strcmp(c->clause, clause) == 0) {
        return true;
    }

    json_array_foreach((json_t *) c->clauses, i, v) {
        if (json_is_string(v) && strcmp(json_string_value(v), clause) == 0) {
            return true;
        }
    }

    return false;
}


static void
asr_conf_codes_mark(const asr_conf_doc_t *d, const char *code, bool *seen)
{
    size_t  i;

    for (i = 0; i < d->ncodes; i++) {
        if (strcmp(d->codes[i].code, code) == 0) {
            seen[i] = true;
        }
    }
}


/* "code", "/Response/Error/Code", "/data/error_code" */

static bool
asr_conf_codes_key(const char *key)
{
    size_t  n;

    n = strlen(key);

    return n >= 4 && strcasecmp(key + n - 4, "code") == 0;
}


static void
asr_conf_codes_walk(const asr_conf_doc_t *d, const char *key, const json_t *v,
    bool exact, bool *seen)
{
    char        *text;
    size_t       i;
    json_t      *item;
    const char  *name;

    if (json_is_object(v)) {
        json_object_foreach((json_t *) v, name, item) {
            if (strcmp(name, "not") != 0) {
                asr_conf_codes_walk(d, name, item, exact, seen);
            }
        }

    } else if (json_is_array(v)) {
        json_array_foreach((json_t *) v, i, item) {
            if (!exact || json_is_object(item)) {
                asr_conf_codes_walk(d, key, item, exact, seen);
            }
        }

    } else if (json_is_string(v)
               || (json_is_integer(v) && asr_conf_codes_key(key)))
    {
        text = asr_conf_value_text(v);
        asr_conf_codes_mark(d, text, seen);
        free(text);
    }
}


void
asr_conf_codes_expected(const asr_conf_case_t *c, bool exact, bool *seen)
{
    size_t         i, k;
    json_t        *expect;
    const json_t  *step;

    static const char *const  places[] = { "poll", "callback" };

    json_array_foreach((json_t *) c->steps, i, step) {
        expect = json_object_get(step, "expect");
        asr_conf_codes_walk(c->doc, "", expect, exact, seen);

        for (k = 0; k < 2; k++) {
            expect = json_object_get(json_object_get(step, places[k]),
                                     "expect");
            asr_conf_codes_walk(c->doc, "", expect, exact, seen);
        }
    }
}
