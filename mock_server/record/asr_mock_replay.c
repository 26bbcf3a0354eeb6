/*
 * A recording in memory: answers sorted by the key of their request, those of
 * one key in the order of the file, each first one with the count of how many
 * were given.
 */

#include "asr_mock_replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>


typedef struct {
    unsigned char      key[ASR_SHA256_LEN];
    size_t             order;
    size_t             used;             /* of the first of a key */
    asr_mock_answer_t  answer;
} asr_mock_replayed_t;


static asr_err_t asr_mock_replay_read(FILE *f, char **line, char *err,
    size_t errlen);
static asr_err_t asr_mock_replay_add(asr_str_t line, asr_arena_t *work);
static asr_err_t asr_mock_replay_keep(asr_mock_answer_t *to,
    const asr_mock_record_t *r);
static bool asr_mock_replay_header(asr_str_t name);
static int asr_mock_replay_compare(const void *a, const void *b);


static asr_arena_t           asr_mock_replay_arena;
static asr_mock_replayed_t  *asr_mock_replayed;
static size_t                asr_mock_replayed_n;
static size_t                asr_mock_replayed_size;


asr_err_t
asr_mock_replay_load(const char *path, char *err, size_t errlen)
{
    char       *line;
    FILE       *f;
    asr_err_t   rc;

    asr_mock_replay_free();
    asr_arena_init(&asr_mock_replay_arena, ASR_MOCK_REPLAY_MEMORY);

    f = fopen(path, "re");
    if (f == NULL) {
        (void) snprintf(err, errlen, "%s", strerror(errno));
        return ASR_IO;
    }

    line = NULL;
    rc = asr_mock_replay_read(f, &line, err, errlen);

    free(line);
    (void) fclose(f);

    if (rc == ASR_OK && asr_mock_replayed_n == 0) {
        (void) snprintf(err, errlen, "no answers in it");
        rc = ASR_INVALID;
    }

    if (rc != ASR_OK) {
        asr_mock_replay_free();
        return rc;
    }

    qsort(asr_mock_replayed, asr_mock_replayed_n, sizeof(asr_mock_replayed_t),
          asr_mock_replay_compare);

    return ASR_OK;
}


static asr_err_t
asr_mock_replay_read(FILE *f, char **line, char *err, size_t errlen)
{
    size_t       size, n;
    ssize_t      len;
    asr_err_t    rc;
    asr_arena_t  work;

    size = 0;

    for (n = 1; (len = getline(line, &size, f)) != -1; n++) {

        if (len == 1 && (*line)[0] == '\n') {
            continue;
        }

        if (len > ASR_MOCK_RECORD_LINE) {
            rc = ASR_TOOBIG;

        } else {
            asr_arena_init(&work, ASR_MOCK_RECORD_MEMORY);
            rc = asr_mock_replay_add((asr_str_t) { (size_t) len, *line },
                                     &work);
            asr_arena_free(&work);
        }

        if (rc != ASR_OK) {
            (void) snprintf(err, errlen, "line %zu: %s", n,
                            rc == ASR_INVALID ? "not of a recording"
                                              : "too large");
            return rc;
        }
    }

    if (ferror(f)) {
        (void) snprintf(err, errlen, "%s", strerror(errno));
        return ASR_IO;
    }

    return ASR_OK;
}


static asr_err_t
asr_mock_replay_add(asr_str_t line, asr_arena_t *work)
{
    size_t                size;
    asr_err_t             rc;
    asr_mock_record_t     r;
    asr_mock_replayed_t  *p;

    rc = asr_mock_record_read(line, work, &r);
    if (rc != ASR_OK) {
        return rc;
    }

    if (r.x.api.len == 0 || r.x.reply.data == NULL) {
        return ASR_OK;
    }

    if (asr_mock_replayed_n == asr_mock_replayed_size) {
        size = asr_mock_replayed_size != 0 ? 2 * asr_mock_replayed_size : 64;

        if (asr_mock_replayed_n == ASR_MOCK_REPLAY_MAX) {
            return ASR_TOOBIG;
        }

        p = realloc(asr_mock_replayed, size * sizeof(asr_mock_replayed_t));
        if (p == NULL) {
            return ASR_NOMEM;
        }

        asr_mock_replayed = p;
        asr_mock_replayed_size = size;
    }

    p = &asr_mock_replayed[asr_mock_replayed_n];
    memset(p, 0, sizeof(asr_mock_replayed_t));
    p->order = asr_mock_replayed_n;

    rc = asr_mock_record_key(&r.x, work, p->key);
    rc = rc == ASR_OK ? asr_mock_replay_keep(&p->answer, &r) : rc;

    asr_mock_replayed_n += rc == ASR_OK;

    return rc;
}


static asr_err_t
asr_mock_replay_keep(asr_mock_answer_t *to, const asr_mock_record_t *r)
{
    size_t                      i;
    asr_arena_t                *a;
    asr_header_t               *h;
    const asr_mock_exchange_t  *x;

    a = &asr_mock_replay_arena;
    x = &r->x;

    h = asr_arena_alloc(a, (x->nreply_headers + 1) * sizeof(asr_header_t));

    to->status = x->status;
    to->first_us = r->first_us;
    to->took_us = x->took_us;
    to->type = asr_arena_str(a, x->reply_type);
    to->code = asr_arena_str(a, x->code);
    to->reply = asr_arena_str(a, x->reply);
    to->headers = h;

    if (h == NULL || to->type.data == NULL || to->code.data == NULL
        || to->reply.data == NULL)
    {
        return ASR_NOMEM;
    }

    for (i = 0; i < x->nreply_headers; i++) {
        if (!asr_mock_replay_header(x->reply_headers[i].name)) {
            continue;
        }

        h[to->nheaders].name = asr_arena_str(a, x->reply_headers[i].name);
        h[to->nheaders].value = asr_arena_str(a, x->reply_headers[i].value);

        if (h[to->nheaders].value.data == NULL) {
            return ASR_NOMEM;
        }

        to->nheaders++;
    }

    return ASR_OK;
}


/* Those that documents speak of; the others are the server's. */

static bool
asr_mock_replay_header(asr_str_t name)
{
    size_t  i;

    static const char *const  names[] = {
        "Retry-After", "Trace-Id", "X-Request-Id", "x-acs-request-id",
        "x-acs-trace-id", "Content-Disposition", "Location"
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_caseeq(name, asr_cstr(names[i]))) {
            return true;
        }
    }

    return false;
}


static int
asr_mock_replay_compare(const void *a, const void *b)
{
    int                         rc;
    const asr_mock_replayed_t  *one = a, *two = b;

    rc = memcmp(one->key, two->key, ASR_SHA256_LEN);

    return rc != 0 ? rc : (one->order > two->order)
                          - (one->order < two->order);
}


void
asr_mock_replay_free(void)
{
    free(asr_mock_replayed);
    asr_mock_replayed = NULL;
    asr_mock_replayed_n = 0;
    asr_mock_replayed_size = 0;

    asr_arena_free(&asr_mock_replay_arena);
}


bool
asr_mock_replay_on(void)
{
    return asr_mock_replayed_n != 0;
}


size_t
asr_mock_replay_n(void)
{
    return asr_mock_replayed_n;
}


bool
asr_mock_replay_find(const asr_mock_exchange_t *x, asr_arena_t *a,
    asr_mock_answer_t *out)
{
    size_t                low, high, mid, at;
    unsigned char         key[ASR_SHA256_LEN];
    asr_mock_exchange_t   copy;
    asr_mock_replayed_t  *all, *first;

    copy = *x;

    if (asr_mock_record_redact(&copy, a) != ASR_OK
        || asr_mock_record_key(&copy, a, key) != ASR_OK)
    {
        return false;
    }

    all = asr_mock_replayed;
    low = 0;
    high = asr_mock_replayed_n;

    while (low < high) {
        mid = low + (high - low) / 2;

        if (memcmp(all[mid].key, key, ASR_SHA256_LEN) < 0) {
            low = mid + 1;

        } else {
            high = mid;
        }
    }

    if (low == asr_mock_replayed_n
        || memcmp(all[low].key, key, ASR_SHA256_LEN) != 0)
    {
        return false;
    }

    first = &all[low];
    at = low + first->used;
    *out = all[at].answer;

    if (at + 1 < asr_mock_replayed_n
        && memcmp(all[at + 1].key, key, ASR_SHA256_LEN) == 0)
    {
        first->used++;
    }

    return true;
}
