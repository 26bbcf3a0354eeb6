/*
 * Calls that are answered by a recording.  Whose call it is has been found by
 * then, and a key or a signature that does not hold is refused as ever.
 */

#include "ngx_http_asr_mock_record.h"
#include "asr_mock_replay.h"


#define NGX_HTTP_ASR_MOCK_REPLAY_ARENA  (8 * 1024 * 1024)


static void ngx_http_asr_mock_answer(ngx_http_asr_mock_ctx_t *m,
    asr_call_t *call, const asr_mock_answer_t *answer);


static ngx_uint_t  ngx_http_asr_mock_replay_timing;

const asr_mock_finding_t  ngx_http_asr_mock_unrecorded = {
    .severity = ASR_MOCK_NOTE,
    .rule = ASR_STR("M-unrecorded"),
    .pointer = ASR_STR(""),
    .words = ASR_STR("The recording has no answer to this request; it was "
                     "answered by the mock."),
    .got = ASR_STR(""),
    .expected = ASR_STR(""),
    .hint = ASR_STR("Record again, or see what of the request is another "
                    "than in the recording."),
    .guess = true
};


char *
ngx_http_asr_mock_replay_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char        err[NGX_MAX_CONF_ERRSTR];
    asr_err_t   rc;
    ngx_str_t  *value;

    value = cf->args->elts;

    if (asr_mock_replay_on()) {
        return "is duplicate";
    }

    if (cf->args->nelts == 3) {
        if (ngx_strcmp(value[2].data, "timing") != 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid parameter \"%V\"", &value[2]);
            return NGX_CONF_ERROR;
        }

        ngx_http_asr_mock_replay_timing = 1;
    }

    if (ngx_conf_full_name(cf->cycle, &value[1], 0) != NGX_OK
        || asr_crypto_init() != ASR_OK)
    {
        return NGX_CONF_ERROR;
    }

    asr_mock_lock();
    rc = asr_mock_replay_load((char *) value[1].data, err, sizeof(err));
    asr_mock_unlock();

    if (rc != ASR_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "recording \"%V\": %s",
                           &value[1], err);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


asr_step_t
ngx_http_asr_mock_replay(ngx_http_asr_mock_ctx_t *m, asr_call_t *call,
    asr_step_t step)
{
    bool                  found;
    ngx_uint_t            i;
    asr_arena_t           arena;
    asr_header_t          headers[5];
    asr_mock_answer_t     answer;
    asr_mock_exchange_t   x;

    static const asr_str_t  names[] = {
        ASR_STR("content-type"), ASR_STR("authorization"),
        ASR_STR("x-tc-action"), ASR_STR("x-acs-action")
    };

    if (!asr_mock_replay_on()
        || (step == ASR_STEP_REPLY && asr_mock_record_no_key(call->error)))
    {
        return step;
    }

    ngx_memzero(&x, sizeof(asr_mock_exchange_t));

    x.method = call->http->method;
    x.path = call->http->path;
    x.target = ngx_http_asr_str(m->request->unparsed_uri);
    x.args = call->http->args;
    x.headers = headers;

    for (i = 0; i < asr_nelts(names); i++) {
        headers[x.nheaders].name = names[i];
        headers[x.nheaders].value = call->http->header(call->http->ctx,
                                                       names[i]);
        x.nheaders += headers[x.nheaders].value.data != NULL;
    }

    x.body_bytes = m->body_len;

    if (m->body != NULL) {
        x.body = (asr_str_t) { m->body_len, (char *) m->body };
    }

    ngx_http_asr_mock_digest(m);
    memcpy(x.body_sha256, m->x.body_sha256, ASR_SHA256_LEN);

    asr_mock_record_name(&x);
    asr_arena_init(&arena, NGX_HTTP_ASR_MOCK_REPLAY_ARENA);

    asr_mock_lock();
    found = asr_mock_replay_find(&x, &arena, &answer);
    asr_mock_unlock();

    asr_arena_free(&arena);

    if (!found) {
        m->unrecorded = 1;
        return step;
    }

    ngx_http_asr_mock_answer(m, call, &answer);

    return ASR_STEP_REPLY;
}


static void
ngx_http_asr_mock_answer(ngx_http_asr_mock_ctx_t *m, asr_call_t *call,
    const asr_mock_answer_t *answer)
{
    size_t        i;
    asr_reply_t  *reply;

    reply = &call->reply;

    reply->status = answer->status;
    reply->content_type = answer->type;
    reply->nheaders = 0;
    reply->body.len = 0;

    for (i = 0; i < answer->nheaders && i < asr_nelts(reply->headers); i++) {
        asr_reply_header(reply, answer->headers[i].name,
                         answer->headers[i].value);
    }

    (void) asr_buf_append(&reply->body, answer->reply.data,
                          answer->reply.len);

    call->error = answer->code;
    call->clause = NULL;
    call->why = "answered by the recording";

    if (ngx_http_asr_mock_replay_timing && answer->first_us >= 1000) {
        m->faulted = 1;
        m->fault.latency = ASR_MOCK_LATENCY_FIXED;
        m->fault.latency_ms = answer->first_us / 1000;
    }
}
