/*
 * Memory, text, time.
 */

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <time.h>

#include "asr_conf.h"


void *
asr_conf_alloc(size_t n)
{
    void  *p;

    p = calloc(1, n ? n : 1);

    if (p == NULL) {
        asr_conf_die("out of memory");
    }

    return p;
}


void *
asr_conf_grow(void *p, size_t count, size_t size)
{
    p = reallocarray(p, count ? count : 1, size);

    if (p == NULL) {
        asr_conf_die("out of memory");
    }

    return p;
}


char *
asr_conf_copy(const char *s)
{
    return asr_conf_copy_n(s, strlen(s));
}


char *
asr_conf_copy_n(const char *s, size_t n)
{
    char  *p;

    p = asr_conf_alloc(n + 1);

    if (n != 0) {
        memcpy(p, s, n);
    }

    return p;
}


char *
asr_conf_print(const char *fmt, ...)
{
    int      n;
    char    *p;
    va_list  args;

    va_start(args, fmt);
    n = vasprintf(&p, fmt, args);
    va_end(args);

    if (n < 0) {
        asr_conf_die("out of memory");
    }

    return p;
}


void
asr_conf_die(const char *fmt, ...)
{
    va_list  args;

    fflush(stdout);
    fputs("asr-conformance: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(ASR_CONF_SETUP);
}


void
asr_conf_buf_init(asr_conf_buf_t *b, size_t max)
{
    memset(b, 0, sizeof(asr_conf_buf_t));
    b->max = max;
}


void
asr_conf_buf_add(asr_conf_buf_t *b, const void *p, size_t n)
{
    size_t  size;

    if (n > b->max - b->len) {
        n = b->max - b->len;
        b->cut = true;
    }

    if (b->len + n >= b->size) {
        size = b->size ? b->size * 2 : 256;

        if (size < b->len + n + 1) {
            size = b->len + n + 1;
        }

        size = size > b->max + 1 ? b->max + 1 : size;
        b->data = asr_conf_grow(b->data, size, 1);
        b->size = size;
    }

    if (n != 0) {
        memcpy(b->data + b->len, p, n);
    }

    b->len += n;
    b->data[b->len] = '\0';
}


void
asr_conf_buf_str(asr_conf_buf_t *b, const char *s)
{
    asr_conf_buf_add(b, s, strlen(s));
}


void
asr_conf_buf_fmt(asr_conf_buf_t *b, const char *fmt, ...)
{
    int      n;
    char    *p;
    va_list  args;

    va_start(args, fmt);
    n = vasprintf(&p, fmt, args);
    va_end(args);

    if (n < 0) {
        asr_conf_die("out of memory");
    }

    asr_conf_buf_add(b, p, n);
    free(p);
}


void
asr_conf_buf_free(asr_conf_buf_t *b)
{
    free(b->data);
    asr_conf_buf_init(b, b->max);
}


void
asr_conf_buf_pct(asr_conf_buf_t *b, const char *s, size_t n)
{
    size_t                i;
    unsigned char         ch;
    char                  out[3];
    static const char     hex[] = "0123456789ABCDEF";

    for (i = 0; i < n; i++) {
        ch = s[i];

        if ((ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z')
            || (ch >= '0' && ch <= '9')
            || ch == '-' || ch == '_' || ch == '.' || ch == '~')
        {
            asr_conf_buf_add(b, s + i, 1);
            continue;
        }

        out[0] = '%';
        out[1] = hex[ch >> 4];
        out[2] = hex[ch & 15];
        asr_conf_buf_add(b, out, 3);
    }
}


void
asr_conf_buf_shell(asr_conf_buf_t *b, const char *s, size_t n)
{
    size_t  i;

    asr_conf_buf_str(b, "'");

    for (i = 0; i < n; i++) {

        if (s[i] == '\'') {
            asr_conf_buf_str(b, "'\\''");

        } else {
            asr_conf_buf_add(b, s + i, 1);
        }
    }

    asr_conf_buf_str(b, "'");
}


/*
 * The length of the UTF-8 character at s that XML 1.0 can hold, else 0: a
 * reply may have any bytes in it.
 */

static size_t
asr_conf_xml_char(const char *s, size_t n)
{
    size_t                i, len;
    uint32_t              ch;
    const unsigned char  *p;

    p = (const unsigned char *) s;

    if (p[0] < 0x80) {
        return p[0] >= 0x20 || p[0] == '\t' || p[0] == '\n' || p[0] == '\r';
    }

    len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;

    if (p[0] < 0xc2 || p[0] > 0xf4 || len > n) {
        return 0;
    }

    ch = p[0] & (0xff >> (len + 1));

    for (i = 1; i < len; i++) {

        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }

        ch = ch << 6 | (p[i] & 0x3f);
    }

    if ((len == 3 && ch < 0x800) || (len == 4 && ch < 0x10000)
        || (ch >= 0xd800 && ch <= 0xdfff) || ch == 0xfffe || ch == 0xffff
        || ch > 0x10ffff)
    {
        return 0;
    }

    return len;
}


void
asr_conf_buf_xml(asr_conf_buf_t *b, const char *s, size_t n)
{
    size_t  i, len;

    for (i = 0; i < n; i += len ? len : 1) {
        len = asr_conf_xml_char(s + i, n - i);

        switch (len ? s[i] : '\0') {

        case '\0':
            break;

        case '<':
            asr_conf_buf_str(b, "&lt;");
            break;

        case '>':
            asr_conf_buf_str(b, "&gt;");
            break;

        case '&':
            asr_conf_buf_str(b, "&amp;");
            break;

        case '"':
            asr_conf_buf_str(b, "&quot;");
            break;

        case '\'':
            asr_conf_buf_str(b, "&#39;");
            break;

        default:
            asr_conf_buf_add(b, s + i, len);
        }
    }
}


size_t
asr_conf_characters(const char *s, size_t n)
{
    size_t  i, count;

    for (i = 0, count = 0; i < n; i++) {
        count += ((unsigned char) s[i] & 0xc0) != 0x80;
    }

    return count;
}


int
asr_conf_hex_digit(char ch)
{
    if (ch >= '0' && ch <= '9') {
        return ch - '0';
    }

    ch |= 0x20;

    return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}


int64_t
asr_conf_now_us(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


int64_t
asr_conf_time(void)
{
    return time(NULL);
}


void
asr_conf_sleep_ms(unsigned ms)
{
    struct timespec  ts;

    ts.tv_sec = ms / 1000;
    ts.tv_nsec = (ms % 1000) * 1000000L;

    while (nanosleep(&ts, &ts) == -1 && errno == EINTR) { /* void */ }
}


void
asr_conf_hex(char *out, const uint8_t *p, size_t n)
{
    size_t             i;
    static const char  hex[] = "0123456789abcdef";

    for (i = 0; i < n; i++) {
        out[2 * i] = hex[p[i] >> 4];
        out[2 * i + 1] = hex[p[i] & 15];
    }

    out[2 * n] = '\0';
}


char *
asr_conf_base64(const void *p, size_t n)
{
    char  *out;

    out = asr_conf_alloc((n + 2) / 3 * 4 + 1);
    EVP_EncodeBlock((unsigned char *) out, p, (int) n);

    return out;
}
