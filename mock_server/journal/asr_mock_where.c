/*
 * Criteria on what was sent: values in bodies, queries and headers.
 */

#include "asr_mock_where.h"


#define ASR_MOCK_MATCH_GOT  200


static asr_str_t asr_mock_where_header(const asr_mock_exchange_t *x,
    asr_str_t pointer);
static bool asr_mock_where_text(const asr_json_t *want, asr_str_t text);
static bool asr_mock_where_json(const asr_json_t *want, const asr_json_t *v);
static bool asr_mock_is_condition(const asr_json_t *want, const char *name);
static const asr_json_t *asr_mock_pointer(const asr_json_t *v,
    asr_str_t pointer);
static bool asr_mock_segment_eq(asr_str_t segment, asr_str_t key);
static const asr_pair_t *asr_mock_pairs(asr_arena_t *a, asr_str_t text);
static const asr_pair_t *asr_mock_pair(const asr_pair_t *p, asr_str_t name);
static void asr_mock_see_body(asr_mock_sent_t *seen,
    const asr_mock_exchange_t *x);


bool
asr_mock_where(asr_mock_sent_t *seen, const asr_mock_where_t *w,
    const asr_mock_exchange_t *x, asr_str_t *got)
{
    asr_str_t          text;
    const asr_json_t  *v;
    const asr_pair_t  *pair;

    v = NULL;
    text = asr_str_null();

    if (w->pointer.data[0] == 'h') {
        text = asr_mock_where_header(x, w->pointer);

    } else if (w->pointer.data[0] == '?') {

        if (!seen->queried) {
            seen->query = asr_mock_pairs(seen->arena, x->args);
            seen->queried = true;
        }

        pair = asr_mock_pair(seen->query, w->pointer);
        text = pair != NULL ? pair->value : text;

    } else {
        asr_mock_see_body(seen, x);
        v = asr_mock_pointer(seen->json, w->pointer);

        pair = asr_mock_pair(seen->form, w->pointer);
        text = pair != NULL ? pair->value : text;
    }

    if (got != NULL) {
        *got = v != NULL ? asr_mock_where_brief(seen->arena, v)
                         : text.data != NULL ? text : asr_str("nothing");
    }

    if (asr_mock_is_condition(w->value, "present")) {
        return asr_json_get_bool(w->value, "present", true)
               == (v != NULL || text.data != NULL);
    }

    return v != NULL ? asr_mock_where_json(w->value, v)
                     : text.data != NULL && asr_mock_where_text(w->value, text);
}


static asr_str_t
asr_mock_where_header(const asr_mock_exchange_t *x, asr_str_t pointer)
{
    size_t  i;

    (void) asr_str_cut(&pointer, ':');

    for (i = 0; i < x->nheaders; i++) {
        if (asr_str_caseeq(x->headers[i].name, pointer)) {
            return x->headers[i].value;
        }
    }

    return asr_str_null();
}


static void
asr_mock_see_body(asr_mock_sent_t *seen, const asr_mock_exchange_t *x)
{
    asr_json_error_t  err;

    if (seen->parsed) {
        return;
    }

    seen->parsed = true;

    if (x->body.len == 0) {
        return;
    }

    seen->json = asr_json_parse(seen->arena, x->body, &err);

    if (seen->json == NULL) {
        seen->form = asr_mock_pairs(seen->arena, x->body);
    }
}


static const asr_pair_t *
asr_mock_pairs(asr_arena_t *a, asr_str_t text)
{
    asr_err_t   err;
    asr_form_t  f;

    if (text.len == 0) {
        return NULL;
    }

    asr_form_init(&f, a, asr_str_null(), NULL, NULL, ASR_MOCK_BODY_MAX);

    err = asr_form_feed(&f, text.data, text.len);

    if (err == ASR_OK) {
        err = asr_form_end(&f);
    }

    asr_form_free(&f);

    return err == ASR_OK ? f.pairs : NULL;
}


/* The name stands after '/' or '?'. */

static const asr_pair_t *
asr_mock_pair(const asr_pair_t *p, asr_str_t pointer)
{
    pointer.data++;
    pointer.len--;

    while (p != NULL && !asr_str_eq(p->name, pointer)) {
        p = p->next;
    }

    return p;
}


/* RFC 6901. */

static const asr_json_t *
asr_mock_pointer(const asr_json_t *v, asr_str_t pointer)
{
    int64_t    n;
    asr_str_t  segment;

    (void) asr_str_cut(&pointer, '/');

    while (v != NULL && pointer.data != NULL) {
        segment = asr_str_cut(&pointer, '/');

        if (v->type == ASR_JSON_OBJECT) {

            for (v = v->child; v != NULL; v = v->next) {
                if (asr_mock_segment_eq(segment, v->key)) {
                    break;
                }
            }

        } else if (v->type == ASR_JSON_ARRAY
                   && asr_str_int(segment, &n) == ASR_OK && n >= 0)
        {
            for (v = v->child; v != NULL && n > 0; v = v->next) {
                n--;
            }

        } else {
            v = NULL;
        }
    }

    return v;
}


/* "~1" is '/', "~0" is '~'. */

static bool
asr_mock_segment_eq(asr_str_t segment, asr_str_t key)
{
    char    c;
    size_t  i, k;

    for (i = 0, k = 0; i < segment.len; i++, k++) {
        c = segment.data[i];

        if (c == '~' && i + 1 < segment.len) {
            c = segment.data[++i] == '1' ? '/' : '~';
        }

        if (k >= key.len || key.data[k] != c) {
            return false;
        }
    }

    return k == key.len;
}


/* {"like":...} and nothing else. */

static bool
asr_mock_is_condition(const asr_json_t *want, const char *name)
{
    return want->type == ASR_JSON_OBJECT && want->n == 1
           && asr_str_eq(want->child->key, asr_cstr(name));
}


/* Of forms and headers all values are texts. */

static bool
asr_mock_where_text(const asr_json_t *want, asr_str_t text)
{
    int64_t  n;

    if (asr_mock_is_condition(want, "like")) {
        return asr_mock_match_like(asr_json_get_str(want, "like"), text);
    }

    switch (want->type) {

    case ASR_JSON_STRING:
        return asr_str_eq(want->u.string, text);

    case ASR_JSON_INT:
        return asr_str_int(text, &n) == ASR_OK && n == want->u.integer;

    case ASR_JSON_BOOL:
        return asr_str_eq(text, asr_cstr(want->u.boolean ? "true" : "false"));

    default:
        return false;
    }
}


static bool
asr_mock_where_json(const asr_json_t *want, const asr_json_t *v)
{
    const asr_json_t  *a, *b;

    if (asr_mock_is_condition(want, "like")) {
        return v->type == ASR_JSON_STRING
               && asr_mock_match_like(asr_json_get_str(want, "like"),
                                      v->u.string);
    }

    if (want->type != v->type) {
        return (want->type == ASR_JSON_INT && v->type == ASR_JSON_NUMBER
                && (double) want->u.integer == v->u.number)
               || (want->type == ASR_JSON_NUMBER && v->type == ASR_JSON_INT
                   && want->u.number == (double) v->u.integer);
    }

    switch (want->type) {

    case ASR_JSON_BOOL:
        return want->u.boolean == v->u.boolean;

    case ASR_JSON_INT:
        return want->u.integer == v->u.integer;

    case ASR_JSON_NUMBER:
        return want->u.number == v->u.number;

    case ASR_JSON_STRING:
        return asr_str_eq(want->u.string, v->u.string);

    case ASR_JSON_NULL:
        return true;

    default:
        break;
    }

    if (want->n != v->n) {
        return false;
    }

    b = v->child;

    for (a = want->child; a != NULL; a = a->next) {

        if (want->type == ASR_JSON_OBJECT) {
            b = asr_json_get(v, a->key);
        }

        if (b == NULL || !asr_mock_where_json(a, b)) {
            return false;
        }

        b = b->next;
    }

    return true;
}


/* A value as it is written, clipped. */

asr_str_t
asr_mock_where_brief(asr_arena_t *a, const asr_json_t *v)
{
    if (asr_mock_is_condition(v, "present")) {
        return asr_json_get_bool(v, "present", true) ? asr_str("present")
                                                     : asr_str("absent");
    }

    if (asr_mock_is_condition(v, "like")) {
        return asr_arena_printf(a, "like %.*s",
                                asr_fmt(asr_json_get_str(v, "like")));
    }

    switch (v->type) {

    case ASR_JSON_STRING:
        return (asr_str_t) { v->u.string.len < ASR_MOCK_MATCH_GOT
                             ? v->u.string.len : ASR_MOCK_MATCH_GOT,
                             v->u.string.data };

    case ASR_JSON_INT:
        return asr_arena_printf(a, "%lld", (long long) v->u.integer);

    case ASR_JSON_NUMBER:
        return asr_arena_printf(a, "%.17g", v->u.number);

    case ASR_JSON_BOOL:
        return v->u.boolean ? asr_str("true") : asr_str("false");

    case ASR_JSON_NULL:
        return asr_str("null");

    default:
        return asr_arena_printf(a, "%s of %zu", asr_json_type_name(v->type),
                                v->n);
    }
}
