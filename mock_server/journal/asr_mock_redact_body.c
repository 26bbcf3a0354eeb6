/*
 * Secrets in bodies.  JSON is not parsed but walked through: a body that is
 * cut, or that was written by hand with single quotes, has secrets too.  What
 * a string holds may be JSON again; three levels of that are looked into.
 */

#define _GNU_SOURCE                  /* memmem() */

#include "asr_mock_redact.h"


#define ASR_MOCK_LEVELS  3


/* A walk through JSON. */

typedef struct {
    asr_mock_out_t      *out;
    asr_str_t            text;
    size_t               pos;
    unsigned             depth;
    unsigned             masked;     /* depth of a container that is masked */
    asr_mock_secrecy_t   all;        /* of what is in it */
    asr_mock_secrecy_t   next;       /* of the value that comes */
} asr_mock_walk_t;


static void asr_mock_walk_string(asr_mock_walk_t *w, char quote);
static void asr_mock_walk_word(asr_mock_walk_t *w);
static size_t asr_mock_walk_rest(asr_mock_walk_t *w);
static bool asr_mock_walk_is_name(const asr_mock_walk_t *w);
static asr_mock_secrecy_t asr_mock_walk_secrecy(asr_mock_walk_t *w);
static void asr_mock_walk_inner(asr_mock_out_t *o, asr_str_t s);
static bool asr_mock_is_word(char c);
static asr_str_t asr_mock_json_plain(asr_str_t s, char *mem, size_t size);
static void asr_mock_json_escape(asr_mock_out_t *o, asr_str_t s);
static bool asr_mock_looks_form(asr_str_t body);
static void asr_mock_redact_multipart(asr_mock_out_t *o, asr_str_t body);


static unsigned  asr_mock_level;


void
asr_mock_redact_json(asr_mock_out_t *o, asr_str_t text)
{
    char             c, before;
    asr_mock_walk_t  w;

    memset(&w, 0, sizeof(asr_mock_walk_t));
    w.out = o;
    w.text = text;
    before = '{';

    while (w.pos < text.len) {
        c = text.data[w.pos];

        if (c == '"' || (c == '\'' && !asr_mock_is_word(before))) {
            asr_mock_walk_string(&w, c);
            before = c;
            continue;
        }

        if (asr_mock_is_word(c)) {
            asr_mock_walk_word(&w);
            before = c;
            continue;
        }

        if (c == '{' || c == '[') {
            w.depth++;

            if (w.next != ASR_MOCK_PLAIN && w.masked == 0) {
                w.masked = w.depth;
                w.all = w.next;
            }

            w.next = ASR_MOCK_PLAIN;

        } else if (c == '}' || c == ']') {

            if (w.masked == w.depth) {
                w.masked = 0;
            }

            w.depth -= w.depth != 0 ? 1 : 0;

        } else if (c == ',') {
            w.next = ASR_MOCK_PLAIN;
        }

        asr_mock_out(o, &c, 1);
        before = c;
        w.pos++;
    }
}


static bool
asr_mock_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'
           || c == '+' || c == '/' || (c & 0x80) != 0;
}


/* What comes next at pos is a ':' (or '='), and no value is waited for. */

static bool
asr_mock_walk_is_name(const asr_mock_walk_t *w)
{
    char    c;
    size_t  i;

    if (w->next != ASR_MOCK_PLAIN) {
        return false;
    }

    for (i = w->pos; i < w->text.len; i++) {
        c = w->text.data[i];

        if ((unsigned char) c > ' ') {
            return c == ':' || c == '=';
        }
    }

    return false;
}


static asr_mock_secrecy_t
asr_mock_walk_secrecy(asr_mock_walk_t *w)
{
    asr_mock_secrecy_t  s;

    s = w->masked != 0 ? w->all : w->next;
    w->next = ASR_MOCK_PLAIN;

    return s;
}


static void
asr_mock_walk_string(asr_mock_walk_t *w, char quote)
{
    char                 mem[128];
    bool                 escaped, closed;
    size_t               n;
    asr_str_t            s;
    const char          *p, *end;
    asr_mock_secrecy_t   secrecy;

    s.data = w->text.data + w->pos + 1;
    end = w->text.data + w->text.len;
    escaped = false;
    p = s.data;

    for ( ;; ) {
        n = (size_t) (end - p);
        p = n != 0 ? memchr(p, quote, n) : NULL;

        if (p == NULL) {
            p = end;
            break;
        }

        for (n = 0; p - n > s.data && p[-1 - (ptrdiff_t) n] == '\\'; n++) {
            /* void */
        }

        if (n % 2 == 0) {
            break;
        }

        p++;
    }

    closed = p != end;
    s.len = (size_t) (p - s.data);
    escaped = s.len != 0 && memchr(s.data, '\\', s.len) != NULL;
    w->pos += s.len + (closed ? 2 : 1);

    if (asr_mock_walk_is_name(w)) {
        asr_mock_out(w->out, s.data - 1, s.len + (closed ? 2 : 1));
        w->next = asr_mock_secrecy(escaped ? asr_mock_json_plain(s, mem,
                                                                 sizeof(mem))
                                           : s);
        return;
    }

    asr_mock_out(w->out, &quote, 1);

    secrecy = asr_mock_walk_secrecy(w);

    if (secrecy != ASR_MOCK_PLAIN) {
        asr_mock_redact_value(w->out, secrecy, s);

    } else if (escaped) {
        asr_mock_walk_inner(w->out, s);

    } else {
        asr_mock_redact_text(w->out, s);
    }

    if (closed) {
        asr_mock_out(w->out, &quote, 1);
    }
}


/* A number, true, or a name without quotes. */

static void
asr_mock_walk_word(asr_mock_walk_t *w)
{
    asr_str_t           s;
    asr_mock_secrecy_t  secrecy;

    s.data = w->text.data + w->pos;
    s.len = 0;

    while (w->pos < w->text.len && asr_mock_is_word(w->text.data[w->pos])) {
        w->pos++;
        s.len++;
    }

    if (w->text.len - w->pos > 3
        && memcmp(s.data + s.len, "://", 3) == 0)
    {
        s.len += asr_mock_walk_rest(w);
        asr_mock_redact_text(w->out, s);
        w->next = ASR_MOCK_PLAIN;
        return;
    }

    if (asr_mock_walk_is_name(w)) {
        asr_mock_out(w->out, s.data, s.len);
        w->next = asr_mock_secrecy(s);
        return;
    }

    secrecy = asr_mock_walk_secrecy(w);

    if (secrecy != ASR_MOCK_PLAIN) {
        s.len += asr_mock_walk_rest(w);
    }

    if (secrecy == ASR_MOCK_PLAIN || asr_str_eq(s, asr_str("null"))
        || asr_str_eq(s, asr_str("true")) || asr_str_eq(s, asr_str("false")))
    {
        asr_mock_out(w->out, s.data, s.len);

    } else {
        asr_mock_out(w->out, "\"***\"", 5);
    }
}


/* What stands up to the end of a value without quotes; pos is then there. */

static size_t
asr_mock_walk_rest(asr_mock_walk_t *w)
{
    char    c;
    size_t  n;

    for (n = 0; w->pos < w->text.len; n++) {
        c = w->text.data[w->pos];

        if ((unsigned char) c <= ' ' || c == ',' || c == '}' || c == ']') {
            break;
        }

        w->pos++;
    }

    return n;
}


/* A string with escapes: written anew only when there is a secret in it. */

static void
asr_mock_walk_inner(asr_mock_out_t *o, asr_str_t s)
{
    asr_str_t        plain, safe;
    asr_mock_out_t   masked;

    static char  mem[ASR_MOCK_LEVELS][ASR_MOCK_BODY_MAX];
    static char  out[ASR_MOCK_LEVELS][ASR_MOCK_BODY_MAX + 4096];

    if (asr_mock_level == ASR_MOCK_LEVELS || s.len > ASR_MOCK_BODY_MAX) {
        asr_mock_out(o, "***", 3);
        return;
    }

    plain = asr_mock_json_plain(s, mem[asr_mock_level], ASR_MOCK_BODY_MAX);

    masked.pos = out[asr_mock_level];
    masked.end = masked.pos + sizeof(out[0]);
    masked.cut = false;
    safe.data = masked.pos;

    if (plain.len != 0 && (plain.data[0] == '{' || plain.data[0] == '['
                           || memchr(plain.data, '"', plain.len) != NULL))
    {
        asr_mock_level++;
        asr_mock_redact_json(&masked, plain);
        asr_mock_level--;

    } else {
        asr_mock_redact_text(&masked, plain);
    }

    safe.len = (size_t) (masked.pos - safe.data);

    if (asr_str_eq(safe, plain)) {
        asr_mock_out(o, s.data, s.len);

    } else {
        asr_mock_json_escape(o, safe);
    }
}


/*
 * Unescaped as far as it fits.  Half of a surrogate pair becomes '?': it is
 * only looked at, unless something else in the string is masked.
 */

static asr_str_t
asr_mock_json_plain(asr_str_t s, char *mem, size_t size)
{
    int       k, digit;
    char      c;
    size_t    i, n;
    uint32_t  code;

    n = 0;

    for (i = 0; i < s.len && n + 4 <= size; i++) {
        c = s.data[i];

        if (c != '\\' || i + 1 == s.len) {
            mem[n++] = c;
            continue;
        }

        c = s.data[++i];

        if (c != 'u' || s.len - i < 5) {
            mem[n++] = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
            continue;
        }

        code = 0;

        for (k = 1; k <= 4; k++) {
            digit = asr_hex_digit(s.data[i + (size_t) k]);
            code = code << 4 | (uint32_t) (digit < 0 ? 0 : digit);
        }

        if (code >= 0xd800 && code < 0xe000) {
            code = '?';
        }

        n += asr_utf8_encode(code, mem + n);
        i += 4;
    }

    return (asr_str_t) { n, mem };
}


static void
asr_mock_json_escape(asr_mock_out_t *o, asr_str_t s)
{
    char    c, text[6];
    size_t  i;

    static const char  digits[] = "0123456789abcdef";

    for (i = 0; i < s.len; i++) {
        c = s.data[i];

        if (c == '"' || c == '\\') {
            text[0] = '\\';
            text[1] = c;
            asr_mock_out(o, text, 2);

        } else if ((unsigned char) c < ' ') {
            memcpy(text, "\\u00", 4);
            text[4] = digits[c >> 4];
            text[5] = digits[c & 15];
            asr_mock_out(o, text, 6);

        } else {
            asr_mock_out(o, &c, 1);
        }
    }
}


/* "name=value", and no blank before the first '&'. */

static bool
asr_mock_looks_form(asr_str_t body)
{
    char    c;
    bool    equals;
    size_t  i;

    equals = false;

    for (i = 0; i < body.len; i++) {
        c = body.data[i];

        if ((unsigned char) c <= ' ' || c == '"' || c == '<' || c == ':') {
            return false;
        }

        if (c == '&' && i != 0) {
            break;
        }

        equals = equals || c == '=';
    }

    return equals;
}


/* Files are left alone: what a client uploads is audio. */

static void
asr_mock_redact_multipart(asr_mock_out_t *o, asr_str_t body)
{
    asr_str_t    head, value, name;
    const char  *p, *end;

    end = body.data + body.len;

    while (body.len != 0) {
        p = memmem(body.data, body.len, "\r\n\r\n", 4);

        if (p == NULL) {
            asr_mock_out(o, body.data, body.len);
            return;
        }

        head.data = body.data;
        head.len = (size_t) (p + 4 - body.data);
        value.data = p + 4;
        value.len = (size_t) (end - value.data);

        p = memmem(value.data, value.len, "\r\n--", 4);

        if (p != NULL) {
            value.len = (size_t) (p - value.data);
        }

        body.data = value.data + value.len;
        body.len = (size_t) (end - body.data);

        asr_mock_out(o, head.data, head.len);

        if (memmem(head.data, head.len, "filename", 8) != NULL) {
            asr_mock_out(o, value.data, value.len);
            continue;
        }

        p = memmem(head.data, head.len, "name=", 5);
        name = asr_str_null();

        if (p != NULL) {
            name.data = p + 5;

            while (*name.data == '"') {
                name.data++;
            }

            while (asr_mock_is_word(name.data[name.len])) {
                name.len++;
            }
        }

        asr_mock_redact_named(o, name, value);
    }
}


void
asr_mock_redact_body(asr_mock_out_t *o, asr_str_t type, asr_str_t body)
{
    size_t  i;

    if (type.len > 10
        && asr_str_caseeq((asr_str_t) { 10, type.data }, asr_str("multipart/")))
    {
        asr_mock_redact_multipart(o, body);
        return;
    }

    for (i = 0; i < body.len && (unsigned char) body.data[i] <= ' '; i++) {
        /* void */
    }

    if (i == body.len) {
        asr_mock_out(o, body.data, body.len);

    } else if (body.data[i] == '{' || body.data[i] == '['
               || body.data[i] == '"')
    {
        if (asr_mock_may_tell(body)) {
            asr_mock_redact_json(o, body);

        } else {
            asr_mock_out(o, body.data, body.len);
        }

    } else if (asr_mock_looks_form(body)) {
        asr_mock_redact_query(o, body);

    } else {
        asr_mock_redact_text(o, body);
    }
}
