/* ACS3-HMAC-SHA256. */

#include "asr_acs3.h"
#include "asr_acs.h"
#include "asr_host.h"


#define ASR_ACS3_SCHEME    "ACS3-HMAC-SHA256"
#define ASR_ACS3_SIGN_LEN  (2 * ASR_SHA256_LEN)


static asr_err_t asr_acs3_names(asr_str_t s);
static bool asr_acs3_name_form(asr_str_t s);
static int asr_acs3_name_compare(asr_str_t a, asr_str_t b);
static asr_err_t asr_acs3_hex(asr_str_t s);
static bool asr_acs3_headers(asr_acs_out_t *out, const asr_acs3_t *t,
    const asr_acs3_request_t *r, asr_str_t host);
static bool asr_acs3_attempt(const asr_acs3_t *t, const asr_key_t *key,
    const asr_acs3_request_t *r, const asr_pair_t **pairs, size_t n,
    asr_str_t host, const char *payload);


bool
asr_acs3_claims(asr_str_t authorization)
{
    asr_str_t  s;

    static const asr_str_t  scheme = ASR_STR("ACS3-");

    s = asr_str_trim(authorization);

    return s.len >= scheme.len
           && memcmp(s.data, scheme.data, scheme.len) == 0;
}


asr_err_t
asr_acs3_parse(asr_str_t authorization, asr_acs3_t *t)
{
    size_t      i;
    asr_str_t   s, name, value, *field;

    struct {
        asr_str_t   name;
        asr_str_t  *value;
    } fields[] = {
        { ASR_STR("Credential"),    &t->access_key_id },
        { ASR_STR("SignedHeaders"), &t->signed_headers },
        { ASR_STR("Signature"),     &t->signature }
    };

    memset(t, 0, sizeof(asr_acs3_t));

    s = asr_str_trim(authorization);

    if (!asr_str_eq(asr_str_cut(&s, ' '), asr_str(ASR_ACS3_SCHEME))) {
        return ASR_NOTFOUND;
    }

    while (s.data != NULL) {
        value = asr_str_trim(asr_str_cut(&s, ','));
        name = asr_str_cut(&value, '=');
        field = NULL;

        for (i = 0; i < asr_nelts(fields); i++) {
            if (asr_str_eq(name, fields[i].name)) {
                field = fields[i].value;
            }
        }

        if (field == NULL || field->data != NULL || value.data == NULL) {
            return ASR_INVALID;
        }

        *field = value;
    }

    /* an empty key id has the form; it is just not found */

    if (t->access_key_id.data == NULL
        || asr_acs3_names(t->signed_headers) != ASR_OK
        || asr_acs3_hex(t->signature) != ASR_OK)
    {
        return ASR_INVALID;
    }

    for (i = 0; i < t->access_key_id.len; i++) {
        if ((unsigned char) t->access_key_id.data[i] <= 0x20
            || t->access_key_id.data[i] == 0x7f)
        {
            return ASR_INVALID;
        }
    }

    return ASR_OK;
}


/* Lower-case names in strictly ascending order, so that none comes twice. */

static asr_err_t
asr_acs3_names(asr_str_t s)
{
    bool       host;
    size_t     n;
    asr_str_t  name, last;

    host = false;
    last = asr_str_null();

    for (n = 0; s.data != NULL; n++) {
        name = asr_str_cut(&s, ';');

        if (n == ASR_ACS3_HEADERS_MAX || !asr_acs3_name_form(name)
            || asr_acs3_name_compare(last, name) >= 0)
        {
            return ASR_INVALID;
        }

        host |= asr_str_eq(name, asr_str("host"));
        last = name;
    }

    return host ? ASR_OK : ASR_INVALID;
}


/* A token of RFC 9110 5.6.2, without the capital letters. */

static bool
asr_acs3_name_form(asr_str_t s)
{
    char    c;
    size_t  i;

    static const char  others[] = "!#$%&'*+-.^_`|~";

    for (i = 0; i < s.len; i++) {
        c = s.data[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')
            && memchr(others, c, sizeof(others) - 1) == NULL)
        {
            return false;
        }
    }

    return s.len != 0;
}


static int
asr_acs3_name_compare(asr_str_t a, asr_str_t b)
{
    int     rc;
    size_t  n;

    n = a.len < b.len ? a.len : b.len;
    rc = n != 0 ? memcmp(a.data, b.data, n) : 0;

    if (rc != 0 || a.len == b.len) {
        return rc;
    }

    return a.len < b.len ? -1 : 1;
}


static asr_err_t
asr_acs3_hex(asr_str_t s)
{
    char    c;
    size_t  i;

    if (s.len != ASR_ACS3_SIGN_LEN) {
        return ASR_INVALID;
    }

    for (i = 0; i < s.len; i++) {
        c = s.data[i];

        if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
            return ASR_INVALID;
        }
    }

    return ASR_OK;
}


bool
asr_acs3_signs(const asr_acs3_t *t, asr_str_t lower_name)
{
    asr_str_t  s;

    s = t->signed_headers;

    while (s.data != NULL) {
        if (asr_str_eq(asr_str_cut(&s, ';'), lower_name)) {
            return true;
        }
    }

    return false;
}


bool
asr_acs3_verify(const asr_acs3_t *t, const asr_key_t *key,
    const asr_acs3_request_t *r, asr_arena_t *arena)
{
    char                payload[ASR_ACS3_SIGN_LEN];
    size_t              n;
    asr_str_t           host, name, sent;
    const asr_pair_t  **pairs;

    if (key->secret.len == 0) {
        return false;
    }

    asr_hex(r->payload_sha256, ASR_SHA256_LEN, payload);
    sent = asr_str_trim(r->header(r->header_ctx,
                                   asr_str("x-acs-content-sha256")));

    if (sent.data != NULL
        && (sent.len != sizeof(payload)
            || memcmp(sent.data, payload, sizeof(payload)) != 0))
    {
        return false;
    }

    pairs = asr_acs_sort(r->pairs, r->n, asr_str_null(), arena, &n);
    if (pairs == NULL) {
        return false;
    }

    host = asr_str_trim(r->header(r->header_ctx, asr_str("host")));
    name = asr_host_name(host);

    return asr_acs3_attempt(t, key, r, pairs, n, host, payload)
           || (name.len != host.len
               && asr_acs3_attempt(t, key, r, pairs, n, name, payload));
}


static bool
asr_acs3_headers(asr_acs_out_t *out, const asr_acs3_t *t,
    const asr_acs3_request_t *r, asr_str_t host)
{
    asr_str_t  s, name, value;

    s = t->signed_headers;

    while (s.data != NULL) {
        name = asr_str_cut(&s, ';');
        value = r->header(r->header_ctx, name);

        if (value.data == NULL) {
            return false;
        }

        value = asr_str_eq(name, asr_str("host")) ? host
                                                  : asr_str_trim(value);
        asr_acs_put(out, name);
        asr_acs_put(out, asr_str(":"));
        asr_acs_put(out, value);
        asr_acs_put(out, asr_str("\n"));
    }

    return true;
}


static bool
asr_acs3_attempt(const asr_acs3_t *t, const asr_key_t *key,
    const asr_acs3_request_t *r, const asr_pair_t **pairs, size_t n,
    asr_str_t host, const char *payload)
{
    char            text[sizeof(ASR_ACS3_SCHEME) + ASR_ACS3_SIGN_LEN];
    char            hex[ASR_ACS3_SIGN_LEN];
    bool            all;
    unsigned char   digest[ASR_SHA256_LEN];
    asr_acs_out_t   out;
    asr_sha256_t   *sha;

    sha = asr_sha256_begin();
    if (sha == NULL) {
        return false;
    }

    asr_acs_begin(&out, sha);
    asr_acs_put(&out, r->method);
    asr_acs_put(&out, asr_str("\n"));

    if (r->path.len == 0) {
        asr_acs_put(&out, asr_str("/"));
    }

    asr_acs_pct(&out, r->path, false, '/');
    asr_acs_put(&out, asr_str("\n"));
    asr_acs_query(&out, pairs, n, false);
    asr_acs_put(&out, asr_str("\n"));
    all = asr_acs3_headers(&out, t, r, host);
    asr_acs_put(&out, asr_str("\n"));
    asr_acs_put(&out, t->signed_headers);
    asr_acs_put(&out, asr_str("\n"));
    asr_acs_put(&out, (asr_str_t) { ASR_ACS3_SIGN_LEN, payload });
    asr_acs_flush(&out);

    asr_sha256_final(sha, digest);
    asr_sha256_release(sha);

    if (!all) {
        return false;
    }

    memcpy(text, ASR_ACS3_SCHEME "\n", sizeof(ASR_ACS3_SCHEME));
    asr_hex(digest, sizeof(digest), text + sizeof(ASR_ACS3_SCHEME));
    asr_hmac_sha256(key->secret.data, key->secret.len, text, sizeof(text),
                    digest);
    asr_hex(digest, sizeof(digest), hex);

    return asr_equal_ct(hex, t->signature.data, sizeof(hex));
}
