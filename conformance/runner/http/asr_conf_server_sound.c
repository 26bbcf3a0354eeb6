/*
 * What the server has to be fetched.
 */

#include <stdlib.h>

#include "asr_conf_embed.h"
#include "asr_conf_server_int.h"


#define ASR_CONF_SILENCE_MAX   21600u    /* s */
#define ASR_CONF_SILENCE_RATE  8000u
#define ASR_CONF_SILENCE_HEAD  58u
#define ASR_CONF_SOUND_BLOCK   (64u << 10)


typedef struct {
    uint64_t              len;
    unsigned char         head[ASR_CONF_SILENCE_HEAD];
} asr_conf_silence_t;


static const char *asr_conf_sound_below(const char *path, const char *folder);
static struct MHD_Response *asr_conf_sound_text(const char *s,
    const char *type);
static struct MHD_Response *asr_conf_sound_file(const char *name, bool cut);
static ssize_t asr_conf_sound_half(void *data, uint64_t at, char *p,
    size_t n);
static struct MHD_Response *asr_conf_sound_silence(const char *name);
static ssize_t asr_conf_sound_silent(void *data, uint64_t at, char *p,
    size_t n);
static bool asr_conf_sound_number(const char *s, const char *tail,
    unsigned max, unsigned *n);
static void asr_conf_sound_le(unsigned char *p, unsigned bytes, uint32_t v);


static const struct {
    const char  *ending;
    const char  *type;
} asr_conf_types[] = {
    { ".wav", "audio/wav" },
    { ".mp3", "audio/mpeg" },
    { ".ogg", "audio/ogg" },
    { ".m4a", "audio/mp4" },
    { ".amr", "audio/amr" },
    { ".flac", "audio/flac" },
    { ".aac", "audio/aac" },
    { ".mp4", "video/mp4" },
    { ".3gp", "video/3gpp" },
    { ".flv", "video/x-flv" },
    { ".wma", "audio/x-ms-wma" }
};


struct MHD_Response *
asr_conf_server_sound(const char *path, unsigned *status)
{
    const char  *name;

    *status = MHD_HTTP_OK;

    if (strcmp(path, "/empty.wav") == 0) {
        return asr_conf_sound_text("", "audio/wav");
    }

    if (strcmp(path, "/text.wav") == 0) {
        return asr_conf_sound_text("This is a text.\n", "audio/wav");
    }

    name = asr_conf_sound_below(path, "/audio/");
    if (name != NULL) {
        return asr_conf_sound_file(name, false);
    }

    name = asr_conf_sound_below(path, "/cut/");
    if (name != NULL) {
        return asr_conf_sound_file(name, true);
    }

    name = asr_conf_sound_below(path, "/silence/");
    if (name != NULL) {
        return asr_conf_sound_silence(name);
    }

    name = asr_conf_sound_below(path, "/status/");
    if (name != NULL && asr_conf_sound_number(name, "", 599, status)
        && *status >= 200)
    {
        return asr_conf_sound_text(*status == 204 || *status == 304
                                   ? "" : "not audio", "text/plain");
    }

    return NULL;
}


static const char *
asr_conf_sound_below(const char *path, const char *folder)
{
    size_t  n;

    n = strlen(folder);

    return strncmp(path, folder, n) == 0 ? path + n : NULL;
}


static struct MHD_Response *
asr_conf_sound_text(const char *s, const char *type)
{
    struct MHD_Response  *r;

    r = MHD_create_response_from_buffer(strlen(s), (void *) s,
                                        MHD_RESPMEM_PERSISTENT);

    if (r != NULL) {
        (void) MHD_add_response_header(r, "Content-Type", type);
    }

    return r;
}


static struct MHD_Response *
asr_conf_sound_file(const char *name, bool cut)
{
    char                   path[96];
    size_t                 i, n;
    const char            *end;
    struct MHD_Response   *r;
    const asr_conf_file_t *f;

    end = strrchr(name, '.');

    if (end == NULL || strlen(name) > 64 || strchr(name, '/') != NULL) {
        return NULL;
    }

    n = sizeof(asr_conf_types) / sizeof(asr_conf_types[0]);

    for (i = 0; i < n && strcmp(end, asr_conf_types[i].ending) != 0; i++) {
        /* void */
    }

    snprintf(path, sizeof(path), "common/audio/%s", name);
    f = asr_conf_file(path);

    if (i == n || f == NULL) {
        return NULL;
    }

    r = cut ? MHD_create_response_from_callback(f->len, ASR_CONF_SOUND_BLOCK,
                                                asr_conf_sound_half,
                                                (void *) f, NULL)
            : MHD_create_response_from_buffer(f->len, (void *) f->data,
                                              MHD_RESPMEM_PERSISTENT);

    if (r != NULL) {
        (void) MHD_add_response_header(r, "Content-Type",
                                       asr_conf_types[i].type);
    }

    return r;
}


static ssize_t
asr_conf_sound_half(void *data, uint64_t at, char *p, size_t n)
{
    size_t                  half;
    const asr_conf_file_t  *f;

    f = data;
    half = f->len / 2;

    if (at >= half) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }

    n = n > half - at ? half - at : n;
    memcpy(p, f->data + at, n);

    return (ssize_t) n;
}


/* A WAV file of mu-law, whose header has 58 bytes with its count of samples. */

static struct MHD_Response *
asr_conf_sound_silence(const char *name)
{
    unsigned              s, bytes;
    unsigned char        *p;
    asr_conf_silence_t   *silence;
    struct MHD_Response  *r;

    if (!asr_conf_sound_number(name, ".wav", ASR_CONF_SILENCE_MAX, &s)
        || s == 0)
    {
        return NULL;
    }

    bytes = s * ASR_CONF_SILENCE_RATE;

    silence = asr_conf_alloc(sizeof(asr_conf_silence_t));
    silence->len = ASR_CONF_SILENCE_HEAD + (uint64_t) bytes;

    p = silence->head;
    memcpy(p, "RIFF", 4);
    asr_conf_sound_le(p + 4, 4, ASR_CONF_SILENCE_HEAD - 8 + bytes);
    memcpy(p + 8, "WAVEfmt ", 8);
    asr_conf_sound_le(p + 16, 4, 18);
    asr_conf_sound_le(p + 20, 2, 7);     /* mu-law */
    asr_conf_sound_le(p + 22, 2, 1);     /* channels */
    asr_conf_sound_le(p + 24, 4, ASR_CONF_SILENCE_RATE);
    asr_conf_sound_le(p + 28, 4, ASR_CONF_SILENCE_RATE);
    asr_conf_sound_le(p + 32, 2, 1);     /* bytes of a sample */
    asr_conf_sound_le(p + 34, 2, 8);     /* bits of one */
    asr_conf_sound_le(p + 36, 2, 0);
    memcpy(p + 38, "fact", 4);
    asr_conf_sound_le(p + 42, 4, 4);
    asr_conf_sound_le(p + 46, 4, bytes);
    memcpy(p + 50, "data", 4);
    asr_conf_sound_le(p + 54, 4, bytes);

    r = MHD_create_response_from_callback(silence->len, ASR_CONF_SOUND_BLOCK,
                                          asr_conf_sound_silent, silence,
                                          free);
    if (r == NULL) {
        free(silence);
        return NULL;
    }

    (void) MHD_add_response_header(r, "Content-Type", "audio/wav");

    return r;
}


static ssize_t
asr_conf_sound_silent(void *data, uint64_t at, char *p, size_t n)
{
    asr_conf_silence_t  *silence;

    silence = data;

    if (at >= silence->len) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    }

    if (at < ASR_CONF_SILENCE_HEAD) {
        n = n > ASR_CONF_SILENCE_HEAD - at ? ASR_CONF_SILENCE_HEAD - at : n;
        memcpy(p, silence->head + at, n);
        return (ssize_t) n;
    }

    n = n > silence->len - at ? silence->len - at : n;
    memset(p, 0xff, n);

    return (ssize_t) n;
}


static bool
asr_conf_sound_number(const char *s, const char *tail, unsigned max,
    unsigned *n)
{
    size_t  len;

    len = strspn(s, "0123456789");

    if (len == 0 || len > 6 || strcmp(s + len, tail) != 0) {
        return false;
    }

    *n = (unsigned) strtoul(s, NULL, 10);

    return *n <= max;
}


static void
asr_conf_sound_le(unsigned char *p, unsigned bytes, uint32_t v)
{
    for ( /* void */ ; bytes > 0; bytes--, v >>= 8) {
        *p++ = (unsigned char) (v & 0xff);
    }
}
