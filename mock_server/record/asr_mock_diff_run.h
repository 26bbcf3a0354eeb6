/*
 * asr-mock-diff; for asr_mock_diff*_main.c only.
 */

#ifndef ASR_MOCK_DIFF_RUN_H
#define ASR_MOCK_DIFF_RUN_H

#include "core/auth/asr_accounts.h"
#include "asr_mock_record.h"
#include "asr_mock_record_diff.h"

#include <curl/curl.h>


#define ASR_MOCK_DIFF_KEY      "test-diff"
#define ASR_MOCK_DIFF_IDS      4096
#define ASR_MOCK_DIFF_TASKS    1024
#define ASR_MOCK_DIFF_MEMORY   (256 * 1024 * 1024)
#define ASR_MOCK_DIFF_REPORT   (64 * 1024 * 1024)
#define ASR_MOCK_DIFF_REPLY    (16 * 1024 * 1024)
#define ASR_MOCK_DIFF_ID_MIN   4         /* shorter: may be any number */


typedef struct {
    asr_str_t  from;
    asr_str_t  to;
} asr_mock_diff_pair_t;

typedef struct {
    const char            *url;
    const char            *report;
    const char            *host;         /* of url, with its port */
    asr_mock_record_t     *records;
    size_t                 n;
    size_t                 size;
    asr_arena_t            arena;        /* of records and ids */
    asr_mock_diff_pair_t   ids[ASR_MOCK_DIFF_IDS];
    size_t                 nids;
    CURL                  *curl;
    asr_buf_t              json;
    asr_json_out_t         out;
    asr_key_t              key;

    const asr_mock_record_t  *now;       /* being compared */
    size_t                 number;
    size_t                 sent;
    size_t                 skipped;
    size_t                 differences;
    size_t                 structural;
} asr_mock_diff_run_t;


/* asr_mock_diff_send_main.c */

/*
 * Makes x one that can be sent: the headers of the recording without those of
 * a connection, a key or a time, and these anew; in place of a file that
 * was not kept a short one.  NULL, or why it cannot be.
 */
const char *asr_mock_diff_ready(asr_mock_diff_run_t *d,
    asr_mock_exchange_t *x, asr_arena_t *a);

/* got: status, type and body of the answer.  false: said why on stderr. */
bool asr_mock_diff_send(asr_mock_diff_run_t *d, const asr_mock_exchange_t *x,
    asr_buf_t *reply, asr_mock_exchange_t *got, asr_arena_t *a);


#endif /* ASR_MOCK_DIFF_RUN_H */
