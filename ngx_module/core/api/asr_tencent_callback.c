/*
 * The callback: a form, POSTed to CallbackUrl when a task has ended, at most
 * twice.  The receiver's say is in its JSON reply: a code other than 0 is a
 * failure.  Fields and their order are those of the service's own sample.
 */

#include "asr_tencent.h"


#define ASR_TENCENT_ATTEMPTS   2
#define ASR_TENCENT_FORM_MAX   ASR_DELIVERY_BODY_MAX


/* By cause; what is not here is 10005, "other". */

static int
asr_tencent_callback_code(const asr_task_t *task)
{
    size_t  i;

    static const struct {
        asr_cause_t  cause;
        int          code;
    } codes[] = {
        { ASR_CAUSE_FORMAT,      10000 },
        { ASR_CAUSE_RECOGNITION, 10001 },
        { ASR_CAUSE_TOO_SHORT,   10002 },
        { ASR_CAUSE_TOO_LONG,    10003 },
        { ASR_CAUSE_CORRUPT,     10004 },
        { ASR_CAUSE_CHANNELS,    10006 },
        { ASR_CAUSE_DOWNLOAD,    10007 },
    };

    if (task->state == ASR_TASK_SUCCEEDED) {
        return 0;
    }

    for (i = 0; i < asr_nelts(codes); i++) {
        if (codes[i].cause == task->cause) {
            return codes[i].code;
        }
    }

    return 10005;
}


static void
asr_tencent_form_escape(asr_buf_t *out, asr_str_t s)
{
    char           hex[3];
    size_t         i, from;
    unsigned char  c;

    static const char  digits[] = "0123456789ABCDEF";

    for (i = 0, from = 0; i < s.len; i++) {
        c = (unsigned char) s.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9')
            || c == '-' || c == '.' || c == '_' || c == '*')
        {
            continue;
        }

        asr_buf_append(out, s.data + from, i - from);
        from = i + 1;

        if (c == ' ') {
            asr_buf_append(out, "+", 1);

        } else {
            hex[0] = '%';
            hex[1] = digits[c >> 4];
            hex[2] = digits[c & 15];
            asr_buf_append(out, hex, sizeof(hex));
        }
    }

    if (from != s.len) {
        asr_buf_append(out, s.data + from, s.len - from);
    }
}


static void
asr_tencent_form_field(asr_buf_t *out, const char *name, asr_str_t value)
{
    asr_buf_printf(out, "&%s=", name);
    asr_tencent_form_escape(out, value);
}


/* The fields that hold what was recognised; ASR_INVALID: it cannot be read. */

static asr_err_t
asr_tencent_form_result(asr_buf_t *form, const asr_task_t *task,
    const asr_json_t *params, asr_arena_t *arena)
{
    asr_buf_t            text, detail;
    asr_err_t            rc;
    asr_result_t         r;
    asr_json_out_t       o;
    asr_tencent_view_t   view;

    rc = asr_result_read(arena, task->result, &r);
    if (rc != ASR_OK) {
        return rc;
    }

    asr_tencent_view(params, &view);
    asr_buf_init(&text, ASR_TENCENT_FORM_MAX);
    asr_buf_init(&detail, ASR_TENCENT_FORM_MAX);

    asr_tencent_lines(&text, &r, &view);
    asr_tencent_form_field(form, "text", asr_buf_str(&text));
    asr_buf_printf(form, "&audioTime=%.6f&message=",
                   (double) r.audio_ms / 1000);

    if (view.res_text_format != 0) {
        rc = asr_json_out_begin(&o, &detail);

        if (rc == ASR_OK) {
            asr_tencent_detail(&o, &text, &r, &view);
            rc = asr_json_out_end(&o);
        }
    }

    asr_tencent_form_field(form, "resultDetail", asr_buf_str(&detail));

    if (rc == ASR_OK && text.failed) {
        rc = ASR_NOMEM;
    }

    asr_buf_free(&text);
    asr_buf_free(&detail);

    return rc;
}


static asr_err_t
asr_tencent_form(asr_buf_t *form, const asr_task_t *task,
    const asr_json_t *params, asr_arena_t *arena)
{
    asr_err_t  rc;

    asr_buf_printf(form, "code=%d&requestId=%lld&appid=%lld&projectid=0",
                   asr_tencent_callback_code(task), (long long) task->id,
                   (long long) asr_json_get_int(params, "AppId", 0));

    if (task->url.len != 0) {
        asr_tencent_form_field(form, "audioUrl", task->url);
    }

    rc = ASR_OK;

    if (task->state == ASR_TASK_SUCCEEDED) {
        rc = asr_tencent_form_result(form, task, params, arena);

    } else {
        asr_buf_printf(form, "&text=&audioTime=%.6f",
                       (double) task->audio_ms / 1000);
        asr_tencent_form_field(form, "message",
                               asr_cstr(asr_tencent_cause(task->cause)));
        asr_buf_printf(form, "&resultDetail=");
    }

    return (rc == ASR_OK && form->failed) ? ASR_NOMEM : rc;
}


bool
asr_tencent_callback(const asr_task_t *task, asr_arena_t *arena,
    asr_delivery_t *out)
{
    asr_buf_t          form;
    asr_err_t          rc;
    const asr_json_t  *params;
    asr_json_error_t   err;

    params = asr_json_parse(arena, task->params, &err);
    out->url = asr_json_get_str(params, "CallbackUrl");

    if (out->url.len == 0) {
        return false;
    }

    asr_buf_init(&form, ASR_TENCENT_FORM_MAX);
    rc = asr_tencent_form(&form, task, params, arena);

    if (rc == ASR_OK) {
        out->body = asr_arena_str(arena, asr_buf_str(&form));

        if (out->body.data == NULL) {
            rc = ASR_NOMEM;
        }
    }

    asr_buf_free(&form);

    if (rc != ASR_OK) {
        asr_log(ASR_LOG_ERR, "task %lld of account \"%.*s\": could not make "
                "its callback", (long long) task->id, asr_fmt(task->account));
        return false;
    }

    out->content_type = asr_str("application/x-www-form-urlencoded");
    out->attempts_max = ASR_TENCENT_ATTEMPTS;
    out->reply_code = true;

    return true;
}
