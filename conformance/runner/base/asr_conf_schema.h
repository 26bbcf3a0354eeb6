/*
 * JSON Schema: the keywords of draft 7 that replies are described with, and no
 * other.  What a schema says beyond them is an error when it is read, so that
 * no rule is passed over; each keyword is held to the JSON-Schema-Test-Suite
 * (tests/unit/test_conf_schema.c).
 *
 * Debian's C++ validator (valijson) was tried first: it reads none of the C
 * libraries' values, and its std::regex recurses for each character of a
 * hostile text.
 *
 * Our own schemas are read once, at start; validating is done from any thread
 * at once and takes hostile values.
 */

#ifndef ASR_CONF_SCHEMA_H
#define ASR_CONF_SCHEMA_H


#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>


typedef struct asr_conf_schema_s  asr_conf_schema_t;


/*
 * NULL with the reason in err: no valid schema, or a keyword that is not one
 * of asr_conf_schema_keywords.  $ref is "#" or "#/definitions/NAME".  The
 * schema's value is kept, by a reference.
 */

asr_conf_schema_t *asr_conf_schema_new(const json_t *schema, char *err,
    size_t errlen);
void asr_conf_schema_free(asr_conf_schema_t *s);

/* False with where and why in err: "/Response/Data: ...". */

bool asr_conf_schema_holds(const asr_conf_schema_t *s, const json_t *value,
    char *err, size_t errlen);

extern const char *const  asr_conf_schema_keywords[];       /* NULL at end */


#endif /* ASR_CONF_SCHEMA_H */
