/*
 * The bodies that a client may have hashed instead of the one it sent: other
 * ends, the same JSON written by another hand, or its hash in another form.
 */

#include "asr_mock_doctor_int.h"
#include "core/base/asr_b64.h"


#define ASR_MOCK_JSON_MAX  (1024 * 1024)


static void
asr_mock_body_way(asr_mock_case_t *c, asr_mock_m_t m, asr_str_t body)
{
    char           hex[2 * ASR_SHA256_LEN];
    size_t         i;
    asr_str_t      text;
    unsigned char  digest[ASR_SHA256_LEN];

    asr_sha256(body.data, body.len, digest);

    if (memcmp(digest, c->x->body_sha256, sizeof(digest)) == 0) {
        return;
    }

    asr_hex(digest, sizeof(digest), hex);
    text = (asr_str_t) { sizeof(hex), hex };

    for (i = 0; i < c->nways; i++) {
        if (c->ways[i].knob == ASR_MOCK_K_BODY
            && asr_str_eq(c->ways[i].text, text))
        {
            return;
        }
    }

    text = asr_arena_str(c->work, text);

    if (text.data != NULL) {
        asr_mock_way(c, ASR_MOCK_K_BODY, 0, m, text);
    }
}


static void
asr_mock_body_around(asr_mock_case_t *c, asr_mock_m_t m, const char *before,
    asr_str_t body, const char *after)
{
    asr_buf_t  b;

    asr_buf_init(&b, ASR_MOCK_JSON_MAX);
    asr_mock_put(&b, asr_cstr(before));
    asr_mock_put(&b, body);
    asr_mock_put(&b, asr_cstr(after));

    if (!b.failed) {
        asr_mock_body_way(c, m, asr_buf_str(&b));
    }

    asr_buf_free(&b);
}


/* LF as CRLF, or the reverse. */

static void
asr_mock_body_breaks(asr_mock_case_t *c, asr_str_t body, bool crlf)
{
    size_t     i;
    asr_buf_t  b;

    asr_buf_init(&b, ASR_MOCK_JSON_MAX);

    for (i = 0; i < body.len; i++) {
        if (crlf && body.data[i] == '\n') {
            asr_mock_put(&b, asr_str("\r"));
        }

        if (crlf || body.data[i] != '\r') {
            asr_mock_put(&b, (asr_str_t) { 1, body.data + i });
        }
    }

    if (!b.failed) {
        asr_mock_body_way(c, ASR_MOCK_M_BODY_CRLF, asr_buf_str(&b));
    }

    asr_buf_free(&b);
}


/* As a JSON string of its text. */

static void
asr_mock_body_twice(asr_mock_case_t *c, asr_str_t body)
{
    size_t     i;
    asr_buf_t  b;

    asr_buf_init(&b, ASR_MOCK_JSON_MAX);
    asr_mock_put(&b, asr_str("\""));

    for (i = 0; i < body.len; i++) {
        if (body.data[i] == '"' || body.data[i] == '\\') {
            asr_mock_put(&b, asr_str("\\"));
        }

        asr_mock_put(&b, body.data[i] == '\n' ? asr_str("\\n")
                         : (asr_str_t) { 1, body.data + i });
    }

    asr_mock_put(&b, asr_str("\""));

    if (!b.failed) {
        asr_mock_body_way(c, ASR_MOCK_M_BODY_TWICE, asr_buf_str(&b));
    }

    asr_buf_free(&b);
}


static void
asr_mock_body_json(asr_mock_case_t *c, asr_str_t body)
{
    size_t             i;
    asr_buf_t          b;
    asr_arena_t        tree;
    asr_mock_m_t       m;
    asr_json_error_t   err;

    asr_arena_init(&tree, 8 * 1024 * 1024);

    if (asr_json_parse(&tree, body, &err) == NULL) {
        asr_arena_free(&tree);
        return;
    }

    asr_arena_free(&tree);
    asr_buf_init(&b, ASR_MOCK_JSON_MAX);

    for (i = 0; i < asr_mock_json_styles(); i++) {
        b.len = 0;
        b.failed = false;

        if (asr_mock_json_write(body, i, &b, &m)) {
            asr_mock_body_way(c, m, asr_buf_str(&b));

            /* compact, or with blanks, and what echo adds */

            if (i < 2) {
                asr_mock_body_around(c, ASR_MOCK_M_BODY_NEWLINE, "",
                                     asr_buf_str(&b), "\n");
            }
        }
    }

    asr_buf_free(&b);
}


/* The body's own digest, written otherwise or not at all. */

static void
asr_mock_body_hash(asr_mock_case_t *c)
{
    char   hex[2 * ASR_SHA256_LEN], b64[(ASR_SHA256_LEN + 2) / 3 * 4];
    size_t i;

    asr_hex(c->x->body_sha256, ASR_SHA256_LEN, hex);

    for (i = 0; i < sizeof(hex); i++) {
        hex[i] = (char) (hex[i] >= 'a' ? hex[i] & ~0x20 : hex[i]);
    }

    asr_mock_way(c, ASR_MOCK_K_BODY, 0, ASR_MOCK_M_BODY_UPPER,
                 asr_arena_str(c->work, (asr_str_t) { sizeof(hex), hex }));

    if (c->x->body.len <= 16384) {
        asr_mock_way(c, ASR_MOCK_K_BODY, 0, ASR_MOCK_M_BODY_UNHASHED,
                     c->x->body);
    }

    i = asr_b64_encode(c->x->body_sha256, ASR_SHA256_LEN, b64);
    asr_mock_way(c, ASR_MOCK_K_BODY, 0, ASR_MOCK_M_BODY_BASE64,
                 asr_arena_str(c->work, (asr_str_t) { i, b64 }));
    asr_mock_way(c, ASR_MOCK_K_BODY, 0, ASR_MOCK_M_BODY_UNSIGNED,
                 asr_str("UNSIGNED-PAYLOAD"));
}


void
asr_mock_body_ways(asr_mock_case_t *c)
{
    asr_str_t  body, s;

    body = c->x->body;

    if (body.data != NULL && body.len != 0) {
        s = body;

        if (s.len >= 3 && memcmp(s.data, "\xef\xbb\xbf", 3) == 0) {
            s.data += 3;
            s.len -= 3;
        }

        asr_mock_body_around(c, ASR_MOCK_M_BODY_NEWLINE, "", body, "\n");
        asr_mock_body_json(c, s);

        for (s = body; s.len != 0
             && strchr(" \t\r\n", s.data[s.len - 1]) != NULL; s.len--)
        {
            /* void */
        }

        asr_mock_body_way(c, ASR_MOCK_M_BODY_NO_NEWLINE, s);
        asr_mock_body_around(c, ASR_MOCK_M_BODY_NEWLINE, "", body, "\r\n");
        asr_mock_body_twice(c, body);
        asr_mock_body_breaks(c, body, true);
        asr_mock_body_breaks(c, body, false);
        asr_mock_body_around(c, ASR_MOCK_M_BODY_BOM, "\xef\xbb\xbf", body,
                             "");

        if (body.len > 3 && memcmp(body.data, "\xef\xbb\xbf", 3) == 0) {
            asr_mock_body_way(c, ASR_MOCK_M_BODY_BOM,
                              (asr_str_t) { body.len - 3, body.data + 3 });
        }
    }

    if (c->x->body_bytes != 0) {
        asr_mock_body_way(c, ASR_MOCK_M_BODY_EMPTY, asr_str(""));
    }

    asr_mock_body_hash(c);
    asr_mock_body_way(c, ASR_MOCK_M_BODY_OBJECT, asr_str("{}"));
    asr_mock_body_way(c, ASR_MOCK_M_BODY_OBJECT, asr_str("null"));
    asr_mock_body_way(c, ASR_MOCK_M_BODY_UNSIGNED,
                      asr_str("UNSIGNED-PAYLOAD"));

    if (c->x->args.len != 0) {
        asr_mock_body_way(c, ASR_MOCK_M_BODY_QUERY, c->x->args);
    }
}


asr_mock_m_t
asr_mock_body_of(asr_mock_case_t *c, asr_str_t hex)
{
    size_t  i;

    for (i = 0; i < c->nways; i++) {
        if (c->ways[i].knob == ASR_MOCK_K_BODY
            && asr_str_eq(c->ways[i].text, hex))
        {
            return (asr_mock_m_t) c->ways[i].mistake;
        }
    }

    return ASR_MOCK_M_NONE;
}
