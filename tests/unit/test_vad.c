/*
 * Voice activity: where cuts fall, what is silence, and that neither the
 * pieces it is fed in nor the length of the audio change anything.
 */

#define _GNU_SOURCE

#include "unit.h"

#include "audio/asr_vad.h"
#include "wav.h"


#define MS(n)  ((size_t) (n) * 16)

typedef struct {
    int16_t  *pcm;
    size_t    n;
    size_t    size;
} track_t;


static uint32_t  seed = 1;


static int
noise(int amplitude)
{
    seed = seed * 1103515245 + 12345;

    return (int) ((seed >> 16) % (2 * (unsigned) amplitude + 1)) - amplitude;
}


static void
room(track_t *t, size_t n)
{
    if (t->n + n > t->size) {
        t->size = (t->n + n) * 2;
        t->pcm = realloc(t->pcm, t->size * sizeof(int16_t));
        assert_non_null(t->pcm);
    }
}


/* Something like speech: a buzz whose loudness moves as syllables do. */

static void
speech(track_t *t, size_t n, double amplitude)
{
    size_t  i;
    double  a;

    room(t, n);

    for (i = 0; i < n; i++) {
        a = 0.25 + 0.75 * fabs(sin(2 * M_PI * 2.5 * (double) i / 16000));
        t->pcm[t->n++] = (int16_t) (a * amplitude
                                    * sin(2 * M_PI * 180 * (double) i
                                          / 16000)
                                    + noise(20));
    }
}


static void
silence(track_t *t, size_t n, int amplitude)
{
    room(t, n);

    while (n-- != 0) {
        t->pcm[t->n++] = amplitude == 0 ? 0 : (int16_t) noise(amplitude);
    }
}


static asr_vad_t *
run(const track_t *t, size_t piece)
{
    size_t      i, n;
    asr_vad_t  *v;

    v = asr_vad_create();
    assert_non_null(v);

    for (i = 0; i < t->n; i += n) {
        n = t->n - i < piece ? t->n - i : piece;
        assert_int_equal(asr_vad_feed(v, t->pcm + i, n), ASR_OK);
    }

    assert_int_equal(asr_vad_end(v), ASR_OK);
    assert_int_equal(asr_vad_end(v), ASR_OK);
    assert_int_equal(asr_vad_samples(v), t->n);

    return v;
}


/* What must hold for every list of spans. */

static const asr_span_t *
spans_of(const asr_vad_t *v, size_t *n)
{
    size_t             i;
    int64_t            end;
    const asr_span_t  *s;

    s = asr_vad_spans(v, n);
    end = 0;

    for (i = 0; i < *n; i++) {
        assert_true(s[i].start >= end);
        assert_true(s[i].length > 0);
        assert_true(s[i].length <= (int64_t) MS(ASR_VAD_MAX_MS));
        end = s[i].start + s[i].length;
    }

    assert_true(end <= asr_vad_samples(v));

    return s;
}


static bool
near(int64_t sample, size_t ms, size_t by)
{
    int64_t  d;

    d = sample - (int64_t) MS(ms);

    return (d < 0 ? -d : d) <= (int64_t) MS(by);
}


static void
test_nothing(void **state)
{
    size_t      i, n;
    track_t     t;
    asr_vad_t  *v;

    static const struct {
        size_t  ms;
        int     amplitude;
    } quiet[] = {
        { 0, 0 }, { 5, 0 }, { 10, 0 }, { 60000, 0 }, { 30000, 1 },
        { 30000, 3 }, { 30000, 12 },
    };

    for (i = 0; i < asr_nelts(quiet); i++) {
        memset(&t, 0, sizeof(t));
        silence(&t, MS(quiet[i].ms), quiet[i].amplitude);
        v = run(&t, 1000);
        (void) spans_of(v, &n);
        assert_int_equal(n, 0);
        asr_vad_free(v);
        free(t.pcm);
    }

    asr_vad_free(NULL);
}


/* Noise that is loud but steady; a constant offset; a click. */

static void
test_not_speech(void **state)
{
    size_t      i, n;
    track_t     t;
    asr_vad_t  *v;

    memset(&t, 0, sizeof(t));
    silence(&t, MS(30000), 3000);
    v = run(&t, 4096);
    (void) spans_of(v, &n);
    assert_int_equal(n, 0);
    asr_vad_free(v);

    t.n = 0;
    silence(&t, MS(20000), 5);

    for (i = 0; i < t.n; i++) {
        t.pcm[i] += 12000;
    }

    v = run(&t, 4096);
    (void) spans_of(v, &n);
    assert_int_equal(n, 0);
    asr_vad_free(v);

    t.n = 0;
    silence(&t, MS(20000), 5);
    t.pcm[MS(10000)] = 32767;
    v = run(&t, 4096);
    (void) spans_of(v, &n);
    assert_int_equal(n, 0);
    asr_vad_free(v);

    free(t.pcm);
}


static void
test_pauses(void **state)
{
    size_t             n;
    track_t            t;
    asr_vad_t         *v;
    const asr_span_t  *s;

    /* 1 s, speech of 2 s, 0.8 s, of 3 s with a breath of 0.2 s, 1 s */

    memset(&t, 0, sizeof(t));
    silence(&t, MS(1000), 20);
    speech(&t, MS(2000), 6000);
    silence(&t, MS(800), 20);
    speech(&t, MS(1500), 6000);
    silence(&t, MS(200), 20);
    speech(&t, MS(1500), 6000);
    silence(&t, MS(1000), 20);

    v = run(&t, 4096);
    s = spans_of(v, &n);
    assert_int_equal(n, 2);
    assert_true(near(s[0].start, 800, 50));
    assert_true(near(s[0].start + s[0].length, 3200, 50));
    assert_true(near(s[1].start, 3600, 50));
    assert_true(near(s[1].start + s[1].length, 7200, 50));
    asr_vad_free(v);

    /* from the first sample to the last: pads have nowhere to go */

    t.n = 0;
    speech(&t, MS(3000), 6000);
    v = run(&t, 4096);
    s = spans_of(v, &n);
    assert_int_equal(n, 1);
    assert_int_equal(s[0].start, 0);
    assert_int_equal(s[0].length, MS(3000));
    asr_vad_free(v);

    free(t.pcm);
}


/* Pauses of half a second: a cut only where 12 s would be exceeded. */

static void
test_joined(void **state)
{
    size_t             i, n;
    track_t            t;
    asr_vad_t         *v;
    const asr_span_t  *s;

    memset(&t, 0, sizeof(t));
    silence(&t, MS(1000), 20);

    for (i = 0; i < 8; i++) {
        speech(&t, MS(2000), 6000);
        silence(&t, MS(500), 20);
    }

    speech(&t, MS(13000), 6000);
    silence(&t, MS(500), 20);
    speech(&t, MS(1000), 6000);
    silence(&t, MS(1000), 20);

    v = run(&t, 4096);
    s = spans_of(v, &n);
    assert_int_equal(n, 4);

    for (i = 0; i < 2; i++) {
        assert_true(near(s[i].start, 800 + 10000 * i, 50));
        assert_true(near(s[i].length, 9900, 100));
    }

    assert_true(near(s[2].start, 20800, 50));
    assert_true(near(s[2].length, 13400, 100));
    assert_true(near(s[3].length, 1400, 100));
    asr_vad_free(v);
    free(t.pcm);
}


/* The threshold follows the level and the noise. */

static void
test_levels(void **state)
{
    size_t             i, n;
    track_t            t;
    asr_vad_t         *v;
    const asr_span_t  *s;

    static const struct {
        double  amplitude;
        int     noise;
    } levels[] = {
        { 300, 8 }, { 1000, 3 }, { 6000, 300 }, { 30000, 3000 }
    };

    for (i = 0; i < asr_nelts(levels); i++) {
        memset(&t, 0, sizeof(t));
        silence(&t, MS(2000), levels[i].noise);
        speech(&t, MS(2000), levels[i].amplitude);
        silence(&t, MS(2000), levels[i].noise);

        v = run(&t, 4096);
        s = spans_of(v, &n);
        assert_int_equal(n, 1);
        assert_true(near(s[0].start, 1800, 120));
        assert_true(near(s[0].start + s[0].length, 4200, 120));
        asr_vad_free(v);
        free(t.pcm);
    }

    /*
     * Half a minute of a quiet room, half a minute of a loud one: where one
     * becomes the other noise may pass for speech, not for longer than the
     * window behind.
     */

    memset(&t, 0, sizeof(t));

    for (i = 0; i < 12; i++) {
        silence(&t, MS(3000), i < 6 ? 20 : 600);
        speech(&t, MS(2000), 8000);
    }

    v = run(&t, 4096);
    s = spans_of(v, &n);
    assert_true(n >= 10 && n <= 13);

    for (i = 0; i < 5; i++) {
        assert_true(near(s[i].start, i * 5000 + 2800, 100));
    }

    for (i = 1; i <= 3; i++) {
        assert_true(near(s[n - i].start, (12 - i) * 5000 + 2800, 100));
    }

    asr_vad_free(v);
    free(t.pcm);
}


static void
test_forced(void **state)
{
    size_t             i, n;
    int64_t            end;
    track_t            t;
    asr_vad_t         *v;
    const asr_span_t  *s;

    /* 65 s without a pause: contiguous pieces, each cut where it is quiet */

    memset(&t, 0, sizeof(t));
    speech(&t, MS(65000), 8000);

    v = run(&t, 4096);
    s = spans_of(v, &n);
    assert_true(n >= 4 && n <= 9);
    end = 0;

    for (i = 0; i < n; i++) {
        assert_int_equal(s[i].start, end);
        end = s[i].start + s[i].length;

        if (i + 1 < n) {
            /* the buzz is weakest at multiples of 200 ms */
            assert_true((end + (int64_t) MS(30)) % (int64_t) MS(200)
                        <= (int64_t) MS(60));
            assert_true(s[i].length >= (int64_t) MS(8000));
        }
    }

    assert_int_equal(end, t.n);
    asr_vad_free(v);

    /* a breath too short for a pause is the place to cut */

    t.n = 0;
    speech(&t, MS(15000), 8000);
    silence(&t, MS(250), 20);
    speech(&t, MS(15000), 8000);
    v = run(&t, 4096);
    s = spans_of(v, &n);
    assert_int_equal(n, 2);
    assert_true(near(s[1].start, 15125, 125));
    asr_vad_free(v);

    free(t.pcm);
}


static void
test_pieces(void **state)
{
    size_t             i, k, n, m;
    track_t            t;
    asr_vad_t         *v, *w;
    const asr_span_t  *s, *u;

    static const size_t  pieces[] = { 1, 7, 159, 160, 161, 479, 32768 };

    memset(&t, 0, sizeof(t));
    silence(&t, MS(700), 20);
    speech(&t, MS(3000), 6000);
    silence(&t, MS(900) + 13, 20);
    speech(&t, MS(1000) + 77, 6000);

    v = run(&t, t.n);
    s = spans_of(v, &n);
    assert_int_equal(n, 2);
    assert_int_equal(s[1].start + s[1].length, t.n);

    for (i = 0; i < asr_nelts(pieces); i++) {
        w = run(&t, pieces[i]);
        u = spans_of(w, &m);
        assert_int_equal(m, n);

        for (k = 0; k < n; k++) {
            assert_int_equal(u[k].start, s[k].start);
            assert_int_equal(u[k].length, s[k].length);
        }

        asr_vad_free(w);
    }

    assert_int_equal(asr_vad_feed(v, t.pcm, 1), ASR_INVALID);
    asr_vad_free(v);
    free(t.pcm);
}


/* An hour: the ring has turned many times. */

static void
test_long(void **state)
{
    size_t             i, n;
    track_t            t;
    asr_vad_t         *v;
    const asr_span_t  *s;

    memset(&t, 0, sizeof(t));
    speech(&t, MS(4000), 6000);
    silence(&t, MS(2000), 20);

    v = asr_vad_create();
    assert_non_null(v);

    for (i = 0; i < 600; i++) {
        assert_int_equal(asr_vad_feed(v, t.pcm, t.n), ASR_OK);
    }

    assert_int_equal(asr_vad_end(v), ASR_OK);
    s = spans_of(v, &n);
    assert_int_equal(n, 600);

    for (i = 1; i < n; i++) {
        assert_true(near(s[i].start, i * 6000 - 200, 50));
    }

    asr_vad_free(v);
    free(t.pcm);
}


/* One recording of the test data: nearly all of it is speech. */

static void
test_recording(void **state)
{
    size_t             n;
    int64_t            sum;
    track_t            t;
    asr_vad_t         *v;
    const asr_span_t  *s;

    t.pcm = wav_load(WAV_LIBRIVOX "sense_and_sensibility_01_austen_64kb-0870"
                     ".wav", &t.n);
    t.size = t.n;
    v = run(&t, 4096);
    s = spans_of(v, &n);
    assert_true(n >= 1 && n <= 6);

    for (sum = 0; n != 0; n--) {
        sum += s[n - 1].length;
    }

    assert_true(sum > (int64_t) t.n * 8 / 10);
    asr_vad_free(v);
    free(t.pcm);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_not_speech),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_joined),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_forced),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_recording),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
