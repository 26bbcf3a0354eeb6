/*
 * Outcomes of claimed work.  Each checks first that its unit is still claimed
 * by this owner: one that was presumed dead and comes back changes nothing.
 * All that may fail with other than ASR_STORE comes before the first change.
 */

#include "asr_store_sqlite.h"


typedef struct {
    int64_t  task_id;
    int64_t  length;
    int32_t  index;
    int      attempts;
} asr_sqlite_segment_t;


static asr_err_t asr_sqlite_held_segment(asr_backend_t *b, const asr_op_t *op,
    asr_sqlite_segment_t *s, asr_sqlite_head_t *h);
static asr_err_t asr_sqlite_put(asr_backend_t *b, const asr_sqlite_head_t *h,
    int given_back);
static asr_err_t asr_sqlite_put_segment(asr_backend_t *b,
    const asr_sqlite_segment_t *s, int given_back);


asr_err_t
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
               asr_sql_int(op->task.audio_ms <= ASR_SQLITE_SMALL_MS),
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

    rc = asr_sqlite_end(b, &h, ASR_TASK_SUCCEEDED, ASR_CAUSE_NONE,
                        asr_str_null(), op->task.result);

    return (rc == ASR_OK && op->deliver != NULL)
           ? asr_sqlite_deliver(b, &h, op->deliver) : rc;
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

    attempts = (h.state == ASR_TASK_DECODING) ? h.decodes
               : (h.state == ASR_TASK_FETCHING) ? h.fetches : h.finishes;

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
    b->task_units++;

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

    case ASR_CLAIM_DELIVERY:
        return asr_sqlite_put_delivery(b, op->outgoing.id);

    case ASR_CLAIM_FETCH:
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

    if (h->state == ASR_TASK_FETCHING) {
        asr_sqlite_move(b, h->state, ASR_TASK_CREATED);
        b->count[ASR_COUNT_TO_FETCH]++;
        b->io_units++;

        return asr_sqlite_run(b, ASR_SQL_FETCH_PUT, ASR_SQL_ARGS(
                   asr_sql_int(h->fetches - given_back),
                   asr_sql_int(h->id)));
    }

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
    b->task_units++;

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
