/*
 * Replies as JSON or XML, and the errors: codes and texts, all in one table.
 * One SDK family looks at the HTTP status, the other at a top-level Code: an
 * error has both, a success neither.  A string stays a string, also when it
 * holds JSON: typed clients fail on anything else.
 */

#include "asr_ice.h"

#include <stdio.h>


#define ASR_ICE_CLIP     64
#define ASR_ICE_MESSAGE  512
#define ASR_ICE_CODE     128


const asr_ice_error_row_t  asr_ice_errors[ASR_IE_N] = {

    [ASR_IE_MISSING] = {
        "Missing{0}", 400, "{0} is mandatory for this action.", NULL, false },

    [ASR_IE_KEY] = {
        "InvalidAccessKeyId.NotFound", 404,
        "Specified access key is not found.", "I-051", false },

    [ASR_IE_INACTIVE] = {
        "InvalidAccessKeyId.Inactive", 400,
        "Specified access key is disabled.", "I-051", false },

    [ASR_IE_NO_TOKEN] = {
        "MissingSecurityToken", 400,
        "SecurityToken is mandatory for this action.", "I-052", false },

    [ASR_IE_TOKEN] = {
        "InvalidSecurityToken.MismatchWithAccessKey", 400,
        "Specified SecurityToken mismatch with the AccessKey.", "I-052",
        true },

    [ASR_IE_TIME_FORMAT] = {
        "InvalidTimeStamp.Format", 400,
        "Specified time stamp or date value is not well formatted.", "I-053",
        false },

    [ASR_IE_TIME] = {
        "InvalidTimeStamp.Expired", 400,
        "Specified time stamp or date value is expired.", "I-053", false },

    [ASR_IE_INCOMPLETE] = {
        "IncompleteSignature", 400,
        "The request signature does not conform to Aliyun standards. {0}{1}",
        "I-050", false },

    [ASR_IE_METHOD] = {
        "InvalidSignatureMethod", 400,
        "Specified signature method is not valid.", "I-055", false },

    [ASR_IE_SIGN_VERSION] = {
        "InvalidSignatureVersion", 400,
        "Specified parameter SignatureVersion is not valid.", "I-055",
        false },

    [ASR_IE_SIGNATURE_V1] = {
        "SignatureDoesNotMatch", 400,
        "Specified signature is not matched with our calculation.", "I-055",
        false },

    [ASR_IE_SIGNATURE_V3] = {
        "SignatureDoesNotMatch", 400,
        "Specified signature does not match our calculation.", "I-050",
        false },

    [ASR_IE_NONCE] = {
        "SignatureNonceUsed", 400,
        "Specified signature nonce was used already.", "I-054", false },

    [ASR_IE_NONCE_FORM] = {
        "InvalidSignatureNonce", 400,
        "Specified parameter SignatureNonce is not valid.", "I-054", true },

    [ASR_IE_VERSION] = {
        "InvalidVersion", 400,
        "Specified parameter Version is not valid.", "I-002", false },

    [ASR_IE_ACTION] = {
        "InvalidAction.NotFound", 404,
        "Specified api is not found, please check your url and method.",
        "I-001", false },

    [ASR_IE_HTTP_METHOD] = {
        "UnsupportedHTTPMethod", 400,
        "This http method not supported.", "I-003", false },

    [ASR_IE_FORMAT] = {
        "InvalidParameter.Format", 400,
        "Specified parameter format is not valid: {0}.", "I-003", false },

    [ASR_IE_LIMIT] = {
        "Throttling.User", 400,
        "Request was denied due to user flow control.", "I-071", false },

    [ASR_IE_THROTTLING] = {
        "Throttling", 400,
        "Request was denied due to request throttling.", "I-054", true },

    [ASR_IE_SUSPENDED] = {
        "OperationDenied.Suspended", 403,
        "The service is suspended.", "I-056", true },

    [ASR_IE_NOT_OPEN] = {
        "OperationDenied", 403,
        "The service is not opened.", "I-056", true },

    [ASR_IE_PARAM_MISSING] = {
        "MissingParameter", 400,
        "The input parameter {0} that is mandatory for processing this "
        "request is not supplied.", NULL, false },

    [ASR_IE_PARAM] = {
        "InvalidParameter", 400,
        "The specified parameter {0} is not valid: {1}.", NULL, true },

    [ASR_IE_SENTENCE] = {
        "InvalidParameter", 400,
        "'EditingConfig.SentenceMaxLength' is invalid, input: {0}, value "
        "range: 4-50", "I-018", true },

    [ASR_IE_NO_MEDIA] = {
        "ResourceNotFound", 404, "Resource not found: {0}.", NULL, true },

    [ASR_IE_NO_JOB] = {
        "ResourceNotFound", 404, "Resource not found", "I-030", true },

    [ASR_IE_INTERNAL] = {
        "InternalError", 500,
        "The request processing has failed due to some unknown error, "
        "exception or failure.", "I-080", false },

    [ASR_IE_UNAVAILABLE] = {
        "ServiceUnavailable", 503,
        "The request has failed due to a temporary failure of the server.",
        "I-072", false },

    [ASR_IE_SIZE] = {
        "InvalidParameter", 413,
        "The specified parameters are larger than the limit.", "I-070",
        true },

    [ASR_IE_URI_SIZE] = {
        "InvalidParameter", 414,
        "The specified query is longer than the limit.", "I-070", true },

    [ASR_IE_HTTP] = {
        "InvalidParameter.Format", 400,
        "The request is not valid HTTP.", "I-081", true },

    [ASR_IE_NOT_FOUND] = {
        "InvalidAction.NotFound", 404,
        "Specified api is not found, please check your url and method.",
        "I-081", true },

    [ASR_IE_TIMEOUT] = {
        "InvalidParameter", 408,
        "The request was not received in time.", "I-081", true },

    [ASR_IE_TYPE] = {
        "InvalidParameter.Format", 415,
        "The type of the request's body is not read.", "I-081", true },

    [ASR_IE_RATE] = {
        "Throttling", 429,
        "Request was denied due to request throttling.", "I-081", true },
};


asr_str_t
asr_ice_clip(asr_str_t s)
{
    if (s.len > ASR_ICE_CLIP) {
        s.len = ASR_ICE_CLIP;
    }

    return s;
}


/* The text with its arguments, cut at the size; returns the length. */

static size_t
asr_ice_text(char *out, size_t size, const char *text, asr_str_t a,
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


static void
asr_ice_xml_text(asr_buf_t *out, asr_str_t s)
{
    size_t         i;
    const char    *entity;
    unsigned char  c;

    for (i = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];
        entity = NULL;

        switch (c) {

        case '&':
            entity = "&amp;";
            break;

        case '<':
            entity = "&lt;";
            break;

        case '>':
            entity = "&gt;";
            break;

        case '\r':
            entity = "&#13;";
            break;

        default:

            /* XML has no way to write the others */

            if (c < 0x20 && c != '\t' && c != '\n') {
                entity = "\xef\xbf\xbd";
            }
        }

        if (entity != NULL) {
            asr_buf_append(out, entity, strlen(entity));

        } else {
            asr_buf_append(out, s.data + i, 1);
        }
    }
}


/* Before a request is read its Format is looked for in the query's text. */

static bool
asr_ice_wants_xml(const asr_call_t *call)
{
    size_t                  i;
    asr_str_t               args, rest;
    const asr_ice_state_t  *st;

    static const asr_str_t  format = ASR_STR("Format=XML");

    st = call->state;

    if (st != NULL) {
        return st->xml;
    }

    args = call->http != NULL ? call->http->args : asr_str_null();

    for (i = 0; i + format.len <= args.len; i++) {
        rest = (asr_str_t) { format.len, args.data + i };

        if ((i == 0 || args.data[i - 1] == '&')
            && asr_str_caseeq(rest, format))
        {
            return true;
        }
    }

    return false;
}


/* Status, type, headers; drops a reply made before. */

void
asr_ice_reply_begin(asr_call_t *call, int status, bool xml)
{
    size_t               i;
    asr_reply_t         *r;
    asr_api_counters_t  *c;

    r = &call->reply;
    c = call->core->counters;

    /* a reply that replaces another is still the same request */

    if (c != NULL && r->status == 0) {
        c->requests[call->api->index][call->action_index]++;
        c->body_bytes[call->api->index] += call->body_read;
    }

    /* the vendor's are in capitals */

    for (i = 0; i < ASR_UUID_LEN; i++) {
        if (call->request_id[i] >= 'a' && call->request_id[i] <= 'f') {
            call->request_id[i] = (char) (call->request_id[i] - 'a' + 'A');
        }
    }

    r->status = status;
    r->content_type = xml ? asr_str("text/xml;charset=utf-8")
                          : asr_str("application/json;charset=utf-8");
    r->body.len = 0;
    r->body.failed = false;
    r->nheaders = 0;

    asr_reply_header(r, asr_str("x-acs-request-id"),
                     (asr_str_t) { ASR_UUID_LEN, call->request_id });
    asr_reply_header(r, asr_str("access-control-allow-origin"), asr_str("*"));
}


bool
asr_ice_out_begin(asr_ice_out_t *o, asr_call_t *call, int status,
    const char *root)
{
    o->call = call;
    o->xml = asr_ice_wants_xml(call);
    o->root = root;

    asr_ice_reply_begin(call, status, o->xml);

    if (o->xml) {
        asr_buf_printf(&call->reply.body,
                       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s>",
                       root);

    } else if (asr_json_out_begin(&o->json, &call->reply.body) != ASR_OK) {
        return false;

    } else {
        asr_jo_object(&o->json);
    }

    asr_ice_out_str(o, "RequestId",
                    (asr_str_t) { ASR_UUID_LEN, call->request_id });

    return true;
}


void
asr_ice_out_str(asr_ice_out_t *o, const char *name, asr_str_t v)
{
    asr_buf_t  *body;

    if (!o->xml) {
        asr_jo_key(&o->json, name);
        asr_jo_str(&o->json, v);
        return;
    }

    body = &o->call->reply.body;

    asr_buf_printf(body, "<%s>", name);
    asr_ice_xml_text(body, v);
    asr_buf_printf(body, "</%s>", name);
}


void
asr_ice_out_int(asr_ice_out_t *o, const char *name, int64_t v)
{
    if (!o->xml) {
        asr_jo_key(&o->json, name);
        asr_jo_int(&o->json, v);
        return;
    }

    asr_buf_printf(&o->call->reply.body, "<%s>%lld</%s>", name,
                   (long long) v, name);
}


void
asr_ice_out_open(asr_ice_out_t *o, const char *name)
{
    if (!o->xml) {
        asr_jo_key(&o->json, name);
        asr_jo_object(&o->json);
        return;
    }

    asr_buf_printf(&o->call->reply.body, "<%s>", name);
}


void
asr_ice_out_close(asr_ice_out_t *o, const char *name)
{
    if (!o->xml) {
        asr_jo_object_end(&o->json);
        return;
    }

    asr_buf_printf(&o->call->reply.body, "</%s>", name);
}


void
asr_ice_out_list(asr_ice_out_t *o, const char *name)
{
    if (!o->xml) {
        asr_jo_key(&o->json, name);
        asr_jo_array(&o->json);
        return;
    }

    asr_buf_printf(&o->call->reply.body, "<%s>", name);
}


void
asr_ice_out_list_end(asr_ice_out_t *o, const char *name)
{
    if (!o->xml) {
        asr_jo_array_end(&o->json);
        return;
    }

    asr_buf_printf(&o->call->reply.body, "</%s>", name);
}


void
asr_ice_out_item(asr_ice_out_t *o, const char *name)
{
    if (!o->xml) {
        asr_jo_object(&o->json);
        return;
    }

    asr_buf_printf(&o->call->reply.body, "<%s>", name);
}


bool
asr_ice_out_end(asr_ice_out_t *o)
{
    if (o->xml) {
        asr_buf_printf(&o->call->reply.body, "</%s>\n", o->root);
        return !o->call->reply.body.failed;
    }

    asr_jo_object_end(&o->json);

    return asr_json_out_end(&o->json) == ASR_OK;
}


static void
asr_ice_count(asr_call_t *call, asr_ice_error_t e)
{
    unsigned             api;
    asr_api_counters_t  *c;

    c = call->core->counters;
    api = call->api->index;

    if (c == NULL) {
        return;
    }

    c->refused[api][call->action_index]++;

    if (e <= ASR_IE_NONCE_FORM) {
        c->auth_failed[api]++;

    } else if (e == ASR_IE_LIMIT || e == ASR_IE_THROTTLING
               || e == ASR_IE_RATE)
    {
        c->limited[api]++;

    } else if (e == ASR_IE_INTERNAL) {
        c->internal[api]++;
    }
}


asr_step_t
asr_ice_refuse(asr_call_t *call, asr_ice_error_t e, asr_str_t a, asr_str_t b)
{
    char                        buf[ASR_ICE_MESSAGE], code[ASR_ICE_CODE];
    asr_str_t                   message, why;
    asr_ice_out_t               o;
    const asr_ice_error_row_t  *row;

    row = &asr_ice_errors[e];

    message.data = buf;
    message.len = asr_ice_text(buf, sizeof(buf), row->text, a, b);
    why = asr_arena_str(&call->arena, message);

    call->error = asr_cstr(row->code);

    if (strchr(row->code, '{') != NULL) {
        call->error = (asr_str_t) { asr_ice_text(code, sizeof(code),
                                                 row->code, a, b), code };
        call->error = asr_arena_str(&call->arena, call->error);

        if (call->error.data == NULL) {
            call->error = asr_str("MissingParameter");
        }
    }

    call->why = (why.data != NULL) ? why.data : row->code;

    if (row->clause != NULL && call->clause == NULL) {
        call->clause = row->clause;
    }

    if (!asr_ice_out_begin(&o, call, row->status, "Error")) {
        call->reply.status = 500;
        return ASR_STEP_REPLY;
    }

    asr_ice_count(call, e);

    asr_ice_out_str(&o, "HostId",
                    call->http != NULL ? asr_ice_clip(call->http->host)
                                       : asr_str(""));
    asr_ice_out_str(&o, "Code", call->error);
    asr_ice_out_str(&o, "Message", message);

    if (!asr_ice_out_end(&o)) {
        /* out of memory: an empty reply must not look like success */
        call->reply.status = 500;
    }

    return ASR_STEP_REPLY;
}
