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


/*
 * Takes n > 0 bytes.  ASR_OK, or an error that the feeding function returns
 * at once.
 */
typedef asr_err_t (*asr_sink_pt)(void *ctx, const char *p, size_t n);

#define ASR_SCAN_KEY_MAX  64

typedef struct {
    asr_str_t     name;          /* the member to lift; empty: none; not
                                    longer than ASR_SCAN_KEY_MAX */
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
    bool          is_key;        /* the next string is a member's name */
    bool          lifting;
    bool          match;         /* the last name is the one to lift */
    size_t        key_len;
    char          key[ASR_SCAN_KEY_MAX];
    char          containers[ASR_SCAN_KEY_MAX];
} asr_scan_t;


void asr_scan_init(asr_scan_t *s, asr_str_t name, asr_buf_t *rest,
    asr_sink_pt sink, void *ctx);

/*
 * ASR_OK, ASR_TOOBIG when the rest's ceiling is passed, ASR_NOMEM, ASR_INVALID
 * for nesting over ASR_SCAN_KEY_MAX or, in the lifted string, a bad escape (a
 * lone surrogate and \u0000 are such) or a raw control character; or the
 * sink's error.  The lifted string's UTF-8 is the sink's to check.  After an
 * error it must not be fed again.
 *
 * There is no end call: when the text stops early, so does the rest, and
 * asr_json_parse refuses it.
 */
asr_err_t asr_scan_feed(asr_scan_t *s, const char *p, size_t n);


#endif /* ASR_SCAN_H */
