/*
 * Digits said one by one: telephone and room numbers, codes.  They are spoken
 * in groups, so pauses part them less than they part other numbers.
 */

#include <stdio.h>

#include "asr_numbers_words.h"


#define ASR_NUM_DIGITS  40       /* in one string */


static const asr_num_word_t *
asr_num_loose(const asr_num_ctx_t *c, size_t i, size_t from)
{
    return i < c->n && (i == from || !c->t[i].far) ? c->t[i].w
                                                   : &asr_numbers_none;
}


static bool
asr_num_digit(const asr_num_word_t *w)
{
    return w->kind == ASR_NUM_DIGIT || w->kind == ASR_NUM_ZERO
           || w->kind == ASR_NUM_OH;
}


/* "seven", "double seven", "eight hundred" before three more: tokens. */

static size_t
asr_num_element(const asr_num_ctx_t *c, size_t i, size_t from, size_t *times,
    int64_t *v)
{
    const asr_num_word_t  *w, *next;

    w = asr_num_loose(c, i, from);
    next = asr_num_loose(c, i + 1, from);

    *times = 1;

    if ((w->is & ASR_NW_REPEAT) != 0 && asr_num_digit(next)) {
        *times = (size_t) w->aux;
        *v = next->value;
        return 2;
    }

    if (!asr_num_digit(w)) {
        return 0;
    }

    *v = w->value;

    if (w->kind == ASR_NUM_DIGIT && next->kind == ASR_NUM_HUNDRED) {
        *v = w->value * 100;

        return asr_num_digit(asr_num_loose(c, i + 2, from))
               && asr_num_digit(asr_num_loose(c, i + 3, from))
               && asr_num_digit(asr_num_loose(c, i + 4, from)) ? 2 : 0;
    }

    if (next->kind == ASR_NUM_SCALE) {
        return 0;
    }

    /* after a pause, one digit more is rather a number of its own */

    if (i != from && c->t[i].apart
        && (!asr_num_digit(next) || c->t[i + 1].apart))
    {
        return 0;
    }

    return 1;
}


size_t
asr_numbers_digits(const asr_num_ctx_t *c, size_t i, size_t min,
    char text[ASR_NUM_TEXT])
{
    char     decimals[ASR_NUM_DECIMALS + 1];
    bool     sighs;
    size_t   n, k, len, times;
    int64_t  v;

    len = 0;
    k = i;
    sighs = true;

    while (len < ASR_NUM_DIGITS) {
        n = asr_num_element(c, k, i, &times, &v);

        if (n == 0) {
            break;
        }

        if (v >= 100) {
            len += (size_t) snprintf(text + len, ASR_NUM_TEXT - len, "%d",
                                     (int) v);
        } else {
            memset(text + len, (int) ('0' + v), times);
            len += times;
        }

        k += n;
        sighs &= c->t[k - 1].w->kind == ASR_NUM_OH;
    }

    /* a last "oh" may be a sigh, a first one too */

    if (k - i > 1 && k < c->n && c->t[k - 1].w->kind == ASR_NUM_OH
        && c->t[k - 2].w->kind == ASR_NUM_DIGIT
        && !asr_numbers_closed(c, k))
    {
        k--;
        len--;
    }

    if (len < min || sighs
        || (c->t[i].w->kind == ASR_NUM_OH && len < 4 && min > 1))
    {
        return 0;
    }

    text[len] = '\0';

    if (asr_numbers_is(c, k, ASR_NW_POINT)) {
        n = asr_numbers_decimals(c, k + 1, decimals);

        if (n != 0) {
            (void) snprintf(text + len, ASR_NUM_TEXT - len, ".%s", decimals);
            k += n + 1;
        }
    }

    return k - i;
}
