/*
 * Who is asked, what comes first, and what goes out.  A scheme's file names
 * what it finds; the first named is the mistake, the next are "also".  All
 * texts are cleaned of secrets here, at the end, whatever they were made of.
 */

#include "asr_mock_doctor_int.h"
#include "core/auth/asr_acs3.h"
#include "core/auth/asr_tc3.h"


#define ASR_MOCK_DOCTOR_WORK  (8 * 1024 * 1024)
#define ASR_MOCK_HIDDEN       "***"


static bool asr_mock_doctor_as(asr_arena_t *a, const asr_mock_exchange_t *x,
    const asr_key_t *key, int64_t now_ms, bool brief, asr_mock_doctor_t *out);
static bool asr_mock_is_refused(const asr_mock_exchange_t *x);
static bool asr_mock_examine(asr_mock_case_t *c);
static bool asr_mock_examine_tencent(asr_mock_case_t *c);
static bool asr_mock_examine_ice(asr_mock_case_t *c);
static void asr_mock_clean(asr_mock_case_t *c);
static asr_str_t asr_mock_clip(asr_arena_t *a, asr_str_t s);
static asr_str_t asr_mock_hide(asr_arena_t *a, asr_str_t s, asr_str_t secret);
static void asr_mock_write_both(asr_json_out_t *o, const char *name,
    const char *one, asr_str_t ours, const char *two, asr_str_t theirs);


bool
asr_mock_doctor(asr_arena_t *a, const asr_mock_exchange_t *x,
    const asr_key_t *key, int64_t now_ms, asr_mock_doctor_t *out)
{
    return asr_mock_doctor_as(a, x, key, now_ms, false, out);
}


bool
asr_mock_doctor_brief(asr_arena_t *a, const asr_mock_exchange_t *x,
    const asr_key_t *key, int64_t now_ms, asr_mock_doctor_t *out)
{
    return asr_mock_doctor_as(a, x, key, now_ms, true, out);
}


static bool
asr_mock_doctor_as(asr_arena_t *a, const asr_mock_exchange_t *x,
    const asr_key_t *key, int64_t now_ms, bool brief, asr_mock_doctor_t *out)
{
    bool              told;
    asr_arena_t       work;
    asr_mock_case_t  *c;

    memset(out, 0, sizeof(asr_mock_doctor_t));

    if (!asr_mock_is_refused(x)) {
        return false;
    }

    asr_arena_init(&work, ASR_MOCK_DOCTOR_WORK);

    told = false;
    c = asr_arena_zalloc(&work, sizeof(asr_mock_case_t));

    if (c != NULL) {
        c->x = x;
        c->key = key;
        c->now_ms = now_ms;
        c->arena = a;
        c->work = &work;
        c->out = out;
        c->nbases = 1;
        c->brief = brief;

        told = asr_mock_examine(c) && out->mistake.len != 0;
        out->bytes = c->bytes;

        if (told) {
            asr_mock_clean(c);
        }
    }

    asr_arena_wipe(&work);

    if (!told) {
        memset(out, 0, sizeof(asr_mock_doctor_t));
    }

    return told;
}


static bool
asr_mock_starts(asr_str_t s, asr_str_t with)
{
    return s.len >= with.len && memcmp(s.data, with.data, with.len) == 0;
}


/* Was it for who it is from, and not for what it asks? */

static bool
asr_mock_is_refused(const asr_mock_exchange_t *x)
{
    size_t  i;

    static const asr_str_t  codes[] = {
        ASR_STR("AuthFailure.InvalidAuthorization"),
        ASR_STR("AuthFailure.InvalidSecretId"),
        ASR_STR("AuthFailure.SecretIdNotFound"),
        ASR_STR("AuthFailure.Signature"), ASR_STR("AuthFailure.TokenFailure"),
        ASR_STR("SignatureDoesNotMatch"), ASR_STR("IncompleteSignature"),
        ASR_STR("InvalidSignature"), ASR_STR("SignatureNonceUsed"),
        ASR_STR("InvalidAccessKeyId.NotFound"), ASR_STR("InvalidTimeStamp"),
        ASR_STR("InvalidSecurityToken"), ASR_STR("MissingSecurityToken"),
        ASR_STR("MissingSignature"), ASR_STR("MissingAccessKeyId")
    };

    if (x->code.len == 0 && x->status != 401) {
        return false;
    }

    for (i = 0; i < asr_nelts(codes); i++) {
        if (asr_mock_starts(x->code, codes[i])) {
            return true;
        }
    }

    return x->status == 401
           && (asr_str_eq(x->api, asr_str("u2"))
               || asr_str_eq(x->api, asr_str("memories")));
}


static bool
asr_mock_examine(asr_mock_case_t *c)
{
    if (asr_str_eq(c->x->api, asr_str("u2"))
        || asr_str_eq(c->x->api, asr_str("memories")))
    {
        return asr_mock_doctor_bearer(c);
    }

    if (asr_str_eq(c->x->api, asr_str("tencent"))) {
        return asr_mock_examine_tencent(c);
    }

    if (asr_str_eq(c->x->api, asr_str("ice"))) {
        return asr_mock_examine_ice(c);
    }

    return false;
}


static bool
asr_mock_examine_tencent(asr_mock_case_t *c)
{
    asr_str_t  authorization;

    authorization = asr_mock_header(c->x, "authorization");

    if (asr_tc3_claims(authorization)
        || asr_mock_header(c->x, "x-tc-action").data != NULL)
    {
        return asr_mock_doctor_tc3(c);
    }

    return asr_mock_doctor_v1(c);
}


static bool
asr_mock_examine_ice(asr_mock_case_t *c)
{
    if (asr_acs3_claims(asr_mock_header(c->x, "authorization"))) {
        return asr_mock_doctor_acs3(c);
    }

    /* RPC's action is a parameter, ACS3's a header */

    if (asr_mock_header(c->x, "x-acs-action").data != NULL
        && asr_mock_pairs(c, true, true)
        && asr_mock_pair(c->pairs, "Signature").data == NULL)
    {
        return asr_mock_doctor_acs3(c);
    }

    return asr_mock_doctor_rpc(c);
}


void
asr_mock_name(asr_mock_case_t *c, asr_mock_m_t m, asr_str_t detail,
    asr_str_t got, asr_str_t expected)
{
    asr_mock_doctor_t         *out;
    const asr_mock_mistake_t  *row;

    out = c->out;
    row = &asr_mock_mistakes[m - 1];

    if (out->mistake.len != 0) {
        asr_mock_name_only(c, m);
        return;
    }

    asr_mock_name_only(c, m);

    if (detail.len != 0) {
        out->title = asr_arena_printf(c->arena, "%.*s (%.*s)",
                                      asr_fmt(row->title), asr_fmt(detail));
        if (out->title.data == NULL) {
            out->title = row->title;
        }
    }

    out->got = got;
    out->expected = expected;
}


void
asr_mock_name_only(asr_mock_case_t *c, asr_mock_m_t m)
{
    unsigned                   i;
    asr_mock_doctor_t         *out;
    const asr_mock_mistake_t  *row;

    if (m == ASR_MOCK_M_NONE) {
        return;
    }

    for (i = 0; i < c->nnamed; i++) {
        if (c->named[i] == m) {
            return;
        }
    }

    if (c->nnamed == ASR_MOCK_NAMED_MAX) {
        return;
    }

    c->named[c->nnamed++] = m;

    out = c->out;
    row = &asr_mock_mistakes[m - 1];

    if (out->mistake.len == 0) {
        out->mistake = row->id;
        out->title = row->title;
        out->fix = row->fix;
        return;
    }

    out->also[out->nalso++] = row->id;
}


bool
asr_mock_is_unset(asr_str_t s)
{
    size_t  i;

    static const asr_str_t  words[] = {
        ASR_STR(""), ASR_STR("undefined"), ASR_STR("null"), ASR_STR("None"),
        ASR_STR("nil"), ASR_STR("<nil>"), ASR_STR("NaN"), ASR_STR("(null)"),
        ASR_STR("[object Object]"), ASR_STR("changeme"), ASR_STR("xxx")
    };

    s = asr_str_trim(s);

    for (i = 0; i < asr_nelts(words); i++) {
        if (asr_str_caseeq(s, words[i])) {
            return true;
        }
    }

    /* "${ID}", "$ID", "{{ id }}", "%ID%", "<your key>", "YOUR_KEY" */

    if (s.data[0] == '$' || s.data[0] == '{' || s.data[0] == '%'
        || s.data[0] == '<')
    {
        return true;
    }

    return s.len > 5 && asr_str_caseeq((asr_str_t) { 4, s.data },
                                       asr_str("your"));
}


/*
 * An id of a known kind: where nobody knows the id, it may be the secret that
 * stands in its place.
 */

asr_str_t
asr_mock_shown_id(asr_mock_case_t *c)
{
    size_t     i;
    asr_str_t  id;

    static const asr_str_t  kinds[] = {
        ASR_STR("test-"), ASR_STR("AKID"), ASR_STR("IKID"), ASR_STR("LTAI"),
        ASR_STR("STS.")
    };

    id = c->secret_id;

    for (i = 0; i < asr_nelts(kinds); i++) {
        if (asr_mock_starts(id, kinds[i])) {
            return id;
        }
    }

    if (c->key != NULL || id.len <= 4 || asr_mock_is_unset(id)) {
        return id;
    }

    return asr_arena_printf(c->arena, "an id of %zu characters", id.len);
}


/* The scheme's name, when it is one; it may be a key that stands there. */

asr_str_t
asr_mock_shown_scheme(asr_str_t scheme)
{
    size_t  i;

    static const asr_str_t  names[] = {
        ASR_STR("Bearer"), ASR_STR("Basic"), ASR_STR("Digest"),
        ASR_STR("Token"), ASR_STR("AWS4-HMAC-SHA256"),
        ASR_STR("TC3-HMAC-SHA256"), ASR_STR("TC3-HMAC-SHA1"),
        ASR_STR("ACS3-HMAC-SHA256"), ASR_STR("ACS3-HMAC-SM3"),
        ASR_STR("ACS3-RSA-SHA256"), ASR_STR("acs"), ASR_STR("OSS"),
        ASR_STR("q-sign-algorithm=sha1"), ASR_STR("SKIP")
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_caseeq(scheme, names[i])) {
            return scheme;
        }
    }

    return asr_str("another one");
}


void
asr_mock_name_token(asr_mock_case_t *c, asr_str_t token, const char *pointer)
{
    if (asr_str_eq(c->key->token, token)) {
        return;
    }

    asr_mock_name(c, ASR_MOCK_M_TOKEN, asr_str_null(),
                  token.len != 0 ? asr_str("a token") : asr_str("no token"),
                  c->key->token.len != 0
                  ? asr_str("the token of this temporary key")
                  : asr_str("none: the key is a permanent one"));

    if (pointer != NULL) {
        c->out->pointer = asr_cstr(pointer);
    }
}


void
asr_mock_name_id(asr_mock_case_t *c)
{
    bool       tencent;
    asr_str_t  id;

    id = asr_mock_shown_id(c);
    tencent = asr_str_eq(c->x->api, asr_str("tencent"));

    c->out->signature_got = c->signature;

    if (asr_mock_is_unset(id)) {
        asr_mock_name(c, ASR_MOCK_M_ID_UNSET, asr_str_null(), id,
                      asr_str("test-<anything>"));

    } else if (asr_mock_starts(id, tencent ? asr_str("LTAI")
                                           : asr_str("AKID")))
    {
        asr_mock_name(c, ASR_MOCK_M_ID_KIND,
                      tencent ? asr_str("LTAI... is Alibaba Cloud's")
                              : asr_str("AKID... is Tencent Cloud's"),
                      id, asr_str("test-<anything>"));

    } else {
        asr_mock_name(c, ASR_MOCK_M_ID_UNKNOWN, asr_str_null(), id,
                      asr_str("test-<anything>"));
    }
}


asr_str_t
asr_mock_lower(asr_arena_t *a, asr_str_t s)
{
    char    *p;
    size_t   i;

    p = asr_arena_alloc(a, s.len + 1);
    if (p == NULL) {
        return asr_str_null();
    }

    for (i = 0; i < s.len; i++) {
        p[i] = (char) (s.data[i] >= 'A' && s.data[i] <= 'Z'
                       ? s.data[i] | 0x20 : s.data[i]);
    }

    p[s.len] = '\0';

    return (asr_str_t) { s.len, p };
}


asr_str_t
asr_mock_number(asr_arena_t *a, int64_t n)
{
    return asr_arena_printf(a, "%lld", (long long) n);
}


/* Whole hours, and the other zones there are; two minutes of slack. */

static bool
asr_mock_is_zone(int64_t off, int64_t *quarters)
{
    int64_t  rest;
    size_t   i;

    static const uint8_t  odd[] = { 14, 18, 22, 23, 26, 35, 38, 42, 51 };

    *quarters = (off + 450) / 900;
    rest = off - *quarters * 900;

    if (*quarters < 4 || *quarters > 14 * 4 || rest < -120 || rest > 120) {
        return false;
    }

    for (i = 0; i < asr_nelts(odd); i++) {
        if (*quarters == odd[i]) {
            return true;
        }
    }

    return *quarters % 4 == 0;
}


void
asr_mock_name_clock(asr_mock_case_t *c, int64_t seconds, int64_t skew)
{
    int64_t      off, quarters;
    asr_str_t    detail, got, expected;
    const char  *sign;

    off = seconds - c->now_ms / 1000;

    if (off >= -skew && off <= skew) {
        return;
    }

    got = asr_mock_number(c->arena, seconds);
    expected = asr_arena_printf(c->arena, "%lld, within %lld s",
                                (long long) (c->now_ms / 1000),
                                (long long) skew);
    sign = off < 0 ? "behind" : "ahead";
    off = off < 0 ? -off : off;

    if (asr_mock_is_zone(off, &quarters)) {
        detail = asr_arena_printf(c->arena, "%lld h %lld min %s",
                                  (long long) (quarters / 4),
                                  (long long) (quarters % 4 * 15), sign);
        asr_mock_name(c, ASR_MOCK_M_CLOCK_ZONE, detail, got, expected);
        return;
    }

    detail = asr_arena_printf(c->arena, "%lld s %s", (long long) off, sign);
    asr_mock_name(c, ASR_MOCK_M_CLOCK, detail, got, expected);
}


/* Long texts lose their middle, where one value mostly is; UTF-8 stays. */

static asr_str_t
asr_mock_clip(asr_arena_t *a, asr_str_t s)
{
    size_t     head, tail;
    asr_str_t  clipped;

    if (s.len <= ASR_MOCK_DOCTOR_TEXT) {
        return s;
    }

    head = asr_utf8_prefix((asr_str_t) { ASR_MOCK_DOCTOR_TEXT / 4 * 3,
                                         s.data });
    head = head != 0 ? head : ASR_MOCK_DOCTOR_TEXT / 4 * 3;
    tail = s.len - ASR_MOCK_DOCTOR_TEXT / 4 + 64;

    while (tail < s.len && (s.data[tail] & 0xc0) == 0x80) {
        tail++;
    }

    clipped = asr_arena_printf(a, "%.*s[... %zu bytes ...]%.*s", (int) head,
                               s.data, tail - head, (int) (s.len - tail),
                               s.data + tail);

    return clipped.data != NULL ? clipped : asr_str_null();
}


/* No memory: the text goes. */

static asr_str_t
asr_mock_hide(asr_arena_t *a, asr_str_t s, asr_str_t secret)
{
    char    *out;
    size_t   i, n;

    out = NULL;
    n = 0;

    if (secret.len == 0) {
        return s;
    }

    for (i = 0; i < s.len; /* void */ ) {

        if (s.len - i < secret.len
            || memcmp(s.data + i, secret.data, secret.len) != 0)
        {
            if (out != NULL) {
                out[n++] = s.data[i];
            }

            i++;
            continue;
        }

        if (out == NULL) {

            /* no more than three bytes come of one */

            out = asr_arena_alloc(a, s.len * 3 + 1);
            if (out == NULL) {
                return asr_str_null();
            }

            memcpy(out, s.data, i);
            n = i;
        }

        memcpy(out + n, ASR_MOCK_HIDDEN, sizeof(ASR_MOCK_HIDDEN) - 1);
        n += sizeof(ASR_MOCK_HIDDEN) - 1;
        i += secret.len;
    }

    return out != NULL ? (asr_str_t) { n, out } : s;
}


/* A secret as it may stand in what is signed: bare, encoded, lower-cased. */

static asr_str_t
asr_mock_secret_form(asr_arena_t *a, asr_str_t secret, unsigned form)
{
    asr_buf_t  b;
    asr_str_t  s;

    if (secret.len == 0 || form == 0) {
        return secret;
    }

    if (form == 1) {
        return asr_mock_lower(a, secret);
    }

    asr_buf_init(&b, ASR_MOCK_DOCTOR_WORK);
    asr_mock_put_pct(&b, secret, form == 2 ? ASR_MOCK_PCT_RIGHT
                                           : ASR_MOCK_PCT_TWICE);
    s = b.failed ? asr_str_null() : asr_arena_str(a, asr_buf_str(&b));
    asr_secret_wipe(b.data, b.len);
    asr_buf_free(&b);

    return s;
}


/*
 * The secret where the client put it by mistake, tokens that are signed, the
 * key of another API.  A world's key is its own secret, and no secret.
 */

static void
asr_mock_clean(asr_mock_case_t *c)
{
    size_t              i, k, form;
    asr_str_t           secret, hidden[6];
    asr_mock_doctor_t  *out;

    out = c->out;

    asr_str_t *const  texts[] = {
        &out->title, &out->got, &out->expected, &out->canonical_ours,
        &out->canonical_theirs, &out->string_to_sign_ours,
        &out->string_to_sign_theirs, &out->signature_got,
        &out->signature_expected
    };

    memset(hidden, 0, sizeof(hidden));

    if (c->key != NULL) {
        if (!asr_str_eq(c->key->secret, c->key->id)) {
            hidden[0] = c->key->secret;
        }

        hidden[1] = c->key->token;
    }

    hidden[2] = asr_str_trim(asr_mock_header(c->x, "x-tc-token"));
    hidden[3] = asr_str_trim(asr_mock_header(c->x, "x-acs-security-token"));

    if (c->pairs != NULL) {
        hidden[4] = asr_mock_pair(c->pairs, "Token");
        hidden[5] = asr_mock_pair(c->pairs, "SecurityToken");
    }

    for (k = 0; k < asr_nelts(hidden) * 4; k++) {
        form = k % 4;
        secret = asr_mock_secret_form(c->work, hidden[k / 4],
                                      (unsigned) form);

        for (i = 0; i < asr_nelts(texts); i++) {
            *texts[i] = asr_mock_hide(c->work, *texts[i], secret);
        }
    }

    /* and what lies in the request may not live as long */

    for (i = 0; i < asr_nelts(texts); i++) {
        *texts[i] = asr_mock_clip(c->arena, *texts[i]);

        if (texts[i]->len != 0) {
            *texts[i] = asr_arena_str(c->arena, *texts[i]);
        }
    }
}


static void
asr_mock_write_both(asr_json_out_t *o, const char *name, const char *one,
    asr_str_t ours, const char *two, asr_str_t theirs)
{
    if (ours.len == 0 && theirs.len == 0) {
        return;
    }

    asr_jo_key(o, name);
    asr_jo_object(o);
    asr_jo_key(o, one);

    if (ours.len != 0) {
        asr_jo_str(o, ours);
    } else {
        asr_jo_null(o);
    }

    asr_jo_key(o, two);

    if (theirs.len != 0) {
        asr_jo_str(o, theirs);
    } else {
        asr_jo_null(o);
    }

    asr_jo_object_end(o);
}


void
asr_mock_doctor_write(asr_json_out_t *o, const asr_mock_doctor_t *d)
{
    unsigned  i;

    const struct {
        const char  *name;
        asr_str_t    value;
    } texts[] = {
        { "mistake", d->mistake }, { "title", d->title }, { "fix", d->fix },
        { "scheme", d->scheme }
    };

    asr_jo_object(o);

    for (i = 0; i < asr_nelts(texts); i++) {
        asr_jo_key(o, texts[i].name);
        asr_jo_str(o, texts[i].value);
    }

    asr_jo_key(o, "also");
    asr_jo_array(o);

    for (i = 0; i < d->nalso; i++) {
        asr_jo_str(o, d->also[i]);
    }

    asr_jo_array_end(o);
    asr_jo_key(o, "reproduced");
    asr_jo_bool(o, d->reproduced);
    asr_jo_key(o, "pointer");
    asr_jo_str(o, d->pointer);
    asr_jo_key(o, "got");
    asr_jo_str(o, d->got);
    asr_jo_key(o, "expected");
    asr_jo_str(o, d->expected);

    asr_mock_write_both(o, "canonical", "ours", d->canonical_ours, "theirs",
                        d->canonical_theirs);
    asr_mock_write_both(o, "string_to_sign", "ours", d->string_to_sign_ours,
                        "theirs", d->string_to_sign_theirs);
    asr_mock_write_both(o, "signature", "got", d->signature_got, "expected",
                        d->signature_expected);

    asr_jo_key(o, "tried");
    asr_jo_int(o, d->tried);

    if (d->assumed) {
        asr_jo_key(o, "assumed");
        asr_jo_bool(o, true);
    }

    asr_jo_object_end(o);
}


void
asr_mock_doctor_finding(const asr_mock_doctor_t *d, asr_mock_finding_t *f)
{
    memset(f, 0, sizeof(asr_mock_finding_t));

    f->severity = ASR_MOCK_ERROR;
    f->rule = d->mistake;
    f->pointer = d->pointer;
    f->words = d->title;
    f->got = d->got;
    f->expected = d->expected;
    f->hint = d->fix;
    f->guess = d->assumed || asr_str_eq(d->mistake, asr_str("S-unknown"));
}
