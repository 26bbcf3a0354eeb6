/*
 * Two answers, compared.
 */

#include "asr_mock_record_diff.h"

#include <stdio.h>


#define ASR_MOCK_DIFF_POINTER  1024


typedef struct {
    asr_arena_t          *arena;
    asr_mock_diff_pt      handler;
    asr_mock_diff_id_pt   ids;
    void                 *ctx;
    size_t                n;
    size_t                len;           /* of the pointer */
    char                  pointer[ASR_MOCK_DIFF_POINTER];
} asr_mock_differ_t;


static void asr_mock_differ(asr_mock_differ_t *d, asr_mock_diff_kind_t kind,
    asr_str_t field, asr_str_t expected, asr_str_t actual);
static void asr_mock_diff_value(asr_mock_differ_t *d, const asr_json_t *e,
    const asr_json_t *a, bool loose);
static void asr_mock_diff_object(asr_mock_differ_t *d, const asr_json_t *e,
    const asr_json_t *a, bool loose);
static void asr_mock_diff_array(asr_mock_differ_t *d, const asr_json_t *e,
    const asr_json_t *a);
static size_t asr_mock_diff_push(asr_mock_differ_t *d, asr_str_t name);
static asr_str_t asr_mock_diff_text(asr_mock_differ_t *d,
    const asr_json_t *v);
static bool asr_mock_diff_moment(asr_str_t e, asr_str_t a);
static bool asr_mock_diff_same(const asr_json_t *e, const asr_json_t *a);
static bool asr_mock_diff_is_id(asr_str_t name);
static void asr_mock_diff_walk(asr_mock_differ_t *d, const asr_json_t *v);
static bool asr_mock_diff_is_loose(asr_str_t name);
static asr_str_t asr_mock_diff_last(asr_str_t pointer);
static const asr_json_t *asr_mock_diff_find_state(const asr_json_t *v);


const char *
asr_mock_diff_kind_name(asr_mock_diff_kind_t k)
{
    static const char *const  names[] = { "missing", "extra", "type",
                                          "value" };

    return names[k];
}


size_t
asr_mock_diff(const asr_mock_exchange_t *expected,
    const asr_mock_exchange_t *actual, asr_arena_t *arena,
    asr_mock_diff_pt handler, void *ctx)
{
    asr_str_t          one, two;
    asr_json_t        *e, *a;
    asr_json_error_t   err;
    asr_mock_differ_t  d = { .arena = arena, .handler = handler, .ctx = ctx };

    if (expected->status != actual->status) {
        asr_mock_differ(&d, ASR_MOCK_DIFF_VALUE, asr_str("status"),
                        asr_arena_printf(arena, "%d", expected->status),
                        asr_arena_printf(arena, "%d", actual->status));
    }

    one = expected->reply_type;
    two = actual->reply_type;
    one = asr_str_trim(asr_str_cut(&one, ';'));
    two = asr_str_trim(asr_str_cut(&two, ';'));

    if (!asr_str_caseeq(one, two)) {
        asr_mock_differ(&d, ASR_MOCK_DIFF_VALUE,
                        asr_str("header:Content-Type"), one, two);
    }

    e = expected->reply.len != 0
        ? asr_json_parse(arena, expected->reply, &err) : NULL;
    a = actual->reply.len != 0
        ? asr_json_parse(arena, actual->reply, &err) : NULL;

    if (e != NULL && a != NULL) {
        asr_mock_diff_value(&d, e, a, false);

    } else if ((e != NULL) != (a != NULL)) {
        asr_mock_differ(&d, ASR_MOCK_DIFF_TYPE, asr_str(""),
                        e != NULL ? asr_str("JSON") : asr_str("no JSON"),
                        a != NULL ? asr_str("JSON") : asr_str("no JSON"));
    }

    return d.n;
}


static void
asr_mock_differ(asr_mock_differ_t *d, asr_mock_diff_kind_t kind,
    asr_str_t field, asr_str_t expected, asr_str_t actual)
{
    asr_mock_difference_t  out;

    d->n++;

    if (d->handler == NULL || d->n > ASR_MOCK_DIFF_MAX) {
        return;
    }

    out.kind = kind;
    out.field = asr_arena_str(d->arena, field);
    out.expected = expected;
    out.actual = actual;

    d->handler(d->ctx, &out);
}


/* INT and NUMBER are one type to the reader of JSON. */

static asr_json_type_t
asr_mock_diff_type(const asr_json_t *v)
{
    return v->type == ASR_JSON_NUMBER ? ASR_JSON_INT : v->type;
}


static void
asr_mock_diff_value(asr_mock_differ_t *d, const asr_json_t *e,
    const asr_json_t *a, bool loose)
{
    asr_str_t  here;

    here = (asr_str_t) { d->len, d->pointer };

    if (d->ids != NULL && asr_mock_diff_is_id(e->key)
        && e->type != ASR_JSON_NULL && e->child == NULL
        && a->type != ASR_JSON_NULL && a->child == NULL)
    {
        d->ids(d->ctx, asr_mock_diff_text(d, e), asr_mock_diff_text(d, a));
    }

    if (asr_mock_diff_type(e) != asr_mock_diff_type(a)) {
        asr_mock_differ(d, ASR_MOCK_DIFF_TYPE, here,
                        asr_cstr(asr_json_type_name(e->type)),
                        asr_cstr(asr_json_type_name(a->type)));
        return;
    }

    switch (e->type) {

    case ASR_JSON_OBJECT:
        asr_mock_diff_object(d, e, a, loose);
        return;

    case ASR_JSON_ARRAY:
        asr_mock_diff_array(d, e, a);
        return;

    default:
        break;
    }

    if (asr_mock_diff_same(e, a)) {
        return;
    }

    if (!loose && !asr_mock_diff_is_id(e->key)
        && !asr_mock_diff_is_loose(e->key))
    {
        asr_mock_differ(d, ASR_MOCK_DIFF_VALUE, here,
                        asr_mock_diff_text(d, e), asr_mock_diff_text(d, a));
    }
}


static void
asr_mock_diff_object(asr_mock_differ_t *d, const asr_json_t *e,
    const asr_json_t *a, bool loose)
{
    size_t             len;
    const asr_json_t  *one, *two;

    for (one = e->child; one != NULL; one = one->next) {
        two = asr_json_get(a, one->key);
        len = asr_mock_diff_push(d, one->key);

        if (two != NULL) {
            asr_mock_diff_value(d, one, two, loose);

        } else {
            asr_mock_differ(d, ASR_MOCK_DIFF_MISSING,
                            (asr_str_t) { d->len, d->pointer },
                            asr_mock_diff_text(d, one), asr_str(""));
        }

        d->len = len;
    }

    for (two = a->child; two != NULL; two = two->next) {
        if (asr_json_get(e, two->key) == NULL) {
            len = asr_mock_diff_push(d, two->key);
            asr_mock_differ(d, ASR_MOCK_DIFF_EXTRA,
                            (asr_str_t) { d->len, d->pointer }, asr_str(""),
                            asr_mock_diff_text(d, two));
            d->len = len;
        }
    }
}


/*
 * Lists are of what was said: how long they are, and all in them but its form,
 * is the recording's.
 */

static void
asr_mock_diff_array(asr_mock_differ_t *d, const asr_json_t *e,
    const asr_json_t *a)
{
    char               index[24];
    size_t             i, len;
    const asr_json_t  *one, *two;

    if ((e->n == 0) != (a->n == 0)) {
        len = asr_mock_diff_push(d, asr_str("0"));
        asr_mock_differ(d, e->n == 0 ? ASR_MOCK_DIFF_EXTRA
                                     : ASR_MOCK_DIFF_MISSING,
                        (asr_str_t) { d->len, d->pointer },
                        e->n == 0 ? asr_str("")
                                  : asr_mock_diff_text(d, e->child),
                        a->n == 0 ? asr_str("")
                                  : asr_mock_diff_text(d, a->child));
        d->len = len;
        return;
    }

    one = e->child;
    two = a->child;

    for (i = 0; one != NULL && two != NULL; i++) {
        (void) snprintf(index, sizeof(index), "%zu", i);
        len = asr_mock_diff_push(d, asr_cstr(index));
        asr_mock_diff_value(d, one, two, true);
        d->len = len;

        one = one->next;
        two = two->next;
    }
}


/* RFC 6901.  Returns the length before; a name without room is left out. */

static size_t
asr_mock_diff_push(asr_mock_differ_t *d, asr_str_t name)
{
    size_t  i, len;

    len = d->len;

    if (2 * name.len + 1 > sizeof(d->pointer) - len) {
        return len;
    }

    d->pointer[d->len++] = '/';

    for (i = 0; i < name.len; i++) {
        if (name.data[i] == '~' || name.data[i] == '/') {
            d->pointer[d->len++] = '~';
            d->pointer[d->len++] = name.data[i] == '~' ? '0' : '1';
            continue;
        }

        d->pointer[d->len++] = name.data[i];
    }

    return len;
}


static asr_str_t
asr_mock_diff_text(asr_mock_differ_t *d, const asr_json_t *v)
{
    asr_str_t  s;

    switch (v->type) {

    case ASR_JSON_STRING:
        s = v->u.string;

        if (s.len > ASR_MOCK_DIFF_SHOWN) {
            s.len = ASR_MOCK_DIFF_SHOWN;
            s.len = asr_utf8_prefix(s);
        }

        return s;

    case ASR_JSON_INT:
        return asr_arena_printf(d->arena, "%lld", (long long) v->u.integer);

    case ASR_JSON_NUMBER:
        return asr_arena_printf(d->arena, "%g", v->u.number);

    case ASR_JSON_BOOL:
        return v->u.boolean ? asr_str("true") : asr_str("false");

    case ASR_JSON_NULL:
        return asr_str("null");

    default:
        return asr_cstr(asr_json_type_name(v->type));
    }
}


/* Two texts that only a date and time in them sets apart. */

static bool
asr_mock_diff_moment(asr_str_t e, asr_str_t a)
{
    char         c;
    size_t       i, k, n;
    const char  *p, *q;

    static const char  form[] = "dddd-dd-ddTdd:dd:dd";

    if (e.len != a.len) {
        return false;
    }

    for (i = 0; i < e.len && e.data[i] == a.data[i]; i++) {
        /* void */
    }

    /* where it would begin: the difference is in one of its digits */

    for (k = 0; k < sizeof(form) - 1 && k <= i; k++) {
        if (i - k + sizeof(form) - 1 > e.len) {
            continue;
        }

        p = e.data + i - k;
        q = a.data + i - k;

        for (n = 0; n < sizeof(form) - 1; n++) {
            c = form[n];

            if (c == 'd' ? p[n] < '0' || p[n] > '9' || q[n] < '0'
                           || q[n] > '9'
                         : p[n] != q[n] || (p[n] != c && p[n] != ' '))
            {
                break;
            }
        }

        if (n == sizeof(form) - 1) {
            return memcmp(p + n, q + n, e.len - (i - k) - n) == 0;
        }
    }

    return false;
}


static bool
asr_mock_diff_same(const asr_json_t *e, const asr_json_t *a)
{
    double  one, two;

    switch (e->type) {

    case ASR_JSON_STRING:
        return asr_str_eq(e->u.string, a->u.string)
               || asr_mock_diff_moment(e->u.string, a->u.string);

    case ASR_JSON_BOOL:
        return e->u.boolean == a->u.boolean;

    case ASR_JSON_INT:
    case ASR_JSON_NUMBER:
        if (e->type == ASR_JSON_INT && a->type == ASR_JSON_INT) {
            return e->u.integer == a->u.integer;
        }

        one = e->type == ASR_JSON_INT ? (double) e->u.integer : e->u.number;
        two = a->type == ASR_JSON_INT ? (double) a->u.integer : a->u.number;

        return one >= two && one <= two;

    default:
        return true;
    }
}


/* Is s within the name, without regard to case? */

static bool
asr_mock_diff_has(asr_str_t name, const char *s)
{
    size_t     i;
    asr_str_t  want;

    want = asr_cstr(s);

    for (i = 0; i + want.len <= name.len; i++) {
        if (asr_str_caseeq((asr_str_t) { want.len, name.data + i }, want)) {
            return true;
        }
    }

    return false;
}


/* "TaskId", "ID", "task_id", "id": not "valid". */

static bool
asr_mock_diff_is_id(asr_str_t name)
{
    size_t       i;
    const char  *end;

    static const char *const  ends[] = { "Id", "ID", "_id", "_no", "taskNo" };

    if (asr_str_eq(name, asr_str("id"))) {
        return true;
    }

    for (i = 0; i < asr_nelts(ends); i++) {
        end = ends[i];

        if (name.len >= strlen(end)
            && memcmp(name.data + name.len - strlen(end), end, strlen(end))
               == 0)
        {
            return true;
        }
    }

    return false;
}


static bool
asr_mock_diff_is_loose(asr_str_t name)
{
    size_t  i;

    static const char *const  parts[] = {
        "time", "date", "stamp", "text", "result", "word", "url", "duration",
        "created", "expire", "bytes", "size", "start", "end", "speed",
        "confidence", "score", "filename", "transcript", "summary", "signature",
        "trace", "output", "total", "usage"
    };

    for (i = 0; i < asr_nelts(parts); i++) {
        if (asr_mock_diff_has(name, parts[i])) {
            return true;
        }
    }

    return false;
}


static asr_str_t
asr_mock_diff_last(asr_str_t pointer)
{
    size_t  n;

    for (n = pointer.len; n != 0 && pointer.data[n - 1] != '/'; n--) {
        /* void */
    }

    return (asr_str_t) { pointer.len - n, pointer.data + n };
}


bool
asr_mock_diff_structural(const asr_mock_difference_t *d)
{
    asr_str_t  last;

    if (d->kind != ASR_MOCK_DIFF_VALUE) {
        return true;
    }

    last = asr_mock_diff_last(d->field);

    return asr_str_eq(d->field, asr_str("status"))
           || asr_str_caseeq(last, asr_str("code"))
           || asr_str_caseeq(last, asr_str("status_code"));
}


void
asr_mock_diff_ids(const asr_mock_exchange_t *expected,
    const asr_mock_exchange_t *actual, asr_arena_t *arena,
    asr_mock_diff_id_pt handler, void *ctx)
{
    asr_json_t        *e, *a;
    asr_json_error_t   err;
    asr_mock_differ_t  d = { .arena = arena, .ids = handler, .ctx = ctx };

    e = expected->reply.len != 0
        ? asr_json_parse(arena, expected->reply, &err) : NULL;
    a = actual->reply.len != 0
        ? asr_json_parse(arena, actual->reply, &err) : NULL;

    if (e != NULL && a != NULL) {
        asr_mock_diff_value(&d, e, a, false);
    }
}


void
asr_mock_diff_each_id(asr_str_t reply, asr_arena_t *arena,
    asr_mock_diff_id_pt handler, void *ctx)
{
    asr_json_t         *root;
    asr_json_error_t    err;
    asr_mock_differ_t   d = { .arena = arena, .ids = handler, .ctx = ctx };

    root = reply.len != 0 ? asr_json_parse(arena, reply, &err) : NULL;

    if (root != NULL) {
        asr_mock_diff_walk(&d, root);
    }
}


static void
asr_mock_diff_walk(asr_mock_differ_t *d, const asr_json_t *v)
{
    asr_str_t          s;
    const asr_json_t  *e;

    for (e = v->child; e != NULL; e = e->next) {

        if (e->type == ASR_JSON_OBJECT || e->type == ASR_JSON_ARRAY) {
            asr_mock_diff_walk(d, e);

        } else if (asr_mock_diff_is_id(e->key)) {
            s = asr_mock_diff_text(d, e);
            d->ids(d->ctx, s, s);
        }
    }
}


asr_str_t
asr_mock_diff_state(asr_str_t reply, asr_arena_t *a)
{
    asr_json_t         *root;
    asr_json_error_t    err;
    const asr_json_t   *v;
    asr_mock_differ_t   d = { .arena = a };

    root = reply.len != 0 ? asr_json_parse(a, reply, &err) : NULL;
    v = root != NULL ? asr_mock_diff_find_state(root) : NULL;

    return v != NULL ? asr_mock_diff_text(&d, v) : asr_str("");
}


static const asr_json_t *
asr_mock_diff_find_state(const asr_json_t *v)
{
    const asr_json_t  *e, *found;

    if (v->type != ASR_JSON_OBJECT) {
        return NULL;
    }

    for (e = v->child; e != NULL; e = e->next) {
        if ((e->type == ASR_JSON_STRING || e->type == ASR_JSON_INT)
            && (asr_str_caseeq(e->key, asr_str("status"))
                || asr_str_caseeq(e->key, asr_str("state"))))
        {
            return e;
        }
    }

    for (e = v->child; e != NULL; e = e->next) {
        found = asr_mock_diff_find_state(e);

        if (found != NULL) {
            return found;
        }
    }

    return NULL;
}
