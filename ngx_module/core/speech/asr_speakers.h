/*
 * Who speaks in a recording of one channel: changes of speaker inside and
 * between utterances, and whose parts are the same voice's.  After
 * recognition: its words say where there is speech and where a cut may be.
 */

#ifndef ASR_SPEAKERS_H
#define ASR_SPEAKERS_H

#include <sys/types.h>

#include "asr_ask.h"
#include "asr_result.h"


/*
 * Reads up to n samples (16 kHz, mono) from sample `at` on.  How many; fewer
 * only at the end of the audio; negative: an error.
 */
typedef ssize_t (*asr_speakers_pcm_pt)(void *ctx, int64_t at, int16_t *buf,
    size_t n);

/*
 * r: the joined utterances of one channel, as recognised.  After ASR_OK each
 * sentence has a speaker, 0 and up in the order they first speak, and an
 * utterance in which the speaker changes has become several sentences, cut
 * between words; new memory is the arena's.  num: how many there are, at most
 * ASR_SPEAKERS_GIVEN, or 0: found out, at most ASR_SPEAKERS_AUTO.  There are
 * fewer than num when there is less speech than that takes.
 *
 * ASR_NOMEM, ASR_IO (the reader failed; errno is its), ASR_INVALID (num):
 * r is as it was.  Some 4 s of CPU and, while it runs, 10 MB for an hour of
 * speech, in proportion; the same result each time; any thread.
 */
asr_err_t asr_speakers(asr_arena_t *a, asr_result_t *r, int32_t num,
    asr_speakers_pcm_pt pcm, void *ctx);


#endif /* ASR_SPEAKERS_H */
