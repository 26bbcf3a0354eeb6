/*
 * Who speaks, in conversations made of flite's voices: how many are found,
 * whose the words are, where an utterance is cut, and what comes of audio
 * and results that are not as they should be.
 */

#define _GNU_SOURCE

#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <sphinxbase/err.h>

#include "speech/asr_speakers.h"
#include "wav.h"


#define VOICES  4
#define TEXTS   4
#define WORD    300              /* ms */
#define EDGE    200              /* ms of silence that flite adds */
#define HOURS5  (5 * 3600 * 1000)

extern char  **environ;

/* What ASan's run time knows of the heap. */
size_t __sanitizer_get_current_allocated_bytes(void);

typedef struct {
    int16_t         *pcm;
    size_t           n;
    asr_arena_t      arena;
    asr_sentence_t  *sentences;
    size_t           nsentences;
    int              truth[4096];        /* of each word */
    size_t           nwords;
    asr_result_t     r;
    int64_t          fail;               /* reading from here on */
    int64_t          loop;               /* audio repeats; its length */
    size_t           peak;
} talk_t;


static const char *const  voices[VOICES] = { "slt", "rms", "awb", "kal16" };

static const char *const  texts[TEXTS] = {
    "The quick brown fox jumps over the lazy dog while nobody is looking.",
    "She had your dark suit in greasy wash water all of last year.",
    "A large size in stockings is hard to sell, and the price stays high.",
    "We found seven white shells by the river before the storm came in.",
};

static struct {
    int16_t  *pcm;
    size_t    n;
} clips[VOICES][TEXTS];


static int
speak(void **state)
{
    int    v, t, status;
    char   path[] = "/tmp/asr-speakers-XXXXXX";
    pid_t  pid;

    (void) err_set_logfp(NULL);
    close(mkstemp(path));

    for (v = 0; v < VOICES; v++) {
        for (t = 0; t < TEXTS; t++) {
            char  *argv[] = { "flite", "-voice", (char *) voices[v], "-t",
                              (char *) texts[t], "-o", path, NULL };

            if (posix_spawnp(&pid, "flite", NULL, NULL, argv, environ) != 0
                || waitpid(pid, &status, 0) != pid || status != 0)
            {
                return -1;
            }

            clips[v][t].pcm = wav_load(path, &clips[v][t].n);
        }
    }

    unlink(path);

    return 0;
}


static int
quiet(void **state)
{
    int  v, t;

    for (v = 0; v < VOICES; v++) {
        for (t = 0; t < TEXTS; t++) {
            free(clips[v][t].pcm);
        }
    }

    return 0;
}


static talk_t *
talk(void)
{
    talk_t  *t;

    t = calloc(1, sizeof(talk_t));
    assert_non_null(t);

    asr_arena_init(&t->arena, 64 * 1024 * 1024);
    t->sentences = asr_arena_zalloc(&t->arena, 2048 * sizeof(asr_sentence_t));
    assert_non_null(t->sentences);
    t->fail = INT64_MAX;

    return t;
}


static void
done(talk_t *t)
{
    asr_arena_free(&t->arena);
    free(t->pcm);
    free(t);
}


static asr_sentence_t *
sentence(talk_t *t)
{
    asr_sentence_t  *s;

    s = &t->sentences[t->nsentences++];
    s->speaker = -1;
    s->energy_db = 11.0f;
    s->words = asr_arena_zalloc(&t->arena, 200 * sizeof(asr_word_t));
    assert_non_null(s->words);

    return s;
}


static void
word(talk_t *t, asr_sentence_t *s, int32_t from, int32_t to, int truth)
{
    asr_word_t  *w;

    w = &s->words[s->nwords++];
    w->text = asr_arena_printf(&t->arena, "w%zu", t->nwords);
    w->start_ms = from;
    w->end_ms = to;
    w->confidence = t->nwords % 2 != 0 ? 0.25f : 0.75f;
    t->truth[t->nwords++] = truth;

    if (s->nwords == 1) {
        s->start_ms = from;
    }

    s->end_ms = to;
    s->text = asr_str("as it was");
}


/* One text by a voice; joined: in the utterance of the last. */

static void
turn(talk_t *t, int v, int text, int truth, bool joined)
{
    size_t           n;
    int32_t          at, end;
    asr_sentence_t  *s;

    n = clips[v][text].n;
    t->pcm = realloc(t->pcm, (t->n + n) * sizeof(int16_t));
    assert_non_null(t->pcm);
    memcpy(t->pcm + t->n, clips[v][text].pcm, n * sizeof(int16_t));

    s = joined ? &t->sentences[t->nsentences - 1] : sentence(t);
    at = (int32_t) (t->n / 16) + EDGE;
    t->n += n;
    end = (int32_t) (t->n / 16) - EDGE;

    for ( /* void */ ; at + WORD <= end; at += WORD) {
        word(t, s, at, at + WORD, truth);
    }
}


static ssize_t
pcm(void *ctx, int64_t at, int16_t *buf, size_t n)
{
    size_t   i, heap;
    talk_t  *t = ctx;

    heap = __sanitizer_get_current_allocated_bytes();

    if (heap > t->peak) {
        t->peak = heap;
    }

    if (at >= t->fail) {
        errno = EIO;
        return -1;
    }

    if (t->loop != 0) {
        for (i = 0; i < n && at + (int64_t) i < t->loop; i++) {
            buf[i] = t->pcm[(size_t) (at + (int64_t) i) % t->n];
        }

        return (ssize_t) i;
    }

    if (at >= (int64_t) t->n) {
        return 0;
    }

    n = n < t->n - (size_t) at ? n : t->n - (size_t) at;
    memcpy(buf, t->pcm + at, n * sizeof(int16_t));

    return (ssize_t) n;
}


static asr_err_t
tell(talk_t *t, int32_t num)
{
    t->r.sentences = t->sentences;
    t->r.nsentences = t->nsentences;
    t->r.channels = 1;
    t->r.audio_ms = t->loop != 0 ? t->loop / 16 : (int64_t) t->n / 16;

    return asr_speakers(&t->arena, &t->r, num, pcm, t);
}


/*
 * What must hold of every result: the words as they were, numbers by first
 * appearance, texts and times of the words.  How many speakers; the share of
 * words that are somebody else's in *wrong.
 */

static int
check(const talk_t *t, double *wrong)
{
    int                    used, bad;
    char                   text[8192];
    size_t                 i, j, n, len;
    const asr_sentence_t  *s;

    n = 0;
    bad = 0;
    used = 0;

    for (i = 0; i < t->r.nsentences; i++) {
        s = &t->r.sentences[i];
        assert_in_range(s->speaker, 0, used);
        used = s->speaker == used ? used + 1 : used;
        len = 0;

        for (j = 0; j < s->nwords; j++, n++) {
            len += (size_t) snprintf(text + len, sizeof(text) - len, "%sw%zu",
                                     j != 0 ? " " : "", n);
            assert_int_equal(s->words[j].text.len,
                             snprintf(NULL, 0, "w%zu", n));
            bad += s->speaker != t->truth[n];
        }

        if (s->nwords != 0 && !asr_str_eq(s->text, asr_str("as it was"))) {
            assert_true(asr_str_eq(s->text, asr_cstr(text)));
            assert_int_equal(s->start_ms, s->words[0].start_ms);
            assert_int_equal(s->end_ms, s->words[s->nwords - 1].end_ms);
            assert_true(s->confidence >= 0.25f && s->confidence <= 0.75f);
        }
    }

    assert_int_equal(n, t->nwords);
    *wrong = n != 0 ? (double) bad / (double) n : 0.0;

    return used;
}


/* `rounds` texts of each of some voices in turn. */

static talk_t *
round_of(const int *who, int n, int rounds)
{
    int      i, k;
    talk_t  *t;

    t = talk();

    for (k = 0; k < rounds; k++) {
        for (i = 0; i < n; i++) {
            turn(t, who[i], k % TEXTS, i, false);
        }
    }

    return t;
}


static void
counted(const int *who, int n)
{
    double   wrong;
    talk_t  *t;

    t = round_of(who, n, 4);
    assert_int_equal(tell(t, 0), ASR_OK);
    assert_int_equal(check(t, &wrong), n);
    assert_true(wrong <= 0.05);
    done(t);
}


static void
test_two(void **state)
{
    counted((int[]) { 0, 1 }, 2);
    counted((int[]) { 1, 2 }, 2);            /* two men */
    counted((int[]) { 3, 1 }, 2);
}


static void
test_more(void **state)
{
    counted((int[]) { 0, 1, 2 }, 3);
    counted((int[]) { 3, 2, 1, 0 }, 4);
}


static void
test_one(void **state)
{
    int  v;

    for (v = 0; v < VOICES; v++) {
        counted(&v, 1);
    }
}


static void
test_within(void **state)
{
    double           wrong;
    talk_t          *t;
    asr_sentence_t  *s;

    t = talk();
    turn(t, 1, 0, 0, false);
    turn(t, 0, 1, 1, true);
    turn(t, 1, 2, 0, true);
    turn(t, 0, 3, 1, false);
    t->sentences[0].written = asr_str("written");

    assert_int_equal(tell(t, 0), ASR_OK);
    assert_int_equal(check(t, &wrong), 2);
    assert_true(wrong <= 0.07);
    assert_int_equal(t->r.nsentences, 4);

    s = t->r.sentences;
    assert_int_equal(s[0].speaker, 0);
    assert_int_equal(s[1].speaker, 1);
    assert_int_equal(s[2].speaker, 0);
    assert_int_equal(s[0].written.len, 0);
    assert_true(s[0].energy_db > 40.0f && s[0].energy_db < 90.0f);

    /* untouched, but for the speaker */

    assert_true(asr_str_eq(s[3].text, asr_str("as it was")));
    assert_true(s[3].energy_db == 11.0f);
    done(t);
}


static void
test_given(void **state)
{
    int      num;
    double   wrong;
    talk_t  *t;

    for (num = 1; num <= 5; num++) {
        t = round_of((int[]) { 0, 1, 2 }, 3, 4);
        assert_int_equal(tell(t, num), ASR_OK);
        assert_int_equal(check(t, &wrong), num);
        assert_true(num != 3 || wrong <= 0.05);
        done(t);
    }

    /* the right one, with enough of each to be found too early */

    t = round_of((int[]) { 0, 1, 3, 2 }, 4, 8);
    assert_int_equal(tell(t, 4), ASR_OK);
    assert_int_equal(check(t, &wrong), 4);
    assert_true(wrong <= 0.05);
    done(t);

    /* more than there can be */

    t = round_of((int[]) { 0, 1 }, 2, 1);
    assert_int_equal(tell(t, ASR_SPEAKERS_GIVEN), ASR_OK);
    assert_in_range(check(t, &wrong), 2, ASR_SPEAKERS_GIVEN);
    done(t);

    t = round_of((int[]) { 0, 1 }, 2, 1);
    assert_int_equal(tell(t, -1), ASR_INVALID);
    assert_int_equal(tell(t, ASR_SPEAKERS_GIVEN + 1), ASR_INVALID);
    assert_ptr_equal(t->r.sentences, t->sentences);
    assert_int_equal(t->sentences[0].speaker, -1);
    done(t);
}


static void
test_little(void **state)
{
    double   wrong;
    talk_t  *t;

    t = talk();                              /* no sentence */
    assert_int_equal(tell(t, 2), ASR_OK);
    assert_int_equal(t->r.nsentences, 0);
    done(t);

    t = talk();                              /* a sentence without words */
    turn(t, 0, 0, 0, false);
    t->sentences[0].nwords = 0;
    t->nwords = 0;
    assert_int_equal(tell(t, 0), ASR_OK);
    assert_int_equal(t->r.nsentences, 1);
    assert_int_equal(t->r.sentences[0].speaker, 0);
    done(t);

    t = talk();                              /* one word */
    turn(t, 0, 0, 0, false);
    t->sentences[0].nwords = 1;
    t->nwords = 1;
    assert_int_equal(tell(t, 3), ASR_OK);
    assert_int_equal(check(t, &wrong), 1);
    done(t);

    t = round_of((int[]) { 0, 1 }, 2, 4);    /* digital silence */
    memset(t->pcm, 0, t->n * sizeof(int16_t));
    assert_int_equal(tell(t, 0), ASR_OK);
    assert_int_equal(check(t, &wrong), 1);
    done(t);
}


/* Sentences of nothing, between others, do not disturb. */

static void
test_disturbed(void **state)
{
    int      k;
    double   wrong;
    talk_t  *t;

    t = talk();

    for (k = 0; k < 8; k++) {
        turn(t, k % 2, k / 2, k % 2, false);
        sentence(t)->start_ms = (int32_t) (t->n / 16);
        t->sentences[t->nsentences - 1].end_ms = (int32_t) (t->n / 16);
    }

    assert_int_equal(tell(t, 0), ASR_OK);
    assert_int_equal(t->r.nsentences, 16);
    assert_int_equal(check(t, &wrong), 2);
    assert_true(wrong <= 0.05);
    assert_int_equal(t->r.sentences[3].speaker, 1);
    done(t);
}


static void
test_hostile(void **state)
{
    int              i;
    double           wrong;
    talk_t          *t;
    asr_sentence_t  *s;

    t = round_of((int[]) { 0, 1 }, 2, 2);
    s = sentence(t);

    for (i = 0; i < 60; i++) {               /* after the end, backwards */
        word(t, s, HOURS5 - i * 1000, HOURS5 - i * 1000, 0);
    }

    s->start_ms = 0;
    s->end_ms = INT32_MAX;
    s = sentence(t);
    word(t, s, INT32_MAX - 1, INT32_MAX, 0);
    s->words[0].text = asr_str_null();
    s->nwords = 0;
    t->nwords--;

    assert_int_equal(tell(t, 0), ASR_OK);
    assert_true(check(t, &wrong) >= 1);
    done(t);

    t = round_of((int[]) { 0, 1 }, 2, 2);    /* words of no text */
    t->sentences[1].words[2].text = asr_str_null();
    assert_int_equal(tell(t, 2), ASR_OK);
    done(t);
}


static void
test_reader(void **state)
{
    talk_t  *t;

    t = round_of((int[]) { 0, 1 }, 2, 2);
    t->fail = (int64_t) t->n / 2;
    assert_int_equal(tell(t, 0), ASR_IO);
    assert_ptr_equal(t->r.sentences, t->sentences);
    assert_int_equal(t->r.nsentences, 4);
    assert_int_equal(t->sentences[0].speaker, -1);

    t->fail = 0;
    assert_int_equal(tell(t, 0), ASR_IO);

    t->fail = INT64_MAX;
    t->arena.ceiling = t->arena.used;
    t->arena.pos = t->arena.end;
    assert_int_equal(tell(t, 0), ASR_NOMEM);
    assert_ptr_equal(t->r.sentences, t->sentences);
    done(t);
}


static void *
tell_thread(void *data)
{
    return (void *) (intptr_t) tell(data, 0);
}


/* The same by two threads at once as by one after the other. */

static void
test_same(void **state)
{
    int        i;
    void      *rc;
    talk_t    *t[4];
    asr_buf_t  b[4];
    pthread_t  thread[2];

    for (i = 0; i < 4; i++) {
        t[i] = round_of((int[]) { 2, 0, 1 }, 3, 3);
    }

    for (i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&thread[i], NULL, tell_thread, t[i]),
                         0);
    }

    for (i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(thread[i], &rc), 0);
        assert_int_equal((intptr_t) rc, ASR_OK);
        assert_int_equal(tell(t[i + 2], 0), ASR_OK);
    }

    for (i = 0; i < 4; i++) {
        asr_buf_init(&b[i], 1024 * 1024);
        assert_int_equal(asr_result_write(&b[i], &t[i]->r), ASR_OK);
        assert_true(asr_str_eq(asr_buf_str(&b[i]), asr_buf_str(&b[0])));
    }

    for (i = 0; i < 4; i++) {
        asr_buf_free(&b[i]);
        done(t[i]);
    }
}


/* Five hours of two voices: 800 utterances of 2.1 s, as many parts. */

static void
test_long(void **state)
{
    int              i, k;
    double           wrong;
    size_t           before;
    talk_t          *t;
    int32_t          at;
    asr_sentence_t  *s;

    t = talk();
    turn(t, 0, 0, 0, false);
    turn(t, 0, 1, 0, false);
    turn(t, 0, 2, 0, false);
    i = (int) (t->n / 16);
    turn(t, 1, 0, 1, false);
    turn(t, 1, 1, 1, false);
    turn(t, 1, 2, 1, false);

    t->loop = (int64_t) HOURS5 * 16;
    t->nsentences = 0;
    t->nwords = 0;

    for (at = 0; t->nsentences < 800; at += 16700) {
        k = at % (int32_t) (t->n / 16);

        /* not over the seam of the voices */

        if ((k < i && k + 2400 > i) || k + 2400 > (int32_t) (t->n / 16)) {
            continue;
        }

        memset(&t->sentences[t->nsentences], 0, sizeof(asr_sentence_t));
        s = sentence(t);

        for (k = 0; k < 3; k++) {
            word(t, s, at + k * 700, at + k * 700 + 700,
                 at % (int32_t) (t->n / 16) >= i);
        }
    }

    assert_true(at <= HOURS5);
    before = __sanitizer_get_current_allocated_bytes();
    t->peak = 0;
    assert_int_equal(tell(t, 0), ASR_OK);
    assert_true(t->peak - before < 8 * 1024 * 1024);
    assert_int_equal(check(t, &wrong), 2);
    assert_true(wrong <= 0.05);
    done(t);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_two),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_within),
        cmocka_unit_test(test_given),
        cmocka_unit_test(test_little),
        cmocka_unit_test(test_disturbed),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_reader),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_long),
    };

    return cmocka_run_group_tests(tests, speak, quiet);
}
