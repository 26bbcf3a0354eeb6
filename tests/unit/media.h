/*
 * Media made for the tests by FFmpeg's encoders and muxers, from 16-bit sound
 * (in a file of the temporary folder: some muxers read back what they wrote).
 * AMR has no encoder in Debian's usual FFmpeg; those files are in tests/data.
 */

#ifndef MEDIA_H
#define MEDIA_H

#include "decode.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>


#define MEDIA_CHUNK  1024                /* samples, when the codec is free */

typedef struct {
    const char  *name;           /* for people */
    const char  *muxer;
    const char  *encoder;
    const char  *options;        /* of muxer and encoder, or NULL */
    unsigned     rate;
    unsigned     channels;
} media_kind_t;

typedef struct {
    AVFormatContext  *format;
    AVCodecContext   *codec;
    AVStream         *stream;
    AVPacket         *packet;
    SwrContext       *swr;
} media_writer_t;


static inline void
media_ok(bool ok, const media_kind_t *k, const char *what)
{
    if (!ok) {
        fail_msg("%s: %s", k->name, what);
    }
}


static inline void
media_open(media_writer_t *w, const media_kind_t *k, const char *file)
{
    AVDictionary    *o;
    AVChannelLayout  layout;
    const AVCodec   *codec;

    memset(w, 0, sizeof(*w));
    av_log_set_level(AV_LOG_QUIET);
    av_channel_layout_default(&layout, (int) k->channels);

    codec = avcodec_find_encoder_by_name(k->encoder);
    media_ok(codec != NULL, k, "no encoder");
    media_ok(avformat_alloc_output_context2(&w->format, NULL, k->muxer, file)
             >= 0, k, "no muxer");

    w->codec = avcodec_alloc_context3(codec);
    w->packet = av_packet_alloc();
    w->stream = avformat_new_stream(w->format, NULL);
    media_ok(w->codec != NULL && w->packet != NULL && w->stream != NULL, k,
             "no memory");

    w->codec->sample_rate = (int) k->rate;
    w->codec->ch_layout = layout;
    w->codec->sample_fmt = codec->sample_fmts[0];
    w->codec->bit_rate = 32000 * (int64_t) k->channels;
    w->codec->time_base = (AVRational) { 1, (int) k->rate };
    w->codec->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;

    if (w->format->oformat->flags & AVFMT_GLOBALHEADER) {
        w->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }

    o = NULL;
    media_ok(k->options == NULL
             || av_dict_parse_string(&o, k->options, "=", ",", 0) == 0, k,
             "options");
    media_ok(avcodec_open2(w->codec, codec, &o) == 0, k, "encoder");
    media_ok(avcodec_parameters_from_context(w->stream->codecpar, w->codec)
             == 0, k, "parameters");
    media_ok(avio_open(&w->format->pb, file, AVIO_FLAG_WRITE) >= 0, k, file);
    media_ok(avformat_write_header(w->format, &o) >= 0, k, "header");
    av_dict_free(&o);

    media_ok(swr_alloc_set_opts2(&w->swr, &layout, w->codec->sample_fmt,
                                 (int) k->rate, &layout, AV_SAMPLE_FMT_S16,
                                 (int) k->rate, 0, NULL) == 0
             && swr_init(w->swr) == 0, k, "conversion");
}


static inline void
media_frame(media_writer_t *w, const media_kind_t *k, const AVFrame *f)
{
    media_ok(avcodec_send_frame(w->codec, f) == 0, k, "encoding");

    while (avcodec_receive_packet(w->codec, w->packet) == 0) {
        w->packet->stream_index = 0;
        av_packet_rescale_ts(w->packet, w->codec->time_base,
                             w->stream->time_base);
        media_ok(av_interleaved_write_frame(w->format, w->packet) == 0, k,
                 "writing");
    }
}


static inline void
media_sound(media_writer_t *w, const media_kind_t *k, const int16_t *pcm,
    size_t n)
{
    int             size, take;
    size_t          i;
    AVFrame        *f;
    const uint8_t  *in[1];

    size = w->codec->frame_size != 0 ? w->codec->frame_size : MEDIA_CHUNK;

    for (i = 0; i < n; i += (size_t) take) {
        take = (int) FFMIN(n - i, (size_t) size);

        f = av_frame_alloc();
        media_ok(f != NULL, k, "no memory");
        f->nb_samples = take;
        f->format = w->codec->sample_fmt;
        f->sample_rate = (int) k->rate;
        f->pts = (int64_t) i;
        av_channel_layout_copy(&f->ch_layout, &w->codec->ch_layout);
        media_ok(av_frame_get_buffer(f, 0) == 0, k, "no memory");

        in[0] = (const uint8_t *) (pcm + i * k->channels);
        media_ok(swr_convert(w->swr, f->extended_data, take, in, take)
                 == take, k, "conversion");
        media_frame(w, k, f);
        av_frame_free(&f);
    }
}


/* A whole file, malloc'ed. */

static inline wav_t
media_read(const char *file)
{
    int    fd;
    wav_t  m;

    fd = open(file, O_RDONLY|O_CLOEXEC);

    if (fd < 0) {
        fail_msg("cannot open %s", file);
    }

    m.len = (size_t) lseek(fd, 0, SEEK_END);
    m.data = malloc(m.len + 1);
    assert_non_null(m.data);
    assert_int_equal(pread(fd, m.data, m.len, 0), (ssize_t) m.len);
    close(fd);

    return m;
}


/* n samples a channel, interleaved; the caller frees m.data. */

static inline wav_t
media_make(const media_kind_t *k, const int16_t *pcm, size_t n)
{
    char            file[PATH_MAX];
    wav_t           m;
    media_writer_t  w;

    (void) snprintf(file, sizeof(file), "%s/media", dir);
    media_open(&w, k, file);
    media_sound(&w, k, pcm, n);
    media_frame(&w, k, NULL);
    media_ok(av_write_trailer(w.format) >= 0, k, "trailer");

    avio_closep(&w.format->pb);
    avformat_free_context(w.format);
    avcodec_free_context(&w.codec);
    av_packet_free(&w.packet);
    swr_free(&w.swr);

    m = media_read(file);
    unlink(file);

    return m;
}


/* Sound at another rate; malloc'ed, *n is set. */

static inline int16_t *
media_rate(const int16_t *pcm, size_t n, unsigned from, unsigned to,
    size_t *out)
{
    int              got_n, max;
    int16_t         *p;
    uint8_t         *to_p[1];
    SwrContext      *swr;
    const uint8_t   *from_p[1];
    AVChannelLayout  mono;

    swr = NULL;
    av_channel_layout_default(&mono, 1);
    assert_int_equal(swr_alloc_set_opts2(&swr, &mono, AV_SAMPLE_FMT_S16,
                                         (int) to, &mono, AV_SAMPLE_FMT_S16,
                                         (int) from, 0, NULL), 0);
    assert_int_equal(swr_init(swr), 0);

    max = (int) (n * to / from);
    p = calloc((size_t) max + 1, sizeof(int16_t));
    assert_non_null(p);

    from_p[0] = (const uint8_t *) pcm;
    to_p[0] = (uint8_t *) p;
    got_n = swr_convert(swr, to_p, max, from_p, (int) n);
    to_p[0] = (uint8_t *) (p + got_n);
    (void) swr_convert(swr, to_p, max - got_n, NULL, 0);
    swr_free(&swr);
    *out = (size_t) max;

    return p;
}


/* The part of a recording that the tests use: at most n samples. */

static inline int16_t *
media_speech(size_t *n)
{
    size_t    len;
    int16_t  *pcm;

    pcm = wav_load(WAV_LIBRIVOX
                   "sense_and_sensibility_01_austen_64kb-0890.wav", &len);
    *n = FFMIN(*n, len);

    return pcm;
}


#endif /* MEDIA_H */
