/*
 * Rows of the SQLite backend: files and tasks made, ended, removed.  The
 * counts of "state" follow every change here and in asr_store_sqlite_work.c.
 */

#include "asr_raw.h"
#include "asr_store_sqlite.h"
#include "../base/asr_clock.h"

#include <stdio.h>


static asr_err_t asr_sqlite_file_find(asr_backend_t *b, int64_t id,
    asr_str_t account, asr_str_t purpose, int64_t *bytes, char *spool);


asr_str_t
asr_sqlite_spool_name(const asr_op_t *op)
{
    if (op->spool_file == NULL || op->spool_file->fd == -1) {
        return asr_str_null();
    }

    return asr_cstr(op->spool_file->name);
}


bool
asr_sqlite_expired(int64_t expires_ms)
{
    return expires_ms > 0 && expires_ms <= asr_clock_ms();
}


asr_err_t
asr_sqlite_file_create(asr_backend_t *b, asr_op_t *op)
{
    int64_t      id;
    asr_str_t    spool;
    asr_err_t    rc;
    asr_file_t  *f;

    f = &op->file;
    id = b->count[ASR_COUNT_NEXT_FILE];

    if (op->spool_file == NULL) {
        return ASR_INVALID;
    }

    if (id > ASR_SQLITE_ID_MAX) {
        return ASR_TOOBIG;
    }

    if (f->created_ms == 0) {
        f->created_ms = asr_clock_ms();
    }

    f->bytes = (int64_t) op->spool_file->size;
    spool = asr_sqlite_spool_name(op);

    rc = asr_sqlite_run(b, ASR_SQL_FILE_ADD, ASR_SQL_ARGS(
             asr_sql_int(id), asr_sql_text(f->account),
             asr_sql_text(f->purpose), asr_sql_int(f->bytes),
             asr_sql_int(f->created_ms), asr_sql_int(f->expires_ms),
             asr_sql_text(spool), asr_sql_text(f->filename),
             asr_sql_text(f->content_type)));

    if (rc == ASR_OK && spool.len == 0) {
        rc = asr_sqlite_run(b, ASR_SQL_FILE_AUDIO_ADD, ASR_SQL_ARGS(
                 asr_sql_int(id), asr_sql_blob(op->spool_file->mem,
                                               op->spool_file->mem_len)));
    }

    if (rc == ASR_OK) {
        f->id = id;
        b->count[ASR_COUNT_NEXT_FILE]++;
        b->count[ASR_COUNT_FILES]++;
        b->count[ASR_COUNT_FILE_BYTES] += f->bytes;
    }

    return rc;
}


/* spool has room for ASR_SPOOL_NAME; empty purpose: any. */

static asr_err_t
asr_sqlite_file_find(asr_backend_t *b, int64_t id, asr_str_t account,
    asr_str_t purpose, int64_t *bytes, char *spool)
{
    asr_err_t      rc;
    asr_str_t      is_account, is_purpose;
    sqlite3_stmt  *stmt;

    stmt = asr_sqlite_query(b, ASR_SQL_FILE_FIND, ASR_SQL_ARGS(
               asr_sql_int(id)));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    is_account.data = (const char *) sqlite3_column_text(stmt, 0);
    is_account.len = (size_t) sqlite3_column_bytes(stmt, 0);
    is_purpose.data = (const char *) sqlite3_column_text(stmt, 1);
    is_purpose.len = (size_t) sqlite3_column_bytes(stmt, 1);

    rc = ASR_OK;

    if (!asr_str_eq(account, is_account)
        || (purpose.len != 0 && !asr_str_eq(purpose, is_purpose))
        || asr_sqlite_expired(sqlite3_column_int64(stmt, 2)))
    {
        rc = ASR_NOTFOUND;
    }

    *bytes = sqlite3_column_int64(stmt, 3);
    snprintf(spool, ASR_SPOOL_NAME, "%s", sqlite3_column_text(stmt, 4));

    (void) sqlite3_reset(stmt);

    return rc;
}


/* The format of a task's file, if its name says one. */

static asr_err_t
asr_sqlite_file_format(asr_backend_t *b, asr_task_t *t)
{
    asr_str_t      name;
    sqlite3_stmt  *stmt;

    stmt = asr_sqlite_query(b, ASR_SQL_FILE_FIND, ASR_SQL_ARGS(
               asr_sql_int(t->file_id)));

    if (asr_sqlite_row(b, stmt) != 1) {
        return ASR_STORE;
    }

    name.data = (const char *) sqlite3_column_text(stmt, 5);
    name.len = (size_t) sqlite3_column_bytes(stmt, 5);
    asr_raw_name(t, name);

    (void) sqlite3_reset(stmt);

    return ASR_OK;
}


/* The empty content that it was created with is inline. */

asr_err_t
asr_sqlite_file_fill(asr_backend_t *b, asr_op_t *op)
{
    char         name[ASR_SPOOL_NAME];
    int64_t      bytes;
    asr_str_t    spool;
    asr_err_t    rc;
    asr_file_t  *f;

    f = &op->file;

    if (op->spool_file == NULL || op->spool_file->size == 0) {
        return ASR_INVALID;
    }

    rc = asr_sqlite_file_find(b, f->id, f->account, f->purpose, &bytes, name);

    if (rc != ASR_OK) {
        return rc;
    }

    if (bytes != 0) {
        return ASR_EXISTS;
    }

    f->bytes = (int64_t) op->spool_file->size;
    spool = asr_sqlite_spool_name(op);

    rc = asr_sqlite_run(b, ASR_SQL_FILE_FILL, ASR_SQL_ARGS(
             asr_sql_int(f->bytes), asr_sql_int(f->expires_ms),
             asr_sql_text(spool), asr_sql_text(f->content_type),
             asr_sql_int(f->id)));

    if (rc == ASR_OK) {
        rc = asr_sqlite_run(b, ASR_SQL_FILE_AUDIO_DELETE, ASR_SQL_ARGS(
                 asr_sql_int(f->id)));
    }

    if (rc == ASR_OK && spool.len == 0) {
        rc = asr_sqlite_run(b, ASR_SQL_FILE_AUDIO_ADD, ASR_SQL_ARGS(
                 asr_sql_int(f->id), asr_sql_blob(op->spool_file->mem,
                                                  op->spool_file->mem_len)));
    }

    if (rc == ASR_OK) {
        b->count[ASR_COUNT_FILE_BYTES] += f->bytes;
    }

    return rc;
}


asr_err_t
asr_sqlite_file_delete(asr_backend_t *b, asr_op_t *op)
{
    char       spool[ASR_SPOOL_NAME];
    int64_t    bytes;
    asr_err_t  rc;

    rc = asr_sqlite_file_find(b, op->file.id, op->file.account,
                              op->file.purpose, &bytes, spool);
    if (rc != ASR_OK) {
        return rc;
    }

    return asr_sqlite_drop_file(b, op->file.id, bytes, spool);
}


asr_err_t
asr_sqlite_drop_file(asr_backend_t *b, int64_t id, int64_t bytes,
    const char *spool)
{
    if (asr_sqlite_run(b, ASR_SQL_FILE_DELETE, ASR_SQL_ARGS(asr_sql_int(id)))
        != ASR_OK)
    {
        return ASR_STORE;
    }

    if (spool[0] != '\0') {
        asr_sqlite_trash(b, 0, spool);

    } else if (asr_sqlite_run(b, ASR_SQL_FILE_AUDIO_DELETE, ASR_SQL_ARGS(
                   asr_sql_int(id)))
               != ASR_OK)
    {
        return ASR_STORE;
    }

    b->count[ASR_COUNT_FILES]--;
    b->count[ASR_COUNT_FILE_BYTES] -= bytes;

    return ASR_OK;
}


asr_err_t
asr_sqlite_task_create(asr_backend_t *b, asr_op_t *op)
{
    int          state;
    char         name[ASR_SPOOL_NAME];
    int64_t      id, bytes, unfinished;
    asr_str_t    spool;
    asr_err_t    rc;
    asr_task_t  *t;

    t = &op->task;

    if ((t->file_id != 0) + (op->spool_file != NULL) + (t->url.len != 0)
        != 1)
    {
        return ASR_INVALID;
    }

    bytes = op->spool_file != NULL ? (int64_t) op->spool_file->size : 0;
    unfinished = 0;

    for (state = ASR_TASK_CREATED; state <= ASR_TASK_FINISHING; state++) {
        unfinished += b->count[ASR_COUNT_TASKS + state];
    }

    id = b->count[ASR_COUNT_NEXT_TASK];

    if ((b->conf->queue_max > 0 && unfinished >= b->conf->queue_max)
        || id > ASR_SQLITE_ID_MAX)
    {
        return ASR_TOOBIG;
    }

    if (t->file_id != 0) {
        rc = asr_sqlite_file_find(b, t->file_id, t->account, op->file.purpose,
                                  &bytes, name);
        if (rc != ASR_OK) {
            return rc;
        }

        if (bytes == 0) {
            return ASR_NOTFOUND;
        }

        if (t->format.len == 0 && asr_sqlite_file_format(b, t) != ASR_OK) {
            return ASR_STORE;
        }
    }

    if (t->created_ms == 0) {
        t->created_ms = asr_clock_ms();
    }

    spool = asr_sqlite_spool_name(op);

    rc = asr_sqlite_run(b, ASR_SQL_TASK_ADD, ASR_SQL_ARGS(
             asr_sql_int(id),
             asr_sql_int(t->url.len != 0 ? ASR_SQLITE_TO_FETCH : 0),
             asr_sql_int(t->created_ms),
             asr_sql_int(t->expires_ms), asr_sql_int(t->file_id),
             asr_sql_int(t->sample_rate), asr_sql_int(t->channels),
             asr_sql_int(t->channels_strict), asr_sql_text(t->api),
             asr_sql_text(t->account), asr_sql_text(spool),
             asr_sql_text(t->engine), asr_sql_text(t->format),
             asr_sql_text(t->params), asr_sql_text(t->url),
             asr_sql_int(t->listed),
             asr_sql_int(asr_sqlite_small(bytes))));

    if (rc == ASR_OK && op->spool_file != NULL) {
        rc = asr_sqlite_audio_add(b, id, op->spool_file);
    }

    if (rc == ASR_OK) {
        t->id = id;
        t->state = ASR_TASK_CREATED;
        b->count[ASR_COUNT_NEXT_TASK]++;
        asr_sqlite_move(b, -1, ASR_TASK_CREATED);

        if (t->url.len != 0) {
            b->count[ASR_COUNT_TO_FETCH]++;
            b->io_units++;

        } else {
            b->task_units++;
        }
    }

    return rc;
}


bool
asr_sqlite_small(int64_t bytes)
{
    return bytes <= ASR_SMALL_BYTES;
}


asr_err_t
asr_sqlite_audio_add(asr_backend_t *b, int64_t task_id,
    const asr_spool_file_t *f)
{
    if (f->fd != -1) {
        return ASR_OK;
    }

    return asr_sqlite_run(b, ASR_SQL_TASK_AUDIO_ADD, ASR_SQL_ARGS(
               asr_sql_int(task_id), asr_sql_blob(f->mem, f->mem_len)));
}


void
asr_sqlite_move(asr_backend_t *b, int from, int to)
{
    if (from != -1) {
        b->count[ASR_COUNT_TASKS + from]--;
    }

    if (to != -1) {
        b->count[ASR_COUNT_TASKS + to]++;
    }
}


/* Columns as in ASR_SQLITE_TASK. */

asr_err_t
asr_sqlite_task(sqlite3_stmt *stmt, asr_arena_t *a, asr_task_t *t)
{
    t->id = sqlite3_column_int64(stmt, 0);
    t->state = (asr_task_state_t) sqlite3_column_int(stmt, 1);
    t->cause = (asr_cause_t) sqlite3_column_int(stmt, 2);
    t->created_ms = sqlite3_column_int64(stmt, 3);
    t->started_ms = sqlite3_column_int64(stmt, 4);
    t->finished_ms = sqlite3_column_int64(stmt, 5);
    t->expires_ms = sqlite3_column_int64(stmt, 6);
    t->file_id = sqlite3_column_int64(stmt, 7);
    t->sample_rate = sqlite3_column_int(stmt, 8);
    t->channels = sqlite3_column_int(stmt, 9);
    t->channels_strict = sqlite3_column_int(stmt, 10) != 0;
    t->audio_ms = sqlite3_column_int64(stmt, 11);
    t->attempts = sqlite3_column_int(stmt, 12);
    t->segments = sqlite3_column_int(stmt, 14);
    t->segments_done = sqlite3_column_int(stmt, 15);

    t->inline_audio = asr_str_null();
    t->result = asr_str_null();

    if (a == NULL) {
        return ASR_OK;
    }

    if (asr_sqlite_str(stmt, 16, a, &t->api) != ASR_OK
        || asr_sqlite_str(stmt, 17, a, &t->account) != ASR_OK
        || asr_sqlite_str(stmt, 18, a, &t->message) != ASR_OK
        || asr_sqlite_str(stmt, 19, a, &t->spool) != ASR_OK
        || asr_sqlite_str(stmt, 20, a, &t->engine) != ASR_OK
        || asr_sqlite_str(stmt, 21, a, &t->format) != ASR_OK
        || asr_sqlite_str(stmt, 22, a, &t->params) != ASR_OK
        || asr_sqlite_str(stmt, 23, a, &t->url) != ASR_OK)
    {
        return ASR_NOMEM;
    }

    return ASR_OK;
}


asr_err_t
asr_sqlite_head(asr_backend_t *b, int64_t id, asr_sqlite_head_t *h)
{
    sqlite3_stmt  *stmt;

    stmt = asr_sqlite_query(b, ASR_SQL_TASK_HEAD, ASR_SQL_ARGS(
               asr_sql_int(id)));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    h->id = id;
    h->state = sqlite3_column_int(stmt, 0);
    h->owner = sqlite3_column_type(stmt, 1) != SQLITE_NULL
               ? sqlite3_column_int64(stmt, 1) : -2;
    h->decodes = sqlite3_column_int(stmt, 2);
    h->finishes = sqlite3_column_int(stmt, 3);
    h->segments = sqlite3_column_int(stmt, 4);
    h->done = sqlite3_column_int(stmt, 5);
    h->expires_ms = sqlite3_column_int64(stmt, 6);
    snprintf(h->spool, sizeof(h->spool), "%s", sqlite3_column_text(stmt, 7));
    h->fetches = sqlite3_column_int(stmt, 8);

    (void) sqlite3_reset(stmt);

    return ASR_OK;
}


asr_err_t
asr_sqlite_drop_segments(asr_backend_t *b, int64_t task_id)
{
    sqlite3_stmt  *stmt;

    stmt = asr_sqlite_query(b, ASR_SQL_SEGMENTS_COUNT, ASR_SQL_ARGS(
               asr_sql_int(task_id)));

    if (asr_sqlite_row(b, stmt) != 1) {
        return ASR_STORE;
    }

    b->count[ASR_COUNT_QUEUED] -= sqlite3_column_int64(stmt, 0);
    b->count[ASR_COUNT_QUEUED_SAMPLES] -= sqlite3_column_int64(stmt, 1);
    b->count[ASR_COUNT_CLAIMED] -= sqlite3_column_int64(stmt, 2);

    (void) sqlite3_reset(stmt);

    return asr_sqlite_run(b, ASR_SQL_SEGMENTS_DELETE, ASR_SQL_ARGS(
               asr_sql_int(task_id)));
}


/* A task that waited for its audio to be fetched does so no more. */

static void
asr_sqlite_left(asr_backend_t *b, const asr_sqlite_head_t *h)
{
    if (h->owner == ASR_SQLITE_TO_FETCH) {
        b->count[ASR_COUNT_TO_FETCH]--;
    }
}


asr_err_t
asr_sqlite_end(asr_backend_t *b, const asr_sqlite_head_t *h,
    asr_task_state_t state, asr_cause_t cause, asr_str_t message,
    asr_str_t result)
{
    if (state == ASR_TASK_FAILED
        && asr_sqlite_deliver_failed(b, h, cause, message) != ASR_OK)
    {
        return ASR_STORE;
    }

    if (asr_sqlite_run(b, ASR_SQL_TASK_END, ASR_SQL_ARGS(
            asr_sql_int(state), asr_sql_int(cause), asr_sql_text(message),
            asr_sql_text(result), asr_sql_int(asr_clock_ms()),
            asr_sql_int(h->id)))
        != ASR_OK)
    {
        return ASR_STORE;
    }

    asr_sqlite_left(b, h);
    asr_sqlite_move(b, h->state, state);
    asr_sqlite_trash(b, h->id, h->spool);

    if (asr_sqlite_run(b, ASR_SQL_TASK_AUDIO_DELETE, ASR_SQL_ARGS(
            asr_sql_int(h->id)))
        != ASR_OK)
    {
        return ASR_STORE;
    }

    return h->segments != 0 ? asr_sqlite_drop_segments(b, h->id) : ASR_OK;
}


asr_err_t
asr_sqlite_drop(asr_backend_t *b, const asr_sqlite_head_t *h)
{
    if (h->state < ASR_TASK_SUCCEEDED) {

        if (asr_sqlite_run(b, ASR_SQL_TASK_AUDIO_DELETE, ASR_SQL_ARGS(
                asr_sql_int(h->id)))
            != ASR_OK)
        {
            return ASR_STORE;
        }

        if (h->segments != 0 && asr_sqlite_drop_segments(b, h->id) != ASR_OK) {
            return ASR_STORE;
        }

        asr_sqlite_trash(b, h->id, h->spool);
    }

    asr_sqlite_left(b, h);
    asr_sqlite_move(b, h->state, -1);

    return asr_sqlite_run(b, ASR_SQL_TASK_DELETE, ASR_SQL_ARGS(
               asr_sql_int(h->id)));
}


/* All of them are looked for before the first one goes. */

asr_err_t
asr_sqlite_task_delete(asr_backend_t *b, asr_op_t *op)
{
    size_t              i;
    asr_err_t           rc;
    sqlite3_stmt       *stmt;
    asr_sqlite_head_t   h;

    for (i = 0; i < op->nids; i++) {
        stmt = asr_sqlite_query(b, ASR_SQL_TASK_OF, ASR_SQL_ARGS(
                   asr_sql_int(op->ids[i]), asr_sql_text(op->task.account),
                   asr_sql_text(op->task.api), asr_sql_int(asr_clock_ms())));

        switch (asr_sqlite_row(b, stmt)) {

        case -1:
            return ASR_STORE;

        case 0:
            return ASR_NOTFOUND;
        }

        (void) sqlite3_reset(stmt);
    }

    for (i = 0; i < op->nids; i++) {
        rc = asr_sqlite_head(b, op->ids[i], &h);

        if (rc == ASR_NOTFOUND) {

            /* named twice */

            continue;
        }

        if (rc != ASR_OK || asr_sqlite_drop(b, &h) != ASR_OK) {
            return ASR_STORE;
        }
    }

    return ASR_OK;
}
