/*
 * Tasks: how they are made, and what a client sees of them.
 *
 * A query is a look: it counts, and may make the task's end due.  Then, and
 * while the end is in work, the query waits in the task.  Until the end is due
 * the client is shown a task on its way, whatever it is at.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "core/task/asr_raw.h"
#include "asr_mock_store_int.h"

#include <stdlib.h>


#define ASR_MOCK_SHOWN  8                /* segments of a task on its way */


static asr_err_t asr_mock_task_check(asr_mock_store_t *s, asr_op_t *op,
    asr_mock_home_t **home, asr_mock_file_t **file);
static asr_mock_task_t *asr_mock_task_make(asr_mock_store_t *s,
    asr_mock_home_t *h, asr_op_t *op, const asr_mock_file_t *f);
static asr_err_t asr_mock_task_course(asr_mock_store_t *s,
    asr_mock_task_t *t);
static asr_err_t asr_mock_task_timers(asr_mock_store_t *s,
    asr_mock_task_t *t);


/* What is wrong with what was asked for; what it belongs to. */

static asr_err_t
asr_mock_task_check(asr_mock_store_t *s, asr_op_t *op,
    asr_mock_home_t **home, asr_mock_file_t **file)
{
    int          state;
    int64_t      unfinished;
    asr_task_t  *t;

    t = &op->task;
    *file = NULL;

    if ((t->file_id != 0) + (op->spool_file != NULL) + (t->url.len != 0)
        != 1)
    {
        return ASR_INVALID;
    }

    unfinished = 0;

    for (state = ASR_TASK_CREATED; state <= ASR_TASK_FINISHING; state++) {
        unfinished += s->count[state];
    }

    if (s->conf.queue_max > 0 && unfinished >= s->conf.queue_max) {
        return ASR_TOOBIG;
    }

    *home = asr_mock_home_make(s, t->account);

    if (*home == NULL) {
        return ASR_NOMEM;
    }

    if (t->file_id != 0) {
        *file = asr_mock_file_of(s, t->file_id, t->account, op->file.purpose);

        if (*file == NULL || (*file)->f.bytes == 0) {
            return ASR_NOTFOUND;
        }

        if (t->format.len == 0) {
            asr_raw_name(t, (*file)->f.filename);
        }
    }

    return ASR_OK;
}


static asr_mock_task_t *
asr_mock_task_make(asr_mock_store_t *s, asr_mock_home_t *h, asr_op_t *op,
    const asr_mock_file_t *f)
{
    char             *p;
    size_t            n;
    asr_str_t         name;
    asr_task_t       *from;
    asr_mock_task_t  *t;

    from = &op->task;
    name = f != NULL ? f->f.filename : op->file.filename;

    n = sizeof(asr_mock_task_t) + from->api.len + from->account.len
        + from->url.len + from->engine.len + from->format.len
        + from->params.len + name.len + 7;

    t = malloc(n);
    if (t == NULL) {
        return NULL;
    }

    memset(t, 0, sizeof(asr_mock_task_t));
    p = t->text;
    t->t = *from;
    asr_mock_pack(&p, &t->t.api, from->api);
    asr_mock_pack(&p, &t->t.account, from->account);
    asr_mock_pack(&p, &t->t.url, from->url);
    asr_mock_pack(&p, &t->t.engine, from->engine);
    asr_mock_pack(&p, &t->t.format, from->format);
    asr_mock_pack(&p, &t->t.params, from->params);
    asr_mock_pack(&p, &t->filename, name);

    t->t.state = ASR_TASK_CREATED;
    t->t.cause = ASR_CAUSE_NONE;
    t->t.message = asr_str_null();
    t->t.spool = asr_str_null();
    t->t.inline_audio = asr_str_null();
    t->t.result = asr_str_null();
    t->t.started_ms = 0;
    t->t.finished_ms = 0;
    t->t.audio_ms = 0;
    t->t.attempts = 0;
    t->t.segments = 0;
    t->t.segments_done = 0;

    t->home = h;
    t->small = (f != NULL ? f->audio.size : 0) <= ASR_SMALL_BYTES;
    t->due_timer.kind = ASR_MOCK_TASK_DUE;
    t->expiry.kind = ASR_MOCK_TASK_EXPIRES;
    t->waiting_tail = &t->waiting;
    asr_mock_charge(s, h, &t->bytes, n);

    return t;
}


static asr_err_t
asr_mock_task_course(asr_mock_store_t *s, asr_mock_task_t *t)
{
    asr_err_t         rc;
    asr_mock_what_t   what;

    t->home->world->calls++;

    memset(&what, 0, sizeof(what));
    what.api = t->t.api;
    what.url = t->t.url;
    what.filename = t->filename;
    what.call = t->home->world->calls;

    rc = asr_mock_course(t->home->world, &what, &t->course);

    if (rc != ASR_OK) {
        memset(&t->course, 0, sizeof(asr_mock_course_t));
        return rc;
    }

    asr_mock_charge(s, t->home, &t->bytes,
                    (t->course.text != NULL ? strlen(t->course.text) : 0)
                    + (t->course.code != NULL ? strlen(t->course.code) : 0));

    return ASR_OK;
}


static asr_err_t
asr_mock_task_timers(asr_mock_store_t *s, asr_mock_task_t *t)
{
    asr_err_t  rc;

    rc = ASR_OK;

    if (t->t.expires_ms > 0) {
        rc = asr_mock_timer_set(&t->home->timers, &t->expiry,
                                t->t.expires_ms, ++s->serial);
    }

    if (rc == ASR_OK && t->course.progress == ASR_MOCK_SECONDS
        && t->course.end != ASR_MOCK_NEVER)
    {
        rc = asr_mock_timer_set(&t->home->timers, &t->due_timer,
                                t->t.created_ms + t->course.n, ++s->serial);
    }

    return rc;
}


/* Is it due from its beginning? */

static bool
asr_mock_task_hurries(asr_mock_store_t *s, asr_mock_task_t *t)
{
    if (t->course.end == ASR_MOCK_NEVER) {
        return false;
    }

    /* of what is told of its end, nobody might ask */

    return (t->course.progress == ASR_MOCK_SECONDS && t->course.n <= 0)
           || ((t->course.progress == ASR_MOCK_POLLS
                || t->course.progress == ASR_MOCK_ONCE)
               && asr_mock_task_called_back(s, t));
}


asr_err_t
asr_mock_task_create(asr_mock_store_t *s, asr_op_t *op)
{
    asr_err_t         rc;
    asr_mock_file_t  *f;
    asr_mock_home_t  *h;
    asr_mock_task_t  *t;

    rc = asr_mock_task_check(s, op, &h, &f);
    if (rc != ASR_OK) {
        return rc;
    }

    if (op->task.created_ms == 0) {
        op->task.created_ms = asr_mock_home_now(h);
    }

    t = asr_mock_task_make(s, h, op, f);
    if (t == NULL) {
        return ASR_NOMEM;
    }

    if (op->spool_file != NULL) {
        rc = asr_mock_audio_take(s, h, &t->audio, op->spool_file, &t->bytes);
        t->small = t->audio.size <= ASR_SMALL_BYTES;
    }

    if (rc == ASR_OK) {
        t->node.id = asr_mock_home_id(s, h, false);
        t->t.id = t->node.id;
        rc = t->node.id == 0 ? ASR_TOOBIG
             : asr_mock_table_add(&s->tasks, &t->node);
    }

    if (rc != ASR_OK) {
        asr_mock_audio_drop(s, h, &t->audio, &t->bytes);
        asr_mock_discharge(s, h, &t->bytes, t->bytes);
        free(t);
        return rc;
    }

    asr_mock_put(&h->tasks, &t->all);
    h->ntasks++;
    s->count[ASR_TASK_CREATED]++;

    rc = asr_mock_task_course(s, t);

    if (rc == ASR_OK) {
        rc = asr_mock_task_timers(s, t);
    }

    if (rc != ASR_OK) {
        asr_mock_task_remove(s, t, true, rc);
        return rc;
    }

    op->task.id = t->node.id;
    op->task.state = ASR_TASK_CREATED;
    asr_mock_changed(s, h, "task", t->node.id);

    if (asr_mock_task_hurries(s, t)) {
        asr_mock_task_due(s, t, op->task.created_ms);
    }

    return ASR_OK;
}


static asr_err_t
asr_mock_copy_str(asr_arena_t *a, asr_str_t *s)
{
    if (s->len != 0) {
        *s = asr_arena_str(a, *s);

        if (s->data == NULL) {
            return ASR_NOMEM;
        }
    }

    return ASR_OK;
}


asr_err_t
asr_mock_task_copy(const asr_mock_task_t *t, asr_arena_t *a, asr_task_t *out)
{
    asr_task_t  copy;

    copy = t->t;
    copy.result = asr_str_null();
    copy.inline_audio = asr_str_null();

    if (a == NULL) {
        copy.api = out->api;
        copy.account = out->account;
        copy.message = out->message;
        copy.spool = out->spool;
        copy.engine = out->engine;
        copy.format = out->format;
        copy.params = out->params;
        copy.url = out->url;

    } else if (asr_mock_copy_str(a, &copy.api) != ASR_OK
               || asr_mock_copy_str(a, &copy.account) != ASR_OK
               || asr_mock_copy_str(a, &copy.message) != ASR_OK
               || asr_mock_copy_str(a, &copy.spool) != ASR_OK
               || asr_mock_copy_str(a, &copy.engine) != ASR_OK
               || asr_mock_copy_str(a, &copy.format) != ASR_OK
               || asr_mock_copy_str(a, &copy.params) != ASR_OK
               || asr_mock_copy_str(a, &copy.url) != ASR_OK)
    {
        return ASR_NOMEM;
    }

    *out = copy;

    return ASR_OK;
}


/* Of one that is on its way: a part of its way, by looks or by time. */

void
asr_mock_task_view(const asr_mock_task_t *t, asr_task_t *out)
{
    int64_t  at, of;

    if (asr_mock_task_ended(t)) {
        return;
    }

    out->audio_ms = 0;
    out->attempts = 0;
    out->segments = 0;
    out->segments_done = 0;
    out->started_ms = 0;
    out->state = ASR_TASK_CREATED;

    at = t->polls;
    of = ASR_MOCK_SHOWN;

    if (t->course.end != ASR_MOCK_NEVER) {

        if (t->course.progress == ASR_MOCK_SECONDS) {
            at = asr_mock_home_now(t->home) - t->t.created_ms;
            of = t->course.n;

        } else if (t->course.progress == ASR_MOCK_POLLS) {
            of = t->course.n + 1;
        }
    }

    /* with one look alone it is to be under way at that */

    if (at < 1 || (of > 2 && at <= of / 4) || (of > 2 && at == 1)) {
        return;
    }

    if (at >= of) {
        at = of - 1;
    }

    out->state = ASR_TASK_RECOGNISING;
    out->started_ms = t->t.created_ms;
    out->segments = ASR_MOCK_SHOWN;
    out->segments_done = (int32_t) ((double) at / (double) of
                                    * ASR_MOCK_SHOWN);
}


bool
asr_mock_task_wanted(asr_mock_store_t *s, asr_mock_task_t *t)
{
    bool  due;

    if (!asr_mock_task_ended(t) && !t->due) {
        due = t->course.end != ASR_MOCK_NEVER
              && (t->course.progress == ASR_MOCK_ONCE
                  || (t->course.progress == ASR_MOCK_POLLS
                      && t->polls >= t->course.n));

        t->polls++;

        if (due) {
            asr_mock_task_due(s, t, asr_mock_home_now(t->home));
        }

    } else {
        t->polls++;
    }

    return t->due && !asr_mock_task_ended(t);
}


static asr_mock_task_t *
asr_mock_task_of(asr_mock_store_t *s, int64_t id, asr_str_t account,
    asr_str_t api)
{
    asr_mock_home_t  *h;
    asr_mock_task_t  *t;

    h = asr_mock_home_find(account);

    if (h == NULL) {
        return NULL;
    }

    (void) asr_mock_home_tick(s, h, asr_mock_home_now(h));
    t = asr_mock_table_find(&s->tasks, id);

    return t != NULL && t->home == h && asr_str_eq(t->t.api, api)
           && asr_mock_task_lives(t, asr_mock_home_now(h))
           ? t : NULL;
}


void
asr_mock_task_hold(asr_mock_task_t *t, asr_op_t *op)
{
    op->next = NULL;
    *t->waiting_tail = op;
    t->waiting_tail = &op->next;
}


void
asr_mock_task_saw(asr_mock_task_t *t)
{
    if (asr_mock_task_ended(t) && !t->seen) {
        t->seen = true;
        t->home->unseen--;
    }
}


/* Also to complete what was held. */

static asr_err_t
asr_mock_task_answer(asr_mock_task_t *t, asr_op_t *op)
{
    asr_err_t  rc;

    rc = asr_mock_task_copy(t, op->arena, &op->task);

    if (rc == ASR_OK && op->arena != NULL && t->t.result.len != 0) {
        op->task.result = asr_arena_str(op->arena, t->t.result);
        rc = op->task.result.data != NULL ? ASR_OK : ASR_NOMEM;
    }

    if (rc == ASR_OK) {
        asr_mock_task_view(t, &op->task);
        asr_mock_task_saw(t);
    }

    return rc;
}


void
asr_mock_task_get(asr_mock_store_t *s, asr_op_t *op)
{
    asr_mock_task_t  *t;

    t = asr_mock_task_of(s, op->task.id, op->task.account, op->task.api);

    if (t == NULL) {
        asr_mock_complete(s, op, ASR_NOTFOUND);
        return;
    }

    if (asr_mock_task_wanted(s, t)) {
        asr_mock_task_hold(t, op);
        return;
    }

    asr_mock_complete(s, op, asr_mock_task_answer(t, op));
}


/* The task has ended: what waited for it goes on. */

void
asr_mock_task_wake(asr_mock_store_t *s, asr_mock_task_t *t)
{
    asr_op_t  *op, *next;

    op = t->waiting;
    t->waiting = NULL;
    t->waiting_tail = &t->waiting;

    for ( /* void */ ; op != NULL; op = next) {
        next = op->next;

        if (op->type == ASR_OP_TASK_LIST) {
            asr_mock_task_list(s, op, true);

        } else {
            asr_mock_complete(s, op, asr_mock_task_answer(t, op));
        }
    }
}


/* All of them are looked for before the first one goes. */

asr_err_t
asr_mock_task_delete(asr_mock_store_t *s, asr_op_t *op)
{
    size_t            i;
    asr_mock_task_t  *t;

    for (i = 0; i < op->nids; i++) {
        if (asr_mock_task_of(s, op->ids[i], op->task.account, op->task.api)
            == NULL)
        {
            return ASR_NOTFOUND;
        }
    }

    for (i = 0; i < op->nids; i++) {
        t = asr_mock_table_find(&s->tasks, op->ids[i]);

        /* not when it is named twice */

        if (t != NULL) {
            asr_mock_task_remove(s, t, false, ASR_NOTFOUND);
        }
    }

    return ASR_OK;
}
