/*
 * Which exchanges are meant: criteria, all of which have to hold.  Empty
 * strings and zeroes are no criteria.
 */

#ifndef ASR_MOCK_MATCH_H
#define ASR_MOCK_MATCH_H

#include "core/base/asr_form.h"
#include "asr_mock.h"


#define ASR_MOCK_MATCH_POINTERS  32
#define ASR_MOCK_MATCH_LIMIT     10000

typedef enum {
    ASR_MOCK_VERDICT_OK = 0,
    ASR_MOCK_VERDICT_DUBIOUS,    /* there are findings */
    ASR_MOCK_VERDICT_REFUSED,    /* with a code of the document */
    ASR_MOCK_VERDICT_FAULTED     /* the mock was told to do it a harm */
} asr_mock_verdict_t;

asr_mock_verdict_t asr_mock_verdict(const asr_mock_exchange_t *x);
const char *asr_mock_verdict_name(asr_mock_verdict_t v);


/*
 * "/ChannelNum" of a JSON body or a form, "?Name" of the query, "header:Name".
 * A value of JSON has to be equal, {"like":"http*"} (with '*' and '?') fit,
 * {"present":false} be absent.
 */

typedef struct {
    asr_str_t          pointer;
    const asr_json_t  *value;
} asr_mock_where_t;

typedef struct {
    asr_str_t         world;     /* empty: of any */
    asr_str_t         api;
    asr_str_t         operation; /* "CreateRecTask", "tencent.CreateRecTask",
                                    "tencent.*" */
    asr_str_t         code;
    asr_str_t         clause;    /* that refused it */
    asr_str_t         rule;      /* of any finding, or the clause */
    asr_str_t         verdict;   /* name of one */
    asr_str_t         method;
    asr_str_t         path;      /* with '*' and '?' */
    asr_str_t         fault;     /* with '*' and '?' */
    int               status;    /* 404; 4: any 4xx */
    int64_t           task_id;
    uint64_t          since;     /* ids over this one */
    size_t            limit;     /* as asked; 0: not */
    size_t            nwhere;
    asr_mock_where_t  where[ASR_MOCK_MATCH_POINTERS];
} asr_mock_match_t;


/* Zeroes it; strings that are set are not copied. */
void asr_mock_match_init(asr_mock_match_t *m, asr_str_t world);

/*
 * Of the query: its strings live in the arena.  Names that it does not know
 * are errors, except those of skip (NULL ends; "count", "timeout").
 * ASR_INVALID: *why says what is wrong.
 */
asr_err_t asr_mock_match_args(asr_mock_match_t *m, asr_arena_t *a,
    asr_str_t args, const char *const *skip, asr_str_t *why);

/* Of a JSON object, which outlives m; with "body":{pointer: value}. */
asr_err_t asr_mock_match_json(asr_mock_match_t *m, asr_arena_t *a,
    const asr_json_t *object, asr_str_t *why);

bool asr_mock_match(const asr_mock_match_t *m, const asr_mock_exchange_t *x);

/* What did not hold; strings in the arena, static, or x's and m's. */

typedef struct {
    asr_str_t  criterion;        /* "status", "body /ChannelNum" */
    asr_str_t  got;
    asr_str_t  expected;
} asr_mock_miss_t;

#define ASR_MOCK_MISSES  (12 + ASR_MOCK_MATCH_POINTERS)

/*
 * How many criteria fail; the first max of them are explained in out.  World
 * and since are not among them.
 */
size_t asr_mock_match_misses(const asr_mock_match_t *m,
    const asr_mock_exchange_t *x, asr_arena_t *a, asr_mock_miss_t *out,
    size_t max);

/* '*' is any text, '?' any byte. */
bool asr_mock_match_like(asr_str_t pattern, asr_str_t text);


#endif /* ASR_MOCK_MATCH_H */
