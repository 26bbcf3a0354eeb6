/*
 * The store: a disk that is full or fails, the log's size, several processes
 * at once, processes that are killed while they write.
 */

#define _GNU_SOURCE

#include "store_fixture.h"


static void
disk_fails(_Atomic int *what, int rc)
{
    int                i;
    int64_t            before;
    asr_op_t           ops[20];
    asr_spool_file_t   files[20];

    fx.s = fx_open(0);
    before = fx_create(fx.s);

    many_done = 0;
    atomic_store(what, rc);

    for (i = 0; i < 20; i++) {
        fx_task(&ops[i], "demo");
        fx_audio(&ops[i], &files[i], "audio", 5, i % 2 == 0 ? 100 : 0);
        ops[i].done = many_done_cb;
        asr_store_submit(fx.s, &ops[i]);
    }

    many_wait(20);

    for (i = 0; i < 20; i++) {
        assert_int_equal(ops[i].rc, ASR_STORE);
        assert_int_equal(files[i].fd, -1);
    }

    assert_int_equal(fx_files("audio"), 0);
    assert_int_equal(fx_files("incoming"), 0);

    /* nor is anything claimed */
    fx_op(&ops[0], ASR_OP_CLAIM);
    assert_int_equal(asr_store_call(fx.s, &ops[0]), ASR_STORE);
    assert_int_equal(fx_done(fx.s, before), ASR_NOTFOUND);

    /* reading goes on */
    assert_int_equal(fx_state(fx.s, before), ASR_TASK_CREATED);

    atomic_store(what, 0);

    assert_int_equal(fx_create(fx.s), before + 1);
    assert_int_equal(fx_claim(fx.s, &ops[0]), ASR_CLAIM_DECODE);
    assert_int_equal(ops[0].task.id, before);
    assert_int_equal(ops[0].task.attempts, 1);
    assert_int_equal(fx_done(fx.s, before), ASR_OK);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 2);
}


static void
test_disk_full(void **state)
{
    disk_fails(&disk_write_rc, SQLITE_FULL);
}


static void
test_disk_error(void **state)
{
    disk_fails(&disk_write_rc, SQLITE_IOERR_WRITE);
}


static void
test_sync_error(void **state)
{
    disk_fails(&disk_sync_rc, SQLITE_IOERR_FSYNC);
}


/* A file that cannot be made durable fails its own op, not its group. */

static void
test_spool_error(void **state)
{
    char              path[200], aside[200];
    asr_op_t          a, b;
    asr_spool_file_t  fa, fb;

    fx.s = fx_open(0);
    many_done = 0;

    fx_task(&a, "demo");
    fx_audio(&a, &fa, "audio", 5, 0);
    fx_task(&b, "demo");
    fx_audio(&b, &fb, "audio", 5, 100);
    a.done = b.done = many_done_cb;

    snprintf(path, sizeof(path), "%s/spool/incoming/%s", fx.dir, fa.name);
    snprintf(aside, sizeof(aside), "%s/aside", fx.dir);
    assert_int_equal(rename(path, aside), 0);

    asr_store_submit(fx.s, &a);
    asr_store_submit(fx.s, &b);
    many_wait(2);

    assert_int_equal(a.rc, ASR_STORE);
    assert_int_equal(b.rc, ASR_OK);
    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"), 1);
}


/* Opened while the disk is full: a claim does not wait for a heartbeat. */

static void
test_open_on_full(void **state)
{
    asr_op_t  op;

    fx.s = fx_open(0);
    (void) fx_create(fx.s);
    asr_store_close(fx.s);

    atomic_store(&disk_write_rc, SQLITE_FULL);
    fx.s = fx_open(0);
    fx_op(&op, ASR_OP_CLAIM);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_STORE);
    atomic_store(&disk_write_rc, 0);

    fx_op(&op, ASR_OP_CLAIM);
    assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
    assert_int_equal(op.claim, ASR_CLAIM_DECODE);
    assert_int_equal(fx_sql("SELECT count(*) FROM owners"), 1);
}


/* The log begins anew after a checkpoint, however long the load lasts. */

static void
test_checkpoint(void **state)
{
    int                 i, j;
    char                path[200], *data;
    asr_op_t           *ops;
    struct stat         st;
    asr_spool_file_t   *files;

    fx.s = fx_open(0);
    ops = calloc(1000, sizeof(asr_op_t));
    files = calloc(1000, sizeof(asr_spool_file_t));
    data = calloc(1, ASR_SPOOL_INLINE);

    for (j = 0; j < 4; j++) {
        many_done = 0;

        for (i = 0; i < 1000; i++) {
            fx_task(&ops[i], "demo");
            fx_audio(&ops[i], &files[i], data, ASR_SPOOL_INLINE,
                     ASR_SPOOL_INLINE);
            ops[i].done = many_done_cb;
            asr_store_submit(fx.s, &ops[i]);
        }

        many_wait(1000);
    }

    /* 64 MB went through it */
    snprintf(path, sizeof(path), "%s-wal", fx.db);
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size < 48 * 1024 * 1024);
    assert_true(st.st_size > 0);

    free(data);
    free(files);
    free(ops);
}


/* Two processes with two threads each create at the same time. */

#define CREATORS  2
#define EACH      100


static void *
creator(void *data)
{
    int               i;
    asr_op_t          op;
    asr_arena_t       arena;
    asr_store_t      *s;
    asr_spool_file_t  f;

    s = data;
    asr_arena_init(&arena, 1024 * 1024);

    for (i = 0; i < EACH; i++) {
        fx_task(&op, "demo");
        op.arena = &arena;
        fx_audio(&op, &f, "audio", 5, i % 10 == 0 ? 0 : 100);

        if (asr_store_call(s, &op) != ASR_OK) {
            _exit(4);
        }

        /* read your writes */
        op.type = ASR_OP_TASK_GET;
        if (asr_store_call(s, &op) != ASR_OK) {
            _exit(5);
        }
    }

    asr_arena_free(&arena);

    return NULL;
}


static void
test_two_processes(void **state)
{
    int         i, j, status;
    pid_t       pid[CREATORS];
    pthread_t   thread[2];

    for (i = 0; i < CREATORS; i++) {
        pid[i] = fork();
        assert_int_not_equal(pid[i], -1);

        if (pid[i] == 0) {
            fx.s = fx_open(0);

            for (j = 0; j < 2; j++) {
                if (pthread_create(&thread[j], NULL, creator, fx.s) != 0) {
                    _exit(3);
                }
            }

            for (j = 0; j < 2; j++) {
                pthread_join(thread[j], NULL);
            }

            asr_store_close(fx.s);
            _exit(0);
        }
    }

    for (i = 0; i < CREATORS; i++) {
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_int_equal(status, 0);
    }

    assert_int_equal(fx_sql("SELECT count(*) FROM tasks"),
                     CREATORS * 2 * EACH);
    assert_int_equal(fx_sql("SELECT max(id) FROM tasks"), CREATORS * 2 * EACH);
    assert_int_equal(fx_files("audio"), CREATORS * 2 * EACH / 10);
}


/*
 * Processes that are killed while they write: whatever was acknowledged is
 * there, file and row, and the others are not held up.
 */

#define KILLED  6

static int  killed_pipe;


static void
killed_done(asr_op_t *op)
{
    int64_t            id;
    asr_spool_file_t  *f;

    f = op->data;
    id = (op->rc == ASR_OK) ? op->task.id : 0;

    if (write(killed_pipe, &id, sizeof(id)) != sizeof(id)) {
        _exit(1);
    }

    fx_task(op, "demo");
    fx_audio(op, f, "audio", 5, (id % 3 == 0) ? 0 : 100);
    op->done = killed_done;
    op->data = f;
    asr_store_submit(fx.s, op);
}


static void
killed_run(void)
{
    int                i;
    static asr_op_t    ops[16];
    asr_spool_file_t   files[16];

    fx.s = fx_open(0);

    for (i = 0; i < 16; i++) {
        fx_task(&ops[i], "demo");
        fx_audio(&ops[i], &files[i], "audio", 5, i % 3 == 0 ? 0 : 100);
        ops[i].done = killed_done;
        ops[i].data = &files[i];
        asr_store_submit(fx.s, &ops[i]);
    }

    for ( ;; ) {
        pause();
    }
}


static void
test_killed(void **state)
{
    int         i, p[2], fd, status;
    char        name[64];
    pid_t       pid[KILLED];
    int64_t     id, most;
    asr_op_t    op;
    asr_str_t   spool;

    assert_int_equal(pipe(p), 0);
    killed_pipe = p[1];

    for (i = 0; i < KILLED; i++) {
        pid[i] = fork();
        assert_int_not_equal(pid[i], -1);

        if (pid[i] == 0) {
            killed_run();
        }
    }

    close(p[1]);
    most = 0;
    i = 0;

    /* one is killed every hundred tasks, wherever it is then */

    for (status = 1; read(p[0], &id, sizeof(id)) == sizeof(id); status++) {
        assert_int_not_equal(id, 0);
        most = id > most ? id : most;

        if (status % 100 == 0 && i < KILLED) {
            assert_int_equal(kill(pid[i], SIGKILL), 0);
            i++;
        }
    }

    assert_int_equal(i, KILLED);
    close(p[0]);

    for (i = 0; i < KILLED; i++) {
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
    }

    assert_true(most >= 100 * KILLED);
    assert_true(fx_sql("SELECT count(*) FROM tasks") >= most);
    assert_int_equal(fx_sql("SELECT max(id) - count(*) FROM tasks"), 0);

    fx.s = fx_open(0);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);

    while (op.claim == ASR_CLAIM_DECODE) {
        if (op.task.spool.len != 0) {
            spool = op.task.spool;
            fd = asr_spool_open_audio(fx.spool, spool);
            assert_int_not_equal(fd, -1);
            assert_int_equal(read(fd, name, sizeof(name)), 5);
            close(fd);

        } else {
            assert_true(asr_str_eq(op.task.inline_audio, asr_str("audio")));
        }

        (void) fx_claim(fx.s, &op);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_disk_full), STORE_TEST(test_disk_error),
        STORE_TEST(test_sync_error), STORE_TEST(test_spool_error),
        STORE_TEST(test_open_on_full), STORE_TEST(test_checkpoint),
        STORE_TEST(test_two_processes), STORE_TEST(test_killed),
    };

    return cmocka_run_group_tests(tests, disk_setup, NULL);
}
