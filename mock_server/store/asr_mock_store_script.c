/*
 * The scripted engine.  What is said in an audio is made up, not recognised:
 * when it has been decoded, the script (a hook) gives its words.  A text that
 * was set by somebody is the task's result as it stands; words that were made
 * up become the results of segments, so that text, speakers and keywords are
 * the product's own.
 *
 * What decoding found (the length, where there is voice) is kept for some
 * audios by their digest: a test that submits one file a thousand times has
 * it decoded once.  Digest and waveform are read from the disk, and the words
 * of some hours take half a second to make: all of that is done without the
 * lock, and what came of it is for the task only if that is still there.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "core/api/asr_api.h"
#include "asr_mock_store_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <openssl/evp.h>


#define ASR_MOCK_SCRIPT_ARENA   (64 * 1024 * 1024)
#define ASR_MOCK_ASK_ARENA      (4 * 1024 * 1024)
#define ASR_MOCK_SEGMENT_MAX    (1024 * 1024)
#define ASR_MOCK_FACT_SEGMENTS  512
#define ASR_MOCK_FACT_MS        (10 * 60 * 1000)  /* its words are made by who
                                                     submits it */
#define ASR_MOCK_RATE           16       /* samples in a ms */
#define ASR_MOCK_PEAK_READ      8192     /* samples of one that are looked at */
#define ASR_MOCK_READ           65536


static bool asr_mock_digest(int fd, asr_str_t mem,
    unsigned char out[ASR_SHA256_LEN]);
static bool asr_mock_peaks(asr_mock_store_t *s, int64_t id, int64_t audio_ms,
    unsigned char *peaks);
static asr_err_t asr_mock_said_pieces(asr_mock_said_t *said,
    const asr_result_t *result);
static void asr_mock_said_free(asr_mock_said_t *said);
static void asr_mock_said(asr_mock_store_t *s, asr_mock_said_t *said,
    const unsigned char *digest, const asr_segment_t *segments, size_t n);
static asr_err_t asr_mock_say_copy(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_mock_said_t *said, asr_segment_t **segments, size_t *n);
static bool asr_mock_facts_key(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_mock_fact_key_t *key);


/*
 * Of a file, or of memory.  The core's own is for the event loop's thread
 * alone.
 */

static bool
asr_mock_digest(int fd, asr_str_t mem, unsigned char out[ASR_SHA256_LEN])
{
    char        *buf;
    bool         ok;
    ssize_t      n;
    EVP_MD_CTX  *ctx;

    if (fd < 0) {
        return EVP_Digest(mem.data != NULL ? mem.data : "", mem.len, out,
                          NULL, EVP_sha256(), NULL)
               == 1;
    }

    buf = malloc(ASR_MOCK_READ);
    ctx = EVP_MD_CTX_new();
    ok = buf != NULL && ctx != NULL
         && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1;
    n = 1;

    while (ok && n > 0) {
        n = read(fd, buf, ASR_MOCK_READ);
        ok = n >= 0 && EVP_DigestUpdate(ctx, buf, (size_t) n) == 1;
    }

    ok = ok && EVP_DigestFinal_ex(ctx, out, NULL) == 1;

    EVP_MD_CTX_free(ctx);
    free(buf);

    return ok;
}


/* The loudest sample of each part, 0 to 100; all channels in one. */

static bool
asr_mock_peaks_of(int fd, int64_t samples, unsigned char *peaks)
{
    int       v, max;
    int16_t  *buf;
    int64_t   from, n;
    ssize_t   got, k;
    unsigned  i;

    buf = malloc(ASR_MOCK_PEAK_READ * sizeof(int16_t));
    if (buf == NULL) {
        return false;
    }

    for (i = 0; i < ASR_MOCK_PEAKS; i++) {
        from = samples * i / ASR_MOCK_PEAKS;
        n = samples * (i + 1) / ASR_MOCK_PEAKS - from;
        n = n < ASR_MOCK_PEAK_READ ? n : ASR_MOCK_PEAK_READ;

        got = pread(fd, buf, (size_t) n * sizeof(int16_t),
                    (off_t) from * (off_t) sizeof(int16_t));
        max = peaks[i];

        for (k = 0; k < got / (ssize_t) sizeof(int16_t); k++) {
            v = (buf[k] < 0 ? -(int) buf[k] : buf[k]) * 100 / 32768;
            max = v > max ? v : max;
        }

        peaks[i] = (unsigned char) max;
    }

    free(buf);

    return true;
}


static bool
asr_mock_peaks(asr_mock_store_t *s, int64_t id, int64_t audio_ms,
    unsigned char *peaks)
{
    int       fd;
    bool      any;
    unsigned  c;

    any = false;
    memset(peaks, 0, ASR_MOCK_PEAKS);

    if (s->conf.spool == NULL || audio_ms <= 0) {
        return false;
    }

    for (c = 0; c < ASR_CHANNELS_MAX; c++) {
        fd = asr_spool_open_pcm(s->conf.spool, id, c, O_RDONLY);

        if (fd >= 0) {
            any |= asr_mock_peaks_of(fd, audio_ms * ASR_MOCK_RATE, peaks);
            close(fd);
        }
    }

    return any;
}


/* What the script is told, copied; the lock is held. */

static void
asr_mock_said_of(asr_mock_said_t *said, const asr_mock_task_t *t)
{
    said->rc = asr_mock_task_copy(t, &said->arena, &said->task);

    if (said->rc == ASR_OK) {
        said->rc = asr_mock_course_copy(&said->course, &t->course);
    }

    if (said->rc == ASR_OK) {
        said->asked = true;
        said->seed = t->home->world->seed;
        memcpy(said->world, t->home->world->key, sizeof(said->world));
    }
}


void
asr_mock_look(asr_mock_store_t *s, const asr_op_t *op, asr_mock_look_t *look)
{
    int                fd;
    asr_mock_task_t   *t;
    asr_mock_audio_t  *a;

    fd = -1;
    memset(look, 0, sizeof(asr_mock_look_t));
    look->said.rc = ASR_NOMEM;
    asr_arena_init(&look->said.arena, ASR_MOCK_SCRIPT_ARENA);
    asr_buf_init(&look->said.text, ASR_RESULT_MAX);

    asr_mock_lock();

    t = s->closing ? NULL : asr_mock_table_find(&s->tasks, op->task.id);
    t = t != NULL && t->t.state == ASR_TASK_DECODING ? t : NULL;
    a = t != NULL ? asr_mock_task_audio(s, t) : NULL;

    if (t != NULL && (s->scripted || s->hooks.texts)) {
        asr_mock_said_of(&look->said, t);
    }

    if (a == NULL || !(s->scripted || s->hooks.texts)) {

        /* the digest is of no use */

    } else if (a->digested) {
        memcpy(look->digest, a->digest, ASR_SHA256_LEN);
        look->digested = true;

    } else if (a->spool[0] == '\0') {
        look->digested = asr_mock_digest(-1, (asr_str_t) { (size_t) a->size,
                                                           a->mem },
                                         look->digest);

    } else {
        fd = asr_spool_open_audio(s->conf.spool, asr_cstr(a->spool));
    }

    asr_mock_unlock();

    if (fd >= 0) {
        look->digested = asr_mock_digest(fd, asr_str_null(), look->digest);
        close(fd);
    }

    if (a != NULL) {
        look->peaked = asr_mock_peaks(s, op->task.id, op->task.audio_ms,
                                      look->peaks);
    }

    if (look->said.asked && op->nsegments <= ASR_SEGMENTS_MAX) {
        look->said.task.audio_ms = op->task.audio_ms;
        asr_mock_said(s, &look->said, look->digested ? look->digest : NULL,
                      op->segments, op->nsegments);
    }
}


void
asr_mock_look_free(asr_mock_look_t *look)
{
    asr_mock_said_free(&look->said);
}


/* What somebody has set is said by one voice, where voices are told apart. */

static void
asr_mock_said_voice(asr_mock_said_t *said, asr_result_t *result)
{
    size_t     i;
    asr_ask_t  ask;

    if (result->channels != 1
        || asr_api_ask(&said->task, &said->arena, &ask) != ASR_OK
        || !ask.speakers)
    {
        return;
    }

    for (i = 0; i < result->nsentences; i++) {
        result->sentences[i].speaker = 0;
    }
}


/* No lock held. */

static void
asr_mock_said(asr_mock_store_t *s, asr_mock_said_t *said,
    const unsigned char *digest, const asr_segment_t *segments, size_t n)
{
    char             hex[2 * ASR_SHA256_LEN];
    asr_result_t     result;
    asr_mock_ask_t   ask;

    memset(&ask, 0, sizeof(asr_mock_ask_t));
    ask.world = asr_cstr(said->world);
    ask.seed = said->seed;
    ask.task = &said->task;
    ask.segments = segments;
    ask.n = n;
    ask.audio_ms = said->task.audio_ms;
    ask.course = &said->course;

    if (digest != NULL) {
        asr_hex(digest, ASR_SHA256_LEN, hex);
        ask.sha256 = (asr_str_t) { sizeof(hex), hex };
    }

    memset(&result, 0, sizeof(asr_result_t));
    result.audio_ms = ask.audio_ms;
    result.channels = said->task.channels == 2 ? 2 : 1;

    said->rc = s->hooks.script(s->hooks.ctx, &ask, &said->arena, &result,
                               &said->exact);

    if (said->rc == ASR_OK && result.nsentences > ASR_SEGMENTS_MAX) {
        said->rc = ASR_TOOBIG;
    }

    if (said->rc == ASR_OK && said->exact) {
        asr_mock_said_voice(said, &result);
    }

    if (said->rc == ASR_OK) {
        said->segments = (int32_t) (said->exact ? n : result.nsentences);
        said->rc = said->exact ? asr_result_write(&said->text, &result)
                               : asr_mock_said_pieces(said, &result);
    }
}


/* Each sentence as a segment that has been recognised. */

static asr_err_t
asr_mock_said_pieces(asr_mock_said_t *said, const asr_result_t *result)
{
    size_t                 i;
    asr_buf_t              out;
    asr_json_out_t         o;
    asr_mock_piece_t      *p;
    const asr_sentence_t  *from;

    said->pieces = calloc(result->nsentences + 1, sizeof(asr_mock_piece_t));
    if (said->pieces == NULL) {
        return ASR_NOMEM;
    }

    said->npieces = (int32_t) result->nsentences;

    for (i = 0; i < result->nsentences; i++) {
        p = &said->pieces[i];
        from = &result->sentences[i];

        asr_buf_init(&out, ASR_MOCK_SEGMENT_MAX);

        if (asr_json_out_begin(&o, &out) == ASR_OK) {
            (void) asr_sentence_write(&o, from);
        }

        if (asr_json_out_end(&o) != ASR_OK) {
            asr_buf_free(&out);
            return ASR_NOMEM;
        }

        p->state = ASR_MOCK_PIECE_DONE;
        p->channel = from->channel;
        p->start = (int64_t) from->start_ms * ASR_MOCK_RATE;
        p->length = (int64_t) (from->end_ms - from->start_ms) * ASR_MOCK_RATE;
        p->result = out.data;
        p->len = (uint32_t) out.len;
        said->bytes += out.len;
    }

    return ASR_OK;
}


static void
asr_mock_said_free(asr_mock_said_t *said)
{
    int32_t  i;

    for (i = 0; i < said->npieces; i++) {
        free(said->pieces[i].result);
    }

    free(said->pieces);
    asr_buf_free(&said->text);
    asr_arena_free(&said->arena);
    asr_mock_course_free(&said->course);
}


asr_err_t
asr_mock_store_script(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_mock_said_t *said)
{
    asr_err_t  rc;

    rc = said->rc;

    if (rc == ASR_OK) {
        t->t.segments = said->segments;
        t->t.segments_done = t->t.segments;

        if (said->exact) {
            rc = asr_mock_task_end(s, t, ASR_TASK_SUCCEEDED, ASR_CAUSE_NONE,
                                   asr_str_null(), asr_buf_str(&said->text),
                                   NULL);

        } else {
            asr_mock_task_drop_pieces(s, t);

            t->pieces = said->pieces;
            t->npieces = said->npieces;
            t->first = t->npieces;
            asr_mock_charge(s, t->home, &t->bytes, said->bytes
                            + (size_t) said->npieces
                              * sizeof(asr_mock_piece_t));

            said->pieces = NULL;
            said->npieces = 0;

            asr_mock_task_move(s, t, ASR_TASK_FINISHING);
        }
    }

    if (rc == ASR_OK || rc == ASR_NOMEM
        || (rc == ASR_NOTFOUND && !s->scripted))
    {
        return rc;
    }

    asr_log(ASR_LOG_ERR, "task %lld: there are no words for its audio (%d)",
            (long long) t->node.id, (int) rc);
    asr_mock_task_fail(s, t, ASR_CAUSE_INTERNAL);

    return ASR_OK;
}


/* False: what it gives is not to be kept. */

static bool
asr_mock_facts_key(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_mock_fact_key_t *key)
{
    asr_mock_audio_t  *a;

    a = asr_mock_task_audio(s, t);

    if (a == NULL || t->t.engine.len >= sizeof(key->engine)
        || t->t.format.len >= sizeof(key->format)
        || (t->t.params.len != 0
            && memmem(t->t.params.data, t->t.params.len, "window_", 7)
               != NULL))
    {
        return false;
    }

    /* a large one is hashed by the thread that decodes it */

    if (!a->digested) {
        if (a->spool[0] != '\0') {
            return false;
        }

        a->digested = asr_mock_digest(-1, (asr_str_t) { (size_t) a->size,
                                                        a->mem },
                                      a->digest);
        if (!a->digested) {
            return false;
        }
    }

    memset(key, 0, sizeof(asr_mock_fact_key_t));
    memcpy(key->digest, a->digest, ASR_SHA256_LEN);
    memcpy(key->engine, t->t.engine.data != NULL ? t->t.engine.data : "",
           t->t.engine.len);
    memcpy(key->format, t->t.format.data != NULL ? t->t.format.data : "",
           t->t.format.len);
    key->sample_rate = t->t.sample_rate;
    key->channels = t->t.channels;
    key->strict = t->t.channels_strict;

    return true;
}


static asr_mock_fact_t *
asr_mock_facts_find(asr_mock_store_t *s, const asr_mock_fact_key_t *key)
{
    unsigned  i;

    for (i = 0; i < ASR_MOCK_FACTS; i++) {
        if (s->facts[i].used != 0
            && memcmp(&s->facts[i].key, key, sizeof(asr_mock_fact_key_t))
               == 0)
        {
            return &s->facts[i];
        }
    }

    return NULL;
}


/* The decoded audio is asked for again: whose voice it is. */

static bool
asr_mock_wants_pcm(asr_mock_task_t *t)
{
    bool         wants;
    asr_ask_t    ask;
    asr_arena_t  a;

    asr_arena_init(&a, ASR_MOCK_ASK_ARENA);
    wants = asr_api_ask(&t->t, &a, &ask) != ASR_OK || ask.speakers;
    asr_arena_free(&a);

    return wants;
}


bool
asr_mock_facts_use(asr_mock_store_t *s, asr_mock_task_t *t)
{
    asr_mock_fact_t      *fact;
    asr_mock_fact_key_t   key;

    if (!s->scripted || !asr_mock_facts_key(s, t, &key)) {
        return false;
    }

    fact = asr_mock_facts_find(s, &key);

    if (fact == NULL || asr_mock_wants_pcm(t)) {
        return false;
    }

    fact->used = ++s->serial;
    t->t.audio_ms = fact->audio_ms;
    t->t.started_ms = t->t.started_ms != 0 ? t->t.started_ms : t->due_ms;
    t->small = t->t.audio_ms <= ASR_SMALL_MS;

    if (fact->peaked && t->peaks == NULL) {
        t->peaks = malloc(ASR_MOCK_PEAKS);

        if (t->peaks != NULL) {
            memcpy(t->peaks, fact->peaks, ASR_MOCK_PEAKS);
            asr_mock_charge(s, t->home, &t->bytes, ASR_MOCK_PEAKS);
        }
    }

    /* its words are made when the lock is let go */

    t->saying = ++s->serial;
    asr_mock_take(&t->queue);
    asr_mock_put(&s->say, &t->queue);

    return true;
}


/* The lock is held. */

static asr_err_t
asr_mock_say_copy(asr_mock_store_t *s, asr_mock_task_t *t,
    asr_mock_said_t *said, asr_segment_t **segments, size_t *n)
{
    asr_mock_fact_t      *fact;
    asr_mock_fact_key_t   key;

    fact = asr_mock_facts_key(s, t, &key) ? asr_mock_facts_find(s, &key)
                                          : NULL;
    if (fact == NULL) {
        return ASR_NOTFOUND;
    }

    asr_mock_said_of(said, t);

    if (said->rc != ASR_OK) {
        return said->rc;
    }

    memcpy(said->digest, key.digest, ASR_SHA256_LEN);
    said->task.audio_ms = fact->audio_ms;

    *n = fact->n;
    *segments = asr_arena_zalloc(&said->arena,
                                 (fact->n + 1) * sizeof(asr_segment_t));

    if (*segments == NULL) {
        return ASR_NOMEM;
    }

    if (fact->n != 0) {
        memcpy(*segments, fact->segments, fact->n * sizeof(asr_segment_t));
    }

    return ASR_OK;
}


void
asr_mock_store_say(asr_mock_store_t *s)
{
    size_t            n;
    int64_t           id;
    uint64_t          saying;
    asr_segment_t    *segments;
    asr_mock_said_t   said;
    asr_mock_task_t  *t;

    while (!asr_mock_empty(&s->say)) {
        t = asr_mock_of(s->say.next, asr_mock_task_t, queue);
        asr_mock_take(&t->queue);
        id = t->node.id;
        saying = t->saying;

        memset(&said, 0, sizeof(asr_mock_said_t));
        asr_arena_init(&said.arena, ASR_MOCK_SCRIPT_ARENA);
        asr_buf_init(&said.text, ASR_RESULT_MAX);
        segments = NULL;

        if (asr_mock_say_copy(s, t, &said, &segments, &n) == ASR_OK) {
            asr_mock_unlock();
            asr_mock_said(s, &said, said.digest, segments, n);
            asr_mock_lock();

            t = asr_mock_table_find(&s->tasks, id);

            if (s->closing || t == NULL || t->saying != saying
                || asr_mock_task_ended(t))
            {
                /* it, or its world, is another one by now */

                asr_mock_said_free(&said);
                continue;
            }

            (void) asr_mock_store_script(s, t, &said);
        }

        /* without the facts, or memory, it is decoded */

        if (!asr_mock_task_ended(t)) {
            asr_mock_task_queue(s, t);
        }

        asr_mock_said_free(&said);
    }
}


void
asr_mock_facts_keep(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_segment_t *segments, size_t n)
{
    unsigned              i;
    asr_segment_t        *copy;
    asr_mock_fact_t      *fact;
    asr_mock_fact_key_t   key;

    if (n > ASR_MOCK_FACT_SEGMENTS || t->t.audio_ms > ASR_MOCK_FACT_MS
        || !asr_mock_facts_key(s, t, &key))
    {
        return;
    }

    copy = calloc(n + 1, sizeof(asr_segment_t));
    if (copy == NULL) {
        return;
    }

    if (n != 0) {
        memcpy(copy, segments, n * sizeof(asr_segment_t));
    }

    fact = asr_mock_facts_find(s, &key);

    if (fact == NULL) {
        fact = &s->facts[0];

        for (i = 1; i < ASR_MOCK_FACTS; i++) {
            if (s->facts[i].used < fact->used) {
                fact = &s->facts[i];
            }
        }
    }

    free(fact->segments);
    fact->key = key;
    fact->audio_ms = t->t.audio_ms;
    fact->segments = copy;
    fact->n = n;
    fact->peaked = t->peaks != NULL;
    fact->used = ++s->serial;

    if (fact->peaked) {
        memcpy(fact->peaks, t->peaks, ASR_MOCK_PEAKS);
    }
}


void
asr_mock_facts_free(asr_mock_store_t *s)
{
    unsigned  i;

    for (i = 0; i < ASR_MOCK_FACTS; i++) {
        free(s->facts[i].segments);
    }
}
