/*
 * Between the asr_text*.c files.
 *
 *     asr_text.c            a result to tokens, the stages, tokens to a result
 *     asr_text_numbers.c    digits
 *     asr_text_lexicon.c    what kind of word a word is
 *     asr_text_filter.c     fillers and dirty words
 *     asr_text_sentences.c  where sentences end, commas
 *     asr_text_question.c   which of them ask
 *     asr_text_case.c       capital letters
 *     asr_text_lines.c      units shorter or longer than a sentence, marks left
 *                           out
 *     asr_text_written.c    what one would write
 *
 * Tokens are all words of a task, those of one channel after the other, in
 * their order in time.  A stage changes them in place, and their number.
 */

#ifndef ASR_TEXT_INT_H
#define ASR_TEXT_INT_H

#include <pthread.h>

#include "asr_numbers.h"
#include "asr_text.h"
#include "asr_words.h"


/* Bits of the lexicon. */

#define ASR_W_DANGLING   0x00001     /* more is to come after it */
#define ASR_W_STARTER    0x00002     /* often first in a sentence */
#define ASR_W_JOINER     0x00004     /* hardly ever first in one */
#define ASR_W_LEAD       0x00008     /* before what a sentence is about */
#define ASR_W_WHOLE      0x00010     /* a sentence of its own */
#define ASR_W_AUX        0x00020     /* before its subject it asks */
#define ASR_W_AUX_MAYBE  0x00040     /* only before a pronoun */
#define ASR_W_SUBJECT    0x00080
#define ASR_W_PRONOUN    0x00100
#define ASR_W_WH         0x00200
#define ASR_W_WH_IS      0x00400     /* "what's" */
#define ASR_W_HOW        0x00800     /* "how many" */
#define ASR_W_TAG        0x01000     /* "isn't" of "isn't it" */
#define ASR_W_FILLER     0x02000     /* the plainest */
#define ASR_W_FILLER2    0x04000     /* all */
#define ASR_W_DIRTY      0x08000
#define ASR_W_TWICE      0x10000     /* said twice, meant twice */
#define ASR_W_CAPITAL    0x20000     /* short, but a name */
#define ASR_W_NO_NAME    0x40000     /* in the list of names, mostly none */
#define ASR_W_NO_COMMA   0x80000     /* none before it */

/* Pauses no sentence spans, whatever its words, in ms. */
#define ASR_TEXT_PAUSE_HARD  3000

/* Words of the longest sentence. */
#define ASR_TEXT_LONGEST     40


typedef struct {
    asr_str_t   text;
    int32_t     start_ms;
    int32_t     end_ms;
    int32_t     gap;             /* ms of pause before it */
    float       confidence;
    uint32_t    utterance;       /* index into the sentences it came in */
    uint32_t    bits;            /* of the lexicon, as recognised */
    char        mark;            /* after it: 0, ',', '.', '?' */
    bool        number;          /* words that became digits */
    bool        first;           /* of a channel's or a speaker's turn */
    bool        turn;            /* the other channel spoke before it */
    bool        end;             /* of a sentence */
    bool        cut;             /* of a line or unit, if not of a sentence */
} asr_token_t;

typedef struct {
    asr_token_t      *v;
    size_t            n;
} asr_tokens_t;

struct asr_text_s {
    pthread_mutex_t   mutex;         /* of the reading */
    _Atomic bool      read;          /* what follows is there */
    char             *path;          /* of the names; NULL: none */
    asr_words_t       lexicon;
    asr_words_t       names;
    asr_numbers_t    *numbers;       /* NULL: none, and said so */
};


/* asr_text_lexicon.c */

asr_err_t asr_text_lexicon(asr_words_t *lexicon);
uint32_t asr_text_bits(const asr_text_t *t, asr_str_t word);


/* asr_text_numbers.c: several words may become one; none ends yet */

asr_err_t asr_text_numbers(const asr_text_t *t, asr_tokens_t *tokens,
    asr_arena_t *a, asr_numbers_mode_t mode);


/* asr_text_filter.c */

/* Marks and ends of what is left out pass to the word before it. */
void asr_text_modal(asr_tokens_t *tokens, asr_filter_t filter);
asr_err_t asr_text_dirty(asr_tokens_t *tokens, asr_arena_t *a,
    asr_filter_t filter);

/* Is one of the plainest fillers, or all of them, at v[i]: its words. */
size_t asr_text_filler(const asr_token_t *v, size_t i, size_t n,
    asr_filter_t filter);


/* asr_text_sentences.c */

asr_err_t asr_text_sentences(asr_tokens_t *tokens, asr_arena_t *a);


/* asr_text_question.c: v[0] to v[n - 1] are a sentence */

bool asr_text_asks(const asr_token_t *v, size_t n);


/* asr_text_case.c */

/* NULL: could not be read, and said so; or no memory. */
asr_err_t asr_text_names(asr_words_t *names, const char *file);
asr_err_t asr_text_case(const asr_text_t *t, asr_tokens_t *tokens,
    asr_arena_t *a, const asr_ask_t *ask);

/* Capital first letter; the word itself when it has none in lower case. */
asr_err_t asr_text_capital(asr_arena_t *a, asr_str_t *word);


/* asr_text_lines.c */

void asr_text_split(asr_tokens_t *tokens, asr_split_t split);
void asr_text_lines(asr_tokens_t *tokens, const asr_ask_t *ask);
void asr_text_punctuation(asr_tokens_t *tokens, asr_punct_t punct);

/* The mark as it stands after that word. */
asr_str_t asr_text_tail(const asr_token_t *token);


/* asr_text_written.c: v[0] to v[n - 1] are a unit */

asr_err_t asr_text_written(const asr_token_t *v, size_t n,
    asr_arena_t *a, const asr_ask_t *ask, asr_str_t *out);


#endif /* ASR_TEXT_INT_H */
