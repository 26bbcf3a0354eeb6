/*
 * What a run says: while it goes, at its end, and in files.
 */

#ifndef ASR_CONF_REPORT_H
#define ASR_CONF_REPORT_H


#include "asr_conf_run.h"


#define ASR_CONF_VERSION   "1.0"

#define ASR_CONF_WITH_MAX  7             /* earlier runs beside this one */


typedef struct asr_conf_with_s  asr_conf_with_t;


typedef struct {
    const asr_conf_options_t  *options;
    const asr_conf_cases_t    *cases;
    const size_t              *chosen;
    const asr_conf_result_t   *results;
    size_t                     n;
    int64_t                    started;  /* Unix seconds */
    int64_t                    took_us;
    asr_conf_level_t           level;    /* the lowest that can fail a run */
    char                     **prefixes;
    size_t                     nprefixes;
    char                     **known;    /* lines of --known-failing */
    size_t                     nknown;
    asr_conf_with_t          **with;     /* earlier runs, for the matrix */
    size_t                     nwith;
} asr_conf_report_t;


/* How one case counts in the end. */

typedef enum {
    ASR_CONF_PASSED = 0,
    ASR_CONF_FAILED,
    ASR_CONF_SKIPPED,
    ASR_CONF_KNOWN,                      /* failed as expected: passed */
    ASR_CONF_FIXED,                      /* known to fail, but held: failed */
    ASR_CONF_DIFFERS                     /* failed below the level: passed */
} asr_conf_verdict_t;

#define ASR_CONF_VERDICTS  6


typedef struct {
    size_t                     of[ASR_CONF_VERDICTS];
} asr_conf_counts_t;

/* Of a case that failed: its own, or less, as what failed is. */

asr_conf_level_t asr_conf_failed_level(const asr_conf_case_t *c,
    const asr_conf_result_t *r);

asr_conf_verdict_t asr_conf_verdict(const asr_conf_report_t *rep, size_t i);
void asr_conf_count(const asr_conf_report_t *rep, asr_conf_counts_t *counts);

/* As the closing line has them: what failed as expected has passed. */

size_t asr_conf_counts_passed(const asr_conf_counts_t *c);
size_t asr_conf_counts_failed(const asr_conf_counts_t *c);


/*
 * The tree on stdout.  While cases run, on a terminal, one line is written
 * over and over; else no control character goes out.  NO_COLOR is obeyed.
 * The end prints the tree, the findings, what is known, skipped or differs,
 * and as its last line "N passed, N failed, N skipped"; it frees the tree.
 *
 * verbose: 1 opens passing operations, 2 lists passing cases too.  level: as
 * in the report; failures below it are not counted as such in the progress.
 */

typedef struct asr_conf_tree_s  asr_conf_tree_t;

asr_conf_tree_t *asr_conf_tree_new(FILE *out, bool tty, unsigned verbose);
void asr_conf_tree_level(asr_conf_tree_t *t, asr_conf_level_t level);
void asr_conf_tree_progress(const asr_conf_case_t *c,
    const asr_conf_result_t *r, size_t done, size_t of, void *tree);
void asr_conf_tree_end(asr_conf_tree_t *t, const asr_conf_report_t *rep);

/*
 * Findings, grouped by kind: one group is what failed alike (document, check,
 * expected and got without their numbers); each shows its smallest case, its
 * clause, expected, got, the curl line, --replay ID and the other ids.  Called
 * by asr_conf_tree_end.
 */

void asr_conf_findings_print(FILE *out, const asr_conf_report_t *rep,
    bool color);

/*
 * A run that "jsonl" wrote, to stand beside this one in a matrix.  NULL with
 * the reason in err: not readable, or not of this form.
 */

asr_conf_with_t *asr_conf_with_load(const char *path, char *err,
    size_t errlen);
void asr_conf_with_free(asr_conf_with_t *w);

/*
 * "One cause, four vendors": what each document says to the same mistake and
 * what came, a row for each cause; nothing when the run had no causes.
 */

void asr_conf_cause_table(FILE *out, const asr_conf_report_t *rep);

/* "tap", "junit", "jsonl", "matrix.md", "matrix.html"; false: no such. */

bool asr_conf_report_known(const char *fmt);
void asr_conf_report_write(FILE *out, const char *fmt,
    const asr_conf_report_t *rep);

/*
 * The file of a report, "-" stdout; and the report written to it, which closes
 * it.  They end the program when it cannot be written.
 */

FILE *asr_conf_report_open(const char *path);
void asr_conf_report_save(FILE *out, const char *path, const char *fmt,
    const asr_conf_report_t *rep);

/*
 * Faults of the suite itself: a clause, code, parameter or value no case
 * names.  The number of faults; says each on out.
 */

unsigned asr_conf_audit(FILE *out, const asr_conf_cases_t *cases);


#endif /* ASR_CONF_REPORT_H */
