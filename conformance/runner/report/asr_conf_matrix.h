/*
 * The matrix: documents by endpoints, with what no case reached.
 *
 * A column is a run: this one, then those read back from their JSON lines.
 * Nothing in it depends on time, order of threads or ids an endpoint made but
 * the columns' dates and targets, so that two endpoints which behave alike
 * have the same matrix but for these lines.
 */

#ifndef ASR_CONF_MATRIX_H
#define ASR_CONF_MATRIX_H


#include "asr_conf_reach.h"
#include "asr_conf_report_int.h"


#define ASR_CONF_COLUMNS  (1 + ASR_CONF_WITH_MAX)
#define ASR_CONF_NOT      (-1)           /* in place of a verdict: not run */


typedef struct {
    char                   date[32];
    const char            *level;
    const char            *targets[ASR_CONF_NDOCS];
    signed char           *verdicts;     /* by case; ASR_CONF_NOT */
    const json_t         **codes;        /* by case: seen in it; NULL: none */
    size_t                 unknown;      /* cases this suite does not have */
} asr_conf_column_t;


/* A row of counts, one for each column. */

typedef struct {
    asr_conf_counts_t      in[ASR_CONF_COLUMNS];
    size_t                 cases;        /* run in any column */
    size_t                 observed;     /* of these: guesses */
} asr_conf_row_t;


typedef struct {
    const asr_conf_doc_t  *doc;
    size_t                 index;        /* in asr_conf_docs */
    bool                   has[ASR_CONF_COLUMNS];    /* it was run there */
    asr_conf_row_t         total;
    asr_conf_row_t        *clauses;
    asr_conf_row_t        *ops;          /* cases about it, by case->op */
    asr_conf_row_t       **params;       /* by operation */
    size_t               (*codes)[ASR_CONF_COLUMNS]; /* cases that saw it */
    asr_conf_reach_t       reach;        /* of the cases of any column */
} asr_conf_sheet_t;


typedef struct {
    asr_conf_column_t      columns[ASR_CONF_COLUMNS];
    size_t                 ncolumns;
    asr_conf_sheet_t       sheets[ASR_CONF_NDOCS];
    size_t                 nsheets;
    json_t                *held;         /* codes of this run's cases */
} asr_conf_matrix_t;


void asr_conf_matrix_make(asr_conf_matrix_t *m, const asr_conf_report_t *rep);
void asr_conf_matrix_free(asr_conf_matrix_t *m);

/*
 * What was chosen to be run, in a sentence for a reader; NULL: all.  To be
 * freed.
 */

char *asr_conf_matrix_chosen(const asr_conf_report_t *rep);

/* 'A' for the first. */

#define asr_conf_column_name(i)  ((int) ('A' + (i)))

/*
 * Whether a row has no passing case in a column that has the document; and
 * whether any of its cases failed, in whatever way, in any column.
 */

bool asr_conf_row_unmet(const asr_conf_sheet_t *s, const asr_conf_row_t *row,
    size_t column);
bool asr_conf_row_failing(const asr_conf_row_t *row);

/* How much of a document was reached; clauses and codes: in a column. */

typedef struct {
    size_t                 clauses, met;
    size_t                 codes, seen;
    size_t                 fields, set;
    size_t                 values, tried;
} asr_conf_reached_t;

void asr_conf_sheet_reached(const asr_conf_sheet_t *s, size_t column,
    asr_conf_reached_t *out);

/* "12 passed, 3 failed", "-" where nothing was run.  To be freed. */

char *asr_conf_counts_text(const asr_conf_counts_t *c);

/*
 * What was not reached, line by line, in the order of the document; `kind` is
 * "field", "value", "code" or "clause", `why` may be NULL.  columns: a letter
 * for each column that did not reach it.  Values of one field come together.
 */

typedef struct {
    const char            *kind;
    const char            *name;
    const char            *words;
    const char            *why;
    const char            *columns;
} asr_conf_missed_t;

typedef void (*asr_conf_missed_pt)(const asr_conf_missed_t *missed,
    void *data);

void asr_conf_matrix_missed(const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s, asr_conf_missed_pt tell, void *data);


/* asr_conf_report_with.c */

/* The codes a case of this run was seen to come back with: an array. */

json_t *asr_conf_codes_seen(const asr_conf_case_t *c,
    const asr_conf_result_t *r);

/* Fills a column of n cases from a run that was read back. */

void asr_conf_with_column(const asr_conf_with_t *w,
    const asr_conf_cases_t *cases, asr_conf_column_t *column);


#endif /* ASR_CONF_MATRIX_H */
