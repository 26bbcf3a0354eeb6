/*
 * "asr-conformance client": a command run in each scenario, and judged.
 */

#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "asr_conf_client_int.h"
#include "asr_conf_embed.h"
#include "asr_conf_options.h"


#define ASR_CONF_CLIENT_REPORTS  16
#define ASR_CONF_CLIENT_TIMEOUT  120     /* s, of one run of the command */


typedef struct {
    char               **command;
    char                *mock;
    json_t              *scenarios;      /* those that are run */
    unsigned             timeout_s;
    unsigned             verbose;
    asr_conf_level_t     level;
    size_t               nreports;
    char                *reports[ASR_CONF_CLIENT_REPORTS];   /* FMT=FILE */
    FILE                *files[ASR_CONF_CLIENT_REPORTS];
} asr_conf_client_t;


static const char  asr_conf_client_usage[] =
"usage: asr-conformance client [OPTION ...] -- COMMAND [ARGUMENT ...]\n"
"\n"
"Runs COMMAND against asr-mock, once in each scenario, and holds what it sent\n"
"to the documents. The address is in ASR_MOCK_URL, the scenario's name in\n"
"ASR_CONFORMANCE_SCENARIO; any key test-... is valid.\n"
"\n"
"  --mock PATH         the asr-mock to run; the one beside this program,\n"
"                      else the one in PATH\n"
"  --scenario NAME     this one alone; may be given again\n"
"  --timeout S         of one run of the command; 120\n"
"  --level LEVEL       the lowest that counts: must, should, observed\n"
"  --report FMT=FILE   tap, junit, jsonl, matrix.md or matrix.html\n"
"  --list              lists the scenarios\n"
"  --verbose           shows what passed too\n";


static json_t *
asr_conf_client_scenarios(void)
{
    char                    err[160];
    json_t                 *all;
    const asr_conf_file_t  *f;

    f = asr_conf_file("common/client.json");

    if (f == NULL) {
        asr_conf_die("common/client.json is not in the program");
    }

    all = asr_conf_json_read((const char *) f->data, f->len, err, sizeof(err));

    if (all == NULL) {
        asr_conf_die("common/client.json: %s", err);
    }

    return json_object_get(all, "scenarios");
}


static void
asr_conf_client_choose(asr_conf_client_t *c, const char *name)
{
    size_t         i;
    json_t        *all;
    const json_t  *one;

    all = asr_conf_client_scenarios();

    json_array_foreach(all, i, one) {
        if (strcmp(asr_conf_json_str(one, "name", ""), name) == 0) {
            json_array_append(c->scenarios, (json_t *) one);
            return;
        }
    }

    asr_conf_die("no scenario \"%s\"; --list names them", name);
}


static int
asr_conf_client_list(void)
{
    size_t         i;
    const json_t  *one;

    json_array_foreach(asr_conf_client_scenarios(), i, one) {
        printf("%-14s  %s\n", asr_conf_json_str(one, "name", ""),
               asr_conf_json_str(one, "words", ""));
    }

    return ASR_CONF_OK;
}


char *
asr_conf_mock_path(void)
{
    char     path[4096], *slash;
    ssize_t  n;

    n = readlink("/proc/self/exe", path, sizeof(path) - 16);

    if (n > 0) {
        path[n] = '\0';
        slash = strrchr(path, '/');
        memcpy(slash + 1, "asr-mock", sizeof("asr-mock"));

        if (access(path, X_OK) == 0) {
            return asr_conf_copy(path);
        }
    }

    return asr_conf_copy("asr-mock");
}


static void
asr_conf_client_report(asr_conf_client_t *c, char *arg)
{
    char  *fmt;
    bool   known;

    fmt = asr_conf_copy_n(arg, strcspn(arg, "="));
    known = strchr(arg, '=') != NULL && asr_conf_report_known(fmt);
    free(fmt);

    if (!known || c->nreports == ASR_CONF_CLIENT_REPORTS) {
        asr_conf_die("--report %s: FMT=FILE, of tap, junit, jsonl, matrix.md, "
                     "matrix.html, at most %d", arg, ASR_CONF_CLIENT_REPORTS);
    }

    c->reports[c->nreports++] = arg;
}


/* True: there is something to run; else *status is to be returned. */

static bool
asr_conf_client_options(asr_conf_client_t *c, int argc, char **argv,
    int *status)
{
    int  ch;

    static const struct option  options[] = {
        { "mock",     required_argument, NULL, 'm' },
        { "scenario", required_argument, NULL, 's' },
        { "timeout",  required_argument, NULL, 't' },
        { "level",    required_argument, NULL, 'l' },
        { "report",   required_argument, NULL, 'r' },
        { "list",     no_argument,       NULL, 'L' },
        { "verbose",  no_argument,       NULL, 'v' },
        { "help",     no_argument,       NULL, 'h' },
        { NULL,       0,                 NULL, 0 }
    };

    optind = 1;
    *status = ASR_CONF_OK;

    while ((ch = getopt_long(argc, argv, "+", options, NULL)) != -1) {

        switch (ch) {

        case 'm':
            c->mock = asr_conf_copy(optarg);
            break;

        case 's':
            asr_conf_client_choose(c, optarg);
            break;

        case 't':
            c->timeout_s = asr_conf_options_number("timeout", optarg);
            break;

        case 'l':
            c->level = asr_conf_options_level(optarg);
            break;

        case 'r':
            asr_conf_client_report(c, optarg);
            break;

        case 'L':
            *status = asr_conf_client_list();
            return false;

        case 'v':
            c->verbose = 1;
            break;

        case 'h':
            fputs(asr_conf_client_usage, stdout);
            return false;

        default:
            fputs(asr_conf_client_usage, stderr);
            *status = ASR_CONF_SETUP;
            return false;
        }
    }

    if (optind == argc) {
        fputs(asr_conf_client_usage, stderr);
        *status = ASR_CONF_SETUP;
        return false;
    }

    c->command = argv + optind;

    return true;
}


/* How many requests were too many to be kept. */

static size_t
asr_conf_client_once(const asr_conf_client_t *c, unsigned run,
    asr_conf_outcome_t *o, asr_conf_seen_t **seen, size_t *n)
{
    size_t             lost;
    json_t            *worlds;
    const char        *name;
    const json_t      *scenario;
    asr_conf_mock_t    mock;
    asr_conf_relay_t  *relay;

    scenario = json_array_get(c->scenarios, run);
    name = asr_conf_json_str(scenario, "name", "");
    worlds = json_pack("{s: O?}", "defaults",
                       json_object_get(scenario, "plan"));

    if (json_object_get(scenario, "plan") == NULL) {
        json_object_clear(worlds);
    }

    fprintf(stderr, "%s: %s\n", name,
            asr_conf_json_str(scenario, "words", ""));
    asr_conf_mock_start(&mock, c->mock, NULL, worlds);
    json_decref(worlds);

    relay = asr_conf_relay_new(mock.url, scenario, run);
    asr_conf_client_command(o, c->command, asr_conf_relay_url(relay), name,
                            c->timeout_s);
    lost = asr_conf_relay_stop(relay, seen, n);
    asr_conf_mock_stop(&mock);

    return lost;
}


/* The reports of a run against an endpoint, of a run of a client. */

static int
asr_conf_client_say(const asr_conf_client_t *c, const asr_conf_judged_t *j,
    int64_t started, int64_t took_us)
{
    char                *file;
    size_t               i;
    unsigned             failed;
    asr_conf_tree_t     *tree;
    asr_conf_report_t    rep;
    asr_conf_options_t   options;

    memset(&rep, 0, sizeof(rep));
    memset(&options, 0, sizeof(options));
    rep.options = &options;
    rep.cases = &j->cases;
    rep.results = j->results;
    rep.n = j->cases.n;
    rep.level = c->level;
    rep.started = started;
    rep.took_us = took_us;
    rep.chosen = asr_conf_alloc(rep.n * sizeof(size_t));
    failed = 0;

    for (i = 0; i < rep.n; i++) {
        ((size_t *) rep.chosen)[i] = i;
    }

    tree = asr_conf_tree_new(stdout, false, c->verbose);

    for (i = 0; i < rep.n; i++) {
        asr_conf_tree_progress(&j->cases.all[i], &j->results[i], i + 1, rep.n,
                               tree);
        failed += asr_conf_verdict(&rep, i) == ASR_CONF_FAILED;
    }

    for (i = 0; i < c->nreports; i++) {
        file = strchr(c->reports[i], '=');
        *file++ = '\0';
        asr_conf_report_save(c->files[i], file, c->reports[i], &rep);
    }

    asr_conf_tree_end(tree, &rep);

    return failed != 0 ? ASR_CONF_FINDS : ASR_CONF_OK;
}


int
asr_conf_client(int argc, char **argv)
{
    int                  status;
    size_t               i, n, nruns, lost;
    int64_t              started, from;
    asr_conf_seen_t     *seen;
    asr_conf_client_t    c;
    asr_conf_judged_t    judged;
    asr_conf_outcome_t  *outcomes;

    memset(&c, 0, sizeof(c));
    c.scenarios = json_array();
    c.timeout_s = ASR_CONF_CLIENT_TIMEOUT;
    c.level = ASR_CONF_OBSERVED;

    if (!asr_conf_client_options(&c, argc, argv, &status)) {
        return status;
    }

    if (c.mock == NULL) {
        c.mock = asr_conf_mock_path();
    }

    if (json_array_size(c.scenarios) == 0) {
        json_array_extend(c.scenarios, asr_conf_client_scenarios());
    }

    for (i = 0; i < c.nreports; i++) {
        c.files[i] = asr_conf_report_open(strchr(c.reports[i], '=') + 1);
    }

    asr_conf_docs_load();
    asr_conf_http_init();
    asr_conf_client_guard();
    started = asr_conf_time();
    from = asr_conf_now_us();
    nruns = json_array_size(c.scenarios);
    outcomes = asr_conf_alloc(nruns * sizeof(asr_conf_outcome_t));
    seen = NULL;
    n = 0;
    lost = 0;

    for (i = 0; i < nruns && !asr_conf_run_interrupted(); i++) {
        lost += asr_conf_client_once(&c, i, &outcomes[i], &seen, &n);
    }

    if (n == 0) {
        asr_conf_die("%s", asr_conf_run_interrupted()
                           ? "interrupted" : "the command sent nothing to "
                                             "ASR_MOCK_URL");
    }

    /* how the last run ended, was not the command's doing */

    nruns = asr_conf_run_interrupted() ? i - 1 : nruns;

    memset(&judged, 0, sizeof(judged));
    asr_conf_client_rules(&judged, seen, n);
    asr_conf_client_signatures(&judged, seen, n);
    asr_conf_client_manners(&judged, seen, n, outcomes, nruns, c.scenarios);

    status = asr_conf_client_say(&c, &judged, started,
                                 asr_conf_now_us() - from);
    fflush(stdout);

    if (lost != 0) {
        fprintf(stderr, "asr-conformance: %zu requests were too many or too "
                "large to be kept, and are not judged\n", lost);
        status = status == ASR_CONF_OK ? ASR_CONF_SETUP : status;
    }

    if (asr_conf_run_interrupted()) {
        fprintf(stderr, "asr-conformance: interrupted, %zu of %zu scenarios "
                "were run\n", nruns, json_array_size(c.scenarios));
        status = ASR_CONF_SETUP;
    }

    return status;
}
