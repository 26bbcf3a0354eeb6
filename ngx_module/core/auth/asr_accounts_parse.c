/*
 * The accounts file made into memory.  The tree of the JSON text is read
 * twice: once to size the region, once to check and copy.  No message holds
 * anything of the text but an account's name and the names of fields we know
 * or of an account's unknown field: a mistyped key entry may have a secret
 * where a name is expected.
 */

#include "asr_accounts_int.h"
#include "../base/asr_secret.h"
#include "../base/asr_crypto.h"

#include <stdio.h>


/* nodes and strings of the largest file that makes sense */
#define ASR_ACCOUNTS_ARENA_MAX  (64 * 1024 * 1024)


typedef struct {
    const char       *name;
    asr_err_t       (*read)(asr_accounts_build_t *b, asr_account_t *account,
                            const asr_json_t *v);
} asr_accounts_field_t;


static asr_json_t *asr_accounts_json(asr_arena_t *arena, asr_str_t text,
    char *err, size_t errlen);
static asr_accounts_t *asr_accounts_make(const asr_json_t *list,
    size_t text_len, char *err, size_t errlen);
static asr_accounts_t *asr_accounts_region(const asr_json_t *list,
    size_t text_len, char **strings);
static size_t asr_accounts_slots(size_t n);
static asr_err_t asr_accounts_one(asr_accounts_build_t *b,
    const asr_json_t *object);
static bool asr_accounts_field_known(asr_str_t name);
static asr_str_t asr_accounts_shown(asr_str_t name);
static asr_err_t asr_accounts_name(asr_accounts_build_t *b,
    asr_account_t *account, const asr_json_t *v);
static asr_err_t asr_accounts_app_id(asr_accounts_build_t *b,
    asr_account_t *account, const asr_json_t *v);
static asr_err_t asr_accounts_status(asr_accounts_build_t *b,
    asr_account_t *account, const asr_json_t *v);
static asr_err_t asr_accounts_limits(asr_accounts_build_t *b,
    asr_account_t *account, const asr_json_t *v);
static bool asr_accounts_action_form(asr_str_t s);
static asr_err_t asr_accounts_rate(asr_str_t s, asr_rate_t *rate);
static asr_err_t asr_accounts_webhook(asr_accounts_build_t *b,
    asr_account_t *account, const asr_json_t *v);
static asr_err_t asr_accounts_webhook_key(asr_accounts_build_t *b,
    asr_account_t *account, const asr_json_t *v);


static const asr_accounts_field_t  asr_accounts_fields[] = {
    { "name", asr_accounts_name },
    { "app_id", asr_accounts_app_id },
    { "status", asr_accounts_status },
    { "keys", asr_accounts_keys },
    { "limits", asr_accounts_limits },
    { "webhook", asr_accounts_webhook },
    { "webhook_key", asr_accounts_webhook_key }
};


/* in the order of asr_account_status_t */

static const char *const  asr_accounts_statuses[] = {
    "active", "disabled", "isolated", "no_amount", "no_free_amount",
    "not_registered"
};


asr_accounts_t *
asr_accounts_parse(asr_str_t text, char *err, size_t errlen)
{
    asr_json_t       *root, *list;
    asr_arena_t       arena;
    asr_accounts_t   *a;

    if (asr_crypto_init() != ASR_OK) {
        (void) snprintf(err, errlen, "OpenSSL does not start");
        return NULL;
    }

    asr_arena_init(&arena, ASR_ACCOUNTS_ARENA_MAX);

    a = NULL;
    root = asr_accounts_json(&arena, text, err, errlen);

    if (root != NULL) {
        list = asr_json_get(root, asr_str("accounts"));

        if (list == NULL || list->type != ASR_JSON_ARRAY) {
            (void) snprintf(err, errlen, "no array \"accounts\"");

        } else if (root->n != 1) {
            (void) snprintf(err, errlen, "a field beside \"accounts\"");

        } else {
            a = asr_accounts_make(list, text.len, err, errlen);
        }
    }

    asr_arena_wipe(&arena);

    return a;
}


static asr_json_t *
asr_accounts_json(asr_arena_t *arena, asr_str_t text, char *err,
    size_t errlen)
{
    const char        *why;
    asr_json_t        *root;
    asr_json_error_t   error;

    if (text.len > ASR_ACCOUNTS_FILE_MAX) {
        (void) snprintf(err, errlen, "larger than %d bytes",
                        ASR_ACCOUNTS_FILE_MAX);
        return NULL;
    }

    root = asr_json_parse(arena, text, &error);
    if (root != NULL) {
        return root;
    }

    switch (error.fault) {

    case ASR_JSON_UTF8:
        why = "invalid UTF-8";
        break;

    case ASR_JSON_NUL:
        why = "a NUL character";
        break;

    case ASR_JSON_DEPTH:
        why = "nested too deep";
        break;

    case ASR_JSON_DUPLICATE:
        why = "a field is given twice";
        break;

    case ASR_JSON_SIZE:
        why = "too many values";
        break;

    default:
        why = "not valid JSON";
        break;
    }

    (void) snprintf(err, errlen, "%s", why);

    return NULL;
}


static asr_accounts_t *
asr_accounts_make(const asr_json_t *list, size_t text_len, char *err,
    size_t errlen)
{
    const asr_json_t      *v;
    asr_accounts_build_t   b;

    memset(&b, 0, sizeof(asr_accounts_build_t));

    b.err = err;
    b.errlen = errlen;

    b.a = asr_accounts_region(list, text_len, &b.pos);
    if (b.a == NULL) {
        (void) snprintf(err, errlen, "no memory");
        return NULL;
    }

    for (v = list->child; v != NULL; v = v->next) {
        b.name = asr_str_null();
        b.key = 0;

        if (asr_accounts_one(&b, v) != ASR_OK) {
            asr_accounts_free(b.a);
            return NULL;
        }

        b.index++;
    }

    asr_secret_freeze(b.a, b.a->size);

    return b.a;
}


/*
 * The structure, accounts, keys, limits, tables and strings, in this order,
 * alignment falling.  A file of 4 MB has at most 2 million values: no sum
 * here comes near SIZE_MAX, and pages that are not touched cost nothing.
 */

static asr_accounts_t *
asr_accounts_region(const asr_json_t *list, size_t text_len, char **strings)
{
    char              *p;
    size_t             nkeys, nlimits, slots, size, i;
    asr_accounts_t    *a;
    const asr_json_t  *v, *keys, *limits;

    nkeys = 0;
    nlimits = 0;

    for (v = list->child; v != NULL; v = v->next) {
        keys = asr_json_get(v, asr_str("keys"));
        limits = asr_json_get(v, asr_str("limits"));

        nkeys += keys != NULL ? keys->n : 0;
        nlimits += limits != NULL ? limits->n : 0;
    }

    slots = asr_accounts_slots(nkeys > list->n ? nkeys : list->n);

    /* no string is longer than its text, but a digest may be */

    size = sizeof(asr_accounts_t)
           + list->n * sizeof(asr_account_t)
           + nkeys * sizeof(asr_key_t)
           + nlimits * sizeof(asr_account_limit_t)
           + 4 * slots * sizeof(asr_str_t *)
           + nkeys * ASR_SHA256_LEN + text_len;

    a = asr_secret_map(size);
    if (a == NULL) {
        return NULL;
    }

    a->size = size;
    p = (char *) (a + 1);

    a->accounts = (asr_account_t *) (void *) p;
    p += list->n * sizeof(asr_account_t);
    a->keys = (asr_key_t *) (void *) p;
    p += nkeys * sizeof(asr_key_t);
    a->limits = (asr_account_limit_t *) (void *) p;
    p += nlimits * sizeof(asr_account_limit_t);

    {
        asr_accounts_table_t  *const tables[] = {
            &a->names, &a->bearers, &a->secret_ids, &a->access_ids
        };

        for (i = 0; i < asr_nelts(tables); i++) {
            tables[i]->slots = (const asr_str_t **) (void *) p;
            tables[i]->mask = slots - 1;
            p += slots * sizeof(asr_str_t *);
        }
    }

    *strings = p;

    return a;
}


static size_t
asr_accounts_slots(size_t n)
{
    size_t  size;

    size = 2;

    while (size / 2 <= n) {
        size *= 2;
    }

    return size;
}


static asr_err_t
asr_accounts_one(asr_accounts_build_t *b, const asr_json_t *object)
{
    size_t             i;
    asr_err_t          rc;
    asr_json_t        *v;
    asr_account_t     *account;
    const asr_json_t  *m;

    if (object->type != ASR_JSON_OBJECT) {
        return asr_accounts_fail(b, "not an object");
    }

    account = &b->a->accounts[b->a->n];
    account->index = (uint32_t) b->a->n;
    account->limits = &b->a->limits[b->a->nlimits];

    for (i = 0; i < asr_nelts(asr_accounts_fields); i++) {
        v = asr_json_get(object, asr_cstr(asr_accounts_fields[i].name));

        if (v != NULL) {
            rc = asr_accounts_fields[i].read(b, account, v);
            if (rc != ASR_OK) {
                return rc;
            }
        }
    }

    for (m = object->child; m != NULL; m = m->next) {
        if (!asr_accounts_field_known(m->key)) {
            return asr_accounts_fail(b, "unknown field \"%.*s\"",
                                     asr_fmt(asr_accounts_shown(m->key)));
        }
    }

    if (account->name.len == 0) {
        return asr_accounts_fail(b, "\"name\" is missing");
    }

    if (asr_json_get(object, asr_str("keys")) == NULL) {
        return asr_accounts_fail(b, "\"keys\" is missing");
    }

    b->a->n++;

    return ASR_OK;
}


static bool
asr_accounts_field_known(asr_str_t name)
{
    size_t  i;

    for (i = 0; i < asr_nelts(asr_accounts_fields); i++) {
        if (asr_str_eq(name, asr_cstr(asr_accounts_fields[i].name))) {
            return true;
        }
    }

    return false;
}


/* As much of a name as may stand in a message. */

static asr_str_t
asr_accounts_shown(asr_str_t name)
{
    if (name.len > 32 || !asr_accounts_chars(name, ASR_ACCOUNTS_VISIBLE)) {
        return asr_str("...");
    }

    return name;
}


static asr_err_t
asr_accounts_name(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v)
{
    if (asr_accounts_string(b, v, "name", ASR_ACCOUNTS_NAME_MAX,
                            ASR_ACCOUNTS_TEXT, &account->name)
        != ASR_OK)
    {
        return ASR_INVALID;
    }

    b->name = account->name;

    if (!asr_accounts_table_add(&b->a->names, &account->name)) {
        return asr_accounts_fail(b, "an account of this \"name\" is there "
                                    "already");
    }

    return ASR_OK;
}


static asr_err_t
asr_accounts_app_id(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v)
{
    if (v->type != ASR_JSON_INT || v->u.integer < 0) {
        return asr_accounts_fail(b, "\"app_id\" is not a positive integer");
    }

    account->app_id = v->u.integer;

    return ASR_OK;
}


static asr_err_t
asr_accounts_status(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v)
{
    size_t  i;

    for (i = 0; i < asr_nelts(asr_accounts_statuses); i++) {
        if (v->type == ASR_JSON_STRING
            && asr_str_eq(v->u.string, asr_cstr(asr_accounts_statuses[i])))
        {
            account->status = (asr_account_status_t) i;
            return ASR_OK;
        }
    }

    return asr_accounts_fail(b, "\"status\" is not one of active, disabled, "
                                "isolated, no_amount, no_free_amount, "
                                "not_registered");
}


static asr_err_t
asr_accounts_limits(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v)
{
    const asr_json_t     *m;
    asr_account_limit_t  *limit;

    if (v->type != ASR_JSON_OBJECT || v->n > ASR_ACCOUNTS_LIMITS_MAX) {
        return asr_accounts_fail(b, "\"limits\" is not an object of at most "
                                    "%d limits", ASR_ACCOUNTS_LIMITS_MAX);
    }

    for (m = v->child; m != NULL; m = m->next) {
        if (!asr_accounts_action_form(m->key)) {
            return asr_accounts_fail(b, "\"limits\": a name that is not of the "
                                        "form \"api.action\"");
        }

        limit = &b->a->limits[b->a->nlimits++];
        account->nlimits++;

        if (m->type != ASR_JSON_STRING
            || asr_accounts_rate(m->u.string, &limit->rate) != ASR_OK)
        {
            return asr_accounts_fail(b, "\"limits\": \"%.*s\" is not \"off\" "
                                        "or 1 to %d r/s or r/m",
                                     asr_fmt(m->key), ASR_ACCOUNTS_RATE_MAX);
        }

        limit->action = asr_accounts_copy(b, m->key);
    }

    return ASR_OK;
}


/* "u2.create": one dot, a word on either side. */

static bool
asr_accounts_action_form(asr_str_t s)
{
    char    c;
    size_t  i, dot;

    dot = s.len;

    if (s.len > ASR_ACCOUNTS_ACTION_MAX) {
        return false;
    }

    for (i = 0; i < s.len; i++) {
        c = s.data[i];

        if (c == '.' && dot == s.len) {
            dot = i;

        } else if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
                   && (c < '0' || c > '9') && c != '_' && c != '-')
        {
            return false;
        }
    }

    return dot != 0 && dot + 1 < s.len;
}


static asr_err_t
asr_accounts_rate(asr_str_t s, asr_rate_t *rate)
{
    size_t    n;
    uint32_t  window;
    int64_t   count;

    if (asr_str_eq(s, asr_str("off"))) {
        rate->count = 0;
        rate->window_ms = 1000;
        return ASR_OK;
    }

    n = sizeof("r/s") - 1;

    if (s.len <= n) {
        return ASR_INVALID;
    }

    if (memcmp(s.data + s.len - n, "r/s", n) == 0) {
        window = 1000;

    } else if (memcmp(s.data + s.len - n, "r/m", n) == 0) {
        window = 60000;

    } else {
        return ASR_INVALID;
    }

    s.len -= n;

    if (asr_str_int(s, &count) != ASR_OK
        || count < 1 || count > ASR_ACCOUNTS_RATE_MAX)
    {
        return ASR_INVALID;
    }

    rate->count = (uint32_t) count;
    rate->window_ms = window;

    return ASR_OK;
}


static asr_err_t
asr_accounts_webhook(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v)
{
    asr_str_t  s;

    static const asr_str_t  http = ASR_STR("http://");
    static const asr_str_t  https = ASR_STR("https://");

    if (asr_accounts_string(b, v, "webhook", ASR_ACCOUNTS_WEBHOOK_MAX,
                            ASR_ACCOUNTS_VISIBLE, &s)
        != ASR_OK)
    {
        return ASR_INVALID;
    }

    if ((s.len <= http.len || memcmp(s.data, http.data, http.len) != 0)
        && (s.len <= https.len || memcmp(s.data, https.data, https.len) != 0))
    {
        return asr_accounts_fail(b, "\"webhook\" is not an http or https URL");
    }

    account->webhook = s;

    return ASR_OK;
}


/* The AuthKey of Alibaba Cloud: letters and digits. */

static asr_err_t
asr_accounts_webhook_key(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v)
{
    size_t     i;
    asr_str_t  s;

    if (asr_accounts_string(b, v, "webhook_key", ASR_ACCOUNTS_WEBHOOK_KEY_MAX,
                            ASR_ACCOUNTS_VISIBLE, &s)
        != ASR_OK)
    {
        return ASR_INVALID;
    }

    for (i = 0; i < s.len; i++) {
        if ((s.data[i] < '0' || s.data[i] > '9')
            && (s.data[i] < 'A' || s.data[i] > 'Z')
            && (s.data[i] < 'a' || s.data[i] > 'z'))
        {
            return asr_accounts_fail(b, "\"webhook_key\" holds more than "
                                     "letters and digits");
        }
    }

    account->webhook_key = s;

    return ASR_OK;
}
