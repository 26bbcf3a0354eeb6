/*
 * Lists of tasks, and statistics.
 */

#include "asr_mock_store_int.h"


static bool
asr_mock_task_listed(const asr_mock_task_t *t, const asr_op_t *op,
    int64_t now)
{
    return t->t.listed && asr_str_eq(t->t.api, op->task.api)
           && asr_mock_task_lives(t, now);
}


static int64_t
asr_mock_newest(const asr_mock_home_t *h)
{
    return h->tasks.prev == &h->tasks
           ? 0 : asr_mock_of(h->tasks.prev, asr_mock_task_t, all)->t.id;
}


/*
 * A list is a look at all tasks it might have, whatever states it names.
 * op->task.id: the newest then; those made since it does not wait for.
 */

static asr_mock_task_t *
asr_mock_list_look(asr_mock_store_t *s, asr_mock_home_t *h, asr_op_t *op,
    int64_t now, bool counted)
{
    asr_mock_link_t  *l;
    asr_mock_task_t  *t, *wait;

    wait = NULL;

    if (!counted) {
        op->task.id = asr_mock_newest(h);
    }

    for (l = h->tasks.next; l != &h->tasks; l = l->next) {
        t = asr_mock_of(l, asr_mock_task_t, all);

        if (t->t.id > op->task.id) {
            break;
        }

        if (!asr_mock_task_listed(t, op, now) || asr_mock_task_ended(t)) {
            continue;
        }

        if (counted ? t->due : asr_mock_task_wanted(s, t)) {
            wait = wait == NULL ? t : wait;
        }
    }

    return wait;
}


static asr_err_t
asr_mock_list_fill(asr_mock_home_t *h, asr_op_t *op, int64_t now)
{
    bool              up;
    unsigned          mask;
    int64_t           skip;
    asr_task_t        view;
    asr_mock_link_t  *l;
    asr_mock_task_t  *t;
    asr_task_list_t  *list;

    list = &op->list;
    up = list->ascending;
    mask = list->states != 0 ? list->states : UINT32_MAX;
    skip = list->skip;

    for (l = up ? h->tasks.next : h->tasks.prev;
         l != &h->tasks;
         l = up ? l->next : l->prev)
    {
        t = asr_mock_of(l, asr_mock_task_t, all);

        if (!asr_mock_task_listed(t, op, now)) {
            continue;
        }

        view = t->t;
        asr_mock_task_view(t, &view);

        if (((mask >> view.state) & 1) == 0) {
            continue;
        }

        list->total += list->total < ASR_TASK_TOTAL_MAX;

        if ((list->after != 0 && (up ? view.id <= list->after
                                     : view.id >= list->after))
            || (int64_t) op->ntasks == list->limit || skip-- > 0)
        {
            continue;
        }

        if (asr_mock_task_copy(t, op->arena, &op->tasks[op->ntasks])
            != ASR_OK)
        {
            return ASR_NOMEM;
        }

        asr_mock_task_view(t, &op->tasks[op->ntasks]);
        asr_mock_task_saw(t);
        op->ntasks++;
    }

    return ASR_OK;
}


void
asr_mock_task_list(asr_mock_store_t *s, asr_op_t *op, bool counted)
{
    int64_t           now;
    asr_mock_home_t  *h;
    asr_mock_task_t  *wait;

    op->tasks = NULL;
    op->ntasks = 0;

    if (op->arena == NULL || op->list.limit < 1
        || op->list.limit > ASR_TASK_LIST_MAX || op->list.skip < 0)
    {
        asr_mock_complete(s, op, ASR_INVALID);
        return;
    }

    op->list.total = 0;
    h = asr_mock_home_find(op->task.account);

    if (h == NULL) {
        asr_mock_complete(s, op, ASR_OK);
        return;
    }

    now = asr_mock_home_now(h);

    if (!counted) {
        (void) asr_mock_home_tick(s, h, now);
    }

    wait = asr_mock_list_look(s, h, op, now, counted);

    if (wait != NULL) {
        asr_mock_task_hold(wait, op);
        return;
    }

    op->tasks = asr_arena_zalloc(op->arena, (size_t) op->list.limit
                                            * sizeof(asr_task_t));

    asr_mock_complete(s, op, op->tasks != NULL
                             ? asr_mock_list_fill(h, op, now) : ASR_NOMEM);
}


static void
asr_mock_stats_home(asr_mock_home_t *h, asr_op_t *op)
{
    asr_mock_link_t    *l;
    asr_mock_task_t    *t;
    asr_progress_t     *p;
    asr_store_stats_t  *st;

    st = &op->stats;

    for (l = h->tasks.next; l != &h->tasks; l = l->next) {
        t = asr_mock_of(l, asr_mock_task_t, all);

        if (asr_mock_task_ended(t)) {
            continue;
        }

        if (st->oldest_ms == 0 || t->t.created_ms < st->oldest_ms) {
            st->oldest_ms = t->t.created_ms;
        }

        if (t->npieces == 0 || st->progress == NULL
            || st->nprogress == ASR_PROGRESS_MAX)
        {
            continue;
        }

        p = &st->progress[st->nprogress++];
        p->id = t->node.id;
        p->created_ms = t->t.created_ms;
        p->audio_ms = t->t.audio_ms;
        p->segments = t->t.segments;
        p->done = t->t.segments_done;
    }

    for (l = h->files.next; l != &h->files; l = l->next) {
        st->file_bytes += asr_mock_of(l, asr_mock_file_t, all)->f.bytes;
    }
}


asr_err_t
asr_mock_stats(asr_mock_store_t *s, asr_op_t *op)
{
    int                 i;
    asr_mock_link_t    *l;
    asr_mock_home_t    *h;
    asr_store_stats_t  *st;

    st = &op->stats;
    memset(st, 0, sizeof(asr_store_stats_t));

    for (i = 0; i <= ASR_TASK_FAILED; i++) {
        st->tasks[i] = s->count[i];
    }

    st->segments_queued = s->queued;
    st->segments_claimed = s->claimed;
    st->owners = 1;

    if (op->arena != NULL) {
        st->progress = asr_arena_alloc(op->arena, ASR_PROGRESS_MAX
                                                  * sizeof(asr_progress_t));
        if (st->progress == NULL) {
            return ASR_NOMEM;
        }
    }

    for (l = s->fetch.next; l != &s->fetch; l = l->next) {
        st->fetches_waiting++;
    }

    for (l = s->homes.next; l != &s->homes; l = l->next) {
        h = asr_mock_of(l, asr_mock_home_t, link);

        st->files += (int64_t) h->nfiles;
        st->deliveries_pending += (int64_t) (h->waiting + h->outgoing);
        st->deliveries_undelivered += (int64_t) h->undelivered;
        asr_mock_stats_home(h, op);
    }

    return ASR_OK;
}
