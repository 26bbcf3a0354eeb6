/* What a client sends through the relay, byte for byte, and what comes back. */

#include "unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "asr_conf_client_int.h"


#define BIG  (20u << 20)


/* Behind the relay: keeps what comes, as it comes. */

static struct {
    pthread_t        thread;
    int              fd;
    char             url[64];
    const char      *reply;
    pthread_mutex_t  lock;
    asr_conf_buf_t   got;                /* of the last request */
} behind;


static asr_conf_relay_t  *relay;
static json_t            *scenario;
static asr_conf_seen_t   *seen;
static size_t             nseen;


/* Whether a request of an HTTP client is whole. */

static bool
whole(const asr_conf_buf_t *b)
{
    const char  *end, *len;

    end = b->data == NULL ? NULL : memmem(b->data, b->len, "\r\n\r\n", 4);

    if (end == NULL) {
        return false;
    }

    len = memmem(b->data, (size_t) (end - b->data), "Content-Length: ", 16);

    return b->len - (size_t) (end + 4 - b->data)
           >= (len == NULL ? 0 : strtoul(len + 16, NULL, 10));
}


static void
put(int fd, const char *p, size_t n)
{
    ssize_t  rc;

    for ( /* void */ ; n != 0; p += rc, n -= (size_t) rc) {
        rc = send(fd, p, n, MSG_NOSIGNAL);

        if (rc <= 0) {
            return;
        }
    }
}


static void
say(int fd, const char *text)
{
    put(fd, text, strlen(text));
}


static void *
serve(void *data)
{
    int              fd;
    char             piece[65536];
    ssize_t          n;
    asr_conf_buf_t   b;

    (void) data;

    while ((fd = accept(behind.fd, NULL, NULL)) != -1) {
        asr_conf_buf_init(&b, 64u << 20);

        while ((n = recv(fd, piece, sizeof(piece), 0)) > 0) {
            asr_conf_buf_add(&b, piece, (size_t) n);

            if (!whole(&b)) {
                continue;
            }

            (void) pthread_mutex_lock(&behind.lock);
            asr_conf_buf_free(&behind.got);
            behind.got = b;
            asr_conf_buf_init(&b, 64u << 20);
            say(fd, behind.reply);
            (void) pthread_mutex_unlock(&behind.lock);
        }

        asr_conf_buf_free(&b);
        (void) close(fd);
    }

    return NULL;
}


static int
setup(void **state)
{
    socklen_t           len;
    struct sockaddr_in  addr;

    (void) state;

    asr_conf_docs_load();
    asr_conf_http_init();

    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    len = sizeof(addr);

    behind.fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(behind.fd, (struct sockaddr *) &addr, len), 0);
    assert_int_equal(listen(behind.fd, 16), 0);
    assert_int_equal(getsockname(behind.fd, (struct sockaddr *) &addr, &len),
                     0);

    (void) snprintf(behind.url, sizeof(behind.url), "http://127.0.0.1:%u",
                    ntohs(addr.sin_port));
    (void) pthread_mutex_init(&behind.lock, NULL);
    assert_int_equal(pthread_create(&behind.thread, NULL, serve, NULL), 0);

    scenario = json_pack("{s:s}", "name", "plain");

    return 0;
}


static int
teardown(void **state)
{
    (void) state;

    (void) shutdown(behind.fd, SHUT_RDWR);
    (void) pthread_join(behind.thread, NULL);
    (void) close(behind.fd);

    asr_conf_buf_free(&behind.got);
    json_decref(scenario);

    return 0;
}


static int
begin(void **state)
{
    (void) state;

    behind.reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    relay = asr_conf_relay_new(behind.url, scenario, 0);

    return 0;
}


static int
end(void **state)
{
    size_t  i;

    (void) state;

    if (relay != NULL) {
        (void) asr_conf_relay_stop(relay, &seen, &nseen);
        relay = NULL;
    }

    for (i = 0; i < nseen; i++) {
        asr_conf_seen_clean(&seen[i]);
    }

    free(seen);
    seen = NULL;
    nseen = 0;

    return 0;
}


static int
client(void)
{
    int                 fd;
    const char         *url;
    struct timeval      limit;
    struct sockaddr_in  addr;

    url = asr_conf_relay_url(relay);

    memset(&addr, 0, sizeof(addr));
    addr.sin_family = AF_INET;
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    addr.sin_port = htons((uint16_t) strtoul(strrchr(url, ':') + 1, NULL,
                                             10));

    limit.tv_sec = 60;
    limit.tv_usec = 0;

    fd = socket(AF_INET, SOCK_STREAM, 0);
    (void) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    assert_int_equal(connect(fd, (struct sockaddr *) &addr, sizeof(addr)), 0);

    return fd;
}


/* Reads until `text` has come so often; all that came, to be freed. */

static char *
get(int fd, const char *text, unsigned times)
{
    char            *p, piece[65536];
    ssize_t          n;
    unsigned         found;
    asr_conf_buf_t   b;

    asr_conf_buf_init(&b, 64u << 20);
    asr_conf_buf_str(&b, "");

    do {
        n = recv(fd, piece, sizeof(piece), 0);

        if (n <= 0) {
            fail_msg("no %u times \"%s\": %s", times, text, b.data);
        }

        asr_conf_buf_add(&b, piece, (size_t) n);

        for (found = 0, p = b.data; (p = strstr(p, text)) != NULL; p++) {
            found++;
        }
    } while (found < times);

    return b.data;
}


static void
ask(const char *request, size_t n)
{
    int  fd;

    fd = client();
    put(fd, request, n);
    free(get(fd, "{}", 1));
    (void) close(fd);
}


static void
done(void)
{
    assert_int_equal(asr_conf_relay_stop(relay, &seen, &nseen), 0);
    relay = NULL;
}


/* Twice, empty, in their order, and none of ours among them. */

static void
headers_stay_as_they_are(void **state)
{
    size_t  i;

    static const char  request[] =
        "GET /v1/a%2Fb?x=%41&y HTTP/1.1\r\nX-B: 1\r\nHost: h:1\r\nX-A: 2\r\n"
        "X-B: 3\r\nX-Empty:\r\nx-b:  4  \r\n\r\n";

    static const char *const  headers[][2] = {
        { "X-B", "1" }, { "Host", "h:1" }, { "X-A", "2" }, { "X-B", "3" },
        { "X-Empty", "" }, { "x-b", "4" }
    };

    (void) state;

    ask(request, sizeof(request) - 1);
    done();

    assert_int_equal(nseen, 1);
    assert_string_equal(seen[0].request.method, "GET");
    assert_string_equal(seen[0].request.path, "/v1/a%2Fb");
    assert_string_equal(seen[0].request.query, "x=%41&y");
    assert_int_equal(seen[0].request.nheaders, 6);

    for (i = 0; i < 6; i++) {
        assert_string_equal(seen[0].request.headers[i].name, headers[i][0]);
        assert_string_equal(seen[0].request.headers[i].value, headers[i][1]);
    }

    assert_non_null(strstr(behind.got.data,
                           "GET /v1/a%2Fb?x=%41&y HTTP/1.1\r\n"));
    assert_non_null(strstr(behind.got.data, "\r\nHost: h:1\r\n"));
    assert_non_null(strstr(behind.got.data,
                           "X-B: 1\r\nX-A: 2\r\nX-B: 3\r\nX-Empty:\r\n"
                           "x-b: 4\r\n"));
    assert_null(strstr(behind.got.data, "User-Agent"));
    assert_null(strstr(behind.got.data, "Accept"));
}


static void
bodies_stay_as_they_are(void **state)
{
    char             *p;
    size_t            i, k;
    asr_conf_buf_t    b;

    static const char *const  methods[] = { "POST", "PUT", "DELETE", "GET" };

    (void) state;

    for (k = 0; k < 4; k++) {
        asr_conf_buf_init(&b, 64u << 20);
        asr_conf_buf_fmt(&b, "%s /v1/x HTTP/1.1\r\nHost: h\r\n"
                         "Content-Length: %u\r\n\r\n", methods[k],
                         k == 0 ? BIG : 5000);

        for (i = 0; i < (k == 0 ? BIG : 5000); i++) {
            asr_conf_buf_add(&b, &(char) { (char) (i * 7 + i / 256) }, 1);
        }

        ask(b.data, b.len);

        p = memmem(behind.got.data, behind.got.len, "\r\n\r\n", 4);
        assert_non_null(p);
        assert_int_equal(strncmp(behind.got.data, methods[k],
                                 strlen(methods[k])), 0);
        assert_int_equal(behind.got.data + behind.got.len - (p + 4),
                         k == 0 ? BIG : 5000);
        assert_memory_equal(p + 4, b.data + b.len - (k == 0 ? BIG : 5000),
                            k == 0 ? BIG : 5000);
        asr_conf_buf_free(&b);
    }

    done();

    assert_int_equal(nseen, 4);
    assert_int_equal(seen[0].request.body_len, BIG);
    assert_int_equal(seen[2].request.body_len, 5000);
    assert_int_equal(seen[3].request.body[1], 7);
}


static void
chunks_become_a_body(void **state)
{
    static const char  request[] =
        "POST /v1/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\na\0b\r\n2;x=y\r\ncd\r\n0\r\n\r\n";

    (void) state;

    ask(request, sizeof(request) - 1);
    done();

    assert_int_equal(nseen, 1);
    assert_int_equal(seen[0].request.body_len, 5);
    assert_memory_equal(seen[0].request.body, "a\0bcd", 5);
    assert_non_null(strstr(behind.got.data, "Content-Length: 5\r\n"));
    assert_memory_equal(behind.got.data + behind.got.len - 5, "a\0bcd", 5);
}


/* Several at once on one connection, answered in their order. */

static void
connections_are_kept(void **state)
{
    int    fd;
    char  *text;

    static const char  three[] =
        "POST /v1/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\na"
        "GET /v1/2 HTTP/1.1\r\nHost: h\r\n\r\n"
        "DELETE /v1/3 HTTP/1.1\r\nHost: h\r\n\r\n";

    (void) state;

    fd = client();
    put(fd, three, sizeof(three) - 1);
    free(get(fd, "{}", 3));

    say(fd, "GET /v1/4 HTTP/1.1\r\nHost: h\r\n\r\n");
    free(get(fd, "{}", 1));

    /* whoever asks for it is told to go on before the body is there */

    say(fd, "POST /v1/5 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
            "Expect: 100-continue\r\n\r\n");
    free(get(fd, "100 Continue\r\n\r\n", 1));
    say(fd, "ok");
    free(get(fd, "{}", 1));

    /* no body comes back */

    say(fd, "HEAD /v1/6 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"
            "GET /v1/7 HTTP/1.1\r\nHost: h\r\n\r\n");
    text = get(fd, "{}", 1);
    assert_non_null(strstr(text, "HTTP/1.1 200 OK"));
    assert_non_null(strstr(strstr(text, "HTTP/1.1 200 OK") + 1,
                           "HTTP/1.1 200 OK"));
    free(text);

    (void) close(fd);
    done();

    assert_int_equal(nseen, 7);
    assert_string_equal(seen[0].request.path, "/v1/1");
    assert_string_equal(seen[2].request.method, "DELETE");
    assert_string_equal(seen[4].request.body, "ok");
    assert_string_equal(seen[5].request.method, "HEAD");
    assert_string_equal(seen[6].request.path, "/v1/7");
}


static void
replies_stay_as_they_are(void **state)
{
    int    fd;
    char  *text;

    (void) state;

    behind.reply = "HTTP/1.1 429 Slow\r\nX-B: 1\r\nX-A: \r\nX-B: 2\r\n"
                   "Content-Type: text/x\r\nContent-Length: 4\r\n\r\nno{}";

    fd = client();
    say(fd, "GET /v1/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    text = get(fd, "no{}", 1);

    assert_non_null(strstr(text, "HTTP/1.1 429 "));
    assert_non_null(strstr(text, "X-B: 1\r\n"));
    assert_non_null(strstr(text, "X-B: 2\r\n"));
    assert_non_null(strstr(text, "Content-Type: text/x\r\n"));

    free(text);
    (void) close(fd);
}


/* What is too much is told of, and who hangs on does not hold up the end. */

static void
what_is_lost_is_counted(void **state)
{
    int    one, other;
    char  *body;

    (void) state;

    one = client();
    body = asr_conf_alloc((64u << 20) + 4096);
    say(one, "POST /v1/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n"
             "\r\n");
    put(one, body, (64u << 20) + 4096);
    free(body);

    assert_true(recv(one, &(char) { 0 }, 1, 0) <= 0);

    other = client();
    say(other, "POST /v1/2 HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n");

    assert_int_equal(asr_conf_relay_stop(relay, &seen, &nseen), 1);
    relay = NULL;
    assert_int_equal(nseen, 0);

    (void) close(one);
    (void) close(other);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(headers_stay_as_they_are, begin, end),
        cmocka_unit_test_setup_teardown(bodies_stay_as_they_are, begin, end),
        cmocka_unit_test_setup_teardown(chunks_become_a_body, begin, end),
        cmocka_unit_test_setup_teardown(connections_are_kept, begin, end),
        cmocka_unit_test_setup_teardown(replies_stay_as_they_are, begin, end),
        cmocka_unit_test_setup_teardown(what_is_lost_is_counted, begin, end),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
