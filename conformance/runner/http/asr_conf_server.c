/*
 * The server: its socket, requests as microhttpd calls with them, replies.
 *
 * A request is called with thrice or more: once with its headers, with parts
 * of its body, and at the end.  Its record is made when its line is read and
 * freed when microhttpd is done with it, however that came about.
 */

#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "asr_conf_server_int.h"


#define ASR_CONF_SERVER_HEADERS  64u
#define ASR_CONF_SERVER_KEY      128u


struct asr_conf_server_s {
    struct MHD_Daemon  *daemon;
    char               *url;
    asr_conf_keep_t     keep;
};


typedef struct {
    char               *uri;             /* as it was sent */
    bool                begun;
    asr_conf_buf_t      body;
} asr_conf_visit_t;


static int asr_conf_server_socket(const char *address, char **url);
static int asr_conf_server_given(const char *number, char **url);
static char *asr_conf_server_own(int fd, const char *host);
static void *asr_conf_server_line(void *data, const char *uri,
    struct MHD_Connection *c);
static void asr_conf_server_done(void *data, struct MHD_Connection *c,
    void **ctx, enum MHD_RequestTerminationCode why);
static enum MHD_Result asr_conf_server_visit(void *data,
    struct MHD_Connection *c, const char *path, const char *method,
    const char *version, const char *p, size_t *n, void **ctx);
static enum MHD_Result asr_conf_server_deliver(asr_conf_server_t *s,
    struct MHD_Connection *c, asr_conf_visit_t *v, const char *path,
    const char *key);
static enum MHD_Result asr_conf_server_header(void *data,
    enum MHD_ValueKind kind, const char *name, const char *value);
static enum MHD_Result asr_conf_server_say(struct MHD_Connection *c,
    unsigned status, const char *body, const char *allow);


asr_conf_server_t *
asr_conf_server_new(const char *address, const char *public_url)
{
    int                 fd;
    char               *url;
    size_t              n;
    asr_conf_server_t  *s;

    s = asr_conf_alloc(sizeof(asr_conf_server_t));
    asr_conf_keep_init(&s->keep);

    fd = asr_conf_server_socket(address, &url);

    if (public_url != NULL) {
        free(url);

        for (n = strlen(public_url); n > 0 && public_url[n - 1] == '/'; n--) {
            /* void */
        }

        url = asr_conf_copy_n(public_url, n);
    }

    s->url = url;

    s->daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL,
                    asr_conf_server_visit, s,
                    MHD_OPTION_LISTEN_SOCKET, fd,
                    MHD_OPTION_URI_LOG_CALLBACK, asr_conf_server_line, s,
                    MHD_OPTION_NOTIFY_COMPLETED, asr_conf_server_done, s,
                    MHD_OPTION_CONNECTION_LIMIT, 256u,
                    MHD_OPTION_CONNECTION_TIMEOUT, 30u,
                    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) 65536,
                    MHD_OPTION_END);

    if (s->daemon == NULL) {
        asr_conf_die("the server for %s cannot be started", address);
    }

    return s;
}


void
asr_conf_server_free(asr_conf_server_t *s)
{
    if (s == NULL) {
        return;
    }

    MHD_stop_daemon(s->daemon);
    asr_conf_keep_free(&s->keep);
    free(s->url);
    free(s);
}


const char *
asr_conf_server_url(const asr_conf_server_t *s)
{
    return s->url;
}


bool
asr_conf_server_wait(asr_conf_server_t *s, const char *key, const char *text,
    unsigned nth, unsigned timeout_ms, asr_conf_delivery_t *out)
{
    return asr_conf_keep_wait(&s->keep, key, text, nth, timeout_ms, out);
}


static int
asr_conf_server_socket(const char *address, char **url)
{
    int               fd, rc, on;
    char             *host;
    size_t            n;
    const char       *port;
    struct addrinfo   hints, *a;

    if (strncmp(address, "fd:", 3) == 0) {
        return asr_conf_server_given(address + 3, url);
    }

    port = strrchr(address, ':');

    if (port == NULL || port == address
        || port[1 + strspn(port + 1, "0123456789")] != '\0')
    {
        asr_conf_die("\"%s\" is no address and port", address);
    }

    n = (size_t) (port - address);

    host = address[0] == '[' && address[n - 1] == ']'
           ? asr_conf_copy_n(address + 1, n - 2)
           : asr_conf_copy_n(address, n);

    memset(&hints, 0, sizeof(hints));
    hints.ai_flags = AI_PASSIVE;
    hints.ai_socktype = SOCK_STREAM;

    rc = getaddrinfo(host, port + 1, &hints, &a);

    if (rc != 0) {
        asr_conf_die("the address \"%s\": %s", address, gai_strerror(rc));
    }

    on = 1;
    fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0
        || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0
        || bind(fd, a->ai_addr, a->ai_addrlen) != 0 || listen(fd, 128) != 0)
    {
        asr_conf_die("cannot listen on %s: %m", address);
    }

    *url = asr_conf_server_own(fd, host);

    freeaddrinfo(a);
    free(host);

    return fd;
}


/* A socket that whoever started the program has bound. */

static int
asr_conf_server_given(const char *number, char **url)
{
    int    fd;
    char  *end;
    long   n;

    n = strtol(number, &end, 10);
    fd = (int) n;

    if (end == number || *end != '\0' || n != fd || n < 0
        || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || listen(fd, 128) != 0)
    {
        asr_conf_die("\"fd:%s\" is no socket to listen on", number);
    }

    *url = asr_conf_server_own(fd, NULL);

    return fd;
}


/* The URL of a socket; host: as it was asked for, NULL: as it is. */

static char *
asr_conf_server_own(int fd, const char *host)
{
    char                      port[16], name[64];
    bool                      six;
    socklen_t                 len;
    struct sockaddr_storage   own;

    len = sizeof(own);

    if (getsockname(fd, (struct sockaddr *) &own, &len) != 0
        || getnameinfo((struct sockaddr *) &own, len, name, sizeof(name), port,
                       sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    {
        asr_conf_die("the server's own port is not known: %m");
    }

    six = own.ss_family == AF_INET6;
    host = host == NULL ? name : host;

    if (strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0) {
        host = six ? "::1" : "127.0.0.1";
    }

    return asr_conf_print(six ? "http://[%s]:%s" : "http://%s:%s", host,
                          port);
}


static void *
asr_conf_server_line(void *data, const char *uri, struct MHD_Connection *c)
{
    asr_conf_visit_t  *v;

    v = asr_conf_alloc(sizeof(asr_conf_visit_t));
    v->uri = asr_conf_copy(uri);
    asr_conf_buf_init(&v->body, ASR_CONF_KEEP_BODY);

    return v;
}


static void
asr_conf_server_done(void *data, struct MHD_Connection *c, void **ctx,
    enum MHD_RequestTerminationCode why)
{
    asr_conf_visit_t  *v;

    v = *ctx;
    *ctx = NULL;

    if (v != NULL) {
        asr_conf_buf_free(&v->body);
        free(v->uri);
        free(v);
    }
}


static enum MHD_Result
asr_conf_server_visit(void *data, struct MHD_Connection *c, const char *path,
    const char *method, const char *version, const char *p, size_t *n,
    void **ctx)
{
    bool                  get, hook;
    unsigned              status;
    const char           *key;
    enum MHD_Result       rc;
    asr_conf_visit_t     *v;
    struct MHD_Response  *r;

    v = *ctx;

    if (!v->begun) {
        v->begun = true;
        return MHD_YES;
    }

    if (*n != 0) {
        asr_conf_buf_add(&v->body, p, *n);
        *n = 0;
        return MHD_YES;
    }

    hook = strcmp(path, "/webhook") == 0;
    key = strncmp(path, "/callback/", 10) == 0 ? path + 10 : "";

    if (hook || key[0] != '\0') {
        return strcmp(method, "POST") == 0
               ? asr_conf_server_deliver(data, c, v, path, key)
               : asr_conf_server_say(c, MHD_HTTP_METHOD_NOT_ALLOWED, "",
                                     "POST");
    }

    get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    r = asr_conf_server_sound(path, &status);

    if (r == NULL) {
        return asr_conf_server_say(c, MHD_HTTP_NOT_FOUND, "", NULL);
    }

    rc = get ? MHD_queue_response(c, status, r)
             : asr_conf_server_say(c, MHD_HTTP_METHOD_NOT_ALLOWED, "",
                                   "GET, HEAD");

    MHD_destroy_response(r);

    return rc;
}


static enum MHD_Result
asr_conf_server_deliver(asr_conf_server_t *s, struct MHD_Connection *c,
    asr_conf_visit_t *v, const char *path, const char *key)
{
    const char           *query;
    asr_conf_delivery_t   d;

    if (v->body.cut || strlen(key) > ASR_CONF_SERVER_KEY) {
        return asr_conf_server_say(c, MHD_HTTP_CONTENT_TOO_LARGE, "", NULL);
    }

    memset(&d, 0, sizeof(asr_conf_delivery_t));
    d.key = asr_conf_copy(key);
    d.path = asr_conf_copy(path);

    query = strchr(v->uri, '?');
    d.query = query == NULL ? NULL : asr_conf_copy(query + 1);

    d.headers = asr_conf_alloc(ASR_CONF_SERVER_HEADERS
                               * sizeof(asr_conf_header_t));
    (void) MHD_get_connection_values(c, MHD_HEADER_KIND,
                                     asr_conf_server_header, &d);

    d.body = asr_conf_copy_n(v->body.data, v->body.len);
    d.body_len = v->body.len;
    d.at_us = asr_conf_now_us();

    asr_conf_keep_add(&s->keep, &d);

    return asr_conf_server_say(c, MHD_HTTP_OK,
                               "{\"code\":0,\"message\":\"success\"}", NULL);
}


static enum MHD_Result
asr_conf_server_header(void *data, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
    asr_conf_delivery_t  *d;

    d = data;

    if (d->nheaders == ASR_CONF_SERVER_HEADERS) {
        return MHD_NO;
    }

    d->headers[d->nheaders].name = asr_conf_copy(name);
    d->headers[d->nheaders].value = asr_conf_copy(value == NULL ? "" : value);
    d->nheaders++;

    return MHD_YES;
}


static enum MHD_Result
asr_conf_server_say(struct MHD_Connection *c, unsigned status,
    const char *body, const char *allow)
{
    enum MHD_Result       rc;
    struct MHD_Response  *r;

    r = MHD_create_response_from_buffer(strlen(body), (void *) body,
                                        MHD_RESPMEM_PERSISTENT);
    if (r == NULL) {
        return MHD_NO;
    }

    if (body[0] != '\0') {
        (void) MHD_add_response_header(r, "Content-Type", "application/json");
    }

    if (allow != NULL) {
        (void) MHD_add_response_header(r, "Allow", allow);
    }

    rc = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);

    return rc;
}
