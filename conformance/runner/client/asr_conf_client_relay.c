/*
 * The relay between a client and the mock.
 *
 * A connection of the client is a thread of microhttpd's with an HTTP client
 * of its own, so replies may take their time.  A request is kept whole, sent
 * on with the header X-Mock-Fault where the scenario wants a fault, and its
 * reply given back byte for byte, but for what the scenario adds to it; where
 * there is none (the fault was a reset) the connection is closed.
 *
 * What was seen is under one lock; it is bounded by number and by bytes, and
 * bodies beyond the bound are passed on but not kept.
 */

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

#include "asr_conf_client_int.h"


#define ASR_CONF_RELAY_TIMEOUT  120      /* s, of one exchange */
#define ASR_CONF_RELAY_OPS      64


/* How often an operation came, for faults of its first calls. */

typedef struct {
    const asr_conf_op_t  *op;
    unsigned              calls;
} asr_conf_calls_t;


struct asr_conf_relay_s {
    pthread_mutex_t       lock;
    struct MHD_Daemon    *daemon;
    const json_t         *scenario;
    unsigned              run;
    size_t                n;
    size_t                size;
    size_t                bytes;         /* of the bodies that are kept */
    size_t                lost;          /* requests that are not */
    asr_conf_seen_t      *seen;
    char                 *behind;
    char                 *url;
    asr_conf_calls_t      calls[ASR_CONF_RELAY_OPS];
};


typedef struct {
    asr_conf_relay_t     *relay;
    char                 *uri;           /* as it came */
    asr_conf_buf_t        body;
    bool                  begun;
} asr_conf_relayed_t;


static void *
asr_conf_relay_uri(void *cls, const char *uri,
    struct MHD_Connection *connection)
{
    asr_conf_relayed_t  *rq;

    rq = asr_conf_alloc(sizeof(asr_conf_relayed_t));
    rq->relay = cls;
    rq->uri = asr_conf_copy(uri);
    asr_conf_buf_init(&rq->body, ASR_CONF_SEEN_BODY_MAX);

    return rq;
}


/* Paths and queries stay as they were sent: they are signed. */

static size_t
asr_conf_relay_unescape(void *cls, struct MHD_Connection *connection, char *s)
{
    return strlen(s);
}


static void
asr_conf_relay_done(void *cls, struct MHD_Connection *connection, void **data,
    enum MHD_RequestTerminationCode why)
{
    asr_conf_relayed_t  *rq;

    rq = *data;

    if (rq != NULL) {
        asr_conf_buf_free(&rq->body);
        free(rq->uri);
        free(rq);
        *data = NULL;
    }
}


static void
asr_conf_relay_connection(void *cls, struct MHD_Connection *connection,
    void **data, enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *data = asr_conf_http_new(ASR_CONF_RELAY_TIMEOUT, NULL);

    } else if (*data != NULL) {
        asr_conf_http_free(*data);
        *data = NULL;
    }
}


static asr_conf_http_t *
asr_conf_relay_http(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo  *info;

    info = MHD_get_connection_info(connection,
                                   MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info != NULL ? info->socket_context : NULL;
}


/* Blanks behind a value are none of it (RFC 9110 5.5). */

static enum MHD_Result
asr_conf_relay_header(void *data, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
    size_t               n;
    asr_conf_request_t  *rq;

    for (n = value != NULL ? strlen(value) : 0; n != 0; n--) {
        if (value[n - 1] != ' ' && value[n - 1] != '\t') {
            break;
        }
    }

    rq = data;
    rq->headers = asr_conf_grow(rq->headers, rq->nheaders + 1,
                                sizeof(asr_conf_header_t));
    rq->headers[rq->nheaders].name = asr_conf_copy(name);
    rq->headers[rq->nheaders].value = asr_conf_copy_n(value, n);
    rq->nheaders++;

    return MHD_YES;
}


static void
asr_conf_relay_request(asr_conf_relayed_t *from,
    struct MHD_Connection *connection, const char *method,
    asr_conf_request_t *rq)
{
    char  *query;

    query = strchr(from->uri, '?');

    if (query != NULL) {
        *query++ = '\0';
    }

    asr_conf_request_init(rq, method, from->relay->url, from->uri);
    rq->query = query != NULL ? asr_conf_copy(query) : NULL;
    MHD_get_connection_values(connection, MHD_HEADER_KIND,
                              asr_conf_relay_header, rq);

    if (from->body.len != 0) {
        rq->body = asr_conf_copy_n(from->body.data, from->body.len);
        rq->body_len = from->body.len;
    }
}


/* The calls of the operation before this one.  The caller holds the lock. */

static unsigned
asr_conf_relay_count(asr_conf_relay_t *r, const asr_conf_op_t *op)
{
    size_t  i;

    for (i = 0; i < ASR_CONF_RELAY_OPS; i++) {

        if (r->calls[i].op == op || r->calls[i].op == NULL) {
            r->calls[i].op = op;
            return r->calls[i].calls++;
        }
    }

    return 0;
}


/* The fault the scenario has for this request, or NULL. */

static const char *
asr_conf_relay_fault(asr_conf_relay_t *r, const asr_conf_seen_t *s)
{
    size_t         i, from, to;
    unsigned       call;
    const char    *on, *fault;
    const json_t  *one, *what;

    if (s->op == NULL) {
        return NULL;
    }

    pthread_mutex_lock(&r->lock);
    call = asr_conf_relay_count(r, s->op);
    pthread_mutex_unlock(&r->lock);

    json_array_foreach(json_object_get(r->scenario, "faults"), i, one) {
        on = asr_conf_json_str(one, "on", "all");

        if ((strcmp(on, "creates") == 0
             && (s->op->creates == NULL || strcmp(s->op->creates, "task")))
            || (strcmp(on, "polls") == 0
                && !asr_conf_client_polls(s->doc, s->op)))
        {
            continue;
        }

        from = asr_conf_json_int(one, "skip", 0);
        to = from + asr_conf_json_int(one, "times", 1 << 30);

        if (call < from || call >= to) {
            continue;
        }

        what = json_object_get(one, "fault");
        fault = json_is_string(what)
                    ? json_string_value(what)
                    : asr_conf_json_str(what, s->doc->api, NULL);

        if (fault != NULL) {
            return fault;
        }
    }

    return NULL;
}


static void
asr_conf_relay_keep(asr_conf_relay_t *r, asr_conf_seen_t *s)
{
    pthread_mutex_lock(&r->lock);

    if (r->n == ASR_CONF_SEEN_MAX) {
        r->lost++;
        pthread_mutex_unlock(&r->lock);
        asr_conf_seen_clean(s);
        return;
    }

    if (r->bytes + s->request.body_len > ASR_CONF_KEPT_MAX) {
        free(s->request.body);
        s->request.body = NULL;
        s->request.body_len = 0;
        s->cut = true;
    }

    r->bytes += s->request.body_len + s->reply.body_len;

    if (r->n == r->size) {
        r->size = r->size ? 2 * r->size : 64;
        r->seen = asr_conf_grow(r->seen, r->size, sizeof(asr_conf_seen_t));
    }

    r->seen[r->n++] = *s;
    pthread_mutex_unlock(&r->lock);
}


/*
 * What a vendor may add to a reply any day: a member nobody asked for.  Only
 * to what is an object already; NULL: it stays as it is.
 */

static char *
asr_conf_relay_more(const asr_conf_relay_t *r, const asr_conf_reply_t *reply,
    size_t *n)
{
    char     err[160], *text;
    json_t  *v, *inner, *add;

    add = json_object_get(r->scenario, "add");

    if (add == NULL) {
        return NULL;
    }

    v = asr_conf_json_read(reply->body, reply->body_len, err, sizeof(err));

    if (!json_is_object(v)) {
        json_decref(v);
        return NULL;
    }

    inner = json_object_get(v, "Response");
    json_object_update_missing(json_is_object(inner) ? inner : v, add);
    text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(v);

    if (text == NULL) {
        asr_conf_die("out of memory");
    }

    *n = strlen(text);

    return text;
}


static bool
asr_conf_relay_passes(const char *name)
{
    size_t              i;
    static const char  *own[] = { "Connection", "Content-Length", "Date",
                                  "Expect", "Keep-Alive",
                                  "Transfer-Encoding" };

    for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strcasecmp(own[i], name) == 0) {
            return false;
        }
    }

    return true;
}


static enum MHD_Result
asr_conf_relay_answer(asr_conf_relay_t *r, struct MHD_Connection *connection,
    const asr_conf_reply_t *reply)
{
    char                 *body;
    size_t                i, n;
    enum MHD_Result       rc;
    struct MHD_Response  *response;

    if (reply->status == 0) {
        return MHD_NO;
    }

    body = asr_conf_relay_more(r, reply, &n);

    if (body == NULL) {
        n = reply->body_len;
    }

    response = MHD_create_response_from_buffer(n,
                   body != NULL ? body : reply->body, MHD_RESPMEM_MUST_COPY);
    free(body);

    if (response == NULL) {
        return MHD_NO;
    }

    for (i = 0; i < reply->nheaders; i++) {
        if (asr_conf_relay_passes(reply->headers[i].name)) {
            MHD_add_response_header(response, reply->headers[i].name,
                                    reply->headers[i].value);
        }
    }

    rc = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);

    return rc;
}


/* Drops what was said of the other connection. */

static void
asr_conf_relay_unframed(asr_conf_request_t *rq)
{
    size_t  i, n;

    for (i = 0, n = 0; i < rq->nheaders; i++) {

        if (asr_conf_relay_passes(rq->headers[i].name)) {
            rq->headers[n++] = rq->headers[i];

        } else {
            free(rq->headers[i].name);
            free(rq->headers[i].value);
        }
    }

    rq->nheaders = n;
}


/* On with it: the same request to the mock, its framing our client's. */

static void
asr_conf_relay_on(asr_conf_relay_t *r, struct MHD_Connection *connection,
    asr_conf_seen_t *s)
{
    asr_conf_request_t  on;

    asr_conf_request_copy(&on, &s->request);
    free(on.base);
    on.base = asr_conf_copy(r->behind);
    asr_conf_relay_unframed(&on);

    /* our client's own headers are none of this client's */

    on.without = ASR_CONF_NO_ACCEPT | ASR_CONF_NO_AGENT;

    if (s->fault != NULL) {
        asr_conf_request_header(&on, "X-Mock-Fault", s->fault);
    }

    if (strcmp(on.method, "HEAD") == 0) {
        free(on.body);
        on.body = NULL;
        on.body_len = 0;
    }

    asr_conf_http_do(asr_conf_relay_http(connection), &on, &s->reply);
    asr_conf_request_clean(&on);
    s->done_us = asr_conf_now_us();
}


static enum MHD_Result
asr_conf_relay_handle(void *cls, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *data, size_t *n, void **state)
{
    asr_conf_seen_t      s;
    enum MHD_Result      rc;
    asr_conf_relay_t    *r;
    asr_conf_relayed_t  *rq;

    r = cls;
    rq = *state;

    if (!rq->begun) {
        rq->begun = true;
        return MHD_YES;
    }

    if (*n != 0) {
        asr_conf_buf_add(&rq->body, data, *n);
        *n = 0;

        if (!rq->body.cut) {
            return MHD_YES;
        }

        pthread_mutex_lock(&r->lock);
        r->lost++;
        pthread_mutex_unlock(&r->lock);

        return MHD_NO;
    }

    memset(&s, 0, sizeof(s));
    s.at_us = asr_conf_now_us();
    s.time = asr_conf_time();
    s.run = r->run;
    s.scenario = asr_conf_json_str(r->scenario, "name", "");
    asr_conf_relay_request(rq, connection, method, &s.request);
    asr_conf_client_read(&s);
    s.fault = asr_conf_relay_fault(r, &s);

    asr_conf_relay_on(r, connection, &s);
    asr_conf_client_answered(&s);
    rc = asr_conf_relay_answer(r, connection, &s.reply);

    if (strncmp(s.request.path, "/_mock/", 7) == 0) {
        asr_conf_seen_clean(&s);

    } else {
        asr_conf_relay_keep(r, &s);
    }

    return rc;
}


asr_conf_relay_t *
asr_conf_relay_new(const char *behind, const json_t *scenario, unsigned run)
{
    asr_conf_relay_t            *r;
    struct sockaddr_in           addr;
    const union MHD_DaemonInfo  *info;

    r = asr_conf_alloc(sizeof(asr_conf_relay_t));
    pthread_mutex_init(&r->lock, NULL);
    r->behind = asr_conf_copy(behind);
    r->scenario = scenario;
    r->run = run;

    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    r->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD
                                 | MHD_USE_THREAD_PER_CONNECTION
                                 | MHD_USE_POLL, 0, NULL, NULL,
        asr_conf_relay_handle, r,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *) &addr,
        MHD_OPTION_URI_LOG_CALLBACK, asr_conf_relay_uri, r,
        MHD_OPTION_UNESCAPE_CALLBACK, asr_conf_relay_unescape, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, asr_conf_relay_done, NULL,
        MHD_OPTION_NOTIFY_CONNECTION, asr_conf_relay_connection, NULL,
        MHD_OPTION_CONNECTION_LIMIT, 256u,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) 128 * 1024,
        MHD_OPTION_END);

    if (r->daemon == NULL) {
        asr_conf_die("the relay does not start");
    }

    info = MHD_get_daemon_info(r->daemon, MHD_DAEMON_INFO_BIND_PORT);
    r->url = asr_conf_print("http://127.0.0.1:%u", info->port);

    return r;
}


const char *
asr_conf_relay_url(const asr_conf_relay_t *r)
{
    return r->url;
}


size_t
asr_conf_relay_stop(asr_conf_relay_t *r, asr_conf_seen_t **seen, size_t *n)
{
    size_t  lost;

    MHD_stop_daemon(r->daemon);
    *seen = asr_conf_grow(*seen, *n + r->n, sizeof(asr_conf_seen_t));

    if (r->n != 0) {
        memcpy(*seen + *n, r->seen, r->n * sizeof(asr_conf_seen_t));
    }

    *n += r->n;
    lost = r->lost;
    free(r->seen);
    free(r->behind);
    free(r->url);
    pthread_mutex_destroy(&r->lock);
    free(r);

    return lost;
}
