/*
 * Results as JSON.  Short names: a result of five hours has some 45 000
 * words.
 *
 *     sentence  {"t": text, "s": start, "e": end, "c": channel,
 *                "p": speaker, "f": confidence, "d": energy,
 *                "w": [[text, start, end, confidence], ...]}
 *               a word with marks after it has them as a fifth element;
 *               where there are any, "o": what one would write, and
 *               "k": [[library, its name, word, ...], ...]
 *     result    {"ms": length, "channels": n, "sentences": [sentence, ...]}
 *
 * They are read back from the store, which is trusted for its content but
 * not for its form: a missing or mistyped member is ASR_INVALID.
 */

#include <stdlib.h>

#include "asr_result.h"


#define ASR_RESULT_CHANNELS  2


static double
asr_result_share(double v)
{
    return !(v > 0.0) ? 0.0 : v > 1.0 ? 1.0 : v;
}


static void
asr_hit_put(asr_json_out_t *o, const asr_keyword_hit_t *hit)
{
    size_t  i;

    asr_jo_array(o);
    asr_jo_str(o, hit->id);
    asr_jo_str(o, hit->name);

    for (i = 0; i < hit->nwords; i++) {
        asr_jo_str(o, hit->words[i]);
    }

    asr_jo_array_end(o);
}


static void
asr_sentence_put(asr_json_out_t *o, const asr_sentence_t *s)
{
    size_t             i;
    const asr_word_t  *w;

    asr_jo_object(o);
    asr_jo_key(o, "t");
    asr_jo_str(o, s->text);
    asr_jo_key(o, "s");
    asr_jo_int(o, s->start_ms);
    asr_jo_key(o, "e");
    asr_jo_int(o, s->end_ms);
    asr_jo_key(o, "c");
    asr_jo_int(o, s->channel);
    asr_jo_key(o, "p");
    asr_jo_int(o, s->speaker);
    asr_jo_key(o, "f");
    asr_jo_fixed(o, asr_result_share(s->confidence), 4);
    asr_jo_key(o, "d");
    asr_jo_fixed(o, s->energy_db, 1);
    asr_jo_key(o, "w");
    asr_jo_array(o);

    for (i = 0; i < s->nwords; i++) {
        w = &s->words[i];

        asr_jo_array(o);
        asr_jo_str(o, w->text);
        asr_jo_int(o, w->start_ms);
        asr_jo_int(o, w->end_ms);
        asr_jo_fixed(o, asr_result_share(w->confidence), 4);

        if (w->tail.len != 0) {
            asr_jo_str(o, w->tail);
        }

        asr_jo_array_end(o);
    }

    asr_jo_array_end(o);

    if (s->written.len != 0) {
        asr_jo_key(o, "o");
        asr_jo_str(o, s->written);
    }

    if (s->nhits != 0) {
        asr_jo_key(o, "k");
        asr_jo_array(o);

        for (i = 0; i < s->nhits; i++) {
            asr_hit_put(o, &s->hits[i]);
        }

        asr_jo_array_end(o);
    }

    asr_jo_object_end(o);
}


asr_err_t
asr_sentence_write(asr_json_out_t *o, const asr_sentence_t *s)
{
    asr_sentence_put(o, s);

    return o->buf->failed ? ASR_NOMEM : ASR_OK;
}


asr_err_t
asr_result_write(asr_buf_t *b, const asr_result_t *r)
{
    size_t          i;
    asr_err_t       rc;
    asr_json_out_t  o;

    rc = asr_json_out_begin(&o, b);

    if (rc != ASR_OK) {
        return rc;
    }

    asr_jo_object(&o);
    asr_jo_key(&o, "ms");
    asr_jo_int(&o, r->audio_ms);
    asr_jo_key(&o, "channels");
    asr_jo_int(&o, r->channels);
    asr_jo_key(&o, "sentences");
    asr_jo_array(&o);

    for (i = 0; i < r->nsentences; i++) {
        asr_sentence_put(&o, &r->sentences[i]);
    }

    asr_jo_array_end(&o);
    asr_jo_object_end(&o);

    return asr_json_out_end(&o);
}


void
asr_word_write(asr_json_out_t *o, const asr_word_t *w)
{
    char       mem[128];
    asr_buf_t  b;

    asr_buf_init_in(&b, mem, sizeof(mem), ASR_RESULT_MAX);
    asr_buf_append(&b, w->text.data, w->text.len);
    asr_buf_append(&b, w->tail.data, w->tail.len);

    asr_jo_str(o, asr_buf_str(&b));

    if (b.failed) {
        o->buf->failed = true;   /* as any other piece without memory */
    }

    asr_buf_free(&b);
}


static bool
asr_result_int(const asr_json_t *v, int64_t min, int64_t max, int32_t *out)
{
    if (v == NULL || v->type != ASR_JSON_INT || v->u.integer < min
        || v->u.integer > max)
    {
        return false;
    }

    *out = (int32_t) v->u.integer;

    return true;
}


/* Written with a point, so a NUMBER; but a whole one is one too. */

static bool
asr_result_number(const asr_json_t *v, double min, double max, float *out)
{
    double  d;

    if (v != NULL && v->type == ASR_JSON_NUMBER) {
        d = v->u.number;

    } else if (v != NULL && v->type == ASR_JSON_INT) {
        d = (double) v->u.integer;

    } else {
        return false;
    }

    if (!(d >= min && d <= max)) {
        return false;
    }

    *out = (float) d;

    return true;
}


static bool
asr_result_str(const asr_json_t *v, asr_str_t *out)
{
    if (v == NULL || v->type != ASR_JSON_STRING) {
        return false;
    }

    *out = v->u.string;

    return true;
}


static bool
asr_word_get(const asr_json_t *v, asr_word_t *w)
{
    const asr_json_t  *e;

    if (v->type != ASR_JSON_ARRAY || v->n < 4 || v->n > 5) {
        return false;
    }

    e = v->child;
    w->tail = asr_str_null();

    if (v->n == 5
        && !asr_result_str(e->next->next->next->next, &w->tail))
    {
        return false;
    }

    return asr_result_str(e, &w->text)
           && asr_result_int(e->next, 0, INT32_MAX, &w->start_ms)
           && asr_result_int(e->next->next, w->start_ms, INT32_MAX,
                             &w->end_ms)
           && asr_result_number(e->next->next->next, 0.0, 1.0,
                                &w->confidence);
}


/* "k": ids, names and words are strings, two of them at least. */

static asr_err_t
asr_hits_get(asr_arena_t *a, const asr_json_t *list, asr_sentence_t *s)
{
    const asr_json_t   *v, *e;
    asr_keyword_hit_t  *hit;

    if (list == NULL) {
        return ASR_OK;
    }

    if (list->type != ASR_JSON_ARRAY) {
        return ASR_INVALID;
    }

    s->hits = asr_arena_zalloc(a, (list->n + 1) * sizeof(asr_keyword_hit_t));
    if (s->hits == NULL) {
        return ASR_NOMEM;
    }

    for (v = list->child; v != NULL; v = v->next) {
        hit = &s->hits[s->nhits++];

        if (v->type != ASR_JSON_ARRAY || v->n < 2
            || !asr_result_str(v->child, &hit->id)
            || !asr_result_str(v->child->next, &hit->name))
        {
            return ASR_INVALID;
        }

        hit->words = asr_arena_alloc(a, (v->n - 1) * sizeof(asr_str_t));
        if (hit->words == NULL) {
            return ASR_NOMEM;
        }

        for (e = v->child->next->next; e != NULL; e = e->next) {
            if (!asr_result_str(e, &hit->words[hit->nwords++])) {
                return ASR_INVALID;
            }
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_sentence_get(asr_arena_t *a, const asr_json_t *v, asr_sentence_t *s)
{
    asr_err_t          rc;
    const asr_json_t  *words, *written, *w;

    memset(s, 0, sizeof(asr_sentence_t));

    words = asr_json_get(v, asr_str("w"));
    written = asr_json_get(v, asr_str("o"));

    if (words == NULL || words->type != ASR_JSON_ARRAY
        || !asr_result_str(asr_json_get(v, asr_str("t")), &s->text)
        || !asr_result_int(asr_json_get(v, asr_str("s")), 0, INT32_MAX,
                           &s->start_ms)
        || !asr_result_int(asr_json_get(v, asr_str("e")), s->start_ms,
                           INT32_MAX, &s->end_ms)
        || !asr_result_int(asr_json_get(v, asr_str("c")), 0,
                           ASR_RESULT_CHANNELS - 1, &s->channel)
        || !asr_result_int(asr_json_get(v, asr_str("p")), -1, INT32_MAX,
                           &s->speaker)
        || !asr_result_number(asr_json_get(v, asr_str("f")), 0.0, 1.0,
                              &s->confidence)
        || !asr_result_number(asr_json_get(v, asr_str("d")), 0.0, 100.0,
                              &s->energy_db)
        || (written != NULL && !asr_result_str(written, &s->written)))
    {
        return ASR_INVALID;
    }

    rc = asr_hits_get(a, asr_json_get(v, asr_str("k")), s);

    if (rc != ASR_OK) {
        return rc;
    }

    if (words->n == 0) {
        return ASR_OK;
    }

    s->words = asr_arena_alloc(a, words->n * sizeof(asr_word_t));
    if (s->words == NULL) {
        return ASR_NOMEM;
    }

    for (w = words->child; w != NULL; w = w->next) {
        if (!asr_word_get(w, &s->words[s->nwords])) {
            return ASR_INVALID;
        }

        s->nwords++;
    }

    return ASR_OK;
}


static asr_err_t
asr_result_parse(asr_arena_t *a, asr_str_t json, asr_json_t **root)
{
    asr_json_error_t  err;

    *root = asr_json_parse(a, json, &err);

    if (*root == NULL) {
        return err.fault == ASR_JSON_SIZE ? ASR_NOMEM : ASR_INVALID;
    }

    return ASR_OK;
}


asr_err_t
asr_sentence_read(asr_arena_t *a, asr_str_t json, asr_sentence_t *s)
{
    asr_err_t    rc;
    asr_json_t  *root;

    rc = asr_result_parse(a, json, &root);

    return rc == ASR_OK ? asr_sentence_get(a, root, s) : rc;
}


asr_err_t
asr_result_read(asr_arena_t *a, asr_str_t json, asr_result_t *r)
{
    asr_err_t          rc;
    asr_json_t        *root;
    const asr_json_t  *v, *list;

    memset(r, 0, sizeof(asr_result_t));

    rc = asr_result_parse(a, json, &root);

    if (rc != ASR_OK) {
        return rc;
    }

    list = asr_json_get(root, asr_str("sentences"));
    v = asr_json_get(root, asr_str("ms"));

    if (list == NULL || list->type != ASR_JSON_ARRAY || v == NULL
        || v->type != ASR_JSON_INT || v->u.integer < 0
        || !asr_result_int(asr_json_get(root, asr_str("channels")), 1,
                           ASR_RESULT_CHANNELS, &r->channels))
    {
        return ASR_INVALID;
    }

    r->audio_ms = v->u.integer;

    if (list->n == 0) {
        return ASR_OK;
    }

    r->sentences = asr_arena_alloc(a, list->n * sizeof(asr_sentence_t));
    if (r->sentences == NULL) {
        return ASR_NOMEM;
    }

    for (v = list->child; v != NULL; v = v->next) {
        rc = asr_sentence_get(a, v, &r->sentences[r->nsentences]);

        if (rc != ASR_OK) {
            return rc;
        }

        r->nsentences++;
    }

    return ASR_OK;
}


asr_err_t
asr_sentence_text(asr_arena_t *a, asr_sentence_t *s)
{
    char        *p;
    size_t       i, n;
    double       sum;
    asr_word_t  *w;

    n = 0;
    sum = 0.0;

    for (i = 0; i < s->nwords; i++) {
        n += s->words[i].text.len + s->words[i].tail.len + 1;
        sum += s->words[i].confidence;
    }

    p = asr_arena_alloc(a, n);
    if (p == NULL) {
        return ASR_NOMEM;
    }

    s->text.data = p;
    s->text.len = n - 1;
    s->confidence = (float) (sum / (double) s->nwords);

    for (i = 0; i < s->nwords; i++) {
        w = &s->words[i];

        if (w->text.len != 0) {
            memcpy(p, w->text.data, w->text.len);
            p += w->text.len;
        }

        if (w->tail.len != 0) {
            memcpy(p, w->tail.data, w->tail.len);
            p += w->tail.len;
        }

        *p++ = (i + 1 < s->nwords) ? ' ' : '\0';
    }

    return ASR_OK;
}


static int
asr_result_compare(const void *one, const void *two)
{
    const asr_sentence_t  *a = one;
    const asr_sentence_t  *b = two;

    if (a->start_ms != b->start_ms) {
        return a->start_ms < b->start_ms ? -1 : 1;
    }

    if (a->channel != b->channel) {
        return a->channel < b->channel ? -1 : 1;
    }

    return a->end_ms < b->end_ms ? -1 : a->end_ms > b->end_ms;
}


asr_err_t
asr_result_join(asr_arena_t *a, const asr_str_t *segments, size_t n,
    int64_t audio_ms, int32_t channels, asr_result_t *r)
{
    size_t           i;
    asr_err_t        rc;
    asr_sentence_t  *s;

    memset(r, 0, sizeof(asr_result_t));
    r->audio_ms = audio_ms;
    r->channels = channels;

    if (n > SIZE_MAX / sizeof(asr_sentence_t)) {
        return ASR_NOMEM;
    }

    r->sentences = asr_arena_alloc(a, n * sizeof(asr_sentence_t));
    if (r->sentences == NULL) {
        return ASR_NOMEM;
    }

    for (i = 0; i < n; i++) {
        s = &r->sentences[r->nsentences];
        rc = asr_sentence_read(a, segments[i], s);

        if (rc != ASR_OK) {
            return rc;
        }

        if (s->nwords != 0) {
            r->nsentences++;
        }
    }

    if (r->nsentences > 1) {
        qsort(r->sentences, r->nsentences, sizeof(asr_sentence_t),
              asr_result_compare);
    }

    return ASR_OK;
}


size_t
asr_result_words(const asr_result_t *r)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < r->nsentences; i++) {
        n += r->sentences[i].nwords;
    }

    return n;
}
