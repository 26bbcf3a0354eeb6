/*
 * Numbers in words separated by blanks, a '|' being a pause: the runs are in
 * order and within the words, a run has a text, and pauses of no length are
 * as none at all.
 */

#include "fuzz.h"

#include "speech/asr_numbers.h"


#define WORDS  512


static asr_numbers_t  *numbers;


static size_t
words_of(const char *p, size_t size, asr_str_t words[WORDS],
    int32_t gaps[WORDS])
{
    size_t       n;
    asr_str_t    word;
    const char  *end, *next;

    n = 0;
    gaps[0] = 0;

    for (end = p + size; p < end && n < WORDS; p = next + 1) {
        next = memchr(p, ' ', (size_t) (end - p));

        if (next == NULL) {
            next = end;
        }

        word = (asr_str_t) { (size_t) (next - p), p };

        if (asr_str_eq(word, asr_str("|"))) {
            gaps[n] += ASR_NUMBERS_PAUSE;
            continue;
        }

        words[n++] = word;

        if (n < WORDS) {
            gaps[n] = 0;
        }
    }

    return n;
}


static void
check_runs(const asr_number_t *runs, size_t count, size_t nwords)
{
    size_t  i, next;

    next = 0;

    for (i = 0; i < count; i++) {
        fuzz_check(runs[i].first >= next);
        fuzz_check(runs[i].n >= 1 && runs[i].n <= nwords - runs[i].first);
        fuzz_check(runs[i].text.len != 0);
        fuzz_check(asr_utf8_valid(runs[i].text));

        next = runs[i].first + runs[i].n;
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int            mode;
    bool           paused;
    char          *copy;
    size_t         i, n, count, count2;
    int32_t        gaps[WORDS];
    asr_str_t      words[WORDS];
    asr_arena_t    a;
    asr_number_t  *runs, *runs2;

    if (numbers == NULL) {
        numbers = asr_numbers_create();
        fuzz_check(numbers != NULL);
    }

    copy = fuzz_piece(data, size);
    n = words_of(copy, size, words, gaps);
    paused = false;

    for (i = 0; i < n; i++) {
        paused |= gaps[i] != 0;
    }

    asr_arena_init(&a, 1 << 22);

    for (mode = ASR_NUMBERS_OFF; mode <= ASR_NUMBERS_MATH; mode++) {
        fuzz_check(asr_numbers(numbers, &a, words, gaps, n, mode, &runs,
                               &count) == ASR_OK);
        check_runs(runs, count, n);
        fuzz_check(mode != ASR_NUMBERS_OFF || count == 0);

        fuzz_check(asr_numbers(numbers, &a, words, NULL, n, mode, &runs2,
                               &count2) == ASR_OK);
        check_runs(runs2, count2, n);

        for (i = 0; i < count && !paused; i++) {
            fuzz_check(count == count2);
            fuzz_check(runs[i].first == runs2[i].first);
            fuzz_check(runs[i].n == runs2[i].n);
            fuzz_check(asr_str_eq(runs[i].text, runs2[i].text));
        }
    }

    asr_arena_free(&a);
    free(copy);

    return 0;
}
