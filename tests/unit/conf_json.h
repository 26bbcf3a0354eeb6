/* JSON that a test has as text. */

#ifndef CONF_JSON_H
#define CONF_JSON_H


#include "unit.h"

#include "asr_conf_json.h"


static inline json_t *
conf_json(const char *text)
{
    char     err[200];
    json_t  *v;

    v = asr_conf_json_read(text, strlen(text), err, sizeof(err));

    if (v == NULL) {
        fail_msg("%s: %s", text, err);
    }

    return v;
}


#endif /* CONF_JSON_H */
