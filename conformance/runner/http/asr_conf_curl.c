/*
 * A request as a line for a shell.
 */

#include <stdlib.h>

#include "asr_conf_http.h"


#define ASR_CONF_CURL_BODY  2048u
#define ASR_CONF_CURL_MAX   (1u << 20)


static void asr_conf_curl_headers(asr_conf_buf_t *b,
    const asr_conf_request_t *rq);
static void asr_conf_curl_body(asr_conf_buf_t *b,
    const asr_conf_request_t *rq);
static void asr_conf_curl_word(asr_conf_buf_t *b, const char *s, size_t n);
static bool asr_conf_curl_text(const char *s, size_t n);


char *
asr_conf_curl(const asr_conf_request_t *rq)
{
    bool             odd, get, post;
    char            *url;
    const char      *mark, *query;
    asr_conf_buf_t   b;

    asr_conf_buf_init(&b, ASR_CONF_CURL_MAX);
    asr_conf_buf_str(&b, "curl -sSig --path-as-is");

    get = strcmp(rq->method, "GET") == 0 && rq->body == NULL;
    post = strcmp(rq->method, "POST") == 0;

    if (strcmp(rq->method, "HEAD") == 0) {
        asr_conf_buf_str(&b, " -I");

    } else if (!get && !(post && rq->body != NULL)) {
        asr_conf_buf_str(&b, " -X ");
        asr_conf_curl_word(&b, rq->method, strlen(rq->method));
    }

    asr_conf_curl_headers(&b, rq);
    asr_conf_curl_body(&b, rq);

    mark = rq->query == NULL ? "" : "?";
    query = rq->query == NULL ? "" : rq->query;
    odd = rq->path[0] != '/' || strpbrk(rq->path, "#?") != NULL
          || strchr(query, '#') != NULL;

    /* what curl would read otherwise than the client sends it */

    if (odd) {
        url = asr_conf_print("%s%s%s", rq->path, mark, query);
        asr_conf_buf_str(&b, " --request-target ");
        asr_conf_curl_word(&b, url, strlen(url));
        free(url);
    }

    url = odd ? asr_conf_print("%s/", rq->base)
              : asr_conf_print("%s%s%s%s", rq->base, rq->path, mark, query);
    asr_conf_buf_str(&b, " ");
    asr_conf_curl_word(&b, url, strlen(url));
    free(url);

    return b.data;
}


static void
asr_conf_curl_headers(asr_conf_buf_t *b, const asr_conf_request_t *rq)
{
    char               *line;
    size_t              i;
    asr_conf_header_t  *h;

    for (i = 0; i < rq->nheaders; i++) {
        h = &rq->headers[i];

        line = h->value[strspn(h->value, " \t")] == '\0'
               ? asr_conf_print("%s;", h->name)
               : asr_conf_print("%s: %s", h->name, h->value);

        asr_conf_buf_str(b, " -H ");
        asr_conf_curl_word(b, line, strlen(line));
        free(line);
    }

    if (rq->without & ASR_CONF_NO_HOST) {
        asr_conf_buf_str(b, " -H Host:");
    }

    if (rq->without & ASR_CONF_NO_LENGTH) {
        asr_conf_buf_str(b, " -H Content-Length:");
    }

    if (rq->without & ASR_CONF_NO_ACCEPT) {
        asr_conf_buf_str(b, " -H Accept:");
    }

    if (rq->without & ASR_CONF_NO_AGENT) {
        asr_conf_buf_str(b, " -H User-Agent:");
    }

    if (rq->chunked && asr_conf_request_get(rq, "Transfer-Encoding") == NULL) {
        asr_conf_buf_str(b, " -H 'Transfer-Encoding: chunked'");
    }
}


static void
asr_conf_curl_body(asr_conf_buf_t *b, const asr_conf_request_t *rq)
{
    char        *name;
    const char  *type;

    type = asr_conf_request_get(rq, "Content-Type");

    if (rq->body == NULL) {

        if (strcmp(rq->method, "POST") != 0 && strcmp(rq->method, "PUT") != 0)
        {
            return;
        }

    } else if (rq->body_len > ASR_CONF_CURL_BODY
               || !asr_conf_curl_text(rq->body, rq->body_len))
    {
        name = asr_conf_print("@body of %zu bytes, %s", rq->body_len,
                              type == NULL ? "no type" : type);
        asr_conf_buf_str(b, " --data-binary ");
        asr_conf_curl_word(b, name, strlen(name));
        free(name);

        goto done;
    }

    asr_conf_buf_str(b, " --data-raw ");
    asr_conf_curl_word(b, rq->body == NULL ? "" : rq->body, rq->body_len);

done:

    if (type == NULL) {
        asr_conf_buf_str(b, " -H Content-Type:");
    }
}


/* A line break has no place in one line but in $'', which most shells know. */

static void
asr_conf_curl_word(asr_conf_buf_t *b, const char *s, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if ((unsigned char) s[i] < 0x20 || s[i] == 0x7f) {
            break;
        }
    }

    if (i == n) {
        asr_conf_buf_shell(b, s, n);
        return;
    }

    asr_conf_buf_str(b, "$'");

    for (i = 0; i < n; i++) {

        if ((unsigned char) s[i] < 0x20 || s[i] == 0x7f) {
            asr_conf_buf_fmt(b, "\\%03o", (unsigned char) s[i]);
            continue;
        }

        if (s[i] == '\'' || s[i] == '\\') {
            asr_conf_buf_str(b, "\\");
        }

        asr_conf_buf_add(b, &s[i], 1);
    }

    asr_conf_buf_str(b, "'");
}


/* UTF-8 without NUL, as jansson judges it. */

static bool
asr_conf_curl_text(const char *s, size_t n)
{
    json_t  *text;

    if (memchr(s, '\0', n) != NULL) {
        return false;
    }

    text = json_stringn(s, n);

    if (text == NULL) {
        return false;
    }

    json_decref(text);

    return true;
}
