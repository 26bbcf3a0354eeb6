/*
 * What the store hands to whom: recognisers, the thread of tasks, that of
 * small ones.
 */

#define _GNU_SOURCE

#include "store_fixture.h"


#define LARGE_BYTES  (5 * 1024 * 1024)
#define HOUR         (INT64_C(3600) * 16000)

#define SMALL        (ASR_WANT_TASK|ASR_WANT_SMALL)


static int64_t
create(size_t bytes)
{
    char              *p;
    asr_op_t           op;
    asr_spool_file_t   f;

    p = calloc(1, bytes);
    assert_non_null(p);

    fx_task(&op, "demo");
    fx_audio(&op, &f, p, bytes, ASR_SPOOL_INLINE);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    free(p);

    return op.task.id;
}


/* The id of what is claimed, 0: nothing. */

static int64_t
claim(unsigned want, asr_claim_t kind)
{
    asr_op_t  op;

    fx_op(&op, ASR_OP_CLAIM);
    op.want = want;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    if (op.claim == ASR_CLAIM_NONE) {
        return 0;
    }

    assert_int_equal(op.claim, kind);

    return op.task.id;
}


static void
decoded(int64_t id, int64_t audio_ms, size_t n, int64_t length)
{
    size_t         i;
    asr_op_t       op;
    asr_segment_t  segments[8];

    memset(segments, 0, sizeof(segments));

    for (i = 0; i < n; i++) {
        segments[i].start = (int64_t) i * length;
        segments[i].length = length;
    }

    fx_op(&op, ASR_OP_DECODED);
    op.task.id = id;
    op.task.audio_ms = audio_ms;
    op.segments = segments;
    op.nsegments = n;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
}


static void
release_finish(int64_t id)
{
    asr_op_t  op;

    fx_op(&op, ASR_OP_RELEASE);
    op.claim = ASR_CLAIM_FINISH;
    op.task.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
}


/* A small task does not wait for large ones that came before it. */

static void
test_decoding(void **state)
{
    int64_t  large[2], small[2];

    fx.s = fx_open(0);
    large[0] = create(LARGE_BYTES);
    large[1] = create(LARGE_BYTES);
    small[0] = create(100);
    small[1] = create(ASR_SPOOL_INLINE + 1);

    assert_int_equal(claim(ASR_WANT_SEGMENT, ASR_CLAIM_NONE), 0);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), large[0]);
    assert_int_equal(claim(SMALL, ASR_CLAIM_DECODE), small[0]);
    assert_int_equal(claim(SMALL, ASR_CLAIM_DECODE), small[1]);
    assert_int_equal(claim(SMALL, ASR_CLAIM_DECODE), 0);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), large[1]);

    /* who has no large ones left helps with the small */

    small[0] = create(100);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), small[0]);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), 0);
}


/* A file's size counts for the tasks of it, and what was fetched too. */

static void
test_sizes(void **state)
{
    char              *p;
    int64_t            id;
    asr_op_t           op;
    asr_spool_file_t   f;

    p = calloc(1, LARGE_BYTES);
    assert_non_null(p);
    fx.s = fx_open(0);

    fx_op(&op, ASR_OP_FILE_CREATE);
    op.file.account = asr_str("demo");
    op.file.filename = asr_str("a.wav");
    op.file.purpose = asr_str("p");
    op.file.content_type = asr_str("audio/wav");
    fx_audio(&op, &f, p, LARGE_BYTES, ASR_SPOOL_INLINE);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    id = op.file.id;

    fx_task(&op, "demo");
    op.task.file_id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    id = op.task.id;
    assert_int_equal(claim(SMALL, ASR_CLAIM_DECODE), 0);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), id);

    fx_task(&op, "demo");
    op.task.url = asr_str("http://a.example/x.wav");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    id = op.task.id;

    fx_op(&op, ASR_OP_CLAIM_IO);
    op.want = ASR_WANT_FETCH;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.task.id, id);

    fx_op(&op, ASR_OP_FETCHED);
    op.task.id = id;
    fx_audio(&op, &f, p, LARGE_BYTES, ASR_SPOOL_INLINE);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(claim(SMALL, ASR_CLAIM_DECODE), 0);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), id);

    free(p);
}


/* Long recordings are finished where they hold up nobody. */

static void
test_finishing(void **state)
{
    int64_t  large, small;

    fx.s = fx_open(0);
    large = create(100);
    assert_int_equal(claim(SMALL, ASR_CLAIM_DECODE), large);
    decoded(large, 5 * 3600 * 1000, 0, 0);
    release_finish(large);

    small = create(LARGE_BYTES);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_FINISH), large);
    release_finish(large);
    assert_int_equal(claim(SMALL, ASR_CLAIM_FINISH), 0);
    assert_int_equal(claim(ASR_WANT_SEGMENT, ASR_CLAIM_FINISH), 0);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_FINISH), large);

    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), small);
    decoded(small, 3000, 0, 0);
    release_finish(small);
    assert_int_equal(claim(SMALL, ASR_CLAIM_FINISH), small);
}


/* With much decoded audio waiting, only small tasks are decoded. */

static void
test_ahead(void **state)
{
    int64_t  first, large, small;

    fx.s = fx_open(0);
    first = create(LARGE_BYTES);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), first);
    decoded(first, 5 * 3600 * 1000, 5, 5 * HOUR);

    large = create(LARGE_BYTES);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), 0);
    small = create(100);
    assert_int_equal(claim(SMALL, ASR_CLAIM_DECODE), small);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), 0);

    /* small ones fill the disk as well, if there are enough of them */

    decoded(small, 6 * 3600 * 1000, 1, 6 * HOUR);
    (void) create(100);
    assert_int_equal(claim(SMALL, ASR_CLAIM_DECODE), 0);

    assert_int_equal(claim(ASR_WANT_SEGMENT, ASR_CLAIM_SEGMENT), first);
    assert_int_equal(claim(ASR_WANT_SEGMENT, ASR_CLAIM_SEGMENT), small);
    assert_int_equal(claim(ASR_WANT_TASK, ASR_CLAIM_DECODE), large);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_decoding),
        STORE_TEST(test_sizes),
        STORE_TEST(test_finishing),
        STORE_TEST(test_ahead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
