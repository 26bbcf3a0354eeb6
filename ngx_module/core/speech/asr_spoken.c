/*
 * See asr_spoken.h.
 */

#include <ctype.h>
#include <stdio.h>

#include "asr_spoken.h"


#define ASR_SPOKEN_SPELLED  6        /* more capitals are a shouted word */
#define ASR_SPOKEN_DIGITS   4        /* more are said one by one */
#define ASR_SPOKEN_OTHERS   3        /* alternatives of one token */


/* U+00C0 to U+017F without accents. */

static const char *const  asr_spoken_latin[] = {
    "A", "A", "A", "A", "A", "A", "Ae", "C", "E", "E", "E", "E", "I", "I",
    "I", "I", "D", "N", "O", "O", "O", "O", "O", "x", "O", "U", "U", "U", "U",
    "Y", "Th", "ss", "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e",
    "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", "", "o", "u",
    "u", "u", "u", "y", "th", "y", "A", "a", "A", "a", "A", "a", "C", "c",
    "C", "c", "C", "c", "C", "c", "D", "d", "D", "d", "E", "e", "E", "e", "E",
    "e", "E", "e", "E", "e", "G", "g", "G", "g", "G", "g", "G", "g", "H", "h",
    "H", "h", "I", "i", "I", "i", "I", "i", "I", "i", "I", "i", "Ij", "ij",
    "J", "j", "K", "k", "k", "L", "l", "L", "l", "L", "l", "L", "l", "L", "l",
    "N", "n", "N", "n", "N", "n", "n", "Ng", "ng", "O", "o", "O", "o", "O",
    "o", "Oe", "oe", "R", "r", "R", "r", "R", "r", "S", "s", "S", "s", "S",
    "s", "S", "s", "T", "t", "T", "t", "T", "t", "U", "u", "U", "u", "U", "u",
    "U", "u", "U", "u", "U", "u", "W", "w", "Y", "y", "Y", "Z", "z", "Z", "z",
    "Z", "z", "s"
};

static const char *const  asr_spoken_ones[] = {
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight",
    "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
    "sixteen", "seventeen", "eighteen", "nineteen"
};

static const char *const  asr_spoken_tens[] = {
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
    "ninety"
};


typedef struct {
    size_t  n;
    char    text[ASR_SPOKEN_OTHERS][ASR_SPOKEN_SIZE];
} asr_spoken_token_t;


/* *p is at a character of a valid string; moves it past. */

static uint32_t
asr_spoken_decode(const char **p)
{
    unsigned   n;
    uint32_t   c;

    c = (unsigned char) *(*p)++;

    if (c < 0x80) {
        return c;
    }

    n = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
    c &= 0x3fu >> n;

    while (n-- != 0) {
        c = (c << 6) | ((unsigned char) *(*p)++ & 0x3f);
    }

    return c;
}


/* NULL: not a character that is known here. */

static const char *
asr_spoken_plain(uint32_t c, char one[2])
{
    if (c < 0x80) {
        one[0] = (c < ' ' || c == 0x7f) ? ' ' : (char) c;
        one[1] = '\0';
        return one;
    }

    if (c >= 0xc0 && c < 0x180) {
        return asr_spoken_latin[c - 0xc0];
    }

    if (c == 0xa0 || (c >= 0x2000 && c <= 0x200a)) {
        return " ";
    }

    if (c >= 0x2010 && c <= 0x2015) {
        return "-";
    }

    if (c == 0x2018 || c == 0x2019) {
        return "'";
    }

    /* accents of their own, signs such as that of a trade mark */

    if ((c >= 0x300 && c < 0x370) || (c >= 0x80 && c < 0xc0)
        || (c >= 0x200b && c <= 0x206f) || c == 0x2122 || c == 0xfeff)
    {
        return "";
    }

    return NULL;
}


asr_err_t
asr_spoken_fold(asr_str_t term, char *out, size_t size)
{
    char         one[2];
    size_t       n, len;
    const char  *p, *end, *s;

    if (!asr_utf8_valid(term)) {
        return ASR_INVALID;
    }

    n = 0;
    p = term.data;
    end = term.data + term.len;

    while (p != end) {
        s = asr_spoken_plain(asr_spoken_decode(&p), one);

        if (s == NULL) {
            return ASR_NOTFOUND;
        }

        len = strlen(s);

        if (n + len + 1 > size) {
            return ASR_TOOBIG;
        }

        memcpy(out + n, s, len);
        n += len;
    }

    out[n] = '\0';

    return ASR_OK;
}


/* Words after what is there, a blank before each.  What is too long is cut. */

static void
asr_spoken_add(char *text, const char *words)
{
    size_t  n;

    n = strlen(text);
    (void) snprintf(text + n, ASR_SPOKEN_SIZE - n, "%s%s",
                    n != 0 && words[0] != '\0' ? " " : "", words);
}


static char *
asr_spoken_other(asr_spoken_token_t *t)
{
    if (t->n == ASR_SPOKEN_OTHERS) {
        return NULL;
    }

    t->text[t->n][0] = '\0';

    return t->text[t->n++];
}


/* 0 to 9999 */

static void
asr_spoken_number(char *text, unsigned n)
{
    if (n >= 1000) {
        asr_spoken_add(text, asr_spoken_ones[n / 1000]);
        asr_spoken_add(text, "thousand");
        n %= 1000;

        if (n == 0) {
            return;
        }
    }

    if (n >= 100) {
        asr_spoken_add(text, asr_spoken_ones[n / 100]);
        asr_spoken_add(text, "hundred");
        n %= 100;

        if (n == 0) {
            return;
        }
    }

    if (n >= 20) {
        asr_spoken_add(text, asr_spoken_tens[n / 10 - 2]);
        n %= 10;

        if (n == 0) {
            return;
        }
    }

    asr_spoken_add(text, asr_spoken_ones[n]);
}


/* Of two digits after others: "oh five", "twenty four". */

static void
asr_spoken_pair(char *text, unsigned n)
{
    if (n < 10) {
        asr_spoken_add(text, "oh");
    }

    asr_spoken_number(text, n);
}


static void
asr_spoken_digits(asr_spoken_token_t *t, const char *p, size_t n)
{
    char      *text;
    size_t     i;
    unsigned   value;

    if (n > ASR_SPOKEN_DIGITS || (p[0] == '0' && n > 1)) {
        text = asr_spoken_other(t);

        for (i = 0; i < n; i++) {
            asr_spoken_add(text, asr_spoken_ones[p[i] - '0']);
        }

        return;
    }

    value = 0;

    for (i = 0; i < n; i++) {
        value = value * 10 + (unsigned) (p[i] - '0');
    }

    /* years and house numbers: "nineteen oh five", "three sixty five" */

    if (value > 100 && value % 100 != 0
        && (value < 1000 || value / 100 % 10 != 0 || value >= 2010))
    {
        text = asr_spoken_other(t);
        asr_spoken_number(text, value / 100);
        asr_spoken_pair(text, value % 100);
    }

    asr_spoken_number(asr_spoken_other(t), value);
}


static void
asr_spoken_spell(char *text, const char *p, size_t n)
{
    char    letter[2];
    size_t  i;

    letter[1] = '\0';

    for (i = 0; i < n; i++) {
        if (isalpha((unsigned char) p[i])) {
            letter[0] = (char) toupper((unsigned char) p[i]);
            asr_spoken_add(text, letter);
        }
    }
}


static void
asr_spoken_lower(char *text, const char *p, size_t n)
{
    char    word[ASR_SPOKEN_SIZE];
    size_t  i;

    if (n >= sizeof(word)) {
        n = sizeof(word) - 1;
    }

    for (i = 0; i < n; i++) {
        word[i] = (char) tolower((unsigned char) p[i]);
    }

    word[n] = '\0';
    asr_spoken_add(text, word);
}


/* "OpenAI": "open A I"; at a capital after a small letter. */

static void
asr_spoken_camel(char *text, const char *p, size_t n)
{
    size_t  i, start, upper;

    for (start = 0; start < n; start = i) {
        upper = 0;

        for (i = start; i < n; i++) {
            if (i != start && isupper((unsigned char) p[i])
                && islower((unsigned char) p[i - 1]))
            {
                break;
            }

            upper += isupper((unsigned char) p[i]) != 0;
        }

        if (i - start == 1 || upper == i - start) {
            asr_spoken_spell(text, p + start, i - start);

        } else {
            asr_spoken_lower(text, p + start, i - start);
        }
    }
}


static void
asr_spoken_letters(asr_spoken_token_t *t, const char *p, size_t n)
{
    bool    vowel, camel;
    size_t  i, upper;

    upper = 0;
    vowel = false;
    camel = false;

    for (i = 0; i < n; i++) {
        upper += isupper((unsigned char) p[i]) != 0;
        vowel = vowel || strchr("aeiouyAEIOUY", p[i]) != NULL;
        camel = camel || (i != 0 && isupper((unsigned char) p[i])
                          && islower((unsigned char) p[i - 1]));
    }

    if (n == 1 && p[0] != 'a') {
        asr_spoken_spell(asr_spoken_other(t), p, n);
        return;
    }

    /* "APIs" */

    if (n > 2 && n <= ASR_SPOKEN_SPELLED + 1 && upper == n - 1
        && p[n - 1] == 's')
    {
        asr_spoken_spell(asr_spoken_other(t), p, n - 1);
        asr_spoken_add(t->text[t->n - 1], "'s");
        return;
    }

    if (n <= ASR_SPOKEN_SPELLED && (upper == n || !vowel)) {
        asr_spoken_spell(asr_spoken_other(t), p, n);
    }

    if (camel) {
        asr_spoken_camel(asr_spoken_other(t), p, n);
    }

    if (vowel || t->n == 0) {
        asr_spoken_lower(asr_spoken_other(t), p, n);
    }
}


/* What a sign between a and b is called; NULL: nothing. */

static const char *
asr_spoken_sign(char c, char a, char b)
{
    switch (c) {

    case '&':
        return "and";

    case '+':
        return "plus";

    case '@':
        return "at";

    case '%':
        return "percent";

    case '#':
        return isalpha((unsigned char) a) ? "sharp" : "number";

    case '.':
        return isdigit((unsigned char) a) && isdigit((unsigned char) b)
               ? "point"
               : isalnum((unsigned char) a) && isalnum((unsigned char) b)
               ? "dot" : NULL;

    default:
        return NULL;
    }
}


/* "U.S.A." at p: its length, or 0. */

static size_t
asr_spoken_initials(const char *p)
{
    size_t  n;

    for (n = 0; isalpha((unsigned char) p[n]) && p[n + 1] == '.'; n += 2) {
        /* void */
    }

    return n < 4 ? 0 : n;
}


/* The token at p, which is after a; its length. */

static size_t
asr_spoken_token(const char *p, char a, asr_spoken_token_t *t)
{
    size_t       n;
    const char  *name;

    t->n = 0;

    if (isdigit((unsigned char) *p)) {
        n = strspn(p, "0123456789");
        asr_spoken_digits(t, p, n);
        return n;
    }

    if (!isalpha((unsigned char) *p)) {
        name = asr_spoken_sign(*p, a, p[1]);

        if (name != NULL) {
            asr_spoken_add(asr_spoken_other(t), name);
        }

        return 1;
    }

    n = isalnum((unsigned char) a) ? 0 : asr_spoken_initials(p);

    if (n != 0) {
        asr_spoken_spell(asr_spoken_other(t), p, n);
        return n;
    }

    for (n = 1; isalpha((unsigned char) p[n])
                || (p[n] == '\'' && isalpha((unsigned char) p[n + 1])); n++)
    {
        /* void */
    }

    asr_spoken_letters(t, p, n);

    return n;
}


/* Each way so far with each alternative, as long as there is room. */

static asr_err_t
asr_spoken_join(asr_spoken_t *out, const asr_spoken_token_t *t)
{
    size_t  i, j, k, n;

    n = t->n;

    while (n > 1 && out->n * n > ASR_SPOKEN_WAYS) {
        n--;
    }

    for (j = n; j-- != 0; /* void */ ) {
        for (i = 0; i < out->n; i++) {
            k = j * out->n + i;

            if (k != i) {
                memcpy(out->ways[k], out->ways[i], ASR_SPOKEN_SIZE);
            }

            if (strlen(out->ways[k]) + strlen(t->text[j]) + 2
                > ASR_SPOKEN_SIZE)
            {
                return ASR_TOOBIG;
            }

            asr_spoken_add(out->ways[k], t->text[j]);
        }
    }

    if (n != 0) {
        out->n *= n;
    }

    return ASR_OK;
}


asr_err_t
asr_spoken(asr_str_t term, asr_spoken_t *out)
{
    char                 text[ASR_SPOKEN_SIZE], before;
    size_t               n;
    asr_err_t            rc;
    const char          *p;
    asr_spoken_token_t   token;

    rc = asr_spoken_fold(term, text, sizeof(text));

    if (rc != ASR_OK) {
        return rc;
    }

    memset(out, 0, sizeof(asr_spoken_t));
    out->n = 1;
    before = ' ';

    for (p = text; *p != '\0'; p += n) {
        n = asr_spoken_token(p, before, &token);

        if (asr_spoken_join(out, &token) != ASR_OK) {
            return ASR_TOOBIG;
        }

        before = p[n - 1];
    }

    return out->ways[0][0] == '\0' ? ASR_NOTFOUND : ASR_OK;
}
