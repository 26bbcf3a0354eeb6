/*
 * Accounts: reading the file, looking up, letting go.  What the file says is
 * made into memory by asr_accounts_parse.c.
 */

#include "asr_accounts_int.h"
#include "../base/asr_secret.h"
#include "../base/asr_crypto.h"
#include "../base/asr_file.h"

#include <errno.h>
#include <stdio.h>


static uint64_t asr_accounts_hash(asr_str_t id);
static const asr_key_t *asr_accounts_ask(asr_key_kind_t kind, asr_str_t id,
    const asr_key_t *found);
static const asr_key_t *asr_accounts_key(const asr_accounts_table_t *t,
    asr_str_t id);


static asr_accounts_more_pt   asr_accounts_more_handler;
static void                  *asr_accounts_more_ctx;


asr_accounts_t *
asr_accounts_load(const char *path, char *err, size_t errlen)
{
    char             *text, reason[512];
    size_t            size;
    ssize_t           n;
    asr_accounts_t   *a;

    size = ASR_ACCOUNTS_FILE_MAX + 1;

    text = asr_secret_map(size);
    if (text == NULL) {
        (void) snprintf(err, errlen, "%s: no memory", path);
        return NULL;
    }

    a = NULL;
    n = asr_file_read(path, text, size);

    if (n < 0) {
        (void) snprintf(err, errlen, "%s: %s", path, strerror(errno));

    } else if ((size_t) n == size) {
        (void) snprintf(err, errlen, "%s: larger than %d bytes", path,
                        ASR_ACCOUNTS_FILE_MAX);

    } else {
        a = asr_accounts_parse((asr_str_t) { (size_t) n, text }, reason,
                               sizeof(reason));
        if (a == NULL) {
            (void) snprintf(err, errlen, "%s: %s", path, reason);
        }
    }

    asr_secret_unmap(text, size);

    return a;
}


void
asr_accounts_free(asr_accounts_t *a)
{
    if (a != NULL) {
        asr_secret_unmap(a, a->size);
    }
}


void
asr_accounts_more(asr_accounts_more_pt more, void *ctx)
{
    asr_accounts_more_handler = more;
    asr_accounts_more_ctx = ctx;
}


static const asr_key_t *
asr_accounts_ask(asr_key_kind_t kind, asr_str_t id, const asr_key_t *found)
{
    return asr_accounts_more_handler == NULL
           ? found
           : asr_accounts_more_handler(asr_accounts_more_ctx, kind, id, found);
}


size_t
asr_accounts_n(const asr_accounts_t *a)
{
    return a->n;
}


const asr_account_t *
asr_accounts_bearer(const asr_accounts_t *a, asr_str_t key)
{
    unsigned char     digest[ASR_SHA256_LEN];
    const asr_key_t  *k;

    if (key.len == 0 || key.len > ASR_ACCOUNTS_BEARER_MAX) {
        return NULL;
    }

    asr_sha256(key.data, key.len, digest);

    k = asr_accounts_key(&a->bearers,
                         (asr_str_t) { sizeof(digest), (char *) digest });
    k = asr_accounts_ask(ASR_KEY_BEARER, key, k);

    return k != NULL ? k->account : NULL;
}


const asr_key_t *
asr_accounts_secret_id(const asr_accounts_t *a, asr_str_t secret_id)
{
    return asr_accounts_ask(ASR_KEY_SECRET_ID, secret_id,
                            asr_accounts_key(&a->secret_ids, secret_id));
}


const asr_key_t *
asr_accounts_access_key_id(const asr_accounts_t *a, asr_str_t access_key_id)
{
    return asr_accounts_ask(ASR_KEY_ACCESS_ID, access_key_id,
                            asr_accounts_key(&a->access_ids, access_key_id));
}


static const asr_key_t *
asr_accounts_key(const asr_accounts_table_t *t, asr_str_t id)
{
    const asr_str_t  *found;

    if (id.len == 0 || id.len > ASR_ACCOUNTS_ID_MAX) {
        return NULL;
    }

    found = asr_accounts_table_find(t, id);
    if (found == NULL) {
        return NULL;
    }

    return (const asr_key_t *) (const void *)
           ((const char *) found - offsetof(asr_key_t, id));
}


const asr_account_t *
asr_accounts_named(const asr_accounts_t *a, asr_str_t name)
{
    const asr_str_t  *found;
    const asr_key_t  *key;

    found = asr_accounts_table_find(&a->names, name);

    if (found != NULL) {
        return (const asr_account_t *) (const void *)
               ((const char *) found - offsetof(asr_account_t, name));
    }

    key = asr_accounts_ask(ASR_KEY_NAME, name, NULL);

    return key != NULL ? key->account : NULL;
}


asr_str_t
asr_accounts_secret(const asr_accounts_t *a, const asr_account_t *account)
{
    size_t            i;
    const asr_key_t  *key;

    /* keys of the other kinds have a secret beside their id */

    for (i = 0; i < a->nkeys; i++) {
        if (a->keys[i].account == account && a->keys[i].secret.len == 0) {
            return a->keys[i].id;
        }
    }

    if (account->index < a->n) {
        return asr_str_null();
    }

    key = asr_accounts_ask(ASR_KEY_NAME, account->name, NULL);

    return key != NULL ? key->secret : asr_str_null();
}


bool
asr_accounts_limit(const asr_accounts_t *a, size_t i, asr_str_t *action)
{
    if (i >= a->nlimits) {
        return false;
    }

    *action = a->limits[i].action;

    return true;
}


asr_rate_t
asr_account_rate(const asr_account_t *account, asr_str_t action,
    asr_rate_t dflt)
{
    size_t  i;

    for (i = 0; i < account->nlimits; i++) {
        if (asr_str_eq(account->limits[i].action, action)) {
            return account->limits[i].rate;
        }
    }

    return dflt;
}


const asr_str_t *
asr_accounts_table_find(const asr_accounts_table_t *t, asr_str_t id)
{
    size_t            i;
    const asr_str_t  *p;

    for (i = asr_accounts_hash(id) & t->mask; /* void */ ;
         i = (i + 1) & t->mask)
    {
        p = t->slots[i];

        if (p == NULL) {
            return NULL;
        }

        if (p->len == id.len && asr_equal_ct(p->data, id.data, id.len)) {
            return p;
        }
    }
}


bool
asr_accounts_table_add(asr_accounts_table_t *t, const asr_str_t *id)
{
    size_t  i;

    if (asr_accounts_table_find(t, *id) != NULL) {
        return false;
    }

    i = asr_accounts_hash(*id) & t->mask;

    while (t->slots[i] != NULL) {
        i = (i + 1) & t->mask;
    }

    t->slots[i] = id;

    return true;
}


/* FNV-1a: only the operator chooses what is put in. */

static uint64_t
asr_accounts_hash(asr_str_t id)
{
    size_t    i;
    uint64_t  h;

    h = UINT64_C(14695981039346656037);

    for (i = 0; i < id.len; i++) {
        h = (h ^ (unsigned char) id.data[i]) * UINT64_C(1099511628211);
    }

    return h ^ (h >> 32);
}
