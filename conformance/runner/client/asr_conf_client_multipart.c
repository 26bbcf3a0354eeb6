/*
 * Uploads as a client sends them.
 */

#include <stdlib.h>
#include <strings.h>

#include "asr_conf_client_int.h"


#define ASR_CONF_FIELD_MAX  4096         /* bytes of a field that is no file */


typedef struct {
    const char  *data;
    size_t       len;
} asr_conf_slice_t;


/* The value of name="..." in a header, to be freed; NULL: none. */

static char *
asr_conf_part_value(const asr_conf_slice_t *head, const char *name)
{
    size_t       n;
    const char  *p, *end, *stop;

    n = strlen(name);
    end = head->data + head->len;

    for (p = head->data; p + n + 2 < end; p++) {

        if (strncasecmp(p, name, n) == 0 && p[n] == '=' && p[n + 1] == '"'
            && (p == head->data || p[-1] == ' ' || p[-1] == ';'))
        {
            p += n + 2;
            stop = memchr(p, '"', end - p);

            return stop != NULL ? asr_conf_copy_n(p, stop - p) : NULL;
        }
    }

    return NULL;
}


static void
asr_conf_part_keep(asr_conf_seen_t *s, const asr_conf_slice_t *head,
    const asr_conf_slice_t *body)
{
    char    *name, *filename;
    json_t  *value;

    name = asr_conf_part_value(head, "name");
    filename = asr_conf_part_value(head, "filename");

    if (name == NULL) {
        s->body_fault = asr_conf_copy("a part has no name");

    } else if (json_object_get(s->params, name) != NULL) {
        s->body_fault = asr_conf_print("the part \"%.60s\" is there twice",
                                       name);

    } else {

        if (filename != NULL) {
            value = json_pack("{s: s, s: I}", "filename", filename, "size",
                              (json_int_t) body->len);

        } else {
            value = body->len <= ASR_CONF_FIELD_MAX
                        ? json_stringn(body->data, body->len) : NULL;
        }

        if (value == NULL || json_object_set_new(s->params, name, value) != 0)
        {
            s->body_fault = asr_conf_print("the part \"%.60s\" is no text",
                                           name);
        }
    }

    free(name);
    free(filename);
}


/* The boundary as delimiter ("--boundary"), to be freed; NULL: none. */

static char *
asr_conf_multipart_delimiter(const asr_conf_request_t *rq)
{
    char        *out;
    size_t       n;
    const char  *p;

    p = strcasestr(asr_conf_request_get(rq, "Content-Type"), "boundary=");

    if (p == NULL) {
        return NULL;
    }

    p += 9;
    p += *p == '"';
    n = strcspn(p, "\";, ");
    out = n != 0 && n <= 70 ? asr_conf_print("--%.*s", (int) n, p) : NULL;

    return out;
}


void
asr_conf_client_multipart(asr_conf_seen_t *s)
{
    char               *delimiter;
    size_t              n;
    const char         *p, *end, *next, *blank;
    asr_conf_slice_t    head, body;

    delimiter = asr_conf_multipart_delimiter(&s->request);

    if (delimiter == NULL) {
        s->body_fault = asr_conf_copy("multipart without a boundary");
        return;
    }

    n = strlen(delimiter);
    end = s->request.body + s->request.body_len;
    p = memmem(s->request.body, s->request.body_len, delimiter, n);

    while (p != NULL && s->body_fault == NULL) {
        p += n;

        if (end - p >= 2 && p[0] == '-' && p[1] == '-') {
            free(delimiter);
            return;
        }

        next = memmem(p, end - p, delimiter, n);
        blank = memmem(p, end - p, "\r\n\r\n", 4);

        if (next == NULL || blank == NULL || blank + 4 > next - 2) {
            break;
        }

        head.data = p;
        head.len = blank - p;
        body.data = blank + 4;
        body.len = next - 2 - body.data;
        asr_conf_part_keep(s, &head, &body);
        p = next;
    }

    if (s->body_fault == NULL) {
        s->body_fault = asr_conf_copy("multipart that does not end");
    }

    free(delimiter);
}
