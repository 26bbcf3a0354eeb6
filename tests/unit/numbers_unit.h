/*
 * What the tests of spoken numbers share: a sentence as words, and the words
 * with their numbers written.
 */

#ifndef NUMBERS_UNIT_H
#define NUMBERS_UNIT_H

#include "unit.h"

#include "base/asr_buf.h"
#include "speech/asr_numbers.h"


#define NUMBERS_WORDS  64
#define NUMBERS_ARENA  (1 << 20)


/* The words of s, which it cuts up; where a '|' is, a pause of `pause` ms. */

static inline size_t
numbers_words(char *s, asr_str_t words[NUMBERS_WORDS],
    int32_t gaps[NUMBERS_WORDS], int32_t pause)
{
    char    *word;
    size_t   n;

    memset(gaps, 0, NUMBERS_WORDS * sizeof(int32_t));
    n = 0;

    while ((word = strsep(&s, " ")) != NULL) {
        if (strcmp(word, "|") == 0) {
            gaps[n] = pause;
            continue;
        }

        assert_true(n < NUMBERS_WORDS);
        words[n++] = asr_cstr(word);
    }

    return n;
}


/* The runs have to be in order and within the words; text of its own. */

static inline char *
numbers_write(asr_numbers_t *numbers, const char *spoken, int32_t pause,
    int mode)
{
    char          *copy, *text;
    size_t         i, k, n, count, next;
    int32_t        gaps[NUMBERS_WORDS];
    asr_buf_t      b;
    asr_str_t      words[NUMBERS_WORDS];
    asr_arena_t    a;
    asr_number_t  *runs;

    copy = strdup(spoken);
    assert_non_null(copy);
    n = numbers_words(copy, words, gaps, pause);

    asr_arena_init(&a, NUMBERS_ARENA);
    asr_buf_init(&b, NUMBERS_ARENA);

    assert_int_equal(asr_numbers(numbers, &a, words, gaps, n, mode, &runs,
                                 &count), ASR_OK);

    next = 0;

    for (i = 0, k = 0; i < n; i++) {
        if (i != 0) {
            assert_int_equal(asr_buf_append(&b, " ", 1), ASR_OK);
        }

        if (k < count && runs[k].first == i) {
            assert_true(runs[k].n >= 1 && runs[k].n <= n - i);
            assert_true(runs[k].text.len != 0);
            assert_int_equal(asr_buf_append(&b, runs[k].text.data,
                                            runs[k].text.len), ASR_OK);
            i += runs[k].n - 1;
            next = i + 1;
            k++;
            assert_true(k == count || runs[k].first >= next);
            continue;
        }

        assert_int_equal(asr_buf_append(&b, words[i].data, words[i].len),
                         ASR_OK);
    }

    assert_int_equal(k, count);

    text = strndup(asr_buf_str(&b).data, asr_buf_str(&b).len);
    assert_non_null(text);

    asr_buf_free(&b);
    asr_arena_free(&a);
    free(copy);

    return text;
}


#endif /* NUMBERS_UNIT_H */
