/*
 * Sound to 16 kHz PCM, by swresample with soxr, and to the pipe.
 *
 * Length is counted in decoded samples, never in bytes or in what a header
 * claims: ten hours of silence are 7 MB of FLAC, and a recorder that died
 * leaves a length of 0 or 4 GB.
 */

#include <string.h>

#include <libavutil/opt.h>

#include "asr_decode_child.h"


#define ASR_SINK_RATE_MIN  2000
#define ASR_SINK_RATE_MAX  384000
#define ASR_SINK_OUT_MAX   (4 * 1024 * 1024)     /* samples of one frame */


int64_t
asr_sink_us(const asr_sink_t *s)
{
    return s->rate == 0 ? 0
           : s->done_us + av_rescale(s->samples, 1000000, s->rate);
}


/* Sends n samples of each track from s->out. */

static asr_cause_t
asr_sink_send(asr_sink_t *s, int n)
{
    int  c, i, part;

    for (i = 0; i < n; i += part) {
        part = FFMIN(n - i, ASR_WIRE_PCM_MAX / (int) sizeof(int16_t));

        for (c = 0; c < s->tracks; c++) {

            if (asr_child_frame(ASR_WIRE_PCM, (unsigned) c,
                                (int16_t *) s->out[c] + i,
                                (size_t) part * sizeof(int16_t))
                != 0)
            {
                s->gone = true;
                return ASR_CAUSE_INTERNAL;
            }
        }
    }

    return ASR_CAUSE_NONE;
}


static asr_cause_t
asr_sink_room(asr_sink_t *s, int n)
{
    int  c;

    if (n <= s->out_size) {
        return ASR_CAUSE_NONE;
    }

    s->out_size = 0;

    for (c = 0; c < s->tracks; c++) {
        av_free(s->out[c]);
        s->out[c] = av_malloc((size_t) n * sizeof(int16_t));

        if (s->out[c] == NULL) {
            return ASR_CAUSE_CORRUPT;
        }
    }

    s->out_size = n;

    return ASR_CAUSE_NONE;
}


/*
 * in is NULL at the end of the stream: what the resampler still holds, which
 * may be a sample more or less than the length of the sound.
 */

static asr_cause_t
asr_sink_convert(asr_sink_t *s, const uint8_t **in, int n)
{
    int          max;
    int64_t      due;
    asr_cause_t  cause;

    max = swr_get_out_samples(s->swr, n);

    if (max < 0 || max > ASR_SINK_OUT_MAX) {
        return ASR_CAUSE_CORRUPT;
    }

    if (max == 0) {
        return ASR_CAUSE_NONE;
    }

    cause = asr_sink_room(s, max);

    if (cause != ASR_CAUSE_NONE) {
        return cause;
    }

    n = swr_convert(s->swr, s->out, max, in, n);

    if (n < 0) {
        return ASR_CAUSE_CORRUPT;
    }

    due = av_rescale(s->samples, ASR_WIRE_RATE, s->rate) - s->sent;
    n = (int) FFMIN(n, due);
    s->sent += n;

    return asr_sink_send(s, n);
}


static SwrContext *
asr_sink_swr(AVChannelLayout *out, AVChannelLayout *in, int format, int rate,
    bool soxr)
{
    SwrContext  *swr;

    swr = NULL;

    if (swr_alloc_set_opts2(&swr, out, AV_SAMPLE_FMT_S16P, ASR_WIRE_RATE,
                            in, format, rate, 0, NULL)
        != 0)
    {
        return NULL;
    }

    /*
     * In floats: soxr adds dither to 16-bit output, seeded by the time, and
     * the same audio must give the same samples.
     */

    (void) av_opt_set_sample_fmt(swr, "internal_sample_fmt",
                                 AV_SAMPLE_FMT_FLTP, 0);

    if (soxr) {
        (void) av_opt_set(swr, "resampler", "soxr", 0);
    }

    if (swr_init(swr) < 0) {
        swr_free(&swr);      /* sets it to NULL */
    }

    return swr;
}


/*
 * Makes the resampler for this frame.  One and two channels are taken as mono
 * and stereo whatever their layout says, so that two speakers kept apart never
 * leak into each other.
 */

static asr_cause_t
asr_sink_resampler(asr_sink_t *s, const AVFrame *f)
{
    int              channels;
    AVChannelLayout  in, out;

    channels = f->ch_layout.nb_channels;

    if (f->sample_rate < ASR_SINK_RATE_MIN
        || f->sample_rate > ASR_SINK_RATE_MAX)
    {
        return ASR_CAUSE_FORMAT;
    }

    if (s->ask->channels_strict && channels != s->ask->channels) {
        return ASR_CAUSE_CHANNELS;
    }

    s->rate = f->sample_rate;
    s->channels = channels;
    s->sample_format = f->format;

    if (s->tracks == 0) {
        s->tracks = (s->ask->channels == 2 && channels >= 2) ? 2 : 1;
    }

    av_channel_layout_default(&out, s->tracks);
    memset(&in, 0, sizeof(in));

    if (channels <= 2 || f->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&in, channels);

    } else if (av_channel_layout_copy(&in, &f->ch_layout) < 0) {
        return ASR_CAUSE_INTERNAL;
    }

    s->swr = asr_sink_swr(&out, &in, s->sample_format, s->rate, true);

    if (s->swr == NULL) {
        s->swr = asr_sink_swr(&out, &in, s->sample_format, s->rate, false);
    }

    av_channel_layout_uninit(&in);

    /* Nine channels and more have no layout that can be mixed down. */

    return s->swr != NULL ? ASR_CAUSE_NONE : ASR_CAUSE_CHANNELS;
}


/* The end of the sound at this rate. */

static asr_cause_t
asr_sink_flush(asr_sink_t *s)
{
    asr_cause_t  cause;

    if (s->swr == NULL) {
        return ASR_CAUSE_NONE;
    }

    cause = asr_sink_convert(s, NULL, 0);
    s->done_us = asr_sink_us(s);
    s->samples = 0;
    s->sent = 0;
    swr_free(&s->swr);

    return cause;
}


asr_cause_t
asr_sink_frame(asr_sink_t *s, const AVFrame *f)
{
    asr_cause_t  cause;

    if (f == NULL) {
        return asr_sink_flush(s);
    }

    if (f->nb_samples <= 0) {
        return ASR_CAUSE_NONE;
    }

    if (s->swr == NULL || f->sample_rate != s->rate
        || f->ch_layout.nb_channels != s->channels
        || f->format != s->sample_format)
    {
        cause = asr_sink_flush(s);

        if (cause == ASR_CAUSE_NONE) {
            cause = asr_sink_resampler(s, f);
        }

        if (cause != ASR_CAUSE_NONE) {
            return cause;
        }
    }

    s->samples += f->nb_samples;

    if (asr_sink_us(s) / 1000 > s->ask->max_ms) {
        return ASR_CAUSE_TOO_LONG;
    }

    cause = asr_sink_convert(s, (const uint8_t **) f->extended_data,
                             f->nb_samples);
    asr_budget_earn(asr_sink_us(s));

    return cause;
}


void
asr_sink_close(asr_sink_t *s)
{
    int  c;

    swr_free(&s->swr);

    for (c = 0; c < ASR_SINK_TRACKS; c++) {
        av_freep(&s->out[c]);
    }
}


/* The first conversion is what loads and initialises the resampler. */

void
asr_sink_prepare(void)
{
    int16_t          in[512], out[512];
    SwrContext      *swr;
    const uint8_t   *from[1];
    uint8_t         *to[1];
    AVChannelLayout  mono;

    memset(in, 0, sizeof(in));
    av_channel_layout_default(&mono, 1);
    swr = asr_sink_swr(&mono, &mono, AV_SAMPLE_FMT_S16, 44100, true);

    if (swr != NULL) {
        from[0] = (const uint8_t *) in;
        to[0] = (uint8_t *) out;
        (void) swr_convert(swr, to, 512, from, 512);
        swr_free(&swr);
    }
}
