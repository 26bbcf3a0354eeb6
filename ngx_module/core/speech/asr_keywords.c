/*
 * See asr_keywords.h.
 */

#include <ctype.h>

#include "asr_keywords.h"
#include "asr_spoken.h"


#define ASR_KEYWORD_PARTS  16            /* of a keyword, said */


/* A word in small ASCII letters and digits. */

typedef struct {
    asr_str_t   text;
    uint32_t    hash;
} asr_keyword_part_t;

typedef struct {
    size_t               n;
    asr_keyword_part_t   parts[ASR_KEYWORD_PARTS];
} asr_keyword_form_t;

/* A keyword as it is written, and as it may be said. */

typedef struct {
    asr_str_t             word;
    size_t                n;
    asr_keyword_form_t   *forms;
} asr_keyword_t;

typedef struct {
    const asr_library_t  *library;
    asr_keyword_t        *words;
} asr_keyword_library_t;


/* FNV-1a; what differs is compared nonetheless. */

static uint32_t
asr_keyword_hash(asr_str_t s)
{
    size_t    i;
    uint32_t  h;

    h = 2166136261u;

    for (i = 0; i < s.len; i++) {
        h = (h ^ (unsigned char) s.data[i]) * 16777619u;
    }

    return h;
}


/* The next part of *p, made small in place; false: no more. */

static bool
asr_keyword_next(char **p, asr_keyword_part_t *part)
{
    char  *s, *end;

    for (s = *p; *s != '\0' && !isalnum((unsigned char) *s); s++) {
        /* void */
    }

    for (end = s; isalnum((unsigned char) *end)
                  || (*end == '\'' && isalnum((unsigned char) end[1]));
         end++)
    {
        *end = (char) tolower((unsigned char) *end);
    }

    *p = end;

    part->text.data = s;
    part->text.len = (size_t) (end - s);

    /* of "Sintra's" it is Sintra that was said */

    if (part->text.len > 2 && memcmp(end - 2, "'s", 2) == 0) {
        part->text.len -= 2;
    }

    part->hash = asr_keyword_hash(part->text);

    return end != s;
}


/* text is changed, and kept; a form that is too long is left out. */

static void
asr_keyword_form(asr_keyword_t *k, char *text)
{
    asr_keyword_part_t   part;
    asr_keyword_form_t  *f;

    f = &k->forms[k->n];
    f->n = 0;

    while (asr_keyword_next(&text, &part)) {
        if (f->n == ASR_KEYWORD_PARTS) {
            return;
        }

        f->parts[f->n++] = part;
    }

    k->n += f->n != 0;
}


static asr_err_t
asr_keyword_make(asr_keyword_t *k, asr_arena_t *a, asr_str_t word)
{
    char           text[ASR_SPOKEN_SIZE];
    size_t         i;
    asr_str_t      copy;
    asr_spoken_t   spoken;

    k->word = word;
    k->n = 0;

    /* others are not what English speech is written in */

    if (asr_spoken_fold(word, text, sizeof(text)) != ASR_OK) {
        return ASR_OK;
    }

    if (asr_spoken(word, &spoken) != ASR_OK) {
        spoken.n = 0;
    }

    k->forms = asr_arena_alloc(a, (spoken.n + 1)
                                  * sizeof(asr_keyword_form_t));
    if (k->forms == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i <= spoken.n; i++) {
        copy = asr_arena_str(a, asr_cstr(i == 0 ? text
                                                : spoken.ways[i - 1]));
        if (copy.data == NULL) {
            return ASR_NOMEM;
        }

        asr_keyword_form(k, (char *) copy.data);
    }

    return ASR_OK;
}


static asr_err_t
asr_keyword_library(asr_keyword_library_t *kl, asr_arena_t *a)
{
    size_t     i;
    asr_err_t  rc;

    kl->words = asr_arena_alloc(a, kl->library->nwords
                                   * sizeof(asr_keyword_t));
    if (kl->words == NULL) {
        return ASR_NOMEM;
    }

    rc = ASR_OK;

    for (i = 0; rc == ASR_OK && i < kl->library->nwords; i++) {
        rc = asr_keyword_make(&kl->words[i], a, kl->library->words[i].term);
    }

    return rc;
}


static bool
asr_keyword_equal(const asr_keyword_part_t *a, const asr_keyword_part_t *b,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (a[i].hash != b[i].hash || !asr_str_eq(a[i].text, b[i].text)) {
            return false;
        }
    }

    return true;
}


static bool
asr_keyword_said(const asr_keyword_t *k, const asr_keyword_part_t *said,
    size_t n)
{
    size_t                     i, j;
    const asr_keyword_form_t  *f;

    for (i = 0; i < k->n; i++) {
        f = &k->forms[i];

        for (j = 0; j + f->n <= n; j++) {
            if (asr_keyword_equal(f->parts, said + j, f->n)) {
                return true;
            }
        }
    }

    return false;
}


/* The sentence's parts; NULL: no memory. */

static asr_keyword_part_t *
asr_keyword_parts(asr_arena_t *a, const asr_sentence_t *s, size_t *n)
{
    char                *p, *text;
    size_t               i, size;
    asr_keyword_part_t  *parts, part;

    size = 1;

    for (i = 0; i < s->nwords; i++) {
        size += 2 * s->words[i].text.len + 1;
    }

    text = asr_arena_alloc(a, size);
    parts = asr_arena_alloc(a, size / 2 * sizeof(asr_keyword_part_t));

    if (text == NULL || parts == NULL) {
        return NULL;
    }

    p = text;

    /* one letter of two bytes may be two of one: twice is enough */

    for (i = 0; i < s->nwords; i++) {
        if (asr_spoken_fold(s->words[i].text, p,
                            2 * s->words[i].text.len + 1)
            == ASR_OK)
        {
            p += strlen(p);
            *p++ = ' ';
        }
    }

    *p = '\0';
    p = text;
    *n = 0;

    while (asr_keyword_next(&p, &part)) {
        parts[(*n)++] = part;
    }

    return parts;
}


/* found: room for as many words as a library has. */

static asr_err_t
asr_keywords_sentence(asr_arena_t *a, const asr_keyword_library_t *libs,
    size_t nlibs, asr_str_t *found, asr_sentence_t *s)
{
    size_t               i, k, n;
    asr_str_t           *words;
    asr_keyword_hit_t   *hit;
    asr_keyword_part_t  *said;

    said = asr_keyword_parts(a, s, &n);
    s->hits = asr_arena_alloc(a, nlibs * sizeof(asr_keyword_hit_t));

    if (said == NULL || s->hits == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < nlibs; i++) {
        hit = &s->hits[s->nhits];
        hit->nwords = 0;

        for (k = 0; k < libs[i].library->nwords; k++) {
            if (asr_keyword_said(&libs[i].words[k], said, n)) {
                found[hit->nwords++] = libs[i].words[k].word;
            }
        }

        if (hit->nwords == 0) {
            continue;
        }

        words = asr_arena_alloc(a, hit->nwords * sizeof(asr_str_t));
        if (words == NULL) {
            return ASR_NOMEM;
        }

        memcpy(words, found, hit->nwords * sizeof(asr_str_t));

        hit->id = libs[i].library->id;
        hit->name = libs[i].library->name;
        hit->words = words;
        s->nhits++;
    }

    return ASR_OK;
}


/* The libraries of ask that are there, each once. */

static asr_err_t
asr_keywords_libraries(const asr_libraries_t *l, asr_arena_t *a,
    asr_str_t account, const asr_ask_t *ask, asr_keyword_library_t *libs,
    size_t *n)
{
    size_t                i, k;
    asr_err_t             rc;
    const asr_library_t  *lib;

    rc = ASR_OK;
    *n = 0;

    for (i = 0; rc == ASR_OK && i < ask->nkeyword_libraries; i++) {
        lib = asr_libraries_find(l, ASR_LIBRARY_KEYWORDS,
                                 ask->keyword_libraries[i], account);

        for (k = 0; lib != NULL && k < *n; k++) {
            if (libs[k].library == lib) {
                lib = NULL;
            }
        }

        if (lib != NULL) {
            libs[*n].library = lib;
            rc = asr_keyword_library(&libs[(*n)++], a);
        }
    }

    return rc;
}


asr_err_t
asr_keywords(const asr_libraries_t *l, asr_arena_t *a, asr_str_t account,
    const asr_ask_t *ask, asr_result_t *r)
{
    size_t                  i, n, most;
    asr_err_t               rc;
    asr_str_t              *found;
    asr_keyword_library_t  *libs;

    for (i = 0; i < r->nsentences; i++) {
        r->sentences[i].hits = NULL;
        r->sentences[i].nhits = 0;
    }

    if (l == NULL || ask->nkeyword_libraries == 0) {
        return ASR_OK;
    }

    libs = asr_arena_alloc(a, ask->nkeyword_libraries
                              * sizeof(asr_keyword_library_t));
    if (libs == NULL) {
        return ASR_NOMEM;
    }

    rc = asr_keywords_libraries(l, a, account, ask, libs, &n);

    if (rc != ASR_OK || n == 0) {
        return rc;
    }

    for (i = 0, most = 1; i < n; i++) {
        if (libs[i].library->nwords > most) {
            most = libs[i].library->nwords;
        }
    }

    found = asr_arena_alloc(a, most * sizeof(asr_str_t));
    if (found == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; rc == ASR_OK && i < r->nsentences; i++) {
        rc = asr_keywords_sentence(a, libs, n, found, &r->sentences[i]);
    }

    return rc;
}
