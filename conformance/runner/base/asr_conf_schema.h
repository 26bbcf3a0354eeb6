/*
 * JSON Schema (draft 7), by a library behind this shim: valijson.
 *
 * Our own schemas are compiled once, at start; validating is done from any
 * thread at once and takes hostile values.
 */

#ifndef ASR_CONF_SCHEMA_H
#define ASR_CONF_SCHEMA_H


#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>


#ifdef __cplusplus
extern "C" {
#endif


typedef struct asr_conf_schema_s  asr_conf_schema_t;


/*
 * NULL with the reason in err: no valid schema, or a keyword the shim does not
 * vouch for (asr_conf_schema_keywords: those the tests of
 * JSON-Schema-Test-Suite are run for).
 */

asr_conf_schema_t *asr_conf_schema_new(const json_t *schema, char *err,
    size_t errlen);
void asr_conf_schema_free(asr_conf_schema_t *s);

/* False with where and why in err: "/Response/Data: ...". */

bool asr_conf_schema_holds(const asr_conf_schema_t *s, const json_t *value,
    char *err, size_t errlen);

extern const char *const  asr_conf_schema_keywords[];       /* NULL at end */


#ifdef __cplusplus
}
#endif


#endif /* ASR_CONF_SCHEMA_H */
