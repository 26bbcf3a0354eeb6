/*
 * Signature v1.  The text is never assembled: it is fed to the HMAC piece by
 * piece, once for each way a client may have written it, and the one value
 * that may be megabytes (Data) is written by the caller, who has it on disk.
 */

#include "asr_tencent_v1.h"
#include "asr_host.h"
#include "../base/asr_b64.h"
#include "../base/asr_crypto.h"

#include <stdlib.h>


typedef struct {
    const asr_pair_t  *pair;
    size_t             order;        /* as sent, for names met twice */
} asr_v1_item_t;


typedef struct {
    const asr_key_t   *key;
    asr_str_t          method;
    asr_str_t          signature;
    asr_str_t          algorithm;
    bool               sha1;
    asr_v1_item_t     *items;
    size_t             n;
    asr_str_t          lifted_name;
    asr_v1_lifted_pt   lifted;
    void              *ctx;
} asr_v1_t;


static asr_err_t asr_v1_collect(asr_v1_t *v, const asr_form_t *form,
    asr_arena_t *arena, bool *underscore);
static asr_err_t asr_v1_algorithm(asr_v1_t *v, asr_str_t method);
static int asr_v1_compare(const void *one, const void *two);
static bool asr_v1_attempt(const asr_v1_t *v, asr_str_t host, bool dots);
static asr_err_t asr_v1_feed(const asr_v1_t *v, asr_str_t host, bool dots);
static void asr_v1_feed_name(asr_str_t name, bool dots);


bool
asr_tencent_v1_verify(const asr_key_t *key, asr_str_t method, asr_str_t host,
    const asr_form_t *form, asr_arena_t *arena, asr_str_t lifted_name,
    asr_v1_lifted_pt lifted, void *ctx)
{
    bool       underscore;
    asr_v1_t   v;
    asr_str_t  name;

    memset(&v, 0, sizeof(asr_v1_t));

    v.key = key;
    v.method = method;
    v.sha1 = true;
    v.lifted_name = lifted_name;
    v.lifted = lifted;
    v.ctx = ctx;

    if (key->secret.len == 0
        || asr_v1_collect(&v, form, arena, &underscore) != ASR_OK)
    {
        return false;
    }

    if (asr_v1_attempt(&v, host, false)) {
        return true;
    }

    name = asr_host_name(host);

    if (name.len != host.len && asr_v1_attempt(&v, name, false)) {
        return true;
    }

    /* old Python SDKs write '_' in names as '.' when they sign */

    return underscore
           && (asr_v1_attempt(&v, host, true)
               || (name.len != host.len && asr_v1_attempt(&v, name, true)));
}


static asr_err_t
asr_v1_collect(asr_v1_t *v, const asr_form_t *form, asr_arena_t *arena,
    bool *underscore)
{
    asr_err_t    rc;
    asr_pair_t  *p;

    static const asr_str_t  signature = ASR_STR("Signature");
    static const asr_str_t  algorithm = ASR_STR("SignatureMethod");

    *underscore = false;

    if (form->n == 0 || form->n > SIZE_MAX / sizeof(asr_v1_item_t)) {
        return ASR_INVALID;
    }

    v->items = asr_arena_alloc(arena, form->n * sizeof(asr_v1_item_t));
    if (v->items == NULL) {
        return ASR_NOMEM;
    }

    for (p = form->pairs; p != NULL; p = p->next) {

        if (asr_str_eq(p->name, signature)) {
            if (v->signature.data != NULL || p->value.len == 0) {
                return ASR_INVALID;
            }

            v->signature = p->value;
            continue;
        }

        if (asr_str_eq(p->name, algorithm)) {
            rc = asr_v1_algorithm(v, p->value);
            if (rc != ASR_OK) {
                return rc;
            }
        }

        if (p->name.len != 0
            && memchr(p->name.data, '_', p->name.len) != NULL)
        {
            *underscore = true;
        }

        if (v->n == form->n) {
            return ASR_INVALID;
        }

        v->items[v->n].pair = p;
        v->items[v->n].order = v->n;
        v->n++;
    }

    if (v->signature.data == NULL) {
        return ASR_INVALID;
    }

    if (v->n != 0) {
        qsort(v->items, v->n, sizeof(asr_v1_item_t), asr_v1_compare);
    }

    return ASR_OK;
}


static asr_err_t
asr_v1_algorithm(asr_v1_t *v, asr_str_t method)
{
    if (v->algorithm.len != 0) {
        return ASR_INVALID;
    }

    v->algorithm = method;
    v->sha1 = asr_str_eq(method, asr_str("HmacSHA1"));

    if (v->sha1 || asr_str_eq(method, asr_str("HmacSHA256"))) {
        return ASR_OK;
    }

    return ASR_INVALID;
}


static int
asr_v1_compare(const void *one, const void *two)
{
    int                   rc;
    size_t                n;
    asr_str_t             a, b;
    const asr_v1_item_t  *x, *y;

    x = one;
    y = two;
    a = x->pair->name;
    b = y->pair->name;
    n = a.len < b.len ? a.len : b.len;

    rc = n != 0 ? memcmp(a.data, b.data, n) : 0;
    if (rc != 0) {
        return rc;
    }

    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }

    return x->order < y->order ? -1 : 1;
}


static bool
asr_v1_attempt(const asr_v1_t *v, asr_str_t host, bool dots)
{
    char           text[(ASR_SHA256_LEN + 2) / 3 * 4];
    size_t         n;
    asr_err_t      rc;
    unsigned char  mac[ASR_SHA256_LEN];

    if (asr_hmac_begin(v->sha1, v->key->secret.data, v->key->secret.len)
        != ASR_OK)
    {
        return false;
    }

    rc = asr_v1_feed(v, host, dots);
    n = asr_hmac_final(mac);

    if (rc != ASR_OK) {
        return false;
    }

    n = asr_b64_encode(mac, n, text);

    return n == v->signature.len && asr_equal_ct(text, v->signature.data, n);
}


static asr_err_t
asr_v1_feed(const asr_v1_t *v, asr_str_t host, bool dots)
{
    size_t             i;
    asr_err_t          rc;
    const asr_pair_t  *p;

    asr_hmac_update(v->method.data, v->method.len);
    asr_hmac_update(host.data, host.len);
    asr_hmac_update("/?", 2);

    for (i = 0; i < v->n; i++) {
        p = v->items[i].pair;

        if (i != 0) {
            asr_hmac_update("&", 1);
        }

        asr_v1_feed_name(p->name, dots);
        asr_hmac_update("=", 1);

        if (v->lifted_name.len != 0 && asr_str_eq(p->name, v->lifted_name)) {
            rc = v->lifted(v->ctx);
            if (rc != ASR_OK) {
                return rc;
            }

        } else {
            asr_hmac_update(p->value.data, p->value.len);
        }
    }

    return ASR_OK;
}


static void
asr_v1_feed_name(asr_str_t name, bool dots)
{
    size_t       n;
    const char  *p;

    while (dots && name.len != 0) {
        p = memchr(name.data, '_', name.len);
        if (p == NULL) {
            break;
        }

        n = (size_t) (p - name.data);

        asr_hmac_update(name.data, n);
        asr_hmac_update(".", 1);

        name.data += n + 1;
        name.len -= n + 1;
    }

    asr_hmac_update(name.data, name.len);
}
