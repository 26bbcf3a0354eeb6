/*
 * What the admin API asks of the store: the clock, telling, JSON.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_mock_store_int.h"

#include <stdlib.h>


#define ASR_MOCK_READ_ARENA  (256 * 1024 * 1024)
#define ASR_MOCK_TEXT_SHORT  4096        /* of a list's texts */
#define ASR_MOCK_BODY_SHOWN  ASR_MOCK_BODY_MAX


static void asr_mock_write_task(asr_mock_store_t *s, asr_mock_task_t *t,
    bool whole, asr_json_out_t *o);
static void asr_mock_write_delivery(const asr_mock_delivery_t *d,
    asr_json_out_t *o);


static asr_mock_task_t *
asr_mock_admin_task(asr_mock_world_t *w, int64_t id)
{
    asr_mock_task_t  *t;

    if (asr_mock_store_now == NULL || w->store == NULL) {
        return NULL;
    }

    t = asr_mock_table_find(&asr_mock_store_now->tasks, id);

    return t != NULL && t->home == w->store ? t : NULL;
}


size_t
asr_mock_store_due(asr_mock_world_t *w, int64_t now)
{
    asr_mock_home_t  *h;

    h = w->store;

    if (asr_mock_store_now == NULL || h == NULL) {
        return 0;
    }

    if (h->undone == 0 && h->outgoing == 0) {
        asr_buf_free(&h->ran);
        h->nran = 0;
    }

    h->noting = true;

    return asr_mock_home_tick(asr_mock_store_now, h, now);
}


/* "task 12": what a line is of. */

static asr_str_t
asr_mock_ran_of(asr_str_t line)
{
    asr_str_t  rest;

    rest = line;
    (void) asr_str_cut(&rest, ' ');
    (void) asr_str_cut(&rest, ' ');

    return (asr_str_t) { line.len - rest.len, line.data };
}


/*
 * Who is through first is up to the threads.  Of one thing the lines keep
 * their order; ids of a world have a length.
 */

static size_t
asr_mock_ran_sort(asr_str_t rest, asr_str_t lines[ASR_MOCK_RAN_LINES])
{
    size_t     n, i;
    asr_str_t  line, a, b;

    for (n = 0; rest.len != 0 && n < ASR_MOCK_RAN_LINES; n++) {
        line = asr_str_cut(&rest, '\n');
        a = asr_mock_ran_of(line);

        for (i = n; i > 0; i--) {
            b = asr_mock_ran_of(lines[i - 1]);

            if (memcmp(b.data, a.data, a.len < b.len ? a.len : b.len) <= 0) {
                break;
            }

            lines[i] = lines[i - 1];
        }

        lines[i] = line;
    }

    return n;
}


void
asr_mock_store_ran_write(asr_mock_world_t *w, asr_json_out_t *o)
{
    size_t            i, n;
    asr_str_t         lines[ASR_MOCK_RAN_LINES];
    asr_mock_home_t  *h;

    h = w->store;
    asr_jo_array(o);

    if (asr_mock_store_now != NULL && h != NULL) {
        n = asr_mock_ran_sort(asr_buf_str(&h->ran), lines);

        for (i = 0; i < n; i++) {
            asr_jo_str(o, lines[i]);
        }

        asr_buf_free(&h->ran);
        h->nran = 0;
        h->noting = false;
    }

    asr_jo_array_end(o);
}


int64_t
asr_mock_store_next(asr_mock_world_t *w)
{
    asr_mock_home_t  *h;

    h = w->store;

    return asr_mock_store_now != NULL && h != NULL && h->timers.n != 0
           ? h->timers.t[0]->ms : 0;
}


bool
asr_mock_store_settled(asr_mock_world_t *w)
{
    asr_mock_home_t  *h;

    h = w->store;

    return asr_mock_store_now == NULL || h == NULL
           || (h->undone == 0 && h->outgoing == 0);
}


asr_err_t
asr_mock_store_tell(asr_mock_world_t *w, int64_t id, asr_mock_end_t end,
    asr_str_t code)
{
    char              *copy;
    asr_mock_task_t   *t;
    asr_mock_store_t  *s;

    s = asr_mock_store_now;
    t = asr_mock_admin_task(w, id);

    if (t == NULL) {
        return ASR_NOTFOUND;
    }

    if (t->due || asr_mock_task_ended(t)) {
        return ASR_EXISTS;
    }

    copy = strndup(code.data != NULL ? code.data : "", code.len);
    if (copy == NULL) {
        return ASR_NOMEM;
    }

    asr_mock_discharge(s, t->home, &t->bytes,
                       t->course.code != NULL ? strlen(t->course.code) : 0);
    free(t->course.code);
    t->course.code = copy;
    t->course.end = end;
    asr_mock_charge(s, t->home, &t->bytes, strlen(copy));

    if (end != ASR_MOCK_NEVER) {
        asr_mock_task_due(s, t, asr_mock_home_now(t->home));
    }

    return ASR_OK;
}


void
asr_mock_store_counts(asr_mock_world_t *w, asr_mock_store_counts_t *c)
{
    asr_mock_home_t  *h;

    memset(c, 0, sizeof(asr_mock_store_counts_t));
    h = w->store;

    if (asr_mock_store_now == NULL || h == NULL) {
        return;
    }

    c->tasks = h->ntasks;
    c->unfinished = h->ntasks - h->succeeded - h->failed;
    c->succeeded = h->succeeded;
    c->failed = h->failed;
    c->unseen = h->unseen;
    c->dropped = h->dropped;
    c->files = h->nfiles;
    c->pending = h->waiting + h->outgoing;
    c->undelivered = h->undelivered;
    c->bytes = h->bytes;
}


static const char *
asr_mock_state_name(asr_task_state_t state)
{
    static const char *const  names[] = {
        "created", "fetching", "decoding", "recognising", "finishing",
        "succeeded", "failed"
    };

    return names[state];
}


static void
asr_mock_write_str(asr_json_out_t *o, const char *key, asr_str_t v)
{
    asr_jo_key(o, key);
    asr_jo_str(o, v);
}


static void
asr_mock_write_int(asr_json_out_t *o, const char *key, int64_t v)
{
    asr_jo_key(o, key);
    asr_jo_int(o, v);
}


static void
asr_mock_write_course(const asr_mock_course_t *c, asr_json_out_t *o)
{
    asr_jo_key(o, "progress");

    switch (c->progress) {

    case ASR_MOCK_POLLS:
        asr_jo_object(o);
        asr_mock_write_int(o, "polls", c->n);
        asr_jo_object_end(o);
        break;

    case ASR_MOCK_SECONDS:
        asr_jo_object(o);
        asr_jo_key(o, "seconds");
        asr_jo_fixed(o, (double) c->n / 1000, 3);
        asr_jo_object_end(o);
        break;

    case ASR_MOCK_ONCE:
        asr_jo_str(o, asr_str("once"));
        break;

    default: /* ASR_MOCK_TOLD */
        asr_jo_str(o, asr_str("told"));
        break;
    }

    asr_jo_key(o, "end");

    switch (c->end) {

    case ASR_MOCK_SUCCEEDS:
        asr_jo_str(o, asr_str("success"));
        break;

    case ASR_MOCK_FAILS:
        asr_jo_object(o);
        asr_mock_write_str(o, "fail", asr_cstr(c->code != NULL ? c->code
                                                               : ""));
        asr_jo_object_end(o);
        break;

    default: /* ASR_MOCK_NEVER */
        asr_jo_str(o, asr_str("never"));
        break;
    }
}


/* Sentences in a line each; of a list no more than its beginning. */

static void
asr_mock_write_text(const asr_result_t *r, bool whole, asr_json_out_t *o)
{
    size_t      i;
    asr_buf_t   text;
    asr_str_t   shown;

    asr_buf_init(&text, ASR_RESULT_MAX);

    for (i = 0; i < r->nsentences; i++) {
        if (i != 0) {
            (void) asr_buf_append(&text, "\n", 1);
        }

        (void) asr_buf_append(&text, r->sentences[i].text.data,
                              r->sentences[i].text.len);

        if (!whole && text.len > ASR_MOCK_TEXT_SHORT) {
            text.len = ASR_MOCK_TEXT_SHORT;
            break;
        }
    }

    shown = asr_buf_str(&text);
    shown.len = asr_utf8_prefix(shown);
    asr_mock_write_str(o, "text", shown);
    asr_buf_free(&text);
}


static void
asr_mock_write_words(const asr_sentence_t *s, asr_json_out_t *o)
{
    size_t             i;
    const asr_word_t  *w;

    asr_jo_key(o, "words");
    asr_jo_array(o);

    for (i = 0; i < s->nwords; i++) {
        w = &s->words[i];

        asr_jo_object(o);
        asr_jo_key(o, "text");
        asr_word_write(o, w);
        asr_mock_write_int(o, "start_ms", w->start_ms);
        asr_mock_write_int(o, "end_ms", w->end_ms);
        asr_jo_key(o, "confidence");
        asr_jo_fixed(o, (double) w->confidence, 3);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


static void
asr_mock_write_sentences(const asr_result_t *r, asr_json_out_t *o)
{
    size_t                 i;
    const asr_sentence_t  *s;

    asr_jo_key(o, "sentences");
    asr_jo_array(o);

    for (i = 0; i < r->nsentences; i++) {
        s = &r->sentences[i];

        asr_jo_object(o);
        asr_mock_write_str(o, "text", s->text);
        asr_mock_write_int(o, "start_ms", s->start_ms);
        asr_mock_write_int(o, "end_ms", s->end_ms);
        asr_mock_write_int(o, "channel", s->channel);
        asr_mock_write_int(o, "speaker", s->speaker);
        asr_mock_write_words(s, o);
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


static void
asr_mock_write_peaks(const asr_mock_task_t *t, asr_json_out_t *o)
{
    unsigned  i;

    asr_jo_key(o, "peaks");
    asr_jo_array(o);

    for (i = 0; i < ASR_MOCK_PEAKS && t->peaks != NULL; i++) {
        asr_jo_int(o, t->peaks[i]);
    }

    asr_jo_array_end(o);
}


static void
asr_mock_write_result(const asr_mock_task_t *t, bool whole,
    asr_json_out_t *o)
{
    asr_arena_t   a;
    asr_result_t  r;

    asr_arena_init(&a, ASR_MOCK_READ_ARENA);

    if (t->t.result.len == 0
        || asr_result_read(&a, t->t.result, &r) != ASR_OK)
    {
        memset(&r, 0, sizeof(asr_result_t));
    }

    asr_mock_write_text(&r, whole, o);

    if (whole) {
        asr_mock_write_sentences(&r, o);
        asr_mock_write_peaks(t, o);
    }

    asr_arena_free(&a);
}


static void
asr_mock_write_task(asr_mock_store_t *s, asr_mock_task_t *t, bool whole,
    asr_json_out_t *o)
{
    asr_task_t  shown;

    shown = t->t;

    if (!t->due) {
        asr_mock_task_view(t, &shown);
    }

    asr_jo_object(o);
    asr_mock_write_int(o, "id", t->node.id);
    asr_mock_write_str(o, "api", t->t.api);
    asr_jo_key(o, "public_id");

    if (s->hooks.public_id != NULL) {
        s->hooks.public_id(s->hooks.ctx, o, &t->t);

    } else {
        asr_jo_int(o, t->node.id);
    }

    asr_mock_write_str(o, "state",
                       asr_cstr(asr_mock_state_name(shown.state)));
    asr_mock_write_int(o, "created_ms", t->t.created_ms);
    asr_mock_write_int(o, "finished_ms", t->t.finished_ms);
    asr_mock_write_int(o, "polls", t->polls);
    asr_mock_write_course(&t->course, o);
    asr_mock_write_str(o, "url", t->t.url);
    asr_mock_write_str(o, "filename", t->filename);
    asr_mock_write_int(o, "audio_ms", t->t.audio_ms);
    asr_mock_write_int(o, "cause", (int64_t) t->t.cause);
    asr_mock_write_str(o, "message", t->t.message);
    asr_mock_write_result(t, whole, o);

    asr_jo_key(o, "callbacks");
    asr_jo_array(o);

    if (t->delivery != NULL) {
        asr_mock_write_delivery(t->delivery, o);
    }

    asr_jo_array_end(o);
    asr_jo_object_end(o);
}


void
asr_mock_store_tasks_write(asr_mock_world_t *w, size_t max,
    asr_json_out_t *o)
{
    size_t            n;
    asr_mock_home_t  *h;
    asr_mock_link_t  *l;

    h = w->store;
    asr_jo_array(o);

    if (asr_mock_store_now != NULL && h != NULL) {
        l = &h->tasks;

        for (n = 0; n < max && l->prev != &h->tasks; n++) {
            l = l->prev;
        }

        for ( /* void */ ; n != 0; n--) {
            asr_mock_write_task(asr_mock_store_now,
                                asr_mock_of(l, asr_mock_task_t, all), false,
                                o);
            l = l->next;
        }
    }

    asr_jo_array_end(o);
}


bool
asr_mock_store_task_write(asr_mock_world_t *w, int64_t id, asr_json_out_t *o)
{
    asr_mock_task_t  *t;

    t = asr_mock_admin_task(w, id);

    if (t == NULL) {
        return false;
    }

    asr_mock_write_task(asr_mock_store_now, t, true, o);

    return true;
}


static void
asr_mock_write_tries(const asr_mock_delivery_t *d, asr_json_out_t *o)
{
    unsigned               i;
    const asr_mock_try_t  *try;

    asr_jo_key(o, "attempts");
    asr_jo_array(o);

    for (i = 0; i < d->ntries; i++) {
        try = &d->tries[i];

        asr_jo_object(o);
        asr_mock_write_int(o, "attempt", try->attempt);
        asr_mock_write_int(o, "at_ms", try->at_ms);
        asr_mock_write_int(o, "status", try->status);
        asr_mock_write_str(o, "error",
                           try->delivered ? asr_str_null()
                           : try->status == 0 ? asr_str("no reply")
                           : try->status / 100 == 2
                             ? asr_str("the reply says that it failed")
                             : asr_str("the status is no success"));
        asr_jo_object_end(o);
    }

    asr_jo_array_end(o);
}


static void
asr_mock_write_delivery(const asr_mock_delivery_t *d, asr_json_out_t *o)
{
    asr_str_t  body;

    body = d->o.body;

    if (body.len > ASR_MOCK_BODY_SHOWN) {
        body.len = ASR_MOCK_BODY_SHOWN;
        body.len = asr_utf8_prefix(body);
    }

    asr_jo_object(o);
    asr_mock_write_int(o, "id", d->node.id);
    asr_mock_write_int(o, "task", d->o.task_id);
    asr_mock_write_str(o, "url", d->o.url);
    asr_mock_write_int(o, "attempt", d->o.attempts);
    asr_mock_write_int(o, "attempts_max", d->o.attempts_max);
    asr_mock_write_int(o, "status", d->o.status);
    asr_mock_write_int(o, "at_ms", d->at_ms);
    asr_mock_write_int(o, "next_ms", d->o.next_ms);
    asr_mock_write_str(o, "content_type", d->o.content_type);
    asr_mock_write_str(o, "body", body);
    asr_mock_write_str(o, "state",
                       d->state == ASR_MOCK_DELIVERED ? asr_str("delivered")
                       : d->state == ASR_MOCK_UNDELIVERED
                         ? asr_str("undelivered") : asr_str("pending"));
    asr_mock_write_tries(d, o);
    asr_jo_object_end(o);
}


void
asr_mock_store_callbacks_write(asr_mock_world_t *w, int64_t task_id,
    asr_json_out_t *o)
{
    asr_mock_home_t      *h;
    asr_mock_link_t      *l;
    asr_mock_delivery_t  *d;

    h = w->store;
    asr_jo_array(o);

    if (asr_mock_store_now != NULL && h != NULL) {

        for (l = h->deliveries.next; l != &h->deliveries; l = l->next) {
            d = asr_mock_of(l, asr_mock_delivery_t, all);

            if (task_id == 0 || d->o.task_id == task_id) {
                asr_mock_write_delivery(d, o);
            }
        }
    }

    asr_jo_array_end(o);
}


bool
asr_mock_store_audio(asr_mock_world_t *w, int64_t id, asr_mock_found_t *out)
{
    asr_mock_task_t   *t;
    asr_mock_audio_t  *a;

    memset(out, 0, sizeof(asr_mock_found_t));

    t = asr_mock_admin_task(w, id);
    a = t != NULL ? asr_mock_task_audio(asr_mock_store_now, t) : NULL;

    if (a == NULL || !a->there) {
        return false;
    }

    out->spool = asr_cstr(a->spool);
    out->size = a->size;
    out->filename = t->filename.len != 0 ? t->filename : t->t.url;

    if (a->spool[0] == '\0') {
        out->bytes = (asr_str_t) { (size_t) a->size, a->mem };
    }

    return true;
}
