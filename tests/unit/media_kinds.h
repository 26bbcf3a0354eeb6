/*
 * The kinds of media the tests make: every container and codec that there is
 * an encoder for.
 */

#ifndef MEDIA_KINDS_H
#define MEDIA_KINDS_H

#include "media.h"


/* Names a client can declare, as bits. */

enum {
    MEDIA_WAV = 1, MEDIA_MP3 = 2, MEDIA_OGG = 4, MEDIA_OPUS = 8,
    MEDIA_AMR = 16, MEDIA_M4A = 32
};

static const char *const  media_names[] = {
    "wav", "mp3", "ogg", "opus", "amr", "m4a"
};

typedef struct {
    media_kind_t  kind;
    unsigned      declared;      /* names that are right */
    int           extra_ms;      /* what the coding adds at most */
    int           least;         /* similarity, in hundredths */
} media_case_t;

static const media_case_t  media_cases[] = {

    { { "wav", "wav", "pcm_s16le", NULL, 16000, 1 }, MEDIA_WAV, 0, 99 },
    { { "wav u8", "wav", "pcm_u8", NULL, 16000, 1 }, MEDIA_WAV, 0, 90 },
    { { "wav 24", "wav", "pcm_s24le", NULL, 48000, 1 }, MEDIA_WAV, 0, 99 },
    { { "wav 32", "wav", "pcm_s32le", NULL, 44100, 1 }, MEDIA_WAV, 0, 99 },
    { { "wav float", "wav", "pcm_f32le", NULL, 16000, 1 }, MEDIA_WAV, 0, 99 },
    { { "wav double", "wav", "pcm_f64le", NULL, 22050, 1 },
      MEDIA_WAV, 0, 99 },
    { { "wav a-law", "wav", "pcm_alaw", NULL, 8000, 1 }, MEDIA_WAV, 0, 95 },
    { { "wav mu-law", "wav", "pcm_mulaw", NULL, 8000, 1 }, MEDIA_WAV, 0, 95 },
    { { "wav MS ADPCM", "wav", "adpcm_ms", NULL, 16000, 1 },
      MEDIA_WAV, 150, 95 },
    { { "wav IMA ADPCM", "wav", "adpcm_ima_wav", NULL, 16000, 1 },
      MEDIA_WAV, 150, 95 },
    { { "wav GSM", "wav", "libgsm_ms", NULL, 8000, 1 }, MEDIA_WAV, 40, 80 },
    { { "wav MP3", "wav", "libmp3lame", NULL, 16000, 1 }, MEDIA_WAV, 120, 95 },
    { { "RF64", "wav", "pcm_s16le", "rf64=always", 16000, 1 },
      MEDIA_WAV, 0, 99 },
    { { "W64", "w64", "pcm_s16le", NULL, 16000, 1 }, MEDIA_WAV, 0, 99 },

    { { "mp3", "mp3", "libmp3lame", NULL, 16000, 1 }, MEDIA_MP3, 0, 95 },
    { { "mp3 44.1 kHz", "mp3", "libmp3lame", NULL, 44100, 1 },
      MEDIA_MP3, 0, 95 },
    { { "mp3 8 kHz", "mp3", "libmp3lame", "b=8000", 8000, 1 },
      MEDIA_MP3, 0, 85 },
    { { "mp2", "mp2", "mp2", NULL, 16000, 1 }, MEDIA_MP3, 120, 90 },

    { { "ogg Opus", "ogg", "libopus", NULL, 16000, 1 },
      MEDIA_OGG | MEDIA_OPUS, 0, 90 },
    { { "ogg Opus 8 kHz", "ogg", "libopus", "b=12000", 8000, 1 },
      MEDIA_OGG | MEDIA_OPUS, 0, 70 },
    { { "ogg Opus, CELT", "ogg", "libopus", "application=lowdelay", 48000,
        1 }, MEDIA_OGG | MEDIA_OPUS, 0, 95 },
    { { "WebM Opus", "webm", "libopus", NULL, 16000, 1 }, MEDIA_OPUS, 0, 90 },
    { { "MP4 Opus", "mp4", "libopus", NULL, 48000, 1 },
      MEDIA_OPUS | MEDIA_M4A, 20, 90 },
    { { "ogg Vorbis", "ogg", "libvorbis", NULL, 16000, 1 },
      MEDIA_OGG, 0, 90 },
    { { "ogg Speex", "ogg", "libspeex", NULL, 16000, 1 }, MEDIA_OGG, 20, 50 },
    { { "ogg FLAC", "ogg", "flac", NULL, 16000, 1 }, MEDIA_OGG, 0, 99 },

    { { "m4a", "ipod", "aac", NULL, 16000, 1 }, MEDIA_M4A, 65, 90 },
    { { "m4a, index first", "ipod", "aac", "movflags=faststart", 16000, 1 },
      MEDIA_M4A, 65, 90 },
    { { "m4a ALAC", "ipod", "alac", NULL, 16000, 1 }, MEDIA_M4A, 0, 99 },
    { { "mp4, fragments", "mp4", "aac",
        "movflags=empty_moov+frag_keyframe+default_base_moof", 44100, 1 },
      MEDIA_M4A, 130, 90 },
    { { "AAC", "adts", "aac", NULL, 16000, 1 }, MEDIA_M4A, 130, 90 },
    { { "3gp AAC", "3gp", "aac", NULL, 16000, 1 }, MEDIA_M4A, 65, 90 },
    { { "mov PCM", "mov", "pcm_s16be", NULL, 16000, 1 }, 0, 0, 99 },

    { { "flac", "flac", "flac", NULL, 16000, 1 }, 0, 0, 99 },
    { { "flac 8 kHz", "flac", "flac", NULL, 8000, 1 }, 0, 0, 99 },
    { { "mkv Vorbis", "matroska", "libvorbis", NULL, 44100, 1 }, 0, 30, 90 },
    { { "mkv PCM", "matroska", "pcm_s16le", NULL, 16000, 1 }, 0, 0, 99 },
    { { "flv MP3", "flv", "libmp3lame", NULL, 22050, 1 }, 0, 130, 95 },
    { { "flv AAC", "flv", "aac", NULL, 16000, 1 }, 0, 130, 90 },
    { { "flv Speex", "flv", "libspeex", NULL, 16000, 1 }, 0, 20, 50 },
    { { "flv Nellymoser", "flv", "nellymoser", NULL, 22050, 1 }, 0, 40, 90 },
    { { "WMA 2", "asf", "wmav2", NULL, 44100, 1 }, 0, 100, 90 },
    { { "WMA 1", "asf", "wmav1", NULL, 44100, 1 }, 0, 100, 90 },
    { { "AIFF", "aiff", "pcm_s16be", NULL, 16000, 1 }, 0, 0, 99 },
    { { "CAF", "caf", "pcm_s16be", NULL, 16000, 1 }, 0, 0, 99 },
    { { "AU", "au", "pcm_mulaw", NULL, 8000, 1 }, 0, 0, 95 },
    { { "VOC", "voc", "pcm_u8", NULL, 8000, 1 }, 0, 30, 85 },
    { { "AC-3", "ac3", "ac3", NULL, 48000, 1 }, 0, 40, 95 },
    { { "E-AC-3", "eac3", "eac3", NULL, 48000, 1 }, 0, 40, 95 },
    { { "TS AAC", "mpegts", "aac", NULL, 16000, 1 }, 0, 130, 90 },
    { { "TS MP2", "mpegts", "mp2", NULL, 48000, 1 }, 0, 60, 90 },
    { { "MPEG-PS MP2", "mpeg", "mp2", NULL, 48000, 1 }, 0, 60, 90 },
    { { "AVI PCM", "avi", "pcm_s16le", NULL, 16000, 1 }, 0, 0, 99 },
    { { "WavPack", "wv", "wavpack", NULL, 16000, 1 }, 0, 0, 99 },
    { { "TTA", "tta", "tta", NULL, 16000, 1 }, 0, 0, 99 },
    { { "DTS", "dts", "dca", "b=1411200", 48000, 2 }, 0, 40, 90 },
};


/* The sound of a kind, from 16 kHz mono; malloc'ed, *n is set. */

static inline int16_t *
media_source(const media_kind_t *k, const int16_t *pcm, size_t samples,
    size_t *n)
{
    size_t     i, c;
    int16_t   *mono, *many;

    mono = media_rate(pcm, samples, 16000, k->rate, n);

    if (k->channels == 1) {
        return mono;
    }

    many = malloc(*n * k->channels * sizeof(int16_t));
    assert_non_null(many);

    for (i = 0; i < *n; i++) {
        for (c = 0; c < k->channels; c++) {
            many[i * k->channels + c] = mono[i];
        }
    }

    free(mono);

    return many;
}


static inline wav_t
media_case(const media_case_t *c, const int16_t *pcm, size_t samples)
{
    size_t    n;
    wav_t     m;
    int16_t  *source;

    source = media_source(&c->kind, pcm, samples, &n);
    m = media_make(&c->kind, source, n);
    free(source);

    return m;
}


#endif /* MEDIA_KINDS_H */
