/*
 * JSON read strictly.
 */

#include <stdlib.h>

#include "asr_conf_json.h"


/*
 * The library's own limit of depth is thousands; what is deeper than ours has
 * no business in a reply, and walking it needs stack.  A value takes up to a
 * hundred times the room of its text.
 */

static const char *
asr_conf_json_limit(const char *p, size_t n)
{
    bool      text;
    size_t    i, values;
    unsigned  depth;

    text = false;
    depth = 0;
    values = 0;

    for (i = 0; i < n; i++) {

        if (text) {

            if (p[i] == '\\') {
                i++;

            } else if (p[i] == '"') {
                text = false;
            }

            continue;
        }

        if (p[i] == '"') {
            text = true;

        } else if (p[i] == ',') {
            values++;

        } else if (p[i] == '{' || p[i] == '[') {
            values++;

            if (++depth > ASR_CONF_DEPTH_MAX) {
                return "more levels than are read, 64";
            }

        } else if ((p[i] == '}' || p[i] == ']') && depth) {
            depth--;
        }

        if (values > ASR_CONF_VALUES_MAX) {
            return "more values than are read, 100000";
        }
    }

    return NULL;
}


json_t *
asr_conf_json_read(const char *p, size_t n, char *err, size_t errlen)
{
    json_t        *v;
    const char    *why;
    json_error_t   error;

    if (n > ASR_CONF_JSON_MAX) {
        snprintf(err, errlen, "longer than %u bytes", ASR_CONF_JSON_MAX);
        return NULL;
    }

    why = asr_conf_json_limit(p, n);

    if (why != NULL) {
        snprintf(err, errlen, "%s", why);
        return NULL;
    }

    v = json_loadb(p, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);

    if (v == NULL) {
        snprintf(err, errlen, "line %d, column %d: %s", error.line,
                 error.column, error.text);
    }

    return v;
}


static const json_t *
asr_conf_json_step(const json_t *v, const char *name, size_t len)
{
    char    *end;
    char     key[256];
    size_t   i, n;

    if (json_is_array(v)) {

        if (len == 0 || len > 9 || (name[0] == '0' && len > 1)
            || strspn(name, "0123456789") < len)
        {
            return NULL;
        }

        return json_array_get(v, strtoul(name, &end, 10));
    }

    for (i = 0, n = 0; i < len; i++) {

        if (n == sizeof(key) - 1) {
            return NULL;
        }

        key[n++] = name[i];

        if (name[i] == '~' && i + 1 < len
            && (name[i + 1] == '0' || name[i + 1] == '1'))
        {
            key[n - 1] = name[++i] == '0' ? '~' : '/';
        }
    }

    key[n] = '\0';

    return json_object_get(v, key);
}


json_t *
asr_conf_json_at(const json_t *v, const char *pointer)
{
    size_t  len;

    while (v != NULL && *pointer == '/') {
        pointer++;
        len = strcspn(pointer, "/");
        v = asr_conf_json_step(v, pointer, len);
        pointer += len;
    }

    return *pointer == '\0' ? (json_t *) v : NULL;
}


const char *
asr_conf_json_str(const json_t *o, const char *name, const char *dflt)
{
    const json_t  *v;

    v = json_object_get(o, name);

    return json_is_string(v) ? json_string_value(v) : dflt;
}


int64_t
asr_conf_json_int(const json_t *o, const char *name, int64_t dflt)
{
    const json_t  *v;

    v = json_object_get(o, name);

    return json_is_integer(v) ? json_integer_value(v) : dflt;
}


bool
asr_conf_json_bool(const json_t *o, const char *name, bool dflt)
{
    const json_t  *v;

    v = json_object_get(o, name);

    return json_is_boolean(v) ? json_is_true(v) : dflt;
}


static int
asr_conf_json_put(const char *p, size_t n, void *data)
{
    asr_conf_buf_add(data, p, n);

    return 0;
}


char *
asr_conf_json_text(const json_t *v, size_t max)
{
    size_t          n;
    asr_conf_buf_t  b;

    asr_conf_buf_init(&b, max);
    asr_conf_buf_add(&b, "", 0);
    json_dump_callback(v, asr_conf_json_put, &b,
                       JSON_COMPACT | JSON_ENCODE_ANY);

    if (b.cut && max > 3) {
        /* not within a character */
        n = b.len - 3;

        while (n && (b.data[n] & 0xc0) == 0x80) {
            n--;
        }

        memcpy(b.data + n, "...", 4);
    }

    return b.data;
}
