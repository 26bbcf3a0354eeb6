/*
 * Generated cases: types, names, members, pairs; that ids stay when a table
 * grows, and that no request is made twice.
 */

#include "unit.h"
#include "conf_generate.h"


static const char *
line_of(const char *id)
{
    const asr_conf_case_t  *c;

    c = find(id);

    return c == NULL ? "not made"
           : strchr(lines[c - cases], ' ') + 1;
}


static void
test_type_of_others(void **unused)
{
    (void) unused;

    generate("{" REFUSALS ", \"base\": {}, \"params\": ["
             " {\"name\": \"also\", \"type\": \"integer\","
             "  \"also_text\": true},"
             " {\"name\": \"s\"}, {\"name\": \"o\", \"type\": \"object\"},"
             " {\"name\": \"j\", \"type\": \"json\"},"
             " {\"name\": \"r\", \"type\": \"number\"},"
             " {\"name\": \"b\", \"type\": \"boolean\"}]}");

    assert_string_equal(line_of("also/type/text-digits"), "not made");
    assert_string_equal(line_of("also/type/text"),
                        "{\"also\":\"text\"} -> \"TYPE\"");
    assert_string_equal(line_of("s/type/integer"), "{\"s\":1} -> \"TYPE\"");
    assert_string_equal(line_of("s/type/text"), "not made");
    assert_string_equal(line_of("o/type/object"), "not made");
    assert_string_equal(line_of("o/type/text-object"),
                        "{\"o\":\"{}\"} -> \"TYPE\"");
    assert_string_equal(line_of("j/type/open"), "{\"j\":\"{\"} -> \"VALUE\"");
    assert_string_equal(line_of("j/type/object"),
                        "{\"j\":{\"value\":1}} -> \"TYPE\"");
    assert_string_equal(line_of("r/type/real"), "not made");
    assert_string_equal(line_of("r/type/text-real"),
                        "{\"r\":\"1.5\"} -> \"TYPE\"");
    assert_string_equal(line_of("b/type/integer"), "{\"b\":1} -> \"TYPE\"");
    assert_string_equal(line_of("b/type/true"), "not made");
}


/* Names are refused where the document says so, and stand in the way. */

static void
test_unknown_refused(void **unused)
{
    (void) unused;

    generate("{\"base\": {\"Id\": \"x\"}, \"refusals\": {"
             "  \"missing\": \"MISS\", \"duplicate\": \"TWICE\","
             "  \"unknown\": {\"code\": \"UNKNOWN\", \"clause\": \"D-077\","
             "    \"level\": \"must\"}},"
             "\"params\": [{\"name\": \"Id\", \"required\": true}]}");

    assert_string_equal(line_of("Id/negative/name-lower"),
                        "{\"Id\":\"x\",\"id\":\"x\"} -> \"UNKNOWN\"");
    assert_string_equal(line_of("Id/negative/instead-name-lower"),
                        "{\"id\":\"x\"} -[\"Id\"] -> [\"MISS\",\"UNKNOWN\"]");
    assert_string_equal(line_of("all/negative/twice-Id"),
                        "\"{\\\"Id\\\":\\\"x\\\",\\\"Id\\\":\\\"x\\\"}\""
                        " -> \"TWICE\"");
    assert_string_equal(find("all/negative/unknown-proto")->clause, "D-077");
    assert_int_equal(find("all/negative/unknown-proto")->level,
                     ASR_CONF_MUST);
    assert_string_equal(find("all/negative/unknown-letter")->name,
                        "\"x\", a parameter nobody knows, of text"
                        " is refused");
}


static asr_conf_level_t
level_of(const char *id)
{
    const asr_conf_case_t  *c;

    c = find(id);

    if (c == NULL) {
        fail_msg("%s is not made", id);
    }

    return c->level;
}


/* A case is documented no better than the weakest thing in it. */

static void
test_levels(void **unused)
{
    size_t    i;
    unsigned  n[3] = { 0 };

    static const struct {
        const char        *id;
        asr_conf_level_t   level;
    }  wants[] = {
        { "e/enum/one", ASR_CONF_MUST },
        { "e/enum/none-such", ASR_CONF_MUST },
        { "e/enum/longer-one", ASR_CONF_MUST },
        { "e/enum/upper-one", ASR_CONF_OBSERVED },
        { "e/enum/space-after-one", ASR_CONF_OBSERVED },
        { "e/enum/empty", ASR_CONF_SHOULD },
        { "e/optional/null", ASR_CONF_OBSERVED },
        { "e/type/integer", ASR_CONF_SHOULD },
        { "n/boundary/max", ASR_CONF_MUST },
        { "n/boundary/max+1", ASR_CONF_MUST },
        { "n/optional/null", ASR_CONF_MUST },
        { "t/enum/shown", ASR_CONF_MUST },
        { "t/enum/other", ASR_CONF_OBSERVED },
        { "t/boundary/max", ASR_CONF_MUST },
        { "t/boundary/max-of-4-bytes", ASR_CONF_OBSERVED },
        { "t/boundary/content-control", ASR_CONF_OBSERVED },
        { "t/boundary/content-plus", ASR_CONF_SHOULD },
        { "t/negative/name-upper", ASR_CONF_OBSERVED },
        { "g/enum/true", ASR_CONF_OBSERVED },
        { "all/negative/unknown-letter", ASR_CONF_SHOULD },
        { "all/optional/only-required", ASR_CONF_MUST },
        { "all/optional/everything", ASR_CONF_OBSERVED },
    };

    (void) unused;

    generate("{" REFUSALS ", \"base\": {}, \"unknown_level\": \"should\","
             "\"generate\": {\"pairwise\": 2}, \"params\": ["
             " {\"name\": \"e\", \"level\": \"must\","
             "  \"values\": [\"one\", \"two\"]},"
             " {\"name\": \"n\", \"level\": \"must\", \"type\": \"integer\","
             "  \"min\": 1, \"max\": 9, \"null_level\": \"must\"},"
             " {\"name\": \"t\", \"level\": \"must\", \"max_length\": 40,"
             "  \"good\": [\"shown\", \"other\"], \"shown\": [\"shown\"],"
             "  \"good_level\": \"observed\"},"
             " {\"name\": \"g\", \"level\": \"observed\","
             "  \"type\": \"boolean\"}]}");

    for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
        if (level_of(wants[i].id) != wants[i].level) {
            fail_msg("%s: %d", wants[i].id, (int) level_of(wants[i].id));
        }
    }

    /* pairs of what is known stand apart from those with a guess */

    for (i = 0; i < nlines; i++) {
        if (strcmp(cases[i].kind, "pairwise") == 0) {
            assert_int_equal(cases[i].level == ASR_CONF_OBSERVED,
                             strstr(lines[i], "\"g\"") != NULL);
            n[cases[i].level]++;
        }
    }

    assert_in_range(n[ASR_CONF_MUST], 4, 100);
    assert_in_range(n[ASR_CONF_OBSERVED], 2, 100);
}


/* A bad value's code may be another one where it is sent as text. */

static void
test_bad_by_via(void **unused)
{
    (void) unused;

    generate("{" REFUSALS ", \"base\": {},"
             "\"generate\": {\"vias\": [\"tc3-post\", \"tc1-post\"]},"
             "\"params\": [{\"name\": \"d\","
             "  \"by_via\": {\"tc1-post\": [\"SIGN\", \"VALUE\"]},"
             "  \"bad\": [{\"value\": \"x\", \"code\": \"VALUE\"},"
             "   {\"value\": \"y\", \"code\": \"VALUE\","
             "    \"by_via\": {\"tc1-post\": \"OTHER\"}}]}]}");

    assert_string_equal(line_of("d/negative/x"), "{\"d\":\"x\"} -> \"VALUE\"");
    assert_string_equal(line_of("d/negative/x@tc1-post"),
                        "{\"d\":\"x\"} -> [\"SIGN\",\"VALUE\"]");
    assert_string_equal(line_of("d/negative/y@tc1-post"),
                        "{\"d\":\"y\"} -> \"OTHER\"");
}


/* Dotted names are members, of an object or of a text of JSON. */

static void
test_members(void **unused)
{
    (void) unused;

    generate("{" REFUSALS ", \"form\": \"rpc\","
             "\"base\": {\"Config\": {\"$json\": {\"Keep\": 1}}},"
             "\"params\": [{\"name\": \"Config\", \"type\": \"json\"},"
             " {\"name\": \"Config.Max\", \"type\": \"integer\","
             "  \"min\": 4, \"max\": 50},"
             " {\"name\": \"Roles\", \"type\": \"array\"},"
             " {\"name\": \"Roles.0.Name\", \"values\": [\"x\"]}]}");

    assert_string_equal(line_of("Config.Max/boundary/max"),
        "{\"Config\":{\"$json\":{\"Keep\":1,\"Max\":50}}} -> ok");
    assert_string_equal(line_of("Config.Max/boundary/min-1"),
        "{\"Config\":{\"$json\":{\"Keep\":1,\"Max\":3}}} -> \"RANGE\"");
    assert_string_equal(line_of("Roles.0.Name/enum/x"),
        "{\"Roles\":[{\"Name\":\"x\"}]} -> ok");
}


static const char  pairs_table[] =
    "{" REFUSALS ", \"creates\": \"task\", \"base\": {\"id\": 1},"
    "\"generate\": {\"pairwise\": 2, \"vias\": [\"tc3-post\", \"tc3-get\","
    "  \"tc1-post\", \"tc1sha1-post\"]},"
    "\"rules\": [{\"when\": {\"a\": [2], \"b\": [null]}, \"code\": \"R\"}],"
    "\"params\": [{\"name\": \"id\", \"required\": true, \"pair\": [1]},"
    " {\"name\": \"a\", \"type\": \"integer\", \"values\": [1, 2, 3],"
    "  \"value_with\": {\"3\": {\"set\": {\"b\": false, \"z\": 9}}}},"
    " {\"name\": \"b\", \"type\": \"boolean\"},"
    " {\"name\": \"c\", \"type\": \"integer\", \"min\": 4, \"max\": 6},"
    " {\"name\": \"d\", \"type\": \"boolean\", \"no_text\": true},"
    " {\"name\": \"e\", \"pair\": []}%s]}";


/* What a request of the pairs has of a parameter, as text; "" without. */

static char *
pair_of(const asr_conf_case_t *c, const char *name)
{
    json_t  *rq, *v;

    rq = json_object_get(json_array_get(c->steps, 0), "request");
    v = strcmp(name, "via") == 0
        ? json_object_get(rq, "via")
        : json_object_get(json_object_get(rq, "set"), name);

    return v == NULL ? asr_conf_copy("")
                     : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
}


/*
 * In how many of the requests that must be taken: a row of the pairs that was
 * made before, by another strategy, is not made again.
 */

static unsigned
together(const char *one, const char *v, const char *other, const char *w)
{
    char      *a, *b;
    size_t     i;
    unsigned   n;

    n = 0;

    for (i = 0; i < nlines; i++) {
        if (strstr(lines[i], "-> ok") == NULL) {
            continue;
        }

        a = pair_of(&cases[i], one);
        b = pair_of(&cases[i], other);
        n += strcmp(a, v) == 0 && strcmp(b, w) == 0;
        free(a);
        free(b);
    }

    return n;
}


static void
test_pairwise(void **unused)
{
    char      *text;
    size_t     i, j, k, l, n;
    unsigned   count;

    static const struct {
        const char  *name;
        const char  *values[5];
    }  columns[] = {
        { "a", { "", "1", "2", "3", NULL } },
        { "b", { "", "true", "false", NULL } },
        { "c", { "", "4", "6", NULL } },
        { "d", { "", "true", "false", NULL } },
        { "via", { "\"tc3-post\"", "\"tc3-get\"", "\"tc1-post\"",
                   "\"tc1sha1-post\"", NULL } },
    };

    (void) unused;

    text = asr_conf_print(pairs_table, "");
    generate(text);
    free(text);

    n = 0;

    for (i = 0; i < nlines; i++) {
        if (strcmp(cases[i].kind, "pairwise") == 0) {
            assert_memory_equal(cases[i].id, "demo/make/pairs/", 16);
            assert_int_equal(strlen(cases[i].id), 16 + 8);
            assert_int_equal(cases[i].creates, 1);
            assert_non_null(strstr(lines[i], "-> ok"));
            n++;
        }
    }

    assert_in_range(n, 12, 30);

    for (i = 0; i < 5; i++) {
        for (j = i + 1; j < 5; j++) {
            for (k = 0; columns[i].values[k] != NULL; k++) {
                for (l = 0; columns[j].values[l] != NULL; l++) {
                    count = together(columns[i].name, columns[i].values[k],
                                     columns[j].name, columns[j].values[l]);

                    if ((i == 0 && j == 1 && k == 2 && l == 0)
                        || (i == 0 && j == 1 && k == 3 && l != 2)
                        || (i == 3 && j == 4 && k != 0 && l != 0))
                    {
                        assert_int_equal(count, 0);

                    } else {
                        assert_true(count > 0);
                    }
                }
            }
        }
    }

    assert_int_equal(together("a", "3", "z", "9"),
                     together("a", "3", "b", "false"));
    assert_int_equal(together("a", "2", "z", "9"), 0);
}


/* A parameter more, in front or behind, changes no other id. */

static void
test_stable(void **unused)
{
    char    *text, *before[2000];
    size_t   i, j, n;
    bool     found;

    (void) unused;

    text = asr_conf_print(pairs_table, "");
    generate(text);
    free(text);

    n = 0;

    for (i = 0; i < nlines; i++) {
        if (strcmp(cases[i].kind, "pairwise") != 0) {
            assert_in_range(n, 0, 1999);
            before[n++] = asr_conf_copy(cases[i].id);
        }
    }

    text = asr_conf_print(pairs_table,
                          ", {\"name\": \"new\", \"type\": \"integer\","
                          "   \"values\": [1, 2], \"max_length\": 9}");
    generate(text);
    free(text);

    for (i = 0; i < n; i++) {
        found = false;

        for (j = 0; j < nlines && !found; j++) {
            found = strcmp(before[i], cases[j].id) == 0;
        }

        if (!found) {
            fail_msg("%s is gone", before[i]);
        }

        free(before[i]);
    }

    assert_non_null(find("new/enum/1"));
}


/* No two with the same steps, or the same id, in a table full of overlaps. */

static void
test_once(void **unused)
{
    char    *text;
    size_t   i, j;

    (void) unused;

    text = asr_conf_print(pairs_table,
        ", {\"name\": \"f\", \"type\": \"integer\", \"min\": 0, \"max\": 1,"
        "   \"good\": [0, 1, 1], \"bad\": [{\"value\": 2}, {\"value\": -1}]},"
        " {\"name\": \"g\", \"min_length\": 0, \"max_length\": 1,"
        "   \"good\": [\"\", \"a\", \"null\"], \"bad\": [{\"value\": 1}]},"
        " {\"name\": \"F\", \"type\": \"boolean\"}");
    generate(text);
    free(text);

    assert_true(nlines > 300);

    for (i = 0; i < nlines; i++) {
        for (j = 0; j < i; j++) {
            if (strcmp(cases[i].id, cases[j].id) == 0
                || json_equal(json_object_get(json_array_get(cases[i].steps,
                                                             0), "request"),
                              json_object_get(json_array_get(cases[j].steps,
                                                             0), "request")))
            {
                fail_msg("%s is %s", lines[i], lines[j]);
            }
        }
    }

    /* what the row itself calls bad is said by the row */

    assert_string_equal(line_of("f/negative/2"), "{\"f\":2} -> \"VALUE\"");
    assert_string_equal(line_of("f/boundary/max+1"), "not made");
}


/* Without a code for it there is a gap instead of a case. */

static void
test_gaps(void **unused)
{
    bool                found;
    size_t              i, n;
    const char *const  *ids;

    (void) unused;

    generate("{\"base\": {\"gap\": 1}, \"refusals\": {\"type\": \"TYPE\"},"
             "\"params\": [{\"name\": \"gap\", \"type\": \"integer\","
             "  \"required\": true, \"min\": 0, \"max\": 3}]}");

    assert_string_equal(line_of("gap/boundary/max"), "{\"gap\":3} -> ok");
    assert_string_equal(line_of("gap/boundary/max+1"), "not made");
    assert_string_equal(line_of("gap/optional/absent"), "not made");

    n = asr_conf_generate_gaps(&ids);
    found = false;

    for (i = 0; i < n; i++) {
        found = found || strcmp(ids[i], "demo/make/gap/boundary: range") == 0;
    }

    assert_true(found);
}


static int
teardown(void **unused)
{
    (void) unused;
    forget();

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_type_of_others),
        cmocka_unit_test(test_unknown_refused),
        cmocka_unit_test(test_bad_by_via),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_pairwise),
        cmocka_unit_test(test_stable),
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_gaps),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
