/*
 * Errors at a rate: just that many, by an alignment of its own.
 */

#include "script_unit.h"

#include <ctype.h>
#include <math.h>


#define WORDS_MAX  4000


typedef struct {
    asr_str_t  words[WORDS_MAX];
    size_t     n;
} words_t;


static words_t  before, after;


static const char  *texts[] = {
    "one",
    "no no no no no no no no no no no no",
    "a b a b a b a b a b a b a b a b a b a b",
    "that that is is that that is not is not is that it it is",
    "The quick brown fox jumps over the lazy dog. It was not amused, at all!\n"
    "\"Why,\" it said, \"would a fox do that?\" Nobody knew why a fox would.",
};


/* As a scorer does: small letters, and no marks. */

static void
words_of(const asr_result_t *r, words_t *w)
{
    char       *p;
    size_t      i, k, m, len;
    asr_str_t   t;

    w->n = 0;

    for (i = 0; i < r->nsentences; i++) {
        for (k = 0; k < r->sentences[i].nwords; k++) {
            t = r->sentences[i].words[k].text;
            p = (char *) asr_arena_str(&arena, t).data;
            assert_non_null(p);

            for (m = 0, len = 0; m < t.len; m++) {
                if (isalnum((unsigned char) p[m])) {
                    p[len++] = (char) tolower((unsigned char) p[m]);
                }
            }

            assert_true(w->n < WORDS_MAX);
            w->words[w->n++] = (asr_str_t) { len, p };
        }
    }
}


static size_t
distance(const words_t *a, const words_t *b)
{
    size_t         i, k, best;
    static size_t  rows[2][WORDS_MAX + 1];

    for (k = 0; k <= b->n; k++) {
        rows[0][k] = k;
    }

    for (i = 1; i <= a->n; i++) {
        rows[i & 1][0] = i;

        for (k = 1; k <= b->n; k++) {
            best = rows[~i & 1][k - 1]
                   + !asr_str_eq(a->words[i - 1], b->words[k - 1]);
            best = rows[~i & 1][k] + 1 < best ? rows[~i & 1][k] + 1 : best;
            best = rows[i & 1][k - 1] + 1 < best ? rows[i & 1][k - 1] + 1
                                                 : best;
            rows[i & 1][k] = best;
        }
    }

    return rows[a->n & 1][b->n];
}


static size_t
strange(const words_t *a, const words_t *b)
{
    size_t  i, k, n;

    for (n = 0, i = 0; i < b->n; i++) {
        for (k = 0; k < a->n && !asr_str_eq(a->words[k], b->words[i]); k++) {
            /* void */
        }

        n += k == a->n;
    }

    return n;
}


static asr_mock_script_in_t
input(const char *text)
{
    asr_mock_script_in_t  in;

    memset(&in, 0, sizeof(in));
    in.text = asr_cstr(text);
    in.name = asr_cstr(text);
    in.audio_ms = 600000;
    in.channels = 1;

    return in;
}


static void
both(asr_mock_script_in_t *in, double wer, asr_result_t *right,
    asr_result_t *wrong)
{
    in->wer = 0;
    assert_int_equal(asr_mock_script(&arena, in, right), ASR_OK);
    in->wer = wer;
    assert_int_equal(asr_mock_script(&arena, in, wrong), ASR_OK);
    script_sound(wrong);
    words_of(right, &before);
    words_of(wrong, &after);
}


static void
test_rate(void **state)
{
    size_t                i, n;
    unsigned              k;
    asr_result_t          right, wrong;
    asr_mock_script_in_t  in;

    for (i = 0; i < asr_nelts(texts); i++) {
        for (k = 0; k < 400; k++) {
            in = input(texts[i]);
            in.seed = k;
            both(&in, k % 21 / 20.0, &right, &wrong);
            n = (size_t) llround(in.wer * (double) before.n);

            if (distance(&before, &after) != n || after.n == 0) {
                fail_msg("\"%s\" at %.2f: %zu errors, not %zu: \"%.*s\"",
                         texts[i], in.wer, distance(&before, &after), n,
                         asr_fmt(script_join(&wrong)));
            }

            asr_arena_free(&arena);
        }
    }
}


/* Over many words: each kind has its share.  One of four is made up. */

static void
test_shares(void **state)
{
    size_t                i, n, ins, del, sub;
    asr_result_t          right, wrong;
    asr_mock_script_in_t  in;

    static const double  rates[] = { 0.02, 0.15, 0.5, 0.75 };

    for (i = 0; i < asr_nelts(rates); i++) {
        in = input("");
        in.seed = i;
        both(&in, rates[i], &right, &wrong);
        assert_in_range(before.n, 1490, 1510);

        n = (size_t) llround(rates[i] * (double) before.n);
        assert_int_equal(distance(&before, &after), n);

        /* strays are what was put in, or in a word's place */

        del = n - strange(&before, &after);
        sub = before.n - (after.n - strange(&before, &after)) - del;
        ins = n - sub - del;

        assert_in_range(sub, n * 59 / 100 - 2, n * 61 / 100 + 2);
        assert_in_range(ins, n * 19 / 100 - 1, n * 21 / 100 + 1);
        assert_in_range(del, n * 19 / 100 - 1, n * 21 / 100 + 1);
        asr_arena_free(&arena);
    }
}


static const asr_word_t *
at(const asr_result_t *r, size_t n)
{
    size_t  i;

    for (i = 0; n >= r->sentences[i].nwords; i++) {
        n -= r->sentences[i].nwords;
    }

    return &r->sentences[i].words[n];
}


/* What is right is where it was; what is wrong is doubted. */

static void
test_words(void **state)
{
    size_t                i, k, same;
    int32_t               half;
    unsigned              seed;
    const asr_word_t     *was, *is;
    asr_result_t          right, wrong;
    asr_mock_script_in_t  in;

    for (seed = 0; seed < 50; seed++) {
        in = input(texts[4]);
        in.seed = seed;
        both(&in, 0.3, &right, &wrong);
        same = 0;

        for (i = 0; i < after.n; i++) {
            is = at(&wrong, i);

            for (k = 0; k < before.n; k++) {
                was = at(&right, k);

                if (was->confidence == is->confidence) {
                    break;
                }
            }

            if (k == before.n) {
                assert_true(is->confidence < 0.56);
                continue;
            }

            same++;
            assert_true(is->confidence >= 0.6);
            assert_true(asr_str_eq(was->text, is->text));
            half = was->start_ms + (was->end_ms - was->start_ms) / 2;
            assert_true(is->start_ms == was->start_ms
                        || is->start_ms == half);
            half = is->start_ms + (was->end_ms - is->start_ms) / 2;
            assert_true(is->end_ms == was->end_ms || is->end_ms == half);
            assert_true(is->end_ms > is->start_ms);
        }

        assert_int_equal(same, after.n - strange(&before, &after));
        asr_arena_free(&arena);
    }
}


/* Ends of sentences stay where a word is left to have them. */

static void
test_ends(void **state)
{
    size_t                i;
    unsigned              seed;
    asr_str_t             t;
    asr_result_t          right, wrong;
    asr_mock_script_in_t  in;

    for (seed = 0; seed < 200; seed++) {
        in = input("One two three. Four five six. Seven eight nine.");
        in.seed = seed;
        both(&in, 0.6, &right, &wrong);

        for (i = 0; i < wrong.nsentences; i++) {
            t = wrong.sentences[i].text;
            assert_true(t.data[t.len - 1] == '.');
            assert_true(memchr(t.data, '.', t.len - 1) == NULL);
        }

        asr_arena_free(&arena);
    }
}


static void
test_same(void **state)
{
    asr_str_t             one;
    asr_result_t          right, wrong;
    asr_mock_script_in_t  in;

    in = input(texts[4]);
    both(&in, 0.3, &right, &wrong);
    one = asr_arena_str(&arena, script_join(&wrong));
    both(&in, 0.3, &right, &wrong);
    assert_true(asr_str_eq(script_join(&wrong), one));

    in.seed = 1;
    both(&in, 0.3, &right, &wrong);
    assert_false(asr_str_eq(script_join(&wrong), one));

    /* out of bounds: as far as it goes */

    both(&in, 7, &right, &wrong);
    assert_int_equal(distance(&before, &after), before.n);
    both(&in, -1, &right, &wrong);
    assert_int_equal(distance(&before, &after), 0);
    both(&in, NAN, &right, &wrong);
    assert_int_equal(distance(&before, &after), 0);
}


/* Five hours: the alignment has a ceiling. */

static void
test_long(void **state)
{
    size_t                n;
    asr_result_t          r;
    asr_mock_script_in_t  in;

    in = input("");
    in.audio_ms = 5 * 3600 * 1000;
    assert_int_equal(asr_mock_script(&arena, &in, &r), ASR_OK);
    n = asr_result_words(&r);
    assert_in_range(n, 44900, 45100);

    in.wer = 1;
    assert_int_equal(asr_mock_script(&arena, &in, &r), ASR_OK);
    script_sound(&r);
    assert_true(asr_result_words(&r) > n);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_long),
    };

    return cmocka_run_group_tests(tests, script_setup, script_teardown);
}
