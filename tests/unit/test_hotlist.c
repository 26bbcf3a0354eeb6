/*
 * Lists of hotwords: what they make of a dictionary and a language model, and
 * of what was recognised.
 */

#include "unit.h"

#include "speech/asr_hotlist.h"


/* A dictionary of few words; the last number is log10 of the probability. */

static const struct {
    const char  *word;
    const char  *sounds[2];
    float        prob;
} words[] = {
    { "cloud", { "K L AW D" }, -4.2f },
    { "may", { "M EY" }, -2.5f },
    { "london", { "L AH N D AH N" }, -4.3f },
    { "read", { "R EH D", "R IY D" }, -3.9f },
    { "red", { "R EH D" }, -4.1f },
    { "wood", { "W UH D" }, -4.5f },
    { "cutters", { "K AH T ER Z" }, -4.9f },
    { "color", { "K AH L ER" }, -4.1f },
    { "claire", { "K L EH R" }, -5.5f },
    { "clair", { "K L EH R" }, -5.9f },
    { "the", { "DH AH" }, -1.5f },
    { "sin", { "S IH N" }, -4.8f },
    { "trough", { "T R AO F" }, -5.8f },
    { "tra", { "T R AA" }, -99.0f },
    { "zyzzy", { "Z IH Z IY" }, -99.0f },
};

static asr_arena_t  arena;
static asr_ask_t    ask;


static asr_err_t
sound(const void *data, const char *word, unsigned n, char *out, size_t size)
{
    size_t  i;

    for (i = 0; i < asr_nelts(words); i++) {
        if (strcmp(words[i].word, word) == 0 && n < 2
            && words[i].sounds[n] != NULL)
        {
            return snprintf(out, size, "%s", words[i].sounds[n])
                   >= (int) size ? ASR_TOOBIG : ASR_OK;
        }
    }

    return ASR_NOTFOUND;
}


static float
prob(const void *data, const char *word)
{
    size_t  i;

    for (i = 0; i < asr_nelts(words); i++) {
        if (strcmp(words[i].word, word) == 0) {
            return words[i].prob;
        }
    }

    return -99.0f;
}


static const asr_lexicon_t  lexicon = { NULL, sound, prob };


static int
setup(void **state)
{
    asr_arena_init(&arena, 4 * 1024 * 1024);
    asr_ask_init(&ask);

    return 0;
}


static int
teardown(void **state)
{
    asr_arena_free(&arena);

    return 0;
}


static void
hot(const char *term, int32_t weight)
{
    assert_int_equal(asr_ask_hotword(&ask, &arena, asr_cstr(term), weight),
                     ASR_OK);
}


static char *
dict(const asr_hotlist_t *l)
{
    char       *text;
    asr_buf_t   b;

    asr_buf_init(&b, ASR_HOTLIST_FILE);
    assert_int_equal(asr_hotlist_dict(l, &b), ASR_OK);
    text = (char *) asr_arena_str(&arena, asr_buf_str(&b)).data;
    asr_buf_free(&b);

    return text;
}


static char *
arpa(const asr_hotlist_t *l)
{
    char       *text;
    asr_buf_t   b;

    asr_buf_init(&b, ASR_HOTLIST_FILE);
    assert_int_equal(asr_hotlist_arpa(l, &b), ASR_OK);
    text = (char *) asr_arena_str(&arena, asr_buf_str(&b)).data;
    asr_buf_free(&b);

    return text;
}


static void
has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("no \"%s\" in:\n%s", part, text);
    }
}


static void
test_files(void **state)
{
    char           *text;
    asr_hotlist_t  *l;

    hot("London", 5);
    hot("Sintra", 5);
    hot("Woodcutters", 5);
    hot("colour", 5);
    hot("Tencent Cloud", 5);
    hot("zyzzy", 5);

    l = asr_hotlist_create(&ask, &lexicon);
    assert_non_null(l);

    /* words of the dictionary stay, others are named by number */

    assert_true(asr_hotlist_has(l, "london"));
    assert_true(asr_hotlist_has(l, "zyzzy"));
    assert_false(asr_hotlist_has(l, "sintra"));
    assert_false(asr_hotlist_has(l, "Sintra"));
    assert_false(asr_hotlist_has(l, "{0}"));

    text = dict(l);
    has(text, "} S IH N T R AH\n");
    has(text, "} S IH N T R AH Z\n");            /* Sintra's */
    has(text, "} W UH D K AH T ER Z\n");         /* of two words */
    has(text, "} K AH L ER\n");                  /* American */
    has(text, "} T EH N S AH N T K L AW D\n");
    assert_null(strstr(text, "london"));
    assert_null(strstr(text, "Sintra"));
    assert_null(strstr(text, "L AH N D AH N\n"));

    text = arpa(l);
    has(text, "\\data\\\nngram 1=");
    has(text, " london 0\n");
    has(text, " zyzzy 0\n");
    has(text, "\n\\end\\\n");
    assert_null(strstr(text, "2-grams"));
    assert_null(strstr(text, "intra"));

    asr_hotlist_free(l);
}


static double
weight_of(int32_t weight, const char *term, const char *name)
{
    char           *text, *p;
    double          v;
    asr_hotlist_t  *l;

    asr_ask_init(&ask);
    hot(term, weight);
    l = asr_hotlist_create(&ask, &lexicon);
    assert_non_null(l);
    text = arpa(l);
    p = strstr(text, name);
    assert_non_null(p);

    while (p[-1] != '\n') {
        p--;
    }

    v = strtod(p, NULL);
    asr_hotlist_free(l);

    return v;
}


static void
test_weights(void **state)
{
    int     w;
    double  last, v;

    last = -99;

    for (w = 1; w <= 11; w++) {
        v = weight_of(w, "London", " london ");
        assert_true(v > last && v <= 0 && v > -5);
        last = v;
    }

    /* beyond them as the nearest; 100 is no super term */

    assert_true(weight_of(12, "London", " london ") == last);
    assert_true(weight_of(0, "London", " london ")
                == weight_of(1, "London", " london "));
    assert_true(weight_of(100, "London", " london ") < last);

    /* short ones get less */

    assert_true(weight_of(5, "may", " may ")
                < weight_of(5, "London", " london "));

    /* so does one of many, unless it is a super term */

    for (w = 10; w <= 11; w++) {
        char           *p;
        asr_hotlist_t  *l;

        v = weight_of(w, "London", " london ");
        asr_ask_init(&ask);
        hot("London", w);

        for (int i = 0; i < 99; i++) {
            hot((char *) asr_arena_printf(&arena, "Abcde%d", i).data, 1);
        }

        l = asr_hotlist_create(&ask, &lexicon);
        assert_non_null(l);
        p = strstr(arpa(l), " london ");
        assert_non_null(p);

        while (p[-1] != '\n') {
            p--;
        }

        assert_true(w == 10 ? strtod(p, NULL) < v : strtod(p, NULL) == v);
        asr_hotlist_free(l);
    }

    /* the heaviest of equal ones */

    asr_ask_init(&ask);
    hot("LONDON", 2);
    assert_true(weight_of(9, "London", " london ")
                > weight_of(2, "London", " london "));
}


/* Whatever clients send, each line is one that we would write. */

static void
test_hostile(void **state)
{
    char           *text, *line, *next, big[2000];
    size_t          i, n;
    asr_hotlist_t  *l;

    static const char *const  terms[] = {
        "a\nb S IH L", "<s>", "</s>", "<sil>", "[NOISE]", "++UH++", "read(2)",
        "(2)", "\\end\\", "\\data\\", "ngram 1=99999999", "##", ";;x", "%s%n",
        "{0}", "{1}", "{99999999999999999999}", "\"'", "'", "''", "\x01\x02",
        "\xff\xfe", "\xc3", "-99 <s>", "a b c d e f g h i j k l", "\r",
        "../../etc/passwd", "$(id)", "`id`", "\xe2\x80\x8b", "x\x7f" "y",
        "100000000000000000000000000000", "UNK", "<UNK>", "e'", "'e", "----"
    };

    for (i = 0; i < asr_nelts(terms); i++) {
        hot(terms[i], (int32_t) (i % 13));
    }

    memset(big, 'x', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';
    hot(big, 11);
    big[120] = '\0';
    hot(big, 11);
    big[31] = ' ';
    hot(big, 100);

    memset(big, 'A', 60);
    big[60] = '\0';
    hot(big, INT32_MAX);
    hot(big, INT32_MIN);

    ask.context = asr_str("<s> a\n\\end\\ {3} ++UH++ \xff\xff [x] read(2) "
                          "london london, (london) .");

    l = asr_hotlist_create(&ask, &lexicon);
    assert_non_null(l);

    n = 0;

    for (line = dict(l); *line != '\0'; line = next + 1) {
        next = strchr(line, '\n');
        assert_non_null(next);
        *next = '\0';
        assert_int_equal(line[0], '{');
        assert_int_equal(strspn(line + 1, "0123456789})( ABCDEFGHIJKLMNOPQRST"
                                "UVWXYZ"), strlen(line) - 1);
        assert_true(strlen(line) < ASR_HOTLIST_PHONES + 16);
        n++;
    }

    assert_true(n > 10);
    text = arpa(l);
    has(text, "\\data\\\n");
    text = strstr(text, "\n-99 </s> 0\n");
    assert_non_null(text);

    for (line = text + 12; strncmp(line, "\n\\", 2) != 0; line = next + 1) {
        next = strchr(line, '\n');
        assert_non_null(next);
        assert_int_equal(strspn(line, "-.0123456789 {}"
                                "abcdefghijklmnopqrstuvwxyz'"),
                         (size_t) (next - line));
    }

    assert_null(strstr(text + 12, "<s>"));
    asr_hotlist_free(l);
}


static void
test_many(void **state)
{
    size_t          i;
    asr_hotlist_t  *l;

    for (i = 0; i < 2 * ASR_HOTWORDS_MAX; i++) {
        hot((char *) asr_arena_printf(&arena, "Tencent %zu ABC%zu", i, i).data,
            100);
    }

    l = asr_hotlist_create(&ask, &lexicon);
    assert_non_null(l);
    assert_in_range(asr_hotlist_n(l), ASR_HOTWORDS_MAX, ASR_HOTLIST_UNITS);
    (void) dict(l);
    (void) arpa(l);
    asr_hotlist_free(l);

    /* nothing that can be said: no list at all */

    asr_ask_init(&ask);
    hot("\xe8\xaf\xad\xe9\x9f\xb3", 5);
    hot("---", 5);
    l = asr_hotlist_create(&ask, &lexicon);
    assert_non_null(l);
    assert_int_equal(asr_hotlist_n(l), 0);
    asr_hotlist_free(l);
}


static void
test_context(void **state)
{
    char           *text;
    asr_hotlist_t  *l;

    hot("Sintra", 11);
    ask.context = asr_str("The cloud of Sintra. Read the cloud; Kalpana");

    l = asr_hotlist_create(&ask, &lexicon);
    assert_non_null(l);
    text = arpa(l);

    has(text, "\n\\2-grams:\n");
    has(text, " the cloud\n");
    has(text, " read the\n");
    assert_null(strstr(text, " cloud read\n"));
    has(dict(l), "K AE L P AE N AH\n");

    /* how many there are is told right: the library believes it */

    {
        char      *p;
        unsigned   said, n;

        p = strstr(text, "ngram 2=");
        assert_non_null(p);
        said = (unsigned) strtoul(p + 8, NULL, 10);
        p = strstr(text, "2-grams:\n") + 9;

        for (n = 0; p[0] != '\n'; n++) {
            p = strchr(p, '\n') + 1;
        }

        assert_int_equal(said, n);

        p = strstr(text, "ngram 1=");
        said = (unsigned) strtoul(p + 8, NULL, 10);
        p = strstr(text, "1-grams:\n") + 9;

        for (n = 0; p[0] != '\n'; n++) {
            p = strchr(p, '\n') + 1;
        }

        assert_int_equal(said, n);
        assert_int_equal(said, asr_hotlist_n(l) + 2);
    }

    asr_hotlist_free(l);
}


/* Words said in 100 ms each, and what becomes of them. */

static const char *
applied(const char *said)
{
    char            *text;
    size_t           i;
    asr_str_t        rest;
    asr_buf_t        b;
    asr_word_t       w[32];
    asr_hotlist_t   *l;
    asr_sentence_t   s;

    memset(&s, 0, sizeof(s));
    s.words = w;
    rest = asr_cstr(said);

    while (rest.len != 0) {
        w[s.nwords].text = asr_str_cut(&rest, ' ');
        w[s.nwords].start_ms = (int32_t) s.nwords * 100;
        w[s.nwords].end_ms = w[s.nwords].start_ms + 100;
        w[s.nwords].confidence = 0.5f;
        w[s.nwords++].tail = asr_str_null();
    }

    l = asr_hotlist_create(&ask, &lexicon);
    assert_non_null(l);
    assert_int_equal(asr_hotlist_apply(l, &lexicon, &arena, &s), ASR_OK);
    asr_hotlist_free(l);

    /* nothing of the list is kept, times go on */

    asr_buf_init(&b, 4096);

    for (i = 0; i < s.nwords; i++) {
        assert_true(s.words[i].start_ms <= s.words[i].end_ms);
        assert_true(i == 0 || s.words[i].start_ms
                              >= s.words[i - 1].end_ms);
        (void) asr_buf_printf(&b, "%s%.*s", i ? " " : "",
                              asr_fmt(s.words[i].text));
    }

    text = (char *) asr_arena_str(&arena, asr_buf_str(&b)).data;
    asr_buf_free(&b);

    return text;
}


static void
test_apply(void **state)
{
    hot("London", 5);
    hot("May", 5);
    hot("Wood Cutters", 5);
    hot("Tencent Cloud", 5);

    /* the heaviest, then by bytes: London, May, Tencent Cloud {n}, ... */

    assert_string_equal(applied("the london cloud"), "the London cloud");
    assert_string_equal(applied("london's cloud"), "London's cloud");
    assert_string_equal(applied("the may"), "the may");
    assert_string_equal(applied("wood cutters wood"), "Wood Cutters wood");
    assert_string_equal(applied("the {2} read"), "the Tencent Cloud read");
    assert_string_equal(applied("{2} {2}"), "Tencent Cloud Tencent Cloud");
    assert_string_equal(applied("{3}"), "Tencent Cloud's");
    assert_string_equal(applied("{999} {-1} {x} {"), "{999} {-1} {x} {");
    assert_string_equal(applied(""), "");
}


static void
test_forced(void **state)
{
    hot("Claire", 100);
    hot("Sintra", 100);

    /* the same, nearly the same, and two words of it */

    assert_string_equal(applied("the clair read"), "the Claire read");
    assert_string_equal(applied("the sin tra"), "the Sintra");
    assert_string_equal(applied("the cloud read"), "the cloud read");
    assert_string_equal(applied("sin"), "sin");
    assert_string_equal(applied("sin trough"), "sin trough");

    asr_ask_init(&ask);
    hot("Claire", 11);
    assert_string_equal(applied("the clair read"), "the clair read");

    /* of a short one only what is the same */

    asr_ask_init(&ask);
    hot("reed", 100);
    assert_string_equal(applied("red read"), "red reed");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_weights, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_context, setup, teardown),
        cmocka_unit_test_setup_teardown(test_apply, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forced, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
