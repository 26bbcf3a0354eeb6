/*
 * Document 000: the replies about tasks.
 *
 * The document gives the reply of the creation only.  The query's form is a
 * guess after the vendor's clients and its earlier file transcription: the
 * names are in one table, times are integer milliseconds.  Clients prefer a
 * top-level "data" or "result" over the rest when they meet one, so neither
 * is ever written; "results" is always an array on success; whatever is not
 * a failure has status_code 0, as pollers stop at any other.
 */

#include "asr_u2.h"
#include "asr_subtitles.h"

#include <stdio.h>


static const struct {
    const char  *duration;
    const char  *results;
    const char  *index;
    const char  *start;
    const char  *end;
    const char  *text;
    const char  *speaker;
    const char  *channel;
    const char  *words;
} asr_u2_names = {
    "duration", "results", "index", "start", "end", "text", "speaker",
    "channel", "words"
};


typedef struct {
    bool     word_info;
    bool     enable_speaker;
    int64_t  channel;
} asr_u2_shape_t;


void
asr_u2_base_resp(asr_json_out_t *o, int code, asr_str_t msg)
{
    asr_jo_key(o, "base_resp");
    asr_jo_object(o);
    asr_jo_key(o, "status_code");
    asr_jo_int(o, code);
    asr_jo_key(o, "status_msg");
    asr_jo_str(o, msg);
    asr_jo_object_end(o);
}


asr_step_t
asr_u2_task_created(asr_call_t *call)
{
    asr_buf_t  *b;

    static const char  head[] = "{\"task_id\":\"";
    static const char  tail[] = "\",\"base_resp\":{\"status_code\":0,"
                                "\"status_msg\":\"success\"}}";

    asr_u2_reply(call);

    b = &call->reply.body;

    asr_buf_append(b, head, sizeof(head) - 1);
    asr_buf_int(b, call->task_id);
    asr_buf_append(b, tail, sizeof(tail) - 1);

    if (b->failed) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    return ASR_STEP_REPLY;
}


static asr_str_t
asr_u2_trim(asr_str_t s)
{
    while (s.len != 0 && s.data[s.len - 1] == ' ') {
        s.len--;
    }

    while (s.len != 0 && s.data[0] == ' ') {
        s.data++;
        s.len--;
    }

    return s;
}


static void
asr_u2_word(asr_json_out_t *o, const asr_word_t *w)
{
    asr_jo_object(o);
    asr_jo_key(o, asr_u2_names.text);
    asr_word_write(o, w);
    asr_jo_key(o, asr_u2_names.start);
    asr_jo_int(o, w->start_ms);
    asr_jo_key(o, asr_u2_names.end);
    asr_jo_int(o, w->end_ms);
    asr_jo_object_end(o);
}


static void
asr_u2_sentence(asr_json_out_t *o, const asr_sentence_t *s, size_t index,
    const asr_u2_shape_t *shape)
{
    size_t  i;

    asr_jo_object(o);
    asr_jo_key(o, asr_u2_names.index);
    asr_jo_int(o, (int64_t) index);
    asr_jo_key(o, asr_u2_names.start);
    asr_jo_int(o, s->start_ms);
    asr_jo_key(o, asr_u2_names.end);
    asr_jo_int(o, s->end_ms);
    asr_jo_key(o, asr_u2_names.text);
    asr_jo_str(o, asr_u2_trim(s->text));

    if (shape->enable_speaker && s->speaker >= 0) {
        asr_jo_key(o, asr_u2_names.speaker);
        asr_jo_int(o, s->speaker);
    }

    if (shape->channel == 2) {
        asr_jo_key(o, asr_u2_names.channel);
        asr_jo_int(o, s->channel + 1);
    }

    if (shape->word_info) {
        asr_jo_key(o, asr_u2_names.words);
        asr_jo_array(o);

        for (i = 0; i < s->nwords; i++) {
            asr_u2_word(o, &s->words[i]);
        }

        asr_jo_array_end(o);
    }

    asr_jo_object_end(o);
}


static void
asr_u2_task_head(asr_json_out_t *o, const asr_task_t *t, const char *status)
{
    char  id[24];
    int   n;

    n = snprintf(id, sizeof(id), "%lld", (long long) t->id);

    asr_jo_object(o);
    asr_jo_key(o, "task_id");
    asr_jo_str(o, (asr_str_t) { (size_t) n, id });
    asr_jo_key(o, "status");
    asr_jo_str(o, asr_cstr(status));
}


static asr_step_t
asr_u2_task_success(asr_call_t *call, const asr_task_t *t)
{
    size_t             i;
    asr_err_t          rc;
    asr_result_t       result;
    asr_json_out_t     o;
    asr_u2_shape_t     shape;
    const asr_json_t  *params;
    asr_json_error_t   error;

    params = asr_json_parse(&call->arena, t->params, &error);

    shape.word_info = asr_json_get_bool(params, "word_info", false);
    shape.enable_speaker = asr_json_get_bool(params, "enable_speaker", false);
    shape.channel = asr_json_get_int(params, "channel", 1);

    if (asr_result_read(&call->arena, t->result, &result) != ASR_OK) {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL,
                            "the task's result cannot be read");
    }

    rc = asr_subtitles_reply(call, &call->arena, &result);

    if (rc != ASR_NOTFOUND) {
        return rc == ASR_OK ? ASR_STEP_REPLY
                            : asr_u2_error(call, ASR_U2_INTERNAL, NULL,
                                           "out of memory");
    }

    asr_json_out_begin(&o, &call->reply.body);
    asr_u2_task_head(&o, t, "Success");
    asr_jo_key(&o, asr_u2_names.duration);
    asr_jo_int(&o, t->audio_ms);
    asr_jo_key(&o, asr_u2_names.results);
    asr_jo_array(&o);

    for (i = 0; i < result.nsentences; i++) {
        asr_u2_sentence(&o, &result.sentences[i], i, &shape);
    }

    asr_jo_array_end(&o);
    asr_u2_base_resp(&o, 0, asr_str("success"));
    asr_jo_object_end(&o);

    return asr_u2_reply_end(call, &o);
}


static asr_step_t
asr_u2_task_failed(asr_call_t *call, const asr_task_t *t)
{
    asr_str_t              msg;
    asr_json_out_t         o;
    const asr_u2_cause_t  *c;

    c = &asr_u2_causes[ASR_CAUSE_INTERNAL];

    if ((size_t) t->cause < asr_nelts(asr_u2_causes)) {
        c = &asr_u2_causes[t->cause];
    }

    msg = (t->message.len != 0) ? t->message : asr_cstr(c->meaning);

    asr_json_out_begin(&o, &call->reply.body);
    asr_u2_task_head(&o, t, "Failed");
    asr_u2_base_resp(&o, c->code, msg);
    asr_jo_object_end(&o);

    return asr_u2_reply_end(call, &o);
}


/* A poll of a task that is not done: the commonest reply of all. */

static asr_step_t
asr_u2_task_unfinished(asr_call_t *call, const asr_task_t *t)
{
    const char  *status;

    /* what was fetched waits once more, but has begun */

    status = (t->state == ASR_TASK_CREATED && t->started_ms == 0)
             ? "Waiting" : "Processing";

    if (asr_buf_printf(&call->reply.body,
                       "{\"task_id\":\"%lld\",\"status\":\"%s\","
                       "\"base_resp\":{\"status_code\":0,"
                       "\"status_msg\":\"success\"}}",
                       (long long) t->id, status)
        != ASR_OK)
    {
        return asr_u2_error(call, ASR_U2_INTERNAL, NULL, "out of memory");
    }

    return ASR_STEP_REPLY;
}


asr_step_t
asr_u2_task_reply(asr_call_t *call)
{
    const asr_task_t  *t;

    t = &call->op.task;

    asr_u2_reply(call);

    switch (t->state) {

    case ASR_TASK_SUCCEEDED:
        return asr_u2_task_success(call, t);

    case ASR_TASK_FAILED:
        return asr_u2_task_failed(call, t);

    default:
        return asr_u2_task_unfinished(call, t);
    }
}
