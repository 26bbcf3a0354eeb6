/*
 * The ring.  Entries stand one after another; one that does not fit before the
 * end stands at the beginning, and "top" says where the data below the end
 * ends.  To make room the oldest are taken out.
 *
 *     not wrapped:   0 .. head [oldest ... newest] tail .. size
 *     wrapped:       0 [... newest] tail .. head [oldest ...] top .. size
 *
 * Ids of the entries in it follow one another without a hole, so a table of
 * offsets, by id modulo its size, finds each.  A world has a chain: its
 * entries are linked by offsets, and since the oldest of all is the oldest of
 * its world too, taking it out touches no other link than its successor's.
 * A cleared entry stays where it is, in no chain, until it is the oldest.
 */

#include "asr_mock_journal_int.h"

#include <stdlib.h>


#define ASR_MOCK_NONE       UINT32_MAX
#define ASR_MOCK_CHAINS     4160     /* worlds, and some that went */
#define ASR_MOCK_BUCKETS    4096     /* a power of two */
#define ASR_MOCK_ENTRY_MAX  (512 * 1024)
#define ASR_MOCK_RING_MAX   (1024 * 1024 * 1024)
#define ASR_MOCK_WORLD_LEN  128


typedef struct {
    uint64_t  dropped;
    uint64_t  hash;
    uint32_t  n;
    uint32_t  first;
    uint32_t  last;
    uint16_t  next;              /* of its bucket; 1 + index, 0: none */
    uint8_t   len;
    bool      used;
    char      key[ASR_MOCK_WORLD_LEN];
} asr_mock_chain_t;


typedef struct {
    char      *mem;              /* ring, offsets, the entry being made */
    char      *ring;
    size_t     size;
    uint32_t  *offsets;
    uint64_t   mask;             /* of ids, to be a place in offsets */
    void      *entry;
    size_t     entry_max;

    size_t     head;
    size_t     tail;
    size_t     top;
    bool       wrapped;
    uint64_t   oldest;           /* ids oldest .. next - 1 are in it */
    uint64_t   next;
    uint64_t   dropped;

    unsigned   nchains;          /* used ones are below it */
    uint16_t   unused;           /* a list of those that are not */
    uint16_t   buckets[ASR_MOCK_BUCKETS];
} asr_mock_journal_t;


static asr_mock_entry_t *asr_mock_journal_at(size_t offset);
static asr_mock_entry_t *asr_mock_journal_find(uint64_t id);
static size_t asr_mock_journal_place(size_t size);
static asr_mock_chain_t *asr_mock_journal_pop(void);
static asr_mock_chain_t *asr_mock_chain_find(asr_str_t key);
static asr_mock_chain_t *asr_mock_chain_get(asr_str_t key);
static asr_mock_chain_t *asr_mock_chain_new(void);
static void asr_mock_chain_release(asr_mock_chain_t *c);
static uint64_t asr_mock_chain_hash(asr_str_t key);
static void asr_mock_chain_clear(asr_mock_chain_t *c);
static asr_mock_entry_t *asr_mock_journal_edge(const asr_mock_chain_t *c,
    bool newest);
static asr_mock_entry_t *asr_mock_journal_step(const asr_mock_chain_t *c,
    const asr_mock_entry_t *e, bool back);
static bool asr_mock_journal_look(const asr_mock_entry_t *e,
    const asr_mock_match_t *match, asr_mock_exchange_t *x);
static bool asr_mock_journal_chain(const asr_mock_match_t *match,
    const asr_mock_chain_t **c);


/* Zeroes until they are used: no memory is. */
static asr_mock_chain_t    asr_mock_chains[ASR_MOCK_CHAINS];
static asr_mock_journal_t  asr_mock_journal = { .next = 1, .oldest = 1 };
static asr_mock_view_t     asr_mock_view;


asr_err_t
asr_mock_journal_init(size_t bytes)
{
    size_t               n, entry;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    asr_mock_journal_free();

    if (bytes == 0) {
        bytes = ASR_MOCK_JOURNAL_DEFAULT;
    }

    if (bytes < ASR_MOCK_JOURNAL_MIN) {
        bytes = ASR_MOCK_JOURNAL_MIN;

    } else if (bytes > ASR_MOCK_RING_MAX) {
        bytes = ASR_MOCK_RING_MAX;
    }

    bytes &= ~(size_t) 7;

    for (n = 1; n < bytes / sizeof(asr_mock_entry_t); n *= 2) {
        /* void */
    }

    entry = bytes / 8 < ASR_MOCK_ENTRY_MAX ? bytes / 8 : ASR_MOCK_ENTRY_MAX;
    entry &= ~(size_t) 7;

    j->mem = malloc(bytes);
    if (j->mem == NULL) {
        return ASR_NOMEM;
    }

    j->entry = j->mem;
    j->entry_max = entry;
    j->offsets = (uint32_t *) (j->mem + entry);
    j->mask = n - 1;
    j->ring = j->mem + entry + n * sizeof(uint32_t);
    j->size = (bytes - entry - n * sizeof(uint32_t)) & ~(size_t) 7;

    return ASR_OK;
}


void
asr_mock_journal_free(void)
{
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    free(j->mem);

    j->mem = NULL;
    asr_mock_journal_clear(asr_str_null());

    memset(asr_mock_chains, 0, j->nchains * sizeof(asr_mock_chain_t));
    memset(j->buckets, 0, sizeof(j->buckets));
    j->nchains = 0;
    j->unused = 0;
    j->dropped = 0;
}


static asr_mock_entry_t *
asr_mock_journal_at(size_t offset)
{
    return (asr_mock_entry_t *) (void *) (asr_mock_journal.ring + offset);
}


/* NULL: not there, or cleared. */

static asr_mock_entry_t *
asr_mock_journal_find(uint64_t id)
{
    asr_mock_entry_t    *e;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    if (id < j->oldest || id >= j->next) {
        return NULL;
    }

    e = asr_mock_journal_at(j->offsets[id & j->mask]);

    return e->cleared ? NULL : e;
}


uint64_t
asr_mock_journal_next(void)
{
    return asr_mock_journal.next;
}


uint64_t
asr_mock_journal_add(const asr_mock_exchange_t *x)
{
    size_t               offset;
    uint32_t             chain;
    asr_mock_chain_t    *c;
    asr_mock_entry_t    *e, *last;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    if (j->mem == NULL) {
        return 0;
    }

    c = asr_mock_chain_get(x->world);
    chain = (uint32_t) (c - asr_mock_chains);

    e = j->entry;
    asr_mock_entry_write(e, j->entry_max, x);

    e->id = j->next;
    e->chain = chain;
    e->next = ASR_MOCK_NONE;

    offset = asr_mock_journal_place(e->size);

    /* only now: the room may have been the last one's */

    e->prev = c->last;

    memcpy(j->ring + offset, e, e->size);

    if (c->last != ASR_MOCK_NONE) {
        last = asr_mock_journal_at(c->last);
        last->next = (uint32_t) offset;

    } else {
        c->first = (uint32_t) offset;
    }

    c->last = (uint32_t) offset;
    c->n++;

    j->offsets[j->next & j->mask] = (uint32_t) offset;
    j->tail = offset + e->size;

    return j->next++;
}


static size_t
asr_mock_journal_place(size_t size)
{
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    for ( ;; ) {

        if (j->oldest == j->next) {
            j->head = 0;
            j->tail = 0;
            j->wrapped = false;
        }

        if (!j->wrapped) {

            if (size <= j->size - j->tail) {
                return j->tail;
            }

            j->top = j->tail;
            j->tail = 0;
            j->wrapped = true;
        }

        if (size <= j->head - j->tail) {
            return j->tail;
        }

        (void) asr_mock_journal_pop();
    }
}


/* Takes the oldest out; returns its chain, NULL when it was cleared. */

static asr_mock_chain_t *
asr_mock_journal_pop(void)
{
    asr_mock_chain_t    *c;
    asr_mock_entry_t    *e, *next;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;
    e = asr_mock_journal_at(j->head);
    c = NULL;

    if (!e->cleared) {
        c = &asr_mock_chains[e->chain];
        c->first = e->next;
        c->n--;
        c->dropped++;
        j->dropped++;

        if (c->first == ASR_MOCK_NONE) {
            c->last = ASR_MOCK_NONE;

        } else {
            next = asr_mock_journal_at(c->first);
            next->prev = ASR_MOCK_NONE;
        }
    }

    j->head += e->size;
    j->oldest++;

    if (j->wrapped && j->head == j->top) {
        j->head = 0;
        j->wrapped = false;
    }

    return c;
}


/* FNV-1a. */

static uint64_t
asr_mock_chain_hash(asr_str_t key)
{
    size_t    i;
    uint64_t  h;

    h = UINT64_C(14695981039346656037);

    for (i = 0; i < key.len; i++) {
        h = (h ^ (unsigned char) key.data[i]) * UINT64_C(1099511628211);
    }

    return h ^ h >> 32;
}


static asr_mock_chain_t *
asr_mock_chain_find(asr_str_t key)
{
    unsigned           i;
    uint64_t           hash;
    asr_mock_chain_t  *c;

    if (key.len > ASR_MOCK_WORLD_LEN) {
        key.len = ASR_MOCK_WORLD_LEN;
    }

    hash = asr_mock_chain_hash(key);
    i = asr_mock_journal.buckets[hash & (ASR_MOCK_BUCKETS - 1)];

    for ( /* void */ ; i != 0; i = c->next) {
        c = &asr_mock_chains[i - 1];

        if (c->hash == hash
            && asr_str_eq(key, (asr_str_t) { c->len, c->key }))
        {
            return c;
        }
    }

    return NULL;
}


static asr_mock_chain_t *
asr_mock_chain_get(asr_str_t key)
{
    uint16_t          *bucket;
    asr_mock_chain_t  *c;

    c = asr_mock_chain_find(key);
    if (c != NULL) {
        return c;
    }

    if (key.len > ASR_MOCK_WORLD_LEN) {
        key.len = ASR_MOCK_WORLD_LEN;
    }

    c = asr_mock_chain_new();

    memset(c, 0, sizeof(asr_mock_chain_t));

    c->hash = asr_mock_chain_hash(key);
    c->first = ASR_MOCK_NONE;
    c->last = ASR_MOCK_NONE;
    c->used = true;
    c->len = (uint8_t) key.len;

    if (key.len != 0) {
        memcpy(c->key, key.data, key.len);
    }

    bucket = &asr_mock_journal.buckets[c->hash & (ASR_MOCK_BUCKETS - 1)];
    c->next = *bucket;
    *bucket = (uint16_t) (c - asr_mock_chains + 1);

    return c;
}


/*
 * When all are used, one without entries goes; when there is none, the oldest
 * entries go until there is.
 */

static asr_mock_chain_t *
asr_mock_chain_new(void)
{
    unsigned             i;
    asr_mock_chain_t    *c;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    if (j->unused == 0 && j->nchains == ASR_MOCK_CHAINS) {

        for (i = 0; i < ASR_MOCK_CHAINS; i++) {
            if (asr_mock_chains[i].n == 0) {
                break;
            }
        }

        if (i < ASR_MOCK_CHAINS) {
            c = &asr_mock_chains[i];

        } else {
            do {
                c = asr_mock_journal_pop();
            } while (c == NULL || c->n != 0);
        }

        asr_mock_chain_release(c);
    }

    if (j->unused != 0) {
        c = &asr_mock_chains[j->unused - 1];
        j->unused = c->next;
        return c;
    }

    return &asr_mock_chains[j->nchains++];
}


static void
asr_mock_chain_release(asr_mock_chain_t *c)
{
    uint16_t             i, *p;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;
    i = (uint16_t) (c - asr_mock_chains + 1);

    p = &j->buckets[c->hash & (ASR_MOCK_BUCKETS - 1)];

    while (*p != i) {
        p = &asr_mock_chains[*p - 1].next;
    }

    *p = c->next;

    c->used = false;
    c->next = j->unused;
    j->unused = i;
}


static void
asr_mock_chain_clear(asr_mock_chain_t *c)
{
    uint32_t           offset;
    asr_mock_entry_t  *e;

    for (offset = c->first; offset != ASR_MOCK_NONE; offset = e->next) {
        e = asr_mock_journal_at(offset);
        e->cleared = true;
    }

    c->first = ASR_MOCK_NONE;
    c->last = ASR_MOCK_NONE;
    c->n = 0;
    c->dropped = 0;
}


void
asr_mock_journal_clear(asr_str_t world)
{
    unsigned             i;
    asr_mock_chain_t    *c;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    if (world.len != 0) {
        c = asr_mock_chain_find(world);

        if (c != NULL) {
            j->dropped -= c->dropped;
            asr_mock_chain_clear(c);
        }

        return;
    }

    for (i = 0; i < j->nchains; i++) {
        asr_mock_chains[i].first = ASR_MOCK_NONE;
        asr_mock_chains[i].last = ASR_MOCK_NONE;
        asr_mock_chains[i].n = 0;
        asr_mock_chains[i].dropped = 0;
    }

    j->oldest = j->next;
    j->head = 0;
    j->tail = 0;
    j->wrapped = false;
    j->dropped = 0;
}


void
asr_mock_journal_forget(asr_str_t world)
{
    asr_mock_chain_t  *c;

    c = asr_mock_chain_find(world);

    if (c != NULL) {
        asr_mock_journal.dropped -= c->dropped;
        asr_mock_chain_clear(c);
        asr_mock_chain_release(c);
    }
}


uint64_t
asr_mock_journal_dropped(asr_str_t world)
{
    asr_mock_chain_t  *c;

    if (world.len == 0) {
        return asr_mock_journal.dropped;
    }

    c = asr_mock_chain_find(world);

    return c != NULL ? c->dropped : 0;
}


void
asr_mock_journal_took(uint64_t id, int64_t took_us)
{
    asr_mock_entry_t  *e;

    e = asr_mock_journal_find(id);

    if (e != NULL) {
        e->took_us = took_us;
    }
}


bool
asr_mock_journal_get(uint64_t id, asr_arena_t *a, asr_mock_exchange_t *x)
{
    asr_str_t          world;
    asr_mock_view_t   *view;
    asr_mock_entry_t  *e, *copy;
    asr_mock_chain_t  *c;

    e = asr_mock_journal_find(id);
    if (e == NULL) {
        return false;
    }

    c = &asr_mock_chains[e->chain];

    copy = asr_arena_alloc(a, e->size);
    view = asr_arena_alloc(a, sizeof(asr_mock_view_t));
    world = asr_arena_str(a, (asr_str_t) { c->len, c->key });

    if (copy == NULL || view == NULL || world.data == NULL) {
        return false;
    }

    memcpy(copy, e, e->size);
    asr_mock_entry_read(copy, view, x);
    x->world = world;

    return true;
}


/* NULL: none.  Without a chain, of all worlds. */

static asr_mock_entry_t *
asr_mock_journal_edge(const asr_mock_chain_t *c, bool newest)
{
    uint64_t             id;
    uint32_t             offset;
    asr_mock_entry_t    *e;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    if (c != NULL) {
        offset = newest ? c->last : c->first;
        return offset != ASR_MOCK_NONE ? asr_mock_journal_at(offset) : NULL;
    }

    if (j->oldest == j->next) {
        return NULL;
    }

    id = newest ? j->next - 1 : j->oldest;
    e = asr_mock_journal_at(j->offsets[id & j->mask]);

    return e->cleared ? asr_mock_journal_step(NULL, e, newest) : e;
}


static asr_mock_entry_t *
asr_mock_journal_step(const asr_mock_chain_t *c, const asr_mock_entry_t *e,
    bool back)
{
    uint64_t             id;
    uint32_t             offset;
    asr_mock_entry_t    *next;
    asr_mock_journal_t  *j;

    j = &asr_mock_journal;

    if (c != NULL) {
        offset = back ? e->prev : e->next;
        return offset != ASR_MOCK_NONE ? asr_mock_journal_at(offset) : NULL;
    }

    for (id = back ? e->id - 1 : e->id + 1; id >= j->oldest && id < j->next;
         id = back ? id - 1 : id + 1)
    {
        next = asr_mock_journal_at(j->offsets[id & j->mask]);

        if (!next->cleared) {
            return next;
        }
    }

    return NULL;
}


static bool
asr_mock_journal_look(const asr_mock_entry_t *e, const asr_mock_match_t *match,
    asr_mock_exchange_t *x)
{
    asr_mock_chain_t  *c;

    c = &asr_mock_chains[e->chain];

    asr_mock_entry_read(e, &asr_mock_view, x);
    x->world = (asr_str_t) { c->len, c->key };

    return asr_mock_match(match, x);
}


/* false: the world has nothing. */

static bool
asr_mock_journal_chain(const asr_mock_match_t *match,
    const asr_mock_chain_t **c)
{
    *c = NULL;

    if (match->world.len != 0) {
        *c = asr_mock_chain_find(match->world);
        return *c != NULL;
    }

    return true;
}


void
asr_mock_journal_each(const asr_mock_match_t *match, size_t limit,
    asr_mock_journal_pt handler, void *ctx)
{
    size_t                   n;
    asr_mock_entry_t        *e, *prev;
    asr_mock_exchange_t      x;
    const asr_mock_chain_t  *c;

    if (!asr_mock_journal_chain(match, &c)) {
        return;
    }

    e = asr_mock_journal_edge(c, limit != 0 && match->since == 0);

    if (limit != 0 && match->since == 0) {

        /* back to the first of the last ones */

        for (n = 0; e != NULL; e = prev) {
            n += asr_mock_journal_look(e, match, &x) ? 1 : 0;
            prev = n < limit ? asr_mock_journal_step(c, e, true) : NULL;

            if (prev == NULL) {
                break;
            }
        }
    }

    for (n = 0; e != NULL && (limit == 0 || n < limit);
         e = asr_mock_journal_step(c, e, false))
    {
        if (asr_mock_journal_look(e, match, &x)) {
            n++;

            if (!handler(ctx, &x)) {
                return;
            }
        }
    }
}


void
asr_mock_journal_newest(const asr_mock_match_t *match, size_t limit,
    asr_mock_journal_pt handler, void *ctx)
{
    size_t                   n;
    asr_mock_entry_t        *e;
    asr_mock_exchange_t      x;
    const asr_mock_chain_t  *c;

    if (!asr_mock_journal_chain(match, &c)) {
        return;
    }

    n = 0;

    for (e = asr_mock_journal_edge(c, true);
         e != NULL && e->id > match->since && (limit == 0 || n < limit);
         e = asr_mock_journal_step(c, e, true))
    {
        if (asr_mock_journal_look(e, match, &x)) {
            n++;

            if (!handler(ctx, &x)) {
                return;
            }
        }
    }
}


uint64_t
asr_mock_journal_count(const asr_mock_match_t *match)
{
    uint64_t                 n;
    asr_mock_entry_t        *e;
    asr_mock_exchange_t      x;
    const asr_mock_chain_t  *c;

    n = 0;

    if (!asr_mock_journal_chain(match, &c)) {
        return 0;
    }

    for (e = asr_mock_journal_edge(c, true);
         e != NULL && e->id > match->since;
         e = asr_mock_journal_step(c, e, true))
    {
        n += asr_mock_journal_look(e, match, &x) ? 1 : 0;
    }

    return n;
}
