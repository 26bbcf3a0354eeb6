/*
 * asr-decode: decodes hostile media for the recogniser, out of the worker's
 * reach.
 *
 * The server is started by the client (asr_decode.c) with a socket as
 * descriptor 3 and ends when that socket does.  It loads the media libraries
 * once and forks a child per request, so that a child costs a fork and not a
 * start; it never looks into the media itself.  It is single-threaded: the
 * loop waits for the socket and, through a signalfd, for its children.
 *
 * At most ASR_CHILDREN_MAX children live at once; requests beyond wait in the
 * socket.  A child's time is bounded by its own clocks (asr_decode_sandbox),
 * which hold even when this server is killed.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "asr_decode_child.h"


#define ASR_CHILDREN_MAX  16
#define ASR_FDS           2              /* with a request */


typedef struct {
    int    sigfd;
    int    n;                            /* children alive */
    pid_t  children[ASR_CHILDREN_MAX];
} asr_server_t;


static void
asr_server_say(const char *what)
{
    fprintf(stderr, "asr-decode[%d]: %s: %s\n", (int) getpid(), what,
            strerror(errno));
}


/*
 * The client is a thread of nginx: signals are blocked and some are ignored
 * there, and both outlive exec.
 */

static int
asr_server_signals(void)
{
    int               n;
    sigset_t          set;
    struct sigaction  sa;

    memset(&sa, 0, sizeof(sa));
    sa.sa_handler = SIG_DFL;

    for (n = 1; n <= SIGRTMAX; n++) {
        (void) sigaction(n, &sa, NULL);      /* KILL, STOP: refused */
    }

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);

    if (sigprocmask(SIG_SETMASK, &set, NULL) != 0) {
        return -1;
    }

    return signalfd(-1, &set, SFD_CLOEXEC|SFD_NONBLOCK);
}


static int
asr_server_descriptors(void)
{
    int        fd, type;
    socklen_t  len;

    len = sizeof(type);

    if (getsockopt(ASR_WIRE_FD, SOL_SOCKET, SO_TYPE, &type, &len) != 0
        || type != SOCK_SEQPACKET)
    {
        return -1;
    }

    if (close_range(ASR_WIRE_FD + 1, ~0U, 0) != 0) {
        return -1;
    }

    /* Standard error stays: it is where nginx's error log goes. */

    fd = open("/dev/null", O_RDWR);

    if (fd < 0 || dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0) {
        return -1;
    }

    if (fcntl(STDERR_FILENO, F_GETFD) < 0 && dup2(fd, STDERR_FILENO) < 0) {
        return -1;
    }

    if (fd > STDERR_FILENO) {
        close(fd);
    }

    return chdir("/");
}


/*
 * A child that ended of itself said so in its frames; of others, here.  One
 * whose reader has left (SIGPIPE) is nobody's news.
 */

static void
asr_server_obituary(pid_t pid, int status, const struct rusage *ru)
{
    long  ms;

    ms = (ru->ru_utime.tv_sec + ru->ru_stime.tv_sec) * 1000
         + (ru->ru_utime.tv_usec + ru->ru_stime.tv_usec) / 1000;

    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGPIPE) {
        fprintf(stderr, "asr-decode[%d]: signal %d ended a file's process "
                "%d after %ld ms of CPU\n", (int) getpid(),
                WTERMSIG(status), (int) pid, ms);

    } else if (WIFEXITED(status) && WEXITSTATUS(status) == ASR_CHILD_SPENT) {
        fprintf(stderr, "asr-decode[%d]: a file's process %d was ended, it "
                "used %ld ms of CPU\n", (int) getpid(), (int) pid, ms);
    }
}


static void
asr_server_reap(asr_server_t *s)
{
    int                      i;
    int                      status;
    pid_t                    pid;
    struct rusage            ru;
    struct signalfd_siginfo  si;

    while (read(s->sigfd, &si, sizeof(si)) > 0) {
        /* one signal may stand for several children */
    }

    while ((pid = wait4(-1, &status, WNOHANG, &ru)) > 0) {
        asr_server_obituary(pid, status, &ru);

        for (i = 0; i < s->n; i++) {
            if (s->children[i] == pid) {
                s->children[i] = s->children[--s->n];
                break;
            }
        }
    }
}


/* Never returns.  The exit code is for nobody: the frames say everything. */

static void
asr_server_child(const asr_wire_ask_t *ask, const int *fds)
{
    sigset_t     set;
    struct stat  st;

    sigemptyset(&set);

    if (sigprocmask(SIG_SETMASK, &set, NULL) != 0
        || fstat(fds[0], &st) != 0 || !S_ISREG(st.st_mode)
        || asr_sandbox_enter(fds[0], fds[1], ask->max_ms) != 0
        || asr_child_frame(ASR_WIRE_READY, 0, NULL, 0) != 0
        || asr_media_decode(ask, st.st_size) != 0)
    {
        _exit(1);
    }

    _exit(0);
}


static void
asr_server_start(asr_server_t *s, const asr_wire_ask_t *ask, const int *fds)
{
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        asr_server_child(ask, fds);
    }

    if (pid < 0) {
        /* the client sees the pipe close before READY */
        asr_server_say("fork");
        return;
    }

    s->children[s->n++] = pid;
}


/*
 * One request.  -1: the client is gone.  Descriptors that came with a
 * malformed message are closed like any others.
 */

static int
asr_server_request(asr_server_t *s)
{
    int              nfds, fds[ASR_FDS];
    size_t           i;
    ssize_t          n;
    struct iovec     iov;
    struct msghdr    msg;
    struct cmsghdr  *cm;
    asr_wire_ask_t   ask;

    union {
        char            buf[CMSG_SPACE(sizeof(int) * ASR_FDS)];
        struct cmsghdr  align;
    } control;

    memset(&msg, 0, sizeof(msg));
    iov.iov_base = &ask;
    iov.iov_len = sizeof(ask);
    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;
    msg.msg_control = control.buf;
    msg.msg_controllen = sizeof(control.buf);

    n = recvmsg(ASR_WIRE_FD, &msg, MSG_CMSG_CLOEXEC);

    if (n <= 0) {
        return n < 0 && errno == EINTR ? 0 : -1;
    }

    nfds = 0;
    cm = CMSG_FIRSTHDR(&msg);

    if (cm != NULL && cm->cmsg_level == SOL_SOCKET
        && cm->cmsg_type == SCM_RIGHTS)
    {
        nfds = (int) ((cm->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(fds, CMSG_DATA(cm), (size_t) nfds * sizeof(int));
    }

    if ((size_t) n == sizeof(ask) && nfds == ASR_FDS
        && (msg.msg_flags & (MSG_TRUNC|MSG_CTRUNC)) == 0
        && ask.magic == ASR_WIRE_MAGIC)
    {
        ask.format[sizeof(ask.format) - 1] = '\0';
        asr_server_start(s, &ask, fds);

    } else {
        errno = EPROTO;
        asr_server_say("request");
    }

    for (i = 0; i < (size_t) nfds; i++) {
        close(fds[i]);
    }

    return 0;
}


static void
asr_server_loop(asr_server_t *s)
{
    int            i;
    struct pollfd  pfd[2];

    for ( ;; ) {
        pfd[0].fd = ASR_WIRE_FD;
        pfd[0].events = (s->n < ASR_CHILDREN_MAX) ? POLLIN : 0;
        pfd[0].revents = 0;
        pfd[1].fd = s->sigfd;
        pfd[1].events = POLLIN;
        pfd[1].revents = 0;

        if (poll(pfd, 2, -1) < 0 && errno != EINTR) {
            asr_server_say("poll");
            break;
        }

        if (pfd[1].revents != 0) {
            asr_server_reap(s);
        }

        if (pfd[0].revents & POLLIN) {
            if (asr_server_request(s) != 0) {
                break;
            }

        } else if (pfd[0].revents & (POLLHUP|POLLERR|POLLNVAL)) {
            break;
        }
    }

    /* Nobody reads their pipes any more. */

    for (i = 0; i < s->n; i++) {
        kill(s->children[i], SIGKILL);
    }
}


int
main(int argc, char **argv)
{
    asr_server_t  s;

    memset(&s, 0, sizeof(s));

    if (argc != 1 || asr_server_descriptors() != 0) {
        fprintf(stderr, "asr-decode is started by the ASR gateway, with a "
                "socket as descriptor %d\n", ASR_WIRE_FD);
        return 2;
    }

    s.sigfd = asr_server_signals();

    if (s.sigfd < 0 || asr_sandbox_prepare() != 0) {
        asr_server_say("start");
        return 1;
    }

    asr_media_prepare();
    asr_server_loop(&s);

    return 0;
}
