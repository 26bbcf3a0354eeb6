/*
 * Sound files that asr-mock-audio makes, read back by asr-decode.
 */

#define _GNU_SOURCE

#include "decode.h"

#include <spawn.h>
#include <sys/wait.h>

#include "asr_mock_embedded.h"
#include "audio/asr_vad.h"


#define PROGRAM  "build/sanitize/asr-mock-audio"
#define FILE_MAX (4 << 20)


extern char  **environ;

static char         file[FILE_MAX];
static size_t       file_n;
static char         said[1024];
static const char  *no_path[] = { "PATH=/nonexistent", NULL };


static size_t
slurp(int fd, char *p, size_t max)
{
    size_t   n;
    ssize_t  rc;

    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);

    for (n = 0; n < max; n += (size_t) rc) {
        rc = read(fd, p + n, max - n);
        assert_true(rc >= 0);

        if (rc == 0) {
            break;
        }
    }

    close(fd);

    return n;
}


/* Its status; its output is in file, its errors in said. */

static int
run_in(const char *name, const char *query, char *const *env)
{
    int                          out, err, status;
    pid_t                        pid;
    posix_spawn_file_actions_t   files;

    char  *argv[] = { PROGRAM, (char *) name, (char *) query, NULL };

    out = memfd_create("out", MFD_CLOEXEC);
    err = memfd_create("err", MFD_CLOEXEC);
    assert_int_equal(posix_spawn_file_actions_init(&files), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&files, out, 1), 0);
    assert_int_equal(posix_spawn_file_actions_adddup2(&files, err, 2), 0);
    assert_int_equal(posix_spawn(&pid, argv[0], &files, NULL, argv, env), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    posix_spawn_file_actions_destroy(&files);

    file_n = slurp(out, file, sizeof(file));
    said[slurp(err, said, sizeof(said) - 1)] = '\0';

    assert_true(WIFEXITED(status));

    return WEXITSTATUS(status);
}


static int
run(const char *name, const char *query)
{
    return run_in(name, query, environ);
}


static void
made(const char *name, const char *query)
{
    int  rc;

    rc = run(name, query);

    if (rc != 0 || said[0] != '\0') {
        fail_msg("%s?%s: status %d: %s", name, query, rc, said);
    }
}


static int64_t
decoded(asr_decode_ask_t *ask)
{
    int64_t      ms;
    asr_cause_t  cause;

    ms = -1;

    if (decode(file, file_n, ask, &ms, &cause) != ASR_OK) {
        fail_msg("was refused: %d", cause);
    }

    return ms;
}


/* Of the sound between 0.5 and 1.5 s. */

static int
crossings(const int16_t *pcm)
{
    int     n;
    size_t  i;

    for (n = 0, i = 8001; i <= 24000; i++) {
        n += (pcm[i - 1] < 0) != (pcm[i] < 0);
    }

    return n;
}


static double
power(const int16_t *pcm, size_t from, size_t to)
{
    size_t  i;
    double  sum;

    for (sum = 0, i = from; i < to; i++) {
        sum += (double) pcm[i] * pcm[i];
    }

    return sum / (double) (to - from);
}


static const struct {
    const char  *name;
    const char  *query;
    const char  *format;         /* as clients declare it */
    int          rate;
    int          channels;
    int          extra_ms;       /* what a codec may add */
} kinds[] = {
    { "tone.wav", "", "wav", 16000, 1, 0 },
    { "tone.wav", "bits=8", "wav", 16000, 1, 0 },
    { "tone.wav", "bits=24&channels=2&rate=44100", "wav", 44100, 2, 0 },
    { "tone.wav", "bits=32&rate=48000", "wav", 48000, 1, 0 },
    { "tone.wav", "codec=pcm&rate=8000&channels=6", "wav", 8000, 6, 0 },
    { "tone.wav", "codec=alaw&rate=8000", "wav", 8000, 1, 0 },
    { "tone.wav", "codec=ulaw&rate=8000&channels=2", "wav", 8000, 2, 0 },
    { "tone.wav", "codec=adpcm", "wav", 16000, 1, 130 },
    { "tone.mp3", "", "mp3", 16000, 1, 120 },
    { "tone.mp3", "rate=44100&channels=2", "mp3", 44100, 2, 120 },
    { "tone.mp3", "rate=8000", "mp3", 8000, 1, 250 },
    { "tone.flac", "", "", 16000, 1, 0 },
    { "tone.flac", "bits=24&rate=96000&channels=2", "", 96000, 2, 0 },
    { "tone.ogg", "", "ogg", 16000, 1, 10 },
    { "tone.ogg", "rate=44100&channels=2", "ogg", 44100, 2, 10 },
    { "tone.ogg", "codec=opus&channels=2", "ogg", 48000, 2, 30 },
    { "tone.opus", "", "opus", 48000, 1, 30 },
    { "tone.opus", "rate=48000&channels=2", "opus", 48000, 2, 30 },
    { "tone.m4a", "", "m4a", 16000, 1, 130 },
    { "tone.m4a", "rate=44100&channels=2", "m4a", 44100, 2, 130 },
    { "tone.aac", "", "m4a", 16000, 1, 200 },
    { "tone.aac", "rate=48000&channels=2", "m4a", 48000, 2, 200 },
};


static void
test_kinds(void **state)
{
    int                n, least;
    size_t             i, c;
    int64_t            ms;
    asr_decode_ask_t   ask;

    for (i = 0; i < asr_nelts(kinds); i++) {
        made(kinds[i].name, kinds[i].query);

        ask = ask_mono();
        ask.format = asr_cstr(kinds[i].format);
        ask.sample_rate = kinds[i].rate;
        ask.channels = kinds[i].channels == 2 ? 2 : 1;
        ask.channels_strict = kinds[i].channels <= 2;
        ms = decoded(&ask);

        if (ms < 2000 || ms > 2001 + kinds[i].extra_ms) {
            fail_msg("%s?%s: %d ms", kinds[i].name, kinds[i].query, (int) ms);
        }

        for (c = 0; c < (size_t) ask.channels; c++) {
            n = crossings(got.pcm[c]);
            least = (int) sqrt(power(got.pcm[c], 8000, 24000));

            if (n < 879 || n > 881 || least < 11000 || least > 12200) {
                fail_msg("%s?%s: %d crossings, level %d", kinds[i].name,
                         kinds[i].query, n, least);
            }
        }
    }
}


static unsigned
le(size_t at, int bytes)
{
    unsigned  v;

    for (v = 0; bytes != 0; bytes--) {
        v = v << 8 | (unsigned char) file[at + (size_t) bytes - 1];
    }

    return v;
}


static void
test_wav_heads(void **state)
{
    size_t  i;

    static const struct {
        const char  *query;
        unsigned     tag;
        unsigned     channels;
        unsigned     rate;
        unsigned     bits;
        size_t       sound;
    } heads[] = {
        { "seconds=1", 1, 1, 16000, 16, 32000 },
        { "seconds=0.5&bits=8", 1, 1, 16000, 8, 8000 },
        { "seconds=1.25&channels=2&rate=8000", 1, 2, 8000, 16, 40000 },
        { "seconds=1&bits=24", 1, 1, 16000, 24, 48000 },
        { "seconds=1&codec=alaw&rate=8000", 6, 1, 8000, 8, 8000 },
        { "seconds=1&codec=ulaw&rate=8000", 7, 1, 8000, 8, 8000 },
        { "seconds=1&codec=adpcm", 2, 1, 16000, 4, 8000 },
        { "seconds=0.01&rate=4000&freq=100", 1, 1, 4000, 16, 80 },
    };

    for (i = 0; i < asr_nelts(heads); i++) {
        made("tone.wav", heads[i].query);

        assert_memory_equal(file, "RIFF", 4);
        assert_int_equal(le(4, 4), file_n - 8);

        if (le(20, 2) != 0xfffe) {
            assert_int_equal(le(20, 2), heads[i].tag);
        }

        assert_int_equal(le(22, 2), heads[i].channels);
        assert_int_equal(le(24, 4), heads[i].rate);
        assert_int_equal(le(34, 2), heads[i].bits);
        assert_in_range(file_n, heads[i].sound + 44, heads[i].sound + 900);
    }

    made("tone.pcm", "seconds=1&rate=8000&channels=2");
    assert_int_equal(file_n, 32000);
}


/* A tone's own part of what is heard, and the rest, in dB. */

static double
snr(const int16_t *pcm, double hz, size_t n)
{
    size_t  i;
    double  s, c, x;

    for (s = 0, c = 0, i = 0; i < n; i++) {
        x = 2 * M_PI * hz * (double) i / 16000;
        s += pcm[i] * sin(x) * 2 / (double) n;
        c += pcm[i] * cos(x) * 2 / (double) n;
    }

    x = (s * s + c * c) / 2;

    return 10 * log10(x / (power(pcm, 0, n) - x));
}


static void
test_noise(void **state)
{
    int                levels[] = { -20, -5, 0, 10, 20, 40 };
    char               query[64];
    size_t             i, k, same;
    double             db;
    asr_decode_ask_t   ask;

    ask = ask_mono();
    ask.channels = 2;

    for (i = 0; i < asr_nelts(levels); i++) {
        (void) snprintf(query, sizeof(query),
                        "freq=1000&seconds=4&channels=2&noise=%d", levels[i]);
        made("tone.wav", query);
        (void) decoded(&ask);

        for (k = 0; k < 2; k++) {
            db = snr(got.pcm[k], 1000, 64000);

            if (fabs(db - levels[i]) > 0.7) {
                fail_msg("%s: %.2f dB", query, db);
            }
        }

        for (same = 0, k = 0; k < 64000; k++) {
            same += got.pcm[0][k] == got.pcm[1][k];
            assert_true(abs(got.pcm[0][k]) < 32767);
        }

        assert_true(same < 16000);
    }

    made("noise.wav", "");
    ask.channels = 1;
    assert_int_equal(decoded(&ask), 2000);
    assert_in_range(sqrt(power(got.pcm[0], 0, 32000)), 3100, 3450);

    made("silence.wav", "seconds=3");
    assert_int_equal(decoded(&ask), 3000);
    assert_true(power(got.pcm[0], 0, 48000) == 0);
}


/* What a murmur is for: voice activity, of the length asked for. */

static void
test_murmur(void **state)
{
    size_t             i, n;
    int64_t            ms;
    asr_vad_t         *vad;
    asr_decode_ask_t   ask;

    static const char  *names[] = {
        "never.wav", "slow-30s.wav", "fail-FailedOperation.ErrorDownFile.wav",
        "never.mp3",
    };

    ask = ask_mono();

    for (i = 0; i < asr_nelts(names); i++) {
        made(names[i], "");
        ms = decoded(&ask);
        assert_in_range(ms, 2000, 2120);

        vad = asr_vad_create();
        assert_non_null(vad);
        assert_int_equal(asr_vad_feed(vad, got.pcm[0], got.n[0]), ASR_OK);
        assert_int_equal(asr_vad_end(vad), ASR_OK);
        (void) asr_vad_spans(vad, &n);
        assert_true(n != 0);
        asr_vad_free(vad);
    }
}


static void
embedded(const char *name, const char *query, const char *want)
{
    asr_err_t          rc;
    asr_str_t          s, text;
    asr_arena_t        a;
    asr_mock_reader_t  r;

    made(name, query);
    asr_arena_init(&a, 1 << 20);
    s = (asr_str_t) { file_n, file };
    r = asr_mock_reader_mem(&s);
    rc = asr_mock_embedded(&r, &a, &text);

    if (rc != (want != NULL ? ASR_OK : ASR_NOTFOUND)
        || (want != NULL && !asr_str_eq(text, asr_cstr(want))))
    {
        fail_msg("%s?%s: %d, \"%.*s\"", name, query, rc, asr_fmt(text));
    }

    asr_arena_free(&a);
}


static void
test_texts(void **state)
{
    size_t  i;
    char    name[64], query[6000], text[4097];

    static const char  *tagged[] = { "wav", "mp3", "flac", "ogg", "opus" };
    static const char  *bare[] = { "m4a", "aac", "pcm" };

    for (i = 0; i < asr_nelts(tagged); i++) {
        (void) snprintf(name, sizeof(name), "tone.%s", tagged[i]);
        embedded(name, "", NULL);
        embedded(name, "asr=Hello+there,%20caf%C3%A9%3f",
                 "Hello there, caf\xc3\xa9?");

        (void) snprintf(name, sizeof(name), "say-hello-world.%s", tagged[i]);
        embedded(name, "", "hello world");
        embedded(name, "asr=other", "other");
        embedded(name, "asr=", NULL);

        (void) snprintf(name, sizeof(name), "speech.%s", tagged[i]);
        embedded(name, "text=How+are+you%3F", "How are you?");
        embedded(name, "", "This is a recording that was made for a test.");
    }

    embedded("tone.ogg", "codec=opus&asr=x", "x");

    /* one tag, and then the sound */

    embedded("tone.mp3", "asr=x", "x");
    assert_memory_equal(file, "ID3\x04", 4);
    assert_int_equal(file[9], 21);
    assert_memory_equal(file + 10 + 21, "\xff\xf3", 2);

    for (i = 0; i < asr_nelts(bare); i++) {
        (void) snprintf(name, sizeof(name), "tone.%s", bare[i]);
        embedded(name, "asr=hello", NULL);
    }

    /* the longest text there may be */

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    (void) snprintf(query, sizeof(query), "asr=%s", text);

    for (i = 0; i < asr_nelts(tagged); i++) {
        (void) snprintf(name, sizeof(name), "tone.%s", tagged[i]);
        embedded(name, query, text);
    }
}


static void
test_speech(void **state)
{
    size_t             i, n, first;
    int64_t            ms, slow;
    double             loud;
    asr_vad_t         *vad;
    asr_decode_ask_t   ask;

    static const char  *queries[] = {
        "text=one+two+three+four+five",
        "text=one+two+three+four+five&rate=8000",
        "text=one+two+three+four+five&rate=48000&channels=2",
    };

    ask = ask_mono();
    first = 0;

    for (i = 0; i < asr_nelts(queries); i++) {
        made("speech.wav", queries[i]);
        ms = decoded(&ask);
        assert_in_range(ms, 1200, 2600);

        /* at any rate it is as long and as loud */

        first = i == 0 ? (size_t) ms : first;
        assert_in_range(ms, first - 1, first + 1);
        loud = sqrt(power(got.pcm[0], 0, got.n[0]));
        assert_in_range(loud, 1500, 8000);

        vad = asr_vad_create();
        assert_non_null(vad);
        assert_int_equal(asr_vad_feed(vad, got.pcm[0], got.n[0]), ASR_OK);
        assert_int_equal(asr_vad_end(vad), ASR_OK);
        (void) asr_vad_spans(vad, &n);
        assert_true(n != 0);
        asr_vad_free(vad);
    }

    made("speech.wav", "text=one+two+three+four+five&speed=100");
    slow = decoded(&ask);
    assert_true(slow > (int64_t) first * 13 / 10);

    made("speech.wav", "text=one+two+three+four+five&seconds=6");
    assert_int_equal(decoded(&ask), 6000);
    assert_true(power(got.pcm[0], 80000, 96000) == 0);
    assert_true(power(got.pcm[0], 0, 16000) > 10000);

    made("speech.wav", "text=one+two+three+four+five&seconds=0.5");
    assert_int_equal(decoded(&ask), 500);

    made("say-hi.wav", "voice=en-gb%2bf3");
    assert_true(decoded(&ask) > 200);
}


static void
test_same(void **state)
{
    char    *was;
    size_t   i, n;

    static const struct {
        const char  *name;
        const char  *query;
    } calls[] = {
        { "noise.wav", "" }, { "never.mp3", "noise=10" },
        { "tone.flac", "noise=20" }, { "tone.ogg", "noise=20" },
        { "tone.ogg", "codec=opus" }, { "tone.opus", "noise=5&channels=2" },
        { "tone.m4a", "noise=5" }, { "tone.aac", "noise=5" },
        { "say-hello-world.mp3", "noise=20" }, { "speech.m4a", "text=twice" },
    };

    for (i = 0; i < asr_nelts(calls); i++) {
        made(calls[i].name, calls[i].query);
        n = file_n;
        was = malloc(n);
        assert_non_null(was);
        memcpy(was, file, n);

        made(calls[i].name, calls[i].query);
        assert_int_equal(file_n, n);
        assert_memory_equal(file, was, n);
        free(was);
    }

    /* another call, another noise */

    made("noise.wav", "seconds=1");
    was = malloc(file_n);
    assert_non_null(was);
    n = file_n;
    memcpy(was, file, n);
    made("noise.wav", "seconds=1.0");
    assert_int_equal(file_n, n);
    assert_memory_equal(file, was, 44);
    assert_true(memcmp(file + 44, was + 44, n - 44) != 0);
    free(was);
}


static void
test_refused(void **state)
{
    int     rc;
    char    long_text[8192], *end;
    size_t  i;

    static const struct {
        const char  *name;
        const char  *query;
        const char  *words;
    } calls[] = {
        { "tone", "", "NAME.EXT" },
        { ".wav", "", "NAME.EXT" },
        { "", "", "NAME.EXT" },
        { "tone.", "", "extension \"\"" },
        { "tone.exe", "", "extension \"exe\"" },
        { "tones.wav", "", "sound \"tones\"" },
        { "../tone.wav", "", "sound \"../tone\"" },
        { "fail-.wav", "", "sound" },
        { "say-.wav", "", "sound" },
        { "say---.wav", "", "wants words" },
        { "say-\xff.wav", "", "no UTF-8" },
        { "tone.wav", "secs=2", "unknown parameter \"secs\"" },
        { "tone.wav", "Seconds=2", "unknown parameter" },
        { "tone.wav", "seconds=1&seconds=2", "twice" },
        { "tone.wav", "seconds=", "seconds is \"\"" },
        { "tone.wav", "seconds=0", "from 0.01 to 600" },
        { "tone.wav", "seconds=601", "from 0.01 to 600" },
        { "tone.wav", "seconds=1e2", "seconds is \"1e2\"" },
        { "tone.wav", "seconds=nan", "seconds is" },
        { "tone.wav", "seconds=1.", "seconds is" },
        { "tone.wav", "seconds=%", "malformed" },
        { "tone.wav", "rate=16000.5", "whole number" },
        { "tone.wav", "rate=192001", "rate is" },
        { "tone.wav", "rate=99999999999999999999", "rate is" },
        { "tone.wav", "rate=-16000", "rate is" },
        { "tone.wav", "channels=9", "channels is" },
        { "tone.wav", "channels=0", "channels is" },
        { "tone.wav", "bits=12", "\"bits\"" },
        { "tone.wav", "codec=mp3", "\"codec\"" },
        { "tone.wav", "codec=alaw&bits=16", "\"codec\" or \"bits\"" },
        { "tone.mp3", "bits=16", "\"bits\"" },
        { "tone.pcm", "bits=8", "\"bits\"" },
        { "tone.wav", "freq=8001", "half the rate" },
        { "tone.wav", "freq=0", "freq is" },
        { "silence.wav", "freq=100", "means nothing" },
        { "silence.wav", "noise=10", "means nothing" },
        { "noise.wav", "noise=10", "means nothing" },
        { "tone.wav", "noise=101", "noise is" },
        { "tone.wav", "text=hello", "means nothing" },
        { "tone.wav", "voice=en", "means nothing" },
        { "say-a.wav", "text=hello", "means nothing" },
        { "speech.wav", "text=", "text is empty" },
        { "speech.wav", "text=%ff", "no UTF-8" },
        { "speech.wav", "text=a%00b", "no UTF-8" },
        { "tone.wav", "asr=%ff", "no UTF-8" },
        { "speech.wav", "voice=../../x", "voice is" },
        { "speech.wav", "voice=-w", "voice is" },
        { "speech.wav", "voice=", "voice is" },
        { "speech.wav", "voice=nosuchvoice", "no voice \"nosuchvoice\"" },
        { "speech.wav", "speed=79", "speed is" },
        { "tone.wav", "seconds=600&rate=192000&channels=8", "samples" },
        { "tone.mp3", "rate=16001", "no rate" },
        { "tone.mp3", "channels=3", "3 channels" },
        { "tone.opus", "rate=44100", "no rate" },
        { "tone.wav", "x%0ay=1", "\"x?y\"" },
    };

    for (i = 0; i < asr_nelts(calls); i++) {
        rc = run(calls[i].name, calls[i].query);
        end = strchr(said, '\n');

        if (rc != 2 || file_n != 0 || end == NULL || end[1] != '\0'
            || strstr(said, calls[i].words) == NULL)
        {
            fail_msg("%s?%s: status %d, %zu bytes: %s", calls[i].name,
                     calls[i].query, rc, file_n, said);
        }
    }

    memset(long_text, 'a', sizeof(long_text));
    memcpy(long_text, "text=", 5);
    long_text[5 + 4097] = '\0';
    assert_int_equal(run("speech.wav", long_text), 2);
    assert_non_null(strstr(said, "4096 bytes"));

    /* how it is served is the server's */

    made("tone.wav", "slow=1000&truncate=5&type=a/b&redirect=1&status=404");
    assert_int_equal(file_n, 64044);
}


/* What an installation may lack. */

static void
test_lacking(void **state)
{
    int  rc;

    rc = run_in("speech.wav", "", (char *const *) no_path);
    assert_int_equal(rc, 1);
    assert_int_equal(file_n, 0);
    assert_string_equal(said, "speech needs the program espeak-ng, which is "
                        "not installed\n");

    /* Debian's usual FFmpeg has no encoder of it; another one may */

    rc = run("tone.amr", "");

    if (rc == 0) {
        assert_memory_equal(file, "#!AMR\n", 6);

    } else {
        assert_int_equal(rc, 2);
        assert_non_null(strstr(said, "libopencore_amrnb"));
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_wav_heads),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_murmur),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_speech),
        cmocka_unit_test(test_same),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_lacking),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
