/*
 * Secrets in plain text: what stands after a name, in a URL, after a scheme.
 */

#define _GNU_SOURCE                  /* memmem() */

#include "asr_mock_redact.h"


#define ASR_MOCK_SIGNED  "/upload/signed/"

/*
 * What it takes to name a secret: toKEN, KEY, cOOKie, seCRET, pASS, PWD, SIG
 * (of "signed" too), aUTH, BEArer, bASIc; "\u0" in a name that is escaped; and
 * what stands in a URL before its user.
 */

typedef unsigned char  asr_mock_v16_t __attribute__((vector_size(16)));

#define ASR_MOCK_PAIR(x, y)                                                   \
    (((asr_mock_v16_t) (a == (unsigned char) (x)))                            \
     & ((asr_mock_v16_t) (b == (unsigned char) (y))))


static inline bool asr_mock_look(const char *block, asr_str_t text);
static bool asr_mock_tells_at(asr_str_t rest);
static bool asr_mock_has_user(asr_str_t rest);
static bool asr_mock_is_base64(asr_str_t text);
static size_t asr_mock_redact_authority(asr_mock_out_t *o, asr_str_t rest);
static size_t asr_mock_redact_upload(asr_mock_out_t *o, asr_str_t rest);
static size_t asr_mock_redact_word(asr_mock_out_t *o, asr_str_t rest,
    char before);
static size_t asr_mock_separator(asr_str_t rest, char before);
static size_t asr_mock_value_len(asr_str_t rest);


/*
 * Most requests hold no secret but in their Authorization, so this look is
 * what redaction costs: 16 places at a time, by the first two bytes of each
 * trigger; what hits is looked at again.
 */

bool
asr_mock_may_tell(asr_str_t text)
{
    char    small[17];
    size_t  i;

    if (text.len < 17) {

        if (text.len < 3) {
            return false;
        }

        memset(small, 0, sizeof(small));
        memcpy(small, text.data, text.len);

        return asr_mock_look(small, text);
    }

    for (i = 0; i + 17 <= text.len; /* void */ ) {

        if (asr_mock_look(text.data + i, (asr_str_t) { text.len - i,
                                                       text.data + i }))
        {
            return true;
        }

        /* the last block overlaps the one before */

        if (i + 17 == text.len) {
            break;
        }

        i = i + 33 <= text.len ? i + 16 : text.len - 17;
    }

    return false;
}


/* Of the 17 bytes of a block, the text from there on. */

static inline bool
asr_mock_look(const char *block, asr_str_t text)
{
    size_t          i;
    uint64_t        any[2];
    unsigned char   hits[16];
    asr_mock_v16_t  a, b, hit;

    memcpy(&a, block, sizeof(a));
    memcpy(&b, block + 1, sizeof(b));

    a |= 0x20;
    b |= 0x20;

    hit = ASR_MOCK_PAIR('k', 'e') | ASR_MOCK_PAIR('o', 'o')
          | ASR_MOCK_PAIR('c', 'r') | ASR_MOCK_PAIR('a', 's')
          | ASR_MOCK_PAIR('p', 'w') | ASR_MOCK_PAIR('s', 'i')
          | ASR_MOCK_PAIR('u', 't') | ASR_MOCK_PAIR('b', 'e')
          | ASR_MOCK_PAIR('\\' | 0x20, 'u') | ASR_MOCK_PAIR(':', '/')
          | ASR_MOCK_PAIR(':', '\\' | 0x20);

    memcpy(any, &hit, sizeof(any));

    if ((any[0] | any[1]) == 0) {
        return false;
    }

    memcpy(hits, &hit, sizeof(hits));

    for (i = 0; i < 16 && i < text.len; i++) {
        if (hits[i] != 0
            && asr_mock_tells_at((asr_str_t) { text.len - i, text.data + i }))
        {
            return true;
        }
    }

    return false;
}


static bool
asr_mock_tells_at(asr_str_t rest)
{
    char  a, b;

    if (rest.len < 3) {
        return false;
    }

    a = rest.data[1] | 0x20;
    b = rest.data[2] | 0x20;

    switch (rest.data[0] | 0x20) {

    case 'k':
        return a == 'e' && (b == 'n' || b == 'y');

    case 'o':
        return a == 'o' && b == 'k';

    case 'c':
        return a == 'r' && b == 'e' && rest.len > 3
               && (rest.data[3] | 0x20) == 't';

    case 'a':
        return a == 's' && (b == 's' || b == 'i');

    case 'p':
        return a == 'w' && b == 'd';

    case 's':
        return a == 'i' && b == 'g';

    case 'u':
        return a == 't' && b == 'h';

    case 'b':
        return a == 'e' && b == 'a';

    case '\\' | 0x20:
        return a == 'u' && b == '0';

    case ':':
        return rest.data[1] == '\\'
               || (rest.data[1] == '/' && rest.data[2] == '/'
                   && asr_mock_has_user(rest));

    default:
        return false;
    }
}


/* Is there a '@', or what might have been before one? */

static bool
asr_mock_has_user(asr_str_t rest)
{
    char    c;
    bool    colon;
    size_t  i;

    colon = false;

    for (i = 3; i < rest.len; i++) {
        c = rest.data[i];

        if (c == '@' || c == '[' || (colon && (unsigned char) c > ' '
                                     && c != '"' && c != '\'' && c != '/'
                                     && (c < '0' || c > '9')))
        {
            return true;
        }

        if (c == '/' || c == '"' || c == '\'' || (unsigned char) c <= ' ') {
            return false;
        }

        colon = colon || c == ':';
    }

    return false;
}


/*
 * Long audio has every three letters somewhere, but nothing that stands after
 * a name, and no path to an upload.
 */

static bool
asr_mock_is_base64(asr_str_t text)
{
    return text.len > 256
           && memchr(text.data, '=', text.len - 2) == NULL
           && memchr(text.data, ':', text.len) == NULL
           && memchr(text.data, '>', text.len) == NULL
           && memchr(text.data, '%', text.len) == NULL
           && memchr(text.data, ' ', text.len) == NULL
           && memmem(text.data, text.len, ASR_MOCK_SIGNED,
                     sizeof(ASR_MOCK_SIGNED) - 1) == NULL;
}


void
asr_mock_redact_text(asr_mock_out_t *o, asr_str_t text)
{
    char         c, before;
    size_t       i, n, from;
    asr_str_t    rest;

    if (asr_mock_is_base64(text) || !asr_mock_may_tell(text)) {
        asr_mock_out(o, text.data, text.len);
        return;
    }

    from = 0;
    before = '\0';

    for (i = 0; i < text.len; /* void */ ) {
        c = text.data[i];
        rest.data = text.data + i;
        rest.len = text.len - i;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || c == '_')
        {
            asr_mock_out(o, text.data + from, i - from);
            n = asr_mock_redact_word(o, rest, before);

        } else if (c == ':' && rest.len > 3
                   && memcmp(rest.data, "://", 3) == 0)
        {
            asr_mock_out(o, text.data + from, i - from);
            n = asr_mock_redact_authority(o, rest);

        } else if (c == '/' && rest.len > sizeof(ASR_MOCK_SIGNED)
                   && memcmp(rest.data, ASR_MOCK_SIGNED,
                             sizeof(ASR_MOCK_SIGNED) - 1) == 0)
        {
            asr_mock_out(o, text.data + from, i - from);
            n = asr_mock_redact_upload(o, rest);

        } else {
            before = c;
            i++;
            continue;
        }

        i += n;
        from = i;
        before = text.data[i - 1];
    }

    asr_mock_out(o, text.data + from, i - from);
}


/*
 * From "://": user and password up to '@'.  A '/' ends it, unless what stands
 * there can be no port: then it is a password that was not coded.  Returns the
 * bytes taken.
 */

static size_t
asr_mock_redact_authority(asr_mock_out_t *o, asr_str_t rest)
{
    char    c;
    bool    port;
    size_t  i, at, colon;

    at = 0;
    colon = 0;
    port = true;
    i = 3;

    if (i < rest.len && rest.data[i] == '[') {
        while (i < rest.len && rest.data[i] != ']') {
            i++;
        }
    }

    for ( /* void */ ; i < rest.len; i++) {
        c = rest.data[i];

        if (c == '"' || c == '\'' || c == '<' || c == '>'
            || (unsigned char) c <= ' ')
        {
            break;
        }

        if ((c == '/' || c == '?' || c == '#') && (port || at != 0)) {
            break;
        }

        if (c == '@') {
            at = i;

        } else if (c == ':' && colon == 0 && at == 0) {
            colon = i;

        } else if (colon != 0 && at == 0) {
            port = port && c >= '0' && c <= '9';
        }
    }

    if (at == 0 && !port) {

        /* cut before the '@' */

        asr_mock_out(o, rest.data, colon + 1);
        asr_mock_redact_value(o, ASR_MOCK_HIDDEN,
                              (asr_str_t) { i - colon - 1,
                                            rest.data + colon + 1 });
        return i;
    }

    if (at == 0) {
        asr_mock_out(o, rest.data, 3);
        return 3;
    }

    if (colon == 0 || colon > at) {
        asr_mock_out(o, rest.data, 3);
        asr_mock_redact_value(o, ASR_MOCK_HIDDEN,
                              (asr_str_t) { at - 3, rest.data + 3 });

    } else {
        asr_mock_out(o, rest.data, colon + 1);
        asr_mock_redact_value(o, ASR_MOCK_HIDDEN,
                              (asr_str_t) { at - colon - 1,
                                            rest.data + colon + 1 });
    }

    asr_mock_out(o, "@", 1);

    return at + 1;
}


/* "/upload/signed/asset/token": the token is all that an upload needs. */

static size_t
asr_mock_redact_upload(asr_mock_out_t *o, asr_str_t rest)
{
    size_t     i;
    asr_str_t  token;

    i = sizeof(ASR_MOCK_SIGNED) - 1;

    while (i < rest.len && rest.data[i] != '/'
           && (unsigned char) rest.data[i] > ' ')
    {
        i++;
    }

    if (i < rest.len && rest.data[i] == '/') {
        i++;
    }

    asr_mock_out(o, rest.data, i);

    token.data = rest.data + i;
    token.len = asr_mock_value_len((asr_str_t) { rest.len - i, token.data });

    asr_mock_redact_value(o, ASR_MOCK_HIDDEN, token);

    return i + token.len;
}


/*
 * A word, with what follows it when it names a secret.  After a scheme stands
 * a blank, and then the key.
 */

static size_t
asr_mock_redact_word(asr_mock_out_t *o, asr_str_t rest, char before)
{
    char                c;
    size_t              i, n, sep;
    asr_str_t           word, value;
    asr_mock_secrecy_t  secrecy;

    for (i = 0; i < rest.len; i++) {
        c = rest.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'))
        {
            break;
        }
    }

    word.data = rest.data;
    word.len = i;

    value.data = rest.data + i;
    value.len = rest.len - i;

    if (value.len == 0) {
        asr_mock_out(o, word.data, word.len);
        return word.len;
    }

    secrecy = ASR_MOCK_PLAIN;

    if (value.data[0] == ' ' && word.len <= 6
        && (asr_str_caseeq(word, asr_str("Bearer"))
            || asr_str_caseeq(word, asr_str("Basic"))))
    {
        secrecy = ASR_MOCK_KEY;

        for (sep = 1; sep < value.len && value.data[sep] == ' '; sep++) {
            /* void */
        }

    } else if ((sep = asr_mock_separator(value, before)) != 0) {
        secrecy = asr_mock_secrecy(word);

        if (secrecy == ASR_MOCK_PLAIN && (before == '?' || before == '&')
            && asr_str_caseeq(word, asr_str("key")))
        {
            secrecy = ASR_MOCK_KEY;
        }

        sep = secrecy != ASR_MOCK_PLAIN ? sep : 0;
    }

    if (sep == 0) {
        asr_mock_out(o, word.data, word.len);
        return word.len;
    }

    asr_mock_out(o, word.data, word.len + sep);

    value.data += sep;
    value.len -= sep;

    n = asr_mock_value_len(value);

    /* "Authorization: Bearer key": the next word is a scheme */

    if (n < value.len && value.data[n] == ' ' && n >= 5
        && (asr_str_caseeq((asr_str_t) { n, value.data }, asr_str("Bearer"))
            || asr_str_caseeq((asr_str_t) { n, value.data }, asr_str("Basic"))
            || (n > 12 && memcmp(value.data + n - 12, "-HMAC-SHA256", 12)
                          == 0)))
    {
        return word.len + sep;
    }

    value.len = n;
    asr_mock_redact_value(o, secrecy, value);

    return word.len + sep + n;
}


/* Bytes between a name and its value; 0: none follows. */

static size_t
asr_mock_separator(asr_str_t rest, char before)
{
    size_t  n;

    if (rest.data[0] == '%') {

        /* coded once or more often, as in a string to sign */

        for (n = 1; n + 2 < rest.len && memcmp(rest.data + n, "25", 2) == 0;
             n += 2)
        {
            /* void */
        }

        return n + 1 < rest.len && rest.data[n] == '3'
               && (rest.data[n + 1] | 0x20) == 'd' ? n + 2 : 0;
    }

    if (rest.data[0] == '>') {
        return before == '<' ? 1 : 0;
    }

    /* Name = "value", "Name": "value" */

    n = 0;

    if (rest.data[0] == '"' || rest.data[0] == '\'') {
        n++;
    }

    while (n < rest.len && n < 3 && rest.data[n] == ' ') {
        n++;
    }

    if (n == rest.len || (rest.data[n] != '=' && rest.data[n] != ':')) {
        return 0;
    }

    for (n++; n < rest.len; n++) {
        if (rest.data[n] != ' ' && rest.data[n] != '"'
            && rest.data[n] != '\'')
        {
            break;
        }
    }

    return n;
}


static size_t
asr_mock_value_len(asr_str_t rest)
{
    char    c;
    size_t  i, n;

    for (i = 0; i < rest.len; i++) {
        c = rest.data[i];

        if ((unsigned char) c <= ' ' || c == '&' || c == '"' || c == '\''
            || c == ',' || c == ';' || c == '<' || c == '>' || c == '}'
            || c == ')')
        {
            break;
        }

        if (c != '%') {
            continue;
        }

        /* "%26", "%2526": an '&' of a text that was coded */

        for (n = i + 1; n + 2 < rest.len
             && memcmp(rest.data + n, "25", 2) == 0; n += 2)
        {
            /* void */
        }

        if (n + 1 < rest.len && rest.data[n] == '2'
            && rest.data[n + 1] == '6')
        {
            break;
        }
    }

    return i;
}
