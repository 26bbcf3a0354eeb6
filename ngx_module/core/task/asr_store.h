/*
 * The store: files, tasks and segments, durable.  Everything goes through
 * operations (asr_op_t) queued to one of two threads of the process:
 *
 *   writer   takes all operations waiting at that moment, runs them in one
 *            transaction, commits once (one fsync), then completes each;
 *   reader   runs queries on a connection of its own, so that a poll never
 *            waits for an fsync.
 *
 * An operation is its submitter's; between asr_store_submit and op->done only
 * the store touches it and all memory it points to.  Results are copied into
 * op->arena.  The SQL is behind asr_store_backend_t: SQLite here, PostgreSQL
 * may be a second file.  Times are Unix milliseconds.
 *
 * Leases: work that is claimed names its owner; the owner is alive while its
 * row in "owners" is fresh (ASR_LEASE_MS, renewed by asr_store itself every
 * ASR_LEASE_MS / 3) and, on this machine, while its process exists.  Work of
 * an owner that is not alive is claimed again, its attempt count kept.  Leases
 * run on the real clock, not the shifted one of asr_clock.h.
 *
 * An op that reports work done (DECODED, SEGMENT_DONE, TASK_DONE, ...) takes
 * effect only while its unit is still claimed by this store's owner, else its
 * rc is ASR_NOTFOUND: drop the work, somebody else has it.  With ASR_STORE
 * nothing happened and the unit is still held: submit it again.
 *
 * The outbox: a task's callback becomes a row in the transaction that ends
 * the task, so there is none without the other.  CLAIM_IO hands it out until
 * it is delivered or given up.
 */

#ifndef ASR_STORE_H
#define ASR_STORE_H

#include "../base/asr_arena.h"
#include "asr_delivery.h"
#include "asr_spool.h"


#define ASR_LEASE_MS        30000
#define ASR_ATTEMPTS_MAX    4
#define ASR_CHANNELS_MAX    2
#define ASR_HOUSEKEEP_MS    5000
#define ASR_SEGMENTS_MAX    65536        /* of one task */

/* A task with no larger file is small; once decoded, one no longer. */
#define ASR_SMALL_BYTES     (4 * 1024 * 1024)
#define ASR_SMALL_MS        600000


typedef enum {                   /* stored as these numbers; only append */
    ASR_TASK_CREATED = 0,
    ASR_TASK_FETCHING,
    ASR_TASK_DECODING,
    ASR_TASK_RECOGNISING,
    ASR_TASK_FINISHING,
    ASR_TASK_SUCCEEDED,
    ASR_TASK_FAILED
} asr_task_state_t;

typedef enum {                   /* why a task failed; stored; only append */
    ASR_CAUSE_NONE = 0,
    ASR_CAUSE_INTERNAL,
    ASR_CAUSE_FORMAT,            /* not audio, or a codec we do not read */
    ASR_CAUSE_CORRUPT,           /* it began well and broke */
    ASR_CAUSE_TOO_SHORT,
    ASR_CAUSE_TOO_LONG,
    ASR_CAUSE_CHANNELS,          /* not as many as were declared */
    ASR_CAUSE_SAMPLE_RATE,
    ASR_CAUSE_DOWNLOAD,
    ASR_CAUSE_NO_MODEL,
    ASR_CAUSE_RECOGNITION,       /* the recogniser failed repeatedly */
    ASR_CAUSE_FILE_GONE          /* the uploaded file was deleted meanwhile */
} asr_cause_t;

typedef struct {
    int64_t     id;
    asr_str_t   account;
    asr_str_t   filename;        /* as the client said; UTF-8 */
    asr_str_t   purpose;
    asr_str_t   content_type;
    int64_t     bytes;
    int64_t     created_ms;
    int64_t     expires_ms;      /* 0: never */
    asr_str_t   spool;           /* name in the spool; empty: inline */
    asr_str_t   inline_audio;    /* of FILE_GET, when inline */
} asr_file_t;

typedef struct {
    int64_t            id;       /* 1 .. 2^53 - 1, rising, never used again */
    asr_str_t          api;      /* "u2", "tencent" */
    asr_str_t          account;
    asr_task_state_t   state;
    asr_cause_t        cause;
    asr_str_t          message;  /* of the failure, for the client */
    int64_t            created_ms;       /* 0 at creation: now */
    int64_t            started_ms;       /* 0: not yet */
    int64_t            finished_ms;      /* 0: not yet */
    int64_t            expires_ms;       /* 0: never */
    int64_t            file_id;          /* 0: audio belongs to the task */
    asr_str_t          url;              /* to fetch the audio from; empty:
                                            it is here */
    asr_str_t          spool;            /* of that audio; empty: inline */
    asr_str_t          inline_audio;     /* when claimed for decoding */
    asr_str_t          engine;           /* "16k_en"; picks the model */
    asr_str_t          format;           /* declared; empty: any */
    int32_t            sample_rate;      /* declared; 0: any */
    int32_t            channels;         /* channels to recognise apart: 1, 2 */
    bool               channels_strict;  /* the file must have just these */
    bool               listed;   /* TASK_LIST finds it; costs an index entry */
    asr_str_t          params;           /* JSON, the API's own but for
                                            window_start_ms and window_ms:
                                            what to recognise of the audio */
    int64_t            audio_ms;         /* decoded length; 0: not yet */
    int32_t            attempts;         /* at decoding; of a FINISH or FETCH
                                            claim: at that; this one included */
    int32_t            segments;         /* 0 until decoded */
    int32_t            segments_done;
    asr_str_t          result;           /* JSON, asr_result.h; SUCCEEDED */
} asr_task_t;

typedef struct {
    int64_t     task_id;
    int32_t     index;           /* 0.. in time order over all channels */
    int32_t     channel;         /* 0, 1 */
    int64_t     start;           /* samples at 16 kHz, with the pads */
    int64_t     length;
    int32_t     attempts;
    asr_str_t   result;          /* JSON of one segment, asr_result.h */
} asr_segment_t;


/* A delivery that is claimed, and what became of it. */

typedef struct {
    int64_t     id;
    asr_str_t   name;            /* the same at every attempt, unique */
    int64_t     task_id;
    asr_str_t   account;
    asr_str_t   url;
    asr_str_t   content_type;
    asr_str_t   headers;         /* lines "name: value\n" */
    asr_str_t   body;
    bool        reply_code;      /* as in asr_delivery_t */
    int32_t     attempts;        /* this one included */
    int32_t     attempts_max;

    int64_t     next_ms;         /* of DELIVERY_RETRY: not before then */
    int32_t     status;          /* likewise: HTTP status, 0: none came */
    bool        give_up;         /* likewise: no attempt could do better */
} asr_outgoing_t;


typedef enum {
    /* writer */
    ASR_OP_FILE_CREATE,      /* in: file, spool_file; out: file.id, .bytes */
    ASR_OP_FILE_FILL,        /* in: spool_file, file.id, account, purpose (may
                                be empty), content_type, expires_ms: gives a
                                file that was created empty its content; out:
                                file.bytes.  ASR_EXISTS: it has content */
    ASR_OP_FILE_DELETE,      /* in: file.id, account, purpose (may be empty).
                                A task that still wants the file fails with
                                ASR_CAUSE_FILE_GONE when it is claimed for
                                decoding; one that is being opened just then
                                finds no file: TASK_FAIL it likewise */
    ASR_OP_TASK_CREATE,      /* in: task, spool_file or task.url or
                                task.file_id (+ file.purpose, may be empty);
                                out: task.id.  A file's name may give the
                                task a format when it has none (asr_raw.h).
                                ASR_NOTFOUND: no such file of that account and
                                purpose, or an empty one; ASR_TOOBIG: the
                                queue is full */
    ASR_OP_CLAIM,            /* in: want (0: anything); out: claim, and task or
                                segment (and its task).  ASR_OK with
                                ASR_CLAIM_NONE: no work */
    ASR_OP_DECODED,          /* in: task.id, audio_ms, segments[] (their index
                                is their place there); none: the task goes to
                                FINISHING, still claimed (out: last, claim) */
    ASR_OP_SEGMENT_DONE,     /* in: segment.task_id, .index, .result; out: last
                                (then the task is claimed for finishing: claim,
                                and task if there is an arena) */
    ASR_OP_SEGMENT_FAIL,     /* in: segment.task_id, .index: the attempt is
                                spent; after ASR_ATTEMPTS_MAX the task fails
                                with ASR_CAUSE_RECOGNITION (out: last) */
    ASR_OP_TASK_DONE,        /* in: task.id, result, deliver */
    ASR_OP_TASK_FAIL,        /* in: task.id, cause, message; by the holder of
                                the task, or of a segment of it (then also
                                claim ASR_CLAIM_SEGMENT and segment) */
    ASR_OP_TASK_RETRY,       /* in: task.id, cause, message: gives a DECODE,
                                FINISH or FETCH claim back, the attempt is
                                spent; after
                                ASR_ATTEMPTS_MAX the task fails with the cause
                                (out: last) */
    ASR_OP_DECODE_AGAIN,     /* in: segment.task_id, .index: its PCM is gone;
                                the task is decoded again, or fails when its
                                attempts are spent (out: last) */
    ASR_OP_RELEASE,          /* in: claim, task.id or segment.task_id, .index
                                or outgoing.id: give it back, no attempt
                                spent */
    ASR_OP_RELEASE_OWNER,    /* all that this owner holds, no attempt spent */
    ASR_OP_HOUSEKEEP,        /* expiry, dead owners, spool sweep; the store
                                does it every ASR_HOUSEKEEP_MS; out: last:
                                there is more to do */
    ASR_OP_HEARTBEAT,        /* the store's own */
    ASR_OP_CLAIM_IO,         /* in: want; out: claim, and task or outgoing;
                                ASR_OK with ASR_CLAIM_NONE: no work */
    ASR_OP_FETCHED,          /* in: task.id, spool_file: the task waits for
                                decoding then.  Not ASR_OK: the file is gone */
    ASR_OP_DELIVERED,        /* in: outgoing.id */
    ASR_OP_DELIVERY_RETRY,   /* in: outgoing.id, next_ms, status, give_up: this
                                attempt failed; out: last: it was the last,
                                the delivery is kept as undelivered */
    ASR_OP_TASK_DELETE,      /* in: ids, nids, task.account, .api: every trace
                                of them, whatever they are at.  ASR_NOTFOUND:
                                one of them is no task of that account */
    /* reader */
    ASR_OP_FILE_GET,         /* in: file.id, account (empty: any) */
    ASR_OP_FILE_LIST,        /* in: file.account, purpose (may be empty); out:
                                files, nfiles: newest first, at most
                                ASR_FILE_LIST_MAX */
    ASR_OP_TASK_GET,         /* in: task.id, task.account, task.api; out: task,
                                without audio */
    ASR_OP_SEGMENTS_GET,     /* in: task.id; out: segments[] in order */
    ASR_OP_STATS,            /* out: stats */
    ASR_OP_TASK_LIST,        /* in: task.account, task.api, list; out: tasks
                                without audio and result, ntasks, list.total */
    ASR_OP_NOTHING,          /* for a submitter whose work has to run on a
                                thread that may block */
    ASR_OP_N
} asr_op_type_t;

#define ASR_OP_FIRST_READ  ASR_OP_FILE_GET
#define ASR_FILE_LIST_MAX  1000
#define ASR_TASK_LIST_MAX  100           /* tasks of one list */
#define ASR_TASK_TOTAL_MAX 100000        /* counted to here */
#define ASR_PROGRESS_MAX   20

typedef enum { ASR_CLAIM_NONE = 0, ASR_CLAIM_DECODE, ASR_CLAIM_SEGMENT,
               ASR_CLAIM_FINISH, ASR_CLAIM_FETCH,
               ASR_CLAIM_DELIVERY } asr_claim_t;

enum {
    ASR_WANT_FETCH = 1,
    ASR_WANT_DELIVERY = 2,
    ASR_WANT_SEGMENT = 4,
    ASR_WANT_TASK = 8,           /* to decode, to finish */
    ASR_WANT_SMALL = 16          /* of these, those soon done */
};

typedef struct {
    int64_t  id;
    int64_t  created_ms;
    int64_t  audio_ms;
    int32_t  segments;
    int32_t  done;
} asr_progress_t;

typedef struct {
    int64_t  tasks[ASR_TASK_FAILED + 1];     /* rows by state */
    int64_t  segments_queued;
    int64_t  segments_claimed;
    int64_t  oldest_ms;          /* created_ms of the oldest unfinished, 0 */
    int64_t  files;
    int64_t  file_bytes;
    int64_t  owners;
    int64_t  fetches_waiting;    /* of the tasks CREATED */
    int64_t  deliveries_pending;
    int64_t  deliveries_undelivered;     /* given up, until they expire */

    asr_progress_t *progress;    /* the oldest that are being recognised, at
                                    most ASR_PROGRESS_MAX; in the arena */
    size_t          nprogress;
} asr_store_stats_t;

/* Which of an account's tasks, by id; an id of 0: from the end. */

typedef struct {
    unsigned  states;            /* bit of each asr_task_state_t; 0: any */
    bool      ascending;
    int64_t   after;             /* past this id, in the list's order */
    int64_t   skip;              /* leave out so many */
    int64_t   limit;             /* at most ASR_TASK_LIST_MAX */
    int64_t   total;             /* out: of any id, at most
                                    ASR_TASK_TOTAL_MAX */
} asr_task_list_t;

typedef struct asr_op_s  asr_op_t;

struct asr_op_s {
    asr_op_type_t        type;
    asr_err_t            rc;             /* out: ASR_OK, ASR_NOTFOUND,
                                            ASR_EXISTS, ASR_TOOBIG, ASR_STORE,
                                            ASR_NOMEM, ASR_STOPPED,
                                            ASR_INVALID; not
                                            ASR_OK: nothing was changed */
    asr_arena_t         *arena;          /* results are copied here */
    asr_file_t           file;
    asr_task_t           task;
    asr_segment_t        segment;
    asr_segment_t       *segments;
    size_t               nsegments;
    asr_file_t          *files;
    size_t               nfiles;
    asr_task_t          *tasks;
    size_t               ntasks;
    asr_task_list_t      list;
    const int64_t       *ids;
    size_t               nids;
    asr_spool_file_t    *spool_file;     /* committed by the writer; ended
                                            before work is called: kept on
                                            ASR_OK, else removed */
    asr_claim_t          claim;
    unsigned             want;           /* ASR_WANT_... */
    asr_outgoing_t       outgoing;
    const asr_delivery_t *deliver;       /* NULL: none */
    bool                 last;
    asr_store_stats_t    stats;

    /*
     * Both run on the store's thread, after the commit.  work (may be NULL)
     * first: rendering a reply belongs there; done hands the op back, after
     * it the store does not touch the op.
     */
    void               (*work)(asr_op_t *op);
    void               (*done)(asr_op_t *op);
    void                *data;
    asr_op_t            *next;           /* the store's while submitted, then
                                            the submitter's */
};


typedef struct asr_store_s  asr_store_t;

typedef struct {
    const char   *url;               /* "sqlite:/path/asr.db" */
    asr_spool_t  *spool;
    int64_t       queue_max;         /* unfinished tasks; then TASK_CREATE is
                                        ASR_TOOBIG; 0: no such limit */
    /*
     * Called on the writer thread after a commit that made work claimable,
     * with how many new segments, and tasks to decode or finish; and once per
     * group with the ops completed, on either thread, after all their done
     * calls (the submitter may write one eventfd per group there).
     * group_done comes first.  Both may be NULL.
     */
    void        (*work_ready)(void *ctx, int segments, int tasks);
    void        (*group_done)(void *ctx);

    /* As work_ready: something to fetch or to deliver; may be NULL. */
    void        (*io_ready)(void *ctx);
    void         *ctx;

    /*
     * What to deliver for a task that FAILED, whoever failed it; asr_api.h.
     * Writer thread, inside the transaction: must be quick.  May be NULL.
     */
    bool        (*callback)(const asr_task_t *task, asr_arena_t *arena,
                            asr_delivery_t *out);
} asr_store_conf_t;


/*
 * Makes folder and database when absent, checks the schema, and gives them to
 * the user the workers run as.  Master, at start (not under -t).
 */
asr_err_t asr_store_prepare(const char *url, unsigned uid, unsigned gid,
    char *err, size_t errlen);

/* In the process that uses it, after fork: starts the threads. */
asr_store_t *asr_store_open(const asr_store_conf_t *conf, char *err,
    size_t errlen);

/*
 * Any thread.  After asr_store_close began (and before it returns): work,
 * done and group_done are called at once, by this thread, rc ASR_STOPPED.
 */
void asr_store_submit(asr_store_t *s, asr_op_t *op);

/* The same for a chain by op->next: one lock, one wake-up, one group. */
void asr_store_submit_all(asr_store_t *s, asr_op_t *ops);

/*
 * Submits and waits; not from a thread of the store, nor an event loop.  It
 * uses op->done and op->data itself.  Returns op->rc.
 */
asr_err_t asr_store_call(asr_store_t *s, asr_op_t *op);

/*
 * Finishes what is queued, releases what this owner holds, joins the threads.
 */
void asr_store_close(asr_store_t *s);

/* This store's owner name, asr_owner.h. */
const char *asr_store_owner(const asr_store_t *s);


/*
 * Backend: one connection.  All calls on one thread.  exec runs one op inside
 * the transaction; its return goes to op->rc.  An ASR_STORE from exec fails
 * the whole group (the transaction is rolled back); after any other error it
 * has changed nothing.  A connection that is not the writer's runs read ops.
 */

typedef struct asr_backend_s  asr_backend_t;

typedef struct {
    const char       *scheme;        /* "sqlite" */
    asr_err_t       (*prepare)(const char *where, unsigned uid, unsigned gid,
                               char *err, size_t errlen);
    asr_backend_t  *(*open)(const char *where, const char *owner, bool writer,
                            const asr_store_conf_t *conf, char *err,
                            size_t errlen);
    asr_err_t       (*begin)(asr_backend_t *b);
    asr_err_t       (*exec)(asr_backend_t *b, asr_op_t *op);
    asr_err_t       (*commit)(asr_backend_t *b);
    void            (*rollback)(asr_backend_t *b);
    int             (*units)(asr_backend_t *b);  /* segments made claimable
                                                    since begin */
    int             (*task_units)(asr_backend_t *b);     /* the same for tasks
                                                    to decode or finish */
    int             (*io_units)(asr_backend_t *b);   /* the same for CLAIM_IO */
    void            (*committed)(asr_backend_t *b);  /* after commit: files of
                                                    deleted rows go now */
    void            (*idle)(asr_backend_t *b);   /* after the done calls: what
                                                    nobody waits for */
    void            (*close)(asr_backend_t *b);
} asr_store_backend_t;

extern const asr_store_backend_t  asr_store_sqlite;


/*
 * A store of another kind, with no backend: it does the ops itself, on
 * whatever thread it likes (submit_all may do them at once), and completes
 * them as above: work, done, then group_done of its conf.  Its store begins
 * with the kind.
 */

typedef struct {
    const char    *scheme;
    asr_err_t    (*prepare)(const char *where, unsigned uid, unsigned gid,
                            char *err, size_t errlen);
    asr_store_t *(*open)(const char *where, const asr_store_conf_t *conf,
                         char *err, size_t errlen);
    void         (*submit_all)(asr_store_t *s, asr_op_t *ops);
    void         (*close)(asr_store_t *s);
    const char  *(*owner)(const asr_store_t *s);
} asr_store_kind_t;

/* One such kind is known from now on; before any store is opened. */
void asr_store_add_kind(const asr_store_kind_t *kind);


#endif /* ASR_STORE_H */
