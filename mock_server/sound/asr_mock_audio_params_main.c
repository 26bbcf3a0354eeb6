/*
 * What a call asks for.  All of a query is understood or none of it: a
 * mistyped name that did nothing would make a test of something else.
 */

#include <ctype.h>

#include "core/base/asr_form.h"
#include "asr_mock_audio.h"


#define ASR_MOCK_AUDIO_FREQ   440.0
#define ASR_MOCK_AUDIO_LONG   2.0        /* seconds, of what is no speech */
#define ASR_MOCK_AUDIO_SPEED  175
#define ASR_MOCK_AUDIO_VOICE  "en-us"
#define ASR_MOCK_AUDIO_SAY    "This is a recording that was made for a test."


/* The first of an extension is what it is without "codec". */

static const asr_mock_audio_format_t  asr_mock_audio_formats[] = {
    { "wav", "pcm", 16, "wav", "pcm_s16le", 16000 },
    { "wav", "pcm", 8, "wav", "pcm_u8", 16000 },
    { "wav", "pcm", 24, "wav", "pcm_s24le", 16000 },
    { "wav", "pcm", 32, "wav", "pcm_s32le", 16000 },
    { "wav", "alaw", 0, "wav", "pcm_alaw", 16000 },
    { "wav", "ulaw", 0, "wav", "pcm_mulaw", 16000 },
    { "wav", "adpcm", 0, "wav", "adpcm_ms", 16000 },
    { "mp3", "mp3", 0, "mp3", "libmp3lame", 16000 },
    { "flac", "flac", 16, "flac", "flac", 16000 },
    { "flac", "flac", 24, "flac", "flac", 16000 },
    { "ogg", "vorbis", 0, "ogg", "libvorbis", 16000 },
    { "ogg", "opus", 0, "ogg", "libopus", 16000 },
    { "opus", "opus", 0, "opus", "libopus", 16000 },
    { "m4a", "aac", 0, "ipod", "aac", 16000 },
    { "aac", "aac", 0, "adts", "aac", 16000 },
    { "amr", "amr", 0, "amr", "libopencore_amrnb", 8000 },
    { "pcm", "pcm", 16, "s16le", "pcm_s16le", 16000 },
};


typedef enum {
    ASR_MOCK_AUDIO_P_ASR = 0,
    ASR_MOCK_AUDIO_P_BITS,
    ASR_MOCK_AUDIO_P_CHANNELS,
    ASR_MOCK_AUDIO_P_CODEC,
    ASR_MOCK_AUDIO_P_FREQ,
    ASR_MOCK_AUDIO_P_NOISE,
    ASR_MOCK_AUDIO_P_RATE,
    ASR_MOCK_AUDIO_P_SECONDS,
    ASR_MOCK_AUDIO_P_SPEED,
    ASR_MOCK_AUDIO_P_TEXT,
    ASR_MOCK_AUDIO_P_VOICE,
    ASR_MOCK_AUDIO_P_SERVER,     /* how it is served: not our concern */
    ASR_MOCK_AUDIO_P_MAX
} asr_mock_audio_param_t;

static const struct {
    const char              *name;
    asr_mock_audio_param_t   param;
    bool                     whole;      /* number, of these bounds */
    double                   min;        /* both 0: no number */
    double                   max;
} asr_mock_audio_names[] = {
    { "asr", ASR_MOCK_AUDIO_P_ASR, false, 0, 0 },
    { "bits", ASR_MOCK_AUDIO_P_BITS, true, 8, 32 },
    { "channels", ASR_MOCK_AUDIO_P_CHANNELS, true, 1,
      ASR_MOCK_AUDIO_CHANNELS },
    { "codec", ASR_MOCK_AUDIO_P_CODEC, false, 0, 0 },
    { "freq", ASR_MOCK_AUDIO_P_FREQ, false, 1, ASR_MOCK_AUDIO_RATE / 2 },
    { "noise", ASR_MOCK_AUDIO_P_NOISE, false, -30, 100 },
    { "rate", ASR_MOCK_AUDIO_P_RATE, true, 4000, ASR_MOCK_AUDIO_RATE },
    { "seconds", ASR_MOCK_AUDIO_P_SECONDS, false, 0.01,
      ASR_MOCK_AUDIO_SECONDS },
    { "speed", ASR_MOCK_AUDIO_P_SPEED, true, 80, 450 },
    { "text", ASR_MOCK_AUDIO_P_TEXT, false, 0, 0 },
    { "voice", ASR_MOCK_AUDIO_P_VOICE, false, 0, 0 },
    { "slow", ASR_MOCK_AUDIO_P_SERVER, false, 0, 0 },
    { "truncate", ASR_MOCK_AUDIO_P_SERVER, false, 0, 0 },
    { "type", ASR_MOCK_AUDIO_P_SERVER, false, 0, 0 },
    { "redirect", ASR_MOCK_AUDIO_P_SERVER, false, 0, 0 },
    { "status", ASR_MOCK_AUDIO_P_SERVER, false, 0, 0 },
};

typedef struct {
    bool       given;
    asr_str_t  text;
    double     number;
} asr_mock_audio_value_t;


static int asr_mock_audio_query(asr_arena_t *a, const char *query,
    asr_mock_audio_value_t *v);
static int asr_mock_audio_value(const asr_pair_t *pair, size_t i,
    asr_mock_audio_value_t *v);
static bool asr_mock_audio_number(asr_str_t s, bool whole, double *out);
static int asr_mock_audio_name(asr_mock_audio_t *p, asr_str_t name);
static int asr_mock_audio_say(asr_mock_audio_t *p, asr_str_t name);
static int asr_mock_audio_format(asr_mock_audio_t *p, asr_str_t ext,
    const asr_mock_audio_value_t *v);
static int asr_mock_audio_fit(const asr_mock_audio_t *p,
    const asr_mock_audio_value_t *v, bool said);
static int asr_mock_audio_texts(asr_mock_audio_t *p,
    const asr_mock_audio_value_t *v);
static int asr_mock_audio_is_text(asr_str_t s, const char *what);
static int asr_mock_audio_voice(asr_mock_audio_t *p,
    const asr_mock_audio_value_t *v);


int
asr_mock_audio_params(asr_arena_t *a, const char *name, const char *query,
    asr_mock_audio_t *p)
{
    int                      rc;
    asr_str_t                base, ext;
    const char              *dot;
    asr_mock_random_t        random;
    asr_mock_audio_value_t   v[ASR_MOCK_AUDIO_P_MAX];

    memset(p, 0, sizeof(asr_mock_audio_t));
    memset(v, 0, sizeof(v));

    p->arena = a;
    base = asr_cstr(name);
    dot = strrchr(name, '.');

    if (dot == NULL || dot == name || base.len > 2 * ASR_MOCK_AUDIO_TEXT) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "a name is NAME.EXT, as \"tone.wav\"");
    }

    ext = asr_cstr(dot + 1);
    base.len = (size_t) (dot - name);

    rc = asr_mock_audio_query(a, query, v);

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_name(p, base);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_fit(p, v, p->text.len != 0);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_format(p, ext, v);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_texts(p, v);
    }

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_voice(p, v);
    }

    asr_mock_seed_str(&random, 0, asr_cstr(name));
    asr_mock_seed_str(&random, asr_mock_u64(&random), asr_cstr(query));
    p->seed = asr_mock_u64(&random);

    return rc;
}


static int
asr_mock_audio_query(asr_arena_t *a, const char *query,
    asr_mock_audio_value_t *v)
{
    int                rc;
    size_t             i;
    asr_err_t          err;
    asr_form_t         form;
    const asr_pair_t  *pair;

    asr_form_init(&form, a, asr_str_null(), NULL, NULL, ASR_MOCK_AUDIO_TEXT);
    err = asr_form_feed(&form, query, strlen(query));

    if (err == ASR_OK) {
        err = asr_form_end(&form);
    }

    asr_form_free(&form);

    if (err != ASR_OK) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   err == ASR_TOOBIG
                                   ? "a value is over %d bytes"
                                   : "the query is malformed or over %d bytes",
                                   ASR_MOCK_AUDIO_TEXT);
    }

    rc = ASR_MOCK_AUDIO_OK;

    for (pair = form.pairs; pair != NULL && rc == ASR_MOCK_AUDIO_OK;
         pair = pair->next)
    {
        for (i = 0; i < asr_nelts(asr_mock_audio_names); i++) {
            if (asr_str_eq(pair->name,
                           asr_cstr(asr_mock_audio_names[i].name)))
            {
                break;
            }
        }

        if (i == asr_nelts(asr_mock_audio_names)) {
            return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                       "unknown parameter \"%.*s\"",
                                       asr_fmt(pair->name));
        }

        rc = asr_mock_audio_value(pair, i,
                                  &v[asr_mock_audio_names[i].param]);
    }

    return rc;
}


static int
asr_mock_audio_value(const asr_pair_t *pair, size_t i,
    asr_mock_audio_value_t *v)
{
    double  min, max;

    min = asr_mock_audio_names[i].min;
    max = asr_mock_audio_names[i].max;

    if (asr_mock_audio_names[i].param == ASR_MOCK_AUDIO_P_SERVER) {
        return ASR_MOCK_AUDIO_OK;
    }

    if (v->given) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "\"%.*s\" is given twice",
                                   asr_fmt(pair->name));
    }

    v->given = true;
    v->text = pair->value;

    if (min == 0 && max == 0) {
        return ASR_MOCK_AUDIO_OK;
    }

    if (!asr_mock_audio_number(pair->value, asr_mock_audio_names[i].whole,
                               &v->number)
        || v->number < min || v->number > max)
    {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "%s is \"%.*s\", not a %s from %g to %g",
                                   asr_mock_audio_names[i].name,
                                   asr_fmt(pair->value),
                                   asr_mock_audio_names[i].whole
                                   ? "whole number" : "number", min, max);
    }

    return ASR_MOCK_AUDIO_OK;
}


/* Decimal, at most six digits on either side of the point. */

static bool
asr_mock_audio_number(asr_str_t s, bool whole, double *out)
{
    bool    point;
    size_t  i, digits, sign;
    double  v, unit;

    v = 0;
    unit = 1;
    digits = 0;
    point = false;
    sign = s.len != 0 && s.data[0] == '-';

    for (i = sign; i < s.len; i++) {

        if (s.data[i] == '.' && !point && !whole && digits != 0) {
            point = true;
            digits = 0;
            continue;
        }

        if (s.data[i] < '0' || s.data[i] > '9' || ++digits > 6) {
            return false;
        }

        v = v * 10 + (s.data[i] - '0');
        unit = point ? unit * 10 : 1;
    }

    *out = (sign ? -v : v) / unit;

    return digits != 0;
}


static bool
asr_mock_audio_prefix(asr_str_t s, const char *prefix)
{
    size_t  n;

    n = strlen(prefix);

    return s.len > n && memcmp(s.data, prefix, n) == 0;
}


static int
asr_mock_audio_name(asr_mock_audio_t *p, asr_str_t name)
{
    size_t  i;

    static const struct {
        const char             *name;
        asr_mock_audio_kind_t   kind;
    } names[] = {
        { "tone", ASR_MOCK_AUDIO_TONE },
        { "silence", ASR_MOCK_AUDIO_SILENCE },
        { "noise", ASR_MOCK_AUDIO_NOISE },
        { "speech", ASR_MOCK_AUDIO_SPEECH },
        { "never", ASR_MOCK_AUDIO_MURMUR },
    };

    for (i = 0; i < asr_nelts(names); i++) {
        if (asr_str_eq(name, asr_cstr(names[i].name))) {
            p->kind = names[i].kind;
            return ASR_MOCK_AUDIO_OK;
        }
    }

    if (asr_mock_audio_prefix(name, "fail-")
        || asr_mock_audio_prefix(name, "slow-"))
    {
        p->kind = ASR_MOCK_AUDIO_MURMUR;
        return ASR_MOCK_AUDIO_OK;
    }

    if (asr_mock_audio_prefix(name, "say-")) {
        return asr_mock_audio_say(p, name);
    }

    return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                               "unknown sound \"%.*s\"", asr_fmt(name));
}


static int
asr_mock_audio_say(asr_mock_audio_t *p, asr_str_t name)
{
    char    *words;
    size_t   i;

    p->kind = ASR_MOCK_AUDIO_SPEECH;
    p->text = asr_arena_str(p->arena, (asr_str_t) { name.len - 4,
                                                    name.data + 4 });

    if (p->text.data == NULL) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "out of memory");
    }

    words = (char *) p->text.data;

    for (i = 0; i < p->text.len; i++) {
        if (words[i] == '-') {
            words[i] = ' ';
        }
    }

    p->text = asr_str_trim(p->text);

    return p->text.len != 0
           ? ASR_MOCK_AUDIO_OK
           : asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                 "\"say-\" wants words");
}


/* What would do nothing for this sound.  said: its name has its text. */

static int
asr_mock_audio_fit(const asr_mock_audio_t *p, const asr_mock_audio_value_t *v,
    bool said)
{
    const char  *bad;

    bad = NULL;

    if (p->kind != ASR_MOCK_AUDIO_SPEECH) {
        bad = v[ASR_MOCK_AUDIO_P_TEXT].given ? "text"
              : v[ASR_MOCK_AUDIO_P_VOICE].given ? "voice"
              : v[ASR_MOCK_AUDIO_P_SPEED].given ? "speed" : NULL;

    } else if (said && v[ASR_MOCK_AUDIO_P_TEXT].given) {
        bad = "text";
    }

    if (p->kind != ASR_MOCK_AUDIO_TONE && v[ASR_MOCK_AUDIO_P_FREQ].given) {
        bad = "freq";
    }

    /* A signal to noise ratio wants a signal. */

    if ((p->kind == ASR_MOCK_AUDIO_SILENCE || p->kind == ASR_MOCK_AUDIO_NOISE)
        && v[ASR_MOCK_AUDIO_P_NOISE].given)
    {
        bad = "noise";
    }

    return bad == NULL
           ? ASR_MOCK_AUDIO_OK
           : asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                 "\"%s\" means nothing for this name", bad);
}


static int
asr_mock_audio_format(asr_mock_audio_t *p, asr_str_t ext,
    const asr_mock_audio_value_t *v)
{
    bool                            known;
    size_t                          i;
    const asr_mock_audio_format_t  *f;
    const asr_mock_audio_value_t   *codec, *bits;

    known = false;
    codec = &v[ASR_MOCK_AUDIO_P_CODEC];
    bits = &v[ASR_MOCK_AUDIO_P_BITS];

    for (i = 0; i < asr_nelts(asr_mock_audio_formats); i++) {
        f = &asr_mock_audio_formats[i];

        if (!asr_str_eq(ext, asr_cstr(f->ext))) {
            continue;
        }

        known = true;

        if ((codec->given && !asr_str_eq(codec->text, asr_cstr(f->codec)))
            || (bits->given && (int) bits->number != f->bits))
        {
            continue;
        }

        p->format = f;
        break;
    }

    if (p->format == NULL) {
        return known
               ? asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED, "%.*s has no "
                                     "such \"codec\" or \"bits\"",
                                     asr_fmt(ext))
               : asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                     "unknown extension \"%.*s\"",
                                     asr_fmt(ext));
    }

    p->rate = v[ASR_MOCK_AUDIO_P_RATE].given
              ? (int) v[ASR_MOCK_AUDIO_P_RATE].number : p->format->rate;
    p->channels = v[ASR_MOCK_AUDIO_P_CHANNELS].given
                  ? (int) v[ASR_MOCK_AUDIO_P_CHANNELS].number : 1;
    p->seconds = v[ASR_MOCK_AUDIO_P_SECONDS].number;
    p->noisy = v[ASR_MOCK_AUDIO_P_NOISE].given;
    p->noise = v[ASR_MOCK_AUDIO_P_NOISE].number;
    p->freq = v[ASR_MOCK_AUDIO_P_FREQ].given
              ? v[ASR_MOCK_AUDIO_P_FREQ].number : ASR_MOCK_AUDIO_FREQ;

    if (p->seconds == 0 && p->kind != ASR_MOCK_AUDIO_SPEECH) {
        p->seconds = ASR_MOCK_AUDIO_LONG;
    }

    if (p->kind == ASR_MOCK_AUDIO_TONE && p->freq > p->rate / 2.0) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED, "freq is %g, over "
                                   "half the rate of %d", p->freq, p->rate);
    }

    return ASR_MOCK_AUDIO_OK;
}


static int
asr_mock_audio_is_text(asr_str_t s, const char *what)
{
    size_t  i;

    if (s.len > ASR_MOCK_AUDIO_TEXT) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "%s is over %d bytes", what,
                                   ASR_MOCK_AUDIO_TEXT);
    }

    for (i = 0; i < s.len; i++) {
        if (s.data[i] == '\0') {
            break;
        }
    }

    if (i < s.len || !asr_utf8_valid(s)) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "%s is no UTF-8 text", what);
    }

    return ASR_MOCK_AUDIO_OK;
}


static int
asr_mock_audio_texts(asr_mock_audio_t *p, const asr_mock_audio_value_t *v)
{
    int        rc;
    asr_str_t  known;

    if (p->kind == ASR_MOCK_AUDIO_SPEECH && p->text.len == 0) {
        p->text = v[ASR_MOCK_AUDIO_P_TEXT].given
                  ? v[ASR_MOCK_AUDIO_P_TEXT].text
                  : asr_str(ASR_MOCK_AUDIO_SAY);

        if (asr_str_trim(p->text).len == 0) {
            return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                       "text is empty");
        }
    }

    /* "asr=" with nothing: a file that keeps its text to itself. */

    known = v[ASR_MOCK_AUDIO_P_ASR].given ? v[ASR_MOCK_AUDIO_P_ASR].text
                                          : p->text;
    rc = asr_mock_audio_is_text(p->text, "text");

    if (rc == ASR_MOCK_AUDIO_OK) {
        rc = asr_mock_audio_is_text(known, "asr");
    }

    if (rc != ASR_MOCK_AUDIO_OK || known.len == 0) {
        return rc;
    }

    p->comment = asr_arena_printf(p->arena, "asr: %.*s", asr_fmt(known));

    return p->comment.data != NULL
           ? ASR_MOCK_AUDIO_OK
           : asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "out of memory");
}


/* espeak-ng takes a path for a voice; this has no slash. */

static int
asr_mock_audio_voice(asr_mock_audio_t *p, const asr_mock_audio_value_t *v)
{
    size_t     i;
    asr_str_t  voice;

    voice = v[ASR_MOCK_AUDIO_P_VOICE].given ? v[ASR_MOCK_AUDIO_P_VOICE].text
                                            : asr_str(ASR_MOCK_AUDIO_VOICE);
    p->speed = v[ASR_MOCK_AUDIO_P_SPEED].given
               ? (int) v[ASR_MOCK_AUDIO_P_SPEED].number
               : ASR_MOCK_AUDIO_SPEED;

    for (i = 0; i < voice.len; i++) {
        if (!isalnum((unsigned char) voice.data[i])
            && (i == 0 || (voice.data[i] != '-' && voice.data[i] != '+')))
        {
            break;
        }
    }

    if (i < voice.len || i == 0 || i >= sizeof(p->voice)) {
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                   "voice is \"%.*s\", not a name as "
                                   "\"en-us+f3\"", asr_fmt(voice));
    }

    memcpy(p->voice, voice.data, voice.len);

    return ASR_MOCK_AUDIO_OK;
}
