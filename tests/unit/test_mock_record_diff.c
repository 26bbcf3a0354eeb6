/*
 * Two answers compared, and signatures made for another host.
 */

#include "unit.h"

#include "asr_mock_record_diff.h"
#include "asr_mock_record_sign.h"


#define DIFFS  16

typedef struct {
    size_t                 n;
    asr_mock_difference_t  d[DIFFS];
    size_t                 nids;
    asr_str_t              from[DIFFS];
    asr_str_t              to[DIFFS];
} seen_t;

static asr_arena_t  arena;
static seen_t       seen;


static int
setup(void **state)
{
    assert_int_equal(asr_crypto_init(), ASR_OK);
    asr_arena_init(&arena, 4 * 1024 * 1024);
    memset(&seen, 0, sizeof(seen));

    return 0;
}


static int
teardown(void **state)
{
    asr_arena_free(&arena);

    return 0;
}


static void
see(void *ctx, const asr_mock_difference_t *d)
{
    assert_in_range(seen.n, 0, DIFFS - 1);
    seen.d[seen.n++] = *d;
}


static void
see_id(void *ctx, asr_str_t from, asr_str_t to)
{
    assert_in_range(seen.nids, 0, DIFFS - 1);
    seen.from[seen.nids] = from;
    seen.to[seen.nids++] = to;
}


static asr_mock_exchange_t
answer(int status, const char *reply)
{
    asr_mock_exchange_t  x;

    memset(&x, 0, sizeof(x));
    x.status = status;
    x.reply_type = asr_str("application/json; charset=utf-8");
    x.reply = asr_cstr(reply);

    return x;
}


/* The only difference: kind, field; NULL: there is none. */

static void
only(const char *expected, const char *actual, const char *kind,
    const char *field)
{
    size_t               n;
    asr_mock_exchange_t  e, a;

    e = answer(200, expected);
    a = answer(200, actual);
    a.reply_type = asr_str("Application/json");

    seen.n = 0;
    n = asr_mock_diff(&e, &a, &arena, see, NULL);
    assert_int_equal(n, seen.n);
    assert_int_equal(n, field != NULL);

    if (field != NULL) {
        assert_string_equal(asr_mock_diff_kind_name(seen.d[0].kind), kind);
        assert_true(asr_str_eq(seen.d[0].field, asr_cstr(field)));
    }
}


static void
test_members(void **state)
{
    only("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1}}", NULL, NULL);
    only("{\"a\":{\"b\":1}}", "{\"a\":{}}", "missing", "/a/b");
    only("{\"a\":{}}", "{\"a\":{\"b~/\":1}}", "extra", "/a/b~0~1");
    only("{\"a\":{\"b\":1}}", "{\"a\":{\"b\":\"1\"}}", "type", "/a/b");
    only("{\"a\":null}", "{\"a\":\"1\"}", "type", "/a");
    only("{\"a\":\"x\"}", "{\"a\":\"y\"}", "value", "/a");
    only("{\"a\":1}", "{\"a\":1.0}", NULL, NULL);
    only("{\"a\":true}", "{\"a\":false}", "value", "/a");
    only("{\"a\":1}", "<html>", "type", "");
    only("", "", NULL, NULL);
}


static void
test_nature(void **state)
{
    only("{\"RequestId\":\"x\"}", "{\"RequestId\":\"y\"}", NULL, NULL);
    only("{\"task_id\":1}", "{\"task_id\":2}", NULL, NULL);
    only("{\"task_id\":1}", "{\"task_id\":\"2\"}", "type", "/task_id");
    only("{\"valid\":1}", "{\"valid\":2}", "value", "/valid");
    only("{\"CreateTime\":1}", "{\"CreateTime\":2}", NULL, NULL);
    only("{\"text\":\"a\"}", "{\"text\":\"b\"}", NULL, NULL);
    only("{\"a\":\"at 2026-11-26T03:06:03Z\"}",
         "{\"a\":\"at 2026-11-27T03:06:14Z\"}", NULL, NULL);
    only("{\"a\":\"at 2026-11-26T03:06:03Z\"}",
         "{\"a\":\"at 2026-11-27T03:06:14X\"}", "value", "/a");
    only("{\"a\":\"2026-11-26T03:06:0\"}", "{\"a\":\"2026-11-26T03:06:1\"}",
         "value", "/a");
    only("{\"a\":\"17\"}", "{\"a\":\"18\"}", "value", "/a");
    only("{\"text\":\"a\"}", "{\"text\":2}", "type", "/text");
}


static void
test_lists(void **state)
{
    only("{\"l\":[{\"a\":1},{\"a\":2}]}", "{\"l\":[{\"a\":3}]}", NULL, NULL);
    only("{\"l\":[{\"a\":1}]}", "{\"l\":[]}", "missing", "/l/0");
    only("{\"l\":[]}", "{\"l\":[1]}", "extra", "/l/0");
    only("{\"l\":[{\"a\":1},{\"a\":2}]}", "{\"l\":[{\"a\":3},{\"b\":1,\"a\":3}"
         "]}", "extra", "/l/1/b");
}


static void
test_structure(void **state)
{
    asr_mock_exchange_t  e, a;

    e = answer(200, "{\"x\":1,\"Code\":\"A\"}");
    a = answer(400, "{\"x\":2,\"Code\":\"B\"}");

    assert_int_equal(asr_mock_diff(&e, &a, &arena, see, NULL), 3);
    assert_true(asr_str_eq(seen.d[0].field, asr_str("status")));
    assert_true(asr_mock_diff_structural(&seen.d[0]));
    assert_true(asr_str_eq(seen.d[1].field, asr_str("/x")));
    assert_false(asr_mock_diff_structural(&seen.d[1]));
    assert_true(asr_mock_diff_structural(&seen.d[2]));
    assert_true(asr_str_eq(seen.d[2].expected, asr_str("A")));
    assert_true(asr_str_eq(seen.d[2].actual, asr_str("B")));
}


static void
test_ids(void **state)
{
    asr_mock_exchange_t  e, a;

    e = answer(200, "{\"Data\":{\"TaskId\":1234},\"id\":\"a\",\"n\":1}");
    a = answer(200, "{\"Data\":{\"TaskId\":\"77\"},\"id\":\"b\",\"n\":2}");

    asr_mock_diff_ids(&e, &a, &arena, see_id, NULL);
    assert_int_equal(seen.nids, 2);
    assert_true(asr_str_eq(seen.from[0], asr_str("1234")));
    assert_true(asr_str_eq(seen.to[0], asr_str("77")));
    assert_true(asr_str_eq(seen.to[1], asr_str("b")));

    seen.nids = 0;
    asr_mock_diff_each_id(e.reply, &arena, see_id, NULL);
    assert_int_equal(seen.nids, 2);

    assert_true(asr_str_eq(asr_mock_diff_state(
        asr_str("{\"base_resp\":{\"status_code\":0},\"status\":\"Success\"}"),
        &arena), asr_str("Success")));
    assert_true(asr_str_eq(asr_mock_diff_state(
        asr_str("{\"Response\":{\"Data\":{\"Status\":2}}}"), &arena),
        asr_str("2")));
    assert_int_equal(asr_mock_diff_state(asr_str("[]"), &arena).len, 0);
}


/* A signature made for a host holds for it, and for no other. */

static void
sign(const char *authorization, asr_header_t *h, size_t n)
{
    asr_key_t            key;
    asr_str_t            id;
    asr_mock_exchange_t  x;

    memset(&x, 0, sizeof(x));
    memset(&key, 0, sizeof(key));

    key.id = asr_str("AKID");
    key.secret = asr_str("secret");

    x.method = asr_str("POST");
    x.path = asr_str("/");
    x.target = asr_str("/?b=2&a=%20");
    x.args = asr_str("b=2&a=%20");
    x.body = asr_str("{}");
    x.body_bytes = 2;
    asr_sha256("{}", 2, x.body_sha256);
    x.headers = h;
    x.nheaders = n;

    h[0].name = asr_str("Authorization");
    h[0].value = asr_cstr(authorization);
    h[1].name = asr_str("Host");
    h[1].value = asr_str("one.example:81");

    assert_int_not_equal(asr_mock_sign_kind(&x, &id), ASR_MOCK_SIGN_NONE);
    assert_true(asr_str_eq(id, key.id));
    assert_false(asr_mock_sign_holds(&x, &key, &arena));

    h[0].value = asr_mock_sign(&x, &key, asr_str("two.example"), &arena);
    assert_non_null(h[0].value.data);
    assert_false(asr_mock_sign_holds(&x, &key, &arena));

    h[1].value = asr_str("two.example");
    assert_true(asr_mock_sign_holds(&x, &key, &arena));

    key.secret = asr_str("Secret");
    assert_false(asr_mock_sign_holds(&x, &key, &arena));
    key.secret = asr_str("");
    assert_null(asr_mock_sign(&x, &key, asr_str("a"), &arena).data);
}


static void
test_tc3(void **state)
{
    asr_header_t  h[5];

    h[2] = (asr_header_t) { asr_str("Content-Type"),
                            asr_str("Application/JSON") };
    h[3] = (asr_header_t) { asr_str("X-TC-Timestamp"), asr_str("1700000000") };

    sign("TC3-HMAC-SHA256 Credential=AKID/2023-11-14/asr/tc3_request, "
         "SignedHeaders=content-type;host, Signature=00000000000000000000000"
         "00000000000000000000000000000000000000000", h, 4);
}


static void
test_acs3(void **state)
{
    asr_header_t  h[5];

    h[2] = (asr_header_t) { asr_str("x-acs-action"), asr_str("SubmitASRJob") };

    sign("ACS3-HMAC-SHA256 Credential=AKID,SignedHeaders=host;x-acs-action,"
         "Signature=00000000000000000000000000000000000000000000000000000000"
         "00000000", h, 3);
}


static void
test_others(void **state)
{
    asr_key_t            key;
    asr_str_t            id;
    asr_header_t         h[1];
    asr_mock_exchange_t  x;

    memset(&x, 0, sizeof(x));
    memset(&key, 0, sizeof(key));
    key.secret = asr_str("x");
    h[0] = (asr_header_t) { asr_str("Authorization"), asr_str("Bearer a") };
    x.headers = h;
    x.nheaders = 1;

    assert_int_equal(asr_mock_sign_kind(&x, &id), ASR_MOCK_SIGN_NONE);
    assert_null(asr_mock_sign(&x, &key, asr_str("a"), &arena).data);

    x.args = asr_str("a=1&SecretId=AKID");
    assert_int_equal(asr_mock_sign_kind(&x, &id), ASR_MOCK_SIGN_V1);
    assert_true(asr_str_eq(id, asr_str("AKID")));

    h[0].value = asr_str("TC3-HMAC-SHA256 nonsense");
    assert_int_equal(asr_mock_sign_kind(&x, &id), ASR_MOCK_SIGN_TC3);
    assert_null(id.data);
    assert_null(asr_mock_sign(&x, &key, asr_str("a"), &arena).data);
    assert_false(asr_mock_sign_holds(&x, &key, &arena));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_members, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nature, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(test_structure, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tc3, setup, teardown),
        cmocka_unit_test_setup_teardown(test_acs3, setup, teardown),
        cmocka_unit_test_setup_teardown(test_others, setup, teardown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
