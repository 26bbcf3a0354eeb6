/*
 * Read operations, on a connection that only reads.  Lists are counted first,
 * in the same snapshot, so that they are allocated once.
 */

#include "asr_store_sqlite.h"
#include "../base/asr_clock.h"


static asr_err_t asr_sqlite_file_row(sqlite3_stmt *stmt, asr_arena_t *a,
    asr_file_t *f);
static asr_err_t asr_sqlite_number(asr_backend_t *b, sqlite3_stmt *stmt,
    int64_t *n);


/* The first column of a query that always has one row. */

static asr_err_t
asr_sqlite_number(asr_backend_t *b, sqlite3_stmt *stmt, int64_t *n)
{
    if (asr_sqlite_row(b, stmt) != 1) {
        return ASR_STORE;
    }

    *n = sqlite3_column_int64(stmt, 0);
    (void) sqlite3_reset(stmt);

    return ASR_OK;
}


asr_err_t
asr_sqlite_task_get(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t      rc;
    sqlite3_stmt  *stmt;

    stmt = asr_sqlite_query(b, ASR_SQL_TASK_GET, ASR_SQL_ARGS(
               asr_sql_int(op->task.id), asr_sql_text(op->task.account),
               asr_sql_text(op->task.api)));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    if (asr_sqlite_expired(sqlite3_column_int64(stmt, 6))) {
        rc = ASR_NOTFOUND;

    } else {
        rc = asr_sqlite_task(stmt, op->arena, &op->task);

        if (rc == ASR_OK && op->arena != NULL) {
            rc = asr_sqlite_str(stmt, ASR_SQLITE_TASK_RESULT, op->arena,
                                &op->task.result);
        }
    }

    (void) sqlite3_reset(stmt);

    return rc;
}


/* Columns as in ASR_SQL_FILE_GET and ASR_SQL_FILE_LIST. */

static asr_err_t
asr_sqlite_file_row(sqlite3_stmt *stmt, asr_arena_t *a, asr_file_t *f)
{
    f->id = sqlite3_column_int64(stmt, 0);
    f->bytes = sqlite3_column_int64(stmt, 1);
    f->created_ms = sqlite3_column_int64(stmt, 2);
    f->expires_ms = sqlite3_column_int64(stmt, 3);
    f->inline_audio = asr_str_null();

    if (asr_sqlite_str(stmt, 4, a, &f->account) != ASR_OK
        || asr_sqlite_str(stmt, 5, a, &f->filename) != ASR_OK
        || asr_sqlite_str(stmt, 6, a, &f->purpose) != ASR_OK
        || asr_sqlite_str(stmt, 7, a, &f->content_type) != ASR_OK
        || asr_sqlite_str(stmt, 8, a, &f->spool) != ASR_OK)
    {
        return ASR_NOMEM;
    }

    return ASR_OK;
}


asr_err_t
asr_sqlite_file_get(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t      rc;
    asr_file_t    *f;
    sqlite3_stmt  *stmt;

    f = &op->file;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    stmt = asr_sqlite_query(b, ASR_SQL_FILE_GET, ASR_SQL_ARGS(
               asr_sql_int(f->id), asr_sql_text(f->account)));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    rc = asr_sqlite_file_row(stmt, op->arena, f);
    (void) sqlite3_reset(stmt);

    if (rc != ASR_OK) {
        return rc;
    }

    if (asr_sqlite_expired(f->expires_ms)) {
        return ASR_NOTFOUND;
    }

    if (f->spool.len != 0) {
        return ASR_OK;
    }

    stmt = asr_sqlite_query(b, ASR_SQL_FILE_AUDIO, ASR_SQL_ARGS(
               asr_sql_int(f->id)));

    if (asr_sqlite_row(b, stmt) != 1) {
        return ASR_STORE;
    }

    rc = asr_sqlite_str(stmt, 0, op->arena, &f->inline_audio);
    (void) sqlite3_reset(stmt);

    return rc;
}


asr_err_t
asr_sqlite_file_list(asr_backend_t *b, asr_op_t *op)
{
    int             rc;
    int64_t         n, now;
    sqlite3_stmt   *stmt;
    asr_sql_arg_t   args[4];

    op->files = NULL;
    op->nfiles = 0;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    now = asr_clock_ms();

    args[0] = asr_sql_text(op->file.account);
    args[1] = asr_sql_text(op->file.purpose);
    args[2] = asr_sql_int(now);
    args[3] = asr_sql_int(ASR_FILE_LIST_MAX);

    stmt = asr_sqlite_query(b, ASR_SQL_FILE_LIST_COUNT, args, 4);

    if (asr_sqlite_number(b, stmt, &n) != ASR_OK) {
        return ASR_STORE;
    }

    if (n == 0) {
        return ASR_OK;
    }

    op->files = asr_arena_zalloc(op->arena, (size_t) n * sizeof(asr_file_t));
    if (op->files == NULL) {
        return ASR_NOMEM;
    }

    args[3] = asr_sql_int(n);
    stmt = asr_sqlite_query(b, ASR_SQL_FILE_LIST, args, 4);

    while ((rc = asr_sqlite_row(b, stmt)) == 1) {
        if (asr_sqlite_file_row(stmt, op->arena, &op->files[op->nfiles])
            != ASR_OK)
        {
            (void) sqlite3_reset(stmt);
            return ASR_NOMEM;
        }

        op->nfiles++;
    }

    return rc == 0 ? ASR_OK : ASR_STORE;
}


asr_err_t
asr_sqlite_segments_get(asr_backend_t *b, asr_op_t *op)
{
    int             rc;
    int64_t         n;
    sqlite3_stmt   *stmt;
    asr_segment_t  *s;

    op->segments = NULL;
    op->nsegments = 0;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    stmt = asr_sqlite_query(b, ASR_SQL_SEGMENTS_N, ASR_SQL_ARGS(
               asr_sql_int(op->task.id)));

    if (asr_sqlite_number(b, stmt, &n) != ASR_OK) {
        return ASR_STORE;
    }

    if (n == 0) {
        return ASR_OK;
    }

    op->segments = asr_arena_zalloc(op->arena,
                                    (size_t) n * sizeof(asr_segment_t));
    if (op->segments == NULL) {
        return ASR_NOMEM;
    }

    stmt = asr_sqlite_query(b, ASR_SQL_SEGMENTS_GET, ASR_SQL_ARGS(
               asr_sql_int(op->task.id), asr_sql_int(n)));

    while ((rc = asr_sqlite_row(b, stmt)) == 1) {
        s = &op->segments[op->nsegments];

        s->task_id = sqlite3_column_int64(stmt, 0);
        s->index = sqlite3_column_int(stmt, 1);
        s->channel = sqlite3_column_int(stmt, 2);
        s->start = sqlite3_column_int64(stmt, 3);
        s->length = sqlite3_column_int64(stmt, 4);
        s->attempts = sqlite3_column_int(stmt, 5);

        if (asr_sqlite_str(stmt, 6, op->arena, &s->result) != ASR_OK) {
            (void) sqlite3_reset(stmt);
            return ASR_NOMEM;
        }

        op->nsegments++;
    }

    return rc == 0 ? ASR_OK : ASR_STORE;
}


static asr_err_t
asr_sqlite_progress(asr_backend_t *b, asr_op_t *op)
{
    int                 rc;
    sqlite3_stmt       *stmt;
    asr_progress_t     *p;
    asr_store_stats_t  *st;

    st = &op->stats;
    st->nprogress = 0;
    st->progress = NULL;

    if (op->arena == NULL) {
        return ASR_OK;
    }

    st->progress = asr_arena_alloc(op->arena, ASR_PROGRESS_MAX
                                              * sizeof(asr_progress_t));
    if (st->progress == NULL) {
        return ASR_NOMEM;
    }

    stmt = asr_sqlite_query(b, ASR_SQL_PROGRESS, ASR_SQL_ARGS(
               asr_sql_int(ASR_PROGRESS_MAX)));

    while ((rc = asr_sqlite_row(b, stmt)) == 1) {

        if (st->nprogress == ASR_PROGRESS_MAX) {
            (void) sqlite3_reset(stmt);
            break;
        }

        p = &st->progress[st->nprogress++];
        p->id = sqlite3_column_int64(stmt, 0);
        p->created_ms = sqlite3_column_int64(stmt, 1);
        p->audio_ms = sqlite3_column_int64(stmt, 2);
        p->segments = sqlite3_column_int(stmt, 3);
        p->done = sqlite3_column_int(stmt, 4);
    }

    return rc == -1 ? ASR_STORE : ASR_OK;
}


asr_err_t
asr_sqlite_stats(asr_backend_t *b, asr_op_t *op)
{
    int                 i;
    asr_store_stats_t  *st;

    st = &op->stats;

    if (asr_sqlite_state_load(b) != ASR_OK) {
        return ASR_STORE;
    }

    for (i = 0; i <= ASR_TASK_FAILED; i++) {
        st->tasks[i] = b->count[ASR_COUNT_TASKS + i];
    }

    st->segments_queued = b->count[ASR_COUNT_QUEUED];
    st->segments_claimed = b->count[ASR_COUNT_CLAIMED];
    st->files = b->count[ASR_COUNT_FILES];
    st->file_bytes = b->count[ASR_COUNT_FILE_BYTES];
    st->fetches_waiting = b->count[ASR_COUNT_TO_FETCH];
    st->deliveries_pending = b->count[ASR_COUNT_DELIVERIES];
    st->deliveries_undelivered = b->count[ASR_COUNT_UNDELIVERED];

    if (asr_sqlite_number(b, asr_sqlite_query(b, ASR_SQL_OWNERS_COUNT, NULL, 0),
                          &st->owners)
        != ASR_OK)
    {
        return ASR_STORE;
    }

    if (asr_sqlite_number(b, asr_sqlite_query(b, ASR_SQL_OLDEST, NULL, 0),
                          &st->oldest_ms)
        != ASR_OK)
    {
        return ASR_STORE;
    }

    return asr_sqlite_progress(b, op);
}


asr_err_t
asr_sqlite_task_list(asr_backend_t *b, asr_op_t *op)
{
    int               rc;
    int64_t           limit, after;
    sqlite3_stmt     *stmt;
    asr_sql_arg_t     args[7];
    asr_task_list_t  *list;

    list = &op->list;
    limit = list->limit;

    op->tasks = NULL;
    op->ntasks = 0;

    if (op->arena == NULL || limit < 1 || limit > ASR_TASK_LIST_MAX
        || list->skip < 0)
    {
        return ASR_INVALID;
    }

    args[0] = asr_sql_text(op->task.account);
    args[1] = asr_sql_text(op->task.api);
    args[2] = asr_sql_int(list->states != 0 ? list->states : UINT32_MAX);
    args[3] = asr_sql_int(asr_clock_ms());
    args[4] = asr_sql_int(ASR_TASK_TOTAL_MAX);

    stmt = asr_sqlite_query(b, ASR_SQL_TASK_LIST_COUNT, args, 5);

    if (asr_sqlite_number(b, stmt, &list->total) != ASR_OK) {
        return ASR_STORE;
    }

    op->tasks = asr_arena_zalloc(op->arena,
                                 (size_t) limit * sizeof(asr_task_t));
    if (op->tasks == NULL) {
        return ASR_NOMEM;
    }

    after = list->after;

    if (after == 0) {
        after = list->ascending ? 0 : INT64_MAX;
    }

    args[4] = asr_sql_int(after);
    args[5] = asr_sql_int(limit);
    args[6] = asr_sql_int(list->skip);

    stmt = asr_sqlite_query(b, list->ascending ? ASR_SQL_TASK_LIST_UP
                                               : ASR_SQL_TASK_LIST_DOWN,
                            args, 7);

    while ((rc = asr_sqlite_row(b, stmt)) == 1) {
        if (asr_sqlite_task(stmt, op->arena, &op->tasks[op->ntasks])
            != ASR_OK)
        {
            (void) sqlite3_reset(stmt);
            return ASR_NOMEM;
        }

        op->ntasks++;
    }

    return rc == 0 ? ASR_OK : ASR_STORE;
}


asr_err_t
asr_sqlite_nothing(asr_backend_t *b, asr_op_t *op)
{
    return ASR_OK;
}
