/*
 * See asr_file.h.
 */

#define _GNU_SOURCE

#include "asr_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>


ssize_t
asr_file_read(const char *path, char *buf, size_t size)
{
    int      fd, saved;
    size_t   total;
    ssize_t  n;

    /* O_NONBLOCK: a fifo without a writer is an empty file, not a hang */

    fd = open(path, O_RDONLY|O_CLOEXEC|O_NONBLOCK);
    if (fd < 0) {
        return -1;
    }

    total = 0;

    do {
        n = read(fd, buf + total, size - total);

        if (n > 0) {
            total += (size_t) n;
        }

    } while ((n > 0 && total < size) || (n < 0 && errno == EINTR));

    saved = errno;
    (void) close(fd);
    errno = saved;

    return n < 0 ? -1 : (ssize_t) total;
}
