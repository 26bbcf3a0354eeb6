/* The documents as data: document.json and the schemas beside it. */

#include "asr_conf_doc_int.h"

#include <stdlib.h>

#include "asr_conf_json.h"


#define SCHEMAS_MAX  256                 /* of all documents together */
#define NAME_MAX_LEN 64


typedef struct {
    const asr_conf_doc_t     *doc;
    char                      name[NAME_MAX_LEN];
    asr_conf_schema_t        *schema;
} doc_schema_t;


asr_conf_doc_t                asr_conf_docs[ASR_CONF_NDOCS];

static const char *const      apis[ASR_CONF_NDOCS] = {
    "tencent", "u2", "memories", "ice"
};

static const char *const      levels[] = { "must", "should", "observed" };

static doc_schema_t           schemas[SCHEMAS_MAX];
static size_t                 nschemas;


void
asr_conf_fault(asr_conf_faults_t *f, const char *file, const char *place,
    const char *fmt, ...)
{
    va_list  args;

    f->n++;

    if (f->out == NULL) {
        return;
    }

    fprintf(f->out, "asr-conformance: %s: %s: ", file, place);

    va_start(args, fmt);
    (void) vfprintf(f->out, fmt, args);
    va_end(args);

    fputc('\n', f->out);
}


void
asr_conf_keep(json_t *v)
{
    size_t       i;
    json_t      *one;
    const char  *name;

    if (v == NULL || v->refcount == (size_t) -1) {
        return;
    }

    v->refcount = (size_t) -1;

    json_array_foreach(v, i, one) {
        asr_conf_keep(one);
    }

    json_object_foreach(v, name, one) {
        asr_conf_keep(one);
    }
}


bool
asr_conf_level_read(const char *name, asr_conf_level_t *out)
{
    size_t  i;

    for (i = 0; name != NULL && i < 3; i++) {
        if (strcmp(name, levels[i]) == 0) {
            *out = (asr_conf_level_t) i;
            return true;
        }
    }

    return false;
}


const char *
asr_conf_level_name(asr_conf_level_t level)
{
    return levels[level];
}


/* A level of a row; without one, `dflt`. */

static asr_conf_level_t
level_named(const json_t *row, const char *name, asr_conf_level_t dflt,
    const char *file, const char *place, asr_conf_faults_t *faults)
{
    json_t            *v;
    asr_conf_level_t   level;

    v = json_object_get(row, name);

    if (v == NULL) {
        return dflt;
    }

    if (!asr_conf_level_read(json_string_value(v), &level)) {
        asr_conf_fault(faults, file, place,
                       "\"%s\" is none of must, should, observed", name);
        return dflt;
    }

    return level;
}


static asr_conf_level_t
level_of(const json_t *row, asr_conf_level_t dflt, const char *file,
    const char *place, asr_conf_faults_t *faults)
{
    return level_named(row, "level", dflt, file, place, faults);
}


static const char *
need(const json_t *row, const char *name, const char *file, const char *place,
    asr_conf_faults_t *faults)
{
    const char  *s;

    s = asr_conf_json_str(row, name, NULL);

    if (s == NULL || s[0] == '\0') {
        asr_conf_fault(faults, file, place, "no \"%s\"", name);
        return "";
    }

    return s;
}


/* A list of rows, each with a key that stands once. */

static json_t *
rows_of(const json_t *o, const char *list, const char *key, const char *file,
    asr_conf_faults_t *faults)
{
    size_t       i, k;
    json_t      *rows;
    const char  *a, *b;

    rows = json_object_get(o, list);

    if (rows == NULL) {
        return NULL;
    }

    if (!json_is_array(rows)) {
        asr_conf_fault(faults, file, list, "no array");
        return NULL;
    }

    for (i = 0; i < json_array_size(rows); i++) {
        a = asr_conf_json_str(json_array_get(rows, i), key, NULL);

        for (k = 0; a != NULL && k < i; k++) {
            b = asr_conf_json_str(json_array_get(rows, k), key, NULL);

            if (b != NULL && strcmp(a, b) == 0) {
                asr_conf_fault(faults, file, list, "\"%s\" is there twice", a);
            }
        }
    }

    return rows;
}


static void
read_clauses(asr_conf_doc_t *d, const char *file, asr_conf_faults_t *faults)
{
    size_t              i;
    json_t             *rows, *row;
    asr_conf_clause_t  *c;

    rows = rows_of(d->root, "clauses", "id", file, faults);

    c = asr_conf_alloc((json_array_size(rows) + 1) * sizeof(*c));
    d->clauses = c;

    for (i = 0; i < json_array_size(rows); i++) {
        row = json_array_get(rows, i);

        c[i].id = need(row, "id", file, "clauses", faults);
        c[i].words = need(row, "words", file, c[i].id, faults);
        c[i].level = level_of(row, ASR_CONF_MUST, file, c[i].id, faults);
        c[i].why_not = asr_conf_json_str(row, "why_not", NULL);
    }

    d->nclauses = json_array_size(rows);
}


static void
known_clause(const asr_conf_doc_t *d, const char *id, const char *file,
    const char *place, asr_conf_faults_t *faults)
{
    if (id != NULL && id[0] != '\0' && asr_conf_clause(d, id) == NULL) {
        asr_conf_fault(faults, file, place, "no clause \"%s\"", id);
    }
}


static void
read_codes(asr_conf_doc_t *d, const char *file, asr_conf_faults_t *faults)
{
    size_t            i;
    json_t           *rows, *row;
    asr_conf_code_t  *c;

    rows = rows_of(d->root, "codes", "code", file, faults);

    c = asr_conf_alloc((json_array_size(rows) + 1) * sizeof(*c));
    d->codes = c;

    for (i = 0; i < json_array_size(rows); i++) {
        row = json_array_get(rows, i);

        c[i].code = need(row, "code", file, "codes", faults);
        c[i].clause = asr_conf_json_str(row, "clause", NULL);
        c[i].words = asr_conf_json_str(row, "words", "");
        c[i].http = (int) asr_conf_json_int(row, "http", 0);
        c[i].level = level_of(row, ASR_CONF_MUST, file, c[i].code, faults);
        c[i].http_level = level_named(row, "http_level", c[i].level, file,
                                      c[i].code, faults);
        c[i].why_not = asr_conf_json_str(row, "why_not", NULL);
        c[i].limit = asr_conf_json_bool(row, "limit", false);

        known_clause(d, c[i].clause, file, c[i].code, faults);
    }

    d->ncodes = json_array_size(rows);
}


static void
read_params(const asr_conf_doc_t *d, asr_conf_op_t *op, const char *file,
    asr_conf_faults_t *faults)
{
    size_t             i;
    json_t            *rows, *row;
    asr_conf_param_t  *p;

    rows = rows_of(op->row, "params", "name", file, faults);

    p = asr_conf_alloc((json_array_size(rows) + 1) * sizeof(*p));
    op->params = p;

    for (i = 0; i < json_array_size(rows); i++) {
        row = json_array_get(rows, i);

        p[i].name = need(row, "name", file, op->name, faults);
        p[i].clause = asr_conf_json_str(row, "clause", op->clause);
        p[i].level = level_of(row, ASR_CONF_MUST, file, p[i].name, faults);
        p[i].row = row;

        known_clause(d, p[i].clause, file, p[i].name, faults);
    }

    op->nparams = json_array_size(rows);
}


static const asr_conf_schema_t *
reply_schema(const asr_conf_doc_t *d, const asr_conf_op_t *op,
    const char *which, const char *file, asr_conf_faults_t *faults)
{
    const char               *name;
    const asr_conf_schema_t  *s;

    name = asr_conf_json_str(json_object_get(op->row, "reply"), which, NULL);

    /* "bytes": what comes is no JSON at all */

    if (name == NULL || strcmp(name, "bytes") == 0) {
        return NULL;
    }

    s = asr_conf_doc_schema(d, name);

    if (s == NULL) {
        asr_conf_fault(faults, file, op->name, "no schema \"%s\"", name);
    }

    return s;
}


static void
read_ops(asr_conf_doc_t *d, const char *file, asr_conf_faults_t *faults)
{
    size_t          i;
    json_t         *rows, *row;
    asr_conf_op_t  *op;

    rows = rows_of(d->root, "operations", "name", file, faults);

    op = asr_conf_alloc((json_array_size(rows) + 1) * sizeof(*op));
    d->ops = op;

    for (i = 0; i < json_array_size(rows); i++) {
        row = json_array_get(rows, i);

        op[i].name = need(row, "name", file, "operations", faults);
        op[i].clause = asr_conf_json_str(row, "clause", NULL);
        op[i].method = asr_conf_json_str(row, "method", "POST");
        op[i].path = asr_conf_json_str(row, "path", "/");
        op[i].form = need(row, "form", file, op[i].name, faults);
        op[i].creates = asr_conf_json_str(row, "creates", NULL);
        op[i].bucket = asr_conf_json_str(row, "bucket", NULL);
        op[i].row = row;
        op[i].ok = reply_schema(d, &op[i], "ok", file, faults);
        op[i].error = reply_schema(d, &op[i], "error", file, faults);

        known_clause(d, op[i].clause, file, op[i].name, faults);
        read_params(d, &op[i], file, faults);
    }

    d->nops = json_array_size(rows);

    if (d->nops == 0) {
        asr_conf_fault(faults, file, "operations", "there are none");
    }
}


/* "u2/schemas/task.json" is of u2, by the name "task". */

static void
read_schema(const asr_conf_file_t *f, asr_conf_faults_t *faults)
{
    size_t         i, len;
    json_t        *v;
    const char    *p, *name;
    char           err[256];
    doc_schema_t  *s;

    p = strstr(f->name, "/schemas/");
    len = strlen(f->name);

    if (p == NULL || len < 5 || strcmp(f->name + len - 5, ".json") != 0) {
        return;
    }

    name = p + sizeof("/schemas/") - 1;

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (strlen(apis[i]) == (size_t) (p - f->name)
            && strncmp(apis[i], f->name, (size_t) (p - f->name)) == 0)
        {
            break;
        }
    }

    if (i == ASR_CONF_NDOCS) {
        asr_conf_fault(faults, f->name, "name", "no such API");
        return;
    }

    if (nschemas == SCHEMAS_MAX || strlen(name) - 5 >= NAME_MAX_LEN) {
        asr_conf_fault(faults, f->name, "name", "too many, or too long");
        return;
    }

    v = asr_conf_file_json(f, faults);

    if (v == NULL) {
        return;
    }

    s = &schemas[nschemas];

    s->doc = &asr_conf_docs[i];
    s->schema = asr_conf_schema_new(v, err, sizeof(err));

    json_decref(v);

    if (s->schema == NULL) {
        asr_conf_fault(faults, f->name, "schema", "%s", err);
        return;
    }

    memcpy(s->name, name, strlen(name) - 5);
    s->name[strlen(name) - 5] = '\0';

    nschemas++;
}


static void
read_document(size_t i, const asr_conf_file_t *f, asr_conf_faults_t *faults)
{
    json_t          *root;
    asr_conf_doc_t  *d;

    root = asr_conf_file_json(f, faults);

    if (root == NULL) {
        return;
    }

    d = &asr_conf_docs[i];

    d->root = root;
    d->api = apis[i];
    d->title = need(root, "title", f->name, "document", faults);
    d->source = need(root, "source", f->name, "document", faults);
    d->date = need(root, "date", f->name, "document", faults);

    if (strcmp(asr_conf_json_str(root, "api", ""), apis[i]) != 0) {
        asr_conf_fault(faults, f->name, "api", "is not \"%s\"", apis[i]);
    }

    read_clauses(d, f->name, faults);
    read_codes(d, f->name, faults);
    read_ops(d, f->name, faults);
}


static void
unload(void)
{
    size_t           i, k;
    asr_conf_doc_t  *d;

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        d = &asr_conf_docs[i];

        for (k = 0; k < d->nops; k++) {
            free((void *) d->ops[k].params);
        }

        free((void *) d->ops);
        free((void *) d->clauses);
        free((void *) d->codes);
        json_decref((json_t *) d->root);
    }

    for (i = 0; i < nschemas; i++) {
        asr_conf_schema_free(schemas[i].schema);
    }

    memset(asr_conf_docs, 0, sizeof(asr_conf_docs));
    memset(schemas, 0, sizeof(schemas));
    nschemas = 0;
}


void
asr_conf_docs_load_from(const asr_conf_file_t *files, size_t n,
    asr_conf_faults_t *faults)
{
    char    name[NAME_MAX_LEN];
    size_t  i, k;

    unload();

    for (k = 0; k < n; k++) {
        read_schema(&files[k], faults);
    }

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        (void) snprintf(name, sizeof(name), "%s/document.json", apis[i]);

        for (k = 0; k < n; k++) {
            if (strcmp(files[k].name, name) == 0) {
                read_document(i, &files[k], faults);
            }
        }
    }
}


void
asr_conf_docs_load(void)
{
    size_t             i;
    asr_conf_faults_t  faults;

    faults.out = stderr;
    faults.n = 0;

    asr_conf_docs_load_from(asr_conf_files, asr_conf_nfiles, &faults);

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (asr_conf_docs[i].api == NULL && faults.n == 0) {
            asr_conf_fault(&faults, apis[i], "document.json", "is not there");
        }
    }

    if (faults.n != 0) {
        asr_conf_die("the documents have %u faults", faults.n);
    }

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        asr_conf_keep((json_t *) asr_conf_docs[i].root);
    }
}


const asr_conf_doc_t *
asr_conf_doc(const char *api)
{
    size_t  i;

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (asr_conf_docs[i].api != NULL
            && strcmp(asr_conf_docs[i].api, api) == 0)
        {
            return &asr_conf_docs[i];
        }
    }

    return NULL;
}


const asr_conf_op_t *
asr_conf_op(const asr_conf_doc_t *d, const char *name)
{
    size_t  i;

    for (i = 0; i < d->nops; i++) {
        if (strcmp(d->ops[i].name, name) == 0) {
            return &d->ops[i];
        }
    }

    return NULL;
}


const asr_conf_clause_t *
asr_conf_clause(const asr_conf_doc_t *d, const char *id)
{
    size_t  i;

    for (i = 0; i < d->nclauses; i++) {
        if (strcmp(d->clauses[i].id, id) == 0) {
            return &d->clauses[i];
        }
    }

    return NULL;
}


const asr_conf_schema_t *
asr_conf_doc_schema(const asr_conf_doc_t *d, const char *name)
{
    size_t  i;

    for (i = 0; i < nschemas; i++) {
        if (schemas[i].doc == d && strcmp(schemas[i].name, name) == 0) {
            return schemas[i].schema;
        }
    }

    return NULL;
}
