/*
 * The schema's two halves: reading one, holding a value to it.
 */

#ifndef ASR_CONF_SCHEMA_INT_H
#define ASR_CONF_SCHEMA_INT_H


#define PCRE2_CODE_UNIT_WIDTH  8

#include <pcre2.h>

#include "asr_conf_json.h"
#include "asr_conf_schema.h"


#define ASR_CONF_SCHEMA_REFS_MAX  32     /* $ref followed within each other */


typedef struct {
    const char           *pattern;       /* the schema's own text */
    pcre2_code           *code;
} asr_conf_pattern_t;


struct asr_conf_schema_s {
    json_t               *root;
    asr_conf_pattern_t   *patterns;
    size_t                npatterns;
};


/* NULL: not there.  Borrowed. */

const json_t *asr_conf_schema_ref(const asr_conf_schema_t *s,
    const char *ref);


#endif /* ASR_CONF_SCHEMA_INT_H */
