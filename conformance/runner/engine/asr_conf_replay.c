/* Replaying a case: what is sent, what comes, what is thought of it. */

#include "asr_conf_replay.h"

#include <stdlib.h>

#include "asr_conf_report_int.h"
#include "asr_conf_step.h"


#define BODY_MAX    (64u << 10)          /* bytes of a text that are shown */
#define BINARY_MAX  512                  /* and of what is none */


/* One line; what a terminal would obey is written as \xNN. */

static void
print_line(const char *p, size_t n)
{
    char  *text;

    text = asr_conf_text_n(p, n, BODY_MAX);
    (void) puts(text);
    free(text);
}


static void
print_body(const char *p, size_t n)
{
    size_t       max, len;
    const char  *end;

    max = n != 0 && memchr(p, 0, n) != NULL ? BINARY_MAX : BODY_MAX;
    max = n < max ? n : max;

    for (end = p + max; p < end; p += len + 1) {
        for (len = 0; p + len < end && p[len] != '\n'; len++) { /* void */ }

        print_line(p, len != 0 && p[len - 1] == '\r' ? len - 1 : len);
    }

    if (n > max) {
        (void) printf("... and %zu bytes more\n", n - max);
    }
}


static void
print_headers(char sign, const asr_conf_header_t *headers, size_t n)
{
    char    *line;
    size_t   i;

    for (i = 0; i < n; i++) {
        line = asr_conf_print("%c %s: %s", sign, headers[i].name,
                              headers[i].value);
        print_line(line, strlen(line));
        free(line);
    }

    (void) printf("%c\n", sign);
}


/* Both may be quoted of a reply. */

static void
print_compared(const char *expected, const char *got)
{
    (void) fputs("  expected  ", stdout);
    print_line(expected, strlen(expected));
    (void) fputs("  got       ", stdout);
    print_line(got, strlen(got));
}


static void
print_request(const asr_conf_request_t *rq)
{
    char  *text;

    text = asr_conf_curl(rq);
    (void) printf("%s\n\n", text);
    free(text);

    text = asr_conf_request_host(rq);
    (void) printf("> %s %s%s%s HTTP/1.1\n> Host: %s\n", rq->method, rq->path,
                  rq->query == NULL ? "" : "?",
                  rq->query == NULL ? "" : rq->query, text);
    free(text);

    print_headers('>', rq->headers, rq->nheaders);

    if (rq->body != NULL) {
        print_body(rq->body, rq->body_len);
    }
}


static void
print_reply(const asr_conf_reply_t *reply)
{
    if (reply->status == 0) {
        (void) printf("< no reply: %s\n", reply->error);
        return;
    }

    (void) printf("\n< HTTP %d, %.1f ms\n", reply->status,
                  (double) reply->took_us / 1000);

    print_headers('<', reply->headers, reply->nheaders);
    print_body(reply->body, reply->body_len);
}


static void
trace(const asr_conf_case_t *c, unsigned step, const asr_conf_request_t *rq,
    const asr_conf_reply_t *reply, const char *check, const char *expected,
    const char *got, void *data)
{
    unsigned  *n;

    n = data;

    (void) printf("--- %u, step %u of %zu\n\n", ++*n, step + 1,
                  json_array_size(c->steps));

    print_request(rq);
    print_reply(reply);

    if (check == NULL) {
        (void) printf("\nas expected\n\n");
        return;
    }

    (void) printf("\nnot as expected: %s\n", check);
    print_compared(expected, got);
    (void) putchar('\n');
}


static void
print_result(const asr_conf_result_t *r)
{
    if (r->status == ASR_CONF_SKIP) {
        (void) printf("skipped: %s\n", r->why);

    } else if (r->status == ASR_CONF_FAIL) {
        (void) printf("failed in step %u: %s\n", r->step + 1, r->check);
        print_compared(r->expected, r->got);

    } else {
        (void) printf("passed\n");
    }
}


int
asr_conf_replay(const asr_conf_command_t *c, const asr_conf_cases_t *cases)
{
    int                  rc;
    char                *steps;
    size_t               i;
    unsigned             n;
    asr_conf_result_t    r;
    asr_conf_shared_t    shared;
    asr_conf_options_t   o;

    for (i = 0; i < cases->n; i++) {
        if (strcmp(cases->all[i].id, c->replay) == 0) {
            break;
        }
    }

    if (i == cases->n) {
        asr_conf_die("--replay: no case \"%s\"; --list has them", c->replay);
    }

    memset(&shared, 0, sizeof(shared));
    memset(&r, 0, sizeof(r));

    o = c->run;
    o.threads = 1;
    o.shrink = false;

    n = 0;

    shared.o = &o;
    shared.trace = trace;
    shared.data = &n;

    steps = json_dumps(cases->all[i].steps, JSON_INDENT(2));
    (void) printf("%s\n%s\n%s, %s, %s\n\n%s\n\n", cases->all[i].id,
                  cases->all[i].name, cases->all[i].clause,
                  asr_conf_level_name(cases->all[i].level),
                  cases->all[i].kind, steps);
    free(steps);

    asr_conf_run_traced(&shared, cases, &i, 1, &r, NULL, NULL);

    print_result(&r);

    /* of a case that was not run nothing holds */

    rc = r.status == ASR_CONF_FAIL ? ASR_CONF_FINDS
         : r.status == ASR_CONF_PASS ? ASR_CONF_OK : ASR_CONF_SETUP;
    asr_conf_result_clean(&r);

    return rc;
}
