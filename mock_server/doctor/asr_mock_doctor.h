/*
 * The signature doctor.  It knows the secret, so it signs the request again
 * with the mistakes that clients make, one at a time and then in pairs, until
 * one gives the very signature that came, and names it.  What is no matter of
 * HMAC (a header's form, a clock, a key of another cloud) is named as well.
 *
 * Event loop thread only (the process's HMAC).  A mistake found alone costs
 * under a millisecond; a signature that nothing explains about ten, and some
 * tens when what is signed is as long as a body may be.  No text it makes has
 * a secret, a token or a bearer key in it.
 */

#ifndef ASR_MOCK_DOCTOR_H
#define ASR_MOCK_DOCTOR_H

#include "core/auth/asr_accounts.h"
#include "asr_mock.h"


#define ASR_MOCK_DOCTOR_ALSO    2
#define ASR_MOCK_DOCTOR_TEXT    6144     /* of each text, in bytes */
#define ASR_MOCK_DOCTOR_TRIES   4000     /* signatures made, at most */
#define ASR_MOCK_DOCTOR_FULL    20
#define ASR_MOCK_DOCTOR_RATE    5
#define ASR_MOCK_DOCTOR_BYTES   (24 * 1024 * 1024)   /* of what is signed */


/* All it can name, in the order of the README; "S-unknown" is the last. */

typedef struct {
    asr_str_t  id;               /* "S-host-port" */
    asr_str_t  scheme;           /* "TC3-HMAC-SHA256"; "any" of those signed */
    asr_str_t  title;            /* what the client did */
    asr_str_t  fix;
} asr_mock_mistake_t;

extern const asr_mock_mistake_t  asr_mock_mistakes[];
extern const size_t              asr_mock_mistakes_n;

/* NULL: none of that id. */
const asr_mock_mistake_t *asr_mock_mistake(asr_str_t id);


/* Strings are the arena's or static; those not known are empty. */

typedef struct {
    asr_str_t  mistake;          /* "S-host-port" */
    asr_str_t  title;            /* one line: what the client did */
    asr_str_t  fix;
    asr_str_t  scheme;           /* "TC3-HMAC-SHA256", "Tencent v1",
                                    "ACS3-HMAC-SHA256", "RPC v1", "Bearer",
                                    "raw key" */
    asr_str_t  also[ASR_MOCK_DOCTOR_ALSO];   /* more mistakes at once */
    unsigned   nalso;
    bool       reproduced;       /* the signature that came was made again */

    asr_str_t  pointer;          /* as a finding's: "header:Authorization" */
    asr_str_t  got;              /* the line, or the part, that differs */
    asr_str_t  expected;

    /* theirs: only when reproduced; v1 kinds have no canonical request */
    asr_str_t  canonical_ours;
    asr_str_t  canonical_theirs;
    asr_str_t  string_to_sign_ours;
    asr_str_t  string_to_sign_theirs;
    asr_str_t  signature_got;
    asr_str_t  signature_expected;
    unsigned   tried;            /* signatures made */
    uint64_t   bytes;            /* that were signed for it */
    bool       assumed;          /* it was not looked for: see _within */
} asr_mock_doctor_t;


/* What a world has spent, and what was found last; zeroed: nothing yet. */

typedef struct {
    int64_t  spent;              /* in signatures made */
    int64_t  at_ms;
    char     key[129];           /* id */
    char     scheme[24];
    char     mistake[32];
} asr_mock_budget_t;


/*
 * After a request was refused for who it is from: its code is one of
 * authentication's, or its status 401.  key: of the id that the request
 * names, NULL: unknown.  now_ms: the world's clock, what the request's time
 * was judged by.  false: nothing to say, *out is zeroed.  A body that was cut
 * is known by its digest alone, and mistakes within it are not looked for.
 */
bool asr_mock_doctor(asr_arena_t *a, const asr_mock_exchange_t *x,
    const asr_key_t *key, int64_t now_ms, asr_mock_doctor_t *out);

/* Nothing is searched for: what is no matter of HMAC, or "S-unknown". */
bool asr_mock_doctor_brief(asr_arena_t *a, const asr_mock_exchange_t *x,
    const asr_key_t *key, int64_t now_ms, asr_mock_doctor_t *out);

/*
 * Within a budget: ASR_MOCK_DOCTOR_FULL of the dearest at once, and
 * ASR_MOCK_DOCTOR_RATE a second after that (mono_ms: the machine's monotonic
 * time).  Past it the mistake that this key made last with this scheme is
 * taken for granted, or nothing is (assumed).
 */
bool asr_mock_doctor_within(asr_arena_t *a, const asr_mock_exchange_t *x,
    const asr_key_t *key, int64_t now_ms, asr_mock_budget_t *b,
    int64_t mono_ms, asr_mock_doctor_t *out);

/* One object: mistake, title, fix, scheme, also, reproduced, got, expected,
   canonical, string_to_sign, signature {"ours"/"theirs"}, tried; assumed if
   it was. */
void asr_mock_doctor_write(asr_json_out_t *o, const asr_mock_doctor_t *d);

/* An error with the doctor's strings in it; nothing is copied. */
void asr_mock_doctor_finding(const asr_mock_doctor_t *d,
    asr_mock_finding_t *f);


#endif /* ASR_MOCK_DOCTOR_H */
