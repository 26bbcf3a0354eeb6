/*
 * The report as one page: no script, nothing that is fetched, light and dark.
 */

#include "asr_mock_report_int.h"


static void asr_mock_html_escaped(asr_buf_t *out, const char *before,
    asr_str_t s, const char *after);
static void asr_mock_html_number(asr_buf_t *out, const char *before, uint64_t n,
    const char *after);
static void asr_mock_html_tiles(const asr_mock_summary_t *s, asr_buf_t *out);
static void asr_mock_html_tile(asr_buf_t *out, const char *class, uint64_t n,
    const char *what);
static void asr_mock_html_findings(const asr_mock_summary_t *s,
    asr_buf_t *out);
static void asr_mock_html_finding(const asr_mock_group_t *g, asr_buf_t *out);
static void asr_mock_html_worlds(const asr_mock_summary_t *s, asr_buf_t *out);
static void asr_mock_html_operations(const asr_mock_summary_t *s,
    asr_buf_t *out);
static void asr_mock_html_codes(const asr_mock_summary_t *s, asr_buf_t *out);
static void asr_mock_html_code_list(const asr_mock_summary_t *s,
    const asr_mock_known_t *known, bool met, asr_buf_t *out);


static const char  asr_mock_html_head[] =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>asr-mock report</title>\n<style>\n"
    ":root { color-scheme: light dark; --bg: #fff; --fg: #1d2330;\n"
    "  --dim: #5b6472; --line: #d9dee6; --box: #f5f7fa; --error: #b3261e;\n"
    "  --warning: #8a5300; --note: #0b5cad; --ok: #1c6e3d }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --bg: #14171d; --fg: #e4e8ee; --dim: #9aa4b2;\n"
    "    --line: #2c333d; --box: #1c2129; --error: #ff8a80;\n"
    "    --warning: #f2b867; --note: #85b8f2; --ok: #7fd09b } }\n"
    "body { margin: 2rem auto; padding: 0 1rem; max-width: 62rem;\n"
    "  background: var(--bg); color: var(--fg);\n"
    "  font: 15px/1.5 system-ui, sans-serif }\n"
    "h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }\n"
    "code { font: 0.92em ui-monospace, monospace;\n"
    "  overflow-wrap: anywhere }\n"
    ".tiles { display: flex; flex-wrap: wrap; gap: .6rem }\n"
    ".tile { background: var(--box); border: 1px solid var(--line);\n"
    "  border-radius: 6px; padding: .4rem .8rem; min-width: 5rem }\n"
    ".tile b { display: block; font-size: 1.3rem }\n"
    ".error { color: var(--error) } .warning { color: var(--warning) }\n"
    ".note { color: var(--note) } .ok { color: var(--ok) }\n"
    ".dim { color: var(--dim) }\n"
    "article { border: 1px solid var(--line); border-left-width: 5px;\n"
    "  border-radius: 6px; padding: .6rem .9rem; margin: .7rem 0 }\n"
    "article.error { border-left-color: var(--error) }\n"
    "article.warning { border-left-color: var(--warning) }\n"
    "article.note { border-left-color: var(--note) }\n"
    "article > * { color: var(--fg); margin: .25rem 0 }\n"
    "article h3 { font-size: 1rem } blockquote { font-style: italic }\n"
    ".scroll { overflow-x: auto }\n"
    "table { border-collapse: collapse; width: 100% }\n"
    "th, td { text-align: left; padding: .3rem .6rem;\n"
    "  border-bottom: 1px solid var(--line) }\n"
    "td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }\n"
    "details { margin: .5rem 0 } summary { cursor: pointer }\n"
    "</style>\n<main>\n";


void
asr_mock_report_html(const asr_mock_summary_t *s, asr_buf_t *out)
{
    bool  failed;

    failed = asr_mock_report_failed(s->report);

    asr_mock_report_put(out, asr_mock_html_head);
    asr_mock_report_put(out, "<h1>asr-mock report: ");
    asr_mock_report_put(out, failed
                        ? "<span class=\"error\">failed</span></h1>\n"
                        : "<span class=\"ok\">passed</span></h1>\n");

    asr_mock_html_tiles(s, out);
    asr_mock_html_findings(s, out);
    asr_mock_html_worlds(s, out);
    asr_mock_html_operations(s, out);
    asr_mock_html_codes(s, out);

    asr_mock_report_put(out, "</main>\n</html>\n");
}


static void
asr_mock_html_escaped(asr_buf_t *out, const char *before, asr_str_t s,
    const char *after)
{
    asr_mock_report_put(out, before);
    asr_mock_report_escaped(out, s);
    asr_mock_report_put(out, after);
}


static void
asr_mock_html_number(asr_buf_t *out, const char *before, uint64_t n,
    const char *after)
{
    asr_mock_report_put(out, before);
    (void) asr_buf_int(out, (int64_t) n);
    asr_mock_report_put(out, after);
}


static void
asr_mock_html_tiles(const asr_mock_summary_t *s, asr_buf_t *out)
{
    size_t                   i;
    const asr_mock_tally_t  *t;

    t = s->total;

    asr_mock_report_put(out, "<div class=\"tiles\">\n");
    asr_mock_html_tile(out, "error", t->severities[ASR_MOCK_ERROR], "errors");
    asr_mock_html_tile(out, "warning", t->severities[ASR_MOCK_WARNING],
                       "warnings");
    asr_mock_html_tile(out, "note", t->severities[ASR_MOCK_NOTE], "notes");
    asr_mock_html_tile(out, "", t->requests, "requests");

    for (i = 0; i < asr_nelts(t->verdicts); i++) {
        asr_mock_html_tile(out, "", t->verdicts[i],
                           asr_mock_verdict_name((asr_mock_verdict_t) i));
    }

    asr_mock_html_tile(out, "", t->tasks, "tasks");
    asr_mock_html_tile(out, "", t->unfetched, "results never fetched");
    asr_mock_report_put(out, "</div>\n");
}


/* What is nought has no colour. */

static void
asr_mock_html_tile(asr_buf_t *out, const char *class, uint64_t n,
    const char *what)
{
    asr_mock_report_put(out, "<div class=\"tile\"><b class=\"");
    asr_mock_report_put(out, n != 0 ? class : "dim");
    asr_mock_html_number(out, "\">", n, "</b>");
    asr_mock_report_put(out, what);
    asr_mock_report_put(out, "</div>\n");
}


static void
asr_mock_html_findings(const asr_mock_summary_t *s, asr_buf_t *out)
{
    size_t  i;

    asr_mock_report_put(out, "<h2>Findings</h2>\n");

    if (s->total->ngroups == 0) {
        asr_mock_report_put(out, "<p class=\"ok\">No violations.</p>\n");
    }

    for (i = 0; i < s->total->ngroups; i++) {
        asr_mock_html_finding(s->groups[i], out);
    }

    if (s->total->more != 0) {
        asr_mock_html_number(out, "<p>And ", s->total->more, " more.</p>\n");
    }
}


static void
asr_mock_html_finding(const asr_mock_group_t *g, asr_buf_t *out)
{
    const char  *severity;

    severity = asr_mock_severity_name(g->severity);

    asr_mock_report_put(out, "<article class=\"");
    asr_mock_report_put(out, severity);
    asr_mock_report_put(out, "\">\n<h3><span class=\"");
    asr_mock_report_put(out, severity);
    asr_mock_report_put(out, "\">");
    asr_mock_report_put(out, severity);
    asr_mock_html_escaped(out, "</span> ", g->rule, "");

    if (g->pointer.len != 0) {
        asr_mock_html_escaped(out, " <code>", g->pointer, "</code>");
    }

    if (g->operation.len != 0) {
        asr_mock_html_escaped(out, " of ", g->api, ".");
        asr_mock_html_escaped(out, "", g->operation, "");
    }

    asr_mock_report_put(out, "</h3>\n");

    if (g->words.len != 0) {
        asr_mock_html_escaped(out, "<blockquote>", g->words, "");
        asr_mock_report_put(out, g->guess ? " <span class=\"dim\">(ours, not "
                                            "the document's)</span>" : "");
        asr_mock_report_put(out, "</blockquote>\n");
    }

    if (g->got.len != 0 || g->expected.len != 0) {
        asr_mock_html_escaped(out, "<p>got <code>", g->got, "</code>");

        if (g->expected.len != 0) {
            asr_mock_html_escaped(out, ", expected <code>", g->expected,
                                  "</code>");
        }

        asr_mock_report_put(out, "</p>\n");
    }

    if (g->hint.len != 0) {
        asr_mock_html_escaped(out, "<p>", g->hint, "</p>\n");
    }

    asr_mock_report_put(out, "<p class=\"dim\">");
    asr_mock_report_number(out, g->count, "time");
    asr_mock_html_number(out, ", first in request ", g->first, " of ");
    asr_mock_html_escaped(out, "<code>", g->world, "</code>");
    asr_mock_html_number(out, ", last in ", g->last, "</p>\n</article>\n");
}


static void
asr_mock_html_worlds(const asr_mock_summary_t *s, asr_buf_t *out)
{
    size_t                   i;
    const asr_mock_tally_t  *t;

    if (s->report->nworlds == 0) {
        return;
    }

    asr_mock_report_put(out, "<h2>Worlds</h2>\n<div class=\"scroll\"><table>\n"
                        "<tr><th>key<th class=\"n\">requests"
                        "<th class=\"n\">refused<th class=\"n\">errors"
                        "<th class=\"n\">warnings<th class=\"n\">tasks"
                        "<th class=\"n\">never fetched</tr>\n");

    for (i = 0; i < s->report->nworlds; i++) {
        t = s->report->worlds[i];

        asr_mock_html_escaped(out, "<tr><td><code>",
                              t->world.len != 0 ? t->world
                                                : asr_str("(none)"),
                              "</code>");
        asr_mock_html_number(out, "<td class=\"n\">", t->requests, "");
        asr_mock_html_number(out, "<td class=\"n\">",
                             t->verdicts[ASR_MOCK_VERDICT_REFUSED], "");
        asr_mock_html_number(out, "<td class=\"n\">",
                             t->severities[ASR_MOCK_ERROR], "");
        asr_mock_html_number(out, "<td class=\"n\">",
                             t->severities[ASR_MOCK_WARNING], "");
        asr_mock_html_number(out, "<td class=\"n\">", t->tasks, "");
        asr_mock_html_number(out, "<td class=\"n\">", t->unfetched, "</tr>\n");
    }

    asr_mock_report_put(out, "</table></div>\n");
}


static void
asr_mock_html_operations(const asr_mock_summary_t *s, asr_buf_t *out)
{
    const asr_mock_calls_t  *c;

    if (s->total->operations == NULL) {
        return;
    }

    asr_mock_report_put(out, "<h2>Operations</h2>\n<div class=\"scroll\">"
                        "<table>\n<tr><th>operation<th class=\"n\">requests"
                        "<th class=\"n\">refused<th class=\"n\">faulted"
                        "</tr>\n");

    for (c = s->total->operations; c != NULL; c = c->next) {
        asr_mock_html_escaped(out, "<tr><td><code>", c->api, ".");
        asr_mock_html_escaped(out, "", c->name, "</code>");
        asr_mock_html_number(out, "<td class=\"n\">", c->count, "");
        asr_mock_html_number(out, "<td class=\"n\">", c->refused, "");
        asr_mock_html_number(out, "<td class=\"n\">", c->faulted, "</tr>\n");
    }

    asr_mock_report_put(out, "</table></div>\n");
}


static void
asr_mock_html_codes(const asr_mock_summary_t *s, asr_buf_t *out)
{
    bool                     first;
    size_t                   i, met;
    const asr_mock_known_t  *known;

    first = true;

    for (i = 0; i < s->report->nknown; i++) {
        known = &s->report->known[i];

        if (!asr_mock_report_called(s->total, known->api)) {
            continue;
        }

        met = asr_mock_report_count_met(s->total, known);

        asr_mock_report_put(out, first ? "<h2>Error codes</h2>\n" : "");
        asr_mock_html_escaped(out, "<details><summary>", asr_cstr(known->api),
                              ": ");
        (void) asr_buf_printf(out, "%zu of %zu met</summary>\n", met,
                              known->ncodes);
        asr_mock_html_code_list(s, known, true, out);
        asr_mock_html_code_list(s, known, false, out);
        asr_mock_report_put(out, "</details>\n");
        first = false;
    }
}


static void
asr_mock_html_code_list(const asr_mock_summary_t *s,
    const asr_mock_known_t *known, bool met, asr_buf_t *out)
{
    bool    first;
    size_t  i;

    first = true;

    for (i = 0; i < known->ncodes; i++) {

        if (asr_mock_report_met(s->total, known->api, known->codes[i]) != met) {
            continue;
        }

        asr_mock_report_put(out, !first ? ", " : met ? "<p>met: "
                                                     : "<p>never: ");
        asr_mock_html_escaped(out, "<code>", asr_cstr(known->codes[i]),
                              "</code>");
        first = false;
    }

    asr_mock_report_put(out, first ? "" : "</p>\n");
}
