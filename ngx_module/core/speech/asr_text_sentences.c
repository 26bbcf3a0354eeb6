/*
 * Where sentences end and where commas are, of one channel.
 *
 * A pause long enough ends a sentence.  What is long is found for each
 * channel of each task: one word in thirteen or so ends a sentence in plain
 * speech, so the pause of that rank is where ends begin, within floors and
 * ceilings; with few words it is mixed with what is common.  The words at
 * both sides make a pause count for more or less.  All is in ms, and factors
 * in percent.
 */

#include <stdlib.h>

#include "asr_text_int.h"


#define ASR_END_RANK       13        /* words to a sentence */
#define ASR_END_MIN        350
#define ASR_END_MAX        900
#define ASR_END_COMMON     550

#define ASR_COMMA_RANK     7         /* words to a mark */
#define ASR_COMMA_MIN      180
#define ASR_COMMA_COMMON   280

#define ASR_COMMON_WORDS   120       /* fewer than these prove little */

#define ASR_TURN_PAUSE     300
#define ASR_CUT_WORDS      5         /* least that a cut leaves */


typedef struct {
    int32_t  end;
    int32_t  comma;
} asr_pauses_t;


static int
asr_pause_compare(const void *one, const void *two)
{
    int32_t  a = *(const int32_t *) one;
    int32_t  b = *(const int32_t *) two;

    return a > b ? -1 : a < b;
}


static int32_t
asr_pause_within(int32_t v, int32_t min, int32_t max)
{
    return v < min ? min : v > max ? max : v;
}


/* The more words, the less the common value counts. */

static int32_t
asr_pause_mix(int32_t v, int32_t common, size_t words)
{
    if (words >= ASR_COMMON_WORDS) {
        return v;
    }

    return (int32_t) ((v * (int64_t) words
                       + common * (int64_t) (ASR_COMMON_WORDS - words))
                      / ASR_COMMON_WORDS);
}


static asr_err_t
asr_pauses(const asr_tokens_t *t, asr_arena_t *a, asr_pauses_t *p)
{
    size_t    i, n;
    int32_t  *gaps, end, comma;

    gaps = asr_arena_alloc(a, t->n * sizeof(int32_t));
    if (gaps == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0, n = 0; i < t->n; i++) {
        if (!t->v[i].first && t->v[i].gap > 0) {
            gaps[n++] = t->v[i].gap;
        }
    }

    qsort(gaps, n, sizeof(int32_t), asr_pause_compare);

    end = t->n / ASR_END_RANK < n ? gaps[t->n / ASR_END_RANK] : 0;
    comma = t->n / ASR_COMMA_RANK < n ? gaps[t->n / ASR_COMMA_RANK] : 0;

    end = asr_pause_within(end, ASR_END_MIN, ASR_END_MAX);
    p->end = asr_pause_mix(end, ASR_END_COMMON, t->n);

    comma = asr_pause_mix(comma, ASR_COMMA_COMMON, t->n);
    p->comma = asr_pause_within(comma, ASR_COMMA_MIN, p->end * 2 / 3);

    return ASR_OK;
}


/*
 * The pause before v[i] for what it takes to end a sentence of so many words,
 * in permille.
 */

static int32_t
asr_end_weight(const asr_token_t *v, size_t i, size_t words,
    const asr_pauses_t *p)
{
    int64_t   need;
    uint32_t  before, after;

    before = v[i - 1].bits;
    after = v[i].bits;
    need = p->end;

    if (before & ASR_W_DANGLING) {
        need = need * 300 / 100;

    } else if (words < 3) {
        need = need * (before & ASR_W_WHOLE ? 80 : 160) / 100;
    }

    if (after & ASR_W_JOINER) {
        need = need * 150 / 100;

    } else if (after & ASR_W_STARTER) {
        need = need * 80 / 100;
    }

    if (words > ASR_TEXT_LONGEST / 2) {
        need = need * 75 / 100;
    }

    if (v[i].turn && v[i].gap >= ASR_TURN_PAUSE) {
        need = need * 50 / 100;
    }

    return (int32_t) (v[i].gap * (int64_t) 1000 / need);
}


/* v[first] to v[last] are too many: where a cut is least bad. */

static size_t
asr_end_best(const asr_token_t *v, size_t first, size_t last,
    const asr_pauses_t *p)
{
    size_t   i, best;
    int32_t  weight, most;

    best = last;
    most = INT32_MIN;

    for (i = first + ASR_CUT_WORDS; i <= last; i++) {
        weight = asr_end_weight(v, i, i - first, p);

        /* with no pause at all, words have to do */

        weight += v[i].bits & (ASR_W_STARTER | ASR_W_JOINER) ? 20 : 0;
        weight -= v[i - 1].bits & ASR_W_DANGLING ? 60 : 0;

        if (weight >= most) {
            most = weight;
            best = i - 1;
        }
    }

    return best;
}


static bool
asr_end_here(const asr_token_t *v, size_t i, size_t words,
    const asr_pauses_t *p)
{
    if (v[i].gap >= ASR_TEXT_PAUSE_HARD
        && (words > 1 || !(v[i - 1].bits & ASR_W_DANGLING)))
    {
        return true;
    }

    return asr_end_weight(v, i, words, p) >= 1000
           && (words > 1 || !(v[i - 1].bits & ASR_W_DANGLING));
}


/* One speaker's turn, v[from] to v[to - 1]. */

static void
asr_ends(asr_token_t *v, size_t from, size_t to, const asr_pauses_t *p)
{
    size_t  i, first, prev;

    first = from;
    prev = to;                   /* none yet */

    for (i = from + 1; i < to; i++) {
        if (asr_end_here(v, i, i - first, p)) {
            v[i - 1].end = true;
            prev = i - 1;
            first = i;

        } else if (i - first == ASR_TEXT_LONGEST) {
            prev = asr_end_best(v, first, i - 1, p);
            v[prev].end = true;
            first = prev + 1;
        }
    }

    v[to - 1].end = true;

    /* what trails off after a hesitation belongs to what was said before */

    if (first == to - 1 && prev != to && (v[first].bits & ASR_W_DANGLING)
        && v[first].gap < ASR_TEXT_PAUSE_HARD)
    {
        v[prev].end = false;
    }
}


/* Is the pause before v[i] worth a comma?  last: the sentence's last word. */

static bool
asr_comma_here(const asr_token_t *v, size_t first, size_t mark, size_t i,
    size_t last, const asr_pauses_t *p)
{
    int64_t   need;
    uint32_t  before, after;

    before = v[i - 1].bits;
    after = v[i].bits;
    need = p->comma;

    if (before & ASR_W_DANGLING) {
        need = need * 400 / 100;

    } else if (i - 1 == first) {
        need = need * (before & ASR_W_LEAD ? 40 : 200) / 100;

    } else if (i - mark < 2) {
        need = need * 200 / 100;
    }

    if (after & ASR_W_NO_COMMA) {
        need = need * 250 / 100;

    } else if (after & (ASR_W_JOINER | ASR_W_STARTER)) {
        need = need * 80 / 100;
    }

    if (i == last) {
        need = need * 150 / 100;
    }

    return v[i].gap >= need;
}


static void
asr_commas(asr_token_t *v, size_t first, size_t last, const asr_pauses_t *p)
{
    size_t  i, mark;

    mark = first;

    for (i = first + 1; i <= last; i++) {
        if (asr_comma_here(v, first, mark, i, last, p)) {
            v[i - 1].mark = ',';
            mark = i;
        }
    }
}


asr_err_t
asr_text_sentences(asr_tokens_t *tokens, asr_arena_t *a)
{
    size_t         i, first;
    asr_err_t      rc;
    asr_token_t   *v;
    asr_pauses_t   p;

    if (tokens->n == 0) {
        return ASR_OK;
    }

    rc = asr_pauses(tokens, a, &p);

    if (rc != ASR_OK) {
        return rc;
    }

    v = tokens->v;

    for (first = 0, i = 1; i <= tokens->n; i++) {
        if (i == tokens->n || v[i].first) {
            asr_ends(v, first, i, &p);
            first = i;
        }
    }

    for (first = 0, i = 0; i < tokens->n; i++) {
        if (v[i].end) {
            asr_commas(v, first, i, &p);
            v[i].mark = asr_text_asks(v + first, i - first + 1) ? '?' : '.';
            first = i + 1;
        }
    }

    return ASR_OK;
}
