/*
 * The keys of an account, and the strings of accounts in general.  A bearer
 * key is kept as its SHA-256 only, whichever way the file gives it.
 */

#include "asr_accounts_int.h"
#include "../base/asr_secret.h"
#include "../base/asr_crypto.h"

#include <stdarg.h>
#include <stdio.h>


typedef struct {
    const char       *id;
    const char       *secret;            /* NULL: none */
    const char       *token;             /* NULL: none */
    size_t            table;             /* offset in asr_accounts_t */
    asr_err_t       (*read)(asr_accounts_build_t *b, asr_key_t *key,
                            const char *field, const asr_json_t *v);
} asr_accounts_form_t;


static asr_err_t asr_accounts_key(asr_accounts_build_t *b,
    asr_account_t *account, const asr_json_t *v);
static asr_err_t asr_accounts_key_read(asr_accounts_build_t *b,
    asr_key_t *key, const asr_accounts_form_t *form, const asr_json_t *v);
static asr_err_t asr_accounts_read_id(asr_accounts_build_t *b, asr_key_t *key,
    const char *field, const asr_json_t *v);
static asr_err_t asr_accounts_read_bearer(asr_accounts_build_t *b,
    asr_key_t *key, const char *field, const asr_json_t *v);
static asr_err_t asr_accounts_read_digest(asr_accounts_build_t *b,
    asr_key_t *key, const char *field, const asr_json_t *v);


static const asr_accounts_form_t  asr_accounts_forms[] = {
    { "bearer", NULL, NULL, offsetof(asr_accounts_t, bearers),
      asr_accounts_read_bearer },
    { "bearer_sha256", NULL, NULL, offsetof(asr_accounts_t, bearers),
      asr_accounts_read_digest },
    { "secret_id", "secret_key", "token",
      offsetof(asr_accounts_t, secret_ids), asr_accounts_read_id },
    { "access_key_id", "access_key_secret", "security_token",
      offsetof(asr_accounts_t, access_ids), asr_accounts_read_id }
};


asr_err_t
asr_accounts_keys(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v)
{
    asr_err_t          rc;
    const asr_json_t  *k;

    if (v->type != ASR_JSON_ARRAY || v->n == 0) {
        return asr_accounts_fail(b, "\"keys\" is not an array of at least "
                                    "one key");
    }

    for (k = v->child; k != NULL; k = k->next) {
        b->key++;

        rc = asr_accounts_key(b, account, k);
        if (rc != ASR_OK) {
            return rc;
        }
    }

    b->key = 0;

    return ASR_OK;
}


static asr_err_t
asr_accounts_key(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v)
{
    size_t                      i;
    asr_key_t                  *key;
    asr_accounts_table_t       *table;
    const asr_accounts_form_t  *form;

    form = NULL;

    for (i = 0; i < asr_nelts(asr_accounts_forms); i++) {
        if (asr_json_get(v, asr_cstr(asr_accounts_forms[i].id)) != NULL) {
            form = &asr_accounts_forms[i];
            break;
        }
    }

    if (form == NULL) {
        return asr_accounts_fail(b, "none of \"bearer\", \"bearer_sha256\", "
                                    "\"secret_id\", \"access_key_id\"");
    }

    key = &b->a->keys[b->a->nkeys];
    key->account = account;
    key->index = (uint32_t) b->a->nkeys;

    if (asr_accounts_key_read(b, key, form, v) != ASR_OK) {
        return ASR_INVALID;
    }

    table = (asr_accounts_table_t *) (void *) ((char *) b->a + form->table);

    if (!asr_accounts_table_add(table, &key->id)) {
        return asr_accounts_fail(b, "this \"%s\" is there already", form->id);
    }

    b->a->nkeys++;

    return ASR_OK;
}


static asr_err_t
asr_accounts_key_read(asr_accounts_build_t *b, asr_key_t *key,
    const asr_accounts_form_t *form, const asr_json_t *v)
{
    asr_err_t          rc;
    const asr_json_t  *m;

    for (m = v->child; m != NULL; m = m->next) {

        if (asr_str_eq(m->key, asr_cstr(form->id))) {
            rc = form->read(b, key, form->id, m);

        } else if (form->secret != NULL
                   && asr_str_eq(m->key, asr_cstr(form->secret)))
        {
            rc = asr_accounts_string(b, m, form->secret,
                                     ASR_ACCOUNTS_SECRET_MAX,
                                     ASR_ACCOUNTS_VISIBLE, &key->secret);

        } else if (form->token != NULL
                   && asr_str_eq(m->key, asr_cstr(form->token)))
        {
            rc = asr_accounts_string(b, m, form->token,
                                     ASR_ACCOUNTS_TOKEN_MAX,
                                     ASR_ACCOUNTS_VISIBLE, &key->token);

        } else {
            return asr_accounts_fail(b, "a field that does not go with "
                                        "\"%s\"", form->id);
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    if (form->secret != NULL && key->secret.len == 0) {
        return asr_accounts_fail(b, "\"%s\" is missing", form->secret);
    }

    return ASR_OK;
}


static asr_err_t
asr_accounts_read_id(asr_accounts_build_t *b, asr_key_t *key,
    const char *field, const asr_json_t *v)
{
    return asr_accounts_string(b, v, field, ASR_ACCOUNTS_ID_MAX,
                               ASR_ACCOUNTS_ID, &key->id);
}


/* The key itself is not kept. */

static asr_err_t
asr_accounts_read_bearer(asr_accounts_build_t *b, asr_key_t *key,
    const char *field, const asr_json_t *v)
{
    asr_str_t      text;
    unsigned char  digest[ASR_SHA256_LEN];

    if (asr_accounts_string(b, v, field, ASR_ACCOUNTS_BEARER_MAX,
                            ASR_ACCOUNTS_VISIBLE, &text)
        != ASR_OK)
    {
        return ASR_INVALID;
    }

    asr_sha256(text.data, text.len, digest);

    /* it is the last in the space of strings */

    b->pos -= text.len;
    asr_secret_wipe(b->pos, text.len);

    key->id = asr_accounts_copy(b, (asr_str_t) { sizeof(digest),
                                                 (char *) digest });
    return ASR_OK;
}


static asr_err_t
asr_accounts_read_digest(asr_accounts_build_t *b, asr_key_t *key,
    const char *field, const asr_json_t *v)
{
    int            high, low;
    size_t         i;
    asr_str_t      s;
    unsigned char  digest[ASR_SHA256_LEN];

    if (v->type != ASR_JSON_STRING || v->u.string.len != 2 * ASR_SHA256_LEN) {
        return asr_accounts_fail(b, "\"%s\" is not 64 hex digits", field);
    }

    s = v->u.string;

    for (i = 0; i < ASR_SHA256_LEN; i++) {
        high = asr_hex_digit(s.data[2 * i]);
        low = asr_hex_digit(s.data[2 * i + 1]);

        if (high < 0 || low < 0) {
            return asr_accounts_fail(b, "\"%s\" is not 64 hex digits", field);
        }

        digest[i] = (unsigned char) (high << 4 | low);
    }

    key->id = asr_accounts_copy(b, (asr_str_t) { sizeof(digest),
                                                 (char *) digest });
    return ASR_OK;
}


asr_err_t
asr_accounts_string(asr_accounts_build_t *b, const asr_json_t *v,
    const char *field, size_t max, asr_accounts_class_t class, asr_str_t *out)
{
    if (v->type != ASR_JSON_STRING) {
        return asr_accounts_fail(b, "\"%s\" is not a string", field);
    }

    if (v->u.string.len == 0 || v->u.string.len > max) {
        return asr_accounts_fail(b, "\"%s\" is not 1 to %zu bytes long", field,
                                 max);
    }

    if (!asr_accounts_chars(v->u.string, class)) {
        return asr_accounts_fail(b, "\"%s\" holds a character that it may not",
                                 field);
    }

    *out = asr_accounts_copy(b, v->u.string);

    return ASR_OK;
}


bool
asr_accounts_chars(asr_str_t s, asr_accounts_class_t class)
{
    size_t          i;
    unsigned char   c;

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if (c < 0x20 || c == 0x7f
            || (class != ASR_ACCOUNTS_TEXT && (c == ' ' || c >= 0x80))
            || (class == ASR_ACCOUNTS_ID && (c == '/' || c == ',')))
        {
            return false;
        }
    }

    return true;
}


asr_str_t
asr_accounts_copy(asr_accounts_build_t *b, asr_str_t s)
{
    char  *p;

    p = b->pos;

    memcpy(p, s.data, s.len);
    b->pos += s.len;

    return (asr_str_t) { s.len, p };
}


asr_err_t
asr_accounts_fail(asr_accounts_build_t *b, const char *fmt, ...)
{
    char     why[256], key[32];
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(why, sizeof(why), fmt, args);
    va_end(args);

    key[0] = '\0';

    if (b->key != 0) {
        (void) snprintf(key, sizeof(key), " keys[%zu]", b->key - 1);
    }

    (void) snprintf(b->err, b->errlen, "accounts[%zu]%s%.*s%s%s: %s", b->index,
                    b->name.len != 0 ? " \"" : "", asr_fmt(b->name),
                    b->name.len != 0 ? "\"" : "", key, why);

    return ASR_INVALID;
}
