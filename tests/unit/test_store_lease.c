/*
 * The store: leases of owners that are slow, dead, or gone with the machine's
 * last process; work that kills its worker.
 */

#define _GNU_SOURCE

#include "store_fixture.h"

#include "task/asr_owner.h"


static void
fx_overdue(asr_store_t *s)
{
    char  sql[500];

    snprintf(sql, sizeof(sql), "UPDATE owners SET deadline = 1"
             " WHERE name = '%s'", asr_store_owner(s));
    (void) fx_sql(sql);
}


/*
 * An owner whose deadline passed while it lives: its work goes to another,
 * and what it brings after that is not taken.
 */

static void
test_lease(void **state)
{
    int           i;
    int64_t       id[3];
    asr_op_t      op;
    asr_store_t  *slow;

    fx.s = fx_open(0);
    slow = fx_open(0);
    assert_string_not_equal(asr_store_owner(fx.s), asr_store_owner(slow));

    for (i = 0; i < 3; i++) {
        id[i] = fx_create(fx.s);
    }

    fx_decode(slow, id[0], 0, 0);
    fx_decode(slow, id[1], 1, 100);
    assert_int_equal(fx_claim(slow, &op), ASR_CLAIM_DECODE);
    op.type = ASR_OP_RELEASE;
    assert_int_equal(asr_store_call(slow, &op), ASR_OK);
    assert_int_equal(fx_claim(slow, &op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_claim(slow, &op), ASR_CLAIM_SEGMENT);

    /* in time */
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);

    /* a clock that is moved is no reason */
    fx.shift = 3600000;
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);

    fx_overdue(slow);
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_FINISH);
    assert_int_equal(op.task.id, id[0]);
    assert_int_equal(op.task.attempts, 2);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.id, id[2]);
    assert_int_equal(op.task.attempts, 2);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.attempts, 2);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);

    /* every outcome of the one that was presumed dead */

    assert_int_equal(fx_done(slow, id[0]), ASR_NOTFOUND);

    for (i = ASR_OP_DECODED; i <= ASR_OP_RELEASE; i++) {
        fx_op(&op, (asr_op_type_t) i);
        op.task.id = id[2];
        op.segment.task_id = id[1];
        op.claim = ASR_CLAIM_DECODE;
        assert_int_equal(asr_store_call(slow, &op), ASR_NOTFOUND);
        op.claim = ASR_CLAIM_SEGMENT;
        assert_int_equal(asr_store_call(slow, &op), ASR_NOTFOUND);
    }

    assert_int_equal(fx_done(fx.s, id[0]), ASR_OK);
    assert_int_equal(fx_segment(fx.s, ASR_OP_SEGMENT_DONE, id[1], 0, &op),
                     ASR_OK);
    assert_true(op.last);
    assert_int_equal(fx_done(fx.s, id[1]), ASR_OK);
    assert_int_equal(fx_done(fx.s, id[2]), ASR_OK);

    /* it may go on with new work: its heartbeat makes its row again */

    fx_op(&op, ASR_OP_HEARTBEAT);
    assert_int_equal(asr_store_call(slow, &op), ASR_OK);
    assert_int_equal(fx_sql("SELECT count(*) FROM owners"), 2);
    id[0] = fx_create(slow);
    assert_int_equal(fx_claim(slow, &op), ASR_CLAIM_DECODE);
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(fx_done(slow, id[0]), ASR_OK);

    asr_store_close(slow);
}


/*
 * A process that claims one of each and dies.  ready tells that it has;
 * it dies when told to by go, unless SIGKILL is faster.
 */

static pid_t
child(int *ready, int *go, bool decode_only)
{
    int       r[2], g[2], i;
    char      c;
    pid_t     pid;
    asr_op_t  op;

    assert_int_equal(pipe(r), 0);
    assert_int_equal(pipe(g), 0);

    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid != 0) {
        close(r[1]);
        close(g[0]);
        *ready = r[0];
        *go = g[1];
        return pid;
    }

    close(r[0]);
    close(g[1]);

    if (read(g[0], &c, 1) != 1) {
        _exit(1);
    }

    fx.s = fx_open(0);

    for (i = 0; i < (decode_only ? 1 : 3); i++) {
        fx_op(&op, ASR_OP_CLAIM);
        if (asr_store_call(fx.s, &op) != ASR_OK
            || op.claim == ASR_CLAIM_NONE)
        {
            _exit(2);
        }
    }

    if (write(r[1], "r", 1) != 1 || read(g[0], &c, 1) == -1) {
        _exit(3);
    }

    _exit(0);
}


static void
child_claims(int ready, int go)
{
    char  c;

    assert_int_equal(write(go, "g", 1), 1);
    assert_int_equal(read(ready, &c, 1), 1);
}


static void
three_kinds(asr_store_t *s)
{
    int        i;
    int64_t    id[3];
    asr_op_t   op;

    for (i = 0; i < 3; i++) {
        id[i] = fx_create(s);
    }

    fx_decode(s, id[0], 0, 0);
    fx_decode(s, id[1], 1, 100);
    fx_op(&op, ASR_OP_RELEASE);
    op.claim = ASR_CLAIM_FINISH;
    op.task.id = id[0];
    assert_int_equal(asr_store_call(s, &op), ASR_OK);
}


static void
claim_three(asr_store_t *s, int attempts)
{
    asr_op_t  op;

    assert_int_equal(fx_claim(s, &op), ASR_CLAIM_FINISH);
    assert_int_equal(op.task.attempts, attempts);
    assert_int_equal(fx_claim(s, &op), ASR_CLAIM_DECODE);
    assert_int_equal(op.task.attempts, attempts);
    assert_true(asr_str_eq(op.task.inline_audio, asr_str("audio")));
    assert_int_equal(fx_claim(s, &op), ASR_CLAIM_SEGMENT);
    assert_int_equal(op.segment.attempts, attempts);
    assert_int_equal(fx_claim(s, &op), ASR_CLAIM_NONE);
}


/* Killed while others live: their housekeeping finds it, even as a zombie. */

static void
test_dead_process(void **state)
{
    int        ready, go, status;
    pid_t      pid;
    asr_op_t   op;
    siginfo_t  info;

    pid = child(&ready, &go, false);

    fx.s = fx_open(0);
    three_kinds(fx.s);
    child_claims(ready, go);

    assert_int_equal(fx_sql("SELECT count(*) FROM owners"), 2);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);

    fx_settle(fx.s);
    atomic_store(&fx.units, 0);

    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t) pid, &info, WEXITED|WNOWAIT), 0);

    assert_int_equal(fx_housekeep(fx.s), ASR_OK);
    claim_three(fx.s, 2);
    assert_int_equal(atomic_load(&fx.units), 3);
    assert_int_equal(fx_sql("SELECT count(*) FROM owners"), 1);

    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(ready);
    close(go);
}


/* The same with nobody asking: within ASR_HOUSEKEEP_MS. */

static void
test_housekeeps_itself(void **state)
{
    int              ready, go, status;
    pid_t            pid;
    struct timespec  ts;

    pid = child(&ready, &go, false);

    fx.s = fx_open(0);
    three_kinds(fx.s);
    child_claims(ready, go);

    fx_settle(fx.s);
    while (sem_trywait(&fx.woken) == 0) {
        /* void */
    }

    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(ready);
    close(go);

    clock_gettime(CLOCK_REALTIME, &ts);
    ts.tv_sec += 12 * ASR_HOUSEKEEP_MS / 1000;
    assert_int_equal(sem_timedwait(&fx.woken, &ts), 0);
    claim_three(fx.s, 2);
}


/* All processes gone: the first that opens has the work at once. */

static void
test_restart(void **state)
{
    int    ready, go, status;
    pid_t  pid;

    pid = child(&ready, &go, false);

    fx.s = fx_open(0);
    three_kinds(fx.s);
    child_claims(ready, go);

    asr_store_close(fx.s);
    close(go);                           /* it ends without closing */
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(ready);

    assert_int_equal(fx_sql("SELECT count(*) FROM owners"), 1);

    fx.s = fx_open(0);
    claim_three(fx.s, 2);
}


/* What kills its process again and again is failed, not tried for ever. */

static void
test_poison(void **state)
{
    int        i, ready[ASR_ATTEMPTS_MAX], go[ASR_ATTEMPTS_MAX], status;
    pid_t      pid[ASR_ATTEMPTS_MAX];
    int64_t    id;
    asr_op_t   op;

    for (i = 0; i < ASR_ATTEMPTS_MAX; i++) {
        pid[i] = child(&ready[i], &go[i], true);
    }

    fx.s = fx_open(0);
    id = fx_create(fx.s);

    for (i = 0; i < ASR_ATTEMPTS_MAX; i++) {
        child_claims(ready[i], go[i]);
        close(ready[i]);
        assert_int_equal(kill(pid[i], SIGKILL), 0);
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        close(go[i]);
        assert_int_equal(fx_housekeep(fx.s), ASR_OK);
        assert_int_equal(fx_state(fx.s, id), ASR_TASK_CREATED);
    }

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
    assert_int_equal(fx_get(fx.s, id, &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_CORRUPT);
    assert_int_equal(op.task.attempts, ASR_ATTEMPTS_MAX);
}


/* The same for segments and for finishing, by expired leases. */

static void
test_poison_later(void **state)
{
    int           i;
    int64_t       id[2];
    asr_op_t      op;
    asr_store_t  *dying;

    fx.s = fx_open(0);
    dying = fx_open(0);

    id[0] = fx_create(fx.s);
    id[1] = fx_create(fx.s);
    fx_decode(dying, id[0], 0, 0);
    fx_decode(dying, id[1], 2, 100);
    assert_int_equal(fx_claim(dying, &op), ASR_CLAIM_SEGMENT);

    for (i = 2; i <= ASR_ATTEMPTS_MAX + 1; i++) {
        fx_overdue(dying);
        assert_int_equal(fx_housekeep(fx.s), ASR_OK);

        if (i <= ASR_ATTEMPTS_MAX) {
            assert_int_equal(fx_claim(dying, &op), ASR_CLAIM_FINISH);
            assert_int_equal(op.task.attempts, i);
            assert_int_equal(fx_claim(dying, &op), ASR_CLAIM_SEGMENT);
            assert_int_equal(op.segment.attempts, i);
            assert_int_equal(op.segment.index, 0);
        }
    }

    assert_int_equal(fx_claim(fx.s, &op), ASR_CLAIM_NONE);
    assert_int_equal(fx_get(fx.s, id[0], &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_INTERNAL);
    assert_int_equal(fx_get(fx.s, id[1], &op), ASR_OK);
    assert_int_equal(op.task.state, ASR_TASK_FAILED);
    assert_int_equal(op.task.cause, ASR_CAUSE_RECOGNITION);

    asr_store_close(dying);
}


static void
test_owner_names(void **state)
{
    int    status;
    char   a[ASR_OWNER_MAX], b[ASR_OWNER_MAX], other[ASR_OWNER_MAX + 64];
    char  *pid, *start;
    pid_t  gone;

    asr_owner_name(a);
    asr_owner_name(b);
    assert_string_not_equal(a, b);
    assert_false(asr_owner_gone(a, b));

    pid = strchr(b, ':');
    assert_non_null(pid);
    assert_int_equal(strtol(pid + 1, &start, 10), getpid());
    assert_int_equal(*start, ':');
    *pid = '\0';

    /* this pid at another time */
    snprintf(other, sizeof(other), "%s:%d:1:00000000", b, getpid());
    assert_true(asr_owner_gone(other, a));

    /* a pid that is gone */
    gone = fork();
    assert_int_not_equal(gone, -1);
    if (gone == 0) {
        _exit(0);
    }

    assert_int_equal(waitpid(gone, &status, 0), gone);
    snprintf(other, sizeof(other), "%s:%d:1:00000000", b, gone);
    assert_true(asr_owner_gone(other, a));

    /* there it says nothing about another machine's */
    snprintf(other, sizeof(other), "x%s:%d:1:00000000", b, gone);
    assert_false(asr_owner_gone(other, a));
    snprintf(other, sizeof(other), "%s:x:1:00000000", b);
    assert_false(asr_owner_gone(other, a));
    snprintf(other, sizeof(other), "%s:1:x:00000000", b);
    assert_false(asr_owner_gone(other, a));
    snprintf(other, sizeof(other), "%s:-5:1:0", b);
    assert_false(asr_owner_gone(other, a));
    assert_false(asr_owner_gone("", a));
    assert_false(asr_owner_gone(a, ""));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        STORE_TEST(test_lease),
        STORE_TEST(test_dead_process), STORE_TEST(test_housekeeps_itself),
        STORE_TEST(test_restart),
        STORE_TEST(test_poison), STORE_TEST(test_poison_later),
        cmocka_unit_test(test_owner_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
