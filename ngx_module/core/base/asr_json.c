/*
 * The reader.  yajl accepts more than RFC 8259 does: overlong UTF-8, lone
 * surrogates, vertical tabs and form feeds as blanks.  So the text is checked
 * first, in one quick pass, and yajl's own UTF-8 check is off.
 *
 * yajl takes 4 to 6 pieces of memory for a document and does not look whether
 * it got them.  It is given a scratch area on the stack, which does for all
 * but long strings with escapes; the rest is malloc'ed, and when that fails
 * the parse is left by longjmp.  yajl keeps no other resource, so nothing is
 * lost by that.
 */

#include "asr_json.h"

#include <errno.h>
#include <float.h>
#include <setjmp.h>
#include <stdlib.h>
#include <yajl/yajl_parse.h>


/* yajl 2.1 takes 4.6 KB for a short text, two buffers of 2 KB among it. */
#define ASR_JSON_SCRATCH  4864

/* An object with more members is sorted to find duplicates. */
#define ASR_JSON_FEW      16

#define asr_json_ones     0x0101010101010101ULL
#define asr_json_highs    0x8080808080808080ULL


/* A block given to yajl; malloc'ed ones are in a list. */

typedef struct asr_json_block_s  asr_json_block_t;

struct asr_json_block_s {
    asr_json_block_t   *next;
    asr_json_block_t  **prev;        /* NULL: in the scratch area */
    size_t              size;
    size_t              unused;      /* keeps the payload aligned to 16 */
};

typedef struct {
    asr_json_t   *node;
    asr_json_t  **last;              /* where its next child goes */
} asr_json_level_t;

typedef struct {
    asr_arena_t        *arena;
    asr_json_error_t   *err;
    asr_json_t         *root;
    asr_str_t           key;         /* of the member to come */
    unsigned            depth;
    asr_json_level_t    levels[ASR_JSON_MAX_DEPTH];

    asr_json_block_t   *blocks;
    jmp_buf             nomem;
    size_t              used;
    _Alignas(16) char   scratch[ASR_JSON_SCRATCH];
} asr_json_ctx_t;


static asr_json_fault_t asr_json_check(asr_str_t text);
static const char *asr_json_check_escape(const char *p, const char *end,
    asr_json_fault_t *fault);
static int asr_json_hex4(const char *p, const char *end);
static asr_json_fault_t asr_json_run(asr_json_ctx_t *c, asr_str_t text);
static int asr_json_fail(asr_json_ctx_t *c, asr_json_fault_t fault,
    asr_str_t key);
static asr_json_t *asr_json_add(asr_json_ctx_t *c, asr_json_type_t type);
static int asr_json_open(asr_json_ctx_t *c, asr_json_type_t type);
static int asr_json_duplicates(asr_json_ctx_t *c, const asr_json_t *obj);
static int asr_json_compare(const void *one, const void *two);
static int asr_json_on_null(void *ctx);
static int asr_json_on_boolean(void *ctx, int value);
static int asr_json_on_number(void *ctx, const char *p, size_t n);
static int asr_json_on_string(void *ctx, const unsigned char *p, size_t n);
static int asr_json_on_start_map(void *ctx);
static int asr_json_on_key(void *ctx, const unsigned char *p, size_t n);
static int asr_json_on_end_map(void *ctx);
static int asr_json_on_start_array(void *ctx);
static int asr_json_on_end_array(void *ctx);
static void *asr_json_malloc(void *ctx, size_t n);
static void *asr_json_realloc(void *ctx, void *p, size_t n);
static void asr_json_free(void *ctx, void *p);


static const yajl_callbacks  asr_json_callbacks = {
    asr_json_on_null,
    asr_json_on_boolean,
    NULL,
    NULL,
    asr_json_on_number,
    asr_json_on_string,
    asr_json_on_start_map,
    asr_json_on_key,
    asr_json_on_end_map,
    asr_json_on_start_array,
    asr_json_on_end_array
};

asr_json_t *
asr_json_parse(asr_arena_t *a, asr_str_t text, asr_json_error_t *err)
{
    asr_json_ctx_t     c;
    asr_json_block_t  *block, *next;

    err->key = asr_str_null();

    if (text.len == 0) {
        err->fault = ASR_JSON_SYNTAX;
        return NULL;
    }

    err->fault = asr_json_check(text);

    /* a NUL is looked for again on the way, to tell the member */

    if (err->fault != ASR_JSON_FINE && err->fault != ASR_JSON_NUL) {
        return NULL;
    }

    c.arena = a;
    c.err = err;
    c.root = NULL;
    c.key = asr_str_null();
    c.depth = 0;
    c.blocks = NULL;
    c.used = 0;

    if (err->fault == ASR_JSON_FINE) {
        err->fault = asr_json_run(&c, text);

    } else {
        if (asr_json_run(&c, text) != ASR_JSON_NUL) {
            err->key = c.key;
        }

        err->fault = ASR_JSON_NUL;
    }

    for (block = c.blocks; block != NULL; block = next) {
        next = block->next;
        free(block);
    }

    return err->fault == ASR_JSON_FINE ? c.root : NULL;
}


static asr_json_fault_t
asr_json_run(asr_json_ctx_t *c, asr_str_t text)
{
    yajl_handle       handle;
    yajl_status       status;
    yajl_alloc_funcs  funcs;

    c->err->fault = ASR_JSON_FINE;

    if (setjmp(c->nomem) != 0) {
        return ASR_JSON_SIZE;
    }

    funcs.malloc = asr_json_malloc;
    funcs.realloc = asr_json_realloc;
    funcs.free = asr_json_free;
    funcs.ctx = c;

    handle = yajl_alloc(&asr_json_callbacks, &funcs, c);
    yajl_config(handle, yajl_dont_validate_strings, 1);

    status = yajl_parse(handle, (const unsigned char *) text.data, text.len);

    if (status == yajl_status_ok) {
        status = yajl_complete_parse(handle);
    }

    yajl_free(handle);

    if (c->err->fault != ASR_JSON_FINE) {
        return c->err->fault;
    }

    return status == yajl_status_ok && c->root != NULL ? ASR_JSON_FINE
                                                       : ASR_JSON_SYNTAX;
}


/*
 * What yajl does not refuse: eight bytes at a time while they are plain, that
 * is, printable ASCII and no backslash.
 */

static asr_json_fault_t
asr_json_check(asr_str_t text)
{
    uint64_t           word, control, slash;
    const char        *p, *end;
    asr_json_fault_t   fault;

    if (!asr_utf8_valid(text)) {
        return ASR_JSON_UTF8;
    }

    p = text.data;
    end = p + text.len;
    fault = ASR_JSON_FINE;

    while (p < end) {

        if ((size_t) (end - p) >= sizeof(word)) {
            memcpy(&word, p, sizeof(word));

            slash = word ^ asr_json_ones * '\\';
            control = (word - asr_json_ones * 0x20) & ~word;
            slash = (slash - asr_json_ones) & ~slash;

            if (((control | slash) & asr_json_highs) == 0) {
                p += sizeof(word);
                continue;
            }
        }

        switch (*p) {

        case '\0':
            return ASR_JSON_NUL;

        case '\v':
        case '\f':
            return ASR_JSON_SYNTAX;

        case '\\':
            p = asr_json_check_escape(p, end, &fault);
            if (p == NULL) {
                return fault;
            }

            break;

        default:
            p++;
        }
    }

    return ASR_JSON_FINE;
}


/* Surrogates come in pairs only, and there is no U+0000. */

static const char *
asr_json_check_escape(const char *p, const char *end, asr_json_fault_t *fault)
{
    int  code, low;

    if (end - p < 2 || p[1] != 'u') {
        return end - p < 2 ? end : p + 2;
    }

    code = asr_json_hex4(p + 2, end);

    if (code == -1) {
        *fault = ASR_JSON_SYNTAX;
        return NULL;
    }

    if (code == 0) {
        *fault = ASR_JSON_NUL;
        return NULL;
    }

    p += 6;

    if (code < 0xd800 || code > 0xdfff) {
        return p;
    }

    low = -1;

    if (end - p >= 2 && p[0] == '\\' && p[1] == 'u') {
        low = asr_json_hex4(p + 2, end);
    }

    if (code >= 0xdc00 || low < 0xdc00 || low > 0xdfff) {
        *fault = ASR_JSON_UTF8;
        return NULL;
    }

    return p + 6;
}


static int
asr_json_hex4(const char *p, const char *end)
{
    int  i, code, digit;

    if (end - p < 4) {
        return -1;
    }

    code = 0;

    for (i = 0; i < 4; i++) {
        digit = asr_hex_digit(p[i]);

        if (digit == -1) {
            return -1;
        }

        code = code << 4 | digit;
    }

    return code;
}


/* Stops yajl; the first fault stays. */

static int
asr_json_fail(asr_json_ctx_t *c, asr_json_fault_t fault, asr_str_t key)
{
    c->err->fault = fault;
    c->err->key = key;

    return 0;
}


static asr_json_t *
asr_json_add(asr_json_ctx_t *c, asr_json_type_t type)
{
    asr_json_t        *node;
    asr_json_level_t  *level;

    node = asr_arena_alloc(c->arena, sizeof(asr_json_t));

    if (node == NULL) {
        (void) asr_json_fail(c, ASR_JSON_SIZE, asr_str_null());
        return NULL;
    }

    memset(node, 0, sizeof(asr_json_t));
    node->type = type;

    if (c->depth == 0) {
        c->root = node;
        return node;
    }

    level = &c->levels[c->depth - 1];

    if (level->node->type == ASR_JSON_OBJECT) {
        node->key = c->key;
        c->key = asr_str_null();
    }

    *level->last = node;
    level->last = &node->next;
    level->node->n++;

    return node;
}


static int
asr_json_open(asr_json_ctx_t *c, asr_json_type_t type)
{
    asr_json_t  *node;

    if (c->depth == ASR_JSON_MAX_DEPTH) {
        return asr_json_fail(c, ASR_JSON_DEPTH, asr_str_null());
    }

    node = asr_json_add(c, type);
    if (node == NULL) {
        return 0;
    }

    c->levels[c->depth].node = node;
    c->levels[c->depth].last = &node->child;
    c->depth++;

    return 1;
}


static int
asr_json_on_null(void *ctx)
{
    return asr_json_add(ctx, ASR_JSON_NULL) != NULL;
}


static int
asr_json_on_boolean(void *ctx, int value)
{
    asr_json_t  *node;

    node = asr_json_add(ctx, ASR_JSON_BOOL);
    if (node == NULL) {
        return 0;
    }

    node->u.boolean = (value != 0);

    return 1;
}


static int
asr_json_on_number(void *ctx, const char *p, size_t n)
{
    char            small[64], *end;
    double          number;
    int64_t         integer;
    asr_str_t       text;
    asr_json_t     *node;
    asr_json_ctx_t  *c = ctx;

    node = asr_json_add(c, ASR_JSON_NUMBER);
    if (node == NULL) {
        return 0;
    }

    text.len = n;
    text.data = p;

    if (asr_str_int(text, &integer) == ASR_OK) {
        node->type = ASR_JSON_INT;
        node->u.integer = integer;
        return 1;
    }

    /* strtod wants a NUL */

    if (n < sizeof(small)) {
        memcpy(small, p, n);
        small[n] = '\0';
        text.data = small;

    } else {
        text = asr_arena_str(c->arena, text);
        if (text.data == NULL) {
            return asr_json_fail(c, ASR_JSON_SIZE, asr_str_null());
        }
    }

    number = strtod(text.data, &end);

    if (end != text.data + n) {
        return asr_json_fail(c, ASR_JSON_SYNTAX, asr_str_null());
    }

    /* an infinity would be no end of trouble in arithmetic */

    if (number > DBL_MAX || number < -DBL_MAX) {
        number = number > 0 ? DBL_MAX : -DBL_MAX;
    }

    node->u.number = number;

    return 1;
}


static int
asr_json_on_string(void *ctx, const unsigned char *p, size_t n)
{
    asr_json_t      *node;
    asr_json_ctx_t  *c = ctx;

    node = asr_json_add(c, ASR_JSON_STRING);
    if (node == NULL) {
        return 0;
    }

    node->u.string = asr_arena_str(c->arena,
                                   (asr_str_t) { n, (const char *) p });

    if (node->u.string.data == NULL) {
        return asr_json_fail(c, ASR_JSON_SIZE, asr_str_null());
    }

    if (n != 0 && memchr(p, '\0', n) != NULL) {
        return asr_json_fail(c, ASR_JSON_NUL, node->key);
    }

    return 1;
}


static int
asr_json_on_start_map(void *ctx)
{
    return asr_json_open(ctx, ASR_JSON_OBJECT);
}


static int
asr_json_on_key(void *ctx, const unsigned char *p, size_t n)
{
    asr_json_ctx_t  *c = ctx;

    c->key = asr_arena_str(c->arena, (asr_str_t) { n, (const char *) p });

    if (c->key.data == NULL) {
        return asr_json_fail(c, ASR_JSON_SIZE, asr_str_null());
    }

    if (n != 0 && memchr(p, '\0', n) != NULL) {
        return asr_json_fail(c, ASR_JSON_NUL, asr_str_null());
    }

    return 1;
}


static int
asr_json_on_end_map(void *ctx)
{
    asr_json_ctx_t  *c = ctx;

    c->depth--;

    return asr_json_duplicates(c, c->levels[c->depth].node);
}


static int
asr_json_on_start_array(void *ctx)
{
    return asr_json_open(ctx, ASR_JSON_ARRAY);
}


static int
asr_json_on_end_array(void *ctx)
{
    asr_json_ctx_t  *c = ctx;

    c->depth--;

    return 1;
}


/* A hostile object has thousands of members: never quadratic. */

static int
asr_json_duplicates(asr_json_ctx_t *c, const asr_json_t *obj)
{
    size_t              i;
    const asr_json_t   *m, *k, **sorted;

    if (obj->n <= ASR_JSON_FEW) {
        for (m = obj->child; m != NULL; m = m->next) {
            for (k = obj->child; k != m; k = k->next) {
                if (asr_str_eq(k->key, m->key)) {
                    return asr_json_fail(c, ASR_JSON_DUPLICATE, m->key);
                }
            }
        }

        return 1;
    }

    sorted = asr_json_malloc(c, obj->n * sizeof(asr_json_t *));

    for (m = obj->child, i = 0; m != NULL; m = m->next) {
        sorted[i++] = m;
    }

    qsort(sorted, obj->n, sizeof(asr_json_t *), asr_json_compare);

    for (i = 1; i < obj->n; i++) {
        if (asr_str_eq(sorted[i - 1]->key, sorted[i]->key)) {
            return asr_json_fail(c, ASR_JSON_DUPLICATE, sorted[i]->key);
        }
    }

    asr_json_free(c, sorted);

    return 1;
}


static int
asr_json_compare(const void *one, const void *two)
{
    asr_str_t  a, b;

    a = (*(asr_json_t *const *) one)->key;
    b = (*(asr_json_t *const *) two)->key;

    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }

    return memcmp(a.data, b.data, a.len);
}


static void *
asr_json_malloc(void *ctx, size_t n)
{
    size_t             size;
    asr_json_ctx_t    *c = ctx;
    asr_json_block_t  *block;

    if (n > SIZE_MAX / 2) {
        longjmp(c->nomem, 1);
    }

    size = (sizeof(asr_json_block_t) + n + 15) & ~(size_t) 15;

    if (size <= sizeof(c->scratch) - c->used) {
        block = (asr_json_block_t *) (c->scratch + c->used);
        c->used += size;
        block->prev = NULL;

    } else {
        block = malloc(size);
        if (block == NULL) {
            longjmp(c->nomem, 1);
        }

        block->next = c->blocks;
        block->prev = &c->blocks;
        c->blocks = block;

        if (block->next != NULL) {
            block->next->prev = &block->next;
        }
    }

    block->size = n;

    return block + 1;
}


static void *
asr_json_realloc(void *ctx, void *p, size_t n)
{
    void              *q;
    asr_json_block_t  *block;

    if (p == NULL) {
        return asr_json_malloc(ctx, n);
    }

    block = (asr_json_block_t *) p - 1;

    if (n <= block->size) {
        return p;
    }

    q = asr_json_malloc(ctx, n);
    memcpy(q, p, block->size);
    asr_json_free(ctx, p);

    return q;
}


static void
asr_json_free(void *ctx, void *p)
{
    asr_json_block_t  *block;

    if (p == NULL) {
        return;
    }

    block = (asr_json_block_t *) p - 1;

    if (block->prev == NULL) {
        return;
    }

    *block->prev = block->next;

    if (block->next != NULL) {
        block->next->prev = block->prev;
    }

    free(block);
}
