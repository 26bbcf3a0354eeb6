/*
 * Speech and what is none, through voice activity detection and recognition,
 * as a task's audio goes: tones, noise and silence have no words; speech that
 * is quiet, noisy, short or there from the first sample has.
 */

#define _GNU_SOURCE

#include "unit.h"

#include <sys/wait.h>

#include "audio/asr_vad.h"
#include "audio/asr_voice.h"
#include "speech/asr_models.h"
#include "sounds.h"
#include "wav.h"


#define MODEL    "/usr/share/pocketsphinx/model/en-us/"
#define SENSE    WAV_LIBRIVOX "sense_and_sensibility_01_austen_64kb-"
#define SECONDS  60

typedef struct {
    size_t  spans;
    size_t  words;
    char    text[4096];
} heard_t;


static asr_models_t  *models;


static void
log_line(int level, const char *line)
{
    /* void */
}


static heard_t
hear(const int16_t *pcm, size_t n)
{
    size_t             i, k, spans;
    heard_t            h;
    asr_vad_t         *v;
    asr_arena_t        a;
    asr_sentence_t     s;
    const asr_span_t  *span;

    memset(&h, 0, sizeof(h));
    v = asr_vad_create();
    assert_non_null(v);
    assert_int_equal(asr_vad_feed(v, pcm, n), ASR_OK);
    assert_int_equal(asr_vad_end(v), ASR_OK);
    span = asr_vad_spans(v, &spans);
    h.spans = spans;

    for (i = 0; i < spans; i++) {
        asr_arena_init(&a, 1 << 20);
        assert_int_equal(asr_recognize(asr_models_recognizer(models, 0, 0),
                                       &a, pcm + span[i].start,
                                       (size_t) span[i].length,
                                       span[i].start / 16, &s),
                         ASR_OK);
        h.words += s.nwords;

        for (k = 0; k < s.nwords; k++) {
            assert_true(s.words[k].start_ms >= span[i].start / 16);
            assert_true(s.words[k].end_ms
                        <= (span[i].start + span[i].length) / 16);
        }

        k = strlen(h.text);
        (void) snprintf(h.text + k, sizeof(h.text) - k, "%.*s ",
                        asr_fmt(s.text));
        asr_arena_free(&a);
    }

    asr_vad_free(v);

    return h;
}


static void
test_sounds(void **state)
{
    size_t    i;
    unsigned  seed, spans;
    heard_t   h;
    int16_t  *pcm;

    static const double  amplitudes[] = { 20000, 3000, 300 };

    spans = 0;

    for (i = 0; i < SOUNDS; i++) {
        for (seed = 0; seed < asr_nelts(amplitudes); seed++) {
            pcm = sound_make(i, seed + 1, amplitudes[seed], SECONDS * 16000);
            h = hear(pcm, SECONDS * 16000);
            free(pcm);
            spans += h.spans;

            if (h.words != 0) {
                fail_msg("%s %u: \"%s\"", sounds[i].name, seed, h.text);
            }
        }
    }

    /* many of them are cut out as speech would be, and refused then */

    assert_true(spans > 200);
}


/* The recording, at a gain, noise as many dB under it (99: none). */

static heard_t
recording(const char *name, double gain, double snr)
{
    char       path[256];
    size_t     i, n;
    double     sum, noise, x;
    heard_t    h;
    int16_t   *pcm;
    sound_t    s = { .state = 3 };

    (void) snprintf(path, sizeof(path), SENSE "%s.wav", name);
    pcm = wav_load(path, &n);
    sum = 0;

    for (i = 0; i < n; i++) {
        sum += (double) pcm[i] * pcm[i];
    }

    noise = snr < 99 ? sqrt(sum / (double) n) * pow(10, -snr / 20) : 0;

    for (i = 0; i < n; i++) {
        x = gain * (pcm[i] + 3 * noise * sound_white(&s, 0));
        pcm[i] = (int16_t) lrint(fmax(-32768, fmin(32767, x)));
    }

    h = hear(pcm, n);
    free(pcm);

    return h;
}


static void
test_recordings(void **state)
{
    size_t   i, k, loud;
    heard_t  h;

    static const char *const  names[] = { "0880", "0890", "0930" };
    static const struct {
        double  gain;
        double  snr;
        size_t  percent;         /* words beside those of the recording */
    } ways[] = {
        { 0.1, 99, 80 }, { 0.01, 99, 70 }, { 4.0, 99, 70 }, { 1.0, 20, 70 },
        { 0.5, 10, 60 },
    };

    for (i = 0; i < asr_nelts(names); i++) {
        loud = recording(names[i], 1.0, 99).words;
        assert_true(loud >= 5);

        for (k = 0; k < asr_nelts(ways); k++) {
            h = recording(names[i], ways[k].gain, ways[k].snr);

            if (h.words * 100 < loud * ways[k].percent) {
                fail_msg("%s, gain %g, %g dB: %zu of %zu words: \"%s\"",
                         names[i], ways[k].gain, ways[k].snr, h.words, loud,
                         h.text);
            }
        }
    }
}


/* What flite says, at 16 kHz; malloc'ed. */

static int16_t *
say(const char *text, size_t *n)
{
    int       status;
    char      path[] = "/tmp/asr-test-say-XXXXXX";
    pid_t     pid;
    int16_t  *pcm;

    close(mkstemp(path));
    pid = fork();

    if (pid == 0) {
        execlp("flite", "flite", "-voice", "rms", "-t", text, "-o", path,
               NULL);
        _exit(127);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    pcm = wav_load(path, n);
    assert_int_equal(unlink(path), 0);

    return pcm;
}


/*
 * One short word in silence; and from the first sample to the last: what is
 * said is not always understood, but it is heard.
 */

static void
test_short(void **state)
{
    size_t    i, n, first, last;
    heard_t   h;
    int16_t  *pcm, *padded;

    static const char *const  said[] = { "yes", "no", "seven", "okay",
                                         "hello" };

    for (i = 0; i < asr_nelts(said); i++) {
        pcm = say(said[i], &n);
        padded = calloc(n + 32000, sizeof(int16_t));
        assert_non_null(padded);
        memcpy(padded + 16000, pcm, n * sizeof(int16_t));

        h = hear(padded, n + 32000);

        if (h.spans != 1 || h.words == 0) {
            fail_msg("\"%s\" in silence: %zu spans, %zu words", said[i],
                     h.spans, h.words);
        }

        for (first = 0; abs(pcm[first]) < 300; first++) {
            /* void */
        }

        for (last = n; abs(pcm[last - 1]) < 300; last--) {
            /* void */
        }

        h = hear(pcm + first, last - first);

        if (h.spans != 1 || h.words == 0) {
            fail_msg("\"%s\" alone: %zu spans, %zu words", said[i], h.spans,
                     h.words);
        }

        free(padded);
        free(pcm);
    }
}


/* The edges of what may be asked. */

static void
test_edges(void **state)
{
    size_t    n, k;
    int16_t  *pcm, *silence, last[600];

    assert_false(asr_voice(NULL, 0));
    silence = calloc(ASR_VOICE_MAX + 1, sizeof(int16_t));
    assert_non_null(silence);
    assert_false(asr_voice(silence, 1));
    assert_false(asr_voice(silence, ASR_VOICE_MAX + 1));
    free(silence);

    pcm = wav_load(SENSE "0930.wav", &n);

    for (k = 500; k <= 600; k++) {
        memcpy(last + 600 - k, pcm, k * sizeof(int16_t));
        assert_false(asr_voice(last + 600 - k, k));
    }

    assert_true(asr_voice(pcm, n));
    assert_true(asr_voice(pcm + n / 2, n - n / 2));
    free(pcm);
}


static int
setup(void **state)
{
    char  err[512];

    static const asr_model_conf_t  conf = {
        ASR_STR("en"), ASR_STR(MODEL "en-us"), ASR_STR(MODEL "en-us.lm.bin"),
        ASR_STR(MODEL "cmudict-en-us.dict"), ASR_EFFORT_FAST
    };

    asr_log_set(log_line);
    models = asr_models_create(&conf, 1, NULL, 0, 1, err, sizeof(err));

    return models == NULL ? -1 : 0;
}


static int
teardown(void **state)
{
    asr_models_free(models);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_sounds),
        cmocka_unit_test(test_recordings),
        cmocka_unit_test(test_short),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
