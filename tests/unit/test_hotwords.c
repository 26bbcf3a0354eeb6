/*
 * Recognisers with hotwords, on speech that flite makes and on PocketSphinx's
 * own recordings.
 */

#define _GNU_SOURCE

#include "unit.h"

#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>

#include "speech/asr_hotwords.h"
#include "speech/asr_recognize.h"
#include "wav.h"


#define MODEL   "/usr/share/pocketsphinx/model/en-us/"
#define CLIP    WAV_LIBRIVOX "sense_and_sensibility_01_austen_64kb-0880.wav"
#define COPIES  2
#define MAX     (20 * 16000)


typedef struct {
    int16_t  pcm[MAX];
    size_t   n;
} clip_t;


extern char  **environ;

static asr_models_t  *models;
static clip_t         tencent, names, human, plain;


static void
clip_read(clip_t *c, const char *path)
{
    FILE  *f;

    f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fseek(f, 44, SEEK_SET), 0);
    c->n = fread(c->pcm, sizeof(int16_t), MAX, f);
    fclose(f);
    assert_true(c->n > 16000);
}


static void
clip_say(clip_t *c, const char *text)
{
    int    fd, status;
    char   path[] = "/tmp/asr-hotwords-XXXXXX";
    char  *argv[] = { "flite", "-voice", "rms", "-t", (char *) text, "-o",
                      path, NULL };
    pid_t  pid;

    fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(posix_spawnp(&pid, "flite", NULL, NULL, argv, environ),
                     0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    clip_read(c, path);
    unlink(path);
}


static void
quiet(int level, const char *line)
{
    if (level < ASR_LOG_INFO) {
        fprintf(stderr, "%s\n", line);
    }
}


static int
setup(void **state)
{
    char                      err[512];
    static asr_model_conf_t   conf = {
        ASR_STR("en"), ASR_STR(MODEL "en-us"), ASR_STR(MODEL "en-us.lm.bin"),
        ASR_STR(MODEL "cmudict-en-us.dict"), ASR_EFFORT_FAST
    };
    static asr_engine_conf_t  engine = { ASR_STR("*"), ASR_STR("en") };

    asr_log_set(quiet);

    models = asr_models_create(&conf, 1, &engine, 1, COPIES, err,
                               sizeof(err));
    assert_non_null(models);

    clip_say(&tencent, "we moved our speech service to tencent cloud because "
             "refraction is hard");
    clip_say(&names, "kalpana's brother and the woodcutters met an amalekite "
             "in sintra");
    clip_say(&plain, "the weather was cold and we stayed at home all day");
    clip_read(&human, CLIP);

    return 0;
}


static int
teardown(void **state)
{
    asr_models_free(models);

    return 0;
}


static char *
text_of(asr_recognizer_t *r, const clip_t *c)
{
    char            *text;
    size_t           i;
    asr_arena_t      a;
    asr_sentence_t   s;

    asr_arena_init(&a, 16 * 1024 * 1024);
    assert_int_equal(asr_recognize(r, &a, c->pcm, c->n, 0, &s), ASR_OK);

    for (i = 0; i < s.nwords; i++) {
        assert_true(s.words[i].start_ms <= s.words[i].end_ms);
        assert_true(i == 0 || s.words[i].start_ms
                              >= s.words[i - 1].end_ms);
        assert_true(s.words[i].confidence >= 0
                    && s.words[i].confidence <= 1);
    }

    text = strndup(s.text.data != NULL ? s.text.data : "", s.text.len);
    assert_non_null(text);
    asr_arena_free(&a);

    return text;
}


static void
says(asr_recognizer_t *r, const clip_t *c, const char *const *parts, bool yes)
{
    char  *text;

    text = text_of(r, c);

    for ( /* void */ ; *parts != NULL; parts++) {
        if ((strstr(text, *parts) != NULL) != yes) {
            fail_msg("\"%s\" %s in \"%s\"", *parts, yes ? "is not" : "is",
                     text);
        }
    }

    free(text);
}


static void
same(asr_recognizer_t *a, asr_recognizer_t *b, const clip_t *c)
{
    char  *one, *two;

    one = text_of(a, c);
    two = text_of(b, c);
    assert_string_equal(one, two);
    free(one);
    free(two);
}


static void
asks(asr_ask_t *ask, asr_arena_t *a, const char *const *terms, int32_t weight)
{
    asr_ask_init(ask);

    for ( /* void */ ; *terms != NULL; terms++) {
        assert_int_equal(asr_ask_hotword(ask, a, asr_cstr(*terms), weight),
                         ASR_OK);
    }
}


static const char *const  terms[] = {
    "Tencent Cloud", "Refraction", "Kalpana", "woodcutters", "Amalekite",
    "Sintra", "ill-disposed", "\xe8\xaf\xad\xe9\x9f\xb3", NULL
};

static const char *const  in_tencent[] = { "Tencent Cloud", "Refraction",
                                           NULL };
static const char *const  in_names[] = { "Kalpana's", "woodcutters",
                                         "Amalekite", "Sintra", NULL };
static const char *const  in_human[] = { "ill-disposed", NULL };


static void
test_recall(void **state)
{
    char              *before;
    asr_hot_t         *h;
    asr_ask_t          ask;
    asr_arena_t        a;
    asr_recognizer_t  *base, *hot;

    asr_arena_init(&a, 1024 * 1024);
    h = asr_hot_create(models);
    assert_non_null(h);

    base = asr_models_recognizer(models, 0, 0);
    before = text_of(base, &names);

    says(base, &tencent, in_tencent, false);
    says(base, &names, in_names, false);
    says(base, &human, in_human, false);

    asks(&ask, &a, terms, ASR_HOTWORD_DEFAULT);
    hot = asr_hot_recognizer(h, 0, 0, &ask);
    assert_ptr_not_equal(hot, base);

    says(hot, &tencent, in_tencent, true);
    says(hot, &names, in_names, true);
    says(hot, &human, in_human, true);
    same(hot, base, &plain);

    /* and the plain one is what it was, to the byte */

    {
        char  *after;

        after = text_of(base, &names);
        assert_string_equal(before, after);
        free(after);
    }

    free(before);
    asr_hot_free(h);

    /* also without those that were made beside it */

    same(base, asr_models_recognizer(models, 0, 1), &names);
    asr_arena_free(&a);
}


static void
test_cache(void **state)
{
    asr_hot_t         *h;
    asr_ask_t          one, two, three, none;
    asr_arena_t        a;
    asr_recognizer_t  *r;

    static const char *const  x[] = { "Sintra", "Kalpana", NULL };
    static const char *const  swapped[] = { "Kalpana", "Sintra", NULL };
    static const char *const  y[] = { "Amalekite", NULL };
    static const char *const  silent[] = { "\xe8\xaf\xad", "--", NULL };

    asr_arena_init(&a, 1024 * 1024);
    h = asr_hot_create(models);
    assert_non_null(h);

    /* nothing asked: nothing made */

    asr_ask_init(&none);
    assert_ptr_equal(asr_hot_recognizer(h, 0, 0, &none),
                     asr_models_recognizer(models, 0, 0));
    assert_null(asr_hot_recognizer(h, 0, COPIES, &none));
    assert_null(asr_hot_recognizer(h, 1, 0, &none));

    asks(&one, &a, silent, 5);
    assert_ptr_equal(asr_hot_recognizer(h, 0, 0, &one),
                     asr_models_recognizer(models, 0, 0));
    assert_int_equal(asr_hot_made(h), 0);

    /* once a list, in whatever order; two lists are kept */

    asks(&one, &a, x, 5);
    asks(&two, &a, y, 5);
    asks(&three, &a, swapped, 5);

    r = asr_hot_recognizer(h, 0, 0, &one);
    assert_int_equal(asr_hot_made(h), 1);
    assert_ptr_equal(asr_hot_recognizer(h, 0, 0, &three), r);
    (void) asr_hot_recognizer(h, 0, 0, &two);
    assert_ptr_equal(asr_hot_recognizer(h, 0, 0, &one), r);
    (void) asr_hot_recognizer(h, 0, 0, &two);
    (void) asr_hot_recognizer(h, 0, 0, &none);
    assert_ptr_equal(asr_hot_recognizer(h, 0, 0, &one), r);
    assert_int_equal(asr_hot_made(h), 2);

    /* other weights, or a context, are another list */

    asks(&three, &a, x, 6);
    (void) asr_hot_recognizer(h, 0, 0, &three);
    assert_int_equal(asr_hot_made(h), 3);
    assert_ptr_equal(asr_hot_recognizer(h, 0, 0, &one), r);
    one.context = asr_str("we met in Sintra");
    (void) asr_hot_recognizer(h, 0, 0, &one);
    assert_int_equal(asr_hot_made(h), 4);

    asr_hot_free(h);
    asr_hot_free(NULL);
    asr_arena_free(&a);
}


static void
test_context(void **state)
{
    asr_hot_t         *h;
    asr_ask_t          ask;
    asr_recognizer_t  *r;

    static const char *const  found[] = { "Kalpana", "Sintra", NULL };

    h = asr_hot_create(models);
    assert_non_null(h);
    asr_ask_init(&ask);
    ask.context = asr_str("A talk of the woodcutters with Kalpana. She met an "
                          "Amalekite in Sintra!");

    r = asr_hot_recognizer(h, 0, 0, &ask);
    assert_int_equal(asr_hot_made(h), 1);
    says(r, &names, found, true);
    same(r, asr_models_recognizer(models, 0, 0), &plain);
    asr_hot_free(h);
}


/* 200 terms, hostile ones among them, of the heaviest. */

static void
test_hostile(void **state)
{
    size_t             i;
    char              *text;
    asr_hot_t         *h;
    asr_ask_t          ask;
    asr_arena_t        a;
    asr_recognizer_t  *r;

    static const char *const  bad[] = {
        "a\nb S IH L", "<s>", "</s>", "<sil>", "[NOISE]", "++UH++", "read(2)",
        "\\end\\", "{0}", "{1}", "#", "\xff", "%n%s", "-99 <s>", "'", NULL
    };

    asr_arena_init(&a, 1024 * 1024);
    asks(&ask, &a, bad, ASR_HOTWORD_SUPER);

    for (i = 0; i < 200; i++) {
        assert_int_equal(asr_ask_hotword(&ask, &a,
                             asr_arena_printf(&a, "Zk%zuq\n%zu", i * 7919, i),
                             100), ASR_OK);
    }

    ask.context = asr_str("\\end\\ <s> {0} \xff\xff ++ (2) red read read");

    h = asr_hot_create(models);
    assert_non_null(h);
    r = asr_hot_recognizer(h, 0, 0, &ask);
    assert_ptr_not_equal(r, asr_models_recognizer(models, 0, 0));
    text = text_of(r, &plain);
    assert_non_null(strstr(text, "home all day"));
    free(text);
    asr_hot_free(h);
    asr_arena_free(&a);
}


static void *
thread(void *arg)
{
    unsigned           copy;
    asr_hot_t         *h;
    asr_ask_t          ask;
    asr_arena_t        a;
    asr_recognizer_t  *r;

    copy = (unsigned) (uintptr_t) arg;
    asr_arena_init(&a, 1024 * 1024);
    asks(&ask, &a, terms, ASR_HOTWORD_DEFAULT);
    h = asr_hot_create(models);
    r = asr_hot_recognizer(h, 0, copy, &ask);
    arg = text_of(r, &names);
    asr_hot_free(h);
    asr_arena_free(&a);

    return arg;
}


static void
test_threads(void **state)
{
    void       *text[COPIES];
    size_t      i;
    pthread_t   t[COPIES];

    for (i = 0; i < COPIES; i++) {
        assert_int_equal(pthread_create(&t[i], NULL, thread,
                                        (void *) (uintptr_t) i), 0);
    }

    for (i = 0; i < COPIES; i++) {
        assert_int_equal(pthread_join(t[i], &text[i]), 0);
    }

    assert_string_equal(text[0], text[1]);
    assert_non_null(strstr(text[0], "Sintra"));

    for (i = 0; i < COPIES; i++) {
        free(text[i]);
    }
}


/* Of a model whose files are no longer those: it may be anything. */

static void
test_changed(void **state)
{
    char                err[512], path[] = "/tmp/asr-hotwords-XXXXXX";
    FILE               *f;
    asr_hot_t          *h;
    asr_ask_t           ask;
    asr_arena_t         a;
    asr_models_t       *m;
    asr_engine_conf_t   engine = { ASR_STR("*"), ASR_STR("x") };
    asr_model_conf_t    conf = {
        ASR_STR("x"), ASR_STR(MODEL "en-us"), ASR_STR(MODEL "en-us.lm.bin"),
        ASR_STR(""), ASR_EFFORT_FAST
    };

    static const char *const  x[] = { "Sintra", NULL };

    f = fdopen(mkstemp(path), "w");
    assert_non_null(f);
    fputs("the DH AH\nweather W EH DH ER\n", f);
    fflush(f);
    conf.dict = asr_cstr(path);

    m = asr_models_create(&conf, 1, &engine, 1, 1, err, sizeof(err));
    assert_non_null(m);
    fputs("broken\n", f);
    fclose(f);

    asr_arena_init(&a, 65536);
    asks(&ask, &a, x, 5);
    h = asr_hot_create(m);
    assert_non_null(h);
    asr_log_set(NULL);
    assert_ptr_equal(asr_hot_recognizer(h, 0, 0, &ask),
                     asr_models_recognizer(m, 0, 0));
    asr_log_set(quiet);
    assert_int_equal(asr_hot_made(h), 0);

    asr_hot_free(h);
    asr_models_free(m);
    asr_arena_free(&a);
    unlink(path);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_recall),
        cmocka_unit_test(test_cache),
        cmocka_unit_test(test_context),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_changed),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
