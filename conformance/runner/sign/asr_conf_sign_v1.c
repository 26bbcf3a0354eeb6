/*
 * What both clouds' v1 signatures share: parameters in, parameters out.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>


static void asr_conf_pairs_sent_own(asr_conf_signer_t *s,
    asr_conf_pairs_t *sent, const char *name, const char *value);


void
asr_conf_pairs_own(asr_conf_signer_t *s, asr_conf_pairs_t *own,
    const char *name, const char *value)
{
    char  *made;

    made = value != NULL ? asr_conf_copy(value) : NULL;
    asr_conf_edit_named(s, ASR_CONF_AT_PARAM, name, &made);

    if (made != NULL) {
        asr_conf_pairs_add(own, name, made);
    }

    free(made);
}


char *
asr_conf_pairs_signed(asr_conf_signer_t *s, const asr_conf_pairs_t *own,
    bool encoded)
{
    char                *text;
    size_t               i;
    asr_conf_pairs_t     l;
    asr_conf_request_t  *rq;

    rq = s->rq;
    memset(&l, 0, sizeof(asr_conf_pairs_t));

    if (rq->query != NULL && !asr_conf_way(s, "query-left-out")) {
        asr_conf_pairs_read(&l, rq->query, strlen(rq->query));
    }

    if (asr_conf_is_form(rq) && !asr_conf_way(s, "form-left-out")) {
        asr_conf_pairs_read(&l, rq->body, rq->body_len);
    }

    for (i = 0; i < own->n; i++) {
        asr_conf_pairs_add(&l, own->all[i].name, own->all[i].value);
    }

    if (asr_conf_way(s, "signature-signed")) {
        asr_conf_pairs_add(&l, "Signature", "");
    }

    if (asr_conf_way(s, "unsorted")) {
        asr_conf_pairs_unsort(&l);

    } else {
        asr_conf_pairs_sort(&l);
    }

    text = asr_conf_pairs_text(&l, encoded);
    asr_conf_pairs_clean(&l);

    return text;
}


void
asr_conf_pairs_send(asr_conf_signer_t *s, const asr_conf_pairs_t *own,
    const char *signature)
{
    char                *text, *all;
    size_t               i, n;
    const char          *was;
    asr_conf_pairs_t     sent;
    asr_conf_request_t  *rq;

    rq = s->rq;
    memset(&sent, 0, sizeof(asr_conf_pairs_t));

    for (i = 0; i < own->n; i++) {
        asr_conf_pairs_sent_own(s, &sent, own->all[i].name,
                                own->all[i].value);
    }

    asr_conf_pairs_sent_own(s, &sent, "Signature", signature);

    text = asr_conf_pairs_text(&sent, true);
    asr_conf_pairs_clean(&sent);

    was = s->how->in_body ? rq->body : rq->query;
    n = s->how->in_body ? rq->body_len : was != NULL ? strlen(was) : 0;

    all = asr_conf_alloc(n + strlen(text) + 2);

    if (n > 0) {
        memcpy(all, was, n);
        all[n++] = '&';
    }

    memcpy(all + n, text, strlen(text) + 1);
    free(text);

    if (s->how->in_body) {
        asr_conf_request_body(rq, all, strlen(all));
        free(all);

    } else {
        free(rq->query);
        rq->query = all;
    }
}


static void
asr_conf_pairs_sent_own(asr_conf_signer_t *s, asr_conf_pairs_t *sent,
    const char *name, const char *value)
{
    char  *made;

    made = asr_conf_copy(value);
    asr_conf_edit_named(s, ASR_CONF_AT_SENT_PARAM, name, &made);

    if (made != NULL) {
        asr_conf_pairs_add(sent, name, made);
    }

    free(made);
}
