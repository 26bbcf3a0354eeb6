/* The matrix, counted; asr_conf_matrix_md.c and _html.c write it. */

#include "asr_conf_matrix.h"

#include <stdlib.h>

#include "asr_conf_json.h"


static void asr_conf_matrix_this(asr_conf_matrix_t *m,
    const asr_conf_report_t *rep, asr_conf_column_t *column);
static void asr_conf_matrix_columns(asr_conf_matrix_t *m,
    const asr_conf_report_t *rep);
static void asr_conf_row_add(const asr_conf_matrix_t *m, asr_conf_row_t *row,
    const asr_conf_case_t *c, size_t i);
static void asr_conf_sheet_case(const asr_conf_matrix_t *m,
    asr_conf_sheet_t *s, const asr_conf_case_t *c, size_t i);
static void asr_conf_sheet_codes(const asr_conf_matrix_t *m,
    asr_conf_sheet_t *s, size_t column, size_t i);
static bool asr_conf_sheet_make(const asr_conf_matrix_t *m,
    asr_conf_sheet_t *s, const asr_conf_cases_t *cases, size_t index);
static void asr_conf_sheet_free(asr_conf_sheet_t *s);
static const char *asr_conf_missed_columns(const asr_conf_matrix_t *m,
    const bool *in, char *out);
static void asr_conf_missed_values(const asr_conf_reached_param_t *p,
    const char *name, const char *columns, asr_conf_missed_pt tell,
    void *data);
static void asr_conf_missed_fields(const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s, asr_conf_missed_pt tell, void *data);
static void asr_conf_missed_codes(const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s, asr_conf_missed_pt tell, void *data);
static void asr_conf_missed_clauses(const asr_conf_matrix_t *m,
    const asr_conf_sheet_t *s, asr_conf_missed_pt tell, void *data);


static void
asr_conf_matrix_this(asr_conf_matrix_t *m, const asr_conf_report_t *rep,
    asr_conf_column_t *column)
{
    size_t   i, at;
    json_t  *codes;

    m->held = json_array();
    asr_conf_date(rep->started, column->date);
    column->level = asr_conf_level_name(rep->level);

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        column->targets[i] = rep->options->targets[i];
    }

    for (i = 0; i < rep->n; i++) {
        if (rep->results[i].status == ASR_CONF_NOT_RUN) {
            continue;
        }

        at = rep->chosen[i];
        codes = asr_conf_codes_seen(&rep->cases->all[at], &rep->results[i]);
        json_array_append_new(m->held, codes);

        column->verdicts[at] = (signed char) asr_conf_verdict(rep, i);
        column->codes[at] = codes;
    }
}


static void
asr_conf_matrix_columns(asr_conf_matrix_t *m, const asr_conf_report_t *rep)
{
    size_t              i;
    asr_conf_column_t  *column;

    m->ncolumns = 1 + rep->nwith;

    if (m->ncolumns > ASR_CONF_COLUMNS) {
        m->ncolumns = ASR_CONF_COLUMNS;
    }

    for (i = 0; i < m->ncolumns; i++) {
        column = &m->columns[i];
        column->verdicts = asr_conf_alloc(rep->cases->n);
        column->codes = asr_conf_alloc(rep->cases->n * sizeof(json_t *));
        memset(column->verdicts, ASR_CONF_NOT, rep->cases->n);

        if (i == 0) {
            asr_conf_matrix_this(m, rep, column);

        } else {
            asr_conf_with_column(rep->with[i - 1], rep->cases, column);
        }
    }
}


static void
asr_conf_row_add(const asr_conf_matrix_t *m, asr_conf_row_t *row,
    const asr_conf_case_t *c, size_t i)
{
    bool    run;
    size_t  k;

    run = false;

    for (k = 0; k < m->ncolumns; k++) {
        if (m->columns[k].verdicts[i] != ASR_CONF_NOT) {
            row->in[k].of[m->columns[k].verdicts[i]]++;
            run = true;
        }
    }

    row->cases += run;
    row->observed += run && c->level == ASR_CONF_OBSERVED;
}


static void
asr_conf_sheet_codes(const asr_conf_matrix_t *m, asr_conf_sheet_t *s,
    size_t column, size_t i)
{
    size_t         k, n;
    const json_t  *v, *codes;

    codes = m->columns[column].codes[i];

    json_array_foreach((json_t *) codes, k, v) {
        for (n = 0; json_is_string(v) && n < s->doc->ncodes; n++) {
            if (strcmp(s->doc->codes[n].code, json_string_value(v)) == 0) {
                s->codes[n][column]++;
            }
        }
    }
}


static void
asr_conf_sheet_case(const asr_conf_matrix_t *m, asr_conf_sheet_t *s,
    const asr_conf_case_t *c, size_t i)
{
    size_t                k, p;
    const asr_conf_op_t  *op;

    asr_conf_row_add(m, &s->total, c, i);

    for (k = 0; k < s->doc->nclauses; k++) {
        if (asr_conf_case_names(c, s->doc->clauses[k].id)) {
            asr_conf_row_add(m, &s->clauses[k], c, i);
        }
    }

    for (k = 0; c->op != NULL && k < s->doc->nops; k++) {
        op = &s->doc->ops[k];

        if (strcmp(op->name, c->op) != 0) {
            continue;
        }

        asr_conf_row_add(m, &s->ops[k], c, i);

        for (p = 0; c->param != NULL && p < op->nparams; p++) {
            if (strcmp(op->params[p].name, c->param) == 0) {
                asr_conf_row_add(m, &s->params[k][p], c, i);
            }
        }
    }

    for (k = 0; k < m->ncolumns; k++) {
        asr_conf_sheet_codes(m, s, k, i);
    }
}


/* False: no column has a case of it. */

static bool
asr_conf_sheet_make(const asr_conf_matrix_t *m, asr_conf_sheet_t *s,
    const asr_conf_cases_t *cases, size_t index)
{
    bool                  *which, any;
    size_t                 i, k;
    const asr_conf_doc_t  *d;

    d = &asr_conf_docs[index];
    any = false;
    which = asr_conf_alloc(cases->n);

    memset(s, 0, sizeof(*s));
    s->doc = d;
    s->index = index;

    for (i = 0; i < cases->n; i++) {
        for (k = 0; cases->all[i].doc == d && k < m->ncolumns; k++) {
            if (m->columns[k].verdicts[i] != ASR_CONF_NOT) {
                which[i] |= m->columns[k].verdicts[i] != ASR_CONF_SKIPPED;
                s->has[k] = true;
                any = true;
            }
        }
    }

    if (!any) {
        free(which);
        return false;
    }

    s->clauses = asr_conf_alloc(d->nclauses * sizeof(asr_conf_row_t));
    s->ops = asr_conf_alloc(d->nops * sizeof(asr_conf_row_t));
    s->params = asr_conf_alloc(d->nops * sizeof(asr_conf_row_t *));
    s->codes = asr_conf_alloc(d->ncodes * sizeof(*s->codes));

    for (i = 0; i < d->nops; i++) {
        s->params[i] = asr_conf_alloc(d->ops[i].nparams
                                      * sizeof(asr_conf_row_t));
    }

    for (i = 0; i < cases->n; i++) {
        if (cases->all[i].doc == d) {
            asr_conf_sheet_case(m, s, &cases->all[i], i);
        }
    }

    asr_conf_reach(&s->reach, d, cases, which);
    free(which);

    return true;
}


static void
asr_conf_sheet_free(asr_conf_sheet_t *s)
{
    size_t  i;

    for (i = 0; i < s->doc->nops; i++) {
        free(s->params[i]);
    }

    free(s->params);
    free(s->clauses);
    free(s->ops);
    free(s->codes);
    asr_conf_reach_free(&s->reach);
}


void
asr_conf_matrix_make(asr_conf_matrix_t *m, const asr_conf_report_t *rep)
{
    size_t  i;

    memset(m, 0, sizeof(*m));
    asr_conf_matrix_columns(m, rep);

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (asr_conf_sheet_make(m, &m->sheets[m->nsheets], rep->cases, i)) {
            m->nsheets++;
        }
    }
}


void
asr_conf_matrix_free(asr_conf_matrix_t *m)
{
    size_t  i;

    for (i = 0; i < m->nsheets; i++) {
        asr_conf_sheet_free(&m->sheets[i]);
    }

    for (i = 0; i < m->ncolumns; i++) {
        free(m->columns[i].verdicts);
        free(m->columns[i].codes);
    }

    json_decref(m->held);
}


char *
asr_conf_matrix_chosen(const asr_conf_report_t *rep)
{
    size_t           i;
    asr_conf_buf_t   b;

    if (rep->nprefixes == 0) {
        return NULL;
    }

    asr_conf_buf_init(&b, ASR_CONF_TEXT_BLOCK);
    asr_conf_buf_str(&b, "Of A only these cases were run, what else there is "
                     "was not reached: ");

    for (i = 0; i < rep->nprefixes; i++) {
        asr_conf_buf_fmt(&b, "%s%s", i == 0 ? "" : ", ", rep->prefixes[i]);
    }

    return b.data;
}


bool
asr_conf_row_unmet(const asr_conf_sheet_t *s, const asr_conf_row_t *row,
    size_t column)
{
    return s->has[column] && row->in[column].of[ASR_CONF_PASSED] == 0
           && row->in[column].of[ASR_CONF_FIXED] == 0;
}


bool
asr_conf_row_failing(const asr_conf_row_t *row)
{
    size_t                    i;
    const asr_conf_counts_t  *c;

    for (i = 0; i < ASR_CONF_COLUMNS; i++) {
        c = &row->in[i];

        if (c->of[ASR_CONF_FAILED] != 0 || c->of[ASR_CONF_FIXED] != 0
            || c->of[ASR_CONF_KNOWN] != 0 || c->of[ASR_CONF_DIFFERS] != 0)
        {
            return true;
        }
    }

    return false;
}


void
asr_conf_sheet_reached(const asr_conf_sheet_t *s, size_t column,
    asr_conf_reached_t *out)
{
    size_t                           i, k;
    const asr_conf_reached_param_t  *p;

    memset(out, 0, sizeof(*out));

    out->clauses = s->doc->nclauses;
    out->codes = s->doc->ncodes;

    for (i = 0; i < s->doc->nclauses; i++) {
        out->met += s->has[column]
                    && !asr_conf_row_unmet(s, &s->clauses[i], column);
    }

    for (i = 0; i < s->doc->ncodes; i++) {
        out->seen += s->codes[i][column] != 0;
    }

    for (i = 0; i < s->doc->nops; i++) {
        for (k = 0; k < s->doc->ops[i].nparams; k++) {
            p = &s->reach.ops[i].params[k];

            out->fields++;
            out->set += p->set != 0 || p->cases != 0;
            out->values += p->nvalues;
            out->tried += p->ntried;
        }
    }
}


char *
asr_conf_counts_text(const asr_conf_counts_t *c)
{
    size_t           i;
    asr_conf_buf_t   b;

    asr_conf_buf_init(&b, ASR_CONF_TEXT_LINE);

    for (i = 0; i < ASR_CONF_VERDICTS; i++) {
        if (c->of[i] != 0) {
            asr_conf_buf_fmt(&b, "%s%zu %s", b.len == 0 ? "" : ", ", c->of[i],
                             asr_conf_verdict_name((asr_conf_verdict_t) i));
        }
    }

    return b.data == NULL ? asr_conf_copy("-") : b.data;
}


/* "A, C"; NULL: none is in. */

static const char *
asr_conf_missed_columns(const asr_conf_matrix_t *m, const bool *in, char *out)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < m->ncolumns; i++) {
        if (in[i]) {
            if (n != 0) {
                out[n++] = ',';
                out[n++] = ' ';
            }

            out[n++] = (char) asr_conf_column_name(i);
        }
    }

    out[n] = '\0';

    return n == 0 ? NULL : out;
}


static void
asr_conf_missed_values(const asr_conf_reached_param_t *p, const char *name,
    const char *columns, asr_conf_missed_pt tell, void *data)
{
    char               *text;
    size_t              i;
    asr_conf_buf_t      b;
    asr_conf_missed_t   missed;

    asr_conf_buf_init(&b, ASR_CONF_TEXT_BLOCK);

    for (i = 0; i < p->nvalues; i++) {
        if (!p->tried[i]) {
            text = asr_conf_value_text(json_array_get(p->values, i));
            asr_conf_buf_fmt(&b, "%s%s", b.len == 0 ? "" : ", ", text);
            free(text);
        }
    }

    missed = (asr_conf_missed_t) { "value", name, b.data, NULL, columns };
    tell(&missed, data);
    asr_conf_buf_free(&b);
}


static void
asr_conf_missed_fields(const asr_conf_matrix_t *m, const asr_conf_sheet_t *s,
    asr_conf_missed_pt tell, void *data)
{
    char                             *name, columns[4 * ASR_CONF_COLUMNS];
    size_t                            i, k;
    asr_conf_missed_t                 missed;
    const asr_conf_op_t              *op;
    const asr_conf_reached_param_t   *p;

    (void) asr_conf_missed_columns(m, s->has, columns);

    for (i = 0; i < s->doc->nops; i++) {
        op = &s->doc->ops[i];

        for (k = 0; k < op->nparams; k++) {
            p = &s->reach.ops[i].params[k];
            name = asr_conf_print("%s %s", op->name, p->param->name);

            if (p->set == 0 && p->cases == 0) {
                missed = (asr_conf_missed_t) { "field", name,
                    asr_conf_json_str(p->param->row, "words", NULL),
                    asr_conf_json_str(p->param->row, "skip_why", NULL),
                    columns };
                tell(&missed, data);

            } else if (p->ntried < p->nvalues) {
                asr_conf_missed_values(p, name, columns, tell, data);
            }

            free(name);
        }
    }
}


static void
asr_conf_missed_codes(const asr_conf_matrix_t *m, const asr_conf_sheet_t *s,
    asr_conf_missed_pt tell, void *data)
{
    bool                    in[ASR_CONF_COLUMNS];
    char                    columns[4 * ASR_CONF_COLUMNS];
    size_t                  i, k;
    asr_conf_missed_t       missed;
    const asr_conf_code_t  *code;

    for (i = 0; i < s->doc->ncodes; i++) {
        code = &s->doc->codes[i];

        for (k = 0; k < m->ncolumns; k++) {
            in[k] = s->has[k] && s->codes[i][k] == 0;
        }

        if (asr_conf_missed_columns(m, in, columns) != NULL) {
            missed = (asr_conf_missed_t) { "code", code->code, code->words,
                                           code->why_not, columns };
            tell(&missed, data);
        }
    }
}


static void
asr_conf_missed_clauses(const asr_conf_matrix_t *m, const asr_conf_sheet_t *s,
    asr_conf_missed_pt tell, void *data)
{
    bool                      in[ASR_CONF_COLUMNS];
    char                      columns[4 * ASR_CONF_COLUMNS];
    size_t                    i, k;
    asr_conf_missed_t         missed;
    const asr_conf_clause_t  *clause;

    for (i = 0; i < s->doc->nclauses; i++) {
        clause = &s->doc->clauses[i];

        for (k = 0; k < m->ncolumns; k++) {
            in[k] = asr_conf_row_unmet(s, &s->clauses[i], k);
        }

        if (asr_conf_missed_columns(m, in, columns) != NULL) {
            missed = (asr_conf_missed_t) { "clause", clause->id, clause->words,
                                           clause->why_not, columns };
            tell(&missed, data);
        }
    }
}


void
asr_conf_matrix_missed(const asr_conf_matrix_t *m, const asr_conf_sheet_t *s,
    asr_conf_missed_pt tell, void *data)
{
    asr_conf_missed_fields(m, s, tell, data);
    asr_conf_missed_codes(m, s, tell, data);
    asr_conf_missed_clauses(m, s, tell, data);
}
