/*
 * Criteria: reading them, and holding an exchange against them.
 */

#include "asr_mock_where.h"


#define ASR_MOCK_MATCH_TOKEN   4096
#define ASR_MOCK_MATCH_MEMORY  (4 * 1024 * 1024)     /* of one body's tree */
#define ASR_MOCK_MATCH_GOT     200


typedef struct {
    asr_mock_miss_t  *out;
    size_t            max;
    size_t            n;
} asr_mock_misses_t;


static asr_err_t asr_mock_match_set(asr_mock_match_t *m, asr_str_t name,
    asr_str_t value, asr_str_t *why, asr_arena_t *a);
static asr_str_t *asr_mock_match_field(asr_mock_match_t *m, asr_str_t name);
static asr_err_t asr_mock_match_body(asr_mock_match_t *m, asr_arena_t *a,
    const asr_json_t *object, asr_str_t *why);
static bool asr_mock_is_operation(asr_str_t want, const asr_mock_exchange_t *x);
static bool asr_mock_has_rule(asr_str_t rule, const asr_mock_exchange_t *x);
static bool asr_mock_is_status(int want, int status);
static bool asr_mock_is_head(const asr_mock_match_t *m,
    const asr_mock_exchange_t *x);
static void asr_mock_miss(asr_mock_misses_t *to, const char *criterion,
    asr_str_t got, asr_str_t expected);
static void asr_mock_miss_str(asr_mock_misses_t *to, const char *criterion,
    bool holds, asr_str_t got, asr_str_t expected);
static asr_str_t asr_mock_rules(asr_arena_t *a, const asr_mock_exchange_t *x);


static const char  *asr_mock_verdicts[] = {
    "ok", "dubious", "refused", "faulted"
};


asr_mock_verdict_t
asr_mock_verdict(const asr_mock_exchange_t *x)
{
    size_t  i;

    if (x->fault.len != 0) {
        return ASR_MOCK_VERDICT_FAULTED;
    }

    if (x->code.len != 0) {
        return ASR_MOCK_VERDICT_REFUSED;
    }

    /* a note is nothing that anybody did wrong */

    for (i = 0; i < x->nfindings; i++) {
        if (x->findings[i].severity != ASR_MOCK_NOTE) {
            return ASR_MOCK_VERDICT_DUBIOUS;
        }
    }

    return ASR_MOCK_VERDICT_OK;
}


const char *
asr_mock_verdict_name(asr_mock_verdict_t v)
{
    return asr_mock_verdicts[v];
}


void
asr_mock_match_init(asr_mock_match_t *m, asr_str_t world)
{
    memset(m, 0, sizeof(asr_mock_match_t));
    m->world = world;
}


/* NULL: not a string's. */

static asr_str_t *
asr_mock_match_field(asr_mock_match_t *m, asr_str_t name)
{
    size_t  i;

    const struct {
        asr_str_t   name;
        asr_str_t  *field;
    } fields[] = {
        { ASR_STR("world"), &m->world },
        { ASR_STR("api"), &m->api },
        { ASR_STR("operation"), &m->operation },
        { ASR_STR("code"), &m->code },
        { ASR_STR("clause"), &m->clause },
        { ASR_STR("rule"), &m->rule },
        { ASR_STR("verdict"), &m->verdict },
        { ASR_STR("method"), &m->method },
        { ASR_STR("path"), &m->path },
        { ASR_STR("fault"), &m->fault }
    };

    for (i = 0; i < asr_nelts(fields); i++) {
        if (asr_str_eq(name, fields[i].name)) {
            return fields[i].field;
        }
    }

    return NULL;
}


static asr_err_t
asr_mock_match_set(asr_mock_match_t *m, asr_str_t name, asr_str_t value,
    asr_str_t *why, asr_arena_t *a)
{
    size_t      i;
    int64_t     n;
    asr_str_t  *field;

    field = asr_mock_match_field(m, name);

    if (field == &m->verdict) {

        for (i = 0; i < asr_nelts(asr_mock_verdicts); i++) {
            if (asr_str_eq(value, asr_cstr(asr_mock_verdicts[i]))) {
                break;
            }
        }

        if (i == asr_nelts(asr_mock_verdicts)) {
            *why = asr_str("\"verdict\" is ok, dubious, refused or faulted");
            return ASR_INVALID;
        }
    }

    if (field != NULL) {
        *field = value;
        return ASR_OK;
    }

    if (asr_str_eq(name, asr_str("status"))) {

        if (value.len == 3 && value.data[1] == 'x' && value.data[2] == 'x') {
            value.len = 1;
        }

        if (asr_str_int(value, &n) != ASR_OK || n < 1 || n > 999) {
            *why = asr_str("\"status\" is a number or as \"4xx\"");
            return ASR_INVALID;
        }

        m->status = (int) n;
        return ASR_OK;
    }

    if (!asr_str_eq(name, asr_str("since"))
        && !asr_str_eq(name, asr_str("limit"))
        && !asr_str_eq(name, asr_str("task"))
        && !asr_str_eq(name, asr_str("task_id")))
    {
        *why = asr_arena_printf(a, "\"%.*s\" is not known", asr_fmt(name));
        return ASR_INVALID;
    }

    if (asr_str_int(value, &n) != ASR_OK || n < 0
        || (name.data[0] == 'l' && n > ASR_MOCK_MATCH_LIMIT))
    {
        *why = asr_arena_printf(a, "\"%.*s\" is a number", asr_fmt(name));
        return ASR_INVALID;
    }

    if (name.data[0] == 's') {
        m->since = (uint64_t) n;

    } else if (name.data[0] == 'l') {
        m->limit = (size_t) n;

    } else {
        m->task_id = n;
    }

    return ASR_OK;
}


asr_err_t
asr_mock_match_args(asr_mock_match_t *m, asr_arena_t *a, asr_str_t args,
    const char *const *skip, asr_str_t *why)
{
    size_t             i;
    asr_err_t          err;
    asr_form_t         f;
    const asr_pair_t  *p;

    asr_form_init(&f, a, asr_str_null(), NULL, NULL, ASR_MOCK_MATCH_TOKEN);

    err = args.len != 0 ? asr_form_feed(&f, args.data, args.len) : ASR_OK;

    if (err == ASR_OK) {
        err = asr_form_end(&f);
    }

    asr_form_free(&f);

    if (err != ASR_OK) {
        *why = asr_str("the query is malformed");
        return ASR_INVALID;
    }

    for (p = f.pairs; p != NULL; p = p->next) {

        for (i = 0; skip != NULL && skip[i] != NULL; i++) {
            if (asr_str_eq(p->name, asr_cstr(skip[i]))) {
                break;
            }
        }

        if (skip != NULL && skip[i] != NULL) {
            continue;
        }

        /* the path says which world */

        if (asr_str_eq(p->name, asr_str("world")) && m->world.len != 0) {
            continue;
        }

        if (asr_mock_match_set(m, p->name, p->value, why, a) != ASR_OK) {
            return ASR_INVALID;
        }
    }

    return ASR_OK;
}


asr_err_t
asr_mock_match_json(asr_mock_match_t *m, asr_arena_t *a,
    const asr_json_t *object, asr_str_t *why)
{
    asr_str_t          value;
    const asr_json_t  *v;

    if (object == NULL || object->type != ASR_JSON_OBJECT) {
        *why = asr_str("\"match\" is an object");
        return ASR_INVALID;
    }

    for (v = object->child; v != NULL; v = v->next) {

        if (asr_str_eq(v->key, asr_str("body"))) {
            if (asr_mock_match_body(m, a, v, why) != ASR_OK) {
                return ASR_INVALID;
            }

            continue;
        }

        if (v->type == ASR_JSON_INT) {
            value = asr_arena_printf(a, "%lld", (long long) v->u.integer);

        } else if (v->type == ASR_JSON_STRING) {
            value = v->u.string;

        } else {
            *why = asr_arena_printf(a, "\"%.*s\" is a string or a number",
                                    asr_fmt(v->key));
            return ASR_INVALID;
        }

        if (asr_str_eq(v->key, asr_str("world")) && m->world.len != 0) {
            continue;
        }

        if (asr_mock_match_set(m, v->key, value, why, a) != ASR_OK) {
            return ASR_INVALID;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_mock_match_body(asr_mock_match_t *m, asr_arena_t *a,
    const asr_json_t *object, asr_str_t *why)
{
    const asr_json_t  *v;

    if (object->type != ASR_JSON_OBJECT) {
        *why = asr_str("\"body\" is an object of pointers and values");
        return ASR_INVALID;
    }

    if (object->n > ASR_MOCK_MATCH_POINTERS) {
        *why = asr_str("\"body\" has over 32 pointers");
        return ASR_INVALID;
    }

    for (v = object->child; v != NULL; v = v->next) {

        if (v->key.len == 0
            || (v->key.data[0] != '/' && v->key.data[0] != '?'
                && (v->key.len < 8 || memcmp(v->key.data, "header:", 7) != 0)))
        {
            *why = asr_arena_printf(a, "\"%.*s\" is no pointer: \"/Name\", "
                                    "\"?Name\" or \"header:Name\"",
                                    asr_fmt(v->key));
            return ASR_INVALID;
        }

        m->where[m->nwhere].pointer = v->key;
        m->where[m->nwhere++].value = v;
    }

    return ASR_OK;
}


/* Backtracks to the last '*' only, which is enough. */

bool
asr_mock_match_like(asr_str_t pattern, asr_str_t text)
{
    size_t  p, t, star, from;

    p = 0;
    t = 0;
    star = SIZE_MAX;
    from = 0;

    while (t < text.len) {

        if (p < pattern.len && pattern.data[p] == '*') {
            star = p++;
            from = t;

        } else if (p < pattern.len && (pattern.data[p] == '?'
                                       || pattern.data[p] == text.data[t]))
        {
            p++;
            t++;

        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++from;

        } else {
            return false;
        }
    }

    while (p < pattern.len && pattern.data[p] == '*') {
        p++;
    }

    return p == pattern.len;
}


static bool
asr_mock_is_operation(asr_str_t want, const asr_mock_exchange_t *x)
{
    asr_str_t  rest;

    if (asr_str_eq(want, x->operation)) {
        return true;
    }

    if (x->api.len == 0 || want.len <= x->api.len
        || memcmp(want.data, x->api.data, x->api.len) != 0
        || want.data[x->api.len] != '.')
    {
        return want.len == 1 && want.data[0] == '*';
    }

    rest.data = want.data + x->api.len + 1;
    rest.len = want.len - x->api.len - 1;

    return asr_mock_match_like(rest, x->operation);
}


static bool
asr_mock_has_rule(asr_str_t rule, const asr_mock_exchange_t *x)
{
    size_t  i;

    for (i = 0; i < x->nfindings; i++) {
        if (asr_str_eq(x->findings[i].rule, rule)) {
            return true;
        }
    }

    return asr_str_eq(x->clause, rule);
}


static bool
asr_mock_is_status(int want, int status)
{
    return want < 10 ? status / 100 == want : status == want;
}


/* All but what needs the body. */

static bool
asr_mock_is_head(const asr_mock_match_t *m, const asr_mock_exchange_t *x)
{
    return x->id > m->since
           && (m->world.len == 0 || asr_str_eq(m->world, x->world))
           && (m->api.len == 0 || asr_str_eq(m->api, x->api))
           && (m->operation.len == 0 || asr_mock_is_operation(m->operation, x))
           && (m->code.len == 0 || asr_str_eq(m->code, x->code))
           && (m->clause.len == 0 || asr_str_eq(m->clause, x->clause))
           && (m->rule.len == 0 || asr_mock_has_rule(m->rule, x))
           && (m->method.len == 0 || asr_str_eq(m->method, x->method))
           && (m->path.len == 0 || asr_mock_match_like(m->path, x->path))
           && (m->fault.len == 0 || asr_mock_match_like(m->fault, x->fault))
           && (m->status == 0 || asr_mock_is_status(m->status, x->status))
           && (m->task_id == 0 || m->task_id == x->task_id)
           && (m->verdict.len == 0
               || asr_str_eq(m->verdict, asr_cstr(asr_mock_verdict_name(
                                                  asr_mock_verdict(x)))));
}


bool
asr_mock_match(const asr_mock_match_t *m, const asr_mock_exchange_t *x)
{
    bool              holds;
    size_t            i;
    asr_arena_t       arena;
    asr_mock_sent_t   seen;

    if (!asr_mock_is_head(m, x)) {
        return false;
    }

    if (m->nwhere == 0) {
        return true;
    }

    memset(&seen, 0, sizeof(asr_mock_sent_t));
    asr_arena_init(&arena, ASR_MOCK_MATCH_MEMORY);
    seen.arena = &arena;
    holds = true;

    for (i = 0; i < m->nwhere && holds; i++) {
        holds = asr_mock_where(&seen, &m->where[i], x, NULL);
    }

    asr_arena_free(&arena);

    return holds;
}


static void
asr_mock_miss(asr_mock_misses_t *to, const char *criterion, asr_str_t got,
    asr_str_t expected)
{
    if (to->n < to->max) {
        to->out[to->n].criterion = asr_cstr(criterion);
        to->out[to->n].got = got;
        to->out[to->n].expected = expected;
    }

    to->n++;
}


static void
asr_mock_miss_str(asr_mock_misses_t *to, const char *criterion, bool holds,
    asr_str_t got, asr_str_t expected)
{
    if (expected.len != 0 && !holds) {
        asr_mock_miss(to, criterion, got, expected);
    }
}


/* "T-012, M-poll" */

static asr_str_t
asr_mock_rules(asr_arena_t *a, const asr_mock_exchange_t *x)
{
    size_t     i;
    asr_str_t  s;

    s = x->clause;

    for (i = 0; i < x->nfindings && s.len < ASR_MOCK_MATCH_GOT; i++) {
        if (!asr_str_eq(x->findings[i].rule, x->clause)) {
            s = asr_arena_printf(a, "%.*s%s%.*s", asr_fmt(s),
                                 s.len != 0 ? ", " : "",
                                 asr_fmt(x->findings[i].rule));
        }
    }

    return s;
}


size_t
asr_mock_match_misses(const asr_mock_match_t *m, const asr_mock_exchange_t *x,
    asr_arena_t *a, asr_mock_miss_t *out, size_t max)
{
    size_t              i;
    asr_str_t           got, verdict;
    asr_mock_sent_t     seen;
    asr_mock_misses_t   to;

    to.out = out;
    to.max = max;
    to.n = 0;

    verdict = asr_cstr(asr_mock_verdict_name(asr_mock_verdict(x)));

    asr_mock_miss_str(&to, "api", asr_str_eq(m->api, x->api), x->api, m->api);
    asr_mock_miss_str(&to, "operation", asr_mock_is_operation(m->operation, x),
                      x->operation, m->operation);
    asr_mock_miss_str(&to, "method", asr_str_eq(m->method, x->method),
                      x->method, m->method);
    asr_mock_miss_str(&to, "path", asr_mock_match_like(m->path, x->path),
                      x->path, m->path);
    asr_mock_miss_str(&to, "code", asr_str_eq(m->code, x->code), x->code,
                      m->code);
    asr_mock_miss_str(&to, "clause", asr_str_eq(m->clause, x->clause),
                      x->clause, m->clause);
    asr_mock_miss_str(&to, "verdict", asr_str_eq(m->verdict, verdict), verdict,
                      m->verdict);
    asr_mock_miss_str(&to, "fault", asr_mock_match_like(m->fault, x->fault),
                      x->fault, m->fault);

    if (m->rule.len != 0 && !asr_mock_has_rule(m->rule, x)) {
        asr_mock_miss(&to, "rule", asr_mock_rules(a, x), m->rule);
    }

    if (m->status != 0 && !asr_mock_is_status(m->status, x->status)) {
        asr_mock_miss(&to, "status", asr_arena_printf(a, "%d", x->status),
                      asr_arena_printf(a, "%d%s", m->status,
                                       m->status < 10 ? "xx" : ""));
    }

    if (m->task_id != 0 && m->task_id != x->task_id) {
        asr_mock_miss(&to, "task_id",
                      asr_arena_printf(a, "%lld", (long long) x->task_id),
                      asr_arena_printf(a, "%lld", (long long) m->task_id));
    }

    memset(&seen, 0, sizeof(asr_mock_sent_t));
    seen.arena = a;

    for (i = 0; i < m->nwhere; i++) {
        if (!asr_mock_where(&seen, &m->where[i], x, &got)) {
            asr_mock_miss(&to, "", got,
                          asr_mock_where_brief(a, m->where[i].value));

            if (to.n <= max) {
                out[to.n - 1].criterion = m->where[i].pointer;
            }
        }
    }

    return to.n;
}
