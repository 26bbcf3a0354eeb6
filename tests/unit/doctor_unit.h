/*
 * What tests of the signature doctor share: a request as the mock keeps it,
 * and hashes by plain OpenSSL calls.  The secret is of characters that every
 * encoding writes otherwise, so that no form of it can hide in an output.
 */

#ifndef DOCTOR_UNIT_H
#define DOCTOR_UNIT_H

#include "unit.h"

#include <ctype.h>
#include <time.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/asr_crypto.h"
#include "asr_mock_doctor.h"


#define D_SECRET   "kEpt+Quiet/7f~seCret=="
#define D_TOKEN    "toKen/of+The=day"
#define D_NOW      INT64_C(1795437296)       /* 2026-11-23T12:34:56Z */
#define D_HEADERS  16


typedef struct {
    asr_mock_exchange_t  x;
    asr_header_t         headers[D_HEADERS];
} d_request_t;

static asr_account_t      d_account = { .name = ASR_STR("doctor") };
static asr_arena_t        d_arena;
static asr_mock_doctor_t  d_out;
static char               d_json[65536];
static unsigned           d_failed;


static inline int
d_setup(void **state)
{
    asr_arena_init(&d_arena, 4 * 1024 * 1024);

    return asr_crypto_init() == ASR_OK ? 0 : -1;
}


static inline int
d_teardown(void **state)
{
    asr_arena_free(&d_arena);
    asr_crypto_cleanup();

    return 0;
}


static inline asr_key_t
d_key(const char *id)
{
    return (asr_key_t) { &d_account, asr_cstr(id), ASR_STR(D_SECRET),
                         asr_str_null(), 0 };
}


static inline void
d_hex(const unsigned char *p, size_t n, char *out)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        snprintf(out + 2 * i, 3, "%02x", p[i]);
    }
}


static inline const char *
d_sha256(const char *s)
{
    static char    out[4][65];
    static int     turn;
    unsigned char  md[32];

    turn = (turn + 1) % 4;
    SHA256((const unsigned char *) s, strlen(s), md);
    d_hex(md, 32, out[turn]);

    return out[turn];
}


static inline size_t
d_hmac(bool sha1, const void *key, size_t len, const char *text,
    unsigned char *out)
{
    unsigned  n;

    HMAC(sha1 ? EVP_sha1() : EVP_sha256(), key, (int) len,
         (const unsigned char *) text, strlen(text), out, &n);

    return n;
}


static inline void
d_date(int64_t seconds, const char *form, char *out, size_t size)
{
    time_t     t;
    struct tm  tm;

    t = (time_t) seconds;
    gmtime_r(&t, &tm);
    strftime(out, size, form, &tm);
}


static inline void
d_base64(const unsigned char *p, size_t n, char *out)
{
    EVP_EncodeBlock((unsigned char *) out, p, (int) n);
}


static inline void
d_header(d_request_t *q, const char *name, const char *value)
{
    if (value == NULL) {
        return;
    }

    q->headers[q->x.nheaders].name = asr_cstr(name);
    q->headers[q->x.nheaders].value = asr_cstr(value);
    q->x.nheaders++;
    q->x.headers = q->headers;
    assert_true(q->x.nheaders <= D_HEADERS);
}


static inline void
d_body(d_request_t *q, const char *body)
{
    q->x.body = asr_cstr(body);
    q->x.body_bytes = q->x.body.len;
    SHA256((const unsigned char *) body, q->x.body.len, q->x.body_sha256);
}


static inline asr_str_t
d_find(const void *ctx, asr_str_t name)
{
    size_t              i;
    const d_request_t  *q;

    q = ctx;

    for (i = 0; i < q->x.nheaders; i++) {
        if (asr_str_caseeq(q->headers[i].name, name)) {
            return q->headers[i].value;
        }
    }

    return asr_str_null();
}


static inline bool
d_has(const char *text, const char *part)
{
    return part[0] != '\0' && strstr(text, part) != NULL;
}


/* RFC 3986, by another hand. */

static inline char *
d_pct(const char *s, const char *plain, const char *digits, char *out)
{
    char  *p;

    for (p = out; *s != '\0'; s++) {
        if (isalnum((unsigned char) *s) || strchr(plain, *s) != NULL) {
            *p++ = *s;

        } else {
            p += snprintf(p, 4, digits, (unsigned char) *s);
        }
    }

    *p = '\0';

    return out;
}


/* The doctor's JSON, which holds the secret in no form. */

static inline void
d_written(const asr_mock_doctor_t *d)
{
    size_t              i;
    char                form[256], twice[768];
    asr_buf_t           b;
    asr_json_out_t      o;
    asr_mock_finding_t  f;

    static const char *const  secrets[] = {
        D_SECRET, D_TOKEN, "kept+quiet/7f~secret==", "kEpt"
    };

    asr_buf_init(&b, sizeof(d_json) - 1);
    assert_int_equal(asr_json_out_begin(&o, &b), ASR_OK);
    asr_mock_doctor_write(&o, d);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);
    memcpy(d_json, b.data, b.len);
    d_json[b.len] = '\0';
    asr_buf_free(&b);

    for (i = 0; i < asr_nelts(secrets); i++) {
        assert_false(d_has(d_json, secrets[i]));
        assert_false(d_has(d_json, d_pct(secrets[i], "-_.~", "%%%02X",
                                         form)));
        assert_false(d_has(d_json, d_pct(form, "-_.~", "%%%02X", twice)));
    }

    asr_mock_doctor_finding(d, &f);
    assert_true(asr_str_eq(f.rule, d->mistake));
    assert_int_equal(f.severity, ASR_MOCK_ERROR);
}


/* A row that fails does not hide the next; d_done ends a test of rows. */

static inline void
d_fail(const char *label, const char *what, const char *more)
{
    print_error("%s: %s %s\n", label, what, more);
    d_failed++;
}


static inline void
d_done(void)
{
    unsigned  n;

    n = d_failed;
    d_failed = 0;

    assert_int_equal(n, 0);
}


/* want NULL: nothing is to be said; "S-a S-b": the first, and one more. */

static inline void
d_expect(const d_request_t *q, const asr_key_t *key, const char *label,
    const char *want, bool reproduced)
{
    bool       told;
    char       got[256];
    unsigned   i;

    asr_arena_free(&d_arena);

    told = asr_mock_doctor(&d_arena, &q->x, key, q->x.at_ms, &d_out);

    snprintf(got, sizeof(got), "%.*s", asr_fmt(d_out.mistake));

    for (i = 0; i < d_out.nalso; i++) {
        snprintf(got + strlen(got), sizeof(got) - strlen(got), " %.*s",
                 asr_fmt(d_out.also[i]));
    }

    if (want == NULL) {
        if (told) {
            d_fail(label, "not right, but", got);
        }

        return;
    }

    if (!told || strcmp(got, want) != 0) {
        print_error("%s instead of ", got);
        d_fail(label, want, "");
        return;
    }

    if (d_out.reproduced != reproduced) {
        d_fail(label, want, reproduced ? "was not made again"
                                       : "was made again");
    }

    assert_non_null(asr_mock_mistake(d_out.mistake));
    assert_true(d_out.title.len != 0 && d_out.fix.len != 0
                && d_out.scheme.len != 0);
    d_written(&d_out);
}


#endif /* DOCTOR_UNIT_H */
