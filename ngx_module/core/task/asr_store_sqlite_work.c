/*
 * Claims and their outcomes.
 *
 * Order of claims: tasks to finish (a moment's work, and a client gets its
 * text), then tasks to decode, by age, then segments; but segments before
 * decoding while more than ASR_SQLITE_PCM_AHEAD of decoded audio waits, for
 * that fills the disk and helps nobody.
 *
 * Segments are claimed in start-time fair order.  The state row keeps the
 * rank of the segment claimed last: the virtual time.  A task's segments get
 * the ranks virtual time + 0, 1, 2, ... when it is decoded, and the lowest
 * rank is claimed.  So a task of one segment, decoded while one of 2000 is
 * under way, is next in line; tasks that run together take turns; and none
 * starves, as every rank is reached.  A segment that is given back keeps its
 * rank, which is low by then.
 *
 * Every outcome checks that its unit is still claimed by this owner.  All
 * that may fail with other than ASR_STORE (copies into the caller's arena)
 * comes before the first change.
 */

#include "asr_store_sqlite.h"
#include "../base/asr_clock.h"


#define ASR_SQLITE_PCM_AHEAD  (INT64_C(20) * 3600 * 16000)
#define ASR_SQLITE_CLAIM_MAX  256        /* units looked at by one claim */

typedef struct {
    int64_t  task_id;
    int64_t  length;
    int32_t  index;
    int      attempts;
} asr_sqlite_segment_t;


static asr_err_t asr_sqlite_claim_task(asr_backend_t *b, asr_op_t *op,
    asr_task_state_t state);
static asr_err_t asr_sqlite_claim_audio(asr_backend_t *b, asr_op_t *op,
    asr_cause_t *cause);
static asr_err_t asr_sqlite_claim_segment(asr_backend_t *b, asr_op_t *op);
static asr_err_t asr_sqlite_segment_task(asr_backend_t *b, asr_op_t *op,
    int64_t rank);
static asr_err_t asr_sqlite_discard(asr_backend_t *b, int64_t task_id,
    asr_cause_t cause);
static asr_err_t asr_sqlite_held(asr_backend_t *b, int64_t task_id,
    asr_sqlite_head_t *h);
static asr_err_t asr_sqlite_held_segment(asr_backend_t *b, const asr_op_t *op,
    asr_sqlite_segment_t *s, asr_sqlite_head_t *h);
static asr_err_t asr_sqlite_put(asr_backend_t *b, const asr_sqlite_head_t *h,
    int given_back);
static asr_err_t asr_sqlite_put_segment(asr_backend_t *b,
    const asr_sqlite_segment_t *s, int given_back);


asr_err_t
asr_sqlite_claim(asr_backend_t *b, asr_op_t *op)
{
    int        i;
    bool       ahead;
    asr_err_t  rc;

    op->claim = ASR_CLAIM_NONE;

    if (b->me == 0) {
        return ASR_STORE;
    }

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    /* ASR_AGAIN: that unit was discarded, look for another */

    for (i = 0; i < ASR_SQLITE_CLAIM_MAX; i++) {

        ahead = b->count[ASR_COUNT_QUEUED_SAMPLES] > ASR_SQLITE_PCM_AHEAD;

        rc = asr_sqlite_claim_task(b, op, ASR_TASK_FINISHING);

        if (rc == ASR_NOTFOUND && ahead) {
            rc = asr_sqlite_claim_segment(b, op);
        }

        if (rc == ASR_NOTFOUND) {
            rc = asr_sqlite_claim_task(b, op, ASR_TASK_CREATED);
        }

        if (rc == ASR_NOTFOUND && !ahead) {
            rc = asr_sqlite_claim_segment(b, op);
        }

        if (rc != ASR_AGAIN) {
            return rc == ASR_NOTFOUND ? ASR_OK : rc;
        }
    }

    /* so that whoever asked comes back */

    b->units++;

    return ASR_OK;
}


static asr_err_t
asr_sqlite_claim_task(asr_backend_t *b, asr_op_t *op, asr_task_state_t state)
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
               asr_sql_int(state)));

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


/* Fails a task nobody can do, or removes an expired one (no cause). */

static asr_err_t
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


static asr_err_t
asr_sqlite_held(asr_backend_t *b, int64_t task_id, asr_sqlite_head_t *h)
{
    asr_err_t  rc;

    rc = asr_sqlite_head(b, task_id, h);
    if (rc != ASR_OK) {
        return rc;
    }

    return (b->me != 0 && h->owner == b->me) ? ASR_OK : ASR_NOTFOUND;
}


static asr_err_t
asr_sqlite_held_segment(asr_backend_t *b, const asr_op_t *op,
    asr_sqlite_segment_t *s, asr_sqlite_head_t *h)
{
    bool           held;
    sqlite3_stmt  *stmt;

    s->task_id = op->segment.task_id;
    s->index = op->segment.index;

    stmt = asr_sqlite_query(b, ASR_SQL_SEGMENT_HEAD, ASR_SQL_ARGS(
               asr_sql_int(s->task_id), asr_sql_int(s->index)));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    held = b->me != 0 && sqlite3_column_type(stmt, 0) != SQLITE_NULL
           && sqlite3_column_int64(stmt, 0) == b->me;
    s->length = sqlite3_column_int64(stmt, 1);
    s->attempts = sqlite3_column_int(stmt, 2);

    (void) sqlite3_reset(stmt);

    return held ? asr_sqlite_head(b, s->task_id, h) : ASR_NOTFOUND;
}


asr_err_t
asr_sqlite_decoded(asr_backend_t *b, asr_op_t *op)
{
    size_t                i;
    int64_t               samples;
    asr_err_t             rc;
    asr_task_state_t      state;
    asr_sqlite_head_t     h;
    const asr_segment_t  *s;

    if (op->nsegments > ASR_SEGMENTS_MAX) {
        return ASR_TOOBIG;
    }

    rc = asr_sqlite_held(b, op->task.id, &h);
    if (rc != ASR_OK) {
        return rc;
    }

    if (h.state != ASR_TASK_DECODING) {
        return ASR_NOTFOUND;
    }

    if (asr_sqlite_drop_segments(b, h.id) != ASR_OK) {
        return ASR_STORE;
    }

    samples = 0;

    for (i = 0; i < op->nsegments; i++) {
        s = &op->segments[i];

        if (asr_sqlite_run(b, ASR_SQL_SEGMENT_ADD, ASR_SQL_ARGS(
                asr_sql_int(h.id), asr_sql_int((int64_t) i),
                asr_sql_int(b->count[ASR_COUNT_RANK] + (int64_t) i),
                asr_sql_int(s->channel), asr_sql_int(s->start),
                asr_sql_int(s->length)))
            != ASR_OK)
        {
            return ASR_STORE;
        }

        samples += s->length;
    }

    b->count[ASR_COUNT_QUEUED] += (int64_t) op->nsegments;
    b->count[ASR_COUNT_QUEUED_SAMPLES] += samples;
    b->units += (int) op->nsegments;

    op->last = (op->nsegments == 0);
    op->claim = op->last ? ASR_CLAIM_FINISH : ASR_CLAIM_NONE;
    state = op->last ? ASR_TASK_FINISHING : ASR_TASK_RECOGNISING;
    asr_sqlite_move(b, h.state, state);

    return asr_sqlite_run(b, ASR_SQL_TASK_DECODED, ASR_SQL_ARGS(
               asr_sql_int(op->task.audio_ms),
               asr_sql_int((int64_t) op->nsegments), asr_sql_int(state),
               asr_sql_int(op->last ? b->me : 0),
               asr_sql_int(h.finishes + op->last), asr_sql_int(h.id)));
}


asr_err_t
asr_sqlite_segment_done(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t             rc;
    sqlite3_stmt         *stmt;
    asr_task_state_t      state;
    asr_sqlite_head_t     h;
    asr_sqlite_segment_t  s;

    op->last = false;
    op->claim = ASR_CLAIM_NONE;

    rc = asr_sqlite_held_segment(b, op, &s, &h);
    if (rc != ASR_OK) {
        return rc;
    }

    h.done++;
    state = ASR_TASK_RECOGNISING;

    if (h.done == h.segments) {
        state = ASR_TASK_FINISHING;
        h.finishes++;

        if (op->arena != NULL) {
            stmt = asr_sqlite_query(b, ASR_SQL_TASK_BY_ID, ASR_SQL_ARGS(
                       asr_sql_int(h.id)));

            if (asr_sqlite_row(b, stmt) != 1) {
                return ASR_STORE;
            }

            rc = asr_sqlite_task(stmt, op->arena, &op->task);
            (void) sqlite3_reset(stmt);

            if (rc != ASR_OK) {
                return rc;
            }

            op->task.state = state;
            op->task.attempts = h.finishes;
            op->task.segments_done = h.done;
        }

        op->last = true;
        op->claim = ASR_CLAIM_FINISH;
        asr_sqlite_move(b, h.state, state);
    }

    b->count[ASR_COUNT_CLAIMED]--;

    if (asr_sqlite_run(b, ASR_SQL_SEGMENT_DONE, ASR_SQL_ARGS(
            asr_sql_text(op->segment.result), asr_sql_int(s.task_id),
            asr_sql_int(s.index)))
        != ASR_OK)
    {
        return ASR_STORE;
    }

    return asr_sqlite_run(b, ASR_SQL_TASK_STEP, ASR_SQL_ARGS(
               asr_sql_int(h.done), asr_sql_int(state),
               asr_sql_int(op->last ? b->me : 0), asr_sql_int(h.finishes),
               asr_sql_int(h.id)));
}


asr_err_t
asr_sqlite_segment_fail(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t             rc;
    asr_sqlite_head_t     h;
    asr_sqlite_segment_t  s;

    op->last = false;

    rc = asr_sqlite_held_segment(b, op, &s, &h);
    if (rc != ASR_OK) {
        return rc;
    }

    if (s.attempts < ASR_ATTEMPTS_MAX) {
        return asr_sqlite_put_segment(b, &s, 0);
    }

    op->last = true;

    return asr_sqlite_end(b, &h, ASR_TASK_FAILED, ASR_CAUSE_RECOGNITION,
                          asr_str_null(), asr_str_null());
}


asr_err_t
asr_sqlite_task_done(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t          rc;
    asr_sqlite_head_t  h;

    rc = asr_sqlite_held(b, op->task.id, &h);
    if (rc != ASR_OK) {
        return rc;
    }

    return asr_sqlite_end(b, &h, ASR_TASK_SUCCEEDED, ASR_CAUSE_NONE,
                          asr_str_null(), op->task.result);
}


asr_err_t
asr_sqlite_task_fail(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t             rc;
    asr_sqlite_head_t     h;
    asr_sqlite_segment_t  s;

    if (op->claim == ASR_CLAIM_SEGMENT) {
        rc = asr_sqlite_held_segment(b, op, &s, &h);

    } else {
        rc = asr_sqlite_held(b, op->task.id, &h);
    }

    if (rc != ASR_OK) {
        return rc;
    }

    return asr_sqlite_end(b, &h, ASR_TASK_FAILED, op->task.cause,
                          op->task.message, asr_str_null());
}


asr_err_t
asr_sqlite_task_retry(asr_backend_t *b, asr_op_t *op)
{
    int                attempts;
    asr_err_t          rc;
    asr_sqlite_head_t  h;

    op->last = false;

    rc = asr_sqlite_held(b, op->task.id, &h);
    if (rc != ASR_OK) {
        return rc;
    }

    attempts = (h.state == ASR_TASK_DECODING) ? h.decodes : h.finishes;

    if (attempts < ASR_ATTEMPTS_MAX) {
        return asr_sqlite_put(b, &h, 0);
    }

    op->last = true;

    return asr_sqlite_end(b, &h, ASR_TASK_FAILED, op->task.cause,
                          op->task.message, asr_str_null());
}


asr_err_t
asr_sqlite_decode_again(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t             rc;
    asr_sqlite_head_t     h;
    asr_sqlite_segment_t  s;

    op->last = false;

    rc = asr_sqlite_held_segment(b, op, &s, &h);
    if (rc != ASR_OK) {
        return rc;
    }

    if (h.decodes >= ASR_ATTEMPTS_MAX) {
        op->last = true;
        return asr_sqlite_end(b, &h, ASR_TASK_FAILED, ASR_CAUSE_INTERNAL,
                              asr_str_null(), asr_str_null());
    }

    /* its PCM stays: another process may be writing it anew by then */

    if (asr_sqlite_drop_segments(b, h.id) != ASR_OK) {
        return ASR_STORE;
    }

    asr_sqlite_move(b, h.state, ASR_TASK_CREATED);
    b->units++;

    return asr_sqlite_run(b, ASR_SQL_TASK_AGAIN, ASR_SQL_ARGS(
               asr_sql_int(h.id)));
}


asr_err_t
asr_sqlite_release(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t             rc;
    asr_sqlite_head_t     h;
    asr_sqlite_segment_t  s;

    switch (op->claim) {

    case ASR_CLAIM_SEGMENT:
        rc = asr_sqlite_held_segment(b, op, &s, &h);
        return rc == ASR_OK ? asr_sqlite_put_segment(b, &s, 1) : rc;

    case ASR_CLAIM_DECODE:
    case ASR_CLAIM_FINISH:
        rc = asr_sqlite_held(b, op->task.id, &h);
        return rc == ASR_OK ? asr_sqlite_put(b, &h, 1) : rc;

    default:
        return ASR_INVALID;
    }
}


/* A claimed task back into its queue; given_back: attempts not spent. */

static asr_err_t
asr_sqlite_put(asr_backend_t *b, const asr_sqlite_head_t *h, int given_back)
{
    int  state, decodes, finishes;

    state = h->state;
    decodes = h->decodes;
    finishes = h->finishes;

    if (state == ASR_TASK_DECODING) {
        state = ASR_TASK_CREATED;
        decodes -= given_back;

    } else {
        finishes -= given_back;
    }

    asr_sqlite_move(b, h->state, state);
    b->units++;

    return asr_sqlite_run(b, ASR_SQL_TASK_PUT, ASR_SQL_ARGS(
               asr_sql_int(state), asr_sql_int(decodes),
               asr_sql_int(finishes), asr_sql_int(h->id)));
}


static asr_err_t
asr_sqlite_put_segment(asr_backend_t *b, const asr_sqlite_segment_t *s,
    int given_back)
{
    b->count[ASR_COUNT_QUEUED]++;
    b->count[ASR_COUNT_QUEUED_SAMPLES] += s->length;
    b->count[ASR_COUNT_CLAIMED]--;
    b->units++;

    return asr_sqlite_run(b, ASR_SQL_SEGMENT_PUT, ASR_SQL_ARGS(
               asr_sql_int(s->attempts - given_back),
               asr_sql_int(s->task_id), asr_sql_int(s->index)));
}
