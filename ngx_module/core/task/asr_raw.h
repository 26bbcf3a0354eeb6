/*
 * Sound without a header.  Nothing in such a file says that it is sound, or
 * of which rate: only its name does.  The format asr_raw_format is declared
 * for it where a task is made; asr-decode reads such a file as what its first
 * bytes say if they say anything, else as 16-bit little-endian samples.
 */

#ifndef ASR_RAW_H
#define ASR_RAW_H

#include "asr_store.h"


#define ASR_RAW_FORMAT  "pcm"

/*
 * The task's engine is set already.  When the name is that of raw sound, sets
 * its format and its sample rate, which is the engine's; else nothing.
 */
void asr_raw_name(asr_task_t *t, asr_str_t name);

/* The same by the path of a URL. */
void asr_raw_url(asr_task_t *t, asr_str_t url);


#endif /* ASR_RAW_H */
