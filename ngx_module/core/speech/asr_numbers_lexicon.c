/*
 * The word list.  Number words and what they are worth come from ICU, which
 * spells them out when the list is made; what a number may count or stand
 * beside is in the table below.  A number of many words is parsed by ICU too:
 * strictly and with hyphens in the tens, which takes it some 20 us, where a
 * lenient parse takes up to 2 ms.
 */

#include <pthread.h>
#include <stdlib.h>

#include <unicode/unum.h>

#include "asr_numbers_words.h"


#define ASR_NUM_WORDS   640
#define ASR_NUM_LETTERS 8192     /* of the words made here */
#define ASR_NUM_PARSE   256      /* the longest has 158 characters */


struct asr_numbers_s {
    pthread_mutex_t   lock;      /* icu, parses */
    UNumberFormat    *icu;
    uint64_t          parses;
    size_t            n;
    asr_num_word_t    words[ASR_NUM_WORDS];      /* sorted */
    size_t            used;
    char              letters[ASR_NUM_LETTERS];
};

typedef struct {
    uint64_t     is;
    int          aux;
    const char  *words;
} asr_num_list_t;


const asr_num_word_t  asr_numbers_none;


static const asr_num_list_t  asr_num_lists[] = {
    { ASR_NW_ARTICLE|ASR_NW_EACH, 0, "a an" },
    { ASR_NW_EACH, 0, "every each" },
    { ASR_NW_DET, 0, "the this that these those each every any some no which "
      "what another my your his her its our their a an only either neither "
      "such last first next other" },
    { ASR_NW_THE, 0, "the" },
    { ASR_NW_AND, 0, "and" },
    { ASR_NW_OR, 0, "or" },
    { ASR_NW_TO, 0, "to through" },
    { ASR_NW_TILL, 0, "to till til 'til" },
    { ASR_NW_PAST, 0, "past" },
    { ASR_NW_POINT, 0, "point" },
    { ASR_NW_MINUS, 0, "minus negative" },
    { ASR_NW_HALF, 0, "half" },
    { ASR_NW_QUARTER, 0, "quarter" },
    { ASR_NW_REPEAT, 2, "double" },
    { ASR_NW_REPEAT, 3, "triple treble" },
    { ASR_NW_MONTH, 0, "january february march april may june july august "
      "september october november december" },
    { ASR_NW_MODAL, 0, "march may" },
    { ASR_NW_DATE|ASR_NW_ON, 0, "on monday tuesday wednesday thursday friday "
      "saturday sunday" },
    { ASR_NW_DATE, 0, "of since until till by before after from through in "
      "last this next early late mid" },
    { ASR_NW_LABEL, 0, "number numbers chapter chapters page pages room rooms "
      "flight flights section sections verse verses volume line "
      "lines highway route interstate channel gate platform track "
      "level figure table tables item items question questions "
      "lesson lessons grade grades version psalm act scene "
      "apartment suite building extension article articles "
      "paragraph paragraphs phase part parts step "
      "area code zip pin model age ages aged apollo boeing size "
      "bus terminal exit episode season stage" },
    { ASR_NW_UNIT, 0, "percentage miles mile kilometers kilometer kilometres "
      "kilometre meters meter metres metre centimeters centimeter "
      "centimetres millimeters millimeter millimetres inches inch "
      "kilograms kilogram kilos kilo grams gram milligrams ounces ounce "
      "tons tonnes liters liter litres litre gallons gallon "
      "milliliters acres hectares hertz kilohertz megahertz gigahertz "
      "volts volt watts watt kilowatts megawatts amps decibels knots "
      "bytes kilobytes megabytes gigabytes terabytes bits "
      "degrees degree cents cent pence francs rupees marks" },
    { ASR_NW_EXACT, 0, "percentage degrees degree cents cent" },
    { ASR_NW_PERCENT, 0, "percent" },
    { ASR_NW_PER, 0, "per" },
    { ASR_NW_CENT, 0, "cent" },
    { ASR_NW_MONEY, 1, "dollars" },
    { ASR_NW_MONEY|ASR_NW_SINGLE, 1, "dollar" },
    { ASR_NW_MONEY, 2, "pounds" },
    { ASR_NW_MONEY|ASR_NW_SINGLE, 2, "pound" },
    { ASR_NW_MONEY, 3, "euros" },
    { ASR_NW_MONEY|ASR_NW_SINGLE, 3, "euro" },
    { ASR_NW_MONEY, 4, "yen" },
    { ASR_NW_COIN, 1, "cents cent" },
    { ASR_NW_COIN, 2, "pence" },
    { ASR_NW_NOTE, 0, "note notes coin coins sterling" },
    { ASR_NW_WEIGHT, 0, "weigh weighs weighed weighing weight lose loses lost "
      "losing gain gained gaining lift lifted lifting heavier "
      "lighter overweight underweight ounces ounce per heavy" },
    { ASR_NW_OCLOCK, 0, "o'clock" },
    { ASR_NW_AMPM, 'a', "a.m. a.m am" },
    { ASR_NW_AMPM, 'p', "p.m. p.m pm" },
    { ASR_NW_AM, 0, "am" },
    { ASR_NW_LETTER, 'a', "a a." },
    { ASR_NW_LETTER, 'p', "p p." },
    { ASR_NW_LETTER_M, 0, "m m." },
    { ASR_NW_CLOCK, 0, "at by until till around about before after from since "
      "it's is was 'til til between" },
    { ASR_NW_NOW, 0, "at by until till it's 'til til" },
    { ASR_NW_DAY, 0, "today tonight tomorrow sharp yesterday" },
    { ASR_NW_DAYPART, 0, "morning afternoon evening night" },
    { ASR_NW_YEAR, 0, "in year years since circa summer spring autumn "
      "winter" },
    { ASR_NW_OF, 0, "of" },
    { ASR_NW_FOLLOW, 0, "of the to or and in by from as is was were are had "
      "has have at on for with a than that which who when while if but "
      "so per each more less off its his her their i you he she it we "
      "they will would please today tonight tomorrow yesterday then "
      "plus minus equals divided multiplied" },
    { ASR_NW_BETWEEN, 0, "between from" },
    { ASR_NW_WORLD, 0, "world" },
    { ASR_NW_WAR, 0, "war" },
    { ASR_NW_NTH, 0, "first last past next previous fiscal" },
    { ASR_NW_COUNTED, 0, "years year year-old days day weeks week months month "
      "minutes minute hours hour seconds people men women children "
      "times others persons boys girls feet foot yards dozen" },
    { ASR_NW_FEET, 0, "feet foot" },
    { ASR_NW_SQUARE, 0, "square cubic" },
    { ASR_NW_MINUTES, 0, "minutes minute" },
    { ASR_NW_ERA, 0, "the early mid late his her their my your our" },
    { ASR_NW_SECOND, 0, "second" },
    { ASR_NW_VERB, 0, "can could may might must should would will cannot has "
      "had more another" },
    { ASR_NW_SOME, 0, "several few many couple some" },
};


static int
asr_num_order(const void *one, const void *two)
{
    int         rc;
    asr_str_t   a = ((const asr_num_word_t *) one)->word;
    asr_str_t   b = ((const asr_num_word_t *) two)->word;

    rc = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

    return rc != 0 ? rc : (a.len > b.len) - (a.len < b.len);
}


/* A word's entry while the list is made, unsorted; a new one if need be. */

static asr_num_word_t *
asr_num_entry(asr_numbers_t *n, asr_str_t word)
{
    size_t  i;

    for (i = 0; i < n->n; i++) {
        if (asr_str_eq(n->words[i].word, word)) {
            return &n->words[i];
        }
    }

    if (n->n == ASR_NUM_WORDS) {
        return NULL;
    }

    n->words[n->n].word = word;

    return &n->words[n->n++];
}


/* The first `len` bytes of a word, and an ending. */

static asr_num_word_t *
asr_num_derived(asr_numbers_t *n, const char *word, size_t len,
    const char *ending, asr_num_kind_t kind, int64_t value)
{
    char            *p;
    size_t           more;
    asr_num_word_t  *w;

    more = strlen(ending);

    if (len + more > ASR_NUM_LETTERS - n->used) {
        return NULL;
    }

    p = n->letters + n->used;
    memcpy(p, word, len);
    memcpy(p + len, ending, more);
    n->used += len + more;

    w = asr_num_entry(n, (asr_str_t) { len + more, p });

    if (w != NULL) {
        w->kind = kind;
        w->value = value;
    }

    return w;
}


/* The last word of what ICU calls v: "hundredth" of "one hundredth". */

static size_t
asr_num_spell(UNumberFormat *icu, int64_t v, char word[ASR_NUM_TEXT])
{
    UChar       u[ASR_NUM_TEXT];
    int32_t     i, len, from;
    UErrorCode  err;

    err = U_ZERO_ERROR;
    len = unum_formatInt64(icu, v, u, ASR_NUM_TEXT, NULL, &err);

    if (U_FAILURE(err) || len <= 0 || len >= ASR_NUM_TEXT) {
        return 0;
    }

    from = 0;

    for (i = 0; i < len; i++) {
        if (u[i] == ' ') {
            from = i + 1;

        } else if (u[i] >= 0x80) {
            return 0;
        }
    }

    for (i = from; i < len; i++) {
        word[i - from] = (char) u[i];
    }

    return (size_t) (len - from);
}


static asr_num_kind_t
asr_num_kind(int64_t v)
{
    return v == 0 ? ASR_NUM_ZERO
           : v < 10 ? ASR_NUM_DIGIT
           : v < 20 ? ASR_NUM_TEEN
           : v < 100 ? ASR_NUM_TENS
           : v == 100 ? ASR_NUM_HUNDRED : ASR_NUM_SCALE;
}


/* One number word, its ordinal, and the plurals of both. */

static bool
asr_num_add(asr_numbers_t *n, UNumberFormat *ordinals, int64_t v)
{
    char             word[ASR_NUM_TEXT], ordinal[ASR_NUM_TEXT];
    size_t           len, olen;
    asr_num_kind_t   kind;
    asr_num_word_t  *w, *o;

    len = asr_num_spell(n->icu, v, word);
    olen = asr_num_spell(ordinals, v, ordinal);
    kind = asr_num_kind(v);

    if (len < 2 || olen < 2) {
        return false;
    }

    w = asr_num_derived(n, word, len, "", kind, v);

    if (w == NULL || v == 0) {
        return w != NULL;
    }

    w->cardinal = w->word;
    o = asr_num_derived(n, ordinal, olen, "", ASR_NUM_ORDINAL, v);

    if (o == NULL) {
        return false;
    }

    o->cardinal = w->word;

    if (v > 2
        && asr_num_derived(n, ordinal, olen, "s", ASR_NUM_PARTS, v) == NULL)
    {
        return false;
    }

    switch (kind) {

    case ASR_NUM_HUNDRED:
    case ASR_NUM_SCALE:
        return asr_num_derived(n, word, len, "s", ASR_NUM_PLURAL, v) != NULL;

    case ASR_NUM_TENS:
        return asr_num_derived(n, word, len - 1, "ies", ASR_NUM_DECADE, v)
               != NULL;

    default:
        return v != 10
               || asr_num_derived(n, word, len, "s", ASR_NUM_DECADE, v)
                  != NULL;
    }
}


static bool
asr_num_spelled(asr_numbers_t *n)
{
    bool            ok;
    UChar           rules[32];
    int64_t         v;
    UErrorCode      err;
    UNumberFormat  *ordinals;

    static const char  name[] = "%spellout-ordinal";

    err = U_ZERO_ERROR;
    ordinals = unum_open(UNUM_SPELLOUT, NULL, 0, "en", NULL, &err);

    if (ordinals == NULL) {
        return false;
    }

    for (v = 0; v < (int64_t) sizeof(name); v++) {
        rules[v] = (UChar) name[v];
    }

    unum_setTextAttribute(ordinals, UNUM_DEFAULT_RULESET, rules,
                          sizeof(name) - 1, &err);
    ok = U_SUCCESS(err);

    for (v = 0; ok && v <= 20; v++) {
        ok = asr_num_add(n, ordinals, v);
    }

    for (v = 30; ok && v <= 100; v += 10) {
        ok = asr_num_add(n, ordinals, v);
    }

    for (v = 1000; ok && v <= 1000000000000000; v *= 1000) {
        ok = asr_num_add(n, ordinals, v);
    }

    unum_close(ordinals);

    return ok;
}


/* What ICU does not call numbers. */

static bool
asr_num_others(asr_numbers_t *n)
{
    size_t           i;
    asr_num_word_t  *w;

    static const struct {
        asr_str_t       word;
        asr_num_kind_t  kind;
        int64_t         value;
    } others[] = {
        { ASR_STR("naught"), ASR_NUM_ZERO, 0 },
        { ASR_STR("nought"), ASR_NUM_ZERO, 0 },
        { ASR_STR("oh"), ASR_NUM_OH, 0 },
        { ASR_STR("o"), ASR_NUM_OH, 0 },
        { ASR_STR("halves"), ASR_NUM_PARTS, 2 },
        { ASR_STR("quarters"), ASR_NUM_PARTS, 4 },
    };

    for (i = 0; i < asr_nelts(others); i++) {
        w = asr_num_entry(n, others[i].word);

        if (w == NULL) {
            return false;
        }

        w->kind = others[i].kind;
        w->value = others[i].value;
    }

    return true;
}


static bool
asr_num_listed(asr_numbers_t *n)
{
    size_t           i;
    asr_str_t        rest;
    asr_num_word_t  *w;

    for (i = 0; i < asr_nelts(asr_num_lists); i++) {
        rest = asr_cstr(asr_num_lists[i].words);

        while (rest.len != 0) {
            w = asr_num_entry(n, asr_str_cut(&rest, ' '));

            if (w == NULL) {
                return false;
            }

            w->is |= asr_num_lists[i].is;

            if (asr_num_lists[i].aux != 0) {
                w->aux = asr_num_lists[i].aux;
            }
        }
    }

    return true;
}


asr_numbers_t *
asr_numbers_create(void)
{
    UErrorCode      err;
    asr_numbers_t  *n;

    n = calloc(1, sizeof(asr_numbers_t));
    if (n == NULL) {
        return NULL;
    }

    if (pthread_mutex_init(&n->lock, NULL) != 0) {
        free(n);
        return NULL;
    }

    err = U_ZERO_ERROR;
    n->icu = unum_open(UNUM_SPELLOUT, NULL, 0, "en", NULL, &err);

    if (n->icu == NULL || U_FAILURE(err) || !asr_num_spelled(n)
        || !asr_num_others(n) || !asr_num_listed(n))
    {
        asr_log(ASR_LOG_ERR, "ICU has no English number words: %s",
                u_errorName(err));
        asr_numbers_free(n);
        return NULL;
    }

    qsort(n->words, n->n, sizeof(asr_num_word_t), asr_num_order);

    return n;
}


void
asr_numbers_free(asr_numbers_t *n)
{
    if (n == NULL) {
        return;
    }

    if (n->icu != NULL) {
        unum_close(n->icu);
    }

    pthread_mutex_destroy(&n->lock);
    free(n);
}


const asr_num_word_t *
asr_numbers_lookup(const asr_numbers_t *n, asr_str_t w)
{
    asr_num_word_t         key;
    const asr_num_word_t  *found;

    if (w.len == 0) {
        return &asr_numbers_none;
    }

    key = asr_numbers_none;
    key.word = w;
    found = bsearch(&key, n->words, n->n, sizeof(asr_num_word_t),
                    asr_num_order);

    return found != NULL ? found : &asr_numbers_none;
}


bool
asr_numbers_icu(asr_numbers_t *n, const char *words, size_t len,
    int64_t *value)
{
    UChar       u[ASR_NUM_PARSE];
    size_t      i;
    int32_t     pos;
    UErrorCode  err;

    if (len > ASR_NUM_PARSE) {
        return false;
    }

    for (i = 0; i < len; i++) {
        u[i] = (UChar) (unsigned char) words[i];
    }

    pos = 0;
    err = U_ZERO_ERROR;

    pthread_mutex_lock(&n->lock);

    *value = unum_parseInt64(n->icu, u, (int32_t) len, &pos, &err);
    n->parses++;

    pthread_mutex_unlock(&n->lock);

    return U_SUCCESS(err) && (size_t) pos == len && *value > 0;
}


uint64_t
asr_numbers_parses(asr_numbers_t *n)
{
    uint64_t  parses;

    pthread_mutex_lock(&n->lock);
    parses = n->parses;
    pthread_mutex_unlock(&n->lock);

    return parses;
}
