/* "Authorization: Bearer KEY": the key itself, nothing is looked up here. */

#include "asr_bearer.h"


asr_err_t
asr_bearer_key(asr_str_t authorization, asr_str_t *key)
{
    size_t          i;
    asr_str_t       s;
    unsigned char   c;

    static const asr_str_t  scheme = ASR_STR("Bearer");

    *key = asr_str_null();
    s = authorization;

    while (s.len != 0 && (s.data[0] == ' ' || s.data[0] == '\t')) {
        s.data++;
        s.len--;
    }

    while (s.len != 0
           && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t'))
    {
        s.len--;
    }

    if (s.len == 0) {
        return ASR_NOTFOUND;
    }

    if (s.len <= scheme.len
        || !asr_str_caseeq((asr_str_t) { scheme.len, s.data }, scheme)
        || s.data[scheme.len] != ' ')
    {
        return ASR_INVALID;
    }

    s.data += scheme.len;
    s.len -= scheme.len;

    /* the end is not a blank, so there is something to find */

    while (s.data[0] == ' ') {
        s.data++;
        s.len--;
    }

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if (c <= 0x20 || c >= 0x7f) {
            return ASR_INVALID;
        }
    }

    *key = s;

    return ASR_OK;
}
