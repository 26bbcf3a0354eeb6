/*
 * Findings in the making, values for people to read, names that are nearly
 * others.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE            /* memmem */
#endif

#include "asr_mock_look.h"

#include <stdarg.h>
#include <stdio.h>


#define ASR_MOCK_NAME_MAX    48  /* of a name that is compared */
#define ASR_MOCK_SECRET_MAX  4096


static asr_mock_finding_t *
asr_mock_look_add(asr_mock_look_t *l)
{
    asr_mock_finding_t  *f;

    f = &l->spare;

    if (l->list == NULL && !l->nomem) {
        l->list = asr_arena_alloc(l->arena, ASR_MOCK_FINDINGS_MAX
                                            * sizeof(asr_mock_finding_t));
        l->nomem = (l->list == NULL);
    }

    if (l->list != NULL && l->n < ASR_MOCK_FINDINGS_MAX) {
        f = &l->list[l->n++];
    }

    memset(f, 0, sizeof(*f));

    return f;
}


asr_mock_finding_t *
asr_mock_look_rule(asr_mock_look_t *l, asr_mock_rule_id_t id)
{
    asr_mock_finding_t     *f;
    const asr_mock_rule_t  *r;

    r = &asr_mock_rules[id];
    f = asr_mock_look_add(l);
    f->severity = r->severity;
    f->rule = asr_cstr(r->id);
    f->words = asr_cstr(r->words);
    f->hint = asr_cstr(r->hint);
    f->guess = r->guess;

    return f;
}


asr_mock_finding_t *
asr_mock_look_row(asr_mock_look_t *l, asr_mock_severity_t severity,
    const asr_param_t *row)
{
    asr_mock_finding_t  *f;

    f = asr_mock_look_add(l);
    f->severity = severity;
    f->rule = asr_cstr(row->clause);
    f->words = asr_cstr(row->words);
    f->guess = (row->flags & ASR_P_GUESS) != 0;

    return f;
}


asr_mock_finding_t *
asr_mock_look_clause(asr_mock_look_t *l, asr_mock_severity_t severity,
    asr_str_t clause)
{
    bool                     guess;
    const char              *param, *words;
    asr_mock_finding_t      *f;
    const asr_mock_hint_t   *h;

    f = asr_mock_look_add(l);
    f->severity = severity;
    f->rule = clause;
    f->words = asr_cstr(asr_mock_rules[ASR_MOCK_D_REFUSED].words);

    if (asr_mock_clause(l->x->api, clause, &param, &words, &guess)) {
        f->words = asr_cstr(words);
        f->guess = guess;
    }

    h = asr_mock_hint(asr_mock_tables(l->x->api), clause);

    if (h != NULL) {
        f->expected = asr_cstr(h->expected);
        f->hint = asr_cstr(h->hint);
    }

    return f;
}


asr_str_t
asr_mock_look_text(asr_mock_look_t *l, const char *fmt, ...)
{
    int        n;
    char       buf[1024];
    va_list    args;
    asr_str_t  s;

    va_start(args, fmt);
    n = vsnprintf(buf, sizeof(buf), fmt, args);
    va_end(args);

    if (n < 0) {
        return asr_str_null();
    }

    s.data = buf;
    s.len = ((size_t) n < sizeof(buf)) ? (size_t) n : sizeof(buf) - 1;
    s.len = ((size_t) n < sizeof(buf)) ? s.len : asr_utf8_prefix(s);

    s = asr_arena_str(l->arena, s);

    if (s.data == NULL) {
        l->nomem = true;
    }

    return s;
}


/* Bytes of the first max characters; of what is not UTF-8, bytes count. */

static size_t
asr_mock_look_chars(asr_str_t s, size_t max)
{
    size_t  i, n;

    for (i = 0, n = 0; i < s.len; i++) {

        if (((unsigned char) s.data[i] & 0xc0) != 0x80 || i >= max * 4) {
            if (n++ == max) {
                break;
            }
        }
    }

    return i;
}


static bool
asr_mock_look_secret(asr_str_t name)
{
    size_t  i, k;

    static const asr_str_t  parts[] = {
        ASR_STR("sign"), ASR_STR("token"), ASR_STR("secret"), ASR_STR("key"),
        ASR_STR("credential"), ASR_STR("password")
    };

    for (i = 0; i < asr_nelts(parts); i++) {
        for (k = 0; k + parts[i].len <= name.len; k++) {
            if (asr_str_caseeq((asr_str_t) { parts[i].len, name.data + k },
                               parts[i]))
            {
                return true;
            }
        }
    }

    return false;
}


/* A URL's user and the values of telling names in its query become "***". */

static asr_str_t
asr_mock_look_redact(asr_mock_look_t *l, asr_str_t s)
{
    size_t       i, host, end;
    asr_buf_t    b;
    asr_str_t    pair, rest, value;
    const char  *p;

    p = (s.len > 3) ? memmem(s.data, s.len, "://", 3) : NULL;

    if (p == NULL) {
        return s;
    }

    host = (size_t) (p - s.data) + 3;

    for (end = host; end < s.len; end++) {
        if (memchr("/?#", s.data[end], 3) != NULL) {
            break;
        }
    }

    for (i = end; i > host && s.data[i - 1] != '@'; i--) { /* void */ }

    asr_buf_init(&b, s.len * 4 + 64);
    asr_buf_append(&b, s.data, host);

    if (i > host) {
        asr_buf_append(&b, "***@", 4);
    }

    rest = (asr_str_t) { s.len - i, s.data + i };
    p = memchr(rest.data, '?', rest.len);

    if (p == NULL) {
        asr_buf_append(&b, rest.data, rest.len);
        rest.data = NULL;

    } else {
        asr_buf_append(&b, rest.data, (size_t) (p - rest.data) + 1);
        rest.len -= (size_t) (p - rest.data) + 1;
        rest.data = p + 1;
    }

    while (rest.data != NULL) {
        pair = asr_str_cut(&rest, '&');
        p = memchr(pair.data, '=', pair.len);
        value = pair;
        value.len = (p != NULL) ? (size_t) (p - pair.data) : pair.len;

        if (p != NULL && asr_mock_look_secret(value)) {
            asr_buf_append(&b, value.data, value.len);
            asr_buf_append(&b, "=***", 4);

        } else {
            asr_buf_append(&b, pair.data, pair.len);
        }

        if (rest.data != NULL) {
            asr_buf_append(&b, "&", 1);
        }
    }

    s = b.failed ? asr_str("(a URL)") : asr_arena_str(l->arena,
                                                      asr_buf_str(&b));
    asr_buf_free(&b);

    return s;
}


asr_str_t
asr_mock_look_clip(asr_mock_look_t *l, asr_str_t s, size_t max)
{
    bool       cut;
    size_t     n;

    if (s.len == 0) {
        return asr_str("");
    }

    /* the end of a URL's password has to be seen for it to be left out */

    n = asr_mock_look_chars(s, max + ASR_MOCK_SECRET_MAX);
    cut = (n < s.len);
    s = asr_mock_look_redact(l, (asr_str_t) { n, s.data });

    if (s.data == NULL) {
        l->nomem = true;
        return asr_str("");
    }

    n = asr_mock_look_chars(s, max);

    return asr_mock_look_text(l, "%.*s%s", (int) n, s.data,
                              (cut || n < s.len) ? "..." : "");
}


asr_str_t
asr_mock_look_json_got(asr_mock_look_t *l, const asr_json_t *v)
{
    asr_str_t  s;

    if (v == NULL) {
        return asr_str("(not sent)");
    }

    switch (v->type) {

    case ASR_JSON_NULL:
        return asr_str("null");

    case ASR_JSON_BOOL:
        return v->u.boolean ? asr_str("true") : asr_str("false");

    case ASR_JSON_INT:
        return asr_mock_look_text(l, "%lld", (long long) v->u.integer);

    case ASR_JSON_NUMBER:
        return asr_mock_look_text(l, "%.17g", v->u.number);

    case ASR_JSON_STRING:
        s = asr_mock_look_clip(l, v->u.string, ASR_MOCK_GOT_MAX - 2);
        return asr_mock_look_text(l, "\"%.*s\"", asr_fmt(s));

    case ASR_JSON_ARRAY:
        return asr_mock_look_text(l, "an array of %zu", v->n);

    default:
        return asr_mock_look_text(l, "an object of %zu", v->n);
    }
}


asr_str_t
asr_mock_look_at(asr_mock_look_t *l, char kind, asr_str_t name,
    int64_t index)
{
    size_t  i, n;
    char    buf[256];

    n = 0;
    buf[n++] = kind;
    name.len = asr_mock_look_chars(name, ASR_MOCK_NAME_MAX);

    for (i = 0; i < name.len && n + 2 < sizeof(buf); i++) {

        if (kind == '/' && (name.data[i] == '~' || name.data[i] == '/')) {
            buf[n++] = '~';
            buf[n++] = (name.data[i] == '~') ? '0' : '1';

        } else {
            buf[n++] = name.data[i];
        }
    }

    if (index < 0) {
        return asr_mock_look_text(l, "%.*s", (int) n, buf);
    }

    return asr_mock_look_text(l, "%.*s%c%lld", (int) n, buf,
                              kind == '/' ? '/' : '.', (long long) index);
}


/* Letters and digits, small. */

static size_t
asr_mock_look_plain_name(asr_str_t s, unsigned char out[ASR_MOCK_NAME_MAX])
{
    size_t         i, n;
    unsigned char  c;

    for (i = 0, n = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if (c == '_' || c == '-' || c == '.' || c == ' ') {
            continue;
        }

        if (n == ASR_MOCK_NAME_MAX) {
            return ASR_MOCK_NAME_MAX + 1;
        }

        out[n++] = (c >= 'A' && c <= 'Z') ? c | 0x20 : c;
    }

    return n;
}


/* Insertions, deletions, replacements, swaps of two neighbours. */

unsigned
asr_mock_look_distance(asr_str_t a, asr_str_t b)
{
    size_t         i, k, n, m;
    unsigned       row[3][ASR_MOCK_NAME_MAX + 1], v;
    unsigned char  x[ASR_MOCK_NAME_MAX], y[ASR_MOCK_NAME_MAX];

    n = asr_mock_look_plain_name(a, x);
    m = asr_mock_look_plain_name(b, y);

    if (n > ASR_MOCK_NAME_MAX || m > ASR_MOCK_NAME_MAX) {
        return ASR_MOCK_FAR;
    }

    memset(row, 0, sizeof(row));

    for (k = 0; k <= m; k++) {
        row[0][k] = (unsigned) k;
    }

    for (i = 1; i <= n; i++) {
        memcpy(row[2], row[1], sizeof(row[2]));
        memcpy(row[1], row[0], sizeof(row[1]));
        row[0][0] = (unsigned) i;

        for (k = 1; k <= m; k++) {
            v = row[1][k - 1] + (x[i - 1] != y[k - 1]);
            v = (row[1][k] + 1 < v) ? row[1][k] + 1 : v;
            v = (row[0][k - 1] + 1 < v) ? row[0][k - 1] + 1 : v;

            if (i > 1 && k > 1 && x[i - 1] == y[k - 2] && x[i - 2] == y[k - 1]
                && row[2][k - 2] + 1 < v)
            {
                v = row[2][k - 2] + 1;
            }

            row[0][k] = v;
        }
    }

    return row[0][m];
}


bool
asr_mock_look_near(asr_str_t sent, asr_str_t known)
{
    size_t  most;

    most = (known.len < 4) ? 0 : (known.len < 8) ? 1 : known.len / 4;

    return asr_mock_look_distance(sent, known) <= most;
}


asr_str_t
asr_mock_look_pair(const asr_mock_look_t *l, asr_str_t name)
{
    const asr_pair_t  *pair;

    pair = asr_form_get(&l->form, name);

    return (pair != NULL) ? pair->value : asr_str_null();
}


/* This machine, a private network, or a name without a dot. */

bool
asr_mock_look_local(asr_str_t host)
{
    size_t  i;

    static const asr_str_t  begin[] = {
        ASR_STR("127."), ASR_STR("10."), ASR_STR("192.168."), ASR_STR("[::1]"),
        ASR_STR("[fd"), ASR_STR("[fe80"), ASR_STR("localhost"),
        ASR_STR("172."), ASR_STR("host.docker.internal"), ASR_STR("0.0.0.0")
    };

    for (i = 0; i < asr_nelts(begin); i++) {
        if (host.len >= begin[i].len
            && asr_str_caseeq((asr_str_t) { begin[i].len, host.data },
                              begin[i]))
        {
            return true;
        }
    }

    for (i = 0; i < host.len && host.data[i] != ':'; i++) {
        if (host.data[i] == '.') {
            return false;
        }
    }

    return true;
}


bool
asr_mock_look_plain(asr_str_t url)
{
    size_t  i;

    static const asr_str_t  http = ASR_STR("http://");

    if (url.len <= http.len
        || !asr_str_caseeq((asr_str_t) { http.len, url.data }, http))
    {
        return false;
    }

    url.data += http.len;
    url.len -= http.len;

    for (i = 0; i < url.len; i++) {
        if (memchr("/?#", url.data[i], 3) != NULL) {
            break;
        }
    }

    return !asr_mock_look_local((asr_str_t) { i, url.data });
}


bool
asr_mock_look_url(asr_str_t url, bool ascii)
{
    bool            host;
    size_t          i, skip;
    unsigned char   c;

    static const asr_str_t  schemes[] = {
        ASR_STR("http://"), ASR_STR("https://")
    };

    for (i = 0, skip = 0; i < asr_nelts(schemes); i++) {
        if (url.len > schemes[i].len
            && asr_str_caseeq((asr_str_t) { schemes[i].len, url.data },
                              schemes[i]))
        {
            skip = schemes[i].len;
        }
    }

    if (skip == 0 || memchr("/?#:", url.data[skip], 4) != NULL) {
        return false;
    }

    for (i = skip, host = true; i < url.len; i++) {
        c = (unsigned char) url.data[i];

        if (c <= ' ' || c == 0x7f || (ascii && c > 0x7f)) {
            return false;
        }

        if (c == '/' || c == '?' || c == '#') {
            host = false;
        }

        if (host && c == '@') {
            return false;
        }
    }

    return true;
}
