/*
 * Judgements gathered, one for each id whatever number of requests it is of.
 */

#include <stdlib.h>

#include "asr_conf_client_int.h"


/* 1 + its place; 0: new. */

static size_t
asr_conf_judged_find(const asr_conf_judged_t *j, const char *id)
{
    size_t  i;

    for (i = 0; i < j->cases.n; i++) {
        if (strcmp(j->cases.all[i].id, id) == 0) {
            return i + 1;
        }
    }

    return 0;
}


static asr_conf_exchange_t *
asr_conf_judged_exchange(const asr_conf_seen_t *s)
{
    size_t                i;
    asr_conf_exchange_t  *x;

    x = asr_conf_alloc(sizeof(asr_conf_exchange_t));
    asr_conf_request_copy(&x->request, &s->request);
    x->reply.status = s->reply.status;
    x->reply.body = asr_conf_copy_n(s->reply.body, s->reply.body_len);
    x->reply.body_len = s->reply.body_len;
    x->reply.nheaders = s->reply.nheaders;
    x->reply.headers = asr_conf_grow(NULL, s->reply.nheaders,
                                     sizeof(asr_conf_header_t));

    for (i = 0; i < s->reply.nheaders; i++) {
        x->reply.headers[i].name = asr_conf_copy(s->reply.headers[i].name);
        x->reply.headers[i].value = asr_conf_copy(s->reply.headers[i].value);
    }

    memcpy(x->reply.error, s->reply.error, sizeof(x->reply.error));

    return x;
}


void
asr_conf_judge_client(asr_conf_judged_t *j, const asr_conf_case_t *c,
    asr_conf_status_t status, const asr_conf_seen_t *s, const char *expected,
    const char *got)
{
    size_t              at;
    asr_conf_case_t     one;
    asr_conf_result_t  *r;

    at = asr_conf_judged_find(j, c->id);

    if (at == 0) {
        one = *c;
        one.id = asr_conf_copy(c->id);
        one.name = asr_conf_copy(c->name);
        one.kind = "client";
        one.steps = json_array();
        one.clauses = json_pack("[s]", c->clause);
        asr_conf_cases_add(&j->cases, &one);

        if (j->cases.n > j->size) {
            j->size = j->size ? 2 * j->size : 64;
            j->results = asr_conf_grow(j->results, j->size,
                                       sizeof(asr_conf_result_t));
        }

        at = j->cases.n;
        memset(&j->results[at - 1], 0, sizeof(asr_conf_result_t));
    }

    r = &j->results[at - 1];

    if (r->status == ASR_CONF_FAIL || status == ASR_CONF_NOT_RUN
        || (status == ASR_CONF_SKIP && r->status != ASR_CONF_NOT_RUN))
    {
        return;
    }

    if (r->status == ASR_CONF_SKIP) {
        free(r->why);
        r->why = NULL;
    }

    r->status = status;
    r->requests++;

    if (status == ASR_CONF_SKIP) {
        r->why = asr_conf_copy(got);
        return;
    }

    if (status == ASR_CONF_FAIL) {
        r->check = asr_conf_copy("client");
        r->expected = asr_conf_copy(expected);
        r->got = asr_conf_copy(got);
        r->exchange = s != NULL ? asr_conf_judged_exchange(s) : NULL;
        r->code = s != NULL && s->code != NULL ? asr_conf_copy(s->code) : NULL;
        r->http = s != NULL ? s->reply.status : 0;
    }
}
