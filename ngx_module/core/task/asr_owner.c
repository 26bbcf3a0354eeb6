/* Owner names, and whether the process behind one still lives. */

#include "asr_owner.h"
#include "../base/asr_crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>


#define ASR_OWNER_HOST_MAX  256
#define ASR_OWNER_START     22           /* field of /proc/PID/stat */

static bool asr_owner_stat(long pid, char *state, unsigned long long *start);
static size_t asr_owner_machine(const char *name);


void
asr_owner_name(char out[ASR_OWNER_MAX])
{
    char                host[ASR_OWNER_HOST_MAX], state;
    uint32_t            random;
    struct stat         ns;
    unsigned long long  start;

    if (gethostname(host, sizeof(host)) != 0) {
        host[0] = '\0';
    }

    host[sizeof(host) - 1] = '\0';

    if (stat("/proc/self/ns/pid", &ns) != 0) {
        ns.st_ino = 0;
    }

    if (!asr_owner_stat((long) getpid(), &state, &start)) {
        start = 0;
    }

    asr_random(&random, sizeof(random));

    snprintf(out, ASR_OWNER_MAX, "%s/%llu:%ld:%llu:%08x", host,
             (unsigned long long) ns.st_ino, (long) getpid(), start,
             (unsigned) random);
}


bool
asr_owner_gone(const char *owner, const char *self)
{
    long                pid;
    char               *p, state;
    size_t              machine;
    unsigned long long  was, start;

    machine = asr_owner_machine(self);

    if (machine == 0 || asr_owner_machine(owner) != machine
        || memcmp(owner, self, machine) != 0)
    {
        return false;
    }

    errno = 0;
    pid = strtol(owner + machine + 1, &p, 10);
    if (errno != 0 || pid <= 0 || *p != ':') {
        return false;
    }

    was = strtoull(p + 1, &p, 10);
    if (errno != 0 || *p != ':') {
        return false;
    }

    if (kill((pid_t) pid, 0) == -1 && errno == ESRCH) {
        return true;
    }

    if (was == 0 || !asr_owner_stat(pid, &state, &start)) {
        return false;
    }

    /* a zombie runs no more, whenever its parent will look at it */

    return start != was || state == 'Z' || state == 'X';
}


/* Length of "host/pidns", 0 when the name is not of this form. */

static size_t
asr_owner_machine(const char *name)
{
    size_t  n;
    int     colons;

    colons = 0;

    for (n = strlen(name); n != 0; n--) {
        if (name[n - 1] == ':' && ++colons == 3) {
            return n - 1;
        }
    }

    return 0;
}


static bool
asr_owner_stat(long pid, char *state, unsigned long long *start)
{
    int      fd, field;
    char     path[64], buf[1024], *p;
    ssize_t  n;

    snprintf(path, sizeof(path), "/proc/%ld/stat", pid);

    fd = open(path, O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return false;
    }

    n = read(fd, buf, sizeof(buf) - 1);
    close(fd);

    if (n <= 0) {
        return false;
    }

    buf[n] = '\0';

    /* the second field is the program's name, which may hold anything */

    p = strrchr(buf, ')');
    if (p == NULL || p[1] != ' ') {
        return false;
    }

    p += 2;
    *state = *p;

    for (field = 3; field < ASR_OWNER_START; field++) {
        p = strchr(p, ' ');
        if (p == NULL) {
            return false;
        }

        p++;
    }

    errno = 0;
    *start = strtoull(p, NULL, 10);

    return errno == 0;
}
