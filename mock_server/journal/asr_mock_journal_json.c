/*
 * Entries as JSON, lists of them, and what was to be verified.
 */

#include "core/base/asr_clock.h"
#include "asr_mock_journal.h"

#include <stdio.h>


#define ASR_MOCK_LIST        100
#define ASR_MOCK_NEAREST     5
#define ASR_MOCK_TREE        (8 * 1024 * 1024)   /* of a doctor's JSON */
#define ASR_MOCK_FAILED      8                   /* explained of an entry */


typedef struct {
    size_t    misses;
    uint64_t  id;
} asr_mock_near_t;

typedef struct {
    const asr_mock_match_t  *match;
    asr_mock_near_t          near[ASR_MOCK_NEAREST];
    size_t                   n;
} asr_mock_nearest_t;


static void asr_mock_write_str(asr_json_out_t *o, const char *key,
    asr_str_t v);
static void asr_mock_write_int(asr_json_out_t *o, const char *key, int64_t v);
static void asr_mock_write_headers(asr_json_out_t *o, const char *key,
    const asr_header_t *headers, size_t n);
static void asr_mock_write_sha256(asr_json_out_t *o,
    const asr_mock_exchange_t *x);
static void asr_mock_write_findings(asr_json_out_t *o,
    const asr_mock_exchange_t *x);
static void asr_mock_write_doctor(asr_json_out_t *o, asr_str_t doctor);
static void asr_mock_write_tree(asr_json_out_t *o, const asr_json_t *v);
static bool asr_mock_list_one(void *ctx, const asr_mock_exchange_t *x);
static bool asr_mock_nearest_one(void *ctx, const asr_mock_exchange_t *x);
static void asr_mock_write_nearest(asr_json_out_t *o,
    const asr_mock_match_t *match);
static asr_err_t asr_mock_verify_bounds(asr_mock_verify_t *v,
    const asr_json_t *root, asr_arena_t *a, asr_str_t *why);


static void
asr_mock_write_str(asr_json_out_t *o, const char *key, asr_str_t v)
{
    asr_jo_key(o, key);
    asr_jo_str(o, v);
}


static void
asr_mock_write_int(asr_json_out_t *o, const char *key, int64_t v)
{
    asr_jo_key(o, key);
    asr_jo_int(o, v);
}


void
asr_mock_journal_write(asr_json_out_t *o, const asr_mock_exchange_t *x,
    bool full)
{
    char  at[ASR_MOCK_TIME_LEN];

    asr_mock_time_text(x->at_ms, at);

    asr_jo_object(o);
    asr_mock_write_int(o, "id", (int64_t) x->id);
    asr_mock_write_str(o, "world", x->world);
    asr_mock_write_int(o, "at_ms", x->at_ms);
    asr_mock_write_str(o, "at", asr_cstr(at));
    asr_mock_write_str(o, "api", x->api);
    asr_mock_write_str(o, "operation", x->operation);
    asr_mock_write_str(o, "method", x->method);
    asr_mock_write_str(o, "target", x->target);

    if (full) {
        asr_mock_write_headers(o, "headers", x->headers, x->nheaders);
        asr_jo_key(o, "body");

        if (x->body.data != NULL) {
            asr_jo_str(o, x->body);

        } else {
            asr_jo_null(o);
        }
    }

    asr_mock_write_int(o, "body_bytes", (int64_t) x->body_bytes);

    if (full) {
        asr_mock_write_sha256(o, x);
    }

    asr_mock_write_int(o, "status", x->status);

    if (full) {
        asr_mock_write_headers(o, "reply_headers", x->reply_headers,
                               x->nreply_headers);
        asr_mock_write_str(o, "reply_type", x->reply_type);
        asr_jo_key(o, "reply");

        if (x->reply.data != NULL) {
            asr_jo_str(o, x->reply);

        } else {
            asr_jo_null(o);
        }
    }

    asr_mock_write_int(o, "reply_bytes", (int64_t) x->reply_bytes);
    asr_mock_write_str(o, "code", x->code);
    asr_mock_write_str(o, "clause", x->clause);
    asr_mock_write_str(o, "why", x->why);
    asr_mock_write_int(o, "task_id", x->task_id);
    asr_mock_write_int(o, "took_us", x->took_us);
    asr_mock_write_str(o, "fault", x->fault);
    asr_mock_write_str(o, "verdict",
                       asr_cstr(asr_mock_verdict_name(asr_mock_verdict(x))));
    asr_mock_write_findings(o, x);

    if (full) {
        asr_jo_key(o, "doctor");
        asr_mock_write_doctor(o, x->doctor);
    }

    asr_jo_object_end(o);
}


static void
asr_mock_write_headers(asr_json_out_t *o, const char *key,
    const asr_header_t *headers, size_t n)
{
    size_t  i;

    asr_jo_key(o, key);
    asr_jo_array(o);

    for (i = 0; i < n; i++) {
        asr_jo_object(o);
        asr_mock_write_str(o, "name", headers[i].name);
        asr_mock_write_str(o, "value", headers[i].value);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


/* All zeroes: nobody made it. */

static void
asr_mock_write_sha256(asr_json_out_t *o, const asr_mock_exchange_t *x)
{
    char    hex[2 * ASR_SHA256_LEN];
    size_t  i;

    asr_jo_key(o, "body_sha256");

    for (i = 0; i < ASR_SHA256_LEN && x->body_sha256[i] == 0; i++) {
        /* void */
    }

    if (x->body_bytes == 0 || i == ASR_SHA256_LEN) {
        asr_jo_null(o);
        return;
    }

    asr_hex(x->body_sha256, ASR_SHA256_LEN, hex);
    asr_jo_str(o, (asr_str_t) { sizeof(hex), hex });
}


static void
asr_mock_write_findings(asr_json_out_t *o, const asr_mock_exchange_t *x)
{
    size_t                     i;
    const asr_mock_finding_t  *f;

    asr_jo_key(o, "findings");
    asr_jo_array(o);

    for (i = 0; i < x->nfindings; i++) {
        f = &x->findings[i];

        asr_jo_object(o);
        asr_mock_write_str(o, "severity",
                           asr_cstr(asr_mock_severity_name(f->severity)));
        asr_mock_write_str(o, "rule", f->rule);
        asr_mock_write_str(o, "pointer", f->pointer);
        asr_mock_write_str(o, "words", f->words);
        asr_mock_write_str(o, "got", f->got);
        asr_mock_write_str(o, "expected", f->expected);
        asr_mock_write_str(o, "hint", f->hint);
        asr_jo_key(o, "guess");
        asr_jo_bool(o, f->guess);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


static void
asr_mock_write_doctor(asr_json_out_t *o, asr_str_t doctor)
{
    asr_arena_t        arena;
    asr_json_t        *v;
    asr_json_error_t   err;

    if (doctor.len == 0) {
        asr_jo_null(o);
        return;
    }

    asr_arena_init(&arena, ASR_MOCK_TREE);

    v = asr_json_parse(&arena, doctor, &err);

    if (v != NULL) {
        asr_mock_write_tree(o, v);

    } else {
        asr_jo_null(o);
    }

    asr_arena_free(&arena);
}


static void
asr_mock_write_tree(asr_json_out_t *o, const asr_json_t *v)
{
    const asr_json_t  *child;

    switch (v->type) {

    case ASR_JSON_NULL:
        asr_jo_null(o);
        return;

    case ASR_JSON_BOOL:
        asr_jo_bool(o, v->u.boolean);
        return;

    case ASR_JSON_INT:
        asr_jo_int(o, v->u.integer);
        return;

    case ASR_JSON_NUMBER:
        asr_jo_fixed(o, v->u.number, 6);
        return;

    case ASR_JSON_STRING:
        asr_jo_str(o, v->u.string);
        return;

    case ASR_JSON_ARRAY:
        asr_jo_array(o);
        break;

    case ASR_JSON_OBJECT:
        asr_jo_object(o);
        break;
    }

    for (child = v->child; child != NULL; child = child->next) {
        if (v->type == ASR_JSON_OBJECT) {
            asr_jo_str(o, child->key);
        }

        asr_mock_write_tree(o, child);
    }

    if (v->type == ASR_JSON_OBJECT) {
        asr_jo_object_end(o);

    } else {
        asr_jo_array_end(o);
    }
}


static bool
asr_mock_list_one(void *ctx, const asr_mock_exchange_t *x)
{
    asr_json_out_t  *o = ctx;

    asr_mock_journal_write(o, x, false);

    return !o->buf->failed;
}


asr_err_t
asr_mock_journal_list(const asr_mock_match_t *match, size_t limit,
    asr_buf_t *out)
{
    asr_json_out_t  o;

    (void) asr_json_out_begin(&o, out);

    asr_jo_object(&o);
    asr_jo_key(&o, "requests");
    asr_jo_array(&o);
    asr_mock_journal_each(match, limit != 0 ? limit : ASR_MOCK_LIST,
                          asr_mock_list_one, &o);
    asr_jo_array_end(&o);
    asr_mock_write_int(&o, "dropped",
                       (int64_t) asr_mock_journal_dropped(match->world));
    asr_jo_object_end(&o);

    return asr_json_out_end(&o);
}


asr_err_t
asr_mock_verify_parse(asr_mock_verify_t *v, asr_arena_t *a, asr_str_t json,
    asr_str_t *why)
{
    asr_str_t          world;
    asr_json_t        *root;
    asr_json_error_t   err;
    const asr_json_t  *m;

    world = v->match.world;

    asr_mock_match_init(&v->match, world);
    v->at_least = -1;
    v->at_most = -1;

    root = asr_json_parse(a, json, &err);

    if (root == NULL || root->type != ASR_JSON_OBJECT) {
        *why = asr_str("the body is no JSON object");
        return ASR_INVALID;
    }

    m = asr_json_get(root, asr_str("match"));

    if (m != NULL && asr_mock_match_json(&v->match, a, m, why) != ASR_OK) {
        return ASR_INVALID;
    }

    return asr_mock_verify_bounds(v, root, a, why);
}


static asr_err_t
asr_mock_verify_bounds(asr_mock_verify_t *v, const asr_json_t *root,
    asr_arena_t *a, asr_str_t *why)
{
    bool               exact;
    const asr_json_t  *m;

    for (m = root->child; m != NULL; m = m->next) {

        if (asr_str_eq(m->key, asr_str("match"))) {
            continue;
        }

        exact = asr_str_eq(m->key, asr_str("count"));

        if (!exact && !asr_str_eq(m->key, asr_str("at_least"))
            && !asr_str_eq(m->key, asr_str("at_most")))
        {
            *why = asr_arena_printf(a, "\"%.*s\" is not known",
                                    asr_fmt(m->key));
            return ASR_INVALID;
        }

        if (m->type != ASR_JSON_INT || m->u.integer < 0) {
            *why = asr_arena_printf(a, "\"%.*s\" is a number from 0",
                                    asr_fmt(m->key));
            return ASR_INVALID;
        }

        if (exact || asr_str_eq(m->key, asr_str("at_least"))) {
            v->at_least = m->u.integer;
        }

        if (exact || asr_str_eq(m->key, asr_str("at_most"))) {
            v->at_most = m->u.integer;
        }
    }

    if (v->at_least < 0 && v->at_most < 0) {
        v->at_least = 1;
    }

    return ASR_OK;
}


bool
asr_mock_journal_verify(const asr_mock_verify_t *v, asr_buf_t *out)
{
    bool             ok;
    int64_t          n;
    asr_json_out_t   o;

    n = (int64_t) asr_mock_journal_count(&v->match);
    ok = (v->at_least < 0 || n >= v->at_least)
         && (v->at_most < 0 || n <= v->at_most);

    (void) asr_json_out_begin(&o, out);

    asr_jo_object(&o);
    asr_jo_key(&o, "ok");
    asr_jo_bool(&o, ok);
    asr_mock_write_int(&o, "count", n);

    if (!ok) {
        if (v->at_least >= 0) {
            asr_mock_write_int(&o, "at_least", v->at_least);
        }

        if (v->at_most >= 0) {
            asr_mock_write_int(&o, "at_most", v->at_most);
        }

        asr_jo_key(&o, "nearest");
        asr_jo_array(&o);

        /* of too many, none missed */

        if (v->at_least >= 0 && n < v->at_least) {
            asr_mock_write_nearest(&o, &v->match);
        }

        asr_jo_array_end(&o);
    }

    asr_jo_object_end(&o);
    (void) asr_json_out_end(&o);

    return ok;
}


/* Keeps the best in order; the newest come first. */

static bool
asr_mock_nearest_one(void *ctx, const asr_mock_exchange_t *x)
{
    size_t               i, misses;
    asr_arena_t          arena;
    asr_mock_miss_t      none;
    asr_mock_nearest_t  *best = ctx;

    asr_arena_init(&arena, ASR_MOCK_TREE);
    misses = asr_mock_match_misses(best->match, x, &arena, &none, 0);
    asr_arena_free(&arena);

    if (misses == 0) {
        return true;
    }

    for (i = best->n; i > 0 && best->near[i - 1].misses > misses; i--) {
        if (i < ASR_MOCK_NEAREST) {
            best->near[i] = best->near[i - 1];
        }
    }

    if (i < ASR_MOCK_NEAREST) {
        best->near[i].misses = misses;
        best->near[i].id = x->id;
        best->n += best->n < ASR_MOCK_NEAREST ? 1 : 0;
    }

    return true;
}


static void
asr_mock_write_nearest(asr_json_out_t *o, const asr_mock_match_t *match)
{
    size_t               i, k, n;
    asr_arena_t          arena;
    asr_mock_miss_t      misses[ASR_MOCK_FAILED];
    asr_mock_match_t     all;
    asr_mock_nearest_t   best;
    asr_mock_exchange_t  x;

    asr_mock_match_init(&all, match->world);
    all.since = match->since;

    memset(&best, 0, sizeof(best));
    best.match = match;

    asr_mock_journal_newest(&all, 0, asr_mock_nearest_one, &best);

    for (i = 0; i < best.n; i++) {
        asr_arena_init(&arena, ASR_MOCK_TREE);

        if (!asr_mock_journal_get(best.near[i].id, &arena, &x)) {
            o->buf->failed = true;
            asr_arena_free(&arena);
            return;
        }

        n = asr_mock_match_misses(match, &x, &arena, misses,
                                  ASR_MOCK_FAILED);

        asr_jo_object(o);
        asr_jo_key(o, "request");
        asr_mock_journal_write(o, &x, false);
        asr_jo_key(o, "failed");
        asr_jo_array(o);

        for (k = 0; k < n && k < ASR_MOCK_FAILED; k++) {
            asr_jo_object(o);
            asr_mock_write_str(o, "criterion", misses[k].criterion);
            asr_mock_write_str(o, "got", misses[k].got);
            asr_mock_write_str(o, "expected", misses[k].expected);
            asr_jo_object_end(o);
        }

        asr_jo_array_end(o);
        asr_jo_object_end(o);

        asr_arena_free(&arena);
    }
}
