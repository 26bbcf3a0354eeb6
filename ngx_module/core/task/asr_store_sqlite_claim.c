/*
 * Claims.
 *
 * Order of claims: tasks to finish (little work, and a client gets its text),
 * then tasks to decode, by age, then segments.  Of tasks the small ones come
 * first, except for who takes all of them: there are threads for small ones
 * alone, so none waits for a long recording's decoding.  While more than
 * ASR_SQLITE_PCM_AHEAD of decoded audio waits, large ones are left alone, for
 * that fills the disk and helps nobody; and small ones too, when half as much
 * again does.
 *
 * Segments are claimed in start-time fair order.  The state row keeps the
 * rank of the segment claimed last: the virtual time.  A task's segments get
 * the ranks virtual time + 0, 1, 2, ... when it is decoded, and the lowest
 * rank is claimed.  So a task of one segment, decoded while one of 2000 is
 * under way, is next in line; tasks that run together take turns; and none
 * starves, as every rank is reached.  A segment that is given back keeps its
 * rank, which is low by then.
 *
 * Copies into the caller's arena, which may fail, come before the change.
 */

#include "asr_store_sqlite.h"
#include "../base/asr_clock.h"


#define ASR_SQLITE_PCM_AHEAD  (INT64_C(20) * 3600 * 16000)
#define ASR_SQLITE_CLAIM_MAX  256        /* units looked at by one claim */


static asr_err_t asr_sqlite_claim_any(asr_backend_t *b, asr_op_t *op);
static asr_err_t asr_sqlite_claim_tasks(asr_backend_t *b, asr_op_t *op,
    unsigned want);
static asr_err_t asr_sqlite_claim_task(asr_backend_t *b, asr_op_t *op,
    asr_task_state_t state, int small);
static asr_err_t asr_sqlite_claim_audio(asr_backend_t *b, asr_op_t *op,
    asr_cause_t *cause);
static asr_err_t asr_sqlite_claim_segment(asr_backend_t *b, asr_op_t *op);
static asr_err_t asr_sqlite_segment_task(asr_backend_t *b, asr_op_t *op,
    int64_t rank);


asr_err_t
asr_sqlite_claim(asr_backend_t *b, asr_op_t *op)
{
    int        i;
    asr_err_t  rc;

    op->claim = ASR_CLAIM_NONE;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    /* the first heartbeat may have failed */

    if (b->me == 0 && asr_sqlite_heartbeat(b, op) != ASR_OK) {
        return ASR_STORE;
    }

    /* ASR_AGAIN: that unit was discarded, look for another */

    for (i = 0; i < ASR_SQLITE_CLAIM_MAX; i++) {
        rc = asr_sqlite_claim_any(b, op);

        if (rc != ASR_AGAIN) {
            return rc == ASR_NOTFOUND ? ASR_OK : rc;
        }
    }

    /* so that whoever asked comes back */

    if (op->want & ASR_WANT_TASK) {
        b->task_units++;

    } else {
        b->units++;
    }

    return ASR_OK;
}


static asr_err_t
asr_sqlite_claim_any(asr_backend_t *b, asr_op_t *op)
{
    unsigned   want;
    asr_err_t  rc;

    want = op->want != 0 ? op->want : ASR_WANT_SEGMENT|ASR_WANT_TASK;
    rc = ASR_NOTFOUND;

    if (want & ASR_WANT_TASK) {
        rc = asr_sqlite_claim_tasks(b, op, want);
    }

    if (rc == ASR_NOTFOUND && (want & ASR_WANT_SEGMENT)) {
        rc = asr_sqlite_claim_segment(b, op);
    }

    return rc;
}


static asr_err_t
asr_sqlite_claim_tasks(asr_backend_t *b, asr_op_t *op, unsigned want)
{
    int        small;
    size_t     i, k, n;
    int64_t    ahead;
    asr_err_t  rc;

    static const asr_task_state_t  states[] = {
        ASR_TASK_FINISHING, ASR_TASK_CREATED
    };

    ahead = b->count[ASR_COUNT_QUEUED_SAMPLES];
    n = (want & ASR_WANT_SMALL) ? 1 : 2;

    for (i = 0; i < asr_nelts(states); i++) {
        small = (want & (ASR_WANT_SMALL|ASR_WANT_SEGMENT)) != 0;

        for (k = 0; k < n; k++, small = !small) {

            if (states[i] == ASR_TASK_CREATED
                && ahead > ASR_SQLITE_PCM_AHEAD
                           + (small ? ASR_SQLITE_PCM_AHEAD / 2 : 0))
            {
                continue;
            }

            rc = asr_sqlite_claim_task(b, op, states[i], small);

            if (rc != ASR_NOTFOUND) {
                return rc;
            }
        }
    }

    return ASR_NOTFOUND;
}


static asr_err_t
asr_sqlite_claim_task(asr_backend_t *b, asr_op_t *op, asr_task_state_t state,
    int small)
{
    int            decodes, finishes;
    asr_err_t      rc;
    asr_cause_t    cause;
    asr_task_t    *t;
    sqlite3_stmt  *stmt;

    if (b->count[ASR_COUNT_TASKS + state] == 0) {
        return ASR_NOTFOUND;
    }

    t = &op->task;

    stmt = asr_sqlite_query(b, ASR_SQL_CLAIM_TASK, ASR_SQL_ARGS(
               asr_sql_int(state), asr_sql_int(small)));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    rc = asr_sqlite_task(stmt, op->arena, t);
    decodes = sqlite3_column_int(stmt, 12);
    finishes = sqlite3_column_int(stmt, 13);

    (void) sqlite3_reset(stmt);

    if (rc != ASR_OK) {
        return rc;
    }

    if (asr_sqlite_expired(t->expires_ms)) {
        return asr_sqlite_discard(b, t->id, ASR_CAUSE_NONE);
    }

    if (state == ASR_TASK_CREATED) {
        cause = ASR_CAUSE_CORRUPT;
        t->attempts = ++decodes;
        t->state = ASR_TASK_DECODING;

    } else {
        cause = ASR_CAUSE_INTERNAL;
        t->attempts = ++finishes;
    }

    if (t->attempts > ASR_ATTEMPTS_MAX) {
        return asr_sqlite_discard(b, t->id, cause);
    }

    if (state == ASR_TASK_CREATED) {
        rc = asr_sqlite_claim_audio(b, op, &cause);

        if (rc == ASR_NOTFOUND) {
            return asr_sqlite_discard(b, t->id, cause);
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    if (t->started_ms == 0) {
        t->started_ms = asr_clock_ms();
    }

    asr_sqlite_move(b, state, t->state);
    op->claim = (state == ASR_TASK_CREATED) ? ASR_CLAIM_DECODE
                                            : ASR_CLAIM_FINISH;

    return asr_sqlite_run(b, ASR_SQL_TASK_TAKE, ASR_SQL_ARGS(
               asr_sql_int(b->me), asr_sql_int(t->state),
               asr_sql_int(t->started_ms), asr_sql_int(decodes),
               asr_sql_int(finishes), asr_sql_int(t->id)));
}


/* Where the audio is: ASR_NOTFOUND with the cause when it is nowhere. */

static asr_err_t
asr_sqlite_claim_audio(asr_backend_t *b, asr_op_t *op, asr_cause_t *cause)
{
    int64_t        id;
    asr_sql_t      sql;
    asr_err_t      rc;
    asr_task_t    *t;
    sqlite3_stmt  *stmt;

    t = &op->task;
    *cause = ASR_CAUSE_INTERNAL;
    id = t->id;
    sql = ASR_SQL_TASK_AUDIO;

    if (t->file_id != 0) {
        *cause = ASR_CAUSE_FILE_GONE;
        id = t->file_id;
        sql = ASR_SQL_FILE_AUDIO;

        /* an expired file that is still there will do */

        stmt = asr_sqlite_query(b, ASR_SQL_FILE_FIND, ASR_SQL_ARGS(
                   asr_sql_int(id)));

        switch (asr_sqlite_row(b, stmt)) {

        case -1:
            return ASR_STORE;

        case 0:
            return ASR_NOTFOUND;
        }

        rc = asr_sqlite_str(stmt, 4, op->arena, &t->spool);
        (void) sqlite3_reset(stmt);

        if (rc != ASR_OK) {
            return rc;
        }
    }

    if (t->spool.len != 0) {
        return ASR_OK;
    }

    stmt = asr_sqlite_query(b, sql, ASR_SQL_ARGS(asr_sql_int(id)));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    rc = asr_sqlite_str(stmt, 0, op->arena, &t->inline_audio);
    (void) sqlite3_reset(stmt);

    return rc;
}


static asr_err_t
asr_sqlite_claim_segment(asr_backend_t *b, asr_op_t *op)
{
    int64_t         rank;
    asr_err_t       rc;
    sqlite3_stmt   *stmt;
    asr_segment_t  *s;

    if (b->count[ASR_COUNT_QUEUED] == 0) {
        return ASR_NOTFOUND;
    }

    s = &op->segment;

    stmt = asr_sqlite_query(b, ASR_SQL_CLAIM_SEGMENT, NULL, 0);

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    s->task_id = sqlite3_column_int64(stmt, 0);
    s->index = sqlite3_column_int(stmt, 1);
    s->channel = sqlite3_column_int(stmt, 2);
    s->start = sqlite3_column_int64(stmt, 3);
    s->length = sqlite3_column_int64(stmt, 4);
    s->attempts = sqlite3_column_int(stmt, 5) + 1;
    s->result = asr_str_null();
    rank = sqlite3_column_int64(stmt, 6);

    (void) sqlite3_reset(stmt);

    if (s->attempts > ASR_ATTEMPTS_MAX) {
        return asr_sqlite_discard(b, s->task_id, ASR_CAUSE_RECOGNITION);
    }

    rc = asr_sqlite_segment_task(b, op, rank);
    if (rc != ASR_OK) {
        return rc;
    }

    op->claim = ASR_CLAIM_SEGMENT;

    return ASR_OK;
}


static asr_err_t
asr_sqlite_segment_task(asr_backend_t *b, asr_op_t *op, int64_t rank)
{
    asr_err_t             rc;
    sqlite3_stmt         *stmt;
    const asr_segment_t  *s;

    s = &op->segment;

    stmt = asr_sqlite_query(b, ASR_SQL_TASK_BY_ID, ASR_SQL_ARGS(
               asr_sql_int(s->task_id)));

    if (asr_sqlite_row(b, stmt) != 1) {
        return ASR_STORE;
    }

    rc = asr_sqlite_task(stmt, op->arena, &op->task);
    (void) sqlite3_reset(stmt);

    if (rc != ASR_OK) {
        return rc;
    }

    if (asr_sqlite_expired(op->task.expires_ms)) {
        return asr_sqlite_discard(b, s->task_id, ASR_CAUSE_NONE);
    }

    b->count[ASR_COUNT_QUEUED]--;
    b->count[ASR_COUNT_QUEUED_SAMPLES] -= s->length;
    b->count[ASR_COUNT_CLAIMED]++;

    if (rank > b->count[ASR_COUNT_RANK]) {
        b->count[ASR_COUNT_RANK] = rank;
    }

    return asr_sqlite_run(b, ASR_SQL_SEGMENT_TAKE, ASR_SQL_ARGS(
               asr_sql_int(b->me), asr_sql_int(s->attempts),
               asr_sql_int(s->task_id), asr_sql_int(s->index)));
}


asr_err_t
asr_sqlite_discard(asr_backend_t *b, int64_t task_id, asr_cause_t cause)
{
    asr_err_t          rc;
    asr_sqlite_head_t  h;

    if (asr_sqlite_head(b, task_id, &h) != ASR_OK) {
        return ASR_STORE;
    }

    if (cause == ASR_CAUSE_NONE) {
        rc = asr_sqlite_drop(b, &h);

    } else {
        rc = asr_sqlite_end(b, &h, ASR_TASK_FAILED, cause, asr_str_null(),
                            asr_str_null());
    }

    return rc == ASR_OK ? ASR_AGAIN : rc;
}
