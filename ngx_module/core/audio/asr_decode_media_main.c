/*
 * A file to sound, inside the sandbox: FFmpeg's demuxers behind a reader of
 * our own, FFmpeg's decoders or libopus.  There is no protocol, no opening of
 * further files, and the lists of asr_decode_formats hold even for what is
 * found inside a container.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libavformat/avformat.h>

#include "asr_decode_child.h"


#define ASR_MEDIA_IO_BUF    65536
#define ASR_MEDIA_TAGS_MAX  8
#define ASR_MEDIA_TAG       10           /* bytes of an ID3v2 tag's head */
#define ASR_MEDIA_PROBE     16384        /* of what may be raw sound */


typedef struct {
    const asr_wire_ask_t  *ask;
    int64_t                size;
    int64_t                base;         /* where the file starts for FFmpeg */
    int64_t                offset;       /* from there */

    AVIOContext           *io;
    AVFormatContext       *format;
    AVCodecContext        *codec;
    asr_opus_t            *opus;         /* instead of codec, or NULL */
    AVFrame               *frame;
    AVPacket              *packet;
    int                    stream;

    asr_sink_t             sink;
    uint64_t               bad;          /* packets refused by the decoder */
    uint64_t               good;
    asr_wire_why_t         why;
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

    if (asr_budget_spent()) {
        return AVERROR_EXIT;
    }

    if (m->offset >= m->size) {
        return AVERROR_EOF;
    }

    do {
        rc = pread(ASR_CHILD_IN, buf, (size_t) n, m->base + m->offset);
    } while (rc < 0 && errno == EINTR);

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


static int
asr_media_interrupted(void *ctx)
{
    return asr_budget_spent();
}


/*
 * Passes over ID3v2 tags.  They are on any kind of file, may be larger than
 * what FFmpeg looks at to find out which (pictures), and say nothing of use.
 * The cause when the file is not for FFmpeg at all.
 */

static asr_cause_t
asr_media_begin(asr_media_t *m)
{
    int       i;
    int64_t   len;
    uint8_t   p[ASR_MEDIA_TAG];
    ssize_t   n;

    for (i = 0; i < ASR_MEDIA_TAGS_MAX; i++) {
        n = pread(ASR_CHILD_IN, p, sizeof(p), m->base);

        if (n > 0 && asr_formats_silk(p, (size_t) n)) {
            m->why = ASR_WIRE_WHY_SILK;
            return ASR_CAUSE_FORMAT;
        }

        if (n != sizeof(p) || memcmp(p, "ID3", 3) != 0
            || ((p[6] | p[7] | p[8] | p[9]) & 0x80) != 0)
        {
            break;
        }

        len = p[6] << 21 | p[7] << 14 | p[8] << 7 | p[9];

        if ((p[5] & 0x10) != 0) {
            len += ASR_MEDIA_TAG;            /* a footer */
        }

        m->base += ASR_MEDIA_TAG + len;
    }

    if (m->base >= m->size) {
        return ASR_CAUSE_FORMAT;
    }

    m->size -= m->base;

    return ASR_CAUSE_NONE;
}


/* Declared as raw sound, and nothing in it speaks against that. */

static bool
asr_media_raw(const asr_media_t *m)
{
    ssize_t         n;
    static uint8_t  p[ASR_MEDIA_PROBE + AVPROBE_PADDING_SIZE];

    /* no tag stands before raw sound */

    if (!asr_formats_raw(m->ask->format) || m->base != 0) {
        return false;
    }

    n = pread(ASR_CHILD_IN, p, ASR_MEDIA_PROBE, 0);

    return n > 0 && !asr_formats_known(p, (size_t) n);
}


static asr_cause_t
asr_media_open_raw(asr_media_t *m, const AVInputFormat **input,
    AVDictionary **options)
{
    int  rate, channels;

    rate = m->ask->sample_rate != 0 ? m->ask->sample_rate : ASR_WIRE_RATE;
    channels = m->ask->channels;

    /* the decoder would call a half of the last sample a broken packet */

    m->size -= m->size % (channels * (int) sizeof(int16_t));
    *input = av_find_input_format(ASR_FORMATS_RAW);

    return *input != NULL
           && av_dict_set_int(options, "sample_rate", rate, 0) >= 0
           && av_dict_set(options, "ch_layout",
                          channels == 2 ? "stereo" : "mono", 0) >= 0
           ? ASR_CAUSE_NONE : ASR_CAUSE_INTERNAL;
}


static asr_cause_t
asr_media_open_reader(asr_media_t *m)
{
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
    m->format->interrupt_callback.callback = asr_media_interrupted;
    m->format->probesize = 1024 * 1024;
    m->format->max_analyze_duration = 5 * AV_TIME_BASE;
    m->format->max_streams = 16;
    m->format->format_whitelist
        = av_strdup(asr_formats_demuxers(asr_formats_raw(m->ask->format)));
    m->format->codec_whitelist = av_strdup(asr_formats_codecs());
    m->format->protocol_whitelist = av_strdup("");

    return m->format->format_whitelist != NULL
           && m->format->codec_whitelist != NULL
           && m->format->protocol_whitelist != NULL
           ? ASR_CAUSE_NONE : ASR_CAUSE_INTERNAL;
}


static asr_cause_t
asr_media_open_input(asr_media_t *m)
{
    int                   rc;
    asr_cause_t           cause;
    AVDictionary         *options;
    const AVInputFormat  *input;

    input = NULL;
    options = NULL;
    cause = asr_media_open_reader(m);

    if (cause == ASR_CAUSE_NONE && asr_media_raw(m)) {
        cause = asr_media_open_raw(m, &input, &options);
    }

    if (cause != ASR_CAUSE_NONE) {
        av_dict_free(&options);
        return cause;
    }

    rc = avformat_open_input(&m->format, NULL, input, &options);
    av_dict_free(&options);

    if (rc == 0) {
        rc = avformat_find_stream_info(m->format, NULL);
    }

    return rc < 0 ? ASR_CAUSE_FORMAT : ASR_CAUSE_NONE;
}


/* What the file is, by its container; the END frame says what came of it. */

static asr_cause_t
asr_media_announce(asr_media_t *m, const AVCodecParameters *par,
    const char *codec)
{
    asr_wire_format_t  f;

    memset(&f, 0, sizeof(f));
    f.sample_rate = par->sample_rate;
    f.channels = par->ch_layout.nb_channels;
    (void) snprintf(f.container, sizeof(f.container), "%s",
                    m->format->iformat->name);
    (void) snprintf(f.codec, sizeof(f.codec), "%s", codec);

    if (asr_child_frame(ASR_WIRE_FORMAT, 0, &f, sizeof(f)) != 0) {
        m->sink.gone = true;
        return ASR_CAUSE_INTERNAL;
    }

    return ASR_CAUSE_NONE;
}


static asr_cause_t
asr_media_open_decoder(asr_media_t *m, const AVStream *st,
    const AVCodec *codec)
{
    m->opus = asr_opus_create(st->codecpar);

    if (m->opus != NULL) {
        return ASR_CAUSE_NONE;
    }

    m->codec = avcodec_alloc_context3(codec);

    if (m->codec == NULL
        || avcodec_parameters_to_context(m->codec, st->codecpar) < 0)
    {
        return ASR_CAUSE_INTERNAL;
    }

    m->codec->pkt_timebase = st->time_base;
    m->codec->thread_count = 1;
    m->codec->codec_whitelist = av_strdup(asr_formats_codecs());

    if (m->codec->codec_whitelist == NULL) {
        return ASR_CAUSE_INTERNAL;
    }

    return avcodec_open2(m->codec, codec, NULL) < 0 ? ASR_CAUSE_FORMAT
                                                    : ASR_CAUSE_NONE;
}


static asr_cause_t
asr_media_open_codec(asr_media_t *m)
{
    unsigned        i;
    AVStream       *st;
    asr_cause_t     cause;
    const char     *container;
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
    container = m->format->iformat->name;
    cause = asr_media_announce(m, st->codecpar, codec->name);

    if (cause != ASR_CAUSE_NONE) {
        return cause;
    }

    /*
     * A file of another kind than declared is refused like one that is no
     * audio: the client's claim is what it is billed and supported for, and
     * the vendors refuse such a file too.
     */

    if (!asr_formats_declared(m->ask->format, container, codec->name)) {
        if (asr_formats_declared("", container, codec->name)) {
            m->why = ASR_WIRE_WHY_DECLARED;
        }

        return ASR_CAUSE_FORMAT;
    }

    /*
     * Hours of sound need not be decoded to be too many; that they are few
     * enough is never taken from a header.
     */

    if (asr_formats_counted(container)
        && av_rescale_q(st->duration, st->time_base, (AVRational) { 1, 1000 })
           > m->ask->max_ms)
    {
        return ASR_CAUSE_TOO_LONG;
    }

    return asr_media_open_decoder(m, st, codec);
}


static asr_cause_t
asr_media_frame(asr_media_t *m, const AVFrame *f)
{
    const AVCodecParameters  *par;

    m->good++;

    /* that of raw sound is its engine's, and of another file no claim */

    if (m->sink.rate == 0 && f->nb_samples > 0
        && !asr_formats_raw(m->ask->format))
    {
        par = m->format->streams[m->stream]->codecpar;

        if (!asr_formats_rate(m->ask->sample_rate, par, f->sample_rate)) {
            return ASR_CAUSE_SAMPLE_RATE;
        }
    }

    return asr_sink_frame(&m->sink, f);
}


/* packet is NULL at the end: what the decoder still holds. */

static asr_cause_t
asr_media_packet(asr_media_t *m, const AVPacket *packet)
{
    int             rc;
    asr_cause_t     cause;
    const AVFrame  *f;

    if (m->opus != NULL) {
        if (packet == NULL) {
            return ASR_CAUSE_NONE;
        }

        f = asr_opus_packet(m->opus, packet);

        if (f != NULL) {
            return asr_media_frame(m, f);
        }

        m->bad++;
        return ASR_CAUSE_NONE;
    }

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

        cause = asr_media_frame(m, m->frame);
        av_frame_unref(m->frame);

        if (cause != ASR_CAUSE_NONE) {
            return cause;
        }
    }
}


static asr_cause_t
asr_media_finish(asr_media_t *m)
{
    asr_cause_t  cause;

    cause = asr_media_packet(m, NULL);

    if (cause == ASR_CAUSE_NONE) {
        cause = asr_sink_frame(&m->sink, NULL);
    }

    if (cause != ASR_CAUSE_NONE) {
        return cause;
    }

    if (m->bad > m->good) {
        return ASR_CAUSE_CORRUPT;
    }

    return asr_sink_us(&m->sink) / 1000 < m->ask->min_ms ? ASR_CAUSE_TOO_SHORT
                                                         : ASR_CAUSE_NONE;
}


static asr_cause_t
asr_media_packets(asr_media_t *m)
{
    int          rc;
    asr_cause_t  cause;

    do {
        rc = av_read_frame(m->format, m->packet);
        cause = ASR_CAUSE_NONE;

        if (asr_budget_spent()) {
            return ASR_CAUSE_CORRUPT;
        }

        if (rc == AVERROR(EAGAIN)) {
            continue;
        }

        if (rc < 0) {
            return rc == AVERROR_EOF ? asr_media_finish(m)
                                     : ASR_CAUSE_CORRUPT;
        }

        if (m->packet->stream_index == m->stream) {
            cause = asr_media_packet(m, m->packet);
        }

        av_packet_unref(m->packet);

    } while (cause == ASR_CAUSE_NONE);

    return cause;
}


static void
asr_media_close(asr_media_t *m)
{
    asr_opus_free(m->opus);
    av_frame_free(&m->frame);
    av_packet_free(&m->packet);
    avcodec_free_context(&m->codec);
    avformat_close_input(&m->format);
    asr_sink_close(&m->sink);

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
    m.sink.ask = ask;
    m.size = size;

    cause = asr_media_begin(&m);

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
    end.audio_ms = asr_sink_us(&m.sink) / 1000;
    end.cause = cause;
    end.why = m.why;

    if (cause != ASR_CAUSE_NONE && asr_budget_spent()) {
        end.why = ASR_WIRE_WHY_CPU;
    }

    asr_media_close(&m);
    end.cpu_ms = (int32_t) asr_budget_cpu_ms();

    if (m.sink.gone) {
        return -1;
    }

    return asr_child_frame(ASR_WIRE_END, 0, &end, sizeof(end));
}


void
asr_media_prepare(void)
{
    av_log_set_level(AV_LOG_QUIET);
    asr_sink_prepare();
}
