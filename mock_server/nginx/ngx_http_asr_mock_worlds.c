/*
 * /_mock/worlds and what is below a world but its requests.
 */

#include "ngx_http_asr_mock.h"
#include "asr_mock_journal.h"
#include "asr_mock_limits.h"
#include "asr_mock_manners.h"
#include "asr_mock_plan.h"
#include "asr_mock_report.h"
#include "asr_mock_store.h"


#define NGX_HTTP_ASR_MOCK_TASKS   1000
#define NGX_HTTP_ASR_MOCK_SETTLE  (30 * 1000)    /* ms, for due work */


typedef struct {
    const char  *name;
    const char  *methods;
    void       (*handler)(ngx_http_asr_mock_admin_t *a, asr_json_out_t *o);
} ngx_http_asr_mock_part_t;


static void ngx_http_asr_mock_world_list(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_world_one(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_part(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_plan(ngx_http_asr_mock_admin_t *a,
    asr_json_out_t *o);
static void ngx_http_asr_mock_faults(ngx_http_asr_mock_admin_t *a,
    asr_json_out_t *o);
static void ngx_http_asr_mock_limits(ngx_http_asr_mock_admin_t *a,
    asr_json_out_t *o);
static void ngx_http_asr_mock_callbacks(ngx_http_asr_mock_admin_t *a,
    asr_json_out_t *o);
static void ngx_http_asr_mock_clock(ngx_http_asr_mock_admin_t *a);
static bool ngx_http_asr_mock_clock_ready(ngx_http_asr_mock_admin_t *a,
    bool last);
static void ngx_http_asr_mock_tasks(ngx_http_asr_mock_admin_t *a);
static void ngx_http_asr_mock_task(ngx_http_asr_mock_admin_t *a, int64_t id);
static bool ngx_http_asr_mock_task_ready(ngx_http_asr_mock_admin_t *a,
    bool last);
static void ngx_http_asr_mock_task_audio(ngx_http_asr_mock_admin_t *a,
    int64_t id);


static const ngx_http_asr_mock_part_t  ngx_http_asr_mock_parts[] = {
    { "plan", "GET, PUT, PATCH", ngx_http_asr_mock_plan },
    { "faults", "GET, POST, DELETE", ngx_http_asr_mock_faults },
    { "limits", "GET, DELETE", ngx_http_asr_mock_limits },
    { "callbacks", "GET", ngx_http_asr_mock_callbacks },
    { NULL, NULL, NULL }
};


static bool
ngx_http_asr_mock_is(ngx_http_asr_mock_admin_t *a, const char *method)
{
    return asr_str_eq(a->method, asr_cstr(method));
}


/* The JSON of the body; false: it has been refused. */

static bool
ngx_http_asr_mock_json(ngx_http_asr_mock_admin_t *a)
{
    asr_json_error_t  error;

    a->json = asr_json_parse(&a->arena, a->body, &error);

    if (a->json != NULL) {
        return true;
    }

    ngx_http_asr_mock_refuse(a, 400, "the body is not valid JSON");

    return false;
}


/* The lock is held while answers are made, not while they are sent. */

void
ngx_http_asr_mock_worlds(ngx_http_asr_mock_admin_t *a)
{
    asr_str_t  head, rest;

    if (a->rest.data == NULL || a->rest.len == 0) {
        ngx_http_asr_mock_world_list(a);
        return;
    }

    rest = a->rest;
    a->key = asr_str_cut(&rest, '/');
    a->rest = rest;

    asr_mock_lock();
    a->world = asr_mock_world_find(a->key);

    /* it may be told what to do before its first request */

    if (a->world == NULL && asr_mock_is_key(a->key)
        && !ngx_http_asr_mock_is(a, "DELETE"))
    {
        a->world = asr_mock_world(a->key);
    }

    asr_mock_unlock();

    if (a->world == NULL) {
        ngx_http_asr_mock_refuse(a, 404, "there is no world \"%.*s\"",
                                 asr_fmt(a->key));
        return;
    }

    if (rest.len == 0) {
        ngx_http_asr_mock_world_one(a);
        return;
    }

    head = asr_str_cut(&rest, '/');

    if (asr_str_eq(head, asr_str("tasks"))) {
        a->rest = rest;
        ngx_http_asr_mock_tasks(a);

    } else if (asr_str_eq(head, asr_str("clock"))) {
        ngx_http_asr_mock_clock(a);

    } else if (asr_str_eq(head, asr_str("report"))) {
        ngx_http_asr_mock_report(a, a->key);

    } else if (head.len >= 8 && memcmp(head.data, "requests", 8) == 0) {
        ngx_http_asr_mock_requests(a);

    } else {
        ngx_http_asr_mock_part(a);
    }
}


static void
ngx_http_asr_mock_world_write(asr_mock_world_t *w, asr_json_out_t *o)
{
    const asr_mock_tally_t   *t;
    asr_mock_store_counts_t   c;

    asr_mock_store_counts(w, &c);
    t = w->tally;

    asr_jo_object(o);
    asr_jo_key(o, "key");
    asr_jo_str(o, asr_cstr(w->key));
    asr_jo_key(o, "requests");
    asr_jo_int(o, (int64_t) w->requests);
    asr_jo_key(o, "errors");
    asr_jo_int(o, t == NULL ? 0
                  : (int64_t) t->severities[ASR_MOCK_ERROR]);
    asr_jo_key(o, "warnings");
    asr_jo_int(o, t == NULL ? 0
                  : (int64_t) t->severities[ASR_MOCK_WARNING]);
    asr_jo_key(o, "tasks");
    asr_jo_int(o, (int64_t) c.tasks);
    asr_jo_key(o, "unfinished");
    asr_jo_int(o, (int64_t) c.unfinished);
    asr_jo_key(o, "files");
    asr_jo_int(o, (int64_t) c.files);
    asr_jo_key(o, "last_ms");
    asr_jo_int(o, w->used_ms);
    asr_mock_clock_write(w, o);
    asr_jo_object_end(o);
}


static void
ngx_http_asr_mock_world_list(ngx_http_asr_mock_admin_t *a)
{
    asr_json_out_t     o;
    asr_mock_world_t  *w;

    if (!ngx_http_asr_mock_allow(a, "GET")) {
        return;
    }

    (void) asr_json_out_begin(&o, &a->out);
    asr_jo_object(&o);
    asr_jo_key(&o, "worlds");
    asr_jo_array(&o);

    asr_mock_lock();

    for (w = asr_mock_world_first(); w != NULL; w = w->next) {
        ngx_http_asr_mock_world_write(w, &o);
    }

    asr_mock_unlock();

    asr_jo_array_end(&o);
    asr_jo_object_end(&o);
    (void) asr_json_out_end(&o);

    ngx_http_asr_mock_reply(a);
}


static void
ngx_http_asr_mock_world_one(ngx_http_asr_mock_admin_t *a)
{
    asr_json_out_t  o;

    if (!ngx_http_asr_mock_allow(a, "GET, DELETE")) {
        return;
    }

    if (ngx_http_asr_mock_is(a, "DELETE")) {
        asr_mock_lock();
        asr_mock_world_delete(a->world);
        asr_mock_journal_forget(a->key);
        asr_mock_unlock();
        asr_mock_store_flush();

        ngx_http_asr_mock_publish("world", a->key, asr_str("{}"));

        a->status = NGX_HTTP_NO_CONTENT;
        ngx_http_asr_mock_reply(a);
        return;
    }

    (void) asr_json_out_begin(&o, &a->out);
    asr_mock_lock();
    ngx_http_asr_mock_world_write(a->world, &o);
    asr_mock_unlock();
    (void) asr_json_out_end(&o);

    ngx_http_asr_mock_reply(a);
}


/* What is answered at once by one object; an err refuses it. */

static void
ngx_http_asr_mock_part(ngx_http_asr_mock_admin_t *a)
{
    asr_str_t                        head, rest;
    asr_json_out_t                   o;
    const ngx_http_asr_mock_part_t  *part;

    rest = a->rest;
    head = asr_str_cut(&rest, '/');

    for (part = ngx_http_asr_mock_parts; part->name != NULL; part++) {
        if (asr_str_eq(asr_cstr(part->name), head)) {
            break;
        }
    }

    if (part->name == NULL) {
        ngx_http_asr_mock_refuse(a, 404, "a world has no \"%.*s\"",
                                 asr_fmt(head));
        return;
    }

    if (!ngx_http_asr_mock_allow(a, part->methods)) {
        return;
    }

    a->rest = rest;

    if ((a->body.len != 0
         || (!ngx_http_asr_mock_is(a, "GET")
             && !ngx_http_asr_mock_is(a, "DELETE")))
        && !ngx_http_asr_mock_json(a))
    {
        return;
    }

    a->err[0] = '\0';

    (void) asr_json_out_begin(&o, &a->out);
    asr_mock_lock();
    part->handler(a, &o);
    asr_mock_unlock();
    (void) asr_json_out_end(&o);

    if (a->err[0] != '\0') {
        ngx_http_asr_mock_refuse(a, a->status != NGX_HTTP_OK ? a->status : 400,
                                 a->err);
        return;
    }

    ngx_http_asr_mock_reply(a);
}


static void
ngx_http_asr_mock_plan(ngx_http_asr_mock_admin_t *a, asr_json_out_t *o)
{
    bool  patch;

    patch = ngx_http_asr_mock_is(a, "PATCH");

    if (patch || ngx_http_asr_mock_is(a, "PUT")) {
        if (asr_mock_plan_set(a->world, a->json, patch, a->err,
                              sizeof(a->err))
            != ASR_OK)
        {
            return;
        }

        a->err[0] = '\0';

    }

    asr_mock_plan_write(a->world, o);
}


static void
ngx_http_asr_mock_faults(ngx_http_asr_mock_admin_t *a, asr_json_out_t *o)
{
    int64_t  id;

    if (ngx_http_asr_mock_is(a, "POST")) {
        if (asr_mock_faults_add_json(a->world, a->json, a->err,
                                     sizeof(a->err))
            != ASR_OK)
        {
            return;
        }

        a->err[0] = '\0';

    } else if (ngx_http_asr_mock_is(a, "DELETE")) {
        if (a->rest.len == 0) {
            asr_mock_faults_clear(a->world);

        } else if (asr_str_int(a->rest, &id) != ASR_OK || id <= 0
                   || id > UINT32_MAX
                   || !asr_mock_faults_delete(a->world, (uint32_t) id))
        {
            a->status = 404;
            (void) snprintf(a->err, sizeof(a->err), "there is no such fault");
            return;
        }

    }

    asr_mock_faults_write(a->world, o);
}


static void
ngx_http_asr_mock_limits(ngx_http_asr_mock_admin_t *a, asr_json_out_t *o)
{
    if (ngx_http_asr_mock_is(a, "DELETE")) {
        asr_mock_limits_clear(a->world);
    }

    asr_jo_object(o);
    asr_jo_key(o, "limits");
    asr_mock_limits_write(a->world, o);
    asr_jo_object_end(o);
}


static void
ngx_http_asr_mock_callbacks(ngx_http_asr_mock_admin_t *a, asr_json_out_t *o)
{
    asr_jo_object(o);
    asr_jo_key(o, "callbacks");
    asr_mock_store_callbacks_write(a->world, 0, o);
    asr_jo_object_end(o);
}


static void
ngx_http_asr_mock_clock(ngx_http_asr_mock_admin_t *a)
{
    asr_err_t  rc;

    if (!ngx_http_asr_mock_allow(a, "GET, PUT, POST")) {
        return;
    }

    if (ngx_http_asr_mock_is(a, "GET")) {
        (void) ngx_http_asr_mock_clock_ready(a, true);
        return;
    }

    if (!ngx_http_asr_mock_json(a)) {
        return;
    }

    asr_mock_lock();
    rc = asr_mock_clock_set(a->world, a->json, a->err, sizeof(a->err));

    if (rc == ASR_OK) {
        (void) asr_mock_store_due(a->world, asr_clock_of(&a->world->clock));
        ngx_http_asr_mock_arm(a->world);
    }

    asr_mock_unlock();

    if (rc != ASR_OK) {
        ngx_http_asr_mock_refuse(a, 400, a->err);
        return;
    }

    asr_mock_store_flush();
    ngx_http_asr_mock_publish("clock", a->key, asr_str("{}"));

    if (!ngx_http_asr_mock_clock_ready(a, false)) {
        ngx_http_asr_mock_wait(a, ngx_http_asr_mock_clock_ready,
                               NGX_HTTP_ASR_MOCK_SETTLE);
    }
}


/* What fell due has ended, or is not waited for any longer. */

static bool
ngx_http_asr_mock_clock_ready(ngx_http_asr_mock_admin_t *a, bool last)
{
    bool               settled;
    asr_json_out_t     o;
    asr_mock_world_t  *w;

    asr_mock_lock();

    w = asr_mock_world_find(a->key);
    settled = w == NULL || asr_mock_store_settled(w);

    if (!settled && !last) {
        asr_mock_unlock();
        return false;
    }

    (void) asr_json_out_begin(&o, &a->out);
    asr_jo_object(&o);

    if (w != NULL) {
        asr_mock_clock_write(w, &o);
        asr_jo_key(&o, "settled");
        asr_jo_bool(&o, settled);
        asr_jo_key(&o, "ran");

        if (ngx_http_asr_mock_is(a, "GET")) {
            asr_jo_array(&o);
            asr_jo_array_end(&o);

        } else {
            asr_mock_store_ran_write(w, &o);
        }
    }

    asr_jo_object_end(&o);
    (void) asr_json_out_end(&o);

    asr_mock_unlock();

    ngx_http_asr_mock_reply(a);

    return true;
}


static void
ngx_http_asr_mock_tasks(ngx_http_asr_mock_admin_t *a)
{
    int64_t         id;
    asr_str_t       head, rest;
    asr_json_out_t  o;

    if (a->rest.len == 0) {
        if (!ngx_http_asr_mock_allow(a, "GET")) {
            return;
        }

        (void) asr_json_out_begin(&o, &a->out);
        asr_jo_object(&o);
        asr_jo_key(&o, "tasks");
        asr_mock_lock();
        asr_mock_store_tasks_write(a->world, NGX_HTTP_ASR_MOCK_TASKS, &o);
        asr_mock_unlock();
        asr_jo_object_end(&o);
        (void) asr_json_out_end(&o);

        ngx_http_asr_mock_reply(a);
        return;
    }

    rest = a->rest;
    head = asr_str_cut(&rest, '/');

    if (asr_str_int(head, &id) != ASR_OK || id <= 0) {
        ngx_http_asr_mock_refuse(a, 404, "there is no task \"%.*s\"",
                                 asr_fmt(head));
        return;
    }

    a->until = id;

    if (rest.len == 0) {
        ngx_http_asr_mock_task(a, id);

    } else if (asr_str_eq(rest, asr_str("audio"))) {
        if (ngx_http_asr_mock_allow(a, "GET")) {
            ngx_http_asr_mock_task_audio(a, id);
        }

    } else {
        ngx_http_asr_mock_refuse(a, 404, "a task has no \"%.*s\"",
                                 asr_fmt(rest));
    }
}


/* "success" or {"fail": "CODE"}; anything else is refused. */

static bool
ngx_http_asr_mock_told(ngx_http_asr_mock_admin_t *a, asr_mock_end_t *end,
    asr_str_t *code)
{
    asr_json_t  *v, *fail;

    if (!ngx_http_asr_mock_json(a)) {
        return false;
    }

    v = asr_json_get(a->json, asr_str("end"));
    fail = asr_json_get(v, asr_str("fail"));
    *code = asr_str_null();

    if (v != NULL && v->type == ASR_JSON_STRING
        && asr_str_eq(v->u.string, asr_str("success")))
    {
        *end = ASR_MOCK_SUCCEEDS;
        return true;
    }

    if (fail != NULL && fail->type == ASR_JSON_STRING) {
        *end = ASR_MOCK_FAILS;
        *code = fail->u.string;
        return true;
    }

    ngx_http_asr_mock_refuse(a, 400, "\"end\" must be \"success\" or "
                             "{\"fail\": \"CODE\"}");

    return false;
}


static void
ngx_http_asr_mock_task(ngx_http_asr_mock_admin_t *a, int64_t id)
{
    asr_err_t       rc;
    asr_str_t       code;
    asr_mock_end_t  end;

    if (!ngx_http_asr_mock_allow(a, "GET, POST")) {
        return;
    }

    if (ngx_http_asr_mock_is(a, "GET")) {
        (void) ngx_http_asr_mock_task_ready(a, true);
        return;
    }

    if (!ngx_http_asr_mock_told(a, &end, &code)) {
        return;
    }

    asr_mock_lock();
    rc = asr_mock_store_tell(a->world, id, end, code);
    asr_mock_unlock();
    asr_mock_store_flush();

    if (rc == ASR_EXISTS) {
        ngx_http_asr_mock_refuse(a, 409, "the task has ended");

    } else if (rc == ASR_NOTFOUND) {
        ngx_http_asr_mock_refuse(a, 404, "there is no such task");

    } else if (rc != ASR_OK) {
        ngx_http_asr_mock_refuse(a, 400, "there is no such code");

    } else if (!ngx_http_asr_mock_task_ready(a, false)) {
        ngx_http_asr_mock_wait(a, ngx_http_asr_mock_task_ready,
                               NGX_HTTP_ASR_MOCK_SETTLE);
    }
}


static bool
ngx_http_asr_mock_task_ready(ngx_http_asr_mock_admin_t *a, bool last)
{
    bool               found;
    asr_json_out_t     o;
    asr_mock_world_t  *w;

    asr_mock_lock();

    w = asr_mock_world_find(a->key);

    if (w != NULL && !last && !asr_mock_store_settled(w)) {
        asr_mock_unlock();
        return false;
    }

    (void) asr_json_out_begin(&o, &a->out);
    found = w != NULL && asr_mock_store_task_write(w, a->until, &o);
    (void) asr_json_out_end(&o);

    asr_mock_unlock();

    if (found) {
        ngx_http_asr_mock_reply(a);

    } else {
        ngx_http_asr_mock_refuse(a, 404, "there is no such task");
    }

    return true;
}


/* Its audio as it came; a browser will find out what it is. */

static void
ngx_http_asr_mock_task_audio(ngx_http_asr_mock_admin_t *a, int64_t id)
{
    int                fd;
    char              *p;
    ssize_t            n;
    asr_mock_found_t   found;

    asr_mock_lock();

    fd = -1;
    n = -1;
    p = NULL;

    if (asr_mock_store_audio(a->world, id, &found)
        && found.size <= a->out.ceiling)
    {
        p = asr_arena_alloc(&a->arena, (size_t) found.size + 1);

        if (p != NULL && found.spool.len == 0) {
            memcpy(p, found.bytes.data, found.bytes.len);
            n = (ssize_t) found.bytes.len;

        } else if (p != NULL) {
            fd = asr_spool_open_audio(ngx_http_asr_process.core.spool,
                                      found.spool);
        }
    }

    asr_mock_unlock();

    if (fd != -1) {
        n = pread(fd, p, (size_t) found.size, 0);
        (void) close(fd);
    }

    if (n < 0) {
        ngx_http_asr_mock_refuse(a, 404, "its audio is not here");
        return;
    }

    (void) asr_buf_append(&a->out, p, (size_t) n);
    a->type = "application/octet-stream";

    if (n >= 12 && memcmp(p, "RIFF", 4) == 0) {
        a->type = "audio/wav";

    } else if (n >= 3 && (memcmp(p, "ID3", 3) == 0
                          || ((u_char) p[0] == 0xff
                              && ((u_char) p[1] & 0xe0) == 0xe0)))
    {
        a->type = "audio/mpeg";

    } else if (n >= 4 && memcmp(p, "OggS", 4) == 0) {
        a->type = "audio/ogg";

    } else if (n >= 4 && memcmp(p, "fLaC", 4) == 0) {
        a->type = "audio/flac";

    } else if (n >= 8 && memcmp(p + 4, "ftyp", 4) == 0) {
        a->type = "audio/mp4";
    }

    ngx_http_asr_mock_reply(a);
}
