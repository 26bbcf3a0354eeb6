/*
 * Spoken numbers as digits, for US English: "nineteen ninety seven" becomes
 * "1997".  Stateless from call to call: what one list of words gives does not
 * depend on any other.  See the README's "Numbers" for what is converted.
 *
 * One asr_numbers_t serves any number of threads at once: its word list is
 * not changed after it was made, and the one ICU formatter, which ICU does
 * not let two threads use at a time, is behind a mutex held for a single
 * parse (some 20 us).
 */

#ifndef ASR_NUMBERS_H
#define ASR_NUMBERS_H

#include "asr_ask.h"


/* One run of spoken words written as digits. */

typedef struct {
    size_t     first;            /* index of the first word */
    size_t     n;                /* words it stands for, >= 1 */
    asr_str_t  text;             /* "1997", "$3.50"; UTF-8, in the arena */
} asr_number_t;

typedef struct asr_numbers_s  asr_numbers_t;


/* As in asr_ask.h; ASR_NUMBERS_MATH is there. */
enum { ASR_NUMBERS_OFF = 0, ASR_NUMBERS_ON = 1 };

/* A silence this long, in ms, keeps numbers apart; inside digits one of... */
#define ASR_NUMBERS_PAUSE   400
#define ASR_NUMBERS_FAR     1500


/* Takes some 10 ms.  NULL: no ICU data, or no memory. */
asr_numbers_t *asr_numbers_create(void);
void asr_numbers_free(asr_numbers_t *n);                 /* NULL is fine */

/*
 * words: lower case, as the recogniser gives them, of one sentence; nothing
 * is joined over its end.  gaps: ms of silence before each word, or NULL.
 * mode: any other value than those above is ASR_NUMBERS_ON.
 *
 * *out: *count runs in order, none overlapping, in the arena as their texts
 * are; words no run covers stay as they are.  ASR_OK; ASR_NOMEM, *count is 0
 * then.
 *
 * Linear in nwords: some 0.5 us a word and 10 us a large number; 50 bytes of
 * the arena a run, 120 bytes a word of memory while it runs.
 */
asr_err_t asr_numbers(asr_numbers_t *n, asr_arena_t *a, const asr_str_t *words,
    const int32_t *gaps, size_t nwords, int mode, asr_number_t **out,
    size_t *count);

/* How often ICU was asked since creation: at most once for two words. */
uint64_t asr_numbers_parses(asr_numbers_t *n);


#endif /* ASR_NUMBERS_H */
