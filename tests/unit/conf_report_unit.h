/*
 * A small made-up run: two documents, nine cases, one for each way to end, and
 * texts as a hostile endpoint sends them.
 */

#ifndef CONF_REPORT_UNIT_H
#define CONF_REPORT_UNIT_H

#include "unit.h"

#include "asr_conf_json.h"
#include "asr_conf_matrix.h"
#include "asr_conf_report_int.h"


#define RUN_CASES  9
#define RUN_LONG   (100 * 1024)


static asr_conf_clause_t  run_clauses[] = {
    { "T-001", "Kind is one of \"a\", 'b', c|d & <e>.", ASR_CONF_MUST, NULL },
    { "T-002", "Count is 1 to 5.", ASR_CONF_OBSERVED, NULL },
    { "T-003", "A task ends within a day.", ASR_CONF_MUST,
      "a run is shorter" },
    { "T-004", "Query asks for a task.", ASR_CONF_SHOULD, NULL }
};

static asr_conf_code_t  run_codes[] = {
    { "InvalidParameter", "T-001", "A parameter is wrong.", 200,
      ASR_CONF_MUST, ASR_CONF_MUST, NULL, false },
    { "InternalError", "T-003", "The vendor's own fault.", 200,
      ASR_CONF_OBSERVED, ASR_CONF_OBSERVED,
      "nothing a client sends causes it", false },
    { "NotFound", "T-004", "No such task.", 200, ASR_CONF_MUST,
      ASR_CONF_MUST, NULL, false }
};

static asr_conf_param_t  run_create[] = {
    { "Kind", "T-001", ASR_CONF_MUST, NULL },
    { "Count", "T-002", ASR_CONF_OBSERVED, NULL },
    { "Never", "T-003", ASR_CONF_MUST, NULL }
};

static asr_conf_op_t  run_ops[] = {
    { "Create", "T-001", "POST", "/", "json", "task", NULL, NULL, run_create,
      3, NULL, NULL },
    { "Query", "T-004", "POST", "/", "json", NULL, NULL, NULL, NULL, 0, NULL,
      NULL }
};

static asr_conf_clause_t  run_other[] = {
    { "U-001", "A file is taken.", ASR_CONF_MUST, NULL }
};

static asr_conf_op_t  run_other_ops[] = {
    { "create", "U-001", "POST", "/v1", "json", "task", NULL, NULL, NULL, 0,
      NULL, NULL }
};

static asr_conf_case_t      run_all[RUN_CASES];
static asr_conf_result_t    run_results[RUN_CASES];
static asr_conf_exchange_t  run_exchange;
static size_t               run_chosen[RUN_CASES];
static asr_conf_cases_t     run_cases = { .all = run_all, .n = RUN_CASES };
static asr_conf_options_t   run_options;
static asr_conf_report_t    run_report;
static json_t              *run_held;


/* JSON of the test itself, which lives until run_end. */

static inline json_t *
run_json(const char *text)
{
    json_t  *v;

    v = json_loads(text, 0, NULL);
    assert_non_null(v);
    json_array_append_new(run_held, v);

    return v;
}


static inline void
run_case(size_t i, const char *id, const char *op, const char *param,
    const char *kind, const char *name, const char *clauses,
    asr_conf_level_t level, const char *steps)
{
    asr_conf_case_t  *c;

    c = &run_all[i];
    memset(c, 0, sizeof(*c));

    c->id = id;
    c->doc = &asr_conf_docs[strncmp(id, "u2/", 3) == 0];
    c->op = op;
    c->param = param;
    c->kind = kind;
    c->name = name;
    c->clauses = run_json(clauses);
    c->clause = json_string_value(json_array_get(c->clauses, 0));
    c->level = level;
    c->steps = run_json(steps);
}


static inline void
run_result(size_t i, asr_conf_status_t status, bool known, const char *check,
    const char *expected, const char *got)
{
    asr_conf_result_t  *r;

    r = &run_results[i];
    memset(r, 0, sizeof(*r));

    r->status = status;
    r->known = known;
    r->took_us = 1500 * (int64_t) (i + 1);
    r->requests = 1;
    r->code = asr_conf_copy("");

    if (check != NULL) {
        r->check = asr_conf_copy(check);
        r->expected = asr_conf_copy(expected);
        r->got = asr_conf_copy(got);
    }
}


static inline void
run_docs(void)
{
    run_create[0].row = run_json("{\"values\": [\"a\", \"b\", \"c|d\"]}");
    run_create[1].row = run_json("{\"type\": \"integer\"}");
    run_create[2].row = run_json("{\"values\": [1, 2], \"words\":"
                                 " \"It is never set.\"}");
    run_ops[0].row = run_json("{\"base\": {\"Kind\": \"a\"},"
                              " \"poll\": {\"op\": \"Query\"}}");

    memset(asr_conf_docs, 0, sizeof(asr_conf_docs));

    asr_conf_docs[0] = (asr_conf_doc_t) {
        .api = "tencent", .title = "Made-up <Cloud> & Co",
        .source = "Create", .date = "2024-12-12", .ops = run_ops, .nops = 2,
        .clauses = run_clauses, .nclauses = 4, .codes = run_codes, .ncodes = 3
    };
    asr_conf_docs[1] = (asr_conf_doc_t) {
        .api = "u2", .title = "Other", .source = "Task", .date = "2026-11-23",
        .ops = run_other_ops, .nops = 1, .clauses = run_other, .nclauses = 1
    };
}


/*
 * got of the second case: an escape sequence, the end of CDATA, quotes, what
 * turns the writing, bytes that are no UTF-8, 100 KB.
 */

static inline char *
run_hostile(void)
{
    char               *p;
    static const char   start[] = "\033[2J]]> \"'<&>\r\n# \\ \xe2\x80\xae"
                                  "\xff\xc0\x80 7";

    p = asr_conf_alloc(RUN_LONG + 1);
    memset(p, 'x', RUN_LONG);
    memcpy(p, start, sizeof(start) - 1);

    return p;
}


static inline void
run_begin(void)
{
    size_t  i;

    run_held = json_array();
    run_docs();

    run_case(0, "tencent/Create/Kind/enum/a", "Create", "Kind", "enum",
             "The value a is taken", "[\"T-001\"]", ASR_CONF_MUST,
             "[{\"request\": {}, \"poll\": true}]");
    run_case(1, "tencent/Create/Kind/enum/zz", "Create", "Kind", "negative",
             "A value # that is none is refused", "[\"T-001\"]",
             ASR_CONF_MUST, "[{\"request\": {\"set\": {\"Kind\": \"zz\","
             " \"Count\": 2}, \"headers\": {\"X-Y\": \"1\"}}, \"expect\":"
             " {\"code\": \"InvalidParameter\"}}]");
    run_case(2, "tencent/Create/Kind/type/array", "Create", "Kind", "type",
             "An array is refused", "[\"T-001\"]", ASR_CONF_MUST,
             "[{\"request\": {\"set\": {\"Kind\": []}}, \"expect\": {\"code\":"
             " \"InvalidParameter\"}}]");
    run_case(3, "tencent/Create/Count/boundary/max+1", "Create", "Count",
             "boundary", "A value above the bound is refused",
             "[\"T-002\", \"T-001\"]", ASR_CONF_OBSERVED,
             "[{\"request\": {\"set\": {\"Count\": 6}}, \"expect\": {\"code\":"
             " \"InvalidParameter\"}}]");
    run_case(4, "tencent/Create/Count/boundary/min", "Create", "Count",
             "boundary", "The lower bound is taken", "[\"T-002\"]",
             ASR_CONF_MUST, "[{\"request\": {\"set\": {\"Count\": 1,"
             " \"Kind\": \"b\"}}}]");
    run_case(5, "tencent/Query/id/1", "Query", NULL, "hand",
             "An unknown task is not found", "[\"T-004\"]", ASR_CONF_SHOULD,
             "[{\"request\": {}, \"expect\": {\"code\": \"NotFound\"}}]");
    run_case(6, "tencent/Query/id/2", "Query", NULL, "hand",
             "A limit is met", "[\"T-004\"]", ASR_CONF_SHOULD,
             "[{\"request\": {}}]");
    run_case(7, "u2/create/file/1", "create", NULL, "hand",
             "A file is taken", "[\"U-001\"]", ASR_CONF_MUST,
             "[{\"request\": {}}]");
    run_case(8, "u2/create/file/2", "create", NULL, "hand",
             "A file is taken twice", "[\"U-001\"]", ASR_CONF_MUST,
             "[{\"request\": {}}]");

    run_result(0, ASR_CONF_PASS, false, NULL, NULL, NULL);
    run_result(1, ASR_CONF_FAIL, false, "code", "InvalidParameter",
               "success 12");
    run_result(2, ASR_CONF_FAIL, false, "code", "InvalidParameter",
               "success 1234");
    run_result(3, ASR_CONF_FAIL, false, "code", "InvalidParameter", "success");
    run_result(4, ASR_CONF_FAIL, true, "http", "200", "500");
    run_result(5, ASR_CONF_PASS, true, NULL, NULL, NULL);
    run_result(6, ASR_CONF_SKIP, false, NULL, NULL, NULL);
    run_result(7, ASR_CONF_PASS, false, NULL, NULL, NULL);
    run_result(8, ASR_CONF_NOT_RUN, false, NULL, NULL, NULL);

    run_results[6].why = asr_conf_copy("no account \"limited\"");

    free(run_results[5].code);
    run_results[5].code = asr_conf_copy("NotFound");

    /* the second case is shrunk, and its request is kept */

    run_results[1].smallest = json_incref(run_json("[{\"request\": {\"set\":"
        " {\"Kind\": \"zz\"}, \"unset\": [\"Url\"]}}]"));

    memset(&run_exchange, 0, sizeof(run_exchange));
    asr_conf_request_init(&run_exchange.request, "POST", "http://127.0.0.1:1",
                          "/");
    asr_conf_request_header(&run_exchange.request, "X-Y", "it's");
    asr_conf_request_body(&run_exchange.request, "{\"Kind\":\"zz\"}", 13);
    run_exchange.reply.status = 200;
    run_exchange.reply.body = (char *) "{\"a\":\n1}\033[0m";
    run_exchange.reply.body_len = 12;
    run_results[1].exchange = &run_exchange;

    memset(&run_options, 0, sizeof(run_options));
    run_options.targets[0] = "http://127.0.0.1:1";
    run_options.targets[1] = "http://h:2/<&";

    for (i = 0; i < RUN_CASES; i++) {
        run_chosen[i] = i;
    }

    memset(&run_report, 0, sizeof(run_report));
    run_report.options = &run_options;
    run_report.cases = &run_cases;
    run_report.chosen = run_chosen;
    run_report.results = run_results;
    run_report.n = RUN_CASES;
    run_report.started = 1795669200;     /* 2026-11-26T05:00:00Z */
    run_report.took_us = 2500000;
    run_report.level = ASR_CONF_SHOULD;
}


static inline void
run_got(size_t i, char *got)
{
    free(run_results[i].got);
    run_results[i].got = got;
}


static inline void
run_end(void)
{
    size_t              i;
    asr_conf_result_t  *r;

    for (i = 0; i < RUN_CASES; i++) {
        r = &run_results[i];

        free(r->check);
        free(r->expected);
        free(r->got);
        free(r->why);
        free(r->code);
        json_decref(r->smallest);
    }

    asr_conf_request_clean(&run_exchange.request);
    json_decref(run_held);
}


/* A report as text, to be freed. */

static inline char *
run_write(const char *fmt)
{
    char    *text;
    FILE    *out;
    size_t   n;

    out = open_memstream(&text, &n);
    assert_non_null(out);
    asr_conf_report_write(out, fmt, &run_report);
    assert_int_equal(fclose(out), 0);

    return text;
}


/* Equal, else where not: cmocka shows nothing of long texts. */

static inline void
run_same(const char *got, const char *want)
{
    size_t  n;

    for (n = 0; got[n] != '\0' && got[n] == want[n]; n++) { /* void */ }

    if (got[n] != want[n]) {
        fail_msg("differs at %zu:\n%s\n--- not\n%.200s", n, got, want + n);
    }
}


#endif /* CONF_REPORT_UNIT_H */
