/*
 * English sentences and words that anybody might say, by a seed.
 */

#ifndef ASR_MOCK_PHRASES_H
#define ASR_MOCK_PHRASES_H

#include "core/speech/asr_result.h"
#include "asr_mock.h"


/*
 * One sentence of 1..room words (room >= 1), text and tail of each set, of
 * static memory.  Returns how many.
 */
size_t asr_mock_phrase(asr_mock_random_t *r, size_t room, asr_word_t *words);

/* A word that is said instead of another, or in between. */
asr_str_t asr_mock_stray(asr_mock_random_t *r);
asr_str_t asr_mock_filler(asr_mock_random_t *r);


#endif /* ASR_MOCK_PHRASES_H */
