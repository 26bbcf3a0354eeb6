/*
 * A list of hotwords made ready for a recogniser: what its dictionary and its
 * small language model say, and how what it recognised is written.
 *
 * Nothing of a client's gets into those files.  A term that the dictionary
 * has not stands there as "{7}", and is put in its place afterwards.
 */

#ifndef ASR_HOTLIST_H
#define ASR_HOTLIST_H

#include "../base/asr_buf.h"
#include "asr_ask.h"
#include "asr_result.h"


#define ASR_HOTLIST_SOUNDS   8           /* ways to pronounce a unit */
#define ASR_HOTLIST_PHONES   512         /* characters of one */
#define ASR_HOTLIST_UNITS    1024
#define ASR_HOTLIST_PAIRS    512         /* of a context */
#define ASR_HOTLIST_TERM     128         /* bytes of a term */
#define ASR_HOTLIST_CONTEXT  4096        /* bytes of it that are looked at */

/* Every file of a list is smaller. */
#define ASR_HOTLIST_FILE     (8 * 1024 * 1024)


/* What is known of words beside the list; calls of the list's thread only. */

typedef struct {
    const void  *data;

    /*
     * The n-th pronunciation of a word of the dictionary, n from 0.
     * ASR_NOTFOUND: it has no more; ASR_TOOBIG.
     */
    asr_err_t  (*sound)(const void *data, const char *word, unsigned n,
                        char *out, size_t size);

    /* log10 of the word's probability in no context; -99: it is unknown. */
    float      (*prob)(const void *data, const char *word);
} asr_lexicon_t;


typedef struct asr_hotlist_s  asr_hotlist_t;


/*
 * Of ask's hotwords and context.  Terms that cannot be said in English are
 * left out.  NULL: no memory.  Nothing of ask or lexicon is kept.
 */
asr_hotlist_t *asr_hotlist_create(const asr_ask_t *ask,
    const asr_lexicon_t *lexicon);
void asr_hotlist_free(asr_hotlist_t *l);                 /* NULL is fine */

/* How many words the language model gets; 0: a recogniser has no use of it. */
size_t asr_hotlist_n(const asr_hotlist_t *l);

/* Is it a word of the dictionary that the language model gets? */
bool asr_hotlist_has(const asr_hotlist_t *l, const char *word);

/* Lines for the dictionary's end; the language model in ARPA's format. */
asr_err_t asr_hotlist_dict(const asr_hotlist_t *l, asr_buf_t *out);
asr_err_t asr_hotlist_arpa(const asr_hotlist_t *l, asr_buf_t *out);

/*
 * Writes what was recognised as the client writes it, and puts terms of
 * weight ASR_HOTWORD_FORCED where something sounds like them.  s's words are
 * replaced; ASR_NOMEM.
 */
asr_err_t asr_hotlist_apply(const asr_hotlist_t *l,
    const asr_lexicon_t *lexicon, asr_arena_t *a, asr_sentence_t *s);


#endif /* ASR_HOTLIST_H */
