/* The text of a fault. */

#include "asr_mock_faults.h"
#include "asr_mock_errors.h"

#include <math.h>


#define ASR_MOCK_SIGMA_MAX   5.0
#define ASR_MOCK_LENGTH_MAX  1000000000
#define ASR_MOCK_TYPE_MAX    128


typedef struct asr_mock_atom_s  asr_mock_atom_t;

typedef struct {
    asr_arena_t       *arena;
    asr_mock_fault_t  *fault;
    const char        *why;
} asr_mock_parse_t;

/* false: why is set */

struct asr_mock_atom_s {
    asr_str_t   name;
    bool        value;           /* "name=..." , not "name" */
    bool      (*set)(asr_mock_parse_t *p, asr_str_t value);
};


static bool asr_mock_set_error(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_status(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_task(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_latency(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_dribble(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_reset(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_empty(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_garbage(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_cut(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_length(asr_mock_parse_t *p, asr_str_t v);
static bool asr_mock_set_type(asr_mock_parse_t *p, asr_str_t v);


static const asr_mock_atom_t  asr_mock_atoms[] = {
    { ASR_STR("error"),   true,  asr_mock_set_error },
    { ASR_STR("status"),  true,  asr_mock_set_status },
    { ASR_STR("task"),    true,  asr_mock_set_task },
    { ASR_STR("latency"), true,  asr_mock_set_latency },
    { ASR_STR("dribble"), true,  asr_mock_set_dribble },
    { ASR_STR("reset"),   false, asr_mock_set_reset },
    { ASR_STR("empty"),   false, asr_mock_set_empty },
    { ASR_STR("garbage"), false, asr_mock_set_garbage },
    { ASR_STR("cut"),     true,  asr_mock_set_cut },
    { ASR_STR("length"),  true,  asr_mock_set_length },
    { ASR_STR("type"),    true,  asr_mock_set_type },
};


static bool
asr_mock_refuse(asr_mock_parse_t *p, const char *why)
{
    p->why = why;
    return false;
}


/* The same with the words that were sent, which may be anything. */

static bool
asr_mock_refuse_text(asr_mock_parse_t *p, const char *fmt, asr_str_t v)
{
    char       clean[ASR_MOCK_CODE_NAME_MAX];
    size_t     i;
    asr_str_t  why;

    for (i = 0; i < v.len && i < sizeof(clean) - 1; i++) {
        clean[i] = (v.data[i] >= ' ' && v.data[i] <= '~') ? v.data[i] : '?';
    }

    clean[i] = '\0';
    why = asr_arena_printf(p->arena, fmt, clean);
    p->why = (why.data != NULL) ? why.data : "the fault cannot be read";

    return false;
}


/* Digits with at most one point; up to 18 of them. */

static bool
asr_mock_decimal(asr_str_t s, double *out)
{
    bool    point;
    double  v, scale;
    size_t  i;

    if (s.len == 0 || s.len > 18) {
        return false;
    }

    for (i = 0, v = 0, scale = 1, point = false; i < s.len; i++) {

        if (s.data[i] == '.' && !point && i != 0 && i != s.len - 1) {
            point = true;

        } else if (s.data[i] >= '0' && s.data[i] <= '9') {
            v = v * 10 + (s.data[i] - '0');
            scale *= point ? 10 : 1;

        } else {
            return false;
        }
    }

    *out = v / scale;

    return true;
}


bool
asr_mock_duration(asr_str_t s, int64_t *ms)
{
    double  v;
    size_t  i, k;

    static const struct {
        asr_str_t  name;
        double     ms;
    } units[] = {
        { ASR_STR("ms"), 1 },
        { ASR_STR("s"), 1000 },
        { ASR_STR("m"), 60 * 1000 },
        { ASR_STR("h"), 3600 * 1000 },
    };

    for (i = 0; i < s.len; i++) {
        if (s.data[i] >= 'a' && s.data[i] <= 'z') {
            break;
        }
    }

    if (!asr_mock_decimal((asr_str_t) { i, s.data }, &v)) {
        return false;
    }

    s = (asr_str_t) { s.len - i, s.data + i };

    for (k = 0; k < asr_nelts(units); k++) {
        if (asr_str_eq(s, units[k].name)) {
            v *= units[k].ms;

            if (v > (double) ASR_MOCK_DURATION_MAX) {
                return false;
            }

            *ms = (int64_t) (v + 0.5);

            return true;
        }
    }

    return false;
}


bool
asr_mock_code_form(asr_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if (!((s.data[i] >= '0' && s.data[i] <= '9')
              || (s.data[i] >= 'A' && s.data[i] <= 'Z')
              || (s.data[i] >= 'a' && s.data[i] <= 'z')
              || s.data[i] == '.' || s.data[i] == '_' || s.data[i] == '-'
              || s.data[i] == '/'))
        {
            return false;
        }
    }

    return s.len != 0 && s.len < ASR_MOCK_CODE_NAME_MAX;
}


static bool
asr_mock_set_error(asr_mock_parse_t *p, asr_str_t v)
{
    if (p->fault->code.len != 0) {
        return asr_mock_refuse(p, "there is more than one error code");
    }

    if (!asr_mock_code_form(v) || !asr_mock_code_known(v, false)) {
        return asr_mock_refuse_text(p, "\"%s\" is neither a fault nor an error "
                                    "code of any API", v);
    }

    p->fault->code = v;

    return true;
}


static bool
asr_mock_set_status(asr_mock_parse_t *p, asr_str_t v)
{
    int64_t  n;

    if (asr_str_int(v, &n) != ASR_OK || n < 200 || n > 599) {
        return asr_mock_refuse(p, "status must be 200 to 599");
    }

    p->fault->status = (int) n;

    return true;
}


static bool
asr_mock_set_task(asr_mock_parse_t *p, asr_str_t v)
{
    if (!asr_mock_code_form(v) || !asr_mock_code_known(v, true)) {
        return asr_mock_refuse_text(p, "no task of any API ends with \"%s\"",
                                    v);
    }

    p->fault->task_code = v;

    return true;
}


/* "lognormal(100ms,0.5)" */

static bool
asr_mock_set_lognormal(asr_mock_parse_t *p, asr_str_t v)
{
    double     sigma;
    int64_t    median;
    asr_str_t  first;

    v.len--;
    first = asr_str_trim(asr_str_cut(&v, ','));

    if (v.data == NULL || !asr_mock_duration(first, &median) || median == 0
        || median > ASR_MOCK_FAULT_LATENCY_MAX)
    {
        return asr_mock_refuse(p, "lognormal is of a median, as 100ms, and a "
                               "sigma, as 0.5");
    }

    if (!asr_mock_decimal(asr_str_trim(v), &sigma) || !(sigma > 0)
        || sigma > ASR_MOCK_SIGMA_MAX)
    {
        return asr_mock_refuse(p, "the sigma of lognormal must be more than 0 "
                               "and at most 5");
    }

    p->fault->latency = ASR_MOCK_LATENCY_LOGNORMAL;
    p->fault->latency_ms = median;
    p->fault->sigma = sigma;

    return true;
}


static bool
asr_mock_set_latency(asr_mock_parse_t *p, asr_str_t v)
{
    static const asr_str_t  lognormal = ASR_STR("lognormal(");

    if (v.len > lognormal.len
        && memcmp(v.data, lognormal.data, lognormal.len) == 0
        && v.data[v.len - 1] == ')')
    {
        v.data += lognormal.len;
        v.len -= lognormal.len;

        return asr_mock_set_lognormal(p, v);
    }

    if (!asr_mock_duration(v, &p->fault->latency_ms)
        || p->fault->latency_ms > ASR_MOCK_FAULT_LATENCY_MAX)
    {
        return asr_mock_refuse(p, "latency must be a time of at most 10m, as "
                               "200ms, or lognormal(100ms,0.5)");
    }

    p->fault->latency = ASR_MOCK_LATENCY_FIXED;

    return true;
}


static bool
asr_mock_set_dribble(asr_mock_parse_t *p, asr_str_t v)
{
    if (!asr_mock_duration(v, &p->fault->dribble_ms)
        || p->fault->dribble_ms == 0
        || p->fault->dribble_ms > ASR_MOCK_FAULT_LATENCY_MAX)
    {
        return asr_mock_refuse(p, "dribble must be a time of at most 10m, as "
                               "2s");
    }

    return true;
}


static bool
asr_mock_connection(asr_mock_parse_t *p, asr_mock_connection_t c)
{
    if (p->fault->connection != ASR_MOCK_CONNECTION_NONE) {
        return asr_mock_refuse(p, "reset, empty, cut and garbage exclude each "
                               "other");
    }

    p->fault->connection = c;

    return true;
}


static bool
asr_mock_set_reset(asr_mock_parse_t *p, asr_str_t v)
{
    return asr_mock_connection(p, ASR_MOCK_CONNECTION_RESET);
}


static bool
asr_mock_set_empty(asr_mock_parse_t *p, asr_str_t v)
{
    return asr_mock_connection(p, ASR_MOCK_CONNECTION_EMPTY);
}


static bool
asr_mock_set_garbage(asr_mock_parse_t *p, asr_str_t v)
{
    return asr_mock_connection(p, ASR_MOCK_CONNECTION_GARBAGE);
}


static bool
asr_mock_set_cut(asr_mock_parse_t *p, asr_str_t v)
{
    int64_t  n;

    if (asr_str_int(v, &n) != ASR_OK || n < 0) {
        return asr_mock_refuse(p, "cut must be a number of bytes");
    }

    p->fault->cut_at = (uint64_t) n;

    return asr_mock_connection(p, ASR_MOCK_CONNECTION_CUT);
}


/* A '+' is a blank by the time it has come through a query. */

static bool
asr_mock_set_length(asr_mock_parse_t *p, asr_str_t v)
{
    int64_t  n;

    if (v.len > 1 && v.data[0] == '+' && v.data[1] != '-') {
        v.data++;
        v.len--;
    }

    if (asr_str_int(v, &n) != ASR_OK || n == 0 || n < -ASR_MOCK_LENGTH_MAX
        || n > ASR_MOCK_LENGTH_MAX)
    {
        return asr_mock_refuse(p, "length must be a difference, as +10 or -10");
    }

    p->fault->length_delta = n;

    return true;
}


static bool
asr_mock_set_type(asr_mock_parse_t *p, asr_str_t v)
{
    size_t  i;

    for (i = 0; i < v.len; i++) {
        if (v.data[i] < ' ' || v.data[i] > '~') {
            break;
        }
    }

    if (v.len == 0 || v.len > ASR_MOCK_TYPE_MAX || i != v.len
        || memchr(v.data, '/', v.len) == NULL)
    {
        return asr_mock_refuse(p, "type must be a media type, as text/html");
    }

    p->fault->type = v;

    return true;
}


/* What is between commas; those in parentheses do not count. */

static asr_str_t
asr_mock_fault_atom(asr_str_t *rest)
{
    size_t     i;
    unsigned   depth;
    asr_str_t  atom;

    for (i = 0, depth = 0; i < rest->len; i++) {

        if (rest->data[i] == '(') {
            depth++;

        } else if (rest->data[i] == ')' && depth != 0) {
            depth--;

        } else if (rest->data[i] == ',' && depth == 0) {
            break;
        }
    }

    atom = (asr_str_t) { i, rest->data };

    if (i == rest->len) {
        *rest = asr_str_null();

    } else {
        *rest = (asr_str_t) { rest->len - i - 1, rest->data + i + 1 };
    }

    return asr_str_trim(atom);
}


static bool
asr_mock_fault_set(asr_mock_parse_t *p, asr_str_t atom, unsigned *seen)
{
    size_t     i;
    bool       value;
    asr_str_t  name, rest;

    rest = atom;
    name = asr_str_trim(asr_str_cut(&rest, '='));
    value = (rest.data != NULL);

    for (i = 0; i < asr_nelts(asr_mock_atoms); i++) {

        if (!asr_str_eq(asr_mock_atoms[i].name, name)) {
            continue;
        }

        if (asr_mock_atoms[i].value != value) {
            return asr_mock_refuse_text(p, value ? "\"%s\" takes no value"
                                                 : "\"%s\" needs a value",
                                        name);
        }

        if (*seen & 1U << i) {
            return asr_mock_refuse_text(p, "\"%s\" is given twice", name);
        }

        *seen |= 1U << i;

        return asr_mock_atoms[i].set(p, asr_str_trim(rest));
    }

    return asr_mock_set_error(p, atom);
}


/* What cannot be had together. */

static const char *
asr_mock_fault_contradiction(const asr_mock_fault_t *f)
{
    bool  silent, other;

    silent = f->connection == ASR_MOCK_CONNECTION_RESET
             || f->connection == ASR_MOCK_CONNECTION_EMPTY;

    other = f->code.len != 0 || f->status != 0 || f->length_delta != 0
            || f->type.len != 0;

    if (silent && (other || f->dribble_ms != 0)) {
        return "reset and empty send nothing: no code, status, dribble, length "
               "or type";
    }

    if (f->connection == ASR_MOCK_CONNECTION_GARBAGE && other) {
        return "garbage is no HTTP: no code, status, length or type";
    }

    if (f->connection == ASR_MOCK_CONNECTION_CUT && f->length_delta != 0) {
        return "cut and length exclude each other";
    }

    if (f->task_code.len != 0 && (f->code.len != 0 || f->status != 0)) {
        return "a request that is refused makes no task: task excludes code "
               "and status";
    }

    return NULL;
}


asr_err_t
asr_mock_fault_parse(asr_arena_t *a, asr_str_t spec, asr_mock_fault_t *f,
    const char **why)
{
    unsigned          seen;
    asr_str_t         rest, atom;
    asr_mock_parse_t  p;

    memset(f, 0, sizeof(*f));
    *why = NULL;

    if (spec.len > ASR_MOCK_FAULT_SPEC_MAX) {
        *why = "the fault is longer than 1024 bytes";
        return ASR_INVALID;
    }

    f->spec = asr_arena_str(a, asr_str_trim(spec));

    if (f->spec.data == NULL) {
        return ASR_NOMEM;
    }

    p.arena = a;
    p.fault = f;
    p.why = NULL;

    rest = f->spec;
    seen = 0;

    while (rest.data != NULL) {
        atom = asr_mock_fault_atom(&rest);

        if (atom.len == 0) {
            *why = "a fault is empty";
            return ASR_INVALID;
        }

        if (!asr_mock_fault_set(&p, atom, &seen)) {
            *why = p.why;
            return ASR_INVALID;
        }
    }

    *why = asr_mock_fault_contradiction(f);

    return (*why == NULL) ? ASR_OK : ASR_INVALID;
}


int64_t
asr_mock_fault_latency(const asr_mock_fault_t *f, asr_mock_random_t *r)
{
    double  ms;

    switch (f->latency) {

    case ASR_MOCK_LATENCY_FIXED:
        return f->latency_ms;

    case ASR_MOCK_LATENCY_LOGNORMAL:
        ms = (double) f->latency_ms * exp(f->sigma * asr_mock_normal(r));

        return (ms < ASR_MOCK_FAULT_LATENCY_MAX)
               ? (int64_t) (ms + 0.5) : ASR_MOCK_FAULT_LATENCY_MAX;

    default:
        return 0;
    }
}
