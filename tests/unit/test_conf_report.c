/* The reports of a run, and the tree. */

#include "conf_report_unit.h"

#include <expat.h>


static const char  tree[] =
    "Made-up <Cloud> & Co  Create, 2024-12-12  http://127.0.0.1:1\n"
    "  ✗ Create  1 passed, 2 failed, 1 known failing, 1 differs  1 observed"
    "\n"
    "    ✗ Kind  T-001 Kind is one of \"a\", 'b', c|d & <e>.  1 passed, 2 f"
    "ailed\n"
    "      ✗ tencent/Create/Kind/enum/zz  A value # that is none is refused"
    "\n"
    "        code: expected InvalidParameter, got success 12\n"
    "      ✗ tencent/Create/Kind/type/array  An array is refused\n"
    "        code: expected InvalidParameter, got success 1234\n"
    "  ✗ Query  1 skipped, 1 known failing, but holds\n"
    "    ✗ T-004  Query asks for a task.  1 skipped, 1 known failing, but h"
    "olds\n"
    "      ✗ tencent/Query/id/1  An unknown task is not found\n"
    "        known failing: expected to fail, as the list of known failing ca"
    "ses says, got it holds: take it off the list\n"
    "\n"
    "Other  Task, 2026-11-23  http://h:2/<&\n"
    "  ✓ create  1 passed, 1 skipped\n"
    "\n"
    "Finding 1 of 2  tencent, code, 2 cases\n"
    "    case      tencent/Create/Kind/enum/zz\n"
    "              A value # that is none is refused\n"
    "    clause    T-001 (must): Kind is one of \"a\", 'b', c|d & <e>.\n"
    "    request   POST / {\"Kind\":\"zz\"}\n"
    "    expected  InvalidParameter\n"
    "    got       success 12\n"
    "    reply     200 {\"a\":\\n1}\\x1b[0m\n"
    "    shrunk    the same without Count, Url, X-Y\n"
    "    curl -sSig --path-as-is -H 'X-Y: it'\\''s' --data-raw '{\"Kind\":\"z"
    "z\"}' -H Content-Type: 'http://127.0.0.1:1/'\n"
    "    --replay tencent/Create/Kind/enum/zz\n"
    "    likewise  tencent/Create/Kind/type/array\n"
    "\n"
    "Finding 2 of 2  tencent, known failing, 1 case\n"
    "    case      tencent/Query/id/1\n"
    "              An unknown task is not found\n"
    "    clause    T-004 (should): Query asks for a task.\n"
    "    expected  to fail, as the list of known failing cases says\n"
    "    got       it holds: take it off the list\n"
    "    --replay tencent/Query/id/1\n"
    "\n"
    "1 skipped: no account \"limited\"\n"
    "1 skipped: not run\n"
    "1 failed as known: counted as passed\n"
    "1 differ in what is below the level asked for: counted as passed\n"
    "9 cases, 8 requests in 2.5 s, 3 requests/s\n"
    "4 passed, 3 failed, 2 skipped\n";

static const char  tap[] =
    "TAP version 13\n"
    "1..9\n"
    "ok 1 - tencent/Create/Kind/enum/a: The value a is taken\n"
    "not ok 2 - tencent/Create/Kind/enum/zz: A value \\# that is none is refu"
    "sed\n"
    "  ---\n"
    "  clause: \"T-001\"\n"
    "  words: \"Kind is one of \\\"a\\\", 'b', c|d & <e>.\"\n"
    "  level: \"must\"\n"
    "  check: \"code\"\n"
    "  expected: \"InvalidParameter\"\n"
    "  got: \"success 12\"\n"
    "  curl: \"curl -sSig --path-as-is -H 'X-Y: it'\\\\''s' --data-raw '{\\\""
    "Kind\\\":\\\"zz\\\"}' -H Content-Type: 'http://127.0.0.1:1/'\"\n"
    "  ...\n"
    "not ok 3 - tencent/Create/Kind/type/array: An array is refused\n"
    "  ---\n"
    "  clause: \"T-001\"\n"
    "  words: \"Kind is one of \\\"a\\\", 'b', c|d & <e>.\"\n"
    "  level: \"must\"\n"
    "  check: \"code\"\n"
    "  expected: \"InvalidParameter\"\n"
    "  got: \"success 1234\"\n"
    "  ...\n"
    "not ok 4 - tencent/Create/Count/boundary/max+1: A value above the bound "
    "is refused # TODO observed, below the level asked for\n"
    "  ---\n"
    "  clause: \"T-002\"\n"
    "  words: \"Count is 1 to 5.\"\n"
    "  level: \"observed\"\n"
    "  check: \"code\"\n"
    "  expected: \"InvalidParameter\"\n"
    "  got: \"success\"\n"
    "  ...\n"
    "not ok 5 - tencent/Create/Count/boundary/min: The lower bound is taken #"
    " TODO known failing\n"
    "  ---\n"
    "  clause: \"T-002\"\n"
    "  words: \"Count is 1 to 5.\"\n"
    "  level: \"must\"\n"
    "  check: \"http\"\n"
    "  expected: \"200\"\n"
    "  got: \"500\"\n"
    "  ...\n"
    "not ok 6 - tencent/Query/id/1: An unknown task is not found\n"
    "  ---\n"
    "  clause: \"T-004\"\n"
    "  words: \"Query asks for a task.\"\n"
    "  level: \"should\"\n"
    "  check: \"known failing\"\n"
    "  expected: \"to fail, as the list of known failing cases says\"\n"
    "  got: \"it holds: take it off the list\"\n"
    "  ...\n"
    "ok 7 - tencent/Query/id/2: A limit is met # SKIP no account \"limited\""
    "\n"
    "ok 8 - u2/create/file/1: A file is taken\n"
    "ok 9 - u2/create/file/2: A file is taken twice # SKIP not run\n";

static const char  junit[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<testsuites name=\"asr-conformance\" tests=\"9\" failures=\"3\" errors="
    "\"0\" skipped=\"2\" time=\"2.500\">\n"
    "  <testsuite name=\"tencent/Create\" tests=\"5\" failures=\"2\" errors="
    "\"0\" skipped=\"0\" time=\"0.022\" timestamp=\"2026-11-26T05:00:00\">\n"
    "    <testcase name=\"Kind/enum/a\" classname=\"tencent.Create\" time=\"0"
    ".002\"/>\n"
    "    <testcase name=\"Kind/enum/zz\" classname=\"tencent.Create\" time=\""
    "0.003\">\n"
    "      <failure type=\"code\" message=\"A value # that is none is refused"
    "\">A value # that is none is refused\n"
    "T-001 (must): Kind is one of &quot;a&quot;, &#39;b&#39;, c|d &amp; &lt;e"
    "&gt;.\n"
    "expected: InvalidParameter\n"
    "got: success 12\n"
    "curl -sSig --path-as-is -H &#39;X-Y: it&#39;\\&#39;&#39;s&#39; --data-ra"
    "w &#39;{&quot;Kind&quot;:&quot;zz&quot;}&#39; -H Content-Type: &#39;http"
    "://127.0.0.1:1/&#39;\n"
    "--replay tencent/Create/Kind/enum/zz\n"
    "</failure>\n"
    "    </testcase>\n"
    "    <testcase name=\"Kind/type/array\" classname=\"tencent.Create\" time"
    "=\"0.004\">\n"
    "      <failure type=\"code\" message=\"An array is refused\">An array is"
    " refused\n"
    "T-001 (must): Kind is one of &quot;a&quot;, &#39;b&#39;, c|d &amp; &lt;e"
    "&gt;.\n"
    "expected: InvalidParameter\n"
    "got: success 1234\n"
    "--replay tencent/Create/Kind/type/array\n"
    "</failure>\n"
    "    </testcase>\n"
    "    <testcase name=\"Count/boundary/max+1\" classname=\"tencent.Create\""
    " time=\"0.006\">\n"
    "      <system-out>differs\n"
    "A value above the bound is refused\n"
    "T-002 (observed): Count is 1 to 5.\n"
    "expected: InvalidParameter\n"
    "got: success\n"
    "--replay tencent/Create/Count/boundary/max+1\n"
    "</system-out>\n"
    "    </testcase>\n"
    "    <testcase name=\"Count/boundary/min\" classname=\"tencent.Create\" t"
    "ime=\"0.007\">\n"
    "      <system-out>known failing\n"
    "The lower bound is taken\n"
    "T-002 (must): Count is 1 to 5.\n"
    "expected: 200\n"
    "got: 500\n"
    "--replay tencent/Create/Count/boundary/min\n"
    "</system-out>\n"
    "    </testcase>\n"
    "  </testsuite>\n"
    "  <testsuite name=\"tencent/Query\" tests=\"2\" failures=\"1\" errors=\""
    "0\" skipped=\"1\" time=\"0.019\" timestamp=\"2026-11-26T05:00:00\">\n"
    "    <testcase name=\"id/1\" classname=\"tencent.Query\" time=\"0.009\">"
    "\n"
    "      <failure type=\"known failing\" message=\"An unknown task is not f"
    "ound\">An unknown task is not found\n"
    "T-004 (should): Query asks for a task.\n"
    "expected: to fail, as the list of known failing cases says\n"
    "got: it holds: take it off the list\n"
    "--replay tencent/Query/id/1\n"
    "</failure>\n"
    "    </testcase>\n"
    "    <testcase name=\"id/2\" classname=\"tencent.Query\" time=\"0.011\">"
    "\n"
    "      <skipped message=\"no account &quot;limited&quot;\"/>\n"
    "    </testcase>\n"
    "  </testsuite>\n"
    "  <testsuite name=\"u2/create\" tests=\"2\" failures=\"0\" errors=\"0\" "
    "skipped=\"1\" time=\"0.025\" timestamp=\"2026-11-26T05:00:00\">\n"
    "    <testcase name=\"file/1\" classname=\"u2.create\" time=\"0.012\"/>\n"
    "    <testcase name=\"file/2\" classname=\"u2.create\" time=\"0.013\">\n"
    "      <skipped message=\"not run\"/>\n"
    "    </testcase>\n"
    "  </testsuite>\n"
    "</testsuites>\n";

static const char  jsonl[] =
    "{\"run\":\"asr-conformance\",\"version\":\"1.0\",\"date\":\"2026-11-26T0"
    "5:00:00Z\",\"level\":\"should\",\"targets\":{\"tencent\":\"http://127.0."
    "0.1:1\",\"u2\":\"http://h:2/<&\"},\"documents\":[{\"api\":\"tencent\",\""
    "title\":\"Made-up <Cloud> & Co\",\"source\":\"Create\",\"date\":\"2024-1"
    "2-12\"},{\"api\":\"u2\",\"title\":\"Other\",\"source\":\"Task\",\"date\""
    ":\"2026-11-23\"}],\"cases\":9,\"passed\":4,\"failed\":3,\"skipped\":2,\""
    "duration\":2500}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"tencent/Create\",\"args\":{"
    "\"param\":\"Kind\"},\"duration\":1,\"status\":\"PASS\",\"alert\":\"\",\""
    "error\":\"\",\"id\":\"tencent/Create/Kind/enum/a\",\"title\":\"The value"
    " a is taken\",\"clause\":\"T-001\",\"level\":\"must\",\"kind\":\"enum\","
    "\"verdict\":\"passed\",\"ran\":true,\"codes\":[]}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"tencent/Create\",\"args\":{"
    "\"param\":\"Kind\"},\"duration\":3,\"status\":\"FAIL\",\"alert\":\"\",\""
    "error\":\"code: expected InvalidParameter, got success 12\",\"id\":\"ten"
    "cent/Create/Kind/enum/zz\",\"title\":\"A value # that is none is refused"
    "\",\"clause\":\"T-001\",\"level\":\"must\",\"kind\":\"negative\",\"verdi"
    "ct\":\"failed\",\"ran\":true,\"codes\":[],\"check\":\"code\",\"expected"
    "\":\"InvalidParameter\",\"got\":\"success 12\",\"curl\":\"curl -sSig --p"
    "ath-as-is -H 'X-Y: it'\\\\''s' --data-raw '{\\\"Kind\\\":\\\"zz\\\"}' -H"
    " Content-Type: 'http://127.0.0.1:1/'\",\"smallest\":[{\"request\":{\"set"
    "\":{\"Kind\":\"zz\"},\"unset\":[\"Url\"]}}]}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"tencent/Create\",\"args\":{"
    "\"param\":\"Kind\"},\"duration\":4,\"status\":\"FAIL\",\"alert\":\"\",\""
    "error\":\"code: expected InvalidParameter, got success 1234\",\"id\":\"t"
    "encent/Create/Kind/type/array\",\"title\":\"An array is refused\",\"clau"
    "se\":\"T-001\",\"level\":\"must\",\"kind\":\"type\",\"verdict\":\"failed"
    "\",\"ran\":true,\"codes\":[],\"check\":\"code\",\"expected\":\"InvalidPa"
    "rameter\",\"got\":\"success 1234\"}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"tencent/Create\",\"args\":{"
    "\"param\":\"Count\"},\"duration\":6,\"status\":\"FAIL\",\"alert\":\"diff"
    "ers\",\"error\":\"code: expected InvalidParameter, got success\",\"id\":"
    "\"tencent/Create/Count/boundary/max+1\",\"title\":\"A value above the bo"
    "und is refused\",\"clause\":\"T-002\",\"level\":\"observed\",\"kind\":\""
    "boundary\",\"verdict\":\"differs\",\"ran\":true,\"codes\":[],\"check\":"
    "\"code\",\"expected\":\"InvalidParameter\",\"got\":\"success\"}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"tencent/Create\",\"args\":{"
    "\"param\":\"Count\"},\"duration\":7,\"status\":\"FAIL\",\"alert\":\"know"
    "n failing\",\"error\":\"http: expected 200, got 500\",\"id\":\"tencent/C"
    "reate/Count/boundary/min\",\"title\":\"The lower bound is taken\",\"clau"
    "se\":\"T-002\",\"level\":\"must\",\"kind\":\"boundary\",\"verdict\":\"kn"
    "own failing\",\"ran\":true,\"codes\":[],\"check\":\"http\",\"expected\":"
    "\"200\",\"got\":\"500\"}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"tencent/Query\",\"args\":{}"
    ",\"duration\":9,\"status\":\"PASS\",\"alert\":\"known failing, but holds"
    "\",\"error\":\"known failing: expected to fail, as the list of known fai"
    "ling cases says, got it holds: take it off the list\",\"id\":\"tencent/Q"
    "uery/id/1\",\"title\":\"An unknown task is not found\",\"clause\":\"T-00"
    "4\",\"level\":\"should\",\"kind\":\"hand\",\"verdict\":\"known failing, "
    "but holds\",\"ran\":true,\"codes\":[\"NotFound\"],\"check\":\"known fail"
    "ing\",\"expected\":\"to fail, as the list of known failing cases says\","
    "\"got\":\"it holds: take it off the list\"}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"tencent/Query\",\"args\":{}"
    ",\"duration\":10,\"status\":\"NA\",\"alert\":\"no account \\\"limited\\"
    "\"\",\"error\":\"\",\"id\":\"tencent/Query/id/2\",\"title\":\"A limit is"
    " met\",\"clause\":\"T-004\",\"level\":\"should\",\"kind\":\"hand\",\"ver"
    "dict\":\"skipped\",\"ran\":true,\"codes\":[]}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"u2/create\",\"args\":{},\"d"
    "uration\":12,\"status\":\"PASS\",\"alert\":\"\",\"error\":\"\",\"id\":\""
    "u2/create/file/1\",\"title\":\"A file is taken\",\"clause\":\"U-001\",\""
    "level\":\"must\",\"kind\":\"hand\",\"verdict\":\"passed\",\"ran\":true,"
    "\"codes\":[]}\n"
    "{\"name\":\"asr-conformance\",\"function\":\"u2/create\",\"args\":{},\"d"
    "uration\":13,\"status\":\"NA\",\"alert\":\"not run\",\"error\":\"\",\"id"
    "\":\"u2/create/file/2\",\"title\":\"A file is taken twice\",\"clause\":"
    "\"U-001\",\"level\":\"must\",\"kind\":\"hand\",\"verdict\":\"skipped\","
    "\"ran\":false,\"codes\":[]}\n";


/* The tree as text, to be freed, after cases of which some are told. */

static char *
tree_text(bool tty, unsigned verbose, asr_conf_level_t level)
{
    char             *text;
    FILE             *out;
    size_t            i, n;
    asr_conf_tree_t  *t;

    out = open_memstream(&text, &n);
    t = asr_conf_tree_new(out, tty, verbose);
    asr_conf_tree_level(t, level);

    for (i = 0; i < RUN_CASES - 1; i++) {
        asr_conf_tree_progress(&run_all[i], &run_results[i], i + 1,
                               RUN_CASES - 1, t);
    }

    asr_conf_tree_end(t, &run_report);
    fclose(out);

    return text;
}


/* Nothing a terminal or a parser of lines could take for its own. */

static void
plain(const char *text)
{
    const char  *p;

    for (p = text; *p != '\0'; p++) {
        if ((unsigned char) *p < 0x20 && *p != '\n') {
            fail_msg("\\x%02x at %zu of %s", *p, (size_t) (p - text), text);
        }
    }

    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_null(strstr(text, "\xff"));
}


static void
test_verdict(void **state)
{
    size_t             i;
    asr_conf_counts_t  counts;

    static const asr_conf_verdict_t  should[RUN_CASES] = {
        ASR_CONF_PASSED, ASR_CONF_FAILED, ASR_CONF_FAILED, ASR_CONF_DIFFERS,
        ASR_CONF_KNOWN, ASR_CONF_FIXED, ASR_CONF_SKIPPED, ASR_CONF_PASSED,
        ASR_CONF_SKIPPED
    };

    run_begin();

    for (i = 0; i < RUN_CASES; i++) {
        assert_int_equal(asr_conf_verdict(&run_report, i), should[i]);
    }

    asr_conf_count(&run_report, &counts);
    assert_int_equal(asr_conf_counts_passed(&counts), 4);
    assert_int_equal(asr_conf_counts_failed(&counts), 3);
    assert_int_equal(counts.of[ASR_CONF_SKIPPED], 2);

    /* the level asked for decides what fails */

    run_report.level = ASR_CONF_OBSERVED;
    assert_int_equal(asr_conf_verdict(&run_report, 3), ASR_CONF_FAILED);

    run_report.level = ASR_CONF_MUST;
    run_all[1].level = ASR_CONF_SHOULD;
    assert_int_equal(asr_conf_verdict(&run_report, 1), ASR_CONF_DIFFERS);

    /* a skip is neither failing as known nor fixed */

    run_results[6].known = true;
    assert_int_equal(asr_conf_verdict(&run_report, 6), ASR_CONF_SKIPPED);

    run_end();
}


static void
text_is(const char *in, size_t n, size_t max, const char *want)
{
    char  *p, *text;

    p = unit_guard(in, n);
    text = asr_conf_text_n(p, n, max);
    assert_string_equal(text, want);
    free(text);
    unit_unguard(p, n);
}


static void
test_text(void **state)
{
    char  *text;

    text_is("", 0, 10, "");
    text_is("plain", 5, 10, "plain");
    text_is("a\tb\r\n", 5, 10, "a\\tb\\r\\n");
    text_is("\033[0m\0\x7f", 6, 10, "\\x1b[0m\\x00\\x7f");
    text_is("\xe5\xad\x97", 3, 10, "\xe5\xad\x97");

    /* C1, marks of direction, line separator, no characters */

    text_is("\xc2\x9b", 2, 10, "\\u{9b}");
    text_is("\xe2\x80\xae", 3, 10, "\\u{202e}");
    text_is("\xe2\x81\xa6", 3, 10, "\\u{2066}");
    text_is("\xe2\x80\xa8", 3, 10, "\\u{2028}");
    text_is("\xef\xbf\xbe", 3, 10, "\\u{fffe}");
    text_is("\xef\xb7\x90", 3, 10, "\\u{fdd0}");
    text_is("\xf0\x9f\xbf\xbf", 4, 10, "\\u{1ffff}");

    /* no UTF-8: alone, too long a form, a surrogate, beyond the last, cut */

    text_is("\xff", 1, 10, "\\xff");
    text_is("\xc0\x80", 2, 10, "\\xc0\\x80");
    text_is("\xe0\x80\x80", 3, 10, "\\xe0\\x80\\x80");
    text_is("\xed\xa0\x80", 3, 10, "\\xed\\xa0\\x80");
    text_is("\xf4\x90\x80\x80", 4, 10, "\\xf4\\x90\\x80\\x80");
    text_is("\xe5\xad", 2, 10, "\\xe5\\xad");

    /* cut at a character, its length told */

    text_is("12345", 5, 5, "12345");
    text_is("12345", 5, 4, "1234... (5 bytes)");
    text_is("1\xe5\xad\x97", 4, 3, "1... (4 bytes)");

    text = asr_conf_text(NULL, 10);
    assert_string_equal(text, "");
    free(text);
}


/* Whatever bytes come: one line of UTF-8, of a bounded length. */

static void
test_text_random(void **state)
{
    char        in[64], *text;
    size_t      i, k, n;
    json_t     *v;
    uint32_t    seed;

    static const unsigned char  heavy[] = {
        0x00, 0x0a, 0x1b, 0x22, 0x26, 0x5c, 0x7f, 0x80, 0x9b, 0xa8, 0xae, 0xbf,
        0xc0, 0xc2, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff
    };

    seed = 7;

    for (i = 0; i < 20000; i++) {
        seed = seed * 1664525 + 1013904223;
        n = (seed >> 16) % sizeof(in);

        for (k = 0; k < n; k++) {
            seed = seed * 1664525 + 1013904223;
            in[k] = (char) ((seed >> 28) == 0 ? (seed >> 16) & 0xff
                            : heavy[(seed >> 16) % sizeof(heavy)]);
        }

        text = asr_conf_text_n(in, n, 40);
        plain(text);
        assert_null(strchr(text, '\n'));
        assert_true(strlen(text) <= 40 * 4 + 20);

        v = json_string(text);
        assert_non_null(v);
        json_decref(v);
        free(text);
    }
}


static void
test_shrunk(void **state)
{
    char    *text;
    json_t  *all, *less, *one;

    all = json_loads("[{\"request\": {\"set\": {\"A\": 1, \"B\": 2},"
                     " \"unset\": [\"C\"], \"headers\": {\"H\": \"1\"}}},"
                     " {\"request\": {}}]", 0, NULL);
    less = json_loads("[{\"request\": {\"set\": {\"B\": 2}, \"unset\":"
                      " [\"C\", \"D\", \"A\"]}}, {\"request\": {}}]", 0,
                      NULL);
    one = json_loads("[{\"request\": {}}]", 0, NULL);

    assert_null(asr_conf_shrunk(all, NULL));
    assert_null(asr_conf_shrunk(all, all));

    text = asr_conf_shrunk(all, less);
    assert_string_equal(text, "without A, D, H");
    free(text);

    text = asr_conf_shrunk(all, one);
    assert_string_equal(text, "without 1 of 2 steps");
    free(text);

    /* what became less */

    json_decref(less);
    less = json_loads("[{\"request\": {\"set\": {\"B\": 1}, \"unset\": [\"C\"],"
                      " \"headers\": {\"H\": \"1\"}}}, {\"request\": {}}]", 0,
                      NULL);
    text = asr_conf_shrunk(all, less);
    assert_string_equal(text, "without A, with less of B");
    free(text);

    json_decref(all);
    json_decref(less);
    json_decref(one);
}


static void
test_tree(void **state)
{
    char  *text;

    run_begin();

    text = tree_text(false, 0, ASR_CONF_SHOULD);
    run_same(text, tree);
    free(text);

    /* verbose: passing cases are listed too */

    text = tree_text(false, 2, ASR_CONF_SHOULD);
    assert_non_null(strstr(text, "\n      \xe2\x9c\x93 tencent/Create/Kind"
                           "/enum/a  The value a is taken\n"));
    free(text);

    run_end();
}


static void
test_tree_hostile(void **state)
{
    char  *text;

    run_begin();
    run_got(1, run_hostile());

    text = tree_text(false, 2, ASR_CONF_SHOULD);
    plain(text);
    assert_non_null(strstr(text, "got \\x1b[2J]]> \"'<&>\\r\\n# \\ \\u{202e}"
                           "\\xff\\xc0\\x80 7xxx"));
    assert_non_null(strstr(text, "xxx... (102400 bytes)"));
    assert_true(strlen(text) < 8192);
    free(text);

    run_end();
}


static void
test_progress(void **state)
{
    char  *text, *end;

    run_begin();

    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);

    text = tree_text(true, 0, ASR_CONF_SHOULD);
    assert_int_equal(strncmp(text, "\r\033[K1/8  0 failed  ", 19), 0);
    assert_non_null(strstr(text, "\r\033[K8/8  3 failed  "));
    assert_non_null(strstr(text, " ETA 0 s\r\033[K\033[1mMade-up"));

    end = strstr(text, "\n4 passed, 3 failed, 2 skipped\n");
    assert_non_null(end);
    assert_string_equal(end + 1, "4 passed, 3 failed, 2 skipped\n");
    free(text);

    /* what differs below the level is none of the failures told */

    text = tree_text(true, 0, ASR_CONF_OBSERVED);
    assert_non_null(strstr(text, "\r\033[K8/8  4 failed  "));
    free(text);

    setenv("NO_COLOR", "1", 1);
    text = tree_text(true, 0, ASR_CONF_SHOULD);
    assert_non_null(strstr(text, "\r\033[K8/8"));
    assert_null(strstr(text, "\033[1m"));
    assert_null(strstr(text, "\033[0m"));
    free(text);

    /* empty: as if it were not set */

    setenv("NO_COLOR", "", 1);
    text = tree_text(true, 0, ASR_CONF_SHOULD);
    assert_non_null(strstr(text, "\033[1m"));
    free(text);

    setenv("TERM", "dumb", 1);
    text = tree_text(true, 0, ASR_CONF_SHOULD);
    plain(text);
    free(text);

    run_end();
}


/* Ten other ids are listed, the rest is counted; numbers make no kind. */

static void
test_findings(void **state)
{
    char               *text;
    FILE               *out;
    size_t              i, n;
    asr_conf_case_t     all[20];
    asr_conf_result_t   results[20];
    size_t              chosen[20];
    asr_conf_cases_t    cases;
    asr_conf_report_t   rep;

    run_begin();

    cases = (asr_conf_cases_t) { .all = all, .n = 20 };
    rep = run_report;
    rep.cases = &cases;
    rep.results = results;
    rep.chosen = chosen;
    rep.n = 20;

    for (i = 0; i < 20; i++) {
        all[i] = run_all[i == 0 ? 3 : 1];
        all[i].id = asr_conf_print("tencent/Create/Kind/%zu", i);
        results[i] = run_results[2];
        results[i].got = asr_conf_print(i == 19 ? "other %zu"
                                        : "success id %zx0-%zu in %zu s",
                                        i * 0x1b2c3d, i, i);
        chosen[i] = i;
    }

    /* another code is another kind */

    free(results[18].got);
    results[18].got = asr_conf_copy("100002 id 3-3 in 2 s");
    free(results[17].got);
    results[17].got = asr_conf_copy("100001 id 3-3 in 2 s");

    /* the smallest of them; and the first is below the level */

    all[7].steps = run_json("[{}, {}]");
    results[7].step = 1;

    out = open_memstream(&text, &n);
    asr_conf_findings_print(out, &rep, false);
    fclose(out);

    assert_int_equal(strncmp(text, "Finding 1 of 4  tencent, code, 16 cases\n"
                             "    case      tencent/Create/Kind/7\n", 75), 0);
    assert_non_null(strstr(text, "    step      2 of 2\n    expected  "));
    assert_non_null(strstr(text, "    --replay tencent/Create/Kind/7\n"
                           "    likewise  tencent/Create/Kind/1\n"
                           "              tencent/Create/Kind/2\n"));
    assert_non_null(strstr(text, "tencent/Create/Kind/11\n"
                           "              and 5 more\n"
                           "\nFinding 2 of 4  tencent, code, 1 case\n"
                           "    case      tencent/Create/Kind/17\n"));
    assert_null(strstr(text, "tencent/Create/Kind/12\n"));
    assert_null(strstr(text, "tencent/Create/Kind/0\n"));

    free(text);

    for (i = 0; i < 20; i++) {
        free((char *) all[i].id);
        free(results[i].got);
    }

    run_end();
}


static void
test_tap(void **state)
{
    char  *text;

    run_begin();
    text = run_write("tap");
    run_same(text, tap);
    free(text);
    run_end();
}


/* As prove's parser reads it; before 3.46 it knows of no TAP after 13. */

static void
test_tap_parser(void **state)
{
    int    fd, status;
    char  *text, *command, line[128], name[] = "/tmp/asr_conf_tap.XXXXXX";
    FILE  *in;

    static const char  parser[] =
        "perl -MTAP::Parser -0777 -ne '$p = TAP::Parser->new({ tap => $_ });"
        " $p->run; printf \"%d %d %d %d %d\","
        " scalar $p->parse_errors, $p->tests_run, scalar $p->failed,"
        " scalar $p->todo, scalar $p->skipped' ";

    run_begin();
    run_got(1, run_hostile());
    text = run_write("tap");
    plain(text);

    assert_int_equal(strncmp(text, "TAP version 13\n", 15), 0);
    text[13] = '3';

    fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    free(text);

    command = asr_conf_print("%s%s", parser, name);
    in = popen(command, "r");
    assert_non_null(in);
    assert_non_null(fgets(line, sizeof(line), in));
    status = pclose(in);
    unlink(name);
    free(command);

    assert_int_equal(status, 0);
    assert_string_equal(line, "0 9 3 2 2");

    run_end();
}


typedef struct {
    unsigned  suites, cases, failures, skipped;
    char      text[8192];
    size_t    n;
} xml_t;


static void
xml_start(void *data, const char *name, const char **attributes)
{
    xml_t  *x;

    x = data;

    x->suites += strcmp(name, "testsuite") == 0;
    x->cases += strcmp(name, "testcase") == 0;
    x->failures += strcmp(name, "failure") == 0;
    x->skipped += strcmp(name, "skipped") == 0;
}


static void
xml_text(void *data, const char *s, int n)
{
    xml_t  *x;

    x = data;

    if (x->n + (size_t) n < sizeof(x->text)) {
        memcpy(x->text + x->n, s, (size_t) n);
        x->n += (size_t) n;
    }
}


static void
test_junit(void **state)
{
    char       *text;
    xml_t       x;
    XML_Parser  parser;

    run_begin();

    text = run_write("junit");
    run_same(text, junit);
    free(text);

    run_got(1, run_hostile());
    text = run_write("junit");
    plain(text);

    memset(&x, 0, sizeof(x));
    parser = XML_ParserCreate(NULL);
    XML_SetUserData(parser, &x);
    XML_SetElementHandler(parser, xml_start, NULL);
    XML_SetCharacterDataHandler(parser, xml_text);

    if (XML_Parse(parser, text, (int) strlen(text), 1) != XML_STATUS_OK) {
        fail_msg("%s", XML_ErrorString(XML_GetErrorCode(parser)));
    }

    XML_ParserFree(parser);
    free(text);

    assert_int_equal(x.suites, 3);
    assert_int_equal(x.cases, 9);
    assert_int_equal(x.failures, 3);
    assert_int_equal(x.skipped, 2);
    assert_non_null(strstr(x.text, "\\x1b[2J]]> \"'<&>\\r\\n"));
    assert_non_null(strstr(x.text, "xxx... (102400 bytes)"));

    run_end();
}


static void
test_jsonl(void **state)
{
    char    *text, *p, *end;
    json_t  *v;
    size_t   n;

    run_begin();

    text = run_write("jsonl");
    run_same(text, jsonl);
    free(text);

    run_got(1, run_hostile());
    text = run_write("jsonl");
    plain(text);

    for (p = text, n = 0; *p != '\0'; p = end + 1, n++) {
        end = strchr(p, '\n');
        assert_non_null(end);
        v = json_loadb(p, (size_t) (end - p), JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(v);

        if (n == 2) {
            assert_non_null(strstr(asr_conf_json_str(v, "got", ""),
                                   "... (102400 bytes)"));
            assert_true(strlen(asr_conf_json_str(v, "got", "")) < 2200);
        }

        json_decref(v);
    }

    assert_int_equal(n, 1 + RUN_CASES);
    free(text);
    run_end();
}


static void
test_formats(void **state)
{
    assert_true(asr_conf_report_known("tap"));
    assert_true(asr_conf_report_known("junit"));
    assert_true(asr_conf_report_known("jsonl"));
    assert_true(asr_conf_report_known("matrix.md"));
    assert_true(asr_conf_report_known("matrix.html"));
    assert_false(asr_conf_report_known("matrix"));
    assert_false(asr_conf_report_known(""));
}


/* No case at all is a report too. */

static void
test_none(void **state)
{
    char    *text;
    size_t   i;

    static const char *const  formats[] = {
        "tap", "junit", "jsonl", "matrix.md", "matrix.html"
    };

    run_begin();
    run_report.n = 0;
    run_cases.n = 0;

    for (i = 0; i < 5; i++) {
        text = run_write(formats[i]);
        assert_true(strlen(text) > 15);
        free(text);
    }

    text = run_write("tap");
    assert_string_equal(text, "TAP version 13\n1..0\n");
    free(text);

    run_cases.n = RUN_CASES;
    run_end();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_random),
        cmocka_unit_test(test_shrunk),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_tree_hostile),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_tap),
        cmocka_unit_test(test_tap_parser),
        cmocka_unit_test(test_junit),
        cmocka_unit_test(test_jsonl),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_none)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
