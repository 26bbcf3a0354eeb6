/*
 * One request signed: what the account has is laid out, the scheme's signer
 * does its part, and what was to change after signing is changed.
 */

#include "asr_conf_sign_int.h"

#include <stdlib.h>


static void asr_conf_sign_begin(asr_conf_signer_t *s);
static bool asr_conf_sign_end(asr_conf_signer_t *s);


bool
asr_conf_sign(asr_conf_request_t *rq, const asr_conf_signing_t *how,
    asr_conf_signed_t *out)
{
    bool                     ok;
    asr_conf_signer_t        s;
    const asr_conf_wrong_t  *row;

    memset(&s, 0, sizeof(asr_conf_signer_t));
    s.rq = rq;
    s.how = how;

    if (out != NULL) {
        memset(out, 0, sizeof(asr_conf_signed_t));
    }

    if (how->wrong != NULL) {
        row = asr_conf_wrong(how->scheme, how->wrong);
        if (row == NULL) {
            return false;
        }

        s.edits = row->edits;
    }

    asr_conf_sign_begin(&s);

    switch (how->scheme) {

    case ASR_CONF_BEARER:
    case ASR_CONF_RAW_KEY:
        asr_conf_sign_key(&s);
        break;

    case ASR_CONF_TC3:
        asr_conf_sign_tc3(&s);
        break;

    case ASR_CONF_TC1_SHA1:
    case ASR_CONF_TC1_SHA256:
        asr_conf_sign_tc1(&s);
        break;

    case ASR_CONF_ACS3:
        asr_conf_sign_acs3(&s);
        break;

    case ASR_CONF_RPC1:
        asr_conf_sign_rpc1(&s);
        break;
    }

    asr_conf_edit_sent(&s);

    ok = asr_conf_sign_end(&s);

    if (out != NULL && ok) {
        *out = s.is;

    } else {
        asr_conf_signed_clean(&s.is);
    }

    return ok;
}


static void
asr_conf_sign_begin(asr_conf_signer_t *s)
{
    char                      *off;
    const char                *id, *secret, *token;
    const asr_conf_account_t  *a;

    a = s->how->account;

    switch (s->how->scheme) {

    case ASR_CONF_BEARER:
    case ASR_CONF_RAW_KEY:
        id = "";
        secret = a->bearer;
        token = NULL;
        break;

    case ASR_CONF_ACS3:
    case ASR_CONF_RPC1:
        id = a->access_key_id;
        secret = a->access_key_secret;
        token = a->security_token;
        break;

    default:
        id = a->secret_id;
        secret = a->secret_key;
        token = a->token;
        break;
    }

    off = asr_conf_edited(s, ASR_CONF_AT_TIME, "0");
    s->time = s->how->time + strtol(off, NULL, 10);
    free(off);

    s->id = asr_conf_edited(s, ASR_CONF_AT_ID, id != NULL ? id : "");
    s->secret = asr_conf_edited(s, ASR_CONF_AT_SECRET,
                                secret != NULL ? secret : "");
    s->token = asr_conf_edited(s, ASR_CONF_AT_TOKEN, token);

    asr_conf_edit_headers(s, ASR_CONF_AT_HEADER);
}


static bool
asr_conf_sign_end(asr_conf_signer_t *s)
{
    bool    ok;
    size_t  i;

    ok = true;

    for (i = 0; s->edits != NULL && s->edits[i].at != ASR_CONF_AT_END; i++) {
        ok = ok && s->used[i];
    }

    free(s->id);
    free(s->secret);
    free(s->token);
    free(s->nonce);
    free(s->stamp);

    return ok;
}


void
asr_conf_signed_clean(asr_conf_signed_t *s)
{
    free(s->canonical);
    free(s->to_sign);
    free(s->signature);

    memset(s, 0, sizeof(asr_conf_signed_t));
}


const char *
asr_conf_scheme_name(asr_conf_scheme_t scheme)
{
    switch (scheme) {

    case ASR_CONF_BEARER:
        return "bearer";

    case ASR_CONF_RAW_KEY:
        return "key";

    case ASR_CONF_TC3:
        return "tc3";

    case ASR_CONF_ACS3:
        return "acs3";

    case ASR_CONF_RPC1:
        return "rpc1";

    default:
        return "tc1";
    }
}
