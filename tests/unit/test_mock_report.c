/*
 * Reports: counts that stay right when the journal has dropped what was
 * counted, and each of the forms.
 */

#define _GNU_SOURCE                  /* memmem() */

#include "mock_journal.h"

#include "asr_mock_report.h"


static const char *const  codes[] = {
    "InvalidParameterValue", "AuthFailure.SignatureFailure", "C3", "C4", "C5",
    "C6", "C7", "C8", "C9", "C10", "C11"
};

static const char *const  others[] = { "0" };

static const asr_mock_known_t  known[] = {
    { "tencent", codes, asr_nelts(codes) },
    { "u2", others, 1 }
};


/* A finding of a kind, in a world, through the journal. */

static void
count(asr_mock_tally_t *t, asr_mock_severity_t severity, const char *rule,
    const char *pointer, const char *code)
{
    asr_mock_finding_t   f;
    asr_mock_exchange_t  x;

    mock_exchange(&x, "");
    x.world = t->world;
    x.code = asr_cstr(code);

    f = mock_finding;
    f.severity = severity;
    f.rule = asr_cstr(rule);
    f.pointer = asr_cstr(pointer);
    x.findings = &f;
    x.nfindings = rule != NULL ? 1 : 0;

    x.id = asr_mock_journal_add(&x);
    asr_mock_tally_add(t, &x);
}


static asr_mock_tally_t *
begin(const char *world)
{
    asr_mock_tally_t  *t;

    assert_int_equal(asr_mock_journal_init(0), ASR_OK);
    t = asr_mock_tally_new(asr_cstr(world));
    assert_non_null(t);

    return t;
}


static void
report(asr_buf_t *out, asr_mock_format_t format, asr_mock_fail_t fail_on,
    const asr_mock_tally_t *a, const asr_mock_tally_t *b)
{
    asr_mock_report_t        r;
    const asr_mock_tally_t  *worlds[2];

    memset(&r, 0, sizeof(r));
    worlds[0] = a;
    worlds[1] = b;
    r.worlds = worlds;
    r.nworlds = b != NULL ? 2 : a != NULL ? 1 : 0;
    r.known = known;
    r.nknown = asr_nelts(known);
    r.fail_on = fail_on;

    asr_buf_init(out, ASR_MOCK_REPORT_MAX);
    assert_int_equal(asr_mock_report(&r, format, out), ASR_OK);
    asr_buf_append(out, "", 1);
}


static void
must_have(const asr_buf_t *out, const char *text)
{
    if (strstr(out->data, text) == NULL) {
        fail_msg("no \"%s\" in %s", text, out->data);
    }
}


/* The journal keeps 30 of these entries, the tally counts all. */

static void
test_counts(void **state)
{
    unsigned                 i;
    asr_mock_match_t         m;
    asr_mock_tally_t        *t;
    const asr_mock_group_t  *g;

    t = begin("test-a");
    assert_int_equal(asr_mock_journal_init(1), ASR_OK);

    for (i = 0; i < 10000; i++) {
        count(t, i % 4 == 0 ? ASR_MOCK_WARNING : ASR_MOCK_ERROR, "T-1",
              i % 2 == 0 ? "/A" : "/B", i % 8 == 0 ? "" : "CodeX");
    }

    asr_mock_match_init(&m, asr_str("test-a"));
    assert_true(asr_mock_journal_count(&m) < 300);

    assert_int_equal(t->requests, 10000);
    assert_int_equal(t->severities[ASR_MOCK_ERROR], 7500);
    assert_int_equal(t->severities[ASR_MOCK_WARNING], 2500);
    assert_int_equal(t->verdicts[ASR_MOCK_VERDICT_REFUSED], 8750);
    assert_int_equal(t->verdicts[ASR_MOCK_VERDICT_DUBIOUS], 1250);
    assert_int_equal(t->ngroups, 3);
    assert_int_equal(t->codes->count, 8750);
    assert_int_equal(t->operations->count, 10000);
    assert_int_equal(t->operations->refused, 8750);

    g = t->groups;
    assert_int_equal(g->severity, ASR_MOCK_WARNING);
    assert_int_equal(g->count, 2500);
    assert_int_equal(g->next->count, 5000);
    assert_int_equal(g->next->next->count, 2500);
    assert_int_equal(g->last - g->first, 9996);
    assert_true(asr_str_eq(g->got, asr_str("3")));
    assert_true(asr_str_eq(g->words, mock_finding.words));

    asr_mock_tally_free(t);
    asr_mock_journal_free();
}


/* Each world has room for so many kinds, and all together for so many bytes,
   but another world can always be counted; what is freed is used again. */

static void
test_bounds(void **state)
{
    char               name[32];
    size_t             i, n, round;
    asr_mock_tally_t  *t, *many[4096];

    t = begin("test-a");

    for (i = 0; i < 1000; i++) {
        (void) snprintf(name, sizeof(name), "R-%03zu", i);
        count(t, ASR_MOCK_ERROR, name, "/A", name);
    }

    assert_int_equal(t->ngroups, ASR_MOCK_TALLY_GROUPS);
    assert_int_equal(t->more, 1000 - ASR_MOCK_TALLY_GROUPS);
    assert_int_equal(t->ncodes, ASR_MOCK_TALLY_LISTED);
    assert_int_equal(t->severities[ASR_MOCK_ERROR], 1000);
    asr_mock_tally_free(t);

    for (round = 0; round < 2; round++) {
        for (n = 0; n < asr_nelts(many); n++) {
            many[n] = asr_mock_tally_new(asr_str("test-b"));
            assert_non_null(many[n]);

            for (i = 0; i < 20; i++) {
                (void) snprintf(name, sizeof(name), "R-%03zu", i);
                count(many[n], ASR_MOCK_ERROR, name, "/A", "C");
            }
        }

        assert_int_equal(many[500]->more, 0);
        assert_int_equal(many[n - 1]->more, 20);

        while (n-- > 0) {
            asr_mock_tally_free(many[n]);
        }
    }

    asr_mock_journal_free();
}


static void
test_merge(void **state)
{
    asr_mock_tally_t        *a, *b, *sum;
    const asr_mock_group_t  *g;

    a = begin("test-a");
    b = asr_mock_tally_new(asr_str("test-b"));
    sum = asr_mock_tally_new(asr_str_null());

    count(a, ASR_MOCK_ERROR, "T-1", "/A", "C1");
    count(b, ASR_MOCK_ERROR, "T-1", "/A", "C1");
    count(b, ASR_MOCK_NOTE, "N", "", "");
    count(a, ASR_MOCK_ERROR, "T-1", "/A", "C2");
    a->tasks = 2;
    b->tasks = 3;
    b->unfetched = 1;

    asr_mock_tally_merge(sum, b);
    asr_mock_tally_merge(sum, a);
    asr_mock_tally_free(a);
    asr_mock_tally_free(b);

    assert_int_equal(sum->requests, 4);
    assert_int_equal(sum->tasks, 5);
    assert_int_equal(sum->unfetched, 1);
    assert_int_equal(sum->ngroups, 2);
    assert_int_equal(sum->ncodes, 2);
    assert_int_equal(sum->severities[ASR_MOCK_ERROR], 3);

    for (g = sum->groups; g->severity != ASR_MOCK_ERROR; g = g->next) {
        /* void */
    }

    assert_int_equal(g->count, 3);
    assert_int_equal(g->last - g->first, 3);
    assert_true(asr_str_eq(g->world, asr_str("test-a")));

    asr_mock_tally_free(sum);
    asr_mock_tally_free(NULL);
    asr_mock_journal_free();
}


static void
test_fails(void **state)
{
    asr_mock_fail_t     fail;
    asr_mock_tally_t   *t;
    asr_mock_format_t   format;

    t = begin("test-a");

    count(t, ASR_MOCK_NOTE, "N", "", "");
    assert_false(asr_mock_report_fails(t, ASR_MOCK_FAIL_WARNING));

    count(t, ASR_MOCK_WARNING, "W", "", "");
    assert_true(asr_mock_report_fails(t, ASR_MOCK_FAIL_WARNING));
    assert_false(asr_mock_report_fails(t, ASR_MOCK_FAIL_ERROR));

    count(t, ASR_MOCK_ERROR, "E", "", "");
    assert_true(asr_mock_report_fails(t, ASR_MOCK_FAIL_WARNING));
    assert_true(asr_mock_report_fails(t, ASR_MOCK_FAIL_ERROR));
    assert_false(asr_mock_report_fails(t, ASR_MOCK_FAIL_NEVER));

    assert_true(asr_mock_fail_named(asr_str("warning"), &fail));
    assert_int_equal(fail, ASR_MOCK_FAIL_WARNING);
    assert_false(asr_mock_fail_named(asr_str("warn"), &fail));
    assert_true(asr_mock_format_named(asr_str("html"), &format));
    assert_int_equal(format, ASR_MOCK_REPORT_HTML);
    assert_false(asr_mock_format_named(asr_str(""), &format));

    asr_mock_tally_free(t);
    asr_mock_journal_free();
}


static void
fill(asr_mock_tally_t **a, asr_mock_tally_t **b)
{
    *a = begin("test-a");
    *b = asr_mock_tally_new(asr_str("test-<b> \"\x01&'\xff\xef\xbf\xbe"));
    assert_non_null(*b);

    count(*a, ASR_MOCK_WARNING, "M-poll", "", "");
    count(*a, ASR_MOCK_ERROR, "T-1", "/ChannelNum",
          "InvalidParameterValue");
    count(*a, ASR_MOCK_ERROR, "T-1", "/Other", "InvalidParameterValue");
    count(*a, ASR_MOCK_ERROR, "T-1", "/Other", "InvalidParameterValue");
    count(*a, ASR_MOCK_NOTE, "N-1", "", "");
    count(*b, ASR_MOCK_NOTE, NULL, "", "");
    (*a)->tasks = 4;
    (*a)->unfetched = 1;
}


static void
test_json(void **state)
{
    asr_buf_t           out;
    asr_json_t         *root, *total, *v;
    asr_arena_t         arena;
    asr_mock_tally_t   *a, *b;
    asr_json_error_t    err;

    fill(&a, &b);
    report(&out, ASR_MOCK_REPORT_JSON, ASR_MOCK_FAIL_ERROR, a, b);

    asr_arena_init(&arena, 1 << 20);
    root = asr_json_parse(&arena, (asr_str_t) { out.len - 1, out.data }, &err);
    assert_non_null(root);

    assert_false(asr_json_get_bool(root, "ok", true));
    assert_int_equal(asr_json_get(root, asr_str("worlds"))->n, 2);

    total = asr_json_get(root, asr_str("total"));
    assert_int_equal(asr_json_get_int(total, "requests", 0), 6);
    assert_int_equal(asr_json_get_int(total, "errors", 0), 3);
    assert_int_equal(asr_json_get_int(total, "warnings", 0), 1);
    assert_int_equal(asr_json_get_int(total, "refused", 0), 3);
    assert_int_equal(asr_json_get_int(total, "ok", 0), 2);
    assert_int_equal(asr_json_get_int(total, "tasks", 0), 4);

    v = asr_json_get(total, asr_str("findings"));
    assert_int_equal(v->n, 4);
    assert_true(asr_str_eq(asr_json_get_str(v->child, "pointer"),
                           asr_str("/Other")));
    assert_int_equal(asr_json_get_int(v->child, "count", 0), 2);

    v = asr_json_get(asr_json_get(root, asr_str("never_met")),
                     asr_str("tencent"));
    assert_int_equal(v->n, asr_nelts(codes) - 1);
    assert_null(asr_json_get(asr_json_get(root, asr_str("never_met")),
                             asr_str("u2")));

    asr_arena_free(&arena);
    asr_buf_free(&out);
    asr_mock_tally_free(a);
    asr_mock_tally_free(b);
    asr_mock_journal_free();
}


static void
test_text(void **state)
{
    char               *error, *warning;
    asr_buf_t           out;
    asr_mock_tally_t   *a, *b;

    fill(&a, &b);
    report(&out, ASR_MOCK_REPORT_TEXT, ASR_MOCK_FAIL_ERROR, a, b);

    must_have(&out, "asr-mock: 6 requests of 2 worlds (3 refused, 1 dubious, "
                    "2 ok), 4 tasks, 1 result never fetched\n"
                    "3 errors, 1 warning, 1 note\n");
    must_have(&out, "\nerror    T-1 /Other of tencent.CreateRecTask, "
                    "2 times, first in request ");
    must_have(&out, " of test-a\n         \"1 or 2 & <none>\"\n"
                    "         got 3, expected 1 to 2\n"
                    "         -> Say \"1\".\n");
    must_have(&out, "tencent: 1 of 11 codes met; never "
                    "AuthFailure.SignatureFailure, C3, C4, C5, C6, C7, C8, C9 "
                    "and 2 more\n");
    assert_null(strstr(out.data, "u2:"));
    assert_null(strstr(out.data, "\033"));

    error = strstr(out.data, "/Other");
    warning = strstr(out.data, "M-poll");
    assert_true(error < strstr(out.data, "/ChannelNum"));
    assert_true(warning > strstr(out.data, "/ChannelNum"));
    assert_true(warning < strstr(out.data, "N-1"));
    asr_buf_free(&out);

    report(&out, ASR_MOCK_REPORT_TEXT, ASR_MOCK_FAIL_ERROR, b, NULL);
    must_have(&out, "asr-mock: 1 request (1 ok), 0 tasks\nno violations\n");
    asr_buf_free(&out);

    report(&out, ASR_MOCK_REPORT_TEXT, ASR_MOCK_FAIL_ERROR, NULL, NULL);
    assert_string_equal(out.data, "asr-mock: 0 requests, 0 tasks\n"
                                  "no violations\n");
    asr_buf_free(&out);

    asr_mock_tally_free(a);
    asr_mock_tally_free(b);
    asr_mock_journal_free();
}


/* Tags open and close in order, and what is between them is escaped; returns
   how many elements there are. */

static unsigned
well_formed(const char *p, const char *const *single)
{
    size_t       i, n, depth;
    unsigned     elements;
    const char  *names[64], *q;

    depth = 0;
    elements = 0;

    while ((p = strpbrk(p, "<&>")) != NULL) {

        if (*p == '&') {
            n = strcspn(p, ";");
            assert_true(n > 2 && n < 8);
            p += n;
            continue;
        }

        assert_int_equal(*p, '<');

        if (p[1] == '?' || p[1] == '!') {
            p = strchr(p, '>') + 1;
            continue;
        }

        if (p[1] == '/') {
            assert_true(depth > 0);
            n = strcspn(p + 2, ">");
            depth--;

            if (strncmp(names[depth], p + 2, n) != 0
                || strcspn(names[depth], " >/") != n)
            {
                fail_msg("%.20s closes %.20s", p, names[depth]);
            }

            p += n + 3;
            continue;
        }

        /* values are quoted, and have no '<' */

        elements++;
        n = strcspn(p + 1, " >/");

        for (q = p + 1; *q != '>'; q++) {
            assert_int_not_equal(*q, '<');
            assert_int_not_equal(*q, '\0');

            if (*q == '"') {
                q += 1 + strcspn(q + 1, "\"");
            }
        }

        for (i = 0; single[i] != NULL; i++) {
            if (strlen(single[i]) == n && strncmp(single[i], p + 1, n) == 0) {
                break;
            }
        }

        if (q[-1] != '/' && single[i] == NULL) {
            assert_true(depth < asr_nelts(names));
            names[depth++] = p + 1;
        }

        p = q + 1;
    }

    assert_int_equal(depth, 0);

    return elements;
}


static void
test_junit(void **state)
{
    asr_buf_t           out;
    asr_mock_tally_t   *a, *b;

    static const char *const  none[] = { NULL };

    fill(&a, &b);
    report(&out, ASR_MOCK_REPORT_JUNIT, ASR_MOCK_FAIL_ERROR, a, b);
    assert_true(asr_utf8_valid((asr_str_t) { out.len, out.data }));

    /* testsuites, 2 testsuites and their system-out, 3 + 1 testcases, and
       in three of those something */
    assert_int_equal(well_formed(out.data, none), 12);

    must_have(&out, "<testsuites name=\"asr-mock\" tests=\"4\" failures=\"1\" "
                    "errors=\"0\" skipped=\"1\">");
    must_have(&out, "<testsuite name=\"test-a\" tests=\"3\" failures=\"1\" "
                    "errors=\"0\" skipped=\"1\" "
                    "timestamp=\"2026-11-26T00:00:00\" time=\"0.000\">");
    must_have(&out, "<testcase classname=\"test-a\" name=\"T-1\" time=\"0\">"
                    "\n      <failure message=\"1 or 2 &amp; &lt;none&gt;\" "
                    "type=\"error\">error /Other of tencent.CreateRecTask, "
                    "2 times, first in request ");
    must_have(&out, "name=\"M-poll\" time=\"0\">\n      <skipped message=");
    must_have(&out, "<testsuite name=\"test-&lt;b&gt; &quot;\xef\xbf\xbd&amp;'"
                    "\xef\xbf\xbd\xef\xbf\xbd\" tests=\"1\" failures=\"0\"");
    must_have(&out, "name=\"no violations\" time=\"0\"/>");
    asr_buf_free(&out);

    report(&out, ASR_MOCK_REPORT_JUNIT, ASR_MOCK_FAIL_WARNING, a, b);
    must_have(&out, "tests=\"4\" failures=\"2\" errors=\"0\" skipped=\"0\">");
    must_have(&out, "type=\"warning\">");
    asr_buf_free(&out);

    report(&out, ASR_MOCK_REPORT_JUNIT, ASR_MOCK_FAIL_NEVER, a, b);
    must_have(&out, "tests=\"4\" failures=\"0\" errors=\"0\" skipped=\"2\">");
    asr_buf_free(&out);

    asr_mock_tally_free(a);
    asr_mock_tally_free(b);
    asr_mock_journal_free();
}


static void
test_html(void **state)
{
    char               *p;
    asr_buf_t           out;
    asr_mock_tally_t   *a, *b;

    /* these have no end, or an implied one */
    static const char *const  single[] = {
        "meta", "tr", "td", "th", NULL
    };

    fill(&a, &b);
    report(&out, ASR_MOCK_REPORT_HTML, ASR_MOCK_FAIL_ERROR, a, b);

    p = strstr(out.data, "<main>");
    assert_non_null(p);
    must_have(&out, "<span class=\"error\">failed</span>");
    must_have(&out, "<blockquote>1 or 2 &amp; &lt;none&gt;</blockquote>");
    must_have(&out, "prefers-color-scheme: dark");
    must_have(&out, "test-&lt;b&gt;");
    must_have(&out, "tencent: 1 of 11 met");
    assert_null(strstr(out.data, "<script"));
    assert_null(strstr(out.data, "http"));

    /* </tr> is the only one of the implied that is written */

    while ((p = strstr(p, "</tr>")) != NULL) {
        memset(p, ' ', 5);
    }

    p = strstr(out.data, "</html>");
    assert_non_null(p);
    *p = '\0';
    assert_true(well_formed(strstr(out.data, "<main>"), single) > 50);
    asr_buf_free(&out);

    report(&out, ASR_MOCK_REPORT_HTML, ASR_MOCK_FAIL_ERROR, b, NULL);
    must_have(&out, "<span class=\"ok\">passed</span>");
    must_have(&out, "No violations.");
    asr_buf_free(&out);

    asr_mock_tally_free(a);
    asr_mock_tally_free(b);
    asr_mock_journal_free();
}


/* A secret that was found fault with does not come to any form. */

static void
test_secrets(void **state)
{
    unsigned              i;
    asr_buf_t             out;
    asr_header_t          header;
    asr_mock_tally_t     *t;
    asr_mock_finding_t    f;
    asr_mock_exchange_t   x;

    t = begin("test-a");
    mock_exchange(&x, "test-a");

    header.name = asr_str("Authorization");
    header.value = asr_str("Bearer Zx9planted-secret");
    x.headers = &header;
    x.nheaders = 1;
    f = mock_finding;
    f.pointer = asr_str("header:Authorization");
    f.got = header.value;
    f.hint = asr_str("Zx9planted-secret is not known");
    x.findings = &f;
    x.id = asr_mock_journal_add(&x);
    asr_mock_tally_add(t, &x);

    /* one that the journal no longer has when it is counted */

    f.rule = asr_str("T-2");
    x.id = asr_mock_journal_add(&x);
    asr_mock_journal_clear(asr_str_null());
    asr_mock_tally_add(t, &x);
    assert_int_equal(t->ngroups, 2);

    for (i = 0; i < 4; i++) {
        report(&out, (asr_mock_format_t) i, ASR_MOCK_FAIL_ERROR, t, NULL);
        assert_null(memmem(out.data, out.len, "planted", 7));
        must_have(&out, "T-2");
        asr_buf_free(&out);
    }

    asr_mock_tally_free(t);
    asr_mock_journal_free();
}


static void
test_ceiling(void **state)
{
    unsigned                 i;
    asr_buf_t                out;
    asr_mock_tally_t        *a, *b;
    asr_mock_report_t        r;
    const asr_mock_tally_t  *worlds[1];

    fill(&a, &b);
    memset(&r, 0, sizeof(r));
    worlds[0] = a;
    r.worlds = worlds;
    r.nworlds = 1;

    for (i = 0; i < 4; i++) {
        asr_buf_init(&out, 300);
        assert_int_equal(asr_mock_report(&r, (asr_mock_format_t) i, &out),
                         ASR_NOMEM);
        asr_buf_free(&out);
    }

    asr_mock_tally_free(a);
    asr_mock_tally_free(b);
    asr_mock_journal_free();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_merge),
        cmocka_unit_test(test_fails),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_junit),
        cmocka_unit_test(test_html),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_ceiling)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
