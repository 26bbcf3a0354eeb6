/*
 * Models and recognition, with PocketSphinx's own model and recordings.
 */

#define _GNU_SOURCE

#include "unit.h"

#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "speech/asr_recognize.h"
#include "wav.h"


#define MODEL  "/usr/share/pocketsphinx/model/en-us/"
#define CLIP   WAV_LIBRIVOX "sense_and_sensibility_01_austen_64kb-0930.wav"
/* no header; the first 44 bytes are not missed */
#define RAW    "/usr/share/pocketsphinx/test/data/goforward.raw"
#define COPIES 2
#define LOGGED 65536


static const asr_model_conf_t  conf[] = {
    { ASR_STR("en"), ASR_STR(MODEL "en-us"), ASR_STR(MODEL "en-us.lm.bin"),
      ASR_STR(MODEL "cmudict-en-us.dict"), ASR_EFFORT_FAST },
};

static const asr_engine_conf_t  engines[] = {
    { ASR_STR("16k_en"), ASR_STR("en") },
    { ASR_STR("*"), ASR_STR("en") },
};

static asr_models_t  *models;
static char          *logged;           /* shared with the children */


static void
log_line(int level, const char *line)
{
    size_t  n;

    if (level == ASR_LOG_DEBUG) {
        return;
    }

    n = strlen(logged);
    (void) snprintf(logged + n, LOGGED - n, "%d %s\n", level, line);
}


static void
test_files(void **state)
{
    char               err[512];
    asr_models_t      *m;
    asr_model_conf_t   c[2];
    asr_engine_conf_t  e;

    /* readable: enough for a test of the configuration */

    m = asr_models_create(conf, 1, engines, 2, 0, err, sizeof(err));
    assert_non_null(m);
    assert_int_equal(asr_models_n(m), 1);
    assert_true(asr_str_eq(asr_models_name(m, 0), asr_str("en")));
    assert_int_equal(asr_models_name(m, 1).len, 0);
    assert_null(asr_models_recognizer(m, 0, 0));
    asr_models_free(m);

    c[0] = conf[0];
    c[0].hmm = asr_str("/nonexistent");
    assert_null(asr_models_create(c, 1, engines, 2, 0, err, sizeof(err)));
    assert_non_null(strstr(err, "hmm \"/nonexistent/mdef\": No such file"));

    c[0] = conf[0];
    c[0].lm = asr_str(MODEL "a.lm");
    assert_null(asr_models_create(c, 1, engines, 2, 0, err, sizeof(err)));
    assert_non_null(strstr(err, "lm \"" MODEL "a.lm\""));

    c[0].lm = asr_str(MODEL "en-us.lm.bin," MODEL "b.lm");
    assert_null(asr_models_create(c, 1, engines, 2, 0, err, sizeof(err)));
    assert_non_null(strstr(err, "lm \"" MODEL "b.lm\""));

    c[0].lm = asr_str("a,b,c,d,e,f,g,h,i");
    assert_null(asr_models_create(c, 1, engines, 2, 0, err, sizeof(err)));
    assert_non_null(strstr(err, "more than 8 language models"));

    c[0] = conf[0];
    c[0].dict = asr_str(MODEL "en-us");
    assert_null(asr_models_create(c, 1, engines, 2, 0, err, sizeof(err)));
    assert_non_null(strstr(err, "dict \"" MODEL "en-us\" is not a file"));

    c[0] = conf[0];
    c[1] = conf[0];
    assert_null(asr_models_create(c, 2, engines, 2, 0, err, sizeof(err)));
    assert_non_null(strstr(err, "model \"en\" is duplicate"));

    e.engine = asr_str("16k_zh");
    e.model = asr_str("zh");
    assert_null(asr_models_create(conf, 1, &e, 1, 0, err, sizeof(err)));
    assert_non_null(strstr(err, "engine \"16k_zh\": no model \"zh\""));

    assert_null(asr_models_create(conf, 1, engines, 2, 100000, err,
                                  sizeof(err)));

    /* none is allowed: a guard recognises nothing */

    m = asr_models_create(NULL, 0, NULL, 0, 2, err, sizeof(err));
    assert_non_null(m);
    assert_int_equal(asr_models_engine(m, asr_str("16k_en")), -1);
    asr_models_free(m);
}


static void
write_file(const char *path, const char *text)
{
    FILE  *f;

    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}


/* sphinxbase calls exit() or crashes on some of these; not in our process. */

static void
test_broken(void **state)
{
    char              err[1024], dir[] = "/tmp/asr-test-models-XXXXXX";
    char              dict[64], lm[64], hmm[64], mdef[64];
    asr_model_conf_t  c;

    assert_non_null(mkdtemp(dir));
    (void) snprintf(dict, sizeof(dict), "%s/dict", dir);
    (void) snprintf(lm, sizeof(lm), "%s/lm.bin", dir);
    (void) snprintf(hmm, sizeof(hmm), "%s/hmm", dir);
    (void) snprintf(mdef, sizeof(mdef), "%s/hmm/mdef", dir);
    assert_int_equal(mkdir(hmm, 0700), 0);
    write_file(dict, "hello NOSUCHPHONE\n");
    write_file(lm, "\\data\\\nngram 1=x\n");
    write_file(mdef, "garbage");

    c = conf[0];
    c.lm = asr_cstr(lm);
    logged[0] = '\0';
    assert_null(asr_models_create(&c, 1, engines, 2, 1, err, sizeof(err)));
    assert_non_null(strstr(err, "model \"en\" cannot be loaded"));

    c = conf[0];
    c.hmm = asr_cstr(hmm);
    logged[0] = '\0';
    assert_null(asr_models_create(&c, 1, engines, 2, 1, err, sizeof(err)));
    assert_non_null(strstr(err, "cannot be loaded"));
    assert_true(logged[0] != '\0');      /* why is said to the operator */

    /* the children that tried are gone */

    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);

    assert_int_equal(unlink(mdef) | unlink(lm) | unlink(dict) | rmdir(hmm)
                     | rmdir(dir), 0);
}


static void
test_engines(void **state)
{
    char                err[512];
    asr_models_t       *m;
    asr_engine_conf_t   e[2];

    assert_int_equal(asr_models_engine(models, asr_str("16k_en")), 0);
    assert_int_equal(asr_models_engine(models, asr_str("8k_zh")), 0);
    assert_int_equal(asr_models_engine(models, asr_str_null()), 0);

    m = asr_models_create(conf, 1, engines, 1, 0, err, sizeof(err));
    assert_non_null(m);
    assert_int_equal(asr_models_engine(m, asr_str("16k_en")), 0);
    assert_int_equal(asr_models_engine(m, asr_str("8k_zh")), -1);
    assert_int_equal(asr_models_engine(m, asr_str_null()), -1);
    asr_models_free(m);

    assert_non_null(asr_models_recognizer(models, 0, COPIES - 1));
    assert_null(asr_models_recognizer(models, 0, COPIES));
    assert_null(asr_models_recognizer(models, 1, 0));
    assert_null(asr_models_recognizer(models, -1, 0));

    memcpy(e, engines, sizeof(e));
    assert_true(asr_models_same(models, conf, 1, engines, 2, COPIES));
    assert_false(asr_models_same(models, conf, 1, engines, 2, COPIES + 1));
    assert_false(asr_models_same(models, conf, 1, engines, 1, COPIES));
    assert_false(asr_models_same(models, conf, 0, engines, 2, COPIES));
    e[1].engine = asr_str("8k_en");
    assert_false(asr_models_same(models, conf, 1, e, 2, COPIES));
}


static void
test_same(void **state)
{
    char              err[512], dict[] = "/tmp/asr-test-dict-XXXXXX";
    int               fd;
    asr_models_t     *m;
    asr_model_conf_t  c, d;

    fd = mkstemp(dict);
    assert_true(fd >= 0);
    close(fd);
    write_file(dict, "hello HH AH L OW\nworld W ER L D\n");

    c = conf[0];
    c.dict = asr_cstr(dict);
    m = asr_models_create(&c, 1, engines, 2, 1, err, sizeof(err));
    assert_non_null(m);
    assert_true(asr_models_same(m, &c, 1, engines, 2, 1));

    d = c;
    d.effort = ASR_EFFORT_BEST;
    assert_false(asr_models_same(m, &d, 1, engines, 2, 1));
    d = c;
    d.name = asr_str("us");
    assert_false(asr_models_same(m, &d, 1, engines, 2, 1));
    d = c;
    d.lm = asr_str(MODEL "en-us-phone.lm.bin");
    assert_false(asr_models_same(m, &d, 1, engines, 2, 1));

    /* another file in its place */

    write_file(dict, "hello HH AH L OW\n");
    assert_false(asr_models_same(m, &c, 1, engines, 2, 1));

    asr_models_free(m);
    assert_int_equal(unlink(dict), 0);
}


/* A language model in which the words are all that can be said. */

static void
write_lm(const char *path, const char *const *words, size_t n)
{
    FILE    *f;
    size_t   i;

    f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "\\data\\\nngram 1=%zu\n\n\\1-grams:\n-99.0 <s> 0.0\n"
            "-1.0 </s>\n", n + 2);

    for (i = 0; i < n; i++) {
        fprintf(f, "%.4f %s\n", log10(0.9 / (double) n), words[i]);
    }

    fprintf(f, "\n\\end\\\n");
    assert_int_equal(fclose(f), 0);
}


/* "go forward ten meters" by models of half of it each. */

static void
test_lms(void **state)
{
    int               i;
    char              err[512], dir[] = "/tmp/asr-test-lms-XXXXXX";
    char              lm[2][64], list[160];
    size_t            n;
    int16_t          *pcm;
    asr_arena_t       a;
    asr_models_t     *m;
    asr_sentence_t    s;
    asr_model_conf_t  c;

    static const char *const  words[2][3] = {
        { "go", "ten", "stop" }, { "forward", "meters", "backward" }
    };

    assert_non_null(mkdtemp(dir));
    pcm = wav_load(RAW, &n);

    for (i = 0; i < 2; i++) {
        (void) snprintf(lm[i], sizeof(lm[i]), "%s/%d.lm", dir, i);
        write_lm(lm[i], words[i], 3);
    }

    (void) snprintf(list, sizeof(list), "%s,%s", lm[0], lm[1]);
    c = conf[0];

    for (i = 0; i < 3; i++) {
        c.lm = asr_cstr(i < 2 ? lm[i] : list);
        m = asr_models_create(&c, 1, engines, 2, 1, err, sizeof(err));
        assert_non_null(m);

        asr_arena_init(&a, 1 << 20);
        assert_int_equal(asr_recognize(asr_models_recognizer(m, 0, 0), &a,
                                       pcm, n, 0, &s),
                         ASR_OK);
        assert_true(asr_str_eq(s.text, asr_str("go forward ten meters"))
                    == (i == 2));
        asr_arena_free(&a);

        if (i == 2) {
            /* the second of the list is looked at too */
            assert_true(asr_models_same(m, &c, 1, engines, 2, 1));
            write_lm(lm[1], words[1], 2);
            assert_false(asr_models_same(m, &c, 1, engines, 2, 1));
        }

        asr_models_free(m);
    }

    /* a broken one after a good one */

    write_file(lm[1], "nothing of the kind");
    assert_null(asr_models_create(&c, 1, engines, 2, 1, err, sizeof(err)));
    assert_non_null(strstr(err, "cannot be loaded"));

    free(pcm);
    assert_int_equal(unlink(lm[0]) | unlink(lm[1]) | rmdir(dir), 0);
}


static void
check_words(const asr_sentence_t *s, int64_t start, int64_t end)
{
    size_t   i;
    int64_t  last;

    last = start;

    for (i = 0; i < s->nwords; i++) {
        assert_true(s->words[i].start_ms >= last);
        assert_true(s->words[i].end_ms > s->words[i].start_ms);
        assert_true(s->words[i].end_ms <= end);
        assert_true(s->words[i].confidence >= 0.0f
                    && s->words[i].confidence <= 1.0f);
        assert_true(s->words[i].text.len > 0);
        assert_null(memchr(s->words[i].text.data, '(',
                           s->words[i].text.len));
        assert_null(memchr(s->words[i].text.data, '<',
                           s->words[i].text.len));
        last = s->words[i].end_ms;
    }
}


static void
test_recognize(void **state)
{
    size_t             n;
    int16_t           *pcm;
    asr_arena_t        a;
    asr_sentence_t     s, t;
    asr_recognizer_t  *r;

    r = asr_models_recognizer(models, 0, 0);
    pcm = wav_load(CLIP, &n);

    asr_arena_init(&a, 1 << 20);
    assert_int_equal(asr_recognize(r, &a, pcm, n, 0, &s), ASR_OK);
    assert_true(s.nwords >= 6 && s.nwords <= 12);
    check_words(&s, 0, (int64_t) n / 16);
    assert_int_equal(s.start_ms, s.words[0].start_ms);
    assert_int_equal(s.end_ms, s.words[s.nwords - 1].end_ms);
    assert_int_equal(s.speaker, -1);
    assert_true(s.energy_db > 40.0f && s.energy_db < 80.0f);
    assert_true(s.confidence > 0.2f && s.confidence <= 1.0f);

    /* "he might even have been made amiable himself" */

    assert_non_null(memmem(s.text.data, s.text.len, "have been made", 14));

    /* later in the audio; the same decoder again */

    assert_int_equal(asr_recognize(r, &a, pcm, n, 3600000, &t), ASR_OK);
    assert_true(asr_str_eq(s.text, t.text));
    assert_int_equal(t.words[0].start_ms, s.words[0].start_ms + 3600000);
    check_words(&t, 3600000, 3600000 + (int64_t) n / 16);
    asr_arena_free(&a);

    /* no room: an error, and the decoder is fit */

    asr_arena_init(&a, 64);
    assert_int_equal(asr_recognize(r, &a, pcm, n, 0, &s), ASR_NOMEM);
    asr_arena_free(&a);

    asr_arena_init(&a, 1 << 20);
    assert_int_equal(asr_recognize(r, &a, pcm, n, 0, &s), ASR_OK);
    assert_int_equal(s.nwords, t.nwords);
    asr_arena_free(&a);
    free(pcm);
}


/* More likely is never less sure, from end to end and beyond. */

static void
test_confidence(void **state)
{
    int    i;
    float  c, last;

    last = asr_recognize_confidence(-1.0);
    assert_true(last == asr_recognize_confidence(0.0));
    assert_true(last == asr_recognize_confidence(NAN));
    assert_true(last > 0.2f && last < 0.35f);

    for (i = 1; i <= 10000; i++) {
        c = asr_recognize_confidence(i / 10000.0);
        assert_true(c > last);
        assert_true(c - last < 0.01f);
        last = c;
    }

    assert_true(last == asr_recognize_confidence(1.5));
    assert_true(last > 0.9f && last < 1.0f);
}


static void
test_odd(void **state)
{
    size_t             i;
    int16_t           *pcm;
    asr_arena_t        a;
    asr_sentence_t     s;
    asr_recognizer_t  *r;

    static const size_t  lengths[] = { 0, 1, 100, 160, 410, 480, 1600 };

    r = asr_models_recognizer(models, 0, 0);
    asr_arena_init(&a, 1 << 20);
    pcm = calloc(31 * 16000, sizeof(int16_t));
    assert_non_null(pcm);

    for (i = 0; i < asr_nelts(lengths); i++) {
        assert_int_equal(asr_recognize(r, &a, pcm, lengths[i], 0, &s),
                         ASR_OK);
        assert_true(s.nwords <= 1);
        assert_true(s.energy_db < 0.01f);
    }

    assert_int_equal(asr_recognize(r, &a, pcm, 31 * 16000, 0, &s),
                     ASR_INVALID);
    assert_int_equal(asr_recognize(r, &a, pcm, 160, -1, &s), ASR_INVALID);
    assert_int_equal(asr_recognize(r, &a, pcm, 16000, INT32_MAX, &s),
                     ASR_INVALID);
    free(pcm);

    pcm = wav_sine(32000, 440, 16000, 20000);
    assert_int_equal(asr_recognize(r, &a, pcm, 32000, 0, &s), ASR_OK);
    check_words(&s, 0, 2000);
    assert_true(s.energy_db > 82.9f && s.energy_db < 83.1f);
    free(pcm);

    asr_arena_free(&a);
}


typedef struct {
    unsigned  copy;
    char      text[5][512];
} worker_t;


static void *
work(void *arg)
{
    size_t          i, n;
    int16_t        *pcm;
    worker_t       *w = arg;
    asr_arena_t     a;
    asr_sentence_t  s;

    static const char *const  clips[] = { "0930", "0890", "0880", "0920",
                                          "0930" };
    char  path[256];

    for (i = 0; i < 5; i++) {
        (void) snprintf(path, sizeof(path), WAV_LIBRIVOX
                        "sense_and_sensibility_01_austen_64kb-%s.wav",
                        clips[w->copy == 0 ? i : 4 - i]);
        pcm = wav_load(path, &n);
        asr_arena_init(&a, 1 << 20);

        if (asr_recognize(asr_models_recognizer(models, 0, w->copy), &a, pcm,
                          n, 0, &s)
            == ASR_OK)
        {
            (void) snprintf(w->text[w->copy == 0 ? i : 4 - i], 512, "%.*s",
                            asr_fmt(s.text));
        }

        asr_arena_free(&a);
        free(pcm);
    }

    return NULL;
}


/* Two copies at once, in opposite order: the same texts. */

static void
test_threads(void **state)
{
    size_t            i;
    pthread_t         threads[2];
    static worker_t   w[2];

    for (i = 0; i < 2; i++) {
        w[i].copy = (unsigned) i;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &w[i]), 0);
    }

    for (i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }

    for (i = 0; i < 5; i++) {
        assert_true(strlen(w[0].text[i]) > 10);
        assert_string_equal(w[0].text[i], w[1].text[i]);
    }
}


/* After fork, as in a worker. */

static void
test_fork(void **state)
{
    int             status;
    size_t          n;
    pid_t           pid;
    int16_t        *pcm;
    asr_arena_t     a;
    asr_sentence_t  s;

    pid = fork();
    assert_true(pid >= 0);

    if (pid == 0) {
        pcm = wav_load(CLIP, &n);
        asr_arena_init(&a, 1 << 20);
        _exit(asr_recognize(asr_models_recognizer(models, 0, 1), &a, pcm, n,
                            0, &s) == ASR_OK && s.nwords >= 6 ? 0 : 1);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}


/* Loads the models; PocketSphinx must not print anything meanwhile. */

static int
setup(void **state)
{
    int   fd, saved;
    char  err[512];

    logged = mmap(NULL, LOGGED, PROT_READ|PROT_WRITE,
                  MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    if (logged == MAP_FAILED) {
        return -1;
    }

    asr_log_set(log_line);

    fd = memfd_create("stderr", MFD_CLOEXEC);
    saved = dup(2);

    if (fd < 0 || saved < 0 || dup2(fd, 2) < 0) {
        return -1;
    }

    models = asr_models_create(conf, 1, engines, 2, COPIES, err, sizeof(err));

    (void) dup2(saved, 2);
    close(saved);

    if (lseek(fd, 0, SEEK_END) != 0) {
        fprintf(stderr, "PocketSphinx prints to standard error\n");
        return -1;
    }

    close(fd);

    return models == NULL ? -1 : 0;
}


static int
teardown(void **state)
{
    asr_models_free(models);

    return munmap(logged, LOGGED);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_engines),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_lms),
        cmocka_unit_test(test_recognize),
        cmocka_unit_test(test_confidence),
        cmocka_unit_test(test_odd),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_fork),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
