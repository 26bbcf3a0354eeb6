/* Covering arrays: every combination is shown, and only what is allowed. */

#include "unit.h"

#include "asr_conf_generate.h"


typedef struct {
    unsigned  a, b, c;                   /* columns of a rule */
    unsigned  va, vb, vc;                /* values that may not meet */
} rule_t;


typedef struct {
    rule_t    rules[4];
    size_t    nrules;
} rules_t;


static uint64_t  state;


static unsigned
dice(unsigned n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;

    return (unsigned) (state >> 33) % n;
}


static bool
no_rule(const unsigned *row, void *data)
{
    size_t          i;
    const rules_t  *r;

    r = data;

    for (i = 0; i < r->nrules; i++) {
        if (row[r->rules[i].a] == r->rules[i].va
            && row[r->rules[i].b] == r->rules[i].vb
            && row[r->rules[i].c] == r->rules[i].vc)
        {
            return false;
        }
    }

    return true;
}


/* Does some row of all there are, allowed, hold what `row` has so far? */

static bool
possible(unsigned *row, const unsigned *sizes, size_t n, size_t at,
    rules_t *rules)
{
    bool      found;
    unsigned  v;

    while (at < n && row[at] != ASR_CONF_FREE) {
        at++;
    }

    if (at == n) {
        return no_rule(row, rules);
    }

    found = false;

    for (v = 0; v < sizes[at] && !found; v++) {
        row[at] = v;
        found = possible(row, sizes, n, at + 1, rules);
    }

    row[at] = ASR_CONF_FREE;

    return found;
}


static bool
shown(const unsigned *rows, size_t count, const unsigned *want, size_t n)
{
    size_t  i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < n; j++) {
            if (want[j] != ASR_CONF_FREE && rows[i * n + j] != want[j]) {
                break;
            }
        }

        if (j == n) {
            return true;
        }
    }

    return false;
}


/* Of all choices of t columns from `from` on, all values: how many lack. */

static unsigned
lacking(const unsigned *rows, size_t count, unsigned *want,
    const unsigned *sizes, size_t n, size_t from, unsigned t, rules_t *rules)
{
    size_t    i;
    unsigned  v, lack;

    if (t == 0) {
        if (shown(rows, count, want, n)) {
            return 0;
        }

        return rules == NULL || possible(want, sizes, n, 0, rules);
    }

    lack = 0;

    for (i = from; i + t <= n; i++) {
        for (v = 0; v < sizes[i]; v++) {
            want[i] = v;
            lack += lacking(rows, count, want, sizes, n, i + 1, t - 1, rules);
        }

        want[i] = ASR_CONF_FREE;
    }

    return lack;
}


static unsigned
lack(const unsigned *rows, size_t count, const unsigned *sizes, size_t n,
    unsigned t, rules_t *rules)
{
    size_t    i;
    unsigned  want[16];

    for (i = 0; i < n; i++) {
        want[i] = ASR_CONF_FREE;
    }

    return lacking(rows, count, want, sizes, n, 0, t, rules);
}


static void
in_range(const unsigned *rows, size_t count, const unsigned *sizes, size_t n)
{
    size_t  i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < n; j++) {
            assert_true(rows[i * n + j] < sizes[j]);
        }
    }
}


static void
test_random_shapes(void **unused)
{
    size_t     i, n, count;
    unsigned   t, shape, sizes[16], *rows;

    (void) unused;
    state = 1;

    for (shape = 0; shape < 300; shape++) {
        n = 1 + dice(8);
        t = 1 + dice(4);

        for (i = 0; i < n; i++) {
            sizes[i] = 1 + dice(t > 2 ? 4 : 9);
        }

        count = asr_conf_cover(sizes, n, t, NULL, NULL, &rows);
        assert_true(count > 0);
        in_range(rows, count, sizes, n);
        assert_int_equal(lack(rows, count, sizes, n, t < n ? t : (unsigned) n,
                              NULL), 0);
        free(rows);
    }
}


static void
test_rules(void **unused)
{
    size_t     i, n, count;
    rules_t    rules;
    unsigned   t, shape, sizes[16], *rows;

    (void) unused;
    state = 2;

    for (shape = 0; shape < 300; shape++) {
        n = 3 + dice(4);
        t = 2 + dice(2);

        for (i = 0; i < n; i++) {
            sizes[i] = 2 + dice(3);
        }

        rules.nrules = dice(5);

        for (i = 0; i < rules.nrules; i++) {
            rules.rules[i].a = dice((unsigned) n);
            rules.rules[i].b = dice((unsigned) n);
            rules.rules[i].c = dice(2) ? rules.rules[i].b
                                       : dice((unsigned) n);
            rules.rules[i].va = dice(sizes[rules.rules[i].a]);
            rules.rules[i].vb = dice(sizes[rules.rules[i].b]);
            rules.rules[i].vc = rules.rules[i].c == rules.rules[i].b
                                ? rules.rules[i].vb
                                : dice(sizes[rules.rules[i].c]);
        }

        count = asr_conf_cover(sizes, n, t, no_rule, &rules, &rows);
        in_range(rows, count, sizes, n);

        for (i = 0; i < count; i++) {
            assert_true(no_rule(rows + i * n, &rules));
        }

        assert_int_equal(lack(rows, count, sizes, n, t, &rules), 0);
        free(rows);
    }
}


/*
 * A dead end: the first column's value 0 leaves none for the last, which only
 * shows when that is reached.
 */

static bool
dead_end(const unsigned *row, void *data)
{
    (void) data;

    return row[0] != 0 || row[3] == ASR_CONF_FREE;
}


static void
test_dead_end(void **unused)
{
    size_t     i, count;
    unsigned  *rows;

    static const unsigned  sizes[] = { 2, 3, 3, 3 };

    (void) unused;

    count = asr_conf_cover(sizes, 4, 2, dead_end, NULL, &rows);
    assert_true(count >= 9);

    for (i = 0; i < count; i++) {
        assert_int_equal(rows[i * 4], 1);
    }

    free(rows);
}


static bool
nothing(const unsigned *row, void *data)
{
    (void) row;
    (void) data;

    return false;
}


static void
test_edges(void **unused)
{
    size_t     i, count;
    unsigned  *rows;

    static const unsigned  none[] = { 3, 0, 2 };
    static const unsigned  five[] = { 5 };
    static const unsigned  ones[] = { 1, 1, 1 };

    (void) unused;

    assert_int_equal(asr_conf_cover(none, 3, 2, NULL, NULL, &rows), 0);
    assert_null(rows);
    assert_int_equal(asr_conf_cover(five, 0, 2, NULL, NULL, &rows), 0);
    assert_int_equal(asr_conf_cover(five, 1, 0, NULL, NULL, &rows), 0);

    count = asr_conf_cover(five, 1, 2, NULL, NULL, &rows);
    assert_int_equal(count, 5);

    for (i = 0; i < count; i++) {
        assert_int_equal(rows[i], i);
    }

    free(rows);

    assert_int_equal(asr_conf_cover(ones, 3, 2, NULL, NULL, &rows), 1);
    free(rows);

    assert_int_equal(asr_conf_cover(five, 1, 1, nothing, NULL, &rows), 0);
    free(rows);
}


/* As few rows as make it worth while, and the same ones each time. */

static void
test_few_and_the_same(void **unused)
{
    size_t     i, n, again;
    unsigned   sizes[13], *rows, *other;

    (void) unused;

    for (i = 0; i < 13; i++) {
        sizes[i] = 3;
    }

    n = asr_conf_cover(sizes, 13, 2, NULL, NULL, &rows);
    assert_in_range(n, 9, 24);           /* all: 1594323; the best known: 15 */

    again = asr_conf_cover(sizes, 13, 2, NULL, NULL, &other);
    assert_int_equal(again, n);
    assert_memory_equal(rows, other, n * 13 * sizeof(unsigned));
    free(other);
    free(rows);

    n = asr_conf_cover(sizes, 13, 3, NULL, NULL, &rows);
    assert_in_range(n, 27, 110);
    free(rows);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_random_shapes),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_dead_end),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_few_and_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
