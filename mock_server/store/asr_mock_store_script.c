/*
 * The scripted engine.  What is said in an audio is made up, not recognised:
 * when it has been decoded, the script (a hook) gives its words.  A text that
 * was set by somebody is the task's result as it stands; words that were made
 * up become the results of segments, so that text, speakers and keywords are
 * the product's own.
 *
 * What decoding found (the length, where there is voice) is kept for some
 * audios by their digest: a test that submits one file a thousand times has
 * it decoded once.  Digest and waveform are read from the disk, so before the
 * lock is taken, by the thread that decoded.
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
#define ASR_MOCK_RATE           16       /* samples in a ms */
#define ASR_MOCK_PEAK_READ      8192     /* samples of one that are looked at */
#define ASR_MOCK_READ           65536


static bool asr_mock_digest(int fd, asr_str_t mem,
    unsigned char out[ASR_SHA256_LEN]);
static bool asr_mock_peaks(asr_mock_store_t *s, int64_t id, int64_t audio_ms,
    unsigned char *peaks);
static asr_err_t asr_mock_script_pieces(asr_mock_store_t *s,
    asr_mock_task_t *t, const asr_result_t *result);
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


void
asr_mock_look(asr_mock_store_t *s, const asr_op_t *op, asr_mock_look_t *look)
{
    int                fd;
    asr_mock_task_t   *t;
    asr_mock_audio_t  *a;

    fd = -1;
    look->digested = false;
    look->peaked = false;

    asr_mock_lock();

    t = s->closing ? NULL : asr_mock_table_find(&s->tasks, op->task.id);
    a = t != NULL && t->t.state == ASR_TASK_DECODING
        ? asr_mock_task_audio(s, t) : NULL;

    if (a == NULL || a->digested || !(s->scripted || s->hooks.texts)) {

        /* the digest is there, or is of no use */

    } else if (a->spool[0] == '\0') {
        look->digested = asr_mock_digest(-1, (asr_str_t) { (size_t) a->size,
                                                           a->mem },
                                         look->digest);

    } else {
        fd = asr_spool_open_audio(s->conf.spool, asr_cstr(a->spool));
    }

    asr_mock_unlock();

    if (a == NULL) {
        return;
    }

    if (fd >= 0) {
        look->digested = asr_mock_digest(fd, asr_str_null(), look->digest);
        close(fd);
    }

    look->peaked = asr_mock_peaks(s, op->task.id, op->task.audio_ms,
                                  look->peaks);
}


/* Each sentence as a segment that has been recognised. */

static asr_err_t
asr_mock_script_pieces(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_result_t *result)
{
    size_t                 i;
    asr_buf_t              out;
    asr_json_out_t         o;
    asr_mock_piece_t      *p;
    const asr_sentence_t  *from;

    asr_mock_task_drop_pieces(s, t);

    t->pieces = calloc(result->nsentences + 1, sizeof(asr_mock_piece_t));
    if (t->pieces == NULL) {
        return ASR_NOMEM;
    }

    t->npieces = (int32_t) result->nsentences;
    asr_mock_charge(s, t->home, &t->bytes,
                    result->nsentences * sizeof(asr_mock_piece_t));

    for (i = 0; i < result->nsentences; i++) {
        p = &t->pieces[i];
        p->state = ASR_MOCK_PIECE_DONE;
    }

    for (i = 0; i < result->nsentences; i++) {
        p = &t->pieces[i];
        from = &result->sentences[i];

        asr_buf_init(&out, ASR_MOCK_SEGMENT_MAX);

        if (asr_json_out_begin(&o, &out) == ASR_OK) {
            (void) asr_sentence_write(&o, from);
        }

        if (asr_json_out_end(&o) != ASR_OK) {
            asr_buf_free(&out);
            asr_mock_task_drop_pieces(s, t);
            return ASR_NOMEM;
        }

        p->channel = from->channel;
        p->start = (int64_t) from->start_ms * ASR_MOCK_RATE;
        p->length = (int64_t) (from->end_ms - from->start_ms) * ASR_MOCK_RATE;
        p->result = out.data;
        p->len = (uint32_t) out.len;
        asr_mock_charge(s, t->home, &t->bytes, out.len);
    }

    t->first = t->npieces;

    return ASR_OK;
}


static asr_err_t
asr_mock_script_exact(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_result_t *result)
{
    asr_buf_t  out;
    asr_err_t  rc;

    asr_buf_init(&out, ASR_RESULT_MAX);
    rc = asr_result_write(&out, result);

    if (rc == ASR_OK) {
        rc = asr_mock_task_end(s, t, ASR_TASK_SUCCEEDED, ASR_CAUSE_NONE,
                               asr_str_null(), asr_buf_str(&out), NULL);
    }

    asr_buf_free(&out);

    return rc;
}


asr_err_t
asr_mock_store_script(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_segment_t *segments, size_t n)
{
    bool               exact;
    char               hex[2 * ASR_SHA256_LEN];
    asr_err_t          rc;
    asr_str_t          sha256;
    asr_arena_t        a;
    asr_result_t       result;
    asr_mock_audio_t  *audio;

    audio = asr_mock_task_audio(s, t);
    sha256 = asr_str_null();

    if (audio != NULL && audio->digested) {
        asr_hex(audio->digest, ASR_SHA256_LEN, hex);
        sha256 = (asr_str_t) { sizeof(hex), hex };
    }

    exact = false;
    memset(&result, 0, sizeof(asr_result_t));
    result.audio_ms = t->t.audio_ms;
    result.channels = t->t.channels == 2 ? 2 : 1;
    asr_arena_init(&a, ASR_MOCK_SCRIPT_ARENA);

    rc = s->hooks.script(s->hooks.ctx, t->home->world, &t->t, sha256,
                         segments, n, t->t.audio_ms, &t->course, &a, &result,
                         &exact);

    if (rc == ASR_OK && result.nsentences > ASR_SEGMENTS_MAX) {
        rc = ASR_TOOBIG;
    }

    if (rc == ASR_OK) {
        t->t.segments = (int32_t) (exact ? n : result.nsentences);
        t->t.segments_done = t->t.segments;

        if (exact) {
            rc = asr_mock_script_exact(s, t, &result);

        } else {
            rc = asr_mock_script_pieces(s, t, &result);

            if (rc == ASR_OK) {
                asr_mock_task_move(s, t, ASR_TASK_FINISHING);
            }
        }
    }

    asr_arena_free(&a);

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

    if (asr_mock_store_script(s, t, fact->segments, fact->n) != ASR_OK) {
        return false;
    }

    if (!asr_mock_task_ended(t)) {
        asr_mock_task_queue(s, t);
    }

    return true;
}


void
asr_mock_facts_keep(asr_mock_store_t *s, asr_mock_task_t *t,
    const asr_segment_t *segments, size_t n)
{
    unsigned              i;
    asr_segment_t        *copy;
    asr_mock_fact_t      *fact;
    asr_mock_fact_key_t   key;

    if (n > ASR_MOCK_FACT_SEGMENTS || !asr_mock_facts_key(s, t, &key)) {
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
