/* An event of ICE is signed with a key that the account has for callbacks. */

#include "asr_conf_step_int.h"

#include <openssl/evp.h>
#include <stdlib.h>


/* MD5 of "URL|X-ICE-TIMESTAMP|KEY" in lower-case hex. */

static char *
signature_of(const char *url, const char *stamp, const char *key)
{
    char          *text, *hex;
    uint8_t        md[EVP_MAX_MD_SIZE];
    unsigned       n;

    text = asr_conf_print("%s|%s|%s", url, stamp, key);

    if (EVP_Digest(text, strlen(text), md, &n, EVP_md5(), NULL) != 1) {
        asr_conf_die("no MD5");
    }

    hex = asr_conf_alloc(2 * (size_t) n + 1);
    asr_conf_hex(hex, md, n);
    free(text);

    return hex;
}


bool
asr_conf_walk_signed(asr_conf_walk_t *x, const asr_conf_delivery_t *d)
{
    bool         held;
    char        *url, *want;
    const char  *stamp, *got;

    if (x->account.webhook_key == NULL) {
        return asr_conf_walk_skips(x, asr_conf_copy("the account has no key "
                                                    "for callbacks"));
    }

    stamp = asr_conf_walk_header(d, "X-ICE-TIMESTAMP");
    got = asr_conf_walk_header(d, "X-ICE-SIGNATURE");

    url = asr_conf_print("%s%s", asr_conf_server_url(x->o->server), d->path);
    want = signature_of(url, stamp == NULL ? "" : stamp,
                        x->account.webhook_key);
    free(url);

    held = stamp != NULL && got != NULL && strcmp(want, got) == 0;

    if (held) {
        free(want);
        return true;
    }

    return asr_conf_walk_fails(x, asr_conf_copy("callback signature"), want,
                               asr_conf_copy(got == NULL ? "no signature"
                                                         : got));
}
