/*
 * A task's way from the moment its end is due until it has ended, and out.
 *
 * One that is to fail does so at once.  Of the others the audio is fetched and
 * decoded by whoever asks the store for work; each step puts the task into the
 * queue of the next.  By the course's clock all of it takes no time: a task
 * that was made due at 12:00 began and ended at 12:00.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_store_int.h"

#include <stdlib.h>


static char *asr_mock_task_keep(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_str_t from, asr_str_t *out);
static void asr_mock_task_doomed(asr_mock_store_t *s, asr_mock_task_t *t);


void
asr_mock_task_move(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_task_state_t state)
{
    s->count[t->t.state]--;
    s->count[state]++;
    t->t.state = state;
}


/* Into the queue of what it waits for, by its state. */

void
asr_mock_task_queue(asr_mock_store_t *s, asr_mock_task_t *t)
{
    asr_mock_take(&t->queue);

    switch (t->t.state) {

    case ASR_TASK_CREATED:

        if (t->t.url.len != 0 && !t->audio.there) {
            asr_mock_put(&s->fetch, &t->queue);
            s->after.io++;
            break;
        }

        asr_mock_put(&s->decode[t->small], &t->queue);
        s->after.tasks++;
        break;

    case ASR_TASK_RECOGNISING:
        asr_mock_put(&s->recognise, &t->queue);
        break;

    default: /* ASR_TASK_FINISHING */
        asr_mock_put(&s->finish[t->small], &t->queue);
        s->after.tasks++;
        break;
    }
}


void
asr_mock_task_let_go(asr_mock_task_t *t)
{
    if (t->hands != 0) {
        t->hands--;
    }
}


/* The course says that it fails, and why. */

static void
asr_mock_task_doomed(asr_mock_store_t *s, asr_mock_task_t *t)
{
    asr_str_t    message;
    asr_cause_t  cause;

    cause = ASR_CAUSE_INTERNAL;
    message = asr_str_null();

    if (s->hooks.cause == NULL || t->course.code == NULL
        || !s->hooks.cause(t->t.api, asr_cstr(t->course.code), &cause,
                           &message))
    {
        cause = ASR_CAUSE_INTERNAL;
        message = asr_str("internal error");
    }

    if (asr_mock_task_end(s, t, ASR_TASK_FAILED, cause, message,
                          asr_str_null(), NULL)
        != ASR_OK)
    {
        asr_mock_task_fail(s, t, cause);
    }
}


void
asr_mock_task_due(asr_mock_store_t *s, asr_mock_task_t *t, int64_t ms)
{
    if (t->due || asr_mock_task_ended(t)) {
        return;
    }

    asr_mock_timer_clear(&t->home->timers, &t->due_timer);

    t->due = true;
    t->due_ms = ms;
    t->home->undone++;

    if (t->course.end == ASR_MOCK_FAILS) {
        asr_mock_task_doomed(s, t);

    } else if (t->t.url.len != 0) {
        asr_mock_task_queue(s, t);

    } else {
        asr_mock_task_ready(s, t);
    }
}


void
asr_mock_task_ready(asr_mock_store_t *s, asr_mock_task_t *t)
{
    if (!asr_mock_facts_use(s, t)) {
        asr_mock_task_queue(s, t);
    }
}


void
asr_mock_task_drop_pieces(asr_mock_store_t *s, asr_mock_task_t *t)
{
    int32_t            i;
    asr_mock_piece_t  *p;

    for (i = 0; i < t->npieces; i++) {
        p = &t->pieces[i];

        if (p->state == ASR_MOCK_PIECE_QUEUED) {
            s->queued--;
            s->queued_samples -= p->length;

        } else if (p->state == ASR_MOCK_PIECE_CLAIMED) {
            s->claimed--;
        }

        if (p->result != NULL) {
            asr_mock_discharge(s, t->home, &t->bytes, p->len);
            free(p->result);
        }
    }

    asr_mock_discharge(s, t->home, &t->bytes,
                       (size_t) t->npieces * sizeof(asr_mock_piece_t));
    free(t->pieces);
    t->pieces = NULL;
    t->npieces = 0;
    t->first = 0;
}


static char *
asr_mock_task_keep(asr_mock_store_t *s, asr_mock_task_t *t, asr_str_t from,
    asr_str_t *out)
{
    char  *p, *copy;

    *out = asr_str_null();

    if (from.len == 0) {
        return NULL;
    }

    copy = malloc(from.len + 1);

    if (copy != NULL) {
        p = copy;
        asr_mock_pack(&p, out, from);
        asr_mock_charge(s, t->home, &t->bytes, from.len + 1);
    }

    return copy;
}


/* Nothing may fail any more. */

static void
asr_mock_task_ended_as(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_task_state_t state, asr_cause_t cause)
{
    asr_mock_home_t  *h;

    h = t->home;

    asr_mock_take(&t->queue);
    asr_mock_task_drop_pieces(s, t);
    asr_mock_task_move(s, t, state);

    t->t.cause = cause;
    t->t.finished_ms = s->scripted ? t->due_ms : asr_mock_home_now(h);
    t->held = false;

    if (t->t.started_ms == 0) {
        t->t.started_ms = t->due_ms;
    }

    if (t->t.finished_ms < t->t.started_ms) {
        t->t.finished_ms = t->t.started_ms;
    }

    if (state == ASR_TASK_SUCCEEDED) {
        h->succeeded++;

    } else {
        h->failed++;
    }

    h->unseen++;
    h->undone--;
    asr_mock_put(&h->finished, &t->queue);

    if (t->decodes != 0) {
        asr_mock_drop_pcm(s, t->node.id);
    }
}


asr_err_t
asr_mock_task_end(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_task_state_t state, asr_cause_t cause, asr_str_t message,
    asr_str_t result, const asr_delivery_t *deliver)
{
    char  *kept;

    kept = asr_mock_task_keep(s, t, result, &t->t.result);

    if (result.len != 0 && kept == NULL) {
        return ASR_NOMEM;
    }

    free(t->result);
    t->result = kept;

    /* a failure is one without its message too */

    free(t->message);
    t->message = asr_mock_task_keep(s, t, message, &t->t.message);

    asr_mock_task_ended_as(s, t, state, cause);
    asr_mock_deliver(s, t, deliver);

    if (t->t.expires_ms > 0 && t->expiry.at == 0) {

        /* past that already; if it fails, queries know all the same */

        (void) asr_mock_timer_set(&t->home->timers, &t->expiry,
                                  t->t.expires_ms, ++s->serial);
    }

    asr_mock_note(t->home, "task %lld %s", (long long) t->node.id,
                  state == ASR_TASK_SUCCEEDED ? "succeeded" : "failed");
    asr_mock_changed(s, t->home, "task", t->node.id);
    asr_mock_settle(s, t->home);
    asr_mock_task_wake(s, t);

    return ASR_OK;
}


void
asr_mock_task_fail(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_cause_t cause)
{
    (void) asr_mock_task_end(s, t, ASR_TASK_FAILED, cause, asr_str_null(),
                             asr_str_null(), NULL);
}


void
asr_mock_task_remove(asr_mock_store_t *s, asr_mock_task_t *t, bool all,
    asr_err_t rc)
{
    asr_op_t         *op, *next;
    asr_mock_home_t  *h;

    h = t->home;

    /* one that is still to be told is told all the same */

    if (t->delivery != NULL
        && (asr_mock_delivery_ended(t->delivery)
            || (all && t->delivery->state != ASR_MOCK_IN_HAND)))
    {
        asr_mock_delivery_remove(s, t->delivery);
    }

    if (t->hands != 0) {
        asr_mock_dead_add(s, t->node.id, false, t->hands);
    }

    asr_mock_take(&t->queue);
    asr_mock_take(&t->all);
    asr_mock_table_remove(&s->tasks, &t->node);
    asr_mock_timer_clear(&h->timers, &t->due_timer);
    asr_mock_timer_clear(&h->timers, &t->expiry);
    asr_mock_task_drop_pieces(s, t);
    asr_mock_audio_drop(s, h, &t->audio, &t->bytes);
    s->count[t->t.state]--;
    h->ntasks--;

    if (asr_mock_task_ended(t)) {
        h->succeeded -= t->t.state == ASR_TASK_SUCCEEDED;
        h->failed -= t->t.state == ASR_TASK_FAILED;

    } else {
        h->undone -= t->due;
        asr_mock_settle(s, h);

        if (t->decodes != 0 && t->hands == 0) {
            asr_mock_drop_pcm(s, t->node.id);
        }
    }

    op = t->waiting;

    for ( /* void */ ; op != NULL; op = next) {
        next = op->next;

        if (op->type == ASR_OP_TASK_LIST && rc == ASR_NOTFOUND
            && !h->leaving)
        {
            asr_mock_task_list(s, op, true);

        } else {
            asr_mock_complete(s, op, rc);
        }
    }

    asr_mock_discharge(s, h, &t->bytes, t->bytes);
    asr_mock_course_free(&t->course);
    free(t->result);
    free(t->message);
    free(t->peaks);
    free(t);
}
