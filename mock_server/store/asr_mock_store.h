/*
 * The mock's store, of the kind "mock:".  It does all of asr_store.h in the
 * memory of one process: each op at once, on the thread that submits it, under
 * asr_mock_lock; work, done and the notices of asr_store_conf_t follow when
 * the lock is released.  No threads of its own, no leases, nothing durable but
 * audio over ASR_SPOOL_INLINE bytes, which lies in the spool.
 *
 * A task is lazy.  It follows its course (asr_mock_world.h), and nothing of it
 * is claimable before its end is due: at a poll, by its world's clock, by
 * asr_mock_store_tell, or at once when it has a callback that nobody else
 * would cause.  A query of a task that is due but has not ended is held until
 * it has: so what a client sees never depends on how fast threads are.
 *
 * All of a world hangs at w->store and goes with it; the account's name is the
 * world's key.  Times are the world's clock's.  Ids rise from a number that
 * seed and key decide: a world that is made again has them again.
 *
 * Ceilings: asr_mock_store_ceiling bytes of tasks, results, files' rows and
 * deliveries (what has ended first, the oldest first, of the world that has
 * most), ASR_MOCK_SPOOL_MAX bytes of files in the spool (of the world longest
 * unused).
 *
 * Functions that take a world, or say so, are called with asr_mock_lock held.
 * Those marked with a star make things happen: call asr_mock_store_flush when
 * the lock is released, which completes what they let go.
 */

#ifndef ASR_MOCK_STORE_H
#define ASR_MOCK_STORE_H

#include "core/speech/asr_result.h"
#include "core/task/asr_store.h"
#include "asr_mock_world.h"


#define ASR_MOCK_STORE_BYTES  (16 * 1024 * 1024)
#define ASR_MOCK_SPOOL_MAX    (UINT64_C(256) * 1024 * 1024)
#define ASR_MOCK_PEAKS        400
#define ASR_MOCK_TRIES        8          /* of a delivery that are kept */


/* Registers the kind; before a store is opened.  One can be open at a time. */
void asr_mock_store_init(void);

/* The ceiling in bytes, 0: ASR_MOCK_STORE_BYTES; before the store is opened. */
void asr_mock_store_ceiling(size_t bytes);

/*
 * Scripted: what is said in an audio comes from hooks.script, when it has been
 * decoded.  Else its segments are to be recognised, see hooks.texts.  Before
 * the store is opened.
 */
void asr_mock_store_engine(bool scripted);

/* What a script goes by; all of it copies. */

typedef struct {
    asr_str_t                 world;     /* its key */
    uint64_t                  seed;
    const asr_task_t         *task;
    asr_str_t                 sha256;    /* of the audio; empty: not known */
    const asr_segment_t      *segments;
    size_t                    n;
    int64_t                   audio_ms;
    const asr_mock_course_t  *course;
} asr_mock_ask_t;


/*
 * What others know.  Each may be NULL.  Before the store is opened.
 *
 *   script     the words of a task's audio, in the arena.  *exact: the result
 *              is the task's as it stands; else its sentences become segments,
 *              which are finished as those of a recogniser.  No lock held:
 *              world and task may have gone meanwhile, any thread.
 *   texts      script is there, and asked when not scripted too: ASR_NOTFOUND
 *              where no text was given, so that segments are recognised.
 *   cause      why a task fails with the code or name; false: unknown.  The
 *              message is static or data NULL.  Lock held.
 *   public_id  one JSON value: the task's id as its API writes it.  Lock held.
 *   changed    "task" or "callback" of the world, by id.  Lock held; quick.
 *   settled    a world had work in hand and has none any more; no lock held,
 *              any thread.
 */
typedef struct {
    asr_err_t  (*script)(void *ctx, const asr_mock_ask_t *ask,
                         asr_arena_t *a, asr_result_t *result, bool *exact);
    bool         texts;
    bool       (*cause)(asr_str_t api, asr_str_t code, asr_cause_t *cause,
                        asr_str_t *message);
    void       (*public_id)(void *ctx, asr_json_out_t *o,
                            const asr_task_t *task);
    void       (*changed)(void *ctx, asr_mock_world_t *w, const char *what,
                          int64_t id);
    void       (*settled)(void *ctx);
    void        *ctx;
} asr_mock_store_hooks_t;

void asr_mock_store_hooks(const asr_mock_store_hooks_t *hooks);


/* No lock held.  Harmless when there is nothing, or no store. */
void asr_mock_store_flush(void);


/*
 * The clock.  due*: what falls due until now (the world's time, Unix ms) does:
 * tasks begin to end, deliveries are tried, tasks and files expire.  Returns
 * how many.  From then on what came of them is noted; ran_write writes it,
 * an array of lines "task 12 succeeded" by their ids, and ends the notes.  What
 * nobody had written is forgotten by the next due, if all of it is settled.
 */
size_t asr_mock_store_due(asr_mock_world_t *w, int64_t now);
void asr_mock_store_ran_write(asr_mock_world_t *w, asr_json_out_t *o);

/* When something will fall due, by the world's clock; 0: nothing will. */
int64_t asr_mock_store_next(asr_mock_world_t *w);

/* Is nothing that is due still in work?  hooks.settled says when to look. */
bool asr_mock_store_settled(asr_mock_world_t *w);


/*
 * Tells* a task its end: SUCCEEDS or FAILS (with the code), whatever its
 * course.  ASR_NOTFOUND; ASR_EXISTS: it has ended; ASR_NOMEM.
 */
asr_err_t asr_mock_store_tell(asr_mock_world_t *w, int64_t id,
    asr_mock_end_t end, asr_str_t code);


typedef struct {
    size_t   tasks;              /* that are there */
    size_t   unfinished;
    size_t   succeeded;
    size_t   failed;
    size_t   unseen;             /* ended, and neither queried nor delivered;
                                    those that had to go included */
    size_t   dropped;            /* for a ceiling */
    size_t   files;
    size_t   pending;            /* deliveries */
    size_t   undelivered;
    size_t   bytes;
} asr_mock_store_counts_t;

void asr_mock_store_counts(asr_mock_world_t *w, asr_mock_store_counts_t *c);

/*
 * An array of the newest tasks, at most max, oldest first; one with its
 * sentences and peaks (false: there is none, nothing was written); an array of
 * deliveries, of one task (0: of all).
 */
void asr_mock_store_tasks_write(asr_mock_world_t *w, size_t max,
    asr_json_out_t *o);
bool asr_mock_store_task_write(asr_mock_world_t *w, int64_t id,
    asr_json_out_t *o);
void asr_mock_store_callbacks_write(asr_mock_world_t *w, int64_t task_id,
    asr_json_out_t *o);

/*
 * The audio of a task as it came: a name in the spool, or (spool empty) bytes;
 * valid while the lock is held.  False: it is not there (yet, or any more).
 */
typedef struct {
    asr_str_t  spool;
    asr_str_t  bytes;
    asr_str_t  filename;         /* or URL; may be empty */
    uint64_t   size;
} asr_mock_found_t;

bool asr_mock_store_audio(asr_mock_world_t *w, int64_t id,
    asr_mock_found_t *out);


#endif /* ASR_MOCK_STORE_H */
