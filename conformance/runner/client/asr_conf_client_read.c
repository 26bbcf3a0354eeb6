/*
 * A client's request as the documents see it: which API, which operation, its
 * parameters with the types they came in.
 */

#include <stdlib.h>
#include <strings.h>

#include "asr_conf_api.h"
#include "asr_conf_client_int.h"


#define ASR_CONF_PAIRS_MAX  2000         /* of a query or a form */


/* Parameters that are how a request is signed, not what it asks for. */

static const char *const  asr_conf_common_tencent[] = {
    "Action", "Version", "Region", "Timestamp", "Nonce", "SecretId",
    "Signature", "SignatureMethod", "Token", "RequestClient", "Language", NULL
};

static const char *const  asr_conf_common_ice[] = {
    "Action", "Version", "Format", "AccessKeyId", "SignatureMethod",
    "SignatureVersion", "SignatureNonce", "SignatureType", "Timestamp",
    "Signature", "SecurityToken", NULL
};


/* NULL: not percent-encoded, or a NUL in it.  To be freed. */

static char *
asr_conf_decode(const char *s, size_t n, bool plus)
{
    char    *out;
    int      hi, lo;
    size_t   i, len;

    out = asr_conf_alloc(n + 1);

    for (i = 0, len = 0; i < n; i++) {

        if (s[i] == '+' && plus) {
            out[len++] = ' ';

        } else if (s[i] == '%') {
            hi = i + 2 < n ? asr_conf_hex_digit(s[i + 1]) : -1;
            lo = i + 2 < n ? asr_conf_hex_digit(s[i + 2]) : -1;

            if (hi < 0 || lo < 0 || (hi == 0 && lo == 0)) {
                free(out);
                return NULL;
            }

            out[len++] = (char) (hi << 4 | lo);
            i += 2;

        } else if (s[i] == '\0') {
            free(out);
            return NULL;

        } else {
            out[len++] = s[i];
        }
    }

    return out;
}


static bool
asr_conf_client_utf8(const char *s)
{
    json_t  *v;

    v = json_string(s);
    json_decref(v);

    return v != NULL;
}


/*
 * "Name.0" is an item of the array "Name": v1 and queries have no other way.
 * Items come in any order; one that is missing is null.
 */

static bool
asr_conf_pair_item(json_t *to, const char *name, const char *value)
{
    char          *end, key[256];
    json_t        *list;
    const char    *dot;
    unsigned long  i;

    dot = strrchr(name, '.');

    if (dot == NULL || dot == name || dot - name >= (int) sizeof(key)
        || dot[1] < '0' || dot[1] > '9')
    {
        return false;
    }

    i = strtoul(dot + 1, &end, 10);

    if (*end != '\0' || i >= ASR_CONF_PAIRS_MAX) {
        return false;
    }

    memcpy(key, name, dot - name);
    key[dot - name] = '\0';
    list = json_object_get(to, key);

    if (list == NULL) {
        list = json_array();
        json_object_set_new(to, key, list);
    }

    if (!json_is_array(list)) {
        return false;
    }

    while (json_array_size(list) <= i) {
        json_array_append_new(list, json_null());
    }

    json_array_set_new(list, i, json_string(value));

    return true;
}


bool
asr_conf_client_pairs(json_t *to, const char *s, size_t n, char **fault)
{
    char        *name, *value;
    bool         ok;
    size_t       len, eq, pairs;
    const char  *end, *p;

    pairs = 0;

    for (end = s + n; s < end; s += len + 1) {
        p = memchr(s, '&', end - s);
        len = p != NULL ? (size_t) (p - s) : (size_t) (end - s);

        if (len == 0) {
            continue;
        }

        p = memchr(s, '=', len);
        eq = p != NULL ? (size_t) (p - s) : len;
        name = asr_conf_decode(s, eq, true);
        value = asr_conf_decode(s + eq + (eq < len), len - eq - (eq < len),
                                true);

        ok = name != NULL && value != NULL && asr_conf_client_utf8(name)
             && asr_conf_client_utf8(value);

        if (!ok || ++pairs > ASR_CONF_PAIRS_MAX) {
            *fault = asr_conf_print("\"%.*s\" is not percent-encoded UTF-8",
                                    (int) (len < 60 ? len : 60), s);

        } else if (json_object_get(to, name) != NULL) {
            *fault = asr_conf_print("\"%s\" is there twice", name);

        } else if (!asr_conf_pair_item(to, name, value)) {
            json_object_set_new(to, name, json_string(value));
        }

        free(name);
        free(value);

        if (*fault != NULL) {
            return false;
        }
    }

    return true;
}


/* The API by what the request says of itself; NULL: of none. */

static const char *
asr_conf_client_api(const asr_conf_request_t *rq, const json_t *params)
{
    const char  *auth;

    if (strncmp(rq->path, "/serve/api/", 11) == 0) {
        return "memories";
    }

    if (strncmp(rq->path, "/v1/", 4) == 0) {
        return "u2";
    }

    auth = asr_conf_request_get(rq, "Authorization");

    if ((auth != NULL && strncmp(auth, "ACS3-", 5) == 0)
        || asr_conf_request_get(rq, "x-acs-action") != NULL
        || json_object_get(params, "AccessKeyId") != NULL)
    {
        return "ice";
    }

    if ((auth != NULL && strncmp(auth, "TC3-", 4) == 0)
        || asr_conf_request_get(rq, "X-TC-Action") != NULL
        || json_object_get(params, "SecretId") != NULL)
    {
        return "tencent";
    }

    return NULL;
}


/*
 * Whether a path is of a template; what stands at {name} goes to params.
 */

static bool
asr_conf_client_path(const char *path, const char *of, json_t *params)
{
    char    *value, name[64];
    size_t   n, len;

    for ( ;; ) {
        n = strcspn(of, "{");

        if (strncmp(path, of, n) != 0) {
            return false;
        }

        path += n;
        of += n;

        if (*of == '\0') {
            return *path == '\0';
        }

        len = strcspn(of, "}");

        if (of[len] != '}' || len - 1 >= sizeof(name)) {
            return false;
        }

        memcpy(name, of + 1, len - 1);
        name[len - 1] = '\0';
        of += len + 1;

        n = strcspn(path, "/");
        value = n != 0 ? asr_conf_decode(path, n, false) : NULL;

        if (value == NULL) {
            return false;
        }

        json_object_set_new(params, name, json_string(value));
        free(value);
        path += n;
    }
}


/* Whether a request's path is the operation's, or another one it goes by. */

static bool
asr_conf_client_at(const asr_conf_op_t *op, const asr_conf_request_t *rq,
    json_t *params)
{
    size_t         i;
    const json_t  *one;

    if (strcmp(op->method, rq->method) != 0) {
        return false;
    }

    if (asr_conf_client_path(rq->path, op->path, params)) {
        return true;
    }

    json_array_foreach(json_object_get(op->row, "aliases"), i, one) {
        if (asr_conf_client_path(rq->path, json_string_value(one), params)) {
            return true;
        }
    }

    return false;
}


static const asr_conf_op_t *
asr_conf_client_rest_op(const asr_conf_doc_t *d, const asr_conf_request_t *rq,
    json_t *params)
{
    size_t                i;
    json_t               *found;
    const asr_conf_op_t  *op;

    for (i = 0; i < d->nops; i++) {
        op = &d->ops[i];
        found = json_object();

        if (asr_conf_client_at(op, rq, found)) {
            json_object_update(params, found);
            json_decref(found);
            return op;
        }

        json_decref(found);
    }

    return NULL;
}


static const asr_conf_op_t *
asr_conf_client_rpc_op(const asr_conf_doc_t *d, const asr_conf_request_t *rq,
    const json_t *params)
{
    size_t         i, k;
    const char    *action;
    const json_t  *one;

    action = asr_conf_request_get(rq, strcmp(d->api, "ice") == 0
                                          ? "x-acs-action" : "X-TC-Action");

    if (action == NULL) {
        action = asr_conf_json_str(params, "Action", "");
    }

    for (i = 0; i < d->nops; i++) {
        json_array_foreach(json_object_get(d->ops[i].row, "aliases"), k, one) {
            if (strcmp(json_string_value(one), action) == 0) {
                return &d->ops[i];
            }
        }
    }

    return asr_conf_op(d, action);
}


static bool
asr_conf_client_is(const asr_conf_request_t *rq, const char *type)
{
    const char  *value;

    value = asr_conf_request_get(rq, "Content-Type");

    return value != NULL && strncasecmp(value, type, strlen(type)) == 0;
}


static void
asr_conf_client_body(asr_conf_seen_t *s)
{
    char                 err[160];
    json_t              *v;
    asr_conf_request_t  *rq;

    rq = &s->request;

    if (rq->body_len == 0 || s->body_fault != NULL) {
        return;
    }

    if (asr_conf_client_is(rq, "multipart/form-data")) {
        asr_conf_client_multipart(s);
        return;
    }

    if (asr_conf_client_is(rq, "application/x-www-form-urlencoded")) {
        s->text = true;
        asr_conf_client_pairs(s->params, rq->body, rq->body_len,
                              &s->body_fault);
        return;
    }

    v = asr_conf_json_read(rq->body, rq->body_len, err, sizeof(err));

    if (!json_is_object(v)) {
        s->body_fault = asr_conf_print("no JSON object: %s",
                                       v == NULL ? err : "another value");
        json_decref(v);
        return;
    }

    s->text = false;
    json_object_update(s->params, v);
    json_decref(v);
}


static void
asr_conf_client_uncommon(json_t *params, const char *const *names)
{
    size_t  i;

    for (i = 0; names[i] != NULL; i++) {
        json_object_del(params, names[i]);
    }
}


void
asr_conf_client_read(asr_conf_seen_t *s)
{
    const char          *api;
    asr_conf_request_t  *rq;

    rq = &s->request;
    s->params = json_object();

    if (rq->query != NULL) {
        s->text = true;
        asr_conf_client_pairs(s->params, rq->query, strlen(rq->query),
                              &s->body_fault);
    }

    asr_conf_client_body(s);
    api = asr_conf_client_api(rq, s->params);

    if (api == NULL) {
        return;
    }

    s->doc = asr_conf_doc(api);

    if (strcmp(api, "tencent") == 0) {
        s->op = asr_conf_client_rpc_op(s->doc, rq, s->params);
        asr_conf_client_uncommon(s->params, asr_conf_common_tencent);

    } else if (strcmp(api, "ice") == 0) {
        s->op = asr_conf_client_rpc_op(s->doc, rq, s->params);
        asr_conf_client_uncommon(s->params, asr_conf_common_ice);

    } else {
        s->op = asr_conf_client_rest_op(s->doc, rq, s->params);
    }
}


void
asr_conf_client_answered(asr_conf_seen_t *s)
{
    bool                 xml;
    char                 err[160];
    asr_conf_envelope_t  e;

    if (s->doc == NULL || s->reply.status == 0) {
        return;
    }

    s->json = asr_conf_reply_json(&s->reply, &xml, err, sizeof(err));

    if (s->json == NULL) {
        return;
    }

    memset(&e, 0, sizeof(e));
    asr_conf_api(s->doc->api)->read(s->json, &e);
    s->code = e.code != NULL ? asr_conf_copy(e.code) : NULL;
    asr_conf_envelope_clean(&e);
}


void
asr_conf_seen_clean(asr_conf_seen_t *s)
{
    asr_conf_request_clean(&s->request);
    asr_conf_reply_clean(&s->reply);
    json_decref(s->params);
    json_decref(s->json);
    free(s->body_fault);
    free(s->code);
}
