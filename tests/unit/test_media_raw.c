/*
 * Sound without a header through asr-decode: declared as such it is samples,
 * unless its first bytes are of some other kind.
 */

#define _GNU_SOURCE

#include "media_kinds.h"


#define SPEECH_MAX  (2 * 16000)


static int16_t   *speech;
static size_t     speech_n;
static decoded_t  before;


static int
raw_setup(void **state)
{
    speech_n = SPEECH_MAX;
    speech = media_speech(&speech_n);

    return setup(state);
}


static int
raw_teardown(void **state)
{
    free(speech);

    return teardown(state);
}


static asr_decode_ask_t
ask_raw(int rate, int channels)
{
    asr_decode_ask_t  ask;

    ask = ask_mono();
    ask.format = asr_str("pcm");
    ask.sample_rate = rate;
    ask.channels = channels;
    ask.channels_strict = true;

    return ask;
}


/* What came is what came before. */

static bool
same_as_before(void)
{
    int  c;

    for (c = 0; c < 2; c++) {
        if (got.n[c] != before.n[c]
            || memcmp(got.pcm[c], before.pcm[c], got.n[c] * 2) != 0)
        {
            return false;
        }
    }

    return true;
}


/* The same samples with a header and without: of each rate, one channel or
 * two, of any number of bytes. */

static void
test_samples(void **state)
{
    wav_t              w;
    size_t             i, k, bytes;
    int64_t            ms, ms_before;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const struct {
        int  rate;
        int  channels;
        int  rate_asked;         /* 0: the default */
    } cases[] = {
        { 16000, 1, 16000 }, { 16000, 1, 0 }, { 8000, 1, 8000 },
        { 16000, 2, 16000 }, { 8000, 2, 8000 },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        ask = ask_mono();
        ask.channels = cases[i].channels;
        bytes = (speech_n - 4) * 2;
        w = wav_pcm16((unsigned) cases[i].channels, (unsigned) cases[i].rate,
                      speech, bytes / 2);
        assert_int_equal(decode_wav(w, &ask, &ms_before, &cause), ASR_OK);
        before = got;
        assert_int_equal(before.n[1] != 0, cases[i].channels == 2);

        ask = ask_raw(cases[i].rate_asked, cases[i].channels);

        for (k = 0; k < 2 * (size_t) cases[i].channels; k++) {
            assert_int_equal(decode(speech, bytes + k, &ask, &ms, &cause),
                             ASR_OK);
            assert_int_equal(cause, ASR_CAUSE_NONE);
            assert_int_equal(ms, ms_before);
            assert_true(same_as_before());
        }
    }
}


/* Nobody said that it is sound, or it is said to be something else. */

static void
test_undeclared(void **state)
{
    size_t             i;
    int64_t            ms;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    for (i = 0; i <= asr_nelts(media_names); i++) {
        ask = ask_mono();
        ask.format = i == asr_nelts(media_names) ? asr_str_null()
                                                 : asr_cstr(media_names[i]);
        assert_int_equal(decode(speech, speech_n * 2, &ask, &ms, &cause),
                         ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_FORMAT);
        assert_int_equal(got.calls, 0);
    }
}


static void
test_lengths(void **state)
{
    size_t             i;
    int64_t            ms;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const struct {
        size_t       bytes;
        int          channels;
        asr_cause_t  cause;
    } cases[] = {
        { 0, 1, ASR_CAUSE_FORMAT },
        { 1, 1, ASR_CAUSE_TOO_SHORT },
        { 2, 1, ASR_CAUSE_TOO_SHORT },
        { 3, 2, ASR_CAUSE_TOO_SHORT },
        { 5, 2, ASR_CAUSE_TOO_SHORT },
        { 32000 * 99 / 1000, 1, ASR_CAUSE_TOO_SHORT },
        { 32000 * 100 / 1000, 1, ASR_CAUSE_NONE },
        { 32000 * 100 / 1000, 2, ASR_CAUSE_TOO_SHORT },
        { 32000 * 1000 / 1000, 1, ASR_CAUSE_NONE },
        { 32000 * 1001 / 1000 + 1, 1, ASR_CAUSE_TOO_LONG },
    };

    for (i = 0; i < asr_nelts(cases); i++) {
        ask = ask_raw(16000, cases[i].channels);
        ask.max_ms = 1000;

        if (decode(speech, cases[i].bytes, &ask, &ms, &cause)
            != (cases[i].cause == ASR_CAUSE_NONE ? ASR_OK : ASR_INVALID)
            || cause != cases[i].cause)
        {
            fail_msg("%zu bytes, %d channels: %d", cases[i].bytes,
                     cases[i].channels, cause);
        }
    }
}


/* Every other kind by that name is what it is. */

static void
test_named_wrongly(void **state)
{
    size_t             i;
    wav_t              m;
    int64_t            ms, ms_before;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    for (i = 0; i < asr_nelts(media_cases); i++) {
        m = media_case(&media_cases[i], speech, speech_n);
        ask = ask_mono();
        media_ok(decode(m.data, m.len, &ask, &ms_before, &cause) == ASR_OK,
                 &media_cases[i].kind, "was refused");
        before = got;

        ask = ask_raw(media_cases[i].kind.rate == 8000 ? 16000 : 8000, 1);
        ask.channels_strict = false;
        media_ok(decode(m.data, m.len, &ask, &ms, &cause) == ASR_OK
                 && ms == ms_before && same_as_before(),
                 &media_cases[i].kind, "came out otherwise");
        free(m.data);
    }
}


static void
test_not_sound(void **state)
{
    size_t             i, n;
    int64_t            ms;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const char *const  heads[] = {
        "#!SILK_V3", "\2#!SILK_V3", "ID3\4"
    };

    char  file[8000];

    ask = ask_raw(16000, 1);

    for (i = 0; i < asr_nelts(heads); i++) {
        n = strlen(heads[i]);
        memset(file, 0, sizeof(file));
        memcpy(file, heads[i], n);
        assert_int_equal(decode(file, sizeof(file), &ask, &ms, &cause),
                         ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_FORMAT);
    }
}


/* Samples in which one could see a header if one looked for long. */

static void
test_any_samples(void **state)
{
    int                bits;
    size_t             i;
    int64_t            ms;
    int16_t           *pcm;
    uint32_t           seed;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    ask = ask_raw(16000, 1);
    pcm = malloc(speech_n * sizeof(int16_t));
    assert_non_null(pcm);
    seed = 11;

    for (bits = 0; bits <= 16; bits++) {
        for (i = 0; i < speech_n; i++) {
            seed = seed * 1103515245 + 12345;
            pcm[i] = (int16_t) ((int) (seed >> 8 & ((1u << bits) - 1))
                                - (int) ((1u << bits) / 2));
        }

        assert_int_equal(decode(pcm, speech_n * 2, &ask, &ms, &cause),
                         ASR_OK);
        assert_int_equal(got.n[0], speech_n);
        assert_memory_equal(got.pcm[0], pcm, speech_n * 2);
    }

    /*
     * Of one byte each, among them those of sync words; but for 0xd0 to 0xdf,
     * which are all the head that frames of GSM have.
     */

    for (bits = 0; bits < 256; bits++) {
        if ((bits & 0xf0) == 0xd0) {
            continue;
        }

        memset(pcm, bits, speech_n * 2);
        assert_int_equal(decode(pcm, speech_n * 2, &ask, &ms, &cause),
                         ASR_OK);
        assert_int_equal(got.n[0], speech_n);
    }

    free(pcm);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_undeclared),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_named_wrongly),
        cmocka_unit_test(test_not_sound),
        cmocka_unit_test(test_any_samples),
    };

    return cmocka_run_group_tests(tests, raw_setup, raw_teardown);
}
