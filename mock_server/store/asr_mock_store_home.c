/*
 * What a world has in the store, and what keeps it small: ids, ceilings,
 * audio.
 *
 * Ids are the world's base and a count.  The base is a number of 30 bits that
 * seed and key give, times 2^23; a world whose place is taken goes to the next
 * that is free.  The count begins anew when a world is made again, so that the
 * same tests see the same ids; ids that a thread may still report are left
 * out.
 */

#include "asr_mock_store_int.h"

#include <stdio.h>
#include <stdlib.h>


#define ASR_MOCK_BASE_BITS   30
#define ASR_MOCK_COUNT_BITS  23


static bool asr_mock_evict(asr_mock_store_t *s, asr_mock_home_t *h);
static bool asr_mock_evict_audio(asr_mock_store_t *s);


asr_mock_home_t *
asr_mock_home_find(asr_str_t account)
{
    asr_mock_world_t  *w;

    if (account.len == 0) {
        return NULL;
    }

    w = asr_mock_world_find(account);

    return w != NULL ? w->store : NULL;
}


static int64_t
asr_mock_home_base(asr_mock_store_t *s, asr_mock_world_t *w)
{
    bool                taken;
    uint64_t            base;
    asr_mock_link_t    *l;
    asr_mock_home_t    *h;
    asr_mock_random_t   r;

    asr_mock_seed_str(&r, w->seed, asr_cstr(w->key));
    base = asr_mock_below(&r, UINT64_C(1) << ASR_MOCK_BASE_BITS);

    do {
        taken = false;

        for (l = s->homes.next; l != &s->homes; l = l->next) {
            h = asr_mock_of(l, asr_mock_home_t, link);

            if ((uint64_t) h->base == base << ASR_MOCK_COUNT_BITS) {
                taken = true;
                base = (base + 1) & ((UINT64_C(1) << ASR_MOCK_BASE_BITS) - 1);
                break;
            }
        }

    } while (taken);

    return (int64_t) (base << ASR_MOCK_COUNT_BITS);
}


asr_mock_home_t *
asr_mock_home_make(asr_mock_store_t *s, asr_str_t account)
{
    asr_mock_home_t   *h;
    asr_mock_world_t  *w;

    w = asr_mock_world(account);

    if (w == NULL || w->store != NULL) {
        return w != NULL ? w->store : NULL;
    }

    h = calloc(1, sizeof(asr_mock_home_t));
    if (h == NULL) {
        return NULL;
    }

    h->world = w;
    h->base = asr_mock_home_base(s, w);
    asr_mock_ring(&h->tasks);
    asr_mock_ring(&h->finished);
    asr_mock_ring(&h->files);
    asr_mock_ring(&h->deliveries);
    asr_mock_ring(&h->audio);
    asr_buf_init(&h->ran, ASR_MOCK_RAN_BYTES);
    asr_mock_put(&s->homes, &h->link);
    w->store = h;

    return h;
}


void
asr_mock_home_free(asr_mock_store_t *s, asr_mock_home_t *h, asr_err_t rc)
{
    while (!asr_mock_empty(&h->tasks)) {
        asr_mock_task_remove(s, asr_mock_of(h->tasks.next, asr_mock_task_t,
                                            all),
                             true, rc);
    }

    while (!asr_mock_empty(&h->deliveries)) {
        asr_mock_delivery_remove(s, asr_mock_of(h->deliveries.next,
                                                asr_mock_delivery_t, all));
    }

    while (!asr_mock_empty(&h->files)) {
        asr_mock_file_remove(s, asr_mock_of(h->files.next, asr_mock_file_t,
                                            all));
    }

    asr_mock_settle(s, h);
    asr_mock_take(&h->link);
    h->world->store = NULL;
    free(h->timers.t);
    asr_buf_free(&h->ran);
    free(h);
}


int64_t
asr_mock_home_id(asr_mock_store_t *s, asr_mock_home_t *h, bool file)
{
    int64_t  id;

    do {
        if (h->made[file] + 1 >= INT64_C(1) << ASR_MOCK_COUNT_BITS) {
            return 0;
        }

        h->made[file]++;
        id = h->base + h->made[file];

    } while (!file && (asr_mock_dead_find(s, id, false) != NULL
                       || asr_mock_dead_find(s, id, true) != NULL));

    return id;
}


int64_t
asr_mock_home_now(const asr_mock_home_t *h)
{
    return asr_clock_of(&h->world->clock);
}


static void
asr_mock_home_expire(asr_mock_store_t *s, asr_mock_home_t *h,
    asr_mock_task_t *t)
{
    /* what is in hand goes when it ends */

    if (t->hands != 0 && !asr_mock_task_ended(t)) {
        return;
    }

    asr_mock_note(h, "task %lld expired", (long long) t->node.id);
    asr_mock_task_remove(s, t, false, ASR_NOTFOUND);
}


size_t
asr_mock_home_tick(asr_mock_store_t *s, asr_mock_home_t *h, int64_t now)
{
    size_t                n;
    asr_mock_file_t      *f;
    asr_mock_timer_t     *timer;
    asr_mock_delivery_t  *d;

    for (n = 0; h->timers.n != 0 && h->timers.t[0]->ms <= now; n++) {
        timer = h->timers.t[0];
        asr_mock_timer_clear(&h->timers, timer);

        switch (timer->kind) {

        case ASR_MOCK_TASK_DUE:
            asr_mock_task_due(s, asr_mock_of(timer, asr_mock_task_t,
                                             due_timer),
                              timer->ms);
            break;

        case ASR_MOCK_TASK_EXPIRES:
            asr_mock_home_expire(s, h, asr_mock_of(timer, asr_mock_task_t,
                                                   expiry));
            break;

        case ASR_MOCK_FILE_EXPIRES:
            f = asr_mock_of(timer, asr_mock_file_t, expiry);
            asr_mock_note(h, "file %lld expired", (long long) f->node.id);
            asr_mock_file_remove(s, f);
            break;

        default: /* ASR_MOCK_DELIVERY_DUE */
            d = asr_mock_of(timer, asr_mock_delivery_t, timer);
            h->waiting--;
            s->waiting--;
            asr_mock_delivery_ready(s, d);
            break;
        }
    }

    return n;
}


void
asr_mock_charge(asr_mock_store_t *s, asr_mock_home_t *h, size_t *bytes,
    size_t n)
{
    s->bytes += n;
    h->bytes += n;
    *bytes += n;
}


void
asr_mock_discharge(asr_mock_store_t *s, asr_mock_home_t *h, size_t *bytes,
    size_t n)
{
    s->bytes -= n;
    h->bytes -= n;
    *bytes -= n;
}


/* The oldest that has ended, then the oldest that no thread has. */

static bool
asr_mock_evict(asr_mock_store_t *s, asr_mock_home_t *h)
{
    asr_mock_link_t      *l;
    asr_mock_task_t      *t;
    asr_mock_delivery_t  *d;

    if (!asr_mock_empty(&h->finished)) {
        t = asr_mock_of(h->finished.next, asr_mock_task_t, queue);
        asr_mock_task_remove(s, t, true, ASR_NOTFOUND);
        h->dropped++;
        return true;
    }

    for (l = h->tasks.next; l != &h->tasks; l = l->next) {
        t = asr_mock_of(l, asr_mock_task_t, all);

        if (t->hands == 0) {
            asr_mock_task_remove(s, t, true, ASR_NOTFOUND);
            h->dropped++;
            return true;
        }
    }

    for (l = h->deliveries.next; l != &h->deliveries; l = l->next) {
        d = asr_mock_of(l, asr_mock_delivery_t, all);

        if (d->state != ASR_MOCK_IN_HAND) {
            asr_mock_delivery_remove(s, d);
            return true;
        }
    }

    if (asr_mock_empty(&h->files)) {
        return false;
    }

    asr_mock_file_remove(s, asr_mock_of(h->files.next, asr_mock_file_t, all));

    return true;
}


/* A file of the spool, of the world longest unused. */

static bool
asr_mock_evict_audio(asr_mock_store_t *s)
{
    asr_mock_link_t   *l;
    asr_mock_task_t   *t;
    asr_mock_home_t   *h, *oldest;
    asr_mock_audio_t  *a;

    oldest = NULL;

    for (l = s->homes.next; l != &s->homes; l = l->next) {
        h = asr_mock_of(l, asr_mock_home_t, link);

        if (h->spooled != 0
            && (oldest == NULL || h->world->used_ms < oldest->world->used_ms))
        {
            oldest = h;
        }
    }

    if (oldest == NULL) {
        return false;
    }

    for (l = oldest->audio.next; l != &oldest->audio; l = l->next) {
        a = asr_mock_of(l, asr_mock_audio_t, link);

        if (a->of_file) {
            asr_mock_file_remove(s, asr_mock_of(a, asr_mock_file_t, audio));
            return true;
        }

        t = asr_mock_of(a, asr_mock_task_t, audio);

        if (asr_mock_task_ended(t)) {
            asr_mock_audio_drop(s, oldest, a, &t->bytes);
            return true;
        }

        if (t->hands == 0) {
            asr_mock_task_remove(s, t, true, ASR_NOTFOUND);
            oldest->dropped++;
            return true;
        }
    }

    return false;
}


/*
 * To a little less than the ceiling: whoever has most is looked for rarely
 * then.
 */

void
asr_mock_make_room(asr_mock_store_t *s)
{
    size_t            low, fair;
    asr_mock_link_t  *l;
    asr_mock_home_t  *h, *most;

    while (s->spooled > ASR_MOCK_SPOOL_MAX && asr_mock_evict_audio(s)) {
        /* void */
    }

    if (s->bytes <= s->ceiling) {
        return;
    }

    low = s->ceiling - s->ceiling / 16;

    while (s->bytes > low) {
        most = NULL;

        for (l = s->homes.next; l != &s->homes; l = l->next) {
            h = asr_mock_of(l, asr_mock_home_t, link);

            if (most == NULL || h->bytes > most->bytes) {
                most = h;
            }
        }

        if (most == NULL) {
            return;
        }

        fair = most->bytes - most->bytes / 64;

        do {
            if (!asr_mock_evict(s, most)) {
                return;
            }

        } while (s->bytes > low && most->bytes > fair);
    }
}


void
asr_mock_dead_add(asr_mock_store_t *s, int64_t id, bool delivery,
    unsigned hands)
{
    asr_mock_dead_t  *dead;

    dead = malloc(sizeof(asr_mock_dead_t));

    /* then the id may be given again while a thread has it: bad luck */

    if (dead != NULL) {
        dead->id = id;
        dead->delivery = delivery;
        dead->hands = hands;
        dead->next = s->dead;
        s->dead = dead;
    }
}


asr_mock_dead_t *
asr_mock_dead_find(asr_mock_store_t *s, int64_t id, bool delivery)
{
    asr_mock_dead_t  *dead;

    for (dead = s->dead; dead != NULL; dead = dead->next) {
        if (dead->id == id && dead->delivery == delivery) {
            break;
        }
    }

    return dead;
}


void
asr_mock_dead_report(asr_mock_store_t *s, int64_t id, bool delivery)
{
    asr_mock_dead_t  *dead, **p;

    dead = asr_mock_dead_find(s, id, delivery);

    if (dead == NULL) {
        return;
    }

    dead->hands--;

    if (dead->hands != 0) {
        return;
    }

    /* what the thread had decoded */

    if (!delivery) {
        asr_mock_drop_pcm(s, id);
    }

    for (p = &s->dead; *p != dead; p = &(*p)->next) {
        /* void */
    }

    *p = dead->next;
    free(dead);
}


asr_err_t
asr_mock_audio_take(asr_mock_store_t *s, asr_mock_home_t *h,
    asr_mock_audio_t *a, asr_spool_file_t *f, size_t *bytes)
{
    if (f->fd == -1) {
        a->mem = malloc(f->mem_len + 1);

        if (a->mem == NULL) {
            return ASR_NOMEM;
        }

        if (f->mem_len != 0) {
            memcpy(a->mem, f->mem, f->mem_len);
        }

        a->spool[0] = '\0';
        asr_mock_charge(s, h, bytes, f->mem_len);

    } else {
        if (f->size > ASR_MOCK_SPOOL_MAX || asr_spool_commit(f) != ASR_OK) {
            return ASR_STORE;
        }

        (void) snprintf(a->spool, sizeof(a->spool), "%s", f->name);
        asr_mock_put(&h->audio, &a->link);
        h->spooled += f->size;
        s->spooled += f->size;
    }

    a->there = true;
    a->digested = false;
    a->size = f->size;

    return ASR_OK;
}


void
asr_mock_audio_drop(asr_mock_store_t *s, asr_mock_home_t *h,
    asr_mock_audio_t *a, size_t *bytes)
{
    if (!a->there) {
        return;
    }

    if (a->spool[0] == '\0') {
        free(a->mem);
        a->mem = NULL;
        asr_mock_discharge(s, h, bytes, (size_t) a->size);

    } else {
        asr_mock_take(&a->link);
        asr_spool_remove_audio(s->conf.spool, asr_cstr(a->spool));
        a->spool[0] = '\0';
        h->spooled -= a->size;
        s->spooled -= a->size;
    }

    a->there = false;
}


void
asr_mock_drop_pcm(asr_mock_store_t *s, int64_t id)
{
    if (s->conf.spool != NULL) {
        asr_spool_remove_pcm(s->conf.spool, id);
    }
}


void
asr_mock_pack(char **p, asr_str_t *out, asr_str_t s)
{
    if (s.len != 0) {
        memcpy(*p, s.data, s.len);
    }

    (*p)[s.len] = '\0';
    *out = s.len != 0 ? (asr_str_t) { s.len, *p } : asr_str_null();
    *p += s.len + 1;
}
