/* Unisound: JSON bodies, names in paths, uploads in multipart. */

#include "asr_conf_api.h"

#include "asr_conf_json.h"


static const char *const  vias[] = { "bearer", NULL };


static bool
build(const asr_conf_call_t *c, asr_conf_request_t *rq,
    asr_conf_signing_t *how)
{
    if (strcmp(c->via, "bearer") != 0) {
        return false;
    }

    how->scheme = ASR_CONF_BEARER;
    asr_conf_api_rest(c, rq);

    return true;
}


static void
read_envelope(const json_t *body, asr_conf_envelope_t *e)
{
    json_t      *base, *v;
    const char  *s;

    base = json_object_get(body, "base_resp");
    v = json_object_get(base, "status_code");

    if (json_is_integer(v)) {
        e->code = json_integer_value(v) == 0 ? asr_conf_copy("")
                                             : asr_conf_api_text(v);
    }

    s = asr_conf_json_str(base, "status_msg", NULL);
    e->message = s == NULL ? NULL : asr_conf_copy(s);
}


static asr_conf_state_t
state_of(const json_t *body)
{
    const char  *s;

    s = asr_conf_json_str(body, "status", "");

    if (strcmp(s, "Waiting") == 0 || strcmp(s, "Processing") == 0) {
        return ASR_CONF_STATE_RUNNING;
    }

    return strcmp(s, "Success") == 0 ? ASR_CONF_STATE_DONE
           : strcmp(s, "Failed") == 0 ? ASR_CONF_STATE_FAILED
           : ASR_CONF_STATE_NONE;
}


const asr_conf_api_t  asr_conf_api_u2 = {
    "u2", vias, "/file/file_id", false, build, read_envelope, state_of
};
