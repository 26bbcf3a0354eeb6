/*
 * A location with asr_mock_record is proxied to an endpoint by nginx itself.
 * Seen here are the request, as the proxy is about to send it, and the reply,
 * as it comes in; what both were is written when the client has it all.
 *
 * TC3 and ACS3 sign the Host.  A signature that holds here, with a secret that
 * is known, is made anew for the endpoint; any other is passed on with the Host
 * it was made for, so that what was wrong with it still is.
 */

#include "ngx_http_asr_mock_record.h"
#include "asr_mock_journal.h"
#include "asr_mock_record.h"
#include "asr_mock_record_sign.h"

#include <time.h>


#define NGX_HTTP_ASR_MOCK_RECORD_PIECE  (64 * 1024)
#define NGX_HTTP_ASR_MOCK_RECORD_FILE   ((off_t) 1024 * 1024 * 1024)


typedef struct {
    ngx_open_file_t  *file;                  /* NULL: nothing is recorded */
    off_t             size;
    ngx_uint_t        full;                  /* that was said */
} ngx_http_asr_mock_record_main_conf_t;

typedef struct {
    ngx_str_t  host;                         /* of the endpoint */
} ngx_http_asr_mock_record_loc_conf_t;

typedef struct {
    asr_arena_t           arena;
    asr_mock_exchange_t   x;
    asr_mock_finding_t    finding;
    asr_str_t             owner;             /* key or account; data NULL */
    asr_str_t             authorization;     /* data NULL: none is sent */
    asr_str_t             host;
    int64_t               start_us;
    int64_t               first_us;
    u_char               *reply;             /* so far */
    size_t                reply_size;
    unsigned              seen:1;            /* the request is in x */
    unsigned              whole:1;           /* reply has all there was */
} ngx_http_asr_mock_record_ctx_t;


static ngx_int_t ngx_http_asr_mock_record_add_variables(ngx_conf_t *cf);
static ngx_int_t ngx_http_asr_mock_record_init(ngx_conf_t *cf);
static void *ngx_http_asr_mock_record_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_asr_mock_record_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_asr_mock_record_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static char *ngx_http_asr_mock_recording(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static ngx_int_t ngx_http_asr_mock_record_begin(ngx_http_request_t *r);
static void ngx_http_asr_mock_record_cleanup(void *data);
static ngx_int_t ngx_http_asr_mock_record_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_asr_mock_record_see(ngx_http_request_t *r,
    ngx_http_asr_mock_record_ctx_t *c);
static ngx_int_t ngx_http_asr_mock_record_body(ngx_http_request_t *r,
    ngx_http_asr_mock_record_ctx_t *c);
static asr_header_t *ngx_http_asr_mock_record_headers(ngx_http_request_t *r,
    ngx_list_part_t *part, size_t *n);
static void ngx_http_asr_mock_record_sign(ngx_http_request_t *r,
    ngx_http_asr_mock_record_ctx_t *c, asr_str_t host);
static ngx_int_t ngx_http_asr_mock_record_header_filter(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_asr_mock_record_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_http_asr_mock_record_end(ngx_http_request_t *r);
static void ngx_http_asr_mock_record_write(ngx_http_request_t *r,
    ngx_http_asr_mock_record_ctx_t *c);


static ngx_command_t  ngx_http_asr_mock_record_commands[] = {

    { ngx_string("asr_mock_recording"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_asr_mock_recording,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("asr_mock_record"),
      NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_asr_mock_record_loc_conf_t, host),
      NULL },

    { ngx_string("asr_mock_replay"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE12,
      ngx_http_asr_mock_replay_file,
      0,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_asr_mock_record_module_ctx = {
    ngx_http_asr_mock_record_add_variables,    /* preconfiguration */
    ngx_http_asr_mock_record_init,             /* postconfiguration */

    ngx_http_asr_mock_record_create_main_conf, /* create main configuration */
    NULL,                                      /* init main configuration */

    NULL,                                      /* create server configuration */
    NULL,                                      /* merge server configuration */

    ngx_http_asr_mock_record_create_loc_conf,  /* create loc. configuration */
    ngx_http_asr_mock_record_merge_loc_conf    /* merge loc. configuration */
};


ngx_module_t  ngx_http_asr_mock_record_module = {
    NGX_MODULE_V1,
    &ngx_http_asr_mock_record_module_ctx,      /* module context */
    ngx_http_asr_mock_record_commands,         /* module directives */
    NGX_HTTP_MODULE,                           /* module type */
    NULL,                                      /* init master */
    NULL,                                      /* init module */
    NULL,                                      /* init process */
    NULL,                                      /* init thread */
    NULL,                                      /* exit thread */
    NULL,                                      /* exit process */
    NULL,                                      /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


static int64_t
ngx_http_asr_mock_record_now(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


static ngx_int_t
ngx_http_asr_mock_record_add_variables(ngx_conf_t *cf)
{
    ngx_uint_t            i;
    ngx_http_variable_t  *v;

    static ngx_str_t  names[] = {
        ngx_string("asr_mock_authorization"), ngx_string("asr_mock_host")
    };

    for (i = 0; i < 2; i++) {
        v = ngx_http_add_variable(cf, &names[i], NGX_HTTP_VAR_NOCACHEABLE);
        if (v == NULL) {
            return NGX_ERROR;
        }

        v->get_handler = ngx_http_asr_mock_record_variable;
        v->data = i;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_mock_record_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_PREACCESS_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_asr_mock_record_begin;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_asr_mock_record_end;

    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_http_asr_mock_record_header_filter;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_asr_mock_record_body_filter;

    return NGX_OK;
}


static void *
ngx_http_asr_mock_record_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_asr_mock_record_main_conf_t));
}


static void *
ngx_http_asr_mock_record_create_loc_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_asr_mock_record_loc_conf_t));
}


static char *
ngx_http_asr_mock_record_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_asr_mock_record_loc_conf_t  *prev = parent;
    ngx_http_asr_mock_record_loc_conf_t  *conf = child;

    ngx_conf_merge_str_value(conf->host, prev->host, "");

    return NGX_CONF_OK;
}


/* nginx opens it as it opens its logs: to append. */

static char *
ngx_http_asr_mock_recording(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_asr_mock_record_main_conf_t  *mcf = conf;

    ngx_str_t        *value;
    ngx_file_info_t   fi;

    if (mcf->file != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 0) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    mcf->file = ngx_conf_open_file(cf->cycle, &value[1]);
    if (mcf->file == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_file_info(value[1].data, &fi) != NGX_FILE_ERROR) {
        mcf->size = ngx_file_size(&fi);
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_asr_mock_record_begin(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t                   *cln;
    ngx_http_asr_mock_record_ctx_t       *c;
    ngx_http_asr_mock_record_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_asr_mock_record_module);

    if (lcf->host.len == 0 || r != r->main
        || ngx_http_get_module_ctx(r, ngx_http_asr_mock_record_module) != NULL)
    {
        return NGX_DECLINED;
    }

    c = ngx_pcalloc(r->pool, sizeof(ngx_http_asr_mock_record_ctx_t));
    cln = ngx_pool_cleanup_add(r->pool, 0);

    if (c == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    asr_arena_init(&c->arena, ASR_MOCK_RECORD_MEMORY);
    c->start_us = ngx_http_asr_mock_record_now();
    c->whole = 1;

    cln->handler = ngx_http_asr_mock_record_cleanup;
    cln->data = c;

    ngx_http_set_ctx(r, c, ngx_http_asr_mock_record_module);

    return NGX_DECLINED;
}


static void
ngx_http_asr_mock_record_cleanup(void *data)
{
    ngx_http_asr_mock_record_ctx_t  *c = data;

    asr_arena_free(&c->arena);
}


/* Asked for by the proxy, which has the body by then. */

static ngx_int_t
ngx_http_asr_mock_record_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    asr_str_t                        s;
    ngx_http_asr_mock_record_ctx_t  *c;

    c = ngx_http_get_module_ctx(r, ngx_http_asr_mock_record_module);

    if (c == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    if (!c->seen && ngx_http_asr_mock_record_see(r, c) != NGX_OK) {
        return NGX_ERROR;
    }

    s = data == 0 ? c->authorization : c->host;

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = (unsigned) s.len;
    v->data = (u_char *) s.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_mock_record_see(ngx_http_request_t *r,
    ngx_http_asr_mock_record_ctx_t *c)
{
    asr_mock_exchange_t                  *x;
    ngx_http_asr_mock_record_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_asr_mock_record_module);

    x = &c->x;

    x->at_ms = asr_clock_ms();
    x->method = ngx_http_asr_str(r->method_name);
    x->path = ngx_http_asr_str(r->uri);
    x->target = ngx_http_asr_str(r->unparsed_uri);
    x->args = ngx_http_asr_str(r->args);
    x->headers = ngx_http_asr_mock_record_headers(r,
                                                  &r->headers_in.headers.part,
                                                  &x->nheaders);

    if (x->headers == NULL || ngx_http_asr_mock_record_body(r, c) != NGX_OK) {
        return NGX_ERROR;
    }

    asr_mock_record_name(x);
    ngx_http_asr_mock_record_sign(r, c, ngx_http_asr_str(lcf->host));

    c->seen = 1;

    return NGX_OK;
}


static asr_header_t *
ngx_http_asr_mock_record_headers(ngx_http_request_t *r, ngx_list_part_t *part,
    size_t *n)
{
    ngx_uint_t        i, max;
    asr_header_t     *headers;
    ngx_list_part_t  *p;
    ngx_table_elt_t  *h;

    for (max = 1, p = part; p != NULL; p = p->next) {
        max += p->nelts;
    }

    headers = ngx_palloc(r->pool, max * sizeof(asr_header_t));
    if (headers == NULL) {
        return NULL;
    }

    for (*n = 0, p = part; p != NULL; p = p->next) {
        h = p->elts;

        for (i = 0; i < p->nelts; i++) {
            if (h[i].hash == 0) {
                continue;
            }

            headers[*n].name = ngx_http_asr_str(h[i].key);
            headers[*n].value = ngx_http_asr_str(h[i].value);
            (*n)++;
        }
    }

    return headers;
}


/* All of it into the digest, so much of it as is recorded into x. */

static ngx_int_t
ngx_http_asr_mock_record_body(ngx_http_request_t *r,
    ngx_http_asr_mock_record_ctx_t *c)
{
    off_t          left, at;
    char          *kept;
    size_t         n, room;
    ssize_t        got;
    u_char        *p, *piece;
    ngx_buf_t     *b;
    ngx_chain_t   *cl;
    asr_sha256_t  *sha;

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        asr_sha256("", 0, c->x.body_sha256);
        return NGX_OK;
    }

    for (left = 0, cl = r->request_body->bufs; cl != NULL; cl = cl->next) {
        left += ngx_buf_size(cl->buf);
    }

    c->x.body_bytes = (uint64_t) left;
    room = left <= ASR_MOCK_RECORD_BODY ? (size_t) left : 0;
    kept = ngx_pnalloc(r->pool, room + 1);
    piece = ngx_pnalloc(r->pool, NGX_HTTP_ASR_MOCK_RECORD_PIECE);
    sha = asr_sha256_begin();

    if (kept == NULL || piece == NULL || sha == NULL) {
        asr_sha256_release(sha);
        return NGX_ERROR;
    }

    if (room != 0) {
        c->x.body = (asr_str_t) { 0, kept };
    }

    for (cl = r->request_body->bufs; cl != NULL; cl = cl->next) {
        b = cl->buf;
        left = ngx_buf_size(b);

        for (at = 0; at < left; at += (off_t) n) {
            p = b->pos;
            n = (size_t) left;

            if (!ngx_buf_in_memory(b)) {
                p = piece;
                n = (size_t) ngx_min(left - at,
                                     NGX_HTTP_ASR_MOCK_RECORD_PIECE);
                got = ngx_read_file(b->file, piece, n, b->file_pos + at);

                if (got == NGX_ERROR || (size_t) got != n) {
                    asr_sha256_release(sha);
                    return NGX_ERROR;
                }
            }

            asr_sha256_update(sha, p, n);

            if (room - c->x.body.len >= n) {
                ngx_memcpy(kept + c->x.body.len, p, n);
                c->x.body.len += n;
            }
        }
    }

    asr_sha256_final(sha, c->x.body_sha256);
    asr_sha256_release(sha);

    return NGX_OK;
}


static void
ngx_http_asr_mock_record_sign(ngx_http_request_t *r,
    ngx_http_asr_mock_record_ctx_t *c, asr_str_t host)
{
    asr_str_t                  id, signature;
    asr_mock_sign_t            kind;
    const asr_key_t           *key;
    ngx_http_asr_main_conf_t  *amcf;

    static const asr_mock_finding_t  unsigned_anew = {
        .severity = ASR_MOCK_NOTE,
        .rule = ASR_STR("M-host"),
        .pointer = ASR_STR("header:Host"),
        .words = ASR_STR("Passed on with the Host it was signed for."),
        .hint = ASR_STR("For the endpoint's, give the key with --accounts and "
                        "sign by TC3 or ACS3."),
        .guess = true
    };

    c->host = host;
    c->authorization = asr_mock_header(&c->x, "authorization");

    kind = asr_mock_sign_kind(&c->x, &id);

    if (kind == ASR_MOCK_SIGN_NONE) {
        return;
    }

    amcf = ngx_http_get_module_main_conf(r, ngx_http_asr_module);

    key = NULL;
    signature = asr_str_null();

    if (kind == ASR_MOCK_SIGN_ACS3) {
        key = asr_accounts_access_key_id(amcf->accounts, id);

    } else if (kind == ASR_MOCK_SIGN_TC3) {
        key = asr_accounts_secret_id(amcf->accounts, id);
    }

    asr_mock_set_seen(NULL);

    if (key != NULL) {
        c->owner = key->account->name;

        if (asr_mock_sign_holds(&c->x, key, &c->arena)) {
            signature = asr_mock_sign(&c->x, key, host, &c->arena);
        }
    }

    if (signature.data != NULL) {
        c->authorization = signature;
        return;
    }

    c->host = asr_mock_header(&c->x, "host");
    c->finding = unsigned_anew;
    c->x.findings = &c->finding;
    c->x.nfindings = 1;
}


static ngx_int_t
ngx_http_asr_mock_record_header_filter(ngx_http_request_t *r)
{
    ngx_http_asr_mock_record_ctx_t  *c;

    c = ngx_http_get_module_ctx(r, ngx_http_asr_mock_record_module);

    if (c == NULL || !c->seen || c->first_us != 0) {
        return ngx_http_next_header_filter(r);
    }

    c->first_us = ngx_http_asr_mock_record_now() - c->start_us;
    c->x.status = (int) r->headers_out.status;
    c->x.reply_type = ngx_http_asr_str(r->headers_out.content_type);
    c->x.reply_headers =
        ngx_http_asr_mock_record_headers(r, &r->headers_out.headers.part,
                                         &c->x.nreply_headers);

    if (c->x.reply_headers == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_http_asr_mock_record_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    size_t                           n, size;
    u_char                          *p;
    ngx_chain_t                     *cl;
    ngx_http_asr_mock_record_ctx_t  *c;

    c = ngx_http_get_module_ctx(r, ngx_http_asr_mock_record_module);

    for (cl = in; cl != NULL && c != NULL && c->first_us != 0; cl = cl->next) {
        n = (size_t) ngx_buf_size(cl->buf);

        if (n == 0) {
            continue;
        }

        if (!c->whole || !ngx_buf_in_memory(cl->buf)
            || c->x.reply_bytes + n > ASR_MOCK_RECORD_BODY)
        {
            c->x.reply_bytes += n;
            c->whole = 0;
            continue;
        }

        if (c->x.reply_bytes + n > c->reply_size) {
            size = ngx_max(2 * c->reply_size, c->x.reply_bytes + n);
            p = ngx_pnalloc(r->pool, size);

            if (p == NULL) {
                return NGX_ERROR;
            }

            if (c->reply != NULL) {
                ngx_memcpy(p, c->reply, c->x.reply_bytes);
                ngx_pfree(r->pool, c->reply);
            }

            c->reply = p;
            c->reply_size = size;
        }

        ngx_memcpy(c->reply + c->x.reply_bytes, cl->buf->pos, n);
        c->x.reply_bytes += n;
    }

    return ngx_http_next_body_filter(r, in);
}


/* What nginx itself answered when no endpoint did is not recorded. */

static ngx_int_t
ngx_http_asr_mock_record_end(ngx_http_request_t *r)
{
    asr_mock_world_t                *w;
    asr_mock_exchange_t             *x;
    ngx_http_asr_mock_record_ctx_t  *c;

    c = ngx_http_get_module_ctx(r, ngx_http_asr_mock_record_module);

    if (c == NULL || !c->seen || c->first_us == 0 || r->upstream == NULL
        || r->upstream->headers_in.status_n == 0)
    {
        return NGX_OK;
    }

    x = &c->x;
    x->took_us = ngx_http_asr_mock_record_now() - c->start_us;

    if (c->whole) {
        x->reply = (asr_str_t) { (size_t) x->reply_bytes,
                                 c->reply != NULL ? (char *) c->reply : "" };
    }

    asr_mock_record_code(x, &c->arena);

    asr_mock_lock();

    w = asr_mock_world(c->owner.data != NULL ? c->owner
                                             : asr_str(ASR_MOCK_NOBODY));

    if (w != NULL) {
        w->requests++;
        w->used_ms = ngx_time() * 1000;
        x->world = asr_cstr(w->key);
    }

    x->id = asr_mock_journal_add(x);
    ngx_http_asr_mock_tally(w, x);
    ngx_http_asr_mock_record_write(r, c);

    asr_mock_unlock();

    ngx_http_asr_mock_tell(x, w);

    return NGX_OK;
}


static void
ngx_http_asr_mock_record_write(ngx_http_request_t *r,
    ngx_http_asr_mock_record_ctx_t *c)
{
    ssize_t                                n;
    asr_buf_t                              b;
    asr_mock_record_t                      record;
    ngx_http_asr_mock_record_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_asr_mock_record_module);

    if (mcf->file == NULL) {
        return;
    }

    record.x = c->x;
    record.first_us = c->first_us;
    asr_buf_init(&b, ASR_MOCK_RECORD_LINE);

    if (asr_mock_record_redact(&record.x, &c->arena) != ASR_OK
        || asr_mock_record_write(&record, &b) != ASR_OK)
    {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "request %uL is not recorded: no memory", c->x.id);

    } else if (mcf->size + (off_t) b.len > NGX_HTTP_ASR_MOCK_RECORD_FILE) {
        if (!mcf->full) {
            mcf->full = 1;
            ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                          "the recording is full");
        }

    } else {
        n = ngx_write_fd(mcf->file->fd, b.data, b.len);
        mcf->size += (off_t) b.len;

        if (n != (ssize_t) b.len) {
            ngx_log_error(NGX_LOG_ALERT, r->connection->log, ngx_errno,
                          "the recording cannot be written");
        }
    }

    asr_buf_free(&b);
}
