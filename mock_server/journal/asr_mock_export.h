/*
 * The journal for other tools.  What is written has no secret in it, as the
 * journal has none.  With asr_mock_lock held.
 */

#ifndef ASR_MOCK_EXPORT_H
#define ASR_MOCK_EXPORT_H

#include "asr_mock_journal.h"


#define ASR_MOCK_EXPORT_MAX  (64 * 1024 * 1024)  /* a fit ceiling for out */

/*
 * All of them write what matches, the oldest first, and return ASR_NOMEM when
 * out's ceiling was reached; then it is not whole.
 */

/* HAR 1.2; what is ours in an entry has names that begin with '_'. */
asr_err_t asr_mock_export_har(const asr_mock_match_t *match, asr_buf_t *out);

/*
 * "# id operation status code" and a command for sh, each.  A body that cannot
 * stand in one (it has a NUL, or was not kept) is "@body-ID.bin".
 */
asr_err_t asr_mock_export_curl(const asr_mock_match_t *match, asr_buf_t *out);

/* A full entry a line. */
asr_err_t asr_mock_export_jsonl(const asr_mock_match_t *match,
    asr_buf_t *out);


#endif /* ASR_MOCK_EXPORT_H */
