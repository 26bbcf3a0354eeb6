/*
 * A small endpoint for conf_engine.h's document, that misbehaves by the
 * "model" of a task.  Its threads are microhttpd's; all state is under a lock.
 */

#ifndef CONF_ENDPOINT_H
#define CONF_ENDPOINT_H


#include "conf_engine.h"

#include <microhttpd.h>
#include <pthread.h>

#include "asr_conf_http.h"


#define ENDPOINT_TASKS  4096


typedef struct {
    unsigned             polls;          /* until it has ended */
    bool                 fails;
} endpoint_task_t;


typedef struct {
    struct MHD_Daemon   *daemon;
    char                 url[64];

    pthread_mutex_t      lock;
    endpoint_task_t      tasks[ENDPOINT_TASKS];
    unsigned             ntasks;
    unsigned             uploads;
    unsigned             requests;

    unsigned             allowed;        /* creates of the limited key */
    unsigned             used;
    int64_t              window_us;
    int64_t              began;          /* of the window */
} endpoint_t;


typedef struct {
    char                 data[65536];
    size_t               len;
} endpoint_body_t;


static const struct {
    const char          *model;
    const char          *body;
} endpoint_hostile[] = {
    { "html", "<html>" },
    { "empty", "" },
    { "twice", "{\"task_id\":\"a\",\"task_id\":\"b\",\"base_resp\":"
               "{\"status_code\":0,\"status_msg\":\"\"}}" },
    { "cut", "{\"task_id\":\"a\",\"base_resp\":{\"status_code\":0" },
    { "not-utf8", "{\"task_id\":\"\xff\",\"base_resp\":{\"status_code\":0,"
                  "\"status_msg\":\"\"}}" },
    { "nul", "{\"task_id\":\"a\\u0000b\",\"base_resp\":{\"status_code\":0,"
             "\"status_msg\":\"\"}}" },
    { "array", "[]" },
    { "null", "null" },
    { "text-code", "{\"task_id\":\"a\",\"base_resp\":{\"status_code\":\"0\","
                   "\"status_msg\":\"\"}}" },
    { "huge", "{\"task_id\":\"a\",\"base_resp\":{\"status_code\":"
              "99999999999999999999999,\"status_msg\":\"\"}}" },
    { "unknown-code", "{\"base_resp\":{\"status_code\":-7,"
                      "\"status_msg\":\"%s%n\"}}" },
    { "no-id", "{\"base_resp\":{\"status_code\":0,\"status_msg\":\"\"}}" },
    { "id-number", "{\"task_id\":1e308,\"base_resp\":{\"status_code\":0,"
                   "\"status_msg\":\"\"}}" }
};

#define ENDPOINT_NHOSTILE                                                     \
    (sizeof(endpoint_hostile) / sizeof(endpoint_hostile[0]))


static inline enum MHD_Result
endpoint_send(struct MHD_Connection *c, unsigned status, const char *body)
{
    enum MHD_Result       rc;
    struct MHD_Response  *r;

    r = MHD_create_response_from_buffer(strlen(body), (void *) body,
                                        MHD_RESPMEM_MUST_COPY);
    (void) MHD_add_response_header(r, "Content-Type", "application/json");

    rc = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);

    return rc;
}


static inline enum MHD_Result
endpoint_code(struct MHD_Connection *c, unsigned status, unsigned code)
{
    char  body[128];

    (void) snprintf(body, sizeof(body), "{\"base_resp\":{\"status_code\":%u,"
                    "\"status_msg\":\"it is so\"}}", code);

    return endpoint_send(c, status, body);
}


/* Told at once, by the thread that makes the task: twice for "twice-told". */

static inline void
endpoint_call(const char *url, const char *body, bool form, unsigned times)
{
    char                *base;
    unsigned             i;
    const char          *path;
    asr_conf_http_t     *h;
    asr_conf_reply_t     reply;
    asr_conf_request_t   rq;

    path = strchr(url + sizeof("http://"), '/');
    assert_non_null(path);

    base = asr_conf_copy_n(url, (size_t) (path - url));
    h = asr_conf_http_new(10, NULL);

    for (i = 0; i < times; i++) {
        asr_conf_request_init(&rq, "POST", base, path);
        asr_conf_request_body(&rq, body, strlen(body));
        asr_conf_request_header(&rq, "Content-Type",
                                form ? "application/x-www-form-urlencoded"
                                     : "application/json");
        asr_conf_http_do(h, &rq, &reply);

        asr_conf_reply_clean(&reply);
        asr_conf_request_clean(&rq);
    }

    asr_conf_http_free(h);
    free(base);
}


/* Whether the limit lets a create through; under the lock. */

static inline bool
endpoint_lets(endpoint_t *e)
{
    int64_t  now;

    now = asr_conf_now_us();

    if (now - e->began >= e->window_us) {
        e->began = now;
        e->used = 0;
    }

    return e->used++ < e->allowed;
}


static inline enum MHD_Result
endpoint_create(endpoint_t *e, struct MHD_Connection *c,
    const endpoint_body_t *b)
{
    char         err[200], reply[256], told[64];
    bool         lets;
    size_t       i;
    json_t      *v;
    unsigned     id;
    const char  *key, *model, *callback;

    key = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");
    lets = true;

    if (key != NULL && strcmp(key, "Bearer sk-limited") == 0) {
        (void) pthread_mutex_lock(&e->lock);
        lets = endpoint_lets(e);
        (void) pthread_mutex_unlock(&e->lock);
    }

    if (!lets) {
        return endpoint_code(c, 429, 100501);
    }

    v = asr_conf_json_read(b->data, b->len, err, sizeof(err));
    model = asr_conf_json_str(v, "model", "");

    for (i = 0; i < ENDPOINT_NHOSTILE; i++) {
        if (strcmp(endpoint_hostile[i].model, model) == 0) {
            json_decref(v);
            return endpoint_send(c, 200, endpoint_hostile[i].body);
        }
    }

    if (v == NULL || json_object_get(v, "b") != NULL) {
        json_decref(v);
        return endpoint_code(c, 400, 100001);
    }

    (void) pthread_mutex_lock(&e->lock);

    id = e->ntasks++ % ENDPOINT_TASKS;

    e->tasks[id].fails = strcmp(model, "fail") == 0;
    e->tasks[id].polls = strcmp(model, "never") == 0 ? 1000000 : 2;

    (void) pthread_mutex_unlock(&e->lock);

    callback = asr_conf_json_str(v, "callback", NULL);

    if (callback != NULL) {
        (void) snprintf(told, sizeof(told),
                        strcmp(model, "form") == 0
                        ? "code=0&task=t%u&text=a+b%%21"
                        : "{\"code\":0,\"task\":\"t%u\"}", id);
        endpoint_call(callback, told, strcmp(model, "form") == 0,
                      strcmp(model, "twice-told") == 0 ? 2 : 1);
    }

    json_decref(v);

    (void) snprintf(reply, sizeof(reply), "{\"task_id\":\"t%u\","
                    "\"base_resp\":{\"status_code\":0,"
                    "\"status_msg\":\"success\"}}", id);

    return endpoint_send(c, 200, reply);
}


static inline enum MHD_Result
endpoint_query(endpoint_t *e, struct MHD_Connection *c, const char *id)
{
    char              reply[256];
    unsigned          n;
    const char       *status;
    endpoint_task_t  *t;

    if (sscanf(id, "t%u", &n) != 1 || n >= ENDPOINT_TASKS) {
        return endpoint_code(c, 400, 100002);
    }

    (void) pthread_mutex_lock(&e->lock);

    t = &e->tasks[n];
    status = t->polls > 1 ? "Waiting" : t->polls == 1 ? "Processing"
             : t->fails ? "Failed" : "Success";

    if (t->polls != 0) {
        t->polls--;
    }

    (void) pthread_mutex_unlock(&e->lock);

    (void) snprintf(reply, sizeof(reply), "{\"status\":\"%s\",\"base_resp\":"
                    "{\"status_code\":%d,\"status_msg\":\"\"}}", status,
                    strcmp(status, "Failed") == 0 ? 200001 : 0);

    return endpoint_send(c, 200, reply);
}


static inline enum MHD_Result
endpoint_answer(void *cls, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *size,
    void **con)
{
    endpoint_t       *e;
    endpoint_body_t  *b;

    (void) version;

    e = cls;

    if (*con == NULL) {
        *con = calloc(1, sizeof(endpoint_body_t));
        return *con == NULL ? MHD_NO : MHD_YES;
    }

    b = *con;

    if (*size != 0) {
        if (*size < sizeof(b->data) - b->len) {
            memcpy(b->data + b->len, data, *size);
            b->len += *size;
        }

        *size = 0;

        return MHD_YES;
    }

    (void) pthread_mutex_lock(&e->lock);

    e->requests++;
    e->uploads += strcmp(url, "/upload") == 0;

    (void) pthread_mutex_unlock(&e->lock);

    if (strcmp(url, "/upload") == 0) {
        return endpoint_send(c, 200, "{\"file\":{\"file_id\":17},"
                             "\"base_resp\":{\"status_code\":0,"
                             "\"status_msg\":\"\"}}");
    }

    if (strcmp(url, "/tasks") == 0 && strcmp(method, "POST") == 0) {
        return endpoint_create(e, c, b);
    }

    if (strncmp(url, "/tasks/", 7) == 0) {
        return endpoint_query(e, c, url + 7);
    }

    return endpoint_code(c, 404, 100002);
}


static inline void
endpoint_done(void *cls, struct MHD_Connection *c, void **con,
    enum MHD_RequestTerminationCode why)
{
    (void) cls;
    (void) c;
    (void) why;

    free(*con);
    *con = NULL;
}


static inline void
endpoint_start(endpoint_t *e)
{
    const union MHD_DaemonInfo  *info;

    memset(e, 0, sizeof(*e));

    assert_int_equal(pthread_mutex_init(&e->lock, NULL), 0);

    e->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD
                                 | MHD_USE_THREAD_PER_CONNECTION
                                 | MHD_USE_POLL, 0, NULL, NULL,
                                 endpoint_answer, e,
                                 MHD_OPTION_NOTIFY_COMPLETED, endpoint_done,
                                 NULL, MHD_OPTION_END);
    assert_non_null(e->daemon);

    info = MHD_get_daemon_info(e->daemon, MHD_DAEMON_INFO_BIND_PORT);
    (void) snprintf(e->url, sizeof(e->url), "http://127.0.0.1:%u",
                    info->port);

    e->window_us = 1000000;
    e->allowed = 3;
}


static inline void
endpoint_stop(endpoint_t *e)
{
    MHD_stop_daemon(e->daemon);
    (void) pthread_mutex_destroy(&e->lock);
}


#endif /* CONF_ENDPOINT_H */
