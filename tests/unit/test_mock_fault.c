/*
 * The text of a fault, and what excludes what; names of audio that mean
 * something.
 */

#include "unit.h"

#include "asr_mock_errors.h"
#include "asr_mock_faults.h"
#include "asr_mock_magic.h"


static asr_arena_t       arena;
static asr_mock_fault_t  fault;


/* The text on a guard page; NULL: it was taken. */

static const char *
parse(const char *text)
{
    char        *p;
    size_t       n;
    asr_err_t    rc;
    const char  *why;

    asr_arena_free(&arena);
    asr_arena_init(&arena, 1 << 16);

    n = strlen(text);
    p = unit_guard(text, n);
    rc = asr_mock_fault_parse(&arena, (asr_str_t) { n, p }, &fault, &why);
    unit_unguard(p, n);

    assert_true(rc == ASR_OK || rc == ASR_INVALID);
    assert_true((rc == ASR_OK) == (why == NULL));

    return why;
}


static void
good(const char *text)
{
    const char  *why;

    why = parse(text);

    if (why != NULL) {
        fail_msg("%s: %s", text, why);
    }

    assert_true(fault.spec.len != 0);
}


static void
bad(const char *text, const char *word)
{
    const char  *why;

    why = parse(text);

    if (why == NULL || strstr(why, word) == NULL) {
        fail_msg("%s: %s, not %s", text, why != NULL ? why : "fine", word);
    }
}


static void
is(asr_str_t s, const char *text)
{
    if (!asr_str_eq(s, asr_cstr(text))) {
        fail_msg("\"%.*s\", not \"%s\"", asr_fmt(s), text);
    }
}


static void
test_atoms(void **state)
{
    good("FailedOperation.ErrorDownFile");
    is(fault.code, "FailedOperation.ErrorDownFile");
    is(fault.spec, "FailedOperation.ErrorDownFile");
    assert_int_equal(fault.status, 0);
    assert_int_equal(fault.connection, ASR_MOCK_CONNECTION_NONE);
    assert_int_equal(asr_mock_fault_latency(&fault, NULL), 0);

    good("error=100501");
    is(fault.code, "100501");
    good("0401");
    is(fault.code, "0401");
    good("100001/413");
    is(fault.code, "100001/413");
    good(" error = Throttling.User ");
    is(fault.code, "Throttling.User");

    good("status=503");
    assert_int_equal(fault.status, 503);

    good("task=too_short");
    is(fault.task_code, "too_short");
    good("task=200003");
    is(fault.task_code, "200003");

    good("latency=200ms");
    assert_int_equal(fault.latency, ASR_MOCK_LATENCY_FIXED);
    assert_int_equal(asr_mock_fault_latency(&fault, NULL), 200);
    good("latency=1.5s");
    assert_int_equal(asr_mock_fault_latency(&fault, NULL), 1500);
    good("latency=10m");
    assert_int_equal(asr_mock_fault_latency(&fault, NULL), 600000);

    good("latency=lognormal(100ms,0.5)");
    assert_int_equal(fault.latency, ASR_MOCK_LATENCY_LOGNORMAL);
    assert_int_equal(fault.latency_ms, 100);
    assert_true(fault.sigma == 0.5);

    good("dribble=2s");
    assert_int_equal(fault.dribble_ms, 2000);

    good("reset");
    assert_int_equal(fault.connection, ASR_MOCK_CONNECTION_RESET);
    good("empty");
    assert_int_equal(fault.connection, ASR_MOCK_CONNECTION_EMPTY);
    good("garbage");
    assert_int_equal(fault.connection, ASR_MOCK_CONNECTION_GARBAGE);
    good("cut=20");
    assert_int_equal(fault.connection, ASR_MOCK_CONNECTION_CUT);
    assert_int_equal(fault.cut_at, 20);
    good("cut=0");
    assert_int_equal(fault.cut_at, 0);

    good("length=+10");
    assert_int_equal(fault.length_delta, 10);
    good("length=-10");
    assert_int_equal(fault.length_delta, -10);
    good("length= 10");
    assert_int_equal(fault.length_delta, 10);

    good("type=text/html");
    is(fault.type, "text/html");
    good("type=text/html; charset=utf-8");
    is(fault.type, "text/html; charset=utf-8");
}


static void
test_combinations(void **state)
{
    good("100999,latency=1s,dribble=2s,cut=5,type=text/plain");
    is(fault.code, "100999");
    assert_int_equal(fault.latency_ms, 1000);
    assert_int_equal(fault.dribble_ms, 2000);
    assert_int_equal(fault.cut_at, 5);
    is(fault.type, "text/plain");

    good("latency=lognormal( 1s , 2 ) , task=format");
    assert_int_equal(fault.latency_ms, 1000);
    assert_true(fault.sigma == 2);
    is(fault.task_code, "format");

    good("InternalError,status=500");
    is(fault.code, "InternalError");
    assert_int_equal(fault.status, 500);

    good("status=502,length=+1,type=a/b,latency=1ms");
    good("latency=5s,reset");
    good("task=download,reset");         /* the reply is lost */
    good("task=download,cut=3,latency=1s,dribble=1s");
    good("garbage,dribble=1s,latency=1s");
}


static void
test_bad(void **state)
{
    size_t  i;
    char    text[2048];

    static const struct {
        const char  *text;
        const char  *word;
    } rows[] = {
        { "", "empty" },
        { " ", "empty" },
        { ",", "empty" },
        { "reset,", "empty" },
        { "reset,,latency=1s", "empty" },
        { "Nope", "neither a fault nor an error code" },
        { "error=", "neither" },
        { "error=Nope", "neither" },
        { "error=10 501", "neither" },
        { "too_short", "neither" },              /* a task's */
        { "latency", "needs a value" },
        { "cut", "needs a value" },
        { "reset=1", "takes no value" },
        { "Reset", "neither" },
        { "status=99", "200 to 599" },
        { "status=600", "200 to 599" },
        { "status=5xx", "200 to 599" },
        { "task=100501", "no task" },
        { "task=", "no task" },
        { "latency=200", "latency must" },
        { "latency=-1s", "latency must" },
        { "latency=s", "latency must" },
        { "latency=1.s", "latency must" },
        { "latency=.5s", "latency must" },
        { "latency=1.2.3s", "latency must" },
        { "latency=1e3ms", "latency must" },
        { "latency=11m", "latency must" },
        { "latency=1d", "latency must" },
        { "latency=99999999999999999999s", "latency must" },
        { "latency=lognormal(100ms)", "median" },
        { "latency=lognormal(0ms,1)", "median" },
        { "latency=lognormal(1h,1)", "median" },
        { "latency=lognormal(100,1)", "median" },
        { "latency=lognormal(100ms,0)", "sigma" },
        { "latency=lognormal(100ms,6)", "sigma" },
        { "latency=lognormal(100ms,nan)", "sigma" },
        { "latency=lognormal(100ms,1,2)", "sigma" },
        { "latency=lognormal(100ms,1", "latency must" },
        { "latency=normal(100ms,1)", "latency must" },
        { "dribble=0ms", "dribble must" },
        { "dribble=1h", "dribble must" },
        { "cut=-1", "number of bytes" },
        { "cut=x", "number of bytes" },
        { "length=0", "difference" },
        { "length=+-1", "difference" },
        { "length=99999999999", "difference" },
        { "length=x", "difference" },
        { "type=", "media type" },
        { "type=html", "media type" },
        { "type=text/\x01", "media type" },

        { "latency=1s,latency=2s", "given twice" },
        { "reset,reset", "given twice" },
        { "100501,100999", "more than one error code" },
        { "100501,error=100999", "more than one error code" },
        { "reset,empty", "exclude" },
        { "cut=1,garbage", "exclude" },
        { "empty,cut=1", "exclude" },
        { "reset,100501", "send nothing" },
        { "empty,status=500", "send nothing" },
        { "reset,dribble=1s", "send nothing" },
        { "empty,length=+1", "send nothing" },
        { "empty,type=a/b", "send nothing" },
        { "garbage,100501", "no HTTP" },
        { "garbage,status=500", "no HTTP" },
        { "garbage,length=+1", "no HTTP" },
        { "garbage,type=a/b", "no HTTP" },
        { "cut=1,length=+1", "cut and length" },
        { "task=format,100501", "makes no task" },
        { "status=503,task=format", "makes no task" },
        { "\xff\xfe", "neither" },
    };

    for (i = 0; i < asr_nelts(rows); i++) {
        bad(rows[i].text, rows[i].word);
    }

    memset(text, 'a', sizeof(text));
    text[ASR_MOCK_FAULT_SPEC_MAX] = '\0';
    bad(text, "neither");
    text[ASR_MOCK_FAULT_SPEC_MAX] = 'a';
    text[ASR_MOCK_FAULT_SPEC_MAX + 1] = '\0';
    bad(text, "longer than 1024");
}


/* Of each code that is listed, the fault's text that the list tells. */

static void
test_codes(void **state)
{
    size_t                  i, n, k;
    asr_buf_t               b;
    asr_json_t             *root, *v;
    asr_arena_t             a;
    asr_json_out_t          o;
    asr_json_error_t        err;
    const asr_mock_code_t  *c;

    c = asr_mock_codes(&n);

    asr_buf_init(&b, 1 << 20);
    asr_json_out_begin(&o, &b);
    asr_mock_codes_write(&o);
    assert_int_equal(asr_json_out_end(&o), ASR_OK);

    asr_arena_init(&a, 4 << 20);
    root = asr_json_parse(&a, asr_buf_str(&b), &err);
    assert_non_null(root);
    v = asr_json_get(root, asr_str("codes"));
    assert_int_equal(v->n, n);
    assert_true(n > 200 && n < ASR_MOCK_CODES_MAX);

    for (v = v->child, i = 0; v != NULL; v = v->next, i++) {
        is(asr_json_get_str(v, "api"), c[i].api);
        is(asr_json_get_str(v, "code"), c[i].code);
        is(asr_json_get_str(v, "meaning"), c[i].meaning);
        is(asr_json_get_str(v, "kind"), c[i].task ? "task" : "error");
        assert_int_equal(asr_json_get_int(v, "status", 0), c[i].status);
        assert_true(c[i].meaning[0] != '\0' && c[i].code[0] != '\0');

        good(asr_json_get_str(v, "fault").data);
        is(c[i].task ? fault.task_code : fault.code, c[i].name);

        /* a name is one row's, and finds it */

        assert_ptr_equal(asr_mock_code_find(asr_cstr(c[i].api),
                                            asr_cstr(c[i].name), c[i].task),
                         &c[i]);

        for (k = 0; k < i; k++) {
            assert_false(c[k].task == c[i].task
                         && strcmp(c[k].api, c[i].api) == 0
                         && strcmp(c[k].name, c[i].name) == 0);
        }
    }

    asr_arena_free(&a);
    asr_buf_free(&b);
}


static int
compare(const void *a, const void *b)
{
    return (*(const int64_t *) a > *(const int64_t *) b)
           - (*(const int64_t *) a < *(const int64_t *) b);
}


static void
test_lognormal(void **state)
{
    size_t             i;
    int64_t            ms[4001];
    asr_mock_random_t  r, same;

    good("latency=lognormal(100ms,0.5)");
    asr_mock_seed(&r, 7);
    asr_mock_seed(&same, 7);

    for (i = 0; i < asr_nelts(ms); i++) {
        ms[i] = asr_mock_fault_latency(&fault, &r);
        assert_int_equal(ms[i], asr_mock_fault_latency(&fault, &same));
    }

    /* the median, and one sigma either way */

    qsort(ms, asr_nelts(ms), sizeof(int64_t), compare);
    assert_in_range(ms[2000], 95, 105);
    assert_in_range(ms[(size_t) (4000 * 0.8413)], 155, 175);
    assert_in_range(ms[(size_t) (4000 * 0.1587)], 56, 66);

    good("latency=lognormal(10m,5)");

    for (i = 0; i < asr_nelts(ms); i++) {
        ms[i] = asr_mock_fault_latency(&fault, &r);
        assert_in_range(ms[i], 0, 600000);
    }

    qsort(ms, asr_nelts(ms), sizeof(int64_t), compare);
    assert_int_equal(ms[4000], 600000);
}


static void
magic(const char *name, int kind, const char *text, int64_t ms)
{
    char              *p;
    size_t             n;
    bool               found;
    asr_mock_magic_t   m;

    n = strlen(name);
    p = unit_guard(name, n);
    found = asr_mock_magic((asr_str_t) { n, p }, &m);
    unit_unguard(p, n);

    if (kind < 0) {
        if (found) {
            fail_msg("%s: %d", name, m.kind);
        }

        return;
    }

    if (!found || (int) m.kind != kind || m.ms != ms
        || strcmp(kind == ASR_MOCK_MAGIC_FAIL ? m.code : m.text, text) != 0)
    {
        fail_msg("%s: %d %d \"%s\" \"%s\" %lld", name, found, m.kind, m.code,
                 m.text, (long long) m.ms);
    }
}


static void
test_magic(void **state)
{
    char  text[1024];

    magic("http://h:1/_mock/audio/fail-FailedOperation.ErrorDownFile.wav",
          ASR_MOCK_MAGIC_FAIL, "FailedOperation.ErrorDownFile", 0);
    magic("http://h/fail-100501.mp3?a=/never.wav", ASR_MOCK_MAGIC_FAIL,
          "100501", 0);
    magic("fail-too_short.WAV", ASR_MOCK_MAGIC_FAIL, "too_short", 0);
    magic("fail-Throttling.User", ASR_MOCK_MAGIC_FAIL, "Throttling.User", 0);
    magic("fail-Throttling_User.opus", ASR_MOCK_MAGIC_FAIL, "Throttling_User",
          0);
    magic("fail-100001%2F413.wav", ASR_MOCK_MAGIC_FAIL, "100001/413", 0);
    magic("oss://b.oss-x.aliyuncs.com/d/fail-InternalError.wav",
          ASR_MOCK_MAGIC_FAIL, "InternalError", 0);
    magic("never.wav", ASR_MOCK_MAGIC_NEVER, "", 0);
    magic("never", ASR_MOCK_MAGIC_NEVER, "", 0);
    magic("/a/silence.flac#x", ASR_MOCK_MAGIC_SILENCE, "", 0);
    magic("slow-30s.wav", ASR_MOCK_MAGIC_SLOW, "", 30000);
    magic("slow-1.5m.wav", ASR_MOCK_MAGIC_SLOW, "", 90000);
    magic("slow-2h", ASR_MOCK_MAGIC_SLOW, "", 7200000);
    magic("say-hello-world.wav", ASR_MOCK_MAGIC_SAY, "hello world", 0);
    magic("say-%E4%BD%A0%20a_b.m4a", ASR_MOCK_MAGIC_SAY, "\xe4\xbd\xa0 a b",
          0);

    magic("", -1, "", 0);
    magic("a.wav", -1, "", 0);
    magic("http://h/never.wav/", -1, "", 0);
    magic("http://h/never.wav/a.wav", -1, "", 0);
    magic("http://h/?never.wav", -1, "", 0);
    magic("never.txt", -1, "", 0);
    magic("Never.wav", -1, "", 0);
    magic("nevermore.wav", -1, "", 0);
    magic("fail-.wav", -1, "", 0);
    magic("fail-a b.wav", -1, "", 0);
    magic("fail-%00.wav", -1, "", 0);
    magic("fail-%zz.wav", -1, "", 0);
    magic("fail-%2", -1, "", 0);
    magic("slow-30.wav", -1, "", 0);
    magic("slow-.wav", -1, "", 0);
    magic("slow-x.wav", -1, "", 0);
    magic("say-.wav", -1, "", 0);
    magic("say-%ff.wav", -1, "", 0);
    magic("say-a%0ab.wav", -1, "", 0);

    memset(text, 'a', sizeof(text));
    memcpy(text, "say-", 4);
    text[4 + ASR_MOCK_MAGIC_TEXT_MAX - 1] = '\0';
    magic(text, ASR_MOCK_MAGIC_SAY, text + 4, 0);
    text[4 + ASR_MOCK_MAGIC_TEXT_MAX - 1] = 'a';
    text[4 + ASR_MOCK_MAGIC_TEXT_MAX] = '\0';
    magic(text, -1, "", 0);

    memcpy(text, "fail-", 5);
    text[5 + ASR_MOCK_CODE_NAME_MAX] = '\0';
    magic(text, -1, "", 0);

    /* what a name may not have stands for what it may */

    assert_non_null(asr_mock_code_find(asr_str("ice"),
                                       asr_str("Throttling_User"), false));
    assert_string_equal(asr_mock_code_find(asr_str("u2"),
                                           asr_str("100001-413"), false)->name,
                        "100001/413");
    assert_null(asr_mock_code_find(asr_str("ice"), asr_str("Throttling/User"),
                                   false));
}


static int
teardown(void **state)
{
    asr_arena_free(&arena);
    return 0;
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_atoms),
        cmocka_unit_test(test_combinations),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_lognormal),
        cmocka_unit_test(test_magic),
    };

    return cmocka_run_group_tests(tests, NULL, teardown);
}
