/*
 * Exports: HAR by its specification, lines for curl by a real shell, JSON
 * lines by our own reader.
 */

#include "mock_journal.h"

#include "asr_mock_export.h"


#define EVIL  "it's \"$(touch /tmp/evil)\" `id` \\ !x\n*; rm -rf {a,b} \xc3\xa9"


static asr_mock_match_t  all;


static void
begin(void)
{
    asr_mock_exchange_t  x;

    static const asr_header_t  evil[] = {
        { ASR_STR("X-Evil"), ASR_STR(EVIL) },
        { ASR_STR("X-Empty"), ASR_STR("") },
        { ASR_STR("@file"), ASR_STR("x") },
        { ASR_STR("Cookie"), ASR_STR("a=1; b=2") }
    };

    static const asr_header_t  reply[] = {
        { ASR_STR("Set-Cookie"), ASR_STR("s=1; Path=/") },
        { ASR_STR("Location"), ASR_STR("/there") }
    };

    assert_int_equal(asr_mock_journal_init(0), ASR_OK);
    asr_mock_match_init(&all, asr_str_null());

    mock_exchange(&x, "test-a");
    asr_mock_journal_add(&x);

    mock_exchange(&x, "test-b");
    x.headers = evil;
    x.nheaders = asr_nelts(evil);
    x.reply_headers = reply;
    x.nreply_headers = asr_nelts(reply);
    x.body = asr_str(EVIL);
    x.body_bytes = x.body.len;
    x.code = asr_str("two\nlines");
    x.reply = asr_str_null();
    x.tls = true;
    asr_mock_journal_add(&x);

    mock_exchange(&x, "test-c");
    x.method = asr_str("GET");
    x.body = asr_str_null();
    x.body_bytes = 0;
    x.target = x.path = asr_str("/v1/[x]{1}");
    x.status = 0;
    asr_mock_journal_add(&x);

    mock_exchange(&x, "test-d");
    x.body = asr_str_null();
    x.body_bytes = 100000;
    asr_mock_journal_add(&x);
}


static const asr_json_t *
member(const asr_json_t *v, const char *name, asr_json_type_t type)
{
    v = asr_json_get(v, asr_cstr(name));

    if (v == NULL || v->type != type) {
        fail_msg("%s: %s", name, v == NULL ? "none"
                                           : asr_json_type_name(v->type));
    }

    return v;
}


/* What the specification says is there, and of which type. */

static void
check_pairs(const asr_json_t *list)
{
    const asr_json_t  *v;

    for (v = list->child; v != NULL; v = v->next) {
        member(v, "name", ASR_JSON_STRING);
        member(v, "value", ASR_JSON_STRING);
    }
}


static void
check_har_entry(const asr_json_t *e)
{
    double             sum;
    const asr_json_t  *v, *t;

    member(e, "startedDateTime", ASR_JSON_STRING);
    assert_non_null(asr_json_get(e, asr_str("time")));
    member(e, "cache", ASR_JSON_OBJECT);

    t = member(e, "timings", ASR_JSON_OBJECT);
    sum = asr_json_get_number(t, "send", -100)
          + asr_json_get_number(t, "wait", -100)
          + asr_json_get_number(t, "receive", -100);
    assert_true(sum == asr_json_get_number(e, "time", -1));

    v = member(e, "request", ASR_JSON_OBJECT);
    member(v, "method", ASR_JSON_STRING);
    member(v, "url", ASR_JSON_STRING);
    member(v, "httpVersion", ASR_JSON_STRING);
    check_pairs(member(v, "cookies", ASR_JSON_ARRAY));
    check_pairs(member(v, "headers", ASR_JSON_ARRAY));
    check_pairs(member(v, "queryString", ASR_JSON_ARRAY));
    member(v, "headersSize", ASR_JSON_INT);
    member(v, "bodySize", ASR_JSON_INT);

    v = member(e, "response", ASR_JSON_OBJECT);
    member(v, "status", ASR_JSON_INT);
    member(v, "statusText", ASR_JSON_STRING);
    member(v, "httpVersion", ASR_JSON_STRING);
    check_pairs(member(v, "cookies", ASR_JSON_ARRAY));
    check_pairs(member(v, "headers", ASR_JSON_ARRAY));
    member(v, "redirectURL", ASR_JSON_STRING);
    member(v, "headersSize", ASR_JSON_INT);
    member(v, "bodySize", ASR_JSON_INT);

    v = member(v, "content", ASR_JSON_OBJECT);
    member(v, "size", ASR_JSON_INT);
    member(v, "mimeType", ASR_JSON_STRING);
}


static void
test_har(void **state)
{
    asr_buf_t          out;
    asr_arena_t        arena;
    asr_json_error_t   err;
    const asr_json_t  *log, *e, *v;

    begin();
    asr_buf_init(&out, ASR_MOCK_EXPORT_MAX);
    assert_int_equal(asr_mock_export_har(&all, &out), ASR_OK);

    asr_arena_init(&arena, 1 << 22);
    log = asr_json_parse(&arena, asr_buf_str(&out), &err);
    assert_non_null(log);

    log = member(log, "log", ASR_JSON_OBJECT);
    assert_true(asr_str_eq(asr_json_get_str(log, "version"), asr_str("1.2")));
    v = member(log, "creator", ASR_JSON_OBJECT);
    member(v, "name", ASR_JSON_STRING);
    member(v, "version", ASR_JSON_STRING);

    v = member(log, "entries", ASR_JSON_ARRAY);
    assert_int_equal(v->n, 4);

    for (e = v->child; e != NULL; e = e->next) {
        check_har_entry(e);
    }

    /* the first */

    e = v->child;
    assert_true(asr_json_get_number(e, "time", 0) == 0.095);
    v = member(e, "request", ASR_JSON_OBJECT);
    assert_true(asr_str_eq(asr_json_get_str(v, "url"),
                           asr_str("http://127.0.0.1:8080/?x=1")));
    assert_int_equal(member(v, "queryString", ASR_JSON_ARRAY)->n, 1);
    v = member(v, "postData", ASR_JSON_OBJECT);
    assert_true(asr_str_eq(asr_json_get_str(v, "text"), asr_str(MOCK_BODY)));
    assert_true(asr_str_eq(asr_json_get_str(v, "mimeType"),
                           asr_str("application/json")));

    /* the second */

    e = e->next;
    v = member(e, "request", ASR_JSON_OBJECT);
    assert_true(asr_str_eq(asr_json_get_str(v, "url"),
                           asr_str("https://localhost/?x=1")));
    v = member(v, "cookies", ASR_JSON_ARRAY);
    assert_int_equal(v->n, 2);
    assert_true(asr_str_eq(asr_json_get_str(v->child->next, "name"),
                           asr_str("b")));
    assert_true(asr_str_eq(asr_json_get_str(v->child->next, "value"),
                           asr_str("***")));
    v = member(e, "response", ASR_JSON_OBJECT);
    assert_int_equal(member(v, "cookies", ASR_JSON_ARRAY)->n, 1);
    assert_true(asr_str_eq(asr_json_get_str(v, "redirectURL"),
                           asr_str("/there")));

    /* the third has no body */

    v = member(e->next, "request", ASR_JSON_OBJECT);
    assert_null(asr_json_get(v, asr_str("postData")));

    asr_arena_free(&arena);
    asr_buf_free(&out);
    asr_mock_journal_free();
}


/* Runs it with a "curl" that prints its arguments, one a line. */

static void
run_sh(asr_str_t script, const char *flags, asr_buf_t *out)
{
    int     status;
    char    name[] = "/tmp/test-mock-export.XXXXXX", cmd[256], piece[4096];
    FILE   *f;
    size_t  n;

    status = mkstemp(name);
    assert_true(status >= 0);
    f = fdopen(status, "w");
    assert_non_null(f);
    fputs("curl() { for a; do printf '<%s>\\n' \"$a\"; done; }\n", f);
    assert_int_equal(fwrite(script.data, 1, script.len, f), script.len);
    assert_int_equal(fclose(f), 0);

    (void) snprintf(cmd, sizeof(cmd), "sh %s %s 2>&1", flags, name);
    f = popen(cmd, "r");
    assert_non_null(f);

    asr_buf_init(out, 1 << 20);

    while ((n = fread(piece, 1, sizeof(piece), f)) != 0) {
        asr_buf_append(out, piece, n);
    }

    asr_buf_append(out, "", 1);
    status = pclose(f);
    unlink(name);

    if (status != 0) {
        fail_msg("%s: %s", cmd, out->data);
    }
}


static void
test_curl(void **state)
{
    char       *want[] = {
        "<-g>\n<--path-as-is>\n<-X>\n<POST>\n<-H>\n"
        "<Authorization: TC3-HMAC-SHA256 Credential=test-a/",
        "Signature=01234567...>\n", "<User-Agent: SDK/1.0 it's>\n",
        "<--data-raw>\n<" MOCK_BODY ">\n<--url>\n"
        "<http://127.0.0.1:8080/?x=1>\n",
        "<X-Evil: " EVIL ">\n<-H>\n<X-Empty;>\n<-H>\n<Cookie: a=***; b=***>\n"
        "<-H>\n<Content-Type:>\n<--data-raw>\n<" EVIL ">\n<--url>\n"
        "<https://localhost/?x=1>\n",
        "<-X>\n<GET>\n",
        "<--url>\n<http://127.0.0.1:8080/v1/[x]{1}>\n",
        "<--data-binary>\n<@body-4.bin>\n<--url>\n"
    };
    char       *p;
    size_t      i;
    asr_buf_t   out, said;

    begin();
    asr_buf_init(&out, ASR_MOCK_EXPORT_MAX);
    assert_int_equal(asr_mock_export_curl(&all, &out), ASR_OK);

    run_sh(asr_buf_str(&out), "-n", &said);
    assert_string_equal(said.data, "");
    asr_buf_free(&said);

    run_sh(asr_buf_str(&out), "", &said);
    p = said.data;

    for (i = 0; i < asr_nelts(want); i++) {
        p = strstr(p, want[i]);

        if (p == NULL) {
            fail_msg("no %s in %s", want[i], said.data);
        }
    }

    assert_null(strstr(said.data, "<@file"));
    assert_null(strstr(said.data, "Content-Length"));
    assert_int_not_equal(access("/tmp/evil", F_OK), 0);
    asr_buf_free(&said);

    asr_buf_append(&out, "", 1);
    assert_non_null(strstr(out.data, "# 1 CreateRecTask 200 "
                                     "InvalidParameterValue\ncurl "));
    assert_non_null(strstr(out.data, "# 2 CreateRecTask 200 two?lines\n"));

    asr_buf_free(&out);
    asr_mock_journal_free();
}


static void
test_jsonl(void **state)
{
    size_t             n;
    asr_buf_t          out;
    asr_str_t          rest, line;
    asr_arena_t        arena;
    asr_json_error_t   err;
    const asr_json_t  *v;

    begin();
    asr_buf_init(&out, ASR_MOCK_EXPORT_MAX);
    asr_mock_match_init(&all, asr_str("test-b"));
    assert_int_equal(asr_mock_export_jsonl(&all, &out), ASR_OK);

    asr_arena_init(&arena, 1 << 22);
    rest = asr_buf_str(&out);

    for (n = 0; rest.len != 0; n++) {
        line = asr_str_cut(&rest, '\n');
        v = asr_json_parse(&arena, line, &err);
        assert_non_null(v);
        assert_true(asr_str_eq(asr_json_get_str(v, "body"), asr_str(EVIL)));
    }

    assert_int_equal(n, 1);

    asr_arena_free(&arena);
    asr_buf_free(&out);
    asr_mock_journal_free();
}


/* Too much is said to be, and stops. */

static void
test_ceiling(void **state)
{
    size_t     n;
    asr_buf_t  out;

    begin();

    for (n = 0; n < 3000; n += 7) {
        asr_buf_init(&out, n);
        assert_int_equal(asr_mock_export_har(&all, &out), ASR_NOMEM);
        asr_buf_free(&out);

        asr_buf_init(&out, n);
        (void) asr_mock_export_curl(&all, &out);
        asr_buf_free(&out);

        asr_buf_init(&out, n);
        assert_int_equal(asr_mock_export_jsonl(&all, &out), ASR_NOMEM);
        asr_buf_free(&out);
    }

    asr_mock_journal_free();
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_curl),         /* the first: its ids are 1.. */
        cmocka_unit_test(test_har),
        cmocka_unit_test(test_jsonl),
        cmocka_unit_test(test_ceiling)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
