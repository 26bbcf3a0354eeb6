/*
 * Tencent: all operations at "/", named by Action.  JSON is signed by TC3
 * alone; a query by both; a form by v1 alone.
 */

#include "asr_conf_api.h"

#include <stdlib.h>

#include "asr_conf_json.h"


#define FORM_TYPE  "application/x-www-form-urlencoded"


typedef struct {
    const char          *via;
    const char          *method;
    asr_conf_scheme_t    scheme;
} via_t;


static const char *const  vias[] = {
    "tc3-post", "tc3-get", "tc1-post", "tc1-get", "tc1sha1-post", NULL
};


static const via_t        kinds[] = {
    { "tc3-post", "POST", ASR_CONF_TC3 },
    { "tc3-get", "GET", ASR_CONF_TC3 },
    { "tc1-post", "POST", ASR_CONF_TC1_SHA256 },
    { "tc1-get", "GET", ASR_CONF_TC1_SHA256 },
    { "tc1sha1-post", "POST", ASR_CONF_TC1_SHA1 }
};


static bool
build(const asr_conf_call_t *c, asr_conf_request_t *rq,
    asr_conf_signing_t *how)
{
    char         *form;
    size_t        i;
    const via_t  *k;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].via, c->via) == 0) {
            break;
        }
    }

    if (i == sizeof(kinds) / sizeof(kinds[0])) {
        return false;
    }

    k = &kinds[i];

    free(rq->method);
    rq->method = asr_conf_copy(k->method);

    how->scheme = k->scheme;
    how->action = c->op->name;
    how->version = "2019-06-14";
    how->service = "asr";
    how->in_body = false;

    if (k->scheme == ASR_CONF_TC3 && strcmp(k->method, "POST") == 0) {
        asr_conf_api_json_body(rq, c->params);
        return true;
    }

    form = asr_conf_api_form(c->params, true);

    if (strcmp(k->method, "GET") == 0) {
        free(rq->query);
        rq->query = form;

        if (k->scheme == ASR_CONF_TC3) {
            asr_conf_request_header(rq, "Content-Type", FORM_TYPE);
        }

        return true;
    }

    asr_conf_request_body(rq, form, strlen(form));
    asr_conf_request_header(rq, "Content-Type", FORM_TYPE);
    how->in_body = true;

    free(form);

    return true;
}


static void
read_envelope(const json_t *body, asr_conf_envelope_t *e)
{
    const json_t  *r, *error;
    const char    *s;

    r = json_object_get(body, "Response");

    if (!json_is_object(r)) {
        return;
    }

    s = asr_conf_json_str(r, "RequestId", NULL);
    e->request_id = s == NULL ? NULL : asr_conf_copy(s);

    error = json_object_get(r, "Error");

    if (error == NULL) {
        e->code = asr_conf_copy("");
        return;
    }

    s = asr_conf_json_str(error, "Code", NULL);

    if (s != NULL && s[0] != '\0') {
        e->code = asr_conf_copy(s);
    }

    s = asr_conf_json_str(error, "Message", NULL);
    e->message = s == NULL ? NULL : asr_conf_copy(s);
}


static asr_conf_state_t
state_of(const json_t *body)
{
    json_t  *v;

    v = asr_conf_json_at(body, "/Response/Data/Status");

    if (!json_is_integer(v)) {
        return ASR_CONF_STATE_NONE;
    }

    switch (json_integer_value(v)) {
    case 0:
    case 1:
        return ASR_CONF_STATE_RUNNING;
    case 2:
        return ASR_CONF_STATE_DONE;
    case 3:
        return ASR_CONF_STATE_FAILED;
    default:
        return ASR_CONF_STATE_NONE;
    }
}


const asr_conf_api_t  asr_conf_api_tencent = {
    "tencent", vias, NULL, false, build, read_envelope, state_of
};
