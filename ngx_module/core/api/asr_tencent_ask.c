/*
 * Document 001: what a task's request asks of recognition and text.  The
 * document gives several of these to its Mandarin engines only; for the
 * engines served here each has its equivalent.
 */

#include "asr_tencent.h"


/* T-024: checked when the task was made. */

static asr_err_t
asr_tencent_ask_hotwords(asr_ask_t *ask, asr_arena_t *a, asr_str_t list)
{
    int64_t    weight;
    asr_err_t  rc;
    asr_str_t  item, term;

    rc = ASR_OK;

    while (list.data != NULL && rc == ASR_OK) {
        item = asr_str_cut(&list, ',');
        term = asr_str_trim(asr_str_cut(&item, '|'));

        if (asr_str_int(asr_str_trim(item), &weight) == ASR_OK) {
            rc = asr_ask_hotword(ask, a, term, (int32_t) weight);
        }
    }

    return rc;
}


/* T-025 */

static asr_err_t
asr_tencent_ask_libraries(asr_ask_t *ask, asr_arena_t *a,
    const asr_json_t *list)
{
    const asr_json_t  *v;

    if (list == NULL || list->type != ASR_JSON_ARRAY || list->n == 0) {
        return ASR_OK;
    }

    ask->keyword_libraries = asr_arena_alloc(a, list->n * sizeof(asr_str_t));
    if (ask->keyword_libraries == NULL) {
        return ASR_NOMEM;
    }

    for (v = list->child; v != NULL; v = v->next) {
        if (v->type == ASR_JSON_STRING) {
            ask->keyword_libraries[ask->nkeyword_libraries++] = v->u.string;
        }
    }

    return ASR_OK;
}


static asr_filter_t
asr_tencent_ask_filter(const asr_json_t *params, const char *name)
{
    switch (asr_json_get_int(params, name, 0)) {

    case 1:
        return ASR_FILTER_SOME;

    case 2:
        return ASR_FILTER_ALL;

    default:
        return ASR_FILTER_NONE;
    }
}


asr_err_t
asr_tencent_ask(const asr_json_t *params, asr_arena_t *a, asr_ask_t *ask)
{
    int64_t    punct;
    asr_err_t  rc;

    /* T-012, T-013 */

    ask->speakers = asr_json_get_int(params, "SpeakerDiarization", 0) == 1;
    ask->speaker_num = (int32_t) asr_json_get_int(params, "SpeakerNumber", 0);

    /* T-018 */

    switch (asr_json_get_int(params, "ConvertNumMode", 0)) {

    case 0:
        ask->numbers = ASR_NUMBERS_WORDS;
        break;

    case 3:
        ask->numbers = ASR_NUMBERS_MATH;
        break;

    default:
        ask->numbers = ASR_NUMBERS_DIGITS;
        break;
    }

    /* T-019, T-021 */

    ask->dirty = asr_tencent_ask_filter(params, "FilterDirty");
    ask->modal = asr_tencent_ask_filter(params, "FilterModal");

    /* T-020 */

    punct = asr_json_get_int(params, "FilterPunc", 0);
    ask->punctuation = punct == 1 ? ASR_PUNCT_INNER
                       : punct == 2 ? ASR_PUNCT_NONE : ASR_PUNCT_ALL;

    /* T-022 */

    ask->line_max = (int32_t) asr_json_get_int(params, "SentenceMaxLength",
                                               0);

    /* T-006 */

    switch (asr_json_get_int(params, "ResTextFormat", 0)) {

    case 3:
        ask->split = ASR_SPLIT_PUNCT;
        break;

    case 4:
        ask->split = ASR_SPLIT_MEANING;
        break;

    case 5:
        ask->written = true;
        break;

    default:
        break;
    }

    rc = asr_tencent_ask_hotwords(ask, a,
                                  asr_json_get_str(params, "HotwordList"));
    if (rc != ASR_OK) {
        return rc;
    }

    return asr_tencent_ask_libraries(ask, a,
                     asr_json_get(params, asr_str("KeyWordLibIdList")));
}
