/*
 * WAV files made in memory, and the PocketSphinx test recordings.
 */

#ifndef WAV_H
#define WAV_H

#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>


#define WAV_LIBRIVOX  "/usr/share/pocketsphinx/test/data/librivox/"

enum { WAV_PCM = 1, WAV_FLOAT = 3, WAV_ALAW = 6, WAV_MULAW = 7,
       WAV_ATRAC3 = 0x270 };

typedef struct {
    unsigned char  *data;
    size_t          len;
} wav_t;


static inline void
wav_le(unsigned char *p, uint64_t v, int bytes)
{
    int  i;

    for (i = 0; i < bytes; i++) {
        p[i] = (unsigned char) (v >> (8 * i));
    }
}


/* A header of 44 bytes and n bytes of sound; claim: the sizes it states. */

static inline wav_t
wav_make(unsigned tag, unsigned channels, unsigned rate, unsigned bits,
    const void *sound, size_t n, uint32_t claim)
{
    wav_t           w;
    unsigned char  *p;

    w.len = 44 + n;
    w.data = malloc(w.len);

    if (w.data == NULL) {
        abort();
    }

    p = w.data;
    memcpy(p, "RIFF....WAVEfmt ", 16);
    wav_le(p + 4, claim == UINT32_MAX ? claim : claim + 36, 4);
    wav_le(p + 16, 16, 4);
    wav_le(p + 20, tag, 2);
    wav_le(p + 22, channels, 2);
    wav_le(p + 24, rate, 4);
    wav_le(p + 28, (uint64_t) rate * channels * bits / 8, 4);
    wav_le(p + 32, channels * bits / 8, 2);
    wav_le(p + 34, bits, 2);
    memcpy(p + 36, "data", 4);
    wav_le(p + 40, claim, 4);

    if (n != 0) {
        memcpy(p + 44, sound, n);
    }

    return w;
}


static inline wav_t
wav_pcm16(unsigned channels, unsigned rate, const int16_t *pcm, size_t n)
{
    return wav_make(WAV_PCM, channels, rate, 16, pcm, n * 2,
                    (uint32_t) (n * 2));
}


/* n samples of a sine, malloc'ed. */

static inline int16_t *
wav_sine(size_t n, double hz, double rate, double amplitude)
{
    size_t    i;
    int16_t  *pcm;

    pcm = malloc((n + 1) * sizeof(int16_t));

    if (pcm == NULL) {
        abort();
    }

    for (i = 0; i < n; i++) {
        pcm[i] = (int16_t) lrint(amplitude * sin(2 * M_PI * hz * (double) i
                                                 / rate));
    }

    return pcm;
}


static inline unsigned char
wav_mulaw(int16_t v)
{
    int  sign, x, e;

    sign = v < 0 ? 0x80 : 0;
    x = abs((int) v);
    x = (x > 32635 ? 32635 : x) + 132;

    for (e = 7; e > 0 && !(x & (0x80 << e)); e--) {
        /* void */
    }

    return (unsigned char) ~(sign | (e << 4) | ((x >> (e + 3)) & 15));
}


static inline int
wav_fd(const void *p, size_t n)
{
    int  fd;

    fd = memfd_create("wav", MFD_CLOEXEC);

    if (fd < 0 || write(fd, p, n) != (ssize_t) n) {
        abort();
    }

    return fd;
}


/* The samples of a 16-bit file with the plain header; malloc'ed. */

static inline int16_t *
wav_load(const char *path, size_t *n)
{
    int       fd;
    char      head[44];
    off_t     size;
    int16_t  *pcm;

    fd = open(path, O_RDONLY|O_CLOEXEC);

    if (fd < 0 || read(fd, head, sizeof(head)) != sizeof(head)) {
        abort();
    }

    size = lseek(fd, 0, SEEK_END) - (off_t) sizeof(head);
    pcm = malloc((size_t) size);

    if (pcm == NULL || pread(fd, pcm, (size_t) size, sizeof(head)) != size) {
        abort();
    }

    close(fd);
    *n = (size_t) size / 2;

    return pcm;
}


#endif /* WAV_H */
