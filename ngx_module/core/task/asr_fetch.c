/*
 * Transfers over libcurl.  Redirects are followed here, one transfer each, so
 * that the next URL is looked at like the first; the address check is in the
 * function that makes the socket, where the address is the one that will be
 * connected to and no name can change its mind any more.
 *
 * A connection is for one transfer: what a server sends after the end that it
 * told would be the answer to another task's request.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "asr_fetch.h"
#include "../base/asr_clock.h"
#include "../base/asr_crypto.h"
#include "../base/asr_json.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>


#define ASR_FETCH_REPLY_MAX  (64 * 1024) /* of a body that is no audio */
#define ASR_FETCH_SPEED      1024        /* bytes a second */
#define ASR_FETCH_AGENT      "asr-gateway/1.0"

struct asr_fetch_s {
    const asr_fetch_conf_t  *conf;
    CURL                    *easy;
    CURLU                   *url;
    struct curl_slist       *headers;
    const asr_outgoing_t    *out;        /* NULL: a fetch */
    asr_spool_file_t        *file;       /* NULL: a delivery */
    asr_buf_t                reply;
    int64_t                  got;
    int64_t                  start;      /* monotonic ms */
    unsigned                 redirects;
    bool                     named;      /* the host itself is allowed */
    bool                     refused;    /* an address was not */
    bool                     too_big;
    bool                     local;      /* the spool failed */
    int                      status;
    const char              *why;
};


static asr_err_t asr_fetch_url(asr_fetch_t *f, const char *url);


/* CURLOPT_OPENSOCKETFUNCTION */

static curl_socket_t
asr_fetch_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
    asr_fetch_t  *f = ctx;

    if ((a->family != AF_INET && a->family != AF_INET6)
        || (!f->named
            && !asr_allow_address(f->conf->allow, &a->addr,
                                  (socklen_t) a->addrlen)))
    {
        f->refused = true;
        return CURL_SOCKET_BAD;
    }

    return socket(a->family, a->socktype|SOCK_CLOEXEC, a->protocol);
}


/* CURLOPT_WRITEFUNCTION of a fetch */

static size_t
asr_fetch_audio(char *p, size_t size, size_t n, void *ctx)
{
    long          status;
    asr_fetch_t  *f = ctx;

    n *= size;
    status = 0;
    (void) curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);

    f->got += (int64_t) n;

    if (status / 100 != 2) {
        return f->got <= ASR_FETCH_REPLY_MAX ? n : CURL_WRITEFUNC_ERROR;
    }

    if (f->got > f->conf->size_max) {
        f->too_big = true;
        return CURL_WRITEFUNC_ERROR;
    }

    if (n != 0
        && asr_spool_write(f->file, p, n, ASR_SPOOL_INLINE) != ASR_OK)
    {
        f->local = true;
        return CURL_WRITEFUNC_ERROR;
    }

    return n;
}


/* The same of a delivery: kept if it matters, up to a limit. */

static size_t
asr_fetch_reply(char *p, size_t size, size_t n, void *ctx)
{
    asr_fetch_t  *f = ctx;

    n *= size;
    f->got += (int64_t) n;

    if (f->got > ASR_FETCH_REPLY_MAX) {
        return CURL_WRITEFUNC_ERROR;
    }

    if (f->out->reply_code && asr_buf_append(&f->reply, p, n) != ASR_OK) {
        return CURL_WRITEFUNC_ERROR;
    }

    return n;
}


static bool
asr_fetch_has(CURLU *u, CURLUPart part)
{
    char  *text;

    if (curl_url_get(u, part, &text, 0) != CURLUE_OK) {
        return false;
    }

    curl_free(text);

    return true;
}


/* The next URL; ASR_INVALID: not one we follow. */

static asr_err_t
asr_fetch_url(asr_fetch_t *f, const char *url)
{
    char  *scheme, *host;
    bool   ok;

    /* a relative URL would be taken as one of the host before */

    if (strlen(url) > ASR_FETCH_URL_MAX
        || curl_url_set(f->url, CURLUPART_URL, NULL, 0) != CURLUE_OK
        || curl_url_set(f->url, CURLUPART_URL, url, 0) != CURLUE_OK
        || asr_fetch_has(f->url, CURLUPART_USER)
        || asr_fetch_has(f->url, CURLUPART_PASSWORD))
    {
        return ASR_INVALID;
    }

    if (curl_url_get(f->url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK) {
        return ASR_INVALID;
    }

    ok = strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0;
    curl_free(scheme);

    if (!ok || curl_url_get(f->url, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
        return ASR_INVALID;
    }

    f->named = asr_allow_host(f->conf->allow, asr_cstr(host));
    curl_free(host);

    return curl_easy_setopt(f->easy, CURLOPT_CURLU, f->url) == CURLE_OK
           ? ASR_OK : ASR_NOMEM;
}


/* What both directions have in common. */

static CURLcode
asr_fetch_options(asr_fetch_t *f, int64_t time_ms)
{
    size_t    i;
    CURLcode  rc;

    const struct {
        CURLoption  option;
        long        value;
    } longs[] = {
        { CURLOPT_NOSIGNAL, 1 },
        { CURLOPT_QUICK_EXIT, 1 },       /* does not wait for the resolver */
        { CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
        { CURLOPT_FOLLOWLOCATION, 0 },
        { CURLOPT_DISALLOW_USERNAME_IN_URL, 1 },
        { CURLOPT_NETRC, CURL_NETRC_IGNORED },
        { CURLOPT_HTTP_CONTENT_DECODING, 0 },
        { CURLOPT_SSL_VERIFYPEER, 1 },
        { CURLOPT_SSL_VERIFYHOST, 2 },
        { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 },
        { CURLOPT_CONNECTTIMEOUT_MS, (long) f->conf->connect_ms },
        { CURLOPT_TIMEOUT_MS, (long) time_ms },
        { CURLOPT_FORBID_REUSE, 1 }
    };

    rc = CURLE_OK;

    for (i = 0; rc == CURLE_OK && i < asr_nelts(longs); i++) {
        rc = curl_easy_setopt(f->easy, longs[i].option, longs[i].value);
    }

    if (rc != CURLE_OK
        || (rc = curl_easy_setopt(f->easy, CURLOPT_PROTOCOLS_STR,
                                  "http,https")) != CURLE_OK
        || (rc = curl_easy_setopt(f->easy, CURLOPT_PROXY, "")) != CURLE_OK
        || (rc = curl_easy_setopt(f->easy, CURLOPT_NOPROXY, "*")) != CURLE_OK
        || (rc = curl_easy_setopt(f->easy, CURLOPT_USERAGENT,
                                  ASR_FETCH_AGENT)) != CURLE_OK
        || (rc = curl_easy_setopt(f->easy, CURLOPT_OPENSOCKETFUNCTION,
                                  asr_fetch_socket)) != CURLE_OK
        || (rc = curl_easy_setopt(f->easy, CURLOPT_OPENSOCKETDATA, f))
           != CURLE_OK)
    {
        return rc;
    }

    return curl_easy_setopt(f->easy, CURLOPT_WRITEDATA, f);
}


static asr_fetch_t *
asr_fetch_create(const asr_fetch_conf_t *conf, asr_str_t url,
    int64_t time_ms, asr_fetch_end_t *end)
{
    char         *text;
    asr_err_t     rc;
    asr_fetch_t  *f;

    *end = ASR_FETCH_LOCAL;

    f = calloc(1, sizeof(asr_fetch_t));
    if (f == NULL) {
        return NULL;
    }

    f->conf = conf;
    f->start = asr_clock_mono_ms();
    f->why = "no memory";
    asr_buf_init(&f->reply, ASR_FETCH_REPLY_MAX);

    f->easy = curl_easy_init();
    f->url = curl_url();

    if (f->easy == NULL || f->url == NULL
        || asr_fetch_options(f, time_ms) != CURLE_OK)
    {
        asr_fetch_free(f);
        return NULL;
    }

    rc = ASR_INVALID;

    if (url.len != 0 && memchr(url.data, '\0', url.len) == NULL) {
        text = strndup(url.data, url.len);
        rc = (text != NULL) ? asr_fetch_url(f, text) : ASR_NOMEM;
        free(text);
    }

    if (rc != ASR_OK) {
        *end = (rc == ASR_INVALID) ? ASR_FETCH_FAILED : ASR_FETCH_LOCAL;
        asr_fetch_free(f);
        return NULL;
    }

    return f;
}


asr_fetch_t *
asr_fetch_get(const asr_fetch_conf_t *conf, asr_str_t url,
    asr_spool_file_t *file, asr_fetch_end_t *end)
{
    long          seconds;
    asr_fetch_t  *f;

    f = asr_fetch_create(conf, url, conf->time_ms, end);
    if (f == NULL) {
        return NULL;
    }

    f->file = file;
    seconds = (long) (conf->stall_ms / 1000);

    if (curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, asr_fetch_audio)
        != CURLE_OK
        || curl_easy_setopt(f->easy, CURLOPT_MAXFILESIZE_LARGE,
                            (curl_off_t) conf->size_max) != CURLE_OK
        || curl_easy_setopt(f->easy, CURLOPT_LOW_SPEED_LIMIT,
                            (long) ASR_FETCH_SPEED) != CURLE_OK
        || curl_easy_setopt(f->easy, CURLOPT_LOW_SPEED_TIME,
                            seconds > 0 ? seconds : 1L) != CURLE_OK)
    {
        *end = ASR_FETCH_LOCAL;
        asr_fetch_free(f);
        return NULL;
    }

    return f;
}


static bool
asr_fetch_header(asr_fetch_t *f, const char *line)
{
    struct curl_slist  *list;

    list = curl_slist_append(f->headers, line);

    if (list == NULL) {
        return false;
    }

    f->headers = list;

    return true;
}


static bool
asr_fetch_header_of(asr_fetch_t *f, const char *name, asr_str_t value)
{
    bool       ok;
    asr_buf_t  b;

    asr_buf_init(&b, ASR_FETCH_URL_MAX);

    ok = asr_buf_printf(&b, "%s: %.*s", name, asr_fmt(value)) == ASR_OK
         && asr_buf_append(&b, "", 1) == ASR_OK
         && asr_fetch_header(f, b.data);

    asr_buf_free(&b);

    return ok;
}


asr_err_t
asr_fetch_sign(asr_str_t secret, int64_t seconds, asr_str_t body,
    char out[ASR_FETCH_SIGN_MAX])
{
    char           time[32], digest[] = "SHA256", hex[2 * ASR_SHA256_LEN];
    size_t         n;
    asr_err_t      rc;
    EVP_MAC       *mac;
    OSSL_PARAM     params[2];
    EVP_MAC_CTX   *ctx;
    unsigned char  md[ASR_SHA256_LEN];

    snprintf(time, sizeof(time), "%lld", (long long) seconds);

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 digest, 0);
    params[1] = OSSL_PARAM_construct_end();

    mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    ctx = (mac != NULL) ? EVP_MAC_CTX_new(mac) : NULL;
    rc = ASR_NOMEM;

    if (ctx != NULL
        && EVP_MAC_init(ctx, (const unsigned char *) secret.data, secret.len,
                        params) == 1
        && EVP_MAC_update(ctx, (unsigned char *) time, strlen(time)) == 1
        && EVP_MAC_update(ctx, (const unsigned char *) ".", 1) == 1
        && EVP_MAC_update(ctx, (const unsigned char *) body.data, body.len)
           == 1
        && EVP_MAC_final(ctx, md, &n, sizeof(md)) == 1 && n == sizeof(md))
    {
        asr_hex(md, sizeof(md), hex);
        snprintf(out, ASR_FETCH_SIGN_MAX, "t=%s,v1=%.*s", time,
                 (int) sizeof(hex), hex);
        rc = ASR_OK;
    }

    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);

    return rc;
}


static bool
asr_fetch_post_headers(asr_fetch_t *f)
{
    char         sign[ASR_FETCH_SIGN_MAX];
    const char  *p, *end, *nl;
    asr_buf_t    line;
    bool         ok;

    /* "Expect: 100-continue" would cost a round trip, some cannot answer it */

    ok = asr_fetch_header(f, "Expect:")
         && asr_fetch_header(f, "Accept: */*")
         && asr_fetch_header_of(f, "Content-Type", f->out->content_type)
         && asr_fetch_header_of(f, "X-ASR-Delivery", f->out->name);

    if (ok && f->conf->secret.len != 0) {
        ok = asr_fetch_sign(f->conf->secret, asr_clock_ms() / 1000,
                            f->out->body, sign) == ASR_OK
             && asr_fetch_header_of(f, "X-ASR-Signature", asr_cstr(sign));
    }

    p = f->out->headers.data;
    end = (p != NULL) ? p + f->out->headers.len : NULL;

    for ( /* void */ ; ok && p != end; p = nl + 1) {
        nl = memchr(p, '\n', (size_t) (end - p));
        if (nl == NULL) {
            break;
        }

        asr_buf_init(&line, ASR_FETCH_URL_MAX);
        ok = asr_buf_append(&line, p, (size_t) (nl - p)) == ASR_OK
             && asr_buf_append(&line, "", 1) == ASR_OK
             && asr_fetch_header(f, line.data);
        asr_buf_free(&line);
    }

    return ok;
}


asr_fetch_t *
asr_fetch_post(const asr_fetch_conf_t *conf, const asr_outgoing_t *out,
    asr_fetch_end_t *end)
{
    asr_fetch_t  *f;

    f = asr_fetch_create(conf, out->url, conf->deliver_ms, end);
    if (f == NULL) {
        return NULL;
    }

    f->out = out;

    if (!asr_fetch_post_headers(f)
        || curl_easy_setopt(f->easy, CURLOPT_WRITEFUNCTION, asr_fetch_reply)
           != CURLE_OK
        || curl_easy_setopt(f->easy, CURLOPT_POST, 1L) != CURLE_OK
        || curl_easy_setopt(f->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                            (curl_off_t) out->body.len) != CURLE_OK
        || curl_easy_setopt(f->easy, CURLOPT_POSTFIELDS,
                            out->body.data != NULL ? out->body.data : "")
           != CURLE_OK
        || curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, f->headers)
           != CURLE_OK)
    {
        *end = ASR_FETCH_LOCAL;
        asr_fetch_free(f);
        return NULL;
    }

    return f;
}


CURL *
asr_fetch_easy(const asr_fetch_t *f)
{
    return f->easy;
}


const char *
asr_fetch_why(const asr_fetch_t *f)
{
    return f->why;
}


int
asr_fetch_status(const asr_fetch_t *f)
{
    return f->status;
}


int64_t
asr_fetch_size(const asr_fetch_t *f)
{
    return f->got;
}


void
asr_fetch_free(asr_fetch_t *f)
{
    curl_easy_cleanup(f->easy);
    curl_url_cleanup(f->url);
    curl_slist_free_all(f->headers);
    asr_buf_free(&f->reply);
    free(f);
}


static asr_fetch_end_t
asr_fetch_says(asr_fetch_t *f, asr_fetch_end_t end, const char *why)
{
    f->why = why;

    return end;
}


/* There was no connection, or it went before a response had begun. */

static bool
asr_fetch_no_answer(const asr_fetch_t *f, CURLcode code)
{
    curl_off_t  connected;

    switch (code) {

    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
        return true;

    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return f->status == 0;

    case CURLE_OPERATION_TIMEDOUT:
        connected = 0;
        (void) curl_easy_getinfo(f->easy, CURLINFO_CONNECT_TIME_T, &connected);
        return connected == 0;

    default:
        return false;
    }
}


/* The transfer ended with an error of curl's. */

static asr_fetch_end_t
asr_fetch_broken(asr_fetch_t *f, CURLcode code)
{
    /* the status may be that of the redirect before */

    if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST
        || code == CURLE_SSL_CONNECT_ERROR)
    {
        f->status = 0;
    }

    if (f->refused && code == CURLE_COULDNT_CONNECT) {
        return asr_fetch_says(f, ASR_FETCH_FAILED,
                              "its address is not allowed");
    }

    if (f->local) {
        return asr_fetch_says(f, ASR_FETCH_LOCAL, "the spool failed");
    }

    if (f->too_big || code == CURLE_FILESIZE_EXCEEDED) {
        return asr_fetch_says(f, ASR_FETCH_FAILED, "it is too large");
    }

    if (code == CURLE_OUT_OF_MEMORY) {
        return asr_fetch_says(f, ASR_FETCH_LOCAL, "no memory");
    }

    return asr_fetch_says(f, (f->out != NULL || asr_fetch_no_answer(f, code))
                             ? ASR_FETCH_AGAIN : ASR_FETCH_FAILED,
                          curl_easy_strerror(code));
}


static asr_fetch_end_t
asr_fetch_redirect(asr_fetch_t *f)
{
    char     *url;
    int64_t   left;

    url = NULL;
    (void) curl_easy_getinfo(f->easy, CURLINFO_REDIRECT_URL, &url);

    if (url == NULL) {
        return asr_fetch_says(f, ASR_FETCH_FAILED, "unexpected status");
    }

    if (++f->redirects > ASR_FETCH_REDIRECTS) {
        return asr_fetch_says(f, ASR_FETCH_FAILED, "too many redirects");
    }

    left = f->conf->time_ms - (asr_clock_mono_ms() - f->start);

    if (left <= 0) {
        return asr_fetch_says(f, ASR_FETCH_FAILED, "too many redirects");
    }

    /* the string is the handle's, which is about to be changed */

    url = strdup(url);
    if (url == NULL) {
        return asr_fetch_says(f, ASR_FETCH_LOCAL, "no memory");
    }

    if (asr_fetch_url(f, url) != ASR_OK) {
        free(url);
        return asr_fetch_says(f, ASR_FETCH_FAILED,
                              "redirected to a URL that is not followed");
    }

    free(url);

    (void) curl_easy_setopt(f->easy, CURLOPT_TIMEOUT_MS, (long) left);

    f->got = 0;
    f->refused = false;

    return ASR_FETCH_REDIRECT;
}


static asr_fetch_end_t
asr_fetch_got(asr_fetch_t *f)
{
    switch (f->status / 100) {

    case 2:
        if (f->got == 0) {
            return asr_fetch_says(f, ASR_FETCH_FAILED, "it is empty");
        }

        return asr_fetch_says(f, ASR_FETCH_DONE, "done");

    case 3:
        return asr_fetch_redirect(f);

    case 5:
        return asr_fetch_says(f, ASR_FETCH_AGAIN, "server error");

    default:
        return asr_fetch_says(f, ASR_FETCH_FAILED, "unexpected status");
    }
}


/* {"code": 0}; what is no such reply is none that says otherwise. */

static bool
asr_fetch_reply_good(const asr_fetch_t *f)
{
    bool               good;
    asr_arena_t        a;
    const asr_json_t  *json, *code;
    asr_json_error_t   err;

    asr_arena_init(&a, 1024 * 1024);

    json = asr_json_parse(&a, asr_buf_str(&f->reply), &err);
    code = asr_json_get(json, asr_str("code"));
    good = code == NULL || code->type != ASR_JSON_INT || code->u.integer == 0;

    asr_arena_free(&a);

    return good;
}


static asr_fetch_end_t
asr_fetch_sent(asr_fetch_t *f)
{
    if (f->status / 100 != 2) {
        return asr_fetch_says(f, ASR_FETCH_AGAIN, "unexpected status");
    }

    if (f->out->reply_code && !asr_fetch_reply_good(f)) {
        return asr_fetch_says(f, ASR_FETCH_AGAIN, "the reply has an error");
    }

    return asr_fetch_says(f, ASR_FETCH_DONE, "done");
}


asr_fetch_end_t
asr_fetch_end(asr_fetch_t *f, CURLcode code)
{
    long  status;

    status = 0;
    (void) curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    f->status = (int) status;

    /* a reply longer than is read, or a body nobody wants, is no fault */

    if (code == CURLE_WRITE_ERROR && !f->local && !f->too_big
        && f->got > ASR_FETCH_REPLY_MAX)
    {
        code = CURLE_OK;
    }

    if (code != CURLE_OK) {
        return asr_fetch_broken(f, code);
    }

    return f->out != NULL ? asr_fetch_sent(f) : asr_fetch_got(f);
}
