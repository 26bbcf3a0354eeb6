/*
 * The form reader: the same pairs, lifted bytes and errors however it is cut,
 * and pairs that survive being encoded and read again.
 */

#include "fuzz.h"

#include "base/asr_form.h"


typedef struct {
    asr_arena_t  arena;
    asr_buf_t    lifted;
    asr_form_t   form;
    asr_err_t    err;
} run_t;


static asr_err_t
sink(void *ctx, const char *p, size_t n)
{
    fuzz_check(n > 0);

    return asr_buf_append(ctx, p, n);
}


static void
run(run_t *r, const void *data, size_t size, uint32_t *seed)
{
    char        *piece;
    size_t       n;
    const char  *p = data;

    asr_arena_init(&r->arena, 1 << 18);
    asr_buf_init(&r->lifted, 1 << 20);
    asr_form_init(&r->form, &r->arena, asr_str("D"), sink, &r->lifted, 200);
    r->err = ASR_OK;

    while (size != 0 && r->err == ASR_OK) {
        n = (seed != NULL) ? fuzz_cut(seed, size) : size;

        piece = fuzz_piece(p, n);
        r->err = asr_form_feed(&r->form, piece, n);
        free(piece);

        p += n;
        size -= n;
    }

    if (r->err == ASR_OK) {
        r->err = asr_form_end(&r->form);
    }
}


static void
done(run_t *r)
{
    asr_form_free(&r->form);
    asr_buf_free(&r->lifted);
    asr_arena_free(&r->arena);
}


static void
check_equal(const run_t *a, const run_t *b)
{
    asr_pair_t  *p, *q;

    fuzz_check(a->form.n == b->form.n);
    fuzz_check(asr_str_eq(asr_buf_str(&a->lifted), asr_buf_str(&b->lifted)));
    fuzz_check(a->form.lifted == a->lifted.len);
    fuzz_check(b->form.lifted == b->lifted.len);

    q = b->form.pairs;

    for (p = a->form.pairs; p != NULL; p = p->next) {
        fuzz_check(asr_str_eq(p->name, q->name));
        fuzz_check(asr_str_eq(p->value, q->value));
        q = q->next;
    }

    fuzz_check(q == NULL);
}


static void
encode(asr_buf_t *out, asr_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        asr_buf_printf(out, "%%%02x", (unsigned char) s.data[i]);
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run_t        a, b;
    uint32_t     seed;
    asr_buf_t    text;
    asr_pair_t  *p;

    if (size > 1 << 16) {
        return 0;
    }

    seed = fuzz_seed(data, size);
    run(&a, data, size, NULL);
    run(&b, data, size, &seed);

    fuzz_check(a.err == b.err);

    if (a.err == ASR_OK) {
        check_equal(&a, &b);
        fuzz_check(a.form.found == b.form.found);
        fuzz_check(a.form.no_equals == b.form.no_equals);

        done(&b);
        asr_buf_init(&text, 1 << 20);

        for (p = a.form.pairs; p != NULL; p = p->next) {
            encode(&text, p->name);
            asr_buf_append(&text, "=", 1);

            if (a.lifted.len != 0 && asr_str_eq(p->name, asr_str("D"))) {
                encode(&text, asr_buf_str(&a.lifted));
                a.lifted.len = 0;
            }

            encode(&text, p->value);
            asr_buf_append(&text, "&", 1);
        }

        a.lifted.len = a.form.lifted;

        run(&b, text.data, text.len, &seed);
        fuzz_check(b.err == ASR_OK);
        check_equal(&a, &b);

        asr_buf_free(&text);
    }

    done(&a);
    done(&b);

    return 0;
}
