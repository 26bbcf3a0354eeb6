/* "Authorization: Bearer KEY" (document 000). */

#ifndef ASR_BEARER_H
#define ASR_BEARER_H

#include "../base/asr_base.h"


/*
 * The key of the header.  ASR_NOTFOUND: header absent or empty; ASR_INVALID:
 * another scheme, or no key, or blanks in it.  The scheme is matched without
 * regard to case (RFC 9110 11.1).
 */
asr_err_t asr_bearer_key(asr_str_t authorization, asr_str_t *key);


#endif /* ASR_BEARER_H */
