/*
 * The report for a terminal: the worst first, a screen of it.
 */

#include "asr_mock_report_int.h"


#define ASR_MOCK_TEXT_GROUPS  40     /* more of them are counted */
#define ASR_MOCK_TEXT_CODES   8
#define ASR_MOCK_TEXT_INDENT  "         "


static void asr_mock_text_head(const asr_mock_summary_t *s, asr_buf_t *out);
static void asr_mock_text_group(const asr_mock_group_t *g, bool colour,
    asr_buf_t *out);
static void asr_mock_text_codes(const asr_mock_summary_t *s, asr_buf_t *out);
static void asr_mock_text_line(asr_buf_t *out, asr_str_t s);


void
asr_mock_report_text(const asr_mock_summary_t *s, asr_buf_t *out)
{
    size_t    i;
    uint64_t  left;

    asr_mock_text_head(s, out);

    for (i = 0; i < s->total->ngroups && i < ASR_MOCK_TEXT_GROUPS; i++) {
        asr_mock_text_group(s->groups[i], s->report->colour, out);
    }

    for (left = s->total->more; i < s->total->ngroups; i++) {
        left += s->groups[i]->count;
    }

    if (left != 0) {
        asr_mock_report_put(out, "\nand ");
        asr_mock_report_number(out, left, "more finding");
        asr_mock_report_put(out, "\n");
    }

    asr_mock_text_codes(s, out);
}


static void
asr_mock_text_head(const asr_mock_summary_t *s, asr_buf_t *out)
{
    size_t                    i;
    bool                      comma;
    const asr_mock_tally_t   *t;

    static const struct {
        asr_mock_severity_t   severity;
        const char           *name;
    } severities[] = {
        { ASR_MOCK_ERROR, "error" },
        { ASR_MOCK_WARNING, "warning" },
        { ASR_MOCK_NOTE, "note" }
    };

    t = s->total;

    asr_mock_report_put(out, "asr-mock: ");
    asr_mock_report_number(out, t->requests, "request");

    if (s->report->nworlds > 1) {
        asr_mock_report_put(out, " of ");
        asr_mock_report_number(out, s->report->nworlds, "world");
    }

    comma = false;

    for (i = asr_nelts(t->verdicts); i-- > 0; /* void */ ) {
        if (t->verdicts[i] != 0) {
            asr_mock_report_put(out, comma ? ", " : " (");
            (void) asr_buf_int(out, (int64_t) t->verdicts[i]);
            asr_mock_report_put(out, " ");
            asr_mock_report_put(out, asr_mock_verdict_name(
                                     (asr_mock_verdict_t) i));
            comma = true;
        }
    }

    asr_mock_report_put(out, comma ? "), " : ", ");
    asr_mock_report_number(out, t->tasks, "task");

    if (t->unfetched != 0) {
        asr_mock_report_put(out, ", ");
        asr_mock_report_number(out, t->unfetched, "result");
        asr_mock_report_put(out, " never fetched");
    }

    comma = false;

    for (i = 0; i < asr_nelts(severities); i++) {
        if (t->severities[severities[i].severity] != 0) {
            asr_mock_report_put(out, comma ? ", " : "\n");
            asr_mock_report_number(out, t->severities[severities[i].severity],
                                   severities[i].name);
            comma = true;
        }
    }

    asr_mock_report_put(out, comma ? "\n" : "\nno violations\n");
}


static void
asr_mock_text_group(const asr_mock_group_t *g, bool colour, asr_buf_t *out)
{
    static const char  *const colours[] = {
        [ASR_MOCK_NOTE] = "\033[36m",
        [ASR_MOCK_WARNING] = "\033[33m",
        [ASR_MOCK_ERROR] = "\033[31m"
    };

    asr_mock_report_put(out, "\n");
    asr_mock_report_put(out, colour ? colours[g->severity] : "");
    (void) asr_buf_printf(out, "%-8s", asr_mock_severity_name(g->severity));
    asr_mock_report_put(out, colour ? "\033[0m" : "");
    asr_mock_report_put(out, " ");
    asr_mock_text_line(out, g->rule);

    if (g->pointer.len != 0) {
        asr_mock_report_put(out, " ");
        asr_mock_text_line(out, g->pointer);
    }

    if (g->operation.len != 0) {
        asr_mock_report_put(out, " of ");
        asr_mock_text_line(out, g->api);
        asr_mock_report_put(out, ".");
        asr_mock_text_line(out, g->operation);
    }

    asr_mock_report_put(out, ", ");
    asr_mock_report_number(out, g->count, "time");
    asr_mock_report_put(out, ", first in request ");
    (void) asr_buf_int(out, (int64_t) g->first);
    asr_mock_report_put(out, " of ");
    asr_mock_text_line(out, g->world.len != 0 ? g->world : asr_str("nobody"));
    asr_mock_report_put(out, "\n");

    if (g->words.len != 0) {
        asr_mock_report_put(out, ASR_MOCK_TEXT_INDENT "\"");
        asr_mock_text_line(out, g->words);
        asr_mock_report_put(out, g->guess ? "\" (ours, not the document's)\n"
                                          : "\"\n");
    }

    if (g->got.len != 0 || g->expected.len != 0) {
        asr_mock_report_put(out, ASR_MOCK_TEXT_INDENT "got ");
        asr_mock_text_line(out, g->got.len != 0 ? g->got : asr_str("nothing"));

        if (g->expected.len != 0) {
            asr_mock_report_put(out, ", expected ");
            asr_mock_text_line(out, g->expected);
        }

        asr_mock_report_put(out, "\n");
    }

    if (g->hint.len != 0) {
        asr_mock_report_put(out, ASR_MOCK_TEXT_INDENT "-> ");
        asr_mock_text_line(out, g->hint);
        asr_mock_report_put(out, "\n");
    }
}


/* What a client sent may not move the cursor. */

static void
asr_mock_text_line(asr_buf_t *out, asr_str_t s)
{
    size_t  i, from;

    for (i = 0, from = 0; i < s.len; i++) {
        if ((unsigned char) s.data[i] < ' ' || s.data[i] == 0x7f
            || (unsigned char) s.data[i] == 0x9b)
        {
            asr_mock_report_str(out, (asr_str_t) { i - from, s.data + from });
            asr_mock_report_put(out, s.data[i] == '\n' ? " " : "?");
            from = i + 1;
        }
    }

    asr_mock_report_str(out, (asr_str_t) { i - from, s.data + from });
}


static void
asr_mock_text_codes(const asr_mock_summary_t *s, asr_buf_t *out)
{
    bool                     first;
    size_t                   i, k, n, met;
    const asr_mock_known_t  *known;

    first = true;

    for (i = 0; i < s->report->nknown; i++) {
        known = &s->report->known[i];

        if (!asr_mock_report_called(s->total, known->api)) {
            continue;
        }

        met = asr_mock_report_count_met(s->total, known);

        asr_mock_report_put(out, first ? "\n" : "");
        asr_mock_report_put(out, known->api);
        (void) asr_buf_printf(out, ": %zu of %zu codes met", met,
                              known->ncodes);
        first = false;

        for (k = 0, n = 0; k < known->ncodes; k++) {

            if (asr_mock_report_met(s->total, known->api, known->codes[k])
                || n++ >= ASR_MOCK_TEXT_CODES)
            {
                continue;
            }

            asr_mock_report_put(out, n == 1 ? "; never " : ", ");
            asr_mock_report_put(out, known->codes[k]);
        }

        if (n > ASR_MOCK_TEXT_CODES) {
            (void) asr_buf_printf(out, " and %zu more",
                                  n - ASR_MOCK_TEXT_CODES);
        }

        asr_mock_report_put(out, "\n");
    }
}
