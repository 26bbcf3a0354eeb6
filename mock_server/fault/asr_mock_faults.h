/*
 * Faults: what is done to a request on purpose.  The text of one, as in the
 * header X-Mock-Fault, is a list with commas:
 *
 *     CODE, error=CODE             refused with that code (asr_mock_errors.h)
 *     status=503                   a bare page of what stands before the
 *                                  service; with a code its HTTP status
 *     task=CODE                    the request goes well, the task fails
 *     latency=200ms                the reply comes so much later
 *     latency=lognormal(100ms,0.5) median and sigma; 10 minutes at most
 *     dribble=2s                   the reply's body spread over that time
 *     reset, empty                 the connection is reset; closed at once
 *     cut=20                       ... closed after so many bytes of the body
 *     garbage                      what is no HTTP comes back
 *     length=+10, length=-10       Content-Length is wrong by so much
 *     type=text/html               another Content-Type
 *
 * Times have a unit: ms, s, m or h.  What excludes each other is refused.
 */

#ifndef ASR_MOCK_FAULTS_H
#define ASR_MOCK_FAULTS_H

#include "asr_mock_world.h"


#define ASR_MOCK_FAULT_SPEC_MAX     1024
#define ASR_MOCK_FAULT_LATENCY_MAX  (10 * 60 * 1000)
#define ASR_MOCK_FAULTS_MAX         1000     /* rules of a world */
#define ASR_MOCK_OPERATION_MAX      128
#define ASR_MOCK_DURATION_MAX       ((int64_t) 366 * 24 * 3600 * 1000)


typedef enum {
    ASR_MOCK_LATENCY_NONE = 0,
    ASR_MOCK_LATENCY_FIXED,
    ASR_MOCK_LATENCY_LOGNORMAL
} asr_mock_latency_t;

typedef enum {
    ASR_MOCK_CONNECTION_NONE = 0,
    ASR_MOCK_CONNECTION_RESET,
    ASR_MOCK_CONNECTION_EMPTY,
    ASR_MOCK_CONNECTION_CUT,
    ASR_MOCK_CONNECTION_GARBAGE
} asr_mock_connection_t;

typedef struct {
    asr_str_t              spec;         /* as given */
    uint32_t               id;           /* of the rule; 0: of a header */
    asr_str_t              code;         /* empty: none */
    int                    status;       /* 0: none */
    asr_str_t              task_code;    /* empty: none */
    asr_mock_latency_t     latency;
    int64_t                latency_ms;   /* LOGNORMAL: the median */
    double                 sigma;
    int64_t                dribble_ms;   /* 0: at once */
    asr_mock_connection_t  connection;
    uint64_t               cut_at;
    int64_t                length_delta; /* 0: right */
    asr_str_t              type;         /* empty: the reply's own */
} asr_mock_fault_t;


/* Any thread, no lock. */

/* "30s", "1.5m", "200ms"; false: malformed, or over the ceiling above. */
bool asr_mock_duration(asr_str_t s, int64_t *ms);

/* Can it be a code's name: letters, digits, '.', '_', '-', '/'? */
bool asr_mock_code_form(asr_str_t s);

/*
 * ASR_OK; ASR_INVALID, *why says in words what is wrong; ASR_NOMEM.  Strings
 * of f and why are in the arena or static.
 */
asr_err_t asr_mock_fault_parse(asr_arena_t *a, asr_str_t spec,
    asr_mock_fault_t *f, const char **why);

/* How long this reply is to be late; draws one number when it must. */
int64_t asr_mock_fault_latency(const asr_mock_fault_t *f,
    asr_mock_random_t *r);


/*
 * The rules of a world.  The caller holds asr_mock_lock.
 */

/* Once, before worlds are made: what a world keeps is freed with it. */
void asr_mock_faults_init(void);

/*
 * One rule, {"faults":[...]}, or an array of rules:
 *
 *     {"operation":"tencent.*", "fault":"SPEC", "times":2, "probability":0.5,
 *      "skip":0}
 *
 * An operation may have '*'s in it and go without its API; "*" when there is
 * none.  times 0 or absent: for ever.  skip: of what fits so many are let by
 * first.  "id", "used" and "skipped" are passed over.  All rules are added or
 * none: ASR_INVALID, ASR_TOOBIG (used up rules make room), ASR_NOMEM; err
 * then says why.
 */
asr_err_t asr_mock_faults_add_json(asr_mock_world_t *w, const asr_json_t *v,
    char *err, size_t size);

/* {"faults":[...]}, in their order; the caller begins and ends the writer. */
void asr_mock_faults_write(const asr_mock_world_t *w, asr_json_out_t *o);

/* false: no such rule */
bool asr_mock_faults_delete(asr_mock_world_t *w, uint32_t id);
void asr_mock_faults_clear(asr_mock_world_t *w);

/*
 * The fault of this request: of the first rule in order that fits, whose skip
 * is used up, that has times left and whose chance hits; it is then counted.
 * A copy in the arena.  NULL: none (or no memory, and nothing was counted).
 */
const asr_mock_fault_t *asr_mock_fault_take(asr_mock_world_t *w,
    asr_str_t api, asr_str_t operation, asr_arena_t *a);


#endif /* ASR_MOCK_FAULTS_H */
