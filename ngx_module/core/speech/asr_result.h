/*
 * What recognition found, in a neutral form that each API renders.  Stored as
 * JSON: a segment's while the task runs, the joined one when it is done.
 * Times are milliseconds from the start of the audio.
 */

#ifndef ASR_RESULT_H
#define ASR_RESULT_H

#include "../base/asr_json.h"


/*
 * A recogniser's word, or of a finished result what is written for one or
 * several: "London", "1997".  A sentence's text is its words, a blank before
 * each but the first, and their tails.
 */

typedef struct {
    asr_str_t  text;
    int32_t    start_ms;
    int32_t    end_ms;
    float      confidence;       /* 0..1 */
    asr_str_t  tail;             /* marks after it, "," or "."; mostly empty */
} asr_word_t;

/* Words of a client's keyword library that were said in a sentence. */

typedef struct {
    asr_str_t   id;
    asr_str_t   name;
    asr_str_t  *words;
    size_t      nwords;
} asr_keyword_hit_t;

typedef struct {
    asr_str_t    text;
    int32_t      start_ms;
    int32_t      end_ms;
    int32_t      channel;        /* 0, 1 */
    int32_t      speaker;        /* -1: not asked */
    float        confidence;     /* mean of the words */
    float        energy_db;      /* RMS, dB over one LSB: 0..90 */
    asr_word_t  *words;
    size_t       nwords;
    asr_str_t    written;        /* as one would write it; empty: not asked */
    asr_keyword_hit_t  *hits;
    size_t       nhits;
} asr_sentence_t;

typedef struct {
    int64_t          audio_ms;
    int32_t          channels;
    asr_sentence_t  *sentences;  /* by start_ms, then channel */
    size_t           nsentences;
} asr_result_t;


/* Writes one sentence (a segment's result) or all. */
asr_err_t asr_sentence_write(asr_json_out_t *o, const asr_sentence_t *s);
asr_err_t asr_result_write(asr_buf_t *b, const asr_result_t *r);

/* A JSON string: the word as it stands in the text, with its tail. */
void asr_word_write(asr_json_out_t *o, const asr_word_t *w);

/* Reads back; strings in the arena.  ASR_INVALID, ASR_NOMEM. */
asr_err_t asr_sentence_read(asr_arena_t *a, asr_str_t json,
    asr_sentence_t *s);
asr_err_t asr_result_read(asr_arena_t *a, asr_str_t json, asr_result_t *r);

/*
 * Joins segment results (JSON of one sentence each, empty ones dropped) into
 * the task's: sorted by start, channels merged.  Memory from the arena.
 */
asr_err_t asr_result_join(asr_arena_t *a, const asr_str_t *segments, size_t n,
    int64_t audio_ms, int32_t channels, asr_result_t *r);

/* Text and confidence of a sentence of its words, one at least; ASR_NOMEM. */
asr_err_t asr_sentence_text(asr_arena_t *a, asr_sentence_t *s);

/* How many words there are. */
size_t asr_result_words(const asr_result_t *r);

/* Room for a result of five hours; readers and writers use it. */
#define ASR_RESULT_MAX  (64 * 1024 * 1024)


#endif /* ASR_RESULT_H */
