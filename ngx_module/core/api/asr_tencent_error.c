/*
 * Error codes and texts, all in one table, and the envelope every reply of
 * this API has.  An error is HTTP 200: the SDKs take any other status for a
 * transport failure without a code.  Texts with backticks are the ones the
 * service is known to send; clients must not depend on them, people do.
 */

#include "asr_tencent.h"

#include <stdio.h>


#define ASR_TENCENT_CLIP     64
#define ASR_TENCENT_MESSAGE  1024


const asr_tencent_error_row_t  asr_tencent_errors[ASR_TE_N] = {

    [ASR_TE_PROTOCOL] = {
        "UnsupportedProtocol",
        "The request method is not supported. Only GET and POST are.",
        NULL, "T-070", false },

    [ASR_TE_CONTENT_TYPE] = {
        "InvalidParameter",
        "The `Content-Type` of a POST request must be `application/json` "
        "(signature `TC3-HMAC-SHA256`) or "
        "`application/x-www-form-urlencoded` (signature v1).",
        NULL, "T-071", true },

    [ASR_TE_MISSING] = {
        "MissingParameter",
        "The request is missing a required parameter `{0}`.",
        NULL, NULL, false },

    [ASR_TE_UNKNOWN] = {
        "UnknownParameter",
        "The parameter `{0}` is not recognized.",
        NULL, "T-077", false },

    [ASR_TE_TYPE] = {
        "InvalidParameter",
        "The value type of parameter `{0}` is not valid, input type should "
        "be `{1}`",
        NULL, NULL, false },

    [ASR_TE_VALUE] = {
        "InvalidParameterValue",
        "The value of parameter `{0}` is not valid: {1}.",
        NULL, NULL, false },

    /* the query's own list of codes has no InvalidParameterValue */

    [ASR_TE_VALUE_DESCRIBE] = {
        "InvalidParameter",
        "The value of parameter `{0}` is not valid: {1}.",
        NULL, NULL, false },

    [ASR_TE_ENGINE] = {
        "InvalidParameterValue",
        "The value of parameter `{0}` is not valid: no model is configured "
        "for the engine `{1}`.",
        NULL, "T-045", true },

    [ASR_TE_BODY] = {
        "InvalidParameter",
        "The request parameters could not be parsed: {0}.",
        NULL, "T-078", true },

    [ASR_TE_EQUALS] = {
        "InvalidParameter",
        "Url key and value should be splited by `=`.",
        NULL, "T-078", false },

    [ASR_TE_PARAMS_SIZE] = {
        "InvalidParameterValue",
        "The parameters without `Data` are too large.",
        NULL, "T-079", true },

    [ASR_TE_AUTH_HEADER] = {
        "AuthFailure.InvalidAuthorization",
        "The request `Authorization` header does not conform to tencentcloud "
        "standards: {0}.",
        NULL, "T-060", false },

    [ASR_TE_EXPIRE] = {
        "AuthFailure.SignatureExpire",
        "Signature expired. Please use local time and enable NTP service for "
        "time synchronization to avoid a deviation between `Timestamp` and "
        "the server time {0}.",
        NULL, "T-061", false },

    [ASR_TE_SECRET_ID] = {
        "AuthFailure.SecretIdNotFound",
        "The SecretId is not found, please ensure that your SecretId is "
        "correct.",
        "SecretId不存在，请输入正确的密钥。", "T-062", false },

    [ASR_TE_TOKEN] = {
        "AuthFailure.TokenFailure",
        "The token of the temporary key is not valid.",
        NULL, "T-063", false },

    [ASR_TE_SIGNATURE] = {
        "AuthFailure.SignatureFailure",
        "The provided credentials could not be validated. Please check your "
        "signature is correct.",
        "请求签名验证失败，"
        "请检查您的签名计算是否正确。", "T-064", false },

    [ASR_TE_SIGNATURE_SIZE] = {
        "AuthFailure.SignatureFailure",
        "The provided credentials could not be validated because of "
        "exceeding request size limit, please use new signature method "
        "`TC3-HMAC-SHA256`.",
        NULL, "T-075", false },

    [ASR_TE_NO_VERSION] = {
        "NoSuchVersion",
        "The specified api version=`{0}` does not exist in service=`asr`.",
        NULL, "T-002", false },

    [ASR_TE_NO_ACTION] = {
        "InvalidAction",
        "The request action=`{0}` is invalid or not found in service=`asr` "
        "and version=`" ASR_TENCENT_VERSION "`.",
        NULL, "T-001", false },

    [ASR_TE_LIMIT] = {
        "RequestLimitExceeded.UinLimitExceeded",
        "Your current request times equals to `{0}` in a second, which "
        "exceeds the frequency limit `{1}` for a second. Please reduce the "
        "frequency of calls.",
        "您当前每秒请求 `{0}` 次，"
        "超过了每秒频率上限 `{1}`，请稍后重试。",
        "T-072", false },

    [ASR_TE_LIMIT_MINUTE] = {
        "RequestLimitExceeded.UinLimitExceeded",
        "Your current request times equals to `{0}` in a minute, which "
        "exceeds the frequency limit `{1}` for a minute. Please reduce the "
        "frequency of calls.",
        "您当前每分钟请求 `{0}` 次，"
        "超过了每分钟频率上限 `{1}`，请稍后重试。",
        "T-072", false },

    [ASR_TE_DISABLED_CREATE] = {
        "FailedOperation.CheckAuthInfoFailed",
        "Authentication error occurred: the account is disabled.",
        NULL, "T-065", true },

    [ASR_TE_DISABLED] = {
        "AuthFailure.UnauthorizedOperation",
        "The request is not authorized: the account is disabled.",
        NULL, "T-065", true },

    [ASR_TE_ISOLATED] = {
        "FailedOperation.ServiceIsolate",
        "Services are stopped due to overdue payments. Top up your Tencent "
        "Cloud account first.",
        NULL, "T-066", false },

    [ASR_TE_NO_AMOUNT] = {
        "FailedOperation.UserHasNoAmount",
        "The resource package is used up. Purchase a new one or enable "
        "post-payment.",
        NULL, "T-067", false },

    [ASR_TE_NO_FREE_AMOUNT] = {
        "FailedOperation.UserHasNoFreeAmount",
        "The resource package is used up. Enable post-payment or purchase a "
        "new resource package.",
        NULL, "T-068", false },

    [ASR_TE_NOT_REGISTERED] = {
        "FailedOperation.UserNotRegistered",
        "The service is not enabled. Enable it in the Tencent Cloud ASR "
        "console.",
        NULL, "T-069", false },

    [ASR_TE_DOWN_FILE] = {
        "FailedOperation.ErrorDownFile",
        "Failed to download the audio file: a `Url` with a user name is not "
        "fetched.",
        NULL, "T-049", true },

    [ASR_TE_NO_TASK] = {
        "FailedOperation.NoSuchTask",
        "The task does not exist: incorrect task ID.",
        NULL, "T-080", false },

    [ASR_TE_DATABASE] = {
        "InternalError.FailAccessDatabase",
        "Failed to access the database.",
        NULL, "T-081", false },

    [ASR_TE_REDIS] = {
        "InternalError.FailAccessRedis",
        "Failed to access Redis.",
        NULL, "T-082", false },

    [ASR_TE_INTERNAL] = {
        "InternalError",
        "An internal error has occurred. Retry your request, but if the "
        "problem persists, contact us.",
        NULL, "T-083", false },

    [ASR_TE_UNAVAILABLE] = {
        "ServiceUnavailable",
        "The service is currently busy. Try again later.",
        NULL, "T-084", true },

    [ASR_TE_SIZE] = {
        "RequestSizeLimitExceeded",
        "The request is larger than the limit.",
        NULL, "T-074", false },

    [ASR_TE_HTTP] = {
        "InvalidParameter",
        "The request is not valid HTTP.",
        NULL, "T-085", true },

    [ASR_TE_NOT_FOUND] = {
        "ResourceNotFound",
        "The requested resource is not found.",
        NULL, "T-085", true },

    [ASR_TE_TIMEOUT] = {
        "FailedOperation",
        "The request was not received in time.",
        NULL, "T-085", true },

    [ASR_TE_RATE] = {
        "RequestLimitExceeded",
        "Too many requests. Please reduce the frequency of calls.",
        NULL, "T-085", true },
};


asr_str_t
asr_tencent_clip(asr_str_t s)
{
    if (s.len > ASR_TENCENT_CLIP) {
        s.len = ASR_TENCENT_CLIP;
    }

    return s;
}


/* The text with its arguments, cut at the size; returns the length. */

static size_t
asr_tencent_text(char *out, size_t size, const char *text, asr_str_t a,
    asr_str_t b)
{
    size_t     n, len;
    asr_str_t  piece;

    for (len = 0; *text != '\0'; len += n) {

        if (text[0] == '{' && (text[1] == '0' || text[1] == '1')
            && text[2] == '}')
        {
            piece = (text[1] == '0') ? a : b;
            text += 3;

        } else {
            piece = (asr_str_t) { 1, text };
            text++;
        }

        n = (piece.len < size - len) ? piece.len : size - len;

        if (n != 0) {
            memcpy(out + len, piece.data, n);
        }
    }

    return len;
}


/* X-TC-TraceId comes back, what is not a token's character left out. */

static void
asr_tencent_trace(asr_call_t *call)
{
    char       *p;
    size_t      i, n;
    asr_str_t   v;

    static const char  marks[] = "-_.:/+=";

    if (call->http == NULL || call->http->header == NULL) {
        return;
    }

    v = asr_tencent_clip(call->http->header(call->http->ctx,
                                            asr_str("x-tc-traceid")));
    if (v.len == 0) {
        return;
    }

    p = asr_arena_alloc(&call->arena, v.len);
    if (p == NULL) {
        return;
    }

    for (i = 0, n = 0; i < v.len; i++) {
        if ((v.data[i] >= '0' && v.data[i] <= '9')
            || (v.data[i] >= 'A' && v.data[i] <= 'Z')
            || (v.data[i] >= 'a' && v.data[i] <= 'z')
            || memchr(marks, v.data[i], sizeof(marks) - 1) != NULL)
        {
            p[n++] = v.data[i];
        }
    }

    if (n != 0) {
        asr_reply_header(&call->reply, asr_str("X-TC-TraceId"),
                         (asr_str_t) { n, p });
    }
}


void
asr_tencent_reply_begin(asr_call_t *call)
{
    asr_reply_t         *r;
    asr_api_counters_t  *c;

    r = &call->reply;
    c = call->core->counters;

    /* a reply that replaces another is still the same request */

    if (c != NULL && r->status == 0) {
        c->requests[call->api->index][call->action_index]++;
        c->body_bytes[call->api->index] += call->body_read;
    }

    if (r->status == 0) {
        asr_tencent_trace(call);
    }

    r->status = 200;
    r->content_type = asr_str("application/json");
    r->body.len = 0;
    r->body.failed = false;
}


static void
asr_tencent_count(asr_call_t *call, asr_tencent_error_t e)
{
    const char          *code;
    asr_api_counters_t  *c;

    c = call->core->counters;

    if (c == NULL) {
        return;
    }

    code = asr_tencent_errors[e].code;
    c->refused[call->api->index][call->action_index]++;

    if (strncmp(code, "AuthFailure", 11) == 0) {
        c->auth_failed[call->api->index]++;

    } else if (strncmp(code, "RequestLimit", 12) == 0) {
        c->limited[call->api->index]++;

    } else if (strncmp(code, "InternalError", 13) == 0) {
        c->internal[call->api->index]++;
    }
}


asr_step_t
asr_tencent_refuse(asr_call_t *call, asr_tencent_error_t e, asr_str_t a,
    asr_str_t b)
{
    char                            buf[ASR_TENCENT_MESSAGE];
    asr_str_t                       message, why;
    asr_json_out_t                  out;
    asr_tencent_state_t            *st;
    const asr_tencent_error_row_t  *row;

    st = call->state;
    row = &asr_tencent_errors[e];
    message.data = buf;

    /* the log gets English whatever the client asked for */

    message.len = asr_tencent_text(buf, sizeof(buf), row->en, a, b);
    why = asr_arena_str(&call->arena, message);

    call->error = asr_cstr(row->code);
    call->why = (why.data != NULL) ? why.data : row->code;

    if (row->clause != NULL) {
        call->clause = row->clause;
    }

    if (st != NULL && st->zh && row->zh != NULL) {
        message.len = asr_tencent_text(buf, sizeof(buf), row->zh, a, b);
    }

    asr_tencent_reply_begin(call);
    asr_tencent_count(call, e);

    if (asr_json_out_begin(&out, &call->reply.body) != ASR_OK) {
        call->reply.status = 500;
        return ASR_STEP_REPLY;
    }

    asr_jo_object(&out);
    asr_jo_key(&out, "Response");
    asr_jo_object(&out);
    asr_jo_key(&out, "Error");
    asr_jo_object(&out);
    asr_jo_key(&out, "Code");
    asr_jo_str(&out, call->error);
    asr_jo_key(&out, "Message");
    asr_jo_str(&out, message);
    asr_jo_object_end(&out);
    asr_jo_key(&out, "RequestId");
    asr_jo_str(&out, (asr_str_t) { ASR_UUID_LEN, call->request_id });
    asr_jo_object_end(&out);
    asr_jo_object_end(&out);

    if (asr_json_out_end(&out) != ASR_OK) {
        /* out of memory: an empty reply must not look like success */
        call->reply.status = 500;
    }

    return ASR_STEP_REPLY;
}
