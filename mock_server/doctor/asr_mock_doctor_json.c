/*
 * The same JSON written by another hand.  It is taken apart into slices of
 * its text, so that numbers stay as they are written; the strict reader read
 * it before, which bounds its depth.
 */

#include "asr_mock_doctor_int.h"

#include <stdlib.h>


#define ASR_MOCK_MEMBERS_MAX  256    /* of an object that is sorted */


typedef enum {
    ASR_MOCK_STRING_SAME = 0,
    ASR_MOCK_STRING_ASCII,       /* \u for what is not ASCII */
    ASR_MOCK_STRING_UTF8,        /* and the reverse */
    ASR_MOCK_STRING_SLASH,       /* \/ */
    ASR_MOCK_STRING_BARE,        /* / for \/ */
    ASR_MOCK_STRING_PHP,         /* ASCII and \/ */
    ASR_MOCK_STRING_HTML,        /* \u003c \u003e \u0026 */
    ASR_MOCK_STRING_PLAIN        /* and the reverse */
} asr_mock_string_t;

typedef struct {
    const char         *comma;
    const char         *colon;
    unsigned            indent;
    bool                sorted;
    asr_mock_string_t   strings;
    asr_mock_m_t        mistake;
} asr_mock_style_t;

typedef struct {
    asr_str_t           s;           /* what is left of the text */
    asr_buf_t          *out;
    const asr_mock_style_t  *style;
} asr_mock_writer_t;


static bool asr_mock_write_value(asr_mock_writer_t *w, unsigned depth);
static asr_str_t asr_mock_json_string(asr_mock_writer_t *w);


/* By what is met most. */

static const asr_mock_style_t  asr_mock_styles[] = {
    { ",",  ":",  0, false, ASR_MOCK_STRING_SAME,  ASR_MOCK_M_BODY_COMPACT },
    { ", ", ": ", 0, false, ASR_MOCK_STRING_SAME,  ASR_MOCK_M_BODY_SPACES },
    { ",",  ":",  0, true,  ASR_MOCK_STRING_SAME,  ASR_MOCK_M_BODY_SORTED },
    { ", ", ": ", 0, true,  ASR_MOCK_STRING_SAME,  ASR_MOCK_M_BODY_SORTED },
    { ",",  ": ", 2, false, ASR_MOCK_STRING_SAME,  ASR_MOCK_M_BODY_INDENTED },
    { ",",  ": ", 4, false, ASR_MOCK_STRING_SAME,  ASR_MOCK_M_BODY_INDENTED },
    { ",",  ":",  0, false, ASR_MOCK_STRING_ASCII, ASR_MOCK_M_BODY_ASCII },
    { ", ", ": ", 0, false, ASR_MOCK_STRING_ASCII, ASR_MOCK_M_BODY_ASCII },
    { ",",  ":",  0, false, ASR_MOCK_STRING_UTF8,  ASR_MOCK_M_BODY_UTF8 },
    { ", ", ": ", 0, false, ASR_MOCK_STRING_UTF8,  ASR_MOCK_M_BODY_UTF8 },
    { ",",  ":",  0, false, ASR_MOCK_STRING_SLASH, ASR_MOCK_M_BODY_SLASHES },
    { ",",  ":",  0, false, ASR_MOCK_STRING_BARE,  ASR_MOCK_M_BODY_SLASHES },
    { ",",  ":",  0, false, ASR_MOCK_STRING_PHP,   ASR_MOCK_M_BODY_SLASHES },
    { ",",  ":",  0, false, ASR_MOCK_STRING_HTML,  ASR_MOCK_M_BODY_HTML },
    { ",",  ":",  0, false, ASR_MOCK_STRING_PLAIN, ASR_MOCK_M_BODY_HTML },
    { ",",  ":",  0, true,  ASR_MOCK_STRING_ASCII, ASR_MOCK_M_BODY_SORTED },
    { ", ", ": ", 0, true,  ASR_MOCK_STRING_ASCII, ASR_MOCK_M_BODY_SORTED }
};


static void
asr_mock_skip(asr_mock_writer_t *w)
{
    while (w->s.len != 0 && strchr(" \t\r\n", w->s.data[0]) != NULL) {
        w->s.data++;
        w->s.len--;
    }
}


static bool
asr_mock_token(asr_mock_writer_t *w, char ch)
{
    asr_mock_skip(w);

    if (w->s.len == 0 || w->s.data[0] != ch) {
        return false;
    }

    w->s.data++;
    w->s.len--;

    return true;
}


static int64_t
asr_mock_hex4(asr_str_t s)
{
    size_t   i;
    int64_t  v;

    if (s.len < 6 || s.data[0] != '\\' || s.data[1] != 'u') {
        return -1;
    }

    for (i = 2, v = 0; i < 6; i++) {
        if (asr_hex_digit(s.data[i]) < 0) {
            return -1;
        }

        v = v << 4 | asr_hex_digit(s.data[i]);
    }

    return v;
}


/* The bytes of s that were read. */

static size_t
asr_mock_put_escape(asr_buf_t *out, asr_str_t s, asr_mock_string_t how)
{
    char     utf8[4];
    size_t   n;
    int64_t  v, low;

    v = asr_mock_hex4(s);
    n = 6;

    if (v < 0 || (how != ASR_MOCK_STRING_UTF8
                  && how != ASR_MOCK_STRING_PLAIN))
    {
        n = s.len > 1 ? 2 : 1;
        asr_mock_put(out, how == ASR_MOCK_STRING_BARE && n == 2
                          && s.data[1] == '/'
                          ? asr_str("/") : (asr_str_t) { n, s.data });
        return n;
    }

    if (v >= 0xd800 && v < 0xdc00) {
        low = asr_mock_hex4((asr_str_t) { s.len - 6, s.data + 6 });

        if (low >= 0xdc00 && low < 0xe000) {
            v = 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
            n = 12;
        }
    }

    if (how == ASR_MOCK_STRING_PLAIN ? v != '<' && v != '>' && v != '&'
                                     : v < 0x80 || (v >= 0xd800 && v < 0xe000))
    {
        asr_mock_put(out, (asr_str_t) { n, s.data });

    } else {
        asr_mock_put(out, (asr_str_t) {
                         asr_utf8_encode((uint32_t) v, utf8), utf8 });
    }

    return n;
}


/* One character of valid UTF-8 as \uXXXX; the bytes that were read. */

static size_t
asr_mock_put_u(asr_buf_t *out, asr_str_t s)
{
    size_t         i, n;
    uint32_t       v;
    unsigned char  c;

    c = (unsigned char) s.data[0];
    n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    v = n == 1 ? c : c & (0xffu >> (n + 1));

    for (i = 1; i < n && i < s.len; i++) {
        v = v << 6 | ((unsigned char) s.data[i] & 0x3f);
    }

    if (v < 0x10000) {
        (void) asr_buf_printf(out, "\\u%04x", (unsigned) v);

    } else {
        v -= 0x10000;
        (void) asr_buf_printf(out, "\\u%04x\\u%04x",
                              (unsigned) (0xd800 + (v >> 10)),
                              (unsigned) (0xdc00 + (v & 0x3ff)));
    }

    return i;
}


/* The text of a string, quotes included, written by the style. */

static void
asr_mock_put_string(asr_mock_writer_t *w, asr_str_t s)
{
    char               ch;
    size_t             i, n;
    asr_str_t          rest;
    asr_mock_string_t  how;

    how = w->style->strings;

    if (how == ASR_MOCK_STRING_SAME) {
        asr_mock_put(w->out, s);
        return;
    }

    for (i = 0; i < s.len; i += n) {
        ch = s.data[i];
        rest = (asr_str_t) { s.len - i, s.data + i };

        if (ch == '\\') {
            n = asr_mock_put_escape(w->out, rest, how);

        } else if (((how == ASR_MOCK_STRING_ASCII
                     || how == ASR_MOCK_STRING_PHP)
                    && (unsigned char) ch >= 0x80)
                   || (how == ASR_MOCK_STRING_HTML
                       && (ch == '<' || ch == '>' || ch == '&')))
        {
            n = asr_mock_put_u(w->out, rest);

        } else {
            if (ch == '/' && (how == ASR_MOCK_STRING_SLASH
                              || how == ASR_MOCK_STRING_PHP))
            {
                asr_mock_put(w->out, asr_str("\\"));
            }

            asr_mock_put(w->out, (asr_str_t) { 1, s.data + i });
            n = 1;
        }
    }
}


static asr_str_t
asr_mock_json_string(asr_mock_writer_t *w)
{
    size_t     i;
    asr_str_t  s;

    asr_mock_skip(w);

    for (i = 1; i < w->s.len && w->s.data[i] != '"'; i++) {
        if (w->s.data[i] == '\\') {
            i++;
        }
    }

    i = i < w->s.len ? i + 1 : w->s.len;
    s = (asr_str_t) { i, w->s.data };
    w->s.data += i;
    w->s.len -= i;

    return s;
}


static void
asr_mock_put_line(asr_mock_writer_t *w, unsigned depth)
{
    unsigned  i;

    if (w->style->indent == 0) {
        return;
    }

    asr_mock_put(w->out, asr_str("\n"));

    for (i = 0; i < depth * w->style->indent; i++) {
        asr_mock_put(w->out, asr_str(" "));
    }
}


static int
asr_mock_member_compare(const void *one, const void *two)
{
    int               rc;
    size_t            n;
    const asr_str_t  *a, *b;

    a = one;
    b = two;
    n = a->len < b->len ? a->len : b->len;
    rc = memcmp(a->data, b->data, n);

    return rc != 0 ? rc : (a->len > b->len) - (a->len < b->len);
}


/* The members begin where their names do; put by the order of the names. */

static bool
asr_mock_write_sorted(asr_mock_writer_t *w, unsigned depth)
{
    bool                first;
    size_t              i, n;
    asr_buf_t          *out, none;
    asr_str_t           name, *names;
    asr_mock_writer_t   member;

    names = malloc(ASR_MOCK_MEMBERS_MAX * sizeof(asr_str_t));
    if (names == NULL) {
        return false;
    }

    /* a pass for the names alone; the buffer that fails takes nothing */

    asr_buf_init(&none, 0);
    none.failed = true;
    n = 0;

    while (!asr_mock_token(w, '}')) {
        (void) asr_mock_token(w, ',');
        name = asr_mock_json_string(w);

        if (n == ASR_MOCK_MEMBERS_MAX || name.len < 2) {
            free(names);
            return false;
        }

        names[n++] = name;

        /* not sorted: twice each level would be 2^depth times the lowest */

        member = *w;
        member.out = &none;
        member.style = &asr_mock_styles[0];

        if (!asr_mock_token(&member, ':')
            || !asr_mock_write_value(&member, depth + 1))
        {
            free(names);
            return false;
        }

        w->s = member.s;
    }

    if (n != 0) {
        qsort(names, n, sizeof(asr_str_t), asr_mock_member_compare);
    }

    out = w->out;
    first = true;

    for (i = 0; i < n && !out->failed; i++) {
        member = *w;
        member.s.data = names[i].data;
        member.s.len = (size_t) (w->s.data - names[i].data);

        if (!first) {
            asr_mock_put(out, asr_cstr(w->style->comma));
        }

        first = false;
        asr_mock_put_line(w, depth + 1);
        asr_mock_put_string(w, asr_mock_json_string(&member));
        asr_mock_put(out, asr_cstr(w->style->colon));
        (void) asr_mock_token(&member, ':');
        (void) asr_mock_write_value(&member, depth + 1);
    }

    free(names);

    if (n != 0) {
        asr_mock_put_line(w, depth);
    }

    asr_mock_put(out, asr_str("}"));

    return true;
}


static bool
asr_mock_write_list(asr_mock_writer_t *w, unsigned depth, char end)
{
    bool  first;

    for (first = true; !asr_mock_token(w, end); first = false) {

        if (!first) {
            if (!asr_mock_token(w, ',')) {
                return false;
            }

            asr_mock_put(w->out, asr_cstr(w->style->comma));
        }

        asr_mock_put_line(w, depth + 1);

        if (end == '}') {
            asr_mock_put_string(w, asr_mock_json_string(w));
            asr_mock_put(w->out, asr_cstr(w->style->colon));

            if (!asr_mock_token(w, ':')) {
                return false;
            }
        }

        if (!asr_mock_write_value(w, depth + 1)) {
            return false;
        }
    }

    if (!first) {
        asr_mock_put_line(w, depth);
    }

    asr_mock_put(w->out, end == '}' ? asr_str("}") : asr_str("]"));

    return true;
}


static bool
asr_mock_write_value(asr_mock_writer_t *w, unsigned depth)
{
    size_t  n;

    if (depth > ASR_JSON_MAX_DEPTH) {
        return false;
    }

    if (asr_mock_token(w, '{')) {
        asr_mock_put(w->out, asr_str("{"));

        return w->style->sorted ? asr_mock_write_sorted(w, depth)
                                : asr_mock_write_list(w, depth, '}');
    }

    if (asr_mock_token(w, '[')) {
        asr_mock_put(w->out, asr_str("["));

        return asr_mock_write_list(w, depth, ']');
    }

    if (w->s.len != 0 && w->s.data[0] == '"') {
        asr_mock_put_string(w, asr_mock_json_string(w));
        return true;
    }

    for (n = 0; n < w->s.len && strchr(",]} \t\r\n", w->s.data[n]) == NULL;
         n++)
    {
        /* void */
    }

    asr_mock_put(w->out, (asr_str_t) { n, w->s.data });
    w->s.data += n;
    w->s.len -= n;

    return n != 0;
}


size_t
asr_mock_json_styles(void)
{
    return asr_nelts(asr_mock_styles);
}


bool
asr_mock_json_write(asr_str_t json, size_t style, asr_buf_t *out,
    asr_mock_m_t *m)
{
    asr_mock_writer_t  w;

    w.s = json;
    w.out = out;
    w.style = &asr_mock_styles[style];
    *m = w.style->mistake;

    return asr_mock_write_value(&w, 0) && !out->failed;
}
