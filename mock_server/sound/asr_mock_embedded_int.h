/*
 * What the readers of tags share.  Each looks through a tag for the comment
 * and returns as asr_mock_embedded does.
 */

#ifndef ASR_MOCK_EMBEDDED_INT_H
#define ASR_MOCK_EMBEDDED_INT_H

#include "asr_mock_embedded.h"


typedef enum {
    ASR_MOCK_LATIN1 = 0,         /* as ID3 numbers them */
    ASR_MOCK_UTF16,              /* with a byte order mark */
    ASR_MOCK_UTF16BE,
    ASR_MOCK_UTF8,
    ASR_MOCK_UNSAID
} asr_mock_encoding_t;

typedef struct {
    const asr_mock_reader_t  *reader;
    asr_arena_t              *arena;
    unsigned char            *tag;       /* ASR_MOCK_TAG_MAX bytes */
    asr_str_t                *text;
} asr_mock_embedded_t;


/* Exactly n bytes: ASR_NOTFOUND when the file ends before. */
asr_err_t asr_mock_embedded_read(const asr_mock_embedded_t *e, uint64_t off,
    void *p, size_t n);

/* As many as there are, of n. */
asr_err_t asr_mock_embedded_some(const asr_mock_embedded_t *e, uint64_t off,
    void *p, size_t n, size_t *got);

/* A comment's value; ASR_NOTFOUND when it has no "asr:" text. */
asr_err_t asr_mock_embedded_take(const asr_mock_embedded_t *e,
    asr_mock_encoding_t encoding, const unsigned char *p, size_t n);

/* A tag at off; *end is set to where it ends, when it is one. */
asr_err_t asr_mock_id3(const asr_mock_embedded_t *e, uint64_t off,
    uint64_t *end);
asr_err_t asr_mock_id3v1(const asr_mock_embedded_t *e);

/* Files whose first byte is at off. */
asr_err_t asr_mock_flac(const asr_mock_embedded_t *e, uint64_t off);
asr_err_t asr_mock_ogg(const asr_mock_embedded_t *e, uint64_t off);


static inline uint32_t
asr_mock_le32(const unsigned char *p)
{
    return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16
           | (uint32_t) p[3] << 24;
}


static inline uint32_t
asr_mock_be32(const unsigned char *p)
{
    return (uint32_t) p[0] << 24 | (uint32_t) p[1] << 16
           | (uint32_t) p[2] << 8 | (uint32_t) p[3];
}


#endif /* ASR_MOCK_EMBEDDED_INT_H */
