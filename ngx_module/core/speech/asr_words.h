/*
 * A set of words, found whatever their letters' case, each with bits and the
 * spelling it was added in.  Built by one thread, then read by any.
 */

#ifndef ASR_WORDS_H
#define ASR_WORDS_H

#include "../base/asr_base.h"


#define ASR_WORDS_MAX      (1 << 20)
#define ASR_WORDS_TEXT     (16 * 1024 * 1024)
#define ASR_WORDS_LONGEST  255


typedef struct {
    uint32_t      start;         /* of the spelling in text */
    uint32_t      len;           /* 0: free */
    uint32_t      bits;
} asr_words_slot_t;

typedef struct {
    char              *text;
    size_t             len;
    size_t             size;
    asr_words_slot_t  *slots;    /* power of two, at most half full */
    size_t             nslots;
    size_t             n;
} asr_words_t;


void asr_words_init(asr_words_t *w);
void asr_words_free(asr_words_t *w);

/*
 * Adds a word, or bits to one that is there, whose spelling stays.  ASR_NOMEM;
 * ASR_INVALID: empty, or over ASR_WORDS_LONGEST bytes.
 */
asr_err_t asr_words_add(asr_words_t *w, asr_str_t word, uint32_t bits);

/* Adds what blanks part. */
asr_err_t asr_words_add_list(asr_words_t *w, const char *list, uint32_t bits);

/* Bits of the word, 0: not there; *spelling may be NULL. */
uint32_t asr_words_find(const asr_words_t *w, asr_str_t word,
    asr_str_t *spelling);


#endif /* ASR_WORDS_H */
