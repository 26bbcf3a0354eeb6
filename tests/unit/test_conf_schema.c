/*
 * The schema keywords, held to JSON-Schema-Test-Suite (draft 7): every test of
 * every keyword's file whose schema has only keywords of ours; what is passed
 * over is counted, so that none is lost in silence.
 */

#include "conf_json.h"

#include "asr_conf_schema.h"


#define SUITE  "/usr/share/json-schema-test-suite/tests/draft7"

/* of 71: they use keywords of others, or schemas elsewhere */
#define PASSED_OVER  8


static unsigned  run, passed_over;


static void
suite_group(const char *file, const json_t *group)
{
    bool                want, got;
    char                err[256];
    size_t              i;
    const json_t       *test;
    asr_conf_schema_t  *s;

    s = asr_conf_schema_new(json_object_get(group, "schema"), err,
                            sizeof(err));

    if (s == NULL) {
        print_message("# %s, %s: %s\n", file,
                      asr_conf_json_str(group, "description", ""), err);
        passed_over++;
        return;
    }

    json_array_foreach(json_object_get(group, "tests"), i, test) {
        want = asr_conf_json_bool(test, "valid", false);
        got = asr_conf_schema_holds(s, json_object_get(test, "data"), err,
                                    sizeof(err));
        run++;

        if (got != want) {
            fail_msg("%s, %s, %s: %s", file,
                     asr_conf_json_str(group, "description", ""),
                     asr_conf_json_str(test, "description", ""), err);
        }

        assert_int_equal(err[0] == '\0', got);
    }

    asr_conf_schema_free(s);
}


static void
keywords_pass_the_suite(void **state)
{
    char           path[256];
    size_t         i, k;
    json_t        *groups;
    json_error_t   error;

    for (i = 0; asr_conf_schema_keywords[i] != NULL; i++) {
        snprintf(path, sizeof(path), SUITE "/%s.json",
                 asr_conf_schema_keywords[i]);
        groups = json_load_file(path, JSON_DECODE_ANY, &error);

        if (groups == NULL) {
            fail_msg("%s: %s", path, error.text);
        }

        for (k = 0; k < json_array_size(groups); k++) {
            suite_group(asr_conf_schema_keywords[i],
                        json_array_get(groups, k));
        }

        json_decref(groups);
    }

    print_message("# %u tests run, %u schemas passed over\n", run,
                  passed_over);
    assert_true(run > 200);
    assert_int_equal(passed_over, PASSED_OVER);
}


static void
faults_say_where(void **state)
{
    size_t              i;
    char                err[256];
    json_t             *v;
    asr_conf_schema_t  *s;

    static const struct {
        const char  *schema, *value, *err;
    } cases[] = {
        { "{\"type\": \"object\", \"required\": [\"a\"]}", "{}",
          "/: must have \"a\", not {}" },
        { "{\"properties\": {\"a\": {\"items\": {\"maximum\": 3}}}}",
          "{\"a\": [1, 2, 4]}", "/a/2: must be at most 3, not 4" },
        { "{\"properties\": {\"a\": {}}, \"additionalProperties\": false}",
          "{\"b\": null}", "/b: must not be there, not null" },
        { "{\"properties\": {\"a\": {\"pattern\": \"^x$\"}}}",
          "{\"a\": \"x\\n\"}", "/a: must match ^x$, not \"x\\n\"" },
        { "{\"enum\": [1, \"a\"]}", "2", "/: must be one of [1,\"a\"], not 2" },
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        v = conf_json(cases[i].schema);
        s = asr_conf_schema_new(v, err, sizeof(err));
        assert_non_null(s);
        json_decref(v);

        v = conf_json(cases[i].value);
        assert_false(asr_conf_schema_holds(s, v, err, sizeof(err)));
        assert_string_equal(err, cases[i].err);
        json_decref(v);
        asr_conf_schema_free(s);
    }
}


static void
unknown_keywords_are_refused(void **state)
{
    size_t   i;
    char     err[256];
    json_t  *v;

    static const char *bad[] = {
        "{\"maxlength\": 3}", "{\"type\": \"text\"}", "{\"minLength\": -1}",
        "{\"pattern\": \"(\"}", "{\"$ref\": \"#/definitions/none\"}",
        "{\"properties\": {\"a\": {\"format\": \"uri\"}}}", "3",
        "{\"required\": [1]}", "{\"$ref\": \"http://127.0.0.1/x\"}",
        "{\"oneOf\": []}"
    };

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        v = conf_json(bad[i]);
        assert_null(asr_conf_schema_new(v, err, sizeof(err)));
        assert_true(err[0] != '\0');
        json_decref(v);
    }
}


/* A schema of ours that leads back to itself meets as deep a value. */

static void
hostile_values_end(void **state)
{
    char                err[256], *deep;
    size_t              i;
    json_t             *v;
    asr_conf_schema_t  *s;

    v = conf_json("{\"items\": {\"$ref\": \"#\"}}");
    s = asr_conf_schema_new(v, err, sizeof(err));
    json_decref(v);

    deep = asr_conf_alloc(2 * ASR_CONF_DEPTH_MAX + 1);

    for (i = 0; i < ASR_CONF_DEPTH_MAX; i++) {
        deep[i] = '[';
        deep[2 * ASR_CONF_DEPTH_MAX - 1 - i] = ']';
    }

    v = conf_json(deep);
    assert_true(asr_conf_schema_holds(s, v, err, sizeof(err)));
    json_decref(v);
    asr_conf_schema_free(s);
    free(deep);

    v = conf_json("{\"anyOf\": [{\"$ref\": \"#\"}]}");
    s = asr_conf_schema_new(v, err, sizeof(err));
    json_decref(v);
    v = conf_json("1");
    assert_false(asr_conf_schema_holds(s, v, err, sizeof(err)));
    json_decref(v);
    asr_conf_schema_free(s);

    v = conf_json("{\"pattern\": \"^(a+)+$\"}");
    s = asr_conf_schema_new(v, err, sizeof(err));
    json_decref(v);

    deep = asr_conf_alloc(1u << 20);
    memset(deep, 'a', (1u << 20) - 2);
    deep[(1u << 20) - 2] = 'b';
    v = json_string(deep);
    assert_false(asr_conf_schema_holds(s, v, err, sizeof(err)));
    json_decref(v);
    asr_conf_schema_free(s);
    free(deep);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_pass_the_suite),
        cmocka_unit_test(faults_say_where),
        cmocka_unit_test(unknown_keywords_are_refused),
        cmocka_unit_test(hostile_values_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
