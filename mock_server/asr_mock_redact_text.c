/*
 * Secrets in plain text: what stands after a name, in a URL, after a scheme.
 */

#define _GNU_SOURCE                  /* memmem() */

#include "asr_mock_redact.h"


#define ASR_MOCK_SIGNED  "/upload/signed/"


static bool asr_mock_may_tell(asr_str_t text);
static size_t asr_mock_redact_authority(asr_mock_out_t *o, asr_str_t rest);
static size_t asr_mock_redact_signed(asr_mock_out_t *o, asr_str_t rest);
static size_t asr_mock_redact_word(asr_mock_out_t *o, asr_str_t rest,
    char before);
static size_t asr_mock_separator(asr_str_t rest, char before);
static size_t asr_mock_value_len(asr_str_t rest);


/*
 * Names are looked for only where something can follow them.  Audio in Base64
 * is long, and has nothing that can but '='s at its end.
 */

static bool
asr_mock_may_tell(asr_str_t text)
{
    size_t  i;

    static const char  may[256] = {
        ['='] = 1, [':'] = 1, ['>'] = 1, ['%'] = 1, ['/'] = 1, [' '] = 1
    };

    if (text.len > 256) {
        return memchr(text.data, '=', text.len - 2) != NULL
               || memchr(text.data, ':', text.len) != NULL
               || memchr(text.data, '>', text.len) != NULL
               || memchr(text.data, '%', text.len) != NULL
               || memchr(text.data, ' ', text.len) != NULL
               || memmem(text.data, text.len, ASR_MOCK_SIGNED,
                         sizeof(ASR_MOCK_SIGNED) - 1) != NULL;
    }

    for (i = 0; i < text.len; i++) {
        if (may[(unsigned char) text.data[i]]) {
            return true;
        }
    }

    return false;
}


void
asr_mock_redact_text(asr_mock_out_t *o, asr_str_t text)
{
    char         c, before;
    size_t       i, n, from;
    asr_str_t    rest;

    if (!asr_mock_may_tell(text)) {
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
            n = asr_mock_redact_signed(o, rest);

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
asr_mock_redact_signed(asr_mock_out_t *o, asr_str_t rest)
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
