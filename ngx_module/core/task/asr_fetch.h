/*
 * One HTTP transfer of the I/O thread: an audio URL into a spool file, or a
 * delivery.  It is given to a curl multi handle (asr_fetch_easy) and, when
 * that says it is over, judged (asr_fetch_end).
 *
 * What the far side may do is bounded: only http and https, no user names in
 * URLs, no proxies, cookies or credentials of ours; every address that is
 * connected to passes asr_address.h (also after a redirect, and whatever a
 * name resolved to when it was checked); at most ASR_FETCH_REDIRECTS
 * redirects, none for a delivery; size, total time and lowest speed.
 */

#ifndef ASR_FETCH_H
#define ASR_FETCH_H

#include "asr_address.h"
#include "asr_store.h"

#include <curl/curl.h>


#define ASR_FETCH_REDIRECTS  3
#define ASR_FETCH_URL_MAX    8192        /* redirects may be signed URLs */
#define ASR_FETCH_SIGN_MAX   128

typedef struct {
    const asr_allow_t  *allow;           /* NULL: public addresses only */
    int64_t             size_max;        /* bytes of audio */
    int64_t             time_ms;         /* of one fetch, redirects included */
    int64_t             stall_ms;        /* 1 KB/s at least, over this time */
    int64_t             connect_ms;
    int64_t             deliver_ms;      /* of one delivery, all in all */
    asr_str_t           secret;          /* signs deliveries; empty: does not */
} asr_fetch_conf_t;

typedef enum {
    ASR_FETCH_DONE = 0,
    ASR_FETCH_REDIRECT,          /* give the handle to curl again */
    ASR_FETCH_AGAIN,             /* it may go well another time */
    ASR_FETCH_LOCAL,             /* likewise: the trouble is on this side */
    ASR_FETCH_FAILED
} asr_fetch_end_t;

typedef struct asr_fetch_s  asr_fetch_t;


/*
 * NULL: the URL is not one we follow (*end is ASR_FETCH_FAILED), or no memory
 * (ASR_FETCH_LOCAL).  file has been begun; it and out must last as long.
 */
asr_fetch_t *asr_fetch_get(const asr_fetch_conf_t *conf, asr_str_t url,
    asr_spool_file_t *file, asr_fetch_end_t *end);
asr_fetch_t *asr_fetch_post(const asr_fetch_conf_t *conf,
    const asr_outgoing_t *out, asr_fetch_end_t *end);

CURL *asr_fetch_easy(const asr_fetch_t *f);      /* its CURLINFO_PRIVATE is
                                                    the caller's */
asr_fetch_end_t asr_fetch_end(asr_fetch_t *f, CURLcode code);

/* For the log, after asr_fetch_end: no secret, nothing the far side sent. */
const char *asr_fetch_why(const asr_fetch_t *f);
int asr_fetch_status(const asr_fetch_t *f);      /* HTTP; 0: none came */
int64_t asr_fetch_size(const asr_fetch_t *f);    /* bytes received */

/* Not while curl has the handle. */
void asr_fetch_free(asr_fetch_t *f);

/*
 * "t=TIME,v1=HEX": HMAC-SHA256 by the secret of TIME (decimal, Unix seconds),
 * "." and the body.  Any thread.  ASR_NOMEM: it failed.
 */
asr_err_t asr_fetch_sign(asr_str_t secret, int64_t seconds, asr_str_t body,
    char out[ASR_FETCH_SIGN_MAX]);


#endif /* ASR_FETCH_H */
