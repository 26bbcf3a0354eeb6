/*
 * Where and how JSON text is broken.  The product's parser only says that it
 * is; this walks the text by the grammar (RFC 8259) until it no longer fits,
 * and tells what usually leads there.
 */

#include "asr_mock_look.h"


#define ASR_MOCK_AROUND  24      /* characters shown on either side */


typedef struct {
    const char          *p;
    const char          *end;
    asr_mock_rule_id_t   rule;   /* ASR_MOCK_D_REFUSED: nothing found */
    const char          *at;
} asr_mock_walk_t;


static bool asr_mock_walk_value(asr_mock_walk_t *w, unsigned depth);


static bool
asr_mock_walk_fault(asr_mock_walk_t *w, asr_mock_rule_id_t rule)
{
    w->rule = rule;
    w->at = w->p;

    return false;
}


/* To what comes next; false: a comment, or the text's end. */

static bool
asr_mock_walk_blank(asr_mock_walk_t *w)
{
    while (w->p < w->end && memchr(" \t\r\n", *w->p, 4) != NULL) {
        w->p++;
    }

    if (w->p == w->end) {
        return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_CUT);
    }

    if (*w->p == '/' || *w->p == '#') {
        return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_COMMENT);
    }

    return true;
}


/* An apostrophe, a back-quote, or what word processors make of a quote. */

static bool
asr_mock_walk_is_quote(const asr_mock_walk_t *w)
{
    if (*w->p == '\'' || *w->p == '`') {
        return true;
    }

    return w->end - w->p >= 3 && memcmp(w->p, "\xe2\x80", 2) == 0
           && memchr("\x98\x99\x9c\x9d", w->p[2], 4) != NULL;
}


static bool
asr_mock_walk_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
           || c == '$';
}


/* -1: no four digits */

static int32_t
asr_mock_walk_hex(const asr_mock_walk_t *w, const char *p)
{
    int      i, d;
    int32_t  v;

    for (i = 0, v = 0; i < 4; i++) {

        if (p + i >= w->end) {
            return -1;
        }

        d = asr_hex_digit(p[i]);
        if (d < 0) {
            return -1;
        }

        v = v << 4 | d;
    }

    return v;
}


/* After the backslash; p is on it and is moved past the escape. */

static bool
asr_mock_walk_escape(asr_mock_walk_t *w)
{
    int32_t  v, low;

    if (w->end - w->p < 2) {
        w->p = w->end;
        return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_CUT);
    }

    if (w->p[1] != 'u') {

        if (memchr("\"\\/bfnrt", w->p[1], 8) == NULL) {
            return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_ESCAPE);
        }

        w->p += 2;

        return true;
    }

    v = asr_mock_walk_hex(w, w->p + 2);

    if (v < 0) {
        return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_ESCAPE);
    }

    if (v == 0) {
        return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_NUL);
    }

    if (v >= 0xd800 && v <= 0xdfff) {
        low = -1;

        if (v < 0xdc00 && w->end - w->p >= 12
            && w->p[6] == '\\' && w->p[7] == 'u')
        {
            low = asr_mock_walk_hex(w, w->p + 8);
        }

        if (low < 0xdc00 || low > 0xdfff) {
            return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_UTF8);
        }

        w->p += 6;
    }

    w->p += 6;

    return true;
}


static bool
asr_mock_walk_string(asr_mock_walk_t *w)
{
    w->p++;

    while (w->p < w->end) {

        switch (*w->p) {

        case '"':
            w->p++;
            return true;

        case '\\':
            if (!asr_mock_walk_escape(w)) {
                return false;
            }

            break;

        default:
            if ((unsigned char) *w->p < ' ') {
                return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_CONTROL);
            }

            w->p++;
        }
    }

    return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_CUT);
}


static size_t
asr_mock_walk_digits(asr_mock_walk_t *w)
{
    const char  *p;

    p = w->p;

    while (w->p < w->end && *w->p >= '0' && *w->p <= '9') {
        w->p++;
    }

    return (size_t) (w->p - p);
}


static bool
asr_mock_walk_number(asr_mock_walk_t *w)
{
    size_t       n;
    const char  *p;

    p = w->p;

    if (*w->p == '-') {
        w->p++;
    }

    n = asr_mock_walk_digits(w);

    if (n == 0 || (n > 1 && *(w->p - n) == '0')) {
        w->p = p;
        return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_NUMBER);
    }

    if (w->p < w->end && *w->p == '.') {
        w->p++;

        if (asr_mock_walk_digits(w) == 0) {
            w->p = p;
            return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_NUMBER);
        }
    }

    if (w->p < w->end && (*w->p == 'e' || *w->p == 'E')) {
        w->p++;

        if (w->p < w->end && (*w->p == '-' || *w->p == '+')) {
            w->p++;
        }

        if (asr_mock_walk_digits(w) == 0) {
            w->p = p;
            return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_NUMBER);
        }
    }

    return true;
}


static bool
asr_mock_walk_word(asr_mock_walk_t *w)
{
    size_t  i, n;

    static const asr_str_t  words[] = {
        ASR_STR("true"), ASR_STR("false"), ASR_STR("null")
    };

    for (n = 0; w->p + n < w->end && asr_mock_walk_letter(w->p[n]); n++) {
        /* void */
    }

    for (i = 0; i < asr_nelts(words); i++) {
        if (asr_str_eq((asr_str_t) { n, w->p }, words[i])) {
            w->p += n;
            return true;
        }
    }

    return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_LITERAL);
}


/* On a member's name. */

static bool
asr_mock_walk_member(asr_mock_walk_t *w, unsigned depth)
{
    if (*w->p != '"') {
        return asr_mock_walk_fault(w, asr_mock_walk_is_quote(w)
                                      ? ASR_MOCK_D_JSON_QUOTES
                                      : asr_mock_walk_letter(*w->p)
                                      ? ASR_MOCK_D_JSON_NAME
                                      : ASR_MOCK_D_JSON_SYNTAX);
    }

    if (!asr_mock_walk_string(w) || !asr_mock_walk_blank(w)) {
        return false;
    }

    if (*w->p != ':') {
        return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_SYNTAX);
    }

    w->p++;

    return asr_mock_walk_blank(w) && asr_mock_walk_value(w, depth);
}


/* An object or array, on its bracket. */

static bool
asr_mock_walk_list(asr_mock_walk_t *w, unsigned depth)
{
    bool  object, good;
    char  close;

    object = (*w->p == '{');
    close = object ? '}' : ']';
    w->p++;

    if (!asr_mock_walk_blank(w)) {
        return false;
    }

    if (*w->p == close) {
        w->p++;
        return true;
    }

    for ( ;; ) {
        good = object ? asr_mock_walk_member(w, depth)
                      : asr_mock_walk_value(w, depth);

        if (!good || !asr_mock_walk_blank(w)) {
            return false;
        }

        if (*w->p == close) {
            w->p++;
            return true;
        }

        if (*w->p != ',') {
            return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_SYNTAX);
        }

        w->p++;

        if (!asr_mock_walk_blank(w)) {
            return false;
        }

        if (*w->p == close || *w->p == ',') {
            return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_COMMA);
        }
    }
}


static bool
asr_mock_walk_value(asr_mock_walk_t *w, unsigned depth)
{
    char  c;

    c = *w->p;

    if (c == '{' || c == '[') {
        return (depth < ASR_JSON_MAX_DEPTH)
               ? asr_mock_walk_list(w, depth + 1)
               : asr_mock_walk_fault(w, ASR_MOCK_D_JSON_DEPTH);
    }

    if (c == '"') {
        return asr_mock_walk_string(w);
    }

    if ((c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.') {
        return asr_mock_walk_number(w);
    }

    if (asr_mock_walk_is_quote(w)) {
        return asr_mock_walk_fault(w, ASR_MOCK_D_JSON_QUOTES);
    }

    return asr_mock_walk_letter(c)
           ? asr_mock_walk_word(w)
           : asr_mock_walk_fault(w, ASR_MOCK_D_JSON_SYNTAX);
}


/* "Name=value": no bracket before the first '='. */

static bool
asr_mock_walk_is_form(asr_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {

        if (s.data[i] == '=') {
            return i != 0;
        }

        if (!asr_mock_walk_letter(s.data[i]) && s.data[i] != '.'
            && (s.data[i] < '0' || s.data[i] > '9'))
        {
            break;
        }
    }

    return false;
}


static void
asr_mock_walk(asr_mock_walk_t *w, asr_str_t s)
{
    size_t  good;

    w->p = s.data;
    w->end = s.data + s.len;
    w->rule = ASR_MOCK_D_REFUSED;
    w->at = NULL;

    if (s.len >= 2 && (memcmp(s.data, "\xff\xfe", 2) == 0
                       || memcmp(s.data, "\xfe\xff", 2) == 0
                       || s.data[0] == '\0' || s.data[1] == '\0'))
    {
        asr_mock_walk_fault(w, ASR_MOCK_D_JSON_ENCODING);
        return;
    }

    if (s.len >= 3 && memcmp(s.data, "\xef\xbb\xbf", 3) == 0) {
        asr_mock_walk_fault(w, ASR_MOCK_D_JSON_BOM);
        return;
    }

    if (asr_mock_walk_is_form(s)) {
        asr_mock_walk_fault(w, ASR_MOCK_D_JSON_FORM);
        return;
    }

    good = asr_utf8_prefix(s);

    if (good < s.len) {
        w->p += good;
        asr_mock_walk_fault(w, ASR_MOCK_D_JSON_UTF8);
        return;
    }

    if (asr_mock_walk_blank(w) && asr_mock_walk_value(w, 0)
        && asr_mock_walk_blank(w))
    {
        asr_mock_walk_fault(w, ASR_MOCK_D_JSON_AFTER);

    } else if (w->rule == ASR_MOCK_D_JSON_CUT && w->at == w->end) {

        /* a blank after the whole value ends at the text's end, too */

        w->p = s.data;

        if (asr_mock_walk_blank(w) && asr_mock_walk_value(w, 0)) {
            w->rule = ASR_MOCK_D_REFUSED;
            w->at = NULL;
        }
    }
}


/* "line 3, column 12: ..."; the text around is one line. */

static asr_str_t
asr_mock_look_place(asr_mock_look_t *l, asr_str_t s, const char *at)
{
    char         around[ASR_MOCK_AROUND * 8 + 8];
    size_t       n;
    unsigned     line, column, c;
    const char  *p, *from, *to, *end;

    line = 1;
    column = 1;
    end = s.data + s.len;

    for (p = s.data; p < at; p++) {

        if (*p == '\n') {
            line++;
            column = 1;

        } else if (((unsigned char) *p & 0xc0) != 0x80) {
            column++;
        }
    }

    for (c = 0, from = at; from > s.data && c < ASR_MOCK_AROUND; c++) {
        from--;

        while (from > s.data && ((unsigned char) *from & 0xc0) == 0x80) {
            from--;
        }
    }

    for (c = 0, to = at; to < end && c < ASR_MOCK_AROUND; c++) {
        to++;

        while (to < end && ((unsigned char) *to & 0xc0) == 0x80) {
            to++;
        }
    }

    for (p = from, n = 0; p < to && n + 1 < sizeof(around); p++) {
        around[n++] = ((unsigned char) *p < ' ' || *p == 0x7f) ? ' ' : *p;
    }

    return asr_mock_look_text(l, "line %u, column %u: %s%.*s%s", line, column,
                              from > s.data ? "..." : "", (int) n, around,
                              to < end ? "..." : "");
}


static asr_mock_rule_id_t
asr_mock_look_json_rule(asr_json_fault_t fault)
{
    switch (fault) {

    case ASR_JSON_UTF8:
        return ASR_MOCK_D_JSON_UTF8;

    case ASR_JSON_NUL:
        return ASR_MOCK_D_JSON_NUL;

    case ASR_JSON_DEPTH:
        return ASR_MOCK_D_JSON_DEPTH;

    case ASR_JSON_DUPLICATE:
        return ASR_MOCK_D_JSON_DUPLICATE;

    default:
        return ASR_MOCK_D_JSON_SYNTAX;
    }
}


static void
asr_mock_look_json_fault(asr_mock_look_t *l, const asr_json_error_t *err)
{
    asr_str_t            body, name;
    asr_mock_walk_t      w;
    asr_mock_rule_id_t   rule;
    asr_mock_finding_t  *f;

    body = l->x->body;
    asr_mock_walk(&w, body);
    rule = (w.rule != ASR_MOCK_D_REFUSED) ? w.rule
                                          : asr_mock_look_json_rule(err->fault);

    f = asr_mock_look_rule(l, rule);
    f->expected = asr_str("a JSON object");

    if (err->fault == ASR_JSON_DUPLICATE) {
        name = asr_mock_look_clip(l, err->key, ASR_MOCK_GOT_MAX - 8);
        f->pointer = asr_mock_look_at(l, '/', err->key, -1);
        f->got = asr_mock_look_text(l, "%.*s twice", asr_fmt(name));
        f->expected = asr_str("once");
        return;
    }

    if (w.at != NULL) {
        f->got = asr_mock_look_place(l, body, w.at);
    }

    if (rule == ASR_MOCK_D_JSON_CUT && asr_utf8_length(body) != body.len) {
        f->hint = asr_str("The text ends too early, and some of its "
                          "characters are of several bytes: Content-Length "
                          "counts bytes.");
    }
}


bool
asr_mock_look_body(asr_mock_look_t *l)
{
    asr_str_t            body;
    asr_json_t          *root;
    asr_json_error_t     err;
    asr_mock_finding_t  *f;

    body = l->x->body;

    if (l->x->body_bytes == 0) {

        /* refused before its chunks were read */

        if (l->x->code.len != 0
            && asr_mock_header(l->x, "transfer-encoding").data != NULL)
        {
            return false;
        }

        f = asr_mock_look_rule(l, ASR_MOCK_D_JSON_EMPTY);
        f->got = asr_str("an empty body");
        f->expected = asr_str("a JSON object");
        return false;
    }

    if (body.data == NULL || body.len == 0) {
        return false;            /* cut: nothing can be said */
    }

    root = asr_json_parse(l->arena, body, &err);

    if (root == NULL && err.fault == ASR_JSON_SIZE) {
        l->nomem = true;
        return false;
    }

    if (root == NULL) {
        asr_mock_look_json_fault(l, &err);
        return false;
    }

    if (root->type != ASR_JSON_OBJECT) {
        f = asr_mock_look_rule(l, ASR_MOCK_D_JSON_OBJECT);
        f->got = asr_mock_look_json_got(l, root);
        f->expected = asr_str("a JSON object");
        return false;
    }

    l->json = root;

    return true;
}
