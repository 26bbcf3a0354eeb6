/*
 * The spool: audio on its way in, and decoded PCM.  Small audio (up to
 * ASR_SPOOL_INLINE bytes) stays in memory and goes into the store's row;
 * larger goes to a file:
 *
 *     DIR/incoming/XXXX    being received; swept after an hour
 *     DIR/audio/NAME       durable, belongs to a file or task row
 *     DIR/pcm/TASK.CH      decoded 16 kHz mono s16le, one file per channel
 *
 * Names are random and never come from a client.
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
 * Makes the folders (0700) when absent, the last component of dir included;
 * with uid other than (uid_t) -1 they are given to that user.  Master, at
 * start.
 */
asr_err_t asr_spool_prepare(const char *dir, unsigned uid, unsigned gid,
    char *err, size_t errlen);

/*
 * min_free: files are refused (ASR_IO) with less left on the file system;
 * looked at when a file is made and at every MB of it.  NULL with errno.  Any
 * thread may use the spool.
 */
asr_spool_t *asr_spool_open(const char *dir, uint64_t min_free);
void asr_spool_close(asr_spool_t *s);
const char *asr_spool_dir(const asr_spool_t *s);

/*
 * Writing: one thread at a time.  f is the caller's; with s NULL a file that
 * does not stay inline is refused (ASR_IO); inline_max is at most
 * ASR_SPOOL_INLINE, 0 makes a file of the first byte.  ASR_IO (the file
 * system) or ASR_NOMEM: give the file up with asr_spool_end.
 */
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

/*
 * Frees memory, closes; removes the file unless keep.  f is then as after
 * asr_spool_begin but for its size: a second call does nothing.
 */
void asr_spool_end(asr_spool_file_t *f, bool keep);

/* A stored file: a descriptor (O_RDONLY) or -1 with errno. */
int asr_spool_open_audio(asr_spool_t *s, asr_str_t name);
void asr_spool_remove_audio(asr_spool_t *s, asr_str_t name);

/*
 * PCM of a task's channel 0 or 1; flags as for open(2), O_CLOEXEC is added.
 * -1 with errno.
 */
int asr_spool_open_pcm(asr_spool_t *s, int64_t task_id, unsigned channel,
    int flags);
void asr_spool_remove_pcm(asr_spool_t *s, int64_t task_id);

/*
 * Removes from incoming/ what was not written to for that long; returns how
 * many.
 */
int asr_spool_sweep(asr_spool_t *s, int64_t older_than_ms);

/*
 * Orphans, left by a crash between a file and its row: looks at the next max
 * files of audio/ (not touched for ASR_SPOOL_AGE_MS) and pcm/, going on where
 * the last call stopped, and removes those that nobody wants.  Returns how
 * many.  The callbacks must see every row that was committed before they are
 * called.
 */
#define ASR_SPOOL_AGE_MS  3600000

typedef struct {
    bool  (*audio)(void *ctx, asr_str_t name);
    bool  (*pcm)(void *ctx, int64_t task_id);
    void   *ctx;
} asr_spool_wanted_t;

int asr_spool_orphans(asr_spool_t *s, const asr_spool_wanted_t *wanted,
    unsigned max);


#endif /* ASR_SPOOL_H */
