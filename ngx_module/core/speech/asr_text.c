/*
 * See asr_text.h and asr_text_int.h.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_text_int.h"


static asr_err_t asr_text_read(asr_text_t *t);


asr_text_t *
asr_text_create(const char *names)
{
    asr_text_t  *t;

    t = asr_text_later(names);

    if (t != NULL && asr_text_read(t) != ASR_OK) {
        asr_text_free(t);
        return NULL;
    }

    return t;
}


asr_text_t *
asr_text_later(const char *names)
{
    asr_text_t  *t;

    t = calloc(1, sizeof(asr_text_t));
    if (t == NULL) {
        return NULL;
    }

    pthread_mutex_init(&t->mutex, NULL);
    asr_words_init(&t->lexicon);
    asr_words_init(&t->names);

    if (names != NULL) {
        t->path = strdup(names);

        if (t->path == NULL) {
            asr_text_free(t);
            return NULL;
        }
    }

    return t;
}


/* Any thread; the first one does it, after a failure the next one. */

static asr_err_t
asr_text_read(asr_text_t *t)
{
    asr_err_t  rc;

    if (t->read) {
        return ASR_OK;
    }

    rc = ASR_OK;
    pthread_mutex_lock(&t->mutex);

    if (!t->read) {
        asr_words_free(&t->lexicon);
        asr_words_free(&t->names);
        asr_words_init(&t->lexicon);
        asr_words_init(&t->names);

        if (t->numbers == NULL) {
            t->numbers = asr_numbers_create();
        }

        if (t->numbers == NULL) {
            asr_log(ASR_LOG_WARN, "numbers are written in words: ICU's data "
                    "cannot be read");
        }

        rc = asr_text_lexicon(&t->lexicon);

        if (rc == ASR_OK && t->path != NULL) {
            rc = asr_text_names(&t->names, t->path);
        }

        t->read = (rc == ASR_OK);
    }

    pthread_mutex_unlock(&t->mutex);

    return rc;
}


void
asr_text_free(asr_text_t *t)
{
    if (t == NULL) {
        return;
    }

    asr_words_free(&t->lexicon);
    asr_words_free(&t->names);
    asr_numbers_free(t->numbers);
    pthread_mutex_destroy(&t->mutex);
    free(t->path);
    free(t);
}


/* The tokens of one channel; room: for that many. */

static asr_err_t
asr_text_tokens(const asr_text_t *t, const asr_result_t *r, int32_t channel,
    asr_tokens_t *tokens)
{
    bool                   turn, change;
    size_t                 i, k;
    asr_token_t           *token, *prev;
    const asr_word_t      *w;
    const asr_sentence_t  *s, *last;

    prev = NULL;
    last = NULL;
    turn = false;

    for (i = 0; i < r->nsentences; i++) {
        s = &r->sentences[i];

        if (s->channel != channel) {
            turn = true;
            continue;
        }

        change = last == NULL || s->speaker != last->speaker;

        for (k = 0; k < s->nwords; k++) {
            w = &s->words[k];

            if (w->end_ms < w->start_ms || w->start_ms < 0) {
                return ASR_INVALID;
            }

            if (w->text.len == 0) {
                continue;
            }

            token = &tokens->v[tokens->n++];
            memset(token, 0, sizeof(asr_token_t));

            token->text = w->text;
            token->start_ms = w->start_ms;
            token->end_ms = w->end_ms;
            token->confidence = w->confidence;
            token->utterance = (uint32_t) i;
            token->bits = asr_text_bits(t, w->text);
            token->first = change;
            token->turn = turn;

            /* pads of neighbours overlap: times rise all the same */

            if (prev != NULL) {
                if (token->start_ms < prev->start_ms) {
                    token->start_ms = prev->start_ms;
                }

                if (token->end_ms < token->start_ms) {
                    token->end_ms = token->start_ms;
                }

                if (token->start_ms > prev->end_ms) {
                    token->gap = token->start_ms - prev->end_ms;
                }
            }

            prev = token;
            change = false;
            turn = false;
            last = s;
        }
    }

    return ASR_OK;
}


static asr_err_t
asr_text_stages(const asr_text_t *t, asr_arena_t *a, const asr_ask_t *ask,
    asr_tokens_t *tokens)
{
    asr_err_t  rc;

    rc = asr_text_numbers(t, tokens, a, ask->numbers);

    if (rc == ASR_OK) {
        rc = asr_text_sentences(tokens, a);
    }

    if (rc == ASR_OK) {
        asr_text_modal(tokens, ask->modal);
        rc = asr_text_dirty(tokens, a, ask->dirty);
    }

    if (rc == ASR_OK) {
        rc = asr_text_case(t, tokens, a, ask);
    }

    if (rc == ASR_OK) {
        asr_text_split(tokens, ask->split);
        asr_text_lines(tokens, ask);
        asr_text_punctuation(tokens, ask->punctuation);
    }

    return rc;
}


/* RMS of the utterances that the words are of, by the words' length. */

static float
asr_text_energy(const asr_result_t *r, const asr_token_t *v, size_t n)
{
    size_t  i;
    double  len, sum, power;

    sum = 0;
    power = 0;

    for (i = 0; i < n; i++) {
        len = v[i].end_ms - v[i].start_ms + 1;
        sum += len;
        power += len * pow(10.0, r->sentences[v[i].utterance].energy_db / 10.0);
    }

    return (float) (10.0 * log10(power / sum));
}


static asr_err_t
asr_text_join(asr_arena_t *a, asr_sentence_t *s)
{
    char        *p;
    size_t       i, len;
    asr_word_t  *w;

    for (i = 0, len = 0; i < s->nwords; i++) {
        len += s->words[i].text.len + s->words[i].tail.len + 1;
    }

    p = asr_arena_alloc(a, len);
    if (p == NULL) {
        return ASR_NOMEM;
    }

    s->text.data = p;
    s->text.len = len - 1;

    for (i = 0; i < s->nwords; i++) {
        w = &s->words[i];

        if (i != 0) {
            *p++ = ' ';
        }

        memcpy(p, w->text.data, w->text.len);
        p += w->text.len;
        memcpy(p, w->tail.data, w->tail.len);
        p += w->tail.len;
    }

    return ASR_OK;
}


/* v[0] to v[n - 1] become s; its words have their room. */

static asr_err_t
asr_text_unit(asr_arena_t *a, const asr_ask_t *ask, const asr_result_t *r,
    const asr_token_t *v, size_t n, asr_sentence_t *s)
{
    size_t       i;
    double       sum;
    asr_err_t    rc;
    asr_word_t  *w;

    s->start_ms = v[0].start_ms;
    s->end_ms = v[0].end_ms;
    s->channel = r->sentences[v[0].utterance].channel;
    s->speaker = r->sentences[v[0].utterance].speaker;
    s->energy_db = asr_text_energy(r, v, n);
    s->nwords = n;

    for (i = 0, sum = 0; i < n; i++) {
        w = &s->words[i];

        w->text = v[i].text;
        w->tail = asr_text_tail(&v[i]);
        w->start_ms = v[i].start_ms;
        w->end_ms = v[i].end_ms;
        w->confidence = v[i].confidence;

        sum += w->confidence;

        if (w->end_ms > s->end_ms) {
            s->end_ms = w->end_ms;
        }
    }

    s->confidence = (float) (sum / (double) n);

    rc = asr_text_join(a, s);

    if (rc == ASR_OK && ask->written) {
        rc = asr_text_written(v, n, a, ask, &s->written);
    }

    return rc;
}


static asr_err_t
asr_text_units(asr_arena_t *a, const asr_ask_t *ask, const asr_result_t *r,
    const asr_tokens_t *tokens, asr_result_t *out)
{
    size_t           i, n, first;
    asr_err_t        rc;
    asr_word_t      *words;
    asr_sentence_t  *s, *list;

    for (i = 0, n = 0; i < tokens->n; i++) {
        n += tokens->v[i].cut;
    }

    list = asr_arena_zalloc(a, (out->nsentences + n) * sizeof(asr_sentence_t));
    words = asr_arena_zalloc(a, tokens->n * sizeof(asr_word_t));

    if (list == NULL || words == NULL) {
        return ASR_NOMEM;
    }

    if (out->nsentences != 0) {
        memcpy(list, out->sentences,
               out->nsentences * sizeof(asr_sentence_t));
    }

    out->sentences = list;

    for (i = 0, first = 0; i < tokens->n; i++) {
        if (!tokens->v[i].cut) {
            continue;
        }

        s = &list[out->nsentences++];
        s->words = &words[first];
        rc = asr_text_unit(a, ask, r, tokens->v + first, i - first + 1, s);

        if (rc != ASR_OK) {
            return rc;
        }

        first = i + 1;
    }

    return ASR_OK;
}


static int
asr_text_compare(const void *one, const void *two)
{
    const asr_sentence_t  *a = one;
    const asr_sentence_t  *b = two;

    if (a->start_ms != b->start_ms) {
        return a->start_ms < b->start_ms ? -1 : 1;
    }

    if (a->channel != b->channel) {
        return a->channel < b->channel ? -1 : 1;
    }

    /* of one channel the words' order counts, which is that in memory */

    return a->words < b->words ? -1 : a->words > b->words;
}


asr_err_t
asr_text_finish(asr_text_t *t, asr_arena_t *a, const asr_ask_t *ask,
    asr_result_t *r)
{
    size_t        i, n;
    int32_t       channel;
    asr_err_t     rc;
    asr_tokens_t  tokens;
    asr_result_t  out;

    for (i = 0; i < r->nsentences; i++) {
        if (r->sentences[i].channel < 0
            || r->sentences[i].channel >= r->channels)
        {
            return ASR_INVALID;
        }
    }

    n = asr_result_words(r);

    if (n == 0) {
        r->nsentences = 0;
        return ASR_OK;
    }

    if (asr_text_read(t) != ASR_OK) {
        return ASR_NOMEM;
    }

    tokens.v = asr_arena_alloc(a, n * sizeof(asr_token_t));
    if (tokens.v == NULL) {
        return ASR_NOMEM;
    }

    out = *r;
    out.sentences = NULL;
    out.nsentences = 0;

    for (channel = 0; channel < r->channels; channel++) {
        tokens.n = 0;
        rc = asr_text_tokens(t, r, channel, &tokens);

        if (rc == ASR_OK) {
            rc = asr_text_stages(t, a, ask, &tokens);
        }

        if (rc == ASR_OK && tokens.n != 0) {
            rc = asr_text_units(a, ask, r, &tokens, &out);
        }

        if (rc != ASR_OK) {
            return rc;
        }
    }

    if (out.nsentences > 1) {
        qsort(out.sentences, out.nsentences, sizeof(asr_sentence_t),
              asr_text_compare);
    }

    *r = out;

    return ASR_OK;
}
