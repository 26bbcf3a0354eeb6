/*
 * The journal: what came and what was answered, of all worlds, in one ring of
 * memory that is given once.  A new entry overwrites the oldest ones.  Entries
 * hold no secret (asr_mock_redact.h) and are found by id, or per world in
 * their order, without a look at those of other worlds.
 *
 * All is called with asr_mock_lock held.
 */

#ifndef ASR_MOCK_JOURNAL_H
#define ASR_MOCK_JOURNAL_H

#include "asr_mock_match.h"


#define ASR_MOCK_JOURNAL_DEFAULT  (8 * 1024 * 1024)
#define ASR_MOCK_JOURNAL_MIN      (256 * 1024)

/* What is kept of an exchange at most; an entry is at most 1/8 of the ring. */
#define ASR_MOCK_KEPT_HEADERS     100
#define ASR_MOCK_KEPT_FINDINGS    64


/*
 * bytes: 0 is ASR_MOCK_JOURNAL_DEFAULT; fewer than ASR_MOCK_JOURNAL_MIN are
 * ASR_MOCK_JOURNAL_MIN.  Again: empties it, with that size.
 */
asr_err_t asr_mock_journal_init(size_t bytes);
void asr_mock_journal_free(void);

/* The id that the next entry will have: for a header of its reply. */
uint64_t asr_mock_journal_next(void);

/*
 * Takes a copy, clipped where it has to be; x->id is not looked at.  Returns
 * the id; 0 before _init.
 */
uint64_t asr_mock_journal_add(const asr_mock_exchange_t *x);

/* What is known late; nothing happens when the entry is gone. */
void asr_mock_journal_took(uint64_t id, int64_t took_us);

/* A copy in the arena; false: gone, never was, or no memory. */
bool asr_mock_journal_get(uint64_t id, asr_arena_t *a, asr_mock_exchange_t *x);

/* x is valid during the call, which may add nothing.  false: enough. */
typedef bool (*asr_mock_journal_pt)(void *ctx, const asr_mock_exchange_t *x);

/*
 * Those that match, in order of ids.  With more than limit (0: no limit) of
 * them: the first after match->since when that is not 0, else the last ones.
 */
void asr_mock_journal_each(const asr_mock_match_t *match, size_t limit,
    asr_mock_journal_pt handler, void *ctx);

/* Likewise, the newest first. */
void asr_mock_journal_newest(const asr_mock_match_t *match, size_t limit,
    asr_mock_journal_pt handler, void *ctx);

uint64_t asr_mock_journal_count(const asr_mock_match_t *match);

/* Those of the world (empty: of all) go; ids go on. */
void asr_mock_journal_clear(asr_str_t world);

/* The same, and its count of dropped ones: for a world that is deleted. */
void asr_mock_journal_forget(asr_str_t world);

/* How many of the world (empty: of all) were overwritten. */
uint64_t asr_mock_journal_dropped(asr_str_t world);


/* JSON, asr_mock_journal_json.c; full: headers, bodies and doctor too. */
void asr_mock_journal_write(asr_json_out_t *o, const asr_mock_exchange_t *x,
    bool full);

/* {"requests":[...],"dropped":N}; limit 0 is 100. */
asr_err_t asr_mock_journal_list(const asr_mock_match_t *match, size_t limit,
    asr_buf_t *out);


/*
 * How many there have to be: those bounds that are not negative.  The body of
 * a verify request: {"match":{...},"count":2 | "at_least":1 | "at_most":3},
 * without any "at_least" is 1.
 */

typedef struct {
    asr_mock_match_t  match;
    int64_t           at_least;
    int64_t           at_most;
} asr_mock_verify_t;

/*
 * v->match.world is the caller's to set.  ASR_INVALID: *why says what is wrong
 * with it, in the arena or static.
 */
asr_err_t asr_mock_verify_parse(asr_mock_verify_t *v, asr_arena_t *a,
    asr_str_t json, asr_str_t *why);

/*
 * Writes {"ok":..,"count":N} and, when it does not hold, at most five entries
 * that fail the fewest criteria, and those: "nearest":[{"request":{summary},
 * "failed":[{"criterion","got","expected"}]}].  Returns ok.
 */
bool asr_mock_journal_verify(const asr_mock_verify_t *v, asr_buf_t *out);


#endif /* ASR_MOCK_JOURNAL_H */
