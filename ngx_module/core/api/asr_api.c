/* What all APIs share: a call's life, a reply's headers, callbacks. */

#include "asr_api.h"


bool
asr_api_callback(const asr_task_t *task, asr_arena_t *arena,
    asr_delivery_t *out)
{
    const asr_api_t  *api;

    memset(out, 0, sizeof(asr_delivery_t));

    api = asr_api_find(task->api);

    return api != NULL && api->callback != NULL
           && api->callback(task, arena, out);
}


asr_err_t
asr_api_ask(const asr_task_t *task, asr_arena_t *arena, asr_ask_t *ask)
{
    asr_json_t        *params;
    const asr_api_t   *api;
    asr_json_error_t   err;

    asr_ask_init(ask);

    api = asr_api_find(task->api);

    if (api == NULL || api->ask == NULL || task->params.len == 0) {
        return ASR_OK;
    }

    params = asr_json_parse(arena, task->params, &err);

    if (params == NULL) {
        return err.fault == ASR_JSON_SIZE ? ASR_NOMEM : ASR_INVALID;
    }

    return api->ask(params, arena, ask);
}


void
asr_call_init(asr_call_t *call, asr_core_t *core, const asr_api_t *api,
    const asr_http_t *http)
{
    memset(call, 0, offsetof(asr_call_t, small));

    call->core = core;
    call->api = api;
    call->http = http;

    asr_arena_init(&call->arena, ASR_CALL_MEMORY);
    asr_buf_init_in(&call->reply.body, call->small, sizeof(call->small),
                    ASR_REPLY_MAX);

    call->reply.fd = -1;
    call->op.arena = &call->arena;

    asr_uuid4(call->request_id);
}


void
asr_call_free(asr_call_t *call)
{
    if (call->api != NULL && call->api->cleanup != NULL) {
        call->api->cleanup(call);
    }

    asr_buf_free(&call->reply.body);
    asr_arena_free(&call->arena);
}


void
asr_reply_header(asr_reply_t *r, asr_str_t name, asr_str_t value)
{
    /* no API sends more than its replies' few; one too many is dropped */

    if (r->nheaders == asr_nelts(r->headers)) {
        return;
    }

    r->headers[r->nheaders].name = name;
    r->headers[r->nheaders].value = value;
    r->nheaders++;
}


/* Does the query have what begins so? */

static bool
asr_http_has_arg(asr_str_t args, asr_str_t begin)
{
    size_t  i;

    for (i = 0; i + begin.len <= args.len; i++) {

        if ((i == 0 || args.data[i - 1] == '&')
            && memcmp(args.data + i, begin.data, begin.len) == 0)
        {
            return true;
        }
    }

    return false;
}


/*
 * A form body cannot be looked into yet.  SDKs that put everything there say
 * who they are: x-sdk-client is a header of this vendor's alone.
 */

bool
asr_http_is_acs(const asr_http_t *http)
{
    size_t     i;
    asr_str_t  s;

    static const asr_str_t  headers[] = {
        ASR_STR("x-acs-action"), ASR_STR("x-acs-version"),
        ASR_STR("x-acs-date"), ASR_STR("x-acs-signature-nonce"),
        ASR_STR("x-sdk-client")
    };

    static const asr_str_t  args[] = {
        ASR_STR("AccessKeyId="), ASR_STR("SignatureNonce="),
        ASR_STR("SignatureVersion="), ASR_STR("Version=2020-11-09"),
        ASR_STR("Action=SubmitASRJob"), ASR_STR("Action=GetSmartHandleJob"),
        ASR_STR("Action=GetSmartTaskResult"), ASR_STR("Action=ListSmartJobs"),
        ASR_STR("Action=DeleteSmartJob")
    };

    static const asr_str_t  scheme = ASR_STR("ACS3-");
    static const asr_str_t  agent = ASR_STR("AlibabaCloud");

    s = http->authorization;

    if (s.len >= scheme.len && memcmp(s.data, scheme.data, scheme.len) == 0) {
        return true;
    }

    for (i = 0; i < asr_nelts(headers); i++) {
        if (http->header(http->ctx, headers[i]).data != NULL) {
            return true;
        }
    }

    s = http->header(http->ctx, asr_str("user-agent"));

    if (s.len >= agent.len && memcmp(s.data, agent.data, agent.len) == 0) {
        return true;
    }

    for (i = 0; i < asr_nelts(args); i++) {
        if (asr_http_has_arg(http->args, args[i])) {
            return true;
        }
    }

    return false;
}
