/*
 * Cepstra of a task's utterances, gathered by words.  Reads the PCM once, in
 * blocks; what is kept is one sum of ASR_VOICE_PAIRS for each word, so that
 * memory grows with the words only, and no further than ASR_VOICES_MAX.
 */

#ifndef ASR_SPEAKER_FEATURES_H
#define ASR_SPEAKER_FEATURES_H

#include "asr_result.h"
#include "asr_speakers.h"
#include "asr_speaker_gauss.h"


#define ASR_VOICES_MAX  65536        /* 57 MB; more words go in groups */

typedef struct {
    asr_voice_t  *voices;            /* by sentence, then time */
    size_t       *first;             /* nsentences + 1: a sentence's voices */
    size_t        group;             /* words to a voice, but the last */
    size_t        n;
} asr_voices_t;


/*
 * ASR_NOMEM; ASR_IO: the reader failed.  Words beyond the end of the audio
 * have empty voices.  asr_voices_free in any case.
 */
asr_err_t asr_voices_read(asr_voices_t *v, const asr_result_t *r,
    asr_speakers_pcm_pt pcm, void *ctx);
void asr_voices_free(asr_voices_t *v);


#endif /* ASR_SPEAKER_FEATURES_H */
