/*
 * Whether a piece of audio has somebody speaking in it, or only tones and
 * noise, in which a recogniser would find words all the same.
 */

#ifndef ASR_VOICE_H
#define ASR_VOICE_H

#include "../base/asr_base.h"


#define ASR_VOICE_MAX  (30 * 16000)      /* samples looked at */


/* 16 kHz.  No memory is allocated; 32 KB of stack; any thread. */
bool asr_voice(const int16_t *pcm, size_t samples);


#endif /* ASR_VOICE_H */
