/* The rules of a world: their order, what uses them up, what chance does. */

#include "unit.h"

#include "asr_mock_faults.h"


/* Of asr_mock_world.h, as much as is needed here. */

static void  (*on_delete)(asr_mock_world_t *w);
static asr_mock_world_t  world;


void
asr_mock_on_delete(void (*handler)(asr_mock_world_t *w))
{
    on_delete = handler;
}


static void
is(asr_str_t s, const char *text)
{
    if (!asr_str_eq(s, asr_cstr(text))) {
        fail_msg("\"%.*s\", not \"%s\"", asr_fmt(s), text);
    }
}


static char  err[256];

static asr_err_t
add(const char *json)
{
    asr_err_t          rc;
    asr_arena_t        a;
    asr_json_t        *v;
    asr_json_error_t   e;

    asr_arena_init(&a, 1 << 22);
    v = asr_json_parse(&a, asr_cstr(json), &e);
    assert_non_null(v);

    err[0] = '\0';
    rc = asr_mock_faults_add_json(&world, v, err, sizeof(err));
    assert_true((rc == ASR_OK) == (err[0] == '\0'));
    asr_arena_free(&a);

    return rc;
}


/* The id of the rule that a request is given; 0: none. */

static unsigned
take(const char *api, const char *operation)
{
    unsigned                 id;
    asr_arena_t              a;
    const asr_mock_fault_t  *f;

    asr_arena_init(&a, 8192);
    f = asr_mock_fault_take(&world, asr_cstr(api), asr_cstr(operation), &a);
    id = (f != NULL) ? f->id : 0;
    asr_arena_free(&a);

    return id;
}


static const char *
list(void)
{
    asr_buf_t       b;
    asr_json_out_t  o;

    static char     text[256 * 1024];

    asr_buf_init(&b, sizeof(text) - 1);
    asr_json_out_begin(&o, &b);
    asr_mock_faults_write(&world, &o);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);
    memcpy(text, b.data, b.len);
    text[b.len] = '\0';
    asr_buf_free(&b);

    return text;
}


static int
rules_setup(void **state)
{
    memset(&world, 0, sizeof(world));
    asr_mock_faults_init();
    asr_mock_seed(&world.random, 1);
    assert_non_null(on_delete);

    return 0;
}


static int
rules_teardown(void **state)
{
    on_delete(&world);
    assert_null(world.faults);
    on_delete(&world);               /* of a world that had none */

    return 0;
}


static void
test_order(void **state)
{
    assert_string_equal(list(), "{\"faults\":[]}");
    assert_int_equal(take("u2", "create"), 0);

    assert_int_equal(add("{\"operation\":\"u2.create\",\"fault\":\"100501\","
                         "\"times\":2,\"skip\":1}"), ASR_OK);
    assert_int_equal(add("{\"faults\":[{\"operation\":\"u2.*\","
                         "\"fault\":\"latency=1s\",\"times\":1},"
                         "{\"fault\":\"reset\"}]}"), ASR_OK);

    /* the first lets one by, which then is the second's */

    assert_int_equal(take("u2", "create"), 2);
    assert_int_equal(take("u2", "create"), 1);
    assert_int_equal(take("u2", "query"), 3);
    assert_int_equal(take("tencent", "CreateRecTask"), 3);
    assert_int_equal(take("u2", "create"), 1);
    assert_int_equal(take("u2", "create"), 3);

    assert_string_equal(list(),
        "{\"faults\":[{\"id\":1,\"operation\":\"u2.create\","
        "\"fault\":\"100501\",\"times\":2,\"probability\":1.000000,"
        "\"skip\":1,\"skipped\":1,\"used\":2},"
        "{\"id\":2,\"operation\":\"u2.*\",\"fault\":\"latency=1s\","
        "\"times\":1,\"probability\":1.000000,\"skip\":0,\"skipped\":0,"
        "\"used\":1},"
        "{\"id\":3,\"operation\":\"*\",\"fault\":\"reset\",\"times\":0,"
        "\"probability\":1.000000,\"skip\":0,\"skipped\":0,\"used\":3}]}");

    assert_false(asr_mock_faults_delete(&world, 4));
    assert_true(asr_mock_faults_delete(&world, 3));
    assert_false(asr_mock_faults_delete(&world, 3));
    assert_int_equal(take("u2", "create"), 0);

    /* at the end of what is left, with a number of its own */

    assert_int_equal(add("[{\"fault\":\"empty\"}]"), ASR_OK);
    assert_int_equal(take("u2", "create"), 4);
    assert_true(asr_mock_faults_delete(&world, 1));
    assert_true(asr_mock_faults_delete(&world, 2));
    assert_int_equal(take("u2", "create"), 4);
    asr_mock_faults_clear(&world);
    assert_string_equal(list(), "{\"faults\":[]}");
    assert_int_equal(take("u2", "create"), 0);
    assert_int_equal(add("{\"fault\":\"empty\"}"), ASR_OK);
    assert_int_equal(take("u2", "create"), 5);
}


/* What is taken is the request's own: its rule may go. */

static void
test_copy(void **state)
{
    asr_arena_t              a, tiny;
    const asr_mock_fault_t  *f, *g;

    assert_int_equal(add("{\"fault\":\"error=100501,type=text/html\","
                         "\"times\":1}"), ASR_OK);
    assert_int_equal(add("{\"fault\":\"task=format\"}"), ASR_OK);

    /* no memory: it is as if it had not been asked */

    asr_arena_init(&tiny, 32);
    assert_null(asr_mock_fault_take(&world, asr_str("u2"), asr_str("create"),
                                    &tiny));
    asr_arena_free(&tiny);

    asr_arena_init(&a, 8192);
    f = asr_mock_fault_take(&world, asr_str("u2"), asr_str("create"), &a);
    g = asr_mock_fault_take(&world, asr_str("u2"), asr_str("create"), &a);
    asr_mock_faults_clear(&world);

    assert_non_null(f);
    is(f->code, "100501");
    is(f->type, "text/html");
    is(f->spec, "error=100501,type=text/html");
    assert_non_null(g);
    is(g->task_code, "format");
    asr_arena_free(&a);
}


static void
test_operations(void **state)
{
    size_t  i;
    char    json[256];

    static const struct {
        const char  *pattern;
        bool         fits[4];
    } rows[] = {
        { "*", { true, true, true, true } },
        { "tencent.*", { true, true, false, false } },
        { "tencent.CreateRecTask", { true, false, false, false } },
        { "CreateRecTask", { true, false, false, false } },
        { "Create*", { true, false, false, false } },
        { "*Task*", { true, true, false, false } },
        { "*.create", { false, false, true, false } },
        { "create", { false, false, true, false } },
        { "u2.c*e", { false, false, true, false } },
        { "*.*", { true, true, true, true } },
        { "ice.*ASR*Job*", { false, false, false, true } },
        { "**c**e", { false, false, true, false } },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        snprintf(json, sizeof(json),
                 "{\"operation\":\"%s\",\"fault\":\"reset\"}",
                 rows[i].pattern);
        assert_int_equal(add(json), ASR_OK);
        print_message("%s\n", rows[i].pattern);

        assert_int_equal(take("tencent", "CreateRecTask") != 0,
                         rows[i].fits[0]);
        assert_int_equal(take("tencent", "DescribeTaskStatus") != 0,
                         rows[i].fits[1]);
        assert_int_equal(take("u2", "create") != 0, rows[i].fits[2]);
        assert_int_equal(take("ice", "SubmitASRJob") != 0, rows[i].fits[3]);

        asr_mock_faults_clear(&world);
    }
}


static void
test_refused(void **state)
{
    size_t  i;

    static const struct {
        const char  *json;
        const char  *word;
    } rows[] = {
        { "1", "object" },
        { "{}", "fault is missing" },
        { "{\"operation\":\"*\"}", "fault is missing" },
        { "{\"fault\":1}", "fault must be a string" },
        { "{\"fault\":\"\"}", "empty" },
        { "{\"fault\":\"Nope\"}", "neither" },
        { "{\"fault\":\"reset\",\"operation\":\"CreateRekTask\"}",
          "operation" },
        { "{\"fault\":\"reset\",\"operation\":\"tensent.*\"}", "operation" },
        { "{\"fault\":\"reset\",\"operation\":\"\"}", "operation" },
        { "{\"fault\":\"reset\",\"operation\":1}", "operation" },
        { "{\"fault\":\"reset\",\"times\":-1}", "times" },
        { "{\"fault\":\"reset\",\"times\":1.5}", "times" },
        { "{\"fault\":\"reset\",\"skip\":\"1\"}", "skip" },
        { "{\"fault\":\"reset\",\"probability\":0}", "probability" },
        { "{\"fault\":\"reset\",\"probability\":1.01}", "probability" },
        { "{\"fault\":\"reset\",\"probability\":\"1\"}", "probability" },
        { "{\"fault\":\"reset\",\"time\":1}", "a rule has" },
        { "{\"faults\":{\"fault\":\"reset\"}}", "array" },
        { "[{\"fault\":\"reset\"},{\"fault\":\"Nope\"}]", "neither" },
        { "{\"faults\":[{\"fault\":\"reset\"},1]}", "object" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        assert_int_equal(add(rows[i].json), ASR_INVALID);

        if (strstr(err, rows[i].word) == NULL) {
            fail_msg("%s: %s", rows[i].json, err);
        }
    }

    /* all or none */

    assert_string_equal(list(), "{\"faults\":[]}");

    /* no rule is a rule of none */

    assert_int_equal(add("[]"), ASR_OK);
    assert_string_equal(list(), "{\"faults\":[]}");
}


static void
test_again(void **state)
{
    char  text[1024];

    assert_int_equal(add("{\"fault\":\"reset\",\"probability\":0.25,"
                         "\"times\":3}"), ASR_OK);
    snprintf(text, sizeof(text), "%s", list());
    assert_int_equal(add(text), ASR_OK);
    assert_non_null(strstr(list(), "\"id\":2,\"operation\":\"*\","
                           "\"fault\":\"reset\",\"times\":3,"
                           "\"probability\":0.250000"));
}


static void
test_ceiling(void **state)
{
    char       *json;
    size_t      i, n;
    unsigned    rules;

    json = malloc(64 * 1100);
    assert_non_null(json);

    for (rules = 999; rules <= 1001; rules++) {
        n = (size_t) snprintf(json, 64, "[");

        for (i = 0; i < rules; i++) {
            n += (size_t) snprintf(json + n, 64, "%s{\"fault\":\"reset\","
                                   "\"times\":1}", i ? "," : "");
        }

        snprintf(json + n, 64, "]");
        asr_mock_faults_clear(&world);
        assert_int_equal(add(json), rules <= 1000 ? ASR_OK : ASR_TOOBIG);
    }

    assert_string_equal(list(), "{\"faults\":[]}");
    json[strlen(json) - sizeof("{\"fault\":\"reset\",\"times\":1}]")] = '\0';
    json[strlen(json) + 1] = '\0';
    json[strlen(json)] = ']';
    assert_int_equal(add(json), ASR_OK);
    free(json);

    /* full; what is used up makes room, the oldest of it first */

    assert_int_equal(add("{\"fault\":\"empty\"}"), ASR_TOOBIG);
    n = take("u2", "create");
    assert_int_equal(add("{\"fault\":\"empty\"}"), ASR_OK);
    assert_int_equal(add("{\"fault\":\"empty\"}"), ASR_TOOBIG);
    assert_int_equal(take("u2", "create"), n + 1);
    assert_int_equal(take("u2", "create"), n + 2);
    assert_int_equal(add("[{\"fault\":\"empty\"},{\"fault\":\"empty\"}]"),
                     ASR_OK);
    assert_false(asr_mock_faults_delete(&world, (uint32_t) n + 1));
    assert_false(asr_mock_faults_delete(&world, (uint32_t) n + 2));
    assert_true(asr_mock_faults_delete(&world, (uint32_t) n + 3));
}


static void
test_probability(void **state)
{
    char      first[1001], again[1001];
    size_t    i, hits;
    unsigned  k;

    for (k = 0; k < 3; k++) {
        asr_mock_faults_clear(&world);
        asr_mock_seed_str(&world.random, 1, asr_str("test-a"));

        if (k == 2) {
            asr_mock_seed_str(&world.random, 2, asr_str("test-a"));
        }

        assert_int_equal(add("{\"fault\":\"reset\",\"probability\":0.3}"),
                         ASR_OK);

        for (i = 0, hits = 0; i < 1000; i++) {
            again[i] = (take("u2", "create") != 0) ? 'x' : '.';
            hits += (again[i] == 'x');
        }

        again[1000] = '\0';
        assert_in_range(hits, 240, 360);

        if (k == 0) {
            memcpy(first, again, sizeof(first));

        } else if (k == 1) {
            assert_string_equal(first, again);

        } else {
            assert_string_not_equal(first, again);
        }
    }

    /* times are of hits; a miss is the next rule's */

    asr_mock_faults_clear(&world);
    assert_int_equal(add("[{\"fault\":\"reset\",\"probability\":0.5,"
                         "\"times\":10},{\"fault\":\"empty\"}]"), ASR_OK);

    for (i = 0, hits = 0; i < 100; i++) {
        k = take("u2", "create");
        assert_true(k != 0);
        hits += (k % 2 == 0);
    }

    assert_int_equal(hits, 10);
}


int
main(void)
{
#define rules(t)  cmocka_unit_test_setup_teardown(t, rules_setup,             \
                                                  rules_teardown)

    const struct CMUnitTest  tests[] = {
        rules(test_order),
        rules(test_copy),
        rules(test_operations),
        rules(test_refused),
        rules(test_again),
        rules(test_ceiling),
        rules(test_probability),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
