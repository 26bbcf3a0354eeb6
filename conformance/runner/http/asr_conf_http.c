/*
 * The client, on one libcurl handle.
 *
 * The handle is reset for each request and keeps its connections.  What libcurl
 * would do of its own accord is switched off here, or given as a header, so
 * that a case sends what it says.  Replies are not trusted: every callback
 * counts, and one that returns less than it got ends the exchange.
 */

#include <curl/curl.h>
#include <signal.h>
#include <stdlib.h>
#include <strings.h>

#include "asr_conf_http.h"


#define ASR_CONF_HTTP_HEAD     (64u << 10)
#define ASR_CONF_HTTP_HEADERS  1024u
#define ASR_CONF_HTTP_PIECE    4096u


struct asr_conf_http_s {
    CURL                      *curl;
    char                      *ca;
    long                       timeout_ms;
    char                       error[CURL_ERROR_SIZE];

    /* of one exchange */

    const asr_conf_request_t  *request;
    asr_conf_reply_t          *reply;
    struct curl_slist         *list;
    asr_conf_buf_t             body;
    const char                *fault;    /* of a callback that gave up */
    size_t                     sent;
    size_t                     head;     /* bytes of all headers */
    size_t                     room;     /* of reply->headers */
    bool                       ended;    /* the last header is read */
};


static const char *asr_conf_http_unfit(const asr_conf_request_t *rq);
static bool asr_conf_http_length(asr_conf_http_t *h, long status);
static void asr_conf_http_set(asr_conf_http_t *h);
static void asr_conf_http_set_method(asr_conf_http_t *h);
static void asr_conf_http_headers(asr_conf_http_t *h);
static void asr_conf_http_line(asr_conf_http_t *h, const char *name,
    const char *value);
static size_t asr_conf_http_read(char *p, size_t size, size_t n, void *data);
static int asr_conf_http_seek(void *data, curl_off_t offset, int origin);
static size_t asr_conf_http_header(char *p, size_t size, size_t n,
    void *data);
static void asr_conf_http_forget(asr_conf_reply_t *reply);
static bool asr_conf_http_fold(asr_conf_http_t *h, const char *p, size_t n);
static size_t asr_conf_http_write(char *p, size_t size, size_t n, void *data);
static void asr_conf_http_say(asr_conf_reply_t *reply, const char *what,
    const char *more);
static bool asr_conf_http_control(const char *s);


void
asr_conf_http_init(void)
{
    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
        asr_conf_die("libcurl cannot be started");
    }

    /* a peer that closes is told by write(), not by a signal */

    signal(SIGPIPE, SIG_IGN);
}


asr_conf_http_t *
asr_conf_http_new(unsigned timeout_s, const char *ca)
{
    asr_conf_http_t  *h;

    h = asr_conf_alloc(sizeof(asr_conf_http_t));

    h->curl = curl_easy_init();
    if (h->curl == NULL) {
        asr_conf_die("no memory for an HTTP client");
    }

    h->timeout_ms = (long) timeout_s * 1000;
    h->ca = ca == NULL ? NULL : asr_conf_copy(ca);

    return h;
}


void
asr_conf_http_free(asr_conf_http_t *h)
{
    if (h == NULL) {
        return;
    }

    curl_easy_cleanup(h->curl);
    free(h->ca);
    free(h);
}


void
asr_conf_http_do(asr_conf_http_t *h, const asr_conf_request_t *rq,
    asr_conf_reply_t *reply)
{
    long         status;
    int64_t      start;
    CURLcode     rc;
    const char  *why;

    memset(reply, 0, sizeof(asr_conf_reply_t));
    reply->body = asr_conf_alloc(1);

    why = asr_conf_http_unfit(rq);

    if (why != NULL) {
        asr_conf_http_say(reply, "not sent", why);
        return;
    }

    h->request = rq;
    h->reply = reply;
    h->fault = NULL;
    h->sent = 0;
    h->head = 0;
    h->room = 0;
    h->ended = false;
    h->error[0] = '\0';
    asr_conf_buf_init(&h->body, ASR_CONF_JSON_MAX);

    asr_conf_http_set(h);

    start = asr_conf_now_us();
    rc = curl_easy_perform(h->curl);
    reply->took_us = asr_conf_now_us() - start;

    status = 0;
    (void) curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);

    curl_slist_free_all(h->list);
    h->list = NULL;

    if (h->body.data != NULL) {
        free(reply->body);
        reply->body = h->body.data;
        reply->body_len = h->body.len;
    }

    if (rc != CURLE_OK) {
        asr_conf_http_say(reply, h->fault != NULL ? h->fault
                                                  : curl_easy_strerror(rc),
                          h->fault != NULL ? "" : h->error);
        return;
    }

    /* libcurl takes headers that the peer broke off for a reply */

    if (!h->ended || status < 200 || status > 999) {
        asr_conf_http_say(reply, "headers without an end", "");
        return;
    }

    if (!asr_conf_http_length(h, status)) {
        asr_conf_http_say(reply, "a Content-Length that is not the body's",
                          "");
        return;
    }

    reply->status = (int) status;
}


/* libcurl reads to the end where the length is none; RFC 9112 6.3. */

static bool
asr_conf_http_length(asr_conf_http_t *h, long status)
{
    bool                body;
    size_t              i;
    const char         *p;
    asr_conf_header_t  *e;

    body = strcmp(h->request->method, "HEAD") != 0 && status != 204
           && status != 304
           && asr_conf_reply_header(h->reply, "Transfer-Encoding") == NULL;

    for (i = 0; i < h->reply->nheaders; i++) {
        e = &h->reply->headers[i];

        if (strcasecmp(e->name, "Content-Length") != 0) {
            continue;
        }

        p = e->value;

        if (p[0] == '\0' || strspn(p, "0123456789") != strlen(p)) {
            return false;
        }

        if (body && (strlen(p) > 18
                     || strtoull(p, NULL, 10) != h->reply->body_len))
        {
            return false;
        }
    }

    return true;
}


/* NULL: it can be sent.  What would be another request on the wire cannot. */

static const char *
asr_conf_http_unfit(const asr_conf_request_t *rq)
{
    size_t  i;

    if (rq->method[0] == '\0' || asr_conf_http_control(rq->method)
        || strchr(rq->method, ' ') != NULL)
    {
        return "no method";
    }

    if (rq->path[0] == '\0' || asr_conf_http_control(rq->path)
        || (rq->query != NULL && asr_conf_http_control(rq->query)))
    {
        return "a path or query with a control character, or no path";
    }

    if (strcmp(rq->method, "HEAD") == 0 && rq->body != NULL) {
        return "HEAD with a body";
    }

    for (i = 0; i < rq->nheaders; i++) {
        if (rq->headers[i].name[0] == '\0'
            || strpbrk(rq->headers[i].name, ":; ") != NULL
            || asr_conf_http_control(rq->headers[i].name)
            || strpbrk(rq->headers[i].value, "\r\n") != NULL)
        {
            return "a header with a line break, or no name of one";
        }
    }

    return NULL;
}


static void
asr_conf_http_set(asr_conf_http_t *h)
{
    char  *target;
    bool   secure;
    CURL  *c;

    c = h->curl;
    secure = strncasecmp(h->request->base, "https:", 6) == 0;

    curl_easy_reset(c);

    curl_easy_setopt(c, CURLOPT_URL, h->request->base);

    /* as written, without libcurl's reading of dots, "#" and "@" */

    target = asr_conf_print("%s%s%s", h->request->path,
                            h->request->query == NULL ? "" : "?",
                            h->request->query == NULL ? ""
                                                      : h->request->query);
    curl_easy_setopt(c, CURLOPT_REQUEST_TARGET, target);
    free(target);

    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS,
                     h->request->timeout_s != 0
                     ? (long) h->request->timeout_s * 1000 : h->timeout_ms);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->error);

    /* HTTP/2 has no chunks */

    curl_easy_setopt(c, CURLOPT_HTTP_VERSION,
                     secure && !h->request->chunked
                     ? (long) CURL_HTTP_VERSION_2TLS
                     : (long) CURL_HTTP_VERSION_1_1);

    if (h->ca != NULL) {
        curl_easy_setopt(c, CURLOPT_CAINFO, h->ca);
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }

    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, asr_conf_http_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, h);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, asr_conf_http_write);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, h);

    asr_conf_http_set_method(h);
    asr_conf_http_headers(h);

    curl_easy_setopt(c, CURLOPT_HTTPHEADER, h->list);
}


static void
asr_conf_http_set_method(asr_conf_http_t *h)
{
    bool                       body;
    CURL                      *c;
    const asr_conf_request_t  *rq;

    c = h->curl;
    rq = h->request;

    if (strcmp(rq->method, "HEAD") == 0) {
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
        return;
    }

    /* methods that have a body by their nature tell that theirs is empty */

    body = rq->body != NULL || rq->chunked
           || strcmp(rq->method, "POST") == 0
           || strcmp(rq->method, "PUT") == 0
           || strcmp(rq->method, "PATCH") == 0;

    if (body) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);

        if (rq->chunked) {
            curl_easy_setopt(c, CURLOPT_READFUNCTION, asr_conf_http_read);
            curl_easy_setopt(c, CURLOPT_READDATA, h);
            curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, asr_conf_http_seek);
            curl_easy_setopt(c, CURLOPT_SEEKDATA, h);

        } else {
            curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
                             (curl_off_t) rq->body_len);
            curl_easy_setopt(c, CURLOPT_POSTFIELDS,
                             rq->body == NULL ? "" : rq->body);
        }
    }

    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, rq->method);
}


static void
asr_conf_http_headers(asr_conf_http_t *h)
{
    char                      *host;
    size_t                     i;
    const asr_conf_request_t  *rq;

    rq = h->request;

    for (i = 0; i < rq->nheaders; i++) {
        asr_conf_http_line(h, rq->headers[i].name, rq->headers[i].value);
    }

    if (asr_conf_request_get(rq, "Host") == NULL) {
        host = asr_conf_request_host(rq);
        asr_conf_http_line(h, "Host",
                           rq->without & ASR_CONF_NO_HOST ? NULL : host);
        free(host);
    }

    if (rq->without & ASR_CONF_NO_LENGTH) {
        asr_conf_http_line(h, "Content-Length", NULL);
    }

    if (asr_conf_request_get(rq, "Accept") == NULL) {
        asr_conf_http_line(h, "Accept",
                           rq->without & ASR_CONF_NO_ACCEPT ? NULL : "*/*");
    }

    if (asr_conf_request_get(rq, "User-Agent") == NULL) {
        asr_conf_http_line(h, "User-Agent",
                           rq->without & ASR_CONF_NO_AGENT
                           ? NULL : "asr-conformance");
    }

    /* libcurl's own ideas about bodies */

    if (asr_conf_request_get(rq, "Content-Type") == NULL) {
        asr_conf_http_line(h, "Content-Type", NULL);
    }

    if (asr_conf_request_get(rq, "Expect") == NULL) {
        asr_conf_http_line(h, "Expect", NULL);
    }

    if (rq->chunked && asr_conf_request_get(rq, "Transfer-Encoding") == NULL) {
        asr_conf_http_line(h, "Transfer-Encoding", "chunked");
    }
}


/* libcurl's list: "Name: value", "Name;" an empty one, "Name:" not at all. */

static void
asr_conf_http_line(asr_conf_http_t *h, const char *name, const char *value)
{
    char               *line;
    struct curl_slist  *list;

    if (value == NULL) {
        line = asr_conf_print("%s:", name);

    } else if (value[strspn(value, " \t")] == '\0') {
        line = asr_conf_print("%s;", name);

    } else {
        line = asr_conf_print("%s: %s", name, value);
    }

    list = curl_slist_append(h->list, line);

    if (list == NULL) {
        asr_conf_die("no memory for a header");
    }

    h->list = list;
    free(line);
}


static size_t
asr_conf_http_read(char *p, size_t size, size_t n, void *data)
{
    size_t            len;
    asr_conf_http_t  *h;

    h = data;
    len = h->request->body_len - h->sent;
    n *= size;
    n = n > ASR_CONF_HTTP_PIECE ? ASR_CONF_HTTP_PIECE : n;
    len = len > n ? n : len;

    if (len != 0) {
        memcpy(p, h->request->body + h->sent, len);
        h->sent += len;
    }

    return len;
}


/* A kept connection that the peer had closed: once more from the start. */

static int
asr_conf_http_seek(void *data, curl_off_t offset, int origin)
{
    asr_conf_http_t  *h;

    h = data;

    if (origin != SEEK_SET || offset < 0
        || (uint64_t) offset > h->request->body_len)
    {
        return CURL_SEEKFUNC_FAIL;
    }

    h->sent = (size_t) offset;

    return CURL_SEEKFUNC_OK;
}


static size_t
asr_conf_http_header(char *p, size_t size, size_t n, void *data)
{
    size_t              len;
    const char         *colon;
    asr_conf_reply_t   *reply;
    asr_conf_header_t  *e;
    asr_conf_http_t    *h;

    h = data;
    reply = h->reply;
    n *= size;
    h->head += n;

    if (h->head > ASR_CONF_HTTP_HEAD) {
        h->fault = "headers of more than 64 KiB";
        return 0;
    }

    for (len = n; len > 0 && (p[len - 1] == '\r' || p[len - 1] == '\n');
         len--) { /* void */ }

    if (h->ended) {
        return n;                        /* trailers */
    }

    if (len >= 5 && memcmp(p, "HTTP/", 5) == 0) {
        asr_conf_http_forget(reply);     /* those of a 1xx before it */
        h->room = 0;
        return n;
    }

    if (len == 0) {
        long  status = 0;

        (void) curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
        h->ended = status >= 200;
        return n;
    }

    if (p[0] == ' ' || p[0] == '\t') {
        return asr_conf_http_fold(h, p, len) ? n : 0;
    }

    colon = memchr(p, ':', len);

    if (colon == NULL || colon == p) {
        h->fault = "a header line without a name and a colon";
        return 0;
    }

    if (reply->nheaders == ASR_CONF_HTTP_HEADERS) {
        h->fault = "more than 1024 headers";
        return 0;
    }

    if (reply->nheaders == h->room) {
        h->room = h->room == 0 ? 16 : h->room * 2;
        reply->headers = asr_conf_grow(reply->headers, h->room,
                                       sizeof(asr_conf_header_t));
    }

    e = &reply->headers[reply->nheaders++];
    e->name = asr_conf_copy_n(p, (size_t) (colon - p));

    len -= (size_t) (colon + 1 - p);
    p += colon + 1 - p;

    for ( /* void */ ; len > 0 && (*p == ' ' || *p == '\t'); p++, len--) {
        /* void */
    }

    for ( /* void */ ; len > 0 && (p[len - 1] == ' ' || p[len - 1] == '\t');
         len--) { /* void */ }

    e->value = asr_conf_copy_n(p, len);

    return n;
}


static void
asr_conf_http_forget(asr_conf_reply_t *reply)
{
    size_t  i;

    for (i = 0; i < reply->nheaders; i++) {
        free(reply->headers[i].name);
        free(reply->headers[i].value);
    }

    free(reply->headers);
    reply->headers = NULL;
    reply->nheaders = 0;
}


/* RFC 9112 5.2: a line that goes on, its break read as a space. */

static bool
asr_conf_http_fold(asr_conf_http_t *h, const char *p, size_t n)
{
    char               *value;
    asr_conf_header_t  *e;

    if (h->reply->nheaders == 0) {
        h->fault = "a header line that goes on from none";
        return false;
    }

    for ( /* void */ ; n > 0 && (*p == ' ' || *p == '\t'); p++, n--) {
        /* void */
    }

    e = &h->reply->headers[h->reply->nheaders - 1];
    value = asr_conf_print("%s %.*s", e->value, (int) n, p);
    free(e->value);
    e->value = value;

    return true;
}


static size_t
asr_conf_http_write(char *p, size_t size, size_t n, void *data)
{
    asr_conf_http_t  *h;

    h = data;
    n *= size;

    asr_conf_buf_add(&h->body, p, n);

    if (h->body.cut) {
        h->fault = "a body of more than 16 MiB";
        return n == 0 ? 1 : 0;
    }

    return n;
}


static void
asr_conf_http_say(asr_conf_reply_t *reply, const char *what, const char *more)
{
    char  *p;

    snprintf(reply->error, sizeof(reply->error), "%.40s%s%.110s", what,
             more[0] == '\0' ? "" : ": ", more);

    for (p = reply->error; *p != '\0'; p++) {
        if ((unsigned char) *p < 0x20 || (unsigned char) *p >= 0x7f) {
            *p = '?';                    /* libcurl quotes the peer */
        }
    }
}


static bool
asr_conf_http_control(const char *s)
{
    for ( /* void */ ; *s != '\0'; s++) {
        if ((unsigned char) *s < 0x20 || *s == 0x7f) {
            return true;
        }
    }

    return false;
}
