/*
 * The mock's store: claims, their order, their outcomes; as the SQLite store's
 * (test_store_work.c), with one owner.  Tasks are due from their beginning.
 */

#define _GNU_SOURCE

#include "mock_store.h"


static void
test_life(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op, got;

    fx_open(false, 0, 0);
    id = fx_create();
    assert_int_equal(atomic_load(&fx.tasks), 1);
    assert_int_equal(fx_state(id), ASR_TASK_CREATED);

    /* decoding */

    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(op.task.state, ASR_TASK_DECODING);
    assert_true(op.task.started_ms > 0);
    assert_true(asr_str_eq(op.task.api, asr_str("tencent")));
    assert_true(asr_str_eq(op.task.account, asr_str(KEY)));
    assert_true(asr_str_eq(op.task.engine, asr_str("16k_en")));
    assert_true(asr_str_eq(op.task.params, asr_str("{\"a\":1}")));
    assert_true(asr_str_eq(op.task.inline_audio, asr_str("audio")));
    assert_int_equal(fx_state(id), ASR_TASK_DECODING);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);

    assert_int_equal(fx_decoded(id, 2, 100, &op), ASR_OK);
    assert_false(op.last);
    assert_int_equal(fx_decoded(id, 2, 100, &op), ASR_NOTFOUND);
    assert_int_equal(atomic_load(&fx.units), 2);
    assert_int_equal(fx_state(id), ASR_TASK_RECOGNISING);
    assert_int_equal(fx_peek(id)->t.audio_ms, 1234);
    assert_int_equal(fx_peek(id)->t.segments, 2);

    /* recognition */

    for (i = 0; i < 2; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.task_id, id);
        assert_int_equal(op.segment.index, i);
        assert_int_equal(op.segment.channel, i);
        assert_int_equal(op.segment.start, 100 * i);
        assert_int_equal(op.segment.length, 100);
        assert_int_equal(op.segment.attempts, 1);
        assert_int_equal(op.task.id, id);
        assert_int_equal(op.task.audio_ms, 1234);
        assert_true(asr_str_eq(op.task.engine, asr_str("16k_en")));
    }

    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);

    assert_int_equal(fx_segment(ASR_OP_SEGMENT_DONE, id, 2, &op),
                     ASR_NOTFOUND);
    assert_int_equal(fx_segment(ASR_OP_SEGMENT_DONE, id, 1, &op), ASR_OK);
    assert_false(op.last);
    assert_int_equal(fx_segment(ASR_OP_SEGMENT_DONE, id, 1, &op),
                     ASR_NOTFOUND);
    assert_int_equal(fx_peek(id)->t.segments_done, 1);

    assert_int_equal(fx_segment(ASR_OP_SEGMENT_DONE, id, 0, &op), ASR_OK);
    assert_true(op.last);
    assert_int_equal(op.claim, ASR_CLAIM_FINISH);
    assert_int_equal(op.task.id, id);
    assert_int_equal(op.task.audio_ms, 1234);
    assert_int_equal(op.task.segments, 2);
    assert_int_equal(op.task.segments_done, 2);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(fx_state(id), ASR_TASK_FINISHING);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);

    fx_op(&op, ASR_OP_SEGMENTS_GET);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.nsegments, 2);

    for (i = 0; i < 2; i++) {
        assert_int_equal(op.segments[i].task_id, id);
        assert_int_equal(op.segments[i].index, i);
        assert_int_equal(op.segments[i].channel, i);
        assert_true(asr_str_eq(op.segments[i].result,
                               asr_str("{\"text\":\"hi\"}")));
    }

    assert_int_equal(fx_done(id), ASR_OK);
    assert_int_equal(fx_done(id), ASR_NOTFOUND);

    assert_int_equal(fx_get(id, &got), ASR_OK);
    assert_int_equal(got.task.state, ASR_TASK_SUCCEEDED);
    assert_true(got.task.finished_ms >= got.task.started_ms);
    assert_true(asr_str_eq(got.task.result, asr_str("{\"text\":\"all\"}")));
    assert_int_equal(got.task.segments, 2);

    fx_op(&op, ASR_OP_SEGMENTS_GET);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.nsegments, 0);
}


static void
test_no_segments(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx_open(false, 0, 0);
    id = fx_create();
    fx_decode(id, 0, 0);
    assert_int_equal(fx_state(id), ASR_TASK_FINISHING);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
    assert_int_equal(fx_done(id), ASR_OK);
    assert_int_equal(fx_state(id), ASR_TASK_SUCCEEDED);
}


/* PCM of what has ended goes, the audio itself stays to be listened to. */

static void
test_task_fail(void **state)
{
    int                fd;
    int64_t            id;
    asr_op_t           op;
    asr_spool_file_t   f;

    fx_open(false, 0, 0);
    fx_task(&op, KEY);
    fx_audio(&op, &f, "audio", 5, 0);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_null(f.mem);
    assert_int_equal(f.fd, -1);
    id = op.task.id;

    /* nobody's yet */

    fx_op(&op, ASR_OP_TASK_FAIL);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    fx_decode(id, 2, 100);
    fd = asr_spool_open_pcm(fx.spool, id, 0, O_CREAT|O_WRONLY);
    assert_int_not_equal(fd, -1);
    close(fd);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    /* by the holder of a segment */

    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    op.type = ASR_OP_TASK_FAIL;
    op.task.cause = ASR_CAUSE_NO_MODEL;
    op.task.message = asr_str("no such model");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    assert_int_equal(fx_files("audio"), 1);
    assert_int_equal(fx_files("pcm"), 0);
    assert_int_equal(fx_files("incoming"), 0);

    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_NO_MODEL);
    assert_true(asr_str_eq(op.task.message, asr_str("no such model")));
    assert_true(op.task.finished_ms > 0);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
}


static void
test_release(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op;

    fx_open(false, 0, 0);
    id = fx_create();

    /* attempts do not grow by it, in any stage */

    for (i = 0; i < 10; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
        assert_int_equal(op.task.attempts, 1);
        op.type = ASR_OP_RELEASE;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
        assert_int_equal(fx_state(id), ASR_TASK_CREATED);
    }

    assert_int_equal(atomic_load(&fx.tasks), 11);
    fx_decode(id, 2, 100);

    for (i = 0; i < 10; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.index, 0);
        assert_int_equal(op.segment.attempts, 1);
        op.type = ASR_OP_RELEASE;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
    }

    for (i = 0; i < 2; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(fx_segment(ASR_OP_SEGMENT_DONE, id, i, &op), ASR_OK);
    }

    for (i = 0; i < 10; i++) {
        op.type = ASR_OP_RELEASE;
        op.claim = ASR_CLAIM_FINISH;
        op.task.id = id;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
        assert_int_equal(op.task.id, id);
        assert_int_equal(op.task.attempts, 1);
        assert_int_equal(op.task.segments, 2);
    }

    assert_int_equal(fx_done(id), ASR_OK);
}


static void
test_release_owner(void **state)
{
    int        i;
    int64_t    id[3];
    asr_op_t   op;

    fx_open(false, 0, 0);

    for (i = 0; i < 3; i++) {
        id[i] = fx_create();
    }

    /* 0 in finishing, 1 with a claimed segment of two, 2 in decoding */

    fx_decode(id[0], 0, 0);
    fx_decode(id[1], 2, 100);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[2]);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);

    atomic_store(&fx.units, 0);
    atomic_store(&fx.tasks, 0);
    fx_op(&op, ASR_OP_RELEASE_OWNER);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(atomic_load(&fx.units), 1);
    assert_int_equal(atomic_load(&fx.tasks), 2);

    assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.index, 0);
    assert_int_equal(op.segment.attempts, 1);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
}


/* Tasks to decode come before segments, tasks to finish before both. */

static void
test_order(void **state)
{
    int        i;
    int64_t    id[4];
    asr_op_t   op;

    fx_open(false, 0, 0);

    for (i = 0; i < 4; i++) {
        id[i] = fx_create();
    }

    fx_decode(id[0], 1, 100);
    fx_decode(id[1], 0, 0);
    fx_op(&op, ASR_OP_RELEASE);
    op.claim = ASR_CLAIM_FINISH;
    op.task.id = id[1];
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[2]);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[3]);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.task_id, id[0]);
}


/* Who wants small ones gets no other; who wants all, large ones first. */

static void
test_sizes(void **state)
{
    int64_t            small, large;
    asr_op_t           op;
    asr_spool_file_t   f;

    fx_open(false, 0, 0);
    small = fx_create();

    fx_task(&op, KEY);
    fx_audio(&op, &f, "x", 1, 0);
    assert_int_equal(ftruncate(f.fd, ASR_SMALL_BYTES + 1), 0);
    f.size = ASR_SMALL_BYTES + 1;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    large = op.task.id;

    fx_op(&op, ASR_OP_CLAIM);
    op.want = ASR_WANT_TASK|ASR_WANT_SMALL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.task.id, small);

    fx_op(&op, ASR_OP_CLAIM);
    op.want = ASR_WANT_TASK|ASR_WANT_SMALL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.claim, ASR_CLAIM_NONE);

    fx_op(&op, ASR_OP_CLAIM);
    op.want = ASR_WANT_SEGMENT;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.claim, ASR_CLAIM_NONE);

    fx_op(&op, ASR_OP_CLAIM);
    op.want = ASR_WANT_TASK;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.task.id, large);
}


/* With 30 hours of PCM waiting nothing more is decoded. */

static void
test_pcm_ahead(void **state)
{
    int64_t    hour, id;
    asr_op_t   op;

    hour = INT64_C(3600) * 16000;
    fx_open(false, 0, 0);
    id = fx_create();
    (void) fx_create();

    fx_decode(id, 31, hour);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
}


static void
test_fairness(void **state)
{
    int        i;
    int64_t    large, small, third;
    asr_op_t   op;

    fx_open(false, 0, 0);
    large = fx_create();
    fx_decode(large, 100, 1000);

    for (i = 0; i < 30; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.index, i);
    }

    /* a small one is next in line */

    small = fx_create();
    fx_decode(small, 1, 1000);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.task_id, small);

    /* two of some length take turns, neither starves */

    third = fx_create();
    fx_decode(third, 5, 1000);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.task_id, third);

    for (i = 1; i < 5; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.task_id, large);
        assert_int_equal(op.segment.index, 29 + i);
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.task_id, third);
        assert_int_equal(op.segment.index, i);
    }

    /* one given back comes first again, virtual time does not go back */

    op.type = ASR_OP_RELEASE;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.task_id, third);
    assert_int_equal(fx_store()->rank, 33);

    for (i = 34; i < 100; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.task_id, large);
        assert_int_equal(op.segment.index, i);
    }

    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
}


static void
test_segment_attempts(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op, other;

    fx_open(false, 0, 0);
    id = fx_create();
    fx_decode(id, 2, 100);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.index, 0);
        assert_int_equal(op.segment.attempts, i);

        if (i == ASR_ATTEMPTS_MAX) {
            assert_int_equal(fx_claim(&other), ASR_CLAIM_SEGMENT);
            assert_int_equal(other.segment.index, 1);
        }

        assert_int_equal(fx_segment(ASR_OP_SEGMENT_FAIL, id, 0, &op), ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);
    }

    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_RECOGNITION);
    assert_int_equal(fx_peek(id)->hands, 1);

    /* the other segment's worker comes too late */

    assert_int_equal(fx_segment(ASR_OP_SEGMENT_DONE, id, 1, &op),
                     ASR_NOTFOUND);
    assert_int_equal(fx_peek(id)->hands, 0);
}


static void
test_task_retry(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op;

    fx_open(false, 0, 0);
    id = fx_create();

    fx_op(&op, ASR_OP_TASK_RETRY);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
        assert_int_equal(op.task.attempts, i);
        op.type = ASR_OP_TASK_RETRY;
        op.task.cause = ASR_CAUSE_INTERNAL;
        op.task.message = asr_str("helper gone");
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);
    }

    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_INTERNAL);
    assert_true(asr_str_eq(op.task.message, asr_str("helper gone")));

    /* finishing */

    id = fx_create();
    fx_decode(id, 0, 0);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        fx_op(&op, ASR_OP_TASK_RETRY);
        op.task.id = id;
        op.task.cause = ASR_CAUSE_INTERNAL;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);

        if (!op.last) {
            assert_int_equal(fx_claim(&op), ASR_CLAIM_FINISH);
            assert_int_equal(op.task.attempts, i + 1);
        }
    }

    assert_int_equal(fx_state(id), ASR_TASK_FAILED);
}


static void
test_decode_again(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op;

    fx_open(false, 0, 0);
    id = fx_create();
    assert_int_equal(fx_segment(ASR_OP_DECODE_AGAIN, id, 0, &op),
                     ASR_NOTFOUND);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        fx_decode(id, 3, 100);
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(fx_segment(ASR_OP_SEGMENT_DONE, id, 0, &op), ASR_OK);
        assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
        assert_int_equal(fx_segment(ASR_OP_DECODE_AGAIN, id, 1, &op), ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);
        assert_int_equal(fx_state(id), op.last ? ASR_TASK_FAILED
                                               : ASR_TASK_CREATED);
    }

    assert_int_equal(fx_peek(id)->t.cause, ASR_CAUSE_INTERNAL);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);
}


static void
test_bad(void **state)
{
    int64_t    id;
    asr_op_t   op;

    fx_open(false, 0, 0);
    id = fx_create();
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);

    fx_op(&op, ASR_OP_DECODED);
    op.task.id = id;
    op.nsegments = ASR_SEGMENTS_MAX + 1;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_TOOBIG);
    assert_int_equal(fx_state(id), ASR_TASK_DECODING);

    fx_op(&op, ASR_OP_CLAIM);
    op.arena = NULL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    fx_op(&op, ASR_OP_RELEASE);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
}


static void
test_claim_nomem(void **state)
{
    int64_t      id;
    asr_op_t     op;
    asr_arena_t  tiny;

    fx_open(false, 0, 0);
    id = fx_create();
    asr_arena_init(&tiny, 1);

    fx_op(&op, ASR_OP_CLAIM);
    op.arena = &tiny;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);
    assert_int_equal(op.claim, ASR_CLAIM_NONE);

    fx_decode(id, 1, 100);
    fx_op(&op, ASR_OP_CLAIM);
    op.arena = &tiny;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);

    assert_int_equal(fx_claim(&op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.attempts, 1);

    /* the last: not done when its task cannot be told */

    fx_op(&op, ASR_OP_SEGMENT_DONE);
    op.arena = &tiny;
    op.segment.task_id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);
    assert_false(op.last);
    op.arena = NULL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_true(op.last);

    fx_op(&op, ASR_OP_SEGMENTS_GET);
    op.task.id = id;
    op.arena = &tiny;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);

    asr_arena_free(&tiny);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_life), STORE_TEST(test_no_segments),
        STORE_TEST(test_task_fail), STORE_TEST(test_release),
        STORE_TEST(test_release_owner), STORE_TEST(test_order),
        STORE_TEST(test_sizes), STORE_TEST(test_pcm_ahead),
        STORE_TEST(test_fairness), STORE_TEST(test_segment_attempts),
        STORE_TEST(test_task_retry), STORE_TEST(test_decode_again),
        STORE_TEST(test_bad), STORE_TEST(test_claim_nomem),
    };

    return cmocka_run_group_tests(tests, fx_group, NULL);
}
