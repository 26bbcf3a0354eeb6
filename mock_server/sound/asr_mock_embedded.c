/*
 * Which tags a file may have, WAV's chunks, and what all tags' texts have in
 * common.
 */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>

#include "asr_mock_embedded_int.h"


#define ASR_MOCK_CHUNKS_MAX  256


static asr_err_t asr_mock_embedded_wav(const asr_mock_embedded_t *e);
static asr_err_t asr_mock_embedded_info(const asr_mock_embedded_t *e,
    uint64_t off, uint64_t size);
static size_t asr_mock_embedded_utf16(const unsigned char *p, size_t n,
    bool big, char *out);
static size_t asr_mock_embedded_latin1(const unsigned char *p, size_t n,
    char *out);


static ssize_t
asr_mock_reader_file(void *ctx, uint64_t off, void *p, size_t n)
{
    ssize_t  got;

    if (off > INT64_MAX) {
        return 0;
    }

    do {
        got = pread(*(int *) ctx, p, n, (off_t) off);
    } while (got < 0 && errno == EINTR);

    return got;
}


asr_mock_reader_t
asr_mock_reader_fd(int *fd)
{
    struct stat        st;
    asr_mock_reader_t  r;

    r.read = asr_mock_reader_file;
    r.ctx = fd;
    r.size = fstat(*fd, &st) == 0 && st.st_size > 0 ? (uint64_t) st.st_size
                                                    : 0;

    return r;
}


static ssize_t
asr_mock_reader_bytes(void *ctx, uint64_t off, void *p, size_t n)
{
    asr_str_t  *s = ctx;

    if (off >= s->len) {
        return 0;
    }

    n = n < s->len - (size_t) off ? n : s->len - (size_t) off;
    memcpy(p, s->data + off, n);

    return (ssize_t) n;
}


asr_mock_reader_t
asr_mock_reader_mem(asr_str_t *s)
{
    return (asr_mock_reader_t) { asr_mock_reader_bytes, s, s->len };
}


asr_err_t
asr_mock_embedded_some(const asr_mock_embedded_t *e, uint64_t off, void *p,
    size_t n, size_t *got)
{
    ssize_t  rc;

    for (*got = 0; *got < n; *got += (size_t) rc) {
        rc = e->reader->read(e->reader->ctx, off + *got, (char *) p + *got,
                             n - *got);

        if (rc < 0) {
            return ASR_IO;
        }

        if (rc == 0) {
            break;
        }
    }

    return ASR_OK;
}


asr_err_t
asr_mock_embedded_read(const asr_mock_embedded_t *e, uint64_t off, void *p,
    size_t n)
{
    size_t     got;
    asr_err_t  rc;

    rc = asr_mock_embedded_some(e, off, p, n, &got);

    return rc != ASR_OK ? rc : got == n ? ASR_OK : ASR_NOTFOUND;
}


asr_err_t
asr_mock_embedded(const asr_mock_reader_t *r, asr_arena_t *a, asr_str_t *text)
{
    uint64_t              off;
    asr_err_t             rc;
    unsigned char         magic[4];
    asr_mock_embedded_t   e;

    *text = asr_str_null();
    e.reader = r;
    e.arena = a;
    e.text = text;
    e.tag = malloc(ASR_MOCK_TAG_MAX);

    if (e.tag == NULL) {
        return ASR_NOMEM;
    }

    off = 0;
    rc = asr_mock_id3(&e, 0, &off);

    /* What a tag stands before may have tags of its own kind. */

    if (rc == ASR_NOTFOUND) {
        rc = asr_mock_embedded_read(&e, off, magic, sizeof(magic));

        if (rc == ASR_OK) {
            rc = memcmp(magic, "RIFF", 4) == 0 && off == 0
                 ? asr_mock_embedded_wav(&e)
                 : memcmp(magic, "fLaC", 4) == 0 ? asr_mock_flac(&e, off)
                 : memcmp(magic, "OggS", 4) == 0 ? asr_mock_ogg(&e, off)
                 : ASR_NOTFOUND;
        }
    }

    if (rc == ASR_NOTFOUND) {
        rc = asr_mock_id3v1(&e);
    }

    free(e.tag);

    return rc;
}


/*
 * Chunks before and after the sound.  A stream's data has no size, or one
 * beyond the end of the file: nothing follows it.
 */

static asr_err_t
asr_mock_embedded_wav(const asr_mock_embedded_t *e)
{
    int             i;
    uint64_t        off, end;
    uint32_t        size;
    asr_err_t       rc;
    unsigned char   h[12];

    rc = asr_mock_embedded_read(e, 0, h, 12);

    if (rc == ASR_OK && memcmp(h + 8, "WAVE", 4) != 0) {
        rc = ASR_NOTFOUND;
    }

    off = 12;

    for (i = 0; rc == ASR_OK && i < ASR_MOCK_CHUNKS_MAX; i++) {
        rc = asr_mock_embedded_read(e, off, h, 8);

        if (rc != ASR_OK) {
            return rc;
        }

        size = asr_mock_le32(h + 4);

        if (memcmp(h, "LIST", 4) == 0) {
            rc = asr_mock_embedded_info(e, off + 8, size);

        } else if (memcmp(h, "id3 ", 4) == 0 || memcmp(h, "ID3 ", 4) == 0) {
            rc = asr_mock_id3(e, off + 8, &end);

        } else {
            rc = ASR_NOTFOUND;
        }

        if (rc != ASR_NOTFOUND) {
            return rc;
        }

        off += 8 + (uint64_t) size + (size & 1);
        rc = ASR_OK;
    }

    return rc == ASR_OK ? ASR_NOTFOUND : rc;
}


static asr_err_t
asr_mock_embedded_info(const asr_mock_embedded_t *e, uint64_t off,
    uint64_t size)
{
    size_t      n, pos, len;
    asr_err_t   rc;

    rc = asr_mock_embedded_some(e, off, e->tag, (size_t)
                                (size < ASR_MOCK_TAG_MAX ? size
                                                         : ASR_MOCK_TAG_MAX),
                                &n);

    if (rc != ASR_OK) {
        return rc;
    }

    if (n < 4 || memcmp(e->tag, "INFO", 4) != 0) {
        return ASR_NOTFOUND;
    }

    for (pos = 4; n - pos >= 8; pos += len + (len & 1)) {
        len = asr_mock_le32(e->tag + pos + 4);
        pos += 8;

        if (memcmp(e->tag + pos - 8, "ICMT", 4) == 0) {
            rc = asr_mock_embedded_take(e, ASR_MOCK_UNSAID, e->tag + pos,
                                        len < n - pos ? len : n - pos);

            if (rc != ASR_NOTFOUND) {
                return rc;
            }
        }

        if (len >= n - pos) {
            break;
        }
    }

    return ASR_NOTFOUND;
}


/* Half a surrogate pair becomes U+FFFD.  At most 3 bytes of 2. */

static size_t
asr_mock_embedded_utf16(const unsigned char *p, size_t n, bool big, char *out)
{
    size_t    i, len;
    uint32_t  c, low;

    len = 0;

    for (i = 0; n - i >= 2; i += 2) {
        c = big ? (uint32_t) (p[i] << 8 | p[i + 1])
                : (uint32_t) (p[i + 1] << 8 | p[i]);

        if (c == 0) {
            break;
        }

        if (c >= 0xd800 && c < 0xe000) {
            low = 0;

            if (c < 0xdc00 && n - i >= 4) {
                low = big ? (uint32_t) (p[i + 2] << 8 | p[i + 3])
                          : (uint32_t) (p[i + 3] << 8 | p[i + 2]);
            }

            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;

            } else {
                c = 0xfffd;
            }
        }

        len += asr_utf8_encode(c, out + len);
    }

    return len;
}


static size_t
asr_mock_embedded_latin1(const unsigned char *p, size_t n, char *out)
{
    size_t  i, len;

    len = 0;

    for (i = 0; i < n; i++) {
        len += asr_utf8_encode(p[i], out + len);
    }

    return len;
}


static bool
asr_mock_embedded_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


static asr_err_t
asr_mock_embedded_ours(const asr_mock_embedded_t *e, asr_str_t s)
{
    if (s.len < 4
        || !asr_str_caseeq((asr_str_t) { 4, s.data }, asr_str("asr:")))
    {
        return ASR_NOTFOUND;
    }

    s.data += 4;
    s.len -= 4;

    while (s.len != 0 && asr_mock_embedded_blank(s.data[0])) {
        s.data++;
        s.len--;
    }

    s.len = s.len < ASR_MOCK_EMBEDDED_MAX ? s.len : ASR_MOCK_EMBEDDED_MAX;
    s.len = asr_utf8_prefix(s);

    while (s.len != 0 && asr_mock_embedded_blank(s.data[s.len - 1])) {
        s.len--;
    }

    if (s.len == 0) {
        return ASR_NOTFOUND;
    }

    *e->text = asr_arena_str(e->arena, s);

    return e->text->data != NULL ? ASR_OK : ASR_NOMEM;
}


asr_err_t
asr_mock_embedded_take(const asr_mock_embedded_t *e,
    asr_mock_encoding_t encoding, const unsigned char *p, size_t n)
{
    bool        big;
    char       *out;
    asr_err_t   rc;
    asr_str_t   s;

    if (encoding != ASR_MOCK_UTF16 && encoding != ASR_MOCK_UTF16BE) {
        n = strnlen((const char *) p, n);
    }

    s = (asr_str_t) { n, (const char *) p };

    if (encoding == ASR_MOCK_UTF8
        || (encoding == ASR_MOCK_UNSAID && asr_utf8_valid(s)))
    {
        return asr_mock_embedded_ours(e, s);
    }

    out = malloc(2 * n + 1);

    if (out == NULL) {
        return ASR_NOMEM;
    }

    if (encoding == ASR_MOCK_UTF16 || encoding == ASR_MOCK_UTF16BE) {
        big = true;

        if (encoding == ASR_MOCK_UTF16 && n >= 2) {
            big = !(p[0] == 0xff && p[1] == 0xfe);

            if (!big || (p[0] == 0xfe && p[1] == 0xff)) {
                p += 2;
                n -= 2;
            }
        }

        s.len = asr_mock_embedded_utf16(p, n, big, out);

    } else {
        s.len = asr_mock_embedded_latin1(p, n, out);
    }

    s.data = out;
    rc = asr_mock_embedded_ours(e, s);
    free(out);

    return rc;
}
