/*
 * asr-mock, the program: binds the mock's sockets, starts nginx on them from a
 * private prefix, runs a command against it, and cleans up.  One thread; all
 * signals are read from one descriptor (signalfd), so there is no handler.
 *
 * Each function that fails has said why on stderr.
 */

#ifndef ASR_MOCK_LAUNCH_H
#define ASR_MOCK_LAUNCH_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>


#define ASR_MOCK_LAUNCH_REPORTS_MAX  16
#define ASR_MOCK_LAUNCH_SOCKETS_MAX  3       /* plain, TLS, unix */

#define ASR_MOCK_LAUNCH_FAILED       1       /* exit statuses */
#define ASR_MOCK_LAUNCH_SETUP        2


typedef struct {
    const char  *format;                     /* text json junit html */
    const char  *file;                       /* "-": stdout */
} asr_mock_launch_report_t;


/* Strings are those of argv, or constants. */

typedef struct {
    const char   *address;
    int           port;                      /* 0: a free one */
    const char   *socket;                    /* NULL: none */
    bool          tls;
    int           tls_port;
    const char   *accounts;
    const char   *scenario;
    const char   *engine;                    /* scripted pocketsphinx */
    bool          lenient;
    const char   *seed;                      /* decimal; NULL: the module's */
    const char   *memory;                    /* "64m"; NULL: the module's */
    const char   *fail_on;                   /* error warning never */
    const char   *port_file;
    const char   *record;                    /* URL; NULL: not recording */
    const char   *record_ca;
    const char   *recording;
    const char   *replay;
    bool          replay_timing;
    const char   *diff;                      /* a file, or a URL */
    const char   *diff_report;
    const char   *nginx;
    const char   *module;                    /* NULL: found */
    bool          verbose;
    size_t        nreports;
    asr_mock_launch_report_t  reports[ASR_MOCK_LAUNCH_REPORTS_MAX];
    char        **command;                   /* NULL: none */
} asr_mock_launch_options_t;


typedef struct {
    asr_mock_launch_options_t  options;

    char          prefix[PATH_MAX];          /* empty: not made yet */
    char          socket[PATH_MAX];          /* bound and ours; or empty */
    char          port_file[PATH_MAX];       /* written and ours; or empty */
    char          ca[PATH_MAX + 16];
    char          authorities[PATH_MAX];     /* of an endpoint with TLS */
    char          diff[PATH_MAX];            /* the program of --diff */
    char          compared[PATH_MAX + 32];   /* the file of --diff URL */
    char         *diff_command[4];

    int           sockets[ASR_MOCK_LAUNCH_SOCKETS_MAX];
    size_t        nsockets;
    int           port;
    int           tls_port;
    char          host[64];                  /* as clients reach it */
    char          url[96];
    char          tls_url[96];

    int           signals;                   /* signalfd, of set */
    sigset_t      set;
    sigset_t      mask;                      /* what children get back, */
    void        (*sigpipe)(int);             /* and this */
    int           stop;                      /* the signal to stop for */

    pid_t         nginx;                     /* 0: not running */
    pid_t         command;
    int           nginx_status;              /* of waitpid, once it ended */
    int           command_status;
    bool          ending;                    /* nginx was told to */
    bool          told;                      /* by nginx, why it is not up */
} asr_mock_launch_t;


/* -1: go on; else the status to exit with. */
int asr_mock_launch_options(asr_mock_launch_options_t *o, int argc,
    char **argv);

/* Sockets, bound and listening; host, ports and URLs of l. */
bool asr_mock_launch_bind(asr_mock_launch_t *l);

/* The prefix, the certificates in it that asr-mock-cert makes, nginx.conf;
   connections: what the limits allow. */
bool asr_mock_launch_prefix(asr_mock_launch_t *l);
bool asr_mock_launch_certificate(asr_mock_launch_t *l);
bool asr_mock_launch_conf(asr_mock_launch_t *l, unsigned connections);
void asr_mock_launch_remove(asr_mock_launch_t *l);

/* Where the program is that compares. */
bool asr_mock_launch_differ(char *path, size_t len);

/* --diff FILE: its program becomes the command.  --diff URL: a recording that
   ends with the prefix. */
bool asr_mock_launch_diff(asr_mock_launch_t *l);

/* --diff URL: nginx has ended, what was recorded is compared; the status. */
int asr_mock_launch_compare(asr_mock_launch_t *l);

/* Waits for events of fd (-1: none) and signals: 1 the events, 0 the time
   (ms; -1: none) is up, -1 a signal or the end of a child, which is noted in
   l. */
int asr_mock_launch_wait(asr_mock_launch_t *l, int fd, short events, int ms);

/* A GET request to the mock.  The body comes to sink in pieces, which
   returns false to end it.  Returns the HTTP status; -1: it failed. */
typedef bool (*asr_mock_launch_sink_pt)(void *ctx, const char *data,
    size_t len);

int asr_mock_launch_get(asr_mock_launch_t *l, const char *path, int ms,
    asr_mock_launch_sink_pt sink, void *ctx);

/* Those asked for, and the text on stderr when text is true. */
bool asr_mock_launch_reports(asr_mock_launch_t *l, bool text);

/* Does the run fail by --fail-on?  1 yes, 0 no, -1 cannot be told. */
int asr_mock_launch_fails(asr_mock_launch_t *l);

/* "asr-mock: ..." on stderr; with errno's words when error is not 0. */
void asr_mock_launch_say(int error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));


#endif /* ASR_MOCK_LAUNCH_H */
