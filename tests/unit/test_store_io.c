/*
 * The store: audio to fetch, and the outbox of deliveries.
 */

#define _GNU_SOURCE

#include "store_fixture.h"


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


static int64_t
create_url(asr_store_t *s, const char *params)
{
    asr_op_t  op;

    fx_task(&op, "demo");
    op.task.url = asr_str("https://example.org/a.wav");
    op.task.params = asr_cstr(params);
    assert_int_equal(asr_store_call(s, &op), ASR_OK);

    return op.task.id;
}


static asr_claim_t
claim_io(asr_store_t *s, asr_op_t *op, unsigned want)
{
    fx_op(op, ASR_OP_CLAIM_IO);
    op->want = want;
    assert_int_equal(asr_store_call(s, op), ASR_OK);

    return op->claim;
}


static asr_err_t
fetched(asr_store_t *s, int64_t id, size_t n, asr_op_t *op)
{
    asr_spool_file_t  f;

    static const char  audio[50000];

    fx_op(op, ASR_OP_FETCHED);
    op->task.id = id;
    fx_audio(op, &f, audio, n, ASR_SPOOL_INLINE);

    return asr_store_call(s, op);
}


static asr_err_t
report(asr_store_t *s, asr_op_type_t type, int64_t id, int64_t next_ms,
    asr_op_t *op)
{
    fx_op(op, type);
    op->claim = ASR_CLAIM_DELIVERY;
    op->outgoing.id = id;
    op->outgoing.next_ms = next_ms;
    op->outgoing.status = 503;

    return asr_store_call(s, op);
}


static asr_store_stats_t
stats(asr_store_t *s)
{
    asr_op_t  op;

    fx_op(&op, ASR_OP_STATS);
    assert_int_equal(asr_store_call(s, &op), ASR_OK);

    return op.stats;
}


/* A task that is done, with the delivery. */

static int64_t
done_with(asr_store_t *s, const asr_delivery_t *d)
{
    int64_t   id;
    asr_op_t  op;

    id = fx_create(s);
    fx_decode(s, id, 0, 0);

    fx_op(&op, ASR_OP_TASK_DONE);
    op.task.id = id;
    op.task.result = asr_str("{}");
    op.deliver = d;
    assert_int_equal(asr_store_call(s, &op), ASR_OK);

    return id;
}


static void
test_create(void **state)
{
    asr_op_t          op;
    asr_spool_file_t  f;

    fx.s = fx_open(2);

    /* just one place the audio comes from */

    fx_task(&op, "demo");
    op.task.url = asr_str("http://a/");
    fx_audio(&op, &f, "audio", 5, 100);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    fx_task(&op, "demo");
    op.task.url = asr_str("http://a/");
    op.task.file_id = 1;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    fx_task(&op, "demo");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    (void) create_url(fx.s, "{}");
    fx_settle(fx.s);
    assert_int_equal(atomic_load(&fx.io), 1);
    assert_int_equal(atomic_load(&fx.units), 0);
    (void) create_url(fx.s, "{}");
    assert_int_equal(stats(fx.s).fetches_waiting, 2);
    assert_true(stats(fx.s).oldest_ms > 0);

    /* they count as any other */

    fx_task(&op, "demo");
    op.task.url = asr_str("http://a/");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_TOOBIG);
}


static void
test_fetch(void **state)
{
    size_t     i;
    int64_t    ids[2];
    asr_op_t   op;

    static const size_t  sizes[] = { 100, 40000 };

    fx.s = fx_open(0);

    for (i = 0; i < 2; i++) {
        ids[i] = create_url(fx.s, "{}");
    }

    /* not for the recognisers, and not for those who do not want it */

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
    assert_int_equal(claim_io(fx.s, &op, 0), ASR_CLAIM_NONE);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);

    for (i = 0; i < 2; i++) {
        assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
        assert_int_equal(op.task.id, ids[i]);
        assert_int_equal(op.task.attempts, 1);
        assert_true(op.task.started_ms > 0);
        assert_true(asr_str_eq(op.task.url,
                               asr_str("https://example.org/a.wav")));
        assert_int_equal(fx_state(fx.s, ids[i]), ASR_TASK_FETCHING);
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
    }

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_NONE);
    assert_int_equal(stats(fx.s).fetches_waiting, 0);

    for (i = 0; i < 2; i++) {
        fx_settle(fx.s);
        atomic_store(&fx.units, 0);
        assert_int_equal(fetched(fx.s, ids[i], sizes[i], &op), ASR_OK);
        assert_int_equal(fetched(fx.s, ids[i], sizes[i], &op), ASR_NOTFOUND);
        fx_settle(fx.s);
        assert_int_equal(atomic_load(&fx.units), 1);
    }

    assert_int_equal(fx_files("audio"), 1);
    assert_int_equal(fx_files("incoming"), 0);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, ids[0]);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(op.task.inline_audio.len, 100);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, ids[1]);
    assert_int_equal(op.task.inline_audio.len, 0);
    assert_int_equal(op.task.spool.len, 32);

    /* a claim for decoding is no claim for fetching */

    assert_int_equal(fetched(fx.s, ids[1], 10, &op), ASR_NOTFOUND);
}


static void
test_fetch_bad(void **state)
{
    asr_op_t  op;
    int64_t   id;

    fx.s = fx_open(0);
    id = create_url(fx.s, "{}");

    fx_op(&op, ASR_OP_FETCHED);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    assert_int_equal(fetched(fx.s, id, 10, &op), ASR_NOTFOUND);
    assert_int_equal(fetched(fx.s, 12345, 10, &op), ASR_NOTFOUND);

    fx_op(&op, ASR_OP_CLAIM_IO);
    op.arena = NULL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    /* given back, spent, given back by the owner, failed */

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    fx_op(&op, ASR_OP_RELEASE);
    op.claim = ASR_CLAIM_FETCH;
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_CREATED);

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    assert_int_equal(op.task.attempts, 1);
    fx_op(&op, ASR_OP_TASK_RETRY);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_false(op.last);

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    assert_int_equal(op.task.attempts, 2);
    fx_op(&op, ASR_OP_RELEASE_OWNER);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(stats(fx.s).fetches_waiting, 1);

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    assert_int_equal(op.task.attempts, 2);
    fx_op(&op, ASR_OP_TASK_FAIL);
    op.claim = ASR_CLAIM_FETCH;
    op.task.id = id;
    op.task.cause = ASR_CAUSE_DOWNLOAD;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_DOWNLOAD);
}


/* A URL that takes its process down each time fails, with a callback. */

static void
test_fetch_poison(void **state)
{
    int       i;
    asr_op_t  op;
    int64_t   id;

    fx.s = fx_open(0);
    id = create_url(fx.s, "{\"hook\":1}");

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH),
                         ASR_CLAIM_FETCH);
        assert_int_equal(op.task.attempts, i);
        (void) fx_sql("UPDATE tasks SET owner = 9999");
        assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    }

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_NONE);
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_FAILED);
    assert_int_equal(stats(fx.s).deliveries_pending, 1);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_true(asr_str_eq(op.outgoing.body, asr_str("1 6 8  demo")));
}


static void
test_fetch_expires(void **state)
{
    asr_op_t  op;

    fx.s = fx_open(0);

    fx_task(&op, "demo");
    op.task.url = asr_str("http://a/");
    op.task.expires_ms = asr_clock_ms() + 1000;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    fx.shift = 2000;
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_NONE);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 0);
    assert_int_equal(stats(fx.s).fetches_waiting, 0);

    fx.shift = 0;
    fx_task(&op, "demo");
    op.task.url = asr_str("http://a/");
    op.task.expires_ms = asr_clock_ms() + 1000;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    fx.shift = 2000;
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 0);
}


static void
test_delivery(void **state)
{
    char              name[40];
    int64_t           id;
    asr_op_t          op;
    asr_outgoing_t   *o;

    fx.s = fx_open(0);
    fx_settle(fx.s);
    atomic_store(&fx.io, 0);

    (void) done_with(fx.s, NULL);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);

    id = done_with(fx.s, &delivery);
    fx_settle(fx.s);
    assert_int_equal(atomic_load(&fx.io), 1);
    assert_int_equal(stats(fx.s).deliveries_pending, 1);

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_NONE);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH|ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    o = &op.outgoing;
    assert_int_equal(o->task_id, id);
    assert_true(asr_str_eq(o->account, asr_str("demo")));
    assert_true(asr_str_eq(o->url, delivery.url));
    assert_true(asr_str_eq(o->content_type, delivery.content_type));
    assert_true(asr_str_eq(o->body, delivery.body));
    assert_true(asr_str_eq(o->headers, asr_str("X-One: 1\nX-Two: a: b\n")));
    assert_true(o->reply_code);
    assert_int_equal(o->attempts, 1);
    assert_int_equal(o->attempts_max, 2);
    assert_int_equal(o->name.len, 36);
    memcpy(name, o->name.data, 36);
    id = o->id;

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);

    /* the second attempt, not before its time, under the same name */

    assert_int_equal(report(fx.s, ASR_OP_DELIVERY_RETRY, id,
                            asr_clock_ms() + 5000, &op),
                     ASR_OK);
    assert_false(op.last);
    assert_int_equal(report(fx.s, ASR_OP_DELIVERED, id, 0, &op), ASR_NOTFOUND);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);

    fx.shift = 6000;
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.id, id);
    assert_int_equal(op.outgoing.attempts, 2);
    assert_memory_equal(op.outgoing.name.data, name, 36);

    assert_int_equal(report(fx.s, ASR_OP_DELIVERED, id, 0, &op), ASR_OK);
    assert_int_equal(report(fx.s, ASR_OP_DELIVERED, id, 0, &op), ASR_NOTFOUND);
    assert_int_equal(stats(fx.s).deliveries_pending, 0);
    assert_int_equal(stats(fx.s).deliveries_undelivered, 0);
    assert_int_equal(fx_sql("SELECT count(*) FROM deliveries"), 0);
}


static void
test_undelivered(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx.s = fx_open(0);

    (void) done_with(fx.s, &delivery);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    id = op.outgoing.id;
    assert_int_equal(report(fx.s, ASR_OP_DELIVERY_RETRY, id, 0, &op), ASR_OK);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(report(fx.s, ASR_OP_DELIVERY_RETRY, id, 0, &op), ASR_OK);
    assert_true(op.last);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);
    assert_int_equal(fx_sql("SELECT status FROM deliveries"), 503);
    assert_int_equal(stats(fx.s).deliveries_pending, 0);
    assert_int_equal(stats(fx.s).deliveries_undelivered, 1);

    /* at once, when nothing could help */

    (void) done_with(fx.s, &delivery);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    id = op.outgoing.id;
    fx_op(&op, ASR_OP_DELIVERY_RETRY);
    op.outgoing.id = id;
    op.outgoing.give_up = true;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_true(op.last);
    assert_int_equal(stats(fx.s).deliveries_undelivered, 2);

    /* attempts that killed their process count too */

    (void) done_with(fx.s, &delivery);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    (void) fx_sql("UPDATE deliveries SET owner = 9999 WHERE owner > 0");
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.attempts, 2);
    (void) fx_sql("UPDATE deliveries SET owner = 9999 WHERE owner > 0");
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);
    assert_int_equal(stats(fx.s).deliveries_undelivered, 3);

    /* the record goes in time; one that waits and one in hand as well */

    (void) done_with(fx.s, &delivery);
    (void) done_with(fx.s, &delivery);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    id = op.outgoing.id;
    assert_int_equal(stats(fx.s).deliveries_pending, 2);
    fx.shift = INT64_C(8) * 24 * 3600 * 1000;
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(stats(fx.s).deliveries_pending, 1);
    assert_int_equal(stats(fx.s).deliveries_undelivered, 0);
    assert_int_equal(report(fx.s, ASR_OP_DELIVERED, id, 0, &op), ASR_OK);
}


static void
test_release(void **state)
{
    int64_t       id;
    asr_op_t      op;
    asr_store_t  *other;

    fx.s = fx_open(0);

    (void) done_with(fx.s, &delivery);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    id = op.outgoing.id;
    assert_int_equal(report(fx.s, ASR_OP_RELEASE, id, 0, &op), ASR_OK);
    assert_int_equal(report(fx.s, ASR_OP_RELEASE, id, 0, &op), ASR_NOTFOUND);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.attempts, 1);

    /* another's is not ours */

    other = fx_open(0);
    assert_int_equal(claim_io(other, &op, ASR_WANT_DELIVERY), ASR_CLAIM_NONE);
    assert_int_equal(report(other, ASR_OP_DELIVERED, id, 0, &op),
                     ASR_NOTFOUND);
    assert_int_equal(report(other, ASR_OP_DELIVERY_RETRY, id, 0, &op),
                     ASR_NOTFOUND);

    /* closing gives back, and spends nothing */

    asr_store_close(fx.s);
    assert_int_equal(claim_io(other, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.attempts, 1);
    fx.s = other;
}


/* Whoever fails a task, its callback is made. */

static void
test_failures(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op;

    fx.s = fx_open(0);

    /* no callback wanted */

    id = create_url(fx.s, "{}");
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    fx_op(&op, ASR_OP_TASK_FAIL);
    op.task.id = id;
    op.task.cause = ASR_CAUSE_DOWNLOAD;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(stats(fx.s).deliveries_pending, 0);

    /* by whoever holds it */

    id = create_url(fx.s, "{\"hook\":1}");
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    fx_op(&op, ASR_OP_TASK_FAIL);
    op.task.id = id;
    op.task.cause = ASR_CAUSE_DOWNLOAD;
    op.task.message = asr_str("gone");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_true(asr_str_eq(op.outgoing.body, asr_str("2 6 8 gone demo")));
    assert_int_equal(op.outgoing.attempts_max, ASR_DELIVERY_ATTEMPTS);
    assert_int_equal(report(fx.s, ASR_OP_DELIVERED, op.outgoing.id, 0, &op),
                     ASR_OK);

    /* by the store itself: a segment that is never recognised */

    id = create_url(fx.s, "{\"hook\":1}");
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    assert_int_equal(fetched(fx.s, id, 10, &op), ASR_OK);
    fx_decode(fx.s, id, 1, 100);

    for (i = 0; i < ASR_ATTEMPTS_MAX; i++) {
        assert_int_equal(stats(fx.s).deliveries_pending, 0);
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_FAIL, id, 0, &op),
                         ASR_OK);
    }

    assert_int_equal(fx_state(fx.s, id), ASR_TASK_FAILED);
    assert_int_equal(stats(fx.s).deliveries_pending, 1);
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

    fx.s = fx_open(0);

    /* the task ends all the same */

    for (i = 0; i < asr_nelts(bad); i++) {
        d = delivery;
        d.headers[0] = bad[i];
        assert_int_equal(fx_state(fx.s, done_with(fx.s, &d)),
                         ASR_TASK_SUCCEEDED);
    }

    d = delivery;
    d.url = asr_str_null();
    (void) done_with(fx.s, &d);

    d = delivery;
    d.nheaders = ASR_DELIVERY_HEADERS + 1;
    (void) done_with(fx.s, &d);

    d = delivery;
    d.content_type = asr_str("a\r\nb");
    (void) done_with(fx.s, &d);

    big = malloc(10000);
    memset(big, 'x', 10000);
    d = delivery;
    d.headers[0].value = (asr_str_t) { 10000, big };
    (void) done_with(fx.s, &d);
    free(big);

    assert_int_equal(stats(fx.s).deliveries_pending, 0);

    /* no body at all is fine */

    d = delivery;
    d.body = asr_str_null();
    d.attempts_max = 0;
    d.nheaders = 0;
    (void) done_with(fx.s, &d);
    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
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

    fx.s = fx_open(0);

    big = malloc(100000);
    memset(big, 'x', 100000);
    d = delivery;
    d.body = (asr_str_t) { 100000, big };
    (void) done_with(fx.s, &d);
    free(big);

    asr_arena_init(&small, 8192);
    fx_op(&op, ASR_OP_CLAIM_IO);
    op.want = ASR_WANT_DELIVERY;
    op.arena = &small;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);
    asr_arena_free(&small);

    assert_int_equal(claim_io(fx.s, &op, ASR_WANT_DELIVERY),
                     ASR_CLAIM_DELIVERY);
    assert_int_equal(op.outgoing.attempts, 1);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_create),
        STORE_TEST(test_fetch),
        STORE_TEST(test_fetch_bad),
        STORE_TEST(test_fetch_poison),
        STORE_TEST(test_fetch_expires),
        STORE_TEST(test_delivery),
        STORE_TEST(test_undelivered),
        STORE_TEST(test_release),
        STORE_TEST(test_failures),
        STORE_TEST(test_refused),
        STORE_TEST(test_nomem),
    };

    return cmocka_run_group_tests(tests, disk_setup, NULL);
}
