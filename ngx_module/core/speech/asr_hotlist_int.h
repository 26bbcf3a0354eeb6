/*
 * Between asr_hotlist.c, which makes a list, asr_hotlist_say.c and
 * asr_hotlist_apply.c.
 */

#ifndef ASR_HOTLIST_INT_H
#define ASR_HOTLIST_INT_H

#include "asr_hotlist.h"
#include "asr_spoken.h"


#define ASR_HOTLIST_WORDS    8           /* written, of a term */
#define ASR_HOTLIST_UNKNOWN  -90.0f      /* and less: log10 of no chance */


/* A word of the language model. */

typedef struct {
    char       *name;            /* "{7}", or the dictionary's word */
    char       *key;             /* the term in small ASCII letters */
    asr_str_t   text;            /* written, blanks between words; empty: the
                                    name is a word of the dictionary */
    float       prob;            /* log10 */
    char       *sounds[ASR_HOTLIST_SOUNDS];
    unsigned    nsounds;
} asr_hot_unit_t;

/* Two units that follow each other in the context. */

typedef struct {
    unsigned    first;
    unsigned    second;
} asr_hot_pair_t;

/* Words of the dictionary, and how the client writes them. */

typedef struct {
    asr_str_t   from[ASR_HOTLIST_WORDS];
    asr_str_t   to[ASR_HOTLIST_WORDS];
    unsigned    n;
} asr_hot_spelling_t;

/* Stands instead of what sounds like it. */

typedef struct {
    asr_str_t   text;
    char       *sounds[ASR_HOTLIST_SOUNDS];
    unsigned    nsounds;
    unsigned    words;           /* spoken, most */
} asr_hot_forced_t;

struct asr_hotlist_s {
    asr_arena_t          arena;
    asr_hot_unit_t      *units;
    unsigned             nunits;
    const char         **known;          /* names of the dictionary, sorted */
    unsigned             nknown;
    asr_hot_pair_t      *pairs;
    unsigned             npairs;
    asr_hot_spelling_t  *spellings;      /* of most words first */
    unsigned             nspellings;
    asr_hot_forced_t    *forced;
    unsigned             nforced;
};


typedef struct {
    size_t  n;
    char    text[ASR_HOTLIST_SOUNDS][ASR_HOTLIST_PHONES];
} asr_hot_sounds_t;

typedef struct {
    asr_hotlist_t        *list;
    const asr_lexicon_t  *lexicon;
    size_t                terms;         /* how many are asked for */
    asr_str_t             text;          /* of the term, as it is written */
    char                  key[ASR_SPOKEN_SIZE];
    float                 known;         /* its probability as one word */
    bool                  word;          /* it is one of the dictionary */
    asr_hot_sounds_t      sounds;
    asr_hot_sounds_t      own;           /* without the dictionary's */
} asr_hot_build_t;


/* Everything about one term, into b; false: it cannot be said. */
bool asr_hotlist_say(asr_hot_build_t *b, asr_str_t text);

/* Each of s with each of the word's sounds after it; false: too long. */
bool asr_hotlist_extend(asr_hot_sounds_t *s, const char *word,
    const asr_lexicon_t *lexicon);

/* How many there are in a sound. */
unsigned asr_hotlist_phones(const char *sound);


#endif /* ASR_HOTLIST_INT_H */
