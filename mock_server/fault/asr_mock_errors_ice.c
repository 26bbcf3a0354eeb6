/*
 * The codes of Alibaba Cloud ICE: of the gateway before all of the vendor's
 * products, and of this product's own table.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE              /* memmem */
#endif

#include "asr_mock_errors_int.h"
#include "core/api/asr_ice.h"

#include <stdio.h>


static const asr_mock_error_t  asr_mock_ice_rows[] = {

    { "MissingAccessKeyId", ASR_IE_MISSING, ASR_MOCK_OWN },
    { "MissingSignature", ASR_IE_MISSING, ASR_MOCK_OWN },
    { "MissingSignatureMethod", ASR_IE_MISSING, ASR_MOCK_OWN },
    { "MissingSignatureVersion", ASR_IE_MISSING, ASR_MOCK_OWN },
    { "MissingTimestamp", ASR_IE_MISSING, ASR_MOCK_OWN },
    { "MissingSignatureNonce", ASR_IE_MISSING, ASR_MOCK_OWN },
    { "MissingAction", ASR_IE_MISSING, ASR_MOCK_OWN },
    { "MissingVersion", ASR_IE_MISSING, ASR_MOCK_OWN },
    { "InvalidAccessKeyId.NotFound", ASR_IE_KEY, ASR_MOCK_OWN },
    { "InvalidAccessKeyId.Inactive", ASR_IE_INACTIVE, ASR_MOCK_OWN },
    { "MissingSecurityToken", ASR_IE_NO_TOKEN, ASR_MOCK_OWN },
    { "InvalidSecurityToken.MismatchWithAccessKey", ASR_IE_TOKEN,
      ASR_MOCK_OURS },
    { "InvalidTimeStamp.Format", ASR_IE_TIME_FORMAT, ASR_MOCK_OWN },
    { "InvalidTimeStamp.Expired", ASR_IE_TIME, ASR_MOCK_OWN },
    { "IncompleteSignature", ASR_IE_INCOMPLETE, ASR_MOCK_OWN },
    { "InvalidSignatureMethod", ASR_IE_METHOD, ASR_MOCK_OWN },
    { "InvalidSignatureVersion", ASR_IE_SIGN_VERSION, ASR_MOCK_OWN },
    { "SignatureDoesNotMatch", ASR_IE_SIGNATURE_V3, ASR_MOCK_OWN },
    { "SignatureDoesNotMatch/v1", ASR_IE_SIGNATURE_V1, ASR_MOCK_OWN },
    { "SignatureNonceUsed", ASR_IE_NONCE, ASR_MOCK_OWN },
    { "InvalidSignatureNonce", ASR_IE_NONCE_FORM, ASR_MOCK_OWN },
    { "InvalidVersion", ASR_IE_VERSION, ASR_MOCK_OWN },
    { "InvalidAction.NotFound", ASR_IE_ACTION, ASR_MOCK_OWN },
    { "InvalidAction.NotFound/path", ASR_IE_NOT_FOUND, ASR_MOCK_OWN },
    { "UnsupportedHTTPMethod", ASR_IE_HTTP_METHOD, ASR_MOCK_OWN },
    { "InvalidParameter.Format", ASR_IE_FORMAT, ASR_MOCK_OWN },
    { "InvalidParameter.Format/http", ASR_IE_HTTP, ASR_MOCK_OWN },
    { "InvalidParameter.Format/415", ASR_IE_TYPE, ASR_MOCK_OWN },
    { "Throttling.User", ASR_IE_LIMIT, ASR_MOCK_OWN },
    { "Throttling", ASR_IE_THROTTLING, ASR_MOCK_OWN },
    { "Throttling/429", ASR_IE_RATE, ASR_MOCK_OWN },
    { "OperationDenied", ASR_IE_NOT_OPEN, ASR_MOCK_OWN },
    { "OperationDenied.Suspended", ASR_IE_SUSPENDED, ASR_MOCK_OWN },
    { "MissingParameter", ASR_IE_PARAM_MISSING, ASR_MOCK_OWN },
    { "InvalidParameter", ASR_IE_PARAM, ASR_MOCK_OWN },
    { "InvalidParameter/sentence", ASR_IE_SENTENCE, ASR_MOCK_OWN },
    { "InvalidParameter/408", ASR_IE_TIMEOUT, ASR_MOCK_OWN },
    { "InvalidParameter/413", ASR_IE_SIZE, ASR_MOCK_OWN },
    { "InvalidParameter/414", ASR_IE_URI_SIZE, ASR_MOCK_OWN },
    { "ResourceNotFound", ASR_IE_NO_JOB, ASR_MOCK_OWN },
    { "ResourceNotFound/media", ASR_IE_NO_MEDIA, ASR_MOCK_OWN },
    { "InternalError", ASR_IE_INTERNAL, ASR_MOCK_OWN },
    { "ServiceUnavailable", ASR_IE_UNAVAILABLE, ASR_MOCK_OWN },

    { "InvalidSecurityToken.Expired", -1, "Specified SecurityToken is expired.",
      400, true },
    { "InvalidSecurityToken.Malformed", -1,
      "Specified SecurityToken is malformed.", 400, true },
    { "InvalidApi.NotFound", -1,
      "Specified api is not found, please check your url and method.", 404,
      false },
    { "InvalidProduct.NotFound", -1,
      "Cannot find product according to your specified domain.", 404, false },
    { "InvalidProtocol.NeedSsl", -1,
      "Your request is denied as lack of ssl protect.", 404, false },
    { "Throttling.Api", -1, "Request was denied due to request throttling.",
      400, false },
    { "Forbidden", -1,
      "User not authorized to operate on the specified resource.", 403,
      false },
    { "Forbidden.RAM", -1,
      "User not authorized to operate on the specified resource, or this API "
      "doesn't support RAM.", 403, false },
    { "ProjectNotFound", -1, "Project not found.", 404, false },
    { "RequestsTooFrequent", -1, "Requests are too frequent", 403, false },
    { "ServiceUnAvailable", -1,
      "The request has failed due to a temporary failure of the server.", 503,
      false },
};


static const struct {
    const char  *name;
    const char  *clause;
} asr_mock_ice_missing[] = {
    { "MissingAccessKeyId",      "I-051" },
    { "MissingSignature",        "I-055" },
    { "MissingSignatureMethod",  "I-055" },
    { "MissingSignatureVersion", "I-055" },
    { "MissingTimestamp",        "I-053" },
    { "MissingSignatureNonce",   "I-054" },
    { "MissingAction",           "I-001" },
    { "MissingVersion",          "I-002" },
};


/*
 * Ends of jobs that the document of results has and the module's causes have
 * not.  Such a task keeps the code as its message; what is told of its cause
 * is replaced on its way out.
 */

static const struct {
    const char   *code;
    asr_cause_t   cause;
    const char   *text;
} asr_mock_ice_tasks[] = {
    { "InvalidMaterial.NotFound", ASR_CAUSE_DOWNLOAD,
      "The specified material does not exist." },
    { "SpeechTranslationNoValidVocal", ASR_CAUSE_RECOGNITION,
      "There is no valid vocal in the media." },
};


typedef struct {
    const char  *a;
    const char  *b;
    const char  *clause;         /* NULL: the row's own */
} asr_mock_ice_args_t;


static const asr_param_t *
asr_mock_ice_param(unsigned action)
{
    switch (action) {

    case ASR_ICE_GET:
        return asr_mock_required(asr_ice_get_params, 1);

    case ASR_ICE_LIST:
        return asr_mock_required(asr_ice_list_params, ASR_ICE_LIST_PARAMS);

    case ASR_ICE_DELETE:
        return asr_mock_required(asr_ice_delete_params, 1);

    default:
        return asr_mock_required(asr_ice_submit_params, ASR_ICE_SUBMIT_PARAMS);
    }
}


/* What the texts have in the place of {0} and {1}. */

static void
asr_mock_ice_args(const char *name, int row, unsigned action,
    asr_mock_ice_args_t *args)
{
    size_t              i;
    const asr_param_t  *p;

    memset(args, 0, sizeof(*args));

    p = asr_mock_ice_param(action);

    switch (row) {

    case ASR_IE_MISSING:

        for (i = 0; i < asr_nelts(asr_mock_ice_missing); i++) {
            if (strcmp(asr_mock_ice_missing[i].name, name) == 0) {
                args->clause = asr_mock_ice_missing[i].clause;
            }
        }

        args->a = name + sizeof("Missing") - 1;
        break;

    case ASR_IE_INCOMPLETE:
        args->a = "`ACS3-HMAC-SHA256 Credential=AccessKeyId,"
                  "SignedHeaders=host;...,Signature=...` is expected";
        break;

    case ASR_IE_FORMAT:
        args->a = "the body is not a JSON object";
        break;

    case ASR_IE_PARAM_MISSING:
        args->a = p->name.data;
        args->clause = p->clause;
        break;

    case ASR_IE_PARAM:
        args->a = p->name.data;
        args->b = "must not be empty";
        args->clause = p->clause;

        if (action == ASR_ICE_SUBMIT) {
            args->a = "Title";
            args->b = "must be at most 128 bytes";
            args->clause = "I-012";
        }

        break;

    case ASR_IE_SENTENCE:
        args->a = "51";
        break;

    case ASR_IE_NO_MEDIA:
        args->a = "there is no such object";
        args->clause = "I-021";
        break;

    default:
        break;
    }
}


void
asr_mock_ice_codes(void)
{
    size_t                      i;
    asr_mock_code_t             c;
    asr_mock_ice_args_t         args;
    const asr_mock_error_t     *r;
    const asr_ice_error_row_t  *row;

    for (i = 0; i < asr_nelts(asr_mock_ice_rows); i++) {
        r = &asr_mock_ice_rows[i];

        memset(&c, 0, sizeof(c));
        c.api = asr_api_ice.name;
        c.name = r->name;
        c.row = r->row;
        c.status = r->status;
        c.meaning = r->text;
        c.documented = !r->guess;

        if (r->row >= 0) {
            row = &asr_ice_errors[r->row];
            asr_mock_ice_args(r->name, r->row, ASR_ICE_SUBMIT, &args);

            c.meaning = asr_mock_code_text(row->text, args.a, args.b);
            c.status = row->status;
            c.clause = row->clause;
        }

        asr_mock_code_add(&c);
    }

    for (i = ASR_CAUSE_INTERNAL; i <= ASR_CAUSE_FILE_GONE; i++) {
        memset(&c, 0, sizeof(c));
        c.api = asr_api_ice.name;
        c.task = true;
        c.row = -1;
        c.status = 200;
        c.name = asr_mock_cause_name((asr_cause_t) i);
        c.cause = (asr_cause_t) i;
        c.code = asr_ice_cause(c.cause)->code;
        c.meaning = asr_ice_cause(c.cause)->text;
        c.documented = strncmp(c.code, "InvalidParameter.", 17) == 0;
        asr_mock_code_add(&c);
    }

    for (i = 0; i < asr_nelts(asr_mock_ice_tasks); i++) {
        memset(&c, 0, sizeof(c));
        c.api = asr_api_ice.name;
        c.task = true;
        c.row = -1;
        c.status = 200;
        c.name = asr_mock_ice_tasks[i].code;
        c.cause = asr_mock_ice_tasks[i].cause;
        c.meaning = asr_mock_ice_tasks[i].text;
        c.documented = true;
        asr_mock_code_add(&c);
    }
}


static void
asr_mock_ice_reply(asr_call_t *call, const asr_mock_code_t *c)
{
    asr_ice_out_t  o;

    call->error = asr_cstr(c->code);
    call->why = c->meaning;

    if (!asr_ice_out_begin(&o, call, c->status, "Error")) {
        call->reply.status = 500;
        return;
    }

    if (call->core->counters != NULL) {
        call->core->counters->refused[call->api->index][call->action_index]++;
    }

    asr_ice_out_str(&o, "HostId",
                    call->http != NULL ? asr_ice_clip(call->http->host)
                                       : asr_str(""));
    asr_ice_out_str(&o, "Code", call->error);
    asr_ice_out_str(&o, "Message", asr_cstr(c->meaning));

    if (!asr_ice_out_end(&o)) {
        call->reply.status = 500;
    }
}


/* One name stands for what the two kinds of signature, or two actions, say. */

static int
asr_mock_ice_row(const asr_call_t *call, const asr_mock_code_t *c)
{
    const asr_ice_state_t  *st;

    st = call->state;

    if (c->row == ASR_IE_SIGNATURE_V3 && st != NULL && !st->acs3) {
        return ASR_IE_SIGNATURE_V1;
    }

    if (c->row == ASR_IE_NO_JOB && call->action_index == ASR_ICE_SUBMIT) {
        return ASR_IE_NO_MEDIA;
    }

    return c->row;
}


void
asr_mock_ice_error(asr_call_t *call, const asr_mock_code_t *c)
{
    int                  row;
    asr_mock_ice_args_t  args;

    if (c->row < 0) {
        asr_mock_ice_reply(call, c);
        return;
    }

    row = asr_mock_ice_row(call, c);
    asr_mock_ice_args(c->name, row, call->action_index, &args);
    call->clause = args.clause;

    (void) asr_ice_refuse(call, (asr_ice_error_t) row,
                          asr_cstr(args.a != NULL ? args.a : ""),
                          asr_cstr(args.b != NULL ? args.b : ""));

    if (row == ASR_IE_LIMIT) {
        asr_reply_header(&call->reply, asr_str("x-acs-retry-after"),
                         asr_str("1000"));
    }
}


/* How code and text stand in a reply or a callback. */

static const struct {
    const char  *before;
    const char  *between;
    const char  *after;
} asr_mock_ice_forms[] = {
    { "\"ErrorCode\":\"", "\",\"ErrorMessage\":\"", "\"" },
    { "<ErrorCode>", "</ErrorCode><ErrorMessage>", "</ErrorMessage>" },
    { "\"Code\":\"", "\",\"Message\":\"", "\"" },
};


static void
asr_mock_ice_form(char *out, size_t size, unsigned i, const char *code,
    const char *text)
{
    snprintf(out, size, "%s%s%s%s%s", asr_mock_ice_forms[i].before, code,
             asr_mock_ice_forms[i].between, text,
             asr_mock_ice_forms[i].after);
}


/* The body with the task's own code; data NULL: as it is. */

static asr_str_t
asr_mock_ice_replaced(const asr_task_t *task, asr_str_t body, asr_arena_t *a)
{
    size_t                  k, head;
    char                    from[512], to[512];
    unsigned                i;
    asr_str_t               out;
    const char             *p;
    const asr_ice_cause_t  *cause;

    cause = asr_ice_cause(task->cause);

    for (k = 0; k < asr_nelts(asr_mock_ice_tasks); k++) {
        if (asr_str_eq(task->message, asr_cstr(asr_mock_ice_tasks[k].code))) {
            break;
        }
    }

    if (task->state != ASR_TASK_FAILED || k == asr_nelts(asr_mock_ice_tasks)
        || !asr_str_eq(task->api, asr_cstr(asr_api_ice.name)))
    {
        return asr_str_null();
    }

    for (i = 0; i < asr_nelts(asr_mock_ice_forms); i++) {
        asr_mock_ice_form(from, sizeof(from), i, cause->code, cause->text);
        p = memmem(body.data, body.len, from, strlen(from));

        if (p == NULL) {
            continue;
        }

        asr_mock_ice_form(to, sizeof(to), i, asr_mock_ice_tasks[k].code,
                          asr_mock_ice_tasks[k].text);
        head = (size_t) (p - body.data);

        out = asr_arena_printf(a, "%.*s%s%.*s", (int) head, body.data, to,
                               (int) (body.len - head - strlen(from)),
                               p + strlen(from));

        return out;
    }

    return asr_str_null();
}


bool
asr_mock_task_reply(asr_call_t *call)
{
    asr_buf_t  *b;
    asr_str_t   body;

    b = &call->reply.body;
    body = asr_mock_ice_replaced(&call->op.task, asr_buf_str(b), &call->arena);

    if (body.data == NULL) {
        return false;
    }

    b->len = 0;

    return asr_buf_append(b, body.data, body.len) == ASR_OK;
}


bool
asr_mock_task_delivery(const asr_task_t *task, asr_arena_t *a,
    asr_delivery_t *out)
{
    asr_str_t  body;

    body = asr_mock_ice_replaced(task, out->body, a);

    if (body.data != NULL) {
        out->body = body;
    }

    return body.data != NULL;
}
