/*
 * The life of a mock: sockets, prefix, nginx, the first answer, then a command
 * or a signal, the reports, and the end.  nginx has a process group of its
 * own, so that an interrupt from the terminal reaches the command and not it:
 * the report is still to come.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "asr_mock_launch.h"


#define ASR_MOCK_LAUNCH_READY_MS        10000
#define ASR_MOCK_LAUNCH_LOAD_MS         60000    /* with models to load */
#define ASR_MOCK_LAUNCH_END_MS          10000    /* then SIGKILL */
#define ASR_MOCK_LAUNCH_COMMAND_END_MS  2000

#define ASR_MOCK_LAUNCH_CONNECTIONS     4096
#define ASR_MOCK_LAUNCH_FILES           1024     /* of the mock, besides */


static int asr_mock_launch_run(asr_mock_launch_t *l);
static bool asr_mock_launch_signals(asr_mock_launch_t *l);
static bool asr_mock_launch_nginx(asr_mock_launch_t *l);
static void asr_mock_launch_exec_nginx(asr_mock_launch_t *l,
    const struct rlimit *files, pid_t parent);
static bool asr_mock_launch_up(asr_mock_launch_t *l);
static bool asr_mock_launch_tell(asr_mock_launch_t *l);
static bool asr_mock_launch_write_port(asr_mock_launch_t *l);
static int asr_mock_launch_serve(asr_mock_launch_t *l);
static int asr_mock_launch_command(asr_mock_launch_t *l);
static bool asr_mock_launch_spawn(asr_mock_launch_t *l);
static int asr_mock_launch_verdict(asr_mock_launch_t *l);
static void asr_mock_launch_environment(asr_mock_launch_t *l);
static void asr_mock_launch_signal(asr_mock_launch_t *l,
    const struct signalfd_siginfo *s);
static void asr_mock_launch_reap(asr_mock_launch_t *l);
static void asr_mock_launch_end(asr_mock_launch_t *l);
static void asr_mock_launch_log(asr_mock_launch_t *l);
static int asr_mock_launch_status(int status);


int
main(int argc, char **argv)
{
    int                        status;
    static asr_mock_launch_t   launch;

    status = asr_mock_launch_options(&launch.options, argc, argv);
    if (status != -1) {
        return status;
    }

    status = asr_mock_launch_run(&launch);

    asr_mock_launch_end(&launch);

    if (status == 0 && launch.compared[0] != '\0') {
        status = asr_mock_launch_compare(&launch);
    }

    asr_mock_launch_remove(&launch);

    return status;
}


static int
asr_mock_launch_run(asr_mock_launch_t *l)
{
    if ((l->options.diff != NULL && !asr_mock_launch_diff(l))
        || !asr_mock_launch_signals(l)
        || !asr_mock_launch_bind(l)
        || !asr_mock_launch_prefix(l)
        || (l->options.tls && !asr_mock_launch_certificate(l))
        || !asr_mock_launch_nginx(l))
    {
        return ASR_MOCK_LAUNCH_SETUP;
    }

    if (!asr_mock_launch_up(l)) {
        return l->stop == 0 ? ASR_MOCK_LAUNCH_SETUP : 128 + l->stop;
    }

    if (!asr_mock_launch_tell(l)) {
        return ASR_MOCK_LAUNCH_SETUP;
    }

    return l->options.command == NULL ? asr_mock_launch_serve(l)
                                      : asr_mock_launch_command(l);
}


static bool
asr_mock_launch_signals(asr_mock_launch_t *l)
{
    size_t            i;
    struct sigaction  sa;

    static const int  signals[] = {
        SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2
    };

    (void) sigemptyset(&l->set);
    (void) sigaddset(&l->set, SIGCHLD);

    for (i = 0; i < sizeof(signals) / sizeof(int); i++) {

        /* what nohup did to it is to last */

        if (signals[i] == SIGHUP && sigaction(SIGHUP, NULL, &sa) == 0
            && sa.sa_handler == SIG_IGN)
        {
            continue;
        }

        (void) sigaddset(&l->set, signals[i]);
    }

    l->sigpipe = signal(SIGPIPE, SIG_IGN);
    (void) signal(SIGCHLD, SIG_DFL);
    (void) sigprocmask(SIG_BLOCK, &l->set, &l->mask);

    l->signals = signalfd(-1, &l->set, SFD_CLOEXEC|SFD_NONBLOCK);

    if (l->signals == -1) {
        asr_mock_launch_say(errno, "signalfd");
        return false;
    }

    return true;
}


static bool
asr_mock_launch_nginx(asr_mock_launch_t *l)
{
    pid_t          self;
    size_t         i;
    rlim_t         connections;
    struct rlimit  files;

    if (getrlimit(RLIMIT_NOFILE, &files) == -1) {
        asr_mock_launch_say(errno, "getrlimit");
        return false;
    }

    if (files.rlim_cur < ASR_MOCK_LAUNCH_CONNECTIONS + ASR_MOCK_LAUNCH_FILES) {
        files.rlim_cur = ASR_MOCK_LAUNCH_CONNECTIONS + ASR_MOCK_LAUNCH_FILES;

        if (files.rlim_cur > files.rlim_max) {
            files.rlim_cur = files.rlim_max;
        }
    }

    connections = ASR_MOCK_LAUNCH_CONNECTIONS;

    if (files.rlim_cur < ASR_MOCK_LAUNCH_CONNECTIONS + ASR_MOCK_LAUNCH_FILES) {
        connections = files.rlim_cur - files.rlim_cur / 5;
    }

    if (!asr_mock_launch_conf(l, (unsigned) connections)) {
        return false;
    }

    self = getpid();
    l->nginx = fork();

    if (l->nginx == -1) {
        l->nginx = 0;
        asr_mock_launch_say(errno, "fork");
        return false;
    }

    if (l->nginx == 0) {
        asr_mock_launch_exec_nginx(l, &files, self);
        _exit(127);
    }

    /* once nginx is gone, nobody is to wait in a backlog */

    for (i = 0; i < l->nsockets; i++) {
        (void) close(l->sockets[i]);
    }

    return true;
}


static void
asr_mock_launch_exec_nginx(asr_mock_launch_t *l, const struct rlimit *files,
    pid_t parent)
{
    int     null;
    char    list[64], conf[PATH_MAX + 16], log[PATH_MAX + 16];
    size_t  i, n;

    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 || getppid() != parent) {
        return;
    }

    (void) setpgid(0, 0);
    (void) setrlimit(RLIMIT_NOFILE, files);
    (void) signal(SIGPIPE, l->sigpipe);
    (void) sigprocmask(SIG_SETMASK, &l->mask, NULL);

    null = open("/dev/null", O_RDWR|O_CLOEXEC);
    if (null == -1
        || dup2(null, STDIN_FILENO) == -1 || dup2(null, STDOUT_FILENO) == -1)
    {
        return;
    }

    n = 0;

    for (i = 0; i < l->nsockets; i++) {
        (void) fcntl(l->sockets[i], F_SETFD, 0);
        n += (size_t) snprintf(list + n, sizeof(list) - n, "%d;",
                               l->sockets[i]);
    }

    (void) setenv("NGINX", list, 1);
    (void) snprintf(conf, sizeof(conf), "%s/nginx.conf", l->prefix);
    (void) snprintf(log, sizeof(log), "%s/error.log", l->prefix);

    (void) execl(l->options.nginx, l->options.nginx, "-p", l->prefix, "-c",
                 conf, "-e", l->options.verbose ? "stderr" : log,
                 (char *) NULL);

    asr_mock_launch_say(errno, "%s", l->options.nginx);
}


/* The request waits in the backlog until nginx takes it. */

static bool
asr_mock_launch_up(asr_mock_launch_t *l)
{
    int   ms, status;
    char  path[PATH_MAX + 16];

    ms = strcmp(l->options.engine, "pocketsphinx") == 0
         ? ASR_MOCK_LAUNCH_LOAD_MS : ASR_MOCK_LAUNCH_READY_MS;

    status = asr_mock_launch_get(l, "/_mock/health", ms, NULL, NULL);

    if (status == 200) {
        return true;
    }

    if (status != -1) {
        asr_mock_launch_say(0, "%s/_mock/health: status %d", l->url, status);
    }

    /* before it had written its pid file, nginx complained on stderr itself */

    if (l->stop == 0 && l->nginx == 0) {
        (void) snprintf(path, sizeof(path), "%s/nginx.pid", l->prefix);
        l->told = access(path, F_OK) == -1;
        asr_mock_launch_say(0, "nginx did not start");
    }

    return false;
}


static bool
asr_mock_launch_tell(asr_mock_launch_t *l)
{
    FILE  *f;

    f = l->options.command == NULL ? stdout : stderr;

    fprintf(f, "ready %s pid %d\n", l->url, (int) l->nginx);

    if (l->options.tls) {
        fprintf(f, "tls %s ca %s\n", l->tls_url, l->ca);
    }

    if (fflush(f) != 0) {
        asr_mock_launch_say(errno, "stdout");
        return false;
    }

    return l->options.port_file == NULL || asr_mock_launch_write_port(l);
}


static bool
asr_mock_launch_write_port(asr_mock_launch_t *l)
{
    int          n, fd;
    bool         ok;
    char         name[PATH_MAX], text[16];
    const char  *file;

    file = l->options.port_file;
    n = snprintf(name, sizeof(name), "%s.%d", file, (int) getpid());

    if (n < 0 || (size_t) n >= sizeof(name)) {
        asr_mock_launch_say(ENAMETOOLONG, "%s", file);
        return false;
    }

    fd = open(name, O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666);
    if (fd == -1) {
        asr_mock_launch_say(errno, "%s", name);
        return false;
    }

    n = snprintf(text, sizeof(text), "%d\n", l->port);
    ok = write(fd, text, (size_t) n) == n;
    ok = close(fd) == 0 && ok;

    if (!ok || rename(name, file) == -1) {
        asr_mock_launch_say(errno, "%s", file);
        (void) unlink(name);
        return false;
    }

    (void) snprintf(l->port_file, sizeof(l->port_file), "%s", file);

    return true;
}


static int
asr_mock_launch_serve(asr_mock_launch_t *l)
{
    bool  ok;

    while (l->stop == 0 && l->nginx != 0) {
        (void) asr_mock_launch_wait(l, -1, 0, -1);
    }

    if (l->nginx == 0) {
        return ASR_MOCK_LAUNCH_FAILED;
    }

    /* a second signal ends the reports */

    l->stop = 0;
    ok = asr_mock_launch_reports(l, false);

    return ok ? 0 : ASR_MOCK_LAUNCH_FAILED;
}


static int
asr_mock_launch_command(asr_mock_launch_t *l)
{
    int   n, ms;
    bool  told;

    asr_mock_launch_environment(l);

    if (!asr_mock_launch_spawn(l)) {
        return ASR_MOCK_LAUNCH_SETUP;
    }

    told = false;
    ms = -1;

    while (l->command != 0) {
        n = asr_mock_launch_wait(l, -1, 0, ms);

        if (l->nginx == 0 && l->command != 0 && !told) {
            (void) kill(l->command, SIGTERM);
            ms = ASR_MOCK_LAUNCH_COMMAND_END_MS;
            told = true;

        } else if (n == 0 && l->command != 0) {
            (void) kill(l->command, SIGKILL);
            ms = -1;
        }
    }

    if (l->nginx == 0) {
        return ASR_MOCK_LAUNCH_FAILED;
    }

    return asr_mock_launch_verdict(l);
}


static int
asr_mock_launch_verdict(asr_mock_launch_t *l)
{
    int   status, fails;
    bool  ok;

    status = asr_mock_launch_status(l->command_status);

    ok = asr_mock_launch_reports(l, true);
    fails = asr_mock_launch_fails(l);

    return status == 0 && (!ok || fails != 0) ? ASR_MOCK_LAUNCH_FAILED
                                              : status;
}


static bool
asr_mock_launch_spawn(asr_mock_launch_t *l)
{
    char  **argv;

    argv = l->options.command;
    l->command = fork();

    if (l->command == -1) {
        l->command = 0;
        asr_mock_launch_say(errno, "fork");
        return false;
    }

    if (l->command == 0) {
        (void) signal(SIGPIPE, l->sigpipe);
        (void) sigprocmask(SIG_SETMASK, &l->mask, NULL);
        (void) execvp(argv[0], argv);
        asr_mock_launch_say(errno, "%s", argv[0]);
        _exit(errno == ENOENT ? 127 : 126);
    }

    return true;
}


static void
asr_mock_launch_environment(asr_mock_launch_t *l)
{
    char  port[16];

    (void) snprintf(port, sizeof(port), "%d", l->port);
    (void) setenv("ASR_MOCK_URL", l->url, 1);
    (void) setenv("ASR_MOCK_PORT", port, 1);
    (void) setenv("ASR_MOCK_HOST", l->host, 1);

    if (l->options.tls) {
        (void) setenv("ASR_MOCK_TLS_URL", l->tls_url, 1);
        (void) setenv("ASR_MOCK_CA", l->ca, 1);
    }

    if (l->socket[0] != '\0') {
        (void) setenv("ASR_MOCK_SOCKET", l->socket, 1);
    }
}


int
asr_mock_launch_wait(asr_mock_launch_t *l, int fd, short events, int ms)
{
    int                      n;
    struct pollfd            p[2];
    struct signalfd_siginfo  s;

    p[0].fd = l->signals;
    p[0].events = POLLIN;
    p[1].fd = fd;
    p[1].events = events;

    do {
        n = poll(p, 2, ms);
    } while (n == -1 && errno == EINTR);

    if (n <= 0) {
        return 0;
    }

    if (p[0].revents == 0) {
        return 1;
    }

    while (read(l->signals, &s, sizeof(s)) == (ssize_t) sizeof(s)) {
        asr_mock_launch_signal(l, &s);
    }

    return -1;
}


static void
asr_mock_launch_signal(asr_mock_launch_t *l, const struct signalfd_siginfo *s)
{
    int  signo;

    signo = (int) s->ssi_signo;

    if (signo == SIGCHLD) {
        asr_mock_launch_reap(l);
        return;
    }

    /* from the terminal the command had it already */

    if (l->command != 0) {
        if (s->ssi_code <= 0) {
            (void) kill(l->command, signo);
        }

        return;
    }

    if (signo != SIGUSR1 && signo != SIGUSR2) {
        l->stop = signo;
    }
}


static void
asr_mock_launch_reap(asr_mock_launch_t *l)
{
    int        status;
    pid_t      pid;
    siginfo_t  info;

    for ( ;; ) {
        info.si_pid = 0;

        if (waitid(P_ALL, 0, &info, WEXITED|WNOHANG|WNOWAIT) == -1
            || info.si_pid == 0)
        {
            return;
        }

        pid = info.si_pid;

        /* programs that it has run: as long as it is not reaped, the number
           of its group is nobody else's */

        if (pid == l->nginx) {
            (void) kill(-pid, SIGKILL);
        }

        if (waitpid(pid, &status, 0) != pid) {
            return;
        }

        if (pid == l->command) {
            l->command = 0;
            l->command_status = status;
            continue;
        }

        if (pid != l->nginx) {
            continue;
        }

        l->nginx = 0;
        l->nginx_status = status;

        if (!l->ending && WIFSIGNALED(status)) {
            asr_mock_launch_say(0, "nginx has ended by signal %d",
                                WTERMSIG(status));

        } else if (!l->ending) {
            asr_mock_launch_say(0, "nginx has ended with status %d",
                                WEXITSTATUS(status));
        }
    }
}


static void
asr_mock_launch_end(asr_mock_launch_t *l)
{
    l->ending = true;

    if (l->nginx != 0) {
        (void) kill(l->nginx, SIGTERM);
    }

    while (l->nginx != 0) {
        if (asr_mock_launch_wait(l, -1, 0, ASR_MOCK_LAUNCH_END_MS) == 0) {
            asr_mock_launch_say(0, "nginx does not end");
            (void) kill(l->nginx, SIGKILL);
        }
    }

    if (!l->told) {
        asr_mock_launch_log(l);
    }
}


/* What should not be in nginx's log. */

static void
asr_mock_launch_log(asr_mock_launch_t *l)
{
    char   path[PATH_MAX + 16], line[2048];
    FILE  *f;

    (void) snprintf(path, sizeof(path), "%s/error.log", l->prefix);

    f = fopen(path, "re");
    if (f == NULL) {
        return;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        if (strstr(line, " [alert] ") != NULL
            || strstr(line, " [crit] ") != NULL
            || strstr(line, " [emerg] ") != NULL)
        {
            line[strcspn(line, "\n")] = '\0';
            asr_mock_launch_say(0, "%s", line);
        }
    }

    (void) fclose(f);
}


static int
asr_mock_launch_status(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
