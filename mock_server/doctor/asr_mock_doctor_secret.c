/*
 * What may have become of the secret on its way to the client, and of the
 * signature on its way here.
 */

#include "asr_mock_doctor_int.h"
#include "core/base/asr_b64.h"


static void
asr_mock_secret_way(asr_mock_case_t *c, asr_mock_m_t m, const char *before,
    asr_str_t secret, const char *after)
{
    asr_str_t  s;

    s = asr_arena_printf(c->work, "%s%.*s%s", before, asr_fmt(secret), after);

    if (s.data != NULL && !asr_str_eq(s, c->key->secret)) {
        asr_mock_way(c, ASR_MOCK_K_SECRET, 0, m, s);
    }
}


static void
asr_mock_secret_coded(asr_mock_case_t *c)
{
    char        *p;
    size_t       len;
    asr_b64_t    b64;
    asr_buf_t    b;
    asr_str_t    secret;

    secret = c->key->secret;
    p = asr_arena_alloc(c->work, secret.len * 2 + 8);

    if (p != NULL) {
        len = asr_b64_encode((const unsigned char *) secret.data, secret.len,
                             p);
        asr_mock_way(c, ASR_MOCK_K_SECRET, 0, ASR_MOCK_M_SECRET_BASE64,
                     (asr_str_t) { len, p });
    }

    p = asr_arena_alloc(c->work, secret.len + 8);

    if (p != NULL) {
        asr_b64_init(&b64);

        if (asr_b64_feed(&b64, secret.data, secret.len, (unsigned char *) p,
                         &len) == ASR_OK
            && asr_b64_end(&b64) == ASR_OK)
        {
            asr_mock_way(c, ASR_MOCK_K_SECRET, 0, ASR_MOCK_M_SECRET_BASE64,
                         (asr_str_t) { len, p });
        }
    }

    asr_buf_init(&b, ASR_MOCK_SIGN_KEY);
    asr_mock_put_pct(&b, secret, ASR_MOCK_PCT_RIGHT);

    if (!b.failed && !asr_str_eq(asr_buf_str(&b), secret)) {
        asr_mock_way(c, ASR_MOCK_K_SECRET, 0, ASR_MOCK_M_SECRET_ENCODED,
                     asr_arena_str(c->work, asr_buf_str(&b)));
    }

    asr_secret_wipe(b.data, b.len);
    asr_buf_free(&b);
}


void
asr_mock_secret_ways(asr_mock_case_t *c)
{
    char       *p;
    size_t      i;
    asr_str_t   s, none;

    s = c->key->secret;
    none = asr_str_null();

    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_NEWLINE, "", s, "\n");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_BLANK, "", s, " ");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_BLANK, " ", s, "");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_QUOTED, "\"", s, "\"");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_QUOTED, "'", s, "'");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_ID, "", c->key->id, "");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_NEWLINE, "", s, "\r\n");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_NEWLINE, "", s, "\r");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_BLANK, "", s, "\t");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_EMPTY, "", none, "");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_UNSET, "undefined", none, "");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_UNSET, "null", none, "");
    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_UNSET, "None", none, "");

    if (!asr_str_eq(c->out->scheme, asr_str("RPC v1"))) {
        asr_mock_secret_way(c, ASR_MOCK_M_SECRET_AMPERSAND, "", s, "&");
    }

    asr_mock_secret_way(c, ASR_MOCK_M_SECRET_CASE, "",
                        asr_mock_lower(c->work, s), "");

    p = asr_arena_alloc(c->work, s.len + 1);

    if (p != NULL) {
        for (i = 0; i < s.len; i++) {
            p[i] = (char) (s.data[i] >= 'a' && s.data[i] <= 'z'
                           ? s.data[i] & ~0x20 : s.data[i]);
        }

        asr_mock_secret_way(c, ASR_MOCK_M_SECRET_CASE, "",
                            (asr_str_t) { s.len, p }, "");
    }

    asr_mock_secret_coded(c);

    if (s.len > 1) {
        asr_mock_secret_way(c, ASR_MOCK_M_SECRET_CUT, "",
                            (asr_str_t) { s.len - 1, s.data }, "");
        asr_mock_secret_way(c, ASR_MOCK_M_SECRET_CUT, "",
                            (asr_str_t) { s.len - 1, s.data + 1 }, "");
    }
}


/* Hex of either case into out; its length, or 0. */

static size_t
asr_mock_unhex(asr_str_t s, unsigned char *out, bool *upper)
{
    size_t  i;

    *upper = false;

    if (s.len != 2 * ASR_SHA256_LEN && s.len != 2 * ASR_SHA1_LEN) {
        return 0;
    }

    for (i = 0; i < s.len; i++) {
        if (asr_hex_digit(s.data[i]) < 0) {
            return 0;
        }

        *upper |= s.data[i] >= 'A' && s.data[i] <= 'F';
    }

    for (i = 0; i < s.len / 2; i++) {
        out[i] = (unsigned char) (asr_hex_digit(s.data[2 * i]) << 4
                                  | asr_hex_digit(s.data[2 * i + 1]));
    }

    return s.len / 2;
}


/* Base64 of either alphabet, with or without padding; *other: not ours. */

static size_t
asr_mock_unbase64(asr_str_t s, unsigned char *out, size_t size, bool *other)
{
    char        text[96];
    size_t      i, n, len;
    asr_b64_t   b64;

    *other = false;

    if (s.len > sizeof(text) - 4 || s.len == 0) {
        return 0;
    }

    for (i = 0, n = 0; i < s.len; i++) {
        text[n] = s.data[i];

        if (text[n] == '-' || text[n] == '_') {
            text[n] = text[n] == '-' ? '+' : '/';
            *other = true;
        }

        n++;
    }

    while (n % 4 != 0) {
        text[n++] = '=';
        *other = true;
    }

    asr_b64_init(&b64);

    if (n / 4 * 3 + 3 > size
        || asr_b64_feed(&b64, text, n, out, &len) != ASR_OK
        || asr_b64_end(&b64) != ASR_OK)
    {
        return 0;
    }

    return len;
}


/* Quotes, percent signs and blanks that were '+' go; what went is named. */

static asr_str_t
asr_mock_signature_bare(asr_mock_case_t *c, asr_str_t s)
{
    char    *p;
    bool     plus, encoded;
    size_t   i, n;

    if (s.len > 2 && (s.data[0] == '"' || s.data[0] == '\'')
        && s.data[s.len - 1] == s.data[0])
    {
        s.data++;
        s.len -= 2;
        asr_mock_name_only(c, ASR_MOCK_M_SIGN_QUOTED);
    }

    p = asr_arena_alloc(c->work, s.len + 1);
    if (p == NULL) {
        return s;
    }

    plus = false;
    encoded = false;

    for (i = 0, n = 0; i < s.len; i++) {
        p[n] = s.data[i];

        if (s.data[i] == ' ') {
            p[n] = '+';
            plus = true;

        } else if (s.data[i] == '%' && s.len - i > 2
                   && asr_hex_digit(s.data[i + 1]) >= 0
                   && asr_hex_digit(s.data[i + 2]) >= 0)
        {
            p[n] = (char) (asr_hex_digit(s.data[i + 1]) << 4
                           | asr_hex_digit(s.data[i + 2]));
            i += 2;
            encoded = true;
        }

        n++;
    }

    if (plus) {
        asr_mock_name_only(c, ASR_MOCK_M_SIGN_PLUS);
    }

    if (encoded) {
        asr_mock_name_only(c, ASR_MOCK_M_SIGN_ENCODED);
    }

    return (asr_str_t) { n, p };
}


void
asr_mock_signature(asr_mock_case_t *c, bool hex, size_t len)
{
    bool           upper, other;
    size_t         n;
    asr_str_t      s;
    unsigned char  bytes[128], inner[128];

    c->want_hex = hex;
    c->want_len = len;
    c->out->signature_got = c->signature;
    s = asr_mock_signature_bare(c, c->signature);

    n = asr_mock_unhex(s, bytes, &upper);

    if (n != 0) {
        if (!hex) {
            asr_mock_name_only(c, ASR_MOCK_M_HEX);

        } else if (upper) {
            asr_mock_name_only(c, ASR_MOCK_M_HEX_UPPER);
        }

    } else {
        n = asr_mock_unbase64(s, bytes, sizeof(bytes), &other);

        if (n == 2 * ASR_SHA256_LEN || n == 2 * ASR_SHA1_LEN) {
            n = asr_mock_unhex((asr_str_t) { n, (char *) bytes }, inner,
                               &upper);
            memcpy(bytes, inner, n);

            if (n != 0) {
                asr_mock_name_only(c, ASR_MOCK_M_BASE64_HEX);
            }

        } else if (n == ASR_SHA256_LEN || n == ASR_SHA1_LEN) {
            if (hex) {
                asr_mock_name_only(c, ASR_MOCK_M_BASE64);

            } else if (other) {
                asr_mock_name_only(c, ASR_MOCK_M_BASE64_URL);
            }
        }
    }

    if (n != ASR_SHA256_LEN && n != ASR_SHA1_LEN) {
        asr_mock_name(c, ASR_MOCK_M_SIGN_FORM, asr_str_null(), c->signature,
                      hex ? asr_str("64 hex digits in lower case")
                          : asr_str("a digest in Base64"));
        return;
    }

    memcpy(c->mac, bytes, n);
    c->mac_len = n;

    if (n != len) {
        asr_mock_name_only(c, n == ASR_SHA1_LEN ? ASR_MOCK_M_SHA1
                                                : ASR_MOCK_M_SHA256);
    }
}
