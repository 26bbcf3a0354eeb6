/*
 * The scanner.  Between strings it looks at every byte; inside a string that
 * matters not, and inside the lifted one, it jumps from one special byte to
 * the next, eight at a time.  What goes to the rest is copied in runs: from
 * the byte after the last one copied to the one before the lifted content.
 *
 * States: outside of strings; in a string that is copied; behind a backslash
 * of it; in a top-level key, which is copied and unescaped for comparison; in
 * the lifted string.  Keys and lifted strings share the unescaping.
 */

#include "asr_scan.h"


/* Escapes cut the lifted string: small runs are collected. */
#define ASR_SCAN_OUT  2048
#define ASR_SCAN_RUN  512

#define asr_scan_ones   0x0101010101010101ULL
#define asr_scan_highs  0x8080808080808080ULL


typedef enum {
    ASR_SCAN_OUTSIDE = 0,
    ASR_SCAN_SKIP,               /* a string of no interest */
    ASR_SCAN_SKIP_ESCAPE,
    ASR_SCAN_TEXT,               /* a key or the lifted string */
    ASR_SCAN_ESCAPE,             /* behind its backslash */
    ASR_SCAN_HEX,                /* in the digits of \u; escape counts them */
    ASR_SCAN_LOW,                /* \ of a second surrogate must follow */
    ASR_SCAN_LOW_U               /* its u must follow */
} asr_scan_state_t;

typedef struct {
    const char  *run;            /* first byte not yet copied to the rest */
    size_t       len;
    char         out[ASR_SCAN_OUT];
} asr_scan_feed_t;


static const char *asr_scan_outside(asr_scan_t *s, const char *p,
    const char *end);
static asr_err_t asr_scan_string(asr_scan_t *s, asr_scan_feed_t *f,
    const char *p);
static asr_err_t asr_scan_text(asr_scan_t *s, asr_scan_feed_t *f,
    const char **pos, const char *end);
static asr_err_t asr_scan_escape(asr_scan_t *s, asr_scan_feed_t *f, char c);
static asr_err_t asr_scan_code(asr_scan_t *s, asr_scan_feed_t *f);
static asr_err_t asr_scan_bad(asr_scan_t *s);
static asr_err_t asr_scan_put(asr_scan_t *s, asr_scan_feed_t *f,
    const char *p, size_t n);
static asr_err_t asr_scan_flush(asr_scan_t *s, asr_scan_feed_t *f);
static asr_err_t asr_scan_rest(asr_scan_t *s, asr_scan_feed_t *f,
    const char *p);
static const char *asr_scan_special(const char *p, const char *end);


void
asr_scan_init(asr_scan_t *s, asr_str_t name, asr_buf_t *rest,
    asr_sink_pt sink, void *ctx)
{
    memset(s, 0, sizeof(asr_scan_t));

    s->name = name;
    s->rest = rest;
    s->sink = sink;
    s->ctx = ctx;
}


asr_err_t
asr_scan_feed(asr_scan_t *s, const char *p, size_t n)
{
    asr_err_t         err;
    const char       *end;
    asr_scan_feed_t   f;

    if (n == 0) {
        return ASR_OK;
    }

    end = p + n;
    err = ASR_OK;

    f.len = 0;
    f.run = p;

    while (p < end && err == ASR_OK) {

        switch (s->state) {

        case ASR_SCAN_OUTSIDE:
            p = asr_scan_outside(s, p, end);

            if (p == NULL) {
                return ASR_INVALID;
            }

            if (p < end) {
                err = asr_scan_string(s, &f, ++p);
            }

            break;

        case ASR_SCAN_SKIP:
            p = asr_scan_special(p, end);

            if (p < end) {
                if (*p == '"') {
                    s->state = ASR_SCAN_OUTSIDE;

                } else if (*p == '\\') {
                    s->state = ASR_SCAN_SKIP_ESCAPE;
                }

                p++;
            }

            break;

        case ASR_SCAN_SKIP_ESCAPE:
            s->state = ASR_SCAN_SKIP;
            p++;
            break;

        case ASR_SCAN_TEXT:
            err = asr_scan_text(s, &f, &p, end);
            break;

        default:
            err = asr_scan_escape(s, &f, *p++);
        }
    }

    if (err == ASR_OK) {
        err = asr_scan_flush(s, &f);
    }

    if (err == ASR_OK && !s->lifting) {
        err = asr_scan_rest(s, &f, end);
    }

    return err;
}


/* Up to the next '"', or the end; NULL: too deep. */

static const char *
asr_scan_outside(asr_scan_t *s, const char *p, const char *end)
{
    for ( /* void */ ; p < end; p++) {

        switch (*p) {

        case '"':
            return p;

        case ' ':
        case '\t':
        case '\r':
        case '\n':
            break;

        case '{':
        case '[':
            if (s->depth == ASR_SCAN_KEY_MAX) {
                return NULL;
            }

            s->containers[s->depth++] = *p;
            s->is_key = (*p == '{');
            s->match = false;
            break;

        case '}':
        case ']':
            if (s->depth != 0) {
                s->depth--;
            }

            s->is_key = false;
            s->match = false;
            break;

        case ',':
            s->is_key = (s->depth != 0 && s->containers[s->depth - 1] == '{');
            s->match = false;
            break;

        case ':':
            s->is_key = false;
            break;

        default:
            s->match = false;
        }
    }

    return end;
}


/* A string opens; p is behind its '"'. */

static asr_err_t
asr_scan_string(asr_scan_t *s, asr_scan_feed_t *f, const char *p)
{
    s->state = ASR_SCAN_SKIP;

    if (s->depth != 1 || s->containers[0] != '{' || s->name.len == 0) {
        return ASR_OK;
    }

    if (s->is_key) {
        s->state = ASR_SCAN_TEXT;
        s->key_len = 0;
        s->match = true;
        return ASR_OK;
    }

    if (s->match) {
        s->state = ASR_SCAN_TEXT;
        s->match = false;
        s->lifting = true;
        s->found++;
        return asr_scan_rest(s, f, p);
    }

    return ASR_OK;
}


/* In a key or the lifted string, up to the next state or the end. */

static asr_err_t
asr_scan_text(asr_scan_t *s, asr_scan_feed_t *f, const char **pos,
    const char *end)
{
    asr_err_t    err;
    const char  *p;

    p = asr_scan_special(*pos, end);
    err = asr_scan_put(s, f, *pos, (size_t) (p - *pos));

    if (err != ASR_OK || p == end) {
        *pos = p;
        return err;
    }

    *pos = p + 1;

    if (*p == '\\') {
        s->state = ASR_SCAN_ESCAPE;
        return ASR_OK;
    }

    if (*p != '"') {
        return asr_scan_bad(s);      /* a control character */
    }

    s->state = ASR_SCAN_OUTSIDE;

    if (s->lifting) {
        s->lifting = false;
        f->run = p;
        return asr_scan_flush(s, f);
    }

    s->match = s->match && s->key_len == s->name.len
               && memcmp(s->key, s->name.data, s->key_len) == 0;

    return ASR_OK;
}


/* One byte of an escape. */

static asr_err_t
asr_scan_escape(asr_scan_t *s, asr_scan_feed_t *f, char c)
{
    int                 digit;
    const char         *p;
    static const char   from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";

    switch (s->state) {

    case ASR_SCAN_ESCAPE:
        if (c == 'u') {
            s->state = ASR_SCAN_HEX;
            s->escape = 0;
            s->code = 0;
            return ASR_OK;
        }

        s->state = ASR_SCAN_TEXT;
        p = memchr(from, c, sizeof(from) - 1);

        return p != NULL ? asr_scan_put(s, f, &to[p - from], 1)
                         : asr_scan_bad(s);

    case ASR_SCAN_LOW:
        s->state = ASR_SCAN_LOW_U;
        return c == '\\' ? ASR_OK : asr_scan_bad(s);

    case ASR_SCAN_LOW_U:
        s->state = ASR_SCAN_HEX;
        s->escape = 0;
        s->code = 0;
        return c == 'u' ? ASR_OK : asr_scan_bad(s);

    default: /* ASR_SCAN_HEX */
        digit = asr_hex_digit(c);

        if (digit == -1) {
            return asr_scan_bad(s);
        }

        s->code = s->code << 4 | (uint32_t) digit;

        return ++s->escape == 4 ? asr_scan_code(s, f) : ASR_OK;
    }
}


/* Four digits are there: a character, or half of one. */

static asr_err_t
asr_scan_code(asr_scan_t *s, asr_scan_feed_t *f)
{
    char      utf8[4];
    uint32_t  code;

    code = s->code;
    s->state = ASR_SCAN_TEXT;

    if (s->surrogate != 0) {
        if (code < 0xdc00 || code > 0xdfff) {
            return asr_scan_bad(s);
        }

        code = 0x10000 + ((s->surrogate & 0x3ff) << 10) + (code & 0x3ff);
        s->surrogate = 0;

    } else if (code >= 0xd800 && code < 0xdc00) {
        s->surrogate = code;
        s->state = ASR_SCAN_LOW;
        return ASR_OK;

    } else if (code == 0 || (code >= 0xdc00 && code <= 0xdfff)) {
        return asr_scan_bad(s);
    }

    return asr_scan_put(s, f, utf8, asr_utf8_encode(code, utf8));
}


/*
 * Something no JSON string has.  In a key it is the parser's to refuse: from
 * here to the end of the document all is copied and nothing is lifted.
 */

static asr_err_t
asr_scan_bad(asr_scan_t *s)
{
    if (s->lifting) {
        return ASR_INVALID;
    }

    s->state = ASR_SCAN_SKIP;
    s->match = false;
    s->surrogate = 0;
    s->name = asr_str_null();

    return ASR_OK;
}


/* Unescaped bytes of the key or of the lifted string. */

static asr_err_t
asr_scan_put(asr_scan_t *s, asr_scan_feed_t *f, const char *p, size_t n)
{
    asr_err_t  err;

    if (!s->lifting) {
        if (n > sizeof(s->key) - s->key_len) {
            s->match = false;
            return ASR_OK;
        }

        memcpy(s->key + s->key_len, p, n);
        s->key_len += n;

        return ASR_OK;
    }

    s->lifted += n;

    if (n < ASR_SCAN_RUN) {
        if (n > sizeof(f->out) - f->len) {
            err = asr_scan_flush(s, f);
            if (err != ASR_OK) {
                return err;
            }
        }

        memcpy(f->out + f->len, p, n);
        f->len += n;

        return ASR_OK;
    }

    err = asr_scan_flush(s, f);

    return err == ASR_OK ? s->sink(s->ctx, p, n) : err;
}


static asr_err_t
asr_scan_flush(asr_scan_t *s, asr_scan_feed_t *f)
{
    size_t  n;

    if (f->len == 0) {
        return ASR_OK;
    }

    n = f->len;
    f->len = 0;

    return s->sink(s->ctx, f->out, n);
}


/* Copies up to p. */

static asr_err_t
asr_scan_rest(asr_scan_t *s, asr_scan_feed_t *f, const char *p)
{
    size_t  n;

    n = (size_t) (p - f->run);

    if (!s->rest->failed && n > s->rest->ceiling - s->rest->len) {
        return ASR_TOOBIG;
    }

    return asr_buf_append(s->rest, f->run, n);
}


/* The first '"', '\' or control character; end when there is none. */

static const char *
asr_scan_special(const char *p, const char *end)
{
    uint64_t       word, quote, slash, control;
    unsigned char  c;

    while ((size_t) (end - p) >= sizeof(word)) {
        memcpy(&word, p, sizeof(word));

        quote = word ^ asr_scan_ones * '"';
        slash = word ^ asr_scan_ones * '\\';

        quote = (quote - asr_scan_ones) & ~quote;
        slash = (slash - asr_scan_ones) & ~slash;
        control = (word - asr_scan_ones * 0x20) & ~word;

        if (((quote | slash | control) & asr_scan_highs) != 0) {
            break;
        }

        p += sizeof(word);
    }

    for ( /* void */ ; p < end; p++) {
        c = (unsigned char) *p;

        if (c == '"' || c == '\\' || c < 0x20) {
            break;
        }
    }

    return p;
}
