/*
 * Strings, UTF-8 and the log hook.
 */

#include "asr_base.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>


#define ASR_LOG_LINE  2048

#define asr_low7      0x7f7f7f7f7f7f7f7fULL


static asr_log_pt   asr_log_handler;

static const char  *asr_log_names[] = {
    "error", "warn", "notice", "info", "debug"
};


static size_t asr_utf8_sequence(const unsigned char *p, size_t n);
static void asr_log_stderr(int level, const char *line);


bool
asr_str_caseeq(asr_str_t a, asr_str_t b)
{
    size_t         i;
    unsigned char  c, d;

    if (a.len != b.len) {
        return false;
    }

    for (i = 0; i < a.len; i++) {
        c = (unsigned char) a.data[i];
        d = (unsigned char) b.data[i];

        c |= (c >= 'A' && c <= 'Z') ? 0x20 : 0;
        d |= (d >= 'A' && d <= 'Z') ? 0x20 : 0;

        if (c != d) {
            return false;
        }
    }

    return true;
}


asr_str_t
asr_cstr(const char *s)
{
    return (asr_str_t) { s != NULL ? strlen(s) : 0, s };
}


asr_str_t
asr_str_trim(asr_str_t s)
{
    while (s.len != 0 && (s.data[0] == ' ' || s.data[0] == '\t')) {
        s.data++;
        s.len--;
    }

    while (s.len != 0
           && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t'))
    {
        s.len--;
    }

    return s;
}


asr_str_t
asr_str_cut(asr_str_t *s, char c)
{
    asr_str_t    head;
    const char  *p;

    head = *s;
    p = s->len != 0 ? memchr(s->data, c, s->len) : NULL;

    if (p == NULL) {
        *s = asr_str_null();
        return head;
    }

    head.len = (size_t) (p - s->data);
    s->data = p + 1;
    s->len -= head.len + 1;

    return head;
}


asr_err_t
asr_str_int(asr_str_t s, int64_t *out)
{
    bool      negative, over;
    size_t    i;
    unsigned  digit;
    uint64_t  value, limit;

    i = 0;
    value = 0;
    over = false;
    negative = (s.len != 0 && s.data[0] == '-');
    limit = (uint64_t) INT64_MAX + negative;

    if (negative) {
        i = 1;
    }

    if (i == s.len) {
        return ASR_INVALID;
    }

    for ( /* void */ ; i < s.len; i++) {
        digit = (unsigned char) s.data[i] - (unsigned) '0';

        if (digit > 9) {
            return ASR_INVALID;
        }

        if (value > (limit - digit) / 10) {
            over = true;             /* a later byte may yet be no digit */
            continue;
        }

        value = value * 10 + digit;
    }

    if (over) {
        return ASR_TOOBIG;
    }

    *out = negative ? (int64_t) (0 - value) : (int64_t) value;

    return ASR_OK;
}


/* Bytes of the well-formed sequence at p, n >= 1; 0: it is not one. */

static size_t
asr_utf8_sequence(const unsigned char *p, size_t n)
{
    size_t         i, len;
    unsigned char  low, high;

    low = 0x80;
    high = 0xbf;

    if (p[0] < 0x80) {
        return 1;
    }

    if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        len = 2;

    } else if ((p[0] & 0xf0) == 0xe0) {
        len = 3;
        low = (p[0] == 0xe0) ? 0xa0 : 0x80;        /* overlong */
        high = (p[0] == 0xed) ? 0x9f : 0xbf;       /* surrogates */

    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        len = 4;
        low = (p[0] == 0xf0) ? 0x90 : 0x80;        /* overlong */
        high = (p[0] == 0xf4) ? 0x8f : 0xbf;       /* over U+10FFFF */

    } else {
        return 0;
    }

    if (n < len || p[1] < low || p[1] > high) {
        return 0;
    }

    for (i = 2; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return len;
}


bool
asr_utf8_valid(asr_str_t s)
{
    return asr_utf8_prefix(s) == s.len;
}


size_t
asr_utf8_prefix(asr_str_t s)
{
    size_t                i, len;
    uint64_t              word;
    const unsigned char  *p;

    p = (const unsigned char *) s.data;
    i = 0;

    while (i < s.len) {

        if (s.len - i >= sizeof(word)) {
            memcpy(&word, p + i, sizeof(word));

            if ((word & ~asr_low7) == 0) {
                i += sizeof(word);
                continue;
            }
        }

        len = asr_utf8_sequence(p + i, s.len - i);
        if (len == 0) {
            break;
        }

        i += len;
    }

    return i;
}


size_t
asr_utf8_length(asr_str_t s)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < s.len; i++) {
        n += ((unsigned char) s.data[i] & 0xc0) != 0x80;
    }

    return n;
}


size_t
asr_utf8_encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char) code;
        return 1;
    }

    if (code < 0x800) {
        out[0] = (char) (0xc0 | code >> 6);
        out[1] = (char) (0x80 | (code & 0x3f));
        return 2;
    }

    if (code < 0x10000) {
        out[0] = (char) (0xe0 | code >> 12);
        out[1] = (char) (0x80 | (code >> 6 & 0x3f));
        out[2] = (char) (0x80 | (code & 0x3f));
        return 3;
    }

    out[0] = (char) (0xf0 | code >> 18);
    out[1] = (char) (0x80 | (code >> 12 & 0x3f));
    out[2] = (char) (0x80 | (code >> 6 & 0x3f));
    out[3] = (char) (0x80 | (code & 0x3f));

    return 4;
}


int
asr_hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }

    return -1;
}


void
asr_log_set(asr_log_pt handler)
{
    asr_log_handler = handler;
}


void
asr_log(int level, const char *fmt, ...)
{
    int      saved;
    char     line[ASR_LOG_LINE], *p;
    va_list  args;

    saved = errno;

    va_start(args, fmt);

    if (vsnprintf(line, sizeof(line), fmt, args) < 0) {
        line[0] = '\0';
    }

    va_end(args);

    /* a client's text in a message must not make up lines of its own */

    for (p = line; *p != '\0'; p++) {
        if ((unsigned char) *p < 0x20 || *p == 0x7f) {
            *p = '?';
        }
    }

    if (asr_log_handler != NULL) {
        asr_log_handler(level, line);

    } else {
        asr_log_stderr(level, line);
    }

    errno = saved;
}


static void
asr_log_stderr(int level, const char *line)
{
    int      n;
    char     out[ASR_LOG_LINE + 64];
    ssize_t  rc;

    if (level < 0 || (size_t) level >= asr_nelts(asr_log_names)) {
        level = ASR_LOG_DEBUG;
    }

    n = snprintf(out, sizeof(out), "asr: [%s] %s\n", asr_log_names[level],
                 line);

    /* one write, so that lines of different threads do not mix */

    rc = write(STDERR_FILENO, out, (size_t) n);
    (void) rc;
}
