/*
 * What the store asks for: what is said in an audio, why a task fails, and
 * ids as clients know them.
 */

#include "ngx_http_asr_mock.h"
#include "asr_mock_embedded.h"
#include "asr_mock_errors.h"
#include "asr_mock_plan.h"
#include "asr_mock_script.h"
#include "core/api/asr_ice.h"
#include "core/api/asr_memories.h"


/* What the script needs of a world, copied: it is made without the lock. */

typedef struct {
    int                  fd;             /* of the audio; -1: in bytes */
    uint64_t             size;
    asr_str_t            bytes;
} ngx_http_asr_mock_heard_t;


static asr_err_t ngx_http_asr_mock_script(void *ctx,
    const asr_mock_ask_t *ask, asr_arena_t *a, asr_result_t *result,
    bool *exact);
static asr_err_t ngx_http_asr_mock_take(const asr_mock_ask_t *ask,
    asr_arena_t *a, asr_mock_script_in_t *in,
    ngx_http_asr_mock_heard_t *heard);
static void ngx_http_asr_mock_public_id(void *ctx, asr_json_out_t *o,
    const asr_task_t *task);


const asr_mock_store_hooks_t  ngx_http_asr_mock_store_hooks = {
    .script = ngx_http_asr_mock_script,
    .texts = true,
    .cause = asr_mock_task_code,
    .public_id = ngx_http_asr_mock_public_id,
    .changed = ngx_http_asr_mock_changed,
    .settled = ngx_http_asr_mock_poke
};


/*
 * A text of the plan comes before one that the audio carries; without both the
 * words are made up, and finished as a recogniser's are.
 */

static asr_err_t
ngx_http_asr_mock_script(void *ctx, const asr_mock_ask_t *ask,
    asr_arena_t *a, asr_result_t *result, bool *exact)
{
    asr_err_t                       rc;
    asr_mock_reader_t               reader;
    asr_mock_script_in_t            in;
    ngx_http_asr_mock_heard_t       heard;
    ngx_http_asr_mock_main_conf_t  *mcf;

    memset(&in, 0, sizeof(asr_mock_script_in_t));

    in.seed = ask->seed;
    in.name = ask->sha256;
    in.audio_ms = ask->audio_ms;
    in.channels = ask->task->channels;
    in.segments = ask->segments;
    in.nsegments = ask->n;
    in.heard = true;

    rc = ngx_http_asr_mock_take(ask, a, &in, &heard);

    if (heard.fd != -1) {
        reader = asr_mock_reader_fd(&heard.fd);
        reader.size = heard.size;
        rc = asr_mock_embedded(&reader, a, &in.embedded);

        (void) close(heard.fd);

    } else if (heard.bytes.len != 0) {
        reader = asr_mock_reader_mem(&heard.bytes);
        reader.size = heard.bytes.len;
        rc = asr_mock_embedded(&reader, a, &in.embedded);
    }

    if (rc == ASR_NOMEM) {
        return rc;
    }

    *exact = in.text.len != 0 || in.embedded.len != 0;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_asr_mock_module);

    if (!*exact && mcf->pocketsphinx) {
        return ASR_NOTFOUND;
    }

    return asr_mock_script(a, &in, result);
}


/* The text that the world's plan has, or else the audio. */

static asr_err_t
ngx_http_asr_mock_take(const asr_mock_ask_t *ask, asr_arena_t *a,
    asr_mock_script_in_t *in, ngx_http_asr_mock_heard_t *heard)
{
    asr_err_t          rc;
    asr_str_t          text;
    asr_mock_world_t  *w;
    asr_mock_found_t   found;

    heard->fd = -1;
    heard->bytes = asr_str_null();
    rc = ASR_OK;

    asr_mock_lock();

    w = asr_mock_world_find(ask->world);

    if (w == NULL) {
        asr_mock_unlock();
        return ASR_NOTFOUND;
    }

    asr_mock_course_fixture(w, ask->task->api, ask->sha256, ask->course, &text,
                            &in->wer);

    if (text.len != 0) {
        in->text = asr_arena_str(a, text);
        rc = in->text.data != NULL ? ASR_OK : ASR_NOMEM;

    } else if (asr_mock_store_audio(w, ask->task->id, &found)) {

        if (found.spool.len != 0) {
            heard->size = found.size;
            heard->fd = asr_spool_open_audio(ngx_http_asr_process.core.spool,
                                             found.spool);

        } else if (found.bytes.len != 0) {
            heard->bytes = asr_arena_str(a, found.bytes);
            rc = heard->bytes.data != NULL ? ASR_OK : ASR_NOMEM;
        }
    }

    asr_mock_unlock();

    return rc;
}


/* As the API writes it. */

static void
ngx_http_asr_mock_public_id(void *ctx, asr_json_out_t *o,
    const asr_task_t *task)
{
    char                  text[ASR_MEMORIES_TASK_LEN], job[ASR_ICE_JOB_LEN];
    char                  number[24];
    asr_arena_t           a;
    asr_memories_kept_t   kept;

    if (asr_str_eq(task->api, asr_str("memories"))) {
        asr_arena_init(&a, ASR_CALL_MEMORY);
        asr_memories_kept(&a, task->params, &kept);
        asr_memories_task_text(task->id, kept.nonce, text);
        asr_jo_str(o, (asr_str_t) { sizeof(text), text });
        asr_arena_free(&a);

    } else if (asr_str_eq(task->api, asr_str("ice"))) {
        asr_ice_job_id(task->id, job);
        asr_jo_str(o, (asr_str_t) { sizeof(job), job });

    } else if (asr_str_eq(task->api, asr_str("u2"))) {
        (void) snprintf(number, sizeof(number), "%lld", (long long) task->id);
        asr_jo_str(o, asr_cstr(number));

    } else {
        asr_jo_int(o, task->id);
    }
}
