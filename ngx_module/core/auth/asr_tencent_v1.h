/*
 * Tencent Cloud signature v1, HmacSHA1 and HmacSHA256: over
 *     METHOD host "/?" k=v&k=v...
 * sorted by name, values as they are before URL encoding, without Signature.
 * The host is tried as sent and without its port.
 */

#ifndef ASR_TENCENT_V1_H
#define ASR_TENCENT_V1_H

#include "../base/asr_form.h"
#include "asr_accounts.h"


/*
 * Writes the lifted value (Data), which is not in memory, into the running
 * HMAC with asr_hmac_update; may be called more than once per verification.
 * Anything but ASR_OK fails the verification.
 */
typedef asr_err_t (*asr_v1_lifted_pt)(void *ctx);

/*
 * pairs: all fields of the query or body.  method "GET" or "POST".  sort
 * space comes from the arena.  lifted_name may be empty.  false: does not
 * hold, or SignatureMethod is neither absent (HmacSHA1) nor one of the two.
 */
bool asr_tencent_v1_verify(const asr_key_t *key, asr_str_t method,
    asr_str_t host, const asr_form_t *form, asr_arena_t *arena,
    asr_str_t lifted_name, asr_v1_lifted_pt lifted, void *ctx);


#endif /* ASR_TENCENT_V1_H */
