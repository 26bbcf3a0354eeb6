/*
 * Tencent Cloud: CreateRecTask of document 001 and DescribeTaskStatus.
 *
 * A request comes in one of four transports, told apart by its head: TC3 or
 * signature v1, POST or GET.  The path means nothing.  Data, up to 5 MB of
 * audio in base64, is lifted out of JSON or form while the body streams by,
 * decoded, and written to the spool; the rest stays small and is parsed once
 * the signature has been verified.  So a fault in the body is only noted when
 * met: the signature is judged first, on every byte that was sent.
 */

#include "asr_tencent.h"
#include "../base/asr_clock.h"
#include "../task/asr_raw.h"


/* Symbols of base64 decoded at once; the bytes are on the stack. */

#define ASR_TENCENT_PIECE  16384


static bool asr_tencent_claims(const asr_http_t *http);
static asr_step_t asr_tencent_begin(asr_call_t *call);
static asr_step_t asr_tencent_body(asr_call_t *call, const char *p, size_t n);
static asr_step_t asr_tencent_end(asr_call_t *call);
static asr_step_t asr_tencent_stored(asr_call_t *call);
static void asr_tencent_http_error(asr_call_t *call, int status);
static void asr_tencent_cleanup(asr_call_t *call);


static const char *const  asr_tencent_actions[] = {
    "other",
    "CreateRecTask",
    "DescribeTaskStatus",
    NULL
};


const asr_api_t  asr_api_tencent = {
    "tencent",
    1,
    asr_tencent_actions,
    asr_tencent_claims,
    asr_tencent_begin,
    asr_tencent_body,
    asr_tencent_end,
    asr_tencent_stored,
    asr_tencent_http_error,
    asr_tencent_cleanup,
    asr_tencent_callback,
    asr_tencent_ask
};


/* Does the query have "name="?  name is with the '='. */

static bool
asr_tencent_has_arg(asr_str_t args, asr_str_t name)
{
    size_t  i;

    for (i = 0; i + name.len <= args.len; i++) {

        if ((i == 0 || args.data[i - 1] == '&')
            && memcmp(args.data + i, name.data, name.len) == 0)
        {
            return true;
        }
    }

    return false;
}


/* The media type alone, without its parameters. */

static asr_str_t
asr_tencent_media_type(const asr_http_t *http)
{
    asr_str_t    s;
    const char  *p;

    s = http->content_type;

    if (s.len == 0) {
        return s;
    }

    p = memchr(s.data, ';', s.len);
    if (p != NULL) {
        s.len = (size_t) (p - s.data);
    }

    while (s.len != 0 && (s.data[s.len - 1] == ' '
                          || s.data[s.len - 1] == '\t'))
    {
        s.len--;
    }

    return s;
}


static bool
asr_tencent_is_form(const asr_http_t *http)
{
    return asr_str_caseeq(asr_tencent_media_type(http),
                          asr_str("application/x-www-form-urlencoded"));
}


static bool
asr_tencent_is_tc3(const asr_http_t *http)
{
    return http->header(http->ctx, asr_str("x-tc-action")).data != NULL
           || asr_tc3_claims(http->authorization);
}


static bool
asr_tencent_claims(const asr_http_t *http)
{
    if (asr_tencent_is_tc3(http)) {
        return true;
    }

    /* the other cloud whose calls have an Action and a Signature */

    if (asr_http_is_acs(http)) {
        return false;
    }

    if (asr_tencent_has_arg(http->args, asr_str("Action="))
        || asr_tencent_has_arg(http->args, asr_str("Signature=")))
    {
        return true;
    }

    return asr_str_eq(http->method, asr_str("POST"))
           && asr_str_eq(http->path, asr_str("/"))
           && asr_tencent_is_form(http);
}


static asr_tencent_transport_t
asr_tencent_transport(const asr_http_t *http)
{
    if (asr_str_eq(http->method, asr_str("GET"))) {
        return asr_tencent_is_tc3(http) ? ASR_TENCENT_TC3_GET
                                        : ASR_TENCENT_V1_GET;
    }

    if (!asr_tencent_is_tc3(http) && asr_tencent_is_form(http)) {
        return ASR_TENCENT_V1_POST;
    }

    return ASR_TENCENT_TC3_POST;
}


/* A piece of Data's text.  Faults are kept for later, never returned. */

static asr_err_t
asr_tencent_sink(void *ctx, const char *p, size_t n)
{
    size_t                piece, len;
    unsigned char         bytes[ASR_TENCENT_PIECE / 4 * 3 + 3];
    asr_tencent_state_t  *st;

    st = ctx;

    for ( /* void */ ; n != 0 && st->data == ASR_TENCENT_DATA_FINE;
         p += piece, n -= piece)
    {
        piece = (n < ASR_TENCENT_PIECE) ? n : ASR_TENCENT_PIECE;

        if (asr_b64_feed(&st->b64, p, piece, bytes, &len) != ASR_OK) {
            st->data = ASR_TENCENT_DATA_BASE64;
            break;
        }

        if (st->data_size + len > ASR_TENCENT_DATA_MAX) {
            st->data = ASR_TENCENT_DATA_TOOBIG;
            break;
        }

        st->data_size += len;

        if (len != 0
            && asr_spool_write(&st->file, bytes, len, ASR_SPOOL_INLINE)
               != ASR_OK)
        {
            st->data = ASR_TENCENT_DATA_IO;
        }
    }

    return ASR_OK;
}


static asr_step_t
asr_tencent_begin_tc3(asr_call_t *call, asr_tencent_state_t *st)
{
    asr_str_t   lift;
    asr_step_t  step;

    step = asr_tencent_auth_head(call);
    if (step != ASR_STEP_BODY || st->transport == ASR_TENCENT_TC3_GET) {
        return step;
    }

    st->sha = asr_sha256_begin();
    if (st->sha == NULL) {
        return asr_tencent_fail(call, ASR_TE_INTERNAL);
    }

    lift = (call->action_index == ASR_TENCENT_CREATE) ? asr_str("Data")
                                                      : asr_str_null();
    asr_scan_init(&st->scan, lift, &st->rest, asr_tencent_sink, st);

    return ASR_STEP_BODY;
}


static asr_step_t
asr_tencent_begin(asr_call_t *call)
{
    const asr_http_t     *http;
    asr_tencent_state_t  *st;

    http = call->http;
    st = asr_arena_zalloc(&call->arena, sizeof(asr_tencent_state_t));
    if (st == NULL) {
        return asr_tencent_fail(call, ASR_TE_INTERNAL);
    }

    st->guard = call->guard;
    asr_buf_init(&st->rest, ASR_TENCENT_REST_MAX);
    asr_buf_init(&st->params, ASR_TENCENT_REST_MAX * 2);
    asr_b64_init(&st->b64);
    asr_spool_begin(call->core->spool, &st->file);
    asr_form_init(&st->form, &call->arena, asr_str("Data"), asr_tencent_sink,
                  st, ASR_TENCENT_REST_MAX);

    call->state = st;
    call->action = asr_str("other");
    st->create.data_len = -1;

    if (!asr_str_eq(http->method, asr_str("GET"))
        && !asr_str_eq(http->method, asr_str("POST")))
    {
        return asr_tencent_fail(call, ASR_TE_PROTOCOL);
    }

    st->transport = asr_tencent_transport(http);

    switch (st->transport) {

    case ASR_TENCENT_TC3_POST:
        call->body_max = ASR_TENCENT_BODY_TC3;
        break;

    case ASR_TENCENT_V1_POST:
        call->body_max = ASR_TENCENT_BODY_V1;
        return ASR_STEP_BODY;

    default:
        if (http->args.len > ASR_TENCENT_QUERY_MAX) {
            (void) asr_tencent_fail(call, ASR_TE_SIZE);
            call->clause = "T-076";
            return ASR_STEP_REPLY;
        }

        if (st->transport == ASR_TENCENT_V1_GET) {
            return ASR_STEP_BODY;
        }
    }

    /* T-071; a request that is no TC3 one at all learns that first */

    if (st->transport == ASR_TENCENT_TC3_POST
        && asr_tencent_is_tc3(http)
        && !asr_str_caseeq(asr_tencent_media_type(http),
                           asr_str("application/json")))
    {
        return asr_tencent_fail(call, ASR_TE_CONTENT_TYPE);
    }

    return asr_tencent_begin_tc3(call, st);
}


static asr_step_t
asr_tencent_form_fault(asr_call_t *call, const asr_tencent_state_t *st)
{
    if (st->fault == ASR_TOOBIG || st->fault == ASR_NOMEM) {
        return asr_tencent_fail(call, ASR_TE_PARAMS_SIZE);
    }

    if (st->fault != ASR_OK) {
        return asr_tencent_refuse(call, ASR_TE_BODY,
                                  asr_str("percent-encoding is broken"),
                                  asr_str_null());
    }

    if (st->form.no_equals) {
        return asr_tencent_fail(call, ASR_TE_EQUALS);
    }

    return ASR_STEP_BODY;
}


static asr_step_t
asr_tencent_body(asr_call_t *call, const char *p, size_t n)
{
    asr_tencent_state_t  *st;

    st = call->state;

    switch (st->transport) {

    case ASR_TENCENT_TC3_POST:
        asr_sha256_update(st->sha, p, n);

        if (st->fault == ASR_OK) {
            st->fault = asr_scan_feed(&st->scan, p, n);
        }

        return ASR_STEP_BODY;

    case ASR_TENCENT_V1_POST:

        /* without its pairs a v1 request cannot be verified at all */

        st->fault = asr_form_feed(&st->form, p, n);

        return (st->fault == ASR_OK) ? ASR_STEP_BODY
                                     : asr_tencent_form_fault(call, st);

    default:
        asr_tencent_http_error(call, 413);
        return ASR_STEP_REPLY;
    }
}


static asr_step_t
asr_tencent_pairs(asr_call_t *call, asr_tencent_state_t *st)
{
    const asr_http_t  *http;

    http = call->http;

    if (st->transport != ASR_TENCENT_V1_POST && http->args.len != 0) {
        st->fault = asr_form_feed(&st->form, http->args.data, http->args.len);
    }

    if (st->fault == ASR_OK) {
        st->fault = asr_form_end(&st->form);
    }

    st->data_found = st->form.found;

    return asr_tencent_form_fault(call, st);
}


static const char *
asr_tencent_json_fault(const asr_json_error_t *err)
{
    switch (err->fault) {

    case ASR_JSON_UTF8:
        return "the body is not valid UTF-8";

    case ASR_JSON_NUL:
        return "the body has a NUL character";

    case ASR_JSON_DEPTH:
        return "the JSON is nested too deep";

    case ASR_JSON_DUPLICATE:
        return "a parameter is given twice";

    default:
        return "the body is not valid JSON";
    }
}


static asr_step_t
asr_tencent_json(asr_call_t *call, asr_tencent_state_t *st)
{
    const char        *why;
    asr_json_error_t   err;

    if (st->fault == ASR_TOOBIG || st->fault == ASR_NOMEM) {
        return asr_tencent_fail(call, ASR_TE_PARAMS_SIZE);
    }

    why = NULL;

    if (st->fault != ASR_OK) {
        why = "the body is not valid JSON";

    } else if (st->rest.len == 0) {
        why = "the body is empty, a JSON object is expected";

    } else {
        st->json = asr_json_parse(&call->arena, asr_buf_str(&st->rest), &err);

        if (st->json == NULL && err.fault == ASR_JSON_SIZE) {
            return asr_tencent_fail(call, ASR_TE_PARAMS_SIZE);
        }

        if (st->json == NULL) {
            why = asr_tencent_json_fault(&err);

        } else if (st->json->type != ASR_JSON_OBJECT) {
            why = "the body is not a JSON object";
        }
    }

    if (why != NULL) {
        return asr_tencent_refuse(call, ASR_TE_BODY, asr_cstr(why),
                                  asr_str_null());
    }

    st->data_found = st->scan.found;

    return ASR_STEP_BODY;
}


static asr_step_t
asr_tencent_create(asr_call_t *call, asr_tencent_state_t *st)
{
    asr_op_t    *op;
    asr_step_t   step;

    if (st->data == ASR_TENCENT_DATA_FINE && asr_b64_end(&st->b64) != ASR_OK) {
        st->data = ASR_TENCENT_DATA_BASE64;
    }

    step = asr_tencent_create_check(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    step = asr_tencent_auth_status(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    if (st->create.source_type == 0) {

        if (asr_tencent_url_user(st->create.url)) {
            return asr_tencent_fail(call, ASR_TE_DOWN_FILE);
        }

    } else if (st->data == ASR_TENCENT_DATA_IO) {
        return asr_tencent_fail(call, ASR_TE_DATABASE);
    }

    st->create.app_id = st->key->account->app_id;

    if (asr_tencent_params_write(&st->create, &st->params) != ASR_OK) {
        return asr_tencent_fail(call, ASR_TE_INTERNAL);
    }

    op = &call->op;
    op->type = ASR_OP_TASK_CREATE;

    op->task.engine = st->create.engine;

    /* Data sent along with SourceType 0 is dropped */

    if (st->create.source_type == 0) {
        op->task.url = st->create.url;
        asr_raw_url(&op->task, st->create.url);

    } else {
        op->spool_file = &st->file;
    }

    op->task.api = asr_str("tencent");
    op->task.account = st->key->account->name;
    op->task.created_ms = asr_clock_ms();
    op->task.expires_ms = op->task.created_ms + call->core->task_ttl_ms;
    op->task.channels = (int32_t) st->create.channel_num;
    op->task.channels_strict = true;
    op->task.params = asr_buf_str(&st->params);

    return ASR_STEP_STORE;
}


static asr_step_t
asr_tencent_describe(asr_call_t *call, asr_tencent_state_t *st)
{
    asr_op_t    *op;
    asr_step_t   step;

    step = asr_tencent_describe_check(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    step = asr_tencent_auth_status(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    /* the request is read; a long recording's result is another matter */

    call->arena.ceiling = (size_t) ASR_RESULT_MAX * 4;
    call->task_id = st->describe.task_id;

    op = &call->op;
    op->type = ASR_OP_TASK_GET;
    op->task.id = st->describe.task_id;
    op->task.account = st->key->account->name;
    op->task.api = asr_str("tencent");

    return ASR_STEP_STORE;
}


static asr_step_t
asr_tencent_dispatch(asr_call_t *call, asr_tencent_state_t *st)
{
    asr_step_t  step;

    /* T-002, T-001 */

    if (!asr_str_eq(st->version, asr_str(ASR_TENCENT_VERSION))) {
        return asr_tencent_refuse(call, ASR_TE_NO_VERSION,
                                  asr_tencent_clip(st->version),
                                  asr_str_null());
    }

    if (call->action_index == ASR_TENCENT_OTHER) {
        return asr_tencent_refuse(call, ASR_TE_NO_ACTION,
                                  asr_tencent_clip(st->action),
                                  asr_str_null());
    }

    step = asr_tencent_auth_limit(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    switch (st->transport) {

    case ASR_TENCENT_TC3_POST:
        step = asr_tencent_json(call, st);
        break;

    case ASR_TENCENT_TC3_GET:
        step = asr_tencent_pairs(call, st);
        break;

    default:
        break;
    }

    if (step != ASR_STEP_BODY) {
        return step;
    }

    return (call->action_index == ASR_TENCENT_CREATE)
           ? asr_tencent_create(call, st) : asr_tencent_describe(call, st);
}


static asr_step_t
asr_tencent_end(asr_call_t *call)
{
    asr_step_t            step;
    asr_tencent_state_t  *st;

    st = call->state;

    if (st->transport == ASR_TENCENT_V1_POST
        || st->transport == ASR_TENCENT_V1_GET)
    {
        step = asr_tencent_pairs(call, st);
        if (step != ASR_STEP_BODY) {
            return step;
        }

        if (st->data == ASR_TENCENT_DATA_FINE
            && asr_b64_end(&st->b64) != ASR_OK)
        {
            st->data = ASR_TENCENT_DATA_BASE64;
        }

        step = asr_tencent_auth_pairs(call);
        if (step != ASR_STEP_BODY) {
            return step;
        }
    }

    step = asr_tencent_auth_verify(call);
    if (step != ASR_STEP_BODY) {
        return step;
    }

    return asr_tencent_dispatch(call, st);
}


static asr_step_t
asr_tencent_stored(asr_call_t *call)
{
    asr_tencent_state_t  *st;

    st = call->state;

    switch (call->op.rc) {

    case ASR_OK:
        break;

    case ASR_NOTFOUND:
        return asr_tencent_fail(call, ASR_TE_NO_TASK);

    case ASR_TOOBIG:
        return asr_tencent_fail(call, ASR_TE_UNAVAILABLE);

    case ASR_NOMEM:
        return asr_tencent_fail(call, ASR_TE_INTERNAL);

    default:
        return asr_tencent_fail(call, ASR_TE_DATABASE);
    }

    if (call->op.type == ASR_OP_TASK_CREATE) {
        st->stored = (call->op.spool_file != NULL);
        return asr_tencent_create_reply(call);
    }

    return asr_tencent_describe_reply(call);
}


static void
asr_tencent_http_error(asr_call_t *call, int status)
{
    asr_tencent_error_t  e;

    switch (status) {

    case 404:
        e = ASR_TE_NOT_FOUND;
        break;

    case 405:
        e = ASR_TE_PROTOCOL;
        break;

    case 408:
        e = ASR_TE_TIMEOUT;
        break;

    case 413:
        e = (call->http != NULL && call->http->header != NULL
             && asr_tencent_transport(call->http) == ASR_TENCENT_V1_POST)
            ? ASR_TE_SIGNATURE_SIZE : ASR_TE_SIZE;
        break;

    case 414:
        e = ASR_TE_SIZE;
        break;

    case 415:
        e = ASR_TE_CONTENT_TYPE;
        break;

    case 429:
        e = ASR_TE_RATE;
        break;

    case 503:
        e = ASR_TE_UNAVAILABLE;
        break;

    default:
        e = (status >= 500) ? ASR_TE_INTERNAL : ASR_TE_HTTP;
        break;
    }

    (void) asr_tencent_fail(call, e);
}


static void
asr_tencent_cleanup(asr_call_t *call)
{
    asr_tencent_state_t  *st;

    st = call->state;

    if (st == NULL) {
        return;
    }

    asr_spool_end(&st->file, st->stored);
    asr_sha256_release(st->sha);
    asr_form_free(&st->form);
    asr_buf_free(&st->rest);
    asr_buf_free(&st->params);
}
