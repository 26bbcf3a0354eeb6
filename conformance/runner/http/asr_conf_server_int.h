/*
 * What the parts of the suite's server share.
 */

#ifndef ASR_CONF_SERVER_INT_H
#define ASR_CONF_SERVER_INT_H


#include <microhttpd.h>
#include <pthread.h>

#include "asr_conf_server.h"


#define ASR_CONF_KEEP_MAX    4096u
#define ASR_CONF_KEEP_BYTES  (64u << 20)
#define ASR_CONF_KEEP_BODY   (1u << 20)


/* A ring of the newest; under lock. */

typedef struct {
    pthread_mutex_t        lock;
    pthread_cond_t         come;
    asr_conf_delivery_t   *all;          /* ASR_CONF_KEEP_MAX */
    size_t                 first;
    size_t                 n;
    size_t                 bytes;
} asr_conf_keep_t;


void asr_conf_keep_init(asr_conf_keep_t *k);
void asr_conf_keep_free(asr_conf_keep_t *k);

/* Takes over what d points to; wakes those who wait. */

void asr_conf_keep_add(asr_conf_keep_t *k, asr_conf_delivery_t *d);

bool asr_conf_keep_wait(asr_conf_keep_t *k, const char *key,
    const char *text, unsigned nth, unsigned timeout_ms,
    asr_conf_delivery_t *out);

/* The reply to a GET of that path, and its status; NULL: no such path. */

struct MHD_Response *asr_conf_server_sound(const char *path,
    unsigned *status);


#endif /* ASR_CONF_SERVER_INT_H */
