/*
 * Lines of a recording: what is in them, what is not, and which requests are
 * the same to a replay.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "unit.h"

#include "asr_mock_record.h"
#include "asr_mock_replay.h"


static asr_arena_t  arena;


static int
setup(void **state)
{
    assert_int_equal(asr_crypto_init(), ASR_OK);
    asr_arena_init(&arena, ASR_MOCK_RECORD_MEMORY);

    return 0;
}


static int
teardown(void **state)
{
    asr_arena_free(&arena);

    return 0;
}


/* A request as it is seen; headers of a static list of one. */

static asr_mock_exchange_t
exchange(const char *method, const char *target, const char *name,
    const char *value, const char *body)
{
    asr_header_t         *h;
    asr_mock_exchange_t   x;

    memset(&x, 0, sizeof(x));

    h = asr_arena_alloc(&arena, 2 * sizeof(asr_header_t));
    h[0].name = asr_cstr(name);
    h[0].value = asr_cstr(value);
    h[1].name = asr_str("Content-Type");
    h[1].value = asr_str("application/json");

    x.method = asr_cstr(method);
    x.target = asr_cstr(target);
    x.args = x.target;
    x.path = asr_str_cut(&x.args, '?');
    x.headers = h;
    x.nheaders = 2;
    x.body = asr_cstr(body);
    x.body_bytes = x.body.len;
    asr_sha256(x.body.data, x.body.len, x.body_sha256);

    return x;
}


static void
test_names(void **state)
{
    size_t               i;
    asr_mock_exchange_t  x;

    static const char *const  all[][6] = {
        { "POST", "/v1/audio/asr/tasks", "A", "", "u2", "create" },
        { "GET", "/v1/audio/asr/tasks/17", "A", "", "u2", "query" },
        { "GET", "/v1/files/retrieve?file_id=1", "A", "", "u2", "retrieve" },
        { "GET", "/v1/files/retrieve_content", "A", "", "u2", "content" },
        { "GET", "/v1/files", "A", "", "u2", "list" },
        { "POST", "/v1/files/upload", "A", "", "u2", "upload" },
        { "POST", "/serve/api/v2/upload", "A", "", "memories", "upload" },
        { "POST", "/serve/api/v2/upload/signed-url", "A", "", "memories",
          "signed-url" },
        { "GET", "/serve/api/v2/re_1/metadata", "A", "", "memories",
          "metadata" },
        { "DELETE", "/serve/api/v2/re_1", "A", "", "memories", "delete" },
        { "POST", "/", "x-tc-action", "CreateRecTask", "tencent",
          "CreateRecTask" },
        { "POST", "/", "X-Acs-Action", "SubmitASRJob", "ice",
          "SubmitASRJob" },
        { "GET", "/?Action=DescribeTaskStatus&SecretId=x", "A", "", "tencent",
          "DescribeTaskStatus" },
        { "GET", "/?AccessKeyId=x&Action=ListSmartJobs", "A", "", "ice",
          "ListSmartJobs" },
        { "GET", "/favicon.ico", "A", "", "", "" }
    };

    for (i = 0; i < asr_nelts(all); i++) {
        x = exchange(all[i][0], all[i][1], all[i][2], all[i][3], "");
        asr_mock_record_name(&x);
        assert_true(asr_str_eq(x.api, asr_cstr(all[i][4])));
        assert_true(asr_str_eq(x.operation, asr_cstr(all[i][5])));
    }
}


static void
test_codes(void **state)
{
    size_t               i;
    asr_mock_exchange_t  x;

    static const struct {
        int          status;
        const char  *reply;
        const char  *code;
    } all[] = {
        { 200, "{\"Response\":{\"Error\":{\"Code\":\"A.B\"}}}", "A.B" },
        { 200, "{\"Response\":{\"Data\":{}}}", "" },
        { 200, "{\"base_resp\":{\"status_code\":0}}", "" },
        { 400, "{\"base_resp\":{\"status_code\":100001}}", "100001" },
        { 404, "{\"Code\":\"Not.Found\"}", "Not.Found" },
        { 200, "{\"code\":\"0000\"}", "" },
        { 200, "{\"code\":\"0429\"}", "0429" },
        { 200, "{\"code\":200}", "" },
        { 503, "<html>", "503" },
        { 200, "", "" }
    };

    for (i = 0; i < asr_nelts(all); i++) {
        x = exchange("GET", "/", "A", "", "");
        x.status = all[i].status;
        x.reply = asr_cstr(all[i].reply);
        asr_mock_record_code(&x, &arena);
        assert_true(asr_str_eq(x.code, asr_cstr(all[i].code)));
    }
}


static asr_str_t
line_of(asr_mock_exchange_t *x, asr_buf_t *b)
{
    asr_mock_record_t  r;

    asr_mock_record_name(x);
    r.x = *x;
    r.first_us = 17;

    assert_int_equal(asr_mock_record_redact(&r.x, &arena), ASR_OK);
    asr_buf_init(b, ASR_MOCK_RECORD_LINE);
    assert_int_equal(asr_mock_record_write(&r, b), ASR_OK);

    return asr_buf_str(b);
}


static void
test_round(void **state)
{
    asr_buf_t            b;
    asr_str_t            line;
    asr_mock_record_t    r;
    asr_mock_exchange_t  x;

    static const char  secret[] = "sk-0123456789abcdefghijklmn";

    x = exchange("POST", "/v1/audio/asr/tasks", "Authorization",
                 "Bearer sk-0123456789abcdefghijklmn",
                 "{\"file_id\":\"\xc3\xa9\"}");
    x.status = 200;
    x.took_us = 23;
    x.reply_type = asr_str("application/json");
    x.reply = asr_str("{\"task_id\":5,"
                      "\"you\":\"sk-0123456789abcdefghijklmn\"}");
    x.reply_bytes = x.reply.len;

    line = line_of(&x, &b);
    assert_null(memmem(line.data, line.len, secret, sizeof(secret) - 1));
    assert_int_equal(line.data[line.len - 1], '\n');
    assert_ptr_equal(memchr(line.data, '\n', line.len),
                     line.data + line.len - 1);

    assert_int_equal(asr_mock_record_read(line, &arena, &r), ASR_OK);
    assert_int_equal(r.first_us, 17);
    assert_int_equal(r.x.took_us, 23);
    assert_int_equal(r.x.status, 200);
    assert_true(asr_str_eq(r.x.operation, asr_str("create")));
    assert_true(asr_str_eq(r.x.body, x.body));
    assert_memory_equal(r.x.body_sha256, x.body_sha256, ASR_SHA256_LEN);
    assert_int_equal(r.x.nheaders, 2);
    assert_non_null(asr_mock_header(&r.x, "authorization").data);

    asr_buf_free(&b);
}


/* What is no text is known by its length and digest alone. */

static void
test_binary(void **state)
{
    asr_buf_t            b;
    asr_mock_record_t    r;
    asr_mock_exchange_t  x;

    x = exchange("POST", "/v1/files/upload", "A", "", "RIFF\xff\xfe");
    x.status = 200;

    assert_int_equal(asr_mock_record_read(line_of(&x, &b), &arena, &r),
                     ASR_OK);
    assert_null(r.x.body.data);
    assert_int_equal(r.x.body_bytes, 6);
    asr_buf_free(&b);
}


static void
test_bad_lines(void **state)
{
    size_t             i;
    asr_mock_record_t  r;

    static const char *const  bad[] = {
        "", "{", "[]", "{}", "{\"method\":\"GET\",\"target\":\"/\"}",
        "{\"method\":\"GET\",\"target\":\"x\",\"status\":200}",
        "{\"method\":\"GET\",\"target\":\"/\",\"status\":99}",
        "{\"method\":1,\"target\":\"/\",\"status\":200}"
    };

    for (i = 0; i < asr_nelts(bad); i++) {
        assert_int_equal(asr_mock_record_read(asr_cstr(bad[i]), &arena, &r),
                         ASR_INVALID);
    }

    assert_int_equal(asr_mock_record_read(asr_str("{\"method\":\"GET\","
        "\"target\":\"/\",\"status\":200,\"headers\":[1,{}],"
        "\"body_sha256\":\"zz\"}"), &arena, &r), ASR_OK);
    assert_int_equal(r.x.nheaders, 0);
}


static bool
same(const char *target, const char *one, const char *target2,
    const char *two)
{
    unsigned char        a[ASR_SHA256_LEN], b[ASR_SHA256_LEN];
    asr_mock_exchange_t  x, y;

    x = exchange("POST", target, "X-TC-Action", "CreateRecTask", one);
    y = exchange("POST", target2, "X-TC-Action", "CreateRecTask", two);
    asr_mock_record_name(&x);
    asr_mock_record_name(&y);

    assert_int_equal(asr_mock_record_key(&x, &arena, a), ASR_OK);
    assert_int_equal(asr_mock_record_key(&y, &arena, b), ASR_OK);

    return memcmp(a, b, ASR_SHA256_LEN) == 0;
}


static void
test_key(void **state)
{
    assert_true(same("/", "{\"a\":1,\"b\":[1,{\"x\":\"y\",\"w\":2}]}",
                     "/", "{\"b\":[1,{\"w\":2,\"x\":\"y\"}], \"a\":1}"));
    assert_false(same("/", "{\"a\":[1,2]}", "/", "{\"a\":[2,1]}"));
    assert_false(same("/", "{\"a\":1}", "/", "{\"a\":\"1\"}"));
    assert_false(same("/", "{\"a\":\"x\"}", "/", "{\"b\":\"x\"}"));
    assert_false(same("/", "{\"a\":\"x\",\"b\":\"y\"}", "/",
                      "{\"a\":\"xb\",\"\":\"y\"}"));
    assert_false(same("/", "{\"TaskId\":1}", "/", "{\"TaskId\":2}"));

    assert_true(same("/?b=2&a=1", "", "/?a=1&b=%32", ""));
    assert_true(same("/?a=1&Nonce=5&Timestamp=7&Signature=x", "",
                     "/?Signature=yy&a=1", ""));
    assert_false(same("/?a=1", "", "/?a=2", ""));
    assert_false(same("/a", "", "/b", ""));

    assert_true(same("/", "{\"Nonce\":1,\"SecretId\":\"a\",\"c\":1}",
                     "/", "{\"Nonce\":2,\"SecretId\":\"b\",\"c\":1}"));

    /* the port of this run */

    assert_true(same("/", "{\"Url\":\"http://127.0.0.1:4711/a.wav\"}",
                     "/", "{\"Url\":\"http://127.0.0.1:33/a.wav\"}"));
    assert_false(same("/", "{\"Url\":\"http://127.0.0.1:4711/a.wav\"}",
                      "/", "{\"Url\":\"http://127.0.0.1:4711/b.wav\"}"));
    assert_false(same("/", "{\"Url\":\"http://example.com:1/a.wav\"}",
                      "/", "{\"Url\":\"http://example.com:2/a.wav\"}"));
}


static char  path[] = "/tmp/asr-replay-XXXXXX";

static void
put_line(FILE *f, const char *body, const char *reply)
{
    asr_buf_t            b;
    asr_str_t            line;
    asr_mock_exchange_t  x;

    x = exchange("POST", "/", "X-TC-Action", "DescribeTaskStatus", body);
    x.status = 200;
    x.reply_type = asr_str("application/json");
    x.reply = asr_cstr(reply);

    line = line_of(&x, &b);
    assert_int_equal(fwrite(line.data, 1, line.len, f), line.len);
    asr_buf_free(&b);
}


static bool
replayed(const char *body, const char *reply)
{
    asr_mock_answer_t    answer;
    asr_mock_exchange_t  x;

    x = exchange("POST", "/", "X-TC-Action", "DescribeTaskStatus", body);
    asr_mock_record_name(&x);

    return asr_mock_replay_find(&x, &arena, &answer)
           && answer.status == 200 && answer.first_us == 17
           && asr_str_eq(answer.reply, asr_cstr(reply));
}


static void
test_replay(void **state)
{
    int    fd;
    char   err[128];
    FILE  *f;

    fd = mkstemp(path);
    f = fdopen(fd, "w");
    assert_non_null(f);

    put_line(f, "{\"TaskId\":1,\"Nonce\":1}", "one");
    put_line(f, "{\"TaskId\":2}", "other");
    put_line(f, "{\"TaskId\":1,\"Nonce\":2}", "two");
    put_line(f, "{\"TaskId\":1}", "three");
    assert_int_equal(fclose(f), 0);

    assert_int_equal(asr_mock_replay_load(path, err, sizeof(err)), ASR_OK);
    assert_int_equal(asr_mock_replay_n(), 4);

    assert_true(replayed("{\"TaskId\":1}", "one"));
    assert_true(replayed("{\"TaskId\":2}", "other"));
    assert_true(replayed("{\"Nonce\":9,\"TaskId\":1}", "two"));
    assert_true(replayed("{\"TaskId\":1}", "three"));
    assert_true(replayed("{\"TaskId\":1}", "three"));
    assert_true(replayed("{\"TaskId\":2}", "other"));
    assert_false(replayed("{\"TaskId\":3}", "other"));

    f = fopen(path, "a");
    assert_non_null(f);
    assert_true(fputs("{}\n", f) >= 0);
    assert_int_equal(fclose(f), 0);

    assert_int_equal(asr_mock_replay_load(path, err, sizeof(err)),
                     ASR_INVALID);
    assert_string_equal(err, "line 5: not of a recording");
    assert_false(asr_mock_replay_on());

    assert_int_equal(unlink(path), 0);
    assert_int_equal(asr_mock_replay_load(path, err, sizeof(err)), ASR_IO);
    asr_mock_replay_free();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_codes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_round, setup, teardown),
        cmocka_unit_test_setup_teardown(test_binary, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_key, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replay, setup, teardown)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
