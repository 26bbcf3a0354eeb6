/*
 * The suite's own server (libmicrohttpd): the audio an endpoint fetches, and
 * the callbacks it sends.
 *
 *   GET  /audio/NAME      an embedded recording (common/audio/NAME)
 *   GET  /cut/NAME        its first half with the Content-Length of all of it,
 *                         then the connection is closed
 *   GET  /silence/N.wav   N seconds of mu-law silence of 8 kHz, 1 to 21600
 *   GET  /status/CODE     that status, 200 to 599, "not audio" as its body
 *   GET  /empty.wav       200, no byte
 *   GET  /text.wav        200, a text
 *   POST /callback/KEY    kept for the case that made KEY; answered 200 with
 *                         {"code":0,"message":"success"}, JSON
 *   POST /webhook         kept by the task id in its body
 *
 * HEAD is GET's; another method is 405, another path 404, a body of more than
 * 1 MiB 413.  It has one thread of microhttpd's; deliveries are under one lock
 * with a condition.  The newest 4096 are kept and at most 64 MiB of them; 256
 * connections at once, closed after 30 s without a byte.
 */

#ifndef ASR_CONF_SERVER_H
#define ASR_CONF_SERVER_H


#include "asr_conf_http.h"


typedef struct {
    char                 *key;           /* after /callback/; "" of /webhook */
    char                 *path;
    char                 *query;         /* NULL: none */
    asr_conf_header_t    *headers;
    size_t                nheaders;
    char                 *body;
    size_t                body_len;
    int64_t               at_us;
} asr_conf_delivery_t;


typedef struct asr_conf_server_s  asr_conf_server_t;


/*
 * listen: "127.0.0.1:0" or "[::1]:0" (address and port; 0 a free one), or
 * "fd:N", a socket that is bound already and becomes the server's.
 * public_url: how an endpoint reaches it, NULL: http://address:port, of this
 * host where the address is none.  Ends the program when it cannot listen.
 */

asr_conf_server_t *asr_conf_server_new(const char *listen,
    const char *public_url);
void asr_conf_server_free(asr_conf_server_t *s);

const char *asr_conf_server_url(const asr_conf_server_t *s);

/*
 * The nth (from 0) delivery for a callback key, or to the webhook when key is
 * "", of those whose body has `text` unless it is NULL; waits timeout_ms.
 * False: none came.  A copy, to be cleaned.
 */

bool asr_conf_server_wait(asr_conf_server_t *s, const char *key,
    const char *text, unsigned nth, unsigned timeout_ms,
    asr_conf_delivery_t *out);
void asr_conf_delivery_clean(asr_conf_delivery_t *d);


#endif /* ASR_CONF_SERVER_H */
