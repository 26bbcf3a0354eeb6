/*
 * What both signature kinds of Alibaba Cloud share: percent-encoding into a
 * running hash, pairs in their order, the time stamp.  Event loop thread only.
 */

#ifndef ASR_ACS_H
#define ASR_ACS_H

#include "../base/asr_crypto.h"
#include "../base/asr_form.h"


/* Gathers small pieces on their way into a hash, or the process's HMAC. */

typedef struct {
    asr_sha256_t  *sha;          /* NULL: asr_hmac_update */
    size_t         n;
    char           buf[512];
} asr_acs_out_t;

void asr_acs_begin(asr_acs_out_t *out, asr_sha256_t *sha);
void asr_acs_put(asr_acs_out_t *out, asr_str_t s);
void asr_acs_flush(asr_acs_out_t *out);

/*
 * RFC 3986: all but A-Z a-z 0-9 - _ . ~ becomes %XX with capitals.  twice: the
 * result is encoded once more.  keep: one more character left alone, or 0.
 */
void asr_acs_pct(asr_acs_out_t *out, asr_str_t s, bool twice, char keep);


/*
 * The first n pairs of the list, sorted by the bytes of their names, those
 * of one name as sent; without the pairs named skip (when it is not empty).
 * The array is in the arena; NULL: no memory.  *got: how many.
 */
const asr_pair_t **asr_acs_sort(const asr_pair_t *pairs, size_t n,
    asr_str_t skip, asr_arena_t *arena, size_t *got);

/* name=value&..., each part encoded; twice as above, with the '=' and '&'. */
void asr_acs_query(asr_acs_out_t *out, const asr_pair_t **pairs, size_t n,
    bool twice);


/*
 * "2026-11-23T10:22:32Z" to Unix seconds; ASR_INVALID for any other form and
 * for dates that do not exist.
 */
asr_err_t asr_acs_time(asr_str_t s, int64_t *seconds);

#define ASR_ACS_TIME_LEN  20

/* The reverse, UTC; years within 0000 and 9999; no NUL. */
void asr_acs_time_text(int64_t seconds, char out[ASR_ACS_TIME_LEN]);


#endif /* ASR_ACS_H */
