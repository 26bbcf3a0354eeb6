/*
 * Worlds: the key is the namespace.  Any key "test-<anything>" is valid, is
 * its own secret, and has tasks, files, limits, faults, clock and journal that
 * no other key sees; so has each account of the accounts file, under its name.
 * A world is made by its first use and stays until it is deleted, or until
 * there are more than ASR_MOCK_WORLDS_MAX (then the one longest unused goes).
 *
 * One process, several threads (event loop, task threads, I/O): all below is
 * called with asr_mock_lock held, unless it says otherwise.  The lock is
 * recursive.
 */

#ifndef ASR_MOCK_WORLD_H
#define ASR_MOCK_WORLD_H

#include "core/auth/asr_accounts.h"
#include "core/base/asr_clock.h"
#include "core/task/asr_store.h"
#include "asr_mock.h"
#include "asr_mock_doctor.h"


#define ASR_MOCK_WORLDS_MAX  4096
#define ASR_MOCK_KEY_MAX     128         /* of "test-..." as a whole */
#define ASR_MOCK_TEXT_MAX    (256 * 1024)    /* of a transcript */
#define ASR_MOCK_URL_MAX     256
#define ASR_MOCK_APP_ID      1300000001  /* of "test-..." keys */
#define ASR_MOCK_NOBODY      "_"         /* the world of unknown keys */


/* How a task gets on, and where to. */

typedef enum {
    ASR_MOCK_POLLS = 0,          /* under way at n queries, done at the next */
    ASR_MOCK_SECONDS,            /* done n ms after its creation */
    ASR_MOCK_ONCE,               /* done when it is first looked at */
    ASR_MOCK_TOLD                /* done when the admin API says so */
} asr_mock_progress_t;

typedef enum {
    ASR_MOCK_SUCCEEDS = 0,       /* or what its audio makes of it */
    ASR_MOCK_FAILS,
    ASR_MOCK_NEVER
} asr_mock_end_t;

/*
 * Of one task.  Strings are malloc'ed and the course's; asr_mock_course_copy
 * and _free see to them.  With a callback asked for, tasks of ASR_MOCK_POLLS
 * and _ONCE are done at once: nobody might ask.
 */

typedef struct {
    asr_mock_progress_t  progress;
    int64_t              n;
    asr_mock_end_t       end;
    char                *code;       /* FAILS: the document's code or a cause's
                                        name, asr_mock_errors.h */
    char                *text;       /* what is said in it; NULL: see the
                                        audio, else words are made up */
    double               wer;        /* 0..1, errors to put into the text */
    int64_t              callback_delay_ms;
} asr_mock_course_t;

asr_err_t asr_mock_course_copy(asr_mock_course_t *to,
    const asr_mock_course_t *from);
void asr_mock_course_free(asr_mock_course_t *c);


typedef struct asr_mock_world_s  asr_mock_world_t;

struct asr_mock_world_s {
    char               key[ASR_MOCK_KEY_MAX + 1];
    asr_account_t      account;      /* of a "test-..." key */
    asr_key_t          access;       /* likewise */
    char               webhook[ASR_MOCK_URL_MAX + ASR_MOCK_KEY_MAX + 16];
    bool               own;          /* these two are used */
    bool               dead;         /* deleted; what still points here may
                                        read key, account and clock */
    asr_clock_t        clock;
    uint64_t           seed;
    asr_mock_random_t  random;       /* of faults; seeded with seed and key */
    asr_mock_random_t  ids;          /* of requests; likewise */
    uint32_t           calls;        /* tasks made, for "call" of a fixture */
    int64_t            used_ms;      /* the machine's, of the last request */
    bool               lenient;      /* warnings instead of refusals */
    char              *fail_next;    /* code the next task fails with, by a
                                        fault; malloc'ed */
    uint64_t           requests;
    asr_mock_budget_t  doctor;       /* event loop's, no lock */

    /* each is its file's; NULL until it is needed */
    void              *plan;         /* asr_mock_plan.c */
    void              *faults;       /* asr_mock_faults.c */
    void              *limits;       /* asr_mock_limits.c */
    void              *journal;      /* asr_mock_journal.c */
    void              *manners;      /* asr_mock_manners.c */
    void              *tally;        /* asr_mock_tally_t, the glue's */
    void              *store;        /* asr_mock_store.c */

    asr_mock_world_t  *next;         /* in order of making */
    asr_mock_world_t  *prev;
    asr_mock_world_t  *newer;        /* in order of use */
    asr_mock_world_t  *older;
    asr_mock_world_t  *chain;        /* of the table */
};


void asr_mock_lock(void);
void asr_mock_unlock(void);

/*
 * Once, before threads.  seed: of all worlds made from now on; url: of the
 * mock, "http://127.0.0.1:PORT"; webhooks of "test-..." keys go to its inbox.
 */
asr_err_t asr_mock_worlds_init(uint64_t seed, const char *url);
const char *asr_mock_url(void);

/* Are worlds made from now on lenient? */
void asr_mock_lenient(bool on);

/* The world of a key or account name; made if it is not there, NULL: no
   memory, or no such key can be. */
asr_mock_world_t *asr_mock_world(asr_str_t key);
asr_mock_world_t *asr_mock_world_find(asr_str_t key);    /* NULL: none */
asr_mock_world_t *asr_mock_world_first(void);

/*
 * Calls all that asr_mock_on_delete gave.  Its memory goes with a later call
 * of asr_mock_worlds_reap: a request may be in the middle of it.
 */
void asr_mock_world_delete(asr_mock_world_t *w);

/* Frees deleted worlds; no request is under way.  Also at exit. */
void asr_mock_worlds_reap(void);

/* A request of it, at that time of the machine: it is the last to go. */
void asr_mock_world_used(asr_mock_world_t *w, int64_t ms);

/* Before worlds are made: frees what a file keeps of a world. */
void asr_mock_on_delete(void (*handler)(asr_mock_world_t *w));

/* Its numbers from their beginning. */
void asr_mock_world_reseed(asr_mock_world_t *w, uint64_t seed);

/* Is it "test-" and 1 to 123 of A-Z a-z 0-9 . _ - ? */
bool asr_mock_is_key(asr_str_t key);

/*
 * asr_accounts_more_pt; takes the lock itself.  A key that was found makes its
 * world the thread's: its clock is used, and asr_mock_seen returns it until it
 * is set anew.
 */
const asr_key_t *asr_mock_accounts(void *ctx, asr_key_kind_t kind,
    asr_str_t id, const asr_key_t *found);
asr_mock_world_t *asr_mock_seen(void);
const asr_key_t *asr_mock_seen_key(void);        /* NULL: none */

/* NULL: none, and the machine's clock. */
void asr_mock_set_seen(asr_mock_world_t *w);

/* The world of the account a call is for; NULL: it has been deleted. */
static inline asr_mock_world_t *
asr_mock_world_of(const asr_account_t *account)
{
    return asr_mock_world_find(account->name);
}


/* What is known of a task when its course is chosen; empty: not known. */

typedef struct {
    asr_str_t  api;
    asr_str_t  url;
    asr_str_t  filename;
    uint32_t   call;             /* 1.. number of the task in its world */
} asr_mock_what_t;

/*
 * The course of a task: the first fixture of the world's plan that fits, then
 * its list of courses in order, then its default; a name or URL of the mock's
 * magic (".../fail-CODE.wav", "never.wav") before all of them.  Owned by the
 * caller.  Asked at creation.
 */
asr_err_t asr_mock_course(asr_mock_world_t *w, const asr_mock_what_t *what,
    asr_mock_course_t *out);

/*
 * Now that the audio's digest (hex) is known: text (the plan's; empty: none)
 * and rate of errors of the fixture that names it, else those of the course.
 */
void asr_mock_course_fixture(asr_mock_world_t *w, asr_str_t api,
    asr_str_t sha256, const asr_mock_course_t *course, asr_str_t *text,
    double *wer);


#endif /* ASR_MOCK_WORLD_H */
