/*
 * Who asks, and may they.  The order of refusals: key, token, time, signature,
 * nonce; version, action, rate and status follow.  ACS3 has all it needs in
 * the head, so a request that cannot succeed is refused before its body.
 */

#include "asr_ice.h"
#include "../auth/asr_acs.h"
#include "../auth/asr_rpc_v1.h"
#include "../base/asr_clock.h"

#include <stdio.h>


static asr_str_t
asr_ice_header(const asr_call_t *call, asr_str_t name)
{
    return call->http->header(call->http->ctx, name);
}


asr_str_t
asr_ice_pair(const asr_ice_state_t *st, asr_str_t name)
{
    asr_pair_t  *pair;

    pair = asr_form_get(&st->form, name);

    return (pair != NULL) ? pair->value : asr_str_null();
}


static asr_step_t
asr_ice_missing(asr_call_t *call, asr_str_t name, const char *clause)
{
    call->clause = clause;

    return asr_ice_refuse(call, ASR_IE_MISSING, name, asr_str_null());
}


static void
asr_ice_set_action(asr_call_t *call, asr_ice_state_t *st, asr_str_t action)
{
    size_t  i;

    static const struct {
        asr_str_t  name;
        unsigned   index;
        asr_str_t  action;
    } names[] = {
        { ASR_STR("SubmitASRJob"), ASR_ICE_SUBMIT, ASR_STR("SubmitASRJob") },
        { ASR_STR("GetSmartHandleJob"), ASR_ICE_GET,
          ASR_STR("GetSmartHandleJob") },
        { ASR_STR("GetSmartTaskResult"), ASR_ICE_GET,
          ASR_STR("GetSmartHandleJob") },
        { ASR_STR("ListSmartJobs"), ASR_ICE_LIST, ASR_STR("ListSmartJobs") },
        { ASR_STR("DeleteSmartJob"), ASR_ICE_DELETE,
          ASR_STR("DeleteSmartJob") }
    };

    st->action = action;

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_eq(action, names[i].name)) {
            call->action_index = names[i].index;
            call->action = names[i].action;
            return;
        }
    }
}


/* I-004 */

static void
asr_ice_set_format(asr_call_t *call, asr_ice_state_t *st)
{
    size_t     i;
    bool       xml, json;
    asr_str_t  format, accept, piece;

    format = asr_ice_pair(st, asr_str("Format"));

    if (format.len != 0) {
        st->xml = asr_str_caseeq(format, asr_str("XML"));
        return;
    }

    accept = asr_ice_header(call, asr_str("accept"));
    xml = false;
    json = false;

    for (i = 0; i < accept.len; i++) {
        piece.data = accept.data + i;
        piece.len = accept.len - i < 4 ? accept.len - i : 4;
        json |= asr_str_caseeq(piece, asr_str("json"));

        piece.len = piece.len < 3 ? piece.len : 3;
        xml |= asr_str_caseeq(piece, asr_str("xml"));
    }

    st->xml = st->acs3 ? (xml && !json) : !json;
}


static asr_step_t
asr_ice_check_key(asr_call_t *call, asr_str_t id, asr_str_t token)
{
    asr_ice_state_t  *st;

    st = call->state;
    st->key = asr_accounts_access_key_id(call->core->accounts, id);

    if (st->key == NULL) {
        return asr_ice_fail(call, ASR_IE_KEY);
    }

    if (st->key->account->status == ASR_ACCOUNT_DISABLED) {
        return asr_ice_fail(call, ASR_IE_INACTIVE);
    }

    if (st->key->token.len != 0 && token.len == 0) {
        return asr_ice_fail(call, ASR_IE_NO_TOKEN);
    }

    if (st->key->token.len != token.len
        || !asr_equal_ct(st->key->token.data, token.data, token.len))
    {
        return asr_ice_fail(call, ASR_IE_TOKEN);
    }

    return ASR_STEP_BODY;
}


/* I-053: a quarter of an hour both ways, the edges included. */

static asr_step_t
asr_ice_check_time(asr_call_t *call, asr_str_t text)
{
    int64_t  ts, now;

    if (asr_acs_time(text, &ts) != ASR_OK) {
        return asr_ice_fail(call, ASR_IE_TIME_FORMAT);
    }

    now = asr_clock_ms() / 1000;

    if (ts < now - ASR_ICE_SKEW || ts > now + ASR_ICE_SKEW) {
        return asr_ice_fail(call, ASR_IE_TIME);
    }

    return ASR_STEP_BODY;
}


/* I-050: every header that means something to us has to be signed. */

static asr_step_t
asr_ice_check_signed(asr_call_t *call, const asr_ice_state_t *st)
{
    size_t  i;

    static const asr_str_t  names[] = {
        ASR_STR("x-acs-action"), ASR_STR("x-acs-version"),
        ASR_STR("x-acs-date"), ASR_STR("x-acs-signature-nonce"),
        ASR_STR("x-acs-content-sha256"), ASR_STR("x-acs-security-token"),
        ASR_STR("x-acs-accesskey-id"), ASR_STR("content-type")
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_ice_header(call, names[i]).data != NULL
            && !asr_acs3_signs(&st->authorization, names[i]))
        {
            return asr_ice_refuse(call, ASR_IE_INCOMPLETE, names[i],
                                  asr_str(" is not signed"));
        }
    }

    return ASR_STEP_BODY;
}


static asr_step_t
asr_ice_head_acs3(asr_call_t *call, asr_ice_state_t *st)
{
    asr_str_t   date;
    asr_step_t  step;

    switch (asr_acs3_parse(call->http->authorization, &st->authorization)) {

    case ASR_OK:
        break;

    case ASR_NOTFOUND:
        call->clause = "I-050";
        return asr_ice_fail(call, ASR_IE_METHOD);

    default:
        return asr_ice_refuse(call, ASR_IE_INCOMPLETE,
                   asr_str("`ACS3-HMAC-SHA256 Credential=AccessKeyId,"
                           "SignedHeaders=host;...,Signature=...` is "
                           "expected"), asr_str_null());
    }

    if (st->authorization.access_key_id.len == 0) {
        return asr_ice_missing(call, asr_str("AccessKeyId"), "I-051");
    }

    step = asr_ice_check_key(call, st->authorization.access_key_id,
                             asr_ice_header(call,
                                            asr_str("x-acs-security-token")));
    if (step != ASR_STEP_BODY) {
        return step;
    }

    date = asr_ice_header(call, asr_str("x-acs-date"));
    st->nonce = asr_ice_header(call, asr_str("x-acs-signature-nonce"));

    if (date.len == 0) {
        return asr_ice_missing(call, asr_str("Timestamp"), "I-053");
    }

    if (st->nonce.len == 0) {
        return asr_ice_missing(call, asr_str("SignatureNonce"), "I-054");
    }

    if (st->action.len == 0) {
        return asr_ice_missing(call, asr_str("Action"), "I-001");
    }

    if (st->version.len == 0) {
        return asr_ice_missing(call, asr_str("Version"), "I-002");
    }

    step = asr_ice_check_time(call, date);

    return (step == ASR_STEP_BODY) ? asr_ice_check_signed(call, st) : step;
}


/*
 * Headers name action and version with ACS3.  v1 clients may send them, too,
 * but v1 signs no header.
 */

asr_step_t
asr_ice_auth_head(asr_call_t *call)
{
    asr_ice_state_t  *st;

    st = call->state;
    st->acs3 = asr_acs3_claims(call->http->authorization);

    if (!st->acs3) {

        /* Format may be in the body; JSON for what is refused before */

        if (st->body != ASR_ICE_FORM
            || asr_ice_pair(st, asr_str("Format")).len != 0)
        {
            asr_ice_set_format(call, st);
        }

        return ASR_STEP_BODY;
    }

    asr_ice_set_format(call, st);

    asr_ice_set_action(call, st,
                       asr_ice_header(call, asr_str("x-acs-action")));

    if (st->action.len == 0) {
        asr_ice_set_action(call, st, asr_ice_pair(st, asr_str("Action")));
    }

    st->version = asr_ice_header(call, asr_str("x-acs-version"));

    if (st->version.len == 0) {
        st->version = asr_ice_pair(st, asr_str("Version"));
    }

    return asr_ice_head_acs3(call, st);
}


static asr_step_t
asr_ice_head_v1(asr_call_t *call, asr_ice_state_t *st)
{
    size_t      i;
    asr_step_t  step;

    static const struct {
        asr_str_t    name;
        const char  *clause;
    } required[] = {
        { ASR_STR("AccessKeyId"),      "I-051" },
        { ASR_STR("Signature"),        "I-055" },
        { ASR_STR("SignatureMethod"),  "I-055" },
        { ASR_STR("SignatureVersion"), "I-055" },
        { ASR_STR("Timestamp"),        "I-053" },
        { ASR_STR("SignatureNonce"),   "I-054" },
        { ASR_STR("Action"),           "I-001" },
        { ASR_STR("Version"),          "I-002" }
    };

    asr_ice_set_format(call, st);
    asr_ice_set_action(call, st, asr_ice_pair(st, asr_str("Action")));

    st->version = asr_ice_pair(st, asr_str("Version"));
    st->nonce = asr_ice_pair(st, asr_str("SignatureNonce"));
    st->signature = asr_ice_pair(st, asr_str("Signature"));

    for (i = 0; i < asr_nelts(required); i++) {
        if (asr_ice_pair(st, required[i].name).len == 0) {
            return asr_ice_missing(call, required[i].name,
                                   required[i].clause);
        }
    }

    if (!asr_str_caseeq(asr_ice_pair(st, asr_str("SignatureMethod")),
                        asr_str("HMAC-SHA1")))
    {
        return asr_ice_fail(call, ASR_IE_METHOD);
    }

    if (!asr_str_eq(asr_ice_pair(st, asr_str("SignatureVersion")),
                    asr_str("1.0")))
    {
        return asr_ice_fail(call, ASR_IE_SIGN_VERSION);
    }

    step = asr_ice_check_key(call, asr_ice_pair(st, asr_str("AccessKeyId")),
                             asr_ice_pair(st, asr_str("SecurityToken")));
    if (step != ASR_STEP_BODY) {
        return step;
    }

    return asr_ice_check_time(call, asr_ice_pair(st, asr_str("Timestamp")));
}


/*
 * I-054: for this key id, until a replay would be refused for its time.  Only
 * what is signed gets here: nobody else can use up a client's nonces.
 */

static asr_step_t
asr_ice_check_nonce(asr_call_t *call, const asr_ice_state_t *st)
{
    int64_t             until, ts;
    asr_str_t           text;
    asr_sha256_t       *sha;
    unsigned char       id[ASR_SHA256_LEN];

    if (st->nonce.len > ASR_ICE_NONCE_MAX) {
        return asr_ice_fail(call, ASR_IE_NONCE_FORM);
    }

    if (call->core->nonce == NULL) {
        return ASR_STEP_BODY;
    }

    text = st->acs3 ? asr_ice_header(call, asr_str("x-acs-date"))
                    : asr_ice_pair(st, asr_str("Timestamp"));
    until = asr_clock_ms();

    if (asr_acs_time(text, &ts) == ASR_OK && ts * 1000 > until) {
        until = ts * 1000;
    }

    /* the edge counts, and the stamp is cut to a second */

    until += (ASR_ICE_SKEW + 1) * 1000;

    sha = asr_sha256_begin();
    if (sha == NULL) {
        return asr_ice_fail(call, ASR_IE_INTERNAL);
    }

    asr_sha256_update(sha, st->key->id.data, st->key->id.len);
    asr_sha256_update(sha, "", 1);
    asr_sha256_update(sha, st->nonce.data, st->nonce.len);
    asr_sha256_final(sha, id);
    asr_sha256_release(sha);

    switch (call->core->nonce(call->core->nonce_ctx, id, until)) {

    case ASR_NONCE_NEW:
        return ASR_STEP_BODY;

    case ASR_NONCE_USED:
        return asr_ice_fail(call, ASR_IE_NONCE);

    default:
        return asr_ice_fail(call, ASR_IE_THROTTLING);
    }
}


asr_step_t
asr_ice_auth(asr_call_t *call)
{
    bool                 holds;
    asr_step_t           step;
    unsigned char        hash[ASR_SHA256_LEN];
    asr_ice_state_t     *st;
    asr_acs3_request_t   r;

    st = call->state;

    if (st->acs3) {
        asr_sha256_final(st->sha, hash);

        r.method = call->http->method;
        r.path = call->http->path;
        r.pairs = st->form.pairs;
        r.n = st->query_n;
        r.header = call->http->header;
        r.header_ctx = call->http->ctx;
        r.payload_sha256 = hash;

        holds = asr_acs3_verify(&st->authorization, st->key, &r,
                                &call->arena);

    } else {
        step = asr_ice_head_v1(call, st);
        if (step != ASR_STEP_BODY) {
            return step;
        }

        holds = asr_rpc_v1_verify(st->key, call->http->method,
                                  st->form.pairs, st->form.n, st->signature,
                                  &call->arena);
    }

    if (!holds) {
        return asr_ice_fail(call, st->acs3 ? ASR_IE_SIGNATURE_V3
                                           : ASR_IE_SIGNATURE_V1);
    }

    call->account = st->key->account->name;

    return asr_ice_check_nonce(call, st);
}


asr_step_t
asr_ice_auth_limit(asr_call_t *call)
{
    char              name[64];
    uint32_t          retry_ms;
    asr_str_t         action, text;
    asr_rate_t        rate;
    asr_ice_state_t  *st;

    st = call->state;

    action.data = name;
    action.len = (size_t) snprintf(name, sizeof(name), "ice.%.*s",
                                   asr_fmt(call->action));

    /* I-071 */

    rate = asr_account_rate(st->key->account, action,
                            (asr_rate_t) { 100, 1000 });

    if (rate.count == 0 || call->core->limit == NULL) {
        return ASR_STEP_BODY;
    }

    retry_ms = 0;
    call->limit_status = call->core->limit(call->core->limit_ctx,
                                           st->key->account, action, rate,
                                           &retry_ms);

    switch (call->limit_status) {

    case ASR_LIMIT_REJECTED:
        break;

    case ASR_LIMIT_ERROR:
        call->clause = "I-071";
        return asr_ice_fail(call, ASR_IE_UNAVAILABLE);

    default:
        return ASR_STEP_BODY;
    }

    text = asr_arena_printf(&call->arena, "%u", (unsigned) retry_ms);

    (void) asr_ice_fail(call, ASR_IE_LIMIT);

    if (text.data != NULL) {
        asr_reply_header(&call->reply, asr_str("x-acs-retry-after"), text);
    }

    return ASR_STEP_REPLY;
}


/* I-056: results that were paid for can be had when nothing is left. */

asr_step_t
asr_ice_auth_status(asr_call_t *call)
{
    asr_ice_state_t  *st;

    st = call->state;

    switch (st->key->account->status) {

    case ASR_ACCOUNT_ISOLATED:
        return asr_ice_fail(call, ASR_IE_SUSPENDED);

    case ASR_ACCOUNT_NO_AMOUNT:
    case ASR_ACCOUNT_NO_FREE_AMOUNT:

        if (call->action_index == ASR_ICE_SUBMIT) {
            return asr_ice_fail(call, ASR_IE_SUSPENDED);
        }

        return ASR_STEP_BODY;

    case ASR_ACCOUNT_NOT_REGISTERED:
        return asr_ice_fail(call, ASR_IE_NOT_OPEN);

    default:
        return ASR_STEP_BODY;
    }
}
