/*
 * JSON as an endpoint sends it, which may be hostile, and as our own data is.
 */

#ifndef ASR_CONF_JSON_H
#define ASR_CONF_JSON_H


#include "asr_conf.h"


/*
 * Strict JSON of at most ASR_CONF_JSON_MAX bytes, UTF-8, no member twice, no
 * NUL, at most ASR_CONF_DEPTH_MAX deep and of ASR_CONF_VALUES_MAX values; any
 * value at the top.  NULL with the reason in err (never longer than errlen).
 * To be json_decref'd.
 */

json_t *asr_conf_json_read(const char *p, size_t n, char *err, size_t errlen);

/*
 * RFC 6901; "" is the value itself.  NULL: not there.  Borrowed.
 */

json_t *asr_conf_json_at(const json_t *v, const char *pointer);

/* Those of our own data: a member of that type, else the default. */

const char *asr_conf_json_str(const json_t *o, const char *name,
    const char *dflt);
int64_t asr_conf_json_int(const json_t *o, const char *name, int64_t dflt);
bool asr_conf_json_bool(const json_t *o, const char *name, bool dflt);

/* Compact text of any value, at most `max` bytes ("..." where cut); freed. */

char *asr_conf_json_text(const json_t *v, size_t max);


#endif /* ASR_CONF_JSON_H */
