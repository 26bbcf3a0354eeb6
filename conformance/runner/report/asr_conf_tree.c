/*
 * The tree on the terminal: documents, their operations, and below these a
 * heading for each parameter, or clause, with the clause's words.  What holds
 * is one line; what fails is opened.
 */

#include "asr_conf_report_int.h"

#include <stdlib.h>


#define ASR_CONF_TREE_EVERY  100000      /* us between two progress lines */
#define ASR_CONF_TREE_SHOWN  20          /* failing cases below a heading */
#define ASR_CONF_TREE_WHYS   64          /* reasons of skips, kept apart */
#define ASR_CONF_TREE_WORDS  96          /* bytes of a clause's words */


struct asr_conf_tree_s {
    FILE                   *out;
    bool                    tty;
    bool                    color;
    unsigned                verbose;
    asr_conf_level_t        level;
    size_t                  failures;
    size_t                  requests;
    int64_t                 started;
    int64_t                 said;        /* 0: no progress line stands */
};


/* What stands below one heading: an operation, or a part of one. */

typedef struct {
    const asr_conf_doc_t   *doc;
    const char             *op;
    const char             *key;         /* NULL: the whole operation */
    const char             *clause;
    asr_conf_counts_t       counts;
    size_t                  observed;
    size_t                  n;
    size_t                  first;       /* of the report's cases */
} asr_conf_node_t;


typedef struct {
    asr_conf_node_t        *nodes;
    size_t                  n;
    size_t                 *of;          /* a node for each case */
} asr_conf_nodes_t;


typedef enum {
    ASR_CONF_GREEN = 0,
    ASR_CONF_RED,
    ASR_CONF_YELLOW,
    ASR_CONF_DIM,
    ASR_CONF_BOLD
} asr_conf_color_t;


static void asr_conf_tree_color(const asr_conf_tree_t *t,
    asr_conf_color_t color, const char *text);
static void asr_conf_tree_mark(const asr_conf_tree_t *t, bool failed,
    bool passed, bool differs);
static const char *asr_conf_tree_key(const asr_conf_case_t *c);
static void asr_conf_tree_sort(const asr_conf_report_t *rep,
    asr_conf_nodes_t *nodes, bool parts);
static void asr_conf_tree_counts(const asr_conf_tree_t *t,
    const asr_conf_node_t *n);
static void asr_conf_tree_doc(const asr_conf_tree_t *t,
    const asr_conf_report_t *rep, const asr_conf_doc_t *d,
    const asr_conf_nodes_t *ops, const asr_conf_nodes_t *parts);
static void asr_conf_tree_heading(const asr_conf_tree_t *t,
    const asr_conf_node_t *n);
static void asr_conf_tree_part(const asr_conf_tree_t *t,
    const asr_conf_report_t *rep, const asr_conf_nodes_t *parts, size_t part);
static void asr_conf_tree_case(const asr_conf_tree_t *t,
    const asr_conf_report_t *rep, size_t i);
static void asr_conf_tree_skips(const asr_conf_tree_t *t,
    const asr_conf_report_t *rep);
static void asr_conf_tree_list(const asr_conf_tree_t *t,
    const asr_conf_report_t *rep, asr_conf_verdict_t v, const char *words);


asr_conf_tree_t *
asr_conf_tree_new(FILE *out, bool tty, unsigned verbose)
{
    const char       *plain, *term;
    asr_conf_tree_t  *t;

    plain = getenv("NO_COLOR");
    term = getenv("TERM");

    t = asr_conf_alloc(sizeof(asr_conf_tree_t));
    t->out = out;
    t->tty = tty && (term == NULL || strcmp(term, "dumb") != 0);
    t->color = t->tty && (plain == NULL || plain[0] == '\0');
    t->verbose = verbose;
    t->level = ASR_CONF_OBSERVED;
    t->started = asr_conf_now_us();

    return t;
}


void
asr_conf_tree_level(asr_conf_tree_t *t, asr_conf_level_t level)
{
    t->level = level;
}


void
asr_conf_tree_progress(const asr_conf_case_t *c, const asr_conf_result_t *r,
    size_t done, size_t of, void *tree)
{
    double            seconds;
    int64_t           now;
    asr_conf_tree_t  *t;

    t = tree;
    t->requests += r->requests;

    if (r->known ? r->status == ASR_CONF_PASS
                 : r->status == ASR_CONF_FAIL
                   && asr_conf_failed_level(c, r) <= t->level)
    {
        t->failures++;
    }

    now = asr_conf_now_us();

    if (!t->tty || (now - t->said < ASR_CONF_TREE_EVERY && done != of)) {
        return;
    }

    t->said = now;
    seconds = (double) (now - t->started) / 1e6;

    if (seconds < 0.001) {
        seconds = 0.001;
    }

    fprintf(t->out, "\r\033[K%zu/%zu  %zu failed  %.0f requests/s  ETA %.0f s",
            done, of, t->failures, (double) t->requests / seconds,
            seconds / (double) done * (double) (of - done));
    fflush(t->out);
}


static void
asr_conf_tree_color(const asr_conf_tree_t *t, asr_conf_color_t color,
    const char *text)
{
    static const char *const  codes[] = { "32", "31", "33", "2", "1" };

    if (t->color) {
        fprintf(t->out, "\033[%sm%s\033[0m", codes[color], text);

    } else {
        fputs(text, t->out);
    }
}


static void
asr_conf_tree_mark(const asr_conf_tree_t *t, bool failed, bool passed,
    bool differs)
{
    if (failed) {
        asr_conf_tree_color(t, ASR_CONF_RED, "✗ ");

    } else if (differs) {
        asr_conf_tree_color(t, ASR_CONF_YELLOW, "~ ");

    } else if (passed) {
        asr_conf_tree_color(t, ASR_CONF_GREEN, "✓ ");

    } else {
        asr_conf_tree_color(t, ASR_CONF_YELLOW, "- ");
    }
}


/* What a case stands below: its parameter, else its clause. */

static const char *
asr_conf_tree_key(const asr_conf_case_t *c)
{
    if (c->cause != NULL) {
        return "one cause";
    }

    if (c->param != NULL) {
        return c->param;
    }

    if (strcmp(c->kind, "pairwise") == 0) {
        return "pairs of parameters";
    }

    return c->clause;
}


/* In the order of the first case of each. */

static void
asr_conf_tree_sort(const asr_conf_report_t *rep, asr_conf_nodes_t *nodes,
    bool parts)
{
    size_t                   i, k, room;
    const char              *key, *op;
    asr_conf_node_t         *n;
    const asr_conf_case_t   *c;
    const asr_conf_param_t  *param;

    memset(nodes, 0, sizeof(*nodes));
    nodes->of = asr_conf_alloc((rep->n + 1) * sizeof(size_t));
    room = 0;

    for (i = 0; i < rep->n; i++) {
        c = &rep->cases->all[rep->chosen[i]];
        op = c->op == NULL ? "" : c->op;
        key = parts ? asr_conf_tree_key(c) : NULL;

        for (k = 0; k < nodes->n; k++) {
            n = &nodes->nodes[k];

            if (n->doc == c->doc && strcmp(n->op, op) == 0
                && (key == NULL || strcmp(n->key, key) == 0))
            {
                break;
            }
        }

        if (k == nodes->n) {
            if (nodes->n == room) {
                room = room == 0 ? 64 : room * 2;
                nodes->nodes = asr_conf_grow(nodes->nodes, room,
                                             sizeof(asr_conf_node_t));
            }

            n = &nodes->nodes[nodes->n++];
            memset(n, 0, sizeof(*n));

            param = asr_conf_param(c->doc, op, c->param);

            n->doc = c->doc;
            n->op = op;
            n->key = key;
            n->clause = param == NULL ? c->clause : param->clause;
            n->first = i;
        }

        n = &nodes->nodes[k];
        nodes->of[i] = k;

        n->n++;
        n->counts.of[asr_conf_verdict(rep, i)]++;
        n->observed += c->level == ASR_CONF_OBSERVED;
    }
}


static void
asr_conf_tree_counts(const asr_conf_tree_t *t, const asr_conf_node_t *n)
{
    size_t       i, count;
    const char  *before;

    before = "  ";

    for (i = 0; i < ASR_CONF_VERDICTS; i++) {
        count = n->counts.of[i];

        if (count == 0) {
            continue;
        }

        fprintf(t->out, "%s%zu %s", before, count,
                asr_conf_verdict_name((asr_conf_verdict_t) i));
        before = ", ";
    }

    if (n->observed == n->n) {
        asr_conf_tree_color(t, ASR_CONF_YELLOW, "  observed");

    } else if (n->observed != 0) {
        fprintf(t->out, "  %zu ", n->observed);
        asr_conf_tree_color(t, ASR_CONF_YELLOW, "observed");
    }

    fputc('\n', t->out);
}


static void
asr_conf_tree_heading(const asr_conf_tree_t *t, const asr_conf_node_t *n)
{
    char                     *words;
    const asr_conf_clause_t  *clause;

    asr_conf_tree_mark(t, asr_conf_counts_failed(&n->counts) != 0,
                       n->counts.of[ASR_CONF_SKIPPED] != n->n,
                       n->counts.of[ASR_CONF_KNOWN]
                       + n->counts.of[ASR_CONF_DIFFERS] != 0);

    if (n->key == NULL) {
        asr_conf_tree_color(t, ASR_CONF_BOLD,
                            n->op[0] == '\0' ? "no operation" : n->op);
        return;
    }

    fputs(n->key, t->out);

    clause = asr_conf_clause(n->doc, n->clause);

    /* pairs and causes are of many clauses */

    if (clause == NULL || strchr(n->key, ' ') != NULL) {
        return;
    }

    words = asr_conf_text(clause->words, ASR_CONF_TREE_WORDS);

    fputs("  ", t->out);

    if (strcmp(n->key, n->clause) != 0) {
        fprintf(t->out, "%s ", n->clause);
    }

    asr_conf_tree_color(t, ASR_CONF_DIM, words);
    free(words);
}


static void
asr_conf_tree_case(const asr_conf_tree_t *t, const asr_conf_report_t *rep,
    size_t i)
{
    asr_conf_verdict_t        v;
    const asr_conf_case_t    *c;
    const asr_conf_result_t  *r;

    c = &rep->cases->all[rep->chosen[i]];
    r = &rep->results[i];
    v = asr_conf_verdict(rep, i);

    fputs("      ", t->out);
    asr_conf_tree_mark(t, v == ASR_CONF_FAILED || v == ASR_CONF_FIXED,
                       v == ASR_CONF_PASSED,
                       v == ASR_CONF_KNOWN || v == ASR_CONF_DIFFERS);
    asr_conf_put_text(t->out, c->id, ASR_CONF_TEXT_LINE);
    fputs("  ", t->out);
    asr_conf_put_text(t->out, c->name, ASR_CONF_TEXT_LINE);
    fputc('\n', t->out);

    if (v == ASR_CONF_PASSED) {
        return;
    }

    fputs("        ", t->out);

    if (v == ASR_CONF_SKIPPED) {
        asr_conf_put_text(t->out, r->why == NULL ? "not run" : r->why,
                          ASR_CONF_TEXT_LINE);
        fputc('\n', t->out);
        return;
    }

    asr_conf_put_text(t->out, asr_conf_failed_check(rep, i), 80);
    fputs(": expected ", t->out);
    asr_conf_put_text(t->out, asr_conf_expected(rep, i), ASR_CONF_TEXT_LINE);
    fputs(", got ", t->out);
    asr_conf_put_text(t->out, asr_conf_got(rep, i), ASR_CONF_TEXT_LINE);
    fputc('\n', t->out);
}


static void
asr_conf_tree_part(const asr_conf_tree_t *t, const asr_conf_report_t *rep,
    const asr_conf_nodes_t *parts, size_t part)
{
    size_t                  i, failed, shown;
    asr_conf_verdict_t      v;
    const asr_conf_node_t  *n;

    n = &parts->nodes[part];
    failed = asr_conf_counts_failed(&n->counts);
    shown = 0;

    fputs("    ", t->out);
    asr_conf_tree_heading(t, n);
    asr_conf_tree_counts(t, n);

    for (i = n->first; i < rep->n; i++) {
        if (parts->of[i] != part) {
            continue;
        }

        v = asr_conf_verdict(rep, i);

        if (t->verbose < 2
            && ((v != ASR_CONF_FAILED && v != ASR_CONF_FIXED)
                || shown == ASR_CONF_TREE_SHOWN))
        {
            continue;
        }

        asr_conf_tree_case(t, rep, i);
        shown++;
    }

    if (t->verbose < 2 && failed > shown) {
        fprintf(t->out, "        and %zu more\n", failed - shown);
    }
}


static void
asr_conf_tree_doc(const asr_conf_tree_t *t, const asr_conf_report_t *rep,
    const asr_conf_doc_t *d, const asr_conf_nodes_t *ops,
    const asr_conf_nodes_t *parts)
{
    size_t                  i, k;
    const char             *target;
    const asr_conf_node_t  *n, *part;

    target = asr_conf_target(rep, d);

    asr_conf_tree_color(t, ASR_CONF_BOLD, d->title);
    fprintf(t->out, "  %s, %s", d->source, d->date);

    if (target != NULL) {
        fputs("  ", t->out);
        asr_conf_put_text(t->out, target, ASR_CONF_TEXT_LINE);
    }

    fputc('\n', t->out);

    for (i = 0; i < ops->n; i++) {
        n = &ops->nodes[i];

        if (n->doc != d) {
            continue;
        }

        fputs("  ", t->out);
        asr_conf_tree_heading(t, n);
        asr_conf_tree_counts(t, n);

        for (k = 0; k < parts->n; k++) {
            part = &parts->nodes[k];

            if (part->doc == d && strcmp(part->op, n->op) == 0
                && (t->verbose > 0
                    || asr_conf_counts_failed(&part->counts) != 0))
            {
                asr_conf_tree_part(t, rep, parts, k);
            }
        }
    }

    fputc('\n', t->out);
}


static void
asr_conf_tree_skips(const asr_conf_tree_t *t, const asr_conf_report_t *rep)
{
    size_t       i, k, n, counts[ASR_CONF_TREE_WHYS];
    const char  *why, *whys[ASR_CONF_TREE_WHYS];

    n = 0;

    for (i = 0; i < rep->n; i++) {
        if (asr_conf_verdict(rep, i) != ASR_CONF_SKIPPED) {
            continue;
        }

        why = rep->results[i].why;

        if (why == NULL) {
            why = rep->results[i].status == ASR_CONF_NOT_RUN ? "not run"
                                                             : "no reason";
        }

        for (k = 0; k < n && strcmp(whys[k], why) != 0; k++) { /* void */ }

        if (k == ASR_CONF_TREE_WHYS) {
            whys[--k] = "other reasons";

        } else if (k == n) {
            whys[n] = why;
            counts[n++] = 0;
        }

        counts[k]++;
    }

    for (k = 0; k < n; k++) {
        fprintf(t->out, "%zu skipped: ", counts[k]);
        asr_conf_put_text(t->out, whys[k], ASR_CONF_TEXT_LINE);
        fputc('\n', t->out);
    }
}


static void
asr_conf_tree_list(const asr_conf_tree_t *t, const asr_conf_report_t *rep,
    asr_conf_verdict_t v, const char *words)
{
    size_t             i;
    asr_conf_counts_t  counts;

    asr_conf_count(rep, &counts);

    if (counts.of[v] == 0) {
        return;
    }

    fprintf(t->out, "%zu %s\n", counts.of[v], words);

    for (i = 0; t->verbose > 0 && i < rep->n; i++) {
        if (asr_conf_verdict(rep, i) == v) {
            asr_conf_tree_case(t, rep, i);
        }
    }
}


void
asr_conf_tree_end(asr_conf_tree_t *t, const asr_conf_report_t *rep)
{
    size_t                 i, n;
    double                 seconds;
    asr_conf_nodes_t       ops, parts;
    asr_conf_counts_t      counts;
    const asr_conf_doc_t  *docs[ASR_CONF_NDOCS];

    if (t->said != 0) {
        fputs("\r\033[K", t->out);
    }

    asr_conf_tree_sort(rep, &ops, false);
    asr_conf_tree_sort(rep, &parts, true);

    n = asr_conf_docs_of(rep, docs);

    for (i = 0; i < n; i++) {
        asr_conf_tree_doc(t, rep, docs[i], &ops, &parts);
    }

    free(ops.nodes);
    free(ops.of);
    free(parts.nodes);
    free(parts.of);

    asr_conf_findings_print(t->out, rep, t->color);
    asr_conf_cause_table(t->out, rep);

    asr_conf_tree_skips(t, rep);
    asr_conf_tree_list(t, rep, ASR_CONF_KNOWN,
                       "failed as known: counted as passed");
    asr_conf_tree_list(t, rep, ASR_CONF_DIFFERS,
                       "differ in what is below the level asked for: counted "
                       "as passed");

    asr_conf_count(rep, &counts);
    seconds = (double) rep->took_us / 1e6;

    if (t->requests != 0 && seconds > 0) {
        fprintf(t->out, "%zu cases, %zu requests in %.1f s, %.0f requests/s\n",
                rep->n, t->requests, seconds, (double) t->requests / seconds);
    }

    fprintf(t->out, "%zu passed, %zu failed, %zu skipped\n",
            asr_conf_counts_passed(&counts), asr_conf_counts_failed(&counts),
            counts.of[ASR_CONF_SKIPPED]);
    fflush(t->out);

    free(t);
}
