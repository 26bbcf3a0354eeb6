/*
 * Between the asr_numbers*.c files: the word list, the words of one call, the
 * numbers found in them.
 *
 * A rule is given the index of a token it may start with and returns how many
 * tokens it took, 0 for none.  at() and kind() see no token beyond a pause,
 * so that no rule has to think of pauses; before() does, for a cue holds over
 * a pause.
 */

#ifndef ASR_NUMBERS_WORDS_H
#define ASR_NUMBERS_WORDS_H

#include "asr_numbers.h"


/* What part of a number a word can be. */

typedef enum {
    ASR_NUM_NONE = 0,
    ASR_NUM_ZERO,                /* "zero", "naught" */
    ASR_NUM_OH,
    ASR_NUM_DIGIT,               /* 1..9 */
    ASR_NUM_TEEN,                /* 10..19 */
    ASR_NUM_TENS,
    ASR_NUM_HUNDRED,
    ASR_NUM_SCALE,               /* thousand, million, ... */
    ASR_NUM_ORDINAL,             /* "fifth", "hundredth" */
    ASR_NUM_PARTS,               /* "fifths", "quarters" */
    ASR_NUM_DECADE,              /* "nineties"; "tens" */
    ASR_NUM_PLURAL               /* "hundreds", "thousands" */
} asr_num_kind_t;

/* What else it can be; a word has any number of these. */

#define ASR_NW_ARTICLE   (1ULL << 0)
#define ASR_NW_DET       (1ULL << 1)     /* "the", "this", "every" */
#define ASR_NW_AND       (1ULL << 2)
#define ASR_NW_OR        (1ULL << 3)
#define ASR_NW_TO        (1ULL << 4)
#define ASR_NW_TILL      (1ULL << 5)
#define ASR_NW_PAST      (1ULL << 6)
#define ASR_NW_POINT     (1ULL << 7)
#define ASR_NW_MINUS     (1ULL << 8)
#define ASR_NW_HALF      (1ULL << 9)
#define ASR_NW_QUARTER   (1ULL << 10)
#define ASR_NW_REPEAT    (1ULL << 11)    /* aux times */
#define ASR_NW_MONTH     (1ULL << 12)
#define ASR_NW_MODAL     (1ULL << 13)    /* a month that is a verb too */
#define ASR_NW_DATE      (1ULL << 14)    /* before a date: "on", "monday" */
#define ASR_NW_ON        (1ULL << 15)    /* ... and not before a month */
#define ASR_NW_LABEL     (1ULL << 16)
#define ASR_NW_UNIT      (1ULL << 17)
#define ASR_NW_PERCENT   (1ULL << 18)
#define ASR_NW_PER       (1ULL << 19)
#define ASR_NW_MONEY     (1ULL << 20)    /* aux: which */
#define ASR_NW_COIN      (1ULL << 21)
#define ASR_NW_SINGLE    (1ULL << 22)    /* "dollar", not "dollars" */
#define ASR_NW_OCLOCK    (1ULL << 23)
#define ASR_NW_AMPM      (1ULL << 24)    /* aux: 'a', 'p' */
#define ASR_NW_AM        (1ULL << 25)    /* the verb, or not */
#define ASR_NW_LETTER    (1ULL << 26)    /* of "a m", "p m": aux */
#define ASR_NW_LETTER_M  (1ULL << 27)
#define ASR_NW_CLOCK     (1ULL << 28)    /* before a time: "at" */
#define ASR_NW_NOW       (1ULL << 29)    /* ... and surely one */
#define ASR_NW_DAY       (1ULL << 30)    /* after a time: "tonight" */
#define ASR_NW_YEAR      (1ULL << 31)    /* before a year */
#define ASR_NW_OF        (1ULL << 32)
#define ASR_NW_FOLLOW    (1ULL << 33)    /* no noun: "of", "to", "is" */
#define ASR_NW_WEIGHT    (1ULL << 34)    /* pounds are no money */
#define ASR_NW_BETWEEN   (1ULL << 35)
#define ASR_NW_WORLD     (1ULL << 36)
#define ASR_NW_WAR       (1ULL << 37)
#define ASR_NW_NTH       (1ULL << 38)    /* "last": quarters are of a year */
#define ASR_NW_COUNTED   (1ULL << 39)    /* "years", "people" */
#define ASR_NW_MINUTES   (1ULL << 40)
#define ASR_NW_EXACT     (1ULL << 41)    /* "percent": even "one" is 1 */
#define ASR_NW_ERA       (1ULL << 42)    /* before "nineties": "late" */
#define ASR_NW_NOTE      (1ULL << 43)    /* after "pound": "note" */
#define ASR_NW_THE       (1ULL << 44)
#define ASR_NW_CENT      (1ULL << 45)
#define ASR_NW_SECOND    (1ULL << 46)
#define ASR_NW_EACH      (1ULL << 47)    /* "a", "every": 20 second delay */
#define ASR_NW_SOME      (1ULL << 48)    /* "several hundred" */
#define ASR_NW_VERB      (1ULL << 49)    /* "one" before it is a pronoun */
#define ASR_NW_FEET      (1ULL << 50)
#define ASR_NW_SQUARE    (1ULL << 51)
#define ASR_NW_DAYPART   (1ULL << 52)    /* after "in the", "at" */

typedef struct {
    asr_str_t       word;
    asr_str_t       cardinal;    /* of an ordinal: as ICU spells it */
    uint64_t        is;          /* ASR_NW_* */
    int64_t         value;       /* as its kind is */
    int             aux;
    asr_num_kind_t  kind;
} asr_num_word_t;

typedef struct {
    const asr_num_word_t  *w;    /* never NULL */
    size_t                 word; /* index in the caller's list */
    bool                   first;    /* of its word: "twenty-one" is two */
    bool                   last;
    bool                   apart;    /* after a pause */
    bool                   far;      /* after one that parts digits too */
} asr_num_token_t;

typedef enum { ASR_NUM_PLAIN = 0, ASR_NUM_LABELLED, ASR_NUM_MONEY,
               ASR_NUM_PERCENT, ASR_NUM_OTHER } asr_num_form_t;

typedef struct {
    size_t          first;       /* tokens first..end-1 */
    size_t          end;
    asr_str_t       text;
    asr_num_form_t  form;
    bool            small;       /* in words, unless in one range with digits */
    int             currency;
} asr_num_item_t;

/* A number as it was said, before it is known what it counts. */

#define ASR_NUM_TEXT      64
#define ASR_NUM_DECIMALS  15

typedef struct {
    size_t                 n;    /* tokens */
    int64_t                value;
    const asr_num_word_t  *scale;        /* "million" of "2 million" */
    bool                   decimal;
    bool                   ordinal;
    bool                   article;      /* "a hundred", and no more */
    bool                   mixed;        /* "2 1/2" */
    char                   text[ASR_NUM_TEXT];   /* without scale, "th" */
} asr_num_phrase_t;


/* The last cardinal that was read: several rules look at the same one. */

typedef struct {
    asr_num_phrase_t  phrase;    /* n == 0: none */
    size_t            i;
} asr_num_last_t;

typedef struct {
    asr_numbers_t    *numbers;
    asr_arena_t      *arena;
    const asr_str_t  *words;
    asr_num_token_t  *t;
    asr_num_item_t   *items;
    asr_num_last_t   *last;
    size_t            n;
    size_t            nitems;
    bool              math;
    bool              fresh;     /* nothing, or a pause, before the rule's i */
    bool              failed;    /* out of memory */
} asr_num_ctx_t;


/* asr_numbers_lexicon.c */

extern const asr_num_word_t  asr_numbers_none;

/* asr_numbers_none for a word that is not in the list. */
const asr_num_word_t *asr_numbers_lookup(const asr_numbers_t *n, asr_str_t w);

/* A cardinal in words, hyphenated as ICU spells it; false: it is none. */
bool asr_numbers_icu(asr_numbers_t *n, const char *words, size_t len,
    int64_t *value);


/* asr_numbers_phrase.c */

/* 1..99, 1st..99th; cardinals of 1..99, of any size, "a hundred" too. */
size_t asr_numbers_small(const asr_num_ctx_t *c, size_t i, int64_t *v,
    bool *ordinal);
size_t asr_numbers_under100(const asr_num_ctx_t *c, size_t i, int64_t *v);
size_t asr_numbers_cardinal(const asr_num_ctx_t *c, size_t i,
    asr_num_phrase_t *p);

/* Those, ordinals, zero, decimals, "two and a half", a scale after them. */
size_t asr_numbers_phrase(const asr_num_ctx_t *c, size_t i,
    asr_num_phrase_t *p);

/* "three quarters", "one half": in text. */
size_t asr_numbers_fraction(const asr_num_ctx_t *c, size_t i,
    char text[ASR_NUM_TEXT]);

/* What is said after "point": one by one, or as in "point twenty five". */
size_t asr_numbers_decimals(const asr_num_ctx_t *c, size_t i,
    char text[ASR_NUM_DECIMALS + 1]);

/* 1234, 12,345; "st" of 1st. */
void asr_numbers_group(char text[ASR_NUM_TEXT], int64_t v);
const char *asr_numbers_suffix(int64_t v);


/* asr_numbers_digits.c */

/* Digits said one by one, at least min of them. */
size_t asr_numbers_digits(const asr_num_ctx_t *c, size_t i, size_t min,
    char text[ASR_NUM_TEXT]);


/* asr_numbers_clock.c: times, years and dates */

size_t asr_numbers_clock(asr_num_ctx_t *c, size_t i);
size_t asr_numbers_date(asr_num_ctx_t *c, size_t i);
size_t asr_numbers_year(asr_num_ctx_t *c, size_t i);

/* Two numbers in a row, the first from 10: "nineteen" "oh five". */
size_t asr_numbers_pair(const asr_num_ctx_t *c, size_t i, int64_t *a,
    int64_t *b);

/* asr_numbers_rules.c: labels, sequences, amounts */

size_t asr_numbers_label(asr_num_ctx_t *c, size_t i);
size_t asr_numbers_sequence(asr_num_ctx_t *c, size_t i);
size_t asr_numbers_amount(asr_num_ctx_t *c, size_t i);
const char *asr_numbers_currency(int currency);

/* asr_numbers_math.c */

size_t asr_numbers_math(asr_num_ctx_t *c, size_t i);


/* asr_numbers.c */

/*
 * Notes tokens first..end-1 as a number; the text may be NULL on failure.
 * NULL: no memory, or it would end inside a word.
 */
asr_num_item_t *asr_numbers_put(asr_num_ctx_t *c, size_t first, size_t end,
    asr_num_form_t form, asr_str_t text);


static inline const asr_num_word_t *
asr_numbers_at(const asr_num_ctx_t *c, size_t i)
{
    return i < c->n && !c->t[i].apart ? c->t[i].w : &asr_numbers_none;
}


static inline asr_num_kind_t
asr_numbers_kind(const asr_num_ctx_t *c, size_t i)
{
    return asr_numbers_at(c, i)->kind;
}


static inline bool
asr_numbers_is(const asr_num_ctx_t *c, size_t i, uint64_t is)
{
    return (asr_numbers_at(c, i)->is & is) != 0;
}


/* The word k before i. */

static inline bool
asr_numbers_before(const asr_num_ctx_t *c, size_t i, size_t k, uint64_t is)
{
    return i >= k && (c->t[i - k].w->is & is) != 0;
}


/* Does the rule's first token, i, follow a cardinal? */

static inline bool
asr_numbers_counted(const asr_num_ctx_t *c, size_t i)
{
    return !c->fresh && c->t[i - 1].w->kind >= ASR_NUM_ZERO
           && c->t[i - 1].w->kind <= ASR_NUM_SCALE;
}


/* Does nothing, or no noun, come at i? */

static inline bool
asr_numbers_closed(const asr_num_ctx_t *c, size_t i)
{
    return i >= c->n || c->t[i].apart || (c->t[i].w->is & ASR_NW_FOLLOW) != 0;
}


#endif /* ASR_NUMBERS_WORDS_H */
