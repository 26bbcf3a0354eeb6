/*
 * A client's request as the relay keeps it: "METHOD path?query", headers, an
 * empty line, the body.  It is read, judged by all that judges clients, and
 * whatever is said of it can be printed.
 */

#include "fuzz.h"

#include "asr_conf_client_int.h"
#include "asr_conf_report_int.h"


static json_t  *scenarios;


static void
start(void)
{
    asr_conf_docs_load();

    scenarios = json_pack("[{s:s,s:s,s:b}]", "name", "plain", "end", "zero",
                          "limit", 1);
    fuzz_check(scenarios != NULL);
}


/* The next line without its end. */

static char *
line_of(const uint8_t **p, const uint8_t *end)
{
    size_t          n;
    char           *s;
    const uint8_t  *stop;

    stop = memchr(*p, '\n', (size_t) (end - *p));
    n = (size_t) ((stop == NULL ? end : stop) - *p);

    s = asr_conf_copy_n((const char *) *p, n);
    *p += n + (stop != NULL);

    return s;
}


static void
request_of(asr_conf_request_t *rq, const uint8_t *data, size_t size)
{
    char           *line, *path, *query, *colon;
    unsigned        n;
    const uint8_t  *end;

    end = data + size;

    line = line_of(&data, end);
    path = strchr(line, ' ');
    path = path == NULL ? line + strlen(line) : path;
    query = strchr(path, '?');

    if (*path != '\0') {
        *path++ = '\0';
    }

    if (query != NULL) {
        *query++ = '\0';
    }

    asr_conf_request_init(rq, line, "http://127.0.0.1:8080", path);
    rq->query = query == NULL ? NULL : asr_conf_copy(query);
    free(line);

    for (n = 0; data < end && n < 64; n++) {
        line = line_of(&data, end);
        colon = strchr(line, ':');

        if (colon != NULL) {
            *colon++ = '\0';
            asr_conf_request_header(rq, line, colon + strspn(colon, " "));
        }

        free(line);

        if (colon == NULL) {
            break;
        }
    }

    if (data < end) {
        asr_conf_request_body(rq, data, (size_t) (end - data));
    }
}


static void
seen_of(asr_conf_seen_t *s, const uint8_t *data, size_t size, int64_t at_us,
    const char *reply)
{
    memset(s, 0, sizeof(*s));

    request_of(&s->request, data, size);
    s->scenario = "plain";
    s->at_us = at_us;
    s->done_us = at_us + 1000;
    s->time = 1700000000;
    s->reply.status = 200;
    s->reply.body = asr_conf_copy(reply);
    s->reply.body_len = strlen(reply);

    asr_conf_client_read(s);
    asr_conf_client_answered(s);

    fuzz_check(json_is_object(s->params));
    fuzz_check(s->op == NULL || s->doc != NULL);
}


static void
check_shown(const char *s)
{
    char                 *text;
    const unsigned char  *p;

    text = asr_conf_text(s, ASR_CONF_TEXT_LINE);

    for (p = (const unsigned char *) text; *p != '\0'; p++) {
        fuzz_check(*p >= 0x20 && *p != 0x7f);
    }

    free(text);
}


static void
judged_clean(asr_conf_judged_t *j)
{
    char                    *curl;
    size_t                   i;
    const asr_conf_case_t   *c;
    const asr_conf_result_t  *r;

    for (i = 0; i < j->cases.n; i++) {
        c = &j->cases.all[i];
        r = &j->results[i];

        check_shown(c->id);
        check_shown(r->expected);
        check_shown(r->got);

        if (r->exchange != NULL) {
            curl = asr_conf_curl(&r->exchange->request);
            check_shown(curl);
            free(curl);
        }

        free((char *) c->id);
        free((char *) c->name);
        json_decref((json_t *) c->steps);
        json_decref((json_t *) c->clauses);
        asr_conf_result_clean(&j->results[i]);
    }

    free(j->cases.all);
    free(j->results);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    asr_conf_seen_t      seen[2];
    asr_conf_judged_t    judged;
    asr_conf_outcome_t   outcome;

    if (scenarios == NULL) {
        start();
    }

    memset(&judged, 0, sizeof(judged));
    memset(&outcome, 0, sizeof(outcome));
    outcome.scenario = "plain";

    seen_of(&seen[0], data, size, 1000000,
            "{\"Response\":{\"Error\":{\"Code\":\"RequestLimitExceeded\"},"
            "\"RequestId\":\"1\"},\"base_resp\":{\"status_code\":100501},"
            "\"code\":\"0429\",\"Code\":\"Throttling\"}");
    seen_of(&seen[1], data, size, 1200000,
            "{\"Response\":{\"Data\":{\"TaskId\":1}},\"task_id\":\"1\","
            "\"code\":\"0000\"}");

    asr_conf_client_rules(&judged, seen, 2);
    asr_conf_client_signatures(&judged, seen, 2);
    asr_conf_client_manners(&judged, seen, 2, &outcome, 1, scenarios);

    judged_clean(&judged);
    asr_conf_seen_clean(&seen[0]);
    asr_conf_seen_clean(&seen[1]);

    return 0;
}
