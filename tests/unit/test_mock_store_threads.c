/*
 * The mock's store: clients, workers, a network and one who deletes worlds,
 * all at once.  Clients wait for their tasks in a query that is held: should
 * the store forget one, the test does not end.
 */

#define _GNU_SOURCE

#include "mock_store.h"

#include <sched.h>


#define CLIENTS  4
#define WORKERS  3
#define TASKS    400

static _Atomic int   clients;            /* still at it */
static _Atomic int   ended;
static _Atomic int   vanished;
static _Atomic bool  deleting;


static void
op_init(asr_op_t *op, asr_op_type_t type, asr_arena_t *a)
{
    memset(op, 0, sizeof(asr_op_t));
    op->type = type;
    op->arena = a;
}


static int64_t
create(const char *key, int i, asr_arena_t *a)
{
    asr_op_t           op;
    asr_spool_file_t   f;

    op_init(&op, ASR_OP_TASK_CREATE, a);
    op.task.api = asr_str("tencent");
    op.task.account = asr_cstr(key);
    op.task.engine = asr_str("16k_en");
    op.task.params = i % 3 == 0 ? asr_str("{\"hook\":1}") : asr_str("{}");
    op.task.channels = 1;

    if (i % 4 == 0) {
        op.task.url = asr_str("http://a/b");

    } else {
        asr_spool_begin(fx.spool, &f);
        (void) asr_spool_write(&f, &i, sizeof(i), i % 16 == 1 ? 0 : 100);
        op.spool_file = &f;
    }

    return asr_store_call(fx.s, &op) == ASR_OK ? op.task.id : 0;
}


static void *
client(void *arg)
{
    int          i;
    char         key[32];
    int64_t      id;
    asr_op_t     op;
    asr_err_t    rc;
    asr_arena_t  a;

    snprintf(key, sizeof(key), "test-%d", (int) (intptr_t) arg % 3);

    for (i = 0; i < TASKS; i++) {
        asr_arena_init(&a, 1024 * 1024);
        id = create(key, i, &a);

        do {
            op_init(&op, ASR_OP_TASK_GET, &a);
            op.task.id = id;
            op.task.account = asr_cstr(key);
            op.task.api = asr_str("tencent");
            rc = asr_store_call(fx.s, &op);

        } while (rc == ASR_OK && op.task.state < ASR_TASK_SUCCEEDED);

        atomic_fetch_add(rc == ASR_OK ? &ended : &vanished, 1);
        asr_arena_free(&a);
    }

    atomic_fetch_sub(&clients, 1);

    return NULL;
}


static void
worker_unit(asr_op_t *op, asr_arena_t *a, unsigned *seed)
{
    int64_t         id;
    asr_segment_t   segments[2];

    id = op->task.id;

    switch (op->claim) {

    case ASR_CLAIM_DECODE:
        memset(segments, 0, sizeof(segments));
        segments[0].length = 100;
        segments[1].start = 200;
        segments[1].length = 100;
        op_init(op, ASR_OP_DECODED, a);
        op->task.id = id;
        op->task.audio_ms = 1000;
        op->segments = segments;
        op->nsegments = (size_t) rand_r(seed) % 3;

        if (rand_r(seed) % 8 == 0) {
            op->type = ASR_OP_RELEASE;
            op->claim = ASR_CLAIM_DECODE;
        }

        break;

    case ASR_CLAIM_SEGMENT:
        op->type = rand_r(seed) % 16 == 0 ? ASR_OP_SEGMENT_FAIL
                                          : ASR_OP_SEGMENT_DONE;
        op->segment.result = asr_str("{}");
        break;

    default: /* ASR_CLAIM_FINISH */
        op_init(op, ASR_OP_TASK_DONE, a);
        op->task.id = id;
        op->task.result = asr_str("{}");
        break;
    }

    (void) asr_store_call(fx.s, op);

    /* the claim of the last one is a claim of the task */

    if ((op->type == ASR_OP_DECODED || op->type == ASR_OP_SEGMENT_DONE)
        && op->rc == ASR_OK && op->last)
    {
        op->claim = ASR_CLAIM_FINISH;
        worker_unit(op, a, seed);
    }
}


static void *
worker(void *arg)
{
    unsigned     seed;
    asr_op_t     op;
    asr_arena_t  a;

    seed = (unsigned) (intptr_t) arg;

    while (atomic_load(&clients) != 0) {
        asr_arena_init(&a, 1024 * 1024);
        op_init(&op, ASR_OP_CLAIM, &a);

        if (asr_store_call(fx.s, &op) == ASR_OK
            && op.claim != ASR_CLAIM_NONE)
        {
            worker_unit(&op, &a, &seed);

        } else {
            sched_yield();
        }

        asr_arena_free(&a);
    }

    return NULL;
}


static void *
network(void *arg)
{
    unsigned           seed;
    asr_op_t           op;
    asr_arena_t        a;
    asr_spool_file_t   f;

    seed = 1;

    while (atomic_load(&clients) != 0) {
        asr_arena_init(&a, 1024 * 1024);
        op_init(&op, ASR_OP_CLAIM_IO, &a);
        op.want = ASR_WANT_FETCH|ASR_WANT_DELIVERY;
        (void) asr_store_call(fx.s, &op);

        if (op.claim == ASR_CLAIM_FETCH) {
            asr_spool_begin(fx.spool, &f);
            (void) asr_spool_write(&f, "fetched", 7, 100);
            op.type = ASR_OP_FETCHED;
            op.spool_file = &f;
            (void) asr_store_call(fx.s, &op);

        } else if (op.claim == ASR_CLAIM_DELIVERY) {
            op.type = rand_r(&seed) % 4 == 0 ? ASR_OP_DELIVERY_RETRY
                                             : ASR_OP_DELIVERED;
            (void) asr_store_call(fx.s, &op);

        } else {
            sched_yield();
        }

        asr_arena_free(&a);
    }

    return NULL;
}


static void *
deleter(void *arg)
{
    unsigned           i;
    asr_mock_world_t  *w;

    for (i = 0; atomic_load(&clients) != 0; i++) {

        if (atomic_load(&deleting) && i % 64 == 0) {
            asr_mock_lock();
            w = asr_mock_world_first();

            if (w != NULL) {
                asr_mock_world_delete(w);
                asr_mock_worlds_reap();
            }

            asr_mock_unlock();
            asr_mock_store_flush();
        }

        sched_yield();
    }

    return NULL;
}


static void
all(bool scripted, bool with_deletion, size_t ceiling)
{
    int         i, n;
    pthread_t   threads[CLIENTS + WORKERS + 2];

    fx_open(scripted, ceiling, 0);
    fx.course.progress = ASR_MOCK_POLLS;
    fx.course.n = 1;
    atomic_store(&clients, CLIENTS);
    atomic_store(&ended, 0);
    atomic_store(&vanished, 0);
    atomic_store(&deleting, with_deletion);
    n = 0;

    for (i = 0; i < CLIENTS; i++) {
        pthread_create(&threads[n++], NULL, client, (void *) (intptr_t) i);
    }

    for (i = 0; i < WORKERS; i++) {
        pthread_create(&threads[n++], NULL, worker, (void *) (intptr_t) i);
    }

    pthread_create(&threads[n++], NULL, network, NULL);
    pthread_create(&threads[n++], NULL, deleter, NULL);

    while (n != 0) {
        pthread_join(threads[--n], NULL);
    }

    assert_int_equal(atomic_load(&ended) + atomic_load(&vanished),
                     CLIENTS * TASKS);
}


static void
test_recognised(void **state)
{
    all(false, false, 0);
    assert_int_equal(atomic_load(&vanished), 0);
}


static void
test_scripted(void **state)
{
    all(true, false, 0);
    assert_int_equal(atomic_load(&vanished), 0);
}


static void
test_deleted(void **state)
{
    all(false, true, 0);
}


static void
test_full(void **state)
{
    all(false, false, 30000);
    assert_true(asr_mock_store_now->bytes < 40000);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_recognised), STORE_TEST(test_scripted),
        STORE_TEST(test_deleted), STORE_TEST(test_full),
    };

    return cmocka_run_group_tests(tests, fx_group, NULL);
}
