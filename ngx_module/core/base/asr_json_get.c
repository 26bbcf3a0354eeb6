/*
 * Looking into a parsed tree.
 */

#include "asr_json.h"


static const char  *asr_json_names[] = {
    "null", "boolean", "integer", "number", "string", "array", "object"
};


asr_json_t *
asr_json_get(const asr_json_t *obj, asr_str_t name)
{
    asr_json_t  *m;

    if (obj == NULL || obj->type != ASR_JSON_OBJECT) {
        return NULL;
    }

    for (m = obj->child; m != NULL; m = m->next) {
        if (asr_str_eq(m->key, name)) {
            return m;
        }
    }

    return NULL;
}


asr_str_t
asr_json_get_str(const asr_json_t *obj, const char *name)
{
    asr_json_t  *m;

    m = asr_json_get(obj, asr_cstr(name));

    return m != NULL && m->type == ASR_JSON_STRING ? m->u.string
                                                   : asr_str_null();
}


int64_t
asr_json_get_int(const asr_json_t *obj, const char *name, int64_t dflt)
{
    asr_json_t  *m;

    m = asr_json_get(obj, asr_cstr(name));

    return m != NULL && m->type == ASR_JSON_INT ? m->u.integer : dflt;
}


double
asr_json_get_number(const asr_json_t *obj, const char *name, double d)
{
    asr_json_t  *m;

    m = asr_json_get(obj, asr_cstr(name));

    if (m != NULL && m->type == ASR_JSON_INT) {
        return (double) m->u.integer;
    }

    return m != NULL && m->type == ASR_JSON_NUMBER ? m->u.number : d;
}


bool
asr_json_get_bool(const asr_json_t *obj, const char *name, bool dflt)
{
    asr_json_t  *m;

    m = asr_json_get(obj, asr_cstr(name));

    return m != NULL && m->type == ASR_JSON_BOOL ? m->u.boolean : dflt;
}


const char *
asr_json_type_name(asr_json_type_t type)
{
    return (size_t) type < asr_nelts(asr_json_names) ? asr_json_names[type]
                                                     : "unknown";
}
