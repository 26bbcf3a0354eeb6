/*
 * asr-mock-audio: makes the sound files that a client's Url, file_url or
 * upload may name.  A program of its own, so that the media libraries stay
 * out of nginx:
 *
 *     asr-mock-audio NAME.EXT [QUERY]        the file goes to stdout
 *
 *     NAME   tone, silence, noise, speech, say-WORDS; fail-*, never, slow-*
 *            (two seconds that sound a little like somebody talking)
 *     EXT    wav mp3 flac ogg opus m4a aac amr pcm
 *     QUERY  percent-encoded, asr_mock_audio_params_main.c has its table
 *
 * Exit 0; 2 when the call is not understood or cannot be: the client's fault;
 * 1 when the machine is at fault (no espeak-ng, no memory, a closed pipe).
 * Then a line on stderr says which.  The same call makes the same bytes.
 */

#ifndef ASR_MOCK_AUDIO_H
#define ASR_MOCK_AUDIO_H

#include "core/base/asr_arena.h"
#include "core/base/asr_buf.h"
#include "asr_mock.h"


#define ASR_MOCK_AUDIO_SECONDS   600
#define ASR_MOCK_AUDIO_SHORTEST  1.5     /* speech, where no length is given */
#define ASR_MOCK_AUDIO_CHANNELS  8
#define ASR_MOCK_AUDIO_RATE      192000
#define ASR_MOCK_AUDIO_TEXT      4096
#define ASR_MOCK_AUDIO_OUTPUT    ((size_t) 256 * 1024 * 1024)

enum { ASR_MOCK_AUDIO_OK = 0, ASR_MOCK_AUDIO_CANNOT, ASR_MOCK_AUDIO_REFUSED };


typedef enum {
    ASR_MOCK_AUDIO_TONE = 0,
    ASR_MOCK_AUDIO_SILENCE,
    ASR_MOCK_AUDIO_NOISE,
    ASR_MOCK_AUDIO_MURMUR,       /* a voice without words */
    ASR_MOCK_AUDIO_SPEECH
} asr_mock_audio_kind_t;

/* A codec in a container. */

typedef struct {
    const char  *ext;
    const char  *codec;          /* as the query names it */
    int          bits;           /* of a sample; 0: has none to choose */
    const char  *muxer;
    const char  *encoder;
    int          rate;           /* when none is asked for */
} asr_mock_audio_format_t;

/* A call, checked.  Strings are the arena's. */

typedef struct {
    asr_arena_t                   *arena;
    asr_mock_audio_kind_t          kind;
    const asr_mock_audio_format_t *format;
    asr_str_t                      text;     /* SPEECH: what to say */
    asr_str_t                      comment;  /* "asr: ..."; empty: none */
    double                         seconds;  /* 0: as long as the speech */
    double                         freq;     /* Hz */
    bool                           noisy;
    double                         noise;    /* signal over noise, dB */
    int                            rate;     /* Hz */
    int                            channels;
    char                           voice[33];    /* of espeak-ng */
    int                            speed;    /* words a minute */
    uint64_t                       seed;     /* of noise: the call's digest */
} asr_mock_audio_t;


/*
 * Says a line on stderr; returns the status.  No other output goes there.
 */
int asr_mock_audio_fail(int status, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The call's words to *p; a status as above. */
int asr_mock_audio_params(asr_arena_t *a, const char *name, const char *query,
    asr_mock_audio_t *p);


/*
 * The signal: one channel of floats at p->rate, full scale 1, pulled in
 * pieces.  It may be read twice, to know its level first.
 */

typedef struct {
    const asr_mock_audio_t  *p;
    int64_t                  frames;     /* all of it */
    int64_t                  pos;
    int16_t                 *pcm;        /* SPEECH: malloc'ed */
    size_t                   npcm;
    int                      pcm_rate;
    size_t                   fed;        /* of pcm */
    void                    *swr;        /* SwrContext */
    asr_mock_random_t        random;
} asr_mock_audio_sound_t;

int asr_mock_audio_sound(asr_mock_audio_sound_t *s, const asr_mock_audio_t *p);
int asr_mock_audio_rewind(asr_mock_audio_sound_t *s);
int asr_mock_audio_pull(asr_mock_audio_sound_t *s, float *out, size_t n);
void asr_mock_audio_sound_free(asr_mock_audio_sound_t *s);

/* What espeak-ng makes of the text, at most ASR_MOCK_AUDIO_SECONDS;
   malloc'ed. */
int asr_mock_audio_speak(const asr_mock_audio_t *p, int16_t **pcm, size_t *n,
    int *rate);

/* The file; *out is the caller's to free. */
int asr_mock_audio_write(asr_mock_audio_sound_t *s, asr_buf_t *out);


#endif /* ASR_MOCK_AUDIO_H */
