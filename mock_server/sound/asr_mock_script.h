/*
 * What is "recognised" without recognition: a text spread over the audio's
 * voice activity, with times and confidences, as the recogniser would have
 * returned it.  Everything follows from the arguments: the same ones give the
 * same result.  Any thread.
 */

#ifndef ASR_MOCK_SCRIPT_H
#define ASR_MOCK_SCRIPT_H

#include "core/speech/asr_result.h"
#include "core/task/asr_store.h"
#include "asr_mock.h"


#define ASR_MOCK_SCRIPT_TEXT   (256 * 1024)
#define ASR_MOCK_SCRIPT_WORDS  (ASR_MOCK_SCRIPT_TEXT / 2)


typedef struct {
    asr_str_t            text;       /* a fixture's or the plan's; may be
                                        empty */
    asr_str_t            embedded;   /* the audio's own, asr_mock_embedded.h */
    double               wer;        /* 0..1, see asr_mock_wer */
    uint64_t             seed;
    asr_str_t            name;       /* of the audio, a digest or URL: each has
                                        words of its own */
    int64_t              audio_ms;   /* 0: not known, the result says how long
                                        such a text takes */
    int32_t              channels;   /* 1, 2 */
    const asr_segment_t *segments;   /* voice activity, samples at 16 kHz */
    size_t               nsegments;
    bool                 heard;      /* the audio was decoded: without segments
                                        it is silence, and has no words unless
                                        a text was given */
} asr_mock_script_in_t;


/*
 * Sentences by their start; speaker -1, no written form.  Memory is the
 * arena's.  ASR_INVALID: the text is no UTF-8; ASR_TOOBIG: it is over
 * ASR_MOCK_SCRIPT_TEXT; ASR_NOMEM.
 *
 * A text given (text before embedded) is used as it is: the sentences' texts
 * joined by a blank are it, but that blanks at either end of a line go and a
 * line's end counts as a blank.  Words are what blanks part; a sentence ends
 * with a word that has . ? ! or their like after it, or with its line.
 *
 * Without a text English sentences are made up, 2.5 words to a second of
 * speech.
 *
 * Words lie within a segment each, one after the other, within the audio.  Of
 * two channels a sentence is on that of its segment; where both speak at once
 * each gets a part of the time, so that the order of the text stays.
 */
asr_err_t asr_mock_script(asr_arena_t *a, const asr_mock_script_in_t *in,
    asr_result_t *out);


/*
 * Puts round(wer * words) errors into a result: substitutions, insertions and
 * deletions as 60 to 20 to 20, of which no two make up for each other: aligned
 * with what was there, it has just that many.  (In a text that is all
 * repetition, or some hours long, more of them are substitutions.)  Words are
 * compared without case and the marks around them.  What is wrong has a low
 * confidence; an insertion takes half of its neighbour's time, a deletion
 * leaves a gap.  At least one word stays.
 */
asr_err_t asr_mock_wer(asr_arena_t *a, asr_result_t *r, double wer,
    uint64_t seed, asr_str_t name);

/*
 * How a word is compared: a hash of it without case (ASCII) and the marks
 * around it; of what is nothing but marks, of all of it.
 */
uint64_t asr_mock_word_hash(asr_str_t word);


#endif /* ASR_MOCK_SCRIPT_H */
