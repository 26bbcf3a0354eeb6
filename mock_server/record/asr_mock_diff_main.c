/*
 * asr-mock-diff FILE [REPORT]: sends the requests of a recording to the mock
 * at ASR_MOCK_URL, signed anew with the key test-diff, and tells what its
 * answers differ in from those of the endpoint: as a table on stdout, and as
 * JSON in the file REPORT.  Status 1: in their structure; 2: it could not be
 * told.
 *
 * The mock makes ids of its own, and what the endpoint called by one id is
 * asked for by the mock's from then on.  Tasks are given as many polls on
 * their way as they had there.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_diff_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>


static bool asr_mock_diff_load(asr_mock_diff_run_t *d, const char *path);
static bool asr_mock_diff_plan(asr_mock_diff_run_t *d);
static bool asr_mock_diff_each(asr_mock_diff_run_t *d);
static bool asr_mock_diff_one(asr_mock_diff_run_t *d, asr_arena_t *a);
static asr_str_t asr_mock_diff_renamed(asr_mock_diff_run_t *d, asr_str_t s,
    asr_arena_t *a);
static void asr_mock_diff_id(void *ctx, asr_str_t expected, asr_str_t actual);
static void asr_mock_diff_tell(void *ctx, const asr_mock_difference_t *diff);
static bool asr_mock_diff_finish(asr_mock_diff_run_t *d);


int
main(int argc, char **argv)
{
    bool  ok;

    static asr_mock_diff_run_t  d;

    d.url = getenv("ASR_MOCK_URL");

    if (argc < 2 || argc > 3 || d.url == NULL
        || strncmp(d.url, "http://", 7) != 0)
    {
        fputs("usage: asr-mock --diff FILE\n", stderr);
        return 2;
    }

    d.host = d.url + 7;
    d.report = argc == 3 ? argv[2] : NULL;
    d.key.id = asr_str(ASR_MOCK_DIFF_KEY);
    d.key.secret = d.key.id;

    asr_arena_init(&d.arena, ASR_MOCK_DIFF_MEMORY);
    asr_buf_init(&d.json, ASR_MOCK_DIFF_REPORT);

    ok = asr_crypto_init() == ASR_OK
         && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
         && (d.curl = curl_easy_init()) != NULL
         && asr_mock_diff_load(&d, argv[1])
         && asr_mock_diff_plan(&d)
         && asr_mock_diff_each(&d)
         && asr_mock_diff_finish(&d);

    curl_easy_cleanup(d.curl);
    asr_buf_free(&d.json);
    asr_arena_free(&d.arena);
    free(d.records);

    if (!ok) {
        return 2;
    }

    return d.structural != 0;
}


static bool
asr_mock_diff_load(asr_mock_diff_run_t *d, const char *path)
{
    char       *line;
    void       *p;
    FILE       *f;
    size_t      size, n;
    ssize_t     len;
    asr_err_t   rc;

    f = fopen(path, "re");
    if (f == NULL) {
        fprintf(stderr, "asr-mock: %s: %s\n", path, strerror(errno));
        return false;
    }

    line = NULL;
    size = 0;
    rc = ASR_OK;

    for (n = 1; rc == ASR_OK && (len = getline(&line, &size, f)) != -1; n++) {
        if (len == 1) {
            continue;
        }

        if (d->n == d->size) {
            d->size = d->size != 0 ? 2 * d->size : 64;
            p = realloc(d->records, d->size * sizeof(asr_mock_record_t));

            if (p == NULL) {
                rc = ASR_NOMEM;
                break;
            }

            d->records = p;
        }

        rc = len > ASR_MOCK_RECORD_LINE ? ASR_TOOBIG
             : asr_mock_record_read((asr_str_t) { (size_t) len, line },
                                    &d->arena, &d->records[d->n]);
        d->n += rc == ASR_OK;
    }

    free(line);
    (void) fclose(f);

    if (rc != ASR_OK) {
        fprintf(stderr, "asr-mock: %s: line %zu: %s\n", path, n - 1,
                rc == ASR_INVALID ? "not of a recording" : "too large");
        return false;
    }

    if (d->n == 0) {
        fprintf(stderr, "asr-mock: %s: no requests in it\n", path);
        return false;
    }

    return true;
}


/* Is the id in the text, not as a part of a longer one? */

static const char *
asr_mock_diff_find(asr_str_t text, asr_str_t id)
{
    const char  *p, *end;

    static const char  word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
                                "uvwxyz0123456789_-";

    end = text.data + text.len;
    p = text.data;

    while (p != NULL && (size_t) (end - p) >= id.len
           && (p = memmem(p, (size_t) (end - p), id.data, id.len)) != NULL)
    {
        if ((p == text.data || strchr(word, p[-1]) == NULL)
            && (p + id.len == end || strchr(word, p[id.len]) == NULL))
        {
            return p;
        }

        p++;
    }

    return NULL;
}


typedef struct {
    asr_mock_diff_run_t  *d;
    size_t                create;
    int                   polls;         /* -1: it was never asked for */
} asr_mock_diff_poll_t;


static bool
asr_mock_diff_is(const asr_mock_exchange_t *x, const char *const *names)
{
    while (*names != NULL) {
        if (asr_str_eq(x->operation, asr_cstr(*names++))) {
            return true;
        }
    }

    return false;
}


/* How many queries for the id had another state than the last of them. */

static void
asr_mock_diff_poll(void *ctx, asr_str_t id, asr_str_t same)
{
    size_t                      i;
    asr_str_t                   state, last;
    asr_mock_diff_poll_t       *p = ctx;
    const asr_mock_exchange_t  *x;

    static const char *const  queries[] = {
        "query", "DescribeTaskStatus", "GetSmartHandleJob", "task", NULL
    };

    if (p->polls != -1 || id.len < ASR_MOCK_DIFF_ID_MIN) {
        return;
    }

    last = asr_str_null();

    for (i = p->d->n; i-- > p->create + 1; ) {
        x = &p->d->records[i].x;

        if (!asr_mock_diff_is(x, queries)
            || (asr_mock_diff_find(x->target, id) == NULL
                && asr_mock_diff_find(x->body, id) == NULL))
        {
            continue;
        }

        state = asr_mock_diff_state(x->reply, &p->d->arena);

        if (last.data == NULL) {
            last = state;
            p->polls = 0;
        }

        p->polls += !asr_str_eq(state, last);
    }
}


static bool
asr_mock_diff_plan(asr_mock_diff_run_t *d)
{
    bool                  ok, first;
    size_t                i, tasks;
    asr_buf_t             plan, reply;
    asr_arena_t           a;
    asr_mock_exchange_t   x, got;
    asr_mock_diff_poll_t  p;

    static const char *const  creates[] = {
        "create", "CreateRecTask", "SubmitASRJob", "async-generate-audio", NULL
    };

    asr_buf_init(&plan, 1024 * 1024);
    (void) asr_buf_printf(&plan, "{\"tasks\":[");

    first = true;
    tasks = 0;

    for (i = 0; i < d->n && tasks < ASR_MOCK_DIFF_TASKS; i++) {
        if (!asr_mock_diff_is(&d->records[i].x, creates)
            || d->records[i].x.code.len != 0)
        {
            continue;
        }

        p = (asr_mock_diff_poll_t) { d, i, -1 };
        asr_mock_diff_each_id(d->records[i].x.reply, &d->arena,
                              asr_mock_diff_poll, &p);
        tasks++;

        if (p.polls > 0) {
            (void) asr_buf_printf(&plan, "%s{\"progress\":{\"polls\":%d}}",
                                  first ? "" : ",", p.polls);
        } else {
            (void) asr_buf_printf(&plan, "%s{\"progress\":\"once\"}",
                                  first ? "" : ",");
        }

        first = false;
    }

    (void) asr_buf_printf(&plan, "]}");

    memset(&x, 0, sizeof(x));
    x.method = asr_str("PUT");
    x.target = asr_str("/_mock/worlds/" ASR_MOCK_DIFF_KEY "/plan");
    x.body = asr_buf_str(&plan);

    asr_arena_init(&a, ASR_MOCK_RECORD_MEMORY);
    asr_buf_init(&reply, ASR_MOCK_DIFF_REPLY);

    ok = asr_mock_diff_send(d, &x, &reply, &got, &a);

    if (ok && got.status != 200) {
        fprintf(stderr, "asr-mock: the plan: %.*s\n", asr_fmt(got.reply));
        ok = false;
    }

    asr_buf_free(&reply);
    asr_buf_free(&plan);
    asr_arena_free(&a);

    return ok;
}


static bool
asr_mock_diff_each(asr_mock_diff_run_t *d)
{
    bool         ok;
    size_t       i;
    asr_arena_t  a;

    if (asr_json_out_begin(&d->out, &d->json) != ASR_OK) {
        return false;
    }

    asr_jo_object(&d->out);
    asr_jo_key(&d->out, "differences");
    asr_jo_array(&d->out);

    ok = true;

    for (i = 0; i < d->n && ok; i++) {
        d->now = &d->records[i];
        d->number = i + 1;

        asr_arena_init(&a, ASR_MOCK_DIFF_MEMORY);
        ok = asr_mock_diff_one(d, &a);
        asr_arena_free(&a);
    }

    asr_jo_array_end(&d->out);

    return ok;
}


static bool
asr_mock_diff_one(asr_mock_diff_run_t *d, asr_arena_t *a)
{
    bool                        ok;
    asr_buf_t                   reply;
    const char                 *why;
    asr_mock_exchange_t         x, got;
    const asr_mock_exchange_t  *was;

    was = &d->now->x;
    x = *was;

    x.target = asr_mock_diff_renamed(d, x.target, a);
    x.body = asr_mock_diff_renamed(d, x.body, a);

    x.args = x.target;
    x.path = asr_str_cut(&x.args, '?');

    why = asr_mock_diff_ready(d, &x, a);

    if (why != NULL) {
        printf("%5zu  %.*s %.*s: not sent: %s\n", d->number, asr_fmt(was->api),
               asr_fmt(was->operation), why);
        d->skipped++;
        return true;
    }

    asr_buf_init(&reply, ASR_MOCK_DIFF_REPLY);
    ok = asr_mock_diff_send(d, &x, &reply, &got, a);

    if (ok) {
        d->sent++;
        (void) asr_mock_diff(was, &got, a, asr_mock_diff_tell, d);
        asr_mock_diff_ids(was, &got, a, asr_mock_diff_id, d);
    }

    asr_buf_free(&reply);

    return ok;
}


/* The endpoint's ids in it are the mock's from now on. */

static asr_str_t
asr_mock_diff_renamed(asr_mock_diff_run_t *d, asr_str_t s, asr_arena_t *a)
{
    size_t       i, at;
    asr_str_t    id;
    const char  *p;

    for (i = 0; i < d->nids && s.len != 0; i++) {
        id = d->ids[i].from;

        while ((p = asr_mock_diff_find(s, id)) != NULL) {
            at = (size_t) (p - s.data);
            s = asr_arena_printf(a, "%.*s%.*s%.*s", (int) at, s.data,
                                 asr_fmt(d->ids[i].to),
                                 (int) (s.len - at - id.len), p + id.len);
        }
    }

    return s;
}


static void
asr_mock_diff_id(void *ctx, asr_str_t expected, asr_str_t actual)
{
    size_t                i;
    asr_mock_diff_run_t  *d = ctx;

    if (expected.len < ASR_MOCK_DIFF_ID_MIN
        || d->nids == ASR_MOCK_DIFF_IDS
        || asr_mock_diff_find(actual, expected) != NULL)
    {
        return;
    }

    for (i = 0; i < d->nids; i++) {
        if (asr_str_eq(d->ids[i].from, expected)) {
            return;
        }
    }

    d->ids[d->nids].from = asr_arena_str(&d->arena, expected);
    d->ids[d->nids].to = asr_arena_str(&d->arena, actual);

    if (d->ids[d->nids].from.data != NULL && d->ids[d->nids].to.data != NULL) {
        d->nids++;
    }
}


static void
asr_mock_diff_member(asr_json_out_t *o, const char *name, asr_str_t value)
{
    asr_jo_key(o, name);
    asr_jo_str(o, value);
}


static void
asr_mock_diff_tell(void *ctx, const asr_mock_difference_t *diff)
{
    const char           *kind;
    asr_mock_diff_run_t  *d = ctx;

    kind = asr_mock_diff_kind_name(diff->kind);

    if (d->differences == 0) {
        printf("%5s  %-7s  %-28s  %-32s  %-24s  %s\n", "line", "kind",
               "operation", "field", "endpoint", "mock");
    }

    printf("%5zu  %-7s  %-28.*s  %-32.*s  %-24.*s  %.*s\n", d->number, kind,
           asr_fmt(d->now->x.operation), asr_fmt(diff->field),
           asr_fmt(diff->expected), asr_fmt(diff->actual));

    d->differences++;
    d->structural += asr_mock_diff_structural(diff);

    asr_jo_object(&d->out);
    asr_jo_key(&d->out, "line");
    asr_jo_int(&d->out, (int64_t) d->number);
    asr_mock_diff_member(&d->out, "api", d->now->x.api);
    asr_mock_diff_member(&d->out, "operation", d->now->x.operation);
    asr_mock_diff_member(&d->out, "field", diff->field);
    asr_mock_diff_member(&d->out, "expected", diff->expected);
    asr_mock_diff_member(&d->out, "actual", diff->actual);
    asr_mock_diff_member(&d->out, "kind", asr_cstr(kind));
    asr_jo_object_end(&d->out);
}


static bool
asr_mock_diff_finish(asr_mock_diff_run_t *d)
{
    bool       ok;
    FILE      *f;
    asr_err_t  rc;

    asr_jo_key(&d->out, "requests");
    asr_jo_int(&d->out, (int64_t) d->sent);
    asr_jo_key(&d->out, "not_sent");
    asr_jo_int(&d->out, (int64_t) d->skipped);
    asr_jo_key(&d->out, "structural");
    asr_jo_int(&d->out, (int64_t) d->structural);
    asr_jo_object_end(&d->out);
    rc = asr_json_out_end(&d->out);

    printf("%zu requests, %zu not sent, %zu differences, %zu of structure\n",
           d->sent, d->skipped, d->differences, d->structural);

    if (fflush(stdout) != 0) {
        return false;
    }

    if (d->report == NULL) {
        return true;
    }

    f = rc == ASR_OK ? fopen(d->report, "we") : NULL;
    ok = f != NULL && fwrite(d->json.data, 1, d->json.len, f) == d->json.len
         && fputc('\n', f) != EOF;

    if (f == NULL || fclose(f) != 0 || !ok) {
        fprintf(stderr, "asr-mock: %s: %s\n", d->report, strerror(errno));
        return false;
    }

    return true;
}
