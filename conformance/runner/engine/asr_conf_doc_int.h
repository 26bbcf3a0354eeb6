/*
 * Loading data from any list of files: the embedded ones, or a test's own.
 */

#ifndef ASR_CONF_DOC_INT_H
#define ASR_CONF_DOC_INT_H


#include "asr_conf_case.h"
#include "asr_conf_embed.h"


/* Faults of our own data: said on stderr, counted, from one thread. */

typedef struct {
    FILE                   *out;
    unsigned                n;
} asr_conf_faults_t;


void asr_conf_fault(asr_conf_faults_t *f, const char *file, const char *place,
    const char *fmt, ...) ASR_CONF_PRINTF(4, 5);


/*
 * Has a value live as long as the program, with all that is in it: threads may
 * then hold it without counting.  jansson reads its counts without care for
 * who writes them.  NULL is well.
 */

void asr_conf_keep(json_t *v);

/*
 * Fills asr_conf_docs from "<api>/document.json" and "<api>/schemas/..." of
 * the list; an API without a document stays NULL.  What was loaded before is
 * freed: cases of it must be gone.
 */

void asr_conf_docs_load_from(const asr_conf_file_t *files, size_t n,
    asr_conf_faults_t *faults);

/*
 * Hand-written cases and causes of the list, for the documents loaded; with
 * generated ones when `generate`.  The prefixes of c are set before.
 */

void asr_conf_cases_load_from(asr_conf_cases_t *c,
    const asr_conf_file_t *files, size_t n, bool generate,
    asr_conf_faults_t *faults);

/* Frees the list and what case files were read for it; not the ids. */

void asr_conf_cases_free(asr_conf_cases_t *c);

/* NULL: it is none, which is a fault. */

json_t *asr_conf_file_json(const asr_conf_file_t *f,
    asr_conf_faults_t *faults);

/*
 * Holds all documents, case files and the causes of the list against
 * common/{document,case,causes}.schema.json of the embedded files.
 */

void asr_conf_data_check(const asr_conf_file_t *files, size_t n,
    asr_conf_faults_t *faults);

/* No case is better documented than the codes it wants. */

void asr_conf_cases_cap(asr_conf_cases_t *c);


#endif /* ASR_CONF_DOC_INT_H */
