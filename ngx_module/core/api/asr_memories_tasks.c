/*
 * Document 002: tasks.
 *
 * A sync call is an async one whose reply waits: it creates its task, then
 * asks for it, waits, asks again, until the task has ended or the time is up.
 * What one poll reads is in an arena of its own, so a request that is held
 * long does not grow.  The task is a task like any: it survives the request.
 */

#include "asr_memories.h"
#include "asr_subtitles.h"

#include "../base/asr_clock.h"


static void asr_memories_lookup(asr_call_t *call, asr_memories_t *m);
static asr_step_t asr_memories_created(asr_call_t *call, asr_memories_t *m);
static asr_step_t asr_memories_waited(asr_call_t *call, asr_memories_t *m);
static asr_step_t asr_memories_queried(asr_call_t *call, asr_memories_t *m);
static asr_step_t asr_memories_items(asr_call_t *call,
    const asr_memories_kept_t *k);
static asr_step_t asr_memories_failed(asr_call_t *call);
static asr_step_t asr_memories_no_task(asr_call_t *call);


/* false: the reply is made */

static bool
asr_memories_hold(asr_call_t *call, asr_memories_t *m)
{
    if (call->core->held >= call->core->hold_max) {
        asr_memories_rule(call, ASR_MEMORIES_BUSY, ASR_MEMORIES_R_HELD,
                          "too many requests wait already, use the async "
                          "call or try again later");
        return false;
    }

    call->core->held++;
    m->held = true;
    m->until_ms = asr_clock_mono_ms() + call->core->hold_ms;

    return true;
}


asr_step_t
asr_memories_create(asr_call_t *call, asr_memories_t *m)
{
    int64_t                  now, id;
    asr_task_t              *t;
    asr_memories_kept_t      k;
    asr_memories_create_t    c;

    if (!asr_memories_check_create(call, m, &c)) {
        return ASR_STEP_REPLY;
    }

    /* assets, models and webhooks are another server's then */

    if (call->guard) {
        return ASR_STEP_STORE;
    }

    if (!asr_memories_asset_id(c.asset_id, &id)) {
        return asr_memories_rule(call, ASR_MEMORIES_NO_ASSET,
                                 ASR_MEMORIES_R_ASSET,
                                 "there is no such asset");
    }

    if (asr_models_engine(call->core->models, asr_str(ASR_MEMORIES_ENGINE))
        < 0)
    {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "no recognition model is set up for "
                                  ASR_MEMORIES_ENGINE);
    }

    asr_memories_nonce((asr_str_t) { sizeof(call->request_id),
                                     call->request_id }, m->nonce);
    m->speaker = c.speaker;

    k.nonce = (asr_str_t) { sizeof(m->nonce), m->nonce };
    k.model = c.model;
    k.webhook = c.callback_url;
    k.speaker = c.speaker;
    k.integer = call->core->memories_integer;

    now = asr_clock_ms();
    t = &call->op.task;

    t->api = asr_str("memories");
    t->account = m->account->name;
    t->created_ms = now;
    t->expires_ms = now + call->core->task_ttl_ms;
    t->file_id = id;
    t->engine = asr_str(ASR_MEMORIES_ENGINE);
    t->channels = 1;
    t->params = asr_memories_keep(&call->arena, &k);

    if (t->params.data == NULL) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "out of memory");
    }

    if (m->action == ASR_MEMORIES_SYNC && !asr_memories_hold(call, m)) {
        return ASR_STEP_REPLY;
    }

    call->op.type = ASR_OP_TASK_CREATE;
    call->op.file.purpose = asr_str(ASR_MEMORIES_PURPOSE);

    return ASR_STEP_STORE;
}


asr_step_t
asr_memories_query(asr_call_t *call, asr_memories_t *m)
{
    asr_str_t  nonce;

    if (call->guard) {
        return ASR_STEP_STORE;
    }

    if (!asr_memories_task_id(m->path_id, &call->task_id, &nonce)) {
        return asr_memories_no_task(call);
    }

    memcpy(m->nonce, nonce.data, sizeof(m->nonce));
    asr_memories_lookup(call, m);

    return ASR_STEP_STORE;
}


/* The next op: how is the task?  Its memory is the poll's. */

static void
asr_memories_lookup(asr_call_t *call, asr_memories_t *m)
{
    asr_arena_free(&m->poll);
    memset(&call->op.task, 0, sizeof(asr_task_t));

    call->op.type = ASR_OP_TASK_GET;
    call->op.arena = &m->poll;
    call->op.task.id = call->task_id;
    call->op.task.api = asr_str("memories");
    call->op.task.account = m->account->name;
}


asr_step_t
asr_memories_task_stored(asr_call_t *call, asr_memories_t *m)
{
    if (call->op.type == ASR_OP_TASK_CREATE) {
        return asr_memories_created(call, m);
    }

    if (call->op.rc == ASR_NOTFOUND) {
        return asr_memories_no_task(call);
    }

    if (call->op.rc != ASR_OK) {
        return asr_memories_store_error(call, call->op.rc);
    }

    return m->held ? asr_memories_waited(call, m)
                   : asr_memories_queried(call, m);
}


static asr_step_t
asr_memories_no_task(asr_call_t *call)
{
    return asr_memories_rule(call, ASR_MEMORIES_NO_TASK, ASR_MEMORIES_R_TASK,
                             "there is no such task");
}


static asr_step_t
asr_memories_created(asr_call_t *call, asr_memories_t *m)
{
    asr_json_out_t  o;

    switch (call->op.rc) {

    case ASR_OK:
        break;

    case ASR_NOTFOUND:
        return asr_memories_rule(call, ASR_MEMORIES_NO_ASSET,
                                 ASR_MEMORIES_R_ASSET,
                                 "there is no such asset, or it is not "
                                 "uploaded yet");

    case ASR_TOOBIG:
        return asr_memories_rule(call, ASR_MEMORIES_BUSY, ASR_MEMORIES_R_QUEUE,
                                 "the task queue is full, try again later");

    default:
        return asr_memories_store_error(call, call->op.rc);
    }

    call->task_id = call->op.task.id;
    asr_memories_task_text(call->task_id,
                           (asr_str_t) { sizeof(m->nonce), m->nonce },
                           m->task);

    if (call->core->counters != NULL) {
        call->core->counters->created[ASR_MEMORIES_INDEX]++;
    }

    if (m->held) {
        asr_memories_lookup(call, m);
        return ASR_STEP_WAIT;
    }

    asr_memories_open(call, &o);
    asr_jo_object(&o);
    asr_jo_key(&o, "task_id");
    asr_jo_str(&o, (asr_str_t) { sizeof(m->task), m->task });
    asr_jo_object_end(&o);

    return asr_memories_close(call, &o);
}


static asr_step_t
asr_memories_waited(asr_call_t *call, asr_memories_t *m)
{
    asr_memories_kept_t  k;

    switch (call->op.task.state) {

    case ASR_TASK_SUCCEEDED:
        k.model = asr_str(ASR_MEMORIES_ENGINE);
        k.speaker = m->speaker;
        return asr_memories_items(call, &k);

    case ASR_TASK_FAILED:
        return asr_memories_failed(call);

    default:
        break;
    }

    if (asr_clock_mono_ms() >= m->until_ms) {
        return asr_memories_rule(call, ASR_MEMORIES_HELD_LONG,
                                 ASR_MEMORIES_R_HELD_LONG,
                                 "the task goes on, ask for it by its id");
    }

    asr_memories_lookup(call, m);

    return ASR_STEP_WAIT;
}


static asr_step_t
asr_memories_items(asr_call_t *call, const asr_memories_kept_t *k)
{
    asr_memories_t  *m = call->state;
    asr_result_t     result;
    asr_json_out_t   o;

    if (asr_result_read(&m->poll, call->op.task.result, &result) != ASR_OK) {
        return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                  "the task's result cannot be read");
    }

    asr_memories_open(call, &o);
    asr_jo_object(&o);
    asr_jo_key(&o, "model");
    asr_jo_str(&o, k->model);
    asr_jo_key(&o, "items");
    asr_memories_segments(&o, &result, k->speaker);
    asr_jo_object_end(&o);

    return asr_memories_close(call, &o);
}


static asr_step_t
asr_memories_failed(asr_call_t *call)
{
    const asr_memories_cause_t  *c;

    c = asr_memories_cause(&call->op.task);

    if (c->audio) {
        return asr_memories_rule(call, ASR_MEMORIES_BAD_AUDIO,
                                 ASR_MEMORIES_R_AUDIO, c->meaning);
    }

    return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL, c->meaning);
}


/* An extension: the vendor has callbacks only. */

static asr_step_t
asr_memories_queried(asr_call_t *call, asr_memories_t *m)
{
    asr_err_t             rc;
    const char           *status;
    asr_result_t          result;
    asr_json_out_t        o;
    const asr_task_t     *t;
    asr_memories_kept_t   k;

    t = &call->op.task;

    asr_memories_kept(&m->poll, t->params, &k);

    if (k.nonce.len != sizeof(m->nonce)
        || !asr_equal_ct(k.nonce.data, m->nonce, sizeof(m->nonce)))
    {
        return asr_memories_no_task(call);
    }

    switch (t->state) {

    case ASR_TASK_CREATED:
        status = "pending";
        break;

    case ASR_TASK_SUCCEEDED:
        status = "completed";
        break;

    case ASR_TASK_FAILED:
        status = "failed";
        break;

    default:
        status = "processing";
        break;
    }

    if (t->state == ASR_TASK_SUCCEEDED) {
        if (asr_result_read(&m->poll, t->result, &result) != ASR_OK) {
            return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                      "the task's result cannot be read");
        }

        asr_memories_reply(call, asr_memories_codes[ASR_MEMORIES_OK].status);
        rc = asr_subtitles_reply(call, &m->poll, &result);

        if (rc == ASR_OK) {
            return ASR_STEP_REPLY;
        }

        if (rc != ASR_NOTFOUND) {
            return asr_memories_error(call, ASR_MEMORIES_INTERNAL, NULL,
                                      "out of memory");
        }
    }

    asr_memories_open(call, &o);
    asr_jo_object(&o);
    asr_jo_key(&o, "task_id");
    asr_jo_str(&o, m->path_id);
    asr_jo_key(&o, "status");
    asr_jo_str(&o, asr_cstr(status));
    asr_jo_key(&o, "result");

    if (t->state == ASR_TASK_SUCCEEDED) {
        asr_memories_result(&o, &result, &k);

    } else {
        asr_jo_null(&o);
    }

    asr_jo_key(&o, "error");

    if (t->state == ASR_TASK_FAILED) {
        asr_jo_str(&o, t->message.len != 0
                       ? t->message
                       : asr_cstr(asr_memories_cause(t)->meaning));

    } else {
        asr_jo_null(&o);
    }

    asr_jo_object_end(&o);

    return asr_memories_close(call, &o);
}


void
asr_memories_task_cleanup(asr_call_t *call, asr_memories_t *m)
{
    asr_arena_free(&m->poll);

    if (m->held) {
        m->held = false;
        call->core->held--;
    }
}
