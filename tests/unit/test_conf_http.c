/*
 * The suite's client against a peer that keeps to no rule: what is sent, and
 * that no reply harms, hangs or is taken for one that it is not.
 */

#include "unit.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "asr_conf_http.h"


#define PEER_FOREVER  SIZE_MAX


/* What the peer says on each connection after it has read a request. */

typedef struct {
    const char  *say;
    size_t       say_len;                /* 0: strlen(say) */
    const char  *again;                  /* then this, so often */
    size_t       times;
    bool         hold;                   /* then waits for the other to go */
    bool         keep;                   /* then reads the next request */
    bool         drop;                   /* and goes when that is read */
    unsigned     pause_ms;               /* between those */
} peer_script_t;


typedef struct {
    peer_script_t     script;
    pthread_t         thread;
    int               fd;
    int               stop[2];
    char              base[64];
    char              got[262144];       /* the last request */
    size_t            got_len;
    unsigned          connections;
} peer_t;


static bool
peer_wait(peer_t *p, int fd, int timeout_ms)
{
    struct pollfd  f[2];

    f[0].fd = fd;
    f[0].events = POLLIN;
    f[1].fd = p->stop[0];
    f[1].events = POLLIN;

    return poll(f, 2, timeout_ms) > 0 && f[1].revents == 0;
}


/* Up to the end of a body by Content-Length or the last chunk. */

static bool
peer_whole(peer_t *p)
{
    char   *end, *len;

    p->got[p->got_len] = '\0';
    end = strstr(p->got, "\r\n\r\n");

    if (end == NULL) {
        return false;
    }

    if (strcasestr(p->got, "Transfer-Encoding: chunked") != NULL) {
        return strstr(end, "\r\n0\r\n\r\n") != NULL;
    }

    len = strcasestr(p->got, "Content-Length:");

    if (len == NULL || len > end) {
        return true;
    }

    return p->got_len - (size_t) (end + 4 - p->got)
           >= strtoul(len + 15, NULL, 10);
}


static bool
peer_send(int fd, const char *s, size_t n)
{
    ssize_t  rc;

    while (n > 0) {
        rc = send(fd, s, n, MSG_NOSIGNAL);
        if (rc <= 0) {
            return false;
        }
        s += rc;
        n -= (size_t) rc;
    }

    return true;
}


static bool
peer_serve(peer_t *p, int fd, bool first)
{
    char           c[512];
    size_t         i, n;
    ssize_t        rc;
    peer_script_t *s;

    s = &p->script;
    p->got_len = 0;

    for ( ;; ) {
        if (!peer_wait(p, fd, -1)) {
            return false;
        }

        rc = recv(fd, p->got + p->got_len, sizeof(p->got) - 1 - p->got_len, 0);
        if (rc <= 0) {
            return false;
        }

        p->got_len += (size_t) rc;

        if (peer_whole(p)) {
            break;
        }
    }

    if (s->drop && !first) {
        return false;
    }

    n = s->say_len != 0 ? s->say_len : strlen(s->say);

    if (!peer_send(fd, s->say, n)) {
        return false;
    }

    for (i = 0; i < s->times; i++) {
        if (s->pause_ms != 0 && peer_wait(p, fd, (int) s->pause_ms)) {
            return false;
        }

        if (!peer_send(fd, s->again, strlen(s->again))) {
            return false;
        }
    }

    if (s->hold) {
        while (peer_wait(p, fd, -1) && recv(fd, c, sizeof(c), 0) > 0) {
            /* void */
        }
    }

    return s->keep;
}


static void *
peer_main(void *data)
{
    int      fd;
    bool     first;
    peer_t  *p;

    p = data;

    while (peer_wait(p, p->fd, -1)) {
        fd = accept(p->fd, NULL, NULL);
        if (fd < 0) {
            continue;
        }

        p->connections++;

        for (first = true; peer_serve(p, fd, first); first = false) {
            /* void */
        }

        close(fd);
    }

    return NULL;
}


static peer_t *
peer_start(const peer_script_t *s)
{
    peer_t              *p;
    socklen_t            len;
    struct sockaddr_in   a;

    p = calloc(1, sizeof(peer_t));
    assert_non_null(p);
    p->script = *s;

    memset(&a, 0, sizeof(a));
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    len = sizeof(a);

    p->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(p->fd >= 0);
    assert_int_equal(bind(p->fd, (struct sockaddr *) &a, sizeof(a)), 0);
    assert_int_equal(listen(p->fd, 8), 0);
    assert_int_equal(getsockname(p->fd, (struct sockaddr *) &a, &len), 0);
    assert_int_equal(pipe(p->stop), 0);

    snprintf(p->base, sizeof(p->base), "http://127.0.0.1:%u",
             ntohs(a.sin_port));

    assert_int_equal(pthread_create(&p->thread, NULL, peer_main, p), 0);

    return p;
}


/* The client's connections are to be closed before. */

static void
peer_stop(peer_t *p)
{
    assert_int_equal(write(p->stop[1], "x", 1), 1);
    pthread_join(p->thread, NULL);
    close(p->stop[0]);
    close(p->stop[1]);
    close(p->fd);
    free(p);
}


/* One request, one reply, and what the peer read. */

static void
ask(const peer_script_t *s, asr_conf_request_t *rq, unsigned timeout,
    asr_conf_reply_t *reply, char **seen)
{
    peer_t           *p;
    asr_conf_http_t  *h;

    p = peer_start(s);
    h = asr_conf_http_new(timeout, NULL);

    free(rq->base);
    rq->base = strdup(p->base);

    asr_conf_http_do(h, rq, reply);
    asr_conf_http_free(h);

    if (seen != NULL) {
        *seen = strdup(p->got);
    }

    peer_stop(p);

    assert_non_null(reply->body);
    assert_int_equal(reply->body[reply->body_len], '\0');
}


static const peer_script_t  fine = {
    .say = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Two:  a b \t\r\n"
           "x-two: c\r\nEmpty:\r\n\r\nhi"
};


static void
test_plain(void **state)
{
    char                *seen;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq;

    asr_conf_request_init(&rq, "POST", "x", "/a%20b/../c");
    rq.query = strdup("x=1&y=%2F#z");
    asr_conf_request_header(&rq, "X-Empty", "");
    asr_conf_request_header(&rq, "X-Value", "one");
    asr_conf_request_header(&rq, "x-value", "two");
    asr_conf_request_body(&rq, "{\"a\":1}", 7);

    ask(&fine, &rq, 10, &reply, &seen);

    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "hi");
    assert_int_equal(reply.nheaders, 4);
    assert_string_equal(asr_conf_reply_header(&reply, "X-TWO"), "a b");
    assert_string_equal(asr_conf_reply_header(&reply, "empty"), "");
    assert_null(asr_conf_reply_header(&reply, "none"));
    assert_string_equal(reply.error, "");

    assert_memory_equal(seen,
                        "POST /a%20b/../c?x=1&y=%2F#z HTTP/1.1\r\n", 39);
    assert_non_null(strstr(seen, "\r\nHost: 127.0.0.1:"));
    assert_non_null(strstr(seen, "\r\nX-Empty:\r\n"));
    assert_non_null(strstr(seen, "\r\nX-Value: two\r\n"));
    assert_null(strstr(seen, "one"));
    assert_non_null(strstr(seen, "\r\nAccept: */*\r\n"));
    assert_non_null(strstr(seen, "\r\nUser-Agent: asr-conformance\r\n"));
    assert_non_null(strstr(seen, "\r\nContent-Length: 7\r\n"));
    assert_null(strcasestr(seen, "Content-Type"));
    assert_null(strcasestr(seen, "Expect"));
    assert_non_null(strstr(seen, "\r\n\r\n{\"a\":1}"));

    free(seen);
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);
}


static void
test_without(void **state)
{
    char                *seen;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq, copy;

    asr_conf_request_init(&rq, "GET", "x", "/");
    asr_conf_request_header(&rq, "Accept", NULL);
    asr_conf_request_header(&rq, "user-agent", NULL);
    asr_conf_request_header(&rq, "Host", NULL);
    asr_conf_request_header(&rq, "X-Gone", "1");
    asr_conf_request_header(&rq, "X-Gone", NULL);
    asr_conf_request_copy(&copy, &rq);

    ask(&fine, &copy, 10, &reply, &seen);

    assert_int_equal(reply.status, 200);
    assert_string_equal(seen, "GET / HTTP/1.1\r\n\r\n");

    free(seen);
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&copy);

    /* given again, they are there again */

    asr_conf_request_header(&rq, "Accept", "text/plain");
    asr_conf_request_header(&rq, "Host", "other:1");

    ask(&fine, &rq, 10, &reply, &seen);

    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(seen, "\r\nAccept: text/plain\r\n"));
    assert_non_null(strstr(seen, "\r\nHost: other:1\r\n"));
    assert_null(strstr(seen, "User-Agent"));

    free(seen);
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);
}


static void
test_bodies(void **state)
{
    char                *seen, *body, *p;
    size_t               i, big;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq;

    static const char *const  methods[] = { "POST", "PUT", "GET", "DELETE" };

    for (i = 0; i < 4; i++) {
        asr_conf_request_init(&rq, methods[i], "x", "/");
        ask(&fine, &rq, 10, &reply, &seen);

        assert_int_equal(reply.status, 200);
        assert_memory_equal(seen, methods[i], strlen(methods[i]));
        assert_int_equal(strstr(seen, "Content-Length: 0\r\n") != NULL, i < 2);

        free(seen);
        asr_conf_reply_clean(&reply);

        /* a body is sent by any method, as it is */

        asr_conf_request_body(&rq, "a=1", 3);
        ask(&fine, &rq, 10, &reply, &seen);

        assert_int_equal(reply.status, 200);
        assert_memory_equal(seen, methods[i], strlen(methods[i]));
        assert_non_null(strstr(seen, "\r\n\r\na=1"));

        free(seen);
        asr_conf_reply_clean(&reply);
        asr_conf_request_clean(&rq);
    }

    big = 100000;
    body = malloc(big);
    assert_non_null(body);
    memset(body, 'b', big);

    asr_conf_request_init(&rq, "POST", "x", "/");
    asr_conf_request_body(&rq, body, big);
    rq.chunked = true;
    ask(&fine, &rq, 10, &reply, &seen);

    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(seen, "\r\nTransfer-Encoding: chunked\r\n"));
    assert_null(strcasestr(seen, "Content-Length"));

    for (i = 0, p = strstr(seen, "\r\n\r\n"); *p != '\0'; p++) {
        i += *p == 'b' && (p[1] == 'b' || p[1] == '\r') && p[-1] != '\n';
    }

    assert_true(i > big - 100 && strstr(seen, "\r\n0\r\n\r\n") != NULL);

    free(seen);
    free(body);
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);
}


/* Status and headers of the last of several, a body of none. */

static void
test_odd(void **state)
{
    size_t               i;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq;

    static const struct {
        const char  *method;
        const char  *say;
        int          status;
        const char  *body;
        const char  *two;                /* of the header "Two" */
    } cases[] = {
        { "GET", "HTTP/1.1 100 Continue\r\nTwo: 0\r\n\r\n"
                 "HTTP/1.1 103 Hints\r\nTwo: 1\r\n\r\n"
                 "HTTP/1.1 404 No\r\nTwo: 2\r\nContent-Length: 1\r\n\r\nx",
          404, "x", "2" },
        { "GET", "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nTwo: 2\r\n"
                 "Content-Length: 0\r\n\r\n", 302, "", "2" },
        { "GET", "HTTP/1.1 204 None\r\nTwo: 2\r\n\r\n", 204, "", "2" },
        { "HEAD", "HTTP/1.1 200 OK\r\nTwo: 2\r\nContent-Length: 9\r\n\r\n",
          200, "", "2" },
        { "GET", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTwo: 2\r\n"
                 "Content-Length: 4\r\n\r\nabcd", 200, "abcd", "2" },
        { "GET", "HTTP/1.1 200 OK\r\nTwo: 2\r\n\r\nto the end",
          200, "to the end", "2" },
        { "GET", "HTTP/1.1 200 OK\r\nTwo: 2\r\nTransfer-Encoding: chunked\r\n"
                 "\r\n3\r\nabc\r\n0\r\nTwo: 3\r\nHTTP/1.1 : 4\r\n\r\n",
          200, "abc", "2" },
        { "GET", "HTTP/1.1 200 OK\r\nTwo: 1\r\n  2\r\n"
                 "Content-Length: 0\r\n\r\n", 200, "", "1 2" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        peer_script_t  s = { .say = cases[i].say };

        asr_conf_request_init(&rq, cases[i].method, "x", "/");
        ask(&s, &rq, 10, &reply, NULL);

        assert_int_equal(reply.status, cases[i].status);
        assert_string_equal(reply.body, cases[i].body);
        assert_string_equal(asr_conf_reply_header(&reply, "two"),
                            cases[i].two);

        asr_conf_reply_clean(&reply);
        asr_conf_request_clean(&rq);
    }
}


/* All of these are transport errors, in bounded time and memory. */

static void
test_hostile(void **state)
{
    size_t               i;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq;

    static const char  ok[] = "HTTP/1.1 200 OK\r\n";
    static const char  line[] =
        "Header: 0123456789abcdef0123456789abcdef0123456789abcdef"
        "0123456789abcdef0123456789abcdef0123456789abcdef\r\n";
    static const char  chunk[] =
        "80\r\n"
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        "\r\n";
    static const char  quarter[] =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    static const struct {
        const char     *name;
        peer_script_t   s;
        const char     *error;           /* part of it; NULL: any, soon */
    } cases[] = {
        { "endless headers",
          { .say = ok, .again = line, .times = PEER_FOREVER }, "64 KiB" },
        { "an endless header",
          { .say = "HTTP/1.1 200 OK\r\nX: ", .again = quarter,
            .times = PEER_FOREVER }, NULL },
        { "an endless status line",
          { .say = "HTTP/1.1 200 ", .again = quarter, .times = PEER_FOREVER },
          NULL },
        { "many headers", { .say = ok, .again = "A:\r\n", .times = 5000 },
          "1024" },
        { "endless 1xx",
          { .say = "", .again = "HTTP/1.1 100 Continue\r\n\r\n",
            .times = PEER_FOREVER }, "64 KiB" },
        { "endless folding",
          { .say = "HTTP/1.1 200 OK\r\nX: y\r\n", .again = " z\r\n",
            .times = PEER_FOREVER }, "64 KiB" },
        { "an endless body",
          { .say = "HTTP/1.1 200 OK\r\n\r\n", .again = quarter,
            .times = PEER_FOREVER }, "16 MiB" },
        { "endless chunks",
          { .say = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            .again = chunk, .times = PEER_FOREVER }, "16 MiB" },
        { "endless trailers",
          { .say = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "1\r\na\r\n0\r\n",
            .again = line, .times = PEER_FOREVER }, "64 KiB" },
        { "a longer body was told",
          { .say = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc" },
          NULL },
        { "a length that is none",
          { .say = "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc" },
          NULL },
        { "a length below nought",
          { .say = "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc" },
          NULL },
        { "two lengths",
          { .say = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
                   "Content-Length: 4\r\n\r\nabc" }, NULL },
        { "a length without end",
          { .say = "HTTP/1.1 200 OK\r\n"
                   "Content-Length: 99999999999999999999999\r\n\r\nabc" },
          NULL },
        { "a chunk that is none",
          { .say = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "zz\r\nabc\r\n0\r\n\r\n" }, NULL },
        { "a chunk cut",
          { .say = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "ff\r\nabc" }, NULL },
        { "a huge chunk",
          { .say = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "ffffffffffffffffff\r\nabc" }, NULL },
        { "no last chunk",
          { .say = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3\r\nabc\r\n" }, NULL },
        { "a NUL in a header",
          { .say = "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", .say_len = 27 },
          NULL },
        { "no colon", { .say = "HTTP/1.1 200 OK\r\nabc\r\n\r\n" }, "colon" },
        { "no name", { .say = "HTTP/1.1 200 OK\r\n: abc\r\n\r\n" }, "colon" },
        { "a fold of nothing", { .say = "HTTP/1.1 200 OK\r\n abc\r\n\r\n" },
          NULL },
        { "HTTP/0.9", { .say = "<html>hello</html>" }, NULL },
        { "no HTTP", { .say = "SSH-2.0-OpenSSH_9.2\r\n" }, NULL },
        { "nothing", { .say = "" }, NULL },
        { "headers cut", { .say = "HTTP/1.1 200 OK\r\nContent-Le" }, NULL },
        { "silence", { .say = "", .hold = true }, NULL },
        { "silence after headers",
          { .say = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            .hold = true }, NULL },
        { "a dribble",
          { .say = "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
            .again = "a", .times = PEER_FOREVER, .pause_ms = 20 }, NULL },
        { "a dribble of 1xx",
          { .say = "", .again = "HTTP/1.1 102 Busy\r\n\r\n",
            .times = PEER_FOREVER, .pause_ms = 20 }, NULL },
        { "only 1xx", { .say = "HTTP/1.1 100 Continue\r\n\r\n" }, NULL }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        asr_conf_request_init(&rq, "GET", "x", "/");
        ask(&cases[i].s, &rq, cases[i].error != NULL ? 60 : 1, &reply, NULL);

        if (reply.status != 0 || reply.error[0] == '\0'
            || (cases[i].error != NULL
                && strstr(reply.error, cases[i].error) == NULL))
        {
            fail_msg("%s: status %d, \"%s\"", cases[i].name, reply.status,
                     reply.error);
        }

        assert_true(reply.body_len <= ASR_CONF_JSON_MAX);
        assert_true(reply.nheaders <= 1024);

        asr_conf_reply_clean(&reply);
        asr_conf_request_clean(&rq);
    }
}


/* A request may have more time than the client's others; so has its copy. */

static void
test_own_time(void **state)
{
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq, copy;

    static const peer_script_t  late = {
        .say = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
        .again = "h", .times = 2, .pause_ms = 700
    };

    asr_conf_request_init(&rq, "GET", "x", "/");
    rq.timeout_s = 60;
    asr_conf_request_copy(&copy, &rq);

    ask(&late, &copy, 1, &reply, NULL);

    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "hh");

    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);
    asr_conf_request_clean(&copy);
}


/* A connection is kept; for one that the peer closed a new one is made. */

static void
test_kept(void **state)
{
    size_t               i, keep;        /* 2: until the next is read */
    peer_t              *p;
    asr_conf_http_t     *h;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq;

    for (keep = 0; keep < 3; keep++) {
        peer_script_t  s = fine;

        s.keep = keep != 0;
        s.drop = keep == 2;
        p = peer_start(&s);
        h = asr_conf_http_new(10, NULL);
        asr_conf_request_init(&rq, "POST", p->base, "/");
        asr_conf_request_body(&rq, "abc", 3);
        rq.chunked = true;

        for (i = 0; i < 3; i++) {
            asr_conf_http_do(h, &rq, &reply);
            assert_string_equal(reply.error, "");
            assert_int_equal(reply.status, 200);
            assert_non_null(strstr(p->got, "\r\n3\r\nabc\r\n"));
            asr_conf_reply_clean(&reply);
        }

        asr_conf_http_free(h);

        assert_int_equal(p->connections, keep == 1 ? 1 : 3);

        asr_conf_request_clean(&rq);
        peer_stop(p);
    }
}


/* The environment's proxy is not asked, nor is a request split. */

static void
test_unfit(void **state)
{
    char                *seen;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq;

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    asr_conf_request_init(&rq, "GET", "x", "/");
    ask(&fine, &rq, 10, &reply, NULL);
    assert_int_equal(reply.status, 200);
    asr_conf_reply_clean(&reply);
    unsetenv("http_proxy");
    unsetenv("all_proxy");

    asr_conf_request_header(&rq, "X", "a\r\nY: b");
    ask(&fine, &rq, 10, &reply, &seen);
    assert_int_equal(reply.status, 0);
    assert_string_equal(seen, "");
    free(seen);
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);

    asr_conf_request_init(&rq, "GET", "x", "/ HTTP/1.1\r\n");
    ask(&fine, &rq, 10, &reply, &seen);
    assert_int_equal(reply.status, 0);
    assert_string_equal(seen, "");
    free(seen);
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);
}


static void
test_form(void **state)
{
    asr_conf_form_t      f;
    asr_conf_request_t   rq;

    static const char  body[] =
        "------asr-conf-00000000000000ff\r\n"
        "Content-Disposition: form-data; name=\"pur%22pose\"\r\n\r\n"
        "a2t\r\n"
        "------asr-conf-00000000000000ff\r\n"
        "Content-Disposition: form-data; name=\"file\"; "
        "filename=\"a%0D%0A.wav\"\r\n"
        "Content-Type: audio/wav\r\n\r\n"
        "R\0F\r\n"
        "------asr-conf-00000000000000ff--\r\n";

    asr_conf_request_init(&rq, "POST", "x", "/");
    asr_conf_form_init(&f, 255);
    asr_conf_form_add(&f, "pur\"pose", NULL, NULL, "a2t", 3);
    asr_conf_form_add(&f, "file", "a\r\n.wav", "audio/wav", "R\0F", 3);
    asr_conf_form_end(&f, &rq);

    assert_string_equal(asr_conf_request_get(&rq, "content-type"),
        "multipart/form-data; boundary=----asr-conf-00000000000000ff");
    assert_int_equal(rq.body_len, sizeof(body) - 1);
    assert_memory_equal(rq.body, body, sizeof(body) - 1);

    asr_conf_request_clean(&rq);
}


static void
test_host(void **state)
{
    char                *host;
    size_t               i;
    asr_conf_request_t   rq;

    static const struct {
        const char  *base;
        const char  *host;
    } cases[] = {
        { "http://127.0.0.1:8080", "127.0.0.1:8080" },
        { "http://a.example:80", "a.example" },
        { "http://a.example:8080", "a.example:8080" },
        { "http://a.example:443", "a.example:443" },
        { "https://a.example:443", "a.example" },
        { "https://a.example:80", "a.example:80" },
        { "https://[::1]:8443", "[::1]:8443" },
        { "https://[::443]", "[::443]" },
        { "https://a.example/", "a.example" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        asr_conf_request_init(&rq, "GET", cases[i].base, "/");
        host = asr_conf_request_host(&rq);
        assert_string_equal(host, cases[i].host);
        free(host);
        asr_conf_request_clean(&rq);
    }
}


/* The line, run by a shell with the real curl, sends what the client sends. */

static void
same(asr_conf_request_t *rq)
{
    char              *line, *seen[2], *part, *save;
    peer_t            *p;
    asr_conf_http_t   *h;
    asr_conf_reply_t   reply;

    p = peer_start(&fine);
    free(rq->base);
    rq->base = strdup(p->base);
    asr_conf_request_header(rq, "User-Agent", "same");

    h = asr_conf_http_new(10, NULL);
    asr_conf_http_do(h, rq, &reply);
    asr_conf_http_free(h);
    assert_int_equal(reply.status, 200);
    asr_conf_reply_clean(&reply);
    seen[0] = strdup(p->got);

    line = asr_conf_curl(rq);
    assert_null(strchr(line, '\n'));
    setenv("CURL_LINE", line, 1);
    free(line);
    assert_int_equal(system("exec bash -c \"$CURL_LINE\" > /dev/null"), 0);
    seen[1] = strdup(p->got);

    peer_stop(p);

    /* of the same lines, whatever their order */

    assert_int_equal(strlen(seen[0]), strlen(seen[1]));
    assert_string_equal(strstr(seen[0], "\r\n\r\n"),
                        strstr(seen[1], "\r\n\r\n"));
    assert_memory_equal(seen[0], seen[1], strcspn(seen[0], "\r"));

    for (part = strtok_r(seen[0], "\r", &save); part != NULL;
         part = strtok_r(NULL, "\r", &save))
    {
        assert_non_null(strstr(seen[1], part));
    }

    free(seen[0]);
    free(seen[1]);
}


static void
test_curl(void **state)
{
    char                *line;
    asr_conf_request_t   rq;

    asr_conf_request_init(&rq, "POST", "x", "/v1/a[b]");
    rq.query = strdup("a=it's&b={c}");
    asr_conf_request_header(&rq, "Content-Type", "application/json");
    asr_conf_request_header(&rq, "Authorization", "Bearer it's \"$HOME\"");
    asr_conf_request_header(&rq, "X-Empty", "");
    asr_conf_request_header(&rq, "Accept", NULL);
    asr_conf_request_body(&rq, "{\"a\":\n\t'$\\x'}@", 14);
    same(&rq);
    asr_conf_request_clean(&rq);

    asr_conf_request_init(&rq, "DELETE", "x", "/a/../b");
    rq.query = strdup("x#y");
    same(&rq);
    asr_conf_request_clean(&rq);

    asr_conf_request_init(&rq, "POST", "x", "/empty");
    same(&rq);
    asr_conf_request_body(&rq, "@file", 5);
    same(&rq);
    rq.chunked = true;
    same(&rq);
    asr_conf_request_clean(&rq);

    asr_conf_request_init(&rq, "GET", "x", "/");
    same(&rq);
    asr_conf_request_header(&rq, "Host", NULL);
    same(&rq);
    asr_conf_request_body(&rq, "a=1", 3);
    same(&rq);
    asr_conf_request_clean(&rq);

    asr_conf_request_init(&rq, "POST", "http://h", "/");
    asr_conf_request_body(&rq, "\0\1", 2);
    line = asr_conf_curl(&rq);
    assert_string_equal(line, "curl -sSig --path-as-is --data-binary "
                        "'@body of 2 bytes, no type' -H Content-Type: "
                        "'http://h/'");
    free(line);
    asr_conf_request_clean(&rq);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_without),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_odd),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_own_time),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_unfit),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_host),
        cmocka_unit_test(test_curl)
    };

    asr_conf_http_init();

    return cmocka_run_group_tests(tests, NULL, NULL);
}
