/* /_mock/worlds/KEY/requests: the journal. */

#include "ngx_http_asr_mock.h"
#include "asr_mock_export.h"
#include "asr_mock_journal.h"


#define NGX_HTTP_ASR_MOCK_LIST     100
#define NGX_HTTP_ASR_MOCK_WAIT     10            /* s */
#define NGX_HTTP_ASR_MOCK_WAITMAX  300


static const char *const  ngx_http_asr_mock_skip[] = {
    "count", "timeout", NULL
};


static bool ngx_http_asr_mock_query(ngx_http_asr_mock_admin_t *a,
    asr_mock_match_t *match);
static void ngx_http_asr_mock_list(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_one(ngx_http_asr_mock_admin_t *a, asr_str_t id);
static void ngx_http_asr_mock_count(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_verify(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_await(ngx_http_asr_mock_admin_t *a);
static bool ngx_http_asr_mock_await_ready(ngx_http_asr_mock_admin_t *a,
    bool last);
static void ngx_http_asr_mock_export(ngx_http_asr_mock_admin_t *a,
    asr_str_t format);


void
ngx_http_asr_mock_requests(ngx_http_asr_mock_admin_t *a)
{
    asr_str_t  head, rest;

    rest = a->rest;
    head = asr_str_cut(&rest, '/');

    if (!asr_str_eq(head, asr_str("requests"))) {
        ngx_http_asr_mock_export(a, head);

    } else if (rest.len == 0) {
        ngx_http_asr_mock_list(a);

    } else if (asr_str_eq(rest, asr_str("count"))) {
        ngx_http_asr_mock_count(a);

    } else if (asr_str_eq(rest, asr_str("verify"))) {
        ngx_http_asr_mock_verify(a);

    } else if (asr_str_eq(rest, asr_str("wait"))) {
        ngx_http_asr_mock_await(a);

    } else {
        ngx_http_asr_mock_one(a, rest);
    }
}


/* What the query asks for; false: it has been refused. */

static bool
ngx_http_asr_mock_query(ngx_http_asr_mock_admin_t *a, asr_mock_match_t *match)
{
    asr_str_t  why;

    asr_mock_match_init(match, a->key);

    if (asr_mock_match_args(match, &a->arena, a->args, ngx_http_asr_mock_skip,
                            &why)
        == ASR_OK)
    {
        return true;
    }

    ngx_http_asr_mock_refuse(a, 400, "%.*s", asr_fmt(why));

    return false;
}


static void
ngx_http_asr_mock_list(ngx_http_asr_mock_admin_t *a)
{
    asr_mock_match_t  match;

    if (!ngx_http_asr_mock_allow(a, "GET, DELETE")) {
        return;
    }

    if (asr_str_eq(a->method, asr_str("DELETE"))) {
        asr_mock_lock();
        asr_mock_journal_clear(a->key);
        asr_mock_unlock();

        a->status = NGX_HTTP_NO_CONTENT;
        ngx_http_asr_mock_reply(a);
        return;
    }

    if (!ngx_http_asr_mock_query(a, &match)) {
        return;
    }

    asr_mock_lock();
    (void) asr_mock_journal_list(&match, match.limit, &a->out);
    asr_mock_unlock();

    ngx_http_asr_mock_reply(a);
}


static void
ngx_http_asr_mock_one(ngx_http_asr_mock_admin_t *a, asr_str_t text)
{
    bool                  found;
    int64_t               id;
    asr_json_out_t        o;
    asr_mock_exchange_t   x;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    if (asr_str_int(text, &id) != ASR_OK || id <= 0) {
        ngx_http_asr_mock_refuse(a, 404, "there is no such request");
        return;
    }

    asr_mock_lock();

    found = asr_mock_journal_get((uint64_t) id, &a->arena, &x)
            && asr_str_eq(x.world, a->key);

    if (found) {
        (void) asr_json_out_begin(&o, &a->out);
        asr_mock_journal_write(&o, &x, true);
        (void) asr_json_out_end(&o);
    }

    asr_mock_unlock();

    if (found) {
        ngx_http_asr_mock_reply(a);

    } else {
        ngx_http_asr_mock_refuse(a, 404, "there is no such request, or not "
                                 "any more");
    }
}


static void
ngx_http_asr_mock_count(ngx_http_asr_mock_admin_t *a)
{
    uint64_t          n;
    asr_mock_match_t  match;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    if (!ngx_http_asr_mock_query(a, &match)) {
        return;
    }

    asr_mock_lock();
    n = asr_mock_journal_count(&match);
    asr_mock_unlock();

    (void) asr_buf_printf(&a->out, "{\"count\":%llu}",
                          (unsigned long long) n);
    ngx_http_asr_mock_reply(a);
}


static void
ngx_http_asr_mock_verify(ngx_http_asr_mock_admin_t *a)
{
    bool               ok;
    asr_str_t          why;
    asr_mock_verify_t  v;

    if (!ngx_http_asr_mock_allow(a, "POST")) {
        return;
    }

    ngx_memzero(&v, sizeof(asr_mock_verify_t));
    v.match.world = a->key;

    if (asr_mock_verify_parse(&v, &a->arena, a->body, &why) != ASR_OK) {
        ngx_http_asr_mock_refuse(a, 400, "%.*s", asr_fmt(why));
        return;
    }

    asr_mock_lock();
    ok = asr_mock_journal_verify(&v, &a->out);
    asr_mock_unlock();

    a->status = ok ? NGX_HTTP_OK : NGX_HTTP_CONFLICT;
    ngx_http_asr_mock_reply(a);
}


/* Until there are as many as "count" says, or "timeout" (s) is over. */

static void
ngx_http_asr_mock_await(ngx_http_asr_mock_admin_t *a)
{
    int64_t            timeout;
    asr_mock_match_t  *match;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    match = asr_arena_alloc(&a->arena, sizeof(asr_mock_match_t));

    if (match == NULL) {
        ngx_http_asr_mock_refuse(a, 500, "no memory");
        return;
    }

    if (!ngx_http_asr_mock_query(a, match)) {
        return;
    }

    if (asr_str_int(ngx_http_asr_mock_arg(a, "count"), &a->until) != ASR_OK) {
        a->until = 1;
    }

    if (asr_str_int(ngx_http_asr_mock_arg(a, "timeout"), &timeout) != ASR_OK) {
        timeout = NGX_HTTP_ASR_MOCK_WAIT;
    }

    timeout = ngx_min(ngx_max(timeout, 0), NGX_HTTP_ASR_MOCK_WAITMAX);
    a->wanted = match;

    if (!ngx_http_asr_mock_await_ready(a, timeout == 0)) {
        ngx_http_asr_mock_wait(a, ngx_http_asr_mock_await_ready,
                               (ngx_msec_t) timeout * 1000);
    }
}


static bool
ngx_http_asr_mock_await_ready(ngx_http_asr_mock_admin_t *a, bool last)
{
    bool  reached;

    asr_mock_lock();

    reached = (int64_t) asr_mock_journal_count(a->wanted) >= a->until;

    if (reached || last) {
        (void) asr_mock_journal_list(a->wanted, a->wanted->limit, &a->out);
    }

    asr_mock_unlock();

    if (!reached && !last) {
        return false;
    }

    a->status = reached ? NGX_HTTP_OK : NGX_HTTP_REQUEST_TIME_OUT;
    ngx_http_asr_mock_reply(a);

    return true;
}


static void
ngx_http_asr_mock_export(ngx_http_asr_mock_admin_t *a, asr_str_t name)
{
    asr_err_t         rc;
    asr_mock_match_t  match;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    if (!ngx_http_asr_mock_query(a, &match)) {
        return;
    }

    asr_mock_lock();

    if (asr_str_eq(name, asr_str("requests.har"))) {
        rc = asr_mock_export_har(&match, &a->out);

    } else if (asr_str_eq(name, asr_str("requests.curl"))) {
        rc = asr_mock_export_curl(&match, &a->out);
        a->type = "text/plain; charset=utf-8";

    } else if (asr_str_eq(name, asr_str("requests.jsonl"))) {
        rc = asr_mock_export_jsonl(&match, &a->out);
        a->type = "application/x-ndjson";

    } else {
        rc = ASR_NOTFOUND;
    }

    asr_mock_unlock();

    if (rc != ASR_OK) {
        ngx_http_asr_mock_refuse(a, rc == ASR_NOTFOUND ? 404 : 500,
                                 "there is no such export");
        return;
    }

    ngx_http_asr_mock_reply(a);
}
