/*
 * The canonical request of TC3 and of ACS3, with another host in it.
 */

#include "core/auth/asr_acs.h"
#include "core/auth/asr_acs3.h"
#include "core/auth/asr_tc3.h"
#include "core/base/asr_secret.h"
#include "asr_mock_record_sign.h"


#define ASR_MOCK_SIGN_TEXT  (256 * 1024)
#define ASR_MOCK_SIGN_HEX   (2 * ASR_SHA256_LEN)


static asr_str_t asr_mock_sign_tc3(const asr_mock_exchange_t *x,
    const asr_key_t *key, asr_str_t host, asr_arena_t *a);
static asr_str_t asr_mock_sign_acs3(const asr_mock_exchange_t *x,
    const asr_key_t *key, asr_str_t host, asr_arena_t *a);
static bool asr_mock_sign_headers(asr_buf_t *b, const asr_mock_exchange_t *x,
    asr_str_t names, asr_str_t host);
static asr_err_t asr_mock_sign_pairs(const asr_mock_exchange_t *x,
    asr_arena_t *a, asr_form_t *f);
static asr_str_t asr_mock_sign_header(const void *ctx, asr_str_t name);
static asr_str_t asr_mock_sign_value(asr_str_t form, asr_str_t name);


asr_mock_sign_t
asr_mock_sign_kind(const asr_mock_exchange_t *x, asr_str_t *id)
{
    asr_tc3_t   tc3;
    asr_str_t   auth;
    asr_acs3_t  acs3;

    auth = asr_mock_header(x, "authorization");
    *id = asr_str_null();

    if (asr_tc3_claims(auth)) {
        if (asr_tc3_parse(auth, &tc3) == ASR_OK) {
            *id = tc3.secret_id;
        }

        return ASR_MOCK_SIGN_TC3;
    }

    if (asr_acs3_claims(auth)) {
        if (asr_acs3_parse(auth, &acs3) == ASR_OK) {
            *id = acs3.access_key_id;
        }

        return ASR_MOCK_SIGN_ACS3;
    }

    *id = asr_mock_sign_value(x->args, asr_str("SecretId"));

    if (id->data == NULL) {
        *id = asr_mock_sign_value(x->body, asr_str("SecretId"));
    }

    return id->data != NULL ? ASR_MOCK_SIGN_V1 : ASR_MOCK_SIGN_NONE;
}


static asr_str_t
asr_mock_sign_value(asr_str_t form, asr_str_t name)
{
    asr_str_t  value;

    while (form.data != NULL && form.len != 0) {
        value = asr_str_cut(&form, '&');

        if (asr_str_eq(asr_str_cut(&value, '='), name)
            && value.data != NULL)
        {
            return value;
        }
    }

    return asr_str_null();
}


bool
asr_mock_sign_holds(const asr_mock_exchange_t *x, const asr_key_t *key,
    asr_arena_t *a)
{
    asr_tc3_t           tc3;
    asr_str_t           auth;
    asr_form_t          f;
    asr_acs3_t          acs3;
    asr_tc3_request_t   r;
    asr_acs3_request_t  acs;

    auth = asr_mock_header(x, "authorization");

    if (asr_tc3_parse(auth, &tc3) == ASR_OK) {
        r.method = x->method;
        r.query = x->args;
        r.timestamp = asr_mock_header(x, "x-tc-timestamp");
        r.header = asr_mock_sign_header;
        r.header_ctx = x;
        r.payload_sha256 = x->body_sha256;

        return asr_tc3_verify(&tc3, key, &r);
    }

    if (asr_acs3_parse(auth, &acs3) != ASR_OK
        || asr_mock_sign_pairs(x, a, &f) != ASR_OK)
    {
        return false;
    }

    acs.method = x->method;
    acs.path = x->path;
    acs.pairs = f.pairs;
    acs.n = f.n;
    acs.header = asr_mock_sign_header;
    acs.header_ctx = x;
    acs.payload_sha256 = x->body_sha256;

    return asr_acs3_verify(&acs3, key, &acs, a);
}


static asr_str_t
asr_mock_sign_header(const void *ctx, asr_str_t name)
{
    size_t                      i;
    const asr_mock_exchange_t  *x = ctx;

    for (i = 0; i < x->nheaders; i++) {
        if (asr_str_caseeq(x->headers[i].name, name)) {
            return x->headers[i].value;
        }
    }

    return asr_str_null();
}


asr_str_t
asr_mock_sign(const asr_mock_exchange_t *x, const asr_key_t *key,
    asr_str_t host, asr_arena_t *a)
{
    asr_str_t  auth;

    auth = asr_mock_header(x, "authorization");

    if (key->secret.len == 0 || key->secret.len > ASR_ACCOUNTS_SECRET_MAX) {
        return asr_str_null();
    }

    if (asr_tc3_claims(auth)) {
        return asr_mock_sign_tc3(x, key, host, a);
    }

    return asr_acs3_claims(auth) ? asr_mock_sign_acs3(x, key, host, a)
                                 : asr_str_null();
}


static void
asr_mock_sign_put(asr_buf_t *b, asr_str_t s)
{
    (void) asr_buf_append(b, s.data, s.len);
}


/* "name:value\n" each, an empty line, the names. */

static bool
asr_mock_sign_headers(asr_buf_t *b, const asr_mock_exchange_t *x,
    asr_str_t names, asr_str_t host)
{
    asr_str_t  left, name, value;

    left = names;

    while (left.data != NULL) {
        name = asr_str_cut(&left, ';');

        value = asr_str_eq(name, asr_str("host"))
                ? host : asr_str_trim(asr_mock_sign_header(x, name));

        if (value.data == NULL) {
            return false;
        }

        asr_mock_sign_put(b, name);
        asr_mock_sign_put(b, asr_str(":"));
        asr_mock_sign_put(b, value);
        asr_mock_sign_put(b, asr_str("\n"));
    }

    asr_mock_sign_put(b, asr_str("\n"));
    asr_mock_sign_put(b, names);
    asr_mock_sign_put(b, asr_str("\n"));

    return true;
}


/* What the documents' samples sign: values in lower case. */

static void
asr_mock_sign_lower(asr_buf_t *b, size_t from, size_t to)
{
    size_t  i;

    for (i = from; i < to; i++) {
        if (b->data[i] >= 'A' && b->data[i] <= 'Z') {
            b->data[i] = (char) (b->data[i] | 0x20);
        }
    }
}


static asr_str_t
asr_mock_sign_tc3(const asr_mock_exchange_t *x, const asr_key_t *key,
    asr_str_t host, asr_arena_t *a)
{
    char           hex[ASR_MOCK_SIGN_HEX];
    char           first[3 + ASR_ACCOUNTS_SECRET_MAX];
    size_t         from;
    asr_buf_t      b;
    asr_str_t      out, stamp;
    asr_tc3_t      t;
    unsigned char  mac[ASR_SHA256_LEN], next[ASR_SHA256_LEN];

    stamp = asr_mock_header(x, "x-tc-timestamp");

    if (asr_tc3_parse(asr_mock_header(x, "authorization"), &t) != ASR_OK
        || stamp.len == 0)
    {
        return asr_str_null();
    }

    asr_buf_init(&b, ASR_MOCK_SIGN_TEXT);
    asr_mock_sign_put(&b, x->method);
    asr_mock_sign_put(&b, asr_str("\n/\n"));
    asr_mock_sign_put(&b, x->args);
    asr_mock_sign_put(&b, asr_str("\n"));
    from = b.len;

    if (!asr_mock_sign_headers(&b, x, t.signed_headers, host) || b.failed) {
        asr_buf_free(&b);
        return asr_str_null();
    }

    asr_mock_sign_lower(&b, from, b.len);
    asr_hex(x->body_sha256, ASR_SHA256_LEN, hex);
    asr_mock_sign_put(&b, (asr_str_t) { sizeof(hex), hex });
    asr_sha256(b.data, b.len, mac);
    asr_hex(mac, sizeof(mac), hex);

    b.len = 0;
    (void) asr_buf_printf(&b, "TC3-HMAC-SHA256\n%.*s\n%.*s/%.*s/tc3_request\n"
                          "%.*s", asr_fmt(stamp), asr_fmt(t.date),
                          asr_fmt(t.service), (int) sizeof(hex), hex);

    memcpy(first, "TC3", 3);
    memcpy(first + 3, key->secret.data, key->secret.len);

    asr_hmac_sha256(first, 3 + key->secret.len, t.date.data, t.date.len, mac);
    asr_hmac_sha256(mac, sizeof(mac), t.service.data, t.service.len, next);
    asr_hmac_sha256(next, sizeof(next), "tc3_request", 11, mac);
    asr_hmac_sha256(mac, sizeof(mac), b.data, b.len, next);
    asr_hex(next, sizeof(next), hex);

    asr_secret_wipe(first, sizeof(first));
    asr_secret_wipe(mac, sizeof(mac));

    out = b.failed ? asr_str_null()
        : asr_arena_printf(a, "TC3-HMAC-SHA256 Credential=%.*s/%.*s/%.*s/"
                           "tc3_request, SignedHeaders=%.*s, Signature=%.*s",
                           asr_fmt(t.secret_id), asr_fmt(t.date),
                           asr_fmt(t.service), asr_fmt(t.signed_headers),
                           (int) sizeof(hex), hex);

    asr_buf_free(&b);

    return out;
}


static asr_err_t
asr_mock_sign_pairs(const asr_mock_exchange_t *x, asr_arena_t *a,
    asr_form_t *f)
{
    asr_err_t  rc;

    asr_form_init(f, a, asr_str_null(), NULL, NULL, ASR_MOCK_SIGN_TEXT);

    rc = x->args.len != 0 ? asr_form_feed(f, x->args.data, x->args.len)
                          : ASR_OK;
    rc = rc == ASR_OK ? asr_form_end(f) : rc;

    asr_form_free(f);

    return rc;
}


static asr_str_t
asr_mock_sign_acs3(const asr_mock_exchange_t *x, const asr_key_t *key,
    asr_str_t host, asr_arena_t *a)
{
    char                text[17 + ASR_MOCK_SIGN_HEX];
    char                hex[ASR_MOCK_SIGN_HEX];
    size_t              n;
    asr_buf_t           b;
    asr_form_t          f;
    asr_acs3_t          t;
    asr_sha256_t       *sha;
    asr_acs_out_t       out;
    unsigned char       mac[ASR_SHA256_LEN];
    const asr_pair_t  **pairs;

    if (asr_acs3_parse(asr_mock_header(x, "authorization"), &t) != ASR_OK
        || asr_mock_sign_pairs(x, a, &f) != ASR_OK)
    {
        return asr_str_null();
    }

    pairs = asr_acs_sort(f.pairs, f.n, asr_str_null(), a, &n);
    sha = asr_sha256_begin();
    asr_buf_init(&b, ASR_MOCK_SIGN_TEXT);

    if (pairs == NULL || sha == NULL
        || !asr_mock_sign_headers(&b, x, t.signed_headers, host) || b.failed)
    {
        asr_sha256_release(sha);
        asr_buf_free(&b);
        return asr_str_null();
    }

    asr_acs_begin(&out, sha);
    asr_acs_put(&out, x->method);
    asr_acs_put(&out, asr_str("\n"));

    if (x->path.len == 0) {
        asr_acs_put(&out, asr_str("/"));
    }

    asr_acs_pct(&out, x->path, false, '/');
    asr_acs_put(&out, asr_str("\n"));
    asr_acs_query(&out, pairs, n, false);
    asr_acs_put(&out, asr_str("\n"));
    asr_acs_put(&out, asr_buf_str(&b));

    asr_hex(x->body_sha256, ASR_SHA256_LEN, hex);
    asr_acs_put(&out, (asr_str_t) { sizeof(hex), hex });
    asr_acs_flush(&out);

    asr_sha256_final(sha, mac);
    asr_sha256_release(sha);
    asr_buf_free(&b);

    memcpy(text, "ACS3-HMAC-SHA256\n", 17);
    asr_hex(mac, sizeof(mac), text + 17);
    asr_hmac_sha256(key->secret.data, key->secret.len, text, sizeof(text),
                    mac);
    asr_hex(mac, sizeof(mac), hex);

    return asr_arena_printf(a, "ACS3-HMAC-SHA256 Credential=%.*s,"
                            "SignedHeaders=%.*s,Signature=%.*s",
                            asr_fmt(t.access_key_id),
                            asr_fmt(t.signed_headers), (int) sizeof(hex), hex);
}
