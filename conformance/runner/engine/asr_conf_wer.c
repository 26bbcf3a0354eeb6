/*
 * Word errors: the least words to change, add or leave out to make one text
 * the other.
 */

#include <ctype.h>
#include <stdlib.h>

#include "asr_conf_check.h"


/* Words of a text that are compared; the rest are errors, each one. */

#define ASR_CONF_WER_MAX  4096u


typedef struct {
    char       **all;
    size_t       n;
    size_t       more;
} asr_conf_words_t;


static void asr_conf_words_read(asr_conf_words_t *w, const char *s);
static void asr_conf_words_end(asr_conf_words_t *w, asr_conf_buf_t *b);
static void asr_conf_words_free(asr_conf_words_t *w);
static size_t asr_conf_char(const char *s, uint32_t *c);
static bool asr_conf_char_blank(uint32_t c);
static bool asr_conf_char_mark(uint32_t c);
static bool asr_conf_char_alone(uint32_t c);
static size_t asr_conf_least(size_t a, size_t b);


double
asr_conf_wer(const char *a, const char *b)
{
    size_t             i, k, above, left, errors, *row;
    asr_conf_words_t   x, y;

    asr_conf_words_read(&x, a);
    asr_conf_words_read(&y, b);

    row = asr_conf_alloc((y.n + 1) * sizeof(size_t));

    for (k = 0; k <= y.n; k++) {
        row[k] = k;
    }

    for (i = 1; i <= x.n; i++) {
        above = row[0];                  /* of the row before, one left */
        row[0] = i;

        for (k = 1; k <= y.n; k++) {
            left = above + (strcmp(x.all[i - 1], y.all[k - 1]) != 0);
            above = row[k];
            row[k] = asr_conf_least(left, 1 + asr_conf_least(above,
                                                             row[k - 1]));
        }
    }

    errors = row[y.n] + x.more + y.more;
    i = x.n + x.more;

    free(row);
    asr_conf_words_free(&x);
    asr_conf_words_free(&y);

    return (double) errors / (double) (i == 0 ? 1 : i);
}


static void
asr_conf_words_read(asr_conf_words_t *w, const char *s)
{
    size_t           n;
    uint32_t         c;
    asr_conf_buf_t   b;

    memset(w, 0, sizeof(asr_conf_words_t));
    w->all = asr_conf_alloc(ASR_CONF_WER_MAX * sizeof(char *));
    asr_conf_buf_init(&b, 256);

    for ( /* void */ ; *s != '\0'; s += n) {
        n = asr_conf_char(s, &c);

        if (asr_conf_char_blank(c)) {
            asr_conf_words_end(w, &b);
            continue;
        }

        if (asr_conf_char_mark(c)) {
            continue;
        }

        if (asr_conf_char_alone(c)) {
            asr_conf_words_end(w, &b);
            asr_conf_buf_add(&b, s, n);
            asr_conf_words_end(w, &b);
            continue;
        }

        if (c < 0x80) {
            char  low = (char) tolower((int) c);

            asr_conf_buf_add(&b, &low, 1);

        } else {
            asr_conf_buf_add(&b, s, n);
        }
    }

    asr_conf_words_end(w, &b);
    asr_conf_buf_free(&b);
}


static void
asr_conf_words_end(asr_conf_words_t *w, asr_conf_buf_t *b)
{
    if (b->len == 0) {
        return;
    }

    if (w->n == ASR_CONF_WER_MAX) {
        w->more++;

    } else {
        w->all[w->n++] = asr_conf_copy_n(b->data, b->len);
    }

    b->len = 0;
}


static void
asr_conf_words_free(asr_conf_words_t *w)
{
    size_t  i;

    for (i = 0; i < w->n; i++) {
        free(w->all[i]);
    }

    free(w->all);
}


/* Of valid UTF-8; what is none is taken byte by byte. */

static size_t
asr_conf_char(const char *s, uint32_t *c)
{
    size_t                i, n;
    const unsigned char  *p;

    p = (const unsigned char *) s;
    n = *p < 0xc0 ? 1 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
    *c = n == 1 ? *p : *p & (0xffu >> (n + 1));

    for (i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            *c = *p;
            return 1;
        }

        *c = *c << 6 | (p[i] & 0x3f);
    }

    return n;
}


static bool
asr_conf_char_blank(uint32_t c)
{
    return c <= ' ' || c == '-' || c == 0xa0 || c == 0x3000
           || (c >= 0x2000 && c <= 0x200b) || c == 0x2013 || c == 0x2014;
}


/* The apostrophe in a word is left out too: "it's" and "its" sound alike. */

static bool
asr_conf_char_mark(uint32_t c)
{
    return (c < 0x80 && ispunct((int) c))
           || (c >= 0x2010 && c <= 0x205e)
           || (c >= 0x3001 && c <= 0x303f)
           || (c >= 0xff01 && c <= 0xff0f) || (c >= 0xff1a && c <= 0xff20)
           || (c >= 0xff3b && c <= 0xff40) || (c >= 0xff5b && c <= 0xff65);
}


static bool
asr_conf_char_alone(uint32_t c)
{
    return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff)
           || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x20000 && c <= 0x3ffff);
}


static size_t
asr_conf_least(size_t a, size_t b)
{
    return a < b ? a : b;
}
