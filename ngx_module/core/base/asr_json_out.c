/*
 * The writer: yajl_gen with a print callback into the buffer.  yajl does not
 * look whether it got memory, so all it takes comes out of one block of ours,
 * made with the generator.
 */

#include "asr_json.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_gen.h>


/* yajl 2.1 takes about 700 bytes in two pieces. */
#define ASR_JSON_GEN_POOL  1472


typedef struct {
    yajl_gen           gen;
    size_t             used;
    _Alignas(16) char  pool[ASR_JSON_GEN_POOL];
} asr_json_gen_t;


static void *asr_json_gen_malloc(void *ctx, size_t n);
static void *asr_json_gen_realloc(void *ctx, void *p, size_t n);
static void asr_json_gen_free(void *ctx, void *p);
static void asr_json_gen_print(void *ctx, const char *p, size_t n);
static void asr_json_gen_result(asr_json_out_t *o, yajl_gen_status status);
static yajl_gen asr_json_gen(asr_json_out_t *o);
static void asr_json_gen_repaired(asr_json_out_t *o, asr_str_t v);


asr_err_t
asr_json_out_begin(asr_json_out_t *o, asr_buf_t *buf)
{
    asr_json_gen_t    *g;
    yajl_alloc_funcs   funcs;

    o->buf = buf;
    o->gen = NULL;

    g = malloc(sizeof(asr_json_gen_t));
    if (g == NULL) {
        buf->failed = true;
        return ASR_NOMEM;
    }

    g->used = 0;

    funcs.malloc = asr_json_gen_malloc;
    funcs.realloc = asr_json_gen_realloc;
    funcs.free = asr_json_gen_free;
    funcs.ctx = g;

    g->gen = yajl_gen_alloc(&funcs);
    if (g->gen == NULL) {
        free(g);
        buf->failed = true;
        return ASR_NOMEM;
    }

    yajl_gen_config(g->gen, yajl_gen_print_callback, asr_json_gen_print, buf);

    o->gen = g;

    return ASR_OK;
}


asr_err_t
asr_json_out_end(asr_json_out_t *o)
{
    /* the generator holds nothing outside its block */

    free(o->gen);
    o->gen = NULL;

    return o->buf->failed ? ASR_NOMEM : ASR_OK;
}


static void *
asr_json_gen_malloc(void *ctx, size_t n)
{
    void            *p;
    asr_json_gen_t  *g = ctx;

    n = (n + 15) & ~(size_t) 15;

    if (n > sizeof(g->pool) - g->used) {
        return NULL;
    }

    p = g->pool + g->used;
    g->used += n;

    return p;
}


/* Not called by yajl when it prints through a callback. */

static void *
asr_json_gen_realloc(void *ctx, void *p, size_t n)
{
    return p == NULL ? asr_json_gen_malloc(ctx, n) : NULL;
}


static void
asr_json_gen_free(void *ctx, void *p)
{
    /* void: freed with its block */
}


static void
asr_json_gen_print(void *ctx, const char *p, size_t n)
{
    (void) asr_buf_append(ctx, p, n);
}


static yajl_gen
asr_json_gen(asr_json_out_t *o)
{
    asr_json_gen_t  *g;

    g = o->gen;

    return g != NULL ? g->gen : NULL;
}


/* Misuse, such as a value where a key belongs, fails the buffer. */

static void
asr_json_gen_result(asr_json_out_t *o, yajl_gen_status status)
{
    if (status != yajl_gen_status_ok) {
        o->buf->failed = true;
    }
}


void
asr_jo_object(asr_json_out_t *o)
{
    if (o->gen != NULL) {
        asr_json_gen_result(o, yajl_gen_map_open(asr_json_gen(o)));
    }
}


void
asr_jo_object_end(asr_json_out_t *o)
{
    if (o->gen != NULL) {
        asr_json_gen_result(o, yajl_gen_map_close(asr_json_gen(o)));
    }
}


void
asr_jo_array(asr_json_out_t *o)
{
    if (o->gen != NULL) {
        asr_json_gen_result(o, yajl_gen_array_open(asr_json_gen(o)));
    }
}


void
asr_jo_array_end(asr_json_out_t *o)
{
    if (o->gen != NULL) {
        asr_json_gen_result(o, yajl_gen_array_close(asr_json_gen(o)));
    }
}


void
asr_jo_key(asr_json_out_t *o, const char *key)
{
    asr_jo_str(o, asr_cstr(key));
}


void
asr_jo_str(asr_json_out_t *o, asr_str_t v)
{
    if (o->gen == NULL) {
        return;
    }

    if (!asr_utf8_valid(v)) {
        asr_json_gen_repaired(o, v);
        return;
    }

    asr_json_gen_result(o, yajl_gen_string(asr_json_gen(o),
                                           (const unsigned char *)
                                           (v.len != 0 ? v.data : ""),
                                           v.len));
}


/* Rare: a byte may become three. */

static void
asr_json_gen_repaired(asr_json_out_t *o, asr_str_t v)
{
    size_t     n;
    asr_buf_t  fixed;

    asr_buf_init(&fixed, v.len > SIZE_MAX / 3 ? v.len : v.len * 3);

    for ( ;; ) {
        n = asr_utf8_prefix(v);

        (void) asr_buf_append(&fixed, v.data, n);

        if (n == v.len) {
            break;
        }

        (void) asr_buf_append(&fixed, "\xef\xbf\xbd", 3);

        v.data += n + 1;
        v.len -= n + 1;
    }

    if (fixed.failed) {
        o->buf->failed = true;

    } else {
        asr_jo_str(o, asr_buf_str(&fixed));
    }

    asr_buf_free(&fixed);
}


void
asr_jo_int(asr_json_out_t *o, int64_t v)
{
    if (o->gen != NULL) {
        asr_json_gen_result(o, yajl_gen_integer(asr_json_gen(o), v));
    }
}


void
asr_jo_fixed(asr_json_out_t *o, double v, int decimals)
{
    int   n;
    char  text[352];

    if (o->gen == NULL) {
        return;
    }

    if (!(v >= -DBL_MAX && v <= DBL_MAX)) {
        asr_jo_null(o);
        return;
    }

    if (decimals < 0) {
        decimals = 0;

    } else if (decimals > 17) {
        decimals = 17;
    }

    /* DBL_MAX has 309 digits */

    n = snprintf(text, sizeof(text), "%.*f", decimals, v);

    asr_json_gen_result(o, yajl_gen_number(asr_json_gen(o), text, (size_t) n));
}


void
asr_jo_bool(asr_json_out_t *o, bool v)
{
    if (o->gen != NULL) {
        asr_json_gen_result(o, yajl_gen_bool(asr_json_gen(o), v));
    }
}


void
asr_jo_null(asr_json_out_t *o)
{
    if (o->gen != NULL) {
        asr_json_gen_result(o, yajl_gen_null(asr_json_gen(o)));
    }
}
