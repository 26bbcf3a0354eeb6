/*
 * multipart/form-data (RFC 7578), names as browsers write them.
 */

#include <inttypes.h>

#include "asr_conf_http.h"


#define ASR_CONF_FORM_MAX  (64u << 20)


static void asr_conf_form_name(asr_conf_buf_t *b, const char *s);


void
asr_conf_form_init(asr_conf_form_t *f, uint64_t seed)
{
    asr_conf_buf_init(&f->body, ASR_CONF_FORM_MAX);

    snprintf(f->boundary, sizeof(f->boundary), "----asr-conf-%016" PRIx64,
             seed);
}


void
asr_conf_form_add(asr_conf_form_t *f, const char *name, const char *filename,
    const char *type, const void *p, size_t n)
{
    asr_conf_buf_t  *b;

    b = &f->body;

    asr_conf_buf_fmt(b, "--%s\r\nContent-Disposition: form-data; name=\"",
                     f->boundary);
    asr_conf_form_name(b, name);
    asr_conf_buf_str(b, "\"");

    if (filename != NULL) {
        asr_conf_buf_str(b, "; filename=\"");
        asr_conf_form_name(b, filename);
        asr_conf_buf_str(b, "\"");
    }

    asr_conf_buf_str(b, "\r\n");

    if (type != NULL) {
        asr_conf_buf_fmt(b, "Content-Type: %s\r\n", type);
    }

    asr_conf_buf_str(b, "\r\n");

    if (n != 0) {
        asr_conf_buf_add(b, p, n);
    }

    asr_conf_buf_str(b, "\r\n");
}


void
asr_conf_form_end(asr_conf_form_t *f, asr_conf_request_t *rq)
{
    char  type[96];

    asr_conf_buf_fmt(&f->body, "--%s--\r\n", f->boundary);

    if (f->body.cut) {
        asr_conf_die("a form of more than %u bytes", ASR_CONF_FORM_MAX);
    }

    snprintf(type, sizeof(type), "multipart/form-data; boundary=%s",
             f->boundary);

    asr_conf_request_header(rq, "Content-Type", type);
    asr_conf_request_body(rq, f->body.data, f->body.len);
    asr_conf_buf_free(&f->body);
}


/* What would end the quoted name or the line; all else goes as it is. */

static void
asr_conf_form_name(asr_conf_buf_t *b, const char *s)
{
    for ( /* void */ ; *s != '\0'; s++) {

        switch (*s) {

        case '"':
            asr_conf_buf_str(b, "%22");
            break;

        case '\r':
            asr_conf_buf_str(b, "%0D");
            break;

        case '\n':
            asr_conf_buf_str(b, "%0A");
            break;

        default:
            asr_conf_buf_add(b, s, 1);
        }
    }
}
