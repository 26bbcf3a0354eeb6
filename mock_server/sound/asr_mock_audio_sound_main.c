/*
 * The signals.  A tone and a murmur are functions of time; noise is drawn from
 * the call's seed; speech comes of espeak-ng whole, at its rate, and goes
 * through the resampler as it is pulled.
 */

#include <math.h>
#include <stdlib.h>

#include <libswresample/swresample.h>

#include "asr_mock_audio.h"


#define ASR_MOCK_AUDIO_LEVEL      0.5    /* peak of a tone */
#define ASR_MOCK_AUDIO_HISS       0.1    /* RMS of noise */
#define ASR_MOCK_AUDIO_PIECE      1024
#define ASR_MOCK_AUDIO_HARMONICS  24
#define ASR_MOCK_AUDIO_PITCH      120.0  /* Hz */


static int asr_mock_audio_size(const asr_mock_audio_sound_t *s);
static double asr_mock_audio_murmur(double t, double top);
static int asr_mock_audio_resample(asr_mock_audio_sound_t *s, float *out,
    size_t n);


int
asr_mock_audio_sound(asr_mock_audio_sound_t *s, const asr_mock_audio_t *p)
{
    int     rc;
    double  seconds;

    memset(s, 0, sizeof(asr_mock_audio_sound_t));

    s->p = p;
    seconds = p->seconds;

    if (p->kind == ASR_MOCK_AUDIO_SPEECH) {
        rc = asr_mock_audio_speak(p, &s->pcm, &s->npcm, &s->pcm_rate);

        if (rc != ASR_MOCK_AUDIO_OK) {
            return rc;
        }

        if (seconds == 0) {
            seconds = (double) s->npcm / s->pcm_rate;

            /* under a second an audio is too short for every API */

            if (seconds < ASR_MOCK_AUDIO_SHORTEST) {
                seconds = ASR_MOCK_AUDIO_SHORTEST;
            }
        }
    }

    s->frames = llround(seconds * p->rate);

    rc = asr_mock_audio_size(s);

    return rc == ASR_MOCK_AUDIO_OK ? asr_mock_audio_rewind(s) : rc;
}


/* Of the samples: a ceiling on time too, whatever the codec makes of them. */

static int
asr_mock_audio_size(const asr_mock_audio_sound_t *s)
{
    int     bytes;
    double  size;

    bytes = s->p->format->bits != 0 ? s->p->format->bits / 8 : 2;
    size = (double) s->frames * s->p->channels * bytes;

    return size <= (double) ASR_MOCK_AUDIO_OUTPUT
           ? ASR_MOCK_AUDIO_OK
           : asr_mock_audio_fail(ASR_MOCK_AUDIO_REFUSED,
                                 "%.0f bytes of samples are over %zu", size,
                                 ASR_MOCK_AUDIO_OUTPUT);
}


int
asr_mock_audio_rewind(asr_mock_audio_sound_t *s)
{
    AVChannelLayout   mono;
    struct SwrContext  *swr;

    s->pos = 0;
    s->fed = 0;
    asr_mock_seed(&s->random, s->p->seed);

    if (s->pcm == NULL) {
        return ASR_MOCK_AUDIO_OK;
    }

    swr = s->swr;
    swr_free(&swr);
    av_channel_layout_default(&mono, 1);

    if (swr_alloc_set_opts2(&swr, &mono, AV_SAMPLE_FMT_FLT, s->p->rate, &mono,
                            AV_SAMPLE_FMT_S16, s->pcm_rate, 0, NULL) != 0
        || swr_init(swr) != 0)
    {
        swr_free(&swr);
        s->swr = NULL;
        return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT, "cannot resample");
    }

    s->swr = swr;

    return ASR_MOCK_AUDIO_OK;
}


int
asr_mock_audio_pull(asr_mock_audio_sound_t *s, float *out, size_t n)
{
    size_t  i;
    double  t;

    if (s->p->kind == ASR_MOCK_AUDIO_SPEECH) {
        return asr_mock_audio_resample(s, out, n);
    }

    for (i = 0; i < n; i++) {
        t = (double) s->pos++ / s->p->rate;

        switch (s->p->kind) {

        case ASR_MOCK_AUDIO_TONE:
            out[i] = (float) (ASR_MOCK_AUDIO_LEVEL
                              * sin(2 * M_PI * fmod(s->p->freq * t, 1)));
            break;

        case ASR_MOCK_AUDIO_NOISE:
            out[i] = (float) (ASR_MOCK_AUDIO_HISS
                              * asr_mock_normal(&s->random));
            break;

        case ASR_MOCK_AUDIO_MURMUR:
            out[i] = (float) asr_mock_audio_murmur(t, s->p->rate / 2.0);
            break;

        default:
            out[i] = 0;
        }
    }

    return ASR_MOCK_AUDIO_OK;
}


/*
 * A buzz of a moving pitch through two moving resonances, four syllables a
 * second.  sin(kx) of sin((k-1)x) and sin((k-2)x): a sine each would take
 * longer than all the rest.
 */

static double
asr_mock_audio_murmur(double t, double top)
{
    int     k;
    double  x, sum, hz, last, before, next, twice, loud, first, second;

    hz = ASR_MOCK_AUDIO_PITCH;

    /* the integral of hz * (1 + 0.1 sin(2 pi 0.9 t)) */
    x = 2 * M_PI * hz * (t - 0.1 * cos(2 * M_PI * 0.9 * t)
                             / (2 * M_PI * 0.9));
    first = 500 + 200 * sin(2 * M_PI * 1.7 * t);
    second = 1500 + 500 * sin(2 * M_PI * 1.1 * t + 1);
    loud = pow(fabs(sin(2 * M_PI * 2 * t)), 0.8);

    twice = 2 * cos(x);
    before = 0;
    last = sin(x);
    sum = 0;

    for (k = 1; k <= ASR_MOCK_AUDIO_HARMONICS && k * hz * 1.1 < top; k++) {
        sum += last * (exp(-fabs(k * hz - first) / 150)
                       + 0.5 * exp(-fabs(k * hz - second) / 250));
        next = twice * last - before;
        before = last;
        last = next;
    }

    return 0.2 * loud * sum;
}


/* After the end of the speech comes silence. */

static int
asr_mock_audio_resample(asr_mock_audio_sound_t *s, float *out, size_t n)
{
    int             got, take;
    size_t          done;
    uint8_t        *to[1];
    const uint8_t  *from[1];

    for (done = 0; done < n; done += (size_t) got) {
        take = (int) (s->npcm - s->fed < ASR_MOCK_AUDIO_PIECE
                      ? s->npcm - s->fed : ASR_MOCK_AUDIO_PIECE);
        to[0] = (uint8_t *) (out + done);
        from[0] = (const uint8_t *) (s->pcm + s->fed);

        got = swr_convert(s->swr, to, (int) (n - done),
                          take != 0 ? from : NULL, take);

        if (got < 0) {
            return asr_mock_audio_fail(ASR_MOCK_AUDIO_CANNOT,
                                       "cannot resample");
        }

        s->fed += (size_t) take;

        if (got == 0 && take == 0) {
            break;
        }
    }

    for ( /* void */ ; done < n; done++) {
        out[done] = 0;
    }

    return ASR_MOCK_AUDIO_OK;
}


void
asr_mock_audio_sound_free(asr_mock_audio_sound_t *s)
{
    struct SwrContext  *swr;

    swr = s->swr;
    swr_free(&swr);
    free(s->pcm);
    s->swr = NULL;
    s->pcm = NULL;
}
