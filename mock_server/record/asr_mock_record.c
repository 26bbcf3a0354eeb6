/*
 * Lines of a recording, written and read.
 */

#include "asr_mock_journal.h"
#include "asr_mock_record.h"
#include "asr_mock_redact.h"


#define ASR_MOCK_RECORD_GROWS  4096      /* what masks may add to a text */


typedef void (*asr_mock_mask_pt)(asr_mock_out_t *o, asr_str_t type,
    asr_str_t text);


static asr_str_t asr_mock_mask(asr_arena_t *a, asr_mock_mask_pt mask,
    asr_str_t type, asr_str_t text, bool echo);
static void asr_mock_mask_target(asr_mock_out_t *o, asr_str_t type,
    asr_str_t text);
static asr_err_t asr_mock_mask_headers(asr_arena_t *a,
    const asr_header_t **headers, size_t *n, bool echo);
static const asr_header_t *asr_mock_read_header_list(asr_arena_t *a,
    const asr_json_t *list, size_t *n);


asr_err_t
asr_mock_record_redact(asr_mock_exchange_t *x, asr_arena_t *a)
{
    asr_str_t  type;

    type = asr_mock_header(x, "content-type");

    asr_mock_redact_begin();

    if (asr_mock_mask_headers(a, &x->headers, &x->nheaders, false) != ASR_OK) {
        return ASR_NOMEM;
    }

    x->target = asr_mock_mask(a, asr_mock_mask_target, type, x->target, false);
    x->body = asr_mock_mask(a, asr_mock_redact_body, type, x->body, false);
    x->reply = asr_mock_mask(a, asr_mock_redact_body, x->reply_type, x->reply,
                             true);

    return asr_mock_mask_headers(a, &x->reply_headers, &x->nreply_headers,
                                 true);
}


/* data NULL: there was none, it is no text, or there is no room for it. */

static asr_str_t
asr_mock_mask(asr_arena_t *a, asr_mock_mask_pt mask, asr_str_t type,
    asr_str_t text, bool echo)
{
    char            *start;
    size_t           size;
    asr_mock_out_t   o;

    if (text.data == NULL || text.len > ASR_MOCK_RECORD_BODY
        || memchr(text.data, '\0', text.len) != NULL || !asr_utf8_valid(text))
    {
        return asr_str_null();
    }

    size = 2 * text.len + ASR_MOCK_RECORD_GROWS;

    start = asr_arena_alloc(a, size);
    if (start == NULL) {
        return asr_str_null();
    }

    o = (asr_mock_out_t) { start, start + size, false };

    mask(&o, type, text);

    if (echo) {
        asr_mock_redact_echo(&o, start);
    }

    return o.cut ? asr_str_null()
                 : (asr_str_t) { (size_t) (o.pos - start), start };
}


static void
asr_mock_mask_target(asr_mock_out_t *o, asr_str_t type, asr_str_t text)
{
    asr_mock_redact_target(o, text);
}


static asr_err_t
asr_mock_mask_headers(asr_arena_t *a, const asr_header_t **headers, size_t *n,
    bool echo)
{
    size_t         i;
    asr_header_t  *copy;

    if (*n > ASR_MOCK_RECORD_HEADERS) {
        *n = ASR_MOCK_RECORD_HEADERS;
    }

    copy = asr_arena_alloc(a, (*n + 1) * sizeof(asr_header_t));
    if (copy == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < *n; i++) {
        copy[i].name = (*headers)[i].name;
        copy[i].value = asr_mock_mask(a, asr_mock_redact_header, copy[i].name,
                                      (*headers)[i].value, echo);
    }

    *headers = copy;

    return ASR_OK;
}


asr_err_t
asr_mock_record_write(const asr_mock_record_t *r, asr_buf_t *out)
{
    size_t          start;
    asr_err_t       rc;
    asr_json_out_t  o;

    start = out->len;
    rc = asr_json_out_begin(&o, out);

    if (rc == ASR_OK) {
        asr_mock_journal_write(&o, &r->x, true);
        rc = asr_json_out_end(&o);
    }

    if (rc != ASR_OK) {
        out->len = start;
        return rc;
    }

    /* one more member before the last brace */

    out->len--;

    rc = asr_buf_printf(out, ",\"first_us\":%lld}\n", (long long) r->first_us);
    if (rc != ASR_OK) {
        out->len = start;
    }

    return rc;
}


asr_err_t
asr_mock_record_read(asr_str_t line, asr_arena_t *a, asr_mock_record_t *r)
{
    size_t                i;
    asr_str_t             hex;
    asr_json_t           *json;
    asr_json_error_t      err;
    asr_mock_exchange_t  *x;

    memset(r, 0, sizeof(asr_mock_record_t));
    x = &r->x;

    json = asr_json_parse(a, line, &err);
    if (json == NULL) {
        return err.fault == ASR_JSON_SIZE ? ASR_NOMEM : ASR_INVALID;
    }

    x->method = asr_json_get_str(json, "method");
    x->target = asr_json_get_str(json, "target");
    x->status = (int) asr_json_get_int(json, "status", 0);

    if (x->method.len == 0 || x->target.len == 0 || x->target.data[0] != '/'
        || x->status < 100 || x->status > 599)
    {
        return ASR_INVALID;
    }

    x->id = (uint64_t) asr_json_get_int(json, "id", 0);
    x->at_ms = asr_json_get_int(json, "at_ms", 0);
    x->took_us = asr_json_get_int(json, "took_us", 0);
    r->first_us = asr_json_get_int(json, "first_us", 0);
    x->world = asr_json_get_str(json, "world");
    x->api = asr_json_get_str(json, "api");
    x->operation = asr_json_get_str(json, "operation");
    x->body = asr_json_get_str(json, "body");
    x->body_bytes = (uint64_t) asr_json_get_int(json, "body_bytes", 0);
    x->reply = asr_json_get_str(json, "reply");
    x->reply_type = asr_json_get_str(json, "reply_type");
    x->reply_bytes = (uint64_t) asr_json_get_int(json, "reply_bytes", 0);
    x->code = asr_json_get_str(json, "code");

    x->path = x->target;
    x->path.len = 0;

    while (x->path.len < x->target.len && x->target.data[x->path.len] != '?') {
        x->path.len++;
    }

    if (x->path.len < x->target.len) {
        x->args.data = x->target.data + x->path.len + 1;
        x->args.len = x->target.len - x->path.len - 1;
    }

    hex = asr_json_get_str(json, "body_sha256");

    for (i = 0; hex.len == 2 * ASR_SHA256_LEN && i < ASR_SHA256_LEN; i++) {
        x->body_sha256[i] = (unsigned char)
                            (asr_hex_digit(hex.data[2 * i]) << 4
                             | (asr_hex_digit(hex.data[2 * i + 1]) & 15));
    }

    x->headers = asr_mock_read_header_list(a, asr_json_get(json,
                                           asr_str("headers")), &x->nheaders);
    x->reply_headers = asr_mock_read_header_list(a, asr_json_get(json,
                                                 asr_str("reply_headers")),
                                                 &x->nreply_headers);

    return x->headers != NULL && x->reply_headers != NULL ? ASR_OK : ASR_NOMEM;
}


static const asr_header_t *
asr_mock_read_header_list(asr_arena_t *a, const asr_json_t *list, size_t *n)
{
    size_t             max;
    asr_header_t      *h;
    const asr_json_t  *e;

    *n = 0;

    max = list != NULL && list->type == ASR_JSON_ARRAY ? list->n : 0;

    if (max > ASR_MOCK_RECORD_HEADERS) {
        max = ASR_MOCK_RECORD_HEADERS;
    }

    h = asr_arena_alloc(a, (max + 1) * sizeof(asr_header_t));

    for (e = max != 0 ? list->child : NULL;
         e != NULL && h != NULL && *n < max;
         e = e->next)
    {
        h[*n].name = asr_json_get_str(e, "name");
        h[*n].value = asr_json_get_str(e, "value");
        *n += h[*n].name.len != 0 && h[*n].value.data != NULL;
    }

    return h;
}
