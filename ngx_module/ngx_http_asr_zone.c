/*
 * The shared zone: rate windows, counters and the word that wakes recogniser
 * threads.  A window is an exact log of the last N admissions (asr_window.h)
 * of one account and action.  Windows are found in a tree by hash and kept in
 * a queue by use; when the zone is full, windows idle for longer than their
 * length (they hold nothing any more) make room.  If that is not enough the
 * request is refused as an internal error: to forget a live window would let
 * more through than the limit.
 *
 * Nonces seen are kept likewise, in a tree by what stands for them and a
 * queue by age, each until its time is over.  They take half of the zone at
 * most; when that is full of nonces that still count, a request is refused
 * rather than let through unseen.
 */

#include "ngx_http_asr_module.h"


/* of account and action; asr_accounts.c keeps account names shorter */

#define NGX_HTTP_ASR_NAME_MAX  512


typedef struct {
    ngx_rbtree_node_t   node;        /* key: hash */
    ngx_queue_t         queue;
    size_t              len;         /* of the name after the ring */
    size_t              ring;        /* bytes of the window */
    asr_window_t        window;
} ngx_http_asr_window_t;

#define ngx_http_asr_window_name(w)  ((u_char *) &(w)->window + (w)->ring)


typedef struct {
    ngx_rbtree_node_t   node;        /* key: of the id's first bytes */
    ngx_queue_t         queue;
    int64_t             until;       /* Unix ms */
    u_char              id[ASR_NONCE_LEN];
} ngx_http_asr_nonce_t;

/* what the slab gives for one */
#define NGX_HTTP_ASR_NONCE_SIZE  128

/* looked at, from the oldest on, when there is no room */
#define NGX_HTTP_ASR_NONCE_SCAN  64


static void ngx_http_asr_nonce_insert(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel);
static ngx_http_asr_nonce_t *ngx_http_asr_nonce_lookup(ngx_http_asr_sh_t *sh,
    ngx_rbtree_key_t key, const u_char *id);
static void ngx_http_asr_nonce_delete(ngx_http_asr_zone_t *zone,
    ngx_http_asr_nonce_t *n);
static void ngx_http_asr_nonce_expire(ngx_http_asr_zone_t *zone, int64_t now,
    ngx_uint_t most);
static void ngx_http_asr_window_insert(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel);
static ngx_http_asr_window_t *ngx_http_asr_window_lookup(
    ngx_http_asr_sh_t *sh, uint32_t hash, ngx_str_t *name);
static ngx_http_asr_window_t *ngx_http_asr_window_create(
    ngx_http_asr_zone_t *zone, uint32_t hash, ngx_str_t *name,
    asr_rate_t rate, int64_t now);
static void ngx_http_asr_window_delete(ngx_http_asr_zone_t *zone,
    ngx_http_asr_window_t *w);
static ngx_uint_t ngx_http_asr_window_expire(ngx_http_asr_zone_t *zone,
    int64_t now);


ngx_int_t
ngx_http_asr_zone_init(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_asr_zone_t  *ozone = data;

    ngx_http_asr_sh_t    *sh;
    ngx_http_asr_zone_t  *zone;

    zone = shm_zone->data;

    if (ngx_http_asr_prepare(zone->cycle, zone->conf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ozone != NULL) {
        zone->sh = ozone->sh;
        zone->shpool = ozone->shpool;

        if (zone->sh->magic != NGX_HTTP_ASR_ZONE_MAGIC
            || zone->sh->version != NGX_HTTP_ASR_ZONE_VERSION)
        {
            ngx_log_error(NGX_LOG_EMERG, shm_zone->shm.log, 0,
                          "asr_zone \"%V\" was made by another version of "
                          "the module, restart nginx", &shm_zone->shm.name);
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    zone->shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (shm_zone->shm.exists) {
        zone->sh = zone->shpool->data;
        return NGX_OK;
    }

    sh = ngx_slab_calloc(zone->shpool, sizeof(ngx_http_asr_sh_t));
    if (sh == NULL) {
        return NGX_ERROR;
    }

    sh->magic = NGX_HTTP_ASR_ZONE_MAGIC;
    sh->version = NGX_HTTP_ASR_ZONE_VERSION;

    ngx_rbtree_init(&sh->rbtree, &sh->sentinel, ngx_http_asr_window_insert);
    ngx_queue_init(&sh->queue);

    ngx_rbtree_init(&sh->nonce_rbtree, &sh->nonce_sentinel,
                    ngx_http_asr_nonce_insert);
    ngx_queue_init(&sh->nonce_queue);
    sh->nonces_max = shm_zone->shm.size / 2 / NGX_HTTP_ASR_NONCE_SIZE;

    zone->sh = sh;
    zone->shpool->data = sh;

    /* a full zone is handled, counted and shown: no log line for each try */

    zone->shpool->log_nomem = 0;

    return NGX_OK;
}


static void
ngx_http_asr_window_insert(ngx_rbtree_node_t *temp, ngx_rbtree_node_t *node,
    ngx_rbtree_node_t *sentinel)
{
    ngx_rbtree_node_t     **p;
    ngx_http_asr_window_t  *w, *wt;

    w = (ngx_http_asr_window_t *) node;

    for ( ;; ) {
        wt = (ngx_http_asr_window_t *) temp;

        p = (node->key < temp->key
             || (node->key == temp->key
                 && ngx_memn2cmp(ngx_http_asr_window_name(w),
                                 ngx_http_asr_window_name(wt),
                                 w->len, wt->len)
                    < 0))
            ? &temp->left : &temp->right;

        if (*p == sentinel) {
            break;
        }

        temp = *p;
    }

    *p = node;
    node->parent = temp;
    node->left = sentinel;
    node->right = sentinel;
    ngx_rbt_red(node);
}


asr_limit_status_t
ngx_http_asr_limit(void *ctx, const asr_account_t *account, asr_str_t action,
    asr_rate_t rate, uint32_t *retry_ms)
{
    ngx_http_asr_zone_t *zone = ctx;

    bool                    admitted;
    u_char                 *p, buf[NGX_HTTP_ASR_NAME_MAX];
    int64_t                 now;
    uint32_t                hash;
    ngx_str_t               name;
    ngx_http_asr_window_t  *w;

    *retry_ms = 0;

    if (rate.count == 0) {
        return ASR_LIMIT_NONE;
    }

    if (account->name.len + 1 + action.len > sizeof(buf)) {
        return ASR_LIMIT_ERROR;
    }

    /* names of accounts hold no NUL */

    p = ngx_cpymem(buf, account->name.data, account->name.len);
    *p++ = '\0';
    p = ngx_cpymem(p, action.data, action.len);

    name.data = buf;
    name.len = p - buf;

    hash = ngx_crc32_short(name.data, name.len);

    ngx_shmtx_lock(&zone->shpool->mutex);

    /* under the lock, so that no worker's time is older than the newest */

    now = asr_clock_mono_ms();

    w = ngx_http_asr_window_lookup(zone->sh, hash, &name);

    if (w != NULL
        && (w->window.limit != rate.count
            || w->window.window_ms != rate.window_ms))
    {
        /* the accounts file was changed and reloaded */

        ngx_http_asr_window_delete(zone, w);
        w = NULL;
    }

    if (w == NULL) {
        w = ngx_http_asr_window_create(zone, hash, &name, rate, now);
    }

    if (w == NULL) {
        ngx_shmtx_unlock(&zone->shpool->mutex);
        (void) ngx_atomic_fetch_add(&zone->sh->limit_full, 1);
        return ASR_LIMIT_ERROR;
    }

    ngx_queue_remove(&w->queue);
    ngx_queue_insert_head(&zone->sh->queue, &w->queue);

    admitted = asr_window_admit(&w->window, now, retry_ms);

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return admitted ? ASR_LIMIT_PASSED : ASR_LIMIT_REJECTED;
}


/* The caller holds the mutex, here and below. */

static ngx_http_asr_window_t *
ngx_http_asr_window_lookup(ngx_http_asr_sh_t *sh, uint32_t hash,
    ngx_str_t *name)
{
    ngx_int_t               rc;
    ngx_rbtree_node_t      *node;
    ngx_http_asr_window_t  *w;

    node = sh->rbtree.root;

    while (node != &sh->sentinel) {

        if (hash != node->key) {
            node = (hash < node->key) ? node->left : node->right;
            continue;
        }

        w = (ngx_http_asr_window_t *) node;

        rc = ngx_memn2cmp(name->data, ngx_http_asr_window_name(w), name->len,
                          w->len);

        if (rc == 0) {
            return w;
        }

        node = (rc < 0) ? node->left : node->right;
    }

    return NULL;
}


static ngx_http_asr_window_t *
ngx_http_asr_window_create(ngx_http_asr_zone_t *zone, uint32_t hash,
    ngx_str_t *name, asr_rate_t rate, int64_t now)
{
    size_t                  ring, size;
    ngx_http_asr_window_t  *w;

    ring = asr_window_size(rate.count);
    size = offsetof(ngx_http_asr_window_t, window) + ring + name->len;

    w = ngx_slab_alloc_locked(zone->shpool, size);

    if (w == NULL && ngx_http_asr_window_expire(zone, now) != 0) {
        w = ngx_slab_alloc_locked(zone->shpool, size);
    }

    if (w == NULL) {
        return NULL;
    }

    w->node.key = hash;
    w->ring = ring;
    w->len = name->len;

    asr_window_init(&w->window, rate.count, rate.window_ms, now);

    ngx_memcpy(ngx_http_asr_window_name(w), name->data, name->len);

    ngx_rbtree_insert(&zone->sh->rbtree, &w->node);
    ngx_queue_insert_head(&zone->sh->queue, &w->queue);
    zone->sh->windows++;

    return w;
}


static void
ngx_http_asr_window_delete(ngx_http_asr_zone_t *zone,
    ngx_http_asr_window_t *w)
{
    ngx_queue_remove(&w->queue);
    ngx_rbtree_delete(&zone->sh->rbtree, &w->node);
    ngx_slab_free_locked(zone->shpool, w);
    zone->sh->windows--;
}


static ngx_uint_t
ngx_http_asr_window_expire(ngx_http_asr_zone_t *zone, int64_t now)
{
    ngx_uint_t              n;
    ngx_queue_t            *q, *prev;
    ngx_http_asr_window_t  *w;

    n = 0;

    for (q = ngx_queue_last(&zone->sh->queue);
         q != ngx_queue_sentinel(&zone->sh->queue);
         q = prev)
    {
        prev = ngx_queue_prev(q);
        w = ngx_queue_data(q, ngx_http_asr_window_t, queue);

        if (asr_window_used(&w->window, now) == 0) {
            ngx_http_asr_window_delete(zone, w);
            n++;
        }
    }

    return n;
}


static void
ngx_http_asr_nonce_insert(ngx_rbtree_node_t *temp, ngx_rbtree_node_t *node,
    ngx_rbtree_node_t *sentinel)
{
    ngx_rbtree_node_t     **p;
    ngx_http_asr_nonce_t   *n, *nt;

    n = (ngx_http_asr_nonce_t *) node;

    for ( ;; ) {
        nt = (ngx_http_asr_nonce_t *) temp;

        p = (node->key < temp->key
             || (node->key == temp->key
                 && ngx_memcmp(n->id, nt->id, ASR_NONCE_LEN) < 0))
            ? &temp->left : &temp->right;

        if (*p == sentinel) {
            break;
        }

        temp = *p;
    }

    *p = node;
    node->parent = temp;
    node->left = sentinel;
    node->right = sentinel;
    ngx_rbt_red(node);
}


asr_nonce_status_t
ngx_http_asr_nonce(void *ctx, const unsigned char id[ASR_NONCE_LEN],
    int64_t until_ms)
{
    ngx_http_asr_zone_t *zone = ctx;

    int64_t                now;
    ngx_rbtree_key_t       key;
    asr_nonce_status_t     rc;
    ngx_http_asr_sh_t     *sh;
    ngx_http_asr_nonce_t  *n;

    sh = zone->sh;
    ngx_memcpy(&key, id, sizeof(key));

    ngx_shmtx_lock(&zone->shpool->mutex);

    now = asr_clock_ms();
    rc = ASR_NONCE_NEW;

    n = ngx_http_asr_nonce_lookup(sh, key, id);

    if (n != NULL) {

        if (n->until > now) {
            rc = ASR_NONCE_USED;
            goto done;
        }

        ngx_http_asr_nonce_delete(zone, n);
    }

    /* two go for one that comes: the queue keeps clean by itself */

    ngx_http_asr_nonce_expire(zone, now, 2);

    if (sh->nonces >= sh->nonces_max) {
        ngx_http_asr_nonce_expire(zone, now, NGX_HTTP_ASR_NONCE_SCAN);
    }

    n = NULL;

    if (sh->nonces < sh->nonces_max) {
        n = ngx_slab_alloc_locked(zone->shpool, sizeof(ngx_http_asr_nonce_t));

        if (n == NULL) {
            ngx_http_asr_nonce_expire(zone, now, NGX_HTTP_ASR_NONCE_SCAN);
            n = ngx_slab_alloc_locked(zone->shpool,
                                      sizeof(ngx_http_asr_nonce_t));
        }
    }

    if (n == NULL) {
        sh->nonce_full++;
        rc = ASR_NONCE_FULL;
        goto done;
    }

    n->node.key = key;
    n->until = until_ms;
    ngx_memcpy(n->id, id, ASR_NONCE_LEN);

    ngx_rbtree_insert(&sh->nonce_rbtree, &n->node);
    ngx_queue_insert_head(&sh->nonce_queue, &n->queue);
    sh->nonces++;

done:

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return rc;
}


/* The caller holds the mutex, here and below. */

static ngx_http_asr_nonce_t *
ngx_http_asr_nonce_lookup(ngx_http_asr_sh_t *sh, ngx_rbtree_key_t key,
    const u_char *id)
{
    ngx_int_t              rc;
    ngx_rbtree_node_t     *node;
    ngx_http_asr_nonce_t  *n;

    node = sh->nonce_rbtree.root;

    while (node != &sh->nonce_sentinel) {

        if (key != node->key) {
            node = (key < node->key) ? node->left : node->right;
            continue;
        }

        n = (ngx_http_asr_nonce_t *) node;

        rc = ngx_memcmp(id, n->id, ASR_NONCE_LEN);

        if (rc == 0) {
            return n;
        }

        node = (rc < 0) ? node->left : node->right;
    }

    return NULL;
}


static void
ngx_http_asr_nonce_delete(ngx_http_asr_zone_t *zone, ngx_http_asr_nonce_t *n)
{
    ngx_queue_remove(&n->queue);
    ngx_rbtree_delete(&zone->sh->nonce_rbtree, &n->node);
    ngx_slab_free_locked(zone->shpool, n);
    zone->sh->nonces--;
}


/*
 * Of the oldest.  Times are not quite in the queue's order: a client's clock
 * may be ahead by a quarter of an hour, and its nonce counts so much longer.
 */

static void
ngx_http_asr_nonce_expire(ngx_http_asr_zone_t *zone, int64_t now,
    ngx_uint_t most)
{
    ngx_uint_t             i;
    ngx_queue_t           *q, *prev;
    ngx_http_asr_nonce_t  *n;

    q = ngx_queue_last(&zone->sh->nonce_queue);

    for (i = 0; i < most; i++) {

        if (q == ngx_queue_sentinel(&zone->sh->nonce_queue)) {
            return;
        }

        prev = ngx_queue_prev(q);
        n = ngx_queue_data(q, ngx_http_asr_nonce_t, queue);

        if (n->until <= now) {
            ngx_http_asr_nonce_delete(zone, n);
        }

        q = prev;
    }
}
