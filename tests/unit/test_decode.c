/*
 * asr-decode through its client: formats, channels, lengths, hostile files.
 */

#define _GNU_SOURCE

#include "decode.h"


/* RMS of a decoded channel, its first and last 50 ms left out. */

static double
rms(unsigned channel)
{
    size_t  i;
    double  sum;

    assert_true(got.n[channel] > 3200);
    sum = 0;

    for (i = 800; i < got.n[channel] - 800; i++) {
        sum += (double) got.pcm[channel][i] * got.pcm[channel][i];
    }

    return sqrt(sum / (double) (got.n[channel] - 1600));
}


static void
test_formats(void **state)
{
    size_t             i, n;
    int64_t            ms;
    int16_t           *pcm;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;
    unsigned char     *b;
    float              f;

    static const struct {
        unsigned  tag, bits, rate;
    } formats[] = {
        { WAV_PCM, 16, 16000 }, { WAV_PCM, 8, 16000 }, { WAV_PCM, 24, 8000 },
        { WAV_PCM, 32, 44100 }, { WAV_FLOAT, 32, 48000 },
        { WAV_MULAW, 8, 8000 },
    };

    ask = ask_mono();

    for (i = 0; i < asr_nelts(formats); i++) {
        pcm = wav_sine(2 * formats[i].rate, 440, formats[i].rate, 10000);
        b = calloc(2 * formats[i].rate, 4);
        assert_non_null(b);

        for (n = 0; n < 2 * formats[i].rate; n++) {

            if (formats[i].tag == WAV_MULAW) {
                b[n] = wav_mulaw(pcm[n]);

            } else if (formats[i].tag == WAV_FLOAT) {
                f = (float) pcm[n] / 32768.0f;
                memcpy(b + 4 * n, &f, 4);

            } else if (formats[i].bits == 8) {
                b[n] = (unsigned char) (pcm[n] / 256 + 128);

            } else {
                wav_le(b + n * (formats[i].bits / 8),
                       (uint64_t) pcm[n] << (formats[i].bits - 16),
                       (int) formats[i].bits / 8);
            }
        }

        n = (size_t) 2 * formats[i].rate * formats[i].bits / 8;
        assert_int_equal(decode_wav(wav_make(formats[i].tag, 1,
                                             formats[i].rate, formats[i].bits,
                                             b, n, (uint32_t) n),
                                    &ask, &ms, &cause),
                         ASR_OK);
        assert_int_equal(cause, ASR_CAUSE_NONE);
        assert_int_equal(ms, 2000);
        assert_true(llabs((long long) got.n[0] - 32000) < 100);
        assert_int_equal(got.n[1], 0);
        assert_true(fabs(rms(0) - 10000 / M_SQRT2) < 250);

        free(b);
        free(pcm);
    }
}


static void
test_exact(void **state)
{
    size_t             i;
    int64_t            ms;
    int16_t           *pcm;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    /* 16 kHz mono passes unchanged, in pieces of at most 64 KB */

    ask = ask_mono();
    ask.format = asr_str("WAV");
    ask.sample_rate = 16000;
    ask.channels_strict = true;
    pcm = wav_sine(160000, 300, 16000, 20000);

    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 160000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(ms, 10000);
    assert_int_equal(got.n[0], 160000);

    for (i = 0; i < 160000; i++) {
        assert_int_equal(got.pcm[0][i], pcm[i]);
    }

    free(pcm);
}


static void
test_channels(void **state)
{
    size_t             i;
    int64_t            ms;
    int16_t           *left, *right, *both, *many;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    left = wav_sine(16000, 400, 8000, 8000);
    right = wav_sine(16000, 1000, 8000, 2000);
    both = malloc(32000 * 2);
    many = calloc(16000 * 12, 2);
    assert_non_null(both);
    assert_non_null(many);

    for (i = 0; i < 16000; i++) {
        both[2 * i] = left[i];
        both[2 * i + 1] = right[i];
    }

    ask = ask_mono();

    /* mixed down */

    assert_int_equal(decode_wav(wav_pcm16(2, 8000, both, 32000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(ms, 2000);
    assert_int_equal(got.n[1], 0);
    assert_true(fabs(rms(0) - sqrt(8000.0 * 8000 / 8 + 2000.0 * 2000 / 8))
                < 100);

    /* kept apart: nothing of one in the other */

    ask.channels = 2;
    ask.channels_strict = true;
    assert_int_equal(decode_wav(wav_pcm16(2, 8000, both, 32000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(got.n[0], got.n[1]);
    assert_true(fabs(rms(0) - 8000 / M_SQRT2) < 50);
    assert_true(fabs(rms(1) - 2000 / M_SQRT2) < 20);

    memset(left, 0, 32000);

    for (i = 0; i < 16000; i++) {
        both[2 * i] = 0;
    }

    assert_int_equal(decode_wav(wav_pcm16(2, 8000, both, 32000), &ask, &ms,
                                &cause),
                     ASR_OK);

    for (i = 0; i < got.n[0]; i++) {
        assert_int_equal(got.pcm[0][i], 0);
    }

    /* not the declared number */

    assert_int_equal(decode_wav(wav_pcm16(1, 8000, right, 16000), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_CHANNELS);

    ask.channels = 1;
    assert_int_equal(decode_wav(wav_pcm16(2, 8000, both, 32000), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_CHANNELS);

    /* two asked, one there, and that is fine */

    ask.channels = 2;
    ask.channels_strict = false;
    assert_int_equal(decode_wav(wav_pcm16(1, 8000, right, 16000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(got.n[1], 0);
    assert_true(fabs(rms(0) - 2000 / M_SQRT2) < 20);

    /* more than two: mixed, or refused when there is no rule to mix them */

    ask.channels = 1;
    assert_int_equal(decode_wav(wav_pcm16(6, 8000, many, 16000 * 6), &ask,
                                &ms, &cause),
                     ASR_OK);
    assert_int_equal(decode_wav(wav_pcm16(12, 8000, many, 16000 * 12), &ask,
                                &ms, &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_CHANNELS);

    free(left);
    free(right);
    free(both);
    free(many);
}


static void
test_lengths(void **state)
{
    int64_t            ms;
    int16_t           *pcm;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    pcm = wav_sine(160000, 440, 8000, 5000);
    ask = ask_mono();
    ask.min_ms = 1000;
    ask.max_ms = 3000;

    assert_int_equal(decode_wav(wav_pcm16(1, 8000, pcm, 8000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(ms, 1000);

    assert_int_equal(decode_wav(wav_pcm16(1, 8000, pcm, 7990), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_TOO_SHORT);
    assert_int_equal(ms, 998);

    assert_int_equal(decode_wav(wav_pcm16(1, 8000, pcm, 0), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_TOO_SHORT);
    assert_int_equal(decode("", 0, &ask, &ms, &cause), ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_FORMAT);

    assert_int_equal(decode_wav(wav_pcm16(1, 8000, pcm, 24000), &ask, &ms,
                                &cause),
                     ASR_OK);
    assert_int_equal(decode_wav(wav_pcm16(1, 8000, pcm, 24008), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_TOO_LONG);

    /* little of a long file is decoded */

    assert_int_equal(decode_wav(wav_pcm16(1, 8000, pcm, 160000), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_TOO_LONG);
    assert_true(got.n[0] <= 3 * 16000);

    free(pcm);
}


static void
test_headers(void **state)
{
    int64_t            ms;
    int16_t           *pcm;
    wav_t              w;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    pcm = wav_sine(32000, 440, 16000, 5000);
    ask = ask_mono();

    /* cut off in the sound: what is there counts */

    w = wav_pcm16(1, 16000, pcm, 32000);
    assert_int_equal(decode(w.data, 44 + 32001, &ask, &ms, &cause), ASR_OK);
    assert_int_equal(ms, 1000);

    /* cut off in the header */

    assert_int_equal(decode(w.data, 30, &ask, &ms, &cause), ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_FORMAT);
    assert_int_equal(got.calls, 0);
    free(w.data);

    /* a recorder that claims 4 GB, or nothing */

    assert_int_equal(decode_wav(wav_make(WAV_PCM, 1, 16000, 16, pcm, 64000,
                                         UINT32_MAX),
                                &ask, &ms, &cause),
                     ASR_OK);
    assert_int_equal(ms, 2000);
    assert_int_equal(decode_wav(wav_make(WAV_PCM, 1, 16000, 16, pcm, 64000,
                                         0xfffffff0),
                                &ask, &ms, &cause),
                     ASR_OK);
    assert_int_equal(ms, 2000);

    /* absurd rates; no channel */

    assert_int_equal(decode_wav(wav_pcm16(1, 1, pcm, 32000), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_FORMAT);
    assert_int_equal(decode_wav(wav_pcm16(1, 4000000000, pcm, 32000), &ask,
                                &ms, &cause),
                     ASR_INVALID);
    assert_int_equal(decode_wav(wav_pcm16(0, 16000, pcm, 32000), &ask, &ms,
                                &cause),
                     ASR_INVALID);

    free(pcm);
}


static void
test_refused(void **state)
{
    size_t             i;
    int64_t            ms;
    int16_t           *pcm;
    unsigned           seed;
    unsigned char      noise[70000];
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const char *const  texts[] = {
        "", "x", "hello, this is not audio",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n"
        "file:///etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\n"
        "t=0 0\r\nm=audio 5004 RTP/AVP 0\r\n",
        "RIFF", "RIFF\xff\xff\xff\xffWAVE", "<?xml version=\"1.0\"?><MPD/>",
    };

    ask = ask_mono();

    for (i = 0; i < asr_nelts(texts); i++) {
        assert_int_equal(decode(texts[i], strlen(texts[i]), &ask, &ms,
                                &cause),
                         ASR_INVALID);
        assert_int_equal(cause, ASR_CAUSE_FORMAT);
        assert_int_equal(got.calls, 0);
    }

    seed = 1;

    for (i = 0; i < sizeof(noise); i++) {
        seed = seed * 1103515245 + 12345;
        noise[i] = (unsigned char) (seed >> 16);
    }

    assert_int_equal(decode(noise, sizeof(noise), &ask, &ms, &cause),
                     ASR_INVALID);
    assert_true(cause == ASR_CAUSE_FORMAT || cause == ASR_CAUSE_CORRUPT);

    /* ATRAC3 inside WAV: the container is on the list, the codec is not */

    pcm = wav_sine(32000, 440, 16000, 5000);
    assert_int_equal(decode_wav(wav_make(WAV_ATRAC3, 1, 16000, 16, pcm, 64000,
                                         64000),
                                &ask, &ms, &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_FORMAT);

    /* declared as something else, as something unknown, absurdly */

    ask.format = asr_str("mp3");
    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 32000), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_FORMAT);

    ask.format = (asr_str_t) { sizeof(noise), (char *) noise };
    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 32000), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_FORMAT);

    ask.format = (asr_str_t) { 4, "wav\0" };
    assert_int_equal(decode_wav(wav_pcm16(1, 16000, pcm, 32000), &ask, &ms,
                                &cause),
                     ASR_INVALID);
    assert_int_equal(cause, ASR_CAUSE_FORMAT);

    free(pcm);
}


/* Every header byte changed in turn: an outcome of the contract each time. */

static void
test_mutated(void **state)
{
    size_t             i;
    int64_t            ms;
    int16_t           *pcm;
    wav_t              w;
    asr_err_t          rc;
    asr_cause_t        cause;
    asr_decode_ask_t   ask;

    static const unsigned char  values[] = { 0x00, 0xff };

    pcm = wav_sine(1600, 440, 16000, 5000);
    ask = ask_mono();
    ask.min_ms = 0;
    ask.max_ms = 60000;

    for (i = 0; i < 44 * sizeof(values); i++) {
        w = wav_pcm16(1, 16000, pcm, 1600);
        w.data[i / sizeof(values)] = values[i % sizeof(values)];
        rc = decode_wav(w, &ask, &ms, &cause);

        assert_true(rc == ASR_OK || rc == ASR_INVALID);
        assert_true((rc == ASR_OK) == (cause == ASR_CAUSE_NONE));
        assert_true(cause != ASR_CAUSE_INTERNAL);
        assert_true(ms >= 0 && ms <= 61000);
    }

    free(pcm);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_mutated),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
