/*
 * HAR, lines for curl, lines of JSON.
 */

#include "asr_mock_export.h"


#define ASR_MOCK_HAR_PAIRS  (1024 * 1024)    /* memory of a query's */


static bool asr_mock_har_entry(void *ctx, const asr_mock_exchange_t *x);
static void asr_mock_har_str(asr_json_out_t *o, const char *key, asr_str_t v);
static void asr_mock_har_int(asr_json_out_t *o, const char *key, int64_t v);
static void asr_mock_har_request(asr_json_out_t *o,
    const asr_mock_exchange_t *x);
static void asr_mock_har_response(asr_json_out_t *o,
    const asr_mock_exchange_t *x);
static void asr_mock_har_headers(asr_json_out_t *o, const asr_header_t *headers,
    size_t n);
static void asr_mock_har_cookies(asr_json_out_t *o, const asr_header_t *headers,
    size_t n, bool set);
static void asr_mock_har_cookie(asr_json_out_t *o, asr_str_t pair);
static void asr_mock_har_query(asr_json_out_t *o, asr_str_t args);
static asr_str_t asr_mock_export_header(const asr_header_t *headers, size_t n,
    asr_str_t name);
static bool asr_mock_curl_entry(void *ctx, const asr_mock_exchange_t *x);
static void asr_mock_curl_comment(asr_buf_t *out, const asr_mock_exchange_t *x);
static void asr_mock_curl_headers(asr_buf_t *out, const asr_mock_exchange_t *x);
static bool asr_mock_curl_leaves(asr_str_t name);
static void asr_mock_curl_body(asr_buf_t *out, const asr_mock_exchange_t *x);
static void asr_mock_quote(asr_buf_t *out, asr_str_t s);
static void asr_mock_export_url(asr_buf_t *out, const asr_mock_exchange_t *x);
static void asr_mock_export_put(asr_buf_t *out, asr_str_t s);
static bool asr_mock_jsonl_entry(void *ctx, const asr_mock_exchange_t *x);


static void
asr_mock_har_str(asr_json_out_t *o, const char *key, asr_str_t v)
{
    asr_jo_key(o, key);
    asr_jo_str(o, v);
}


static void
asr_mock_har_int(asr_json_out_t *o, const char *key, int64_t v)
{
    asr_jo_key(o, key);
    asr_jo_int(o, v);
}


asr_err_t
asr_mock_export_har(const asr_mock_match_t *match, asr_buf_t *out)
{
    asr_json_out_t  o;

    (void) asr_json_out_begin(&o, out);

    asr_jo_object(&o);
    asr_jo_key(&o, "log");
    asr_jo_object(&o);
    asr_mock_har_str(&o, "version", asr_str("1.2"));
    asr_jo_key(&o, "creator");
    asr_jo_object(&o);
    asr_mock_har_str(&o, "name", asr_str("asr-mock"));
    asr_mock_har_str(&o, "version", asr_str("1"));
    asr_jo_object_end(&o);
    asr_jo_key(&o, "entries");
    asr_jo_array(&o);
    asr_mock_journal_each(match, match->limit, asr_mock_har_entry, &o);
    asr_jo_array_end(&o);
    asr_jo_object_end(&o);
    asr_jo_object_end(&o);

    return asr_json_out_end(&o);
}


static bool
asr_mock_har_entry(void *ctx, const asr_mock_exchange_t *x)
{
    char             at[ASR_MOCK_TIME_LEN];
    double           ms;
    asr_json_out_t  *o = ctx;

    asr_mock_time_text(x->at_ms, at);
    ms = (double) x->took_us / 1000;

    asr_jo_object(o);
    asr_mock_har_str(o, "startedDateTime", asr_cstr(at));
    asr_jo_key(o, "time");
    asr_jo_fixed(o, ms, 3);

    asr_mock_har_request(o, x);
    asr_mock_har_response(o, x);

    asr_jo_key(o, "cache");
    asr_jo_object(o);
    asr_jo_object_end(o);

    asr_jo_key(o, "timings");
    asr_jo_object(o);
    asr_mock_har_int(o, "send", 0);
    asr_jo_key(o, "wait");
    asr_jo_fixed(o, ms, 3);
    asr_mock_har_int(o, "receive", 0);
    asr_jo_object_end(o);

    asr_mock_har_int(o, "_id", (int64_t) x->id);
    asr_mock_har_str(o, "_world", x->world);
    asr_mock_har_str(o, "_operation", x->operation);
    asr_mock_har_str(o, "_code", x->code);
    asr_mock_har_str(o, "_clause", x->clause);
    asr_mock_har_str(o, "_fault", x->fault);
    asr_mock_har_str(o, "_verdict",
                     asr_cstr(asr_mock_verdict_name(asr_mock_verdict(x))));
    asr_jo_object_end(o);

    return !o->buf->failed;
}


static void
asr_mock_har_request(asr_json_out_t *o, const asr_mock_exchange_t *x)
{
    asr_buf_t  url;

    asr_buf_init(&url, ASR_MOCK_EXPORT_MAX);
    asr_mock_export_url(&url, x);

    asr_jo_key(o, "request");
    asr_jo_object(o);
    asr_mock_har_str(o, "method", x->method);
    asr_mock_har_str(o, "url", asr_buf_str(&url));
    asr_mock_har_str(o, "httpVersion", asr_str("HTTP/1.1"));
    asr_jo_key(o, "cookies");
    asr_mock_har_cookies(o, x->headers, x->nheaders, false);
    asr_jo_key(o, "headers");
    asr_mock_har_headers(o, x->headers, x->nheaders);
    asr_jo_key(o, "queryString");
    asr_mock_har_query(o, x->args);

    if (x->body_bytes != 0) {
        asr_jo_key(o, "postData");
        asr_jo_object(o);
        asr_mock_har_str(o, "mimeType", asr_mock_header(x, "Content-Type"));
        asr_mock_har_str(o, "text", x->body);

        if (x->body.data == NULL) {
            asr_mock_har_str(o, "comment", asr_str("not kept"));
        }

        asr_jo_object_end(o);
    }

    asr_mock_har_int(o, "headersSize", -1);
    asr_mock_har_int(o, "bodySize", (int64_t) x->body_bytes);
    asr_jo_object_end(o);

    if (url.failed) {
        o->buf->failed = true;
    }

    asr_buf_free(&url);
}


static void
asr_mock_har_response(asr_json_out_t *o, const asr_mock_exchange_t *x)
{
    asr_str_t  location;

    location = asr_mock_export_header(x->reply_headers, x->nreply_headers,
                                      asr_str("Location"));

    asr_jo_key(o, "response");
    asr_jo_object(o);
    asr_mock_har_int(o, "status", x->status);
    asr_mock_har_str(o, "statusText", asr_str(""));
    asr_mock_har_str(o, "httpVersion", asr_str("HTTP/1.1"));
    asr_jo_key(o, "cookies");
    asr_mock_har_cookies(o, x->reply_headers, x->nreply_headers, true);
    asr_jo_key(o, "headers");
    asr_mock_har_headers(o, x->reply_headers, x->nreply_headers);
    asr_jo_key(o, "content");
    asr_jo_object(o);
    asr_mock_har_int(o, "size", (int64_t) x->reply_bytes);
    asr_mock_har_str(o, "mimeType", x->reply_type);

    if (x->reply.data != NULL) {
        asr_mock_har_str(o, "text", x->reply);
    }

    asr_jo_object_end(o);
    asr_mock_har_str(o, "redirectURL", location);
    asr_mock_har_int(o, "headersSize", -1);
    asr_mock_har_int(o, "bodySize", (int64_t) x->reply_bytes);
    asr_jo_object_end(o);
}


static void
asr_mock_har_headers(asr_json_out_t *o, const asr_header_t *headers, size_t n)
{
    size_t  i;

    asr_jo_array(o);

    for (i = 0; i < n; i++) {
        asr_jo_object(o);
        asr_mock_har_str(o, "name", headers[i].name);
        asr_mock_har_str(o, "value", headers[i].value);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


static void
asr_mock_har_cookies(asr_json_out_t *o, const asr_header_t *headers, size_t n,
    bool set)
{
    size_t     i;
    asr_str_t  rest, name;

    name = set ? asr_str("Set-Cookie") : asr_str("Cookie");

    asr_jo_array(o);

    for (i = 0; i < n; i++) {

        if (!asr_str_caseeq(headers[i].name, name)) {
            continue;
        }

        rest = headers[i].value;
        asr_mock_har_cookie(o, asr_str_cut(&rest, ';'));

        while (!set && rest.data != NULL) {
            asr_mock_har_cookie(o, asr_str_cut(&rest, ';'));
        }
    }

    asr_jo_array_end(o);
}


static void
asr_mock_har_cookie(asr_json_out_t *o, asr_str_t pair)
{
    asr_str_t  name;

    name = asr_str_cut(&pair, '=');

    asr_jo_object(o);
    asr_mock_har_str(o, "name", asr_str_trim(name));
    asr_mock_har_str(o, "value", pair);
    asr_jo_object_end(o);
}


static void
asr_mock_har_query(asr_json_out_t *o, asr_str_t args)
{
    asr_form_t         f;
    asr_arena_t        arena;
    const asr_pair_t  *p;

    asr_arena_init(&arena, ASR_MOCK_HAR_PAIRS);
    asr_form_init(&f, &arena, asr_str_null(), NULL, NULL, ASR_MOCK_BODY_MAX);

    if (args.len != 0 && asr_form_feed(&f, args.data, args.len) == ASR_OK) {
        (void) asr_form_end(&f);
    }

    asr_form_free(&f);

    asr_jo_array(o);

    for (p = f.pairs; p != NULL; p = p->next) {
        asr_jo_object(o);
        asr_mock_har_str(o, "name", p->name);
        asr_mock_har_str(o, "value", p->value);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
    asr_arena_free(&arena);
}


static asr_str_t
asr_mock_export_header(const asr_header_t *headers, size_t n, asr_str_t name)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (asr_str_caseeq(headers[i].name, name)) {
            return headers[i].value;
        }
    }

    return asr_str_null();
}


static void
asr_mock_export_put(asr_buf_t *out, asr_str_t s)
{
    (void) asr_buf_append(out, s.data, s.len);
}


/* Without a Host, there is none to name. */

static void
asr_mock_export_url(asr_buf_t *out, const asr_mock_exchange_t *x)
{
    asr_str_t  host;

    if (x->target.len == 0 || x->target.data[0] == '/') {
        host = asr_mock_header(x, "Host");

        asr_mock_export_put(out, x->tls ? asr_str("https://")
                                        : asr_str("http://"));
        asr_mock_export_put(out, host.len != 0 ? host : asr_str("localhost"));
    }

    asr_mock_export_put(out, x->target);
}


asr_err_t
asr_mock_export_curl(const asr_mock_match_t *match, asr_buf_t *out)
{
    asr_mock_export_put(out, asr_str("# Keys but test-... and signatures are "
                                     "shown in part: put in your own.\n"));

    asr_mock_journal_each(match, match->limit, asr_mock_curl_entry, out);

    return out->failed ? ASR_NOMEM : ASR_OK;
}


static bool
asr_mock_curl_entry(void *ctx, const asr_mock_exchange_t *x)
{
    asr_buf_t   url;
    asr_buf_t  *out = ctx;

    asr_mock_curl_comment(out, x);

    asr_mock_export_put(out, asr_str("curl -g --path-as-is "));

    /* a HEAD that was only named would wait for a body */

    if (asr_str_eq(x->method, asr_str("HEAD"))) {
        asr_mock_export_put(out, asr_str("-I"));

    } else {
        asr_mock_export_put(out, asr_str("-X "));
        asr_mock_quote(out, x->method);
    }

    asr_mock_curl_headers(out, x);
    asr_mock_curl_body(out, x);

    asr_buf_init(&url, ASR_MOCK_EXPORT_MAX);
    asr_mock_export_url(&url, x);
    asr_mock_export_put(out, asr_str(" --url "));
    asr_mock_quote(out, asr_buf_str(&url));
    out->failed = out->failed || url.failed;
    asr_buf_free(&url);

    asr_mock_export_put(out, asr_str("\n"));

    return !out->failed;
}


/* One line, whatever the names are. */

static void
asr_mock_curl_comment(asr_buf_t *out, const asr_mock_exchange_t *x)
{
    size_t  i, from;

    from = out->len;

    asr_mock_export_put(out, asr_str("# "));
    (void) asr_buf_int(out, (int64_t) x->id);
    asr_mock_export_put(out, asr_str(" "));
    asr_mock_export_put(out, x->operation);
    asr_mock_export_put(out, asr_str(" "));
    (void) asr_buf_int(out, x->status);
    asr_mock_export_put(out, asr_str(" "));
    asr_mock_export_put(out, x->code.len != 0 ? x->code : asr_str("ok"));

    for (i = from; i < out->len; i++) {
        if ((unsigned char) out->data[i] < ' ') {
            out->data[i] = '?';
        }
    }

    asr_mock_export_put(out, asr_str("\n"));
}


static void
asr_mock_curl_headers(asr_buf_t *out, const asr_mock_exchange_t *x)
{
    bool        typed;
    size_t      i;
    asr_buf_t   line;

    typed = false;

    for (i = 0; i < x->nheaders; i++) {

        if (asr_mock_curl_leaves(x->headers[i].name)) {
            continue;
        }

        typed = typed || asr_str_caseeq(x->headers[i].name,
                                        asr_str("Content-Type"));

        /* curl takes "Name;" for an empty one, and "Name:" for none */

        asr_buf_init(&line, ASR_MOCK_EXPORT_MAX);
        asr_mock_export_put(&line, x->headers[i].name);

        if (x->headers[i].value.len != 0) {
            asr_mock_export_put(&line, asr_str(": "));
            asr_mock_export_put(&line, x->headers[i].value);

        } else {
            asr_mock_export_put(&line, asr_str(";"));
        }

        asr_mock_export_put(out, asr_str(" -H "));
        asr_mock_quote(out, asr_buf_str(&line));
        out->failed = out->failed || line.failed;
        asr_buf_free(&line);
    }

    if (x->body_bytes != 0 && !typed) {
        asr_mock_export_put(out, asr_str(" -H Content-Type:"));
    }
}


/* What curl says itself, and a name that it would take for a file's. */

static bool
asr_mock_curl_leaves(asr_str_t name)
{
    size_t  i;

    static const asr_str_t  names[] = {
        ASR_STR("Host"), ASR_STR("Content-Length"), ASR_STR("Connection"),
        ASR_STR("Transfer-Encoding"), ASR_STR("Expect"),
        ASR_STR("Accept-Encoding")
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_caseeq(name, names[i])) {
            return true;
        }
    }

    return name.len == 0 || name.data[0] == '@';
}


static void
asr_mock_curl_body(asr_buf_t *out, const asr_mock_exchange_t *x)
{
    if (x->body_bytes == 0) {
        return;
    }

    if (x->body.data == NULL || x->body.len < x->body_bytes / 2
        || memchr(x->body.data, '\0', x->body.len) != NULL)
    {
        (void) asr_buf_printf(out, " --data-binary @body-%llu.bin",
                              (unsigned long long) x->id);
        return;
    }

    asr_mock_export_put(out, asr_str(" --data-raw "));
    asr_mock_quote(out, x->body);
}


/* For sh: in single quotes nothing means anything but the quote itself. */

static void
asr_mock_quote(asr_buf_t *out, asr_str_t s)
{
    size_t  i, from;

    asr_mock_export_put(out, asr_str("'"));

    for (i = 0, from = 0; i < s.len; i++) {

        if (s.data[i] != '\'' && s.data[i] != '\0') {
            continue;
        }

        asr_mock_export_put(out, (asr_str_t) { i - from, s.data + from });

        if (s.data[i] == '\'') {
            asr_mock_export_put(out, asr_str("'\\''"));
        }

        from = i + 1;
    }

    asr_mock_export_put(out, (asr_str_t) { i - from, s.data + from });
    asr_mock_export_put(out, asr_str("'"));
}


asr_err_t
asr_mock_export_jsonl(const asr_mock_match_t *match, asr_buf_t *out)
{
    asr_mock_journal_each(match, match->limit, asr_mock_jsonl_entry, out);

    return out->failed ? ASR_NOMEM : ASR_OK;
}


static bool
asr_mock_jsonl_entry(void *ctx, const asr_mock_exchange_t *x)
{
    asr_buf_t       *out = ctx;
    asr_json_out_t   o;

    (void) asr_json_out_begin(&o, out);
    asr_mock_journal_write(&o, x, true);
    (void) asr_json_out_end(&o);

    asr_mock_export_put(out, asr_str("\n"));

    return !out->failed;
}
