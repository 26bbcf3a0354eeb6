/*
 * A client's value, held to the row of its parameter: what generated cases
 * hold a server to, turned round.
 */

#include <errno.h>
#include <stdlib.h>

#include "asr_conf_client_int.h"


/* Where a value of text stands for another type, that value; else itself. */

static json_t *
asr_conf_value_of_text(const json_t *v, const char *type)
{
    char        *end;
    const char  *s;
    long long    n;
    double       real;

    s = json_string_value(v);

    if (strcmp(type, "integer") == 0) {
        errno = 0;
        n = strtoll(s, &end, 10);

        if (end != s && *end == '\0' && errno == 0
            && (*s == '-' || (*s >= '0' && *s <= '9')))
        {
            return json_integer(n);
        }
    }

    if (strcmp(type, "number") == 0) {
        errno = 0;
        real = strtod(s, &end);

        if (end != s && *end == '\0' && errno == 0
            && strspn(s, "0123456789+-.eE") == strlen(s))
        {
            return json_real(real);
        }
    }

    if (strcmp(type, "boolean") == 0) {

        if (strcmp(s, "true") == 0) {
            return json_true();
        }

        if (strcmp(s, "false") == 0) {
            return json_false();
        }
    }

    return json_incref((json_t *) v);
}


static bool
asr_conf_value_is(const json_t *v, const char *type)
{
    if (strcmp(type, "string") == 0 || strcmp(type, "json") == 0) {
        return json_is_string(v);
    }

    if (strcmp(type, "integer") == 0) {
        return json_is_integer(v);
    }

    if (strcmp(type, "number") == 0) {
        return json_is_number(v);
    }

    if (strcmp(type, "boolean") == 0) {
        return json_is_boolean(v);
    }

    if (strcmp(type, "array") == 0) {
        return json_is_array(v);
    }

    return json_is_object(v);
}


static size_t
asr_conf_value_length(const json_t *v, const char *unit)
{
    if (strcmp(unit, "bytes") == 0) {
        return json_string_length(v);
    }

    return asr_conf_characters(json_string_value(v), json_string_length(v));
}


/* A number between two members of the row, which may not be there. */

static bool
asr_conf_value_within(const json_t *row, double n, const char *min,
    const char *max, const char *unit, char **expected)
{
    const json_t  *lo, *hi;

    lo = json_object_get(row, min);
    hi = json_object_get(row, max);

    if ((!json_is_number(lo) || n >= json_number_value(lo))
        && (!json_is_number(hi) || n <= json_number_value(hi)))
    {
        return true;
    }

    if (!json_is_number(hi)) {
        *expected = asr_conf_print("at least %.15g%s", json_number_value(lo),
                                   unit);

    } else if (!json_is_number(lo)) {
        *expected = asr_conf_print("at most %.15g%s", json_number_value(hi),
                                   unit);

    } else {
        *expected = asr_conf_print("%.15g to %.15g%s", json_number_value(lo),
                                   json_number_value(hi), unit);
    }

    return false;
}


static bool
asr_conf_value_in(const json_t *row, const json_t *v, char **expected)
{
    char          *list;
    size_t         i;
    const json_t  *values, *one;

    values = json_object_get(row, "values");

    if (!json_is_array(values)) {
        return true;
    }

    json_array_foreach(values, i, one) {
        if (json_equal(one, v)) {
            return true;
        }
    }

    list = asr_conf_json_text(values, 200);
    *expected = asr_conf_print("one of %s", list);
    free(list);

    return false;
}


/* The row's own bad values: what no range or set can say. */

static bool
asr_conf_value_not_bad(const json_t *row, const json_t *v, char **expected)
{
    size_t         i;
    const json_t  *one;

    json_array_foreach(json_object_get(row, "bad"), i, one) {

        if (json_equal(json_object_get(one, "value"), v)) {
            *expected = asr_conf_print("another value: %s",
                                       asr_conf_json_str(one, "name",
                                                         "it is refused"));
            return false;
        }
    }

    return true;
}


static bool
asr_conf_value_items(const json_t *row, const json_t *v, bool text,
    char **expected)
{
    char          *why;
    size_t         i;
    const json_t  *items, *one;

    if (!asr_conf_value_within(row, json_array_size(v), "min_items",
                               "max_items", " items", expected))
    {
        return false;
    }

    items = json_object_get(row, "items");

    if (items == NULL) {
        return true;
    }

    json_array_foreach(v, i, one) {
        if (!asr_conf_client_value(items, one, text, &why)) {
            *expected = asr_conf_print("item %zu: %s", i, why);
            free(why);
            return false;
        }
    }

    return true;
}


static bool
asr_conf_value_holds(const json_t *row, const json_t *v, const char *type,
    bool text, char **expected)
{
    char         unit[32];
    const char  *of;

    if (!asr_conf_value_is(v, type)) {
        *expected = asr_conf_print("%s %s",
                                   strchr("aeio", type[0]) ? "an" : "a",
                                   strcmp(type, "json") ? type
                                                        : "text of JSON");
        return false;
    }

    if (json_is_number(v)
        && !asr_conf_value_within(row, json_number_value(v), "min", "max", "",
                                  expected))
    {
        return false;
    }

    if (json_is_string(v)) {
        of = asr_conf_json_str(row, "unit", "characters");
        snprintf(unit, sizeof(unit), " %s", of);

        if (!asr_conf_value_within(row, asr_conf_value_length(v, of),
                                   "min_length", "max_length", unit, expected))
        {
            return false;
        }
    }

    if (json_is_array(v)
        && !asr_conf_value_items(row, v, text, expected))
    {
        return false;
    }

    return asr_conf_value_in(row, v, expected)
           && asr_conf_value_not_bad(row, v, expected);
}


bool
asr_conf_client_value(const json_t *row, const json_t *v, bool text,
    char **expected)
{
    bool         rc;
    json_t      *typed;
    const char  *type;

    *expected = NULL;
    type = asr_conf_json_str(row, "type", "string");

    if (json_is_null(v)
        && strcmp(asr_conf_json_str(json_object_get(row, "refusals"), "null",
                                    "unset"), "unset") == 0)
    {
        return true;
    }

    typed = json_is_string(v)
            && (text || asr_conf_json_bool(row, "also_text", false))
                ? asr_conf_value_of_text(v, type)
                : json_incref((json_t *) v);

    rc = asr_conf_value_holds(row, typed, type, text, expected);
    json_decref(typed);

    return rc;
}
