/*
 * Running cases.
 *
 * A gate lets `threads` of them work at a time.  There are more threads than
 * that, since one that waits (for a task, a window's end, a delivery) is
 * outside of the gate and lets the next in.  Cases that wait for long are
 * begun first.  One lock guards the order of taking and of telling; a result
 * belongs to the thread that runs the case until it is told.
 *
 * Cases of an account that is limited for all of them alike come one after
 * the other, each with a window of its own: one lock for each API.
 */

#include "asr_conf_step.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>


#define WAITERS      8                   /* threads of one that may work */
#define THREADS_MAX  256
#define LIMIT_MARGIN 50000               /* us after a window's end */
#define NAP_MS       100                 /* between two looks for a signal */


struct asr_conf_gate_s {
    pthread_mutex_t            lock;
    pthread_cond_t             free;     /* for who begins */
    pthread_cond_t             back;     /* for who has waited */
    unsigned                   places;
    unsigned                   waiting;  /* at "back" */
};


struct asr_conf_run_s {
    const asr_conf_shared_t   *shared;
    const asr_conf_cases_t    *cases;
    const size_t              *chosen;
    size_t                     n;
    asr_conf_result_t         *results;
    asr_conf_progress_pt       progress;
    void                      *data;

    pthread_mutex_t            limited[ASR_CONF_NDOCS];
    int64_t                    limited_end[ASR_CONF_NDOCS];  /* last use */

    pthread_mutex_t            lock;
    size_t                    *order;    /* of taking */
    bool                      *ended;
    size_t                     taken;
    size_t                     told;
    bool                       stop;
};


static atomic_bool             interrupted;

static atomic_uint_fast64_t    nonce_next;
static pthread_once_t          nonce_once = PTHREAD_ONCE_INIT;


void
asr_conf_run_interrupt(void)
{
    atomic_store(&interrupted, true);
}


bool
asr_conf_run_interrupted(void)
{
    return atomic_load(&interrupted);
}


/* As long as nobody interrupts. */

static void
nap(unsigned ms)
{
    unsigned  some;

    for ( /* void */ ; ms != 0 && !asr_conf_run_interrupted(); ms -= some) {
        some = ms < NAP_MS ? ms : NAP_MS;
        asr_conf_sleep_ms(some);
    }
}


static void
nonce_begin(void)
{
    uint64_t  seed;

    if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed)) {
        asr_conf_die("no random numbers: %s", strerror(errno));
    }

    atomic_store(&nonce_next, seed);
}


/* splitmix64: a permutation, so what is counted up never comes again. */

uint64_t
asr_conf_nonce(void)
{
    uint64_t  z;

    (void) pthread_once(&nonce_once, nonce_begin);

    z = atomic_fetch_add(&nonce_next, 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z = z ^ (z >> 31);

    return z == 0 ? 1 : z;
}


asr_conf_gate_t *
asr_conf_gate_new(unsigned n)
{
    asr_conf_gate_t  *g;

    g = asr_conf_alloc(sizeof(*g));
    g->places = n;

    if (pthread_mutex_init(&g->lock, NULL) != 0
        || pthread_cond_init(&g->free, NULL) != 0
        || pthread_cond_init(&g->back, NULL) != 0)
    {
        asr_conf_die("no lock");
    }

    return g;
}


void
asr_conf_gate_free(asr_conf_gate_t *g)
{
    (void) pthread_cond_destroy(&g->free);
    (void) pthread_cond_destroy(&g->back);
    (void) pthread_mutex_destroy(&g->lock);
    free(g);
}


/* The lock is held: places that are left are given to who may have them. */

static void
gate_call(asr_conf_gate_t *g)
{
    if (g->places != 0) {
        (void) pthread_cond_signal(g->waiting != 0 ? &g->back : &g->free);
    }
}


void
asr_conf_gate_begin(asr_conf_gate_t *g)
{
    (void) pthread_mutex_lock(&g->lock);

    while (g->places == 0 || g->waiting != 0) {
        (void) pthread_cond_wait(&g->free, &g->lock);
    }

    g->places--;
    gate_call(g);

    (void) pthread_mutex_unlock(&g->lock);
}


void
asr_conf_gate_enter(asr_conf_gate_t *g)
{
    if (g == NULL) {
        return;
    }

    (void) pthread_mutex_lock(&g->lock);

    g->waiting++;

    while (g->places == 0) {
        (void) pthread_cond_wait(&g->back, &g->lock);
    }

    g->waiting--;
    g->places--;
    gate_call(g);

    (void) pthread_mutex_unlock(&g->lock);
}


void
asr_conf_gate_leave(asr_conf_gate_t *g)
{
    if (g == NULL) {
        return;
    }

    (void) pthread_mutex_lock(&g->lock);

    g->places++;
    gate_call(g);

    (void) pthread_mutex_unlock(&g->lock);
}


void
asr_conf_gate_sleep(asr_conf_gate_t *g, unsigned ms)
{
    asr_conf_gate_leave(g);
    nap(ms);
    asr_conf_gate_enter(g);
}


/* The next case's place in the results; false: there is none. */

static bool
take(asr_conf_run_t *run, size_t *i)
{
    bool  more;

    (void) pthread_mutex_lock(&run->lock);

    more = !run->stop && !asr_conf_run_interrupted()
           && run->taken < run->n;

    if (more) {
        *i = run->order[run->taken++];
    }

    (void) pthread_mutex_unlock(&run->lock);

    return more;
}


/* Whoever ends the case that all wait for tells of all that follow it. */

static void
tell(asr_conf_run_t *run, size_t i)
{
    const asr_conf_result_t  *r;

    (void) pthread_mutex_lock(&run->lock);

    run->ended[i] = true;

    if (run->results[i].status == ASR_CONF_FAIL
        && !run->results[i].known && run->shared->o->first)
    {
        run->stop = true;
    }

    while (run->told < run->n && run->ended[run->told]) {
        r = &run->results[run->told];
        run->told++;

        if (run->progress != NULL) {
            run->progress(&run->cases->all[run->chosen[run->told - 1]], r,
                          run->told, run->n, run->data);
        }
    }

    (void) pthread_mutex_unlock(&run->lock);
}


/* The longest window among an account's limits, in seconds. */

static unsigned
longest_window(const asr_conf_account_t *a)
{
    json_t      *v;
    unsigned     n, seconds, longest;
    const char  *bucket;

    longest = 1;

    json_object_foreach(a->limits, bucket, v) {
        if (asr_conf_account_limit(a, bucket, &n, &seconds)
            && seconds > longest)
        {
            longest = seconds;
        }
    }

    return longest;
}


/* NULL: the case is of no limited account that others use, too. */

static const asr_conf_account_t *
limited_account(const asr_conf_run_t *run, const asr_conf_case_t *c)
{
    const asr_conf_account_t  *a;

    if (!asr_conf_steps_of(c, "limited")) {
        return NULL;
    }

    a = asr_conf_account(&run->shared->o->accounts, c->doc->api, "limited");

    return a == NULL || a->by_case ? NULL : a;
}


static void
limited_case(asr_conf_run_t *run, const asr_conf_worker_t *w,
    const asr_conf_case_t *c, const asr_conf_account_t *a,
    asr_conf_result_t *r)
{
    size_t   d;
    int64_t  left;

    d = (size_t) (c->doc - asr_conf_docs);

    asr_conf_gate_leave(run->shared->gate);
    (void) pthread_mutex_lock(&run->limited[d]);

    left = run->limited_end[d] == 0 ? 0
           : run->limited_end[d] + longest_window(a) * 1000000LL
             + LIMIT_MARGIN - asr_conf_now_us();

    if (left > 0) {
        nap((unsigned) (left / 1000) + 1);
    }

    asr_conf_gate_enter(run->shared->gate);

    asr_conf_steps_run(w, c, c->steps, r);

    run->limited_end[d] = asr_conf_now_us();

    (void) pthread_mutex_unlock(&run->limited[d]);
}


static void
one_case(asr_conf_run_t *run, const asr_conf_worker_t *w, size_t i)
{
    asr_conf_result_t         *r;
    const asr_conf_case_t     *c;
    const asr_conf_account_t  *limited;

    c = &run->cases->all[run->chosen[i]];
    r = &run->results[i];

    if (asr_conf_target_of(run->shared->o, c->doc) == NULL) {
        r->status = ASR_CONF_SKIP;
        r->why = asr_conf_print("no target for %s", c->doc->api);
        return;
    }

    limited = limited_account(run, c);

    if (limited != NULL) {
        limited_case(run, w, c, limited, r);
        return;
    }

    asr_conf_steps_run(w, c, c->steps, r);

    if (r->status == ASR_CONF_FAIL && run->shared->o->shrink && !r->known) {
        r->smallest = asr_conf_shrink(w, c, r);
    }
}


static void *
thread_main(void *data)
{
    bool                more;
    size_t              i;
    asr_conf_run_t     *run;
    asr_conf_worker_t   w;

    run = data;

    w.shared = run->shared;
    w.http = asr_conf_http_new(run->shared->o->timeout_s, run->shared->o->ca);

    do {
        asr_conf_gate_begin(run->shared->gate);

        more = take(run, &i);

        if (more) {
            one_case(run, &w, i);
            tell(run, i);
        }

        asr_conf_gate_leave(run->shared->gate);

    } while (more);

    asr_conf_http_free(w.http);

    return NULL;
}


/* What waits longest first, in each part as they stand. */

static void
order_cases(asr_conf_run_t *run)
{
    size_t                  i, n;
    unsigned                part, is;
    const asr_conf_case_t  *c;

    n = 0;

    for (part = 0; part < 3; part++) {
        for (i = 0; i < run->n; i++) {
            c = &run->cases->all[run->chosen[i]];

            is = asr_conf_steps_slow(c) ? 0 : asr_conf_steps_wait(c) ? 1 : 2;

            if (is == part) {
                run->order[n++] = i;
            }
        }
    }
}


static void
run_threads(asr_conf_run_t *run, unsigned n)
{
    unsigned    i, started;
    pthread_t   ids[THREADS_MAX];

    for (started = 0; started < n; started++) {
        if (pthread_create(&ids[started], NULL, thread_main, run) != 0) {
            break;
        }
    }

    if (started == 0) {
        asr_conf_die("no thread can be started");
    }

    for (i = 0; i < started; i++) {
        (void) pthread_join(ids[i], NULL);
    }
}


void
asr_conf_run(const asr_conf_options_t *o, const asr_conf_cases_t *cases,
    const size_t *chosen, size_t n, asr_conf_result_t *results,
    asr_conf_progress_pt progress, void *data)
{
    asr_conf_shared_t  shared;

    memset(&shared, 0, sizeof(shared));

    shared.o = o;

    asr_conf_run_traced(&shared, cases, chosen, n, results, progress, data);
}


void
asr_conf_run_traced(asr_conf_shared_t *shared, const asr_conf_cases_t *cases,
    const size_t *chosen, size_t n, asr_conf_result_t *results,
    asr_conf_progress_pt progress, void *data)
{
    size_t          i;
    unsigned        threads, works;
    asr_conf_run_t  run;

    memset(&run, 0, sizeof(run));

    works = shared->o->threads == 0 ? 1 : shared->o->threads;
    works = works > THREADS_MAX ? THREADS_MAX : works;
    threads = works * WAITERS > THREADS_MAX ? THREADS_MAX : works * WAITERS;
    threads = threads > n ? (unsigned) n : threads;

    if (n == 0) {
        return;
    }

    shared->gate = asr_conf_gate_new(works);
    shared->fixtures = asr_conf_fixtures_new();

    run.shared = shared;
    run.cases = cases;
    run.chosen = chosen;
    run.n = n;
    run.results = results;
    run.progress = progress;
    run.data = data;
    run.order = asr_conf_alloc(n * sizeof(*run.order));
    run.ended = asr_conf_alloc(n * sizeof(*run.ended));

    if (pthread_mutex_init(&run.lock, NULL) != 0) {
        asr_conf_die("no lock");
    }

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        if (pthread_mutex_init(&run.limited[i], NULL) != 0) {
            asr_conf_die("no lock");
        }
    }

    order_cases(&run);
    run_threads(&run, threads);

    for (i = 0; i < ASR_CONF_NDOCS; i++) {
        (void) pthread_mutex_destroy(&run.limited[i]);
    }

    (void) pthread_mutex_destroy(&run.lock);

    free(run.order);
    free(run.ended);

    asr_conf_fixtures_free(shared->fixtures);
    asr_conf_gate_free(shared->gate);

    shared->fixtures = NULL;
    shared->gate = NULL;
}


void
asr_conf_result_clean(asr_conf_result_t *r)
{
    free(r->check);
    free(r->expected);
    free(r->got);
    free(r->why);
    free(r->code);
    free(r->text);

    if (r->exchange != NULL) {
        asr_conf_request_clean(&r->exchange->request);
        asr_conf_reply_clean(&r->exchange->reply);
        free(r->exchange);
    }

    json_decref(r->smallest);

    memset(r, 0, sizeof(*r));
}
