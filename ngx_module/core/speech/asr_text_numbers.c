/*
 * Numbers as digits: before the sentences are found, so that none ends within
 * one.  A speaker's turn at a time.
 */

#include "asr_numbers.h"
#include "asr_text_int.h"


/* Of the words of a run one becomes all: v[at]. */

static void
asr_number_put(asr_token_t *t, const asr_token_t *run, const asr_number_t *n)
{
    size_t  i;
    double  sum;

    *t = run[0];
    t->text = n->text;
    t->bits = 0;
    t->number = true;

    for (i = 0, sum = 0; i < n->n; i++) {
        sum += run[i].confidence;

        if (run[i].end_ms > t->end_ms) {
            t->end_ms = run[i].end_ms;
        }
    }

    t->confidence = (float) (sum / (double) n->n);
}


/* v[from] to v[to - 1] move to v[*kept] and on, fewer perhaps. */

static asr_err_t
asr_numbers_turn(asr_numbers_t *numbers, asr_arena_t *a, int mode,
    asr_token_t *v, size_t from, size_t to, size_t *kept)
{
    size_t         i, k, count;
    int32_t       *gaps;
    asr_err_t      rc;
    asr_str_t     *words;
    asr_number_t  *list;

    words = asr_arena_alloc(a, (to - from) * sizeof(asr_str_t));
    gaps = asr_arena_alloc(a, (to - from) * sizeof(int32_t));

    if (words == NULL || gaps == NULL) {
        return ASR_NOMEM;
    }

    for (i = from; i < to; i++) {
        words[i - from] = v[i].text;
        gaps[i - from] = v[i].gap;
    }

    rc = asr_numbers(numbers, a, words, gaps, to - from, mode, &list, &count);

    for (i = from, k = 0; i < to && rc == ASR_OK; (*kept)++) {

        if (k < count && list[k].first == i - from) {
            asr_number_put(&v[*kept], &v[i], &list[k]);
            i += list[k++].n;

        } else {
            v[*kept] = v[i++];
        }
    }

    return rc;
}


asr_err_t
asr_text_numbers(const asr_text_t *t, asr_tokens_t *tokens, asr_arena_t *a,
    asr_numbers_mode_t mode)
{
    size_t     i, first, kept;
    asr_err_t  rc;

    if (t->numbers == NULL || mode == ASR_NUMBERS_WORDS) {
        return ASR_OK;
    }

    for (i = 1, first = 0, kept = 0; i <= tokens->n; i++) {
        if (i == tokens->n || tokens->v[i].first) {
            rc = asr_numbers_turn(t->numbers, a, mode, tokens->v, first, i,
                                  &kept);
            if (rc != ASR_OK) {
                return rc;
            }

            first = i;
        }
    }

    tokens->n = kept;

    return ASR_OK;
}
