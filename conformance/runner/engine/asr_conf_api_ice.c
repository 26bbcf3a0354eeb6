/*
 * ICE: all operations at "/", parameters in the query, in a form body, or, as
 * the first clients sent them, common ones in the query and the rest in a
 * body.
 */

#include "asr_conf_api.h"

#include <stdlib.h>

#include "asr_conf_json.h"


#define FORM_TYPE  "application/x-www-form-urlencoded"


typedef struct {
    const char          *via;
    const char          *method;
    asr_conf_scheme_t    scheme;
    bool                 form;           /* parameters are in the body */
    bool                 in_body;        /* the signature's too */
} via_t;


static const char *const  vias[] = {
    "acs3-post", "acs3-get", "acs3-form", "rpc-get", "rpc-post", "rpc-form",
    "rpc-split", NULL
};


static const via_t        kinds[] = {
    { "acs3-post", "POST", ASR_CONF_ACS3, false, false },
    { "acs3-get", "GET", ASR_CONF_ACS3, false, false },
    { "acs3-form", "POST", ASR_CONF_ACS3, true, false },
    { "rpc-get", "GET", ASR_CONF_RPC1, false, false },
    { "rpc-post", "POST", ASR_CONF_RPC1, false, false },
    { "rpc-form", "POST", ASR_CONF_RPC1, true, true },
    { "rpc-split", "POST", ASR_CONF_RPC1, true, false }
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
    how->version = "2020-11-09";
    how->format = "JSON";
    how->in_body = k->in_body;

    form = asr_conf_api_form(c->params, true);

    if (k->form) {
        asr_conf_request_body(rq, form, strlen(form));
        asr_conf_request_header(rq, "Content-Type", FORM_TYPE);
        free(form);

        /* as its clients do: nothing else in the head tells whose form it is */

        if (k->in_body) {
            asr_conf_request_header(rq, "x-sdk-client", "asr-conformance/1");
        }

    } else if (form[0] != '\0') {
        free(rq->query);
        rq->query = form;

    } else {
        free(form);
    }

    return true;
}


/* XML has its error in <Error>: there, too, Code is a member of the top. */

static void
read_envelope(const json_t *body, asr_conf_envelope_t *e)
{
    const char  *s;

    if (!json_is_object(body)) {
        return;
    }

    s = asr_conf_json_str(body, "RequestId", NULL);
    e->request_id = s == NULL ? NULL : asr_conf_copy(s);

    if (json_object_get(body, "Code") == NULL) {
        e->code = asr_conf_copy("");
        return;
    }

    s = asr_conf_json_str(body, "Code", NULL);

    if (s != NULL && s[0] != '\0') {
        e->code = asr_conf_copy(s);
    }

    s = asr_conf_json_str(body, "Message", NULL);
    e->message = s == NULL ? NULL : asr_conf_copy(s);
}


static asr_conf_state_t
state_of(const json_t *body)
{
    const char  *s;

    s = asr_conf_json_str(body, "State", "");

    if (strcmp(s, "Created") == 0 || strcmp(s, "Executing") == 0) {
        return ASR_CONF_STATE_RUNNING;
    }

    return strcmp(s, "Finished") == 0 ? ASR_CONF_STATE_DONE
           : strcmp(s, "Failed") == 0 ? ASR_CONF_STATE_FAILED
           : ASR_CONF_STATE_NONE;
}


const asr_conf_api_t  asr_conf_api_ice = {
    "ice", vias, NULL, true, build, read_envelope, state_of
};
