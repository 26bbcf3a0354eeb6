/*
 * The mock's store: making and reading of tasks and files, how tasks get on,
 * queries that are held, worlds and their ids, ceilings.
 */

#define _GNU_SOURCE

#include "mock_store.h"


static void
test_create_get(void **state)
{
    int64_t           now;
    asr_op_t          op, get;
    asr_arena_t       tiny;
    asr_spool_file_t  f;

    fx_open(false, 0, 0);
    fx.course.progress = ASR_MOCK_TOLD;
    now = asr_clock_ms();

    fx_task(&op, KEY);
    op.task.api = asr_str("u2");
    op.task.channels = 2;
    op.task.channels_strict = true;
    op.task.expires_ms = now + 1000000;
    fx_audio(&op, &f, "RIFF....", 8, 100);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_null(f.mem);
    assert_int_equal(f.size, 8);
    assert_int_equal(op.task.state, ASR_TASK_CREATED);
    assert_int_equal(atomic_load(&fx.groups), 1);

    /* nothing to do before its end is due */

    assert_int_equal(atomic_load(&fx.tasks), 0);
    assert_int_equal(fx_claim(&get), ASR_CLAIM_NONE);
    assert_int_equal(fx.what.call, 1);

    fx_get_op(&get, op.task.id);
    get.task.api = asr_str("u2");
    assert_int_equal(asr_store_call(fx.s, &get), ASR_OK);
    assert_int_equal(get.task.id, op.task.id);
    assert_int_equal(get.task.state, ASR_TASK_CREATED);
    assert_int_equal(get.task.cause, ASR_CAUSE_NONE);
    assert_true(get.task.created_ms >= now);
    assert_int_equal(get.task.expires_ms, now + 1000000);
    assert_int_equal(get.task.started_ms, 0);
    assert_int_equal(get.task.finished_ms, 0);
    assert_int_equal(get.task.channels, 2);
    assert_true(get.task.channels_strict);
    assert_int_equal(get.task.sample_rate, 16000);
    assert_true(asr_str_eq(get.task.engine, asr_str("16k_en")));
    assert_true(asr_str_eq(get.task.format, asr_str("wav")));
    assert_true(asr_str_eq(get.task.params, asr_str("{\"a\":1}")));
    assert_true(asr_str_eq(get.task.account, asr_str(KEY)));
    assert_int_equal(get.task.message.len, 0);
    assert_int_equal(get.task.result.len, 0);
    assert_int_equal(get.task.inline_audio.len, 0);

    /* without an arena the numbers only; and one that is too small */

    get.arena = NULL;
    get.task.account = asr_str(KEY);
    get.task.api = asr_str("u2");
    assert_int_equal(asr_store_call(fx.s, &get), ASR_OK);
    asr_arena_init(&tiny, 1);
    get.arena = &tiny;
    assert_int_equal(asr_store_call(fx.s, &get), ASR_NOMEM);
    asr_arena_free(&tiny);
}


static void
test_isolation(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx_open(false, 0, 0);
    fx.course.progress = ASR_MOCK_TOLD;
    id = fx_create();

    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(fx_get(id + 1, &op), ASR_NOTFOUND);
    assert_int_equal(fx_get(-1, &op), ASR_NOTFOUND);

    fx_get_op(&op, id);
    op.task.account = asr_str("test-other");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
    (void) fx_create_of("test-other", "x", "{}");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
    op.task.account = asr_str_null();
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
    op.task.account = asr_str(KEY);
    op.task.api = asr_str("u2");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
    op.task.api = asr_str_null();
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
}


static void
test_bad_ops(void **state)
{
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_open(false, 0, 0);
    fx_op(&op, ASR_OP_N);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    fx_task(&op, KEY);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    fx_audio(&op, &f, "x", 1, 0);
    op.task.file_id = 1;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    assert_int_equal(f.fd, -1);
    assert_int_equal(fx_files("audio"), 0);
    assert_int_equal(fx_files("incoming"), 0);

    fx_op(&op, ASR_OP_FILE_CREATE);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    fx_op(&op, ASR_OP_FILE_GET);
    op.arena = NULL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    op.type = ASR_OP_FILE_LIST;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    op.type = ASR_OP_SEGMENTS_GET;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    op.type = ASR_OP_TASK_LIST;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    op.type = ASR_OP_HEARTBEAT;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    op.type = ASR_OP_NOTHING;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
}


static void
test_queue_max(void **state)
{
    int               i;
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_open(false, 0, 3);

    for (i = 0; i < 5; i++) {
        fx_task(&op, KEY);
        fx_audio(&op, &f, "audio", 5, 0);
        assert_int_equal(asr_store_call(fx.s, &op), i < 3 ? ASR_OK
                                                          : ASR_TOOBIG);
    }

    assert_int_equal(fx_files("audio"), 3);
    assert_int_equal(fx_files("incoming"), 0);

    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.spool.len, 32);
    op.type = ASR_OP_TASK_FAIL;
    op.task.cause = ASR_CAUSE_FORMAT;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    (void) fx_create();
}


/* One group: in order, group_done once. */

static void
test_group(void **state)
{
    int                i;
    asr_op_t           ops[50];
    asr_spool_file_t   files[50];

    fx_open(false, 0, 0);
    atomic_store(&fx_answers, 0);

    for (i = 0; i < 50; i++) {
        fx_task(&ops[i], KEY);
        fx_audio(&ops[i], &files[i], "audio", 5, 100);
        ops[i].done = fx_answered;
        ops[i].next = i < 49 ? &ops[i + 1] : NULL;
    }

    asr_store_submit_all(fx.s, ops);
    assert_int_equal(atomic_load(&fx_answers), 50);
    assert_int_equal(atomic_load(&fx.groups), 1);
    assert_int_equal(atomic_load(&fx.tasks), 50);

    for (i = 0; i < 50; i++) {
        assert_int_equal(ops[i].rc, ASR_OK);
        assert_int_equal(ops[i].task.id, ops[0].task.id + i);
    }
}


static int64_t
upload(const char *account, const char *purpose, const char *data,
    size_t inline_max)
{
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_op(&op, ASR_OP_FILE_CREATE);
    op.file.account = asr_cstr(account);
    op.file.purpose = asr_cstr(purpose);
    op.file.filename = asr_str("a \"b\" \xc3\xa9.wav");
    op.file.content_type = asr_str("audio/wav");
    fx_audio(&op, &f, data, strlen(data), inline_max);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.file.bytes, strlen(data));

    return op.file.id;
}


static asr_err_t
file_op(asr_op_t *op, asr_op_type_t type, int64_t id, const char *account,
    const char *purpose)
{
    fx_op(op, type);
    op->file.id = id;
    op->file.account = asr_cstr(account);
    op->file.purpose = asr_cstr(purpose);

    return asr_store_call(fx.s, op);
}


static void
test_files(void **state)
{
    int        i, fd;
    char       buf[8];
    int64_t    big, small;
    asr_op_t   op;

    fx_open(false, 0, 0);
    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, KEY, ""), ASR_OK);
    assert_int_equal(op.nfiles, 0);

    big = upload(KEY, "a2t", "large", 0);
    small = upload(KEY, "a2t", "small", 100);
    assert_int_equal(small, big + 1);
    assert_int_equal(fx_files("audio"), 1);

    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, small, KEY, ""), ASR_OK);
    assert_int_equal(op.file.bytes, 5);
    assert_int_equal(op.file.spool.len, 0);
    assert_true(asr_str_eq(op.file.inline_audio, asr_str("small")));
    assert_true(asr_str_eq(op.file.filename,
                           asr_str("a \"b\" \xc3\xa9.wav")));
    assert_true(asr_str_eq(op.file.content_type, asr_str("audio/wav")));
    assert_true(asr_str_eq(op.file.purpose, asr_str("a2t")));
    assert_true(op.file.created_ms > 0);

    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, big, "", ""), ASR_OK);
    assert_true(asr_str_eq(op.file.account, asr_str(KEY)));
    fd = asr_spool_open_audio(fx.spool, op.file.spool);
    assert_int_equal(read(fd, buf, sizeof(buf)), 5);
    assert_memory_equal(buf, "large", 5);
    close(fd);

    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, big, "test-o", ""),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, big + 9, KEY, ""),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, "test-o", ""),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, "", ""),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, KEY, "else"),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, KEY, "a2t"),
                     ASR_OK);
    assert_int_equal(fx_files("audio"), 0);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, KEY, "a2t"),
                     ASR_NOTFOUND);

    for (i = 0; i < 4; i++) {
        (void) upload(i % 2 == 0 ? KEY : "test-o", i < 2 ? "a2t" : "tts", "x",
                      100);
    }

    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, KEY, ""), ASR_OK);
    assert_int_equal(op.nfiles, 3);
    assert_int_equal(op.files[0].id, small + 2);
    assert_int_equal(op.files[2].id, small);
    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, KEY, "tts"), ASR_OK);
    assert_int_equal(op.nfiles, 1);
}


static void
test_file_fill(void **state)
{
    int               i;
    int64_t           id;
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_open(false, 0, 0);

    for (i = 0; i < 2; i++) {
        id = upload(KEY, "a2t", "", 0);

        fx_task(&op, KEY);
        op.task.file_id = id;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

        fx_op(&op, ASR_OP_FILE_FILL);
        op.file.id = id;
        op.file.account = asr_str("test-o");
        fx_audio(&op, &f, "x", 1, 0);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
        op.file.account = asr_str(KEY);
        op.file.content_type = asr_str("audio/ogg");
        fx_audio(&op, &f, "", 0, 0);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
        fx_audio(&op, &f, "content", 7, i == 0 ? 0 : 100);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        assert_int_equal(op.file.bytes, 7);
        fx_audio(&op, &f, "more", 4, 0);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_EXISTS);
        assert_int_equal(fx_files("audio"), 1);
        assert_int_equal(fx_files("incoming"), 0);

        assert_int_equal(file_op(&op, ASR_OP_FILE_GET, id, KEY, ""), ASR_OK);
        assert_int_equal(op.file.bytes, 7);
        assert_true((op.file.spool.len != 0) == (i == 0));
        assert_int_equal(op.file.inline_audio.len, i == 0 ? 0 : 7);
        assert_true(asr_str_eq(op.file.content_type, asr_str("audio/ogg")));

        fx_task(&op, KEY);
        op.task.file_id = id;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    }
}


static void
test_file_tasks(void **state)
{
    int        i;
    int64_t    id[2], file[2];
    asr_op_t   op;

    fx_open(false, 0, 0);
    file[0] = upload(KEY, "a2t", "inline", 100);
    file[1] = upload(KEY, "a2t", "on disk", 0);

    for (i = 0; i < 2; i++) {
        fx_task(&op, KEY);
        op.task.file_id = file[i];
        op.file.purpose = asr_str("other");
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
        op.file.purpose = asr_str("a2t");
        op.task.account = asr_str("test-o");
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
        op.task.account = asr_str(KEY);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id[i] = op.task.id;
    }

    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[0]);
    assert_true(asr_str_eq(op.task.inline_audio, asr_str("inline")));
    assert_int_equal(fx_done(id[0]), ASR_OK);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[1]);
    assert_int_equal(op.task.spool.len, 32);
    assert_int_equal(fx_done(id[1]), ASR_OK);
    assert_int_equal(fx_files("audio"), 1);

    /* deleted while a task waits */

    for (i = 0; i < 2; i++) {
        fx_task(&op, KEY);
        op.task.file_id = file[i];
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id[i] = op.task.id;
        assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, file[i], KEY, ""),
                         ASR_OK);
    }

    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);

    for (i = 0; i < 2; i++) {
        assert_int_equal(fx_get(id[i], &op), ASR_OK);
        assert_int_equal(op.task.state, ASR_TASK_FAILED);
        assert_int_equal(op.task.cause, ASR_CAUSE_FILE_GONE);
    }
}


static void
test_expiry(void **state)
{
    int                i;
    int64_t            id[3], file;
    asr_op_t           op;
    asr_spool_file_t   f;

    fx_open(false, 0, 0);
    fx_freeze(KEY, 1000000);

    /* 0 ended, 1 waits, 2 in hand; and a file */

    for (i = 0; i < 3; i++) {
        fx_task(&op, KEY);
        op.task.expires_ms = 1100000;
        fx_audio(&op, &f, "audio", 5, 0);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id[i] = op.task.id;

        if (i != 1) {
            assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
            assert_int_equal(op.task.created_ms, 1000000);
        }

        if (i == 0) {
            assert_int_equal(fx_done(id[0]), ASR_OK);
            fx.course.progress = ASR_MOCK_TOLD;
        }

        if (i == 1) {
            fx.course.progress = ASR_MOCK_SECONDS;
        }
    }

    fx_op(&op, ASR_OP_FILE_CREATE);
    op.file.account = asr_str(KEY);
    op.file.expires_ms = 1100000;
    fx_audio(&op, &f, "audio", 5, 0);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    file = op.file.id;
    assert_int_equal(fx_files("audio"), 4);

    fx_freeze(KEY, 1099999);
    assert_int_equal(fx_get(id[0], &op), ASR_OK);
    assert_int_equal(op.task.finished_ms, 1000000);
    assert_int_equal(fx_files("audio"), 4);

    fx_freeze(KEY, 1100000);

    for (i = 0; i < 3; i++) {
        assert_int_equal(fx_get(id[i], &op), ASR_NOTFOUND);
    }

    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, file, KEY, ""),
                     ASR_NOTFOUND);

    /* what is in hand goes when it ends */

    assert_int_equal(fx_files("audio"), 1);
    assert_non_null(fx_peek(id[2]));
    assert_int_equal(fx_done(id[2]), ASR_OK);
    fx_op(&op, ASR_OP_HOUSEKEEP);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_null(fx_peek(id[2]));
    assert_int_equal(fx_files("audio"), 0);
}


/* Under way at n queries, done at the next; held until it is. */

static void
test_polls(void **state)
{
    int        n, i;
    int64_t    id;
    asr_op_t   op, work;

    fx_open(false, 0, 0);
    fx.course.progress = ASR_MOCK_POLLS;

    for (n = 0; n < 5; n++) {
        fx.course.n = n;
        id = fx_create();

        for (i = 1; i <= n; i++) {
            assert_int_equal(fx_get(id, &op), ASR_OK);
            assert_int_equal(op.task.finished_ms, 0);
            assert_int_equal(op.task.state, i == 1 && n > 1
                                            ? ASR_TASK_CREATED
                                            : ASR_TASK_RECOGNISING);
            assert_true(op.task.segments_done <= op.task.segments);
            assert_true((op.task.started_ms != 0)
                        == (op.task.state == ASR_TASK_RECOGNISING));
            assert_int_equal(atomic_load(&fx.tasks), n);
        }

        atomic_store(&fx_answers, 0);
        fx_get_op(&op, id);
        op.done = fx_answered;
        asr_store_submit(fx.s, &op);
        assert_int_equal(atomic_load(&fx_answers), 0);
        assert_int_equal(atomic_load(&fx.tasks), n + 1);

        assert_int_equal(fx_claim(&work), ASR_CLAIM_DECODE);
        assert_int_equal(fx_decoded(id, 0, 0, &work), ASR_OK);
        assert_int_equal(atomic_load(&fx_answers), 0);
        assert_int_equal(fx_done(id), ASR_OK);

        assert_int_equal(atomic_load(&fx_answers), 1);
        assert_int_equal(op.rc, ASR_OK);
        assert_int_equal(op.task.state, ASR_TASK_SUCCEEDED);
        assert_true(asr_str_eq(op.task.result, asr_str("{\"text\":\"all\"}")));
        assert_int_equal(fx_get(id, &op), ASR_OK);
        assert_int_equal(op.task.state, ASR_TASK_SUCCEEDED);
    }
}


/* Several queries of one task, all answered by the thread that ends it. */

static void
test_held(void **state)
{
    int        i;
    int64_t    id;
    asr_op_t   ops[5], list, claim;

    fx_open(false, 0, 0);
    fx.course.progress = ASR_MOCK_ONCE;
    fx_task(&ops[0], KEY);
    ops[0].task.listed = true;
    ops[0].task.url = asr_str("http://a/b.wav");
    assert_int_equal(asr_store_call(fx.s, &ops[0]), ASR_OK);
    id = ops[0].task.id;
    atomic_store(&fx_answers, 0);

    for (i = 0; i < 5; i++) {
        fx_get_op(&ops[i], id);
        ops[i].done = fx_answered;
        asr_store_submit(fx.s, &ops[i]);
    }

    fx_op(&list, ASR_OP_TASK_LIST);
    list.task.account = asr_str(KEY);
    list.task.api = asr_str("tencent");
    list.list.limit = 10;
    list.done = fx_answered;
    asr_store_submit(fx.s, &list);

    assert_int_equal(atomic_load(&fx_answers), 0);
    assert_false(asr_mock_store_settled(fx_world()));
    assert_int_equal(fx_claim_io(&claim, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    atomic_store(&fx.groups, 0);
    claim.type = ASR_OP_TASK_FAIL;
    claim.task.cause = ASR_CAUSE_DOWNLOAD;
    assert_int_equal(asr_store_call(fx.s, &claim), ASR_OK);

    assert_int_equal(atomic_load(&fx_answers), 6);
    assert_int_equal(atomic_load(&fx.groups), 1);
    assert_int_equal(atomic_load(&fx.settled), 1);
    assert_true(asr_mock_store_settled(fx_world()));

    for (i = 0; i < 5; i++) {
        assert_int_equal(ops[i].rc, ASR_OK);
        assert_int_equal(ops[i].task.state, ASR_TASK_FAILED);
        assert_int_equal(ops[i].task.cause, ASR_CAUSE_DOWNLOAD);
    }

    assert_int_equal(list.rc, ASR_OK);
    assert_int_equal(list.ntasks, 1);
    assert_int_equal(list.list.total, 1);
    assert_int_equal(list.tasks[0].state, ASR_TASK_FAILED);
}


static void
test_seconds(void **state)
{
    int64_t            id;
    asr_op_t           op, work;
    asr_mock_world_t  *w;

    fx_open(false, 0, 0);
    fx_freeze(KEY, 1000000);
    w = fx_world();
    fx.course.n = 8000;
    id = fx_create();
    assert_int_equal(asr_mock_store_next(w), 1008000);

    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_CREATED);
    fx_freeze(KEY, 1004000);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_RECOGNISING);
    assert_int_equal(op.task.segments_done, 4);
    fx_freeze(KEY, 1007999);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_RECOGNISING);
    assert_int_equal(op.task.segments_done, 7);
    assert_int_equal(fx_claim(&work), ASR_CLAIM_NONE);

    fx_freeze(KEY, 1008000);
    atomic_store(&fx_answers, 0);
    fx_get_op(&op, id);
    op.done = fx_answered;
    asr_store_submit(fx.s, &op);
    assert_int_equal(atomic_load(&fx_answers), 0);
    assert_int_equal(asr_mock_store_next(w), 0);
    assert_int_equal(fx_claim(&work), ASR_CLAIM_DECODE);
    assert_int_equal(work.task.started_ms, 1008000);
    assert_int_equal(fx_done(id), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_SUCCEEDED);
    assert_int_equal(op.task.finished_ms, 1008000);
}


static void
ran(asr_mock_world_t *w, char *out, size_t size)
{
    asr_buf_t       b;
    asr_json_out_t  o;

    asr_buf_init(&b, 100000);
    assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
    asr_mock_store_ran_write(w, &o);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);
    snprintf(out, size, "%.*s", asr_fmt(asr_buf_str(&b)));
    asr_buf_free(&b);
}


/* What falls due by the clock, in the order of its time, without a query. */

static void
test_due(void **state)
{
    char               text[512], want[512];
    int64_t            id[3];
    asr_mock_world_t  *w;

    fx_open(true, 0, 0);
    fx.exact = true;
    fx_freeze(KEY, 1000000);
    w = fx_world();

    fx.course.n = 3000;
    id[0] = fx_create();
    fx.course.n = 1000;
    id[1] = fx_create();
    fx.course.end = ASR_MOCK_FAILS;
    fx.course.code = strdup("too_short");
    fx.course.n = 2000;
    id[2] = fx_create();

    asr_mock_lock();
    assert_int_equal(asr_mock_store_next(w), 1001000);
    assert_int_equal(asr_mock_store_due(w, 1000999), 0);
    assert_int_equal(asr_mock_store_due(w, 1003000), 3);
    assert_false(asr_mock_store_settled(w));
    asr_mock_unlock();
    assert_int_equal(atomic_load(&fx.tasks), 0);
    asr_mock_store_flush();
    assert_int_equal(atomic_load(&fx.tasks), 2);

    fx_run();
    assert_true(asr_mock_store_settled(w));
    assert_int_equal(atomic_load(&fx.settled), 1);
    ran(w, text, sizeof(text));
    snprintf(want, sizeof(want), "[\"task %lld succeeded\","
             "\"task %lld succeeded\",\"task %lld failed\"]",
             (long long) id[0], (long long) id[1], (long long) id[2]);
    assert_string_equal(text, want);
    ran(w, text, sizeof(text));
    assert_string_equal(text, "[]");
    assert_int_equal(fx_peek(id[0])->t.finished_ms, 1003000);
    assert_int_equal(fx_peek(id[1])->t.finished_ms, 1001000);

    /* what nobody asked for is forgotten with the next time */

    (void) fx_create();
    asr_mock_lock();
    assert_int_equal(asr_mock_store_due(w, 1005000), 1);
    assert_int_equal(asr_mock_store_due(w, 1005000), 0);
    asr_mock_unlock();
    ran(w, text, sizeof(text));
    assert_string_equal(text, "[]");
}


static void
test_told_never(void **state)
{
    int                i;
    int64_t            told, never;
    asr_op_t           op;
    asr_mock_world_t  *w;

    fx_open(true, 0, 0);
    fx.exact = true;
    w = fx_world();
    fx.course.progress = ASR_MOCK_TOLD;
    told = fx_create();
    fx.course.progress = ASR_MOCK_POLLS;
    fx.course.end = ASR_MOCK_NEVER;
    never = fx_create();

    for (i = 0; i < 20; i++) {
        assert_int_equal(fx_get(told, &op), ASR_OK);
        assert_true(op.task.state < ASR_TASK_SUCCEEDED);
        assert_int_equal(fx_get(never, &op), ASR_OK);
        assert_true(op.task.state < ASR_TASK_SUCCEEDED);
    }

    assert_int_equal(op.task.state, ASR_TASK_RECOGNISING);
    assert_int_equal(op.task.segments_done, op.task.segments - 1);

    asr_mock_lock();
    assert_int_equal(asr_mock_store_tell(w, 12345, ASR_MOCK_SUCCEEDS,
                                         asr_str_null()),
                     ASR_NOTFOUND);
    assert_int_equal(asr_mock_store_tell(w, told, ASR_MOCK_FAILS,
                                         asr_str("too_short")),
                     ASR_OK);
    assert_int_equal(asr_mock_store_tell(w, told, ASR_MOCK_SUCCEEDS,
                                         asr_str_null()),
                     ASR_EXISTS);
    assert_int_equal(asr_mock_store_tell(w, never, ASR_MOCK_SUCCEEDS,
                                         asr_str_null()),
                     ASR_OK);
    asr_mock_unlock();
    asr_mock_store_flush();

    assert_int_equal(fx_get(told, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_TOO_SHORT);
    assert_true(asr_str_eq(op.task.message, asr_str("much too short")));
    fx_run();
    assert_int_equal(fx_get(never, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_SUCCEEDED);
}


/* A failure that the course says needs no audio; an unknown code is ours. */

static void
test_fails(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx_open(false, 0, 0);
    fx.course.progress = ASR_MOCK_POLLS;
    fx.course.n = 1;
    fx.course.end = ASR_MOCK_FAILS;
    fx.course.code = strdup("nonsense");
    id = fx_create_url("{}");
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_RECOGNISING);
    assert_int_equal(fx_get(id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_INTERNAL);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_FETCH), ASR_CLAIM_NONE);
}


static asr_err_t
list(asr_op_t *op, unsigned states, bool up, int64_t after, int64_t skip,
    int64_t limit)
{
    fx_op(op, ASR_OP_TASK_LIST);
    op->task.account = asr_str(KEY);
    op->task.api = asr_str("ice");
    op->list.states = states;
    op->list.ascending = up;
    op->list.after = after;
    op->list.skip = skip;
    op->list.limit = limit;

    return asr_store_call(fx.s, op);
}


static void
test_list(void **state)
{
    int               i;
    int64_t           id[10];
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_open(true, 0, 0);
    fx.exact = true;
    fx.course.progress = ASR_MOCK_TOLD;

    assert_int_equal(list(&op, 0, true, 0, 0, 10), ASR_OK);
    assert_int_equal(op.ntasks, 0);
    assert_int_equal(list(&op, 0, true, 0, 0, 0), ASR_INVALID);
    assert_int_equal(list(&op, 0, true, 0, -1, 1), ASR_INVALID);
    assert_int_equal(list(&op, 0, true, 0, 0, ASR_TASK_LIST_MAX + 1),
                     ASR_INVALID);

    for (i = 0; i < 10; i++) {
        fx_task(&op, KEY);
        op.task.api = asr_str("ice");
        op.task.listed = i != 9;
        fx_audio(&op, &f, "audio", 5, 100);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id[i] = op.task.id;
    }

    asr_mock_lock();

    for (i = 0; i < 4; i++) {
        assert_int_equal(asr_mock_store_tell(fx_world(), id[i],
                                             ASR_MOCK_FAILS, asr_str("x")),
                         ASR_OK);
    }

    asr_mock_unlock();

    assert_int_equal(list(&op, 0, true, 0, 0, 3), ASR_OK);
    assert_int_equal(op.ntasks, 3);
    assert_int_equal(op.list.total, 9);
    assert_int_equal(op.tasks[0].id, id[0]);
    assert_int_equal(op.tasks[2].id, id[2]);
    assert_true(asr_str_eq(op.tasks[2].engine, asr_str("16k_en")));

    assert_int_equal(list(&op, 0, false, 0, 2, 100), ASR_OK);
    assert_int_equal(op.ntasks, 7);
    assert_int_equal(op.tasks[0].id, id[6]);
    assert_int_equal(list(&op, 0, false, id[3], 0, 100), ASR_OK);
    assert_int_equal(op.ntasks, 3);
    assert_int_equal(op.tasks[0].id, id[2]);
    assert_int_equal(op.list.total, 9);
    assert_int_equal(list(&op, 1u << ASR_TASK_FAILED, true, 0, 0, 100),
                     ASR_OK);
    assert_int_equal(op.ntasks, 4);
    assert_int_equal(op.list.total, 4);

    fx_op(&op, ASR_OP_TASK_DELETE);
    op.task.account = asr_str(KEY);
    op.task.api = asr_str("ice");
    op.ids = (int64_t[]) { id[0], id[5], id[0], 1 };
    op.nids = 4;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
    op.nids = 3;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(list(&op, 0, true, 0, 0, 100), ASR_OK);
    assert_int_equal(op.ntasks, 7);
}


/* A list is a look too: those who only list get on. */

static void
test_list_polls(void **state)
{
    int64_t           id;
    asr_op_t          op, work;
    asr_spool_file_t  f;

    fx_open(false, 0, 0);
    fx.course.progress = ASR_MOCK_POLLS;
    fx.course.n = 1;
    fx_task(&op, KEY);
    op.task.api = asr_str("ice");
    op.task.listed = true;
    fx_audio(&op, &f, "audio", 5, 100);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    id = op.task.id;

    assert_int_equal(list(&op, 1u << ASR_TASK_SUCCEEDED, true, 0, 0, 9),
                     ASR_OK);
    assert_int_equal(op.ntasks, 0);

    fx_op(&op, ASR_OP_TASK_LIST);
    op.task.account = asr_str(KEY);
    op.task.api = asr_str("ice");
    op.list.states = 1u << ASR_TASK_SUCCEEDED;
    op.list.limit = 9;
    op.done = fx_answered;
    atomic_store(&fx_answers, 0);
    asr_store_submit(fx.s, &op);
    assert_int_equal(atomic_load(&fx_answers), 0);
    assert_int_equal(fx_claim(&work), ASR_CLAIM_DECODE);
    assert_int_equal(fx_done(id), ASR_OK);
    assert_int_equal(atomic_load(&fx_answers), 1);
    assert_int_equal(op.ntasks, 1);
    assert_int_equal(op.tasks[0].id, id);
}


/* Nor is a list held by what was made after it: that has no end. */

static void
test_list_later(void **state)
{
    int               i;
    int64_t           id[2];
    asr_op_t          op, held, looks[2], work;
    asr_spool_file_t  f;

    fx_open(false, 0, 0);
    fx.course.progress = ASR_MOCK_ONCE;
    atomic_store(&fx_answers, 0);

    for (i = 0; i < 2; i++) {
        fx_task(&op, KEY);
        op.task.api = asr_str("ice");
        op.task.listed = true;
        fx_audio(&op, &f, "audio", 5, 100);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id[i] = op.task.id;

        if (i == 0) {
            fx_op(&held, ASR_OP_TASK_LIST);
            held.task.account = asr_str(KEY);
            held.task.api = asr_str("ice");
            held.list.limit = 9;
            held.done = fx_answered;
            asr_store_submit(fx.s, &held);
        }

        fx_get_op(&looks[i], id[i]);
        looks[i].task.api = asr_str("ice");
        asr_store_submit(fx.s, &looks[i]);
    }

    assert_int_equal(atomic_load(&fx_answers), 0);
    assert_int_equal(fx_claim(&work), ASR_CLAIM_DECODE);
    assert_int_equal(work.task.id, id[0]);
    assert_int_equal(fx_done(id[0]), ASR_OK);
    assert_int_equal(atomic_load(&fx_answers), 1);
    assert_int_equal(held.ntasks, 2);
    assert_int_equal(held.tasks[0].id, id[1]);
    assert_int_not_equal(held.tasks[0].state, ASR_TASK_SUCCEEDED);
    assert_int_equal(held.tasks[1].state, ASR_TASK_SUCCEEDED);

    /* its own end lets the last look go */

    assert_int_equal(fx_claim(&work), ASR_CLAIM_DECODE);
    assert_int_equal(fx_done(id[1]), ASR_OK);
    assert_int_equal(looks[1].rc, ASR_OK);
}


static void
forget(const char *key)
{
    asr_mock_lock();
    asr_mock_world_delete(asr_mock_world_find(asr_cstr(key)));
    asr_mock_worlds_reap();
    asr_mock_unlock();
}


/* By seed and key alone; anew with a new world. */

static void
test_ids(void **state)
{
    int64_t  first, other, id;

    fx_open(false, 0, 0);
    first = fx_create();
    other = fx_create_of("test-other", "x", "{}");
    assert_int_equal(fx_create(), first + 1);
    assert_int_not_equal(first >> 23, other >> 23);
    forget(KEY);
    assert_int_equal(fx_create_of("test-third", "x", "{}") & 0x7fffff, 1);
    id = fx_create();
    assert_int_equal(id, first);
    assert_int_equal(fx_create_of("test-other", "x", "{}"), other + 1);
}


/* Two worlds of one place: the second moves on. */

static void
test_ids_collide(void **state)
{
    int64_t           first;
    asr_mock_home_t  *h;

    fx_open(false, 0, 0);
    first = fx_create();

    asr_mock_lock();
    h = fx_world()->store;
    asr_mock_take(&h->link);
    fx_world()->store = NULL;
    asr_mock_put(&fx_store()->homes, &h->link);
    asr_mock_unlock();

    assert_int_equal(fx_create(), first + (1 << 23));

    asr_mock_lock();
    asr_mock_home_free(fx_store(), fx_world()->store, ASR_NOTFOUND);
    fx_world()->store = h;
    asr_mock_unlock();
}


/* With threads at work in it, and queries held. */

static void
test_forget(void **state)
{
    int                fd;
    int64_t            id[3];
    asr_op_t           get, work, op;
    asr_spool_file_t   f;

    fx_open(false, 0, 0);
    fx_task(&op, KEY);
    fx_audio(&op, &f, "audio", 5, 0);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    id[0] = op.task.id;
    id[1] = fx_create_url("{}");
    id[2] = fx_create();

    assert_int_equal(fx_claim(&work), ASR_CLAIM_DECODE);
    assert_int_equal(work.task.id, id[0]);
    assert_int_equal(fx_claim_io(&op, ASR_WANT_FETCH), ASR_CLAIM_FETCH);
    assert_int_equal(op.task.id, id[1]);
    fd = asr_spool_open_pcm(fx.spool, id[0], 0, O_CREAT|O_WRONLY);
    close(fd);

    atomic_store(&fx_answers, 0);
    fx_get_op(&get, id[2]);
    get.done = fx_answered;
    asr_store_submit(fx.s, &get);
    assert_int_equal(atomic_load(&fx_answers), 0);

    forget(KEY);
    assert_int_equal(atomic_load(&fx_answers), 0);
    asr_mock_store_flush();
    assert_int_equal(atomic_load(&fx_answers), 1);
    assert_int_equal(get.rc, ASR_NOTFOUND);
    assert_int_equal(fx_files("audio"), 0);
    assert_int_equal(fx_claim(&op), ASR_CLAIM_NONE);

    /* the new world does without the ids that threads have */

    assert_int_equal(fx_create(), id[2]);
    assert_int_equal(fx_decoded(id[0], 1, 100, &op), ASR_NOTFOUND);
    assert_int_equal(fx_files("pcm"), 0);
    assert_int_equal(fx_fetched(id[1], 50000, &op), ASR_NOTFOUND);
    assert_int_equal(fx_files("audio"), 0);
    assert_null(fx_store()->dead);

    forget(KEY);
    assert_int_equal(fx_create(), id[0]);
}


static void
test_close(void **state)
{
    int64_t   id;
    asr_op_t  get;

    fx_open(false, 0, 0);
    id = fx_create();
    atomic_store(&fx_answers, 0);
    fx_get_op(&get, id);
    get.done = fx_answered;
    asr_store_submit(fx.s, &get);
    assert_int_equal(atomic_load(&fx_answers), 0);

    asr_store_close(fx.s);
    fx.s = NULL;
    assert_int_equal(atomic_load(&fx_answers), 1);
    assert_int_equal(get.rc, ASR_STOPPED);
    asr_mock_store_flush();
}


/* Only one at a time, and the next one is empty. */

static void
test_open(void **state)
{
    asr_op_t          op;
    asr_store_conf_t  conf;

    fx_open(false, 0, 0);
    (void) fx_create();
    memset(&conf, 0, sizeof(conf));
    conf.url = "mock:";
    assert_null(asr_store_open(&conf, fx.err, sizeof(fx.err)));
    assert_string_equal(fx.err, "the mock's store is open already");
    assert_true(strlen(asr_store_owner(fx.s)) != 0);
    asr_store_close(fx.s);

    fx_open(false, 0, 0);
    fx_op(&op, ASR_OP_STATS);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.stats.tasks[ASR_TASK_CREATED], 0);
    assert_int_equal(op.stats.oldest_ms, 0);
}


/* Flat: what has ended first goes first, of the world that has most. */

#define MANY  100000

static void
test_ceiling(void **state)
{
    int                      i;
    int64_t                  first, small, last, id;
    asr_op_t                 op;
    asr_mock_store_counts_t  c;

    fx_open(true, 2 * 1024 * 1024, 0);
    fx.course.progress = ASR_MOCK_TOLD;
    small = fx_create_of("test-small", "x", "{}");
    first = fx_create();
    last = first;

    for (i = 1; i < MANY; i++) {
        last = fx_create();
        assert_true(fx_store()->bytes <= 2 * 1024 * 1024);
        asr_arena_free(&fx.arena);
    }

    assert_int_equal(last, first + MANY - 1);
    assert_null(fx_peek(first));
    assert_non_null(fx_peek(last));
    assert_non_null(fx_peek(small));
    assert_int_equal(fx_get(first, &op), ASR_NOTFOUND);
    assert_int_equal(fx_get(last, &op), ASR_OK);
    asr_mock_store_counts(fx_world(), &c);
    assert_true(c.tasks > 1000);
    assert_int_equal(c.dropped, MANY - c.tasks);
    assert_int_equal(fx_store()->tasks.n, c.tasks + 1);

    /* one that has ended before all that have not */

    asr_mock_lock();
    assert_int_equal(asr_mock_store_tell(fx_world(), last, ASR_MOCK_FAILS,
                                         asr_str("x")),
                     ASR_OK);
    asr_mock_unlock();
    id = last - (int64_t) c.tasks + 1;
    assert_non_null(fx_peek(id));

    for (i = 0; fx_peek(id) != NULL && i < MANY; i++) {
        (void) fx_create();
        asr_arena_free(&fx.arena);
    }

    assert_null(fx_peek(last));
    assert_non_null(fx_peek(last - 1));
}


/* Audio in the spool: of the world longest unused, the oldest first. */

static void
test_spool_ceiling(void **state)
{
    int                i;
    int64_t            old, id, file;
    asr_op_t           op;
    asr_mock_found_t   found;
    asr_spool_file_t   f;

    fx_open(false, 0, 0);
    fx_world()->used_ms = 2;
    id = 0;
    file = 0;
    old = 0;

    for (i = 0; i < 6; i++) {
        fx_task(&op, i < 2 ? "test-old" : KEY);
        fx_audio(&op, &f, "x", 1, 0);
        assert_int_equal(ftruncate(f.fd, (off_t) ASR_MOCK_SPOOL_MAX / 4), 0);
        f.size = ASR_MOCK_SPOOL_MAX / 4;

        if (i == 1) {
            op.type = ASR_OP_FILE_CREATE;
            op.file.account = asr_str("test-old");
        }

        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id = op.task.id;

        if (i == 0) {
            old = op.task.id;
            assert_int_equal(fx_claim(&op), ASR_CLAIM_DECODE);
            assert_int_equal(fx_done(old), ASR_OK);
            asr_mock_lock();
            asr_mock_world_find(asr_str("test-old"))->used_ms = 1;
            asr_mock_unlock();
        }

        if (i == 1) {
            file = op.file.id;
        }

        assert_true(fx_store()->spooled <= ASR_MOCK_SPOOL_MAX);
    }

    /* the ended task lost its audio alone, then the file went */

    assert_int_equal(fx_files("audio"), 4);
    assert_non_null(fx_peek(old));
    assert_false(asr_mock_store_audio(fx_peek(old)->home->world, old,
                                      &found));
    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, file, "", ""),
                     ASR_NOTFOUND);
    assert_true(asr_mock_store_audio(fx_world(), id, &found));
    assert_int_equal(found.size, ASR_MOCK_SPOOL_MAX / 4);
    assert_int_equal(found.spool.len, 32);

    /* one that alone is too large */

    fx_task(&op, KEY);
    fx_audio(&op, &f, "x", 1, 0);
    f.size = ASR_MOCK_SPOOL_MAX + 1;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_STORE);
    assert_int_equal(fx_files("audio"), 4);
    assert_int_equal(fx_files("incoming"), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_create_get), STORE_TEST(test_isolation),
        STORE_TEST(test_bad_ops), STORE_TEST(test_queue_max),
        STORE_TEST(test_group), STORE_TEST(test_files),
        STORE_TEST(test_file_fill), STORE_TEST(test_file_tasks),
        STORE_TEST(test_expiry), STORE_TEST(test_polls),
        STORE_TEST(test_held), STORE_TEST(test_seconds),
        STORE_TEST(test_due), STORE_TEST(test_told_never),
        STORE_TEST(test_fails), STORE_TEST(test_list),
        STORE_TEST(test_list_polls), STORE_TEST(test_list_later),
        STORE_TEST(test_ids),
        STORE_TEST(test_ids_collide), STORE_TEST(test_forget),
        STORE_TEST(test_close), STORE_TEST(test_open),
        STORE_TEST(test_ceiling), STORE_TEST(test_spool_ceiling),
    };

    return cmocka_run_group_tests(tests, fx_group, NULL);
}
