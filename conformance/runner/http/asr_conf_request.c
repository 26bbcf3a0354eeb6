/*
 * Requests and replies as values.
 */

#include <stdlib.h>
#include <strings.h>

#include "asr_conf_http.h"


static const struct {
    const char  *name;
    unsigned     bit;
} asr_conf_own[] = {
    { "Host", ASR_CONF_NO_HOST },
    { "Content-Length", ASR_CONF_NO_LENGTH },
    { "Accept", ASR_CONF_NO_ACCEPT },
    { "User-Agent", ASR_CONF_NO_AGENT }
};


static asr_conf_header_t *
asr_conf_header_find(asr_conf_header_t *h, size_t n, const char *name)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (strcasecmp(h[i].name, name) == 0) {
            return &h[i];
        }
    }

    return NULL;
}


static void
asr_conf_headers_free(asr_conf_header_t *h, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        free(h[i].name);
        free(h[i].value);
    }

    free(h);
}


void
asr_conf_request_init(asr_conf_request_t *rq, const char *method,
    const char *base, const char *path)
{
    memset(rq, 0, sizeof(asr_conf_request_t));

    rq->method = asr_conf_copy(method);
    rq->base = asr_conf_copy(base);
    rq->path = asr_conf_copy(path);
}


void
asr_conf_request_clean(asr_conf_request_t *rq)
{
    free(rq->method);
    free(rq->base);
    free(rq->path);
    free(rq->query);
    free(rq->body);
    asr_conf_headers_free(rq->headers, rq->nheaders);

    memset(rq, 0, sizeof(asr_conf_request_t));
}


void
asr_conf_request_copy(asr_conf_request_t *to, const asr_conf_request_t *from)
{
    size_t  i;

    asr_conf_request_init(to, from->method, from->base, from->path);

    if (from->query != NULL) {
        to->query = asr_conf_copy(from->query);
    }

    if (from->nheaders != 0) {
        to->headers = asr_conf_grow(NULL, from->nheaders,
                                    sizeof(asr_conf_header_t));
    }

    for (i = 0; i < from->nheaders; i++) {
        to->headers[i].name = asr_conf_copy(from->headers[i].name);
        to->headers[i].value = asr_conf_copy(from->headers[i].value);
    }

    to->nheaders = from->nheaders;
    to->without = from->without;
    to->chunked = from->chunked;
    to->timeout_s = from->timeout_s;

    if (from->body != NULL) {
        asr_conf_request_body(to, from->body, from->body_len);
    }
}


/* Of several of one name, as a case may have them, all go. */

static void
asr_conf_request_drop(asr_conf_request_t *rq, const char *name)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < rq->nheaders; i++) {

        if (strcasecmp(rq->headers[i].name, name) == 0) {
            free(rq->headers[i].name);
            free(rq->headers[i].value);
            continue;
        }

        rq->headers[n++] = rq->headers[i];
    }

    rq->nheaders = n;
}


void
asr_conf_request_header(asr_conf_request_t *rq, const char *name,
    const char *value)
{
    char               *copy;
    size_t              i;
    asr_conf_header_t  *h;

    for (i = 0; i < sizeof(asr_conf_own) / sizeof(asr_conf_own[0]); i++) {
        if (strcasecmp(asr_conf_own[i].name, name) == 0) {
            rq->without = value == NULL ? rq->without | asr_conf_own[i].bit
                                        : rq->without & ~asr_conf_own[i].bit;
        }
    }

    if (value == NULL) {
        asr_conf_request_drop(rq, name);
        return;
    }

    h = asr_conf_header_find(rq->headers, rq->nheaders, name);

    if (h != NULL) {
        copy = asr_conf_copy(value);
        free(h->value);
        h->value = copy;
        return;
    }

    rq->headers = asr_conf_grow(rq->headers, rq->nheaders + 1,
                                sizeof(asr_conf_header_t));
    h = &rq->headers[rq->nheaders++];
    h->name = asr_conf_copy(name);
    h->value = asr_conf_copy(value);
}


const char *
asr_conf_request_get(const asr_conf_request_t *rq, const char *name)
{
    asr_conf_header_t  *h;

    h = asr_conf_header_find(rq->headers, rq->nheaders, name);

    return h == NULL ? NULL : h->value;
}


void
asr_conf_request_body(asr_conf_request_t *rq, const void *p, size_t n)
{
    char  *body;

    body = asr_conf_alloc(n + 1);

    if (n != 0) {
        memcpy(body, p, n);
    }

    free(rq->body);
    rq->body = body;
    rq->body_len = n;
}


char *
asr_conf_request_host(const asr_conf_request_t *rq)
{
    size_t       n, port;
    const char  *p, *own;

    p = asr_conf_request_get(rq, "Host");

    if (p != NULL) {
        return asr_conf_copy(p);
    }

    own = strncasecmp(rq->base, "https:", 6) == 0 ? ":443" : ":80";
    p = strstr(rq->base, "://");
    p = p == NULL ? rq->base : p + 3;
    n = strcspn(p, "/?#");
    port = strlen(own);

    if (n > port && strncmp(p + n - port, own, port) == 0) {
        n -= port;
    }

    return asr_conf_copy_n(p, n);
}


const char *
asr_conf_reply_header(const asr_conf_reply_t *reply, const char *name)
{
    asr_conf_header_t  *h;

    h = asr_conf_header_find(reply->headers, reply->nheaders, name);

    return h == NULL ? NULL : h->value;
}


void
asr_conf_reply_clean(asr_conf_reply_t *reply)
{
    asr_conf_headers_free(reply->headers, reply->nheaders);
    free(reply->body);

    memset(reply, 0, sizeof(asr_conf_reply_t));
}
