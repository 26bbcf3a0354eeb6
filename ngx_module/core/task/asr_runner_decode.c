/*
 * Decoding a task's audio: through asr-decode into the spool's PCM files and
 * the voice activity detection, whose spans become the task's segments.
 *
 * A task may want a window of its audio only (window_start_ms and window_ms of
 * its parameters): what is outside is not looked at for voice, and is a hole
 * in the PCM file, so that all times remain those of the whole audio.
 *
 * PCM is written to a new file each time, never over an old one: a process
 * that lost its lease while decoding goes on writing into a file that has no
 * name any more.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/mman.h>

#include "../audio/asr_vad.h"
#include "../base/asr_clock.h"
#include "../base/asr_json.h"
#include "asr_runner_work.h"


#define ASR_WORK_RATE    16                      /* samples in a ms */
#define ASR_WORK_WINDOW  INT64_C(1000000000)     /* ms */
#define ASR_WORK_PARAMS  (4 * 1024 * 1024)       /* a task's, as a tree */


/* A decoding in progress, one channel. */

typedef struct {
    int         fd;              /* -1: the channel was not asked for */
    int64_t     pos;             /* samples seen */
    asr_vad_t  *vad;
} asr_work_track_t;

typedef struct {
    asr_runner_t      *runner;
    int64_t            task_id;
    int64_t            from;     /* the window, in samples */
    int64_t            to;
    asr_work_track_t   tracks[ASR_CHANNELS_MAX];
} asr_work_decode_t;


static asr_err_t
asr_work_write(int fd, const void *p, size_t n)
{
    ssize_t      rc;
    const char  *s = p;

    while (n != 0) {
        rc = write(fd, s, n);

        if (rc < 0) {
            if (errno == EINTR) {
                continue;
            }

            asr_log(ASR_LOG_ERR, "cannot write PCM: %s", strerror(errno));
            return ASR_IO;
        }

        s += rc;
        n -= (size_t) rc;
    }

    return ASR_OK;
}


/* asr_pcm_pt; inside the engine. */

static asr_err_t
asr_work_pcm(void *ctx, unsigned channel, const int16_t *pcm, size_t samples)
{
    int64_t             from, to;
    asr_err_t           rc;
    asr_work_track_t   *track;
    asr_work_decode_t  *d = ctx;

    if (d->runner->stop) {
        return ASR_STOPPED;
    }

    track = &d->tracks[channel];

    if (track->fd < 0) {
        return ASR_INVALID;
    }

    /* what of these samples is in the window */

    from = d->from > track->pos ? d->from - track->pos : 0;
    to = d->to - track->pos;
    track->pos += (int64_t) samples;

    if (to > (int64_t) samples) {
        to = (int64_t) samples;
    }

    if (from >= to) {
        return ASR_OK;
    }

    pcm += from;
    samples = (size_t) (to - from);

    rc = asr_work_write(track->fd, pcm, samples * sizeof(int16_t));

    return rc == ASR_OK ? asr_vad_feed(track->vad, pcm, samples) : rc;
}


static asr_err_t
asr_work_window(asr_work_decode_t *d, const asr_task_t *task)
{
    int64_t            from, length;
    asr_json_t        *params;
    asr_arena_t        arena;
    asr_json_error_t   err;

    d->from = 0;
    d->to = INT64_MAX;

    if (task->params.len == 0) {
        return ASR_OK;
    }

    asr_arena_init(&arena, ASR_WORK_PARAMS);

    params = asr_json_parse(&arena, task->params, &err);
    from = asr_json_get_int(params, "window_start_ms", 0);
    length = asr_json_get_int(params, "window_ms", 0);

    asr_arena_free(&arena);

    if (from < 0 || from > ASR_WORK_WINDOW || length < 0
        || length > ASR_WORK_WINDOW)
    {
        return ASR_INVALID;
    }

    d->from = from * ASR_WORK_RATE;

    if (length != 0) {
        d->to = (from + length) * ASR_WORK_RATE;
    }

    return ASR_OK;
}


/* Before the engine is entered: the spool is not to be touched inside. */

static asr_err_t
asr_work_open(asr_work_decode_t *d, asr_runner_t *r, const asr_task_t *task)
{
    int  c, n;

    memset(d, 0, sizeof(asr_work_decode_t));
    d->runner = r;
    d->task_id = task->id;

    for (c = 0; c < ASR_CHANNELS_MAX; c++) {
        d->tracks[c].fd = -1;
    }

    if (asr_work_window(d, task) != ASR_OK) {
        asr_log(ASR_LOG_ERR, "task %lld: its window of time is not one",
                (long long) task->id);
        return ASR_INVALID;
    }

    asr_spool_remove_pcm(r->conf.spool, task->id);
    n = task->channels == 2 ? 2 : 1;

    for (c = 0; c < n; c++) {
        d->tracks[c].fd = asr_spool_open_pcm(r->conf.spool, task->id,
                                             (unsigned) c,
                                             O_WRONLY|O_CREAT|O_EXCL);
        if (d->tracks[c].fd < 0) {
            asr_log(ASR_LOG_ERR, "cannot make a PCM file: %s",
                    strerror(errno));
            return ASR_IO;
        }

        if (lseek(d->tracks[c].fd, d->from * (off_t) sizeof(int16_t),
                  SEEK_SET)
            == -1)
        {
            return ASR_IO;
        }

        d->tracks[c].vad = asr_vad_create();

        if (d->tracks[c].vad == NULL) {
            return ASR_NOMEM;
        }
    }

    return ASR_OK;
}


static void
asr_work_close(asr_work_decode_t *d)
{
    int  c;

    for (c = 0; c < ASR_CHANNELS_MAX; c++) {
        asr_vad_free(d->tracks[c].vad);

        if (d->tracks[c].fd >= 0) {
            close(d->tracks[c].fd);
        }
    }
}


/* -1 with errno. */

static int
asr_work_inline(asr_str_t bytes)
{
    int  fd, err;

    fd = memfd_create("asr-audio", MFD_CLOEXEC);

    if (fd < 0) {
        return -1;
    }

    if (asr_work_write(fd, bytes.data, bytes.len) != ASR_OK) {
        err = errno;
        close(fd);
        errno = err;
        return -1;
    }

    return fd;
}


static asr_segment_t *
asr_work_segments(asr_work_decode_t *d, asr_arena_t *a, size_t *count)
{
    size_t             n[ASR_CHANNELS_MAX], at[ASR_CHANNELS_MAX], i;
    unsigned           c, next;
    asr_segment_t     *segments;
    const asr_span_t  *spans[ASR_CHANNELS_MAX];

    *count = 0;

    for (c = 0; c < ASR_CHANNELS_MAX; c++) {
        at[c] = 0;
        n[c] = 0;
        spans[c] = NULL;

        if (d->tracks[c].vad != NULL) {
            spans[c] = asr_vad_spans(d->tracks[c].vad, &n[c]);
        }

        *count += n[c];
    }

    segments = asr_arena_zalloc(a, *count * sizeof(asr_segment_t));
    if (segments == NULL) {
        return NULL;
    }

    for (i = 0; i < *count; i++) {
        next = 0;

        for (c = 1; c < ASR_CHANNELS_MAX; c++) {
            if (at[c] < n[c]
                && (at[next] == n[next]
                    || spans[c][at[c]].start < spans[next][at[next]].start))
            {
                next = c;
            }
        }

        segments[i].task_id = d->task_id;
        segments[i].index = (int32_t) i;
        segments[i].channel = (int32_t) next;
        segments[i].start = d->from + spans[next][at[next]].start;
        segments[i].length = spans[next][at[next]].length;
        at[next]++;
    }

    return segments;
}


/*
 * All PCM is in: it goes to the disk before the store says that it is there.
 */

static asr_err_t
asr_work_settle(asr_work_decode_t *d)
{
    int        c;
    asr_err_t  rc;

    rc = ASR_OK;

    for (c = 0; c < ASR_CHANNELS_MAX && rc == ASR_OK; c++) {

        if (d->tracks[c].vad != NULL) {
            rc = asr_vad_end(d->tracks[c].vad);
        }

        if (rc == ASR_OK && d->tracks[c].fd >= 0
            && fdatasync(d->tracks[c].fd) != 0)
        {
            asr_log(ASR_LOG_ERR, "cannot write PCM: %s", strerror(errno));
            rc = ASR_IO;
        }
    }

    return rc;
}


/* The decoding's outcome is ASR_OK: tells the store. */

static void
asr_work_decoded(asr_runner_thread_t *t, asr_work_decode_t *d,
    asr_task_t *task, int64_t audio_ms, asr_arena_t *a)
{
    asr_op_t        op;
    asr_err_t       rc;
    asr_runner_t   *r;
    asr_segment_t  *segments;
    size_t          n;

    r = t->runner;
    segments = asr_work_segments(d, a, &n);
    rc = ASR_NOMEM;

    if (segments != NULL) {
        asr_work_op(&op, ASR_OP_DECODED, a);
        op.claim = ASR_CLAIM_DECODE;
        op.task.id = task->id;
        op.task.audio_ms = audio_ms;
        op.segments = segments;
        op.nsegments = n;

        rc = asr_work_call(r, &op);
    }

    if (rc == ASR_OK) {
        r->conf.counters->audio_ms += (uint64_t) audio_ms;

        if (n == 0) {
            task->audio_ms = audio_ms;
            asr_work_finish(t, task, a);
        }

    } else if (rc == ASR_STOPPED) {
        asr_work_release(r, ASR_CLAIM_DECODE, task, NULL);

    } else if (rc != ASR_NOTFOUND) {
        asr_work_retry(r, ASR_CLAIM_DECODE, task);
    }
}


static void
asr_work_audio(asr_runner_thread_t *t, int fd, asr_task_t *task,
    asr_arena_t *a)
{
    int64_t             audio_ms;
    asr_err_t           rc;
    asr_cause_t         cause;
    asr_runner_t       *r;
    asr_decode_ask_t    ask;
    asr_work_decode_t   d;

    r = t->runner;

    ask.format = task->format;
    ask.sample_rate = task->sample_rate;
    ask.channels = task->channels == 2 ? 2 : 1;
    ask.channels_strict = task->channels_strict;
    ask.min_ms = r->conf.min_ms;
    ask.max_ms = r->conf.max_ms;

    rc = asr_work_open(&d, r, task);

    if (rc == ASR_OK) {
        asr_runner_enter(t);
        rc = asr_decode(r->decoder, fd, &ask, asr_work_pcm, &d, &audio_ms,
                        &cause);

        if (rc == ASR_OK) {
            rc = asr_work_settle(&d);
            cause = ASR_CAUSE_INTERNAL;
        }

        asr_runner_leave(t);

    } else {
        cause = ASR_CAUSE_INTERNAL;
    }

    if (rc == ASR_OK) {
        asr_work_decoded(t, &d, task, audio_ms, a);

    } else if (rc == ASR_STOPPED) {
        asr_work_release(r, ASR_CLAIM_DECODE, task, NULL);

    } else {
        r->conf.counters->decode_failures++;

        if (rc == ASR_INVALID && cause != ASR_CAUSE_NONE) {
            asr_work_fail(r, ASR_CLAIM_DECODE, task, NULL, cause, false);

        } else {
            asr_work_retry(r, ASR_CLAIM_DECODE, task);
        }
    }

    asr_work_close(&d);
}


void
asr_work_decode(asr_runner_thread_t *t, asr_task_t *task, asr_arena_t *a)
{
    int            fd;
    int64_t        waited;
    asr_runner_t  *r;

    r = t->runner;
    waited = asr_clock_ms() - task->created_ms;

    if (task->attempts <= 1 && waited > 0) {
        r->conf.counters->wait_ms += (uint64_t) waited;
    }

    if (asr_models_engine(r->conf.models, task->engine) < 0) {
        asr_work_fail(r, ASR_CLAIM_DECODE, task, NULL, ASR_CAUSE_NO_MODEL,
                      false);
        return;
    }

    if (task->spool.len != 0) {
        fd = asr_spool_open_audio(r->conf.spool, task->spool);

    } else {
        fd = asr_work_inline(task->inline_audio);
    }

    if (fd >= 0) {
        asr_work_audio(t, fd, task, a);
        close(fd);

    } else if (errno == ENOENT && task->file_id != 0) {
        asr_work_fail(r, ASR_CLAIM_DECODE, task, NULL, ASR_CAUSE_FILE_GONE,
                      false);

    } else {
        asr_log(ASR_LOG_ERR, "task %lld of account \"%.*s\": cannot open its "
                "audio: %s", (long long) task->id, asr_fmt(task->account),
                strerror(errno));
        asr_work_retry(r, ASR_CLAIM_DECODE, task);
    }
}
