/*
 * How the signers are built: each makes its texts in stages, and a wrong kind
 * is a list of edits, each of one stage.  An edit that finds nothing to do is
 * an error: a mistake that is none would prove nothing.
 */

#ifndef ASR_CONF_SIGN_INT_H
#define ASR_CONF_SIGN_INT_H


#include "asr_conf_sign.h"


typedef enum {
    ASR_CONF_AT_END = 0,

    /* What the signer works with. */

    ASR_CONF_AT_TIME,                    /* n seconds off */
    ASR_CONF_AT_SECRET,
    ASR_CONF_AT_ID,
    ASR_CONF_AT_STAMP,                   /* as sent and signed */
    ASR_CONF_AT_DATE,                    /* tc3: of the scope */
    ASR_CONF_AT_NONCE,
    ASR_CONF_AT_TOKEN,
    ASR_CONF_AT_SERVICE,
    ASR_CONF_AT_TERMINATOR,
    ASR_CONF_AT_HEADER,                  /* a: name, b: value, before */
    ASR_CONF_AT_PARAM,                   /* tc1, rpc1: as sent and signed */

    /* What it signs. */

    ASR_CONF_AT_METHOD,
    ASR_CONF_AT_PATH,
    ASR_CONF_AT_QUERY,
    ASR_CONF_AT_HOST,
    ASR_CONF_AT_TYPE,
    ASR_CONF_AT_LIST,                    /* SignedHeaders, both places */
    ASR_CONF_AT_BLOCK,                   /* canonical headers */
    ASR_CONF_AT_LIST_LINE,               /* SignedHeaders, canonical only */
    ASR_CONF_AT_BODY,                    /* what is hashed */
    ASR_CONF_AT_HASH,
    ASR_CONF_AT_HASH_SENT,               /* x-acs-content-sha256 */
    ASR_CONF_AT_CANONICAL,
    ASR_CONF_AT_SCOPE,                   /* in the string to sign */
    ASR_CONF_AT_TO_SIGN,
    ASR_CONF_AT_PREFIX,                  /* tc3: before the secret */
    ASR_CONF_AT_KEY,                     /* the key of the last HMAC: rpc1 */
    ASR_CONF_AT_WAY,                     /* a: one of the signer's words */

    /* What comes of it. */

    ASR_CONF_AT_SIGNATURE,
    ASR_CONF_AT_AUTH,                    /* the Authorization header */
    ASR_CONF_AT_SENT_HEADER,             /* a: name, b: value or NULL */
    ASR_CONF_AT_SENT_PARAM,
    ASR_CONF_AT_SENT_QUERY,
    ASR_CONF_AT_SENT_BODY
} asr_conf_at_t;


typedef enum {
    ASR_CONF_DO_SET = 0,                 /* becomes a; NULL: absent */
    ASR_CONF_DO_SUB,                     /* its first a becomes b */
    ASR_CONF_DO_ADD,
    ASR_CONF_DO_PRE,
    ASR_CONF_DO_CUT,                     /* n characters off its end */
    ASR_CONF_DO_UPPER,
    ASR_CONF_DO_LOWER,
    ASR_CONF_DO_PCT,                     /* percent-encoded once more */
    ASR_CONF_DO_NO_PORT,
    ASR_CONF_DO_SWAP,                    /* parts at a, in reverse order */
    ASR_CONF_DO_OTHER_DAY                /* where it is another day */
} asr_conf_do_t;


typedef struct asr_conf_edit_s {
    asr_conf_at_t                at;
    asr_conf_do_t                act;
    const char                  *a;
    const char                  *b;
    int                          n;
} asr_conf_edit_t;


#define ASR_CONF_EDITS  8                /* of one kind, at most */


typedef struct {
    char                        *name;
    char                        *value;
} asr_conf_pair_t;


/* Zeroed before use; the names and values are the list's. */

typedef struct {
    asr_conf_pair_t             *all;
    size_t                       n;
} asr_conf_pairs_t;


/* One request being signed. */

typedef struct {
    asr_conf_request_t          *rq;
    const asr_conf_signing_t    *how;
    const asr_conf_edit_t       *edits;  /* NULL: nothing is wrong */
    bool                         used[ASR_CONF_EDITS];
    asr_conf_signed_t            is;
    int64_t                      time;
    char                        *id;
    char                        *secret;
    char                        *token;  /* NULL: none */
    char                        *nonce;  /* NULL: none */
    char                        *stamp;  /* NULL: none */
} asr_conf_signer_t;


/* Replaces *text, which may be NULL, by what the edits of that stage make. */

void asr_conf_edit(asr_conf_signer_t *s, asr_conf_at_t at, char **text);

/* A copy of text through the stage; to be freed. */

char *asr_conf_edited(asr_conf_signer_t *s, asr_conf_at_t at,
    const char *text);

/* Whether a way of AT_WAY is asked for. */

bool asr_conf_way(asr_conf_signer_t *s, const char *way);

/* The value of a header or parameter as the edits have it: *value is freed. */

void asr_conf_edit_named(asr_conf_signer_t *s, asr_conf_at_t at,
    const char *name, char **value);

/* AT_HEADER, before; AT_SENT_*, after. */

void asr_conf_edit_headers(asr_conf_signer_t *s, asr_conf_at_t at);
void asr_conf_edit_sent(asr_conf_signer_t *s);


/* The signers; each sets s->is. */

void asr_conf_sign_key(asr_conf_signer_t *s);
void asr_conf_sign_tc3(asr_conf_signer_t *s);
void asr_conf_sign_tc1(asr_conf_signer_t *s);
void asr_conf_sign_acs3(asr_conf_signer_t *s);
void asr_conf_sign_rpc1(asr_conf_signer_t *s);


/* Tools of theirs; texts to be freed. */

typedef enum {
    ASR_CONF_SHA1 = 0,
    ASR_CONF_SHA256
} asr_conf_digest_t;

char *asr_conf_digest_hex(asr_conf_digest_t d, const void *p, size_t n);
size_t asr_conf_hmac(asr_conf_digest_t d, const void *key, size_t keylen,
    const void *p, size_t n, uint8_t out[32]);

/* Times as "%Y-%m-%d" of strftime, UTC. */

char *asr_conf_utc(int64_t t, const char *fmt);

/* The Host header as it is sent. */

char *asr_conf_sent_host(const asr_conf_request_t *rq);

char *asr_conf_lower(char *s);           /* in place */

/* Canonical "name:value\n" of each name of list, parted by ";". */

char *asr_conf_header_block(asr_conf_signer_t *s, const char *list,
    bool lower);

void asr_conf_pairs_read(asr_conf_pairs_t *l, const char *text, size_t n);
void asr_conf_pairs_add(asr_conf_pairs_t *l, const char *name,
    const char *value);
void asr_conf_pairs_sort(asr_conf_pairs_t *l);

/* In an order that is not theirs: as they are, else the other way round. */

void asr_conf_pairs_unsort(asr_conf_pairs_t *l);
void asr_conf_pairs_clean(asr_conf_pairs_t *l);

/* "a=b&c=d", names and values percent-encoded or as they are. */

char *asr_conf_pairs_text(const asr_conf_pairs_t *l, bool encoded);

/* A parameter of the signer's own, through AT_PARAM; NULL adds none. */

void asr_conf_pairs_own(asr_conf_signer_t *s, asr_conf_pairs_t *own,
    const char *name, const char *value);

/*
 * All that v1 signs: the request's parameters and the signer's own, sorted,
 * without Signature.
 */

char *asr_conf_pairs_signed(asr_conf_signer_t *s,
    const asr_conf_pairs_t *own, bool encoded);

/* Sends them, with Signature, behind the request's; AT_SENT_PARAM. */

void asr_conf_pairs_send(asr_conf_signer_t *s, const asr_conf_pairs_t *own,
    const char *signature);

bool asr_conf_is_form(const asr_conf_request_t *rq);


/*
 * Signs one of "signingTests" of the vectors file "tc3", "tc1", "acs3",
 * "rpc1" or "bearer"; what is not as it expects is said on out.
 */

bool asr_conf_vector_holds(FILE *out, const char *file, const json_t *v);


#endif /* ASR_CONF_SIGN_INT_H */
