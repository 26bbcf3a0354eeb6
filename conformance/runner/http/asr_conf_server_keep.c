/*
 * Deliveries: kept in the order in which they came, copied out.
 */

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "asr_conf_server_int.h"


static void asr_conf_keep_drop(asr_conf_keep_t *k);
static size_t asr_conf_delivery_size(const asr_conf_delivery_t *d);
static const asr_conf_delivery_t *asr_conf_keep_find(const asr_conf_keep_t *k,
    const char *key, const char *text, unsigned nth);
static void asr_conf_delivery_copy(asr_conf_delivery_t *to,
    const asr_conf_delivery_t *from);


void
asr_conf_keep_init(asr_conf_keep_t *k)
{
    pthread_condattr_t  attr;

    memset(k, 0, sizeof(asr_conf_keep_t));
    k->all = asr_conf_alloc(ASR_CONF_KEEP_MAX * sizeof(asr_conf_delivery_t));

    if (pthread_mutex_init(&k->lock, NULL) != 0
        || pthread_condattr_init(&attr) != 0
        || pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) != 0
        || pthread_cond_init(&k->come, &attr) != 0)
    {
        asr_conf_die("no lock for the server");
    }

    pthread_condattr_destroy(&attr);
}


void
asr_conf_keep_free(asr_conf_keep_t *k)
{
    while (k->n != 0) {
        asr_conf_keep_drop(k);
    }

    pthread_cond_destroy(&k->come);
    pthread_mutex_destroy(&k->lock);
    free(k->all);
}


void
asr_conf_keep_add(asr_conf_keep_t *k, asr_conf_delivery_t *d)
{
    size_t  size;

    size = asr_conf_delivery_size(d);

    pthread_mutex_lock(&k->lock);

    while (k->n == ASR_CONF_KEEP_MAX
           || (k->n != 0 && k->bytes + size > ASR_CONF_KEEP_BYTES))
    {
        asr_conf_keep_drop(k);
    }

    k->all[(k->first + k->n) % ASR_CONF_KEEP_MAX] = *d;
    k->n++;
    k->bytes += size;

    pthread_cond_broadcast(&k->come);
    pthread_mutex_unlock(&k->lock);

    memset(d, 0, sizeof(asr_conf_delivery_t));
}


/* The oldest; the caller holds the lock. */

static void
asr_conf_keep_drop(asr_conf_keep_t *k)
{
    asr_conf_delivery_t  *d;

    d = &k->all[k->first];
    k->bytes -= asr_conf_delivery_size(d);
    asr_conf_delivery_clean(d);
    k->first = (k->first + 1) % ASR_CONF_KEEP_MAX;
    k->n--;
}


/* Near enough: a header is never longer than a connection's memory. */

static size_t
asr_conf_delivery_size(const asr_conf_delivery_t *d)
{
    size_t  i, n;

    n = sizeof(asr_conf_delivery_t) + d->body_len + strlen(d->path)
        + strlen(d->key) + (d->query == NULL ? 0 : strlen(d->query));

    for (i = 0; i < d->nheaders; i++) {
        n += sizeof(asr_conf_header_t) + strlen(d->headers[i].name)
             + strlen(d->headers[i].value);
    }

    return n;
}


bool
asr_conf_keep_wait(asr_conf_keep_t *k, const char *key, const char *text,
    unsigned nth, unsigned timeout_ms, asr_conf_delivery_t *out)
{
    int                         rc;
    struct timespec             end;
    const asr_conf_delivery_t  *d;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += timeout_ms / 1000;
    end.tv_nsec += (long) (timeout_ms % 1000) * 1000000;

    if (end.tv_nsec >= 1000000000) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000;
    }

    rc = 0;
    pthread_mutex_lock(&k->lock);

    for ( ;; ) {
        d = asr_conf_keep_find(k, key, text, nth);

        if (d != NULL || rc == ETIMEDOUT) {
            break;
        }

        rc = pthread_cond_timedwait(&k->come, &k->lock, &end);
    }

    if (d != NULL) {
        asr_conf_delivery_copy(out, d);
    }

    pthread_mutex_unlock(&k->lock);

    return d != NULL;
}


static const asr_conf_delivery_t *
asr_conf_keep_find(const asr_conf_keep_t *k, const char *key,
    const char *text, unsigned nth)
{
    size_t                      i;
    const asr_conf_delivery_t  *d;

    for (i = 0; i < k->n; i++) {
        d = &k->all[(k->first + i) % ASR_CONF_KEEP_MAX];

        if (strcmp(d->key, key) != 0
            || (text != NULL
                && memmem(d->body, d->body_len, text, strlen(text)) == NULL))
        {
            continue;
        }

        if (nth-- == 0) {
            return d;
        }
    }

    return NULL;
}


static void
asr_conf_delivery_copy(asr_conf_delivery_t *to,
    const asr_conf_delivery_t *from)
{
    size_t  i;

    *to = *from;
    to->key = asr_conf_copy(from->key);
    to->path = asr_conf_copy(from->path);
    to->query = from->query == NULL ? NULL : asr_conf_copy(from->query);
    to->body = asr_conf_copy_n(from->body, from->body_len);
    to->headers = asr_conf_alloc(from->nheaders * sizeof(asr_conf_header_t));

    for (i = 0; i < from->nheaders; i++) {
        to->headers[i].name = asr_conf_copy(from->headers[i].name);
        to->headers[i].value = asr_conf_copy(from->headers[i].value);
    }
}


void
asr_conf_delivery_clean(asr_conf_delivery_t *d)
{
    size_t  i;

    for (i = 0; i < d->nheaders; i++) {
        free(d->headers[i].name);
        free(d->headers[i].value);
    }

    free(d->headers);
    free(d->key);
    free(d->path);
    free(d->query);
    free(d->body);

    memset(d, 0, sizeof(asr_conf_delivery_t));
}
