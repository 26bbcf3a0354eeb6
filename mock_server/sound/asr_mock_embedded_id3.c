/*
 * ID3 tags.  Three layouts of frames in v2:
 *
 *     2.2  name of 3, size of 3
 *     2.3  name of 4, size of 4, flags of 2
 *     2.4  the same, the size in bytes of seven bits
 *
 * "Unsynchronised" tags have a zero after each byte 255; before 2.4 that was
 * done to the tag as a whole, since then to each frame.
 */

#include "asr_mock_embedded_int.h"


#define ASR_MOCK_ID3_HEAD   10
#define ASR_MOCK_ID3V1      128
#define ASR_MOCK_ID3V1_AT   97       /* its comment */
#define ASR_MOCK_ID3V1_LEN  30

#define ASR_MOCK_ID3_UNSYNC    0x80  /* of a tag; the next: a header more */
#define ASR_MOCK_ID3_EXTENDED  0x40

typedef struct {
    const asr_mock_embedded_t  *e;
    unsigned                    version;     /* 2, 3, 4 */
    unsigned                    flags;
    size_t                      n;           /* of the tag's bytes here */
} asr_mock_id3_t;


static asr_err_t asr_mock_id3_frames(const asr_mock_id3_t *t, size_t pos);
static asr_err_t asr_mock_id3_frame(const asr_mock_id3_t *t,
    const unsigned char *head, unsigned char *p, size_t n);
static asr_err_t asr_mock_id3_comment(const asr_mock_id3_t *t, bool named,
    const unsigned char *p, size_t n);
static size_t asr_mock_id3_skip(const asr_mock_id3_t *t);
static size_t asr_mock_id3_sync(unsigned char *p, size_t n);


static uint32_t
asr_mock_id3_sevens(const unsigned char *p)
{
    return (uint32_t) (p[0] & 127) << 21 | (uint32_t) (p[1] & 127) << 14
           | (uint32_t) (p[2] & 127) << 7 | (uint32_t) (p[3] & 127);
}


asr_err_t
asr_mock_id3(const asr_mock_embedded_t *e, uint64_t off, uint64_t *end)
{
    size_t          size;
    asr_err_t       rc;
    asr_mock_id3_t  t;
    unsigned char   h[ASR_MOCK_ID3_HEAD];

    rc = asr_mock_embedded_read(e, off, h, sizeof(h));

    if (rc != ASR_OK) {
        return rc;
    }

    if (memcmp(h, "ID3", 3) != 0 || h[3] < 2 || h[3] > 4) {
        return ASR_NOTFOUND;
    }

    size = asr_mock_id3_sevens(h + 6);
    *end = off + sizeof(h) + size;

    /* a footer: the head once more */

    if (h[3] == 4 && (h[5] & 0x10)) {
        *end += sizeof(h);
    }

    t.e = e;
    t.version = h[3];
    t.flags = h[5];

    rc = asr_mock_embedded_some(e, off + sizeof(h), e->tag,
                                size < ASR_MOCK_TAG_MAX ? size
                                                        : ASR_MOCK_TAG_MAX,
                                &t.n);

    if (rc != ASR_OK) {
        return rc;
    }

    /* in 2.2 that flag says "compressed", by no known means */

    if (t.version == 2 && (t.flags & ASR_MOCK_ID3_EXTENDED)) {
        return ASR_NOTFOUND;
    }

    if (t.version < 4 && (t.flags & ASR_MOCK_ID3_UNSYNC)) {
        t.n = asr_mock_id3_sync(e->tag, t.n);
    }

    return asr_mock_id3_frames(&t, asr_mock_id3_skip(&t));
}


/* Of the header that may stand before the frames. */

static size_t
asr_mock_id3_skip(const asr_mock_id3_t *t)
{
    if (!(t->flags & ASR_MOCK_ID3_EXTENDED) || t->n < 4) {
        return 0;
    }

    return t->version == 4 ? asr_mock_id3_sevens(t->e->tag)
                           : (size_t) asr_mock_be32(t->e->tag) + 4;
}


static asr_err_t
asr_mock_id3_frames(const asr_mock_id3_t *t, size_t pos)
{
    size_t          head, size;
    asr_err_t       rc;
    unsigned char  *p;

    head = t->version == 2 ? 6 : 10;

    while (pos < t->n && t->n - pos > head) {
        p = t->e->tag + pos;

        if (p[0] == 0) {
            break;                           /* padding */
        }

        size = t->version == 2 ? asr_mock_be32(p + 2) & 0xffffff
               : t->version == 3 ? asr_mock_be32(p + 4)
               : asr_mock_id3_sevens(p + 4);
        pos += head;

        if (size > t->n - pos) {
            break;
        }

        rc = asr_mock_id3_frame(t, p, p + head, size);

        if (rc != ASR_NOTFOUND) {
            return rc;
        }

        pos += size;
    }

    return ASR_NOTFOUND;
}


static asr_err_t
asr_mock_id3_frame(const asr_mock_id3_t *t, const unsigned char *head,
    unsigned char *p, size_t n)
{
    bool      named;
    size_t    skip;
    unsigned  flags;

    if (t->version == 2) {

        if (memcmp(head, "COM", 3) != 0 && memcmp(head, "TXX", 3) != 0) {
            return ASR_NOTFOUND;
        }

        return asr_mock_id3_comment(t, head[0] == 'T', p, n);
    }

    if (memcmp(head, "COMM", 4) != 0 && memcmp(head, "TXXX", 4) != 0) {
        return ASR_NOTFOUND;
    }

    named = head[0] == 'T';
    flags = head[9];
    skip = 0;

    if (t->version == 3) {

        if (flags & 0xc0) {                  /* compressed, encrypted */
            return ASR_NOTFOUND;
        }

        skip = flags & 0x20 ? 1 : 0;         /* a group's number */

    } else {

        if (flags & 0x0c) {
            return ASR_NOTFOUND;
        }

        skip = (flags & 0x40 ? 1 : 0) + (flags & 0x01 ? 4 : 0);
    }

    if (skip > n) {
        return ASR_NOTFOUND;
    }

    p += skip;
    n -= skip;

    if (t->version == 4
        && ((flags & 0x02) || (t->flags & ASR_MOCK_ID3_UNSYNC)))
    {
        n = asr_mock_id3_sync(p, n);
    }

    return asr_mock_id3_comment(t, named, p, n);
}


/* In whatever encoding: ASCII without its zeros and a byte order mark. */

static bool
asr_mock_id3_named(const unsigned char *p, size_t n, const char *name)
{
    char    got[16];
    size_t  i, len;

    len = 0;

    for (i = 0; i < n && len < sizeof(got); i++) {
        if (p[i] != 0 && !(i < 2 && p[i] >= 0xfe)) {
            got[len++] = (char) p[i];
        }
    }

    return asr_str_caseeq((asr_str_t) { len, got }, asr_cstr(name));
}


/*
 * Encoding, three letters of language (a comment's), a description and its
 * end, the text.  named: it is a comment if it is described as one.
 */

static asr_err_t
asr_mock_id3_comment(const asr_mock_id3_t *t, bool named,
    const unsigned char *p, size_t n)
{
    size_t               skip, end, wide;
    asr_mock_encoding_t  encoding;

    skip = named ? 1 : 4;

    if (n < skip || p[0] > ASR_MOCK_UTF8) {
        return ASR_NOTFOUND;
    }

    encoding = (asr_mock_encoding_t) p[0];
    p += skip;
    n -= skip;

    wide = encoding == ASR_MOCK_UTF16 || encoding == ASR_MOCK_UTF16BE ? 2 : 1;

    for (end = 0; end + wide <= n; end += wide) {
        if (p[end] == 0 && p[end + wide - 1] == 0) {
            break;
        }
    }

    if (end + wide > n) {
        return ASR_NOTFOUND;
    }

    if (named && !asr_mock_id3_named(p, end, "comment")) {
        return ASR_NOTFOUND;
    }

    /* Many a writer's Latin-1 is whatever its system had: it may be UTF-8. */

    return asr_mock_embedded_take(t->e, encoding == ASR_MOCK_LATIN1
                                        ? ASR_MOCK_UNSAID : encoding,
                                  p + end + wide, n - end - wide);
}


static size_t
asr_mock_id3_sync(unsigned char *p, size_t n)
{
    size_t  i, to;

    to = 0;

    for (i = 0; i < n; i++) {
        p[to++] = p[i];

        if (p[i] == 0xff && i + 1 < n && p[i + 1] == 0) {
            i++;
        }
    }

    return to;
}


/* The last 128 bytes; a comment's second last byte 0: a track's number. */

asr_err_t
asr_mock_id3v1(const asr_mock_embedded_t *e)
{
    asr_err_t      rc;
    unsigned char  tag[ASR_MOCK_ID3V1];

    if (e->reader->size < ASR_MOCK_ID3V1) {
        return ASR_NOTFOUND;
    }

    rc = asr_mock_embedded_read(e, e->reader->size - ASR_MOCK_ID3V1, tag,
                                sizeof(tag));

    if (rc != ASR_OK) {
        return rc;
    }

    if (memcmp(tag, "TAG", 3) != 0) {
        return ASR_NOTFOUND;
    }

    return asr_mock_embedded_take(e, ASR_MOCK_UNSAID, tag + ASR_MOCK_ID3V1_AT,
                                  ASR_MOCK_ID3V1_LEN);
}
