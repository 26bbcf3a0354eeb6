/*
 * Digests, times, headers: what several schemes are made of.
 */

#include "asr_conf_sign_int.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <time.h>


#define ASR_CONF_BLOCK_MAX  (256u << 10)


static char *asr_conf_header_value(asr_conf_signer_t *s, const char *name);


char *
asr_conf_digest_hex(asr_conf_digest_t d, const void *p, size_t n)
{
    char          *hex;
    unsigned       len;
    unsigned char  md[EVP_MAX_MD_SIZE];

    if (EVP_Digest(p != NULL ? p : "", n, md, &len,
                   d == ASR_CONF_SHA1 ? EVP_sha1() : EVP_sha256(), NULL)
        != 1)
    {
        asr_conf_die("no digest");
    }

    hex = asr_conf_alloc(2 * (size_t) len + 1);
    asr_conf_hex(hex, md, len);

    return hex;
}


size_t
asr_conf_hmac(asr_conf_digest_t d, const void *key, size_t keylen,
    const void *p, size_t n, uint8_t out[32])
{
    unsigned       len;
    unsigned char  md[EVP_MAX_MD_SIZE];

    if (HMAC(d == ASR_CONF_SHA1 ? EVP_sha1() : EVP_sha256(), key,
             (int) keylen, p, n, md, &len)
        == NULL)
    {
        asr_conf_die("no HMAC");
    }

    memcpy(out, md, len);

    return len;
}


char *
asr_conf_utc(int64_t t, const char *fmt)
{
    char       text[64];
    time_t     sec;
    struct tm  tm;

    sec = (time_t) t;

    if (gmtime_r(&sec, &tm) == NULL
        || strftime(text, sizeof(text), fmt, &tm) == 0)
    {
        asr_conf_die("no such time: %lld", (long long) t);
    }

    return asr_conf_copy(text);
}


char *
asr_conf_sent_host(const asr_conf_request_t *rq)
{
    const char  *host;

    host = asr_conf_request_get(rq, "Host");

    return host != NULL ? asr_conf_copy(host) : asr_conf_request_host(rq);
}


char *
asr_conf_lower(char *s)
{
    char  *p;

    for (p = s; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z') {
            *p = (char) (*p - 'A' + 'a');
        }
    }

    return s;
}


char *
asr_conf_header_block(asr_conf_signer_t *s, const char *list, bool lower)
{
    char            *name, *value;
    size_t           n, len;
    const char      *p, *v;
    asr_conf_buf_t   b;

    asr_conf_buf_init(&b, ASR_CONF_BLOCK_MAX);

    for (p = list; *p != '\0'; p += n + (p[n] == ';')) {
        n = strcspn(p, ";");

        name = asr_conf_lower(asr_conf_copy_n(p, n));
        value = asr_conf_header_value(s, name);

        if (lower) {
            asr_conf_lower(value);
        }

        v = value + strspn(value, " \t");

        for (len = strlen(v); len > 0; len--) {
            if (v[len - 1] != ' ' && v[len - 1] != '\t') {
                break;
            }
        }

        asr_conf_buf_fmt(&b, "%s:%.*s\n", name, (int) len, v);

        free(name);
        free(value);
    }

    return b.data != NULL ? b.data : asr_conf_copy("");
}


/* As it is signed: what is not sent is empty. */

static char *
asr_conf_header_value(asr_conf_signer_t *s, const char *name)
{
    char        *value;
    const char  *sent;

    if (strcmp(name, "host") == 0) {
        value = asr_conf_sent_host(s->rq);
        asr_conf_edit(s, ASR_CONF_AT_HOST, &value);

        return value;
    }

    sent = asr_conf_request_get(s->rq, name);
    value = asr_conf_copy(sent != NULL ? sent : "");

    if (strcmp(name, "content-type") == 0) {
        asr_conf_edit(s, ASR_CONF_AT_TYPE, &value);
    }

    return value;
}
