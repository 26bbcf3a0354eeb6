/* The spool: inline and files, commit, limits, sweep, orphans. */

#define _GNU_SOURCE

#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>

#include "task/asr_spool.h"


static char          dir[64];
static asr_spool_t  *spool;


static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}


static int
setup(void **state)
{
    char  err[256];
    char  made[] = "/tmp/test-spool.XXXXXX";

    if (mkdtemp(made) == NULL) {
        return -1;
    }

    snprintf(dir, sizeof(dir), "%s/spool", made);

    if (asr_spool_prepare(dir, (unsigned) -1, (unsigned) -1, err, sizeof(err))
        != ASR_OK)
    {
        return -1;
    }

    spool = asr_spool_open(dir, 0);

    return spool != NULL ? 0 : -1;
}


static int
teardown(void **state)
{
    asr_spool_close(spool);
    *strrchr(dir, '/') = '\0';

    return nftw(dir, remove_one, 8, FTW_DEPTH|FTW_PHYS);
}


static int
count(const char *folder)
{
    int             n;
    DIR            *d;
    char            path[128];
    struct dirent  *e;

    snprintf(path, sizeof(path), "%s/%s", dir, folder);
    d = opendir(path);
    assert_non_null(d);

    n = 0;
    while ((e = readdir(d)) != NULL) {
        n += e->d_name[0] != '.';
    }

    closedir(d);

    return n;
}


static void
age(const char *folder, const char *name, int seconds)
{
    char             path[256];
    struct timespec  ts[2];

    clock_gettime(CLOCK_REALTIME, &ts[0]);
    ts[0].tv_sec -= seconds;
    ts[1] = ts[0];

    snprintf(path, sizeof(path), "%s/%s/%s", dir, folder, name);
    assert_int_equal(utimensat(AT_FDCWD, path, ts, 0), 0);
}


static void
test_prepare(void **state)
{
    char         err[256], path[128];
    unsigned     i;
    struct stat  st;

    static const char  *folders[] = { "", "/incoming", "/audio", "/pcm" };

    for (i = 0; i < asr_nelts(folders); i++) {
        snprintf(path, sizeof(path), "%s%s", dir, folders[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_true(S_ISDIR(st.st_mode));
        assert_int_equal(st.st_mode & 0777, 0700);
    }

    /* again is fine */
    assert_int_equal(asr_spool_prepare(dir, (unsigned) -1, (unsigned) -1, err,
                                       sizeof(err)),
                     ASR_OK);
    assert_string_equal(asr_spool_dir(spool), dir);

    snprintf(path, sizeof(path), "%s/absent/spool", dir);
    assert_int_equal(asr_spool_prepare(path, (unsigned) -1, (unsigned) -1,
                                       err, sizeof(err)),
                     ASR_IO);
    assert_non_null(strstr(err, path));
    assert_null(asr_spool_open(path, 0));
    assert_int_equal(errno, ENOENT);

    /* a file where a folder should be */

    snprintf(path, sizeof(path), "%s/pcm", dir);
    assert_int_equal(rmdir(path), 0);
    close(open(path, O_CREAT|O_WRONLY, 0600));
    assert_int_equal(asr_spool_prepare(dir, (unsigned) -1, (unsigned) -1, err,
                                       sizeof(err)),
                     ASR_IO);
    assert_null(asr_spool_open(dir, 0));

    snprintf(path, sizeof(path), "%s/pcm/x", dir);
    assert_int_equal(asr_spool_prepare(path, (unsigned) -1, (unsigned) -1,
                                       err, sizeof(err)),
                     ASR_IO);
}


static void
test_prepare_gives(void **state)
{
    char         err[256], path[128];
    struct stat  st;

    if (geteuid() != 0) {
        skip();
    }

    assert_int_equal(asr_spool_prepare(dir, 33, 33, err, sizeof(err)), ASR_OK);

    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_uid, 33);

    snprintf(path, sizeof(path), "%s/audio", dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_uid, 33);
    assert_int_equal(st.st_gid, 33);
}


/* Every way to write n bytes in two pieces, around the threshold. */

static void
test_inline(void **state)
{
    size_t            got, i;
    unsigned char     data[40], back[40];
    asr_spool_file_t  f;

    for (i = 0; i < sizeof(data); i++) {
        data[i] = (unsigned char) (i * 7 + 1);
    }

    for (i = 0; i <= 32; i++) {
        asr_spool_begin(spool, &f);
        assert_int_equal(asr_spool_write(&f, data, i, 32), ASR_OK);
        assert_int_equal(asr_spool_write(&f, data + i, 32 - i, 32), ASR_OK);
        assert_int_equal(f.fd, -1);
        assert_int_equal(f.size, 32);
        assert_int_equal(f.mem_len, 32);
        assert_memory_equal(f.mem, data, 32);

        assert_int_equal(asr_spool_commit(&f), ASR_OK);
        assert_false(f.committed);

        /* one more makes it a file, with all that was there */

        assert_int_equal(asr_spool_write(&f, data + 32, 1, 32), ASR_OK);
        assert_int_not_equal(f.fd, -1);
        assert_null(f.mem);
        assert_int_equal(f.size, 33);
        assert_int_equal(count("incoming"), 1);

        assert_int_equal(asr_spool_write(&f, data + 33, 7, 32), ASR_OK);
        assert_int_equal(asr_spool_read(&f, 0, back, sizeof(back), &got),
                         ASR_OK);
        assert_int_equal(got, 40);
        assert_memory_equal(back, data, 40);

        asr_spool_end(&f, false);
        assert_int_equal(count("incoming"), 0);
        assert_int_equal(f.fd, -1);
        assert_int_equal(f.size, 40);

        asr_spool_end(&f, false);
    }
}


static void
test_read(void **state)
{
    int               file;
    char              back[16];
    size_t            got;
    asr_spool_file_t  f;

    for (file = 0; file <= 1; file++) {
        asr_spool_begin(spool, &f);

        assert_int_equal(asr_spool_read(&f, 0, back, 4, &got), ASR_OK);
        assert_int_equal(got, 0);

        assert_int_equal(asr_spool_write(&f, "0123456789", 10, file ? 0 : 99),
                         ASR_OK);
        assert_int_equal(f.fd != -1, file);

        assert_int_equal(asr_spool_read(&f, 4, back, 3, &got), ASR_OK);
        assert_int_equal(got, 3);
        assert_memory_equal(back, "456", 3);

        assert_int_equal(asr_spool_read(&f, 8, back, 16, &got), ASR_OK);
        assert_int_equal(got, 2);
        assert_int_equal(asr_spool_read(&f, 10, back, 1, &got), ASR_OK);
        assert_int_equal(got, 0);
        assert_int_equal(asr_spool_read(&f, UINT64_MAX, back, 1, &got),
                         ASR_OK);
        assert_int_equal(got, 0);

        asr_spool_end(&f, false);
    }
}


static void
test_commit(void **state)
{
    int               fd;
    char              back[16], name[ASR_SPOOL_NAME];
    asr_str_t         s;
    asr_spool_file_t  f;

    asr_spool_begin(spool, &f);
    assert_int_equal(asr_spool_write(&f, "abc", 3, 0), ASR_OK);
    assert_int_equal(asr_spool_commit(&f), ASR_OK);
    assert_int_equal(asr_spool_sync_dir(spool), ASR_OK);
    assert_true(f.committed);
    assert_int_equal(asr_spool_commit(&f), ASR_OK);
    assert_int_equal(count("incoming"), 0);
    assert_int_equal(count("audio"), 1);

    memcpy(name, f.name, sizeof(name));
    s = asr_cstr(name);
    asr_spool_end(&f, true);
    assert_string_equal(f.name, "");
    asr_spool_end(&f, false);
    assert_int_equal(count("audio"), 1);

    fd = asr_spool_open_audio(spool, s);
    assert_int_not_equal(fd, -1);
    assert_int_equal(read(fd, back, sizeof(back)), 3);
    assert_memory_equal(back, "abc", 3);
    assert_int_equal(write(fd, "x", 1), -1);
    close(fd);

    asr_spool_remove_audio(spool, s);
    asr_spool_remove_audio(spool, s);
    assert_int_equal(count("audio"), 0);
    assert_int_equal(asr_spool_open_audio(spool, s), -1);
    assert_int_equal(errno, ENOENT);

    /* given up after the commit */

    asr_spool_begin(spool, &f);
    assert_int_equal(asr_spool_write(&f, "abc", 3, 0), ASR_OK);
    assert_int_equal(asr_spool_commit(&f), ASR_OK);
    asr_spool_end(&f, false);
    assert_int_equal(count("audio"), 0);
}


static void
test_commit_fails(void **state)
{
    char              path[128];
    asr_spool_file_t  f;

    asr_spool_begin(spool, &f);
    assert_int_equal(asr_spool_write(&f, "abc", 3, 0), ASR_OK);

    snprintf(path, sizeof(path), "%s/audio", dir);
    assert_int_equal(rmdir(path), 0);

    assert_int_equal(asr_spool_commit(&f), ASR_IO);
    assert_false(f.committed);
    asr_spool_end(&f, false);
    assert_int_equal(count("incoming"), 0);

    snprintf(path, sizeof(path), "%s/incoming", dir);
    assert_int_equal(rmdir(path), 0);

    asr_spool_begin(spool, &f);
    assert_int_equal(asr_spool_write(&f, "abc", 3, 0), ASR_IO);
    asr_spool_end(&f, false);
}


static void
test_names(void **state)
{
    unsigned           i;

    static const char  *bad[] = {
        "", "..", "../../etc/passwd", "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdefa",
        "0123456789ABCDEF0123456789abcdef",
        "/123456789abcdef0123456789abcdef",
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        errno = 0;
        assert_int_equal(asr_spool_open_audio(spool, asr_cstr(bad[i])), -1);
        assert_int_equal(errno, EINVAL);
        asr_spool_remove_audio(spool, asr_cstr(bad[i]));
    }

    /* a NUL inside */
    assert_int_equal(asr_spool_open_audio(spool, (asr_str_t) {
                         32, "0123456789abcdef\0" "123456789abcdef" }), -1);
}


static void
test_min_free(void **state)
{
    char              buf[ASR_SPOOL_INLINE];
    asr_spool_t      *full;
    asr_spool_file_t  f;

    full = asr_spool_open(dir, UINT64_MAX);
    assert_non_null(full);

    asr_spool_begin(full, &f);
    assert_int_equal(asr_spool_write(&f, "abc", 3, 16), ASR_OK);

    memset(buf, 'x', sizeof(buf));
    assert_int_equal(asr_spool_write(&f, buf, sizeof(buf), 16), ASR_IO);
    assert_int_equal(asr_spool_write(&f, buf, sizeof(buf), 16), ASR_IO);

    assert_int_equal(f.fd, -1);
    assert_int_equal(f.size, 3);
    asr_spool_end(&f, false);
    assert_int_equal(count("incoming"), 0);

    asr_spool_close(full);
}


static void
test_large(void **state)
{
    char              *buf;
    size_t             i, got;
    asr_spool_file_t   f;

    buf = malloc(300000);
    memset(buf, 'y', 300000);

    asr_spool_begin(spool, &f);

    for (i = 0; i < 10; i++) {
        assert_int_equal(asr_spool_write(&f, buf, 300000, ASR_SPOOL_INLINE),
                         ASR_OK);
    }

    assert_int_equal(f.size, 3000000);
    assert_int_equal(asr_spool_read(&f, 2999999, buf, 10, &got), ASR_OK);
    assert_int_equal(got, 1);

    asr_spool_end(&f, false);
    free(buf);
}


static void
test_pcm(void **state)
{
    int  fd;

    fd = asr_spool_open_pcm(spool, 77, 1, O_WRONLY|O_CREAT|O_TRUNC);
    assert_int_not_equal(fd, -1);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_int_equal(write(fd, "zz", 2), 2);
    close(fd);

    assert_int_equal(asr_spool_open_pcm(spool, 77, 0, O_RDONLY), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(asr_spool_open_pcm(spool, 77, 2, O_RDONLY), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(asr_spool_open_pcm(spool, 0, 0, O_RDONLY), -1);
    assert_int_equal(errno, EINVAL);

    asr_spool_remove_pcm(spool, 78);
    assert_int_equal(count("pcm"), 1);
    asr_spool_remove_pcm(spool, 77);
    assert_int_equal(count("pcm"), 0);
}


static void
test_sweep(void **state)
{
    asr_spool_file_t  a, b;

    asr_spool_begin(spool, &a);
    asr_spool_begin(spool, &b);
    assert_int_equal(asr_spool_write(&a, "a", 1, 0), ASR_OK);
    assert_int_equal(asr_spool_write(&b, "b", 1, 0), ASR_OK);
    assert_string_not_equal(a.name, b.name);

    age("incoming", a.name, 100);

    assert_int_equal(asr_spool_sweep(spool, 101000), 0);
    assert_int_equal(asr_spool_sweep(spool, 99000), 1);
    assert_int_equal(count("incoming"), 1);

    asr_spool_end(&a, false);
    asr_spool_end(&b, false);
}


static char  wanted_name[ASR_SPOOL_NAME];
static int   asked;


static bool
wants_audio(void *ctx, asr_str_t name)
{
    asked++;
    return asr_str_eq(name, asr_cstr(wanted_name));
}


static bool
wants_pcm(void *ctx, int64_t task_id)
{
    asked++;
    return task_id == 5;
}


static void
test_orphans(void **state)
{
    int                 i, n;
    asr_spool_file_t    f;
    asr_spool_wanted_t  wanted = { wants_audio, wants_pcm, NULL };

    /* three old, one of them wanted; one new */

    for (i = 0; i < 4; i++) {
        asr_spool_begin(spool, &f);
        assert_int_equal(asr_spool_write(&f, "a", 1, 0), ASR_OK);
        assert_int_equal(asr_spool_commit(&f), ASR_OK);

        if (i < 3) {
            age("audio", f.name, ASR_SPOOL_AGE_MS / 1000 + 10);
        }

        if (i == 1) {
            memcpy(wanted_name, f.name, sizeof(wanted_name));
        }

        asr_spool_end(&f, true);
    }

    for (i = 4; i <= 6; i++) {
        close(asr_spool_open_pcm(spool, i, 0, O_WRONLY|O_CREAT));
    }

    /* one file at a time, the walk goes on where it was */

    n = 0;
    asked = 0;
    for (i = 0; i < 40; i++) {
        n += asr_spool_orphans(spool, &wanted, 1);
    }

    assert_int_equal(n, 4);
    assert_true(asked >= 6);
    assert_int_equal(count("audio"), 2);
    assert_int_equal(count("pcm"), 1);

    assert_int_equal(asr_spool_orphans(spool, &wanted, 1000), 0);
}


int
main(void)
{
#define T(f)  cmocka_unit_test_setup_teardown(f, setup, teardown)

    const struct CMUnitTest  tests[] = {
        T(test_prepare), T(test_prepare_gives), T(test_inline), T(test_read),
        T(test_commit), T(test_commit_fails), T(test_names),
        T(test_min_free), T(test_large), T(test_pcm), T(test_sweep),
        T(test_orphans),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
