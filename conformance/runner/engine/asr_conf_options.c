/* Reading the command line. */

#include "asr_conf_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "asr_conf_doc_int.h"
#include "asr_conf_report.h"


#define LINES_MAX    10000
#define NUMBER_MAX   86400


enum {
    OPT_TARGET = 1, OPT_ACCOUNTS, OPT_LIST, OPT_REPLAY, OPT_KNOWN, OPT_REPORT,
    OPT_WITH, OPT_LEVEL, OPT_THREADS, OPT_LISTEN, OPT_PUBLIC, OPT_TIMEOUT,
    OPT_TASK, OPT_CA, OPT_FIRST, OPT_NO_SHRINK, OPT_AUDIT, OPT_PRINT,
    OPT_WEBHOOK, OPT_VECTORS, OPT_VERSION, OPT_MOCK, OPT_NO_TASKS, OPT_EVERY
};


static const struct option  names[] = {
    { "target", required_argument, NULL, OPT_TARGET },
    { "mock", no_argument, NULL, OPT_MOCK },
    { "accounts", required_argument, NULL, OPT_ACCOUNTS },
    { "list", no_argument, NULL, OPT_LIST },
    { "no-tasks", no_argument, NULL, OPT_NO_TASKS },
    { "replay", required_argument, NULL, OPT_REPLAY },
    { "known-failing", required_argument, NULL, OPT_KNOWN },
    { "report", required_argument, NULL, OPT_REPORT },
    { "with", required_argument, NULL, OPT_WITH },
    { "level", required_argument, NULL, OPT_LEVEL },
    { "every", required_argument, NULL, OPT_EVERY },
    { "threads", required_argument, NULL, OPT_THREADS },
    { "listen", required_argument, NULL, OPT_LISTEN },
    { "public-url", required_argument, NULL, OPT_PUBLIC },
    { "timeout", required_argument, NULL, OPT_TIMEOUT },
    { "task-timeout", required_argument, NULL, OPT_TASK },
    { "ca", required_argument, NULL, OPT_CA },
    { "first", no_argument, NULL, OPT_FIRST },
    { "no-shrink", no_argument, NULL, OPT_NO_SHRINK },
    { "audit", no_argument, NULL, OPT_AUDIT },
    { "print-accounts", no_argument, NULL, OPT_PRINT },
    { "webhook", required_argument, NULL, OPT_WEBHOOK },
    { "vectors", required_argument, NULL, OPT_VECTORS },
    { "verbose", no_argument, NULL, 'v' },
    { "help", no_argument, NULL, 'h' },
    { "version", no_argument, NULL, OPT_VERSION },
    { NULL, 0, NULL, 0 }
};


static const char  help[] =
    "usage: asr-conformance [OPTION ...] --target [API=]URL [ID ...]\n"
    "       asr-conformance [OPTION ...] --mock [ID ...]\n"
    "       asr-conformance --replay ID --target [API=]URL\n"
    "       asr-conformance client [OPTION ...] -- COMMAND ...\n"
    "\n"
    "Holds an endpoint against the documents of its API: tencent, u2,\n"
    "memories, ice; or a client, see \"client --help\".  ID is a case or the\n"
    "beginning of some, in whole parts: u2, u2/create, u2/create/model/enum.\n"
    "\n"
    "what\n"
    "  --target URL           the endpoint of all APIs, or API=URL of one;\n"
    "                         else that in ASR_MOCK_URL\n"
    "  --mock                 starts asr-mock and holds that\n"
    "  --accounts FILE        whose keys are used; else keys asr-mock knows\n"
    "  --no-tasks             only cases that make no task\n"
    "  --level LEVEL          must, should or observed (default): below it a\n"
    "                         difference is shown, and fails nothing\n"
    "  --known-failing FILE   cases that have to fail; ID or ID/... a line\n"
    "  --every N              of generated cases one of N, by their ids\n"
    "how\n"
    "  --threads N            cases at a time (4)\n"
    "  --timeout SECONDS      of one exchange (10)\n"
    "  --task-timeout SECONDS until a task has ended (60)\n"
    "  --listen ADDRESS:PORT  of the suite's server, for audio and callbacks\n"
    "                         (127.0.0.1:0); fd:N: a socket that is bound\n"
    "  --public-url URL       how the endpoint reaches that server\n"
    "  --ca FILE              authorities of the endpoint's certificate, PEM\n"
    "  --first                ends with the first failure\n"
    "  --no-shrink            leaves failing cases as they are\n"
    "reports\n"
    "  --verbose, -v          more of what passes; twice: all\n"
    "  --report FORMAT=FILE   tap, junit, jsonl, matrix.md, matrix.html; - is\n"
    "                         stdout\n"
    "  --with FILE            an earlier run (jsonl) beside this one\n"
    "else\n"
    "  --list                 the cases: id, clause, level, kind, tasks made,\n"
    "                         name; -v: steps too\n"
    "  --replay ID            one case, with all that is sent and comes\n"
    "  --audit                whether the suite has all that the documents\n"
    "                         have\n"
    "  --print-accounts       an accounts file for the endpoint and for this;\n"
    "    --webhook URL        with that webhook in it\n"
    "  --vectors DIRECTORY    writes the signatures' vectors there\n"
    "  --help, -h             this\n"
    "  --version\n"
    "\n"
    "Ends with 0 if all cases hold, 1 with findings, 2 if it cannot run.\n";


unsigned
asr_conf_options_number(const char *name, const char *text)
{
    char           *end;
    unsigned long   n;

    errno = 0;
    n = strtoul(text, &end, 10);

    if (errno != 0 || *end != '\0' || text[0] < '0' || text[0] > '9' || n == 0
        || n > NUMBER_MAX)
    {
        asr_conf_die("--%s: \"%s\" is no number of 1 to %d", name, text,
                     NUMBER_MAX);
    }

    return (unsigned) n;
}


/* A path is what stands before all others; keys are no part of it. */

static bool
is_target(const char *url)
{
    size_t       i;
    const char  *host;

    host = strncmp(url, "http://", 7) == 0 ? url + 7
           : strncmp(url, "https://", 8) == 0 ? url + 8 : "";

    for (i = 0; host[i] != '\0'; i++) {
        if ((unsigned char) host[i] <= ' ' || host[i] == 0x7f) {
            return false;
        }
    }

    return strcspn(host, "/:") != 0 && strpbrk(host, "?#@{}") == NULL;
}


void
asr_conf_options_target(asr_conf_command_t *c, const char *text)
{
    size_t       i;
    const char  *eq, *url;

    static const char *const  apis[ASR_CONF_NDOCS] = {
        "tencent", "u2", "memories", "ice"
    };

    eq = strchr(text, '=');
    url = text;

    if (eq != NULL && (size_t) (eq - text) < strcspn(text, ":/")) {
        url = eq + 1;
    }

    if (!is_target(url)) {
        asr_conf_die("--target: \"%s\" is no http or https URL of a host, a "
                     "port and a path", url);
    }

    c->targeted = true;

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (url == text) {
            if (c->run.targets[i] == NULL) {
                c->run.targets[i] = url;
            }

        } else if (strlen(apis[i]) == (size_t) (eq - text)
                   && strncmp(apis[i], text, (size_t) (eq - text)) == 0)
        {
            c->run.targets[i] = url;
            return;
        }
    }

    if (url != text) {
        asr_conf_die("--target: no API \"%.*s\"", (int) (eq - text), text);
    }
}


static void
report(asr_conf_command_t *c, const char *text)
{
    const char  *eq;

    eq = strchr(text, '=');

    if (eq == NULL || eq[1] == '\0') {
        asr_conf_die("--report: \"%s\" is no FORMAT=FILE", text);
    }

    if (c->nreports == ASR_CONF_REPORTS_MAX) {
        asr_conf_die("--report: more than %d", ASR_CONF_REPORTS_MAX);
    }

    c->formats[c->nreports] = asr_conf_copy_n(text, (size_t) (eq - text));
    c->files[c->nreports] = eq + 1;

    if (!asr_conf_report_known(c->formats[c->nreports])) {
        asr_conf_die("--report: no format \"%s\"", c->formats[c->nreports]);
    }

    c->nreports++;
}


/* One id a line; # begins a comment. */

static void
known_failing(asr_conf_command_t *c, const char *path)
{
    FILE    *f;
    char     line[512];
    size_t   len;

    f = fopen(path, "r");

    if (f == NULL) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        line[strcspn(line, "#\r\n")] = '\0';

        for (len = strlen(line); len != 0; len--) {
            if (line[len - 1] != ' ' && line[len - 1] != '\t') {
                break;
            }
        }

        line[len] = '\0';

        if (len == 0) {
            continue;
        }

        if (c->nknown == LINES_MAX) {
            asr_conf_die("%s: more than %d lines", path, LINES_MAX);
        }

        c->known = asr_conf_grow(c->known, c->nknown + 1, sizeof(char *));
        c->known[c->nknown++] = asr_conf_copy(line);
    }

    if (ferror(f)) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }

    (void) fclose(f);
}


bool
asr_conf_known_names(const asr_conf_command_t *c, const char *id)
{
    size_t  i, len;

    for (i = 0; i < c->nknown; i++) {
        len = strlen(c->known[i]);

        if (len > 4 && strcmp(c->known[i] + len - 4, "/...") == 0) {
            if (strncmp(id, c->known[i], len - 3) == 0) {
                return true;
            }

        } else if (strcmp(id, c->known[i]) == 0) {
            return true;
        }
    }

    return false;
}


asr_conf_level_t
asr_conf_options_level(const char *text)
{
    asr_conf_level_t  level;

    if (!asr_conf_level_read(text, &level)) {
        asr_conf_die("--level: \"%s\" is none of must, should, observed",
                     text);
    }

    return level;
}


/* Options that say what is to be done, or where. */

static bool
option_what(asr_conf_command_t *c, int opt)
{
    switch (opt) {

    case OPT_TARGET:
        asr_conf_options_target(c, optarg);
        return true;

    case OPT_REPORT:
        report(c, optarg);
        return true;

    case OPT_KNOWN:
        known_failing(c, optarg);
        return true;

    case OPT_LEVEL:
        c->level = asr_conf_options_level(optarg);
        return true;

    case OPT_WITH:
        if (c->nwiths == ASR_CONF_WITHS_MAX) {
            asr_conf_die("--with: more than %d", ASR_CONF_WITHS_MAX);
        }

        c->withs[c->nwiths++] = optarg;
        return true;

    case OPT_REPLAY:
        c->replay = optarg;
        return true;

    case OPT_VECTORS:
        c->vectors = optarg;
        return true;

    case OPT_LIST:
        c->list = true;
        return true;

    case OPT_MOCK:
        c->mock = true;
        return true;

    case OPT_NO_TASKS:
        c->no_tasks = true;
        return true;

    case OPT_AUDIT:
        c->audit = true;
        return true;

    case OPT_PRINT:
        c->print_accounts = true;
        return true;

    case OPT_WEBHOOK:
        c->webhook = optarg;
        return true;

    default:
        return false;
    }
}


static bool
option_how(asr_conf_command_t *c, int opt)
{
    switch (opt) {

    case OPT_ACCOUNTS:
        c->accounts = optarg;
        return true;

    case OPT_EVERY:
        c->every = asr_conf_options_number("every", optarg);
        return true;

    case OPT_THREADS:
        c->run.threads = asr_conf_options_number("threads", optarg);
        return true;

    case OPT_TIMEOUT:
        c->run.timeout_s = asr_conf_options_number("timeout", optarg);
        return true;

    case OPT_TASK:
        c->run.task_s = asr_conf_options_number("task-timeout", optarg);
        return true;

    case OPT_LISTEN:
        c->listen = optarg;
        return true;

    case OPT_PUBLIC:
        c->public_url = optarg;
        return true;

    case OPT_CA:
        c->run.ca = optarg;
        return true;

    case OPT_FIRST:
        c->run.first = true;
        return true;

    case OPT_NO_SHRINK:
        c->run.shrink = false;
        return true;

    case 'v':
        c->verbose++;
        return true;

    default:
        return false;
    }
}


void
asr_conf_options_read(asr_conf_command_t *c, int argc, char **argv)
{
    int  opt;

    memset(c, 0, sizeof(*c));

    c->level = ASR_CONF_OBSERVED;
    c->listen = "127.0.0.1:0";
    c->run.threads = 4;
    c->run.timeout_s = 10;
    c->run.task_s = 60;
    c->run.shrink = true;

    opterr = 0;

    while ((opt = getopt_long(argc, argv, ":hv", names, NULL)) != -1) {

        if (opt == 'h') {
            (void) fputs(help, stdout);
            exit(ASR_CONF_OK);
        }

        if (opt == OPT_VERSION) {
            (void) printf("asr-conformance %s\n", ASR_CONF_VERSION);
            exit(ASR_CONF_OK);
        }

        if (opt == ':') {
            asr_conf_die("%s needs a value", argv[optind - 1]);
        }

        if (!option_what(c, opt) && !option_how(c, opt)) {
            asr_conf_die("no option \"%s\"; --help has them",
                         argv[optind - 1]);
        }
    }

    c->prefixes = argv + optind;
    c->nprefixes = (size_t) (argc - optind);
}
