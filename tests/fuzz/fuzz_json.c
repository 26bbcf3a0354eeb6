/*
 * The JSON reader: what it takes must be written out and read back the same.
 */

#include "fuzz.h"

#include "base/asr_json.h"


static void
check_tree(const asr_json_t *v, asr_json_out_t *o, unsigned depth)
{
    size_t             n;
    const asr_json_t  *c;

    fuzz_check(depth <= ASR_JSON_MAX_DEPTH);
    n = 0;

    switch (v->type) {

    case ASR_JSON_NULL:
        asr_jo_null(o);
        break;

    case ASR_JSON_BOOL:
        asr_jo_bool(o, v->u.boolean);
        break;

    case ASR_JSON_INT:
        asr_jo_int(o, v->u.integer);
        break;

    case ASR_JSON_NUMBER:
        fuzz_check(v->u.number - v->u.number == 0);
        asr_jo_fixed(o, v->u.number, 6);
        break;

    case ASR_JSON_STRING:
        fuzz_check(asr_utf8_valid(v->u.string));
        fuzz_check(memchr(v->u.string.data, 0, v->u.string.len + 1)
                   == v->u.string.data + v->u.string.len);
        asr_jo_str(o, v->u.string);
        break;

    case ASR_JSON_ARRAY:
        asr_jo_array(o);

        for (c = v->child; c != NULL; c = c->next) {
            fuzz_check(c->key.len == 0);
            check_tree(c, o, depth + 1);
            n++;
        }

        asr_jo_array_end(o);
        break;

    case ASR_JSON_OBJECT:
        asr_jo_object(o);

        for (c = v->child; c != NULL; c = c->next) {
            fuzz_check(asr_utf8_valid(c->key));
            fuzz_check(asr_json_get(v, c->key) == c);    /* no duplicate */
            asr_jo_key(o, c->key.data);
            check_tree(c, o, depth + 1);
            n++;
        }

        asr_jo_object_end(o);
    }

    fuzz_check(v->n == n);
}


static void
check_equal(const asr_json_t *a, const asr_json_t *b)
{
    fuzz_check(asr_str_eq(a->key, b->key));
    fuzz_check(a->n == b->n);

    if (a->type != ASR_JSON_NUMBER) {
        fuzz_check(a->type == b->type);
    }

    switch (a->type) {

    case ASR_JSON_BOOL:
        fuzz_check(a->u.boolean == b->u.boolean);
        break;

    case ASR_JSON_INT:
        fuzz_check(a->u.integer == b->u.integer);
        break;

    case ASR_JSON_STRING:
        fuzz_check(asr_str_eq(a->u.string, b->u.string));
        break;

    default:
        break;
    }

    for (a = a->child, b = b->child; a != NULL; a = a->next, b = b->next) {
        fuzz_check(b != NULL);
        check_equal(a, b);
    }
}


static asr_json_t *
parse(asr_arena_t *a, const void *p, size_t n)
{
    char              *text;
    asr_json_t        *v;
    asr_json_error_t   err;

    text = fuzz_piece(p, n);
    v = asr_json_parse(a, (asr_str_t) { n, text }, &err);
    free(text);

    fuzz_check((v == NULL) == (err.fault != ASR_JSON_FINE));
    fuzz_check(a->used <= a->ceiling);

    return v;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    asr_buf_t        out;
    asr_json_t      *v, *w;
    asr_arena_t      a, b;
    asr_json_out_t   o;

    asr_arena_init(&a, 1 << 20);
    asr_arena_init(&b, 1 << 22);
    asr_buf_init(&out, 1 << 24);

    v = parse(&a, data, size);

    if (v != NULL) {
        fuzz_check(asr_json_out_begin(&o, &out) == ASR_OK);
        check_tree(v, &o, 0);
        fuzz_check(asr_json_out_end(&o) == ASR_OK);

        w = parse(&b, out.data, out.len);
        fuzz_check(w != NULL);
        check_equal(v, w);
    }

    /* a small arena: refused, or the same */

    asr_arena_free(&b);
    asr_arena_init(&b, size * 4);
    w = parse(&b, data, size);

    if (w != NULL) {
        fuzz_check(v != NULL);
        check_equal(v, w);
    }

    asr_arena_free(&a);
    asr_arena_free(&b);
    asr_buf_free(&out);

    return 0;
}
