/*
 * The matrix as one page that needs nothing else: no script, no other file.
 * It is well-formed XML too.  Rows are filtered by style alone; where that is
 * not understood all of them stay.
 */

#include "asr_conf_matrix.h"

#include <stdlib.h>

#include "asr_conf_embed.h"


#define ASR_CONF_HTML_STYLE  "common/report/matrix.css"


typedef struct {
    FILE                    *out;
    const asr_conf_matrix_t *matrix;
    size_t                   n;
} asr_conf_html_t;


static void asr_conf_html(FILE *out, const char *s);
static void asr_conf_html_style(FILE *out);
static void asr_conf_html_runs(FILE *out, const asr_conf_matrix_t *m);
static void asr_conf_html_filter(FILE *out);
static void asr_conf_html_heads(FILE *out, const asr_conf_matrix_t *m,
    const char *const *names, size_t n);
static void asr_conf_html_level(FILE *out, asr_conf_level_t level);
static void asr_conf_html_cases(FILE *out, const asr_conf_row_t *row);
static void asr_conf_html_counts(FILE *out, const asr_conf_counts_t *c);
static void asr_conf_html_cells(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_row_t *row);
static void asr_conf_html_row(FILE *out, const char *kind, bool failing,
    bool observed, bool unreached);
static bool asr_conf_html_unmet(const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s, const asr_conf_row_t *row);
static void asr_conf_html_overview(FILE *out, const asr_conf_matrix_t *m);
static void asr_conf_html_clauses(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);
static void asr_conf_html_param(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_reached_param_t *p, const asr_conf_row_t *row);
static void asr_conf_html_params(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);
static void asr_conf_html_codes(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);
static void asr_conf_html_missed(const asr_conf_missed_t *missed, void *data);
static void asr_conf_html_reached(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);
static void asr_conf_html_sheet(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);


static void
asr_conf_html(FILE *out, const char *s)
{
    asr_conf_put_xml(out, s, ASR_CONF_TEXT_BLOCK);
}


static void
asr_conf_html_style(FILE *out)
{
    const asr_conf_file_t  *style;

    style = asr_conf_file(ASR_CONF_HTML_STYLE);

    if (style != NULL) {
        fputs("<style>\n", out);
        (void) fwrite(style->data, 1, style->len, out);
        fputs("</style>\n", out);
    }
}


/* The only lines in which two endpoints that behave alike differ. */

static void
asr_conf_html_runs(FILE *out, const asr_conf_matrix_t *m)
{
    size_t                    i, k;
    const asr_conf_column_t  *c;

    fputs("<!-- endpoints -->\n<ul class=\"runs\">\n", out);

    for (i = 0; i < m->ncolumns; i++) {
        c = &m->columns[i];

        fprintf(out, "<li><b class=\"column\">%c</b> <span><time>",
                asr_conf_column_name(i));
        asr_conf_html(out, c->date);
        fputs("</time>, level ", out);
        asr_conf_html(out, c->level);

        for (k = 0; k < ASR_CONF_NDOCS; k++) {
            if (c->targets[k] != NULL && asr_conf_docs[k].api != NULL) {
                fprintf(out, "<br/>%s <code>", asr_conf_docs[k].api);
                asr_conf_html(out, c->targets[k]);
                fputs("</code>", out);
            }
        }

        if (c->unknown != 0) {
            fprintf(out, "<br/>%zu cases of that run are not known here",
                    c->unknown);
        }

        fputs("</span></li>\n", out);
    }

    fputs("</ul>\n<!-- /endpoints -->\n", out);
}


static void
asr_conf_html_filter(FILE *out)
{
    size_t  i;

    static const char *const  shows[][2] = {
        { "all", "All" },
        { "failing", "Failing" },
        { "observed", "Observed" },
        { "unreached", "Not reached" }
    };

    fputs("<fieldset class=\"filter\"><legend>Show</legend>\n", out);

    for (i = 0; i < 4; i++) {
        fprintf(out, "<label><input type=\"radio\" name=\"show\" "
                "id=\"show-%s\"%s/> <span>%s</span></label>\n", shows[i][0],
                i == 0 ? " checked=\"checked\"" : "", shows[i][1]);
    }

    fputs("</fieldset>\n", out);
}


static void
asr_conf_html_heads(FILE *out, const asr_conf_matrix_t *m,
    const char *const *names, size_t n)
{
    size_t  i;

    fputs("<table>\n<thead><tr>", out);

    for (i = 0; i < n; i++) {
        fprintf(out, "<th scope=\"col\">%s</th>", names[i]);
    }

    for (i = 0; i < m->ncolumns; i++) {
        fprintf(out, "<th scope=\"col\"><b class=\"column\">%c</b></th>",
                asr_conf_column_name(i));
    }

    fputs("</tr></thead>\n", out);
}


static void
asr_conf_html_level(FILE *out, asr_conf_level_t level)
{
    fprintf(out, "<td class=\"level\"><span class=\"tag %s\">%s</span></td>",
            asr_conf_level_name(level), asr_conf_level_name(level));
}


static void
asr_conf_html_cases(FILE *out, const asr_conf_row_t *row)
{
    fprintf(out, "<td class=\"cases\" data-label=\"Cases\">%zu", row->cases);

    if (row->observed != 0 && row->observed == row->cases) {
        fputs(" <small>all observed</small>", out);

    } else if (row->observed != 0) {
        fprintf(out, " <small>%zu observed</small>", row->observed);
    }

    fputs("</td>", out);
}


/* The counts, and a bar where there is more than one. */

static void
asr_conf_html_counts(FILE *out, const asr_conf_counts_t *c)
{
    size_t  i, n;

    static const char *const  classes[ASR_CONF_VERDICTS] = {
        "ok", "bad", "none", "known", "bad", "known"
    };

    n = 0;

    for (i = 0; i < ASR_CONF_VERDICTS; i++) {
        if (c->of[i] != 0) {
            fprintf(out, "%s<span class=\"%s\">%zu %s</span>",
                    n == 0 ? "" : ", ", classes[i], c->of[i],
                    asr_conf_verdict_name((asr_conf_verdict_t) i));
            n++;
        }
    }

    if (n < 2) {
        fputs(n == 0 ? "-" : "", out);
        return;
    }

    fputs("<span class=\"bar\" aria-hidden=\"true\">", out);

    for (i = 0; i < ASR_CONF_VERDICTS; i++) {
        if (c->of[i] != 0) {
            fprintf(out, "<i class=\"%s\" style=\"flex-grow: %zu\"></i>",
                    classes[i], c->of[i]);
        }
    }

    fputs("</span>", out);
}


static void
asr_conf_html_cells(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_row_t *row)
{
    size_t       i, run, k;
    const char  *class;

    for (i = 0; i < m->ncolumns; i++) {
        run = 0;

        for (k = 0; k < ASR_CONF_VERDICTS; k++) {
            run += row->in[i].of[k];
        }

        class = run == 0 ? "not"
                : asr_conf_counts_failed(&row->in[i]) != 0 ? "bad"
                : row->in[i].of[ASR_CONF_SKIPPED] == run ? "none" : "ok";

        fprintf(out, "<td class=\"cell %s\" data-label=\"%c\">", class,
                asr_conf_column_name(i));

        asr_conf_html_counts(out, &row->in[i]);
        fputs("</td>", out);
    }

    fputs("</tr>\n", out);
}


static void
asr_conf_html_row(FILE *out, const char *kind, bool failing, bool observed,
    bool unreached)
{
    fprintf(out, "<tr class=\"%s%s%s%s\"", kind, failing ? " failing" : "",
            observed ? " observed" : "", unreached ? " unreached" : "");
}


static bool
asr_conf_html_unmet(const asr_conf_matrix_t *m, const asr_conf_sheet_t *s,
    const asr_conf_row_t *row)
{
    size_t  i;

    for (i = 0; i < m->ncolumns; i++) {
        if (asr_conf_row_unmet(s, row, i)) {
            return true;
        }
    }

    return false;
}


static void
asr_conf_html_overview(FILE *out, const asr_conf_matrix_t *m)
{
    size_t                   i;
    const asr_conf_sheet_t  *s;

    static const char *const  names[] = { "Document", "Source", "Cases" };

    fputs("<div class=\"overview\">\n", out);
    asr_conf_html_heads(out, m, names, 3);
    fputs("<tbody>\n", out);

    for (i = 0; i < m->nsheets; i++) {
        s = &m->sheets[i];

        fprintf(out, "<tr><th scope=\"row\"><a href=\"#%s\">", s->doc->api);
        asr_conf_html(out, s->doc->title);
        fputs("</a></th><td class=\"words\">", out);
        asr_conf_html(out, s->doc->source);
        fprintf(out, ", <time>%s</time></td>", s->doc->date);
        asr_conf_html_cases(out, &s->total);
        asr_conf_html_cells(out, m, &s->total);
    }

    fputs("</tbody>\n</table>\n</div>\n", out);
}


static void
asr_conf_html_clauses(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    size_t                    i;
    const asr_conf_row_t     *row;
    const asr_conf_clause_t  *clause;

    static const char *const  names[] = {
        "Clause", "What it says", "Level", "Cases"
    };

    fputs("<div class=\"block\">\n<h3>Clauses</h3>\n", out);
    asr_conf_html_heads(out, m, names, 4);
    fputs("<tbody>\n", out);

    for (i = 0; i < s->doc->nclauses; i++) {
        clause = &s->doc->clauses[i];
        row = &s->clauses[i];

        asr_conf_html_row(out, "clause", asr_conf_row_failing(row),
                          clause->level == ASR_CONF_OBSERVED
                          || row->observed != 0,
                          asr_conf_html_unmet(m, s, row));
        fprintf(out, " id=\"%s\"><th scope=\"row\">%s</th>"
                "<td class=\"words\">", clause->id, clause->id);
        asr_conf_html(out, clause->words);
        fputs("</td>", out);
        asr_conf_html_level(out, clause->level);
        asr_conf_html_cases(out, row);
        asr_conf_html_cells(out, m, row);
    }

    fputs("</tbody>\n</table>\n</div>\n", out);
}


static void
asr_conf_html_param(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_reached_param_t *p, const asr_conf_row_t *row)
{
    asr_conf_html_row(out, "param", asr_conf_row_failing(row),
                      p->param->level == ASR_CONF_OBSERVED
                      || row->observed != 0,
                      p->ntried < p->nvalues || (p->set == 0 && p->cases == 0));
    fputs("><th scope=\"row\">", out);
    asr_conf_html(out, p->param->name);
    fprintf(out, "</th><td class=\"ref\"><a href=\"#%s\">%s</a></td>",
            p->param->clause, p->param->clause);
    asr_conf_html_level(out, p->param->level);
    fputs("<td class=\"values\" data-label=\"Values tried\">", out);

    if (p->nvalues != 0) {
        fprintf(out, "%zu of %zu", p->ntried, p->nvalues);

    } else {
        fputs("open", out);
    }

    fputs("</td>", out);
    asr_conf_html_cases(out, row);
    asr_conf_html_cells(out, m, row);
}


static void
asr_conf_html_params(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    size_t                i, k;
    const asr_conf_op_t  *op;

    static const char *const  names[] = {
        "Operation, parameter", "Clause", "Level", "Values tried", "Cases"
    };

    fputs("<div class=\"block\">\n<h3>Operations and parameters</h3>\n", out);
    asr_conf_html_heads(out, m, names, 5);

    for (i = 0; i < s->doc->nops; i++) {
        op = &s->doc->ops[i];

        fputs("<tbody>\n", out);
        asr_conf_html_row(out, "op", asr_conf_row_failing(&s->ops[i]),
                          s->ops[i].observed != 0,
                          asr_conf_html_unmet(m, s, &s->ops[i]));
        fputs("><th scope=\"rowgroup\">", out);
        asr_conf_html(out, op->name);
        fprintf(out, "</th><td class=\"ref\"><a href=\"#%s\">%s</a></td>"
                "<td class=\"level\"></td><td class=\"values\"></td>",
                op->clause, op->clause);
        asr_conf_html_cases(out, &s->ops[i]);
        asr_conf_html_cells(out, m, &s->ops[i]);

        for (k = 0; k < op->nparams; k++) {
            asr_conf_html_param(out, m, &s->reach.ops[i].params[k],
                                &s->params[i][k]);
        }

        fputs("</tbody>\n", out);
    }

    fputs("</table>\n</div>\n", out);
}


static void
asr_conf_html_codes(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    bool                    unreached;
    size_t                  i, k;
    const asr_conf_code_t  *code;

    static const char *const  names[] = {
        "Code", "What it says", "Clause", "Level"
    };

    if (s->doc->ncodes == 0) {
        return;
    }

    fputs("<div class=\"block codes\">\n<h3>Codes</h3>\n", out);
    asr_conf_html_heads(out, m, names, 4);
    fputs("<tbody>\n", out);

    for (i = 0; i < s->doc->ncodes; i++) {
        code = &s->doc->codes[i];
        unreached = false;

        for (k = 0; k < m->ncolumns; k++) {
            unreached |= s->has[k] && s->codes[i][k] == 0;
        }

        asr_conf_html_row(out, "code", false,
                          code->level == ASR_CONF_OBSERVED, unreached);
        fputs("><th scope=\"row\">", out);
        asr_conf_html(out, code->code);
        fputs("</th><td class=\"words\">", out);
        asr_conf_html(out, code->words);
        fprintf(out, "</td><td class=\"ref\"><a href=\"#%s\">%s</a></td>",
                code->clause, code->clause);
        asr_conf_html_level(out, code->level);

        for (k = 0; k < m->ncolumns; k++) {
            fprintf(out, "<td class=\"cell %s\" data-label=\"%c\">",
                    !s->has[k] ? "not" : s->codes[i][k] != 0 ? "ok" : "none",
                    asr_conf_column_name(k));

            if (s->codes[i][k] != 0) {
                fprintf(out, "in %zu case%s</td>", s->codes[i][k],
                        s->codes[i][k] == 1 ? "" : "s");

            } else {
                fprintf(out, "%s</td>", s->has[k] ? "not reached" : "-");
            }
        }

        fputs("</tr>\n", out);
    }

    fputs("</tbody>\n</table>\n</div>\n", out);
}


static void
asr_conf_html_missed(const asr_conf_missed_t *missed, void *data)
{
    size_t            i;
    asr_conf_html_t  *html;

    static const char *const  kinds[][2] = {
        { "field", "never set" },
        { "value", "values never tried" },
        { "code", "never seen" },
        { "clause", "no passing case" }
    };

    html = data;
    html->n++;

    for (i = 0; strcmp(kinds[i][0], missed->kind) != 0; i++) { /* void */ }

    fprintf(html->out, "<li><span class=\"tag\">%s</span> <b>",
            missed->kind);
    asr_conf_html(html->out, missed->name);
    fprintf(html->out, "</b> <span>%s", kinds[i][1]);

    if (missed->words != NULL) {
        fputs(": ", html->out);
        asr_conf_html(html->out, missed->words);
    }

    if (html->matrix->ncolumns > 1) {
        fprintf(html->out, " (%s)", missed->columns);
    }

    fputs("</span>", html->out);

    if (missed->why != NULL) {
        fputs("<em>", html->out);
        asr_conf_html(html->out, missed->why);
        fputs("</em>", html->out);
    }

    fputs("</li>\n", html->out);
}


static void
asr_conf_html_reached(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    size_t              i;
    asr_conf_reached_t  r;

    for (i = 0; i < m->ncolumns; i++) {
        if (!s->has[i]) {
            continue;
        }

        asr_conf_sheet_reached(s, i, &r);

        fprintf(out, "<dl class=\"reached\"><dt class=\"column\">%c</dt>\n"
                "<dd><b>%zu</b>/%zu <span>clauses with a passing case"
                "</span></dd>\n<dd><b>%zu</b>/%zu <span>codes seen</span>"
                "</dd>\n<dd><b>%zu</b>/%zu <span>fields set</span></dd>\n"
                "<dd><b>%zu</b>/%zu <span>values tried</span></dd></dl>\n",
                asr_conf_column_name(i), r.met, r.clauses, r.seen, r.codes,
                r.set, r.fields, r.tried, r.values);
    }
}


static void
asr_conf_html_sheet(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    asr_conf_html_t  html;

    fprintf(out, "<section id=\"%s\">\n<h2>", s->doc->api);
    asr_conf_html(out, s->doc->title);
    fputs("</h2>\n<p class=\"source\">", out);
    asr_conf_html(out, s->doc->source);
    fprintf(out, ", <time>%s</time></p>\n", s->doc->date);

    asr_conf_html_reached(out, m, s);
    fputs("<p class=\"nothing\">No such rows in this document.</p>\n", out);

    asr_conf_html_clauses(out, m, s);
    asr_conf_html_params(out, m, s);
    asr_conf_html_codes(out, m, s);

    fputs("<div class=\"block missed\">\n<h3>Not reached</h3>\n", out);

    html = (asr_conf_html_t) { out, m, 0 };
    fputs("<ul>\n", out);
    asr_conf_matrix_missed(m, s, asr_conf_html_missed, &html);

    if (html.n == 0) {
        fputs("<li>All fields, values, codes and clauses are reached.</li>\n",
              out);
    }

    fputs("</ul>\n</div>\n</section>\n", out);
}


void
asr_conf_report_matrix_html(FILE *out, const asr_conf_report_t *rep)
{
    char               *chosen;
    size_t              i;
    asr_conf_matrix_t   m;

    asr_conf_matrix_make(&m, rep);

    fputs("<!DOCTYPE html>\n"
          "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, "
          "initial-scale=1\"/>\n"
          "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
          "<title>Conformance of speech recognition endpoints</title>\n", out);
    asr_conf_html_style(out);
    fputs("</head>\n<body>\n<header>\n"
          "<h1>Conformance of speech recognition endpoints</h1>\n", out);
    asr_conf_html_runs(out, &m);
    fputs("<p class=\"levels\"><span class=\"tag must\">must</span> the "
          "document says so. <span class=\"tag should\">should</span> it "
          "recommends or implies it. <span class=\"tag observed\">observed"
          "</span> it is silent: what is expected is a guess.</p>\n", out);

    chosen = asr_conf_matrix_chosen(rep);

    if (chosen != NULL) {
        fputs("<p class=\"chosen\">", out);
        asr_conf_html(out, chosen);
        fputs("</p>\n", out);
        free(chosen);
    }

    fputs("</header>\n<main>\n", out);
    asr_conf_html_overview(out, &m);
    asr_conf_html_filter(out);

    for (i = 0; i < m.nsheets; i++) {
        asr_conf_html_sheet(out, &m, &m.sheets[i]);
    }

    fputs("</main>\n</body>\n</html>\n", out);

    asr_conf_matrix_free(&m);
}
