/*
 * What a number counts or names: labels ("chapter two"), sequences, money,
 * percentages, and the rest.  Up to nine it is left in words unless one of
 * them asks for digits.
 */

#include <stdio.h>

#include "asr_numbers_words.h"


#define ASR_NUM_SEQUENCE  64     /* numbers counted up or down at once */

#define ASR_NW_AMOUNT                                                         \
    (ASR_NW_MONEY|ASR_NW_UNIT|ASR_NW_PERCENT|ASR_NW_PER)


static const char *const  asr_num_currencies[] = {
    "", "$", "£", "€", "¥"
};


const char *
asr_numbers_currency(int currency)
{
    return asr_num_currencies[currency];
}


/* "three sixty", "two forty seven"; before a unit also "nineteen fifty". */

static size_t
asr_num_compound(const asr_num_ctx_t *c, size_t i, asr_num_phrase_t *p)
{
    size_t          n, k;
    int64_t         a, b;
    asr_num_kind_t  after;

    if (asr_numbers_kind(c, i) != ASR_NUM_DIGIT) {
        n = asr_numbers_pair(c, i, &a, &b);

        if (n == 0 || !asr_numbers_is(c, i + n, ASR_NW_AMOUNT)) {
            return 0;
        }

    } else {
        a = c->t[i].w->value;
        k = asr_numbers_under100(c, i + 1, &b);
        n = k + 1;
        after = asr_numbers_kind(c, i + n);

        if (k == 0 || b < 10 || after != ASR_NUM_NONE
            || asr_numbers_is(c, i + n, ASR_NW_COUNTED|ASR_NW_POINT)
            || asr_numbers_before(c, i, 1, ASR_NW_OR|ASR_NW_SOME)
            || (a == 1 && asr_numbers_before(c, i, 1, ASR_NW_DET)))
        {
            return 0;
        }
    }

    memset(p, 0, sizeof(asr_num_phrase_t));

    p->n = n;
    p->value = a * 100 + b;
    (void) snprintf(p->text, sizeof(p->text), "%d", (int) p->value);

    return n;
}


static size_t
asr_num_world_war(asr_num_ctx_t *c, size_t i)
{
    static const asr_str_t  roman[] = {
        ASR_STR("I"), ASR_STR("II"), ASR_STR("III")
    };

    if (asr_numbers_kind(c, i) != ASR_NUM_DIGIT || c->t[i].w->value > 3
        || !asr_numbers_before(c, i, 2, ASR_NW_WORLD))
    {
        return 0;
    }

    return asr_numbers_put(c, i, i + 1, ASR_NUM_OTHER,
                           roman[c->t[i].w->value - 1]) != NULL;
}


/* The number of "chapter two"; "this part one can skip" has none. */

size_t
asr_numbers_label(asr_num_ctx_t *c, size_t i)
{
    char              text[ASR_NUM_TEXT];
    size_t            n;
    int64_t           a, b;
    asr_num_phrase_t  p;

    if (asr_numbers_before(c, i, 1, ASR_NW_WAR)) {
        return asr_num_world_war(c, i);
    }

    if (!asr_numbers_before(c, i, 1, ASR_NW_LABEL)) {
        return 0;
    }

    n = asr_num_compound(c, i, &p);

    if (n == 0 && (n = asr_numbers_pair(c, i, &a, &b)) != 0) {
        (void) snprintf(p.text, sizeof(p.text), "%d", (int) (a * 100 + b));
    }

    if (n == 0 && (n = asr_numbers_digits(c, i, 2, text)) != 0) {
        memcpy(p.text, text, sizeof(text));
    }

    if (n == 0) {
        n = asr_numbers_phrase(c, i, &p);

        if (n == 0 || p.ordinal || p.article || p.scale != NULL || p.mixed) {
            return 0;
        }

        if (n == 1 && p.value < 10
            && (asr_numbers_before(c, i, 2, ASR_NW_DET)
                || (p.value == 1
                    && asr_numbers_is(c, i + 1, ASR_NW_OF|ASR_NW_VERB))))
        {
            return 0;
        }
    }

    if (asr_numbers_is(c, i + n, ASR_NW_COUNTED|ASR_NW_AMOUNT)
        || asr_numbers_kind(c, i + n) == ASR_NUM_PARTS)
    {
        return 0;
    }

    return asr_numbers_put(c, i, i + n, ASR_NUM_LABELLED,
                           asr_arena_str(c->arena, asr_cstr(p.text))) != NULL
           ? n : 0;
}


/* "nine ten eleven", "five ten fifteen": at equal steps, three or more. */

static size_t
asr_num_counting(asr_num_ctx_t *c, size_t i)
{
    char            text[ASR_NUM_TEXT];
    size_t          n, k, m;
    int64_t         v, last, step, most;
    asr_num_kind_t  kind;

    last = 0;
    step = 0;
    most = 0;
    k = i;

    for (n = 0; n < ASR_NUM_SEQUENCE; n++) {
        m = asr_numbers_under100(c, k, &v);

        if (m == 0 || (n == 1 && v == last) || (n > 1 && v - last != step)) {
            break;
        }

        step = v - last;
        last = v;
        most = v > most ? v : most;
        k += m;
    }

    kind = asr_numbers_kind(c, k);

    if (n < 3 || most < 10 || kind == ASR_NUM_HUNDRED
        || kind == ASR_NUM_SCALE)
    {
        return 0;
    }

    for (m = i; m < k; m += n) {
        n = asr_numbers_under100(c, m, &v);
        asr_numbers_group(text, v);
        (void) asr_numbers_put(c, m, m + n, ASR_NUM_OTHER,
                               asr_arena_str(c->arena, asr_cstr(text)));
    }

    return k - i;
}


/* "twenty four seven" */

static size_t
asr_num_always(asr_num_ctx_t *c, size_t i)
{
    size_t   n;
    int64_t  hours;

    n = asr_numbers_under100(c, i, &hours);

    if (n == 0 || hours != 24 || asr_numbers_kind(c, i + n) != ASR_NUM_DIGIT
        || c->t[i + n].w->value != 7
        || asr_numbers_kind(c, i + n + 1) != ASR_NUM_NONE)
    {
        return 0;
    }

    return asr_numbers_put(c, i, i + n + 1, ASR_NUM_OTHER, asr_str("24/7"))
           != NULL ? n + 1 : 0;
}


size_t
asr_numbers_sequence(asr_num_ctx_t *c, size_t i)
{
    char    text[ASR_NUM_TEXT];
    size_t  n;

    n = asr_num_counting(c, i);

    if (n == 0) {
        n = asr_num_always(c, i);
    }

    if (n != 0) {
        return n;
    }

    n = asr_numbers_digits(c, i, 3, text);

    if (n == 0
        || asr_numbers_put(c, i, i + n, ASR_NUM_OTHER,
                           asr_arena_str(c->arena, asr_cstr(text))) == NULL)
    {
        return 0;
    }

    return n;
}


/* Cents after `end`, the end of the money's name: tokens; *v of them. */

static size_t
asr_num_cents(const asr_num_ctx_t *c, size_t end, int currency, int64_t *v)
{
    bool                   and;
    size_t                 n, k;
    const asr_num_word_t  *w;

    and = asr_numbers_is(c, end, ASR_NW_AND);
    n = asr_numbers_under100(c, end + and, v);
    k = end + and + n;
    w = asr_numbers_at(c, k);

    if (n == 0) {
        return 0;
    }

    if ((w->is & ASR_NW_COIN) != 0 && (w->aux == 2) == (currency == 2)) {
        return and + n + 1;
    }

    return !and && *v >= 10 && asr_numbers_closed(c, k) ? n : 0;
}


/* Pounds that weigh: "lost ten pounds", "ten pounds of flour". */

static bool
asr_num_weight(const asr_num_ctx_t *c, size_t i, size_t end, int64_t value)
{
    size_t   k;
    int64_t  v;

    for (k = 1; k <= 4; k++) {
        if (asr_numbers_before(c, i, k, ASR_NW_WEIGHT)) {
            return true;
        }
    }

    if ((c->t[end].w->is & ASR_NW_SINGLE) != 0 && value != 1) {
        return !asr_numbers_is(c, end + 1, ASR_NW_NOTE);
    }

    k = end + 1 + asr_numbers_is(c, end + 1, ASR_NW_AND);
    k += asr_numbers_under100(c, k, &v);

    return asr_numbers_is(c, end + 1, ASR_NW_OF)
           || asr_numbers_is(c, k, ASR_NW_WEIGHT);
}


/* The name of the money is at `end`; false: it is rather a unit. */

static bool
asr_num_money(asr_num_ctx_t *c, size_t i, size_t end, const char *sign,
    const asr_num_phrase_t *p, size_t *taken)
{
    char                   cents[8];
    int                    currency;
    size_t                 n, len, first;
    int64_t                v;
    asr_str_t              text;
    const char            *scale;
    asr_num_item_t        *item;
    const asr_num_word_t  *w;

    currency = asr_numbers_at(c, end)->aux;

    if (p->mixed
        || (currency == 2 && asr_num_weight(c, i, end, p->value)))
    {
        return false;
    }

    len = strlen(p->text);
    cents[0] = '\0';
    n = 0;

    /* "a million dollar house" keeps its article */

    w = asr_numbers_at(c, end);
    first = i + (p->article && (w->is & ASR_NW_SINGLE) != 0);

    if (p->decimal && p->scale == NULL && len > 1 && p->text[len - 2] == '.') {
        (void) snprintf(cents, sizeof(cents), "0");

    } else if (!p->decimal && p->scale == NULL) {
        n = asr_num_cents(c, end + 1, currency, &v);

        if (n != 0) {
            (void) snprintf(cents, sizeof(cents), ".%02d", (int) v);
        }
    }

    scale = p->scale != NULL ? " " : "";

    text = asr_arena_printf(c->arena, "%s%s%s%s%s%.*s", sign,
                            asr_num_currencies[currency], p->text, cents,
                            scale, asr_fmt(p->scale != NULL ? p->scale->word
                                           : asr_str_null()));

    item = asr_numbers_put(c, first, end + 1 + n, ASR_NUM_MONEY, text);

    if (item != NULL) {
        item->currency = currency;
    }

    *taken = end + 1 + n - i;

    return true;
}


/* "a dollar fifty" */

static size_t
asr_num_one_money(asr_num_ctx_t *c, size_t i)
{
    size_t            n;
    int64_t           v;
    asr_num_phrase_t  p;

    if (!asr_numbers_is(c, i, ASR_NW_ARTICLE)
        || !asr_numbers_is(c, i + 1, ASR_NW_SINGLE)
        || asr_num_cents(c, i + 2, asr_numbers_at(c, i + 1)->aux, &v) == 0)
    {
        return 0;
    }

    memset(&p, 0, sizeof(p));
    p.value = 1;
    p.text[0] = '1';

    return asr_num_money(c, i, i + 1, "", &p, &n) ? n : 0;
}


/*
 * What is left in words altogether: the end of "half a million dollars", of
 * "several hundred and five", and of "two or three hundred".
 */

static bool
asr_num_vague(const asr_num_ctx_t *c, size_t i, const asr_num_phrase_t *p)
{
    size_t                 k;
    asr_num_kind_t         kind;
    const asr_num_item_t  *last;

    if (p->article
        && (asr_numbers_before(c, i, 1, ASR_NW_HALF)
            || (asr_numbers_before(c, i, 1, ASR_NW_OF)
                && (asr_numbers_before(c, i, 2, ASR_NW_HALF|ASR_NW_QUARTER)
                    || (i > 1 && c->t[i - 2].w->kind == ASR_NUM_PARTS)))))
    {
        return true;
    }

    last = c->nitems != 0 ? &c->items[c->nitems - 1] : NULL;
    k = i - asr_numbers_before(c, i, 1, ASR_NW_AND);

    if (k != 0 && !c->fresh && !c->t[k].apart
        && (last == NULL || last->end != k))
    {
        kind = c->t[k - 1].w->kind;

        if (kind == ASR_NUM_HUNDRED || kind == ASR_NUM_SCALE) {
            return true;
        }
    }

    return last != NULL && last->small && last->end + 1 == i && p->n == 2
           && p->value >= 100 && p->scale == NULL && !p->ordinal
           && asr_numbers_before(c, i, 1, ASR_NW_OR|ASR_NW_TO);
}


/* What makes even a small number before it digits. */

static bool
asr_num_measured(const asr_num_ctx_t *c, size_t i, int64_t value)
{
    size_t   n;
    int64_t  inches;

    if (asr_numbers_is(c, i, ASR_NW_FEET)) {
        n = asr_numbers_under100(c, i + 1, &inches);

        return n != 0 && (inches > 9 || asr_numbers_is(c, i + 1 + n,
                                                       ASR_NW_UNIT));
    }

    if (asr_numbers_is(c, i, ASR_NW_SQUARE)) {
        return asr_numbers_is(c, i + 1, ASR_NW_UNIT|ASR_NW_FEET);
    }

    return asr_numbers_is(c, i, ASR_NW_UNIT|ASR_NW_MONEY)
           && (value != 1 || asr_numbers_is(c, i, ASR_NW_EXACT));
}


static size_t
asr_num_plain(asr_num_ctx_t *c, size_t i, size_t end, const char *sign,
    const asr_num_phrase_t *p)
{
    bool             small;
    asr_str_t        text;
    asr_num_item_t  *item;

    if (p->article) {
        return end - i;
    }

    small = *sign == '\0' && !p->decimal && !p->mixed && p->scale == NULL
            && p->value < 10;

    if (p->ordinal) {

        /* "one millionth of" is a part */

        if (small || (p->value >= 1000 && p->n == 2
                      && asr_numbers_is(c, end, ASR_NW_OF)))
        {
            return end - i;
        }

        text = asr_arena_printf(c->arena, "%s%s", p->text,
                                asr_numbers_suffix(p->value));
        (void) asr_numbers_put(c, i, end, ASR_NUM_OTHER, text);

        return end - i;
    }

    small = small && !asr_num_measured(c, end, p->value);

    /* "this one", "one of", "one another": the pronoun, for certain */

    if (small && p->value == 1
        && (asr_numbers_before(c, i, 1, ASR_NW_DET)
            || asr_numbers_is(c, end, ASR_NW_OF|ASR_NW_VERB)))
    {
        return end - i;
    }

    if (p->scale != NULL) {
        text = asr_arena_printf(c->arena, "%s%s %.*s", sign, p->text,
                                asr_fmt(p->scale->word));
    } else {
        text = asr_arena_printf(c->arena, "%s%s", sign, p->text);
    }

    item = asr_numbers_put(c, i, end, ASR_NUM_PLAIN, text);

    if (item != NULL) {
        item->small = small;
    }

    return end - i;
}


size_t
asr_numbers_amount(asr_num_ctx_t *c, size_t i)
{
    char              text[ASR_NUM_TEXT];
    size_t            n, k, end;
    const char       *sign;
    asr_num_phrase_t  p;

    n = asr_numbers_fraction(c, i, text);

    if (n != 0) {
        (void) asr_numbers_put(c, i, i + n, ASR_NUM_OTHER,
                               asr_arena_str(c->arena, asr_cstr(text)));
        return n;
    }

    n = asr_num_one_money(c, i);

    if (n != 0) {
        return n;
    }

    /* after a number it is a difference, after "plus or" no sign either */

    k = i;
    sign = "";

    if (asr_numbers_is(c, i, ASR_NW_MINUS)
        && !asr_numbers_before(c, i, 1, ASR_NW_OR)
        && !asr_numbers_counted(c, i))
    {
        sign = "-";
        k++;
    }

    n = asr_num_compound(c, k, &p);

    if (n == 0) {
        n = asr_numbers_phrase(c, k, &p);
    }

    if (n == 0 || (k != i && p.ordinal)) {
        return 0;
    }

    if (k == i && asr_num_vague(c, i, &p)) {
        return n;
    }

    end = k + n;

    if (!p.ordinal && asr_numbers_is(c, end, ASR_NW_MONEY)
        && asr_num_money(c, i, end, sign, &p, &n))
    {
        return n;
    }

    n = asr_numbers_is(c, end, ASR_NW_PERCENT)
        + 2 * (asr_numbers_is(c, end, ASR_NW_PER)
               && asr_numbers_is(c, end + 1, ASR_NW_CENT));

    if (n != 0 && !p.ordinal && !p.mixed && p.scale == NULL) {
        (void) asr_numbers_put(c, i, end + n, ASR_NUM_PERCENT,
                               asr_arena_printf(c->arena, "%s%s%%", sign,
                                                p.text));
        return end + n - i;
    }

    return asr_num_plain(c, i, end, sign, &p);
}
