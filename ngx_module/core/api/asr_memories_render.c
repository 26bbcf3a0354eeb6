/*
 * Document 002: transcripts, and the callback.
 *
 * The document's callback is nested three deep and says "message" outside
 * where it says "msg" inside, and "msg" in replies.  None of that is to be
 * unified: clients read callback.data.data.data[0].text.  Times are seconds.
 * The failure's frame is a guess: the document tells clients to look at
 * data.success.
 */

#include "asr_memories.h"

#include <stdio.h>


static asr_str_t asr_memories_text(asr_arena_t *arena, asr_buf_t *b,
    asr_json_out_t *o);


asr_str_t
asr_memories_keep(asr_arena_t *arena, const asr_memories_kept_t *k)
{
    asr_buf_t       b;
    asr_json_out_t  o;

    asr_buf_init(&b, ASR_MEMORIES_JSON_MAX);
    asr_json_out_begin(&o, &b);
    asr_jo_object(&o);
    asr_jo_key(&o, "nonce");
    asr_jo_str(&o, k->nonce);
    asr_jo_key(&o, "model");
    asr_jo_str(&o, k->model);
    asr_jo_key(&o, "speaker");
    asr_jo_bool(&o, k->speaker);
    asr_jo_key(&o, "integer");
    asr_jo_bool(&o, k->integer);

    if (k->webhook.len != 0) {
        asr_jo_key(&o, "webhook");
        asr_jo_str(&o, k->webhook);
    }

    asr_jo_object_end(&o);

    return asr_memories_text(arena, &b, &o);
}


/* Ends both; the text in the arena, data NULL: no memory. */

static asr_str_t
asr_memories_text(asr_arena_t *arena, asr_buf_t *b, asr_json_out_t *o)
{
    asr_str_t  s;

    s = asr_str_null();

    if (asr_json_out_end(o) == ASR_OK) {
        s = asr_arena_str(arena, asr_buf_str(b));
    }

    asr_buf_free(b);

    return s;
}


void
asr_memories_kept(asr_arena_t *arena, asr_str_t params, asr_memories_kept_t *k)
{
    const asr_json_t  *v;
    asr_json_error_t   error;

    v = asr_json_parse(arena, params, &error);

    k->nonce = asr_json_get_str(v, "nonce");
    k->model = asr_json_get_str(v, "model");
    k->webhook = asr_json_get_str(v, "webhook");
    k->speaker = asr_json_get_bool(v, "speaker", false);
    k->integer = asr_json_get_bool(v, "integer", false);
}


/* asr_api_t.ask; M-003 */

asr_err_t
asr_memories_ask(const asr_json_t *params, asr_arena_t *a, asr_ask_t *ask)
{
    ask->speakers = asr_json_get_bool(params, "speaker", false);

    return ASR_OK;
}


static asr_str_t
asr_memories_trim(asr_str_t s)
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
asr_memories_seconds(asr_json_out_t *o, const char *key, int64_t ms)
{
    asr_jo_key(o, key);
    asr_jo_fixed(o, (double) ms / 1000, 3);
}


void
asr_memories_segments(asr_json_out_t *o, const asr_result_t *r, bool speaker)
{
    int                     n;
    char                    name[24];
    size_t                  i;
    const asr_sentence_t   *s;

    asr_jo_array(o);

    for (i = 0; i < r->nsentences; i++) {
        s = &r->sentences[i];

        asr_jo_object(o);
        asr_memories_seconds(o, "start_time", s->start_ms);
        asr_memories_seconds(o, "end_time", s->end_ms);
        asr_jo_key(o, "text");
        asr_jo_str(o, asr_memories_trim(s->text));
        asr_jo_key(o, "speaker");

        if (speaker && s->speaker >= 0) {
            n = snprintf(name, sizeof(name), "SPEAKER_%02d", (int) s->speaker);
            asr_jo_str(o, (asr_str_t) { (size_t) n, name });

        } else {
            asr_jo_null(o);
        }

        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


void
asr_memories_result(asr_json_out_t *o, const asr_result_t *r,
    const asr_memories_kept_t *k)
{
    asr_jo_object(o);
    asr_jo_key(o, "data");
    asr_jo_object(o);
    asr_jo_key(o, "data");
    asr_memories_segments(o, r, k->speaker);
    asr_jo_key(o, "usage_metadata");
    asr_jo_object(o);
    asr_memories_seconds(o, "duration", r->audio_ms);
    asr_jo_key(o, "model");
    asr_jo_str(o, k->model);
    asr_jo_key(o, "output_tokens");
    asr_jo_int(o, 0);
    asr_jo_key(o, "prompt_tokens");
    asr_jo_int(o, 0);
    asr_jo_object_end(o);
    asr_jo_object_end(o);
    asr_jo_key(o, "msg");
    asr_jo_str(o, asr_str("success"));
    asr_jo_key(o, "success");
    asr_jo_bool(o, true);
    asr_jo_object_end(o);
}


const asr_memories_cause_t *
asr_memories_cause(const asr_task_t *t)
{
    if ((size_t) t->cause < asr_nelts(asr_memories_causes)) {
        return &asr_memories_causes[t->cause];
    }

    return &asr_memories_causes[ASR_CAUSE_INTERNAL];
}


/* "code" and "message", up to the value of "data". */

static void
asr_memories_callback_head(asr_json_out_t *o, const asr_task_t *t,
    const asr_memories_kept_t *k, asr_memories_code_id_t id)
{
    const asr_memories_code_t  *c;

    c = &asr_memories_codes[id];

    asr_jo_object(o);
    asr_memories_code(o, k->integer, c->status, c->code);
    asr_jo_key(o, "message");
    asr_jo_str(o, id == ASR_MEMORIES_OK ? asr_str("SUCCESS")
                                        : asr_str("FAILED"));
    asr_jo_key(o, "data");
}


static void
asr_memories_callback_failed(asr_json_out_t *o, const asr_task_t *t,
    const asr_memories_kept_t *k, asr_str_t message)
{
    const asr_memories_cause_t  *c;

    c = asr_memories_cause(t);

    asr_memories_callback_head(o, t, k, c->audio ? ASR_MEMORIES_BAD_AUDIO
                                                 : ASR_MEMORIES_INTERNAL);
    asr_jo_object(o);
    asr_jo_key(o, "data");
    asr_jo_null(o);
    asr_jo_key(o, "msg");
    asr_jo_str(o, message.len != 0 ? message : asr_cstr(c->meaning));
    asr_jo_key(o, "success");
    asr_jo_bool(o, false);
    asr_jo_object_end(o);
}


bool
asr_memories_callback(const asr_task_t *t, asr_arena_t *arena,
    asr_delivery_t *out)
{
    bool                  good;
    char                  text[ASR_MEMORIES_TASK_LEN];
    asr_buf_t             b;
    asr_result_t          result;
    asr_json_out_t        o;
    asr_memories_kept_t   k;

    asr_memories_kept(arena, t->params, &k);

    if (k.webhook.len == 0) {
        return false;
    }

    memset(&result, 0, sizeof(result));
    asr_buf_init(&b, ASR_MEMORIES_RESULT_MAX);
    asr_json_out_begin(&o, &b);

    good = t->state == ASR_TASK_SUCCEEDED
           && asr_result_read(arena, t->result, &result) == ASR_OK;

    if (good) {
        asr_memories_callback_head(&o, t, &k, ASR_MEMORIES_OK);
        asr_memories_result(&o, &result, &k);

    } else {
        asr_memories_callback_failed(&o, t, &k,
                                     t->state == ASR_TASK_SUCCEEDED
                                     ? asr_str("the result cannot be read")
                                     : t->message);
    }

    asr_memories_task_text(t->id, k.nonce, text);
    asr_jo_key(&o, "task_id");
    asr_jo_str(&o, (asr_str_t) { sizeof(text), text });
    asr_jo_object_end(&o);

    out->url = k.webhook;
    out->content_type = asr_str("application/json");
    out->nheaders = 0;
    out->attempts_max = ASR_MEMORIES_ATTEMPTS;
    out->body = asr_memories_text(arena, &b, &o);

    if (out->body.data == NULL) {
        asr_log(ASR_LOG_ERR, "memories: no memory for the callback of task "
                "%lld", (long long) t->id);
        return false;
    }

    return true;
}
