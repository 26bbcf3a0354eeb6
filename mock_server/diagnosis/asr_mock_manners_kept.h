/* What the manners of a world remember.  Internal to asr_mock_manners*.c. */

#ifndef ASR_MOCK_MANNERS_KEPT_H
#define ASR_MOCK_MANNERS_KEPT_H

#include "asr_mock_manners.h"


#define ASR_MOCK_MANNERS_OPS   24
#define ASR_MOCK_MANNERS_SEEN  256


enum {
    ASR_MOCK_KEPT_ENDED    = 0x01,   /* a query said so, or a callback did */
    ASR_MOCK_KEPT_FETCHED  = 0x02,
    ASR_MOCK_KEPT_CALLBACK = 0x04,   /* one was asked for */
    ASR_MOCK_KEPT_LOST     = 0x08,   /* the client never learnt its id */
    ASR_MOCK_KEPT_HASTY    = 0x10    /* M-poll was told */
};

typedef struct {
    int64_t    id;
    int64_t    last_ms;              /* of the last query */
    uint64_t   digest;               /* of its creation; 0: not seen */
    uint16_t   polls;                /* both stay at their most */
    uint16_t   after;                /* queries that saw the end */
    uint16_t   id_next;              /* chains and list: place + 1, 0 ends */
    uint16_t   digest_next;
    uint16_t   digest_prev;
    uint16_t   newer;
    uint16_t   older;
    uint8_t    flags;
    uint8_t    again;                /* its recording was there so often; at
                                        most 255 */
} asr_mock_kept_task_t;

typedef struct {
    uint64_t   id;                   /* hash of its text */
    bool       used;
    bool       deleted;
} asr_mock_kept_file_t;

/* Of an operation. */

typedef struct {
    bool       limited;              /* the last one was */
    uint32_t   row;                  /* so many in a row */
    int64_t    limited_ms;
    int64_t    wait_ms;
    uint64_t   refused;              /* what was refused last, and why; 0 */
} asr_mock_kept_op_t;

typedef struct {
    uint64_t   hash;                 /* 0: none */
    int64_t    at_ms;
} asr_mock_kept_seen_t;

typedef struct {
    asr_mock_kept_task_t  *tasks;
    uint16_t              *by_id;    /* heads of chains; n is a power of 2 */
    uint16_t              *by_digest;
    size_t                 ntasks;
    size_t                 size;     /* of tasks */
    size_t                 heads;
    uint16_t               newest;
    uint16_t               oldest;

    asr_mock_kept_file_t  *files;    /* a ring */
    size_t                 nfiles;
    size_t                 files_size;
    size_t                 files_next;

    asr_mock_kept_seen_t  *seen;     /* ASR_MOCK_MANNERS_SEEN, or NULL */
    asr_mock_kept_op_t     ops[ASR_MOCK_MANNERS_OPS];

    uint64_t               made;     /* tasks */
    uint64_t               gone;     /* forgotten and never fetched */
    uint64_t               uploads;
    bool                   extension;        /* M-extension was told */
} asr_mock_kept_t;


/* Operations, as far as manners tell them apart. */

typedef enum {
    ASR_MOCK_OP_OTHER = 0,
    ASR_MOCK_OP_CREATE,
    ASR_MOCK_OP_SYNC,            /* its reply is the result */
    ASR_MOCK_OP_QUERY,
    ASR_MOCK_OP_UPLOAD,
    ASR_MOCK_OP_DELETE
} asr_mock_op_kind_t;

typedef struct {
    asr_str_t            api;
    asr_str_t            operation;
    asr_mock_op_kind_t   kind;
    const char          *file;           /* the member that names a file */
} asr_mock_op_t;

/* One request, or a report, in the making. */

typedef struct {
    asr_arena_t                *arena;
    const asr_mock_exchange_t  *x;
    const asr_mock_op_t        *op;
    asr_mock_kept_t            *kept;
    asr_mock_kept_op_t         *last;
    bool                        refused;
    bool                        limited;
    bool                        failed;  /* by the server, or no reply */
    bool                        still;   /* the world's clock is */
    int64_t                     offset_ms;       /* ... or this far off */
    asr_mock_finding_t         *list;
    size_t                      n;
    bool                        nomem;
    asr_mock_finding_t          spare;
} asr_mock_see_t;


/* asr_mock_manners_report.c; never NULL */
asr_mock_finding_t *asr_mock_see_tell(asr_mock_see_t *s,
    asr_mock_rule_id_t id);
asr_str_t asr_mock_see_text(asr_mock_see_t *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));


/* NULL: no memory.  find: NULL also when nothing was seen yet. */
asr_mock_kept_t *asr_mock_kept(asr_mock_world_t *w);
asr_mock_kept_t *asr_mock_kept_find(const asr_mock_world_t *w);
void asr_mock_kept_free(asr_mock_world_t *w);

/* The task, now the newest used; NULL: not known. */
asr_mock_kept_task_t *asr_mock_kept_task(asr_mock_kept_t *k, int64_t id);
/* The same, made if it is not known; NULL: no memory. */
asr_mock_kept_task_t *asr_mock_kept_add(asr_mock_kept_t *k, int64_t id,
    uint64_t digest);
/* A task that was made of the same and has not ended; NULL: none. */
asr_mock_kept_task_t *asr_mock_kept_twin(asr_mock_kept_t *k, uint64_t digest);
/* Is its result still to be had, and nobody came for it? */
bool asr_mock_kept_unfetched(const asr_mock_kept_task_t *t);

asr_mock_kept_file_t *asr_mock_kept_file(asr_mock_kept_t *k, uint64_t id);
asr_err_t asr_mock_kept_upload(asr_mock_kept_t *k, uint64_t id);

/* When the hash was last noted, before now; -1: not that is known. */
int64_t asr_mock_kept_note(asr_mock_kept_t *k, uint64_t hash, int64_t now_ms);
int64_t asr_mock_kept_noted(const asr_mock_kept_t *k, uint64_t hash);
void asr_mock_kept_forget(asr_mock_kept_t *k, uint64_t hash);

/* Not 0; not for secrets. */
uint64_t asr_mock_kept_hash(uint64_t seed, asr_str_t s);


#endif /* ASR_MOCK_MANNERS_KEPT_H */
