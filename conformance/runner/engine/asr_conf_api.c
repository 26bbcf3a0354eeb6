/* What is common to the four vendors' requests. */

#include "asr_conf_api.h"

#include <stdlib.h>
#include <strings.h>

#include "asr_conf_embed.h"
#include "asr_conf_json.h"


#define FORM_MAX  (16u << 20)


static const asr_conf_api_t *const  known[] = {
    &asr_conf_api_tencent,
    &asr_conf_api_u2,
    &asr_conf_api_memories,
    &asr_conf_api_ice
};


const asr_conf_api_t *
asr_conf_api(const char *name)
{
    size_t  i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i]->api, name) == 0) {
            return known[i];
        }
    }

    return NULL;
}


bool
asr_conf_api_via_known(const asr_conf_api_t *api, const char *via)
{
    size_t  i;

    for (i = 0; api->vias[i] != NULL; i++) {
        if (strcmp(api->vias[i], via) == 0) {
            return true;
        }
    }

    return false;
}


char *
asr_conf_api_text(const json_t *v)
{
    if (json_is_string(v)) {
        return asr_conf_copy_n(json_string_value(v), json_string_length(v));
    }

    return asr_conf_json_text(v, FORM_MAX);
}


static void
form_pair(asr_conf_buf_t *b, const char *name, const json_t *v)
{
    char  *text;

    if (b->len != 0) {
        asr_conf_buf_str(b, "&");
    }

    text = asr_conf_api_text(v);

    asr_conf_buf_pct(b, name, strlen(name));
    asr_conf_buf_str(b, "=");

    if (json_is_string(v)) {
        asr_conf_buf_pct(b, json_string_value(v), json_string_length(v));

    } else {
        asr_conf_buf_pct(b, text, strlen(text));
    }

    free(text);
}


static void
form_value(asr_conf_buf_t *b, const char *name, const json_t *v, bool flat,
    unsigned depth)
{
    char        *inner;
    size_t       i;
    json_t      *member;
    const char  *key;

    if (json_is_null(v)) {
        return;
    }

    if (!flat || depth == ASR_CONF_DEPTH_MAX
        || (!json_is_array(v) && !json_is_object(v)))
    {
        form_pair(b, name, v);
        return;
    }

    json_array_foreach(v, i, member) {
        inner = asr_conf_print("%s.%zu", name, i);
        form_value(b, inner, member, flat, depth + 1);
        free(inner);
    }

    json_object_foreach((json_t *) v, key, member) {
        inner = asr_conf_print("%s.%s", name, key);
        form_value(b, inner, member, flat, depth + 1);
        free(inner);
    }
}


char *
asr_conf_api_form(const json_t *params, bool flat)
{
    json_t          *v;
    const char      *name;
    asr_conf_buf_t   b;

    asr_conf_buf_init(&b, FORM_MAX);

    json_object_foreach((json_t *) params, name, v) {
        form_value(&b, name, v, flat, 0);
    }

    if (b.data == NULL) {
        return asr_conf_copy("");
    }

    return b.data;
}


/* Fills {names} of the path in; out: the parameters left. */

static json_t *
fill_path(const asr_conf_call_t *c, asr_conf_request_t *rq)
{
    char            *name, *text;
    json_t          *left, *v;
    const char      *p, *open, *close;
    asr_conf_buf_t   b;

    left = json_copy((json_t *) c->params);
    p = rq->path;

    asr_conf_buf_init(&b, FORM_MAX);

    while ((open = strchr(p, '{')) != NULL
           && (close = strchr(open, '}')) != NULL)
    {
        asr_conf_buf_add(&b, p, (size_t) (open - p));

        name = asr_conf_copy_n(open + 1, (size_t) (close - open - 1));
        v = json_object_get(c->params, name);

        if (v != NULL) {
            text = asr_conf_api_text(v);
            asr_conf_buf_pct(&b, text, strlen(text));
            free(text);

            (void) json_object_del(left, name);
        }

        free(name);
        p = close + 1;
    }

    asr_conf_buf_str(&b, p);

    free(rq->path);
    rq->path = b.data != NULL ? b.data : asr_conf_copy("/");

    return left;
}


void
asr_conf_api_json_body(asr_conf_request_t *rq, const json_t *v)
{
    char  *text;

    text = asr_conf_json_text(v, FORM_MAX);

    asr_conf_request_body(rq, text, strlen(text));
    asr_conf_request_header(rq, "Content-Type", "application/json");

    free(text);
}


/* The file of a multipart request: a recording, or a text of the step's. */

static void
multipart_file(const asr_conf_call_t *c, asr_conf_form_t *form)
{
    char                    path[128];
    json_t                 *file, *text;
    const char             *name;
    const asr_conf_file_t  *f;

    file = json_object_get(c->request, "file");

    if (file == NULL) {
        file = json_object_get(c->op->row, "file");
    }

    if (json_is_null(file)) {
        return;
    }

    name = asr_conf_json_str(file, "name", "tiny.wav");
    text = json_object_get(file, "text");

    (void) snprintf(path, sizeof(path), "common/audio/%s", name);
    f = asr_conf_file(path);

    if (text == NULL && f == NULL) {
        asr_conf_die("no recording \"%s\"", name);
    }

    asr_conf_form_add(form, asr_conf_json_str(file, "field", "file"),
                      asr_conf_json_str(file, "filename", name),
                      asr_conf_json_str(file, "type", "audio/wav"),
                      text != NULL ? (const void *) json_string_value(text)
                                   : (const void *) f->data,
                      text != NULL ? json_string_length(text) : f->len);
}


static void
multipart(const asr_conf_call_t *c, asr_conf_request_t *rq,
    const json_t *params)
{
    char             *text;
    json_t           *v;
    const char       *name;
    asr_conf_form_t   form;

    asr_conf_form_init(&form, c->nonce);

    json_object_foreach((json_t *) params, name, v) {
        if (json_is_null(v)) {
            continue;
        }

        text = asr_conf_api_text(v);
        asr_conf_form_add(&form, name, NULL, NULL, text, strlen(text));
        free(text);
    }

    multipart_file(c, &form);
    asr_conf_form_end(&form, rq);
}


void
asr_conf_api_rest(const asr_conf_call_t *c, asr_conf_request_t *rq)
{
    char    *query;
    json_t  *left;

    left = fill_path(c, rq);

    if (strcmp(c->op->form, "json") == 0) {
        asr_conf_api_json_body(rq, left);

    } else if (strcmp(c->op->form, "multipart") == 0) {
        multipart(c, rq, left);

    } else {
        query = asr_conf_api_form(left, false);

        if (query[0] != '\0') {
            free(rq->query);
            rq->query = query;

        } else {
            free(query);
        }
    }

    json_decref(left);
}


/* What stands before all paths, of "http://host:port/prefix/" "/prefix". */

static const char *
prefix_of(const char *target, size_t *len)
{
    size_t       n;
    const char  *p;

    p = strstr(target, "://");
    p = p == NULL ? target : p + 3;
    p += strcspn(p, "/");

    for (n = strlen(p); n != 0 && p[n - 1] == '/'; n--) {
        /* void */
    }

    *len = n;

    return p;
}


static void
set_path(const asr_conf_call_t *c, asr_conf_request_t *rq, const char *path)
{
    size_t       len;
    const char  *prefix;

    prefix = prefix_of(c->target, &len);

    free(rq->path);
    rq->path = asr_conf_print("%.*s%s", path[0] == '/' ? (int) len : 0,
                              prefix, path);
}


static void
place(const asr_conf_call_t *c, asr_conf_request_t *rq)
{
    size_t       len;
    const char  *prefix;

    asr_conf_request_init(rq, c->op->method, c->target, c->op->path);

    prefix = prefix_of(c->target, &len);

    free(rq->base);
    rq->base = asr_conf_copy_n(c->target, (size_t) (prefix - c->target));

    set_path(c, rq, c->op->path);
}


static void
set_text(char **to, const json_t *from)
{
    if (json_is_string(from)) {
        free(*to);
        *to = asr_conf_copy(json_string_value(from));

    } else if (json_is_null(from)) {
        free(*to);
        *to = NULL;
    }
}


static void
set_headers(const asr_conf_call_t *c, asr_conf_request_t *rq)
{
    char        *text;
    json_t      *v;
    const char  *name, *now;

    json_object_foreach(json_object_get(c->request, "headers"), name, v) {

        if (json_is_null(v)) {
            asr_conf_request_header(rq, name, NULL);
            continue;
        }

        text = asr_conf_api_text(v);
        now = asr_conf_request_get(rq, name);

        if (now == NULL || strcmp(now, text) != 0) {
            asr_conf_request_header(rq, name, text);
        }

        free(text);
    }
}


/* A path, or the whole URL that an endpoint gave. */

static void
set_url(const asr_conf_call_t *c, asr_conf_request_t *rq, const char *url)
{
    const char  *p, *slash, *ask;

    p = strstr(url, "://");

    if (p == NULL || url[0] == '/') {
        set_path(c, rq, url);
        return;
    }

    slash = p + 3 + strcspn(p + 3, "/?");
    ask = strchr(slash, '?');

    free(rq->base);
    rq->base = asr_conf_copy_n(url, (size_t) (slash - url));

    free(rq->path);
    rq->path = ask == NULL ? asr_conf_copy(slash)
                           : asr_conf_copy_n(slash, (size_t) (ask - slash));

    if (rq->path[0] == '\0') {
        free(rq->path);
        rq->path = asr_conf_copy("/");
    }

    free(rq->query);
    rq->query = ask == NULL ? NULL : asr_conf_copy(ask + 1);
}


/* What a step says beside the parameters. */

static void
override(const asr_conf_call_t *c, asr_conf_request_t *rq)
{
    char    *text;
    json_t  *body;

    if (json_is_string(json_object_get(c->request, "method"))) {
        set_text(&rq->method, json_object_get(c->request, "method"));
    }

    if (json_is_string(json_object_get(c->request, "path"))) {
        set_url(c, rq, asr_conf_json_str(c->request, "path", "/"));
    }

    set_text(&rq->query, json_object_get(c->request, "query"));

    body = json_object_get(c->request, "body");

    if (json_is_string(body)) {
        asr_conf_request_body(rq, json_string_value(body),
                              json_string_length(body));

    } else if (json_is_null(body)) {
        asr_conf_request_body(rq, NULL, 0);

    } else if (body != NULL) {
        text = asr_conf_json_text(body, FORM_MAX);
        asr_conf_request_body(rq, text, strlen(text));
        free(text);
    }

    rq->chunked = asr_conf_json_bool(c->request, "chunked", false);

    set_headers(c, rq);
}


/* A member of "sign": a text, null for none, absent for the usual. */

static void
sign_text(const json_t *sign, const char *name, const char **out)
{
    json_t  *v;

    v = json_object_get(sign, name);

    if (v != NULL) {
        *out = json_string_value(v);
    }
}


/*
 * Who asks as nobody sends all that others send in headers, but no key; what
 * others put among the parameters is the step's to write.
 */

static bool
sign(const asr_conf_call_t *c, asr_conf_request_t *rq,
    asr_conf_signing_t *how)
{
    static const asr_conf_account_t  nobody;

    if (c->account != NULL) {
        return asr_conf_sign(rq, how, NULL);
    }

    if (how->scheme != ASR_CONF_TC3 && how->scheme != ASR_CONF_ACS3) {
        return true;
    }

    how->account = &nobody;

    if (!asr_conf_sign(rq, how, NULL)) {
        return false;
    }

    asr_conf_request_header(rq, "Authorization", NULL);

    return true;
}


bool
asr_conf_call_build(const asr_conf_call_t *c, asr_conf_request_t *rq,
    char **why)
{
    json_t                *extra;
    asr_conf_call_t        call;
    asr_conf_signing_t     how;
    const asr_conf_api_t  *api;

    api = asr_conf_api(c->doc->api);
    call = *c;

    if (call.via == NULL) {
        call.via = api->vias[0];
    }

    memset(&how, 0, sizeof(how));

    how.account = c->account;
    how.time = c->time;
    how.nonce = c->nonce;

    place(c, rq);

    if (!api->build(&call, rq, &how)) {
        *why = asr_conf_print("%s has no via \"%s\"", c->doc->api, call.via);
        return false;
    }

    override(c, rq);

    extra = json_object_get(c->request, "sign");

    sign_text(extra, "wrong", &how.wrong);
    sign_text(extra, "service", &how.service);
    sign_text(extra, "action", &how.action);
    sign_text(extra, "version", &how.version);
    sign_text(extra, "region", &how.region);
    sign_text(extra, "format", &how.format);
    sign_text(extra, "headers", &how.headers);
    sign_text(extra, "nonce", &how.nonce_text);

    if (how.nonce_text != NULL && strcmp(how.nonce_text, "same") == 0) {
        how.nonce_text = NULL;
    }

    how.unsigned_payload = asr_conf_json_bool(extra, "unsigned_payload", false);

    how.time += asr_conf_json_int(extra, "offset", 0);

    if (!sign(&call, rq, &how)) {
        *why = asr_conf_print("%s cannot be signed wrong by \"%s\"", call.via,
                              how.wrong == NULL ? "" : how.wrong);
        return false;
    }

    /* a signature's own headers are the step's to change as well */

    set_headers(c, rq);

    return true;
}


json_t *
asr_conf_reply_json(const asr_conf_reply_t *reply, bool *xml, char *err,
    size_t errlen)
{
    const char  *type;

    type = asr_conf_reply_header(reply, "Content-Type");
    *xml = false;

    if (type != NULL && (strncasecmp(type, "text/xml", 8) == 0
                         || strncasecmp(type, "application/xml", 15) == 0))
    {
        *xml = true;
        return asr_conf_xml_read(reply->body, reply->body_len, err, errlen);
    }

    return asr_conf_json_read(reply->body, reply->body_len, err, errlen);
}


void
asr_conf_envelope_clean(asr_conf_envelope_t *e)
{
    free(e->code);
    free(e->message);
    free(e->request_id);

    memset(e, 0, sizeof(*e));
}
