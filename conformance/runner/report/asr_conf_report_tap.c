/*
 * TAP 13, which all readers have: a test point for each case, with a YAML block
 * where one does not hold.  What fails as known, or below the level, is TODO:
 * no harness counts it as a failure.
 */

#include "asr_conf_report_int.h"

#include <stdlib.h>


static void asr_conf_tap_words(FILE *out, const char *s, size_t max);
static void asr_conf_tap_string(FILE *out, const char *name, const char *s,
    size_t max);
static void asr_conf_tap_block(FILE *out, const asr_conf_report_t *rep,
    size_t i);
static void asr_conf_tap_case(FILE *out, const asr_conf_report_t *rep,
    size_t i);


/* "#" starts a directive. */

static void
asr_conf_tap_words(FILE *out, const char *s, size_t max)
{
    char        *text;
    const char  *p;

    text = asr_conf_text(s, max);

    for (p = text; *p != '\0'; p++) {
        if (*p == '#' || *p == '\\') {
            fputc('\\', out);
        }

        fputc(*p, out);
    }

    free(text);
}


/* A double-quoted scalar; its text has no control character any more. */

static void
asr_conf_tap_string(FILE *out, const char *name, const char *s, size_t max)
{
    char        *text;
    const char  *p;

    fprintf(out, "  %s: \"", name);

    text = asr_conf_text(s, max);

    for (p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            fputc('\\', out);
        }

        fputc(*p, out);
    }

    fputs("\"\n", out);
    free(text);
}


static void
asr_conf_tap_block(FILE *out, const asr_conf_report_t *rep, size_t i)
{
    char                       *curl;
    const asr_conf_case_t      *c;
    const asr_conf_clause_t    *clause;
    const asr_conf_exchange_t  *e;

    c = &rep->cases->all[rep->chosen[i]];
    e = rep->results[i].exchange;
    clause = asr_conf_clause(c->doc, c->clause);

    fputs("  ---\n", out);
    asr_conf_tap_string(out, "clause", c->clause, ASR_CONF_TEXT_LINE);
    asr_conf_tap_string(out, "words", clause == NULL ? "" : clause->words,
                        ASR_CONF_TEXT_LINE);
    asr_conf_tap_string(out, "level", asr_conf_level_name(c->level),
                        ASR_CONF_TEXT_LINE);
    asr_conf_tap_string(out, "check", asr_conf_failed_check(rep, i),
                        ASR_CONF_TEXT_LINE);
    asr_conf_tap_string(out, "expected", asr_conf_expected(rep, i),
                        ASR_CONF_TEXT_BLOCK);
    asr_conf_tap_string(out, "got", asr_conf_got(rep, i), ASR_CONF_TEXT_BLOCK);

    if (e != NULL) {
        curl = asr_conf_curl(&e->request);
        asr_conf_tap_string(out, "curl", curl, ASR_CONF_TEXT_ROOM);
        free(curl);
    }

    fputs("  ...\n", out);
}


static void
asr_conf_tap_case(FILE *out, const asr_conf_report_t *rep, size_t i)
{
    asr_conf_verdict_t      v;
    const asr_conf_case_t  *c;

    c = &rep->cases->all[rep->chosen[i]];
    v = asr_conf_verdict(rep, i);

    fprintf(out, "%s %zu - ",
            v == ASR_CONF_PASSED || v == ASR_CONF_SKIPPED ? "ok" : "not ok",
            i + 1);
    asr_conf_tap_words(out, c->id, ASR_CONF_TEXT_LINE);
    fputs(": ", out);
    asr_conf_tap_words(out, c->name, ASR_CONF_TEXT_LINE);

    switch (v) {

    case ASR_CONF_SKIPPED:
        fputs(" # SKIP ", out);
        asr_conf_tap_words(out, rep->results[i].why == NULL
                           ? "not run" : rep->results[i].why,
                           ASR_CONF_TEXT_LINE);
        break;

    case ASR_CONF_KNOWN:
        fputs(" # TODO known failing", out);
        break;

    case ASR_CONF_DIFFERS:
        fprintf(out, " # TODO %s, below the level asked for",
                asr_conf_level_name(asr_conf_failed_level(c,
                                                      &rep->results[i])));
        break;

    default:
        break;
    }

    fputc('\n', out);

    if (v != ASR_CONF_PASSED && v != ASR_CONF_SKIPPED) {
        asr_conf_tap_block(out, rep, i);
    }
}


void
asr_conf_report_tap(FILE *out, const asr_conf_report_t *rep)
{
    size_t  i;

    fprintf(out, "TAP version 13\n1..%zu\n", rep->n);

    for (i = 0; i < rep->n; i++) {
        asr_conf_tap_case(out, rep, i);
    }
}
