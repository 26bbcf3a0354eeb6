/*
 * The recogniser threads: what becomes of recordings, of silence, of files
 * that are none.
 */

#define _GNU_SOURCE

#include "runner_fixture.h"


#define WORDS  512


typedef struct {
    char    text[8192];
    char   *words[WORDS];
    size_t  n;
} text_t;


static void
split(text_t *t)
{
    char  *p, *save;

    t->n = 0;

    for (p = strtok_r(t->text, " \n", &save); p != NULL;
         p = strtok_r(NULL, " \n", &save))
    {
        if (p[0] != '<' && p[0] != '(') {
            assert_true(t->n < WORDS);
            t->words[t->n++] = p;
        }
    }
}


/* The transcription of clip number i, or of all. */

static void
reference(int clip, text_t *t)
{
    int     i;
    char    line[1024];
    FILE   *f;
    size_t  n;

    f = fopen(WAV_LIBRIVOX "transcription", "r");
    assert_non_null(f);
    t->text[0] = '\0';

    for (i = 0; fgets(line, sizeof(line), f) != NULL; i++) {
        if (clip < 0 || clip == i) {
            n = strlen(t->text);
            (void) snprintf(t->text + n, sizeof(t->text) - n, "%s", line);
        }
    }

    fclose(f);
    split(t);
}


static void
append(text_t *t, const asr_result_t *r, int32_t channel)
{
    size_t  i, n;

    for (i = 0; i < r->nsentences; i++) {
        if (r->sentences[i].channel == channel) {
            n = strlen(t->text);
            (void) snprintf(t->text + n, sizeof(t->text) - n, "%.*s ",
                            asr_fmt(r->sentences[i].text));
        }
    }
}


/* Substitutions, insertions and deletions that make a out of b. */

static size_t
distance(const text_t *a, const text_t *b)
{
    size_t         i, k, diagonal, up;
    static size_t  row[WORDS + 1];

    for (k = 0; k <= b->n; k++) {
        row[k] = k;
    }

    for (i = 1; i <= a->n; i++) {
        diagonal = row[0];
        row[0] = i;

        for (k = 1; k <= b->n; k++) {
            up = row[k];
            row[k] = strcmp(a->words[i - 1], b->words[k - 1]) == 0
                     ? diagonal
                     : 1 + (diagonal < up ? (diagonal < row[k - 1]
                                             ? diagonal : row[k - 1])
                                          : (up < row[k - 1] ? up
                                             : row[k - 1]));
            diagonal = up;
        }
    }

    return row[b->n];
}


static void
test_recordings(void **state)
{
    int           i;
    size_t        wrong, words;
    int64_t       ids[CLIPS];
    double        wer, rtf;
    asr_result_t  r;
    text_t        said, heard;

    memset(&counters, 0, sizeof(counters));
    open_store();
    start(2, decode_path);

    for (i = 0; i < CLIPS; i++) {
        ids[i] = submit(clip_wav(i));
    }

    heard.text[0] = '\0';
    words = 0;

    for (i = 0; i < CLIPS; i++) {
        r = result_of(ids[i]);
        assert_int_equal(r.channels, 1);
        words += check_result(&r);
        append(&heard, &r, 0);
    }

    stop();

    reference(-1, &said);
    split(&heard);
    wrong = distance(&said, &heard);
    wer = (double) wrong / (double) said.n;
    rtf = (double) counters.cpu_ms / (double) counters.recognised_ms;

    print_message("%zu words, %.1f %% wrong; %.1f s audio, %.1f s of it in "
                  "%d segments, %.2f s cpu for each second\n", said.n,
                  wer * 100, (double) counters.audio_ms / 1000,
                  (double) counters.recognised_ms / 1000,
                  (int) counters.segments, rtf);

    assert_true(wer < 0.5);
    assert_true(rtf > 0.01 && rtf < 20.0);
    assert_int_equal(counters.words, words);
    assert_int_equal(counters.tasks_succeeded, CLIPS);
    assert_int_equal(counters.tasks_failed, 0);
    assert_true(counters.segments >= CLIPS);
    assert_int_equal(counters.segment_retries, 0);
    assert_true(counters.audio_ms > 15000);
    assert_true(counters.turnaround_ms > 0);
    assert_int_equal(fx_files("pcm"), 0);
}


/* One file of several utterances, 8 kHz stereo: speakers kept apart. */

static void
test_channels(void **state)
{
    size_t         i, n;
    int64_t        id;
    int16_t       *all, *both;
    asr_result_t   r;
    text_t         said, heard;

    open_store();
    start(2, decode_path);

    all = all_clips(&n);
    both = calloc(n, 2 * sizeof(int16_t));
    assert_non_null(both);

    /* the right one is half a clip later than the left */

    for (i = 0; i < n; i++) {
        both[2 * i] = all[i];
        both[2 * ((i + 40000) % n) + 1] = all[i] / 2;
    }

    id = submit_as(wav_pcm16(2, 16000, both, 2 * n), 2, "16k_en");
    r = result_of(id);
    assert_int_equal(r.channels, 2);
    assert_true(r.nsentences >= 8);
    check_result(&r);

    reference(-1, &said);
    heard.text[0] = '\0';
    append(&heard, &r, 0);
    split(&heard);
    assert_true(distance(&said, &heard) * 2 < said.n);

    heard.text[0] = '\0';
    append(&heard, &r, 1);
    split(&heard);
    assert_true(heard.n * 2 > said.n);

    stop();
    assert_int_equal(fx_files("pcm"), 0);
    free(all);
    free(both);
}


/* Inline audio without speech: a result without sentences. */

static void
test_silence(void **state)
{
    size_t         i;
    int64_t        ids[3];
    int16_t       *tone, zeros[16000];
    unsigned char  mulaw[16000];
    asr_result_t   r;

    memset(&counters, 0, sizeof(counters));
    open_store();
    start(1, decode_path);

    memset(mulaw, 0xff, sizeof(mulaw));
    memset(zeros, 0, sizeof(zeros));
    tone = wav_sine(32000, 440, 16000, 10000);

    ids[0] = submit(wav_make(WAV_MULAW, 1, 8000, 8, mulaw, sizeof(mulaw),
                             sizeof(mulaw)));
    ids[1] = submit(wav_pcm16(1, 16000, zeros, 16000));
    ids[2] = submit(wav_pcm16(1, 16000, tone, 32000));

    for (i = 0; i < 3; i++) {
        r = result_of(ids[i]);
        assert_int_equal(r.audio_ms, i == 1 ? 1000 : 2000);
        assert_int_equal(check_result(&r), 0);
    }

    stop();
    assert_int_equal(counters.tasks_succeeded, 3);
    assert_int_equal(counters.words, 0);
    free(tone);
}


static wav_t
bytes(const void *p, size_t n)
{
    wav_t  w;

    w.len = n;
    w.data = malloc(n);
    assert_non_null(w.data);
    memcpy(w.data, p, n);

    return w;
}


static void
test_failures(void **state)
{
    int16_t   *tone;
    asr_op_t   op;
    int64_t    id;

    memset(&counters, 0, sizeof(counters));
    open_store();
    start(2, decode_path);
    tone = wav_sine(16000, 440, 16000, 10000);

    assert_int_equal(cause_of(submit(wav_pcm16(1, 16000, tone, 15000))),
                     ASR_CAUSE_TOO_SHORT);
    assert_int_equal(cause_of(submit(bytes("\x7f\x12garbage", 9))),
                     ASR_CAUSE_FORMAT);
    assert_int_equal(cause_of(submit(bytes("#EXTM3U\nfile:///etc/passwd\n",
                                           27))),
                     ASR_CAUSE_FORMAT);
    assert_int_equal(cause_of(submit_as(wav_pcm16(1, 16000, tone, 16000), 1,
                                        "16k_zh")),
                     ASR_CAUSE_NO_MODEL);

    /* declared otherwise than it is */

    fx_task(&op, "demo");
    op.task.format = asr_str("mp3");
    {
        wav_t             w;
        asr_spool_file_t  f;

        w = wav_pcm16(1, 16000, tone, 16000);
        fx_audio(&op, &f, w.data, w.len, ASR_SPOOL_INLINE);
        assert_int_equal(asr_store_call(fx.s, &op), ASR_OK);
        free(w.data);
    }
    id = op.task.id;
    assert_int_equal(cause_of(id), ASR_CAUSE_FORMAT);

    stop();
    assert_int_equal(counters.tasks_failed, 5);
    assert_int_equal(counters.decode_failures, 4);
    assert_int_equal(counters.tasks_succeeded, 0);
    assert_int_equal(fx_files("pcm"), 0);
    free(tone);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_recordings),
        STORE_TEST(test_channels),
        STORE_TEST(test_silence),
        STORE_TEST(test_failures),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
