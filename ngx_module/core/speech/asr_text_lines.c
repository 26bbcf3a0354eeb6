/*
 * Units that a client asked for instead of sentences, and the marks that it
 * did not ask for.
 */

#include "asr_text_int.h"


#define ASR_MEANING_PAUSE  1500      /* ms that part what is meant */
#define ASR_MEANING_WORDS  90
#define ASR_MEANING_MS     60000


/*
 * T-006, I-019.  By meaning: sentences that pauses no longer than a breath
 * part stay together, as a paragraph.
 */

void
asr_text_split(asr_tokens_t *tokens, asr_split_t split)
{
    size_t        i, first;
    asr_token_t  *v;

    v = tokens->v;

    for (i = 0, first = 0; i < tokens->n; i++) {
        v[i].cut = v[i].end || (split == ASR_SPLIT_PUNCT && v[i].mark != 0);

        if (split == ASR_SPLIT_MEANING && v[i].end && i + 1 < tokens->n
            && !v[i + 1].first && !v[i + 1].turn
            && v[i + 1].gap < ASR_MEANING_PAUSE
            && i + 1 - first < ASR_MEANING_WORDS
            && v[i].end_ms - v[first].start_ms < ASR_MEANING_MS)
        {
            v[i].cut = false;
        }

        if (v[i].cut) {
            first = i + 1;
        }
    }
}


asr_str_t
asr_text_tail(const asr_token_t *token)
{
    switch (token->mark) {

    case ',':
        return asr_str(",");

    case '?':
        return asr_str("?");

    case '.':
        /* "p.m." ends a sentence by itself */
        return token->text.len != 0
               && token->text.data[token->text.len - 1] == '.'
               ? asr_str("") : asr_str(".");

    default:
        return asr_str("");
    }
}


/*
 * T-022, I-018: no unit has more characters than asked for, but a word that
 * is too long by itself stays whole.  Document 001 wants a mark where a line
 * is cut, document 003's service sets none; the former has lines only where
 * units are cut at marks anyway.
 */

void
asr_text_lines(asr_tokens_t *tokens, const asr_ask_t *ask)
{
    bool          mark;
    size_t        i, n, width, most;
    asr_token_t  *v;

    if (ask->line_max <= 0) {
        return;
    }

    v = tokens->v;
    most = (size_t) ask->line_max;
    mark = ask->split == ASR_SPLIT_PUNCT;

    for (i = 0, width = 0; i < tokens->n; i++) {
        n = asr_utf8_length(v[i].text) + asr_text_tail(&v[i]).len;

        /* the mark of a cut behind this word has to fit too */

        if (width != 0
            && width + 1 + n + (mark && v[i].mark == 0 ? 1 : 0) > most)
        {
            v[i - 1].cut = true;
            width = 0;

            if (mark && v[i - 1].mark == 0) {
                v[i - 1].mark = ',';
            }
        }

        width += n + (width != 0 ? 1 : 0);

        if (v[i].cut) {
            width = 0;
        }
    }
}


/* T-020 */

void
asr_text_punctuation(asr_tokens_t *tokens, asr_punct_t punct)
{
    size_t  i;

    if (punct == ASR_PUNCT_ALL) {
        return;
    }

    for (i = 0; i < tokens->n; i++) {
        if (punct == ASR_PUNCT_NONE || tokens->v[i].mark != ',') {
            tokens->v[i].mark = 0;
        }
    }
}
