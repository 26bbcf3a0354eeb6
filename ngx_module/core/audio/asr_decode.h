/*
 * The client side of asr-decode, the sandboxed helper that opens hostile
 * media.  One helper per worker process; it is started by a double fork (it
 * is nobody's child here, so nginx's SIGCHLD handling never meets it), listens
 * on a socketpair, forks a child per file, puts it under seccomp and resource
 * limits, and ends when the socket closes.  The child writes frames to a pipe:
 * a header (rate, channels, codec), PCM 16 kHz s16le, and a trailer with the
 * outcome; a pipe that ends without a trailer means the child died.
 */

#ifndef ASR_DECODE_H
#define ASR_DECODE_H

#include "../base/asr_base.h"
#include "../task/asr_store.h"


typedef struct asr_decoder_s  asr_decoder_t;

typedef struct {
    asr_str_t  format;           /* declared: a name of asr_decode_formats;
                                    empty: any of its rows */
    int32_t    sample_rate;      /* declared, must be the file's; 0: any */
    int32_t    channels;         /* 1: mix down; 2: keep apart */
    bool       channels_strict;  /* the file must have just so many */
    int64_t    min_ms;           /* shorter: ASR_CAUSE_TOO_SHORT */
    int64_t    max_ms;           /* longer: ASR_CAUSE_TOO_LONG */
} asr_decode_ask_t;

/*
 * PCM as it comes, of one channel (0, 1), in pieces of at most 64 KB.  Not
 * ASR_OK stops the decoding.
 */
typedef asr_err_t (*asr_pcm_pt)(void *ctx, unsigned channel,
    const int16_t *pcm, size_t samples);

/* path: the asr-decode program.  Does not start it yet.  NULL: no memory. */
asr_decoder_t *asr_decoder_create(const char *path);
void asr_decoder_free(asr_decoder_t *d);         /* ends the helper */

/*
 * Decodes the file open at fd (read from its start, the caller closes it).
 * Blocking, several threads may call at once.  *cause is ASR_CAUSE_NONE on
 * ASR_OK; ASR_INVALID with the cause when the media is at fault (of SILK, of
 * a wrong format and of too much CPU a log line says more); ASR_IO when
 * the helper is (retry); or the callback's error.  The helper is started when
 * it is not running.
 */
asr_err_t asr_decode(asr_decoder_t *d, int fd, const asr_decode_ask_t *ask,
    asr_pcm_pt pcm, void *ctx, int64_t *audio_ms, asr_cause_t *cause);


#endif /* ASR_DECODE_H */
