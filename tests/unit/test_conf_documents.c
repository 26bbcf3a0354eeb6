/*
 * What is generated of the documents themselves: enough, no request twice,
 * each with a name and a clause that is there.
 */

#include "unit.h"

#include <ctype.h>
#include <sanitizer/lsan_interface.h>

#include "asr_conf_case.h"
#include "asr_conf_generate.h"
#include "asr_conf_json.h"


static asr_conf_cases_t  all;


static bool
generated(const asr_conf_case_t *c)
{
    return strcmp(c->kind, "hand") != 0 && strcmp(c->kind, "cause") != 0;
}


/* Of one operation; NULL: of all of the API. */

static size_t
count(const char *api, const char *op)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < all.n; i++) {
        n += generated(&all.all[i])
             && strcmp(all.all[i].doc->api, api) == 0
             && (op == NULL || strcmp(all.all[i].op, op) == 0);
    }

    return n;
}


static void
test_enough(void **unused)
{
    (void) unused;

    assert_true(count("tencent", "CreateRecTask") > 1000);
    assert_true(count("u2", "create") > 1000);
    assert_true(count("ice", NULL) > 1000);
    assert_true(count("ice", "SubmitASRJob") > 500);
    assert_true(count("memories", "async-generate-audio") > 100);
}


static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}


static void
test_once(void **unused)
{
    char    **texts, *steps;
    size_t    i, n;

    (void) unused;

    texts = asr_conf_alloc(all.n * sizeof(char *));
    n = 0;

    for (i = 0; i < all.n; i++) {
        if (generated(&all.all[i])) {
            steps = json_dumps(all.all[i].steps, JSON_COMPACT
                                                 | JSON_SORT_KEYS);
            texts[n++] = asr_conf_print("%s %s", all.all[i].doc->api, steps);
            free(steps);
        }
    }

    qsort(texts, n, sizeof(char *), by_text);

    for (i = 1; i < n; i++) {
        if (strcmp(texts[i - 1], texts[i]) == 0) {
            fail_msg("made twice: %s", texts[i]);
        }
    }

    for (i = 0; i < n; i++) {
        free(texts[i]);
    }

    free(texts);
}


/* Readable, ASCII, unique; a sentence; of a clause the document has. */

static void
test_names(void **unused)
{
    char                   **ids;
    size_t                   i, n;
    const char              *s;
    const asr_conf_case_t   *c;

    (void) unused;

    ids = asr_conf_alloc(all.n * sizeof(char *));
    n = 0;

    for (i = 0; i < all.n; i++) {
        c = &all.all[i];

        if (!generated(c)) {
            continue;
        }

        for (s = c->id; *s != '\0'; s++) {
            if (!isgraph((unsigned char) *s)) {
                fail_msg("not to be typed: %s", c->id);
            }
        }

        assert_true(s - c->id < 200);
        assert_true(strlen(c->name) > 5);
        assert_non_null(asr_conf_clause(c->doc, c->clause));
        ids[n++] = (char *) c->id;
    }

    qsort(ids, n, sizeof(char *), by_text);

    for (i = 1; i < n; i++) {
        assert_string_not_equal(ids[i - 1], ids[i]);
    }

    free(ids);
}


/* Steps are what a person can read: long bodies are said in short. */

static void
test_small(void **unused)
{
    char    *steps;
    size_t   i;

    (void) unused;

    for (i = 0; i < all.n; i++) {
        if (generated(&all.all[i])) {
            steps = json_dumps(all.all[i].steps, JSON_COMPACT);

            if (strlen(steps) > 5000) {
                fail_msg("%s: %zu bytes", all.all[i].id, strlen(steps));
            }

            free(steps);
        }
    }
}


/* Each value a closed set has is taken by some case that tries it. */

static void
test_values(void **unused)
{
    char                    *want;
    bool                     tried;
    size_t                   d, o, p, i, j;
    json_t                  *v;
    const asr_conf_op_t     *op;
    const asr_conf_param_t  *param;

    (void) unused;

    for (d = 0; d < ASR_CONF_NDOCS; d++) {
        for (o = 0; o < asr_conf_docs[d].nops; o++) {
            op = &asr_conf_docs[d].ops[o];

            for (p = 0; p < op->nparams; p++) {
                param = &op->params[p];

                json_array_foreach(json_object_get(param->row, "values"), j,
                                   v)
                {
                    want = json_is_string(v)
                           ? asr_conf_copy(json_string_value(v))
                           : asr_conf_json_text(v, 100);
                    tried = false;

                    for (i = 0; i < all.n && !tried; i++) {
                        tried = all.all[i].doc == &asr_conf_docs[d]
                                && strcmp(all.all[i].op, op->name) == 0
                                && all.all[i].param != NULL
                                && all.all[i].value != NULL
                                && strcmp(all.all[i].param, param->name) == 0
                                && strcmp(all.all[i].value, want) == 0;
                    }

                    if (!tried) {
                        fail_msg("%s of %s of %s is not tried", want,
                                 param->name, op->name);
                    }

                    free(want);
                }
            }
        }
    }
}


/* What is loaded for prefixes has all that they select, in the same order. */

static void
same_selected(const char *prefix)
{
    size_t             i, k, n;
    char              *prefixes[1];
    asr_conf_cases_t   some;

    prefixes[0] = (char *) prefix;

    __lsan_disable();
    asr_conf_cases_load(&some, prefixes, 1);
    __lsan_enable();

    for (i = 0, k = 0, n = 0; i < all.n; i++) {

        if (!asr_conf_case_selected(&all.all[i], prefixes, 1)) {
            continue;
        }

        while (k < some.n
               && !asr_conf_case_selected(&some.all[k], prefixes, 1))
        {
            k++;
        }

        if (k == some.n || strcmp(all.all[i].id, some.all[k].id) != 0
            || !json_equal(all.all[i].steps, some.all[k].steps))
        {
            fail_msg("%s: not loaded alike: %s", prefix, all.all[i].id);
        }

        k++;
        n++;
    }

    assert_true(n != 0);
    assert_true(some.n < all.n);
}


static void
test_selected(void **unused)
{
    (void) unused;

    same_selected("u2");
    same_selected("u2/create/context");
    same_selected("u2/create/json/");
    same_selected("u2/create/pairs");
    same_selected("tencent/signature/tc3");
    same_selected("ice/SubmitASRJob/all");
    same_selected("ice/cause/over-limit");
    same_selected(all.all[all.n - 1].id);
}


static int
load(void **unused)
{
    (void) unused;

    /* documents and cases stay as long as the program */

    __lsan_disable();
    asr_conf_docs_load();
    asr_conf_cases_load(&all, NULL, 0);
    __lsan_enable();

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_enough),
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_selected),
    };

    return cmocka_run_group_tests(tests, load, NULL);
}
