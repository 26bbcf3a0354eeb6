/*
 * The spool's folders are held open and everything is done relative to them,
 * so a spool that is renamed or mounted over under a running process cannot
 * mix two folders.  A file is made in incoming/ under a random name, which it
 * keeps: committing is fdatasync, rename to audio/, and (once per group) an
 * fsync of audio/.  So whatever is in audio/ is complete, and what is named
 * by no row of the store was left by a crash in between and may go, once it
 * is old enough not to be waiting for its transaction.
 *
 * Ages are taken on the real clock, never the shifted one: they are compared
 * with what the file system wrote.
 */

#include "asr_spool.h"
#include "../base/asr_crypto.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>


#define ASR_SPOOL_RANDOM      16         /* bytes of a name, 128 bits */
#define ASR_SPOOL_FREE_EVERY  (1024 * 1024)
#define ASR_SPOOL_MEM_FIRST   1024


enum { ASR_SPOOL_INCOMING = 0, ASR_SPOOL_AUDIO, ASR_SPOOL_PCM,
       ASR_SPOOL_FOLDERS };

struct asr_spool_s {
    char            *dir;
    int              fd[ASR_SPOOL_FOLDERS];
    uint64_t         min_free;
    _Atomic bool     full;               /* said in the log */

    pthread_mutex_t  walk_lock;          /* over the next two */
    DIR             *walk;               /* where asr_spool_orphans is */
    int              walk_folder;
};


static asr_err_t asr_spool_give(int dirfd, const char *name, unsigned uid,
    unsigned gid);
static asr_err_t asr_spool_create(asr_spool_file_t *f);
static asr_err_t asr_spool_free_space(asr_spool_t *s);
static asr_err_t asr_spool_write_all(int fd, const unsigned char *p,
    size_t n);
static asr_err_t asr_spool_grow(asr_spool_file_t *f, const void *p, size_t n,
    size_t inline_max);
static bool asr_spool_name_ok(asr_str_t name, char *out);
static int asr_spool_pcm_name(char *out, size_t size, int64_t task_id,
    unsigned channel);
static DIR *asr_spool_opendir(int fd);
static bool asr_spool_older(int fd, const char *name, int64_t age_ms);
static bool asr_spool_orphan(asr_spool_t *s, const asr_spool_wanted_t *wanted,
    const char *name);


static const char  *asr_spool_folders[] = { "incoming", "audio", "pcm" };


asr_err_t
asr_spool_prepare(const char *dir, unsigned uid, unsigned gid, char *err,
    size_t errlen)
{
    int          fd, i;
    const char  *what;

    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        snprintf(err, errlen, "cannot make the folder \"%s\": %s", dir,
                 strerror(errno));
        return ASR_IO;
    }

    fd = open(dir, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    if (fd == -1) {
        snprintf(err, errlen, "cannot open the folder \"%s\": %s", dir,
                 strerror(errno));
        return ASR_IO;
    }

    for (i = 0; i < ASR_SPOOL_FOLDERS; i++) {
        what = asr_spool_folders[i];

        if (mkdirat(fd, what, 0700) != 0 && errno != EEXIST) {
            goto failed;
        }

        if (asr_spool_give(fd, what, uid, gid) != ASR_OK) {
            goto failed;
        }
    }

    what = ".";

    if (asr_spool_give(fd, what, uid, gid) != ASR_OK) {
        goto failed;
    }

    close(fd);

    return ASR_OK;

failed:

    snprintf(err, errlen, "cannot prepare \"%s/%s\": %s", dir, what,
             strerror(errno));
    close(fd);

    return ASR_IO;
}


static asr_err_t
asr_spool_give(int dirfd, const char *name, unsigned uid, unsigned gid)
{
    struct stat  st;

    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return ASR_IO;
    }

    if (!S_ISDIR(st.st_mode)) {
        errno = ENOTDIR;
        return ASR_IO;
    }

    if (uid == (unsigned) -1 || st.st_uid == uid) {
        return ASR_OK;
    }

    if (fchownat(dirfd, name, uid, gid, AT_SYMLINK_NOFOLLOW) != 0) {
        return ASR_IO;
    }

    return ASR_OK;
}


asr_spool_t *
asr_spool_open(const char *dir, uint64_t min_free)
{
    int           dirfd, i, rc;
    asr_spool_t  *s;

    s = calloc(1, sizeof(asr_spool_t));
    if (s == NULL) {
        return NULL;
    }

    if (pthread_mutex_init(&s->walk_lock, NULL) != 0) {
        free(s);
        return NULL;
    }

    for (i = 0; i < ASR_SPOOL_FOLDERS; i++) {
        s->fd[i] = -1;
    }

    s->min_free = min_free;
    s->dir = strdup(dir);
    if (s->dir == NULL) {
        goto failed;
    }

    dirfd = open(dir, O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    if (dirfd == -1) {
        goto failed;
    }

    for (i = 0; i < ASR_SPOOL_FOLDERS; i++) {
        s->fd[i] = openat(dirfd, asr_spool_folders[i],
                          O_RDONLY|O_DIRECTORY|O_CLOEXEC|O_NOFOLLOW);
        if (s->fd[i] == -1) {
            rc = errno;
            close(dirfd);
            errno = rc;
            goto failed;
        }
    }

    close(dirfd);

    return s;

failed:

    rc = errno;
    asr_spool_close(s);
    errno = rc;

    return NULL;
}


void
asr_spool_close(asr_spool_t *s)
{
    int  i;

    if (s == NULL) {
        return;
    }

    if (s->walk != NULL) {
        closedir(s->walk);
    }

    for (i = 0; i < ASR_SPOOL_FOLDERS; i++) {
        if (s->fd[i] != -1) {
            close(s->fd[i]);
        }
    }

    pthread_mutex_destroy(&s->walk_lock);
    free(s->dir);
    free(s);
}


const char *
asr_spool_dir(const asr_spool_t *s)
{
    return s->dir;
}


void
asr_spool_begin(asr_spool_t *s, asr_spool_file_t *f)
{
    memset(f, 0, sizeof(asr_spool_file_t));

    f->spool = s;
    f->fd = -1;
}


asr_err_t
asr_spool_write(asr_spool_file_t *f, const void *p, size_t n,
    size_t inline_max)
{
    asr_err_t  rc;

    if (n == 0) {
        return ASR_OK;
    }

    if (inline_max > ASR_SPOOL_INLINE) {
        inline_max = ASR_SPOOL_INLINE;
    }

    if (f->fd == -1 && n <= inline_max && f->mem_len <= inline_max - n) {
        return asr_spool_grow(f, p, n, inline_max);
    }

    if (f->fd == -1) {
        rc = asr_spool_create(f);
        if (rc != ASR_OK) {
            return rc;
        }

    } else if (f->size / ASR_SPOOL_FREE_EVERY
               != (f->size + n) / ASR_SPOOL_FREE_EVERY)
    {
        rc = asr_spool_free_space(f->spool);
        if (rc != ASR_OK) {
            return rc;
        }
    }

    rc = asr_spool_write_all(f->fd, p, n);
    if (rc == ASR_OK) {
        f->size += n;
    }

    return rc;
}


static asr_err_t
asr_spool_grow(asr_spool_file_t *f, const void *p, size_t n,
    size_t inline_max)
{
    size_t          need, size, now;
    unsigned char  *mem;

    need = f->mem_len + n;

    /* the size allocated follows from the length: powers of two, capped */

    now = 0;
    if (f->mem_len != 0) {
        for (now = ASR_SPOOL_MEM_FIRST; now < f->mem_len; now *= 2) {
            /* void */
        }
    }

    if (need > now) {
        for (size = ASR_SPOOL_MEM_FIRST; size < need; size *= 2) {
            /* void */
        }

        mem = realloc(f->mem, size);
        if (mem == NULL) {
            return ASR_NOMEM;
        }

        f->mem = mem;
    }

    memcpy(f->mem + f->mem_len, p, n);
    f->mem_len = need;
    f->size = need;

    return ASR_OK;
}


/* Makes the file, and moves to it what was inline. */

static asr_err_t
asr_spool_create(asr_spool_file_t *f)
{
    int            fd;
    char           name[ASR_SPOOL_NAME];
    unsigned char  random[ASR_SPOOL_RANDOM];

    /* no spool: it could not be opened, which was logged then */

    if (f->spool == NULL || asr_spool_free_space(f->spool) != ASR_OK) {
        return ASR_IO;
    }

    asr_random(random, sizeof(random));
    asr_hex(random, sizeof(random), name);
    name[2 * sizeof(random)] = '\0';

    fd = openat(f->spool->fd[ASR_SPOOL_INCOMING], name,
                O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC|O_NOFOLLOW, 0600);
    if (fd == -1) {
        asr_log(ASR_LOG_ERR, "spool: cannot make \"%s/incoming/%s\": %s",
                f->spool->dir, name, strerror(errno));
        return ASR_IO;
    }

    f->fd = fd;
    memcpy(f->name, name, 2 * sizeof(random) + 1);

    if (asr_spool_write_all(fd, f->mem, f->mem_len) != ASR_OK) {
        return ASR_IO;
    }

    free(f->mem);
    f->mem = NULL;
    f->mem_len = 0;

    return ASR_OK;
}


static asr_err_t
asr_spool_free_space(asr_spool_t *s)
{
    bool            full;
    struct statvfs  st;

    if (fstatvfs(s->fd[ASR_SPOOL_INCOMING], &st) != 0) {
        asr_log(ASR_LOG_ERR, "spool: statvfs \"%s\": %s", s->dir,
                strerror(errno));
        return ASR_IO;
    }

    full = (uint64_t) st.f_bavail * st.f_frsize < s->min_free;

    /* clients keep coming while it is full: one line per change */

    if (atomic_exchange(&s->full, full) != full) {
        asr_log(full ? ASR_LOG_ERR : ASR_LOG_NOTICE,
                full ? "spool: \"%s\" has less than %llu bytes free, refusing"
                       " audio"
                     : "spool: \"%s\" has %llu bytes free again",
                s->dir, (unsigned long long) s->min_free);
    }

    return full ? ASR_IO : ASR_OK;
}


static asr_err_t
asr_spool_write_all(int fd, const unsigned char *p, size_t n)
{
    ssize_t  done;

    while (n != 0) {
        done = write(fd, p, n);

        if (done == -1) {
            if (errno == EINTR) {
                continue;
            }

            asr_log(ASR_LOG_ERR, "spool: write: %s", strerror(errno));
            return ASR_IO;
        }

        p += done;
        n -= (size_t) done;
    }

    return ASR_OK;
}


asr_err_t
asr_spool_read(const asr_spool_file_t *f, uint64_t off, void *p, size_t n,
    size_t *got)
{
    ssize_t         done;
    unsigned char  *out;

    *got = 0;
    out = p;

    if (off >= f->size) {
        return ASR_OK;
    }

    if (n > f->size - off) {
        n = (size_t) (f->size - off);
    }

    if (f->fd == -1) {
        if (n != 0) {
            memcpy(out, f->mem + off, n);
        }

        *got = n;
        return ASR_OK;
    }

    while (*got < n) {
        done = pread(f->fd, out + *got, n - *got, (off_t) (off + *got));

        if (done == -1) {
            if (errno == EINTR) {
                continue;
            }

            asr_log(ASR_LOG_ERR, "spool: read: %s", strerror(errno));
            return ASR_IO;
        }

        if (done == 0) {
            break;
        }

        *got += (size_t) done;
    }

    return ASR_OK;
}


asr_err_t
asr_spool_commit(asr_spool_file_t *f)
{
    const asr_spool_t  *s;

    if (f->fd == -1 || f->committed) {
        return ASR_OK;
    }

    s = f->spool;

    if (fdatasync(f->fd) != 0) {
        asr_log(ASR_LOG_ERR, "spool: fdatasync: %s", strerror(errno));
        return ASR_IO;
    }

    if (renameat(s->fd[ASR_SPOOL_INCOMING], f->name,
                 s->fd[ASR_SPOOL_AUDIO], f->name)
        != 0)
    {
        asr_log(ASR_LOG_ERR, "spool: cannot move \"%s\" to audio: %s",
                f->name, strerror(errno));
        return ASR_IO;
    }

    f->committed = true;

    return ASR_OK;
}


asr_err_t
asr_spool_sync_dir(asr_spool_t *s)
{
    if (fsync(s->fd[ASR_SPOOL_AUDIO]) != 0) {
        asr_log(ASR_LOG_ERR, "spool: fsync of \"%s/audio\": %s", s->dir,
                strerror(errno));
        return ASR_IO;
    }

    return ASR_OK;
}


void
asr_spool_end(asr_spool_file_t *f, bool keep)
{
    int       folder;
    uint64_t  size;

    if (f->fd != -1) {
        close(f->fd);

        if (!keep) {
            folder = f->committed ? ASR_SPOOL_AUDIO : ASR_SPOOL_INCOMING;
            (void) unlinkat(f->spool->fd[folder], f->name, 0);
        }
    }

    free(f->mem);

    size = f->size;
    asr_spool_begin(f->spool, f);
    f->size = size;
}


/* Names come from the store; one that is not ours opens nothing. */

static bool
asr_spool_name_ok(asr_str_t name, char *out)
{
    size_t  i;

    if (name.len != 2 * ASR_SPOOL_RANDOM) {
        return false;
    }

    for (i = 0; i < name.len; i++) {
        if (strchr("0123456789abcdef", name.data[i]) == NULL
            || name.data[i] == '\0')
        {
            return false;
        }

        out[i] = name.data[i];
    }

    out[i] = '\0';

    return true;
}


int
asr_spool_open_audio(asr_spool_t *s, asr_str_t name)
{
    char  path[ASR_SPOOL_NAME];

    if (!asr_spool_name_ok(name, path)) {
        errno = EINVAL;
        return -1;
    }

    return openat(s->fd[ASR_SPOOL_AUDIO], path,
                  O_RDONLY|O_CLOEXEC|O_NOFOLLOW);
}


void
asr_spool_remove_audio(asr_spool_t *s, asr_str_t name)
{
    char  path[ASR_SPOOL_NAME];

    if (!asr_spool_name_ok(name, path)) {
        return;
    }

    if (unlinkat(s->fd[ASR_SPOOL_AUDIO], path, 0) != 0 && errno != ENOENT) {
        asr_log(ASR_LOG_WARN, "spool: cannot remove audio \"%s\": %s", path,
                strerror(errno));
    }
}


static int
asr_spool_pcm_name(char *out, size_t size, int64_t task_id, unsigned channel)
{
    if (task_id <= 0 || channel > 1) {
        errno = EINVAL;
        return -1;
    }

    return snprintf(out, size, "%lld.%u", (long long) task_id, channel);
}


int
asr_spool_open_pcm(asr_spool_t *s, int64_t task_id, unsigned channel,
    int flags)
{
    char  path[ASR_SPOOL_NAME];

    if (asr_spool_pcm_name(path, sizeof(path), task_id, channel) == -1) {
        return -1;
    }

    return openat(s->fd[ASR_SPOOL_PCM], path, flags|O_CLOEXEC|O_NOFOLLOW,
                  0600);
}


void
asr_spool_remove_pcm(asr_spool_t *s, int64_t task_id)
{
    char      path[ASR_SPOOL_NAME];
    unsigned  channel;

    for (channel = 0; channel < 2; channel++) {
        if (asr_spool_pcm_name(path, sizeof(path), task_id, channel) == -1) {
            return;
        }

        if (unlinkat(s->fd[ASR_SPOOL_PCM], path, 0) != 0 && errno != ENOENT) {
            asr_log(ASR_LOG_WARN, "spool: cannot remove pcm \"%s\": %s", path,
                    strerror(errno));
        }
    }
}


int
asr_spool_sweep(asr_spool_t *s, int64_t older_than_ms)
{
    int             fd, n;
    DIR            *dir;
    struct dirent  *e;

    fd = s->fd[ASR_SPOOL_INCOMING];

    dir = asr_spool_opendir(fd);
    if (dir == NULL) {
        return 0;
    }

    n = 0;

    while ((e = readdir(dir)) != NULL) {
        if (e->d_name[0] != '.' && asr_spool_older(fd, e->d_name, older_than_ms)
            && unlinkat(fd, e->d_name, 0) == 0)
        {
            n++;
        }
    }

    closedir(dir);

    return n;
}


/* A stream of its own offset: a dup would share it with the next reader. */

static DIR *
asr_spool_opendir(int fd)
{
    int   own;
    DIR  *dir;

    own = openat(fd, ".", O_RDONLY|O_DIRECTORY|O_CLOEXEC);
    if (own == -1) {
        return NULL;
    }

    dir = fdopendir(own);
    if (dir == NULL) {
        close(own);
    }

    return dir;
}


static bool
asr_spool_older(int fd, const char *name, int64_t age_ms)
{
    int64_t          last, ms;
    struct stat      st;
    struct timespec  now;

    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return false;
    }

    clock_gettime(CLOCK_REALTIME, &now);

    last = (int64_t) st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    ms = (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;

    return ms - last >= age_ms;
}


int
asr_spool_orphans(asr_spool_t *s, const asr_spool_wanted_t *wanted,
    unsigned max)
{
    int             n;
    unsigned        looked;
    struct dirent  *e;

    /* somebody else of this process is at it */

    if (pthread_mutex_trylock(&s->walk_lock) != 0) {
        return 0;
    }

    n = 0;

    for (looked = 0; looked < max; looked++) {

        if (s->walk == NULL) {
            s->walk_folder = (s->walk_folder == ASR_SPOOL_AUDIO)
                             ? ASR_SPOOL_PCM : ASR_SPOOL_AUDIO;
            s->walk = asr_spool_opendir(s->fd[s->walk_folder]);
            if (s->walk == NULL) {
                break;
            }
        }

        e = readdir(s->walk);

        if (e == NULL) {
            closedir(s->walk);
            s->walk = NULL;

            if (s->walk_folder == ASR_SPOOL_PCM) {
                break;
            }

            continue;
        }

        if (e->d_name[0] != '.' && asr_spool_orphan(s, wanted, e->d_name)) {
            n++;
        }
    }

    pthread_mutex_unlock(&s->walk_lock);

    return n;
}


static bool
asr_spool_orphan(asr_spool_t *s, const asr_spool_wanted_t *wanted,
    const char *name)
{
    int          fd;
    char        *dot;
    long long    id;

    fd = s->fd[s->walk_folder];

    if (s->walk_folder == ASR_SPOOL_AUDIO) {
        if (!asr_spool_older(fd, name, ASR_SPOOL_AGE_MS)
            || wanted->audio(wanted->ctx, (asr_str_t) { strlen(name), name }))
        {
            return false;
        }

    } else {
        errno = 0;
        id = strtoll(name, &dot, 10);
        if (errno != 0 || dot == name || *dot != '.' || id <= 0
            || wanted->pcm(wanted->ctx, id))
        {
            return false;
        }
    }

    return unlinkat(fd, name, 0) == 0;
}
