/*
 * Speech by the program espeak-ng: the text on its standard input, a WAV file
 * of 16-bit mono on its standard output.  No shell; what it says on stderr is
 * not ours to pass on.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/wait.h>

#include "asr_mock_audio.h"


#define ASR_MOCK_AUDIO_HEAD   44
#define ASR_MOCK_AUDIO_HZ_MAX 48000

extern char  **environ;


static int asr_mock_audio_spawn(const asr_mock_audio_t *p, const int *in,
    const int *out, pid_t *pid);
static int asr_mock_audio_drain(int fd, asr_buf_t *b);
static int asr_mock_audio_spoken(const asr_mock_audio_t *p, asr_buf_t *b,
    int16_t **pcm, size_t *n, int *rate);


int
asr_mock_audio_speak(const asr_mock_audio_t *p, int16_t **pcm, size_t *n,
    int *rate)
{
    int        rc, status, in[2], out[2];
    pid_t      pid;
    ssize_t    sent;
    asr_buf_t  b;

    if (pipe2(in, O_CLOEXEC) != 0) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "no pipe");
    }

    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "no pipe");
    }

    asr_buf_init(&b, ASR_MOCK_AUDIO_HEAD
                     + (size_t) ASR_MOCK_AUDIO_SECONDS * ASR_MOCK_AUDIO_HZ_MAX
                       * sizeof(int16_t));

    rc = asr_mock_audio_spawn(p, in, out, &pid);
    close(in[0]);
    close(out[1]);

    if (rc == ASR_MOCK_AUDIO_OK) {

        /* The text fits into the pipe, so this never waits. */

        sent = write(in[1], p->text.data, p->text.len);
        close(in[1]);

        rc = sent == (ssize_t) p->text.len ? asr_mock_audio_drain(out[0], &b)
                                           : ASR_MOCK_AUDIO_CANNOT;
        close(out[0]);

        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
            /* void */
        }

        /* An end of its own comes of the voice: the rest was checked. */

        if (rc == ASR_MOCK_AUDIO_OK && b.len <= ASR_MOCK_AUDIO_HEAD) {
            rc = asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                     "espeak-ng has no voice \"%s\", or the "
                                     "text nothing to say", p->voice);

        } else if (rc == ASR_MOCK_AUDIO_CANNOT) {
            (void) asr_mock_audio_fail(rc, "espeak-ng broke off");
        }

    } else {
        close(in[1]);
        close(out[0]);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_spoken(p, &b, pcm, n, rate);
    }

    asr_buf_free(&b);

    return rc;
}


static int
asr_mock_audio_spawn(const asr_mock_audio_t *p, const int *in, const int *out,
    pid_t *pid)
{
    int                         rc;
    char                        speed[16];
    sigset_t                    set;
    posix_spawnattr_t           attr;
    posix_spawn_file_actions_t  files;

    char  *argv[] = {
        "espeak-ng", "--stdin", "--stdout", "-b", "1", "-v",
        (char *) p->voice, "-s", speed, NULL
    };

    (void) snprintf(speed, sizeof(speed), "%d", p->speed);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);

    if (posix_spawnattr_init(&attr) != 0) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "out of memory");
    }

    if (posix_spawn_file_actions_init(&files) != 0) {
        posix_spawnattr_destroy(&attr);
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "out of memory");
    }

    rc = posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO)
         || posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO)
         || posix_spawn_file_actions_addopen(&files, STDERR_FILENO,
                                             "/dev/null", O_WRONLY, 0)
         || posix_spawnattr_setsigdefault(&attr, &set)
         || posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF)
         ? ENOMEM
         : posix_spawnp(pid, argv[0], &files, &attr, argv, environ);

    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attr);

    if (rc == ENOENT) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "speech needs the "
                                   "program espeak-ng, which is not "
                                   "installed");
    }

    return rc == 0 ? ASR_MOCK_AUDIO_OK
                   : asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT,
                                         "espeak-ng does not start: %s",
                                         strerror(rc));
}


static int
asr_mock_audio_drain(int fd, asr_buf_t *b)
{
    char     piece[16384];
    ssize_t  n;

    for ( ;; ) {
        n = read(fd, piece, sizeof(piece));

        if (n < 0 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            return n == 0 ? ASR_MOCK_AUDIO_OK : ASR_MOCK_AUDIO_CANNOT;
        }

        if (asr_buf_append(b, piece, (size_t) n) != ASR_OK) {
            return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                       "the speech is over %d seconds",
                                       ASR_MOCK_AUDIO_SECONDS);
        }
    }
}


/* The sizes in its header are those of a stream: what came is what counts. */

static int
asr_mock_audio_spoken(const asr_mock_audio_t *p, asr_buf_t *b, int16_t **pcm,
    size_t *n, int *rate)
{
    const unsigned char  *h;

    h = (const unsigned char *) b->data;
    *rate = h[24] | h[25] << 8 | h[26] << 16;

    if (memcmp(h, "RIFF", 4) != 0 || memcmp(h + 8, "WAVEfmt ", 8) != 0
        || memcmp(h + 36, "data", 4) != 0 || h[22] != 1 || h[34] != 16
        || *rate < 8000 || *rate > ASR_MOCK_AUDIO_HZ_MAX)
    {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT,
                                   "espeak-ng wrote no 16-bit mono WAV");
    }

    *n = (b->len - ASR_MOCK_AUDIO_HEAD) / sizeof(int16_t);

    if (p->seconds == 0 && *n / (size_t) *rate >= ASR_MOCK_AUDIO_SECONDS) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "the speech is over %d seconds",
                                   ASR_MOCK_AUDIO_SECONDS);
    }

    *pcm = malloc(*n * sizeof(int16_t) + 1);

    if (*pcm == NULL) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "out of memory");
    }

    memcpy(*pcm, h + ASR_MOCK_AUDIO_HEAD, *n * sizeof(int16_t));

    return ASR_MOCK_AUDIO_OK;
}
