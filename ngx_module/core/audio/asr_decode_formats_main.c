/*
 * What may be opened, and nothing else.  FFmpeg has demuxers that are programs
 * in disguise (playlists that name other files), or that take anything for
 * what they are asked for; and decoders of games nobody speaks in.  A row is a
 * kind of file: its demuxers, and the decoders whose sound it may hold.
 *
 * The lists are made of all rows whatever was declared: what a file is comes
 * out first, then whether that is what the client said (asr_formats_declared).
 * A name a client can declare is on one row or several.
 *
 * Raw sound is the exception: anything could be that, so its row counts only
 * when it was declared.  Then the file may still be of any other row, as its
 * name is all that was to go by.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <libavformat/avformat.h>
#include <libavutil/avstring.h>

#include "../task/asr_raw.h"
#include "asr_decode_child.h"


#define ASR_FORMATS_LIST_MAX  4096

#define ASR_FORMATS_PCM                                                       \
    "pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,"        \
    "pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_alaw,pcm_mulaw"

#define ASR_FORMATS_MPEG  "mp3float,mp3,mp2float,mp2,mp1float,mp1"
#define ASR_FORMATS_WMA   "wmav1,wmav2,wmapro,wmalossless,wmavoice"

typedef struct {
    const char  *name;           /* as clients declare it; NULL: they cannot */
    const char  *demuxers;
    const char  *codecs;
} asr_format_row_t;

static const asr_format_row_t  asr_formats[] = {

    { "wav", "wav,w64",
      ASR_FORMATS_PCM ",adpcm_ms,adpcm_ima_wav,adpcm_yamaha,g722,g726,"
      "g723_1,gsm_ms,truespeech,msnsiren,aac,ac3," ASR_FORMATS_MPEG ","
      ASR_FORMATS_WMA },

    { "mp3", "mp3", ASR_FORMATS_MPEG },

    { "ogg", "ogg", "opus,vorbis,speex,flac" },

    { "opus", "ogg,matroska,mov", "opus" },

    { "amr", "amr,mov", "amrnb,amrwb" },

    /* The documents have no name for bare AAC: m4a is the nearest. */

    { "m4a", "mov,aac", "aac,alac,ac3,eac3,opus,flac," ASR_FORMATS_MPEG },

    { NULL, "mov",
      ASR_FORMATS_PCM ",aac,alac,amrnb,amrwb,ac3,eac3,opus,flac,adpcm_ima_qt,"
      "adpcm_ms,adpcm_ima_wav,gsm,gsm_ms,qdm2,qdmc,qcelp,evrc,ilbc,"
      ASR_FORMATS_MPEG },

    { NULL, "matroska,avi",
      ASR_FORMATS_PCM ",aac,alac,ac3,eac3,dca,opus,vorbis,flac,tta,wavpack,"
      "adpcm_ms,adpcm_ima_wav,gsm_ms,speex,amrnb,amrwb,cook,truehd,mlp,"
      ASR_FORMATS_MPEG "," ASR_FORMATS_WMA },

    { NULL, "flv",
      "aac,speex,nellymoser,adpcm_swf,pcm_s16le,pcm_u8,pcm_alaw,pcm_mulaw,"
      ASR_FORMATS_MPEG },

    { NULL, "asf,xwma",
      ASR_FORMATS_WMA ",pcm_s16le,adpcm_ms,gsm_ms,g726,g723_1,aac,ac3,"
      ASR_FORMATS_MPEG },

    { NULL, "mpegts,mpeg",
      "aac,aac_latm,ac3,eac3,dca,truehd,mlp,opus,pcm_dvd,pcm_bluray,s302m,"
      ASR_FORMATS_MPEG },

    { NULL, "caf,aiff,au,voc,sox,ircam,nistsphere,pvf,wve,avr",
      ASR_FORMATS_PCM ",aac,alac,ac3,opus,flac,adpcm_ima_qt,adpcm_ima_wav,"
      "adpcm_ms,adpcm_ima_ws,gsm,gsm_ms,g722,g726,g726le,mace3,mace6,qcelp,"
      "qdm2,ilbc,amrnb,amrwb,adpcm_sbpro_2,adpcm_sbpro_3,adpcm_sbpro_4,"
      "shorten," ASR_FORMATS_MPEG },

    { NULL, "flac", "flac" },
    { NULL, "wv", "wavpack" },
    { NULL, "tta", "tta" },
    { NULL, "shn", "shorten" },
    { NULL, "mpc,mpc8", "mpc7,mpc8" },
    { NULL, "ac3,eac3", "ac3,eac3" },
    { NULL, "dts", "dca" },
    { NULL, "loas", "aac_latm" },
    { NULL, "gsm", "gsm" },
    { NULL, "ilbc", "ilbc" },
    { NULL, "qcp", "qcelp,evrc" },
    { NULL, "dss", "dss_sp,g723_1" },
    { NULL, "rm", "real_144,real_288,cook,sipr,aac,ac3,ralf" },

    /* What it is named is a guess: see asr_raw.h. */

    { ASR_RAW_FORMAT, ASR_FORMATS_RAW, "pcm_s16le" }
};


bool
asr_formats_raw(const char *declared)
{
    return declared != NULL && strcasecmp(declared, ASR_RAW_FORMAT) == 0;
}


/* One column of all rows, built once: a process reads one file. */

static const char *
asr_formats_list(char *list, size_t column, bool raw)
{
    int          n;
    size_t       i, len;
    const char  *names;

    if (list[0] != '\0') {
        return list;
    }

    len = 0;

    for (i = 0; i < asr_nelts(asr_formats); i++) {

        if (asr_formats_raw(asr_formats[i].name) && !raw) {
            continue;
        }

        memcpy(&names, (const char *) &asr_formats[i] + column,
               sizeof(names));

        n = snprintf(list + len, ASR_FORMATS_LIST_MAX - len, "%s%s",
                     len != 0 ? "," : "", names);

        if (n < 0 || (size_t) n >= ASR_FORMATS_LIST_MAX - len) {

            /* A list that was cut off would open things by half a name. */

            list[0] = '\0';
            return list;
        }

        len += (size_t) n;
    }

    return list;
}


const char *
asr_formats_demuxers(bool raw)
{
    static char  list[ASR_FORMATS_LIST_MAX];

    return asr_formats_list(list, offsetof(asr_format_row_t, demuxers), raw);
}


const char *
asr_formats_codecs(void)
{
    static char  list[ASR_FORMATS_LIST_MAX];

    return asr_formats_list(list, offsetof(asr_format_row_t, codecs), false);
}


/*
 * The start of the file is enough for every header, and for the seven frames
 * of MP3 that FFmpeg wants to see.  Its lower scores are for what could as
 * well be samples; a longer look finds more of that.
 */

bool
asr_formats_known(const uint8_t *p, size_t n)
{
    int                   score;
    AVProbeData           pd;
    const AVInputFormat  *input;

    memset(&pd, 0, sizeof(pd));
    pd.filename = "";
    pd.buf = (uint8_t *) p;
    pd.buf_size = (int) n;

    input = av_probe_input_format3(&pd, 1, &score);

    return input != NULL && score > AVPROBE_SCORE_EXTENSION
           && av_match_list(input->name, asr_formats_demuxers(true), ',') > 0;
}


bool
asr_formats_declared(const char *declared, const char *demuxer,
    const char *codec)
{
    bool                     raw;
    size_t                   i;
    const asr_format_row_t  *row;

    raw = asr_formats_raw(declared);

    for (i = 0; i < asr_nelts(asr_formats); i++) {
        row = &asr_formats[i];

        if (asr_formats_raw(row->name) && !raw) {
            continue;
        }

        if (declared[0] != '\0' && !raw
            && (row->name == NULL || strcasecmp(declared, row->name) != 0))
        {
            continue;
        }

        if (av_match_list(demuxer, row->demuxers, ',') > 0
            && av_match_list(codec, row->codecs, ',') > 0)
        {
            return true;
        }
    }

    return false;
}


/*
 * Two codecs have no rate one could be wrong about: Opus is coded without
 * one, and an AAC stream with band replication has two, of which the file's
 * header may state either.
 */

bool
asr_formats_rate(int declared, const AVCodecParameters *par, int decoded)
{
    if (declared == 0 || declared == decoded) {
        return true;
    }

    switch (par->codec_id) {

    case AV_CODEC_ID_OPUS:
        return declared == 8000 || declared == 12000 || declared == 16000
               || declared == 24000 || declared == 48000;

    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_AAC_LATM:
        return declared == par->sample_rate || declared * 2LL == decoded;

    default:
        return false;
    }
}


bool
asr_formats_counted(const char *demuxer)
{
    return av_match_list(demuxer, "flac,mov", ',') > 0;
}


/* The second form, with a byte before it, is what WeChat sends. */

bool
asr_formats_silk(const uint8_t *p, size_t n)
{
    static const char  magic[] = "#!SILK_V3";

    if (n != 0 && p[0] == 0x02) {
        p++;
        n--;
    }

    return n >= sizeof(magic) - 1 && memcmp(p, magic, sizeof(magic) - 1) == 0;
}
