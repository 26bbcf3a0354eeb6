/*
 * /_mock/: the mock's own API.  Each request has a state of its own with an
 * arena; its answer is made at once, or later by those who wait.
 */

#include "ngx_http_asr_mock.h"
#include "asr_mock_errors.h"
#include "asr_mock_doctor.h"
#include "asr_mock_rules.h"
#include "core/base/asr_form.h"

#include <stdarg.h>


#define NGX_HTTP_ASR_MOCK_ADMIN_BODY   (4 * 1024 * 1024)
#define NGX_HTTP_ASR_MOCK_ADMIN_ARENA  (64 * 1024 * 1024)
#define NGX_HTTP_ASR_MOCK_ADMIN_OUT    (64 * 1024 * 1024)
#define NGX_HTTP_ASR_MOCK_ROOT         "/_mock/"


typedef struct {
    const char  *name;
    void       (*handler)(ngx_http_asr_mock_admin_t *a);
} ngx_http_asr_mock_route_t;


static ngx_int_t ngx_http_asr_mock_handler(ngx_http_request_t *r);
static void ngx_http_asr_mock_read_done(ngx_http_request_t *r);
static ngx_int_t ngx_http_asr_mock_collect(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_dispatch(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_finish(void *data);
static void ngx_http_asr_mock_health(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_codes(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_rules(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_report_all(ngx_http_asr_mock_admin_t *a);


static const ngx_http_asr_mock_route_t  ngx_http_asr_mock_routes[] = {
    { "health", ngx_http_asr_mock_health },
    { "worlds", ngx_http_asr_mock_worlds },
    { "codes", ngx_http_asr_mock_codes },
    { "rules", ngx_http_asr_mock_rules },
    { "report", ngx_http_asr_mock_report_all },
    { "events", ngx_http_asr_mock_events },
    { "inbox", ngx_http_asr_mock_inbox },
    { "audio", ngx_http_asr_mock_audio },
    { NULL, NULL }
};


/* "asr_mock_admin" */

char *
ngx_http_asr_mock_admin(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_http_asr_mock_handler;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_asr_mock_handler(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_pool_cleanup_t         *cln;
    ngx_http_asr_mock_admin_t  *a;

    a = ngx_pcalloc(r->pool, sizeof(ngx_http_asr_mock_admin_t));
    cln = ngx_pool_cleanup_add(r->pool, 0);

    if (a == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    a->request = r;
    asr_arena_init(&a->arena, NGX_HTTP_ASR_MOCK_ADMIN_ARENA);
    asr_buf_init(&a->out, NGX_HTTP_ASR_MOCK_ADMIN_OUT);

    cln->handler = ngx_http_asr_mock_finish;
    cln->data = a;

    ngx_http_set_ctx(r, a, ngx_http_asr_mock_module);

    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ngx_http_asr_mock_read_done);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


static void
ngx_http_asr_mock_finish(void *data)
{
    ngx_http_asr_mock_admin_t  *a = data;

    if (a->queue.next != NULL) {
        ngx_queue_remove(&a->queue);
    }

    if (a->event.timer_set) {
        ngx_del_timer(&a->event);
    }

    ngx_http_asr_mock_unlisten(a);
    ngx_http_asr_mock_unmake(a);

    if (a->pool != NULL) {
        ngx_destroy_pool(a->pool);
    }

    asr_buf_free(&a->out);
    asr_arena_free(&a->arena);

    /* worlds come and go without a call, too */

    if (ngx_http_asr_mock_active == 0) {
        asr_mock_lock();
        asr_mock_worlds_reap();
        asr_mock_unlock();
    }
}


static void
ngx_http_asr_mock_read_done(ngx_http_request_t *r)
{
    size_t                      n;
    ngx_http_asr_mock_admin_t  *a;

    a = ngx_http_get_module_ctx(r, ngx_http_asr_mock_module);

    a->status = NGX_HTTP_OK;
    a->type = "application/json";
    a->method = ngx_http_asr_str(r->method_name);
    a->args = ngx_http_asr_str(r->args);
    a->path = ngx_http_asr_str(r->uri);

    n = sizeof(NGX_HTTP_ASR_MOCK_ROOT) - 1;

    if (a->path.len < n
        || memcmp(a->path.data, NGX_HTTP_ASR_MOCK_ROOT, n) != 0)
    {
        ngx_http_asr_mock_refuse(a, 404, "there is nothing here");
        return;
    }

    a->path.data += n;
    a->path.len -= n;

    if (ngx_http_asr_mock_collect(a) != NGX_OK) {
        ngx_http_asr_mock_refuse(a, 413, "the body is too large");
        return;
    }

    ngx_http_asr_mock_dispatch(a);
}


static ngx_int_t
ngx_http_asr_mock_collect(ngx_http_asr_mock_admin_t *a)
{
    char                *p;
    off_t                size;
    ssize_t              n;
    ngx_buf_t           *b;
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = a->request;

    if (r->request_body == NULL) {
        return NGX_OK;
    }

    for (size = 0, cl = r->request_body->bufs; cl != NULL; cl = cl->next) {
        size += ngx_buf_size(cl->buf);
    }

    if (size > NGX_HTTP_ASR_MOCK_ADMIN_BODY) {
        return NGX_ERROR;
    }

    p = asr_arena_alloc(&a->arena, (size_t) size + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    a->body.data = p;

    for (cl = r->request_body->bufs; cl != NULL; cl = cl->next) {
        b = cl->buf;

        /* "Content-Length: 0" has a buffer that is nowhere */

        if (ngx_buf_size(b) == 0) {
            continue;
        }

        if (ngx_buf_in_memory(b)) {
            p = (char *) ngx_cpymem(p, b->pos, b->last - b->pos);
            continue;
        }

        n = ngx_read_file(b->file, (u_char *) p,
                          (size_t) (b->file_last - b->file_pos), b->file_pos);

        if (n != (ssize_t) (b->file_last - b->file_pos)) {
            return NGX_ERROR;
        }

        p += n;
    }

    a->body.len = (size_t) (p - a->body.data);

    return NGX_OK;
}


static void
ngx_http_asr_mock_dispatch(ngx_http_asr_mock_admin_t *a)
{
    asr_str_t                         head, path;
    const ngx_http_asr_mock_route_t  *route;

    path = a->path;
    head = asr_str_cut(&path, '/');

    for (route = ngx_http_asr_mock_routes; route->name != NULL; route++) {
        if (asr_str_eq(asr_cstr(route->name), head)) {
            a->rest = path;
            route->handler(a);
            return;
        }
    }

    ngx_http_asr_mock_refuse(a, 404, "there is nothing here");
}


void
ngx_http_asr_mock_reply(ngx_http_asr_mock_admin_t *a)
{
    ngx_int_t            rc;
    ngx_buf_t           *b;
    ngx_chain_t          out;
    ngx_http_request_t  *r;

    r = a->request;

    if (a->event.timer_set) {
        ngx_del_timer(&a->event);
    }

    if (a->queue.next != NULL) {
        ngx_queue_remove(&a->queue);
        a->queue.next = NULL;
    }

    r->headers_out.status = a->status;
    r->headers_out.content_type.data = (u_char *) a->type;
    r->headers_out.content_type.len = ngx_strlen(a->type);
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_length_n = a->out.len;

    if (a->out.failed) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    if (a->status == NGX_HTTP_NO_CONTENT || a->out.len == 0) {
        r->header_only = 1;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        ngx_http_finalize_request(r, NGX_ERROR);
        return;
    }

    b->pos = (u_char *) a->out.data;
    b->last = b->pos + a->out.len;
    b->memory = 1;
    b->last_buf = 1;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    ngx_http_finalize_request(r, ngx_http_output_filter(r, &out));
}


void
ngx_http_asr_mock_refuse(ngx_http_asr_mock_admin_t *a, int status,
    const char *fmt, ...)
{
    va_list         args;
    asr_json_out_t  o;

    if (fmt != a->err) {
        va_start(args, fmt);
        (void) vsnprintf(a->err, sizeof(a->err), fmt, args);
        va_end(args);
    }

    a->status = status;
    a->type = "application/json";
    asr_buf_free(&a->out);

    if (asr_json_out_begin(&o, &a->out) == ASR_OK) {
        asr_jo_object(&o);
        asr_jo_key(&o, "error");
        asr_jo_str(&o, asr_cstr(a->err));
        asr_jo_object_end(&o);
        (void) asr_json_out_end(&o);
    }

    ngx_http_asr_mock_reply(a);
}


bool
ngx_http_asr_mock_allow(ngx_http_asr_mock_admin_t *a, const char *methods)
{
    asr_str_t         rest, one, method;
    ngx_table_elt_t  *h;

    method = asr_str_eq(a->method, asr_str("HEAD")) ? asr_str("GET")
                                                    : a->method;

    for (rest = asr_cstr(methods); rest.len != 0; /* void */ ) {
        one = asr_str_trim(asr_str_cut(&rest, ','));

        if (asr_str_eq(one, method)) {
            a->method = method;
            return true;
        }
    }

    h = ngx_list_push(&a->request->headers_out.headers);

    if (h != NULL) {
        ngx_memzero(h, sizeof(ngx_table_elt_t));
        h->hash = 1;
        ngx_str_set(&h->key, "Allow");
        h->value.len = ngx_strlen(methods);
        h->value.data = (u_char *) methods;
    }

    ngx_http_asr_mock_refuse(a, 405, "not by %.*s, but by %s",
                             asr_fmt(a->method), methods);

    return false;
}


asr_str_t
ngx_http_asr_mock_arg(ngx_http_asr_mock_admin_t *a, const char *name)
{
    char        *p;
    size_t       n;
    u_char      *dst, *src;
    asr_str_t    args, pair, key;

    for (args = a->args; args.len != 0 && args.data != NULL; /* void */ ) {
        pair = asr_str_cut(&args, '&');
        key = asr_str_cut(&pair, '=');

        if (!asr_str_eq(key, asr_cstr(name))) {
            continue;
        }

        p = asr_arena_alloc(&a->arena, pair.len + 1);
        if (p == NULL) {
            break;
        }

        dst = (u_char *) p;
        src = (u_char *) pair.data;

        for (n = 0; n < pair.len; n++) {
            p[n] = pair.data[n] == '+' ? ' ' : pair.data[n];
        }

        src = dst;
        ngx_unescape_uri(&dst, &src, pair.len, NGX_UNESCAPE_URI);
        *dst = '\0';

        return (asr_str_t) { (size_t) (dst - (u_char *) p), p };
    }

    return asr_str_null();
}


static void
ngx_http_asr_mock_health(ngx_http_asr_mock_admin_t *a)
{
    asr_json_out_t                  o;
    ngx_http_asr_mock_main_conf_t  *mcf;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    mcf = ngx_http_get_module_main_conf(a->request, ngx_http_asr_mock_module);

    (void) asr_json_out_begin(&o, &a->out);
    asr_jo_object(&o);
    asr_jo_key(&o, "status");
    asr_jo_str(&o, asr_str("ok"));
    asr_jo_key(&o, "pid");
    asr_jo_int(&o, ngx_pid);
    asr_jo_key(&o, "engine");
    asr_jo_str(&o, mcf->pocketsphinx ? asr_str("pocketsphinx")
                                     : asr_str("scripted"));
    asr_jo_key(&o, "seed");
    asr_jo_int(&o, mcf->seed);
    asr_jo_key(&o, "url");
    asr_jo_str(&o, asr_cstr(asr_mock_url()));
    asr_jo_object_end(&o);
    (void) asr_json_out_end(&o);

    ngx_http_asr_mock_reply(a);
}


static void
ngx_http_asr_mock_codes(ngx_http_asr_mock_admin_t *a)
{
    asr_json_out_t  o;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    (void) asr_json_out_begin(&o, &a->out);
    asr_mock_codes_write(&o);
    (void) asr_json_out_end(&o);

    ngx_http_asr_mock_reply(a);
}


/* The rules that are the mock's own: those of documents have clauses. */

static void
ngx_http_asr_mock_rules(ngx_http_asr_mock_admin_t *a)
{
    size_t          i;
    asr_json_out_t  o;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    (void) asr_json_out_begin(&o, &a->out);
    asr_jo_object(&o);
    asr_jo_key(&o, "rules");
    asr_jo_array(&o);

    for (i = 0; i < ASR_MOCK_RULES; i++) {
        asr_jo_object(&o);
        asr_jo_key(&o, "id");
        asr_jo_str(&o, asr_cstr(asr_mock_rules[i].id));
        asr_jo_key(&o, "severity");
        asr_jo_str(&o,
            asr_cstr(asr_mock_severity_name(asr_mock_rules[i].severity)));
        asr_jo_key(&o, "words");
        asr_jo_str(&o, asr_cstr(asr_mock_rules[i].words));
        asr_jo_key(&o, "hint");
        asr_jo_str(&o, asr_cstr(asr_mock_rules[i].hint));
        asr_jo_object_end(&o);
    }

    for (i = 0; i < asr_mock_mistakes_n; i++) {
        asr_jo_object(&o);
        asr_jo_key(&o, "id");
        asr_jo_str(&o, asr_mock_mistakes[i].id);
        asr_jo_key(&o, "severity");
        asr_jo_str(&o, asr_str("error"));
        asr_jo_key(&o, "words");
        asr_jo_str(&o, asr_mock_mistakes[i].title);
        asr_jo_key(&o, "hint");
        asr_jo_str(&o, asr_mock_mistakes[i].fix);
        asr_jo_object_end(&o);
    }

    asr_jo_array_end(&o);
    asr_jo_object_end(&o);
    (void) asr_json_out_end(&o);

    ngx_http_asr_mock_reply(a);
}


static void
ngx_http_asr_mock_report_all(ngx_http_asr_mock_admin_t *a)
{
    ngx_http_asr_mock_report(a, asr_str_null());
}
