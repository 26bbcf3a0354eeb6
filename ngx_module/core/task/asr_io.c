/*
 * One thread, one curl multi handle, a fixed number of slots.
 *
 * A slot is what one claim needs, from the claim to its report:
 *
 *     FREE -> CLAIMING -> RUNNING <-> WAITING        (a fetch's next try)
 *                            |
 *                         TELLING <-> TELL_AGAIN     (the store failed)
 *                            |
 *                          FREE
 *
 * The store's operations are submitted, not waited for: a transfer does not
 * stand still for an fsync.  Their done call, on the store's thread, puts the
 * slot on a list and wakes the thread, which alone touches slots otherwise.
 *
 * Looking for work costs a transaction, so one slot of each kind does it
 * (once a second, and when the store says so); when that one finds something,
 * all free slots of its kind look.
 *
 * A delivery's attempts and times are in the store and survive everything.  A
 * fetch's few tries are within one claim; the claims are counted by the store
 * so that a URL that kills the process does so a few times only.
 */

#define _GNU_SOURCE

#include "asr_io.h"
#include "../base/asr_clock.h"
#include "../base/asr_crypto.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>


#define ASR_IO_FETCHES       8
#define ASR_IO_DELIVERIES    16
#define ASR_IO_SLOTS         (ASR_IO_FETCHES + ASR_IO_DELIVERIES)
#define ASR_IO_IDLE_MS       1000
#define ASR_IO_TELL_MS       1000
#define ASR_IO_FETCH_TRIES   4
#define ASR_IO_NICE          10
#define ASR_IO_ARENA         (256 * 1024 * 1024)


typedef enum {
    ASR_IO_FREE = 0,
    ASR_IO_CLAIMING,
    ASR_IO_RUNNING,
    ASR_IO_WAITING,
    ASR_IO_TELLING,
    ASR_IO_TELL_AGAIN
} asr_io_state_t;

typedef struct asr_io_slot_s  asr_io_slot_t;

struct asr_io_slot_s {
    asr_io_t          *io;
    asr_io_state_t     state;
    asr_claim_t        kind;             /* FETCH or DELIVERY */
    asr_op_t           op;
    asr_arena_t        arena;            /* of the claim */
    asr_task_t         task;
    asr_outgoing_t     out;
    asr_spool_file_t   file;
    asr_fetch_t       *fetch;
    int                tries;            /* of the fetch */
    int64_t            due;              /* of WAITING and TELL_AGAIN */
    asr_io_slot_t     *next;             /* on the list of done ops */
};

struct asr_io_s {
    asr_io_conf_t      conf;
    asr_spool_t       *spool;
    asr_store_t       *store;
    CURLM             *multi;
    pthread_t          thread;
    bool               started;
    _Atomic bool       stop;
    _Atomic bool       running;
    _Atomic bool       woken;
    _Atomic unsigned   busy[2];          /* fetches, deliveries */
    pthread_mutex_t    mutex;            /* over done */
    asr_io_slot_t     *done;

    int64_t            look;             /* when to look for work next */
    asr_io_slot_t      slots[ASR_IO_SLOTS];
};


static void asr_io_begin(asr_io_slot_t *s);
static void asr_io_retry(asr_io_slot_t *s, asr_fetch_end_t end,
    const char *why, int status);
static void asr_io_tell(asr_io_slot_t *s, asr_op_type_t type);


int64_t
asr_io_backoff(int64_t first, int n, uint32_t random)
{
    int64_t  ms;

    for (ms = first; n > 1 && ms < ASR_IO_BACKOFF_MAX; n--) {
        ms *= 2;
    }

    if (ms > ASR_IO_BACKOFF_MAX) {
        ms = ASR_IO_BACKOFF_MAX;
    }

    return ms * 3 / 4 + (int64_t) ((uint64_t) (ms / 2) * random / UINT32_MAX);
}


static int64_t
asr_io_delay(const asr_io_slot_t *s, int n)
{
    uint32_t  random;

    asr_random(&random, sizeof(random));

    return asr_io_backoff(s->io->conf.backoff_ms, n, random);
}


/* Store thread. */

static void
asr_io_op_done(asr_op_t *op)
{
    asr_io_t       *io;
    asr_io_slot_t  *s = op->data;

    io = s->io;

    pthread_mutex_lock(&io->mutex);
    s->next = io->done;
    io->done = s;
    pthread_mutex_unlock(&io->mutex);

    (void) curl_multi_wakeup(io->multi);
}


static void
asr_io_submit(asr_io_slot_t *s, asr_io_state_t state)
{
    s->state = state;
    s->op.done = asr_io_op_done;
    s->op.data = s;

    asr_store_submit(s->io->store, &s->op);
}


/* The claim's memory; the slot may claim again. */

static void
asr_io_clear(asr_io_slot_t *s)
{
    if (s->fetch != NULL) {
        asr_fetch_free(s->fetch);
        s->fetch = NULL;
    }

    asr_spool_end(&s->file, false);
    asr_arena_free(&s->arena);

    if (s->state != ASR_IO_CLAIMING && s->state != ASR_IO_FREE) {
        s->io->busy[s->kind == ASR_CLAIM_DELIVERY]--;
    }

    s->state = ASR_IO_FREE;
}


/*
 * With all: every free slot of the kind, else the first.  What became ready
 * after a slot's claim was submitted is not seen by it: so where one is under
 * way already, its end will lead here again.
 */

static void
asr_io_look(asr_io_t *io, asr_claim_t kind, bool all)
{
    size_t          i;
    asr_op_t       *ops, **tail;
    asr_io_slot_t  *s;

    for (i = 0; i < ASR_IO_SLOTS && !all; i++) {
        if (io->slots[i].kind == kind
            && io->slots[i].state == ASR_IO_CLAIMING)
        {
            io->woken = true;
            return;
        }
    }

    ops = NULL;
    tail = &ops;

    for (i = 0; i < ASR_IO_SLOTS; i++) {
        s = &io->slots[i];

        if (s->kind != kind || s->state != ASR_IO_FREE) {
            continue;
        }

        asr_arena_init(&s->arena, ASR_IO_ARENA);
        memset(&s->op, 0, sizeof(asr_op_t));

        s->state = ASR_IO_CLAIMING;
        s->op.type = ASR_OP_CLAIM_IO;
        s->op.arena = &s->arena;
        s->op.want = (kind == ASR_CLAIM_FETCH) ? ASR_WANT_FETCH
                                               : ASR_WANT_DELIVERY;
        s->op.done = asr_io_op_done;
        s->op.data = s;

        *tail = &s->op;
        tail = &s->op.next;

        if (!all) {
            break;
        }
    }

    if (ops != NULL) {
        asr_store_submit_all(io->store, ops);
    }
}


static void
asr_io_release(asr_io_slot_t *s)
{
    memset(&s->op, 0, sizeof(asr_op_t));
    s->op.claim = s->kind;
    asr_io_tell(s, ASR_OP_RELEASE);
}


/* The op's own fields are set; what names the unit is set here. */

static void
asr_io_tell(asr_io_slot_t *s, asr_op_type_t type)
{
    s->op.type = type;
    s->op.task.id = s->task.id;
    s->op.outgoing.id = s->out.id;

    asr_io_submit(s, ASR_IO_TELLING);
}


static void
asr_io_claimed(asr_io_slot_t *s)
{
    asr_io_t  *io;

    io = s->io;

    if (s->op.rc != ASR_OK || s->op.claim == ASR_CLAIM_NONE) {
        asr_io_clear(s);
        return;
    }

    s->task = s->op.task;
    s->out = s->op.outgoing;
    s->tries = 0;
    s->state = ASR_IO_WAITING;
    io->busy[s->kind == ASR_CLAIM_DELIVERY]++;

    if (io->stop) {
        asr_io_release(s);
        return;
    }

    asr_io_begin(s);
    asr_io_look(io, s->kind, true);
}


/* A try of the fetch, or the delivery's attempt. */

static void
asr_io_begin(asr_io_slot_t *s)
{
    asr_io_t         *io;
    asr_fetch_end_t   end;

    io = s->io;
    s->tries++;

    if (s->kind == ASR_CLAIM_FETCH) {
        asr_spool_end(&s->file, false);
        asr_spool_begin(io->spool, &s->file);
        s->fetch = asr_fetch_get(&io->conf.fetch, s->task.url, &s->file, &end);

    } else {
        s->fetch = asr_fetch_post(&io->conf.fetch, &s->out, &end);
    }

    if (s->fetch == NULL) {
        asr_io_retry(s, end, end == ASR_FETCH_FAILED ? "a URL not followed"
                                                     : "no memory", 0);
        return;
    }

    (void) curl_easy_setopt(asr_fetch_easy(s->fetch), CURLOPT_PRIVATE, s);

    if (curl_multi_add_handle(io->multi, asr_fetch_easy(s->fetch))
        != CURLM_OK)
    {
        asr_io_retry(s, ASR_FETCH_LOCAL, "no memory", 0);
        return;
    }

    s->state = ASR_IO_RUNNING;
}


static void
asr_io_fetch_failed(asr_io_slot_t *s, asr_fetch_end_t end, const char *why,
    int status)
{
    if (end != ASR_FETCH_FAILED && s->tries < ASR_IO_FETCH_TRIES) {
        s->state = ASR_IO_WAITING;
        s->due = asr_clock_mono_ms() + asr_io_delay(s, s->tries);
        return;
    }

    /* the URL may hold a secret: the log does not get it */

    asr_log(ASR_LOG_NOTICE, "task %lld of account \"%.*s\": its audio could "
            "not be fetched after %d tries: %s (status %d)",
            (long long) s->task.id, asr_fmt(s->task.account), s->tries, why,
            status);

    memset(&s->op, 0, sizeof(asr_op_t));
    s->op.claim = ASR_CLAIM_FETCH;
    s->op.task.cause = (end == ASR_FETCH_LOCAL) ? ASR_CAUSE_INTERNAL
                                                : ASR_CAUSE_DOWNLOAD;
    s->op.task.message = (end == ASR_FETCH_LOCAL)
                         ? asr_str("internal error")
                         : asr_str("the audio could not be fetched");

    asr_io_tell(s, ASR_OP_TASK_FAIL);
}


static void
asr_io_retry(asr_io_slot_t *s, asr_fetch_end_t end, const char *why,
    int status)
{
    if (s->fetch != NULL) {
        asr_fetch_free(s->fetch);
        s->fetch = NULL;
    }

    if (s->kind == ASR_CLAIM_FETCH) {
        asr_io_fetch_failed(s, end, why, status);
        return;
    }

    s->io->conf.counters->delivery_failures++;

    asr_log(ASR_LOG_INFO, "task %lld of account \"%.*s\": delivery %.*s, "
            "attempt %d of %d failed: %s (status %d)",
            (long long) s->out.task_id, asr_fmt(s->out.account),
            asr_fmt(s->out.name), s->out.attempts, s->out.attempts_max, why,
            status);

    memset(&s->op, 0, sizeof(asr_op_t));
    s->op.outgoing.next_ms = asr_clock_ms() + asr_io_delay(s, s->out.attempts);
    s->op.outgoing.status = status;
    s->op.outgoing.give_up = (end == ASR_FETCH_FAILED);

    asr_io_tell(s, ASR_OP_DELIVERY_RETRY);
}


/* curl is through with the slot's transfer. */

static void
asr_io_ended(asr_io_slot_t *s, CURLcode code)
{
    asr_io_t         *io;
    const char       *why;
    asr_fetch_end_t   end;

    io = s->io;

    (void) curl_multi_remove_handle(io->multi, asr_fetch_easy(s->fetch));

    end = asr_fetch_end(s->fetch, code);
    why = asr_fetch_why(s->fetch);

    if (end == ASR_FETCH_REDIRECT) {
        if (curl_multi_add_handle(io->multi, asr_fetch_easy(s->fetch))
            == CURLM_OK)
        {
            return;
        }

        end = ASR_FETCH_LOCAL;
        why = "no memory";
    }

    if (end != ASR_FETCH_DONE) {
        asr_io_retry(s, end, why, asr_fetch_status(s->fetch));
        return;
    }

    memset(&s->op, 0, sizeof(asr_op_t));

    if (s->kind == ASR_CLAIM_DELIVERY) {
        asr_io_tell(s, ASR_OP_DELIVERED);
        return;
    }

    s->op.spool_file = &s->file;
    asr_io_tell(s, ASR_OP_FETCHED);
}


/* The store has taken the report. */

static void
asr_io_count(asr_io_slot_t *s)
{
    asr_io_counters_t  *c;

    c = s->io->conf.counters;

    switch (s->op.type) {

    case ASR_OP_FETCHED:
        c->fetches++;
        c->fetch_bytes += (uint64_t) asr_fetch_size(s->fetch);

        asr_log(ASR_LOG_INFO, "task %lld of account \"%.*s\": fetched %lld "
                "bytes", (long long) s->task.id, asr_fmt(s->task.account),
                (long long) asr_fetch_size(s->fetch));
        break;

    case ASR_OP_TASK_FAIL:
        c->fetch_failures++;
        break;

    case ASR_OP_DELIVERED:
        c->delivered++;

        asr_log(ASR_LOG_INFO, "task %lld of account \"%.*s\": delivery %.*s "
                "done, attempt %d", (long long) s->out.task_id,
                asr_fmt(s->out.account), asr_fmt(s->out.name),
                s->out.attempts);
        break;

    case ASR_OP_DELIVERY_RETRY:

        if (s->op.last) {
            c->undelivered++;

            asr_log(ASR_LOG_WARN, "task %lld of account \"%.*s\": delivery "
                    "%.*s given up after attempt %d",
                    (long long) s->out.task_id, asr_fmt(s->out.account),
                    asr_fmt(s->out.name), s->out.attempts);
        }

        break;

    default:
        break;
    }
}


static void
asr_io_told(asr_io_slot_t *s)
{
    switch (s->op.rc) {

    case ASR_OK:
        asr_io_count(s);
        asr_io_clear(s);

        /* there may be more than there were slots */

        s->io->woken = true;
        return;

    case ASR_STORE:
    case ASR_NOMEM:
        break;

    default:

        /* not ours any more, or the store is closing */

        asr_io_clear(s);
        return;
    }

    if (s->io->stop) {

        /* the owner's claims are released with the store, or by the lease */

        asr_io_clear(s);
        return;
    }

    /* a file that was not taken is gone: somebody has to fetch it again */

    if (s->op.type == ASR_OP_FETCHED) {
        memset(&s->op, 0, sizeof(asr_op_t));
        s->op.type = ASR_OP_RELEASE;
        s->op.claim = ASR_CLAIM_FETCH;
        s->op.task.id = s->task.id;
    }

    s->state = ASR_IO_TELL_AGAIN;
    s->due = asr_clock_mono_ms() + ASR_IO_TELL_MS;
}


static void
asr_io_ops(asr_io_t *io)
{
    asr_io_slot_t  *s, *next;

    pthread_mutex_lock(&io->mutex);
    s = io->done;
    io->done = NULL;
    pthread_mutex_unlock(&io->mutex);

    for ( /* void */ ; s != NULL; s = next) {
        next = s->next;

        if (s->state == ASR_IO_CLAIMING) {
            asr_io_claimed(s);

        } else {
            asr_io_told(s);
        }
    }
}


static void
asr_io_messages(asr_io_t *io)
{
    int             n;
    char           *p;
    CURLcode        code;
    CURLMsg        *msg;

    while ((msg = curl_multi_info_read(io->multi, &n)) != NULL) {

        if (msg->msg != CURLMSG_DONE) {
            continue;
        }

        /* the message is gone once its handle is removed */

        code = msg->data.result;
        p = NULL;
        (void) curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &p);

        asr_io_ended((asr_io_slot_t *) (void *) p, code);
    }
}


/* What is due; returns in how many ms something will be. */

static int
asr_io_timers(asr_io_t *io)
{
    size_t          i;
    int64_t         now, next;
    asr_io_slot_t  *s;

    now = asr_clock_mono_ms();

    if (io->woken || now >= io->look) {
        io->woken = false;
        io->look = now + ASR_IO_IDLE_MS;

        asr_io_look(io, ASR_CLAIM_DELIVERY, false);
        asr_io_look(io, ASR_CLAIM_FETCH, false);
    }

    next = io->look;

    for (i = 0; i < ASR_IO_SLOTS; i++) {
        s = &io->slots[i];

        if (s->state != ASR_IO_WAITING && s->state != ASR_IO_TELL_AGAIN) {
            continue;
        }

        if (s->due > now) {
            next = (s->due < next) ? s->due : next;

        } else if (s->state == ASR_IO_WAITING) {
            asr_io_begin(s);

        } else {
            asr_io_submit(s, ASR_IO_TELLING);
        }
    }

    return (next > now) ? (int) (next - now) : 0;
}


/* Gives back what is in hand; true: there is nothing any more. */

static bool
asr_io_stopping(asr_io_t *io)
{
    bool            idle;
    size_t          i;
    asr_io_slot_t  *s;

    idle = true;

    for (i = 0; i < ASR_IO_SLOTS; i++) {
        s = &io->slots[i];

        switch (s->state) {

        case ASR_IO_RUNNING:
            (void) curl_multi_remove_handle(io->multi,
                                            asr_fetch_easy(s->fetch));
            asr_io_release(s);
            break;

        case ASR_IO_WAITING:
            asr_io_release(s);
            break;

        case ASR_IO_TELL_AGAIN:
            asr_io_clear(s);
            break;

        default:
            break;
        }

        if (s->state != ASR_IO_FREE) {
            idle = false;
        }
    }

    return idle;
}


static void
asr_io_loop(asr_io_t *io)
{
    int  ms, n;

    for ( ;; ) {
        (void) curl_multi_perform(io->multi, &n);
        asr_io_messages(io);
        asr_io_ops(io);

        ms = ASR_IO_IDLE_MS;

        if (!io->stop) {
            ms = asr_io_timers(io);

        } else if (asr_io_stopping(io)) {
            return;
        }

        /* a wake-up that came since the last poll ends this one at once */

        (void) curl_multi_poll(io->multi, NULL, 0, ms, NULL);
    }
}


static void *
asr_io_thread(void *arg)
{
    asr_io_t  *io = arg;

    (void) pthread_setname_np(pthread_self(), "asr-io");

    /* Linux's nice is a thread's. */

    if (setpriority(PRIO_PROCESS, (id_t) syscall(SYS_gettid), ASR_IO_NICE)
        != 0)
    {
        asr_log(ASR_LOG_WARN, "setpriority() failed: %s", strerror(errno));
    }

    asr_io_loop(io);
    io->running = false;

    return NULL;
}


asr_io_t *
asr_io_create(const asr_io_conf_t *conf, asr_spool_t *spool)
{
    size_t     i;
    asr_io_t  *io;

    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
        asr_log(ASR_LOG_ERR, "curl_global_init() failed");
        return NULL;
    }

    io = calloc(1, sizeof(asr_io_t));
    if (io == NULL) {
        asr_log(ASR_LOG_ERR, "no memory for the I/O thread");
        return NULL;
    }

    io->conf = *conf;
    io->spool = spool;
    pthread_mutex_init(&io->mutex, NULL);

    io->multi = curl_multi_init();

    if (io->multi == NULL) {
        asr_log(ASR_LOG_ERR, "curl_multi_init() failed");
        asr_io_free(io);
        return NULL;
    }

    for (i = 0; i < ASR_IO_SLOTS; i++) {
        io->slots[i].io = io;
        io->slots[i].kind = (i < ASR_IO_FETCHES) ? ASR_CLAIM_FETCH
                                                 : ASR_CLAIM_DELIVERY;
        asr_spool_begin(spool, &io->slots[i].file);
    }

    return io;
}


asr_err_t
asr_io_start(asr_io_t *io, asr_store_t *store)
{
    int       rc;
    sigset_t  set, old;

    io->store = store;

    /* Signals are the process's; faults must still kill it at once. */

    sigfillset(&set);
    sigdelset(&set, SIGILL);
    sigdelset(&set, SIGFPE);
    sigdelset(&set, SIGSEGV);
    sigdelset(&set, SIGBUS);

    pthread_sigmask(SIG_SETMASK, &set, &old);

    io->running = true;
    rc = pthread_create(&io->thread, NULL, asr_io_thread, io);

    pthread_sigmask(SIG_SETMASK, &old, NULL);

    if (rc != 0) {
        io->running = false;
        asr_log(ASR_LOG_ERR, "pthread_create() failed: %s", strerror(rc));
        return ASR_NOMEM;
    }

    io->started = true;

    return ASR_OK;
}


void
asr_io_wake(asr_io_t *io)
{
    io->woken = true;
    (void) curl_multi_wakeup(io->multi);
}


void
asr_io_stop(asr_io_t *io)
{
    io->stop = true;
    (void) curl_multi_wakeup(io->multi);
}


bool
asr_io_running(const asr_io_t *io)
{
    return io->running;
}


void
asr_io_end(asr_io_t *io)
{
    asr_io_stop(io);

    if (io->started) {
        pthread_join(io->thread, NULL);
        io->started = false;
    }
}


void
asr_io_free(asr_io_t *io)
{
    (void) curl_multi_cleanup(io->multi);
    pthread_mutex_destroy(&io->mutex);
    free(io);
}


unsigned
asr_io_fetching(const asr_io_t *io)
{
    return io->busy[0];
}


unsigned
asr_io_delivering(const asr_io_t *io)
{
    return io->busy[1];
}
