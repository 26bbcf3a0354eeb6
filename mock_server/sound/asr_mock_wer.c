/*
 * Errors at a rate.
 *
 * Wrong words are strays: words that the text has nowhere, so that no
 * alignment takes one for right.  What could cancel is an insertion and a
 * deletion: with nothing but repetitions between them they are one
 * substitution.  So between any two of them stands a word that stays: the
 * words that stay make slots, before, between and after them, and a slot
 * takes one insertion or deletion.  Substitutions go anywhere.
 *
 * A text that repeats itself can still cancel them over a distance.  That is
 * found by aligning (asr_mock_wer_exact); another draw follows, and in the
 * end one without deletions, which is always exact: each stray costs one.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_mock_phrases.h"
#include "asr_mock_script_int.h"


#define ASR_MOCK_WER_DRAWS  6
#define ASR_MOCK_WER_CELLS  160000000    /* of one alignment */

typedef enum {
    ASR_MOCK_KEEP = 0,
    ASR_MOCK_SUBST,
    ASR_MOCK_INSERT,
    ASR_MOCK_DELETE
} asr_mock_op_t;

typedef struct {
    asr_arena_t        *arena;
    asr_mock_random_t   random;
    asr_word_t         *words;       /* all of the result's */
    uint32_t           *sentence;    /* of each */
    size_t              n;
    uint64_t           *set;         /* hashes of them; 0: free */
    size_t              mask;
    unsigned char      *ops;         /* asr_mock_op_t, n + inserts of them */
    size_t              nops;
    size_t              substs;
    size_t              inserts;
    size_t              deletes;
} asr_mock_wer_t;


static asr_err_t asr_mock_wer_words(asr_mock_wer_t *w, const asr_result_t *r);
static bool asr_mock_wer_has(const asr_mock_wer_t *w, uint64_t hash);
static void asr_mock_wer_counts(asr_mock_wer_t *w, size_t errors);
static void asr_mock_wer_draw(asr_mock_wer_t *w);
static asr_err_t asr_mock_wer_exact(const asr_mock_wer_t *w, bool *exact);
static asr_err_t asr_mock_wer_apply(asr_mock_wer_t *w, asr_result_t *r);
static asr_err_t asr_mock_wer_stray(asr_mock_wer_t *w, const asr_word_t *from,
    asr_word_t *to);
static bool asr_mock_wer_suffix(asr_mock_wer_t *w, asr_str_t from,
    asr_str_t *to);
static asr_err_t asr_mock_wer_result(asr_mock_wer_t *w, asr_word_t *words,
    const uint32_t *sentence, size_t n, asr_result_t *r);


static bool
asr_mock_wer_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || (unsigned char) c >= 128;
}


uint64_t
asr_mock_word_hash(asr_str_t word)
{
    char       c;
    size_t     i;
    uint64_t   h;
    asr_str_t  s;

    s = word;
    s.len -= asr_mock_marks(s);

    while (s.len != 0 && !asr_mock_wer_letter(s.data[s.len - 1])) {
        s.len--;
    }

    while (s.len != 0 && !asr_mock_wer_letter(s.data[0])) {
        s.data++;
        s.len--;
    }

    s = s.len != 0 ? s : word;
    h = UINT64_C(14695981039346656037);

    for (i = 0; i < s.len; i++) {
        c = s.data[i];
        c = c >= 'A' && c <= 'Z' ? (char) (c | 32) : c;
        h = (h ^ (unsigned char) c) * UINT64_C(1099511628211);
    }

    return h != 0 ? h : 1;
}


asr_err_t
asr_mock_wer(asr_arena_t *a, asr_result_t *r, double wer, uint64_t seed,
    asr_str_t name)
{
    int              i;
    bool             exact;
    size_t           errors;
    asr_err_t        rc;
    asr_mock_wer_t   w;

    memset(&w, 0, sizeof(w));
    w.arena = a;
    w.n = asr_result_words(r);
    asr_mock_seed_str(&w.random, ~seed, name);

    wer = !(wer > 0) ? 0 : wer > 1 ? 1 : wer;
    errors = (size_t) llround(wer * (double) w.n);

    if (errors == 0) {
        return ASR_OK;
    }

    rc = asr_mock_wer_words(&w, r);

    if (rc != ASR_OK) {
        return rc;
    }

    asr_mock_wer_counts(&w, errors);

    for (i = 0; ; i++) {
        if (i == ASR_MOCK_WER_DRAWS) {
            w.substs += w.deletes;
            w.deletes = 0;
        }

        asr_mock_wer_draw(&w);
        rc = asr_mock_wer_exact(&w, &exact);

        if (rc != ASR_OK) {
            return rc;
        }

        if (exact) {
            break;
        }
    }

    return asr_mock_wer_apply(&w, r);
}


static asr_err_t
asr_mock_wer_words(asr_mock_wer_t *w, const asr_result_t *r)
{
    size_t    i, k, n;
    uint64_t  hash;

    for (w->mask = 16; w->mask < 2 * w->n; w->mask *= 2) {
        /* void */
    }

    w->set = asr_arena_zalloc(w->arena, w->mask * sizeof(uint64_t));
    w->words = asr_arena_alloc(w->arena, w->n * sizeof(asr_word_t));
    w->sentence = asr_arena_alloc(w->arena, w->n * sizeof(uint32_t));
    w->ops = asr_arena_alloc(w->arena, 2 * w->n);
    w->mask--;

    if (w->set == NULL || w->words == NULL || w->sentence == NULL
        || w->ops == NULL)
    {
        return ASR_NOMEM;
    }

    for (n = 0, i = 0; i < r->nsentences; i++) {
        for (k = 0; k < r->sentences[i].nwords; k++, n++) {
            w->words[n] = r->sentences[i].words[k];
            w->sentence[n] = (uint32_t) i;
            hash = asr_mock_word_hash(w->words[n].text);

            if (!asr_mock_wer_has(w, hash)) {
                while (w->set[hash & w->mask] != 0) {
                    hash++;
                }

                w->set[hash & w->mask] =
                                    asr_mock_word_hash(w->words[n].text);
            }
        }
    }

    return ASR_OK;
}


static bool
asr_mock_wer_has(const asr_mock_wer_t *w, uint64_t hash)
{
    uint64_t  i;

    for (i = hash; w->set[i & w->mask] != 0; i++) {
        if (w->set[i & w->mask] == hash) {
            return true;
        }
    }

    return false;
}


/*
 * The seed rounds the shares up or down.  The words that stay make n - errors
 * + inserts + 1 slots, and every deletion wants one.
 */

static void
asr_mock_wer_counts(asr_mock_wer_t *w, size_t errors)
{
    size_t  most;

    w->inserts = (size_t) ((double) errors / 5 + asr_mock_unit(&w->random));
    w->deletes = (size_t) ((double) errors / 5 + asr_mock_unit(&w->random));

    most = w->n - errors + 1;
    most = most < errors - w->inserts ? most : errors - w->inserts;
    most = most < w->n - 1 ? most : w->n - 1;
    w->deletes = w->deletes < most ? w->deletes : most;

    /* what a very long text has too many of, to be aligned */

    most = ASR_MOCK_WER_CELLS / w->n;

    if (w->deletes != 0 && w->inserts + w->deletes > most) {
        w->inserts = w->inserts < most / 2 ? w->inserts : most / 2;
        w->deletes = w->deletes < most / 2 ? w->deletes : most / 2;
    }

    w->substs = errors - w->inserts - w->deletes;
}


/* Of left things one of which is to be drawn; how many are to be. */

static bool
asr_mock_wer_pick(asr_mock_wer_t *w, size_t wanted, size_t left)
{
    return asr_mock_below(&w->random, left) < wanted;
}


static void
asr_mock_wer_draw(asr_mock_wer_t *w)
{
    size_t  keep, slots, ins, del, sub, left;

    keep = w->n - w->substs - w->deletes;
    slots = keep + 1;
    ins = w->inserts;
    del = w->deletes;
    sub = w->substs;
    left = keep + ins + del + sub;
    w->nops = 0;

    while (left != 0) {

        /* a substitution may stand anywhere among what is left */

        if (asr_mock_wer_pick(w, sub, left)) {
            w->ops[w->nops++] = ASR_MOCK_SUBST;
            sub--;
            left--;
            continue;
        }

        if (slots > keep) {
            slots--;                         /* the one before the next word */

            if (asr_mock_wer_pick(w, ins + del, slots + 1)) {

                if (asr_mock_wer_pick(w, ins, ins + del)) {
                    w->ops[w->nops++] = ASR_MOCK_INSERT;
                    ins--;

                } else {
                    w->ops[w->nops++] = ASR_MOCK_DELETE;
                    del--;
                }

                left--;
                continue;
            }
        }

        if (keep != 0) {
            w->ops[w->nops++] = ASR_MOCK_KEEP;
            keep--;
            left--;
        }
    }
}


/*
 * Is the distance of the texts the number of errors?  Strays cost one each in
 * any alignment, so one that is cheaper has fewer deletions and, the lengths
 * being what they are, fewer insertions: it stays in a band about the
 * diagonal.  Row by row, of the words that stay and "no word" for strays.
 */

static asr_err_t
asr_mock_wer_exact(const asr_mock_wer_t *w, bool *exact)
{
    size_t     i, k, n, m, width, col, errors;
    int64_t    j;
    uint64_t  *ref, *hyp;
    uint32_t  *row, above, left, diagonal;

    *exact = true;

    if (w->inserts == 0 || w->deletes == 0) {
        return ASR_OK;
    }

    n = w->n;
    m = n + w->inserts - w->deletes;
    width = w->inserts + w->deletes + 1;
    errors = w->substs + w->inserts + w->deletes;

    ref = malloc((n + m) * sizeof(uint64_t));
    row = malloc((width + 1) * sizeof(uint32_t));

    if (ref == NULL || row == NULL) {
        free(ref);
        free(row);
        return ASR_NOMEM;
    }

    hyp = ref + n;

    for (i = 0; i < n; i++) {
        ref[i] = asr_mock_word_hash(w->words[i].text);
    }

    for (i = 0, m = 0, k = 0; k < w->nops; k++) {
        if (w->ops[k] != ASR_MOCK_DELETE) {
            hyp[m++] = w->ops[k] == ASR_MOCK_KEEP ? ref[i] : 0;
        }

        i += w->ops[k] != ASR_MOCK_INSERT;
    }

    /* column c of row i stands for j = i + c - deletes words of hyp */

    for (col = 0; col < width; col++) {
        row[col] = col < w->deletes ? UINT32_MAX / 2
                                    : (uint32_t) (col - w->deletes);
    }

    row[width] = UINT32_MAX / 2;

    for (i = 1; i <= n; i++) {
        left = UINT32_MAX / 2;

        for (col = 0; col < width; col++) {
            j = (int64_t) (i + col) - (int64_t) w->deletes;
            above = row[col + 1] + 1;

            if (j < 0 || j > (int64_t) m) {
                left = UINT32_MAX / 2;

            } else if (j == 0) {
                left = (uint32_t) i;

            } else {
                diagonal = row[col] + (ref[i - 1] != hyp[j - 1]);
                left++;
                left = left < above ? left : above;
                left = left < diagonal ? left : diagonal;
            }

            row[col] = left;
        }
    }

    *exact = row[m + w->deletes - n] == errors;

    free(ref);
    free(row);

    return ASR_OK;
}


static asr_err_t
asr_mock_wer_apply(asr_mock_wer_t *w, asr_result_t *r)
{
    size_t        i, k, n;
    int32_t       half;
    uint32_t     *sentence;
    asr_err_t     rc;
    asr_word_t   *words, *to, *near;

    words = asr_arena_zalloc(w->arena, w->nops * sizeof(asr_word_t));
    sentence = asr_arena_zalloc(w->arena, w->nops * sizeof(uint32_t));

    if (words == NULL || sentence == NULL) {
        return ASR_NOMEM;
    }

    rc = ASR_OK;

    for (i = 0, n = 0, k = 0; rc == ASR_OK && k < w->nops; k++) {
        to = &words[n];

        switch (w->ops[k]) {

        case ASR_MOCK_KEEP:
            *to = w->words[i];
            sentence[n++] = w->sentence[i++];
            break;

        case ASR_MOCK_SUBST:
            *to = w->words[i];
            rc = asr_mock_wer_stray(w, &w->words[i], to);
            sentence[n++] = w->sentence[i++];
            break;

        case ASR_MOCK_DELETE:

            /* what ended the sentence still does */

            if (n != 0 && sentence[n - 1] == w->sentence[i]
                && (i + 1 == w->n || w->sentence[i + 1] != w->sentence[i]))
            {
                words[n - 1].tail = w->words[i].tail;
            }

            i++;
            break;

        default:

            /* before the next word; after the last one it takes its mark */

            near = i < w->n ? &w->words[i] : &words[n - 1];
            half = (near->end_ms - near->start_ms) / 2;
            sentence[n] = i < w->n ? w->sentence[i] : sentence[n - 1];

            if (i < w->n) {
                to->start_ms = near->start_ms;
                to->end_ms = near->start_ms + half;
                near->start_ms = to->end_ms;

            } else {
                to->end_ms = near->end_ms;
                to->start_ms = near->start_ms + half;
                near->end_ms = to->start_ms;
                to->tail = near->tail;
                near->tail = asr_str_null();
            }

            rc = asr_mock_wer_stray(w, NULL, to);
            n++;
        }
    }

    return rc == ASR_OK ? asr_mock_wer_result(w, words, sentence, n, r) : rc;
}


/* from: what is said instead of; NULL: it is put in between. */

static asr_err_t
asr_mock_wer_stray(asr_mock_wer_t *w, const asr_word_t *from, asr_word_t *to)
{
    int        i;
    bool       found;
    char      *p;
    asr_str_t  text;

    to->confidence = (float) (0.2 + 0.35 * asr_mock_unit(&w->random));
    text = asr_str_null();
    found = from != NULL && asr_mock_wer_suffix(w, from->text, &text);

    for (i = 0; !found && i < 32; i++) {
        text = from == NULL && i < 4 ? asr_mock_filler(&w->random)
                                     : asr_mock_stray(&w->random);
        found = !asr_mock_wer_has(w, asr_mock_word_hash(text));
    }

    /* A text with all of these: a word nobody wrote. */

    for (i = 0; !found; i++) {
        text = asr_arena_printf(w->arena, "mm%d", i);

        if (text.data == NULL) {
            return ASR_NOMEM;
        }

        found = !asr_mock_wer_has(w, asr_mock_word_hash(text));
    }

    if (from != NULL && from->text.data[0] >= 'A' && from->text.data[0] <= 'Z'
        && text.data[0] >= 'a' && text.data[0] <= 'z')
    {
        text = asr_arena_str(w->arena, text);

        if (text.data == NULL) {
            return ASR_NOMEM;
        }

        p = (char *) text.data;
        p[0] = (char) (p[0] & ~32);
    }

    to->text = text;

    return ASR_OK;
}


/* The likeliest error is another form of the same word. */

static bool
asr_mock_wer_suffix(asr_mock_wer_t *w, asr_str_t from, asr_str_t *to)
{
    size_t  i;

    static const char  *ends[] = { "s", "ed", "ing" };

    if (from.len < 4 || asr_mock_below(&w->random, 2) == 0) {
        return false;
    }

    for (i = 0; i < from.len; i++) {
        if (from.data[i] < 'a' || from.data[i] > 'z') {
            return false;
        }
    }

    i = (size_t) asr_mock_below(&w->random, asr_nelts(ends));
    *to = asr_arena_printf(w->arena, "%.*s%s", asr_fmt(from), ends[i]);

    return to->data != NULL
           && !asr_mock_wer_has(w, asr_mock_word_hash(*to));
}


/* A sentence that lost all its words is gone. */

static asr_err_t
asr_mock_wer_result(asr_mock_wer_t *w, asr_word_t *words,
    const uint32_t *sentence, size_t n, asr_result_t *r)
{
    size_t           i, end, kept;
    asr_err_t        rc;
    asr_sentence_t  *s;

    for (i = 0, kept = 0; i < n; i = end, kept++) {

        for (end = i; end < n && sentence[end] == sentence[i]; end++) {
            /* void */
        }

        s = &r->sentences[kept];
        *s = r->sentences[sentence[i]];
        s->words = words + i;
        s->nwords = end - i;
        s->start_ms = s->words[0].start_ms;
        s->end_ms = s->words[s->nwords - 1].end_ms;
        rc = asr_sentence_text(w->arena, s);

        if (rc != ASR_OK) {
            return rc;
        }
    }

    r->nsentences = kept;

    return ASR_OK;
}
