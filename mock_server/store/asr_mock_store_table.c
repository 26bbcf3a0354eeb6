/*
 * The store's tables by id, chained, and heaps of timers.
 */

#include "asr_mock_store_int.h"

#include <stdlib.h>


#define ASR_MOCK_TABLE_MIN   256
#define ASR_MOCK_TIMERS_MIN  16


static size_t asr_mock_slot(const asr_mock_table_t *t, int64_t id);
static asr_err_t asr_mock_table_grow(asr_mock_table_t *t);
static bool asr_mock_timer_before(const asr_mock_timer_t *a,
    const asr_mock_timer_t *b);
static void asr_mock_timer_up(asr_mock_timers_t *h, uint32_t i);
static void asr_mock_timer_down(asr_mock_timers_t *h, uint32_t i);


static size_t
asr_mock_slot(const asr_mock_table_t *t, int64_t id)
{
    uint64_t  h;

    h = (uint64_t) id * UINT64_C(0x9e3779b97f4a7c15);

    return (size_t) (h >> 32) & (t->size - 1);
}


static asr_err_t
asr_mock_table_grow(asr_mock_table_t *t)
{
    size_t             i;
    asr_mock_node_t   *node, *next, **slot;
    asr_mock_table_t   wider;

    wider.size = t->size != 0 ? t->size * 2 : ASR_MOCK_TABLE_MIN;
    wider.n = t->n;
    wider.slots = calloc(wider.size, sizeof(asr_mock_node_t *));

    if (wider.slots == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < t->size; i++) {
        for (node = t->slots[i]; node != NULL; node = next) {
            next = node->chain;
            slot = &wider.slots[asr_mock_slot(&wider, node->id)];
            node->chain = *slot;
            *slot = node;
        }
    }

    free(t->slots);
    *t = wider;

    return ASR_OK;
}


asr_err_t
asr_mock_table_add(asr_mock_table_t *t, asr_mock_node_t *node)
{
    asr_mock_node_t  **slot;

    if (t->n >= t->size && asr_mock_table_grow(t) != ASR_OK) {
        return ASR_NOMEM;
    }

    slot = &t->slots[asr_mock_slot(t, node->id)];
    node->chain = *slot;
    *slot = node;
    t->n++;

    return ASR_OK;
}


void *
asr_mock_table_find(const asr_mock_table_t *t, int64_t id)
{
    asr_mock_node_t  *node;

    if (t->size == 0) {
        return NULL;
    }

    for (node = t->slots[asr_mock_slot(t, id)];
         node != NULL && node->id != id;
         node = node->chain)
    {
        /* void */
    }

    return node;
}


void
asr_mock_table_remove(asr_mock_table_t *t, asr_mock_node_t *node)
{
    asr_mock_node_t  **p;

    for (p = &t->slots[asr_mock_slot(t, node->id)];
         *p != node;
         p = &(*p)->chain)
    {
        /* void */
    }

    *p = node->chain;
    t->n--;
}


static bool
asr_mock_timer_before(const asr_mock_timer_t *a, const asr_mock_timer_t *b)
{
    return a->ms < b->ms || (a->ms == b->ms && a->serial < b->serial);
}


static void
asr_mock_timer_up(asr_mock_timers_t *h, uint32_t i)
{
    asr_mock_timer_t  *t;

    t = h->t[i];

    while (i > 0 && asr_mock_timer_before(t, h->t[(i - 1) / 2])) {
        h->t[i] = h->t[(i - 1) / 2];
        h->t[i]->at = i + 1;
        i = (i - 1) / 2;
    }

    h->t[i] = t;
    t->at = i + 1;
}


static void
asr_mock_timer_down(asr_mock_timers_t *h, uint32_t i)
{
    uint32_t           child;
    asr_mock_timer_t  *t;

    t = h->t[i];

    for ( ;; ) {
        child = 2 * i + 1;

        if (child + 1 < h->n
            && asr_mock_timer_before(h->t[child + 1], h->t[child]))
        {
            child++;
        }

        if (child >= h->n || !asr_mock_timer_before(h->t[child], t)) {
            break;
        }

        h->t[i] = h->t[child];
        h->t[i]->at = i + 1;
        i = child;
    }

    h->t[i] = t;
    t->at = i + 1;
}


asr_err_t
asr_mock_timer_set(asr_mock_timers_t *h, asr_mock_timer_t *t, int64_t ms,
    uint64_t serial)
{
    uint32_t            size;
    asr_mock_timer_t  **wider;

    asr_mock_timer_clear(h, t);

    if (h->n == h->size) {
        size = h->size != 0 ? h->size * 2 : ASR_MOCK_TIMERS_MIN;
        wider = realloc(h->t, size * sizeof(asr_mock_timer_t *));

        if (wider == NULL) {
            return ASR_NOMEM;
        }

        h->t = wider;
        h->size = size;
    }

    t->ms = ms;
    t->serial = serial;
    h->t[h->n] = t;
    h->n++;
    asr_mock_timer_up(h, h->n - 1);

    return ASR_OK;
}


void
asr_mock_timer_clear(asr_mock_timers_t *h, asr_mock_timer_t *t)
{
    uint32_t           i;
    asr_mock_timer_t  *last;

    if (t->at == 0) {
        return;
    }

    i = t->at - 1;
    t->at = 0;
    h->n--;
    last = h->t[h->n];

    if (last == t) {
        return;
    }

    h->t[i] = last;
    last->at = i + 1;
    asr_mock_timer_up(h, i);
    asr_mock_timer_down(h, last->at - 1);
}
