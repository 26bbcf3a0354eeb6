/* The store: claims, their order, their outcomes. */

#define _GNU_SOURCE

#include "store_fixture.h"


static void
test_life(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op, got;

    fx.s = fx_open(0);
    id = fx_create(fx.s);
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_CREATED);

    /* decoding */

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(op.task.state, ASR_TASK_DECODING);
    assert_true(op.task.started_ms > 0);
    assert_true(asr_str_eq(op.task.api, asr_str("tencent")));
    assert_true(asr_str_eq(op.task.account, asr_str("demo")));
    assert_true(asr_str_eq(op.task.engine, asr_str("16k_en")));
    assert_true(asr_str_eq(op.task.inline_audio, asr_str("audio")));
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_DECODING);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);

    fx_settle(fx.s);
    atomic_store(&fx.units, 0);
    fx_op(&op, ASR_OP_DECODED);
    op.task.id = id;
    op.task.audio_ms = 4321;
    op.segments = (asr_segment_t[]) {
        { .channel = 0, .start = 0, .length = 100 },
        { .channel = 1, .start = 50, .length = 200 },
    };
    op.nsegments = 2;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_false(op.last);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    fx_settle(fx.s);
    assert_int_equal(atomic_load(&fx.units), 2);
    assert_int_equal(fx_get(fx.s, id, &got), ASR_OK);
    assert_int_equal(got.task.state, ASR_TASK_RECOGNISING);
    assert_int_equal(got.task.audio_ms, 4321);
    assert_int_equal(got.task.segments, 2);
    assert_int_equal(got.task.segments_done, 0);

    /* recognition */

    for (i = 0; i < 2; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.task_id, id);
        assert_int_equal(op.segment.index, i);
        assert_int_equal(op.segment.channel, i);
        assert_int_equal(op.segment.start, 50 * i);
        assert_int_equal(op.segment.length, 100 + 100 * i);
        assert_int_equal(op.segment.attempts, 1);
        assert_int_equal(op.task.id, id);
        assert_int_equal(op.task.audio_ms, 4321);
        assert_true(asr_str_eq(op.task.engine, asr_str("16k_en")));
        assert_true(asr_str_eq(op.task.account, asr_str("demo")));
        assert_true(asr_str_eq(op.task.api, asr_str("tencent")));
    }

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);

    assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_DONE, id, 2, &op),
                     ASR_NOTFOUND);
    assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_DONE, id, 1, &op),
                     ASR_OK);
    assert_false(op.last);
    assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_DONE, id, 1, &op),
                     ASR_NOTFOUND);
    assert_int_equal(fx_get(fx.s, id, &got), ASR_OK);
    assert_int_equal(got.task.segments_done, 1);

    assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_DONE, id, 0, &op),
                     ASR_OK);
    assert_true(op.last);
    assert_int_equal(op.claim, ASR_CLAIM_FINISH);
    assert_int_equal(op.task.id, id);
    assert_int_equal(op.task.audio_ms, 4321);
    assert_int_equal(op.task.segments, 2);
    assert_int_equal(op.task.segments_done, 2);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_FINISHING);

    /* finishing: it is ours alone */

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);

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

    assert_int_equal(fx_done(fx.s, id), ASR_OK);
    assert_int_equal(fx_done(fx.s, id), ASR_NOTFOUND);

    assert_int_equal(fx_get(fx.s, id, &got), ASR_OK);
    assert_int_equal(got.task.state, ASR_TASK_SUCCEEDED);
    assert_true(got.task.finished_ms >= got.task.started_ms);
    assert_true(asr_str_eq(got.task.result, asr_str("{\"text\":\"all\"}")));
    assert_int_equal(got.task.segments, 2);

    fx_op(&op, ASR_OP_SEGMENTS_GET);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.nsegments, 0);
    assert_int_equal(fx_sql("SELECT count(*) FROM segments"), 0);
    assert_int_equal(fx_sql("SELECT count(*) FROM task_audio"), 0);
}


static void
test_no_segments(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx.s = fx_open(0);
    id = fx_create(fx.s);

    fx_decode(fx.s, id, 0, 0);
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_FINISHING);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
    assert_int_equal(fx_done(fx.s, id), ASR_OK);
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_SUCCEEDED);
}


/* As of a recording of hours. */

static void
test_large_result(void **state)
{
    char      *text;
    size_t     n;
    int64_t    id;
    asr_op_t   op;

    n = 20 * 1024 * 1024;
    text = malloc(n);
    assert_non_null(text);
    memset(text, 'r', n);

    fx.s = fx_open(0);
    id = fx_create(fx.s);
    fx_decode(fx.s, id, 0, 0);

    fx_op(&op, ASR_OP_TASK_DONE);
    op.task.id = id;
    op.task.result = (asr_str_t) { n, text };
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.result.len, n);
    assert_memory_equal(op.task.result.data, text, n);

    free(text);
}


static void
test_task_fail(void **state)
{
    int               fd;
    int64_t           id;
    asr_op_t          op;
    asr_spool_file_t  f;

    fx.s = fx_open(0);

    fx_task(&op, "demo");
    fx_audio(&op, &f, "audio", 5, 0);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    id = op.task.id;

    /* nobody's yet */
    fx_op(&op, ASR_OP_TASK_FAIL);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    fx_decode(fx.s, id, 2, 100);
    fd = asr_spool_open_pcm(fx.spool, id, 0, O_CREAT|O_WRONLY);
    assert_int_not_equal(fd, -1);
    close(fd);

    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    /* by the holder of a segment */

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    op.type = ASR_OP_TASK_FAIL;
    op.task.cause = ASR_CAUSE_NO_MODEL;
    op.task.message = asr_str("no such model");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    assert_int_equal(fx_files("audio"), 0);
    assert_int_equal(fx_files("pcm"), 0);

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_NO_MODEL);
    assert_true(asr_str_eq(op.task.message, asr_str("no such model")));
    assert_true(op.task.finished_ms > 0);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
}


static void
test_release(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op;

    fx.s = fx_open(0);
    id = fx_create(fx.s);

    /* attempts do not grow by it, in any stage */

    for (i = 0; i < 10; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
        assert_int_equal(op.task.attempts, 1);
        op.type = ASR_OP_RELEASE;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
        assert_int_equal(fx_state(fx.s, id), ASR_TASK_CREATED);
    }

    fx_settle(fx.s);
    assert_int_equal(atomic_load(&fx.units), 11);

    fx_decode(fx.s, id, 2, 100);

    for (i = 0; i < 10; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.index, 0);
        assert_int_equal(op.segment.attempts, 1);
        op.type = ASR_OP_RELEASE;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
    }

    for (i = 0; i < 2; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_DONE, id, i, &op),
                         ASR_OK);
    }

    for (i = 0; i < 10; i++) {
        op.type = ASR_OP_RELEASE;
        op.claim = ASR_CLAIM_FINISH;
        op.task.id = id;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_FINISH);
        assert_int_equal(op.task.id, id);
        assert_int_equal(op.task.attempts, 1);
        assert_int_equal(op.task.segments, 2);
    }

    assert_int_equal(fx_done(fx.s, id), ASR_OK);
}


static void
test_release_owner(void **state)
{
    int          i;
    int64_t      id[3];
    asr_op_t     op;
    asr_store_t  *other;

    fx.s = fx_open(0);
    other = fx_open(0);

    for (i = 0; i < 3; i++) {
        id[i] = fx_create(fx.s);
    }

    /* 0 in finishing, 1 with a claimed segment of two, 2 in decoding */

    fx_decode(fx.s, id[0], 0, 0);
    fx_decode(fx.s, id[1], 2, 100);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    op.type = ASR_OP_RELEASE;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[2]);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(fx_claim(other, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.index, 1);
    assert_int_equal(fx_claim(other, &op), ASR_CLAIM_NONE);

    fx_settle(fx.s);
    atomic_store(&fx.units, 0);
    fx_op(&op, ASR_OP_RELEASE_OWNER);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    fx_settle(fx.s);
    assert_int_equal(atomic_load(&fx.units), 3);

    assert_int_equal(fx_claim(other, &op), ASR_CLAIM_FINISH);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(fx_claim(other, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.attempts, 1);
    assert_int_equal(fx_claim(other, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.index, 0);
    assert_int_equal(op.segment.attempts, 1);
    assert_int_equal(fx_claim(other, &op), ASR_CLAIM_NONE);

    /* the same again by closing */

    atomic_store(&fx.units, 0);
    asr_store_close(other);
    assert_int_equal(atomic_load(&fx.units), 4);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_FINISH);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.attempts, 1);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
}


/* Tasks to decode come before segments, tasks to finish before both. */

static void
test_order(void **state)
{
    int        i;
    int64_t    id[4];
    asr_op_t   op;

    fx.s = fx_open(0);

    for (i = 0; i < 4; i++) {
        id[i] = fx_create(fx.s);
    }

    fx_decode(fx.s, id[0], 1, 100);
    fx_decode(fx.s, id[1], 0, 0);
    fx_op(&op, ASR_OP_RELEASE);
    op.claim = ASR_CLAIM_FINISH;
    op.task.id = id[1];
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_FINISH);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[2]);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[3]);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.task_id, id[0]);
}


/* With 20 hours of PCM waiting, large tasks wait, small ones do not. */

static void
test_pcm_ahead(void **state)
{
    int        i;
    int64_t    hour, id[3];
    asr_op_t   op;

    hour = INT64_C(3600) * 16000;
    fx.s = fx_open(0);

    for (i = 0; i < 3; i++) {
        id[i] = fx_create(fx.s);
    }

    (void) fx_sql("UPDATE tasks SET small = 0 WHERE id = 2");
    fx_decode(fx.s, id[0], 22, hour);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[2]);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);

    /* 20 hours exactly */
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[1]);
}


static void
test_fairness(void **state)
{
    int        i;
    int64_t    large, small, third;
    asr_op_t   op;

    fx.s = fx_open(0);

    large = fx_create(fx.s);
    fx_decode(fx.s, large, 100, 1000);

    for (i = 0; i < 30; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.index, i);
    }

    /* a small one is next in line */

    small = fx_create(fx.s);
    fx_decode(fx.s, small, 1, 1000);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.task_id, small);

    /* two of some length take turns, neither starves */

    third = fx_create(fx.s);
    fx_decode(fx.s, third, 5, 1000);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.task_id, third);

    for (i = 1; i < 5; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.task_id, large);
        assert_int_equal(op.segment.index, 29 + i);
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.task_id, third);
        assert_int_equal(op.segment.index, i);
    }

    /* one given back comes first again, virtual time does not go back */

    op.type = ASR_OP_RELEASE;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.task_id, third);
    assert_int_equal(fx_sql("SELECT rank FROM state"), 33);

    for (i = 34; i < 100; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.task_id, large);
        assert_int_equal(op.segment.index, i);
    }

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
}


static void
test_segment_attempts(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op, other;

    fx.s = fx_open(0);
    id = fx_create(fx.s);
    fx_decode(fx.s, id, 2, 100);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(op.segment.index, 0);
        assert_int_equal(op.segment.attempts, i);

        if (i == ASR_ATTEMPTS_MAX) {
            assert_int_equal(fx_claim(fx.s, &other), ASR_CLAIM_SEGMENT);
            assert_int_equal(other.segment.index, 1);
        }

        assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_FAIL, id, 0, &op),
                         ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);
    }

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_RECOGNITION);

    /* the other segment's worker comes too late */
    assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_DONE, id, 1, &op),
                     ASR_NOTFOUND);
    assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_FAIL, id, 1, &op),
                     ASR_NOTFOUND);
}


static void
test_task_retry(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op;

    fx.s = fx_open(0);
    id = fx_create(fx.s);

    fx_op(&op, ASR_OP_TASK_RETRY);
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
        assert_int_equal(op.task.attempts, i);
        op.type = ASR_OP_TASK_RETRY;
        op.task.cause = ASR_CAUSE_INTERNAL;
        op.task.message = asr_str("helper gone");
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);
    }

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_INTERNAL);
    assert_true(asr_str_eq(op.task.message, asr_str("helper gone")));

    /* finishing */

    id = fx_create(fx.s);
    fx_decode(fx.s, id, 0, 0);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        fx_op(&op, ASR_OP_TASK_RETRY);
        op.task.id = id;
        op.task.cause = ASR_CAUSE_INTERNAL;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);

        if (!op.last) {
            assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_FINISH);
            assert_int_equal(op.task.attempts, i + 1);
        }
    }

    assert_int_equal(fx_state(fx.s, id), ASR_TASK_FAILED);
}


static void
test_decode_again(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   op;

    fx.s = fx_open(0);
    id = fx_create(fx.s);

    assert_int_equal(fx_segment(fx.s, ASR_OP_DECODE_AGAIN, id, 0, &op),
                     ASR_NOTFOUND);

    for (i = 1; i <= ASR_ATTEMPTS_MAX; i++) {
        fx_decode(fx.s, id, 3, 100);
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_DONE, id, 0, &op),
                         ASR_OK);
        assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
        assert_int_equal(fx_segment(fx.s, ASR_OP_DECODE_AGAIN, id, 1, &op),
                         ASR_OK);
        assert_int_equal(op.last, i == ASR_ATTEMPTS_MAX);
        assert_int_equal(fx_state(fx.s, id), op.last ? ASR_TASK_FAILED
                                                     : ASR_TASK_CREATED);
    }

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.cause, ASR_CAUSE_INTERNAL);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
}


static void
test_too_many_segments(void **state)
{
    int64_t    id;
    asr_op_t   op;

    fx.s = fx_open(0);
    id = fx_create(fx.s);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);

    fx_op(&op, ASR_OP_DECODED);
    op.task.id = id;
    op.nsegments = ASR_SEGMENTS_MAX + 1;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_TOOBIG);
    assert_int_equal(fx_state(fx.s, id), ASR_TASK_DECODING);
}


static void
test_claim_nomem(void **state)
{
    int64_t      id;
    asr_op_t     op;
    asr_arena_t  tiny;

    fx.s = fx_open(0);
    id = fx_create(fx.s);
    asr_arena_init(&tiny, 1);

    fx_op(&op, ASR_OP_CLAIM);
    op.arena = &tiny;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);
    assert_int_equal(op.claim, ASR_CLAIM_NONE);

    fx_decode(fx.s, id, 1, 100);
    fx_op(&op, ASR_OP_CLAIM);
    op.arena = &tiny;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
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
        STORE_TEST(test_large_result), STORE_TEST(test_task_fail),
        STORE_TEST(test_release),
        STORE_TEST(test_release_owner), STORE_TEST(test_order),
        STORE_TEST(test_pcm_ahead), STORE_TEST(test_fairness),
        STORE_TEST(test_segment_attempts), STORE_TEST(test_task_retry),
        STORE_TEST(test_decode_again), STORE_TEST(test_too_many_segments),
        STORE_TEST(test_claim_nomem),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
