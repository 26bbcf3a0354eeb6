/*
 * The sockets are made here, before nginx is there: a port that is taken is
 * known at once, a free one cannot be lost to somebody else, and whoever
 * connects early waits in the backlog.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "asr_mock_launch.h"


#define ASR_MOCK_LAUNCH_HEAD_MAX  8192       /* of a reply */
#define ASR_MOCK_LAUNCH_GONE_MS   1000


typedef union {
    struct sockaddr      any;
    struct sockaddr_in   in;
    struct sockaddr_in6  in6;
    struct sockaddr_un   un;
} asr_mock_launch_addr_t;


/* A reply as it is read. */

typedef struct {
    int       status;                        /* 0: the head is not complete */
    bool      sized;
    uint64_t  left;                          /* of the body, when sized */
    size_t    len;
    char      head[ASR_MOCK_LAUNCH_HEAD_MAX];
} asr_mock_launch_reply_t;


static socklen_t asr_mock_launch_addr(const char *address, int port,
    asr_mock_launch_addr_t *a);
static bool asr_mock_launch_listen(asr_mock_launch_t *l,
    asr_mock_launch_addr_t *a, socklen_t len, const char *name, int *port);
static bool asr_mock_launch_listen_unix(asr_mock_launch_t *l);
static bool asr_mock_launch_stale(const char *path, asr_mock_launch_addr_t *a);

static int asr_mock_launch_connect(asr_mock_launch_t *l);
static bool asr_mock_launch_ready(asr_mock_launch_t *l, int fd, short events,
    int64_t end);
static bool asr_mock_launch_send(asr_mock_launch_t *l, int fd,
    const char *text, size_t len, int64_t end);
static bool asr_mock_launch_receive(asr_mock_launch_t *l, int fd, int64_t end,
    asr_mock_launch_reply_t *r, asr_mock_launch_sink_pt sink, void *ctx);
static ssize_t asr_mock_launch_head(asr_mock_launch_reply_t *r,
    const char *data, size_t len);
static int64_t asr_mock_launch_now(void);


bool
asr_mock_launch_bind(asr_mock_launch_t *l)
{
    bool                    v6;
    char                    name[128];
    socklen_t               len;
    const char             *address;
    asr_mock_launch_addr_t  a;

    address = l->options.address;
    v6 = strchr(address, ':') != NULL;

    /* "any" is nothing that can be connected to */

    if (strcmp(address, "0.0.0.0") == 0) {
        address = "127.0.0.1";

    } else if (strcmp(address, "::") == 0) {
        address = "::1";
    }

    (void) snprintf(l->host, sizeof(l->host), v6 ? "[%s]" : "%s", address);

    l->port = l->options.port;
    (void) snprintf(name, sizeof(name), "%s:%d", l->options.address, l->port);
    len = asr_mock_launch_addr(l->options.address, l->port, &a);

    if (!asr_mock_launch_listen(l, &a, len, name, &l->port)) {
        return false;
    }

    (void) snprintf(l->url, sizeof(l->url), "http://%s:%d", l->host, l->port);

    if (l->options.tls) {
        l->tls_port = l->options.tls_port;
        (void) snprintf(name, sizeof(name), "%s:%d", l->options.address,
                        l->tls_port);
        len = asr_mock_launch_addr(l->options.address, l->tls_port, &a);

        if (!asr_mock_launch_listen(l, &a, len, name, &l->tls_port)) {
            return false;
        }

        (void) snprintf(l->tls_url, sizeof(l->tls_url), "https://%s:%d",
                        l->host, l->tls_port);
    }

    return l->options.socket == NULL || asr_mock_launch_listen_unix(l);
}


static socklen_t
asr_mock_launch_addr(const char *address, int port, asr_mock_launch_addr_t *a)
{
    memset(a, 0, sizeof(asr_mock_launch_addr_t));

    if (strchr(address, ':') != NULL) {
        a->in6.sin6_family = AF_INET6;
        a->in6.sin6_port = htons((uint16_t) port);
        (void) inet_pton(AF_INET6, address, &a->in6.sin6_addr);
        return sizeof(a->in6);
    }

    a->in.sin_family = AF_INET;
    a->in.sin_port = htons((uint16_t) port);
    (void) inet_pton(AF_INET, address, &a->in.sin_addr);

    return sizeof(a->in);
}


static bool
asr_mock_launch_listen(asr_mock_launch_t *l, asr_mock_launch_addr_t *a,
    socklen_t len, const char *name, int *port)
{
    int  fd, on;

    /* non-blocking: nginx sets that on sockets it has made itself alone */

    fd = socket(a->any.sa_family, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0);
    if (fd == -1) {
        asr_mock_launch_say(errno, "%s", name);
        return false;
    }

    l->sockets[l->nsockets++] = fd;
    on = 1;

    if (port != NULL) {
        (void) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    }

    if (bind(fd, &a->any, len) == -1) {
        asr_mock_launch_say(errno, "%s", name);
        return false;
    }

    if (port == NULL) {
        (void) snprintf(l->socket, sizeof(l->socket), "%s", a->un.sun_path);
    }

    if (listen(fd, SOMAXCONN) == -1 || getsockname(fd, &a->any, &len) == -1) {
        asr_mock_launch_say(errno, "%s", name);
        return false;
    }

    if (port != NULL) {
        *port = ntohs(a->any.sa_family == AF_INET ? a->in.sin_port
                                                  : a->in6.sin6_port);
    }

    return true;
}


static bool
asr_mock_launch_listen_unix(asr_mock_launch_t *l)
{
    int                     n;
    char                    cwd[PATH_MAX], path[2 * PATH_MAX];
    const char             *name;
    asr_mock_launch_addr_t  a;

    name = l->options.socket;
    cwd[0] = '\0';

    if (name[0] != '/' && getcwd(cwd, sizeof(cwd)) == NULL) {
        asr_mock_launch_say(errno, "%s", name);
        return false;
    }

    n = snprintf(path, sizeof(path), "%s%s%s", cwd, name[0] == '/' ? "" : "/",
                 name);

    memset(&a, 0, sizeof(a));
    a.un.sun_family = AF_UNIX;

    if (n < 0 || (size_t) n >= sizeof(a.un.sun_path)) {
        asr_mock_launch_say(0, "%s: over %zu bytes, too long for a socket",
                            path, sizeof(a.un.sun_path) - 1);
        return false;
    }

    memcpy(a.un.sun_path, path, (size_t) n + 1);

    if (asr_mock_launch_stale(path, &a)) {
        (void) unlink(path);
    }

    return asr_mock_launch_listen(l, &a, sizeof(a.un), path, NULL);
}


/* Is it a socket whose owner was killed?  Nobody accepts then. */

static bool
asr_mock_launch_stale(const char *path, asr_mock_launch_addr_t *a)
{
    int          fd;
    bool         stale;
    struct stat  st;

    if (lstat(path, &st) == -1 || !S_ISSOCK(st.st_mode)) {
        return false;
    }

    fd = socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0);
    if (fd == -1) {
        return false;
    }

    stale = connect(fd, &a->any, sizeof(a->un)) == -1
            && errno == ECONNREFUSED;
    close(fd);

    return stale;
}


int
asr_mock_launch_get(asr_mock_launch_t *l, const char *path, int ms,
    asr_mock_launch_sink_pt sink, void *ctx)
{
    int                       fd, n;
    bool                      ok;
    char                      text[512];
    int64_t                   end;
    asr_mock_launch_reply_t  *r;

    end = asr_mock_launch_now() + ms;

    n = snprintf(text, sizeof(text), "GET %s HTTP/1.0\r\nHost: %s:%d\r\n\r\n",
                 path, l->host, l->port);
    if (n < 0 || (size_t) n >= sizeof(text)) {
        return -1;
    }

    fd = asr_mock_launch_connect(l);
    r = calloc(1, sizeof(asr_mock_launch_reply_t));

    ok = fd != -1 && r != NULL
         && asr_mock_launch_send(l, fd, text, (size_t) n, end)
         && asr_mock_launch_receive(l, fd, end, r, sink, ctx);
    n = ok ? r->status : -1;

    free(r);

    if (fd != -1) {
        close(fd);
    }

    /* nginx may have closed because it ends, which is known a little later */

    if (n == -1 && l->stop == 0 && l->nginx != 0) {
        (void) asr_mock_launch_wait(l, -1, 0, ASR_MOCK_LAUNCH_GONE_MS);
    }

    if (n == -1 && l->stop == 0 && l->nginx != 0) {
        asr_mock_launch_say(0, "%s%s: no answer", l->url, path);
    }

    return n;
}


static int
asr_mock_launch_connect(asr_mock_launch_t *l)
{
    int                     fd;
    socklen_t               len;
    const char             *address;
    asr_mock_launch_addr_t  a;

    address = l->options.address;

    if (strcmp(address, "0.0.0.0") == 0) {
        address = "127.0.0.1";

    } else if (strcmp(address, "::") == 0) {
        address = "::1";
    }

    len = asr_mock_launch_addr(address, l->port, &a);

    fd = socket(a.any.sa_family, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0);
    if (fd == -1) {
        return -1;
    }

    if (connect(fd, &a.any, len) == -1 && errno != EINPROGRESS) {
        close(fd);
        return -1;
    }

    return fd;
}


/* Waits for fd as long as there is a mock and nobody wants to stop. */

static bool
asr_mock_launch_ready(asr_mock_launch_t *l, int fd, short events, int64_t end)
{
    int      n;
    int64_t  left;

    for ( ;; ) {
        if (l->stop != 0 || l->nginx == 0) {
            return false;
        }

        left = end - asr_mock_launch_now();
        n = asr_mock_launch_wait(l, fd, events, left < 0 ? 0 : (int) left);

        if (n >= 0) {
            return n == 1;
        }
    }
}


static bool
asr_mock_launch_send(asr_mock_launch_t *l, int fd, const char *text,
    size_t len, int64_t end)
{
    ssize_t  n;

    while (len > 0) {
        if (!asr_mock_launch_ready(l, fd, POLLOUT, end)) {
            return false;
        }

        n = send(fd, text, len, MSG_NOSIGNAL);

        if (n == -1) {
            if (errno == EAGAIN) {
                continue;
            }

            return false;
        }

        text += n;
        len -= (size_t) n;
    }

    return true;
}


static bool
asr_mock_launch_receive(asr_mock_launch_t *l, int fd, int64_t end,
    asr_mock_launch_reply_t *r, asr_mock_launch_sink_pt sink, void *ctx)
{
    char     buf[16384];
    size_t   len;
    ssize_t  n, used;

    for ( ;; ) {
        if (!asr_mock_launch_ready(l, fd, POLLIN, end)) {
            return false;
        }

        n = recv(fd, buf, sizeof(buf), 0);

        if (n == -1) {
            if (errno == EAGAIN) {
                continue;
            }

            return false;
        }

        if (n == 0) {
            return r->status != 0 && (!r->sized || r->left == 0);
        }

        used = 0;

        if (r->status == 0) {
            used = asr_mock_launch_head(r, buf, (size_t) n);
            if (used == -1) {
                return false;
            }
        }

        len = (size_t) (n - used);

        if (r->sized) {
            len = len < r->left ? len : (size_t) r->left;
            r->left -= len;
        }

        if (len != 0 && sink != NULL && !sink(ctx, buf + used, len)) {
            return false;
        }

        if (r->status != 0 && r->sized && r->left == 0) {
            return true;
        }
    }
}


/* How much of the data belongs to the head; -1: it is none. */

static ssize_t
asr_mock_launch_head(asr_mock_launch_reply_t *r, const char *data, size_t len)
{
    char    *end, *p;
    size_t   n, before;

    before = r->len;
    n = sizeof(r->head) - 1 - r->len;
    n = len < n ? len : n;
    memcpy(r->head + r->len, data, n);
    r->len += n;
    r->head[r->len] = '\0';

    end = strstr(r->head, "\r\n\r\n");

    if (end == NULL) {
        return r->len == sizeof(r->head) - 1 ? -1 : (ssize_t) len;
    }

    if (strncmp(r->head, "HTTP/1.", 7) != 0 || r->head[8] != ' ') {
        return -1;
    }

    r->status = (int) strtol(r->head + 9, NULL, 10);
    if (r->status < 100 || r->status > 599) {
        return -1;
    }

    end[2] = '\0';
    p = strcasestr(r->head, "\r\nContent-Length:");

    if (p != NULL) {
        r->sized = true;
        r->left = strtoull(p + sizeof("\r\nContent-Length:") - 1, NULL, 10);
    }

    return (ssize_t) ((size_t) (end + 4 - r->head) - before);
}


static int64_t
asr_mock_launch_now(void)
{
    struct timespec  t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);

    return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
