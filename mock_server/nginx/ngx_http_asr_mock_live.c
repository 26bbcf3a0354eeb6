/*
 * What happens later: those who wait for something, those who listen to
 * everything, and what falls due by the worlds' clocks.
 *
 * Other threads never touch a request: they note what changed and write to an
 * eventfd, whose handler runs in the event loop.
 */

#include "ngx_http_asr_mock.h"
#include "asr_mock_journal.h"
#include "asr_mock_store.h"

#include <sys/eventfd.h>


#define NGX_HTTP_ASR_MOCK_CHANGES    256
#define NGX_HTTP_ASR_MOCK_LISTENERS  64
#define NGX_HTTP_ASR_MOCK_BEAT       15000   /* ms, between signs of life */
#define NGX_HTTP_ASR_MOCK_FAR        3600000
#define NGX_HTTP_ASR_MOCK_EVENT      (256 * 1024)


/* What another thread has noted; under the lock. */

typedef struct {
    char         key[ASR_MOCK_KEY_MAX + 1];
    const char  *what;
    int64_t      id;
} ngx_http_asr_mock_change_t;


static void ngx_http_asr_mock_notify_handler(ngx_event_t *ev);
static void ngx_http_asr_mock_look(ngx_event_t *ev);
static void ngx_http_asr_mock_timeout(ngx_event_t *ev);
static void ngx_http_asr_mock_due(ngx_event_t *ev);
static void ngx_http_asr_mock_beat(ngx_event_t *ev);
static void ngx_http_asr_mock_tell_all(const asr_mock_exchange_t *x);
static void ngx_http_asr_mock_tell_listeners(const char *event,
    asr_str_t world, asr_str_t json);
static ngx_int_t ngx_http_asr_mock_send(ngx_http_asr_mock_admin_t *a,
    asr_str_t text);
static void ngx_http_asr_mock_listener_write(ngx_http_request_t *r);


static ngx_queue_t                 ngx_http_asr_mock_waiters;
static ngx_queue_t                 ngx_http_asr_mock_listeners;
static _Atomic ngx_uint_t          ngx_http_asr_mock_nlisteners;

static ngx_connection_t           *ngx_http_asr_mock_notify;
static ngx_event_t                 ngx_http_asr_mock_look_event;
static ngx_event_t                 ngx_http_asr_mock_due_event;
static ngx_connection_t            ngx_http_asr_mock_no_connection;

static ngx_http_asr_mock_change_t  ngx_http_asr_mock_changes[
                                       NGX_HTTP_ASR_MOCK_CHANGES];
static ngx_uint_t                  ngx_http_asr_mock_nchanges;


ngx_int_t
ngx_http_asr_mock_live_init(ngx_cycle_t *cycle)
{
    int                fd;
    ngx_connection_t  *c;

    ngx_queue_init(&ngx_http_asr_mock_waiters);
    ngx_queue_init(&ngx_http_asr_mock_listeners);

    fd = eventfd(0, EFD_NONBLOCK|EFD_CLOEXEC);
    if (fd == -1) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno,
                      "eventfd() failed");
        return NGX_ERROR;
    }

    c = ngx_get_connection(fd, cycle->log);
    if (c == NULL) {
        (void) close(fd);
        return NGX_ERROR;
    }

    c->log = cycle->log;
    c->read->log = cycle->log;
    c->read->handler = ngx_http_asr_mock_notify_handler;

    /* else the exiting process complains of an open socket */

    c->read->channel = 1;
    c->write->channel = 1;

    ngx_http_asr_mock_notify = c;

    ngx_http_asr_mock_look_event.handler = ngx_http_asr_mock_look;
    ngx_http_asr_mock_look_event.log = cycle->log;

    ngx_http_asr_mock_no_connection.fd = (ngx_socket_t) -1;
    ngx_http_asr_mock_due_event.handler = ngx_http_asr_mock_due;
    ngx_http_asr_mock_due_event.data = &ngx_http_asr_mock_no_connection;
    ngx_http_asr_mock_due_event.log = cycle->log;
    ngx_http_asr_mock_due_event.cancelable = 1;

    return ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT);
}


void
ngx_http_asr_mock_poke(void *ctx)
{
    uint64_t  one;

    one = 1;

    if (ngx_http_asr_mock_notify != NULL) {
        (void) !write(ngx_http_asr_mock_notify->fd, &one, sizeof(one));
    }
}


/* asr_mock_store_hooks_t.changed: the lock is held. */

void
ngx_http_asr_mock_changed(void *ctx, asr_mock_world_t *w, const char *what,
    int64_t id)
{
    ngx_http_asr_mock_change_t  *change;

    if (ngx_http_asr_mock_nlisteners == 0
        || ngx_http_asr_mock_nchanges == NGX_HTTP_ASR_MOCK_CHANGES)
    {
        return;
    }

    change = &ngx_http_asr_mock_changes[ngx_http_asr_mock_nchanges++];

    memcpy(change->key, w->key, sizeof(w->key));
    change->what = what;
    change->id = id;

    if (ngx_http_asr_mock_nchanges == 1) {
        ngx_http_asr_mock_poke(NULL);
    }
}


static void
ngx_http_asr_mock_notify_handler(ngx_event_t *ev)
{
    uint64_t           n;
    ngx_connection_t  *c;

    c = ev->data;

    while (read(c->fd, &n, sizeof(n)) == -1 && ngx_errno == NGX_EINTR) {
        /* void */
    }

    if (c->close) {
        return;
    }

    ngx_http_asr_mock_look(ev);
}


/* Something has happened: who waited for it?  And others want to know. */

static void
ngx_http_asr_mock_look(ngx_event_t *ev)
{
    ngx_queue_t                *q, *next;
    ngx_connection_t           *c;
    ngx_http_asr_mock_admin_t  *a;

    char                        text[64];
    ngx_uint_t                  i, n;
    ngx_http_asr_mock_change_t  changes[NGX_HTTP_ASR_MOCK_CHANGES];

    for (q = ngx_queue_head(&ngx_http_asr_mock_waiters);
         q != ngx_queue_sentinel(&ngx_http_asr_mock_waiters);
         q = next)
    {
        next = ngx_queue_next(q);
        a = ngx_queue_data(q, ngx_http_asr_mock_admin_t, queue);
        c = a->request->connection;

        if (a->ready(a, false)) {
            ngx_http_run_posted_requests(c);
        }
    }

    asr_mock_lock();
    n = ngx_http_asr_mock_nchanges;
    memcpy(changes, ngx_http_asr_mock_changes, n * sizeof(changes[0]));
    ngx_http_asr_mock_nchanges = 0;
    asr_mock_unlock();

    for (i = 0; i < n; i++) {
        (void) snprintf(text, sizeof(text), "{\"id\":%lld}",
                        (long long) changes[i].id);
        ngx_http_asr_mock_publish(changes[i].what, asr_cstr(changes[i].key),
                                  asr_cstr(text));
    }
}


void
ngx_http_asr_mock_wait(ngx_http_asr_mock_admin_t *a,
    ngx_http_asr_mock_wait_pt ready, ngx_msec_t timeout)
{
    ngx_http_request_t  *r;

    r = a->request;

    a->ready = ready;
    a->event.handler = ngx_http_asr_mock_timeout;
    a->event.data = a;
    a->event.log = r->connection->log;

    ngx_queue_insert_tail(&ngx_http_asr_mock_waiters, &a->queue);
    ngx_add_timer(&a->event, timeout);

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;
}


static void
ngx_http_asr_mock_timeout(ngx_event_t *ev)
{
    ngx_connection_t           *c;
    ngx_http_asr_mock_admin_t  *a = ev->data;

    c = a->request->connection;

    (void) a->ready(a, true);

    ngx_http_run_posted_requests(c);
}


/* The journal's copy has no secret in it. */

static void
ngx_http_asr_mock_tell_all(const asr_mock_exchange_t *x)
{
    bool                  found;
    asr_buf_t             b;
    asr_arena_t           a;
    asr_json_out_t        o;
    asr_mock_exchange_t   kept;

    asr_arena_init(&a, NGX_HTTP_ASR_MOCK_EVENT * 4);
    asr_buf_init(&b, NGX_HTTP_ASR_MOCK_EVENT);

    asr_mock_lock();
    found = asr_mock_journal_get(x->id, &a, &kept);
    asr_mock_unlock();

    if (found && asr_json_out_begin(&o, &b) == ASR_OK) {
        asr_mock_journal_write(&o, &kept, false);

        if (asr_json_out_end(&o) == ASR_OK) {
            ngx_http_asr_mock_tell_listeners("request", x->world,
                                             asr_buf_str(&b));
        }
    }

    asr_buf_free(&b);
    asr_arena_free(&a);
}


/* An exchange is in the journal. */

void
ngx_http_asr_mock_tell(const asr_mock_exchange_t *x, asr_mock_world_t *w)
{
    if (!ngx_queue_empty(&ngx_http_asr_mock_waiters)) {
        ngx_post_event(&ngx_http_asr_mock_look_event, &ngx_posted_events);
    }

    if (ngx_http_asr_mock_nlisteners != 0) {
        ngx_http_asr_mock_tell_all(x);
    }

    asr_mock_lock();
    ngx_http_asr_mock_arm(w);
    asr_mock_unlock();
}


/*
 * A task with a time, a delivery: the clock will be looked at then.  The lock
 * is held.
 */

void
ngx_http_asr_mock_arm(asr_mock_world_t *w)
{
    int64_t       next, now;
    ngx_msec_t    in;
    ngx_event_t  *ev;

    next = w != NULL && w->clock.frozen_ms == 0 ? asr_mock_store_next(w) : 0;

    if (next == 0) {
        return;
    }

    ev = &ngx_http_asr_mock_due_event;
    now = asr_clock_of(&w->clock);
    in = next <= now ? 1 : (ngx_msec_t) ngx_min(next - now,
                                                NGX_HTTP_ASR_MOCK_FAR);

    if (ev->timer_set) {
        if ((ngx_msec_int_t) (ev->timer.key - (ngx_current_msec + in)) <= 0) {
            return;
        }

        ngx_del_timer(ev);
    }

    ngx_add_timer(ev, in);
}


/* The worlds whose clocks run. */

static void
ngx_http_asr_mock_due(ngx_event_t *ev)
{
    int64_t            next, now, soonest;
    asr_mock_world_t  *w;

    soonest = 0;

    asr_mock_lock();

    for (w = asr_mock_world_first(); w != NULL; w = w->next) {

        if (w->clock.frozen_ms != 0) {
            continue;
        }

        now = asr_clock_of(&w->clock);
        next = asr_mock_store_next(w);

        if (next != 0 && next <= now) {
            (void) asr_mock_store_due(w, now);
            next = asr_mock_store_next(w);
        }

        if (next != 0 && (soonest == 0 || next - now < soonest)) {
            soonest = ngx_max(next - now, 1);
        }
    }

    asr_mock_unlock();
    asr_mock_store_flush();

    if (soonest != 0) {
        ngx_add_timer(ev, (ngx_msec_t) ngx_min(soonest,
                                               NGX_HTTP_ASR_MOCK_FAR));
    }
}


/* /_mock/events: what happens, as it happens. */

void
ngx_http_asr_mock_events(ngx_http_asr_mock_admin_t *a)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    if (ngx_http_asr_mock_nlisteners == NGX_HTTP_ASR_MOCK_LISTENERS) {
        ngx_http_asr_mock_refuse(a, 503, "too many are listening");
        return;
    }

    r = a->request;
    a->key = ngx_http_asr_mock_arg(a, "world");
    a->buf = ngx_calloc_buf(r->pool);

    if (a->buf == NULL) {
        ngx_http_asr_mock_refuse(a, 500, "no memory");
        return;
    }

    r->headers_out.status = NGX_HTTP_OK;
    ngx_str_set(&r->headers_out.content_type, "text/event-stream");
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_length_n = -1;
    r->keepalive = 0;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        ngx_http_finalize_request(r, rc);
        return;
    }

    a->listens = 1;
    a->event.handler = ngx_http_asr_mock_beat;
    a->event.data = a;
    a->event.log = r->connection->log;
    a->event.cancelable = 1;

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_asr_mock_listener_write;

    ngx_queue_insert_tail(&ngx_http_asr_mock_listeners, &a->queue);
    ngx_http_asr_mock_nlisteners++;
    ngx_add_timer(&a->event, NGX_HTTP_ASR_MOCK_BEAT);

    /* the head waits for more: what is behind it would not be sent */

    if (ngx_http_send_special(r, NGX_HTTP_FLUSH) == NGX_ERROR
        || ngx_http_asr_mock_send(a, asr_str(": here\n\n")) == NGX_ERROR)
    {
        ngx_http_finalize_request(r, NGX_ERROR);
    }
}


/* Of the cleanup: it listens no more. */

void
ngx_http_asr_mock_unlisten(ngx_http_asr_mock_admin_t *a)
{
    if (a->listens) {
        ngx_http_asr_mock_nlisteners--;
    }
}


static void
ngx_http_asr_mock_listener_write(ngx_http_request_t *r)
{
    if (ngx_http_output_filter(r, NULL) == NGX_ERROR) {
        ngx_http_finalize_request(r, NGX_ERROR);
        return;
    }

    if (ngx_handle_write_event(r->connection->write, 0) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_ERROR);
    }
}


/*
 * A listener that reads slower than things happen misses some: nothing is
 * queued behind what nginx has not sent yet.
 */

static ngx_int_t
ngx_http_asr_mock_send(ngx_http_asr_mock_admin_t *a, asr_str_t text)
{
    u_char              *p;
    ngx_buf_t           *b;
    ngx_pool_t          *pool;
    ngx_chain_t          out;
    ngx_http_request_t  *r;

    r = a->request;

    if (r->out != NULL || r->buffered || r->connection->buffered) {
        return NGX_AGAIN;
    }

    /* the memory of all before has been sent */

    if (a->pool != NULL) {
        ngx_destroy_pool(a->pool);
        a->pool = NULL;
    }

    pool = ngx_create_pool(1024, r->connection->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    a->pool = pool;

    p = ngx_pnalloc(pool, text.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    /* filters still look at the buffer after its bytes are gone */

    b = a->buf;
    b->start = p;
    b->pos = p;
    b->last = ngx_cpymem(p, text.data, text.len);
    b->end = b->last;
    b->temporary = 1;
    b->flush = 1;

    out.buf = b;
    out.next = NULL;

    if (ngx_http_output_filter(r, &out) == NGX_ERROR) {
        return NGX_ERROR;
    }

    /* what is left of it goes when it can */

    return ngx_handle_write_event(r->connection->write, 0);
}


static void
ngx_http_asr_mock_beat(ngx_event_t *ev)
{
    ngx_connection_t           *c;
    ngx_http_asr_mock_admin_t  *a = ev->data;

    c = a->request->connection;

    ngx_add_timer(ev, NGX_HTTP_ASR_MOCK_BEAT);

    if (ngx_http_asr_mock_send(a, asr_str(": here\n\n")) == NGX_ERROR) {
        ngx_http_finalize_request(a->request, NGX_ERROR);
    }

    ngx_http_run_posted_requests(c);
}


/* json is an object; the world is put in front of its members. */

void
ngx_http_asr_mock_publish(const char *event, asr_str_t world, asr_str_t json)
{
    asr_buf_t       b;
    asr_json_out_t  o;

    if (ngx_http_asr_mock_nlisteners == 0) {
        return;
    }

    asr_buf_init(&b, NGX_HTTP_ASR_MOCK_EVENT);

    if (asr_json_out_begin(&o, &b) == ASR_OK) {
        asr_jo_object(&o);
        asr_jo_key(&o, "world");
        asr_jo_str(&o, world);
        asr_jo_object_end(&o);
        (void) asr_json_out_end(&o);
    }

    /* one object of the two */

    if (json.len > 2 && !b.failed) {
        b.data[b.len - 1] = ',';
        (void) asr_buf_append(&b, json.data + 1, json.len - 1);
    }

    if (!b.failed) {
        ngx_http_asr_mock_tell_listeners(event, world, asr_buf_str(&b));
    }

    asr_buf_free(&b);
}


static void
ngx_http_asr_mock_tell_listeners(const char *event, asr_str_t world,
    asr_str_t json)
{
    asr_buf_t                   b;
    ngx_queue_t                *q, *next;
    ngx_connection_t           *c;
    ngx_http_asr_mock_admin_t  *a;

    asr_buf_init(&b, NGX_HTTP_ASR_MOCK_EVENT + 64);
    (void) asr_buf_printf(&b, "event: %s\ndata: ", event);
    (void) asr_buf_append(&b, json.data, json.len);
    (void) asr_buf_append(&b, "\n\n", 2);

    for (q = ngx_queue_head(&ngx_http_asr_mock_listeners);
         q != ngx_queue_sentinel(&ngx_http_asr_mock_listeners) && !b.failed;
         q = next)
    {
        next = ngx_queue_next(q);
        a = ngx_queue_data(q, ngx_http_asr_mock_admin_t, queue);
        c = a->request->connection;

        if (a->key.len != 0 && !asr_str_eq(a->key, world)) {
            continue;
        }

        if (ngx_http_asr_mock_send(a, asr_buf_str(&b)) == NGX_ERROR) {
            ngx_http_finalize_request(a->request, NGX_ERROR);
            ngx_http_run_posted_requests(c);
        }
    }

    asr_buf_free(&b);
}
