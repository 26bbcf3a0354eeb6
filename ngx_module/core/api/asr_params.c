/*
 * Validation by parameter tables.
 *
 * A row is judged in three steps, the same for JSON and for text pairs: is it
 * there, is it of the row's type, is its value allowed.  The first fault ends
 * the check, so a reply names one parameter.  Reasons are phrases without the
 * parameter's name ("must be an integer"): each API puts its own words around
 * them.  Reasons are built only when something is wrong.
 */

#include "asr_params_check.h"

#include <stdio.h>


#define ASR_PARAMS_WHY_MAX  256


static _Thread_local bool  asr_params_lax_on;


asr_err_t
asr_params_fail(asr_param_error_t *err, asr_param_fault_t fault,
    const asr_param_t *p, asr_str_t name, const char *expected,
    const char *why)
{
    err->fault = fault;
    err->param = p;
    err->name = name;
    err->expected = expected;
    err->why = why;

    return (fault == ASR_PF_NOMEM) ? ASR_NOMEM : ASR_INVALID;
}


asr_err_t
asr_params_nomem(asr_param_error_t *err, const asr_param_t *p)
{
    return asr_params_fail(err, ASR_PF_NOMEM, p, p->name, NULL,
                           "needs more memory than one request may use");
}


static const char *
asr_params_expected(const asr_param_t *p)
{
    switch (p->type) {

    case ASR_P_INT:
        return "integer";

    case ASR_P_BOOL:
        return "boolean";

    case ASR_P_STRINGS:
        return "array";

    default:
        return "string";
    }
}


asr_err_t
asr_params_type_error(const asr_param_t *p, asr_param_error_t *err)
{
    const char  *why;

    switch (p->type) {

    case ASR_P_INT:
        why = "must be an integer";
        break;

    case ASR_P_BOOL:
        why = "must be a boolean";
        break;

    case ASR_P_STRINGS:
        why = "must be an array of strings";
        break;

    default:
        why = "must be a string";
        break;
    }

    return asr_params_fail(err, ASR_PF_TYPE, p, p->name,
                           asr_params_expected(p), why);
}


/* min and max both 0: no bound; max under min: no upper bound. */

bool
asr_params_outside(const asr_param_t *p, int64_t v)
{
    if (p->min == 0 && p->max == 0) {
        return false;
    }

    return v < p->min || (p->max >= p->min && v > p->max);
}


asr_err_t
asr_params_range_error(const asr_param_t *p, const char *unit,
    asr_arena_t *arena, asr_param_error_t *err)
{
    asr_str_t  why;

    if (p->max < p->min) {
        why = asr_arena_printf(arena, "must be at least %lld%s",
                               (long long) p->min, unit);

    } else if (*unit != '\0' && p->min <= 0) {
        why = asr_arena_printf(arena, "must be at most %lld%s",
                               (long long) p->max, unit);

    } else {
        why = asr_arena_printf(arena, "must be %lld to %lld%s",
                               (long long) p->min, (long long) p->max, unit);
    }

    return asr_params_fail(err, ASR_PF_VALUE, p, p->name, NULL,
                           (why.data != NULL) ? why.data : "is out of range");
}


static asr_err_t
asr_params_set_error(const asr_param_t *p, asr_arena_t *arena,
    asr_param_error_t *err)
{
    int        n;
    char       buf[ASR_PARAMS_WHY_MAX];
    size_t     i, len, count;
    asr_str_t  why;

    len = 0;
    count = 0;
    buf[0] = '\0';

    if (p->type == ASR_P_INT) {
        count = (size_t) p->iset[0];

    } else {
        while (p->set[count] != NULL) {
            count++;
        }
    }

    for (i = 0; i < count; i++) {

        if (p->type == ASR_P_INT) {
            n = snprintf(buf + len, sizeof(buf) - len, "%s%lld",
                         i ? ", " : "", (long long) p->iset[i + 1]);

        } else {
            n = snprintf(buf + len, sizeof(buf) - len, "%s%s",
                         i ? ", " : "", p->set[i]);
        }

        if (n < 0 || (size_t) n >= sizeof(buf) - len) {
            buf[len] = '\0';
            break;
        }

        len += (size_t) n;
    }

    why = asr_arena_printf(arena, "must be %s%s%s",
                           count > 1 ? "one of " : "", buf,
                           i < count ? ", ..." : "");

    return asr_params_fail(err, ASR_PF_VALUE, p, p->name, NULL,
                           (why.data != NULL) ? why.data : "is not allowed");
}


asr_err_t
asr_params_check_int(const asr_param_t *p, int64_t v, asr_arena_t *arena,
    asr_param_error_t *err)
{
    int64_t  i;

    if (p->iset != NULL) {
        for (i = 1; i <= p->iset[0]; i++) {
            if (p->iset[i] == v) {
                return ASR_OK;
            }
        }

        return asr_params_set_error(p, arena, err);
    }

    if (asr_params_outside(p, v)) {
        return asr_params_range_error(p, "", arena, err);
    }

    return ASR_OK;
}


asr_err_t
asr_params_check_string(const asr_param_t *p, asr_str_t v, asr_arena_t *arena,
    asr_param_error_t *err)
{
    const char *const  *set;

    if (v.len == 0 && (p->flags & ASR_P_NONEMPTY)) {
        return asr_params_fail(err, ASR_PF_VALUE, p, p->name, NULL,
                               "must not be empty");
    }

    if (p->set != NULL) {
        for (set = p->set; *set != NULL; set++) {
            if (strlen(*set) == v.len && memcmp(*set, v.data, v.len) == 0) {
                return ASR_OK;
            }
        }

        return asr_params_set_error(p, arena, err);
    }

    if ((p->min != 0 || p->max != 0)
        && asr_params_outside(p, (int64_t) asr_utf8_length(v)))
    {
        return asr_params_range_error(p, " characters", arena, err);
    }

    return ASR_OK;
}


asr_err_t
asr_params_check_item(const asr_param_t *p, asr_str_t v, size_t index,
    asr_arena_t *arena, asr_param_error_t *err)
{
    asr_str_t    name, why;
    const char  *text;

    if (v.len == 0 && (p->flags & ASR_P_NONEMPTY)) {
        text = "must not be empty";

    } else if (p->item_max != 0
               && (int64_t) asr_utf8_length(v) > p->item_max)
    {
        why = asr_arena_printf(arena, "must be at most %lld characters",
                               (long long) p->item_max);
        text = (why.data != NULL) ? why.data : "is too long";

    } else {
        return ASR_OK;
    }

    name = asr_arena_printf(arena, "%.*s.%zu", asr_fmt(p->name), index);

    return asr_params_fail(err, ASR_PF_VALUE, p,
                           (name.data != NULL) ? name : p->name, NULL, text);
}


void
asr_params_store(const asr_param_t *p, void *out, const void *v, size_t size)
{
    memcpy((char *) out + p->offset, v, size);
}


static void
asr_params_default(const asr_param_t *p, void *out)
{
    bool       b;
    int64_t    i;
    asr_str_t  s;

    if (p->dflt == NULL || (p->flags & ASR_P_IGNORED)) {
        return;
    }

    switch (p->type) {

    case ASR_P_INT:
        if (asr_str_int(asr_cstr(p->dflt), &i) == ASR_OK) {
            asr_params_store(p, out, &i, sizeof(i));
        }
        break;

    case ASR_P_BOOL:
        b = (strcmp(p->dflt, "true") == 0);
        asr_params_store(p, out, &b, sizeof(b));
        break;

    case ASR_P_STRING:
        s = asr_cstr(p->dflt);
        asr_params_store(p, out, &s, sizeof(s));
        break;

    default:
        break;
    }
}


asr_err_t
asr_params_absent(const asr_param_t *p, void *out, asr_param_error_t *err)
{
    if (p->flags & ASR_P_REQUIRED) {
        return asr_params_fail(err, ASR_PF_MISSING, p, p->name,
                               asr_params_expected(p), "is required");
    }

    asr_params_default(p, out);

    return ASR_OK;
}


static const asr_param_t *
asr_params_row(const asr_param_t *table, size_t n, asr_str_t name)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (asr_str_eq(table[i].name, name)) {
            return &table[i];
        }
    }

    return NULL;
}


void
asr_params_lax(bool on)
{
    asr_params_lax_on = on;
}


bool
asr_params_is_lax(void)
{
    return asr_params_lax_on;
}


asr_err_t
asr_params_forgive(const asr_param_t *p, asr_err_t rc, void *out,
    asr_param_error_t *err)
{
    if (rc != ASR_INVALID || !asr_params_lax_on
        || (p->flags & ASR_P_REQUIRED))
    {
        return rc;
    }

    memset(err, 0, sizeof(*err));

    return asr_params_absent(p, out, err);
}


asr_err_t
asr_params_unknown(asr_str_t name, asr_param_error_t *err)
{
    return asr_params_fail(err, ASR_PF_UNKNOWN, NULL, name, NULL,
                           "is not a parameter of this interface");
}


/* The number as text; ASR_INVALID when it is none, ASR_TOOBIG over int64. */

asr_err_t
asr_params_text_int(const asr_param_t *p, asr_str_t s, int64_t *v,
    asr_param_error_t *err)
{
    switch (asr_str_int(s, v)) {

    case ASR_OK:
        return ASR_OK;

    case ASR_TOOBIG:
        return asr_params_fail(err, ASR_PF_VALUE, p, p->name, NULL,
                               "is out of range");

    default:
        return asr_params_type_error(p, err);
    }
}


static asr_err_t
asr_params_json_strings(const asr_param_t *p, const asr_json_t *v,
    asr_arena_t *arena, void *out, asr_param_error_t *err)
{
    bool               ignored;
    size_t             i;
    asr_err_t          rc;
    asr_str_t          name;
    asr_strs_t         strs;
    const asr_json_t  *item;

    if (v->type != ASR_JSON_ARRAY) {
        return asr_params_type_error(p, err);
    }

    ignored = (p->flags & ASR_P_IGNORED) != 0;

    if (!ignored && asr_params_outside(p, (int64_t) v->n)) {
        return asr_params_range_error(p, " items", arena, err);
    }

    strs.n = v->n;
    strs.v = NULL;

    if (v->n != 0 && !ignored) {
        strs.v = asr_arena_alloc(arena, v->n * sizeof(asr_str_t));
        if (strs.v == NULL) {
            return asr_params_nomem(err, p);
        }
    }

    for (i = 0, item = v->child; item != NULL; item = item->next, i++) {

        if (item->type != ASR_JSON_STRING) {
            name = asr_arena_printf(arena, "%.*s.%zu", asr_fmt(p->name), i);

            return asr_params_fail(err, ASR_PF_TYPE, p,
                                   (name.data != NULL) ? name : p->name,
                                   "string", "must be a string");
        }

        if (ignored) {
            continue;
        }

        rc = asr_params_check_item(p, item->u.string, i, arena, err);
        if (rc != ASR_OK) {
            return rc;
        }

        strs.v[i] = item->u.string;
    }

    if (!ignored) {
        asr_params_store(p, out, &strs, sizeof(strs));
    }

    return ASR_OK;
}


static asr_err_t
asr_params_json_value(const asr_param_t *p, const asr_json_t *v,
    asr_arena_t *arena, void *out, asr_param_error_t *err)
{
    bool       ignored;
    int64_t    i;
    asr_err_t  rc;

    ignored = (p->flags & ASR_P_IGNORED) != 0;

    switch (p->type) {

    case ASR_P_INT:

        if (v->type == ASR_JSON_INT) {
            i = v->u.integer;

        } else if (v->type == ASR_JSON_STRING && (p->flags & ASR_P_NUMSTR)) {
            rc = asr_params_text_int(p, v->u.string, &i, err);
            if (rc != ASR_OK) {
                return rc;
            }

        } else {
            return asr_params_type_error(p, err);
        }

        if (ignored) {
            return ASR_OK;
        }

        rc = asr_params_check_int(p, i, arena, err);
        if (rc == ASR_OK) {
            asr_params_store(p, out, &i, sizeof(i));
        }

        return rc;

    case ASR_P_BOOL:

        if (v->type != ASR_JSON_BOOL) {
            return asr_params_type_error(p, err);
        }

        if (!ignored) {
            asr_params_store(p, out, &v->u.boolean, sizeof(bool));
        }

        return ASR_OK;

    case ASR_P_STRINGS:

        return asr_params_json_strings(p, v, arena, out, err);

    default:

        if (v->type != ASR_JSON_STRING) {
            return asr_params_type_error(p, err);
        }

        if (ignored || p->type == ASR_P_LIFTED) {
            return ASR_OK;
        }

        rc = asr_params_check_string(p, v->u.string, arena, err);
        if (rc == ASR_OK) {
            asr_params_store(p, out, &v->u.string, sizeof(asr_str_t));
        }

        return rc;
    }
}


asr_err_t
asr_params_json(const asr_param_t *table, size_t n, const asr_json_t *object,
    bool unknown_ok, asr_arena_t *arena, void *out, uint64_t *present,
    asr_param_error_t *err)
{
    size_t             i;
    uint64_t           seen;
    asr_err_t          rc;
    const asr_json_t  *v;

    memset(err, 0, sizeof(*err));

    if (present != NULL) {
        *present = 0;
    }

    if (object == NULL || object->type != ASR_JSON_OBJECT) {
        return asr_params_fail(err, ASR_PF_TYPE, NULL, asr_str("body"),
                               "object", "must be a JSON object");
    }

    if (!unknown_ok && !asr_params_lax_on) {
        for (v = object->child; v != NULL; v = v->next) {
            if (asr_params_row(table, n, v->key) == NULL) {
                return asr_params_unknown(v->key, err);
            }
        }
    }

    seen = 0;

    for (i = 0; i < n; i++) {
        v = asr_json_get(object, table[i].name);

        if (v == NULL || v->type == ASR_JSON_NULL) {
            rc = asr_params_absent(&table[i], out, err);

        } else {
            seen |= (uint64_t) 1 << i;
            rc = asr_params_json_value(&table[i], v, arena, out, err);
            rc = asr_params_forgive(&table[i], rc, out, err);
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    if (present != NULL) {
        *present = seen;
    }

    return ASR_OK;
}
