/*
 * The mock's store: the kind, dispatch, completion.
 *
 * submit_all does its ops under the lock and gathers in s->after what is to be
 * completed, held ops of others among it; then it takes that away, releases
 * the lock, and completes as asr_store.h says: work and done of each, then
 * group_done, then what is ready.  What changed outside of submit_all (by the
 * admin API, with a world's deletion) stays in s->after until the next one, or
 * until asr_mock_store_flush.
 *
 * asr_store_close waits for the threads that are inside of these two.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_store_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>


static asr_err_t asr_mock_store_prepare(const char *where, unsigned uid,
    unsigned gid, char *err, size_t errlen);
static asr_store_t *asr_mock_store_open(const char *where,
    const asr_store_conf_t *conf, char *err, size_t errlen);
static void asr_mock_store_submit_all(asr_store_t *store, asr_op_t *ops);
static void asr_mock_store_close(asr_store_t *store);
static const char *asr_mock_store_owner(const asr_store_t *store);
static void asr_mock_store_deleted(asr_mock_world_t *w);


static const asr_store_kind_t  asr_mock_store_kind = {
    "mock",
    asr_mock_store_prepare,
    asr_mock_store_open,
    asr_mock_store_submit_all,
    asr_mock_store_close,
    asr_mock_store_owner
};

asr_mock_store_t  *asr_mock_store_now;

static size_t                  asr_mock_store_max = ASR_MOCK_STORE_BYTES;
static bool                    asr_mock_store_scripted;
static asr_mock_store_hooks_t  asr_mock_store_hook;


void
asr_mock_store_init(void)
{
    asr_store_add_kind(&asr_mock_store_kind);
    asr_mock_on_delete(asr_mock_store_deleted);
}


void
asr_mock_store_ceiling(size_t bytes)
{
    asr_mock_store_max = bytes != 0 ? bytes : ASR_MOCK_STORE_BYTES;
}


void
asr_mock_store_engine(bool scripted)
{
    asr_mock_store_scripted = scripted;
}


void
asr_mock_store_hooks(const asr_mock_store_hooks_t *hooks)
{
    asr_mock_store_hook = *hooks;
}


static asr_err_t
asr_mock_store_prepare(const char *where, unsigned uid, unsigned gid,
    char *err, size_t errlen)
{
    return ASR_OK;
}


static asr_store_t *
asr_mock_store_open(const char *where, const asr_store_conf_t *conf,
    char *err, size_t errlen)
{
    asr_mock_store_t  *s;

    if (asr_mock_store_now != NULL) {
        snprintf(err, errlen, "the mock's store is open already");
        return NULL;
    }

    s = calloc(1, sizeof(asr_mock_store_t));
    if (s == NULL) {
        snprintf(err, errlen, "no memory");
        return NULL;
    }

    s->kind = &asr_mock_store_kind;
    s->conf = *conf;
    s->conf.url = NULL;
    s->ceiling = asr_mock_store_max;
    s->hooks = asr_mock_store_hook;
    s->scripted = asr_mock_store_scripted && s->hooks.script != NULL;
    s->after.tail = &s->after.ops;

    asr_owner_name(s->owner);
    asr_mock_ring(&s->homes);
    asr_mock_ring(&s->fetch);
    asr_mock_ring(&s->decode[0]);
    asr_mock_ring(&s->decode[1]);
    asr_mock_ring(&s->finish[0]);
    asr_mock_ring(&s->finish[1]);
    asr_mock_ring(&s->recognise);
    asr_mock_ring(&s->outbox);
    asr_mock_ring(&s->say);
    pthread_mutex_init(&s->gate, NULL);
    pthread_cond_init(&s->left, NULL);

    asr_mock_lock();
    asr_mock_store_now = s;
    asr_mock_unlock();

    return (asr_store_t *) (void *) s;
}


static const char *
asr_mock_store_owner(const asr_store_t *store)
{
    return ((const asr_mock_store_t *) (const void *) store)->owner;
}


void
asr_mock_complete(asr_mock_store_t *s, asr_op_t *op, asr_err_t rc)
{
    op->rc = rc;
    op->next = NULL;

    *s->after.tail = op;
    s->after.tail = &op->next;
}


void
asr_mock_changed(asr_mock_store_t *s, asr_mock_home_t *h, const char *what,
    int64_t id)
{
    if (s->hooks.changed != NULL) {
        s->hooks.changed(s->hooks.ctx, h->world, what, id);
    }
}


void
asr_mock_note(asr_mock_home_t *h, const char *fmt, ...)
{
    int      n;
    char     line[128];
    va_list  args;

    if (!h->noting || h->nran == ASR_MOCK_RAN_LINES) {
        return;
    }

    va_start(args, fmt);
    n = vsnprintf(line, sizeof(line) - 1, fmt, args);
    va_end(args);

    if (n < 0) {
        return;
    }

    if (n > (int) sizeof(line) - 2) {
        n = (int) sizeof(line) - 2;
    }

    line[n] = '\n';

    if (asr_buf_append(&h->ran, line, (size_t) n + 1) == ASR_OK) {
        h->nran++;
    }
}


void
asr_mock_settle(asr_mock_store_t *s, asr_mock_home_t *h)
{
    if (h->undone == 0 && h->outgoing == 0) {
        s->after.settled = true;
    }
}


/* The lock is held, and released. */

static void
asr_mock_store_release(asr_mock_store_t *s, asr_mock_after_t *after)
{
    *after = s->after;
    memset(&s->after, 0, sizeof(asr_mock_after_t));
    s->after.tail = &s->after.ops;

    asr_mock_unlock();
}


/* Ops are reused: only these look at the file. */

static bool
asr_mock_has_file(const asr_op_t *op)
{
    return (op->type == ASR_OP_FILE_CREATE || op->type == ASR_OP_FILE_FILL
            || op->type == ASR_OP_TASK_CREATE || op->type == ASR_OP_FETCHED)
           && op->spool_file != NULL;
}


static void
asr_mock_store_after(asr_mock_store_t *s, asr_mock_after_t *after)
{
    bool       any;
    asr_op_t  *op, *next;

    any = false;

    for (op = after->ops; op != NULL; op = next) {
        next = op->next;
        op->next = NULL;

        if (asr_mock_has_file(op)) {
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

    if ((after->units != 0 || after->tasks != 0)
        && s->conf.work_ready != NULL)
    {
        s->conf.work_ready(s->conf.ctx, after->units, after->tasks);
    }

    if (after->io != 0 && s->conf.io_ready != NULL) {
        s->conf.io_ready(s->conf.ctx);
    }

    if (after->settled && s->hooks.settled != NULL) {
        s->hooks.settled(s->hooks.ctx);
    }
}


static void
asr_mock_store_enter(asr_mock_store_t *s)
{
    pthread_mutex_lock(&s->gate);
    s->inside++;
    pthread_mutex_unlock(&s->gate);
}


static void
asr_mock_store_leave(asr_mock_store_t *s)
{
    pthread_mutex_lock(&s->gate);

    s->inside--;

    if (s->inside == 0) {
        pthread_cond_broadcast(&s->left);
    }

    pthread_mutex_unlock(&s->gate);
}


static asr_err_t
asr_mock_store_nothing(asr_mock_store_t *s, asr_op_t *op)
{
    return ASR_OK;
}


static asr_err_t
asr_mock_store_housekeep(asr_mock_store_t *s, asr_op_t *op)
{
    asr_mock_link_t  *l, *next;
    asr_mock_home_t  *h;

    op->last = false;

    for (l = s->homes.next; l != &s->homes; l = next) {
        next = l->next;
        h = asr_mock_of(l, asr_mock_home_t, link);
        (void) asr_mock_home_tick(s, h, asr_mock_home_now(h));
    }

    return ASR_OK;
}


typedef asr_err_t (*asr_mock_op_pt)(asr_mock_store_t *s, asr_op_t *op);

static const asr_mock_op_pt  asr_mock_ops[ASR_OP_N] = {
    [ASR_OP_FILE_CREATE] = asr_mock_file_create,
    [ASR_OP_FILE_FILL] = asr_mock_file_fill,
    [ASR_OP_FILE_DELETE] = asr_mock_file_delete,
    [ASR_OP_TASK_CREATE] = asr_mock_task_create,
    [ASR_OP_CLAIM] = asr_mock_claim,
    [ASR_OP_SEGMENT_DONE] = asr_mock_segment_done,
    [ASR_OP_SEGMENT_FAIL] = asr_mock_segment_fail,
    [ASR_OP_TASK_DONE] = asr_mock_task_done,
    [ASR_OP_TASK_FAIL] = asr_mock_task_fail_op,
    [ASR_OP_TASK_RETRY] = asr_mock_task_retry,
    [ASR_OP_DECODE_AGAIN] = asr_mock_decode_again,
    [ASR_OP_RELEASE] = asr_mock_release,
    [ASR_OP_RELEASE_OWNER] = asr_mock_release_owner,
    [ASR_OP_HOUSEKEEP] = asr_mock_store_housekeep,
    [ASR_OP_HEARTBEAT] = asr_mock_store_nothing,
    [ASR_OP_CLAIM_IO] = asr_mock_claim_io,
    [ASR_OP_FETCHED] = asr_mock_fetched,
    [ASR_OP_DELIVERED] = asr_mock_delivered,
    [ASR_OP_DELIVERY_RETRY] = asr_mock_delivery_retry,
    [ASR_OP_TASK_DELETE] = asr_mock_task_delete,
    [ASR_OP_FILE_GET] = asr_mock_file_get,
    [ASR_OP_FILE_LIST] = asr_mock_file_list,
    [ASR_OP_SEGMENTS_GET] = asr_mock_segments_get,
    [ASR_OP_STATS] = asr_mock_stats,
    [ASR_OP_NOTHING] = asr_mock_store_nothing,
};


/* The lock is held; look is of a DECODED. */

static void
asr_mock_store_exec(asr_mock_store_t *s, asr_op_t *op, asr_mock_look_t *look)
{
    asr_err_t  rc;

    if (s->closing) {
        asr_mock_complete(s, op, ASR_STOPPED);
        return;
    }

    switch (op->type) {

    /* these may be held */

    case ASR_OP_TASK_GET:
        asr_mock_task_get(s, op);
        return;

    case ASR_OP_TASK_LIST:
        asr_mock_task_list(s, op, false);
        return;

    case ASR_OP_DECODED:
        rc = asr_mock_decoded(s, op, look);
        break;

    default:
        rc = (unsigned) op->type < ASR_OP_N ? asr_mock_ops[op->type](s, op)
                                            : ASR_INVALID;
    }

    asr_mock_complete(s, op, rc);
}


static void
asr_mock_store_submit_all(asr_store_t *store, asr_op_t *ops)
{
    bool               decoded;
    asr_op_t          *op, *next;
    asr_mock_look_t    look;
    asr_mock_after_t   after;
    asr_mock_store_t  *s;

    s = (asr_mock_store_t *) (void *) store;

    asr_mock_store_enter(s);
    asr_mock_lock();

    for (op = ops; op != NULL; op = next) {
        next = op->next;
        op->next = NULL;
        op->rc = ASR_OK;

        decoded = op->type == ASR_OP_DECODED;

        if (decoded) {
            asr_mock_unlock();
            asr_mock_look(s, op, &look);
            asr_mock_lock();
        }

        asr_mock_store_exec(s, op, &look);

        if (decoded) {
            asr_mock_look_free(&look);
        }
    }

    asr_mock_store_say(s);
    asr_mock_make_room(s);
    asr_mock_store_release(s, &after);
    asr_mock_store_after(s, &after);
    asr_mock_store_leave(s);
}


void
asr_mock_store_flush(void)
{
    asr_mock_after_t   after;
    asr_mock_store_t  *s;

    asr_mock_lock();

    s = asr_mock_store_now;

    if (s == NULL) {
        asr_mock_unlock();
        return;
    }

    asr_mock_store_enter(s);
    asr_mock_store_say(s);
    asr_mock_make_room(s);
    asr_mock_store_release(s, &after);
    asr_mock_store_after(s, &after);
    asr_mock_store_leave(s);
}


static void
asr_mock_store_deleted(asr_mock_world_t *w)
{
    if (asr_mock_store_now != NULL && w->store != NULL) {
        asr_mock_home_free(asr_mock_store_now, w->store, ASR_NOTFOUND);
    }
}


static void
asr_mock_store_close(asr_store_t *store)
{
    asr_mock_dead_t   *dead;
    asr_mock_after_t   after;
    asr_mock_store_t  *s;

    s = (asr_mock_store_t *) (void *) store;

    asr_mock_lock();

    s->closing = true;

    while (!asr_mock_empty(&s->homes)) {
        asr_mock_home_free(s, asr_mock_of(s->homes.next, asr_mock_home_t,
                                          link),
                           ASR_STOPPED);
    }

    asr_mock_store_now = NULL;
    s->after.settled = false;
    asr_mock_store_release(s, &after);
    asr_mock_store_after(s, &after);

    pthread_mutex_lock(&s->gate);

    while (s->inside != 0) {
        pthread_cond_wait(&s->left, &s->gate);
    }

    pthread_mutex_unlock(&s->gate);

    while (s->dead != NULL) {
        dead = s->dead;
        s->dead = dead->next;
        free(dead);
    }

    asr_mock_facts_free(s);
    free(s->tasks.slots);
    free(s->files.slots);
    free(s->deliveries.slots);
    pthread_cond_destroy(&s->left);
    pthread_mutex_destroy(&s->gate);
    free(s);
}
