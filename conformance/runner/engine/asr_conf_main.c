/* asr-conformance: an endpoint held against the documents. */

#include <errno.h>
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


/* The accounts file of the suite, with a webhook where one is asked for. */

static int
print_accounts(const asr_conf_command_t *c)
{
    char                    err[256], *text;
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

        if (c->webhook != NULL) {
            (void) json_object_set_new(one, "webhook",
                                       json_string(c->webhook));
        } else {
            (void) json_object_del(one, "webhook");
        }
    }

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


static int
list(const asr_conf_command_t *c, const asr_conf_cases_t *cases)
{
    char                   *text;
    size_t                  i;
    const asr_conf_case_t  *one;

    for (i = 0; i < cases->n; i++) {
        one = &cases->all[i];

        if (!asr_conf_case_selected(one, c->prefixes, c->nprefixes)
            || !has_turn(one, c->every))
        {
            continue;
        }

        (void) printf("%s\t%s\t%s\t%s\t%s\n", one->id, one->clause,
                      asr_conf_level_name(one->level), one->kind, one->name);

        if (c->verbose != 0) {
            text = json_dumps(one->steps, JSON_INDENT(2));
            (void) puts(text);
            free(text);
        }
    }

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
write_report(const char *format, const char *path,
    const asr_conf_report_t *rep)
{
    FILE  *f;

    f = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");

    if (f == NULL) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }

    asr_conf_report_write(f, format, rep);

    if (fflush(f) != 0 || ferror(f) || (f != stdout && fclose(f) != 0)) {
        asr_conf_die("%s: %s", path, strerror(errno));
    }
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


/* The audit and reports speak of all cases; others of those that are named. */

static void
load_cases(asr_conf_command_t *c, asr_conf_cases_t *cases)
{
    char  *replay;

    replay = (char *) c->replay;

    if (c->audit || c->nreports != 0) {
        asr_conf_cases_load(cases, NULL, 0);

    } else if (replay != NULL) {
        asr_conf_cases_load(cases, &replay, 1);

    } else {
        asr_conf_cases_load(cases, c->prefixes, c->nprefixes);
    }
}


/* The cases to be run: chosen by id, with a target, at the level. */

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
            && asr_conf_case_selected(one, c->prefixes, c->nprefixes)
            && has_turn(one, c->every))
        {
            chosen[(*n)++] = i;
        }
    }

    if (*n == 0) {
        asr_conf_die("no case is chosen by these ids and targets");
    }

    return chosen;
}


static int
run_all(asr_conf_command_t *c, const asr_conf_cases_t *cases)
{
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

    tree = asr_conf_tree_new(stdout, isatty(STDOUT_FILENO), c->verbose);
    asr_conf_tree_level(tree, c->level);

    started = asr_conf_now_us();
    asr_conf_run(&c->run, cases, chosen, n, results, asr_conf_tree_progress,
                 tree);
    rep.took_us = asr_conf_now_us() - started;

    for (i = 0; i < c->nreports; i++) {
        write_report(c->formats[i], c->files[i], &rep);
    }

    asr_conf_tree_end(tree, &rep);
    asr_conf_count(&rep, &counts);

    for (i = 0; i < rep.nwith; i++) {
        asr_conf_with_free(rep.with[i]);
    }

    for (i = 0; i < n; i++) {
        asr_conf_result_clean(&results[i]);
    }

    free(rep.with);
    free(results);
    free(chosen);

    return asr_conf_counts_failed(&counts) == 0 ? ASR_CONF_OK
                                                : ASR_CONF_FINDS;
}


int
main(int argc, char **argv)
{
    int                 rc;
    size_t              i;
    asr_conf_cases_t    cases;
    asr_conf_command_t  c;

    (void) signal(SIGPIPE, SIG_IGN);

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

    if (c.list) {
        return list(&c, &cases);
    }

    if (c.audit) {
        return audit(&cases);
    }

    if (!c.targeted) {
        asr_conf_die("no --target; --help says more");
    }

    asr_conf_http_init();
    asr_conf_accounts_load(&c.run.accounts, c.accounts);

    for (i = 0; i < c.run.accounts.n; i++) {
        asr_conf_keep(c.run.accounts.all[i].limits);
    }

    c.run.server = asr_conf_server_new(c.listen, c.public_url);

    rc = c.replay != NULL ? asr_conf_replay(&c, &cases) : run_all(&c, &cases);

    asr_conf_server_free(c.run.server);

    return rc;
}
