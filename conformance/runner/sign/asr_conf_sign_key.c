/*
 * Keys that are sent as they are: u2's after "Bearer", that of memories alone.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>


void
asr_conf_sign_key(asr_conf_signer_t *s)
{
    char  *auth;

    auth = asr_conf_print("%s%s", s->how->scheme == ASR_CONF_BEARER
                                  ? "Bearer " : "", s->secret);

    s->is.signature = asr_conf_copy(auth);

    if (asr_conf_way(s, "in-query")) {
        asr_conf_request_header(s->rq, "Authorization", NULL);

        free(s->rq->query);
        s->rq->query = asr_conf_print("key=%s&access_token=%s", s->secret,
                                      s->secret);

    } else if (asr_conf_way(s, "x-api-key")) {
        asr_conf_request_header(s->rq, "Authorization", NULL);
        asr_conf_request_header(s->rq, "X-Api-Key", s->secret);

    } else if (asr_conf_way(s, "basic")) {
        free(auth);
        auth = asr_conf_print(":%s", s->secret);
        free(s->is.signature);
        s->is.signature = asr_conf_base64(auth, strlen(auth));

        free(auth);
        auth = asr_conf_print("Basic %s", s->is.signature);
        asr_conf_request_header(s->rq, "Authorization", auth);

    } else {
        asr_conf_edit(s, ASR_CONF_AT_AUTH, &auth);
        asr_conf_request_header(s->rq, "Authorization", auth);
    }

    free(auth);
}
