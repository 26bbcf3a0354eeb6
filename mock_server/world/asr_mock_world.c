/*
 * Worlds: a table by key, and the accounts that nobody wrote into a file.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_world.h"
#include "core/api/asr_params.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>


#define ASR_MOCK_BUCKETS   1024
#define ASR_MOCK_HANDLERS  8
#define ASR_MOCK_PREFIX    "test-"
#define ASR_MOCK_INDEX     UINT32_C(0x40000000)  /* past any account's */


static unsigned asr_mock_bucket(asr_str_t key);
static asr_mock_world_t *asr_mock_world_make(asr_str_t key);
static void asr_mock_world_enter(asr_mock_world_t *w);
static void asr_mock_world_leave(asr_mock_world_t *w);
static asr_str_t asr_mock_world_name(asr_key_kind_t kind, asr_str_t id,
    const asr_key_t *found);


static pthread_mutex_t    asr_mock_mutex;
static asr_mock_world_t  *asr_mock_table[ASR_MOCK_BUCKETS];
static asr_mock_world_t  *asr_mock_first;
static asr_mock_world_t  *asr_mock_last;
static asr_mock_world_t  *asr_mock_oldest;       /* by use */
static asr_mock_world_t  *asr_mock_newest;
static asr_mock_world_t  *asr_mock_dead;
static unsigned           asr_mock_n;
static uint32_t           asr_mock_serial;
static uint64_t           asr_mock_world_seed;
static bool               asr_mock_world_lenient;
static char               asr_mock_base[ASR_MOCK_URL_MAX];

static void             (*asr_mock_handlers[ASR_MOCK_HANDLERS])
                             (asr_mock_world_t *w);
static unsigned           asr_mock_nhandlers;

static _Thread_local asr_mock_world_t  *asr_mock_current;
static _Thread_local const asr_key_t   *asr_mock_current_key;


void
asr_mock_lock(void)
{
    pthread_mutex_lock(&asr_mock_mutex);
}


void
asr_mock_unlock(void)
{
    pthread_mutex_unlock(&asr_mock_mutex);
}


asr_err_t
asr_mock_worlds_init(uint64_t seed, const char *url)
{
    int                  rc;
    pthread_mutexattr_t  attr;

    if (strlen(url) >= ASR_MOCK_URL_MAX) {
        return ASR_TOOBIG;
    }

    asr_mock_world_seed = seed;
    snprintf(asr_mock_base, sizeof(asr_mock_base), "%s", url);

    if (pthread_mutexattr_init(&attr) != 0) {
        return ASR_NOMEM;
    }

    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    rc = pthread_mutex_init(&asr_mock_mutex, &attr);
    pthread_mutexattr_destroy(&attr);

    return rc == 0 ? ASR_OK : ASR_NOMEM;
}


void
asr_mock_lenient(bool on)
{
    asr_mock_world_lenient = on;
}


const char *
asr_mock_url(void)
{
    return asr_mock_base;
}


void
asr_mock_on_delete(void (*handler)(asr_mock_world_t *w))
{
    unsigned  i;

    for (i = 0; i < asr_mock_nhandlers; i++) {
        if (asr_mock_handlers[i] == handler) {
            return;
        }
    }

    if (asr_mock_nhandlers == ASR_MOCK_HANDLERS) {
        abort();                         /* the array is too small */
    }

    asr_mock_handlers[asr_mock_nhandlers++] = handler;
}


bool
asr_mock_is_key(asr_str_t key)
{
    char    c;
    size_t  i, n;

    n = sizeof(ASR_MOCK_PREFIX) - 1;

    if (key.len <= n || key.len > ASR_MOCK_KEY_MAX
        || memcmp(key.data, ASR_MOCK_PREFIX, n) != 0)
    {
        return false;
    }

    for (i = n; i < key.len; i++) {
        c = key.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
        {
            return false;
        }
    }

    return true;
}


static unsigned
asr_mock_bucket(asr_str_t key)
{
    size_t    i;
    uint32_t  h;

    h = UINT32_C(2166136261);

    for (i = 0; i < key.len; i++) {
        h = (h ^ (unsigned char) key.data[i]) * UINT32_C(16777619);
    }

    return (h ^ (h >> 15)) % ASR_MOCK_BUCKETS;
}


asr_mock_world_t *
asr_mock_world_find(asr_str_t key)
{
    asr_mock_world_t  *w;

    if (key.len == 0 || key.len > ASR_MOCK_KEY_MAX) {
        return NULL;
    }

    for (w = asr_mock_table[asr_mock_bucket(key)]; w != NULL; w = w->chain) {
        if (strncmp(w->key, key.data, key.len) == 0
            && w->key[key.len] == '\0')
        {
            return w;
        }
    }

    return NULL;
}


asr_mock_world_t *
asr_mock_world_first(void)
{
    return asr_mock_first;
}


asr_mock_world_t *
asr_mock_world(asr_str_t key)
{
    asr_mock_world_t  *w;

    if (key.len == 0 || key.len > ASR_MOCK_KEY_MAX
        || memchr(key.data, '\0', key.len) != NULL)
    {
        return NULL;
    }

    w = asr_mock_world_find(key);

    return w != NULL ? w : asr_mock_world_make(key);
}


static asr_mock_world_t *
asr_mock_world_make(asr_str_t key)
{
    unsigned            b;
    asr_mock_world_t   *w;

    if (asr_mock_n >= ASR_MOCK_WORLDS_MAX) {
        asr_mock_world_delete(asr_mock_oldest);
    }

    w = calloc(1, sizeof(asr_mock_world_t));
    if (w == NULL) {
        return NULL;
    }

    memcpy(w->key, key.data, key.len);

    asr_mock_world_reseed(w, asr_mock_world_seed);
    w->lenient = asr_mock_world_lenient;
    asr_clock_init(&w->clock);

    if (asr_mock_is_key(key)) {
        w->own = true;
        w->account.name = (asr_str_t) { key.len, w->key };
        w->account.app_id = ASR_MOCK_APP_ID;
        w->account.index = ASR_MOCK_INDEX + asr_mock_serial;
        snprintf(w->webhook, sizeof(w->webhook), "%s/_mock/inbox/%s",
                 asr_mock_base, w->key);
        w->account.webhook = asr_cstr(w->webhook);
        w->access.account = &w->account;
        w->access.id = w->account.name;
        w->access.secret = w->account.name;
        w->access.index = w->account.index;
        asr_mock_serial++;
    }

    b = asr_mock_bucket(key);
    w->chain = asr_mock_table[b];
    asr_mock_table[b] = w;

    w->prev = asr_mock_last;
    *(w->prev != NULL ? &w->prev->next : &asr_mock_first) = w;
    asr_mock_last = w;
    asr_mock_n++;

    /* its clock is the machine's as yet; the thread's may be another world's */

    asr_mock_world_enter(w);
    w->used_ms = asr_clock_of(&w->clock);

    return w;
}


void
asr_mock_world_reseed(asr_mock_world_t *w, uint64_t seed)
{
    w->seed = seed;
    asr_mock_seed_str(&w->random, seed, asr_cstr(w->key));

    /* ids do not depend on how many faults were drawn */

    asr_mock_seed_str(&w->ids, ~seed, asr_cstr(w->key));
}


/* In order of use. */

static void
asr_mock_world_enter(asr_mock_world_t *w)
{
    w->newer = NULL;
    w->older = asr_mock_newest;
    *(w->older != NULL ? &w->older->newer : &asr_mock_oldest) = w;
    asr_mock_newest = w;
}


static void
asr_mock_world_leave(asr_mock_world_t *w)
{
    *(w->older != NULL ? &w->older->newer : &asr_mock_oldest) = w->newer;
    *(w->newer != NULL ? &w->newer->older : &asr_mock_newest) = w->older;
}


void
asr_mock_world_used(asr_mock_world_t *w, int64_t ms)
{
    w->used_ms = ms;

    if (!w->dead) {
        asr_mock_world_leave(w);
        asr_mock_world_enter(w);
    }
}


void
asr_mock_world_delete(asr_mock_world_t *w)
{
    unsigned            i;
    asr_mock_world_t  **p;

    for (i = 0; i < asr_mock_nhandlers; i++) {
        asr_mock_handlers[i](w);
    }

    *(w->prev != NULL ? &w->prev->next : &asr_mock_first) = w->next;
    *(w->next != NULL ? &w->next->prev : &asr_mock_last) = w->prev;
    asr_mock_world_leave(w);

    for (p = &asr_mock_table[asr_mock_bucket(asr_cstr(w->key))];
         *p != w;
         p = &(*p)->chain)
    {
        /* void */
    }

    *p = w->chain;

    w->dead = true;
    w->chain = NULL;
    w->prev = NULL;
    w->next = asr_mock_dead;
    asr_mock_dead = w;
    asr_mock_n--;
}


void
asr_mock_worlds_reap(void)
{
    asr_mock_world_t  *w;

    while (asr_mock_dead != NULL) {
        w = asr_mock_dead;
        asr_mock_dead = w->next;

        if (w == asr_mock_current) {
            asr_mock_set_seen(NULL);
        }

        free(w->fail_next);
        free(w);
    }
}


asr_mock_world_t *
asr_mock_seen(void)
{
    return asr_mock_current;
}


const asr_key_t *
asr_mock_seen_key(void)
{
    return asr_mock_current_key;
}


void
asr_mock_set_seen(asr_mock_world_t *w)
{
    asr_mock_current = w;
    asr_mock_current_key = NULL;
    asr_clock_use(w != NULL ? &w->clock : NULL);
    asr_params_lax(w != NULL && w->lenient);
}


/* The key of the world that an id belongs to; empty: to none. */

static asr_str_t
asr_mock_world_name(asr_key_kind_t kind, asr_str_t id, const asr_key_t *found)
{
    if (found != NULL) {
        return found->account->name;
    }

    return asr_mock_is_key(id) ? id : asr_str_null();
}


const asr_key_t *
asr_mock_accounts(void *ctx, asr_key_kind_t kind, asr_str_t id,
    const asr_key_t *found)
{
    asr_str_t          name;
    asr_mock_world_t  *w;

    name = asr_mock_world_name(kind, id, found);

    if (name.len == 0) {
        return found;
    }

    asr_mock_lock();

    /* by a name what is under way asks, for a world that may have gone */

    w = kind == ASR_KEY_NAME ? asr_mock_world_find(name)
                             : asr_mock_world(name);

    if (w != NULL && kind != ASR_KEY_NAME) {
        asr_mock_set_seen(w);
    }

    if (w != NULL && found == NULL && w->own) {
        found = &w->access;
    }

    if (kind != ASR_KEY_NAME) {
        asr_mock_current_key = found;
    }

    asr_mock_unlock();

    return found;
}
