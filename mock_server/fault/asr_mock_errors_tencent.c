/*
 * The codes of the Tencent Cloud API: those of its module's table, which the
 * module itself writes, then those that only the documents and the vendor's
 * SDKs name.
 */

#include "asr_mock_errors_int.h"
#include "core/api/asr_tencent.h"
#include "core/base/asr_clock.h"

#include <stdio.h>


typedef struct {
    asr_str_t    a;
    asr_str_t    b;
    const char  *clause;         /* NULL: the row's own */
    char         text[2][24];
} asr_mock_tencent_args_t;


static void asr_mock_tencent_args(const asr_call_t *call,
    asr_tencent_error_t e, asr_mock_tencent_args_t *args);


static const asr_mock_error_t  asr_mock_tencent_rows[] = {

    { "AuthFailure.InvalidAuthorization", ASR_TE_AUTH_HEADER, ASR_MOCK_OWN },
    { "AuthFailure.SecretIdNotFound", ASR_TE_SECRET_ID, ASR_MOCK_OWN },
    { "AuthFailure.SignatureExpire", ASR_TE_EXPIRE, ASR_MOCK_OWN },
    { "AuthFailure.SignatureFailure", ASR_TE_SIGNATURE, ASR_MOCK_OWN },
    { "AuthFailure.SignatureFailure/size", ASR_TE_SIGNATURE_SIZE,
      ASR_MOCK_OWN },
    { "AuthFailure.TokenFailure", ASR_TE_TOKEN, ASR_MOCK_OWN },
    { "AuthFailure.UnauthorizedOperation", ASR_TE_DISABLED, ASR_MOCK_OWN },
    { "FailedOperation.CheckAuthInfoFailed", ASR_TE_DISABLED_CREATE,
      ASR_MOCK_OWN },

    /* the module knows one reason for it, the document all */

    { "FailedOperation.ErrorDownFile", -1,
      "Failed to download the audio file.", 200, false },
    { "FailedOperation.ErrorDownFile/user", ASR_TE_DOWN_FILE, ASR_MOCK_OWN },
    { "FailedOperation.ErrorRecognize", -1, "Recognition failed.", 200, false },
    { "FailedOperation.NoSuchTask", ASR_TE_NO_TASK, ASR_MOCK_OWN },
    { "FailedOperation.ServiceIsolate", ASR_TE_ISOLATED, ASR_MOCK_OWN },
    { "FailedOperation.UserHasNoAmount", ASR_TE_NO_AMOUNT, ASR_MOCK_OWN },
    { "FailedOperation.UserHasNoFreeAmount", ASR_TE_NO_FREE_AMOUNT,
      ASR_MOCK_OWN },
    { "FailedOperation.UserNotRegistered", ASR_TE_NOT_REGISTERED,
      ASR_MOCK_OWN },
    { "InternalError.ErrorDownFile", -1,
      "Failed to download the audio file.", 200, false },
    { "InternalError.FailAccessDatabase", ASR_TE_DATABASE, ASR_MOCK_OWN },
    { "InternalError.FailAccessRedis", ASR_TE_REDIS, ASR_MOCK_OWN },
    { "InvalidParameter", ASR_TE_TYPE, ASR_MOCK_OWN },
    { "InvalidParameter/value", ASR_TE_VALUE_DESCRIBE, ASR_MOCK_OWN },
    { "InvalidParameter/type", ASR_TE_CONTENT_TYPE, ASR_MOCK_OWN },
    { "InvalidParameter/body", ASR_TE_BODY, ASR_MOCK_OWN },
    { "InvalidParameter/equals", ASR_TE_EQUALS, ASR_MOCK_OWN },
    { "InvalidParameter/http", ASR_TE_HTTP, ASR_MOCK_OWN },
    { "InvalidParameterValue", ASR_TE_VALUE, ASR_MOCK_OWN },
    { "InvalidParameterValue/engine", ASR_TE_ENGINE, ASR_MOCK_OWN },
    { "InvalidParameterValue/size", ASR_TE_PARAMS_SIZE, ASR_MOCK_OWN },
    { "InvalidParameterValue/region", -1,
      "A value specified in `X-TC-Region` is not valid, is unsupported, or "
      "cannot be used.", 200, false },
    { "MissingParameter", ASR_TE_MISSING, ASR_MOCK_OWN },
    { "RequestLimitExceeded.UinLimitExceeded", ASR_TE_LIMIT, ASR_MOCK_OWN },
    { "RequestLimitExceeded.UinLimitExceeded/minute", ASR_TE_LIMIT_MINUTE,
      ASR_MOCK_OWN },
    { "UnknownParameter", ASR_TE_UNKNOWN, ASR_MOCK_OWN },

    /* common to all products */

    { "ActionOffline", -1, "This API has been deprecated.", 200, false },
    { "AuthFailure.InvalidSecretId", -1,
      "Invalid key (not a TencentCloud API key type).", 200, false },
    { "AuthFailure.MFAFailure", -1, "MFA failed.", 200, false },
    { "DryRunOperation", -1,
      "DryRun operation: the request would have succeeded, but the DryRun "
      "parameter was used.", 200, false },
    { "FailedOperation", -1, "Operation failed.", 200, false },
    { "FailedOperation/timeout", ASR_TE_TIMEOUT, ASR_MOCK_OWN },
    { "InternalError", ASR_TE_INTERNAL, ASR_MOCK_OWN },
    { "InvalidAction", ASR_TE_NO_ACTION, ASR_MOCK_OWN },
    { "InvalidRequest", -1,
      "The multipart format of the request body is incorrect.", 200, false },
    { "IpInBlacklist", -1, "Your IP is in uin IP blacklist.", 200, false },
    { "IpNotInWhitelist", -1,
      "Your IP is not in uin IP whitelist.", 200, false },
    { "LimitExceeded", -1, "Quota limit exceeded.", 200, false },
    { "NoSuchProduct", -1, "The product does not exist.", 200, false },
    { "NoSuchVersion", ASR_TE_NO_VERSION, ASR_MOCK_OWN },
    { "RequestLimitExceeded", ASR_TE_RATE, ASR_MOCK_OWN },
    { "RequestLimitExceeded.GlobalRegionUinLimitExceeded", -1,
      "Uin exceeds the frequency limit.", 200, false },
    { "RequestLimitExceeded.IPLimitExceeded", -1,
      "The number of ip requests exceeds the frequency limit.", 200, false },
    { "RequestSizeLimitExceeded", ASR_TE_SIZE, ASR_MOCK_OWN },
    { "ResourceInUse", -1, "Resource is in use.", 200, false },
    { "ResourceInsufficient", -1, "Insufficient resource.", 200, false },
    { "ResourceNotFound", ASR_TE_NOT_FOUND, ASR_MOCK_OWN },
    { "ResourceUnavailable", -1, "Resource is unavailable.", 200, false },
    { "ResponseSizeLimitExceeded", -1,
      "The response size exceeds the upper limit.", 200, false },
    { "ServiceUnavailable", ASR_TE_UNAVAILABLE, ASR_MOCK_OWN },
    { "UnauthorizedOperation", -1, "Unauthorized operation.", 200, false },
    { "UnsupportedOperation", -1, "Unsupported operation.", 200, false },
    { "UnsupportedProtocol", ASR_TE_PROTOCOL, ASR_MOCK_OWN },
    { "UnsupportedRegion", -1,
      "API does not support the requested region.", 200, false },

    /* of the SDKs' list for the whole of this product */

    { "InternalError.ErrorConfigure", -1,
      "Failed to initialize the configuration.", 200, false },
    { "InternalError.ErrorGetRoute", -1,
      "Failed to get the route.", 200, false },
    { "InternalError.ErrorRecognize", -1, "Recognition failed.", 200, false },
    { "InvalidParameter.ErrorContentlength", -1,
      "The length of the request data is not valid.", 200, false },
    { "InvalidParameter.ErrorParamsMissing", -1,
      "Parameters are missing.", 200, false },
    { "InvalidParameter.ErrorParsequest", -1,
      "Failed to parse the request data.", 200, false },
    { "InvalidParameter.InvalidParameter", -1, "Parameter error.", 200, false },
    { "InvalidParameterValue.ErrorInvalidAppid", -1,
      "Invalid AppId.", 200, false },
    { "InvalidParameterValue.ErrorInvalidEngservice", -1,
      "Invalid EngSerViceType.", 200, false },
    { "InvalidParameterValue.ErrorInvalidSourcetype", -1,
      "Invalid SourceType.", 200, false },
    { "InvalidParameterValue.ErrorInvalidUrl", -1, "Invalid Url.", 200, false },
    { "InvalidParameterValue.ErrorInvalidVoicedata", -1,
      "Invalid audio data.", 200, false },
    { "InvalidParameterValue.ErrorInvalidVoiceFormat", -1,
      "Invalid audio format.", 200, false },
    { "InvalidParameterValue.ErrorVoicedataTooLong", -1,
      "The audio is too long.", 200, false },
    { "InvalidParameterValue.InvalidParameterLength", -1,
      "The length of a parameter is not valid.", 200, false },
    { "InvalidParameterValue.NoHumanVoice", -1,
      "There is no human voice in the audio.", 200, false },
};


/* Ends of tasks: the callback's code, with ErrorMsg as its meaning. */

static const struct {
    asr_cause_t  cause;
    const char  *code;
    bool         documented;
} asr_mock_tencent_tasks[] = {
    { ASR_CAUSE_FORMAT, "10000", true },
    { ASR_CAUSE_RECOGNITION, "10001", true },
    { ASR_CAUSE_TOO_SHORT, "10002", true },
    { ASR_CAUSE_TOO_LONG, "10003", true },
    { ASR_CAUSE_CORRUPT, "10004", true },
    { ASR_CAUSE_INTERNAL, "10005", true },
    { ASR_CAUSE_CHANNELS, "10006", true },
    { ASR_CAUSE_DOWNLOAD, "10007", true },
    { ASR_CAUSE_SAMPLE_RATE, "10005", false },
    { ASR_CAUSE_NO_MODEL, "10005", false },
    { ASR_CAUSE_FILE_GONE, "10005", false },
};


void
asr_mock_tencent_codes(void)
{
    size_t                          i;
    char                            a[256], b[256];
    asr_mock_code_t                 c;
    const asr_mock_error_t         *r;
    asr_mock_tencent_args_t         args;
    const asr_tencent_error_row_t  *row;

    for (i = 0; i < asr_nelts(asr_mock_tencent_rows); i++) {
        r = &asr_mock_tencent_rows[i];

        memset(&c, 0, sizeof(c));
        c.api = asr_api_tencent.name;
        c.name = r->name;
        c.row = r->row;
        c.status = 200;
        c.meaning = r->text;
        c.documented = !r->guess;

        if (r->row >= 0) {
            row = &asr_tencent_errors[r->row];
            asr_mock_tencent_args(NULL, (asr_tencent_error_t) r->row, &args);
            snprintf(a, sizeof(a), "%.*s", asr_fmt(args.a));
            snprintf(b, sizeof(b), "%.*s", asr_fmt(args.b));

            c.meaning = asr_mock_code_text(row->en, a, b);
            c.clause = row->clause;
        }

        asr_mock_code_add(&c);
    }

    for (i = 0; i < asr_nelts(asr_mock_tencent_tasks); i++) {
        memset(&c, 0, sizeof(c));
        c.api = asr_api_tencent.name;
        c.task = true;
        c.row = -1;
        c.status = 200;
        c.cause = asr_mock_tencent_tasks[i].cause;
        c.name = asr_mock_cause_name(c.cause);
        c.code = asr_mock_tencent_tasks[i].code;
        c.documented = asr_mock_tencent_tasks[i].documented;
        c.meaning = asr_tencent_cause(c.cause);
        asr_mock_code_add(&c);
    }
}


static const asr_param_t *
asr_mock_tencent_param(bool query, bool integer)
{
    size_t              i, n;
    const asr_param_t  *p;

    p = query ? asr_tencent_describe_params : asr_tencent_create_params;
    n = query ? asr_nelts(asr_tencent_describe_params)
              : asr_nelts(asr_tencent_create_params);

    for (i = 0; integer && i < n; i++) {
        if (p[i].type == ASR_P_INT) {
            return &p[i];
        }
    }

    return asr_mock_required(p, n);
}


static void
asr_mock_tencent_number(asr_mock_tencent_args_t *args, unsigned i,
    long long v)
{
    int  n;

    n = snprintf(args->text[i], sizeof(args->text[i]), "%lld", v);

    *(i == 0 ? &args->a : &args->b) = (asr_str_t) { (size_t) n,
                                                    args->text[i] };
}


/* As many as the account may, and one more. */

static void
asr_mock_tencent_rate(const asr_call_t *call, bool query,
    asr_mock_tencent_args_t *args)
{
    asr_str_t                   name;
    asr_rate_t                  rate, dflt;
    const asr_tencent_state_t  *st;

    dflt = (asr_rate_t) { query ? 50 : 20, 1000 };
    name = query ? asr_str("tencent.DescribeTaskStatus")
                 : asr_str("tencent.CreateRecTask");

    st = (call != NULL) ? call->state : NULL;
    rate = (st != NULL && st->key != NULL)
           ? asr_account_rate(st->key->account, name, dflt) : dflt;

    if (rate.count == 0) {
        rate = dflt;
    }

    asr_mock_tencent_number(args, 0, (long long) rate.count + 1);
    asr_mock_tencent_number(args, 1, (long long) rate.count);
    args->clause = query ? "T-073" : "T-072";
}


/* What the texts have in the place of {0} and {1}; call NULL: an example. */

static void
asr_mock_tencent_args(const asr_call_t *call, asr_tencent_error_t e,
    asr_mock_tencent_args_t *args)
{
    bool                        query;
    const asr_param_t          *p;
    const asr_tencent_state_t  *st;

    memset(args, 0, sizeof(*args));

    st = (call != NULL) ? call->state : NULL;
    query = call != NULL && call->action_index == ASR_TENCENT_DESCRIBE;
    p = NULL;

    switch (e) {

    case ASR_TE_MISSING:
        p = asr_mock_tencent_param(query, false);
        break;

    case ASR_TE_TYPE:
        p = asr_mock_tencent_param(query, true);
        args->b = asr_str("integer");
        break;

    case ASR_TE_VALUE:
    case ASR_TE_VALUE_DESCRIBE:
        p = asr_mock_tencent_param(query, true);
        args->b = query ? asr_str("must be at least 0")
                        : asr_str("must be one of 1, 2");
        break;

    case ASR_TE_UNKNOWN:
        args->a = asr_str("Volume");
        break;

    case ASR_TE_ENGINE:
        p = asr_mock_tencent_param(false, false);
        args->b = (st != NULL) ? st->create.engine : asr_str("16k_zh");
        break;

    case ASR_TE_BODY:
        args->a = asr_str("the body is not a JSON object");
        break;

    case ASR_TE_AUTH_HEADER:
        args->a = asr_str("the header is missing");
        break;

    case ASR_TE_EXPIRE:
        asr_mock_tencent_number(args, 0, (long long) asr_clock_ms() / 1000);
        break;

    case ASR_TE_NO_VERSION:
        args->a = (st != NULL) ? asr_tencent_clip(st->version)
                               : asr_str(ASR_TENCENT_VERSION);
        break;

    case ASR_TE_NO_ACTION:
        args->a = (st != NULL) ? asr_tencent_clip(st->action)
                               : asr_str("CreateRecTask");
        break;

    case ASR_TE_LIMIT:
    case ASR_TE_LIMIT_MINUTE:
        asr_mock_tencent_rate(call, query, args);
        break;

    default:
        break;
    }

    if (p != NULL) {
        args->a = p->name;
        args->clause = (e == ASR_TE_ENGINE) ? NULL : p->clause;
    }
}


/* The envelope of asr_tencent_refuse, which takes rows of its table only. */

static void
asr_mock_tencent_reply(asr_call_t *call, const asr_mock_code_t *c)
{
    asr_json_out_t  out;

    call->error = asr_cstr(c->code);
    call->why = c->meaning;

    asr_tencent_reply_begin(call);

    if (call->core->counters != NULL) {
        call->core->counters->refused[call->api->index][call->action_index]++;
    }

    asr_json_out_begin(&out, &call->reply.body);
    asr_jo_object(&out);
    asr_jo_key(&out, "Response");
    asr_jo_object(&out);
    asr_jo_key(&out, "Error");
    asr_jo_object(&out);
    asr_jo_key(&out, "Code");
    asr_jo_str(&out, call->error);
    asr_jo_key(&out, "Message");
    asr_jo_str(&out, asr_cstr(c->meaning));
    asr_jo_object_end(&out);
    asr_jo_key(&out, "RequestId");
    asr_jo_str(&out, (asr_str_t) { ASR_UUID_LEN, call->request_id });
    asr_jo_object_end(&out);
    asr_jo_object_end(&out);

    if (asr_json_out_end(&out) != ASR_OK) {
        call->reply.status = 500;
    }
}


void
asr_mock_tencent_error(asr_call_t *call, const asr_mock_code_t *c)
{
    asr_tencent_error_t      e;
    asr_mock_tencent_args_t  args;

    if (c->row < 0) {
        asr_mock_tencent_reply(call, c);
        return;
    }

    e = (asr_tencent_error_t) c->row;
    asr_mock_tencent_args(call, e, &args);

    (void) asr_tencent_refuse(call, e, args.a, args.b);

    if (args.clause != NULL) {
        call->clause = args.clause;
    }
}
