/*
 * The rules of manners.  The usual request costs a few comparisons and one or
 * two looks into small tables; texts are made only when something is told.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE            /* memmem */
#endif

#include "asr_mock_manners_kept.h"


#define ASR_MOCK_MANNERS_TOLD   3        /* of one recording, each time */
#define ASR_MOCK_MANNERS_POLL   1000     /* ms between polls */
#define ASR_MOCK_MANNERS_WAIT   1000     /* ms after limits and failures */
#define ASR_MOCK_MANNERS_AFTER  3        /* the query after the end told of */


/* Salts of the marks. */

enum {
    ASR_MOCK_MARK_NONCE = 1,
    ASR_MOCK_MARK_SIGNATURE,
    ASR_MOCK_MARK_FAILED
};

static const asr_mock_op_t  asr_mock_ops[] = {
    { ASR_STR("tencent"), ASR_STR("CreateRecTask"), ASR_MOCK_OP_CREATE, NULL },
    { ASR_STR("tencent"), ASR_STR("DescribeTaskStatus"), ASR_MOCK_OP_QUERY,
      NULL },
    { ASR_STR("u2"), ASR_STR("create"), ASR_MOCK_OP_CREATE, "\"file_id\"" },
    { ASR_STR("u2"), ASR_STR("query"), ASR_MOCK_OP_QUERY, NULL },
    { ASR_STR("u2"), ASR_STR("upload"), ASR_MOCK_OP_UPLOAD, "\"file_id\"" },
    { ASR_STR("u2"), ASR_STR("delete"), ASR_MOCK_OP_DELETE, "\"file_id\"" },
    { ASR_STR("u2"), ASR_STR("list"), ASR_MOCK_OP_OTHER, NULL },
    { ASR_STR("u2"), ASR_STR("retrieve"), ASR_MOCK_OP_OTHER, NULL },
    { ASR_STR("u2"), ASR_STR("content"), ASR_MOCK_OP_OTHER, NULL },
    { ASR_STR("memories"), ASR_STR("async-generate-audio"),
      ASR_MOCK_OP_CREATE, "\"asset_id\"" },
    { ASR_STR("memories"), ASR_STR("sync-generate-audio"), ASR_MOCK_OP_SYNC,
      "\"asset_id\"" },
    { ASR_STR("memories"), ASR_STR("task"), ASR_MOCK_OP_QUERY, NULL },
    { ASR_STR("memories"), ASR_STR("upload"), ASR_MOCK_OP_UPLOAD,
      "\"asset_id\"" },
    { ASR_STR("memories"), ASR_STR("signed-url"), ASR_MOCK_OP_UPLOAD,
      "\"asset_id\"" },
    { ASR_STR("memories"), ASR_STR("delete"), ASR_MOCK_OP_DELETE, NULL },
    { ASR_STR("memories"), ASR_STR("metadata"), ASR_MOCK_OP_OTHER, NULL },
    { ASR_STR("ice"), ASR_STR("SubmitASRJob"), ASR_MOCK_OP_CREATE, NULL },
    { ASR_STR("ice"), ASR_STR("GetSmartHandleJob"), ASR_MOCK_OP_QUERY, NULL },
    { ASR_STR("ice"), ASR_STR("ListSmartJobs"), ASR_MOCK_OP_OTHER, NULL },
    { ASR_STR("ice"), ASR_STR("DeleteSmartJob"), ASR_MOCK_OP_OTHER, NULL }
};

_Static_assert(asr_nelts(asr_mock_ops) <= ASR_MOCK_MANNERS_OPS, "ops");


static const asr_mock_op_t *
asr_mock_see_op(const asr_mock_exchange_t *x)
{
    size_t  i;

    for (i = 0; i < asr_nelts(asr_mock_ops); i++) {
        if (asr_str_eq(asr_mock_ops[i].operation, x->operation)
            && asr_str_eq(asr_mock_ops[i].api, x->api))
        {
            return &asr_mock_ops[i];
        }
    }

    return NULL;
}


static bool
asr_mock_see_begins(asr_str_t s, asr_str_t with)
{
    return s.len >= with.len && memcmp(s.data, with.data, with.len) == 0;
}


/* By their codes, as faults may come without a clause. */

static void
asr_mock_see_outcome(asr_mock_see_t *s)
{
    size_t                      i;
    const asr_mock_exchange_t  *x;

    static const asr_str_t  limits[] = {
        ASR_STR("RequestLimitExceeded"), ASR_STR("LimitExceeded"),
        ASR_STR("Throttling"), ASR_STR("RequestsTooFrequent"),
        ASR_STR("100501"), ASR_STR("0429"), ASR_STR("429")
    };

    static const asr_str_t  failures[] = {
        ASR_STR("InternalError"), ASR_STR("Service"), ASR_STR("100997"),
        ASR_STR("100998"), ASR_STR("100999"), ASR_STR("05")
    };

    x = s->x;
    s->refused = (x->code.len != 0 || x->status == 0 || x->status >= 400);
    s->limited = (x->status == 429);
    s->failed = (x->status == 0 || x->status >= 500);

    for (i = 0; x->code.len != 0 && i < asr_nelts(limits); i++) {
        s->limited |= asr_mock_see_begins(x->code, limits[i]);
    }

    for (i = 0; x->code.len != 0 && i < asr_nelts(failures); i++) {
        s->failed |= asr_mock_see_begins(x->code, failures[i]);
    }
}


static int64_t
asr_mock_see_wait(const asr_mock_exchange_t *x)
{
    size_t   i;
    int64_t  v;

    for (i = 0; i < x->nreply_headers; i++) {

        if (asr_str_int(x->reply_headers[i].value, &v) != ASR_OK
            || v < 0 || v > 86400000)
        {
            continue;
        }

        if (asr_str_caseeq(x->reply_headers[i].name, asr_str("Retry-After"))) {
            return v * 1000;
        }

        if (asr_str_caseeq(x->reply_headers[i].name,
                           asr_str("x-acs-retry-after")))
        {
            return v;
        }
    }

    return ASR_MOCK_MANNERS_WAIT;
}


static void
asr_mock_see_backoff(asr_mock_see_t *s)
{
    int64_t              gap;
    asr_mock_finding_t  *f;
    asr_mock_kept_op_t  *o;

    o = s->last;
    gap = s->x->at_ms - o->limited_ms;

    if (o->limited && !s->still && gap >= 0 && gap < o->wait_ms) {
        f = asr_mock_see_tell(s, ASR_MOCK_M_BACKOFF);
        f->got = (o->row > 1)
                 ? asr_mock_see_text(s, "%.*s again after %lld ms, %u times "
                                     "limited in a row",
                                     asr_fmt(s->op->operation),
                                     (long long) gap, o->row)
                 : asr_mock_see_text(s, "%.*s again after %lld ms",
                                     asr_fmt(s->op->operation),
                                     (long long) gap);
        f->expected = asr_mock_see_text(s, "after %lld ms or more",
                                        (long long) o->wait_ms);
    }

    o->limited = s->limited;

    if (s->limited) {
        o->row++;
        o->limited_ms = s->x->at_ms;
        o->wait_ms = asr_mock_see_wait(s->x);

    } else {
        o->row = 0;
    }
}


/* The value of a pair of query or body, not decoded; data NULL: none. */

static asr_str_t
asr_mock_see_pair(asr_str_t s, asr_str_t name)
{
    asr_str_t  pair;

    while (s.data != NULL && s.len != 0) {
        pair = asr_str_cut(&s, '&');

        if (pair.len > name.len && pair.data[name.len] == '='
            && memcmp(pair.data, name.data, name.len) == 0)
        {
            pair.data += name.len + 1;
            pair.len -= name.len + 1;
            return pair;
        }
    }

    return asr_str_null();
}


static asr_str_t
asr_mock_see_either(const asr_mock_exchange_t *x, asr_str_t name)
{
    asr_str_t  s;

    s = asr_mock_see_pair(x->args, name);

    return (s.data != NULL) ? s : asr_mock_see_pair(x->body, name);
}


static void
asr_mock_see_nonce(asr_mock_see_t *s)
{
    int64_t              was;
    uint64_t             hash;
    asr_str_t            nonce;
    asr_mock_finding_t  *f;

    nonce = asr_mock_header(s->x, "x-acs-signature-nonce");

    if (nonce.data == NULL) {
        nonce = asr_mock_see_either(s->x, asr_str("SignatureNonce"));
    }

    if (nonce.len == 0) {
        return;
    }

    hash = asr_mock_kept_hash(ASR_MOCK_MARK_NONCE, nonce);
    was = asr_mock_kept_note(s->kept, hash, s->x->at_ms);

    if (was != -1) {
        f = asr_mock_see_tell(s, ASR_MOCK_M_NONCE);
        f->pointer = asr_str("?SignatureNonce");
        f->got = asr_mock_see_text(s, "%.*s, used %lld ms before",
                     (int) (nonce.len < 64 ? nonce.len : 64), nonce.data,
                     (long long) (s->x->at_ms - was));
    }
}


/*
 * Within a second two requests of the same content have the same signature,
 * as its time is in seconds: the client's, which no test moves.
 */

static void
asr_mock_see_replay(asr_mock_see_t *s)
{
    int64_t              was, now;
    uint64_t             hash;
    asr_str_t            text;
    asr_mock_finding_t  *f;

    if (s->still) {
        return;
    }

    text = asr_mock_header(s->x, "Authorization");

    /* the signature is its end */

    if (text.len > 64) {
        text.data += text.len - 64;
        text.len = 64;

    } else if (text.len == 0) {
        text = asr_mock_see_either(s->x, asr_str("Signature"));
    }

    if (text.len == 0) {
        return;
    }

    now = s->x->at_ms - s->offset_ms;
    hash = asr_mock_kept_hash(ASR_MOCK_MARK_SIGNATURE, text);
    was = asr_mock_kept_noted(s->kept, hash);

    if (was == -1) {
        asr_mock_kept_note(s->kept, hash, now);

    } else if (now - was >= 1000) {
        f = asr_mock_see_tell(s, ASR_MOCK_M_REPLAY);
        f->pointer = asr_str("header:Authorization");
        f->got = asr_mock_see_text(s, "the signature of %lld ms before",
                                   (long long) (now - was));
    }
}


/* Pairs in any order, but for those that differ in every request. */

static uint64_t
asr_mock_see_pairs(asr_str_t s)
{
    size_t     i;
    uint64_t   sum;
    asr_str_t  pair, name, rest;

    static const asr_str_t  skip[] = {
        ASR_STR("Timestamp"), ASR_STR("Nonce"), ASR_STR("Signature"),
        ASR_STR("SignatureNonce")
    };

    sum = 0;

    while (s.data != NULL && s.len != 0) {
        pair = asr_str_cut(&s, '&');
        rest = pair;
        name = asr_str_cut(&rest, '=');

        for (i = 0; i < asr_nelts(skip); i++) {
            if (asr_str_eq(name, skip[i])) {
                break;
            }
        }

        if (i == asr_nelts(skip)) {
            sum += asr_mock_kept_hash(0, pair);
        }
    }

    return sum;
}


/* Of what a task is made; 0: that is not known. */

static uint64_t
asr_mock_see_digest(const asr_mock_see_t *s)
{
    bool                        json;
    uint64_t                    h, body;
    asr_str_t                   type;
    const asr_mock_exchange_t  *x;

    x = s->x;
    body = 0;
    type = asr_mock_header(x, "Content-Type");
    json = asr_mock_see_begins(type, asr_str("application/json"))
           || type.len == 0;

    if (x->body_bytes != 0 && (json || x->body.data == NULL)) {
        memcpy(&body, x->body_sha256, sizeof(body));

    } else if (x->body_bytes != 0) {
        body = asr_mock_see_pairs(x->body);
    }

    h = asr_mock_see_pairs(x->args) + body * 3
        + asr_mock_kept_hash(0, s->op->operation);

    return (h != 0) ? h : 1;
}


/* The value after a member's name, digits or string; data NULL: none. */

static asr_str_t
asr_mock_see_member(asr_str_t text, const char *name)
{
    asr_str_t    v;
    const char  *p, *end;

    if (text.len == 0 || name == NULL) {
        return asr_str_null();
    }

    p = memmem(text.data, text.len, name, strlen(name));

    if (p == NULL) {
        return asr_str_null();
    }

    end = text.data + text.len;

    for (p += strlen(name); p < end && memchr(" :\"", *p, 3) != NULL; p++) {
        /* void */
    }

    for (v = (asr_str_t) { 0, p }; p < end; p++, v.len++) {
        if (memchr("\",} \n\r", *p, 6) != NULL) {
            break;
        }
    }

    return v;
}


static void
asr_mock_see_file(asr_mock_see_t *s)
{
    asr_str_t              id;
    asr_mock_kept_file_t  *f;

    if (s->refused) {
        return;
    }

    if (s->op->kind == ASR_MOCK_OP_UPLOAD) {
        id = asr_mock_see_member(s->x->reply, s->op->file);

        if (id.len != 0
            && asr_mock_kept_upload(s->kept, asr_mock_kept_hash(0, id))
               != ASR_OK)
        {
            s->nomem = true;
        }

        return;
    }

    /* memories: the asset is the path's end */

    id = (s->op->kind == ASR_MOCK_OP_DELETE && s->op->file == NULL)
         ? s->x->path : asr_mock_see_member(s->x->body, s->op->file);

    while (id.len != 0 && s->op->file == NULL
           && memchr(id.data, '/', id.len) != NULL)
    {
        (void) asr_str_cut(&id, '/');
    }

    f = (id.len != 0) ? asr_mock_kept_file(s->kept, asr_mock_kept_hash(0, id))
                      : NULL;

    if (f != NULL) {
        *(s->op->kind == ASR_MOCK_OP_DELETE ? &f->deleted : &f->used) = true;
    }
}


static bool
asr_mock_see_callback(const asr_mock_see_t *s)
{
    const asr_mock_exchange_t  *x;

    x = s->x;

    if (asr_str_eq(s->op->api, asr_str("memories"))) {
        return true;             /* the request's, or the account's */
    }

    return (x->body.len != 0
            && (memmem(x->body.data, x->body.len, "CallbackUrl", 11) != NULL
                || memmem(x->body.data, x->body.len, "NotifyAddress", 13)
                   != NULL))
           || (x->args.len != 0
               && (memmem(x->args.data, x->args.len, "CallbackUrl", 11)
                   != NULL
                   || memmem(x->args.data, x->args.len, "NotifyAddress", 13)
                      != NULL));
}


/* What went wrong before with the same creation. */

static void
asr_mock_see_again(asr_mock_see_t *s, uint64_t digest)
{
    int64_t              was;
    uint64_t             mark, refusal;
    asr_mock_finding_t  *f;

    mark = digest ^ ((uint64_t) ASR_MOCK_MARK_FAILED << 56);
    was = asr_mock_kept_noted(s->kept, mark);

    if (was != -1 && !s->still && s->x->at_ms >= was
        && s->x->at_ms - was < ASR_MOCK_MANNERS_WAIT)
    {
        f = asr_mock_see_tell(s, ASR_MOCK_M_RETRY);
        f->got = asr_mock_see_text(s, "the same %.*s, %lld ms after the "
                                   "failure", asr_fmt(s->op->operation),
                                   (long long) (s->x->at_ms - was));
        f->expected = asr_str("after 1000 ms or more");
    }

    if (s->failed) {
        asr_mock_kept_note(s->kept, mark, s->x->at_ms);

    } else {
        asr_mock_kept_forget(s->kept, mark);
    }

    refusal = (s->refused && !s->limited && !s->failed && s->x->code.len != 0)
              ? asr_mock_kept_hash(digest, s->x->code) : 0;

    if (refusal != 0 && refusal == s->last->refused) {
        f = asr_mock_see_tell(s, ASR_MOCK_M_REFUSED);
        f->got = asr_mock_see_text(s, "the same %.*s again, refused with "
                                   "%.*s again", asr_fmt(s->op->operation),
                                   (int) (s->x->code.len < 64
                                          ? s->x->code.len : 64),
                                   s->x->code.data);
        f->expected = asr_str("a request that was mended");
    }

    s->last->refused = refusal;
}


static void
asr_mock_see_create(asr_mock_see_t *s)
{
    unsigned               again;
    uint64_t               digest;
    asr_mock_finding_t    *f;
    asr_mock_kept_task_t  *t;

    digest = asr_mock_see_digest(s);
    asr_mock_see_again(s, digest);

    if (s->x->task_id == 0 || (s->refused && s->x->status != 0)) {
        return;
    }

    asr_mock_see_file(s);
    t = asr_mock_kept_twin(s->kept, digest);

    again = 0;

    if (t != NULL && t->id != s->x->task_id) {
        again = t->again < UINT8_MAX ? t->again + 1u : UINT8_MAX;
    }

    /* told of the first ones, then ever less often */

    if (again != 0 && (again <= ASR_MOCK_MANNERS_TOLD
                       || (again & (again - 1)) == 0))
    {
        f = asr_mock_see_tell(s, ASR_MOCK_M_RESUBMIT);
        f->got = again == 1
                 ? asr_mock_see_text(s, "the same as task %lld",
                                     (long long) t->id)
                 : asr_mock_see_text(s, "the same as task %lld, for the %u. "
                                     "time", (long long) t->id, again + 1);
        f->expected = asr_str("one task for one recording");
    }

    t = asr_mock_kept_add(s->kept, s->x->task_id, digest);

    if (t == NULL) {
        s->nomem = true;
        return;
    }

    s->kept->made++;
    t->again = (uint8_t) again;

    if (s->x->status == 0) {
        t->flags |= ASR_MOCK_KEPT_LOST;
    }

    if (s->op->kind == ASR_MOCK_OP_SYNC) {
        t->flags |= ASR_MOCK_KEPT_FETCHED|ASR_MOCK_KEPT_ENDED;

    } else if (asr_mock_see_callback(s)) {
        t->flags |= ASR_MOCK_KEPT_CALLBACK;
    }
}


static void
asr_mock_see_poll(asr_mock_see_t *s, asr_mock_kept_task_t *t)
{
    int64_t              gap;
    asr_mock_finding_t  *f;

    gap = s->x->at_ms - t->last_ms;

    if (t->polls == 0 || s->still || gap < 0
        || gap >= ASR_MOCK_MANNERS_POLL
        || (t->flags & (ASR_MOCK_KEPT_HASTY|ASR_MOCK_KEPT_ENDED)) != 0)
    {
        return;
    }

    t->flags |= ASR_MOCK_KEPT_HASTY;

    f = asr_mock_see_tell(s, ASR_MOCK_M_POLL);
    f->got = asr_mock_see_text(s, "%lld ms after the poll before",
                               (long long) gap);
    f->expected = asr_str("1000 ms or more");

    /* an older page of this vendor has: task status, 1 in a second */

    f->guess = !asr_str_eq(s->op->api, asr_str("memories"));
}


static void
asr_mock_see_query(asr_mock_see_t *s, int state)
{
    bool                   ended;
    asr_mock_finding_t    *f;
    asr_mock_kept_task_t  *t;

    if (asr_str_eq(s->op->api, asr_str("memories")) && !s->kept->extension) {
        s->kept->extension = true;
        asr_mock_see_tell(s, ASR_MOCK_M_EXTENSION)->got = asr_str("a poll");
    }

    if (s->refused || s->x->task_id == 0) {
        return;
    }

    t = asr_mock_kept_add(s->kept, s->x->task_id, 0);

    if (t == NULL) {
        s->nomem = true;
        return;
    }

    ended = (state == ASR_TASK_SUCCEEDED || state == ASR_TASK_FAILED);

    asr_mock_see_poll(s, t);

    t->polls += t->polls < UINT16_MAX ? 1 : 0;
    t->last_ms = s->x->at_ms;

    if (!ended) {
        return;
    }

    t->flags |= ASR_MOCK_KEPT_ENDED|ASR_MOCK_KEPT_FETCHED;

    if (t->after < UINT16_MAX && ++t->after == ASR_MOCK_MANNERS_AFTER) {
        f = asr_mock_see_tell(s, ASR_MOCK_M_END);
        f->got = asr_str("asked for 3 times after its end");
        f->expected = asr_str("once");
    }
}


asr_err_t
asr_mock_manners_see(asr_mock_world_t *w, asr_arena_t *a,
    const asr_mock_exchange_t *x, int task_state, asr_mock_finding_t **out,
    size_t *n)
{
    asr_mock_see_t  s;

    *out = NULL;
    *n = 0;

    memset(&s, 0, sizeof(s));
    s.op = asr_mock_see_op(x);

    if (s.op == NULL) {
        return ASR_OK;
    }

    s.kept = asr_mock_kept(w);

    if (s.kept == NULL) {
        return ASR_NOMEM;
    }

    s.arena = a;
    s.x = x;
    s.last = &s.kept->ops[s.op - asr_mock_ops];
    s.offset_ms = atomic_load_explicit(&w->clock.offset_ms,
                                       memory_order_relaxed);
    s.still = (atomic_load_explicit(&w->clock.frozen_ms, memory_order_relaxed)
               != 0);

    asr_mock_see_outcome(&s);
    asr_mock_see_backoff(&s);

    if (asr_str_eq(x->api, asr_str("ice"))) {
        asr_mock_see_nonce(&s);

    } else if (asr_str_eq(x->api, asr_str("tencent"))) {
        asr_mock_see_replay(&s);
    }

    switch (s.op->kind) {

    case ASR_MOCK_OP_CREATE:
    case ASR_MOCK_OP_SYNC:
        asr_mock_see_create(&s);
        break;

    case ASR_MOCK_OP_QUERY:
        asr_mock_see_query(&s, task_state);
        break;

    case ASR_MOCK_OP_UPLOAD:
    case ASR_MOCK_OP_DELETE:
        asr_mock_see_file(&s);
        break;

    default:
        break;
    }

    *out = s.list;
    *n = s.n;

    return s.nomem ? ASR_NOMEM : ASR_OK;
}


void
asr_mock_manners_init(void)
{
    asr_mock_on_delete(asr_mock_kept_free);
}
