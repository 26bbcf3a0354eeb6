/*
 * Capital letters: at a sentence's start, in "I", in what the list of names
 * has with a capital only, in a task's hotwords as they were given.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "asr_text_int.h"


#define ASR_NAMES_FILE   (8 * 1024 * 1024)
#define ASR_NAMES_SHORT  2       /* letters of which most are no names */

#define ASR_NAME_LOWER   1       /* bits while the list is read */
#define ASR_NAME_UPPER   2
#define ASR_NAME         4


/* Names of words that are none by themselves. */

static const struct {
    const char  *first;
    const char  *second;         /* NULL: any name of the list */
} asr_case_pairs[] = {
    { "new", "york jersey zealand orleans mexico england hampshire delhi "
             "haven guinea" },
    { "united", "states kingdom nations" },
    { "north", "korea america africa carolina dakota" },
    { "south", "korea america africa carolina dakota" },
    { "west", "virginia" },
    { "great", "britain" },
    { "los", "angeles" },
    { "las", "vegas" },
    { "san", NULL },
    { "santa", NULL },
    { "saint", NULL },
    { "mount", NULL },
};


static bool
asr_case_lower(char c)
{
    return c >= 'a' && c <= 'z';
}


static bool
asr_case_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}


static bool
asr_case_has_upper(asr_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (asr_case_upper(s.data[i])) {
            return true;
        }
    }

    return false;
}


/* One line of the list; possessives follow from their words. */

static asr_err_t
asr_names_line(asr_words_t *all, asr_str_t word)
{
    size_t  i;

    if (word.len != 0 && word.data[word.len - 1] == '\r') {
        word.len--;
    }

    if (word.len < 2 || word.len > ASR_WORDS_LONGEST
        || (word.len > 2 && memcmp(word.data + word.len - 2, "'s", 2) == 0))
    {
        return ASR_OK;
    }

    for (i = 0; i < word.len; i++) {
        if ((unsigned char) word.data[i] <= ' '
            || (unsigned char) word.data[i] >= 0x7f)
        {
            return ASR_OK;
        }
    }

    return asr_words_add(all, word, asr_case_has_upper(word) ? ASR_NAME_UPPER
                                                             : ASR_NAME_LOWER);
}


/* What is there with a capital and never without. */

static asr_err_t
asr_names_only(asr_words_t *names, const asr_words_t *all)
{
    size_t             i;
    asr_err_t          rc;
    asr_words_slot_t  *s;

    rc = ASR_OK;

    for (i = 0; i < all->nslots && rc == ASR_OK; i++) {
        s = &all->slots[i];

        if (s->len != 0 && s->bits == ASR_NAME_UPPER) {
            rc = asr_words_add(names, (asr_str_t) { s->len,
                                                    all->text + s->start },
                               ASR_NAME);
        }
    }

    return rc;
}


static asr_err_t
asr_names_read(asr_words_t *all, FILE *f)
{
    size_t      n;
    char       *p;
    asr_err_t   rc;
    asr_str_t   rest;

    p = malloc(ASR_NAMES_FILE);
    if (p == NULL) {
        return ASR_NOMEM;
    }

    n = fread(p, 1, ASR_NAMES_FILE, f);
    rest = (asr_str_t) { n, p };
    rc = ferror(f) ? ASR_IO : ASR_OK;

    while (rest.data != NULL && rc == ASR_OK) {
        rc = asr_names_line(all, asr_str_cut(&rest, '\n'));
    }

    free(p);

    return rc;
}


asr_err_t
asr_text_names(asr_words_t *names, const char *file)
{
    FILE         *f;
    asr_err_t     rc;
    asr_words_t   all;

    f = fopen(file, "re");

    if (f == NULL) {
        asr_log(ASR_LOG_NOTICE, "no list of names \"%s\": %s; names are "
                "written in lower case", file, strerror(errno));
        return ASR_OK;
    }

    asr_words_init(&all);
    rc = asr_names_read(&all, f);

    if (rc == ASR_IO) {
        asr_log(ASR_LOG_NOTICE, "cannot read the list of names \"%s\"; "
                "names are written in lower case", file);
        rc = ASR_OK;

    } else if (rc == ASR_OK) {
        rc = asr_names_only(names, &all);
    }

    asr_words_free(&all);
    fclose(f);

    return rc;
}


asr_err_t
asr_text_capital(asr_arena_t *a, asr_str_t *word)
{
    asr_str_t  s;

    if (word->len == 0 || !asr_case_lower(word->data[0])) {
        return ASR_OK;
    }

    s = asr_arena_str(a, *word);

    if (s.data == NULL) {
        return ASR_NOMEM;
    }

    ((char *) s.data)[0] = (char) (s.data[0] - 'a' + 'A');
    *word = s;

    return ASR_OK;
}


/* "a." and "u.s.": names of letters.  "a.m." is an everyday word. */

static bool
asr_case_letters(asr_str_t word)
{
    size_t  i;

    if (word.len % 2 != 0 || asr_str_eq(word, asr_str("a.m."))
        || asr_str_eq(word, asr_str("p.m.")))
    {
        return false;
    }

    for (i = 0; i < word.len; i += 2) {
        if (!asr_case_lower(word.data[i]) || word.data[i + 1] != '.') {
            return false;
        }
    }

    return word.len != 0;
}


static asr_err_t
asr_case_raise(asr_arena_t *a, asr_str_t *word)
{
    char       *p;
    size_t      i;
    asr_str_t   s;

    s = asr_arena_str(a, *word);

    if (s.data == NULL) {
        return ASR_NOMEM;
    }

    p = (char *) s.data;

    for (i = 0; i < s.len; i++) {
        p[i] = asr_case_lower(p[i]) ? (char) (p[i] - 'a' + 'A') : p[i];
    }

    /* a letter alone needs no point */

    s.len = s.len == 2 ? 1 : s.len;
    *word = s;

    return ASR_OK;
}


/* As the list spells the word, without what follows its apostrophe. */

static bool
asr_case_listed(const asr_text_t *t, asr_str_t word, asr_str_t *spelling)
{
    uint32_t  bits;

    bits = asr_text_bits(t, word);

    if ((bits & ASR_W_NO_NAME)
        || (word.len <= ASR_NAMES_SHORT && !(bits & ASR_W_CAPITAL)))
    {
        return false;
    }

    return asr_words_find(&t->names, word, spelling) != 0;
}


static asr_err_t
asr_case_name(const asr_text_t *t, asr_arena_t *a, asr_str_t *word)
{
    size_t      i;
    asr_str_t   stem, spelling;
    const char *p;

    if (asr_case_listed(t, *word, &spelling)) {
        *word = spelling;
        return ASR_OK;
    }

    p = word->len != 0 ? memchr(word->data, '\'', word->len) : NULL;

    /* "london's", "james'"; "mr." of a dictionary */

    i = p != NULL ? (size_t) (p - word->data)
        : word->len != 0 && word->data[word->len - 1] == '.' ? word->len - 1
        : 0;

    if (i == 0 || word->len - i > 2) {
        return ASR_OK;
    }

    stem = (asr_str_t) { i, word->data };

    if (!asr_case_listed(t, stem, &spelling)) {
        return ASR_OK;
    }

    *word = asr_arena_printf(a, "%.*s%.*s", asr_fmt(spelling),
                             (int) (word->len - i), word->data + i);

    return word->data == NULL ? ASR_NOMEM : ASR_OK;
}


/* "i", "i'm": the only pronoun that is written so. */

static bool
asr_case_is_i(asr_str_t word)
{
    return word.len != 0 && word.data[0] == 'i'
           && (word.len == 1 || word.data[1] == '\'');
}


static bool
asr_case_in(asr_str_t word, const char *list)
{
    asr_str_t  rest;

    rest = asr_cstr(list);

    while (rest.data != NULL) {
        if (asr_str_caseeq(asr_str_cut(&rest, ' '), word)) {
            return true;
        }
    }

    return false;
}


static bool
asr_case_digit(asr_str_t word)
{
    return word.len != 0 && word.data[0] >= '0' && word.data[0] <= '9';
}


/* "5th", "1997", "5, 1945"; "5" alone proves no date. */

static bool
asr_case_date(asr_str_t s, bool alone)
{
    size_t  n;

    for (n = 0; n < s.len; n++) {
        if (s.data[n] < '0' || s.data[n] > '9') {
            break;
        }
    }

    if (n == s.len) {
        return n == 4 || (alone && (n == 1 || n == 2));
    }

    return (n == 1 || n == 2)
           && ((n + 2 == s.len && asr_case_lower(s.data[n]))
               || (n + 6 == s.len && s.data[n] == ','));
}


/* "May 5th", "March 1997", "on May 5", "the 5th of May": no verbs these. */

static bool
asr_case_month(const asr_token_t *v, size_t i, size_t n)
{
    bool  on;

    if (!asr_case_in(v[i].text, "march may august")) {
        return false;
    }

    if (i >= 2 && !v[i - 1].end && asr_case_in(v[i - 1].text, "of")
        && asr_case_digit(v[i - 2].text))
    {
        return true;
    }

    on = i != 0 && !v[i - 1].end
         && asr_case_in(v[i - 1].text, "on since until by before after from "
                                       "last next this every");

    return i + 1 < n && !v[i].end && v[i].mark == 0
           && asr_case_date(v[i + 1].text, on);
}


/* Does v[i] begin one of the pairs?  Then the second may be one as well. */

static bool
asr_case_pair(const asr_text_t *t, const asr_token_t *v, size_t i, size_t n)
{
    size_t     k;
    asr_str_t  spelling;

    if (i + 1 >= n || v[i].end || v[i].mark != 0) {
        return false;
    }

    for (k = 0; k < asr_nelts(asr_case_pairs); k++) {
        if (asr_str_caseeq(v[i].text, asr_cstr(asr_case_pairs[k].first))) {
            return asr_case_pairs[k].second != NULL
                   ? asr_case_in(v[i + 1].text, asr_case_pairs[k].second)
                   : asr_case_listed(t, v[i + 1].text, &spelling);
        }
    }

    return false;
}


/* Words of the hotword, if they are said from v[i] on; then spelled so. */

static size_t
asr_case_hotword(asr_token_t *v, size_t i, size_t n, asr_str_t term)
{
    size_t     k, pass;
    asr_str_t  rest, word;

    for (pass = 0; pass < 2; pass++) {
        rest = term;

        for (k = 0; rest.data != NULL; /* void */ ) {
            word = asr_str_cut(&rest, ' ');

            if (word.len == 0) {
                continue;
            }

            if (i + k == n || (k != 0 && v[i + k].first)
                || !asr_str_caseeq(word, v[i + k].text))
            {
                return 0;
            }

            if (pass == 1) {
                v[i + k].text = word;
            }

            k++;
        }
    }

    return k;
}


/* First words of the hotwords that have capitals; bits: index and one. */

static asr_err_t
asr_case_hotwords(const asr_ask_t *ask, asr_words_t *first)
{
    size_t     i;
    asr_err_t  rc;
    asr_str_t  rest, word;

    for (i = 0; i < ask->nhotwords; i++) {
        rest = asr_str_trim(ask->hotwords[i].term);

        if (!asr_case_has_upper(rest)) {
            continue;
        }

        word = asr_str_cut(&rest, ' ');

        if (asr_words_find(first, word, NULL) != 0) {
            continue;            /* of two that begin alike the first */
        }

        rc = asr_words_add(first, word, (uint32_t) i + 1);

        if (rc == ASR_NOMEM) {
            return rc;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_case_word(const asr_text_t *t, asr_arena_t *a, asr_token_t *v, size_t i,
    size_t n)
{
    asr_token_t  *w;

    w = &v[i];

    if (w->number) {
        return ASR_OK;
    }

    if (asr_case_is_i(w->text) || asr_case_month(v, i, n)) {
        return asr_text_capital(a, &w->text);
    }

    if (asr_case_letters(w->text)) {
        return asr_case_raise(a, &w->text);
    }

    if (t->names.n != 0 && asr_case_pair(t, v, i, n)) {
        if (asr_text_capital(a, &v[i + 1].text) != ASR_OK) {
            return ASR_NOMEM;
        }

        return asr_text_capital(a, &w->text);
    }

    return asr_case_name(t, a, &w->text);
}


asr_err_t
asr_text_case(const asr_text_t *t, asr_tokens_t *tokens, asr_arena_t *a,
    const asr_ask_t *ask)
{
    bool          start;
    size_t        i, k, words;
    asr_err_t     rc;
    asr_token_t  *v;
    asr_words_t   first;

    asr_words_init(&first);
    rc = asr_case_hotwords(ask, &first);
    v = tokens->v;
    words = 0;
    start = true;

    for (i = 0; i < tokens->n && rc == ASR_OK; i++) {

        k = asr_words_find(&first, v[i].text, NULL);

        if (words == 0 && k != 0) {
            words = asr_case_hotword(v, i, tokens->n,
                                     ask->hotwords[k - 1].term);
        }

        if (words != 0) {
            words--;             /* as it was given, "iPhone" even first */

        } else {
            rc = asr_case_word(t, a, v, i, tokens->n);

            if (start && rc == ASR_OK) {
                rc = asr_text_capital(a, &v[i].text);
            }
        }

        start = v[i].end;
    }

    asr_words_free(&first);

    return rc;
}
