/* The matrix, runs read back to stand beside this one, and the audit. */

#include "conf_report_unit.h"

#include <expat.h>


static const char  matrix[] =
    "# Conformance of speech recognition endpoints\n"
    "\n"
    "<!-- endpoints -->\n"
    "\n"
    "- **A**, 2026-11-26T05:00:00Z, level should: tencent http://127.0.0.1:1,"
    " u2 http://h:2/&lt;&amp;\n"
    "\n"
    "<!-- /endpoints -->\n"
    "\n"
    "A level is *must* where the document says so, *should* where it recommen"
    "ds or implies\n"
    "it, **observed** where it is silent and what is expected is a guess.\n"
    "\n"
    "| Document | Source | Its date | Cases | A |\n"
    "| --- | --- | --- | --- | --- |\n"
    "| Made-up &lt;Cloud\\> &amp; Co | Create | 2024-12-12 | 7 (1 observed) |"
    " 1 passed, 2 failed, 1 skipped, 1 known failing, 1 known failing, but ho"
    "lds, 1 differs |\n"
    "| Other | Task | 2026-11-23 | 1 | 1 passed |\n"
    "\n"
    "## Made-up &lt;Cloud\\> &amp; Co\n"
    "\n"
    "Source: Create, 2024-12-12.\n"
    "\n"
    "A: 2 of 4 clauses have a passing case, 1 of 3 codes were seen,\n"
    "2 of 3 fields set, 2 of 5 values tried.\n"
    "\n"
    "### Clauses\n"
    "\n"
    "| Clause | What it says | Level | Cases | A |\n"
    "| --- | --- | --- | --- | --- |\n"
    "| T-001 | Kind is one of \"a\", 'b', c\\|d &amp; &lt;e\\>. | must | 4 (1"
    " observed) | 1 passed, 2 failed, 1 differs |\n"
    "| T-002 | Count is 1 to 5. | **observed** | 2 (1 observed) | 1 known fai"
    "ling, 1 differs |\n"
    "| T-003 | A task ends within a day. | must | 0 | - |\n"
    "| T-004 | Query asks for a task. | should | 2 | 1 skipped, 1 known faili"
    "ng, but holds |\n"
    "\n"
    "### Operations and parameters\n"
    "\n"
    "| Operation, parameter | Clause | Level | Values tried | Cases | A |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
    "| **Create** | T-001 | | | 5 (1 observed) | 1 passed, 2 failed, 1 known "
    "failing, 1 differs |\n"
    "| Kind | T-001 | must | 2 of 3 | 3 | 1 passed, 2 failed |\n"
    "| Count | T-002 | **observed** | | 2 (1 observed) | 1 known failing, 1 d"
    "iffers |\n"
    "| Never | T-003 | must | 0 of 2 | 0 | - |\n"
    "| **Query** | T-004 | | | 2 | 1 skipped, 1 known failing, but holds |\n"
    "\n"
    "### Codes\n"
    "\n"
    "| Code | What it says | Clause | Level | A |\n"
    "| --- | --- | --- | --- | --- |\n"
    "| InvalidParameter | A parameter is wrong. | T-001 | must | not reached "
    "|\n"
    "| InternalError | The vendor's own fault. | T-003 | **observed** | not r"
    "eached |\n"
    "| NotFound | No such task. | T-004 | must | 1 |\n"
    "\n"
    "### Not reached\n"
    "\n"
    "- value **Create Kind** values never tried: c\\|d\n"
    "- field **Create Never** never set: It is never set.\n"
    "- code **InvalidParameter** never seen: A parameter is wrong.\n"
    "- code **InternalError** never seen: The vendor's own fault.<br>Why: not"
    "hing a client sends causes it\n"
    "- clause **T-002** without a passing case: Count is 1 to 5.\n"
    "- clause **T-003** without a passing case: A task ends within a day.<br>"
    "Why: a run is shorter\n"
    "\n"
    "## Other\n"
    "\n"
    "Source: Task, 2026-11-23.\n"
    "\n"
    "A: 1 of 1 clauses have a passing case, 0 of 0 codes were seen,\n"
    "0 of 0 fields set, 0 of 0 values tried.\n"
    "\n"
    "### Clauses\n"
    "\n"
    "| Clause | What it says | Level | Cases | A |\n"
    "| --- | --- | --- | --- | --- |\n"
    "| U-001 | A file is taken. | must | 1 | 1 passed |\n"
    "\n"
    "### Operations and parameters\n"
    "\n"
    "| Operation, parameter | Clause | Level | Values tried | Cases | A |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
    "| **create** | U-001 | | | 1 | 1 passed |\n"
    "\n"
    "### Not reached\n"
    "\n"
    "All fields, values, codes and clauses are reached.\n";

static const char  audit[] =
    "audit: tencent/Create/Kind (T-001): no case tries the value c|d\n"
    "audit: tencent/Create/Never (T-003): no case sets the parameter\n"
    "audit: tencent/Create/Never (T-003): no case tries the value 1\n"
    "audit: tencent/Create/Never (T-003): no case tries the value 2\n";

static char  saved[] = "/tmp/asr_conf_run.XXXXXX";


static void
save(const char *text)
{
    int   fd;

    memcpy(saved + sizeof(saved) - 7, "XXXXXX", 6);
    fd = mkstemp(saved);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}


static asr_conf_with_t *
load(const char *text, char *err)
{
    asr_conf_with_t  *w;

    save(text);
    err[0] = '\0';
    w = asr_conf_with_load(saved, err, 200);
    unlink(saved);

    return w;
}


/* Takes out what is between the marks: dates and endpoints. */

static void
without(char *text)
{
    char  *from, *to;

    from = strstr(text, "<!-- endpoints -->");
    to = strstr(text, "<!-- /endpoints -->");
    assert_non_null(from);
    assert_non_null(to);
    assert_null(strstr(to, "<!-- endpoints -->"));

    memmove(from, to, strlen(to) + 1);
}


static void
well_formed(const char *text)
{
    XML_Parser  parser;

    parser = XML_ParserCreate("UTF-8");

    if (XML_Parse(parser, text, (int) strlen(text), 1) != XML_STATUS_OK) {
        fail_msg("line %lu: %s", XML_GetCurrentLineNumber(parser),
                 XML_ErrorString(XML_GetErrorCode(parser)));
    }

    XML_ParserFree(parser);
}


static void
test_markdown(void **state)
{
    char  *text;

    run_begin();
    text = run_write("matrix.md");
    run_same(text, matrix);
    free(text);
    run_end();
}


static void
test_html(void **state)
{
    char  *text;

    run_begin();
    run_got(1, run_hostile());

    text = run_write("matrix.html");
    well_formed(text);

    /* nothing of it is elsewhere, and nothing runs */

    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "<link"));
    assert_null(strstr(text, " src="));
    assert_null(strstr(text, "url("));
    assert_null(strstr(text, "@import"));
    assert_null(strstr(text, "href=\"http"));
    assert_non_null(strstr(text, "prefers-color-scheme: dark"));

    assert_non_null(strstr(text, "<h2>Made-up &lt;Cloud&gt; &amp; Co</h2>"));
    assert_non_null(strstr(text, "<tr class=\"clause failing observed\""
                           " id=\"T-001\">"));
    assert_non_null(strstr(text, "<tr class=\"clause unreached\""
                           " id=\"T-003\">"));
    assert_non_null(strstr(text, "<span class=\"bad\">2 failed</span>"));
    assert_non_null(strstr(text, "<td class=\"cell none\" data-label=\"A\">"
                           "not reached</td>"));
    assert_non_null(strstr(text, "<em>a run is shorter</em>"));

    free(text);
    run_end();
}


/* A part of the suite says that it is one. */

static void
test_chosen(void **state)
{
    char  *text, *prefixes[] = { (char *) "tencent/Create",
                                 (char *) "u2/<a>" };

    run_begin();
    run_report.prefixes = prefixes;
    run_report.nprefixes = 2;

    text = run_write("matrix.md");
    assert_non_null(strstr(text, "\n\nOf A only these cases were run, what "
                           "else there is was not reached: tencent/Create, "
                           "u2/&lt;a\\>\n\n"));
    free(text);

    text = run_write("matrix.html");
    well_formed(text);
    assert_non_null(strstr(text, "reached: tencent/Create, u2/&lt;a&gt;</p>"));
    free(text);

    run_end();
}


/* Endpoints that behave alike differ in the marked place only. */

static void
test_same(void **state)
{
    char    *one, *two;
    size_t   i, k;

    static const char *const  formats[] = { "matrix.md", "matrix.html" };

    for (i = 0; i < 2; i++) {
        run_begin();
        one = run_write(formats[i]);

        run_options.targets[0] = "https://example.org:8443";
        run_options.targets[1] = NULL;
        run_report.started += 86400;
        run_report.took_us *= 3;
        run_got(1, asr_conf_copy("success 99, request 8d0c1f"));

        for (k = 0; k < RUN_CASES; k++) {
            run_results[k].took_us *= 7;
            run_results[k].requests += 3;
        }

        two = run_write(formats[i]);
        assert_string_not_equal(one, two);

        without(one);
        without(two);
        run_same(one, two);

        /* and one case that ends otherwise is seen */

        free(two);
        run_results[7].status = ASR_CONF_SKIP;
        two = run_write(formats[i]);
        without(two);
        assert_string_not_equal(one, two);

        free(one);
        free(two);
        run_end();
    }
}


/* What a document says and guesses alone try must not look held. */

static void
test_guessed(void **state)
{
    char    *text;
    size_t   i;

    (void) state;

    run_begin();

    for (i = 0; i < RUN_CASES; i++) {
        if (strcmp(run_all[i].clause, "U-001") == 0) {
            run_all[i].level = ASR_CONF_OBSERVED;
        }
    }

    text = run_write("matrix.md");
    assert_non_null(strstr(text, "| U-001 | A file is taken. | must "
                           "| 1 (**all observed**) |"));
    free(text);

    text = run_write("matrix.html");
    assert_non_null(strstr(text, "1 <small>all observed</small>"));
    well_formed(text);
    free(text);

    run_end();
}


static void
test_with(void **state)
{
    char              err[200], *text;
    asr_conf_with_t  *w;

    run_begin();

    text = run_write("jsonl");
    w = load(text, err);
    assert_non_null(w);
    free(text);

    run_report.with = &w;
    run_report.nwith = 1;
    run_report.started += 86400;

    /* this run alone meets the second clause, and never ran the other API */

    run_results[4].status = ASR_CONF_PASS;
    run_results[4].known = false;
    run_results[7].status = ASR_CONF_NOT_RUN;
    run_options.targets[0] = "http://new";
    run_options.targets[1] = NULL;

    text = run_write("matrix.md");
    assert_non_null(strstr(text, "- **A**, 2026-11-27T05:00:00Z, level should:"
                           " tencent http://new\n"
                           "- **B**, 2026-11-26T05:00:00Z, level should:"
                           " tencent http://127.0.0.1:1, u2 http://h:2/"));
    assert_non_null(strstr(text, "| T-002 | Count is 1 to 5. | **observed** "
                           "| 2 (1 observed) | 1 passed, 1 differs "
                           "| 1 known failing, 1 differs |\n"));
    assert_non_null(strstr(text, "- clause **T-002** without a passing case: "
                           "Count is 1 to 5. (B)\n"));
    assert_non_null(strstr(text, "| NotFound | No such task. | T-004 | must "
                           "| 1 | 1 |\n"));
    assert_non_null(strstr(text, "| U-001 | A file is taken. | must | 1 | - "
                           "| 1 passed |\n"));
    free(text);

    text = run_write("matrix.html");
    well_formed(text);
    free(text);

    asr_conf_with_free(w);
    run_end();
}


/* A run of a newer suite: its other cases are counted, no more. */

static void
test_with_unknown(void **state)
{
    char              err[200], *text;
    asr_conf_with_t  *w;

    run_begin();

    w = load("{\"run\":\"x\",\"date\":\"<b>\\u001b|\",\"targets\":{\"u2\":3,"
             "\"tencent\":\"a|b\"}}\n"
             "{\"id\":\"tencent/New\",\"verdict\":\"passed\",\"codes\":[]}\n"
             "{\"id\":\"tencent/Create/Kind/enum/a\",\"verdict\":\"failed\","
             "\"codes\":[7,\"NotFound\",\"none\"]}\n", err);
    assert_non_null(w);

    run_report.with = &w;
    run_report.nwith = 1;

    text = run_write("matrix.md");
    assert_non_null(strstr(text, "- **B**, &lt;b\\>\\\\x1b\\|, level : tencent"
                           " a\\|b (1 cases of that run are not known here)"
                           "\n"));
    assert_non_null(strstr(text, "| 1 passed, 2 failed | 1 failed |\n"));
    free(text);

    asr_conf_with_free(w);
    run_end();
}


static void
test_with_bad(void **state)
{
    char    err[200];
    size_t  i;

#define RUN  "{\"run\":\"x\",\"date\":\"d\",\"targets\":{}}\n"

    static const char *const  bad[][2] = {
        { "", "it is empty" },
        { "[]\n", "line 1 is no object" },
        { "{\"run\":\"x\"}\n",
          "line 1 is not of a report in JSON lines" },
        { "{\"run\":1,\"date\":\"d\",\"targets\":{}}\n",
          "line 1 is not of a report in JSON lines" },
        { RUN "{\"id\":\"a\",\"verdict\":\"passed\"}\n",
          "line 2 is not of a report in JSON lines" },
        { RUN "{\"id\":\"a\",\"verdict\":\"good\",\"codes\":[]}\n",
          "line 2 is not of a report in JSON lines" },
        { RUN "{\"id\":1,\"verdict\":\"passed\",\"codes\":[]}\n",
          "line 2 is not of a report in JSON lines" },
        { RUN "\n", "line 2: " },
        { RUN "{\"id\":\n", "line 2: " }
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_null(load(bad[i][0], err));

        if (strncmp(err, bad[i][1], strlen(bad[i][1])) != 0) {
            fail_msg("%s: %s", bad[i][0], err);
        }
    }

    assert_null(asr_conf_with_load("/nonexistent", err, sizeof(err)));
    assert_string_equal(err, "No such file or directory");
}


/* Codes that only one answer can mean; "not" means none. */

static void
test_codes(void **state)
{
    bool              seen[3];
    size_t            i;
    asr_conf_case_t   c;

    static const struct {
        const char  *steps;
        bool         exact[3];
        bool         named[3];
    } cases[] = {
        { "[{\"expect\": {\"code\": \"NotFound\"}}]",
          { 0, 0, 1 }, { 0, 0, 1 } },
        { "[{\"expect\": {\"code\": [\"NotFound\", \"InternalError\"]}}]",
          { 0, 0, 0 }, { 0, 1, 1 } },
        { "[{\"request\": {\"set\": {\"X\": \"NotFound\"}}}]",
          { 0, 0, 0 }, { 0, 0, 0 } },
        { "[{\"poll\": {\"expect\": {\"json\": {\"/E\":"
          " \"InternalError\"}}}}, {\"callback\": {\"expect\": {\"form\":"
          " {\"code\": \"InvalidParameter\"}}}}]",
          { 1, 1, 0 }, { 1, 1, 0 } },
        { "[{\"expect\": {\"json\": {\"/E\": {\"not\": \"NotFound\"}}}}]",
          { 0, 0, 0 }, { 0, 0, 0 } }
    };

    run_begin();
    c = run_all[0];

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        c.steps = run_json(cases[i].steps);

        memset(seen, 0, sizeof(seen));
        asr_conf_codes_expected(&c, true, seen);
        assert_memory_equal(seen, cases[i].exact, sizeof(seen));

        memset(seen, 0, sizeof(seen));
        asr_conf_codes_expected(&c, false, seen);
        assert_memory_equal(seen, cases[i].named, sizeof(seen));
    }

    run_end();
}


static void
test_audit(void **state)
{
    char      *text;
    FILE      *out;
    size_t     n;
    unsigned   faults;

    run_begin();

    out = open_memstream(&text, &n);
    faults = asr_conf_audit(out, &run_cases);
    fclose(out);
    assert_int_equal(faults, 4);
    run_same(text, audit);
    free(text);

    /* a code, a clause and an operation that lose their only case */

    run_all[5].steps = run_json("[]");
    run_all[6].steps = run_json("[]");
    run_all[0].steps = run_json("[]");
    run_all[5].clause = run_all[6].clause = "T-001";
    run_all[5].clauses = run_all[6].clauses = run_all[0].clauses;

    out = open_memstream(&text, &n);
    faults = asr_conf_audit(out, &run_cases);
    fclose(out);
    assert_int_equal(faults, 7);
    assert_non_null(strstr(text, "audit: tencent/Query (T-004): no case calls"
                           " the operation\n"));
    assert_non_null(strstr(text, "audit: tencent: no case names the clause"
                           " T-004: Query asks for a task.\n"));
    assert_non_null(strstr(text, "audit: tencent: no case names the code"
                           " NotFound (T-004)\n"));
    free(text);

    run_end();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_html),
        cmocka_unit_test(test_chosen),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_guessed),
        cmocka_unit_test(test_with),
        cmocka_unit_test(test_with_unknown),
        cmocka_unit_test(test_with_bad),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_audit)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
