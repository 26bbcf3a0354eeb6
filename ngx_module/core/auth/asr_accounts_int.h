/* The accounts in memory; for asr_accounts*.c only. */

#ifndef ASR_ACCOUNTS_INT_H
#define ASR_ACCOUNTS_INT_H

#include "asr_accounts.h"
#include "../base/asr_json.h"


/* Open addressing, at most half full; slots point at ids inside the items. */

typedef struct {
    const asr_str_t  **slots;
    size_t             mask;
} asr_accounts_table_t;


/* First in the region that holds everything it points at. */

struct asr_accounts_s {
    size_t                 size;         /* of the region */
    asr_account_t         *accounts;
    size_t                 n;
    asr_key_t             *keys;         /* a bearer's id is its SHA-256 */
    size_t                 nkeys;
    asr_account_limit_t   *limits;
    size_t                 nlimits;
    asr_accounts_table_t   names;
    asr_accounts_table_t   bearers;
    asr_accounts_table_t   secret_ids;
    asr_accounts_table_t   access_ids;
};


const asr_str_t *asr_accounts_table_find(const asr_accounts_table_t *t,
    asr_str_t id);

/* false: it is there already. */
bool asr_accounts_table_add(asr_accounts_table_t *t, const asr_str_t *id);


/* Making them of a JSON tree. */

typedef enum {
    ASR_ACCOUNTS_TEXT,           /* no control characters */
    ASR_ACCOUNTS_VISIBLE,        /* visible ASCII: goes into headers */
    ASR_ACCOUNTS_ID              /* and neither '/' nor ',' */
} asr_accounts_class_t;

typedef struct {
    asr_accounts_t   *a;
    char             *pos;               /* where the next string goes */
    char             *err;
    size_t            errlen;
    size_t            index;             /* the account that is read */
    asr_str_t         name;              /* its name, when read already */
    size_t            key;               /* its key that is read, + 1 */
} asr_accounts_build_t;


asr_err_t asr_accounts_keys(asr_accounts_build_t *b, asr_account_t *account,
    const asr_json_t *v);

/* A checked copy in the region; max in bytes, at least one is wanted. */
asr_err_t asr_accounts_string(asr_accounts_build_t *b, const asr_json_t *v,
    const char *field, size_t max, asr_accounts_class_t class, asr_str_t *out);
bool asr_accounts_chars(asr_str_t s, asr_accounts_class_t class);

/* asr_accounts_region made room for all there is to copy. */
asr_str_t asr_accounts_copy(asr_accounts_build_t *b, asr_str_t s);

/* ASR_INVALID, after a line in err that begins with where we are. */
asr_err_t asr_accounts_fail(asr_accounts_build_t *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


#endif /* ASR_ACCOUNTS_INT_H */
