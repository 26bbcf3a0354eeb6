/*
 * The report: what is common to its forms, and JSON.
 */

#include "asr_mock_report_int.h"

#include <stdlib.h>


static int asr_mock_group_order(const void *a, const void *b);
static asr_mock_tally_t *asr_mock_report_total(const asr_mock_report_t *r);
static void asr_mock_json_str(asr_json_out_t *o, const char *key, asr_str_t v);
static void asr_mock_json_int(asr_json_out_t *o, const char *key, uint64_t v);
static void asr_mock_json_tally(asr_json_out_t *o, const asr_mock_tally_t *t,
    const asr_mock_group_t **groups);
static void asr_mock_json_group(asr_json_out_t *o, const asr_mock_group_t *g);
static void asr_mock_json_calls(asr_json_out_t *o, const char *key,
    const asr_mock_calls_t *c, bool codes);
static void asr_mock_json_known(asr_json_out_t *o, const asr_mock_summary_t *s);


static const char  *asr_mock_fails[] = { "never", "error", "warning" };

static const char  *asr_mock_formats[] = { "json", "text", "junit", "html" };

static const char  *asr_mock_format_types[] = {
    "application/json", "text/plain; charset=utf-8", "application/xml",
    "text/html; charset=utf-8"
};


bool
asr_mock_fail_named(asr_str_t name, asr_mock_fail_t *out)
{
    unsigned  i;

    for (i = 0; i < asr_nelts(asr_mock_fails); i++) {
        if (asr_str_eq(name, asr_cstr(asr_mock_fails[i]))) {
            *out = (asr_mock_fail_t) i;
            return true;
        }
    }

    return false;
}


bool
asr_mock_format_named(asr_str_t name, asr_mock_format_t *out)
{
    unsigned  i;

    for (i = 0; i < asr_nelts(asr_mock_formats); i++) {
        if (asr_str_eq(name, asr_cstr(asr_mock_formats[i]))) {
            *out = (asr_mock_format_t) i;
            return true;
        }
    }

    return false;
}


const char *
asr_mock_format_type(asr_mock_format_t format)
{
    return asr_mock_format_types[format];
}


bool
asr_mock_report_fails(const asr_mock_tally_t *t, asr_mock_fail_t fail_on)
{
    return (fail_on != ASR_MOCK_FAIL_NEVER
            && t->severities[ASR_MOCK_ERROR] != 0)
           || (fail_on == ASR_MOCK_FAIL_WARNING
               && t->severities[ASR_MOCK_WARNING] != 0);
}


bool
asr_mock_report_failed(const asr_mock_report_t *r)
{
    size_t  i;

    for (i = 0; i < r->nworlds; i++) {
        if (asr_mock_report_fails(r->worlds[i], r->fail_on)) {
            return true;
        }
    }

    return false;
}


static int
asr_mock_group_order(const void *a, const void *b)
{
    const asr_mock_group_t  *g, *h;

    g = *(const asr_mock_group_t *const *) a;
    h = *(const asr_mock_group_t *const *) b;

    if (g->severity != h->severity) {
        return g->severity > h->severity ? -1 : 1;
    }

    if (g->count != h->count) {
        return g->count > h->count ? -1 : 1;
    }

    return g->first < h->first ? -1 : g->first > h->first;
}


const asr_mock_group_t **
asr_mock_report_sort(const asr_mock_tally_t *t)
{
    size_t                    i;
    const asr_mock_group_t   *g, **groups;

    if (t->ngroups == 0) {
        return NULL;
    }

    groups = malloc(t->ngroups * sizeof(asr_mock_group_t *));
    if (groups == NULL) {
        return NULL;
    }

    for (g = t->groups, i = 0; g != NULL; g = g->next) {
        groups[i++] = g;
    }

    qsort(groups, i, sizeof(asr_mock_group_t *), asr_mock_group_order);

    return groups;
}


static asr_mock_tally_t *
asr_mock_report_total(const asr_mock_report_t *r)
{
    size_t             i;
    asr_mock_tally_t  *t;

    t = asr_mock_tally_new(asr_str_null());

    if (t != NULL) {
        t->limit = ASR_MOCK_TALLY_TOTAL;

        for (i = 0; i < r->nworlds; i++) {
            asr_mock_tally_merge(t, r->worlds[i]);
        }
    }

    return t;
}


asr_err_t
asr_mock_report(const asr_mock_report_t *r, asr_mock_format_t format,
    asr_buf_t *out)
{
    asr_mock_summary_t  s;

    s.report = r;
    s.total = asr_mock_report_total(r);

    if (s.total == NULL) {
        return ASR_NOMEM;
    }

    s.groups = asr_mock_report_sort(s.total);

    if (s.groups == NULL && s.total->ngroups != 0) {
        asr_mock_tally_free(s.total);
        return ASR_NOMEM;
    }

    switch (format) {

    case ASR_MOCK_REPORT_JSON:
        asr_mock_report_json(&s, out);
        break;

    case ASR_MOCK_REPORT_TEXT:
        asr_mock_report_text(&s, out);
        break;

    case ASR_MOCK_REPORT_JUNIT:
        asr_mock_report_junit(&s, out);
        break;

    case ASR_MOCK_REPORT_HTML:
        asr_mock_report_html(&s, out);
        break;
    }

    free(s.groups);
    asr_mock_tally_free(s.total);

    return out->failed ? ASR_NOMEM : ASR_OK;
}


bool
asr_mock_report_met(const asr_mock_tally_t *t, const char *api,
    const char *code)
{
    const asr_mock_calls_t  *c;

    for (c = t->codes; c != NULL; c = c->next) {
        if (asr_str_eq(c->name, asr_cstr(code))
            && asr_str_eq(c->api, asr_cstr(api)))
        {
            return true;
        }
    }

    return false;
}


size_t
asr_mock_report_count_met(const asr_mock_tally_t *t,
    const asr_mock_known_t *known)
{
    size_t  i, n;

    for (i = 0, n = 0; i < known->ncodes; i++) {
        n += asr_mock_report_met(t, known->api, known->codes[i]) ? 1 : 0;
    }

    return n;
}


bool
asr_mock_report_called(const asr_mock_tally_t *t, const char *api)
{
    const asr_mock_calls_t  *c;

    for (c = t->operations; c != NULL; c = c->next) {
        if (asr_str_eq(c->api, asr_cstr(api))) {
            return true;
        }
    }

    return false;
}


void
asr_mock_report_put(asr_buf_t *out, const char *s)
{
    (void) asr_buf_append(out, s, strlen(s));
}


void
asr_mock_report_str(asr_buf_t *out, asr_str_t s)
{
    (void) asr_buf_append(out, s.data, s.len);
}


void
asr_mock_report_number(asr_buf_t *out, uint64_t n, const char *what)
{
    (void) asr_buf_int(out, (int64_t) n);
    asr_mock_report_put(out, " ");
    asr_mock_report_put(out, what);
    asr_mock_report_put(out, n == 1 ? "" : "s");
}


void
asr_mock_report_escaped(asr_buf_t *out, asr_str_t s)
{
    char    c;
    size_t  n;

    while (s.len != 0) {
        c = s.data[0];
        n = 1;

        if (c == '&') {
            asr_mock_report_put(out, "&amp;");

        } else if (c == '<') {
            asr_mock_report_put(out, "&lt;");

        } else if (c == '>') {
            asr_mock_report_put(out, "&gt;");

        } else if (c == '"') {
            asr_mock_report_put(out, "&quot;");

        } else if (c == '\n' || c == '\t') {
            asr_mock_report_put(out, c == '\n' ? "&#10;" : "&#9;");

        } else if ((unsigned char) c >= ' ' && c != 0x7f
                   && (unsigned char) c < 0x80)
        {
            (void) asr_buf_append(out, &c, 1);

        } else {

            /* a character of two to four bytes; U+FFFE and U+FFFF are none */

            n = s.len < 4 ? s.len : 4;

            while (n > 1 && !asr_utf8_valid((asr_str_t) { n, s.data })) {
                n--;
            }

            while (n > 1 && asr_utf8_length((asr_str_t) { n, s.data }) > 1) {
                n--;
                n = asr_utf8_prefix((asr_str_t) { n, s.data });
            }

            if (n <= 1 || (n == 3 && memcmp(s.data, "\xef\xbf", 2) == 0
                           && (unsigned char) s.data[2] >= 0xbe))
            {
                n = n == 0 ? 1 : n;
                asr_mock_report_put(out, "\xef\xbf\xbd");

            } else {
                (void) asr_buf_append(out, s.data, n);
            }
        }

        s.data += n;
        s.len -= n;
    }
}


static void
asr_mock_json_str(asr_json_out_t *o, const char *key, asr_str_t v)
{
    asr_jo_key(o, key);
    asr_jo_str(o, v);
}


static void
asr_mock_json_int(asr_json_out_t *o, const char *key, uint64_t v)
{
    asr_jo_key(o, key);
    asr_jo_int(o, (int64_t) v);
}


void
asr_mock_report_json(const asr_mock_summary_t *s, asr_buf_t *out)
{
    size_t                    i;
    asr_json_out_t            o;
    const asr_mock_group_t  **groups;

    (void) asr_json_out_begin(&o, out);

    asr_jo_object(&o);
    asr_jo_key(&o, "ok");
    asr_jo_bool(&o, !asr_mock_report_failed(s->report));
    asr_mock_json_str(&o, "fail_on",
                      asr_cstr(asr_mock_fails[s->report->fail_on]));

    asr_jo_key(&o, "total");
    asr_mock_json_tally(&o, s->total, s->groups);

    asr_jo_key(&o, "worlds");
    asr_jo_array(&o);

    for (i = 0; i < s->report->nworlds; i++) {
        groups = asr_mock_report_sort(s->report->worlds[i]);
        asr_mock_json_tally(&o, s->report->worlds[i], groups);
        free(groups);
    }

    asr_jo_array_end(&o);

    asr_mock_json_known(&o, s);
    asr_jo_object_end(&o);

    (void) asr_json_out_end(&o);
}


static void
asr_mock_json_tally(asr_json_out_t *o, const asr_mock_tally_t *t,
    const asr_mock_group_t **groups)
{
    size_t  i;

    asr_jo_object(o);
    asr_mock_json_str(o, "key", t->world);
    asr_mock_json_int(o, "requests", t->requests);

    for (i = 0; i < asr_nelts(t->verdicts); i++) {
        asr_mock_json_int(o, asr_mock_verdict_name((asr_mock_verdict_t) i),
                          t->verdicts[i]);
    }

    asr_mock_json_int(o, "errors", t->severities[ASR_MOCK_ERROR]);
    asr_mock_json_int(o, "warnings", t->severities[ASR_MOCK_WARNING]);
    asr_mock_json_int(o, "notes", t->severities[ASR_MOCK_NOTE]);
    asr_mock_json_int(o, "tasks", t->tasks);
    asr_mock_json_int(o, "unfetched", t->unfetched);
    asr_mock_json_int(o, "first_ms", (uint64_t) t->first_ms);
    asr_mock_json_int(o, "last_ms", (uint64_t) t->last_ms);

    asr_jo_key(o, "findings");
    asr_jo_array(o);

    for (i = 0; groups != NULL && i < t->ngroups; i++) {
        asr_mock_json_group(o, groups[i]);
    }

    asr_jo_array_end(o);
    asr_mock_json_int(o, "more", t->more);

    asr_mock_json_calls(o, "operations", t->operations, false);
    asr_mock_json_calls(o, "codes", t->codes, true);
    asr_jo_object_end(o);
}


static void
asr_mock_json_group(asr_json_out_t *o, const asr_mock_group_t *g)
{
    asr_jo_object(o);
    asr_mock_json_str(o, "severity",
                      asr_cstr(asr_mock_severity_name(g->severity)));
    asr_mock_json_str(o, "rule", g->rule);
    asr_mock_json_str(o, "pointer", g->pointer);
    asr_mock_json_str(o, "api", g->api);
    asr_mock_json_str(o, "operation", g->operation);
    asr_mock_json_str(o, "words", g->words);
    asr_mock_json_str(o, "got", g->got);
    asr_mock_json_str(o, "expected", g->expected);
    asr_mock_json_str(o, "hint", g->hint);
    asr_jo_key(o, "guess");
    asr_jo_bool(o, g->guess);
    asr_mock_json_int(o, "count", g->count);
    asr_mock_json_int(o, "first", g->first);
    asr_mock_json_int(o, "last", g->last);
    asr_mock_json_str(o, "world", g->world);
    asr_jo_object_end(o);
}


static void
asr_mock_json_calls(asr_json_out_t *o, const char *key,
    const asr_mock_calls_t *c, bool codes)
{
    asr_jo_key(o, key);
    asr_jo_array(o);

    for ( /* void */ ; c != NULL; c = c->next) {
        asr_jo_object(o);
        asr_mock_json_str(o, "api", c->api);
        asr_mock_json_str(o, codes ? "code" : "operation", c->name);
        asr_mock_json_int(o, codes ? "count" : "requests", c->count);

        if (!codes) {
            asr_mock_json_int(o, "refused", c->refused);
        }

        asr_mock_json_int(o, "faulted", c->faulted);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


/* Of the APIs that were called: "never_met":{"tencent":["...",...]} */

static void
asr_mock_json_known(asr_json_out_t *o, const asr_mock_summary_t *s)
{
    size_t                   i, k;
    const asr_mock_known_t  *known;

    asr_jo_key(o, "never_met");
    asr_jo_object(o);

    for (i = 0; i < s->report->nknown; i++) {
        known = &s->report->known[i];

        if (!asr_mock_report_called(s->total, known->api)) {
            continue;
        }

        asr_jo_key(o, known->api);
        asr_jo_array(o);

        for (k = 0; k < known->ncodes; k++) {
            if (!asr_mock_report_met(s->total, known->api, known->codes[k])) {
                asr_jo_str(o, asr_cstr(known->codes[k]));
            }
        }

        asr_jo_array_end(o);
    }

    asr_jo_object_end(o);
}
