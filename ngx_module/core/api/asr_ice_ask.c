/*
 * Document 003: what a job's request asks of recognition and text.
 */

#include "asr_ice.h"


asr_err_t
asr_ice_ask(const asr_json_t *params, asr_arena_t *a, asr_ask_t *ask)
{
    asr_str_t          text;
    asr_json_t        *editing;
    asr_json_error_t   err;

    /* I-018 */
    ask->line_max = (int32_t) asr_json_get_int(params, "sentence_max", 0);

    text = asr_json_get_str(params, "EditingConfig");

    if (text.len == 0) {
        return ASR_OK;
    }

    editing = asr_json_parse(a, text, &err);

    if (editing == NULL) {
        return err.fault == ASR_JSON_SIZE ? ASR_NOMEM : ASR_INVALID;
    }

    /* I-017 */
    ask->hotword_library = asr_json_get_str(editing, "HotwordLibraryIdList");

    /* I-019 */
    if (asr_json_get_bool(editing, "EnableSemanticSentenceDetection", false))
    {
        ask->split = ASR_SPLIT_MEANING;
    }

    return ASR_OK;
}
