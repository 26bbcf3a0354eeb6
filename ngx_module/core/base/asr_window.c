/*
 * The rate window.  An admission at t counts for all times in
 * [t, t + window): the ring holds those still counting, oldest first.
 */

#include "asr_window.h"


static uint32_t asr_window_index(const asr_window_t *w, uint32_t i);
static void asr_window_rebase(asr_window_t *w, int64_t now_ms);


size_t
asr_window_size(uint32_t limit)
{
    return sizeof(asr_window_t) + (size_t) limit * sizeof(uint32_t);
}


void
asr_window_init(asr_window_t *w, uint32_t limit, uint32_t window_ms,
    int64_t now_ms)
{
    w->limit = limit;
    w->window_ms = window_ms;
    w->head = 0;
    w->count = 0;
    w->last = now_ms;
    w->base = now_ms;
}


/* Where the i-th oldest is, i < limit. */

static uint32_t
asr_window_index(const asr_window_t *w, uint32_t i)
{
    uint64_t  index;

    index = (uint64_t) w->head + i;

    return (uint32_t) (index >= w->limit ? index - w->limit : index);
}


/*
 * Once in 49 days.  All entries are then within a window of now_ms, so the
 * differences fit again.
 */

static void
asr_window_rebase(asr_window_t *w, int64_t now_ms)
{
    int64_t   base;
    uint32_t  i, delta;

    if (w->count == 0) {
        w->base = now_ms;
        return;
    }

    delta = w->ring[w->head];
    base = w->base + delta;

    for (i = 0; i < w->count; i++) {
        w->ring[asr_window_index(w, i)] -= delta;
    }

    w->base = base;
}


bool
asr_window_admit(asr_window_t *w, int64_t now_ms, uint32_t *retry_ms)
{
    int64_t  oldest;

    if (now_ms < w->last) {
        now_ms = w->last;
    }

    w->last = now_ms;

    while (w->count != 0) {
        oldest = w->base + w->ring[w->head];

        if (now_ms - oldest < w->window_ms) {
            break;
        }

        w->head = asr_window_index(w, 1);
        w->count--;
    }

    if (w->count >= w->limit) {
        oldest = w->base + w->ring[w->head];
        *retry_ms = (uint32_t) (oldest + w->window_ms - now_ms);
        return false;
    }

    if (now_ms - w->base > UINT32_MAX) {
        asr_window_rebase(w, now_ms);
    }

    w->ring[asr_window_index(w, w->count)] = (uint32_t) (now_ms - w->base);
    w->count++;

    return true;
}


uint32_t
asr_window_used(const asr_window_t *w, int64_t now_ms)
{
    uint32_t  low, high, middle;

    if (now_ms < w->last) {
        now_ms = w->last;
    }

    /* the first that still counts, by bisection: the ring is in order */

    low = 0;
    high = w->count;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (now_ms - (w->base + w->ring[asr_window_index(w, middle)])
            < w->window_ms)
        {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return w->count - low;
}
