/*
 * One cause, four vendors: what each document says to the same mistake, a row
 * for each cause of common/causes.json, in its order, a column for each
 * document of the run.  What failed is marked, and stands below with what came
 * instead.
 *
 * And one speech, four vendors: what each heard of the same recording, and how
 * far apart any two of these are.
 */

#include "asr_conf_report_int.h"

#include <stdlib.h>

#include "asr_conf_check.h"
#include "asr_conf_embed.h"
#include "asr_conf_json.h"


#define ASR_CONF_CAUSES       "common/causes.json"
#define ASR_CONF_CAUSE_CELL   42         /* columns of a cell, at most */
#define ASR_CONF_CAUSE_TEXT   400        /* bytes of a transcript */


typedef struct {
    const asr_conf_doc_t   *docs[ASR_CONF_NDOCS];
    size_t                  ndocs;
    size_t                  first;       /* columns of the cause's name */
    size_t                  widths[ASR_CONF_NDOCS];
} asr_conf_cause_grid_t;


static json_t *asr_conf_cause_list(void);
static bool asr_conf_cause_find(const asr_conf_report_t *rep,
    const char *cause, const asr_conf_doc_t *d, size_t *at);
static size_t asr_conf_cause_docs(const asr_conf_report_t *rep,
    const asr_conf_doc_t *docs[ASR_CONF_NDOCS]);
static bool asr_conf_cause_run(const asr_conf_report_t *rep,
    const char *cause);
static char *asr_conf_cause_expected(const asr_conf_case_t *c,
    const asr_conf_result_t *r);
static char *asr_conf_cause_cell(const asr_conf_report_t *rep,
    const json_t *row, const asr_conf_doc_t *d, bool got);
static void asr_conf_cause_measure(const asr_conf_report_t *rep,
    const json_t *causes, asr_conf_cause_grid_t *g);
static void asr_conf_cause_row(FILE *out, const asr_conf_report_t *rep,
    const json_t *row, const asr_conf_cause_grid_t *g);
static void asr_conf_cause_whys(FILE *out, const asr_conf_report_t *rep,
    const json_t *causes, const asr_conf_cause_grid_t *g);
static void asr_conf_cause_speech(FILE *out, const asr_conf_report_t *rep,
    const asr_conf_cause_grid_t *g);


void
asr_conf_cause_table(FILE *out, const asr_conf_report_t *rep)
{
    size_t                  i, k;
    json_t                 *causes, *row;
    asr_conf_cause_grid_t   g;

    static const char *const  counts[ASR_CONF_NDOCS] = {
        "one vendor", "two vendors", "three vendors", "four vendors"
    };

    causes = asr_conf_cause_list();
    asr_conf_cause_measure(rep, causes, &g);

    if (g.first == 0) {
        json_decref(causes);
        return;
    }

    fprintf(out, "One cause, %s\n%-*s", counts[g.ndocs - 1], (int) g.first,
            "cause");

    for (k = 0; k + 1 < g.ndocs; k++) {
        fprintf(out, "  %-*s", (int) g.widths[k], g.docs[k]->api);
    }

    fprintf(out, "  %s\n", g.docs[k]->api);

    json_array_foreach(causes, i, row) {
        asr_conf_cause_row(out, rep, row, &g);
    }

    asr_conf_cause_whys(out, rep, causes, &g);
    asr_conf_cause_speech(out, rep, &g);

    fputc('\n', out);
    json_decref(causes);
}


/* Our own data: what is wrong with them was said when cases were loaded. */

static json_t *
asr_conf_cause_list(void)
{
    char                    err[200];
    json_t                 *v;
    const asr_conf_file_t  *f;

    f = asr_conf_file(ASR_CONF_CAUSES);
    v = f != NULL ? asr_conf_json_read((const char *) f->data, f->len, err,
                                       sizeof(err))
                  : NULL;

    return v != NULL ? v : json_array();
}


static bool
asr_conf_cause_find(const asr_conf_report_t *rep, const char *cause,
    const asr_conf_doc_t *d, size_t *at)
{
    size_t                  i;
    const asr_conf_case_t  *c;

    for (i = 0; i < rep->n; i++) {
        c = &rep->cases->all[rep->chosen[i]];

        if (c->cause != NULL && c->doc == d && strcmp(c->cause, cause) == 0) {
            *at = i;
            return true;
        }
    }

    return false;
}


/* Those of the run that have causes in it. */

static size_t
asr_conf_cause_docs(const asr_conf_report_t *rep,
    const asr_conf_doc_t *docs[ASR_CONF_NDOCS])
{
    size_t                  i, k, n, of;
    const asr_conf_case_t  *c;

    n = 0;
    of = asr_conf_docs_of(rep, docs);

    for (k = 0; k < of; k++) {
        for (i = 0; i < rep->n; i++) {
            c = &rep->cases->all[rep->chosen[i]];

            if (c->cause != NULL && c->doc == docs[k]) {
                docs[n++] = docs[k];
                break;
            }
        }
    }

    return n;
}


static bool
asr_conf_cause_run(const asr_conf_report_t *rep, const char *cause)
{
    size_t                  i;
    const asr_conf_case_t  *c;

    for (i = 0; i < rep->n; i++) {
        c = &rep->cases->all[rep->chosen[i]];

        if (c->cause != NULL && strcmp(c->cause, cause) == 0) {
            return true;
        }
    }

    return false;
}


/* Either of several codes: that which came, when it is one of them. */

static char *
asr_conf_cause_code(const json_t *code, const char *got)
{
    size_t           i;
    json_t          *one;
    asr_conf_buf_t   b;

    if (json_is_string(code)) {
        return asr_conf_copy(json_string_length(code) != 0
                             ? json_string_value(code) : "taken");
    }

    asr_conf_buf_init(&b, ASR_CONF_TEXT_LINE);

    json_array_foreach(code, i, one) {
        if (got != NULL && json_is_string(one)
            && strcmp(json_string_value(one), got) == 0)
        {
            asr_conf_buf_free(&b);
            return asr_conf_copy(got);
        }

        asr_conf_buf_fmt(&b, "%s%s", i != 0 ? "|" : "",
                         json_is_string(one) ? json_string_value(one) : "?");
    }

    if (b.len <= ASR_CONF_CAUSE_CELL - 2) {
        return b.data != NULL ? b.data : asr_conf_copy("");
    }

    asr_conf_buf_free(&b);

    one = json_array_get(code, 0);

    return asr_conf_print("%s|…",
                          json_is_string(one) ? json_string_value(one) : "?");
}


/*
 * What the last step is to come to: a code, or, of a task that is to fail, the
 * last text its poll expects, which says why it failed.  To be freed.
 */

static char *
asr_conf_cause_expected(const asr_conf_case_t *c, const asr_conf_result_t *r)
{
    char        *text;
    json_t      *v, *code, *expect, *poll, *step;
    const char  *name;

    step = json_array_get(c->steps, json_array_size(c->steps) - 1);
    poll = json_object_get(step, "poll");

    expect = json_object_get(json_is_object(poll) ? poll : step, "expect");
    code = json_object_get(expect, "code");

    if (code != NULL) {
        return asr_conf_cause_code(code, r->code);
    }

    if (strcmp(asr_conf_json_str(poll, "until", "done"), "failed") != 0) {
        return asr_conf_copy(json_is_object(poll) || json_is_true(poll)
                             ? "done" : "taken");
    }

    text = asr_conf_copy("failed");

    json_object_foreach(json_object_get(expect, "json"), name, v) {
        v = json_is_string(v) ? v : json_object_get(v, "in");

        if (v != NULL) {
            free(text);
            text = asr_conf_cause_code(v, NULL);
        }
    }

    return text;
}


static bool
asr_conf_cause_bad(asr_conf_verdict_t v)
{
    return v != ASR_CONF_PASSED && v != ASR_CONF_SKIPPED;
}


/* One cell, of the row or of what came instead ("": as it should). */

static char *
asr_conf_cause_cell(const asr_conf_report_t *rep, const json_t *row,
    const asr_conf_doc_t *d, bool got)
{
    char                *text, *shown;
    size_t               i;
    const char          *cause, *mark;
    asr_conf_verdict_t   v;

    cause = asr_conf_json_str(row, "cause", "");

    if (!asr_conf_cause_find(rep, cause, d, &i)) {
        return asr_conf_copy(got ? ""
                             : json_is_object(json_object_get(row, d->api))
                               ? "" : "-");
    }

    v = asr_conf_verdict(rep, i);

    if (got) {
        return !asr_conf_cause_bad(v) ? asr_conf_copy("")
               : asr_conf_text(asr_conf_got(rep, i), ASR_CONF_CAUSE_CELL - 5);
    }

    text = asr_conf_cause_expected(&rep->cases->all[rep->chosen[i]],
                                   &rep->results[i]);
    mark = v == ASR_CONF_SKIPPED ? "skipped: "
           : v == ASR_CONF_FAILED || v == ASR_CONF_FIXED ? "✗ "
           : asr_conf_cause_bad(v) ? "~ " : "";

    shown = asr_conf_print("%s%s", mark, text);
    free(text);

    text = asr_conf_text(shown, ASR_CONF_CAUSE_CELL);
    free(shown);

    return text;
}


/* Columns, as far as our cells go: each character has one. */

static size_t
asr_conf_cause_columns(const char *s)
{
    return asr_conf_characters(s, strlen(s));
}


static void
asr_conf_cause_widen(size_t *width, const char *s)
{
    size_t  n;

    n = asr_conf_cause_columns(s);

    if (n > *width) {
        *width = n;
    }
}


static void
asr_conf_cause_measure(const asr_conf_report_t *rep, const json_t *causes,
    asr_conf_cause_grid_t *g)
{
    char        *text;
    size_t       i, k;
    json_t      *row;
    const char  *cause;

    memset(g, 0, sizeof(asr_conf_cause_grid_t));
    g->ndocs = asr_conf_cause_docs(rep, g->docs);

    for (k = 0; k < g->ndocs; k++) {
        asr_conf_cause_widen(&g->widths[k], g->docs[k]->api);
    }

    json_array_foreach(causes, i, row) {
        cause = asr_conf_json_str(row, "cause", "");

        if (!asr_conf_cause_run(rep, cause)) {
            continue;
        }

        asr_conf_cause_widen(&g->first, cause);

        for (k = 0; k < g->ndocs; k++) {
            text = asr_conf_cause_cell(rep, row, g->docs[k], false);
            asr_conf_cause_widen(&g->widths[k], text);
            free(text);

            text = asr_conf_cause_cell(rep, row, g->docs[k], true);
            asr_conf_cause_widen(&g->widths[k], text);
            free(text);
        }
    }
}


/* false: nothing but blanks was to be said. */

static bool
asr_conf_cause_line(FILE *out, const asr_conf_report_t *rep,
    const json_t *row, const asr_conf_cause_grid_t *g, const char *head,
    bool got)
{
    char    *texts[ASR_CONF_NDOCS];
    bool     any;
    size_t   k, blanks;

    any = false;

    for (k = 0; k < g->ndocs; k++) {
        texts[k] = asr_conf_cause_cell(rep, row, g->docs[k], got);
        any |= texts[k][0] != '\0';
    }

    if (any || !got) {
        fprintf(out, "%s", head);
        blanks = g->first - asr_conf_cause_columns(head);

        for (k = 0; k < g->ndocs; k++) {
            if (texts[k][0] != '\0') {
                fprintf(out, "%*s  %s", (int) blanks, "", texts[k]);
                blanks = 0;

            } else {
                blanks += 2;
            }

            blanks += g->widths[k] - asr_conf_cause_columns(texts[k]);
        }

        fputc('\n', out);
    }

    for (k = 0; k < g->ndocs; k++) {
        free(texts[k]);
    }

    return any;
}


static void
asr_conf_cause_row(FILE *out, const asr_conf_report_t *rep,
    const json_t *row, const asr_conf_cause_grid_t *g)
{
    const char  *cause;

    cause = asr_conf_json_str(row, "cause", "");

    if (asr_conf_cause_run(rep, cause)) {
        (void) asr_conf_cause_line(out, rep, row, g, cause, false);
        (void) asr_conf_cause_line(out, rep, row, g, "  got", true);
    }
}


/* What "-" means. */

static void
asr_conf_cause_whys(FILE *out, const asr_conf_report_t *rep,
    const json_t *causes, const asr_conf_cause_grid_t *g)
{
    char        *name;
    size_t       i, k;
    json_t      *row;
    const char  *cause, *why;

    json_array_foreach(causes, i, row) {
        cause = asr_conf_json_str(row, "cause", "");

        for (k = 0; asr_conf_cause_run(rep, cause) && k < g->ndocs; k++) {
            name = asr_conf_print("%s_why", g->docs[k]->api);
            why = asr_conf_json_str(row, name, NULL);
            free(name);

            if (why != NULL) {
                fprintf(out, "- %s, %s: %s\n", cause, g->docs[k]->api, why);
            }
        }
    }
}


static void
asr_conf_cause_speech(FILE *out, const asr_conf_report_t *rep,
    const asr_conf_cause_grid_t *g)
{
    double       worst, d;
    size_t       i, k, n, at;
    const char  *texts[ASR_CONF_NDOCS];

    worst = 0;
    n = 0;

    for (k = 0; k < g->ndocs; k++) {
        if (!asr_conf_cause_find(rep, "same-words", g->docs[k], &at)
            || rep->results[at].text == NULL)
        {
            continue;
        }

        if (n == 0) {
            fprintf(out, "\nthe same speech is heard as\n");
        }

        texts[n] = rep->results[at].text;

        fprintf(out, "  %-8s  ", g->docs[k]->api);
        asr_conf_put_text(out, texts[n], ASR_CONF_CAUSE_TEXT);
        fputc('\n', out);

        for (i = 0; i < n; i++) {
            d = asr_conf_wer(texts[i], texts[n]);
            worst = d > worst ? d : worst;
        }

        n++;
    }

    if (n > 1) {
        fprintf(out, "  of a hundred words any two differ in %.0f at most\n",
                worst * 100);
    }
}
