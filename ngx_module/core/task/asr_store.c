/*
 * Queues and threads of the store; what is done inside a transaction is the
 * backend's.
 *
 * There are two lanes, writer and reader.  A lane is a list of operations
 * under a mutex, a condition that is signalled only when its thread sleeps,
 * and a backend connection that only its thread touches.  The writer detaches
 * the whole list (up to ASR_STORE_GROUP_MAX) and makes one transaction of it:
 * while one fsync runs, the next group gathers, so the group's size follows
 * the load by itself and an idle store answers with no added delay.
 *
 * Order: operations of one lane run in the order of submission.  A read that
 * is submitted after a write's done call sees it, as done follows the commit
 * and the reader's snapshot is taken after its group was detached.
 *
 * Heartbeat and housekeeping are operations too, put before a group when due;
 * the writer's wait ends with them.  The first group after opening has both,
 * so nothing is claimed before this owner has a row, and the work of a killed
 * predecessor is free before anything else is done.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_store.h"
#include "asr_owner.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>


#define ASR_STORE_GROUP_MAX  1024
#define ASR_STORE_READ_MAX   64          /* a snapshot keeps the log growing */
#define ASR_STORE_RETRY_MS   1000
#define ASR_STORE_MORE_MS    100

typedef struct {
    pthread_mutex_t   lock;
    pthread_cond_t    cond;
    asr_op_t         *head;
    asr_op_t        **tail;
    bool              waiting;
    bool              closing;

    bool              ready;             /* lock and cond are made */
    pthread_t         thread;
    bool              started;
    asr_backend_t    *backend;
} asr_lane_t;

struct asr_store_s {
    const asr_store_kind_t     *kind;    /* NULL: this file's */
    const asr_store_backend_t  *backend;
    asr_store_conf_t            conf;
    asr_lane_t                  writer;
    asr_lane_t                  reader;
    char                        owner[ASR_OWNER_MAX];

    /* the writer thread's */
    asr_op_t                    beat;
    asr_op_t                    keep;
    int64_t                     beat_due;
    int64_t                     keep_due;
};

typedef struct {
    pthread_mutex_t  lock;
    pthread_cond_t   cond;
    bool             done;
} asr_store_wait_t;


static const asr_store_backend_t *asr_store_find(const char *url,
    const char **where, char *err, size_t errlen);
static asr_err_t asr_lane_init(asr_lane_t *lane);
static void asr_lane_destroy(asr_lane_t *lane);
static asr_err_t asr_lane_start(asr_lane_t *lane, const char *name,
    void *(*run)(void *), asr_store_t *s);
static bool asr_lane_put(asr_lane_t *lane, asr_op_t *ops, asr_op_t **tail);
static asr_op_t *asr_lane_take(asr_lane_t *lane, unsigned max, int64_t due,
    bool *closing);
static void asr_lane_stop(asr_lane_t *lane);
static void *asr_store_writer(void *data);
static asr_op_t *asr_store_timed(asr_store_t *s, asr_op_t *ops);
static void asr_store_timed_done(asr_store_t *s);
static void asr_store_write(asr_store_t *s, asr_op_t *ops);
static bool asr_store_has_file(const asr_op_t *op);
static void asr_store_spool(asr_op_t *ops);
static asr_err_t asr_store_transaction(asr_store_t *s, asr_op_t *ops);
static void *asr_store_reader(void *data);
static void asr_store_read(asr_store_t *s, asr_op_t *ops);
static void asr_store_complete(asr_store_t *s, asr_op_t *ops);
static void asr_store_called(asr_op_t *op);
static void asr_store_destroy(asr_store_t *s);
static int64_t asr_store_now(void);


static const asr_store_backend_t  *asr_store_backends[] = {
    &asr_store_sqlite,
    NULL
};

static const asr_store_kind_t  *asr_store_other;


void
asr_store_add_kind(const asr_store_kind_t *kind)
{
    asr_store_other = kind;
}


static const char *
asr_store_after(const char *url, const char *scheme)
{
    size_t  n;

    n = strlen(scheme);

    return strncmp(url, scheme, n) == 0 && url[n] == ':' ? url + n + 1 : NULL;
}


/* What follows the scheme of the other kind; NULL: it is none of its. */

static const char *
asr_store_other_where(const char *url)
{
    return asr_store_other == NULL
           ? NULL
           : asr_store_after(url, asr_store_other->scheme);
}


static const asr_store_backend_t *
asr_store_find(const char *url, const char **where, char *err, size_t errlen)
{
    size_t    n;
    unsigned  i;

    for (i = 0; asr_store_backends[i] != NULL; i++) {
        *where = asr_store_after(url, asr_store_backends[i]->scheme);

        if (*where != NULL) {
            return asr_store_backends[i];
        }
    }

    /* what follows the scheme may hold a password */

    n = strcspn(url, ":");
    snprintf(err, errlen, "unknown kind of store \"%.*s\"", (int) n, url);

    return NULL;
}


asr_err_t
asr_store_prepare(const char *url, unsigned uid, unsigned gid, char *err,
    size_t errlen)
{
    const char                 *where;
    const asr_store_backend_t  *backend;

    where = asr_store_other_where(url);
    if (where != NULL) {
        return asr_store_other->prepare(where, uid, gid, err, errlen);
    }

    backend = asr_store_find(url, &where, err, errlen);
    if (backend == NULL) {
        return ASR_INVALID;
    }

    return backend->prepare(where, uid, gid, err, errlen);
}


asr_store_t *
asr_store_open(const asr_store_conf_t *conf, char *err, size_t errlen)
{
    const char                 *where;
    asr_store_t                *s;
    const asr_store_backend_t  *backend;

    where = asr_store_other_where(conf->url);
    if (where != NULL) {
        return asr_store_other->open(where, conf, err, errlen);
    }

    backend = asr_store_find(conf->url, &where, err, errlen);
    if (backend == NULL) {
        return NULL;
    }

    s = calloc(1, sizeof(asr_store_t));
    if (s == NULL) {
        snprintf(err, errlen, "no memory");
        return NULL;
    }

    s->backend = backend;
    s->conf = *conf;
    s->conf.url = NULL;
    asr_owner_name(s->owner);

    if (asr_lane_init(&s->writer) != ASR_OK
        || asr_lane_init(&s->reader) != ASR_OK)
    {
        snprintf(err, errlen, "no memory");
        goto failed;
    }

    s->writer.backend = backend->open(where, s->owner, true, &s->conf, err,
                                      errlen);
    if (s->writer.backend == NULL) {
        goto failed;
    }

    s->reader.backend = backend->open(where, s->owner, false, &s->conf, err,
                                      errlen);
    if (s->reader.backend == NULL) {
        goto failed;
    }

    if (asr_lane_start(&s->writer, "asr-writer", asr_store_writer, s) != ASR_OK
        || asr_lane_start(&s->reader, "asr-reader", asr_store_reader, s)
           != ASR_OK)
    {
        snprintf(err, errlen, "cannot start a thread");
        goto failed;
    }

    return s;

failed:

    asr_store_destroy(s);

    return NULL;
}


const char *
asr_store_owner(const asr_store_t *s)
{
    return s->kind != NULL ? s->kind->owner(s) : s->owner;
}


void
asr_store_close(asr_store_t *s)
{
    if (s != NULL && s->kind != NULL) {
        s->kind->close(s);

    } else if (s != NULL) {
        asr_store_destroy(s);
    }
}


static void
asr_store_destroy(asr_store_t *s)
{
    /* the writer first: its last done calls may still ask the reader */

    asr_lane_stop(&s->writer);
    asr_lane_stop(&s->reader);

    if (s->reader.backend != NULL) {
        s->backend->close(s->reader.backend);
    }

    if (s->writer.backend != NULL) {
        s->backend->close(s->writer.backend);
    }

    asr_lane_destroy(&s->reader);
    asr_lane_destroy(&s->writer);

    free(s);
}


static asr_err_t
asr_lane_init(asr_lane_t *lane)
{
    pthread_condattr_t  attr;

    if (pthread_condattr_init(&attr) != 0) {
        return ASR_NOMEM;
    }

    if (pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0
        || pthread_cond_init(&lane->cond, &attr) != 0)
    {
        pthread_condattr_destroy(&attr);
        return ASR_NOMEM;
    }

    pthread_condattr_destroy(&attr);

    if (pthread_mutex_init(&lane->lock, NULL) != 0) {
        pthread_cond_destroy(&lane->cond);
        return ASR_NOMEM;
    }

    lane->tail = &lane->head;
    lane->ready = true;

    return ASR_OK;
}


static void
asr_lane_destroy(asr_lane_t *lane)
{
    if (lane->ready) {
        pthread_cond_destroy(&lane->cond);
        pthread_mutex_destroy(&lane->lock);
    }
}


static asr_err_t
asr_lane_start(asr_lane_t *lane, const char *name, void *(*run)(void *),
    asr_store_t *s)
{
    int       rc;
    sigset_t  all, old;

    /* signals are the server's own thread's business */

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);

    rc = pthread_create(&lane->thread, NULL, run, s);

    pthread_sigmask(SIG_SETMASK, &old, NULL);

    if (rc != 0) {
        return ASR_NOMEM;
    }

    lane->started = true;
    (void) pthread_setname_np(lane->thread, name);

    return ASR_OK;
}


/* A chain, *tail its last next; false: the lane is closing. */

static bool
asr_lane_put(asr_lane_t *lane, asr_op_t *ops, asr_op_t **tail)
{
    bool  closing, wake;

    pthread_mutex_lock(&lane->lock);

    closing = lane->closing;
    wake = lane->waiting;

    if (!closing) {
        *lane->tail = ops;
        lane->tail = tail;
        lane->waiting = false;
    }

    pthread_mutex_unlock(&lane->lock);

    if (!closing && wake) {
        pthread_cond_signal(&lane->cond);
    }

    return !closing;
}


/*
 * Waits for operations, until due (0: for ever) or closing; detaches up to
 * max of them.  *closing is set only when no more will come.
 */

static asr_op_t *
asr_lane_take(asr_lane_t *lane, unsigned max, int64_t due, bool *closing)
{
    unsigned          n;
    asr_op_t         *ops, *last;
    struct timespec   ts;

    ts.tv_sec = due / 1000;
    ts.tv_nsec = (due % 1000) * 1000000;

    pthread_mutex_lock(&lane->lock);

    while (lane->head == NULL && !lane->closing) {

        lane->waiting = true;

        if (due == 0) {
            pthread_cond_wait(&lane->cond, &lane->lock);

        } else if (pthread_cond_timedwait(&lane->cond, &lane->lock, &ts)
                   == ETIMEDOUT)
        {
            break;
        }
    }

    lane->waiting = false;

    ops = lane->head;
    *closing = (ops == NULL && lane->closing);

    if (ops != NULL) {
        last = ops;

        for (n = 1; n < max && last->next != NULL; n++) {
            last = last->next;
        }

        lane->head = last->next;
        last->next = NULL;

        if (lane->head == NULL) {
            lane->tail = &lane->head;
        }
    }

    pthread_mutex_unlock(&lane->lock);

    return ops;
}


static void
asr_lane_stop(asr_lane_t *lane)
{
    if (!lane->ready) {
        return;
    }

    pthread_mutex_lock(&lane->lock);
    lane->closing = true;
    pthread_mutex_unlock(&lane->lock);

    if (lane->started) {
        pthread_cond_signal(&lane->cond);
        pthread_join(lane->thread, NULL);
        lane->started = false;
    }
}


void
asr_store_submit(asr_store_t *s, asr_op_t *op)
{
    op->next = NULL;
    asr_store_submit_all(s, op);
}


void
asr_store_submit_all(asr_store_t *s, asr_op_t *ops)
{
    asr_op_t    *op, *next, *chain[3], **tail[3];
    asr_err_t    rc;
    unsigned     i;

    if (s->kind != NULL) {
        s->kind->submit_all(s, ops);
        return;
    }

    /* to the writer, to the reader, to nobody */

    for (i = 0; i < 3; i++) {
        chain[i] = NULL;
        tail[i] = &chain[i];
    }

    for (op = ops; op != NULL; op = next) {
        next = op->next;
        op->next = NULL;
        op->rc = ASR_OK;

        i = (unsigned) op->type >= ASR_OP_N ? 2
            : op->type >= ASR_OP_FIRST_READ ? 1 : 0;

        *tail[i] = op;
        tail[i] = &op->next;
    }

    rc = ASR_INVALID;

    for (i = 3; i-- > 0; /* void */ ) {

        if (chain[i] == NULL
            || (i != 2 && asr_lane_put(i == 1 ? &s->reader : &s->writer,
                                       chain[i], tail[i])))
        {
            rc = ASR_STOPPED;
            continue;
        }

        for (op = chain[i]; op != NULL; op = op->next) {
            op->rc = rc;
        }

        asr_store_complete(s, chain[i]);
        rc = ASR_STOPPED;
    }
}


asr_err_t
asr_store_call(asr_store_t *s, asr_op_t *op)
{
    asr_store_wait_t  wait;

    wait.done = false;
    pthread_mutex_init(&wait.lock, NULL);
    pthread_cond_init(&wait.cond, NULL);

    op->done = asr_store_called;
    /* cppcheck-suppress autoVariables; it is waited for */
    op->data = &wait;

    asr_store_submit(s, op);

    pthread_mutex_lock(&wait.lock);

    while (!wait.done) {
        pthread_cond_wait(&wait.cond, &wait.lock);
    }

    pthread_mutex_unlock(&wait.lock);

    pthread_cond_destroy(&wait.cond);
    pthread_mutex_destroy(&wait.lock);

    return op->rc;
}


static void
asr_store_called(asr_op_t *op)
{
    asr_store_wait_t  *wait;

    wait = op->data;

    /* under the lock: wait is gone once its owner can run */

    pthread_mutex_lock(&wait->lock);
    wait->done = true;
    pthread_cond_signal(&wait->cond);
    pthread_mutex_unlock(&wait->lock);
}


static void *
asr_store_writer(void *data)
{
    bool          closing;
    int64_t       due;
    asr_op_t     *ops, leave;
    asr_store_t  *s;

    s = data;

    /* 1, not 0: due at once */

    s->beat_due = 1;
    s->keep_due = 1;

    for ( ;; ) {
        due = s->beat_due < s->keep_due ? s->beat_due : s->keep_due;

        ops = asr_lane_take(&s->writer, ASR_STORE_GROUP_MAX, due, &closing);

        if (closing) {
            break;
        }

        ops = asr_store_timed(s, ops);

        if (ops != NULL) {
            asr_store_write(s, ops);
            asr_store_timed_done(s);
        }
    }

    memset(&leave, 0, sizeof(asr_op_t));
    leave.type = ASR_OP_RELEASE_OWNER;
    leave.last = true;

    asr_store_write(s, &leave);

    return NULL;
}


/* Puts before the group what is due. */

static asr_op_t *
asr_store_timed(asr_store_t *s, asr_op_t *ops)
{
    int64_t  now;

    now = asr_store_now();

    if (now >= s->keep_due) {
        memset(&s->keep, 0, sizeof(asr_op_t));
        s->keep.type = ASR_OP_HOUSEKEEP;
        s->keep.next = ops;
        ops = &s->keep;
        s->keep_due = 0;
    }

    if (now >= s->beat_due) {
        memset(&s->beat, 0, sizeof(asr_op_t));
        s->beat.type = ASR_OP_HEARTBEAT;
        s->beat.next = ops;
        ops = &s->beat;
        s->beat_due = 0;
    }

    return ops;
}


static void
asr_store_timed_done(asr_store_t *s)
{
    int64_t  now;

    now = asr_store_now();

    if (s->beat_due == 0) {
        s->beat_due = now + (s->beat.rc == ASR_OK ? ASR_LEASE_MS / 3
                                                  : ASR_STORE_RETRY_MS);
    }

    if (s->keep_due == 0) {
        s->keep_due = now + (s->keep.rc != ASR_OK ? ASR_STORE_RETRY_MS
                             : s->keep.last ? ASR_STORE_MORE_MS
                             : ASR_HOUSEKEEP_MS);
    }
}


static void
asr_store_write(asr_store_t *s, asr_op_t *ops)
{
    int             units, tasks, io;
    asr_op_t       *op;
    asr_backend_t  *b;

    b = s->writer.backend;

    asr_store_spool(ops);

    if (asr_store_transaction(s, ops) == ASR_OK) {
        units = s->backend->units(b);
        tasks = s->backend->task_units(b);
        io = s->backend->io_units(b);
        s->backend->committed(b);

    } else {
        for (op = ops; op != NULL; op = op->next) {
            op->rc = ASR_STORE;
        }

        units = 0;
        tasks = 0;
        io = 0;
    }

    asr_store_complete(s, ops);

    if ((units != 0 || tasks != 0) && s->conf.work_ready != NULL) {
        s->conf.work_ready(s->conf.ctx, units, tasks);
    }

    if (io != 0 && s->conf.io_ready != NULL) {
        s->conf.io_ready(s->conf.ctx);
    }

    s->backend->idle(b);
}


/* Ops are reused: only these look at the file. */

static bool
asr_store_has_file(const asr_op_t *op)
{
    return (op->type == ASR_OP_FILE_CREATE || op->type == ASR_OP_FILE_FILL
            || op->type == ASR_OP_TASK_CREATE || op->type == ASR_OP_FETCHED)
           && op->spool_file != NULL;
}


/*
 * A file is durable before the row that names it; one that cannot be made so
 * fails its own operation only.
 */

static void
asr_store_spool(asr_op_t *ops)
{
    asr_op_t     *op;
    asr_spool_t  *spool;

    spool = NULL;

    for (op = ops; op != NULL; op = op->next) {
        if (!asr_store_has_file(op) || op->spool_file->fd == -1) {
            continue;
        }

        if (asr_spool_commit(op->spool_file) != ASR_OK) {
            op->rc = ASR_STORE;
            continue;
        }

        spool = op->spool_file->spool;
    }

    if (spool == NULL || asr_spool_sync_dir(spool) == ASR_OK) {
        return;
    }

    for (op = ops; op != NULL; op = op->next) {
        if (asr_store_has_file(op) && op->spool_file->committed) {
            op->rc = ASR_STORE;
        }
    }
}


static asr_err_t
asr_store_transaction(asr_store_t *s, asr_op_t *ops)
{
    asr_op_t       *op;
    asr_backend_t  *b;

    b = s->writer.backend;

    if (s->backend->begin(b) != ASR_OK) {
        return ASR_STORE;
    }

    for (op = ops; op != NULL; op = op->next) {
        if (op->rc != ASR_OK) {
            continue;
        }

        op->rc = s->backend->exec(b, op);

        if (op->rc == ASR_STORE) {
            s->backend->rollback(b);
            return ASR_STORE;
        }
    }

    return s->backend->commit(b);
}


static void *
asr_store_reader(void *data)
{
    bool          closing;
    asr_op_t     *ops;
    asr_store_t  *s;

    s = data;

    for ( ;; ) {
        ops = asr_lane_take(&s->reader, ASR_STORE_READ_MAX, 0, &closing);

        if (closing) {
            break;
        }

        asr_store_read(s, ops);
    }

    return NULL;
}


static void
asr_store_read(asr_store_t *s, asr_op_t *ops)
{
    asr_op_t       *op;
    asr_err_t       rc;
    asr_backend_t  *b;

    b = s->reader.backend;

    rc = s->backend->begin(b);

    for (op = ops; op != NULL; op = op->next) {
        op->rc = (rc == ASR_OK) ? s->backend->exec(b, op) : ASR_STORE;
    }

    if (rc == ASR_OK && s->backend->commit(b) != ASR_OK) {
        s->backend->rollback(b);
    }

    asr_store_complete(s, ops);
}


static void
asr_store_complete(asr_store_t *s, asr_op_t *ops)
{
    bool       any;
    asr_op_t  *op, *next;

    any = false;

    for (op = ops; op != NULL; op = next) {
        next = op->next;
        op->next = NULL;

        if (asr_store_has_file(op)) {
            asr_spool_end(op->spool_file, op->rc == ASR_OK);
        }

        if (op->work != NULL) {
            op->work(op);
        }

        if (op->done != NULL) {
            op->done(op);
            any = true;
        }
    }

    if (any && s->conf.group_done != NULL) {
        s->conf.group_done(s->conf.ctx);
    }
}


/* Real, not shifted: leases and fsyncs do not follow a simulated clock. */

static int64_t
asr_store_now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
