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
#define ASR_CONF_MOCK_END_S     10       /* then it is killed */


extern char  **environ;


/* What is left to be done at an end, whichever it is; 0, "": nothing. */

static volatile sig_atomic_t  asr_conf_mock_pid;
static volatile sig_atomic_t  asr_conf_command_pid;
static char                   asr_conf_mock_left[4096];


static bool asr_conf_command_wait(pid_t pid, unsigned timeout_s);


/* Of calls that a signal's handler may make. */

static void
asr_conf_client_leave(void)
{
    if (asr_conf_command_pid > 0) {
        kill(-asr_conf_command_pid, SIGKILL);
    }

    if (asr_conf_mock_pid > 0) {
        kill(asr_conf_mock_pid, SIGTERM);
    }

    if (asr_conf_mock_left[0] != '\0') {
        unlink(asr_conf_mock_left);
    }
}


/* The mock removes files of its own: it is waited for. */

static void
asr_conf_client_exit(void)
{
    asr_conf_client_leave();

    if (asr_conf_mock_pid > 0) {
        while (waitpid(asr_conf_mock_pid, NULL, 0) == -1 && errno == EINTR) {
            /* void */
        }
    }
}


static void
asr_conf_client_signal(int number)
{
    int  was;

    was = errno;

    if (asr_conf_run_interrupted()) {
        asr_conf_client_leave();
        _exit(ASR_CONF_SETUP);
    }

    asr_conf_run_interrupt();

    if (asr_conf_command_pid > 0) {
        kill(-asr_conf_command_pid, SIGKILL);
    }

    errno = was;
}


void
asr_conf_client_guard(void)
{
    size_t            i;
    struct sigaction  action;

    static const int  numbers[] = { SIGINT, SIGTERM, SIGHUP };

    memset(&action, 0, sizeof(action));
    action.sa_handler = asr_conf_client_signal;
    action.sa_flags = SA_RESTART;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        sigaction(numbers[i], &action, NULL);
    }

    if (atexit(asr_conf_client_exit) != 0) {
        asr_conf_die("out of memory");
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

        do {
            rc = poll(&p, 1, ASR_CONF_MOCK_START_MS);
        } while (rc == -1 && errno == EINTR);

        if (rc != 1) {
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
    snprintf(asr_conf_mock_left, sizeof(asr_conf_mock_left), "%s", m->file);
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
        asr_conf_die("%s: %s", path, strerror(rc));
    }

    asr_conf_mock_pid = m->pid;
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
    kill(m->pid, SIGTERM);

    if (!asr_conf_command_wait(m->pid, ASR_CONF_MOCK_END_S)) {
        kill(m->pid, SIGKILL);
    }

    asr_conf_mock_pid = 0;

    while (waitpid(m->pid, NULL, 0) == -1 && errno == EINTR) { /* void */ }

    unlink(m->file);
    asr_conf_mock_left[0] = '\0';
    free(m->file);
    free(m->url);
    m->file = NULL;
    m->url = NULL;
}


/* What keeps it from being run goes to fd, which running closes. */

static void
asr_conf_command_child(char **argv, const char *url, const char *scenario,
    int fd)
{
    int          why;
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

    why = errno;
    (void) !write(fd, &why, sizeof(why));
    _exit(127);
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
    int      why, status, fds[2];
    bool     ended, runs;
    pid_t    pid;
    int64_t  from;

    if (pipe2(fds, O_CLOEXEC) == -1) {
        asr_conf_die("pipe: %s", strerror(errno));
    }

    fflush(NULL);
    from = asr_conf_now_us();
    pid = fork();

    if (pid == -1) {
        asr_conf_die("fork: %s", strerror(errno));
    }

    if (pid == 0) {
        asr_conf_command_child(argv, url, scenario, fds[1]);
    }

    close(fds[1]);
    setpgid(pid, pid);
    asr_conf_command_pid = pid;

    /* a signal may have come before its pid was known */
    if (asr_conf_run_interrupted()) {
        kill(-pid, SIGKILL);
    }

    runs = read(fds[0], &why, sizeof(why)) != (ssize_t) sizeof(why);
    close(fds[0]);
    ended = asr_conf_command_wait(pid, timeout_s);

    /* what it left behind would ask on, in the next scenario's time */
    kill(-pid, SIGKILL);
    asr_conf_command_pid = 0;

    while (waitpid(pid, &status, 0) == -1 && errno == EINTR) { /* void */ }

    o->scenario = scenario;
    o->status = ended ? status : -1;
    o->took_us = asr_conf_now_us() - from;

    if (!runs) {
        asr_conf_die("%s: %s", argv[0], strerror(why));
    }
}
