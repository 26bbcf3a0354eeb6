/*
 * The life of a worker.
 *
 * Master, before fork: folders and schema are made, models are loaded (their
 * memory is shared copy-on-write; a reload that does not change them keeps
 * them).  This is part of the zone's initialisation: what fails there leaves
 * the old configuration running, while a module's init_module that fails in a
 * reload ends the master.
 *
 * Worker: opens the store (two threads), the recogniser threads and the I/O
 * thread (ngx_http_asr_io.c).  Ops completed on a store thread are pushed on
 * a lock-free stack and announced once per group through an eventfd; the
 * event loop answers them.
 *
 * Graceful exit: nginx calls the read handler of idle connections with
 * "close" set; the eventfd's connection poses as one, so we learn of the exit
 * at once.  Recogniser threads are told to stop after the utterance in hand,
 * and a timer that is not cancelable keeps the worker alive until they have,
 * and until no request waits for the store; after NGX_HTTP_ASR_GRACE a thread
 * still in an utterance is left behind: its claim is released and another
 * process recognises it again.
 */

#include "ngx_http_asr_module.h"

#include <limits.h>
#include <sys/eventfd.h>
#include <pwd.h>


#define NGX_HTTP_ASR_GRACE       2500        /* ms, for an utterance */
#define NGX_HTTP_ASR_DRAIN_TICK  10          /* ms */
#define NGX_HTTP_ASR_MIN_AUDIO   1000        /* ms; U-002, both documents */
#define NGX_HTTP_ASR_MAX_AUDIO   (5 * 60 * 60 * 1000)


static ngx_int_t ngx_http_asr_load_models(ngx_cycle_t *cycle,
    ngx_http_asr_main_conf_t *amcf);
static void ngx_http_asr_models_cleanup(void *data);
static ngx_uint_t ngx_http_asr_worker_threads(ngx_cycle_t *cycle,
    ngx_http_asr_main_conf_t *amcf, ngx_uint_t worker);
static ngx_int_t ngx_http_asr_open_notify(ngx_cycle_t *cycle);
static void ngx_http_asr_open_store(ngx_cycle_t *cycle,
    ngx_http_asr_main_conf_t *amcf);
static void ngx_http_asr_start_runner(ngx_cycle_t *cycle,
    ngx_http_asr_main_conf_t *amcf);
static void ngx_http_asr_submit_handler(ngx_event_t *ev);
static void ngx_http_asr_op_work(asr_op_t *op);
static void ngx_http_asr_op_done(asr_op_t *op);
static void ngx_http_asr_group_done(void *ctx);
static void ngx_http_asr_work_ready(void *ctx, int segments, int tasks);
static void ngx_http_asr_notify_handler(ngx_event_t *ev);
static void ngx_http_asr_answer_handler(ngx_event_t *ev);
static void ngx_http_asr_answer(ngx_http_asr_process_t *p);
static void ngx_http_asr_drain_begin(ngx_http_asr_process_t *p);
static void ngx_http_asr_drain_handler(ngx_event_t *ev);
static void ngx_http_asr_log(int level, const char *line);


ngx_http_asr_process_t  ngx_http_asr_process;


/* Models of the master, kept over reloads; each cycle that uses them counts. */

typedef struct {
    asr_models_t  *models;
    ngx_uint_t     refs;
} ngx_http_asr_loaded_t;

static ngx_http_asr_loaded_t  *ngx_http_asr_loaded;
static ngx_log_t              *ngx_http_asr_logger;


ngx_int_t
ngx_http_asr_prepare(ngx_cycle_t *cycle, ngx_http_asr_main_conf_t *amcf)
{
    char              err[NGX_MAX_CONF_ERRSTR];
    unsigned          uid, gid;
    ngx_int_t         rc;
    ngx_core_conf_t  *ccf;

    if (ngx_test_config || amcf->used == 0) {
        return NGX_OK;
    }

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    uid = (unsigned) -1;
    gid = (unsigned) -1;

    if (geteuid() == 0) {
        uid = ccf->user;
        gid = ccf->group;
    }

    /* the spool may lie in the store's folder, not the other way round */

    if ((amcf->serves
         && asr_store_prepare((char *) amcf->store.data, uid, gid, err,
                              sizeof(err)) != ASR_OK)
        || asr_spool_prepare((char *) amcf->spool.data, uid, gid, err,
                             sizeof(err)) != ASR_OK)
    {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "%s", err);
        return NGX_ERROR;
    }

    if (!amcf->serves) {
        return NGX_OK;
    }

    /* the new cycle's log is gone if the cycle fails */

    ngx_http_asr_log_set(cycle->log);
    rc = ngx_http_asr_load_models(cycle, amcf);
    ngx_http_asr_log_set(NULL);

    return rc;
}


static ngx_int_t
ngx_http_asr_load_models(ngx_cycle_t *cycle, ngx_http_asr_main_conf_t *amcf)
{
    char                    err[NGX_MAX_CONF_ERRSTR];
    asr_models_t           *models;
    ngx_pool_cleanup_t     *cln;
    ngx_http_asr_loaded_t  *loaded;

    cln = ngx_pool_cleanup_add(cycle->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    amcf->copies = amcf->deaf ? 0
                   : ngx_http_asr_worker_threads(cycle, amcf, 0);

    loaded = ngx_http_asr_loaded;

    if (loaded == NULL
        || !asr_models_same(loaded->models, amcf->models.elts,
                            amcf->models.nelts, amcf->engines.elts,
                            amcf->engines.nelts, amcf->copies))
    {
        models = asr_models_create(amcf->models.elts, amcf->models.nelts,
                                   amcf->engines.elts, amcf->engines.nelts,
                                   amcf->copies, err, sizeof(err));
        if (models == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "%s", err);
            return NGX_ERROR;
        }

        loaded = ngx_alloc(sizeof(ngx_http_asr_loaded_t), cycle->log);
        if (loaded == NULL) {
            asr_models_free(models);
            return NGX_ERROR;
        }

        loaded->models = models;
        loaded->refs = 0;

        ngx_http_asr_loaded = loaded;
    }

    loaded->refs++;

    cln->handler = ngx_http_asr_models_cleanup;
    cln->data = loaded;

    amcf->loaded = loaded->models;

    return NGX_OK;
}


static void
ngx_http_asr_models_cleanup(void *data)
{
    ngx_http_asr_loaded_t  *loaded = data;

    /* a worker ends with its threads perhaps still inside a decoder */

    if (ngx_http_asr_process.conf != NULL || --loaded->refs != 0) {
        return;
    }

    if (ngx_http_asr_loaded == loaded) {
        ngx_http_asr_loaded = NULL;
    }

    asr_models_free(loaded->models);
    ngx_free(loaded);
}


/* The share of worker number `worker`; number 0 has the largest. */

static ngx_uint_t
ngx_http_asr_worker_threads(ngx_cycle_t *cycle,
    ngx_http_asr_main_conf_t *amcf, ngx_uint_t worker)
{
    ngx_uint_t        n;
    ngx_core_conf_t  *ccf;

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    n = 1;

    if (ccf->master && ccf->worker_processes > 0) {
        n = ccf->worker_processes;
    }

    return amcf->threads / n + (worker < amcf->threads % n);
}


ngx_int_t
ngx_http_asr_init_process(ngx_cycle_t *cycle)
{
    ngx_http_asr_zone_t       *zone;
    ngx_http_asr_process_t    *p;
    ngx_http_asr_main_conf_t  *amcf;

    amcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_asr_module);

    if (amcf == NULL || amcf->used == 0
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    ngx_http_asr_log_set(NULL);

    if (asr_crypto_init() != ASR_OK) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "asr: OpenSSL has no SHA-256 or HMAC");
        return NGX_ERROR;
    }

    p = &ngx_http_asr_process;
    zone = amcf->zone->data;

    p->conf = amcf;

    p->core.accounts = amcf->accounts;
    p->core.models = amcf->loaded;
    p->core.libraries = amcf->libraries;
    p->core.counters = &zone->sh->api;
    p->core.task_ttl_ms = amcf->task_ttl;
    p->core.file_ttl_ms = amcf->file_ttl;
    p->core.tencent_service_strict = amcf->service_strict;
    p->core.memories_integer = amcf->memories_integer;
    p->core.public_url = ngx_http_asr_str(amcf->public_url);
    p->core.hold_ms = amcf->hold_time;
    p->core.hold_max = amcf->hold_max;
    p->core.u2_finer = amcf->u2_finer;
    p->core.limit = ngx_http_asr_limit;
    p->core.limit_ctx = zone;
    p->core.nonce = ngx_http_asr_nonce;
    p->core.nonce_ctx = zone;
    p->core.oss = amcf->oss.elts;
    p->core.noss = amcf->oss.nelts;

    if (ngx_http_asr_open_notify(cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    p->core.spool = asr_spool_open((char *) amcf->spool.data, amcf->min_free);

    if (p->core.spool == NULL) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, 0,
                      "asr: could not open the spool \"%V\"", &amcf->spool);

    } else if (amcf->serves) {
        ngx_http_asr_open_store(cycle, amcf);
        ngx_http_asr_start_runner(cycle, amcf);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_asr_open_notify(ngx_cycle_t *cycle)
{
    int                      fd;
    ngx_connection_t        *c;
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;

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

    c->data = p;
    c->idle = 1;
    c->log = cycle->log;
    c->read->log = cycle->log;
    c->read->handler = ngx_http_asr_notify_handler;

    /* else the exiting worker complains of an open socket */

    c->read->channel = 1;
    c->write->channel = 1;

    if (ngx_add_event(c->read, NGX_READ_EVENT, NGX_CLEAR_EVENT)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    p->notify = c;

    p->submit_tail = &p->submit_head;
    p->submit.data = p;
    p->submit.handler = ngx_http_asr_submit_handler;
    p->submit.log = cycle->log;

    p->answer.data = p;
    p->answer.handler = ngx_http_asr_answer_handler;
    p->answer.log = cycle->log;

    p->loop = pthread_self();

    p->drain_conn.fd = (ngx_socket_t) -1;
    p->drain.data = &p->drain_conn;
    p->drain.handler = ngx_http_asr_drain_handler;
    p->drain.log = cycle->log;

    return NGX_OK;
}


/*
 * A store that does not open is not the end of the worker: requests get the
 * document's internal error, and a reload tries again.
 */

static void
ngx_http_asr_open_store(ngx_cycle_t *cycle, ngx_http_asr_main_conf_t *amcf)
{
    char                     err[NGX_MAX_CONF_ERRSTR];
    asr_store_conf_t         conf;
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;

    ngx_http_asr_io_create(cycle, amcf);

    ngx_memzero(&conf, sizeof(asr_store_conf_t));

    conf.url = (char *) amcf->store.data;
    conf.spool = p->core.spool;
    conf.queue_max = amcf->queue_max;
    conf.work_ready = ngx_http_asr_work_ready;
    conf.group_done = ngx_http_asr_group_done;
    conf.io_ready = ngx_http_asr_io_ready;
    conf.ctx = p;
    conf.callback = asr_api_callback;

    p->core.store = asr_store_open(&conf, err, sizeof(err));

    if (p->core.store == NULL) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, 0, "asr: %s", err);
        return;
    }

    ngx_http_asr_io_start(cycle);
}


static void
ngx_http_asr_start_runner(ngx_cycle_t *cycle, ngx_http_asr_main_conf_t *amcf)
{
    const char              *names;
    asr_runner_conf_t        conf;
    ngx_http_asr_zone_t     *zone;
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;

    if (p->core.store == NULL) {
        return;
    }

    zone = amcf->zone->data;

    ngx_memzero(&conf, sizeof(asr_runner_conf_t));

    conf.store = p->core.store;
    conf.spool = p->core.spool;
    conf.models = amcf->loaded;
    conf.wake = &zone->sh->wake;
    conf.task_wake = &zone->sh->task_wake;
    conf.counters = &zone->sh->runner;
    conf.threads = ngx_http_asr_worker_threads(cycle, amcf, ngx_worker);
    conf.decode_path = (char *) amcf->decode.data;
    conf.min_ms = NGX_HTTP_ASR_MIN_AUDIO;
    conf.max_ms = NGX_HTTP_ASR_MAX_AUDIO;

    if (conf.threads == 0) {
        return;
    }

    names = amcf->names.len != 0 ? (char *) amcf->names.data : NULL;
    p->text = amcf->deaf ? asr_text_later(names) : asr_text_create(names);

    if (p->text == NULL) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, 0,
                      "asr: no memory for word lists");
        return;
    }

    conf.text = p->text;
    conf.libraries = amcf->libraries;

    p->runner = asr_runner_start(&conf);

    if (p->runner == NULL) {
        ngx_log_error(NGX_LOG_CRIT, cycle->log, 0,
                      "asr: could not start recogniser threads");
    }
}


void
ngx_http_asr_exit_process(ngx_cycle_t *cycle)
{
    Dl_info                  info;
    asr_err_t                rc;
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;

    if (p->conf == NULL) {
        return;
    }

    rc = ASR_OK;

    if (p->runner != NULL) {
        asr_runner_stop(p->runner);
        rc = asr_runner_end(p->runner);
    }

    if (p->io != NULL) {
        asr_io_end(p->io);
    }

    /*
     * nginx closes the module with the cycle's pool, before it exits: the
     * code of a thread left in an utterance is to stay, and its libraries'
     */

    if (rc != ASR_OK && dladdr(&ngx_http_asr_process, &info) != 0) {
        (void) dlopen(info.dli_fname, RTLD_NOW|RTLD_NOLOAD|RTLD_NODELETE);
    }

    if (p->core.store != NULL) {
        asr_store_close(p->core.store);
    }

    if (p->io != NULL) {
        asr_io_free(p->io);
    }

    /* a thread left in an utterance may still look at the others' memory */

    if (rc == ASR_OK && p->core.spool != NULL) {
        asr_spool_close(p->core.spool);
    }

    if (rc == ASR_OK) {
        asr_text_free(p->text);
    }

    asr_crypto_cleanup();
}


/* Event loop.  The request is held until ngx_http_asr_completed. */

void
ngx_http_asr_submit(ngx_http_asr_ctx_t *ctx)
{
    asr_op_t                *op;
    ngx_http_request_t      *r;
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;
    r = ctx->request;
    op = &ctx->call.op;

    /* what is read from the store may be larger than a request */

    if (ctx->call.arena.ceiling < ASR_REPLY_MAX) {
        ctx->call.arena.ceiling = ASR_REPLY_MAX;
    }

    op->work = ngx_http_asr_op_work;
    op->done = ngx_http_asr_op_done;
    op->data = ctx;

    r->main->blocked++;
    r->read_event_handler = ngx_http_block_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    p->pending++;

    /* no other timer may be left, of a request that came in while draining */

    if (ngx_exiting && !p->drain.timer_set) {
        ngx_add_timer(&p->drain, NGX_HTTP_ASR_DRAIN_TICK);
    }

    op->next = NULL;
    *p->submit_tail = op;
    p->submit_tail = &op->next;

    ngx_post_event(&p->submit, &ngx_posted_events);
}


/*
 * All operations of one turn of the event loop go together: one wake-up of
 * the store's thread, one transaction.
 */

static void
ngx_http_asr_submit_handler(ngx_event_t *ev)
{
    asr_op_t                *op, *next, *ops;
    ngx_http_asr_process_t  *p;

    p = ev->data;

    ops = p->submit_head;

    p->submit_head = NULL;
    p->submit_tail = &p->submit_head;

    if (p->core.store != NULL) {
        asr_store_submit_all(p->core.store, ops);
        return;
    }

    for (op = ops; op != NULL; op = next) {
        next = op->next;

        op->rc = ASR_STORE;
        ngx_http_asr_op_work(op);
        ngx_http_asr_op_done(op);
    }

    ngx_http_asr_group_done(p);
}


/* Store thread: the reply is made here, off the event loop. */

static void
ngx_http_asr_op_work(asr_op_t *op)
{
    ngx_http_asr_ctx_t *ctx = op->data;

    ctx->step = ctx->call.api->stored(&ctx->call);
}


static void
ngx_http_asr_op_done(asr_op_t *op)
{
    asr_op_t                *head;
    ngx_http_asr_ctx_t      *ctx;
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;
    ctx = op->data;

    if (ctx->step == ASR_STEP_STORE && p->core.store != NULL) {
        asr_store_submit(p->core.store, op);
        return;
    }

    head = atomic_load_explicit(&p->done, memory_order_relaxed);

    do {
        op->next = head;
    } while (!atomic_compare_exchange_weak_explicit(&p->done, &head, op,
                                                    memory_order_release,
                                                    memory_order_relaxed));
}


static void
ngx_http_asr_group_done(void *ctx)
{
    uint64_t                 one;
    ngx_http_asr_process_t  *p = ctx;

    /* a store may do ops at once, where they were submitted */

    if (pthread_equal(pthread_self(), p->loop)) {
        ngx_post_event(&p->answer, &ngx_posted_events);
        return;
    }

    one = 1;

    /* it can only be full after 2^64 - 2 writes, and is readable then too */

    while (write(p->notify->fd, &one, sizeof(one)) == -1 && errno == EINTR) {
        /* void */
    }
}


static void
ngx_http_asr_work_ready(void *ctx, int segments, int tasks)
{
    ngx_http_asr_zone_t     *zone;
    ngx_http_asr_process_t  *p = ctx;

    zone = p->conf->zone->data;

    if (segments != 0) {
        asr_wake_post(&zone->sh->wake, segments);
    }

    /* which of them can take a task, only the store knows */

    if (tasks != 0) {
        asr_wake_post(&zone->sh->task_wake, INT_MAX);
    }
}


static void
ngx_http_asr_notify_handler(ngx_event_t *ev)
{
    uint64_t                 n;
    ngx_connection_t        *c;
    ngx_http_asr_process_t  *p;

    c = ev->data;
    p = c->data;

    while (read(c->fd, &n, sizeof(n)) == -1 && ngx_errno == NGX_EINTR) {
        /* void */
    }

    if (c->close) {
        c->close = 0;
        ngx_http_asr_drain_begin(p);
    }

    ngx_http_asr_answer(p);
}


static void
ngx_http_asr_answer_handler(ngx_event_t *ev)
{
    ngx_http_asr_answer(ev->data);
}


static void
ngx_http_asr_answer(ngx_http_asr_process_t *p)
{
    asr_op_t  *op, *next, *list;

    op = atomic_exchange_explicit(&p->done, NULL, memory_order_acquire);

    /* the stack has the newest first */

    for (list = NULL; op != NULL; op = next) {
        next = op->next;
        op->next = list;
        list = op;
    }

    for (op = list; op != NULL; op = next) {

        /* the request, and the op with it, is freed in completed() */

        next = op->next;

        p->pending--;
        ngx_http_asr_completed(op->data);
    }
}


static void
ngx_http_asr_drain_begin(ngx_http_asr_process_t *p)
{
    if (p->runner != NULL) {
        asr_runner_stop(p->runner);
    }

    if (p->io != NULL) {
        asr_io_stop(p->io);
    }

    p->drain_start = ngx_current_msec;

    if (!p->drain.timer_set) {
        ngx_add_timer(&p->drain, NGX_HTTP_ASR_DRAIN_TICK);
    }
}


static void
ngx_http_asr_drain_handler(ngx_event_t *ev)
{
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;

    if (p->pending == 0
        && (((p->runner == NULL || asr_runner_running(p->runner) == 0)
             && (p->io == NULL || !asr_io_running(p->io)))
            || ngx_current_msec - p->drain_start >= NGX_HTTP_ASR_GRACE))
    {
        return;
    }

    ngx_add_timer(ev, NGX_HTTP_ASR_DRAIN_TICK);
}


/*
 * NULL: the cycle's, asked for at each line.  A thread left in an utterance
 * outlives the cycle; then it is the log nginx keeps for its exit.
 */

void
ngx_http_asr_log_set(ngx_log_t *log)
{
    ngx_http_asr_logger = log;
    asr_log_set(ngx_http_asr_log);
}


/* Any thread; nginx's log writes a line with one call. */

static void
ngx_http_asr_log(int level, const char *line)
{
    static const ngx_uint_t  levels[] = {
        NGX_LOG_ERR, NGX_LOG_WARN, NGX_LOG_NOTICE, NGX_LOG_INFO, NGX_LOG_DEBUG
    };

    ngx_log_t  *log;

    log = (ngx_http_asr_logger != NULL) ? ngx_http_asr_logger
                                        : ngx_cycle->log;

    ngx_log_error(levels[level], log, 0, "asr: %s", line);
}
