/*
 * The suite's own HTTP client: one request, one reply, nothing assumed.
 *
 * A client belongs to one thread and keeps its connections.  It follows no
 * redirect, adds no header but Host, Content-Length, Accept and User-Agent
 * (unless given or taken away), decodes no content coding, obeys no proxy
 * variable, and reads at most ASR_CONF_JSON_MAX bytes of body, 64 KiB and 1024
 * of headers: what is longer is a transport error.  So is what is no HTTP/1.1
 * or 2: a body shorter than told, a header line without a colon, HTTP/0.9.
 */

#ifndef ASR_CONF_HTTP_H
#define ASR_CONF_HTTP_H


#include "asr_conf.h"


typedef struct {
    char                 *name;          /* as to be sent, as received */
    char                 *value;
} asr_conf_header_t;


/* What the client adds by itself, and a request may do without. */

#define ASR_CONF_NO_HOST      0x01u
#define ASR_CONF_NO_LENGTH    0x02u
#define ASR_CONF_NO_ACCEPT    0x04u
#define ASR_CONF_NO_AGENT     0x08u


typedef struct {
    char                 *method;
    char                 *base;          /* "http://127.0.0.1:8080", no path */
    char                 *path;          /* "/v1/files", percent-encoded */
    char                 *query;         /* as to be sent; NULL: no "?" */
    asr_conf_header_t    *headers;
    size_t                nheaders;
    char                 *body;          /* NULL: none */
    size_t                body_len;
    unsigned              without;       /* ASR_CONF_NO_* */
    bool                  chunked;       /* sends it so */
    unsigned              timeout_s;     /* 0: the client's */
} asr_conf_request_t;


typedef struct {
    int                   status;        /* 0: no whole reply, error says
                                            why; the rest is what came */
    asr_conf_header_t    *headers;
    size_t                nheaders;
    char                 *body;          /* ends with NUL; never NULL */
    size_t                body_len;
    int64_t               took_us;
    char                  error[160];
} asr_conf_reply_t;


typedef struct asr_conf_http_s  asr_conf_http_t;


/* Once, before any thread. */

void asr_conf_http_init(void);

/*
 * timeout_s: of a whole exchange.  ca: a PEM file of authorities, NULL the
 * system's.  Never NULL.
 */

asr_conf_http_t *asr_conf_http_new(unsigned timeout_s, const char *ca);
void asr_conf_http_free(asr_conf_http_t *h);

/*
 * Whether somebody listens at base, and its certificate holds; nothing is sent
 * but what TLS sends.  False with the reason in err.
 */

bool asr_conf_http_reach(const char *base, unsigned timeout_s, const char *ca,
    char *err, size_t errlen);

/* Always fills reply; to be cleaned. */

void asr_conf_http_do(asr_conf_http_t *h, const asr_conf_request_t *rq,
    asr_conf_reply_t *reply);

void asr_conf_reply_clean(asr_conf_reply_t *reply);

/* The first header of that name, by any case; NULL: none. */

const char *asr_conf_reply_header(const asr_conf_reply_t *reply,
    const char *name);

/* Requests own all their strings. */

void asr_conf_request_init(asr_conf_request_t *rq, const char *method,
    const char *base, const char *path);
void asr_conf_request_clean(asr_conf_request_t *rq);
void asr_conf_request_copy(asr_conf_request_t *to,
    const asr_conf_request_t *from);

/*
 * Replaces a header of that name (any case) or adds it; NULL removes it, and
 * with it what the client would add of that name.
 */

void asr_conf_request_header(asr_conf_request_t *rq, const char *name,
    const char *value);
const char *asr_conf_request_get(const asr_conf_request_t *rq,
    const char *name);
void asr_conf_request_body(asr_conf_request_t *rq, const void *p, size_t n);

/*
 * "127.0.0.1:8080", as the Host header has it: the one given, else of base,
 * without the scheme's own port; to be freed.
 */

char *asr_conf_request_host(const asr_conf_request_t *rq);

/*
 * multipart/form-data of one run, at most 64 MiB: parts are added (filename
 * and type may be NULL), then the body and its Content-Type set.  The form is
 * empty after its end.
 */

typedef struct {
    asr_conf_buf_t        body;
    char                  boundary[48];
} asr_conf_form_t;

void asr_conf_form_init(asr_conf_form_t *f, uint64_t seed);
void asr_conf_form_add(asr_conf_form_t *f, const char *name,
    const char *filename, const char *type, const void *p, size_t n);
void asr_conf_form_end(asr_conf_form_t *f, asr_conf_request_t *rq);

/*
 * The request as a curl command of one line, to be pasted into a shell; a body
 * that is no text or longer than 2 KiB is named by what it is.  Secrets that
 * are not in the request are not in it; bearer keys are.  To be freed.
 */

char *asr_conf_curl(const asr_conf_request_t *rq);


#endif /* ASR_CONF_HTTP_H */
