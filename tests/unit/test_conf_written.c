/*
 * Cases that people wrote, all of them: what is right by its form and wrong
 * all the same.
 */

#include "unit.h"

#include <ctype.h>
#include <sanitizer/lsan_interface.h>

#include "asr_conf_case.h"


static asr_conf_cases_t  all;


static bool
written(const asr_conf_case_t *c)
{
    return strcmp(c->kind, "hand") == 0;
}


/* What a document says can be no surer than the clause that says it. */

static void
test_level(void **unused)
{
    bool                       backed;
    size_t                     i, k;
    json_t                    *id;
    const asr_conf_case_t     *c;
    const asr_conf_clause_t   *clause;

    (void) unused;

    for (i = 0; i < all.n; i++) {
        c = &all.all[i];
        backed = !written(c);

        json_array_foreach(c->clauses, k, id) {
            clause = asr_conf_clause(c->doc, json_string_value(id));
            assert_non_null(clause);
            backed = backed || clause->level <= c->level;
        }

        if (!backed) {
            fail_msg("%s is \"%s\", its clauses are not", c->id,
                     asr_conf_level_name(c->level));
        }
    }
}


static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}


/* Two that send and want the same are one. */

static void
test_once(void **unused)
{
    char    **texts, *steps;
    size_t    i, n;

    (void) unused;

    texts = asr_conf_alloc((all.n + 1) * sizeof(char *));
    n = 0;

    for (i = 0; i < all.n; i++) {
        if (written(&all.all[i])) {
            steps = json_dumps(all.all[i].steps, JSON_COMPACT
                                                 | JSON_SORT_KEYS);
            texts[n++] = asr_conf_print("%s %s", all.all[i].doc->api, steps);
            free(steps);
        }
    }

    qsort(texts, n, sizeof(char *), by_text);

    for (i = 1; i < n; i++) {
        if (strcmp(texts[i - 1], texts[i]) == 0) {
            fail_msg("written twice: %s", texts[i]);
        }
    }

    for (i = 0; i < n; i++) {
        free(texts[i]);
    }

    free(texts);
}


/*
 * "\d" and "\n" are no digit and no line break in a regular expression of
 * POSIX: they match the letters.
 */

static const char *
letter_escaped(const char *pattern)
{
    for ( ; *pattern != '\0'; pattern++) {
        if (*pattern != '\\') {
            continue;
        }

        if (isalnum((unsigned char) pattern[1])) {
            return pattern;
        }

        if (pattern[1] != '\0') {
            pattern++;
        }
    }

    return NULL;
}


static void
patterns(const asr_conf_case_t *c, json_t *v)
{
    size_t       i;
    json_t      *one;
    const char  *name;

    json_array_foreach(v, i, one) {
        patterns(c, one);
    }

    json_object_foreach(v, name, one) {
        if (strcmp(name, "pattern") == 0 && json_is_string(one)
            && letter_escaped(json_string_value(one)) != NULL)
        {
            fail_msg("%s: \"%s\" matches a letter", c->id,
                     letter_escaped(json_string_value(one)));
        }

        patterns(c, one);
    }
}


static void
test_patterns(void **unused)
{
    size_t  i;

    (void) unused;

    assert_non_null(letter_escaped("^\\d+$"));
    assert_non_null(letter_escaped("[^\\n]"));
    assert_null(letter_escaped("^\\[[0-9]+\\]\\\\$"));

    for (i = 0; i < all.n; i++) {
        patterns(&all.all[i], (json_t *) all.all[i].steps);
    }
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
        cmocka_unit_test(test_level),
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_patterns),
    };

    return cmocka_run_group_tests(tests, load, NULL);
}
