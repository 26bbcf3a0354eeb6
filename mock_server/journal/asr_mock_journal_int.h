/*
 * What the journal's files share: how an exchange lies in memory.
 */

#ifndef ASR_MOCK_JOURNAL_INT_H
#define ASR_MOCK_JOURNAL_INT_H

#include "asr_mock_journal.h"


/* In this order; of names and findings the lengths stand before each. */

typedef enum {
    ASR_MOCK_E_API = 0,
    ASR_MOCK_E_OPERATION,
    ASR_MOCK_E_METHOD,
    ASR_MOCK_E_CODE,
    ASR_MOCK_E_CLAUSE,
    ASR_MOCK_E_FAULT,
    ASR_MOCK_E_TYPE,             /* of the reply */
    ASR_MOCK_E_HEADERS,
    ASR_MOCK_E_TARGET,
    ASR_MOCK_E_PATH,
    ASR_MOCK_E_BODY,
    ASR_MOCK_E_WHY,
    ASR_MOCK_E_FINDINGS,
    ASR_MOCK_E_DOCTOR,
    ASR_MOCK_E_REPLY_HEADERS,
    ASR_MOCK_E_REPLY,
    ASR_MOCK_E_PARTS
} asr_mock_part_t;


typedef struct {
    uint64_t        id;
    uint32_t        size;        /* with all parts; a multiple of 8 */
    uint32_t        chain;       /* its world's */
    uint32_t        prev;        /* offsets of the world's neighbours */
    uint32_t        next;
    int64_t         at_ms;
    int64_t         took_us;
    int64_t         task_id;
    uint64_t        body_bytes;
    uint64_t        reply_bytes;
    int32_t         status;
    uint8_t         nheaders;
    uint8_t         nreply_headers;
    uint8_t         nfindings;
    bool            tls;
    bool            cleared;
    bool            has_body;
    bool            has_reply;
    unsigned char   body_sha256[ASR_SHA256_LEN];
    uint32_t        len[ASR_MOCK_E_PARTS];
} asr_mock_entry_t;


/* Room for what an exchange points to, while it is looked at in the ring. */

typedef struct {
    asr_header_t        headers[ASR_MOCK_KEPT_HEADERS];
    asr_header_t        reply_headers[ASR_MOCK_KEPT_HEADERS];
    asr_mock_finding_t  findings[ASR_MOCK_KEPT_FINDINGS];
} asr_mock_view_t;


/*
 * Serialises into mem of size bytes, a multiple of 8 that is at least
 * ASR_MOCK_ENTRY_MIN; all but id, chain, prev and next is set.
 */
#define ASR_MOCK_ENTRY_MIN  (16 * 1024)
void asr_mock_entry_write(asr_mock_entry_t *e, size_t size,
    const asr_mock_exchange_t *x);

/* x points into the entry and the view; the world is the caller's to set. */
void asr_mock_entry_read(const asr_mock_entry_t *e, asr_mock_view_t *view,
    asr_mock_exchange_t *x);


#endif /* ASR_MOCK_JOURNAL_INT_H */
