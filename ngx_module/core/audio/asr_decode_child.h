/*
 * The parts of the asr-decode program: the server (asr_decode_main.c) forks a
 * child per file, which shuts itself in (asr_decode_sandbox_main.c) and then
 * touches the media (asr_decode_media_main.c).  Nothing of this is in the
 * nginx module.
 */

#ifndef ASR_DECODE_CHILD_H
#define ASR_DECODE_CHILD_H

#include <stddef.h>

#include "asr_decode_wire.h"


/* The child's only descriptors; the filter knows them by number. */
#define ASR_CHILD_IN   0
#define ASR_CHILD_OUT  1

/*
 * In the server, once.  0, or -1 when the filter cannot be made: then the
 * server must not run.
 */
int asr_sandbox_prepare(void);

/*
 * In the child: closes all but ASR_CHILD_IN, ASR_CHILD_OUT and standard error
 * (which becomes /dev/null), limits resources, enters seccomp.  0, or -1:
 * then the child must not go on.
 */
int asr_sandbox_enter(int in, int out);

/* Loads what decoding loads at first use; in the server. */
void asr_media_prepare(void);

/*
 * Decodes ASR_CHILD_IN (size bytes) to frames on ASR_CHILD_OUT.  0: the END
 * frame was written, whatever it says; -1: the reader is gone.
 */
int asr_media_decode(const asr_wire_ask_t *ask, int64_t size);

/* Writes one frame, whole.  0, or -1: the reader is gone. */
int asr_child_frame(unsigned type, unsigned channel, const void *p, size_t n);


#endif /* ASR_DECODE_CHILD_H */
