/* Replaying a case: what is sent, what comes, what is thought of it. */

#include "asr_conf_replay.h"

#include <stdlib.h>

#include "asr_conf_step.h"


#define BODY_MAX    (64u << 10)          /* bytes of a text that are shown */
#define BINARY_MAX  512                  /* and of what is none */


/* A body; what a terminal would obey is written as \xNN. */

static void
print_body(const char *p, size_t n)
{
    size_t         i, max;
    unsigned char  ch;

    max = n != 0 && memchr(p, 0, n) != NULL ? BINARY_MAX : BODY_MAX;
    max = n < max ? n : max;

    for (i = 0; i < max; i++) {
        ch = (unsigned char) p[i];

        if (ch == '\n' || ch == '\t'
            || (ch >= 0x20 && ch != 0x7f && (ch < 0x80 || max != BINARY_MAX)))
        {
            (void) putchar(ch);

        } else if (ch != '\r') {
            (void) printf("\\x%02x", ch);
        }
    }

    if (n != 0) {
        (void) putchar('\n');
    }

    if (n > max) {
        (void) printf("... and %zu bytes more\n", n - max);
    }
}


static void
print_request(const asr_conf_request_t *rq)
{
    char    *text;
    size_t   i;

    text = asr_conf_curl(rq);
    (void) printf("%s\n\n", text);
    free(text);

    text = asr_conf_request_host(rq);
    (void) printf("> %s %s%s%s HTTP/1.1\n> Host: %s\n", rq->method, rq->path,
                  rq->query == NULL ? "" : "?",
                  rq->query == NULL ? "" : rq->query, text);
    free(text);

    for (i = 0; i < rq->nheaders; i++) {
        (void) printf("> %s: %s\n", rq->headers[i].name,
                      rq->headers[i].value);
    }

    (void) printf(">\n");

    if (rq->body != NULL) {
        print_body(rq->body, rq->body_len);
    }
}


static void
print_reply(const asr_conf_reply_t *reply)
{
    size_t  i;

    if (reply->status == 0) {
        (void) printf("< no reply: %s\n", reply->error);
        return;
    }

    (void) printf("\n< HTTP %d, %.1f ms\n", reply->status,
                  (double) reply->took_us / 1000);

    for (i = 0; i < reply->nheaders; i++) {
        (void) printf("< %s: %s\n", reply->headers[i].name,
                      reply->headers[i].value);
    }

    (void) printf("<\n");

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

    (void) printf("\nnot as expected: %s\n  expected  %s\n  got       %s\n\n",
                  check, expected, got);
}


static void
print_result(const asr_conf_result_t *r)
{
    if (r->status == ASR_CONF_SKIP) {
        (void) printf("skipped: %s\n", r->why);

    } else if (r->status == ASR_CONF_FAIL) {
        (void) printf("failed in step %u: %s\n  expected  %s\n"
                      "  got       %s\n", r->step + 1, r->check, r->expected,
                      r->got);
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
