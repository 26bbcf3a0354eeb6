/*
 * Vorbis comments, "NAME=value" in UTF-8: a block of FLAC's, or the second
 * packet of an Ogg stream, put together of its pages.
 */

#include "asr_mock_embedded_int.h"


#define ASR_MOCK_FLAC_BLOCKS  128
#define ASR_MOCK_FLAC_VORBIS  4
#define ASR_MOCK_OGG_PAGES    256
#define ASR_MOCK_OGG_HEAD     27
#define ASR_MOCK_OGG_FIRST    64     /* bytes of the first packet to look at */


typedef struct {
    const asr_mock_embedded_t  *e;
    uint64_t                    off;         /* of the next page */
    uint32_t                    serial;      /* of the first stream */
    int                         packet;      /* number of the one under way */
    size_t                      n;           /* bytes of it in the tag */
    unsigned char               first[ASR_MOCK_OGG_FIRST];
    size_t                      nfirst;
} asr_mock_ogg_t;


static asr_err_t asr_mock_vorbis(const asr_mock_embedded_t *e,
    const unsigned char *p, size_t n);
static asr_err_t asr_mock_vorbis_one(const asr_mock_embedded_t *e,
    asr_str_t comment);
static asr_err_t asr_mock_ogg_page(asr_mock_ogg_t *o);
static asr_err_t asr_mock_ogg_piece(asr_mock_ogg_t *o, uint64_t off,
    size_t len, bool last);
static asr_err_t asr_mock_ogg_comments(const asr_mock_ogg_t *o);


asr_err_t
asr_mock_flac(const asr_mock_embedded_t *e, uint64_t off)
{
    int            i;
    size_t         size, n;
    asr_err_t      rc;
    unsigned char  h[4];

    off += 4;

    for (i = 0; i < ASR_MOCK_FLAC_BLOCKS; i++) {
        rc = asr_mock_embedded_read(e, off, h, sizeof(h));

        if (rc != ASR_OK) {
            return rc;
        }

        size = (size_t) h[1] << 16 | (size_t) h[2] << 8 | h[3];

        if ((h[0] & 127) == ASR_MOCK_FLAC_VORBIS) {
            rc = asr_mock_embedded_some(e, off + 4, e->tag,
                                        size < ASR_MOCK_TAG_MAX
                                        ? size : ASR_MOCK_TAG_MAX, &n);

            return rc == ASR_OK ? asr_mock_vorbis(e, e->tag, n) : rc;
        }

        if (h[0] & 128) {
            break;
        }

        off += 4 + size;
    }

    return ASR_NOTFOUND;
}


static asr_err_t
asr_mock_vorbis(const asr_mock_embedded_t *e, const unsigned char *p,
    size_t n)
{
    size_t     len;
    uint32_t   count;
    asr_err_t  rc;

    if (n < 4) {
        return ASR_NOTFOUND;
    }

    len = asr_mock_le32(p);                  /* who wrote it */

    if (len > n - 4 || n - 4 - len < 4) {
        return ASR_NOTFOUND;
    }

    p += 4 + len;
    n -= 4 + len;
    count = asr_mock_le32(p);
    p += 4;
    n -= 4;

    /* each takes four bytes: the count is bounded by what is here */

    for ( /* void */ ; count != 0 && n >= 4; count--) {
        len = asr_mock_le32(p);
        p += 4;
        n -= 4;

        if (len > n) {
            len = n;                         /* cut at the ceiling */
        }

        rc = asr_mock_vorbis_one(e, (asr_str_t) { len, (const char *) p });

        if (rc != ASR_NOTFOUND) {
            return rc;
        }

        p += len;
        n -= len;
    }

    return ASR_NOTFOUND;
}


static asr_err_t
asr_mock_vorbis_one(const asr_mock_embedded_t *e, asr_str_t comment)
{
    asr_str_t  name;

    name = asr_str_cut(&comment, '=');

    if (comment.data == NULL
        || (!asr_str_caseeq(name, asr_str("COMMENT"))
            && !asr_str_caseeq(name, asr_str("DESCRIPTION"))))
    {
        return ASR_NOTFOUND;
    }

    return asr_mock_embedded_take(e, ASR_MOCK_UNSAID,
                                  (const unsigned char *) comment.data,
                                  comment.len);
}


asr_err_t
asr_mock_ogg(const asr_mock_embedded_t *e, uint64_t off)
{
    int             i;
    asr_err_t       rc;
    asr_mock_ogg_t  o;

    memset(&o, 0, sizeof(o));
    o.e = e;
    o.off = off;
    rc = ASR_AGAIN;

    for (i = 0; i < ASR_MOCK_OGG_PAGES && rc == ASR_AGAIN; i++) {
        rc = asr_mock_ogg_page(&o);
    }

    return rc == ASR_AGAIN ? ASR_NOTFOUND : rc;
}


/*
 * A page's packets: each a row of lengths that ends with one under 255.  An
 * Ogg file may hold several streams, whose pages take turns: the first counts.
 */

static asr_err_t
asr_mock_ogg_page(asr_mock_ogg_t *o)
{
    size_t          i, n, len;
    uint64_t        body;
    uint32_t        serial;
    asr_err_t       rc;
    unsigned char   h[ASR_MOCK_OGG_HEAD], lengths[255];

    rc = asr_mock_embedded_read(o->e, o->off, h, sizeof(h));

    if (rc != ASR_OK) {
        return rc;
    }

    if (memcmp(h, "OggS", 4) != 0 || h[4] != 0) {
        return ASR_NOTFOUND;
    }

    n = h[26];
    rc = asr_mock_embedded_read(o->e, o->off + sizeof(h), lengths, n);

    if (rc != ASR_OK) {
        return rc;
    }

    body = o->off + sizeof(h) + n;
    serial = asr_mock_le32(h + 14);

    if (o->packet == 0 && o->nfirst == 0) {
        o->serial = serial;
    }

    rc = ASR_AGAIN;

    for (i = 0; i < n; i++) {
        len = lengths[i];

        while (lengths[i] == 255 && i + 1 < n) {
            len += lengths[++i];
        }

        if (serial == o->serial && rc == ASR_AGAIN) {
            rc = asr_mock_ogg_piece(o, body, len, lengths[i] < 255);
        }

        body += len;
    }

    o->off = body;

    return rc;
}


static asr_err_t
asr_mock_ogg_piece(asr_mock_ogg_t *o, uint64_t off, size_t len, bool last)
{
    size_t     take;
    asr_err_t  rc;

    if (o->packet == 0) {
        take = ASR_MOCK_OGG_FIRST - o->nfirst;
        take = len < take ? len : take;
        rc = asr_mock_embedded_read(o->e, off, o->first + o->nfirst, take);
        o->nfirst += take;

    } else {
        take = ASR_MOCK_TAG_MAX - o->n;
        take = len < take ? len : take;
        rc = asr_mock_embedded_read(o->e, off, o->e->tag + o->n, take);
        o->n += take;

        if (rc == ASR_OK && (last || o->n == ASR_MOCK_TAG_MAX)) {
            return asr_mock_ogg_comments(o);
        }
    }

    if (rc != ASR_OK) {
        return rc;
    }

    if (last) {
        o->packet++;
    }

    return ASR_AGAIN;
}


/* What stands before the comments depends on the first packet's codec. */

static asr_err_t
asr_mock_ogg_comments(const asr_mock_ogg_t *o)
{
    size_t  i, skip;

    static const struct {
        asr_str_t  first;
        asr_str_t  second;
        size_t     skip;
    } codecs[] = {
        { ASR_STR("\x01vorbis"), ASR_STR("\x03vorbis"), 7 },
        { ASR_STR("OpusHead"), ASR_STR("OpusTags"), 8 },
        { ASR_STR("Speex   "), ASR_STR(""), 0 },
        { ASR_STR("\x7f""FLAC"), ASR_STR(""), 4 },
    };

    for (i = 0; i < asr_nelts(codecs); i++) {
        skip = codecs[i].skip;

        if (o->nfirst >= codecs[i].first.len && o->n >= skip
            && memcmp(o->first, codecs[i].first.data, codecs[i].first.len)
               == 0
            && memcmp(o->e->tag, codecs[i].second.data, codecs[i].second.len)
               == 0)
        {
            return asr_mock_vorbis(o->e, o->e->tag + skip, o->n - skip);
        }
    }

    return ASR_NOTFOUND;
}
