/*
 * The SQLite backend: connections, statements, transactions.
 *
 * WAL with synchronous=FULL: a commit is one fsync.  The writers of several
 * processes queue in the kernel: a write transaction runs under a blocking
 * lock (of the open file description) on the side file "DB-writer".  SQLite's
 * own answer to a second writer is SQLITE_BUSY and sleeping in steps; under
 * load that is unfair and slow.  The kernel drops the lock of a process that
 * is killed.  The checkpoint runs under the same lock, after the done calls:
 * with the writers held back it gets to the end of the log, which is what
 * allows the log to begin anew; otherwise it would grow as long as the load
 * lasts.
 *
 * A group that fails is rolled back whole.  The log gets one line when the
 * trouble begins and one when it ends, not one per group.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_store_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>


#define ASR_SQLITE_CHECKPOINT  2000      /* pages in the log, 16 MB */
#define ASR_SQLITE_TRASH_MAX   16384

static asr_backend_t *asr_sqlite_open(const char *where, const char *owner,
    bool writer, const asr_store_conf_t *conf, char *err, size_t errlen);
static void asr_sqlite_close(asr_backend_t *b);
static asr_err_t asr_sqlite_begin(asr_backend_t *b);
static asr_err_t asr_sqlite_exec(asr_backend_t *b, asr_op_t *op);
static asr_err_t asr_sqlite_commit(asr_backend_t *b);
static void asr_sqlite_rollback(asr_backend_t *b);
static int asr_sqlite_units(asr_backend_t *b);
static int asr_sqlite_task_units(asr_backend_t *b);
static int asr_sqlite_io_units(asr_backend_t *b);
static void asr_sqlite_committed(asr_backend_t *b);
static void asr_sqlite_idle(asr_backend_t *b);
static asr_err_t asr_sqlite_state_save(asr_backend_t *b);
static int asr_sqlite_wal(void *ctx, sqlite3 *db, const char *name,
    int pages);


#define ASR_SQL_HELD  "SELECT state, owner, decodes, finishes, segments,"     \
                      " done, expires, spool, fetches FROM tasks"
#define ASR_SQL_LISTED  " FROM tasks WHERE account = ?1 AND api = ?2"         \
                        " AND listed = 1"                                     \
                        " AND ((?3 >> state) & 1) = 1"                        \
                        " AND (expires = 0 OR expires > ?4)"
#define ASR_SQL_STATE                                                         \
    "next_task, next_file, next_owner, next_delivery, rank, queued,"          \
    " queued_samples, claimed, files, file_bytes, to_fetch, deliveries,"      \
    " undelivered, created, fetching, decoding, recognising, finishing,"      \
    " succeeded, failed"

static const char  *asr_sql[ASR_SQL_N] = {

    [ASR_SQL_BEGIN_READ] = "BEGIN",
    [ASR_SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [ASR_SQL_COMMIT] = "COMMIT",
    [ASR_SQL_ROLLBACK] = "ROLLBACK",
    [ASR_SQL_STATE_GET] = "SELECT " ASR_SQL_STATE " FROM state WHERE id = 1",
    [ASR_SQL_STATE_SET] = "UPDATE state SET (" ASR_SQL_STATE ") ="
        " (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id = 1",

    [ASR_SQL_FILE_ADD] = "INSERT INTO files (id, account, purpose, bytes,"
        " created, expires, spool, filename, content_type)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
    [ASR_SQL_FILE_AUDIO_ADD] = "INSERT INTO file_audio VALUES (?,?)",
    [ASR_SQL_FILE_FILL] = "UPDATE files SET bytes = ?, expires = ?, spool = ?,"
        " content_type = ? WHERE id = ?",
    [ASR_SQL_FILE_FIND] = "SELECT account, purpose, expires, bytes, spool,"
        " filename FROM files WHERE id = ?",
    [ASR_SQL_FILE_DELETE] = "DELETE FROM files WHERE id = ?",
    [ASR_SQL_FILE_AUDIO_DELETE] = "DELETE FROM file_audio WHERE file_id = ?",
    [ASR_SQL_TASK_ADD] = "INSERT INTO tasks (id, owner, state, created,"
        " expires, file_id, sample_rate, channels, strict, api, account,"
        " spool, engine, format, params, url, listed, small)"
        " VALUES (?,?,0,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [ASR_SQL_TASK_AUDIO_ADD] = "INSERT INTO task_audio VALUES (?,?)",
    [ASR_SQL_TASK_HEAD] = ASR_SQL_HELD " WHERE id = ?",
    [ASR_SQL_TASK_END] = "UPDATE tasks SET state = ?, cause = ?, message = ?,"
        " result = ?, finished = ?, owner = NULL, spool = '' WHERE id = ?",
    [ASR_SQL_TASK_DELETE] = "DELETE FROM tasks WHERE id = ?",
    [ASR_SQL_TASK_AUDIO_DELETE] = "DELETE FROM task_audio WHERE task_id = ?",
    [ASR_SQL_SEGMENTS_COUNT] = "SELECT count(*) FILTER (WHERE owner = 0),"
        " ifnull(sum(length) FILTER (WHERE owner = 0), 0),"
        " count(*) FILTER (WHERE owner > 0) FROM segments WHERE task_id = ?",
    [ASR_SQL_SEGMENTS_DELETE] = "DELETE FROM segments WHERE task_id = ?",

    [ASR_SQL_CLAIM_TASK] = "SELECT " ASR_SQLITE_TASK " FROM tasks"
        " WHERE owner = 0 AND state = ? AND small = ? ORDER BY id LIMIT 1",
    [ASR_SQL_CLAIM_SEGMENT] = "SELECT task_id, idx, channel, start, length,"
        " attempts, rank FROM segments WHERE owner = 0 ORDER BY rank LIMIT 1",
    [ASR_SQL_TASK_BY_ID] = "SELECT " ASR_SQLITE_TASK " FROM tasks"
        " WHERE id = ?",
    [ASR_SQL_TASK_AUDIO] = "SELECT data FROM task_audio WHERE task_id = ?",
    [ASR_SQL_FILE_AUDIO] = "SELECT data FROM file_audio WHERE file_id = ?",
    [ASR_SQL_TASK_TAKE] = "UPDATE tasks SET owner = ?, state = ?, started = ?,"
        " decodes = ?, finishes = ? WHERE id = ?",
    [ASR_SQL_TASK_PUT] = "UPDATE tasks SET owner = 0, state = ?, decodes = ?,"
        " finishes = ? WHERE id = ?",
    [ASR_SQL_TASK_DECODED] = "UPDATE tasks SET audio_ms = ?, small = ?,"
        " segments = ?, done = 0, state = ?, owner = nullif(?, 0),"
        " finishes = ?"
        " WHERE id = ?",
    [ASR_SQL_SEGMENT_ADD] = "INSERT INTO segments (task_id, idx, owner, rank,"
        " channel, start, length) VALUES (?,?,0,?,?,?,?)",
    [ASR_SQL_SEGMENT_HEAD] = "SELECT owner, length, attempts FROM segments"
        " WHERE task_id = ? AND idx = ?",
    [ASR_SQL_SEGMENT_TAKE] = "UPDATE segments SET owner = ?, attempts = ?"
        " WHERE task_id = ? AND idx = ?",
    [ASR_SQL_SEGMENT_PUT] = "UPDATE segments SET owner = 0, attempts = ?"
        " WHERE task_id = ? AND idx = ?",
    [ASR_SQL_SEGMENT_DONE] = "UPDATE segments SET owner = NULL, result = ?"
        " WHERE task_id = ? AND idx = ?",
    [ASR_SQL_TASK_STEP] = "UPDATE tasks SET done = ?, state = ?,"
        " owner = nullif(?, 0), finishes = ? WHERE id = ?",
    [ASR_SQL_TASK_AGAIN] = "UPDATE tasks SET owner = 0, state = 0,"
        " segments = 0, done = 0, audio_ms = 0 WHERE id = ?",

    [ASR_SQL_CLAIM_FETCH] = "SELECT " ASR_SQLITE_TASK " FROM tasks"
        " WHERE owner = -1 AND state = 0 AND small = 1 ORDER BY id LIMIT 1",
    [ASR_SQL_FETCH_TAKE] = "UPDATE tasks SET owner = ?, state = 1,"
        " started = ?, fetches = ? WHERE id = ?",
    [ASR_SQL_FETCH_PUT] = "UPDATE tasks SET owner = -1, state = 0,"
        " fetches = ? WHERE id = ?",
    [ASR_SQL_FETCHED] = "UPDATE tasks SET owner = 0, state = 0, spool = ?,"
        " small = ? WHERE id = ?",
    [ASR_SQL_DELIVERY_ADD] = "INSERT INTO deliveries (id, owner, next,"
        " expires, attempts_max, reply_code, task_id, account, name, url,"
        " content_type, headers, body)"
        " SELECT ?1,0,?2,?3,?4,?5,?6,account,?7,?8,?9,?10,?11 FROM tasks"
        " WHERE id = ?6",
    [ASR_SQL_DELIVERY_NEXT] = "SELECT id, attempts, attempts_max, reply_code,"
        " task_id, account, name, url, content_type, headers, body"
        " FROM deliveries WHERE owner = 0 AND next <= ? ORDER BY next LIMIT 1",
    [ASR_SQL_DELIVERY_HEAD] = "SELECT owner, attempts, attempts_max"
        " FROM deliveries WHERE id = ?",
    [ASR_SQL_DELIVERY_TAKE] = "UPDATE deliveries SET owner = ?, attempts = ?"
        " WHERE id = ?",
    [ASR_SQL_DELIVERY_PUT] = "UPDATE deliveries SET owner = 0, attempts = ?,"
        " next = ?, status = ? WHERE id = ?",
    [ASR_SQL_DELIVERY_GIVE_UP] = "UPDATE deliveries SET owner = NULL,"
        " status = ?, headers = '', body = '' WHERE id = ?",
    [ASR_SQL_DELIVERY_DELETE] = "DELETE FROM deliveries WHERE id = ?",

    [ASR_SQL_OWNER_BEAT] = "INSERT INTO owners VALUES (?,?,?)"
        " ON CONFLICT (id) DO UPDATE SET deadline = excluded.deadline",
    [ASR_SQL_OWNERS] = "SELECT id, name, deadline FROM owners",
    [ASR_SQL_OWNER_DELETE] = "DELETE FROM owners WHERE id = ?",
    [ASR_SQL_OWNERS_LOST] = "SELECT DISTINCT owner FROM tasks WHERE owner > 0"
        " AND owner NOT IN (SELECT id FROM owners) UNION"
        " SELECT DISTINCT owner FROM deliveries WHERE owner > 0"
        " AND owner NOT IN (SELECT id FROM owners) UNION"
        " SELECT DISTINCT owner FROM segments WHERE owner > 0"
        " AND owner NOT IN (SELECT id FROM owners) LIMIT 64",
    [ASR_SQL_RELEASE_FETCHES] = "UPDATE tasks SET owner = -1, state = 0,"
        " fetches = fetches - ? WHERE owner = ? AND state = 1",
    [ASR_SQL_RELEASE_DELIVERIES] = "UPDATE deliveries SET owner = 0,"
        " attempts = attempts - ? WHERE owner = ? AND owner > 0",
    [ASR_SQL_RELEASE_DECODES] = "UPDATE tasks SET owner = 0, state = 0,"
        " decodes = decodes - ? WHERE owner = ? AND state = 2",
    [ASR_SQL_RELEASE_FINISHES] = "UPDATE tasks SET owner = 0,"
        " finishes = finishes - ? WHERE owner = ? AND state = 4",
    [ASR_SQL_RELEASE_COUNT] = "SELECT count(*), ifnull(sum(length), 0)"
        " FROM segments WHERE owner = ? AND owner > 0",
    [ASR_SQL_RELEASE_SEGMENTS] = "UPDATE segments SET owner = 0,"
        " attempts = attempts - ? WHERE owner = ? AND owner > 0",
    [ASR_SQL_EXPIRED_TASKS] = "SELECT id FROM tasks WHERE state >= 5"
        " AND expires > 0 AND expires <= ? ORDER BY expires LIMIT ?",
    [ASR_SQL_EXPIRED_QUEUED] = "SELECT id FROM (SELECT id, expires FROM tasks"
        " WHERE owner = 0 AND state = 0 AND small = 1 ORDER BY id LIMIT ?2)"
        " WHERE expires > 0 AND expires <= ?1 UNION ALL"
        " SELECT id FROM (SELECT id, expires FROM tasks"
        " WHERE owner = 0 AND state = 0 AND small = 0 ORDER BY id LIMIT ?2)"
        " WHERE expires > 0 AND expires <= ?1 UNION ALL"
        " SELECT id FROM (SELECT id, expires FROM tasks"
        " WHERE owner = -1 AND state = 0 AND small = 1 ORDER BY id LIMIT ?2)"
        " WHERE expires > 0 AND expires <= ?1 LIMIT ?2",
    [ASR_SQL_EXPIRED_FILES] = "SELECT id FROM files WHERE expires > 0"
        " AND expires <= ? ORDER BY expires LIMIT ?",
    [ASR_SQL_EXPIRED_DELIVERIES] = "SELECT id FROM deliveries"
        " WHERE expires <= ? AND (owner IS NULL OR owner = 0)"
        " ORDER BY expires LIMIT ?",
    [ASR_SQL_SPOOL_WANTED] = "SELECT 1 FROM tasks WHERE spool = ?1"
        " AND spool <> '' UNION ALL SELECT 1 FROM files WHERE spool = ?1"
        " AND spool <> '' LIMIT 1",

    [ASR_SQL_TASK_GET] = "SELECT " ASR_SQLITE_TASK ", result FROM tasks"
        " WHERE id = ? AND account = ? AND api = ?",
    [ASR_SQL_FILE_GET] = "SELECT id, bytes, created, expires, account,"
        " filename, purpose, content_type, spool FROM files"
        " WHERE id = ?1 AND (?2 = '' OR account = ?2)",
    [ASR_SQL_FILE_LIST_COUNT] = "SELECT count(*) FROM (SELECT 1 FROM files"
        " WHERE account = ?1 AND (?2 = '' OR purpose = ?2)"
        " AND (expires = 0 OR expires > ?3) LIMIT ?4)",
    [ASR_SQL_FILE_LIST] = "SELECT id, bytes, created, expires, account,"
        " filename, purpose, content_type, spool FROM files"
        " WHERE account = ?1 AND (?2 = '' OR purpose = ?2)"
        " AND (expires = 0 OR expires > ?3) ORDER BY id DESC LIMIT ?4",
    [ASR_SQL_SEGMENTS_N] = "SELECT count(*) FROM segments WHERE task_id = ?",
    [ASR_SQL_SEGMENTS_GET] = "SELECT task_id, idx, channel, start, length,"
        " attempts, result FROM segments WHERE task_id = ? ORDER BY idx"
        " LIMIT ?",
    [ASR_SQL_OWNERS_COUNT] = "SELECT count(*) FROM owners",
    [ASR_SQL_OLDEST] = "SELECT ifnull(min(created), 0) FROM tasks WHERE id IN"
        " (SELECT min(id) FROM tasks WHERE owner = 0 AND state = 0"
        " AND small = 0 UNION ALL"
        " SELECT min(id) FROM tasks WHERE owner = 0 AND state = 0"
        " AND small = 1 UNION ALL"
        " SELECT min(id) FROM tasks WHERE owner = -1 AND state = 0"
        " AND small = 1 UNION ALL"
        " SELECT min(id) FROM tasks WHERE owner = 0 AND state = 4 UNION ALL"
        " SELECT min(id) FROM tasks WHERE owner > 0 UNION ALL"
        " SELECT min(task_id) FROM segments)",

    [ASR_SQL_PROGRESS] = "WITH RECURSIVE t(id) AS (SELECT min(task_id)"
        " FROM segments UNION ALL SELECT (SELECT min(task_id) FROM segments"
        " WHERE task_id > t.id) FROM t WHERE t.id IS NOT NULL LIMIT ?)"
        " SELECT tasks.id, created, audio_ms, segments, done FROM t"
        " JOIN tasks ON tasks.id = t.id ORDER BY tasks.id",

    [ASR_SQL_TASK_OF] = "SELECT 1 FROM tasks WHERE id = ? AND account = ?"
        " AND api = ? AND (expires = 0 OR expires > ?)",
    [ASR_SQL_TASK_LIST_UP] = "SELECT " ASR_SQLITE_TASK ASR_SQL_LISTED
        " AND id > ?5 ORDER BY id LIMIT ?6 OFFSET ?7",
    [ASR_SQL_TASK_LIST_DOWN] = "SELECT " ASR_SQLITE_TASK ASR_SQL_LISTED
        " AND id < ?5 ORDER BY id DESC LIMIT ?6 OFFSET ?7",
    [ASR_SQL_TASK_LIST_COUNT] = "SELECT count(*) FROM (SELECT 1"
        ASR_SQL_LISTED " LIMIT ?5)",
};

static const asr_sqlite_op_pt  asr_sqlite_ops[ASR_OP_N] = {
    [ASR_OP_FILE_CREATE] = asr_sqlite_file_create,
    [ASR_OP_FILE_FILL] = asr_sqlite_file_fill,
    [ASR_OP_FILE_DELETE] = asr_sqlite_file_delete,
    [ASR_OP_TASK_CREATE] = asr_sqlite_task_create,
    [ASR_OP_CLAIM] = asr_sqlite_claim,
    [ASR_OP_DECODED] = asr_sqlite_decoded,
    [ASR_OP_SEGMENT_DONE] = asr_sqlite_segment_done,
    [ASR_OP_SEGMENT_FAIL] = asr_sqlite_segment_fail,
    [ASR_OP_TASK_DONE] = asr_sqlite_task_done,
    [ASR_OP_TASK_FAIL] = asr_sqlite_task_fail,
    [ASR_OP_TASK_RETRY] = asr_sqlite_task_retry,
    [ASR_OP_DECODE_AGAIN] = asr_sqlite_decode_again,
    [ASR_OP_RELEASE] = asr_sqlite_release,
    [ASR_OP_RELEASE_OWNER] = asr_sqlite_release_owner,
    [ASR_OP_HOUSEKEEP] = asr_sqlite_housekeep,
    [ASR_OP_HEARTBEAT] = asr_sqlite_heartbeat,
    [ASR_OP_CLAIM_IO] = asr_sqlite_claim_io,
    [ASR_OP_FETCHED] = asr_sqlite_fetched,
    [ASR_OP_DELIVERED] = asr_sqlite_delivered,
    [ASR_OP_DELIVERY_RETRY] = asr_sqlite_delivery_retry,
    [ASR_OP_FILE_GET] = asr_sqlite_file_get,
    [ASR_OP_FILE_LIST] = asr_sqlite_file_list,
    [ASR_OP_TASK_GET] = asr_sqlite_task_get,
    [ASR_OP_SEGMENTS_GET] = asr_sqlite_segments_get,
    [ASR_OP_STATS] = asr_sqlite_stats,
    [ASR_OP_TASK_DELETE] = asr_sqlite_task_delete,
    [ASR_OP_TASK_LIST] = asr_sqlite_task_list,
    [ASR_OP_NOTHING] = asr_sqlite_nothing,
};

const asr_store_backend_t  asr_store_sqlite = {
    "sqlite",
    asr_sqlite_prepare,
    asr_sqlite_open,
    asr_sqlite_begin,
    asr_sqlite_exec,
    asr_sqlite_commit,
    asr_sqlite_rollback,
    asr_sqlite_units,
    asr_sqlite_task_units,
    asr_sqlite_io_units,
    asr_sqlite_committed,
    asr_sqlite_idle,
    asr_sqlite_close
};


static asr_backend_t *
asr_sqlite_open(const char *where, const char *owner, bool writer,
    const asr_store_conf_t *conf, char *err, size_t errlen)
{
    int             version;
    asr_backend_t  *b;

    b = calloc(1, sizeof(asr_backend_t));
    if (b == NULL) {
        snprintf(err, errlen, "no memory");
        return NULL;
    }

    b->conf = conf;
    b->writer = writer;
    b->lock_fd = -1;
    snprintf(b->owner, sizeof(b->owner), "%s", owner);

    b->db = asr_sqlite_connect(where, writer, err, errlen);
    if (b->db == NULL
        || asr_sqlite_check(b->db, where, &version, err, errlen) != ASR_OK)
    {
        goto failed;
    }

    if (version == 0) {
        snprintf(err, errlen, "\"%s\" has no tables yet", where);
        goto failed;
    }

    if (writer) {
        b->lock_fd = asr_sqlite_lock_open(where, err, errlen);
        if (b->lock_fd == -1) {
            goto failed;
        }

        (void) sqlite3_wal_hook(b->db, asr_sqlite_wal, b);
    }

    return b;

failed:

    asr_sqlite_close(b);

    return NULL;
}


static void
asr_sqlite_close(asr_backend_t *b)
{
    unsigned  i;

    for (i = 0; i < ASR_SQL_N; i++) {
        sqlite3_finalize(b->stmt[i]);
    }

    sqlite3_close(b->db);

    if (b->lock_fd != -1) {
        close(b->lock_fd);
    }

    free(b->trash);
    free(b);
}


asr_err_t
asr_sqlite_fail(asr_backend_t *b)
{
    if (!b->failing) {
        b->failing = true;
        asr_log(ASR_LOG_ERR, "store: %s (%d)", sqlite3_errmsg(b->db),
                sqlite3_extended_errcode(b->db));
    }

    return ASR_STORE;
}


sqlite3_stmt *
asr_sqlite_query(asr_backend_t *b, asr_sql_t id, const asr_sql_arg_t *args,
    size_t n)
{
    int            rc;
    size_t         i;
    const char    *p;
    sqlite3_stmt  *stmt;

    stmt = b->stmt[id];

    if (stmt == NULL) {
        if (sqlite3_prepare_v3(b->db, asr_sql[id], -1,
                               SQLITE_PREPARE_PERSISTENT, &stmt, NULL)
            != SQLITE_OK)
        {
            (void) asr_sqlite_fail(b);
            return NULL;
        }

        b->stmt[id] = stmt;
    }

    for (i = 0; i < n; i++) {
        p = args[i].s.data != NULL ? args[i].s.data : "";

        switch (args[i].type) {

        case ASR_SQL_INT:
            rc = sqlite3_bind_int64(stmt, (int) i + 1, args[i].i);
            break;

        case ASR_SQL_TEXT:
            rc = sqlite3_bind_text64(stmt, (int) i + 1, p, args[i].s.len,
                                     SQLITE_STATIC, SQLITE_UTF8);
            break;

        default: /* ASR_SQL_BLOB */
            rc = sqlite3_bind_blob64(stmt, (int) i + 1, p, args[i].s.len,
                                     SQLITE_STATIC);
        }

        if (rc != SQLITE_OK) {
            (void) asr_sqlite_fail(b);
            return NULL;
        }
    }

    return stmt;
}


int
asr_sqlite_row(asr_backend_t *b, sqlite3_stmt *stmt)
{
    if (stmt == NULL) {
        return -1;
    }

    switch (sqlite3_step(stmt)) {

    case SQLITE_ROW:
        return 1;

    case SQLITE_DONE:
        (void) sqlite3_reset(stmt);
        return 0;

    default:
        (void) asr_sqlite_fail(b);
        (void) sqlite3_reset(stmt);
        return -1;
    }
}


asr_err_t
asr_sqlite_run(asr_backend_t *b, asr_sql_t id, const asr_sql_arg_t *args,
    size_t n)
{
    return asr_sqlite_row(b, asr_sqlite_query(b, id, args, n)) == 0
           ? ASR_OK : ASR_STORE;
}


asr_err_t
asr_sqlite_str(sqlite3_stmt *stmt, int col, asr_arena_t *a, asr_str_t *out)
{
    asr_str_t  s;

    /* as a blob it needs no terminator, and no copy for it */

    s.data = sqlite3_column_blob(stmt, col);
    s.len = (size_t) sqlite3_column_bytes(stmt, col);

    if (s.len == 0) {
        *out = asr_str_null();
        return ASR_OK;
    }

    *out = asr_arena_str(a, s);

    return out->data != NULL ? ASR_OK : ASR_NOMEM;
}


asr_err_t
asr_sqlite_lock(asr_backend_t *b)
{
    struct flock  fl;

    memset(&fl, 0, sizeof(struct flock));
    fl.l_type = F_WRLCK;
    fl.l_whence = SEEK_SET;

    while (fcntl(b->lock_fd, F_OFD_SETLKW, &fl) == -1) {
        if (errno != EINTR) {
            if (!b->failing) {
                b->failing = true;
                asr_log(ASR_LOG_ERR, "store: cannot lock: %s",
                        strerror(errno));
            }

            return ASR_STORE;
        }
    }

    b->locked = true;

    return ASR_OK;
}


void
asr_sqlite_unlock(asr_backend_t *b)
{
    struct flock  fl;

    if (b->locked) {
        memset(&fl, 0, sizeof(struct flock));
        fl.l_type = F_UNLCK;
        fl.l_whence = SEEK_SET;

        (void) fcntl(b->lock_fd, F_OFD_SETLK, &fl);
        b->locked = false;
    }
}


static asr_err_t
asr_sqlite_begin(asr_backend_t *b)
{
    if (!b->writer) {
        return asr_sqlite_run(b, ASR_SQL_BEGIN_READ, NULL, 0);
    }

    if (asr_sqlite_lock(b) != ASR_OK) {
        return ASR_STORE;
    }

    b->units = 0;
    b->task_units = 0;
    b->io_units = 0;
    b->trash_n = 0;
    b->sweep = false;

    if (asr_sqlite_run(b, ASR_SQL_BEGIN_WRITE, NULL, 0) != ASR_OK
        || asr_sqlite_state_load(b) != ASR_OK)
    {
        asr_sqlite_rollback(b);
        return ASR_STORE;
    }

    memcpy(b->count_was, b->count, sizeof(b->count));

    return ASR_OK;
}


static asr_err_t
asr_sqlite_exec(asr_backend_t *b, asr_op_t *op)
{
    return asr_sqlite_ops[op->type](b, op);
}


static asr_err_t
asr_sqlite_commit(asr_backend_t *b)
{
    if (b->writer && asr_sqlite_state_save(b) != ASR_OK) {
        asr_sqlite_rollback(b);
        return ASR_STORE;
    }

    if (asr_sqlite_run(b, ASR_SQL_COMMIT, NULL, 0) != ASR_OK) {
        asr_sqlite_rollback(b);
        return ASR_STORE;
    }

    asr_sqlite_unlock(b);

    b->me_known = (b->me != 0);

    if (b->failing) {
        b->failing = false;
        asr_log(ASR_LOG_NOTICE, "store: works again");
    }

    return ASR_OK;
}


static void
asr_sqlite_rollback(asr_backend_t *b)
{
    /* SQLite has done it itself after some errors */

    if (sqlite3_get_autocommit(b->db) == 0) {
        (void) asr_sqlite_run(b, ASR_SQL_ROLLBACK, NULL, 0);
    }

    asr_sqlite_unlock(b);

    b->units = 0;
    b->task_units = 0;
    b->io_units = 0;
    b->trash_n = 0;
    b->sweep = false;

    if (!b->me_known) {
        b->me = 0;
    }
}


asr_err_t
asr_sqlite_state_load(asr_backend_t *b)
{
    int            i;
    sqlite3_stmt  *stmt;

    stmt = asr_sqlite_query(b, ASR_SQL_STATE_GET, NULL, 0);

    if (asr_sqlite_row(b, stmt) != 1) {
        return ASR_STORE;
    }

    for (i = 0; i < ASR_COUNT_N; i++) {
        b->count[i] = sqlite3_column_int64(stmt, i);
    }

    (void) sqlite3_reset(stmt);

    return ASR_OK;
}


static asr_err_t
asr_sqlite_state_save(asr_backend_t *b)
{
    int            i;
    asr_sql_arg_t  args[ASR_COUNT_N];

    if (memcmp(b->count, b->count_was, sizeof(b->count)) == 0) {
        return ASR_OK;
    }

    for (i = 0; i < ASR_COUNT_N; i++) {
        args[i] = asr_sql_int(b->count[i]);
    }

    return asr_sqlite_run(b, ASR_SQL_STATE_SET, args, ASR_COUNT_N);
}


static int
asr_sqlite_units(asr_backend_t *b)
{
    return b->units;
}


static int
asr_sqlite_task_units(asr_backend_t *b)
{
    return b->task_units;
}


static int
asr_sqlite_io_units(asr_backend_t *b)
{
    return b->io_units;
}


void
asr_sqlite_trash(asr_backend_t *b, int64_t task_id, const char *audio)
{
    size_t               size;
    asr_sqlite_trash_t  *t;

    if (b->trash_n == b->trash_size) {

        /* what finds no place here is found by the spool's orphan walk */

        if (b->trash_size == ASR_SQLITE_TRASH_MAX) {
            return;
        }

        size = b->trash_size != 0 ? 2 * b->trash_size : 64;

        t = realloc(b->trash, size * sizeof(asr_sqlite_trash_t));
        if (t == NULL) {
            return;
        }

        b->trash = t;
        b->trash_size = size;
    }

    t = &b->trash[b->trash_n++];
    t->task_id = task_id;
    snprintf(t->audio, sizeof(t->audio), "%s", audio);
}


static void
asr_sqlite_committed(asr_backend_t *b)
{
    size_t               i;
    asr_sqlite_trash_t  *t;

    for (i = 0; i < b->trash_n && b->conf->spool != NULL; i++) {
        t = &b->trash[i];

        if (t->task_id != 0) {
            asr_spool_remove_pcm(b->conf->spool, t->task_id);
        }

        if (t->audio[0] != '\0') {
            asr_spool_remove_audio(b->conf->spool, asr_cstr(t->audio));
        }
    }

    b->trash_n = 0;
}


static int
asr_sqlite_wal(void *ctx, sqlite3 *db, const char *name, int pages)
{
    asr_backend_t  *b;

    b = ctx;
    b->wal_pages = pages;

    return SQLITE_OK;
}


static void
asr_sqlite_idle(asr_backend_t *b)
{
    if (b->wal_pages >= ASR_SQLITE_CHECKPOINT) {
        b->wal_pages = 0;

        if (asr_sqlite_lock(b) == ASR_OK) {
            if (sqlite3_wal_checkpoint_v2(b->db, NULL,
                                          SQLITE_CHECKPOINT_PASSIVE, NULL,
                                          NULL)
                != SQLITE_OK)
            {
                (void) asr_sqlite_fail(b);
            }

            asr_sqlite_unlock(b);
        }
    }

    if (b->sweep) {
        b->sweep = false;
        asr_sqlite_sweep(b);
    }
}
