/*
 * Opus by libopus, straight to 16 kHz: it has half the cost of a decoder that
 * makes 48 kHz for a resampler to take away again, and is a little closer to
 * the original.  Packets still come from FFmpeg's demuxers, which know where
 * the sound of a container starts and ends.
 */

#include <string.h>

#include <libavutil/intreadwrite.h>
#include <opus/opus.h>

#include "asr_decode_child.h"


/* 120 ms, the longest packet there is. */
#define ASR_OPUS_MAX       (ASR_WIRE_RATE * 120 / 1000)

/* Containers count Opus at 48 kHz. */
#define ASR_OPUS_DIVISOR   (48000 / ASR_WIRE_RATE)

#define ASR_OPUS_HEAD      19            /* bytes of OpusHead, family 0 */
#define ASR_OPUS_SKIP      10            /* bytes of the side data */


struct asr_opus_s {
    OpusDecoder  *decoder;
    AVFrame      *frame;
    int           channels;
    int           skip;          /* samples still to drop at the start */
    bool          begun;
    int16_t       pcm[ASR_OPUS_MAX * ASR_SINK_TRACKS];
};


static int
asr_opus_head(asr_opus_t *o, const AVCodecParameters *par)
{
    int             gain;
    const uint8_t  *p;

    p = par->extradata;
    gain = 0;
    o->channels = par->ch_layout.nb_channels;

    if (par->extradata_size >= ASR_OPUS_HEAD
        && memcmp(p, "OpusHead", 8) == 0)
    {
        if (p[18] != 0) {
            return -1;
        }

        o->channels = p[9];
        o->skip = AV_RL16(p + 10) / ASR_OPUS_DIVISOR;
        gain = (int16_t) AV_RL16(p + 16);
    }

    if (o->channels < 1 || o->channels > ASR_SINK_TRACKS) {
        return -1;
    }

    o->decoder = opus_decoder_create(ASR_WIRE_RATE, o->channels, NULL);

    if (o->decoder == NULL) {
        return -1;
    }

    return opus_decoder_ctl(o->decoder, OPUS_SET_GAIN(gain)) == OPUS_OK ? 0
                                                                        : -1;
}


asr_opus_t *
asr_opus_create(const AVCodecParameters *par)
{
    asr_opus_t  *o;

    if (par->codec_id != AV_CODEC_ID_OPUS) {
        return NULL;
    }

    o = av_mallocz(sizeof(asr_opus_t));
    if (o == NULL) {
        return NULL;
    }

    o->frame = av_frame_alloc();

    if (o->frame == NULL || asr_opus_head(o, par) != 0) {
        asr_opus_free(o);
        return NULL;
    }

    o->frame->format = AV_SAMPLE_FMT_S16;
    o->frame->sample_rate = ASR_WIRE_RATE;
    av_channel_layout_default(&o->frame->ch_layout, o->channels);

    return o;
}


void
asr_opus_free(asr_opus_t *o)
{
    if (o == NULL) {
        return;
    }

    if (o->decoder != NULL) {
        opus_decoder_destroy(o->decoder);
    }

    av_frame_free(&o->frame);
    av_free(o);
}


const AVFrame *
asr_opus_packet(asr_opus_t *o, const AVPacket *p)
{
    int             n, skip, tail;
    size_t          size;
    const uint8_t  *side;

    tail = 0;
    side = av_packet_get_side_data(p, AV_PKT_DATA_SKIP_SAMPLES, &size);

    if (side != NULL && size >= ASR_OPUS_SKIP) {

        /* The container's word counts before the codec's. */

        if (!o->begun && AV_RL32(side) != 0) {
            o->skip = (int) FFMIN(AV_RL32(side), INT16_MAX)
                      / ASR_OPUS_DIVISOR;
        }

        tail = (int) FFMIN(AV_RL32(side + 4), INT16_MAX) / ASR_OPUS_DIVISOR;
    }

    o->begun = true;
    n = opus_decode(o->decoder, p->data, p->size, o->pcm, ASR_OPUS_MAX, 0);

    if (n < 0) {
        return NULL;
    }

    skip = FFMIN(n, o->skip);
    o->skip -= skip;
    n -= skip;
    n = FFMAX(0, n - tail);

    o->frame->data[0] = (uint8_t *) (o->pcm + skip * o->channels);
    o->frame->nb_samples = n;

    return o->frame;
}
