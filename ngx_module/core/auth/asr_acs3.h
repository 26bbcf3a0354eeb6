/*
 * ACS3-HMAC-SHA256 of Alibaba Cloud.  Two steps, as the body is streamed: the
 * header is parsed first, the signature judged after the last byte of the
 * body.  Event loop thread only.
 */

#ifndef ASR_ACS3_H
#define ASR_ACS3_H

#include "../base/asr_form.h"
#include "asr_accounts.h"


#define ASR_ACS3_HEADERS_MAX  32

typedef struct {
    asr_str_t  access_key_id;
    asr_str_t  signed_headers;   /* as sent */
    asr_str_t  signature;        /* 64 hex digits, lower case */
} asr_acs3_t;

typedef struct {
    asr_str_t             method;        /* "POST" */
    asr_str_t             path;          /* decoded */
    const asr_pair_t     *pairs;         /* the query's, decoded */
    size_t                n;
    /* a request header by lower-case name; data NULL when absent */
    asr_str_t           (*header)(const void *ctx, asr_str_t name);
    const void           *header_ctx;
    const unsigned char  *payload_sha256;    /* of the body; 32 bytes */
} asr_acs3_request_t;


/* Is the scheme one of ACS3's ("ACS3-", also those that are not ours)? */
bool asr_acs3_claims(asr_str_t authorization);

/*
 * ASR_NOTFOUND: another algorithm than ACS3-HMAC-SHA256.  ASR_INVALID: not of
 * the form Credential=ID,SignedHeaders=a;b,Signature=HEX (blanks after commas
 * are let through; names lower case, ascending, host among them).
 */
asr_err_t asr_acs3_parse(asr_str_t authorization, asr_acs3_t *t);

/* Is the header among the signed ones? */
bool asr_acs3_signs(const asr_acs3_t *t, asr_str_t lower_name);

/*
 * Does the signature hold?  Verified with the client's list of headers.  The
 * query is encoded anew: SDKs leave characters bare that they sign encoded.
 * A host with a port is also tried without it.  x-acs-content-sha256, when
 * sent, must be the body's.  Sort space comes from the arena.
 */
bool asr_acs3_verify(const asr_acs3_t *t, const asr_key_t *key,
    const asr_acs3_request_t *r, asr_arena_t *arena);


#endif /* ASR_ACS3_H */
