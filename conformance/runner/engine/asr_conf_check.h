/*
 * Named checks of a finished task's result, those no schema can say: they need
 * the audio, or the request it answers.
 *
 * A check gets the reply of the query (or a callback's body) brought into one
 * form, whatever the vendor calls things.
 *
 *   word-times      there are words; they rise, lie in their segment (0.05 s
 *                   either way) and within the recording (0.1 s)
 *   segment-times   segments rise, those of one channel and speaker do not
 *                   overlap, all lie within the recording
 *   segments        there are some, each with a text, and segment-times
 *   words-text      a segment's words are its text, but for blanks and marks,
 *                   and its slice, and as many as it says, where it has these;
 *                   "words-join" is the same
 *   sentences-join  segments are the whole text, where the API has one
 *   duration        the recording's, to 0.1 s
 *   silence         no text at all
 *   has-words       every segment has words; no-words: none has
 *   channels        every segment names one that the recording has
 *   speakers        every segment names one; "min" to "max" (1 to 10) differ
 *   same-text       the text of "with"
 *   wer             at most "max" (0.3) word errors against "with", or else
 *                   against what is said in the recording
 *   within          segments lie between "from" and "to" seconds (0.05 s)
 *   segment-length  at most "max" characters, or one word
 */

#ifndef ASR_CONF_CHECK_H
#define ASR_CONF_CHECK_H


#include "asr_conf.h"


typedef struct {
    double                 start, end;   /* seconds from the file's start */
    const char            *text;
} asr_conf_word_t;


typedef struct {
    double                 start, end;
    const char            *text;
    const char            *slice;        /* its text again; NULL: it has none */
    const char            *speaker;      /* NULL: none named */
    int                    channel;      /* from 0, left; -1: none named */
    asr_conf_word_t       *words;
    size_t                 nwords;
    json_int_t             told_words;   /* how many it says; -1: it does not */
} asr_conf_segment_t;


typedef struct {
    bool                   done, failed;
    const char            *text;         /* NULL: the API has no whole text */
    const char            *error;
    double                 duration;     /* seconds; < 0: not told */
    asr_conf_segment_t    *segments;
    size_t                 nsegments;
    bool                   has_words;
} asr_conf_transcript_t;


/* What is known of the recording that was sent. */

typedef struct {
    const char            *name;         /* file below common/audio */
    double                 duration;
    int                    channels;
    const char            *reference;    /* what is said; "": silence */
} asr_conf_audio_t;


/* NULL: no such recording.  From common/audio/index.json. */

const asr_conf_audio_t *asr_conf_audio(const char *name);

/*
 * True: holds.  False: expected and got are set, to be freed.  An unknown name
 * ends the program (case data are checked at load: asr_conf_check_known).
 * arg: the check's own parameter of the case, or NULL.  other: the transcript
 * a former step saved, for checks that compare two; or NULL.
 */

bool asr_conf_check(const char *name, const json_t *arg,
    const asr_conf_transcript_t *t, const asr_conf_transcript_t *other,
    const asr_conf_audio_t *audio, char **expected, char **got);
bool asr_conf_check_known(const char *name);

/*
 * Reads a reply into that form, per API; false: no transcript in it, or one of
 * another form, or of more than 20000 segments or 200000 words.  To be cleaned
 * if true; its texts are its own.
 */

bool asr_conf_transcript_read(const char *api, const json_t *reply,
    asr_conf_transcript_t *out);
void asr_conf_transcript_clean(asr_conf_transcript_t *t);

/*
 * Word error rate of b against a, both lower-cased, without punctuation; a
 * character of Chinese or Japanese is a word.  What has no word: the errors.
 */

double asr_conf_wer(const char *a, const char *b);

/* All segments' texts with blanks between them; to be freed. */

char *asr_conf_transcript_text(const asr_conf_transcript_t *t);


#endif /* ASR_CONF_CHECK_H */
