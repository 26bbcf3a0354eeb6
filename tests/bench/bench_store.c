/*
 * What a created task costs: CPU (getrusage, all threads) and wall time per
 * operation of the store, in groups as a busy server makes them.
 *
 *     bench_store [DIR [N]]
 */

#define _GNU_SOURCE

#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "task/asr_store.h"


#define GROUP_MAX  1024

static pthread_mutex_t   lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t    cond = PTHREAD_COND_INITIALIZER;
static int               waiting;
static asr_op_t          ops[GROUP_MAX];
static asr_spool_file_t  files[GROUP_MAX];
static asr_store_t      *store;
static asr_spool_t      *spool;
static int64_t           first_id;


static void
done(asr_op_t *op)
{
    if (op->rc != ASR_OK) {
        fprintf(stderr, "rc %d\n", op->rc);
        exit(1);
    }

    pthread_mutex_lock(&lock);

    if (--waiting == 0) {
        pthread_cond_signal(&cond);
    }

    pthread_mutex_unlock(&lock);
}


static double
cpu_us(void)
{
    struct rusage  ru;

    getrusage(RUSAGE_SELF, &ru);

    return (double) (ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1e6
           + (double) (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec);
}


static double
wall_us(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (double) ts.tv_sec * 1e6 + (double) ts.tv_nsec / 1e3;
}


static void
prepare(asr_op_t *op, asr_spool_file_t *f, asr_op_type_t type, size_t bytes,
    int64_t id)
{
    static const char  audio[ASR_SPOOL_INLINE];

    memset(op, 0, sizeof(asr_op_t));
    op->type = type;
    op->done = done;
    op->task.api = asr_str("tencent");
    op->task.account = asr_str("demo");

    if (type == ASR_OP_TASK_GET) {
        op->task.id = id;
        return;
    }

    op->task.engine = asr_str("16k_en");
    op->task.params = asr_str("{\"ResTextFormat\":0,\"SpeakerDiarization\":0,"
                              "\"FilterDirty\":0,\"ConvertNumMode\":1}");
    op->task.channels = 1;
    op->task.expires_ms = INT64_C(4000000000000);
    op->task.file_id = id;

    if (id == 0) {
        asr_spool_begin(spool, f);
        op->spool_file = f;

        if (asr_spool_write(f, audio, bytes, ASR_SPOOL_INLINE) != ASR_OK) {
            exit(1);
        }
    }
}


static void
run(const char *what, asr_op_type_t type, size_t bytes, int64_t id, int n,
    int group)
{
    int     i, left;
    double  cpu, wall, own, t;

    cpu = cpu_us();
    wall = wall_us();
    own = 0;

    for (left = n; left >= group; left -= group) {

        /* making the ops is not the store's cost */

        t = cpu_us();

        for (i = 0; i < group; i++) {
            prepare(&ops[i], &files[i], type, bytes, id);
        }

        own += cpu_us() - t;

        waiting = group;

        for (i = 0; i < group; i++) {
            asr_store_submit(store, &ops[i]);
        }

        pthread_mutex_lock(&lock);

        while (waiting != 0) {
            pthread_cond_wait(&cond, &lock);
        }

        pthread_mutex_unlock(&lock);

        first_id = ops[0].task.id;
    }

    n -= left;
    printf("%-22s groups of %4d: %6.2f us CPU, %7.2f us wall per op\n", what,
           group, (cpu_us() - cpu - own) / n, (wall_us() - wall) / n);
}


static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}


static int64_t
upload(void)
{
    asr_op_t          op;
    asr_spool_file_t  f;

    memset(&op, 0, sizeof(op));
    op.type = ASR_OP_FILE_CREATE;
    op.file.account = asr_str("demo");
    op.spool_file = &f;
    asr_spool_begin(spool, &f);

    if (asr_spool_write(&f, "x", 1, 10) != ASR_OK
        || asr_store_call(store, &op) != ASR_OK)
    {
        exit(1);
    }

    return op.file.id;
}


int
main(int argc, char **argv)
{
    int                n;
    char               dir[256], url[300], err[256];
    int64_t            file;
    unsigned           g;
    asr_store_conf_t   conf;

    static const int   groups[] = { 1, 8, 64, 512 };

    n = argc > 2 ? (int) strtol(argv[2], NULL, 10) : 20000;

    snprintf(dir, sizeof(dir), "%s/bench-store.XXXXXX",
             argc > 1 ? argv[1] : "/tmp");
    if (mkdtemp(dir) == NULL) {
        perror(dir);
        return 1;
    }

    snprintf(url, sizeof(url), "sqlite:%s/db/asr.db", dir);

    if (asr_store_prepare(url, (unsigned) -1, (unsigned) -1, err, sizeof(err))
        != ASR_OK
        || asr_spool_prepare(dir, (unsigned) -1, (unsigned) -1, err,
                             sizeof(err)) != ASR_OK)
    {
        fprintf(stderr, "%s\n", err);
        return 1;
    }

    spool = asr_spool_open(dir, 0);

    memset(&conf, 0, sizeof(conf));
    conf.url = url;
    conf.spool = spool;

    store = asr_store_open(&conf, err, sizeof(err));
    if (spool == NULL || store == NULL) {
        fprintf(stderr, "%s\n", err);
        return 1;
    }

    file = upload();

    for (g = 0; g < asr_nelts(groups); g++) {
        run("create (uploaded file)", ASR_OP_TASK_CREATE, 0, file,
            groups[g] == 1 ? n / 20 : n, groups[g]);
    }

    for (g = 0; g < asr_nelts(groups); g++) {
        run("create (1 KB inline)", ASR_OP_TASK_CREATE, 1024, 0,
            groups[g] == 1 ? n / 20 : n, groups[g]);
    }

    for (g = 1; g < asr_nelts(groups); g++) {
        run("create (16 KB inline)", ASR_OP_TASK_CREATE, ASR_SPOOL_INLINE, 0,
            n / 4, groups[g]);
    }

    for (g = 0; g < asr_nelts(groups); g++) {
        run("get", ASR_OP_TASK_GET, 0, first_id, n, groups[g]);
    }

    asr_store_close(store);
    asr_spool_close(spool);

    return nftw(dir, remove_one, 8, FTW_DEPTH|FTW_PHYS) == 0 ? 0 : 1;
}
