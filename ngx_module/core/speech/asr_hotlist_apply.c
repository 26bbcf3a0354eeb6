/*
 * What a recogniser with hotwords found, written as its client writes it.
 * See asr_hotlist.h.
 */

#include <stdlib.h>

#include "asr_hotlist_int.h"


#define ASR_HOT_VARIANTS  2          /* pronunciations of a word, compared */
#define ASR_HOT_PHONES    48         /* longer is compared with nothing */
#define ASR_HOT_WINDOW    4          /* words that may sound like a term */
#define ASR_HOT_COST      2          /* of a phone more or less */


typedef uint32_t  asr_hot_phone_t;   /* its name's four bytes */

typedef struct {
    unsigned         n;
    asr_hot_phone_t  phones[ASR_HOT_PHONES];
} asr_hot_sound_t;

typedef struct {
    asr_word_t        word;
    bool              done;          /* a term's; left as it is */
    unsigned          nsounds;
    asr_hot_sound_t  *sounds;
} asr_hot_word_t;

typedef struct {
    const asr_hotlist_t  *list;
    const asr_lexicon_t  *lexicon;
    asr_arena_t          *arena;
    asr_hot_word_t       *words;
    size_t                n;
    size_t                size;
} asr_hot_apply_t;


/* Phones that are easily taken for each other. */

static const char  asr_hot_near[][2][4] = {
    { "IH", "IY" }, { "IH", "AH" }, { "IH", "EH" }, { "EH", "AE" },
    { "EH", "AH" }, { "AH", "AE" }, { "AH", "AA" }, { "AA", "AO" },
    { "AO", "OW" }, { "UH", "UW" }, { "UH", "AH" }, { "ER", "AH" },
    { "S", "Z" }, { "T", "D" }, { "P", "B" }, { "K", "G" }, { "F", "V" },
    { "TH", "DH" }, { "SH", "ZH" }, { "CH", "JH" }, { "M", "N" },
    { "N", "NG" }
};


static asr_hot_phone_t
asr_hot_phone(const char *name, size_t n)
{
    asr_hot_phone_t  p;

    p = 0;
    memcpy(&p, name, n < sizeof(p) ? n : sizeof(p));

    return p;
}


/* false: too long. */

static bool
asr_hot_parse(const char *text, asr_hot_sound_t *s)
{
    size_t  n;

    s->n = 0;

    for ( /* void */ ; *text != '\0'; text += n + (text[n] == ' ')) {
        n = strcspn(text, " ");

        if (s->n == ASR_HOT_PHONES) {
            return false;
        }

        s->phones[s->n++] = asr_hot_phone(text, n);
    }

    return s->n != 0;
}


static unsigned
asr_hot_substitution(asr_hot_phone_t a, asr_hot_phone_t b)
{
    size_t           i;
    asr_hot_phone_t  c, d;

    if (a == b) {
        return 0;
    }

    for (i = 0; i < asr_nelts(asr_hot_near); i++) {
        c = asr_hot_phone(asr_hot_near[i][0], strlen(asr_hot_near[i][0]));
        d = asr_hot_phone(asr_hot_near[i][1], strlen(asr_hot_near[i][1]));

        if ((a == c && b == d) || (a == d && b == c)) {
            return ASR_HOT_COST / 2;
        }
    }

    return ASR_HOT_COST;
}


static unsigned
asr_hot_least(unsigned a, unsigned b, unsigned c)
{
    a = a < b ? a : b;

    return a < c ? a : c;
}


static unsigned
asr_hot_distance(const asr_hot_sound_t *a, const asr_hot_sound_t *b)
{
    unsigned  i, k, left, up, row[ASR_HOT_PHONES + 1];

    for (k = 0; k <= b->n; k++) {
        row[k] = k * ASR_HOT_COST;
    }

    for (i = 0; i < a->n; i++) {
        left = row[0];
        row[0] += ASR_HOT_COST;

        for (k = 0; k < b->n; k++) {
            up = row[k + 1];
            row[k + 1] = asr_hot_least(row[k] + ASR_HOT_COST,
                             up + ASR_HOT_COST,
                             left + asr_hot_substitution(a->phones[i],
                                                         b->phones[k]));
            left = up;
        }
    }

    return row[b->n];
}


/* How far off is near enough. */

static unsigned
asr_hot_allowed(const asr_hot_sound_t *s)
{
    return s->n < 4 ? 0 : s->n < 7 ? ASR_HOT_COST / 2 : ASR_HOT_COST;
}


/* The pronunciations of a word that was recognised. */

static asr_err_t
asr_hot_listen(asr_hot_apply_t *ap, asr_hot_word_t *w)
{
    char        text[ASR_HOTLIST_PHONES];
    unsigned    n;
    asr_str_t   name;

    name = asr_arena_str(ap->arena, w->word.text);
    w->sounds = asr_arena_alloc(ap->arena, ASR_HOT_VARIANTS
                                           * sizeof(asr_hot_sound_t));

    if (name.data == NULL || w->sounds == NULL) {
        return ASR_NOMEM;
    }

    for (n = 0; n < ASR_HOT_VARIANTS; n++) {
        if (ap->lexicon->sound(ap->lexicon->data, name.data, n, text,
                               sizeof(text))
            != ASR_OK
            || !asr_hot_parse(text, &w->sounds[n]))
        {
            break;
        }
    }

    w->nsounds = n;

    return ASR_OK;
}


/*
 * The least distance of the term's sounds from n words, so being what the
 * words before them sound like.
 */

static unsigned
asr_hot_compare(const asr_hot_word_t *w, size_t n,
    const asr_hot_sound_t *term, asr_hot_sound_t *so, unsigned best)
{
    unsigned  i, d, len;

    if (n == 0) {
        d = so->n > term->n ? so->n - term->n : term->n - so->n;
        d = d * ASR_HOT_COST > asr_hot_allowed(term)
            ? best : asr_hot_distance(so, term);

        return d < best ? d : best;
    }

    len = so->n;

    for (i = 0; i < w->nsounds; i++) {
        if (len + w->sounds[i].n > ASR_HOT_PHONES) {
            continue;
        }

        memcpy(so->phones + len, w->sounds[i].phones,
               w->sounds[i].n * sizeof(asr_hot_phone_t));
        so->n = len + w->sounds[i].n;
        best = asr_hot_compare(w + 1, n - 1, term, so, best);
    }

    so->n = len;

    return best;
}


/* Makes room for text's words in the place of n at i, in their time. */

static asr_err_t
asr_hot_put(asr_hot_apply_t *ap, size_t i, size_t n, asr_str_t text)
{
    size_t           k, words, done;
    int32_t          start, end;
    asr_str_t        rest;
    asr_hot_word_t  *w, first;

    words = 0;

    for (rest = text; rest.data != NULL; words++) {
        (void) asr_str_cut(&rest, ' ');
    }

    text = asr_arena_str(ap->arena, text);

    if (text.data == NULL || ap->n - n + words > ap->size) {
        return ASR_NOMEM;
    }

    first = ap->words[i];
    start = first.word.start_ms;
    end = ap->words[i + n - 1].word.end_ms;

    for (k = 1; k < n; k++) {
        if (ap->words[i + k].word.confidence < first.word.confidence) {
            first.word.confidence = ap->words[i + k].word.confidence;
        }
    }

    memmove(&ap->words[i + words], &ap->words[i + n],
            (ap->n - i - n) * sizeof(asr_hot_word_t));
    ap->n = ap->n - n + words;
    rest = text;
    done = 0;

    for (k = 0; k < words; k++) {
        w = &ap->words[i + k];
        *w = first;
        w->done = true;
        w->word.text = asr_str_cut(&rest, ' ');
        w->word.start_ms = start + (int32_t) ((int64_t) (end - start)
                                              * (int64_t) done
                                              / (int64_t) text.len);
        done += w->word.text.len + 1;
        w->word.end_ms = k + 1 == words ? end
                         : start + (int32_t) ((int64_t) (end - start)
                                              * (int64_t) done
                                              / (int64_t) text.len);
    }

    return ASR_OK;
}


/* "{7}"; NULL: another word. */

static const asr_hot_unit_t *
asr_hot_named(const asr_hotlist_t *l, asr_str_t word)
{
    int64_t  i;

    if (word.len < 3 || word.data[0] != '{'
        || word.data[word.len - 1] != '}'
        || asr_str_int((asr_str_t) { word.len - 2, word.data + 1 }, &i)
           != ASR_OK
        || i < 0 || i >= l->nunits || l->units[i].text.len == 0)
    {
        return NULL;
    }

    return &l->units[i];
}


static asr_err_t
asr_hot_expand(asr_hot_apply_t *ap)
{
    size_t                 i;
    asr_err_t              rc;
    const asr_hot_unit_t  *u;

    for (i = ap->n; i-- != 0; /* void */ ) {
        u = asr_hot_named(ap->list, ap->words[i].word.text);

        if (u != NULL) {
            rc = asr_hot_put(ap, i, 1, u->text);

            if (rc != ASR_OK) {
                return rc;
            }
        }
    }

    return ASR_OK;
}


/* Is it the word, or (of the last one) its genitive? */

static bool
asr_hot_same(asr_str_t word, asr_str_t from, bool last)
{
    if (last && word.len == from.len + 2
        && memcmp(word.data + from.len, "'s", 2) == 0)
    {
        word.len = from.len;
    }

    return asr_str_eq(word, from);
}


static bool
asr_hot_matches(const asr_hot_apply_t *ap, size_t i,
    const asr_hot_spelling_t *sp)
{
    size_t                 k;
    const asr_hot_word_t  *w;

    if (i + sp->n > ap->n) {
        return false;
    }

    for (k = 0; k < sp->n; k++) {
        w = &ap->words[i + k];

        if (w->done || !asr_hot_same(w->word.text, sp->from[k],
                                     k + 1 == sp->n))
        {
            return false;
        }
    }

    return true;
}


static asr_err_t
asr_hot_spell(asr_hot_apply_t *ap, size_t i)
{
    size_t                     k;
    unsigned                   n;
    asr_str_t                  to;
    asr_hot_word_t            *w;
    const asr_hot_spelling_t  *sp;

    for (n = 0; n < ap->list->nspellings; n++) {
        sp = &ap->list->spellings[n];

        if (!asr_hot_matches(ap, i, sp)) {
            continue;
        }

        for (k = 0; k < sp->n; k++) {
            w = &ap->words[i + k];
            to = asr_arena_printf(ap->arena, "%.*s%s", asr_fmt(sp->to[k]),
                                  w->word.text.len == sp->from[k].len
                                  ? "" : "'s");

            if (to.data == NULL) {
                return ASR_NOMEM;
            }

            w->word.text = to;
            w->done = true;
        }

        break;
    }

    return ASR_OK;
}


/* Does what begins at i sound like f?  How many words, or 0. */

static size_t
asr_hot_sounds_like(const asr_hot_apply_t *ap, size_t i,
    const asr_hot_forced_t *f, unsigned *cost)
{
    size_t           n, found;
    unsigned         k, d;
    asr_hot_sound_t  term, so;

    found = 0;

    for (n = 1; n <= f->words + 1u && n <= ASR_HOT_WINDOW; n++) {

        if (i + n > ap->n || ap->words[i + n - 1].done) {
            break;
        }

        for (k = 0; k < f->nsounds; k++) {
            if (!asr_hot_parse(f->sounds[k], &term)) {
                continue;
            }

            so.n = 0;
            d = asr_hot_compare(&ap->words[i], n, &term, &so, *cost);

            if (d < *cost && d <= asr_hot_allowed(&term)) {
                *cost = d;
                found = n;
            }
        }
    }

    return found;
}


static asr_err_t
asr_hot_force(asr_hot_apply_t *ap, size_t i)
{
    size_t                   n, words;
    unsigned                 k, cost;
    const asr_hot_forced_t  *best;

    best = NULL;
    words = 0;
    cost = ASR_HOT_COST + 1;

    for (k = 0; k < ap->list->nforced; k++) {
        n = asr_hot_sounds_like(ap, i, &ap->list->forced[k], &cost);

        if (n != 0) {
            words = n;
            best = &ap->list->forced[k];
        }
    }

    return best == NULL ? ASR_OK : asr_hot_put(ap, i, words, best->text);
}


static asr_err_t
asr_hot_begin(asr_hot_apply_t *ap, const asr_sentence_t *s)
{
    size_t  i;

    ap->n = s->nwords;
    ap->size = s->nwords * ASR_HOTLIST_WORDS;
    ap->words = asr_arena_zalloc(ap->arena,
                                 (ap->size + 1) * sizeof(asr_hot_word_t));
    if (ap->words == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < s->nwords; i++) {
        ap->words[i].word = s->words[i];
    }

    return ASR_OK;
}


static asr_err_t
asr_hot_end(asr_hot_apply_t *ap, asr_sentence_t *s)
{
    size_t  i;

    s->words = asr_arena_alloc(ap->arena, ap->n * sizeof(asr_word_t));
    if (s->words == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < ap->n; i++) {
        s->words[i] = ap->words[i].word;
    }

    s->nwords = ap->n;

    return ASR_OK;
}


asr_err_t
asr_hotlist_apply(const asr_hotlist_t *l, const asr_lexicon_t *lexicon,
    asr_arena_t *a, asr_sentence_t *s)
{
    size_t           i;
    asr_err_t        rc;
    asr_hot_apply_t  ap;

    if (s->nwords == 0) {
        return ASR_OK;
    }

    ap.list = l;
    ap.lexicon = lexicon;
    ap.arena = a;

    rc = asr_hot_begin(&ap, s);

    if (rc == ASR_OK) {
        rc = asr_hot_expand(&ap);
    }

    for (i = 0; rc == ASR_OK && i < ap.n; i++) {
        if (!ap.words[i].done) {
            rc = asr_hot_spell(&ap, i);
        }
    }

    for (i = 0; rc == ASR_OK && l->nforced != 0 && i < ap.n; i++) {
        if (!ap.words[i].done) {
            rc = asr_hot_listen(&ap, &ap.words[i]);
        }
    }

    for (i = 0; rc == ASR_OK && l->nforced != 0 && i < ap.n; i++) {
        if (!ap.words[i].done) {
            rc = asr_hot_force(&ap, i);
        }
    }

    return rc == ASR_OK ? asr_hot_end(&ap, s) : rc;
}
