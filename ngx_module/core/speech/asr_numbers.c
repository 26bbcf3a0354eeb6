/*
 * Spoken numbers as digits: the words of a sentence become tokens, each with
 * what the word list knows of it; from left to right the rules take tokens,
 * the most particular first; then numbers of one range ("five to ten") are
 * made alike.  Small numbers are kept in words, but noted until that is done.
 *
 * No rule looks further ahead than the longest number (some 70 tokens) or
 * back than a few, so the whole is linear.
 */

#include <stdlib.h>

#include "asr_numbers_words.h"


#define ASR_NUM_PARTED  8        /* tokens of one hyphenated word */


asr_num_item_t *
asr_numbers_put(asr_num_ctx_t *c, size_t first, size_t end,
    asr_num_form_t form, asr_str_t text)
{
    asr_num_item_t  *item;

    if (text.data == NULL) {
        c->failed = true;
        return NULL;
    }

    if (!c->t[first].first || !c->t[end - 1].last) {
        return NULL;
    }

    item = &c->items[c->nitems++];

    item->first = first;
    item->end = end;
    item->form = form;
    item->text = text;
    item->small = false;
    item->currency = 0;

    return item;
}


/* "twenty-one" is two tokens, "twenty-year" one that is no number. */

static size_t
asr_num_parts(const asr_numbers_t *n, asr_str_t word,
    const asr_num_word_t *parts[ASR_NUM_PARTED])
{
    size_t     i;
    asr_str_t  rest;

    rest = word;

    for (i = 0; rest.data != NULL; i++) {
        if (i == ASR_NUM_PARTED) {
            return 0;
        }

        parts[i] = asr_numbers_lookup(n, asr_str_cut(&rest, '-'));

        if (parts[i]->kind == ASR_NUM_NONE
            && (parts[i]->is & (ASR_NW_HALF|ASR_NW_QUARTER)) == 0)
        {
            return 0;
        }
    }

    return i;
}


static void
asr_num_token(asr_num_ctx_t *c, size_t word, const asr_num_word_t *w,
    int32_t gap)
{
    asr_num_token_t  *t;

    t = &c->t[c->n++];

    t->w = w;
    t->word = word;
    t->first = true;
    t->last = true;
    t->apart = gap >= ASR_NUMBERS_PAUSE;
    t->far = gap >= ASR_NUMBERS_FAR;
}


static void
asr_num_tokens(asr_num_ctx_t *c, size_t word, int32_t gap)
{
    size_t                 i, n;
    asr_str_t              s;
    const asr_num_word_t  *parts[ASR_NUM_PARTED];

    s = c->words[word];

    if (s.len == 0 || memchr(s.data, '-', s.len) == NULL
        || (n = asr_num_parts(c->numbers, s, parts)) == 0)
    {
        asr_num_token(c, word, asr_numbers_lookup(c->numbers, s), gap);
        return;
    }

    for (i = 0; i < n; i++) {
        asr_num_token(c, word, parts[i], i == 0 ? gap : 0);
        c->t[c->n - 1].first = i == 0;
        c->t[c->n - 1].last = i == n - 1;
    }
}


static size_t
asr_num_rule(asr_num_ctx_t *c, size_t i)
{
    size_t  k, n;

    static size_t  (*const rules[])(asr_num_ctx_t *, size_t) = {
        asr_numbers_date,
        asr_numbers_clock,
        asr_numbers_sequence,
        asr_numbers_label,
        asr_numbers_year,
        asr_numbers_amount
    };

    if (c->t[i].w->kind == ASR_NUM_NONE && c->t[i].w->is == 0 && !c->math) {
        return 0;
    }

    if (c->math) {
        n = asr_numbers_math(c, i);

        if (n != 0) {
            return n;
        }
    }

    for (k = 0; k < asr_nelts(rules); k++) {
        n = rules[k](c, i);

        if (n != 0) {
            return n;
        }
    }

    return 0;
}


static void
asr_num_find(asr_num_ctx_t *c)
{
    bool    apart;
    size_t  i, n;

    i = 0;

    while (i < c->n && !c->failed) {
        apart = c->t[i].apart;

        /* where a number starts, a pause before it is none inside it */
        c->t[i].apart = false;
        c->fresh = apart || i == 0;
        n = asr_num_rule(c, i);
        c->t[i].apart = apart;

        i += n != 0 ? n : 1;
    }
}


/*
 * "five to ten": one word between two numbers.  A lone "one" that may be a
 * pronoun never was noted.
 */

static bool
asr_num_range(const asr_num_ctx_t *c, const asr_num_item_t *a,
    const asr_num_item_t *b)
{
    if (b->first != a->end + 1 || c->t[b->first].apart) {
        return false;
    }

    return asr_numbers_is(c, a->end, ASR_NW_TO|ASR_NW_OR)
           || (asr_numbers_is(c, a->end, ASR_NW_AND)
               && (a->form == ASR_NUM_LABELLED
                   || asr_numbers_before(c, a->first, 1, ASR_NW_BETWEEN)));
}


static void
asr_num_alike(asr_num_ctx_t *c, asr_num_item_t *a, asr_num_item_t *b)
{
    if (a->form > ASR_NUM_LABELLED || b->form == ASR_NUM_OTHER) {
        return;
    }

    if (a->small != b->small) {
        a->small = false;
        b->small = false;
    }

    if (b->form == ASR_NUM_MONEY && a->form == ASR_NUM_PLAIN) {
        a->text = asr_arena_printf(c->arena, "%s%.*s",
                                   asr_numbers_currency(b->currency),
                                   asr_fmt(a->text));
        c->failed |= a->text.data == NULL;
    }
}


static asr_err_t
asr_num_write(asr_num_ctx_t *c, asr_number_t **out, size_t *count)
{
    size_t           i, n;
    asr_number_t    *r;
    asr_num_item_t  *item;

    for (i = 0; i + 1 < c->nitems; i++) {
        if (asr_num_range(c, &c->items[i], &c->items[i + 1])) {
            asr_num_alike(c, &c->items[i], &c->items[i + 1]);
        }
    }

    for (i = 0, n = 0; i < c->nitems; i++) {
        n += !c->items[i].small;
    }

    r = asr_arena_alloc(c->arena, n * sizeof(asr_number_t));

    if (r == NULL || c->failed) {
        return ASR_NOMEM;
    }

    for (i = 0, n = 0; i < c->nitems; i++) {
        item = &c->items[i];

        if (!item->small) {
            r[n].first = c->t[item->first].word;
            r[n].n = c->t[item->end - 1].word - r[n].first + 1;
            r[n].text = item->text;
            n++;
        }
    }

    *out = r;
    *count = n;

    return ASR_OK;
}


asr_err_t
asr_numbers(asr_numbers_t *n, asr_arena_t *a, const asr_str_t *words,
    const int32_t *gaps, size_t nwords, int mode, asr_number_t **out,
    size_t *count)
{
    size_t          i, most;
    asr_err_t       rc;
    asr_str_t       s;
    asr_num_ctx_t   c;
    asr_num_last_t  last;

    *out = NULL;
    *count = 0;

    if (mode == ASR_NUMBERS_OFF || nwords == 0) {
        return ASR_OK;
    }

    most = 0;

    for (i = 0; i < nwords; i++) {
        s = words[i];
        most++;

        if (s.len != 0 && memchr(s.data, '-', s.len) != NULL) {
            most += ASR_NUM_PARTED - 1;
        }
    }

    memset(&c, 0, sizeof(c));
    last.phrase.n = 0;

    c.numbers = n;
    c.arena = a;
    c.words = words;
    c.last = &last;
    c.math = mode == ASR_NUMBERS_MATH;
    c.t = calloc(most, sizeof(asr_num_token_t));
    c.items = calloc(most, sizeof(asr_num_item_t));

    rc = ASR_NOMEM;

    if (c.t != NULL && c.items != NULL) {
        for (i = 0; i < nwords; i++) {
            asr_num_tokens(&c, i, gaps != NULL && i != 0 ? gaps[i] : 0);
        }

        asr_num_find(&c);
        rc = asr_num_write(&c, out, count);
    }

    free(c.t);
    free(c.items);

    return rc;
}
