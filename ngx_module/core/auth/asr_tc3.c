/*
 * TC3-HMAC-SHA256.
 *
 * Verification runs once per request on the event loop, so it is kept to one
 * SHA-256 and one HMAC in the common case: the canonical request is streamed
 * into the hash, and the signing key, three HMACs away from the secret, is
 * remembered per (key, date, service).
 *
 * The cache is direct-mapped and lives in secret pages.  An entry is a pure
 * function of what it is compared by, the secret itself included, so it can
 * not be stale after a reload.  Only a signature that held makes an entry:
 * one who merely knows a key id can not push others out.
 *
 * A client may have signed the host with or without its port, and header
 * values as sent or lower-cased: up to four attempts, the likely one first.
 */

#include "asr_tc3.h"
#include "asr_host.h"
#include "../base/asr_secret.h"
#include "../base/asr_clock.h"
#include "../base/asr_crypto.h"


#define ASR_TC3_SCHEME       "TC3-HMAC-SHA256"
#define ASR_TC3_TERMINATOR   "tc3_request"
#define ASR_TC3_DATE_LEN     10
#define ASR_TC3_SIGN_LEN     (2 * ASR_SHA256_LEN)

/* a DNS label and a port fit well */
#define ASR_TC3_SERVICE_MAX  128
#define ASR_TC3_STAMP_MAX    12

/* longer secrets are verified without the cache */
#define ASR_TC3_SECRET_MAX   128
#define ASR_TC3_SLOTS        128

/* 9999-12-31T23:59:59Z: the date stays ten bytes */
#define ASR_TC3_LAST_SECOND  INT64_C(253402300799)


typedef struct {
    asr_str_t       name;
    asr_str_t       value;          /* trimmed */
} asr_tc3_field_t;


typedef struct {
    asr_tc3_field_t  fields[ASR_TC3_HEADERS_MAX];
    size_t           n;
    asr_str_t        host;
    asr_str_t        host_name;     /* without the port */
    bool             upper;         /* lower-casing changes something */
    bool             action;        /* X-TC-Action is signed */
} asr_tc3_canon_t;


typedef struct {
    asr_sha256_t    *sha;
    size_t           n;
    char             buf[512];
} asr_tc3_out_t;


typedef struct {
    uint32_t         index;
    uint16_t         secret_len;    /* 0: the slot is empty */
    uint16_t         service_len;
    char             date[ASR_TC3_DATE_LEN];
    char             service[ASR_TC3_SERVICE_MAX];
    char             secret[ASR_TC3_SECRET_MAX];
    unsigned char    signing[ASR_SHA256_LEN];
} asr_tc3_slot_t;


static asr_err_t asr_tc3_credential(asr_tc3_t *t, asr_str_t s);
static bool asr_tc3_date_form(asr_str_t s);
static asr_err_t asr_tc3_names(asr_str_t s);
static bool asr_tc3_name_form(asr_str_t s);
static int asr_tc3_name_compare(asr_str_t a, asr_str_t b);
static asr_err_t asr_tc3_signature(asr_str_t s);
static bool asr_tc3_date_holds(const asr_tc3_t *t, asr_str_t timestamp);
static asr_err_t asr_tc3_collect(asr_tc3_canon_t *c, const asr_tc3_t *t,
    const asr_tc3_request_t *r);
static bool asr_tc3_attempt(const asr_tc3_t *t, const asr_tc3_request_t *r,
    const asr_tc3_canon_t *c, const unsigned char *signing, asr_str_t host,
    bool lower);
static bool asr_tc3_hash(const asr_tc3_t *t, const asr_tc3_request_t *r,
    const asr_tc3_canon_t *c, asr_str_t host, bool lower, char *hex);
static void asr_tc3_put(asr_tc3_out_t *out, asr_str_t s, bool lower);
static void asr_tc3_derive(const asr_tc3_t *t, const asr_key_t *key,
    unsigned char *signing);
static asr_tc3_slot_t *asr_tc3_slot(const asr_tc3_t *t, const asr_key_t *key);
static bool asr_tc3_slot_holds(const asr_tc3_slot_t *slot, const asr_tc3_t *t,
    const asr_key_t *key);
static void asr_tc3_slot_fill(asr_tc3_slot_t *slot, const asr_tc3_t *t,
    const asr_key_t *key, const unsigned char *signing);


static asr_tc3_slot_t  *asr_tc3_cache;


bool
asr_tc3_claims(asr_str_t authorization)
{
    asr_str_t  s;

    static const asr_str_t  scheme = ASR_STR(ASR_TC3_SCHEME);

    s = asr_str_trim(authorization);

    return s.len >= scheme.len
           && memcmp(s.data, scheme.data, scheme.len) == 0
           && (s.len == scheme.len || s.data[scheme.len] == ' '
               || s.data[scheme.len] == '\t');
}


asr_err_t
asr_tc3_parse(asr_str_t authorization, asr_tc3_t *t)
{
    asr_str_t  s, name, value, credential;

    memset(t, 0, sizeof(asr_tc3_t));
    credential = asr_str_null();

    if (!asr_tc3_claims(authorization)) {
        return ASR_INVALID;
    }

    s = asr_str_trim(authorization);
    s.data += sizeof(ASR_TC3_SCHEME) - 1;
    s.len -= sizeof(ASR_TC3_SCHEME) - 1;

    do {
        if (s.data == NULL) {
            return ASR_INVALID;
        }

        value = asr_str_trim(asr_str_cut(&s, ','));
        name = asr_str_cut(&value, '=');

        if (value.data == NULL) {
            return ASR_INVALID;
        }

        if (asr_str_eq(name, asr_str("Credential"))
            && credential.data == NULL)
        {
            credential = value;

        } else if (asr_str_eq(name, asr_str("SignedHeaders"))
                   && t->signed_headers.data == NULL)
        {
            t->signed_headers = value;

        } else if (asr_str_eq(name, asr_str("Signature"))
                   && t->signature.data == NULL)
        {
            t->signature = value;

        } else {
            return ASR_INVALID;
        }

    } while (credential.data == NULL || t->signed_headers.data == NULL
             || t->signature.data == NULL);

    if (s.data != NULL
        || asr_tc3_credential(t, credential) != ASR_OK
        || asr_tc3_names(t->signed_headers) != ASR_OK
        || asr_tc3_signature(t->signature) != ASR_OK)
    {
        return ASR_INVALID;
    }

    return ASR_OK;
}


static asr_err_t
asr_tc3_credential(asr_tc3_t *t, asr_str_t s)
{
    size_t  i;

    for (i = 0; i < s.len; i++) {
        if ((unsigned char) s.data[i] <= 0x20 || s.data[i] == 0x7f) {
            return ASR_INVALID;
        }
    }

    /* an empty id has the form; it is just not found */

    t->secret_id = asr_str_cut(&s, '/');
    t->date = asr_str_cut(&s, '/');
    t->service = asr_str_cut(&s, '/');

    if (s.data == NULL || !asr_str_eq(s, asr_str(ASR_TC3_TERMINATOR))
        || !asr_tc3_date_form(t->date)
        || t->service.len == 0 || t->service.len > ASR_TC3_SERVICE_MAX)
    {
        return ASR_INVALID;
    }

    return ASR_OK;
}


static bool
asr_tc3_date_form(asr_str_t s)
{
    size_t  i;

    if (s.len != ASR_TC3_DATE_LEN) {
        return false;
    }

    for (i = 0; i < s.len; i++) {
        if (i == 4 || i == 7) {
            if (s.data[i] != '-') {
                return false;
            }

        } else if (s.data[i] < '0' || s.data[i] > '9') {
            return false;
        }
    }

    return true;
}


/* Lower-case names in strictly ascending order, so that none comes twice. */

static asr_err_t
asr_tc3_names(asr_str_t s)
{
    bool       type, host;
    size_t     n;
    asr_str_t  name, last;

    type = false;
    host = false;
    last = asr_str_null();

    for (n = 0; s.data != NULL; n++) {
        name = asr_str_cut(&s, ';');

        if (n == ASR_TC3_HEADERS_MAX || !asr_tc3_name_form(name)
            || asr_tc3_name_compare(last, name) >= 0)
        {
            return ASR_INVALID;
        }

        type |= asr_str_eq(name, asr_str("content-type"));
        host |= asr_str_eq(name, asr_str("host"));
        last = name;
    }

    return type && host ? ASR_OK : ASR_INVALID;
}


/* A token of RFC 9110 5.6.2, without the capital letters. */

static bool
asr_tc3_name_form(asr_str_t s)
{
    char    c;
    size_t  i;

    static const char  others[] = "!#$%&'*+-.^_`|~";

    if (s.len == 0) {
        return false;
    }

    for (i = 0; i < s.len; i++) {
        c = s.data[i];

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')
            && memchr(others, c, sizeof(others) - 1) == NULL)
        {
            return false;
        }
    }

    return true;
}


static int
asr_tc3_name_compare(asr_str_t a, asr_str_t b)
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
asr_tc3_signature(asr_str_t s)
{
    char    c;
    size_t  i;

    if (s.len != ASR_TC3_SIGN_LEN) {
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
asr_tc3_verify(const asr_tc3_t *t, const asr_key_t *key,
    const asr_tc3_request_t *r)
{
    bool              ok, known, bare, lower;
    unsigned          i;
    unsigned char     signing[ASR_SHA256_LEN];
    asr_tc3_slot_t   *slot;
    asr_tc3_canon_t   c;

    if (key->secret.len == 0 || key->secret.len > ASR_ACCOUNTS_SECRET_MAX
        || !asr_tc3_date_holds(t, r->timestamp)
        || asr_tc3_collect(&c, t, r) != ASR_OK)
    {
        return false;
    }

    slot = asr_tc3_slot(t, key);
    known = slot != NULL && asr_tc3_slot_holds(slot, t, key);

    if (!known) {
        asr_tc3_derive(t, key, signing);
    }

    ok = false;

    for (i = 0; i < 4 && !ok; i++) {
        bare = (i & 1) != 0;

        /* who signs the action does as the documents' samples: lower case */

        lower = (i >= 2) != (c.action && c.upper);

        if ((bare && c.host_name.len == c.host.len) || (lower && !c.upper)) {
            continue;
        }

        ok = asr_tc3_attempt(t, r, &c, known ? slot->signing : signing,
                             bare ? c.host_name : c.host, lower);
    }

    if (!known) {
        if (ok && slot != NULL) {
            asr_tc3_slot_fill(slot, t, key, signing);
        }

        asr_secret_wipe(signing, sizeof(signing));
    }

    return ok;
}


static bool
asr_tc3_date_holds(const asr_tc3_t *t, asr_str_t timestamp)
{
    char     date[ASR_TC3_DATE_LEN + 1];
    int64_t  seconds;

    if (timestamp.len > ASR_TC3_STAMP_MAX
        || asr_str_int(timestamp, &seconds) != ASR_OK
        || seconds < 0 || seconds > ASR_TC3_LAST_SECOND)
    {
        return false;
    }

    asr_clock_utc_date(seconds, date);

    return t->date.len == ASR_TC3_DATE_LEN
           && memcmp(t->date.data, date, ASR_TC3_DATE_LEN) == 0;
}


static asr_err_t
asr_tc3_collect(asr_tc3_canon_t *c, const asr_tc3_t *t,
    const asr_tc3_request_t *r)
{
    char              ch;
    size_t            i;
    asr_str_t         s, value;
    asr_tc3_field_t  *f;

    c->n = 0;
    c->host = asr_str_null();
    c->upper = false;
    c->action = false;

    s = t->signed_headers;

    while (s.data != NULL) {
        if (c->n == ASR_TC3_HEADERS_MAX) {
            return ASR_TOOBIG;
        }

        f = &c->fields[c->n++];
        f->name = asr_str_cut(&s, ';');

        value = r->header(r->header_ctx, f->name);
        if (value.data == NULL) {
            return ASR_NOTFOUND;
        }

        f->value = asr_str_trim(value);

        for (i = 0; i < f->value.len && !c->upper; i++) {
            ch = f->value.data[i];
            c->upper = ch >= 'A' && ch <= 'Z';
        }

        if (asr_str_eq(f->name, asr_str("host"))) {
            c->host = f->value;

        } else if (asr_str_eq(f->name, asr_str("x-tc-action"))) {
            c->action = true;
        }
    }

    c->host_name = asr_host_name(c->host);

    return ASR_OK;
}


static bool
asr_tc3_attempt(const asr_tc3_t *t, const asr_tc3_request_t *r,
    const asr_tc3_canon_t *c, const unsigned char *signing, asr_str_t host,
    bool lower)
{
    char           text[sizeof(ASR_TC3_SCHEME) + ASR_TC3_STAMP_MAX + 1
                        + ASR_TC3_DATE_LEN + 1 + ASR_TC3_SERVICE_MAX + 1
                        + sizeof(ASR_TC3_TERMINATOR) + ASR_TC3_SIGN_LEN];
    char           hex[ASR_TC3_SIGN_LEN];
    size_t         i, n;
    unsigned char  mac[ASR_SHA256_LEN];

    if (!asr_tc3_hash(t, r, c, host, lower, hex)) {
        return false;
    }

    {
        const asr_str_t  parts[] = {
            ASR_STR(ASR_TC3_SCHEME "\n"), r->timestamp, ASR_STR("\n"),
            t->date, ASR_STR("/"), t->service,
            ASR_STR("/" ASR_TC3_TERMINATOR "\n"), { sizeof(hex), hex }
        };

        n = 0;

        for (i = 0; i < asr_nelts(parts); i++) {
            if (parts[i].len > sizeof(text) - n) {
                return false;
            }

            memcpy(text + n, parts[i].data, parts[i].len);
            n += parts[i].len;
        }
    }

    asr_hmac_sha256(signing, ASR_SHA256_LEN, text, n, mac);
    asr_hex(mac, sizeof(mac), hex);

    return t->signature.len == sizeof(hex)
           && asr_equal_ct(hex, t->signature.data, sizeof(hex));
}


static bool
asr_tc3_hash(const asr_tc3_t *t, const asr_tc3_request_t *r,
    const asr_tc3_canon_t *c, asr_str_t host, bool lower, char *hex)
{
    char            payload[ASR_TC3_SIGN_LEN];
    size_t          i;
    asr_str_t       value;
    unsigned char   digest[ASR_SHA256_LEN];
    asr_tc3_out_t   out;

    out.sha = asr_sha256_begin();
    out.n = 0;

    if (out.sha == NULL) {
        return false;
    }

    asr_tc3_put(&out, r->method, false);
    asr_tc3_put(&out, asr_str("\n/\n"), false);
    asr_tc3_put(&out, r->query, false);
    asr_tc3_put(&out, asr_str("\n"), false);

    for (i = 0; i < c->n; i++) {
        value = c->fields[i].value;

        if (asr_str_eq(c->fields[i].name, asr_str("host"))) {
            value = host;
        }

        asr_tc3_put(&out, c->fields[i].name, false);
        asr_tc3_put(&out, asr_str(":"), false);
        asr_tc3_put(&out, value, lower);
        asr_tc3_put(&out, asr_str("\n"), false);
    }

    asr_tc3_put(&out, asr_str("\n"), false);
    asr_tc3_put(&out, t->signed_headers, false);
    asr_tc3_put(&out, asr_str("\n"), false);

    asr_hex(r->payload_sha256, ASR_SHA256_LEN, payload);
    asr_tc3_put(&out, (asr_str_t) { sizeof(payload), payload }, false);

    asr_sha256_update(out.sha, out.buf, out.n);
    asr_sha256_final(out.sha, digest);
    asr_sha256_release(out.sha);

    asr_hex(digest, sizeof(digest), hex);

    return true;
}


/* Gathers the small pieces: a call into the library costs more than them. */

static void
asr_tc3_put(asr_tc3_out_t *out, asr_str_t s, bool lower)
{
    char    c;
    size_t  i, n;

    while (s.len != 0) {
        if (out->n == sizeof(out->buf)) {
            asr_sha256_update(out->sha, out->buf, out->n);
            out->n = 0;
        }

        n = sizeof(out->buf) - out->n;
        n = n < s.len ? n : s.len;

        if (lower) {
            for (i = 0; i < n; i++) {
                c = s.data[i];
                out->buf[out->n + i] = c >= 'A' && c <= 'Z'
                                       ? (char) (c | 0x20) : c;
            }

        } else {
            memcpy(out->buf + out->n, s.data, n);
        }

        out->n += n;
        s.data += n;
        s.len -= n;
    }
}


static void
asr_tc3_derive(const asr_tc3_t *t, const asr_key_t *key,
    unsigned char *signing)
{
    char           first[3 + ASR_ACCOUNTS_SECRET_MAX];
    unsigned char  date[ASR_SHA256_LEN], service[ASR_SHA256_LEN];

    /* asr_tc3_verify has seen that it fits */

    memcpy(first, "TC3", 3);
    memcpy(first + 3, key->secret.data, key->secret.len);

    asr_hmac_sha256(first, 3 + key->secret.len, t->date.data, t->date.len,
                    date);
    asr_hmac_sha256(date, sizeof(date), t->service.data, t->service.len,
                    service);
    asr_hmac_sha256(service, sizeof(service), ASR_TC3_TERMINATOR,
                    sizeof(ASR_TC3_TERMINATOR) - 1, signing);

    asr_secret_wipe(first, sizeof(first));
    asr_secret_wipe(date, sizeof(date));
    asr_secret_wipe(service, sizeof(service));
}


/* Where the signing key would be; NULL: it can not be remembered. */

static asr_tc3_slot_t *
asr_tc3_slot(const asr_tc3_t *t, const asr_key_t *key)
{
    size_t    i;
    uint32_t  h;

    if (key->secret.len > ASR_TC3_SECRET_MAX) {
        return NULL;
    }

    if (asr_tc3_cache == NULL) {
        asr_tc3_cache = asr_secret_map(ASR_TC3_SLOTS * sizeof(asr_tc3_slot_t));
        if (asr_tc3_cache == NULL) {
            return NULL;
        }
    }

    h = 2166136261u;

    for (i = 0; i < t->service.len; i++) {
        h = (h ^ (unsigned char) t->service.data[i]) * 16777619u;
    }

    /* neighbours in the file, and a key's next day, take other slots */

    h += key->index + (unsigned char) t->date.data[ASR_TC3_DATE_LEN - 1];

    return &asr_tc3_cache[h % ASR_TC3_SLOTS];
}


static bool
asr_tc3_slot_holds(const asr_tc3_slot_t *slot, const asr_tc3_t *t,
    const asr_key_t *key)
{
    return slot->index == key->index
           && slot->secret_len == key->secret.len
           && slot->service_len == t->service.len
           && memcmp(slot->date, t->date.data, ASR_TC3_DATE_LEN) == 0
           && memcmp(slot->service, t->service.data, t->service.len) == 0
           && asr_equal_ct(slot->secret, key->secret.data, key->secret.len);
}


static void
asr_tc3_slot_fill(asr_tc3_slot_t *slot, const asr_tc3_t *t,
    const asr_key_t *key, const unsigned char *signing)
{
    asr_secret_wipe(slot, sizeof(asr_tc3_slot_t));

    slot->index = key->index;
    slot->secret_len = (uint16_t) key->secret.len;
    slot->service_len = (uint16_t) t->service.len;

    memcpy(slot->date, t->date.data, ASR_TC3_DATE_LEN);
    memcpy(slot->service, t->service.data, t->service.len);
    memcpy(slot->secret, key->secret.data, key->secret.len);
    memcpy(slot->signing, signing, ASR_SHA256_LEN);
}


void
asr_tc3_cache_reset(void)
{
    asr_secret_unmap(asr_tc3_cache, ASR_TC3_SLOTS * sizeof(asr_tc3_slot_t));
    asr_tc3_cache = NULL;
}
