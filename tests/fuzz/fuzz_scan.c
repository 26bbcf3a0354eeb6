/*
 * The scanner against the parser: a document that parses must give the same
 * tree in two parts, the lifted string and the rest, however it is cut; and
 * what does not parse whole must not parse in two parts.
 */

#include "fuzz.h"

#include "base/asr_json.h"
#include "base/asr_scan.h"


#define NAME  "Data"


static asr_err_t
sink(void *ctx, const char *p, size_t n)
{
    fuzz_check(n > 0);

    return asr_buf_append(ctx, p, n);
}


static asr_err_t
scan(asr_scan_t *s, asr_buf_t *rest, asr_buf_t *lifted, const uint8_t *data,
    size_t size, uint32_t *seed)
{
    char       *piece;
    size_t      n;
    asr_err_t   err;

    asr_buf_init(rest, 1 << 20);
    asr_buf_init(lifted, 1 << 20);
    asr_scan_init(s, asr_str(NAME), rest, sink, lifted);

    err = ASR_OK;

    while (size != 0 && err == ASR_OK) {
        n = (seed != NULL) ? fuzz_cut(seed, size) : size;

        piece = fuzz_piece(data, n);
        err = asr_scan_feed(s, piece, n);
        free(piece);

        data += n;
        size -= n;
    }

    return err;
}


/* top: a is the root of the whole document, b that of the rest. */

static void
check_equal(const asr_json_t *a, const asr_json_t *b, asr_str_t lifted,
    bool top)
{
    bool               moved;
    const asr_json_t  *c, *d;

    fuzz_check(a->type == b->type);
    fuzz_check(asr_str_eq(a->key, b->key));
    fuzz_check(a->n == b->n);

    for (c = a->child, d = b->child; c != NULL; c = c->next, d = d->next) {
        moved = top && a->type == ASR_JSON_OBJECT
                && c->type == ASR_JSON_STRING
                && asr_str_eq(c->key, asr_str(NAME));

        if (moved) {
            fuzz_check(asr_str_eq(d->key, c->key));
            fuzz_check(d->type == ASR_JSON_STRING);
            fuzz_check(d->u.string.len == 0);
            fuzz_check(asr_str_eq(c->u.string, lifted));

        } else {
            check_equal(c, d, lifted, false);
        }
    }

    switch (a->type) {

    case ASR_JSON_BOOL:
        fuzz_check(a->u.boolean == b->u.boolean);
        break;

    case ASR_JSON_INT:
        fuzz_check(a->u.integer == b->u.integer);
        break;

    case ASR_JSON_NUMBER:
        fuzz_check(memcmp(&a->u.number, &b->u.number, sizeof(double)) == 0);
        break;

    case ASR_JSON_STRING:
        fuzz_check(asr_str_eq(a->u.string, b->u.string));
        break;

    default:
        break;
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    asr_err_t          err, err2;
    asr_buf_t          rest, lifted, rest2, lifted2;
    asr_scan_t         s, s2;
    asr_json_t        *whole, *part;
    asr_arena_t        a, b;
    uint32_t           seed;
    asr_json_error_t   fault;

    if (size > 1 << 16) {
        return 0;
    }

    asr_arena_init(&a, 1 << 24);
    asr_arena_init(&b, 1 << 24);

    seed = fuzz_seed(data, size);
    err = scan(&s, &rest, &lifted, data, size, NULL);
    err2 = scan(&s2, &rest2, &lifted2, data, size, &seed);

    fuzz_check(err == err2);
    fuzz_check(err == ASR_OK || err == ASR_INVALID);

    whole = asr_json_parse(&a, (asr_str_t) { size, (const char *) data },
                           &fault);

    if (err == ASR_OK) {
        fuzz_check(s.found == s2.found);
        fuzz_check(s.lifted == lifted.len);
        fuzz_check(asr_str_eq(asr_buf_str(&rest), asr_buf_str(&rest2)));
        fuzz_check(asr_str_eq(asr_buf_str(&lifted), asr_buf_str(&lifted2)));

        part = asr_json_parse(&b, asr_buf_str(&rest), &fault);

        if (whole != NULL) {
            fuzz_check(part != NULL);
            fuzz_check(s.found <= 1);
            check_equal(whole, part, asr_buf_str(&lifted), true);

        } else if (part != NULL) {
            /* only the lifted string's UTF-8 is left to its sink */
            fuzz_check(!asr_utf8_valid(asr_buf_str(&lifted)));
        }

    } else {
        fuzz_check(whole == NULL);
    }

    asr_buf_free(&rest);
    asr_buf_free(&lifted);
    asr_buf_free(&rest2);
    asr_buf_free(&lifted2);
    asr_arena_free(&a);
    asr_arena_free(&b);

    return 0;
}
