/*
 * What a run comes to: what clients did that the documents forbid or
 * discourage, which operations they called, which codes they met and which
 * they never did.  A tally is kept while exchanges come, so that it is right
 * however little of them the journal still has.
 *
 * With asr_mock_lock held.
 */

#ifndef ASR_MOCK_REPORT_H
#define ASR_MOCK_REPORT_H

#include "core/base/asr_buf.h"
#include "asr_mock_match.h"


#define ASR_MOCK_TALLY_GROUPS  512       /* kinds of findings of a world */
#define ASR_MOCK_TALLY_TOTAL   2048      /* of all worlds together */
#define ASR_MOCK_TALLY_LISTED  256       /* operations, codes of a world */
#define ASR_MOCK_TALLY_MEMORY  (8 * 1024 * 1024)     /* of what all have */
#define ASR_MOCK_REPORT_MAX    (32 * 1024 * 1024)    /* a fit ceiling */


typedef struct asr_mock_group_s  asr_mock_group_t;
typedef struct asr_mock_calls_s  asr_mock_calls_t;

/* Findings of one severity, rule, pointer and operation. */

struct asr_mock_group_s {
    asr_mock_severity_t  severity;
    bool                 guess;
    asr_str_t            rule;
    asr_str_t            pointer;
    asr_str_t            api;
    asr_str_t            operation;
    asr_str_t            world;      /* of the first */
    asr_str_t            words;      /* this and what follows: of the first */
    asr_str_t            got;
    asr_str_t            expected;
    asr_str_t            hint;
    uint64_t             count;
    uint64_t             first;      /* ids of entries */
    uint64_t             last;
    uint64_t             hash;
    asr_mock_group_t    *next;
};

/* An operation that was called, or a code that was met. */

struct asr_mock_calls_s {
    asr_str_t            api;
    asr_str_t            name;
    uint64_t             count;
    uint64_t             refused;
    uint64_t             faulted;    /* of a code: by order */
    uint64_t             hash;
    asr_mock_calls_t    *next;
};

typedef struct {
    asr_str_t            world;      /* empty: of several */
    uint64_t             requests;
    uint64_t             verdicts[4];        /* by asr_mock_verdict_t */
    uint64_t             severities[3];      /* findings, by severity */
    int64_t              first_ms;
    int64_t              last_ms;
    uint64_t             tasks;      /* these two are the caller's to set */
    uint64_t             unfetched;  /* results that nobody asked for */

    asr_mock_group_t    *groups;     /* in order of their first */
    size_t               ngroups;
    size_t               limit;      /* of them */
    uint64_t             more;       /* findings of kinds over it */
    asr_mock_calls_t    *operations;
    size_t               noperations;
    asr_mock_calls_t    *codes;
    size_t               ncodes;
} asr_mock_tally_t;


/* NULL: no memory, or 10000 of them are there. */
asr_mock_tally_t *asr_mock_tally_new(asr_str_t world);
void asr_mock_tally_free(asr_mock_tally_t *t);           /* NULL is fine */

/*
 * After asr_mock_journal_add, with its id in x->id: texts of a new group are
 * taken from the journal, where they have no secret.
 */
void asr_mock_tally_add(asr_mock_tally_t *t, const asr_mock_exchange_t *x);

/* Findings of no request: what is open at the end.  Texts are as given. */
void asr_mock_tally_open(asr_mock_tally_t *t,
    const asr_mock_finding_t *findings, size_t n);

/* All of it, tasks too: for a world that goes. */
void asr_mock_tally_merge(asr_mock_tally_t *to, const asr_mock_tally_t *from);


typedef enum {
    ASR_MOCK_FAIL_NEVER = 0,
    ASR_MOCK_FAIL_ERROR,
    ASR_MOCK_FAIL_WARNING        /* and on errors */
} asr_mock_fail_t;

typedef enum {
    ASR_MOCK_REPORT_JSON = 0,
    ASR_MOCK_REPORT_TEXT,
    ASR_MOCK_REPORT_JUNIT,
    ASR_MOCK_REPORT_HTML
} asr_mock_format_t;

/* "error", "warning", "never"; "json", "text", "junit", "html".  false: no. */
bool asr_mock_fail_named(asr_str_t name, asr_mock_fail_t *out);
bool asr_mock_format_named(asr_str_t name, asr_mock_format_t *out);
const char *asr_mock_format_type(asr_mock_format_t format);  /* Content-Type */

/* The codes that an API's document has. */

typedef struct {
    const char               *api;
    const char *const        *codes;
    size_t                    ncodes;
} asr_mock_known_t;

typedef struct {
    asr_mock_fail_t           fail_on;
    bool                      colour;    /* of text, for a terminal */
    const asr_mock_tally_t *const  *worlds;
    size_t                    nworlds;
    const asr_mock_known_t   *known;
    size_t                    nknown;
} asr_mock_report_t;


bool asr_mock_report_fails(const asr_mock_tally_t *t, asr_mock_fail_t fail_on);

/* Does any world's? */
bool asr_mock_report_failed(const asr_mock_report_t *r);

/* ASR_NOMEM: out's ceiling, or no memory. */
asr_err_t asr_mock_report(const asr_mock_report_t *r, asr_mock_format_t format,
    asr_buf_t *out);


#endif /* ASR_MOCK_REPORT_H */
