/*
 * Parameter tables over a body's JSON or over pairs.  The judgement is the
 * module's own function, first with the whole table, and only when that finds
 * a fault with each row alone: what it accepts has no fault here, either.
 */

#include "asr_mock_look.h"


static asr_err_t
asr_mock_look_judge(asr_mock_look_t *l, const asr_param_t *rows, size_t n,
    void *out, uint64_t *present, asr_param_error_t *err)
{
    return (l->json != NULL)
           ? asr_params_json(rows, n, l->json, true, l->arena, out, present,
                             err)
           : asr_params_form(rows, n, &l->form, NULL, true, l->arena, out,
                             present, err);
}


char
asr_mock_look_kind(const asr_mock_look_t *l, asr_str_t name)
{
    return (l->json != NULL || asr_json_get(l->merged, name) != NULL)
           ? '/' : '?';
}


/* "Name.12" of the row Name, as the module takes it. */

static bool
asr_mock_look_item(const asr_param_t *row, asr_str_t name)
{
    size_t  i, dot;

    dot = row->name.len;

    if (name.len < dot + 2 || name.data[dot] != '.'
        || memcmp(name.data, row->name.data, dot) != 0
        || (name.data[dot + 1] == '0' && name.len > dot + 2)
        || name.len > dot + 20)
    {
        return false;
    }

    for (i = dot + 1; i < name.len; i++) {
        if (name.data[i] < '0' || name.data[i] > '9') {
            return false;
        }
    }

    return true;
}


static bool
asr_mock_look_known(const asr_mock_look_table_t *t, asr_str_t name, bool pair)
{
    size_t  i;

    for (i = 0; i < t->n; i++) {

        if (pair && t->rows[i].type == ASR_P_STRINGS) {
            if (asr_mock_look_item(&t->rows[i], name)) {
                return true;
            }

        } else if (asr_str_eq(t->rows[i].name, name)) {
            return true;
        }
    }

    return t->skip != NULL && t->skip(name);
}


/* NULL: none is near. */

static const asr_param_t *
asr_mock_look_nearest(const asr_mock_look_table_t *t, asr_str_t name)
{
    size_t              i;
    unsigned            d, least;
    const asr_param_t  *best;

    least = ASR_MOCK_FAR;
    best = NULL;

    for (i = 0; i < t->n; i++) {
        if (!asr_mock_look_near(name, t->rows[i].name)) {
            continue;
        }

        d = asr_mock_look_distance(name, t->rows[i].name);

        if (d < least) {
            least = d;
            best = &t->rows[i];
        }
    }

    return best;
}


static void
asr_mock_look_unknown(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    asr_str_t name, asr_str_t got)
{
    asr_str_t             shown;
    const asr_param_t    *near;
    asr_mock_finding_t   *f;

    near = asr_mock_look_nearest(t, name);

    if (t->strict) {
        f = asr_mock_look_clause(l, ASR_MOCK_ERROR, asr_cstr(t->unknown));

    } else {
        f = asr_mock_look_rule(l, near != NULL ? ASR_MOCK_D_NAME
                                               : ASR_MOCK_D_UNKNOWN);
    }

    f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l, name), name, -1);
    f->got = got;

    if (near == NULL) {
        return;
    }

    shown = asr_mock_look_clip(l, name, 40);
    f->expected = near->name;
    f->hint = asr_mock_look_text(l, "Did you mean %.*s?  %s",
                                 asr_fmt(near->name),
                                 asr_str_caseeq(shown, near->name)
                                 ? "Names are case-sensitive." : "");

    while (f->hint.len != 0 && f->hint.data[f->hint.len - 1] == ' ') {
        f->hint.len--;
    }
}


static void
asr_mock_look_unknowns(asr_mock_look_t *l, const asr_mock_look_table_t *t)
{
    asr_str_t          got;
    const asr_json_t  *v;
    const asr_pair_t  *pair;

    if (l->json != NULL) {
        for (v = l->json->child; v != NULL; v = v->next) {
            if (!asr_mock_look_known(t, v->key, false)) {
                asr_mock_look_unknown(l, t, v->key,
                                      asr_mock_look_json_got(l, v));
            }
        }

        return;
    }

    for (pair = l->form.pairs; pair != NULL; pair = pair->next) {
        if (!asr_mock_look_known(t, pair->name, true)) {
            got = asr_mock_look_clip(l, pair->value, ASR_MOCK_GOT_MAX);
            asr_mock_look_unknown(l, t, pair->name, got);
        }
    }
}


/* Is a member or pair there whose name is nearly the row's, but is none? */

static asr_str_t
asr_mock_look_misnamed(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_param_t *row)
{
    const asr_json_t  *v;
    const asr_pair_t  *pair;

    if (l->json != NULL) {
        for (v = l->json->child; v != NULL; v = v->next) {
            if (asr_mock_look_near(v->key, row->name)
                && !asr_mock_look_known(t, v->key, false))
            {
                return v->key;
            }
        }

        return asr_str_null();
    }

    for (pair = l->form.pairs; pair != NULL; pair = pair->next) {
        if (asr_mock_look_near(pair->name, row->name)
            && !asr_mock_look_known(t, pair->name, true))
        {
            return pair->name;
        }
    }

    return asr_str_null();
}


static asr_str_t
asr_mock_look_missing_hint(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_param_t *row)
{
    asr_str_t  other;

    other = asr_mock_look_misnamed(l, t, row);

    if (other.len != 0) {
        other = asr_mock_look_clip(l, other, 40);
        return asr_mock_look_text(l, "There is a \"%.*s\": did you mean %.*s?",
                                  asr_fmt(other), asr_fmt(row->name));
    }

    if (l->json != NULL && asr_json_get(l->json, row->name) != NULL) {
        return asr_str("null counts as not sent.");
    }

    return asr_str("Add it.");
}


static asr_str_t
asr_mock_look_type_hint(const asr_param_t *row, const asr_json_t *v)
{
    switch (row->type) {

    case ASR_P_INT:
        return (v->type == ASR_JSON_STRING)
               ? asr_str("Send the number without quotes.")
               : (v->type == ASR_JSON_NUMBER)
               ? asr_str("An integer has no point and no exponent, and fits "
                         "64 bits.")
               : asr_str("");

    case ASR_P_BOOL:
        return (v->type == ASR_JSON_STRING || v->type == ASR_JSON_INT)
               ? asr_str("Send true or false, without quotes.") : asr_str("");

    case ASR_P_STRINGS:
        return (v->type == ASR_JSON_STRING)
               ? asr_str("Send an array, also for one: [\"...\"].")
               : asr_str("");

    default:
        return (v->type == ASR_JSON_INT || v->type == ASR_JSON_NUMBER)
               ? asr_str("Put it in quotes.")
               : (v->type == ASR_JSON_OBJECT || v->type == ASR_JSON_ARRAY)
               ? asr_str("Send text: what holds JSON is serialised once "
                         "more.")
               : asr_str("");
    }
}


/* A value of a set that differs by little. */

static asr_str_t
asr_mock_look_set_hint(asr_mock_look_t *l, const asr_param_t *row, asr_str_t s)
{
    size_t       i;
    unsigned     d, least;
    const char  *best;

    best = NULL;
    least = 3;

    for (i = 0; row->set[i] != NULL && s.len != 0; i++) {
        d = asr_mock_look_distance(s, asr_cstr(row->set[i]));

        if (d < least && d < strlen(row->set[i])) {
            least = d;
            best = row->set[i];
        }
    }

    return (best != NULL)
           ? asr_mock_look_text(l, "Did you mean \"%s\"?%s", best, least == 0
                                ? "  Values are case-sensitive." : "")
           : asr_str("");
}


static asr_str_t
asr_mock_look_value_hint(asr_mock_look_t *l, const asr_param_t *row,
    asr_str_t s)
{
    if (row->type != ASR_P_STRING) {
        return asr_str("");
    }

    if (row->set != NULL) {
        return asr_mock_look_set_hint(l, row, s);
    }

    return (row->max != 0 && asr_utf8_valid(s))
           ? asr_mock_look_text(l, "It has %zu characters.",
                                asr_utf8_length(s))
           : asr_str("");
}


/* "hotwords.3" of the row "hotwords": 3; -1: the row as a whole. */

static int64_t
asr_mock_look_index(const asr_param_t *row, asr_str_t name)
{
    int64_t  i;

    if (name.len < row->name.len + 2
        || asr_str_int((asr_str_t) { name.len - row->name.len - 1,
                                     name.data + row->name.len + 1 }, &i)
           != ASR_OK)
    {
        return -1;
    }

    return i;
}


static void
asr_mock_look_json_breach(asr_mock_look_t *l, const asr_param_t *row,
    const asr_param_error_t *err, asr_mock_finding_t *f)
{
    int64_t            i, index;
    const asr_json_t  *v;

    v = asr_json_get(l->json, row->name);
    index = asr_mock_look_index(row, err->name);

    for (i = 0, v = (index >= 0 && v != NULL) ? v->child : v;
         i < index && v != NULL; i++)
    {
        v = v->next;
    }

    f->pointer = asr_mock_look_at(l, '/', row->name, index);
    f->got = asr_mock_look_json_got(l, v);

    if (v == NULL || err->fault == ASR_PF_MISSING) {
        return;
    }

    if (err->fault == ASR_PF_TYPE) {
        f->hint = (index >= 0) ? asr_str("Each item is a string.")
                               : asr_mock_look_type_hint(row, v);

    } else if (v->type == ASR_JSON_STRING) {
        f->hint = (index >= 0 && asr_utf8_valid(v->u.string))
                  ? asr_mock_look_text(l, "It has %zu characters.",
                                       asr_utf8_length(v->u.string))
                  : asr_mock_look_value_hint(l, row, v->u.string);
    }
}


static void
asr_mock_look_form_breach(asr_mock_look_t *l, const asr_param_t *row,
    const asr_param_error_t *err, asr_mock_finding_t *f)
{
    int64_t            index;
    const asr_pair_t  *pair;

    index = asr_mock_look_index(row, err->name);
    pair = asr_form_get(&l->form, err->name);

    f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l, row->name),
                                  row->name, index);
    f->got = (pair == NULL)
             ? asr_mock_look_json_got(l, NULL)
             : asr_mock_look_clip(l, pair->value, ASR_MOCK_GOT_MAX);

    if (err->fault == ASR_PF_VALUE && pair != NULL) {
        f->hint = asr_mock_look_value_hint(l, row, pair->value);
    }
}


static void
asr_mock_look_breach(asr_mock_look_t *l, const asr_mock_look_table_t *t,
    const asr_param_t *row, const asr_param_error_t *err)
{
    asr_mock_finding_t     *f;
    const asr_mock_hint_t  *h;

    f = asr_mock_look_row(l, ASR_MOCK_ERROR, row);
    f->expected = asr_mock_expected(l->arena, row);

    if (l->json != NULL) {
        asr_mock_look_json_breach(l, row, err, f);

    } else {
        asr_mock_look_form_breach(l, row, err, f);
    }

    if (err->fault == ASR_PF_MISSING) {
        f->hint = asr_mock_look_missing_hint(l, t, row);
    }

    if (f->hint.len == 0) {
        h = asr_mock_hint(asr_mock_tables(l->x->api), f->rule);
        f->hint = (h != NULL) ? asr_cstr(h->hint) : asr_str_null();
    }

    if (f->hint.len == 0 && err->why != NULL) {
        f->hint = asr_mock_look_text(l, "%.*s %s.", asr_fmt(row->name),
                                     err->why);
    }
}


asr_mock_finding_t *
asr_mock_look_sent_row(asr_mock_look_t *l, asr_mock_severity_t severity,
    const asr_param_t *row, const char *hint)
{
    asr_str_t            value;
    asr_mock_finding_t  *f;

    f = asr_mock_look_row(l, severity, row);
    f->expected = asr_mock_expected(l->arena, row);
    f->pointer = asr_mock_look_at(l, asr_mock_look_kind(l, row->name),
                                  row->name, -1);
    f->hint = asr_cstr(hint);

    if (l->json != NULL) {
        f->got = asr_mock_look_json_got(l, asr_json_get(l->json, row->name));

    } else {
        value = asr_mock_look_pair(l, row->name);
        f->got = asr_mock_look_clip(l, value, ASR_MOCK_GOT_MAX);
    }

    return f;
}


/* Clients that fill in all members of a model send those unset so. */

static bool
asr_mock_look_blank(asr_mock_look_t *l, const asr_param_t *row)
{
    asr_str_t          s;
    const asr_json_t  *v;

    if (l->json == NULL) {
        s = asr_mock_look_pair(l, row->name);
        return row->type != ASR_P_STRINGS
               && (s.len == 0 || asr_str_eq(s, asr_str("0")));
    }

    v = asr_json_get(l->json, row->name);

    return v == NULL
           || (v->type == ASR_JSON_INT && v->u.integer == 0)
           || (v->type == ASR_JSON_STRING && v->u.string.len == 0)
           || (v->type == ASR_JSON_ARRAY && v->n == 0);
}


/* What is accepted, and yet not what the document would have. */

static void
asr_mock_look_flags(asr_mock_look_t *l, const asr_mock_look_table_t *t)
{
    size_t               i;
    uint64_t             left;
    const asr_json_t    *v;
    const asr_param_t   *row;
    asr_mock_finding_t  *f;

    for (i = 0, left = t->present & ~t->bad; left != 0; i++, left >>= 1) {

        row = &t->rows[i];

        if ((left & 1) == 0
            || (row->flags & (ASR_P_EXTENSION|ASR_P_IGNORED|ASR_P_NUMSTR))
               == 0)
        {
            continue;
        }

        if (row->flags & ASR_P_EXTENSION) {
            asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row,
                (row->flags & ASR_P_IGNORED)
                ? "It is taken here without effect; it is not in the document."
                : "It works here; it is not in the document.");

        } else if (row->flags & ASR_P_IGNORED) {
            if (!asr_mock_look_blank(l, row)) {
                asr_mock_look_sent_row(l, ASR_MOCK_WARNING, row,
                                       "It has no effect: leave it out.");
            }

        } else if (l->json != NULL) {
            v = asr_json_get(l->json, row->name);

            if (v != NULL && v->type == ASR_JSON_STRING) {
                f = asr_mock_look_rule(l, ASR_MOCK_D_NUMBER);
                f->pointer = asr_mock_look_at(l, '/', row->name, -1);
                f->got = asr_mock_look_json_got(l, v);
                f->expected = asr_str("a number");
            }
        }
    }
}


void
asr_mock_look_params(asr_mock_look_t *l, asr_mock_look_table_t *t)
{
    size_t             i;
    uint64_t           one;
    asr_err_t          rc;
    asr_param_error_t  err;

    t->bad = 0;
    t->present = 0;

    if (l->json == NULL && l->broken) {
        asr_mock_look_percent(l);
        t->bad = ~(uint64_t) 0;
        return;
    }

    rc = asr_mock_look_judge(l, t->rows, t->n, t->out, &t->present, &err);

    if (rc == ASR_INVALID) {

        for (i = 0, t->present = 0; i < t->n; i++) {
            rc = asr_mock_look_judge(l, &t->rows[i], 1, t->out, &one, &err);
            t->present |= (rc == ASR_OK ? one : 1) << i;

            if (rc == ASR_INVALID) {
                t->bad |= (uint64_t) 1 << i;
                asr_mock_look_breach(l, t, &t->rows[i], &err);
            }

            l->nomem |= (rc == ASR_NOMEM);
        }
    }

    l->nomem |= (rc == ASR_NOMEM);

    asr_mock_look_flags(l, t);
    asr_mock_look_unknowns(l, t);
}


const asr_param_t *
asr_mock_look_param(const asr_mock_look_table_t *t, const char *name)
{
    size_t  i;

    for (i = 0; i < t->n; i++) {
        if (asr_str_eq(t->rows[i].name, asr_cstr(name))) {
            return (((t->present & ~t->bad) >> i) & 1) ? &t->rows[i] : NULL;
        }
    }

    return NULL;
}
