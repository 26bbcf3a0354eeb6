/*
 * memories.ai: as Unisound's, but for the key, which stands bare, and the
 * code, which is a text ("0000") or a number (200).
 */

#include "asr_conf_api.h"

#include "asr_conf_json.h"


static const char *const  vias[] = { "raw-key", "bearer", NULL };


static bool
build(const asr_conf_call_t *c, asr_conf_request_t *rq,
    asr_conf_signing_t *how)
{
    if (!asr_conf_api_via_known(&asr_conf_api_memories, c->via)) {
        return false;
    }

    how->scheme = strcmp(c->via, "bearer") == 0 ? ASR_CONF_BEARER
                                                : ASR_CONF_RAW_KEY;
    asr_conf_api_rest(c, rq);

    return true;
}


static void
read_envelope(const json_t *body, asr_conf_envelope_t *e)
{
    json_t      *v;
    const char  *s;

    v = json_object_get(body, "code");

    if (json_is_integer(v)) {
        e->code = json_integer_value(v) == 200 ? asr_conf_copy("")
                                               : asr_conf_api_text(v);

    } else if (json_is_string(v)) {
        s = json_string_value(v);
        e->code = asr_conf_copy(strcmp(s, "0000") == 0 ? "" : s);
    }

    s = asr_conf_json_str(body, "msg", NULL);
    e->message = s == NULL ? NULL : asr_conf_copy(s);
}


static asr_conf_state_t
state_of(const json_t *body)
{
    const char  *s;

    s = asr_conf_json_str(json_object_get(body, "data"), "status", "");

    if (strcmp(s, "pending") == 0 || strcmp(s, "processing") == 0) {
        return ASR_CONF_STATE_RUNNING;
    }

    return strcmp(s, "completed") == 0 ? ASR_CONF_STATE_DONE
           : strcmp(s, "failed") == 0 ? ASR_CONF_STATE_FAILED
           : ASR_CONF_STATE_NONE;
}


const asr_conf_api_t  asr_conf_api_memories = {
    "memories", vias, "/data/asset_id", true, build, read_envelope, state_of
};
