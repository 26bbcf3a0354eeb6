/*
 * What the tests of the store share: a folder with store and spool, short
 * forms of the operations, a disk that fails on command (a patch of SQLite's
 * own file methods), and a check, after every test, that the counts kept in
 * the "state" row are the counts of the rows.
 */

#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/asr_clock.h"
#include "task/asr_store.h"


#define UNUSED  __attribute__((unused))

typedef struct {
    char              dir[64];
    char              db[96];
    char              url[128];
    char              err[256];
    asr_spool_t      *spool;
    asr_store_t      *s;
    asr_arena_t       arena;
    _Atomic int       units;
    _Atomic int       groups;
    _Atomic int       io;
    sem_t             woken;             /* by work_ready */
    volatile int64_t  shift;             /* of the clock */
} fixture_t;

static fixture_t  fx;

/* SQLite's writes and syncs fail with this code when it is not 0. */
static _Atomic int      disk_write_rc;
static _Atomic int      disk_sync_rc;
static _Atomic int      disk_syncs;

/* SQLite has a table of methods per kind of file; write and sync are shared. */
#define DISK_KINDS  8
static pthread_mutex_t             disk_lock = PTHREAD_MUTEX_INITIALIZER;
static sqlite3_io_methods          disk_methods[DISK_KINDS];
static const sqlite3_io_methods   *disk_real[DISK_KINDS + 1];
static int  (*disk_real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int,
                              int *);


static int
disk_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 off)
{
    int  rc;

    rc = atomic_load(&disk_write_rc);

    return rc != 0 ? rc : disk_real[0]->xWrite(f, p, n, off);
}


static int
disk_sync(sqlite3_file *f, int flags)
{
    int  rc;

    rc = atomic_load(&disk_sync_rc);
    atomic_fetch_add(&disk_syncs, 1);

    return rc != 0 ? rc : disk_real[0]->xSync(f, flags);
}


static int
disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
    int *out)
{
    int       rc;
    unsigned  i;

    rc = disk_real_open(vfs, name, f, flags, out);

    if (rc != SQLITE_OK || f->pMethods == NULL) {
        return rc;
    }

    pthread_mutex_lock(&disk_lock);

    for (i = 0; disk_real[i] != f->pMethods; i++) {
        if (i == DISK_KINDS) {
            abort();
        }

        if (disk_real[i] == NULL) {
            disk_methods[i] = *f->pMethods;
            disk_methods[i].xWrite = disk_write;
            disk_methods[i].xSync = disk_sync;
            disk_real[i] = f->pMethods;
            break;
        }
    }

    if (disk_real[i]->xWrite != disk_real[0]->xWrite) {
        abort();
    }

    f->pMethods = &disk_methods[i];

    pthread_mutex_unlock(&disk_lock);

    return rc;
}


/* Before the first connection. */

static UNUSED int
disk_setup(void **state)
{
    static sqlite3_vfs  vfs;

    vfs = *sqlite3_vfs_find(NULL);
    disk_real_open = vfs.xOpen;
    vfs.zName = "test";
    vfs.xOpen = disk_open;

    return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK ? 0 : -1;
}


static int
fx_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}


static void
fx_units(void *ctx, int segments, int tasks)
{
    atomic_fetch_add(&fx.units, segments + tasks);
    sem_post(&fx.woken);
}


static void
fx_group(void *ctx)
{
    atomic_fetch_add(&fx.groups, 1);
}


static UNUSED void
fx_io(void *ctx)
{
    atomic_fetch_add(&fx.io, 1);
}


/* Tasks whose params say "hook" want their failure told. */

static UNUSED bool
fx_callback(const asr_task_t *task, asr_arena_t *a, asr_delivery_t *out)
{
    memset(out, 0, sizeof(asr_delivery_t));

    if (task->params.len < 6 || memcmp(task->params.data, "{\"hook", 6) != 0) {
        return false;
    }

    out->url = asr_str("http://127.0.0.1:1/failed");
    out->content_type = asr_str("text/plain");
    out->body = asr_arena_printf(a, "%lld %d %d %.*s %.*s",
                                 (long long) task->id, (int) task->state,
                                 (int) task->cause, asr_fmt(task->message),
                                 asr_fmt(task->account));

    return out->body.data != NULL;
}


static UNUSED asr_store_t *
fx_open(int64_t queue_max)
{
    asr_store_t       *s;
    asr_store_conf_t   conf;

    memset(&conf, 0, sizeof(conf));
    conf.url = fx.url;
    conf.spool = fx.spool;
    conf.queue_max = queue_max;
    conf.work_ready = fx_units;
    conf.group_done = fx_group;
    conf.io_ready = fx_io;
    conf.callback = fx_callback;

    s = asr_store_open(&conf, fx.err, sizeof(fx.err));
    if (s == NULL) {
        fail_msg("open: %s", fx.err);
    }

    return s;
}


/* The store is not opened: a test that forks does so first. */

static int
fx_setup(void **state)
{
    char  path[96];

    memset(&fx, 0, sizeof(fx));
    sem_init(&fx.woken, 0, 0);
    snprintf(fx.dir, sizeof(fx.dir), "/tmp/test-store.XXXXXX");
    if (mkdtemp(fx.dir) == NULL) {
        return -1;
    }

    snprintf(fx.db, sizeof(fx.db), "%s/db/asr.db", fx.dir);
    snprintf(fx.url, sizeof(fx.url), "sqlite:%s", fx.db);
    snprintf(path, sizeof(path), "%s/spool", fx.dir);

    if (asr_store_prepare(fx.url, (unsigned) -1, (unsigned) -1, fx.err,
                          sizeof(fx.err)) != ASR_OK
        || asr_spool_prepare(path, (unsigned) -1, (unsigned) -1, fx.err,
                             sizeof(fx.err)) != ASR_OK)
    {
        fprintf(stderr, "%s\n", fx.err);
        return -1;
    }

    fx.spool = asr_spool_open(path, 0);
    asr_arena_init(&fx.arena, 64 * 1024 * 1024);
    asr_clock_shift(&fx.shift);

    return fx.spool != NULL ? 0 : -1;
}


/* One number out of the database, or a change of it. */

static int64_t
fx_sql(const char *sql)
{
    int            rc;
    int64_t        n;
    sqlite3       *db;
    sqlite3_stmt  *stmt;

    assert_int_equal(sqlite3_open_v2(fx.db, &db, SQLITE_OPEN_READWRITE, NULL),
                     SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    }

    n = 0;
    rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        n = sqlite3_column_int64(stmt, 0);

    } else {
        assert_int_equal(rc, SQLITE_DONE);
    }

    sqlite3_finalize(stmt);
    sqlite3_close(db);

    return n;
}


static void
fx_check(void)
{
    unsigned  i;

    /* each of these is 0 when all is well */

    static const char  *sql[] = {
        "SELECT queued - (SELECT count(*) FROM segments WHERE owner = 0)"
            " FROM state",
        "SELECT queued_samples - (SELECT ifnull(sum(length), 0) FROM segments"
            " WHERE owner = 0) FROM state",
        "SELECT claimed - (SELECT count(*) FROM segments WHERE owner > 0)"
            " FROM state",
        "SELECT files - (SELECT count(*) FROM files) FROM state",
        "SELECT file_bytes - (SELECT ifnull(sum(bytes), 0) FROM files)"
            " FROM state",
        "SELECT created - (SELECT count(*) FROM tasks WHERE state = 0)"
            " FROM state",
        "SELECT fetching - (SELECT count(*) FROM tasks WHERE state = 1)"
            " FROM state",
        "SELECT decoding - (SELECT count(*) FROM tasks WHERE state = 2)"
            " FROM state",
        "SELECT recognising - (SELECT count(*) FROM tasks WHERE state = 3)"
            " FROM state",
        "SELECT finishing - (SELECT count(*) FROM tasks WHERE state = 4)"
            " FROM state",
        "SELECT succeeded - (SELECT count(*) FROM tasks WHERE state = 5)"
            " FROM state",
        "SELECT failed - (SELECT count(*) FROM tasks WHERE state = 6)"
            " FROM state",
        "SELECT count(*) FROM tasks WHERE owner IS NULL AND state < 3"
            " OR owner IS NOT NULL AND state NOT IN (0, 1, 2, 4)"
            " OR owner <= 0 AND state IN (1, 2) OR owner > 0 AND state = 0"
            " OR owner = -1 AND (state <> 0 OR url = '' OR spool <> '')",
        "SELECT to_fetch - (SELECT count(*) FROM tasks WHERE owner = -1)"
            " FROM state",
        "SELECT deliveries - (SELECT count(*) FROM deliveries"
            " WHERE owner IS NOT NULL) FROM state",
        "SELECT undelivered - (SELECT count(*) FROM deliveries"
            " WHERE owner IS NULL) FROM state",
        "SELECT count(*) FROM deliveries WHERE owner IS NULL"
            " AND (body <> '' OR headers <> '')",
        "SELECT count(*) FROM segments WHERE task_id NOT IN"
            " (SELECT id FROM tasks WHERE state IN (3, 4))",
        "SELECT count(*) FROM task_audio WHERE task_id NOT IN"
            " (SELECT id FROM tasks WHERE state < 5 AND file_id = 0"
            " AND spool = '')",
        "SELECT count(*) FROM file_audio WHERE file_id NOT IN"
            " (SELECT id FROM files WHERE spool = '')",
        "SELECT count(*) FROM tasks WHERE state >= 5 AND spool <> ''",
        "SELECT count(*) FROM pragma_integrity_check"
            " WHERE integrity_check <> 'ok'",
    };

    for (i = 0; i < asr_nelts(sql); i++) {
        if (fx_sql(sql[i]) != 0) {
            fail_msg("%lld: %s", (long long) fx_sql(sql[i]), sql[i]);
        }
    }
}


static int
fx_teardown(void **state)
{
    asr_store_close(fx.s);
    fx_check();

    asr_spool_close(fx.spool);
    asr_arena_free(&fx.arena);
    asr_clock_shift(NULL);
    sem_destroy(&fx.woken);

    return nftw(fx.dir, fx_remove, 8, FTW_DEPTH|FTW_PHYS);
}


static void
fx_op(asr_op_t *op, asr_op_type_t type)
{
    memset(op, 0, sizeof(asr_op_t));
    op->type = type;
    op->arena = &fx.arena;
}


static void
fx_audio(asr_op_t *op, asr_spool_file_t *f, const void *p, size_t n,
    size_t inline_max)
{
    asr_spool_begin(fx.spool, f);
    assert_int_equal(asr_spool_write(f, p, n, inline_max), ASR_OK);
    op->spool_file = f;
}


static void
fx_task(asr_op_t *op, const char *account)
{
    fx_op(op, ASR_OP_TASK_CREATE);
    op->task.api = asr_str("tencent");
    op->task.account = asr_cstr(account);
    op->task.engine = asr_str("16k_en");
    op->task.format = asr_str("wav");
    op->task.params = asr_str("{\"a\":1}");
    op->task.channels = 1;
    op->task.sample_rate = 16000;
}


/* A task with a little inline audio; returns its id. */

static UNUSED int64_t
fx_create(asr_store_t *s)
{
    asr_op_t          op;
    asr_spool_file_t  f;

    fx_task(&op, "demo");
    fx_audio(&op, &f, "audio", 5, 100);
    assert_int_equal(asr_store_call(s, &op), ASR_OK);
    assert_true(op.task.id > 0);

    return op.task.id;
}


static UNUSED asr_err_t
fx_get(asr_store_t *s, int64_t id, asr_op_t *op)
{
    fx_op(op, ASR_OP_TASK_GET);
    op->task.id = id;
    op->task.account = asr_str("demo");
    op->task.api = asr_str("tencent");

    return asr_store_call(s, op);
}


static UNUSED asr_task_state_t
fx_state(asr_store_t *s, int64_t id)
{
    asr_op_t  op;

    assert_int_equal(fx_get(s, id, &op), ASR_OK);

    return op.task.state;
}


static UNUSED asr_claim_t
fx_claim(asr_store_t *s, asr_op_t *op)
{
    fx_op(op, ASR_OP_CLAIM);
    assert_int_equal(asr_store_call(s, op), ASR_OK);

    return op->claim;
}


/* Claims the task, which must be the next, and gives it n segments. */

static UNUSED void
fx_decode(asr_store_t *s, int64_t id, size_t n, int64_t length)
{
    size_t     i;
    asr_op_t   op;

    assert_int_equal(fx_claim(s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id);

    fx_op(&op, ASR_OP_DECODED);
    op.task.id = id;
    op.task.audio_ms = 1234;
    op.segments = calloc(n + 1, sizeof(asr_segment_t));
    op.nsegments = n;

    for (i = 0; i < n; i++) {
        op.segments[i].start = (int64_t) i * length;
        op.segments[i].length = length;
        op.segments[i].channel = (int32_t) (i % 2);
    }

    assert_int_equal(asr_store_call(s, &op), ASR_OK);
    assert_int_equal(op.last, n == 0);
    free(op.segments);
}


static UNUSED asr_err_t
fx_segment(asr_store_t *s, asr_op_type_t type, int64_t id, int32_t index,
    asr_op_t *op)
{
    fx_op(op, type);
    op->segment.task_id = id;
    op->segment.index = index;
    op->segment.result = asr_str("{\"text\":\"hi\"}");
    op->claim = ASR_CLAIM_SEGMENT;

    return asr_store_call(s, op);
}


static UNUSED asr_err_t
fx_done(asr_store_t *s, int64_t id)
{
    asr_op_t  op;

    fx_op(&op, ASR_OP_TASK_DONE);
    op.task.id = id;
    op.task.result = asr_str("{\"text\":\"all\"}");

    return asr_store_call(s, &op);
}


static UNUSED asr_err_t
fx_housekeep(asr_store_t *s)
{
    asr_op_t  op;

    fx_op(&op, ASR_OP_HOUSEKEEP);

    return asr_store_call(s, &op);
}


/* work_ready and the sweep follow done: after another write they are over. */

static UNUSED void
fx_settle(asr_store_t *s)
{
    asr_op_t  op;

    fx_op(&op, ASR_OP_HEARTBEAT);
    assert_int_equal(asr_store_call(s, &op), ASR_OK);
}


/* How many files a folder of the spool has. */

static UNUSED int
fx_files(const char *folder)
{
    char   path[160];
    FILE  *p;
    int    n;

    n = -1;
    snprintf(path, sizeof(path), "ls %s/spool/%s | wc -l", fx.dir, folder);
    p = popen(path, "r");
    assert_non_null(p);
    assert_int_equal(fscanf(p, "%d", &n), 1);
    pclose(p);

    return n;
}


/* Completions of operations that were submitted without waiting. */

static pthread_mutex_t  many_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t   many_cond = PTHREAD_COND_INITIALIZER;
static int              many_done;


static UNUSED void
many_done_cb(asr_op_t *op)
{
    pthread_mutex_lock(&many_lock);
    many_done++;
    pthread_cond_signal(&many_cond);
    pthread_mutex_unlock(&many_lock);
}


static UNUSED void
many_wait(int n)
{
    pthread_mutex_lock(&many_lock);

    while (many_done < n) {
        pthread_cond_wait(&many_cond, &many_lock);
    }

    pthread_mutex_unlock(&many_lock);
}


#define STORE_TEST(f)  cmocka_unit_test_setup_teardown(f, fx_setup,           \
                                                       fx_teardown)


#endif /* STORE_FIXTURE_H */
