/*
 * Sounds that are not speech: tones, noises, something like music.  Each is
 * made of its name and a seed, at 16 kHz, malloc'ed, and peaks at amplitude
 * (noises: that is three times their root mean square).
 */

#ifndef SOUNDS_H
#define SOUNDS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>


typedef struct {
    uint64_t  state;
    double    slow[4];
    double    phase[8];
    double    value;
} sound_t;

typedef double (*sound_pt)(sound_t *s, double t);


/* Uniform in [0, 1). */

static inline double
sound_random(sound_t *s)
{
    s->state = s->state * UINT64_C(6364136223846793005)
               + UINT64_C(1442695040888963407);

    return (double) (s->state >> 40) / (double) (1 << 24);
}


/* A number of the piece of time number i, the same whenever it is asked. */

static inline double
sound_of(const sound_t *s, double i)
{
    sound_t  one;

    one.state = (uint64_t) s->slow[3] * 7919 + (uint64_t) i * 104729 + 1;
    (void) sound_random(&one);
    (void) sound_random(&one);

    return sound_random(&one);
}


static inline double
sound_sine(double hz, double t)
{
    return sin(2 * M_PI * hz * t);
}


static inline double
sound_square(double hz, double t)
{
    return fmod(hz * t, 1.0) < 0.5 ? 0.7 : -0.7;
}


static inline double
sound_white(sound_t *s, double t)
{
    double  x;

    x = sound_random(s) + sound_random(s) + sound_random(s)
        + sound_random(s) - 2.0;

    return x * 0.577;
}


static inline double
sound_pink(sound_t *s, double t)
{
    double  w;

    w = sound_white(s, t);
    s->slow[0] = 0.99765 * s->slow[0] + w * 0.0990460;
    s->slow[1] = 0.96300 * s->slow[1] + w * 0.2965164;
    s->slow[2] = 0.57000 * s->slow[2] + w * 1.0526913;

    return (s->slow[0] + s->slow[1] + s->slow[2] + w * 0.1848) * 0.55;
}


static inline double
sound_brown(sound_t *s, double t)
{
    s->slow[0] = 0.998 * s->slow[0] + 0.063 * sound_white(s, t);

    return s->slow[0];
}


static inline double
sound_hum(sound_t *s, double t)
{
    double  x;

    x = 0.6 * sound_sine(50, t) + 0.3 * sound_sine(100, t)
        + 0.2 * sound_sine(150, t) + 0.1 * sound_sine(250, t);

    return x + 0.02 * sound_white(s, t);
}


static inline double
sound_clicks(sound_t *s, double t)
{
    if (sound_random(s) < 8.0 / 16000) {
        s->value = sound_random(s) < 0.5 ? 1.0 : -1.0;
    }

    s->value *= 0.9;

    return s->value;
}


static inline double
sound_tone(sound_t *s, double t)
{
    return sound_sine(300 + 2700 * sound_of(s, 0), t);
}


static inline double
sound_beeps(sound_t *s, double t)
{
    return fmod(t, 1.0) < 0.5 ? sound_sine(1000, t) : 0.0;
}


static inline double
sound_pips(sound_t *s, double t)
{
    return fmod(t, 0.3) < 0.1
           ? sound_sine(200 + 2500 * sound_of(s, t / 0.3), t) : 0.0;
}


static inline double
sound_dtmf(sound_t *s, double t)
{
    int  key;

    static const double  low[] = { 697, 770, 852, 941 };
    static const double  high[] = { 1209, 1336, 1477, 1633 };

    key = (int) (16 * sound_of(s, floor(t / 0.3)));

    return fmod(t, 0.3) < 0.2 ? 0.5 * sound_sine(low[key / 4], t)
                                + 0.5 * sound_sine(high[key % 4], t) : 0.0;
}


static inline double
sound_ringback(sound_t *s, double t)
{
    return fmod(t, 6.0) < 2.0 ? 0.5 * sound_sine(440, t)
                                + 0.5 * sound_sine(480, t) : 0.0;
}


static inline double
sound_busy(sound_t *s, double t)
{
    return fmod(t, 1.0) < 0.5 ? 0.5 * sound_sine(480, t)
                                + 0.5 * sound_sine(620, t) : 0.0;
}


/* An octave in a second, up to five and again. */

static inline double
sound_sweep(sound_t *s, double t)
{
    s->phase[0] += 100 * pow(2, fmod(t, 5.0)) / 16000;

    return sound_sine(1, s->phase[0]);
}


static inline double
sound_siren(sound_t *s, double t)
{
    s->phase[0] += (900 + 500 * sound_sine(0.5, t)) / 16000;

    return sound_sine(1, s->phase[0]);
}


static inline double
sound_squares(sound_t *s, double t)
{
    return fmod(t, 1.0) < 0.5
           ? sound_square(110 + 500 * sound_of(s, floor(t)), t) : 0.0;
}


static inline double
sound_buzz(sound_t *s, double t)
{
    return sound_square(150, t);
}


/* A triad of pure tones, another one every half second. */

static inline double
sound_chords(sound_t *s, double t)
{
    double  root;

    root = 220 * pow(2, floor(12 * sound_of(s, floor(t * 2))) / 12);

    return (sound_sine(root, t) + sound_sine(root * 1.26, t)
            + sound_sine(root * 1.498, t)) / 3;
}


/* The same of strings that are struck and fade, with overtones. */

static inline double
sound_strings(sound_t *s, double t)
{
    int     i, k;
    double  root, x, decay;

    static const double  of[] = { 1.0, 1.26, 1.498, 2.0 };

    root = 130 * pow(2, floor(12 * sound_of(s, floor(t * 2))) / 12);
    x = 0;

    for (i = 0; i < 4; i++) {
        for (k = 1; k <= 6; k++) {
            decay = exp(-3.0 * k * fmod(t, 0.5));
            x += decay * sound_sine(root * of[i] * k, t) / k;
        }
    }

    return x / 8;
}


static inline double
sound_bursts(sound_t *s, double t)
{
    return sound_white(s, t) * (fmod(t, 0.7) < 0.3 ? 1.0 : 0.01);
}


/* As loud and as quiet as speech is. */

static inline double
sound_syllables(sound_t *s, double t)
{
    return sound_pink(s, t) * pow(fabs(sound_sine(2, t)), 2);
}


static inline double
sound_steps(sound_t *s, double t)
{
    return sound_white(s, t) * pow(10, -2 * sound_of(s, floor(t / 3)));
}


static inline double
sound_wind(sound_t *s, double t)
{
    return sound_brown(s, t) * (0.6 + 0.4 * sound_sine(0.7, t));
}


static inline double
sound_both(sound_t *s, double t)
{
    return 0.7 * sound_beeps(s, t) + 0.2 * sound_white(s, t);
}


static inline double
sound_silence(sound_t *s, double t)
{
    return 0.0;
}


static const struct {
    const char  *name;
    sound_pt     make;
} sounds[] = {
    { "silence", sound_silence }, { "white", sound_white },
    { "pink", sound_pink }, { "brown", sound_brown }, { "hum", sound_hum },
    { "clicks", sound_clicks }, { "tone", sound_tone },
    { "beeps", sound_beeps }, { "pips", sound_pips }, { "dtmf", sound_dtmf },
    { "ringback", sound_ringback }, { "busy", sound_busy },
    { "sweep", sound_sweep }, { "siren", sound_siren },
    { "squares", sound_squares }, { "buzz", sound_buzz },
    { "chords", sound_chords }, { "strings", sound_strings },
    { "bursts", sound_bursts }, { "syllables", sound_syllables },
    { "steps", sound_steps }, { "wind", sound_wind }, { "both", sound_both },
};

#define SOUNDS  (sizeof(sounds) / sizeof(sounds[0]))


static inline int16_t *
sound_make(size_t which, unsigned seed, double amplitude, size_t n)
{
    size_t    i;
    double    x;
    int16_t  *pcm;
    sound_t   s = { .state = seed };

    s.slow[3] = seed;
    pcm = malloc(n * sizeof(int16_t));

    if (pcm == NULL) {
        abort();
    }

    for (i = 0; i < n; i++) {
        x = amplitude * sounds[which].make(&s, (double) i / 16000);
        x = x > 32767 ? 32767 : x < -32768 ? -32768 : x;
        pcm[i] = (int16_t) lrint(x);
    }

    return pcm;
}


#endif /* SOUNDS_H */
