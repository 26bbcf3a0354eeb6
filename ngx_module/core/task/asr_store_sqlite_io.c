/*
 * What goes over the network: audio to fetch, and the outbox of deliveries.
 *
 * A delivery's row is made in the transaction that ends its task.  It is
 * claimed by the order of "next", the time before which it must not be tried
 * again.  An attempt is counted when it is claimed, so one that takes its
 * process down is counted too; what was delivered is deleted, what was given
 * up stays, without its body, as a record until it expires.
 */

#include "asr_store_sqlite.h"
#include "../base/asr_clock.h"
#include "../base/asr_crypto.h"

#include <limits.h>


#define ASR_SQLITE_IO_MAX       256      /* units looked at by one claim */
#define ASR_SQLITE_HEADERS_MAX  8192
#define ASR_SQLITE_CALLBACK     (4 * 1024 * 1024)
#define ASR_SQLITE_DELIVER_MS   (INT64_C(60) * 60 * 1000)
#define ASR_SQLITE_KEEP_MS      (INT64_C(7) * 24 * 60 * 60 * 1000)

typedef struct {
    int64_t  id;
    int64_t  owner;                      /* 0, ours; -1: NULL */
    int      attempts;
    int      attempts_max;
} asr_sqlite_delivery_t;


static asr_err_t asr_sqlite_claim_fetch(asr_backend_t *b, asr_op_t *op);
static asr_err_t asr_sqlite_claim_delivery(asr_backend_t *b, asr_op_t *op);
static asr_err_t asr_sqlite_outgoing(sqlite3_stmt *stmt, asr_arena_t *a,
    asr_outgoing_t *out);
static asr_err_t asr_sqlite_delivery_head(asr_backend_t *b, int64_t id,
    asr_sqlite_delivery_t *d);
static asr_err_t asr_sqlite_held_delivery(asr_backend_t *b, int64_t id,
    asr_sqlite_delivery_t *d);
static asr_err_t asr_sqlite_give_up(asr_backend_t *b, int64_t id, int status);
static bool asr_sqlite_headers(const asr_delivery_t *d, asr_buf_t *out);


asr_err_t
asr_sqlite_claim_io(asr_backend_t *b, asr_op_t *op)
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

    for (i = 0; i < ASR_SQLITE_IO_MAX; i++) {

        rc = ASR_NOTFOUND;

        if (op->want & ASR_WANT_DELIVERY) {
            rc = asr_sqlite_claim_delivery(b, op);
        }

        if (rc == ASR_NOTFOUND && (op->want & ASR_WANT_FETCH)) {
            rc = asr_sqlite_claim_fetch(b, op);
        }

        if (rc != ASR_AGAIN) {
            return rc == ASR_NOTFOUND ? ASR_OK : rc;
        }
    }

    /* so that whoever asked comes back */

    b->io_units++;

    return ASR_OK;
}


static asr_err_t
asr_sqlite_claim_fetch(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t      rc;
    asr_task_t    *t;
    sqlite3_stmt  *stmt;

    if (b->count[ASR_COUNT_TO_FETCH] == 0) {
        return ASR_NOTFOUND;
    }

    t = &op->task;

    stmt = asr_sqlite_query(b, ASR_SQL_CLAIM_FETCH, NULL, 0);

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    rc = asr_sqlite_task(stmt, op->arena, t);
    t->attempts = sqlite3_column_int(stmt, ASR_SQLITE_TASK_FETCHES) + 1;

    (void) sqlite3_reset(stmt);

    if (rc != ASR_OK) {
        return rc;
    }

    if (asr_sqlite_expired(t->expires_ms)) {
        return asr_sqlite_discard(b, t->id, ASR_CAUSE_NONE);
    }

    if (t->attempts > ASR_ATTEMPTS_MAX) {
        return asr_sqlite_discard(b, t->id, ASR_CAUSE_DOWNLOAD);
    }

    if (t->started_ms == 0) {
        t->started_ms = asr_clock_ms();
    }

    t->state = ASR_TASK_FETCHING;
    op->claim = ASR_CLAIM_FETCH;

    asr_sqlite_move(b, ASR_TASK_CREATED, ASR_TASK_FETCHING);
    b->count[ASR_COUNT_TO_FETCH]--;

    return asr_sqlite_run(b, ASR_SQL_FETCH_TAKE, ASR_SQL_ARGS(
               asr_sql_int(b->me), asr_sql_int(t->started_ms),
               asr_sql_int(t->attempts), asr_sql_int(t->id)));
}


asr_err_t
asr_sqlite_fetched(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t          rc;
    asr_sqlite_head_t  h;

    if (op->spool_file == NULL) {
        return ASR_INVALID;
    }

    rc = asr_sqlite_held(b, op->task.id, &h);
    if (rc != ASR_OK) {
        return rc;
    }

    if (h.state != ASR_TASK_FETCHING) {
        return ASR_NOTFOUND;
    }

    if (asr_sqlite_audio_add(b, h.id, op->spool_file) != ASR_OK) {
        return ASR_STORE;
    }

    asr_sqlite_move(b, h.state, ASR_TASK_CREATED);
    b->task_units++;

    return asr_sqlite_run(b, ASR_SQL_FETCHED, ASR_SQL_ARGS(
               asr_sql_text(asr_sqlite_spool_name(op)),
               asr_sql_int(asr_sqlite_small((int64_t) op->spool_file->size)),
               asr_sql_int(h.id)));
}


/* Columns as in ASR_SQL_DELIVERY_NEXT. */

static asr_err_t
asr_sqlite_outgoing(sqlite3_stmt *stmt, asr_arena_t *a, asr_outgoing_t *out)
{
    memset(out, 0, sizeof(asr_outgoing_t));

    out->id = sqlite3_column_int64(stmt, 0);
    out->attempts = sqlite3_column_int(stmt, 1) + 1;
    out->attempts_max = sqlite3_column_int(stmt, 2);
    out->reply_code = sqlite3_column_int(stmt, 3) != 0;
    out->task_id = sqlite3_column_int64(stmt, 4);

    if (asr_sqlite_str(stmt, 5, a, &out->account) != ASR_OK
        || asr_sqlite_str(stmt, 6, a, &out->name) != ASR_OK
        || asr_sqlite_str(stmt, 7, a, &out->url) != ASR_OK
        || asr_sqlite_str(stmt, 8, a, &out->content_type) != ASR_OK
        || asr_sqlite_str(stmt, 9, a, &out->headers) != ASR_OK
        || asr_sqlite_str(stmt, 10, a, &out->body) != ASR_OK)
    {
        return ASR_NOMEM;
    }

    return ASR_OK;
}


static asr_err_t
asr_sqlite_claim_delivery(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t        rc;
    sqlite3_stmt    *stmt;
    asr_outgoing_t  *out;

    if (b->count[ASR_COUNT_DELIVERIES] == 0) {
        return ASR_NOTFOUND;
    }

    out = &op->outgoing;

    stmt = asr_sqlite_query(b, ASR_SQL_DELIVERY_NEXT, ASR_SQL_ARGS(
               asr_sql_int(asr_clock_ms())));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    rc = asr_sqlite_outgoing(stmt, op->arena, out);

    (void) sqlite3_reset(stmt);

    if (rc != ASR_OK) {
        return rc;
    }

    /* attempts of processes that died in them */

    if (out->attempts > out->attempts_max) {
        rc = asr_sqlite_give_up(b, out->id, 0);
        return rc == ASR_OK ? ASR_AGAIN : rc;
    }

    op->claim = ASR_CLAIM_DELIVERY;

    return asr_sqlite_run(b, ASR_SQL_DELIVERY_TAKE, ASR_SQL_ARGS(
               asr_sql_int(b->me), asr_sql_int(out->attempts),
               asr_sql_int(out->id)));
}


static asr_err_t
asr_sqlite_delivery_head(asr_backend_t *b, int64_t id,
    asr_sqlite_delivery_t *d)
{
    sqlite3_stmt  *stmt;

    stmt = asr_sqlite_query(b, ASR_SQL_DELIVERY_HEAD, ASR_SQL_ARGS(
               asr_sql_int(id)));

    switch (asr_sqlite_row(b, stmt)) {

    case -1:
        return ASR_STORE;

    case 0:
        return ASR_NOTFOUND;
    }

    d->id = id;
    d->owner = sqlite3_column_type(stmt, 0) != SQLITE_NULL
               ? sqlite3_column_int64(stmt, 0) : -1;
    d->attempts = sqlite3_column_int(stmt, 1);
    d->attempts_max = sqlite3_column_int(stmt, 2);

    (void) sqlite3_reset(stmt);

    return ASR_OK;
}


static asr_err_t
asr_sqlite_held_delivery(asr_backend_t *b, int64_t id,
    asr_sqlite_delivery_t *d)
{
    asr_err_t  rc;

    rc = asr_sqlite_delivery_head(b, id, d);
    if (rc != ASR_OK) {
        return rc;
    }

    return (b->me != 0 && d->owner == b->me) ? ASR_OK : ASR_NOTFOUND;
}


static asr_err_t
asr_sqlite_give_up(asr_backend_t *b, int64_t id, int status)
{
    b->count[ASR_COUNT_DELIVERIES]--;
    b->count[ASR_COUNT_UNDELIVERED]++;

    return asr_sqlite_run(b, ASR_SQL_DELIVERY_GIVE_UP, ASR_SQL_ARGS(
               asr_sql_int(status), asr_sql_int(id)));
}


asr_err_t
asr_sqlite_delivered(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t              rc;
    asr_sqlite_delivery_t  d;

    rc = asr_sqlite_held_delivery(b, op->outgoing.id, &d);
    if (rc != ASR_OK) {
        return rc;
    }

    b->count[ASR_COUNT_DELIVERIES]--;

    return asr_sqlite_run(b, ASR_SQL_DELIVERY_DELETE, ASR_SQL_ARGS(
               asr_sql_int(d.id)));
}


asr_err_t
asr_sqlite_delivery_retry(asr_backend_t *b, asr_op_t *op)
{
    asr_err_t              rc;
    asr_sqlite_delivery_t  d;

    op->last = false;

    rc = asr_sqlite_held_delivery(b, op->outgoing.id, &d);
    if (rc != ASR_OK) {
        return rc;
    }

    if (op->outgoing.give_up || d.attempts >= d.attempts_max) {
        op->last = true;
        return asr_sqlite_give_up(b, d.id, op->outgoing.status);
    }

    return asr_sqlite_run(b, ASR_SQL_DELIVERY_PUT, ASR_SQL_ARGS(
               asr_sql_int(d.attempts), asr_sql_int(op->outgoing.next_ms),
               asr_sql_int(op->outgoing.status), asr_sql_int(d.id)));
}


/* Given back: no attempt spent, due at once. */

asr_err_t
asr_sqlite_put_delivery(asr_backend_t *b, int64_t id)
{
    asr_err_t              rc;
    asr_sqlite_delivery_t  d;

    rc = asr_sqlite_held_delivery(b, id, &d);
    if (rc != ASR_OK) {
        return rc;
    }

    b->io_units++;

    return asr_sqlite_run(b, ASR_SQL_DELIVERY_PUT, ASR_SQL_ARGS(
               asr_sql_int(d.attempts - 1), asr_sql_int(asr_clock_ms()),
               asr_sql_int(0), asr_sql_int(d.id)));
}


asr_err_t
asr_sqlite_drop_delivery(asr_backend_t *b, int64_t id)
{
    asr_sqlite_delivery_t  d;

    if (asr_sqlite_delivery_head(b, id, &d) != ASR_OK) {
        return ASR_STORE;
    }

    b->count[d.owner == -1 ? ASR_COUNT_UNDELIVERED : ASR_COUNT_DELIVERIES]--;

    return asr_sqlite_run(b, ASR_SQL_DELIVERY_DELETE, ASR_SQL_ARGS(
               asr_sql_int(id)));
}


/* A character that would end a header line, or is none. */

static bool
asr_sqlite_header_fits(asr_str_t s)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if ((c < ' ' && c != '\t') || c == 0x7f) {
            return false;
        }
    }

    return true;
}


static bool
asr_sqlite_headers(const asr_delivery_t *d, asr_buf_t *out)
{
    unsigned             i;
    const asr_header_t  *h;

    if (d->nheaders > ASR_DELIVERY_HEADERS) {
        return false;
    }

    for (i = 0; i < d->nheaders; i++) {
        h = &d->headers[i];

        if (h->name.len == 0 || !asr_sqlite_header_fits(h->name)
            || !asr_sqlite_header_fits(h->value)
            || memchr(h->name.data, ':', h->name.len) != NULL
            || asr_buf_printf(out, "%.*s: %.*s\n", asr_fmt(h->name),
                              asr_fmt(h->value))
               != ASR_OK)
        {
            return false;
        }
    }

    return true;
}


/* A delivery that cannot be is left out: the task ends all the same. */

asr_err_t
asr_sqlite_deliver(asr_backend_t *b, const asr_sqlite_head_t *h,
    const asr_delivery_t *d)
{
    char       name[ASR_UUID_LEN];
    int64_t    now, id, expires;
    asr_buf_t  headers;
    asr_err_t  rc;

    asr_buf_init(&headers, ASR_SQLITE_HEADERS_MAX);

    if (d->url.len == 0 || d->body.len > ASR_DELIVERY_BODY_MAX
        || !asr_sqlite_header_fits(d->content_type)
        || !asr_sqlite_headers(d, &headers))
    {
        asr_log(ASR_LOG_ERR, "task %lld: its callback cannot be sent",
                (long long) h->id);
        asr_buf_free(&headers);
        return ASR_OK;
    }

    now = asr_clock_ms();
    expires = (h->expires_ms > 0) ? h->expires_ms : now + ASR_SQLITE_KEEP_MS;

    /* the last attempts of a task that ends as it expires */

    if (expires < now + ASR_SQLITE_DELIVER_MS) {
        expires = now + ASR_SQLITE_DELIVER_MS;
    }

    asr_uuid4(name);
    id = b->count[ASR_COUNT_NEXT_DELIVERY]++;
    b->count[ASR_COUNT_DELIVERIES]++;
    b->io_units++;

    rc = asr_sqlite_run(b, ASR_SQL_DELIVERY_ADD, ASR_SQL_ARGS(
             asr_sql_int(id), asr_sql_int(now), asr_sql_int(expires),
             asr_sql_int(d->attempts_max == 0 ? ASR_DELIVERY_ATTEMPTS
                         : d->attempts_max <= INT_MAX ? (int) d->attempts_max
                         : INT_MAX),
             asr_sql_int(d->reply_code), asr_sql_int(h->id),
             asr_sql_text(((asr_str_t) { ASR_UUID_LEN, name })),
             asr_sql_text(d->url), asr_sql_text(d->content_type),
             asr_sql_text(asr_buf_str(&headers)),
             asr_sql_blob(d->body.data != NULL ? d->body.data : "",
                          d->body.len)));

    asr_buf_free(&headers);

    return rc;
}


/* Before the row is changed. */

asr_err_t
asr_sqlite_deliver_failed(asr_backend_t *b, const asr_sqlite_head_t *h,
    asr_cause_t cause, asr_str_t message)
{
    asr_err_t        rc;
    asr_task_t       task;
    asr_arena_t      a;
    sqlite3_stmt    *stmt;
    asr_delivery_t   d;

    if (b->conf->callback == NULL) {
        return ASR_OK;
    }

    memset(&task, 0, sizeof(asr_task_t));
    asr_arena_init(&a, ASR_SQLITE_CALLBACK);

    stmt = asr_sqlite_query(b, ASR_SQL_TASK_BY_ID, ASR_SQL_ARGS(
               asr_sql_int(h->id)));

    if (asr_sqlite_row(b, stmt) != 1) {
        asr_arena_free(&a);
        return ASR_STORE;
    }

    rc = asr_sqlite_task(stmt, &a, &task);
    (void) sqlite3_reset(stmt);

    if (rc == ASR_OK) {
        task.state = ASR_TASK_FAILED;
        task.cause = cause;
        task.message = message;
        task.finished_ms = asr_clock_ms();

        if (b->conf->callback(&task, &a, &d)) {
            rc = asr_sqlite_deliver(b, h, &d);
        }

    } else {
        asr_log(ASR_LOG_ERR, "task %lld: no memory for its callback",
                (long long) h->id);
        rc = ASR_OK;
    }

    asr_arena_free(&a);

    return rc;
}
