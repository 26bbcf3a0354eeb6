/*
 * Letters to phones, and terms to what is said.
 */

#include "unit.h"

#include "speech/asr_g2p.h"
#include "speech/asr_spoken.h"


#define DICT   "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"
#define EVERY  400               /* of the dictionary's words */


static size_t
phones(const char *text, const char *out[64], size_t lens[64])
{
    size_t  n;

    for (n = 0; n < 64 && *text != '\0'; n++) {
        lens[n] = strcspn(text, " \n");
        out[n] = text;
        text += lens[n];
        text += strspn(text, " \n");
    }

    return n;
}


static size_t
distance(const char *a, const char *b, size_t *length)
{
    size_t       i, k, n, m, left, up, cost, la[64], lb[64], row[65];
    const char  *pa[64], *pb[64];

    n = phones(a, pa, la);
    m = phones(b, pb, lb);
    *length = m;

    for (k = 0; k <= m; k++) {
        row[k] = k;
    }

    for (i = 0; i < n; i++) {
        left = row[0]++;

        for (k = 0; k < m; k++) {
            up = row[k + 1];
            cost = left + (la[i] != lb[k] || memcmp(pa[i], pb[k], la[i]) != 0);
            cost = row[k] + 1 < cost ? row[k] + 1 : cost;
            row[k + 1] = up + 1 < cost ? up + 1 : cost;
            left = up;
        }
    }

    return row[m];
}


/* Its own words it knows, others it guesses: a dictionary's, one in 400. */

static void
test_dictionary(void **state)
{
    char       line[512], word[64], out[ASR_G2P_SIZE];
    FILE      *f;
    size_t     n, len, words, wrong, all;
    unsigned   i;
    asr_err_t  rc;

    f = fopen(DICT, "r");
    assert_non_null(f);

    words = 0;
    wrong = 0;
    all = 0;

    for (i = 0; fgets(line, sizeof(line), f) != NULL; i++) {
        n = strcspn(line, " ");

        if (i % EVERY != 0 || n >= sizeof(word)) {
            continue;
        }

        memcpy(word, line, n);
        word[n] = '\0';
        rc = asr_g2p_word(asr_cstr(word), out, sizeof(out));

        if (strspn(word, "abcdefghijklmnopqrstuvwxyz") != n) {
            continue;
        }

        assert_int_equal(rc, ASR_OK);
        wrong += distance(out, line + n + 1, &len);
        all += len;
        words++;
    }

    fclose(f);
    print_message("%zu words, %zu of %zu phones wrong\n", words, wrong, all);
    assert_true(words > 200);
    assert_true(wrong * 100 < all * 5);
}


static void
test_word(void **state)
{
    char  out[ASR_G2P_SIZE], big[64];

    assert_int_equal(asr_g2p_word(asr_str("sintra"), out, sizeof(out)),
                     ASR_OK);
    assert_string_equal(out, "S IH N T R AH");
    assert_int_equal(asr_g2p_word(asr_str("sintra"), out, 14), ASR_OK);
    assert_int_equal(asr_g2p_word(asr_str("sintra"), out, 13), ASR_TOOBIG);

    assert_int_equal(asr_g2p_word(asr_str(""), out, sizeof(out)),
                     ASR_INVALID);
    assert_int_equal(asr_g2p_word(asr_str("Sintra"), out, sizeof(out)),
                     ASR_INVALID);
    assert_int_equal(asr_g2p_word(asr_str("a b"), out, sizeof(out)),
                     ASR_INVALID);
    assert_int_equal(asr_g2p_word(asr_str("'a"), out, sizeof(out)),
                     ASR_INVALID);
    assert_int_equal(asr_g2p_word(asr_str("a\n"), out, sizeof(out)),
                     ASR_INVALID);
    assert_int_equal(asr_g2p_word(asr_str("\xc3\xa9"), out, sizeof(out)),
                     ASR_INVALID);

    memset(big, 'w', sizeof(big));
    assert_int_equal(asr_g2p_word((asr_str_t) { ASR_G2P_WORD_MAX, big }, out,
                                  sizeof(out)), ASR_OK);
    assert_int_equal(asr_g2p_word((asr_str_t) { ASR_G2P_WORD_MAX + 1, big },
                                  out, sizeof(out)), ASR_INVALID);

    assert_string_equal(asr_g2p_letter('w'), "D AH B AH L Y UW");
    assert_string_equal(asr_g2p_letter('W'), "D AH B AH L Y UW");
    assert_string_equal(asr_g2p_letter('0'), "Z IY R OW");
    assert_null(asr_g2p_letter('-'));
}


static void
test_spoken(void **state)
{
    size_t        i;
    char          got[1024];
    asr_spoken_t  s;

    static const struct {
        const char  *term;
        const char  *ways;               /* separated by a slash */
    } cases[] = {
        { "Sintra", "sintra" },
        { "Tencent Cloud", "tencent cloud" },
        { "  tencent\t\ncloud ", "tencent cloud" },
        { "ASR", "A S R/asr" },
        { "html", "H T M L" },
        { "NASA", "N A S A/nasa" },
        { "LONDONERS", "londoners" },
        { "APIs", "A P I 's" },
        { "5G", "five G" },
        { "COVID-19", "C O V I D nineteen/covid nineteen" },
        { "U.S.A.", "U S A" },
        { "OpenAI", "open A I/openai" },
        { "iPhone 15", "I phone fifteen/iphone fifteen" },
        { "AT&T", "A T and T/at and T" },
        { "C++", "C plus plus" },
        { "C#", "C sharp" },
        { "node.js", "node dot J S" },
        { "O'Reilly", "o'reilly" },
        { "2024", "twenty twenty four/two thousand twenty four" },
        { "1905", "nineteen oh five/one thousand nine hundred five" },
        { "2005", "two thousand five" },
        { "365", "three sixty five/three hundred sixty five" },
        { "100", "one hundred" },
        { "007", "zero zero seven" },
        { "12345", "one two three four five" },
        { "3.5 mm", "three point five M M" },
        { "K\xc3\xb6ln", "koln" },
        { "Krak\xc3\xb3w \xe2\x84\xa2", "krakow" },
        { "Stra\xc3\x9f" "e", "strasse" },
        { "cafe\xcc\x81", "cafe" },
        { "a", "a" },
        { "plan B", "plan B" },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        assert_int_equal(asr_spoken(asr_cstr(cases[i].term), &s), ASR_OK);
        got[0] = '\0';

        for (size_t k = 0; k < s.n; k++) {
            (void) snprintf(got + strlen(got), sizeof(got) - strlen(got),
                            "%s%s", k ? "/" : "", s.ways[k]);
        }

        assert_string_equal(got, cases[i].ways);
    }
}


static void
test_spoken_bad(void **state)
{
    char          big[300];
    asr_spoken_t  s;

    assert_int_equal(asr_spoken(asr_str(""), &s), ASR_NOTFOUND);
    assert_int_equal(asr_spoken(asr_str_null(), &s), ASR_NOTFOUND);
    assert_int_equal(asr_spoken(asr_str("\n\t "), &s), ASR_NOTFOUND);
    assert_int_equal(asr_spoken(asr_str("--- !?"), &s), ASR_NOTFOUND);
    assert_int_equal(asr_spoken(asr_str("\xe8\xaf\xad\xe9\x9f\xb3"), &s),
                     ASR_NOTFOUND);
    assert_int_equal(asr_spoken(asr_str("a\xe8\xaf\xad"), &s), ASR_NOTFOUND);
    assert_int_equal(asr_spoken(asr_str("\xff"), &s), ASR_INVALID);
    assert_int_equal(asr_spoken(asr_str("a\xc3"), &s), ASR_INVALID);

    memset(big, 'a', sizeof(big));
    assert_int_equal(asr_spoken((asr_str_t) { 254, big }, &s), ASR_OK);
    assert_int_equal(asr_spoken((asr_str_t) { 256, big }, &s), ASR_TOOBIG);

    /* digits get long when they are said */

    memset(big, '7', sizeof(big));
    assert_int_equal(asr_spoken((asr_str_t) { 40, big }, &s), ASR_OK);
    assert_int_equal(strlen(s.ways[0]), 40 * 6 - 1);
    assert_int_equal(asr_spoken((asr_str_t) { 200, big }, &s), ASR_TOOBIG);

    /* never more ways than there is room for */

    assert_int_equal(asr_spoken(asr_str("ASR 365 API 2024 IPA"), &s), ASR_OK);
    assert_true(s.n <= ASR_SPOKEN_WAYS);
    assert_string_equal(s.ways[0], "A S R three sixty five A P I twenty "
                        "twenty four I P A");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_word),
        cmocka_unit_test(test_dictionary),
        cmocka_unit_test(test_spoken),
        cmocka_unit_test(test_spoken_bad),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
