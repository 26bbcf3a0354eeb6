/*
 * Parameters of a query and of a form body, and the ways of writing them for
 * a signature.  Both what was sent and what it means are kept.
 */

#include "asr_mock_doctor_int.h"

#include <stdlib.h>


static asr_str_t asr_mock_unform(asr_mock_case_t *c, asr_str_t raw);
static bool asr_mock_pairs_read(asr_mock_case_t *c, asr_str_t s, bool body);
static int asr_mock_pair_compare(const void *one, const void *two);
static int asr_mock_pair_nocase(const void *one, const void *two);


bool
asr_mock_pairs(asr_mock_case_t *c, bool query, bool body)
{
    size_t             size;
    asr_str_t          type;
    asr_mock_pairs_t  *p;

    c->pairs = asr_arena_zalloc(c->work, sizeof(asr_mock_pairs_t));
    p = c->pairs;

    if (p == NULL || (query && !asr_mock_pairs_read(c, c->x->args, false))) {
        c->pairs = NULL;
        return false;
    }

    type = asr_mock_header(c->x, "content-type");
    type = asr_str_trim(asr_str_cut(&type, ';'));

    if (body && asr_str_caseeq(type,
                               asr_str("application/x-www-form-urlencoded"))
        && ((c->x->body.data == NULL && c->x->body_bytes != 0)
            || !asr_mock_pairs_read(c, c->x->body, true)))
    {
        c->pairs = NULL;
        return false;
    }

    size = p->n * sizeof(asr_mock_pair_t);
    memcpy(p->sorted, p->sent, size);
    memcpy(p->nocase, p->sent, size);

    if (p->n != 0) {
        qsort(p->sorted, p->n, sizeof(asr_mock_pair_t),
              asr_mock_pair_compare);
        qsort(p->nocase, p->n, sizeof(asr_mock_pair_t), asr_mock_pair_nocase);
    }

    return true;
}


static bool
asr_mock_pairs_read(asr_mock_case_t *c, asr_str_t s, bool body)
{
    asr_str_t         piece;
    asr_mock_pair_t  *p;

    while (s.data != NULL) {
        piece = asr_str_cut(&s, '&');

        if (piece.len == 0) {
            continue;
        }

        if (c->pairs->n == ASR_MOCK_PAIRS_MAX) {
            return false;
        }

        p = &c->pairs->sent[c->pairs->n];

        p->raw_name = asr_str_cut(&piece, '=');
        p->raw_value = piece;
        p->name = asr_mock_unform(c, p->raw_name);
        p->value = asr_mock_unform(c, p->raw_value);
        p->again = asr_mock_unform(c, p->value);
        p->body = body;
        p->order = (uint16_t) c->pairs->n++;

        if (p->name.data == NULL || p->value.data == NULL
            || p->again.data == NULL)
        {
            return false;
        }
    }

    return true;
}


static asr_str_t
asr_mock_unform(asr_mock_case_t *c, asr_str_t raw)
{
    char    *p;
    size_t   i, n;

    p = asr_arena_alloc(c->work, raw.len + 1);
    if (p == NULL) {
        return asr_str_null();
    }

    for (i = 0, n = 0; i < raw.len; i++) {
        p[n] = raw.data[i] == '+' ? ' ' : raw.data[i];

        if (raw.data[i] == '%' && raw.len - i > 2
            && asr_hex_digit(raw.data[i + 1]) >= 0
            && asr_hex_digit(raw.data[i + 2]) >= 0)
        {
            p[n] = (char) (asr_hex_digit(raw.data[i + 1]) << 4
                           | asr_hex_digit(raw.data[i + 2]));
            i += 2;
        }

        n++;
    }

    p[n] = '\0';

    return (asr_str_t) { n, p };
}


static int
asr_mock_names_compare(asr_str_t a, asr_str_t b, bool nocase)
{
    int     x, y;
    size_t  i;

    for (i = 0; i < a.len && i < b.len; i++) {
        x = (unsigned char) a.data[i];
        y = (unsigned char) b.data[i];

        if (nocase) {
            x = x >= 'A' && x <= 'Z' ? x | 0x20 : x;
            y = y >= 'A' && y <= 'Z' ? y | 0x20 : y;
        }

        if (x != y) {
            return x < y ? -1 : 1;
        }
    }

    return (a.len > b.len) - (a.len < b.len);
}


static int
asr_mock_pair_compare(const void *one, const void *two)
{
    int                     rc;
    const asr_mock_pair_t  *a, *b;

    a = one;
    b = two;
    rc = asr_mock_names_compare(a->name, b->name, false);

    return rc != 0 ? rc : a->order < b->order ? -1 : a->order > b->order;
}


static int
asr_mock_pair_nocase(const void *one, const void *two)
{
    int                     rc;
    const asr_mock_pair_t  *a, *b;

    a = one;
    b = two;
    rc = asr_mock_names_compare(a->name, b->name, true);

    return rc != 0 ? rc : a->order < b->order ? -1 : a->order > b->order;
}


asr_str_t
asr_mock_pair(const asr_mock_pairs_t *p, const char *name)
{
    size_t  i;

    for (i = 0; p != NULL && i < p->n; i++) {
        if (asr_str_eq(p->sent[i].name, asr_cstr(name))) {
            return p->sent[i].value;
        }
    }

    return asr_str_null();
}


static bool
asr_mock_pct_plain(char ch, unsigned pct)
{
    if ((ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z')
        || (ch >= '0' && ch <= '9') || ch == '-' || ch == '_' || ch == '.')
    {
        return true;
    }

    switch (ch) {

    case '~':
        return pct != ASR_MOCK_PCT_TILDE && pct != ASR_MOCK_PCT_FORM;

    case '*':
        return pct == ASR_MOCK_PCT_STAR || pct == ASR_MOCK_PCT_MARKS
               || pct == ASR_MOCK_PCT_FORM;

    case '!':
    case '\'':
    case '(':
    case ')':
        return pct == ASR_MOCK_PCT_MARKS;

    case '/':
        return pct == ASR_MOCK_PCT_SLASH;

    default:
        return false;
    }
}


void
asr_mock_put_pct(asr_buf_t *b, asr_str_t s, unsigned pct)
{
    char           code[5];
    size_t         i, n;
    const char    *hex;
    unsigned char  c;

    if (pct == ASR_MOCK_PCT_RAW) {
        asr_mock_put(b, s);
        return;
    }

    hex = pct == ASR_MOCK_PCT_LOWER ? "0123456789abcdef"
                                    : "0123456789ABCDEF";

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];
        n = 0;

        if (asr_mock_pct_plain(s.data[i], pct)) {
            code[n++] = s.data[i];

        } else if (c == ' '
                   && (pct == ASR_MOCK_PCT_PLUS || pct == ASR_MOCK_PCT_FORM))
        {
            code[n++] = '+';

        } else {
            code[n++] = '%';

            if (pct == ASR_MOCK_PCT_TWICE) {
                code[n++] = '2';
                code[n++] = '5';
            }

            code[n++] = hex[c >> 4];
            code[n++] = hex[c & 15];
        }

        (void) asr_buf_append(b, code, n);
    }
}


static bool
asr_mock_pair_signed(const asr_mock_pair_t *p, unsigned code, asr_str_t text)
{
    switch (code) {

    case ASR_MOCK_PAIRS_LEFT:
        return !asr_str_eq(p->name, text);

    case ASR_MOCK_PAIRS_EMPTY:
        return p->value.len != 0;

    case ASR_MOCK_PAIRS_QUERY:
        return !p->body;

    case ASR_MOCK_PAIRS_BODY:
        return p->body;

    default:
        return true;
    }
}


void
asr_mock_put_pairs(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_buf_t *b, unsigned pct)
{
    bool                    first, empty;
    size_t                  i;
    unsigned                code;
    asr_str_t               text, value;
    const asr_mock_pair_t  *p;

    code = asr_mock_code(r, ASR_MOCK_K_PAIRS);
    text = asr_mock_instead(r, ASR_MOCK_K_PAIRS, asr_str_null());

    if (r->knob[ASR_MOCK_K_QUERY] != NULL) {
        pct = asr_mock_code(r, ASR_MOCK_K_QUERY);
    }

    p = c->pairs->sorted;

    switch (asr_mock_code(r, ASR_MOCK_K_ORDER)) {

    case ASR_MOCK_ORDER_SENT:
        p = c->pairs->sent;
        break;

    case ASR_MOCK_ORDER_NOCASE:
        p = c->pairs->nocase;
        break;

    default:
        break;
    }

    first = true;

    for (i = 0; i < c->pairs->n; i++, p++) {
        empty = asr_str_eq(p->name, asr_str("Signature"))
                && !asr_mock_is_acs3(c);

        if ((empty && code != ASR_MOCK_PAIRS_SIGNATURE)
            || !asr_mock_pair_signed(p, code, text))
        {
            continue;
        }

        if (!first) {
            asr_mock_put(b, asr_str("&"));
        }

        first = false;

        if (pct == ASR_MOCK_PCT_SENT) {
            asr_mock_put(b, p->raw_name);
            asr_mock_put(b, asr_str("="));
            asr_mock_put(b, empty ? asr_str_null() : p->raw_value);
            continue;
        }

        value = code == ASR_MOCK_PAIRS_AGAIN ? p->again : p->value;
        value = empty ? asr_str_null() : value;

        if (asr_mock_code(r, ASR_MOCK_K_STAMP) == 0
            && r->knob[ASR_MOCK_K_STAMP] != NULL
            && asr_str_eq(p->name, asr_str("Timestamp")))
        {
            value = r->knob[ASR_MOCK_K_STAMP]->text;
        }

        asr_mock_put_pct(b, p->name, pct);
        asr_mock_put(b, asr_str("="));
        asr_mock_put_pct(b, value, pct);
    }
}


void
asr_mock_pairs_ways(asr_mock_case_t *c, bool encoded)
{
    size_t  i;

    static const struct {
        unsigned      code;
        asr_mock_m_t  mistake;
    } codings[] = {
        { ASR_MOCK_PCT_PLUS,  ASR_MOCK_M_PCT_PLUS },
        { ASR_MOCK_PCT_TILDE, ASR_MOCK_M_PCT_TILDE },
        { ASR_MOCK_PCT_STAR,  ASR_MOCK_M_PCT_STAR },
        { ASR_MOCK_PCT_FORM,  ASR_MOCK_M_PCT_FORM },
        { ASR_MOCK_PCT_MARKS, ASR_MOCK_M_PCT_MARKS },
        { ASR_MOCK_PCT_SLASH, ASR_MOCK_M_PCT_SLASH },
        { ASR_MOCK_PCT_LOWER, ASR_MOCK_M_PCT_LOWER }
    };

    asr_mock_way(c, ASR_MOCK_K_ORDER, ASR_MOCK_ORDER_SENT,
                 ASR_MOCK_M_PARAM_ORDER, asr_str_null());
    asr_mock_way(c, ASR_MOCK_K_ORDER, ASR_MOCK_ORDER_NOCASE,
                 ASR_MOCK_M_PARAM_NOCASE, asr_str_null());

    for (i = 0; i < asr_nelts(codings) && encoded; i++) {
        asr_mock_way(c, ASR_MOCK_K_QUERY, codings[i].code,
                     codings[i].mistake, asr_str_null());
    }

    asr_mock_way(c, ASR_MOCK_K_PAIRS, ASR_MOCK_PAIRS_EMPTY,
                 ASR_MOCK_M_PARAM_EMPTY, asr_str_null());

    asr_mock_way(c, ASR_MOCK_K_PAIRS, ASR_MOCK_PAIRS_AGAIN,
                 ASR_MOCK_M_PARAM_TWICE, asr_str_null());

    if (!asr_mock_is_acs3(c)) {
        asr_mock_way(c, ASR_MOCK_K_PAIRS, ASR_MOCK_PAIRS_SIGNATURE,
                     ASR_MOCK_M_PARAM_SIGNATURE, asr_str_null());
    }

    for (i = 0; i < c->pairs->n && i < 48; i++) {
        if (asr_mock_is_acs3(c)
            || !asr_str_eq(c->pairs->sorted[i].name, asr_str("Signature")))
        {
            asr_mock_way(c, ASR_MOCK_K_PAIRS, ASR_MOCK_PAIRS_LEFT,
                         ASR_MOCK_M_PARAM_UNSIGNED,
                         c->pairs->sorted[i].name);
        }
    }
}
