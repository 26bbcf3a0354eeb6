/*
 * What the report's files share.
 */

#ifndef ASR_MOCK_REPORT_INT_H
#define ASR_MOCK_REPORT_INT_H

#include "asr_mock_report.h"


/* All worlds together, and the groups by severity, then number. */

typedef struct {
    const asr_mock_report_t   *report;
    asr_mock_tally_t          *total;
    const asr_mock_group_t   **groups;   /* of total */
} asr_mock_summary_t;


/* The groups of t, sorted; malloc'ed; NULL: no memory, or none. */
const asr_mock_group_t **asr_mock_report_sort(const asr_mock_tally_t *t);

/* Was the code met with? */
bool asr_mock_report_met(const asr_mock_tally_t *t, const char *api,
    const char *code);

/* How many of the document's codes were; was the API called at all? */
size_t asr_mock_report_count_met(const asr_mock_tally_t *t,
    const asr_mock_known_t *known);
bool asr_mock_report_called(const asr_mock_tally_t *t, const char *api);

void asr_mock_report_put(asr_buf_t *out, const char *s);
void asr_mock_report_str(asr_buf_t *out, asr_str_t s);

/* "3 requests", "1 request" */
void asr_mock_report_number(asr_buf_t *out, uint64_t n, const char *what);

/* For XML and HTML, also inside of double quotes; what XML cannot have is
   U+FFFD. */
void asr_mock_report_escaped(asr_buf_t *out, asr_str_t s);

void asr_mock_report_json(const asr_mock_summary_t *s, asr_buf_t *out);
void asr_mock_report_text(const asr_mock_summary_t *s, asr_buf_t *out);
void asr_mock_report_junit(const asr_mock_summary_t *s, asr_buf_t *out);
void asr_mock_report_html(const asr_mock_summary_t *s, asr_buf_t *out);


#endif /* ASR_MOCK_REPORT_INT_H */
