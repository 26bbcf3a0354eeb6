/*
 * The spool: audio on its way in, and decoded PCM.  Small audio (up to
 * ASR_SPOOL_INLINE bytes) stays in memory and goes into the store's row;
 * larger goes to a file:
 *
 *     DIR/incoming/XXXX    being received; swept after an hour
 *     DIR/audio/NAME       durable, belongs to a file or task row
 *     DIR/pcm/TASK         decoded 16 kHz mono s16le, one file per channel
 *
 * Names never come from a client.
 */

#ifndef ASR_SPOOL_H
#define ASR_SPOOL_H

#include "../base/asr_base.h"


#define ASR_SPOOL_INLINE  16384
#define ASR_SPOOL_NAME    40             /* with NUL */

typedef struct asr_spool_s  asr_spool_t;

typedef struct {
    asr_spool_t    *spool;
    int             fd;                  /* -1 while inline */
    unsigned char  *mem;                 /* inline bytes, malloc'ed */
    size_t          mem_len;
    uint64_t        size;
    char            name[ASR_SPOOL_NAME];    /* set once it is a file */
    bool            committed;
} asr_spool_file_t;


/*
 * Makes the folders (0700) when absent; with uid other than (uid_t) -1 they
 * are given to that user.  Master, at start.
 */
asr_err_t asr_spool_prepare(const char *dir, unsigned uid, unsigned gid,
    char *err, size_t errlen);

/* min_free: writes are refused (ASR_IO) with less left on the file system. */
asr_spool_t *asr_spool_open(const char *dir, uint64_t min_free);
void asr_spool_close(asr_spool_t *s);
const char *asr_spool_dir(const asr_spool_t *s);

/* Writing: one thread.  file is the caller's; inline_max <= ASR_SPOOL_INLINE. */
void asr_spool_begin(asr_spool_t *s, asr_spool_file_t *f);
asr_err_t asr_spool_write(asr_spool_file_t *f, const void *p, size_t n,
    size_t inline_max);

/* Reads back what was written so far. */
asr_err_t asr_spool_read(const asr_spool_file_t *f, uint64_t off, void *p,
    size_t n, size_t *got);

/*
 * fsync and rename to audio/.  Store thread, before the transaction that
 * names the file.  Inline files: nothing to do.  asr_spool_sync_dir once per
 * group of commits.
 */
asr_err_t asr_spool_commit(asr_spool_file_t *f);
asr_err_t asr_spool_sync_dir(asr_spool_t *s);

/* Frees memory, closes; removes the file unless keep. */
void asr_spool_end(asr_spool_file_t *f, bool keep);

/* A stored file: a descriptor (O_RDONLY) or -1 with errno. */
int asr_spool_open_audio(asr_spool_t *s, asr_str_t name);
void asr_spool_remove_audio(asr_spool_t *s, asr_str_t name);

/* PCM of a task's channel 0 or 1; flags as for open(2).  -1 with errno. */
int asr_spool_open_pcm(asr_spool_t *s, int64_t task_id, unsigned channel,
    int flags);
void asr_spool_remove_pcm(asr_spool_t *s, int64_t task_id);

/* Removes from incoming/ what is older; returns how many. */
int asr_spool_sweep(asr_spool_t *s, int64_t older_than_ms);


#endif /* ASR_SPOOL_H */
