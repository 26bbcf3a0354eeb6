/*
 * Tables of the manners: tasks by id and by what they were made of, the
 * longest unused forgotten first; uploads, a ring; marks of requests, a table
 * of one place each, where the newer one takes the older one's place.  All
 * start small and grow to their ceiling.
 */

#include "asr_mock_manners_kept.h"

#include <stdlib.h>


#define ASR_MOCK_KEPT_FIRST  16          /* tasks, files; then by 4 */


asr_mock_kept_t *
asr_mock_kept_find(const asr_mock_world_t *w)
{
    return w->manners;
}


asr_mock_kept_t *
asr_mock_kept(asr_mock_world_t *w)
{
    if (w->manners == NULL) {
        w->manners = calloc(1, sizeof(asr_mock_kept_t));
    }

    return w->manners;
}


void
asr_mock_kept_free(asr_mock_world_t *w)
{
    asr_mock_kept_t  *k;

    k = w->manners;

    if (k == NULL) {
        return;
    }

    free(k->tasks);
    free(k->by_id);
    free(k->by_digest);
    free(k->files);
    free(k->seen);
    free(k);
    w->manners = NULL;
}


size_t
asr_mock_manners_size(const asr_mock_world_t *w)
{
    const asr_mock_kept_t  *k;

    k = w->manners;

    if (k == NULL) {
        return 0;
    }

    return sizeof(*k) + k->size * sizeof(asr_mock_kept_task_t)
           + k->heads * 2 * sizeof(uint16_t)
           + k->files_size * sizeof(asr_mock_kept_file_t)
           + (k->seen != NULL
              ? ASR_MOCK_MANNERS_SEEN * sizeof(asr_mock_kept_seen_t) : 0);
}


/* FNV's way with eight bytes at a time. */

uint64_t
asr_mock_kept_hash(uint64_t seed, asr_str_t s)
{
    size_t    i;
    uint64_t  h, v;

    h = UINT64_C(14695981039346656037) ^ seed;

    for (i = 0; i + 8 <= s.len; i += 8) {
        memcpy(&v, s.data + i, 8);
        h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }

    for ( /* void */ ; i < s.len; i++) {
        h = (h ^ (unsigned char) s.data[i]) * UINT64_C(1099511628211);
    }

    h ^= h >> 29;

    return (h != 0) ? h : 1;
}


static uint16_t *
asr_mock_kept_head(asr_mock_kept_t *k, uint64_t id)
{
    return &k->by_id[(id * UINT64_C(0x9e3779b97f4a7c15) >> 32)
                     & (k->heads - 1)];
}


static uint16_t *
asr_mock_kept_digest_head(asr_mock_kept_t *k, uint64_t digest)
{
    return &k->by_digest[digest & (k->heads - 1)];
}


static void
asr_mock_kept_link(asr_mock_kept_t *k, uint16_t place)
{
    uint16_t              *head;
    asr_mock_kept_task_t  *t;

    t = &k->tasks[place - 1];
    head = asr_mock_kept_head(k, (uint64_t) t->id);
    t->id_next = *head;
    *head = place;

    if (t->digest != 0) {
        head = asr_mock_kept_digest_head(k, t->digest);
        t->digest_prev = 0;
        t->digest_next = *head;

        if (*head != 0) {
            k->tasks[*head - 1].digest_prev = place;
        }

        *head = place;
    }
}


static void
asr_mock_kept_unlink(asr_mock_kept_t *k, uint16_t place)
{
    uint16_t              *p;
    asr_mock_kept_task_t  *t;

    t = &k->tasks[place - 1];

    for (p = asr_mock_kept_head(k, (uint64_t) t->id); *p != place;
         p = &k->tasks[*p - 1].id_next)
    {
        /* void */
    }

    *p = t->id_next;

    /* thousands may be made of one recording: this chain is not searched */

    if (t->digest != 0) {
        *(t->digest_prev != 0 ? &k->tasks[t->digest_prev - 1].digest_next
                              : asr_mock_kept_digest_head(k, t->digest))
            = t->digest_next;

        if (t->digest_next != 0) {
            k->tasks[t->digest_next - 1].digest_prev = t->digest_prev;
        }
    }
}


/* Out of the list of use; then to its newest end. */

static void
asr_mock_kept_leave(asr_mock_kept_t *k, uint16_t place)
{
    asr_mock_kept_task_t  *t;

    t = &k->tasks[place - 1];

    *(t->newer != 0 ? &k->tasks[t->newer - 1].older : &k->newest) = t->older;
    *(t->older != 0 ? &k->tasks[t->older - 1].newer : &k->oldest) = t->newer;
}


static void
asr_mock_kept_enter(asr_mock_kept_t *k, uint16_t place)
{
    asr_mock_kept_task_t  *t;

    t = &k->tasks[place - 1];
    t->newer = 0;
    t->older = k->newest;
    *(k->newest != 0 ? &k->tasks[k->newest - 1].newer : &k->oldest) = place;
    k->newest = place;
}


static asr_err_t
asr_mock_kept_grow(asr_mock_kept_t *k)
{
    size_t                 i, size, heads;
    uint16_t              *by_id, *by_digest;
    asr_mock_kept_task_t  *tasks;

    size = (k->size == 0) ? ASR_MOCK_KEPT_FIRST : k->size * 4;

    if (size > ASR_MOCK_MANNERS_TASKS) {
        size = ASR_MOCK_MANNERS_TASKS;
    }

    for (heads = ASR_MOCK_KEPT_FIRST; heads < size; heads *= 2) { /* void */ }

    tasks = realloc(k->tasks, size * sizeof(*tasks));

    if (tasks == NULL) {
        return ASR_NOMEM;
    }

    k->tasks = tasks;
    by_id = calloc(heads, sizeof(uint16_t));
    by_digest = calloc(heads, sizeof(uint16_t));

    if (by_id == NULL || by_digest == NULL) {
        free(by_id);
        free(by_digest);
        return ASR_NOMEM;
    }

    free(k->by_id);
    free(k->by_digest);
    k->by_id = by_id;
    k->by_digest = by_digest;
    k->heads = heads;
    k->size = size;

    for (i = 1; i <= k->ntasks; i++) {
        asr_mock_kept_link(k, (uint16_t) i);
    }

    return ASR_OK;
}


asr_mock_kept_task_t *
asr_mock_kept_task(asr_mock_kept_t *k, int64_t id)
{
    uint16_t  place;

    if (k->ntasks == 0) {
        return NULL;
    }

    for (place = *asr_mock_kept_head(k, (uint64_t) id); place != 0;
         place = k->tasks[place - 1].id_next)
    {
        if (k->tasks[place - 1].id == id) {
            asr_mock_kept_leave(k, place);
            asr_mock_kept_enter(k, place);
            return &k->tasks[place - 1];
        }
    }

    return NULL;
}


bool
asr_mock_kept_unfetched(const asr_mock_kept_task_t *t)
{
    return t->polls == 0
           && (t->flags & (ASR_MOCK_KEPT_FETCHED|ASR_MOCK_KEPT_CALLBACK
                           |ASR_MOCK_KEPT_LOST)) == 0;
}


asr_mock_kept_task_t *
asr_mock_kept_add(asr_mock_kept_t *k, int64_t id, uint64_t digest)
{
    uint16_t               place;
    asr_mock_kept_task_t  *t;

    t = asr_mock_kept_task(k, id);

    if (t != NULL) {
        return t;
    }

    if (k->ntasks == k->size && k->size < ASR_MOCK_MANNERS_TASKS
        && asr_mock_kept_grow(k) != ASR_OK)
    {
        return NULL;
    }

    if (k->ntasks < k->size) {
        place = (uint16_t) ++k->ntasks;

    } else {
        place = k->oldest;
        k->gone += asr_mock_kept_unfetched(&k->tasks[place - 1]);
        asr_mock_kept_leave(k, place);
        asr_mock_kept_unlink(k, place);
    }

    t = &k->tasks[place - 1];
    memset(t, 0, sizeof(*t));
    t->id = id;
    t->digest = digest;
    asr_mock_kept_link(k, place);
    asr_mock_kept_enter(k, place);

    return t;
}


asr_mock_kept_task_t *
asr_mock_kept_twin(asr_mock_kept_t *k, uint64_t digest)
{
    uint16_t               place;
    asr_mock_kept_task_t  *t;

    if (k->ntasks == 0) {
        return NULL;
    }

    for (place = *asr_mock_kept_digest_head(k, digest); place != 0;
         place = t->digest_next)
    {
        t = &k->tasks[place - 1];

        if (t->digest == digest
            && (t->flags & (ASR_MOCK_KEPT_ENDED|ASR_MOCK_KEPT_LOST)) == 0)
        {
            return t;
        }
    }

    return NULL;
}


asr_mock_kept_file_t *
asr_mock_kept_file(asr_mock_kept_t *k, uint64_t id)
{
    size_t  i;

    for (i = 0; i < k->nfiles; i++) {
        if (k->files[i].id == id) {
            return &k->files[i];
        }
    }

    return NULL;
}


asr_err_t
asr_mock_kept_upload(asr_mock_kept_t *k, uint64_t id)
{
    size_t                 size;
    asr_mock_kept_file_t  *f;

    if (asr_mock_kept_file(k, id) != NULL) {
        return ASR_OK;           /* a signed URL, then the upload to it */
    }

    if (k->nfiles == k->files_size && k->files_size < ASR_MOCK_MANNERS_FILES) {
        size = (k->files_size == 0) ? ASR_MOCK_KEPT_FIRST
                                    : k->files_size * 4;
        f = realloc(k->files, size * sizeof(*f));

        if (f == NULL) {
            return ASR_NOMEM;
        }

        k->files = f;
        k->files_size = size;
    }

    if (k->nfiles < k->files_size) {
        f = &k->files[k->nfiles++];

    } else {
        f = &k->files[k->files_next];
        k->files_next = (k->files_next + 1) % k->files_size;
    }

    memset(f, 0, sizeof(*f));
    f->id = id;
    k->uploads++;

    return ASR_OK;
}


int64_t
asr_mock_kept_noted(const asr_mock_kept_t *k, uint64_t hash)
{
    const asr_mock_kept_seen_t  *s;

    if (k->seen == NULL) {
        return -1;
    }

    s = &k->seen[hash % ASR_MOCK_MANNERS_SEEN];

    return (s->hash == hash) ? s->at_ms : -1;
}


int64_t
asr_mock_kept_note(asr_mock_kept_t *k, uint64_t hash, int64_t now_ms)
{
    int64_t                was;
    asr_mock_kept_seen_t  *s;

    if (k->seen == NULL) {
        k->seen = calloc(ASR_MOCK_MANNERS_SEEN, sizeof(*k->seen));

        if (k->seen == NULL) {
            return -1;
        }
    }

    was = asr_mock_kept_noted(k, hash);
    s = &k->seen[hash % ASR_MOCK_MANNERS_SEEN];
    s->hash = hash;
    s->at_ms = now_ms;

    return was;
}


void
asr_mock_kept_forget(asr_mock_kept_t *k, uint64_t hash)
{
    if (asr_mock_kept_noted(k, hash) != -1) {
        k->seen[hash % ASR_MOCK_MANNERS_SEEN].hash = 0;
    }
}
