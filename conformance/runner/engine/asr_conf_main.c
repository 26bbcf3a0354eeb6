/* asr-conformance: an endpoint held against the documents. */

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "asr_conf_client.h"
#include "asr_conf_doc_int.h"
#include "asr_conf_json.h"
#include "asr_conf_options.h"
#include "asr_conf_replay.h"
#include "asr_conf_report.h"
#include "asr_conf_sign.h"


/* NULL: no case is that or below it. */

static const asr_conf_case_t *
first_of(const asr_conf_cases_t *cases, char *prefix)
{
    size_t  i;

    for (i = 0; i < cases->n; i++) {
        if (asr_conf_case_selected(&cases->all[i], &prefix, 1)) {
            return &cases->all[i];
        }
    }

    return NULL;
}


/* An id that selects nothing is a mistake, whatever others select. */

static void
check_prefixes(const asr_conf_command_t *c, const asr_conf_cases_t *cases)
{
    size_t  i;

    for (i = 0; i < c->nprefixes; i++) {
        if (first_of(cases, c->prefixes[i]) == NULL) {
            asr_conf_die("no case is \"%s\" or below it; --list has them",
                         c->prefixes[i]);
        }
    }
}


/* What is below an id is of one document. */

static void
check_targets(const asr_conf_command_t *c, const asr_conf_cases_t *cases)
{
    size_t                 i;
    const asr_conf_doc_t  *d;

    for (i = 0; c->replay == NULL && i < c->nprefixes; i++) {
        d = first_of(cases, c->prefixes[i])->doc;

        if (c->run.targets[d - asr_conf_docs] == NULL) {
            asr_conf_die("no target for \"%s\"", c->prefixes[i]);
        }
    }
}


/* One line, not a finding for each case. */

static void
reach_targets(const asr_conf_command_t *c)
{
    char         err[256];
    size_t       i, k;
    const char  *url;

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        url = c->run.targets[i];

        for (k = 0; k < i; k++) {
            if (url == NULL || c->run.targets[k] == url) {
                break;
            }
        }

        if (k == i && url != NULL
            && !asr_conf_http_reach(url, c->run.timeout_s, c->run.ca, err,
                                    sizeof(err)))
        {
            asr_conf_die("%s cannot be reached: %s", url, err);
        }
    }
}


/* The accounts file of the suite, with a webhook where there is one.  New. */

static json_t *
accounts_of(const char *webhook)
{
    char                    err[256];
    size_t                  i;
    json_t                 *root, *one;
    const asr_conf_file_t  *f;

    f = asr_conf_file("common/accounts.json");
    root = f == NULL ? NULL
           : asr_conf_json_read((const char *) f->data, f->len, err,
                                sizeof(err));

    if (root == NULL) {
        asr_conf_die("common/accounts.json: cannot be read");
    }

    json_array_foreach(json_object_get(root, "accounts"), i, one) {
        if (json_object_get(one, "webhook") == NULL) {
            continue;
        }

        if (webhook != NULL) {
            (void) json_object_set_new(one, "webhook", json_string(webhook));
        } else {
            (void) json_object_del(one, "webhook");
        }
    }

    return root;
}


static int
print_accounts(const asr_conf_command_t *c)
{
    char    *text;
    json_t  *root;

    root = accounts_of(c->webhook);
    text = json_dumps(root, JSON_INDENT(1));
    (void) puts(text);

    free(text);
    json_decref(root);

    return ASR_CONF_OK;
}


/* Every case that is written, and of those generated each Nth by its id. */

static bool
has_turn(const asr_conf_case_t *c, unsigned every)
{
    uint32_t     hash;
    const char  *p;

    if (every <= 1 || strcmp(c->kind, "hand") == 0
        || strcmp(c->kind, "cause") == 0)
    {
        return true;
    }

    hash = 2166136261u;                  /* FNV-1a */

    for (p = c->id; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char) *p) * 16777619u;
    }

    return (hash ^ hash >> 16) % every == 0;
}


static bool
is_chosen(const asr_conf_command_t *c, const asr_conf_case_t *one)
{
    return asr_conf_case_selected(one, c->prefixes, c->nprefixes)
           && has_turn(one, c->every)
           && !(c->no_tasks && one->creates != 0);
}


static int
list(const asr_conf_command_t *c, const asr_conf_cases_t *cases)
{
    char                   *text;
    size_t                  i, k, n, tasks;
    json_t                 *clause;
    const asr_conf_case_t  *one;

    n = 0;
    tasks = 0;

    for (i = 0; i < cases->n; i++) {
        one = &cases->all[i];

        if (!is_chosen(c, one)) {
            continue;
        }

        n++;
        tasks += one->creates;

        (void) printf("%s\t", one->id);

        json_array_foreach(one->clauses, k, clause) {
            (void) printf("%s%s", k == 0 ? "" : ",",
                          json_string_value(clause));
        }

        (void) printf("\t%s\t%s\t%u\t%s\n",
                      asr_conf_level_name(one->level), one->kind,
                      one->creates, one->name);

        if (c->verbose != 0) {
            text = json_dumps(one->steps, JSON_INDENT(2));
            (void) puts(text);
            free(text);
        }
    }

    (void) fflush(stdout);
    (void) fprintf(stderr, "%zu cases, which make %zu tasks\n", n, tasks);

    return ASR_CONF_OK;
}


static int
audit(const asr_conf_cases_t *cases)
{
    unsigned           n;
    asr_conf_faults_t  faults;

    faults.out = stdout;
    faults.n = 0;

    asr_conf_data_check(asr_conf_files, asr_conf_nfiles, &faults);

    n = asr_conf_audit(stdout, cases);

    return faults.n + n == 0 ? ASR_CONF_OK : ASR_CONF_FINDS;
}


static void
load_withs(const asr_conf_command_t *c, asr_conf_report_t *rep)
{
    char    err[256];
    size_t  i;

    rep->with = asr_conf_alloc((c->nwiths + 1) * sizeof(*rep->with));

    for (i = 0; i < c->nwiths; i++) {
        rep->with[i] = asr_conf_with_load(c->withs[i], err, sizeof(err));

        if (rep->with[i] == NULL) {
            asr_conf_die("%s: %s", c->withs[i], err);
        }
    }

    rep->nwith = c->nwiths;
}


/* The cases to be run: chosen by id and cost, with a target. */

static size_t *
choose(const asr_conf_command_t *c, const asr_conf_cases_t *cases, size_t *n)
{
    size_t                  i, *chosen;
    const asr_conf_case_t  *one;

    chosen = asr_conf_alloc((cases->n + 1) * sizeof(*chosen));
    *n = 0;

    for (i = 0; i < cases->n; i++) {
        one = &cases->all[i];

        if (c->run.targets[one->doc - asr_conf_docs] != NULL
            && is_chosen(c, one))
        {
            chosen[(*n)++] = i;
        }
    }

    if (*n == 0) {
        asr_conf_die("no case is chosen by these ids and targets");
    }

    return chosen;
}


/* What was not run does not hold. */

static int
status_of(const asr_conf_counts_t *counts, const asr_conf_result_t *results,
    size_t n)
{
    size_t  i, ran;

    if (asr_conf_run_interrupted()) {
        for (i = 0, ran = 0; i < n; i++) {
            ran += results[i].status == ASR_CONF_PASS
                   || results[i].status == ASR_CONF_FAIL;
        }

        (void) fflush(stdout);
        (void) fprintf(stderr, "asr-conformance: interrupted, %zu of %zu "
                       "cases were run\n", ran, n);
        return ASR_CONF_SETUP;
    }

    if (asr_conf_counts_failed(counts) != 0) {
        return ASR_CONF_FINDS;
    }

    if (asr_conf_counts_passed(counts) == 0) {
        (void) fflush(stdout);
        (void) fputs("asr-conformance: all cases were skipped\n", stderr);
        return ASR_CONF_SETUP;
    }

    return ASR_CONF_OK;
}


static int
run_all(asr_conf_command_t *c, const asr_conf_cases_t *cases)
{
    int                 rc;
    FILE               *files[ASR_CONF_REPORTS_MAX];
    size_t              i, *chosen, n;
    int64_t             started;
    asr_conf_tree_t    *tree;
    asr_conf_counts_t   counts;
    asr_conf_report_t   rep;
    asr_conf_result_t  *results;

    memset(&rep, 0, sizeof(rep));

    chosen = choose(c, cases, &n);
    results = asr_conf_alloc(n * sizeof(*results));

    for (i = 0; i < n; i++) {
        results[i].known = asr_conf_known_names(c, cases->all[chosen[i]].id);
    }

    rep.options = &c->run;
    rep.cases = cases;
    rep.chosen = chosen;
    rep.results = results;
    rep.n = n;
    rep.started = asr_conf_time();
    rep.level = c->level;
    rep.prefixes = c->prefixes;
    rep.nprefixes = c->nprefixes;
    rep.known = c->known;
    rep.nknown = c->nknown;

    load_withs(c, &rep);

    /* before the cases: what cannot be written is to be known then */

    for (i = 0; i < c->nreports; i++) {
        files[i] = asr_conf_report_open(c->files[i]);
    }

    tree = asr_conf_tree_new(stdout, isatty(STDOUT_FILENO), c->verbose);
    asr_conf_tree_level(tree, c->level);

    started = asr_conf_now_us();
    asr_conf_run(&c->run, cases, chosen, n, results, asr_conf_tree_progress,
                 tree);
    rep.took_us = asr_conf_now_us() - started;

    for (i = 0; i < c->nreports; i++) {
        asr_conf_report_save(files[i], c->files[i], c->formats[i], &rep);
    }

    asr_conf_tree_end(tree, &rep);
    asr_conf_count(&rep, &counts);
    rc = status_of(&counts, results, n);

    for (i = 0; i < rep.nwith; i++) {
        asr_conf_with_free(rep.with[i]);
    }

    for (i = 0; i < n; i++) {
        asr_conf_result_clean(&results[i]);
    }

    free(rep.with);
    free(results);
    free(chosen);

    return rc;
}


/* The audit, and a report of what is not reached, need all of them. */

static void
load_cases(asr_conf_command_t *c, asr_conf_cases_t *cases)
{
    bool  all;

    all = c->audit || c->nreports != 0;

    if (c->replay != NULL) {
        asr_conf_cases_load(cases, (char *const *) &c->replay, 1);

    } else {
        asr_conf_cases_load(cases, c->prefixes, all ? 0 : c->nprefixes);
    }
}


/* A mock with the suite's own accounts, all of whose cases it can show. */

static void
start_mock(asr_conf_command_t *c, asr_conf_mock_t *mock)
{
    char    *path, *webhook, *file;
    json_t  *accounts, *none;

    path = asr_conf_mock_path();
    none = json_object();
    file = NULL;

    if (c->accounts == NULL) {
        webhook = asr_conf_print("%s/webhook",
                                 asr_conf_server_url(c->run.server));
        accounts = accounts_of(webhook);
        file = asr_conf_mock_file(accounts);

        json_decref(accounts);
        free(webhook);
    }

    asr_conf_mock_start(mock, path, file != NULL ? file : c->accounts, none);
    asr_conf_options_target(c, mock->url);
    asr_conf_accounts_load(&c->run.accounts, file != NULL ? file
                                                          : c->accounts);

    if (file != NULL) {
        (void) unlink(file);
    }

    json_decref(none);
    free(file);
    free(path);
}


/* A mock of its own, or the target given, or the mock that runs this. */

static void
find_target(asr_conf_command_t *c, asr_conf_mock_t *mock)
{
    const char  *url;

    if (c->mock && c->targeted) {
        asr_conf_die("--mock and --target: one of them");
    }

    url = getenv("ASR_MOCK_URL");

    if (!c->mock && !c->targeted && url == NULL) {
        asr_conf_die("no --target and no --mock; --help says more");
    }

    c->run.server = asr_conf_server_new(c->listen, c->public_url);

    if (c->mock) {
        start_mock(c, mock);
        return;
    }

    if (!c->targeted) {
        asr_conf_options_target(c, url);
    }

    asr_conf_accounts_load(&c->run.accounts, c->accounts);
}


int
main(int argc, char **argv)
{
    int              rc;
    size_t           i;
    asr_conf_mock_t  mock;

    /* of the whole run: nothing of it is lost for a reader of leaks */

    static asr_conf_cases_t    cases;
    static asr_conf_command_t  c;

    (void) signal(SIGPIPE, SIG_IGN);

    /* what replies took goes back at once, whatever sizes came before */

    (void) mallopt(M_MMAP_THRESHOLD, 256 << 10);

    if (argc > 1 && strcmp(argv[1], "client") == 0) {
        return asr_conf_client(argc - 1, argv + 1);
    }

    asr_conf_options_read(&c, argc, argv);

    if (c.print_accounts) {
        return print_accounts(&c);
    }

    if (c.vectors != NULL) {
        (void) printf("%u vectors\n", asr_conf_vectors_write(c.vectors));
        return ASR_CONF_OK;
    }

    asr_conf_docs_load();
    load_cases(&c, &cases);
    check_prefixes(&c, &cases);

    if (c.list) {
        return list(&c, &cases);
    }

    if (c.audit) {
        return audit(&cases);
    }

    asr_conf_http_init();
    asr_conf_client_guard();
    find_target(&c, &mock);

    for (i = 0; i < c.run.accounts.n; i++) {
        asr_conf_keep(c.run.accounts.all[i].limits);
    }

    check_targets(&c, &cases);
    reach_targets(&c);

    rc = c.replay != NULL ? asr_conf_replay(&c, &cases) : run_all(&c, &cases);

    asr_conf_server_free(c.run.server);

    if (c.mock) {
        asr_conf_mock_stop(&mock);
    }

    return rc;
}
