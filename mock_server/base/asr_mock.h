/*
 * The mock's words: what it saw of a request, and what it has to say about
 * it.  Everything below mock_server/ that is not ngx_http_asr_mock_* knows
 * nothing of nginx.
 */

#ifndef ASR_MOCK_H
#define ASR_MOCK_H

#include "core/base/asr_arena.h"
#include "core/base/asr_crypto.h"
#include "core/base/asr_json.h"
#include "core/task/asr_delivery.h"


/* So much of a body is seen whole; of a longer one length and digest. */

#define ASR_MOCK_BODY_MAX  (64 * 1024)


typedef enum {
    ASR_MOCK_NOTE = 0,           /* to know; never fails a run */
    ASR_MOCK_WARNING,            /* bad manners, or a document's discouraged */
    ASR_MOCK_ERROR               /* what a document forbids */
} asr_mock_severity_t;

/* "error", "warning", "note" */
const char *asr_mock_severity_name(asr_mock_severity_t s);


typedef struct {
    asr_mock_severity_t  severity;
    asr_str_t            rule;       /* clause "T-012"; a manner "M-poll"; a
                                        signature's fault "S-host-port" */
    asr_str_t            pointer;    /* JSON pointer into the body; "?Name" of
                                        query or form; "header:Name"; empty:
                                        the request as a whole */
    asr_str_t            words;      /* the clause's own */
    asr_str_t            got;        /* as sent, clipped; no secret */
    asr_str_t            expected;
    asr_str_t            hint;       /* what to do about it; may be empty */
    bool                 guess;      /* the rule is ours, not a document's */
} asr_mock_finding_t;


/*
 * One request and its reply.  Strings are somebody's arena's.  Headers and
 * body are as sent, secrets included: only the journal's copy is redacted.
 */

typedef struct {
    uint64_t             id;         /* 1.. of the process; 0: not yet */
    asr_str_t            world;      /* key of it; empty: nobody's */
    int64_t              at_ms;      /* when it came, by the world's clock */
    int64_t              took_us;    /* to the reply, by the machine's */

    asr_str_t            api;        /* "tencent"; empty: none */
    asr_str_t            operation;  /* "CreateRecTask", "create" */
    asr_str_t            method;
    asr_str_t            path;       /* decoded */
    asr_str_t            target;     /* path and query as sent */
    asr_str_t            args;       /* after '?', as sent */
    bool                 tls;
    const asr_header_t  *headers;    /* in their order, names as sent */
    size_t               nheaders;
    asr_str_t            body;       /* data NULL: cut, or none */
    uint64_t             body_bytes;
    unsigned char        body_sha256[ASR_SHA256_LEN];

    int                  status;     /* HTTP; 0: none was sent */
    asr_str_t            reply_type;
    const asr_header_t  *reply_headers;
    size_t               nreply_headers;
    asr_str_t            reply;      /* data NULL: not kept */
    uint64_t             reply_bytes;
    asr_str_t            code;       /* the document's, when refused */
    asr_str_t            clause;     /* "T-012", when refused by a rule */
    asr_str_t            why;        /* a line of the module's log */
    int64_t              task_id;    /* 0: none */
    asr_str_t            fault;      /* what the mock did to it; empty */

    const asr_mock_finding_t  *findings;
    size_t               nfindings;
    asr_str_t            doctor;     /* JSON: the signature doctor's; empty */
} asr_mock_exchange_t;


/* The first header of that name, without regard to case; data NULL: none. */
asr_str_t asr_mock_header(const asr_mock_exchange_t *x, const char *name);


/* "2026-11-26T01:02:03.456Z" of Unix ms, and a NUL. */

#define ASR_MOCK_TIME_LEN  25

void asr_mock_time_text(int64_t ms, char out[ASR_MOCK_TIME_LEN]);


/*
 * Numbers that a seed decides: xoshiro256** (Blackman, Vigna), seeded by
 * splitmix64.  Not for secrets.
 */

typedef struct {
    uint64_t  s[4];
} asr_mock_random_t;

void asr_mock_seed(asr_mock_random_t *r, uint64_t seed);

/* The same with a text in it: each name has numbers of its own. */
void asr_mock_seed_str(asr_mock_random_t *r, uint64_t seed, asr_str_t name);
uint64_t asr_mock_u64(asr_mock_random_t *r);
double asr_mock_unit(asr_mock_random_t *r);      /* [0, 1) */
double asr_mock_normal(asr_mock_random_t *r);    /* mean 0, deviation 1 */
uint64_t asr_mock_below(asr_mock_random_t *r, uint64_t n);


#endif /* ASR_MOCK_H */
