/*
 * The report for CI: a suite for a world, a case for a rule that was broken.
 */

#include "asr_mock_report_int.h"

#include <stdlib.h>

#include "asr_mock_journal.h"


typedef enum {
    ASR_MOCK_PASSED = 0,
    ASR_MOCK_SKIPPED,
    ASR_MOCK_FAILED
} asr_mock_outcome_t;


static asr_mock_outcome_t asr_mock_junit_outcome(const asr_mock_summary_t *s,
    asr_mock_severity_t severity);
static bool asr_mock_junit_first(const asr_mock_group_t **groups, size_t i);
static void asr_mock_junit_count(const asr_mock_summary_t *s,
    const asr_mock_tally_t *t, const asr_mock_group_t **groups, size_t *counts);
static void asr_mock_junit_attribute(asr_buf_t *out, const char *name,
    asr_str_t value);
static void asr_mock_junit_numbers(asr_buf_t *out, const size_t *counts);
static void asr_mock_junit_suite(const asr_mock_summary_t *s,
    const asr_mock_tally_t *t, asr_buf_t *out);
static void asr_mock_junit_case(const asr_mock_summary_t *s,
    const asr_mock_tally_t *t, const asr_mock_group_t **groups, size_t i,
    asr_buf_t *out);
static void asr_mock_junit_group(asr_buf_t *out, const asr_mock_group_t *g);


/* A note never fails anything; a warning only when it is asked to. */

static asr_mock_outcome_t
asr_mock_junit_outcome(const asr_mock_summary_t *s,
    asr_mock_severity_t severity)
{
    switch (severity) {

    case ASR_MOCK_ERROR:
        return s->report->fail_on == ASR_MOCK_FAIL_NEVER ? ASR_MOCK_SKIPPED
                                                         : ASR_MOCK_FAILED;

    case ASR_MOCK_WARNING:
        return s->report->fail_on == ASR_MOCK_FAIL_WARNING ? ASR_MOCK_FAILED
                                                           : ASR_MOCK_SKIPPED;

    default:
        return ASR_MOCK_PASSED;
    }
}


/* Groups are sorted by severity: the first of a rule is its worst. */

static bool
asr_mock_junit_first(const asr_mock_group_t **groups, size_t i)
{
    size_t  k;

    for (k = 0; k < i; k++) {
        if (asr_str_eq(groups[k]->rule, groups[i]->rule)) {
            return false;
        }
    }

    return true;
}


/* Adds to counts, by asr_mock_outcome_t. */

static void
asr_mock_junit_count(const asr_mock_summary_t *s, const asr_mock_tally_t *t,
    const asr_mock_group_t **groups, size_t *counts)
{
    size_t  i;

    for (i = 0; groups != NULL && i < t->ngroups; i++) {
        if (asr_mock_junit_first(groups, i)) {
            counts[asr_mock_junit_outcome(s, groups[i]->severity)]++;
        }
    }

    if (t->ngroups == 0) {
        counts[ASR_MOCK_PASSED]++;
    }
}


static void
asr_mock_junit_attribute(asr_buf_t *out, const char *name, asr_str_t value)
{
    asr_mock_report_put(out, " ");
    asr_mock_report_put(out, name);
    asr_mock_report_put(out, "=\"");
    asr_mock_report_escaped(out, value);
    asr_mock_report_put(out, "\"");
}


static void
asr_mock_junit_numbers(asr_buf_t *out, const size_t *counts)
{
    (void) asr_buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
                          "skipped=\"%zu\"",
                          counts[0] + counts[1] + counts[2],
                          counts[ASR_MOCK_FAILED], counts[ASR_MOCK_SKIPPED]);
}


void
asr_mock_report_junit(const asr_mock_summary_t *s, asr_buf_t *out)
{
    size_t                    i, counts[3];
    const asr_mock_group_t  **groups;

    memset(counts, 0, sizeof(counts));

    for (i = 0; i < s->report->nworlds; i++) {
        groups = asr_mock_report_sort(s->report->worlds[i]);
        asr_mock_junit_count(s, s->report->worlds[i], groups, counts);
        free(groups);
    }

    asr_mock_report_put(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<testsuites name=\"asr-mock\"");
    asr_mock_junit_numbers(out, counts);
    asr_mock_report_put(out, ">\n");

    for (i = 0; i < s->report->nworlds; i++) {
        asr_mock_junit_suite(s, s->report->worlds[i], out);
    }

    asr_mock_report_put(out, "</testsuites>\n");
}


static void
asr_mock_junit_suite(const asr_mock_summary_t *s, const asr_mock_tally_t *t,
    asr_buf_t *out)
{
    char                      at[ASR_MOCK_TIME_LEN];
    size_t                    i, counts[3];
    int64_t                   ms;
    asr_str_t                 name;
    const asr_mock_group_t  **groups;

    memset(counts, 0, sizeof(counts));
    groups = asr_mock_report_sort(t);
    asr_mock_junit_count(s, t, groups, counts);

    name = t->world.len != 0 ? t->world : asr_str("no world");

    /* a world's clock may have been put back */

    ms = t->last_ms > t->first_ms ? t->last_ms - t->first_ms : 0;

    /* without fractions and zone, as its schema has it */

    asr_mock_time_text(t->first_ms, at);

    asr_mock_report_put(out, "  <testsuite");
    asr_mock_junit_attribute(out, "name", name);
    asr_mock_junit_numbers(out, counts);
    asr_mock_junit_attribute(out, "timestamp", (asr_str_t) { 19, at });
    (void) asr_buf_printf(out, " time=\"%lld.%03d\">\n",
                          (long long) (ms / 1000), (int) (ms % 1000));

    for (i = 0; groups != NULL && i < t->ngroups; i++) {
        if (asr_mock_junit_first(groups, i)) {
            asr_mock_junit_case(s, t, groups, i, out);
        }
    }

    if (t->ngroups == 0) {
        asr_mock_report_put(out, "    <testcase");
        asr_mock_junit_attribute(out, "classname", name);
        asr_mock_report_put(out, " name=\"no violations\" time=\"0\"/>\n");
    }

    asr_mock_report_put(out, "    <system-out>");
    asr_mock_report_number(out, t->requests, "request");
    asr_mock_report_put(out, ", ");
    asr_mock_report_number(out, t->tasks, "task");

    if (t->more != 0) {
        asr_mock_report_put(out, ", and ");
        asr_mock_report_number(out, t->more, "more finding");
    }

    asr_mock_report_put(out, "</system-out>\n  </testsuite>\n");

    free(groups);
}


static void
asr_mock_junit_case(const asr_mock_summary_t *s, const asr_mock_tally_t *t,
    const asr_mock_group_t **groups, size_t i, asr_buf_t *out)
{
    size_t                    k;
    const char               *tag;
    const asr_mock_group_t   *g;

    static const char  *const tags[] = {
        [ASR_MOCK_PASSED] = "system-out",
        [ASR_MOCK_SKIPPED] = "skipped",
        [ASR_MOCK_FAILED] = "failure"
    };

    g = groups[i];
    tag = tags[asr_mock_junit_outcome(s, g->severity)];

    asr_mock_report_put(out, "    <testcase");
    asr_mock_junit_attribute(out, "classname", t->world.len != 0
                                               ? t->world
                                               : asr_str("no world"));
    asr_mock_junit_attribute(out, "name", g->rule);
    asr_mock_report_put(out, " time=\"0\">\n      <");
    asr_mock_report_put(out, tag);

    if (asr_mock_junit_outcome(s, g->severity) != ASR_MOCK_PASSED) {
        asr_mock_junit_attribute(out, "message", g->words.len != 0 ? g->words
                                                                   : g->rule);
    }

    if (asr_mock_junit_outcome(s, g->severity) == ASR_MOCK_FAILED) {
        asr_mock_junit_attribute(out, "type", asr_cstr(asr_mock_severity_name(
                                                       g->severity)));
    }

    asr_mock_report_put(out, ">");

    for (k = i; k < t->ngroups; k++) {
        if (asr_str_eq(groups[k]->rule, g->rule)) {
            asr_mock_junit_group(out, groups[k]);
        }
    }

    asr_mock_report_put(out, "</");
    asr_mock_report_put(out, tag);
    asr_mock_report_put(out, ">\n    </testcase>\n");
}


static void
asr_mock_junit_group(asr_buf_t *out, const asr_mock_group_t *g)
{
    asr_mock_report_put(out, asr_mock_severity_name(g->severity));
    asr_mock_report_put(out, g->pointer.len != 0 ? " " : "");
    asr_mock_report_escaped(out, g->pointer);
    asr_mock_report_put(out, g->operation.len != 0 ? " of " : "");
    asr_mock_report_escaped(out, g->api);
    asr_mock_report_put(out, g->operation.len != 0 ? "." : "");
    asr_mock_report_escaped(out, g->operation);
    asr_mock_report_put(out, ", ");
    asr_mock_report_number(out, g->count, "time");
    asr_mock_report_put(out, ", first in request ");
    (void) asr_buf_int(out, (int64_t) g->first);
    asr_mock_report_put(out, ": got ");
    asr_mock_report_escaped(out, g->got);
    asr_mock_report_put(out, ", expected ");
    asr_mock_report_escaped(out, g->expected);

    if (g->hint.len != 0) {
        asr_mock_report_put(out, ". ");
        asr_mock_report_escaped(out, g->hint);
    }

    asr_mock_report_put(out, "\n");
}
