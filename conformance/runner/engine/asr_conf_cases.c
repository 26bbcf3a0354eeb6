/*
 * All cases: those of the case files, those generators make, those of the
 * table of causes.
 */

#include "asr_conf_doc_int.h"

#include <stdlib.h>

#include "asr_conf_api.h"
#include "asr_conf_check.h"
#include "asr_conf_generate.h"
#include "asr_conf_judge.h"
#include "asr_conf_json.h"
#include "asr_conf_sign.h"
#include "asr_conf_step.h"
#include "asr_conf_value.h"


#define CASES_MAX  200000
#define TIMES_MAX  1000                  /* of one request */


/* A file's group while its cases are read. */

typedef struct {
    asr_conf_cases_t       *cases;
    asr_conf_faults_t      *faults;
    const asr_conf_doc_t   *doc;
    const char             *file;
    const char             *group;
    const char             *op;
    const json_t           *clause;
} group_t;


/* Files read: cases have texts of theirs. */

static json_t              *kept;


static const char *const    step_members[] = {
    "request", "times", "expect", "save", "poll", "check", "audio", "keep",
    "callback", "limit", "needs", NULL
};

static const char *const    case_members[] = {
    "id", "name", "clause", "level", "param", "value", "op", "why", "steps",
    NULL
};

static const char *const    request_members[] = {
    "op", "account", "set", "unset", "body", "headers", "method", "path",
    "query", "chunked", "via", "sign", "file", NULL
};

static const char *const    sign_members[] = {
    "wrong", "service", "action", "version", "region", "offset", "nonce",
    "format", "headers", "unsigned_payload", NULL
};


static bool
is_one_of(const char *name, const char *const *names)
{
    for ( ; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }

    return false;
}


void
asr_conf_cases_add(asr_conf_cases_t *c, const asr_conf_case_t *one)
{
    /* room grows by doubling: n is a power of two when it is full */

    if ((c->n & (c->n - 1)) == 0) {
        c->all = asr_conf_grow(c->all, c->n == 0 ? 1 : c->n * 2,
                               sizeof(*c->all));
    }

    if (c->n == CASES_MAX) {
        asr_conf_die("more than %d cases", CASES_MAX);
    }

    c->all[c->n] = *one;

    if (c->all[c->n].creates == 0) {
        c->all[c->n].creates = asr_conf_steps_creates(one);
    }

    c->n++;
}


/* The members of `o` are some of those; what else there is, is a fault. */

static void
only(const group_t *g, const char *id, const json_t *o, const char *what,
    const char *const *names, const char *const *more)
{
    json_t      *v;
    const char  *name;

    if (o != NULL && !json_is_object(o)) {
        asr_conf_fault(g->faults, g->file, id, "\"%s\" is no object", what);
        return;
    }

    json_object_foreach((json_t *) o, name, v) {
        if (!is_one_of(name, names)
            && (more == NULL || !is_one_of(name, more)))
        {
            asr_conf_fault(g->faults, g->file, id, "%s has no \"%s\"", what,
                           name);
        }
    }
}


static void
values_right(const group_t *g, const char *id, const json_t *v)
{
    char  *why;

    why = v == NULL ? NULL : asr_conf_value_fault(v);

    if (why != NULL) {
        asr_conf_fault(g->faults, g->file, id, "%s", why);
        free(why);
    }
}


static void
expect_right(const group_t *g, const char *id, const json_t *expect)
{
    char    *why;
    size_t   i;
    json_t  *code, *one, *schema;

    why = asr_conf_expect_fault(expect);

    if (why != NULL) {
        asr_conf_fault(g->faults, g->file, id, "%s", why);
        free(why);
        return;
    }

    code = json_object_get(expect, "code");

    for (i = 0; ; i++) {
        one = json_is_array(code) ? json_array_get(code, i)
              : i == 0 ? code : NULL;

        if (one == NULL) {
            break;
        }

        if (!json_is_string(one)) {
            asr_conf_fault(g->faults, g->file, id, "\"code\" is no text");

        } else if (json_string_length(one) != 0
                   && asr_conf_code_row(g->doc, json_string_value(one))
                      == NULL)
        {
            asr_conf_fault(g->faults, g->file, id, "no code \"%s\"",
                           json_string_value(one));
        }
    }

    schema = json_object_get(expect, "schema");

    if (json_is_string(schema)
        && asr_conf_doc_schema(g->doc, json_string_value(schema)) == NULL)
    {
        asr_conf_fault(g->faults, g->file, id, "no schema \"%s\"",
                       json_string_value(schema));
    }

    values_right(g, id, expect);
}


static void
checks_right(const group_t *g, const char *id, const json_t *checks)
{
    size_t       i;
    json_t      *one;
    const char  *name;

    json_array_foreach(checks, i, one) {
        name = json_is_string(one) ? json_string_value(one)
                                   : asr_conf_json_str(one, "name", "");

        if (!asr_conf_check_known(name)) {
            asr_conf_fault(g->faults, g->file, id, "no check \"%s\"", name);
        }
    }
}


static void
request_right(const group_t *g, const char *id, const json_t *request)
{
    const char  *op, *via;

    only(g, id, request, "request", request_members, NULL);
    only(g, id, json_object_get(request, "sign"), "sign", sign_members, NULL);

    op = asr_conf_json_str(request, "op", "");

    if (asr_conf_op(g->doc, op) == NULL) {
        asr_conf_fault(g->faults, g->file, id, "no operation \"%s\"", op);
    }

    via = asr_conf_json_str(request, "via", NULL);

    if (via != NULL
        && !asr_conf_api_via_known(asr_conf_api(g->doc->api), via))
    {
        asr_conf_fault(g->faults, g->file, id, "no via \"%s\"", via);
    }

    values_right(g, id, request);
}


/* {"NAME": "/pointer" or "header:NAME"} */

static void
save_right(const group_t *g, const char *id, const json_t *save)
{
    json_t      *v;
    const char  *name, *where;

    if (save != NULL && !json_is_object(save)) {
        asr_conf_fault(g->faults, g->file, id, "\"save\" is no object");
        return;
    }

    json_object_foreach((json_t *) save, name, v) {
        where = json_is_string(v) ? json_string_value(v) : "?";

        if (where[0] != '\0' && where[0] != '/'
            && strncmp(where, "header:", 7) != 0)
        {
            asr_conf_fault(g->faults, g->file, id,
                           "\"%s\" is saved from no pointer or header", name);
        }
    }
}


static void
poll_right(const group_t *g, const char *id, const json_t *poll,
    const json_t *request)
{
    const char           *name;
    const asr_conf_op_t  *op;

    static const char *const  members[] = {
        "op", "set", "until", "expect", "save", "account", "via", NULL
    };

    static const char *const  ends[] = { "done", "failed", "ended", NULL };

    op = asr_conf_op(g->doc, asr_conf_json_str(request, "op", ""));

    if (poll == NULL || op == NULL) {
        return;
    }

    if (json_is_object(poll)) {
        only(g, id, poll, "poll", members, NULL);
        expect_right(g, id, json_object_get(poll, "expect"));
        values_right(g, id, json_object_get(poll, "set"));
        save_right(g, id, json_object_get(poll, "save"));

        if (!is_one_of(asr_conf_json_str(poll, "until", "done"), ends)) {
            asr_conf_fault(g->faults, g->file, id,
                           "\"until\" is none of done, failed, ended");
        }
    }

    name = asr_conf_json_str(json_object_get(op->row, "poll"), "op", NULL);
    name = asr_conf_json_str(poll, "op", name);

    if (name == NULL || asr_conf_op(g->doc, name) == NULL) {
        asr_conf_fault(g->faults, g->file, id,
                       "\"poll\": nothing is known to ask with");
    }
}


/* Of a delivery these alone are looked at. */

static void
callback_right(const group_t *g, const char *id, const json_t *callback)
{
    json_t  *expect;

    static const char *const  members[] = {
        "expect", "check", "count", "signed", NULL
    };

    static const char *const  expects[] = {
        "form", "json", "headers", "schema", NULL
    };

    if (callback == NULL || json_is_false(callback)) {
        return;
    }

    expect = json_object_get(callback, "expect");

    only(g, id, callback, "callback", members, NULL);
    only(g, id, expect, "callback's expect", expects, NULL);

    expect_right(g, id, expect);
    checks_right(g, id, json_object_get(callback, "check"));
}


/* The request too many has to be told from the others. */

static void
limit_right(const group_t *g, const char *id, const json_t *step)
{
    json_t  *limit;

    static const char *const  members[] = { "bucket", NULL };

    limit = json_object_get(step, "limit");

    if (limit == NULL) {
        return;
    }

    only(g, id, limit, "limit", members, NULL);

    if (json_object_get(json_object_get(step, "expect"), "code") == NULL) {
        asr_conf_fault(g->faults, g->file, id,
                       "\"limit\" without the code of a refusal");
    }
}


static void
step_right(const group_t *g, const char *id, const json_t *step)
{
    json_t  *request, *times;

    request = json_object_get(step, "request");
    times = json_object_get(step, "times");

    if (request != NULL) {
        request_right(g, id, request);
    }

    expect_right(g, id, json_object_get(step, "expect"));
    checks_right(g, id, json_object_get(step, "check"));
    poll_right(g, id, json_object_get(step, "poll"), request);

    callback_right(g, id, json_object_get(step, "callback"));
    save_right(g, id, json_object_get(step, "save"));
    limit_right(g, id, step);

    if (times != NULL && (!json_is_integer(times)
                          || json_integer_value(times) < 1
                          || json_integer_value(times) > TIMES_MAX))
    {
        asr_conf_fault(g->faults, g->file, id, "\"times\" is not 1 to %d",
                       TIMES_MAX);
    }
}


/* Adds what the short forms leave out, and checks it; NULL: no steps. */

static json_t *
expand(const group_t *g, const char *id, const json_t *one, const char *op)
{
    size_t       i;
    json_t      *steps, *step, *request, *v;
    const char  *name;

    steps = json_object_get(one, "steps");

    if (steps == NULL) {
        step = json_object();

        json_object_foreach((json_t *) one, name, v) {
            if (is_one_of(name, step_members)) {
                (void) json_object_set(step, name, v);
            }
        }

        if (json_object_get(step, "request") == NULL) {
            (void) json_object_set_new(step, "request", json_object());
        }

        steps = json_array();
        (void) json_array_append_new(steps, step);

    } else {
        steps = json_deep_copy(steps);

        json_object_foreach((json_t *) one, name, v) {
            if (strcmp(name, "needs") == 0) {
                (void) json_object_set(json_array_get(steps, 0), name, v);

            } else if (is_one_of(name, step_members)) {
                asr_conf_fault(g->faults, g->file, id,
                               "\"%s\" beside \"steps\"", name);
            }
        }
    }

    json_array_foreach(steps, i, step) {
        only(g, id, step, "step", step_members, NULL);

        request = json_object_get(step, "request");

        if (request == NULL && json_object_get(step, "callback") == NULL) {
            request = json_object();
            (void) json_object_set_new(step, "request", request);
        }

        if (request != NULL && json_object_get(request, "op") == NULL) {
            (void) json_object_set_new(request, "op",
                                       json_string(op == NULL ? "" : op));
        }

        step_right(g, id, step);
    }

    if (json_array_size(steps) == 0) {
        asr_conf_fault(g->faults, g->file, id, "no steps");
    }

    return steps;
}


/* Clauses of a case: its own or its group's, as an array. */

static const json_t *
clauses_of(const group_t *g, const char *id, const json_t *one)
{
    size_t         i;
    json_t        *list, *c;
    const json_t  *v;

    v = json_object_get(one, "clause");

    if (v == NULL) {
        v = g->clause;
    }

    if (json_is_string(v)) {
        list = json_array();
        (void) json_array_append(list, (json_t *) v);

    } else {
        list = v == NULL ? json_array() : json_incref((json_t *) v);
    }

    if (json_array_size(list) == 0) {
        asr_conf_fault(g->faults, g->file, id, "no clause");
    }

    json_array_foreach(list, i, c) {
        if (!json_is_string(c)
            || asr_conf_clause(g->doc, json_string_value(c)) == NULL)
        {
            asr_conf_fault(g->faults, g->file, id, "no clause \"%s\"",
                           json_is_string(c) ? json_string_value(c) : "?");
        }
    }

    return list;
}


/* Of the case, else of its first clause. */

static asr_conf_level_t
level_of(const group_t *g, const char *id, const json_t *one,
    const char *clause)
{
    const char               *name;
    asr_conf_level_t          level;
    const asr_conf_clause_t  *c;

    name = asr_conf_json_str(one, "level", NULL);

    if (name != NULL) {
        if (asr_conf_level_read(name, &level)) {
            return level;
        }

        asr_conf_fault(g->faults, g->file, id, "no level \"%s\"", name);
    }

    c = clause == NULL ? NULL : asr_conf_clause(g->doc, clause);

    return c == NULL ? ASR_CONF_MUST : c->level;
}


static void
add_case(const group_t *g, const char *id, const json_t *one,
    const char *kind, const char *name, const char *cause)
{
    const char       *op;
    asr_conf_case_t   c;

    memset(&c, 0, sizeof(c));

    op = asr_conf_json_str(one, "op", g->op);

    c.id = id;
    c.doc = g->doc;
    c.kind = kind;
    c.name = name;
    c.cause = cause;
    c.param = asr_conf_json_str(one, "param", NULL);
    c.value = asr_conf_json_str(one, "value", NULL);
    c.steps = expand(g, id, one, op);
    c.op = op != NULL ? op
           : asr_conf_json_str(json_object_get(json_array_get(c.steps, 0),
                                               "request"), "op", "");
    c.clauses = clauses_of(g, id, one);
    c.clause = json_string_value(json_array_get(c.clauses, 0));
    c.level = level_of(g, id, one, c.clause);

    if (name == NULL || name[0] == '\0') {
        asr_conf_fault(g->faults, g->file, id, "no name");
        c.name = "";
    }

    if (c.clause == NULL) {
        c.clause = "";
    }

    asr_conf_cases_add(g->cases, &c);
}


/* Borrowed; kept as long as the cases. */

static json_t *
read_json(const asr_conf_file_t *f, asr_conf_faults_t *faults)
{
    char     err[256];
    json_t  *v;

    v = asr_conf_json_read((const char *) f->data, f->len, err, sizeof(err));

    if (v == NULL) {
        asr_conf_fault(faults, f->name, "JSON", "%s", err);
        return NULL;
    }

    if (kept == NULL) {
        kept = json_array();
    }

    (void) json_array_append_new(kept, v);

    return v;
}


void
asr_conf_cases_free(asr_conf_cases_t *c)
{
    size_t            i;
    asr_conf_case_t  *one;

    for (i = 0; i < c->n; i++) {
        one = &c->all[i];

        json_decref((json_t *) one->steps);
        json_decref((json_t *) one->clauses);

        if (strcmp(one->kind, "hand") == 0 || strcmp(one->kind, "cause") == 0)
        {
            free((char *) one->id);
        }
    }

    free(c->all);
    memset(c, 0, sizeof(*c));

    json_decref(kept);
    kept = NULL;
}


static void
read_case_file(asr_conf_cases_t *cases, const asr_conf_doc_t *d,
    const asr_conf_file_t *f, asr_conf_faults_t *faults)
{
    char        *id;
    size_t       i;
    json_t      *root, *one, *v;
    group_t      g;

    static const char *const  members[] = {
        "group", "op", "clause", "cases", "why", NULL
    };

    root = read_json(f, faults);

    if (root == NULL) {
        return;
    }

    memset(&g, 0, sizeof(g));

    g.cases = cases;
    g.faults = faults;
    g.doc = d;
    g.file = f->name;
    g.group = asr_conf_json_str(root, "group", "");
    g.op = asr_conf_json_str(root, "op", NULL);
    g.clause = json_object_get(root, "clause");

    only(&g, "file", root, "the file", members, NULL);

    if (strncmp(g.group, d->api, strlen(d->api)) != 0
        || g.group[strlen(d->api)] != '/')
    {
        asr_conf_fault(faults, f->name, "group", "does not begin with \"%s/\"",
                       d->api);
    }

    if (json_array_size(json_object_get(root, "cases")) == 0) {
        asr_conf_fault(faults, f->name, "cases", "there are none");
    }

    json_array_foreach(json_object_get(root, "cases"), i, one) {
        v = json_object_get(one, "id");

        id = json_is_integer(v)
             ? asr_conf_print("%s/%lld", g.group,
                              (long long) json_integer_value(v))
             : asr_conf_print("%s/%s", g.group,
                              json_is_string(v) ? json_string_value(v) : "");

        if (v == NULL || id[strlen(id) - 1] == '/') {
            asr_conf_fault(faults, f->name, g.group, "case %zu has no id", i);
        }

        only(&g, id, one, "case", case_members, step_members);
        add_case(&g, id, one, "hand", asr_conf_json_str(one, "name", NULL),
                 NULL);
    }
}


/* A cause of the table, for one API. */

static void
read_cause(const group_t *g, const json_t *row)
{
    char          why[32];
    const char   *cause;
    const json_t *one;

    cause = asr_conf_json_str(row, "cause", "");
    one = json_object_get(row, g->doc->api);

    if (one == NULL || json_is_null(one)) {
        (void) snprintf(why, sizeof(why), "%s_why", g->doc->api);

        if (asr_conf_json_str(row, why, NULL) == NULL) {
            asr_conf_fault(g->faults, g->file, cause,
                           "no case for %s, and no \"%s\"", g->doc->api, why);
        }

        return;
    }

    only(g, cause, one, "cause", case_members, step_members);
    add_case(g, asr_conf_print("%s/cause/%s", g->doc->api, cause), one,
             "cause", asr_conf_json_str(row, "words", NULL), cause);
}


static void
read_causes(asr_conf_cases_t *cases, const asr_conf_doc_t *d,
    const json_t *causes, const char *file, asr_conf_faults_t *faults)
{
    size_t    i;
    json_t   *row;
    group_t   g;

    memset(&g, 0, sizeof(g));

    g.cases = cases;
    g.faults = faults;
    g.doc = d;
    g.file = file;
    g.group = d->api;

    json_array_foreach(causes, i, row) {
        read_cause(&g, row);
    }
}


static int
by_id(const void *a, const void *b)
{
    return strcmp((*(const asr_conf_case_t *const *) a)->id,
                  (*(const asr_conf_case_t *const *) b)->id);
}


static void
ids_once(const asr_conf_cases_t *c, asr_conf_faults_t *faults)
{
    size_t                   i;
    const asr_conf_case_t  **list;

    list = asr_conf_alloc((c->n + 1) * sizeof(*list));

    for (i = 0; i < c->n; i++) {
        list[i] = &c->all[i];
    }

    qsort(list, c->n, sizeof(*list), by_id);

    for (i = 1; i < c->n; i++) {
        if (strcmp(list[i - 1]->id, list[i]->id) == 0) {
            asr_conf_fault(faults, "cases", list[i]->id, "is there twice");
        }
    }

    free(list);
}


static bool
is_case_file(const char *name, const char *api)
{
    size_t  len;

    len = strlen(api);

    return strncmp(name, api, len) == 0
           && strncmp(name + len, "/cases/", 7) == 0
           && strlen(name) > len + 12
           && strcmp(name + strlen(name) - 5, ".json") == 0;
}


void
asr_conf_cases_load_from(asr_conf_cases_t *c, const asr_conf_file_t *files,
    size_t n, bool generate, asr_conf_faults_t *faults)
{
    size_t                  i, k;
    json_t                 *causes;
    const asr_conf_doc_t   *d;
    const asr_conf_file_t  *table;

    c->all = NULL;
    c->n = 0;

    table = NULL;
    causes = NULL;

    for (k = 0; k < n; k++) {
        if (strcmp(files[k].name, "common/causes.json") == 0) {
            table = &files[k];
            causes = read_json(table, faults);
        }
    }

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        d = &asr_conf_docs[i];

        if (d->api == NULL || !asr_conf_cases_want(c, d->api)) {
            continue;
        }

        for (k = 0; k < n; k++) {
            if (is_case_file(files[k].name, d->api)) {
                read_case_file(c, d, &files[k], faults);
            }
        }

        if (generate) {
            asr_conf_generate(c, d);
            asr_conf_wrong_cases(c, d);
        }

        if (causes != NULL) {
            read_causes(c, d, causes, table->name, faults);
        }
    }

    ids_once(c, faults);
    asr_conf_cases_cap(c);
}


void
asr_conf_cases_load(asr_conf_cases_t *c, char *const *prefixes,
    size_t nprefixes)
{
    size_t             i;
    asr_conf_faults_t  faults;

    memset(c, 0, sizeof(*c));

    c->prefixes = prefixes;
    c->nprefixes = nprefixes;

    faults.out = stderr;
    faults.n = 0;

    asr_conf_cases_load_from(c, asr_conf_files, asr_conf_nfiles, true,
                             &faults);

    if (faults.n != 0) {
        asr_conf_die("the cases have %u faults", faults.n);
    }

    for (i = 0; i < c->n; i++) {
        asr_conf_keep((json_t *) c->all[i].steps);
        asr_conf_keep((json_t *) c->all[i].clauses);
    }
}


/* The length of a prefix without the slashes at its end. */

static size_t
prefix_len(const char *prefix)
{
    size_t  len;

    for (len = strlen(prefix); len != 0 && prefix[len - 1] == '/'; len--) {
        /* void */
    }

    return len;
}


/* Whether the path begins with the n bytes, and a part of it ends there. */

static bool
begins(const char *path, const char *p, size_t n)
{
    return strncmp(path, p, n) == 0 && (path[n] == '\0' || path[n] == '/');
}


bool
asr_conf_case_selected(const asr_conf_case_t *c, char *const *prefixes,
    size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (begins(c->id, prefixes[i], prefix_len(prefixes[i]))) {
            return true;
        }
    }

    return n == 0;
}


bool
asr_conf_cases_want(const asr_conf_cases_t *c, const char *path)
{
    size_t  i;

    for (i = 0; i < c->nprefixes; i++) {
        if (begins(path, c->prefixes[i], prefix_len(c->prefixes[i]))
            || begins(c->prefixes[i], path, strlen(path)))
        {
            return true;
        }
    }

    return c->nprefixes == 0;
}
