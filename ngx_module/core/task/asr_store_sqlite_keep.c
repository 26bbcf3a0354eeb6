/*
 * Owners and their leases, expiry, the spool's sweep.
 *
 * An owner is removed when its deadline has passed or its process is gone;
 * then whatever is claimed by an owner without a row goes back to its queue,
 * the attempts spent.  Two steps, because an owner that was removed by
 * mistake (suspended, its disk hung) may have claimed since: its next
 * heartbeat makes the row again, and until then its new claims are taken from
 * it like the old ones.  Work done twice is harmless, work lost is not.
 */

#include "asr_store_sqlite.h"
#include "../base/asr_clock.h"

#include <stdio.h>
#include <time.h>


#define ASR_SQLITE_OWNERS_MAX   64       /* per round, like the next two */
#define ASR_SQLITE_EXPIRE_MAX   512
#define ASR_SQLITE_ORPHANS_MAX  64

typedef struct {
    int64_t  ids[ASR_SQLITE_EXPIRE_MAX];
    size_t   n;
} asr_sqlite_ids_t;


static asr_err_t asr_sqlite_dead_owners(asr_backend_t *b, bool *more);
static asr_err_t asr_sqlite_release_io(asr_backend_t *b, int64_t owner,
    int given_back);
static asr_err_t asr_sqlite_release_of(asr_backend_t *b, int64_t owner,
    int given_back);
static asr_err_t asr_sqlite_expire(asr_backend_t *b, bool *more);
static asr_err_t asr_sqlite_expire_tasks(asr_backend_t *b,
    const asr_sqlite_ids_t *list);
static asr_err_t asr_sqlite_expire_files(asr_backend_t *b,
    const asr_sqlite_ids_t *list);
static asr_err_t asr_sqlite_expire_deliveries(asr_backend_t *b,
    const asr_sqlite_ids_t *list);
static asr_err_t asr_sqlite_ids(asr_backend_t *b, sqlite3_stmt *stmt,
    size_t max, asr_sqlite_ids_t *list);
static bool asr_sqlite_wants_audio(void *ctx, asr_str_t name);
static bool asr_sqlite_wants_pcm(void *ctx, int64_t task_id);
static int64_t asr_sqlite_real_ms(void);


asr_err_t
asr_sqlite_heartbeat(asr_backend_t *b, asr_op_t *op)
{
    if (b->me == 0) {
        b->me = b->count[ASR_COUNT_NEXT_OWNER]++;
    }

    return asr_sqlite_run(b, ASR_SQL_OWNER_BEAT, ASR_SQL_ARGS(
               asr_sql_int(b->me), asr_sql_text(asr_cstr(b->owner)),
               asr_sql_int(asr_sqlite_real_ms() + ASR_LEASE_MS)));
}


asr_err_t
asr_sqlite_release_owner(asr_backend_t *b, asr_op_t *op)
{
    if (b->me == 0) {
        return ASR_OK;
    }

    if (asr_sqlite_release_of(b, b->me, 1) != ASR_OK) {
        return ASR_STORE;
    }

    /* asr_store_close's: this owner will not be back */

    if (op->last) {
        return asr_sqlite_run(b, ASR_SQL_OWNER_DELETE, ASR_SQL_ARGS(
                   asr_sql_int(b->me)));
    }

    return ASR_OK;
}


static asr_err_t
asr_sqlite_release_io(asr_backend_t *b, int64_t owner, int given_back)
{
    int64_t  n;

    if (asr_sqlite_run(b, ASR_SQL_RELEASE_FETCHES, ASR_SQL_ARGS(
            asr_sql_int(given_back), asr_sql_int(owner)))
        != ASR_OK)
    {
        return ASR_STORE;
    }

    n = sqlite3_changes64(b->db);
    b->count[ASR_COUNT_TASKS + ASR_TASK_FETCHING] -= n;
    b->count[ASR_COUNT_TASKS + ASR_TASK_CREATED] += n;
    b->count[ASR_COUNT_TO_FETCH] += n;
    b->io_units += (int) n;

    if (asr_sqlite_run(b, ASR_SQL_RELEASE_DELIVERIES, ASR_SQL_ARGS(
            asr_sql_int(given_back), asr_sql_int(owner)))
        != ASR_OK)
    {
        return ASR_STORE;
    }

    b->io_units += (int) sqlite3_changes64(b->db);

    return ASR_OK;
}


static asr_err_t
asr_sqlite_release_of(asr_backend_t *b, int64_t owner, int given_back)
{
    int64_t        n;
    sqlite3_stmt  *stmt;

    if (asr_sqlite_release_io(b, owner, given_back) != ASR_OK) {
        return ASR_STORE;
    }

    if (asr_sqlite_run(b, ASR_SQL_RELEASE_DECODES, ASR_SQL_ARGS(
            asr_sql_int(given_back), asr_sql_int(owner)))
        != ASR_OK)
    {
        return ASR_STORE;
    }

    n = sqlite3_changes64(b->db);
    b->count[ASR_COUNT_TASKS + ASR_TASK_DECODING] -= n;
    b->count[ASR_COUNT_TASKS + ASR_TASK_CREATED] += n;
    b->task_units += (int) n;

    if (asr_sqlite_run(b, ASR_SQL_RELEASE_FINISHES, ASR_SQL_ARGS(
            asr_sql_int(given_back), asr_sql_int(owner)))
        != ASR_OK)
    {
        return ASR_STORE;
    }

    b->task_units += (int) sqlite3_changes64(b->db);

    stmt = asr_sqlite_query(b, ASR_SQL_RELEASE_COUNT, ASR_SQL_ARGS(
               asr_sql_int(owner)));

    if (asr_sqlite_row(b, stmt) != 1) {
        return ASR_STORE;
    }

    n = sqlite3_column_int64(stmt, 0);
    b->count[ASR_COUNT_CLAIMED] -= n;
    b->count[ASR_COUNT_QUEUED] += n;
    b->count[ASR_COUNT_QUEUED_SAMPLES] += sqlite3_column_int64(stmt, 1);
    b->units += (int) n;

    (void) sqlite3_reset(stmt);

    if (n == 0) {
        return ASR_OK;
    }

    return asr_sqlite_run(b, ASR_SQL_RELEASE_SEGMENTS, ASR_SQL_ARGS(
               asr_sql_int(given_back), asr_sql_int(owner)));
}


asr_err_t
asr_sqlite_housekeep(asr_backend_t *b, asr_op_t *op)
{
    op->last = false;

    if (asr_sqlite_dead_owners(b, &op->last) != ASR_OK
        || asr_sqlite_expire(b, &op->last) != ASR_OK)
    {
        return ASR_STORE;
    }

    b->sweep = true;

    return ASR_OK;
}


static asr_err_t
asr_sqlite_dead_owners(asr_backend_t *b, bool *more)
{
    int                rc;
    size_t             i;
    int64_t            now, id;
    const char        *name;
    sqlite3_stmt      *stmt;
    asr_sqlite_ids_t   dead;

    now = asr_sqlite_real_ms();
    dead.n = 0;

    stmt = asr_sqlite_query(b, ASR_SQL_OWNERS, NULL, 0);

    while ((rc = asr_sqlite_row(b, stmt)) == 1
           && dead.n < ASR_SQLITE_OWNERS_MAX)
    {
        id = sqlite3_column_int64(stmt, 0);
        name = (const char *) sqlite3_column_text(stmt, 1);

        if (id != b->me && (sqlite3_column_int64(stmt, 2) <= now
                            || asr_owner_gone(name, b->owner)))
        {
            dead.ids[dead.n++] = id;
        }
    }

    if (rc == -1) {
        return ASR_STORE;
    }

    (void) sqlite3_reset(stmt);

    for (i = 0; i < dead.n; i++) {
        if (asr_sqlite_run(b, ASR_SQL_OWNER_DELETE, ASR_SQL_ARGS(
                asr_sql_int(dead.ids[i])))
            != ASR_OK)
        {
            return ASR_STORE;
        }
    }

    if (rc == 1) {
        *more = true;
    }

    stmt = asr_sqlite_query(b, ASR_SQL_OWNERS_LOST, NULL, 0);

    if (asr_sqlite_ids(b, stmt, ASR_SQLITE_OWNERS_MAX, &dead) != ASR_OK) {
        return ASR_STORE;
    }

    if (dead.n == ASR_SQLITE_OWNERS_MAX) {
        *more = true;
    }

    for (i = 0; i < dead.n; i++) {
        if (asr_sqlite_release_of(b, dead.ids[i], 0) != ASR_OK) {
            return ASR_STORE;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_sqlite_ids(asr_backend_t *b, sqlite3_stmt *stmt, size_t max,
    asr_sqlite_ids_t *list)
{
    int  rc;

    list->n = 0;

    while ((rc = asr_sqlite_row(b, stmt)) == 1) {
        list->ids[list->n++] = sqlite3_column_int64(stmt, 0);

        if (list->n == max) {
            (void) sqlite3_reset(stmt);
            break;
        }
    }

    return rc != -1 ? ASR_OK : ASR_STORE;
}


/*
 * Finished tasks by an index; of those that wait, the oldest few.  What
 * expires while it is worked at goes when it is next claimed or finished.
 */

static asr_err_t
asr_sqlite_expire(asr_backend_t *b, bool *more)
{
    size_t             i;
    int64_t            now;
    sqlite3_stmt      *stmt;
    asr_sqlite_ids_t   list;

    static const struct {
        asr_sql_t    sql;
        asr_err_t  (*expire)(asr_backend_t *b, const asr_sqlite_ids_t *list);
    } what[] = {
        { ASR_SQL_EXPIRED_TASKS, asr_sqlite_expire_tasks },
        { ASR_SQL_EXPIRED_QUEUED, asr_sqlite_expire_tasks },
        { ASR_SQL_EXPIRED_FILES, asr_sqlite_expire_files },
        { ASR_SQL_EXPIRED_DELIVERIES, asr_sqlite_expire_deliveries },
    };

    now = asr_clock_ms();

    for (i = 0; i < asr_nelts(what); i++) {

        stmt = asr_sqlite_query(b, what[i].sql, ASR_SQL_ARGS(
                   asr_sql_int(now), asr_sql_int(ASR_SQLITE_EXPIRE_MAX)));

        if (asr_sqlite_ids(b, stmt, ASR_SQLITE_EXPIRE_MAX, &list) != ASR_OK) {
            return ASR_STORE;
        }

        if (list.n == ASR_SQLITE_EXPIRE_MAX) {
            *more = true;
        }

        if (what[i].expire(b, &list) != ASR_OK) {
            return ASR_STORE;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_sqlite_expire_tasks(asr_backend_t *b, const asr_sqlite_ids_t *list)
{
    size_t             i;
    asr_sqlite_head_t  h;

    for (i = 0; i < list->n; i++) {
        if (asr_sqlite_head(b, list->ids[i], &h) != ASR_OK
            || asr_sqlite_drop(b, &h) != ASR_OK)
        {
            return ASR_STORE;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_sqlite_expire_files(asr_backend_t *b, const asr_sqlite_ids_t *list)
{
    char           spool[ASR_SPOOL_NAME];
    size_t         i;
    int64_t        bytes;
    sqlite3_stmt  *stmt;

    for (i = 0; i < list->n; i++) {
        stmt = asr_sqlite_query(b, ASR_SQL_FILE_FIND, ASR_SQL_ARGS(
                   asr_sql_int(list->ids[i])));

        if (asr_sqlite_row(b, stmt) != 1) {
            return ASR_STORE;
        }

        bytes = sqlite3_column_int64(stmt, 3);
        snprintf(spool, sizeof(spool), "%s", sqlite3_column_text(stmt, 4));

        (void) sqlite3_reset(stmt);

        if (asr_sqlite_drop_file(b, list->ids[i], bytes, spool) != ASR_OK) {
            return ASR_STORE;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_sqlite_expire_deliveries(asr_backend_t *b, const asr_sqlite_ids_t *list)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        if (asr_sqlite_drop_delivery(b, list->ids[i]) != ASR_OK) {
            return ASR_STORE;
        }
    }

    return ASR_OK;
}


/* Outside a transaction: each question sees all that is committed. */

void
asr_sqlite_sweep(asr_backend_t *b)
{
    asr_spool_wanted_t  wanted;

    if (b->conf->spool == NULL) {
        return;
    }

    wanted.audio = asr_sqlite_wants_audio;
    wanted.pcm = asr_sqlite_wants_pcm;
    wanted.ctx = b;

    (void) asr_spool_sweep(b->conf->spool, ASR_SPOOL_AGE_MS);
    (void) asr_spool_orphans(b->conf->spool, &wanted, ASR_SQLITE_ORPHANS_MAX);
}


static bool
asr_sqlite_wants_audio(void *ctx, asr_str_t name)
{
    int             rc;
    sqlite3_stmt   *stmt;
    asr_backend_t  *b;

    b = ctx;

    stmt = asr_sqlite_query(b, ASR_SQL_SPOOL_WANTED, ASR_SQL_ARGS(
               asr_sql_text(name)));

    rc = asr_sqlite_row(b, stmt);

    if (rc == 1) {
        (void) sqlite3_reset(stmt);
    }

    return rc != 0;
}


static bool
asr_sqlite_wants_pcm(void *ctx, int64_t task_id)
{
    asr_err_t          rc;
    asr_backend_t     *b;
    asr_sqlite_head_t  h;

    b = ctx;

    rc = asr_sqlite_head(b, task_id, &h);

    return rc != ASR_NOTFOUND && (rc != ASR_OK || h.state < ASR_TASK_SUCCEEDED);
}


static int64_t
asr_sqlite_real_ms(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_REALTIME, &ts);

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
