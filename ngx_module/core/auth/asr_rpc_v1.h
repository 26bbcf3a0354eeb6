/*
 * Alibaba Cloud's RPC signature, SignatureVersion 1.0, HMAC-SHA1: over
 *     METHOD & %2F & pct( pct(k)=pct(v)&... )
 * of all pairs of query and form body sorted by name, without Signature.
 * Neither the host nor a header is signed.  Event loop thread only.
 */

#ifndef ASR_RPC_V1_H
#define ASR_RPC_V1_H

#include "../base/asr_form.h"
#include "asr_accounts.h"


/*
 * pairs: all of the query and of the form body, n of them.  method as sent.
 * Sort space comes from the arena.  false: does not hold.
 */
bool asr_rpc_v1_verify(const asr_key_t *key, asr_str_t method,
    const asr_pair_t *pairs, size_t n, asr_str_t signature,
    asr_arena_t *arena);


#endif /* ASR_RPC_V1_H */
