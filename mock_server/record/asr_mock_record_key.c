/*
 * What a request is, whoever sent it and when: its operation, and a digest of
 * what it asks for.
 */

#include "core/base/asr_form.h"
#include "asr_mock_record.h"
#include "asr_mock_redact.h"

#include <stdlib.h>


#define ASR_MOCK_KEY_TEXT    (4 * 1024 * 1024)
#define ASR_MOCK_KEY_PAIRS   1024


typedef struct {
    const char  *segment;
    const char  *operation;
} asr_mock_segment_t;


static asr_str_t asr_mock_record_action(const asr_mock_exchange_t *x);
static asr_str_t asr_mock_form_value(asr_str_t form, asr_str_t name);
static asr_str_t asr_mock_u2_operation(const asr_mock_exchange_t *x,
    asr_str_t rest);
static asr_str_t asr_mock_memories_operation(const asr_mock_exchange_t *x,
    asr_str_t rest);
static bool asr_mock_key_left_out(asr_str_t name);
static void asr_mock_key_json(asr_buf_t *b, asr_arena_t *a,
    const asr_json_t *v);
static void asr_mock_key_object(asr_buf_t *b, asr_arena_t *a,
    const asr_json_t *v);
static void asr_mock_key_text(asr_buf_t *b, asr_str_t s);
static void asr_mock_key_form(asr_buf_t *b, asr_arena_t *a, asr_str_t form);
static int asr_mock_member_compare(const void *a, const void *b);
static int asr_mock_pair_compare(const void *a, const void *b);
static int asr_mock_text_compare(asr_str_t a, asr_str_t b);


static bool
asr_mock_begins(asr_str_t s, asr_str_t with)
{
    return s.len >= with.len && memcmp(s.data, with.data, with.len) == 0;
}


void
asr_mock_record_name(asr_mock_exchange_t *x)
{
    asr_str_t  path, auth;

    static const asr_str_t  u2 = ASR_STR("/v1/");
    static const asr_str_t  memories = ASR_STR("/serve/api/v2/");

    x->api = asr_str("");
    x->operation = asr_str("");
    path = x->path;

    if (asr_mock_begins(path, u2)) {
        x->api = asr_str("u2");
        x->operation = asr_mock_u2_operation(x, (asr_str_t) {
            path.len - u2.len, path.data + u2.len });
        return;
    }

    if (asr_mock_begins(path, memories)) {
        x->api = asr_str("memories");
        x->operation = asr_mock_memories_operation(x, (asr_str_t) {
            path.len - memories.len, path.data + memories.len });
        return;
    }

    auth = asr_mock_header(x, "authorization");
    x->operation = asr_mock_header(x, "x-tc-action");

    if (x->operation.data != NULL || asr_mock_begins(auth, asr_str("TC3-"))) {
        x->api = asr_str("tencent");

    } else {
        x->operation = asr_mock_header(x, "x-acs-action");

        if (x->operation.data != NULL
            || asr_mock_begins(auth, asr_str("ACS3-")))
        {
            x->api = asr_str("ice");
        }
    }

    if (x->operation.data == NULL) {
        x->operation = asr_mock_record_action(x);
    }

    if (x->api.len == 0 && x->operation.len != 0) {
        x->api = asr_mock_form_value(x->args, asr_str("AccessKeyId")).len != 0
                 || asr_mock_form_value(x->body, asr_str("AccessKeyId")).len
                    != 0
                 ? asr_str("ice") : asr_str("tencent");
    }
}


static asr_str_t
asr_mock_record_action(const asr_mock_exchange_t *x)
{
    asr_str_t  s;

    s = asr_mock_form_value(x->args, asr_str("Action"));

    if (s.data == NULL) {
        s = asr_mock_form_value(x->body, asr_str("Action"));
    }

    return s.data != NULL ? s : asr_str("");
}


/* As sent: names of operations have nothing that is encoded. */

static asr_str_t
asr_mock_form_value(asr_str_t form, asr_str_t name)
{
    asr_str_t  value;

    while (form.data != NULL && form.len != 0) {
        value = asr_str_cut(&form, '&');

        if (asr_str_eq(asr_str_cut(&value, '='), name)
            && value.data != NULL)
        {
            return value;
        }
    }

    return asr_str_null();
}


static asr_str_t
asr_mock_u2_operation(const asr_mock_exchange_t *x, asr_str_t rest)
{
    size_t  i;

    static const asr_mock_segment_t  files[] = {
        { "files/upload", "upload" },
        { "files/delete", "delete" },
        { "files/retrieve_content", "content" },
        { "files/retrieve", "retrieve" },
        { "files", "list" }
    };

    if (asr_mock_begins(rest, asr_str("audio/asr/tasks"))) {
        return asr_str_eq(x->method, asr_str("POST")) ? asr_str("create")
                                                      : asr_str("query");
    }

    for (i = 0; i < asr_nelts(files); i++) {
        if (asr_mock_begins(rest, asr_cstr(files[i].segment))) {
            return asr_cstr(files[i].operation);
        }
    }

    return asr_str("other");
}


static asr_str_t
asr_mock_memories_operation(const asr_mock_exchange_t *x, asr_str_t rest)
{
    size_t     i;
    asr_str_t  left;

    static const asr_mock_segment_t  names[] = {
        { "signed-url", "signed-url" }, { "signed", "signed-upload" },
        { "async-generate-audio", "async-generate-audio" },
        { "sync-generate-audio", "sync-generate-audio" },
        { "metadata", "metadata" }, { "download", "download" },
        { "task", "task" }, { "upload", "upload" }
    };

    if (asr_str_eq(x->method, asr_str("DELETE"))) {
        return asr_str("delete");
    }

    for (i = 0; i < asr_nelts(names); i++) {
        left = rest;

        while (left.data != NULL) {
            if (asr_str_eq(asr_str_cut(&left, '/'),
                           asr_cstr(names[i].segment)))
            {
                return asr_cstr(names[i].operation);
            }
        }
    }

    return asr_str("other");
}


void
asr_mock_record_code(asr_mock_exchange_t *x, asr_arena_t *a)
{
    int64_t            n;
    asr_str_t          s;
    asr_json_t        *root;
    asr_json_error_t   err;
    const asr_json_t  *v;

    x->code = asr_str("");

    root = x->reply.len != 0 ? asr_json_parse(a, x->reply, &err) : NULL;

    v = asr_json_get(asr_json_get(root, asr_str("Response")),
                     asr_str("Error"));
    s = asr_json_get_str(v, "Code");

    if (s.data == NULL && x->status >= 400) {
        s = asr_json_get_str(root, "Code");
    }

    if (s.data == NULL) {
        s = asr_json_get_str(root, "code");

        if (asr_str_eq(s, asr_str("0000"))) {
            s = asr_str_null();
        }
    }

    if (s.data != NULL) {
        x->code = s;
        return;
    }

    n = asr_json_get_int(asr_json_get(root, asr_str("base_resp")),
                         "status_code", 0);

    if (n == 0) {
        n = asr_json_get_int(root, "code", 0);
        n = n == 200 ? 0 : n;
    }

    if (n == 0 && x->status >= 400) {
        n = x->status;
    }

    if (n != 0) {
        x->code = asr_arena_printf(a, "%lld", (long long) n);
    }
}


bool
asr_mock_record_no_key(asr_str_t code)
{
    size_t  i;

    static const char *const  codes[] = {
        "AuthFailure", "SignatureDoesNotMatch", "InvalidAccessKeyId",
        "IncompleteSignature", "InvalidTimeStamp", "SignatureNonceUsed",
        "InvalidSecurityToken", "MissingSecurityToken", "10010"
    };

    for (i = 0; i < asr_nelts(codes); i++) {
        if (asr_mock_begins(code, asr_cstr(codes[i]))) {
            return true;
        }
    }

    return false;
}


asr_err_t
asr_mock_record_key(const asr_mock_exchange_t *x, asr_arena_t *a,
    unsigned char key[ASR_SHA256_LEN])
{
    asr_buf_t          b;
    asr_str_t          type, path, args;
    asr_err_t          rc;
    asr_json_t        *json;
    asr_json_error_t   err;

    asr_buf_init(&b, ASR_MOCK_KEY_TEXT);

    args = x->target;
    path = asr_str_cut(&args, '?');
    (void) asr_buf_printf(&b, "%.*s %.*s %.*s %.*s\n", asr_fmt(x->api),
                          asr_fmt(x->operation), asr_fmt(x->method),
                          asr_fmt(path));

    asr_mock_key_form(&b, a, args);
    (void) asr_buf_append(&b, "\n", 1);

    type = asr_mock_header(x, "content-type");

    if (type.len > 10
        && asr_str_caseeq((asr_str_t) { 10, type.data },
                          asr_str("multipart/")))
    {
        (void) asr_buf_append(&b, "multipart", 9);

    } else if (x->body_bytes > ASR_MOCK_BODY_MAX) {
        (void) asr_buf_append(&b, x->body_sha256, ASR_SHA256_LEN);

    } else if (x->body.len != 0) {
        json = asr_json_parse(a, x->body, &err);

        if (json != NULL) {
            asr_mock_key_json(&b, a, json);

        } else if (type.len >= 33
                   && asr_str_caseeq((asr_str_t) { 33, type.data },
                            asr_str("application/x-www-form-urlencoded")))
        {
            asr_mock_key_form(&b, a, x->body);

        } else {
            (void) asr_buf_append(&b, x->body.data, x->body.len);
        }
    }

    rc = b.failed ? ASR_NOMEM : ASR_OK;

    if (rc == ASR_OK) {
        asr_sha256(b.data, b.len, key);
    }

    asr_buf_free(&b);

    return rc;
}


static bool
asr_mock_key_left_out(asr_str_t name)
{
    size_t  i;

    static const char *const  names[] = {
        "Nonce", "SignatureNonce", "Timestamp", "Signature", "SignatureMethod",
        "SignatureVersion", "SignatureType", "SecretId", "AccessKeyId",
        "Token", "SecurityToken", "RequestId", "request_id", "ClientToken"
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_caseeq(name, asr_cstr(names[i]))) {
            return true;
        }
    }

    return asr_mock_secrecy(name) != ASR_MOCK_PLAIN;
}


static void
asr_mock_key_json(asr_buf_t *b, asr_arena_t *a, const asr_json_t *v)
{
    const asr_json_t  *e;

    switch (v->type) {

    case ASR_JSON_OBJECT:
        asr_mock_key_object(b, a, v);
        return;

    case ASR_JSON_ARRAY:
        (void) asr_buf_append(b, "[", 1);

        for (e = v->child; e != NULL; e = e->next) {
            asr_mock_key_json(b, a, e);
            (void) asr_buf_append(b, ",", 1);
        }

        (void) asr_buf_append(b, "]", 1);
        return;

    case ASR_JSON_STRING:
        asr_mock_key_text(b, v->u.string);
        return;

    case ASR_JSON_INT:
        (void) asr_buf_int(b, v->u.integer);
        return;

    case ASR_JSON_NUMBER:
        (void) asr_buf_printf(b, "%.17g", v->u.number);
        return;

    case ASR_JSON_BOOL:
        (void) asr_buf_append(b, v->u.boolean ? "t" : "f", 1);
        return;

    default:
        (void) asr_buf_append(b, "n", 1);
    }
}


static void
asr_mock_key_object(asr_buf_t *b, asr_arena_t *a, const asr_json_t *v)
{
    size_t              i, n;
    const asr_json_t   *e, **sorted;

    sorted = asr_arena_alloc(a, (v->n + 1) * sizeof(asr_json_t *));

    if (sorted == NULL) {
        b->failed = true;
        return;
    }

    for (n = 0, e = v->child; e != NULL; e = e->next) {
        if (!asr_mock_key_left_out(e->key)) {
            sorted[n++] = e;
        }
    }

    qsort(sorted, n, sizeof(asr_json_t *), asr_mock_member_compare);

    (void) asr_buf_append(b, "{", 1);

    for (i = 0; i < n; i++) {
        asr_mock_key_text(b, sorted[i]->key);
        (void) asr_buf_append(b, ":", 1);
        asr_mock_key_json(b, a, sorted[i]);
        (void) asr_buf_append(b, ",", 1);
    }

    (void) asr_buf_append(b, "}", 1);
}


/*
 * With its length, so that no text looks like two.  A server that the client
 * started for its test has another port each time.
 */

static void
asr_mock_key_text(asr_buf_t *b, asr_str_t s)
{
    size_t     i, end;
    asr_str_t  at;

    static const asr_str_t  hosts[] = {
        ASR_STR("http://127.0.0.1:"), ASR_STR("http://localhost:"),
        ASR_STR("http://[::1]:")
    };

    for (i = 0; i < asr_nelts(hosts); i++) {
        at = hosts[i];

        if (!asr_mock_begins(s, at)) {
            continue;
        }

        for (end = at.len;
             end < s.len && s.data[end] >= '0' && s.data[end] <= '9';
             end++)
        {
            /* void */
        }

        (void) asr_buf_append(b, at.data, at.len);
        s.data += end;
        s.len -= end;
        break;
    }

    (void) asr_buf_printf(b, "\"%zu:", s.len);
    (void) asr_buf_append(b, s.data, s.len);
}


static void
asr_mock_key_form(asr_buf_t *b, asr_arena_t *a, asr_str_t form)
{
    size_t       i, n;
    asr_form_t   f;
    asr_pair_t  *p, **sorted;

    if (form.len == 0) {
        return;
    }

    asr_form_init(&f, a, asr_str_null(), NULL, NULL, ASR_MOCK_RECORD_BODY);

    if (asr_form_feed(&f, form.data, form.len) != ASR_OK
        || asr_form_end(&f) != ASR_OK)
    {
        (void) asr_buf_append(b, form.data, form.len);
        asr_form_free(&f);
        return;
    }

    asr_form_free(&f);

    sorted = f.n <= ASR_MOCK_KEY_PAIRS
             ? asr_arena_alloc(a, (f.n + 1) * sizeof(asr_pair_t *)) : NULL;

    if (sorted == NULL) {
        b->failed = true;
        return;
    }

    for (n = 0, p = f.pairs; p != NULL; p = p->next) {
        if (!asr_mock_key_left_out(p->name)) {
            sorted[n++] = p;
        }
    }

    qsort(sorted, n, sizeof(asr_pair_t *), asr_mock_pair_compare);

    for (i = 0; i < n; i++) {
        asr_mock_key_text(b, sorted[i]->name);
        (void) asr_buf_append(b, "=", 1);
        asr_mock_key_text(b, sorted[i]->value);
        (void) asr_buf_append(b, "&", 1);
    }
}


static int
asr_mock_member_compare(const void *a, const void *b)
{
    const asr_json_t *const  *one = a, *const  *two = b;

    return asr_mock_text_compare((*one)->key, (*two)->key);
}


static int
asr_mock_pair_compare(const void *a, const void *b)
{
    int                       rc;
    const asr_pair_t *const  *one = a, *const  *two = b;

    rc = asr_mock_text_compare((*one)->name, (*two)->name);

    return rc != 0 ? rc : asr_mock_text_compare((*one)->value, (*two)->value);
}


static int
asr_mock_text_compare(asr_str_t a, asr_str_t b)
{
    int     rc;
    size_t  n;

    n = a.len < b.len ? a.len : b.len;
    rc = n != 0 ? memcmp(a.data, b.data, n) : 0;

    return rc != 0 ? rc : (a.len > b.len) - (a.len < b.len);
}
