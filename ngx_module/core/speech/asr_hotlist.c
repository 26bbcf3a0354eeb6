/*
 * See asr_hotlist.h.
 *
 * Scores of interpolated language models are raised to the language weight
 * before they are summed up, so a model's share hardly matters, and a term's
 * own probability is the lever: 10^-3 to 10^-0.2 for weights 1 to 11.  Short
 * terms sound like parts of other words and get less; so does each of many
 * terms, as one of them sounds like anything, but for those of weight 11.
 */

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "asr_hotlist_int.h"


#define ASR_HOTLIST_ARENA     (4 * 1024 * 1024)
#define ASR_HOTLIST_SHORT     7          /* phones */
#define ASR_HOTLIST_ENDING    5          /* least for an 's to be known */
#define ASR_HOTLIST_FEW       10         /* terms */
#define ASR_HOTLIST_COMMON    -4.0f      /* log10: "may", "us" */
#define ASR_HOTLIST_DERIVED   -1.0f      /* the term with an 's */
#define ASR_HOTLIST_CONTEXT_P -4.0f      /* of a context's word */
#define ASR_HOTLIST_NEW_P     -3.0f      /* the same, if nobody knows it */
#define ASR_HOTLIST_PAIR_P    -1.0f


static char *
asr_hot_dup(asr_hotlist_t *l, const char *s)
{
    return (char *) asr_arena_str(&l->arena, asr_cstr(s)).data;
}


/* The term with one blank between words; empty: it is not worth a try. */

static asr_str_t
asr_hot_text(asr_hotlist_t *l, asr_str_t term)
{
    char      *p;
    size_t     i, n, words;

    if (term.len > ASR_HOTLIST_TERM || !asr_utf8_valid(term)) {
        return asr_str_null();
    }

    p = asr_arena_alloc(&l->arena, term.len + 1);
    if (p == NULL) {
        return asr_str_null();
    }

    n = 0;
    words = 1;

    for (i = 0; i < term.len; i++) {

        if ((unsigned char) term.data[i] > ' ' && term.data[i] != 0x7f) {
            p[n++] = term.data[i];

        } else if (n != 0 && p[n - 1] != ' ') {
            p[n++] = ' ';
            words++;
        }
    }

    if (n != 0 && p[n - 1] == ' ') {
        n--;
        words--;
    }

    p[n] = '\0';

    return words > ASR_HOTLIST_WORDS ? asr_str_null()
                                     : (asr_str_t) { n, p };
}


static float
asr_hot_weight(const asr_hot_build_t *b, int32_t weight)
{
    float     prob;
    size_t    i;
    unsigned  n, least;

    if (weight == ASR_HOTWORD_FORCED) {
        weight = 8;
    }

    weight = weight < 1 ? 1 : weight > ASR_HOTWORD_SUPER ? ASR_HOTWORD_SUPER
                                                         : weight;
    prob = -3.3f + 0.28f * (float) weight;
    least = ASR_HOTLIST_SHORT;

    for (i = 0; i < b->sounds.n; i++) {
        n = asr_hotlist_phones(b->sounds.text[i]);
        least = n < least ? n : least;
    }

    if (weight != ASR_HOTWORD_SUPER && b->terms > ASR_HOTLIST_FEW) {
        prob -= log10f((float) b->terms / ASR_HOTLIST_FEW);
    }

    return prob - 0.25f * (float) (ASR_HOTLIST_SHORT - least);
}


/*
 * With sounds a new word, written as text; without them one of the
 * dictionary.  NULL: no memory, or no room (then *full is set).
 */

static asr_hot_unit_t *
asr_hot_unit(asr_hotlist_t *l, const char *key, asr_str_t text, float prob,
    const asr_hot_sounds_t *s)
{
    size_t           i;
    asr_hot_unit_t  *u;

    u = &l->units[l->nunits];
    memset(u, 0, sizeof(asr_hot_unit_t));

    u->prob = prob;
    u->key = asr_hot_dup(l, key);
    u->name = s == NULL ? u->key
              : (char *) asr_arena_printf(&l->arena, "{%u}", l->nunits).data;

    if (u->key == NULL || u->name == NULL) {
        return NULL;
    }

    for (i = 0; s != NULL && i < s->n; i++) {
        u->sounds[i] = asr_hot_dup(l, s->text[i]);

        if (u->sounds[i] == NULL) {
            return NULL;
        }

        u->nsounds++;
        u->text = text;
    }

    l->nunits++;

    return u;
}


/* The term's plural, or the genitive of a name. */

static asr_err_t
asr_hot_derived(asr_hot_build_t *b, float prob)
{
    char               last;
    asr_str_t          text, key;
    asr_hotlist_t     *l;
    asr_hot_sounds_t   s;

    l = b->list;
    last = b->text.data[b->text.len - 1];

    if (!isalpha((unsigned char) last) || last == 's' || last == 'S'
        || asr_hotlist_phones(b->sounds.text[0]) < ASR_HOTLIST_ENDING)
    {
        return ASR_OK;
    }

    s = b->sounds;

    if (!asr_hotlist_extend(&s, "'s", b->lexicon)) {
        return ASR_OK;
    }

    text = asr_arena_printf(&l->arena, "%.*s%s", asr_fmt(b->text),
                            islower((unsigned char) b->text.data[0]) ? "s"
                                                                     : "'s");
    key = asr_arena_printf(&l->arena, "%s's", b->key);

    if (text.data == NULL || key.data == NULL
        || asr_hot_unit(l, key.data, text, prob + ASR_HOTLIST_DERIVED, &s)
           == NULL)
    {
        return ASR_NOMEM;
    }

    return ASR_OK;
}


/* How words of the dictionary are to be written. */

static void
asr_hot_spelling(asr_hot_build_t *b)
{
    bool                 same;
    unsigned             n;
    asr_str_t            key, text;
    asr_hotlist_t       *l;
    asr_hot_spelling_t  *sp;

    l = b->list;
    sp = &l->spellings[l->nspellings];
    text = b->text;
    key = asr_arena_str(&l->arena, asr_cstr(b->key));
    same = true;

    for (n = 0; key.data != NULL && text.data != NULL; n++) {
        if (n == ASR_HOTLIST_WORDS) {
            return;
        }

        sp->from[n] = asr_str_cut(&key, ' ');
        sp->to[n] = asr_str_cut(&text, ' ');
        same = same && asr_str_eq(sp->from[n], sp->to[n]);
    }

    /* the same number of words, or a sign fell away that stood alone */

    if (key.data != NULL || text.data != NULL || same
        || (n == 1 && b->known >= ASR_HOTLIST_COMMON))
    {
        return;
    }

    sp->n = n;
    l->nspellings++;
}


static asr_err_t
asr_hot_forced(asr_hot_build_t *b)
{
    size_t             i;
    const char        *p;
    asr_hotlist_t     *l;
    asr_hot_forced_t  *f;

    l = b->list;
    f = &l->forced[l->nforced];
    memset(f, 0, sizeof(asr_hot_forced_t));

    f->text = b->text;
    f->words = 1;

    for (p = b->key; *p != '\0'; p++) {
        f->words += *p == ' ';
    }

    for (i = 0; i < b->sounds.n; i++) {
        f->sounds[i] = asr_hot_dup(l, b->sounds.text[i]);

        if (f->sounds[i] == NULL) {
            return ASR_NOMEM;
        }

        f->nsounds++;
    }

    l->nforced++;

    return ASR_OK;
}


/* NULL: it is not there. */

static asr_hot_unit_t *
asr_hot_find(const asr_hotlist_t *l, const char *key)
{
    unsigned  i;

    for (i = 0; i < l->nunits; i++) {
        if (strcmp(l->units[i].key, key) == 0) {
            return &l->units[i];
        }
    }

    return NULL;
}


static asr_err_t
asr_hot_term(asr_hot_build_t *b, const asr_hotword_t *h)
{
    float           prob;
    asr_str_t       text;
    asr_err_t       rc;
    asr_hotlist_t  *l;

    l = b->list;
    text = asr_hot_text(l, h->term);

    if (text.len == 0 || l->nunits + 3 > ASR_HOTLIST_UNITS
        || !asr_hotlist_say(b, text) || asr_hot_find(l, b->key) != NULL)
    {
        return ASR_OK;
    }

    prob = asr_hot_weight(b, h->weight);
    asr_hot_spelling(b);
    rc = ASR_OK;

    if (b->word
        && asr_hot_unit(l, b->key, asr_str_null(), prob, NULL) == NULL)
    {
        return ASR_NOMEM;
    }

    if (b->own.n != 0
        && asr_hot_unit(l, b->key, b->text, prob, &b->own) == NULL)
    {
        return ASR_NOMEM;
    }

    if (b->known <= ASR_HOTLIST_UNKNOWN) {
        rc = asr_hot_derived(b, prob);
    }

    if (rc == ASR_OK && h->weight == ASR_HOTWORD_FORCED) {
        rc = asr_hot_forced(b);
    }

    return rc;
}


/* A word of the context; NULL: it has no use, or no memory. */

static asr_hot_unit_t *
asr_hot_context_word(asr_hot_build_t *b, asr_str_t word)
{
    asr_str_t        text;
    asr_hotlist_t   *l;
    asr_hot_unit_t  *u;

    l = b->list;
    text = asr_hot_text(l, word);

    if (text.len == 0 || l->nunits == ASR_HOTLIST_UNITS
        || !asr_hotlist_say(b, text))
    {
        return NULL;
    }

    u = asr_hot_find(l, b->key);

    if (u != NULL) {
        return u;
    }

    return b->word
           ? asr_hot_unit(l, b->key, asr_str_null(),
                          b->known <= ASR_HOTLIST_UNKNOWN
                          ? ASR_HOTLIST_NEW_P : ASR_HOTLIST_CONTEXT_P, NULL)
           : asr_hot_unit(l, b->key, text, ASR_HOTLIST_NEW_P, &b->own);
}


/* Words are what stands between blanks, without the marks around it. */

static void
asr_hot_context(asr_hot_build_t *b, asr_str_t text)
{
    char             c;
    size_t           i, from, to, end;
    asr_hotlist_t   *l;
    asr_hot_unit_t  *u, *last;

    l = b->list;
    last = NULL;

    if (text.len > ASR_HOTLIST_CONTEXT) {
        text.len = ASR_HOTLIST_CONTEXT;
    }

    for (i = 0; i < text.len; i = end) {
        for (end = i; end < text.len
                      && (unsigned char) text.data[end] > ' '; end++)
        {
            /* void */
        }

        from = i;
        to = end;

        while (from < to && memchr("\"'([{", text.data[from], 5) != NULL) {
            from++;
        }

        while (from < to
               && memchr("\"')]},;:.!?", text.data[to - 1], 11) != NULL)
        {
            to--;
        }

        u = from == to ? NULL
            : asr_hot_context_word(b, (asr_str_t) { to - from,
                                                    text.data + from });

        if (u != NULL && last != NULL && l->npairs < ASR_HOTLIST_PAIRS) {
            l->pairs[l->npairs].first = (unsigned) (last - l->units);
            l->pairs[l->npairs].second = (unsigned) (u - l->units);
            l->npairs++;
        }

        c = end != i ? text.data[end - 1] : ' ';

        if (end != i) {
            last = memchr(".!?;:", c, 5) != NULL ? NULL : u;
        }

        end += end < text.len;
    }
}


/* Heavy ones first, so that the heaviest of equal ones is taken. */

static int
asr_hot_order(const void *one, const void *two)
{
    int                    c;
    size_t                 n;
    const asr_hotword_t   *a = one, *b = two;

    if (a->weight != b->weight) {
        return a->weight < b->weight ? 1 : -1;
    }

    n = a->term.len < b->term.len ? a->term.len : b->term.len;
    c = n == 0 ? 0 : memcmp(a->term.data, b->term.data, n);

    return c != 0 ? c : (a->term.len > b->term.len)
                        - (a->term.len < b->term.len);
}


static int
asr_hot_pair_order(const void *one, const void *two)
{
    const asr_hot_pair_t  *a = one, *b = two;

    if (a->first != b->first) {
        return a->first < b->first ? -1 : 1;
    }

    return (a->second > b->second) - (a->second < b->second);
}


static int
asr_hot_longer(const void *one, const void *two)
{
    const asr_hot_spelling_t  *a = one, *b = two;

    return (a->n < b->n) - (a->n > b->n);
}


/* Sorted, each once. */

static void
asr_hot_pairs(asr_hotlist_t *l)
{
    unsigned  i, n;

    qsort(l->pairs, l->npairs, sizeof(asr_hot_pair_t), asr_hot_pair_order);

    n = 0;

    for (i = 0; i < l->npairs; i++) {
        if (n == 0 || asr_hot_pair_order(&l->pairs[n - 1], &l->pairs[i])
                      != 0)
        {
            l->pairs[n++] = l->pairs[i];
        }
    }

    l->npairs = n;
}


static int
asr_hot_names(const void *one, const void *two)
{
    return strcmp(*(const char *const *) one, *(const char *const *) two);
}


static asr_err_t
asr_hot_known(asr_hotlist_t *l)
{
    unsigned  i;

    l->known = asr_arena_alloc(&l->arena, (l->nunits + 1) * sizeof(char *));
    if (l->known == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < l->nunits; i++) {
        if (l->units[i].nsounds == 0) {
            l->known[l->nknown++] = l->units[i].name;
        }
    }

    qsort(l->known, l->nknown, sizeof(char *), asr_hot_names);

    return ASR_OK;
}


static asr_hotlist_t *
asr_hot_list(const asr_ask_t *ask)
{
    asr_hotlist_t  *l;

    l = calloc(1, sizeof(asr_hotlist_t));
    if (l == NULL) {
        return NULL;
    }

    asr_arena_init(&l->arena, ASR_HOTLIST_ARENA);

    l->units = asr_arena_alloc(&l->arena, ASR_HOTLIST_UNITS
                                          * sizeof(asr_hot_unit_t));
    l->pairs = asr_arena_alloc(&l->arena, ASR_HOTLIST_PAIRS
                                          * sizeof(asr_hot_pair_t));
    l->spellings = asr_arena_alloc(&l->arena,
                       (ask->nhotwords + 1) * sizeof(asr_hot_spelling_t));
    l->forced = asr_arena_alloc(&l->arena,
                       (ask->nhotwords + 1) * sizeof(asr_hot_forced_t));

    if (l->units == NULL || l->pairs == NULL || l->spellings == NULL
        || l->forced == NULL)
    {
        asr_hotlist_free(l);
        return NULL;
    }

    return l;
}


asr_hotlist_t *
asr_hotlist_create(const asr_ask_t *ask, const asr_lexicon_t *lexicon)
{
    size_t            i;
    asr_err_t         rc;
    asr_hotword_t    *terms;
    asr_hotlist_t    *l;
    asr_hot_build_t  *b;

    l = asr_hot_list(ask);
    b = calloc(1, sizeof(asr_hot_build_t));
    terms = calloc(ask->nhotwords + 1, sizeof(asr_hotword_t));
    rc = (l == NULL || b == NULL || terms == NULL) ? ASR_NOMEM : ASR_OK;

    if (rc == ASR_OK) {
        b->list = l;
        b->lexicon = lexicon;
        b->terms = ask->nhotwords;

        if (ask->nhotwords != 0) {
            memcpy(terms, ask->hotwords,
                   ask->nhotwords * sizeof(asr_hotword_t));
        }

        qsort(terms, ask->nhotwords, sizeof(asr_hotword_t), asr_hot_order);

        for (i = 0; i < ask->nhotwords && rc == ASR_OK; i++) {
            rc = asr_hot_term(b, &terms[i]);
        }
    }

    if (rc == ASR_OK) {
        asr_hot_context(b, ask->context);
        asr_hot_pairs(l);
        qsort(l->spellings, l->nspellings, sizeof(asr_hot_spelling_t),
              asr_hot_longer);
        rc = asr_hot_known(l);
    }

    free(b);
    free(terms);

    if (rc != ASR_OK) {
        asr_hotlist_free(l);
        return NULL;
    }

    return l;
}


void
asr_hotlist_free(asr_hotlist_t *l)
{
    if (l != NULL) {
        asr_arena_free(&l->arena);
        free(l);
    }
}


size_t
asr_hotlist_n(const asr_hotlist_t *l)
{
    return l->nunits;
}


bool
asr_hotlist_has(const asr_hotlist_t *l, const char *word)
{
    return bsearch(&word, l->known, l->nknown, sizeof(char *), asr_hot_names)
           != NULL;
}


asr_err_t
asr_hotlist_dict(const asr_hotlist_t *l, asr_buf_t *out)
{
    unsigned               i, k;
    const asr_hot_unit_t  *u;

    for (i = 0; i < l->nunits; i++) {
        u = &l->units[i];

        for (k = 0; k < u->nsounds; k++) {
            if (k == 0) {
                (void) asr_buf_printf(out, "%s %s\n", u->name, u->sounds[k]);

            } else {
                (void) asr_buf_printf(out, "%s(%u) %s\n", u->name, k + 1,
                                      u->sounds[k]);
            }
        }
    }

    return out->failed ? ASR_NOMEM : ASR_OK;
}


asr_err_t
asr_hotlist_arpa(const asr_hotlist_t *l, asr_buf_t *out)
{
    unsigned  i;

    (void) asr_buf_printf(out, "\\data\\\nngram 1=%u\n", l->nunits + 2);

    if (l->npairs != 0) {
        (void) asr_buf_printf(out, "ngram 2=%u\n", l->npairs);
    }

    (void) asr_buf_printf(out, "\n\\1-grams:\n-99 <s> 0\n-99 </s> 0\n");

    for (i = 0; i < l->nunits; i++) {
        (void) asr_buf_printf(out, "%.3f %s 0\n", (double) l->units[i].prob,
                              l->units[i].name);
    }

    if (l->npairs != 0) {
        (void) asr_buf_printf(out, "\n\\2-grams:\n");
    }

    for (i = 0; i < l->npairs; i++) {
        (void) asr_buf_printf(out, "%.3f %s %s\n",
                              (double) ASR_HOTLIST_PAIR_P,
                              l->units[l->pairs[i].first].name,
                              l->units[l->pairs[i].second].name);
    }

    (void) asr_buf_printf(out, "\n\\end\\\n");

    return out->failed ? ASR_NOMEM : ASR_OK;
}
