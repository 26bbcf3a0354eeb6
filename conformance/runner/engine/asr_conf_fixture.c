/*
 * Uploads that cases stand on.
 *
 * The table is under one lock; an upload is under its entry's own, so that
 * others of the same account wait for it and nobody else does.  What failed is
 * tried again by the next that asks.
 */

#include "asr_conf_step.h"

#include <pthread.h>
#include <stdlib.h>

#include "asr_conf_json.h"
#include "asr_conf_judge.h"


#define TRIES     4
#define WAIT_MS   1000                   /* doubled from try to try */
#define ROWS      4096


typedef struct fixture_s  fixture_t;

struct fixture_s {
    char                  *key;
    json_t                *id;           /* NULL: not yet */
    pthread_mutex_t        lock;
    fixture_t             *next;
};


struct asr_conf_fixtures_s {
    pthread_mutex_t        lock;
    fixture_t             *rows[ROWS];
};


asr_conf_fixtures_t *
asr_conf_fixtures_new(void)
{
    asr_conf_fixtures_t  *f;

    f = asr_conf_alloc(sizeof(*f));

    if (pthread_mutex_init(&f->lock, NULL) != 0) {
        asr_conf_die("no lock");
    }

    return f;
}


void
asr_conf_fixtures_free(asr_conf_fixtures_t *f)
{
    size_t      i;
    fixture_t  *one, *next;

    for (i = 0; i < ROWS; i++) {
        for (one = f->rows[i]; one != NULL; one = next) {
            next = one->next;

            (void) pthread_mutex_destroy(&one->lock);
            json_decref(one->id);
            free(one->key);
            free(one);
        }
    }

    (void) pthread_mutex_destroy(&f->lock);
    free(f);
}


static fixture_t *
entry(asr_conf_fixtures_t *f, const char *key)
{
    uint32_t     hash;
    fixture_t   *one;
    const char  *p;

    hash = 2166136261u;

    for (p = key; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char) *p) * 16777619u;
    }

    (void) pthread_mutex_lock(&f->lock);

    for (one = f->rows[hash % ROWS]; one != NULL; one = one->next) {
        if (strcmp(one->key, key) == 0) {
            break;
        }
    }

    if (one == NULL) {
        one = asr_conf_alloc(sizeof(*one));
        one->key = asr_conf_copy(key);

        if (pthread_mutex_init(&one->lock, NULL) != 0) {
            asr_conf_die("no lock");
        }

        one->next = f->rows[hash % ROWS];
        f->rows[hash % ROWS] = one;
    }

    (void) pthread_mutex_unlock(&f->lock);

    return one;
}


static const asr_conf_op_t *
upload_op(const asr_conf_doc_t *d)
{
    size_t  i;

    for (i = 0; i < d->nops; i++) {
        if (strcmp(d->ops[i].form, "multipart") == 0
            && d->ops[i].creates != NULL)
        {
            return &d->ops[i];
        }
    }

    return NULL;
}


static const char *
type_of(const char *name)
{
    const char  *dot;

    dot = strrchr(name, '.');

    return dot == NULL ? "application/octet-stream"
           : strcmp(dot, ".mp3") == 0 ? "audio/mpeg"
           : strcmp(dot, ".ogg") == 0 ? "audio/ogg"
           : strcmp(dot, ".m4a") == 0 ? "audio/mp4"
           : "audio/wav";
}


/* One upload; the id, or NULL with why; *again: the endpoint is busy. */

static json_t *
upload_once(const asr_conf_worker_t *w, const asr_conf_case_t *c,
    const asr_conf_account_t *a, const asr_conf_op_t *op, const char *name,
    bool *again, char **why)
{
    json_t                   *request, *id;
    const json_t             *base;
    asr_conf_call_t           call;
    asr_conf_reply_t          reply;
    asr_conf_judging_t        j;
    asr_conf_request_t        rq;
    asr_conf_verdict_text_t   v;

    memset(&call, 0, sizeof(call));
    memset(&j, 0, sizeof(j));
    memset(&v, 0, sizeof(v));

    *again = false;
    base = json_object_get(op->row, "base");
    request = json_pack("{s:{s:s,s:s}}", "file", "name", name, "type",
                        type_of(name));

    call.doc = c->doc;
    call.op = op;
    call.target = asr_conf_target_of(w->shared->o, c->doc);
    call.params = base;
    call.request = request;
    call.account = a;
    call.time = asr_conf_time();
    call.nonce = asr_conf_nonce();

    if (!asr_conf_call_build(&call, &rq, why)) {
        asr_conf_request_clean(&rq);
        json_decref(request);
        return NULL;
    }

    asr_conf_http_do(w->http, &rq, &reply);

    j.doc = c->doc;
    j.op = op;
    j.reply = &reply;

    id = NULL;

    if (asr_conf_judge(&j, &v)) {
        id = json_incref(asr_conf_json_at(j.body,
                             asr_conf_json_str(op->row, "task",
                                     asr_conf_api(c->doc->api)->upload)));
    }

    if (id == NULL) {
        *again = reply.status == 429;
        *why = asr_conf_print("no upload of %s: %s, %s", name,
                              v.check == NULL ? "id" : v.check,
                              v.got == NULL ? "there is none" : v.got);
    }

    if (w->shared->trace != NULL) {
        w->shared->trace(c, 0, &rq, &reply, v.check, v.expected, v.got,
                         w->shared->data);
    }

    asr_conf_verdict_text_clean(&v);
    asr_conf_judging_clean(&j);
    asr_conf_reply_clean(&reply);
    asr_conf_request_clean(&rq);
    json_decref(request);

    return id;
}


static json_t *
upload(const asr_conf_worker_t *w, const asr_conf_case_t *c,
    const asr_conf_account_t *a, const char *name, unsigned *requests,
    char **why)
{
    bool                  again;
    json_t               *id;
    unsigned              i;
    const asr_conf_op_t  *op;

    op = upload_op(c->doc);

    if (op == NULL || asr_conf_api(c->doc->api)->upload == NULL) {
        *why = asr_conf_print("%s has no uploads", c->doc->api);
        return NULL;
    }

    for (i = 0; ; i++) {
        id = upload_once(w, c, a, op, name, &again, why);
        (*requests)++;

        if (id != NULL || !again || i + 1 == TRIES) {
            return id;
        }

        free(*why);
        *why = NULL;

        asr_conf_gate_sleep(w->shared->gate, WAIT_MS << i);
    }
}


json_t *
asr_conf_fixture(const asr_conf_worker_t *w, const asr_conf_case_t *c,
    const asr_conf_account_t *a, const char *name, unsigned *requests,
    char **why)
{
    char       *key;
    json_t     *id;
    fixture_t  *one;

    key = asr_conf_print("%s %s %s", c->doc->api,
                         a->bearer == NULL ? "" : a->bearer, name);
    one = entry(w->shared->fixtures, key);
    free(key);

    /* who waits for another's upload holds up nobody else */

    if (pthread_mutex_trylock(&one->lock) != 0) {
        asr_conf_gate_leave(w->shared->gate);
        (void) pthread_mutex_lock(&one->lock);
        asr_conf_gate_enter(w->shared->gate);
    }

    if (one->id == NULL) {
        one->id = upload(w, c, a, name, requests, why);
    }

    /* a value of its own: jansson reads a shared one's count unguarded */

    id = json_deep_copy(one->id);

    (void) pthread_mutex_unlock(&one->lock);

    return id;
}
