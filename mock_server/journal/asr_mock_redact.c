/*
 * Secrets in headers, URLs and forms; which names are secrets'.
 */

#define _GNU_SOURCE                  /* memmem() */

#include "asr_mock_redact.h"


#define ASR_MOCK_SEEN       16       /* secrets remembered of a request */
#define ASR_MOCK_SEEN_LEN   2048     /* so much of each */
#define ASR_MOCK_SEEN_MIN   8        /* shorter ones would match by chance */
#define ASR_MOCK_NAME_LEN   64       /* no longer name is a secret's */


typedef struct {
    asr_str_t           name;        /* lower case, without '-', '_', '.' */
    bool                whole;       /* not just the end of it */
    asr_mock_secrecy_t  secrecy;
} asr_mock_rule_t;


static const asr_mock_rule_t *asr_mock_rule(asr_str_t name);
static bool asr_mock_is_test_key(asr_str_t value);
static void asr_mock_seen_add(asr_str_t value);
static asr_str_t asr_mock_unescape(asr_str_t s, char *mem, size_t size);
static void asr_mock_redact_pair(asr_mock_out_t *o, asr_str_t name,
    asr_str_t value);
static void asr_mock_redact_coded(asr_mock_out_t *o, asr_str_t value);
static void asr_mock_redact_authorization(asr_mock_out_t *o, asr_str_t value);
static void asr_mock_redact_signed(asr_mock_out_t *o, asr_str_t value,
    size_t signature);
static void asr_mock_redact_cookies(asr_mock_out_t *o, asr_str_t value,
    bool set);


/* By the last letters: most names end here. */

static const asr_mock_rule_t  asr_mock_rules_d[] = {
    { ASR_STR("password"), false, ASR_MOCK_HIDDEN },
    { ASR_STR("passwd"), false, ASR_MOCK_HIDDEN },
    { ASR_STR("pwd"), true, ASR_MOCK_HIDDEN },
    { asr_str_null(), false, ASR_MOCK_PLAIN }
};

static const asr_mock_rule_t  asr_mock_rules_e[] = {
    { ASR_STR("signature"), false, ASR_MOCK_SIGNATURE },
    { ASR_STR("cookie"), false, ASR_MOCK_HIDDEN },
    { ASR_STR("passphrase"), false, ASR_MOCK_HIDDEN },
    { asr_str_null(), false, ASR_MOCK_PLAIN }
};

static const asr_mock_rule_t  asr_mock_rules_g[] = {
    { ASR_STR("sig"), true, ASR_MOCK_SIGNATURE },
    { asr_str_null(), false, ASR_MOCK_PLAIN }
};

static const asr_mock_rule_t  asr_mock_rules_n[] = {
    { ASR_STR("nexttoken"), false, ASR_MOCK_PLAIN },     /* of a page */
    { ASR_STR("pagetoken"), false, ASR_MOCK_PLAIN },
    { ASR_STR("continuationtoken"), false, ASR_MOCK_PLAIN },
    { ASR_STR("token"), false, ASR_MOCK_KEY },
    { ASR_STR("authorization"), false, ASR_MOCK_KEY },
    { ASR_STR("sign"), true, ASR_MOCK_SIGNATURE },
    { asr_str_null(), false, ASR_MOCK_PLAIN }
};

static const asr_mock_rule_t  asr_mock_rules_t[] = {
    { ASR_STR("secret"), false, ASR_MOCK_KEY },
    { asr_str_null(), false, ASR_MOCK_PLAIN }
};

static const asr_mock_rule_t  asr_mock_rules_y[] = {
    { ASR_STR("secretkey"), false, ASR_MOCK_KEY },
    { ASR_STR("secretaccesskey"), false, ASR_MOCK_KEY },
    { ASR_STR("apikey"), false, ASR_MOCK_KEY },
    { ASR_STR("accesskey"), true, ASR_MOCK_KEY },
    { ASR_STR("privatekey"), false, ASR_MOCK_KEY },
    { ASR_STR("authkey"), false, ASR_MOCK_KEY },
    { ASR_STR("signkey"), false, ASR_MOCK_KEY },
    { ASR_STR("sessionkey"), false, ASR_MOCK_KEY },
    { asr_str_null(), false, ASR_MOCK_PLAIN }
};


static struct {
    unsigned  n;
    size_t    len[ASR_MOCK_SEEN];
    char      data[ASR_MOCK_SEEN][ASR_MOCK_SEEN_LEN];
} asr_mock_seen;


void
asr_mock_redact_begin(void)
{
    asr_mock_seen.n = 0;
}


static const asr_mock_rule_t *
asr_mock_rule(asr_str_t name)
{
    char  before;

    before = name.data[name.len - 2] | 0x20;

    switch (name.data[name.len - 1] | 0x20) {

    case 'd':
        return before == 'r' || before == 'w' ? asr_mock_rules_d : NULL;

    case 'e':
        return before == 'r' || before == 'i' || before == 's'
               ? asr_mock_rules_e : NULL;

    case 'g':
        return before == 'i' ? asr_mock_rules_g : NULL;

    case 'n':
        return before == 'e' || before == 'o' || before == 'g'
               ? asr_mock_rules_n : NULL;

    case 't':
        return before == 'e' ? asr_mock_rules_t : NULL;

    case 'y':
        return before == 'e' ? asr_mock_rules_y : NULL;

    default:
        return NULL;
    }
}


asr_mock_secrecy_t
asr_mock_secrecy(asr_str_t name)
{
    char                    c, text[ASR_MOCK_NAME_LEN];
    size_t                  i, n;
    asr_str_t               want;
    const asr_mock_rule_t  *rule;

    if (name.len < 3 || (rule = asr_mock_rule(name)) == NULL) {
        return ASR_MOCK_PLAIN;
    }

    if (name.len > ASR_MOCK_NAME_LEN) {
        name.data += name.len - ASR_MOCK_NAME_LEN;
        name.len = ASR_MOCK_NAME_LEN;
    }

    n = 0;

    for (i = 0; i < name.len; i++) {
        c = name.data[i];

        if (c != '-' && c != '_' && c != '.') {
            text[n++] = c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
        }
    }

    for ( /* void */ ; rule->name.len != 0; rule++) {
        want = rule->name;

        if (n >= want.len && (n == want.len || !rule->whole)
            && memcmp(text + n - want.len, want.data, want.len) == 0)
        {
            return rule->secrecy;
        }
    }

    return ASR_MOCK_PLAIN;
}


static bool
asr_mock_is_test_key(asr_str_t value)
{
    char    c;
    size_t  i;

    if (value.len < 5 || value.len > 128
        || memcmp(value.data, "test-", 5) != 0)
    {
        return false;
    }

    for (i = 5; i < value.len; i++) {
        c = value.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
        {
            return false;
        }
    }

    return true;
}


static void
asr_mock_seen_add(asr_str_t value)
{
    size_t  n;

    n = value.len > ASR_MOCK_SEEN_LEN ? ASR_MOCK_SEEN_LEN : value.len;

    if (n < ASR_MOCK_SEEN_MIN || asr_mock_seen.n == ASR_MOCK_SEEN) {
        return;
    }

    memcpy(asr_mock_seen.data[asr_mock_seen.n], value.data, n);
    asr_mock_seen.len[asr_mock_seen.n++] = n;
}


/* In place: a mask is never longer than what is remembered. */

void
asr_mock_redact_echo(asr_mock_out_t *o, char *start)
{
    char      *p, *end;
    size_t     len;
    uint64_t   have, want;
    unsigned   i;

    for (i = 0; i < asr_mock_seen.n; i++) {
        len = asr_mock_seen.len[i];
        memcpy(&want, asr_mock_seen.data[i], sizeof(want));

        if ((size_t) (o->pos - start) < len) {
            continue;
        }

        end = o->pos - len;

        for (p = start; p <= end; p++) {
            memcpy(&have, p, sizeof(have));

            if (have != want || memcmp(p, asr_mock_seen.data[i], len) != 0) {
                continue;
            }

            memcpy(p, "***", 3);
            memmove(p + 3, p + len, (size_t) (o->pos - (p + len)));
            o->pos -= len - 3;
            end = o->pos - len;
            p += 2;
        }
    }
}


void
asr_mock_redact_value(asr_mock_out_t *o, asr_mock_secrecy_t secrecy,
    asr_str_t value)
{
    size_t  n;

    if (secrecy == ASR_MOCK_PLAIN || value.len == 0
        || asr_mock_is_test_key(value))
    {
        asr_mock_out(o, value.data, value.len);
        return;
    }

    asr_mock_seen_add(value);

    if (secrecy == ASR_MOCK_SIGNATURE && value.len > 16) {
        n = 8;

        /* not half of "%2B" */
        n -= value.data[7] == '%' ? 1 : value.data[6] == '%' ? 2 : 0;

        asr_mock_out(o, value.data, n);
        asr_mock_out(o, "...", 3);

    } else if (secrecy == ASR_MOCK_KEY && value.len >= 20) {
        asr_mock_out(o, value.data, 4);
        asr_mock_out(o, "...", 3);
        asr_mock_out(o, value.data + value.len - 2, 2);

    } else {
        asr_mock_out(o, "***", 3);
    }
}


void
asr_mock_redact_named(asr_mock_out_t *o, asr_str_t name, asr_str_t value)
{
    asr_mock_secrecy_t  secrecy;

    secrecy = asr_mock_secrecy(name);

    if (secrecy == ASR_MOCK_PLAIN) {
        asr_mock_redact_text(o, value);

    } else {
        asr_mock_redact_value(o, secrecy, value);
    }
}


void
asr_mock_redact_header(asr_mock_out_t *o, asr_str_t name, asr_str_t value)
{
    asr_mock_secrecy_t  secrecy;

    secrecy = asr_mock_secrecy(name);

    if (secrecy == ASR_MOCK_PLAIN) {
        asr_mock_redact_text(o, value);

    } else if ((name.data[name.len - 1] | 0x20) == 'n'
               && name.len >= 13
               && asr_str_caseeq((asr_str_t) { 13, name.data + name.len - 13 },
                                 asr_str("authorization")))
    {
        asr_mock_redact_authorization(o, value);

    } else if (asr_str_caseeq(name, asr_str("cookie"))) {
        asr_mock_redact_cookies(o, value, false);

    } else if (asr_str_caseeq(name, asr_str("set-cookie"))) {
        asr_mock_redact_cookies(o, value, true);

    } else {
        asr_mock_redact_value(o, secrecy, value);
    }
}


/* "Scheme key", "key", or the scheme of a cloud with its parameters. */

static void
asr_mock_redact_authorization(asr_mock_out_t *o, asr_str_t value)
{
    size_t       n;
    asr_str_t    scheme;
    const char  *p;

    scheme.data = value.data;
    scheme.len = 0;

    while (scheme.len < value.len && value.data[scheme.len] != ' '
           && value.data[scheme.len] != '\t')
    {
        scheme.len++;
    }

    n = scheme.len;

    while (n < value.len && (value.data[n] == ' ' || value.data[n] == '\t')) {
        n++;
    }

    if (n == value.len) {
        asr_mock_redact_value(o, ASR_MOCK_KEY, scheme);
        asr_mock_out(o, value.data + scheme.len, n - scheme.len);
        return;
    }

    if (scheme.len > 12
        && asr_str_caseeq((asr_str_t) { 12, scheme.data + scheme.len - 12 },
                          asr_str("-HMAC-SHA256"))
        && (p = memmem(value.data + n, value.len - n, "Signature=", 10))
           != NULL)
    {
        asr_mock_redact_signed(o, value, (size_t) (p - value.data) + 10);
        return;
    }

    asr_mock_out(o, value.data, n);
    value.data += n;
    value.len -= n;

    asr_mock_redact_value(o, asr_str_caseeq(scheme, asr_str("Basic"))
                             ? ASR_MOCK_HIDDEN : ASR_MOCK_KEY, value);
}


/* Another order than the usual one, or more than that, is only text. */

static void
asr_mock_redact_signed(asr_mock_out_t *o, asr_str_t value, size_t signature)
{
    size_t     i;
    asr_str_t  hex;

    hex.data = value.data + signature;
    hex.len = value.len - signature;

    for (i = 0; i < hex.len; i++) {
        if (hex.data[i] == ',' || hex.data[i] == ' ' || hex.data[i] == '=') {
            asr_mock_redact_text(o, value);
            return;
        }
    }

    asr_mock_out(o, value.data, signature);
    asr_mock_redact_value(o, ASR_MOCK_SIGNATURE, hex);
}


static void
asr_mock_redact_cookies(asr_mock_out_t *o, asr_str_t value, bool set)
{
    bool        first;
    asr_str_t   part, name;

    for (first = true; value.data != NULL; first = false) {
        part = asr_str_cut(&value, ';');

        if (!first) {
            asr_mock_out(o, ";", 1);
        }

        if (set && !first) {
            asr_mock_out(o, part.data, part.len);
            continue;
        }

        name = asr_str_cut(&part, '=');

        if (part.data == NULL) {
            asr_mock_redact_value(o, ASR_MOCK_HIDDEN, name);
            continue;
        }

        asr_mock_out(o, name.data, name.len);
        asr_mock_out(o, "=", 1);
        asr_mock_redact_value(o, ASR_MOCK_HIDDEN, part);
    }
}


void
asr_mock_redact_target(asr_mock_out_t *o, asr_str_t target)
{
    const char  *p;
    asr_str_t    path;

    p = target.len != 0 ? memchr(target.data, '?', target.len) : NULL;

    path.data = target.data;
    path.len = p != NULL ? (size_t) (p - target.data) : target.len;

    asr_mock_redact_text(o, path);

    if (p != NULL) {
        asr_mock_out(o, "?", 1);
        target.len -= path.len + 1;
        target.data = p + 1;
        asr_mock_redact_query(o, target);
    }
}


void
asr_mock_redact_query(asr_mock_out_t *o, asr_str_t args)
{
    char        mem[ASR_MOCK_NAME_LEN * 3];
    bool        first;
    asr_str_t   pair, name, plain;

    for (first = true; args.data != NULL; first = false) {
        pair = asr_str_cut(&args, '&');

        if (!first) {
            asr_mock_out(o, "&", 1);
        }

        if (pair.len == 0) {
            continue;
        }

        name = asr_str_cut(&pair, '=');

        asr_mock_out(o, name.data, name.len);

        if (pair.data == NULL) {
            continue;
        }

        asr_mock_out(o, "=", 1);

        plain = name.len != 0 && memchr(name.data, '%', name.len) != NULL
                ? asr_mock_unescape(name, mem, sizeof(mem)) : name;

        asr_mock_redact_pair(o, plain, pair);
    }
}


static void
asr_mock_redact_pair(asr_mock_out_t *o, asr_str_t name, asr_str_t value)
{
    asr_mock_secrecy_t  secrecy;

    secrecy = asr_mock_secrecy(name);

    if (secrecy == ASR_MOCK_PLAIN && asr_str_caseeq(name, asr_str("key"))) {
        secrecy = ASR_MOCK_KEY;
    }

    if (secrecy != ASR_MOCK_PLAIN) {
        asr_mock_redact_value(o, secrecy, value);

    } else if (value.len != 0 && memchr(value.data, '%', value.len) != NULL) {
        asr_mock_redact_coded(o, value);

    } else {
        asr_mock_redact_text(o, value);
    }
}


/* %XX and '+'; what does not fit is left out. */

static asr_str_t
asr_mock_unescape(asr_str_t s, char *mem, size_t size)
{
    int     high, low;
    size_t  i, n;

    n = 0;

    for (i = 0; i < s.len && n < size; i++) {
        if (s.data[i] == '%' && s.len - i > 2
            && (high = asr_hex_digit(s.data[i + 1])) >= 0
            && (low = asr_hex_digit(s.data[i + 2])) >= 0)
        {
            mem[n++] = (char) (high << 4 | low);
            i += 2;

        } else {
            mem[n++] = s.data[i] == '+' ? ' ' : s.data[i];
        }
    }

    return (asr_str_t) { n, mem };
}


/*
 * A value that is coded may be a URL or JSON: it is coded again only when
 * there was something to mask in it.
 */

static void
asr_mock_redact_coded(asr_mock_out_t *o, asr_str_t value)
{
    char             c, hex[3];
    size_t           i;
    asr_str_t        plain;
    asr_mock_out_t   masked;

    static const char  digits[] = "0123456789ABCDEF";
    static char        mem[ASR_MOCK_BODY_MAX], out[ASR_MOCK_BODY_MAX * 2];

    plain = asr_mock_unescape(value, mem, sizeof(mem));

    masked.pos = out;
    masked.end = out + sizeof(out);
    masked.cut = false;

    if (plain.len != 0 && (plain.data[0] == '{' || plain.data[0] == '[')) {
        asr_mock_redact_json(&masked, plain);

    } else {
        asr_mock_redact_text(&masked, plain);
    }

    if ((size_t) (masked.pos - out) == plain.len
        && memcmp(out, plain.data, plain.len) == 0)
    {
        asr_mock_out(o, value.data, value.len);
        return;
    }

    hex[0] = '%';

    for (i = 0; i < (size_t) (masked.pos - out); i++) {
        c = out[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'
            || c == '~' || c == '*')
        {
            asr_mock_out(o, &c, 1);

        } else {
            hex[1] = digits[(unsigned char) c >> 4];
            hex[2] = digits[c & 15];
            asr_mock_out(o, hex, 3);
        }
    }
}
