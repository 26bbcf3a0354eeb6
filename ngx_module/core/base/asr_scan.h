/*
 * A byte scanner over streamed JSON that lifts the string value of one named
 * top-level member out of the stream (to a sink, unescaped) and copies
 * everything else to a bounded buffer, the lifted string being replaced by
 * "".  It exists because yajl re-lexes a string token from its first byte at
 * every chunk: quadratic, and whole in memory.
 *
 * It does not validate JSON beyond what it needs (nesting, strings); the
 * copied rest goes through asr_json_parse afterwards.  Input that is not JSON
 * ends up in the buffer and fails there.  Constant memory but for the buffer.
 */

#ifndef ASR_SCAN_H
#define ASR_SCAN_H

#include "asr_buf.h"


/* ASR_OK, or an error that asr_scan_feed returns at once. */
typedef asr_err_t (*asr_sink_pt)(void *ctx, const char *p, size_t n);

#define ASR_SCAN_KEY_MAX  64

typedef struct {
    asr_str_t     name;          /* the member to lift; empty: none */
    asr_buf_t    *rest;
    asr_sink_pt   sink;
    void         *ctx;
    uint64_t      lifted;        /* unescaped bytes given to the sink */
    unsigned      found;         /* times the member was met with a string */

    /* private */
    int           state;
    unsigned      depth;
    unsigned      escape;
    uint32_t      code;
    uint32_t      surrogate;
    bool          is_key;
    bool          lifting;
    bool          match;
    size_t        key_len;
    char          key[ASR_SCAN_KEY_MAX];
    char          containers[ASR_SCAN_KEY_MAX];
} asr_scan_t;


void asr_scan_init(asr_scan_t *s, asr_str_t name, asr_buf_t *rest,
    asr_sink_pt sink, void *ctx);

/*
 * ASR_OK, ASR_TOOBIG when the rest's ceiling is passed, ASR_INVALID for
 * nesting over ASR_SCAN_KEY_MAX or a bad escape in the lifted string, or the
 * sink's error.  After an error it must not be fed again.
 */
asr_err_t asr_scan_feed(asr_scan_t *s, const char *p, size_t n);


#endif /* ASR_SCAN_H */
