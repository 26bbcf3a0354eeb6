/*
 * How the terms of a list are pronounced: words that the dictionary has as it
 * says, others by their letters.  See asr_hotlist.h.
 */

#include <ctype.h>
#include <stdio.h>

#include "asr_g2p.h"
#include "asr_hotlist_int.h"


#define ASR_HOTLIST_OPTIONS  3       /* pronunciations of one word */
#define ASR_HOTLIST_PART     -5.0f   /* log10: a word that makes up others */


/* British spellings; the dictionary is American. */

static const char *const  asr_hot_american[][2] = {
    { "our", "or" }, { "lled", "led" }, { "lling", "ling" },
    { "isation", "ization" }, { "ise", "ize" }, { "ising", "izing" },
    { "tre", "ter" }, { "ogue", "og" }, { "ence", "ense" }
};


/* How an ending "s" sounds after these phones. */

static const char *
asr_hot_ending(const char *phones)
{
    size_t       i;
    const char  *last;

    static const char *const  hissing[] = { "S", "Z", "SH", "ZH", "CH", "JH" };
    static const char *const  hard[] = { "P", "T", "K", "F", "TH" };

    last = strrchr(phones, ' ');
    last = last == NULL ? phones : last + 1;

    for (i = 0; i < asr_nelts(hissing); i++) {
        if (strcmp(last, hissing[i]) == 0) {
            return "IH Z";
        }
    }

    for (i = 0; i < asr_nelts(hard); i++) {
        if (strcmp(last, hard[i]) == 0) {
            return "S";
        }
    }

    return "Z";
}


/* The word in American, if that is in the dictionary. */

static bool
asr_hot_spelt(const asr_lexicon_t *lexicon, const char *word, char *out)
{
    char         buf[ASR_SPOKEN_SIZE];
    size_t       i;
    const char  *p;

    for (i = 0; i < asr_nelts(asr_hot_american); i++) {
        p = strstr(word, asr_hot_american[i][0]);

        if (p == NULL || p < word + 2) {
            continue;
        }

        (void) snprintf(buf, sizeof(buf), "%.*s%s%s", (int) (p - word), word,
                        asr_hot_american[i][1],
                        p + strlen(asr_hot_american[i][0]));

        if (lexicon->sound(lexicon->data, buf, 0, out, ASR_HOTLIST_PHONES)
            == ASR_OK)
        {
            return true;
        }
    }

    return false;
}


/* Two words in one, "woodcutters": letters say less than what they are. */

static bool
asr_hot_compound(const asr_lexicon_t *lexicon, const char *word, char *out)
{
    char    first[ASR_SPOKEN_SIZE];
    size_t  i, n, len;

    n = strlen(word);

    for (i = n < 5 ? 0 : n - 2; i > 2; i--) {
        memcpy(first, word, i);
        first[i] = '\0';

        if (lexicon->prob(lexicon->data, first) < ASR_HOTLIST_PART
            || lexicon->prob(lexicon->data, word + i) < ASR_HOTLIST_PART
            || lexicon->sound(lexicon->data, first, 0, out,
                              ASR_HOTLIST_PHONES / 2)
               != ASR_OK)
        {
            continue;
        }

        len = strlen(out);
        out[len++] = ' ';

        if (lexicon->sound(lexicon->data, word + i, 0, out + len,
                           ASR_HOTLIST_PHONES / 2)
            == ASR_OK)
        {
            return true;
        }
    }

    return false;
}


/* Of a word that the dictionary has not. */

static size_t
asr_hot_guess(const asr_lexicon_t *lexicon, const char *word,
    char out[][ASR_HOTLIST_PHONES])
{
    size_t  n;

    n = asr_hot_spelt(lexicon, word, out[0])
        || asr_hot_compound(lexicon, word, out[0]);

    if (asr_g2p_word(asr_cstr(word), out[n], ASR_HOTLIST_PHONES) == ASR_OK
        && (n == 0 || strcmp(out[0], out[1]) != 0))
    {
        n++;
    }

    return n;
}


/* Pronunciations of a word of what asr_spoken gave. */

static size_t
asr_hot_word_sounds(const asr_lexicon_t *lexicon, const char *word,
    char out[][ASR_HOTLIST_PHONES])
{
    size_t  n;

    if (isupper((unsigned char) word[0])) {
        (void) snprintf(out[0], ASR_HOTLIST_PHONES, "%s",
                        asr_g2p_letter(word[0]));
        return 1;
    }

    for (n = 0; n < ASR_HOTLIST_OPTIONS; n++) {
        if (lexicon->sound(lexicon->data, word, (unsigned) n, out[n],
                           ASR_HOTLIST_PHONES)
            != ASR_OK)
        {
            break;
        }
    }

    return n != 0 ? n : asr_hot_guess(lexicon, word, out);
}


bool
asr_hotlist_extend(asr_hot_sounds_t *s, const char *word,
    const asr_lexicon_t *lexicon)
{
    char    options[ASR_HOTLIST_OPTIONS][ASR_HOTLIST_PHONES];
    size_t  i, j, k, n, len;

    options[0][0] = '\0';
    n = strcmp(word, "'s") == 0 ? 1
                                : asr_hot_word_sounds(lexicon, word, options);

    while (n > 1 && s->n * n > ASR_HOTLIST_SOUNDS) {
        n--;
    }

    for (j = n; j-- != 0; /* void */ ) {
        for (i = 0; i < s->n; i++) {
            k = j * s->n + i;
            len = strlen(s->text[i]);

            if (k != i) {
                memcpy(s->text[k], s->text[i], len + 1);
            }

            if (len + strlen(options[j]) + 8 > ASR_HOTLIST_PHONES) {
                return false;
            }

            (void) snprintf(s->text[k] + len, ASR_HOTLIST_PHONES - len,
                            "%s%s", len != 0 ? " " : "",
                            word[0] == '\'' ? asr_hot_ending(s->text[i])
                                            : options[j]);
        }
    }

    s->n *= n;

    return n != 0;
}


/* What is not there yet. */

static void
asr_hot_add_sounds(asr_hot_sounds_t *to, const asr_hot_sounds_t *s)
{
    size_t  i, j;

    for (i = 0; i < s->n && to->n < ASR_HOTLIST_SOUNDS; i++) {

        for (j = 0; j < to->n; j++) {
            if (strcmp(to->text[j], s->text[i]) == 0) {
                break;
            }
        }

        if (j == to->n) {
            memcpy(to->text[to->n++], s->text[i], ASR_HOTLIST_PHONES);
        }
    }
}


static bool
asr_hot_way(asr_hot_build_t *b, const char *way, asr_hot_sounds_t *s)
{
    char         word[ASR_SPOKEN_SIZE];
    size_t       n;
    const char  *p;

    memset(s, 0, sizeof(asr_hot_sounds_t));
    s->n = 1;

    for (p = way; *p != '\0'; p += n + (p[n] == ' ')) {
        n = strcspn(p, " ");
        memcpy(word, p, n);
        word[n] = '\0';

        if (!asr_hotlist_extend(s, word, b->lexicon)) {
            return false;
        }
    }

    return true;
}


bool
asr_hotlist_say(asr_hot_build_t *b, asr_str_t text)
{
    char              *p;
    size_t             i;
    asr_spoken_t       spoken;
    asr_hot_sounds_t   s;

    b->text = text;
    b->sounds.n = 0;
    b->own.n = 0;

    if (asr_spoken_fold(text, b->key, sizeof(b->key)) != ASR_OK
        || asr_spoken(text, &spoken) != ASR_OK)
    {
        return false;
    }

    for (p = b->key; *p != '\0'; p++) {
        *p = (char) tolower((unsigned char) *p);
    }

    /* no other word of the dictionary may get into a file */

    b->word = b->key[strspn(b->key, "abcdefghijklmnopqrstuvwxyz'")] == '\0'
              && b->lexicon->sound(b->lexicon->data, b->key, 0, s.text[0],
                                   ASR_HOTLIST_PHONES)
                 == ASR_OK;
    b->known = b->word ? b->lexicon->prob(b->lexicon->data, b->key)
                       : ASR_HOTLIST_UNKNOWN;

    for (i = 0; i < spoken.n; i++) {
        if (!asr_hot_way(b, spoken.ways[i], &s)) {
            continue;
        }

        asr_hot_add_sounds(&b->sounds, &s);

        if (!b->word || strcmp(spoken.ways[i], b->key) != 0) {
            asr_hot_add_sounds(&b->own, &s);
        }
    }

    return b->sounds.n != 0;
}


unsigned
asr_hotlist_phones(const char *sound)
{
    unsigned  n;

    for (n = 1; *sound != '\0'; sound++) {
        n += *sound == ' ';
    }

    return n;
}
