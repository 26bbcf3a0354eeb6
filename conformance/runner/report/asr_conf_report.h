/*
 * What a run says: while it goes, at its end, and in files.
 */

#ifndef ASR_CONF_REPORT_H
#define ASR_CONF_REPORT_H


#include "asr_conf_run.h"


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

asr_conf_verdict_t asr_conf_verdict(const asr_conf_report_t *rep, size_t i);


/*
 * The tree on stdout: progress while running when `tty`; the closing line
 * "N passed, N failed, N skipped" is its last.
 */

typedef struct asr_conf_tree_s  asr_conf_tree_t;

asr_conf_tree_t *asr_conf_tree_new(FILE *out, bool tty, unsigned verbose);
void asr_conf_tree_progress(const asr_conf_case_t *c,
    const asr_conf_result_t *r, size_t done, size_t of, void *tree);
void asr_conf_tree_end(asr_conf_tree_t *t, const asr_conf_report_t *rep);

/*
 * Findings, grouped by kind: one group is what failed alike (document, check,
 * expected and got without their numbers); each shows its smallest case, its
 * clause, expected, got, the curl line, --replay ID and the other ids.
 */

void asr_conf_findings_print(FILE *out, const asr_conf_report_t *rep,
    bool color);

/* "tap", "junit", "jsonl", "matrix.md", "matrix.html"; false: no such. */

bool asr_conf_report_known(const char *fmt);
void asr_conf_report_write(FILE *out, const char *fmt,
    const asr_conf_report_t *rep);

/*
 * Faults of the suite itself: a clause, code, parameter or value no case
 * names.  The number of faults; says each on out.
 */

unsigned asr_conf_audit(FILE *out, const asr_conf_cases_t *cases);


#endif /* ASR_CONF_REPORT_H */
