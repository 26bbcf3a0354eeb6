/*
 * Alibaba Cloud's RPC signature, version 1.0: METHOD & %2F & the parameters,
 * encoded one by one and once more as a whole.
 */

#include "asr_mock_doctor_int.h"
#include "core/auth/asr_acs.h"


#define ASR_MOCK_RPC_SKEW  900

/* Codes of K_LINE: how often all of it is encoded. */

enum { ASR_MOCK_RPC_ONCE = 1, ASR_MOCK_RPC_THRICE, ASR_MOCK_RPC_COLONS };


static void asr_mock_rpc_ways(asr_mock_case_t *c);
static bool asr_mock_rpc_build(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_mock_draft_t *d);


bool
asr_mock_doctor_rpc(asr_mock_case_t *c)
{
    asr_str_t  method, token;

    c->out->scheme = asr_str("RPC v1");
    c->out->pointer = asr_str("?Signature");

    if (!asr_mock_pairs(c, true, true)) {
        asr_mock_name(c, ASR_MOCK_M_UNKNOWN,
                      asr_str("its parameters are too many, or not kept"),
                      asr_str_null(), asr_str_null());
        return true;
    }

    c->signature = asr_mock_pair(c->pairs, "Signature");
    c->secret_id = asr_mock_pair(c->pairs, "AccessKeyId");
    method = asr_mock_pair(c->pairs, "SignatureMethod");

    if (asr_str_eq(c->x->code, asr_str("SignatureNonceUsed"))) {
        asr_mock_name(c, ASR_MOCK_M_NONCE, asr_str_null(),
                      asr_mock_pair(c->pairs, "SignatureNonce"),
                      asr_str("one that was not used before"));
        c->out->pointer = asr_str("?SignatureNonce");
        return true;
    }

    asr_mock_name_acs_time(c, asr_mock_pair(c->pairs, "Timestamp"));

    if (c->key == NULL) {
        asr_mock_name_id(c);
        return true;
    }

    token = asr_mock_pair(c->pairs, "SecurityToken");

    asr_mock_name_token(c, token, NULL);

    if (!asr_str_caseeq(method, asr_str("HMAC-SHA1"))
        && c->signature.len != 0)
    {
        asr_mock_name(c, ASR_MOCK_M_SIGN_METHOD, asr_str_null(), method,
                      asr_str("HMAC-SHA1"));
    }

    asr_mock_signature(c, false, ASR_SHA1_LEN);
    asr_mock_rpc_ways(c);
    c->build = asr_mock_rpc_build;
    asr_mock_search(c);

    return true;
}


void
asr_mock_name_acs_time(asr_mock_case_t *c, asr_str_t text)
{
    char     now[ASR_ACS_TIME_LEN];
    int64_t  seconds;

    if (asr_acs_time(text, &seconds) == ASR_OK) {
        asr_mock_name_clock(c, seconds, ASR_MOCK_RPC_SKEW);
        return;
    }

    if (text.len == 0) {
        return;                      /* the code says that it is missing */
    }

    asr_acs_time_text(c->now_ms / 1000, now);
    asr_mock_name(c, asr_str_int(text, &seconds) == ASR_OK
                     && seconds > 100000000000
                     ? ASR_MOCK_M_TIME_MS : ASR_MOCK_M_TIME_FORM,
                  asr_str_null(), text,
                  asr_arena_str(c->arena, (asr_str_t) { sizeof(now), now }));
}


static void
asr_mock_rpc_ways(asr_mock_case_t *c)
{
    size_t  i;

    /* "i": only inside, the whole is encoded right; "p": the path is right */

    static const asr_mock_way_t  ways[] = {
        { ASR_MOCK_K_PREFIX, 0, ASR_MOCK_M_RPC_AMPERSAND, ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_RPC_ONCE, ASR_MOCK_M_RPC_ONCE,
          ASR_STR("") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_RAW, ASR_MOCK_M_RPC_RAW,
          ASR_STR("i") },
        { ASR_MOCK_K_LINE, ASR_MOCK_RPC_COLONS, ASR_MOCK_M_RPC_TIMESTAMP,
          ASR_STR("") },
        { ASR_MOCK_K_LINE, ASR_MOCK_RPC_THRICE, ASR_MOCK_M_RPC_THRICE,
          ASR_STR("") },
        { ASR_MOCK_K_PATH, 0, ASR_MOCK_M_RPC_SLASH, ASR_STR("/") },
        { ASR_MOCK_K_PATH, 0, ASR_MOCK_M_RPC_SLASH, ASR_STR("%2f") },
        { ASR_MOCK_K_PATH, 0, ASR_MOCK_M_RPC_SLASH, ASR_STR("%252F") },
        { ASR_MOCK_K_PATH, 0, ASR_MOCK_M_RPC_SLASH, ASR_STR("") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_PLUS, ASR_MOCK_M_PCT_PLUS,
          ASR_STR("i") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_STAR, ASR_MOCK_M_PCT_STAR,
          ASR_STR("i") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_FORM, ASR_MOCK_M_PCT_FORM,
          ASR_STR("i") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_MARKS, ASR_MOCK_M_PCT_MARKS,
          ASR_STR("i") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_SLASH, ASR_MOCK_M_PCT_SLASH,
          ASR_STR("i") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_SLASH, ASR_MOCK_M_PCT_SLASH,
          ASR_STR("p") },
        { ASR_MOCK_K_QUERY, ASR_MOCK_PCT_LOWER, ASR_MOCK_M_PCT_LOWER,
          ASR_STR("p") },
        { ASR_MOCK_K_PAIRS, ASR_MOCK_PAIRS_QUERY, ASR_MOCK_M_PARAM_PLACE,
          ASR_STR("") },
        { ASR_MOCK_K_PAIRS, ASR_MOCK_PAIRS_BODY, ASR_MOCK_M_PARAM_PLACE,
          ASR_STR("") }
    };

    asr_mock_secret_ways(c);

    for (i = 0; i < asr_nelts(ways); i++) {
        asr_mock_way(c, ways[i].knob, ways[i].code,
                     (asr_mock_m_t) ways[i].mistake, ways[i].text);
    }

    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD,
                 asr_str_eq(c->x->method, asr_str("GET")) ? asr_str("POST")
                                                          : asr_str("GET"));
    asr_mock_way(c, ASR_MOCK_K_METHOD, 0, ASR_MOCK_M_METHOD_CASE,
                 asr_mock_lower(c->work, c->x->method));
    asr_mock_pairs_ways(c, true);
}


/* "%253A" becomes "%3A". */

static void
asr_mock_rpc_colons(asr_buf_t *to, asr_str_t s)
{
    size_t  i, n;

    for (i = 0; i < s.len; i += n) {
        if (s.len - i >= 5 && memcmp(s.data + i, "%253A", 5) == 0) {
            asr_mock_put(to, asr_str("%3A"));
            n = 5;

        } else {
            asr_mock_put(to, (asr_str_t) { 1, s.data + i });
            n = 1;
        }
    }
}


static bool
asr_mock_rpc_build(asr_mock_case_t *c, const asr_mock_recipe_t *r,
    asr_mock_draft_t *d)
{
    bool       path;
    unsigned   line, pct, outer;
    asr_buf_t  pairs, again;
    asr_str_t  secret, suffix, how;

    line = asr_mock_code(r, ASR_MOCK_K_LINE);
    pct = asr_mock_code(r, ASR_MOCK_K_QUERY);
    how = asr_mock_instead(r, ASR_MOCK_K_QUERY, asr_str_null());
    outer = asr_str_eq(how, asr_str("i")) ? ASR_MOCK_PCT_RIGHT : pct;
    path = asr_str_eq(how, asr_str("p"));

    asr_buf_init(&pairs, d->text.ceiling);
    asr_buf_init(&again, d->text.ceiling);
    asr_mock_put_pairs(c, r, &pairs, ASR_MOCK_PCT_RIGHT);

    asr_mock_put(&d->text, asr_mock_instead(r, ASR_MOCK_K_METHOD,
                                            c->x->method));
    asr_mock_put(&d->text, asr_str("&"));
    asr_mock_put(&d->text, asr_mock_instead(r, ASR_MOCK_K_PATH,
                 pct == ASR_MOCK_PCT_LOWER && !path ? asr_str("%2f")
                 : pct == ASR_MOCK_PCT_SLASH && !path
                   && outer == pct ? asr_str("/") : asr_str("%2F")));
    asr_mock_put(&d->text, asr_str("&"));

    switch (line) {

    case ASR_MOCK_RPC_ONCE:
        asr_mock_put(&d->text, asr_buf_str(&pairs));
        break;

    case ASR_MOCK_RPC_THRICE:
        asr_mock_put_pct(&again, asr_buf_str(&pairs), outer);
        asr_mock_put_pct(&d->text, asr_buf_str(&again), outer);
        break;

    case ASR_MOCK_RPC_COLONS:
        asr_mock_put_pct(&again, asr_buf_str(&pairs), outer);
        asr_mock_rpc_colons(&d->text, asr_buf_str(&again));
        break;

    default:
        asr_mock_put_pct(&d->text, asr_buf_str(&pairs), outer);
        break;
    }

    d->text.failed |= pairs.failed || again.failed;
    asr_buf_free(&pairs);
    asr_buf_free(&again);

    secret = asr_mock_instead(r, ASR_MOCK_K_SECRET, c->key->secret);
    suffix = asr_mock_instead(r, ASR_MOCK_K_PREFIX, asr_str("&"));

    if (secret.len + suffix.len > sizeof(d->key)) {
        return false;
    }

    memcpy(d->key, secret.data, secret.len);
    memcpy(d->key + secret.len, suffix.data, suffix.len);
    d->key_len = secret.len + suffix.len;

    return true;
}
