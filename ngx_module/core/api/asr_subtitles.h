/*
 * Subtitles: a finished task's result as SubRip or WebVTT, for whoever asks a
 * query for one of them by name.  An extension of all APIs.
 *
 * Cues have at most two lines of 42 characters (a longer word stays whole)
 * and stand for at most 7 s.
 */

#ifndef ASR_SUBTITLES_H
#define ASR_SUBTITLES_H

#include "asr_api.h"
#include "../speech/asr_result.h"


#define ASR_SUBTITLES_LINE   42          /* characters */
#define ASR_SUBTITLES_CUE    7000        /* ms */


typedef enum {
    ASR_SUBTITLES_NONE = 0,
    ASR_SUBTITLES_SRT,           /* application/x-subrip, text/srt */
    ASR_SUBTITLES_VTT            /* text/vtt */
} asr_subtitles_t;


/*
 * What an Accept header asks for; none unless a type of theirs is there by
 * name and JSON is not wanted as much.
 */
asr_subtitles_t asr_subtitles_wanted(asr_str_t accept);

/* Speakers are named if there are some or channels are two.  ASR_NOMEM. */
asr_err_t asr_subtitles_write(asr_buf_t *out, asr_arena_t *a,
    const asr_result_t *r, asr_subtitles_t kind);

/*
 * For the reply of a query, begun by its API: fills body and type when
 * subtitles are wanted.  ASR_NOTFOUND: they are not, nothing was touched.
 * Store thread.  ASR_NOMEM.
 */
asr_err_t asr_subtitles_reply(asr_call_t *call, asr_arena_t *a,
    const asr_result_t *r);


#endif /* ASR_SUBTITLES_H */
