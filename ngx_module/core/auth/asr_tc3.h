/*
 * TC3-HMAC-SHA256.  Two steps, as the body is streamed: the header is parsed
 * and judged first, the signature after the last byte of the body.  Event
 * loop thread only (per-process contexts and signing key cache).
 */

#ifndef ASR_TC3_H
#define ASR_TC3_H

#include "../base/asr_base.h"
#include "asr_accounts.h"


#define ASR_TC3_HEADERS_MAX  32

typedef struct {
    asr_str_t  secret_id;
    asr_str_t  date;             /* "2026-11-23" */
    asr_str_t  service;          /* whatever the SDK took from its endpoint */
    asr_str_t  signed_headers;   /* as sent */
    asr_str_t  signature;        /* 64 hex digits, lower case */
} asr_tc3_t;

/* The value of a request header by lower-case name; data NULL when absent. */
typedef asr_str_t (*asr_header_pt)(const void *ctx, asr_str_t name);

typedef struct {
    asr_str_t            method;         /* "POST" */
    asr_str_t            query;          /* text after '?', as sent */
    asr_str_t            timestamp;      /* X-TC-Timestamp, as sent */
    asr_header_pt        header;
    const void          *header_ctx;
    const unsigned char *payload_sha256; /* of the body; 32 bytes */
} asr_tc3_request_t;


/* Is the scheme TC3-HMAC-SHA256? */
bool asr_tc3_claims(asr_str_t authorization);

/*
 * ASR_INVALID when the header is not of the documented form: Credential with
 * three slashes ending in tc3_request, SignedHeaders (lower case, ascending)
 * that hold content-type and host, a signature of 64 hex digits in lower case.
 * The service may hold a colon.  An empty secret id has the form: to the
 * vendor it is an id that is not found.
 */
asr_err_t asr_tc3_parse(asr_str_t authorization, asr_tc3_t *t);

/*
 * Does the signature hold?  The host is tried as sent and, when it has a
 * port, without it (the Node SDKs sign the name alone).  Header values are
 * tried trimmed as sent and lower-cased (the documents' samples lower them).
 * The UTC date of the timestamp must be the credential's.
 */
bool asr_tc3_verify(const asr_tc3_t *t, const asr_key_t *key,
    const asr_tc3_request_t *r);

void asr_tc3_cache_reset(void);          /* for tests; wipes the keys */


#endif /* ASR_TC3_H */
