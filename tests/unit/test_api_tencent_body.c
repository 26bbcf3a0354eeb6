/*
 * Bodies and queries of document 001: hostile ones, in pieces, and at every
 * limit of size.
 */

#include "tencent_client.h"


/* v1 over 1 MB has its own text; 1 MB exactly is in. */

static void
test_v1_size(void **state)
{
    char           *body;
    size_t          n;
    api_response_t  r;
    api_header_t    h[] = {
        { "host", T_HOST },
        { "content-type", "application/x-www-form-urlencoded" },
        { NULL, NULL }
    };
    api_request_t   q = { .method = "POST", .path = "/", .headers = h };

    n = ASR_TENCENT_BODY_V1 + 1;
    body = malloc(n);
    assert_non_null(body);
    memset(body, 'A', n);
    memcpy(body, "Data=", 5);

    q.body = body;
    q.body_len = n - 1;
    api_send(&world, &asr_api_tencent, &q, &r);
    t_expect(&r, "MissingParameter", "`Action`");

    q.body_len = n;
    api_send(&world, &asr_api_tencent, &q, &r);
    assert_int_equal(r.fed, 0);
    t_expect(&r, "AuthFailure.SignatureFailure",
             "exceeding request size limit");

    q.chunked = true;
    q.piece = 16384;
    api_send(&world, &asr_api_tencent, &q, &r);
    t_expect(&r, "AuthFailure.SignatureFailure", "`TC3-HMAC-SHA256`");

    free(body);
}


static void
test_get(void **state)
{
    char           *query;
    api_response_t  r;
    api_header_t    h[] = { { NULL, NULL } };
    api_request_t   q = { .method = "GET", .path = "/", .headers = h };

    t_send(&world, &(t_request_t) { .method = "GET",
        .content_type = "application/x-www-form-urlencoded",
        .query = "EngineModelType=16k_en&ChannelNum=1&ResTextFormat=1&"
                 "SourceType=1&Data=AAECAw%3D%3D&DataLen=4&"
                 "KeyWordLibIdList.0=a" }, &r);
    assert_true(r.task_id > 0);
    t_expect(&r, NULL, NULL);

    check(&(t_request_t) { .method = "GET", .query = "EngineModelType" },
          "InvalidParameter", "splited");
    check(&(t_request_t) { .method = "GET", .query = "E=%4" },
          "InvalidParameter", "percent-encoding");
    check(&(t_request_t) { .method = "GET", .query = "Foo=1" },
          "UnknownParameter", "`Foo`");
    check(&(t_request_t) { .method = "GET", .query = "Foo=1",
                           .bad_signature = true },
          "AuthFailure.SignatureFailure", NULL);
    check(&(t_request_t) { .method = "GET", .body = "{}", .sign_body = "" },
          "RequestSizeLimitExceeded", NULL);
    check(&(t_request_t) { .method = "GET", .body = "{}", .sign_body = "",
                           .chunked = true },
          "RequestSizeLimitExceeded", NULL);

    /* 32 KB */

    query = malloc(ASR_TENCENT_QUERY_MAX + 2);
    assert_non_null(query);
    memset(query, 'A', ASR_TENCENT_QUERY_MAX + 1);
    query[ASR_TENCENT_QUERY_MAX + 1] = '\0';
    memcpy(query, "Data=", 5);

    q.args = query;
    api_send(&world, &asr_api_tencent, &q, &r);
    t_expect(&r, "RequestSizeLimitExceeded", NULL);

    query[ASR_TENCENT_QUERY_MAX] = '\0';
    api_send(&world, &asr_api_tencent, &q, &r);
    t_expect(&r, "MissingParameter", NULL);

    /* names and values that do not fit the call's memory */

    memcpy(query, "Foo=", 4);
    api_send(&world, &asr_api_tencent, &q, &r);
    t_expect(&r, "InvalidParameterValue", "too large");

    free(query);
}


static void
test_hostile(void **state)
{
    size_t  i, k;
    char    deep[300];

    static const size_t  pieces[] = { 0, 1, 7 };

    const struct {
        const char  *body;
        size_t       len;
        const char  *code;
        const char  *word;
    } cases[] = {
        { "", 0, "InvalidParameter", "empty" },
        { " ", 0, "InvalidParameter", "JSON" },
        { "{", 0, "InvalidParameter", "JSON" },
        { "null", 0, "InvalidParameter", "JSON object" },
        { "[]", 0, "InvalidParameter", "JSON object" },
        { "\"Data\"", 0, "InvalidParameter", "JSON object" },
        { "{}x", 0, "InvalidParameter", "JSON" },
        { "{\"Data\":\"AAAA", 0, "InvalidParameter", "JSON" },
        { "{\"Data\":\"AAAA\"", 0, "InvalidParameter", "JSON" },
        { "{\"Data\":\"AA\\xAA\"}", 0, "InvalidParameter", "JSON" },
        { "{\"Data\":\"AA\nAA\"}", 0, "InvalidParameter", "JSON" },
        { "{'a':1}", 0, "InvalidParameter", "JSON" },
        { "{\"a\":01}", 0, "InvalidParameter", "JSON" },
        { "{\"ChannelNum\":1,\"ChannelNum\":1}", 0, "InvalidParameter",
          "twice" },
        { "{\"Data\":\"AAAA\",\"Data\":\"AAAA\"}", 0, "InvalidParameter",
          "twice" },
        { "{\"Url\":\"\xff\xfe\"}", 0, "InvalidParameter", "UTF-8" },
        { "{\"Url\":\"\xc0\xaf\"}", 0, "InvalidParameter", "UTF-8" },
        { "{\"Url\":\"\\u0000\"}", 0, "InvalidParameter", "NUL" },
        { "{\"Url\":\"a\0b\"}", 13, "InvalidParameter", NULL },
        { "{}\0", 3, "InvalidParameter", NULL },
        { "{\"a\":{\"b\":1}}", 0, "UnknownParameter", "`a`" },
        { "{\"Extra\":{\"Data\":\"AAAA\"},\"EngineModelType\":\"16k_en\","
          "\"ChannelNum\":1,\"ResTextFormat\":0,\"SourceType\":1}", 0,
          "InvalidParameter", "`Extra`" },
        { "{\"\":1}", 0, "UnknownParameter", NULL },
        { deep, 0, "InvalidParameter", NULL },
    };

    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    deep[200] = '\0';

    for (i = 0; i < asr_nelts(cases); i++) {
        for (k = 0; k < asr_nelts(pieces); k++) {
            check(&(t_request_t) { .body = cases[i].body,
                                   .body_len = cases[i].len,
                                   .piece = pieces[k] },
                  cases[i].code, cases[i].word);

            /* never before the signature */

            check(&(t_request_t) { .body = cases[i].body,
                                   .body_len = cases[i].len,
                                   .piece = pieces[k],
                                   .bad_signature = true },
                  "AuthFailure.SignatureFailure", NULL);
        }
    }

    /* nesting inside a member that is known */

    memcpy(deep, "{\"Url\":", 7);
    memset(deep + 7, '[', 40);
    memset(deep + 47, ']', 40);
    memcpy(deep + 87, "}", 2);
    check(&(t_request_t) { .body = deep }, "InvalidParameter", "deep");
}


/* All but Data has a ceiling; so has the tree it makes. */

static void
test_rest_ceiling(void **state)
{
    char    *body;
    size_t   i, n;

    n = 64 * 1024;
    body = malloc(n + 1);
    assert_non_null(body);

    memset(body, 'a', n);
    memcpy(body, "{\"Url\":\"", 8);
    memcpy(body + n - 2, "\"}", 3);
    check(&(t_request_t) { .body = body }, "InvalidParameterValue",
          "too large");
    check(&(t_request_t) { .body = body, .piece = 1000,
                           .bad_signature = true },
          "AuthFailure.SignatureFailure", NULL);

    n = 20000;
    memcpy(body, "{\"KeyWordLibIdList\":[", 21);

    for (i = 21; i < n; i += 2) {
        memcpy(body + i, "0,", 2);
    }

    memcpy(body + i, "0]}", 4);
    check(&(t_request_t) { .body = body }, "InvalidParameterValue",
          "too large");

    free(body);
}


static void
test_data_sizes(void **state)
{
    char           *body;
    size_t          i;
    asr_op_t        op;
    asr_arena_t     arena;
    api_world_t     w;
    api_response_t  r;

    static const struct {
        size_t       size;
        size_t       piece;
        const char  *tail;
        const char  *code;
        const char  *word;
    } cases[] = {
        { 1, 1, "", NULL, NULL },
        { 2, 1, "", NULL, NULL },
        { 3, 1, "", NULL, NULL },
        { 16384, 4096, "", NULL, NULL },
        { 16385, 4096, "", NULL, NULL },
        { 30000, 7, "", NULL, NULL },
        { 18001, 1, "AAAA", "InvalidParameterValue", "base64" },
        { 5 * 1024 * 1024, 16384, "", NULL, NULL },
        { 5 * 1024 * 1024 + 1, 16384, "", "InvalidParameterValue", "5 MB" },
        { 5 * 1024 * 1024 + 40000, 16384, "*", "InvalidParameterValue",
          "5 MB" },
    };

    t_world(&w);

    for (i = 0; i < asr_nelts(cases); i++) {
        body = t_data_body(cases[i].size, cases[i].tail);
        t_send(&w, &(t_request_t) { .body = body, .piece = cases[i].piece },
               &r);
        t_expect(&r, cases[i].code, cases[i].word);
        free(body);

        if (cases[i].code != NULL) {
            continue;
        }

        /* the very bytes are in the store */

        asr_arena_init(&arena, 1 << 20);
        memset(&op, 0, sizeof(op));
        op.arena = &arena;
        op.type = ASR_OP_CLAIM;
        assert_int_equal(asr_store_call(w.core.store, &op), ASR_OK);
        assert_int_equal(op.task.id, r.task_id);

        if (cases[i].size <= ASR_SPOOL_INLINE) {
            assert_int_equal(op.task.inline_audio.len, cases[i].size);

        } else {
            int            fd;
            size_t         k;
            ssize_t        n;
            unsigned char  bytes[4096];

            fd = asr_spool_open_audio(w.core.spool, op.task.spool);
            assert_true(fd >= 0);

            for (k = 0; (n = read(fd, bytes, sizeof(bytes))) > 0; ) {
                for (ssize_t j = 0; j < n; j++, k++) {
                    if (bytes[j] != (unsigned char) (k * 7 + k / 251)) {
                        fail_msg("byte %zu differs", k);
                    }
                }
            }

            assert_int_equal(k, cases[i].size);
            close(fd);
        }

        asr_arena_free(&arena);
    }

    t_world_free(&w);
}


static void
test_body_size(void **state)
{
    char  *body;

    body = malloc(ASR_TENCENT_BODY_TC3 + 2);
    assert_non_null(body);
    memset(body, ' ', ASR_TENCENT_BODY_TC3 + 1);
    body[ASR_TENCENT_BODY_TC3 + 1] = '\0';

    check(&(t_request_t) { .body = body }, "RequestSizeLimitExceeded", NULL);
    check(&(t_request_t) { .body = body, .chunked = true, .piece = 65536 },
          "RequestSizeLimitExceeded", NULL);

    free(body);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v1_size),
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_rest_ceiling),
        cmocka_unit_test(test_data_sizes),
        cmocka_unit_test(test_body_size),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
