/*
 * A document of one operation out of a text, and the cases made of it as
 * lines: "ID SET -UNSET -> CODE".
 */

#ifndef CONF_GENERATE_H
#define CONF_GENERATE_H


#include "asr_conf_generate.h"
#include "asr_conf_json.h"


#define REFUSALS                                                              \
    "\"refusals\": {\"missing\": \"MISS\", \"type\": \"TYPE\","               \
    " \"range\": \"RANGE\", \"value\": \"VALUE\", \"length\": \"LONG\","      \
    " \"null\": \"unset\", \"unknown\": \"ok\"}"


#define CASES_MAX  20000


static char             *lines[CASES_MAX];
static asr_conf_case_t   cases[CASES_MAX];
static size_t            nlines;


/* These two take the place of the list the program keeps. */

bool
asr_conf_cases_want(const asr_conf_cases_t *c, const char *path)
{
    (void) c;
    (void) path;

    return true;
}


void
asr_conf_cases_add(asr_conf_cases_t *c, const asr_conf_case_t *one)
{
    char    *code, *set, *unset;
    json_t  *step, *rq, *expect, *v;

    assert_in_range(nlines, 0, CASES_MAX - 1);
    assert_int_equal(json_array_size(one->steps), 1);

    step = json_array_get(one->steps, 0);
    rq = json_object_get(step, "request");
    expect = json_object_get(step, "expect");

    assert_string_equal(asr_conf_json_str(rq, "op", ""), one->op);

    v = json_object_get(expect, "code");
    code = v == NULL ? asr_conf_copy(asr_conf_json_str(expect, "outcome", "?"))
           : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
    v = json_object_get(rq, json_object_get(rq, "body") == NULL ? "set"
                                                                : "body");
    set = v == NULL ? asr_conf_copy("{}")
          : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS
                          | JSON_REAL_PRECISION(6));
    v = json_object_get(rq, "unset");
    unset = v == NULL ? asr_conf_copy("")
            : json_dumps(v, JSON_COMPACT);

    lines[nlines] = asr_conf_print("%s %s%s%s -> %s", one->id, set,
                                   *unset == '\0' ? "" : " -", unset, code);
    cases[nlines++] = *one;
    c->n++;

    free(code);
    free(set);
    free(unset);
}


static asr_conf_level_t
level(const json_t *row)
{
    const char  *s;

    s = asr_conf_json_str(row, "level", "observed");

    return *s == 'm' ? ASR_CONF_MUST : *s == 's' ? ASR_CONF_SHOULD
           : ASR_CONF_OBSERVED;
}


static asr_conf_doc_t     doc;
static asr_conf_clause_t  clauses[] = {
    { "D-000", "All of it.", ASR_CONF_MUST, NULL }
};
static asr_conf_op_t      op;
static asr_conf_param_t   params[32];
static asr_conf_cases_t   list;


static void
forget(void)
{
    size_t  i;

    for (i = 0; i < nlines; i++) {
        free(lines[i]);
        free((char *) cases[i].id);
        free((char *) cases[i].name);
        free((char *) cases[i].value);
        json_decref((json_t *) cases[i].steps);
        json_decref((json_t *) cases[i].clauses);
    }

    nlines = 0;
    json_decref((json_t *) doc.root);
    doc.root = NULL;
}


/* All cases of an operation whose row, with its "params", is this text. */

static void
generate(const char *text)
{
    size_t        i;
    json_t       *row, *param;
    json_error_t  err;

    forget();

    row = json_loads(text, 0, &err);

    if (row == NULL) {
        fail_msg("%d: %s", err.line, err.text);
    }

    doc.api = "demo";
    doc.clauses = clauses;
    doc.nclauses = 1;
    doc.root = row;
    doc.ops = &op;
    doc.nops = 1;

    op.name = asr_conf_json_str(row, "name", "make");
    op.clause = "D-000";
    op.form = asr_conf_json_str(row, "form", "json");
    op.creates = asr_conf_json_str(row, "creates", NULL);
    op.row = row;
    op.params = params;
    op.nparams = 0;

    json_array_foreach(json_object_get(row, "params"), i, param) {
        params[i].name = asr_conf_json_str(param, "name", "");
        params[i].clause = asr_conf_json_str(param, "clause", "D-001");
        params[i].level = level(param);
        params[i].row = param;
        op.nparams++;
    }

    list.n = 0;
    asr_conf_generate(&list, &doc);
}


static inline const asr_conf_case_t *
find(const char *id)
{
    size_t  i;

    for (i = 0; i < nlines; i++) {
        if (strcmp(cases[i].id + strlen("demo/make/"), id) == 0) {
            return &cases[i];
        }
    }

    return NULL;
}


#endif /* CONF_GENERATE_H */
