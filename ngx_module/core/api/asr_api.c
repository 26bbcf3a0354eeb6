/* What every API's calls share: their life and their reply's headers. */

#include "asr_api.h"


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
