/*
 * T-019, T-021: dirty words and modal particles.  After the sentences were
 * found: a pause that somebody fills is one all the same.
 */

#include "asr_text_int.h"


#define ASR_SET_OFF  100         /* ms of pause that set a phrase off */


static bool
asr_filter_is(const asr_token_t *t, const char *word)
{
    return asr_str_caseeq(t->text, asr_cstr(word));
}


/* "you know" that is meant: "do you know", "you know what". */

static bool
asr_filter_meant(const asr_token_t *v, size_t i, size_t n)
{
    size_t     k;
    asr_str_t  rest, word;

    static const char  before[] = "do did don't didn't if as that what when "
                                  "let would could can how i we they because";
    static const char  after[] = "what how who why where when which that the "
                                 "a it him her them this these my your about "
                                 "if of better all nothing everything to";

    for (k = 0; k < 2; k++) {
        if (k == 0 ? (i == 0 || v[i - 1].end || v[i - 1].mark != 0)
                   : (i + 2 >= n || v[i + 1].end || v[i + 1].mark != 0))
        {
            continue;
        }

        rest = asr_cstr(k == 0 ? before : after);

        while (rest.data != NULL) {
            word = asr_str_cut(&rest, ' ');

            if (asr_str_caseeq(word, k == 0 ? v[i - 1].text : v[i + 2].text)) {
                return true;
            }
        }
    }

    return false;
}


static bool
asr_filter_set_off(const asr_token_t *v, size_t i, size_t words, size_t n)
{
    size_t  last;

    last = i + words - 1;

    return i == 0 || v[i - 1].end || v[i - 1].mark != 0
           || v[i].gap >= ASR_SET_OFF
           || v[last].end || v[last].mark != 0
           || (last + 1 < n && v[last + 1].gap >= ASR_SET_OFF);
}


size_t
asr_text_filler(const asr_token_t *v, size_t i, size_t n, asr_filter_t filter)
{
    if (filter == ASR_FILTER_NONE) {
        return 0;
    }

    if (v[i].bits & (filter == ASR_FILTER_SOME ? ASR_W_FILLER
                                               : ASR_W_FILLER2))
    {
        return 1;
    }

    if (filter == ASR_FILTER_SOME) {
        return 0;
    }

    /* set off, and not all that is said */

    if (asr_filter_is(&v[i], "well")) {
        return (i == 0 || v[i - 1].end) && v[i].mark == ',' ? 1 : 0;
    }

    if (i + 1 < n && !v[i].end && !v[i + 1].first
        && ((asr_filter_is(&v[i], "you") && asr_filter_is(&v[i + 1], "know"))
            || (asr_filter_is(&v[i], "i")
                && asr_filter_is(&v[i + 1], "mean")))
        && asr_filter_set_off(v, i, 2, n)
        && !asr_filter_meant(v, i, n))
    {
        return 2;
    }

    return 0;
}


/*
 * v[at] is left out; kept: how many tokens before it are kept.  An end goes
 * to the word before it, if that is of the same sentence.  first, turn and
 * the pause go to the word after it.
 */

static void
asr_filter_drop(asr_token_t *v, size_t kept, size_t at, size_t n, bool comma)
{
    bool          inside;
    asr_token_t  *t, *prev;

    t = &v[at];
    prev = kept != 0 ? &v[kept - 1] : NULL;
    inside = prev != NULL && !prev->end && !t->first;

    if (inside && t->end) {
        prev->end = true;
        prev->mark = t->mark;

    } else if (inside && comma && prev->mark == 0
               && !(prev->bits & ASR_W_DANGLING))
    {
        prev->mark = t->mark;

    } else if (inside && !comma && prev->mark == ','
               && !(prev->bits & ASR_W_LEAD))
    {
        prev->mark = 0;          /* what it set off is gone */
    }

    if (at + 1 < n) {
        v[at + 1].first |= t->first;
        v[at + 1].turn |= t->turn;

        if (t->gap > v[at + 1].gap) {
            v[at + 1].gap = t->gap;
        }
    }
}


void
asr_text_modal(asr_tokens_t *tokens, asr_filter_t filter)
{
    size_t        i, k, n, words;
    asr_token_t  *v;

    if (filter == ASR_FILTER_NONE) {
        return;
    }

    v = tokens->v;

    for (i = 0, n = 0; i < tokens->n; /* void */ ) {
        words = asr_text_filler(v, i, tokens->n, filter);

        for (k = 0; k < words; k++) {
            asr_filter_drop(v, n, i + k, tokens->n, false);
        }

        if (words == 0) {
            v[n++] = v[i++];
        }

        i += words;
    }

    tokens->n = n;
}


/* Its letters; an apostrophe stays. */

static asr_err_t
asr_filter_stars(asr_token_t *t, asr_arena_t *a)
{
    char    *p;
    size_t   i;

    p = asr_arena_alloc(a, t->text.len);
    if (p == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < t->text.len; i++) {
        p[i] = (t->text.data[i] | 0x20) >= 'a' && (t->text.data[i] | 0x20) <= 'z'
               ? '*' : t->text.data[i];
    }

    t->text.data = p;

    return ASR_OK;
}


asr_err_t
asr_text_dirty(asr_tokens_t *tokens, asr_arena_t *a, asr_filter_t filter)
{
    size_t        i, n;
    asr_token_t  *v;

    if (filter == ASR_FILTER_NONE) {
        return ASR_OK;
    }

    v = tokens->v;

    for (i = 0, n = 0; i < tokens->n; i++) {

        if (v[i].bits & ASR_W_DIRTY) {
            if (filter == ASR_FILTER_SOME) {
                asr_filter_drop(v, n, i, tokens->n, true);
                continue;
            }

            if (asr_filter_stars(&v[i], a) != ASR_OK) {
                return ASR_NOMEM;
            }
        }

        v[n++] = v[i];
    }

    tokens->n = n;

    return ASR_OK;
}
