/*
 * The threads of a runner: their start, their loop, their end.
 *
 * A thread sleeps on the wake word, which processes share; it reads the word
 * before it looks for work, so a task created in between is not slept over.
 * Stopping is a flag looked at between units, and at every piece of PCM while
 * decoding; a back-off ends at once.
 *
 * The end.  A worker must go within seconds, an utterance may take several.
 * So a thread is at any time either inside an engine (the recogniser, or
 * waiting for asr-decode), where it touches nothing that the process is about
 * to free, or outside, where it will be through soon (a store call is bounded
 * by the disk).  asr_runner_end waits for threads outside and abandons those
 * inside: the flag is set under the mutex that every thread takes on its way
 * out, and a thread that finds it set goes no further, ever.  The decoders
 * themselves must outlive the process then.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "../base/asr_clock.h"
#include "asr_runner_work.h"


#define ASR_RUNNER_IDLE_MS     1000
#define ASR_RUNNER_DELAY_MIN   100
#define ASR_RUNNER_DELAY_MAX   5000
#define ASR_RUNNER_NICE        19
#define ASR_RUNNER_MAX         1024
#define ASR_RUNNER_TASKS       2         /* threads for tasks */


bool
asr_runner_delay(asr_runner_t *r, int64_t ms)
{
    bool             stop;
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    ts.tv_sec += ms / 1000;
    ts.tv_nsec += (long) (ms % 1000) * 1000000;

    if (ts.tv_nsec >= 1000000000) {
        ts.tv_nsec -= 1000000000;
        ts.tv_sec++;
    }

    pthread_mutex_lock(&r->mutex);

    while (!r->stop) {
        if (pthread_cond_timedwait(&r->changed, &r->mutex, &ts)
            == ETIMEDOUT)
        {
            break;
        }
    }

    stop = r->stop;
    pthread_mutex_unlock(&r->mutex);

    return !stop;
}


void
asr_runner_enter(asr_runner_thread_t *t)
{
    pthread_mutex_lock(&t->runner->mutex);
    t->inside = true;
    pthread_cond_broadcast(&t->runner->changed);
    pthread_mutex_unlock(&t->runner->mutex);
}


void
asr_runner_leave(asr_runner_thread_t *t)
{
    pthread_mutex_lock(&t->runner->mutex);

    if (t->runner->abandoned) {
        pthread_mutex_unlock(&t->runner->mutex);

        for ( ;; ) {
            pause();
        }
    }

    t->inside = false;
    pthread_mutex_unlock(&t->runner->mutex);
}


static void
asr_runner_loop(asr_runner_thread_t *t)
{
    int64_t        delay;
    uint32_t       seq;
    asr_err_t      rc;
    asr_runner_t  *r;

    r = t->runner;
    delay = ASR_RUNNER_DELAY_MIN;

    while (!r->stop) {
        seq = asr_wake_seq(t->wake);

        /* stop is set before the word is changed: look again */

        if (r->stop) {
            break;
        }

        rc = asr_runner_unit(t);

        if (rc == ASR_OK) {
            delay = ASR_RUNNER_DELAY_MIN;

        } else if (rc == ASR_NOTFOUND) {
            delay = ASR_RUNNER_DELAY_MIN;
            asr_wake_wait(t->wake, seq, ASR_RUNNER_IDLE_MS);

        } else {
            (void) asr_runner_delay(r, delay);
            delay = delay * 2 < ASR_RUNNER_DELAY_MAX ? delay * 2
                                                     : ASR_RUNNER_DELAY_MAX;
        }
    }
}


static void *
asr_runner_thread(void *arg)
{
    char                  name[16];
    asr_runner_thread_t  *t = arg;

    (void) snprintf(name, sizeof(name), "asr-%s-%u",
                    t->want == ASR_WANT_SEGMENT ? "recog" : "task", t->index);
    (void) pthread_setname_np(pthread_self(), name);

    /* Linux's nice is a thread's. */

    if (setpriority(PRIO_PROCESS, (id_t) syscall(SYS_gettid),
                    ASR_RUNNER_NICE)
        != 0)
    {
        asr_log(ASR_LOG_WARN, "setpriority() failed: %s", strerror(errno));
    }

    asr_runner_loop(t);

    pthread_mutex_lock(&t->runner->mutex);
    t->stopped = true;
    t->runner->running--;
    pthread_cond_broadcast(&t->runner->changed);
    pthread_mutex_unlock(&t->runner->mutex);

    return NULL;
}


static void
asr_runner_destroy(asr_runner_t *r)
{
    unsigned  i;

    for (i = 0; i < r->conf.threads; i++) {
        asr_hot_free(r->threads[i].hot);
    }

    asr_decoder_free(r->decoder);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->mutex);
    free((char *) r->conf.decode_path);
    free(r);
}


static asr_runner_t *
asr_runner_create(const asr_runner_conf_t *conf)
{
    char                *path;
    asr_runner_t        *r;
    pthread_condattr_t   attr;

    if (conf->threads > ASR_RUNNER_MAX) {
        return NULL;
    }

    r = calloc(1, sizeof(asr_runner_t)
                  + (conf->threads + ASR_RUNNER_TASKS)
                    * sizeof(asr_runner_thread_t));
    path = strdup(conf->decode_path);

    if (r == NULL || path == NULL) {
        free(r);
        free(path);
        return NULL;
    }

    r->conf = *conf;
    r->conf.decode_path = path;

    pthread_mutex_init(&r->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&r->changed, &attr);
    pthread_condattr_destroy(&attr);

    r->decoder = asr_decoder_create(path);

    if (r->decoder == NULL) {
        asr_runner_destroy(r);
        return NULL;
    }

    return r;
}


static void
asr_runner_kind(asr_runner_t *r, asr_runner_thread_t *t)
{
    t->runner = r;
    t->index = r->n;
    t->want = ASR_WANT_SEGMENT;
    t->wake = r->conf.wake;

    if (r->n >= r->conf.threads) {
        t->index -= r->conf.threads;
        t->want = ASR_WANT_TASK | (t->index != 0 ? ASR_WANT_SMALL : 0);
        t->wake = r->conf.task_wake;
    }
}


asr_runner_t *
asr_runner_start(const asr_runner_conf_t *conf)
{
    int                   rc;
    unsigned              n;
    sigset_t              set, old;
    asr_runner_t         *r;
    asr_runner_thread_t  *t;

    r = asr_runner_create(conf);
    if (r == NULL) {
        return NULL;
    }

    /* Signals are the process's; faults must still kill it at once. */

    sigfillset(&set);
    sigdelset(&set, SIGILL);
    sigdelset(&set, SIGFPE);
    sigdelset(&set, SIGSEGV);
    sigdelset(&set, SIGBUS);

    pthread_sigmask(SIG_SETMASK, &set, &old);
    rc = 0;
    n = conf->threads != 0 ? conf->threads + ASR_RUNNER_TASKS : 0;

    while (r->n < n) {
        t = &r->threads[r->n];
        asr_runner_kind(r, t);

        r->running++;
        rc = pthread_create(&t->thread, NULL, asr_runner_thread, t);

        if (rc != 0) {
            r->running--;
            break;
        }

        r->n++;
    }

    pthread_sigmask(SIG_SETMASK, &old, NULL);

    if (rc != 0) {
        asr_log(ASR_LOG_ERR, "pthread_create() failed: %s", strerror(rc));

        /* those that did start may have work in hand: not abandoned here */

        asr_runner_stop(r);

        while (r->n != 0) {
            pthread_join(r->threads[--r->n].thread, NULL);
        }

        asr_runner_destroy(r);
        return NULL;
    }

    return r;
}


void
asr_runner_stop(asr_runner_t *r)
{
    pthread_mutex_lock(&r->mutex);
    r->stop = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->mutex);

    /* Threads of other processes look for work once for nothing. */

    asr_wake_post(r->conf.wake, INT_MAX);
    asr_wake_post(r->conf.task_wake, INT_MAX);
}


unsigned
asr_runner_running(const asr_runner_t *r)
{
    return r->running;
}


unsigned
asr_runner_busy(const asr_runner_t *r)
{
    return r->busy;
}


/* Mutex held.  Is a thread outside the engine and not yet stopped? */

static bool
asr_runner_outside(const asr_runner_t *r)
{
    unsigned  i;

    for (i = 0; i < r->n; i++) {
        if (!r->threads[i].stopped && !r->threads[i].inside) {
            return true;
        }
    }

    return false;
}


asr_err_t
asr_runner_end(asr_runner_t *r)
{
    unsigned  i;

    asr_runner_stop(r);

    pthread_mutex_lock(&r->mutex);

    while (asr_runner_outside(r)) {
        pthread_cond_wait(&r->changed, &r->mutex);
    }

    r->abandoned = (r->running != 0);
    pthread_mutex_unlock(&r->mutex);

    if (r->abandoned) {
        return ASR_AGAIN;
    }

    for (i = 0; i < r->n; i++) {
        pthread_join(r->threads[i].thread, NULL);
    }

    asr_runner_destroy(r);

    return ASR_OK;
}
