/*
 * Words of the libraries that a task names, looked for in its result.
 */

#ifndef ASR_KEYWORDS_H
#define ASR_KEYWORDS_H

#include "asr_libraries.h"
#include "asr_result.h"


/*
 * Sets the hits of r's sentences: of each library of ask that the account
 * has, the words that were said, each once, in the library's order and
 * spelling.  Capitals and accents make no difference, nor whether "5G" is
 * written so or as "five g".  Memory from the arena, strings of l are kept;
 * ASR_NOMEM.  l may be NULL: there are no hits.
 */
asr_err_t asr_keywords(const asr_libraries_t *l, asr_arena_t *a,
    asr_str_t account, const asr_ask_t *ask, asr_result_t *r);


#endif /* ASR_KEYWORDS_H */
