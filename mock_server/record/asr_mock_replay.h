/*
 * Answers out of a recording: those of the requests that asked for the same
 * (asr_mock_record_key), in their order, the last one again and again.
 *
 * With asr_mock_lock held; what is handed out stays until _free.
 */

#ifndef ASR_MOCK_REPLAY_H
#define ASR_MOCK_REPLAY_H

#include "asr_mock_record.h"


#define ASR_MOCK_REPLAY_MEMORY  (256 * 1024 * 1024)
#define ASR_MOCK_REPLAY_MAX     100000       /* answers */


typedef struct {
    int                  status;
    asr_str_t            type;
    asr_str_t            reply;
    asr_str_t            code;
    const asr_header_t  *headers;        /* the document's own: no Date etc. */
    size_t               nheaders;
    int64_t              first_us;
    int64_t              took_us;
} asr_mock_answer_t;


/*
 * Reads the file.  ASR_INVALID, ASR_IO, ASR_NOMEM or ASR_TOOBIG: err says why,
 * and nothing is replayed.  Lines whose reply was not kept are left out.
 */
asr_err_t asr_mock_replay_load(const char *path, char *err, size_t errlen);
void asr_mock_replay_free(void);

bool asr_mock_replay_on(void);
size_t asr_mock_replay_n(void);          /* answers there are */

/*
 * The next answer for that request (named, not redacted; its body whole);
 * false: the recording has none.
 */
bool asr_mock_replay_find(const asr_mock_exchange_t *x, asr_arena_t *a,
    asr_mock_answer_t *out);


#endif /* ASR_MOCK_REPLAY_H */
