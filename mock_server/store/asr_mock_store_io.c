/*
 * What goes over the network: audio to fetch, and the outbox.
 *
 * A delivery is made when its task ends, waits for its time (a timer of its
 * world's clock), is tried, and stays as a record while its task is there.
 * When to try again is said by the machine's clock (asr_io.h): the delay
 * counts.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_store_int.h"

#include <limits.h>
#include <stdlib.h>


#define ASR_MOCK_CALLBACK_ARENA  (96 * 1024 * 1024)
#define ASR_MOCK_HEADERS_MAX     8192
#define ASR_MOCK_TRY_ARENA       (4 * 1024 * 1024)


static bool asr_mock_headers(const asr_delivery_t *d, asr_buf_t *out);
static void asr_mock_delivery_add(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_delivery_t *from);
static asr_mock_delivery_t *asr_mock_delivery_held(asr_mock_store_t *s,
    int64_t id);
static void asr_mock_delivery_wait(asr_mock_store_t *s,
    asr_mock_delivery_t *d, int64_t ms);
static void asr_mock_delivery_tried(asr_mock_delivery_t *d, int status,
    bool delivered);
static void asr_mock_delivery_end(asr_mock_store_t *s,
    asr_mock_delivery_t *d, asr_mock_delivery_state_t state);


static asr_err_t
asr_mock_claim_fetch(asr_mock_store_t *s, asr_op_t *op)
{
    asr_err_t         rc;
    asr_task_t        copy;
    asr_mock_task_t  *t;

    if (asr_mock_empty(&s->fetch)) {
        return ASR_NOTFOUND;
    }

    t = asr_mock_of(s->fetch.next, asr_mock_task_t, queue);

    if (t->fetches >= ASR_ATTEMPTS_MAX) {
        asr_mock_task_fail(s, t, ASR_CAUSE_DOWNLOAD);
        return ASR_AGAIN;
    }

    memset(&copy, 0, sizeof(asr_task_t));
    rc = asr_mock_task_copy(t, op->arena, &copy);
    if (rc != ASR_OK) {
        return rc;
    }

    if (t->t.started_ms == 0) {
        t->t.started_ms = t->due_ms;
    }

    asr_mock_take(&t->queue);
    asr_mock_task_move(s, t, ASR_TASK_FETCHING);
    t->held = true;
    t->hands++;
    t->fetches++;

    op->task = copy;
    op->task.state = ASR_TASK_FETCHING;
    op->task.started_ms = t->t.started_ms;
    op->task.attempts = t->fetches;
    op->claim = ASR_CLAIM_FETCH;

    return ASR_OK;
}


static asr_err_t
asr_mock_claim_delivery(asr_mock_store_t *s, asr_op_t *op)
{
    size_t                i;
    asr_str_t            *fields[6];
    asr_outgoing_t        copy;
    asr_mock_link_t      *l;
    asr_mock_home_t      *h;
    asr_mock_delivery_t  *d;

    /* worlds' clocks run on without anybody's saying so */

    for (l = s->homes.next;
         l != &s->homes && s->waiting != 0 && asr_mock_empty(&s->outbox);
         l = l->next)
    {
        h = asr_mock_of(l, asr_mock_home_t, link);

        if (h->waiting != 0) {
            (void) asr_mock_home_tick(s, h, asr_mock_home_now(h));
        }
    }

    if (asr_mock_empty(&s->outbox)) {
        return ASR_NOTFOUND;
    }

    d = asr_mock_of(s->outbox.next, asr_mock_delivery_t, queue);
    copy = d->o;
    fields[0] = &copy.account;
    fields[1] = &copy.name;
    fields[2] = &copy.url;
    fields[3] = &copy.content_type;
    fields[4] = &copy.headers;
    fields[5] = &copy.body;

    for (i = 0; i < asr_nelts(fields); i++) {
        if (fields[i]->len != 0) {
            *fields[i] = asr_arena_str(op->arena, *fields[i]);

            if (fields[i]->data == NULL) {
                return ASR_NOMEM;
            }
        }
    }

    asr_mock_take(&d->queue);
    d->state = ASR_MOCK_IN_HAND;
    d->hands++;
    d->o.attempts++;
    d->at_ms = asr_mock_home_now(d->home);

    op->outgoing = copy;
    op->outgoing.attempts = d->o.attempts;
    op->claim = ASR_CLAIM_DELIVERY;

    return ASR_OK;
}


asr_err_t
asr_mock_claim_io(asr_mock_store_t *s, asr_op_t *op)
{
    asr_err_t  rc;

    op->claim = ASR_CLAIM_NONE;

    if (op->arena == NULL) {
        return ASR_INVALID;
    }

    do {
        rc = ASR_NOTFOUND;

        if (op->want & ASR_WANT_DELIVERY) {
            rc = asr_mock_claim_delivery(s, op);
        }

        if (rc == ASR_NOTFOUND && (op->want & ASR_WANT_FETCH)) {
            rc = asr_mock_claim_fetch(s, op);
        }

    } while (rc == ASR_AGAIN);

    return rc == ASR_NOTFOUND ? ASR_OK : rc;
}


asr_err_t
asr_mock_fetched(asr_mock_store_t *s, asr_op_t *op)
{
    asr_err_t         rc;
    asr_mock_task_t  *t;

    if (op->spool_file == NULL) {
        return ASR_INVALID;
    }

    t = asr_mock_task_held(s, op->task.id);

    if (t == NULL || t->t.state != ASR_TASK_FETCHING) {
        return ASR_NOTFOUND;
    }

    rc = asr_mock_audio_take(s, t->home, &t->audio, op->spool_file,
                             &t->bytes);
    if (rc != ASR_OK) {
        return rc;
    }

    asr_mock_task_let_go(t);
    t->held = false;
    t->small = t->audio.size <= ASR_SMALL_BYTES;
    asr_mock_task_move(s, t, ASR_TASK_CREATED);
    asr_mock_task_ready(s, t);

    return ASR_OK;
}


/* A character that would end a header line, or is none. */

static bool
asr_mock_header_fits(asr_str_t s)
{
    size_t         i;
    unsigned char  c;

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if ((c < ' ' && c != '\t') || c == 0x7f) {
            return false;
        }
    }

    return true;
}


static bool
asr_mock_headers(const asr_delivery_t *d, asr_buf_t *out)
{
    unsigned             i;
    const asr_header_t  *h;

    if (d->nheaders > ASR_DELIVERY_HEADERS) {
        return false;
    }

    for (i = 0; i < d->nheaders; i++) {
        h = &d->headers[i];

        if (h->name.len == 0 || !asr_mock_header_fits(h->name)
            || !asr_mock_header_fits(h->value)
            || memchr(h->name.data, ':', h->name.len) != NULL
            || asr_buf_printf(out, "%.*s: %.*s\n", asr_fmt(h->name),
                              asr_fmt(h->value))
               != ASR_OK)
        {
            return false;
        }
    }

    return true;
}


/* By seed and id, in the form of a version 4. */

static void
asr_mock_delivery_name(const asr_mock_home_t *h, int64_t id,
    char name[ASR_UUID_LEN])
{
    char                hex[32];
    uint64_t            v[2];
    asr_mock_random_t   r;

    asr_mock_seed(&r, h->world->seed ^ (uint64_t) id);
    v[0] = asr_mock_u64(&r);
    v[1] = asr_mock_u64(&r);
    asr_hex((unsigned char *) v, sizeof(v), hex);

    hex[12] = '4';
    hex[16] = "89ab"[v[1] >> 62];

    memcpy(name, hex, 8);
    memcpy(name + 9, hex + 8, 4);
    memcpy(name + 14, hex + 12, 4);
    memcpy(name + 19, hex + 16, 4);
    memcpy(name + 24, hex + 20, 12);
    name[8] = name[13] = name[18] = name[23] = '-';
}


/* Its id is the task's, so that it is the same whoever ends first. */

static asr_mock_delivery_t *
asr_mock_delivery_make(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_delivery_t *from, asr_str_t headers)
{
    char                 *p, name[ASR_UUID_LEN];
    size_t                n;
    asr_mock_delivery_t  *d;

    n = sizeof(asr_mock_delivery_t) + t->t.account.len + ASR_UUID_LEN
        + from->url.len + from->content_type.len + headers.len
        + from->body.len + 6;
    d = malloc(n);

    if (d == NULL) {
        return NULL;
    }

    memset(d, 0, sizeof(asr_mock_delivery_t));
    asr_mock_delivery_name(t->home, t->node.id, name);

    p = d->text;
    asr_mock_pack(&p, &d->o.account, t->t.account);
    asr_mock_pack(&p, &d->o.name, (asr_str_t) { sizeof(name), name });
    asr_mock_pack(&p, &d->o.url, from->url);
    asr_mock_pack(&p, &d->o.content_type, from->content_type);
    asr_mock_pack(&p, &d->o.headers, headers);
    asr_mock_pack(&p, &d->o.body, from->body);

    d->node.id = t->node.id;
    d->home = t->home;
    d->timer.kind = ASR_MOCK_DELIVERY_DUE;
    d->o.id = t->node.id;
    d->o.task_id = t->node.id;
    d->o.reply_code = from->reply_code;
    d->o.attempts_max = from->attempts_max == 0 ? ASR_DELIVERY_ATTEMPTS
                        : from->attempts_max <= INT_MAX
                          ? (int) from->attempts_max : INT_MAX;

    if (asr_mock_table_add(&s->deliveries, &d->node) != ASR_OK) {
        free(d);
        return NULL;
    }

    asr_mock_charge(s, d->home, &d->bytes, n);
    asr_mock_put(&d->home->deliveries, &d->all);

    return d;
}


/* One that cannot be is left out: the task ends all the same. */

static void
asr_mock_delivery_add(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_delivery_t *from)
{
    int64_t               at;
    asr_buf_t             headers;
    asr_mock_delivery_t  *d;

    asr_buf_init(&headers, ASR_MOCK_HEADERS_MAX);
    d = NULL;

    if (from->url.len != 0 && from->body.len <= ASR_DELIVERY_BODY_MAX
        && asr_mock_header_fits(from->content_type)
        && asr_mock_headers(from, &headers))
    {
        d = asr_mock_delivery_make(s, t, from, asr_buf_str(&headers));
    }

    asr_buf_free(&headers);

    if (d == NULL) {
        asr_log(ASR_LOG_ERR, "task %lld: its callback cannot be sent",
                (long long) t->node.id);
        return;
    }

    t->delivery = d;
    at = t->t.finished_ms + t->course.callback_delay_ms;

    if (at > asr_mock_home_now(d->home)) {
        asr_mock_delivery_wait(s, d, at);

    } else {
        asr_mock_delivery_ready(s, d);
    }
}


/* All documents' parameters for it have one of these words in their names. */

static bool
asr_mock_mentions_callback(asr_mock_store_t *s, const asr_mock_task_t *t)
{
    return s->conf.callback != NULL && t->t.params.len != 0
           && (memmem(t->t.params.data, t->t.params.len, "back", 4) != NULL
               || memmem(t->t.params.data, t->t.params.len, "hook", 4)
                  != NULL);
}


/*
 * In the world's clock: times and signatures of the callback are of it, not
 * of the thread that finished the task.
 */

void
asr_mock_deliver(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_delivery_t *deliver)
{
    bool               made;
    asr_arena_t        a;
    asr_delivery_t     own;
    asr_mock_world_t  *seen;

    asr_arena_init(&a, ASR_MOCK_CALLBACK_ARENA);
    made = false;

    if (asr_mock_mentions_callback(s, t)) {
        seen = asr_mock_seen();
        asr_mock_set_seen(t->home->world);
        made = s->conf.callback(&t->t, &a, &own);
        asr_mock_set_seen(seen);
    }

    if (made) {
        deliver = &own;
    }

    if (deliver != NULL) {
        asr_mock_delivery_add(s, t, deliver);
    }

    asr_arena_free(&a);
}


/* Asked with a failure, which needs no result. */

bool
asr_mock_task_called_back(asr_mock_store_t *s, asr_mock_task_t *t)
{
    bool            wanted;
    asr_task_t      failed;
    asr_arena_t     a;
    asr_delivery_t  out;

    if (!asr_mock_mentions_callback(s, t)) {
        return false;
    }

    failed = t->t;
    failed.state = ASR_TASK_FAILED;
    failed.cause = ASR_CAUSE_INTERNAL;
    failed.finished_ms = t->t.created_ms;
    asr_arena_init(&a, ASR_MOCK_TRY_ARENA);
    wanted = s->conf.callback(&failed, &a, &out);
    asr_arena_free(&a);

    return wanted;
}


static void
asr_mock_delivery_wait(asr_mock_store_t *s, asr_mock_delivery_t *d,
    int64_t ms)
{
    d->state = ASR_MOCK_WAITING;
    d->o.next_ms = ms;

    if (asr_mock_timer_set(&d->home->timers, &d->timer, ms, ++s->serial)
        != ASR_OK)
    {
        asr_mock_delivery_ready(s, d);
        return;
    }

    d->home->waiting++;
    s->waiting++;
}


void
asr_mock_delivery_ready(asr_mock_store_t *s, asr_mock_delivery_t *d)
{
    d->state = ASR_MOCK_READY;
    d->o.next_ms = 0;
    d->home->outgoing++;
    asr_mock_put(&s->outbox, &d->queue);
    s->after.io++;
}


static asr_mock_delivery_t *
asr_mock_delivery_held(asr_mock_store_t *s, int64_t id)
{
    asr_mock_delivery_t  *d;

    d = asr_mock_table_find(&s->deliveries, id);

    if (d == NULL) {
        asr_mock_dead_report(s, id, true);
        return NULL;
    }

    return d->state == ASR_MOCK_IN_HAND ? d : NULL;
}


static void
asr_mock_delivery_tried(asr_mock_delivery_t *d, int status, bool delivered)
{
    asr_mock_try_t  *try;

    if (d->ntries == ASR_MOCK_TRIES) {
        memmove(d->tries, d->tries + 1,
                (ASR_MOCK_TRIES - 1) * sizeof(asr_mock_try_t));
        d->ntries--;
    }

    try = &d->tries[d->ntries++];
    try->attempt = d->o.attempts;
    try->status = status;
    try->delivered = delivered;
    try->at_ms = d->at_ms;
    d->o.status = status;
    d->hands = 0;
    d->home->outgoing--;
}


static void
asr_mock_delivery_end(asr_mock_store_t *s, asr_mock_delivery_t *d,
    asr_mock_delivery_state_t state)
{
    asr_mock_home_t  *h;
    asr_mock_task_t  *t;

    h = d->home;
    d->state = state;
    h->undelivered += state == ASR_MOCK_UNDELIVERED;

    asr_mock_note(h, "callback %lld %s", (long long) d->node.id,
                  state == ASR_MOCK_DELIVERED ? "delivered" : "undelivered");
    asr_mock_changed(s, h, "callback", d->node.id);

    t = asr_mock_table_find(&s->tasks, d->o.task_id);

    if (t == NULL) {
        asr_mock_delivery_remove(s, d);

    } else if (state == ASR_MOCK_DELIVERED && !t->seen) {
        t->seen = true;
        h->unseen--;
    }

    asr_mock_settle(s, h);
}


asr_err_t
asr_mock_delivered(asr_mock_store_t *s, asr_op_t *op)
{
    asr_mock_delivery_t  *d;

    d = asr_mock_delivery_held(s, op->outgoing.id);
    if (d == NULL) {
        return ASR_NOTFOUND;
    }

    asr_mock_delivery_tried(d, 200, true);
    asr_mock_delivery_end(s, d, ASR_MOCK_DELIVERED);

    return ASR_OK;
}


asr_err_t
asr_mock_delivery_retry(asr_mock_store_t *s, asr_op_t *op)
{
    int64_t               delay;
    asr_mock_delivery_t  *d;

    op->last = false;

    d = asr_mock_delivery_held(s, op->outgoing.id);
    if (d == NULL) {
        return ASR_NOTFOUND;
    }

    asr_mock_delivery_tried(d, op->outgoing.status, false);

    if (op->outgoing.give_up || d->o.attempts >= d->o.attempts_max) {
        op->last = true;
        asr_mock_delivery_end(s, d, ASR_MOCK_UNDELIVERED);
        return ASR_OK;
    }

    delay = op->outgoing.next_ms - asr_clock_ms();
    asr_mock_note(d->home, "callback %lld failed, attempt %d",
                  (long long) d->node.id, d->o.attempts);

    if (delay > 0) {
        asr_mock_delivery_wait(s, d, asr_mock_home_now(d->home) + delay);

    } else {
        asr_mock_delivery_ready(s, d);
    }

    asr_mock_changed(s, d->home, "callback", d->node.id);
    asr_mock_settle(s, d->home);

    return ASR_OK;
}


/* Given back: no attempt spent, due at once. */

asr_err_t
asr_mock_delivery_release(asr_mock_store_t *s, int64_t id)
{
    asr_mock_delivery_t  *d;

    d = asr_mock_delivery_held(s, id);
    if (d == NULL) {
        return ASR_NOTFOUND;
    }

    d->o.attempts--;
    d->hands = 0;
    d->home->outgoing--;
    asr_mock_delivery_ready(s, d);

    return ASR_OK;
}


void
asr_mock_delivery_remove(asr_mock_store_t *s, asr_mock_delivery_t *d)
{
    asr_mock_home_t  *h;
    asr_mock_task_t  *t;

    h = d->home;

    switch (d->state) {

    case ASR_MOCK_WAITING:
        asr_mock_timer_clear(&h->timers, &d->timer);
        h->waiting--;
        s->waiting--;
        break;

    case ASR_MOCK_IN_HAND:
        asr_mock_dead_add(s, d->node.id, true, 1);
        h->outgoing--;
        asr_mock_settle(s, h);
        break;

    case ASR_MOCK_READY:
        asr_mock_take(&d->queue);
        h->outgoing--;
        asr_mock_settle(s, h);
        break;

    default:
        h->undelivered -= d->state == ASR_MOCK_UNDELIVERED;
        break;
    }

    t = asr_mock_table_find(&s->tasks, d->o.task_id);

    if (t != NULL) {
        t->delivery = NULL;
    }

    asr_mock_take(&d->all);
    asr_mock_table_remove(&s->deliveries, &d->node);
    asr_mock_discharge(s, h, &d->bytes, d->bytes);
    free(d);
}
