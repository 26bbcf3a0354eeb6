/*
 * The store: making and reading of files and tasks, grouping, isolation,
 * expiry.
 */

#define _GNU_SOURCE

#include "store_fixture.h"


static void
test_create_get(void **state)
{
    int64_t           now;
    asr_op_t          op, get;
    asr_spool_file_t  f;

    fx.s = fx_open(0);
    now = asr_clock_ms();

    fx_task(&op, "demo");
    op.task.api = asr_str("u2");
    op.task.channels = 2;
    op.task.channels_strict = true;
    op.task.expires_ms = now + 1000000;
    fx_audio(&op, &f, "RIFF....", 8, 100);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.task.id, 1);
    assert_null(f.mem);
    assert_int_equal(f.size, 8);
    fx_settle(fx.s);
    assert_int_equal(atomic_load(&fx.units), 1);

    fx_op(&get, ASR_OP_TASK_GET);
    get.task.id = op.task.id;
    get.task.account = asr_str("demo");
    get.task.api = asr_str("u2");
    assert_int_equal(asr_store_call(fx.s, &get), ASR_OK);

    assert_int_equal(get.task.state, ASR_TASK_CREATED);
    assert_int_equal(get.task.cause, ASR_CAUSE_NONE);
    assert_true(get.task.created_ms >= now);
    assert_int_equal(get.task.expires_ms, now + 1000000);
    assert_int_equal(get.task.started_ms, 0);
    assert_int_equal(get.task.finished_ms, 0);
    assert_int_equal(get.task.file_id, 0);
    assert_int_equal(get.task.channels, 2);
    assert_true(get.task.channels_strict);
    assert_int_equal(get.task.sample_rate, 16000);
    assert_true(asr_str_eq(get.task.engine, asr_str("16k_en")));
    assert_true(asr_str_eq(get.task.format, asr_str("wav")));
    assert_true(asr_str_eq(get.task.params, asr_str("{\"a\":1}")));
    assert_int_equal(get.task.message.len, 0);
    assert_int_equal(get.task.result.len, 0);
    assert_int_equal(get.task.inline_audio.len, 0);

    /* without an arena the numbers only */
    get.arena = NULL;
    get.task.account = asr_str("demo");
    get.task.api = asr_str("u2");
    assert_int_equal(asr_store_call(fx.s, &get), ASR_OK);

    /* an arena that is too small */
    {
        asr_arena_t  tiny;

        asr_arena_init(&tiny, 1);
        get.arena = &tiny;
        assert_int_equal(asr_store_call(fx.s, &get), ASR_NOMEM);
        asr_arena_free(&tiny);
    }
}


static void
test_isolation(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx.s = fx_open(0);
    id = fx_create(fx.s);

    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(fx_get(fx.s, id + 1, &op), ASR_NOTFOUND);
    assert_int_equal(fx_get(fx.s, -1, &op), ASR_NOTFOUND);

    fx_op(&op, ASR_OP_TASK_GET);
    op.task.id = id;
    op.task.account = asr_str("other");
    op.task.api = asr_str("tencent");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    op.task.account = asr_str_null();
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    op.task.account = asr_str("demo");
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

    fx.s = fx_open(0);

    fx_op(&op, ASR_OP_N);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    /* no audio, and two kinds of it */
    fx_task(&op, "demo");
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    fx_audio(&op, &f, "x", 1, 0);
    op.task.file_id = 1;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    assert_int_equal(f.fd, -1);
    assert_int_equal(fx_files("audio"), 0);

    fx_op(&op, ASR_OP_FILE_CREATE);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    fx_op(&op, ASR_OP_CLAIM);
    op.arena = NULL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    fx_op(&op, ASR_OP_RELEASE);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);

    fx_op(&op, ASR_OP_FILE_GET);
    op.arena = NULL;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    op.type = ASR_OP_FILE_LIST;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
    op.type = ASR_OP_SEGMENTS_GET;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
}


static void
test_queue_max(void **state)
{
    int               i;
    asr_op_t          op;
    asr_spool_file_t  f;

    fx.s = fx_open(3);

    for (i = 0; i < 5; i++) {
        fx_task(&op, "demo");
        fx_audio(&op, &f, "audio", 5, 0);
        assert_int_equal(asr_store_call(fx.s, &op), i < 3 ? ASR_OK
                                                          : ASR_TOOBIG);
    }

    assert_int_equal(fx_files("audio"), 3);
    assert_int_equal(fx_files("incoming"), 0);

    /* a finished one makes room */

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.spool.len, 32);
    op.type = ASR_OP_TASK_FAIL;
    op.task.cause = ASR_CAUSE_FORMAT;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(fx_files("audio"), 2);

    (void) fx_create(fx.s);
}


#define MANY  3000

static int  many_works;


static void
many_work_cb(asr_op_t *op)
{
    pthread_mutex_lock(&many_lock);
    many_works++;
    pthread_mutex_unlock(&many_lock);
}


static void
test_grouped(void **state)
{
    int                i, groups, syncs;
    int64_t            last;
    asr_op_t          *ops;
    asr_spool_file_t  *files;

    fx.s = fx_open(0);
    (void) fx_create(fx.s);

    ops = calloc(MANY, sizeof(asr_op_t));
    files = calloc(MANY, sizeof(asr_spool_file_t));
    many_done = many_works = 0;
    groups = atomic_load(&fx.groups);
    syncs = atomic_load(&disk_syncs);

    for (i = 0; i < MANY; i++) {
        fx_task(&ops[i], "demo");
        fx_audio(&ops[i], &files[i], "audio", 5, 100);
        ops[i].work = many_work_cb;
        ops[i].done = many_done_cb;
    }

    for (i = 0; i < MANY; i++) {
        asr_store_submit(fx.s, &ops[i]);
    }

    many_wait(MANY);

    /* all, in order, in far fewer transactions */

    last = 1;
    for (i = 0; i < MANY; i++) {
        assert_int_equal(ops[i].rc, ASR_OK);
        assert_int_equal(ops[i].task.id, last + 1);
        last = ops[i].task.id;
    }

    assert_int_equal(many_works, MANY);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), MANY + 1);

    fx_settle(fx.s);
    groups = atomic_load(&fx.groups) - groups;
    syncs = atomic_load(&disk_syncs) - syncs;
    assert_true(groups >= MANY / 1024);
    assert_true(groups < MANY / 4);
    assert_true(syncs < MANY / 4);
    assert_true(atomic_load(&fx.units) >= MANY + 1);

    free(files);
    free(ops);
}


/* What was queued when the store is closed is done; what comes later is not. */

static void
test_close(void **state)
{
    int                i;
    asr_op_t           ops[50];
    asr_spool_file_t   files[50];

    fx.s = fx_open(0);
    many_done = 0;

    for (i = 0; i < 50; i++) {
        fx_task(&ops[i], "demo");
        fx_audio(&ops[i], &files[i], "audio", 5, i % 2 == 0 ? 0 : 10);
        ops[i].done = many_done_cb;
        asr_store_submit(fx.s, &ops[i]);
    }

    asr_store_close(fx.s);
    fx.s = NULL;

    assert_int_equal(many_done, 50);
    for (i = 0; i < 50; i++) {
        assert_int_equal(ops[i].rc, ASR_OK);
    }

    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 50);
    assert_int_equal(fx_sql("SELECT count(*) FROM owners"), 0);
}


static asr_op_t          late;
static asr_spool_file_t  late_file;
static _Atomic bool      late_again;


/* Runs on the writer thread, while asr_store_close waits for it. */

static void
late_done(asr_op_t *op)
{
    many_done_cb(op);

    if (atomic_load(&late_again) && op->rc == ASR_OK) {
        fx_task(op, "demo");
        fx_audio(op, &late_file, "audio", 5, 0);
        op->done = late_done;
        asr_store_submit(fx.s, op);
    }
}


static void
test_stopped(void **state)
{
    fx.s = fx_open(0);
    many_done = 0;
    atomic_store(&late_again, true);

    fx_task(&late, "demo");
    fx_audio(&late, &late_file, "audio", 5, 0);
    late.done = late_done;
    asr_store_submit(fx.s, &late);

    many_wait(3);
    asr_store_close(fx.s);
    fx.s = NULL;

    /* the one that came after the closing began */
    assert_int_equal(late.rc, ASR_STOPPED);
    assert_int_equal(late_file.fd, -1);
    assert_int_equal(fx_files("incoming"), 0);
    assert_int_equal(fx_files("audio"), many_done - 1);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), many_done - 1);
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
    int        fd;
    char       buf[8];
    int64_t    big, small;
    asr_op_t   op;

    fx.s = fx_open(0);

    big = upload("demo", "a2t", "large", 0);
    small = upload("demo", "a2t", "small", 100);
    assert_int_equal(big, 1);
    assert_int_equal(small, 2);
    assert_int_equal(fx_files("audio"), 1);

    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, small, "demo", ""), ASR_OK);
    assert_int_equal(op.file.bytes, 5);
    assert_int_equal(op.file.spool.len, 0);
    assert_true(asr_str_eq(op.file.inline_audio, asr_str("small")));
    assert_true(asr_str_eq(op.file.filename,
                           asr_str("a \"b\" \xc3\xa9.wav")));
    assert_true(asr_str_eq(op.file.content_type, asr_str("audio/wav")));
    assert_true(asr_str_eq(op.file.purpose, asr_str("a2t")));
    assert_true(op.file.created_ms > 0);

    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, big, "", ""), ASR_OK);
    assert_true(asr_str_eq(op.file.account, asr_str("demo")));
    fd = asr_spool_open_audio(fx.spool, op.file.spool);
    assert_int_equal(read(fd, buf, sizeof(buf)), 5);
    assert_memory_equal(buf, "large", 5);
    close(fd);

    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, big, "other", ""),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, 99, "demo", ""),
                     ASR_NOTFOUND);

    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, "other", ""),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, "", ""),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, "demo", "else"),
                     ASR_NOTFOUND);
    assert_int_equal(fx_files("audio"), 1);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, "demo", "a2t"),
                     ASR_OK);
    assert_int_equal(fx_files("audio"), 0);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, big, "demo", "a2t"),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, small, "demo", ""),
                     ASR_OK);

    /* ids are never used again */
    assert_int_equal(upload("demo", "a2t", "third", 0), 3);
}


static asr_err_t
fill(asr_op_t *op, int64_t id, const char *account, const char *data,
    size_t inline_max)
{
    asr_spool_file_t  f;

    fx_op(op, ASR_OP_FILE_FILL);
    op->file.id = id;
    op->file.account = asr_cstr(account);
    op->file.purpose = asr_str("a2t");
    op->file.content_type = asr_str("audio/ogg");
    fx_audio(op, &f, data, strlen(data), inline_max);

    return asr_store_call(fx.s, op);
}


/* A file may be created empty and get its content later, once. */

static void
test_file_fill(void **state)
{
    int       i;
    int64_t   id;
    asr_op_t  op;

    fx.s = fx_open(0);
    id = 0;

    for (i = 0; i < 2; i++) {
        id = upload("demo", "a2t", "", 0);

        assert_int_equal(file_op(&op, ASR_OP_FILE_GET, id, "demo", ""),
                         ASR_OK);
        assert_int_equal(op.file.bytes, 0);
        assert_int_equal(op.file.inline_audio.len, 0);

        /* nothing can be done with it yet */

        fx_op(&op, ASR_OP_TASK_CREATE);
        op.task.api = asr_str("u2");
        op.task.account = asr_str("demo");
        op.task.file_id = id;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

        assert_int_equal(fill(&op, id, "other", "x", 0), ASR_NOTFOUND);
        assert_int_equal(fill(&op, id + 1, "demo", "x", 0), ASR_NOTFOUND);
        assert_int_equal(fill(&op, id, "demo", "", 0), ASR_INVALID);
        assert_int_equal(fx_files("audio"), i == 0 ? 0 : 1);

        assert_int_equal(fill(&op, id, "demo", "content", i == 0 ? 0 : 100),
                         ASR_OK);
        assert_int_equal(op.file.bytes, 7);
        assert_int_equal(fill(&op, id, "demo", "more", 0), ASR_EXISTS);
        assert_int_equal(fx_files("audio"), 1);
        assert_int_equal(fx_files("incoming"), 0);

        assert_int_equal(file_op(&op, ASR_OP_FILE_GET, id, "demo", ""),
                         ASR_OK);
        assert_int_equal(op.file.bytes, 7);
        assert_true((op.file.spool.len != 0) == (i == 0));
        assert_int_equal(op.file.inline_audio.len, i == 0 ? 0 : 7);
        assert_memory_equal(op.file.content_type.data, "audio/ogg", 9);

        fx_op(&op, ASR_OP_TASK_CREATE);
        op.task.api = asr_str("u2");
        op.task.account = asr_str("demo");
        op.task.file_id = id;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    }

    fx_op(&op, ASR_OP_FILE_FILL);
    op.file.id = id;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_INVALID);
}


static void
test_file_list(void **state)
{
    int       i;
    asr_op_t  op;

    fx.s = fx_open(0);

    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, "demo", ""), ASR_OK);
    assert_int_equal(op.nfiles, 0);

    for (i = 0; i < 10; i++) {
        (void) upload(i % 2 == 0 ? "demo" : "other",
                      i % 4 < 2 ? "a2t" : "tts", "x", 100);
    }

    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, "demo", ""), ASR_OK);
    assert_int_equal(op.nfiles, 5);
    for (i = 0; i < 5; i++) {
        assert_int_equal(op.files[i].id, 9 - 2 * i);
        assert_true(asr_str_eq(op.files[i].account, asr_str("demo")));
    }

    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, "demo", "tts"), ASR_OK);
    assert_int_equal(op.nfiles, 2);
    assert_int_equal(op.files[0].id, 7);
    assert_int_equal(op.files[1].id, 3);

    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, "nobody", ""), ASR_OK);
    assert_int_equal(op.nfiles, 0);

    fx_op(&op, ASR_OP_FILE_LIST);
    op.file.account = asr_str("demo");
    {
        asr_arena_t  tiny;

        asr_arena_init(&tiny, 1);
        op.arena = &tiny;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOMEM);
        asr_arena_free(&tiny);
    }
}


static void
test_file_list_ceiling(void **state)
{
    asr_op_t  op;

    fx.s = fx_open(0);
    (void) upload("demo", "a2t", "x", 100);

    (void) fx_sql("WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1"
                  " FROM n WHERE i < 1600) INSERT INTO files SELECT i, 'demo',"
                  " 'a2t', 1, 1, 0, 'x' || i, '', '' FROM n");
    (void) fx_sql("UPDATE state SET files = (SELECT count(*) FROM files),"
                  " file_bytes = (SELECT sum(bytes) FROM files)");

    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, "demo", ""), ASR_OK);
    assert_int_equal(op.nfiles, ASR_FILE_LIST_MAX);
    assert_int_equal(op.files[0].id, 1600);
    assert_int_equal(op.files[999].id, 601);
}


static void
test_file_tasks(void **state)
{
    int        i;
    int64_t    id[2], file[2];
    asr_op_t   op;

    fx.s = fx_open(0);

    file[0] = upload("demo", "a2t", "inline", 100);
    file[1] = upload("demo", "a2t", "on disk", 0);

    for (i = 0; i < 2; i++) {
        fx_task(&op, "demo");
        op.task.file_id = file[i];
        op.file.purpose = asr_str("other");
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
        op.file.purpose = asr_str("a2t");
        op.task.account = asr_str("else");
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
        op.task.account = asr_str("demo");
        op.task.file_id = 99;
        assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);
        op.task.file_id = file[i];
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id[i] = op.task.id;
    }

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[0]);
    assert_int_equal(op.task.file_id, file[0]);
    assert_true(asr_str_eq(op.task.inline_audio, asr_str("inline")));
    assert_int_equal(op.task.spool.len, 0);
    assert_int_equal(fx_done(fx.s, id[0]), ASR_OK);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[1]);
    assert_int_equal(op.task.spool.len, 32);
    assert_int_equal(fx_done(fx.s, id[1]), ASR_OK);

    /* the file outlives its tasks */
    assert_int_equal(fx_files("audio"), 1);

    /* deleted while a task waits */

    for (i = 0; i < 2; i++) {
        fx_task(&op, "demo");
        op.task.file_id = file[i];
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id[i] = op.task.id;
        assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, file[i], "demo", ""),
                         ASR_OK);
    }

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);

    for (i = 0; i < 2; i++) {
        assert_int_equal(fx_get(fx.s, id[i], &op), ASR_OK);
        assert_int_equal(op.task.state, ASR_TASK_FAILED);
        assert_int_equal(op.task.cause, ASR_CAUSE_FILE_GONE);
        assert_true(op.task.finished_ms > 0);
    }
}


static void
test_expiry(void **state)
{
    int64_t           id[3], file, now;
    asr_op_t          op;
    asr_spool_file_t  f;
    int               i;

    fx.s = fx_open(0);
    now = asr_clock_ms();

    /* 0 finished, 1 waiting, 2 in recognition; and a file */

    for (i = 0; i < 3; i++) {
        fx_task(&op, "demo");
        op.task.expires_ms = now + 100000;
        fx_audio(&op, &f, "audio", 5, 0);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        id[i] = op.task.id;

        if (i == 0) {
            assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
            assert_int_equal(fx_done(fx.s, id[0]), ASR_OK);
        }
    }

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[1]);
    op.type = ASR_OP_RELEASE;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);

    fx_decode(fx.s, id[1], 2, 100);

    fx_op(&op, ASR_OP_FILE_CREATE);
    op.file.account = asr_str("demo");
    op.file.expires_ms = now + 100000;
    fx_audio(&op, &f, "audio", 5, 0);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    file = op.file.id;

    (void) fx_create(fx.s);              /* never expires */
    assert_int_equal(fx_files("audio"), 3);

    fx.shift = 99000;
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(fx_get(fx.s, id[0], &op), ASR_OK);

    /* gone for clients at once, whenever the rows go */

    fx.shift = 101000;
    for (i = 0; i < 3; i++) {
        assert_int_equal(fx_get(fx.s, id[i], &op), ASR_NOTFOUND);
    }

    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, file, "demo", ""),
                     ASR_NOTFOUND);
    assert_int_equal(file_op(&op, ASR_OP_FILE_LIST, 0, "demo", ""), ASR_OK);
    assert_int_equal(op.nfiles, 0);
    assert_int_equal(file_op(&op, ASR_OP_FILE_DELETE, file, "demo", ""),
                     ASR_NOTFOUND);
    fx_task(&op, "demo");
    op.task.file_id = file;
    assert_int_equal(asr_store_call(fx.s, &op), ASR_NOTFOUND);

    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 2);
    assert_int_equal(fx_sql("SELECT count(*) FROM files"), 0);
    assert_int_equal(fx_files("audio"), 1);

    /* the one in recognition goes when it is claimed */

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 1);
    assert_int_equal(fx_sql("SELECT count(*) FROM segments"), 0);
    assert_int_equal(fx_files("audio"), 0);
}


/* More than one batch; and expired tasks that are claimed before it. */

static void
test_expiry_batches(void **state)
{
    int                i;
    asr_op_t           op, *ops;
    asr_spool_file_t  *files;

    fx.s = fx_open(0);
    ops = calloc(600, sizeof(asr_op_t));
    files = calloc(600, sizeof(asr_spool_file_t));
    many_done = 0;

    for (i = 0; i < 600; i++) {
        fx_task(&ops[i], "demo");
        ops[i].task.expires_ms = asr_clock_ms() + 50000;
        fx_audio(&ops[i], &files[i], "a", 1, 10);
        ops[i].done = many_done_cb;
        asr_store_submit(fx.s, &ops[i]);
    }

    many_wait(600);
    fx_settle(fx.s);
    fx.shift = 60000;

    /* 256 looked at, then it gives up for this time and asks to be called */

    atomic_store(&fx.units, 0);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
    fx_settle(fx.s);
    assert_int_equal(atomic_load(&fx.units), 1);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 600 - 256);

    fx_op(&op, ASR_OP_HOUSEKEEP);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_false(op.last);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 0);

    free(files);
    free(ops);
}


static void
test_orphans(void **state)
{
    int               fd, i;
    char              path[200];
    int64_t           id, file;
    asr_op_t          op;
    asr_spool_file_t  f;
    struct timespec   old[2] = { { 1000000, 0 }, { 1000000, 0 } };

    fx.s = fx_open(0);

    id = fx_create(fx.s);
    file = upload("demo", "a2t", "xyz", 0);
    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, file, "demo", ""), ASR_OK);
    snprintf(path, sizeof(path), "%s/spool/audio/%.*s", fx.dir,
             asr_fmt(op.file.spool));
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);

    /* audio without a row, PCM of a task that is not, an old upload */

    asr_spool_begin(fx.spool, &f);
    assert_int_equal(asr_spool_write(&f, "x", 1, 0), ASR_OK);
    assert_int_equal(asr_spool_commit(&f), ASR_OK);
    snprintf(path, sizeof(path), "%s/spool/audio/%s", fx.dir, f.name);
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    asr_spool_end(&f, true);

    for (i = 0; i < 2; i++) {
        fd = asr_spool_open_pcm(fx.spool, id + i * 1000, 0, O_CREAT|O_WRONLY);
        assert_int_not_equal(fd, -1);
        close(fd);
    }

    asr_spool_begin(fx.spool, &f);
    assert_int_equal(asr_spool_write(&f, "x", 1, 0), ASR_OK);
    snprintf(path, sizeof(path), "%s/spool/incoming/%s", fx.dir, f.name);
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);

    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    fx_settle(fx.s);

    assert_int_equal(fx_files("audio"), 1);
    assert_int_equal(fx_files("pcm"), 1);
    assert_int_equal(fx_files("incoming"), 0);
    assert_int_equal(file_op(&op, ASR_OP_FILE_GET, file, "demo", ""), ASR_OK);

    asr_spool_end(&f, false);
}


static void
test_stats(void **state)
{
    int64_t   id;
    asr_op_t  op;

    fx.s = fx_open(0);

    fx_op(&op, ASR_OP_STATS);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.stats.oldest_ms, 0);
    assert_int_equal(op.stats.tasks[ASR_TASK_CREATED], 0);

    (void) fx_create(fx.s);
    fx.shift = 1000;
    id = fx_create(fx.s);
    (void) upload("demo", "a2t", "12345", 0);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_done(fx.s, op.task.id), ASR_OK);
    fx_decode(fx.s, id, 3, 100);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);

    fx_op(&op, ASR_OP_STATS);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.stats.tasks[ASR_TASK_CREATED], 0);
    assert_int_equal(op.stats.tasks[ASR_TASK_SUCCEEDED], 1);
    assert_int_equal(op.stats.tasks[ASR_TASK_RECOGNISING], 1);
    assert_int_equal(op.stats.segments_queued, 2);
    assert_int_equal(op.stats.segments_claimed, 1);
    assert_int_equal(op.stats.files, 1);
    assert_int_equal(op.stats.file_bytes, 5);
    assert_int_equal(op.stats.owners, 1);
    assert_int_equal(op.stats.nprogress, 1);
    assert_int_equal(op.stats.progress[0].audio_ms, 1234);
    assert_int_equal(op.stats.progress[0].segments, 3);
    assert_int_equal(op.stats.progress[0].done, 0);
    assert_int_equal(op.stats.oldest_ms,
                     fx_sql("SELECT created FROM tasks WHERE state = 3"));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_create_get),
        STORE_TEST(test_isolation), STORE_TEST(test_bad_ops),
        STORE_TEST(test_queue_max), STORE_TEST(test_grouped),
        STORE_TEST(test_close), STORE_TEST(test_stopped),
        STORE_TEST(test_files), STORE_TEST(test_file_fill),
        STORE_TEST(test_file_list),
        STORE_TEST(test_file_list_ceiling), STORE_TEST(test_file_tasks),
        STORE_TEST(test_expiry), STORE_TEST(test_expiry_batches),
        STORE_TEST(test_orphans), STORE_TEST(test_stats),
    };

    return cmocka_run_group_tests(tests, disk_setup, NULL);
}
