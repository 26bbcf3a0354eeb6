/*
 * TC3-HMAC-SHA256.  The module refuses in the order of header, time, key,
 * signature; here all of them are looked at, so that a client that has two
 * things wrong learns of both.
 */

#include "asr_mock_doctor_int.h"
#include "core/base/asr_clock.h"

#include <stdio.h>


#define ASR_MOCK_TC3_SKEW   300
#define ASR_MOCK_TC3_END    "tc3_request"

/* Codes of K_CHAIN and, for where the text stands, of DATE and SERVICE. */

enum { ASR_MOCK_CHAIN_DIRECT = 1, ASR_MOCK_CHAIN_NO_END,
       ASR_MOCK_CHAIN_NO_SERVICE, ASR_MOCK_CHAIN_HEX, ASR_MOCK_CHAIN_SWAPPED,
       ASR_MOCK_CHAIN_ORDER, ASR_MOCK_CHAIN_AWS };
enum { ASR_MOCK_IN_BOTH = 0, ASR_MOCK_IN_KEY, ASR_MOCK_IN_SCOPE };

/* of K_STAMP, beside the text of another timestamp */
enum { ASR_MOCK_STAMP_NO_SCOPE = 1, ASR_MOCK_STAMP_NO_END,
       ASR_MOCK_STAMP_CREDENTIAL };


static bool asr_mock_tc3_read(asr_mock_case_t *c);
static void asr_mock_tc3_credential(asr_mock_case_t *c);
static void asr_mock_tc3_strict(asr_mock_case_t *c);
static void asr_mock_tc3_time(asr_mock_case_t *c);
static void asr_mock_tc3_date(asr_mock_case_t *c, int64_t seconds);
static void asr_mock_tc3_ways(asr_mock_case_t *c);
static void asr_mock_tc3_dates(asr_mock_case_t *c);
static void asr_mock_tc3_places(asr_mock_case_t *c);
static bool asr_mock_tc3_build(asr_mock_case_t *c,
    const asr_mock_recipe_t *r, asr_mock_draft_t *d);
static void asr_mock_tc3_key(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_mock_draft_t *d);


bool
asr_mock_doctor_tc3(asr_mock_case_t *c)
{
    c->out->scheme = asr_str("TC3-HMAC-SHA256");
    c->out->pointer = asr_str("header:Authorization");

    if (!asr_mock_tc3_read(c)) {
        return true;
    }

    if (c->key == NULL) {
        asr_mock_name_id(c);
        return true;
    }

    if (c->key->token.len != 0
        || asr_mock_header(c->x, "x-tc-token").len != 0)
    {
        asr_mock_name_token(c, asr_mock_header(c->x, "x-tc-token"),
                            "header:X-TC-Token");
    }

    if (c->auth.signature.len == 0) {
        return true;
    }

    asr_mock_signature(c, true, ASR_SHA256_LEN);
    asr_mock_tc3_strict(c);
    asr_mock_tc3_ways(c);
    c->build = asr_mock_tc3_build;
    asr_mock_search(c);

    return true;
}


/* false: there is nothing to be signed again. */

static bool
asr_mock_tc3_read(asr_mock_case_t *c)
{
    asr_str_t  header;

    static const asr_str_t  form = ASR_STR("TC3-HMAC-SHA256 Credential=..., "
                                           "SignedHeaders=..., "
                                           "Signature=...");

    header = asr_str_trim(asr_mock_header(c->x, "authorization"));

    if (header.len == 0) {
        asr_mock_name(c, ASR_MOCK_M_AUTH_MISSING, asr_str_null(),
                      asr_str("no header"), form);
        return false;
    }

    asr_mock_auth_parse(c, header);
    c->signature = c->auth.signature;

    if (!asr_str_eq(c->auth.scheme, c->out->scheme)) {
        asr_mock_name(c, ASR_MOCK_M_AUTH_SCHEME, asr_str_null(),
                      asr_mock_shown_scheme(c->auth.scheme), c->out->scheme);
    }

    if (c->auth.credential.len == 0) {
        asr_mock_name(c, ASR_MOCK_M_AUTH_FORM, c->auth.fault, c->auth.fault,
                      form);
        return false;
    }

    if (c->auth.fault.len != 0) {
        asr_mock_name(c, ASR_MOCK_M_AUTH_FORM, c->auth.fault, c->auth.fault,
                      form);
    }

    asr_mock_tc3_credential(c);

    if (c->auth.signed_headers.len != 0) {
        asr_mock_name_signed(c, true);
    }

    asr_mock_tc3_time(c);

    return true;
}


static void
asr_mock_tc3_credential(asr_mock_case_t *c)
{
    size_t     n;
    asr_str_t  s, parts[6];

    s = c->auth.credential;
    memset(parts, 0, sizeof(parts));

    for (n = 0; n < asr_nelts(parts) && s.data != NULL; n++) {
        parts[n] = asr_str_cut(&s, '/');
    }

    c->secret_id = parts[0];
    c->date = n > 1 ? parts[1] : asr_str_null();
    c->service = n > 3 ? parts[n - 2] : n == 3 ? parts[2] : asr_str("asr");

    if (n == 3 && asr_str_eq(c->service, asr_str(ASR_MOCK_TC3_END))) {
        c->service = asr_str("asr");
    }

    if (n != 4 || !asr_str_eq(parts[3], asr_str(ASR_MOCK_TC3_END))
        || c->service.len == 0)
    {
        s = c->auth.credential;

        if (!asr_str_eq(asr_mock_shown_id(c), c->secret_id)) {
            s = asr_arena_printf(c->arena, "%zu parts", n);
        }

        asr_mock_name(c, ASR_MOCK_M_CREDENTIAL, asr_str_null(), s,
                      asr_str("SecretId/date/service/tc3_request"));
    }
}


/* Only a server that is told to be strict wants "asr" there. */

static void
asr_mock_tc3_strict(asr_mock_case_t *c)
{
    if (c->out->mistake.len == 0
        && !asr_str_eq(c->service, asr_str("asr"))
        && asr_str_eq(c->x->code,
                      asr_str("AuthFailure.InvalidAuthorization")))
    {
        asr_mock_name(c, ASR_MOCK_M_SERVICE_ASR, asr_str_null(), c->service,
                      asr_str("asr"));
    }
}


static void
asr_mock_tc3_time(asr_mock_case_t *c)
{
    char       date[11];
    int64_t    seconds, now;
    asr_str_t  s;

    s = asr_mock_header(c->x, "x-tc-timestamp");
    c->stamp = s;
    now = c->now_ms / 1000;

    if (asr_str_int(s, &seconds) != ASR_OK || seconds < 0) {
        asr_mock_name(c, ASR_MOCK_M_TIME_FORM, asr_str_null(), s,
                      asr_mock_number(c->arena, now));
        return;
    }

    if (seconds > 100000000000) {
        asr_mock_name(c, ASR_MOCK_M_TIME_MS, asr_str_null(), s,
                      asr_mock_number(c->arena, now));
        seconds /= 1000;

    } else {
        asr_mock_name_clock(c, seconds, ASR_MOCK_TC3_SKEW);
    }

    if (seconds > INT64_C(253402300799)) {
        return;
    }

    if (c->date.len == 0) {
        asr_clock_utc_date(seconds, date);
        c->date = asr_arena_str(c->work, (asr_str_t) { 10, date });
        return;
    }

    asr_mock_tc3_date(c, seconds);
}


/* From which zone on the date would be the one that came. */

static void
asr_mock_tc3_date(asr_mock_case_t *c, int64_t seconds)
{
    int        days;
    char       date[11], other[11];
    size_t     i;
    int64_t    of_day, minutes;
    asr_str_t  detail, expected;

    asr_clock_utc_date(seconds, date);

    if (asr_str_eq(c->date, (asr_str_t) { 10, date })) {
        return;
    }

    expected = asr_arena_str(c->arena, (asr_str_t) { 10, date });

    for (i = 0; i < c->date.len; i++) {
        if (c->date.len != 10
            || ((i == 4 || i == 7) != (c->date.data[i] == '-')))
        {
            asr_mock_name(c, ASR_MOCK_M_DATE_FORM, asr_str_null(), c->date,
                          expected);
            return;
        }
    }

    for (days = 1; days >= -1; days -= 2) {
        asr_clock_utc_date(seconds + days * 86400, other);

        if (!asr_str_eq(c->date, (asr_str_t) { 10, other })) {
            continue;
        }

        of_day = seconds % 86400;
        minutes = (days == 1 ? 86400 - of_day + 59 : of_day + 59) / 60;

        /* no zone is further off than 14 hours east or 12 west */

        if (minutes > (days == 1 ? 14 : 12) * 60) {
            break;
        }

        detail = asr_arena_printf(c->arena, "as in UTC%c%lld:%02lld or "
                                  "further %s", days == 1 ? '+' : '-',
                                  (long long) (minutes / 60),
                                  (long long) (minutes % 60),
                                  days == 1 ? "east" : "west");
        asr_mock_name(c, ASR_MOCK_M_DATE_LOCAL, detail, c->date, expected);
        return;
    }

    asr_mock_name(c, ASR_MOCK_M_DATE_STALE, asr_str_null(), c->date,
                  expected);
}


/* Does lower-casing the signed values change one? */

static bool
asr_mock_tc3_upper(asr_mock_case_t *c)
{
    size_t     i;
    asr_str_t  value;

    for (i = 0; i < c->nnames; i++) {
        value = asr_mock_header(c->x, c->names[i].data);

        if (!asr_str_eq(value, asr_mock_lower(c->work, value))) {
            return true;
        }
    }

    return false;
}


static void
asr_mock_tc3_ways(asr_mock_case_t *c)
{
    size_t     n;
    asr_str_t  region, hosts[6];

    static const asr_str_t  vendors[] = {
        ASR_STR("asr.tencentcloudapi.com"),
        ASR_STR("asr.intl.tencentcloudapi.com"),
        ASR_STR("asr.tencentcloudapi.woa.com"),
        ASR_STR("cvm.tencentcloudapi.com")
    };

    memcpy(hosts, vendors, sizeof(vendors));
    n = asr_nelts(vendors);
    region = asr_mock_header(c->x, "x-tc-region");

    if (region.len != 0 && region.len < 64) {
        hosts[n++] = asr_arena_printf(c->work,
                                      "asr.%.*s.tencentcloudapi.com",
                                      asr_fmt(region));
    }

    asr_mock_host_ways(c, hosts, n);

    if (asr_mock_tc3_upper(c)) {
        asr_mock_base(c, ASR_MOCK_K_CASE, ASR_MOCK_CASE_LOWER, asr_str_null());
    }

    asr_mock_secret_ways(c);
    asr_mock_way(c, ASR_MOCK_K_PREFIX, 0, ASR_MOCK_M_TC3_PREFIX,
                 asr_str(""));
    asr_mock_way(c, ASR_MOCK_K_CHAIN, ASR_MOCK_CHAIN_DIRECT,
                 ASR_MOCK_M_TC3_DIRECT, asr_str_null());
    asr_mock_body_ways(c);
    asr_mock_type_ways(c);
    asr_mock_tc3_dates(c);
    asr_mock_header_ways(c);
    asr_mock_tc3_places(c);
    asr_mock_line_ways(c);
}


static void
asr_mock_tc3_dates(asr_mock_case_t *c)
{
    int        days, k;
    char       date[11], text[24];
    int64_t    seconds;
    asr_str_t  s;

    if (asr_str_int(c->stamp, &seconds) != ASR_OK || seconds < 0
        || seconds > INT64_C(253402300799))
    {
        return;
    }

    for (days = -1; days <= 1; days++) {
        asr_clock_utc_date(seconds + days * 86400, date);
        s = asr_arena_str(c->work, (asr_str_t) { 10, date });

        for (k = ASR_MOCK_IN_BOTH; k <= ASR_MOCK_IN_SCOPE; k++) {
            if (!asr_str_eq(s, c->date)) {
                asr_mock_way(c, ASR_MOCK_K_DATE, (unsigned) k,
                             ASR_MOCK_M_DATE_SIGNED, s);
            }
        }

        s = asr_arena_printf(c->work, "%.4s%.2s%.2s", date, date + 5,
                             date + 8);

        for (k = ASR_MOCK_IN_BOTH; k <= ASR_MOCK_IN_SCOPE && days == 0; k++) {
            asr_mock_way(c, ASR_MOCK_K_DATE, (unsigned) k,
                         ASR_MOCK_M_DATE_FORM, s);
        }
    }

    for (k = 1; k <= 5; k++) {
        asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_TWICE,
                     asr_mock_number(c->work, seconds - k));
        asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_TWICE,
                     asr_mock_number(c->work, seconds + k));
    }

    asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_MS,
                 asr_mock_number(c->work, seconds * 1000));
    asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_MS,
                 asr_mock_number(c->work, seconds / 1000));

    asr_clock_utc_date(seconds, date);
    (void) snprintf(text, sizeof(text), "%02d:%02d:%02d",
                    (int) (seconds / 3600 % 24), (int) (seconds / 60 % 60),
                    (int) (seconds % 60));

    asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_ISO,
                 asr_arena_printf(c->work, "%sT%sZ", date, text));
    asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_ISO,
                 asr_arena_printf(c->work, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", date,
                                  date + 5, date + 8, text, text + 3,
                                  text + 6));
    asr_mock_way(c, ASR_MOCK_K_STAMP, ASR_MOCK_STAMP_NO_SCOPE,
                 ASR_MOCK_M_SCOPE, asr_str_null());
    asr_mock_way(c, ASR_MOCK_K_STAMP, ASR_MOCK_STAMP_NO_END,
                 ASR_MOCK_M_SCOPE, asr_str_null());
    asr_mock_way(c, ASR_MOCK_K_STAMP, ASR_MOCK_STAMP_CREDENTIAL,
                 ASR_MOCK_M_SCOPE, asr_str_null());
}


static void
asr_mock_tc3_services(asr_mock_case_t *c)
{
    size_t     i, k;
    asr_str_t  host, first, services[8];

    host = asr_mock_header(c->x, "host");
    first = host;
    first = asr_str_cut(&first, '.');

    services[0] = asr_str("asr");
    services[1] = first;
    services[2] = asr_str("cvm");
    services[3] = asr_str("ASR");
    services[4] = host;
    services[5] = asr_str("tts");
    services[6] = asr_str("");
    services[7] = asr_str("sts");

    for (i = 0; i < asr_nelts(services); i++) {
        for (k = ASR_MOCK_IN_BOTH; k <= ASR_MOCK_IN_SCOPE; k++) {
            if (!asr_str_eq(services[i], c->service)
                && services[i].len < 128)
            {
                asr_mock_way(c, ASR_MOCK_K_SERVICE, (unsigned) k,
                             ASR_MOCK_M_SERVICE, services[i]);
            }
        }
    }
}


static void
asr_mock_tc3_places(asr_mock_case_t *c)
{
    bool       get, listed;
    size_t     i;
    asr_str_t  action;

    static const asr_mock_way_t  chains[] = {
        { ASR_MOCK_K_CHAIN, ASR_MOCK_CHAIN_NO_END,
          ASR_MOCK_M_TC3_TERMINATOR, ASR_STR("") },
        { ASR_MOCK_K_CHAIN, ASR_MOCK_CHAIN_HEX, ASR_MOCK_M_TC3_HEX,
          ASR_STR("") },
        { ASR_MOCK_K_CHAIN, ASR_MOCK_CHAIN_SWAPPED, ASR_MOCK_M_TC3_SWAPPED,
          ASR_STR("") },
        { ASR_MOCK_K_CHAIN, ASR_MOCK_CHAIN_AWS, ASR_MOCK_M_TC3_AWS,
          ASR_STR("") },
        { ASR_MOCK_K_PREFIX, 0, ASR_MOCK_M_TC3_AWS, ASR_STR("AWS4") },
        { ASR_MOCK_K_CHAIN, ASR_MOCK_CHAIN_NO_SERVICE,
          ASR_MOCK_M_TC3_TERMINATOR, ASR_STR("") },
        { ASR_MOCK_K_CHAIN, ASR_MOCK_CHAIN_ORDER, ASR_MOCK_M_TC3_ORDER,
          ASR_STR("") },
        { ASR_MOCK_K_PREFIX, 0, ASR_MOCK_M_TC3_PREFIX, ASR_STR("tc3") }
    };

    static const uint8_t  sets[] = {
        ASR_MOCK_SET_LISTED | ASR_MOCK_SET_LOWER, ASR_MOCK_SET_LISTED,
        ASR_MOCK_SET_ADDED | ASR_MOCK_SET_LOWER, ASR_MOCK_SET_ADDED
    };

    for (i = 0; i < asr_nelts(chains); i++) {
        asr_mock_way(c, chains[i].knob, chains[i].code,
                     (asr_mock_m_t) chains[i].mistake, chains[i].text);
    }

    asr_mock_tc3_services(c);

    action = asr_str("x-tc-action");

    for (i = 0; i < c->nnames && !asr_str_eq(c->names[i], action); i++) {
        /* void */
    }

    listed = i != c->nnames;

    if (!listed && asr_mock_header(c->x, "x-tc-action").data != NULL)
    {
        for (i = 0; i < asr_nelts(sets); i++) {
            asr_mock_way(c, ASR_MOCK_K_SET, sets[i], ASR_MOCK_M_ACTION_SIGNED,
                         action);
        }
    }

    /* nothing but a list with the action can be mixed: hosts are small */

    if (listed) {
        asr_mock_way(c, ASR_MOCK_K_CASE, ASR_MOCK_CASE_ACTION,
                     ASR_MOCK_M_HEADER_MIXED, asr_str_null());
        asr_mock_way(c, ASR_MOCK_K_CASE, ASR_MOCK_CASE_OTHERS,
                     ASR_MOCK_M_HEADER_MIXED, asr_str_null());
    }

    get = asr_str_eq(c->x->method, asr_str("GET"));

    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD,
                 get ? asr_str("POST") : asr_str("GET"));
    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD_CASE,
                 asr_mock_lower(c->work, c->x->method));
    asr_mock_way(c, ASR_MOCK_K_PATH, 0, ASR_MOCK_M_PATH, asr_str(""));
    asr_mock_way(c, ASR_MOCK_K_PATH, 0, ASR_MOCK_M_PATH, c->x->path);
    asr_mock_way(c, ASR_MOCK_K_PATH, 0, ASR_MOCK_M_PATH, c->x->target);

    if (c->x->args.len != 0) {
        asr_mock_way(c, ASR_MOCK_K_QUERY, ASR_MOCK_PCT_SENT,
                     ASR_MOCK_M_QUERY_MISSING, asr_str(""));

        if (asr_mock_pairs(c, true, false)) {
            asr_mock_way(c, ASR_MOCK_K_ORDER, 0, ASR_MOCK_M_QUERY_SORTED,
                         asr_str_null());
            asr_mock_way(c, ASR_MOCK_K_QUERY, ASR_MOCK_PCT_RAW,
                         ASR_MOCK_M_QUERY_SORTED, asr_str("d"));
            asr_mock_way(c, ASR_MOCK_K_QUERY, ASR_MOCK_PCT_TWICE,
                         ASR_MOCK_M_QUERY_SORTED, asr_str("e"));
            asr_mock_way(c, ASR_MOCK_K_QUERY, ASR_MOCK_PCT_FORM,
                         ASR_MOCK_M_QUERY_SORTED, asr_str("f"));
        }
    }
}


static void
asr_mock_tc3_query(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_buf_t *b)
{
    asr_mock_recipe_t  sorted;

    if (r->knob[ASR_MOCK_K_QUERY] == NULL
        && r->knob[ASR_MOCK_K_ORDER] == NULL)
    {
        asr_mock_put(b, c->x->args);
        return;
    }

    if (r->knob[ASR_MOCK_K_QUERY] != NULL
        && r->knob[ASR_MOCK_K_QUERY]->text.len == 0)
    {
        return;                      /* left out */
    }

    sorted = *r;

    if (r->knob[ASR_MOCK_K_QUERY] != NULL
        && asr_mock_code(r, ASR_MOCK_K_QUERY) == ASR_MOCK_PCT_TWICE)
    {
        /* encoded anew by RFC 3986, once */

        sorted.knob[ASR_MOCK_K_QUERY] = NULL;
        asr_mock_put_pairs(c, &sorted, b, ASR_MOCK_PCT_RIGHT);
        return;
    }

    asr_mock_put_pairs(c, r, b, ASR_MOCK_PCT_SENT);
}


static bool
asr_mock_tc3_build(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_mock_draft_t *d)
{
    char       hex[2 * ASR_SHA256_LEN], middle[512];
    int        n;
    unsigned   stamp;
    asr_str_t  date, service, hash;
    unsigned char  digest[ASR_SHA256_LEN];

    static const char  unsigned_payload[] = "UNSIGNED-PAYLOAD";

    if (asr_str_eq(asr_mock_header(c->x, "x-tc-content-sha256"),
                   asr_str("UNSIGNED-PAYLOAD")))
    {
        asr_sha256(unsigned_payload, sizeof(unsigned_payload) - 1, digest);

    } else if (asr_str_eq(c->x->method, asr_str("GET"))) {
        asr_sha256("", 0, digest);

    } else {
        memcpy(digest, c->x->body_sha256, sizeof(digest));
    }

    asr_hex(digest, sizeof(digest), hex);
    hash = asr_mock_instead(r, ASR_MOCK_K_BODY,
                            (asr_str_t) { sizeof(hex), hex });

    asr_mock_put(&d->canonical, asr_mock_instead(r, ASR_MOCK_K_METHOD,
                                                 c->x->method));
    asr_mock_put(&d->canonical, asr_str("\n"));
    asr_mock_put(&d->canonical, asr_mock_instead(r, ASR_MOCK_K_PATH,
                                                 asr_str("/")));
    asr_mock_put(&d->canonical, asr_str("\n"));
    asr_mock_tc3_query(c, r, &d->canonical);
    asr_mock_put(&d->canonical, asr_str("\n"));

    if (!asr_mock_put_headers(c, r, &d->canonical)) {
        return false;
    }

    asr_mock_put(&d->canonical, hash);

    date = c->date;
    service = c->service;

    if (asr_mock_code(r, ASR_MOCK_K_DATE) != ASR_MOCK_IN_KEY) {
        date = asr_mock_instead(r, ASR_MOCK_K_DATE, date);
    }

    if (asr_mock_code(r, ASR_MOCK_K_SERVICE) != ASR_MOCK_IN_KEY) {
        service = asr_mock_instead(r, ASR_MOCK_K_SERVICE, service);
    }

    stamp = asr_mock_code(r, ASR_MOCK_K_STAMP);

    if (stamp == ASR_MOCK_STAMP_NO_SCOPE) {
        n = snprintf(middle, sizeof(middle), "%.*s\n", asr_fmt(c->stamp));

    } else if (stamp == ASR_MOCK_STAMP_CREDENTIAL) {
        n = snprintf(middle, sizeof(middle), "%.*s\n%.*s\n",
                     asr_fmt(c->stamp), asr_fmt(c->auth.credential));

    } else {
        n = snprintf(middle, sizeof(middle), "%.*s\n%.*s/%.*s%s\n",
                     asr_fmt(stamp != 0 ? c->stamp
                             : asr_mock_instead(r, ASR_MOCK_K_STAMP,
                                                c->stamp)),
                     asr_fmt(date), asr_fmt(service),
                     stamp == ASR_MOCK_STAMP_NO_END
                     ? "" : "/" ASR_MOCK_TC3_END);
    }

    if (n < 0 || (size_t) n >= sizeof(middle)
        || !asr_mock_put_text(d, r, c->out->scheme,
                              (asr_str_t) { (size_t) n, middle }))
    {
        return false;
    }

    asr_mock_tc3_key(c, r, d);

    return d->key_len != 0;
}


/* One step; as hex where that is the mistake: 64 bytes then. */

static size_t
asr_mock_tc3_step(asr_mock_case_t *c, unsigned chain, unsigned char *key,
    size_t len, asr_str_t message)
{
    size_t         n;
    unsigned char  mac[ASR_SHA256_LEN];

    /* SHA-1 in the last step is SHA-1 in all of them */

    if (chain == ASR_MOCK_CHAIN_SWAPPED) {
        if (asr_hmac_begin(c->mac_len == ASR_SHA1_LEN, message.data,
                           message.len) != ASR_OK)
        {
            return 0;
        }

        asr_hmac_update(key, len);

    } else {
        if (asr_hmac_begin(c->mac_len == ASR_SHA1_LEN, key, len) != ASR_OK) {
            return 0;
        }

        asr_hmac_update(message.data, message.len);
    }

    n = asr_hmac_final(mac);

    if (chain == ASR_MOCK_CHAIN_HEX) {
        asr_hex(mac, n, (char *) key);
        n *= 2;

    } else {
        memcpy(key, mac, n);
    }

    asr_secret_wipe(mac, sizeof(mac));

    return n;
}


static void
asr_mock_tc3_key(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_mock_draft_t *d)
{
    size_t     i, n, len;
    unsigned   chain;
    asr_str_t  secret, prefix, date, service, steps[3];

    static const uint8_t  knobs[] = {
        ASR_MOCK_K_SECRET, ASR_MOCK_K_PREFIX, ASR_MOCK_K_CHAIN,
        ASR_MOCK_K_DATE, ASR_MOCK_K_SERVICE
    };

    for (i = 0; i < asr_nelts(knobs)
         && c->has_signing && c->derived[i] == r->knob[knobs[i]]; i++)
    {
        /* void */
    }

    if (i == asr_nelts(knobs)) {
        memcpy(d->key, c->signing, sizeof(c->signing));
        d->key_len = sizeof(c->signing);
        return;
    }

    chain = asr_mock_code(r, ASR_MOCK_K_CHAIN);
    secret = asr_mock_instead(r, ASR_MOCK_K_SECRET, c->key->secret);
    prefix = asr_mock_instead(r, ASR_MOCK_K_PREFIX,
                              chain == ASR_MOCK_CHAIN_DIRECT ? asr_str("")
                              : chain == ASR_MOCK_CHAIN_AWS ? asr_str("AWS4")
                                                            : asr_str("TC3"));

    if (prefix.len + secret.len > sizeof(d->key)) {
        return;
    }

    memcpy(d->key, prefix.data, prefix.len);
    memcpy(d->key + prefix.len, secret.data, secret.len);
    len = prefix.len + secret.len;

    if (chain == ASR_MOCK_CHAIN_DIRECT) {
        d->key_len = len;
        return;
    }

    date = c->date;
    service = c->service;

    if (asr_mock_code(r, ASR_MOCK_K_DATE) != ASR_MOCK_IN_SCOPE) {
        date = asr_mock_instead(r, ASR_MOCK_K_DATE, date);
    }

    if (asr_mock_code(r, ASR_MOCK_K_SERVICE) != ASR_MOCK_IN_SCOPE) {
        service = asr_mock_instead(r, ASR_MOCK_K_SERVICE, service);
    }

    n = 0;
    steps[n++] = chain == ASR_MOCK_CHAIN_ORDER ? service : date;

    if (chain != ASR_MOCK_CHAIN_NO_SERVICE) {
        steps[n++] = chain == ASR_MOCK_CHAIN_ORDER ? date : service;
    }

    if (chain == ASR_MOCK_CHAIN_AWS) {
        steps[n++] = asr_str("aws4_request");

    } else if (chain != ASR_MOCK_CHAIN_NO_END) {
        steps[n++] = asr_str(ASR_MOCK_TC3_END);
    }

    for (i = 0; i < n && len != 0; i++) {
        len = asr_mock_tc3_step(c, chain, d->key, len, steps[i]);
    }

    d->key_len = len;
    c->has_signing = len == sizeof(c->signing);

    if (c->has_signing) {
        memcpy(c->signing, d->key, sizeof(c->signing));

        for (i = 0; i < asr_nelts(knobs); i++) {
            c->derived[i] = r->knob[knobs[i]];
        }
    }
}
