/*
 * A recorded request, signed anew and sent to the mock.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "core/auth/asr_acs.h"
#include "core/base/asr_clock.h"
#include "asr_mock_diff_run.h"
#include "asr_mock_record_sign.h"

#include <stdio.h>


#define ASR_MOCK_DIFF_BOUNDARY  "asr-mock-diff-boundary"
#define ASR_MOCK_DIFF_SAMPLES   32000        /* bytes of a second */


static bool asr_mock_diff_file(asr_mock_exchange_t *x, asr_arena_t *a);
static const char *asr_mock_diff_sign(asr_mock_diff_run_t *d,
    asr_mock_exchange_t *x, asr_header_t *h, size_t *n, asr_arena_t *a);
static size_t asr_mock_diff_take(char *p, size_t size, size_t n, void *ctx);


/* One of a second that says what is heard in it, in a form as both APIs that
   take files want it. */

static bool
asr_mock_diff_file(asr_mock_exchange_t *x, asr_arena_t *a)
{
    char    *p;
    size_t   n;

    static const char  head[] =
        "--" ASR_MOCK_DIFF_BOUNDARY "\r\n"
        "Content-Disposition: form-data; name=\"purpose\"\r\n\r\n"
        "a2t_async_input\r\n"
        "--" ASR_MOCK_DIFF_BOUNDARY "\r\n"
        "Content-Disposition: form-data; name=\"file\"; "
        "filename=\"speech.wav\"\r\n"
        "Content-Type: audio/wav\r\n\r\n";

    static const char  wav[] =
        "RIFF\x4a\x7d\0\0WAVEfmt \x10\0\0\0\1\0\1\0"
        "\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0"
        "LIST\x1e\0\0\0INFOICMT\x11\0\0\0asr: hello world\0\0"
        "data\0\x7d\0";

    static const char  tail[] = "\r\n--" ASR_MOCK_DIFF_BOUNDARY "--\r\n";

    n = sizeof(head) - 1 + sizeof(wav) + ASR_MOCK_DIFF_SAMPLES + sizeof(tail)
        - 1;

    p = asr_arena_zalloc(a, n);
    if (p == NULL) {
        return false;
    }

    x->body = (asr_str_t) { n, p };

    memcpy(p, head, sizeof(head) - 1);
    p += sizeof(head) - 1;
    memcpy(p, wav, sizeof(wav));             /* its NUL is of the length */
    p += sizeof(wav) + ASR_MOCK_DIFF_SAMPLES;
    memcpy(p, tail, sizeof(tail) - 1);

    return true;
}


static void
asr_mock_diff_add(asr_header_t *h, size_t *n, const char *name,
    asr_str_t value)
{
    if (value.data != NULL) {
        h[*n].name = asr_cstr(name);
        h[*n].value = value;
        (*n)++;
    }
}


const char *
asr_mock_diff_ready(asr_mock_diff_run_t *d, asr_mock_exchange_t *x,
    asr_arena_t *a)
{
    size_t         i, k, n;
    asr_str_t      type;
    const char    *why;
    asr_header_t  *h;

    static const char *const  left_out[] = {
        "Host", "Authorization", "Content-Length", "Connection", "Expect",
        "X-TC-Timestamp", "X-TC-Token", "X-Acs-Date", "X-Acs-Signature-Nonce",
        "X-Acs-Content-Sha256", "X-Acs-Security-Token", "Accept-Encoding",
        "Transfer-Encoding", "Date"
    };

    if (x->api.len == 0) {
        return "of no API";
    }

    if (asr_mock_record_no_key(x->code)) {
        return "refused for its key";
    }

    type = asr_str_null();

    if (x->body_bytes != 0 && x->body.data == NULL) {
        if (!asr_str_eq(x->operation, asr_str("upload"))
            || !asr_mock_diff_file(x, a))
        {
            return "its body was not kept";
        }

        type = asr_str("multipart/form-data; boundary="
                       ASR_MOCK_DIFF_BOUNDARY);
    }

    asr_sha256(x->body.data, x->body.len, x->body_sha256);

    h = asr_arena_alloc(a, (x->nheaders + 8) * sizeof(asr_header_t));
    if (h == NULL) {
        return "no memory";
    }

    for (n = 0, i = 0; i < x->nheaders; i++) {
        for (k = 0; k < asr_nelts(left_out); k++) {
            if (asr_str_caseeq(x->headers[i].name, asr_cstr(left_out[k]))) {
                break;
            }
        }

        if (k == asr_nelts(left_out)) {
            h[n++] = x->headers[i];

            if (type.len != 0 && asr_str_caseeq(x->headers[i].name,
                                                asr_str("content-type")))
            {
                h[n - 1].value = type;
            }
        }
    }

    why = asr_mock_diff_sign(d, x, h, &n, a);

    x->headers = h;
    x->nheaders = n;

    return why;
}


static const char *
asr_mock_diff_sign(asr_mock_diff_run_t *d, asr_mock_exchange_t *x,
    asr_header_t *h, size_t *n, asr_arena_t *a)
{
    char          nonce[ASR_UUID_LEN], hex[2 * ASR_SHA256_LEN];
    char          date[11], text[ASR_ACS_TIME_LEN];
    size_t        auth;
    int64_t       now;
    asr_str_t     host, was, type;

    now = asr_clock_ms() / 1000;
    host = asr_cstr(d->host);
    was = asr_mock_header(x, "authorization");
    type = asr_mock_header(x, "content-type");       /* I-050: signed if sent */

    if (asr_str_eq(x->api, asr_str("u2"))) {
        asr_mock_diff_add(h, n, "Authorization",
                          asr_str("Bearer " ASR_MOCK_DIFF_KEY));
        return NULL;
    }

    if (asr_str_eq(x->api, asr_str("memories"))) {
        asr_mock_diff_add(h, n, "Authorization", d->key.id);
        return NULL;
    }

    asr_mock_diff_add(h, n, "Host", host);

    if (was.len > 4 && memcmp(was.data, "TC3-", 4) == 0) {
        asr_clock_utc_date(now, date);
        asr_mock_diff_add(h, n, "X-TC-Timestamp",
                          asr_arena_printf(a, "%lld", (long long) now));
        auth = *n;
        asr_mock_diff_add(h, n, "Authorization",
            asr_arena_printf(a, "TC3-HMAC-SHA256 Credential=%s/%s/asr/"
                             "tc3_request, SignedHeaders=content-type;host, "
                             "Signature=%064d", ASR_MOCK_DIFF_KEY, date, 0));

    } else if (was.len > 5 && memcmp(was.data, "ACS3-", 5) == 0) {
        asr_acs_time_text(now, text);
        asr_uuid4(nonce);
        asr_hex(x->body_sha256, ASR_SHA256_LEN, hex);

        asr_mock_diff_add(h, n, "x-acs-date",
                          asr_arena_str(a, (asr_str_t) { sizeof(text),
                                                         text }));
        asr_mock_diff_add(h, n, "x-acs-signature-nonce",
                          asr_arena_str(a, (asr_str_t) { sizeof(nonce),
                                                         nonce }));
        asr_mock_diff_add(h, n, "x-acs-content-sha256",
                          asr_arena_str(a, (asr_str_t) { sizeof(hex), hex }));
        auth = *n;
        asr_mock_diff_add(h, n, "Authorization",
            asr_arena_printf(a, "ACS3-HMAC-SHA256 Credential=%s,"
                             "SignedHeaders=%shost;x-acs-action;"
                             "x-acs-content-sha256;x-acs-date;"
                             "x-acs-signature-nonce;x-acs-version,"
                             "Signature=%064d", ASR_MOCK_DIFF_KEY,
                             type.data != NULL ? "content-type;" : "", 0));

    } else {
        return "signed in its query or form";
    }

    x->headers = h;
    x->nheaders = *n;

    h[auth].value = asr_mock_sign(x, &d->key, host, a);

    return h[auth].value.data != NULL ? NULL : "it cannot be signed";
}


static size_t
asr_mock_diff_take(char *p, size_t size, size_t n, void *ctx)
{
    return asr_buf_append(ctx, p, size * n) == ASR_OK ? size * n : 0;
}


bool
asr_mock_diff_send(asr_mock_diff_run_t *d, const asr_mock_exchange_t *x,
    asr_buf_t *reply, asr_mock_exchange_t *got, asr_arena_t *a)
{
    long                status;
    size_t              i;
    CURL               *c;
    CURLcode            rc;
    const char         *type;
    struct curl_slist  *list, *more;

    c = d->curl;
    list = NULL;
    memset(got, 0, sizeof(asr_mock_exchange_t));
    curl_easy_reset(c);

    for (i = 0; i < x->nheaders; i++) {
        more = curl_slist_append(list,
                   asr_arena_printf(a, "%.*s: %.*s",
                                    asr_fmt(x->headers[i].name),
                                    asr_fmt(x->headers[i].value)).data);
        list = more != NULL ? more : list;
    }

    /* what curl adds of its own accord */

    more = curl_slist_append(list, "Expect:");
    list = more != NULL ? more : list;

    if (asr_mock_header(x, "content-type").data == NULL) {
        more = curl_slist_append(list, "Content-Type:");
        list = more != NULL ? more : list;
    }

    curl_easy_setopt(c, CURLOPT_URL,
                     asr_arena_printf(a, "%s%.*s", d->url,
                                      asr_fmt(x->target)).data);
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, asr_mock_diff_take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, reply);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 60L);

    if (x->body.len != 0 || asr_str_eq(x->method, asr_str("POST"))) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDS,
                         x->body.len != 0 ? x->body.data : "");
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long) x->body.len);
    }

    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST,
                     asr_arena_printf(a, "%.*s", asr_fmt(x->method)).data);

    rc = curl_easy_perform(c);
    curl_slist_free_all(list);

    if (rc != CURLE_OK) {
        fprintf(stderr, "asr-mock: %s%.*s: %s\n", d->url, asr_fmt(x->target),
                curl_easy_strerror(rc));
        return false;
    }

    status = 0;
    type = NULL;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type);

    got->status = (int) status;
    got->reply_type = asr_arena_str(a, asr_cstr(type != NULL ? type : ""));
    got->reply = asr_arena_str(a, asr_buf_str(reply));

    return true;
}
