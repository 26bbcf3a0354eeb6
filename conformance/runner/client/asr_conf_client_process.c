/*
 * The two processes of a run: the mock, and the client's command.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asr_conf_client_int.h"


#define ASR_CONF_MOCK_START_MS  20000


extern char  **environ;


/* The mock that runs; 0: none.  What ends this program must end it too. */

static volatile sig_atomic_t   asr_conf_mock_pid;
static char                   *asr_conf_mock_left;    /* its file */


static void
asr_conf_mock_signal(int signo)
{
    if (asr_conf_mock_pid != 0) {
        (void) kill((pid_t) asr_conf_mock_pid, SIGTERM);
        (void) unlink(asr_conf_mock_left);
    }

    (void) signal(signo, SIG_DFL);
    (void) raise(signo);
}


static void
asr_conf_mock_exit(void)
{
    if (asr_conf_mock_pid != 0) {
        (void) kill((pid_t) asr_conf_mock_pid, SIGTERM);
        (void) unlink(asr_conf_mock_left);
        asr_conf_mock_pid = 0;
    }
}


static void
asr_conf_mock_guard(const asr_conf_mock_t *m)
{
    static bool  set;

    asr_conf_mock_left = m->file;
    asr_conf_mock_pid = m->pid;

    if (!set) {
        set = true;
        (void) atexit(asr_conf_mock_exit);
        (void) signal(SIGTERM, asr_conf_mock_signal);
        (void) signal(SIGINT, asr_conf_mock_signal);
        (void) signal(SIGHUP, asr_conf_mock_signal);
    }
}


char *
asr_conf_mock_file(const json_t *v)
{
    int          fd;
    char        *text, *path;
    size_t       n;
    const char  *dir;

    dir = getenv("TMPDIR");
    path = asr_conf_print("%s/asr-conformance-XXXXXX",
                          dir != NULL && *dir ? dir : "/tmp");
    fd = mkstemp(path);

    if (fd == -1) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }

    text = json_dumps(v, JSON_COMPACT);

    if (text == NULL) {
        asr_conf_die("out of memory");
    }

    n = strlen(text);

    if (write(fd, text, n) != (ssize_t) n) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }

    close(fd);
    free(text);

    return path;
}


/* The mock's ready line: "ready URL pid N". */

static char *
asr_conf_mock_ready(int fd)
{
    char           line[512], *url, *end;
    size_t         n;
    ssize_t        rc;
    struct pollfd  p;

    for (n = 0; n < sizeof(line) - 1; n += rc) {
        p.fd = fd;
        p.events = POLLIN;

        if (poll(&p, 1, ASR_CONF_MOCK_START_MS) != 1) {
            return NULL;
        }

        rc = read(fd, line + n, sizeof(line) - 1 - n);

        if (rc <= 0) {
            return NULL;
        }

        line[n + rc] = '\0';

        if (strchr(line, '\n') != NULL) {
            break;
        }
    }

    if (strncmp(line, "ready ", 6) != 0) {
        return NULL;
    }

    url = line + 6;
    end = strchr(url, ' ');

    return end != NULL ? asr_conf_copy_n(url, end - url) : NULL;
}


void
asr_conf_mock_start(asr_conf_mock_t *m, const char *path,
    const char *accounts, const json_t *scenario)
{
    int                          rc, fds[2];
    char                        *argv[] = { (char *) path, "--port", "0",
                                            "--fail-on", "never", "--scenario",
                                            NULL, NULL, NULL, NULL };
    posix_spawn_file_actions_t   actions;

    m->file = asr_conf_mock_file(scenario);
    argv[6] = m->file;

    if (accounts != NULL) {
        argv[7] = "--accounts";
        argv[8] = (char *) accounts;
    }

    if (pipe2(fds, O_CLOEXEC) == -1) {
        asr_conf_die("pipe: %s", strerror(errno));
    }

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
    rc = posix_spawnp(&m->pid, path, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);

    if (rc != 0) {
        unlink(m->file);
        asr_conf_die("%s: %s", path, strerror(rc));
    }

    asr_conf_mock_guard(m);

    m->url = asr_conf_mock_ready(fds[0]);
    close(fds[0]);

    if (m->url == NULL) {
        asr_conf_mock_stop(m);
        asr_conf_die("%s does not start", path);
    }
}


void
asr_conf_mock_stop(asr_conf_mock_t *m)
{
    asr_conf_mock_pid = 0;
    kill(m->pid, SIGTERM);

    while (waitpid(m->pid, NULL, 0) == -1 && errno == EINTR) { /* void */ }

    unlink(m->file);
    free(m->file);
    free(m->url);
    m->file = NULL;
    m->url = NULL;
}


static void
asr_conf_command_child(char **argv, const char *url, const char *scenario)
{
    const char  *host, *port;

    setpgid(0, 0);
    dup2(STDERR_FILENO, STDOUT_FILENO);

    host = url + 7;
    port = strrchr(url, ':') + 1;

    setenv("ASR_MOCK_URL", url, 1);
    setenv("ASR_MOCK_HOST", asr_conf_copy_n(host, port - 1 - host), 1);
    setenv("ASR_MOCK_PORT", port, 1);
    setenv("ASR_CONFORMANCE_SCENARIO", scenario, 1);
    signal(SIGPIPE, SIG_DFL);
    execvp(argv[0], argv);
    fprintf(stderr, "asr-conformance: %s: %s\n", argv[0], strerror(errno));
    _exit(errno == ENOENT ? 127 : 126);
}


/* Waits for the child's end without a handler: by its pidfd. */

static bool
asr_conf_command_wait(pid_t pid, unsigned timeout_s)
{
    int            fd, rc;
    int64_t        end, left;
    struct pollfd  p;

    fd = (int) syscall(SYS_pidfd_open, pid, 0);

    if (fd == -1) {
        asr_conf_die("pidfd_open: %s", strerror(errno));
    }

    end = asr_conf_now_us() + timeout_s * INT64_C(1000000);
    p.fd = fd;
    p.events = POLLIN;

    do {
        left = (end - asr_conf_now_us()) / 1000;
        rc = poll(&p, 1, left > 0 ? (int) left + 1 : 0);
    } while (rc == -1 && errno == EINTR);

    close(fd);

    return rc == 1;
}


void
asr_conf_client_command(asr_conf_outcome_t *o, char **argv, const char *url,
    const char *scenario, unsigned timeout_s)
{
    int      status;
    bool     ended;
    pid_t    pid;
    int64_t  from;

    fflush(NULL);
    from = asr_conf_now_us();
    pid = fork();

    if (pid == -1) {
        asr_conf_die("fork: %s", strerror(errno));
    }

    if (pid == 0) {
        asr_conf_command_child(argv, url, scenario);
    }

    setpgid(pid, pid);
    ended = asr_conf_command_wait(pid, timeout_s);

    /* what it left behind would ask on, in the next scenario's time */
    kill(-pid, SIGKILL);

    while (waitpid(pid, &status, 0) == -1 && errno == EINTR) { /* void */ }

    o->scenario = scenario;
    o->status = ended ? status : -1;
    o->took_us = asr_conf_now_us() - from;

    if (ended && WIFEXITED(status)
        && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127))
    {
        asr_conf_die("%s cannot be run", argv[0]);
    }
}
