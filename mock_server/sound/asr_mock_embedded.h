/*
 * The text that a sound file carries itself: a comment "asr: text" in a WAV
 * file (LIST INFO ICMT, or an "id3 " chunk), an ID3 tag (v2.2 to v2.4 before
 * the sound: COMM, or FFmpeg's TXXX "comment"; v1 after it, whose 30 bytes are
 * soon over), or the Vorbis comments COMMENT and DESCRIPTION of FLAC and Ogg.
 *
 * Files are hostile.  What is read of one is bounded, whatever it says:
 * ASR_MOCK_TAG_MAX bytes of each tag, and some hundred chunk heads.
 */

#ifndef ASR_MOCK_EMBEDDED_H
#define ASR_MOCK_EMBEDDED_H

#include <sys/types.h>

#include "core/base/asr_arena.h"


#define ASR_MOCK_TAG_MAX       (64 * 1024)
#define ASR_MOCK_EMBEDDED_MAX  (16 * 1024)


typedef struct {
    /* Bytes read at that offset, 0 at the end, -1: an error. */
    ssize_t   (*read)(void *ctx, uint64_t off, void *p, size_t n);
    void      *ctx;
    uint64_t   size;             /* 0: not known, then v1 is not looked for */
} asr_mock_reader_t;

/* Of an open file; ctx is &fd, which must stay. */
asr_mock_reader_t asr_mock_reader_fd(int *fd);

/* Of memory; ctx is the string, which must stay. */
asr_mock_reader_t asr_mock_reader_mem(asr_str_t *s);

/*
 * What stands after "asr:" (of any case), without white space around it: valid
 * UTF-8 without NUL, at most ASR_MOCK_EMBEDDED_MAX bytes, not empty, in the
 * arena.  Text that is no UTF-8 where no encoding is said is taken for
 * Latin-1.  ASR_NOTFOUND: there is none; ASR_IO, ASR_NOMEM.  Any thread.
 */
asr_err_t asr_mock_embedded(const asr_mock_reader_t *r, asr_arena_t *a,
    asr_str_t *text);


#endif /* ASR_MOCK_EMBEDDED_H */
