/*
 * The multipart reader.  The delimiter is CRLF "--" boundary; it has one CR,
 * its first byte, so after a mismatch the bytes matched so far are content
 * and only the byte at hand may begin another delimiter.  The one at the very
 * start of the body has no CRLF before it: the reader starts as if it had
 * seen one, and drops what precedes the first delimiter.
 */

#include "asr_multipart.h"

#include <stdlib.h>


typedef enum {
    ASR_MULTIPART_PREAMBLE = 0,
    ASR_MULTIPART_DATA,
    ASR_MULTIPART_AFTER,         /* behind a delimiter */
    ASR_MULTIPART_AFTER_BLANK,   /* blanks are allowed before its CRLF */
    ASR_MULTIPART_AFTER_CR,
    ASR_MULTIPART_AFTER_DASH,    /* one more ends it all */
    ASR_MULTIPART_HEADERS,
    ASR_MULTIPART_EPILOGUE
} asr_multipart_state_t;

struct asr_multipart_s {
    const asr_multipart_handler_t  *handler;
    void                           *ctx;
    asr_multipart_state_t           state;
    asr_err_t                       err;         /* kept after a failure */
    unsigned                        parts;
    bool                            inside;      /* begin was called */
    size_t                          matched;     /* bytes of delimiter */
    size_t                          assumed;     /* of these not content */
    size_t                          delimiter_len;
    size_t                          len;         /* bytes of headers */
    char     delimiter[4 + ASR_MULTIPART_BOUNDARY_MAX];
    char     headers[ASR_MULTIPART_HEADERS_MAX];
};

/* A header's value, eaten from the front. */

typedef struct {
    char  *p;
    char  *end;
} asr_multipart_text_t;


static asr_err_t asr_multipart_content(asr_multipart_t *m, const char **pos,
    const char *end);
static asr_err_t asr_multipart_matched(asr_multipart_t *m, const char *run,
    const char *p, size_t before);
static asr_err_t asr_multipart_data(asr_multipart_t *m, const char *p,
    size_t n);
static asr_err_t asr_multipart_after(asr_multipart_t *m, char c);
static asr_err_t asr_multipart_header_byte(asr_multipart_t *m, char c);
static asr_err_t asr_multipart_begin(asr_multipart_t *m);
static asr_err_t asr_multipart_header(asr_multipart_text_t line,
    asr_part_t *part, bool *extended);
static asr_err_t asr_multipart_disposition(asr_multipart_text_t *t,
    asr_part_t *part, bool *extended);
static asr_err_t asr_multipart_param(asr_multipart_text_t *t, asr_str_t *name,
    asr_multipart_text_t *value);
static asr_err_t asr_multipart_quoted(asr_multipart_text_t *t,
    asr_multipart_text_t *value);
static asr_err_t asr_multipart_extended(asr_multipart_text_t value,
    asr_str_t *out);
static void asr_multipart_blanks(asr_multipart_text_t *t);
static asr_str_t asr_multipart_token(asr_multipart_text_t *t);
static bool asr_multipart_is_token(char c);


asr_err_t
asr_multipart_boundary(asr_str_t content_type, asr_str_t *boundary)
{
    size_t                i;
    asr_str_t             name;
    asr_multipart_text_t  t, value;

    /* nothing is written: a boundary has no byte that could be escaped */

    t.p = (char *) content_type.data;
    t.end = t.p + content_type.len;

    if (content_type.len < 19
        || !asr_str_caseeq((asr_str_t) { 19, t.p },
                           asr_str("multipart/form-data"))
        || memchr(t.p, '\\', content_type.len) != NULL)
    {
        return ASR_INVALID;
    }

    t.p += 19;

    for ( ;; ) {
        asr_multipart_blanks(&t);

        if (t.p == t.end || asr_multipart_param(&t, &name, &value) != ASR_OK) {
            return ASR_INVALID;
        }

        if (asr_str_caseeq(name, asr_str("boundary"))) {
            break;
        }
    }

    boundary->data = value.p;
    boundary->len = (size_t) (value.end - value.p);

    if (boundary->len == 0 || boundary->len > ASR_MULTIPART_BOUNDARY_MAX
        || value.end[-1] == ' ')
    {
        return ASR_INVALID;
    }

    for (i = 0; i < boundary->len; i++) {
        if (!asr_multipart_is_token(value.p[i])
            && memchr("(),/:=? ", value.p[i], 8) == NULL)
        {
            return ASR_INVALID;
        }
    }

    return ASR_OK;
}


asr_multipart_t *
asr_multipart_create(asr_str_t boundary,
    const asr_multipart_handler_t *handler, void *ctx)
{
    asr_multipart_t  *m;

    if (boundary.len == 0 || boundary.len > ASR_MULTIPART_BOUNDARY_MAX) {
        return NULL;
    }

    m = malloc(sizeof(asr_multipart_t));
    if (m == NULL) {
        return NULL;
    }

    m->handler = handler;
    m->ctx = ctx;
    m->state = ASR_MULTIPART_PREAMBLE;
    m->err = ASR_OK;
    m->parts = 0;
    m->inside = false;
    m->matched = 2;                  /* the CRLF that is not there */
    m->assumed = 2;
    m->delimiter_len = 4 + boundary.len;
    m->len = 0;

    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.data, boundary.len);

    return m;
}


void
asr_multipart_free(asr_multipart_t *m)
{
    free(m);
}


asr_err_t
asr_multipart_feed(asr_multipart_t *m, const char *p, size_t n)
{
    const char  *end;

    end = p + n;

    while (p < end && m->err == ASR_OK) {

        switch (m->state) {

        case ASR_MULTIPART_PREAMBLE:
        case ASR_MULTIPART_DATA:
            m->err = asr_multipart_content(m, &p, end);
            break;

        case ASR_MULTIPART_HEADERS:
            m->err = asr_multipart_header_byte(m, *p++);
            break;

        case ASR_MULTIPART_EPILOGUE:
            return ASR_OK;

        default:
            m->err = asr_multipart_after(m, *p++);
        }
    }

    return m->err;
}


asr_err_t
asr_multipart_end(asr_multipart_t *m)
{
    if (m->err != ASR_OK) {
        return m->err;
    }

    return m->state == ASR_MULTIPART_EPILOGUE ? ASR_OK : ASR_INVALID;
}


/*
 * Up to the end of a delimiter, or of the input.  Content is handed on in one
 * piece, however many delimiters seem to begin in it: a piece may cost its
 * receiver a system call.
 */

static asr_err_t
asr_multipart_content(asr_multipart_t *m, const char **pos, const char *end)
{
    size_t       before;
    asr_err_t    err;
    const char  *p, *run;

    run = *pos;
    before = m->matched;             /* of the candidate, in earlier input */

    for (p = run; p < end; /* void */ ) {

        if (m->matched == 0) {
            p = memchr(p, '\r', (size_t) (end - p));

            if (p == NULL) {
                break;
            }
        }

        if (*p == m->delimiter[m->matched]) {
            p++;

            if (++m->matched < m->delimiter_len) {
                continue;
            }

            *pos = p;

            return asr_multipart_matched(m, run, p, before);
        }

        err = ASR_OK;

        if (before != 0) {
            err = asr_multipart_data(m, m->delimiter + m->assumed,
                                     before - m->assumed);
            before = 0;
        }

        m->matched = 0;
        m->assumed = 0;

        if (err != ASR_OK) {
            *pos = p;
            return err;
        }
    }

    *pos = end;

    /* a candidate that is older than this input has all of it */

    if (before != 0) {
        return ASR_OK;
    }

    return asr_multipart_data(m, run, (size_t) (end - run) - m->matched);
}


/* A delimiter ends at p, before bytes of it were in earlier input. */

static asr_err_t
asr_multipart_matched(asr_multipart_t *m, const char *run, const char *p,
    size_t before)
{
    asr_err_t  err;

    err = ASR_OK;

    if (before == 0) {
        err = asr_multipart_data(m, run,
                                 (size_t) (p - run) - m->delimiter_len);
    }

    m->matched = 0;
    m->assumed = 0;
    m->state = ASR_MULTIPART_AFTER;

    if (err != ASR_OK || !m->inside) {
        return err;
    }

    m->inside = false;

    return m->handler->end(m->ctx);
}


static asr_err_t
asr_multipart_data(asr_multipart_t *m, const char *p, size_t n)
{
    if (n == 0 || m->state == ASR_MULTIPART_PREAMBLE) {
        return ASR_OK;
    }

    return m->handler->data(m->ctx, p, n);
}


/* Between a delimiter and the headers, or the end. */

static asr_err_t
asr_multipart_after(asr_multipart_t *m, char c)
{
    switch (m->state) {

    case ASR_MULTIPART_AFTER:
        if (c == '-') {
            m->state = ASR_MULTIPART_AFTER_DASH;
            return ASR_OK;
        }

        /* fall through */

    case ASR_MULTIPART_AFTER_BLANK:
        if (c == ' ' || c == '\t') {
            m->state = ASR_MULTIPART_AFTER_BLANK;
            return ASR_OK;
        }

        m->state = ASR_MULTIPART_AFTER_CR;

        return c == '\r' ? ASR_OK : ASR_INVALID;

    case ASR_MULTIPART_AFTER_CR:
        m->state = ASR_MULTIPART_HEADERS;
        m->len = 0;

        if (c != '\n') {
            return ASR_INVALID;
        }

        return m->parts++ < ASR_MULTIPART_PARTS_MAX ? ASR_OK : ASR_TOOBIG;

    default: /* ASR_MULTIPART_AFTER_DASH */
        m->state = ASR_MULTIPART_EPILOGUE;
        return c == '-' ? ASR_OK : ASR_INVALID;
    }
}


/* Gathers the headers up to the empty line. */

static asr_err_t
asr_multipart_header_byte(asr_multipart_t *m, char c)
{
    bool  after_cr;

    after_cr = (m->len != 0 && m->headers[m->len - 1] == '\r');

    if (after_cr != (c == '\n') || c == '\0') {
        return ASR_INVALID;          /* CR and LF come together only */
    }

    if (m->len == sizeof(m->headers)) {
        return ASR_TOOBIG;
    }

    m->headers[m->len++] = c;

    if (c != '\n') {
        return ASR_OK;
    }

    if (m->len == 2
        || (m->len >= 4 && m->headers[m->len - 3] == '\n'))
    {
        return asr_multipart_begin(m);
    }

    return ASR_OK;
}


/* The headers are complete, each line with its CRLF, an empty one last. */

static asr_err_t
asr_multipart_begin(asr_multipart_t *m)
{
    bool                   extended;
    char                  *p, *end;
    asr_err_t              err;
    asr_part_t             part;
    asr_multipart_text_t   line;

    part.name = asr_str_null();
    part.filename = asr_str_null();
    part.content_type = asr_str_null();
    extended = false;

    p = m->headers;
    end = m->headers + m->len - 2;

    while (p < end) {
        line.p = p;
        line.end = memchr(p, '\r', (size_t) (end - p));
        p = line.end + 2;

        err = asr_multipart_header(line, &part, &extended);
        if (err != ASR_OK) {
            return err;
        }
    }

    if (part.name.data == NULL) {
        return ASR_INVALID;
    }

    m->state = ASR_MULTIPART_DATA;
    m->inside = true;

    /*
     * The headers' last CRLF may be the delimiter's: a part of no bytes at
     * all, as some clients send it.  Otherwise it is not content.
     */

    m->matched = 2;
    m->assumed = 2;

    return m->handler->begin(m->ctx, &part);
}


static asr_err_t
asr_multipart_header(asr_multipart_text_t line, asr_part_t *part,
    bool *extended)
{
    asr_str_t  name;

    name = asr_multipart_token(&line);

    if (name.len == 0 || line.p == line.end || *line.p != ':') {
        return ASR_INVALID;          /* folded lines end here as well */
    }

    line.p++;
    asr_multipart_blanks(&line);

    while (line.end > line.p
           && (line.end[-1] == ' ' || line.end[-1] == '\t'))
    {
        line.end--;
    }

    if (asr_str_caseeq(name, asr_str("Content-Disposition"))) {
        return asr_multipart_disposition(&line, part, extended);
    }

    if (asr_str_caseeq(name, asr_str("Content-Type"))) {

        if (part->content_type.data != NULL) {
            return ASR_INVALID;
        }

        part->content_type.data = line.p;
        part->content_type.len = (size_t) (line.end - line.p);
    }

    return ASR_OK;
}


static asr_err_t
asr_multipart_disposition(asr_multipart_text_t *t, asr_part_t *part,
    bool *extended)
{
    asr_str_t             name, text, *target;
    asr_multipart_text_t  value;

    if (part->name.data != NULL
        || !asr_str_caseeq(asr_multipart_token(t), asr_str("form-data")))
    {
        return ASR_INVALID;
    }

    for ( ;; ) {
        asr_multipart_blanks(t);

        if (t->p == t->end) {
            return part->name.data != NULL ? ASR_OK : ASR_INVALID;
        }

        if (asr_multipart_param(t, &name, &value) != ASR_OK) {
            return ASR_INVALID;
        }

        text.data = value.p;
        text.len = (size_t) (value.end - value.p);

        if (asr_str_caseeq(name, asr_str("filename*"))) {

            if (*extended
                || asr_multipart_extended(value, &part->filename) != ASR_OK)
            {
                return ASR_INVALID;
            }

            *extended = true;        /* goes before the plain one */
            continue;
        }

        if (asr_str_caseeq(name, asr_str("name"))) {
            target = &part->name;

        } else if (asr_str_caseeq(name, asr_str("filename")) && !*extended) {
            target = &part->filename;

        } else {
            continue;
        }

        if (target->data != NULL) {
            return ASR_INVALID;
        }

        *target = text;
    }
}


/* ';' name '=' value, the value a token or quoted, unescaped in place. */

static asr_err_t
asr_multipart_param(asr_multipart_text_t *t, asr_str_t *name,
    asr_multipart_text_t *value)
{
    asr_str_t  token;

    if (*t->p != ';') {
        return ASR_INVALID;
    }

    t->p++;
    asr_multipart_blanks(t);

    *name = asr_multipart_token(t);

    if (name->len == 0 || t->p == t->end || *t->p != '=') {
        return ASR_INVALID;
    }

    t->p++;

    if (t->p < t->end && *t->p == '"') {
        return asr_multipart_quoted(t, value);
    }

    token = asr_multipart_token(t);

    value->p = (char *) token.data;
    value->end = value->p + token.len;

    return token.len != 0 ? ASR_OK : ASR_INVALID;
}


/*
 * A backslash escapes a quote or itself; before anything else it stays, since
 * there are clients that send paths of Windows as they are.
 */

static asr_err_t
asr_multipart_quoted(asr_multipart_text_t *t, asr_multipart_text_t *value)
{
    char  *p, *out;

    p = t->p + 1;
    value->p = p;
    out = p;

    while (p < t->end && *p != '"') {

        if (*p == '\\' && t->end - p > 1 && (p[1] == '"' || p[1] == '\\')) {
            p++;
        }

        if (out != p) {
            *out = *p;
        }

        out++;
        p++;
    }

    if (p == t->end) {
        return ASR_INVALID;
    }

    value->end = out;
    t->p = p + 1;

    return ASR_OK;
}


/* RFC 8187: UTF-8'language'%e2%82%ac.  Decoded in place. */

static asr_err_t
asr_multipart_extended(asr_multipart_text_t value, asr_str_t *out)
{
    int    high, low;
    char  *p, *q;

    if (value.end - value.p < 7
        || !asr_str_caseeq((asr_str_t) { 6, value.p }, asr_str("utf-8'")))
    {
        return ASR_INVALID;
    }

    p = memchr(value.p + 6, '\'', (size_t) (value.end - value.p) - 6);
    if (p == NULL) {
        return ASR_INVALID;
    }

    p++;
    out->data = p;

    for (q = p; p < value.end; q++) {

        if (*p != '%') {
            *q = *p++;
            continue;
        }

        if (value.end - p < 3) {
            return ASR_INVALID;
        }

        high = asr_hex_digit(p[1]);
        low = asr_hex_digit(p[2]);

        if (high == -1 || low == -1 || (high | low) == 0) {
            return ASR_INVALID;
        }

        *q = (char) (high << 4 | low);
        p += 3;
    }

    out->len = (size_t) (q - out->data);

    return asr_utf8_valid(*out) ? ASR_OK : ASR_INVALID;
}


static void
asr_multipart_blanks(asr_multipart_text_t *t)
{
    while (t->p < t->end && (*t->p == ' ' || *t->p == '\t')) {
        t->p++;
    }
}


static asr_str_t
asr_multipart_token(asr_multipart_text_t *t)
{
    char  *p;

    p = t->p;

    while (t->p < t->end && asr_multipart_is_token(*t->p)) {
        t->p++;
    }

    return (asr_str_t) { (size_t) (t->p - p), p };
}


static bool
asr_multipart_is_token(char c)
{
    if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) {
        return true;
    }

    return c != '\0' && memchr("!#$%&'*+-.^_`|~", c, 15) != NULL;
}
