/*
 * An HTTP server of one thread for the tests of the I/O thread: each request
 * is kept, and answered with what the test put there for its path.
 */

#ifndef IO_SERVER_H
#define IO_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "unit.h"


#define IO_ROUTES    16
#define IO_REQUESTS  64

typedef struct {
    const char     *path;
    const char     *answer;              /* whole; NULL: none, close */
    size_t          pad;                 /* bytes of 'x' after it */
    bool            hang;                /* keep open, never answer */
    _Atomic bool    closed;              /* no answer until it is not */
    _Atomic int     hits;
} io_route_t;

static struct {
    int              fd;
    int              port;
    pthread_t        thread;
    _Atomic bool     stop;
    io_route_t       routes[IO_ROUTES];
    size_t           nroutes;
    pthread_mutex_t  mutex;
    char            *requests[IO_REQUESTS];
    _Atomic size_t   nrequests;
    int              held[IO_REQUESTS];
    size_t           nheld;
} io_srv;


static void
io_srv_put(int fd, const char *p, size_t n)
{
    ssize_t  rc;

    for ( /* void */ ; n != 0; n -= (size_t) rc, p += rc) {
        rc = send(fd, p, n, MSG_NOSIGNAL);
        if (rc <= 0) {
            return;
        }
    }
}


/* Head and body of one request, terminated; NULL: the client went. */

static char *
io_srv_read(int fd)
{
    char           *buf, *head, *p;
    size_t          len, need;
    ssize_t         n;
    struct pollfd   pfd;

    buf = calloc(1, 1 << 20);
    len = 0;
    need = 0;

    while (len < (1 << 20) - 1) {
        pfd.fd = fd;
        pfd.events = POLLIN;

        if (poll(&pfd, 1, 5000) != 1) {
            break;
        }

        n = recv(fd, buf + len, (1 << 20) - 1 - len, 0);
        if (n <= 0) {
            break;
        }

        len += (size_t) n;
        buf[len] = '\0';
        head = strstr(buf, "\r\n\r\n");

        if (head == NULL) {
            continue;
        }

        p = strcasestr(buf, "\r\ncontent-length:");
        need = (size_t) (head + 4 - buf)
               + (p != NULL && p < head ? strtoul(p + 17, NULL, 10) : 0);

        if (len >= need) {
            return buf;
        }
    }

    free(buf);

    return NULL;
}


static void
io_srv_answer(int fd, io_route_t *r)
{
    char  *pad;

    r->hits++;

    while (r->closed && !io_srv.stop) {
        usleep(1000);
    }

    if (r->answer != NULL) {
        io_srv_put(fd, r->answer, strlen(r->answer));
    }

    if (r->pad != 0) {
        pad = malloc(r->pad);
        memset(pad, 'x', r->pad);
        io_srv_put(fd, pad, r->pad);
        free(pad);
    }

    if (r->hang) {
        io_srv.held[io_srv.nheld++] = fd;
        return;
    }

    close(fd);
}


static void
io_srv_one(int fd)
{
    char    *req, *path;
    size_t   i, n;

    req = io_srv_read(fd);
    if (req == NULL) {
        close(fd);
        return;
    }

    path = strchr(req, ' ') + 1;
    n = strcspn(path, " ");

    pthread_mutex_lock(&io_srv.mutex);

    if (io_srv.nrequests == IO_REQUESTS) {
        abort();
    }

    io_srv.requests[io_srv.nrequests++] = req;

    pthread_mutex_unlock(&io_srv.mutex);

    for (i = 0; i < io_srv.nroutes; i++) {
        if (strlen(io_srv.routes[i].path) == n
            && memcmp(io_srv.routes[i].path, path, n) == 0)
        {
            io_srv_answer(fd, &io_srv.routes[i]);
            return;
        }
    }

    io_srv_put(fd, "HTTP/1.0 404 No\r\n\r\nno", 21);
    close(fd);
}


static void *
io_srv_thread(void *arg)
{
    int            fd;
    struct pollfd  pfd;

    while (!io_srv.stop) {
        pfd.fd = io_srv.fd;
        pfd.events = POLLIN;

        if (poll(&pfd, 1, 20) == 1) {
            fd = accept(io_srv.fd, NULL, NULL);

            if (fd != -1) {
                io_srv_one(fd);
            }
        }
    }

    return NULL;
}


static void
io_srv_start(void)
{
    socklen_t           len;
    struct sockaddr_in  in;

    memset(&io_srv, 0, sizeof(io_srv));
    pthread_mutex_init(&io_srv.mutex, NULL);

    memset(&in, 0, sizeof(in));
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    len = sizeof(in);

    io_srv.fd = socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 0);

    if (bind(io_srv.fd, (struct sockaddr *) &in, len) != 0
        || listen(io_srv.fd, 64) != 0
        || getsockname(io_srv.fd, (struct sockaddr *) &in, &len) != 0)
    {
        abort();
    }

    io_srv.port = ntohs(in.sin_port);
}


/* Routes first, then this. */

static void
io_srv_run(void)
{
    pthread_create(&io_srv.thread, NULL, io_srv_thread, NULL);
}


static void
io_srv_stop(void)
{
    size_t  i;

    io_srv.stop = true;

    if (io_srv.thread != 0) {
        pthread_join(io_srv.thread, NULL);
    }

    for (i = 0; i < io_srv.nrequests; i++) {
        free(io_srv.requests[i]);
    }

    for (i = 0; i < io_srv.nheld; i++) {
        close(io_srv.held[i]);
    }

    close(io_srv.fd);
}


static io_route_t *
io_srv_route(const char *path, const char *answer)
{
    io_route_t  *r;

    r = &io_srv.routes[io_srv.nroutes++];
    r->path = path;
    r->answer = answer;

    return r;
}


/* Request number i, once it has come; NULL: it did not in five seconds. */

static const char *
io_srv_request(size_t i)
{
    int          n;
    const char  *p;

    p = NULL;

    for (n = 0; p == NULL && n < 500; n++) {
        pthread_mutex_lock(&io_srv.mutex);
        p = (i < io_srv.nrequests) ? io_srv.requests[i] : NULL;
        pthread_mutex_unlock(&io_srv.mutex);

        if (p == NULL) {
            usleep(10000);
        }
    }

    return p;
}


#endif /* IO_SERVER_H */
