/*
 * See asr_words.h.  Open addressing; the hash and the comparison fold ASCII.
 */

#include <stdlib.h>

#include "asr_words.h"


#define ASR_WORDS_SLOTS  256


static char
asr_words_fold(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char) (c | 0x20) : c;
}


static uint32_t
asr_words_hash(asr_str_t word)
{
    size_t    i;
    uint32_t  h;

    h = 2166136261u;

    for (i = 0; i < word.len; i++) {
        h = (h ^ (unsigned char) asr_words_fold(word.data[i])) * 16777619u;
    }

    return h;
}


void
asr_words_init(asr_words_t *w)
{
    memset(w, 0, sizeof(asr_words_t));
}


void
asr_words_free(asr_words_t *w)
{
    free(w->text);
    free(w->slots);
    asr_words_init(w);
}


/* The word's slot, or the free one where it belongs. */

static asr_words_slot_t *
asr_words_slot(const asr_words_t *w, asr_str_t word)
{
    size_t             i;
    asr_words_slot_t  *s;

    for (i = asr_words_hash(word); ; i++) {
        s = &w->slots[i & (w->nslots - 1)];

        if (s->len == 0
            || asr_str_caseeq((asr_str_t) { s->len, w->text + s->start },
                              word))
        {
            return s;
        }
    }
}


static asr_err_t
asr_words_grow(asr_words_t *w)
{
    size_t        i;
    asr_str_t     word;
    asr_words_t   grown;

    grown = *w;
    grown.nslots = w->nslots == 0 ? ASR_WORDS_SLOTS : w->nslots * 2;
    grown.slots = calloc(grown.nslots, sizeof(asr_words_slot_t));

    if (grown.slots == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < w->nslots; i++) {
        if (w->slots[i].len != 0) {
            word = (asr_str_t) { w->slots[i].len,
                                 w->text + w->slots[i].start };
            *asr_words_slot(&grown, word) = w->slots[i];
        }
    }

    free(w->slots);
    *w = grown;

    return ASR_OK;
}


static asr_err_t
asr_words_keep(asr_words_t *w, asr_str_t word)
{
    char    *p;
    size_t   size;

    if (w->len + word.len > ASR_WORDS_TEXT) {
        return ASR_NOMEM;
    }

    if (w->len + word.len > w->size) {
        size = (w->size == 0 ? 1024 : w->size * 2) + word.len;
        p = realloc(w->text, size);

        if (p == NULL) {
            return ASR_NOMEM;
        }

        w->text = p;
        w->size = size;
    }

    memcpy(w->text + w->len, word.data, word.len);
    w->len += word.len;

    return ASR_OK;
}


asr_err_t
asr_words_add(asr_words_t *w, asr_str_t word, uint32_t bits)
{
    asr_words_slot_t  *s;

    if (word.len == 0 || word.len > ASR_WORDS_LONGEST) {
        return ASR_INVALID;
    }

    if (w->n * 2 >= w->nslots) {
        if (w->n >= ASR_WORDS_MAX || asr_words_grow(w) != ASR_OK) {
            return ASR_NOMEM;
        }
    }

    s = asr_words_slot(w, word);

    if (s->len == 0) {
        if (asr_words_keep(w, word) != ASR_OK) {
            return ASR_NOMEM;
        }

        s->start = (uint32_t) (w->len - word.len);
        s->len = (uint32_t) word.len;
        w->n++;
    }

    s->bits |= bits;

    return ASR_OK;
}


asr_err_t
asr_words_add_list(asr_words_t *w, const char *list, uint32_t bits)
{
    asr_err_t  rc;
    asr_str_t  rest, word;

    rc = ASR_OK;
    rest = asr_cstr(list);

    while (rest.data != NULL && rc == ASR_OK) {
        word = asr_str_cut(&rest, ' ');

        if (word.len != 0) {
            rc = asr_words_add(w, word, bits);
        }
    }

    return rc;
}


uint32_t
asr_words_find(const asr_words_t *w, asr_str_t word, asr_str_t *spelling)
{
    asr_words_slot_t  *s;

    if (w->n == 0 || word.len == 0 || word.len > ASR_WORDS_LONGEST) {
        return 0;
    }

    s = asr_words_slot(w, word);

    if (s->len == 0) {
        return 0;
    }

    if (spelling != NULL) {
        *spelling = (asr_str_t) { s->len, w->text + s->start };
    }

    return s->bits;
}
