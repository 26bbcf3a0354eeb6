/*
 * Base64: what decodes must encode back to the very same text, whole or cut;
 * and any bytes must survive being encoded.
 */

#include "fuzz.h"

#include "base/asr_b64.h"


static asr_err_t
decode(const void *data, size_t size, uint32_t *seed, unsigned char *out,
    size_t *len)
{
    char           *piece;
    size_t          n, got;
    asr_b64_t       d;
    asr_err_t       err;
    const char     *p = data;
    unsigned char  *room;

    asr_b64_init(&d);
    *len = 0;
    err = ASR_OK;

    while (size != 0 && err == ASR_OK) {
        n = (seed != NULL) ? fuzz_cut(seed, size) : size;

        piece = fuzz_piece(p, n);
        room = malloc(n / 4 * 3 + 3);
        fuzz_check(room != NULL);

        err = asr_b64_feed(&d, piece, n, room, &got);
        fuzz_check(got <= n / 4 * 3 + 3);

        memcpy(out + *len, room, got);
        *len += got;

        free(room);
        free(piece);
        p += n;
        size -= n;
    }

    return err == ASR_OK ? asr_b64_end(&d) : err;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char           *text;
    size_t          len, len2, n;
    uint32_t        seed;
    asr_err_t       err;
    unsigned char  *out, *out2;

    if (size > 1 << 16) {
        return 0;
    }

    seed = fuzz_seed(data, size);
    text = malloc((size + 2) / 3 * 4 + 4);
    out = malloc(size + 3);
    out2 = malloc(size + 3);
    fuzz_check(text != NULL && out != NULL && out2 != NULL);

    err = decode(data, size, NULL, out, &len);
    fuzz_check(decode(data, size, &seed, out2, &len2) == err);
    fuzz_check(len == len2 && memcmp(out, out2, len) == 0);

    if (err == ASR_OK) {
        n = asr_b64_encode(out, len, text);
        fuzz_check(n == size && (n == 0 || memcmp(text, data, n) == 0));
    }

    n = asr_b64_encode(data, size, text);
    fuzz_check(decode(text, n, &seed, out, &len) == ASR_OK);
    fuzz_check(len == size && (len == 0 || memcmp(out, data, len) == 0));

    free(text);
    free(out);
    free(out2);

    return 0;
}
