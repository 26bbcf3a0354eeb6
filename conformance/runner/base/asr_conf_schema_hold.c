/*
 * A value held to a schema.  The first fault ends it: a finding needs one.
 *
 * The value may be hostile: its depth is bounded by the reader's limit, the
 * $refs followed on the way by ours, and pattern matching by PCRE2's limits.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_conf_schema_int.h"


#define ASR_CONF_PATH_MAX  512


typedef struct {
    const asr_conf_schema_t  *schema;
    char                     *err;
    size_t                    errlen;
    size_t                    path_len;
    unsigned                  refs;
    char                      path[ASR_CONF_PATH_MAX];
} asr_conf_holding_t;


static bool asr_conf_hold(asr_conf_holding_t *h, const json_t *schema,
    const json_t *v);


static bool
asr_conf_hold_fault(asr_conf_holding_t *h, const json_t *v, const char *fmt,
    ...) ASR_CONF_PRINTF(3, 4);


static bool
asr_conf_hold_fault(asr_conf_holding_t *h, const json_t *v, const char *fmt,
    ...)
{
    char     what[256], *text;
    va_list  args;

    if (h->err == NULL) {
        return false;
    }

    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);

    text = asr_conf_json_text(v, 80);
    snprintf(h->err, h->errlen, "%s: %s, not %s",
             h->path_len ? h->path : "/", what, text);
    free(text);

    return false;
}


static size_t
asr_conf_hold_into(asr_conf_holding_t *h, const char *name)
{
    int     n;
    size_t  was, left;

    was = h->path_len;
    left = sizeof(h->path) - was;
    n = snprintf(h->path + was, left, "/%s", name);
    h->path_len = was + ((size_t) n < left ? (size_t) n : left - 1);

    return was;
}


static void
asr_conf_hold_back(asr_conf_holding_t *h, size_t was)
{
    h->path_len = was;
    h->path[was] = '\0';
}


/* Numbers are equal by value, 1 and 1.0, at any depth. */

static bool
asr_conf_json_same(const json_t *a, const json_t *b)
{
    size_t         i;
    const char    *name;
    const json_t  *one;

    if (json_is_number(a) && json_is_number(b)) {

        if (json_is_integer(a) && json_is_integer(b)) {
            return json_integer_value(a) == json_integer_value(b);
        }

        return json_number_value(a) == json_number_value(b);
    }

    if (json_typeof(a) != json_typeof(b)) {
        return false;
    }

    if (json_is_array(a)) {

        if (json_array_size(a) != json_array_size(b)) {
            return false;
        }

        json_array_foreach(a, i, one) {
            if (!asr_conf_json_same(one, json_array_get(b, i))) {
                return false;
            }
        }

        return true;
    }

    if (json_is_object(a)) {

        if (json_object_size(a) != json_object_size(b)) {
            return false;
        }

        json_object_foreach((json_t *) a, name, one) {
            if (json_object_get(b, name) == NULL
                || !asr_conf_json_same(one, json_object_get(b, name)))
            {
                return false;
            }
        }

        return true;
    }

    return json_equal(a, b);
}


static bool
asr_conf_hold_is(const json_t *v, const char *type)
{
    double  n;

    switch (json_typeof(v)) {

    case JSON_OBJECT:
        return strcmp(type, "object") == 0;

    case JSON_ARRAY:
        return strcmp(type, "array") == 0;

    case JSON_STRING:
        return strcmp(type, "string") == 0;

    case JSON_INTEGER:
        return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;

    case JSON_REAL:
        n = json_real_value(v);
        return strcmp(type, "number") == 0
               || (strcmp(type, "integer") == 0 && n == floor(n));

    case JSON_NULL:
        return strcmp(type, "null") == 0;

    default:
        return strcmp(type, "boolean") == 0;
    }
}


static bool
asr_conf_hold_type(asr_conf_holding_t *h, const json_t *type, const json_t *v)
{
    char          *names;
    bool           rc;
    size_t         i;
    const json_t  *one;

    if (json_is_string(type)) {
        return asr_conf_hold_is(v, json_string_value(type))
               || asr_conf_hold_fault(h, v, "must be of type %s",
                                      json_string_value(type));
    }

    json_array_foreach(type, i, one) {
        if (asr_conf_hold_is(v, json_string_value(one))) {
            return true;
        }
    }

    names = asr_conf_json_text(type, 100);
    rc = asr_conf_hold_fault(h, v, "must be of a type in %s", names);
    free(names);

    return rc;
}


static bool
asr_conf_hold_values(asr_conf_holding_t *h, const json_t *schema,
    const json_t *v)
{
    char          *values;
    size_t         i;
    const json_t  *want, *one;

    want = json_object_get(schema, "const");

    if (want != NULL && !asr_conf_json_same(want, v)) {
        values = asr_conf_json_text(want, 100);
        asr_conf_hold_fault(h, v, "must be %s", values);
        free(values);
        return false;
    }

    want = json_object_get(schema, "enum");

    if (want == NULL) {
        return true;
    }

    json_array_foreach(want, i, one) {
        if (asr_conf_json_same(one, v)) {
            return true;
        }
    }

    values = asr_conf_json_text(want, 160);
    asr_conf_hold_fault(h, v, "must be one of %s", values);
    free(values);

    return false;
}


static bool
asr_conf_hold_number(asr_conf_holding_t *h, const json_t *schema,
    const json_t *v)
{
    double         n, bound;
    size_t         i;
    const json_t  *b;

    static const struct {
        const char  *name;
        const char  *words;
        int          sign;
        bool         open;
    } bounds[] = {
        { "minimum",          "at least",  1,  false },
        { "maximum",          "at most",   -1, false },
        { "exclusiveMinimum", "more than", 1,  true },
        { "exclusiveMaximum", "less than", -1, true },
    };

    n = json_number_value(v);

    for (i = 0; i < 4; i++) {
        b = json_object_get(schema, bounds[i].name);
        bound = json_number_value(b);

        if (b != NULL
            && (bounds[i].open ? (n - bound) * bounds[i].sign <= 0
                               : (n - bound) * bounds[i].sign < 0))
        {
            return asr_conf_hold_fault(h, v, "must be %s %g",
                                       bounds[i].words, bound);
        }
    }

    return true;
}


/* False: out of minimum and maximum, which may not be there. */

static bool
asr_conf_hold_count(asr_conf_holding_t *h, const json_t *schema,
    const json_t *v, size_t n, const char *min, const char *max,
    const char *unit)
{
    const json_t  *b;

    b = json_object_get(schema, min);

    if (b != NULL && (double) n < json_number_value(b)) {
        return asr_conf_hold_fault(h, v, "must have at least %g %s, has %zu",
                                   json_number_value(b), unit, n);
    }

    b = json_object_get(schema, max);

    if (b != NULL && (double) n > json_number_value(b)) {
        return asr_conf_hold_fault(h, v, "must have at most %g %s, has %zu",
                                   json_number_value(b), unit, n);
    }

    return true;
}


static bool
asr_conf_hold_pattern(asr_conf_holding_t *h, const json_t *pattern,
    const json_t *v)
{
    int                  rc;
    size_t               i;
    const char          *text;
    pcre2_match_data    *match;

    text = json_string_value(pattern);

    for (i = 0; h->schema->patterns[i].pattern != text; i++) { /* void */ }

    match = pcre2_match_data_create(1, NULL);

    if (match == NULL) {
        asr_conf_die("out of memory");
    }

    rc = pcre2_match(h->schema->patterns[i].code,
                     (PCRE2_SPTR) json_string_value(v), json_string_length(v),
                     0, 0, match, NULL);
    pcre2_match_data_free(match);

    return rc >= 0 || asr_conf_hold_fault(h, v, "must match %s", text);
}


static bool
asr_conf_hold_string(asr_conf_holding_t *h, const json_t *schema,
    const json_t *v)
{
    size_t         n;
    const json_t  *pattern;

    n = asr_conf_characters(json_string_value(v), json_string_length(v));

    if (!asr_conf_hold_count(h, schema, v, n, "minLength", "maxLength",
                             "characters"))
    {
        return false;
    }

    pattern = json_object_get(schema, "pattern");

    return pattern == NULL || asr_conf_hold_pattern(h, pattern, v);
}


static bool
asr_conf_hold_unique(asr_conf_holding_t *h, const json_t *v)
{
    size_t  i, k;

    for (i = 0; i < json_array_size(v); i++) {
        for (k = 0; k < i; k++) {
            if (asr_conf_json_same(json_array_get(v, i), json_array_get(v, k)))
            {
                return asr_conf_hold_fault(h, v, "must have no item twice "
                                           "(%zu and %zu)", k, i);
            }
        }
    }

    return true;
}


static bool
asr_conf_hold_array(asr_conf_holding_t *h, const json_t *schema,
    const json_t *v)
{
    char           name[24];
    bool           ok;
    size_t         i, was;
    const json_t  *items, *sub, *one;

    if (!asr_conf_hold_count(h, schema, v, json_array_size(v), "minItems",
                             "maxItems", "items"))
    {
        return false;
    }

    if (asr_conf_json_bool(schema, "uniqueItems", false)
        && !asr_conf_hold_unique(h, v))
    {
        return false;
    }

    items = json_object_get(schema, "items");

    if (items == NULL) {
        return true;
    }

    json_array_foreach(v, i, one) {
        sub = json_is_array(items) ? json_array_get(items, i) : items;

        if (sub == NULL) {
            break;
        }

        snprintf(name, sizeof(name), "%zu", i);
        was = asr_conf_hold_into(h, name);
        ok = asr_conf_hold(h, sub, one);
        asr_conf_hold_back(h, was);

        if (!ok) {
            return false;
        }
    }

    return true;
}


static bool
asr_conf_hold_object(asr_conf_holding_t *h, const json_t *schema,
    const json_t *v)
{
    bool           ok;
    size_t         i, was;
    const char    *name;
    const json_t  *required, *known, *rest, *sub, *one;

    required = json_object_get(schema, "required");

    json_array_foreach(required, i, one) {
        if (json_object_get(v, json_string_value(one)) == NULL) {
            return asr_conf_hold_fault(h, v, "must have \"%s\"",
                                       json_string_value(one));
        }
    }

    known = json_object_get(schema, "properties");
    rest = json_object_get(schema, "additionalProperties");

    json_object_foreach((json_t *) v, name, one) {
        sub = json_object_get(known, name);

        if (sub == NULL) {
            sub = rest;
        }

        if (sub == NULL) {
            continue;
        }

        was = asr_conf_hold_into(h, name);
        ok = json_is_false(sub)
                 ? asr_conf_hold_fault(h, one, "must not be there")
                 : asr_conf_hold(h, sub, one);
        asr_conf_hold_back(h, was);

        if (!ok) {
            return false;
        }
    }

    return true;
}


/* How many of a list hold; their own faults are not the value's fault. */

static size_t
asr_conf_hold_list(asr_conf_holding_t *h, const json_t *list, const json_t *v)
{
    char          *err;
    size_t         i, n;
    const json_t  *one;

    err = h->err;
    h->err = NULL;
    n = 0;

    json_array_foreach(list, i, one) {
        n += asr_conf_hold(h, one, v);
    }

    h->err = err;

    return n;
}


static bool
asr_conf_hold_combined(asr_conf_holding_t *h, const json_t *schema,
    const json_t *v)
{
    bool           holds;
    char          *err;
    size_t         i, n;
    const json_t  *list, *one;

    list = json_object_get(schema, "allOf");

    json_array_foreach(list, i, one) {
        if (!asr_conf_hold(h, one, v)) {
            return false;
        }
    }

    list = json_object_get(schema, "anyOf");

    if (list != NULL && asr_conf_hold_list(h, list, v) == 0) {
        return asr_conf_hold_fault(h, v, "must be of one form of \"anyOf\"");
    }

    list = json_object_get(schema, "oneOf");
    n = list != NULL ? asr_conf_hold_list(h, list, v) : 1;

    if (n != 1) {
        return asr_conf_hold_fault(h, v, "must be of exactly one form of "
                                   "\"oneOf\", is of %zu", n);
    }

    one = json_object_get(schema, "not");

    if (one == NULL) {
        return true;
    }

    err = h->err;
    h->err = NULL;
    holds = asr_conf_hold(h, one, v);
    h->err = err;

    return !holds || asr_conf_hold_fault(h, v, "must not be of that form");
}


static bool
asr_conf_hold(asr_conf_holding_t *h, const json_t *schema, const json_t *v)
{
    bool           ok;
    const json_t  *k;

    if (json_is_boolean(schema)) {
        return json_is_true(schema)
               || asr_conf_hold_fault(h, v, "must not be there");
    }

    k = json_object_get(schema, "$ref");

    if (k != NULL) {

        if (h->refs == ASR_CONF_SCHEMA_REFS_MAX + ASR_CONF_DEPTH_MAX) {
            return asr_conf_hold_fault(h, v, "must be less deep");
        }

        h->refs++;
        ok = asr_conf_hold(h, asr_conf_schema_ref(h->schema,
                                                  json_string_value(k)), v);
        h->refs--;

        /* draft 7: what stands beside it does not count */
        return ok;
    }

    k = json_object_get(schema, "type");

    if ((k != NULL && !asr_conf_hold_type(h, k, v))
        || !asr_conf_hold_values(h, schema, v))
    {
        return false;
    }

    switch (json_typeof(v)) {

    case JSON_INTEGER:
    case JSON_REAL:
        ok = asr_conf_hold_number(h, schema, v);
        break;

    case JSON_STRING:
        ok = asr_conf_hold_string(h, schema, v);
        break;

    case JSON_ARRAY:
        ok = asr_conf_hold_array(h, schema, v);
        break;

    case JSON_OBJECT:
        ok = asr_conf_hold_object(h, schema, v);
        break;

    default:
        ok = true;
    }

    return ok && asr_conf_hold_combined(h, schema, v);
}


bool
asr_conf_schema_holds(const asr_conf_schema_t *s, const json_t *value,
    char *err, size_t errlen)
{
    asr_conf_holding_t  h;

    memset(&h, 0, sizeof(h));
    h.schema = s;
    h.err = err;
    h.errlen = errlen;

    if (errlen != 0) {
        err[0] = '\0';
    }

    return asr_conf_hold(&h, s->root, value);
}
