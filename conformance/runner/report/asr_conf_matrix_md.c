/* The matrix in Markdown (tables as GitHub and GitLab have them). */

#include "asr_conf_matrix.h"

#include <stdlib.h>


typedef struct {
    FILE                    *out;
    const asr_conf_matrix_t *matrix;
    size_t                   n;
} asr_conf_md_t;


static void asr_conf_md(FILE *out, const char *s);
static void asr_conf_md_runs(FILE *out, const asr_conf_matrix_t *m);
static void asr_conf_md_head(FILE *out, const asr_conf_matrix_t *m,
    const char *names, size_t n);
static void asr_conf_md_cells(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_row_t *row);
static void asr_conf_md_cases(FILE *out, const asr_conf_row_t *row);
static void asr_conf_md_overview(FILE *out, const asr_conf_matrix_t *m);
static void asr_conf_md_reached(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);
static void asr_conf_md_clauses(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);
static void asr_conf_md_params(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);
static void asr_conf_md_codes(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s);
static void asr_conf_md_missed(const asr_conf_missed_t *missed, void *data);


/* Every character that means something in Markdown is escaped. */

static void
asr_conf_md(FILE *out, const char *s)
{
    char        *text;
    const char  *p;

    text = asr_conf_text(s, ASR_CONF_TEXT_BLOCK);

    for (p = text; *p != '\0'; p++) {
        switch (*p) {

        case '<':
            fputs("&lt;", out);
            break;

        case '&':
            fputs("&amp;", out);
            break;

        case '\\':
        case '`':
        case '*':
        case '_':
        case '[':
        case ']':
        case '|':
        case '~':
        case '#':
        case '>':
            fputc('\\', out);
            fputc(*p, out);
            break;

        default:
            fputc(*p, out);
        }
    }

    free(text);
}


/* The only lines in which two endpoints that behave alike differ. */

static void
asr_conf_md_runs(FILE *out, const asr_conf_matrix_t *m)
{
    size_t                    i, k;
    const char               *between;
    const asr_conf_column_t  *c;

    fputs("<!-- endpoints -->\n\n", out);

    for (i = 0; i < m->ncolumns; i++) {
        c = &m->columns[i];
        between = ": ";

        fprintf(out, "- **%c**, ", asr_conf_column_name(i));
        asr_conf_md(out, c->date);
        fputs(", level ", out);
        asr_conf_md(out, c->level);

        for (k = 0; k < ASR_CONF_NDOCS; k++) {
            if (c->targets[k] != NULL && asr_conf_docs[k].api != NULL) {
                fprintf(out, "%s%s ", between, asr_conf_docs[k].api);
                asr_conf_md(out, c->targets[k]);
                between = ", ";
            }
        }

        if (c->unknown != 0) {
            fprintf(out, " (%zu cases of that run are not known here)",
                    c->unknown);
        }

        fputc('\n', out);
    }

    fputs("\n<!-- /endpoints -->\n", out);
}


static void
asr_conf_md_head(FILE *out, const asr_conf_matrix_t *m, const char *names,
    size_t n)
{
    size_t  i;

    fprintf(out, "\n| %s |", names);

    for (i = 0; i < m->ncolumns; i++) {
        fprintf(out, " %c |", asr_conf_column_name(i));
    }

    fputs("\n|", out);

    for (i = 0; i < n + m->ncolumns; i++) {
        fputs(" --- |", out);
    }

    fputc('\n', out);
}


static void
asr_conf_md_cells(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_row_t *row)
{
    char    *text;
    size_t   i;

    for (i = 0; i < m->ncolumns; i++) {
        text = asr_conf_counts_text(&row->in[i]);
        fprintf(out, " %s |", text);
        free(text);
    }

    fputc('\n', out);
}


static void
asr_conf_md_cases(FILE *out, const asr_conf_row_t *row)
{
    fprintf(out, " %zu", row->cases);

    if (row->observed != 0 && row->observed == row->cases) {
        fputs(" (**all observed**)", out);

    } else if (row->observed != 0) {
        fprintf(out, " (%zu observed)", row->observed);
    }

    fputs(" |", out);
}


static void
asr_conf_md_overview(FILE *out, const asr_conf_matrix_t *m)
{
    size_t                   i;
    const asr_conf_sheet_t  *s;

    asr_conf_md_head(out, m, "Document | Source | Its date | Cases", 4);

    for (i = 0; i < m->nsheets; i++) {
        s = &m->sheets[i];

        fputs("| ", out);
        asr_conf_md(out, s->doc->title);
        fputs(" | ", out);
        asr_conf_md(out, s->doc->source);
        fprintf(out, " | %s |", s->doc->date);
        asr_conf_md_cases(out, &s->total);
        asr_conf_md_cells(out, m, &s->total);
    }
}


static void
asr_conf_md_reached(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    size_t              i;
    asr_conf_reached_t  r;

    for (i = 0; i < m->ncolumns; i++) {
        if (!s->has[i]) {
            continue;
        }

        asr_conf_sheet_reached(s, i, &r);

        fprintf(out, "\n%c: %zu of %zu clauses have a passing case, %zu of "
                "%zu codes were seen,\n%zu of %zu fields set, %zu of %zu "
                "values tried.\n", asr_conf_column_name(i), r.met, r.clauses,
                r.seen, r.codes, r.set, r.fields, r.tried, r.values);
    }
}


static void
asr_conf_md_clauses(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    size_t                    i;
    const asr_conf_clause_t  *clause;

    fputs("\n### Clauses\n", out);
    asr_conf_md_head(out, m, "Clause | What it says | Level | Cases", 4);

    for (i = 0; i < s->doc->nclauses; i++) {
        clause = &s->doc->clauses[i];

        fprintf(out, "| %s | ", clause->id);
        asr_conf_md(out, clause->words);
        fprintf(out, " | %s |", clause->level == ASR_CONF_OBSERVED
                ? "**observed**" : asr_conf_level_name(clause->level));
        asr_conf_md_cases(out, &s->clauses[i]);
        asr_conf_md_cells(out, m, &s->clauses[i]);
    }
}


static void
asr_conf_md_params(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    size_t                           i, k;
    const asr_conf_op_t             *op;
    const asr_conf_reached_param_t  *p;

    fputs("\n### Operations and parameters\n", out);
    asr_conf_md_head(out, m, "Operation, parameter | Clause | Level "
                     "| Values tried | Cases", 5);

    for (i = 0; i < s->doc->nops; i++) {
        op = &s->doc->ops[i];

        fputs("| **", out);
        asr_conf_md(out, op->name);
        fprintf(out, "** | %s | | |", op->clause);
        asr_conf_md_cases(out, &s->ops[i]);
        asr_conf_md_cells(out, m, &s->ops[i]);

        for (k = 0; k < op->nparams; k++) {
            p = &s->reach.ops[i].params[k];

            fputs("| ", out);
            asr_conf_md(out, p->param->name);
            fprintf(out, " | %s | %s |", p->param->clause,
                    p->param->level == ASR_CONF_OBSERVED
                    ? "**observed**" : asr_conf_level_name(p->param->level));

            if (p->nvalues != 0) {
                fprintf(out, " %zu of %zu |", p->ntried, p->nvalues);

            } else {
                fputs(" |", out);
            }

            asr_conf_md_cases(out, &s->params[i][k]);
            asr_conf_md_cells(out, m, &s->params[i][k]);
        }
    }
}


static void
asr_conf_md_codes(FILE *out, const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s)
{
    size_t                  i, k;
    const asr_conf_code_t  *code;

    if (s->doc->ncodes == 0) {
        return;
    }

    fputs("\n### Codes\n", out);
    asr_conf_md_head(out, m, "Code | What it says | Clause | Level", 4);

    for (i = 0; i < s->doc->ncodes; i++) {
        code = &s->doc->codes[i];

        fputs("| ", out);
        asr_conf_md(out, code->code);
        fputs(" | ", out);
        asr_conf_md(out, code->words);
        fprintf(out, " | %s | %s |", code->clause,
                code->level == ASR_CONF_OBSERVED
                ? "**observed**" : asr_conf_level_name(code->level));

        for (k = 0; k < m->ncolumns; k++) {
            if (!s->has[k]) {
                fputs(" - |", out);

            } else if (s->codes[i][k] == 0) {
                fputs(" not reached |", out);

            } else {
                fprintf(out, " %zu |", s->codes[i][k]);
            }
        }

        fputc('\n', out);
    }
}


static void
asr_conf_md_missed(const asr_conf_missed_t *missed, void *data)
{
    asr_conf_md_t  *md;

    static const struct {
        const char  *kind;
        const char  *says;
    } kinds[] = {
        { "field", "never set" },
        { "value", "values never tried: " },
        { "code", "never seen" },
        { "clause", "without a passing case" }
    };

    size_t  i;

    md = data;
    md->n++;

    for (i = 0; strcmp(kinds[i].kind, missed->kind) != 0; i++) { /* void */ }

    fprintf(md->out, "- %s **", missed->kind);
    asr_conf_md(md->out, missed->name);
    fprintf(md->out, "** %s", kinds[i].says);

    if (i == 1) {
        asr_conf_md(md->out, missed->words);

    } else if (missed->words != NULL) {
        fputs(": ", md->out);
        asr_conf_md(md->out, missed->words);
    }

    if (md->matrix->ncolumns > 1) {
        fprintf(md->out, " (%s)", missed->columns);
    }

    if (missed->why != NULL) {
        fputs("<br>Why: ", md->out);
        asr_conf_md(md->out, missed->why);
    }

    fputc('\n', md->out);
}


void
asr_conf_report_matrix_md(FILE *out, const asr_conf_report_t *rep)
{
    char                    *chosen;
    size_t                   i;
    asr_conf_md_t            md;
    asr_conf_matrix_t        m;
    const asr_conf_sheet_t  *s;

    asr_conf_matrix_make(&m, rep);

    fputs("# Conformance of speech recognition endpoints\n\n", out);
    asr_conf_md_runs(out, &m);
    fputs("\nA level is *must* where the document says so, *should* where it "
          "recommends or implies\nit, **observed** where it is silent and "
          "what is expected is a guess.\n", out);

    chosen = asr_conf_matrix_chosen(rep);

    if (chosen != NULL) {
        fputc('\n', out);
        asr_conf_md(out, chosen);
        fputc('\n', out);
        free(chosen);
    }

    asr_conf_md_overview(out, &m);

    for (i = 0; i < m.nsheets; i++) {
        s = &m.sheets[i];

        fputs("\n## ", out);
        asr_conf_md(out, s->doc->title);
        fputs("\n\nSource: ", out);
        asr_conf_md(out, s->doc->source);
        fprintf(out, ", %s.\n", s->doc->date);

        asr_conf_md_reached(out, &m, s);
        asr_conf_md_clauses(out, &m, s);
        asr_conf_md_params(out, &m, s);
        asr_conf_md_codes(out, &m, s);

        fputs("\n### Not reached\n\n", out);
        md = (asr_conf_md_t) { out, &m, 0 };
        asr_conf_matrix_missed(&m, s, asr_conf_md_missed, &md);

        if (md.n == 0) {
            fputs("All fields, values, codes and clauses are reached.\n", out);
        }
    }

    asr_conf_matrix_free(&m);
}
