/*
 * Speech is told from tones and noise by four things that only it has
 * together, within half a second:
 *
 *   it is periodic at the pitch of a voice (noise is not);
 *   its power is spread over many frequencies (that of tones is not);
 *   its spectrum moves all the time (that of chords moves now and then, that
 *   of hum, buzzers and ringing never);
 *   its pitch moves (that of machines does not).
 *
 * The first three are asked of frames of 32 ms every 10 ms, at 8 kHz, of those
 * that are not quiet for this piece.  On read and telephone speech half of the
 * loud frames and more pass, of white, pink and brown noise one in fifty is
 * periodic at all, of tones none is spread.  FEW is what the shortest words
 * still have; the search ends with the first half second that has enough, so
 * speech costs next to nothing.
 */

#include <math.h>
#include <stdlib.h>

#include "asr_voice.h"


#define ASR_VOICE_HOP       160          /* samples, 10 ms */
#define ASR_VOICE_FRAME     256          /* at 8 kHz */
#define ASR_VOICE_FFT       512
#define ASR_VOICE_FRAMES    (ASR_VOICE_MAX / ASR_VOICE_HOP)
#define ASR_VOICE_BANDS     16
#define ASR_VOICE_WINDOW    50           /* frames */
#define ASR_VOICE_BACK      6            /* frames a spectrum may move in */

#define ASR_VOICE_EMPHASIS  0.9f
#define ASR_VOICE_LOW       4            /* FFT bins: 60 to 1700 Hz, where */
#define ASR_VOICE_HIGH      110          /* noise hides a voice the least */
#define ASR_VOICE_LAG_MIN   20           /* at 8 kHz: 400 Hz to 70 Hz */
#define ASR_VOICE_LAG_MAX   114
#define ASR_VOICE_LOUDNESS  0.9          /* share of the frames below it */
#define ASR_VOICE_QUIET     316.0f       /* 25 dB */

#define ASR_VOICE_PERIODIC  0.6f         /* of the power */
#define ASR_VOICE_SPREAD_MIN  10.0f      /* frequencies */
#define ASR_VOICE_SPREAD_MAX  130.0f
#define ASR_VOICE_MOVES     2.5f         /* dB */
#define ASR_VOICE_FEW       5            /* frames with all three */
#define ASR_VOICE_PITCHES   4            /* that they have */


typedef struct {
    float    bands[ASR_VOICE_BANDS];     /* dB */
    uint8_t  lag;
    bool     loud;
    bool     voiced;
    bool     speech;
} asr_voice_frame_t;

typedef struct {
    float              cos[ASR_VOICE_FFT / 2];
    float              sin[ASR_VOICE_FFT / 2];
    float              window[ASR_VOICE_FRAME];
    float              fade[ASR_VOICE_LAG_MAX + 1];
    float              re[ASR_VOICE_FFT];
    float              im[ASR_VOICE_FFT];
    float              power[ASR_VOICE_FFT / 2 + 1];
    asr_voice_frame_t  ring[ASR_VOICE_WINDOW];
} asr_voice_t;


/* Edges of the bands in FFT bins: 150 to 3800 Hz, even in mel. */

static const uint8_t  asr_voice_edges[ASR_VOICE_BANDS + 1] = {
    10, 16, 22, 30, 38, 47, 57, 68, 80, 94, 109, 126, 145, 166, 189, 215, 243
};


static void
asr_voice_fft(asr_voice_t *v)
{
    float   tr, ti, wr, wi;
    size_t  i, j, k, m, len, bit;

    for (i = 1, j = 0; i < ASR_VOICE_FFT; i++) {

        for (bit = ASR_VOICE_FFT / 2; j & bit; bit >>= 1) {
            j ^= bit;
        }

        j ^= bit;

        if (i < j) {
            tr = v->re[i];
            ti = v->im[i];
            v->re[i] = v->re[j];
            v->im[i] = v->im[j];
            v->re[j] = tr;
            v->im[j] = ti;
        }
    }

    for (len = 2; len <= ASR_VOICE_FFT; len *= 2) {
        for (i = 0; i < ASR_VOICE_FFT; i += len) {
            for (k = 0; k < len / 2; k++) {
                wr = v->cos[k * (ASR_VOICE_FFT / len)];
                wi = v->sin[k * (ASR_VOICE_FFT / len)];
                j = i + k;
                m = j + len / 2;
                tr = v->re[m] * wr - v->im[m] * wi;
                ti = v->re[m] * wi + v->im[m] * wr;
                v->re[m] = v->re[j] - tr;
                v->im[m] = v->im[j] - ti;
                v->re[j] += tr;
                v->im[j] += ti;
            }
        }
    }
}


/* The transform of what is in power: the autocorrelation, in re. */

static void
asr_voice_correlate(asr_voice_t *v)
{
    size_t  i;

    memset(v->im, 0, sizeof(v->im));

    for (i = 0; i <= ASR_VOICE_FFT / 2; i++) {
        v->re[i] = v->power[i];
        v->re[(ASR_VOICE_FFT - i) % ASR_VOICE_FFT] = v->power[i];
    }

    asr_voice_fft(v);
}


/* The power spectrum of what is in re, FRAME samples. */

static void
asr_voice_spectrum(asr_voice_t *v)
{
    size_t  i;

    memset(v->re + ASR_VOICE_FRAME, 0,
           sizeof(v->re) - ASR_VOICE_FRAME * sizeof(float));
    memset(v->im, 0, sizeof(v->im));

    asr_voice_fft(v);

    for (i = 0; i <= ASR_VOICE_FFT / 2; i++) {
        v->power[i] = v->re[i] * v->re[i] + v->im[i] * v->im[i];
    }
}


static void
asr_voice_init(asr_voice_t *v)
{
    size_t  i;

    for (i = 0; i < ASR_VOICE_FFT / 2; i++) {
        v->cos[i] = (float) cos(2 * M_PI * (double) i / ASR_VOICE_FFT);
        v->sin[i] = (float) -sin(2 * M_PI * (double) i / ASR_VOICE_FFT);
    }

    for (i = 0; i < ASR_VOICE_FRAME; i++) {
        v->window[i] = (float) (0.5 - 0.5 * cos(2 * M_PI * ((double) i + 0.5)
                                                / ASR_VOICE_FRAME));
        v->re[i] = v->window[i];
    }

    /* what the window takes away from the correlation, by lag */

    asr_voice_spectrum(v);
    asr_voice_correlate(v);

    for (i = 0; i <= ASR_VOICE_LAG_MAX; i++) {
        v->fade[i] = v->re[i] / v->re[0];
    }
}


/* A frame at 8 kHz, high frequencies raised, to re.  Its power. */

static float
asr_voice_load(asr_voice_t *v, const int16_t *pcm)
{
    float   x, last, power;
    size_t  i;

    last = 0;
    power = 0;

    for (i = 0; i < ASR_VOICE_FRAME; i++) {
        x = (float) (pcm[2 * i] + pcm[2 * i + 1]) / 2;
        v->re[i] = (i == 0 ? 0 : x - ASR_VOICE_EMPHASIS * last);
        last = x;
        power += v->re[i] * v->re[i];
    }

    return power;
}


static int
asr_voice_compare(const void *one, const void *two)
{
    const float  *a = one, *b = two;

    return (*a > *b) - (*a < *b);
}


/* The power a frame needs to be looked at. */

static float
asr_voice_threshold(asr_voice_t *v, const int16_t *pcm, size_t n)
{
    float   power[ASR_VOICE_FRAMES];
    size_t  i;

    power[0] = 0;

    for (i = 0; i < n; i++) {
        power[i] = asr_voice_load(v, pcm + i * ASR_VOICE_HOP);
    }

    qsort(power, n, sizeof(float), asr_voice_compare);

    return power[(size_t) ((double) n * ASR_VOICE_LOUDNESS)]
           / ASR_VOICE_QUIET;
}


/* How periodic the frame is, 0..1, and with which period. */

static float
asr_voice_period(asr_voice_t *v, uint8_t *lag)
{
    float   r, best;
    size_t  i;

    for (i = 0; i <= ASR_VOICE_FFT / 2; i++) {
        if (i < ASR_VOICE_LOW || i >= ASR_VOICE_HIGH) {
            v->power[i] = 0;
        }
    }

    asr_voice_correlate(v);

    best = 0;
    *lag = 0;

    for (i = ASR_VOICE_LAG_MIN; i <= ASR_VOICE_LAG_MAX; i++) {

        if (v->re[i] < v->re[i - 1] || v->re[i] < v->re[i + 1]) {
            continue;
        }

        r = v->re[i] / v->fade[i];

        if (r > best) {
            best = r;
            *lag = (uint8_t) i;
        }
    }

    return v->re[0] > 0 ? best / v->re[0] : 0;
}


/* The bands of the spectrum to f; over how many frequencies it is spread. */

static float
asr_voice_bands(asr_voice_t *v, asr_voice_frame_t *f)
{
    float   sum, most, total, share, entropy;
    size_t  i, b;

    total = 0;
    most = 0;

    for (b = 0; b < ASR_VOICE_BANDS; b++) {
        sum = 0;

        for (i = asr_voice_edges[b]; i < asr_voice_edges[b + 1]; i++) {
            sum += v->power[i];
        }

        total += sum;
        f->bands[b] = sum / (float) (asr_voice_edges[b + 1]
                                     - asr_voice_edges[b]);
        most = f->bands[b] > most ? f->bands[b] : most;
    }

    /* what is 20 dB below the strongest is as good as nothing */

    for (b = 0; b < ASR_VOICE_BANDS; b++) {
        f->bands[b] = 10 * log10f(f->bands[b] + most / 100 + 1e-6f);
    }

    entropy = 0;

    for (i = asr_voice_edges[0]; i < asr_voice_edges[ASR_VOICE_BANDS]; i++) {
        share = v->power[i] / (total + 1e-6f);

        if (share > 1e-9f) {
            entropy -= share * logf(share);
        }
    }

    return expf(entropy);
}


/* How far the shape of the spectrum, not its level, has moved; dB. */

static float
asr_voice_move(const asr_voice_frame_t *f, const asr_voice_frame_t *before)
{
    float   d, sum, squares;
    size_t  b;

    sum = 0;
    squares = 0;

    for (b = 0; b < ASR_VOICE_BANDS; b++) {
        d = f->bands[b] - before->bands[b];
        sum += d;
        squares += d * d;
    }

    sum /= ASR_VOICE_BANDS;

    return sqrtf(fmaxf(squares / ASR_VOICE_BANDS - sum * sum, 0));
}


static void
asr_voice_frame(asr_voice_t *v, const int16_t *pcm, size_t n, float threshold)
{
    float                     spread;
    size_t                    i;
    asr_voice_frame_t        *f;
    const asr_voice_frame_t  *before;

    f = &v->ring[n % ASR_VOICE_WINDOW];
    memset(f, 0, sizeof(asr_voice_frame_t));

    f->loud = asr_voice_load(v, pcm) > threshold;

    for (i = 0; i < ASR_VOICE_FRAME; i++) {
        v->re[i] *= v->window[i];
    }

    asr_voice_spectrum(v);
    spread = asr_voice_bands(v, f);

    if (!f->loud) {
        return;
    }

    f->voiced = asr_voice_period(v, &f->lag) >= ASR_VOICE_PERIODIC;

    if (!f->voiced || spread < ASR_VOICE_SPREAD_MIN
        || spread > ASR_VOICE_SPREAD_MAX || n < ASR_VOICE_BACK)
    {
        return;
    }

    before = &v->ring[(n - ASR_VOICE_BACK) % ASR_VOICE_WINDOW];
    f->speech = before->loud && asr_voice_move(f, before) >= ASR_VOICE_MOVES;
}


/* The window that ends with frame n. */

static bool
asr_voice_window(const asr_voice_t *v, size_t n)
{
    size_t                    i, loud, voiced, speech, pitches;
    bool                      seen[ASR_VOICE_LAG_MAX + 1];
    const asr_voice_frame_t  *f;

    loud = 0;
    voiced = 0;
    speech = 0;
    pitches = 0;
    memset(seen, 0, sizeof(seen));

    i = n < ASR_VOICE_WINDOW ? 0 : n + 1 - ASR_VOICE_WINDOW;

    for ( /* void */ ; i <= n; i++) {
        f = &v->ring[i % ASR_VOICE_WINDOW];
        loud += f->loud;
        voiced += f->voiced;
        speech += f->speech;

        if (f->speech) {
            pitches += !seen[f->lag];
            seen[f->lag] = true;
        }
    }

    return speech >= ASR_VOICE_FEW && pitches >= ASR_VOICE_PITCHES
           && speech * 2 >= voiced && voiced * 4 >= loud;
}


bool
asr_voice(const int16_t *pcm, size_t samples)
{
    float        threshold;
    size_t       i, n;
    asr_voice_t  v;

    if (samples > ASR_VOICE_MAX) {
        samples = ASR_VOICE_MAX;
    }

    if (samples < 2 * ASR_VOICE_FRAME) {
        return false;
    }

    n = (samples - 2 * ASR_VOICE_FRAME) / ASR_VOICE_HOP + 1;

    asr_voice_init(&v);
    threshold = asr_voice_threshold(&v, pcm, n);

    for (i = 0; i < n; i++) {
        asr_voice_frame(&v, pcm + i * ASR_VOICE_HOP, i, threshold);

        if (v.ring[i % ASR_VOICE_WINDOW].speech && asr_voice_window(&v, i)) {
            return true;
        }
    }

    return false;
}
