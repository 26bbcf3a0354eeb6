/*
 * See asr_ask.h.
 */

#include "asr_ask.h"


void
asr_ask_init(asr_ask_t *ask)
{
    memset(ask, 0, sizeof(asr_ask_t));
    ask->numbers = ASR_NUMBERS_DIGITS;
}


asr_err_t
asr_ask_hotword(asr_ask_t *ask, asr_arena_t *a, asr_str_t term,
    int32_t weight)
{
    asr_hotword_t  *h;

    if (term.len == 0 || ask->nhotwords == ASR_HOTWORDS_MAX) {
        return ASR_OK;
    }

    if (ask->hotwords == NULL) {
        ask->hotwords = asr_arena_alloc(a, ASR_HOTWORDS_MAX
                                           * sizeof(asr_hotword_t));
        if (ask->hotwords == NULL) {
            return ASR_NOMEM;
        }
    }

    h = &ask->hotwords[ask->nhotwords++];
    h->term = term;
    h->weight = weight;

    return ASR_OK;
}
