/*
 * The client of asr-decode.
 *
 * Starting the helper from a thread of an nginx worker is the delicate part.
 * nginx reaps every child of the process on SIGCHLD and logs those it does
 * not know, and it may take an intermediate process's status before we do.
 * So there are two clones, both of the posix_spawn kind (memory shared, the
 * parent's thread suspended):
 *
 *     thread -> middle (no exit signal) -> helper (exec)
 *
 * The middle ends as soon as the helper has executed; without an exit signal
 * its end raises no SIGCHLD, and a plain waitpid(-1) does not see it: only
 * our __WALL does.  The helper, an orphan, belongs to init from then on.  In
 * between only plain system calls run, on stacks of their own, with every
 * signal blocked.
 *
 * One socket to the helper, made anew when the helper is found dead; the
 * mutex guards it.  Everything else of a decoding (its pipe) is its thread's.
 */

#define _GNU_SOURCE

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "asr_decode.h"
#include "asr_decode_wire.h"


#define ASR_DECODE_STACK   65536
#define ASR_DECODE_TRIES   2

/* For one frame, of a helper that hangs. */
#define ASR_DECODE_PATIENCE_MS  ((ASR_WIRE_WALL_S + 60) * 1000)

/* What a resampler may add to the length. */
#define ASR_DECODE_SLACK_MS  1000

/* Runs with the parent's memory, on a foreign stack. */
#define ASR_DECODE_CLONED  __attribute__((no_sanitize("address", "undefined")))


struct asr_decoder_s {
    pthread_mutex_t   mutex;
    int               sock;          /* -1: not running */
    uint64_t          generation;    /* helpers started so far */
    char             *path;
};

typedef struct {
    char        *const *argv;
    char        *const *envp;
    int                 sock;
    int                 error;       /* errno of a failed start, or 0 */
    char               *stack;       /* of the helper, its end */
} asr_launch_t;

typedef struct {
    asr_pcm_pt   pcm;
    void        *ctx;
    int64_t      max_samples;
    int64_t      samples[ASR_CHANNELS_MAX];
    bool         ready;
    bool         ended;
    asr_err_t    rc;                 /* of the callback */
    asr_wire_end_t     end;
    asr_wire_format_t  format;       /* zeros until it is known */
    union {
        char     bytes[ASR_WIRE_PCM_MAX];
        int16_t  pcm[ASR_WIRE_PCM_MAX / sizeof(int16_t)];
    } buf;
} asr_reader_t;


ASR_DECODE_CLONED static int
asr_launch_helper(void *arg)
{
    asr_launch_t  *l = arg;

    /* dup2() of a descriptor to itself would leave close-on-exec set. */

    if (l->sock == ASR_WIRE_FD) {
        if (fcntl(ASR_WIRE_FD, F_SETFD, 0) != 0) {
            l->error = errno;
            return 127;
        }

    } else if (dup2(l->sock, ASR_WIRE_FD) < 0) {
        l->error = errno;
        return 127;
    }

    (void) close_range(ASR_WIRE_FD + 1, ~0U, 0);

    execve(l->argv[0], l->argv, l->envp);
    l->error = errno;

    return 127;
}


ASR_DECODE_CLONED static int
asr_launch_middle(void *arg)
{
    asr_launch_t  *l = arg;

    if (clone(asr_launch_helper, l->stack, CLONE_VM|CLONE_VFORK|SIGCHLD, l)
        < 0)
    {
        l->error = errno;
    }

    return 0;
}


/* 0 or an errno.  sock is the helper's end. */

static int
asr_launch(char *path, int sock)
{
    int            cancel;
    char          *stacks, *argv[2], *envp[1];
    pid_t          pid;
    sigset_t       all, old;
    asr_launch_t   l;

    stacks = mmap(NULL, 2 * ASR_DECODE_STACK, PROT_READ|PROT_WRITE,
                  MAP_PRIVATE|MAP_ANONYMOUS|MAP_STACK, -1, 0);
    if (stacks == MAP_FAILED) {
        return errno;
    }

    argv[0] = path;
    argv[1] = NULL;
    envp[0] = NULL;

    l.argv = argv;
    l.envp = envp;
    l.sock = sock;
    l.error = 0;
    l.stack = stacks + 2 * ASR_DECODE_STACK;

    /* A handler of the worker must not run in the clones. */

    sigfillset(&all);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_sigmask(SIG_SETMASK, &all, &old);

    pid = clone(asr_launch_middle, stacks + ASR_DECODE_STACK,
                CLONE_VM|CLONE_VFORK, &l);
    if (pid < 0) {
        l.error = errno;

    } else {
        while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) {
            /* void */
        }
    }

    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_setcancelstate(cancel, NULL);
    munmap(stacks, 2 * ASR_DECODE_STACK);

    return l.error;
}


asr_decoder_t *
asr_decoder_create(const char *path)
{
    asr_decoder_t  *d;

    d = calloc(1, sizeof(asr_decoder_t));
    if (d == NULL) {
        return NULL;
    }

    d->sock = -1;
    d->path = strdup(path);

    if (d->path == NULL || pthread_mutex_init(&d->mutex, NULL) != 0) {
        free(d->path);
        free(d);
        return NULL;
    }

    return d;
}


void
asr_decoder_free(asr_decoder_t *d)
{
    if (d == NULL) {
        return;
    }

    if (d->sock >= 0) {
        close(d->sock);
    }

    pthread_mutex_destroy(&d->mutex);
    free(d->path);
    free(d);
}


/* Mutex held. */

static asr_err_t
asr_decoder_run(asr_decoder_t *d)
{
    int  error, pair[2];

    if (d->sock >= 0) {
        return ASR_OK;
    }

    if (socketpair(AF_UNIX, SOCK_SEQPACKET|SOCK_CLOEXEC, 0, pair) != 0) {
        asr_log(ASR_LOG_ERR, "socketpair() failed: %s", strerror(errno));
        return ASR_IO;
    }

    error = asr_launch(d->path, pair[1]);
    close(pair[1]);

    if (error != 0) {
        asr_log(ASR_LOG_ERR, "cannot start \"%s\": %s", d->path,
                strerror(error));
        close(pair[0]);
        return ASR_IO;
    }

    d->sock = pair[0];
    d->generation++;

    return ASR_OK;
}


/* Mutex held. */

static void
asr_decoder_lost(asr_decoder_t *d)
{
    if (d->sock >= 0) {
        close(d->sock);
        d->sock = -1;
    }
}


static asr_err_t
asr_decoder_send(int sock, const asr_wire_ask_t *ask, int in, int out)
{
    ssize_t          n;
    struct iovec     iov;
    struct msghdr    msg;
    struct cmsghdr  *cm;

    union {
        char            buf[CMSG_SPACE(sizeof(int) * 2)];
        struct cmsghdr  align;
    } control;

    memset(&msg, 0, sizeof(msg));
    memset(&control, 0, sizeof(control));

    iov.iov_base = (void *) ask;
    iov.iov_len = sizeof(asr_wire_ask_t);
    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;
    msg.msg_control = control.buf;
    msg.msg_controllen = sizeof(control.buf);

    cm = CMSG_FIRSTHDR(&msg);
    cm->cmsg_level = SOL_SOCKET;
    cm->cmsg_type = SCM_RIGHTS;
    cm->cmsg_len = CMSG_LEN(sizeof(int) * 2);
    memcpy(CMSG_DATA(cm), &in, sizeof(int));
    memcpy(CMSG_DATA(cm) + sizeof(int), &out, sizeof(int));

    do {
        n = sendmsg(sock, &msg, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);

    return n == (ssize_t) sizeof(asr_wire_ask_t) ? ASR_OK : ASR_IO;
}


/*
 * Hands the request to a living helper; *pipe_fd is the pipe's read end.  A
 * send to a dead helper fails, then another one is started, once.
 */

static asr_err_t
asr_decoder_submit(asr_decoder_t *d, const asr_wire_ask_t *ask, int fd,
    int *pipe_fd, uint64_t *generation)
{
    int        i, ends[2];
    asr_err_t  rc;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        asr_log(ASR_LOG_ERR, "pipe2() failed: %s", strerror(errno));
        return ASR_IO;
    }

    rc = ASR_IO;
    pthread_mutex_lock(&d->mutex);

    for (i = 0; i < ASR_DECODE_TRIES && rc != ASR_OK; i++) {

        if (asr_decoder_run(d) != ASR_OK) {
            break;
        }

        rc = asr_decoder_send(d->sock, ask, fd, ends[1]);

        if (rc != ASR_OK) {
            asr_log(ASR_LOG_NOTICE, "asr-decode is gone: %s",
                    strerror(errno));
            asr_decoder_lost(d);
        }
    }

    *generation = d->generation;
    pthread_mutex_unlock(&d->mutex);
    close(ends[1]);

    if (rc != ASR_OK) {
        close(ends[0]);
        return rc;
    }

    *pipe_fd = ends[0];

    return ASR_OK;
}


/* ASR_OK: n bytes; ASR_NOTFOUND: the pipe ended; ASR_IO. */

static asr_err_t
asr_reader_bytes(int fd, char *p, size_t n)
{
    int            ready;
    ssize_t        rc;
    struct pollfd  pfd;

    while (n != 0) {
        pfd.fd = fd;
        pfd.events = POLLIN;
        ready = poll(&pfd, 1, ASR_DECODE_PATIENCE_MS);

        if (ready < 0 && errno == EINTR) {
            continue;
        }

        if (ready <= 0) {
            asr_log(ASR_LOG_ERR, "asr-decode does not answer");
            return ASR_IO;
        }

        rc = read(fd, p, n);

        if (rc < 0 && errno == EINTR) {
            continue;
        }

        if (rc < 0) {
            asr_log(ASR_LOG_ERR, "read() from asr-decode failed: %s",
                    strerror(errno));
            return ASR_IO;
        }

        if (rc == 0) {
            return ASR_NOTFOUND;
        }

        p += rc;
        n -= (size_t) rc;
    }

    return ASR_OK;
}


/* A name that may go into a log line: of FFmpeg's, and not the media's. */

static bool
asr_reader_name(char *name)
{
    char  *p;

    name[ASR_WIRE_NAME_MAX - 1] = '\0';

    for (p = name; *p != '\0'; p++) {
        if (!isalnum((unsigned char) *p) && *p != '_' && *p != ',') {
            return false;
        }
    }

    return p != name;
}


/*
 * A frame whose bytes are in r->buf.  The child may be in a hostile file's
 * hands by now: what does not fit the protocol is ASR_INVALID.
 */

static asr_err_t
asr_reader_frame(asr_reader_t *r, const asr_wire_frame_t *h)
{
    size_t              n;
    asr_wire_format_t  *f;

    switch (h->type) {

    case ASR_WIRE_READY:
        if (r->ready || h->length != 0) {
            return ASR_INVALID;
        }

        r->ready = true;
        return ASR_OK;

    case ASR_WIRE_FORMAT:
        if (!r->ready || h->length != sizeof(*f)) {
            return ASR_INVALID;
        }

        f = &r->format;
        memcpy(f, r->buf.bytes, sizeof(*f));

        if (!asr_reader_name(f->container) || !asr_reader_name(f->codec)) {
            return ASR_INVALID;
        }

        asr_log(ASR_LOG_DEBUG, "asr-decode: %s in %s, %d Hz, %d channels",
                f->codec, f->container, (int) f->sample_rate,
                (int) f->channels);
        return ASR_OK;

    case ASR_WIRE_PCM:
        n = h->length / sizeof(int16_t);

        if (!r->ready || h->channel >= ASR_CHANNELS_MAX
            || h->length % sizeof(int16_t) != 0)
        {
            return ASR_INVALID;
        }

        r->samples[h->channel] += (int64_t) n;

        if (r->samples[h->channel] > r->max_samples) {
            return ASR_INVALID;
        }

        r->rc = r->pcm(r->ctx, h->channel, r->buf.pcm, n);
        return r->rc;

    case ASR_WIRE_END:
        if (!r->ready || h->length != sizeof(r->end)) {
            return ASR_INVALID;
        }

        memcpy(&r->end, r->buf.bytes, sizeof(r->end));

        if (r->end.cause < ASR_CAUSE_NONE
            || r->end.cause > ASR_CAUSE_FILE_GONE || r->end.audio_ms < 0
            || r->end.audio_ms > r->max_samples / (ASR_WIRE_RATE / 1000))
        {
            return ASR_INVALID;
        }

        asr_log(ASR_LOG_DEBUG, "asr-decode: %lld ms of sound, %d ms of CPU",
                (long long) r->end.audio_ms, (int) r->end.cpu_ms);
        r->ended = true;
        return ASR_OK;

    default:
        return ASR_INVALID;
    }
}


/*
 * Reads to the END frame.  ASR_OK: r->end is set.  ASR_NOTFOUND: the pipe
 * ended before it.
 */

static asr_err_t
asr_reader_run(asr_reader_t *r, int fd)
{
    asr_err_t         rc;
    asr_wire_frame_t  h;

    while (!r->ended) {
        rc = asr_reader_bytes(fd, (char *) &h, sizeof(h));

        if (rc != ASR_OK) {
            return rc;
        }

        if (h.length > sizeof(r->buf)) {
            return ASR_INVALID;
        }

        rc = asr_reader_bytes(fd, r->buf.bytes, h.length);

        if (rc == ASR_OK) {
            rc = asr_reader_frame(r, &h);
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_decode_ask(asr_wire_ask_t *w, const asr_decode_ask_t *ask)
{
    memset(w, 0, sizeof(asr_wire_ask_t));

    /* A name that does not fit is no format that is known. */

    if (ask->format.len >= sizeof(w->format)
        || (ask->format.len != 0
            && memchr(ask->format.data, '\0', ask->format.len) != NULL))
    {
        return ASR_INVALID;
    }

    if (ask->format.len != 0) {
        memcpy(w->format, ask->format.data, ask->format.len);
    }

    w->magic = ASR_WIRE_MAGIC;
    w->sample_rate = ask->sample_rate;
    w->channels = ask->channels;
    w->channels_strict = ask->channels_strict;
    w->min_ms = ask->min_ms;
    w->max_ms = ask->max_ms;

    return ASR_OK;
}


static void
asr_decode_why(const asr_reader_t *r, const asr_decode_ask_t *ask)
{
    switch (r->end.why) {

    case ASR_WIRE_WHY_SILK:
        asr_log(ASR_LOG_NOTICE, "media refused: it is SILK (version 3), "
                "which nothing here decodes");
        break;

    case ASR_WIRE_WHY_DECLARED:
        asr_log(ASR_LOG_NOTICE, "media refused: declared as \"%.*s\", it is "
                "%s in %s", (int) ask->format.len, ask->format.data,
                r->format.codec, r->format.container);
        break;

    case ASR_WIRE_WHY_CPU:
        asr_log(ASR_LOG_NOTICE, "media refused: %d ms of CPU for %lld ms of "
                "sound", (int) r->end.cpu_ms, (long long) r->end.audio_ms);
        break;

    default:
        break;
    }
}


/*
 * What the end of the reading means.  ASR_AGAIN: the helper failed before it
 * touched the media.
 */

static asr_err_t
asr_decode_outcome(const asr_reader_t *r, asr_err_t rc, int64_t *audio_ms,
    asr_cause_t *cause)
{
    if (r->rc != ASR_OK) {
        return r->rc;
    }

    if (rc == ASR_OK) {
        *audio_ms = r->end.audio_ms;
        *cause = (asr_cause_t) r->end.cause;

        if (*cause == ASR_CAUSE_INTERNAL) {
            return ASR_IO;
        }

        return *cause == ASR_CAUSE_NONE ? ASR_OK : ASR_INVALID;
    }

    if (rc == ASR_IO) {
        return ASR_IO;
    }

    if (!r->ready) {
        return rc == ASR_NOTFOUND ? ASR_AGAIN : ASR_IO;
    }

    if (rc == ASR_NOTFOUND) {
        asr_log(ASR_LOG_NOTICE, "the media killed its asr-decode child");

    } else {
        asr_log(ASR_LOG_WARN, "an asr-decode child sent nonsense");
    }

    *cause = ASR_CAUSE_CORRUPT;

    return ASR_INVALID;
}


/* Is the helper that served us still there?  If not, it is forgotten. */

static bool
asr_decoder_alive(asr_decoder_t *d, uint64_t generation)
{
    bool           alive;
    struct pollfd  pfd;

    alive = true;
    pthread_mutex_lock(&d->mutex);

    if (d->sock < 0 || d->generation != generation) {
        alive = false;

    } else {
        pfd.fd = d->sock;
        pfd.events = 0;

        if (poll(&pfd, 1, 0) > 0) {
            asr_log(ASR_LOG_NOTICE, "asr-decode is gone");
            asr_decoder_lost(d);
            alive = false;
        }
    }

    pthread_mutex_unlock(&d->mutex);

    return alive;
}


asr_err_t
asr_decode(asr_decoder_t *d, int fd, const asr_decode_ask_t *ask,
    asr_pcm_pt pcm, void *ctx, int64_t *audio_ms, asr_cause_t *cause)
{
    int              i, pipe_fd;
    uint64_t         generation;
    asr_err_t        rc;
    asr_reader_t    *r;
    asr_wire_ask_t   w;

    *audio_ms = 0;
    *cause = ASR_CAUSE_NONE;

    if (asr_decode_ask(&w, ask) != ASR_OK) {
        *cause = ASR_CAUSE_FORMAT;
        return ASR_INVALID;
    }

    r = malloc(sizeof(asr_reader_t));
    if (r == NULL) {
        return ASR_NOMEM;
    }

    rc = ASR_IO;

    for (i = 0; i < ASR_DECODE_TRIES; i++) {
        memset(r, 0, offsetof(asr_reader_t, buf));
        r->pcm = pcm;
        r->ctx = ctx;
        r->max_samples = (ask->max_ms + ASR_DECODE_SLACK_MS)
                         * (ASR_WIRE_RATE / 1000);

        rc = asr_decoder_submit(d, &w, fd, &pipe_fd, &generation);

        if (rc != ASR_OK) {
            break;
        }

        rc = asr_reader_run(r, pipe_fd);
        close(pipe_fd);

        if (rc == ASR_OK) {
            asr_decode_why(r, ask);
        }

        rc = asr_decode_outcome(r, rc, audio_ms, cause);

        if (rc != ASR_AGAIN) {
            break;
        }

        rc = ASR_IO;

        if (asr_decoder_alive(d, generation)) {
            asr_log(ASR_LOG_ERR, "asr-decode cannot serve a request");
            break;
        }
    }

    free(r);

    return rc;
}
