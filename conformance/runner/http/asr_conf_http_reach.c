/*
 * A target nobody listens at is told once, before any case.
 */

#include <curl/curl.h>

#include "asr_conf_http.h"


bool
asr_conf_http_reach(const char *base, unsigned timeout_s, const char *ca,
    char *err, size_t errlen)
{
    CURL      *c;
    CURLcode   rc;

    c = curl_easy_init();

    if (c == NULL) {
        asr_conf_die("no memory for an HTTP client");
    }

    curl_easy_setopt(c, CURLOPT_URL, base);
    curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long) timeout_s * 1000);

    if (ca != NULL) {
        curl_easy_setopt(c, CURLOPT_CAINFO, ca);
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }

    rc = curl_easy_perform(c);
    curl_easy_cleanup(c);

    if (rc != CURLE_OK) {
        (void) snprintf(err, errlen, "%s", curl_easy_strerror(rc));
    }

    return rc == CURLE_OK;
}
