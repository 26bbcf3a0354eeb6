/*
 * The journal against a simple model of it, over many times its size; what is
 * found by criteria; what is verified; that no secret is in it.
 */

#define _GNU_SOURCE                  /* memmem() */

#include "mock_journal.h"

#include <time.h>


#define WORLDS   7
#define ENTRIES  100000
#define SECRET   "Zx9planted-secret/value+77"


/* The model: all that was ever added, and the first that is still there. */

typedef struct {
    uint8_t   world;
    bool      cleared;
    uint32_t  body;              /* bytes */
} model_t;

static model_t    model[ENTRIES + 1];
static uint64_t   model_first, model_last;
static char       filler[ASR_MOCK_BODY_MAX + 1];
static char       names[WORLDS][8];


static void
begin(size_t bytes)
{
    unsigned  i;

    assert_int_equal(asr_mock_journal_init(bytes), ASR_OK);

    for (i = 0; i < WORLDS; i++) {
        (void) snprintf(names[i], sizeof(names[i]), "test-%u", i);
    }

    memset(filler, 'x', sizeof(filler));
}


typedef struct {
    uint64_t  ids[4096];
    size_t    n;
    size_t    stop;
} seen_t;


static bool
see(void *ctx, const asr_mock_exchange_t *x)
{
    seen_t  *seen = ctx;

    if (seen->n < asr_nelts(seen->ids)) {
        seen->ids[seen->n] = x->id;
    }

    return ++seen->n != seen->stop;
}


static bool
see_in_model(void *ctx, const asr_mock_exchange_t *x)
{
    uint64_t  *id = ctx;

    /* the next of that world; all before it are gone or another's */

    for ((*id)++; *id < x->id; (*id)++) {
        assert_true(*id < model_first || model[*id].cleared
                    || model[*id].world != model[x->id].world);
    }

    assert_int_equal(*id, x->id);
    assert_true(x->id >= model_first);
    assert_false(model[x->id].cleared);
    assert_true(asr_str_eq(x->world, asr_cstr(names[model[x->id].world])));
    assert_int_equal(x->body.len, model[x->id].body);
    assert_int_equal(x->task_id, x->id);

    return true;
}


/* What is in the ring is what the model says, world for world. */

static void
check_model(asr_mock_random_t *r)
{
    unsigned             w;
    uint64_t             id, n, dropped, i;
    asr_arena_t          arena;
    asr_mock_match_t     match;
    asr_mock_exchange_t  x;

    for (w = 0; w < WORLDS; w++) {
        n = 0;
        dropped = 0;

        for (id = 1; id <= model_last; id++) {
            if (model[id].world == w && !model[id].cleared) {
                n += id >= model_first ? 1 : 0;
                dropped += id < model_first ? 1 : 0;
            }
        }

        asr_mock_match_init(&match, asr_cstr(names[w]));
        assert_int_equal(asr_mock_journal_count(&match), n);
        assert_int_equal(asr_mock_journal_dropped(match.world), dropped);

        id = 0;
        asr_mock_journal_each(&match, 0, see_in_model, &id);
    }

    for (i = 0; i < 20; i++) {
        id = asr_mock_below(r, model_last + 2);

        asr_arena_init(&arena, 1 << 20);
        assert_int_equal(asr_mock_journal_get(id, &arena, &x),
                         id >= model_first && id <= model_last
                         && !model[id].cleared);
        asr_arena_free(&arena);
    }
}


/* The model learns from the journal only how many went, and that these are
   the oldest. */

static void
learn_first(void)
{
    asr_arena_t          arena;
    asr_mock_exchange_t  x;

    for (asr_arena_init(&arena, 1 << 20); model_first < model_last;
         model_first++)
    {
        if (model[model_first].cleared) {
            continue;
        }

        if (asr_mock_journal_get(model_first, &arena, &x)) {
            break;
        }
    }

    asr_arena_free(&arena);
}


/* What would be overwritten next is whole. */

static bool
see_oldest(void *ctx, const asr_mock_exchange_t *x)
{
    assert_true(x->id != 0 && x->id <= model_last);
    assert_int_equal(x->task_id, x->id);
    assert_int_equal(x->body.len, model[x->id].body);
    assert_true(asr_str_eq(x->world, asr_cstr(names[model[x->id].world])));

    return false;
}


static void
test_model(void **state)
{
    size_t               bytes;
    uint64_t             id, i;
    asr_arena_t          arena;
    asr_mock_match_t     all;
    asr_mock_random_t    r;
    asr_mock_exchange_t  x;

    begin(1);
    asr_mock_match_init(&all, asr_str_null());
    asr_mock_seed(&r, 1);
    mock_exchange(&x, "");

    assert_int_equal(asr_mock_journal_next(), 1);
    model_first = 1;

    for (id = 1; id <= ENTRIES; id++) {
        model[id].world = (uint8_t) asr_mock_below(&r, WORLDS);
        model[id].body = (uint32_t) asr_mock_below(&r,
                             asr_mock_below(&r, 50) == 0 ? 8000 : 700);
        model_last = id;

        x.world = asr_cstr(names[model[id].world]);
        x.body = (asr_str_t) { model[id].body, filler };
        x.task_id = (int64_t) id;
        x.nheaders = (size_t) asr_mock_below(&r, 9);
        x.nfindings = (size_t) asr_mock_below(&r, 2);

        assert_int_equal(asr_mock_journal_add(&x), id);
        assert_int_equal(asr_mock_journal_next(), id + 1);
        asr_mock_journal_each(&all, 0, see_oldest, NULL);

        if (asr_mock_below(&r, 3000) == 0) {
            asr_mock_journal_clear(asr_cstr(names[0]));

            for (i = 1; i <= id; i++) {
                model[i].cleared |= model[i].world == 0;
            }
        }

        if (asr_mock_below(&r, 2000) == 0 || id == ENTRIES) {
            learn_first();
            check_model(&r);
        }
    }

    /* it holds about what it was given, and no more than that */

    for (bytes = 0, i = model_first; i <= model_last; i++) {
        bytes += model[i].body;
    }

    assert_true(bytes < ASR_MOCK_JOURNAL_MIN);
    assert_true(model_last - model_first > 30);

    asr_arena_init(&arena, 1 << 20);
    assert_false(asr_mock_journal_get(0, &arena, &x));
    assert_false(asr_mock_journal_get(model_last + 1, &arena, &x));
    assert_false(asr_mock_journal_get(UINT64_MAX, &arena, &x));
    asr_arena_free(&arena);

    asr_mock_journal_free();
}


/* All of an exchange comes back. */

static void
test_whole(void **state)
{
    size_t               i;
    uint64_t             id;
    asr_arena_t          arena;
    asr_mock_exchange_t  x, y;

    begin(0);

    mock_exchange(&x, "test-a");
    x.tls = true;
    x.fault = asr_str("reset");
    x.doctor = asr_str("{\"mistakes\":[{\"name\":\"host\"}]}");
    id = asr_mock_journal_add(&x);
    asr_mock_journal_took(id, 1234);

    asr_arena_init(&arena, 1 << 20);
    assert_true(asr_mock_journal_get(id, &arena, &y));

    assert_int_equal(y.id, id);
    assert_int_equal(y.at_ms, x.at_ms);
    assert_int_equal(y.took_us, 1234);
    assert_int_equal(y.status, 200);
    assert_int_equal(y.body_bytes, x.body_bytes);
    assert_int_equal(y.reply_bytes, x.reply_bytes);
    assert_true(y.tls);
    assert_memory_equal(y.body_sha256, x.body_sha256, ASR_SHA256_LEN);

    assert_true(asr_str_eq(y.world, x.world));
    assert_true(asr_str_eq(y.api, x.api));
    assert_true(asr_str_eq(y.operation, x.operation));
    assert_true(asr_str_eq(y.method, x.method));
    assert_true(asr_str_eq(y.path, x.path));
    assert_true(asr_str_eq(y.target, x.target));
    assert_true(asr_str_eq(y.args, x.args));
    assert_true(asr_str_eq(y.body, x.body));
    assert_true(asr_str_eq(y.reply_type, x.reply_type));
    assert_true(asr_str_eq(y.reply, x.reply));
    assert_true(asr_str_eq(y.code, x.code));
    assert_true(asr_str_eq(y.clause, x.clause));
    assert_true(asr_str_eq(y.why, x.why));
    assert_true(asr_str_eq(y.fault, x.fault));
    assert_true(asr_str_eq(y.doctor, x.doctor));

    assert_int_equal(y.nheaders, x.nheaders);
    assert_int_equal(y.nreply_headers, 2);

    for (i = 0; i < x.nheaders; i++) {
        assert_true(asr_str_eq(y.headers[i].name, x.headers[i].name));
        assert_int_equal(asr_str_eq(y.headers[i].value, x.headers[i].value),
                         i != 1);
    }

    assert_int_equal(y.nfindings, 1);
    assert_int_equal(y.findings[0].severity, ASR_MOCK_ERROR);
    assert_true(asr_str_eq(y.findings[0].words, mock_finding.words));
    assert_true(asr_str_eq(y.findings[0].got, mock_finding.got));
    assert_true(asr_str_eq(y.findings[0].expected, mock_finding.expected));
    assert_true(asr_str_eq(y.findings[0].hint, mock_finding.hint));
    assert_true(asr_str_eq(y.findings[0].pointer, mock_finding.pointer));

    asr_arena_free(&arena);

    /* no body is not an empty one */

    x.body = asr_str_null();
    x.reply = asr_str("");
    id = asr_mock_journal_add(&x);

    asr_arena_init(&arena, 1 << 20);
    assert_true(asr_mock_journal_get(id, &arena, &y));
    assert_null(y.body.data);
    assert_non_null(y.reply.data);
    assert_int_equal(y.reply.len, 0);
    asr_arena_free(&arena);

    asr_mock_journal_free();
}


/* What is too large is clipped, not refused, and characters stay whole. */

static void
test_clipped(void **state)
{
    size_t               i, round;
    uint64_t             id;
    asr_arena_t          arena;
    asr_header_t        *headers;
    asr_mock_finding_t  *findings;
    asr_mock_exchange_t  x, y;

    headers = calloc(500, sizeof(asr_header_t));
    findings = calloc(500, sizeof(asr_mock_finding_t));
    assert_non_null(headers);
    assert_non_null(findings);

    for (round = 0; round < 2; round++) {
        begin(round == 0 ? 1 : 0);

        for (i = 0; i + 3 <= sizeof(filler); i += 3) {
            memcpy(filler + i, "\xe4\xbd\xa0", 3);
        }

        mock_exchange(&x, "test-a");

        for (i = 0; i < 500; i++) {
            headers[i].name = asr_str("X-Long");
            headers[i].value = (asr_str_t) { 3 * 5000, filler };
            findings[i] = mock_finding;
            findings[i].words = headers[i].value;
        }

        x.headers = x.reply_headers = headers;
        x.nheaders = x.nreply_headers = 500;
        x.findings = findings;
        x.nfindings = 500;
        x.body = x.reply = (asr_str_t) { sizeof(filler), filler };
        x.body_bytes = 1000000;
        x.why = x.path = x.target = x.operation = x.body;
        x.doctor = x.body;

        id = asr_mock_journal_add(&x);
        assert_int_not_equal(id, 0);

        asr_arena_init(&arena, 4 << 20);
        assert_true(asr_mock_journal_get(id, &arena, &y));
        assert_int_equal(y.body_bytes, 1000000);
        assert_true(y.body.len >= (round == 0 ? 8000 : 65533));
        assert_true(y.body.len <= ASR_MOCK_BODY_MAX);
        assert_true(asr_utf8_valid(y.body));
        assert_true(asr_utf8_valid(y.reply));
        assert_true(y.reply.len > 1000);
        assert_true(asr_utf8_valid(y.target));
        assert_true(asr_utf8_valid(y.why));
        assert_true(asr_utf8_valid(y.operation));
        assert_true(y.nheaders >= 3 && y.nheaders <= ASR_MOCK_KEPT_HEADERS);
        assert_true(y.nfindings >= 1);
        assert_true(asr_utf8_valid(y.findings[0].words));
        assert_int_equal(y.doctor.len, 0);
        asr_arena_free(&arena);

        asr_mock_journal_free();
    }

    free(headers);
    free(findings);
}


static void
list(const char *world, uint64_t since, size_t limit, bool newest,
    seen_t *seen)
{
    asr_mock_match_t  m;

    asr_mock_match_init(&m, asr_cstr(world));
    m.since = since;
    seen->n = 0;

    if (newest) {
        asr_mock_journal_newest(&m, limit, see, seen);

    } else {
        asr_mock_journal_each(&m, limit, see, seen);
    }
}


static void
test_order(void **state)
{
    uint64_t             i, first;
    static seen_t        seen;
    asr_mock_match_t     m;
    asr_mock_exchange_t  x;

    begin(0);
    mock_exchange(&x, "");
    first = asr_mock_journal_next();

    for (i = 0; i < 20; i++) {
        x.world = i % 2 == 0 ? asr_str("test-a") : asr_str("test-b");
        asr_mock_journal_add(&x);
    }

    list("test-a", 0, 3, false, &seen);
    assert_int_equal(seen.n, 3);
    assert_int_equal(seen.ids[0], first + 14);
    assert_int_equal(seen.ids[2], first + 18);

    list("test-a", first + 4, 3, false, &seen);
    assert_int_equal(seen.n, 3);
    assert_int_equal(seen.ids[0], first + 6);

    list("", 0, 3, true, &seen);
    assert_int_equal(seen.n, 3);
    assert_int_equal(seen.ids[0], first + 19);
    assert_int_equal(seen.ids[2], first + 17);

    list("", 0, 100, false, &seen);
    assert_int_equal(seen.n, 20);
    assert_int_equal(seen.ids[0], first);

    seen.stop = 2;
    list("", 0, 0, false, &seen);
    assert_int_equal(seen.n, 2);
    seen.stop = 0;

    asr_mock_journal_clear(asr_str("test-b"));
    list("", 0, 0, false, &seen);
    assert_int_equal(seen.n, 10);
    list("", 0, 2, true, &seen);
    assert_int_equal(seen.ids[0], first + 18);
    list("test-b", 0, 0, false, &seen);
    assert_int_equal(seen.n, 0);
    list("test-none", 0, 0, false, &seen);
    assert_int_equal(seen.n, 0);

    asr_mock_journal_forget(asr_str("test-a"));
    asr_mock_match_init(&m, asr_str_null());
    assert_int_equal(asr_mock_journal_count(&m), 0);

    x.world = asr_str("test-a");
    assert_int_equal(asr_mock_journal_add(&x), first + 20);
    assert_int_equal(asr_mock_journal_count(&m), 1);

    asr_mock_journal_clear(asr_str_null());
    assert_int_equal(asr_mock_journal_count(&m), 0);
    assert_int_equal(asr_mock_journal_add(&x), first + 21);
    assert_int_equal(asr_mock_journal_count(&m), 1);

    asr_mock_journal_free();
    assert_int_equal(asr_mock_journal_add(&x), 0);
}


/* More worlds than it knows of: those without entries make room first. */

static void
test_many_worlds(void **state)
{
    char                 name[32];
    uint64_t             i, id;
    asr_arena_t          arena;
    asr_mock_match_t     m;
    asr_mock_exchange_t  x, y;

    begin(0);
    mock_exchange(&x, "");
    x.nheaders = 0;
    x.body = x.reply = asr_str_null();
    id = 0;

    for (i = 0; i < 20000; i++) {
        (void) snprintf(name, sizeof(name), "test-%u", (unsigned) i);
        x.world = asr_cstr(name);
        id = asr_mock_journal_add(&x);

        if (i % 3 == 0) {
            asr_mock_journal_forget(x.world);
        }
    }

    asr_mock_match_init(&m, asr_str("test-19999"));
    assert_int_equal(asr_mock_journal_count(&m), 1);

    asr_mock_match_init(&m, asr_str_null());
    assert_true(asr_mock_journal_count(&m) > 4000);

    asr_arena_init(&arena, 1 << 20);
    assert_true(asr_mock_journal_get(id, &arena, &y));
    assert_true(asr_str_eq(y.world, asr_str("test-19999")));
    asr_arena_free(&arena);

    asr_mock_journal_free();
}


static uint64_t
count_args(const char *args)
{
    asr_str_t         why;
    asr_arena_t       arena;
    uint64_t          n;
    asr_mock_match_t  m;

    asr_arena_init(&arena, 1 << 16);
    asr_mock_match_init(&m, asr_str("test-a"));

    if (asr_mock_match_args(&m, &arena, asr_cstr(args), NULL, &why) != ASR_OK)
    {
        assert_true(why.len != 0);
        n = 999;

    } else {
        n = asr_mock_journal_count(&m);
    }

    asr_arena_free(&arena);

    return n;
}


static void
fill(void)
{
    asr_mock_finding_t   warning;
    asr_mock_exchange_t  x;

    begin(0);

    mock_exchange(&x, "test-a");
    asr_mock_journal_add(&x);

    mock_exchange(&x, "test-b");
    asr_mock_journal_add(&x);

    mock_exchange(&x, "test-a");
    warning = mock_finding;
    warning.severity = ASR_MOCK_WARNING;
    warning.rule = asr_str("M-poll");
    x.findings = &warning;
    x.code = x.clause = asr_str_null();
    x.operation = asr_str("DescribeTaskStatus");
    x.body = asr_str("Action=DescribeTaskStatus&TaskId=17&A=a%26b");
    x.task_id = 17;
    asr_mock_journal_add(&x);

    mock_exchange(&x, "test-a");
    x.api = asr_str("u2");
    x.operation = asr_str("create");
    x.method = asr_str("PUT");
    x.path = asr_str("/v1/audio/asr/tasks");
    x.fault = asr_str("status=503");
    x.status = 503;
    x.nfindings = 0;
    x.code = x.clause = asr_str_null();
    x.body = asr_str("{\"a/b\":{\"~c\":[1,2.5,\"x\",{\"d\":null}]}}");
    asr_mock_journal_add(&x);
}


static void
test_criteria(void **state)
{
    size_t  i;

    static const struct {
        const char  *args;
        unsigned     n;          /* 999: refused */
    } cases[] = {
        { "", 3 }, { "api=tencent", 2 }, { "api=u3", 0 },
        { "operation=CreateRecTask", 1 }, { "operation=tencent.*", 2 },
        { "operation=tencent.CreateRecTask", 1 }, { "operation=*", 3 },
        { "operation=u2.create", 1 }, { "operation=u2.C*", 0 },
        { "code=InvalidParameterValue", 1 }, { "clause=T-1", 1 },
        { "rule=T-1", 1 }, { "rule=M-poll", 1 }, { "rule=M-", 0 },
        { "verdict=refused", 1 }, { "verdict=dubious", 1 },
        { "verdict=faulted", 1 }, { "verdict=ok", 0 },
        { "verdict=bad", 999 }, { "method=PUT", 1 }, { "method=put", 0 },
        { "path=/v1/*", 1 }, { "path=*tasks", 1 }, { "path=/", 2 },
        { "status=200", 2 }, { "status=5xx", 1 }, { "status=2xx", 2 },
        { "status=abc", 999 }, { "status=", 999 }, { "task_id=17", 1 },
        { "task=17&api=tencent", 1 }, { "task=17&api=u2", 0 },
        { "fault=status%3D5*", 1 }, { "since=0", 3 }, { "since=-1", 999 },
        { "limit=10001", 999 }, { "limit=1", 3 }, { "nonsense=1", 999 },
        { "api=%", 999 }, { "world=test-b", 3 }
    };

    fill();

    for (i = 0; i < asr_nelts(cases); i++) {
        if (count_args(cases[i].args) != cases[i].n) {
            fail_msg("%s: %u", cases[i].args,
                     (unsigned) count_args(cases[i].args));
        }
    }

    asr_mock_journal_free();
}


/* What verify answers, and the count in it. */

static int
verify(const char *json, asr_buf_t *out)
{
    int                 ok;
    asr_str_t           why;
    asr_arena_t         arena;
    asr_mock_verify_t   v;

    asr_arena_init(&arena, 1 << 16);
    asr_buf_init(out, 1 << 20);
    v.match.world = asr_str("test-a");

    if (asr_mock_verify_parse(&v, &arena, asr_cstr(json), &why) != ASR_OK) {
        assert_true(why.len != 0);
        ok = 2;

    } else {
        ok = asr_mock_journal_verify(&v, out);
        assert_false(out->failed);
    }

    asr_arena_free(&arena);

    return ok;
}


static void
test_verify(void **state)
{
    int        ok;
    size_t     i;
    asr_buf_t  out;

    static const struct {
        int          ok;         /* 2: refused */
        const char  *json;
    } cases[] = {
        { 1, "{}" }, { 1, "{\"count\":3}" }, { 0, "{\"count\":2}" },
        { 1, "{\"at_least\":3}" }, { 0, "{\"at_least\":4}" },
        { 1, "{\"at_most\":3}" }, { 0, "{\"at_most\":2}" },
        { 2, "{\"at_most\":-1}" }, { 2, "{\"at_most\":\"1\"}" },
        { 2, "[]" }, { 2, "" }, { 2, "{\"often\":1}" },
        { 2, "{\"match\":1}" }, { 2, "{\"match\":{\"body\":[]}}" },
        { 2, "{\"match\":{\"body\":{\"x\":1}}}" },
        { 2, "{\"match\":{\"api\":null}}" },
        { 1, "{\"match\":{\"status\":503},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/ChannelNum\":3}},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/ChannelNum\":3.0}},\"count\":1}" },
        { 0, "{\"match\":{\"body\":{\"/ChannelNum\":\"3\"}},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/TaskId\":17}},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/TaskId\":\"17\"}},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/A\":\"a&b\"}},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/Url\":{\"like\":\"http:*.wav\"}}},"
             "\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/Url\":{\"present\":false}}},"
             "\"count\":2}" },
        { 1, "{\"match\":{\"body\":{\"/a~1b/~0c/1\":2.5}},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/a~1b/~0c/3/d\":null}},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"/a~1b\":{\"~c\":[1,2.5,\"x\","
             "{\"d\":null}]}}},\"count\":1}" },
        { 0, "{\"match\":{\"body\":{\"/a~1b\":{\"~c\":[1,2.5,\"y\","
             "{\"d\":null}]}}},\"count\":1}" },
        { 0, "{\"match\":{\"body\":{\"/a~1b/~0c/4\":1}},\"count\":1}" },
        { 1, "{\"match\":{\"body\":{\"?x\":1}},\"count\":3}" },
        { 1, "{\"match\":{\"body\":{\"header:user-agent\":"
             "{\"like\":\"SDK/*\"}}},\"count\":3}" }
    };

    fill();

    for (i = 0; i < asr_nelts(cases); i++) {
        ok = verify(cases[i].json, &out);

        if (ok != cases[i].ok) {
            fail_msg("%s: %d %.*s", cases[i].json, ok,
                     asr_fmt(asr_buf_str(&out)));
        }

        asr_buf_free(&out);
    }

    asr_mock_journal_free();
}


static void
test_nearest(void **state)
{
    asr_buf_t          out;
    asr_json_t        *root, *near, *failed;
    asr_arena_t        arena;
    asr_json_error_t   err;

    fill();

    assert_int_equal(verify("{\"match\":{\"operation\":\"CreateRecTask\","
                            "\"status\":200,\"body\":{\"/ChannelNum\":1,"
                            "\"/EngineModelType\":\"16k_zh\"}}}", &out), 0);

    asr_arena_init(&arena, 1 << 20);
    root = asr_json_parse(&arena, asr_buf_str(&out), &err);
    assert_non_null(root);
    assert_int_equal(asr_json_get_int(root, "count", -1), 0);

    near = asr_json_get(root, asr_str("nearest"));
    assert_int_equal(near->n, 3);

    /* that which fails but one */

    failed = asr_json_get(near->child, asr_str("failed"));
    assert_int_equal(failed->n, 1);
    assert_true(asr_str_eq(asr_json_get_str(failed->child, "criterion"),
                           asr_str("/ChannelNum")));
    assert_true(asr_str_eq(asr_json_get_str(failed->child, "got"),
                           asr_str("3")));
    assert_true(asr_str_eq(asr_json_get_str(failed->child, "expected"),
                           asr_str("1")));

    failed = asr_json_get(near->child->next, asr_str("failed"));
    assert_int_equal(failed->n, 3);

    asr_arena_free(&arena);
    asr_buf_free(&out);
    asr_mock_journal_free();
}


/* Whatever is in an entry, its JSON can be read. */

static void
test_json(void **state)
{
    asr_buf_t            out;
    asr_json_t          *root;
    asr_arena_t          arena;
    asr_json_out_t       o;
    asr_json_error_t     err;
    asr_mock_match_t     m;
    asr_mock_exchange_t  x, y;

    begin(0);
    mock_exchange(&x, "test-a");
    x.doctor = asr_str("{\"a\":[1,2.5,true,null,\"x\"]}");
    x.body = asr_str("\xff\xfe \x01 \"quoted\"");
    asr_arena_init(&arena, 1 << 20);
    assert_true(asr_mock_journal_get(asr_mock_journal_add(&x), &arena, &y));

    asr_buf_init(&out, 1 << 20);
    assert_int_equal(asr_json_out_begin(&o, &out), ASR_OK);
    asr_mock_journal_write(&o, &y, true);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);

    root = asr_json_parse(&arena, asr_buf_str(&out), &err);
    assert_non_null(root);
    assert_int_equal(root->n, 26);
    assert_true(asr_str_eq(asr_json_get_str(root, "verdict"),
                           asr_str("refused")));
    assert_true(asr_str_eq(asr_json_get_str(root, "at"),
                           asr_str("2026-11-26T00:00:00.123Z")));
    assert_int_equal(asr_json_get_str(root, "body_sha256").len, 64);
    assert_int_equal(asr_json_get(root, asr_str("headers"))->n, 8);
    assert_int_equal(asr_json_get(root, asr_str("findings"))->n, 1);
    assert_int_equal(asr_json_get(asr_json_get(root, asr_str("doctor")),
                                  asr_str("a"))->n, 5);

    asr_buf_free(&out);
    asr_mock_match_init(&m, asr_str("test-a"));
    assert_int_equal(asr_mock_journal_list(&m, 0, &out), ASR_OK);
    root = asr_json_parse(&arena, asr_buf_str(&out), &err);
    assert_non_null(root);
    assert_int_equal(asr_json_get(root, asr_str("requests"))->n, 1);
    assert_int_equal(asr_json_get_int(root, "dropped", -1), 0);
    assert_null(asr_json_get(asr_json_get(root, asr_str("requests"))->child,
                             asr_str("headers")));

    asr_buf_free(&out);
    asr_arena_free(&arena);
    asr_mock_journal_free();
}


/* Planted in every place it may come in by; found in none. */

static void
test_secrets(void **state)
{
    asr_buf_t            out;
    asr_arena_t          arena;
    asr_header_t         headers[4];
    asr_json_out_t       o;
    asr_mock_finding_t   f;
    asr_mock_exchange_t  x, y;

    begin(0);

    headers[0] = (asr_header_t) { ASR_STR("Authorization"),
                                  ASR_STR("Bearer " SECRET) };
    headers[1] = (asr_header_t) { ASR_STR("Cookie"), ASR_STR("s=" SECRET) };
    headers[2] = (asr_header_t) { ASR_STR("X-TC-Token"), ASR_STR(SECRET) };
    headers[3] = (asr_header_t) { ASR_STR("Set-Cookie"),
                                  ASR_STR("a=" SECRET "; Path=/") };

    f = mock_finding;
    f.pointer = asr_str("header:Authorization");
    f.got = asr_str("Bearer " SECRET);
    f.words = f.expected = f.hint = asr_str("not " SECRET);

    mock_exchange(&x, "test-a");
    x.headers = x.reply_headers = headers;
    x.nheaders = x.nreply_headers = 4;
    x.findings = &f;
    x.target = asr_str("/?SecurityToken=" SECRET "&u=http%3A%2F%2Fa%3A"
                       SECRET "%40h%2F");
    x.path = asr_str("/upload/signed/as_1/" SECRET);
    x.body = asr_str("{\"SecretKey\":\"" SECRET "\",\"t\":\"{\\\"token\\\":"
                     "\\\"" SECRET "\\\"}\"}");
    x.reply = asr_str("{\"Message\":\"no such key " SECRET "\","
                      "\"signed_url\":\"http://h/upload/signed/as/" SECRET
                      "\"}");
    x.why = asr_str("the key " SECRET " is not known");
    x.doctor = asr_str("{\"yours\":\"" SECRET "\"}");

    asr_arena_init(&arena, 1 << 20);
    assert_true(asr_mock_journal_get(asr_mock_journal_add(&x), &arena, &y));

    asr_buf_init(&out, 1 << 20);
    assert_int_equal(asr_json_out_begin(&o, &out), ASR_OK);
    asr_mock_journal_write(&o, &y, true);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);

    if (memmem(out.data, out.len, "planted", 7) != NULL) {
        fail_msg("%.*s", asr_fmt(asr_buf_str(&out)));
    }

    assert_true(y.doctor.len != 0);

    asr_buf_free(&out);
    asr_arena_free(&arena);
    asr_mock_journal_free();
}


/* "bench [N]": ns of an entry of a small request; asserts nothing. */

static int
bench(unsigned long n)
{
    double               ns;
    unsigned long        i;
    struct timespec      a, b;
    asr_mock_exchange_t  x;

    begin(0);
    mock_exchange(&x, "test-a");
    x.body = asr_str(MOCK_BODY "          {\"Padding\":\"16k_zh\",\"One\":1,"
                     "\"Two\":2,\"Three\":\"http://example.com/a.wav\","
                     "\"Four\":[1,2,3,4],\"Five\":{\"Six\":7},\"Eight\":9}");

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);

    for (i = 0; i < n; i++) {
        asr_mock_journal_add(&x);
    }

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);

    ns = (double) (b.tv_sec - a.tv_sec) * 1e9
         + (double) (b.tv_nsec - a.tv_nsec);
    printf("%.0f ns an entry, body of %zu bytes\n", ns / (double) n,
           x.body.len);
    asr_mock_journal_free();

    return 0;
}


int
main(int argc, char **argv)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_model),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_clipped),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_many_worlds),
        cmocka_unit_test(test_criteria),
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_secrets)
    };

    if (argc > 1) {
        return bench(argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000);
    }

    return cmocka_run_group_tests(tests, NULL, NULL);
}
