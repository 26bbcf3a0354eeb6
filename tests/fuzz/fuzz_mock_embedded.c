/*
 * Texts that files carry: whatever the bytes are, what comes out is a text as
 * the header promises, and the same however few bytes a read gives.
 */

#include "fuzz.h"

#include "asr_mock_embedded.h"


#define MAX    (1 << 18)
#define READS  100000


typedef struct {
    asr_str_t  file;
    uint32_t   seed;
    unsigned   reads;
    bool       cut;
} source_t;


static ssize_t
source_read(void *ctx, uint64_t off, void *p, size_t n)
{
    source_t  *s = ctx;

    fuzz_check(n <= ASR_MOCK_TAG_MAX);
    fuzz_check(++s->reads < READS);

    if (off >= s->file.len || n == 0) {
        return 0;
    }

    n = n < s->file.len - off ? n : s->file.len - (size_t) off;
    n = s->cut ? fuzz_cut(&s->seed, n) : n;
    memcpy(p, s->file.data + off, n);

    return (ssize_t) n;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    source_t           s;
    asr_err_t          rc, again;
    asr_str_t          text, same;
    asr_arena_t        a;
    asr_mock_reader_t  r;

    if (size > MAX) {
        return 0;
    }

    asr_arena_init(&a, 1 << 20);
    memset(&s, 0, sizeof(s));
    s.file = (asr_str_t) { size, (const char *) data };
    s.seed = fuzz_seed(data, size);
    r = (asr_mock_reader_t) { source_read, &s, size };

    rc = asr_mock_embedded(&r, &a, &text);
    s.cut = true;
    s.reads = 0;
    again = asr_mock_embedded(&r, &a, &same);

    fuzz_check(rc == again && (rc == ASR_OK || rc == ASR_NOTFOUND));

    if (rc == ASR_OK) {
        fuzz_check(text.len != 0 && text.len <= ASR_MOCK_EMBEDDED_MAX);
        fuzz_check(asr_utf8_valid(text));
        fuzz_check(memchr(text.data, '\0', text.len) == NULL);
        fuzz_check(asr_str_eq(text, same));
    }

    asr_arena_free(&a);

    return 0;
}
