/*
 * Times, years, decades and dates.  "eleven thirty" is a time, "nineteen
 * thirty" a year; what stands before and after decides where both could be.
 */

#include <stdio.h>

#include "asr_numbers_words.h"


/* "p m", "p.m.", "pm"; "am" is a verb too, so it needs a time before it. */

static size_t
asr_num_ampm(const asr_num_ctx_t *c, size_t i, bool sure, int *half)
{
    const asr_num_word_t  *w;

    w = asr_numbers_at(c, i);

    if ((w->is & ASR_NW_AMPM) != 0
        && (sure || (w->is & ASR_NW_AM) == 0))
    {
        *half = w->aux;
        return 1;
    }

    if ((w->is & ASR_NW_LETTER) != 0
        && asr_numbers_is(c, i + 1, ASR_NW_LETTER_M))
    {
        *half = w->aux;
        return 2;
    }

    return 0;
}


static size_t
asr_num_hour(const asr_num_ctx_t *c, size_t i, int64_t *h)
{
    size_t          n;
    asr_num_kind_t  next;

    n = asr_numbers_under100(c, i, h);
    next = asr_numbers_kind(c, i + n);

    return n != 0 && *h >= 1 && *h <= 12 && next != ASR_NUM_HUNDRED
           && next != ASR_NUM_SCALE && next != ASR_NUM_PARTS ? n : 0;
}


/* "thirty", "oh five" */

static size_t
asr_num_minute(const asr_num_ctx_t *c, size_t i, int64_t *m)
{
    size_t          n;
    asr_num_kind_t  kind;

    kind = asr_numbers_kind(c, i);

    if ((kind == ASR_NUM_OH || kind == ASR_NUM_ZERO)
        && asr_numbers_kind(c, i + 1) == ASR_NUM_DIGIT)
    {
        *m = c->t[i + 1].w->value;
        return 2;
    }

    n = asr_numbers_under100(c, i, m);
    kind = asr_numbers_kind(c, i + n);

    return n != 0 && *m >= 10 && kind != ASR_NUM_HUNDRED
           && kind != ASR_NUM_SCALE && kind != ASR_NUM_PARTS ? n : 0;
}


static size_t
asr_num_time(asr_num_ctx_t *c, size_t i, size_t end, int64_t h, int64_t m,
    int half)
{
    asr_str_t    text;
    const char  *day;

    day = half == 'a' ? " a.m." : half == 'p' ? " p.m." : "";

    if (m < 0) {
        text = asr_arena_printf(c->arena, "%d%s", (int) h, day);

    } else {
        text = asr_arena_printf(c->arena, "%d:%02d%s", (int) h, (int) m, day);
    }

    return asr_numbers_put(c, i, end, ASR_NUM_OTHER, text) != NULL ? end - i
                                                                   : 0;
}


/* "half past ten", "a quarter to nine", "twenty past five", "ten to six" */

static size_t
asr_num_relative(asr_num_ctx_t *c, size_t i)
{
    int      half;
    bool     past, clear;
    size_t   n, k;
    int64_t  m, h;

    k = i + asr_numbers_is(c, i, ASR_NW_ARTICLE);
    clear = true;

    if (asr_numbers_is(c, k, ASR_NW_HALF)) {
        m = 30;
        n = 1;

    } else if (asr_numbers_is(c, k, ASR_NW_QUARTER)) {
        m = 15;
        n = 1;

    } else {
        n = k == i ? asr_numbers_under100(c, k, &m) : 0;
        clear = asr_numbers_is(c, k + n, ASR_NW_MINUTES);

        if (n == 0 || m > 59) {
            return 0;
        }

        n += clear;
    }

    k += n;
    past = asr_numbers_is(c, k, ASR_NW_PAST);

    if ((!past && !asr_numbers_is(c, k, ASR_NW_TILL))
        || (m == 30 && !past))
    {
        return 0;
    }

    n = asr_num_hour(c, k + 1, &h);
    k += n + 1;

    if (n == 0 || asr_numbers_is(c, k, ASR_NW_COUNTED|ASR_NW_UNIT
                                 |ASR_NW_MONEY|ASR_NW_PERCENT))
    {
        return 0;
    }

    half = 0;
    n = asr_num_ampm(c, k, true, &half);

    /* "five to ten" is a range, unless it is where a time would be */

    if (!past && !clear && n == 0
        && !(asr_numbers_before(c, i, 1, ASR_NW_NOW)
             && asr_numbers_closed(c, k)))
    {
        return 0;
    }

    if (!past) {
        m = 60 - m;
        h = h > 1 ? h - 1 : 12;
    }

    return asr_num_time(c, i, k + n, h, m, half);
}


/* "tonight", "in the morning", "this evening", "at night" */

static bool
asr_num_of_day(const asr_num_ctx_t *c, size_t i)
{
    return asr_numbers_is(c, i, ASR_NW_DAY)
           || (asr_numbers_is(c, i, ASR_NW_CLOCK|ASR_NW_DET)
               && asr_numbers_is(c, i + 1, ASR_NW_DAYPART))
           || (asr_numbers_is(c, i, ASR_NW_DATE)
               && asr_numbers_is(c, i + 1, ASR_NW_THE)
               && asr_numbers_is(c, i + 2, ASR_NW_DAYPART));
}


size_t
asr_numbers_clock(asr_num_ctx_t *c, size_t i)
{
    int      half;
    bool     cue;
    size_t   n, k, end;
    int64_t  h, m;

    n = asr_num_relative(c, i);

    if (n != 0) {
        return n;
    }

    n = asr_num_hour(c, i, &h);

    if (n == 0) {
        return 0;
    }

    cue = asr_numbers_before(c, i, 1, ASR_NW_CLOCK);
    half = 0;
    k = asr_num_ampm(c, i + n, asr_numbers_before(c, i, 1, ASR_NW_NOW),
                     &half);

    if (k != 0) {
        return asr_num_time(c, i, i + n + k, h, -1, half);
    }

    if (asr_numbers_is(c, i + n, ASR_NW_OCLOCK)) {
        return asr_num_time(c, i, i + n, h, -1, 0);
    }

    k = asr_num_minute(c, i + n, &m);
    end = i + n + k;

    if (k == 0 || m > 59) {
        return 0;
    }

    n = asr_num_ampm(c, end, true, &half);

    if (n != 0) {
        return asr_num_time(c, i, end + n, h, m, half);
    }

    /* without it: neither an amount nor a string of digits nor a label */

    if (asr_numbers_is(c, end, ASR_NW_COUNTED|ASR_NW_UNIT|ASR_NW_MONEY
                       |ASR_NW_PERCENT|ASR_NW_PER|ASR_NW_POINT)
        || asr_numbers_kind(c, end) != ASR_NUM_NONE
        || asr_numbers_before(c, i, 1, ASR_NW_LABEL|ASR_NW_YEAR|ASR_NW_OR
                              |ASR_NW_MONTH|ASR_NW_SOME))
    {
        return 0;
    }

    if (!cue && (m % 5 != 0 || m < 10)
        && !asr_num_of_day(c, end))
    {
        return 0;
    }

    /* "that one twenty miles off" */

    if (!cue && h == 1 && asr_numbers_before(c, i, 1, ASR_NW_DET)
        && !asr_numbers_before(c, i, 1, ASR_NW_THE))
    {
        return 0;
    }

    return asr_num_time(c, i, end, h, m, 0);
}


/* "nineteen ninety seven", "nineteen oh five": both halves of a year. */

size_t
asr_numbers_pair(const asr_num_ctx_t *c, size_t i, int64_t *a, int64_t *b)
{
    size_t  n, k;

    n = asr_numbers_under100(c, i, a);

    if (n == 0 || *a < 10) {
        return 0;
    }

    k = asr_num_minute(c, i + n, b);

    return k != 0 ? n + k : 0;
}


/* A year in a date: also "two thousand and one", "eighteen hundred". */

static size_t
asr_num_full_year(const asr_num_ctx_t *c, size_t i, int64_t *v)
{
    size_t            n;
    int64_t           a, b;
    asr_num_phrase_t  p;

    n = asr_numbers_pair(c, i, &a, &b);

    if (n != 0) {
        *v = a * 100 + b;
        return a <= 21 ? n : 0;
    }

    n = asr_numbers_cardinal(c, i, &p);
    *v = p.value;

    return n > 1 && !p.ordinal && !p.article && p.value >= 1000
           && p.value < 2200 ? n : 0;
}


/* "nineteen nineties", "nineteen hundreds", "the nineties" */

static size_t
asr_num_decade(asr_num_ctx_t *c, size_t i)
{
    int                    v;
    size_t                 n;
    int64_t                a;
    const asr_num_word_t  *w;

    n = asr_numbers_under100(c, i, &a);
    w = asr_numbers_at(c, i + n);

    if (n != 0 && a >= 11 && a <= 21 && w->kind == ASR_NUM_DECADE) {
        v = (int) (a * 100 + w->value);

    } else if (n != 0 && a >= 11 && a <= 20 && w->kind == ASR_NUM_PLURAL
               && w->value == 100)
    {
        v = (int) a * 100;

    } else if (n != 0 && a == 2 && w->kind == ASR_NUM_PLURAL
               && w->value == 1000 && asr_numbers_before(c, i, 1, ASR_NW_ERA))
    {
        v = 2000;

    } else if (n == 0 && w->kind == ASR_NUM_DECADE && w->value >= 20
               && (asr_numbers_before(c, i, 1, ASR_NW_ERA)
                   || (asr_numbers_before(c, i, 1, ASR_NW_AND) && i > 1
                       && c->t[i - 2].w->kind == ASR_NUM_DECADE)))
    {
        v = (int) w->value;

    } else {
        return 0;
    }

    if (asr_numbers_put(c, i, i + n + 1, ASR_NUM_OTHER,
                        asr_arena_printf(c->arena, "%ds", v)) == NULL)
    {
        return 0;
    }

    return n + 1;
}


/*
 * Two numbers in a row.  Without a cue only 13..20 begin a year; "ten sixty
 * six" is no time and so one too.
 */

size_t
asr_numbers_year(asr_num_ctx_t *c, size_t i)
{
    bool     cue;
    size_t   n;
    int64_t  a, b;

    n = asr_num_decade(c, i);

    if (n != 0) {
        return n;
    }

    n = asr_numbers_pair(c, i, &a, &b);

    if (n == 0) {
        return 0;
    }

    cue = asr_numbers_before(c, i, 1, ASR_NW_YEAR|ASR_NW_MONTH);

    if (!cue && (a > 20 || (a < 13 && b < 60 && b >= 10))) {
        return 0;
    }

    if (a > 21 || asr_numbers_kind(c, i + n) == ASR_NUM_DIGIT
        || asr_numbers_is(c, i + n, ASR_NW_POINT|ASR_NW_MONEY|ASR_NW_UNIT
                          |ASR_NW_PERCENT))
    {
        return 0;
    }

    if (asr_numbers_put(c, i, i + n, ASR_NUM_OTHER,
                        asr_arena_printf(c->arena, "%d",
                                         (int) (a * 100 + b))) == NULL)
    {
        return 0;
    }

    return n;
}


/* "fifth", "twenty first", "fifteen": a day of a month. */

static size_t
asr_num_day(const asr_num_ctx_t *c, size_t i, bool *ordinal, int64_t *v)
{
    size_t          n;
    asr_num_kind_t  next;

    n = asr_numbers_small(c, i, v, ordinal);

    if (n == 0 || *ordinal) {
        return *v <= 31 ? n : 0;
    }

    next = asr_numbers_kind(c, i + n);

    return *v <= 31 && next != ASR_NUM_HUNDRED && next != ASR_NUM_SCALE
           && next != ASR_NUM_PARTS
           && !asr_numbers_is(c, i + n, ASR_NW_PERCENT|ASR_NW_PER|ASR_NW_MONEY
                              |ASR_NW_UNIT|ASR_NW_COUNTED|ASR_NW_POINT
                              |ASR_NW_OCLOCK)
           ? n : 0;
}


static size_t
asr_num_after_month(asr_num_ctx_t *c, size_t i, bool modal, bool on)
{
    bool       ordinal;
    size_t     n, k;
    int64_t    day, year;
    asr_str_t  text;

    n = asr_num_day(c, i, &ordinal, &day);
    k = n != 0 ? asr_num_full_year(c, i + n, &year) : 0;

    if (k != 0) {
        text = asr_arena_printf(c->arena, "%d, %d", (int) day, (int) year);

    } else if ((k = asr_num_full_year(c, i, &year)) != 0) {
        n = 0;
        text = asr_arena_printf(c->arena, "%d", (int) year);

    } else if (n == 0 || modal
               || (!ordinal && day < 10 && !on
                   && !asr_numbers_closed(c, i + n)))
    {
        return 0;

    } else {
        text = asr_arena_printf(c->arena, "%d", (int) day);
    }

    return asr_numbers_put(c, i, i + n + k, ASR_NUM_OTHER, text) != NULL
           ? n + k : 0;
}


/* "the fifth of may", and "the fifth" of "may the fifth" */

static size_t
asr_num_day_of(asr_num_ctx_t *c, size_t i)
{
    bool     ordinal;
    size_t   n;
    int64_t  day;

    n = asr_num_day(c, i, &ordinal, &day);

    if (n == 0 || !ordinal) {
        return 0;
    }

    if (!(asr_numbers_is(c, i + n, ASR_NW_OF)
          && asr_numbers_is(c, i + n + 1, ASR_NW_MONTH))
        && !(asr_numbers_before(c, i, 1, ASR_NW_THE)
             && asr_numbers_before(c, i, 2, ASR_NW_MONTH)
             && (!asr_numbers_before(c, i, 2, ASR_NW_MODAL)
                 || asr_numbers_before(c, i, 3, ASR_NW_DATE))))
    {
        return 0;
    }

    if (asr_numbers_put(c, i, i + n, ASR_NUM_OTHER,
                        asr_arena_printf(c->arena, "%d%s", (int) day,
                                         asr_numbers_suffix(day))) == NULL)
    {
        return 0;
    }

    return n;
}


/* The month stays as it is; the number after it starts where it ends. */

size_t
asr_numbers_date(asr_num_ctx_t *c, size_t i)
{
    bool    modal;
    size_t  n;

    if (asr_numbers_before(c, i, 1, ASR_NW_MONTH)) {
        modal = asr_numbers_before(c, i, 1, ASR_NW_MODAL)
                && !asr_numbers_before(c, i, 2, ASR_NW_DATE);

        n = asr_num_after_month(c, i, modal,
                                asr_numbers_before(c, i, 2, ASR_NW_ON));
        if (n != 0) {
            return n;
        }
    }

    return asr_num_day_of(c, i);
}
