/*
 * JSON lines: the run, then a case a line with the members of mint's reports
 * (name, function, args, duration in ms, status, alert, error) and our own.
 * asr_conf_report_with.c reads them back.
 */

#include "asr_conf_matrix.h"

#include <stdlib.h>


static void asr_conf_jsonl_put(FILE *out, json_t *line);
static json_t *asr_conf_jsonl_string(const char *s, size_t max);
static json_t *asr_conf_jsonl_run(const asr_conf_report_t *rep);
static json_t *asr_conf_jsonl_case(const asr_conf_report_t *rep, size_t i);
static void asr_conf_jsonl_failure(const asr_conf_report_t *rep, size_t i,
    json_t *line);


static void
asr_conf_jsonl_put(FILE *out, json_t *line)
{
    (void) json_dumpf(line, out, JSON_COMPACT);
    fputc('\n', out);
    json_decref(line);
}


/* An endpoint's text need not be UTF-8, which jansson insists on. */

static json_t *
asr_conf_jsonl_string(const char *s, size_t max)
{
    char    *text;
    json_t  *v;

    text = asr_conf_text(s, max);
    v = json_string(text);
    free(text);

    return v;
}


static json_t *
asr_conf_jsonl_run(const asr_conf_report_t *rep)
{
    char                   date[32];
    json_t                *run, *targets, *documents;
    size_t                 i, n;
    const char            *target;
    asr_conf_counts_t      counts;
    const asr_conf_doc_t  *docs[ASR_CONF_NDOCS];

    asr_conf_date(rep->started, date);
    asr_conf_count(rep, &counts);

    n = asr_conf_docs_of(rep, docs);
    targets = json_object();
    documents = json_array();

    for (i = 0; i < n; i++) {
        target = asr_conf_target(rep, docs[i]);

        if (target != NULL) {
            json_object_set_new(targets, docs[i]->api,
                                asr_conf_jsonl_string(target,
                                                      ASR_CONF_TEXT_LINE));
        }

        json_array_append_new(documents, json_pack("{s:s,s:s,s:s,s:s}",
            "api", docs[i]->api, "title", docs[i]->title,
            "source", docs[i]->source, "date", docs[i]->date));
    }

    run = json_object();
    json_object_set_new(run, "run", json_string("asr-conformance"));
    json_object_set_new(run, "version", json_string(ASR_CONF_VERSION));
    json_object_set_new(run, "date", json_string(date));
    json_object_set_new(run, "level",
                        json_string(asr_conf_level_name(rep->level)));
    json_object_set_new(run, "targets", targets);
    json_object_set_new(run, "documents", documents);
    json_object_set_new(run, "cases", json_integer((json_int_t) rep->n));
    json_object_set_new(run, "passed", json_integer((json_int_t)
                        asr_conf_counts_passed(&counts)));
    json_object_set_new(run, "failed", json_integer((json_int_t)
                        asr_conf_counts_failed(&counts)));
    json_object_set_new(run, "skipped", json_integer((json_int_t)
                        counts.of[ASR_CONF_SKIPPED]));
    json_object_set_new(run, "duration",
                        json_integer(rep->took_us / 1000));

    return run;
}


static void
asr_conf_jsonl_failure(const asr_conf_report_t *rep, size_t i, json_t *line)
{
    char                     *curl;
    const asr_conf_result_t  *r;

    r = &rep->results[i];

    json_object_set_new(line, "check",
                        asr_conf_jsonl_string(asr_conf_failed_check(rep, i),
                                              ASR_CONF_TEXT_LINE));
    json_object_set_new(line, "expected",
                        asr_conf_jsonl_string(asr_conf_expected(rep, i),
                                              ASR_CONF_TEXT_BLOCK));
    json_object_set_new(line, "got",
                        asr_conf_jsonl_string(asr_conf_got(rep, i),
                                              ASR_CONF_TEXT_BLOCK));

    if (r->exchange != NULL) {
        curl = asr_conf_curl(&r->exchange->request);
        json_object_set_new(line, "curl",
                            asr_conf_jsonl_string(curl, ASR_CONF_TEXT_ROOM));
        free(curl);
    }

    if (r->smallest != NULL) {
        json_object_set(line, "smallest", r->smallest);
    }
}


static json_t *
asr_conf_jsonl_case(const asr_conf_report_t *rep, size_t i)
{
    char                     *error;
    json_t                   *line, *args;
    const char               *status;
    asr_conf_verdict_t        v;
    const asr_conf_case_t    *c;
    const asr_conf_result_t  *r;

    c = &rep->cases->all[rep->chosen[i]];
    r = &rep->results[i];
    v = asr_conf_verdict(rep, i);
    line = json_object();
    args = json_object();

    status = r->status == ASR_CONF_PASS ? "PASS"
             : r->status == ASR_CONF_FAIL ? "FAIL" : "NA";

    if (c->param != NULL) {
        json_object_set_new(args, "param",
                            asr_conf_jsonl_string(c->param, 256));
    }

    if (c->value != NULL) {
        json_object_set_new(args, "value",
                            asr_conf_jsonl_string(c->value, 256));
    }

    json_object_set_new(line, "name", json_string("asr-conformance"));
    json_object_set_new(line, "function", json_pack("s++", c->doc->api, "/",
                        c->op == NULL ? "" : c->op));
    json_object_set_new(line, "args", args);
    json_object_set_new(line, "duration", json_integer(r->took_us / 1000));
    json_object_set_new(line, "status", json_string(status));
    json_object_set_new(line, "alert",
                        v == ASR_CONF_PASSED || v == ASR_CONF_FAILED
                        ? json_string("")
                        : v == ASR_CONF_SKIPPED
                          ? asr_conf_jsonl_string(r->why == NULL ? "not run"
                                                  : r->why, ASR_CONF_TEXT_LINE)
                          : json_string(asr_conf_verdict_name(v)));

    error = v == ASR_CONF_PASSED || v == ASR_CONF_SKIPPED
            ? asr_conf_copy("")
            : asr_conf_print("%s: expected %s, got %s",
                             asr_conf_failed_check(rep, i),
                             asr_conf_expected(rep, i), asr_conf_got(rep, i));
    json_object_set_new(line, "error",
                        asr_conf_jsonl_string(error, ASR_CONF_TEXT_LINE));
    free(error);

    json_object_set_new(line, "id", json_string(c->id));
    json_object_set_new(line, "title", json_string(c->name));
    json_object_set_new(line, "clause", json_string(c->clause));
    json_object_set_new(line, "level",
                        json_string(asr_conf_level_name(c->level)));
    json_object_set_new(line, "kind", json_string(c->kind));
    json_object_set_new(line, "verdict",
                        json_string(asr_conf_verdict_name(v)));
    json_object_set_new(line, "ran",
                        json_boolean(r->status != ASR_CONF_NOT_RUN));
    json_object_set_new(line, "codes", asr_conf_codes_seen(c, r));

    if (v != ASR_CONF_PASSED && v != ASR_CONF_SKIPPED) {
        asr_conf_jsonl_failure(rep, i, line);
    }

    return line;
}


void
asr_conf_report_jsonl(FILE *out, const asr_conf_report_t *rep)
{
    size_t  i;

    asr_conf_jsonl_put(out, asr_conf_jsonl_run(rep));

    for (i = 0; i < rep->n; i++) {
        asr_conf_jsonl_put(out, asr_conf_jsonl_case(rep, i));
    }
}
