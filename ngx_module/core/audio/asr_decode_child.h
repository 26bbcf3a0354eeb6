/*
 * The parts of the asr-decode program: the server (asr_decode_main.c) forks a
 * child per file, which shuts itself in (_sandbox_), counts its own CPU time
 * (_budget_) and then touches the media: it finds out what the file is and
 * reads packets from it (_media_, _formats_), decodes them (FFmpeg, _opus_)
 * and sends them as 16 kHz PCM (_sink_).  Nothing of this is in the nginx
 * module.
 */

#ifndef ASR_DECODE_CHILD_H
#define ASR_DECODE_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include <libavcodec/avcodec.h>
#include <libswresample/swresample.h>

#include "../task/asr_store.h"
#include "asr_decode_wire.h"


/* The child's only descriptors; the filter knows them by number. */
#define ASR_CHILD_IN     0
#define ASR_CHILD_OUT    1

#define ASR_CHILD_SPENT  3               /* exit code: out of CPU */

#define ASR_SINK_TRACKS  2

#define ASR_FORMATS_RAW  "s16le"         /* the demuxer of raw sound */


/* What comes out: 16 kHz PCM of one or two channels, to the pipe. */

typedef struct {
    const asr_wire_ask_t  *ask;

    /* the resampler and what it was made for; remade when a stream changes */
    SwrContext            *swr;
    int                    rate;
    int                    channels;
    int                    sample_format;

    int                    tracks;       /* PCM channels sent: 0, 1, 2 */
    uint8_t               *out[ASR_SINK_TRACKS];
    int                    out_size;     /* samples */
    int64_t                done_us;      /* at former rates */
    int64_t                samples;      /* taken at this rate */
    int64_t                sent;         /* of each track, at this rate */
    bool                   gone;         /* the reader */
} asr_sink_t;

typedef struct asr_opus_s  asr_opus_t;


/*
 * In the server, once.  0, or -1 when the filter cannot be made: then the
 * server must not run.
 */
int asr_sandbox_prepare(void);

/*
 * In the child: closes all but ASR_CHILD_IN, ASR_CHILD_OUT and standard error
 * (which becomes /dev/null), limits resources, starts the budget, enters
 * seccomp.  max_ms: of sound, at most.  0, or -1: then the child must not go
 * on.
 */
int asr_sandbox_enter(int in, int out, int64_t max_ms);

/* Seconds of CPU that no child gets past, whatever becomes of its timer. */
unsigned asr_budget_ceiling(int64_t max_ms);

/* Starts the timer, before the filter.  0, or -1. */
int asr_budget_start(void);

/* Sound decoded so far: what the CPU time is measured against. */
void asr_budget_earn(int64_t us);

/* CPU time is used up: whoever sees that ends.  See the file for the rule. */
bool asr_budget_spent(void);

/* CPU time of this process, milliseconds. */
int64_t asr_budget_cpu_ms(void);

/* Loads what decoding loads at first use; in the server. */
void asr_media_prepare(void);

/*
 * Decodes ASR_CHILD_IN (size bytes) to frames on ASR_CHILD_OUT.  0: the END
 * frame was written, whatever it says; -1: the reader is gone.
 */
int asr_media_decode(const asr_wire_ask_t *ask, int64_t size);

/* Writes one frame, whole.  0, or -1: the reader is gone. */
int asr_child_frame(unsigned type, unsigned channel, const void *p, size_t n);

/*
 * Comma separated names of all demuxers, of all decoders that may be used.
 * raw, the same at every call: that of raw sound too.
 */
const char *asr_formats_demuxers(bool raw);
const char *asr_formats_codecs(void);

/* Is that the name of raw sound?  NULL is none. */
bool asr_formats_raw(const char *declared);

/*
 * The first n bytes of a file that was declared so, with zeros behind them
 * (AVPROBE_PADDING_SIZE): are they of some other kind, beyond doubt?
 */
bool asr_formats_known(const uint8_t *p, size_t n);

/* Is a file of this demuxer and decoder what the client declared? */
bool asr_formats_declared(const char *declared, const char *demuxer,
    const char *codec);

/* Likewise for the sample rate; decoded: of the samples that come out. */
bool asr_formats_rate(int declared, const AVCodecParameters *par, int decoded);

/*
 * Is the length in this container's header what an encoder counted?  Others
 * write it before they know it, or leave it to be guessed from a bit rate.
 */
bool asr_formats_counted(const char *demuxer);

/* The first bytes of a file: is it SILK?  FFmpeg would not tell. */
bool asr_formats_silk(const uint8_t *p, size_t n);

/*
 * Takes one frame of sound, or NULL at the end: what the resampler still
 * holds.  The frame stays the caller's.  A cause ends the decoding; with
 * s->gone nobody is left to tell it.
 */
asr_cause_t asr_sink_frame(asr_sink_t *s, const AVFrame *f);

/* Length of all sound taken. */
int64_t asr_sink_us(const asr_sink_t *s);

void asr_sink_close(asr_sink_t *s);
void asr_sink_prepare(void);

/*
 * Opus straight to 16 kHz by libopus.  NULL: not Opus, or more channels than
 * two, or no memory; FFmpeg's decoder is there for that.
 */
asr_opus_t *asr_opus_create(const AVCodecParameters *par);
void asr_opus_free(asr_opus_t *o);

/*
 * The sound of one packet, valid until the next call; its nb_samples may be
 * 0.  NULL: a broken packet.
 */
const AVFrame *asr_opus_packet(asr_opus_t *o, const AVPacket *p);


#endif /* ASR_DECODE_CHILD_H */
