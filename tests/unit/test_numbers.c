/*
 * Numbers: pauses, hostile words, many threads, what it costs.
 */

#include "numbers_unit.h"

#include <pthread.h>


#define MANY     45000
#define THREADS  4
#define ROUNDS   50


static asr_numbers_t  *numbers;


static const char *const  sentences[] = {
    "the train of half past ten p m costs twenty three dollars and five cents",
    "one hundred twenty three thousand four hundred fifty six people",
    "may fifth nineteen forty five was the twenty first day of five percent",
    "call five five five one two one two between nine and ten",
    "no one waits a second for one of them",
    "x plus x plus x plus x plus x plus x plus x plus x plus x plus x equals y"
};


static int
setup(void **state)
{
    numbers = asr_numbers_create();

    return numbers == NULL;
}


static int
teardown(void **state)
{
    asr_numbers_free(numbers);

    return 0;
}


static void
check(const char *spoken, int32_t pause, const char *expect)
{
    char  *got;

    got = numbers_write(numbers, spoken, pause, ASR_NUMBERS_ON);
    assert_string_equal(got, expect);
    free(got);
}


static void
test_arguments(void **state)
{
    char          *got;
    size_t         count;
    asr_str_t      word;
    asr_arena_t    a;
    asr_number_t  *runs;

    asr_arena_init(&a, NUMBERS_ARENA);

    count = 7;
    assert_int_equal(asr_numbers(numbers, &a, NULL, NULL, 0, ASR_NUMBERS_ON,
                                 &runs, &count), ASR_OK);
    assert_int_equal(count, 0);

    word = asr_str("twenty");
    count = 7;
    assert_int_equal(asr_numbers(numbers, &a, &word, NULL, 1, ASR_NUMBERS_OFF,
                                 &runs, &count), ASR_OK);
    assert_int_equal(count, 0);

    assert_int_equal(asr_numbers(numbers, &a, &word, NULL, 1, ASR_NUMBERS_ON,
                                 &runs, &count), ASR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(runs[0].first, 0);
    assert_int_equal(runs[0].n, 1);
    assert_true(asr_str_eq(runs[0].text, asr_str("20")));

    asr_arena_free(&a);

    /* a mode that is none of the documented: numbers, no formulas */

    got = numbers_write(numbers, "ten plus ten", 0, 2);
    assert_string_equal(got, "10 plus 10");
    free(got);

    asr_numbers_free(NULL);
}


/* Which words each run stands for. */

static void
test_runs(void **state)
{
    char           spoken[] = "on may twenty-fifth nineteen oh five he paid "
                              "two dollars and a half-dozen eggs at ten p m";
    size_t         n, count;
    int32_t        gaps[NUMBERS_WORDS];
    asr_str_t      words[NUMBERS_WORDS];
    asr_arena_t    a;
    asr_number_t  *runs;

    n = numbers_words(spoken, words, gaps, 0);
    asr_arena_init(&a, NUMBERS_ARENA);

    assert_int_equal(asr_numbers(numbers, &a, words, NULL, n, ASR_NUMBERS_ON,
                                 &runs, &count), ASR_OK);
    assert_int_equal(count, 3);

    assert_int_equal(runs[0].first, 2);
    assert_int_equal(runs[0].n, 4);
    assert_true(asr_str_eq(runs[0].text, asr_str("25, 1905")));

    assert_int_equal(runs[1].first, 8);
    assert_int_equal(runs[1].n, 2);
    assert_true(asr_str_eq(runs[1].text, asr_str("$2")));

    assert_int_equal(runs[2].first, 15);
    assert_int_equal(runs[2].n, 3);
    assert_true(asr_str_eq(runs[2].text, asr_str("10 p.m.")));

    asr_arena_free(&a);
}


static void
test_pauses(void **state)
{
    int32_t  p;

    /* a pause parts numbers, and what belongs to them */

    p = ASR_NUMBERS_PAUSE;

    check("twenty | five people", p, "20 five people");
    check("nineteen | ninety seven", p, "19 97");
    check("one hundred | and five", p, "100 and five");
    check("ten dollars | and fifty cents", p, "$10 and 50 cents");
    check("twenty | percent", p, "20 percent");
    check("ten | p m", p, "10 p m");
    check("five to | ten people", p, "five to 10 people");
    check("five | to ten people", p, "five to 10 people");
    check("two point | five", p, "two point five");
    check("nine ten | eleven", p, "9:10 11");
    check("| twenty five", p, "25");
    check("and | twenty five", p, "and 25");
    check("several hundred | fifty came", p, "several hundred 50 came");

    /* a shorter one does not */

    p--;

    check("twenty | five people", p, "25 people");
    check("nineteen | ninety seven", p, "1997");
    check("ten dollars | and fifty cents", p, "$10.50");

    /* digits one by one are spoken in groups */

    p = ASR_NUMBERS_FAR - 1;

    check("five five five | one two one two", p, "5551212");
    check("nine one one | two men", p, "911 two men");
    check("one two | three four", p, "1234");

    p = ASR_NUMBERS_FAR;

    check("five five five | one two one two", p, "555 1212");
    check("one two | three four", p, "one two three four");
}


static void
test_pauses_math(void **state)
{
    char  *got;

    got = numbers_write(numbers, "two plus two | plus three", 1000,
                        ASR_NUMBERS_MATH);
    assert_string_equal(got, "2 + 2 plus three");
    free(got);

    got = numbers_write(numbers, "two plus | two", 1000, ASR_NUMBERS_MATH);
    assert_string_equal(got, "two plus two");
    free(got);
}


static void
many(const char *const *list, size_t nlist, int mode, size_t *count,
    size_t *letters)
{
    size_t         i;
    uint64_t       parses;
    asr_str_t     *words;
    asr_arena_t    a;
    asr_number_t  *runs;

    words = malloc(MANY * sizeof(asr_str_t));
    assert_non_null(words);

    for (i = 0; i < MANY; i++) {
        words[i] = asr_cstr(list[i % nlist]);
    }

    asr_arena_init(&a, 64 << 20);
    parses = asr_numbers_parses(numbers);

    assert_int_equal(asr_numbers(numbers, &a, words, NULL, MANY, mode, &runs,
                                 count), ASR_OK);

    /* what takes the time is ICU's parsing */

    parses = asr_numbers_parses(numbers) - parses;
    assert_true(parses <= MANY / 2);

    *letters = 0;

    for (i = 0; i < *count; i++) {
        assert_true(i == 0 || runs[i].first >= runs[i - 1].first
                                               + runs[i - 1].n);
        assert_true(runs[i].n >= 1 && runs[i].first + runs[i].n <= MANY);
        *letters += runs[i].text.len;
    }

    asr_arena_free(&a);
    free(words);
}


#define many_of(list, mode, count, letters)                                   \
    many(list, asr_nelts(list), mode, count, letters)


static void
test_hostile(void **state)
{
    int     mode;
    size_t  count, letters;

    static const char *const  nine[] = { "nine" };
    static const char *const  hundred[] = { "nine", "hundred", "and" };
    static const char *const  scales[] = { "one", "million" };
    static const char *const  down[] = { "nine", "hundred", "trillion", "nine",
        "hundred", "billion", "nine", "million", "nine", "thousand" };
    static const char *const  ordinals[] = { "twenty", "first" };
    static const char *const  points[] = { "point", "five" };
    static const char *const  plus[] = { "x", "plus" };
    static const char *const  minus[] = { "minus" };
    static const char *const  doubled[] = { "double", "nine" };
    static const char *const  to[] = { "nine", "to", "ten", "or" };
    static const char *const  tens[] = { "ninety" };
    static const char *const  halves[] = { "two", "and", "a", "half" };
    static const char *const  dollars[] = { "ten", "dollars", "and" };
    static const char *const  hyphens[] = { "nine-nine-nine-nine-nine-nine" };
    static const char *const  root[] = { "the", "square", "root", "of" };

    for (mode = ASR_NUMBERS_ON; mode <= ASR_NUMBERS_MATH; mode += 2) {
        many_of(nine, mode, &count, &letters);
        assert_int_equal(letters, MANY);

        many_of(hundred, mode, &count, &letters);
        assert_true(count > MANY / 4);

        many_of(scales, mode, &count, &letters);
        assert_int_equal(count, MANY / 2);

        many_of(down, mode, &count, &letters);
        assert_int_equal(count, MANY / 10);

        many_of(ordinals, mode, &count, &letters);
        assert_int_equal(count, MANY / 2);

        many_of(points, mode, &count, &letters);
        many_of(minus, mode, &count, &letters);
        assert_int_equal(count, 0);

        many_of(doubled, mode, &count, &letters);
        assert_int_equal(letters, MANY);

        many_of(to, mode, &count, &letters);
        assert_true(count >= MANY / 4);

        many_of(tens, mode, &count, &letters);
        many_of(halves, mode, &count, &letters);
        assert_int_equal(count, MANY / 4);

        many_of(dollars, mode, &count, &letters);
        assert_true(count >= MANY / 3);

        many_of(hyphens, mode, &count, &letters);
        many_of(root, mode, &count, &letters);
        assert_int_equal(count, 0);

        many_of(plus, mode, &count, &letters);
        assert_int_equal(count != 0, mode == ASR_NUMBERS_MATH);
    }
}


/* Bytes no recogniser gives; each word ends where its memory does. */

static void
test_odd_words(void **state)
{
    char          *p;
    size_t         i, count;
    asr_str_t      words[2];
    asr_arena_t    a;
    asr_number_t  *runs;

    static const asr_str_t  odd[] = {
        ASR_STR(""),
        ASR_STR("-"),
        ASR_STR("--"),
        ASR_STR("-nine"),
        ASR_STR("nine-"),
        ASR_STR("twenty--one"),
        ASR_STR("twenty-one-"),
        ASR_STR("a-b-c-d-e-f-g-h-i-j-k"),
        ASR_STR("one-one-one-one-one-one-one-one-one-one"),
        ASR_STR("nine\0"),
        ASR_STR("\0"),
        ASR_STR("\xff\xfe"),
        ASR_STR("TWENTY"),
        ASR_STR("twentytwenty"),
        ASR_STR("twent")
    };

    for (i = 0; i < asr_nelts(odd); i++) {
        p = malloc(odd[i].len + (odd[i].len == 0));
        assert_non_null(p);
        memcpy(p, odd[i].data, odd[i].len);

        words[0] = (asr_str_t) { odd[i].len, odd[i].len != 0 ? p : NULL };
        words[1] = words[0];
        asr_arena_init(&a, NUMBERS_ARENA);

        assert_int_equal(asr_numbers(numbers, &a, words, NULL, 2,
                                     ASR_NUMBERS_MATH, &runs, &count),
                         ASR_OK);
        assert_int_equal(count, 0);

        asr_arena_free(&a);
        free(p);
    }
}


/* Over the arena's ceiling: nothing, wherever it is reached. */

static void
test_no_memory(void **state)
{
    size_t         i, n, ceiling, count, all;
    int32_t        gaps[NUMBERS_WORDS];
    asr_err_t      rc;
    asr_str_t      words[NUMBERS_WORDS];
    asr_arena_t    a;
    asr_number_t  *runs;
    char          *copy;

    for (i = 0; i < asr_nelts(sentences); i++) {
        copy = strdup(sentences[i]);
        assert_non_null(copy);
        n = numbers_words(copy, words, gaps, 0);

        asr_arena_init(&a, NUMBERS_ARENA);
        assert_int_equal(asr_numbers(numbers, &a, words, NULL, n,
                                     ASR_NUMBERS_MATH, &runs, &all), ASR_OK);
        asr_arena_free(&a);

        rc = ASR_NOMEM;

        for (ceiling = 0; rc != ASR_OK; ceiling += 16) {
            assert_true(ceiling <= 4096);
            asr_arena_init(&a, ceiling);

            rc = asr_numbers(numbers, &a, words, NULL, n, ASR_NUMBERS_MATH,
                             &runs, &count);

            assert_true(rc == ASR_OK || rc == ASR_NOMEM);
            assert_int_equal(count, rc == ASR_OK ? all : 0);
            assert_true(ceiling != 0 || rc == ASR_NOMEM);

            asr_arena_free(&a);
        }

        free(copy);
    }
}


static void *
run_thread(void *arg)
{
    char    *got;
    size_t   i, k, bad;
    char   **expect = arg;

    bad = 0;

    for (k = 0; k < ROUNDS; k++) {
        for (i = 0; i < asr_nelts(sentences); i++) {
            got = numbers_write(numbers, sentences[i], 0, ASR_NUMBERS_ON);
            bad += strcmp(got, expect[i]) != 0;
            free(got);
        }
    }

    return (void *) bad;
}


static void
test_threads(void **state)
{
    char       *expect[asr_nelts(sentences)];
    void       *bad;
    size_t      i;
    pthread_t   threads[THREADS];

    for (i = 0; i < asr_nelts(sentences); i++) {
        expect[i] = numbers_write(numbers, sentences[i], 0, ASR_NUMBERS_ON);
    }

    assert_string_equal(expect[1], "123,456 people");
    assert_string_equal(expect[4], sentences[4]);

    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, run_thread,
                                        expect), 0);
    }

    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &bad), 0);
        assert_null(bad);
    }

    for (i = 0; i < asr_nelts(sentences); i++) {
        free(expect[i]);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_pauses_math),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_odd_words),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_threads)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
