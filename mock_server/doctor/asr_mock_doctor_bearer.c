/*
 * Bearer keys (u2) and raw ones (memories, where Bearer does as well).  What
 * was sent is described, never shown.
 */

#include "asr_mock_doctor_int.h"


static bool asr_mock_bearer_elsewhere(asr_mock_case_t *c);
static void asr_mock_bearer_key(asr_mock_case_t *c, asr_str_t key,
    bool bearer);


static bool
asr_mock_bearer_starts(asr_str_t s, const char *with)
{
    size_t  n;

    n = strlen(with);

    return s.len >= n && asr_str_caseeq((asr_str_t) { n, s.data },
                                        asr_cstr(with));
}


bool
asr_mock_doctor_bearer(asr_mock_case_t *c)
{
    bool       raw, bearer;
    asr_str_t  s, scheme, form;

    raw = asr_str_eq(c->x->api, asr_str("memories"));
    form = raw ? asr_str("Authorization: <key>")
               : asr_str("Authorization: Bearer <key>");

    c->out->scheme = raw ? asr_str("raw key") : asr_str("Bearer");
    c->out->pointer = asr_str("header:Authorization");

    s = asr_str_trim(asr_mock_header(c->x, "authorization"));

    if (s.len == 0) {
        if (!asr_mock_bearer_elsewhere(c)) {
            asr_mock_name(c, ASR_MOCK_M_BEARER_MISSING, asr_str_null(),
                          asr_str("no header"), form);
        }

        return true;
    }

    if (asr_mock_bearer_starts(s, "TC3-")
        || asr_mock_bearer_starts(s, "ACS3-")
        || asr_mock_bearer_starts(s, "AWS4-"))
    {
        asr_mock_name(c, ASR_MOCK_M_BEARER_SIGNED, asr_str_null(),
                      asr_mock_shown_scheme(asr_str_cut(&s, ' ')), form);
        return true;
    }

    scheme = s;
    scheme = asr_str_cut(&scheme, ' ');
    bearer = asr_str_caseeq(scheme, asr_str("bearer"));

    if (!bearer
        && (asr_mock_bearer_starts(s, "Bearer:")
            || asr_mock_bearer_starts(s, "Bearer=")
            || asr_mock_bearer_starts(s, "Bearer\t")))
    {
        asr_mock_name(c, ASR_MOCK_M_BEARER_COLON, asr_str_null(),
                      asr_arena_printf(c->arena, "Bearer%c", s.data[6]),
                      form);
        return true;
    }

    if (!bearer && scheme.len != s.len
        && (asr_mock_bearer_starts(s, "Basic ")
            || asr_mock_bearer_starts(s, "Token ")
            || asr_mock_bearer_starts(s, "Digest ")
            || asr_mock_bearer_starts(s, "ApiKey ")
            || asr_mock_bearer_starts(s, "Key ")))
    {
        asr_mock_name(c, ASR_MOCK_M_BEARER_SCHEME, asr_str_null(),
                      scheme, form);
        return true;
    }

    if (bearer) {
        s.data += scheme.len;
        s.len -= scheme.len;
        s = asr_str_trim(s);
    }

    asr_mock_bearer_key(c, s, bearer);

    if (!bearer && !raw) {
        asr_mock_name(c, ASR_MOCK_M_BEARER_PREFIX, asr_str_null(),
                      asr_arena_printf(c->arena, "a key of %zu characters",
                                       s.len), form);
    }

    if (c->out->mistake.len == 0 && c->key == NULL) {
        asr_mock_name(c, ASR_MOCK_M_BEARER_UNKNOWN, asr_str_null(),
                      asr_arena_printf(c->arena, "a key of %zu characters",
                                       s.len), asr_str("test-<anything>"));
    }

    return true;
}


/* In another header, or in the query, where some other APIs have it. */

static bool
asr_mock_bearer_elsewhere(asr_mock_case_t *c)
{
    size_t     i;
    asr_str_t  got;

    static const char *const  headers[] = {
        "x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token",
        "token", "access-token", "proxy-authorization", "x-authorization"
    };

    static const char *const  names[] = {
        "api_key", "apikey", "key", "token", "access_token", "authorization"
    };

    got = asr_str_null();

    for (i = 0; i < asr_nelts(headers) && got.data == NULL; i++) {
        if (asr_mock_header(c->x, headers[i]).data != NULL) {
            got = asr_arena_printf(c->arena, "the header %s", headers[i]);
        }
    }

    if (got.data == NULL && asr_mock_pairs(c, true, false)) {
        for (i = 0; i < asr_nelts(names) && got.data == NULL; i++) {
            if (asr_mock_pair(c->pairs, names[i]).data != NULL) {
                got = asr_arena_printf(c->arena, "?%s= of the query",
                                       names[i]);
            }
        }
    }

    if (got.data == NULL) {
        return false;
    }

    asr_mock_name(c, ASR_MOCK_M_BEARER_ELSEWHERE, asr_str_null(), got,
                  asr_str("the Authorization header"));

    return true;
}


/* What is wrong with the key itself, as far as one can see. */

static void
asr_mock_bearer_key(asr_mock_case_t *c, asr_str_t key, bool bearer)
{
    char       last;
    size_t     i;
    asr_str_t  got;

    if (bearer && (asr_mock_bearer_starts(key, "Bearer ")
                   || asr_mock_bearer_starts(key, "Bearer:")))
    {
        asr_mock_name(c, ASR_MOCK_M_BEARER_TWICE, asr_str_null(),
                      asr_str("Bearer Bearer <key>"),
                      asr_str("Bearer <key>"));
        return;
    }

    if (asr_mock_is_unset(key)) {
        asr_mock_name(c, ASR_MOCK_M_BEARER_UNSET, asr_str_null(),
                      asr_str("a word or place-holder"),
                      asr_str("test-<anything>"));
    }

    last = key.len != 0 ? key.data[key.len - 1] : '\0';

    if (key.len > 1
        && ((key.data[0] == '"' && last == '"')
            || (key.data[0] == '\'' && last == '\'')
            || (key.data[0] == '<' && last == '>')
            || (key.data[0] == '[' && last == ']')))
    {
        got = asr_arena_printf(c->arena, "%c...%c", key.data[0], last);
        asr_mock_name(c, ASR_MOCK_M_BEARER_QUOTED, asr_str_null(), got,
                      asr_str("the bare key"));
    }

    for (i = 0; i < key.len; i++) {
        if ((unsigned char) key.data[i] <= 0x20 || key.data[i] == 0x7f) {
            asr_mock_name(c, ASR_MOCK_M_BEARER_BLANK, asr_str_null(),
                          asr_arena_printf(c->arena,
                                           "character %zu of the key", i + 1),
                          asr_str("no blanks"));
            return;
        }

        if ((unsigned char) key.data[i] >= 0x80) {
            asr_mock_name(c, ASR_MOCK_M_BEARER_ASCII, asr_str_null(),
                          asr_arena_printf(c->arena,
                                           "character %zu of the key", i + 1),
                          asr_str("visible ASCII"));
            return;
        }
    }
}
