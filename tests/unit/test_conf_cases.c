/* Documents and cases as they are read, and every fault of them. */

#include "conf_engine.h"


static asr_conf_cases_t  cases;


static void
load(conf_said_t *said, unsigned *n)
{
    asr_conf_faults_t  f;

    conf_faults(&f, said);

    asr_conf_docs_load_from(conf_files, conf_nfiles, &f);
    asr_conf_cases_load_from(&cases, conf_files, conf_nfiles, false, &f);

    (void) fclose(f.out);
    *n = f.n;
}


static void
test_read(void **state)
{
    unsigned                n;
    conf_said_t             said;
    const json_t           *step;
    const asr_conf_case_t  *c;

    (void) state;

    conf_document();
    conf_file("u2/cases/a.json",
              "{\"group\": \"u2/create/a\", \"op\": \"create\","
              " \"clause\": \"U-002\", \"cases\": ["
              " {\"id\": \"1\", \"name\": \"short\", \"level\": \"must\","
              "  \"param\": \"model\", \"request\": {\"set\": {\"a\": 1}},"
              "  \"expect\": {\"code\": \"100001\"}, \"times\": 2},"
              " {\"id\": 2, \"name\": \"long\", \"clause\": [\"U-001\","
              "  \"U-002\"], \"needs\": [\"server\"], \"steps\": ["
              "  {\"save\": {\"task\": \"/task_id\"}, \"times\": 3},"
              "  {\"request\": {\"op\": \"query\"}},"
              "  {\"callback\": {\"count\": 1}}]},"
              " {\"id\": \"3\", \"name\": \"limit\", \"limit\": {},"
              "  \"expect\": {\"code\": \"100501\"}}]}");
    conf_file("common/causes.json",
              "[{\"cause\": \"c-1\", \"words\": \"a cause\","
              "  \"u2\": {\"clause\": \"U-001\", \"level\": \"should\","
              "  \"steps\": [{\"request\": {\"op\": \"query\","
              "  \"set\": {\"task_id\": \"x\"}},"
              "  \"expect\": {\"code\": \"100002\"}}]}},"
              " {\"cause\": \"c-2\", \"words\": \"none\", \"u2\": null,"
              "  \"u2_why\": \"it has none\"}]");

    load(&said, &n);

    if (n != 0) {
        fail_msg("%s", said.text);
    }

    free(said.text);

    assert_int_equal(cases.n, 4);

    c = &cases.all[0];
    step = json_array_get(c->steps, 0);

    assert_string_equal(c->id, "u2/create/a/1");
    assert_string_equal(c->kind, "hand");
    assert_string_equal(c->op, "create");
    assert_string_equal(c->param, "model");
    assert_string_equal(c->clause, "U-002");
    assert_int_equal(c->level, ASR_CONF_MUST);
    assert_int_equal(c->creates, 0);
    assert_int_equal(json_array_size(c->steps), 1);
    assert_string_equal(asr_conf_json_str(json_object_get(step, "request"),
                                          "op", ""), "create");
    assert_int_equal(asr_conf_json_int(step, "times", 0), 2);
    assert_null(json_object_get(step, "name"));

    c = &cases.all[1];

    assert_string_equal(c->id, "u2/create/a/2");
    assert_int_equal(json_array_size(c->clauses), 2);
    assert_string_equal(c->clause, "U-001");
    assert_int_equal(c->creates, 3);
    assert_int_equal(json_array_size(c->steps), 3);
    assert_non_null(json_object_get(json_array_get(c->steps, 0), "needs"));
    assert_non_null(json_object_get(json_array_get(c->steps, 0), "request"));
    assert_null(json_object_get(json_array_get(c->steps, 2), "request"));

    /* a clause's level is that of its cases, 3 pass and 1 does after it */

    assert_int_equal(cases.all[2].level, ASR_CONF_OBSERVED);
    assert_int_equal(cases.all[2].creates, 4);

    c = &cases.all[3];

    assert_string_equal(c->id, "u2/cause/c-1");
    assert_string_equal(c->kind, "cause");
    assert_string_equal(c->cause, "c-1");
    assert_string_equal(c->op, "query");

    asr_conf_cases_free(&cases);
}


/* What wants a code is documented no better than the code is. */

static void
test_capped(void **state)
{
    size_t       i;
    unsigned     n;
    conf_said_t  said;

    static const asr_conf_level_t  levels[] = {
        ASR_CONF_MUST, ASR_CONF_OBSERVED, ASR_CONF_MUST, ASR_CONF_OBSERVED
    };

    (void) state;

    conf_document();
    conf_file("u2/cases/a.json",
              "{\"group\": \"u2/create/a\", \"op\": \"create\","
              " \"clause\": \"U-001\", \"cases\": ["
              " {\"id\": \"1\", \"name\": \"known\","
              "  \"expect\": {\"code\": \"100001\"}},"
              " {\"id\": \"2\", \"name\": \"guessed\","
              "  \"expect\": {\"code\": \"100999\"}},"
              " {\"id\": \"3\", \"name\": \"either\","
              "  \"expect\": {\"code\": [\"100999\", \"100001\"]}},"
              " {\"id\": \"4\", \"name\": \"in the end\", \"poll\":"
              "  {\"op\": \"query\", \"set\": {\"task_id\": \"x\"},"
              "   \"until\": \"failed\", \"expect\": {\"code\": \"100999\"}}}"
              "]}");

    load(&said, &n);

    if (n != 0) {
        fail_msg("%s", said.text);
    }

    free(said.text);

    for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        assert_int_equal(cases.all[i].level, levels[i]);
    }

    asr_conf_cases_free(&cases);
}


static void
test_case_faults(void **state)
{
    char         text[1024];
    size_t       i;
    unsigned     n;
    conf_said_t  said;

    static const char *const  rows[][2] = {
        { "\"clause\": \"U-none\"", "no clause \"U-none\"" },
        { "\"level\": \"may\"", "no level \"may\"" },
        { "\"expect\": {\"code\": \"7\"}", "no code \"7\"" },
        { "\"expect\": {\"code\": 7}", "\"code\" is no text" },
        { "\"expect\": {\"cod\": \"7\"}", "\"expect\" has no \"cod\"" },
        { "\"expect\": {\"schema\": \"none\"}", "no schema \"none\"" },
        { "\"request\": {\"op\": \"none\"}", "no operation \"none\"" },
        { "\"request\": {\"sett\": {}}", "request has no \"sett\"" },
        { "\"request\": {\"via\": \"tc3-post\"}", "no via \"tc3-post\"" },
        { "\"request\": {\"sign\": {\"wrongs\": 1}}",
          "sign has no \"wrongs\"" },
        { "\"request\": {\"set\": {\"a\": \"${sevrer}\"}}",
          "no placeholder ${sevrer}" },
        { "\"check\": [\"no-such-check\"]", "no check \"no-such-check\"" },
        { "\"polls\": true", "case has no \"polls\"" },
        { "\"request\": {\"op\": \"query\"}, \"poll\": true",
          "nothing is known to ask with" },
        { "\"poll\": {\"until\": \"done\", \"untill\": 1}",
          "poll has no \"untill\"" },
        { "\"poll\": {\"until\": \"dne\"}", "\"until\" is none of" },
        { "\"save\": {\"a\": 1}", "is saved from no pointer" },
        { "\"save\": [\"/a\"]", "\"save\" is no object" },
        { "\"poll\": {\"save\": {\"a\": \"b\"}}",
          "is saved from no pointer" },
        { "\"times\": 0", "\"times\" is not 1 to 1000" },
        { "\"times\": \"3\"", "\"times\" is not 1 to 1000" },
        { "\"limit\": {}", "without the code of a refusal" },
        { "\"limit\": {\"buckt\": \"a\"},"
          " \"expect\": {\"code\": \"100501\"}", "limit has no \"buckt\"" },
        { "\"callback\": {\"expct\": {}}", "callback has no \"expct\"" },
        { "\"callback\": {\"expect\": {\"code\": \"100001\"}}",
          "callback's expect has no \"code\"" },
        { "\"steps\": []", "no steps" },
        { "\"steps\": [{}], \"expect\": {}", "\"expect\" beside \"steps\"" },
        { "\"steps\": [{\"reqest\": {}}]", "step has no \"reqest\"" }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void) snprintf(text, sizeof(text),
                        "{\"group\": \"u2/a\", \"op\": \"create\","
                        " \"clause\": \"U-001\", \"cases\":"
                        " [{\"id\": \"1\", \"name\": \"n\", %s}]}",
                        rows[i][0]);

        conf_document();
        conf_file("u2/cases/a.json", text);
        load(&said, &n);

        if (n != 1 || strstr(said.text, rows[i][1]) == NULL
            || strstr(said.text, "u2/cases/a.json: u2/a/1: ") == NULL)
        {
            fail_msg("%s: %u, %s", rows[i][0], n, said.text);
        }

        free(said.text);
        asr_conf_cases_free(&cases);
    }
}


static void
test_file_faults(void **state)
{
    size_t       i;
    unsigned     n;
    conf_said_t  said;

    static const char *const  rows[][3] = {
        { "u2/cases/a.json", "{\"group\": \"u2/a\", \"cases\": []}",
          "cases: there are none" },
        { "u2/cases/a.json", "{\"group\": ", "JSON: " },
        { "u2/cases/a.json",
          "{\"group\": \"ice/a\", \"op\": \"create\", \"clause\": \"U-001\","
          " \"cases\": [{\"id\": \"1\", \"name\": \"n\"}]}",
          "group: does not begin with \"u2/\"" },
        { "u2/cases/a.json",
          "{\"group\": \"u2/a\", \"op\": \"create\", \"clause\": \"U-001\","
          " \"cases\": [{\"name\": \"n\"}]}", "case 0 has no id" },
        { "u2/cases/a.json",
          "{\"group\": \"u2/a\", \"op\": \"create\", \"clause\": \"U-001\","
          " \"cases\": [{\"id\": \"1\"}]}", "u2/a/1: no name" },
        { "u2/cases/a.json",
          "{\"group\": \"u2/a\", \"op\": \"create\","
          " \"cases\": [{\"id\": \"1\", \"name\": \"n\"}]}",
          "u2/a/1: no clause" },
        { "u2/cases/a.json",
          "{\"group\": \"u2/a\", \"op\": \"create\", \"clause\": \"U-001\","
          " \"cases\": [{\"id\": \"1\", \"name\": \"n\"},"
          "             {\"id\": \"1\", \"name\": \"n\"}]}",
          "u2/a/1: is there twice" },
        { "common/causes.json",
          "[{\"cause\": \"c\", \"words\": \"w\", \"u2\": null}]",
          "no case for u2, and no \"u2_why\"" },
        { "u2/schemas/x.json", "{\"type\": \"none\"}", "schema: " },
        { "u9/schemas/x.json", "{}", "no such API" },
        { "u2/schemas/x.json", "{", "JSON: " }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        conf_document();
        conf_file(rows[i][0], rows[i][1]);
        load(&said, &n);

        if (n != 1 || strstr(said.text, rows[i][2]) == NULL
            || strstr(said.text, rows[i][0]) == NULL)
        {
            /* twice: the id alone says where */

            if (i != 6 || n != 1 || strstr(said.text, rows[i][2]) == NULL) {
                fail_msg("%s: %u, %s", rows[i][1], n, said.text);
            }
        }

        free(said.text);
        asr_conf_cases_free(&cases);
    }
}


static void
test_document_faults(void **state)
{
    size_t       i;
    unsigned     n;
    conf_said_t  said;

    static const char *const  rows[][2] = {
        { "{", "JSON: " },
        { "{\"api\": \"ice\", \"title\": \"t\", \"source\": \"s\","
          " \"date\": \"d\", \"operations\": [{\"name\": \"a\","
          " \"form\": \"json\"}]}", "api: is not \"u2\"" },
        { "{\"api\": \"u2\", \"source\": \"s\", \"date\": \"d\","
          " \"operations\": [{\"name\": \"a\", \"form\": \"json\"}]}",
          "document: no \"title\"" },
        { "{\"api\": \"u2\", \"title\": \"t\", \"source\": \"s\","
          " \"date\": \"d\"}", "operations: there are none" },
        { "{\"api\": \"u2\", \"title\": \"t\", \"source\": \"s\","
          " \"date\": \"d\", \"operations\": [{\"name\": \"a\","
          " \"form\": \"json\", \"clause\": \"U-1\"}]}",
          "a: no clause \"U-1\"" },
        { "{\"api\": \"u2\", \"title\": \"t\", \"source\": \"s\","
          " \"date\": \"d\", \"operations\": [{\"name\": \"a\","
          " \"form\": \"json\"}, {\"name\": \"a\", \"form\": \"json\"}]}",
          "operations: \"a\" is there twice" },
        { "{\"api\": \"u2\", \"title\": \"t\", \"source\": \"s\","
          " \"date\": \"d\", \"operations\": [{\"name\": \"a\","
          " \"form\": \"json\", \"reply\": {\"ok\": \"x\"}}]}",
          "a: no schema \"x\"" },
        { "{\"api\": \"u2\", \"title\": \"t\", \"source\": \"s\","
          " \"date\": \"d\", \"operations\": [{\"name\": \"a\","
          " \"form\": \"json\"}], \"codes\": [{\"code\": \"1\","
          " \"level\": \"never\"}]}",
          "1: \"level\" is none of must, should, observed" },
        { "{\"api\": \"u2\", \"title\": \"t\", \"source\": \"s\","
          " \"date\": \"d\", \"operations\": [{\"name\": \"a\","
          " \"form\": \"json\"}], \"codes\": {}}", "codes: no array" }
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        conf_nfiles = 0;
        conf_file("u2/document.json", rows[i][0]);
        load(&said, &n);

        if (n != 1 || strstr(said.text, rows[i][1]) == NULL) {
            fail_msg("%s: %u, %s", rows[i][0], n, said.text);
        }

        free(said.text);
        asr_conf_cases_free(&cases);
    }
}


static void
test_selected(void **state)
{
    size_t           i;
    asr_conf_case_t  c;

    static const struct {
        const char  *id;
        const char  *prefix;
        bool         is;
    } rows[] = {
        { "u2/create/a/1", "u2", true },
        { "u2/create/a/1", "u2/", true },
        { "u2/create/a/1", "u2/create", true },
        { "u2/create/a/1", "u2/create/a/1", true },
        { "u2/create/a/1", "u2/crea", false },
        { "u2/create/a/10", "u2/create/a/1", false },
        { "u2/created/a", "u2/create", false },
        { "u2/create/a", "ice", false }
    };

    (void) state;

    memset(&c, 0, sizeof(c));

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *const  prefix = (char *) rows[i].prefix;

        c.id = rows[i].id;

        if (asr_conf_case_selected(&c, &prefix, 1) != rows[i].is) {
            fail_msg("%s, %s", rows[i].id, rows[i].prefix);
        }
    }

    assert_true(asr_conf_case_selected(&c, NULL, 0));
}


/* The data that the program carries: no fault, and the forms of all. */

static void
test_embedded(void **state)
{
    conf_said_t        said;
    asr_conf_faults_t  f;

    (void) state;

    conf_faults(&f, &said);

    asr_conf_docs_load_from(asr_conf_files, asr_conf_nfiles, &f);
    asr_conf_cases_load_from(&cases, asr_conf_files, asr_conf_nfiles, false,
                             &f);
    asr_conf_data_check(asr_conf_files, asr_conf_nfiles, &f);

    (void) fclose(f.out);

    if (f.n != 0) {
        fail_msg("%s", said.text);
    }

    free(said.text);

    assert_true(cases.n > 1000);
    assert_non_null(asr_conf_doc("tencent"));
    assert_non_null(asr_conf_doc("u2"));
    assert_non_null(asr_conf_doc("memories"));
    assert_non_null(asr_conf_doc("ice"));

    asr_conf_cases_free(&cases);
}


/* The schemas of the forms see what the loaders do not look at. */

static void
test_forms(void **state)
{
    conf_said_t        said;
    asr_conf_faults_t  f;

    (void) state;

    conf_nfiles = 0;
    conf_file("u2/cases/a.json",
              "{\"group\": \"u2/a\", \"cases\": [{\"id\": \"one\","
              " \"name\": \"n\", \"level\": \"must\"}]}");
    conf_file("u2/document.json", "{\"api\": \"u3\"}");
    conf_file("common/causes.json", "[]");

    conf_faults(&f, &said);
    asr_conf_data_check(conf_files, conf_nfiles, &f);

    (void) fclose(f.out);

    assert_int_equal(f.n, 3);
    assert_non_null(strstr(said.text, "u2/cases/a.json: common/case.schema"));
    assert_non_null(strstr(said.text, "u2/document.json: "));
    assert_non_null(strstr(said.text, "common/causes.json: "));

    free(said.text);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_capped),
        cmocka_unit_test(test_case_faults),
        cmocka_unit_test(test_file_faults),
        cmocka_unit_test(test_document_faults),
        cmocka_unit_test(test_selected),
        cmocka_unit_test(test_embedded),
        cmocka_unit_test(test_forms)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
