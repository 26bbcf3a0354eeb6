/* A reply against what is expected of it. */

#include "asr_conf_judge.h"

#include <stdlib.h>
#include <strings.h>

#include "asr_conf_embed.h"
#include "asr_conf_json.h"


#define SHOWN_MAX  400


bool
asr_conf_verdict_set(asr_conf_verdict_text_t *v, char *check, char *expected,
    char *got)
{
    asr_conf_verdict_text_clean(v);

    v->check = check;
    v->expected = expected;
    v->got = got;

    return false;
}


void
asr_conf_verdict_text_clean(asr_conf_verdict_text_t *v)
{
    free(v->check);
    free(v->expected);
    free(v->got);

    memset(v, 0, sizeof(*v));
}


void
asr_conf_judging_clean(asr_conf_judging_t *j)
{
    json_decref(j->body);
    j->body = NULL;

    asr_conf_envelope_clean(&j->envelope);
}


static bool
fails(asr_conf_verdict_text_t *v, const char *check, char *expected,
    char *got)
{
    return asr_conf_verdict_set(v, asr_conf_copy(check), expected, got);
}


static char *
code_shown(const asr_conf_judging_t *j)
{
    const asr_conf_envelope_t  *e;

    e = &j->envelope;

    if (e->code == NULL) {
        return asr_conf_copy("no code");
    }

    if (e->code[0] == '\0') {
        return asr_conf_print("success (HTTP %d)", j->reply->status);
    }

    return asr_conf_print("%.*s (HTTP %d): %.*s", SHOWN_MAX, e->code,
                          j->reply->status, SHOWN_MAX,
                          e->message == NULL ? "" : e->message);
}


const asr_conf_code_t *
asr_conf_code_row(const asr_conf_doc_t *d, const char *code)
{
    size_t  i;

    for (i = 0; i < d->ncodes; i++) {
        if (strcmp(d->codes[i].code, code) == 0) {
            return &d->codes[i];
        }
    }

    return NULL;
}


/* Whether a scalar is, or an array has, the value. */

static bool
names_text(const json_t *v, const char *text)
{
    size_t   i;
    json_t  *one;

    if (json_is_string(v)) {
        return strcmp(json_string_value(v), text) == 0;
    }

    json_array_foreach(v, i, one) {
        if (json_is_string(one) && strcmp(json_string_value(one), text) == 0) {
            return true;
        }
    }

    return false;
}


static bool
names_status(const json_t *v, int status)
{
    size_t   i;
    json_t  *one;

    if (json_is_integer(v)) {
        return json_integer_value(v) == status;
    }

    json_array_foreach(v, i, one) {
        if (json_integer_value(one) == status) {
            return true;
        }
    }

    return false;
}


/* An HTTP error alone says that an error is expected. */

static bool
is_error_status(const json_t *http)
{
    return json_is_integer(http)
           ? json_integer_value(http) >= 400
           : json_array_size(http) != 0
             && json_integer_value(json_array_get(http, 0)) >= 400;
}


static const char *
outcome_of(const json_t *expect)
{
    json_t      *code;
    const char  *outcome;

    outcome = asr_conf_json_str(expect, "outcome", NULL);

    if (outcome != NULL) {
        return outcome;
    }

    code = json_object_get(expect, "code");

    if (json_is_string(code)) {
        return json_string_length(code) == 0 ? "ok" : "error";
    }

    if (json_is_array(code)) {
        return names_text(code, "") ? "any" : "error";
    }

    return is_error_status(json_object_get(expect, "http")) ? "error" : "ok";
}


/* A success that is a file is no JSON: "reply": {"ok": "bytes"}. */

static bool
is_bytes(const asr_conf_judging_t *j)
{
    const char  *ok, *type;

    ok = asr_conf_json_str(json_object_get(j->op->row, "reply"), "ok", "");
    type = asr_conf_reply_header(j->reply, "Content-Type");

    return strcmp(ok, "bytes") == 0 && j->reply->status == 200
           && (type == NULL || strncasecmp(type, "application/json", 16) != 0);
}


static bool
judge_body(asr_conf_judging_t *j, bool *xml, bool *bytes,
    asr_conf_verdict_text_t *v)
{
    char                     err[200];
    const asr_conf_reply_t  *r;

    r = j->reply;

    if (r->status == 0) {
        return fails(v, "transport", asr_conf_copy("a whole HTTP reply"),
                     asr_conf_copy(r->error));
    }

    *bytes = is_bytes(j);

    if (*bytes) {
        j->envelope.code = asr_conf_copy("");
        return true;
    }

    j->body = asr_conf_reply_json(r, xml, err, sizeof(err));

    if (j->body == NULL) {
        return fails(v, "json", asr_conf_copy("a body that is JSON"),
                     r->body_len == 0
                     ? asr_conf_print("HTTP %d with no body", r->status)
                     : asr_conf_print("HTTP %d, %s: %.*s", r->status, err,
                                      SHOWN_MAX, r->body));
    }

    asr_conf_api(j->doc->api)->read(j->body, &j->envelope);

    if (j->envelope.code == NULL) {
        return fails(v, "envelope",
                     asr_conf_print("the envelope of %s, with its code",
                                    j->doc->title),
                     asr_conf_json_text(j->body, SHOWN_MAX));
    }

    return true;
}


static bool
judge_code(const asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    char        *text;
    json_t      *code;
    const char  *outcome, *got;

    outcome = outcome_of(j->expect);
    code = json_object_get(j->expect, "code");
    got = j->envelope.code;

    if (strcmp(outcome, "ok") == 0 && got[0] != '\0') {
        return fails(v, "outcome", asr_conf_copy("success"), code_shown(j));
    }

    if (code != NULL && !names_text(code, got)
        && !(strcmp(outcome, "any") == 0 && got[0] == '\0'))
    {
        text = json_is_string(code) ? asr_conf_api_text(code)
                                    : asr_conf_json_text(code, SHOWN_MAX);

        return fails(v, got[0] == '\0' ? "outcome" : "code", text,
                     code_shown(j));
    }

    if (strcmp(outcome, "error") == 0 && got[0] == '\0') {
        return fails(v, "outcome", asr_conf_copy("an error"), code_shown(j));
    }

    if (got[0] != '\0' && asr_conf_code_row(j->doc, got) == NULL) {
        return fails(v, "known-code",
                     asr_conf_copy("a code that the document has"),
                     code_shown(j));
    }

    return true;
}


static bool
judge_status(const asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    json_t                 *want;
    const char             *code;
    const asr_conf_code_t  *row;

    code = j->envelope.code;
    want = json_object_get(j->expect, "http");
    row = code[0] == '\0' ? NULL : asr_conf_code_row(j->doc, code);

    if (want != NULL) {
        if (names_status(want, j->reply->status)) {
            return true;
        }

        (void) fails(v, "http", asr_conf_json_text(want, SHOWN_MAX),
                     asr_conf_print("%d", j->reply->status));
        v->level = row == NULL ? ASR_CONF_MUST : row->http_level;

        return false;
    }

    if (row != NULL && row->http == 0) {
        return true;
    }

    if (j->reply->status == (row != NULL ? row->http : 200)) {
        return true;
    }

    (void) fails(v, "http",
                 row != NULL ? asr_conf_print("%d with %s", row->http, code)
                             : asr_conf_copy("200"),
                 asr_conf_print("%d", j->reply->status));
    v->level = row == NULL ? ASR_CONF_MUST : row->http_level;

    return false;
}


/*
 * XML has neither numbers nor a schema, so it is taken from nobody who was not
 * asked for it: the step then says of which type a reply is.
 */

static bool
names_type(const asr_conf_judging_t *j)
{
    return json_object_get(json_object_get(j->expect, "headers"),
                           "Content-Type") != NULL;
}


static bool
judge_type(const asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    size_t       len;
    const char  *type;

    type = asr_conf_reply_header(j->reply, "Content-Type");
    len = sizeof("application/json") - 1;

    if (type != NULL && strncasecmp(type, "application/json", len) == 0
        && (type[len] == '\0' || type[len] == ';' || type[len] == ' '))
    {
        return true;
    }

    return fails(v, "content-type", asr_conf_copy("application/json"),
                 asr_conf_copy(type == NULL ? "no Content-Type" : type));
}


/* The name of the document's first element; "": there is none. */

static void
root_name(const asr_conf_reply_t *r, char *name, size_t size)
{
    size_t       n;
    const char  *p, *end;

    name[0] = '\0';
    end = r->body + r->body_len;

    for (p = r->body; p + 1 < end; p++) {

        if (p[0] != '<' || p[1] == '?' || p[1] == '!') {
            continue;
        }

        for (n = 0, p++; p < end && n + 1 < size
                         && strchr(" \t\r\n/>", *p) == NULL; p++)
        {
            name[n++] = *p;
        }

        name[n] = '\0';
        return;
    }
}


/* XML names the call in its root, or Error. */

static bool
judge_root(const asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    bool   held;
    char   name[128], *want;

    want = j->envelope.code[0] != '\0' ? asr_conf_copy("Error")
           : asr_conf_print("%sResponse", j->op->name);

    root_name(j->reply, name, sizeof(name));
    held = strcmp(name, want) == 0;

    if (held) {
        free(want);
        return true;
    }

    return fails(v, "xml root", want, asr_conf_copy(name));
}


/* ICE says the id of a request twice. */

static bool
judge_request_id(const asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    const char  *id, *header;

    id = j->envelope.request_id;
    header = asr_conf_reply_header(j->reply, "x-acs-request-id");

    if (id == NULL || header == NULL || strcmp(j->doc->api, "ice") != 0
        || strcmp(id, header) == 0)
    {
        return true;
    }

    return fails(v, "header x-acs-request-id",
                 asr_conf_print("RequestId, \"%s\"", id),
                 asr_conf_print("\"%s\"", header));
}


static bool
judge_headers(const asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    bool         held;
    char        *expected;
    json_t      *want, *got;
    const char  *name, *value;

    json_object_foreach(json_object_get(j->expect, "headers"), name, want) {

        value = asr_conf_reply_header(j->reply, name);
        got = value == NULL ? NULL : json_string_nocheck(value);

        expected = NULL;
        held = asr_conf_match(want, got, j->saved, &expected);
        json_decref(got);

        if (!held) {
            return asr_conf_verdict_set(v,
                                        asr_conf_print("header %s", name),
                                        expected,
                                        value == NULL
                                        ? asr_conf_copy("no such header")
                                        : asr_conf_print("\"%s\"", value));
        }
    }

    return true;
}


static bool
judge_schema(const asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    char                      err[400];
    bool                      ok;
    json_t                   *named;
    const char               *name;
    const asr_conf_schema_t  *s;

    named = json_object_get(j->expect, "schema");

    if (json_is_false(named)) {
        return true;
    }

    ok = j->envelope.code[0] == '\0';
    s = ok ? j->op->ok : j->op->error;
    name = asr_conf_json_str(json_object_get(j->op->row, "reply"),
                             ok ? "ok" : "error", "");

    if (json_is_string(named)) {
        name = json_string_value(named);
        s = asr_conf_doc_schema(j->doc, name);
    }

    if (s == NULL || asr_conf_schema_holds(s, j->body, err, sizeof(err))) {
        return true;
    }

    return fails(v, "schema", asr_conf_print("schema \"%s\": %s", name, err),
                 asr_conf_json_text(j->body, SHOWN_MAX));
}


/* A body that is a recording of ours, byte by byte. */

static bool
judge_bytes(const asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    char                     path[128];
    const char              *name;
    const asr_conf_file_t   *f;
    const asr_conf_reply_t  *r;

    name = asr_conf_json_str(j->expect, "bytes", NULL);

    if (name == NULL) {
        return true;
    }

    r = j->reply;

    (void) snprintf(path, sizeof(path), "common/audio/%s", name);
    f = asr_conf_file(path);

    if (f != NULL && f->len == r->body_len
        && memcmp(f->data, r->body, f->len) == 0)
    {
        return true;
    }

    return fails(v, "bytes",
                 asr_conf_print("%s, %zu bytes", name,
                                f == NULL ? 0 : f->len),
                 asr_conf_print("other bytes, %zu of them", r->body_len));
}


bool
asr_conf_judge(asr_conf_judging_t *j, asr_conf_verdict_text_t *v)
{
    bool  xml, bytes;

    xml = false;
    bytes = false;

    if (!judge_body(j, &xml, &bytes, v)
        || !judge_code(j, v)
        || !judge_status(j, v))
    {
        return false;
    }

    if (!bytes && !(xml && names_type(j)) && !judge_type(j, v)) {
        return false;
    }

    if (xml && !judge_root(j, v)) {
        return false;
    }

    if (!judge_headers(j, v) || !judge_request_id(j, v)
        || !judge_bytes(j, v))
    {
        return false;
    }

    /* XML has no numbers, so no schema of the JSON form can hold */

    if (!xml && !bytes && !judge_schema(j, v)) {
        return false;
    }

    return asr_conf_match_members(json_object_get(j->expect, "json"), j->body,
                                  j->saved, "json", v);
}
