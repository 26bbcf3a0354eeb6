/*
 * Outcomes of claimed work, as asr_store_sqlite_work.c has them.  There is one
 * owner, so "still claimed" is a flag of the unit; reports of what has gone
 * meanwhile are counted (asr_mock_dead_report), so that its id becomes free
 * again.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_store_int.h"

#include <stdlib.h>


static asr_mock_piece_t *asr_mock_piece_held(asr_mock_store_t *s,
    const asr_op_t *op, asr_mock_task_t **task);
static void asr_mock_task_put_back(asr_mock_store_t *s, asr_mock_task_t *t,
    int given_back);
static void asr_mock_piece_put_back(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_mock_piece_t *p, int given_back);


asr_mock_task_t *
asr_mock_task_held(asr_mock_store_t *s, int64_t id)
{
    asr_mock_task_t  *t;

    t = asr_mock_table_find(&s->tasks, id);

    if (t == NULL) {
        asr_mock_dead_report(s, id, false);
        return NULL;
    }

    if (!t->held) {
        asr_mock_task_let_go(t);
        return NULL;
    }

    return t;
}


static asr_mock_piece_t *
asr_mock_piece_held(asr_mock_store_t *s, const asr_op_t *op,
    asr_mock_task_t **task)
{
    asr_mock_task_t  *t;

    t = asr_mock_table_find(&s->tasks, op->segment.task_id);

    if (t == NULL) {
        asr_mock_dead_report(s, op->segment.task_id, false);
        return NULL;
    }

    if (op->segment.index < 0 || op->segment.index >= t->npieces
        || t->pieces[op->segment.index].state != ASR_MOCK_PIECE_CLAIMED)
    {
        /* of one that was decoded anew, or has ended */

        if (t->hands != 0 && asr_mock_task_ended(t)) {
            asr_mock_task_let_go(t);
        }

        return NULL;
    }

    *task = t;

    return &t->pieces[op->segment.index];
}


static asr_err_t
asr_mock_pieces_make(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_op_t *op)
{
    size_t             i;
    asr_mock_piece_t  *pieces;

    pieces = calloc(op->nsegments + 1, sizeof(asr_mock_piece_t));
    if (pieces == NULL) {
        return ASR_NOMEM;
    }

    asr_mock_task_drop_pieces(s, t);

    for (i = 0; i < op->nsegments; i++) {
        pieces[i].channel = op->segments[i].channel;
        pieces[i].start = op->segments[i].start;
        pieces[i].length = op->segments[i].length;
        s->queued_samples += pieces[i].length;
    }

    t->pieces = pieces;
    t->npieces = (int32_t) op->nsegments;
    t->rank = s->rank;
    s->queued += t->npieces;
    s->after.units += t->npieces;
    asr_mock_charge(s, t->home, &t->bytes,
                    op->nsegments * sizeof(asr_mock_piece_t));

    return ASR_OK;
}


static void
asr_mock_decoded_look(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_mock_look_t *look)
{
    asr_mock_audio_t  *a;

    a = asr_mock_task_audio(s, t);

    if (a != NULL && look->digested && !a->digested) {
        memcpy(a->digest, look->digest, ASR_SHA256_LEN);
        a->digested = true;
    }

    if (look->peaked && t->peaks == NULL) {
        t->peaks = malloc(ASR_MOCK_PEAKS);

        if (t->peaks != NULL) {
            memcpy(t->peaks, look->peaks, ASR_MOCK_PEAKS);
            asr_mock_charge(s, t->home, &t->bytes, ASR_MOCK_PEAKS);
        }
    }
}


asr_err_t
asr_mock_decoded(asr_mock_store_t *s, asr_op_t *op, asr_mock_look_t *look)
{
    asr_err_t         rc;
    asr_mock_task_t  *t;

    if (op->nsegments > ASR_SEGMENTS_MAX) {
        return ASR_TOOBIG;
    }

    t = asr_mock_task_held(s, op->task.id);

    if (t == NULL || t->t.state != ASR_TASK_DECODING) {
        return ASR_NOTFOUND;
    }

    asr_mock_decoded_look(s, t, look);
    t->t.audio_ms = op->task.audio_ms;

    op->last = (op->nsegments == 0);
    op->claim = op->last ? ASR_CLAIM_FINISH : ASR_CLAIM_NONE;

    rc = ASR_NOTFOUND;

    if (s->scripted) {
        asr_mock_facts_keep(s, t, op->segments, op->nsegments);
    }

    if (s->scripted || s->hooks.texts) {
        rc = asr_mock_store_script(s, t, &look->said);
    }

    if (rc == ASR_NOTFOUND) {
        rc = asr_mock_pieces_make(s, t, op);

        if (rc == ASR_OK) {
            t->t.segments = t->npieces;
            t->t.segments_done = 0;
            asr_mock_task_move(s, t, op->last ? ASR_TASK_FINISHING
                                              : ASR_TASK_RECOGNISING);
        }
    }

    if (rc != ASR_OK) {
        return rc;
    }

    t->small = t->t.audio_ms <= ASR_SMALL_MS;

    if (op->last && !asr_mock_task_ended(t)) {
        t->finishes++;
        return ASR_OK;
    }

    asr_mock_task_let_go(t);
    t->held = false;

    if (!asr_mock_task_ended(t)) {
        asr_mock_task_queue(s, t);
    }

    return ASR_OK;
}


asr_err_t
asr_mock_segment_done(asr_mock_store_t *s, asr_op_t *op)
{
    char              *copy, *at;
    asr_err_t          rc;
    asr_str_t          kept;
    asr_mock_task_t   *t;
    asr_mock_piece_t  *p;

    op->last = false;
    op->claim = ASR_CLAIM_NONE;

    p = asr_mock_piece_held(s, op, &t);
    if (p == NULL) {
        return ASR_NOTFOUND;
    }

    copy = malloc(op->segment.result.len + 1);
    if (copy == NULL) {
        return ASR_NOMEM;
    }

    if (t->t.segments_done + 1 == t->t.segments && op->arena != NULL) {
        rc = asr_mock_claim_copy(t, NULL, op);

        if (rc != ASR_OK) {
            free(copy);
            return rc;
        }
    }

    at = copy;
    asr_mock_pack(&at, &kept, op->segment.result);
    asr_mock_charge(s, t->home, &t->bytes, op->segment.result.len);
    p->result = copy;
    p->len = (uint32_t) op->segment.result.len;
    p->state = ASR_MOCK_PIECE_DONE;
    s->claimed--;
    t->t.segments_done++;

    if (t->t.segments_done < t->t.segments) {
        asr_mock_task_let_go(t);
        return ASR_OK;
    }

    /* the claim of the segment becomes one of the task */

    asr_mock_task_move(s, t, ASR_TASK_FINISHING);
    t->held = true;
    t->finishes++;
    op->last = true;
    op->claim = ASR_CLAIM_FINISH;

    if (op->arena != NULL) {
        op->task.state = ASR_TASK_FINISHING;
        op->task.attempts = t->finishes;
        op->task.segments_done = t->t.segments_done;
    }

    return ASR_OK;
}


asr_err_t
asr_mock_segment_fail(asr_mock_store_t *s, asr_op_t *op)
{
    asr_mock_task_t   *t;
    asr_mock_piece_t  *p;

    op->last = false;

    p = asr_mock_piece_held(s, op, &t);
    if (p == NULL) {
        return ASR_NOTFOUND;
    }

    asr_mock_task_let_go(t);

    if (p->attempts < ASR_ATTEMPTS_MAX) {
        asr_mock_piece_put_back(s, t, p, 0);
        return ASR_OK;
    }

    op->last = true;
    asr_mock_task_fail(s, t, ASR_CAUSE_RECOGNITION);

    return ASR_OK;
}


asr_err_t
asr_mock_task_done(asr_mock_store_t *s, asr_op_t *op)
{
    asr_err_t         rc;
    asr_mock_task_t  *t;

    t = asr_mock_task_held(s, op->task.id);
    if (t == NULL) {
        return ASR_NOTFOUND;
    }

    rc = asr_mock_task_end(s, t, ASR_TASK_SUCCEEDED, ASR_CAUSE_NONE,
                           asr_str_null(), op->task.result, op->deliver);

    if (rc == ASR_OK) {
        asr_mock_task_let_go(t);
    }

    return rc;
}


asr_err_t
asr_mock_task_fail_op(asr_mock_store_t *s, asr_op_t *op)
{
    asr_mock_task_t  *t;

    if (op->claim == ASR_CLAIM_SEGMENT) {

        if (asr_mock_piece_held(s, op, &t) == NULL) {
            return ASR_NOTFOUND;
        }

    } else {
        t = asr_mock_task_held(s, op->task.id);

        if (t == NULL) {
            return ASR_NOTFOUND;
        }
    }

    asr_mock_task_let_go(t);

    return asr_mock_task_end(s, t, ASR_TASK_FAILED, op->task.cause,
                             op->task.message, asr_str_null(), NULL);
}


asr_err_t
asr_mock_task_retry(asr_mock_store_t *s, asr_op_t *op)
{
    int               attempts;
    asr_mock_task_t  *t;

    op->last = false;

    t = asr_mock_task_held(s, op->task.id);
    if (t == NULL) {
        return ASR_NOTFOUND;
    }

    asr_mock_task_let_go(t);

    attempts = t->t.state == ASR_TASK_DECODING ? t->decodes
               : t->t.state == ASR_TASK_FETCHING ? t->fetches : t->finishes;

    if (attempts < ASR_ATTEMPTS_MAX) {
        asr_mock_task_put_back(s, t, 0);
        return ASR_OK;
    }

    op->last = true;

    return asr_mock_task_end(s, t, ASR_TASK_FAILED, op->task.cause,
                             op->task.message, asr_str_null(), NULL);
}


asr_err_t
asr_mock_decode_again(asr_mock_store_t *s, asr_op_t *op)
{
    asr_mock_task_t   *t;

    op->last = false;

    if (asr_mock_piece_held(s, op, &t) == NULL) {
        return ASR_NOTFOUND;
    }

    asr_mock_task_let_go(t);

    if (t->decodes >= ASR_ATTEMPTS_MAX) {
        op->last = true;
        asr_mock_task_fail(s, t, ASR_CAUSE_INTERNAL);
        return ASR_OK;
    }

    asr_mock_task_drop_pieces(s, t);
    t->t.segments = 0;
    t->t.segments_done = 0;
    t->t.audio_ms = 0;
    asr_mock_task_move(s, t, ASR_TASK_CREATED);
    asr_mock_task_queue(s, t);

    return ASR_OK;
}


asr_err_t
asr_mock_release(asr_mock_store_t *s, asr_op_t *op)
{
    asr_mock_task_t   *t;
    asr_mock_piece_t  *p;

    switch (op->claim) {

    case ASR_CLAIM_SEGMENT:
        p = asr_mock_piece_held(s, op, &t);

        if (p == NULL) {
            return ASR_NOTFOUND;
        }

        asr_mock_task_let_go(t);
        asr_mock_piece_put_back(s, t, p, 1);
        return ASR_OK;

    case ASR_CLAIM_DELIVERY:
        return asr_mock_delivery_release(s, op->outgoing.id);

    case ASR_CLAIM_FETCH:
    case ASR_CLAIM_DECODE:
    case ASR_CLAIM_FINISH:
        t = asr_mock_task_held(s, op->task.id);

        if (t == NULL) {
            return ASR_NOTFOUND;
        }

        asr_mock_task_let_go(t);
        asr_mock_task_put_back(s, t, 1);
        return ASR_OK;

    default:
        return ASR_INVALID;
    }
}


asr_err_t
asr_mock_release_owner(asr_mock_store_t *s, asr_op_t *op)
{
    int32_t               i;
    asr_mock_link_t      *l, *k;
    asr_mock_home_t      *h;
    asr_mock_task_t      *t;
    asr_mock_delivery_t  *d;

    for (l = s->homes.next; l != &s->homes; l = l->next) {
        h = asr_mock_of(l, asr_mock_home_t, link);

        for (k = h->tasks.next; k != &h->tasks; k = k->next) {
            t = asr_mock_of(k, asr_mock_task_t, all);

            if (t->held) {
                asr_mock_task_put_back(s, t, 1);
            }

            for (i = 0; i < t->npieces; i++) {
                if (t->pieces[i].state == ASR_MOCK_PIECE_CLAIMED) {
                    asr_mock_piece_put_back(s, t, &t->pieces[i], 1);
                }
            }

            t->hands = 0;
        }

        for (k = h->deliveries.next; k != &h->deliveries; k = k->next) {
            d = asr_mock_of(k, asr_mock_delivery_t, all);

            if (d->state == ASR_MOCK_IN_HAND) {
                (void) asr_mock_delivery_release(s, d->node.id);
            }
        }
    }

    return ASR_OK;
}


/* A claimed task into its queue again; given_back: attempts not spent. */

static void
asr_mock_task_put_back(asr_mock_store_t *s, asr_mock_task_t *t,
    int given_back)
{
    t->held = false;

    if (t->t.state == ASR_TASK_FETCHING) {
        t->fetches -= given_back;
        asr_mock_task_move(s, t, ASR_TASK_CREATED);

    } else if (t->t.state == ASR_TASK_DECODING) {
        t->decodes -= given_back;
        t->t.attempts = t->decodes;
        asr_mock_task_move(s, t, ASR_TASK_CREATED);

    } else {
        t->finishes -= given_back;
    }

    asr_mock_task_queue(s, t);
}


static void
asr_mock_piece_put_back(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_mock_piece_t *p, int given_back)
{
    int32_t  i;

    i = (int32_t) (p - t->pieces);

    p->state = ASR_MOCK_PIECE_QUEUED;
    p->attempts -= given_back;
    s->claimed--;
    s->queued++;
    s->queued_samples += p->length;
    s->after.units++;

    if (i < t->first) {
        t->first = i;
    }

    asr_mock_task_queue(s, t);
}


asr_err_t
asr_mock_segments_get(asr_mock_store_t *s, asr_op_t *op)
{
    int32_t            i;
    asr_segment_t     *out;
    asr_mock_task_t   *t;
    asr_mock_piece_t  *p;

    op->segments = NULL;
    op->nsegments = 0;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    t = asr_mock_table_find(&s->tasks, op->task.id);

    if (t == NULL || t->npieces == 0) {
        return ASR_OK;
    }

    op->segments = asr_arena_zalloc(op->arena, (size_t) t->npieces
                                               * sizeof(asr_segment_t));
    if (op->segments == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < t->npieces; i++) {
        p = &t->pieces[i];
        out = &op->segments[i];
        out->task_id = t->node.id;
        out->index = i;
        out->channel = p->channel;
        out->start = p->start;
        out->length = p->length;
        out->attempts = p->attempts;

        if (p->len != 0) {
            out->result = asr_arena_str(op->arena,
                                        (asr_str_t) { p->len, p->result });

            if (out->result.data == NULL) {
                return ASR_NOMEM;
            }
        }

        op->nsegments = (size_t) i + 1;
    }

    return ASR_OK;
}
