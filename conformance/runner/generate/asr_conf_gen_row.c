/* What a parameter's row says. */

#include "asr_conf_generate_int.h"

#include "asr_conf_json.h"

#include <stdlib.h>


const char *
asr_conf_gen_declared(const asr_conf_gen_t *g)
{
    return asr_conf_json_str(g->row, "type", "string");
}


bool
asr_conf_gen_skips(const json_t *row, const char *kind)
{
    size_t   i;
    json_t  *one;

    json_array_foreach(json_object_get(row, "skip"), i, one) {
        if (json_is_string(one)
            && strcmp(json_string_value(one), kind) == 0)
        {
            return true;
        }
    }

    return false;
}


bool
asr_conf_gen_required(const json_t *row)
{
    return json_is_true(json_object_get(row, "required"));
}


bool
asr_conf_gen_filled(const json_t *v)
{
    return json_is_string(v) && strstr(json_string_value(v), "${") != NULL;
}


bool
asr_conf_gen_url(const json_t *v)
{
    return json_is_string(v)
           && (strstr(json_string_value(v), "://") != NULL
               || strstr(json_string_value(v), ".url}") != NULL
               || strstr(json_string_value(v), "${media.") != NULL
               || strstr(json_string_value(v), "${server}") != NULL
               || strstr(json_string_value(v), "${callback}") != NULL);
}


/* The first of the values a row lists, whatever the member is called. */

static json_t *
good_listed(const json_t *row)
{
    json_t  *v;

    v = json_object_get(row, "good");

    if (v != NULL && !json_is_null(v)) {
        return json_is_array(v) ? json_array_get(v, 0) : v;
    }

    return NULL;
}


static json_t *
good_text(const json_t *row)
{
    int64_t  min, max;

    min = asr_conf_json_int(row, "min_length", 0);
    max = asr_conf_json_int(row, "max_length", 4);

    if (min <= 4 && max >= 4) {
        return json_string("test");
    }

    return asr_conf_gen_long("", (size_t) (max < 4 ? max : min), 1, true);
}


/* By the type alone. */

static json_t *
good_typed(const json_t *row)
{
    json_t      *v, *items;
    const char  *type;

    type = asr_conf_json_str(row, "type", "string");

    if (strcmp(type, "boolean") == 0) {
        return json_true();
    }

    if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0) {
        v = json_object_get(row, "min");
        v = v == NULL ? json_object_get(row, "max") : v;

        return v == NULL ? json_integer(1) : json_deep_copy(v);
    }

    if (strcmp(type, "string") == 0) {
        return good_text(row);
    }

    if (strcmp(type, "json") == 0) {
        return json_string("{}");
    }

    items = json_object_get(row, "items");

    if (strcmp(type, "array") != 0 || !json_is_object(items)) {
        return NULL;
    }

    v = good_listed(items);

    if (v == NULL) {
        v = json_array_get(json_object_get(items, "values"), 0);
    }

    v = v == NULL ? good_typed(items) : json_deep_copy(v);

    return v == NULL ? NULL : json_pack("[o]", v);
}


json_t *
asr_conf_gen_good(const asr_conf_op_t *op, const asr_conf_param_t *p)
{
    json_t  *v;

    v = good_listed(p->row);

    if (v != NULL) {
        return json_deep_copy(v);
    }

    v = asr_conf_gen_at(json_object_get(op->row, "base"), p->name);

    if (v != NULL) {
        return v;
    }

    v = json_array_get(json_object_get(p->row, "values"), 0);

    if (v != NULL) {
        return json_deep_copy(v);
    }

    v = json_object_get(p->row, "default");

    if (v != NULL && !json_is_null(v)
        && !(json_is_string(v) && json_string_length(v) == 0))
    {
        return json_deep_copy(v);
    }

    /* an address no row gives could be one nobody may ask */

    if (strstr(p->name, "Url") != NULL || strstr(p->name, "url") != NULL) {
        return NULL;
    }

    return good_typed(p->row);
}


const json_t *
asr_conf_gen_code(const asr_conf_gen_t *g, const char *kind)
{
    size_t         i;
    const json_t  *code;

    /* where the data do not tell them apart, they are the same */

    static const char *const  wider[][2] = {
        { "items", "length" }, { "item", "length" }, { "text", "type" },
        { "json", "value" },
    };

    code = json_object_get(json_object_get(g->row, "refusals"), kind);

    if (code == NULL) {
        code = json_object_get(json_object_get(g->op->row, "refusals"), kind);
    }

    if (code != NULL) {
        return json_is_null(code) ? NULL : code;
    }

    for (i = 0; i < sizeof(wider) / sizeof(wider[0]); i++) {
        if (strcmp(kind, wider[i][0]) == 0) {
            return asr_conf_gen_code(g, wider[i][1]);
        }
    }

    return NULL;
}
