/* Cases run against a small endpoint, which does well, badly, and worse. */

#include "conf_endpoint.h"

#include "asr_conf_step.h"


#define RUN_MAX  512


static endpoint_t          endpoint;
static asr_conf_cases_t    cases;
static asr_conf_options_t  options;
static asr_conf_result_t   results[RUN_MAX];
static size_t              told[RUN_MAX];
static size_t              ntold;


static void
progress(const asr_conf_case_t *c, const asr_conf_result_t *r, size_t done,
    size_t of, void *data)
{
    assert_ptr_equal(data, &ntold);
    assert_int_equal(done, ntold + 1);
    assert_int_equal(of, cases.n);
    assert_ptr_equal(r, &results[ntold]);

    told[ntold++] = (size_t) (c - cases.all);
}


/* Loads the cases, runs them all, and leaves the results. */

static void
run(const char *text)
{
    char               *file;
    size_t              i, chosen[RUN_MAX];
    conf_said_t         said;
    asr_conf_faults_t   f;

    file = asr_conf_print("{\"group\": \"u2/t\", \"op\": \"create\","
                          " \"clause\": \"U-001\", \"cases\": [%s]}", text);

    conf_document();
    conf_file("u2/cases/t.json", file);
    conf_faults(&f, &said);

    asr_conf_docs_load_from(conf_files, conf_nfiles, &f);
    asr_conf_cases_load_from(&cases, conf_files, conf_nfiles, false, &f);

    (void) fclose(f.out);

    if (f.n != 0) {
        fail_msg("%s", said.text);
    }

    free(said.text);
    free(file);

    assert_true(cases.n <= RUN_MAX);

    for (i = 0; i < cases.n; i++) {
        chosen[i] = i;
    }

    ntold = 0;
    asr_conf_run(&options, &cases, chosen, cases.n, results, progress,
                 &ntold);
}


static void
clean(void)
{
    size_t  i;

    for (i = 0; i < RUN_MAX; i++) {
        asr_conf_result_clean(&results[i]);
    }

    asr_conf_cases_free(&cases);
}


/* After each test, however it went. */

static int
tidy(void **state)
{
    (void) state;

    clean();

    if (options.server != NULL) {
        asr_conf_server_free(options.server);
        options.server = NULL;
    }

    options.targets[1] = endpoint.url;
    options.threads = 4;
    options.task_s = 10;
    options.shrink = false;
    options.first = false;

    endpoint.allowed = 3;
    endpoint.window_us = 1000000;
    endpoint.began = 0;

    return 0;
}


static void
passes(size_t i)
{
    if (results[i].status != ASR_CONF_PASS) {
        fail_msg("case %zu, step %u: %s: %s; got %s", i, results[i].step,
                 results[i].check, results[i].expected, results[i].got);
    }

    assert_null(results[i].exchange);
}


static void
fails(size_t i, const char *check, const char *got)
{
    assert_int_equal(results[i].status, ASR_CONF_FAIL);

    if (strcmp(results[i].check, check) != 0
        || (got != NULL && strstr(results[i].got, got) == NULL))
    {
        fail_msg("case %zu: %s: %s; got %s", i, results[i].check,
                 results[i].expected, results[i].got);
    }
}


/* Slow ones are begun first; all are told in their order. */

static void
test_order(void **state)
{
    size_t           i;
    asr_conf_buf_t   b;

    (void) state;

    asr_conf_buf_init(&b, 1 << 20);

    for (i = 0; i < 120; i++) {
        asr_conf_buf_fmt(&b, "%s{\"id\": \"%zu\", \"name\": \"n\""
                             "%s}", i == 0 ? "" : ",", i,
                         i % 3 == 0 ? ", \"poll\": true"
                         : i % 3 == 1 ? ", \"times\": 3"
                         : ", \"request\": {\"set\": {\"b\": 1}},"
                           " \"expect\": {\"code\": \"100001\"}");
    }

    run(b.data);
    asr_conf_buf_free(&b);

    assert_int_equal(ntold, 120);

    for (i = 0; i < 120; i++) {
        passes(i);
        assert_int_equal(told[i], i);
        assert_int_equal(results[i].requests, i % 3 == 0 ? 4
                                              : i % 3 == 1 ? 3 : 1);
        assert_string_equal(results[i].code, i % 3 == 2 ? "100001" : "");
        assert_int_equal(results[i].http, i % 3 == 2 ? 400 : 200);
    }
}


static void
test_findings(void **state)
{
    char                   *curl;
    const asr_conf_case_t  *c;

    (void) state;

    options.shrink = true;

    run("{\"id\": \"1\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"a\": 1, \"b\": [1, 2, 3, 4], \"c\": \"x\", \"d\": null}}},"
        "{\"id\": \"2\", \"name\": \"n\", \"request\": {\"op\": \"query\","
        " \"set\": {\"task_id\": \"none\"}}},"
        "{\"id\": \"3\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"a\": \"longer\", \"c\": 1}}, \"param\": \"a\","
        " \"expect\": {\"code\": \"100001\"}},"
        "{\"id\": \"4\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"a\": 1}}, \"expect\": {\"code\": \"100001\"}},"
        "{\"id\": \"5\", \"name\": \"n\", \"steps\": [{},"
        " {\"expect\": {\"json\": {\"/task_id\": 1}}}]},"
        "{\"id\": \"6\", \"name\": \"n\", \"save\": {\"x\": \"/none\"}},"
        "{\"id\": \"7\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"a\": \"${saved.x}\"}}},"
        "{\"id\": \"8\", \"name\": \"n\", \"steps\": [{\"callback\":"
        " false}]}");

    fails(0, "outcome", "100001 (HTTP 400): it is so");
    assert_non_null(results[0].exchange);
    assert_int_equal(results[0].exchange->reply.status, 400);

    curl = asr_conf_curl(&results[0].exchange->request);
    assert_non_null(strstr(curl, endpoint.url));
    free(curl);

    /* what is left of five members is the one that is refused, halved */

    c = &cases.all[0];
    assert_int_equal(json_object_size(json_object_get(json_object_get(
                         json_array_get(c->steps, 0), "request"), "set")), 4);

    curl = asr_conf_json_text(results[0].smallest, 4096);
    assert_string_equal(curl, "[{\"request\":{\"set\":{\"b\":[1]},"
                              "\"op\":\"create\"}}]");
    free(curl);

    fails(1, "outcome", "100002");

    /* the member a case tries stays whole, others go */

    fails(2, "outcome", "success");
    curl = asr_conf_json_text(results[2].smallest, 4096);
    assert_non_null(strstr(curl, "\"set\":{\"a\":\"longer\"}"));
    free(curl);

    fails(3, "outcome", "success");
    assert_null(results[3].smallest);

    fails(4, "json /task_id", NULL);
    assert_int_equal(results[4].step, 1);

    fails(5, "save x", NULL);
    assert_null(results[7].exchange);
    fails(7, "preparation", "the case sends none");
    fails(6, "preparation", "no step saved \"x\"");
    assert_null(results[6].exchange);

}


static void
test_tasks(void **state)
{
    (void) state;

    options.task_s = 1;

    run("{\"id\": \"1\", \"name\": \"n\", \"poll\": {\"expect\":"
        " {\"json\": {\"/status\": \"Success\"}},"
        " \"save\": {\"end\": \"/status\"}}},"
        "{\"id\": \"2\", \"name\": \"n\", \"request\":"
        " {\"set\": {\"model\": \"fail\"}}, \"poll\": {\"until\":"
        " \"failed\"}},"
        "{\"id\": \"3\", \"name\": \"n\", \"request\":"
        " {\"set\": {\"model\": \"fail\"}}, \"poll\": true},"
        "{\"id\": \"4\", \"name\": \"n\", \"poll\": {\"until\":"
        " \"failed\"}},"
        "{\"id\": \"5\", \"name\": \"n\", \"request\":"
        " {\"set\": {\"model\": \"never\"}}, \"poll\": true},"
        "{\"id\": \"6\", \"name\": \"n\", \"request\":"
        " {\"set\": {\"model\": \"fail\"}}, \"poll\": {\"until\":"
        " \"ended\"}},"
        "{\"id\": \"7\", \"name\": \"n\", \"request\":"
        " {\"set\": {\"model\": \"fail\"}}, \"poll\": {\"until\":"
        " \"failed\", \"expect\": {\"code\": \"200001\"}}},"
        "{\"id\": \"8\", \"name\": \"n\", \"poll\": {\"set\":"
        " {\"task_id\": \"none\"}, \"expect\": {\"code\": \"100002\"}}},"
        "{\"id\": \"9\", \"name\": \"n\", \"poll\": {\"set\":"
        " {\"task_id\": \"none\"}}},"
        "{\"id\": \"10\", \"name\": \"n\", \"poll\": {\"op\": \"create\","
        " \"expect\": {\"code\": [\"\", \"100001\"]}}},"
        "{\"id\": \"11\", \"name\": \"n\", \"steps\": [{},"
        " {\"request\": {\"set\": {\"model\": \"no-id\"}},"
        "  \"expect\": {\"schema\": false}, \"poll\": true}]}");

    passes(0);
    passes(1);
    fails(2, "task", "Failed");
    fails(3, "task", "Success");
    fails(4, "task", "Waiting");
    passes(5);
    passes(6);
    passes(7);
    fails(8, "outcome", "100002");

    /* a success without a state is no end, and no task is another's */

    fails(9, "state", "task_id");
    fails(10, "preparation", "no step saved \"task\"");

}


#define LIMIT_CASE                                                            \
    "{\"id\": \"1\", \"name\": \"n\", \"request\": {\"account\":"             \
    " \"limited\"}, \"limit\": {}, \"expect\": {\"code\": \"100501\"}}"


/* The boundary, and an endpoint that is wrong at each of its sides. */

static void
test_limit(void **state)
{
    (void) state;

    run(LIMIT_CASE);
    passes(0);
    assert_int_equal(results[0].requests, 5);
    clean();

    /* one too many passes, twice: no window can have ended in between */

    endpoint.allowed = 4;
    endpoint.began = 0;

    run(LIMIT_CASE);
    fails(0, "outcome", "success");
    clean();

    endpoint.allowed = 2;
    endpoint.began = 0;

    run(LIMIT_CASE);
    fails(0, "limit", "request 3 of 3 is refused: 100501");
    clean();

    /* a window that does not end when it says */

    endpoint.allowed = 3;
    endpoint.window_us = 60000000;
    endpoint.began = 0;

    run(LIMIT_CASE);
    fails(0, "limit", "request 1 of 1 is refused: 100501");
}


/* Cases of one limited account do not use up each other's windows. */

static void
test_limited_alone(void **state)
{
    (void) state;

    run(LIMIT_CASE ","
        "{\"id\": \"2\", \"name\": \"n\", \"request\": {\"account\":"
        " \"limited\"}, \"times\": 3},"
        "{\"id\": \"3\", \"name\": \"n\", \"request\": {\"account\":"
        " \"limited\"}, \"times\": 3}");

    passes(0);
    passes(1);
    passes(2);
}


static void
test_uploads(void **state)
{
    size_t           i;
    asr_conf_buf_t   b;

    (void) state;

    asr_conf_buf_init(&b, 1 << 20);

    for (i = 0; i < 40; i++) {
        asr_conf_buf_fmt(&b, "%s{\"id\": \"%zu\", \"name\": \"n\","
                             " \"request\": {\"account\": \"%s\", \"set\":"
                             " {\"file\": \"${file.tiny.wav}\"}}}",
                         i == 0 ? "" : ",", i, i % 2 ? "other" : "limited");
    }

    endpoint.uploads = 0;
    endpoint.allowed = 1000;

    run(b.data);
    asr_conf_buf_free(&b);

    for (i = 0; i < 40; i++) {
        passes(i);
    }

    assert_int_equal(endpoint.uploads, 2);
    clean();

    /* with a key of its own each case has its own */

    endpoint.uploads = 0;
    endpoint.allowed = 3;

    run("{\"id\": \"1\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"file\": \"${file.tiny.wav}\"}}, \"times\": 2},"
        "{\"id\": \"2\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"file\": \"${file.tiny.wav}\"}}}");

    passes(0);
    passes(1);

    assert_int_equal(endpoint.uploads, 2);
}


static void
test_hostile(void **state)
{
    size_t           i;
    asr_conf_buf_t   b;

    static const char *const  checks[ENDPOINT_NHOSTILE] = {
        "json", "json", "json", "json", "json", "json", "envelope",
        "envelope", "envelope", "json", "outcome", "schema", "schema"
    };

    (void) state;

    asr_conf_buf_init(&b, 1 << 20);

    for (i = 0; i < ENDPOINT_NHOSTILE; i++) {
        asr_conf_buf_fmt(&b, "%s{\"id\": \"%zu\", \"name\": \"n\","
                             " \"request\": {\"set\": {\"model\": \"%s\"}},"
                             " \"poll\": true}",
                         i == 0 ? "" : ",", i, endpoint_hostile[i].model);
    }

    run(b.data);
    asr_conf_buf_free(&b);

    for (i = 0; i < ENDPOINT_NHOSTILE; i++) {
        fails(i, checks[i], NULL);
        assert_non_null(results[i].exchange);
    }
}


static void
test_callbacks(void **state)
{
    static const char  text[] =
        "{\"id\": \"1\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"callback\": \"${callback}\"}}, \"callback\": {\"expect\":"
        " {\"json\": {\"/code\": 0, \"/task\": {\"same\": \"task\"}},"
        "  \"headers\": {\"content-type\": \"application/json\"}}}},"
        "{\"id\": \"2\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"callback\": \"${callback}\", \"model\": \"form\"}},"
        " \"callback\": {\"expect\": {\"form\": {\"code\": \"0\","
        " \"text\": \"a b!\", \"task\": {\"same\": \"task\"}}}}},"
        "{\"id\": \"3\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"callback\": \"${callback}\", \"model\": \"twice-told\"}},"
        " \"callback\": {}},"
        "{\"id\": \"4\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"callback\": \"${callback}\", \"model\": \"twice-told\"}},"
        " \"callback\": {\"count\": 2}},"
        "{\"id\": \"5\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"callback\": \"${callback}\"}}, \"callback\": {\"expect\":"
        " {\"json\": {\"/code\": 1}}}},"
        "{\"id\": \"6\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"to\": \"${callback}\"}}, \"callback\": {}},"
        "{\"id\": \"7\", \"name\": \"n\", \"request\": {\"set\":"
        " {\"callback\": \"${callback}\"}}, \"callback\": {\"expect\":"
        " {\"form\": {\"code\": \"0\"}}}}";

    (void) state;

    run(text);

    assert_int_equal(results[0].status, ASR_CONF_SKIP);
    assert_string_equal(results[0].why, "it needs the suite's server");
    clean();

    options.server = asr_conf_server_new("127.0.0.1:0", NULL);
    options.task_s = 1;

    run(text);

    passes(0);
    passes(1);
    fails(2, "callback", "one more: ");
    passes(3);
    fails(4, "callback /code", "0");
    fails(5, "callback", "none came");
    fails(6, "callback", "application/json");

}


static void
test_skips(void **state)
{
    (void) state;

    run("{\"id\": \"1\", \"name\": \"n\", \"request\": {\"account\":"
        " \"isolated\"}},"
        "{\"id\": \"2\", \"name\": \"n\", \"needs\": [\"server\"]},"
        "{\"id\": \"3\", \"name\": \"n\", \"request\": {\"account\":"
        " \"unknown\"}},"
        "{\"id\": \"4\", \"name\": \"n\", \"request\": {\"account\":"
        " \"none\"}}");

    assert_int_equal(results[0].status, ASR_CONF_SKIP);
    assert_non_null(strstr(results[0].why, "\"isolated\""));
    assert_int_equal(results[1].status, ASR_CONF_SKIP);
    passes(2);
    passes(3);
    clean();

    options.targets[1] = NULL;

    run("{\"id\": \"1\", \"name\": \"n\"}");

    assert_int_equal(results[0].status, ASR_CONF_SKIP);
    assert_string_equal(results[0].why, "no target for u2");
    clean();

    options.targets[1] = "http://127.0.0.1:1";

    run("{\"id\": \"1\", \"name\": \"n\"}");

    fails(0, "transport", NULL);
    assert_non_null(results[0].exchange);
    assert_null(results[0].code);
}


static void
test_first(void **state)
{
    size_t           i, ran;
    asr_conf_buf_t   b;

    (void) state;

    asr_conf_buf_init(&b, 1 << 20);

    for (i = 0; i < 200; i++) {
        asr_conf_buf_fmt(&b, "%s{\"id\": \"%zu\", \"name\": \"n\"%s}",
                         i == 0 ? "" : ",", i,
                         i == 3 ? ", \"request\": {\"set\": {\"b\": 1}}"
                                : "");
    }

    options.first = true;
    options.threads = 1;

    run(b.data);
    asr_conf_buf_free(&b);

    for (i = 0, ran = 0; i < 200; i++) {
        ran += results[i].status != ASR_CONF_NOT_RUN;
    }

    fails(3, "outcome", NULL);
    assert_true(ran < 200);

}


static void
add_account(asr_conf_account_t *a, const char *name, const char *bearer)
{
    a->name = asr_conf_copy(name);
    a->status = asr_conf_copy("active");
    a->bearer = asr_conf_copy(bearer);
    a->by_case = strstr(bearer, "{case}") != NULL;
}


static int
setup(void **state)
{
    static asr_conf_account_t  accounts[3];

    (void) state;

    asr_conf_http_init();
    endpoint_start(&endpoint);

    add_account(&accounts[0], "main", "sk-main-{case}");
    add_account(&accounts[1], "other", "sk-other");
    add_account(&accounts[2], "limited", "sk-limited");

    accounts[2].limits = json_pack("{s:s}", "u2.create", "3r/s");

    options.targets[1] = endpoint.url;
    options.accounts.all = accounts;
    options.accounts.n = 3;
    options.threads = 4;
    options.timeout_s = 10;
    options.task_s = 10;

    return 0;
}


static int
teardown(void **state)
{
    size_t  i;

    (void) state;

    for (i = 0; i < 3; i++) {
        asr_conf_account_clean(&options.accounts.all[i]);
    }

    endpoint_stop(&endpoint);

    return 0;
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        cmocka_unit_test_teardown(test_order, tidy),
        cmocka_unit_test_teardown(test_findings, tidy),
        cmocka_unit_test_teardown(test_tasks, tidy),
        cmocka_unit_test_teardown(test_limit, tidy),
        cmocka_unit_test_teardown(test_limited_alone, tidy),
        cmocka_unit_test_teardown(test_uploads, tidy),
        cmocka_unit_test_teardown(test_hostile, tidy),
        cmocka_unit_test_teardown(test_callbacks, tidy),
        cmocka_unit_test_teardown(test_skips, tidy),
        cmocka_unit_test_teardown(test_first, tidy)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
