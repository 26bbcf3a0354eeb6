/*
 * Formats through asr-decode: what is decoded, how long it is, what it sounds
 * like, what a client may call it.
 */

#define _GNU_SOURCE

#include "media_kinds.h"


#define SPEECH_MAX  (2 * 16000)
#define LAG_MAX     1300                 /* samples a codec may shift */
#define WINDOW      8000


static int16_t  *speech;
static size_t    speech_n;


static int
media_setup(void **state)
{
    speech_n = SPEECH_MAX;
    speech = media_speech(&speech_n);

    return setup(state);
}


static int
media_teardown(void **state)
{
    free(speech);

    return teardown(state);
}


/*
 * How alike a decoded channel is to n samples of sound: the correlation in a
 * window of a half second, at the best shift, in hundredths.
 */

static int
likeness(unsigned channel, const int16_t *pcm, size_t n)
{
    int      lag;
    long     i, from;
    double   xy, xx, yy, best;
    int16_t  x, y;

    best = 0;
    from = (long) (n / 2) - WINDOW / 2;
    assert_true(from > LAG_MAX);

    for (lag = -LAG_MAX; lag <= LAG_MAX; lag++) {
        xy = xx = yy = 0;

        if ((size_t) (from + WINDOW + lag) > got.n[channel]) {
            break;
        }

        for (i = from; i < from + WINDOW; i++) {
            x = pcm[i];
            y = got.pcm[channel][i + lag];
            xy += (double) x * y;
            xx += (double) x * x;
            yy += (double) y * y;
        }

        if (xx > 0 && yy > 0 && xy / sqrt(xx * yy) > best) {
            best = xy / sqrt(xx * yy);
        }
    }

    return (int) (best * 100 + 0.5);
}


static void
test_kinds(void **state)
{
    int                alike;
    size_t             i, n;
    wav_t              m;
    int64_t            ms, least;
    int16_t           *low, *same;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    /* what is left of it at 8 kHz */

    low = media_rate(speech, speech_n, 16000, 8000, &n);
    same = media_rate(low, n, 8000, 16000, &n);
    free(low);

    ask = ask_mono();
    least = (int64_t) speech_n / 16;

    for (i = 0; i < asr_nelts(media_cases); i++) {
        m = media_case(&media_cases[i], speech, speech_n);
        media_ok(decode_wav(m, &ask, &ms, &cause) == ASR_OK,
                 &media_cases[i].kind, "was refused");

        alike = likeness(0, media_cases[i].kind.rate == 8000 ? same : speech,
                         speech_n);

        if (ms < least - 60 || ms > least + media_cases[i].extra_ms + 1
            || (int64_t) got.n[0] / 16 < ms - 1
            || (int64_t) got.n[0] / 16 > ms + 1
            || alike < media_cases[i].least || got.n[1] != 0)
        {
            fail_msg("%s: %d ms, %d samples, alike %d",
                     media_cases[i].kind.name, (int) ms, (int) got.n[0],
                     alike);
        }
    }

    free(same);
}


/* Kinds without an encoder here. */

static void
test_amr(void **state)
{
    size_t             i;
    int64_t            ms;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const struct {
        const char  *file;
        int          rate;
        int          least;
    } files[] = {
        { "tests/data/speech-nb.amr", 8000, 55 },
        { "tests/data/speech-nb.3gp", 8000, 55 },
        { "tests/data/speech-wb.amr", 16000, 85 },
    };

    for (i = 0; i < asr_nelts(files); i++) {
        ask = ask_mono();
        ask.format = asr_str("amr");
        ask.sample_rate = files[i].rate;
        assert_int_equal(decode_wav(media_read(files[i].file), &ask, &ms,
                                    &cause),
                         ASR_OK);
        assert_in_range(ms, 1990, 2030);
        assert_true(likeness(0, speech, speech_n) >= files[i].least);

        ask.format = asr_str("m4a");
        assert_int_equal(decode_wav(media_read(files[i].file), &ask, &ms,
                                    &cause),
                         ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_FORMAT);

        ask.format = asr_str("amr");
        ask.sample_rate = 44100;
        assert_int_equal(decode_wav(media_read(files[i].file), &ask, &ms,
                                    &cause),
                         ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_SAMPLE_RATE);
    }
}


/* Every name on every kind. */

static void
test_declared(void **state)
{
    bool               right;
    size_t             i, k;
    wav_t              m;
    int64_t            ms;
    asr_err_t          rc;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_mono();

    for (i = 0; i < asr_nelts(media_cases); i++) {
        m = media_case(&media_cases[i], speech, speech_n / 4);

        for (k = 0; k < asr_nelts(media_names); k++) {
            ask.format = asr_cstr(media_names[k]);
            right = (media_cases[i].declared & (1u << k)) != 0;
            logged[0] = '\0';
            rc = decode(m.data, m.len, &ask, &ms, &cause);

            if (right ? rc != ASR_OK
                      : rc != ASR_INVALID || cause != ASR_CAUSE_FORMAT
                        || got.calls != 0)
            {
                fail_msg("%s, declared as %s: %d, %d",
                         media_cases[i].kind.name, media_names[k], rc, cause);
            }

            if (!right && (strstr(logged, media_names[k]) == NULL
                           || strstr(logged, "declared") == NULL))
            {
                fail_msg("%s as %s: logged \"%s\"", media_cases[i].kind.name,
                         media_names[k], logged);
            }
        }

        free(m.data);
    }

    ask.format = asr_str("flac");        /* no document has the name */
    m = media_case(&media_cases[0], speech, speech_n / 4);
    assert_int_equal(decode_wav(m, &ask, &ms, &cause), ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_FORMAT);
}


static void
test_rates(void **state)
{
    size_t             i, k;
    wav_t              m;
    int64_t            ms;
    asr_err_t          rc;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const struct {
        media_kind_t  kind;
        int           right[3];
        int           wrong[2];
    } cases[] = {
        { { "wav", "wav", "pcm_s16le", NULL, 8000, 1 },
          { 0, 8000, 0 }, { 16000, 44100 } },
        { { "mp3", "mp3", "libmp3lame", NULL, 44100, 1 },
          { 0, 44100, 0 }, { 16000, 22050 } },
        { { "aac", "adts", "aac", NULL, 32000, 1 },
          { 0, 32000, 16000 }, { 8000, 44100 } },
        { { "opus", "ogg", "libopus", NULL, 16000, 1 },
          { 0, 16000, 48000 }, { 44100, 22050 } },
    };

    ask = ask_mono();

    for (i = 0; i < asr_nelts(cases); i++) {
        m = media_make(&cases[i].kind, speech, speech_n / 2);

        for (k = 0; k < 3; k++) {
            ask.sample_rate = cases[i].right[k];
            rc = decode(m.data, m.len, &ask, &ms, &cause);
            media_ok(rc == ASR_OK, &cases[i].kind, "a right rate was refused");
        }

        for (k = 0; k < 2; k++) {
            ask.sample_rate = cases[i].wrong[k];
            rc = decode(m.data, m.len, &ask, &ms, &cause);
            media_ok(rc == ASR_INVALID && cause == ASR_CAUSE_SAMPLE_RATE
                     && got.calls == 0, &cases[i].kind, "a wrong rate passed");
        }

        free(m.data);
    }
}


/* Two channels: speech in one, a tone in the other, neither in both. */

static void
test_stereo(void **state)
{
    size_t             i, k, n;
    wav_t              m;
    int64_t            ms;
    int16_t           *left, *right, *both, *tone;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const media_kind_t  kinds[] = {
        { "wav", "wav", "pcm_s16le", NULL, 16000, 2 },
        { "flac", "flac", "flac", NULL, 44100, 2 },
        { "mp3, joint", "mp3", "libmp3lame", "joint_stereo=1,b=128000",
          44100, 2 },
        { "opus", "ogg", "libopus", "b=96000", 48000, 2 },
        { "opus in webm", "webm", "libopus", "b=64000", 48000, 2 },
        { "vorbis", "ogg", "libvorbis", "b=96000", 44100, 2 },
        { "aac", "ipod", "aac", "b=128000", 44100, 2 },
        { "wma", "asf", "wmav2", "b=128000", 44100, 2 },
    };

    ask = ask_mono();
    ask.channels = 2;
    ask.channels_strict = true;
    tone = wav_sine(speech_n, 3100, 16000, 5000);

    for (i = 0; i < asr_nelts(kinds); i++) {
        left = media_rate(speech, speech_n, 16000, kinds[i].rate, &n);
        right = media_rate(tone, speech_n, 16000, kinds[i].rate, &n);
        both = malloc(n * 4);
        assert_non_null(both);

        for (k = 0; k < n; k++) {
            both[2 * k] = left[k];
            both[2 * k + 1] = right[k];
        }

        m = media_make(&kinds[i], both, n);
        media_ok(decode(m.data, m.len, &ask, &ms, &cause) == ASR_OK,
                 &kinds[i], "refused");
        assert_int_equal(got.n[0], got.n[1]);

        if (likeness(0, speech, speech_n) < 90
            || likeness(1, tone, speech_n) < 95
            || likeness(0, tone, speech_n) > 15
            || likeness(1, speech, speech_n) > 15)
        {
            fail_msg("%s: %d %d, other's %d %d", kinds[i].name,
                     likeness(0, speech, speech_n),
                     likeness(1, tone, speech_n),
                     likeness(0, tone, speech_n),
                     likeness(1, speech, speech_n));
        }

        free(m.data);
        free(both);
        free(left);
        free(right);
    }

    free(tone);
}


/* An ID3v2 tag of n bytes and its head. */

static void
put_tag(unsigned char *p, size_t n, int fill)
{
    memset(p, fill, n + 10);
    memcpy(p, "ID3\4\0\0", 6);
    p[6] = (unsigned char) (n >> 21 & 0x7f);
    p[7] = (unsigned char) (n >> 14 & 0x7f);
    p[8] = (unsigned char) (n >> 7 & 0x7f);
    p[9] = (unsigned char) (n & 0x7f);
}


/* What real files have before their sound. */

static void
test_tags(void **state)
{
    size_t             i, size;
    wav_t              m;
    int64_t            ms;
    asr_cause_t        cause;
    unsigned char     *p;
    asr_decode_ask_t   ask;

    static const media_kind_t  kinds[] = {
        { "mp3", "mp3", "libmp3lame", NULL, 16000, 1 },
        { "AAC", "adts", "aac", NULL, 16000, 1 },
    };

    size = 3 * 1024 * 1024;
    p = malloc(2 * (size + 10) + 100000);
    assert_non_null(p);

    for (i = 0; i < asr_nelts(kinds); i++) {
        ask = ask_mono();
        ask.format = asr_cstr(i == 0 ? "mp3" : "m4a");
        m = media_make(&kinds[i], speech, speech_n);
        assert_true(m.len < 100000);

        /* two tags with pictures larger than what FFmpeg looks at */

        put_tag(p, size, 0x41);
        put_tag(p + size + 10, size, 0xff);
        memcpy(p + 2 * (size + 10), m.data, m.len);
        media_ok(decode(p, 2 * (size + 10) + m.len, &ask, &ms, &cause)
                 == ASR_OK, &kinds[i], "with large tags");
        assert_in_range(ms, speech_n / 16, speech_n / 16 + 130);

        /* tags and nothing behind, a cut one */

        assert_int_equal(decode(p, size + 10, &ask, &ms, &cause),
                         ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_FORMAT);
        assert_int_equal(decode(p, 5000, &ask, &ms, &cause), ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_FORMAT);

        free(m.data);
    }

    free(p);
}


/* The end of another frame, as what was cut out of a stream has. */

static void
test_junk(void **state)
{
    size_t             i;
    wav_t              m;
    int64_t            ms;
    uint32_t           seed;
    asr_cause_t        cause;
    unsigned char      p[100000];
    asr_decode_ask_t   ask;

    static const media_kind_t  mp3 = {
        "mp3", "mp3", "libmp3lame", NULL, 16000, 1
    };

    ask = ask_mono();
    ask.format = asr_str("mp3");
    m = media_make(&mp3, speech, speech_n);
    assert_true(m.len + 700 < sizeof(p));
    seed = 7;

    for (i = 0; i < 700; i++) {
        seed = seed * 1103515245 + 12345;
        p[i] = (unsigned char) (seed >> 16) & 0x7f;
    }

    memcpy(p + 700, m.data, m.len);
    assert_int_equal(decode(p, 700 + m.len, &ask, &ms, &cause), ASR_OK);
    assert_in_range(ms, speech_n / 16 - 80, speech_n / 16 + 120);
    free(m.data);
}


static void
test_silk(void **state)
{
    size_t             i;
    int64_t            ms;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const char *const  heads[] = { "#!SILK_V3", "\2#!SILK_V3" };
    static const char *const  names[] = { "", "amr", "mp3" };

    char  file[400];

    for (i = 0; i < 6; i++) {
        memset(file, 0x5a, sizeof(file));
        memcpy(file, heads[i % 2], strlen(heads[i % 2]));
        ask = ask_mono();
        ask.format = asr_cstr(names[i / 2]);
        logged[0] = '\0';

        assert_int_equal(decode(file, sizeof(file), &ask, &ms, &cause),
                         ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_FORMAT);
        assert_non_null(strstr(logged, "SILK"));
    }
}


/* A decoder's way to megabytes of silence is bounded by their length. */

static void
test_silence(void **state)
{
    wav_t              m;
    size_t             i;
    int64_t            ms;
    int16_t           *pcm;
    asr_cause_t        cause;
    unsigned char      total[5];
    asr_decode_ask_t   ask;

    static const media_kind_t  flac = {
        "flac", "flac", "flac", NULL, 8000, 1
    };

    /* samples the header states; 0: the truth */
    static const unsigned  claims[] = { 0, 1, 0xffff };

    pcm = calloc(600 * 8000, sizeof(int16_t));
    assert_non_null(pcm);
    m = media_make(&flac, pcm, 600 * 8000);
    free(pcm);
    assert_true(m.len < 200000);

    /* the header is enough to refuse it, and no word for the opposite */

    ask = ask_mono();
    ask.max_ms = 60000;
    memcpy(total, m.data + 21, sizeof(total));

    for (i = 0; i < asr_nelts(claims); i++) {
        m.data[21] = (unsigned char) (total[0] & 0xf0);
        memset(m.data + 22, 0, 4);

        if (claims[i] == 0) {
            memcpy(m.data + 21, total, sizeof(total));

        } else {
            m.data[24] = (unsigned char) (claims[i] >> 8);
            m.data[25] = (unsigned char) claims[i];
        }

        assert_int_equal(decode(m.data, m.len, &ask, &ms, &cause),
                         ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_TOO_LONG);
        assert_true(claims[i] == 0 ? got.calls == 0
                    : got.n[0] > 59 * 16000 && got.n[0] <= 60 * 16000);
    }

    ask.max_ms = 600000;
    memset(m.data + 22, 0, 4);           /* not known */
    assert_int_equal(decode(m.data, m.len, &ask, &ms, &cause), ASR_OK);
    assert_int_equal(ms, 600000);
    assert_int_equal(got.n[0], 600 * 16000);
    free(m.data);
}


/*
 * Eight gigabytes without sound, of nothing, after the head of an MP3: the
 * search for the next frame is stopped.
 */

static void
test_no_end(void **state)
{
    int                fd;
    wav_t              m;
    int64_t            ms;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const media_kind_t  mp3 = {
        "mp3", "mp3", "libmp3lame", NULL, 16000, 1
    };

    m = media_make(&mp3, speech, speech_n);
    fd = wav_fd(m.data, m.len);
    assert_int_equal(ftruncate(fd, (off_t) 1 << 33), 0);

    ask = ask_mono();
    got.n[0] = 0;
    logged[0] = '\0';
    assert_int_equal(asr_decode(decoder, fd, &ask, collect, &got, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_CORRUPT);

    /* it saw the flag, or was in one long copy and was ended */

    assert_true(strstr(logged, "of CPU for") != NULL
                || strstr(logged, "the media killed") != NULL);
    close(fd);

    assert_int_equal(decode(m.data, m.len, &ask, &ms, &cause), ASR_OK);
    free(m.data);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_amr),
        cmocka_unit_test(test_declared),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_stereo),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_junk),
        cmocka_unit_test(test_silk),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_no_end),
    };

    return cmocka_run_group_tests(tests, media_setup, media_teardown);
}
