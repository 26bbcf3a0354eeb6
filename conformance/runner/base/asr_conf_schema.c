/*
 * Schemas as they are read: every keyword is known and of the right type, each
 * $ref leads somewhere, each pattern compiles.
 */

#include <stdlib.h>

#include "asr_conf_schema_int.h"


typedef bool (*asr_conf_keyword_pt)(asr_conf_schema_t *s, const json_t *v,
    char *err, size_t errlen);


typedef struct {
    const char            *name;
    asr_conf_keyword_pt    read;
} asr_conf_keyword_t;


static bool asr_conf_schema_read(asr_conf_schema_t *s, const json_t *v,
    char *err, size_t errlen);


static bool
asr_conf_keyword_any(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    return true;
}


static bool
asr_conf_keyword_text(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    return json_is_string(v);
}


static bool
asr_conf_keyword_number(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    return json_is_number(v);
}


/* "2.0" is a whole number, as everywhere in JSON Schema. */

static bool
asr_conf_keyword_count(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    double  n;

    n = json_number_value(v);

    return json_is_number(v) && n >= 0 && n <= 1e9 && n == (double) (int64_t) n;
}


static bool
asr_conf_keyword_flag(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    return json_is_boolean(v);
}


static bool
asr_conf_keyword_array(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    return json_is_array(v);
}


static bool
asr_conf_keyword_texts(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    size_t         i;
    const json_t  *one;

    json_array_foreach(v, i, one) {
        if (!json_is_string(one)) {
            return false;
        }
    }

    return json_is_array(v);
}


static bool
asr_conf_keyword_type(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    size_t              i, k;
    const char         *name;
    static const char  *names[] = { "array", "boolean", "integer", "null",
                                    "number", "object", "string" };

    for (i = 0; i < (json_is_array(v) ? json_array_size(v) : 1); i++) {
        name = json_string_value(json_is_array(v) ? json_array_get(v, i) : v);

        for (k = 0; k < 7; k++) {
            if (name != NULL && strcmp(name, names[k]) == 0) {
                break;
            }
        }

        if (k == 7) {
            return false;
        }
    }

    return true;
}


static bool
asr_conf_keyword_schema(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    return asr_conf_schema_read(s, v, err, errlen);
}


static bool
asr_conf_keyword_list(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    size_t         i;
    const json_t  *one;

    json_array_foreach(v, i, one) {
        if (!asr_conf_schema_read(s, one, err, errlen)) {
            return false;
        }
    }

    return json_array_size(v) != 0;
}


static bool
asr_conf_keyword_items(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    if (json_is_array(v)) {
        return json_array_size(v) == 0
               || asr_conf_keyword_list(s, v, err, errlen);
    }

    return asr_conf_schema_read(s, v, err, errlen);
}


static bool
asr_conf_keyword_members(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    const char    *name;
    const json_t  *one;

    json_object_foreach((json_t *) v, name, one) {
        if (!asr_conf_schema_read(s, one, err, errlen)) {
            return false;
        }
    }

    return json_is_object(v);
}


static bool
asr_conf_keyword_ref(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    return json_is_string(v)
           && asr_conf_schema_ref(s, json_string_value(v)) != NULL;
}


static bool
asr_conf_keyword_pattern(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    int                  code;
    size_t               at;
    asr_conf_pattern_t  *p;

    if (!json_is_string(v)) {
        return false;
    }

    s->patterns = asr_conf_grow(s->patterns, s->npatterns + 1,
                                sizeof(asr_conf_pattern_t));
    p = &s->patterns[s->npatterns];
    p->pattern = json_string_value(v);
    p->code = pcre2_compile((PCRE2_SPTR) p->pattern, json_string_length(v),
                            PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY,
                            &code, &at, NULL);

    if (p->code == NULL) {
        return false;
    }

    s->npatterns++;

    return true;
}


static const asr_conf_keyword_t  asr_conf_keywords[] = {
    { "$comment",             asr_conf_keyword_text },
    { "$ref",                 asr_conf_keyword_ref },
    { "$schema",              asr_conf_keyword_text },
    { "additionalProperties", asr_conf_keyword_schema },
    { "allOf",                asr_conf_keyword_list },
    { "anyOf",                asr_conf_keyword_list },
    { "const",                asr_conf_keyword_any },
    { "definitions",          asr_conf_keyword_members },
    { "description",          asr_conf_keyword_text },
    { "enum",                 asr_conf_keyword_array },
    { "exclusiveMaximum",     asr_conf_keyword_number },
    { "exclusiveMinimum",     asr_conf_keyword_number },
    { "items",                asr_conf_keyword_items },
    { "maxItems",             asr_conf_keyword_count },
    { "maxLength",            asr_conf_keyword_count },
    { "maximum",              asr_conf_keyword_number },
    { "minItems",             asr_conf_keyword_count },
    { "minLength",            asr_conf_keyword_count },
    { "minimum",              asr_conf_keyword_number },
    { "not",                  asr_conf_keyword_schema },
    { "oneOf",                asr_conf_keyword_list },
    { "pattern",              asr_conf_keyword_pattern },
    { "properties",           asr_conf_keyword_members },
    { "required",             asr_conf_keyword_texts },
    { "title",                asr_conf_keyword_text },
    { "type",                 asr_conf_keyword_type },
    { "uniqueItems",          asr_conf_keyword_flag },
};


#define ASR_CONF_NKEYWORDS                                                    \
    (sizeof(asr_conf_keywords) / sizeof(asr_conf_keywords[0]))


/* Those that assert something, each a file of the test suite. */

const char *const  asr_conf_schema_keywords[] = {
    "additionalProperties", "allOf", "anyOf", "const", "enum",
    "exclusiveMaximum", "exclusiveMinimum", "items", "maxItems", "maxLength",
    "maximum", "minItems", "minLength", "minimum", "not", "oneOf", "pattern",
    "properties", "ref", "required", "type", "uniqueItems", NULL
};


static bool
asr_conf_schema_read(asr_conf_schema_t *s, const json_t *v, char *err,
    size_t errlen)
{
    size_t         i;
    const char    *name;
    const json_t  *value;

    if (json_is_boolean(v)) {
        return true;
    }

    if (!json_is_object(v)) {
        snprintf(err, errlen, "a schema is an object, true or false");
        return false;
    }

    json_object_foreach((json_t *) v, name, value) {

        for (i = 0; i < ASR_CONF_NKEYWORDS; i++) {
            if (strcmp(asr_conf_keywords[i].name, name) == 0) {
                break;
            }
        }

        if (i == ASR_CONF_NKEYWORDS) {
            snprintf(err, errlen, "unknown keyword \"%s\"", name);
            return false;
        }

        if (!asr_conf_keywords[i].read(s, value, err, errlen)) {

            if (err[0] == '\0') {
                snprintf(err, errlen, "bad value of \"%s\"", name);
            }

            return false;
        }
    }

    return true;
}


const json_t *
asr_conf_schema_ref(const asr_conf_schema_t *s, const char *ref)
{
    if (strcmp(ref, "#") == 0) {
        return s->root;
    }

    if (strncmp(ref, "#/definitions/", 14) != 0) {
        return NULL;
    }

    return asr_conf_json_at(s->root, ref + 1);
}


asr_conf_schema_t *
asr_conf_schema_new(const json_t *schema, char *err, size_t errlen)
{
    asr_conf_schema_t  *s;

    s = asr_conf_alloc(sizeof(asr_conf_schema_t));
    s->root = json_incref((json_t *) schema);
    err[0] = '\0';

    if (!asr_conf_schema_read(s, schema, err, errlen)) {
        asr_conf_schema_free(s);
        return NULL;
    }

    return s;
}


void
asr_conf_schema_free(asr_conf_schema_t *s)
{
    size_t  i;

    if (s == NULL) {
        return;
    }

    for (i = 0; i < s->npatterns; i++) {
        pcre2_code_free(s->patterns[i].code);
    }

    free(s->patterns);
    json_decref(s->root);
    free(s);
}
