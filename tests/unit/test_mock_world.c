/*
 * Worlds: keys, the accounts they are, clocks, limits, and what is left of one
 * that was deleted.
 */

#include "unit.h"

#include "asr_mock_limits.h"
#include "asr_mock_world.h"


static unsigned  deleted;


static void
on_delete(asr_mock_world_t *w)
{
    deleted++;
    assert_false(w->dead);
}


static int
setup(void **state)
{
    static bool  done;

    if (!done) {
        done = true;
        assert_int_equal(asr_mock_worlds_init(7, "http://127.0.0.1:1"),
                         ASR_OK);
        asr_mock_on_delete(on_delete);
        asr_mock_limits_init();
        asr_accounts_more(asr_mock_accounts, NULL);
    }

    return 0;
}


static int
teardown(void **state)
{
    asr_mock_set_seen(NULL);

    while (asr_mock_world_first() != NULL) {
        asr_mock_world_delete(asr_mock_world_first());
    }

    asr_mock_worlds_reap();
    deleted = 0;

    return 0;
}


static void
test_keys(void **state)
{
    char       buf[ASR_MOCK_KEY_MAX + 2];
    asr_str_t  key;

    assert_true(asr_mock_is_key(asr_str("test-a")));
    assert_true(asr_mock_is_key(asr_str("test-A.b_c-9")));
    assert_false(asr_mock_is_key(asr_str("test-")));
    assert_false(asr_mock_is_key(asr_str("tst-a")));
    assert_false(asr_mock_is_key(asr_str("test-a b")));
    assert_false(asr_mock_is_key(asr_str("test-a/b")));
    assert_false(asr_mock_is_key(asr_str_null()));

    memset(buf, 'a', sizeof(buf));
    memcpy(buf, "test-", 5);
    key = (asr_str_t) { ASR_MOCK_KEY_MAX, buf };
    assert_true(asr_mock_is_key(key));
    key.len++;
    assert_false(asr_mock_is_key(key));
    assert_null(asr_mock_world(key));
    assert_null(asr_mock_world(asr_str("a\0b")));
    assert_null(asr_mock_world(asr_str_null()));
}


static void
test_accounts(void **state)
{
    char                  err[256];
    asr_accounts_t       *a;
    const asr_key_t      *k, *other;
    const asr_account_t  *account;

    a = asr_accounts_parse(asr_str("{\"accounts\":[{\"name\":\"demo\",\"keys\":"
                                   "[{\"bearer\":\"sk-1\"},{\"secret_id\":"
                                   "\"AKID\",\"secret_key\":\"s\"}]}]}"), err,
                           sizeof(err));
    assert_non_null(a);

    /* one that is in no file */

    account = asr_accounts_bearer(a, asr_str("test-a"));
    assert_non_null(account);
    assert_true(asr_str_eq(account->name, asr_str("test-a")));
    assert_string_equal(asr_mock_seen()->key, "test-a");

    k = asr_accounts_secret_id(a, asr_str("test-a"));
    assert_ptr_equal(k->account, account);
    assert_true(asr_str_eq(k->secret, asr_str("test-a")));
    assert_ptr_equal(asr_mock_seen_key(), k);

    other = asr_accounts_access_key_id(a, asr_str("test-b"));
    assert_ptr_not_equal(other->account, account);
    assert_int_not_equal(other->index, k->index);
    assert_true(other->index >= asr_accounts_n(a));

    assert_ptr_equal(asr_accounts_named(a, asr_str("test-a")), account);
    assert_true(asr_str_eq(asr_accounts_secret(a, account),
                           asr_str("test-a")));

    /* and those that are: a world of their name */

    account = asr_accounts_bearer(a, asr_str("sk-1"));
    assert_true(asr_str_eq(account->name, asr_str("demo")));
    assert_string_equal(asr_mock_seen()->key, "demo");
    assert_false(asr_mock_seen()->own);

    k = asr_accounts_secret_id(a, asr_str("AKID"));
    assert_ptr_equal(k->account, account);

    /* and nobody's */

    asr_mock_set_seen(NULL);
    assert_null(asr_accounts_bearer(a, asr_str("sk-2")));
    assert_null(asr_accounts_secret_id(a, asr_str("AKIX")));
    assert_null(asr_mock_seen());
    assert_null(asr_accounts_named(a, asr_str("nobody")));

    asr_accounts_free(a);
}


static void
test_clock(void **state)
{
    int64_t            now;
    asr_mock_world_t  *a, *b;

    a = asr_mock_world(asr_str("test-a"));
    b = asr_mock_world(asr_str("test-b"));

    a->clock.frozen_ms = 1000000;

    asr_mock_set_seen(a);
    assert_int_equal(asr_clock_ms(), 1000000);
    assert_int_equal(asr_clock_ms() - asr_clock_mono_ms(), a->clock.base_ms);

    asr_mock_set_seen(b);
    now = asr_clock_ms();
    assert_true(now > 1600000000000);

    b->clock.offset_ms = -3600000;
    assert_true(asr_clock_ms() < now - 3000000);

    asr_mock_set_seen(NULL);
    assert_true(asr_clock_ms() >= now);
}


static void
test_limits(void **state)
{
    uint32_t           retry;
    unsigned           i;
    asr_rate_t         rate;
    asr_mock_world_t  *a, *b;

    rate.count = 3;
    rate.window_ms = 60000;

    a = asr_mock_world(asr_str("test-a"));
    b = asr_mock_world(asr_str("test-b"));
    a->clock.frozen_ms = 1000000000000;

    for (i = 0; i < 3; i++) {
        assert_int_equal(asr_mock_limit(NULL, &a->account, asr_str("u2.create"),
                                        rate, &retry), ASR_LIMIT_PASSED);
    }

    assert_int_equal(asr_mock_limit(NULL, &a->account, asr_str("u2.create"),
                                    rate, &retry), ASR_LIMIT_REJECTED);
    assert_int_equal(retry, 60000);

    /* neither another action nor another world */

    assert_int_equal(asr_mock_limit(NULL, &a->account, asr_str("u2.query"),
                                    rate, &retry), ASR_LIMIT_PASSED);
    assert_int_equal(asr_mock_limit(NULL, &b->account, asr_str("u2.create"),
                                    rate, &retry), ASR_LIMIT_PASSED);

    /* the world's clock ends the window */

    a->clock.frozen_ms += 59999;
    assert_int_equal(asr_mock_limit(NULL, &a->account, asr_str("u2.create"),
                                    rate, &retry), ASR_LIMIT_REJECTED);
    a->clock.frozen_ms += 1;
    assert_int_equal(asr_mock_limit(NULL, &a->account, asr_str("u2.create"),
                                    rate, &retry), ASR_LIMIT_PASSED);

    asr_mock_limits_clear(a);
    assert_int_equal(asr_mock_limit(NULL, &a->account, asr_str("u2.create"),
                                    rate, &retry), ASR_LIMIT_PASSED);
}


static void
test_delete(void **state)
{
    char               err[256];
    uint32_t           retry;
    unsigned           i;
    asr_rate_t         rate;
    asr_accounts_t    *accounts;
    asr_mock_world_t  *a;

    a = asr_mock_world(asr_str("test-a"));
    assert_ptr_equal(asr_mock_world_find(asr_str("test-a")), a);

    asr_mock_world_delete(a);
    assert_int_equal(deleted, 1);
    assert_null(asr_mock_world_find(asr_str("test-a")));

    /* a request may still look at it */

    assert_true(a->dead);
    assert_true(asr_str_eq(a->account.name, asr_str("test-a")));

    /* and what it asks for makes no new one */

    accounts = asr_accounts_parse(asr_str("{\"accounts\":[]}"), err,
                                  sizeof(err));
    assert_non_null(accounts);
    assert_null(asr_accounts_named(accounts, asr_str("test-a")));
    asr_accounts_free(accounts);

    rate.count = 1;
    rate.window_ms = 1000;

    for (i = 0; i < 3; i++) {
        assert_int_equal(asr_mock_limit(NULL, &a->account, asr_str("u2.query"),
                                        rate, &retry),
                         ASR_LIMIT_NONE);
    }

    assert_null(asr_mock_world_find(asr_str("test-a")));

    assert_ptr_not_equal(asr_mock_world(asr_str("test-a")), a);
    asr_mock_worlds_reap();
}


static void
test_many(void **state)
{
    char               key[32];
    unsigned           i, n;
    asr_mock_world_t  *w;

    for (i = 0; i < ASR_MOCK_WORLDS_MAX + 10; i++) {
        snprintf(key, sizeof(key), "test-%u", i);
        w = asr_mock_world(asr_cstr(key));
        assert_non_null(w);

        if (i == 100) {
            asr_mock_world_used(asr_mock_world_first(), 1);
        }
    }

    for (n = 0, w = asr_mock_world_first(); w != NULL; w = w->next) {
        n++;
    }

    assert_int_equal(n, ASR_MOCK_WORLDS_MAX);
    assert_int_equal(deleted, 10);

    /* those that went were the ones longest unused */

    assert_non_null(asr_mock_world_find(asr_str("test-0")));
    assert_null(asr_mock_world_find(asr_str("test-1")));
    assert_null(asr_mock_world_find(asr_str("test-10")));
    assert_non_null(asr_mock_world_find(asr_str("test-11")));
}


/* Both orders hold whichever goes; one that is gone is in none. */

static void
test_order(void **state)
{
    unsigned           i, n;
    asr_mock_world_t  *w, *a, *b, *c, *one;

    for (i = 0; i < 3; i++) {
        a = asr_mock_world(asr_str("test-a"));
        b = asr_mock_world(asr_str("test-b"));
        c = asr_mock_world(asr_str("test-c"));
        asr_mock_world_used(b, 5);
        assert_int_equal(b->used_ms, 5);
        assert_ptr_equal(a->newer, c);
        assert_ptr_equal(c->newer, b);
        assert_null(b->newer);

        one = i == 0 ? a : i == 1 ? b : c;
        asr_mock_world_delete(one);
        asr_mock_world_used(one, 6);

        for (n = 0, w = asr_mock_world_first(); w != NULL; w = w->next) {
            assert_ptr_not_equal(w, one);
            assert_true(w->next == NULL || w->next->prev == w);
            n++;
        }

        assert_int_equal(n, 2);

        w = asr_mock_world(asr_str("test-d"));
        assert_ptr_equal(w->prev, i == 2 ? b : c);
        assert_ptr_equal(w->older, i == 1 ? c : b);
        teardown(state);
    }
}


/* By the machine's clock, whatever the thread is shown. */

static void
test_made_when(void **state)
{
    asr_mock_world_t  *a;

    a = asr_mock_world(asr_str("test-a"));
    a->clock.frozen_ms = 1000;
    asr_mock_set_seen(a);
    assert_true(asr_mock_world(asr_str("test-b"))->used_ms > 1600000000000);
}


static void
test_random(void **state)
{
    double             sum, square, v;
    unsigned           i;
    asr_mock_random_t  a, b;

    asr_mock_seed_str(&a, 1, asr_str("x"));
    asr_mock_seed_str(&b, 1, asr_str("x"));

    for (i = 0; i < 100; i++) {
        assert_true(asr_mock_u64(&a) == asr_mock_u64(&b));
    }

    asr_mock_seed_str(&b, 1, asr_str("y"));
    assert_false(asr_mock_u64(&a) == asr_mock_u64(&b));

    for (sum = square = 0, i = 0; i < 100000; i++) {
        v = asr_mock_normal(&a);
        sum += v;
        square += v * v;
        assert_true(asr_mock_below(&a, 7) < 7);
    }

    assert_true(sum / i > -0.02 && sum / i < 0.02);
    assert_true(square / i > 0.97 && square / i < 1.03);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_accounts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delete, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_made_when, setup, teardown),
        cmocka_unit_test(test_random)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
