/*
 * The suite's server: what it has to be fetched, what it keeps of what is sent
 * to it, and that a bad peer neither stops it nor fills it.
 */

#include "unit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "asr_conf_embed.h"
#include "asr_conf_server.h"


static asr_conf_server_t  *server;
static asr_conf_http_t    *http;


static void
ask(const char *method, const char *path, const char *body, size_t len,
    asr_conf_reply_t *reply)
{
    asr_conf_request_t  rq;

    asr_conf_request_init(&rq, method, asr_conf_server_url(server), path);

    if (body != NULL) {
        asr_conf_request_body(&rq, body, len);
    }

    asr_conf_http_do(http, &rq, reply);
    asr_conf_request_clean(&rq);
}


static int
status(const char *method, const char *path)
{
    int               code;
    asr_conf_reply_t  reply;

    ask(method, path, NULL, 0, &reply);
    code = reply.status;
    asr_conf_reply_clean(&reply);

    return code;
}


static void
test_files(void **state)
{
    size_t                  i;
    asr_conf_reply_t        reply;
    const asr_conf_file_t  *f;

    static const struct {
        const char  *path;
        const char  *file;
        const char  *type;
    } cases[] = {
        { "/audio/speech.wav", "common/audio/speech.wav", "audio/wav" },
        { "/audio/speech.mp3", "common/audio/speech.mp3", "audio/mpeg" },
        { "/audio/empty.wav", "common/audio/empty.wav", "audio/wav" }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f = asr_conf_file(cases[i].file);
        assert_non_null(f);

        ask("GET", cases[i].path, NULL, 0, &reply);
        assert_int_equal(reply.status, 200);
        assert_int_equal(reply.body_len, f->len);
        assert_memory_equal(reply.body, f->data, f->len);
        assert_string_equal(asr_conf_reply_header(&reply, "Content-Type"),
                            cases[i].type);
        asr_conf_reply_clean(&reply);
    }

    assert_int_equal(status("HEAD", "/audio/speech.wav"), 200);
    assert_int_equal(status("POST", "/audio/speech.wav"), 405);
    assert_int_equal(status("GET", "/audio/none.wav"), 404);
    assert_int_equal(status("GET", "/audio/index.json"), 404);
    assert_int_equal(status("GET", "/audio/README.md"), 404);
    assert_int_equal(status("GET", "/audio/../audio/speech.wav"), 404);
    assert_int_equal(status("GET", "/audio/"), 404);
    assert_int_equal(status("GET", "/"), 404);
    assert_int_equal(status("GET", "/empty.wav"), 200);
    assert_int_equal(status("GET", "/text.wav"), 200);
}


static void
test_status(void **state)
{
    asr_conf_reply_t  reply;

    assert_int_equal(status("GET", "/status/204"), 204);
    assert_int_equal(status("GET", "/status/302"), 302);
    assert_int_equal(status("GET", "/status/404"), 404);
    assert_int_equal(status("GET", "/status/599"), 599);
    assert_int_equal(status("GET", "/status/600"), 404);
    assert_int_equal(status("GET", "/status/100"), 404);
    assert_int_equal(status("GET", "/status/99999999999999999999"), 404);
    assert_int_equal(status("GET", "/status/"), 404);

    ask("GET", "/status/503", NULL, 0, &reply);
    assert_int_equal(reply.status, 503);
    assert_string_equal(reply.body, "not audio");
    asr_conf_reply_clean(&reply);
}


static void
test_cut(void **state)
{
    asr_conf_reply_t        reply;
    const asr_conf_file_t  *f;

    f = asr_conf_file("common/audio/speech.mp3");
    assert_non_null(f);

    ask("GET", "/cut/speech.mp3", NULL, 0, &reply);

    assert_int_equal(reply.status, 0);
    assert_int_equal(strtoul(asr_conf_reply_header(&reply, "Content-Length"),
                             NULL, 10), f->len);
    assert_int_equal(reply.body_len, f->len / 2);
    assert_memory_equal(reply.body, f->data, f->len / 2);

    asr_conf_reply_clean(&reply);
    assert_int_equal(status("GET", "/cut/none.mp3"), 404);
}


static void
test_silence(void **state)
{
    char               length[32];
    size_t             i;
    asr_conf_reply_t   reply;

    static const unsigned char  head[58] = {
        'R', 'I', 'F', 'F', 0xb2, 0x3e, 0, 0, 'W', 'A', 'V', 'E',
        'f', 'm', 't', ' ', 18, 0, 0, 0, 7, 0, 1, 0, 0x40, 0x1f, 0, 0,
        0x40, 0x1f, 0, 0, 1, 0, 8, 0, 0, 0,
        'f', 'a', 'c', 't', 4, 0, 0, 0, 0x80, 0x3e, 0, 0,
        'd', 'a', 't', 'a', 0x80, 0x3e, 0, 0
    };

    ask("GET", "/silence/2.wav", NULL, 0, &reply);

    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.body_len, 58 + 16000);
    assert_memory_equal(reply.body, head, sizeof(head));

    for (i = 58; i < reply.body_len; i++) {
        assert_int_equal((unsigned char) reply.body[i], 0xff);
    }

    asr_conf_reply_clean(&reply);

    /* the longest is told as it is */

    ask("HEAD", "/silence/21600.wav", NULL, 0, &reply);
    snprintf(length, sizeof(length), "%u", 58 + 21600 * 8000);
    assert_int_equal(reply.status, 200);
    assert_string_equal(asr_conf_reply_header(&reply, "Content-Length"),
                        length);
    asr_conf_reply_clean(&reply);

    assert_int_equal(status("GET", "/silence/0.wav"), 404);
    assert_int_equal(status("GET", "/silence/21601.wav"), 404);
    assert_int_equal(status("GET", "/silence/-1.wav"), 404);
    assert_int_equal(status("GET", "/silence/2.mp3"), 404);
    assert_int_equal(status("GET", "/silence/2"), 404);
}


static void
test_callback(void **state)
{
    asr_conf_reply_t      reply;
    asr_conf_request_t    rq;
    asr_conf_delivery_t   d;

    asr_conf_request_init(&rq, "POST", asr_conf_server_url(server),
                          "/callback/abc");
    rq.query = strdup("own=%2F1");
    asr_conf_request_header(&rq, "X-One", "1");
    asr_conf_request_body(&rq, "co\0de", 5);
    asr_conf_http_do(http, &rq, &reply);

    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "{\"code\":0,\"message\":\"success\"}");
    assert_string_equal(asr_conf_reply_header(&reply, "Content-Type"),
                        "application/json");
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);

    assert_true(asr_conf_server_wait(server, "abc", NULL, 0, 0, &d));
    assert_string_equal(d.key, "abc");
    assert_string_equal(d.path, "/callback/abc");
    assert_string_equal(d.query, "own=%2F1");
    assert_int_equal(d.body_len, 5);
    assert_memory_equal(d.body, "co\0de", 6);
    assert_true(d.nheaders >= 3 && d.at_us > 0);
    asr_conf_delivery_clean(&d);

    assert_false(asr_conf_server_wait(server, "abc", NULL, 1, 1, &d));
    assert_false(asr_conf_server_wait(server, "ab", NULL, 0, 1, &d));
    assert_false(asr_conf_server_wait(server, "", NULL, 0, 1, &d));

    /* of the second, which has no query */

    ask("POST", "/callback/abc", "second", 6, &reply);
    asr_conf_reply_clean(&reply);
    assert_true(asr_conf_server_wait(server, "abc", NULL, 1, 0, &d));
    assert_string_equal(d.body, "second");
    assert_null(d.query);
    asr_conf_delivery_clean(&d);

    assert_int_equal(status("GET", "/callback/abc"), 405);
    assert_int_equal(status("POST", "/callback/"), 404);
    assert_int_equal(status("POST", "/callback"), 404);
}


static void
test_webhook(void **state)
{
    size_t                i;
    asr_conf_reply_t      reply;
    asr_conf_delivery_t   d;

    static const char *const  bodies[] = {
        "{\"task_id\":\"11\"}", "{\"task_id\":\"22\"}", "{\"task_id\":\"11\","
        "\"again\":1}"
    };

    for (i = 0; i < 3; i++) {
        ask("POST", "/webhook", bodies[i], strlen(bodies[i]), &reply);
        assert_int_equal(reply.status, 200);
        asr_conf_reply_clean(&reply);
    }

    assert_true(asr_conf_server_wait(server, "", "\"22\"", 0, 0, &d));
    assert_string_equal(d.body, bodies[1]);
    assert_string_equal(d.key, "");
    asr_conf_delivery_clean(&d);

    assert_true(asr_conf_server_wait(server, "", "\"11\"", 1, 0, &d));
    assert_string_equal(d.body, bodies[2]);
    asr_conf_delivery_clean(&d);

    assert_false(asr_conf_server_wait(server, "", "\"22\"", 1, 1, &d));
    assert_false(asr_conf_server_wait(server, "", "\"33\"", 0, 1, &d));
}


static void *
deliver(void *data)
{
    asr_conf_http_t     *h;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq;

    h = asr_conf_http_new(10, NULL);
    asr_conf_request_init(&rq, "POST", asr_conf_server_url(server),
                          "/callback/later");
    asr_conf_http_do(h, &rq, &reply);
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);
    asr_conf_http_free(h);

    return NULL;
}


/* Whether it comes before the wait or in it, it is had. */

static void
test_wait(void **state)
{
    unsigned              i;
    pthread_t             t;
    asr_conf_delivery_t   d;

    for (i = 0; i < 20; i++) {
        assert_int_equal(pthread_create(&t, NULL, deliver, NULL), 0);
        assert_true(asr_conf_server_wait(server, "later", NULL, i, 60000,
                                         &d));
        assert_int_equal(d.body_len, 0);
        assert_string_equal(d.body, "");
        asr_conf_delivery_clean(&d);
        pthread_join(t, NULL);
    }
}


static void
test_large(void **state)
{
    char                 *body, path[200];
    asr_conf_reply_t      reply;
    asr_conf_delivery_t   d;

    body = malloc((1 << 20) + 1);
    assert_non_null(body);
    memset(body, 'x', (1 << 20) + 1);

    ask("POST", "/callback/large", body, (1 << 20) + 1, &reply);
    assert_int_equal(reply.status, 413);
    asr_conf_reply_clean(&reply);
    assert_false(asr_conf_server_wait(server, "large", NULL, 0, 1, &d));

    ask("POST", "/callback/large", body, 1 << 20, &reply);
    assert_int_equal(reply.status, 200);
    asr_conf_reply_clean(&reply);
    assert_true(asr_conf_server_wait(server, "large", NULL, 0, 0, &d));
    assert_int_equal(d.body_len, 1 << 20);
    asr_conf_delivery_clean(&d);

    memset(path, 'k', sizeof(path));
    memcpy(path, "/callback/", 10);
    path[sizeof(path) - 1] = '\0';
    assert_int_equal(status("POST", path), 413);

    free(body);
}


/* The newest are kept, by count and by size. */

static void
test_full(void **state)
{
    char                 *body;
    unsigned              i;
    asr_conf_reply_t      reply;
    asr_conf_delivery_t   d;

    ask("POST", "/callback/first", "1", 1, &reply);
    asr_conf_reply_clean(&reply);

    for (i = 0; i < 4095; i++) {
        assert_int_equal(status("POST", "/callback/flood"), 200);
    }

    assert_true(asr_conf_server_wait(server, "first", NULL, 0, 0, &d));
    asr_conf_delivery_clean(&d);

    assert_int_equal(status("POST", "/callback/flood"), 200);
    assert_false(asr_conf_server_wait(server, "first", NULL, 0, 0, &d));
    assert_true(asr_conf_server_wait(server, "flood", NULL, 4095, 0, &d));
    asr_conf_delivery_clean(&d);

    body = calloc(1, 1 << 20);
    assert_non_null(body);

    for (i = 0; i < 70; i++) {
        ask("POST", "/callback/big", body, 1 << 20, &reply);
        assert_int_equal(reply.status, 200);
        asr_conf_reply_clean(&reply);
    }

    free(body);
    assert_false(asr_conf_server_wait(server, "flood", NULL, 0, 0, &d));
    assert_true(asr_conf_server_wait(server, "big", NULL, 60, 0, &d));
    asr_conf_delivery_clean(&d);
    assert_false(asr_conf_server_wait(server, "big", NULL, 64, 0, &d));
}


/* What is no request, or breaks off, is refused; the next is served. */

static void
test_broken(void **state)
{
    int                  fd;
    char                 c[4096];
    size_t               i, k;
    struct timeval       soon;
    struct sockaddr_in   a;
    asr_conf_delivery_t  d;

    static const struct {
        const char  *say;
        size_t       times;
        bool         end;                /* says no more, takes a reply */
    } cases[] = {
        { "\r\n\r\n\r\n", 1, true },
        { "GET\r\n\r\n", 1, true },
        { "POST /callback/broken HTTP/1.1\r\nHost: x\r\n"
          "Content-Length: 100\r\n\r\nabc", 1, true },
        { "POST /callback/broken HTTP/1.1\r\nHost: x\r\n"
          "Content-Length: -1\r\n\r\nabc", 1, true },
        { "POST /callback/broken HTTP/1.1\r\nHost: x\r\n"
          "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 1, true },
        { "X: 0123456789012345678901234567890123456789\r\n", 20000, false },
        { "POST /callback/broken HTTP/1.1\r\nHost: x\r\n", 1, false },
        { "", 1, false }
    };

    memset(&a, 0, sizeof(a));
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons((uint16_t) strtoul(strrchr(asr_conf_server_url(server),
                                                  ':') + 1, NULL, 10));

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fd = socket(AF_INET, SOCK_STREAM, 0);
        assert_true(fd >= 0);
        soon.tv_sec = 0;
        soon.tv_usec = 300000;
        assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon,
                                    sizeof(soon)), 0);
        assert_int_equal(connect(fd, (struct sockaddr *) &a, sizeof(a)), 0);

        for (k = 0; k < cases[i].times; k++) {
            if (send(fd, cases[i].say, strlen(cases[i].say), MSG_NOSIGNAL)
                < 0)
            {
                break;
            }
        }

        if (cases[i].end) {
            shutdown(fd, SHUT_WR);

            while (recv(fd, c, sizeof(c), 0) > 0) {
                /* void */
            }
        }

        close(fd);
    }

    assert_false(asr_conf_server_wait(server, "broken", NULL, 0, 1, &d));
    assert_int_equal(status("GET", "/text.wav"), 200);
}


static void
test_url(void **state)
{
    asr_conf_server_t  *s;

    s = asr_conf_server_new("127.0.0.1:0", "https://suite.example:1/");
    assert_string_equal(asr_conf_server_url(s), "https://suite.example:1");
    asr_conf_server_free(s);

    s = asr_conf_server_new("0.0.0.0:0", NULL);
    assert_memory_equal(asr_conf_server_url(s), "http://127.0.0.1:", 17);
    asr_conf_server_free(s);
}


/* A socket of somebody else's: the server is at its port, and answers. */

static void
test_given(void **state)
{
    int                  fd;
    char                 name[16], url[64];
    socklen_t            len;
    asr_conf_server_t   *s, *own;
    struct sockaddr_in   a;

    memset(&a, 0, sizeof(a));
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    len = sizeof(a);

    fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *) &a, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *) &a, &len), 0);

    (void) snprintf(name, sizeof(name), "fd:%d", fd);
    (void) snprintf(url, sizeof(url), "http://127.0.0.1:%u",
                    ntohs(a.sin_port));

    s = asr_conf_server_new(name, NULL);
    assert_string_equal(asr_conf_server_url(s), url);

    own = server;
    server = s;
    assert_int_equal(status("GET", "/text.wav"), 200);
    server = own;

    asr_conf_server_free(s);
}


int
main(void)
{
    int  rc;

    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_callback),
        cmocka_unit_test(test_webhook),
        cmocka_unit_test(test_wait),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_url),
        cmocka_unit_test(test_given)
    };

    asr_conf_http_init();
    server = asr_conf_server_new("127.0.0.1:0", NULL);
    http = asr_conf_http_new(20, NULL);

    rc = cmocka_run_group_tests(tests, NULL, NULL);

    asr_conf_http_free(http);
    asr_conf_server_free(server);

    return rc;
}
