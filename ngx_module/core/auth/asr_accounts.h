/*
 * The accounts file: who may call, with which keys and limits.  Read once, by
 * the master, at configuration time; immutable afterwards and shared by fork.
 * Secrets live in pages kept out of core dumps and are wiped when freed.
 */

#ifndef ASR_ACCOUNTS_H
#define ASR_ACCOUNTS_H

#include "../base/asr_base.h"


#define ASR_ACCOUNTS_FILE_MAX     (4 * 1024 * 1024)
#define ASR_ACCOUNTS_NAME_MAX     128
#define ASR_ACCOUNTS_ID_MAX       256
#define ASR_ACCOUNTS_SECRET_MAX   512
#define ASR_ACCOUNTS_BEARER_MAX   1024
#define ASR_ACCOUNTS_TOKEN_MAX    4096
#define ASR_ACCOUNTS_WEBHOOK_MAX  2048
#define ASR_ACCOUNTS_WEBHOOK_KEY_MAX  32
#define ASR_ACCOUNTS_ACTION_MAX   64
#define ASR_ACCOUNTS_LIMITS_MAX   64         /* of one account */
#define ASR_ACCOUNTS_RATE_MAX     1000000


typedef enum {
    ASR_ACCOUNT_ACTIVE = 0,
    ASR_ACCOUNT_DISABLED,
    ASR_ACCOUNT_ISOLATED,
    ASR_ACCOUNT_NO_AMOUNT,
    ASR_ACCOUNT_NO_FREE_AMOUNT,
    ASR_ACCOUNT_NOT_REGISTERED
} asr_account_status_t;

typedef struct {
    uint32_t  count;             /* 0: no limit ("off") */
    uint32_t  window_ms;         /* 1000 for r/s, 60000 for r/m */
} asr_rate_t;

typedef struct {
    asr_str_t   action;          /* "u2.create", "tencent.CreateRecTask" */
    asr_rate_t  rate;
} asr_account_limit_t;

typedef struct {
    asr_str_t              name;
    int64_t                app_id;
    asr_account_status_t   status;
    asr_account_limit_t   *limits;
    size_t                 nlimits;
    asr_str_t              webhook;          /* empty: none */
    asr_str_t              webhook_key;      /* signs what goes there; empty:
                                                nothing does */
    uint32_t               index;            /* 0.. in the file's order; past
                                                it: not of the file */
} asr_account_t;

typedef struct {
    const asr_account_t   *account;
    asr_str_t              id;               /* secret_id or access_key_id */
    asr_str_t              secret;
    asr_str_t              token;            /* empty: a permanent key */
    uint32_t               index;            /* unique over all keys */
} asr_key_t;

typedef struct asr_accounts_s  asr_accounts_t;


/*
 * NULL on error, with a line in err that names file, account and field but no
 * secret.  Refused: unknown fields, duplicate names or key ids, empty keys,
 * bad limits ("20r/s", "20r/m", "off"; at most 1000000).
 */
asr_accounts_t *asr_accounts_load(const char *path, char *err, size_t errlen);

/* The same of a text in memory; the line in err names no file. */
asr_accounts_t *asr_accounts_parse(asr_str_t text, char *err, size_t errlen);

void asr_accounts_free(asr_accounts_t *a);       /* NULL is fine */

size_t asr_accounts_n(const asr_accounts_t *a);

/*
 * Accounts that are not in the file: asked at each look-up below, with what
 * the file has (NULL: nothing); its answer is the look-up's.  Any thread.
 * For keys of the first three kinds; the account of a key found must stay.
 */

typedef enum {
    ASR_KEY_BEARER = 0,
    ASR_KEY_SECRET_ID,
    ASR_KEY_ACCESS_ID,
    ASR_KEY_NAME                 /* of the account: any key of it */
} asr_key_kind_t;

typedef const asr_key_t *(*asr_accounts_more_pt)(void *ctx,
    asr_key_kind_t kind, asr_str_t id, const asr_key_t *found);

/* Before the process has threads; NULL: no more. */
void asr_accounts_more(asr_accounts_more_pt more, void *ctx);

/* Constant-time in the key: compared by SHA-256.  NULL: unknown. */
const asr_account_t *asr_accounts_bearer(const asr_accounts_t *a,
    asr_str_t key);
const asr_key_t *asr_accounts_secret_id(const asr_accounts_t *a,
    asr_str_t secret_id);
const asr_key_t *asr_accounts_access_key_id(const asr_accounts_t *a,
    asr_str_t access_key_id);

/* NULL: none of that name. */
const asr_account_t *asr_accounts_named(const asr_accounts_t *a,
    asr_str_t name);

/*
 * What only this account has, to make codes with: SHA-256 of the first of its
 * bearer keys, so they end with that key.  data NULL: it has no bearer key.
 */
asr_str_t asr_accounts_secret(const asr_accounts_t *a,
    const asr_account_t *account);

/* The action of the i-th limit, counted over all accounts; false: no more. */
bool asr_accounts_limit(const asr_accounts_t *a, size_t i, asr_str_t *action);

/* The account's own limit of an action, or dflt. */
asr_rate_t asr_account_rate(const asr_account_t *account, asr_str_t action,
    asr_rate_t dflt);


#endif /* ASR_ACCOUNTS_H */
