/*
 * What the tests of asr-decode share.  Each test program runs a copy of
 * asr-decode of its own, so that its processes can be found by their path.
 */

#ifndef DECODE_H
#define DECODE_H

#include "unit.h"

#include <limits.h>
#include <signal.h>

#include "audio/asr_decode.h"
#include "wav.h"


#define DECODED_MAX  (20 * 16000)

typedef struct {
    int16_t    pcm[2][DECODED_MAX];
    size_t     n[2];
    size_t     calls;
    size_t     stop_at;          /* call to stop at; 0: none */
    pid_t      kill;             /* at the first call; 0: none */
    size_t     largest;
} decoded_t;


static char             dir[] = "/tmp/asr-test-decode-XXXXXX";
static char             path[PATH_MAX];
static asr_decoder_t   *decoder;
static decoded_t        got;
static char             logged[1024];


static inline void
log_line(int level, const char *line)
{
    (void) snprintf(logged, sizeof(logged), "%s", line);
}


static inline asr_err_t
collect(void *ctx, unsigned channel, const int16_t *pcm, size_t samples)
{
    decoded_t  *d = ctx;

    assert_true(channel < 2);
    assert_true(samples * 2 <= 65536);

    d->calls++;

    if (samples > d->largest) {
        d->largest = samples;
    }

    if (d->kill != 0) {
        assert_int_equal(kill(d->kill, SIGKILL), 0);
        d->kill = 0;
    }

    if (d->calls == d->stop_at) {
        return ASR_STOPPED;
    }

    if (d->n[channel] + samples <= DECODED_MAX) {
        memcpy(d->pcm[channel] + d->n[channel], pcm, samples * 2);
    }

    d->n[channel] += samples;

    return ASR_OK;
}


static inline asr_decode_ask_t
ask_mono(void)
{
    asr_decode_ask_t  ask;

    memset(&ask, 0, sizeof(ask));
    ask.channels = 1;
    ask.min_ms = 100;
    ask.max_ms = 5 * 3600 * 1000;

    return ask;
}


static inline asr_err_t
decode(const void *p, size_t n, const asr_decode_ask_t *ask, int64_t *ms,
    asr_cause_t *cause)
{
    int        fd;
    asr_err_t  rc;

    got.n[0] = 0;
    got.n[1] = 0;
    got.calls = 0;
    got.largest = 0;

    fd = wav_fd(p, n);
    rc = asr_decode(decoder, fd, ask, collect, &got, ms, cause);
    close(fd);

    return rc;
}


static inline asr_err_t
decode_wav(wav_t w, const asr_decode_ask_t *ask, int64_t *ms,
    asr_cause_t *cause)
{
    asr_err_t  rc;

    rc = decode(w.data, w.len, ask, ms, cause);
    free(w.data);

    return rc;
}


static inline int
setup(void **state)
{
    char         command[PATH_MAX * 2];
    const char  *program;

    program = getenv("ASR_DECODE");
    program = program != NULL ? program : "build/asr-decode";

    if (mkdtemp(dir) == NULL) {
        return -1;
    }

    (void) snprintf(path, sizeof(path), "%s/asr-decode", dir);
    (void) snprintf(command, sizeof(command), "cp '%s' '%s'", program, path);

    if (system(command) != 0) {
        return -1;
    }

    asr_log_set(log_line);
    decoder = asr_decoder_create(path);

    return decoder == NULL ? -1 : 0;
}


static inline int
teardown(void **state)
{
    asr_decoder_free(decoder);

    return unlink(path) == 0 && rmdir(dir) == 0 ? 0 : -1;
}


#endif /* DECODE_H */
