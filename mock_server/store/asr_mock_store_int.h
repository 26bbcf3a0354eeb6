/*
 * Between the files of the mock's store.  Everything is called with the lock
 * held.  What is to be done when it is released (ops to complete, notices) is
 * gathered in s->after.
 */

#ifndef ASR_MOCK_STORE_INT_H
#define ASR_MOCK_STORE_INT_H

#include "core/task/asr_owner.h"
#include "asr_mock_store.h"

#include <pthread.h>
#include <stdatomic.h>


#define ASR_MOCK_RAN_LINES  256
#define ASR_MOCK_RAN_BYTES  (32 * 1024)
#define ASR_MOCK_FACTS      64


typedef struct asr_mock_store_s     asr_mock_store_t;
typedef struct asr_mock_home_s      asr_mock_home_t;
typedef struct asr_mock_task_s      asr_mock_task_t;
typedef struct asr_mock_file_s      asr_mock_file_t;
typedef struct asr_mock_delivery_s  asr_mock_delivery_t;


/* A ring with its head; next NULL: in none. */

typedef struct asr_mock_link_s  asr_mock_link_t;

struct asr_mock_link_s {
    asr_mock_link_t  *prev;
    asr_mock_link_t  *next;
};

#define asr_mock_of(l, type, member)                                          \
    ((type *) (void *) ((char *) (l) - offsetof(type, member)))

static inline void
asr_mock_ring(asr_mock_link_t *head)
{
    head->prev = head;
    head->next = head;
}


static inline bool
asr_mock_empty(const asr_mock_link_t *head)
{
    return head->next == head;
}


static inline void
asr_mock_put(asr_mock_link_t *head, asr_mock_link_t *l)
{
    l->prev = head->prev;
    l->next = head;
    head->prev->next = l;
    head->prev = l;
}


static inline void
asr_mock_take(asr_mock_link_t *l)
{
    if (l->next != NULL) {
        l->prev->next = l->next;
        l->next->prev = l->prev;
        l->next = NULL;
    }
}


/* A table by id. */

typedef struct asr_mock_node_s  asr_mock_node_t;

struct asr_mock_node_s {
    int64_t           id;
    asr_mock_node_t  *chain;
};

typedef struct {
    asr_mock_node_t  **slots;
    size_t             size;             /* a power of two */
    size_t             n;
} asr_mock_table_t;

asr_err_t asr_mock_table_add(asr_mock_table_t *t, asr_mock_node_t *node);
void *asr_mock_table_find(const asr_mock_table_t *t, int64_t id);
void asr_mock_table_remove(asr_mock_table_t *t, asr_mock_node_t *node);


/* What is due first of a world: a heap. */

typedef enum {
    ASR_MOCK_TASK_DUE = 0,
    ASR_MOCK_TASK_EXPIRES,
    ASR_MOCK_FILE_EXPIRES,
    ASR_MOCK_DELIVERY_DUE
} asr_mock_timer_kind_t;

typedef struct {
    int64_t                ms;
    uint64_t               serial;       /* of equal times the first set */
    uint32_t               at;           /* place in the heap, from 1; 0: not
                                            there */
    asr_mock_timer_kind_t  kind;
} asr_mock_timer_t;

typedef struct {
    asr_mock_timer_t  **t;
    uint32_t            n;
    uint32_t            size;
} asr_mock_timers_t;

asr_err_t asr_mock_timer_set(asr_mock_timers_t *h, asr_mock_timer_t *t,
    int64_t ms, uint64_t serial);
void asr_mock_timer_clear(asr_mock_timers_t *h, asr_mock_timer_t *t);


/* Audio of a task or a file: inline, in the spool, or none (yet). */

typedef struct {
    asr_mock_link_t  link;               /* of the home's, when in the spool */
    bool             of_file;
    bool             there;
    bool             digested;
    uint64_t         size;
    char            *mem;                /* inline bytes */
    char             spool[ASR_SPOOL_NAME];      /* empty: inline */
    unsigned char    digest[ASR_SHA256_LEN];
} asr_mock_audio_t;


/* What a world has in the store. */

struct asr_mock_home_s {
    asr_mock_world_t   *world;
    asr_mock_link_t     link;            /* of the store's */
    int64_t             base;            /* ids are past this */
    int64_t             made[2];         /* tasks, files */
    asr_mock_link_t     tasks;           /* by id */
    asr_mock_link_t     finished;        /* by when they ended */
    asr_mock_link_t     files;
    asr_mock_link_t     deliveries;
    asr_mock_link_t     audio;           /* in the spool, oldest first */
    asr_mock_timers_t   timers;
    size_t              bytes;
    uint64_t            spooled;
    size_t              ntasks;
    size_t              nfiles;
    size_t              succeeded;
    size_t              failed;
    size_t              unseen;
    size_t              dropped;
    size_t              undone;          /* tasks that are due, not ended */
    size_t              waiting;         /* deliveries with a timer */
    size_t              outgoing;        /* those to be tried, or in hand */
    size_t              undelivered;
    bool                leaving;
    bool                noting;
    asr_buf_t           ran;             /* lines */
    unsigned            nran;
};


typedef enum {
    ASR_MOCK_PIECE_QUEUED = 0,
    ASR_MOCK_PIECE_CLAIMED,
    ASR_MOCK_PIECE_DONE
} asr_mock_piece_state_t;

typedef struct {
    asr_mock_piece_state_t  state;
    int32_t                 channel;
    int64_t                 start;
    int64_t                 length;
    int32_t                 attempts;
    uint32_t                len;
    char                   *result;
} asr_mock_piece_t;

struct asr_mock_task_s {
    asr_mock_node_t     node;            /* first */
    asr_mock_home_t    *home;
    asr_mock_link_t     all;
    asr_mock_link_t     queue;           /* one of the store's, or of those
                                            that have ended */
    asr_task_t          t;               /* strings in text, result and message
                                            apart */
    asr_mock_course_t   course;
    asr_mock_timer_t    due_timer;
    asr_mock_timer_t    expiry;
    asr_mock_audio_t    audio;
    asr_str_t           filename;
    int64_t             due_ms;
    int64_t             polls;
    bool                due;
    bool                small;
    bool                held;            /* claimed as a whole */
    bool                seen;            /* its end was told */
    int                 fetches;
    int                 decodes;
    int                 finishes;
    unsigned            hands;           /* claims that threads have */
    uint64_t            saying;          /* when its words were asked for */
    int64_t             rank;            /* of the first piece */
    asr_mock_piece_t   *pieces;
    int32_t             npieces;
    int32_t             first;           /* no piece before it is queued */
    char               *result;
    char               *message;
    unsigned char      *peaks;
    asr_mock_delivery_t *delivery;       /* while it is there */
    asr_op_t           *waiting;         /* until it has ended */
    asr_op_t          **waiting_tail;
    size_t              bytes;
    char                text[];
};

struct asr_mock_file_s {
    asr_mock_node_t    node;             /* first */
    asr_mock_home_t   *home;
    asr_mock_link_t    all;
    asr_file_t         f;
    asr_mock_timer_t   expiry;
    asr_mock_audio_t   audio;
    char              *type;             /* of FILE_FILL */
    size_t             bytes;
    char               text[];
};

typedef enum {
    ASR_MOCK_WAITING = 0,
    ASR_MOCK_READY,
    ASR_MOCK_IN_HAND,
    ASR_MOCK_DELIVERED,
    ASR_MOCK_UNDELIVERED
} asr_mock_delivery_state_t;

typedef struct {
    int      attempt;
    int      status;
    int64_t  at_ms;
    bool     delivered;
} asr_mock_try_t;

struct asr_mock_delivery_s {
    asr_mock_node_t             node;    /* first */
    asr_mock_home_t            *home;
    asr_mock_link_t             all;
    asr_mock_link_t             queue;
    asr_mock_timer_t            timer;
    asr_mock_delivery_state_t   state;
    asr_outgoing_t              o;       /* strings in text */
    unsigned                    hands;
    int64_t                     at_ms;   /* of the last attempt */
    asr_mock_try_t              tries[ASR_MOCK_TRIES];
    unsigned                    ntries;
    size_t                      bytes;
    char                        text[];
};


static inline bool
asr_mock_task_ended(const asr_mock_task_t *t)
{
    return t->t.state >= ASR_TASK_SUCCEEDED;
}


static inline bool
asr_mock_task_lives(const asr_mock_task_t *t, int64_t now)
{
    return t->t.expires_ms <= 0 || t->t.expires_ms > now;
}


static inline bool
asr_mock_delivery_ended(const asr_mock_delivery_t *d)
{
    return d->state >= ASR_MOCK_DELIVERED;
}


/* Ids of what has gone while a thread had it; not given again meanwhile. */

typedef struct asr_mock_dead_s  asr_mock_dead_t;

struct asr_mock_dead_s {
    int64_t           id;
    bool              delivery;
    unsigned          hands;
    asr_mock_dead_t  *next;
};


/* What decoding found, by what it depends on. */

typedef struct {
    unsigned char   digest[ASR_SHA256_LEN];
    char            engine[32];
    char            format[16];
    int32_t         sample_rate;
    int32_t         channels;
    bool            strict;
} asr_mock_fact_key_t;

typedef struct {
    asr_mock_fact_key_t   key;
    int64_t               audio_ms;
    asr_segment_t        *segments;
    size_t                n;
    bool                  peaked;
    unsigned char         peaks[ASR_MOCK_PEAKS];
    uint64_t              used;          /* 0: empty */
} asr_mock_fact_t;

/* What the script is told of a task, copied, and what came of it. */

typedef struct {
    bool               asked;            /* the copies are there */
    asr_arena_t        arena;
    asr_task_t         task;
    asr_mock_course_t  course;
    char               world[ASR_MOCK_KEY_MAX + 1];
    uint64_t           seed;
    unsigned char      digest[ASR_SHA256_LEN];
    asr_err_t          rc;
    bool               exact;
    int32_t            segments;
    asr_buf_t          text;             /* of the result, when exact */
    asr_mock_piece_t  *pieces;           /* else */
    int32_t            npieces;
    size_t             bytes;            /* of their results */
} asr_mock_said_t;

/* Of a DECODED, found out before the lock is taken. */

typedef struct {
    bool             digested;
    bool             peaked;
    unsigned char    digest[ASR_SHA256_LEN];
    unsigned char    peaks[ASR_MOCK_PEAKS];
    asr_mock_said_t  said;
} asr_mock_look_t;


typedef struct {
    asr_op_t   *ops;
    asr_op_t  **tail;
    int         units;
    int         tasks;
    int         io;
    bool        settled;
} asr_mock_after_t;

struct asr_mock_store_s {
    const asr_store_kind_t  *kind;       /* first; asr_store.h */
    asr_store_conf_t         conf;
    char                     owner[ASR_OWNER_MAX];
    bool                     closing;
    bool                     scripted;
    size_t                   ceiling;
    asr_mock_store_hooks_t   hooks;
    asr_mock_link_t          homes;
    asr_mock_table_t         tasks;
    asr_mock_table_t         files;
    asr_mock_table_t         deliveries;
    asr_mock_link_t          fetch;      /* tasks to fetch */
    asr_mock_link_t          decode[2];  /* large, small */
    asr_mock_link_t          finish[2];
    asr_mock_link_t          recognise;  /* tasks with queued pieces */
    asr_mock_link_t          outbox;     /* deliveries to be tried */
    asr_mock_link_t          say;        /* tasks whose words are to be made */
    asr_mock_dead_t         *dead;
    asr_mock_fact_t          facts[ASR_MOCK_FACTS];
    uint64_t                 serial;
    int64_t                  rank;       /* as in asr_store_sqlite_claim.c */
    int64_t                  queued;     /* pieces, and their samples */
    int64_t                  queued_samples;
    int64_t                  claimed;
    int64_t                  count[ASR_TASK_FAILED + 1];
    size_t                   bytes;
    uint64_t                 spooled;
    size_t                   waiting;    /* deliveries with a timer */
    asr_mock_after_t         after;

    /* threads inside of submit_all and flush */
    pthread_mutex_t          gate;
    pthread_cond_t           left;
    unsigned                 inside;
};


/* The open store; NULL: none. */
extern asr_mock_store_t  *asr_mock_store_now;


/* asr_mock_store.c */

void asr_mock_complete(asr_mock_store_t *s, asr_op_t *op, asr_err_t rc);
void asr_mock_changed(asr_mock_store_t *s, asr_mock_home_t *h,
    const char *what, int64_t id);

/* A line of what ran, if that is noted. */
void asr_mock_note(asr_mock_home_t *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Is all of the world's work done?  Then says so. */
void asr_mock_settle(asr_mock_store_t *s, asr_mock_home_t *h);


/* asr_mock_store_home.c */

/* NULL: the account has none; _make: no memory, or it cannot have one. */
asr_mock_home_t *asr_mock_home_find(asr_str_t account);
asr_mock_home_t *asr_mock_home_make(asr_mock_store_t *s, asr_str_t account);
void asr_mock_home_free(asr_mock_store_t *s, asr_mock_home_t *h,
    asr_err_t rc);

/* Of a task or a file; 0: there are no more. */
int64_t asr_mock_home_id(asr_mock_store_t *s, asr_mock_home_t *h, bool file);

/* What is due by now does; returns how many things. */
size_t asr_mock_home_tick(asr_mock_store_t *s, asr_mock_home_t *h,
    int64_t now);
int64_t asr_mock_home_now(const asr_mock_home_t *h);

void asr_mock_charge(asr_mock_store_t *s, asr_mock_home_t *h, size_t *bytes,
    size_t n);
void asr_mock_discharge(asr_mock_store_t *s, asr_mock_home_t *h,
    size_t *bytes, size_t n);

/* Until all is below its ceiling. */
void asr_mock_make_room(asr_mock_store_t *s);

void asr_mock_dead_add(asr_mock_store_t *s, int64_t id, bool delivery,
    unsigned hands);
asr_mock_dead_t *asr_mock_dead_find(asr_mock_store_t *s, int64_t id,
    bool delivery);

/* A thread reports of what has gone. */
void asr_mock_dead_report(asr_mock_store_t *s, int64_t id, bool delivery);

/* Takes the op's file, which is committed if it is none of memory. */
asr_err_t asr_mock_audio_take(asr_mock_store_t *s, asr_mock_home_t *h,
    asr_mock_audio_t *a, asr_spool_file_t *f, size_t *bytes);
void asr_mock_audio_drop(asr_mock_store_t *s, asr_mock_home_t *h,
    asr_mock_audio_t *a, size_t *bytes);

/* What was decoded of a task. */
void asr_mock_drop_pcm(asr_mock_store_t *s, int64_t id);

/* Packs a string, terminated, and moves on. */
void asr_mock_pack(char **p, asr_str_t *out, asr_str_t s);


/* asr_mock_store_tasks.c */

asr_err_t asr_mock_task_create(asr_mock_store_t *s, asr_op_t *op);
void asr_mock_task_get(asr_mock_store_t *s, asr_op_t *op);
void asr_mock_task_wake(asr_mock_store_t *s, asr_mock_task_t *t);
asr_err_t asr_mock_task_delete(asr_mock_store_t *s, asr_op_t *op);

/* Its strings too if there is an arena; as it stands, or as a client sees
   it. */
asr_err_t asr_mock_task_copy(const asr_mock_task_t *t, asr_arena_t *a,
    asr_task_t *out);
void asr_mock_task_view(const asr_mock_task_t *t, asr_task_t *out);

/* A look at it: true: its end is in work, wait. */
bool asr_mock_task_wanted(asr_mock_store_t *s, asr_mock_task_t *t);
void asr_mock_task_hold(asr_mock_task_t *t, asr_op_t *op);
void asr_mock_task_saw(asr_mock_task_t *t);


/* asr_mock_store_list.c */

/* counted: it was held, it is no look any more. */
void asr_mock_task_list(asr_mock_store_t *s, asr_op_t *op, bool counted);
asr_err_t asr_mock_stats(asr_mock_store_t *s, asr_op_t *op);


/* asr_mock_store_course.c */

/* Its end is due: something is to be done about it, or it ends. */
void asr_mock_task_due(asr_mock_store_t *s, asr_mock_task_t *t, int64_t ms);

/* With audio, and due: to be decoded, unless it is known what that gives. */
void asr_mock_task_ready(asr_mock_store_t *s, asr_mock_task_t *t);

void asr_mock_task_move(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_task_state_t state);
void asr_mock_task_queue(asr_mock_store_t *s, asr_mock_task_t *t);

/* A thread's claim is over. */
void asr_mock_task_let_go(asr_mock_task_t *t);

/*
 * Ends it; ASR_NOMEM: nothing changed.  deliver is used when conf.callback
 * does not make one.
 */
asr_err_t asr_mock_task_end(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_task_state_t state, asr_cause_t cause, asr_str_t message,
    asr_str_t result, const asr_delivery_t *deliver);
void asr_mock_task_fail(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_cause_t cause);
void asr_mock_task_drop_pieces(asr_mock_store_t *s, asr_mock_task_t *t);

/* Every trace of it; what waits for it gets rc.  all: its deliveries too. */
void asr_mock_task_remove(asr_mock_store_t *s, asr_mock_task_t *t, bool all,
    asr_err_t rc);


/* asr_mock_store_files.c */

asr_err_t asr_mock_file_create(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_file_fill(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_file_delete(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_file_get(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_file_list(asr_mock_store_t *s, asr_op_t *op);
void asr_mock_file_remove(asr_mock_store_t *s, asr_mock_file_t *f);

/* A file of that account and purpose (empty: any), not expired. */
asr_mock_file_t *asr_mock_file_of(asr_mock_store_t *s, int64_t id,
    asr_str_t account, asr_str_t purpose);


/* asr_mock_store_claim.c */

asr_err_t asr_mock_claim(asr_mock_store_t *s, asr_op_t *op);

/* The task, and its audio if a is not NULL, into the op. */
asr_err_t asr_mock_claim_copy(asr_mock_task_t *t, const asr_mock_audio_t *a,
    asr_op_t *op);

/* The audio that the task is to be decoded of; NULL: its file has gone. */
asr_mock_audio_t *asr_mock_task_audio(asr_mock_store_t *s,
    asr_mock_task_t *t);


/* asr_mock_store_work.c */

asr_err_t asr_mock_decoded(asr_mock_store_t *s, asr_op_t *op,
    asr_mock_look_t *look);
asr_err_t asr_mock_segment_done(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_segment_fail(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_task_done(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_task_fail_op(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_task_retry(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_decode_again(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_release(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_release_owner(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_segments_get(asr_mock_store_t *s, asr_op_t *op);

/* The task if it is claimed as a whole, NULL: it is not, and that is noted. */
asr_mock_task_t *asr_mock_task_held(asr_mock_store_t *s, int64_t id);


/* asr_mock_store_script.c */

/* No lock held: reads the audio that was decoded, and has its words made. */
void asr_mock_look(asr_mock_store_t *s, const asr_op_t *op,
    asr_mock_look_t *look);
void asr_mock_look_free(asr_mock_look_t *look);

/* The task gets what was said in it; takes its pieces.  ASR_NOMEM: nothing
   changed. */
asr_err_t asr_mock_store_script(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_mock_said_t *said);

/* Makes the words of all that are in s->say; lets go of the lock meanwhile,
   which must be held once. */
void asr_mock_store_say(asr_mock_store_t *s);

/* True: what decoding gives was known, and the task waits for its words. */
bool asr_mock_facts_use(asr_mock_store_t *s, asr_mock_task_t *t);
void asr_mock_facts_keep(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_segment_t *segments, size_t n);
void asr_mock_facts_free(asr_mock_store_t *s);


/* asr_mock_store_io.c */

asr_err_t asr_mock_claim_io(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_fetched(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_delivered(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_delivery_retry(asr_mock_store_t *s, asr_op_t *op);
asr_err_t asr_mock_delivery_release(asr_mock_store_t *s, int64_t id);
void asr_mock_delivery_ready(asr_mock_store_t *s, asr_mock_delivery_t *d);
void asr_mock_delivery_remove(asr_mock_store_t *s, asr_mock_delivery_t *d);

/* Makes what the ended task's callback says; a NULL deliver: if it wants. */
void asr_mock_deliver(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_delivery_t *deliver);

/* Would its end be told? */
bool asr_mock_task_called_back(asr_mock_store_t *s, asr_mock_task_t *t);


#endif /* ASR_MOCK_STORE_INT_H */
