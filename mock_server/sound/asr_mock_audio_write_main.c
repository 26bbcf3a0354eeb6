/*
 * A signal to a file in memory, by FFmpeg's encoders and muxers.  What they
 * would date or draw by lot is switched off (bitexact), so that the same call
 * makes the same bytes.
 */

#include <math.h>
#include <stdlib.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>

#include "asr_mock_audio.h"


#define ASR_MOCK_AUDIO_IO     65536
#define ASR_MOCK_AUDIO_CHUNK  1024       /* frames, when the codec is free */
#define ASR_MOCK_AUDIO_CREST  4.5        /* peak of noise over its RMS */
#define ASR_MOCK_AUDIO_PEAK   0.98

typedef struct {
    asr_mock_audio_sound_t  *sound;
    const asr_mock_audio_t  *p;
    asr_buf_t               *out;
    size_t                   base;       /* of out: where the muxer's starts */
    size_t                   pos;        /* from there */

    AVIOContext             *io;
    AVFormatContext         *format;
    AVCodecContext          *codec;
    AVStream                *stream;
    AVPacket                *packet;
    AVFrame                 *frame;
    SwrContext              *swr;

    double                   gain;
    double                   hiss;       /* RMS of noise; 0: none */
    asr_mock_random_t        random;
    float                   *mono;
    float                   *mixed;
} asr_mock_audio_writer_t;


static int asr_mock_audio_level(asr_mock_audio_writer_t *w);
static int asr_mock_audio_id3(asr_mock_audio_writer_t *w);
static int asr_mock_audio_encoder(asr_mock_audio_writer_t *w);
static int asr_mock_audio_muxer(asr_mock_audio_writer_t *w);
static int asr_mock_audio_comment(asr_mock_audio_writer_t *w);
static int asr_mock_audio_buffers(asr_mock_audio_writer_t *w);
static int asr_mock_audio_frames(asr_mock_audio_writer_t *w);
static void asr_mock_audio_mix(asr_mock_audio_writer_t *w, size_t n);
static int asr_mock_audio_send(asr_mock_audio_writer_t *w,
    const AVFrame *frame);
static int asr_mock_audio_io_write(void *ctx, uint8_t *p, int n);
static int64_t asr_mock_audio_io_seek(void *ctx, int64_t offset, int whence);


int
asr_mock_audio_write(asr_mock_audio_sound_t *s, asr_buf_t *out)
{
    int                      rc;
    asr_mock_audio_writer_t  w;

    memset(&w, 0, sizeof(w));
    w.sound = s;
    w.p = s->p;
    w.out = out;

    av_log_set_level(AV_LOG_QUIET);

    rc = asr_mock_audio_id3(&w);

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_encoder(&w);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_buffers(&w);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_level(&w);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_muxer(&w);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_frames(&w);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {

        if (av_write_trailer(w.format) < 0) {
            out->failed = true;
        }

        avio_flush(w.io);

        if (out->failed) {
            rc = asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT,
                                     "the file cannot be written");
        }
    }

    if (w.io != NULL) {
        av_freep(&w.io->buffer);
    }

    avio_context_free(&w.io);
    avformat_free_context(w.format);
    avcodec_free_context(&w.codec);
    av_packet_free(&w.packet);
    av_frame_free(&w.frame);
    swr_free(&w.swr);
    free(w.mono);
    free(w.mixed);

    return rc;
}


static int
asr_mock_audio_no_memory(void)
{
    return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "out of memory");
}


/*
 * FFmpeg's muxer would write a TXXX frame; what players and taggers call the
 * comment is COMM.
 */

static int
asr_mock_audio_id3(asr_mock_audio_writer_t *w)
{
    size_t         n;
    asr_str_t      comment;
    unsigned char  h[26];

    comment = w->p->comment;

    if (comment.len == 0 || strcmp(w->p->format->muxer, "mp3") != 0) {
        return ASR_MOCK_AUDIO_OK;
    }

    /* encoding, language, an empty description; 2.4 counts in sevens */

    n = comment.len + 5;
    memset(h, 0, sizeof(h));
    memcpy(h, "ID3\x04", 4);
    memcpy(h + 10, "COMM", 4);
    h[8] = (unsigned char) ((n + 10) >> 7 & 127);
    h[9] = (unsigned char) ((n + 10) & 127);
    h[16] = (unsigned char) (n >> 7 & 127);
    h[17] = (unsigned char) (n & 127);
    h[20] = 3;                               /* UTF-8 */
    memcpy(h + 21, "eng", 3);

    if (asr_buf_append(w->out, h, 25) != ASR_OK
        || asr_buf_append(w->out, comment.data, comment.len) != ASR_OK)
    {
        return asr_mock_audio_no_memory();
    }

    return ASR_MOCK_AUDIO_OK;
}


static int
asr_mock_audio_encoder(asr_mock_audio_writer_t *w)
{
    const int                      *rate;
    const AVCodec                  *codec;
    const asr_mock_audio_format_t  *f;

    f = w->p->format;
    codec = avcodec_find_encoder_by_name(f->encoder);

    if (codec == NULL) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED, "%s needs the "
                                   "encoder %s, which this FFmpeg is built "
                                   "without (libavcodec-extra59 has it)",
                                   f->ext, f->encoder);
    }

    for (rate = codec->supported_samplerates; rate != NULL; rate++) {
        if (*rate == 0) {
            return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                       "%s has no rate of %d Hz", f->codec,
                                       w->p->rate);
        }

        if (*rate == w->p->rate) {
            break;
        }
    }

    w->codec = avcodec_alloc_context3(codec);

    if (w->codec == NULL) {
        return asr_mock_audio_no_memory();
    }

    av_channel_layout_default(&w->codec->ch_layout, w->p->channels);
    w->codec->sample_rate = w->p->rate;
    w->codec->sample_fmt = codec->sample_fmts[0];
    w->codec->time_base = (AVRational) { 1, w->p->rate };
    w->codec->flags |= AV_CODEC_FLAG_BITEXACT;

    if (strcmp(f->muxer, "ipod") == 0 || strcmp(f->muxer, "flac") == 0
        || strcmp(f->muxer, "ogg") == 0 || strcmp(f->muxer, "opus") == 0)
    {
        w->codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }

    if (strcmp(f->codec, "flac") == 0 && f->bits == 24) {
        w->codec->sample_fmt = AV_SAMPLE_FMT_S32;
        w->codec->bits_per_raw_sample = 24;
    }

    if (strcmp(f->codec, "vorbis") == 0) {

        /* its bit rates do not go with every rate; a quality does */
        w->codec->flags |= AV_CODEC_FLAG_QSCALE;
        w->codec->global_quality = 4 * FF_QP2LAMBDA;

    } else if (strcmp(f->codec, "amr") == 0) {
        w->codec->bit_rate = 12200;

    } else {
        w->codec->bit_rate = (w->p->rate > 24000 ? 64000 : 32000)
                             * (int64_t) w->p->channels;
    }

    if (avcodec_open2(w->codec, codec, NULL) != 0) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED, "%s cannot be made "
                                   "of %d channels at %d Hz", f->codec,
                                   w->p->channels, w->p->rate);
    }

    return ASR_MOCK_AUDIO_OK;
}


static int
asr_mock_audio_buffers(asr_mock_audio_writer_t *w)
{
    size_t           n;
    AVChannelLayout  layout;

    n = w->codec->frame_size != 0 ? (size_t) w->codec->frame_size
                                  : ASR_MOCK_AUDIO_CHUNK;
    w->mono = malloc(n * sizeof(float));
    w->mixed = malloc(n * (size_t) w->p->channels * sizeof(float));
    w->packet = av_packet_alloc();
    w->frame = av_frame_alloc();
    layout = w->codec->ch_layout;

    if (w->mono == NULL || w->mixed == NULL || w->packet == NULL
        || w->frame == NULL
        || swr_alloc_set_opts2(&w->swr, &layout, w->codec->sample_fmt,
                               w->p->rate, &layout, AV_SAMPLE_FMT_FLT,
                               w->p->rate, 0, NULL) != 0
        || swr_init(w->swr) != 0)
    {
        return asr_mock_audio_no_memory();
    }

    w->frame->nb_samples = (int) n;
    w->frame->format = w->codec->sample_fmt;
    w->frame->sample_rate = w->p->rate;

    if (av_channel_layout_copy(&w->frame->ch_layout, &layout) != 0
        || av_frame_get_buffer(w->frame, 0) != 0)
    {
        return asr_mock_audio_no_memory();
    }

    return ASR_MOCK_AUDIO_OK;
}


/*
 * How loud the noise is follows from the level of the whole signal; both get
 * quieter where their sum would be clipped, which is noise of its own.
 */

static int
asr_mock_audio_level(asr_mock_audio_writer_t *w)
{
    int      rc;
    size_t   i, n;
    double   power, peak;
    int64_t  done;

    w->gain = 1;

    if (!w->p->noisy) {
        return ASR_MOCK_AUDIO_OK;
    }

    power = 0;
    peak = 0;

    for (done = 0; done < w->sound->frames; done += (int64_t) n) {
        n = (size_t) FFMIN(w->sound->frames - done, w->frame->nb_samples);
        rc = asr_mock_audio_pull(w->sound, w->mono, n);

        if (rc != ASR_MOCK_AUDIO_OK) {
            return rc;
        }

        for (i = 0; i < n; i++) {
            power += (double) w->mono[i] * w->mono[i];
            peak = FFMAX(peak, fabs(w->mono[i]));
        }
    }

    power /= (double) FFMAX(w->sound->frames, 1);
    w->hiss = sqrt(power) * pow(10, -w->p->noise / 20);
    peak += ASR_MOCK_AUDIO_CREST * w->hiss;

    if (peak > ASR_MOCK_AUDIO_PEAK) {
        w->gain = ASR_MOCK_AUDIO_PEAK / peak;
    }

    asr_mock_seed(&w->random, w->p->seed);

    return asr_mock_audio_rewind(w->sound);
}


static int
asr_mock_audio_muxer(asr_mock_audio_writer_t *w)
{
    int            rc;
    uint8_t       *buffer;
    AVDictionary  *o;

    w->base = w->out->len;
    buffer = av_malloc(ASR_MOCK_AUDIO_IO);

    if (buffer == NULL
        || avformat_alloc_output_context2(&w->format, NULL,
                                          w->p->format->muxer, NULL) < 0
        || (w->stream = avformat_new_stream(w->format, NULL)) == NULL
        || (w->io = avio_alloc_context(buffer, ASR_MOCK_AUDIO_IO, 1, w, NULL,
                                       asr_mock_audio_io_write,
                                       asr_mock_audio_io_seek)) == NULL)
    {
        av_free(buffer);
        return asr_mock_audio_no_memory();
    }

    w->format->pb = w->io;
    w->format->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
    w->stream->time_base = w->codec->time_base;

    if (avcodec_parameters_from_context(w->stream->codecpar, w->codec) < 0
        || asr_mock_audio_comment(w) != 0)
    {
        return asr_mock_audio_no_memory();
    }

    o = NULL;

    /* its own tag would stand after ours */

    rc = strcmp(w->p->format->muxer, "mp3") == 0
         ? av_dict_set(&o, "id3v2_version", "0", 0) : 0;

    if (rc >= 0) {
        rc = avformat_write_header(w->format, &o);
    }

    av_dict_free(&o);

    return rc >= 0 ? ASR_MOCK_AUDIO_OK
                   : asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                         "%s does not go into %s",
                                         w->p->format->codec,
                                         w->p->format->ext);
}


static int
asr_mock_audio_comment(asr_mock_audio_writer_t *w)
{
    size_t  i;

    static const char  *tagged[] = { "wav", "flac", "ogg", "opus" };

    for (i = 0; w->p->comment.len != 0 && i < asr_nelts(tagged); i++) {

        if (strcmp(w->p->format->muxer, tagged[i]) != 0) {
            continue;
        }

        /* of the whole file, or of its stream: each muxer looks at one */

        return av_dict_set(&w->format->metadata, "comment",
                           w->p->comment.data, 0) < 0
               || av_dict_set(&w->stream->metadata, "comment",
                              w->p->comment.data, 0) < 0;
    }

    return 0;
}


static int
asr_mock_audio_frames(asr_mock_audio_writer_t *w)
{
    int             rc, size, take;
    int64_t         done;
    const uint8_t  *in[1];

    size = w->frame->nb_samples;

    for (done = 0; done < w->sound->frames; done += take) {
        take = (int) FFMIN(w->sound->frames - done, size);
        rc = asr_mock_audio_pull(w->sound, w->mono, (size_t) take);

        if (rc != ASR_MOCK_AUDIO_OK) {
            return rc;
        }

        asr_mock_audio_mix(w, (size_t) take);

        if (av_frame_make_writable(w->frame) != 0) {
            return asr_mock_audio_no_memory();
        }

        w->frame->nb_samples = take;
        w->frame->pts = done;
        in[0] = (const uint8_t *) w->mixed;

        if (swr_convert(w->swr, w->frame->extended_data, take, in, take)
            != take)
        {
            return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT,
                                       "cannot convert samples");
        }

        rc = asr_mock_audio_send(w, w->frame);

        if (rc != ASR_MOCK_AUDIO_OK) {
            return rc;
        }
    }

    return asr_mock_audio_send(w, NULL);
}


/* The same in every channel, but for the noise. */

static void
asr_mock_audio_mix(asr_mock_audio_writer_t *w, size_t n)
{
    size_t   i, k;
    float   *to;
    double   v;

    to = w->mixed;

    for (i = 0; i < n; i++) {
        for (k = 0; k < (size_t) w->p->channels; k++) {
            v = w->mono[i];

            if (w->hiss > 0) {
                v += w->hiss * asr_mock_normal(&w->random);
            }

            *to++ = (float) (v * w->gain);
        }
    }
}


static int
asr_mock_audio_send(asr_mock_audio_writer_t *w, const AVFrame *frame)
{
    int  rc;

    rc = avcodec_send_frame(w->codec, frame);

    while (rc >= 0) {
        rc = avcodec_receive_packet(w->codec, w->packet);

        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF) {
            return ASR_MOCK_AUDIO_OK;
        }

        if (rc < 0) {
            break;
        }

        w->packet->stream_index = 0;
        av_packet_rescale_ts(w->packet, w->codec->time_base,
                             w->stream->time_base);
        rc = av_interleaved_write_frame(w->format, w->packet);
    }

    if (w->out->failed) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "the file is over %zu bytes",
                                   ASR_MOCK_AUDIO_OUTPUT);
    }

    return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "cannot encode %s",
                               w->p->format->codec);
}


/* Muxers go back to write sizes into what they began with. */

static int
asr_mock_audio_io_write(void *ctx, uint8_t *p, int n)
{
    size_t                    at, over;
    asr_mock_audio_writer_t  *w = ctx;

    at = w->base + w->pos;
    over = FFMIN((size_t) n, w->out->len - at);

    if (over != 0) {
        memcpy(w->out->data + at, p, over);
    }

    if (asr_buf_append(w->out, p + over, (size_t) n - over) != ASR_OK) {
        return AVERROR(ENOSPC);
    }

    w->pos += (size_t) n;

    return n;
}


static int64_t
asr_mock_audio_io_seek(void *ctx, int64_t offset, int whence)
{
    int64_t                   size;
    asr_mock_audio_writer_t  *w = ctx;

    size = (int64_t) (w->out->len - w->base);

    switch (whence & ~AVSEEK_FORCE) {

    case AVSEEK_SIZE:
        return size;

    case SEEK_SET:
        break;

    case SEEK_CUR:
        offset += (int64_t) w->pos;
        break;

    case SEEK_END:
        offset += size;
        break;

    default:
        return AVERROR(EINVAL);
    }

    if (offset < 0 || offset > size) {
        return AVERROR(EINVAL);
    }

    w->pos = (size_t) offset;

    return offset;
}
