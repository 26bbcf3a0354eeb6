/* Document 002: the rows of the tables, and hostile JSON. */

#include "memories_unit.h"


/* Refused in both calls that create a task (clause NULL: of async only). */

static void
refused(const char *body, const char *code_msg, const char *clause,
    bool async_only)
{
    unsigned      i;
    mem_reply_t   r;

    print_message("%.200s\n", body);

    for (i = 0; i < (async_only ? 1 : 2); i++) {
        mem_world.core.memories_integer = (i == 1);
        mem_post(&r, i == 0 ? MEM_ASYNC : MEM_SYNC, body);
        mem_refused(&r, 400, "0001", clause, code_msg);
        assert_int_equal(r.r.store_ops, 0);
        mem_free(&r);
    }

    mem_world.core.memories_integer = false;
}


static void
accepted(const char *body)
{
    mem_reply_t  r;

    print_message("%.200s\n", body);
    mem_post(&r, MEM_ASYNC, body);
    mem_fine(&r);
    mem_free(&r);
}


static void
test_asset_id(void **state)
{
    size_t       i;
    mem_reply_t  r;

    static const char  *bodies[] = {
        "{}", "{\"asset_id\":null}", "{\"asset_id\":\"\"}",
        "{\"model\":\"whisper-1\",\"speaker\":true}",
        "{\"asset_ID\":\"re_100000000000000001\"}"
    };

    static const char  *types[] = {
        "{\"asset_id\":1}", "{\"asset_id\":[]}", "{\"asset_id\":true}",
        "{\"asset_id\":{\"a\":1}}"
    };

    static const char  *ids[] = {
        "re_100000000099999999", "re_1", "re_660727003963174912", "x",
        "re_100000000000000001\\\"", "../../etc/passwd", "\\u00e9"
    };

    accepted(mem_body(mem_asset(), ""));

    for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        refused(bodies[i], "\"asset_id cannot be null or empty\"", "M-001",
                false);
    }

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        refused(types[i], "Invalid parameters: asset_id", "M-001", false);
    }

    for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        mem_post(&r, MEM_ASYNC, mem_body(ids[i], ""));
        mem_refused(&r, 400, "0001", "M-031", "\"Asset not found\"");
        mem_free(&r);
        mem_post(&r, MEM_SYNC, mem_body(ids[i], ""));
        mem_refused(&r, 400, "0001", "M-031", "\"Asset not found\"");
        mem_free(&r);
    }
}


static void
test_model(void **state)
{
    const char  *asset;
    char         copy[ASR_MEMORIES_ASSET_LEN + 1];

    asset = mem_asset();
    memcpy(copy, asset, sizeof(copy));

    accepted(mem_body(copy, ",\"model\":\"whisper-1\""));
    accepted(mem_body(copy, ",\"model\":null"));
    refused(mem_body(copy, ",\"model\":\"whisper-2\""),
            "\"Request has exceeded the limit.\"", "M-002", false);
    refused(mem_body(copy, ",\"model\":\"\""),
            "\"Request has exceeded the limit.\"", "M-002", false);
    refused(mem_body(copy, ",\"model\":\"Whisper-1\""),
            "\"Request has exceeded the limit.\"", "M-002", false);
    refused(mem_body(copy, ",\"model\":1"), "Invalid parameters: model",
            "M-002", false);
}


static void
test_speaker(void **state)
{
    char  copy[ASR_MEMORIES_ASSET_LEN + 1];

    memcpy(copy, mem_asset(), sizeof(copy));

    accepted(mem_body(copy, ",\"speaker\":true"));
    accepted(mem_body(copy, ",\"speaker\":false"));
    accepted(mem_body(copy, ",\"speaker\":null"));
    refused(mem_body(copy, ",\"speaker\":\"true\""),
            "Invalid parameters: speaker", "M-003", false);
    refused(mem_body(copy, ",\"speaker\":1"), "Invalid parameters: speaker",
            "M-003", false);
}


static void
test_callback_url(void **state)
{
    char          copy[ASR_MEMORIES_ASSET_LEN + 1], more[4096];
    size_t        i;
    mem_reply_t   r;

    static const char  *good[] = {
        "http://a", "https://a.example:8443/x?y=1#z", "HTTPS://A/",
        "http://[::1]/", "https://xn--e1afmkfd.example/", "http://a/x@y",
        "http://a?b@c", "http://a#b@c"
    };

    static const char  *bad[] = {
        "ftp://a/", "a.example/x", "http://", "https://", "http:///x",
        "https://?x", "https://:80/", "https://@a/", "https://#",
        "http://me@a/", "https://me:pw@a:1/x",
        "http://a b/", "http://a/\\r\\nX: y", "http://a/\\u00e9",
        "http://a/\\u007f", "javascript:alert(1)", "http:/a", " http://a/",
        "file:///etc/passwd"
    };

    memcpy(copy, mem_asset(), sizeof(copy));

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        snprintf(more, sizeof(more), ",\"callback_url\":\"%s\"", good[i]);
        accepted(mem_body(copy, more));
    }

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(more, sizeof(more), ",\"callback_url\":\"%s\"", bad[i]);
        refused(mem_body(copy, more), "callback_url must be an http", "M-030",
                true);
    }

    refused(mem_body(copy, ",\"callback_url\":\"\""),
            "Invalid parameters: callback_url", "M-004", true);
    refused(mem_body(copy, ",\"callback_url\":7"),
            "Invalid parameters: callback_url", "M-004", true);

    snprintf(more, sizeof(more), ",\"callback_url\":\"http://a/%02039d\"", 0);
    accepted(mem_body(copy, more));
    snprintf(more, sizeof(more), ",\"callback_url\":\"http://a/%02040d\"", 0);
    refused(mem_body(copy, more), "Invalid parameters: callback_url", "M-004",
            true);

    /* the sync call does not know it */

    mem_post(&r, MEM_SYNC, mem_body("re_1", ",\"callback_url\":7"));
    mem_refused(&r, 400, "0001", "M-031", NULL);
    mem_free(&r);
}


/* An account without a webhook has to give a callback_url; sync has not. */

static void
test_webhook(void **state)
{
    int64_t       id;
    const char   *body;
    mem_reply_t   r;

    id = mem_put_file_of("free", ASR_MEMORIES_PURPOSE, "RIFF");

    body = mem_body(mem_asset_text(id), "");
    mem_send(&r, "POST", MEM_ASYNC, "sk-free", MEM_JSON, body, strlen(body),
             0);
    mem_refused(&r, 400, "0001", "M-029", NULL);
    assert_string_equal(r.r.body, "{\"code\":\"0001\",\"msg\":\"An async "
                        "request requires at least one webhook.\","
                        "\"data\":null,\"success\":false,\"failed\":true}");
    mem_free(&r);

    body = mem_body(mem_asset_text(id), ",\"callback_url\":\"http://a\"");
    mem_send(&r, "POST", MEM_ASYNC, "sk-free", MEM_JSON, body, strlen(body),
             0);
    mem_fine(&r);
    mem_free(&r);
}


static void
test_original_filename(void **state)
{
    char          body[4096], name[2048];
    size_t        i, n;
    mem_reply_t   r;

    static const struct {
        const char  *body;
        const char  *says;
    } t[] = {
        { "{}", "original_filename is required" },
        { "{\"original_filename\":null}", "original_filename is required" },
        { "{\"original_filename\":\"\"}", "original_filename" },
        { "{\"original_filename\":1}", "original_filename" },
        { "{\"original_filename\":[\"a\"]}", "original_filename" }
    };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        mem_post(&r, MEM_SIGN, t[i].body);
        mem_refused(&r, 400, "0001", "M-010", t[i].says);
        mem_free(&r);
    }

    /* 255 characters, whatever their bytes */

    for (i = 255; i <= 256; i++) {
        for (n = 0; n < i; n++) {
            memcpy(name + 3 * n, "\xe4\xbd\xa0", 3);
        }

        name[3 * i] = '\0';
        snprintf(body, sizeof(body), "{\"original_filename\":\"%s\"}", name);
        mem_post(&r, MEM_SIGN, body);

        if (i == 255) {
            mem_fine(&r);

        } else {
            mem_refused(&r, 400, "0001", "M-010", NULL);
        }

        mem_free(&r);
    }
}


static void
test_hostile_json(void **state)
{
    char          deep[512];
    size_t        i, k, n;
    mem_reply_t   r;

    static const struct {
        const char  *body;
        size_t       len;
        const char  *clause;
        const char  *says;
    } t[] = {
#define T(lit, clause, says)  { lit, sizeof(lit) - 1, clause, says }
        T("", "M-028", "body is empty"),
        T(" ", "M-028", "not valid JSON"),
        T("{", "M-028", "not valid JSON"),
        T("{\"asset_id\"", "M-028", "not valid JSON"),
        T("{\"asset_id\":\"x\"}}", "M-028", "not valid JSON"),
        T("{'asset_id':'x'}", "M-028", "not valid JSON"),
        T("{\"asset_id\":NaN}", "M-028", "not valid JSON"),
        T("[]", "M-028", "body"),
        T("\"x\"", "M-028", "body"),
        T("null", "M-028", "body"),
        T("{\"asset_id\":\"a\\u0000\"}", "M-001", "NUL"),
        T("{\"asset_id\":\"a\0\"}", "M-028", NULL),
        T("{\"x\\u0000\":1}", "M-028", "NUL"),
        T("{\"asset_id\":\"\xff\"}", "M-028", "UTF-8"),
        T("{\"asset_id\":\"\\ud800\"}", "M-028", "UTF-8"),
        T("{\"asset_id\":\"a\",\"asset_id\":\"b\"}", "M-001",
          "more than once"),
        T("{\"model\":\"a\",\"m\\u006fdel\":\"b\"}", "M-002",
          "more than once"),
        T("{\"sk-demo\":1,\"sk-demo\":2}", "M-028",
          "a member is given more than once")
#undef T
    };

    static const size_t  pieces[] = { 0, 1, 3 };

    for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        for (k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
            mem_send(&r, "POST", MEM_ASYNC, MEM_KEY, MEM_JSON, t[i].body,
                     t[i].len, pieces[k]);

            /* a raw NUL is told by its member or not at all */

            if (t[i].says == NULL) {
                assert_int_equal(r.r.status, 400);

            } else {
                mem_refused(&r, 400, "0001", t[i].clause, t[i].says);
            }

            mem_free(&r);
        }
    }

    n = (size_t) snprintf(deep, sizeof(deep), "{\"x\":");
    memset(deep + n, '[', 100);
    memset(deep + n + 100, ']', 100);
    memcpy(deep + n + 200, "}", 2);
    mem_post(&r, MEM_ASYNC, deep);
    mem_refused(&r, 400, "0001", "M-028", "nested too deeply");
    mem_free(&r);
}


/* A body whose tree does not fit. */

static void
test_many_members(void **state)
{
    char         *body;
    size_t        i, n, size;
    mem_reply_t   r;

    size = ASR_MEMORIES_JSON_MAX;
    body = malloc(size);
    n = (size_t) snprintf(body, size, "{\"x\":[");

    for (i = 0; n + 8 < size; i++) {
        n += (size_t) snprintf(body + n, size - n, "%s1", i == 0 ? "" : ",");
    }

    n += (size_t) snprintf(body + n, size - n, "]}");
    mem_send(&r, "POST", MEM_ASYNC, MEM_KEY, MEM_JSON, body, n, 0);
    mem_refused(&r, 413, "0413", "M-027", "too large");
    assert_true(r.r.arena_used <= ASR_CALL_MEMORY);
    mem_free(&r);
    free(body);
}


/* Each clause is one row's or one rule's. */

static void
test_clauses(void **state)
{
    char         seen[100] = { 0 };
    size_t       i;
    const char  *c;

    static const struct {
        const asr_param_t  *rows;
        size_t              n;
    } tables[] = {
        { asr_memories_params, 4 }, { asr_memories_sign_params, 1 },
        { asr_memories_upload_params, 1 }
    };

    assert_int_equal(asr_memories_params_n, 4);
    assert_int_equal(asr_memories_sign_params_n, 1);
    assert_int_equal(asr_memories_upload_params_n, 1);
    assert_string_equal(asr_memories_params[3].name.data, "callback_url");

    for (i = 0; i < 6 + ASR_MEMORIES_RULES; i++) {
        c = i < 4 ? tables[0].rows[i].clause
            : i < 6 ? tables[i - 3].rows[0].clause
            : asr_memories_rules[i - 6].clause;

        assert_int_equal(strlen(c), 5);
        assert_memory_equal(c, "M-0", 3);
        assert_int_equal(seen[(c[3] - '0') * 10 + c[4] - '0']++, 0);
    }

    for (i = 0; i < ASR_MEMORIES_CODES; i++) {
        assert_non_null(asr_memories_codes[i].meaning);
        assert_int_equal(asr_memories_codes[i].code.len, 4);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        MEM_TEST(test_asset_id), MEM_TEST(test_model),
        MEM_TEST(test_speaker), MEM_TEST(test_callback_url),
        MEM_TEST(test_webhook), MEM_TEST(test_original_filename),
        MEM_TEST(test_hostile_json), MEM_TEST(test_many_members),
        MEM_TEST(test_clauses)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
