/*
 * multipart/form-data (RFC 7578), streamed: constant memory, part contents go
 * to callbacks as they come.  Lines end with CRLF; bare LF, folded headers, a
 * part without a name and a repeated header of ours are refused.
 */

#ifndef ASR_MULTIPART_H
#define ASR_MULTIPART_H

#include "asr_base.h"


#define ASR_MULTIPART_BOUNDARY_MAX  70
#define ASR_MULTIPART_HEADERS_MAX   4096     /* of one part */
#define ASR_MULTIPART_PARTS_MAX     64

typedef struct {
    asr_str_t  name;             /* valid during the begin callback only */
    asr_str_t  filename;         /* data is NULL when there was none; filename*
                                    is taken first; may be no UTF-8 */
    asr_str_t  content_type;     /* data is NULL when there was none */
} asr_part_t;

/* Anything but ASR_OK ends the reading.  data comes with n > 0. */

typedef struct {
    asr_err_t  (*begin)(void *ctx, const asr_part_t *part);
    asr_err_t  (*data)(void *ctx, const char *p, size_t n);
    asr_err_t  (*end)(void *ctx);
} asr_multipart_handler_t;

typedef struct asr_multipart_s  asr_multipart_t;


/*
 * The boundary of a Content-Type header, within its text; ASR_INVALID when it
 * has none or is not multipart/form-data.
 */
asr_err_t asr_multipart_boundary(asr_str_t content_type, asr_str_t *boundary);

/*
 * malloc'ed, about 4 KB; NULL: no memory, or a boundary of a bad length.  The
 * handler must outlive it, the boundary need not.
 */
asr_multipart_t *asr_multipart_create(asr_str_t boundary,
    const asr_multipart_handler_t *handler, void *ctx);

/*
 * ASR_OK, ASR_INVALID, ASR_TOOBIG (headers, parts), or a handler's error; an
 * error is returned by later calls too.  What precedes the first boundary and
 * what follows the last is ignored.
 */
asr_err_t asr_multipart_feed(asr_multipart_t *m, const char *p, size_t n);

/* ASR_INVALID when the closing boundary has not come. */
asr_err_t asr_multipart_end(asr_multipart_t *m);

/* NULL is fine; a part in hand gets no end callback. */
void asr_multipart_free(asr_multipart_t *m);


#endif /* ASR_MULTIPART_H */
