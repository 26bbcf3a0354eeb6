/*
 * Voice activity: cuts streamed 16 kHz PCM into utterances at pauses of at
 * least 0.3 s, none longer than 20 s (forced cuts at the quietest point),
 * padded by 0.2 s, over a tracked noise floor and an absolute one.  Those
 * apart by no more than 0.7 s are one while that is no longer than 12 s.
 * Memory does not grow with the audio (but for the list of segments).
 */

#ifndef ASR_VAD_H
#define ASR_VAD_H

#include "../base/asr_base.h"


#define ASR_RATE          16000
#define ASR_VAD_MAX_MS    20000

typedef struct {
    int64_t  start;              /* samples, pads included */
    int64_t  length;
} asr_span_t;

typedef struct asr_vad_s  asr_vad_t;

asr_vad_t *asr_vad_create(void);                 /* NULL: no memory */
asr_err_t asr_vad_feed(asr_vad_t *v, const int16_t *pcm, size_t samples);
asr_err_t asr_vad_end(asr_vad_t *v);
/* Valid until the next call on v; in time order, not overlapping by more
   than the pads. */
const asr_span_t *asr_vad_spans(const asr_vad_t *v, size_t *n);
int64_t asr_vad_samples(const asr_vad_t *v);     /* fed so far */
void asr_vad_free(asr_vad_t *v);


#endif /* ASR_VAD_H */
