/*
 * What the reports share.
 *
 * Expected and got come from an endpoint, which may be hostile: no text of a
 * result goes out but through asr_conf_put_text, asr_conf_put_xml or
 * asr_conf_text, which leave one line of printable UTF-8 of a bounded length.
 */

#ifndef ASR_CONF_REPORT_INT_H
#define ASR_CONF_REPORT_INT_H


#include "asr_conf_report.h"


#define ASR_CONF_TEXT_LINE   200         /* bytes of a text on a terminal */
#define ASR_CONF_TEXT_BLOCK  2048        /* bytes of a text in a file */
#define ASR_CONF_TEXT_ROOM   (64u << 10) /* bytes of a curl line */


/*
 * One line: control characters, those that turn the direction of writing, and
 * what is no UTF-8 are written as \n, \x1b; \u202e.  What is longer than max
 * bytes is cut and its length told.  NULL is "".  To be freed.
 */

char *asr_conf_text(const char *s, size_t max);
char *asr_conf_text_n(const char *s, size_t n, size_t max);

void asr_conf_put_text(FILE *out, const char *s, size_t max);

/* The same, escaped for XML and HTML, in elements and in attributes. */

void asr_conf_put_xml(FILE *out, const char *s, size_t max);

/* "POST /v1/x?y {body}", in short.  To be freed. */

char *asr_conf_request_short(const asr_conf_request_t *rq);

/*
 * What shrinking took away: "without CallbackUrl, Data, with less of Text";
 * NULL: nothing.  To be freed.
 */

char *asr_conf_shrunk(const json_t *steps, const json_t *smallest);

/* "2026-11-26T04:40:00Z" */

void asr_conf_date(int64_t t, char out[32]);

const char *asr_conf_verdict_name(asr_conf_verdict_t v);

/* The row of a parameter; NULL: the operation has none of that name. */

const asr_conf_param_t *asr_conf_param(const asr_conf_doc_t *d,
    const char *op, const char *param);

/* Why it failed, also of what was known to fail and held. */

const char *asr_conf_expected(const asr_conf_report_t *rep, size_t i);
const char *asr_conf_got(const asr_conf_report_t *rep, size_t i);
const char *asr_conf_failed_check(const asr_conf_report_t *rep, size_t i);

/*
 * Documents this run has cases of, in their order: out[ASR_CONF_NDOCS].  The
 * number of them.
 */

size_t asr_conf_docs_of(const asr_conf_report_t *rep,
    const asr_conf_doc_t **out);
const char *asr_conf_target(const asr_conf_report_t *rep,
    const asr_conf_doc_t *d);

/* The formats; `out` is the caller's. */

void asr_conf_report_tap(FILE *out, const asr_conf_report_t *rep);
void asr_conf_report_junit(FILE *out, const asr_conf_report_t *rep);
void asr_conf_report_jsonl(FILE *out, const asr_conf_report_t *rep);
void asr_conf_report_matrix_md(FILE *out, const asr_conf_report_t *rep);
void asr_conf_report_matrix_html(FILE *out, const asr_conf_report_t *rep);


#endif /* ASR_CONF_REPORT_INT_H */
