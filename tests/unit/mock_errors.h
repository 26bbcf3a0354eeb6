/*
 * What the tests of the mock's errors share.  Requests are driven as
 * api_harness.h does it, through an API that is wrapped as the mock wraps it:
 * when a request was found good, the error is put in place of its reply.
 * To be included before the client of the API, whose requests it takes.
 */

#ifndef MOCK_ERRORS_H
#define MOCK_ERRORS_H

#include "api_harness.h"

#include <dirent.h>

#include "asr_mock_errors.h"

#define api_send(w, api, r, out)  mock_send(w, api, r, out)


typedef enum {
    MOCK_NOT = 0,                /* as the API itself has it */
    MOCK_HTTP,                   /* after begin the server itself refuses */
    MOCK_BEGIN,                  /* once begin had no objection */
    MOCK_END                     /* once end asked for the store */
} mock_when_t;

static const asr_api_t  *mock_api;
static mock_when_t       mock_when;
static const char       *mock_name;      /* NULL: a gateway's page */
static int               mock_status;
static unsigned          mock_put;       /* times the error was put in */


static inline asr_step_t
mock_put_in(asr_call_t *call)
{
    mock_put++;

    if (mock_name == NULL) {
        asr_mock_gateway_page(call, mock_status);
        return ASR_STEP_REPLY;
    }

    if (!asr_mock_error_status(call, asr_cstr(mock_name), mock_status)) {
        fail_msg("no error %s of %s", mock_name, call->api->name);
    }

    return ASR_STEP_REPLY;
}


static inline asr_step_t
mock_begin(asr_call_t *call)
{
    asr_step_t  step;

    step = mock_api->begin(call);

    if (mock_when == MOCK_HTTP) {
        mock_api->http_error(call, mock_status);
        return ASR_STEP_REPLY;
    }

    return (step == ASR_STEP_BODY && mock_when == MOCK_BEGIN)
           ? mock_put_in(call) : step;
}


static inline asr_step_t
mock_end(asr_call_t *call)
{
    asr_step_t  step;

    step = mock_api->end(call);

    return (step == ASR_STEP_STORE && mock_when == MOCK_END)
           ? mock_put_in(call) : step;
}


static inline asr_step_t
mock_stored(asr_call_t *call)
{
    asr_step_t  step;

    step = mock_api->stored(call);

    if (step == ASR_STEP_REPLY && asr_mock_task_reply(call)) {
        mock_put++;
    }

    return step;
}


/* In place of api_send, which it wraps. */

static inline void
mock_send(api_world_t *w, const asr_api_t *api, const api_request_t *r,
    api_response_t *out)
{
    asr_api_t  wrapped;

    mock_api = api;
    wrapped = *api;
    wrapped.begin = mock_begin;
    wrapped.end = mock_end;
    wrapped.stored = mock_stored;

    (api_send)(w, &wrapped, r, out);
}


static inline void
mock_errors(mock_when_t when, const char *name, int status)
{
    mock_when = when;
    mock_name = name;
    mock_status = status;
    mock_put = 0;
}


/* Each file of a request that was refused must be gone from the spool. */

static inline void
mock_spool_empty(const api_world_t *w)
{
    DIR            *d;
    char            path[128];
    struct dirent  *e;

    snprintf(path, sizeof(path), "%s/spool", w->dir);
    d = opendir(path);
    assert_non_null(d);

    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.' && e->d_type == DT_REG) {
            fail_msg("%s was left", e->d_name);
        }
    }

    closedir(d);
}


/* The ids of a reply become 'x', so that replies can be compared. */

static inline void
mock_mask(char *text, const char *id)
{
    char    *p;
    size_t   len;

    len = strlen(id);

    for (p = text; (p = strstr(p, id)) != NULL; p += len) {
        memset(p, 'x', len);
    }
}


static inline void
mock_mask_reply(api_response_t *r)
{
    char      id[ASR_UUID_LEN + 1], trace[ASR_UUID_LEN + 1];
    size_t    n;
    unsigned  i;

    for (i = 0, n = 0; r->request_id[i] != '\0'; i++) {
        if (r->request_id[i] != '-') {
            trace[n++] = r->request_id[i];
        }
    }

    trace[n] = '\0';
    snprintf(id, sizeof(id), "%s", r->request_id);

    mock_mask(r->body, id);

    for (i = 0; i < r->nheaders; i++) {
        mock_mask(r->headers[i][1], id);
        mock_mask(r->headers[i][1], trace);
    }
}


/* The error that was put in (a) is what the API itself says (b); frees both. */

static inline void
mock_same(const char *name, api_response_t *a, api_response_t *b)
{
    unsigned  i;

    mock_mask_reply(a);
    mock_mask_reply(b);

    if (a->status != b->status || strcmp(a->body, b->body) != 0
        || strcmp(a->clause, b->clause) != 0 || strcmp(a->why, b->why) != 0
        || a->nheaders != b->nheaders)
    {
        fail_msg("%s:\n%d %s [%s] %s (%u headers), not\n"
                 "%d %s [%s] %s (%u headers)", name, a->status, a->body,
                 a->clause, a->why, a->nheaders, b->status, b->body,
                 b->clause, b->why, b->nheaders);
    }

    assert_string_equal(a->content_type, b->content_type);
    assert_string_equal(a->error, b->error);
    assert_int_equal(a->store_ops, 0);

    for (i = 0; i < a->nheaders; i++) {
        assert_string_equal(a->headers[i][0], b->headers[i][0]);
        assert_string_equal(a->headers[i][1], b->headers[i][1]);
    }

    api_response_free(a);
    api_response_free(b);
}


/* Calls back for each error of the API; how many there were. */

static inline size_t
mock_each(const asr_api_t *api, void (*one)(const asr_mock_code_t *c))
{
    size_t                  i, n, count;
    const asr_mock_code_t  *c;

    c = asr_mock_codes(&n);

    for (i = 0, count = 0; i < n; i++) {
        if (!c[i].task && strcmp(c[i].api, api->name) == 0) {
            one(&c[i]);
            count++;
        }
    }

    return count;
}


/* Is there a row of that code, and does it say it is documented? */

static inline void
mock_documented(const char *api, const char *code, bool task)
{
    const asr_mock_code_t  *c;

    c = asr_mock_code_find(asr_cstr(api), asr_cstr(code), task);

    if (c == NULL || !c->documented || strcmp(c->code, code) != 0) {
        fail_msg("%s of %s", code, api);
    }
}


#endif /* MOCK_ERRORS_H */
