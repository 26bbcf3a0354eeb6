/*
 * Base64.  The decoder's state at a pause: n symbols of an open quantum in
 * acc; pad counts '='.  "xx=" waits for its second '=' with n 2 and pad 1;
 * with pad set and n 0 the text is over.
 */

#include "asr_b64.h"


#define XX  0x80                     /* no symbol of the alphabet */


static const unsigned char  asr_b64_table[256] = {
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, 62, XX, XX, XX, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, XX, XX, XX, XX, XX, XX,
    XX,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, XX, XX, XX, XX, XX,
    XX, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX
};

static const char  asr_b64_symbols[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";


static size_t asr_b64_quanta(const unsigned char *p, size_t n,
    unsigned char *out);
static asr_err_t asr_b64_pad(asr_b64_t *d, unsigned char **out);


void
asr_b64_init(asr_b64_t *d)
{
    memset(d, 0, sizeof(asr_b64_t));
}


/* Whole quanta, as many as there are; returns the symbols taken. */

static size_t
asr_b64_quanta(const unsigned char *p, size_t n, unsigned char *out)
{
    size_t    i;
    uint32_t  a, b, c, d;

    for (i = 0; n - i >= 4; i += 4) {
        a = asr_b64_table[p[i]];
        b = asr_b64_table[p[i + 1]];
        c = asr_b64_table[p[i + 2]];
        d = asr_b64_table[p[i + 3]];

        if ((a | b | c | d) & XX) {
            break;
        }

        a = a << 18 | b << 12 | c << 6 | d;

        out[0] = (unsigned char) (a >> 16);
        out[1] = (unsigned char) (a >> 8);
        out[2] = (unsigned char) a;
        out += 3;
    }

    return i;
}


asr_err_t
asr_b64_feed(asr_b64_t *d, const char *p, size_t n, unsigned char *out,
    size_t *len)
{
    size_t                i, taken;
    unsigned char        *pos;
    const unsigned char  *s;
    unsigned              symbol;

    s = (const unsigned char *) p;
    pos = out;
    i = 0;

    while (i < n) {

        if (d->n == 0 && d->pad == 0) {
            taken = asr_b64_quanta(s + i, n - i, pos);
            pos += taken / 4 * 3;
            i += taken;

            if (i == n) {
                break;
            }
        }

        if (s[i] == '=') {
            if (asr_b64_pad(d, &pos) != ASR_OK) {
                goto invalid;
            }

            i++;
            continue;
        }

        symbol = asr_b64_table[s[i++]];

        if ((symbol & XX) || d->pad != 0) {
            goto invalid;
        }

        d->acc = d->acc << 6 | symbol;

        if (++d->n == 4) {
            *pos++ = (unsigned char) (d->acc >> 16);
            *pos++ = (unsigned char) (d->acc >> 8);
            *pos++ = (unsigned char) d->acc;
            d->acc = 0;
            d->n = 0;
        }
    }

    *len = (size_t) (pos - out);

    return ASR_OK;

invalid:

    *len = (size_t) (pos - out);

    return ASR_INVALID;
}


static asr_err_t
asr_b64_pad(asr_b64_t *d, unsigned char **out)
{
    if (d->n == 2 && d->pad == 1) {
        d->pad = 2;
        d->n = 0;
        return ASR_OK;
    }

    if (d->pad != 0) {
        return ASR_INVALID;
    }

    if (d->n == 2 && (d->acc & 0x0f) == 0) {
        *(*out)++ = (unsigned char) (d->acc >> 4);
        d->pad = 1;
        return ASR_OK;
    }

    if (d->n == 3 && (d->acc & 0x03) == 0) {
        *(*out)++ = (unsigned char) (d->acc >> 10);
        *(*out)++ = (unsigned char) (d->acc >> 2);
        d->pad = 1;
        d->n = 0;
        return ASR_OK;
    }

    return ASR_INVALID;
}


asr_err_t
asr_b64_end(const asr_b64_t *d)
{
    return d->n == 0 ? ASR_OK : ASR_INVALID;
}


size_t
asr_b64_encode(const unsigned char *p, size_t n, char *out)
{
    char      *pos;
    uint32_t   acc;

    pos = out;

    for ( /* void */ ; n >= 3; n -= 3) {
        acc = (uint32_t) p[0] << 16 | (uint32_t) p[1] << 8 | p[2];
        p += 3;

        *pos++ = asr_b64_symbols[acc >> 18];
        *pos++ = asr_b64_symbols[acc >> 12 & 0x3f];
        *pos++ = asr_b64_symbols[acc >> 6 & 0x3f];
        *pos++ = asr_b64_symbols[acc & 0x3f];
    }

    if (n != 0) {
        acc = (uint32_t) p[0] << 16 | (n == 2 ? (uint32_t) p[1] << 8 : 0);

        *pos++ = asr_b64_symbols[acc >> 18];
        *pos++ = asr_b64_symbols[acc >> 12 & 0x3f];
        *pos++ = n == 2 ? asr_b64_symbols[acc >> 6 & 0x3f] : '=';
        *pos++ = '=';
    }

    return (size_t) (pos - out);
}
