/*
 * The accounts file.
 */

#include <errno.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <stdlib.h>

#include "asr_conf_account.h"
#include "asr_conf_embed.h"
#include "asr_conf_json.h"


#define ASR_CONF_CASE  "{case}"


static const char  asr_conf_accounts_mock[] =
    "{\"accounts\": ["
    "{\"name\": \"main\", \"app_id\": 1300000001, \"keys\": ["
    "{\"bearer\": \"test-conformance-{case}\"},"
    "{\"secret_id\": \"test-conformance-{case}\","
    " \"secret_key\": \"test-conformance-{case}\"},"
    "{\"access_key_id\": \"test-conformance-{case}\","
    " \"access_key_secret\": \"test-conformance-{case}\"}]},"
    "{\"name\": \"other\", \"app_id\": 1300000001, \"keys\": ["
    "{\"bearer\": \"test-conformance-{case}-other\"},"
    "{\"secret_id\": \"test-conformance-{case}-other\","
    " \"secret_key\": \"test-conformance-{case}-other\"},"
    "{\"access_key_id\": \"test-conformance-{case}-other\","
    " \"access_key_secret\": \"test-conformance-{case}-other\"}]}]}";


static void
asr_conf_account_take(asr_conf_account_t *a, const json_t *key,
    const char *name, char **to)
{
    const char  *s;

    s = asr_conf_json_str(key, name, NULL);

    if (s == NULL) {
        return;
    }

    if (*to == NULL) {
        *to = asr_conf_copy(s);
    }

    if (strstr(s, ASR_CONF_CASE) != NULL) {
        a->by_case = true;
    }
}


/* The first key of each kind; a temporary one only when there is no other. */

static void
asr_conf_account_keys(asr_conf_account_t *a, const json_t *keys)
{
    bool           tokens;
    size_t         i;
    const json_t  *key;

    for (tokens = false; ; tokens = true) {

        json_array_foreach(keys, i, key) {

            if ((json_object_get(key, "token") != NULL
                 || json_object_get(key, "security_token") != NULL) != tokens)
            {
                continue;
            }

            asr_conf_account_take(a, key, "bearer", &a->bearer);

            if (a->secret_id == NULL) {
                asr_conf_account_take(a, key, "secret_id", &a->secret_id);
                asr_conf_account_take(a, key, "secret_key", &a->secret_key);
                asr_conf_account_take(a, key, "token", &a->token);
            }

            if (a->access_key_id == NULL) {
                asr_conf_account_take(a, key, "access_key_id",
                                      &a->access_key_id);
                asr_conf_account_take(a, key, "access_key_secret",
                                      &a->access_key_secret);
                asr_conf_account_take(a, key, "security_token",
                                      &a->security_token);
            }
        }

        if (tokens) {
            break;
        }
    }

    if ((a->secret_id == NULL) != (a->secret_key == NULL)
        || (a->access_key_id == NULL) != (a->access_key_secret == NULL))
    {
        asr_conf_die("accounts: a key of \"%s\" has an id or a secret alone",
                     a->name);
    }
}


static void
asr_conf_account_read(asr_conf_account_t *a, const json_t *o)
{
    a->name = asr_conf_copy(asr_conf_json_str(o, "name", ""));
    a->status = asr_conf_copy(asr_conf_json_str(o, "status", "active"));
    a->app_id = asr_conf_json_int(o, "app_id", 0);
    a->limits = json_incref(json_object_get(o, "limits"));

    asr_conf_account_take(a, o, "webhook", &a->webhook);
    asr_conf_account_take(a, o, "webhook_key", &a->webhook_key);
    asr_conf_account_keys(a, json_object_get(o, "keys"));
}


static json_t *
asr_conf_accounts_file(const char *path)
{
    FILE            *f;
    char             piece[4096], err[256];
    size_t           n;
    json_t          *root;
    asr_conf_buf_t   b;

    f = fopen(path, "r");

    if (f == NULL) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }

    asr_conf_buf_init(&b, ASR_CONF_JSON_MAX);

    do {
        n = fread(piece, 1, sizeof(piece), f);
        asr_conf_buf_add(&b, piece, n);
    } while (n == sizeof(piece) && !b.cut);

    if (ferror(f)) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }

    fclose(f);

    if (b.cut) {
        asr_conf_die("%s: longer than %u bytes", path, ASR_CONF_JSON_MAX);
    }

    root = asr_conf_json_read(b.data, b.len, err, sizeof(err));

    if (root == NULL) {
        asr_conf_die("%s: %s", path, err);
    }

    explicit_bzero(piece, sizeof(piece));
    explicit_bzero(b.data, b.len);
    asr_conf_buf_free(&b);

    return root;
}


void
asr_conf_accounts_load(asr_conf_accounts_t *a, const char *path)
{
    char           err[256];
    size_t         i;
    json_t        *root;
    const json_t  *list, *one;

    if (path != NULL) {
        root = asr_conf_accounts_file(path);

    } else {
        root = asr_conf_json_read(asr_conf_accounts_mock,
                                  sizeof(asr_conf_accounts_mock) - 1,
                                  err, sizeof(err));
    }

    list = json_object_get(root, "accounts");

    if (json_array_size(list) == 0) {
        asr_conf_die("%s: no \"accounts\" in it", path);
    }

    a->n = json_array_size(list);
    a->all = asr_conf_alloc(a->n * sizeof(asr_conf_account_t));

    json_array_foreach(list, i, one) {
        asr_conf_account_read(&a->all[i], one);
    }

    json_decref(root);
}


static bool
asr_conf_account_has(const asr_conf_account_t *a, const char *api)
{
    if (strcmp(api, "tencent") == 0) {
        return a->secret_id != NULL;
    }

    if (strcmp(api, "ice") == 0) {
        return a->access_key_id != NULL;
    }

    return a->bearer != NULL;
}


const asr_conf_account_t *
asr_conf_account(const asr_conf_accounts_t *a, const char *api,
    const char *role)
{
    size_t                     i;
    const asr_conf_account_t  *one;

    for (i = 0; i < a->n; i++) {
        one = &a->all[i];

        if (strcmp(one->name, role) == 0 && asr_conf_account_has(one, api)) {
            return one;
        }
    }

    if (strcmp(role, "main") == 0) {
        role = "active";
    }

    for (i = 0; i < a->n; i++) {
        one = &a->all[i];

        if (strcmp(one->status, role) == 0 && asr_conf_account_has(one, api)) {
            return one;
        }
    }

    return NULL;
}


static char *
asr_conf_account_fill(const char *s, const char *id)
{
    char         digits[2 * SHA256_DIGEST_LENGTH + 1];
    uint8_t      md[SHA256_DIGEST_LENGTH];
    const char  *at;

    if (s == NULL) {
        return NULL;
    }

    at = strstr(s, ASR_CONF_CASE);

    if (at == NULL) {
        return asr_conf_copy(s);
    }

    SHA256((const uint8_t *) id, strlen(id), md);
    asr_conf_hex(digits, md, 8);

    return asr_conf_print("%.*s%s%s", (int) (at - s), s, digits,
                          at + sizeof(ASR_CONF_CASE) - 1);
}


void
asr_conf_account_for(asr_conf_account_t *out, const asr_conf_account_t *in,
    const char *id)
{
    *out = *in;
    out->name = asr_conf_copy(in->name);
    out->status = asr_conf_copy(in->status);
    out->limits = json_incref(in->limits);
    out->bearer = asr_conf_account_fill(in->bearer, id);
    out->secret_id = asr_conf_account_fill(in->secret_id, id);
    out->secret_key = asr_conf_account_fill(in->secret_key, id);
    out->token = asr_conf_account_fill(in->token, id);
    out->access_key_id = asr_conf_account_fill(in->access_key_id, id);
    out->access_key_secret = asr_conf_account_fill(in->access_key_secret, id);
    out->security_token = asr_conf_account_fill(in->security_token, id);
    out->webhook = asr_conf_account_fill(in->webhook, id);
    out->webhook_key = asr_conf_account_fill(in->webhook_key, id);
}


void
asr_conf_account_clean(asr_conf_account_t *a)
{
    free(a->name);
    free(a->status);
    free(a->bearer);
    free(a->secret_id);
    free(a->secret_key);
    free(a->token);
    free(a->access_key_id);
    free(a->access_key_secret);
    free(a->security_token);
    free(a->webhook);
    free(a->webhook_key);
    json_decref(a->limits);
    memset(a, 0, sizeof(asr_conf_account_t));
}


bool
asr_conf_account_limit(const asr_conf_account_t *a, const char *bucket,
    unsigned *n, unsigned *seconds)
{
    char         unit;
    const char  *s;

    s = asr_conf_json_str(a->limits, bucket, NULL);

    if (s == NULL || sscanf(s, "%9ur/%c", n, &unit) != 2 || *n == 0) {
        return false;
    }

    *seconds = unit == 'm' ? 60 : 1;

    return true;
}
