/*
 * asr_status (JSON) and asr_metrics (OpenMetrics): two APIs of the gateway's
 * own, so they take the same way through the store as any query.  Counters
 * are in the zone and survive a reload; gauges come from the store.
 */

#include "ngx_http_asr_module.h"


#define NGX_HTTP_ASR_STATUS_MAX  (256 * 1024)


typedef struct {
    const char  *name;
    const char  *help;
    size_t       offset;
    double       scale;
} ngx_http_asr_counter_t;


static bool ngx_http_asr_status_claims(const asr_http_t *http);
static asr_step_t ngx_http_asr_status_begin(asr_call_t *call);
static asr_step_t ngx_http_asr_status_body(asr_call_t *call, const char *p,
    size_t n);
static asr_step_t ngx_http_asr_status_end(asr_call_t *call);
static asr_step_t ngx_http_asr_status_stored(asr_call_t *call);
static asr_step_t ngx_http_asr_metrics_stored(asr_call_t *call);
static void ngx_http_asr_status_error(asr_call_t *call, int status);
static void ngx_http_asr_status_cleanup(asr_call_t *call);
static void ngx_http_asr_status_progress(asr_json_out_t *o,
    const asr_store_stats_t *st);
static void ngx_http_asr_status_tasks(asr_json_out_t *o,
    asr_store_stats_t *st);
static void ngx_http_asr_status_zone(asr_json_out_t *o,
    ngx_http_asr_zone_t *zone);
static void ngx_http_asr_status_apis(asr_json_out_t *o,
    asr_api_counters_t *c);
static void ngx_http_asr_status_counters(asr_json_out_t *o, const char *name,
    void *counters, const ngx_http_asr_counter_t *rows, size_t n);
static void ngx_http_asr_metrics_counters(asr_buf_t *b, void *counters,
    const ngx_http_asr_counter_t *rows, size_t n);


static const char *const  ngx_http_asr_status_actions[] = { "status", NULL };

/* The counters' rows of these two are the last; see ASR_APIS_MAX. */

const asr_api_t  ngx_http_asr_status_api = {
    "status",
    ASR_APIS_MAX - 1,
    ngx_http_asr_status_actions,
    ngx_http_asr_status_claims,
    ngx_http_asr_status_begin,
    ngx_http_asr_status_body,
    ngx_http_asr_status_end,
    ngx_http_asr_status_stored,
    ngx_http_asr_status_error,
    ngx_http_asr_status_cleanup,
    NULL,
    NULL
};


const asr_api_t  ngx_http_asr_metrics_api = {
    "metrics",
    ASR_APIS_MAX - 1,
    ngx_http_asr_status_actions,
    ngx_http_asr_status_claims,
    ngx_http_asr_status_begin,
    ngx_http_asr_status_body,
    ngx_http_asr_status_end,
    ngx_http_asr_metrics_stored,
    ngx_http_asr_status_error,
    ngx_http_asr_status_cleanup,
    NULL,
    NULL
};


static const char *const  ngx_http_asr_states[] = {
    "created", "fetching", "decoding", "recognising", "finishing",
    "succeeded", "failed"
};


/* What the runner and the I/O thread count. */

#define NGX_HTTP_ASR_RUNNER(field, name, help, scale)                         \
    { name, help, offsetof(asr_runner_counters_t, field), scale }

static const ngx_http_asr_counter_t  ngx_http_asr_runner_counters[] = {
    NGX_HTTP_ASR_RUNNER(audio_ms, "asr_audio_seconds",
                        "Audio decoded.", 0.001),
    NGX_HTTP_ASR_RUNNER(recognised_ms, "asr_recognised_seconds",
                        "Audio in recognised utterances.", 0.001),
    NGX_HTTP_ASR_RUNNER(cpu_ms, "asr_recognition_cpu_seconds",
                        "CPU time of recognition.", 0.001),
    NGX_HTTP_ASR_RUNNER(segments, "asr_segments",
                        "Utterances recognised.", 1),
    NGX_HTTP_ASR_RUNNER(segment_retries, "asr_segment_retries",
                        "Utterances given back after a failure.", 1),
    NGX_HTTP_ASR_RUNNER(words, "asr_words", "Words recognised.", 1),
    NGX_HTTP_ASR_RUNNER(tasks_succeeded, "asr_tasks_succeeded",
                        "Tasks that ended well.", 1),
    NGX_HTTP_ASR_RUNNER(tasks_failed, "asr_tasks_failed",
                        "Tasks that failed.", 1),
    NGX_HTTP_ASR_RUNNER(decode_failures, "asr_decode_failures",
                        "Audio files that could not be decoded.", 1),
    NGX_HTTP_ASR_RUNNER(wait_ms, "asr_task_wait_seconds",
                        "From creation to start, summed over tasks.", 0.001),
    NGX_HTTP_ASR_RUNNER(turnaround_ms, "asr_task_turnaround_seconds",
                        "From creation to end, summed over tasks.", 0.001)
};


#define NGX_HTTP_ASR_IO(field, name, help)                                    \
    { name, help, offsetof(asr_io_counters_t, field), 1 }

static const ngx_http_asr_counter_t  ngx_http_asr_io_counters[] = {
    NGX_HTTP_ASR_IO(fetches, "asr_fetches", "Audio URLs fetched."),
    NGX_HTTP_ASR_IO(fetch_bytes, "asr_fetch_bytes", "Bytes of them."),
    NGX_HTTP_ASR_IO(fetch_failures, "asr_fetch_failures",
                    "Tasks that failed as their audio could not be fetched."),
    NGX_HTTP_ASR_IO(delivered, "asr_deliveries", "Callbacks delivered."),
    NGX_HTTP_ASR_IO(delivery_failures, "asr_delivery_failures",
                    "Attempts to deliver a callback that failed."),
    NGX_HTTP_ASR_IO(undelivered, "asr_deliveries_given_up",
                    "Callbacks given up after their last attempt.")
};


static uint64_t
ngx_http_asr_counter(void *counters, const ngx_http_asr_counter_t *row)
{
    return atomic_load_explicit(
               (_Atomic uint64_t *) ((u_char *) counters + row->offset),
               memory_order_relaxed);
}


static bool
ngx_http_asr_status_claims(const asr_http_t *http)
{
    return true;
}


static asr_step_t
ngx_http_asr_status_begin(asr_call_t *call)
{
    call->action = asr_str("status");

    if (!asr_str_eq(call->http->method, asr_str("GET"))
        && !asr_str_eq(call->http->method, asr_str("HEAD")))
    {
        ngx_http_asr_status_error(call, NGX_HTTP_NOT_ALLOWED);
        return ASR_STEP_REPLY;
    }

    call->op.type = ASR_OP_STATS;

    return ASR_STEP_STORE;
}


static asr_step_t
ngx_http_asr_status_body(asr_call_t *call, const char *p, size_t n)
{
    return ASR_STEP_BODY;
}


static asr_step_t
ngx_http_asr_status_end(asr_call_t *call)
{
    return ASR_STEP_STORE;
}


static void
ngx_http_asr_status_error(asr_call_t *call, int status)
{
    asr_buf_free(&call->reply.body);
    asr_buf_init(&call->reply.body, NGX_HTTP_ASR_STATUS_MAX);

    call->reply.status = status;
    call->reply.nheaders = 0;
    call->reply.content_type = asr_str("application/json");

    if (status == NGX_HTTP_NOT_ALLOWED) {
        asr_reply_header(&call->reply, asr_str("Allow"), asr_str("GET, HEAD"));
    }

    (void) asr_buf_printf(&call->reply.body, "{\"error\":%d}", status);
}


static void
ngx_http_asr_status_cleanup(asr_call_t *call)
{
    /* nothing outside the arena */
}


static asr_step_t
ngx_http_asr_status_stored(asr_call_t *call)
{
    asr_json_out_t           o;
    asr_runner_t            *runner;
    ngx_http_asr_zone_t     *zone;
    ngx_http_asr_process_t  *p;

    p = &ngx_http_asr_process;
    zone = p->conf->zone->data;
    runner = p->runner;

    call->reply.status = NGX_HTTP_OK;
    call->reply.content_type = asr_str("application/json");

    if (asr_json_out_begin(&o, &call->reply.body) != ASR_OK) {
        ngx_http_asr_status_error(call, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return ASR_STEP_REPLY;
    }

    asr_jo_object(&o);

    asr_jo_key(&o, "time_ms");
    asr_jo_int(&o, asr_clock_ms());

    asr_jo_key(&o, "store");
    asr_jo_str(&o, call->op.rc == ASR_OK ? asr_str("ok")
                                         : asr_str("unavailable"));

    if (call->op.rc == ASR_OK) {
        ngx_http_asr_status_tasks(&o, &call->op.stats);
    }

    asr_jo_key(&o, "threads");
    asr_jo_object(&o);
    asr_jo_key(&o, "configured");
    asr_jo_int(&o, p->conf->threads);
    asr_jo_key(&o, "worker");
    asr_jo_int(&o, ngx_worker);
    asr_jo_key(&o, "worker_running");
    asr_jo_int(&o, runner == NULL ? 0 : asr_runner_running(runner));
    asr_jo_key(&o, "worker_busy");
    asr_jo_int(&o, runner == NULL ? 0 : asr_runner_busy(runner));
    asr_jo_object_end(&o);

    ngx_http_asr_status_counters(&o, "recognition", &zone->sh->runner,
                                 ngx_http_asr_runner_counters,
                                 asr_nelts(ngx_http_asr_runner_counters));
    ngx_http_asr_status_counters(&o, "network", &zone->sh->io,
                                 ngx_http_asr_io_counters,
                                 asr_nelts(ngx_http_asr_io_counters));
    ngx_http_asr_status_zone(&o, zone);
    ngx_http_asr_status_apis(&o, &zone->sh->api);

    asr_jo_object_end(&o);

    if (asr_json_out_end(&o) != ASR_OK) {
        ngx_http_asr_status_error(call, NGX_HTTP_INTERNAL_SERVER_ERROR);
    }

    return ASR_STEP_REPLY;
}


static void
ngx_http_asr_status_tasks(asr_json_out_t *o, asr_store_stats_t *st)
{
    size_t   i;
    int64_t  age;

    asr_jo_key(o, "tasks");
    asr_jo_object(o);

    for (i = 0; i < asr_nelts(ngx_http_asr_states); i++) {
        asr_jo_key(o, ngx_http_asr_states[i]);
        asr_jo_int(o, st->tasks[i]);
    }

    asr_jo_object_end(o);

    age = (st->oldest_ms == 0) ? 0 : asr_clock_ms() - st->oldest_ms;

    asr_jo_key(o, "queue");
    asr_jo_object(o);
    asr_jo_key(o, "segments_queued");
    asr_jo_int(o, st->segments_queued);
    asr_jo_key(o, "segments_claimed");
    asr_jo_int(o, st->segments_claimed);
    asr_jo_key(o, "oldest_age_ms");
    asr_jo_int(o, age);
    asr_jo_object_end(o);

    asr_jo_key(o, "files");
    asr_jo_object(o);
    asr_jo_key(o, "count");
    asr_jo_int(o, st->files);
    asr_jo_key(o, "bytes");
    asr_jo_int(o, st->file_bytes);
    asr_jo_object_end(o);

    asr_jo_key(o, "fetches");
    asr_jo_object(o);
    asr_jo_key(o, "waiting");
    asr_jo_int(o, st->fetches_waiting);
    asr_jo_key(o, "running");
    asr_jo_int(o, st->tasks[ASR_TASK_FETCHING]);
    asr_jo_object_end(o);

    asr_jo_key(o, "deliveries");
    asr_jo_object(o);
    asr_jo_key(o, "pending");
    asr_jo_int(o, st->deliveries_pending);
    asr_jo_key(o, "undelivered");
    asr_jo_int(o, st->deliveries_undelivered);
    asr_jo_object_end(o);

    asr_jo_key(o, "owners");
    asr_jo_int(o, st->owners);

    ngx_http_asr_status_progress(o, st);
}


/* How far the oldest tasks in recognition are. */

static void
ngx_http_asr_status_progress(asr_json_out_t *o, const asr_store_stats_t *st)
{
    size_t                 i;
    const asr_progress_t  *p;

    asr_jo_key(o, "progress");
    asr_jo_array(o);

    for (i = 0; i < st->nprogress; i++) {
        p = &st->progress[i];

        asr_jo_object(o);
        asr_jo_key(o, "task");
        asr_jo_int(o, p->id);
        asr_jo_key(o, "age_ms");
        asr_jo_int(o, asr_clock_ms() - p->created_ms);
        asr_jo_key(o, "audio_ms");
        asr_jo_int(o, p->audio_ms);
        asr_jo_key(o, "segments");
        asr_jo_int(o, p->segments);
        asr_jo_key(o, "segments_done");
        asr_jo_int(o, p->done);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


static void
ngx_http_asr_status_zone(asr_json_out_t *o, ngx_http_asr_zone_t *zone)
{
    asr_jo_key(o, "zone");
    asr_jo_object(o);
    asr_jo_key(o, "pages_free");
    asr_jo_int(o, zone->shpool->pfree);
    asr_jo_key(o, "page_size");
    asr_jo_int(o, ngx_pagesize);
    asr_jo_key(o, "rate_windows");
    asr_jo_int(o, zone->sh->windows);
    asr_jo_key(o, "rate_windows_refused");
    asr_jo_int(o, zone->sh->limit_full);
    asr_jo_key(o, "nonces");
    asr_jo_int(o, zone->sh->nonces);
    asr_jo_key(o, "nonces_refused");
    asr_jo_int(o, zone->sh->nonce_full);
    asr_jo_object_end(o);
}


static void
ngx_http_asr_status_counters(asr_json_out_t *o, const char *name,
    void *counters, const ngx_http_asr_counter_t *rows, size_t n)
{
    size_t  i;

    asr_jo_key(o, name);
    asr_jo_object(o);

    for (i = 0; i < n; i++) {

        /* the metric's name without its prefix */

        asr_jo_key(o, rows[i].name + sizeof("asr_") - 1);
        asr_jo_fixed(o, ngx_http_asr_counter(counters, &rows[i])
                        * rows[i].scale,
                     rows[i].scale == 1 ? 0 : 3);
    }

    asr_jo_object_end(o);
}


static void
ngx_http_asr_status_apis(asr_json_out_t *o, asr_api_counters_t *c)
{
    unsigned          i, k;
    const asr_api_t  *api;

    asr_jo_key(o, "apis");
    asr_jo_object(o);

    for (i = 0; asr_apis[i] != NULL; i++) {
        api = asr_apis[i];

        asr_jo_key(o, api->name);
        asr_jo_object(o);

        asr_jo_key(o, "actions");
        asr_jo_object(o);

        for (k = 0; api->actions[k] != NULL && k < ASR_ACTIONS_MAX; k++) {
            asr_jo_key(o, api->actions[k]);
            asr_jo_object(o);
            asr_jo_key(o, "requests");
            asr_jo_int(o, c->requests[api->index][k]);
            asr_jo_key(o, "refused");
            asr_jo_int(o, c->refused[api->index][k]);
            asr_jo_object_end(o);
        }

        asr_jo_object_end(o);

        asr_jo_key(o, "tasks_created");
        asr_jo_int(o, c->created[api->index]);
        asr_jo_key(o, "limited");
        asr_jo_int(o, c->limited[api->index]);
        asr_jo_key(o, "auth_failed");
        asr_jo_int(o, c->auth_failed[api->index]);
        asr_jo_key(o, "internal_errors");
        asr_jo_int(o, c->internal[api->index]);
        asr_jo_key(o, "body_bytes");
        asr_jo_int(o, c->body_bytes[api->index]);

        asr_jo_object_end(o);
    }

    asr_jo_object_end(o);
}


static void
ngx_http_asr_metric(asr_buf_t *b, const char *name, const char *type,
    const char *help)
{
    (void) asr_buf_printf(b, "# TYPE %s %s\n# HELP %s %s\n", name, type, name,
                          help);
}


static void
ngx_http_asr_metrics_apis(asr_buf_t *b, asr_api_counters_t *c)
{
    size_t             n;
    unsigned           i, k;
    const asr_api_t   *api;
    _Atomic uint64_t  *row;

    static const struct {
        const char  *name;
        const char  *help;
        size_t       offset;
    } rows[] = {
        { "asr_tasks_created", "Tasks acknowledged.",
          offsetof(asr_api_counters_t, created) },
        { "asr_requests_limited", "Requests over the rate limit.",
          offsetof(asr_api_counters_t, limited) },
        { "asr_requests_unauthenticated",
          "Requests that failed authentication.",
          offsetof(asr_api_counters_t, auth_failed) },
        { "asr_requests_internal_error",
          "Requests answered with an internal error.",
          offsetof(asr_api_counters_t, internal) },
        { "asr_request_body_bytes", "Bytes of request bodies.",
          offsetof(asr_api_counters_t, body_bytes) }
    };

    ngx_http_asr_metric(b, "asr_requests", "counter", "Requests by action.");

    for (i = 0; asr_apis[i] != NULL; i++) {
        api = asr_apis[i];

        for (k = 0; api->actions[k] != NULL && k < ASR_ACTIONS_MAX; k++) {
            (void) asr_buf_printf(b, "asr_requests_total{api=\"%s\","
                                  "action=\"%s\"} %llu\n",
                                  api->name, api->actions[k],
                                  (unsigned long long)
                                      c->requests[api->index][k]);
        }
    }

    ngx_http_asr_metric(b, "asr_requests_refused", "counter",
                        "Requests answered with an error, by action.");

    for (i = 0; asr_apis[i] != NULL; i++) {
        api = asr_apis[i];

        for (k = 0; api->actions[k] != NULL && k < ASR_ACTIONS_MAX; k++) {
            (void) asr_buf_printf(b, "asr_requests_refused_total{api=\"%s\","
                                  "action=\"%s\"} %llu\n",
                                  api->name, api->actions[k],
                                  (unsigned long long)
                                      c->refused[api->index][k]);
        }
    }

    for (n = 0; n < asr_nelts(rows); n++) {
        ngx_http_asr_metric(b, rows[n].name, "counter", rows[n].help);

        row = (_Atomic uint64_t *) ((u_char *) c + rows[n].offset);

        for (i = 0; asr_apis[i] != NULL; i++) {
            (void) asr_buf_printf(b, "%s_total{api=\"%s\"} %llu\n",
                                  rows[n].name, asr_apis[i]->name,
                                  (unsigned long long)
                                      row[asr_apis[i]->index]);
        }
    }
}


static void
ngx_http_asr_metrics_gauge(asr_buf_t *b, const char *name, const char *help,
    int64_t value)
{
    ngx_http_asr_metric(b, name, "gauge", help);
    (void) asr_buf_printf(b, "%s %lld\n", name, (long long) value);
}


static void
ngx_http_asr_metrics_store(asr_buf_t *b, asr_store_stats_t *st)
{
    size_t   i;
    int64_t  age;

    ngx_http_asr_metric(b, "asr_tasks", "gauge", "Tasks kept, by state.");

    for (i = 0; i < asr_nelts(ngx_http_asr_states); i++) {
        (void) asr_buf_printf(b, "asr_tasks{state=\"%s\"} %lld\n",
                              ngx_http_asr_states[i],
                              (long long) st->tasks[i]);
    }

    age = (st->oldest_ms == 0) ? 0 : asr_clock_ms() - st->oldest_ms;

    ngx_http_asr_metric(b, "asr_oldest_task_seconds", "gauge",
                        "Age of the oldest unfinished task.");
    (void) asr_buf_printf(b, "asr_oldest_task_seconds %lld.%03d\n",
                          (long long) (age / 1000), (int) (age % 1000));

    ngx_http_asr_metrics_gauge(b, "asr_segments_queued",
                               "Utterances waiting.", st->segments_queued);
    ngx_http_asr_metrics_gauge(b, "asr_segments_claimed",
                               "Utterances being recognised.",
                               st->segments_claimed);
    ngx_http_asr_metrics_gauge(b, "asr_files", "Uploaded files kept.",
                               st->files);
    ngx_http_asr_metrics_gauge(b, "asr_file_bytes", "Bytes of those files.",
                               st->file_bytes);
    ngx_http_asr_metrics_gauge(b, "asr_fetches_waiting",
                               "Audio URLs waiting to be fetched.",
                               st->fetches_waiting);
    ngx_http_asr_metrics_gauge(b, "asr_deliveries_pending",
                               "Callbacks waiting to be delivered.",
                               st->deliveries_pending);
    ngx_http_asr_metrics_gauge(b, "asr_deliveries_undelivered",
                               "Callbacks given up and still on record.",
                               st->deliveries_undelivered);
}


static void
ngx_http_asr_metrics_counters(asr_buf_t *b, void *counters,
    const ngx_http_asr_counter_t *rows, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        ngx_http_asr_metric(b, rows[i].name, "counter", rows[i].help);
        (void) asr_buf_printf(b, "%s_total %.*f\n", rows[i].name,
                              rows[i].scale == 1 ? 0 : 3,
                              ngx_http_asr_counter(counters, &rows[i])
                              * rows[i].scale);
    }
}


static asr_step_t
ngx_http_asr_metrics_stored(asr_call_t *call)
{
    asr_buf_t            *b;
    ngx_http_asr_zone_t  *zone;

    zone = ngx_http_asr_process.conf->zone->data;
    b = &call->reply.body;

    call->reply.status = NGX_HTTP_OK;
    call->reply.content_type =
        asr_str("application/openmetrics-text; version=1.0.0; charset=utf-8");

    ngx_http_asr_metrics_gauge(b, "asr_store_up",
                               "1 when the store answers.",
                               call->op.rc == ASR_OK);

    if (call->op.rc == ASR_OK) {
        ngx_http_asr_metrics_store(b, &call->op.stats);
    }

    ngx_http_asr_metrics_counters(b, &zone->sh->runner,
                                  ngx_http_asr_runner_counters,
                                  asr_nelts(ngx_http_asr_runner_counters));
    ngx_http_asr_metrics_counters(b, &zone->sh->io, ngx_http_asr_io_counters,
                                  asr_nelts(ngx_http_asr_io_counters));

    ngx_http_asr_metrics_apis(b, &zone->sh->api);

    ngx_http_asr_metrics_gauge(b, "asr_threads",
                               "Recogniser threads configured.",
                               ngx_http_asr_process.conf->threads);
    ngx_http_asr_metrics_gauge(b, "asr_zone_free_bytes",
                               "Free pages of the shared zone.",
                               zone->shpool->pfree * ngx_pagesize);
    ngx_http_asr_metrics_gauge(b, "asr_zone_windows",
                               "Rate windows in the zone.",
                               zone->sh->windows);

    (void) asr_buf_append(b, "# EOF\n", sizeof("# EOF\n") - 1);

    if (b->failed) {
        ngx_http_asr_status_error(call, NGX_HTTP_INTERNAL_SERVER_ERROR);
    }

    return ASR_STEP_REPLY;
}
