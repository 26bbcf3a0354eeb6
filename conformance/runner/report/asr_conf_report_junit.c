/*
 * JUnit XML as Jenkins and GitLab read it: a suite for each operation of a
 * document.  What fails as known, or below the level, is a passed test case
 * that says so in its output.
 */

#include "asr_conf_report_int.h"

#include <stdlib.h>


#define ASR_CONF_JUNIT_SUITES  256


typedef struct {
    const asr_conf_doc_t  *doc;
    const char            *op;
    int64_t                took_us;
    asr_conf_counts_t      counts;
} asr_conf_suite_t;


static size_t asr_conf_junit_suites(const asr_conf_report_t *rep,
    asr_conf_suite_t *suites);
static bool asr_conf_junit_is(const asr_conf_suite_t *s,
    const asr_conf_case_t *c);
static void asr_conf_junit_attribute(FILE *out, const char *name,
    const char *value);
static void asr_conf_junit_numbers(FILE *out, const asr_conf_counts_t *counts,
    int64_t took_us);
static const char *asr_conf_junit_name(const asr_conf_suite_t *s,
    const asr_conf_case_t *c);
static void asr_conf_junit_details(FILE *out, const asr_conf_report_t *rep,
    size_t i);
static void asr_conf_junit_case(FILE *out, const asr_conf_report_t *rep,
    size_t i, const asr_conf_suite_t *s);


static bool
asr_conf_junit_is(const asr_conf_suite_t *s, const asr_conf_case_t *c)
{
    return s->doc == c->doc
           && strcmp(s->op, c->op == NULL ? "" : c->op) == 0;
}


static size_t
asr_conf_junit_suites(const asr_conf_report_t *rep, asr_conf_suite_t *suites)
{
    size_t                  i, k, n;
    const asr_conf_case_t  *c;

    n = 0;

    for (i = 0; i < rep->n; i++) {
        c = &rep->cases->all[rep->chosen[i]];

        for (k = 0; k < n && !asr_conf_junit_is(&suites[k], c); k++) {
            /* void */
        }

        if (k == n) {
            if (n == ASR_CONF_JUNIT_SUITES) {
                asr_conf_die("more than %d operations",
                             ASR_CONF_JUNIT_SUITES);
            }

            memset(&suites[n], 0, sizeof(asr_conf_suite_t));
            suites[n].doc = c->doc;
            suites[n].op = c->op == NULL ? "" : c->op;
            n++;
        }

        suites[k].took_us += rep->results[i].took_us;
        suites[k].counts.of[asr_conf_verdict(rep, i)]++;
    }

    return n;
}


static void
asr_conf_junit_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    asr_conf_put_xml(out, value, ASR_CONF_TEXT_LINE);
    fputc('"', out);
}


static void
asr_conf_junit_numbers(FILE *out, const asr_conf_counts_t *counts,
    int64_t took_us)
{
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
            "skipped=\"%zu\" time=\"%.3f\"",
            asr_conf_counts_passed(counts) + asr_conf_counts_failed(counts)
            + counts->of[ASR_CONF_SKIPPED], asr_conf_counts_failed(counts),
            counts->of[ASR_CONF_SKIPPED], (double) took_us / 1e6);
}


/* An id without the document and the operation it starts with. */

static const char *
asr_conf_junit_name(const asr_conf_suite_t *s, const asr_conf_case_t *c)
{
    size_t       n;
    const char  *p;

    p = c->id;
    n = strlen(s->doc->api);

    if (strncmp(p, s->doc->api, n) == 0 && p[n] == '/') {
        p += n + 1;
    }

    n = strlen(s->op);

    if (n != 0 && strncmp(p, s->op, n) == 0 && p[n] == '/') {
        p += n + 1;
    }

    return p;
}


static void
asr_conf_junit_details(FILE *out, const asr_conf_report_t *rep, size_t i)
{
    char                       *curl;
    const asr_conf_case_t      *c;
    const asr_conf_clause_t    *clause;
    const asr_conf_exchange_t  *e;

    c = &rep->cases->all[rep->chosen[i]];
    e = rep->results[i].exchange;
    clause = asr_conf_clause(c->doc, c->clause);

    asr_conf_put_xml(out, c->name, ASR_CONF_TEXT_LINE);
    fprintf(out, "\n%s (%s): ", c->clause, asr_conf_level_name(c->level));
    asr_conf_put_xml(out, clause == NULL ? "" : clause->words,
                     ASR_CONF_TEXT_LINE);
    fputs("\nexpected: ", out);
    asr_conf_put_xml(out, asr_conf_expected(rep, i), ASR_CONF_TEXT_BLOCK);
    fputs("\ngot: ", out);
    asr_conf_put_xml(out, asr_conf_got(rep, i), ASR_CONF_TEXT_BLOCK);
    fputc('\n', out);

    if (e != NULL) {
        curl = asr_conf_curl(&e->request);
        asr_conf_put_xml(out, curl, ASR_CONF_TEXT_ROOM);
        fputc('\n', out);
        free(curl);
    }

    if (strcmp(c->kind, "client") != 0) {
        fputs("--replay ", out);
        asr_conf_put_xml(out, c->id, ASR_CONF_TEXT_LINE);
        fputc('\n', out);
    }
}


static void
asr_conf_junit_case(FILE *out, const asr_conf_report_t *rep, size_t i,
    const asr_conf_suite_t *s)
{
    asr_conf_verdict_t        v;
    const asr_conf_case_t    *c;
    const asr_conf_result_t  *r;

    c = &rep->cases->all[rep->chosen[i]];
    r = &rep->results[i];
    v = asr_conf_verdict(rep, i);

    fputs("    <testcase", out);
    asr_conf_junit_attribute(out, "name", asr_conf_junit_name(s, c));
    fputs(" classname=\"", out);
    asr_conf_put_xml(out, s->doc->api, 64);
    fputc('.', out);
    asr_conf_put_xml(out, s->op, 64);
    fprintf(out, "\" time=\"%.3f\"", (double) r->took_us / 1e6);

    switch (v) {

    case ASR_CONF_FAILED:
    case ASR_CONF_FIXED:
        fputs(">\n      <failure", out);
        asr_conf_junit_attribute(out, "type", asr_conf_failed_check(rep, i));
        asr_conf_junit_attribute(out, "message", c->name);
        fputc('>', out);
        asr_conf_junit_details(out, rep, i);
        fputs("</failure>\n    </testcase>\n", out);
        break;

    case ASR_CONF_SKIPPED:
        fputs(">\n      <skipped", out);
        asr_conf_junit_attribute(out, "message",
                                 r->why == NULL ? "not run" : r->why);
        fputs("/>\n    </testcase>\n", out);
        break;

    case ASR_CONF_KNOWN:
    case ASR_CONF_DIFFERS:
        fprintf(out, ">\n      <system-out>%s\n", asr_conf_verdict_name(v));
        asr_conf_junit_details(out, rep, i);
        fputs("</system-out>\n    </testcase>\n", out);
        break;

    default:
        fputs("/>\n", out);
    }
}


void
asr_conf_report_junit(FILE *out, const asr_conf_report_t *rep)
{
    char                date[32];
    size_t              i, k, n;
    asr_conf_counts_t   counts;
    asr_conf_suite_t   *suites;

    suites = asr_conf_alloc(ASR_CONF_JUNIT_SUITES * sizeof(asr_conf_suite_t));
    n = asr_conf_junit_suites(rep, suites);

    asr_conf_count(rep, &counts);
    asr_conf_date(rep->started, date);
    date[19] = '\0';

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites name=\"asr-conformance\"", out);
    asr_conf_junit_numbers(out, &counts, rep->took_us);
    fputs(">\n", out);

    for (k = 0; k < n; k++) {
        fputs("  <testsuite name=\"", out);
        asr_conf_put_xml(out, suites[k].doc->api, 64);
        fputc('/', out);
        asr_conf_put_xml(out, suites[k].op, 64);
        fputc('"', out);
        asr_conf_junit_numbers(out, &suites[k].counts, suites[k].took_us);
        fprintf(out, " timestamp=\"%s\">\n", date);

        for (i = 0; i < rep->n; i++) {
            if (asr_conf_junit_is(&suites[k],
                                  &rep->cases->all[rep->chosen[i]]))
            {
                asr_conf_junit_case(out, rep, i, &suites[k]);
            }
        }

        fputs("  </testsuite>\n", out);
    }

    fputs("</testsuites>\n", out);

    free(suites);
}
