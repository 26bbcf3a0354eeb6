/*
 * From recognised words to text: numbers, sentences, punctuation, casing,
 * filters, lines.  Of English, by pauses and word lists; nothing is guessed
 * from meaning.
 */

#ifndef ASR_TEXT_H
#define ASR_TEXT_H

#include "asr_ask.h"
#include "asr_result.h"


/* Debian's wamerican. */
#define ASR_TEXT_NAMES  "/usr/share/dict/american-english"

typedef struct asr_text_s  asr_text_t;


/*
 * Once in a process; after that it is only read, by any thread.  names is a
 * list of words, one a line: what is there with a capital letter, and not
 * without, is written so.  NULL: none.  One that cannot be read is told to
 * the log, and names stay in lower case.  NULL: out of memory.
 */
asr_text_t *asr_text_create(const char *names);

/* The same, but that nothing is read before the first text is finished. */
asr_text_t *asr_text_later(const char *names);
void asr_text_free(asr_text_t *t);                       /* NULL is fine */

/*
 * r is as of asr_result_join: a sentence per utterance, lower-case words; a
 * speaker's, if they were told apart.  After it the sentences are sentences,
 * or what ask->split and ask->line_max make of them: none spans channels or
 * speakers, each word is as it is written, its tail the mark after it, the
 * text is words and tails.  Linear but for one sort of the pauses.  ASR_NOMEM;
 * ASR_INVALID: a word ends before it starts, or a channel is none.
 */
asr_err_t asr_text_finish(asr_text_t *t, asr_arena_t *a, const asr_ask_t *ask,
    asr_result_t *r);


#endif /* ASR_TEXT_H */
