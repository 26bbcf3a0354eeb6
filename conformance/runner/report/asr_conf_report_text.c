/* Texts of an endpoint, made fit for a terminal and for files. */

#include "asr_conf_report_int.h"

#include <stdlib.h>
#include <time.h>


#define ASR_CONF_TEXT_LONGEST  4         /* times a byte's own length */
#define ASR_CONF_TEXT_QUERY    120       /* bytes of a request's query */
#define ASR_CONF_TEXT_BODY     240       /* bytes of a request's body */


static size_t asr_conf_text_char(const unsigned char *p, size_t n,
    uint32_t *code);
static bool asr_conf_text_shown(uint32_t code);
static void asr_conf_text_escape(asr_conf_buf_t *b, const unsigned char *p,
    size_t n, uint32_t code);
static bool asr_conf_request_is_text(const asr_conf_request_t *rq);
static void asr_conf_shrunk_name(asr_conf_buf_t *b, size_t *n,
    const char *name);
static void asr_conf_shrunk_members(asr_conf_buf_t *b, size_t *n,
    const json_t *from, const json_t *to, const char *member, bool gone);
static void asr_conf_shrunk_unset(asr_conf_buf_t *b, size_t *n,
    const json_t *from, const json_t *to);
static bool asr_conf_shrunk_has(const json_t *array, const char *name);


/*
 * The length of the character at p and its number; 0: no UTF-8, nor what is
 * longer than needed, a surrogate, or beyond U+10FFFF.
 */

static size_t
asr_conf_text_char(const unsigned char *p, size_t n, uint32_t *code)
{
    size_t    i, len;
    uint32_t  c, least;

    if (p[0] < 0x80) {
        *code = p[0];
        return 1;
    }

    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        len = 2;
        least = 0x80;
        c = p[0] & 0x1f;

    } else if ((p[0] & 0xf0) == 0xe0) {
        len = 3;
        least = 0x800;
        c = p[0] & 0x0f;

    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        len = 4;
        least = 0x10000;
        c = p[0] & 0x07;

    } else {
        return 0;
    }

    if (n < len) {
        return 0;
    }

    for (i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }

        c = (c << 6) | (p[i] & 0x3f);
    }

    if (c < least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
        return 0;
    }

    *code = c;

    return len;
}


/* C0, C1, line separators, what turns the writing, what is no character. */

static bool
asr_conf_text_shown(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
        return false;
    }

    if (code == 0x61c || code == 0x200e || code == 0x200f
        || (code >= 0x2028 && code <= 0x202e)
        || (code >= 0x2066 && code <= 0x2069)
        || code == 0xfeff)
    {
        return false;
    }

    return (code & 0xfffe) != 0xfffe && !(code >= 0xfdd0 && code <= 0xfdef);
}


/* n is 0 where p is no character. */

static void
asr_conf_text_escape(asr_conf_buf_t *b, const unsigned char *p, size_t n,
    uint32_t code)
{
    if (n == 0 || code < 0x80) {
        switch (p[0]) {

        case '\n':
            asr_conf_buf_str(b, "\\n");
            break;

        case '\r':
            asr_conf_buf_str(b, "\\r");
            break;

        case '\t':
            asr_conf_buf_str(b, "\\t");
            break;

        default:
            asr_conf_buf_fmt(b, "\\x%02x", p[0]);
        }

        return;
    }

    asr_conf_buf_fmt(b, "\\u{%x}", (unsigned) code);
}


char *
asr_conf_text_n(const char *s, size_t n, size_t max)
{
    size_t                i, len;
    uint32_t              code;
    asr_conf_buf_t        b;
    const unsigned char  *p;

    asr_conf_buf_init(&b, max * ASR_CONF_TEXT_LONGEST + 64);

    p = (const unsigned char *) s;

    for (i = 0; i < n; i += len) {
        code = 0;
        len = asr_conf_text_char(p + i, n - i, &code);

        if (i + (len == 0 ? 1 : len) > max) {
            asr_conf_buf_fmt(&b, "... (%zu bytes)", n);
            break;
        }

        if (len != 0 && asr_conf_text_shown(code)) {
            asr_conf_buf_add(&b, p + i, len);
            continue;
        }

        asr_conf_text_escape(&b, p + i, len, code);
        len = len == 0 ? 1 : len;
    }

    if (b.data == NULL) {
        return asr_conf_copy("");
    }

    return b.data;
}


char *
asr_conf_text(const char *s, size_t max)
{
    return asr_conf_text_n(s == NULL ? "" : s, s == NULL ? 0 : strlen(s), max);
}


void
asr_conf_put_text(FILE *out, const char *s, size_t max)
{
    char  *text;

    text = asr_conf_text(s, max);
    fputs(text, out);
    free(text);
}


void
asr_conf_put_xml(FILE *out, const char *s, size_t max)
{
    char            *text;
    asr_conf_buf_t   b;

    text = asr_conf_text(s, max);

    asr_conf_buf_init(&b, strlen(text) * 6 + 1);
    asr_conf_buf_xml(&b, text, strlen(text));

    if (b.data != NULL) {
        fputs(b.data, out);
    }

    asr_conf_buf_free(&b);
    free(text);
}


static bool
asr_conf_request_is_text(const asr_conf_request_t *rq)
{
    const char  *type;

    type = asr_conf_request_get(rq, "Content-Type");

    return (type == NULL || strncmp(type, "multipart/", 10) != 0)
           && memchr(rq->body, '\0', rq->body_len) == NULL;
}


char *
asr_conf_request_short(const asr_conf_request_t *rq)
{
    char            *text;
    asr_conf_buf_t   b;

    asr_conf_buf_init(&b, ASR_CONF_TEXT_ROOM);

    text = asr_conf_text(rq->method, 32);
    asr_conf_buf_str(&b, text);
    asr_conf_buf_str(&b, " ");
    free(text);

    text = asr_conf_text(rq->path, ASR_CONF_TEXT_LINE);
    asr_conf_buf_str(&b, text);
    free(text);

    if (rq->query != NULL) {
        text = asr_conf_text(rq->query, ASR_CONF_TEXT_QUERY);
        asr_conf_buf_str(&b, "?");
        asr_conf_buf_str(&b, text);
        free(text);
    }

    if (rq->body != NULL && rq->body_len != 0) {
        if (asr_conf_request_is_text(rq)) {
            text = asr_conf_text_n(rq->body, rq->body_len, ASR_CONF_TEXT_BODY);
            asr_conf_buf_str(&b, " ");
            asr_conf_buf_str(&b, text);
            free(text);

        } else {
            asr_conf_buf_fmt(&b, " (%zu bytes)", rq->body_len);
        }
    }

    return b.data;
}


static bool
asr_conf_shrunk_has(const json_t *array, const char *name)
{
    size_t        i;
    const json_t  *v;

    json_array_foreach((json_t *) array, i, v) {
        if (json_is_string(v) && strcmp(json_string_value(v), name) == 0) {
            return true;
        }
    }

    return false;
}


static void
asr_conf_shrunk_name(asr_conf_buf_t *b, size_t *n, const char *name)
{
    char  *text;

    text = asr_conf_text(name, 64);
    asr_conf_buf_fmt(b, "%s%s", *n == 0 ? "" : ", ", text);
    free(text);

    (*n)++;
}


/* Those that are gone, or those that became less. */

static void
asr_conf_shrunk_members(asr_conf_buf_t *b, size_t *n, const json_t *from,
    const json_t *to, const char *member, bool gone)
{
    json_t      *value, *now;
    const char  *name;

    from = json_object_get(from, member);
    to = json_object_get(to, member);

    json_object_foreach((json_t *) from, name, value) {
        now = json_object_get(to, name);

        if (gone ? now == NULL : now != NULL && !json_equal(now, value)) {
            asr_conf_shrunk_name(b, n, name);
        }
    }
}


/* A field of the operation's base goes by being unset. */

static void
asr_conf_shrunk_unset(asr_conf_buf_t *b, size_t *n, const json_t *from,
    const json_t *to)
{
    size_t         i;
    const json_t  *v, *before;

    before = json_object_get(from, "unset");

    json_array_foreach(json_object_get(to, "unset"), i, v) {
        if (!json_is_string(v)
            || asr_conf_shrunk_has(before, json_string_value(v))
            || json_object_get(json_object_get(from, "set"),
                               json_string_value(v)) != NULL)
        {
            continue;
        }

        asr_conf_shrunk_name(b, n, json_string_value(v));
    }
}


char *
asr_conf_shrunk(const json_t *steps, const json_t *smallest)
{
    char            *text;
    size_t           i, n, nless, from, to;
    const json_t    *a, *z;
    asr_conf_buf_t   b, less;

    if (smallest == NULL) {
        return NULL;
    }

    n = 0;
    nless = 0;
    from = json_array_size(steps);
    to = json_array_size(smallest);

    asr_conf_buf_init(&b, ASR_CONF_TEXT_ROOM);
    asr_conf_buf_init(&less, ASR_CONF_TEXT_ROOM);

    for (i = 0; from == to && i < to; i++) {
        a = json_object_get(json_array_get(steps, i), "request");
        z = json_object_get(json_array_get(smallest, i), "request");

        asr_conf_shrunk_members(&b, &n, a, z, "set", true);
        asr_conf_shrunk_unset(&b, &n, a, z);
        asr_conf_shrunk_members(&b, &n, a, z, "headers", true);
        asr_conf_shrunk_members(&less, &nless, a, z, "set", false);
    }

    if (to < from) {
        asr_conf_buf_fmt(&b, "%zu of %zu steps", from - to, from);
    }

    text = b.data == NULL && less.data == NULL ? NULL
           : asr_conf_print("%s%s%s%s%s",
                            b.data == NULL ? "" : "without ",
                            b.data == NULL ? "" : b.data,
                            b.data == NULL || less.data == NULL ? "" : ", ",
                            less.data == NULL ? "" : "with less of ",
                            less.data == NULL ? "" : less.data);

    asr_conf_buf_free(&b);
    asr_conf_buf_free(&less);

    return text;
}


void
asr_conf_date(int64_t t, char out[32])
{
    time_t     at;
    struct tm  tm;

    at = (time_t) t;

    if (gmtime_r(&at, &tm) == NULL
        || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
    {
        snprintf(out, 32, "an unknown date");
    }
}


const asr_conf_param_t *
asr_conf_param(const asr_conf_doc_t *d, const char *op, const char *param)
{
    size_t                i;
    const asr_conf_op_t  *o;

    if (op == NULL || param == NULL) {
        return NULL;
    }

    o = asr_conf_op(d, op);

    for (i = 0; o != NULL && i < o->nparams; i++) {
        if (strcmp(o->params[i].name, param) == 0) {
            return &o->params[i];
        }
    }

    return NULL;
}


const char *
asr_conf_failed_check(const asr_conf_report_t *rep, size_t i)
{
    const asr_conf_result_t  *r;

    r = &rep->results[i];

    if (r->status == ASR_CONF_PASS) {
        return "known failing";
    }

    return r->check == NULL ? "" : r->check;
}


const char *
asr_conf_expected(const asr_conf_report_t *rep, size_t i)
{
    const asr_conf_result_t  *r;

    r = &rep->results[i];

    if (r->status == ASR_CONF_PASS) {
        return "to fail, as the list of known failing cases says";
    }

    return r->expected == NULL ? "" : r->expected;
}


const char *
asr_conf_got(const asr_conf_report_t *rep, size_t i)
{
    const asr_conf_result_t  *r;

    r = &rep->results[i];

    if (r->status == ASR_CONF_PASS) {
        return "it holds: take it off the list";
    }

    return r->got == NULL ? "" : r->got;
}


size_t
asr_conf_docs_of(const asr_conf_report_t *rep, const asr_conf_doc_t **out)
{
    size_t                 i, k, n;
    const asr_conf_doc_t  *d;

    n = 0;

    for (i = 0; i < rep->n; i++) {
        d = rep->cases->all[rep->chosen[i]].doc;

        for (k = 0; k < n && out[k] != d; k++) { /* void */ }

        if (k == n && n < ASR_CONF_NDOCS) {
            out[n++] = d;
        }
    }

    return n;
}


const char *
asr_conf_target(const asr_conf_report_t *rep, const asr_conf_doc_t *d)
{
    size_t  i;

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (d == &asr_conf_docs[i]) {
            return rep->options->targets[i];
        }
    }

    return NULL;
}
