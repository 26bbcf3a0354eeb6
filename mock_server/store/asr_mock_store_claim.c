/*
 * Claims, in the order of asr_store_sqlite_claim.c, from queues in memory.
 *
 * Copies into the caller's arena, which may fail, come before the change.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_store_int.h"


#define ASR_MOCK_PCM_AHEAD  (INT64_C(20) * 3600 * 16000)


asr_mock_audio_t *
asr_mock_task_audio(asr_mock_store_t *s, asr_mock_task_t *t)
{
    asr_mock_file_t  *f;

    if (t->t.file_id == 0) {
        return t->audio.there ? &t->audio : NULL;
    }

    f = asr_mock_table_find(&s->files, t->t.file_id);

    return f != NULL && f->home == t->home ? &f->audio : NULL;
}


asr_err_t
asr_mock_claim_copy(asr_mock_task_t *t, const asr_mock_audio_t *a,
    asr_op_t *op)
{
    asr_err_t   rc;
    asr_task_t  copy;

    memset(&copy, 0, sizeof(asr_task_t));
    rc = asr_mock_task_copy(t, op->arena, &copy);

    if (rc != ASR_OK || a == NULL) {
        op->task = rc == ASR_OK ? copy : op->task;
        return rc;
    }

    if (a->spool[0] != '\0') {
        copy.spool = asr_arena_str(op->arena, asr_cstr(a->spool));
        rc = copy.spool.data != NULL ? ASR_OK : ASR_NOMEM;

    } else if (a->size != 0) {
        copy.inline_audio.len = (size_t) a->size;
        copy.inline_audio.data = a->mem;
        copy.inline_audio = asr_arena_str(op->arena, copy.inline_audio);
        rc = copy.inline_audio.data != NULL ? ASR_OK : ASR_NOMEM;
    }

    if (rc == ASR_OK) {
        op->task = copy;
    }

    return rc;
}


/* The first of a queue; ASR_AGAIN: it ended instead. */

static asr_err_t
asr_mock_claim_task(asr_mock_store_t *s, asr_op_t *op, asr_mock_link_t *queue,
    asr_task_state_t state)
{
    asr_err_t          rc;
    asr_mock_task_t   *t;
    asr_mock_audio_t  *a;

    if (asr_mock_empty(queue)) {
        return ASR_NOTFOUND;
    }

    t = asr_mock_of(queue->next, asr_mock_task_t, queue);
    a = NULL;

    if (state == ASR_TASK_CREATED) {

        if (t->decodes >= ASR_ATTEMPTS_MAX) {
            asr_mock_task_fail(s, t, ASR_CAUSE_CORRUPT);
            return ASR_AGAIN;
        }

        a = asr_mock_task_audio(s, t);

        if (a == NULL) {
            asr_mock_task_fail(s, t, t->t.file_id != 0 ? ASR_CAUSE_FILE_GONE
                                                       : ASR_CAUSE_INTERNAL);
            return ASR_AGAIN;
        }

    } else if (t->finishes >= ASR_ATTEMPTS_MAX) {
        asr_mock_task_fail(s, t, ASR_CAUSE_INTERNAL);
        return ASR_AGAIN;
    }

    rc = asr_mock_claim_copy(t, a, op);
    if (rc != ASR_OK) {
        return rc;
    }

    if (t->t.started_ms == 0) {
        t->t.started_ms = t->due_ms;
    }

    if (state == ASR_TASK_CREATED) {
        asr_mock_task_move(s, t, ASR_TASK_DECODING);
        t->decodes++;
        t->t.attempts = t->decodes;
        op->task.attempts = t->decodes;
        op->claim = ASR_CLAIM_DECODE;

    } else {
        t->finishes++;
        op->task.attempts = t->finishes;
        op->claim = ASR_CLAIM_FINISH;
    }

    op->task.state = t->t.state;
    op->task.started_ms = t->t.started_ms;
    asr_mock_take(&t->queue);
    t->held = true;
    t->hands++;

    return ASR_OK;
}


static asr_err_t
asr_mock_claim_tasks(asr_mock_store_t *s, asr_op_t *op, unsigned want)
{
    int        small;
    size_t     i, k, n;
    asr_err_t  rc;

    static const asr_task_state_t  states[] = {
        ASR_TASK_FINISHING, ASR_TASK_CREATED
    };

    n = (want & ASR_WANT_SMALL) ? 1 : 2;

    for (i = 0; i < asr_nelts(states); i++) {
        small = (want & (ASR_WANT_SMALL|ASR_WANT_SEGMENT)) != 0;

        for (k = 0; k < n; k++, small = !small) {

            if (states[i] == ASR_TASK_CREATED
                && s->queued_samples > ASR_MOCK_PCM_AHEAD
                                       + (small ? ASR_MOCK_PCM_AHEAD / 2 : 0))
            {
                continue;
            }

            rc = asr_mock_claim_task(s, op, i == 0 ? &s->finish[small]
                                                   : &s->decode[small],
                                     states[i]);
            if (rc != ASR_NOTFOUND) {
                return rc;
            }
        }
    }

    return ASR_NOTFOUND;
}


/* Of the lowest rank, as asr_store_sqlite_claim.c has it. */

static asr_mock_task_t *
asr_mock_claim_next(asr_mock_store_t *s)
{
    asr_mock_link_t  *l;
    asr_mock_task_t  *t, *next;

    next = NULL;

    for (l = s->recognise.next; l != &s->recognise; l = l->next) {
        t = asr_mock_of(l, asr_mock_task_t, queue);

        if (next == NULL || t->rank + t->first < next->rank + next->first) {
            next = t;
        }
    }

    return next;
}


static asr_err_t
asr_mock_claim_segment(asr_mock_store_t *s, asr_op_t *op)
{
    int64_t            rank;
    asr_err_t          rc;
    asr_mock_task_t   *t;
    asr_mock_piece_t  *p;

    t = asr_mock_claim_next(s);

    if (t == NULL) {
        return ASR_NOTFOUND;
    }

    p = &t->pieces[t->first];
    rank = t->rank + t->first;

    if (p->attempts >= ASR_ATTEMPTS_MAX) {
        asr_mock_task_fail(s, t, ASR_CAUSE_RECOGNITION);
        return ASR_AGAIN;
    }

    rc = asr_mock_claim_copy(t, NULL, op);
    if (rc != ASR_OK) {
        return rc;
    }

    p->state = ASR_MOCK_PIECE_CLAIMED;
    p->attempts++;
    t->hands++;
    s->queued--;
    s->queued_samples -= p->length;
    s->claimed++;

    op->segment.task_id = t->node.id;
    op->segment.index = t->first;
    op->segment.channel = p->channel;
    op->segment.start = p->start;
    op->segment.length = p->length;
    op->segment.attempts = p->attempts;
    op->segment.result = asr_str_null();
    op->claim = ASR_CLAIM_SEGMENT;

    if (rank > s->rank) {
        s->rank = rank;
    }

    while (t->first < t->npieces
           && t->pieces[t->first].state != ASR_MOCK_PIECE_QUEUED)
    {
        t->first++;
    }

    if (t->first == t->npieces) {
        asr_mock_take(&t->queue);
    }

    return ASR_OK;
}


asr_err_t
asr_mock_claim(asr_mock_store_t *s, asr_op_t *op)
{
    unsigned   want;
    asr_err_t  rc;

    op->claim = ASR_CLAIM_NONE;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    want = op->want != 0 ? op->want : ASR_WANT_SEGMENT|ASR_WANT_TASK;

    do {
        rc = ASR_NOTFOUND;

        if (want & ASR_WANT_TASK) {
            rc = asr_mock_claim_tasks(s, op, want);
        }

        if (rc == ASR_NOTFOUND && (want & ASR_WANT_SEGMENT)) {
            rc = asr_mock_claim_segment(s, op);
        }

    } while (rc == ASR_AGAIN);

    return rc == ASR_NOTFOUND ? ASR_OK : rc;
}
