/*
 * What the parts of a script share.
 */

#ifndef ASR_MOCK_SCRIPT_INT_H
#define ASR_MOCK_SCRIPT_INT_H

#include "asr_mock_script.h"


typedef struct {
    int64_t  start;              /* ms */
    int64_t  end;
    int32_t  channel;
    size_t   run;
    size_t   words;              /* to make up */
} asr_mock_span_t;

typedef struct {
    size_t   word;               /* the first one of a sentence */
    size_t   n;
} asr_mock_piece_t;

typedef struct {
    asr_arena_t                 *arena;
    const asr_mock_script_in_t  *in;
    asr_mock_random_t            random;
    int64_t                      audio_ms;
    asr_mock_span_t             *spans;
    size_t                       nspans;
    asr_word_t                  *words;
    uint32_t                    *place;      /* of each word: its span */
    size_t                       nwords;
    asr_mock_piece_t            *pieces;
    size_t                       npieces;
} asr_mock_script_t;


/* Room for that many words, of as many sentences; ASR_NOMEM. */
asr_err_t asr_mock_script_room(asr_mock_script_t *s, size_t words);

/* Words and sentences of a text; as asr_mock_script. */
asr_err_t asr_mock_script_text(asr_mock_script_t *s, asr_str_t text);

/* How many bytes at the end are marks; all of it: 0. */
size_t asr_mock_marks(asr_str_t word);


#endif /* ASR_MOCK_SCRIPT_INT_H */
