/*
 * How far a number goes, and what it is worth.  Its extent is found here, for
 * ICU would read "five hundred twenty thirty" as one number; the value of
 * what has a hundred or a scale in it is ICU's.
 */

#include <inttypes.h>
#include <stdio.h>

#include "asr_numbers_words.h"


#define ASR_NUM_SPOKEN    256
#define ASR_NUM_MOST      1000000000000000   /* ICU parses with doubles */


/* The words of a cardinal as ICU wants them: no "a", no "and". */

typedef struct {
    char    words[ASR_NUM_SPOKEN];
    size_t  len;
    bool    full;
    bool    huge;                /* more than ICU parses */
} asr_num_spoken_t;


static void
asr_num_silent(asr_num_spoken_t *s)
{
    s->len = 0;
    s->full = false;
    s->huge = false;
}


static void
asr_num_say(asr_num_spoken_t *s, asr_str_t word, char before)
{
    size_t  sep;

    sep = s->len != 0;

    if (word.len + sep > ASR_NUM_SPOKEN - s->len) {
        s->full = true;
        return;
    }

    if (sep) {
        s->words[s->len++] = before;
    }

    memcpy(s->words + s->len, word.data, word.len);
    s->len += word.len;
}


/* In "a twenty second delay" the second is one of time. */

static bool
asr_num_seconds(const asr_num_ctx_t *c, size_t i)
{
    return asr_numbers_is(c, i + 1, ASR_NW_SECOND)
           && asr_numbers_before(c, i, 1, ASR_NW_EACH);
}


/* 1..99 or 1st..99th. */

static size_t
asr_num_small(const asr_num_ctx_t *c, size_t i, asr_num_spoken_t *s,
    int64_t *v, bool *ordinal)
{
    const asr_num_word_t  *w, *unit;

    w = asr_numbers_at(c, i);
    *v = w->value;
    *ordinal = false;

    switch (w->kind) {

    case ASR_NUM_DIGIT:
    case ASR_NUM_TEEN:
        asr_num_say(s, w->cardinal, ' ');
        return 1;

    case ASR_NUM_ORDINAL:
        if (w->value >= 100) {
            return 0;
        }

        asr_num_say(s, w->cardinal, ' ');
        *ordinal = true;
        return 1;

    case ASR_NUM_TENS:
        asr_num_say(s, w->cardinal, ' ');
        unit = asr_numbers_at(c, i + 1);

        if (unit->kind == ASR_NUM_DIGIT
            || (unit->kind == ASR_NUM_ORDINAL && unit->value < 10
                && !asr_num_seconds(c, i)))
        {
            asr_num_say(s, unit->cardinal, '-');
            *v += unit->value;
            *ordinal = unit->kind == ASR_NUM_ORDINAL;
            return 2;
        }

        return 1;

    default:
        return 0;
    }
}


size_t
asr_numbers_small(const asr_num_ctx_t *c, size_t i, int64_t *v, bool *ordinal)
{
    asr_num_spoken_t  s;

    asr_num_silent(&s);

    return asr_num_small(c, i, &s, v, ordinal);
}


size_t
asr_numbers_under100(const asr_num_ctx_t *c, size_t i, int64_t *v)
{
    bool    ordinal;
    size_t  n;

    n = asr_numbers_small(c, i, v, &ordinal);

    return ordinal ? 0 : n;
}


/* "and five" of "one hundred and five", but not "and two hundred". */

static size_t
asr_num_tail(const asr_num_ctx_t *c, size_t i, asr_num_spoken_t *s,
    bool scaled, bool *ordinal)
{
    bool            and;
    size_t          n, k;
    int64_t         v;
    asr_num_kind_t  next;

    and = asr_numbers_is(c, i, ASR_NW_AND);
    k = i + and;

    n = asr_num_small(c, k, s, &v, ordinal);

    if (n == 0) {
        return 0;
    }

    next = asr_numbers_kind(c, k + n);

    if (next == ASR_NUM_HUNDRED || (scaled && next == ASR_NUM_SCALE)
        || next == ASR_NUM_PARTS
        || (v == 1 && asr_numbers_is(c, k + n, ASR_NW_OF|ASR_NW_HALF))
        || (v == 1 && next == ASR_NUM_ORDINAL))
    {
        return 0;
    }

    return n + and;
}


/* What stands before a scale: up to 999, at the start up to 99 hundred. */

static size_t
asr_num_group(const asr_num_ctx_t *c, size_t i, asr_num_spoken_t *s,
    bool start, bool *ordinal)
{
    size_t                 n, more, len;
    int64_t                v;
    const asr_num_word_t  *w;

    if (start && asr_numbers_is(c, i, ASR_NW_ARTICLE)) {
        w = asr_numbers_at(c, i + 1);

        if (w->kind != ASR_NUM_HUNDRED && w->kind != ASR_NUM_SCALE) {
            return 0;
        }

        asr_num_say(s, asr_str("one"), ' ');
        n = 1;
        v = 1;
        *ordinal = false;

    } else {
        n = asr_num_small(c, i, s, &v, ordinal);

        if (n == 0 || *ordinal) {
            return n;
        }
    }

    w = asr_numbers_at(c, i + n);

    if (w->kind == ASR_NUM_ORDINAL && w->value == 100) {
        asr_num_say(s, w->cardinal, ' ');
        *ordinal = true;
        return n + 1;
    }

    if (w->kind != ASR_NUM_HUNDRED) {
        return n;
    }

    if (!start && v > 9) {
        return 0;
    }

    asr_num_say(s, w->cardinal, ' ');
    n++;

    len = s->len;
    more = asr_num_tail(c, i + n, s, false, ordinal);

    if (more == 0) {
        s->len = len;
        *ordinal = false;
    }

    return n + more;
}


/* The tokens of the whole; *scale is the last one when it ends with it. */

static size_t
asr_num_extent(const asr_num_ctx_t *c, size_t i, asr_num_spoken_t *s,
    const asr_num_word_t **scale, bool *ordinal)
{
    bool                   start;
    size_t                 n, k, len;
    int64_t                limit;
    const asr_num_word_t  *w;

    k = i;
    limit = INT64_MAX;
    *scale = NULL;
    *ordinal = false;

    for ( ;; ) {
        start = k == i;
        len = s->len;

        if (!start && asr_numbers_is(c, k, ASR_NW_AND)) {
            n = asr_num_tail(c, k, s, true, ordinal);
            w = &asr_numbers_none;

        } else {
            n = asr_num_group(c, k, s, start, ordinal);
            w = asr_numbers_at(c, k + n);
        }

        if (n == 0 || (!start && !*ordinal && w->kind == ASR_NUM_SCALE
                       && w->value >= limit))
        {
            s->len = len;
            *ordinal = false;
            break;
        }

        k += n;
        *scale = NULL;

        if (*ordinal || w->value >= limit || w->value < 1000
            || (w->kind != ASR_NUM_SCALE && w->kind != ASR_NUM_ORDINAL))
        {
            break;
        }

        asr_num_say(s, w->cardinal, ' ');
        s->huge |= w->value >= ASR_NUM_MOST;
        k++;

        if (w->kind == ASR_NUM_ORDINAL) {
            *ordinal = true;
            break;
        }

        *scale = limit == INT64_MAX ? w : NULL;
        limit = w->value;
    }

    return k - i;
}


/* What the first len bytes of the words are worth. */

static bool
asr_num_worth(const asr_num_ctx_t *c, size_t i, const asr_num_spoken_t *s,
    size_t len, int64_t *v)
{
    bool  ordinal;

    if (asr_numbers_is(c, i, ASR_NW_ARTICLE)
        && len == sizeof("one") - 1)
    {
        *v = 1;
        return true;
    }

    if (memchr(s->words, ' ', len) == NULL) {
        return asr_numbers_small(c, i, v, &ordinal) != 0;
    }

    return asr_numbers_icu(c->numbers, s->words, len, v);
}


static size_t
asr_num_cardinal(const asr_num_ctx_t *c, size_t i, asr_num_phrase_t *p)
{
    size_t            len;
    int64_t           v;
    asr_num_spoken_t  s;

    asr_num_silent(&s);

    p->n = asr_num_extent(c, i, &s, &p->scale, &p->ordinal);

    /* what ICU cannot parse costs it ten times as much */

    if (p->n == 0 || s.full || (s.huge && p->scale == NULL)) {
        return 0;
    }

    if (p->scale != NULL && p->scale->value < 1000000) {
        p->scale = NULL;
    }

    p->article = p->n == 2 && asr_numbers_is(c, i, ASR_NW_ARTICLE);
    len = p->scale != NULL ? s.len - p->scale->word.len - 1 : s.len;

    if (!asr_num_worth(c, i, &s, len, &v)) {
        return 0;
    }

    if (p->scale == NULL) {
        p->value = v;
        p->n = v < ASR_NUM_MOST ? p->n : 0;

    } else if (v < INT64_MAX / p->scale->value) {
        p->value = v * p->scale->value;

    } else {
        p->n = 0;
    }

    asr_numbers_group(p->text, v);

    return p->n;
}


size_t
asr_numbers_cardinal(const asr_num_ctx_t *c, size_t i, asr_num_phrase_t *p)
{
    memset(p, 0, sizeof(asr_num_phrase_t));

    if (i >= c->n || c->t[i].apart) {
        return 0;
    }

    if (c->last->phrase.n != 0 && c->last->i == i) {
        *p = c->last->phrase;
        return p->n;
    }

    if (asr_num_cardinal(c, i, p) == 0) {
        p->n = 0;
        return 0;
    }

    c->last->phrase = *p;
    c->last->i = i;

    return p->n;
}


void
asr_numbers_group(char text[ASR_NUM_TEXT], int64_t v)
{
    size_t  i, n, len;
    char    digits[24];

    len = (size_t) snprintf(digits, sizeof(digits), "%" PRId64, v);
    n = 0;

    for (i = 0; i < len; i++) {
        if (len > 4 && i != 0 && (len - i) % 3 == 0) {
            text[n++] = ',';
        }

        text[n++] = digits[i];
    }

    text[n] = '\0';
}


const char *
asr_numbers_suffix(int64_t v)
{
    if (v % 100 >= 11 && v % 100 <= 13) {
        return "th";
    }

    switch (v % 10) {

    case 1:
        return "st";

    case 2:
        return "nd";

    case 3:
        return "rd";

    default:
        return "th";
    }
}


size_t
asr_numbers_decimals(const asr_num_ctx_t *c, size_t i,
    char text[ASR_NUM_DECIMALS + 1])
{
    size_t                 n;
    int64_t                v;
    const asr_num_word_t  *w;

    for (n = 0; n < ASR_NUM_DECIMALS; n++) {
        w = asr_numbers_at(c, i + n);

        if (w->kind != ASR_NUM_DIGIT && w->kind != ASR_NUM_ZERO
            && w->kind != ASR_NUM_OH)
        {
            break;
        }

        text[n] = (char) ('0' + w->value);
    }

    text[n] = '\0';

    if (n == 0) {
        n = asr_numbers_under100(c, i, &v);

        if (n != 0) {
            (void) snprintf(text, ASR_NUM_DECIMALS + 1, "%d", (int) v);
        }
    }

    return n;
}


/*
 * "at this point five men" has no decimal, nor has "at one point five men":
 * what is surely one is followed by what it counts, or is longer.
 */

static bool
asr_num_point(const asr_num_ctx_t *c, size_t i, const asr_num_phrase_t *p,
    size_t decimals, size_t end)
{
    if (p->n != 0 && !(p->value == 1 && p->n == 1
                       && asr_numbers_before(c, i, 1, ASR_NW_NOW)))
    {
        return true;
    }

    if (p->n == 0
        && (asr_numbers_counted(c, i)
            || (!c->fresh && asr_numbers_before(c, i, 1, ASR_NW_DET))))
    {
        return false;
    }

    return decimals > 1 || asr_numbers_kind(c, end) == ASR_NUM_SCALE
           || asr_numbers_is(c, end, ASR_NW_PERCENT|ASR_NW_PER|ASR_NW_UNIT
                             |ASR_NW_MONEY)
           || (p->n == 0 && c->fresh && (end == c->n || c->t[end].apart))
           || (p->n == 0 && asr_numbers_before(c, i, 1, ASR_NW_MINUS));
}


static void
asr_num_decimal(const asr_num_ctx_t *c, size_t i, asr_num_phrase_t *p)
{
    char                   digits[ASR_NUM_DECIMALS + 1];
    size_t                 n, len, end;
    const asr_num_word_t  *w;

    n = asr_numbers_decimals(c, i + p->n + 1, digits);
    end = i + p->n + 1 + n;

    if (n == 0 || asr_numbers_kind(c, end) == ASR_NUM_HUNDRED
        || !asr_num_point(c, i, p, n, end))
    {
        return;
    }

    if (p->n == 0) {
        p->text[0] = '0';
        p->text[1] = '\0';
    }

    len = strlen(p->text);
    (void) snprintf(p->text + len, ASR_NUM_TEXT - len, ".%s", digits);

    p->n = end - i;
    p->decimal = true;
    w = asr_numbers_at(c, end);

    if (w->kind == ASR_NUM_SCALE) {
        p->scale = w;
        p->n++;
    }
}


/* "a half", "one quarter", "two thirds": of two and a half. */

static size_t
asr_num_part(const asr_num_ctx_t *c, size_t i, int64_t *num, int64_t *den)
{
    size_t                 n;
    const asr_num_word_t  *w;

    if (asr_numbers_is(c, i, ASR_NW_ARTICLE)) {
        *num = 1;
        n = 1;

    } else if (asr_numbers_is(c, i, ASR_NW_HALF)) {
        *num = 1;
        n = 0;

    } else {
        n = asr_numbers_under100(c, i, num);

        if (n == 0) {
            return 0;
        }
    }

    w = asr_numbers_at(c, i + n);

    if (*num > 1) {
        *den = w->value;
        return w->kind == ASR_NUM_PARTS && w->value <= 1000 ? n + 1 : 0;
    }

    if ((w->is & (ASR_NW_HALF|ASR_NW_QUARTER)) != 0) {
        *den = (w->is & ASR_NW_HALF) != 0 ? 2 : 4;
        return n + 1;
    }

    *den = w->value;

    if (w->kind != ASR_NUM_ORDINAL || w->value < 3 || w->value > 1000) {
        return 0;
    }

    /* "the one hundredth" is rather an ordinal */

    return w->value < 100 ? asr_numbers_closed(c, i + n + 1) * (n + 1)
           : asr_numbers_is(c, i + n + 1, ASR_NW_OF) * (n + 1);
}


static void
asr_num_mixed(const asr_num_ctx_t *c, size_t i, asr_num_phrase_t *p)
{
    size_t                 n, len, end;
    int64_t                num, den;
    const asr_num_word_t  *w;

    n = asr_num_part(c, i + p->n + 1, &num, &den);

    if (n == 0 || num >= den) {
        return;
    }

    end = i + p->n + 1 + n;
    len = strlen(p->text);
    w = asr_numbers_at(c, end);

    /* decimals where "2 1/2" would be odd: "$2.5 million", "5.5%" */

    if ((w->kind == ASR_NUM_SCALE
         || (w->is & (ASR_NW_PERCENT|ASR_NW_PER|ASR_NW_MONEY)) != 0)
        && 100 % den == 0)
    {
        num = num * 100 / den;
        (void) snprintf(p->text + len, ASR_NUM_TEXT - len,
                        num % 10 != 0 ? ".%02d" : ".%d",
                        (int) (num % 10 != 0 ? num : num / 10));
        p->decimal = true;

        if (w->kind == ASR_NUM_SCALE) {
            p->scale = w;
            end++;
        }

    } else {
        (void) snprintf(p->text + len, ASR_NUM_TEXT - len,
                        " %d/%d", (int) num, (int) den);
        p->mixed = true;
    }

    p->n = end - i;
}


size_t
asr_numbers_phrase(const asr_num_ctx_t *c, size_t i, asr_num_phrase_t *p)
{
    asr_num_kind_t  kind;

    kind = asr_numbers_kind(c, i);

    if (kind == ASR_NUM_ZERO || kind == ASR_NUM_OH
        || asr_numbers_is(c, i, ASR_NW_POINT))
    {
        memset(p, 0, sizeof(asr_num_phrase_t));
        p->text[0] = '0';
        p->n = !asr_numbers_is(c, i, ASR_NW_POINT);

    } else if (asr_numbers_cardinal(c, i, p) == 0) {
        return 0;
    }

    if (p->ordinal || p->article || p->scale != NULL) {
        return p->n;
    }

    if (asr_numbers_is(c, i + p->n, ASR_NW_POINT)) {
        asr_num_decimal(c, i, p);

    } else if (p->value > 0 && asr_numbers_is(c, i + p->n, ASR_NW_AND)) {
        asr_num_mixed(c, i, p);
    }

    return kind == ASR_NUM_OH && !p->decimal ? 0 : p->n;
}


size_t
asr_numbers_fraction(const asr_num_ctx_t *c, size_t i,
    char text[ASR_NUM_TEXT])
{
    size_t   n;
    int64_t  num, den;

    if (asr_numbers_before(c, i, 1, ASR_NW_NTH)
        || asr_numbers_is(c, i, ASR_NW_ARTICLE|ASR_NW_HALF))
    {
        return 0;
    }

    n = asr_num_part(c, i, &num, &den);

    if (n == 0 || num >= den
        || (num == 1 && !asr_numbers_closed(c, i + n)))
    {
        return 0;
    }

    (void) snprintf(text, ASR_NUM_TEXT, "%d/%d", (int) num, (int) den);

    return n;
}
