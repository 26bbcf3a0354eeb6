/*
 * What a task keeps of its request, and the replies made of a task.  Results
 * are stored in a neutral form; here they become the lines of Result and the
 * list ResultDetail.  Replies are made on a store thread.
 */

#include "asr_subtitles.h"
#include "asr_tencent.h"


asr_err_t
asr_tencent_params_write(const asr_tencent_create_t *c, asr_buf_t *out)
{
    size_t          i;
    asr_json_out_t  o;

    const struct {
        const char  *name;
        int64_t      value;
    } ints[] = {
        { "ResTextFormat", c->res_text_format },
        { "SpeakerDiarization", c->speaker_diarization },
        { "SpeakerNumber", c->speaker_number },
        { "EmotionalEnergy", c->emotional_energy },
        { "ConvertNumMode", c->convert_num_mode },
        { "FilterDirty", c->filter_dirty },
        { "FilterPunc", c->filter_punc },
        { "FilterModal", c->filter_modal },
        { "SentenceMaxLength", c->sentence_max_length },
    };

    if (asr_json_out_begin(&o, out) != ASR_OK) {
        return ASR_NOMEM;
    }

    asr_jo_object(&o);

    /* what is absent is 0 to who reads it */

    for (i = 0; i < asr_nelts(ints); i++) {
        if (ints[i].value != 0) {
            asr_jo_key(&o, ints[i].name);
            asr_jo_int(&o, ints[i].value);
        }
    }

    if (c->callback_url.len != 0) {
        asr_jo_key(&o, "CallbackUrl");
        asr_jo_str(&o, c->callback_url);
        asr_jo_key(&o, "AppId");
        asr_jo_int(&o, c->app_id);
    }

    if (c->hotword_list.len != 0) {
        asr_jo_key(&o, "HotwordList");
        asr_jo_str(&o, c->hotword_list);
    }

    if (c->keyword_libs.n != 0) {
        asr_jo_key(&o, "KeyWordLibIdList");
        asr_jo_array(&o);

        for (i = 0; i < c->keyword_libs.n; i++) {
            asr_jo_str(&o, c->keyword_libs.v[i]);
        }

        asr_jo_array_end(&o);
    }

    asr_jo_object_end(&o);

    return asr_json_out_end(&o);
}


asr_step_t
asr_tencent_create_reply(asr_call_t *call)
{
    asr_buf_t  *b;

    static const char  head[] = "{\"Response\":{\"RequestId\":\"";
    static const char  data[] = "\",\"Data\":{\"TaskId\":";

    call->task_id = call->op.task.id;
    asr_tencent_reply_begin(call);

    b = &call->reply.body;

    asr_buf_append(b, head, sizeof(head) - 1);
    asr_buf_append(b, call->request_id, ASR_UUID_LEN);
    asr_buf_append(b, data, sizeof(data) - 1);
    asr_buf_int(b, call->task_id);
    asr_buf_append(b, "}}}", 3);

    if (b->failed) {
        return asr_tencent_fail(call, ASR_TE_INTERNAL);
    }

    if (call->core->counters != NULL) {
        call->core->counters->created[call->api->index]++;
    }

    return ASR_STEP_REPLY;
}


/* ErrorMsg of a failed task.  Two are the vendor's, the rest are ours. */

const char *
asr_tencent_cause(asr_cause_t cause)
{
    size_t  i;

    static const struct {
        asr_cause_t  cause;
        const char  *text;
    } causes[] = {
        { ASR_CAUSE_DOWNLOAD,    "Failed to download audio file!" },
        { ASR_CAUSE_CHANNELS,    "Audio Channel Num Not Match!" },
        { ASR_CAUSE_FORMAT,      "Failed to transcode audio file!" },
        { ASR_CAUSE_CORRUPT,     "Invalid audio file!" },
        { ASR_CAUSE_TOO_SHORT,   "Audio too short!" },
        { ASR_CAUSE_TOO_LONG,    "Audio too long!" },
        { ASR_CAUSE_SAMPLE_RATE, "Audio Sample Rate Not Match!" },
        { ASR_CAUSE_NO_MODEL,    "Engine model not available!" },
        { ASR_CAUSE_RECOGNITION, "Failed to recognize!" },
        { ASR_CAUSE_FILE_GONE,   "Audio file not found!" },
    };

    for (i = 0; i < asr_nelts(causes); i++) {
        if (causes[i].cause == cause) {
            return causes[i].text;
        }
    }

    return "Internal error!";
}


/* SpeakerId: the channel of stereo, else the speaker told apart, else 0. */

static int32_t
asr_tencent_speaker(const asr_result_t *r, const asr_sentence_t *s,
    const asr_tencent_view_t *view)
{
    if (r->channels > 1) {
        return s->channel;
    }

    return (view->speakers && s->speaker > 0) ? s->speaker : 0;
}


/*
 * "[m:s.mmm,m:s.mmm]  text\n"; minutes count on past an hour.  With stereo,
 * and with speakers told apart, a third field says who.
 */

static void
asr_tencent_line(asr_buf_t *out, const asr_result_t *r,
    const asr_sentence_t *s, const asr_tencent_view_t *view)
{
    asr_buf_printf(out, "[%d:%d.%03d,%d:%d.%03d",
                   s->start_ms / 60000, s->start_ms / 1000 % 60,
                   s->start_ms % 1000,
                   s->end_ms / 60000, s->end_ms / 1000 % 60,
                   s->end_ms % 1000);

    if (r->channels > 1 || (view->speakers && s->speaker >= 0)) {
        asr_buf_printf(out, ",%d", asr_tencent_speaker(r, s, view));
    }

    asr_buf_append(out, "]  ", 3);
    asr_buf_append(out, s->text.data, s->text.len);
    asr_buf_append(out, "\n", 1);
}


/* Characters of Chinese and its like, words of all other scripts. */

static unsigned
asr_tencent_units(asr_str_t word)
{
    size_t    i;
    unsigned  wide;

    wide = 0;

    for (i = 0; i < word.len; i++) {
        if ((unsigned char) word.data[i] >= 0xe3
            && (unsigned char) word.data[i] <= 0xef)
        {
            wide++;
        }
    }

    return (wide != 0) ? wide : 1;
}


static double
asr_tencent_speed(const asr_sentence_t *s)
{
    size_t    i;
    unsigned  units;

    if (s->end_ms <= s->start_ms) {
        return 0;
    }

    for (i = 0, units = 0; i < s->nwords; i++) {
        units += asr_tencent_units(s->words[i].text);
    }

    return units * 1000.0 / (s->end_ms - s->start_ms);
}


/* "The sound volume in dB by 10", 1 to 10; 0 when not asked for. */

static double
asr_tencent_energy(const asr_sentence_t *s, const asr_tencent_view_t *view)
{
    double  e;

    if (!view->energy) {
        return 0;
    }

    e = s->energy_db / 10.0;

    return (e > 10) ? 10 : (e >= 1) ? e : 1;
}


/* Words parted by blanks, no marks. */

static void
asr_tencent_slices(asr_buf_t *text, const asr_sentence_t *s)
{
    size_t  i;

    text->len = 0;

    for (i = 0; i < s->nwords; i++) {
        if (i != 0) {
            asr_buf_append(text, " ", 1);
        }

        asr_buf_append(text, s->words[i].text.data, s->words[i].text.len);
    }
}


/* T-006: format 1 has no marks, others have them with the word before. */

static void
asr_tencent_words(asr_json_out_t *o, const asr_sentence_t *s,
    const asr_tencent_view_t *view)
{
    size_t             i;
    const asr_word_t  *w;

    asr_jo_key(o, "Words");
    asr_jo_array(o);

    for (i = 0; i < s->nwords; i++) {
        w = &s->words[i];

        asr_jo_object(o);
        asr_jo_key(o, "Word");

        if (view->res_text_format == 1) {
            asr_jo_str(o, w->text);

        } else {
            asr_word_write(o, w);
        }

        asr_jo_key(o, "OffsetStartMs");
        asr_jo_int(o, w->start_ms - s->start_ms);
        asr_jo_key(o, "OffsetEndMs");
        asr_jo_int(o, w->end_ms - s->start_ms);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


/* T-025: null when nothing of a library was said. */

static void
asr_tencent_keywords(asr_json_out_t *o, const asr_sentence_t *s)
{
    size_t                    i, k;
    const asr_keyword_hit_t  *hit;

    asr_jo_key(o, "KeyWordResults");

    if (s->nhits == 0) {
        asr_jo_null(o);
        return;
    }

    asr_jo_array(o);

    for (i = 0; i < s->nhits; i++) {
        hit = &s->hits[i];

        asr_jo_object(o);
        asr_jo_key(o, "KeyWordLibID");
        asr_jo_str(o, hit->id);
        asr_jo_key(o, "KeyWordLibName");
        asr_jo_str(o, hit->name);
        asr_jo_key(o, "KeyWords");
        asr_jo_array(o);

        for (k = 0; k < hit->nwords; k++) {
            asr_jo_str(o, hit->words[k]);
        }

        asr_jo_array_end(o);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


/* silence: ms since the sentence before it on the same channel ended. */

static void
asr_tencent_sentence(asr_json_out_t *o, asr_buf_t *text,
    const asr_result_t *r, const asr_sentence_t *s,
    const asr_tencent_view_t *view, int64_t silence)
{
    asr_jo_object(o);

    asr_tencent_slices(text, s);

    asr_jo_key(o, "FinalSentence");
    asr_jo_str(o, view->res_text_format == 1 ? asr_buf_str(text) : s->text);
    asr_jo_key(o, "SliceSentence");
    asr_jo_str(o, asr_buf_str(text));

    if (view->res_text_format == 5) {
        asr_jo_key(o, "WrittenText");
        asr_jo_str(o, s->written);
    }

    asr_jo_key(o, "StartMs");
    asr_jo_int(o, s->start_ms);
    asr_jo_key(o, "EndMs");
    asr_jo_int(o, s->end_ms);
    asr_jo_key(o, "SpeechSpeed");
    asr_jo_fixed(o, asr_tencent_speed(s), 1);
    asr_jo_key(o, "WordsNum");
    asr_jo_int(o, (int64_t) s->nwords);
    asr_jo_key(o, "EmotionalEnergy");
    asr_jo_fixed(o, asr_tencent_energy(s, view), view->energy ? 1 : 0);
    asr_jo_key(o, "SpeakerId");
    asr_jo_int(o, asr_tencent_speaker(r, s, view));
    asr_jo_key(o, "SilenceTime");
    asr_jo_int(o, silence);
    asr_jo_key(o, "EmotionType");
    asr_jo_null(o);
    asr_tencent_keywords(o, s);
    asr_tencent_words(o, s, view);

    asr_jo_object_end(o);
}


void
asr_tencent_detail(asr_json_out_t *o, asr_buf_t *text, const asr_result_t *r,
    const asr_tencent_view_t *view)
{
    size_t                 i, c;
    int64_t                silence, ends[ASR_CHANNELS_MAX];
    const asr_sentence_t  *s;

    for (i = 0; i < ASR_CHANNELS_MAX; i++) {
        ends[i] = -1;
    }

    asr_jo_array(o);

    for (i = 0; i < r->nsentences; i++) {
        s = &r->sentences[i];
        c = (s->channel > 0 && s->channel < ASR_CHANNELS_MAX)
            ? (size_t) s->channel : 0;

        silence = (ends[c] >= 0 && s->start_ms > ends[c])
                  ? s->start_ms - ends[c] : 0;
        ends[c] = s->end_ms;

        asr_tencent_sentence(o, text, r, s, view, silence);
    }

    asr_jo_array_end(o);
}


void
asr_tencent_view(const asr_json_t *params, asr_tencent_view_t *view)
{
    view->res_text_format = asr_json_get_int(params, "ResTextFormat", 0);
    view->energy = (asr_json_get_int(params, "EmotionalEnergy", 0) == 1);
    view->speakers = (asr_json_get_int(params, "SpeakerDiarization", 0) == 1);
}


void
asr_tencent_lines(asr_buf_t *out, const asr_result_t *r,
    const asr_tencent_view_t *view)
{
    size_t  i;

    for (i = 0; i < r->nsentences; i++) {
        asr_tencent_line(out, r, &r->sentences[i], view);
    }
}


static asr_err_t
asr_tencent_success(asr_call_t *call, asr_json_out_t *o,
    const asr_result_t *r)
{
    asr_err_t            rc;
    asr_buf_t            text;
    asr_json_error_t     err;
    asr_tencent_view_t   view;

    asr_tencent_view(asr_json_parse(&call->arena, call->op.task.params, &err),
                     &view);

    asr_buf_init(&text, ASR_REPLY_MAX);
    asr_tencent_lines(&text, r, &view);

    asr_jo_key(o, "AudioDuration");
    asr_jo_fixed(o, r->audio_ms / 1000.0, 3);
    asr_jo_key(o, "Result");
    asr_jo_str(o, asr_buf_str(&text));
    asr_jo_key(o, "ErrorMsg");
    asr_jo_str(o, asr_str(""));
    asr_jo_key(o, "ResultDetail");

    if (view.res_text_format == 0) {
        /* the service itself sends null here, and [] while there is none */
        asr_jo_null(o);

    } else {
        asr_tencent_detail(o, &text, r, &view);
    }

    rc = text.failed ? ASR_NOMEM : ASR_OK;
    asr_buf_free(&text);

    return rc;
}


static void
asr_tencent_unfinished(asr_json_out_t *o, const asr_task_t *task)
{
    asr_jo_key(o, "AudioDuration");
    asr_jo_int(o, 0);
    asr_jo_key(o, "Result");
    asr_jo_str(o, asr_str(""));
    asr_jo_key(o, "ErrorMsg");
    asr_jo_str(o, (task->state == ASR_TASK_FAILED)
                  ? asr_cstr(asr_tencent_cause(task->cause)) : asr_str(""));
    asr_jo_key(o, "ResultDetail");
    asr_jo_array(o);
    asr_jo_array_end(o);
}


asr_step_t
asr_tencent_describe_reply(asr_call_t *call)
{
    int              status;
    asr_err_t        rc;
    asr_task_t      *task;
    asr_result_t     result;
    asr_json_out_t   o;

    static const char *const  names[] = {
        "waiting", "doing", "success", "failed"
    };

    task = &call->op.task;

    /* what was fetched waits once more, but has begun */

    status = (task->state == ASR_TASK_CREATED && task->started_ms == 0) ? 0
             : (task->state == ASR_TASK_SUCCEEDED) ? 2
             : (task->state == ASR_TASK_FAILED) ? 3 : 1;

    if (status == 2
        && asr_result_read(&call->arena, task->result, &result) != ASR_OK)
    {
        return asr_tencent_fail(call, ASR_TE_INTERNAL);
    }

    asr_tencent_reply_begin(call);

    rc = status == 2 ? asr_subtitles_reply(call, &call->arena, &result)
                     : ASR_NOTFOUND;

    if (rc == ASR_OK) {
        return ASR_STEP_REPLY;
    }

    if (rc != ASR_NOTFOUND
        || asr_json_out_begin(&o, &call->reply.body) != ASR_OK)
    {
        return asr_tencent_fail(call, ASR_TE_INTERNAL);
    }

    asr_jo_object(&o);
    asr_jo_key(&o, "Response");
    asr_jo_object(&o);
    asr_jo_key(&o, "RequestId");
    asr_jo_str(&o, (asr_str_t) { ASR_UUID_LEN, call->request_id });
    asr_jo_key(&o, "Data");
    asr_jo_object(&o);
    asr_jo_key(&o, "TaskId");
    asr_jo_int(&o, task->id);
    asr_jo_key(&o, "Status");
    asr_jo_int(&o, status);
    asr_jo_key(&o, "StatusStr");
    asr_jo_str(&o, asr_cstr(names[status]));

    rc = ASR_OK;

    if (status == 2) {
        rc = asr_tencent_success(call, &o, &result);

    } else {
        asr_tencent_unfinished(&o, task);
    }

    asr_jo_object_end(&o);
    asr_jo_object_end(&o);
    asr_jo_object_end(&o);

    if (asr_json_out_end(&o) != ASR_OK || rc != ASR_OK) {
        return asr_tencent_fail(call, ASR_TE_INTERNAL);
    }

    return ASR_STEP_REPLY;
}
