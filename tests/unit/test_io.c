/*
 * The I/O thread against a server on the loopback: fetches and deliveries,
 * their retries, what is refused, the stop.
 */

#define _GNU_SOURCE

#include "store_fixture.h"

#include "io_server.h"
#include "task/asr_io.h"


#define HEAD  "HTTP/1.1 200 OK\r\nConnection: close\r\n"

static asr_allow_t         allow;
static asr_io_conf_t       conf;
static asr_io_counters_t   counters;
static asr_io_t           *io;


static void
io_ready(void *ctx)
{
    asr_io_wake(io);
}


static int
io_setup(void **state)
{
    if (fx_setup(state) != 0) {
        return -1;
    }

    memset(&allow, 0, sizeof(allow));
    memset(&conf, 0, sizeof(conf));
    memset(&counters, 0, sizeof(counters));

    assert_int_equal(asr_allow_add(&allow, asr_str("127.0.0.1")), ASR_OK);

    conf.fetch.allow = &allow;
    conf.fetch.size_max = 1000000;
    conf.fetch.time_ms = 10000;
    conf.fetch.stall_ms = 2000;
    conf.fetch.connect_ms = 5000;
    conf.fetch.deliver_ms = 2000;
    conf.counters = &counters;
    conf.backoff_ms = 1;

    io_srv_start();

    return 0;
}


static void
io_run(void)
{
    asr_store_conf_t  c;

    io_srv_run();

    io = asr_io_create(&conf, fx.spool);
    assert_non_null(io);

    memset(&c, 0, sizeof(c));
    c.url = fx.url;
    c.spool = fx.spool;
    c.io_ready = io_ready;
    c.callback = fx_callback;

    fx.s = asr_store_open(&c, fx.err, sizeof(fx.err));
    assert_non_null(fx.s);
    assert_int_equal(asr_io_start(io, fx.s), ASR_OK);
    assert_true(asr_io_running(io));
}


static int
io_teardown(void **state)
{
    int  rc;

    asr_io_end(io);
    assert_false(asr_io_running(io));
    assert_int_equal(asr_io_fetching(io) + asr_io_delivering(io), 0);
    rc = fx_teardown(state);
    asr_io_free(io);
    io_srv_stop();

    return rc;
}


static const char *
url_of(const char *path)
{
    static char  url[256];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", io_srv.port, path);

    return url;
}


static int64_t
fetch(const char *url)
{
    asr_op_t  op;

    fx_task(&op, "demo");
    op.task.url = asr_cstr(url);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    return op.task.id;
}


/* Until the task is FAILED, or claimable for decoding: then true. */

static bool
fetched(int64_t id, asr_op_t *op)
{
    int  i;

    for (i = 0; i < 2000; i++) {
        assert_int_equal(fx_get(fx.s, id, op), ASR_OK);

        if (op->task.state == ASR_TASK_FAILED) {
            return false;
        }

        if (fx_claim(fx.s, op) == ASR_CLAIM_DECODE) {
            assert_int_equal(op->task.id, id);
            return true;
        }

        usleep(10000);
    }

    fail_msg("task %lld: neither fetched nor failed", (long long) id);

    return false;
}


static void
refused(const char *url)
{
    asr_op_t  op;

    if (fetched(fetch(url), &op)) {
        fail_msg("fetched: %s", url);
    }

    assert_int_equal(op.task.cause, ASR_CAUSE_DOWNLOAD);
    assert_true(asr_str_eq(op.task.message,
                           asr_str("the audio could not be fetched")));
}


static void
deliver(const char *url, unsigned attempts, bool reply_code)
{
    int64_t         id;
    asr_op_t        op;
    asr_delivery_t  d;

    memset(&d, 0, sizeof(d));
    d.url = asr_cstr(url);
    d.content_type = asr_str("text/plain");
    d.headers[0] = (asr_header_t) { ASR_STR("X-Mine"), ASR_STR("yes") };
    d.nheaders = 1;
    d.body = asr_str("hello & all");
    d.attempts_max = attempts;
    d.reply_code = reply_code;

    id = fx_create(fx.s);
    fx_decode(fx.s, id, 0, 0);

    fx_op(&op, ASR_OP_TASK_DONE);
    op.task.id = id;
    op.task.result = asr_str("{}");
    op.deliver = &d;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
}


/* Until nothing is to be delivered any more. */

static asr_store_stats_t
settled(void)
{
    int       i;
    asr_op_t  op;

    for (i = 0; i < 2000; i++) {
        fx_op(&op, ASR_OP_STATS);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

        if (op.stats.deliveries_pending == 0) {
            return op.stats;
        }

        usleep(10000);
    }

    fail_msg("still pending");

    return op.stats;
}


static void
test_fetch(void **state)
{
    asr_op_t    op;
    const char *req;

    io_srv_route("/a.wav?x=1&y=%41", HEAD "Content-Length: 5\r\n\r\nAUDIO");
    io_srv_route("/chunks", HEAD "Transfer-Encoding: chunked\r\n\r\n"
                 "3\r\nAUD\r\n2\r\nIO\r\n0\r\n\r\n");
    io_srv_route("/big", HEAD "Content-Encoding: gzip\r\n\r\n")->pad = 300000;
    io_srv_route("/301", "HTTP/1.1 301 M\r\nLocation: 302\r\n\r\nmoved");
    io_srv_route("/302", "HTTP/1.1 302 M\r\nLocation: /303\r\n\r\n");
    io_srv_route("/303", "HTTP/1.1 307 M\r\nLocation: ?q\r\n\r\n");
    io_srv_route("/303?q", HEAD "Set-Cookie: a=1\r\n\r\nREDIR");
    io_run();

    assert_true(fetched(fetch(url_of("/a.wav?x=1&y=%41")), &op));
    assert_true(asr_str_eq(op.task.inline_audio, asr_str("AUDIO")));

    req = io_srv_request(0);
    assert_non_null(strstr(req, "GET /a.wav?x=1&y=%41 HTTP/1.1\r\n"));
    assert_non_null(strstr(req, "User-Agent: asr-gateway/"));
    assert_null(strcasestr(req, "accept-encoding"));
    assert_null(strcasestr(req, "authorization"));
    assert_null(strcasestr(req, "cookie"));
    assert_null(strcasestr(req, "x-asr"));

    assert_true(fetched(fetch(url_of("/chunks")), &op));
    assert_true(asr_str_eq(op.task.inline_audio, asr_str("AUDIO")));

    /* nothing is unpacked */

    assert_true(fetched(fetch(url_of("/big")), &op));
    assert_int_equal(op.task.spool.len, 32);
    assert_int_equal(fx_files("audio"), 1);

    assert_true(fetched(fetch(url_of("/301")), &op));
    assert_true(asr_str_eq(op.task.inline_audio, asr_str("REDIR")));

    assert_int_equal(counters.fetches, 4);
    assert_int_equal(counters.fetch_bytes, 300015);
    assert_int_equal(counters.fetch_failures, 0);
}


static void
test_fetch_fails(void **state)
{
    size_t       i;
    io_route_t  *stall, *cut;

    static const char  *once[] = {
        "/404", "/empty", "/long", "/toobig", "/endless", "/loop", "/file",
        "/user", "/odd", "/204"
    };

    io_srv_route("/404", "HTTP/1.1 404 No\r\n\r\n")->pad = 200000;
    io_srv_route("/204", "HTTP/1.1 204 No Content\r\n\r\n");
    io_srv_route("/empty", HEAD "Content-Length: 0\r\n\r\n");
    io_srv_route("/long", HEAD "Content-Length: 99999999999\r\n\r\nxx");
    io_srv_route("/toobig", HEAD "Content-Length: 1000001\r\n\r\n");
    io_srv_route("/endless", HEAD "\r\n")->pad = 1000001;
    io_srv_route("/loop", "HTTP/1.1 302 M\r\nLocation: /loop\r\n\r\n");
    io_srv_route("/file", "HTTP/1.1 302 M\r\nLocation: file:///etc/passwd"
                 "\r\n\r\n");
    io_srv_route("/user", "HTTP/1.1 302 M\r\nLocation: http://a:b@127.0.0.1/"
                 "\r\n\r\n");
    io_srv_route("/odd", "HTTP/1.1 304 M\r\n\r\n");
    cut = io_srv_route("/cut", HEAD "Content-Length: 100\r\n\r\nxxx");
    stall = io_srv_route("/stall", HEAD "Content-Length: 100\r\n\r\nxxx");
    stall->hang = true;
    io_run();

    for (i = 0; i < asr_nelts(once); i++) {
        refused(url_of(once[i]));
    }

    assert_int_equal(io_srv.routes[6].hits, 1 + ASR_FETCH_REDIRECTS);

    refused(url_of("/cut"));
    assert_int_equal(cut->hits, 1);

    refused(url_of("/stall"));
    assert_int_equal(stall->hits, 1);

    assert_int_equal(fx_files("audio"), 0);
    assert_int_equal(fx_files("incoming"), 0);
    assert_int_equal(counters.fetches, 0);
    assert_int_equal(counters.fetch_failures, asr_nelts(once) + 2);
}


static void
test_fetch_retries(void **state)
{
    io_route_t  *down, *shut;

    down = io_srv_route("/503", "HTTP/1.1 503 Busy\r\n\r\nlater");
    shut = io_srv_route("/shut", NULL);
    io_run();

    refused(url_of("/503"));
    assert_int_equal(down->hits, 4);
    refused(url_of("/shut"));
    assert_int_equal(shut->hits, 4);
    refused("http://name.invalid/");
    refused("http://127.0.0.1:1/");
}


static void
test_fetch_refuses(void **state)
{
    size_t  i;

    static const char  *urls[] = {
        "http://user@127.0.0.1/", "http://user:pw@127.0.0.1/",
        "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/",
        "http://", "http:///x", "//", "http://[::1",
        "http://127.0.0.1:99999/", "http://a b/", "dict://127.0.0.1/",

        /* good URLs, but of addresses that are not public */
        "http://127.0.0.2/", "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/",
        "http://0/", "http://0x7f000002/", "http://2130706434/",
        "http://0177.0.0.2/", "http://[fe80::1%25lo]/"
    };

    io_srv_route("/in", "HTTP/1.1 302 M\r\nLocation: http://127.0.0.2:1/x"
                 "\r\n\r\n");
    io_run();

    for (i = 0; i < asr_nelts(urls); i++) {
        refused(urls[i]);
    }

    refused(url_of("/in"));
    assert_int_equal(io_srv.nrequests, 1);

    assert_int_equal(counters.fetch_failures, asr_nelts(urls) + 1);
}


static void
test_named(void **state)
{
    char      url[300];
    asr_op_t  op;

    allow.n = 0;
    assert_int_equal(asr_allow_add(&allow, asr_str("localhost")), ASR_OK);

    io_srv_route("/a", HEAD "\r\nAUDIO");
    io_srv_route("/in", "HTTP/1.1 302 M\r\nLocation: http://127.0.0.1/x"
                 "\r\n\r\n");
    io_run();

    snprintf(url, sizeof(url), "http://localhost:%d/a", io_srv.port);
    assert_true(fetched(fetch(url), &op));

    refused(url_of("/a"));
    snprintf(url, sizeof(url), "http://localhost:%d/in", io_srv.port);
    refused(url);
    assert_int_equal(io_srv.nrequests, 2);
}


static void
test_many(void **state)
{
    int       i, n;
    asr_op_t  op;

    io_srv_route("/a", HEAD "\r\nAUDIO");
    io_srv_route("/ok", HEAD "Content-Length: 0\r\n\r\n");
    io_run();

    for (i = 0; i < 30; i++) {
        (void) fetch(url_of("/a"));
    }

    for (i = 0, n = 0; i < 2000 && n < 30; i++) {
        if (fx_claim(fx.s, &op) == ASR_CLAIM_DECODE) {
            n++;

        } else {
            usleep(10000);
        }
    }

    assert_int_equal(n, 30);

    for (i = 0; i < 30; i++) {
        deliver(url_of("/ok"), 1, false);
    }

    assert_int_equal(settled().deliveries_undelivered, 0);
    assert_int_equal(counters.delivered, 30);
}


static void
test_deliver(void **state)
{
    char         sign[ASR_FETCH_SIGN_MAX], want[ASR_FETCH_SIGN_MAX + 64];
    const char  *req, *p;

    io_srv_route("/cb", HEAD "\r\nthank you")->pad = 100000;
    conf.fetch.secret = asr_str("0123456789abcdef");
    io_run();

    deliver(url_of("/cb"), 0, false);
    req = io_srv_request(0);
    assert_non_null(req);

    assert_non_null(strstr(req, "POST /cb HTTP/1.1\r\n"));
    assert_non_null(strstr(req, "Content-Type: text/plain\r\n"));
    assert_non_null(strstr(req, "X-Mine: yes\r\n"));
    assert_non_null(strstr(req, "Content-Length: 11\r\n"));
    assert_non_null(strstr(req, "\r\n\r\nhello & all"));
    assert_null(strcasestr(req, "expect"));

    p = strstr(req, "\r\nX-ASR-Delivery: ");
    assert_non_null(p);
    assert_int_equal(strcspn(p + 18, "\r"), 36);

    p = strstr(req, "\r\nX-ASR-Signature: t=");
    assert_non_null(p);
    assert_int_equal(asr_fetch_sign(conf.fetch.secret,
                                    strtoll(p + 21, NULL, 10),
                                    asr_str("hello & all"), sign),
                     ASR_OK);
    snprintf(want, sizeof(want), "\r\nX-ASR-Signature: %s\r\n", sign);
    assert_non_null(strstr(req, want));

    assert_int_equal(settled().deliveries_undelivered, 0);
    assert_int_equal(counters.delivered, 1);
    assert_int_equal(counters.delivery_failures, 0);
}


static void
test_deliver_fails(void **state)
{
    const char  *a, *b;
    io_route_t  *down, *moved;

    down = io_srv_route("/500", "HTTP/1.1 500 No\r\n\r\n");
    moved = io_srv_route("/302", "HTTP/1.1 302 M\r\nLocation: /ok\r\n\r\n");
    io_srv_route("/ok", HEAD "\r\n");
    io_run();

    deliver(url_of("/500"), 3, false);
    assert_int_equal(settled().deliveries_undelivered, 1);
    assert_int_equal(down->hits, 3);

    /* each time under the same name */

    a = strstr(io_srv_request(0), "X-ASR-Delivery: ");
    b = strstr(io_srv_request(2), "X-ASR-Delivery: ");
    assert_memory_equal(a, b, 52);

    deliver(url_of("/302"), 2, false);
    assert_int_equal(settled().deliveries_undelivered, 2);
    assert_int_equal(moved->hits, 2);
    assert_int_equal(counters.delivery_failures, 5);

    /* nothing could help these */

    deliver("http://127.0.0.2/", 5, false);
    assert_int_equal(settled().deliveries_undelivered, 3);
    deliver("ftp://127.0.0.1/", 5, false);
    assert_int_equal(settled().deliveries_undelivered, 4);
    assert_int_equal(counters.delivery_failures, 7);
    assert_int_equal(counters.undelivered, 4);
    assert_int_equal(counters.delivered, 0);
    assert_int_equal(io_srv.nrequests, 5);
}


static void
test_reply_code(void **state)
{
    size_t  i;

    static const struct {
        const char  *path;
        const char  *answer;
        bool         good;
    } replies[] = {
        { "/0", HEAD "\r\n{\"code\":0,\"message\":\"success\"}", true },
        { "/1", HEAD "\r\n{ \"code\" : 1 }", false },
        { "/2", HEAD "\r\n{\"code\":-5}", false },
        { "/3", HEAD "\r\n{\"message\":\"ok\"}", true },
        { "/4", HEAD "\r\nok", true },
        { "/5", HEAD "\r\n", true },
        { "/6", HEAD "\r\n[{\"code\":1}]", true },
        { "/7", "HTTP/1.1 500 No\r\n\r\n{\"code\":0}", false },
    };

    for (i = 0; i < asr_nelts(replies); i++) {
        io_srv_route(replies[i].path, replies[i].answer);
    }

    io_run();

    for (i = 0; i < asr_nelts(replies); i++) {
        deliver(url_of(replies[i].path), 1, true);
        (void) settled();

        if (counters.delivered + counters.undelivered != i + 1) {
            fail_msg("%s", replies[i].answer);
        }
    }

    assert_int_equal(counters.delivered, 5);

    deliver(url_of("/1"), 1, false);
    (void) settled();
    assert_int_equal(counters.delivered, 6);
}


/* What is in hand at the stop is given back, no attempt spent. */

static void
test_stop(void **state)
{
    int64_t          id;
    asr_op_t         op;
    struct timespec  a, b;

    io_srv_route("/hang", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
        ->hang = true;
    conf.fetch.stall_ms = 60000;
    conf.fetch.deliver_ms = 60000;
    io_run();

    id = fetch(url_of("/hang"));
    deliver(url_of("/hang"), 2, false);
    assert_non_null(io_srv_request(1));
    assert_int_equal(asr_io_fetching(io), 1);
    assert_int_equal(asr_io_delivering(io), 1);

    clock_gettime(CLOCK_MONOTONIC, &a);
    asr_io_end(io);
    clock_gettime(CLOCK_MONOTONIC, &b);
    assert_true((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000
                < 1000);

    assert_int_equal(fx_state(fx.s, id), ASR_TASK_CREATED);
    assert_int_equal(fx_sql("SELECT fetches FROM tasks WHERE owner = -1"), 0);
    assert_int_equal(fx_sql("SELECT attempts FROM deliveries WHERE owner = 0"),
                     0);

    fx_op(&op, ASR_OP_STATS);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.stats.deliveries_pending, 1);
    assert_int_equal(op.stats.fetches_waiting, 1);
    assert_int_equal(fx_files("incoming"), 0);
}


/*
 * The store fails while there is something to tell it.  A delivery that was
 * made is not made again; audio that found no place is fetched once more.
 */

static void
test_store_fails(void **state)
{
    int          syncs;
    int64_t      id;
    asr_op_t     op;
    io_route_t  *cb, *audio;

    cb = io_srv_route("/cb", HEAD "\r\n");
    audio = io_srv_route("/a", HEAD "\r\nAUDIO");
    cb->closed = true;
    audio->closed = true;
    io_run();

    deliver(url_of("/cb"), 3, false);
    assert_non_null(io_srv_request(0));
    assert_int_equal(asr_io_delivering(io), 1);

    syncs = atomic_load(&disk_syncs);
    atomic_store(&disk_sync_rc, SQLITE_IOERR);
    cb->closed = false;

    while (atomic_load(&disk_syncs) == syncs) {
        usleep(1000);
    }

    atomic_store(&disk_sync_rc, 0);
    assert_int_equal(settled().deliveries_undelivered, 0);
    assert_int_equal(cb->hits, 1);
    assert_int_equal(counters.delivered, 1);

    id = fetch(url_of("/a"));
    assert_non_null(io_srv_request(1));

    syncs = atomic_load(&disk_syncs);
    atomic_store(&disk_sync_rc, SQLITE_IOERR);
    audio->closed = false;

    while (atomic_load(&disk_syncs) == syncs) {
        usleep(1000);
    }

    atomic_store(&disk_sync_rc, 0);
    assert_true(fetched(id, &op));
    assert_int_equal(audio->hits, 2);
    assert_int_equal(counters.fetches, 1);
    assert_int_equal(fx_sql("SELECT fetches FROM tasks WHERE url <> ''"), 1);
}


/* A full spool is this side's trouble, and the task's end is told so. */

static void
test_spool_full(void **state)
{
    char          path[96];
    asr_op_t      op;
    io_route_t   *r;

    r = io_srv_route("/big", HEAD "\r\n");
    r->pad = 100000;

    /* more than any file system has */

    snprintf(path, sizeof(path), "%s/spool", fx.dir);
    asr_spool_close(fx.spool);
    fx.spool = asr_spool_open(path, UINT64_MAX / 2);
    io_run();

    assert_false(fetched(fetch(url_of("/big")), &op));
    assert_int_equal(op.task.cause, ASR_CAUSE_INTERNAL);
    assert_int_equal(r->hits, 4);
    assert_int_equal(fx_files("incoming"), 0);
}


static void
test_backoff(void **state)
{
    int      n;
    int64_t  base;

    for (n = 1, base = 1000; n <= 40; n++) {
        assert_int_equal(asr_io_backoff(1000, n, 0), base * 3 / 4);
        assert_int_equal(asr_io_backoff(1000, n, UINT32_MAX), base * 5 / 4);
        assert_in_range(asr_io_backoff(1000, n, UINT32_MAX / 2),
                        base * 99 / 100, base * 101 / 100);
        base = (base * 2 < ASR_IO_BACKOFF_MAX) ? base * 2
                                               : ASR_IO_BACKOFF_MAX;
    }
}


static void
test_sign(void **state)
{
    char  out[ASR_FETCH_SIGN_MAX];

    /* printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret */

    assert_int_equal(asr_fetch_sign(asr_str("secret"), 1700000000,
                                    asr_str("{\"a\":1}"), out),
                     ASR_OK);
    assert_string_equal(out, "t=1700000000,v1="
                        "49f24e537407743fa4a0242bb63b94b9"
                        "a47ee99cbbe071ccd8a22550ae411686");

    /* likewise of '0.' */

    assert_int_equal(asr_fetch_sign(asr_str("secret"), 0, asr_str_null(),
                                    out),
                     ASR_OK);
    assert_string_equal(out, "t=0,v1="
                        "3445798a051818ef95def46c2eb62b43"
                        "d377ce6e3c29b4d0aec3da0e59577f79");
}


#define IO_TEST(f)  cmocka_unit_test_setup_teardown(f, io_setup, io_teardown)

int
main(void)
{
    const struct CMUnitTest  tests[] = {
        IO_TEST(test_fetch),
        IO_TEST(test_fetch_fails),
        IO_TEST(test_fetch_retries),
        IO_TEST(test_fetch_refuses),
        IO_TEST(test_named),
        IO_TEST(test_many),
        IO_TEST(test_deliver),
        IO_TEST(test_deliver_fails),
        IO_TEST(test_reply_code),
        IO_TEST(test_stop),
        IO_TEST(test_store_fails),
        IO_TEST(test_spool_full),
        cmocka_unit_test(test_backoff),
        cmocka_unit_test(test_sign),
    };

    return cmocka_run_group_tests(tests, disk_setup, NULL);
}
