/*
 * What the files of the SQLite backend share; nobody else includes it.
 *
 * Invariants of the tables (asr_store_sqlite_schema.c):
 *
 *   tasks.owner       0 with state CREATED or FINISHING: may be claimed;
 *                     -1 with CREATED: likewise, for fetching;
 *                     > 0 with FETCHING, DECODING or FINISHING: claimed by
 *                     owners.id; NULL otherwise
 *   segments.owner    0: may be claimed; > 0: claimed; NULL: done
 *   segments          exist only while their task is RECOGNISING or FINISHING
 *   tasks.small       1: its audio is soon decoded; once that is done, it is
 *                     soon finished
 *   task_audio        exists only while its task is not finished
 *   deliveries.owner  0: may be claimed from "next" on; > 0: claimed; NULL:
 *                     given up (the body is gone); delivered ones are deleted
 *   state             one row: the next ids, the rank of the segment claimed
 *                     last (virtual time), and counts of all that is counted.
 *                     The writer loads it after BEGIN and stores it before
 *                     COMMIT, so that no op ever counts rows
 */

#ifndef ASR_STORE_SQLITE_H
#define ASR_STORE_SQLITE_H

#include "../base/asr_buf.h"
#include "asr_owner.h"
#include "asr_store.h"

#include <sqlite3.h>


#define ASR_SQLITE_ID_MAX      ((INT64_C(1) << 53) - 1)
#define ASR_SQLITE_VERSION     4
#define ASR_SQLITE_APPLICATION 0x41535251
#define ASR_SQLITE_TO_FETCH    -1        /* tasks.owner */
#define ASR_SQLITE_SMALL_BYTES (4 * 1024 * 1024)
#define ASR_SQLITE_SMALL_MS    600000    /* speakers told apart in a moment */

/* Columns of "state", in order. */

enum {
    ASR_COUNT_NEXT_TASK = 0,
    ASR_COUNT_NEXT_FILE,
    ASR_COUNT_NEXT_OWNER,
    ASR_COUNT_NEXT_DELIVERY,
    ASR_COUNT_RANK,
    ASR_COUNT_QUEUED,                    /* segments that may be claimed */
    ASR_COUNT_QUEUED_SAMPLES,            /* their audio, at 16 kHz */
    ASR_COUNT_CLAIMED,                   /* segments */
    ASR_COUNT_FILES,
    ASR_COUNT_FILE_BYTES,
    ASR_COUNT_TO_FETCH,                  /* tasks that may be claimed */
    ASR_COUNT_DELIVERIES,                /* waiting or claimed */
    ASR_COUNT_UNDELIVERED,               /* given up */
    ASR_COUNT_TASKS,                     /* by state, seven of them */
    ASR_COUNT_N = ASR_COUNT_TASKS + ASR_TASK_FAILED + 1
};

typedef enum {
    ASR_SQL_BEGIN_READ = 0,
    ASR_SQL_BEGIN_WRITE,
    ASR_SQL_COMMIT,
    ASR_SQL_ROLLBACK,
    ASR_SQL_STATE_GET,
    ASR_SQL_STATE_SET,

    ASR_SQL_FILE_ADD,
    ASR_SQL_FILE_AUDIO_ADD,
    ASR_SQL_FILE_FILL,
    ASR_SQL_FILE_FIND,
    ASR_SQL_FILE_DELETE,
    ASR_SQL_FILE_AUDIO_DELETE,
    ASR_SQL_TASK_ADD,
    ASR_SQL_TASK_AUDIO_ADD,
    ASR_SQL_TASK_HEAD,
    ASR_SQL_TASK_END,
    ASR_SQL_TASK_DELETE,
    ASR_SQL_TASK_AUDIO_DELETE,
    ASR_SQL_SEGMENTS_COUNT,
    ASR_SQL_SEGMENTS_DELETE,

    ASR_SQL_CLAIM_TASK,
    ASR_SQL_CLAIM_SEGMENT,
    ASR_SQL_TASK_BY_ID,
    ASR_SQL_TASK_AUDIO,
    ASR_SQL_FILE_AUDIO,
    ASR_SQL_TASK_TAKE,
    ASR_SQL_TASK_PUT,
    ASR_SQL_TASK_DECODED,
    ASR_SQL_SEGMENT_ADD,
    ASR_SQL_SEGMENT_HEAD,
    ASR_SQL_SEGMENT_TAKE,
    ASR_SQL_SEGMENT_PUT,
    ASR_SQL_SEGMENT_DONE,
    ASR_SQL_TASK_STEP,
    ASR_SQL_TASK_AGAIN,

    ASR_SQL_CLAIM_FETCH,
    ASR_SQL_FETCH_TAKE,
    ASR_SQL_FETCH_PUT,
    ASR_SQL_FETCHED,
    ASR_SQL_DELIVERY_ADD,
    ASR_SQL_DELIVERY_NEXT,
    ASR_SQL_DELIVERY_HEAD,
    ASR_SQL_DELIVERY_TAKE,
    ASR_SQL_DELIVERY_PUT,
    ASR_SQL_DELIVERY_GIVE_UP,
    ASR_SQL_DELIVERY_DELETE,

    ASR_SQL_OWNER_BEAT,
    ASR_SQL_OWNERS,
    ASR_SQL_OWNER_DELETE,
    ASR_SQL_OWNERS_LOST,
    ASR_SQL_RELEASE_FETCHES,
    ASR_SQL_RELEASE_DELIVERIES,
    ASR_SQL_RELEASE_DECODES,
    ASR_SQL_RELEASE_FINISHES,
    ASR_SQL_RELEASE_COUNT,
    ASR_SQL_RELEASE_SEGMENTS,
    ASR_SQL_EXPIRED_TASKS,
    ASR_SQL_EXPIRED_QUEUED,
    ASR_SQL_EXPIRED_FILES,
    ASR_SQL_EXPIRED_DELIVERIES,
    ASR_SQL_SPOOL_WANTED,

    ASR_SQL_TASK_GET,
    ASR_SQL_FILE_GET,
    ASR_SQL_FILE_LIST_COUNT,
    ASR_SQL_FILE_LIST,
    ASR_SQL_SEGMENTS_N,
    ASR_SQL_SEGMENTS_GET,
    ASR_SQL_OWNERS_COUNT,
    ASR_SQL_OLDEST,
    ASR_SQL_TASK_OF,
    ASR_SQL_TASK_LIST_UP,
    ASR_SQL_TASK_LIST_DOWN,
    ASR_SQL_TASK_LIST_COUNT,
    ASR_SQL_N
} asr_sql_t;

typedef struct {                         /* goes when the commit is done */
    int64_t  task_id;                    /* its PCM; 0: none */
    char     audio[ASR_SPOOL_NAME];      /* empty: none */
} asr_sqlite_trash_t;

struct asr_backend_s {
    sqlite3                 *db;
    sqlite3_stmt            *stmt[ASR_SQL_N];    /* prepared at first use */
    const asr_store_conf_t  *conf;
    bool                     writer;
    bool                     failing;            /* said in the log */

    int                      lock_fd;
    bool                     locked;
    int                      wal_pages;          /* at the last commit */

    char                     owner[ASR_OWNER_MAX];
    int64_t                  me;                 /* owners.id; 0: no row yet */
    bool                     me_known;           /* that row is committed */

    int64_t                  count[ASR_COUNT_N];
    int64_t                  count_was[ASR_COUNT_N];
    int                      units;              /* segments */
    int                      task_units;
    int                      io_units;           /* for CLAIM_IO */

    asr_sqlite_trash_t      *trash;
    size_t                   trash_n;
    size_t                   trash_size;
    bool                     sweep;              /* the spool, when idle */
};


/* Arguments of a statement. */

typedef struct {
    enum { ASR_SQL_INT = 0, ASR_SQL_TEXT, ASR_SQL_BLOB } type;
    int64_t    i;
    asr_str_t  s;
} asr_sql_arg_t;

#define ASR_SQL_ARGS(...)                                                     \
    (const asr_sql_arg_t[]) { __VA_ARGS__ },                                  \
    asr_nelts(((const asr_sql_arg_t[]) { __VA_ARGS__ }))

static inline asr_sql_arg_t
asr_sql_int(int64_t i)
{
    return (asr_sql_arg_t) { ASR_SQL_INT, i, { 0, NULL } };
}


static inline asr_sql_arg_t
asr_sql_text(asr_str_t s)
{
    return (asr_sql_arg_t) { ASR_SQL_TEXT, 0, s };
}


static inline asr_sql_arg_t
asr_sql_blob(const void *p, size_t n)
{
    return (asr_sql_arg_t) { ASR_SQL_BLOB, 0, { n, p } };
}


/*
 * Statements.  query binds; the arguments' memory must last until the reset.
 * row: 1 there is one, 0 it was the last (and the statement is reset), -1 it
 * failed (reset, logged): return ASR_STORE.  A statement left before its last
 * row must be reset with sqlite3_reset.  run is for those without rows.
 */

sqlite3_stmt *asr_sqlite_query(asr_backend_t *b, asr_sql_t id,
    const asr_sql_arg_t *args, size_t n);
int asr_sqlite_row(asr_backend_t *b, sqlite3_stmt *stmt);
asr_err_t asr_sqlite_run(asr_backend_t *b, asr_sql_t id,
    const asr_sql_arg_t *args, size_t n);
asr_err_t asr_sqlite_fail(asr_backend_t *b);     /* logs once; ASR_STORE */

/* Text or blob of a column, copied; ASR_NOMEM. */
asr_err_t asr_sqlite_str(sqlite3_stmt *stmt, int col, asr_arena_t *a,
    asr_str_t *out);

asr_err_t asr_sqlite_state_load(asr_backend_t *b);
asr_err_t asr_sqlite_lock(asr_backend_t *b);     /* the writers' queue */
void asr_sqlite_unlock(asr_backend_t *b);

/* Schema. */

asr_err_t asr_sqlite_prepare(const char *path, unsigned uid, unsigned gid,
    char *err, size_t errlen);
sqlite3 *asr_sqlite_connect(const char *path, bool writer, char *err,
    size_t errlen);
asr_err_t asr_sqlite_check(sqlite3 *db, const char *path, int *version,
    char *err, size_t errlen);
int asr_sqlite_lock_open(const char *path, char *err, size_t errlen);


/* What is needed of a task to move it on. */

typedef struct {
    int64_t  id;
    int64_t  owner;                      /* -2: NULL */
    int64_t  expires_ms;
    int      state;
    int      fetches;
    int      decodes;
    int      finishes;
    int      segments;
    int      done;
    char     spool[ASR_SPOOL_NAME];
} asr_sqlite_head_t;

/* Every column but the result; strings only when a is not NULL. */
#define ASR_SQLITE_TASK                                                       \
    "id, state, cause, created, started, finished, expires, file_id, "        \
    "sample_rate, channels, strict, audio_ms, decodes, finishes, segments, "  \
    "done, api, account, message, spool, engine, format, params, url, fetches"
#define ASR_SQLITE_TASK_FETCHES 24
#define ASR_SQLITE_TASK_RESULT  25

asr_err_t asr_sqlite_task(sqlite3_stmt *stmt, asr_arena_t *a, asr_task_t *t);

asr_err_t asr_sqlite_head(asr_backend_t *b, int64_t id, asr_sqlite_head_t *h);
void asr_sqlite_move(asr_backend_t *b, int from, int to);    /* -1: no state */
bool asr_sqlite_expired(int64_t expires_ms);

/* Ends a task (its audio and segments go), or removes every trace of it. */
asr_err_t asr_sqlite_end(asr_backend_t *b, const asr_sqlite_head_t *h,
    asr_task_state_t state, asr_cause_t cause, asr_str_t message,
    asr_str_t result);
asr_err_t asr_sqlite_drop(asr_backend_t *b, const asr_sqlite_head_t *h);
asr_err_t asr_sqlite_drop_file(asr_backend_t *b, int64_t id, int64_t bytes,
    const char *spool);
asr_err_t asr_sqlite_drop_segments(asr_backend_t *b, int64_t task_id);

/* Fails a task nobody can do, or removes an expired one (no cause). */
asr_err_t asr_sqlite_discard(asr_backend_t *b, int64_t task_id,
    asr_cause_t cause);

/* A task's audio that came in memory; its place in the spool, or empty. */
asr_err_t asr_sqlite_audio_add(asr_backend_t *b, int64_t task_id,
    const asr_spool_file_t *f);
asr_str_t asr_sqlite_spool_name(const asr_op_t *op);

/* tasks.small by the file's size. */
bool asr_sqlite_small(int64_t bytes);

/* ASR_NOTFOUND: not claimed by this owner. */
asr_err_t asr_sqlite_held(asr_backend_t *b, int64_t task_id,
    asr_sqlite_head_t *h);

/* The outbox. */
asr_err_t asr_sqlite_deliver(asr_backend_t *b, const asr_sqlite_head_t *h,
    const asr_delivery_t *d);
asr_err_t asr_sqlite_deliver_failed(asr_backend_t *b,
    const asr_sqlite_head_t *h, asr_cause_t cause, asr_str_t message);
asr_err_t asr_sqlite_put_delivery(asr_backend_t *b, int64_t id);
asr_err_t asr_sqlite_drop_delivery(asr_backend_t *b, int64_t id);
void asr_sqlite_trash(asr_backend_t *b, int64_t task_id, const char *audio);

/* Spool maintenance of an idle writer. */
void asr_sqlite_sweep(asr_backend_t *b);


/* Operations. */

typedef asr_err_t (*asr_sqlite_op_pt)(asr_backend_t *b, asr_op_t *op);

asr_err_t asr_sqlite_file_create(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_file_fill(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_file_delete(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_task_create(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_claim(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_decoded(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_segment_done(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_segment_fail(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_task_done(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_task_fail(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_task_retry(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_decode_again(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_release(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_release_owner(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_housekeep(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_heartbeat(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_claim_io(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_fetched(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_delivered(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_delivery_retry(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_file_get(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_file_list(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_task_get(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_segments_get(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_stats(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_task_delete(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_task_list(asr_backend_t *b, asr_op_t *op);
asr_err_t asr_sqlite_nothing(asr_backend_t *b, asr_op_t *op);


#endif /* ASR_STORE_SQLITE_H */
