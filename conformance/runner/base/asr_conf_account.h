/*
 * Who asks: the accounts file, in the gateway's own form, so that one file
 * serves gateway, mock and suite.
 *
 * Without a file: the keys asr-mock knows, "test-conformance-{case}" and
 * "test-conformance-{case}-other", a world of its own for each case.  In any
 * file "{case}" in a key or secret is replaced by 16 hex digits of the case's
 * id.
 */

#ifndef ASR_CONF_ACCOUNT_H
#define ASR_CONF_ACCOUNT_H


#include "asr_conf.h"


typedef struct {
    char       *name;
    char       *status;                  /* "active" unless given */
    char       *bearer;                  /* u2, memories; NULL: has none */
    char       *secret_id;               /* tencent */
    char       *secret_key;
    char       *token;                   /* of a temporary key; NULL */
    char       *access_key_id;           /* ice */
    char       *access_key_secret;
    char       *security_token;
    char       *webhook;
    char       *webhook_key;
    int64_t     app_id;
    json_t     *limits;                  /* {"u2.create": "20r/m"} or NULL */
    bool        by_case;                 /* a key has "{case}" */
} asr_conf_account_t;


typedef struct {
    asr_conf_account_t  *all;
    size_t               n;
} asr_conf_accounts_t;


/* path NULL: those of the mock.  Ends the program when it cannot be read. */

void asr_conf_accounts_load(asr_conf_accounts_t *a, const char *path);

/*
 * The account for a role, with a key for the API: the one of that name, else
 * the first of that status; "main": else the first active one.  NULL: there
 * is none, cases that need it are skipped.
 */

const asr_conf_account_t *asr_conf_account(const asr_conf_accounts_t *a,
    const char *api, const char *role);

/* A copy with {case} filled in; the copy's strings are the caller's. */

void asr_conf_account_for(asr_conf_account_t *out,
    const asr_conf_account_t *in, const char *id);
void asr_conf_account_clean(asr_conf_account_t *a);

/*
 * "20r/s" or "20r/m" of a bucket; false: the account names none.
 */

bool asr_conf_account_limit(const asr_conf_account_t *a, const char *bucket,
    unsigned *n, unsigned *seconds);


#endif /* ASR_CONF_ACCOUNT_H */
