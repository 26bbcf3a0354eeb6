/*
 * What a request asks of recognition and of its text, beyond the audio: the
 * same for all APIs.  Each fills it from what it kept of the request
 * (asr_api_t.ask), so that nobody below the APIs reads their parameters.
 */

#ifndef ASR_ASK_H
#define ASR_ASK_H

#include "../base/asr_arena.h"


#define ASR_HOTWORDS_MAX      256        /* of a task, libraries included */
#define ASR_HOTWORD_SUPER     11         /* weights are 1 to 11, and 100 */
#define ASR_HOTWORD_FORCED    100        /* instead of what sounds alike */
#define ASR_HOTWORD_DEFAULT   5          /* where an API has no weights */
#define ASR_SPEAKERS_GIVEN    10         /* most that a client may name */
#define ASR_SPEAKERS_AUTO     20         /* most that are told apart */


typedef enum {
    ASR_PUNCT_ALL = 0,
    ASR_PUNCT_INNER,             /* without those that end a sentence */
    ASR_PUNCT_NONE
} asr_punct_t;

typedef enum {
    ASR_SPLIT_SENTENCE = 0,      /* a result's sentence is one */
    ASR_SPLIT_PUNCT,             /* cut at every mark, for subtitles */
    ASR_SPLIT_MEANING            /* short pauses join, for minutes */
} asr_split_t;

typedef enum {
    ASR_FILTER_NONE = 0,
    ASR_FILTER_SOME,             /* dirty words: dropped; modal: the plainest */
    ASR_FILTER_ALL               /* dirty words: letters by '*'; modal: all */
} asr_filter_t;

typedef enum {
    ASR_NUMBERS_WORDS = 0,
    ASR_NUMBERS_DIGITS = 1,
    ASR_NUMBERS_MATH = 3         /* as in document 001, T-018 */
} asr_numbers_mode_t;

typedef struct {
    asr_str_t  term;             /* UTF-8, may be several words */
    int32_t    weight;
} asr_hotword_t;

typedef struct {
    asr_hotword_t       *hotwords;
    size_t               nhotwords;
    asr_str_t            context;        /* a text like what is said; empty */
    asr_str_t            hotword_library;    /* id; empty: none */
    asr_str_t           *keyword_libraries;  /* ids */
    size_t               nkeyword_libraries;

    bool                 speakers;       /* tell them apart; one channel */
    int32_t              speaker_num;    /* 0: find out how many */

    asr_numbers_mode_t   numbers;
    asr_punct_t          punctuation;
    asr_filter_t         dirty;
    asr_filter_t         modal;
    asr_split_t          split;
    int32_t              line_max;       /* characters; 0: any */
    bool                 written;        /* also as one would write it */
} asr_ask_t;


/* Digits, all punctuation, nothing filtered, nothing else asked for. */
void asr_ask_init(asr_ask_t *ask);

/*
 * Adds a hotword; the term is kept, not copied.  Empty ones and those over
 * ASR_HOTWORDS_MAX are left out.  ASR_NOMEM.
 */
asr_err_t asr_ask_hotword(asr_ask_t *ask, asr_arena_t *a, asr_str_t term,
    int32_t weight);


#endif /* ASR_ASK_H */
