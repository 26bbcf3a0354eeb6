/*
 * The Authorization header of TC3 and ACS3, read as far as anyone could, and
 * the lines of headers that both sign.
 */

#include "asr_mock_doctor_int.h"
#include "core/auth/asr_host.h"


static const asr_str_t  asr_mock_parts[] = {
    ASR_STR("Credential"), ASR_STR("SignedHeaders"), ASR_STR("Signature")
};


/* Where "Name=" begins, as a word; s.len: nowhere. */

static size_t
asr_mock_find_part(asr_str_t s, asr_str_t name)
{
    size_t  i;

    for (i = 0; i + name.len < s.len; i++) {
        if (s.data[i + name.len] == '='
            && (i == 0 || strchr(" \t,;&\"'", s.data[i - 1]) != NULL)
            && asr_str_caseeq((asr_str_t) { name.len, s.data + i }, name))
        {
            return i;
        }
    }

    return s.len;
}


/* Without the comma and blanks that end it, and quotes around it. */

static asr_str_t
asr_mock_part_value(asr_mock_case_t *c, asr_str_t s, bool last)
{
    size_t  commas;

    commas = 0;
    s = asr_str_trim(s);

    while (s.len != 0 && strchr(",;& \t", s.data[s.len - 1]) != NULL) {
        commas += s.data[s.len - 1] == ',';
        s.len--;
    }

    if (commas != (last ? 0 : 1) && c->auth.fault.len == 0) {
        c->auth.fault = last ? asr_str("something follows the last part")
                             : asr_str("one comma parts two parts");
    }

    if (s.len > 1 && (s.data[0] == '"' || s.data[0] == '\'')
        && s.data[s.len - 1] == s.data[0])
    {
        s.data++;
        s.len -= 2;

        if (c->auth.fault.len == 0) {
            c->auth.fault = asr_str("a part has quotes around its value");
        }
    }

    return s;
}


void
asr_mock_auth_parse(asr_mock_case_t *c, asr_str_t header)
{
    size_t            i, k, at[3], end;
    asr_str_t         s, *value;
    asr_mock_auth_t  *auth;

    auth = &c->auth;
    s = asr_str_trim(header);
    auth->scheme = asr_str_cut(&s, ' ');
    s = asr_str_trim(s);

    asr_str_t *const  values[] = {
        &auth->credential, &auth->signed_headers, &auth->signature
    };

    for (i = 0; i < 3; i++) {
        at[i] = asr_mock_find_part(s, asr_mock_parts[i]);

        if (at[i] == s.len) {
            auth->fault = asr_arena_printf(c->arena, "%.*s= is missing",
                                           asr_fmt(asr_mock_parts[i]));

        } else if (memcmp(s.data + at[i], asr_mock_parts[i].data,
                          asr_mock_parts[i].len) != 0)
        {
            auth->fault = asr_arena_printf(c->arena,
                                           "it is written %.*s, with capitals",
                                           asr_fmt(asr_mock_parts[i]));
        }
    }

    for (i = 0; i < 3; i++) {
        if (at[i] == s.len) {
            continue;
        }

        end = s.len;

        for (k = 0; k < 3; k++) {
            if (at[k] > at[i] && at[k] < end) {
                end = at[k];
            }
        }

        k = at[i] + asr_mock_parts[i].len + 1;
        value = values[i];
        *value = asr_mock_part_value(c, (asr_str_t) { end - k, s.data + k },
                                     end == s.len);
    }

    if (auth->fault.len == 0 && at[0] != 0 && at[1] != 0 && at[2] != 0) {
        auth->fault = asr_str("something stands before the first part");
    }
}


static int
asr_mock_compare(asr_str_t a, asr_str_t b)
{
    int     rc;
    size_t  n;

    n = a.len < b.len ? a.len : b.len;
    rc = n != 0 ? memcmp(a.data, b.data, n) : 0;

    return rc != 0 ? rc : (a.len > b.len) - (a.len < b.len);
}


/* The next name of SignedHeaders, parted by whatever the client took. */

static asr_str_t
asr_mock_next_name(asr_str_t *s)
{
    size_t     n;
    asr_str_t  name;

    while (s->len != 0 && strchr("; ,:\t", s->data[0]) != NULL) {
        s->data++;
        s->len--;
    }

    for (n = 0; n < s->len && strchr("; ,:\t", s->data[n]) == NULL; n++) {
        /* void */
    }

    name = (asr_str_t) { n, s->data };
    s->data += n;
    s->len -= n;

    return name;
}


void
asr_mock_name_signed(asr_mock_case_t *c, bool type)
{
    bool        host, content, upper, order;
    size_t      i, n;
    asr_str_t   s, name, lower, last, list, absent;

    list = c->auth.signed_headers;
    host = content = upper = order = false;
    last = absent = asr_str_null();

    for (s = list, n = 0; n < ASR_MOCK_NAMES_MAX; n++) {
        name = asr_mock_next_name(&s);
        if (name.len == 0) {
            break;
        }

        lower = asr_mock_lower(c->work, name);
        upper |= !asr_str_eq(lower, name);
        host |= asr_str_eq(lower, asr_str("host"));
        content |= asr_str_eq(lower, asr_str("content-type"));
        order |= n != 0 && asr_mock_compare(last, lower) >= 0;
        last = lower;

        if (lower.data != NULL) {
            c->names[c->nnames++] = lower;
        }

        if (absent.len == 0 && lower.data != NULL
            && asr_mock_header(c->x, lower.data).data == NULL)
        {
            absent = lower;
        }
    }

    for (i = 0; i < list.len; i++) {
        if (strchr(" ,:\t", list.data[i]) != NULL) {
            asr_mock_name(c, ASR_MOCK_M_SIGNED_SEPARATOR, asr_str_null(),
                          list, asr_str("names parted by \";\""));
            break;
        }
    }

    if (upper) {
        asr_mock_name(c, ASR_MOCK_M_SIGNED_UPPER, asr_str_null(), list,
                      asr_mock_lower(c->arena, list));
    }

    if (order) {
        asr_mock_name(c, ASR_MOCK_M_SIGNED_ORDER, asr_str_null(), list,
                      asr_str("names in the order of their bytes"));
    }

    if (!host) {
        asr_mock_name(c, ASR_MOCK_M_SIGNED_HOST, asr_str_null(), list,
                      asr_str("host among them"));
    }

    if (type && !content) {
        asr_mock_name(c, ASR_MOCK_M_SIGNED_TYPE, asr_str_null(), list,
                      asr_str("content-type;host"));
    }

    if (absent.len != 0) {
        asr_mock_name(c, asr_str_eq(absent, asr_str("x-acs-content-sha256"))
                      ? ASR_MOCK_M_ACS_SHA_MISSING
                      : ASR_MOCK_M_SIGNED_ABSENT,
                      absent, absent, asr_str("a header of that name"));
    }
}


static asr_str_t
asr_mock_header_value(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_str_t name)
{
    asr_str_t  value;

    value = asr_str_trim(asr_mock_header(c->x, name.data));

    if (asr_str_eq(name, asr_str("host"))) {
        return asr_mock_instead(r, ASR_MOCK_K_HOST, value);
    }

    if (asr_str_eq(name, asr_str("content-type"))) {
        return asr_mock_instead(r, ASR_MOCK_K_TYPE, value);
    }

    return value;
}


static char
asr_mock_small(char c)
{
    return (char) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}


static bool
asr_mock_is_lower(const asr_mock_recipe_t *r, asr_str_t name)
{
    switch (asr_mock_code(r, ASR_MOCK_K_CASE)) {

    case ASR_MOCK_CASE_LOWER:
        return true;

    case ASR_MOCK_CASE_ACTION:
        return asr_str_eq(name, asr_str("x-tc-action"));

    case ASR_MOCK_CASE_OTHERS:
        return !asr_str_eq(name, asr_str("x-tc-action"));

    default:
        return false;
    }
}


static void
asr_mock_put_header(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_buf_t *b, asr_str_t name)
{
    bool       lower;
    char       ch;
    size_t     i;
    unsigned   form;
    asr_str_t  value;

    form = asr_mock_code(r, ASR_MOCK_K_FORM);

    for (i = 0; i < name.len; i++) {
        ch = name.data[i];

        if (form == ASR_MOCK_FORM_NAMES && ch >= 'a' && ch <= 'z'
            && (i == 0 || name.data[i - 1] == '-'))
        {
            ch = (char) (ch & ~0x20);
        }

        (void) asr_buf_append(b, &ch, 1);
    }

    asr_mock_put(b, form == ASR_MOCK_FORM_BLANK ? asr_str(": ")
                                                : asr_str(":"));
    value = asr_mock_header_value(c, r, name);

    lower = asr_mock_is_lower(r, name)
            || ((asr_mock_code(r, ASR_MOCK_K_SET) & ASR_MOCK_SET_LOWER) != 0
                && asr_str_eq(name, r->knob[ASR_MOCK_K_SET]->text));

    if (!lower) {
        asr_mock_put(b, value);

    } else {
        for (i = 0; i < value.len; i++) {
            ch = asr_mock_small(value.data[i]);
            (void) asr_buf_append(b, &ch, 1);
        }
    }

    asr_mock_put(b, asr_str("\n"));
}


/* The names that are signed by the recipe, in their order. */

static bool
asr_mock_set(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_str_t *names, size_t *n)
{
    size_t     i, k;
    unsigned   code;
    asr_str_t  name, text;

    code = asr_mock_code(r, ASR_MOCK_K_SET);
    text = asr_mock_instead(r, ASR_MOCK_K_SET, asr_str_null());
    *n = 0;

    for (i = 0; i < c->nnames; i++) {
        if (code != ASR_MOCK_SET_LEFT || !asr_str_eq(c->names[i], text)) {
            names[(*n)++] = c->names[i];
        }
    }

    if ((code & 3) >= ASR_MOCK_SET_ADDED
        && *n < ASR_MOCK_NAMES_MAX)
    {
        for (i = 0; i < *n && asr_mock_compare(names[i], text) < 0; i++) {
            /* void */
        }

        for (k = *n; k > i; k--) {
            names[k] = names[k - 1];
        }

        names[i] = text;
        (*n)++;
    }

    for (i = 0; i < *n / 2; i++) {
        if (asr_mock_code(r, ASR_MOCK_K_FORM) == ASR_MOCK_FORM_ORDER) {
            name = names[i];
            names[i] = names[*n - 1 - i];
            names[*n - 1 - i] = name;
        }
    }

    return *n != 0;
}


bool
asr_mock_put_headers(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_buf_t *b)
{
    size_t     i, n;
    unsigned   form;
    asr_str_t  names[ASR_MOCK_NAMES_MAX], list;

    form = asr_mock_code(r, ASR_MOCK_K_FORM);

    if (!asr_mock_set(c, r, names, &n)) {
        return false;
    }

    for (i = 0; i < n; i++) {
        asr_mock_put_header(c, r, b, names[i]);
    }

    if (form != ASR_MOCK_FORM_NEWLINE) {
        asr_mock_put(b, asr_str("\n"));
    }

    if (form == ASR_MOCK_FORM_EXTRA) {
        asr_mock_put(b, asr_str("\n"));
    }

    if (form == ASR_MOCK_FORM_NO_LINE) {
        return true;
    }

    if (form == ASR_MOCK_FORM_COMMA
        || (asr_mock_code(r, ASR_MOCK_K_SET) & 3) == ASR_MOCK_SET_LISTED)
    {
        for (i = 0; i < n; i++) {
            asr_mock_put(b, i == 0 ? asr_str("")
                            : form == ASR_MOCK_FORM_COMMA ? asr_str(",")
                                                          : asr_str(";"));
            asr_mock_put(b, names[i]);
        }

    } else {
        list = c->auth.signed_headers;
        asr_mock_put(b, list);
    }

    asr_mock_put(b, asr_str("\n"));

    return true;
}


void
asr_mock_header_ways(asr_mock_case_t *c)
{
    size_t  i;

    static const struct {
        unsigned      code;
        asr_mock_m_t  mistake;
    } forms[] = {
        { ASR_MOCK_FORM_NEWLINE, ASR_MOCK_M_HEADER_NEWLINE },
        { ASR_MOCK_FORM_BLANK,   ASR_MOCK_M_HEADER_BLANK },
        { ASR_MOCK_FORM_ORDER,   ASR_MOCK_M_HEADER_ORDER },
        { ASR_MOCK_FORM_EXTRA,   ASR_MOCK_M_HEADER_EXTRA },
        { ASR_MOCK_FORM_NAMES,   ASR_MOCK_M_HEADER_NAMES },
        { ASR_MOCK_FORM_NO_LINE, ASR_MOCK_M_SIGNED_LINE },
        { ASR_MOCK_FORM_COMMA,   ASR_MOCK_M_SIGNED_LINE }
    };

    for (i = 0; i < asr_nelts(forms); i++) {
        asr_mock_way(c, ASR_MOCK_K_FORM, forms[i].code, forms[i].mistake,
                     asr_str_null());
    }

    for (i = 0; i < c->nnames; i++) {
        asr_mock_way(c, ASR_MOCK_K_SET, ASR_MOCK_SET_LEFT,
                     asr_str_eq(c->names[i], asr_str("x-tc-action"))
                     ? ASR_MOCK_M_ACTION_UNSIGNED : ASR_MOCK_M_HEADER_LEFT,
                     c->names[i]);
    }
}


void
asr_mock_host_ways(asr_mock_case_t *c, const asr_str_t *vendors, size_t n)
{
    size_t     i;
    asr_str_t  host, name, port, other;

    host = asr_str_trim(asr_mock_header(c->x, "host"));
    host = host.data != NULL ? host : asr_str("");
    name = asr_host_name(host);
    port = (asr_str_t) { host.len - name.len, host.data + name.len };

    if (name.len != host.len) {
        asr_mock_base(c, ASR_MOCK_K_HOST, 0, name);

    } else {
        asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_PORT,
                     asr_arena_printf(c->work, "%.*s:80", asr_fmt(host)));
        asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_PORT,
                     asr_arena_printf(c->work, "%.*s:443", asr_fmt(host)));
        asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_PORT,
                     asr_arena_printf(c->work, "%.*s:8080", asr_fmt(host)));
    }

    for (i = 0; i < n; i++) {
        asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_VENDOR,
                     vendors[i]);
    }

    other = asr_str_null();

    if (asr_str_eq(name, asr_str("127.0.0.1"))) {
        other = asr_str("localhost");

    } else if (asr_str_eq(name, asr_str("localhost"))) {
        other = asr_str("127.0.0.1");
    }

    if (other.len != 0) {
        asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_LOCAL, other);
        asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_LOCAL,
                     asr_arena_printf(c->work, "%.*s%.*s", asr_fmt(other),
                                      asr_fmt(port)));
    }

    asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_SCHEME,
                 asr_arena_printf(c->work, "http://%.*s", asr_fmt(host)));
    asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_SCHEME,
                 asr_arena_printf(c->work, "https://%.*s", asr_fmt(host)));
    asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_SCHEME,
                 asr_arena_printf(c->work, "%.*s/", asr_fmt(host)));
    asr_mock_way(c, ASR_MOCK_K_HOST, 0, ASR_MOCK_M_HOST_MISSING,
                 asr_str(""));
}


static bool
asr_mock_has_charset(asr_str_t type)
{
    return type.len != 0 && memchr(type.data, ';', type.len) != NULL;
}


void
asr_mock_type_ways(asr_mock_case_t *c)
{
    size_t        i;
    asr_str_t     sent, media, signed_type;
    asr_mock_m_t  m;

    static const asr_str_t  types[] = {
        ASR_STR("application/json; charset=utf-8"),
        ASR_STR("application/json"),
        ASR_STR("application/json;charset=utf-8"),
        ASR_STR("application/json; charset=UTF-8"),
        ASR_STR("application/json;charset=UTF-8"),
        ASR_STR("application/x-www-form-urlencoded"),
        ASR_STR("application/x-www-form-urlencoded; charset=utf-8"),
        ASR_STR("application/x-www-form-urlencoded;charset=utf-8"),
        ASR_STR("application/octet-stream"), ASR_STR("text/plain"),
        ASR_STR("text/plain; charset=utf-8"), ASR_STR("")
    };

    sent = asr_str_trim(asr_mock_header(c->x, "content-type"));
    media = sent;
    media = asr_str_trim(asr_str_cut(&media, ';'));

    for (i = 0; i < asr_nelts(types); i++) {
        signed_type = types[i];

        if (asr_str_eq(signed_type, sent)) {
            continue;
        }

        signed_type = asr_str_trim(asr_str_cut(&signed_type, ';'));

        if (!asr_str_caseeq(signed_type, media)) {
            m = ASR_MOCK_M_TYPE_OTHER;

        } else if (asr_mock_has_charset(sent)
                   == asr_mock_has_charset(types[i]))
        {
            m = ASR_MOCK_M_TYPE_FORM;

        } else if (asr_mock_has_charset(sent)) {
            m = ASR_MOCK_M_TYPE_SENT;

        } else {
            m = ASR_MOCK_M_TYPE_SIGNED;
        }

        asr_mock_way(c, ASR_MOCK_K_TYPE, 0, m, types[i]);
    }
}
