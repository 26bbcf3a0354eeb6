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


static asr_err_t ngx_http_asr_mock_script(void *ctx, asr_mock_world_t *w,
    const asr_task_t *task, asr_str_t sha256, const asr_segment_t *segments,
    size_t n, int64_t audio_ms, const asr_mock_course_t *course,
    asr_arena_t *a, asr_result_t *result, bool *exact);
static asr_err_t ngx_http_asr_mock_own_text(asr_mock_world_t *w, int64_t id,
    asr_arena_t *a, asr_str_t *text);
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
ngx_http_asr_mock_script(void *ctx, asr_mock_world_t *w,
    const asr_task_t *task, asr_str_t sha256, const asr_segment_t *segments,
    size_t n, int64_t audio_ms, const asr_mock_course_t *course,
    asr_arena_t *a, asr_result_t *result, bool *exact)
{
    asr_err_t                       rc;
    asr_mock_script_in_t            in;
    ngx_http_asr_mock_main_conf_t  *mcf;

    memset(&in, 0, sizeof(asr_mock_script_in_t));

    in.wer = course->wer;
    in.seed = w->seed;
    in.name = sha256;
    in.audio_ms = audio_ms;
    in.channels = task->channels;
    in.segments = segments;
    in.nsegments = n;
    in.heard = true;

    asr_mock_course_fixture(w, task->api, sha256, course, &in.text, &in.wer);

    if (in.text.len == 0) {
        rc = ngx_http_asr_mock_own_text(w, task->id, a, &in.embedded);

        if (rc == ASR_NOMEM) {
            return rc;
        }
    }

    *exact = in.text.len != 0 || in.embedded.len != 0;

    mcf = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_asr_mock_module);

    if (!*exact && mcf->pocketsphinx) {
        return ASR_NOTFOUND;
    }

    return asr_mock_script(a, &in, result);
}


static asr_err_t
ngx_http_asr_mock_own_text(asr_mock_world_t *w, int64_t id, asr_arena_t *a,
    asr_str_t *text)
{
    int                 fd;
    asr_err_t           rc;
    asr_mock_found_t    found;
    asr_mock_reader_t   reader;

    if (!asr_mock_store_audio(w, id, &found)) {
        return ASR_NOTFOUND;
    }

    if (found.spool.len == 0) {
        reader = asr_mock_reader_mem(&found.bytes);
        reader.size = found.bytes.len;

        return asr_mock_embedded(&reader, a, text);
    }

    fd = asr_spool_open_audio(ngx_http_asr_process.core.spool, found.spool);

    if (fd == -1) {
        return ASR_NOTFOUND;
    }

    reader = asr_mock_reader_fd(&fd);
    reader.size = found.size;
    rc = asr_mock_embedded(&reader, a, text);

    (void) close(fd);

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
