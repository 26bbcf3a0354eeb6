/*
 * asr-mock-audio: a sound file made of its name.
 */

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "asr_mock_audio.h"


#define ASR_MOCK_AUDIO_ARENA  (256 * 1024)


int
asr_mock_audio_fail(int status, const char *fmt, ...)
{
    char     line[512], *p;
    va_list  args;

    va_start(args, fmt);
    (void) vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);

    for (p = line; *p != '\0'; p++) {
        if ((unsigned char) *p < ' ' || *p == 127) {
            *p = '?';
        }
    }

    fprintf(stderr, "%s\n", line);

    return status;
}


static int
asr_mock_audio_put(const asr_buf_t *b)
{
    size_t   done;
    ssize_t  n;

    for (done = 0; done < b->len; done += (size_t) n) {
        n = write(STDOUT_FILENO, b->data + done, b->len - done);

        if (n < 0) {
            if (errno != EINTR) {
                return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT,
                                           "cannot write: %s",
                                           strerror(errno));
            }

            n = 0;
        }
    }

    return ASR_MOCK_AUDIO_OK;
}


int
main(int argc, char **argv)
{
    int                     rc;
    asr_buf_t               out;
    asr_arena_t             arena;
    asr_mock_audio_t        params;
    asr_mock_audio_sound_t  sound;

    if (argc < 2 || argc > 3) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "usage: asr-mock-audio NAME.EXT [QUERY]");
    }

    /* A reader that leaves is an error like any other. */

    (void) signal(SIGPIPE, SIG_IGN);

    asr_arena_init(&arena, ASR_MOCK_AUDIO_ARENA);
    asr_buf_init(&out, ASR_MOCK_AUDIO_OUTPUT);
    memset(&sound, 0, sizeof(sound));

    rc = asr_mock_audio_params(&arena, argv[1], argc > 2 ? argv[2] : "",
                               &params);

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_sound(&sound, &params);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_write(&sound, &out);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_put(&out);
    }

    asr_mock_audio_sound_free(&sound);
    asr_buf_free(&out);
    asr_arena_free(&arena);

    return rc;
}
