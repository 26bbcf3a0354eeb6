/*
 * Where the voice changes: between asr_speaker_features.c, which gathers the
 * words' cepstra, and asr_speakers.c.
 */

#ifndef ASR_SPEAKER_SEGMENT_H
#define ASR_SPEAKER_SEGMENT_H

#include "asr_speaker_cluster.h"
#include "asr_speaker_features.h"


#define ASR_PART_FRAMES  60.0f       /* of voice; less says little of whose */

/* Voices of one utterance that follow each other, of one speaker. */

typedef struct {
    asr_voice_t  sum;
    size_t       end;                /* the voice after its last */
} asr_part_t;


/*
 * Cuts the voices [from, to) of an utterance where a change shows; rather
 * once too often, since parts may be joined again.  parts has room for one a
 * voice; how many there are.
 */
size_t asr_segment_cut(const asr_cluster_conf_t *conf,
    const asr_voice_t *voices, size_t from, size_t to, asr_part_t *parts);

/*
 * Gives each voice the speaker whose model it fits best, where a change costs
 * something, less so between utterances.  sums: of the n speakers, at most
 * ASR_SPEAKERS_AUTO.  ASR_NOMEM.
 */
asr_err_t asr_segment_assign(const asr_cluster_conf_t *conf,
    const asr_voices_t *v, const asr_voice_t *sums, size_t n,
    uint32_t *label);


#endif /* ASR_SPEAKER_SEGMENT_H */
