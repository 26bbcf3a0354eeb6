/*
 * Findings: what failed alike is one, told by its smallest case of the
 * strictest level.
 *
 * Alike are cases of one document whose check, expected and got are the same
 * but for numbers, ids and values, which most often have a digit in them.
 */

#include "asr_conf_report_int.h"

#include <ctype.h>
#include <stdlib.h>


#define ASR_CONF_FINDINGS_IDS  10        /* other ids that are listed */


typedef struct {
    char                   *kind;        /* alike: the same */
    const asr_conf_doc_t   *doc;
    size_t                  n;
    size_t                  smallest;    /* of the report's cases, at level */
    size_t                  size;        /* of that one's steps, in bytes */
    size_t                  first;
    asr_conf_level_t        level;       /* the strictest of its cases */
} asr_conf_finding_t;


typedef struct {
    asr_conf_finding_t     *all;
    size_t                  n;
    size_t                 *of;          /* a finding + 1 per case, 0: none */
} asr_conf_findings_t;


static bool asr_conf_findings_part(char c);
static void asr_conf_findings_numbers(asr_conf_buf_t *b, const char *s,
    bool code);
static char *asr_conf_findings_kind(const asr_conf_report_t *rep, size_t i);
static size_t asr_conf_findings_size(const asr_conf_report_t *rep, size_t i);
static void asr_conf_findings_add(const asr_conf_report_t *rep,
    asr_conf_findings_t *f, size_t i);
static int asr_conf_findings_compare(const void *one, const void *two);
static void asr_conf_findings_line(FILE *out, const char *name,
    const char *text, size_t max);
static void asr_conf_findings_case(FILE *out, const asr_conf_report_t *rep,
    size_t i);
static void asr_conf_findings_exchange(FILE *out,
    const asr_conf_report_t *rep, size_t i);
static void asr_conf_findings_others(FILE *out, const asr_conf_report_t *rep,
    const asr_conf_findings_t *f, const asr_conf_finding_t *one,
    size_t number);


static bool
asr_conf_findings_part(char c)
{
    return isalnum((unsigned char) c) || c == '_' || c == '-';
}


/*
 * Words with a digit in them become "#"; not the first of a check of codes,
 * which is the code.
 */

static void
asr_conf_findings_numbers(asr_conf_buf_t *b, const char *s, bool code)
{
    bool    digit;
    size_t  n;

    for ( ; *s != '\0'; s += n) {
        digit = false;

        for (n = 0; asr_conf_findings_part(s[n]); n++) {
            digit |= isdigit((unsigned char) s[n]) != 0;
        }

        if (digit && !code) {
            asr_conf_buf_str(b, "#");

        } else {
            n = n == 0 ? 1 : n;
            asr_conf_buf_add(b, s, n);
        }

        code = false;
    }
}


static char *
asr_conf_findings_kind(const asr_conf_report_t *rep, size_t i)
{
    bool             code;
    char            *got, *expected;
    const char      *check;
    asr_conf_buf_t   b;

    check = asr_conf_failed_check(rep, i);
    code = strcmp(check, "code") == 0 || strcmp(check, "outcome") == 0
           || strcmp(check, "http") == 0;

    expected = asr_conf_text(asr_conf_expected(rep, i), ASR_CONF_TEXT_LINE);
    got = asr_conf_text(asr_conf_got(rep, i), ASR_CONF_TEXT_LINE);

    asr_conf_buf_init(&b, ASR_CONF_TEXT_ROOM);
    asr_conf_findings_numbers(&b, check, false);
    asr_conf_buf_str(&b, "\n");
    asr_conf_findings_numbers(&b, expected, code);
    asr_conf_buf_str(&b, "\n");
    asr_conf_findings_numbers(&b, got, code);

    free(expected);
    free(got);

    return b.data;
}


static size_t
asr_conf_findings_size(const asr_conf_report_t *rep, size_t i)
{
    const json_t  *steps;

    steps = rep->results[i].smallest;

    if (steps == NULL) {
        steps = rep->cases->all[rep->chosen[i]].steps;
    }

    return steps == NULL ? 0 : json_dumpb(steps, NULL, 0, JSON_COMPACT);
}


static void
asr_conf_findings_add(const asr_conf_report_t *rep, asr_conf_findings_t *f,
    size_t i)
{
    char                   *kind;
    size_t                  k, size;
    asr_conf_level_t        level;
    asr_conf_finding_t     *one;
    const asr_conf_case_t  *c;

    c = &rep->cases->all[rep->chosen[i]];
    level = asr_conf_failed_level(c, &rep->results[i]);
    kind = asr_conf_findings_kind(rep, i);
    size = asr_conf_findings_size(rep, i);

    for (k = 0; k < f->n; k++) {
        one = &f->all[k];

        if (one->doc == c->doc && strcmp(one->kind, kind) == 0) {
            break;
        }
    }

    one = &f->all[k];

    if (k == f->n) {
        f->n++;
        one->kind = kind;
        one->doc = c->doc;
        one->first = i;
        one->smallest = i;
        one->size = size;
        one->level = level;

    } else {
        free(kind);
    }

    if (level < one->level || (level == one->level && size < one->size)) {
        one->level = level;
        one->size = size;
        one->smallest = i;
    }

    one->n++;
    f->of[i] = one->first + 1;
}


/* What a document demands comes first, then what many cases meet. */

static int
asr_conf_findings_compare(const void *one, const void *two)
{
    const asr_conf_finding_t  *a, *b;

    a = one;
    b = two;

    if (a->level != b->level) {
        return a->level < b->level ? -1 : 1;
    }

    if (a->n != b->n) {
        return a->n > b->n ? -1 : 1;
    }

    return a->first < b->first ? -1 : 1;
}


static void
asr_conf_findings_line(FILE *out, const char *name, const char *text,
    size_t max)
{
    fprintf(out, "    %-10s", name);
    asr_conf_put_text(out, text, max);
    fputc('\n', out);
}


static void
asr_conf_findings_exchange(FILE *out, const asr_conf_report_t *rep, size_t i)
{
    char                       *text;
    size_t                      steps;
    const asr_conf_result_t    *r;
    const asr_conf_exchange_t  *e;

    r = &rep->results[i];
    e = r->exchange;
    steps = json_array_size(rep->cases->all[rep->chosen[i]].steps);

    if (steps > 1 && r->status == ASR_CONF_FAIL) {
        fprintf(out, "    %-10s%u of %zu\n", "step", r->step + 1, steps);
    }

    if (e != NULL) {
        text = asr_conf_request_short(&e->request);
        fprintf(out, "    %-10s%s\n", "request", text);
        free(text);
    }

    asr_conf_findings_line(out, "expected", asr_conf_expected(rep, i),
                           ASR_CONF_TEXT_LINE * 2);
    asr_conf_findings_line(out, "got", asr_conf_got(rep, i),
                           ASR_CONF_TEXT_LINE * 2);

    if (e != NULL && e->reply.status != 0) {
        fprintf(out, "    %-10s%d ", "reply", e->reply.status);
        text = asr_conf_text_n(e->reply.body, e->reply.body_len,
                               ASR_CONF_TEXT_LINE);
        fprintf(out, "%s\n", text);
        free(text);
    }

    text = asr_conf_shrunk(rep->cases->all[rep->chosen[i]].steps, r->smallest);

    if (text != NULL) {
        fprintf(out, "    %-10sthe same %s\n", "shrunk", text);
        free(text);
    }

    if (e != NULL) {
        text = asr_conf_curl(&e->request);
        fprintf(out, "    ");
        asr_conf_put_text(out, text, ASR_CONF_TEXT_ROOM);
        fputc('\n', out);
        free(text);
    }
}


static void
asr_conf_findings_case(FILE *out, const asr_conf_report_t *rep, size_t i)
{
    const asr_conf_case_t    *c;
    const asr_conf_clause_t  *clause;

    c = &rep->cases->all[rep->chosen[i]];

    asr_conf_findings_line(out, "case", c->id, ASR_CONF_TEXT_LINE);
    asr_conf_findings_line(out, "", c->name, ASR_CONF_TEXT_LINE);

    clause = asr_conf_clause(c->doc, c->clause);

    fprintf(out, "    %-10s%s (%s): ", "clause", c->clause,
            asr_conf_level_name(asr_conf_failed_level(c,
                                                &rep->results[i])));
    asr_conf_put_text(out, clause == NULL ? "" : clause->words,
                      ASR_CONF_TEXT_LINE);
    fputc('\n', out);

    asr_conf_findings_exchange(out, rep, i);

    /* a client's requests are its own to send again */

    if (strcmp(c->kind, "client") != 0) {
        fputs("    --replay ", out);
        asr_conf_put_text(out, c->id, ASR_CONF_TEXT_LINE);
        fputc('\n', out);
    }
}


static void
asr_conf_findings_others(FILE *out, const asr_conf_report_t *rep,
    const asr_conf_findings_t *f, const asr_conf_finding_t *one,
    size_t number)
{
    size_t  i, shown;

    shown = 0;

    for (i = 0; i < rep->n && shown < ASR_CONF_FINDINGS_IDS; i++) {
        if (f->of[i] != number || i == one->smallest) {
            continue;
        }

        fprintf(out, "    %-10s", shown == 0 ? "likewise" : "");
        asr_conf_put_text(out, rep->cases->all[rep->chosen[i]].id,
                          ASR_CONF_TEXT_LINE);
        fputc('\n', out);
        shown++;
    }

    if (one->n - 1 > shown) {
        fprintf(out, "    %-10sand %zu more\n", "", one->n - 1 - shown);
    }
}


void
asr_conf_findings_print(FILE *out, const asr_conf_report_t *rep, bool color)
{
    size_t               i;
    asr_conf_verdict_t   v;
    asr_conf_finding_t  *one;
    asr_conf_findings_t  f;

    memset(&f, 0, sizeof(f));
    f.of = asr_conf_alloc((rep->n + 1) * sizeof(size_t));
    f.all = asr_conf_alloc((rep->n + 1) * sizeof(asr_conf_finding_t));

    for (i = 0; i < rep->n; i++) {
        v = asr_conf_verdict(rep, i);

        if (v == ASR_CONF_FAILED || v == ASR_CONF_FIXED) {
            asr_conf_findings_add(rep, &f, i);
        }
    }

    qsort(f.all, f.n, sizeof(asr_conf_finding_t), asr_conf_findings_compare);

    for (i = 0; i < f.n; i++) {
        one = &f.all[i];

        fprintf(out, "%sFinding %zu of %zu%s  %s, ", color ? "\033[31m" : "",
                i + 1, f.n, color ? "\033[0m" : "", one->doc->api);
        asr_conf_put_text(out, asr_conf_failed_check(rep, one->smallest), 80);
        fprintf(out, ", %zu case%s\n", one->n, one->n == 1 ? "" : "s");

        asr_conf_findings_case(out, rep, one->smallest);
        asr_conf_findings_others(out, rep, &f, one, one->first + 1);
        fputc('\n', out);

        free(one->kind);
    }

    free(f.all);
    free(f.of);
}
