/*
 * Signs for another host what was signed for ours.  TC3 and ACS3: their
 * signature is in a header of its own.  Event loop thread only.
 */

#ifndef ASR_MOCK_RECORD_SIGN_H
#define ASR_MOCK_RECORD_SIGN_H

#include "core/auth/asr_accounts.h"
#include "asr_mock.h"


typedef enum {
    ASR_MOCK_SIGN_NONE = 0,      /* no signature that names a host */
    ASR_MOCK_SIGN_TC3,
    ASR_MOCK_SIGN_ACS3,
    ASR_MOCK_SIGN_V1             /* Tencent's, in the query or the form */
} asr_mock_sign_t;

/* How it is signed, and by which key id (empty: not said). */
asr_mock_sign_t asr_mock_sign_kind(const asr_mock_exchange_t *x,
    asr_str_t *id);

/* Does the TC3 or ACS3 signature hold, for the host as sent? */
bool asr_mock_sign_holds(const asr_mock_exchange_t *x, const asr_key_t *key,
    asr_arena_t *a);

/*
 * The Authorization header of x for that host, with x's own list of signed
 * headers, credential and times; x->body_sha256 is the body's.  data NULL: it
 * is not of TC3 or ACS3, not of their form, or a signed header is missing.
 */
asr_str_t asr_mock_sign(const asr_mock_exchange_t *x, const asr_key_t *key,
    asr_str_t host, asr_arena_t *a);


#endif /* ASR_MOCK_RECORD_SIGN_H */
