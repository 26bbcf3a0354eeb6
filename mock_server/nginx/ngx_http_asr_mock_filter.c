/*
 * Replies on their way out.  A reply of ours is told its diagnosis in a header
 * here; and what a fault does on the wire is done here, after the request was
 * served: the client does not see a reply that was made.
 *
 * Latency and dribbling hold the reply back by the write event's "delayed", as
 * limit_rate does: nginx calls the body filter again when the time is over.
 */

#include "ngx_http_asr_mock.h"
#include "asr_mock_diagnosis.h"


#define NGX_HTTP_ASR_MOCK_BUFFERED   0x08    /* image_filter's alone */
#define NGX_HTTP_ASR_MOCK_PIECES     20
#define NGX_HTTP_ASR_MOCK_DIAGNOSIS  512


static ngx_int_t ngx_http_asr_mock_header_filter(ngx_http_request_t *r);
static ngx_int_t ngx_http_asr_mock_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_http_asr_mock_ctx_t *ngx_http_asr_mock_of(ngx_http_request_t *r);
static ngx_int_t ngx_http_asr_mock_diagnosis(ngx_http_request_t *r,
    ngx_http_asr_mock_ctx_t *m);
static ngx_int_t ngx_http_asr_mock_wire(ngx_http_request_t *r,
    ngx_http_asr_mock_ctx_t *m);
static void ngx_http_asr_mock_pause(ngx_http_request_t *r, ngx_msec_t ms);
static ngx_int_t ngx_http_asr_mock_break(ngx_http_request_t *r,
    ngx_http_asr_mock_ctx_t *m);
static ngx_chain_t *ngx_http_asr_mock_nothing(ngx_http_request_t *r);
static ngx_chain_t *ngx_http_asr_mock_take(ngx_http_request_t *r,
    ngx_http_asr_mock_ctx_t *m, off_t n);
static off_t ngx_http_asr_mock_left(ngx_chain_t *cl);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


ngx_int_t
ngx_http_asr_mock_filter_init(ngx_conf_t *cf)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_asr_mock_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_asr_mock_body_filter;

    return NGX_OK;
}


/* A call's; the mock's own API has a context of another kind. */

static ngx_http_asr_mock_ctx_t *
ngx_http_asr_mock_of(ngx_http_request_t *r)
{
    return r != r->main
           || ngx_http_get_module_ctx(r, ngx_http_asr_module) == NULL
           ? NULL : ngx_http_get_module_ctx(r, ngx_http_asr_mock_module);
}


static ngx_int_t
ngx_http_asr_mock_header_filter(ngx_http_request_t *r)
{
    ngx_http_asr_mock_ctx_t  *m;

    m = ngx_http_asr_mock_of(r);

    if (m == NULL || m->filtered || !m->asr->replied) {
        return ngx_http_next_header_filter(r);
    }

    m->filtered = 1;

    ngx_http_asr_mock_judge(m);

    if (ngx_http_asr_mock_diagnosis(r, m) != NGX_OK) {
        return NGX_ERROR;
    }

    return m->faulted ? ngx_http_asr_mock_wire(r, m)
                      : ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_asr_mock_diagnosis(ngx_http_request_t *r, ngx_http_asr_mock_ctx_t *m)
{
    size_t            len;
    u_char           *p;
    ngx_table_elt_t  *h;

    if (m->shown.rule.len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_HTTP_ASR_MOCK_DIAGNOSIS + 1);
    h = ngx_list_push(&r->headers_out.headers);

    if (p == NULL || h == NULL) {
        return NGX_ERROR;
    }

    len = asr_mock_diagnosis_header((char *) p, NGX_HTTP_ASR_MOCK_DIAGNOSIS,
                                    &m->shown, m->x.id);

    h->hash = (len != 0);
    ngx_str_set(&h->key, "X-Mock-Diagnosis");
    h->value.data = p;
    h->value.len = len;
#if (nginx_version >= 1023000)
    h->next = NULL;
#endif

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_mock_wire(ngx_http_request_t *r, ngx_http_asr_mock_ctx_t *m)
{
    ngx_msec_t          latency;
    asr_mock_fault_t   *f;

    f = &m->fault;

    if (f->type.len != 0) {
        r->headers_out.content_type.data = (u_char *) f->type.data;
        r->headers_out.content_type.len = f->type.len;
        r->headers_out.content_type_len = f->type.len;
        r->headers_out.content_type_lowcase = NULL;
    }

    if (f->length_delta != 0) {
        r->headers_out.content_length_n =
            ngx_max(0, r->headers_out.content_length_n + f->length_delta);
        r->keepalive = 0;
    }

    if (f->connection != ASR_MOCK_CONNECTION_NONE) {
        r->keepalive = 0;
    }

    if (r->header_only) {
        return ngx_http_next_header_filter(r);
    }

    asr_mock_lock();
    latency = (ngx_msec_t) asr_mock_fault_latency(f, &m->world->random);
    asr_mock_unlock();

    if (latency == 0) {
        return m->fault.connection == ASR_MOCK_CONNECTION_NONE
               || m->fault.connection == ASR_MOCK_CONNECTION_CUT
               ? ngx_http_next_header_filter(r) : NGX_OK;
    }

    m->held = 1;
    ngx_http_asr_mock_pause(r, latency);

    return NGX_OK;
}


static void
ngx_http_asr_mock_pause(ngx_http_request_t *r, ngx_msec_t ms)
{
    ngx_event_t  *wev;

    wev = r->connection->write;

    wev->delayed = 1;
    ngx_add_timer(wev, ms);
}


/* The connection ends here, in one of its ways. */

static ngx_int_t
ngx_http_asr_mock_break(ngx_http_request_t *r, ngx_http_asr_mock_ctx_t *m)
{
    struct linger      linger;
    ngx_connection_t  *c;

    static u_char  garbage[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
                               "HTTP/9.9 \xff\xfe\x00 garbage\n\n\x00\x80";

    c = r->connection;
    m->broken = 1;

    if (m->fault.connection == ASR_MOCK_CONNECTION_GARBAGE) {
        (void) c->send(c, garbage, sizeof(garbage) - 1);
    }

    if (m->fault.connection == ASR_MOCK_CONNECTION_RESET) {
        linger.l_onoff = 1;
        linger.l_linger = 0;

        (void) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &linger,
                          sizeof(struct linger));
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_asr_mock_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    off_t                     n;
    ngx_int_t                 rc;
    ngx_chain_t              *out;
    ngx_http_asr_mock_ctx_t  *m;

    m = ngx_http_asr_mock_of(r);

    if (m == NULL || !m->faulted || !m->filtered) {
        return ngx_http_next_body_filter(r, in);
    }

    if (m->broken) {
        return NGX_ERROR;
    }

    if (in != NULL && ngx_chain_add_copy(r->pool, &m->out, in) != NGX_OK) {
        return NGX_ERROR;
    }

    if (r->connection->write->delayed) {
        r->buffered |= NGX_HTTP_ASR_MOCK_BUFFERED;
        return NGX_AGAIN;
    }

    switch (m->fault.connection) {

    case ASR_MOCK_CONNECTION_RESET:
    case ASR_MOCK_CONNECTION_EMPTY:
    case ASR_MOCK_CONNECTION_GARBAGE:
        return ngx_http_asr_mock_break(r, m);

    default:
        break;
    }

    if (m->held) {
        m->held = 0;

        rc = ngx_http_next_header_filter(r);

        if (rc == NGX_ERROR || rc > NGX_OK) {
            return NGX_ERROR;
        }
    }

    n = ngx_http_asr_mock_left(m->out);

    if (m->fault.connection == ASR_MOCK_CONNECTION_CUT) {
        n = ngx_min(n, (off_t) m->fault.cut_at);

        out = n != 0 ? ngx_http_asr_mock_take(r, m, n)
                     : ngx_http_asr_mock_nothing(r);

        if (out != NULL) {
            (void) ngx_http_next_body_filter(r, out);
        }

        return ngx_http_asr_mock_break(r, m);
    }

    if (m->fault.dribble_ms != 0 && m->piece == 0) {
        m->piece = (size_t) ngx_max(1, (n + NGX_HTTP_ASR_MOCK_PIECES - 1)
                                       / NGX_HTTP_ASR_MOCK_PIECES);
        m->pause = (ngx_msec_t) ngx_max(1, m->fault.dribble_ms * (off_t)
                                           m->piece / ngx_max(1, n));
    }

    if (m->fault.dribble_ms == 0 || n <= (off_t) m->piece) {
        r->buffered &= ~NGX_HTTP_ASR_MOCK_BUFFERED;
        out = m->out;
        m->out = NULL;

        return ngx_http_next_body_filter(r, out);
    }

    out = ngx_http_asr_mock_take(r, m, m->piece);

    if (out == NULL || ngx_http_next_body_filter(r, out) == NGX_ERROR) {
        return NGX_ERROR;
    }

    r->buffered |= NGX_HTTP_ASR_MOCK_BUFFERED;
    ngx_http_asr_mock_pause(r, m->pause);

    return NGX_AGAIN;
}


/* No byte of the body: the head is to go all the same. */

static ngx_chain_t *
ngx_http_asr_mock_nothing(ngx_http_request_t *r)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    b = ngx_calloc_buf(r->pool);
    cl = ngx_alloc_chain_link(r->pool);

    if (b == NULL || cl == NULL) {
        return NULL;
    }

    b->flush = 1;
    cl->buf = b;
    cl->next = NULL;

    return cl;
}


static off_t
ngx_http_asr_mock_left(ngx_chain_t *cl)
{
    off_t  n;

    for (n = 0; cl != NULL; cl = cl->next) {
        n += ngx_buf_size(cl->buf);
    }

    return n;
}


/* The first n bytes of what is left, to be sent at once; NULL: no memory. */

static ngx_chain_t *
ngx_http_asr_mock_take(ngx_http_request_t *r, ngx_http_asr_mock_ctx_t *m,
    off_t n)
{
    off_t         size;
    ngx_buf_t    *b, *from;
    ngx_chain_t  *out, **last, *cl;

    out = NULL;
    last = &out;
    b = NULL;

    while (m->out != NULL && n > 0) {
        from = m->out->buf;
        size = ngx_min(ngx_buf_size(from), n);

        b = ngx_palloc(r->pool, sizeof(ngx_buf_t));
        cl = ngx_alloc_chain_link(r->pool);

        if (b == NULL || cl == NULL) {
            return NULL;
        }

        *b = *from;
        b->last_buf = 0;
        b->last_in_chain = 0;

        if (ngx_buf_in_memory(from)) {
            b->last = b->pos + size;
            from->pos = b->last;

        } else {
            b->file_last = b->file_pos + size;
            from->file_pos = b->file_last;
        }

        n -= size;

        if (ngx_buf_size(from) == 0 && !from->last_buf) {
            m->out = m->out->next;
        }

        cl->buf = b;
        cl->next = NULL;
        *last = cl;
        last = &cl->next;

        if (size == 0) {
            break;
        }
    }

    if (b != NULL) {
        b->flush = 1;
    }

    return out;
}
