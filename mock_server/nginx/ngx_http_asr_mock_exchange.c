/*
 * One request as the mock saw it.  When its reply is made it is told what was
 * wrong with it, kept in the journal, and shown to those who listen.
 */

#include "ngx_http_asr_mock_record.h"
#include "asr_mock_diagnosis.h"
#include "asr_mock_doctor.h"
#include "asr_mock_journal.h"
#include "asr_mock_manners.h"

#include <time.h>


#define NGX_HTTP_ASR_MOCK_FINDINGS  64
#define NGX_HTTP_ASR_MOCK_DOCTOR    (64 * 1024)
#define NGX_HTTP_ASR_MOCK_FINE      256      /* digests remembered */


/*
 * Requests that there was nothing to say of, by what their diagnosis depends
 * on: clients send the same again and again.
 */

static unsigned char  ngx_http_asr_mock_fine[NGX_HTTP_ASR_MOCK_FINE]
                                            [ASR_SHA256_LEN];


static void ngx_http_asr_mock_request(ngx_http_asr_mock_ctx_t *m);
static void ngx_http_asr_mock_reply_seen(ngx_http_asr_mock_ctx_t *m);
static void ngx_http_asr_mock_findings(ngx_http_asr_mock_ctx_t *m);
static void ngx_http_asr_mock_manners(ngx_http_asr_mock_ctx_t *m);
static void ngx_http_asr_mock_doctor(ngx_http_asr_mock_ctx_t *m);
static void ngx_http_asr_mock_add(ngx_http_asr_mock_ctx_t *m,
    const asr_mock_finding_t *found, size_t n);


void
ngx_http_asr_mock_judge(ngx_http_asr_mock_ctx_t *m)
{
    asr_mock_world_t     *w;
    asr_mock_exchange_t   kept;

    if (m->seen) {
        return;
    }

    m->seen = 1;

    asr_mock_lock();

    w = m->world;

    /* its world was deleted while it was under way: nobody is to blame */

    if (w != NULL && w->dead) {
        asr_mock_unlock();
        return;
    }

    if (w == NULL) {
        w = asr_mock_world(asr_str(ASR_MOCK_NOBODY));
        m->world = w;
    }

    if (w != NULL) {
        w->requests++;
        asr_mock_world_used(w, ngx_time() * 1000);
        m->x.world = asr_cstr(w->key);
        m->x.at_ms = asr_clock_of(&w->clock);
    }

    asr_mock_unlock();

    /* of the request alone, and it takes its time: others need not wait.  A
       world that goes meanwhile is there until its requests have ended. */

    ngx_http_asr_mock_request(m);
    ngx_http_asr_mock_reply_seen(m);
    ngx_http_asr_mock_findings(m);

    asr_mock_lock();

    if (w != NULL && w->dead) {
        asr_mock_unlock();
        return;
    }

    ngx_http_asr_mock_manners(m);

    m->x.id = asr_mock_journal_add(&m->x);
    ngx_http_asr_mock_tally(w, &m->x);

    /* what is shown of them has no secret in it, as the journal has none */

    if (m->x.nfindings != 0
        && asr_mock_journal_get(m->x.id, &m->arena, &kept)
        && kept.nfindings != 0)
    {
        m->shown = kept.findings[0];
    }

    asr_mock_unlock();

    ngx_http_asr_mock_tell(&m->x, w);
}


/* What was sent, headers in their order. */

static void
ngx_http_asr_mock_request(ngx_http_asr_mock_ctx_t *m)
{
    uint64_t              length;
    ngx_uint_t            i, n;
    asr_call_t           *call;
    asr_header_t         *headers;
    ngx_list_part_t      *part;
    ngx_table_elt_t      *h;
    ngx_http_request_t   *r;
    asr_mock_exchange_t  *x;

    r = m->request;
    x = &m->x;
    call = &m->asr->call;

    x->api = asr_cstr(call->api->name);
    x->operation = call->action;
    x->method = call->http->method;
    x->path = call->http->path;
    x->target = ngx_http_asr_str(r->unparsed_uri);
    x->args = call->http->args;
    x->tls = call->http->tls;

    for (n = 0, part = &r->headers_in.headers.part;
         part != NULL;
         part = part->next)
    {
        n += part->nelts;
    }

    headers = ngx_palloc(r->pool, (n + 1) * sizeof(asr_header_t));

    if (headers != NULL) {
        x->headers = headers;

        for (part = &r->headers_in.headers.part;
             part != NULL;
             part = part->next)
        {
            h = part->elts;

            for (i = 0; i < part->nelts; i++) {
                headers[x->nheaders].name = ngx_http_asr_str(h[i].key);
                headers[x->nheaders].value = ngx_http_asr_str(h[i].value);
                x->nheaders++;
            }
        }
    }

    /* refused by its head: its body may have come with it */

    if (m->body_len == 0 && call->http->content_length > 0) {
        length = (uint64_t) call->http->content_length;

        if (length > m->early_len || length > ASR_MOCK_BODY_MAX) {
            x->body_bytes = length;
            return;
        }

        m->body = m->early;
        m->body_len = (size_t) length;
    }

    x->body_bytes = m->body_len;

    if (m->body != NULL) {
        x->body.data = (char *) m->body;
        x->body.len = m->body_len;
    }

    ngx_http_asr_mock_digest(m);
}


void
ngx_http_asr_mock_digest(ngx_http_asr_mock_ctx_t *m)
{
    if (m->hashed) {
        return;
    }

    m->hashed = 1;

    if (m->sha != NULL) {
        asr_sha256_final(m->sha, m->x.body_sha256);

    } else {
        asr_sha256(m->body, m->body_len, m->x.body_sha256);
    }
}


static void
ngx_http_asr_mock_reply_seen(ngx_http_asr_mock_ctx_t *m)
{
    asr_call_t           *call;
    struct timespec       ts;
    asr_mock_exchange_t  *x;

    x = &m->x;
    call = &m->asr->call;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    x->took_us = (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000
                 - m->start_us;
    x->status = call->reply.status;
    x->reply_type = call->reply.content_type;
    x->reply_headers = call->reply.headers;
    x->nreply_headers = call->reply.nheaders;
    x->reply_bytes = call->reply.body.len;
    x->code = call->error;
    x->clause = asr_cstr(call->clause != NULL ? call->clause : "");
    x->why = asr_cstr(call->why != NULL ? call->why : "");
    x->task_id = call->task_id;

    if (call->reply.fd == -1) {
        x->reply = asr_buf_str(&call->reply.body);

    } else {
        x->reply_bytes += (uint64_t) call->reply.fd_size;
    }
}


static uint64_t
ngx_http_asr_mock_mix(uint64_t h, asr_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        h = (h ^ (unsigned char) s.data[i]) * UINT64_C(1099511628211);
    }

    return (h ^ s.len) * UINT64_C(1099511628211);
}


/* Does a diagnosis look at this header's value? */

static bool
ngx_http_asr_mock_telling(asr_str_t name)
{
    switch (name.len) {

    case 4:
        return asr_str_caseeq(name, asr_str("host"));

    case 11:
        return asr_str_caseeq(name, asr_str("x-tc-region"))
               || asr_str_caseeq(name, asr_str("x-tc-action"));

    case 12:
        return asr_str_caseeq(name, asr_str("content-type"))
               || asr_str_caseeq(name, asr_str("x-acs-action"));

    case 14:
        return asr_str_caseeq(name, asr_str("content-length"));

    default:
        return false;
    }
}


/*
 * Where what stands for a request without findings is kept: its body's digest,
 * the first bytes of it over the hash of the rest.  What makes each request
 * another one (time, signature, nonce in headers) is left out: a diagnosis
 * looks at none of them.
 */

static unsigned char *
ngx_http_asr_mock_fine_slot(const asr_mock_exchange_t *x,
    unsigned char digest[ASR_SHA256_LEN])
{
    size_t     i;
    uint64_t   h, body;
    asr_str_t  value, scheme;

    if (x->code.len != 0) {
        return NULL;
    }

    h = UINT64_C(14695981039346656037) + (x->tls ? 1 : 0);
    h = ngx_http_asr_mock_mix(h, x->api);
    h = ngx_http_asr_mock_mix(h, x->operation);
    h = ngx_http_asr_mock_mix(h, x->method);
    h = ngx_http_asr_mock_mix(h, x->target);

    for (i = 0; i < x->nheaders; i++) {
        value = x->headers[i].value;

        if (ngx_http_asr_mock_telling(x->headers[i].name)) {
            h = ngx_http_asr_mock_mix(h + x->headers[i].name.len, value);

        } else if (asr_str_caseeq(x->headers[i].name,
                                  asr_str("authorization")))
        {
            /* "Bearer KEY" has a scheme; a key alone has none */

            scheme = asr_str_cut(&value, ' ');
            h = ngx_http_asr_mock_mix(h, value.data != NULL ? scheme
                                                            : asr_str_null());
        }
    }

    memcpy(digest, x->body_sha256, ASR_SHA256_LEN);
    memcpy(&body, digest, sizeof(body));
    h ^= body;
    memcpy(digest, &h, sizeof(h));

    return ngx_http_asr_mock_fine[h % NGX_HTTP_ASR_MOCK_FINE];
}


static void
ngx_http_asr_mock_findings(ngx_http_asr_mock_ctx_t *m)
{
    size_t                n;
    unsigned char        *slot, digest[ASR_SHA256_LEN];
    asr_mock_finding_t   *found;

    n = 0;
    slot = ngx_http_asr_mock_fine_slot(&m->x, digest);

    if (slot == NULL || memcmp(slot, digest, ASR_SHA256_LEN) != 0) {
        if (!m->faulted) {
            ngx_http_asr_mock_doctor(m);
        }

        /* without memory for all of them, some are better than none */

        (void) asr_mock_diagnose(&m->arena, &m->x, &found, &n);
        ngx_http_asr_mock_add(m, found, n);

        if (slot != NULL && m->x.nfindings == 0) {
            memcpy(slot, digest, ASR_SHA256_LEN);
        }
    }
}


/* What is to be said of it after what came before; the lock is held. */

static void
ngx_http_asr_mock_manners(ngx_http_asr_mock_ctx_t *m)
{
    size_t               n;
    asr_mock_finding_t  *found;

    if (m->world != NULL) {
        n = 0;
        (void) asr_mock_manners_see(m->world, &m->arena, &m->x, m->task_state,
                                    &found, &n);
        ngx_http_asr_mock_add(m, found, n);
    }

    if (m->unrecorded) {
        ngx_http_asr_mock_add(m, &ngx_http_asr_mock_unrecorded, 1);
    }
}


static void
ngx_http_asr_mock_add(ngx_http_asr_mock_ctx_t *m,
    const asr_mock_finding_t *found, size_t n)
{
    size_t               have;
    asr_mock_finding_t  *all;

    have = m->x.nfindings;

    if (n > NGX_HTTP_ASR_MOCK_FINDINGS - have) {
        n = NGX_HTTP_ASR_MOCK_FINDINGS - have;
    }

    if (n == 0) {
        return;
    }

    all = asr_arena_alloc(&m->arena, (have + n) * sizeof(asr_mock_finding_t));
    if (all == NULL) {
        return;
    }

    if (have != 0) {
        memcpy(all, m->x.findings, have * sizeof(asr_mock_finding_t));
    }

    memcpy(all + have, found, n * sizeof(asr_mock_finding_t));

    m->x.findings = all;
    m->x.nfindings = have + n;
}


static void
ngx_http_asr_mock_doctor(ngx_http_asr_mock_ctx_t *m)
{
    asr_buf_t           *b;
    asr_json_out_t       o;
    asr_mock_doctor_t    d;
    asr_mock_finding_t   f;

    ngx_memzero(&d, sizeof(asr_mock_doctor_t));

    if (m->x.code.len == 0 || m->world == NULL
        || !asr_mock_doctor_within(&m->arena, &m->x, m->key, m->x.at_ms,
                                   &m->world->doctor,
                                   (int64_t) ngx_current_msec, &d))
    {
        return;
    }

    asr_mock_doctor_finding(&d, &f);
    ngx_http_asr_mock_add(m, &f, 1);

    b = asr_arena_alloc(&m->arena, sizeof(asr_buf_t));

    if (b != NULL) {
        asr_buf_init(b, NGX_HTTP_ASR_MOCK_DOCTOR);

        if (asr_json_out_begin(&o, b) == ASR_OK) {
            asr_mock_doctor_write(&o, &d);

            if (asr_json_out_end(&o) == ASR_OK) {
                m->x.doctor = asr_arena_str(&m->arena, asr_buf_str(b));
            }
        }

        asr_buf_free(b);
    }
}
