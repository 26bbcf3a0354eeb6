/*
 * Named checks of a finished task's result, those no schema can say: they need
 * the audio, or the request it answers.
 *
 * A check gets the reply of the query (or a callback's body) brought into one
 * form, whatever the vendor calls things.
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
    const char            *speaker;      /* NULL: none named */
    int                    channel;      /* -1: none named */
    asr_conf_word_t       *words;
    size_t                 nwords;
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

/* Reads a reply into that form; false: no transcript in it.  Per API. */

bool asr_conf_transcript_read(const char *api, const json_t *reply,
    asr_conf_transcript_t *out);
void asr_conf_transcript_clean(asr_conf_transcript_t *t);

/* Word error rate of b against a, both lower-cased, without punctuation. */

double asr_conf_wer(const char *a, const char *b);


#endif /* ASR_CONF_CHECK_H */
