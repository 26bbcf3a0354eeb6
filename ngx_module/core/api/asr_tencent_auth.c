/*
 * Who asks, and may they.  The order of refusals is that of the service:
 * names of action and version, timestamp, form of the signature, expiry, key,
 * token, and last the signature itself, which needs the whole body.  What
 * the headers of a TC3 request can tell is told before the body is read.
 */

#include "asr_tencent.h"
#include "../auth/asr_tencent_v1.h"
#include "../base/asr_clock.h"

#include <stdio.h>


/* A multiple of 3: pieces encode without padding but for the last. */

#define ASR_TENCENT_RECODE  3072


static asr_str_t
asr_tencent_header(const asr_call_t *call, asr_str_t name)
{
    return call->http->header(call->http->ctx, name);
}


static asr_step_t
asr_tencent_missing(asr_call_t *call, asr_str_t name, const char *clause)
{
    call->clause = clause;

    return asr_tencent_refuse(call, ASR_TE_MISSING, name, asr_str_null());
}


static void
asr_tencent_set_action(asr_call_t *call, asr_tencent_state_t *st,
    asr_str_t action)
{
    st->action = action;

    if (asr_str_eq(action, asr_str("CreateRecTask"))) {
        call->action_index = ASR_TENCENT_CREATE;
        call->action = asr_str("CreateRecTask");

    } else if (asr_str_eq(action, asr_str("DescribeTaskStatus"))) {
        call->action_index = ASR_TENCENT_DESCRIBE;
        call->action = asr_str("DescribeTaskStatus");
    }
}


/* T-061: five minutes both ways, the edges included. */

static asr_step_t
asr_tencent_check_time(asr_call_t *call, asr_str_t timestamp)
{
    int     n;
    char    text[24];
    int64_t ts, now;

    call->clause = "T-061";

    if (timestamp.len == 0) {
        return asr_tencent_missing(call, asr_str("Timestamp"), "T-061");
    }

    switch (asr_str_int(timestamp, &ts)) {

    case ASR_OK:
        break;

    case ASR_TOOBIG:
        ts = INT64_MAX;
        break;

    default:
        return asr_tencent_refuse(call, ASR_TE_TYPE, asr_str("Timestamp"),
                                  asr_str("integer"));
    }

    now = asr_clock_ms() / 1000;

    if (ts < now - ASR_TENCENT_SKEW || ts > now + ASR_TENCENT_SKEW) {
        n = snprintf(text, sizeof(text), "%lld", (long long) now);

        return asr_tencent_refuse(call, ASR_TE_EXPIRE,
                                  (asr_str_t) { (size_t) n, text },
                                  asr_str_null());
    }

    call->clause = NULL;

    return ASR_STEP_BODY;
}


static asr_step_t
asr_tencent_check_key(asr_call_t *call, asr_str_t secret_id, asr_str_t token)
{
    asr_tencent_state_t  *st;

    st = call->state;
    st->key = asr_accounts_secret_id(call->core->accounts, secret_id);

    if (st->key == NULL) {
        return asr_tencent_fail(call, ASR_TE_SECRET_ID);
    }

    /* T-063: a permanent key has no token, so one that is sent is wrong */

    if (st->key->token.len != token.len
        || !asr_equal_ct(st->key->token.data, token.data, token.len))
    {
        return asr_tencent_fail(call, ASR_TE_TOKEN);
    }

    return ASR_STEP_BODY;
}


asr_step_t
asr_tencent_auth_head(asr_call_t *call)
{
    asr_str_t             authorization;
    asr_step_t            step;
    asr_tencent_state_t  *st;

    st = call->state;
    st->version = asr_tencent_header(call, asr_str("x-tc-version"));
    st->timestamp = asr_tencent_header(call, asr_str("x-tc-timestamp"));
    st->unsigned_payload = asr_str_eq(asr_tencent_header(call,
                                              asr_str("x-tc-content-sha256")),
                                      asr_str("UNSIGNED-PAYLOAD"));
    st->zh = asr_str_caseeq(asr_tencent_header(call,
                                               asr_str("x-tc-language")),
                            asr_str("zh-CN"));

    asr_tencent_set_action(call, st,
                           asr_tencent_header(call, asr_str("x-tc-action")));

    if (st->action.len == 0) {
        return asr_tencent_missing(call, asr_str("Action"), "T-001");
    }

    if (st->version.len == 0) {
        return asr_tencent_missing(call, asr_str("Version"), "T-002");
    }

    if (st->timestamp.len == 0) {
        return asr_tencent_missing(call, asr_str("Timestamp"), "T-061");
    }

    authorization = call->http->authorization;

    if (authorization.len == 0) {
        return asr_tencent_refuse(call, ASR_TE_AUTH_HEADER,
                                  asr_str("the header is missing"),
                                  asr_str_null());
    }

    if (!asr_tc3_claims(authorization)
        || asr_tc3_parse(authorization, &st->tc3) != ASR_OK)
    {
        return asr_tencent_refuse(call, ASR_TE_AUTH_HEADER,
                   asr_str("`TC3-HMAC-SHA256 Credential=SecretId/Date/asr/"
                           "tc3_request, SignedHeaders=content-type;host, "
                           "Signature=...` is expected"), asr_str_null());
    }

    if (call->core->tencent_service_strict
        && !asr_str_eq(st->tc3.service, asr_str("asr")))
    {
        return asr_tencent_refuse(call, ASR_TE_AUTH_HEADER,
                                  asr_str("`Service` in Credential not "
                                          "valid"), asr_str_null());
    }

    step = asr_tencent_check_time(call, st->timestamp);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    return asr_tencent_check_key(call, st->tc3.secret_id,
                                 asr_tencent_header(call,
                                                    asr_str("x-tc-token")));
}


static asr_str_t
asr_tencent_pair(const asr_tencent_state_t *st, asr_str_t name)
{
    asr_pair_t  *pair;

    pair = asr_form_get(&st->form, name);

    return (pair != NULL) ? pair->value : asr_str_null();
}


bool
asr_tencent_common(asr_str_t name)
{
    size_t  i;

    static const asr_str_t  names[] = {
        ASR_STR("Action"), ASR_STR("Version"), ASR_STR("Region"),
        ASR_STR("Timestamp"), ASR_STR("Nonce"), ASR_STR("SecretId"),
        ASR_STR("Signature"), ASR_STR("SignatureMethod"), ASR_STR("Token"),
        ASR_STR("RequestClient"), ASR_STR("Language")
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_eq(names[i], name)) {
            return true;
        }
    }

    return false;
}


asr_step_t
asr_tencent_auth_pairs(asr_call_t *call)
{
    size_t                i;
    asr_step_t            step;
    asr_tencent_state_t  *st;

    static const struct {
        asr_str_t    name;
        const char  *clause;
    } required[] = {
        { ASR_STR("Action"),    "T-001" },
        { ASR_STR("Version"),   "T-002" },
        { ASR_STR("Timestamp"), "T-061" },
        { ASR_STR("Nonce"),     "T-060" },
        { ASR_STR("SecretId"),  "T-062" },
        { ASR_STR("Signature"), "T-064" }
    };

    st = call->state;
    st->zh = asr_str_caseeq(asr_tencent_pair(st, asr_str("Language")),
                            asr_str("zh-CN"));
    st->version = asr_tencent_pair(st, asr_str("Version"));

    asr_tencent_set_action(call, st, asr_tencent_pair(st, asr_str("Action")));

    for (i = 0; i < asr_nelts(required); i++) {
        if (asr_tencent_pair(st, required[i].name).len == 0) {
            return asr_tencent_missing(call, required[i].name,
                                       required[i].clause);
        }
    }

    step = asr_tencent_check_time(call,
                                  asr_tencent_pair(st, asr_str("Timestamp")));
    if (step != ASR_STEP_BODY) {
        return step;
    }

    return asr_tencent_check_key(call,
                                 asr_tencent_pair(st, asr_str("SecretId")),
                                 asr_tencent_pair(st, asr_str("Token")));
}


/*
 * Signature v1 signs the text of Data, of which only the bytes are kept.
 * Only canonical base64 was let in, so encoding gives the same text.
 */

static asr_err_t
asr_tencent_recode(void *ctx)
{
    char                  text[ASR_TENCENT_RECODE / 3 * 4];
    size_t                n, got;
    uint64_t              off;
    asr_err_t             rc;
    unsigned char         bytes[ASR_TENCENT_RECODE];
    asr_tencent_state_t  *st;

    st = ctx;

    if (st->data != ASR_TENCENT_DATA_FINE || st->data_found > 1) {
        return ASR_INVALID;
    }

    for (off = 0; off < st->file.size; off += n) {

        for (n = 0; n < sizeof(bytes) && off + n < st->file.size; n += got) {
            rc = asr_spool_read(&st->file, off + n, bytes + n,
                                sizeof(bytes) - n, &got);
            if (rc != ASR_OK) {
                return rc;
            }

            if (got == 0) {
                return ASR_IO;
            }
        }

        asr_hmac_update(text, asr_b64_encode(bytes, n, text));
    }

    return ASR_OK;
}


static bool
asr_tencent_verify_tc3(asr_call_t *call, asr_tencent_state_t *st)
{
    unsigned char      hash[ASR_SHA256_LEN];
    asr_tc3_request_t  r;

    static const char  unsigned_payload[] = "UNSIGNED-PAYLOAD";

    if (st->unsigned_payload) {
        asr_sha256(unsigned_payload, sizeof(unsigned_payload) - 1, hash);

    } else if (st->transport == ASR_TENCENT_TC3_POST) {
        asr_sha256_final(st->sha, hash);

    } else {
        asr_sha256("", 0, hash);
    }

    r.method = call->http->method;
    r.query = call->http->args;
    r.timestamp = st->timestamp;
    r.header = call->http->header;
    r.header_ctx = call->http->ctx;
    r.payload_sha256 = hash;

    return asr_tc3_verify(&st->tc3, st->key, &r);
}


asr_step_t
asr_tencent_auth_verify(asr_call_t *call)
{
    bool                  holds;
    asr_tencent_state_t  *st;

    st = call->state;

    switch (st->transport) {

    case ASR_TENCENT_TC3_POST:
    case ASR_TENCENT_TC3_GET:
        holds = asr_tencent_verify_tc3(call, st);
        break;

    default:

        if (st->data == ASR_TENCENT_DATA_IO) {
            return asr_tencent_fail(call, ASR_TE_DATABASE);
        }

        holds = asr_tencent_v1_verify(st->key, call->http->method,
                                      call->http->host, &st->form,
                                      &call->arena, asr_str("Data"),
                                      asr_tencent_recode, st);
        break;
    }

    if (!holds) {
        return asr_tencent_fail(call, ASR_TE_SIGNATURE);
    }

    call->account = st->key->account->name;

    return ASR_STEP_BODY;
}


asr_step_t
asr_tencent_auth_limit(asr_call_t *call)
{
    int                   n;
    char                  times[16], limit[16];
    uint32_t              retry_ms;
    asr_str_t             name;
    asr_rate_t            rate;
    asr_tencent_error_t   e;
    asr_tencent_state_t  *st;

    st = call->state;

    if (call->action_index == ASR_TENCENT_CREATE) {
        name = asr_str("tencent.CreateRecTask");
        rate = (asr_rate_t) { 20, 1000 };            /* T-072 */

    } else {
        name = asr_str("tencent.DescribeTaskStatus");
        rate = (asr_rate_t) { 50, 1000 };            /* T-073 */
    }

    rate = asr_account_rate(st->key->account, name, rate);

    if (rate.count == 0 || call->core->limit == NULL) {
        return ASR_STEP_BODY;
    }

    call->limit_status = call->core->limit(call->core->limit_ctx,
                                           st->key->account, name, rate,
                                           &retry_ms);

    switch (call->limit_status) {

    case ASR_LIMIT_REJECTED:
        break;

    case ASR_LIMIT_ERROR:
        return asr_tencent_fail(call, ASR_TE_REDIS);

    default:
        return ASR_STEP_BODY;
    }

    e = (rate.window_ms > 1000) ? ASR_TE_LIMIT_MINUTE : ASR_TE_LIMIT;

    n = snprintf(times, sizeof(times), "%llu",
                 (unsigned long long) rate.count + 1);
    name = (asr_str_t) { (size_t) n, times };
    n = snprintf(limit, sizeof(limit), "%u", (unsigned) rate.count);

    (void) asr_tencent_refuse(call, e, name,
                              (asr_str_t) { (size_t) n, limit });

    if (call->action_index == ASR_TENCENT_DESCRIBE) {
        call->clause = "T-073";
    }

    return ASR_STEP_REPLY;
}


/*
 * Each action has its own list of codes: the query's lacks UserHasNoAmount
 * and UserNotRegistered, so that results already paid for can be had.
 */

asr_step_t
asr_tencent_auth_status(asr_call_t *call)
{
    bool                  create;
    asr_tencent_error_t   e;
    asr_tencent_state_t  *st;

    st = call->state;
    create = (call->action_index == ASR_TENCENT_CREATE);
    e = ASR_TE_N;

    switch (st->key->account->status) {

    case ASR_ACCOUNT_DISABLED:
        e = create ? ASR_TE_DISABLED_CREATE : ASR_TE_DISABLED;
        break;

    case ASR_ACCOUNT_ISOLATED:
        e = ASR_TE_ISOLATED;
        break;

    case ASR_ACCOUNT_NO_FREE_AMOUNT:
        e = ASR_TE_NO_FREE_AMOUNT;
        break;

    case ASR_ACCOUNT_NO_AMOUNT:
        e = create ? ASR_TE_NO_AMOUNT : ASR_TE_N;
        break;

    case ASR_ACCOUNT_NOT_REGISTERED:
        e = create ? ASR_TE_NOT_REGISTERED : ASR_TE_N;
        break;

    default:
        break;
    }

    return (e == ASR_TE_N) ? ASR_STEP_BODY : asr_tencent_fail(call, e);
}
