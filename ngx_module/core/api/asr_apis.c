/*
 * The list of APIs.  A file of its own: what needs one API alone does not
 * link all of them.
 */

#include "asr_api.h"


const asr_api_t *const  asr_apis[] = {
    &asr_api_u2,
    &asr_api_tencent,
    &asr_api_memories,
    &asr_api_ice,
    NULL
};


const asr_api_t *
asr_api_find(asr_str_t name)
{
    const asr_api_t *const  *api;

    for (api = asr_apis; *api != NULL; api++) {
        if (asr_str_eq(asr_cstr((*api)->name), name)) {
            return *api;
        }
    }

    return NULL;
}
