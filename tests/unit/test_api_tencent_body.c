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


/* The limits of size, each at its last byte and one over, by clause. */

static void
test_size_clauses(void **state)
{
    char           *body;
    size_t          i, n;
    api_header_t    h[] = {
        { "host", T_HOST },
        { "content-type", "application/x-www-form-urlencoded" },
        { NULL, NULL }
    };
    api_request_t   q = { .method = "POST", .path = "/", .headers = h };
    api_response_t  r;

    static const char  head[] = "{\"EngineModelType\":\"16k_en\","
                                "\"ChannelNum\":1,\"ResTextFormat\":0,"
                                "\"SourceType\":1,\"Data\":\"";

    body = t_data_body(ASR_TENCENT_DATA_MAX, "");
    check_clause(&(t_request_t) { .body = body }, NULL, "");
    free(body);

    body = t_data_body(ASR_TENCENT_DATA_MAX + 1, "");
    check_clause(&(t_request_t) { .body = body }, VALUE, "T-043");
    free(body);

    /* 10 MB is read to its end: what is told is that Data is too large */

    n = 10 * 1024 * 1024;
    body = malloc(n + 2);
    assert_non_null(body);
    memset(body, 'A', n + 1);
    memcpy(body, head, sizeof(head) - 1);

    for (i = n; i <= n + 1; i++) {
        memset(body + n - 2, 'A', 2);
        memcpy(body + i - 2, "\"}", 3);

        check_clause(&(t_request_t) { .body = body },
                     (i == n) ? VALUE : "RequestSizeLimitExceeded",
                     (i == n) ? "T-043" : "T-074");
        check_clause(&(t_request_t) { .body = body, .chunked = true,
                                      .piece = 65536 },
                     (i == n) ? VALUE : "RequestSizeLimitExceeded",
                     (i == n) ? "T-043" : "T-074");
    }

    /* v1, 1 MB */

    memset(body, 'A', n);
    memcpy(body, "Data=", 5);
    q.body = body;

    for (i = 0; i < 4; i++) {
        q.body_len = 1024 * 1024 + (i & 1);
        q.chunked = (i >= 2);
        q.piece = (i >= 2) ? 16384 : 0;

        api_send(&world, &asr_api_tencent, &q, &r);
        t_clause(&r, (i & 1) ? "AuthFailure.SignatureFailure" : MISSING,
                 (i & 1) ? "T-075" : "T-001");
    }

    free(body);
}


static void
test_query_size(void **state)
{
    char            query[32 * 1024 + 2];
    size_t          n, pad;
    const char     *code;
    api_response_t  r;

    static const char  head[] = "EngineModelType=16k_en&ChannelNum=1&"
                                "ResTextFormat=0&SourceType=1&Data=";

    for (n = 32 * 1024; n <= 32 * 1024 + 1; n++) {
        code = (n == 32 * 1024) ? NULL : "RequestSizeLimitExceeded";

        /* empty fields are skipped; base64 comes in fours */

        pad = (n - (sizeof(head) - 1)) % 4;
        memset(query, 'A', n);
        memset(query, '&', pad);
        memcpy(query + pad, head, sizeof(head) - 1);
        query[n] = '\0';

        t_send(&world, &(t_request_t) { .method = "GET", .query = query },
               &r);
        t_holds("T-076", strcmp(r.error, t_or(code, "")) == 0);
        t_holds("T-076", r.early == (code != NULL));
        t_clause(&r, code, (code != NULL) ? "T-076" : "");
    }
}


static void
test_body_clauses(void **state)
{
    size_t  i;

    static const char *const  bodies[] = {
        "", " ", "{", "[]", "null", "{\"Url\":}", "{\"Url\":\"\xff\"}",
        "{\"Url\":\"\\u0000\"}", "{\"Url\":\"\",\"Url\":\"\"}", "Url=x"
    };

    static const char *const  queries[] = { "Url", "Url=%zz", "Url=%" };

    for (i = 0; i < asr_nelts(bodies); i++) {
        check_clause(&(t_request_t) { .body = bodies[i] }, TYPE, "T-078");
    }

    for (i = 0; i < asr_nelts(queries); i++) {
        check_clause(&(t_request_t) { .method = "GET", .query = queries[i] },
                     TYPE, "T-078");
    }

    check_clause_v1(&(t_v1_t) { .raw = "&Url" }, TYPE, "T-078");
    check_clause_v1(&(t_v1_t) { .raw = "&Url=%zz" }, TYPE, "T-078");
}


/* Data is not counted, but as the empty string that is left of it. */

static void
test_rest_clause(void **state)
{
    char      *body, *extra;
    size_t     n, len;
    t_pair_t   pairs[] = { { "Extra", NULL }, { NULL, NULL } };

    static const char  head[] = "{\"EngineModelType\":\"16k_en\","
                                "\"ChannelNum\":1,\"ResTextFormat\":0,"
                                "\"SourceType\":1,\"Data\":\"\","
                                "\"Extra\":\"\"}";

    body = malloc(64 * 1024);
    extra = malloc(32 * 1024);
    assert_non_null(body);
    assert_non_null(extra);

    for (n = 24 * 1024; n <= 24 * 1024 + 1; n++) {
        len = n - (sizeof(head) - 1);
        memset(extra, 'x', len);
        extra[len] = '\0';
        snprintf(body, 64 * 1024, "{\"EngineModelType\":\"16k_en\","
                 "\"ChannelNum\":1,\"ResTextFormat\":0,\"SourceType\":1,"
                 "\"Data\":\"AAECAwQFBgcICQoL\",\"Extra\":\"%s\"}", extra);

        check_clause(&(t_request_t) { .body = body },
                     (n == 24 * 1024) ? NULL : VALUE,
                     (n == 24 * 1024) ? "" : "T-079");
        check_clause(&(t_request_t) { .body = body, .piece = 1000 },
                     (n == 24 * 1024) ? NULL : VALUE,
                     (n == 24 * 1024) ? "" : "T-079");
    }

    memset(extra, 'x', 24 * 1024 + 1);
    extra[24 * 1024 + 1] = '\0';
    pairs[0].value = extra;
    check_clause_v1(&(t_v1_t) { .pairs = pairs }, VALUE, "T-079");

    free(extra);
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
        cmocka_unit_test(test_size_clauses),
        cmocka_unit_test(test_query_size),
        cmocka_unit_test(test_body_clauses),
        cmocka_unit_test(test_rest_clause),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
