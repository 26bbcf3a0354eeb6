/*
 * Tencent signature v1: METHOD host "/?" k=v&k=v..., values as they are.  The
 * old Python SDK's '_' as '.' is no mistake: the module takes it.
 */

#include "asr_mock_doctor_int.h"

#define ASR_MOCK_V1_SKEW  300


static void asr_mock_v1_time(asr_mock_case_t *c);
static void asr_mock_v1_ways(asr_mock_case_t *c);
static bool asr_mock_v1_build(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_mock_draft_t *d);


bool
asr_mock_doctor_v1(asr_mock_case_t *c)
{
    bool       get;
    size_t     len;
    asr_str_t  method, token;

    c->out->scheme = asr_str("Tencent v1");
    c->out->pointer = asr_str("?Signature");

    get = asr_str_eq(c->x->method, asr_str("GET"));

    if (!asr_mock_pairs(c, get, !get)) {
        asr_mock_name(c, ASR_MOCK_M_UNKNOWN,
                      asr_str("its parameters are too many, or not kept"),
                      asr_str_null(), asr_str_null());
        return true;
    }

    c->signature = asr_mock_pair(c->pairs, "Signature");
    c->secret_id = asr_mock_pair(c->pairs, "SecretId");
    method = asr_mock_pair(c->pairs, "SignatureMethod");
    len = asr_str_eq(method, asr_str("HmacSHA256")) ? ASR_SHA256_LEN
                                                    : ASR_SHA1_LEN;

    if (c->signature.len == 0
        && asr_mock_header(c->x, "authorization").len != 0)
    {
        asr_mock_name(c, ASR_MOCK_M_AUTH_SCHEME, asr_str_null(),
                      asr_str("another scheme"),
                      asr_str("TC3-HMAC-SHA256 Credential=..."));
        return true;
    }

    asr_mock_v1_time(c);

    if (c->key == NULL) {
        asr_mock_name_id(c);
        return true;
    }

    token = asr_mock_pair(c->pairs, "Token");

    asr_mock_name_token(c, token, NULL);

    if (method.len != 0 && len != ASR_SHA256_LEN
        && !asr_str_eq(method, asr_str("HmacSHA1")))
    {
        asr_mock_name(c, ASR_MOCK_M_SIGN_METHOD, asr_str_null(), method,
                      asr_str("HmacSHA256"));
        len = ASR_SHA256_LEN;
    }

    asr_mock_signature(c, false, len);
    asr_mock_v1_ways(c);
    c->build = asr_mock_v1_build;
    asr_mock_search(c);

    return true;
}


static void
asr_mock_v1_time(asr_mock_case_t *c)
{
    int64_t  seconds, now;

    c->stamp = asr_mock_pair(c->pairs, "Timestamp");
    now = c->now_ms / 1000;

    if (asr_str_int(c->stamp, &seconds) != ASR_OK || seconds < 0) {
        asr_mock_name(c, ASR_MOCK_M_TIME_FORM, asr_str_null(), c->stamp,
                      asr_mock_number(c->arena, now));

    } else if (seconds > 100000000000) {
        asr_mock_name(c, ASR_MOCK_M_TIME_MS, asr_str_null(), c->stamp,
                      asr_mock_number(c->arena, now));

    } else {
        asr_mock_name_clock(c, seconds, ASR_MOCK_V1_SKEW);
    }
}


static void
asr_mock_v1_ways(asr_mock_case_t *c)
{
    size_t     i;
    int64_t    seconds, k;
    asr_str_t  region, hosts[5];

    static const asr_str_t  vendors[] = {
        ASR_STR("asr.tencentcloudapi.com"),
        ASR_STR("asr.intl.tencentcloudapi.com"),
        ASR_STR("cvm.tencentcloudapi.com"),
        ASR_STR("aai.api.qcloud.com")
    };

    static const struct {
        unsigned      knob;
        unsigned      code;
        asr_mock_m_t  mistake;
        asr_str_t     text;
    } ways[] = {
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_FORM, ASR_MOCK_M_V1_ENCODED,
          ASR_STR("") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_RIGHT, ASR_MOCK_M_V1_ENCODED,
          ASR_STR("") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_SENT, ASR_MOCK_M_V1_ENCODED,
          ASR_STR("") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_MARKS, ASR_MOCK_M_V1_ENCODED,
          ASR_STR("") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_SLASH, ASR_MOCK_M_V1_ENCODED,
          ASR_STR("") },
        { ASR_MOCK_K_PATH, 0, ASR_MOCK_M_V1_SLASH, ASR_STR("/") },
        { ASR_MOCK_K_PATH, 0, ASR_MOCK_M_V1_SLASH, ASR_STR("?") },
        { ASR_MOCK_K_PATH, 0, ASR_MOCK_M_V1_SLASH, ASR_STR("") },
        { ASR_MOCK_K_PATH, 0, ASR_MOCK_M_V1_SLASH,
          ASR_STR("/v2/index.php?") },
        { ASR_MOCK_K_PREFIX, 0, ASR_MOCK_M_V1_TC3, ASR_STR("TC3") }
    };

    memcpy(hosts, vendors, sizeof(vendors));
    i = asr_nelts(vendors);
    region = asr_mock_pair(c->pairs, "Region");

    if (region.len != 0 && region.len < 64) {
        hosts[i++] = asr_arena_printf(c->work,
                                      "asr.%.*s.tencentcloudapi.com",
                                      asr_fmt(region));
    }

    asr_mock_host_ways(c, hosts, i);
    asr_mock_secret_ways(c);

    for (i = 0; i < asr_nelts(ways); i++) {
        asr_mock_way(c, ways[i].knob, ways[i].code, ways[i].mistake,
                     ways[i].text);
    }

    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD,
                 asr_str_eq(c->x->method, asr_str("GET")) ? asr_str("POST")
                                                          : asr_str("GET"));
    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD_CASE,
                 asr_mock_lower(c->work, c->x->method));
    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD, asr_str(""));
    asr_mock_pairs_ways(c, false);

    if (asr_str_int(c->stamp, &seconds) == ASR_OK && seconds > 0
        && seconds < INT64_MAX / 1000)
    {
        for (k = 1; k <= 3; k++) {
            asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_TWICE,
                         asr_mock_number(c->work, seconds - k));
            asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_TWICE,
                         asr_mock_number(c->work, seconds + k));
        }

        asr_mock_way(c, ASR_MOCK_K_STAMP, 0, ASR_MOCK_M_TIME_MS,
                     asr_mock_number(c->work, seconds * 1000));
    }
}


static bool
asr_mock_v1_build(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_mock_draft_t *d)
{
    asr_str_t  secret, prefix;

    asr_mock_put(&d->text, asr_mock_instead(r, ASR_MOCK_K_METHOD,
                                            c->x->method));
    asr_mock_put(&d->text,
                 asr_mock_instead(r, ASR_MOCK_K_HOST,
                                  asr_str_trim(asr_mock_header(c->x,
                                                               "host"))));
    asr_mock_put(&d->text, asr_mock_instead(r, ASR_MOCK_K_PATH,
                                            asr_str("/?")));
    asr_mock_put_pairs(c, r, &d->text, ASR_MOCK_PCT_RAW);

    secret = asr_mock_instead(r, ASR_MOCK_K_SECRET, c->key->secret);
    prefix = asr_mock_instead(r, ASR_MOCK_K_PREFIX, asr_str(""));

    if (prefix.len + secret.len > sizeof(d->key)) {
        return false;
    }

    memcpy(d->key, prefix.data, prefix.len);
    memcpy(d->key + prefix.len, secret.data, secret.len);
    d->key_len = prefix.len + secret.len;

    return true;
}
