/*
 * What asr-decode and its client say to each other.  Both are built together,
 * so the numbers are in host order; the magic catches a program of another
 * version.
 *
 * Client to server, one SOCK_SEQPACKET message: asr_wire_ask_t, with two
 * descriptors: the media (readable, seekable) and a pipe's write end.  No
 * answer comes on the socket.
 *
 * Child to client, on the pipe: frames, in the order READY, FORMAT (once the
 * media was understood), PCM*, END.  A pipe that ends before READY means that
 * the helper failed; one that ends after READY without END, that the media
 * killed the child.
 */

#ifndef ASR_DECODE_WIRE_H
#define ASR_DECODE_WIRE_H

#include <stdint.h>


#define ASR_WIRE_FD        3             /* the server's socket */
#define ASR_WIRE_MAGIC     0x41535232
#define ASR_WIRE_PCM_MAX   65536         /* bytes of PCM in one frame */
#define ASR_WIRE_NAME_MAX  32
#define ASR_WIRE_RATE      16000

/*
 * A child lives no longer than this and the longest sound it may send: then
 * its reader was slower than the sound.
 */
#define ASR_WIRE_WALL_S    600

typedef struct {
    uint32_t  magic;
    int32_t   sample_rate;
    int32_t   channels;
    int32_t   channels_strict;
    int64_t   min_ms;
    int64_t   max_ms;
    char      format[ASR_WIRE_NAME_MAX];     /* terminated */
} asr_wire_ask_t;

enum { ASR_WIRE_READY = 1, ASR_WIRE_FORMAT, ASR_WIRE_PCM, ASR_WIRE_END };

/* What a cause does not say, for the log. */

typedef enum {
    ASR_WIRE_WHY_NONE = 0,
    ASR_WIRE_WHY_SILK,
    ASR_WIRE_WHY_DECLARED,
    ASR_WIRE_WHY_CPU
} asr_wire_why_t;

typedef struct {
    uint16_t  type;
    uint16_t  channel;                   /* of PCM: 0, 1 */
    uint32_t  length;                    /* bytes that follow */
} asr_wire_frame_t;

typedef struct {
    int32_t  sample_rate;                /* of the media */
    int32_t  channels;
    char     container[ASR_WIRE_NAME_MAX];   /* terminated */
    char     codec[ASR_WIRE_NAME_MAX];
} asr_wire_format_t;

typedef struct {
    int64_t  audio_ms;
    int32_t  cause;                      /* asr_cause_t */
    int32_t  why;                        /* asr_wire_why_t */
    int32_t  cpu_ms;                     /* of the child */
    int32_t  reserved;
} asr_wire_end_t;


#endif /* ASR_DECODE_WIRE_H */
