/*
 * Document 000: what a task keeps of its request, and what of that asks
 * something of recognition and text.
 */

#include "asr_u2.h"


static void
asr_u2_flag(asr_buf_t *b, asr_str_t key, bool value)
{
    asr_str_t  text;

    text = value ? asr_str("true") : asr_str("false");

    asr_buf_append(b, key.data, key.len);
    asr_buf_append(b, text.data, text.len);
}


/* Strings of clients have to be escaped: by the JSON writer. */

static asr_str_t
asr_u2_task_words(asr_arena_t *arena, const asr_u2_create_t *c)
{
    size_t          i;
    asr_buf_t       b;
    asr_str_t       text;
    asr_json_out_t  o;

    asr_buf_init(&b, ASR_U2_JSON_MAX * 2);
    asr_json_out_begin(&o, &b);
    asr_jo_object(&o);

    if (c->context.len != 0) {
        asr_jo_key(&o, "context");
        asr_jo_str(&o, c->context);
    }

    if (c->hotwords.n != 0) {
        asr_jo_key(&o, "hotwords");
        asr_jo_array(&o);

        for (i = 0; i < c->hotwords.n; i++) {
            asr_jo_str(&o, c->hotwords.v[i]);
        }

        asr_jo_array_end(&o);
    }

    asr_jo_object_end(&o);

    text = asr_str_null();

    if (asr_json_out_end(&o) == ASR_OK) {
        text = asr_arena_str(arena, asr_buf_str(&b));
    }

    asr_buf_free(&b);

    return text;
}


asr_str_t
asr_u2_task_params(asr_arena_t *arena, const asr_u2_create_t *c)
{
    char       mem[256];
    asr_buf_t  b;
    asr_str_t  words;

    asr_buf_init_in(&b, mem, sizeof(mem), sizeof(mem));

    asr_u2_flag(&b, asr_str("{\"word_info\":"), c->word_info);
    asr_u2_flag(&b, asr_str(",\"enable_speaker\":"), c->enable_speaker);

    asr_buf_append(&b, ",\"channel\":", 11);
    asr_buf_int(&b, c->channel);

    if (c->enable_speaker && c->channel == 1 && c->speaker_num > 0) {
        asr_buf_append(&b, ",\"speaker_num\":", 15);
        asr_buf_int(&b, c->speaker_num);
    }

    asr_u2_flag(&b, asr_str(",\"enable_itn\":"), c->enable_itn);

    if (b.failed) {
        return asr_str_null();
    }

    if (c->context.len == 0 && c->hotwords.n == 0) {
        asr_buf_append(&b, "}", 1);

        return b.failed ? asr_str_null()
                        : asr_arena_str(arena, asr_buf_str(&b));
    }

    words = asr_u2_task_words(arena, c);

    if (words.data == NULL) {
        return asr_str_null();
    }

    return asr_arena_printf(arena, "%.*s,%s", asr_fmt(asr_buf_str(&b)),
                            words.data + 1);
}


asr_err_t
asr_u2_ask(const asr_json_t *params, asr_arena_t *a, asr_ask_t *ask)
{
    asr_err_t          rc;
    const asr_json_t  *list, *v;

    /* U-005 */
    ask->numbers = asr_json_get_bool(params, "enable_itn", true)
                   ? ASR_NUMBERS_DIGITS : ASR_NUMBERS_WORDS;

    /* U-007, U-008: stereo has a speaker in each channel */
    ask->speakers = asr_json_get_bool(params, "enable_speaker", false)
                    && asr_json_get_int(params, "channel", 1) == 1;
    ask->speaker_num = (int32_t) asr_json_get_int(params, "speaker_num", 0);

    /* U-010 */
    ask->context = asr_json_get_str(params, "context");

    /* U-011 */
    list = asr_json_get(params, asr_str("hotwords"));

    if (list == NULL || list->type != ASR_JSON_ARRAY) {
        return ASR_OK;
    }

    rc = ASR_OK;

    for (v = list->child; v != NULL && rc == ASR_OK; v = v->next) {
        if (v->type == ASR_JSON_STRING) {
            rc = asr_ask_hotword(ask, a, v->u.string, ASR_HOTWORD_DEFAULT);
        }
    }

    return rc;
}
