/*
 * The multipart reader: the same events and the same error however it is cut.
 * The first line of the input is a Content-Type, or nothing for the boundary
 * "b".
 */

#include "fuzz.h"

#include "base/asr_buf.h"
#include "base/asr_multipart.h"


typedef struct {
    asr_buf_t  log;
    bool       inside;
} run_t;


static void
note(run_t *r, asr_str_t s)
{
    fuzz_check(s.data != NULL || s.len == 0);
    asr_buf_printf(&r->log, "%zu%c", s.len, s.data == NULL ? '-' : ':');
    asr_buf_append(&r->log, s.data, s.len);
}


static asr_err_t
on_begin(void *ctx, const asr_part_t *part)
{
    run_t  *r = ctx;

    fuzz_check(!r->inside);
    fuzz_check(part->name.data != NULL);
    r->inside = true;

    asr_buf_append(&r->log, "<", 1);
    note(r, part->name);
    note(r, part->filename);
    note(r, part->content_type);
    asr_buf_append(&r->log, "|", 1);

    return ASR_OK;
}


static asr_err_t
on_data(void *ctx, const char *p, size_t n)
{
    run_t  *r = ctx;

    fuzz_check(r->inside && n > 0);
    asr_buf_append(&r->log, p, n);

    return ASR_OK;
}


static asr_err_t
on_end(void *ctx)
{
    run_t  *r = ctx;

    fuzz_check(r->inside);
    r->inside = false;
    asr_buf_append(&r->log, ">", 1);

    return ASR_OK;
}


static const asr_multipart_handler_t  handler = { on_begin, on_data, on_end };


static asr_err_t
run(run_t *r, asr_str_t boundary, const uint8_t *data, size_t size,
    uint32_t *seed)
{
    char             *piece;
    size_t            n;
    asr_err_t         err;
    asr_multipart_t  *m;

    asr_buf_init(&r->log, 1 << 20);
    r->inside = false;

    m = asr_multipart_create(boundary, &handler, r);
    fuzz_check(m != NULL);

    err = ASR_OK;

    while (size != 0 && err == ASR_OK) {
        n = (seed != NULL) ? fuzz_cut(seed, size) : size;

        piece = fuzz_piece(data, n);
        err = asr_multipart_feed(m, piece, n);
        free(piece);

        data += n;
        size -= n;
    }

    if (err == ASR_OK) {
        err = asr_multipart_end(m);
        fuzz_check(err != ASR_OK || !r->inside);
    }

    asr_multipart_free(m);
    fuzz_check(!r->log.failed);

    return err;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char           *line;
    run_t           a, b;
    size_t          n;
    uint32_t        seed;
    asr_str_t       boundary;
    asr_err_t       err;
    const uint8_t  *body;

    if (size > 1 << 16) {
        return 0;
    }

    body = memchr(data, '\n', size);
    n = (body != NULL) ? (size_t) (body - data) : size;
    body = (body != NULL) ? body + 1 : data + size;

    line = fuzz_piece(data, n);
    boundary = asr_str("b");

    if (n != 0
        && asr_multipart_boundary((asr_str_t) { n, line }, &boundary)
           != ASR_OK)
    {
        free(line);
        return 0;
    }

    seed = fuzz_seed(data, size);
    err = run(&a, boundary, body, size - (size_t) (body - data), NULL);

    fuzz_check(run(&b, boundary, body, size - (size_t) (body - data), &seed)
               == err);
    fuzz_check(err == ASR_OK || err == ASR_INVALID || err == ASR_TOOBIG);
    fuzz_check(asr_str_eq(asr_buf_str(&a.log), asr_buf_str(&b.log)));

    asr_buf_free(&a.log);
    asr_buf_free(&b.log);
    free(line);

    return 0;
}
