/*
 * Media to 16 kHz PCM, inside the sandbox: FFmpeg's demuxers and decoders
 * behind a reader of our own, swresample with soxr.
 *
 * What may be opened is asr_media_formats and nothing else: FFmpeg has
 * demuxers that are programs in disguise (playlists that name other files),
 * so there is no protocol, no opening of further files, and the lists hold
 * even for what is found inside a container.
 *
 * Length is counted in decoded samples, never in bytes or in what a header
 * claims: ten hours of silence are 7 MB of FLAC, and a recorder that died
 * leaves a length of 0 or 4 GB.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>

#include "../task/asr_store.h"
#include "asr_decode_child.h"


#define ASR_MEDIA_IO_BUF     65536
#define ASR_MEDIA_LIST_MAX   1024
#define ASR_MEDIA_RATE_MIN   2000
#define ASR_MEDIA_RATE_MAX   384000
#define ASR_MEDIA_OUT_MAX    (4 * 1024 * 1024)   /* samples of one frame */
#define ASR_MEDIA_TRACKS     2


typedef struct {
    const char  *name;           /* as clients declare it */
    const char  *demuxer;
    const char  *codecs;         /* decoders, comma separated */
} asr_media_format_t;

static const asr_media_format_t  asr_media_formats[] = {

    { "wav", "wav",
      "pcm_s16le,pcm_u8,pcm_s24le,pcm_s32le,pcm_f32le,pcm_alaw,pcm_mulaw,"
      "adpcm_ms,adpcm_ima_wav,gsm_ms" },
};


typedef struct {
    const asr_wire_ask_t  *ask;
    int64_t                size;
    int64_t                offset;
    char                   demuxers[ASR_MEDIA_LIST_MAX];
    char                   codecs[ASR_MEDIA_LIST_MAX];

    AVIOContext           *io;
    AVFormatContext       *format;
    AVCodecContext        *codec;
    AVFrame               *frame;
    AVPacket              *packet;
    int                    stream;

    /* the resampler and what it was made for; remade when a stream changes */
    SwrContext            *swr;
    int                    rate;
    int                    channels;
    int                    sample_format;

    int                    tracks;       /* PCM channels sent: 0, 1, 2 */
    uint8_t               *out[ASR_MEDIA_TRACKS];
    int                    out_size;     /* samples */
    int64_t                done_us;      /* at former rates */
    int64_t                samples;      /* decoded at this rate */
    uint64_t               bad;          /* packets refused by the decoder */
    uint64_t               good;
    bool                   gone;         /* the reader */
} asr_media_t;


int
asr_child_frame(unsigned type, unsigned channel, const void *p, size_t n)
{
    size_t             done;
    ssize_t            rc;
    asr_wire_frame_t   h;
    static char        buf[sizeof(asr_wire_frame_t) + ASR_WIRE_PCM_MAX];

    if (n > ASR_WIRE_PCM_MAX) {
        return -1;
    }

    h.type = (uint16_t) type;
    h.channel = (uint16_t) channel;
    h.length = (uint32_t) n;

    memcpy(buf, &h, sizeof(h));

    if (n != 0) {
        memcpy(buf + sizeof(h), p, n);
    }

    n += sizeof(h);

    for (done = 0; done < n; done += (size_t) rc) {
        rc = write(ASR_CHILD_OUT, buf + done, n - done);

        if (rc < 0) {
            if (errno != EINTR) {
                return -1;
            }

            rc = 0;
        }
    }

    return 0;
}


static int
asr_media_read(void *ctx, uint8_t *buf, int n)
{
    ssize_t       rc;
    asr_media_t  *m = ctx;

    if (m->offset >= m->size) {
        return AVERROR_EOF;
    }

    rc = pread(ASR_CHILD_IN, buf, (size_t) n, m->offset);

    if (rc < 0) {
        return AVERROR(errno);
    }

    m->offset += rc;

    return rc == 0 ? AVERROR_EOF : (int) rc;
}


static int64_t
asr_media_seek(void *ctx, int64_t offset, int whence)
{
    int64_t       base;
    asr_media_t  *m = ctx;

    switch (whence & ~AVSEEK_FORCE) {

    case AVSEEK_SIZE:
        return m->size;

    case SEEK_SET:
        base = 0;
        break;

    case SEEK_CUR:
        base = m->offset;
        break;

    case SEEK_END:
        base = m->size;
        break;

    default:
        return AVERROR(EINVAL);
    }

    if (__builtin_add_overflow(base, offset, &base) || base < 0) {
        return AVERROR(EINVAL);
    }

    m->offset = base;

    return base;
}


static int
asr_media_refuse(AVFormatContext *s, AVIOContext **pb, const char *url,
    int flags, AVDictionary **options)
{
    return AVERROR(EACCES);
}


/*
 * The lists for what was declared.  A file of another format than declared is
 * refused like one that is not audio: the client's claim is what it is billed
 * and supported for, and the vendors refuse such a file too.
 */

static asr_cause_t
asr_media_lists(asr_media_t *m)
{
    size_t                     i, d, c;
    const asr_media_format_t  *f;

    d = 0;
    c = 0;

    for (i = 0; i < asr_nelts(asr_media_formats); i++) {
        f = &asr_media_formats[i];

        if (m->ask->format[0] != '\0'
            && strcasecmp(m->ask->format, f->name) != 0)
        {
            continue;
        }

        d += (size_t) snprintf(m->demuxers + d, sizeof(m->demuxers) - d,
                               "%s%s", d != 0 ? "," : "", f->demuxer);
        c += (size_t) snprintf(m->codecs + c, sizeof(m->codecs) - c,
                               "%s%s", c != 0 ? "," : "", f->codecs);

        if (d >= sizeof(m->demuxers) || c >= sizeof(m->codecs)) {
            return ASR_CAUSE_INTERNAL;
        }
    }

    return d != 0 ? ASR_CAUSE_NONE : ASR_CAUSE_FORMAT;
}


static asr_cause_t
asr_media_open_input(asr_media_t *m)
{
    int       rc;
    uint8_t  *buf;

    m->packet = av_packet_alloc();
    m->frame = av_frame_alloc();
    m->format = avformat_alloc_context();
    buf = av_malloc(ASR_MEDIA_IO_BUF);

    if (m->packet == NULL || m->frame == NULL || m->format == NULL
        || buf == NULL)
    {
        av_free(buf);
        return ASR_CAUSE_INTERNAL;
    }

    m->io = avio_alloc_context(buf, ASR_MEDIA_IO_BUF, 0, m, asr_media_read,
                               NULL, asr_media_seek);
    if (m->io == NULL) {
        av_free(buf);
        return ASR_CAUSE_INTERNAL;
    }

    m->format->pb = m->io;
    m->format->io_open = asr_media_refuse;
    m->format->probesize = 1024 * 1024;
    m->format->max_analyze_duration = 5 * AV_TIME_BASE;
    m->format->max_streams = 16;
    m->format->format_whitelist = av_strdup(m->demuxers);
    m->format->codec_whitelist = av_strdup(m->codecs);
    m->format->protocol_whitelist = av_strdup("");

    if (m->format->format_whitelist == NULL
        || m->format->codec_whitelist == NULL
        || m->format->protocol_whitelist == NULL)
    {
        return ASR_CAUSE_INTERNAL;
    }

    rc = avformat_open_input(&m->format, NULL, NULL, NULL);

    if (rc == 0) {
        rc = avformat_find_stream_info(m->format, NULL);
    }

    return rc < 0 ? ASR_CAUSE_FORMAT : ASR_CAUSE_NONE;
}


static asr_cause_t
asr_media_open_codec(asr_media_t *m)
{
    unsigned        i;
    AVStream       *st;
    const AVCodec  *codec;

    m->stream = av_find_best_stream(m->format, AVMEDIA_TYPE_AUDIO, -1, -1,
                                    &codec, 0);
    if (m->stream < 0 || codec == NULL) {
        return ASR_CAUSE_FORMAT;
    }

    for (i = 0; i < m->format->nb_streams; i++) {
        if ((int) i != m->stream) {
            m->format->streams[i]->discard = AVDISCARD_ALL;
        }
    }

    st = m->format->streams[m->stream];
    m->codec = avcodec_alloc_context3(codec);

    if (m->codec == NULL
        || avcodec_parameters_to_context(m->codec, st->codecpar) < 0)
    {
        return ASR_CAUSE_INTERNAL;
    }

    m->codec->pkt_timebase = st->time_base;
    m->codec->thread_count = 1;
    m->codec->codec_whitelist = av_strdup(m->codecs);

    if (m->codec->codec_whitelist == NULL) {
        return ASR_CAUSE_INTERNAL;
    }

    if (avcodec_open2(m->codec, codec, NULL) < 0) {
        return ASR_CAUSE_FORMAT;
    }

    return ASR_CAUSE_NONE;
}


static int64_t
asr_media_us(const asr_media_t *m)
{
    return m->rate == 0 ? 0
           : m->done_us + av_rescale(m->samples, 1000000, m->rate);
}


/* Sends n samples of each track from m->out. */

static asr_cause_t
asr_media_send(asr_media_t *m, int n)
{
    int  c, i, part;

    for (i = 0; i < n; i += part) {
        part = FFMIN(n - i, ASR_WIRE_PCM_MAX / (int) sizeof(int16_t));

        for (c = 0; c < m->tracks; c++) {

            if (asr_child_frame(ASR_WIRE_PCM, (unsigned) c,
                                (int16_t *) m->out[c] + i,
                                (size_t) part * sizeof(int16_t))
                != 0)
            {
                m->gone = true;
                return ASR_CAUSE_INTERNAL;
            }
        }
    }

    return ASR_CAUSE_NONE;
}


/* in is NULL at the end of the stream: what the resampler still holds. */

static asr_cause_t
asr_media_convert(asr_media_t *m, const uint8_t **in, int n)
{
    int  c, max;

    max = swr_get_out_samples(m->swr, n);

    if (max < 0 || max > ASR_MEDIA_OUT_MAX) {
        return ASR_CAUSE_CORRUPT;
    }

    if (max == 0) {
        return ASR_CAUSE_NONE;
    }

    if (max > m->out_size) {
        m->out_size = 0;

        for (c = 0; c < m->tracks; c++) {
            av_free(m->out[c]);
            m->out[c] = av_malloc((size_t) max * sizeof(int16_t));

            if (m->out[c] == NULL) {
                return ASR_CAUSE_INTERNAL;
            }
        }

        m->out_size = max;
    }

    n = swr_convert(m->swr, m->out, max, in, n);

    return n < 0 ? ASR_CAUSE_CORRUPT : asr_media_send(m, n);
}


static SwrContext *
asr_media_swr(AVChannelLayout *out, AVChannelLayout *in, int format,
    int rate, bool soxr)
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
 * Makes the resampler for the frame in hand.  One and two channels are taken
 * as mono and stereo whatever their layout says, so that two speakers kept
 * apart never leak into each other.
 */

static asr_cause_t
asr_media_resampler(asr_media_t *m)
{
    int                  channels;
    asr_cause_t          cause;
    AVChannelLayout      in, out;

    if (m->swr != NULL) {
        cause = asr_media_convert(m, NULL, 0);

        if (cause != ASR_CAUSE_NONE) {
            return cause;
        }

        swr_free(&m->swr);
        m->done_us = asr_media_us(m);
        m->samples = 0;
    }

    channels = m->frame->ch_layout.nb_channels;

    if (m->frame->sample_rate < ASR_MEDIA_RATE_MIN
        || m->frame->sample_rate > ASR_MEDIA_RATE_MAX)
    {
        return ASR_CAUSE_FORMAT;
    }

    if (m->ask->channels_strict && channels != m->ask->channels) {
        return ASR_CAUSE_CHANNELS;
    }

    m->rate = m->frame->sample_rate;
    m->channels = channels;
    m->sample_format = m->frame->format;

    if (m->tracks == 0) {
        m->tracks = (m->ask->channels == 2 && channels >= 2) ? 2 : 1;
    }

    av_channel_layout_default(&out, m->tracks);
    memset(&in, 0, sizeof(in));

    if (channels <= 2
        || m->frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
    {
        av_channel_layout_default(&in, channels);

    } else if (av_channel_layout_copy(&in, &m->frame->ch_layout) < 0) {
        return ASR_CAUSE_INTERNAL;
    }

    m->swr = asr_media_swr(&out, &in, m->sample_format, m->rate, true);

    if (m->swr == NULL) {
        m->swr = asr_media_swr(&out, &in, m->sample_format, m->rate, false);
    }

    av_channel_layout_uninit(&in);

    /* Nine channels and more have no layout that can be mixed down. */

    return m->swr != NULL ? ASR_CAUSE_NONE : ASR_CAUSE_CHANNELS;
}


static asr_cause_t
asr_media_announce(asr_media_t *m)
{
    asr_wire_format_t  f;

    memset(&f, 0, sizeof(f));
    f.sample_rate = m->frame->sample_rate;
    f.channels = m->frame->ch_layout.nb_channels;
    (void) snprintf(f.codec, sizeof(f.codec), "%s", m->codec->codec->name);

    if (asr_child_frame(ASR_WIRE_FORMAT, 0, &f, sizeof(f)) != 0) {
        m->gone = true;
        return ASR_CAUSE_INTERNAL;
    }

    return ASR_CAUSE_NONE;
}


static asr_cause_t
asr_media_frame(asr_media_t *m)
{
    asr_cause_t  cause;
    AVFrame     *f;

    f = m->frame;

    if (f->nb_samples <= 0) {
        return ASR_CAUSE_NONE;
    }

    if (m->swr == NULL || f->sample_rate != m->rate
        || f->ch_layout.nb_channels != m->channels
        || f->format != m->sample_format)
    {
        cause = m->swr == NULL ? asr_media_announce(m) : ASR_CAUSE_NONE;

        if (cause == ASR_CAUSE_NONE) {
            cause = asr_media_resampler(m);
        }

        if (cause != ASR_CAUSE_NONE) {
            return cause;
        }
    }

    m->samples += f->nb_samples;

    if (asr_media_us(m) / 1000 > m->ask->max_ms) {
        return ASR_CAUSE_TOO_LONG;
    }

    return asr_media_convert(m, (const uint8_t **) f->extended_data,
                             f->nb_samples);
}


/* packet is NULL at the end: what the decoder still holds. */

static asr_cause_t
asr_media_packet(asr_media_t *m, const AVPacket *packet)
{
    int          rc;
    asr_cause_t  cause;

    rc = avcodec_send_packet(m->codec, packet);

    for ( ;; ) {
        if (rc >= 0) {
            rc = avcodec_receive_frame(m->codec, m->frame);
        }

        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF) {
            return ASR_CAUSE_NONE;
        }

        if (rc == AVERROR(ENOMEM)) {
            return ASR_CAUSE_CORRUPT;
        }

        if (rc < 0) {
            /* One broken packet does not end a recording; see the end. */
            m->bad++;
            return ASR_CAUSE_NONE;
        }

        m->good++;
        cause = asr_media_frame(m);
        av_frame_unref(m->frame);

        if (cause != ASR_CAUSE_NONE) {
            return cause;
        }
    }
}


static asr_cause_t
asr_media_packets(asr_media_t *m)
{
    int          rc;
    asr_cause_t  cause;

    do {
        rc = av_read_frame(m->format, m->packet);

        if (rc < 0) {
            break;
        }

        cause = ASR_CAUSE_NONE;

        if (m->packet->stream_index == m->stream) {
            cause = asr_media_packet(m, m->packet);
        }

        av_packet_unref(m->packet);

    } while (cause == ASR_CAUSE_NONE);

    if (rc >= 0) {
        return cause;
    }

    if (rc != AVERROR_EOF) {
        return ASR_CAUSE_CORRUPT;
    }

    cause = asr_media_packet(m, NULL);

    if (cause == ASR_CAUSE_NONE && m->swr != NULL) {
        cause = asr_media_convert(m, NULL, 0);
    }

    if (cause != ASR_CAUSE_NONE) {
        return cause;
    }

    if (m->bad > m->good) {
        return ASR_CAUSE_CORRUPT;
    }

    return asr_media_us(m) / 1000 < m->ask->min_ms ? ASR_CAUSE_TOO_SHORT
                                                   : ASR_CAUSE_NONE;
}


static void
asr_media_close(asr_media_t *m)
{
    av_frame_free(&m->frame);
    av_packet_free(&m->packet);
    avcodec_free_context(&m->codec);
    avformat_close_input(&m->format);
    swr_free(&m->swr);
    av_free(m->out[0]);
    av_free(m->out[1]);

    if (m->io != NULL) {
        av_free(m->io->buffer);
        avio_context_free(&m->io);
    }
}


int
asr_media_decode(const asr_wire_ask_t *ask, int64_t size)
{
    asr_cause_t         cause;
    asr_wire_end_t      end;
    static asr_media_t  m;

    memset(&m, 0, sizeof(m));
    m.ask = ask;
    m.size = size;

    cause = asr_media_lists(&m);

    if (cause == ASR_CAUSE_NONE) {
        cause = asr_media_open_input(&m);
    }

    if (cause == ASR_CAUSE_NONE) {
        cause = asr_media_open_codec(&m);
    }

    if (cause == ASR_CAUSE_NONE) {
        cause = asr_media_packets(&m);
    }

    memset(&end, 0, sizeof(end));
    end.cause = cause;
    end.audio_ms = asr_media_us(&m) / 1000;

    asr_media_close(&m);

    if (m.gone) {
        return -1;
    }

    return asr_child_frame(ASR_WIRE_END, 0, &end, sizeof(end));
}


void
asr_media_prepare(void)
{
    int16_t          in[512], out[512];
    SwrContext      *swr;
    const uint8_t   *from[1];
    uint8_t         *to[1];
    AVChannelLayout  mono;

    av_log_set_level(AV_LOG_QUIET);

    /* The first conversion is what loads and initialises the resampler. */

    memset(in, 0, sizeof(in));
    av_channel_layout_default(&mono, 1);
    swr = asr_media_swr(&mono, &mono, AV_SAMPLE_FMT_S16, 44100, true);

    if (swr != NULL) {
        from[0] = (const uint8_t *) in;
        to[0] = (uint8_t *) out;
        (void) swr_convert(swr, to, 512, from, 512);
        swr_free(&swr);
    }
}
