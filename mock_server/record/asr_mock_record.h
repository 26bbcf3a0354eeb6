/*
 * Recordings: a file of lines, each the JSON of a journal's entry in full with
 * "first_us", the time to the reply's first byte.  What is written has no
 * secret in it (asr_mock_redact.h).
 *
 * With asr_mock_lock held: the memory of what redacts is the process's.
 */

#ifndef ASR_MOCK_RECORD_H
#define ASR_MOCK_RECORD_H

#include "asr_mock.h"


#define ASR_MOCK_RECORD_BODY    (1024 * 1024)        /* of request, of reply */
#define ASR_MOCK_RECORD_LINE    (16 * 1024 * 1024)
#define ASR_MOCK_RECORD_MEMORY  (48 * 1024 * 1024)   /* to write or read one */
#define ASR_MOCK_RECORD_HEADERS 100


typedef struct {
    asr_mock_exchange_t  x;      /* x.took_us: to the reply's last byte */
    int64_t              first_us;
} asr_mock_record_t;


/*
 * Which API and operation a request is of, told by path, headers, query and
 * form alone, as the API would name it; both empty: of none.
 */
void asr_mock_record_name(asr_mock_exchange_t *x);

/* The document's code that the reply refuses with; empty: it does not. */
void asr_mock_record_code(asr_mock_exchange_t *x, asr_arena_t *a);

/* Is it a code that refuses a key or a signature? */
bool asr_mock_record_no_key(asr_str_t code);

/* Target, headers, body and reply become copies without secrets. */
asr_err_t asr_mock_record_redact(asr_mock_exchange_t *x, asr_arena_t *a);

/* Appends the line with its newline.  r is redacted already. */
asr_err_t asr_mock_record_write(const asr_mock_record_t *r, asr_buf_t *out);

/* ASR_INVALID: not such a line.  Strings are the arena's. */
asr_err_t asr_mock_record_read(asr_str_t line, asr_arena_t *a,
    asr_mock_record_t *r);

/*
 * What two requests have in common that ask for the same: digest of API,
 * operation, path, query and body, the latter two with their members sorted
 * and without nonces, times, signatures, keys and the port of a loopback
 * address; of a multipart body no more than that it is one, and of one over
 * ASR_MOCK_BODY_MAX its digest as sent.  x is redacted.
 */
asr_err_t asr_mock_record_key(const asr_mock_exchange_t *x, asr_arena_t *a,
    unsigned char key[ASR_SHA256_LEN]);


#endif /* ASR_MOCK_RECORD_H */
