/*
 * The mock's store: audio to fetch, deliveries by the world's clock.
 */

#define _GNU_SOURCE

#include "mock_store.h"


static const asr_delivery_t  delivery = {
    .url = ASR_STR("http://example.org/cb?id=1"),
    .content_type = ASR_STR("application/x-www-form-urlencoded"),
    .headers = { { ASR_STR("X-One"), ASR_STR("1") },
                 { ASR_STR("X-Two"), ASR_STR("a: b") } },
    .nheaders = 2,
    .body = ASR_STR("code=0&text=\0x"),
    .attempts_max = 2,
    .reply_code = true,
};


static asr_err_t
report(asr_op_type_t type, int64_t id, int64_t next_ms, asr_op_t *op)
{
    fx_op(op, type);
    op->claim = ASR_CLAIM_DELIVERY;
    op->outgoing.id = id;
    op->outgoing.next_ms = next_ms;
    op->outgoing.status = 503;

    return asr_store_call(fx.s, op);
}


static asr_store_stats_t
stats(void)
{
    asr_op_t  op;

    fx_op(&op, ASR_OP_STATS);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    return op.stats;
}


/* A task that is done, with the delivery. */

static int64_t
done_with(const asr_delivery_t *d)
{
    int64_t   id;
    asr_op_t  op;

    id = fx_create();
    fx_decode(id, 0, 0);
    fx_op(&op, ASR_OP_TASK_DONE);
    op.task.id = id;
    op.task.result = asr_str("{}");
    op.deliver = d;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    return id;
}


static void
test_fetch(void **state)
{
    size_t     i;
    int64_t    ids[2];
    asr_op_t   op;

    static const size_t  sizes[] = { 100, 40000 };

    fx_open(false, 0, 0);

    for (i = 0; i < 2; i++) {
        ids[i] = fx_create_url("{}");
    }

    assert_int_equal(atomic_load(&fx.io), 2);
    assert_int_equal(stats().fetches_waiting, 2);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
    assert_int_equal(fx_claim_io(&op, 0), ASR_CLAIM_NONE);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);

    for (i = 0; i < 2; i++) {
        assert_int_equal(fx_claim_io(&op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
        assert_int_equal(op.task.id, ids[i]);
        assert_int_equal(op.task.attempts, 1);
        assert_int_equal(op.task.state, ASR_TASK_FETCHING);
        assert_true(op.task.started_ms > 0);
        assert_true(asr_str_eq(op.task.url,
                               asr_str("https://example.org/a.wav")));
        assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
    }

    assert_int_equal(fx_claim_io(&op, ASR_WANT_FETCH), ASR_CLAIM_NONE);

    for (i = 0; i < 2; i++) {
        assert_int_equal(fx_fetched(ids[i], sizes[i], &op), ASR_OK);
        assert_int_equal(fx_fetched(ids[i], sizes[i], &op), ASR_NOTFOUND);
    }

    assert_int_equal(atomic_load(&fx.tasks), 2);
    assert_int_equal(fx_files("audio"), 1);
    assert_int_equal(fx_files("incoming"), 0);

    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, ids[0]);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(op.task.inline_audio.len, 100);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, ids[1]);
    assert_int_equal(op.task.spool.len, 32);

    /* a claim for decoding is no claim for fetching */

    assert_int_equal(fx_fetched(ids[1], 10, &op), ASR_NOTFOUND);
    assert_int_equal(fx_peek(ids[1])->hands, 1);
}


static void
test_fetch_bad(void **state)
{
    int       i;
    asr_op_t  op;
    int64_t   id;

    fx_open(false, 0, 0);
    id = fx_create_url("{}");
    fx_op(&op, ASR_OP_FETCHED);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    assert_int_equal(fx_fetched(id, 10, &op), ASR_NOTFOUND);
    fx_op(&op, ASR_OP_CLAIM_IO);
    op.arena = NULL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    /* given back, spent until it fails */

    assert_int_equal(fx_claim_io(&op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    fx_op(&op, ASR_OP_RELEASE);
    op.claim = ASR_CLAIM_FETCH;
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_state(id), ASR_TASK_CREATED);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        assert_int_equal(fx_claim_io(&op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
        assert_int_equal(op.task.attempts, i);
        fx_op(&op, ASR_OP_TASK_RETRY);
        op.task.id = id;
        op.task.cause = ASR_CAUSE_DOWNLOAD;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);
    }

    assert_int_equal(fx_state(id), ASR_TASK_FAILED);
    assert_int_equal(fx_peek(id)->t.cause, ASR_CAUSE_DOWNLOAD);
}


static void
test_delivery(void **state)
{
    char              name[40];
    int64_t           id, task;
    asr_op_t          op;
    asr_outgoing_t   *o;

    fx_open(false, 0, 0);
    fx_freeze(KEY, 1000000);

    (void) done_with(NULL);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);

    task = done_with(&delivery);
    assert_int_equal(atomic_load(&fx.io), 1);
    assert_int_equal(stats().deliveries_pending, 1);
    assert_false(asr_mock_store_settled(fx_world()));

    assert_int_equal(fx_claim_io(&op, ASR_WANT_FETCH), ASR_CLAIM_NONE);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_FETCH|ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    o = &op.outgoing;
    assert_int_equal(o->task_id, task);
    assert_true(asr_str_eq(o->account, asr_str(KEY)));
    assert_true(asr_str_eq(o->url, delivery.url));
    assert_true(asr_str_eq(o->content_type, delivery.content_type));
    assert_true(asr_str_eq(o->body, delivery.body));
    assert_true(asr_str_eq(o->headers, asr_str("X-One: 1\nX-Two: a: b\n")));
    assert_true(o->reply_code);
    assert_int_equal(o->attempts, 1);
    assert_int_equal(o->attempts_max, 2);
    assert_int_equal(o->name.len, 36);
    assert_int_equal(o->name.data[14], '4');
    memcpy(name, o->name.data, 36);
    id = o->id;
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);

    /* the next attempt by the world's clock, the delay by the machine's */

    assert_int_equal(report(ASR_OP_DELIVERY_RETRY, id,
                            asr_clock_ms() + 3600000, &op),
                     ASR_OK);
    assert_false(op.last);
    assert_true(asr_mock_store_settled(fx_world()));
    assert_int_equal(report(ASR_OP_DELIVERED, id, 0, &op), ASR_NOTFOUND);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);
    assert_true(asr_mock_store_next(fx_world()) > 4500000);
    assert_true(asr_mock_store_next(fx_world()) <= 4600000);

    fx_freeze(KEY, 4600000);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.id, id);
    assert_int_equal(op.outgoing.attempts, 2);
    assert_memory_equal(op.outgoing.name.data, name, 36);

    assert_int_equal(report(ASR_OP_DELIVERED, id, 0, &op), ASR_OK);
    assert_int_equal(report(ASR_OP_DELIVERED, id, 0, &op), ASR_NOTFOUND);
    assert_int_equal(stats().deliveries_pending, 0);
    assert_int_equal(stats().deliveries_undelivered, 0);
    assert_int_equal(fx_peek(task)->delivery->ntries, 2);
    assert_int_equal(fx_peek(task)->delivery->tries[0].status, 503);
    assert_int_equal(fx_peek(task)->delivery->tries[1].at_ms, 4600000);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);
}


static void
test_undelivered(void **state)
{
    int64_t   id, task;
    asr_op_t  op;

    fx_open(false, 0, 0);
    task = done_with(&delivery);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    id = op.outgoing.id;
    assert_int_equal(report(ASR_OP_DELIVERY_RETRY, id, 0, &op), ASR_OK);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(report(ASR_OP_DELIVERY_RETRY, id, 0, &op), ASR_OK);
    assert_true(op.last);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);
    assert_int_equal(stats().deliveries_undelivered, 1);

    /* at once, when nothing could help */

    (void) done_with(&delivery);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    id = op.outgoing.id;
    fx_op(&op, ASR_OP_DELIVERY_RETRY);
    op.outgoing.id = id;
    op.outgoing.give_up = true;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_true(op.last);
    assert_int_equal(stats().deliveries_undelivered, 2);

    /* its record goes with its task; one that is still to be told does not */

    fx_op(&op, ASR_OP_TASK_DELETE);
    op.task.account = asr_str(KEY);
    op.task.api = asr_str("tencent");
    op.ids = &task;
    op.nids = 1;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(stats().deliveries_undelivered, 1);

    task = done_with(&delivery);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(report(ASR_OP_DELIVERED, op.outgoing.id, 0, &op),
                     ASR_OK);
    assert_int_equal(fx_store()->deliveries.n, 1);
}


static void
test_release(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx_open(false, 0, 0);
    (void) done_with(&delivery);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    id = op.outgoing.id;
    assert_int_equal(report(ASR_OP_RELEASE, id, 0, &op), ASR_OK);
    assert_int_equal(report(ASR_OP_RELEASE, id, 0, &op), ASR_NOTFOUND);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.attempts, 1);

    fx_op(&op, ASR_OP_RELEASE_OWNER);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.attempts, 1);

    /* the world goes while it is under way */

    asr_mock_lock();
    asr_mock_world_delete(fx_world());
    asr_mock_worlds_reap();
    asr_mock_unlock();
    asr_mock_store_flush();
    assert_non_null(fx_store()->dead);
    (void) done_with(&delivery);
    assert_int_equal(report(ASR_OP_DELIVERED, id, 0, &op), ASR_NOTFOUND);
    assert_null(fx_store()->dead);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_not_equal(op.outgoing.id, id);
}


/*
 * One with a callback is due at once, its callback tells the world's time, and
 * is delayed by it.
 */

static void
test_callback(void **state)
{
    char      body[100];
    int64_t   id;
    asr_op_t  op;

    fx_open(true, 0, 0);
    fx.exact = true;
    fx.course.progress = ASR_MOCK_POLLS;
    fx.course.n = 5;
    fx.course.callback_delay_ms = 2000;
    fx_freeze(KEY, 1000000);

    id = fx_create_of(KEY, "audio", "{\"hook\":1}");
    fx_run();
    assert_int_equal(fx_state(id), ASR_TASK_SUCCEEDED);
    assert_int_equal(stats().deliveries_pending, 1);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);
    assert_true(asr_mock_store_settled(fx_world()));
    assert_int_equal(asr_mock_store_next(fx_world()), 1002000);

    fx_freeze(KEY, 1002000);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    snprintf(body, sizeof(body), "%lld 5 0  1000000", (long long) id);
    assert_true(asr_str_eq(op.outgoing.body, asr_cstr(body)));
    assert_int_equal(op.outgoing.attempts_max, 3);

    /* without one it waits for its queries */

    id = fx_create_of(KEY, "audio", "{\"nothing\":\"hook\"}");
    assert_false(fx_peek(id)->due);

    /* and a failure that is planned is told as well */

    fx.course.end = ASR_MOCK_FAILS;
    fx.course.code = strdup("too_short");
    fx.course.callback_delay_ms = 0;
    id = fx_create_of(KEY, "audio", "{\"hook\":1}");
    assert_int_equal(fx_state(id), ASR_TASK_FAILED);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    snprintf(body, sizeof(body), "%lld 6 4 much too short 1002000",
             (long long) id);
    assert_true(asr_str_eq(op.outgoing.body, asr_cstr(body)));
}


static void
test_refused(void **state)
{
    size_t          i;
    char           *big;
    asr_op_t        op;
    asr_delivery_t  d;

    static const asr_header_t  bad[] = {
        { ASR_STR(""), ASR_STR("x") },
        { ASR_STR("X:Y"), ASR_STR("x") },
        { ASR_STR("X"), ASR_STR("a\r\nEvil: 1") },
        { ASR_STR("X\nEvil"), ASR_STR("1") },
        { ASR_STR("X"), ASR_STR("a\0b") },
    };

    fx_open(false, 0, 0);

    for (i = 0; i < asr_nelts(bad); i++) {
        d = delivery;
        d.headers[0] = bad[i];
        assert_int_equal(fx_state(done_with(&d)), ASR_TASK_SUCCEEDED);
    }

    d = delivery;
    d.url = asr_str_null();
    (void) done_with(&d);
    d = delivery;
    d.nheaders = ASR_DELIVERY_HEADERS + 1;
    (void) done_with(&d);
    d = delivery;
    d.content_type = asr_str("a\r\nb");
    (void) done_with(&d);
    big = malloc(10000);
    memset(big, 'x', 10000);
    d = delivery;
    d.headers[0].value = (asr_str_t) { 10000, big };
    (void) done_with(&d);
    free(big);
    assert_int_equal(stats().deliveries_pending, 0);

    /* no body at all is fine */

    d = delivery;
    d.body = asr_str_null();
    d.attempts_max = 0;
    d.nheaders = 0;
    (void) done_with(&d);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.body.len, 0);
    assert_int_equal(op.outgoing.headers.len, 0);
    assert_int_equal(op.outgoing.attempts_max, ASR_DELIVERY_ATTEMPTS);
}


static void
test_nomem(void **state)
{
    char            *big;
    asr_op_t         op;
    asr_arena_t      small;
    asr_delivery_t   d;

    fx_open(false, 0, 0);
    big = malloc(100000);
    memset(big, 'x', 100000);
    d = delivery;
    d.body = (asr_str_t) { 100000, big };
    (void) done_with(&d);
    free(big);

    asr_arena_init(&small, 8192);
    fx_op(&op, ASR_OP_CLAIM_IO);
    op.want = ASR_WANT_DELIVERY;
    op.arena = &small;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);
    asr_arena_free(&small);

    assert_int_equal(fx_claim_io(&op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.attempts, 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_fetch), STORE_TEST(test_fetch_bad),
        STORE_TEST(test_delivery), STORE_TEST(test_undelivered),
        STORE_TEST(test_release), STORE_TEST(test_callback),
        STORE_TEST(test_refused), STORE_TEST(test_nomem),
    };

    return cmocka_run_group_tests(tests, fx_group, NULL);
}
